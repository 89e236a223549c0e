"""The command competencies: what those who support strategies must be able to do."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Final

import click

from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.cli.tracked import one_of
from implsci.cli.vocabulary import named_term
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.learning import Competencies
from implsci.learning import competencies as ask
from implsci.plugins import registry

__all__ = ["competencies"]

_HEADER: Final = (
    "strategy", "strategy_label", "competency", "competency_label", "match", "confidence",
    "crosswalks", "status", "because",
)  # fmt: skip


@examples(
    "implsci competencies relational:listen-actively relational:address-power",
    'implsci competencies "Keep regular contact" eric:facilitation --format json',
    "implsci competencies --study plan.json",
)
@click.command()
@click.argument("codes", nargs=-1, metavar="CODE...")
@click.option(
    "--study", metavar="FILE[#ID]|NAME[#ID]",
    help="Take the strategies of a study, plan or support arrangement.",
)  # fmt: skip
@format_option
def competencies(codes: tuple[str, ...], study: str | None, format: Format) -> None:
    """Say which competencies strategies call for.

    A CODE is that of a strategy, or its number or label. Competencies are those of practitioners who
    support implementation (taxonomy isp), tied to strategies by crosswalks; how far each crosswalk was
    checked stands beside. A strategy that no author tied to any, and one nobody is known to have
    looked at, are told apart.
    """
    if bool(codes) is (study is not None):
        raise InvalidQueryError(
            "expected strategies, or --study, and not both; such as: implsci competencies "
            "relational:listen-actively"
        )
    known = registry()
    asked = one_of(study) if study else [named_term(code, known).code for code in codes]
    found = ask(asked)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Competencies) -> Iterator[str]:
    yield paragraph(found.sentence())
    if found.ties:
        yield ""
        yield grid(
            "Strategy", "Competency", "Match", "Crosswalk",
            rows=[
                [
                    "" if place else (tie.strategy_label, tie.strategy),
                    (tie.competency_label, tie.competency),
                    tie.match,
                    f"{', '.join(tie.crosswalks)} ({tie.status})",
                ]
                for _, own in groupby(found.ties, key=lambda tie: tie.strategy)
                for place, tie in enumerate(own)
            ],
            narrow=("Match",),
        )  # fmt: skip
    if found.untied:
        yield ""
        yield "Tied to none:"
        for one in found.untied:
            yield paragraph(f"{_label(one.strategy)}: {one.because}", 2, 2)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _label(strategy: str) -> str:
    try:
        return f"{registry().term(strategy).label} ({strategy})"
    except UnknownNameError:
        return strategy
