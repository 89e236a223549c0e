"""Candidates as a term table that an author edits and a plugin reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from implsci.codes import slug
from implsci.escaping import inert
from implsci.names import fold

if TYPE_CHECKING:
    from implsci.unmatched._candidates import Candidate

__all__ = ["on_one_line", "term_table"]

_COLUMNS: Final = (
    "code", "label", "definition", "synonyms", "kind", "facets", "source", "status",
)  # fmt: skip
_LONGEST: Final = 80  # characters of a code


def term_table(candidates: Iterable[Candidate]) -> str:
    """Return candidates as the lines of a term table, definitions left to the author."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    taken: set[str] = set()
    for number, candidate in enumerate(candidates, 1):
        code = _code(candidate, number, taken)
        taken.add(code)
        evidence = [f"studies={candidate.studies}", f"nodes={candidate.nodes}"]
        if candidate.nearest:
            evidence.append(f"nearest={candidate.nearest[0].code}")
        cells = (
            code,
            candidate.label,
            "",
            " | ".join(_synonyms(candidate)),
            candidate.kind,
            " | ".join(evidence),
            f"candidate; seen in {', '.join(example.study for example in candidate.examples)}",
            "provisional",
        )
        writer.writerow(map(inert, cells))
    return text.getvalue()


def on_one_line(text: str) -> str:
    """Return a label as a term may have it: on one line, without controls."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split()) or "?"


def _code(candidate: Candidate, number: int, taken: set[str]) -> str:
    """Return a code that no other candidate has; a label of no Latin letter gets its number."""
    base = slug(candidate.label)
    if len(base) > _LONGEST:
        base = base[:_LONGEST].rpartition("-")[0] or base[:_LONGEST]
    base = base or f"candidate-{number}"
    code, again = base, 1
    while code in taken:
        again += 1
        code = f"{base}-{again}"
    return code


def _synonyms(candidate: Candidate) -> Iterable[str]:
    """Yield the other wordings that differ by more than case and punctuation."""
    seen = {fold(candidate.label)}
    for text in candidate.synonyms:
        if fold(text) not in seen:
            seen.add(fold(text))
            yield text.replace("|", "/")
