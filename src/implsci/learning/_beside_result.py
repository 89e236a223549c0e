"""What `beside` returns: a strategy a line, with practice on one side and research on the other."""

from __future__ import annotations

from collections import Counter
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import DIRECTION_WORDS, Tally, in_words
from implsci.model.documents import Observation
from implsci.questions import Standing, Tested

__all__ = ["ASSUMES", "Beside", "SeenInPractice", "SideBySide", "Verdict"]

SeenInPractice: TypeAlias = Literal["gain", "no gain", "mixed", "not told"]
"""What practice saw of a strategy.

Examples:
    >>> from typing import get_args
    >>> get_args(SeenInPractice)[0]
    'gain'
"""

Verdict: TypeAlias = Literal[
    "agree",
    "seen to work, gain not shown",
    "seen to fail, gain shown",
    "seen to work, untested",
    "seen to fail, untested",
    "undecided",
]
"""How what practice saw and what studies found stand to one another.

Examples:
    >>> from typing import get_args
    >>> get_args(Verdict)[0]
    'agree'
"""

_AT_ODDS: Final = ("seen to work, gain not shown", "seen to fail, gain shown")

ASSUMES: Final = (
    "practice saw a gain where more than half of the observations that tell a direction tell of one; "
    "research shows one where more than half of the cases that test a strategy tell mostly of gains",
    "observations are no findings: the two stand side by side and are never added together",
    "those asked in several observations may be the same people, so that n of n_informants is told "
    "for each and not added",
    "practitioners have little reason and few places to publish, so that what practice knows is "
    "missing from studies, and observations are of those whom somebody asked",
    "studies with gains are published more readily than others; how many are missing is not known",
    "a finding on a bundle counts for each strategy in it; how many cases test one alone is told",
    "a study published after practice saw a strategy fail may have been planned before",
)


@frozen(kw_only=True)
class SideBySide:
    """One strategy before practice and before research.

    Attributes:
        strategy: its code, which stands for everything narrower.
        label: its label.
        observations: what practice saw of it.
        practice: the same in a word.
        by_basis: findings of studies on it, by basis and direction.
        research: what effects and associations come to, in a word.
        tested: cases with effects or associations on it.
        told: how many of them tell a direction.
        gains: how many of these with gains in more than half of what they tell.
        alone: how many of the tested cases test it outside a bundle.
        used: cases that use it.
        used_since: how many of them are published in a year after practice first saw it fail; None
            where nobody saw that, or no date is told.
        standing: how it stands in `implsci.questions.practice`: panels' ratings and what studies
            describe; None where neither says anything of that very code.
        verdict: how practice and research stand to one another.

    Examples:
        >>> SideBySide(
        ...     strategy="ours:a", label="A", observations=(), practice="not told", by_basis={},
        ...     research="untested", tested=0, told=0, gains=0, alone=0, used=0, used_since=None,
        ...     standing=None, verdict="undecided",
        ... ).at_odds
        False
    """

    strategy: str
    label: str
    observations: tuple[Observation, ...]
    practice: SeenInPractice
    by_basis: Tally
    research: Tested
    tested: int
    told: int
    gains: int
    alone: int
    used: int
    used_since: int | None
    standing: Standing | None
    verdict: Verdict

    @property
    def at_odds(self) -> bool:
        """Whether practice and research both tell, and tell different things."""
        return self.verdict in _AT_ODDS

    @property
    def saw(self) -> str:
        """What practice saw, such as ``2 improved, 1 no difference``."""
        counts = Counter(one.direction for one in self.observations)
        told = [f"{counts[name]} {word}" for name, word in DIRECTION_WORDS.items() if counts[name]]
        if counts[None]:
            told.append(f"{counts[None]} without a direction")
        return ", ".join(told)

    @property
    def informants(self) -> str:
        """How many of those asked say so, each observation by itself, such as ``15 of 17``."""
        return "; ".join(
            f"{one.n} of {'unknown' if one.n_informants is None else one.n_informants}"
            for one in self.observations
            if one.n is not None
        )

    def sentence(self) -> str:
        """Say both sides with their counts."""
        tests = (
            f"of {counted(self.told, 'case')} that {agreeing(self.told, 'tests it', 'test it')} and "
            f"{agreeing(self.told, 'tells', 'tell')} a direction, {self.gains} "
            f"{agreeing(self.gains, 'shows', 'show')} gains "
            "in most of what they tell"
            if self.told
            else "no case tests it and tells a direction"
        )
        return f"{self.label}: {self.verdict}. Practice: {self.saw}; research: {tests}."


@frozen(kw_only=True)
class Beside(Result):
    """Practice and research side by side, as `beside` returns them.

    Attributes:
        rows: strategies that an observation speaks of, those at odds first, then by code.
        unheard: codes of strategies that studies test and no observation speaks of.
        n_observations: observations in the casebook.
        without_strategy: how many of them name no strategy, and stand in no row.
        n_studies: studies asked.
        assumptions: the rule, and what is missing on either side.

    Examples:
        >>> import implsci
        >>> from implsci.casebook import Casebook
        >>> from implsci.learning import beside
        >>> beside(Casebook(records=()), implsci.load("implsci-examples")).sentence()
        'No observation names a strategy.'
    """

    rows: tuple[SideBySide, ...]
    unheard: tuple[str, ...]
    n_observations: int
    without_strategy: int
    n_studies: int
    assumptions: tuple[str, ...]

    def __getitem__(self, strategy: str) -> SideBySide:
        """Return the row of one strategy.

        Raises:
            KeyError: no observation names it.
        """
        for one in self.rows:
            if one.strategy == strategy:
                return one
        raise KeyError(strategy)

    @property
    def discordant(self) -> tuple[SideBySide, ...]:
        """The strategies on which practice and research are at odds."""
        return tuple(one for one in self.rows if one.at_odds)

    @property
    def repeated(self) -> tuple[SideBySide, ...]:
        """The strategies that practice saw fail and that studies use all the same."""
        return tuple(one for one in self.rows if one.practice == "no gain" and one.used)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a strategy."""
        return tuple(
            {
                "strategy": one.strategy,
                "label": one.label,
                "verdict": one.verdict,
                "practice": one.practice,
                "observations": len(one.observations),
                "saw": one.saw,
                "informants": one.informants or None,
                "research": one.research,
                "said": "; ".join(in_words(one.by_basis)) or None,
                "tested": one.tested,
                "told": one.told,
                "gains": one.gains,
                "alone": one.alone,
                "used": one.used,
                "used_since": one.used_since,
            }
            for one in self.rows
        )

    def sentence(self) -> str:
        """Say how often the two agree and where they are at odds, with both counts."""
        if not self.rows:
            return "No observation names a strategy."
        verdicts = Counter(one.verdict for one in self.rows)
        told = [f"{verdict}: {number}" for verdict, number in sorted(verdicts.items())]
        return " ".join(
            [
                f"Practice speaks of {counted(len(self.rows), 'strategy', 'strategies')}; "
                f"{'; '.join(told)}.",
                *(one.sentence() for one in self.discordant),
                *(
                    f"{one.label} was seen to fail and is used in {counted(one.used, 'case')}"
                    + (
                        ""
                        if one.used_since is None
                        else f", {one.used_since} of them published after that"
                    )
                    + "."
                    for one in self.repeated
                ),
                f"Studies test {counted(len(self.unheard), 'strategy', 'strategies')} of which no "
                "observation speaks.",
            ]
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            **super().to_dict(),
            "unheard": list(self.unheard),
            "observations": self.n_observations,
            "without_strategy": self.without_strategy,
            "studies": self.n_studies,
        }
