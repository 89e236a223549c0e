"""The command claims: figures that are repeated, side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import click

from implsci._wording import counted
from implsci.cli.casebooks import casebook_option, gather
from implsci.cli.output import Format, emit, examples, flat, format_option, paragraph
from implsci.knowledge import ClaimGroup, Claims
from implsci.knowledge import claims as set_side_by_side
from implsci.model.documents import Claim

__all__ = ["claims"]


@examples(
    "implsci claims",
    'implsci claims --about "years from research to practice"',
    "implsci claims --format csv",
)
@click.command()
@casebook_option
@click.option("--about", metavar="THING", help="Only what is claimed about this thing.")
@format_option
def claims(casebooks: tuple[str, ...], about: str | None, format: Format) -> None:
    """Set repeated figures side by side.

    Which contradict each other, which changed over the years, which cannot be compared since unit or
    base differ, and which nobody has found in their source.
    """
    found = set_side_by_side(gather(casebooks), about)
    emit(
        format, found.to_dict(), lambda: "\n".join(_lines(found)), rows=flat(found.to_rows())
    )  # fmt: skip


def _lines(found: Claims) -> Iterator[str]:
    yield paragraph(found.sentence())
    for group in found.groups:
        yield ""
        yield paragraph(f"About {group.about}:")
        for one in group.claims:
            yield from _claim(one)
        yield from _pairs(group)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)


def _claim(one: Claim) -> Iterator[str]:
    who = ", ".join(str(part) for part in (one.said_by, one.year) if part is not None)
    yield paragraph(f"{one.id}: {_figure(one)}{one.statement}{f' ({who})' if who else ''}", 2, 2)
    yield paragraph(
        f"{one.status.replace('_', ' ')}{f': {one.because}' if one.because else ''}", 4, 2
    )


def _figure(one: Claim) -> str:
    base = f" [{one.base}]" if one.base else ""
    return f"{_number(one)} {one.unit}{base}. " if one.value is not None else ""


def _number(one: Claim) -> str:
    bound = f"{one.bound.replace('_', ' ')} " if one.bound else ""
    return f"{bound}{one.value:,g}"


def _pairs(group: ClaimGroup) -> Iterator[str]:
    for pair in group.tied("conflict"):
        yield paragraph(
            f"- {pair.first.id} and {pair.second.id} contradict each other: {pair.because}", 2, 2
        )
    yield from _series(group)
    reasons = Counter(pair.because for pair in group.tied("not comparable"))
    for reason, number in sorted(reasons.items()):
        yield paragraph(f"- {counted(number, 'pair')} not comparable: {reason}", 2, 2)


def _series(group: ClaimGroup) -> Iterator[str]:
    """Yield, for each unit and base whose figures differ by date, the figures in a row."""
    differing = {
        claim.id
        for tie in ("change", "undated")
        for pair in group.tied(tie)
        for claim in (pair.first, pair.second)
    }
    rows: dict[tuple[str | None, str | None], list[str]] = {}
    for one in group.claims:
        if one.id in differing:
            when = "undated" if one.year is None else one.year
            rows.setdefault((one.unit, one.base), []).append(f"{_number(one)} ({when})")
    for (unit, base), figures in rows.items():
        what = f"{unit} [{base}]" if base else unit
        yield paragraph(f"- {what}, by date: {', '.join(figures)}", 2, 2)
