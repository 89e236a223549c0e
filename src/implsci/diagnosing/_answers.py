"""Answers to the questions as plain values, and as a diagnosis."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final, TypeAlias

from implsci.atomic import told
from implsci.codec import MAX_BYTES, decode_document, encode
from implsci.compendium.files import read_some
from implsci.diagnosing._reading import UNKNOWN
from implsci.errors import (
    CorruptDocument,
    Fault,
    InvalidRecord,
    UnreadableFileError,
)
from implsci.identifiers import make_id
from implsci.model.documents import Diagnosis

__all__ = [
    "Answers",
    "answers_of",
    "diagnosis_of",
    "faults_of",
    "read_answers",
]

Answers: TypeAlias = dict[str, object]
"""Plain values by field, as the JSON of a `Diagnosis` has them; what is left open is not there."""

_WORKED_OUT: Final[Mapping[str, int]] = {"proportion": 1, "percent": 100}
_RATES: Final = ("current", "desired")


def diagnosis_of(answers: Mapping[str, object]) -> Diagnosis:
    """Return the diagnosis that answers make.

    What people need not say is filled in: an id made of the problem, ids of causes (``c1``), a
    proportion or percentage worked out from its numerator and base, and what a rate wanted shares
    with the rate today. Nothing else is: what is left open stays unknown.

    Args:
        answers: plain values by field, as the JSON of a `Diagnosis` has them; ``unknown`` as the value
            of a measurement keeps it open.

    Raises:
        InvalidRecord: they break the rules of a diagnosis; every fault with its path.

    Examples:
        >>> found = diagnosis_of({
        ...     "problem": "Children are screened late",
        ...     "causes": [{"label": "nobody calls the families"}],
        ...     "current": {"of": "screened", "unit": "proportion", "n": 160, "base": 400},
        ...     "desired": {"value": 0.9},
        ... })
        >>> found.id, found.causes[0].id, found.current.value, found.gap
        ('children-are-screened-late', 'c1', 0.4, 0.5)
    """
    try:
        document = {key: _plain(value) for key, value in answers.items()}
    except RecursionError:
        raise InvalidRecord("Diagnosis", [Fault("", "nested too deeply")]) from None
    kind = document.pop("type", "diagnosis")
    if kind != "diagnosis":
        raise InvalidRecord("Diagnosis", [Fault("type", f"expected 'diagnosis', got {kind!r}")])
    if isinstance(problem := document.get("problem"), str) and "id" not in document:
        document["id"] = _id_of(problem)
    if isinstance(causes := document.get("causes"), list):
        _name(causes)
    current, desired = (document.get(name) for name in _RATES)
    if isinstance(current, dict) and isinstance(desired, dict) and desired:
        _share(current, desired)
    _work_out(current)
    _work_out(desired)
    if isinstance(rows := document.get("measurements"), list):
        for row in rows:
            _work_out(row)
    try:
        data = json.dumps({**document, "type": "diagnosis"}, allow_nan=False)
    except (ValueError, TypeError, RecursionError) as error:
        raise InvalidRecord(
            "Diagnosis", [Fault("", f"expected text and finite numbers: {error}")]
        ) from None
    found = decode_document(data)
    assert isinstance(found, Diagnosis)
    return found


def answers_of(diagnosis: Diagnosis) -> Answers:
    """Return the answers that make a diagnosis; `diagnosis_of` gives the same one back.

    Examples:
        >>> answers_of(Diagnosis(id="d1", problem="children are screened late"))
        {'id': 'd1', 'problem': 'children are screened late'}
    """
    answers: Answers = json.loads(encode(diagnosis))
    del answers["type"], answers["implsci"]
    rows = answers.get("measurements", [])
    for row in (*map(answers.get, _RATES), *(rows if isinstance(rows, list) else ())):
        if isinstance(row, dict) and worked_out(row) is not None:
            row["value"] = UNKNOWN
    return answers


def faults_of(answers: Mapping[str, object]) -> tuple[Fault, ...]:
    """Return what is wrong with answers so far; that the problem is not named yet is no fault."""
    try:
        diagnosis_of({"problem": "?", **answers})
    except InvalidRecord as error:
        return error.faults
    except CorruptDocument as error:
        return (Fault("", error.reason),)
    return ()


def worked_out(row: Mapping[str, object]) -> float | None:
    """Return the rate that numerator and base make where none is given; None where they make none."""
    n, base, unit = row.get("n"), row.get("base"), row.get("unit")
    if (
        row.get("value") is not None
        or type(n) is not int
        or type(base) is not int
        or not 0 <= n <= base
        or base == 0
        or not isinstance(unit, str)
        or unit not in _WORKED_OUT
    ):
        return None
    return _WORKED_OUT[unit] * n / base


def _work_out(row: object) -> None:
    if not isinstance(row, dict):
        return
    if (value := worked_out(row)) is not None:
        row["value"] = value
    elif row.get("value") == UNKNOWN:
        del row["value"]


def _share(current: dict[str, object], desired: dict[str, object]) -> None:
    for name in ("of", "unit"):
        if name not in desired and name in current:
            desired[name] = current[name]
    if desired.get("unit") == "proportion" and "base" not in desired and "base" in current:
        desired["base"] = current["base"]


def _name(causes: list[object]) -> None:
    taken = {
        row["id"] for row in causes if isinstance(row, dict) and isinstance(row.get("id"), str)
    }
    free = (name for number in range(1, 2 * len(causes) + 2) if (name := f"c{number}") not in taken)
    for row in causes:
        if isinstance(row, dict) and "id" not in row:
            row["id"] = next(free)


def _id_of(problem: str) -> str:
    words = make_id([problem], set())
    if words == "study":  # what `make_id` falls back on
        return "diagnosis"
    return words if len(words) <= _LONGEST_ID else words[:_LONGEST_ID].rpartition("-")[0] or words


_LONGEST_ID: Final = 40


def _plain(value: object) -> object:
    """Return a copy with the dates of TOML as text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def read_answers(path: Path, max_bytes: int = MAX_BYTES) -> Answers:
    """Read answers from a file of TOML or JSON; the JSON of a diagnosis is one too.

    Args:
        path: a name that ends in ``.toml``, ``.json`` or ``.jsonl`` (one record).
        max_bytes: the size above which it is refused unread.

    Raises:
        UnreadableFileError: it cannot be opened, or its name ends otherwise.
        CorruptDocument: it cannot be read as such; names the file.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "answers.toml")
        ...     _ = file.write_text('problem = "Children are screened late"')
        ...     read_answers(file)
        {'problem': 'Children are screened late'}
    """
    suffix = path.suffix.lower()
    if suffix not in (".toml", ".json", ".jsonl"):
        raise UnreadableFileError(str(path), "expected a name that ends in .toml or .json")
    with told(path), path.open("rb") as stream:
        data = read_some(stream, max_bytes + 1)
    if len(data) > max_bytes:
        raise CorruptDocument(f"{path}: expected at most {max_bytes:,} bytes")
    try:
        text = data.decode("utf-8-sig")
        found: object = (
            tomllib.loads(text)
            if suffix == ".toml"
            else json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
        )
    except (ValueError, RecursionError) as error:
        raise CorruptDocument(f"{path}: cannot be read as {suffix[1:]}: {error}") from None
    if not isinstance(found, dict):
        raise CorruptDocument(f"{path}: expected an object of answers by field")
    found.pop("implsci", None) if found.get("implsci") == 1 else None
    return found


def _once(pairs: list[tuple[str, object]]) -> Answers:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in found if names.count(name) > 1)
        raise ValueError(f"the key {twice!r} stands twice")
    return found


def _no_number(text: str) -> object:
    raise ValueError(f"{text} is no number")
