"""The command mismatch: what does not fit in a study or plan, and how often over a compendium."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from implsci._wording import counted
from implsci.cli.options import basis_option
from implsci.cli.output import (
    Format,
    counting,
    emit,
    examples,
    format_option,
    grid,
    note,
    paragraph,
)
from implsci.cli.sources import compendium, one_study
from implsci.errors import UnknownNameError
from implsci.mismatch import KINDS, Mismatch, MismatchReport, Survey, SurveyRow, examine
from implsci.mismatch import survey as count
from implsci.model import Study
from implsci.names import close_names

__all__ = ["mismatch"]

_FEW = 5  # of the links a basis suggests, each of which takes several lines


@examples(
    "implsci mismatch plan.json",
    "implsci mismatch plan.json --fail-on unaddressed --fail-on no_gap",
    "implsci mismatch implsci-examples#rogers-2019 --basis waltz-2019",
    "implsci mismatch implsci-examples --survey",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]|NAME[#ID]")
@basis_option
@click.option(
    "--fail-on", multiple=True, metavar="KIND",
    help=f"Exit with 1 where there is a mismatch of this kind; may be repeated: {', '.join(KINDS)}.",
)  # fmt: skip
@click.option("--survey", is_flag=True, help="Count each kind over all studies and by sector.")
@click.option(
    "--details", is_flag=True,
    help="With each study, also what is not reported, and links that bases suggest.",
)  # fmt: skip
@format_option
def mismatch(
    source: str,
    basis: tuple[str, ...],
    fail_on: tuple[str, ...],
    survey: bool,
    details: bool,
    format: Format,
) -> int:
    """Report strategies that do not fit their barriers.

    FILE is a file or folder, - for stdin, NAME a compendium of a plugin; #ID takes one study of it.
    Where a source does not tell what a strategy was aimed at, that is said, and is no mismatch.
    """
    for kind in fail_on:
        if kind not in KINDS:
            raise UnknownNameError("kind", kind, close_names(kind, KINDS) or KINDS)
    studies = _studies(source)
    if survey:
        found = count(counting(studies, "studies"), basis or None)
        emit(
            format,
            found.to_dict(),
            lambda: "\n".join(_survey_lines(found)),
            rows=_records([*found.overall, *found.by_sector]),
        )
        return int(any(found[kind].with_mismatch for kind in fail_on))
    alone = len(studies) == 1
    reports = [
        examine(study, basis or None, strict=alone) for study in counting(studies, "studies")
    ]
    _print(format, reports, details=details, whole=details or alone)
    kinds = {one.kind for report in reports for one in report}
    return int(not kinds.isdisjoint(fail_on))


def _studies(source: str) -> Sequence[Study]:
    """Return the study of ``FILE#ID``, or all of a file."""
    before, mark, _ = source.rpartition("#")
    if mark and before and not Path(source).exists():
        return (one_study(source),)
    return compendium(source).studies


def _print(
    format: Format, reports: Sequence[MismatchReport], *, details: bool, whole: bool
) -> None:
    mismatches = [found for report in reports for found in report]
    value = (
        [report.to_dict() for report in reports]
        if details
        else [found.to_dict() for found in mismatches]
    )
    shortened = format == "csv" or (format == "json" and not details)
    if shortened and any(report.not_reported or report.notes for report in reports):
        note("what is not reported, and why, stands in --format json --details")
    emit(format, value, lambda: "\n".join(_lines(reports, whole)), rows=_flat(mismatches))


def _lines(reports: Sequence[MismatchReport], whole: bool) -> Iterator[str]:
    many = len(reports) > 1
    total = sum(len(report) for report in reports)
    where = counted(len(reports), "study", "studies") if many else reports[0].study
    yield f"{counted(total, 'mismatch', 'mismatches') if total else 'No mismatch'} in {where}"
    for report in reports:
        if not (report.mismatches or whole):
            continue
        if many:
            yield ""
            yield report.study
        for found in report:
            yield ""
            yield from _one(found)
        if whole:
            yield from _beside(report)
    if not whole:
        yield from _summary(reports)


