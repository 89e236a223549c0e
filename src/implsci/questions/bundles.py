"""Which strategies are used together: pairs, sets, and every combination as it occurs.

Examples:
    >>> import implsci
    >>> found = bundles(implsci.load("implsci-examples"))
    >>> first = found.pairs[0]
    >>> first.labels, first.together, round(first.lift, 1)
    (('Conduct educational meetings', 'Provide ongoing consultation'), 8, 1.8)
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping

from implsci.compendium import Compendium, Where
from implsci.errors import InvalidQueryError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import case_of, chosen
from implsci.questions._bundles import Bundles, Combination, StrategyPair, StrategySet
from implsci.synthesis.axes import UNCODED, make_axis, shown_of

__all__ = ["Bundles", "Combination", "StrategyPair", "StrategySet", "bundles"]


def __dir__() -> list[str]:
    return __all__


def bundles(
    compendium: Compendium | Iterable[Study],
    strategies: str = "strategy",
    *,
    least: int = 2,
    largest: int = 4,
    where: Where | None = None,
    rollup: int | None = None,
    registry: Registry | None = None,
) -> Bundles:
    """Find which strategies are used together.

    For two strategies with a and b cases, c of them in common, among n cases: support c / n, lift
    c n / (a b) (Brin 1997, doi:10.1145/253262.253325) and Jaccard's index c / (a + b - c). A set is
    listed where no further strategy is in all of its cases, so that nothing is said twice.

    Args:
        compendium: the studies.
        strategies: the axis of strategies, with or without a taxonomy, as in ``strategy:eric``.
        least: cases that a pair or set must have, at least 1.
        largest: strategies in a set at most, at least 2; the number of sets grows with it.
        where: wanted values by facet, as in `Compendium.where`.
        rollup: depth of the hierarchy to roll codes up to, 1 for the top.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked, no such axis, or a number out of range.
        UnknownNameError: no such code or taxonomy.

    Examples:
        >>> from implsci import Strategy
        >>> def made(name, *codes):
        ...     return Study(
        ...         id=name,
        ...         title=name,
        ...         strategies=tuple(
        ...             Strategy(id=f"s{place}", label=code, codes=(f"eric:{code}",))
        ...             for place, code in enumerate(codes)
        ...         ),
        ...     )
        >>> found = bundles(
        ...     [
        ...         made("one", "facilitation", "build-a-coalition"),
        ...         made("two", "facilitation", "build-a-coalition", "remind-clinicians"),
        ...         made("three", "facilitation"),
        ...         made("four", "remind-clinicians"),
        ...     ]
        ... )
        >>> [(pair.together, round(pair.lift, 2), round(pair.jaccard, 2)) for pair in found.pairs]
        [(2, 1.33, 0.67)]
    """
    for name, number, floor in (("least", least, 1), ("largest", largest, 2)):
        if number < floor:
            raise InvalidQueryError(f"{name}: expected {floor} or more, got {number}")
    taxonomies = registry or default_registry()
    asked = chosen(compendium, where, taxonomies)
    axis = make_axis(strategies, asked, taxonomies, rollup)
    if axis.kind != "strategy":
        raise InvalidQueryError(f"bundles: expected an axis of strategies, got {strategies!r}")
    had: dict[str, set[str]] = {}
    for study in asked:
        had.setdefault(case_of(study), set()).update(axis.place(study).keys() - {UNCODED})
    named = {case: frozenset(own) for case, own in sorted(had.items()) if own}
    cases = _bits(named.values())
    labels = {code: shown_of(code, taxonomies) for code in cases}
    n = len(named)
    sets = [
        StrategySet(
            strategies=codes, labels=tuple(map(labels.__getitem__, codes)), together=together, n=n
        )
        for codes, together in _closed(cases, least, largest)
    ]
    return Bundles(
        axis=axis.name,
        pairs=_pairs(cases, labels, n, least),
        sets=tuple(
            sorted(sets, key=lambda one: (-one.together, -len(one.strategies), one.strategies))
        ),
        combinations=_combinations(named, labels),
        sizes={
            code: bits.bit_count()
            for code, bits in sorted(cases.items(), key=lambda it: (-it[1].bit_count(), it[0]))
        },
        least=least,
        n=n,
        without=len(had) - n,
    )


def _bits(had: Collection[frozenset[str]]) -> dict[str, int]:
    """Return the cases that have each strategy, as the bits of a number."""
    marks: dict[str, bytearray] = defaultdict(lambda: bytearray(len(had) // 8 + 1))
    for place, own in enumerate(had):
        for code in own:
            marks[code][place // 8] |= 1 << place % 8
    return {code: int.from_bytes(mark, "little") for code, mark in marks.items()}


def _pairs(
    cases: Mapping[str, int], labels: Mapping[str, str], n: int, least: int
) -> tuple[StrategyPair, ...]:
    codes = sorted(cases)
    found = [
        StrategyPair(
            strategies=(one, other),
            labels=(labels[one], labels[other]),
            first=cases[one].bit_count(),
            second=cases[other].bit_count(),
            together=together,
            n=n,
        )
        for place, one in enumerate(codes)
        for other in codes[place + 1 :]
        if (together := (cases[one] & cases[other]).bit_count()) >= least
    ]
    return tuple(sorted(found, key=lambda pair: (-pair.together, -pair.lift, pair.strategies)))


def _closed(
    cases: Mapping[str, int], least: int, largest: int
) -> Iterator[tuple[tuple[str, ...], int]]:
    """Yield the sets of two or more that enough cases have and no further strategy fits into.

    A set grows by one code and by all that then come with it; what came before the code must have
    been there already, so that each set is met once (Uno 2004, LCM). Cases are bits of a number.
    """
    codes = sorted(code for code, bits in cases.items() if bits.bit_count() >= least)
    marks = [cases[code] for code in codes]

    def closure(bits: int) -> tuple[int, ...]:
        return tuple(place for place, mark in enumerate(marks) if bits & mark == bits)

    def grow(
        chosen: tuple[int, ...], bits: int, after: int
    ) -> Iterator[tuple[tuple[int, ...], int]]:
        if len(chosen) > largest:  # and so is everything that grows from it
            return
        if len(chosen) > 1:
            yield chosen, bits.bit_count()
        for place in range(after, len(codes)):
            common = bits & marks[place]
            if place in chosen or common.bit_count() < least:
                continue
            wider = closure(common)
            if [one for one in wider if one < place] == [one for one in chosen if one < place]:
                yield from grow(wider, common, place + 1)

    everyone = 0
    for mark in cases.values():
        everyone |= mark
    if everyone.bit_count() >= least:
        for chosen, together in grow(closure(everyone), everyone, 0):
            yield tuple(codes[place] for place in chosen), together


def _combinations(
    named: Mapping[str, frozenset[str]], labels: Mapping[str, str]
) -> tuple[Combination, ...]:
    exactly: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for case, own in named.items():
        exactly[tuple(sorted(own))].append(case)
    return tuple(
        Combination(
            strategies=codes, labels=tuple(map(labels.__getitem__, codes)), cases=tuple(cases)
        )
        for codes, cases in sorted(
            exactly.items(), key=lambda item: (-len(item[1]), len(item[0]), item[0])
        )
    )
