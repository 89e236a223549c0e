"""Laws that a match keeps for any basis: certainty never rises, unknown is not zero, order is total."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import Registry, hookimpl, match
from implsci.codes import Code
from implsci.matching import ORDERS, BasisReport, Constraints, Demand
from implsci.taxonomy import (
    Crosswalk,
    Facet,
    Link,
    LinkSet,
    LinkStatus,
    Predicate,
    Status,
    Taxonomy,
    Term,
    TermMapping,
    TermRating,
)

ASKED = tuple(Code(f"mine:b{number}") for number in range(3))
SPOKEN = tuple(Code(f"theirs:b{number}") for number in range(4))
STRATEGIES = tuple(Code(f"acts:s{number}") for number in range(4))
DOUBT = {status: rank for rank, status in enumerate(get_args(Status))}

links = st.dictionaries(
    st.tuples(st.sampled_from(SPOKEN), st.sampled_from(STRATEGIES)),
    st.one_of(
        st.builds(dict, k=st.integers(0, 10), n=st.just(10)),
        st.builds(dict, level=st.sampled_from((1, 2, "1-2"))),
        st.builds(dict, status=st.sampled_from(get_args(LinkStatus))),
    ),
    max_size=12,
)
statuses: st.SearchStrategy[Status] = st.sampled_from(get_args(Status))
mappings = st.dictionaries(
    st.tuples(st.sampled_from(ASKED), st.sampled_from(SPOKEN)),
    st.sampled_from(get_args(Predicate)),
    max_size=6,
)


def terms(codes: tuple[Code, ...], kind: str, **more: Any) -> tuple[Term, ...]:
    return tuple(
        Term(code=code, label=f"Term {code}", definition="What it is.", kind=kind, **more)
        for code in codes
    )


def made(
    known: dict[tuple[Code, Code], dict[str, Any]],
    ways: dict[tuple[Code, Code], Predicate] | None = None,
    *,
    basis: Status = "verified",
    crosswalk: Status = "verified",
    own: tuple[Code, ...] = (),
    strategies: tuple[Term, ...] = (),
) -> Registry:
    class Toy:
        plugin_name = "toys"

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [
                LinkSet(
                    basis="toy-2020",
                    kind="endorsement",
                    title="Toy",
                    sources=SPOKEN,
                    targets=STRATEGIES,
                    links=tuple(
                        Link(source=source, target=target, **said)
                        for (source, target), said in known.items()
                    ),
                    status=basis,
                ),
                *(
                    LinkSet(
                        basis="own-2020",
                        kind="endorsement",
                        title="Own",
                        sources=own,
                        targets=STRATEGIES,
                        links=(),
                    )
                    for _ in own[:1]
                ),
            ]

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            return [
                Crosswalk(
                    name="mine-to-theirs",
                    subject_scheme="mine",
                    object_scheme="theirs",
                    title="Mine to theirs",
                    mappings=tuple(
                        TermMapping(subject=a, predicate=predicate, object=b)
                        for (a, b), predicate in (ways or {}).items()
                    ),
                    status=crosswalk,
                )
            ]

    def plugin(scheme: str, kind: str, own: tuple[Term, ...]) -> object:
        class Named:
            plugin_name = scheme

            @hookimpl
            def implsci_taxonomies(self) -> list[Taxonomy]:
                return [Taxonomy(scheme=scheme, title=scheme, kind=kind, terms=own)]

        return Named()

    return Registry(
        plugins=[
            Toy(),
            plugin("mine", "barrier", terms(ASKED, "barrier")),
            plugin("theirs", "barrier", terms(SPOKEN, "barrier")),
            plugin("acts", "strategy", strategies or terms(STRATEGIES, "strategy")),
        ]
    )


def report(registry: Registry, barriers: tuple[Code, ...], **more: Any) -> BasisReport:
    return match(barriers, basis="toy-2020", registry=registry, **more).bases["toy-2020"]


# ----------------------------------------------------------------------------------- over crosswalks


@given(links, mappings, statuses, statuses)
def test_going_through_a_crosswalk_never_upgrades_certainty(
    known: dict[tuple[Code, Code], dict[str, Any]],
    ways: dict[tuple[Code, Code], Predicate],
    basis: Status,
    crosswalk: Status,
) -> None:
    reached = tuple(code for code in ASKED if any(a == code for a, _ in ways))
    if not reached:
        return
    registry = made(known, ways, basis=basis, crosswalk=crosswalk)
    direct = {row.strategy: row for row in report(registry, SPOKEN).ranking}
    across = report(registry, reached)
    assert DOUBT[across.status or "verified"] == max(DOUBT[basis], DOUBT[crosswalk])
    for row in across.ranking:
        for cell in row.cells:
            targets = {b: predicate for (a, b), predicate in ways.items() if a == cell.barrier}
            assert {route.object for route in cell.via} == set(targets)
            own = dict(zip(SPOKEN, direct[row.strategy].cells, strict=True))
            for target in targets:
                assert cell.bounds[0] <= own[target].bounds[0]
                assert cell.bounds[1] >= own[target].bounds[1]
            single = len(targets) == 1 and set(targets.values()) <= {
                "skos:exactMatch",
                "skos:closeMatch",
            }
            if single:
                (target,) = targets
                same = evolve(cell, barrier=target, via=(), said=(), same_as=None)
                assert evolve(same, standing=own[target].standing) == own[target]
                if cell.told:
                    assert DOUBT[cell.standing or "verified"] == max(DOUBT[basis], DOUBT[crosswalk])
            else:
                assert (cell.percent, cell.level, cell.status) == (None, None, None)
                assert (cell.standing, cell.same_as) == (None, None)
                assert {said.barrier for said in cell.said} == set(targets)
        loose = sum(not cell.told and cell.same_as is None for cell in row.cells)
        assert row.total_high >= row.total_low
        assert row.total_high - row.total_low >= 100 * loose - 1e-9


@given(links, mappings)
def test_each_datum_counts_once(
    known: dict[tuple[Code, Code], dict[str, Any]], ways: dict[tuple[Code, Code], Predicate]
) -> None:
    reached = tuple(code for code in ASKED if any(a == code for a, _ in ways))
    for row in report(made(known, ways), (*reached, *SPOKEN)).ranking:
        counting = [cell for cell in row.cells if cell.same_as is None]
        rests_on = [
            cell.via[0].object if cell.via and cell.told else cell.barrier for cell in counting
        ]
        assert len(rests_on) == len(set(rests_on)) == row.of
        assert set(SPOKEN) <= {cell.barrier for cell in counting}
        assert {cell.same_as for cell in row.cells} <= {None, *SPOKEN}
        told = [cell.percent for cell in counting if cell.percent is not None]
        assert row.total == (pytest.approx(sum(told)) if told else None)
        assert row.known == sum(
            cell.percent is not None or cell.status is not None for cell in counting
        )


@given(links, mappings)
def test_crosswalks_serve_by_default_only_what_no_basis_speaks_of(
    known: dict[tuple[Code, Code], dict[str, Any]], ways: dict[tuple[Code, Code], Predicate]
) -> None:
    found = match(ASKED, registry=made(known, ways, own=ASKED[:2]))
    assert "own-2020" in found.bases
    for basis in found.bases.values():
        for row in basis.ranking:
            assert all(not cell.via for cell in row.cells[:2])
    third = any(a == ASKED[2] for a, _ in ways)
    assert ("toy-2020" in found.bases) is third


# ------------------------------------------------------------------------------ unknown is not zero


@given(links, st.sampled_from(SPOKEN), st.sampled_from(STRATEGIES), st.integers(0, 10))
def test_adding_a_link_never_lowers_the_least_a_total_can_be(
    known: dict[tuple[Code, Code], dict[str, Any]], source: Code, target: Code, k: int
) -> None:
    def sums(cells: dict[tuple[Code, Code], dict[str, Any]]) -> dict[Code, tuple[float, float]]:
        return {
            row.strategy: (row.total_low, row.total_high)
            for row in report(made(cells), SPOKEN).ranking
        }

    before = sums(known)
    after = sums({(source, target): {"k": k, "n": 10}} | known)
    for code in STRATEGIES:
        assert after[code][0] >= before[code][0] - 1e-9
        assert after[code][1] <= before[code][1] + 1e-9


@given(links)
def test_an_unknown_cell_never_counts_as_zero(
    known: dict[tuple[Code, Code], dict[str, Any]],
) -> None:
    for row in report(made(known), SPOKEN).ranking:
        unknown = [cell for cell in row.cells if (cell.barrier, row.strategy) not in known]
        assert all(cell.percent is None and cell.bounds == (0, 100) for cell in unknown)
        told = [cell.percent for cell in row.cells if cell.percent is not None]
        assert (row.total is None) is (not told)
        if told:
            assert row.total == pytest.approx(sum(told))
        assert row.total_high >= 100 * len(unknown) - 1e-9


# -------------------------------------------------------------------------------------------- order

rated = st.lists(
    st.one_of(st.none(), st.integers(10, 50).map(lambda tenths: tenths / 10)),
    min_size=len(STRATEGIES),
    max_size=len(STRATEGIES),
)
quadrants = st.lists(
    st.sampled_from((None, "I", "II", "III", "IV")),
    min_size=len(STRATEGIES),
    max_size=len(STRATEGIES),
)


@given(links, rated, quadrants, st.sampled_from(ORDERS))
def test_every_order_is_total_and_stable_and_puts_the_unrated_last(
    known: dict[tuple[Code, Code], dict[str, Any]],
    values: list[float | None],
    zones: list[str | None],
    order: str,
) -> None:
    strategies = tuple(
        evolve(
            term,
            ratings=()
            if value is None
            else tuple(
                TermRating(name=name, value=value, scale_min=1, scale_max=5, source="Toy 2020")
                for name in ("importance", "feasibility", "cost")
            ),
            facets=() if zone is None else (Facet(name="go-zone", value=zone),),
        )
        for term, value, zone in zip(terms(STRATEGIES, "strategy"), values, zones, strict=True)
    )
    first = report(made(known, strategies=strategies), SPOKEN, order=order)
    again = report(made(known, strategies=strategies), SPOKEN, order=order)
    assert first == again
    assert first.order
    assert {row.strategy for row in first.ranking} == set(STRATEGIES)
    if order == "total":
        return
    if order == "least":
        lows = [row.total_low for row in first.ranking]
        assert lows == sorted(lows, reverse=True)
        unknown = [row for row in first.ranking if row.total is None and not row.total_low]
        if len(unknown) < len(STRATEGIES):
            assert first.unrated == len(unknown)
            assert list(first.ranking[len(STRATEGIES) - first.unrated :]) == unknown
        return
    by_total = [row.strategy for row in report(made(known, strategies=strategies), SPOKEN).ranking]
    own = dict(zip(STRATEGIES, zones if order == "go-zone" else values, strict=True))
    codes = [row.strategy for row in first.ranking]
    unrated = [code for code in codes if own[code] is None]
    assert codes[len(codes) - len(unrated) :] == unrated
    assert first.unrated == len(unrated)
    assert unrated == [code for code in by_total if own[code] is None]
    place = {"I": 0, "IV": 1, "II": 2, "III": 3}
    sign = -1 if order in ("importance", "feasibility") else 1
    keys = [
        place[value] if isinstance(value, str) else sign * value
        for code in codes
        if (value := own[code]) is not None
    ]
    assert keys == sorted(keys)


@given(links)
def test_the_order_asked_in_changes_nothing(
    known: dict[tuple[Code, Code], dict[str, Any]],
) -> None:
    registry = made(known)
    there = [row.strategy for row in report(registry, SPOKEN).ranking]
    back = [row.strategy for row in report(registry, SPOKEN[::-1]).ranking]
    assert there == back


# --------------------------------------------------------------------------------------- constraints

amounts = st.one_of(st.none(), st.integers(0, 5))


@given(
    st.dictionaries(st.sampled_from(STRATEGIES), st.tuples(amounts, amounts, amounts)),
    st.tuples(amounts, amounts, amounts),
)
def test_only_a_known_conflict_sets_a_strategy_aside(
    takes: dict[Code, tuple[int | None, int | None, int | None]],
    there: tuple[int | None, int | None, int | None],
) -> None:
    demands = [
        Demand(strategy=code, source="us", money=money, weeks=weeks, staff=staff)
        for code, (money, weeks, staff) in takes.items()
    ]
    limits = Constraints(budget=there[0], weeks=there[1], staff=there[2])
    basis = report(made({}), SPOKEN, constraints=limits, demands=demands)
    broken = {
        code
        for code, needs in takes.items()
        if any(
            limit is not None and need is not None and need > limit
            for need, limit in zip(needs, there, strict=True)
        )
    }
    assert {one.strategy for one in basis.set_aside} == broken
    assert {row.strategy for row in basis.ranking} == set(STRATEGIES) - broken
    for row in basis.ranking:
        needs = takes.get(row.strategy, (None, None, None))
        assert row.unchecked == tuple(
            name
            for name, need, limit in zip(("budget", "weeks", "staff"), needs, there, strict=True)
            if limit is not None and need is None
        )
