"""Chains of theory, held to the tables they walk and to laws that any chain must keep."""

from __future__ import annotations

import gc
import weakref

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import Registry, hookimpl
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.matching import theory
from implsci.matching.report import BasisReport, MatchCell
from implsci.matching.theory import MAX_STEPS, paths_of, theory_chains
from implsci.taxonomy import Crosswalk, Link, LinkSet, Taxonomy, Term, TermMapping

CODED = "odonovan-2023"


def chains(registry: Registry, *barriers: str) -> dict[str, BasisReport]:
    return {report.basis: report for report in theory_chains(barriers, registry)}


def linked(report: BasisReport, index: int = 0) -> set[str]:
    return {row.strategy for row in report.ranking if row.cells[index].status == "link"}


def reached(report: BasisReport, index: int = 0) -> set[str]:
    return {row.strategy for row in report.ranking if row.cells[index].chain}


# ---------------------------------------------------------------------- what is published


@pytest.mark.parametrize(
    ("part", "ticks"),
    [
        ("physical-capability", 2),
        ("psychological-capability", 3),
        ("reflective-motivation", 4),
        ("automatic-motivation", 6),
        ("physical-opportunity", 3),
        ("social-opportunity", 3),
    ],
)
def test_functions_of_each_part_of_com_b(registry: Registry, part: str, ticks: int) -> None:
    """Michie 2011 (doi:10.1186/1748-5908-6-42), table 2: ticks in each row."""
    report = chains(registry, f"com-b:{part}")["chain:com-b>bcw:michie-2011-functions"]
    assert len(linked(report)) == ticks
    assert (report.known, report.possible, report.unrated) == (ticks, 9, 9 - ticks)


def test_knowledge_goes_to_education_directly_and_over_com_b(registry: Registry) -> None:
    """doi:10.1186/s12913-018-3778-2 table 1: knowledge, psychological capability, education."""
    found = chains(registry, "tdf-v2:knowledge")
    assert linked(found["chain:tdf-v2>bcw:bmc-hsr-2018"]) == {"bcw:education"}
    over = found["chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions"]
    assert linked(over) == {"bcw:education", "bcw:training", "bcw:enablement"}
    (path,) = paths_of(over.ranking[0].cells[0])
    assert [(step.source, step.target, step.basis, step.says) for step in path] == [
        (
            "tdf-v2:knowledge",
            "com-b:psychological-capability",
            "tdf-v2-to-com-b",
            "skos:broadMatch",
        ),
        ("com-b:psychological-capability", "bcw:education", "michie-2011-functions", "link"),
    ]


def test_the_editions_of_one_table_are_chains_of_their_own(registry: Registry) -> None:
    found = chains(registry, "tdf-v2:environmental-context-and-resources")
    old = found["chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2011-functions"]
    new = found["chain:tdf-v2>com-b>bcw:tdf-v2-to-com-b+michie-2014-functions"]
    # Michie 2011, table 2; the book of 2014 adds training, as far as it is remembered.
    assert linked(old) == {"bcw:restriction", "bcw:environmental-restructuring", "bcw:enablement"}
    assert linked(new) - linked(old) == {"bcw:training"}
    assert (old.status, new.status) == ("derived", "provisional")


def test_techniques_for_knowledge_are_those_of_carey(registry: Registry) -> None:
    """Carey 2019 (doi:10.1093/abm/kay078), tables 1 and 2: four techniques work through knowledge."""
    found = chains(registry, "tdf-v2:knowledge")
    report = found["chain:tdf-v2>moa>bct-v1:moa-to-tdf-v2+carey-2019"]
    assert linked(report) == {"bct-v1:2.2", "bct-v1:4.1", "bct-v1:5.1", "bct-v1:5.3"}
    assert report.possible == 93
    assert any("carey-2019 is read backward" in note for note in report.notes)
    assert report.status == "provisional"  # as the crosswalk is, though the basis was read


def test_information_on_health_consequences_has_the_mechanisms_of_carey(
    registry: Registry,
) -> None:
    """Carey 2019, tables 1 and 2: BCT 5.1."""
    mechanisms = [term.code for term in registry.taxonomy("moa")]
    report = chains(registry, *mechanisms)["chain:moa>bct-v1:carey-2019"]
    (row,) = (row for row in report.ranking if row.strategy == "bct-v1:5.1")
    assert {cell.barrier for cell in row.cells if cell.status == "link"} == {
        "moa:attitude-towards-the-behavior",
        "moa:beliefs-about-consequences",
        "moa:intentions",
        "moa:knowledge",
        "moa:perceived-susceptibility-vulnerability",
    }


