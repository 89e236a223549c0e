"""What several coders gave for one thing, and what of it is settled.

Readings are flat: values by field, those of a record inside under ``citation.doi`` and the like.

The rules. Only people settle anything where people coded; a machine beside them is recorded. A code
is settled where every coder gave it, and never on the word of machines alone; who gave none has
given an answer. For all other fields a blank is no answer: lists of ids, codes of the study and
countries keep what all who answered have in common, records such as measurements are put together,
notes are joined, and any other value is settled where all who answered agree.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

from attrs import asdict

from implsci.codes import Code
from implsci.errors import Fault, InvalidRecord
from implsci.model import Coding
from implsci.model._record import Record, shape

__all__ = ["CODES", "LISTS", "Settled", "build", "flat", "said", "settle"]

CODES: Final = frozenset({"codes", "sectors", "engagement", "equity"})
"""Fields that hold codes."""

LISTS: Final = frozenset(
    {
        "acts_through", "addresses", "barriers", "builds", "comparator_strategies", "countries",
        "mechanisms", "outcomes", "parties", "strategies",
    }
)  # fmt: skip
"""Fields that hold a set of ids or countries."""

# A record cannot do without these: the first coder's word stands until somebody settles it.
_FIRST: Final = frozenset({"label", "title", "innovation.name"})
_UNSAID: Final = frozenset({"label", "note", "title"})

_R = TypeVar("_R", bound=Record)


class Settled(NamedTuple):
    """What came of several readings of one thing.

    Attributes:
        values: the settled values by field.
        codings: every reading, a coding a value.
        open: the fields that are not settled, each with what every coder gave, in words.
    """

    values: dict[str, Any]
    codings: tuple[Coding, ...]
    open: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]


def said(value: object) -> str:
    """Return a value in words, as a coding holds it; nothing for a blank."""
    if value is None or value == ():
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return "; ".join(value)
    if isinstance(value, (Record, tuple)):
        return json.dumps(_plain(value), ensure_ascii=False, sort_keys=True)
    return str(value)


def _plain(value: object) -> object:
    if isinstance(value, Record):
        known = {name: field.default for name, field in shape(type(value)).items()}
        raw: dict[str, Any] = asdict(value, recurse=False)  # type: ignore[arg-type]
        return {name: _plain(item) for name, item in raw.items() if item != known[name]}
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def flat(
    record: Record,
    without: Collection[str] = (),
    nested: Collection[str] = ("citation", "innovation"),
) -> dict[str, Any]:
    """Return what a record says, by field; the fields of the records named `nested` one by one."""
    values: dict[str, Any] = {}
    for name, field in shape(type(record)).items():
        value = getattr(record, name)
        if name in without or (value == field.default and not field.required):
            continue
        if name in nested and isinstance(value, Record):
            values |= {f"{name}.{inner}": item for inner, item in flat(value).items()}
        else:
            values[name] = value
    return values


def settle(
    readings: Mapping[str, Mapping[str, Any]],
    machines: Collection[str] = (),
    *,
    missed_by: Collection[str] = (),
    evidence: Mapping[str, Mapping[str, Any]] | None = None,
) -> Settled:
    """Put several readings of one thing together.

    Args:
        readings: the values by field of each coder.
        machines: the coders that are machines.
        missed_by: people who coded the same source and do not have this thing: then no code of it
            is settled.
        evidence: for each coder what goes with every coding of theirs, such as quote and locator.
    """
    coders = sorted(readings)
    people = [coder for coder in coders if coder not in machines]
    judges = people or coders
    values: dict[str, Any] = {}
    open_: list[tuple[str, tuple[tuple[str, str], ...]]] = []
    fields = list(dict.fromkeys(name for coder in coders for name in readings[coder]))
    for name in fields:
        given = {coder: value for coder in judges if not _blank(value := readings[coder].get(name))}
        settled, agreed = _settled(name, given, judges, by_people=bool(people) and not missed_by)
        if not _blank(settled):
            values[name] = settled
        if not agreed:
            open_.append((name, tuple((one, said(readings[one].get(name))) for one in coders)))
    codings = [
        coding
        for coder in coders
        for coding in _codings(
            coder,
            readings[coder],
            {
                "by": "machine" if coder in machines else "human",
                **((evidence or {}).get(coder) or {}),
            },
            # What is not coded but copied need not be said again where all copied it alike.
            {name for name in _UNSAID if name not in dict(open_)} if len(coders) > 1 else None,
        )
    ]
    return Settled(values, tuple(codings), tuple(open_))


def _blank(value: object) -> bool:
    return value is None or value == ()


def _settled(
    name: str, given: Mapping[str, Any], judges: Sequence[str], *, by_people: bool
) -> tuple[Any, bool]:
    """Return the settled value of a field, blank where there is none, and whether all agree."""
    answers = list(given.values())
    if name in CODES or name in LISTS:
        asked = [given.get(coder, ()) for coder in judges] if name == "codes" else answers
        common = tuple(
            item for item in (asked[0] if asked else ()) if all(item in one for one in asked)
        )
        agreed = all(set(one) == set(asked[0]) for one in asked)
        return ((), agreed and not answers) if name in CODES and not by_people else (common, agreed)
    if not answers:
        return None, True
    if all(isinstance(one, tuple) and isinstance(one[0], Record) for one in answers):
        return _together(answers), True
    if name == "note":
        return " | ".join(dict.fromkeys(answers)), True
    if all(type(one) is type(answers[0]) and one == answers[0] for one in answers):
        return answers[0], True
    if name == "direction":
        return "unclear", False
    return (answers[0] if name in _FIRST else None), False


def _together(lists: Iterable[tuple[Record, ...]]) -> tuple[Record, ...]:
    """Return the records of all lists, each as often as in the list that holds it most often."""
    found: list[Record] = []
    for one in lists:
        left = list(found)
        for record in one:
            if record in left:
                left.remove(record)
            else:
                found.append(record)
    return tuple(found)


def _codings(
    coder: str,
    reading: Mapping[str, Any],
    evidence: Mapping[str, Any],
    unsaid: Collection[str] | None,
) -> Iterator[Coding]:
    """Yield what one coder gave; of a lone coder (`unsaid` None) only the codes."""
    if "label" in reading or "codes" in reading:  # a node; who gave no code has given an answer
        codes: tuple[Code, ...] = reading.get("codes", ())
        for code in codes or (None,):
            yield Coding(coder=coder, code=code, **evidence)
    for name, value in reading.items():
        if name == "codes" or _blank(value):
            continue
        if name in CODES:
            for code in value:
                yield Coding(coder=coder, of=name, code=code, **evidence)
        elif unsaid is not None and name not in unsaid and not _is_records(value):
            yield Coding(coder=coder, of=name, value=said(value), **evidence)


def _is_records(value: object) -> bool:
    return isinstance(value, tuple) and isinstance(value[0], Record)


def build(make: type[_R], values: Mapping[str, Any]) -> tuple[_R, tuple[Fault, ...]]:
    """Make a record of flat values, without those that break a rule, which are named.

    Raises:
        InvalidRecord: it cannot do without one of those.
    """
    left = dict(values)
    dropped: list[Fault] = []
    while True:
        try:
            return make(**_nested(make, left)), tuple(dropped)
        except InvalidRecord as invalid:
            broken: list[Fault] = []
            for fault in invalid.faults:
                at = _field_of(fault.path, left)
                if at is None or (at in shape(make) and shape(make)[at].required):
                    raise
                broken.append(Fault(at, fault.message))
            for fault in broken:
                left.pop(fault.path, None)
            dropped += broken


def _field_of(path: str, values: Mapping[str, Any]) -> str | None:
    """Return the flat field that a path inside a record belongs to."""
    bare = path.partition("[")[0]
    if bare in values:
        return bare
    return next((name for name in values if bare.startswith(f"{name}.")), None)


def _nested(make: type[Record], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments of a record; what stands under a dotted name becomes a record inside."""
    whole: dict[str, Any] = {}
    inner: dict[str, dict[str, Any]] = {}
    for name, value in values.items():
        head, dot, rest = name.partition(".")
        if dot:
            inner.setdefault(head, {})[rest] = value
        else:
            whole[name] = value
    for head, parts in inner.items():
        part = shape(make)[head].type
        lacking = [
            name for name, field in shape(part).items() if field.required and name not in parts
        ]
        if lacking:
            raise InvalidRecord(
                make.__name__,
                [Fault(f"{head}.{name}", f"needs {head} {lacking[0]} beside it") for name in parts],
            )
        try:
            whole[head] = part(**parts)
        except InvalidRecord as invalid:
            raise InvalidRecord(
                make.__name__, [fault.under(head) for fault in invalid.faults]
            ) from None
    return whole
