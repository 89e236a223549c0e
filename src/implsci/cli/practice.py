"""The command practice: what practitioners value against what studies tested."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, get_args

import click

from implsci.cli.options import limit_option, source_argument, where_option
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.cli.sources import compendium, facets_asked
from implsci.questions import Practice, Standing, Verdict
from implsci.questions import practice as ask

__all__ = ["practice"]

_HEADER: Final = (
    "strategy", "label", "verdict", "practice", "research", "rated", "described", "described_gains",
    "named", "tested", "told", "tested_gains", "alone",
)  # fmt: skip
_TITLES: Final[dict[Verdict, str]] = {
    "valued, untested": "Practice values them, no study tests them",
    "valued, gain not shown": "Practice values them, most tests show no gain",
    "gain, not valued": "Tests show gains, practice does not value them",
    "gain, unheard": "Tests show gains, practice says nothing",
    "agree": "Practice and tests agree",
    "undecided": "Undecided",
}


@examples(
    "implsci practice implsci-examples",
    "implsci practice implsci-examples --scheme relational --limit 0",
    "implsci practice implsci-examples --where sector=health --cut 0.6 --format csv",
)
@click.command()
@source_argument
@click.option(
    "--scheme", "schemes", multiple=True, metavar="S",
    help="Only strategies of this taxonomy; may be repeated. [default: those that the studies are "
    "coded in, and relational]",
)  # fmt: skip
@click.option(
    "--cut", type=click.FloatRange(0, 1), default=0.5, show_default=True, metavar="SHARE",
    help="From which share of its scale on a rating of importance says that a strategy is valued.",
)  # fmt: skip
@where_option
@limit_option("strategies each table shows", 5)
@format_option
def practice(
    source: str,
    schemes: tuple[str, ...],
    cut: float,
    where: tuple[str, ...],
    limit: int,
    format: Format,
) -> None:
    """Set what practitioners value against what was tested.

    Strategies that practice values and no study tests, those it values though most tests show no
    gain, and those with gains that practice does not value or never speaks of. Practice is panels'
    ratings and what cases describe; research is effects and associations. Unknown stays unknown.
    """
    found = ask(
        compendium(source), schemes=schemes or None, cut=cut, where=facets_asked(where)
    )  # fmt: skip
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Practice, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    for verdict in get_args(Verdict):
        own = found.verdicts(verdict)
        if not own:
            continue
        yield ""
        shown = "" if limit is None or len(own) <= limit else f", the first {limit} of {len(own)}"
        yield paragraph(f"{_TITLES[verdict]}{shown}:")
        yield grid(
            "Strategy", "Practice", "Rated", "Described", "Tests with gains",
            rows=[
                [
                    (one.label, one.strategy),
                    one.practice,
                    _rated(one),
                    f"{one.described_gains} of {one.described}" if one.described else _named(one),
                    f"{one.tested_gains} of {one.told}" if one.told else one.research,
                ]
                for one in own[:limit]
            ],
            right=("Rated",),
            narrow=("Described", "Tests with gains"),
        )  # fmt: skip
    yield ""
    yield paragraph(
        "Rated: importance as a share of its scale. Described: cases that tell of gains, of those "
        "that describe what came of it. Tests with gains: of the cases that test it and tell a "
        "direction."
    )
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _rated(one: Standing) -> str:
    return " / ".join(f"{share:.2f}" for _, share in one.rated) or "unrated"


def _named(one: Standing) -> str:
    return f"named in {one.named}" if one.named else "no case"
