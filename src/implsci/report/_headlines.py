"""The headlines: what the figures say, in plain words; every number is one of the figures'."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from implsci._wording import counted
from implsci.analysis.tally import DIRECTION_WORDS, tally
from implsci.report._text import cut, number
from implsci.synthesis import UNCODED, Synthesis
from implsci.synthesis.axes import AxisValue
from implsci.synthesis.cell import came_of

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["Headline", "coded_pairs", "headlines", "nulls"]

Headline = tuple[str, str]
"""A sentence, as markup, and the section that shows what it rests on."""

_NAMED: Final = 3


def headlines(report: Report) -> Iterator[Headline]:
    """Yield the headlines; a compendium without studies has one."""
    if not len(report.compendium):
        yield "There is no study in this compendium: nothing can be said.", "studies"
        return
    yield _studied(report), "studies"
    yield _effects(report), "outcomes"
    if report.outcomes.rows:
        yield f"Tried most often: {_commonest(report.outcomes.rows)}.", "outcomes"
    if report.barriers.rows:
        yield _barriers(report), "barriers"
    yield _gaps(report), "gaps"
    yield _null(report), "gaps"
    yield _fit(report), "fit"
    yield _relationships(report), "relationships"
    yield _equity(report), "equity"


def _studied(report: Report) -> str:
    counts = {profile.facet: len(profile.counts) for profile in report.profiles}
    first, last = report.years or (None, None)
    years = (
        f", published {f'{first} to {last}' if first != last else f'in {first}'}," if first else ""
    )
    findings = sum(len(study.findings) for study in report.compendium)
    return (
        f"{counted(len(report.compendium), 'study', 'studies')}{years} from "
        f"{counted(counts['country'], 'country', 'countries')} and "
        f"{counted(counts['sector'], 'sector')} report {counted(findings, 'finding')}."
    )


def _effects(report: Report) -> str:
    effects = tally(finding for study in report.compendium for finding in study.findings).get(
        "effect"
    )
    if not effects:
        return "No finding is an effect against a comparator: what works cannot be told from these."
    told = ", ".join(
        f"{number(effects[direction])} {words}"
        for direction, words in DIRECTION_WORDS.items()
        if effects.get(direction)
    )
    return (
        f"Of {counted(effects['findings'], 'effect')} against a comparator: {told}. That counts what "
        "was reported; it does not weigh it."
    )


def _commonest(values: Sequence[AxisValue]) -> str:
    coded = [value for value in values if value.value != UNCODED][:_NAMED]
    return ", ".join(
        f"{cut(value.shown)} ({counted(value.studies, 'study', 'studies')})" for value in coded
    )


def _barriers(report: Report) -> str:
    stated = sum(
        any(strategy.addresses for strategy in study.strategies) for study in report.compendium
    )
    return (
        f"Met most often: {_commonest(report.barriers.rows)}. Which strategy was aimed at which "
        f"barrier is stated in {counted(stated, 'study', 'studies')}; elsewhere both are only known "
        "to occur together."
    )


def coded_pairs(table: Synthesis) -> int:
    """Return how many pairs of a coded row and a coded column a table has."""
    rows = sum(row.value != UNCODED for row in table.rows)
    columns = sum(column.value != UNCODED for column in table.columns)
    return rows * columns


def nulls(table: Synthesis) -> tuple[tuple[str, str], ...]:
    """Return the coded pairs where most effects are null results, those with most studies first."""
    found = [
        cell
        for cell in table
        if came_of(cell) == "no_difference" and UNCODED not in (cell.row, cell.column)
    ]
    found.sort(key=lambda cell: (-cell.studies, cell.row, cell.column))
    return tuple((cell.row, cell.column) for cell in found)


def _gaps(report: Report) -> str:
    told = [
        f"{number(len(table.gaps()))} of {number(coded_pairs(table))} pairs of {words}"
        for table, words in (
            (report.barriers, "a barrier and a strategy"),
            (report.outcomes, "a strategy and an outcome"),
        )
        if coded_pairs(table)
    ]
    if not told:
        return "No barrier, strategy or outcome is coded, so gaps between them cannot be seen."
    return f"Nobody has looked at {' and '.join(told)}: no study holds both."


def _null(report: Report) -> str:
    count = len(nulls(report.outcomes))
    if not count:
        return "For no pair of a strategy and an outcome are most effects null results."
    return (
        f"Looked at, and most effects are null results: {counted(count, 'pair')} of a strategy and "
        "an outcome. That is a finding, not a gap."
    )


def _fit(report: Report) -> str:
    judged = len(report.examined)
    wrong = sum(len(found) for found in report.examined)
    return (
        f"Whether strategies fit their barriers could be judged, in some respect, for "
        f"{number(judged)} of {counted(len(report.compendium), 'study', 'studies')}: "
        f"{counted(wrong, 'mismatch', 'mismatches')}. For the others the record does not tell."
    )


def _relationships(report: Report) -> str:
    start = (
        f"{number(report.relationship_studies)} of {counted(len(report.compendium), 'study', 'studies')}"
        " speak of a relationship between the people involved"
    )
    roles = report.roles()
    if not roles:
        return f"{start}; no finding claims a role for it."
    role, claims = next(iter(roles.items()))
    return (
        f"{start}. The role most often claimed for it is {role.replace('_', ' ')} "
        f"({counted(len(claims), 'finding')})."
    )


def _equity(report: Report) -> str:
    groups = len({line.study_id for line in report.reach})
    named = sum(bool(study.equity) for study in report.compendium)
    if not groups:
        return (
            "No study reports results by group of people, so who is left out cannot be seen; "
            f"{counted(named, 'study', 'studies')} at least name a group."
        )
    return (
        f"{counted(groups, 'study', 'studies')} of {number(len(report.compendium))} report results "
        f"by group of people; {number(named)} name a group."
    )
