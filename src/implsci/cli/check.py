"""The command check: everything wrong or doubtful in coded studies, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Literal

import click
from attrs import evolve

from implsci._wording import counted
from implsci.cli import sources
from implsci.cli.output import Format, counting, emit, examples, json_text, note, paragraph, write
from implsci.cli.sarif import sarif_log
from implsci.codec import MAX_BYTES
from implsci.compendium import Problem, Problems, RawRecord, check_records
from implsci.ledger import Ledger
from implsci.plugins import registry

__all__ = ["check", "tally"]

_COLUMNS = ("file", "line", "study", "path", "severity", "message", "rule")


@examples(
    "implsci check implsci-examples",
    "implsci check implsci-examples --strict --format json",
    "implsci check studies more.jsonl --format sarif > check.sarif",
)
@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--strict", is_flag=True, help="Let a warning count as an error.")
@click.option(
    "--max-bytes", type=click.IntRange(min=1), default=MAX_BYTES, show_default=True, metavar="N",
    help="Refuse longer records unread.",
)  # fmt: skip
@click.option(
    "--format", "format", type=click.Choice(["table", "json", "csv", "sarif"]), default="table",
    show_default=True, help="How to print the result.",
)  # fmt: skip
def check(
    files: tuple[str, ...], strict: bool, max_bytes: int, format: Format | Literal["sarif"]
) -> int:
    """List what is wrong or doubtful in coded studies.

    Each problem comes with file, line and path. FILE is a .jsonl or .json file, a folder of them, -
    for stdin, a compendium that a plugin brings, or a file of another format; several are checked as
    one. An error breaks a record; a warning is probably wrong; info is worth knowing. Exits with 0
    where there is no error, 1 where there is one (with --strict also for a warning), 2 where asked
    wrongly, 3 where a FILE cannot be read.
    """
    unread: list[Problem] = []
    found = check_records(
        counting(_records(files, max_bytes, unread), "records"),
        registry(),
        max_bytes,
        today=date.today(),
    )
    found = evolve(found, problems=(*found.problems, *unread))
    if format == "sarif":
        write(json_text(sarif_log(found)))
    else:
        problems = [{name: getattr(item, name) for name in _COLUMNS} for item in found]
        emit(
            format,
            {"studies": found.studies, "problems": problems},
            lambda: "\n".join([*map(_line, found), tally(found)]),
            rows=[_COLUMNS, *(list(problem.values()) for problem in problems)],
        )
    return 1 if found.of("error") or (strict and found.of("warning")) else 0


def _records(files: Iterable[str], max_bytes: int, unread: list[Problem]) -> Iterator[RawRecord]:
    """Yield the records of all files; what keeps any from being read is added to `unread`."""
    for file in files:
        ledger = Ledger(file)
        raw = None
        for raw in sources.records(file, max_bytes, ledger):
            yield raw
        if ledger.left_out:
            note(f"not all of {file} could be kept; implsci convert {file} OUT says what")
        unread += [
            _unread(file, f"{one.path}: {one.message}", "unreadable") for one in ledger.skipped
        ]
        if raw is None:
            message = "no record in it; expected at least one study"
            unread.append(_unread(file, message, "no-record"))


def _unread(file: str, message: str, rule: str) -> Problem:
    return Problem(message=message, severity="error", file=file, rule=rule)


def tally(problems: Problems) -> str:
    """Return how many studies were checked and how many problems of each kind there are."""
    return ", ".join(
        (
            counted(problems.studies, "study", "studies"),
            counted(len(problems.of("error")), "error"),
            counted(len(problems.of("warning")), "warning"),
            f"{len(problems.of('info'))} info",
        )
    )


def _line(problem: Problem) -> str:
    place = ":".join(str(part) for part in (problem.file, problem.line) if part is not None)
    parts = (place, problem.severity, problem.path, problem.message)
    return paragraph(": ".join(part for part in parts if part), hang=2)
