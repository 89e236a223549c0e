"""Conflicts of need: found by rule, never stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Final, Literal, TypeAlias, get_args

from attrs import asdict, frozen

from implsci.analysis.result import Result, Row
from implsci.codes import Code
from implsci.errors import InvalidQueryError
from implsci.model.support import Agreement, SupportArrangement
from implsci.support._needs import NEED_RULES, NeedRule
from implsci.support._reading import Severity, checked, has_ended, in_force, who

__all__ = ["ConflictStatus", "NeedConflict", "NeedConflicts", "Stated", "need_conflicts"]


ConflictStatus: TypeAlias = Literal["open", "unknown", "settled"]
"""Whether an agreement in force settles a conflict; ``unknown`` where it is not told who made it.

Examples:
    >>> get_args(ConflictStatus)[0]
    'open'
"""


@frozen(kw_only=True)
class Stated:
    """Where a party's need is stated.

    Attributes:
        id: id of the constraint or agreement that states it.
        label: its words.
        code: the need.
    """

    id: str
    label: str
    code: Code


@frozen(kw_only=True)
class NeedConflict:
    """Two parties whose needs stand against each other.

    Attributes:
        name: the rule that found it.
        one: id of the party with the first need of the rule.
        one_who: what it is called.
        one_states: where it states the need.
        other: id of the party with the second.
        other_who: what it is called.
        other_states: where it states the need.
        severity: how much is at stake.
        because: why the needs stand against each other.
        source: who says so.
        status: whether an agreement in force settles it.
        agreements: ids of the agreements on the matter that both made, or of which it is not told
            who made them.
        since: from when the earliest of those that settle it holds; None where it is not told.
        lapsed: ids of the agreements on the matter that both made and that have ended, where none
            settles it now.
    """

    name: str
    one: str
    one_who: str
    one_states: tuple[Stated, ...]
    other: str
    other_who: str
    other_states: tuple[Stated, ...]
    severity: Severity
    because: str
    source: str
    status: ConflictStatus
    agreements: tuple[str, ...] = ()
    since: str | None = None
    lapsed: tuple[str, ...] = ()

    def sentence(self) -> str:
        """Say who wants what, and whether it is settled.

        Examples:
            >>> NeedConflict(
            ...     name="publication against discretion", one="ta", one_who="the provider",
            ...     one_states=(Stated(id="c1", label="papers", code="support:need-to-publish"),),
            ...     other="site", other_who="the county",
            ...     other_states=(Stated(id="c2", label="no", code="support:need-for-discretion"),),
            ...     severity="high", because="one tells", source="made up", status="open",
            ... ).sentence()
            'Publication against discretion (high, open): the provider (“papers”) and the county (“no”).'
        """
        state: str = self.status
        if self.status == "settled":
            since = "" if self.since is None else f" since {self.since}"
            state = f"settled{since} by {', '.join(self.agreements)}"
        elif self.status == "unknown":
            state = f"not known who agreed on {', '.join(self.agreements)}"
        if self.lapsed:
            state += f", settled until {', '.join(self.lapsed)} ended"
        return (
            f"{self.name.capitalize()} ({self.severity}, {state}): "
            f"{self.one_who} ({_quoted(self.one_states)}) and "
            f"{self.other_who} ({_quoted(self.other_states)})."
        )


@frozen(kw_only=True)
class NeedConflicts(Result):
    """The conflicts of need in one arrangement.

    Attributes:
        arrangement: id of the arrangement.
        at: the date that was asked for.
        conflicts: open ones first, then those of which it is not known, then the settled; the
            gravest first.
        stated: whether any party states a need that the rules speak of.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> from implsci.model.documents import SupportArrangement
        >>> need_conflicts(SupportArrangement(id="s1", title="Help")).sentence()
        'No need is stated that the rules speak of, so that conflicts are unknown.'
    """

    arrangement: str
    at: str | None
    conflicts: tuple[NeedConflict, ...]
    stated: bool
    assumptions: tuple[str, ...]

    @property
    def open(self) -> tuple[NeedConflict, ...]:
        """Those that no agreement is known to settle."""
        return tuple(one for one in self.conflicts if one.status != "settled")

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a conflict."""
        return tuple(
            {
                "name": one.name,
                "severity": one.severity,
                "status": one.status,
                "one": one.one,
                "one_states": _quoted(one.one_states),
                "other": one.other,
                "other_states": _quoted(one.other_states),
                "agreements": " ".join(one.agreements) or None,
                "since": one.since,
                "lapsed": " ".join(one.lapsed) or None,
                "because": one.because,
                "source": one.source,
            }
            for one in self.conflicts
        )

    def to_dict(self) -> dict[str, object]:
        """Return the conflicts with every statement as plain values."""
        return {
            "arrangement": self.arrangement,
            "at": self.at,
            "stated": self.stated,
            "conflicts": [
                {
                    **asdict(one),
                    "one_states": [asdict(stated) for stated in one.one_states],
                    "other_states": [asdict(stated) for stated in one.other_states],
                    "agreements": list(one.agreements),
                    "lapsed": list(one.lapsed),
                }
                for one in self.conflicts
            ],
            **super().to_dict(),
        }

    def sentence(self) -> str:
        """Say each conflict."""
        if self.conflicts:
            return " ".join(one.sentence() for one in self.conflicts)
        if self.stated:
            return "No two parties state needs that the rules set against each other."
        return "No need is stated that the rules speak of, so that conflicts are unknown."


