"""The engine: what of a checklist a study holds, and how much of it a collection does."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from implsci.model import Study
from implsci.specification._items import Checklist, Item
from implsci.specification._paths import Located, Nodes, Step, leads, parsed, places, records
from implsci.specification._published import checklist as find_checklist
from implsci.specification._results import (
    Completeness,
    CorpusCompleteness,
    GroupCount,
    ItemCount,
    ItemResult,
    Status,
    UnitCompleteness,
    is_complete,
    required,
)

__all__ = ["completeness", "corpus_completeness"]


def completeness(study: Study, checklist: str | Checklist = "proctor") -> Completeness:
    """Return what of a checklist a study's record holds, item by item, and from which field.

    Args:
        study: the study.
        checklist: the name of a bundled one (`CHECKLISTS`), or one of your own.

    Returns:
        A line for each thing the checklist asks about (each strategy, each barrier, the study), and
        each item of it: present, absent (not reported in the record), or not to be told from one.

    Raises:
        UnknownNameError: no bundled checklist has that name.

    Examples:
        >>> from implsci import Strategy
        >>> study = Study(
        ...     id="a", title="A", strategies=(Strategy(id="s", label="audit", actor="peers"),)
        ... )
        >>> completeness(study).sentence()
        "a, reported in the record by proctor: 'audit' 1 of 7."
    """
    asked = checklist if isinstance(checklist, Checklist) else find_checklist(checklist)
    ways = _ways(asked)
    nodes = Nodes(study)
    return Completeness(
        checklist=asked,
        study=study.id,
        units=tuple(
            UnitCompleteness(
                study=study.id,
                place=starts[""].place,
                label=_label(starts),
                items=tuple(_answered(item, own, starts, nodes) for item, own in ways),
            )
            for starts in _units(study, asked)
        ),
    )


def corpus_completeness(
    compendium: Iterable[Study], checklist: str | Checklist = "proctor"
) -> CorpusCompleteness:
    """Return how many things of a collection answer each item of a checklist.

    Studies are read one by one, so that a store need not fit into memory.

    Args:
        compendium: the studies.
        checklist: the name of a bundled one (`CHECKLISTS`), or one of your own.

    Raises:
        UnknownNameError: no bundled checklist has that name.

    Examples:
        >>> import implsci
        >>> counts = corpus_completeness(implsci.load("implsci-examples"))
        >>> counts.units, counts.items[0].item.key, counts.items[0].present
        (745, 'actor', 248)
    """
    asked = checklist if isinstance(checklist, Checklist) else find_checklist(checklist)
    ways = _ways(asked)
    groups = [
        (name, required([item for item in asked.items if item.group == name]))
        for name in asked.groups
    ]
    studies = studies_with = 0
    present: Counter[str] = Counter()
    whole: Counter[str] = Counter()
    tellable: Counter[str] = Counter()
    by_present = [0] * (asked.askable + 1)
    for study in compendium:
        nodes = Nodes(study)
        starts = None
        for starts in _units(study, asked):
            found = {
                item.key
                for item, own in ways
                if any(leads(steps, starts[root], nodes) for root, steps in own)
            }
            present.update(found)
            by_present[len(found)] += 1
            for name, items in groups:
                complete = is_complete(items, found)
                whole[name] += complete is True
                tellable[name] += complete is not None
        studies += 1
        studies_with += starts is not None
    units = sum(by_present)
    return CorpusCompleteness(
        checklist=asked,
        studies=studies,
        studies_with=studies_with,
        units=units,
        items=tuple(
            ItemCount(item=item, present=present[item.key], n=units if item.fields else 0)
            for item in asked.items
        ),
        groups=tuple(
            GroupCount(group=name, complete=whole[name], n=tellable[name]) for name in asked.groups
        ),
        by_present=tuple(by_present),
    )


_Ways: TypeAlias = tuple[tuple[str, tuple[Step, ...]], ...]
"""The ways that lead to an answer: where each begins, and its steps."""


def _ways(asked: Checklist) -> tuple[tuple[Item, _Ways], ...]:
    """Return each item with its ways, read once for many things."""
    return tuple((item, tuple(map(_way, item.fields))) for item in asked.items)


def _way(path: str) -> tuple[str, tuple[Step, ...]]:
    steps = parsed(path)
    root = steps[0].name if steps[0].name in ("study", "parent") else ""
    return root, steps[1:] if root else steps


def _units(study: Study, asked: Checklist) -> Iterator[Mapping[str, Located]]:
    """Yield each thing asked about under the empty name, with its parent and its study."""
    whole = Located("", study)
    if not asked.of:
        yield {"": whole, "parent": whole, "study": whole}
        return
    for thing, parent in records(parsed(asked.of), study):
        yield {"": thing, "parent": parent, "study": whole}


def _answered(item: Item, ways: _Ways, starts: Mapping[str, Located], nodes: Nodes) -> ItemResult:
    found = dict.fromkeys(
        place for root, steps in ways for place in places(steps, starts[root], nodes)
    )
    status: Status = "present" if found else "absent" if ways else "cannot_tell"
    return ItemResult(item=item, status=status, fields=tuple(found))


def _label(starts: Mapping[str, Located]) -> str:
    """Return what the source calls a thing; of one without a name, what holds it is called."""
    for name in ("label", "title", "what", "name"):
        text = getattr(starts[""].record, name, None)
        if isinstance(text, str):
            return text
    return getattr(starts["parent"].record, "label", starts[""].place)
