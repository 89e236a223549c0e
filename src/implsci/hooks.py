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

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pluggy
from attrs import frozen

from implsci.errors import Fault, InvalidTableError
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy
from implsci.taxonomy._typed import hold, show, unclean

__all__ = [
    "GROUP",
    "CompendiumSource",
    "Encoder",
    "hookimpl",
    "hookspec",
    "implsci_compendia",
    "implsci_crosswalks",
    "implsci_encoders",
    "implsci_links",
    "implsci_taxonomies",
]


def __dir__() -> list[str]:
    return __all__


GROUP = "implsci.plugins"
"""The entry-point group that plugins are found in."""

hookimpl = pluggy.HookimplMarker("implsci")
"""Marks a function of a plugin as the answer to the hook of the same name."""

hookspec = pluggy.HookspecMarker("implsci")


@frozen(kw_only=True)
class CompendiumSource:
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

    name: str
    title: str
    license: str
    citation: str
    path: Path

    def __attrs_post_init__(self) -> None:
        hold(self, "compendium", self.name)
        if faults := list(unclean(self)):
            raise InvalidTableError(f"compendium {show(self.name)}", faults)


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
        faults = [
            Fault(field, f"expected text, got {show(value)}")
            for field in ("name", "title", "license", "citation")
            if not isinstance(value := getattr(self, field), str) or not value.strip()
        ]
        if not callable(self.load):
            faults.append(Fault("load", f"expected a function, got {show(self.load)}"))
        if faults:
            raise InvalidTableError(f"encoder {show(self.name)}", faults)


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
def implsci_encoders() -> Iterable[Encoder]:  # type: ignore[empty-body]
    """Bring models that turn texts into vectors, for semantic search."""
