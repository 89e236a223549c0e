"""Checklists as data: what is asked, and which fields of the model answer it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci.errors import Fault, InvalidTableError
from implsci.model import Study
from implsci.model._record import Record
from implsci.specification._paths import class_at, parsed

__all__ = ["Checklist", "Item", "Strand"]

Strand: TypeAlias = Literal["strategy", "intervention"]
"""Which of StaRI's two strands an item belongs to: how it was brought into use, or what was.

Examples:
    >>> from typing import get_args
    >>> get_args(Strand)
    ('strategy', 'intervention')
"""

_WORDS: Final = ("key", "name")


@frozen(kw_only=True)
class Item:
    """One thing a checklist asks for.

    Attributes:
        key: its number or name in the checklist, each once (``dose``, ``4``, ``4-intervention``).
        name: what is asked, in a few words.
        fields: paths that answer it, from the thing asked about; one that is filled is enough.
            ``study.`` begins at the study, ``parent.`` at what holds the thing;
            ``outcomes[kind=client]`` keeps those of one kind. Empty where the model has no place
            for the answer, so that no record can tell.
        group: the section or module it stands in.
        strand: the strand it belongs to, None for both.
        core: whether the checklist requires it; False for what it calls optional.
        provisional: whether the wording, or the fields that answer it, are not settled.
        note: what a reader should know of how it is read.

    Examples:
        >>> Item(key="dose", name="how much, how often, how long", fields=("dose",)).core
        True
    """

    key: str
    name: str
    fields: tuple[str, ...] = ()
    group: str | None = None
    strand: Strand | None = None
    core: bool = True
    provisional: bool = False
    note: str | None = None


@frozen(kw_only=True)
class Checklist:
    """A reporting standard, or a list of one's own, as items over one kind of thing.

    Attributes:
        name: what it is called in a program.
        title: its name in full.
        source: where it is published, with DOI.
        of: path from a study to the things asked about, such as ``strategies`` or
            ``strategies.modifications``; empty for the study itself.
        noun: what one of these things is called.
        plural: what several are called.
        items: what is asked, in order.
        note: what a reader should know of it.

    Raises:
        InvalidTableError: no items, a key that stands twice, or a path to no field; all at once.

    Examples:
        >>> own = Checklist(
        ...     name="costed",
        ...     title="What it cost",
        ...     source="our protocol",
        ...     of="strategies",
        ...     noun="strategy",
        ...     plural="strategies",
        ...     items=(
        ...         Item(
        ...             key="cost",
        ...             name="what it cost",
        ...             fields=("cost", "measurements[of=cost].value"),
        ...         ),
        ...     ),
        ... )
        >>> own.askable
        1
    """

    name: str
    title: str
    source: str
    noun: str
    plural: str
    items: tuple[Item, ...]
    of: str = ""
    note: str | None = None

    @property
    def askable(self) -> int:
        """How many items have a place in a record."""
        return sum(bool(item.fields) for item in self.items)

    @property
    def groups(self) -> tuple[str, ...]:
        """The sections or modules, in order."""
        return tuple(dict.fromkeys(item.group for item in self.items if item.group is not None))

    def __attrs_post_init__(self) -> None:
        faults = list(self._faults())
        if faults:
            raise InvalidTableError(f"checklist {self.name!r}", faults)

    def _faults(self) -> Iterator[Fault]:
        if not self.items:
            yield Fault("items", "expected at least one, got none")
        unit: type[Record] | None = Study
        parent: type[Record] = Study
        try:
            if self.of:
                steps = parsed(self.of)
                unit = class_at(self.of, Study)
                if len(steps) > 1:
                    above = class_at(".".join(step.name for step in steps[:-1]), Study)
                    parent = above or Study
        except ValueError as error:
            yield Fault("of", str(error))
            return
        if unit is None:
            yield Fault("of", f"{self.of!r} leads to plain values; expected records")
            return
        seen: set[str] = set()
        for index, item in enumerate(self.items):
            place = f"items[{index}]"
            for field in _WORDS:
                if not getattr(item, field).strip():
                    yield Fault(f"{place}.{field}", "expected some text, got none")
            if item.key in seen:
                yield Fault(f"{place}.key", f"{item.key!r} stands twice")
            seen.add(item.key)
            for path in item.fields:
                try:
                    class_at(path, unit, parent)
                except ValueError as error:
                    yield Fault(f"{place}.fields", str(error))
