"""What the files of DESTINY hold, by the names of destiny-sdk 0.16.0."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from implsci.model._record import Record, shape

__all__ = [
    "BARE", "FIELD", "KEPT", "NODE", "OURS", "PREFIX", "VISIBILITIES", "compact", "fitting", "plain",
]  # fmt: skip

PREFIX: Final = "destiny:"
"""Stands before what a study has no place for."""

KEPT: Final = f"{PREFIX}enhancement."
"""Stands before the number of an enhancement that is kept whole, as JSON text."""

OURS: Final = "implsci"
"""Name of the identifier that holds a study's id, and of our part in an annotation's data."""

NODE: Final = f"{OURS}:node"
"""Scheme of the annotations for nodes that have no code."""

FIELD: Final[Mapping[str, str]] = {
    "countries": f"{OURS}:country",
    "design": f"{OURS}:design",
    "scale_stage": f"{OURS}:scale-stage",
    "embedded": f"{OURS}:embedded",
    "hybrid_type": f"{OURS}:hybrid-type",
}
"""Schemes of the annotations for fields of a study that hold no codes."""

BARE: Final = "bibliographic.", "abstract."
"""Stand before what is kept of the envelope of the two enhancements that are read into fields."""

VISIBILITIES: Final = "public", "restricted", "hidden"
"""Who may see something; the later, the fewer."""


def compact(value: object) -> str:
    """Return a value as JSON text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(record: Record, skip: frozenset[str]) -> dict[str, object]:
    """Return the plain fields of a record that say something; records inside it are left out."""
    found: dict[str, object] = {}
    for name, field in shape(type(record)).items():
        value = getattr(record, name)
        if name not in skip and field.kind in ("scalar", "choice") and value != field.default:
            found[name] = list(value) if field.many else value
    return found


def fitting(cls: type[Record], values: Mapping[str, object]) -> dict[str, object]:
    """Return the plain fields of a record among values of somebody else's, as far as they fit."""
    found: dict[str, object] = {}
    for name, field in shape(cls).items():
        value = values.get(name)
        if value is None or field.kind not in ("scalar", "choice"):
            continue
        if not field.many and field.fits(value):
            found[name] = value
        elif field.many and isinstance(value, list) and all(map(field.fits, value)):
            found[name] = tuple(value)
    return found
