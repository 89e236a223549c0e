"""Which nodes of two records are the same.

- Nodes with the same label are.
- So are nodes with the same codes, where no other node of the two records has them.
- A table that has room for codes alone is read back with a node for each code, labelled as the
  code's term. Such nodes are parts of the one node of the other record that has their codes.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeVar

from implsci.codes import slug, split
from implsci.model import Barrier
from implsci.model._node import Node
from implsci.model.study import CoreElement
from implsci.names import fold

__all__ = ["generated", "labelled", "parts", "same_codes"]

_L = TypeVar("_L", Node, CoreElement)


def generated(node: Node) -> bool:
    """Say whether a node is labelled as the term of one of its codes, or as the code itself.

    Examples:
        >>> from implsci.model import Strategy
        >>> generated(Strategy(id="s1", label="Facilitation", codes=("eric:facilitation",)))
        True
    """
    label = slug(node.label)
    return any(node.label == code or label in (slug(split(code)[1]), "") for code in node.codes)


def parts(mine: Sequence[Node], theirs: Sequence[Node]) -> dict[str, str]:
    """Return the generated nodes of one record that are parts of one node of the other, by id.

    Args:
        mine: nodes of a record.
        theirs: nodes of the same kind of the other.

    Returns:
        The other's id for the id of each of mine that is a part.
    """
    found: dict[str, str] = {}
    holding: dict[str, list[Node]] = defaultdict(list)
    for node in theirs:
        for code in dict.fromkeys(node.codes):
            holding[code].append(node)
    for node in mine:
        if not node.codes or not generated(node):
            continue
        codes = frozenset(node.codes)
        wholes = [whole for whole in holding[node.codes[0]] if codes <= frozenset(whole.codes)]
        if len(wholes) == 1 and _agree(node, wholes[0]):
            found[node.id] = wholes[0].id
    return found


def same_codes(
    mine: Sequence[Node], theirs: Sequence[Node], all_: tuple[Sequence[Node], Sequence[Node]]
) -> Iterator[tuple[Node, Node]]:
    """Yield the nodes of the same codes, where no other node of the two records has them.

    Args:
        mine: nodes of a record that are not paired yet.
        theirs: nodes of the other, likewise.
        all_: all nodes of that kind of the one record and of the other.
    """
    uses = [Counter(frozenset(node.codes) for node in nodes) for nodes in all_]
    by_codes = {frozenset(node.codes): node for node in theirs}
    for node in mine:
        key = frozenset(node.codes)
        other = by_codes.get(key)
        alone = key and all(count[key] == 1 for count in uses)
        if alone and other is not None and _agree(node, other):
            yield node, other


def labelled(mine: Sequence[_L], theirs: Sequence[_L]) -> list[tuple[_L, _L]]:
    """Return the items of the same label; those with the same id too go first."""
    pairs: list[tuple[_L, _L]] = []
    free = list(theirs)
    labels = {id(item): fold(item.label) or item.label for item in (*mine, *theirs)}
    left = list(mine)
    for named in (True, False):
        for item in tuple(left):
            for other in free:
                if (
                    labels[id(item)] == labels[id(other)]
                    and (item.id == other.id or not named)
                    and _agree(item, other)
                ):
                    pairs.append((item, other))
                    left = [one for one in left if one is not item]
                    free = [one for one in free if one is not other]
                    break
    return pairs


def _agree(mine: object, theirs: object) -> bool:
    """A barrier and a facilitator of one name are two things."""
    if isinstance(mine, Barrier) and isinstance(theirs, Barrier):
        return None in (mine.valence, theirs.valence) or mine.valence == theirs.valence
    return True