def test_the_book_that_is_not_here_is_named(registry: Registry) -> None:
    found = chains(registry, "tdf-v2:knowledge")
    assert all(any("stands in a book" in note for note in one.notes) for one in found.values())


def test_what_precedes_trust_and_what_follows_it(registry: Registry) -> None:
    """Metz 2022 (doi:10.3389/frhs.2022.894599), table 1: five relational, four technical."""
    nine = {
        f"trust:{name}"
        for name in (
            "vulnerability", "authenticity", "bi-directional-communication", "co-learning",
            "empathy-driven-exchanges", "frequent-interactions", "responsiveness",
            "demonstration-of-expertise", "achievement-of-quick-wins",
        )
    }  # fmt: skip
    for barrier, steps, paths in (
        ("trust:trusting-relationships", 1, 1),
        ("trust:motivation", 2, 1),
        ("trust:commitment", 3, 3),  # by motivation, capability and opportunity
        ("trust:positive-implementation-outcomes", 4, 6),
    ):
        (report,) = theory_chains((barrier,), registry)
        assert report.basis == "chain:trust:metz-2022"
        assert linked(report) == nine
        for row in report.ranking:
            found = paths_of(row.cells[0])
            assert len(found) == paths
            assert {len(path) for path in found} == {steps}
            assert all(
                path[-2].target == "trust:trusting-relationships" for path in found if steps > 1
            )


def test_policies_come_after_functions(registry: Registry) -> None:
    """Michie 2011, tables 2 and 3: restriction goes to guidelines, regulation and legislation."""
    found = chains(registry, "com-b:social-opportunity")
    report = found["chain:com-b>bcw:michie-2011-functions+michie-2011-policies"]
    by_restriction = {
        row.strategy
        for row in report.ranking
        for path in paths_of(row.cells[0])
        if path[0].target == "bcw:restriction"
    }
    assert by_restriction == {"bcw:guidelines", "bcw:regulation", "bcw:legislation"}


def test_a_construct_of_a_domain_goes_by_its_domain(registry: Registry) -> None:
    child = next(
        term for term in registry.taxonomy("tdf-v2") if term.broader == ("tdf-v2:knowledge",)
    )
    report = chains(registry, child.code)["chain:tdf-v2>bcw:tdf-v2+bmc-hsr-2018"]
    assert linked(report) == {"bcw:education"}
    first = report.ranking[0].cells[0].chain[0]
    assert (first.target, first.says) == ("tdf-v2:knowledge", "skos:broader")


# ---------------------------------------------------------------------- crosswalks and codings


def test_a_broader_domain_carries_and_a_related_one_does_not(registry: Registry) -> None:
    name = "chain:cfir-2022>tdf-v2>bcw:cfir-2022-to-tdf-v2+bmc-hsr-2018"
    report = chains(registry, "cfir-2022:financing", "cfir-2022:compatibility")[name]
    # Both lead to environmental context and resources: one as part of it, one as related to it.
    assert linked(report, 0) == reached(report, 0) == reached(report, 1)
    assert linked(report, 1) == set()
    assert len(reached(report, 1)) == 4
    (route,) = report.ranking[0].cells[0].via
    assert (route.match, route.object) == ("broad", "tdf-v2:environmental-context-and-resources")
    assert any("which is no link" in note for note in report.notes)


def test_text_coded_to_both_is_no_link(registry: Registry) -> None:
    """O'Donovan 2023 (doi:10.1186/s43058-023-00466-8), table 2: 25 of 61 codings of complexity."""
    found = chains(registry, "cfir-2009:complexity")
    assert found
    assert all(CODED in name for name in found)
    report = found[f"chain:cfir-2009>tdf-v2>bcw:{CODED}+bmc-hsr-2018"]
    assert report.known == 0
    assert reached(report)
    steps = {step.target: step.says for row in report.ranking for step in row.cells[0].chain}
    assert steps["tdf-v2:beliefs-about-consequences"] == "25 of 61 codings"


