"""New plugins: the folder of a complete, installable plugin, written from a name or a spreadsheet.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> from implsci.scaffold import new_plugin
    >>> with TemporaryDirectory() as folder:
    ...     made = new_plugin("home-visits", out=folder, title="Kinds of home visit")
    ...     made.folder.name, len(made.files), made.terms
    ('implsci-home-visits', 9, 3)
"""

from __future__ import annotations

import csv
import io
import unicodedata
import warnings
from collections.abc import Iterable, Mapping
from importlib.metadata import entry_points
from importlib.metadata import version as installed_version
from importlib.resources import files
from os import PathLike
from pathlib import Path
from shutil import rmtree
from string import Template
from tempfile import mkdtemp
from typing import Final

from attrs import frozen

from implsci.codes import is_scheme, slug
from implsci.errors import InvalidQueryError, PluginWarning, UnreadableFileError
from implsci.hooks import GROUP
from implsci.plugins import Registry
from implsci.scaffold._sheet import COLUMNS, terms_of

__all__ = ["NewPlugin", "new_plugin"]


def __dir__() -> list[str]:
    return __all__


_LONGEST_NAME: Final = 60
_LONGEST_TEXT: Final = 300
_EXAMPLES: Final = (
    {
        "code": "example-group",
        "label": "Example group",
        "definition": "A heading that keeps the terms below it together; no study is coded with it.",
        "kind": "group",
    },
    {
        "code": "first-example",
        "label": "First example",
        "synonyms": "Example one | Example no. 1",
        "definition": "Shows how a row is filled in; put a term of your own in its place.",
        "broader": "example-group",
    },
    {
        "code": "second-example",
        "label": "Second example",
        "definition": "Stands beside the first under one heading, and is told apart from it by this text.",
        "broader": "example-group",
    },
)
_EXAMPLE_SOURCE: Final = "example row, written by implsci new-plugin"
# A spreadsheet runs a cell that begins with one of these; the reader of term tables takes the
# apostrophe off again.
_RUN: Final = ("=", "+", "-", "@")


@frozen(kw_only=True)
class NewPlugin:
    """What `new_plugin` wrote.

    Attributes:
        name: the plugin's id, which is its scheme.
        folder: where it stands.
        files: its files, by their paths in the folder.
        terms: how many terms its table has.
    """

    name: str
    folder: Path
    files: tuple[str, ...]
    terms: int


def new_plugin(
    name: str,
    *,
    out: str | PathLike[str] = ".",
    kind: str = "strategy",
    title: str | None = None,
    author: str | None = None,
    sheet: str | PathLike[str] | None = None,
) -> NewPlugin:
    """Write the folder of a new plugin: a table, a few lines that read it, a test, a README.

    All of it is written, or nothing.

    Args:
        name: id of the plugin and its scheme, such as ``home-visits``.
        out: the folder in which ``implsci-NAME`` is made.
        kind: what its terms are, such as ``strategy`` or ``barrier``.
        title: its name in full.
        author: who it is by.
        sheet: a spreadsheet saved as CSV, with the columns label and definition and any of code,
            synonyms, broader (label or code), kind, notation, facets, source, status, replaced_by;
            three example terms where None. What it leaves open is ``provisional``.

    Returns:
        What was written.

    Raises:
        InvalidQueryError: the name is none, or is taken; another text cannot be used.
        InvalidTableError: the sheet cannot be read as terms; every fault with its line.
        UnreadableFileError: a folder of that name is there already and not empty, or something
            cannot be read or written.
    """
    _check_name(name)
    _check_free(name)
    if not is_scheme(kind):
        raise InvalidQueryError(
            f"the kind {kind!r} is not lower-case letters, digits and hyphens, such as strategy"
        )
    title = _line("title", name.replace("-", " ").capitalize() if title is None else title)
    author = None if author is None else _line("author", author)
    folder = Path(out) / f"implsci-{name}"
    _check_empty(folder)
    citation = f"{f'{author}: ' if author else ''}{title}, implsci-{name} 0.1.0"
    rows: list[Mapping[str, str]] = (
        [{**row, "source": _EXAMPLE_SOURCE, "status": "provisional"} for row in _EXAMPLES]
        if sheet is None
        else [
            {**row, "source": row["source"] or citation, "status": row["status"] or "provisional"}
            for row in terms_of(Path(sheet), name, kind)
        ]
    )
    module = f"implsci_{name.replace('-', '_')}"
    words = {
        "name": name,
        "distribution": f"implsci-{name}",
        "module": module,
        "kind": kind,
        "title": _quoted(title),
        "title_md": _markdown(title),
        "authors": f"authors = [{{ name = {_quoted(author)} }}]\n" if author else "",
        "citation": _quoted(citation),
        "version": installed_version("implsci").partition("+")[0],
    }
    contents = {
        ".gitignore": _filled("gitignore", words),
        "LICENSE": _filled("LICENSE", words),
        "README.md": _filled("README.md", words),
        "pyproject.toml": _filled("pyproject.toml", words),
        f"src/{module}/__init__.py": _filled("module.py", words),
        f"src/{module}/{name}.csv": _table(rows),
        f"src/{module}/py.typed": b"",
        "tests/released.txt": b"",
        "tests/test_contract.py": _filled("test_contract.py", words),
    }
    _write(folder, contents)
    return NewPlugin(name=name, folder=folder, files=tuple(contents), terms=len(rows))


