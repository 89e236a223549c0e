"""Which of many records are of one study: candidates by blocks, then groups without contradiction.

Nothing here depends on the order of the records.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, product
from typing import Final, NamedTuple

from implsci.codec import encode
from implsci.compendium.merging.evidence import IDENTIFIER, Signature, Verdict, clash, compare

__all__ = ["Doubted", "Groups", "group"]

_BLOCK: Final = 100  # records that share a key and are all compared; of more, only neighbors are
_WINDOW: Final = 20
_RAREST: Final = 4
_COMMON: Final = 40  # a word in more titles than that says little of which study it is
_SHOWN: Final = 20  # records of a group that are asked whether they clash with another group

_Edges = dict[tuple[int, int], Verdict]


class Doubted(NamedTuple):
    """Records that may be of one study.

    Attributes:
        members: their places.
        score: how alike the titles are, in percent.
        reason: in words.
    """

    members: tuple[int, ...]
    score: float
    reason: str


class Groups(NamedTuple):
    """What was found.

    Attributes:
        groups: places of the records of each group, of two or more.
        links: what joined them, each with the places of two records.
        doubts: what a person should look at.
    """

    groups: list[list[int]]
    links: list[tuple[int, int, Verdict]]
    doubts: list[Doubted]


def group(
    signatures: Sequence[Signature],
    *,
    titles: bool = True,
    same: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Groups:
    """Group records of one study.

    Args:
        signatures: what is known of each record.
        titles: whether titles may decide where no identifier does.
        same: places of records that a person joined.
        apart: places of records that a person told apart.
    """
    forbidden = {_ordered(*pair) for pair in apart}
    forced = {_ordered(*pair) for pair in same if pair[0] != pair[1]}
    edges: _Edges = {}
    doubtful: _Edges = {}
    for pair in _candidates(signatures, titles):
        if pair in forbidden or pair in forced:
            continue
        verdict = compare(signatures[pair[0]], signatures[pair[1]], titles=titles)
        if verdict is None:
            continue
        if verdict.same or verdict.held:
            edges[pair] = verdict
        if not verdict.same:
            doubtful[pair] = verdict
    order = _Order(signatures)
    settling = _Settling(signatures, order, forbidden, titles)
    for pair in sorted(forced):
        settling.join(pair, Verdict(True, IDENTIFIER, 100, "a person joined them"))
    sure = {pair: verdict for pair, verdict in edges.items() if verdict.rank >= IDENTIFIER}
    settling.settle(sure, words=False)
    settling.settle(edges, words=True)
    return Groups(
        groups=[sorted(members) for members in settling.members.values() if len(members) > 1],
        links=settling.links,
        doubts=_doubts(signatures, settling, doubtful, edges),
    )


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)


class _Order:
    """Ranks records by what they say, so that their order in a file changes nothing."""

    def __init__(self, signatures: Sequence[Signature]) -> None:
        self._signatures = signatures
        self._known: dict[int, bytes] = {}

    def __call__(self, place: int) -> bytes:
        if place not in self._known:
            self._known[place] = encode(self._signatures[place].study)
        return self._known[place]


class _Settling:
    """Groups that grow, the strongest evidence first, as long as nothing speaks against it."""

    def __init__(
        self,
        signatures: Sequence[Signature],
        order: Callable[[int], bytes],
        forbidden: set[tuple[int, int]],
        titles: bool,
    ) -> None:
        self.signatures = signatures
        self.order = order
        self.forbidden = forbidden
        self.titles = titles
        self.group_of = list(range(len(signatures)))
        self.members = {place: [place] for place in range(len(signatures))}
        self.links: list[tuple[int, int, Verdict]] = []

    def join(self, pair: tuple[int, int], verdict: Verdict) -> None:
        kept, other = (self.group_of[place] for place in pair)
        if kept == other:
            return
        if len(self.members[kept]) < len(self.members[other]):
            kept, other = other, kept
        for place in self.members[other]:
            self.group_of[place] = kept
        self.members[kept] += self.members.pop(other)
        self.links.append((*pair, verdict))

    def settle(self, edges: _Edges, *, words: bool) -> None:
        """Join along the edges that leave no choice between groups that clash.

        Args:
            edges: what speaks for joining two records.
            words: whether titles with other words clash; those under one identifier do not.
        """
        best: dict[tuple[int, int], tuple[Verdict, tuple[int, int]]] = {}
        for pair, verdict in edges.items():
            ends = _ordered(*(self.group_of[place] for place in pair))
            if ends[0] == ends[1]:
                continue
            known = best.get(ends)
            if known is None or self._key(verdict, pair) < self._key(*known):
                best[ends] = verdict, pair
        # The groups as they are now; what is joined below is asked for its parts.
        base = {name: tuple(members) for name, members in self.members.items()}
        parts = {name: [name] for name in base}
        clashes: dict[tuple[int, int], bool] = {}

        def clashing(one: int, other: int) -> bool:
            ends = _ordered(one, other)
            if ends not in clashes:
                clashes[ends] = self._clash(base[one], base[other], words)
            return clashes[ends]

        around: dict[int, list[int]] = defaultdict(list)
        for one, other in best:
            around[one].append(other)
            around[other].append(one)
        clear = [
            (ends, verdict, pair)
            for ends, (verdict, pair) in best.items()
            if verdict.same
            and not clashing(*ends)
            and not any(
                rival != there
                and _strength(best[_ordered(here, rival)][0]) >= _strength(verdict)
                and clashing(rival, there)
                for here, there in (ends, ends[::-1])
                for rival in around[here]
            )
        ]
        for ends, verdict, pair in sorted(clear, key=lambda item: self._key(item[1], item[2])):
            here, there = (parts[name] for name in ends)
            if here is there or any(
                clashing(*cross) for cross in product(islice(here, _SHOWN), islice(there, _SHOWN))
            ):
                continue
            self.join(pair, verdict)
            here += there
            for name in there:
                parts[name] = here

    def _key(self, verdict: Verdict, pair: tuple[int, int]) -> tuple[object, ...]:
        rank, score = _strength(verdict)
        return -rank, -score, sorted(map(self.order, pair))

    def _clash(self, here: Sequence[int], there: Sequence[int], words: bool) -> bool:
        pairs = list(product(here[:_SHOWN], there[:_SHOWN]))
        if self.forbidden and any(
            _ordered(*pair) in self.forbidden for pair in product(here, there)
        ):
            return True
        records = [(self.signatures[one], self.signatures[other]) for one, other in pairs]
        if any(clash(*both, titles=self.titles, words=False) for both in records):
            return True
        if not words:
            return False
        verdicts = (compare(*both, titles=self.titles) for both in records)
        if any(verdict is not None and verdict.same for verdict in verdicts):
            return False
        return any(clash(*both, titles=self.titles) for both in records)


def _strength(verdict: Verdict) -> tuple[int, float]:
    return verdict.rank, verdict.score


def _doubts(
    signatures: Sequence[Signature], settling: _Settling, doubtful: _Edges, edges: _Edges
) -> list[Doubted]:
    """Return what a person should look at: a group for each identifier, else pairs."""
    found: dict[tuple[int, ...], Doubted] = {}
    sharing: dict[str, list[int]] = defaultdict(list)
    for place, signature in enumerate(signatures):
        for identifier in signature.identifiers:
            sharing[identifier].append(place)
    for identifier, places in sorted(sharing.items()):
        firsts = {settling.group_of[place]: place for place in reversed(places)}
        members = tuple(sorted(firsts.values()))
        if len(members) < 2:
            continue
        verdict = compare(signatures[members[0]], signatures[members[1]])
        reason = f"same {identifier} in {len(members)} records that do not agree otherwise"
        if len(members) == 2 and verdict is not None and not verdict.same:
            reason = verdict.reason
        found.setdefault(members, Doubted(members, verdict.score if verdict else 0, reason))
    shown = {pair for one in found.values() if len(one.members) == 2 for pair in [one.members]}
    grouped = {name for one in found.values() for name in one.members}
    for pair, verdict in {**edges, **doubtful}.items():
        if settling.group_of[pair[0]] == settling.group_of[pair[1]] or pair in shown:
            continue
        if verdict.rank >= IDENTIFIER and grouped.issuperset(pair):
            continue
        reason = verdict.reason
        if verdict.same:
            reason += ", but one of them is as much like a third that is another study"
        found.setdefault(pair, Doubted(pair, verdict.score, reason))
    return sorted(found.values(), key=lambda one: (-one.score, one.members))


def _candidates(signatures: Sequence[Signature], titles: bool) -> Iterator[tuple[int, int]]:
    """Yield each pair of places worth comparing once, the lower first."""
    keys = _keys(signatures, titles)
    blocks: dict[str, list[int]] = defaultdict(list)
    for place, own in enumerate(keys):
        for key in own:
            blocks[key].append(place)
    near: dict[int, set[int]] = defaultdict(set)
    small: dict[str, list[int]] = {}
    for key, places in blocks.items():
        if len(places) <= _BLOCK:
            small[key] = places
            continue
        places.sort(key=lambda place: _sorting(signatures[place]))
        for index, place in enumerate(places):
            for other in places[index + 1 : index + 1 + _WINDOW]:
                near[max(place, other)].add(min(place, other))
    for place, own in enumerate(keys):
        others = near.pop(place, set())
        for key in own:
            if key in small:
                others.update(other for other in small[key] if other < place)
        for other in sorted(others):
            yield other, place


def _sorting(signature: Signature) -> tuple[str, list[int], str]:
    return signature.title.text, sorted(signature.years), signature.study.id


def _keys(signatures: Sequence[Signature], titles: bool) -> list[set[str]]:
    """Return what each record shares with those it may be compared with."""
    keys = [
        {*signature.identifiers, f"id {signature.study.id} {signature.title.text}"}
        for signature in signatures
    ]
    if not titles:
        return keys
    counts = Counter(word for signature in signatures for word in set(signature.title.words))
    for own, signature in zip(keys, signatures, strict=True):
        words = signature.title.words
        own.add(f"all {signature.title.text}")
        own.add(f"first {' '.join(words[:4])}")
        own.add(f"last {' '.join(words[-4:])}")
        for size in (len(words), *sorted(signature.title.heads)[:3]):
            shared = {word for word in words[:size] if 1 < counts[word] <= _COMMON}
            rarest = sorted(shared, key=lambda word: (counts[word], word))[:_RAREST]
            own.update(f"word {word}" for word in rarest)
    return keys
