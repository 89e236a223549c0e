"""What changed between two editions of a compendium: added, removed, changed field by field.

Studies are compared by id, and what is inside them by the ids of nodes. The order of nodes and of
lists says nothing, but for the authors of a citation. A study that has a new id and the same DOI,
with a title that does not contradict it, or says the same but for its id, is shown as renamed.

Examples:
    >>> from implsci import Study
    >>> old = [Study(id="a", title="Trust"), Study(id="b", title="Time")]
    >>> new = [Study(id="a", title="Trust", year=2019), Study(id="c", title="Money")]
    >>> print(difference(old, new).to_text())
    1 study added, 1 removed, 1 changed
    + c: Money
    - b: Time
    ~ a: Trust
        year: (nothing) -> 2019
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from attrs import evolve, frozen

from implsci.codec import encode
from implsci.compendium.merging.evidence import compare, read_signature
from implsci.identifiers import find_doi
from implsci.model import Study

__all__ = ["Change", "Changed", "Difference", "Plain", "difference"]


def __dir__() -> list[str]:
    return __all__


Plain: TypeAlias = "str | int | float | bool | Sequence[Plain] | Mapping[str, Plain] | None"
"""A value as JSON holds it."""

_IN_ORDER: Final = ("authors",)
_KEYS: Final = ("id", "setting")
_SHOWN: Final = 120
_ABSENT: Final = object()


@frozen(kw_only=True)
class Change:
    """One thing that changed in a study.

    Attributes:
        path: its place, such as ``strategies[s2].dose``; nodes stand by id, other records of a list
            by their place in the old one (in the new one where they were added). Where a value of
            `Study.extra` is null, the place is ``extra``, and old and new hold the one key.
        old: what stood there; None for nothing.
        new: what stands there now; None for nothing.
    """

    path: str
    old: Plain
    new: Plain


@frozen(kw_only=True)
class Changed:
    """A study that changed.

    Attributes:
        old: as it was.
        new: as it is.
        changes: field by field.
    """

    old: Study
    new: Study
    changes: tuple[Change, ...]

    @property
    def renamed(self) -> bool:
        """Whether it has another id."""
        return self.old.id != self.new.id


@frozen(kw_only=True)
class Difference:
    """What changed between two editions of a compendium.

    Attributes:
        added: studies that are new.
        removed: studies that are gone.
        changed: studies that are in both and not equal, or have another id.
    """

    added: tuple[Study, ...]
    removed: tuple[Study, ...]
    changed: tuple[Changed, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)

    def to_dict(self) -> dict[str, Any]:
        """Return the difference as plain values."""
        return {
            "added": [{"id": study.id, "title": study.title} for study in self.added],
            "removed": [{"id": study.id, "title": study.title} for study in self.removed],
            "changed": [
                {
                    "id": one.new.id,
                    "old_id": one.old.id,
                    "title": one.new.title,
                    "changes": [
                        {"path": change.path, "old": change.old, "new": change.new}
                        for change in one.changes
                    ],
                }
                for one in self.changed
            ],
        }

    def to_text(self) -> str:
        """Return the difference as lines of text: ``+`` added, ``-`` removed, ``~`` changed."""
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        if not self:
            yield "no difference"
            return
        studies = "study" if len(self.added) == 1 else "studies"
        yield (
            f"{len(self.added):,} {studies} added, {len(self.removed):,} removed, "
            f"{len(self.changed):,} changed"
        )
        for sign, studies_ in (("+", self.added), ("-", self.removed)):
            for study in studies_:
                yield f"{sign} {study.id}: {_line(study.title)}"
        for one in self.changed:
            was = f" (was {one.old.id})" if one.renamed else ""
            yield f"~ {one.new.id}{was}: {_line(one.new.title)}"
            for change in one.changes:
                yield f"    {_line(change.path)}: {_shown(change.old)} -> {_shown(change.new)}"


def difference(old: Iterable[Study], new: Iterable[Study]) -> Difference:
    """Compare two editions of a compendium.

    Args:
        old: the studies as they were.
        new: the studies as they are.

    Returns:
        What was added, removed and changed, in the order of the new edition (of the old one for
        what was removed). Where an id stands several times, the first is compared with the first.

    Examples:
        >>> bool(difference([], [])), difference([Study(id="a", title="A")], []).removed[0].id
        (False, 'a')
    """
    before, after = list(old), list(new)
    pairs: dict[int, int] = {}
    for key in (lambda study: study.id, _doi, _content):
        _pair(before, after, pairs, key)
    of = {there: here for here, there in pairs.items()}
    changed = [
        Changed(old=before[of[place]], new=study, changes=_changes(before[of[place]], study))
        for place, study in enumerate(after)
        if place in of
    ]
    return Difference(
        added=tuple(study for place, study in enumerate(after) if place not in of),
        removed=tuple(study for place, study in enumerate(before) if place not in pairs),
        changed=tuple(one for one in changed if one.changes or one.renamed),
    )


def _pair(
    before: Sequence[Study],
    after: Sequence[Study],
    pairs: dict[int, int],
    key: Callable[[Study], Hashable | None],
) -> None:
    """Pair what is still alone and has the same key; other than by id, only where it is clear."""
    taken = set(pairs.values())
    here, there = _by(before, pairs, key), _by(after, taken, key)
    for value, places in here.items():
        others = there.get(value, [])
        if key in (_doi, _content) and (len(places) > 1 or len(others) > 1):
            continue
        pairs.update(
            (one, other)
            for one, other in zip(places, others, strict=False)
            if key is not _doi or _one_study(before[one], after[other])
        )


def _one_study(old: Study, new: Study) -> bool:
    """Say whether two studies of one DOI are one: rows of a review can all have that of the review."""
    signatures = read_signature(old, frozenset((0,))), read_signature(new, frozenset((1,)))
    verdict = compare(*signatures, titles=False)
    return verdict is not None and verdict.same is True


def _by(
    studies: Sequence[Study],
    taken: Mapping[int, int] | set[int],
    key: Callable[[Study], Hashable | None],
) -> dict[Hashable, list[int]]:
    found: dict[Hashable, list[int]] = defaultdict(list)
    for place, study in enumerate(studies):
        if place not in taken and (value := key(study)) is not None:
            found[value].append(place)
    return found


def _doi(study: Study) -> str | None:
    doi = study.citation.doi if study.citation else None
    return (find_doi(doi) or doi).lower() if doi else None


def _content(study: Study) -> bytes:
    return encode(evolve(study, id="study"))


def _changes(old: Study, new: Study) -> tuple[Change, ...]:
    if old is new:
        return ()
    here, there = encode(old), encode(new)
    if here == there:
        return ()
    one, other = json.loads(here), json.loads(there)
    for document in (one, other):
        del document["id"]  # another one is said by `Changed.renamed`
    return tuple(_compared(one, other, ""))


def _compared(old: Plain, new: Plain, path: str) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        for name in sorted(old.keys() | new.keys()):
            place = f"{path}.{name}" if path else name
            was, now = old.get(name, _ABSENT), new.get(name, _ABSENT)
            if (was is None or now is None) and was is not now:
                # Nothing and a null look alike, so that the key is told with its value.
                here, there = ({name: one[name]} if name in one else None for one in (old, new))
                yield Change(path=path, old=here, new=there)
            else:
                yield from _compared(old.get(name), new.get(name), place)
        return
    items = [*_listed(old), *_listed(new)]
    if items and all(value is None or isinstance(value, list) for value in (old, new)):
        if all(isinstance(item, dict) for item in items):
            yield from _lists(_listed(old), _listed(new), path)
            return
        if _name(path) not in _IN_ORDER and old is not None and new is not None:
            old, new = sorted(_listed(old), key=_text), sorted(_listed(new), key=_text)
    if _text(old) != _text(new):
        yield Change(path=path, old=old, new=new)


def _name(path: str) -> str:
    return path.rpartition(".")[2]


def _listed(value: Plain) -> list[Any]:
    return value if isinstance(value, list) else []


def _lists(old: list[Any], new: list[Any], path: str) -> Iterator[Change]:
    """Compare lists of records: by id where they have one, else what is left over in order."""
    key = next((key for key in _KEYS if _distinct(old, key) and _distinct(new, key)), None)
    if key is not None:
        here, there = ({item[key]: item for item in items} for items in (old, new))
        for name in (*here, *(name for name in there if name not in here)):
            yield from _compared(here.get(name), there.get(name), f"{path}[{name}]")
        return
    left, right = _left_over(old, new), _left_over(new, old)
    for index in range(max(len(left), len(right))):
        was = left[index] if index < len(left) else None
        now = right[index] if index < len(right) else None
        place = was[0] if was else now[0] if now else index
        yield from _compared(was and was[1], now and now[1], f"{path}[{place}]")


def _distinct(items: list[Any], key: str) -> bool:
    names = [item.get(key) for item in items]
    return None not in names and len(set(names)) == len(names)


def _left_over(items: list[Any], others: list[Any]) -> list[tuple[int, Any]]:
    """Return the items, each with its place, that the other list does not hold as often."""
    counts: dict[str, int] = defaultdict(int)
    for other in others:
        counts[_text(other)] += 1
    left: list[tuple[int, Any]] = []
    for place, item in enumerate(items):
        text = _text(item)
        if counts[text]:
            counts[text] -= 1
        else:
            left.append((place, item))
    return left


def _text(value: Plain) -> str:
    return json.dumps(value, sort_keys=True)


def _line(text: str) -> str:
    return " ".join(text.split())


def _shown(value: Plain) -> str:
    if value is None:
        return "(nothing)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = _line(text)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."