def _one(found: Mismatch) -> Iterator[str]:
    basis = f" [{found.basis}]" if found.basis else ""
    yield paragraph(f"{found.severity:6} {found.kind}: {found.because}{basis}", hang=2)
    yield paragraph(f"Rule: {found.rule}", 2, 2)
    yield paragraph(f"Source: {found.source}", 2, 2)


def _beside(report: MismatchReport) -> Iterator[str]:
    for text in report.notes:
        yield ""
        yield paragraph(f"Note: {text}", hang=2)
    if report.not_reported:
        yield ""
        yield "Not reported, so neither a mismatch nor a fit"
        reasons: dict[str, list[str]] = {}
        for item in report.not_reported:
            kinds = reasons.setdefault(item.because, [])
            if item.kind not in kinds:
                kinds.append(item.kind)
        for because, kinds in reasons.items():
            yield paragraph(f"{', '.join(kinds)}: {because}", 2, 2)
    if report.inferred:
        yield ""
        yield "Inferred, not stated: links that a basis suggests where the study's were not coded in full"
        for link in report.inferred[:_FEW]:
            yield paragraph(f"{link.strategy} -> {link.barrier}: {link.because}", 2, 2)
        if (more := len(report.inferred) - _FEW) > 0:
            told = f"{_FEW} of {len(report.inferred):,} listed here, {more:,} more in"
            yield paragraph(f"({told} --format json --details)", 2, 2)


def _summary(reports: Sequence[MismatchReport]) -> Iterator[str]:
    silent = Counter(
        kind
        for report in reports
        for kind in {item.kind for item in report.not_reported} - {*report.judged}
    )
    if silent:
        yield ""
        yield paragraph("Not reported, so neither a mismatch nor a fit:", hang=2)
        for kind, number in sorted(silent.items(), key=lambda item: (-item[1], item[0])):
            yield paragraph(f"{kind}: in {counted(number, 'study', 'studies')}", 2, 2)
        yield ""
        yield paragraph(
            "--survey counts each kind, also by sector; --details says what is not reported where"
        )


def _survey_lines(survey: Survey) -> Iterator[str]:
    yield f"Mismatches in {counted(survey.studies, 'study', 'studies')}"
    yield ""
    yield _table(survey.overall)
    yield ""
    yield paragraph(
        "With: studies with at least one, of those in which the kind could be judged. Not reported: "
        "the source does not tell. Nothing: nothing there to look at, such as no barrier.",
        hang=2,
    )
    for text in survey.notes:
        yield ""
        yield paragraph(f"Note: {text}", hang=2)
    told = [row for row in survey.by_sector if row.judged]
    if told:
        yield ""
        yield "By sector, where anything could be judged (a study of several counts in each)"
        yield ""
        yield _table(told, sectors=True)


def _table(rows: Sequence[SurveyRow], *, sectors: bool = False) -> str:
    cells = [
        [
            *([row.sector] if sectors else []),
            row.kind,
            "-" if row.share is None else f"{row.with_mismatch} of {row.judged}",
            row.mismatches if row.judged else "-",
            row.not_reported,
            row.nothing,
        ]
        for row in rows
    ]
    return grid(
        *(["Sector"] if sectors else []),
        "Kind", "With", "Mismatches", "Not reported", "Nothing",
        rows=cells,
        right=("With", "Mismatches", "Not reported", "Nothing"),
        narrow=("Kind",),
    )  # fmt: skip


_FIELDS = (
    "study", "kind", "barrier", "strategy", "severity", "because", "basis", "barrier_label",
    "strategy_label", "strategies", "rule", "source",
)  # fmt: skip


def _flat(found: Sequence[Mismatch]) -> Iterator[Sequence[object]]:
    """Yield header and lines; the header also where there is no mismatch."""
    yield _FIELDS
    for one in found:
        values = one.to_dict()
        yield [values[name] for name in _FIELDS]


def _records(rows: Sequence[SurveyRow]) -> Iterator[Sequence[object]]:
    yield list(rows[0].to_dict())
    for row in rows:
        yield list(row.to_dict().values())
