"""What practice saw of a strategy beside what studies found: side by side, and never summed.

Examples:
    >>> import implsci
    >>> book = Casebook(records=(
    ...     Observation(
    ...         id="o1", statement="Champions made no difference.", direction="no_difference",
    ...         strategies=("eric:identify-and-prepare-champions",),
    ...     ),
    ... ))
    >>> found = beside(book, implsci.load("implsci-examples"))
    >>> found["eric:identify-and-prepare-champions"].verdict
    'agree'
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from implsci.analysis.pooling import against_another, is_bundle
from implsci.analysis.tally import tally
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.errors import InvalidQueryError
from implsci.learning._asking import as_compendium, case_of, expanded, label_of
from implsci.learning._beside_result import ASSUMES, Beside, SeenInPractice, SideBySide, Verdict
from implsci.model import Finding, Study
from implsci.model.documents import Observation
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions import Standing, Tested, practice

__all__ = ["beside"]

_RESEARCH: Final = ("effect", "association")
_GAINS: Final = ("improved", "maintained")

_VERDICTS: Final[Mapping[tuple[SeenInPractice, Tested], Verdict]] = {
    ("gain", "gain"): "agree",
    ("no gain", "gain not shown"): "agree",
    ("gain", "gain not shown"): "seen to work, gain not shown",
    ("no gain", "gain"): "seen to fail, gain shown",
    ("gain", "untested"): "seen to work, untested",
    ("no gain", "untested"): "seen to fail, untested",
}


def beside(
    casebook: Casebook,
    compendium: Compendium | Iterable[Study],
    *,
    registry: Registry | None = None,
) -> Beside:
    """Set what practice saw of each strategy beside what studies found.

    Practice saw a gain where more than half of the observations that tell a direction tell of one
    (improved or maintained), and no gain where more than half tell of none. Research shows a gain
    where more than half of the studies or programmes that test a strategy (effects or associations,
    bundles included) tell mostly of gains, the rule of `implsci.questions.practice`. A code of an
    observation stands for everything narrower. Observations are no findings and are never added to
    them; where the two are at odds, both counts are told. Those closest to the work see strategies
    fail that go on being used (Metz, Jensen, Farley and Boaz 2022, doi:10.1177/26334895221105585), so
    that it is told how many cases still use what was seen to fail.

    Args:
        casebook: the observations.
        compendium: the studies.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: there is no study.

    Examples:
        >>> import implsci
        >>> book = Casebook(records=(
        ...     Observation(
        ...         id="o1", statement="Listening opens doors.", direction="improved", n=15,
        ...         n_informants=17, strategies=("relational:listen-actively",),
        ...     ),
        ... ))
        >>> one = beside(book, implsci.load("implsci-examples"))["relational:listen-actively"]
        >>> one.verdict, one.observations[0].n, one.observations[0].n_informants
        ('seen to work, untested', 15, 17)
    """
    known = registry or default_registry()
    studies = as_compendium(compendium)
    if not len(studies):
        raise InvalidQueryError("there is no study to set beside; expected at least one")
    observations = casebook.of(Observation)
    asked = {code for one in observations for code in one.strategies}
    narrower = {code: frozenset(expanded(code, known, [])) for code in asked}
    standings = _standings(studies, known)
    rows = [
        _row(
            code,
            [one for one in observations if code in one.strategies],
            _research(studies, narrower[code]),
            standings.get(code),
            known,
        )
        for code in sorted(asked)
    ]
    heard = frozenset[str]().union(*narrower.values())
    return Beside(
        rows=tuple(sorted(rows, key=lambda one: (not one.at_odds, one.strategy))),
        unheard=tuple(sorted(_tested(studies) - heard)),
        n_observations=len(observations),
        without_strategy=sum(not one.strategies for one in observations),
        n_studies=len(studies),
        assumptions=ASSUMES,
    )


def _standings(studies: Compendium, registry: Registry) -> Mapping[str, Standing]:
    """Return how `practice` sees the strategies: what panels rated, what studies describe."""
    return {one.strategy: one for one in practice(studies, registry=registry).standings}


class _Research(NamedTuple):
    """What studies say of a strategy.

    Attributes:
        findings: all of them, of any basis.
        tested: directions by case, of effects and associations.
        alone: cases that test it outside a bundle.
        used: for each case that uses it, the latest year told.
    """

    findings: list[Finding]
    tested: Mapping[str, Counter[str]]
    alone: set[str]
    used: Mapping[str, int | None]


def _research(studies: Compendium, codes: frozenset[str]) -> _Research:
    findings: list[Finding] = []
    tested: dict[str, Counter[str]] = defaultdict(Counter)
    alone: set[str] = set()
    used: dict[str, int | None] = {}
    for study in studies:
        own = {node.id: node for node in study.strategies if not codes.isdisjoint(node.codes)}
        if not own:
            continue
        case = case_of(study)
        used[case] = max(filter(None, [used.get(case), study.year]), default=None)
        for finding in study.findings:
            behind = [own[name] for name in finding.strategies if name in own]
            if not behind:
                continue
            findings.append(finding)
            # One strategy against another tests neither, as in `questions.practice`.
            if finding.basis in _RESEARCH and not against_another(study, finding):
                tested[case][finding.direction] += 1
                # A strategy with a further code is a bundle of two.
                if not is_bundle(study, finding) and codes.issuperset(behind[0].codes):
                    alone.add(case)
    return _Research(findings, tested, alone, used)


def _row(
    code: str,
    seen: list[Observation],
    research: _Research,
    standing: Standing | None,
    registry: Registry,
) -> SideBySide:
    told = [found for own in research.tested.values() if (found := _gains(own)) is not None]
    word = _tested_word(research.tested, told)
    view = _seen([one.direction for one in seen])
    failed = [one for one in seen if _is_gain(one.direction) is False]
    return SideBySide(
        strategy=code,
        label=label_of(code, registry),
        observations=tuple(seen),
        practice=view,
        by_basis=tally(research.findings),
        research=word,
        tested=len(research.tested),
        told=len(told),
        gains=sum(told),
        alone=len(research.alone),
        used=len(research.used),
        used_since=_used_since(failed, research.used),
        standing=standing,
        verdict=_VERDICTS.get((view, word), "undecided"),
    )


def _tested_word(tested: Mapping[str, object], told: list[bool]) -> Tested:
    if not tested:
        return "untested"
    if not told:
        return "unclear"
    return "gain" if 2 * sum(told) > len(told) else "gain not shown"


def _gains(directions: Mapping[str, int]) -> bool | None:
    """Say whether more than half of what a case tells are gains; None where it tells no direction."""
    told = sum(number for direction, number in directions.items() if direction != "unclear")
    return 2 * sum(directions.get(gain, 0) for gain in _GAINS) > told if told else None


def _is_gain(direction: str | None) -> bool | None:
    if direction in _GAINS:
        return True
    return False if direction in ("no_difference", "worsened") else None


def _seen(directions: list[str | None]) -> SeenInPractice:
    told = [direction for direction in directions if direction not in (None, "unclear")]
    if not told:
        return "not told"
    views = [_is_gain(direction) for direction in told]
    if 2 * views.count(True) > len(told):
        return "gain"
    return "no gain" if 2 * views.count(False) > len(told) else "mixed"


def _used_since(failed: list[Observation], used: Mapping[str, int | None]) -> int | None:
    """Return how many cases used a strategy after practice saw it fail; None where no date tells."""
    dates = [one.date for one in failed if one.date is not None]
    if not dates:
        return None
    first = int(min(dates)[:4])
    return sum(year is not None and year > first for year in used.values())


def _tested(studies: Compendium) -> set[str]:
    def codes() -> Iterator[str]:
        for study in studies:
            behind = {
                name
                for finding in study.findings
                if finding.basis in _RESEARCH
                for name in finding.strategies
            }
            yield from (
                code for node in study.strategies if node.id in behind for code in node.codes
            )

    return set(codes())
