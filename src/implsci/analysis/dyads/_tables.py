"""Directed measurements out of a plain table."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Final

from implsci.analysis._arguments import checked
from implsci.errors import Fault, InvalidRecord, InvalidTableError
from implsci.model import Measurement

__all__ = ["measurements_from_rows"]


def __dir__() -> list[str]:
    return __all__


_TEXTS: Final = ("instrument", "subscale", "time", "unit", "note")
_NUMBERS: Final = ("sd", "scale_min", "scale_max")
_NEEDED: Final = ("respondent", "toward", "of", "value")


@checked
def measurements_from_rows(
    rows: Iterable[Mapping[str, str | float | int | None]], table: str = "the table"
) -> tuple[Measurement, ...]:
    """Make directed measurements from a plain table, one line a measurement.

    Args:
        rows: with the columns respondent, toward, of and value; and, where known, instrument,
            subscale, time, unit, note, n, sd, scale_min, scale_max. Empty text and None mean that
            it is not known; numbers may be written as text.
        table: its name, for messages.

    Returns:
        One measurement for each line, in order.

    Raises:
        InvalidTableError: every fault with its line: a column that is missing or not one of
            these, a number that is none, no respondent, toward or of, a value off its scale.

    Examples:
        >>> lines = [{"respondent": "coach", "toward": "site", "of": "trust", "value": "4.5"}]
        >>> measurements_from_rows(lines)[0].value
        4.5
    """
    faults: list[Fault] = []
    found: list[Measurement] = []
    for line, row in enumerate(rows, start=1):
        if not isinstance(row, Mapping):
            faults.append(Fault(f"line {line}", f"expected a mapping by column, got {row!r}"))
            continue
        here: list[Fault] = []
        for name in _NEEDED:
            if name not in row:
                here.append(Fault(name, "the column is missing"))
            elif name != "value" and _text(row[name]) is None:
                here.append(Fault(name, "expected some text, got none"))
        here += [
            Fault(str(name), "is not a column of directed measurements")
            for name in row
            if name not in (*_NEEDED, *_TEXTS, *_NUMBERS, "n")
        ]
        numbers = {name: _number(here, name, row.get(name)) for name in ("value", "n", *_NUMBERS)}
        n = numbers["n"]
        if n is not None and (n < 0 or n != int(n)):
            here.append(Fault("n", f"expected a count, got {n!r}"))
        if not here:
            texts = {name: _text(row.get(name)) for name in _TEXTS}
            try:
                found.append(
                    Measurement(
                        of=str(row["of"]),
                        value=numbers["value"],
                        respondent=_text(row["respondent"]),
                        toward=_text(row["toward"]),
                        n=None if n is None else int(n),
                        sd=numbers["sd"],
                        scale_min=numbers["scale_min"],
                        scale_max=numbers["scale_max"],
                        instrument=texts["instrument"],
                        subscale=texts["subscale"],
                        time=texts["time"],
                        unit=texts["unit"],
                        note=texts["note"],
                    )
                )
            except InvalidRecord as error:
                here += error.faults
        faults += [fault.under(f"line {line}") for fault in here]
    if faults:
        raise InvalidTableError(table, faults)
    return tuple(found)


def _text(value: object) -> str | None:
    text = "" if value is None else str(value).strip()
    return text or None


def _number(faults: list[Fault], name: str, value: object) -> float | None:
    text = _text(value)
    if text is None:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        faults.append(Fault(name, f"expected a number, got {value!r}"))
        return None
    return number