def _check_name(name: str) -> None:
    if name == "implsci" or name.startswith("implsci-"):
        raise InvalidQueryError(
            f"{name!r}: the package gets implsci- in front by itself; leave it out of the name"
        )
    if not is_scheme(name) or len(name) > _LONGEST_NAME:
        better = slug(name)[:_LONGEST_NAME].strip("-")
        hint = f"; did you mean {better!r}?" if better and better != name else ""
        raise InvalidQueryError(
            f"the name {name!r} is not lower-case letters, digits and single hyphens, "
            f"{_LONGEST_NAME} characters at most{hint}"
        )


def _check_free(name: str) -> None:
    """Refuse a name that is in use, also where only a part of the plugins is in use now."""
    installed = {
        entry.name: entry.dist.name if entry.dist else "an unnamed distribution"
        for entry in entry_points(group=GROUP)
    }
    if name in installed:
        raise InvalidQueryError(f"{name!r} is taken by a plugin of {installed[name]}")
    registry = Registry(plugins=sorted(installed))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)  # another's failure is no matter here
        taxonomies = registry.taxonomies()
    for taxonomy in taxonomies:
        if name in (taxonomy.scheme, taxonomy.family):
            owner = registry.owner(taxonomy.scheme)
            raise InvalidQueryError(
                f"{name!r} is taken by the taxonomy {taxonomy.title!r} of the plugin {owner!r}"
            )


def _check_empty(folder: Path) -> None:
    try:
        free = not folder.is_symlink() and (
            not folder.exists() or (folder.is_dir() and not any(folder.iterdir()))
        )
    except OSError as error:
        raise UnreadableFileError(str(folder), error.strerror or str(error)) from error
    if not free:
        raise UnreadableFileError(str(folder), "is there already; nothing was written")


def _line(what: str, text: str) -> str:
    """Return a text as one line; refuse what no file or terminal should get."""
    line = " ".join(text.split())
    if not line or len(line) > _LONGEST_TEXT:
        raise InvalidQueryError(f"the {what} needs some text, {_LONGEST_TEXT} characters at most")
    if any(unicodedata.category(char) in ("Cc", "Cs") for char in line):
        raise InvalidQueryError(f"the {what} has control characters: {line!r}")
    return line


def _quoted(text: str) -> str:
    r"""Return a text as a string of Python and of TOML, which read these escapes alike.

    Examples:
        >>> _quoted('a "b" \\ c')
        '"a \\"b\\" \\\\ c"'
    """

    def char(char: str) -> str:
        if char in '"\\':
            return f"\\{char}"
        if char.isprintable():
            return char
        return f"\\u{ord(char):04x}" if ord(char) < 0x10000 else f"\\U{ord(char):08x}"

    return f'"{"".join(map(char, text))}"'


def _markdown(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    shown = "".join(f"\\{char}" if char in "\\`*_[]<>&~|#$" else char for char in text)
    # What orders letters from the right could show another text than the one that stands there.
    return "".join(char for char in shown if unicodedata.bidirectional(char) not in _TURNS)


_TURNS: Final = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"))


def _filled(template: str, words: Mapping[str, str]) -> bytes:
    text = (files("implsci.scaffold") / "templates" / f"{template}.in").read_text(encoding="utf-8")
    return Template(text).substitute(words).encode()


def _table(rows: Iterable[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        cells = (row.get(column, "") for column in COLUMNS)
        writer.writerow([f"'{cell}" if cell.startswith(_RUN) else cell for cell in cells])
    return text.getvalue().encode()


def _write(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write all files beside their place, and move them there at once."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Its name begins with a dot, so that no search for packages finds it meanwhile.
        beside = Path(mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
        try:
            made = beside / folder.name
            for name, data in contents.items():
                path = made / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)
            if folder.exists():
                folder.rmdir()  # empty, or this fails
            made.rename(folder)
        finally:
            rmtree(beside, ignore_errors=True)
    except OSError as error:
        raise UnreadableFileError(str(folder), error.strerror or str(error)) from error
