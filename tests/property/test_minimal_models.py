"""Minimal models of random truth tables against a search by brute force."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations, product

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from implsci.analysis import qca

# A term maps conditions to 0 or 1; what it does not name is free.
Term = frozenset[tuple[int, int]]
Corner = tuple[int, ...]
Table = dict[Corner, int]


def holds(term: Term, corner: Corner) -> bool:
    return all(corner[condition] == value for condition, value in term)


def implicants(width: int, negative: Iterable[Corner]) -> set[Term]:
    against = list(negative)
    return {
        term
        for values in product((0, 1, None), repeat=width)
        if not any(
            holds(term := frozenset((c, v) for c, v in enumerate(values) if v is not None), corner)
            for corner in against
        )
    }


def primes(width: int, negative: Iterable[Corner], positive: list[Corner]) -> list[Term]:
    found = implicants(width, negative)
    return [
        term
        for term in found
        if not any(term - {part} in found for part in term)
        and any(holds(term, corner) for corner in positive)
    ]


def covers_all(terms: Iterable[Term], positive: list[Corner]) -> bool:
    held = list(terms)
    return all(any(holds(term, corner) for term in held) for corner in positive)


def fewest(candidates: list[Term], positive: list[Corner]) -> set[frozenset[Term]]:
    for size in range(1, len(positive) + 1):
        found = {
            frozenset(chosen)
            for chosen in combinations(candidates, size)
            if covers_all(chosen, positive)
        }
        if found:
            return found
    raise AssertionError("the primes cover every positive corner")


def irredundant(candidates: list[Term], positive: list[Corner]) -> set[frozenset[Term]]:
    return {
        frozenset(chosen)
        for size in range(1, len(positive) + 1)
        for chosen in combinations(candidates, size)
        if covers_all(chosen, positive)
        and not any(
            covers_all((other for other in chosen if other != left), positive) for left in chosen
        )
    }


def read(expression: str) -> frozenset[Term]:
    return frozenset(
        frozenset(
            (int(name.removeprefix("~")[1:]), int(not name.startswith("~")))
            for name in term.split("*")
        )
        for term in expression.split(" + ")
    )


def number_of_fewest(candidates: list[Term], positive: list[Corner]) -> tuple[int, int]:
    """The smallest size of a cover and how many have it, by adding one candidate after the other.

    For every set of corners and every size: how many choices so far cover exactly that set.
    """
    reached = {(0, 0): 1}
    for term in candidates:
        corners = sum(1 << at for at, corner in enumerate(positive) if holds(term, corner))
        for (covered, size), ways in list(reached.items()):
            key = (covered | corners, size + 1)
            reached[key] = reached.get(key, 0) + ways
    sizes = {size: n for (covered, size), n in reached.items() if covered == 2 ** len(positive) - 1}
    return min(sizes), sizes[min(sizes)]


def tables(width: int, most: int) -> st.SearchStrategy[tuple[int, Table]]:
    corners = st.tuples(*[st.integers(0, 1)] * width)
    return st.tuples(
        st.just(width), st.dictionaries(corners, st.integers(0, 1), min_size=2, max_size=most)
    )


def dense(width: int, most_positive: int) -> st.SearchStrategy[tuple[int, Table]]:
    """Tables in which most corners are known, and many of them go against their neighbors."""
    corners = list(product((0, 1), repeat=width))
    outputs = st.lists(st.sampled_from((None, 0, 0, 1)), min_size=1 << width, max_size=1 << width)
    return st.tuples(
        st.just(width),
        outputs.map(lambda drawn: _known(corners, drawn, most_positive)),
    )


def _known(corners: list[Corner], outputs: list[int | None], most_positive: int) -> Table:
    held: Table = {}
    for corner, output in zip(corners, outputs, strict=True):
        if output is not None:
            held[corner] = output if sum(held.values()) < most_positive else 0
    return held


small = st.one_of(tables(1, 2), tables(2, 4), tables(3, 8), tables(4, 12), tables(5, 14))
wide = tables(6, 16)


def truth_table(width: int, table: Table) -> qca.TruthTable:
    data: dict[str, list[float]] = {f"c{i}": [corner[i] for corner in table] for i in range(width)}
    return qca.truth_table({**data, "Y": list(table.values())}, "Y", consistency=1.0)


def compare(width: int, table: Table, kind: qca.SolutionKind, *, every: bool = False) -> None:
    positive = [corner for corner, output in table.items() if output]
    negative = [corner for corner, output in table.items() if not output]
    assume(positive and negative)
    if kind == "conservative":
        negative = [c for c in product((0, 1), repeat=width) if c not in positive]
    candidates = primes(width, negative, positive)
    assume(sum(1 for _ in combinations(candidates, 2)) <= 1500)
    found = qca.minimize(truth_table(width, table), kind, irredundant=every)
    search = irredundant if every else fewest
    if not every and len(found.models[0].terms) > 5:
        assume(len(candidates) <= 16)
    if every:
        assume(len(candidates) <= 12)
    assert {read(prime) for prime in found.prime_implicants} == {
        frozenset({prime}) for prime in candidates
    }
    assert {read(model.expression) for model in found.models} == search(candidates, positive)
    assert len({model.expression for model in found.models}) == len(found.models)
    assert all(model.consistency == model.coverage == 1 for model in found.models)


@settings(max_examples=120, deadline=None)
@given(small, st.sampled_from(["conservative", "parsimonious"]))
def test_the_shortest_models(drawn: tuple[int, Table], kind: qca.SolutionKind) -> None:
    compare(*drawn, kind)


@settings(max_examples=25, deadline=None)
@given(wide, st.sampled_from(["conservative", "parsimonious"]))
def test_the_shortest_models_of_six_conditions(
    drawn: tuple[int, Table], kind: qca.SolutionKind
) -> None:
    compare(*drawn, kind)


@settings(max_examples=60, deadline=None)
@given(small, st.sampled_from(["conservative", "parsimonious"]))
def test_the_irredundant_models(drawn: tuple[int, Table], kind: qca.SolutionKind) -> None:
    compare(*drawn, kind, every=True)


@settings(max_examples=60, deadline=None)
@given(small, st.data())
def test_intermediate_models_lie_between(drawn: tuple[int, Table], data: st.DataObject) -> None:
    width, corners = drawn
    assume(len(set(corners.values())) == 2)
    table = truth_table(width, corners)
    states: st.SearchStrategy[qca.Expectation | None] = st.sampled_from(["present", "absent", None])
    expected = {f"c{i}": data.draw(states) for i in range(width)}
    between = qca.minimize(table, "intermediate", expectations=expected)
    bold = qca.minimize(table, "parsimonious")
    allowed = {row for model in bold.models for row in model.simplifying_assumptions}
    positive = [corner for corner, output in corners.items() if output]
    negative = [corner for corner, output in corners.items() if not output]
    for model in between.models:
        terms = read(model.expression)
        assert covers_all(terms, positive)
        assert not any(holds(term, corner) for term in terms for corner in negative)
        assert set(model.simplifying_assumptions) <= allowed


@settings(max_examples=60, deadline=None)
@given(st.one_of(dense(4, 10), dense(5, 10), dense(6, 9)), st.integers(1, 6), st.booleans())
def test_ties_in_dense_tables_are_counted_and_listed_in_order(
    drawn: tuple[int, Table], limit: int, bold: bool
) -> None:
    width, table = drawn
    positive = [corner for corner, output in table.items() if output]
    negative = [corner for corner, output in table.items() if not output]
    assume(positive and negative)
    if not bold:
        negative = [c for c in product((0, 1), repeat=width) if c not in positive]
    candidates = primes(width, negative, positive)
    size, count = number_of_fewest(candidates, positive)
    kind: qca.SolutionKind = "parsimonious" if bold else "conservative"
    held = truth_table(width, table)
    found = qca.minimize(held, kind, limit=100_000)
    models = [read(model.expression) for model in found.models]
    assert (found.count, found.complete) == (count, True)
    assert len(set(models)) == len(models) == count
    assert all(len(model) == size and covers_all(model, positive) for model in models)
    assert set().union(*models) <= set(candidates)
    assert set(found.essential) == {
        term for term in found.prime_implicants if all(read(term) <= model for model in models)
    }
    few = qca.minimize(held, kind, limit=limit)
    assert few.models == found.models[:limit]
    assert (few.count, few.complete) == (count, count <= limit)
    assert few.essential == found.essential
