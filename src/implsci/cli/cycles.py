"""The command cycles: learning cycles in time, and where they stop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from implsci.analysis.tally import in_words
from implsci.atomic import write_file
from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.options import limit_option
from implsci.cli.output import (
    Format,
    cut_off,
    emit,
    examples,
    flat,
    format_option,
    grid,
    note,
    paragraph,
)
from implsci.cli.output import write as write_out
from implsci.cli.sources import STDIN, refuse_source
from implsci.cli.sources import compendium as read_compendium
from implsci.errors import InvalidQueryError
from implsci.learning import CycleCourse, Cycles, lesson_brief
from implsci.learning import cycles as ask

__all__ = ["cycles"]

_HEADER = ("kind", "id", "label", "missing", "since", "who", "cycles", "note")


@examples(
    "implsci cycles implsci-questions",
    "implsci cycles implsci-questions --compendium implsci-examples --limit 5",
)
@click.command()
@casebook_argument
@click.option("--compendium", metavar="FILE|NAME", help="The studies they speak of.")
@click.option(
    "--each", is_flag=True, help="List findings nobody took up one by one; needs --compendium."
)
@click.option("--brief", metavar="ID", help="Write up one cycle, or one lesson: CYCLE#STEP.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE.md", help="Where the brief goes; - is stdout.",
)  # fmt: skip
@limit_option("lines each table shows")
@format_option
def cycles(
    casebook: str,
    compendium: str | None,
    each: bool,
    brief: str | None,
    out: Path | None,
    limit: int,
    format: Format,
) -> None:
    """Show learning cycles, and where they stop.

    Question, study, finding, change of practice, observation, question: which cycles close, which
    step nobody followed up, since when, and what would come next.
    """
    if out is not None and brief is None:
        raise InvalidQueryError("--out: expected --brief ID beside it")
    if each and compendium is None:
        raise InvalidQueryError("--each: expected --compendium beside it")
    book = read_casebook(casebook)
    studies = None if compendium is None else read_compendium(compendium)
    if brief is not None:
        text = lesson_brief(book, brief, studies)
        if out is None or str(out) == STDIN:
            write_out(text)
            return
        for source in filter(None, (casebook, compendium)):
            refuse_source(source, out)
        write_file(out, [text.encode()])
        note(f"wrote {out}")
        return
    found = ask(book, studies, each=each)
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, limit or None)),
        rows=flat(found.to_rows(), _HEADER),
    )


def _lines(found: Cycles, limit: int | None) -> Iterator[str]:
    yield paragraph(found.sentence())
    for one in found.cycles[:limit]:
        yield ""
        yield from _course(one)
    if found.loops:
        yield ""
        yield grid(
            "Stopped at", "Kind", "Next", "Since", "Who",
            rows=[
                [(one.label, one.id), one.kind, one.missing, one.since or "?", one.who or "?"]
                for one in found.loops[:limit]
            ],
            narrow=("Since",),
        )  # fmt: skip
        yield from cut_off(len(found.loops), limit, "open loops")
    if found.dangling:
        yield ""
        yield paragraph("Leads nowhere:")
        for lost in found.dangling[:limit]:
            yield paragraph(f"{lost.where}: {lost.to}: {lost.because}", 2, 2)
        yield from cut_off(len(found.dangling), limit, "references")
    if found.untaken:
        yield ""
        yield grid(
            "Findings nobody took up", "Outcome", "Findings", "Cases", "What they say",
            rows=[
                [
                    (one.label, one.strategy) if one.strategy else "(uncoded)",
                    (one.kind or "not told").replace("_", " "),
                    one.findings,
                    one.cases,
                    "; ".join(in_words(one.by_basis)),
                ]
                for one in found.untaken[:limit]
            ],
            right=("Findings", "Cases"),
        )  # fmt: skip
        yield from cut_off(len(found.untaken), limit, "groups")
    for finding in found.untaken_findings[:limit]:
        yield paragraph(
            f"{finding.finding}: {finding.outcome}: {finding.direction.replace('_', ' ')}", 2, 2
        )
    yield from cut_off(len(found.untaken_findings), limit, "findings")
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _course(one: CycleCourse) -> Iterator[str]:
    state = f"closed, at {', '.join(one.closes_with)}" if one.closed else "open"
    without = f"; without {', '.join(one.without).replace('_', ' ')}" if one.without else ""
    yield paragraph(f"{one.title} ({one.id}): {state}{without}", hang=2)
    for step in one.steps:
        of = f" ({step.of})" if step.of else ""
        yield paragraph(
            f"{step.date or '?'}  {step.kind.replace('_', ' ')}: {step.label}{of}", 2, 2
        )
