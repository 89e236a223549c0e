"""The command casebook: what practice and knowledge records there are, and what is doubtful in them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import click
from attrs import evolve

from implsci._wording import counted
from implsci.casebook import check_documents, ids_of, placed_records
from implsci.cli import sources
from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.output import Format, emit, examples, format_option, paragraph
from implsci.compendium import Problem, Problems
from implsci.model.documents import DOCUMENTS
from implsci.plugins import registry

__all__ = ["casebook"]

_COLUMNS = ("file", "line", "study", "path", "severity", "message", "rule")


@examples(
    "implsci casebook implsci-knowledge",
    "implsci casebook implsci-knowledge --compendium implsci-examples --format json",
)
@click.command()
@casebook_argument
@click.option("--compendium", metavar="FILE|NAME", help="Holds the studies that records point to.")
@click.option("--strict", is_flag=True, help="Let a warning count as an error.")
@format_option
def casebook(casebook: str, compendium: str | None, strict: bool, format: Format) -> int:
    """Count the records of a casebook, and check them.

    CASEBOOK is a .jsonl or .json file, a folder of them, - for stdin, or a casebook that a plugin
    brings. References to studies are checked where --compendium says which. Exits with 0 where there
    is no error, 1 where there is one (with --strict also for a warning), 3 where it cannot be read.
    """
    known = None if compendium is None else ids_of(sources.compendium(compendium))
    if casebook != sources.STDIN and Path(casebook).exists():
        placed, unread = placed_records(casebook)
    else:
        placed, unread = tuple((None, None, one) for one in read_casebook(casebook)), ()
    found = check_documents(placed, registry(), known)
    found = evolve(found, problems=(*unread, *found.problems))
    kinds = {known: name for name, known in DOCUMENTS.items()}
    counts = Counter(kinds[type(record)] for _, _, record in placed)
    ordered = {name: counts[name] for name in DOCUMENTS if counts[name]}
    problems = [{name: getattr(one, name) for name in _COLUMNS} for one in found]
    emit(
        format,
        {"records": ordered, "problems": problems},
        lambda: "\n".join(
            [
                f"{counted(len(placed), 'record')}: "
                + ", ".join(f"{name} {count}" for name, count in ordered.items()),
                *map(_line, found),
                _tally(found),
            ]
        ),
        rows=[_COLUMNS, *(tuple(problem.values()) for problem in problems)],
    )
    return 1 if found.of("error") or (strict and found.of("warning")) else 0


def _line(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
    named = f"{problem.study}: {problem.path}" if problem.study else problem.path
    parts = (place, problem.severity, named.strip(": "), problem.message)
    return paragraph(": ".join(part for part in parts if part), hang=2)


def _tally(found: Problems) -> str:
    errors, warnings = len(found.of("error")), len(found.of("warning"))
    return (
        f"{counted(errors, 'error')}, {counted(warnings, 'warning')}, {len(found.of('info'))} info"
    )
