"""The command equity: who is reached, and whom nobody studied."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci._wording import counted
from implsci.cli.options import source_argument, where_option
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.cli.sources import compendium, facets_asked
from implsci.questions import Equity, EquityGap
from implsci.questions import equity as ask

__all__ = ["equity"]

_HEADER = (
    "study", "label", "of", "time", "dimension", "dimension_label", "kind", "low", "low_share",
    "low_base", "high", "high_share", "high_base", "absolute", "absolute_low", "absolute_high",
    "relative", "relative_low", "relative_high", "slope_index", "slope_low", "slope_high", "groups",
    "because",
)  # fmt: skip


@examples(
    "implsci equity implsci-examples",
    "implsci equity implsci-examples --where sector=education",
    "implsci equity implsci-examples --of reach --order poorest,second,middle,fourth,richest",
)
@click.command()
@source_argument
@click.option("--of", metavar="WHAT", help="Only measurements of this, such as reach.")
@click.option("--order", default="", metavar="A,B,...", help="The groups, the worst-off first.")
@where_option
@format_option
def equity(source: str, of: str | None, order: str, where: tuple[str, ...], format: Format) -> None:
    """Ask who is reached, and whom nobody studied.

    Absolute and relative gaps inside each study that reports reach by stratum, with intervals, and
    the slope index where groups have an order.
    """
    found = ask(
        compendium(source),
        of=of,
        order=[name.strip() for name in order.split(",") if name.strip()],
        where=facets_asked(where),
    )
    for text in found.warnings:
        note(f"warning: {text}")
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Equity) -> Iterator[str]:
    yield paragraph(found.sentence())
    for gap in found.gaps:
        yield ""
        yield from _gap(gap)
    if found.populations:
        yield ""
        yield grid(
            "Stratum", "Described", "Measured",
            rows=[
                [(one.label, one.code), one.described, one.measured] for one in found.populations
            ],
            right=("Described", "Measured"),
        )  # fmt: skip
    if found.unstudied:
        yield ""
        yield paragraph(
            f"Nobody studied: {'; '.join(one.label for one in found.unstudied)}", hang=2
        )
    yield ""
    for reason, times in found.left_out.items():
        yield paragraph(f"- not compared: {reason} ({counted(times, 'time')})", hang=2)
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _gap(gap: EquityGap) -> Iterator[str]:
    time = f", {gap.time}" if gap.time else ""
    yield paragraph(f"{gap.study}: {gap.of} by {gap.dimension_label}{time} ({gap.kind})", hang=2)
    for group in gap.groups:
        base = "" if group.base is None else f" of {group.base:,}"
        yield paragraph(f"{group.group}: {group.share:.1%}{base}", 4, 2)
    yield paragraph(
        f"gap from {gap.low.group} to {gap.high.group}: {100 * gap.absolute:.1f} points"
        + _within(gap.absolute_ci, 100)
        + ("" if gap.relative is None else f"; ratio {gap.relative:.2f}{_within(gap.relative_ci)}"),
        2,
        2,
    )
    if gap.slope is not None:
        ends = None
        if gap.slope.ci_low is not None and gap.slope.ci_high is not None:
            ends = gap.slope.ci_low, gap.slope.ci_high
        yield paragraph(f"slope index: {100 * gap.slope.sii:.1f} points{_within(ends, 100)}", 2, 2)
    for text in gap.because:
        yield paragraph(f"cannot be estimated: {text}", 2, 2)


def _within(ends: tuple[float, float] | None, scale: float = 1) -> str:
    if ends is None:
        return ""
    digits = 2 if scale == 1 else 1
    return f" [{scale * ends[0]:.{digits}f}, {scale * ends[1]:.{digits}f}]"
