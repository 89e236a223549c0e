"""Where bases disagree on a pair.

A basis is *for* a pair at level 1 or 2, with the status ``link``, endorsed by a fifth of those asked or
more, or where it saw improvement (or a gain that held) and neither worsening nor no difference. It is
*against* a pair endorsed by less than a fifth, with the status ``non-link`` or ``no-evidence``, or
where it saw nothing but worsening or no difference. All else (inconclusive, mixed, unknown) is neither.
Two bases disagree where one is for the pair and one against. Findings that are asserted or theorized
are no observation, and where any finding is on several strategies, what was seen is credited to none of
them; nor does what compares one strategy with another speak for or against either. Strategies of two
schemes are one pair only where a crosswalk calls them an exact match; what a crosswalk carried over to
a barrier counts, and what merely stands near does not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from implsci.analysis.tally import DIRECTION_WORDS
from implsci.codes import Code, split
from implsci.matching.cells import MatchCell, Observed, Ranked
from implsci.matching.report import BasisReport, Disagreement
from implsci.matching.tables import routes_between
from implsci.plugins import Registry
from implsci.taxonomy import LinkKind

__all__ = ["disagreements", "seen_in_words", "stance"]


def __dir__() -> list[str]:
    return __all__


# The least share, in percent, that reaches level 2 (Waltz 2019 doi:10.1186/s13012-019-0892-4).
_FIFTH = 20
_SEEN = ("effect", "association", "description")
_GOOD = frozenset(("improved", "maintained"))
_BAD = frozenset(("worsened", "no_difference"))


def disagreements(reports: Mapping[str, BasisReport], registry: Registry) -> Iterator[Disagreement]:
    """Yield the pairs on which bases differ, by barrier as asked and then by strategy."""
    if len(reports) < 2:
        return
    rows = _same(reports, registry)
    shared = {code: own for code, own in rows.items() if len(own) > 1}
    found = []
    for code, own in sorted(shared.items()):
        for index in range(own[0][1].of):
            stances = [
                (name, row.cells[index], stance(row.cells[index], reports[name].kind))
                for name, row in own
            ]
            if {True, False} <= {side for _, _, side in stances}:
                cell = own[0][1].cells[index]
                said = {n: _words(one) for n, one, side in stances if side is not None}
                found.append((index, code, cell.barrier, said))
    for _, code, barrier, said in sorted(found, key=lambda one: one[:2]):
        yield Disagreement(barrier=barrier, strategy=code, says=said)


def _same(
    reports: Mapping[str, BasisReport], registry: Registry
) -> dict[Code, list[tuple[str, Ranked]]]:
    """Return rows of one strategy over all bases that know something, by the first code it has."""
    rows: dict[Code, list[tuple[str, Ranked]]] = {}
    schemes: dict[str, None] = {}
    for name, report in reports.items():
        own = {split(row.strategy)[0] for row in report.ranking}
        for row in report.ranking:
            if row.known or any(cell.level for cell in row.cells):
                rows.setdefault(_canonical(row.strategy, schemes, rows, registry), []).append(
                    (name, row)
                )
        schemes.update(dict.fromkeys(sorted(own)))
    return rows


def _canonical(
    code: Code, schemes: Mapping[str, None], rows: Mapping[Code, object], registry: Registry
) -> Code:
    """Return the code by which an earlier basis knows a strategy, its own where none does."""
    if code in rows:
        return code
    own = split(code)[0]
    for scheme in schemes:
        if scheme != own:
            for route in routes_between(code, scheme, registry):
                if route.match == "exact" and route.object in rows:
                    return route.object
    return code


def stance(cell: MatchCell, kind: LinkKind) -> bool | None:
    """Say whether a cell speaks for the pair (True), against it (False) or neither (None)."""
    if cell.observed is not None:
        return _seen(cell.observed)
    if cell.level is not None or cell.status == "link":
        return True
    if cell.status is not None:
        return False if cell.status in ("non-link", "no-evidence") else None
    if cell.percent is None or kind != "endorsement":
        return None
    return cell.percent >= _FIFTH


def _seen(observed: Observed) -> bool | None:
    if observed.bundled or observed.against_another:
        return None
    directions = _directions(observed)
    if directions.keys() & _GOOD and not directions.keys() & _BAD:
        return True
    if directions and directions.keys() <= _BAD:
        return False
    return None


def _directions(observed: Observed) -> dict[str, int]:
    counts: dict[str, int] = {}
    for basis in _SEEN:
        for direction, count in observed.by_basis.get(basis, {}).items():
            if count and direction in DIRECTION_WORDS:
                counts[direction] = counts.get(direction, 0) + count
    return counts


def seen_in_words(observed: Observed) -> str:
    """Return what studies found, by basis and direction; claims that nobody looked into stay out."""
    found = "; ".join(
        f"{basis}: " + ", ".join(f"{own[way]} {way.replace('_', ' ')}" for way in ways)
        for basis in _SEEN
        if (own := observed.by_basis.get(basis))
        and (ways := [way for way in DIRECTION_WORDS if own.get(way)])
    )
    return f"{found}; {observed.bundled} on bundles" if found and observed.bundled else found


def _words(cell: MatchCell) -> str:
    if cell.observed is not None:
        return seen_in_words(cell.observed)
    words = [cell.share, f"level {cell.level}" if cell.level else None, cell.status]
    if cell.percent is not None and cell.percent < _FIFTH:
        words.append("below level 2")
    return ", ".join(word for word in words if word)