def test_chains_of_all_39_barriers_leave_unknown_what_nothing_speaks_of(registry: Registry) -> None:
    barriers = registry.links("waltz-2019").sources
    for report in theory_chains(barriers, registry):
        assert [row.of for row in report.ranking] == [39] * len(report.ranking)
        assert all(row.total is None for row in report.ranking)
        assert report.known == sum(
            cell.status is not None for row in report.ranking for cell in row.cells
        )


# ---------------------------------------------------------------------- made-up theories

BARRIERS = tuple(f"toy:b{number}" for number in range(3))
MIDDLES = tuple(f"toy-m:m{number}" for number in range(4))
STRATEGIES = tuple(f"toy-s:s{number}" for number in range(3))


def toy(*links: LinkSet, crosswalks: tuple[Crosswalk, ...] = ()) -> Registry:
    kinds = {
        "toy": ("barrier", BARRIERS),
        "toy-m": ("mechanism", MIDDLES),
        "toy-s": ("strategy", STRATEGIES),
    }

    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            return [
                Taxonomy(
                    scheme=scheme,
                    title=scheme,
                    kind=kind,
                    terms=tuple(
                        Term(code=code, label=code, definition="Made up.", kind=kind)
                        for code in codes
                    ),
                )
                for scheme, (kind, codes) in kinds.items()
            ]

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return list(links)

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            return list(crosswalks)

    return Registry(plugins=[Toy()], strict=True)


def basis(name: str, *links: Link, **fields: object) -> LinkSet:
    values: dict[str, object] = {"kind": "theory", "title": name, **fields}
    return LinkSet(
        basis=name,
        sources=tuple(dict.fromkeys(link.source for link in links)),
        targets=tuple(dict.fromkeys(link.target for link in links)),
        links=links,
        **values,  # type: ignore[arg-type]
    )


def link(source: str, target: str, status: str | None = "link") -> Link:
    return Link(source=source, target=target, status=status)  # type: ignore[arg-type]


def only_cell(reports: tuple[BasisReport, ...], strategy: str) -> MatchCell:
    (cell,) = (
        row.cells[0]
        for report in reports
        for row in report.ranking
        if row.strategy == strategy and row.cells[0].chain
    )
    return cell


def test_short_chains_come_before_labels() -> None:
    registry = toy(
        basis(
            "toy-1",
            link("toy:b0", "toy-m:m0"),
            link("toy:b0", "toy-s:s2"),
            link("toy-m:m0", "toy-m:m1"),
            link("toy-m:m0", "toy-s:s1"),
            link("toy-m:m1", "toy-s:s0"),
        )
    )
    reports = {report.basis: report for report in theory_chains(("toy:b0",), registry)}
    over = reports["chain:toy>toy-m>toy-s:toy-1"]
    assert [row.strategy for row in over.ranking] == ["toy-s:s1", "toy-s:s0", "toy-s:s2"]
    assert over.unrated == 1  # s2 is reached directly, which is a way of its own
    assert linked(reports["chain:toy>toy-s:toy-1"]) == {"toy-s:s2"}


def test_no_chain_turns_back() -> None:
    there_and_back = (link("toy-m:m0", "toy-m:m1"), link("toy-m:m1", "toy-m:m0"))
    registry = toy(
        basis("toy-1", link("toy:b0", "toy-m:m0")),
        basis("toy-2", *there_and_back),
        basis("toy-3", link("toy-m:m0", "toy-s:s0")),
    )
    (report,) = theory_chains(("toy:b0",), registry)
    assert len(paths_of(report.ranking[0].cells[0])) == 1


@pytest.mark.parametrize("status", ["non-link", "inconclusive", "no-evidence", None])
@pytest.mark.parametrize("weak_first", [True, False])
def test_a_step_that_is_no_link_makes_the_chain_say_so(
    status: str | None, weak_first: bool
) -> None:
    first, second = (status, "link") if weak_first else ("link", status)
    registry = toy(
        basis("toy-1", link("toy:b0", "toy-s:s0", first)),
        basis("toy-2", link("toy-s:s0", "toy-s:s1", second)),
    )
    reports = theory_chains(("toy:b0",), registry)
    assert only_cell(reports, "toy-s:s0").status == first
    if weak_first and status is not None:  # nothing follows from what no link leads to
        assert [report.basis for report in reports] == ["chain:toy>toy-s:toy-1"]
    else:
        assert only_cell(reports, "toy-s:s1").status == status


