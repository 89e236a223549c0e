"""What the engine returns: of one thing, of one study, of a collection."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Literal, TypeAlias

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.specification._items import Checklist, Item

__all__ = [
    "STATUS_WORDS",
    "Completeness",
    "CorpusCompleteness",
    "GroupCount",
    "GroupResult",
    "ItemCount",
    "ItemResult",
    "Status",
    "UnitCompleteness",
    "group_of",
    "is_complete",
    "required",
]

Status: TypeAlias = Literal["present", "absent", "cannot_tell"]
"""Whether a record answers an item; `STATUS_WORDS` says what each stands for.

Examples:
    >>> from typing import get_args
    >>> get_args(Status)
    ('present', 'absent', 'cannot_tell')
"""

STATUS_WORDS: Final[Mapping[Status, str]] = {
    "present": "present",
    "absent": "not reported in the record",
    "cannot_tell": "cannot be told from a record",
}
"""Each status in words: an empty field says what the record lacks, not what the study lacked.

Examples:
    >>> STATUS_WORDS["absent"]
    'not reported in the record'
"""

_ASSUMPTIONS: Final = (
    "an item is present where a field that answers it is filled; whether what stands there is "
    "enough, or right, is not judged",
    "an empty field means that the record does not report it, not that the study did not do it",
    "an item for which the model has no field cannot be told from a record and counts neither way",
)


@frozen(kw_only=True)
class ItemResult:
    """What a record says to one item.

    Attributes:
        item: the item.
        status: whether it is answered.
        fields: every place that answers it, such as ``strategies[0].dose``.

    Examples:
        >>> from implsci.specification import completeness
        >>> from implsci import Strategy, Study
        >>> study = Study(id="a", title="A", strategies=(Strategy(id="s", label="s", dose="2"),))
        >>> completeness(study).units[0].items[4].fields
        ('strategies[0].dose',)
    """

    item: Item
    status: Status
    fields: tuple[str, ...]


@frozen(kw_only=True)
class GroupResult:
    """How far one section or module of a checklist is filled.

    Attributes:
        group: its name.
        present: how many of its items are answered.
        of: how many could be.
        complete: whether every item it requires is answered (every item, where it requires none);
            None where that cannot be told from a record.

    Examples:
        >>> GroupResult(group="module 4", present=1, of=2, complete=False).complete
        False
    """

    group: str
    present: int
    of: int
    complete: bool | None


@frozen(kw_only=True)
class UnitCompleteness:
    """A checklist over one thing: a strategy, a barrier, a study.

    Attributes:
        study: id of the study.
        place: where the thing stands in it; empty for the study itself.
        label: what the source calls it.
        items: each item's result, in the checklist's order.

    Examples:
        >>> from implsci.specification import completeness
        >>> from implsci import Strategy, Study
        >>> study = Study(id="a", title="A", strategies=(Strategy(id="s", label="s", dose="2"),))
        >>> completeness(study).units[0].present
        1
    """

    study: str
    place: str
    label: str
    items: tuple[ItemResult, ...]

    @property
    def present(self) -> int:
        """How many items are answered."""
        return sum(result.status == "present" for result in self.items)

    @property
    def of(self) -> int:
        """How many items a record can answer."""
        return sum(result.status != "cannot_tell" for result in self.items)

    @property
    def groups(self) -> tuple[GroupResult, ...]:
        """How far each section or module is filled, in order."""
        items = [result.item for result in self.items]
        present = {result.item.key for result in self.items if result.status == "present"}
        names = dict.fromkeys(item.group for item in items)
        return tuple(group_of(name, items, present) for name in names if name is not None)


@frozen(kw_only=True)
class Completeness(Result):
    """A checklist over one study, as `completeness` returns it.

    Attributes:
        checklist: what was asked.
        study: id of the study.
        units: the things asked about, in the study's order; none where it has none.
        assumptions: how the counts are to be read.

    Examples:
        >>> from implsci import Study
        >>> from implsci.specification import completeness
        >>> completeness(Study(id="a", title="A")).sentence()
        'a: nothing to count by proctor, the record holds no strategies.'
    """

    checklist: Checklist
    study: str
    units: tuple[UnitCompleteness, ...]
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each thing and item."""
        return tuple(
            {
                "study": unit.study,
                "place": unit.place,
                "label": unit.label,
                "item": result.item.key,
                "name": result.item.name,
                "group": result.item.group,
                "strand": result.item.strand,
                "core": result.item.core,
                "status": result.status,
                "field": result.fields[0] if result.fields else None,
                "fields": len(result.fields),
                "provisional": result.item.provisional,
            }
            for unit in self.units
            for result in unit.items
        )

    def sentence(self) -> str:
        """Say how much of the checklist each thing has, and what cannot be told."""
        asked = self.checklist
        if not self.units:
            return f"{self.study}: nothing to count by {asked.name}, {_none_of(asked)}."
        told = "; ".join(
            f"{unit.label!r} {unit.present} of {unit.of}" if asked.of else
            f"{unit.present} of {counted(unit.of, 'item')}"
            for unit in self.units
        )  # fmt: skip
        return f"{self.study}, reported in the record by {asked.name}: {told}.{_untold(asked)}"

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values, ready for JSON."""
        return {
            "checklist": self.checklist.name,
            "source": self.checklist.source,
            "study": self.study,
            "units": [
                {
                    "place": unit.place,
                    "label": unit.label,
                    "present": unit.present,
                    "of": unit.of,
                    "items": [
                        {
                            "item": result.item.key,
                            "name": result.item.name,
                            "group": result.item.group,
                            "strand": result.item.strand,
                            "core": result.item.core,
                            "provisional": result.item.provisional,
                            "status": result.status,
                            "fields": list(result.fields),
                        }
                        for result in unit.items
                    ],
                    "groups": [_plain_group(group) for group in unit.groups],
                }
                for unit in self.units
            ],
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }


@frozen(kw_only=True)
class ItemCount:
    """How many things of a collection answer an item.

    Attributes:
        item: the item.
        present: how many answer it.
        n: of how many; 0 where no record can tell.

    Examples:
        >>> ItemCount(item=Item(key="dose", name="dose", fields=("dose",)), present=1, n=4).percent
        25.0
    """

    item: Item
    present: int
    n: int

    @property
    def percent(self) -> float | None:
        """The share in percent, unrounded; None where nothing was to be counted."""
        return 100 * self.present / self.n if self.n else None


@frozen(kw_only=True)
class GroupCount:
    """How many things of a collection fill a section or module.

    Attributes:
        group: its name.
        complete: how many have every item it requires.
        n: of how many for which that can be told.

    Examples:
        >>> GroupCount(group="module 4", complete=1, n=2).percent
        50.0
    """

    group: str
    complete: int
    n: int

    @property
    def percent(self) -> float | None:
        """The share in percent, unrounded; None where nothing was to be counted."""
        return 100 * self.complete / self.n if self.n else None


@frozen(kw_only=True)
class CorpusCompleteness(Result):
    """A checklist over many studies, as `corpus_completeness` returns it.

    Attributes:
        checklist: what was asked.
        studies: how many studies were read.
        studies_with: how many of them have anything to ask about.
        units: how many things were asked about.
        items: each item's count, in the checklist's order.
        groups: each section's or module's count, in order.
        by_present: how many things have 0, 1, 2 ... items answered.
        assumptions: how the counts are to be read.

    Examples:
        >>> from implsci import Study
        >>> from implsci.specification import corpus_completeness
        >>> corpus_completeness([Study(id="a", title="A")]).sentence()
        'Nothing to count by proctor: 1 study, and no strategies in it.'
    """

    checklist: Checklist
    studies: int
    studies_with: int
    units: int
    items: tuple[ItemCount, ...]
    groups: tuple[GroupCount, ...]
    by_present: tuple[int, ...]
    assumptions: tuple[str, ...] = _ASSUMPTIONS

    @property
    def mean_present(self) -> float | None:
        """The mean number of items answered; None where nothing was to be counted."""
        total = sum(number * count for number, count in enumerate(self.by_present))
        return total / self.units if self.units else None

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each item."""
        return tuple(
            {
                "item": count.item.key,
                "name": count.item.name,
                "group": count.item.group,
                "strand": count.item.strand,
                "core": count.item.core,
                "present": count.present if count.item.fields else None,
                "n": count.n if count.item.fields else None,
                "percent": count.percent,
                "provisional": count.item.provisional,
            }
            for count in self.items
        )

    def sentence(self) -> str:
        """Say each item's share, and what cannot be told."""
        asked = self.checklist
        read = counted(self.studies, "study", "studies")
        if not self.units:
            held = agreeing(self.studies, "it", "them")
            return f"Nothing to count by {asked.name}: {read}, and no {asked.plural} in {held}."
        units = counted(self.units, asked.noun, asked.plural)
        told = ", ".join(
            f"{count.item.key} {count.present} ({_share(count.percent)})"
            for count in self.items
            if count.percent is not None
        )
        over = f"{units} of {read}" if asked.of else read
        return f"Reported in the record by {asked.name}, over {over}: {told}.{_untold(asked)}"

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values, ready for JSON."""
        return {
            "checklist": self.checklist.name,
            "source": self.checklist.source,
            "studies": self.studies,
            "studies_with": self.studies_with,
            "units": self.units,
            "items": [dict(row) for row in self.to_rows()],
            "groups": [
                {
                    "group": count.group,
                    "complete": count.complete,
                    "n": count.n,
                    "percent": count.percent,
                }
                for count in self.groups
            ],
            "by_present": list(self.by_present),
            "mean_present": self.mean_present,
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }


def group_of(name: str, items: Iterable[Item], present: Collection[str]) -> GroupResult:
    """Return how far a group is filled, given the keys of the items that are answered."""
    own = [item for item in items if item.group == name]
    return GroupResult(
        group=name,
        present=sum(item.key in present for item in own),
        of=sum(bool(item.fields) for item in own),
        complete=is_complete(required(own), present),
    )


def required(items: Collection[Item]) -> Collection[Item]:
    """Return the items that a group requires: all of them where it requires none."""
    return [item for item in items if item.core] or items


def is_complete(items: Iterable[Item], present: Collection[str]) -> bool | None:
    """Say whether every item is answered; None where no record could tell of the rest."""
    complete: bool | None = True
    for item in items:
        if not item.fields:
            complete = None
        elif item.key not in present:
            return False
    return complete


def _plain_group(group: GroupResult) -> dict[str, object]:
    return {
        "group": group.group,
        "present": group.present,
        "of": group.of,
        "complete": group.complete,
    }


def _share(percent: float) -> str:
    return "under 1 %" if 0 < percent < 0.5 else f"{percent:.0f} %"


def _none_of(asked: Checklist) -> str:
    return f"the record holds no {asked.plural}"


def _untold(asked: Checklist) -> str:
    untold = len(asked.items) - asked.askable
    if not untold:
        return ""
    verb = agreeing(untold, "counts", "count")
    return (
        f" {untold} of its {counted(len(asked.items), 'question')} cannot be told from a record and "
        f"{verb} neither way."
    )
