"""The command check: everything wrong or doubtful in coded studies, with its place."""

from __future__ import annotations

import click

from implsci.cli import sources
from implsci.cli.output import (
    Format,
    counting,
    emit,
    examples,
    format_option,
    paragraph,
    plural,
)
from implsci.codec import MAX_BYTES
from implsci.compendium import Problem, Problems, check_records
from implsci.plugins import registry

__all__ = ["check", "tally"]

_COLUMNS = ("file", "line", "study", "path", "severity", "message")


@examples(
    "implsci check implsci-examples",
    "implsci check implsci-examples --strict --format json",
)
@click.command()
@click.argument("file", metavar="FILE")
@click.option("--strict", is_flag=True, help="Let a warning count as an error.")
@click.option(
    "--max-bytes", type=click.IntRange(min=1), default=MAX_BYTES, show_default=True, metavar="N",
    help="Refuse longer records unread.",
)  # fmt: skip
@format_option
def check(file: str, strict: bool, max_bytes: int, format: Format) -> int:
    """List what is wrong or doubtful in coded studies.

    Each problem comes with file, line and path. FILE is a .jsonl or .json file, a folder of them, -
    for stdin, or a compendium that a plugin brings. An error breaks a record; a warning is probably
    wrong; info is worth knowing. Exits with 0 where there is no error, 1 where there is one (with
    --strict also for a warning), 2 where asked wrongly, 3 where FILE cannot be read.
    """
    found = check_records(
        counting(sources.records(file, max_bytes), "records"), registry(), max_bytes
    )
    if not found.studies and not found.problems:
        empty = Problem(
            message="no record in it; expected at least one study", severity="error", file=file
        )
        found = Problems(studies=0, problems=(empty,))
    problems = [{name: getattr(item, name) for name in _COLUMNS} for item in found]
    emit(
        format,
        {"studies": found.studies, "problems": problems},
        lambda: "\n".join([*map(_line, found), tally(found)]),
        rows=[_COLUMNS, *(list(problem.values()) for problem in problems)],
    )
    return 1 if found.of("error") or (strict and found.of("warning")) else 0


def tally(problems: Problems) -> str:
    """Return how many studies were checked and how many problems of each kind there are."""
    return ", ".join(
        (
            plural(problems.studies, "study", "studies"),
            plural(len(problems.of("error")), "error"),
            plural(len(problems.of("warning")), "warning"),
            f"{len(problems.of('info'))} info",
        )
    )


def _line(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
    parts = (place, problem.severity, problem.path, problem.message)
    return paragraph(": ".join(part for part in parts if part), hang=2)