def test_of_several_chains_between_two_ends_a_link_is_told_first() -> None:
    registry = toy(
        basis("toy-1", link("toy:b0", "toy-m:m0"), link("toy:b0", "toy-m:m1")),
        basis("toy-2", link("toy-s:s0", "toy-m:m0", "non-link"), link("toy-s:s0", "toy-m:m1")),
    )
    (report,) = theory_chains(("toy:b0",), registry)
    cell = only_cell((report,), "toy-s:s0")
    assert cell.status == "link"
    assert [[step.says for step in path] for path in paths_of(cell)] == [
        ["link", "link"],
        ["link", "non-link"],
    ]
    assert any("2 chains lead to 1 cells" in note for note in report.notes)


def test_a_circle_ends_and_no_chain_is_longer_than_stated() -> None:
    ring = [
        link(MIDDLES[number], MIDDLES[(number + 1) % len(MIDDLES)])
        for number in range(len(MIDDLES))
    ]
    registry = toy(
        basis("toy-1", link("toy:b0", "toy-m:m0")),
        basis("toy-2", *ring),
        basis("toy-3", *(link(middle, f"toy-s:s{n % 3}") for n, middle in enumerate(MIDDLES))),
    )
    reports = theory_chains(("toy:b0",), registry)
    lengths = {
        len(path) for report in reports for row in report.ranking for path in paths_of(row.cells[0])
    }
    assert lengths == {2, 3, 4}
    assert max(lengths) == MAX_STEPS


def test_a_flood_of_chains_is_cut_and_the_report_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("implsci.matching._chains.MAX_PATHS", 3)
    registry = toy(
        basis("toy-1", *(link("toy:b0", middle) for middle in MIDDLES)),
        basis("toy-2", *(link(middle, one) for middle in MIDDLES for one in STRATEGIES)),
        basis("toy-3", link("toy:b0", "toy-s:s0")),
    )
    reports = theory_chains(("toy:b0",), registry)
    assert [report.basis for report in reports] == ["chain:toy>toy-s:toy-3"]
    assert any("paths were followed" in note for note in reports[0].notes)
    assert theory.MAX_PATHS >= 1000


def test_two_mappings_from_which_nothing_follows_make_no_leg() -> None:
    """What is part of a wider term has nothing to do with another part of it."""

    def mapped(subject: str, predicate: str, object_: str) -> TermMapping:
        return TermMapping(subject=subject, predicate=predicate, object=object_)  # type: ignore[arg-type]

    def crosswalk(name: str, mapping: TermMapping) -> Crosswalk:
        return Crosswalk(
            name=name,
            subject_scheme=mapping.subject.partition(":")[0],
            object_scheme=mapping.object.partition(":")[0],
            title=name,
            mappings=(mapping,),
        )

    theories = basis("toy-1", link("toy-m:m0", "toy-s:s0"))
    into = crosswalk("in", mapped("toy:b0", "skos:broadMatch", "wide:w"))
    narrow = crosswalk("out", mapped("wide:w", "skos:narrowMatch", "toy-m:m0"))
    exact = crosswalk("out", mapped("wide:w", "skos:exactMatch", "toy-m:m0"))
    assert theory_chains(("toy:b0",), toy(theories, crosswalks=(into, narrow))) == ()
    (report,) = theory_chains(("toy:b0",), toy(theories, crosswalks=(into, exact)))
    assert report.basis == "chain:toy>wide>toy-m>toy-s:in+out+toy-1"
    assert report.ranking[0].cells[0].status == "link"


def test_a_chain_is_as_sure_as_its_weakest_basis() -> None:
    registry = toy(
        basis("toy-1", link("toy:b0", "toy-m:m0"), status="provisional"),
        basis("toy-2", link("toy-m:m0", "toy-s:s0"), status="derived"),
    )
    (report,) = theory_chains(("toy:b0",), registry)
    assert report.status == "provisional"


def test_linked_barriers_come_first_then_short_chains_then_labels() -> None:
    registry = toy(
        basis(
            "toy-1",
            link("toy:b0", "toy-m:m0"),
            link("toy:b1", "toy-m:m0"),
            link("toy:b2", "toy-m:m1"),
        ),
        basis(
            "toy-2",
            link("toy-m:m0", "toy-s:s2"),
            link("toy-m:m1", "toy-s:s1"),
            link("toy-m:m1", "toy-s:s0", "non-link"),
        ),
    )
    (report,) = theory_chains(BARRIERS, registry)
    assert [(row.strategy, row.linked) for row in report.ranking] == [
        ("toy-s:s2", 2), ("toy-s:s1", 1), ("toy-s:s0", 0),
    ]  # fmt: skip


