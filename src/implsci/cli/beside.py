"""The command beside: what practice saw of strategies beside what studies found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import click

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.options import limit_option
from implsci.cli.output import Format, cut_off, emit, examples, flat, format_option, paragraph
from implsci.cli.sources import compendium as read_compendium
from implsci.learning import Beside
from implsci.learning import beside as ask
from implsci.model.documents import Observation

__all__ = ["beside"]

_HEADER: Final = (
    "strategy", "label", "verdict", "practice", "observations", "saw", "informants", "research",
    "said", "tested", "told", "gains", "alone", "used", "used_since",
)  # fmt: skip


@examples(
    "implsci beside ours.jsonl",
    "implsci beside ours.jsonl --compendium studies.jsonl --format csv",
)
@click.command()
@casebook_argument
@click.option(
    "--compendium", default="implsci-examples", show_default=True, metavar="FILE|NAME",
    help="The studies.",
)  # fmt: skip
@limit_option("strategies a table shows")
@format_option
def beside(casebook: str, compendium: str, limit: int, format: Format) -> None:
    """Set what practice saw beside what studies found.

    CASEBOOK holds observations: a file, a folder, - for stdin, or a name. Strategy by strategy, both
    sides with their own counts, those first on which they are at odds; what practice saw fail and
    studies go on using; what studies test and no observation speaks of. The two are never summed.
    """
    found = ask(read_casebook(casebook), read_compendium(compendium))
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Beside, limit: int | None) -> Iterator[str]:
    yield paragraph(
        f"{counted(found.n_observations, 'observation')} beside "
        f"{counted(found.n_studies, 'study', 'studies')}. {found.sentence()}"
    )
    for one in found.rows[:limit]:
        yield ""
        yield paragraph(f"{one.label} ({one.strategy}): {one.verdict}", hang=2)
        for seen in one.observations:
            yield paragraph(f"practice: {_seen(seen)}", 2, 2)
        yield paragraph(f"studies: {'; '.join(in_words(one.by_basis)) or 'no finding'}", 2, 2)
    yield from cut_off(len(found.rows), limit, "strategies")
    yield ""
    if found.without_strategy:
        yield paragraph(
            f"- {counted(found.without_strategy, 'observation')} without a strategy, in no line",
            hang=2,
        )
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _seen(seen: Observation) -> str:
    when = f", {seen.date}" if seen.date else ""
    said = "" if seen.n is None else f", said by {seen.n}{_asked(seen)}"
    return f"{(seen.direction or 'direction not told').replace('_', ' ')}{said}{when}: {seen.statement}"


def _asked(seen: Observation) -> str:
    return "" if seen.n_informants is None else f" of {seen.n_informants} asked"
