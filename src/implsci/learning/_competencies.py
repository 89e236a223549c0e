"""Which competencies of those who support implementation a set of strategies calls for.

Examples:
    >>> found = competencies(["relational:listen-actively"])
    >>> [tie.competency for tie in found.ties]
    ['isp:communication']
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import asdict, frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.learning._asking import label_of
from implsci.mapping import Match
from implsci.model import Study
from implsci.model.documents import SupportArrangement
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Status

__all__ = ["Competencies", "CompetencyTie", "Untied", "competencies"]

_SCHEME: Final = "isp"
_ASSUMES: Final = (
    "a tie is a mapping of a crosswalk, or several in a row; its match says how much of the strategy "
    "the competency covers, and its status how far the crosswalk was checked",
    "a tie says that the competency bears on doing the strategy, not that nothing else is needed, and "
    "not that anybody has it",
    "no match says that an author looked and found none; unknown says that nobody is known to have "
    "looked",
)


@frozen(kw_only=True)
class CompetencyTie:
    """One strategy tied to one competency.

    Attributes:
        strategy: code of the strategy.
        strategy_label: its label.
        competency: code of the competency.
        competency_label: its label.
        match: exact, close, broad, narrow or related.
        confidence: the lowest of the mappings behind it, 0 to 1; None where one is not told.
        crosswalks: what it rests on.
        status: how far the least checked of these was checked.

    Examples:
        >>> from implsci.learning import competencies
        >>> competencies(["relational:listen-actively"]).ties[0].status
        'provisional'
    """

    strategy: str
    strategy_label: str
    competency: str
    competency_label: str
    match: Match
    confidence: float | None
    crosswalks: tuple[str, ...]
    status: Status


@frozen(kw_only=True)
class Untied:
    """A strategy with no tie to a competency.

    Attributes:
        strategy: its code, or for one without a code its label.
        because: why there is none.

    Examples:
        >>> Untied(strategy="ours:x", because="no code").because
        'no code'
    """

    strategy: str
    because: str


@frozen(kw_only=True)
class Competencies(Result):
    """What strategies call for, as `competencies` returns it.

    Attributes:
        strategies: the codes asked about.
        ties: them with their competencies, by strategy, the best match first.
        untied: strategies without a tie, and why.
        idle: competencies and principles that no strategy asked about is tied to.
        assumptions: how ties are to be read.

    Examples:
        >>> from implsci.learning import competencies
        >>> found = competencies(["relational:listen-actively", "relational:give-back"])
        >>> print(found.sentence())
        Of 2 strategies, 1 is tied to a competency; 1 competency is called for, 35 are not. ...
    """

    strategies: tuple[str, ...]
    ties: tuple[CompetencyTie, ...]
    untied: tuple[Untied, ...]
    idle: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def needed(self) -> tuple[tuple[str, int], ...]:
        """The competencies called for, each with how many strategies; most first, then by code."""
        by_code: dict[str, set[str]] = {}
        for tie in self.ties:
            by_code.setdefault(tie.competency, set()).add(tie.strategy)
        return tuple(
            sorted(
                ((code, len(own)) for code, own in by_code.items()),
                key=lambda one: (-one[1], one[0]),
            )
        )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a tie, then one a strategy without any."""
        ties = (
            {**asdict(one), "crosswalks": "; ".join(one.crosswalks), "because": None}
            for one in self.ties
        )
        empty = dict.fromkeys(CompetencyTie.__annotations__)
        untied = (
            {**empty, "strategy": one.strategy, "because": one.because} for one in self.untied
        )
        return (*ties, *untied)

    def sentence(self) -> str:
        """Say how many strategies are tied, to how many competencies, and which have no tie."""
        tied = len({tie.strategy for tie in self.ties})
        needed = len(self.needed)
        asked = tied + len(self.untied)
        without = f" Without a tie: {', '.join(one.strategy for one in self.untied)}."
        idle = len(self.idle)
        return (
            f"Of {counted(asked, 'strategy', 'strategies')}, {tied} {agreeing(tied, 'is', 'are')} tied "
            f"to a competency; {counted(needed, 'competency is', 'competencies are')} called for, "
            f"{idle} {agreeing(idle, 'is', 'are')} not."
            f"{without if self.untied else ''}"
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {
            **super().to_dict(),
            "needed": [{"competency": code, "strategies": number} for code, number in self.needed],
            "idle": list(self.idle),
        }


def competencies(
    strategies: Study | SupportArrangement | Iterable[str], registry: Registry | None = None
) -> Competencies:
    """Return which competencies of implementation support practitioners strategies call for.

    Competencies are those of the scheme ``isp`` (the profile of Metz, Louison, Burke, Albers and Ward
    2020, and the list of The Center for Implementation), tied to strategies by the crosswalks that
    are installed.

    Args:
        strategies: codes; or a plan or study, whose strategies are asked about; or a support
            arrangement, whose strategies and activities are.
        registry: holds taxonomies and crosswalks; the default registry where None.

    Raises:
        InvalidQueryError: no strategy at all.
        UnknownNameError: the scheme ``isp`` is not installed.

    Examples:
        >>> found = competencies(["relational:address-power", "relational:give-back"])
        >>> found.needed
        (('isp:addressing-power-differentials', 1), ('isp:advance-equity', 1))
        >>> found.untied[0].because
        'no match in relational-to-isp (provisional)'
    """
    known = registry or default_registry()
    scheme = known.taxonomy(_SCHEME)
    codes, bare = _codes(strategies)
    if not codes and not bare:
        raise InvalidQueryError("there is no strategy to ask about; expected at least one")
    ties: list[CompetencyTie] = []
    untied: list[Untied] = []
    for code in codes:
        found = list(_ties(code, known))
        ties += (one for one in found if isinstance(one, CompetencyTie))
        untied += (one for one in found if isinstance(one, Untied))
    tied = {tie.competency for tie in ties}
    return Competencies(
        strategies=codes,
        ties=tuple(ties),
        untied=(*untied, *(Untied(strategy=label, because="no code") for label in bare)),
        idle=tuple(term.code for term in scheme if term.kind != "group" and term.code not in tied),
        assumptions=_ASSUMES,
    )


def _codes(
    asked: Study | SupportArrangement | Iterable[str],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the codes asked about, each once, and the labels of strategies without one."""
    if isinstance(asked, str):
        return (asked,), ()
    if isinstance(asked, (Study, SupportArrangement)):
        codes = [code for node in asked.strategies for code in node.codes]
        if isinstance(asked, SupportArrangement):
            codes += asked.activities
        return (
            tuple(dict.fromkeys(codes)),
            tuple(node.label for node in asked.strategies if not node.codes),
        )
    return tuple(dict.fromkeys(asked)), ()


def _ties(code: str, registry: Registry) -> Iterator[CompetencyTie | Untied]:
    try:
        report = registry.map(code, to=_SCHEME)
    except UnknownNameError:
        yield Untied(strategy=code, because="no installed taxonomy or crosswalk has it")
        return
    if not len(report):
        looked = ", ".join(f"{one.crosswalk} ({one.status})" for one in report.no_match)
        because = f"no match in {looked}" if looked else "unknown: no crosswalk leads there"
        yield Untied(strategy=code, because=because)
        return
    for route in report:
        yield CompetencyTie(
            strategy=code,
            strategy_label=label_of(code, registry),
            competency=route.object,
            competency_label=label_of(route.object, registry),
            match=route.match,
            confidence=route.confidence,
            crosswalks=route.crosswalks,
            status=route.status,
        )
