"""The command relationships: a compendium asked what its relationships do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from implsci._wording import counted
from implsci.analysis import relationship
from implsci.analysis.tally import in_words
from implsci.atomic import write_file
from implsci.cli.options import outcome_option, source_argument, where_option
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.cli.sources import compendium, facets_asked, refuse_source
from implsci.errors import InvalidQueryError
from implsci.plugins import registry

__all__ = ["relationships"]

_SHORT = 12  # a longer name of a number stands in the sentence below


@examples(
    "implsci relationships implsci-examples",
    "implsci relationships implsci-examples --where sector=health --outcome implementation",
    "implsci relationships implsci-examples --out roles.svg",
)
@click.command()
@source_argument
@outcome_option
@click.option("--of", metavar="WHAT", help="Only measurements of this, such as trust.")
@click.option(
    "--cut", type=click.FloatRange(0, 1), default=0.5, show_default=True, metavar="SHARE",
    help="From which share of its scale on a relationship counts as good.",
)  # fmt: skip
@where_option
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.svg", help="Draw it.")
@format_option
def relationships(
    source: str,
    outcome: str | None,
    of: str | None,
    cut: float,
    where: tuple[str, ...],
    out: Path | None,
    format: Format,
) -> None:
    """Ask a compendium what its relationships do, in every role.

    Strategy, moderator, mediator, necessary condition, determinant: each with a number, or with the
    reason why there is none; with what it assumes and what would speak against it. Effects,
    associations and descriptions are never added together.
    """
    if out is not None:
        refuse_source(source, out)
    if out is not None and out.suffix.lower() != ".svg":
        raise InvalidQueryError(f"{out}: expected a name ending in .svg")
    studies = compendium(source)
    if where:
        studies = studies.where(registry=registry(), **facets_asked(where))
    found = relationship.roles(studies, outcome, of=of, cut=cut)
    if out is not None:
        write_file(out, [found.to_svg().encode()])
        note(f"wrote {out}")
    emit(format, found.to_dict(), lambda: "\n".join(_lines(found)), rows=flat(found.to_rows()))


def _lines(found: relationship.Roles) -> Iterator[str]:
    yield paragraph(
        f"What do relationships do? {counted(found.n_studies, 'study', 'studies')}, "
        f"{found.with_relationship} of which speak of one.",
        hang=2,
    )
    yield ""
    yield grid(
        "Role", "Standing", "Number", "Claimed in",
        rows=[
            [
                answer.role.replace("_", " "),
                answer.standing,
                _number(answer),
                f"{counted(answer.n_findings, 'finding')} of "
                + counted(answer.n_studies, "study", "studies"),
            ]
            for answer in found
        ],
        narrow=("Role",),
    )  # fmt: skip
    for answer in found:
        yield ""
        yield paragraph(answer.question)
        yield paragraph(answer.short(counted=False), 2)
        for line in in_words(answer.by_basis):
            yield paragraph(line, 2, 2)
        yield paragraph(f"Assumes: {'; '.join(answer.assumptions)}.", 2, 2)
        yield paragraph(f"Would speak against it: {'; '.join(answer.refuted_by)}.", 2, 2)
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)


def _number(answer: relationship.RoleAnswer) -> str:
    if answer.estimate is None:
        return "none"
    name = f"{answer.metric} " if answer.metric and len(answer.metric) < _SHORT else ""
    span = (
        f" [{answer.ci_low:.2f}, {answer.ci_high:.2f}]"
        if answer.ci_low is not None and answer.ci_high is not None
        else ""
    )
    return f"{name}{answer.estimate:.2f}{span}, {answer.behind_it}"
