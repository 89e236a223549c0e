"""The countries of ISO 3166-1, and Kosovo, with the names that people write for them."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from implsci.names import fold

__all__ = ["COUNTRIES", "by_alpha_3", "by_name", "key", "rows"]


def rows(name: str) -> list[dict[str, str]]:
    """Return the lines of a table that lies beside this module."""
    text = files("implsci.places").joinpath(name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


_ROWS: Final = tuple(rows("countries.csv"))

COUNTRIES: Final[Mapping[str, str]] = MappingProxyType(
    {row["alpha_2"]: row["name"] for row in _ROWS}
)
"""English name by code: ISO 3166-1 alpha-2, and XK, which statistics use for Kosovo."""

_SHORT: Final = {"st": "saint"}


def key(name: str) -> str:
    """Return what the spellings of one name have in common; empty where nothing is left."""
    return " ".join(_SHORT.get(word, word) for word in fold(name).split() if word != "the")


@cache
def by_name() -> Mapping[str, str]:
    """Return the code by the `key` of every name in the table."""
    return {
        key(name): row["alpha_2"]
        for row in _ROWS
        for name in (row["name"], *row["other_names"].split(" | "))
        if name
    }


@cache
def by_alpha_3() -> Mapping[str, str]:
    """Return the alpha-2 code by the alpha-3 one."""
    return {row["alpha_3"]: row["alpha_2"] for row in _ROWS}
