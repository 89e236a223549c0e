"""The command agreement: how far the coders of a compendium agree, construct by construct."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click
from attrs import asdict, fields_dict

from implsci._wording import counted
from implsci.cli.options import source_argument
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph
from implsci.cli.sources import compendium
from implsci.errors import InvalidCodeError, UnknownNameError
from implsci.plugins import registry

if TYPE_CHECKING:
    from implsci.analysis.agreement import CoderPair, ConstructAgreement, ConstructTable, Who

__all__ = ["agreement"]


@examples(
    "implsci agreement studies.jsonl",
    "implsci agreement implsci-examples --coders machines",
    "implsci agreement implsci-examples --coders all --format json",
)
@click.command()
@source_argument
@click.option(
    "--coders",
    type=click.Choice(["people", "machines", "all"]),
    default="people",
    show_default=True,
    help="Whose codings are compared; who is not said to be a machine counts among people.",
)
@click.option(
    "--resamples",
    type=click.IntRange(min=100),
    default=1_000,
    show_default=True,
    metavar="N",
    help="How often units are drawn for each interval.",
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=0, show_default=True, metavar="N",
    help="Where the drawing begins; the same seed gives the same intervals.",
)  # fmt: skip
@format_option
def agreement(source: str, coders: Who, resamples: int, seed: int, format: Format) -> None:
    """Say how far coders agree on each code and each field.

    FILE|NAME is a compendium with the readings of several coders. A unit is a place of a study that
    at least two of them read: percent agreement, Cohen's kappa (of two coders) and Krippendorff's
    alpha with a bootstrap interval; then what each pair of coders shares.
    """
    from implsci.analysis.agreement import per_construct

    found = per_construct(compendium(source), who=coders, resamples=resamples, seed=seed)
    if format == "csv":
        note(found.sentence())
    emit(format, found.to_dict(), lambda: "\n".join(_lines(found)), rows=_flat(found))


def _lines(found: ConstructTable) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.pairs and not found.units:
        yield "For the readings of machines: --coders machines, or all."
    for scope in dict.fromkeys(one.scope for one in found.constructs):
        rows = [one for one in found.constructs if one.scope == scope]
        yield ""
        yield paragraph(f"{scope}: {counted(rows[0].units, 'unit')}")
        yield _constructs(rows)
        for reason in dict.fromkeys(one.reason for one in rows if one.alpha is None):
            yield paragraph(f"- means: cannot be estimated, since {reason}", 2, 2)
    if found.constructs:
        yield ""
        yield paragraph(
            "Given: units to which at least one gave the code; shared: to which all did. Percent "
            "counts the units to which nobody gave it as agreed. No interval: more than 1 in 20 "
            "draws of the units have no variation.",
            2,
        )
    if found.pairs:
        yield ""
        yield "Each pair of coders: labels both gave, of those either gave"
        yield _pairs(found.pairs)
    if found.adjudicated:
        yield paragraph(
            f"{counted(found.adjudicated, 'coding')} of adjudicators left out: they settle, and are "
            "no readings."
        )
    if found.contradicted:
        yield paragraph(
            f"{counted(found.contradicted, 'reading')} left out: the coder gave one field two words."
        )


def _constructs(rows: Sequence[ConstructAgreement]) -> str:
    return grid(
        "Construct", "Given", "Shared", "Percent", "Kappa", "Alpha", "95% interval",
        rows=[
            [
                _shown(one.construct),
                _count(one.given),
                _count(one.shared),
                _number(one.percent, 0),
                _number(one.kappa),
                _number(one.alpha),
                "-" if one.ci_low is None else f"{_number(one.ci_low)} to {_number(one.ci_high)}",
            ]
            for one in rows
        ],
        right=("Given", "Shared", "Percent", "Kappa", "Alpha"),
        narrow=("95% interval",),
    )  # fmt: skip


def _shown(construct: str) -> object:
    """Return a code under its label, where its taxonomy is installed."""
    try:
        return (registry().term(construct).shown, construct)
    except (UnknownNameError, InvalidCodeError):
        return construct


def _pairs(rows: Sequence[CoderPair]) -> str:
    return grid(
        "Scope", "Coders", "Units", "Labels",
        rows=[
            [
                one.scope,
                f"{one.first} ({one.first_by}), {one.second} ({one.second_by})",
                one.units,
                f"{one.shared} of {one.used}",
            ]
            for one in rows
        ],
        right=("Units",),
        narrow=("Labels",),
    )  # fmt: skip


def _count(value: int | None) -> str:
    return "" if value is None else str(value)


def _number(value: float | None, digits: int = 2) -> str:
    return "-" if value is None else f"{value:.{digits}f}"


def _flat(found: ConstructTable) -> Iterator[Sequence[Any]]:
    from implsci.analysis.agreement import ConstructAgreement

    yield list(fields_dict(ConstructAgreement))
    yield from (list(asdict(one).values()) for one in found.constructs)
