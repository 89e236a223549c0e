"""The hooks a plugin can answer, and the plain objects it answers with.

A plugin is a module (or any object) named in the entry-point group ``implsci.plugins``. It marks its
functions with `hookimpl`; each returns an iterable of the objects below.

Examples:
    >>> from implsci import hookimpl
    >>> from implsci.taxonomy import Taxonomy, Term
    >>> @hookimpl
    ... def implsci_taxonomies():
    ...     green = Term(code="tea:green", label="Green tea", definition="Unfermented tea.")
    ...     return [Taxonomy(scheme="tea", title="Kinds of tea", kind="strategy", terms=(green,))]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import ClassVar, Protocol

import pluggy
from attrs import frozen

from implsci.errors import Fault, InvalidTableError
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy
from implsci.taxonomy._typed import hold, show, unclean

__all__ = [
    "FOLDER",
    "GROUP",
    "CasebookSource",
    "CompendiumSource",
    "Encoder",
    "Format",
    "Studies",
    "hookimpl",
    "hookspec",
    "implsci_casebooks",
    "implsci_compendia",
    "implsci_crosswalks",
    "implsci_encoders",
    "implsci_formats",
    "implsci_links",
    "implsci_taxonomies",
]


def __dir__() -> list[str]:
    return __all__


GROUP = "implsci.plugins"
"""The entry-point group that plugins are found in."""

FOLDER = "/"
"""Among the extensions of a `Format`: a folder that no other format knows by what it holds."""

hookimpl = pluggy.HookimplMarker("implsci")
"""Marks a function of a plugin as the answer to the hook of the same name."""

hookspec = pluggy.HookspecMarker("implsci")


def _blank(thing: object, *names: str) -> Iterator[Fault]:
    """Yield which of these fields hold no text."""
    for name in names:
        value = getattr(thing, name)
        if not isinstance(value, str) or not value.strip():
            yield Fault(name, f"expected text, got {show(value)}")


@frozen(kw_only=True)
class _Source:
    """Where a collection of records lies inside a plugin, what it is called and how it is cited."""

    _noun: ClassVar[str]

    name: str
    title: str
    license: str
    citation: str
    path: Path

    def __attrs_post_init__(self) -> None:
        hold(self, self._noun, self.name)
        if faults := list(unclean(self)):
            raise InvalidTableError(f"{self._noun} {show(self.name)}", faults)


@frozen(kw_only=True)
class CompendiumSource(_Source):
    """A compendium that travels inside a plugin.

    Attributes:
        name: its name in ``implsci.load(name)``.
        title: its name in full.
        license: its licence.
        citation: how to cite it.
        path: the file or folder that holds it.

    Raises:
        InvalidTableError: a value of another type than its annotation, or control characters.

    Examples:
        >>> CompendiumSource(
        ...     name="mine", title="Mine", license="CC0-1.0", citation="Me 2026", path=Path("m.jsonl")
        ... ).name
        'mine'
    """

    _noun = "compendium"


@frozen(kw_only=True)
class CasebookSource(_Source):
    """A casebook that travels inside a plugin: practice and knowledge records.

    Attributes:
        name: its name in ``implsci.casebook.load(name)``.
        title: its name in full.
        license: its licence.
        citation: how to cite it.
        path: the file or folder that holds it.

    Raises:
        InvalidTableError: a value of another type than its annotation, or control characters.

    Examples:
        >>> CasebookSource(
        ...     name="ours", title="Ours", license="CC0-1.0", citation="Us 2026", path=Path("o.jsonl")
        ... ).name
        'ours'
    """

    _noun = "casebook"


@frozen(kw_only=True)
class Encoder:
    """A model that turns texts into vectors, for semantic search.

    Attributes:
        name: its name in ``Registry.search(..., semantic=name)``.
        title: its name in full.
        license: its licence.
        citation: where it is published.
        load: makes it ready, and returns the function that turns texts into vectors of one length;
            it is called once, when first needed, and raises an `ImplsciError` where it cannot.

    Raises:
        InvalidTableError: a value of another type than its annotation, or control characters.

    Examples:
        >>> Encoder(
        ...     name="letters",
        ...     title="Letters that occur",
        ...     license="CC0-1.0",
        ...     citation="Me 2026",
        ...     load=lambda: lambda texts: [[float(c in text) for c in "abc"] for text in texts],
        ... ).load()(["cab", "x"])
        [[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]]
    """

    name: str
    title: str
    license: str
    citation: str
    load: Callable[[], Callable[[Sequence[str]], Sequence[Sequence[float]]]]

    def __attrs_post_init__(self) -> None:
        faults = list(_blank(self, "name", "title", "license", "citation"))
        if not callable(self.load):
            faults.append(Fault("load", f"expected a function, got {show(self.load)}"))
        if faults:
            raise InvalidTableError(f"encoder {show(self.name)}", faults)


class Studies(Protocol):
    """What a format writes: a collection of studies that may say what it is, such as a `Compendium`.

    It can be gone through as often as needed, and need not fit into memory.
    """

    @property
    def name(self) -> str | None:
        """What it is called in a program."""

    @property
    def title(self) -> str | None:
        """Its name in full."""

    @property
    def license(self) -> str | None:
        """Its licence."""

    @property
    def citation(self) -> str | None:
        """How to cite it."""

    def __iter__(self) -> Iterator[Study]: ...

    def __len__(self) -> int: ...


@frozen(kw_only=True)
class Format:
    """A form in which compendia are kept or exchanged.

    Attributes:
        name: its name in ``implsci.formats.read(path, format=name)``.
        title: its name in full.
        extensions: how names of such files end, in lower case, with the dot; several formats may
            share one, and the longest that fits wins. The first is the format's own: a file of that
            name is written in it. One without a dot in front is a whole name,
            such as ``datapackage.json``, and a folder that holds such a file is of this format;
            `FOLDER`, a slash, stands for any other folder.
        read: yields the studies of a file or folder, and tells the ledger what it skips or cannot
            keep; None where the format is only written.
        write: writes studies to a path, and tells the ledger what the format cannot carry; at any
            moment the old file or the new one must stand there. None where it is only read.
        sniff: whether the first bytes of a file (up to 64 KiB) look like this format; asked only
            where several formats share an extension. None says nothing, and is taken last.
        lossless: whether every field of every study comes back equal.

    Raises:
        InvalidTableError: a value of another type than its annotation, an extension in capitals, or
            neither a reader nor a writer.

    Examples:
        >>> def titles(path, ledger):
        ...     for number, line in enumerate(path.read_text().splitlines(), 1):
        ...         yield Study(id=f"line-{number}", title=line)
        >>> Format(name="titles", title="A title a line", extensions=(".titles",), read=titles).name
        'titles'
    """

    name: str
    title: str
    extensions: tuple[str, ...]
    read: Callable[[Path, Ledger], Iterable[Study]] | None = None
    write: Callable[[Studies, Path, Ledger], None] | None = None
    sniff: Callable[[bytes], bool] | None = None
    lossless: bool = False

    def __attrs_post_init__(self) -> None:
        faults = list(_blank(self, "name", "title"))
        if not isinstance(self.extensions, tuple) or not all(
            isinstance(ending, str) and ending.strip(". ") and ending == ending.lower()
            for ending in self.extensions
        ):
            faults.append(
                Fault("extensions", f"expected endings in lower case, got {show(self.extensions)}")
            )
        faults += [
            Fault(field, f"expected a function, got {show(value)}")
            for field in ("read", "write", "sniff")
            if (value := getattr(self, field)) is not None and not callable(value)
        ]
        if self.read is None and self.write is None:
            faults.append(Fault("read", "expected a reader, a writer or both"))
        if not isinstance(self.lossless, bool):
            faults.append(Fault("lossless", f"expected true or false, got {show(self.lossless)}"))
        if faults:
            raise InvalidTableError(f"format {show(self.name)}", faults)


@hookspec
def implsci_taxonomies() -> Iterable[Taxonomy]:  # type: ignore[empty-body]
    """Bring taxonomies; each scheme equals the plugin's name or begins with it and a hyphen."""


@hookspec
def implsci_crosswalks() -> Iterable[Crosswalk]:  # type: ignore[empty-body]
    """Bring crosswalks between taxonomies."""


@hookspec
def implsci_links() -> Iterable[LinkSet]:  # type: ignore[empty-body]
    """Bring bases for matching, each named by its source."""


@hookspec
def implsci_compendia() -> Iterable[CompendiumSource]:  # type: ignore[empty-body]
    """Bring compendia that can be loaded by name."""


@hookspec
def implsci_casebooks() -> Iterable[CasebookSource]:  # type: ignore[empty-body]
    """Bring casebooks that can be loaded by name."""


@hookspec
def implsci_encoders() -> Iterable[Encoder]:  # type: ignore[empty-body]
    """Bring models that turn texts into vectors, for semantic search."""


@hookspec
def implsci_formats() -> Iterable[Format]:  # type: ignore[empty-body]
    """Bring forms in which compendia are read and written."""
