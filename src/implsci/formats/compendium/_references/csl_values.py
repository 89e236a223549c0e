"""Names and dates of CSL-JSON, in both directions."""

from __future__ import annotations

from collections.abc import Container, Iterable
from typing import Any

from implsci.formats.compendium._references.dates import as_year, iso
from implsci.formats.compendium._references.names import person

__all__ = [
    "date_of",
    "day_of",
    "funders_of",
    "is_only_a_day",
    "name_of",
    "names_of",
    "to_date",
    "to_names",
]

_PARTS = ("family", "given", "suffix", "literal", "dropping-particle", "non-dropping-particle")


def name_of(name: object) -> str | None:
    """Return a name as one text; None where it is no name of CSL."""
    if not isinstance(name, dict):
        return None
    text = {part: name.get(part, "") for part in _PARTS}
    if not all(isinstance(value, str) for value in text.values()):
        return None
    if text["literal"].strip():
        return " ".join(text["literal"].split())
    family = " ".join(f"{text['non-dropping-particle']} {text['family']}".split())
    given = " ".join(f"{text['given']} {text['dropping-particle']}".split())
    shown = [part for part in (family, given, " ".join(text["suffix"].split())) if part]
    return ", ".join(shown) or None


def names_of(names: object) -> list[str] | None:
    """Return the names of a variable; None where one of them is none."""
    if not isinstance(names, list):
        return None
    found = [name_of(name) for name in names]
    return [name for name in found if name] if all(found) else None


def funders_of(value: object) -> list[str]:
    """Return the names of funders as Crossref gives them, none unless each has one.

    Examples:
        >>> funders_of([{"name": "A trust", "award": ["7"]}])
        ['A trust']
    """
    if not isinstance(value, list):
        return []
    names = [one.get("name") if isinstance(one, dict) else None for one in value]
    found = [name.strip() for name in names if isinstance(name, str) and name.strip()]
    return found if len(found) == len(names) else []


def to_names(names: Iterable[str], corporate: Container[str]) -> list[dict[str, str]]:
    """Return names as CSL keeps them: parts of a person's, a body's as it is."""
    shown: list[dict[str, str]] = []
    for name in names:
        parts = person(name, corporate)
        if parts is None:
            shown.append({"literal": name})
        else:
            shown.append(
                {
                    part: text
                    for part, text in zip(("family", "given", "suffix"), parts, strict=True)
                    if text
                }
            )
    return shown


def day_of(value: object) -> str | None:
    """Return a date with its parts as ISO 8601, to the precision known; None for any other."""
    if not isinstance(value, dict) or not isinstance(spans := value.get("date-parts"), list):
        return None
    if not spans or not isinstance(spans[0], list) or not 1 <= len(spans[0]) <= 3:
        return None
    numbers: list[int] = []
    for part in spans[0]:
        text = str(part).strip() if type(part) in (int, str) else ""
        if not (text.isdecimal() and text.isascii() and len(text) <= 4):
            return None
        numbers.append(int(text))
    day = iso(*numbers)
    return day if day and as_year(day) else None


def is_only_a_day(value: object) -> bool:
    """Say whether a date of which `day_of` gave a day says nothing else."""
    return isinstance(value, dict) and len(value) == 1 and len(value["date-parts"]) == 1


def date_of(value: object) -> str | None:
    """Return the words of a date that has no parts."""
    if not isinstance(value, dict) or len(value) != 1:
        return None
    text = value.get("literal", value.get("raw"))
    return " ".join(text.split()) if isinstance(text, str) and text.strip() else None


def to_date(day: str) -> dict[str, Any]:
    """Return a date as CSL keeps it."""
    return {"date-parts": [[int(part) for part in day.split("-")]]}
