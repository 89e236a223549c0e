"""What is wrong with a study before any rule looks: codes nobody holds, elements in a circle."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.codes import Code, split
from implsci.errors import CycleError, UnknownNameError
from implsci.mismatch._support import Knowledge
from implsci.model import Study
from implsci.sequencing import sequence

__all__ = ["circle_of", "uninstalled", "unknown_codes"]


def _codes(study: Study) -> dict[Code, str]:
    """Return the codes of barriers and strategies, each with the first node that has it."""
    found: dict[Code, str] = {}
    for name, nodes in (("barrier", study.barriers), ("strategy", study.strategies)):
        for node in nodes:
            for code in node.codes:
                found.setdefault(code, f"{name} {node.id} of {study.id}")
    return found


def unknown_codes(study: Study, knowledge: Knowledge) -> Iterator[UnknownNameError]:
    """Yield an error, with what is close, for each code that its installed taxonomy does not hold."""
    for code, node in sorted(_codes(study).items()):
        if knowledge.settle(code) is None:
            try:
                knowledge.registry.term(code)
            except UnknownNameError as error:
                yield UnknownNameError("code", code, error.suggestions, node)


def uninstalled(study: Study, knowledge: Knowledge) -> tuple[Code, ...]:
    """Return the codes whose taxonomy is not installed."""
    return tuple(sorted(code for code in _codes(study) if not knowledge.holds(split(code)[0])))


def circle_of(study: Study) -> CycleError | None:
    """Return the circle in which core elements of the innovation wait for each other, if any."""
    if study.innovation is not None and study.innovation.core_elements:
        try:
            sequence(study.innovation)
        except CycleError as error:
            return error
    return None