def need_conflicts(
    arrangement: SupportArrangement,
    *,
    rules: Sequence[NeedRule] = NEED_RULES,
    at: str | None = None,
) -> NeedConflicts:
    """Find needs of two parties that stand against each other, and whether they have settled it.

    A party has a need where a constraint of it bears the need's code, or an agreement that it alone
    stated. A conflict is settled by an agreement in force that both made, of a kind that the rule
    names, coded with one of the two needs or about the matter. That those who support may have to
    publish what their partner would keep inside, and that lines in the sand belong at the outset:
    http://wtgrantfoundation.org/strengthening-research-use-technical-assistance.

    Args:
        arrangement: what is asked about.
        rules: which needs stand against each other.
        at: the date at which agreements must be in force; where None, one whose end is told has
            ended.

    Raises:
        InvalidQueryError: `at` is no date, or two rules have one name.

    Examples:
        >>> from implsci.model import Barrier
        >>> from implsci.model.documents import Agreement, Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with screening",
        ...     parties=(
        ...         Party(id="ta", label="the university", role="provider"),
        ...         Party(id="site", label="the county", role="recipient"),
        ...     ),
        ...     constraints=(
        ...         Barrier(id="c1", label="a paper a year", codes=("support:need-to-publish",),
        ...                 actor="ta"),
        ...         Barrier(id="c2", label="stays here", codes=("support:need-for-discretion",),
        ...                 actor="site"),
        ...     ),
        ...     agreements=(
        ...         Agreement(id="a1", label="after review", kind="disclosure", about="findings",
        ...                   disclosure="after_review", by=("ta", "site"), start="2024-02"),
        ...     ),
        ... )
        >>> [(one.name, one.status, one.since) for one in need_conflicts(made_up).conflicts]
        [('publication against discretion', 'settled', '2024-02')]
        >>> need_conflicts(made_up, at="2024-01").conflicts[0].status
        'open'
    """
    checked(at)
    if len({rule.name for rule in rules}) < len(rules):
        raise InvalidQueryError("rules: two have one name; expected each once")
    found = [conflict for rule in rules for conflict in _found(arrangement, rule, at)]
    status, severity = get_args(ConflictStatus), get_args(Severity)
    return NeedConflicts(
        arrangement=arrangement.id,
        at=at,
        # A stable sort: rules and parties keep their order.
        conflicts=tuple(
            sorted(found, key=lambda one: (status.index(one.status), severity.index(one.severity)))
        ),
        stated=any(
            _states(arrangement, party.id, (*rule.one, *rule.other), at)
            for party in arrangement.parties
            for rule in rules
        ),
        assumptions=_ASSUMPTIONS,
    )


_ASSUMPTIONS: Final = (
    "a need is known only where a constraint, or an agreement that one party stated, bears its code; "
    "what nobody coded is unknown, and no conflict does not mean that there is none",
    "that needs stand against each other is what the source of a rule says; how grave it is is ours",
    "an agreement that both made on the matter settles it, whatever it says; whether they keep to it "
    "is not seen here",
)


def _found(
    arrangement: SupportArrangement, rule: NeedRule, at: str | None
) -> Iterator[NeedConflict]:
    parties = [party.id for party in arrangement.parties]
    seen: set[frozenset[str]] = set()
    ones = {party: _states(arrangement, party, rule.one, at) for party in parties}
    others = {party: _states(arrangement, party, rule.other, at) for party in parties}
    pairs = product(filter(ones.get, parties), filter(others.get, parties))
    for one, other in pairs:
        # Of needs that stand against themselves, a pair is met twice.
        if one == other or (rule.one == rule.other and {one, other} in seen):
            continue
        mine, theirs = ones[one], others[other]
        seen.add(frozenset((one, other)))
        both, untold = _agreements(arrangement.agreements, rule, {one, other}, at)
        starts = [agreement.start for agreement in both]
        yield NeedConflict(
            name=rule.name,
            one=one,
            one_who=who(arrangement, one),
            one_states=mine,
            other=other,
            other_who=who(arrangement, other),
            other_states=theirs,
            severity=rule.severity,
            because=rule.because,
            source=rule.source,
            status="settled" if both else "unknown" if untold else "open",
            agreements=tuple(agreement.id for agreement in both or untold),
            since=min((start for start in starts if start is not None), default=None)
            if None not in starts
            else None,
            lapsed=()
            if both
            else tuple(
                agreement.id
                for agreement in arrangement.agreements
                if _on_the_matter(agreement, rule)
                and {one, other} <= set(agreement.by)
                and has_ended(agreement.end, at)
            ),
        )


def _states(
    arrangement: SupportArrangement, party: str, codes: Iterable[Code], at: str | None
) -> tuple[Stated, ...]:
    """Return where a party states one of the needs."""
    stated = [
        node
        for node in arrangement.constraints
        if node.actor == party and node.valence not in ("facilitator", "neutral")
    ]
    alone = [
        node
        for node in arrangement.agreements
        if node.by == (party,) and in_force(node.start, node.end, at)
    ]
    return tuple(
        Stated(id=node.id, label=node.label, code=code)
        for node in (*stated, *alone)
        for code in node.codes
        if code in codes
    )


def _agreements(
    agreements: Iterable[Agreement], rule: NeedRule, parties: set[str], at: str | None
) -> tuple[list[Agreement], list[Agreement]]:
    """Return the agreements on the matter that both parties made, and those of unknown makers."""
    matter = [
        one for one in agreements if _on_the_matter(one, rule) and in_force(one.start, one.end, at)
    ]
    return (
        [one for one in matter if parties <= set(one.by)],
        [one for one in matter if not one.by],
    )


def _on_the_matter(agreement: Agreement, rule: NeedRule) -> bool:
    return agreement.kind in rule.kinds and (
        not {*rule.one, *rule.other}.isdisjoint(agreement.codes)
        or (agreement.about or "").casefold() in rule.about
    )


def _quoted(stated: Iterable[Stated]) -> str:
    return ", ".join(f"“{label}”" for label in dict.fromkeys(one.label for one in stated))
