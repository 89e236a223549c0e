"""What every command shares: how results, notes and hostile text reach stdout and stderr.

Results go to stdout as a table, JSON or CSV; everything said beside them goes to stderr. Text from
data may hold anything, so no character that a terminal would obey passes through here.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import os
import re
import shutil
import sys
import textwrap
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeVar

import click

from implsci.errors import MissingExtraError
from implsci.escaping import inert

__all__ = [
    "Format",
    "clean",
    "counting",
    "csv_text",
    "cut_off",
    "emit",
    "examples",
    "flat",
    "format_option",
    "grid",
    "json_text",
    "note",
    "paragraph",
    "plain",
    "pooling",
    "watching",
    "width",
    "write",
]

Format = Literal["table", "json", "csv"]
_T = TypeVar("_T")
_Command = TypeVar("_Command", bound=Callable[..., Any])

# Joiners that change how letters are shaped, as in Persian and Hindi; they cannot move a cursor.
_JOINERS = "\u200c\u200d"
# Holds a code's place while a table is drawn; no text from data holds it, since it is not printable.
_CODE = "\ue000"
# JSON escapes the controls of ASCII by itself; these a terminal may obey too.
_OBEYED = re.compile("[\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def format_option(command: _Command) -> _Command:
    """Give a command the option ``--format``."""
    return click.option(
        "--format",
        "format",
        type=click.Choice(["table", "json", "csv"]),
        default="table",
        show_default=True,
        help="How to print the result.",
    )(command)


def examples(*lines: str) -> Callable[[click.Command], click.Command]:
    """Close the help of a command with lines that can be run as they stand."""

    def close(command: click.Command) -> click.Command:
        command.epilog = "\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])
        return command

    return close


def clean(text: str) -> str:
    r"""Return text with its lines kept and every character that a terminal would obey spelled out.

    Examples:
        >>> clean("a\x1b[31mb")
        'a\\x1b[31mb'
    """
    if text.isprintable():
        return text
    return "".join(
        char
        if char == "\n" or char.isprintable() or char in _JOINERS
        else " "
        if char.isspace()
        else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


def plain(text: object) -> str:
    """Return a value as one clean line."""
    return clean(" ".join(str(text).split()))


def cut_off(number: int, limit: int | None, what: str) -> Iterator[str]:
    """Yield a line that says that not all are shown; none where all are.

    Args:
        number: how many there are.
        limit: how many of them are shown; None for all.
        what: what they are.
    """
    if limit is not None and number > limit:
        yield paragraph(f"The first {limit} of {number:,} {what}; --limit 0 shows all.")


def width() -> int:
    """Return the columns to write for: those of ``COLUMNS`` or the terminal, else 80."""
    return max(40, shutil.get_terminal_size((80, 24)).columns)


def paragraph(text: object, indent: int = 0, hang: int = 0) -> str:
    """Return text wrapped to the terminal; codes and paths are never broken.

    Args:
        text: the text.
        indent: spaces before every line.
        hang: further spaces before every line but the first.
    """
    return textwrap.fill(
        plain(text),
        width(),
        initial_indent=" " * indent,
        subsequent_indent=" " * (indent + hang),
        break_long_words=False,
        break_on_hyphens=False,
    )


def write(data: str | bytes) -> None:
    """Write to stdout. A reader that has had enough, such as ``head``, is no failure."""
    if isinstance(data, str):
        data = data.encode(sys.stdout.encoding or "utf-8", "backslashreplace")
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        # Python would try again, and complain, when it flushes at exit.
        sink = os.open(os.devnull, os.O_WRONLY)
        os.dup2(sink, sys.stdout.fileno())
        os.close(sink)
        if not isinstance(error, BrokenPipeError):
            raise


def note(text: object) -> None:
    """Say something beside the result, as one line on stderr."""
    click.echo(f"implsci: {plain(text)}", err=True)


def json_text(value: object) -> bytes:
    """Return a value as readable JSON in UTF-8, with a newline at the end."""
    text = json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False)
    text = _OBEYED.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
    # Half a surrogate pair (a file name that is not UTF-8) becomes its JSON escape.
    return text.encode("utf-8", "backslashreplace") + b"\n"


def csv_text(rows: Iterable[Sequence[object]]) -> bytes:
    """Return lines of cells as CSV in UTF-8, safe to open in a spreadsheet or a terminal."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return text.getvalue().encode("utf-8", "backslashreplace")


