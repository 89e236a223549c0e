"""The commands network and mobilisation: who carries evidence, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci.cli.casebooks import casebook_option, gather
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.knowledge import QUESTIONS, USES, Intermediaries, Mobilisation, intermediaries
from implsci.knowledge import mobilisation as review

__all__ = ["mobilisation", "network"]


@examples(
    "implsci network",
    "implsci network --at 2022",
    "implsci network --at 2014-12 --format csv",
)
@click.command()
@casebook_option
@click.option("--at", metavar="DATE", help="A year, month or day, such as 2022 or 2022-06.")
@format_option
def network(casebooks: tuple[str, ...], at: str | None, format: Format) -> None:
    """Say who carried evidence when, in a network of centers.

    With --at, as of that date; without, as each was last checked. With policy areas, sources, and
    what no source was found for.
    """
    found = intermediaries(gather(casebooks), at)
    emit(
        format, found.to_dict(), lambda: "\n".join(_members(found)), rows=flat(found.to_rows())
    )  # fmt: skip


def _members(found: Intermediaries) -> Iterator[str]:
    yield paragraph(found.sentence())
    yield ""
    yield grid(
        "Organization", "Policy areas", "Member as", "Standing", "Because",
        rows=[
            [
                one.record.name,
                "; ".join(one.record.policy_areas) or "not told",
                one.record.member or "not told",
                one.standing,
                one.because,
            ]
            for one in found.members
        ],
    )  # fmt: skip
    sectors = found.by_sector()
    if sectors:
        yield ""
        yield "Who belongs, by sector:"
        for sector, names in sectors.items():
            yield paragraph(f"{sector}: {'; '.join(names)}", 2, 2)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)


@examples(
    "implsci mobilisation",
    "implsci mobilisation --format csv",
)
@click.command()
@casebook_option
@format_option
def mobilisation(casebooks: tuple[str, ...], format: Format) -> None:
    """Review acts of mobilising knowledge.

    Which of four questions each answers (why, whose, what, how), whom it reached and of how many,
    which kind of use came of it, and what is unknown.
    """
    found = review(gather(casebooks))
    emit(
        format, found.to_dict(), lambda: "\n".join(_activities(found)), rows=flat(found.to_rows())
    )  # fmt: skip


def _activities(found: Mobilisation) -> Iterator[str]:
    yield paragraph(found.sentence())
    for one in found.activities:
        activity = one.activity
        yield ""
        yield paragraph(activity.title)
        for name in ("knowledge", "process", "impact"):
            yield paragraph(f"{name}: {getattr(activity, name)}", 2, 2)
        for name in QUESTIONS:
            codes = getattr(activity, name)
            yield paragraph(f"{name}: {', '.join(codes) if codes else 'no code answers it'}", 2, 2)
        reach = [part.words() for part in one.reach]
        yield paragraph(f"reach: {'; '.join(reach) if reach else 'not told'}", 2, 2)
        uses = [f"{one.uses[kind]} {kind}" for kind in USES if one.uses[kind]]
        yield paragraph(f"uses of research: {', '.join(uses) if uses else 'none recorded'}", 2, 2)
        for outcome in activity.outcomes:
            yield paragraph(f"- {outcome.label}", 4, 2)
            for value in outcome.measurements:
                number = (
                    "not printed" if value.value is None else f"{value.value:g} {value.unit or ''}"
                )
                when = f" in {value.time}" if value.time else ""
                yield paragraph(f"{number.rstrip()}{when}", 6, 2)
        if activity.note:
            yield paragraph(f"- {activity.note}", 2, 2)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)
