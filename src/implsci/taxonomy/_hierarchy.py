"""What is wrong with a hierarchy: circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from implsci.codes import Code
from implsci.errors import Fault
from implsci.taxonomy._typed import place

__all__ = ["circles"]


def circles(broader: Mapping[Code, Iterable[Code]]) -> Iterator[Fault]:
    """Yield one fault for each term from which the way up leads back to itself.

    These are the strongly connected parts of the hierarchy, found in two walks over it (Kosaraju):
    up from every term, then down again, from what the first walk left last.
    """
    narrower: dict[Code, list[Code]] = {}
    for code, parents in broader.items():
        for parent in parents:
            narrower.setdefault(parent, []).append(code)
    seen: set[Code] = set()
    left = [code for start in broader for code in _walk(start, broader, seen)]
    circles: set[Code] = set()
    seen = set()
    for start in reversed(left):
        part = _walk(start, narrower, seen)
        if len(part) > 1 or start in broader.get(start, ()):
            circles.update(part)
    for code in broader:
        if code in circles:
            yield Fault(f"{place(code)}.broader", "leads back to itself")


def _walk(start: Code, edges: Mapping[Code, Iterable[Code]], seen: set[Code]) -> list[Code]:
    """Return what can be reached and was not `seen`, each after all that it leads to."""
    left: list[Code] = []
    path = [(start, iter(edges.get(start, ())))] if start not in seen else []
    seen.add(start)
    while path:
        code, ahead = path[-1]
        for further in ahead:
            if further not in seen:
                seen.add(further)
                path.append((further, iter(edges.get(further, ()))))
                break
        else:
            left.append(code)
            path.pop()
    return left