def _csv_cell(value: object) -> object:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "; ".join(str(_csv_cell(item)) for item in value)
    if isinstance(value, dict):
        return " ".join(str(_csv_cell(item)) for item in value.values() if item is not None)
    return inert(plain(value)) if isinstance(value, str) else value


def emit(
    format: Format,
    value: object,
    table: Callable[[], str],
    rows: Iterable[Sequence[object]] | None = None,
) -> None:
    """Print a result.

    Args:
        format: how.
        value: the result as plain values, printed as JSON.
        table: draws it for a reader; not called for the other formats.
        rows: header and lines for CSV; taken from `value` where that is a list of flat objects.
    """
    if format == "json":
        write(json_text(value))
    elif format == "csv":
        write(csv_text(_records(value) if rows is None else rows))
    else:
        write(table().rstrip("\n") + "\n")


def flat(
    rows: Sequence[Mapping[str, object]], header: Sequence[str] = ()
) -> Iterator[Sequence[object]]:
    """Yield a header, and the cells of each row.

    Args:
        rows: the rows, all with the same keys.
        header: stands where there is no row.
    """
    if titles := tuple(rows[0]) if rows else header:
        yield titles
    yield from (tuple(row.values()) for row in rows)


def _records(value: object) -> Iterator[Sequence[object]]:
    records: list[Mapping[str, object]] = value if isinstance(value, list) else [value]  # type: ignore[list-item]
    if records:
        yield list(records[0])
    yield from (list(record.values()) for record in records)


def grid(
    *titles: str,
    rows: Iterable[Sequence[object]],
    right: Collection[str] = (),
    narrow: Collection[str] = (),
) -> str:
    """Return a table that fits the terminal; long text wraps, nothing is cut off.

    Args:
        titles: the columns' titles.
        rows: their cells; one that is a pair of text and code has the code beneath, unbroken, even
            where it runs on under the columns to its right.
        right: titles of columns set to the right.
        narrow: titles of columns whose cells stay on one line.
    """
    from rich.console import Console  # only where a table is drawn
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for title in titles:
        table.add_column(
            Text(plain(title)),
            justify="right" if title in right else "left",
            no_wrap=title in narrow or title in right,
            overflow="fold",
        )
    codes: list[str] = []

    def cell(value: object) -> Text:
        if not isinstance(value, tuple):
            return Text(plain(value))
        text, code = value
        codes.append(plain(code))
        return Text(f"{plain(text)}\n  {_CODE}{len(codes) - 1}")

    for row in rows:
        table.add_row(*map(cell, row))
    colored = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
    console = Console(width=width(), color_system="auto" if colored else None)
    with console.capture() as capture:
        console.print(table)
    return "\n".join(out for line in capture.get().splitlines() for out in _with_codes(line, codes))


def _with_codes(line: str, codes: Sequence[str]) -> Iterator[str]:
    """Yield a line of a table, and each of its codes on a line of its own that nothing cuts."""
    found = list(re.finditer(rf"{_CODE}(\d+)", line))
    rest = re.sub(rf"{_CODE}\d+", lambda match: " " * len(match[0]), line).rstrip()
    if rest or not found:
        yield rest
    for match in found:
        yield " " * match.start() + codes[int(match[1])]


def counting(items: Iterable[_T], noun: str) -> Iterator[_T]:
    """Yield items; when that takes long and somebody watches, say on stderr how far it is."""
    if not sys.stderr.isatty():
        yield from items
        return
    start = said = time.monotonic()
    for number, item in enumerate(items, 1):
        yield item
        now = time.monotonic()
        if now - start > 1 and now - said > 0.2:
            click.echo(f"\r{number:,} {noun}", nl=False, err=True)
            said = now
    if said > start:
        click.echo("\r" + " " * 40 + "\r", nl=False, err=True)


@contextlib.contextmanager
def watching(noun: str) -> Iterator[Callable[[int], None] | None]:
    """Give a function that shows on stderr how many are done; None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        BarColumn(),
        TextColumn("{task.completed:,.0f} " + noun),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bar:
        task = bar.add_task("", total=None)
        yield lambda done: bar.update(task, completed=done)


def pooling(run: Callable[[bool], _T], pooled: bool) -> _T:
    """Run something that pools; without the extra for it, run it without and say so."""
    try:
        return run(pooled)
    except MissingExtraError as error:
        if error.extra != "analysis":
            raise
        note(f"{error}; until then nothing is pooled")
        return run(False)
