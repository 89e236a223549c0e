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

from collections.abc import Iterable
from pathlib import Path

import pluggy
from attrs import frozen

from implsci.errors import InvalidTableError
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy
from implsci.taxonomy._typed import hold, show, unclean

__all__ = [
    "GROUP",
    "CompendiumSource",
    "hookimpl",
    "hookspec",
    "implsci_compendia",
    "implsci_crosswalks",
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
