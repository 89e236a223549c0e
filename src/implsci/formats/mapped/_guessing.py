"""A first draft of a mapping, guessed from the titles and values of a table, for a person to edit."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final

from implsci.compendium.sectors import sectors
from implsci.formats._rows import read_table
from implsci.formats.compendium._evidence.values import terms
from implsci.formats.mapped._fields import STUDY
from implsci.formats.mapped._looking import Column, check_table, look_at, short
from implsci.formats.mapped._spec import MISSING, folded
from implsci.identifiers import find_doi
from implsci.ledger import Ledger
from implsci.plugins import registry
from implsci.plugins.lookup import edition_order

__all__ = ["guess_mapping"]


_DOUBTFUL: Final = ("-9", "-99", "-999", "999", "nr", "not reported", "unknown", "-", "?")

_MOST_SECTORS: Final = 50
_LONGEST_LABEL: Final = 200

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
    "sectors": ("sector", "sectors"),
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


def guess_mapping(path: str | os.PathLike[str], *, sheet: str | None = None) -> str:
    r"""Return a mapping file for a table as a first draft, with comments, for editing.

    The draft reads as it stands: it has a key, a title, and what the titles and values of columns
    make likely. Whether a yes/no column is a part of the thing implemented or a way of bringing it into
    use is never guessed: such columns stand in comments, ready to be taken in, with their code where
    the title is the label of a strategy or a barrier. Every column is mentioned.

    Args:
        path: a CSV file or a workbook.
        sheet: name of the sheet; the first that holds anything where None.

    Returns:
        TOML text.

    Raises:
        UnreadableFileError: nothing there, or it cannot be opened.
        InvalidTableError: no table, or one column only, as in a file of references.
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
    check_table(table, source.name)
    columns = look_at(table)
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


def _table_section(columns: Sequence[Column], sheet: str | None) -> Iterator[str]:
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
            f"{short(text)} {count:,} times" for text, count in doubtful.most_common(5)
        )
        yield f"# Perhaps empty too: {_comment(found)}. All that mean an empty cell are then listed here."
        markers = ", ".join(map(_quoted, (*MISSING, *list(doubtful)[:5])))
        yield f"# missing = [{markers}]"
    yield ""


def _study_section(columns: Sequence[Column], used: set[str], rows: int) -> Iterator[str]:
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
    given: set[str] = set()
    for field, names in _FIELDS.items():
        column = _best(columns, names, partial(_fits, field))
        if column is None or (column is key and field not in ("title", "reference", "doi")):
            if field == "title":
                yield "# No column looks like a title."
                yield f"title = {_title_text(key)}"
            continue
        used.add(column.title)
        given.add(field)
        if field == "design_label":
            yield f"design_label = {_quoted(column.title)}"
            values = ", ".join(f'{_quoted(text)} = ""' for text in list(column.counts)[:12])
            yield f"# design = {{column = {_quoted(column.title)}, values = {{{values}}}}}"
            yield f"# The words for it: {_WORDS_OF_DESIGN}."
        elif field == "sectors":
            yield from _sectors(column)
        elif field == "authors" and any(";" in text for text in column.counts):
            yield f'authors = {{column = {_quoted(column.title)}, separator = ";"}}'
        else:
            yield f"{field} = {_quoted(column.title)}"
    if "sectors" not in given:
        yield '# sectors = ["sector:education"]'
    yield ""
    yield "# [innovation]"
    yield '# name = {text = "what is implemented"}'
    yield ""


def _sectors(column: Column) -> Iterator[str]:
    """Yield what the values of a column are among the sectors; what is none is only mentioned."""
    values: dict[str, str] = {}
    unknown: list[str] = []
    for text in list(column.counts)[:_MOST_SECTORS]:
        found = sectors(text, registry())
        if found.codes:
            codes = ", ".join(map(_quoted, found.codes))
            shown = codes if len(found.codes) == 1 else f"[{codes}]"
            values.setdefault(folded(text), f"{_quoted(text)} = {shown}")
        if found.unresolved:
            unknown += found.unresolved
    yield f"sectors = {{column = {_quoted(column.title)}, values = {{{', '.join(values.values())}}}}}"
    if unknown:
        shown = ", ".join(map(short, list(dict.fromkeys(unknown))[:12]))
        yield f"# No sector, as far as known: {_comment(shown)}."


def _title_text(key: Column | None) -> str:
    if key is None or "{" in key.title or "}" in key.title:
        return '{text = "untitled study"}'
    return f"{{text = {_quoted('Study {' + key.title + '}')}}}"


def _fits(field: str, column: Column) -> bool:
    values = list(column.counts)[:200]
    if not values:
        return False
    if field == "year":
        years = sum(text[:4].isdigit() and 1800 <= int(text[:4]) <= 2100 for text in values)
        return years >= 0.8 * len(values)
    if field == "sectors":
        return any(sectors(text, registry()).codes for text in values[:_MOST_SECTORS])
    if field == "doi":
        return any(find_doi(text) for text in values)
    if field == "url":
        return any("://" in text for text in values)
    return column.kind == "text"


def _effect_section(columns: Sequence[Column], used: set[str]) -> Iterator[str]:
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


def _is_uncertainty(column: Column) -> bool:
    first = column.words[0] if column.words else ""
    return first in ("se", "sei", "var", "variance", "vi", "n", "p", "ci") or any(
        column.fits.get(name) == 3 for names in _UNCERTAINTY.values() for name in names
    )


def _yes_no_sections(columns: Sequence[Column], used: set[str]) -> Iterator[str]:
    found = [column for column in columns if column.kind == "yes/no" and column.title not in used]
    if not found:
        return
    yield "# Yes/no columns. Take in those that are [[component]], a part of the thing implemented,"
    yield "# [[strategy]], a way it was brought into use, or [[barrier]]; the rest stands in `extra`."
    for column in found:
        used.add(column.title)
        label = column.title.replace("_", " ")
        kind, codes = _terms(label)
        yield f"# {_comment(column.look())}"
        yield f"# [[{kind or 'component'}]]"
        yield f"# column = {_comment(_quoted(column.title))}"
        yield f"# label = {_comment(_quoted(label))}"
        if codes:
            others = f"   # or {', '.join(codes[1:])}" if codes[1:] else ""
            yield f"# codes = [{_quoted(codes[0])}]{others}"
        yield "#"
    yield ""


def _terms(label: str) -> tuple[str, list[str]]:
    """Return what a title names, a strategy or a barrier, and its codes, the newest edition first."""
    found: dict[str, list[str]] = {"strategy": [], "barrier": []}
    for term in terms(label) if len(label) <= _LONGEST_LABEL else ():
        kind = term.kind or registry().taxonomy(term.code.partition(":")[0]).kind
        if kind in found:
            found[kind].append(term.code)
    named = [(kind, codes) for kind, codes in found.items() if codes]
    if len(named) != 1:  # what may be either is not guessed
        return "", []
    kind, codes = named[0]
    return kind, sorted(codes, key=edition_order, reverse=True)


def _best(
    columns: Sequence[Column],
    names: Sequence[str],
    fits: Callable[[Column], bool] = lambda _: True,
) -> Column | None:
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


def _comment(text: str) -> str:
    """Return a text that can stand in a comment: one line, no control characters."""
    return "".join(char if char >= " " and char != "\x7f" else " " for char in text)
