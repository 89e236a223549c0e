"""Several coders of one study: what each gave, what they agree on, and what somebody settled.

Every reading is kept as a `Coding` beside the settled value. What a machine coded counts as a
suggestion: it is recorded, and no code is settled on its word alone.

Examples:
    >>> from implsci import Barrier, Study
    >>> def version(*codes):
    ...     return Study(
    ...         id="a", title="A", barriers=(Barrier(id="b1", label="no time", codes=codes),)
    ...     )
    >>> both = combine(
    ...     {"AB": version("cfir-2022:work-infrastructure"), "CD": version("tdf-v2:time")}
    ... )
    >>> both.disagreements[0].path, both.study.barriers[0].codes
    ('barriers[0].codes', ())
    >>> settled = adjudicate(
    ...     both.study, "barriers[0].codes", "tdf-v2:time", adjudicator="EF", reason="as quoted"
    ... )
    >>> settled.barriers[0].codes, [coding.coder for coding in settled.barriers[0].codings]
    (('tdf-v2:time',), ['AB', 'CD', 'EF'])
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from attrs import evolve

from implsci.compendium._combining import KINDS, Combined, Disagreement, Same, combine
from implsci.compendium._settling import CODES, said
from implsci.errors import InvalidQueryError, InvalidRecord
from implsci.model import Coding, Study
from implsci.model._record import Record, shape
from implsci.names import close_names

__all__ = [
    "Combined",
    "Disagreement",
    "PlacedCoding",
    "Same",
    "adjudicate",
    "codings",
    "combine",
    "machine_only",
    "without_machine",
]


def __dir__() -> list[str]:
    return __all__


_PATH = re.compile(r"(?:(?P<kind>[a-z]+)\[(?P<index>\d{1,9})\]\.)?(?P<field>[a-z_]+(?:\.[a-z_]+)?)")
_NOT_CODED: Final = frozenset({"id", "codings", "extra", *KINDS})


class PlacedCoding(NamedTuple):
    """A coding and where it stands.

    Attributes:
        path: place of what was coded, such as ``barriers[2].codes`` or ``design``.
        node: id of the node or finding that holds it; None for the study.
        coding: the coding.
        settled: whether what it gives is what the study holds now.
    """

    path: str
    node: str | None
    coding: Coding
    settled: bool


def codings(study: Study) -> tuple[PlacedCoding, ...]:
    """Return every coding of a study: its own, then those of its nodes and findings.

    Examples:
        >>> import implsci
        >>> study = implsci.load("implsci-examples")["wong-2011-restoration"]
        >>> found = codings(study)
        >>> found[0].path, len({placed.coding.coder for placed in found})
        ('', 2)
    """
    return tuple(_codings(study))


def _codings(study: Study) -> Iterator[PlacedCoding]:
    for place, node, record in _holders(study):
        for coding in record.codings:
            field = coding.of or ("" if node is None else "codes")
            path = ".".join(part for part in (place, field) if part)
            yield PlacedCoding(path, node, coding, _holds(record, field, coding))


def _holders(study: Study) -> Iterator[tuple[str, str | None, Any]]:
    """Yield all that has codings, with its place and its id."""
    yield "", None, study
    for kind in KINDS:
        for index, node in enumerate(getattr(study, kind)):
            yield f"{kind}[{index}]", node.id, node


def _holds(record: Record, field: str, coding: Coding) -> bool:
    value: object = record
    for name in field.split("."):
        value = getattr(value, name, None)
    if coding.code is not None:
        return isinstance(value, tuple) and coding.code in value
    return coding.value is not None and said(value) == coding.value


def machine_only(study: Study) -> tuple[PlacedCoding, ...]:
    """Return the codings of machines whose code no person gave at the same place.

    They are suggestions; one that is `settled` stands among the codes although nobody confirmed it.

    Examples:
        >>> from implsci import Barrier
        >>> guess = Coding(coder="model", code="tdf-v2:time", by="machine", probability=0.8)
        >>> barrier = Barrier(id="b1", label="no time", codings=(guess,))
        >>> machine_only(Study(id="a", title="A", barriers=(barrier,)))[0].settled
        False
    """
    everything = codings(study)
    given = {
        (placed.path, placed.coding.code) for placed in everything if placed.coding.by != "machine"
    }
    return tuple(
        placed
        for placed in everything
        if placed.coding.by == "machine"
        and placed.coding.code is not None
        and (placed.path, placed.coding.code) not in given
    )


def without_machine(study: Study) -> Study:
    """Return the study as people coded it: without codings of machines, and codes only they gave.

    What is not coded but plainly stands in the study, such as nodes and their labels, stays.

    Examples:
        >>> from implsci import Barrier
        >>> guess = Coding(coder="model", code="tdf-v2:time", by="machine")
        >>> barrier = Barrier(id="b1", label="no time", codes=("tdf-v2:time",), codings=(guess,))
        >>> without_machine(Study(id="a", title="A", barriers=(barrier,))).barriers[0].codes
        ()
    """
    only = {(placed.path, placed.coding.code) for placed in machine_only(study)}

    def cleared(place: str, record: Any) -> Any:
        changes: dict[str, Any] = {}
        for name in sorted(CODES & set(shape(type(record)))):
            path = f"{place}.{name}" if place else name
            codes = getattr(record, name)
            changes[name] = tuple(code for code in codes if (path, code) not in only)
        kept = tuple(coding for coding in record.codings if coding.by != "machine")
        return evolve(record, codings=kept, **changes)

    parts: dict[str, Any] = {
        kind: tuple(
            cleared(f"{kind}[{index}]", node) for index, node in enumerate(getattr(study, kind))
        )
        for kind in KINDS
    }
    own: Study = cleared("", study)
    return evolve(own, **parts)


def adjudicate(
    study: Study,
    path: str,
    settled: object,
    *,
    adjudicator: str,
    reason: str,
    date: str | None = None,
) -> Study:
    """Return the study with one value settled; every coding stays, and the adjudicator's is added.

    Args:
        study: the study.
        path: what is settled, such as ``barriers[2].codes``, ``findings[0].direction`` or
            ``design``, as a `Disagreement` names it.
        settled: a code or several for a field that holds codes, none as ``()``; else the value.
        adjudicator: who decides, a person.
        reason: why.
        date: when, ISO 8601.

    Raises:
        InvalidQueryError: the study has no such place, or it is none that is coded.
        InvalidRecord: the field cannot hold that value.

    Examples:
        >>> study = Study(id="a", title="A", design="rct")
        >>> now = adjudicate(
        ...     study, "design", "cluster_rct", adjudicator="EF", reason="clinics were randomized"
        ... )
        >>> now.design, now.codings[0].note
        ('cluster_rct', 'adjudicated: clinics were randomized')
    """
    kind, index, field = _place(study, path)
    value = tuple(settled) if isinstance(settled, list) else settled
    if field in CODES and isinstance(value, str):
        value = (value,)
    record: Any = study if kind is None else getattr(study, kind)[index]
    head, _, inner = field.partition(".")
    if inner:
        part = getattr(record, head)
        made = shape(type(record))[head].type
        try:
            value = made(**{inner: value}) if part is None else evolve(part, **{inner: value})
        except TypeError:
            raise InvalidQueryError(
                f"{path}: the study has no {head} yet; settle {head} as a whole"
            ) from None
    how: dict[str, Any] = {
        "coder": adjudicator, "by": "human", "date": date, "note": f"adjudicated: {reason}"
    }  # fmt: skip
    of = None if field == "codes" else field
    if field in CODES:
        given: tuple[Any, ...] = value if isinstance(value, tuple) else ()
        new = tuple(Coding(of=of, code=code, **how) for code in given or (None,))
    else:
        word = getattr(value, inner) if inner else value
        new = (Coding(of=of, value=said(word), **how),)
    try:
        changed = evolve(record, **{head: value}, codings=(*record.codings, *new))
        if kind is None:
            return changed  # type: ignore[no-any-return]
        nodes = list(getattr(study, kind))
        nodes[index] = changed
        parts: dict[str, Any] = {kind: tuple(nodes)}
        return evolve(study, **parts)
    except InvalidRecord as invalid:
        raise InvalidRecord(f"{path} of Study", invalid.faults, study.id) from None


def _place(study: Study, path: str) -> tuple[str | None, int, str]:
    """Return node kind, index and field of a path; kind None for the study's own fields."""
    found = _PATH.fullmatch(path)
    if found is None or (found["kind"] or "findings") not in KINDS:
        raise InvalidQueryError(
            f"{path!r} is no place of a study; expected one such as barriers[0].codes or design"
        )
    kind, index, field = found["kind"], int(found["index"] or 0), found["field"]
    if kind is not None and index >= len(getattr(study, kind)):
        raise InvalidQueryError(
            f"{path!r}: the study {study.id!r} has {len(getattr(study, kind))} {kind}, counted from 0"
        )
    record = study if kind is None else getattr(study, kind)[index]
    head, _, inner = field.partition(".")
    fields = shape(type(record))
    coded = [name for name in fields if name not in _NOT_CODED]
    known = head in fields and (
        (kind is not None and head not in ("id", "codings")) or head not in _NOT_CODED
    )
    if known and inner:
        known = fields[head].kind == "record" and inner in shape(fields[head].type)
    if not known:
        hint = ", ".join(close_names(field, coded)) or ", ".join(coded)
        raise InvalidQueryError(f"{path!r} names no field that is coded; expected one of {hint}")
    return kind, index, field
