"""What becomes of a relational label: a code only where exactly one term can be meant.

- A strategy of Metz et al. 2022 has its ``trust:`` code.
- A label of the founding texts takes the ``relational:`` code of the one action that lists it among
  its sources; where several do, or none, it stays a label.
- A model of engagement (push, pull, co-creation) is no action: it is kept as a coding of the
  strategy's engagement, and never among its codes.
- A heading or a concept (trust-building behaviors, trusting relationships) is no action either.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Final, Literal, NamedTuple

from implsci.codes import Code, code

from .vocabularies import STUDIES, term

__all__ = ["Fate", "Reading", "read_label"]

Fate = Literal["trust", "relational", "several", "none", "engagement", "heading"]

_ENGAGEMENT: Final = {
    "Push": "push",
    "Pull": "pull",
    "Co-creation / exchange": "co-creation",
}
_HEADINGS: Final = frozenset(("Trust-building behaviours", "Trusting relationships"))


class Reading(NamedTuple):
    """What a relational label turned out to be.

    Attributes:
        fate: which of the cases above it is.
        code: the code, where there is one.
    """

    fate: Fate
    code: Code | None


@cache
def _trust() -> frozenset[str]:
    """Labels of Metz 2022's relational and technical strategies, not of its outcomes and types."""
    with (STUDIES / "relational_trust_metz2022.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(
            row["label"] for row in csv.DictReader(file) if row["parent_code"] in ("REL", "TEC")
        )


@cache
def _seeds() -> dict[str, tuple[str, ...]]:
    """Labels of the founding texts, and the actions that list each among their sources."""
    with (STUDIES / "relational_proposal.csv").open(encoding="utf-8", newline="") as file:
        actions = [
            (row["code"], {source.strip() for source in row["sources"].split(";")})
            for row in csv.DictReader(file)
        ]
    with (STUDIES / "relational_from_seeds.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["label"]: tuple(
                name for name, sources in actions if f"seed:{row['code']}" in sources
            )
            for row in csv.DictReader(file)
        }


def read_label(label: str) -> Reading:
    """Say what a relational label is.

    Raises:
        LookupError: the label is in none of the tables.
    """
    if label in _ENGAGEMENT:
        return Reading("engagement", code(f"engagement:{_ENGAGEMENT[label]}"))
    if label in _HEADINGS:
        return Reading("heading", None)
    if label in _trust():
        return Reading("trust", term("trust", label))
    if label not in _seeds():
        raise LookupError(f"no table has the relational label {label!r}")
    actions = _seeds()[label]
    if len(actions) == 1:
        return Reading("relational", term("relational", actions[0]))
    return Reading("several" if actions else "none", None)