mixed = st.lists(
    st.tuples(
        st.sampled_from((*BARRIERS, *MIDDLES, *STRATEGIES)),
        st.sampled_from((*MIDDLES, *STRATEGIES)),
        st.sampled_from(["link", "non-link", "inconclusive", "no-evidence", None]),
        st.sampled_from(["toy-1", "toy-2", "toy-3"]),
    ).filter(lambda one: one[0] != one[1]),
    max_size=14,
    unique_by=lambda one: (one[0], one[1], one[3]),
)


def registry_of(links: list[tuple[str, str, str | None, str]]) -> Registry:
    named: dict[str, list[Link]] = {}
    for source, target, status, name in links:
        named.setdefault(name, []).append(link(source, target, status))
    return toy(*(basis(name, *own) for name, own in named.items()))


@given(mixed)
def test_laws_of_chains(links: list[tuple[str, str, str | None, str]]) -> None:
    leading = {name for _, b, _, name in links if b in STRATEGIES}
    backward = {name for a, _, _, name in links if a in STRATEGIES} - leading
    stated = {(name, *((b, a) if name in backward else (a, b))): says for a, b, says, name in links}
    for report in theory_chains(BARRIERS, registry_of(links)):
        assert report.ranking
        order = [(-row.linked, not any(cell.chain for cell in row.cells)) for row in report.ranking]
        assert order == sorted(order)
        for row in report.ranking:
            assert row.strategy in STRATEGIES
            for cell in row.cells:
                paths = paths_of(cell)
                assert len(set(paths)) == len(paths)
                for path in paths:
                    passed = [path[0].source, *(step.target for step in path)]
                    assert (passed[0], passed[-1]) == (cell.barrier, row.strategy)
                    assert len(set(passed)) == len(passed) <= MAX_STEPS + 1
                    assert [step.source for step in path[1:]] == passed[1:-1]
                    for step in path:
                        said = stated[step.basis, step.source, step.target]
                        assert step.says == (said or "unknown")
                all_links = any(all(step.says == "link" for step in path) for path in paths)
                assert (cell.status == "link") == all_links


@given(mixed, st.sampled_from(BARRIERS), st.sampled_from(STRATEGIES))
def test_a_further_basis_takes_no_link_away(
    links: list[tuple[str, str, str | None, str]], barrier: str, strategy: str
) -> None:
    def told(of: list[tuple[str, str, str | None, str]]) -> set[tuple[str, str, str]]:
        return {
            (report.basis, cell.barrier, row.strategy)
            for report in theory_chains(BARRIERS, registry_of(of))
            for row in report.ranking
            for cell in row.cells
            if cell.status == "link"
        }

    more = [*links, (barrier, strategy, "link", "toy-4")]
    assert told(links) <= told(more)
    assert ("chain:toy>toy-s:toy-4", barrier, strategy) in told(more)


# ---------------------------------------------------------------------- what cannot be asked


def test_where_no_theory_speaks_there_is_no_report(registry: Registry) -> None:
    assert theory_chains(("nowhere:x",), registry) == ()
    assert theory_chains(("tdf-v2:knowledge",), Registry(plugins=["tdf", "bcw"])) == ()
    assert theory_chains(("cfir-2009:engaging",), registry) == ()


def test_a_code_that_is_wrong_is_named(registry: Registry) -> None:
    with pytest.raises(UnknownNameError, match="did you mean tdf-v2:knowledge"):
        theory_chains(("tdf-v2:knowledg",), registry)
    with pytest.raises(UnknownNameError):
        theory_chains(("no code",), registry)
    with pytest.raises(InvalidQueryError, match="no barrier"):
        theory_chains((), registry)


def test_what_is_remembered_goes_with_its_registry() -> None:
    registry = toy(basis("toy-1", link("toy:b0", "toy-s:s0")))
    assert theory_chains(("toy:b0",), registry) == theory_chains(("toy:b0",), registry)
    watched = weakref.ref(registry)
    del registry
    gc.collect()
    assert watched() is None
