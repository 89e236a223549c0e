"""A first draft of a mapping, guessed from the titles and values of a table, for a person to edit."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from attrs import frozen

from implsci.formats._rows import Table, read_table
from implsci.formats.mapped._fields import STUDY
from implsci.formats.mapped._spec import MISSING, NO, YES, folded
from implsci.identifiers import find_doi
from implsci.ledger import Ledger

__all__ = ["guess_mapping"]


_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,3})?")
_WORDS: Final = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[^\W\d_A-Z]+|\d+")
_DOUBTFUL: Final = ("-9", "-99", "-999", "999", "nr", "not reported", "unknown", "-", "?")

# In the order of preference; each is the title's words run together.
_KEYS: Final = (
    "studyid", "trialid", "study", "trial", "studyname", "paperid", "reportid", "recordid", "refid",
    "id", "reference", "citation", "doi", "title", "author", "authors",
)  # fmt: skip
_FIELDS: Final = {
    "title": ("title", "studytitle", "papertitle", "articletitle"),
    "year": ("year", "pubyear", "publicationyear", "publicationdate", "date"),
    "authors": ("authors", "author", "studyauthors"),
    "doi": ("doi",),
    "url": ("url", "link"),
    "reference": ("reference", "citation"),
    "container": ("journal", "outlet", "source"),
    "countries": ("country", "countries"),
    "design_label": ("studydesign", "design"),
}
_VALUES: Final = {
    "smd": "SMD", "hedgesg": "SMD", "cohensd": "SMD", "g": "SMD", "d": "SMD", "lor": "OR",
    "logor": "OR", "or": "OR", "oddsratio": "OR", "rr": "RR", "riskratio": "RR", "hr": "HR",
    "hazardratio": "HR", "irr": "IRR", "rd": "RD", "riskdifference": "RD",
    "effectsize": "unspecified", "effect": "unspecified", "estimate": "unspecified",
    "es": "unspecified", "yi": "unspecified",
}  # fmt: skip
_UNCERTAINTY: Final = {
    "se": ("se", "sei", "stderr", "standarderror"),
    "variance": ("variance", "var", "vi"),
    "ci_low": ("cilow", "cilower", "cilb", "lowerci", "lcl", "ll"),
    "ci_high": ("cihigh", "ciupper", "ciub", "upperci", "ucl", "ul"),
    "p": ("pvalue", "pval", "p"),
    "n": ("ntotal", "samplesize", "n"),
}
_WORDS_OF_DESIGN: Final = ", ".join(STUDY["design"].words)


@frozen
class _Column:
    """A column as it looks.

    Attributes:
        title: its title.
        words: the words of its title, in small letters.
        counts: its values that are not empty, with how often each stands there.
        filled: how many of its cells are.
        kind: ``yes/no``, ``whole numbers``, ``numbers``, ``text`` or ``empty``.
        fits: how well the title fits a name: 3 in full, 2 at an end, 1 inside.
    """

    title: str
    words: tuple[str, ...]
    counts: Counter[str]
    filled: int
    kind: str
    fits: Mapping[str, int]

    @property
    def name(self) -> str:
        """The words run together."""
        return "".join(self.words)

    def is_number(self) -> bool:
        """Say whether its values are numbers."""
        return self.kind in ("numbers", "whole numbers", "yes/no")

    def look(self) -> str:
        """Return what it holds, short enough for a comment."""
        shown = ", ".join(
            f"{_short(text)} ({count:,})" for text, count in self.counts.most_common(3)
        )
        more = f" and {len(self.counts) - 3:,} others" if len(self.counts) > 3 else ""
        return f"{self.kind}, {self.filled:,} filled" + (f": {shown}{more}" if shown else "")


def guess_mapping(path: str | os.PathLike[str], *, sheet: str | None = None) -> str:
    r"""Return a mapping file for a table as a first draft, with comments, for editing.

    The draft reads as it stands: it has a key, a title, and what the titles and values of columns
    make likely. Whether a yes/no column is a part of the thing implemented or a way of bringing it into
    use is never guessed: such columns stand in comments, ready to be taken in. Every column is
    mentioned.

    Args:
        path: a CSV file or a workbook.
        sheet: name of the sheet; the first that holds anything where None.

    Returns:
        TOML text.

    Raises:
        UnreadableFileError: nothing there, or it cannot be opened.
        InvalidTableError: no table.
        InvalidQueryError: the workbook has no such sheet.
        MissingExtraError: it is a workbook, and openpyxl is not installed.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     table = Path(folder, "t.csv")
        ...     _ = table.write_text("study_id,title,year\n1,Nairobi,2019\n2,Kisumu,2021\n")
        ...     print("\n".join(guess_mapping(table).splitlines()[4:9]))
        [study]
        # Rows with the same key are one study; {each = "row"} makes each row a study.
        key = "study_id"
        title = "title"
        year = "year"
    """
    ledger = Ledger()
    source = Path(path)
    table = read_table(source, ledger, sheet=sheet)
    columns = _columns(table)
    used: set[str] = set()
    lines = [
        f"# A draft for {_comment(source.name)}: {len(table.rows):,} rows, {len(columns):,} columns.",
        "# Guessed from titles and values: check each line. A plain text names a column;",
        '# {text = "..."} stands for every row; values are translated by {column = "...", values = {...}}.',
        *(f"# {_comment(said)}" for said in ledger.said),
        "",
        *_table_section(columns, sheet),
        *_study_section(columns, used, len(table.rows)),
        *_effect_section(columns, used),
        *_yes_no_sections(columns, used),
        "# not mapped: these stand in `extra` of each study",
        *(
            f"#   {_comment(column.title)}: {_comment(column.look())}"
            for column in columns
            if column.title not in used
        ),
    ]
    return "\n".join(lines) + "\n"


def _columns(table: Table) -> list[_Column]:
    counts: dict[str, Counter[str]] = {title: Counter() for title in table.columns}
    empty = {folded(text) for text in MISSING}
    for row in table.rows:
        for title, text in row.cells.items():
            if folded(text) not in empty:
                counts[title][text] += 1
    columns = []
    for title, found in counts.items():
        words = tuple(word.casefold() for word in _WORDS.findall(title[:200]))
        columns.append(
            _Column(title, words, found, found.total(), _kind(found), _fitting_names(words))
        )
    return columns


def _fitting_names(words: Sequence[str]) -> dict[str, int]:
    """Return every run of words of a title, with how much of the title it is."""
    fits: dict[str, int] = {}
    for start in range(len(words)):
        for end in range(start + 1, min(len(words), start + 4) + 1):
            whole = (start == 0) + (end == len(words)) + 1
            name = "".join(words[start:end])
            fits[name] = max(fits.get(name, 0), whole)
    return fits


def _kind(values: Counter[str]) -> str:
    if not values:
        return "empty"
    # One part of a pair can be absent in a small table, and one value alone says yes or no too.
    if len(values) <= 4 and all(folded(text) in (*YES, *NO) for text in values):
        return "yes/no"
    if all(len(text) <= 40 and _NUMBER.fullmatch(text) for text in values):
        return "whole numbers" if all(text.isdigit() for text in values) else "numbers"
    return "text"


def _table_section(columns: Sequence[_Column], sheet: str | None) -> Iterator[str]:
    doubtful = Counter[str]()
    for column in columns:
        for text, count in column.counts.items():
            if folded(text) in _DOUBTFUL:
                doubtful[text] += count
    if sheet is None and not doubtful:
        return
    yield "[table]"
    if sheet is not None:
        yield f"sheet = {_quoted(sheet)}"
    if doubtful:
        found = ", ".join(
            f"{_short(text)} {count:,} times" for text, count in doubtful.most_common(5)
        )
        yield f"# Perhaps empty too: {_comment(found)}. All that mean an empty cell are then listed here."
        markers = ", ".join(map(_quoted, (*MISSING, *list(doubtful)[:5])))
        yield f"# missing = [{markers}]"
    yield ""


def _study_section(columns: Sequence[_Column], used: set[str], rows: int) -> Iterator[str]:
    yield "[study]"
    yield '# Rows with the same key are one study; {each = "row"} makes each row a study.'
    key = _best(columns, _KEYS, lambda column: column.filled >= 0.9 * rows and column.filled > 0)
    if key is None:
        yield '# No column looks like a key, such as "study_id".'
        yield 'key = {each = "row"}'
    else:
        used.add(key.title)
        year = _best(columns, _FIELDS["year"], partial(_fits, "year"))
        if year is not None and key.name in ("author", "authors"):
            yield f"key = [{_quoted(key.title)}, {_quoted(year.title)}]"
        else:
            yield f"key = {_quoted(key.title)}"
        if len(key.counts) < rows:
            yield f"# {_comment(key.title)} has {len(key.counts):,} values in {rows:,} rows."
    for field, names in _FIELDS.items():
        column = _best(columns, names, partial(_fits, field))
        if column is None or (column is key and field not in ("title", "reference", "doi")):
            if field == "title":
                yield "# No column looks like a title."
                yield f"title = {_title_text(key)}"
            continue
        used.add(column.title)
        if field == "design_label":
            yield f"design_label = {_quoted(column.title)}"
            values = ", ".join(f'{_quoted(text)} = ""' for text in list(column.counts)[:12])
            yield f"# design = {{column = {_quoted(column.title)}, values = {{{values}}}}}"
            yield f"# The words for it: {_WORDS_OF_DESIGN}."
        elif field == "authors" and any(";" in text for text in column.counts):
            yield f'authors = {{column = {_quoted(column.title)}, separator = ";"}}'
        else:
            yield f"{field} = {_quoted(column.title)}"
    yield '# sectors = ["sector:education"]'
    yield ""
    yield "# [innovation]"
    yield '# name = {text = "what is implemented"}'
    yield ""


def _title_text(key: _Column | None) -> str:
    if key is None or "{" in key.title or "}" in key.title:
        return '{text = "untitled study"}'
    return f"{{text = {_quoted('Study {' + key.title + '}')}}}"


def _fits(field: str, column: _Column) -> bool:
    values = list(column.counts)[:200]
    if not values:
        return False
    if field == "year":
        years = sum(text[:4].isdigit() and 1800 <= int(text[:4]) <= 2100 for text in values)
        return years >= 0.8 * len(values)
    if field == "doi":
        return any(find_doi(text) for text in values)
    if field == "url":
        return any("://" in text for text in values)
    return column.kind == "text"


def _effect_section(columns: Sequence[_Column], used: set[str]) -> Iterator[str]:
    numbers = [
        column
        for column in columns
        if column.title not in used and column.is_number() and column.filled
    ]
    value = _best(numbers, tuple(_VALUES), lambda column: not _is_uncertainty(column))
    if value is None:
        yield "# No column looks like an effect."
        yield from (f"# {line}" for line in _SAMPLE_EFFECT)
        yield ""
        return
    used.add(value.title)
    name = next(name for name in _VALUES if name in value.fits)
    metric = _VALUES[name]
    if metric == "unspecified" and {"g", "d"} & set(value.words):
        metric = "SMD"
    outcome = _best(
        [column for column in columns if column.title not in used],
        ("outcome", "outcomemeasure", "measure"),
        # A column such as "incomplete outcome" speaks of something else.
        lambda column: column.kind == "text" and column.words[0] in ("outcome", "measure"),
    )
    yield "[effect]"
    if outcome is None:
        yield 'outcome = {text = "say which outcome"}'
    else:
        used.add(outcome.title)
        yield f"outcome = {_quoted(outcome.title)}"
    yield '# kind = "client"'
    yield '# desirable = "higher"'
    yield '# basis = "effect"'
    yield f"metric = {_quoted(metric)}"
    negative = any(text.startswith(("-", "\N{MINUS SIGN}")) for text in value.counts)
    if metric in ("OR", "RR", "HR", "IRR") and (name.startswith("l") or negative):
        yield 'scale = "log"'
    yield f"value = {_quoted(value.title)}"
    for field, names in _UNCERTAINTY.items():
        left = [column for column in numbers if column.title not in used]
        fits = [column for column in left if set(column.words) & (set(value.words) - {"f", "s"})]
        column = _best(fits, names) or _best(left, names)
        if column is not None and (field != "n" or column.kind == "whole numbers"):
            used.add(column.title)
            yield f"{field} = {_quoted(column.title)}"
    yield '# direction = {rule = "interval"}   # needs desirable'
    yield ""


_SAMPLE_EFFECT: Final = (
    "[effect]",
    'outcome = {text = "say which outcome"}',
    'desirable = "higher"',
    'metric = "SMD"',
    'value = "column of the effect"',
    'se = "column of its standard error"',
    "or, from events and others by group:",
    'counts = {intervention = ["events", "others"], comparator = ["events", "others"]}',
)


def _is_uncertainty(column: _Column) -> bool:
    first = column.words[0] if column.words else ""
    return first in ("se", "sei", "var", "variance", "vi", "n", "p", "ci") or any(
        column.fits.get(name) == 3 for names in _UNCERTAINTY.values() for name in names
    )


def _yes_no_sections(columns: Sequence[_Column], used: set[str]) -> Iterator[str]:
    found = [column for column in columns if column.kind == "yes/no" and column.title not in used]
    if not found:
        return
    yield "# Yes/no columns. Take in those that are [[component]], a part of the thing implemented,"
    yield "# [[strategy]], a way it was brought into use, or [[barrier]]; the rest stands in `extra`."
    for column in found:
        used.add(column.title)
        yield f"# {_comment(column.look())}"
        yield "# [[component]]"
        yield f"# column = {_comment(_quoted(column.title))}"
        yield f"# label = {_comment(_quoted(column.title.replace('_', ' ')))}"
        yield "#"
    yield ""


def _best(
    columns: Sequence[_Column],
    names: Sequence[str],
    fits: Callable[[_Column], bool] = lambda _: True,
) -> _Column | None:
    """Return the column closest to one of some names, the first names and fullest columns first."""
    for least in (3, 2, 1):
        for name in names:
            called = [
                column for column in columns if column.fits.get(name, 0) >= least and fits(column)
            ]
            if called:
                return max(called, key=lambda column: column.filled)
    return None


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007F")


def _short(text: str) -> str:
    return text if len(text) <= 30 else text[:27] + "..."


def _comment(text: str) -> str:
    """Return a text that can stand in a comment: one line, no control characters."""
    return "".join(char if char >= " " and char != "\x7f" else " " for char in text)
