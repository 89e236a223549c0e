"""What a synthesis can be asked for beyond rows and columns: any axes, segments, crosswalks, a basis,
ratings, and several effects of one study. Cells are counted by hand or by plain loops."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import (
    Barrier,
    Coding,
    Compendium,
    Crosswalk,
    Estimate,
    Finding,
    LinkSet,
    Outcome,
    Registry,
    Relationship,
    Strategy,
    Study,
    Synthesis,
    Taxonomy,
    Term,
    synthesize,
)
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.formats.mapped import read_mapped, read_mapping
from implsci.ledger import Ledger
from implsci.places import income_group, region
from implsci.synthesis import rating_of
from implsci.synthesis.axes import make_axis
from implsci.synthesis.carrying import Carrier
from implsci.synthesis.saying import pairs_said
from implsci.taxonomy import Link, TermMapping
from implsci.testing import studies as any_study

PLANNING = "cfir-2009:planning"
FACILITATION = "eric:facilitation"
FEEDBACK = "eric:audit-and-provide-feedback"
ADOPTION = "proctor:adoption"
ROOT = Path(__file__).parent


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


def trial(name: str, *values: float, **fields: Any) -> Study:
    """A study of facilitation with an effect for each value, all of one outcome."""
    base = Study(
        id=name,
        title=name,
        strategies=(Strategy(id="s", label="help", codes=(FACILITATION,)),),
        outcomes=(Outcome(id="o", label="use", codes=(ADOPTION,), desirable="higher"),),
        findings=tuple(
            Finding(
                id=f"f{number}",
                outcome="o",
                direction="improved",
                strategies=("s",),
                basis="effect",
                comparator="usual_practice",
                estimate=Estimate(metric="SMD", value=value, variance=0.04),
            )
            for number, value in enumerate(values)
        ),
    )
    return evolve(base, **fields)


# -- any two axes -------------------------------------------------------------------------------

NODES = {
    "barrier:cfir-2009": lambda s: [n for n in s.barriers if n.valence != "facilitator"],
    "strategy:eric": lambda s: s.strategies,
    "mechanism:tdf-v2": lambda s: s.mechanisms,
    "relationship:relational": lambda s: s.relationships,
    "outcome:proctor": lambda s: s.outcomes,
}
FACETS = {
    "role": lambda s: {f.role for f in s.findings if f.role},
    "sector": lambda s: set(s.sectors),
    "country": lambda s: set(s.countries),
    "region": lambda s: {region(c) for c in s.countries} - {None},
    "income_group": lambda s: {income_group(c) for c in s.countries} - {None},
    "engagement": lambda s: set(s.engagement),
    "equity": lambda s: set(s.equity),
    "design": lambda s: {s.design} - {None},
    "year": lambda s: {str(s.year)} if s.year else set(),
}


def values(study: Study, axis: str) -> set[str]:
    if axis in FACETS:
        return FACETS[axis](study)  # type: ignore[no-any-return]
    scheme = axis.split(":")[1]
    found: set[str] = set()
    for node in NODES[axis](study):
        own = {code for code in node.codes if code.startswith(f"{scheme}:")}
        found |= own or {"(uncoded)"}
    return found


@pytest.mark.parametrize("rows", [*NODES, *FACETS])
def test_any_axis_by_any_other_counts_each_study_once(rows: str, examples: Compendium) -> None:
    for columns in [*NODES, *FACETS]:
        expected = Counter(
            pair
            for study in examples
            for pair in product(values(study, rows), values(study, columns))
        )
        table = synthesize(examples, rows, columns, link="cooccur", pooled=False)
        assert {key: cell.studies for key, cell in table.cells.items()} == expected
        assert all(len(set(cell.study_ids)) == cell.studies for cell in table)


# -- segments -----------------------------------------------------------------------------------


def whole(table: Synthesis) -> dict[tuple[str, str], object]:
    return {key: evolve(cell, segments=()) for key, cell in table.cells.items()}


def test_segments_split_each_cell_and_leave_it_as_it_was(examples: Compendium) -> None:
    plain = synthesize(examples, "strategy", "outcome")
    split = synthesize(examples, "strategy", "outcome", segments="sector")
    assert whole(split) == plain.cells
    assert (split.segment_axis, plain.segment_axis) == ("sector", None)
    by_id = {study.id: study for study in examples}
    for cell in split:
        expected: dict[str, set[str]] = {}
        for name in cell.study_ids:
            for sector in by_id[name].sectors or ("(not reported)",):
                expected.setdefault(sector, set()).add(name)
        assert {one.segment: set(one.study_ids) for one in cell.segments} == expected
        for one in cell.segments:
            assert (one.row, one.column) == (cell.row, cell.column)
            assert set(one.finding_refs) == {
                ref for ref in cell.finding_refs if ref.study in one.study_ids
            }
    several = sum(len(study.sectors) > 1 for study in examples)
    none = sum(not study.sectors for study in examples)
    (said,) = (note for note in split.notes if note.startswith("cells are split by sector"))
    assert f"a study may be in several segments ({several} studies here)" in said
    assert f"{none} studies without it under (not reported)" in said


@given(
    st.lists(any_study(), max_size=4, unique_by=lambda one: one.id),
    st.sampled_from(
        ["sector", "country", "role", "outcome", "relationship", "strategy", "barrier"]
    ),
)
def test_segments_lose_no_study_and_change_no_total(several: list[Study], axis: str) -> None:
    plain = synthesize(several, link="cooccur", pooled=False)
    split = synthesize(several, link="cooccur", pooled=False, segments=axis)
    assert whole(split) == plain.cells
    for cell in split:
        assert set().union(*(one.study_ids for one in cell.segments)) == set(cell.study_ids)
        for one in cell.segments:
            assert 0 < one.studies <= cell.studies
            assert set(one.linked_ids) == set(cell.linked_ids) & set(one.study_ids)
            assert set(one.finding_refs) <= set(cell.finding_refs)


def test_a_segment_of_nodes_holds_the_findings_that_name_them() -> None:
    two = trial("a", 0.2, 0.4, sectors=("sector:health",))
    first, second = two.findings
    other = Outcome(id="p", label="cost", codes=("proctor:implementation-cost",))
    one = evolve(two, outcomes=(*two.outcomes, other),
                 findings=(first, evolve(second, outcome="p")))  # fmt: skip
    cell = synthesize([one], "sector", "strategy", segments="outcome").cell("Health", FACILITATION)
    assert [
        (part.segment, [ref.finding for ref in part.finding_refs]) for part in cell.segments
    ] == [
        (ADOPTION, ["f0"]),
        ("proctor:implementation-cost", ["f1"]),
    ]


def test_a_finding_in_no_segment_is_counted() -> None:
    tie = Relationship(id="r", label="tie")
    one = trial("a", 0.2, 0.4, relationships=(tie,))
    first, second = one.findings
    claims = evolve(one, findings=(evolve(first, relationship="r", role="mediator"), second))
    table = synthesize([claims], "strategy", "outcome", segments="role")
    (segment,) = table.cell(FACILITATION, ADOPTION).segments
    assert (segment.segment, segment.findings) == ("mediator", 1)
    assert "in a cell, and in no segment of it: 1 finding" in table.notes


def test_no_effect_is_credited_to_one_strategy_of_a_bundle_in_a_segment_either() -> None:
    both = Strategy(id="t", label="data", codes=(FEEDBACK,))
    one = trial("a", 0.3, sectors=("sector:health",))
    (finding,) = one.findings
    bundle = evolve(
        one,
        strategies=(*one.strategies, both),
        findings=(evolve(finding, strategies=("s", "t")),),
    )
    cell = synthesize([bundle], "sector", "outcome", segments="strategy").cell("Health", ADOPTION)
    assert [pooled.value for pooled in cell.estimates] == [pytest.approx(0.3)]
    assert [part.estimates for part in cell.segments] == [(), ()]
    assert [part.left_out for part in cell.segments] == [{"bundle of strategies": 1}] * 2
    # One strategy with two codes stands in two segments, and is a bundle of its own there.
    (own,) = one.strategies
    two_codes = evolve(one, strategies=(evolve(own, codes=(FACILITATION, FEEDBACK)),))
    cell = synthesize([two_codes], "sector", "outcome", segments="strategy").cell(
        "Health", ADOPTION
    )
    assert cell.bundled == 0
    assert [(part.bundled, part.estimates) for part in cell.segments] == [(1, ()), (1, ())]


def test_a_segment_is_pooled_as_the_same_studies_alone() -> None:
    health = [trial(name, value, sectors=("sector:health",)) for name, value in
              (("a", 0.1), ("b", 0.5), ("c", 0.7))]  # fmt: skip
    schools = [trial("d", -0.3, sectors=("sector:education",))]
    cell = synthesize([*health, *schools], "strategy", "outcome", segments="sector").cell(
        FACILITATION, ADOPTION
    )
    alone = synthesize(health, "strategy", "outcome").cell(FACILITATION, ADOPTION)
    first, second = cell.segments
    assert (first.segment, first.estimates) == ("sector:health", alone.estimates)
    assert (second.estimates[0].k, second.estimates[0].value) == (1, pytest.approx(-0.3))


# -- hierarchy and crosswalks -------------------------------------------------------------------


def test_a_term_with_two_broader_ones_rolls_up_to_both() -> None:
    """``deep`` hangs under x > y and straight under z: at depth 2 that is y and itself."""

    def term(name: str, *broader: str) -> Term:
        return Term(code=f"poly:{name}", label=name, definition=f"{name}.",
                    broader=tuple(f"poly:{up}" for up in broader))  # fmt: skip

    poly = Taxonomy(
        scheme="poly", family="poly", title="Poly", kind="strategy",
        terms=(term("x"), term("y", "x"), term("z"), term("deep", "z", "y")),
    )  # fmt: skip
    registry = _Holding(poly)
    one = Study(id="a", title="A", sectors=("sector:health",),
                strategies=(Strategy(id="s", label="s", codes=("poly:deep",)),))  # fmt: skip
    found = {
        depth: sorted(make_axis("strategy:poly", [one], registry, depth).place(one))
        for depth in (1, 2, 3)
    }
    assert found == {
        1: ["poly:x", "poly:z"],
        2: ["poly:deep", "poly:y"],
        3: ["poly:deep"],
    }


@pytest.mark.parametrize("depth", [1, 2, 3])
def test_every_bundled_term_rolls_up_along_its_own_way_from_the_top(depth: int) -> None:
    registry = implsci.registry()
    looked = 0
    for taxonomy in registry.taxonomies():
        axis = make_axis(f"strategy:{taxonomy.scheme}", [], registry, depth)
        for term in taxonomy:
            ways = ways_to(term.code, taxonomy)
            one = Study(id="a", title="A",
                        strategies=(Strategy(id="s", label="s", codes=(term.code,)),))  # fmt: skip
            assert set(axis.place(one)) == {way[min(depth, len(way)) - 1] for way in ways}
            looked += any(len(way) > 1 for way in ways)
    assert looked > 0


def ways_to(code: str, taxonomy: Taxonomy) -> list[list[str]]:
    """Every way from a top of the taxonomy down to a term: one that has two headings has two."""
    return [[*way, code] for up in taxonomy[code].broader for way in ways_to(up, taxonomy)] or [
        [code]
    ]


class _Holding(Registry):
    """A registry that has one taxonomy more."""

    def __init__(self, own: Taxonomy) -> None:
        super().__init__(plugins=[])
        self._own = own

    def taxonomy(self, scheme: str) -> Taxonomy:
        return self._own if scheme == self._own.scheme else super().taxonomy(scheme)


def test_codes_of_another_scheme_join_only_across_a_named_crosswalk() -> None:
    def has(name: str, *codes: str) -> Study:
        return Study(
            id=name, title=name, sectors=("sector:health",),
            barriers=(Barrier(id="b", label="b", codes=codes),),
        )  # fmt: skip

    mapped = {
        mapping.subject: (mapping.predicate, mapping.object)
        for crosswalk in implsci.registry().crosswalks()
        if crosswalk.name == "cfir-2009-to-cfir-2022"
        for mapping in crosswalk.mappings
    }
    close = next(code for code, (predicate, _) in mapped.items() if predicate == "skos:closeMatch")
    target = mapped[close][1]
    studies = [
        has("own", target),
        has("carried", close),
        has("both", close, "cfir-2022:critical-incidents"),
        has("elsewhere", "tdf-v2:knowledge"),
    ]
    plain = synthesize(studies, "barrier:cfir-2022", "sector")
    assert plain.cell(target, "Health").study_ids == ("own",)
    assert plain.cell("(uncoded)", "Health").study_ids == ("carried", "elsewhere")
    assert plain.carried == ()
    table = synthesize(studies, "barrier:cfir-2022", "sector", through="cfir-2009-to-cfir-2022")
    assert table.cell(target, "Health").study_ids == ("own", "carried")
    assert table.cell("(uncoded)", "Health").study_ids == ("elsewhere",)
    # A code that a coder gave in the scheme itself goes before one carried over.
    assert table.cell("cfir-2022:critical-incidents", "Health").study_ids == ("both",)
    (carried,) = table.carried
    assert (carried.codes, carried.close, carried.unmapped, carried.share) == (2, 1, 1, 0.5)
    assert "barrier without a code of cfir-2022: 1 study, under (uncoded)" in table.notes
    assert any("1 of 2 codes of other schemes carried over" in note for note in table.notes)


def test_what_came_over_adds_up_to_all_codes(examples: Compendium) -> None:
    table = synthesize(
        examples, "barrier:cfir-2022", "sector", through=["cfir-2009-to-cfir-2022"], pooled=False
    )
    (one,) = table.carried
    assert one.codes == sum(
        len(node.codes)
        for study in examples
        for node in study.barriers
        if node.valence != "facilitator"
        and not any(code.startswith("cfir-2022:") for code in node.codes)
    )
    parts = (one.exact, one.close, one.broad, one.narrow, one.related, one.unmapped)
    assert sum(parts) == one.codes
    assert min(one.exact, one.close, one.narrow, one.related) > 0


def test_narrower_and_related_terms_do_not_join_and_wider_ones_do() -> None:
    pairs = {"exact": "t1", "close": "t2", "broad": "t3", "narrow": "t4", "related": "t5"}
    crosswalk = Crosswalk(
        name="a-to-b", subject_scheme="a", object_scheme="b", title="A to B",
        mappings=(
            *(TermMapping(subject=f"a:{kind}", predicate=f"skos:{kind}Match", object=f"b:{name}")
              for kind, name in pairs.items()),
            TermMapping(subject="a:exact", predicate="skos:relatedMatch", object="b:t9"),
            TermMapping(subject="a:close", predicate="skos:closeMatch", object="b:t8"),
        ),
    )  # fmt: skip
    there = Carrier("b", [crosswalk])
    assert [there(f"a:{kind}") for kind in pairs] == [
        ("b:t1",), ("b:t2", "b:t8"), ("b:t3",), (), ()
    ]  # fmt: skip
    assert [there.fate(f"a:{kind}") for kind in (*pairs, "x")] == [*pairs, "unmapped"]
    # Read from its other side, what was wider is narrower, and the reverse.
    back = Carrier("a", [crosswalk])
    assert [back(f"b:{name}") for name in pairs.values()] == [
        ("a:exact",), ("a:close",), (), ("a:narrow",), ()
    ]  # fmt: skip


# -- what a basis says --------------------------------------------------------------------------


@pytest.fixture
def met() -> tuple[Study, ...]:
    """Planning met by facilitation (with a null effect) and by feedback; champions met alone."""
    basis = implsci.registry().links("waltz-2019")
    none = next(link for link in basis.links if link.k == 0)
    some = next(link for link in basis.links if link.source == none.source and link.k)
    first = Study(
        id="both", title="both",
        barriers=(Barrier(id="b", label="b", codes=(none.source,)),),
        strategies=(Strategy(id="s", label="s", codes=(some.target,), addresses=("b",)),),
        outcomes=(Outcome(id="o", label="o"),),
        findings=(
            Finding(id="f", outcome="o", direction="no_difference", strategies=("s",), basis="effect"),
        ),
    )  # fmt: skip
    second = Study(
        id="other", title="other",
        barriers=(Barrier(id="b", label="b", codes=("cfir-2009:champions",)),),
        strategies=(Strategy(id="s", label="s", codes=(none.target,), addresses=("b",)),),
    )  # fmt: skip
    return first, second


def test_empty_null_and_no_link_are_three_things(met: tuple[Study, ...]) -> None:
    basis = implsci.registry().links("waltz-2019")
    null = met[0].barriers[0].codes[0], met[0].strategies[0].codes[0]
    none = met[0].barriers[0].codes[0], met[1].strategies[0].codes[0]
    table = synthesize(met, links="waltz-2019")
    assert table.basis == "waltz-2019"
    assert (table.cell(*null).state, table.cell(*none).state) == ("no difference", "empty")
    link = basis.link(*none)
    assert link is not None
    said = table.cell(*none).said
    assert said is not None
    assert (said.no_link, said.k, said.n) == (True, 0, link.n)
    assert table.cell(*null).said is not None
    assert not table.cell(*null).said.no_link  # type: ignore[union-attr]
    assert [(cell.row, cell.column) for cell in table.without_link()] == [none]
    # Not asked for, nothing is said of links; a pair the basis does not hold is unknown.
    plain = synthesize(met)
    assert (plain.basis, plain.said, plain.cell(*none).said) == (None, {}, None)
    unknown = [cell for cell in table.every() if cell.said is None]
    assert all(basis.link(cell.row, cell.column) is None for cell in unknown)


def test_the_three_are_told_apart_in_every_output(met: tuple[Study, ...]) -> None:
    table = synthesize(met, links="waltz-2019")
    null = met[0].barriers[0].codes[0], met[0].strategies[0].codes[0]
    none = met[0].barriers[0].codes[0], met[1].strategies[0].codes[0]
    words = table.cell(*none).said.words  # type: ignore[union-attr]
    assert words.startswith("no link: 0 of ")

    lines = {(line["row"], line["column"]): line
             for line in csv.DictReader(io.StringIO(table.to_csv()))}  # fmt: skip
    assert (lines[none]["state"], lines[none]["studies"], lines[none]["said"]) == (
        "empty",
        "0",
        words,
    )
    assert (lines[null]["state"], lines[null]["effect_no_difference"]) == ("no difference", "1")
    assert lines[null]["no_link"] == "False"
    every = list(csv.DictReader(io.StringIO(table.to_csv(empty=True))))
    assert len(every) == len(table.rows) * len(table.columns)
    silent = [line for line in every if line["state"] == "empty" and line["said"] == ""]
    assert len(silent) == len(every) - len(table.cells) - sum(
        not cell.studies and cell.said is not None for cell in table.every()
    )

    plain = {(row["row"], row["column"]): row for row in table.to_table(empty=True).to_pylist()}
    assert (plain[none]["no_link"], plain[none]["state"]) == (True, "empty")
    assert (plain[null]["no_link"], plain[null]["state"]) == (False, "no difference")

    data = table.to_dict()
    assert data["empty"] == len(table.rows) * len(table.columns) - len(table.cells)
    assert {(one["row"], one["column"]) for one in data["said"] if one["no_link"]} == {none}
    assert [one["state"] for one in data["cells"] if (one["row"], one["column"]) == null] == [
        "no difference"
    ]

    page = table.to_html()
    assert page.count('<td class="empty nolink">') == 1
    assert page.count("null result</span>") == 1
    assert page.count('<td class="empty">') == len(every) - len(table.cells) - 1
    svg = table.to_svg()
    assert svg.count(f"no study; waltz-2019: {words}") == 1
    assert "effects: 1 no difference" in svg
    assert svg.count('r="1"') == len(every) - len(table.cells) - 1
    for text in (table.to_markdown(), table.to_latex()):
        assert "no study looked" in text
        assert words in text
        assert "(null result)" in text


def test_a_verdict_in_words_counts_as_the_basis_gives_it() -> None:
    links = LinkSet(
        basis="made-2020", kind="theory", title="Made", sources=("a:x",),
        targets=("b:1", "b:2", "b:3", "b:4", "b:5"),
        links=tuple(
            Link(source="a:x", target=f"b:{number}", status=status)
            for number, status in enumerate(("link", "non-link", "inconclusive", "no-evidence"), 1)
        ),
    )  # fmt: skip
    said = pairs_said(links, ["a:x"], [f"b:{number}" for number in range(1, 6)], ("m:a", "n:b"))
    assert {key[1]: one.no_link for key, one in said.items()} == {
        "b:1": False, "b:2": True, "b:3": False, "b:4": True
    }  # fmt: skip
    assert said["a:x", "b:2"].words == "no link: non-link"
    assert said["a:x", "b:4"].words == "no link: no-evidence"
    # The same, with rows and columns changed about.
    turned = pairs_said(links, ["b:2"], ["a:x"], ("n:b", "m:a"))
    assert turned["b:2", "a:x"].no_link


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"links": "waltz-2020"}, UnknownNameError, "waltz-2019"),
        ({"links": "carey-2019"}, InvalidQueryError, "links bct-v1 to moa, and the table has"),
        ({"through": "cfir-2009-to-cfir-2023"}, UnknownNameError, "cfir-2009-to-cfir-2022"),
        ({"through": "tdf-v2-to-com-b"}, InvalidQueryError, "joins tdf-v2 and com-b"),
        ({"through": (1,)}, InvalidQueryError, "expected names of crosswalks"),
        ({"segments": "sectr"}, InvalidQueryError, "did you mean sector"),
        ({"dependence": "robust"}, InvalidQueryError, "expected combine or multilevel"),
    ],
)
def test_what_cannot_be_asked(
    met: tuple[Study, ...], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        synthesize(met, **options)


def test_an_empty_selection_says_so(examples: Compendium) -> None:
    table = synthesize(examples, where={"country": "KE", "year": "1801"})
    assert not table.cells
    assert table.notes[0].startswith("no study answers what was asked of studies")
    assert synthesize([]).notes[0].startswith("there are no studies")
    assert synthesize([], outcome="client").notes[0].startswith("there are no studies")
    other = synthesize([trial("a", 0.1)], "strategy", "outcome", outcome="research_use")
    assert other.cell(FACILITATION, ADOPTION).state == "no finding"
    assert other.notes[0] == "no finding is on the outcome asked for, research_use"


# -- ratings ------------------------------------------------------------------------------------


def test_ratings_are_read_from_findings_then_the_study_then_its_coders() -> None:
    def coded(*said: str) -> tuple[Coding, ...]:
        return tuple(
            Coding(coder=f"c{number}", of="risk_of_bias", value=value)
            for number, value in enumerate(said)
        )

    settled = trial("a", 0.1, extra={"risk_of_bias": "low"}, codings=coded("high"))
    agreed = trial("b", 0.1, codings=coded("high", "high"))
    apart = trial("c", 0.1, codings=coded("high", "low"))
    silent = trial("d", 0.1)
    own = trial("e", 0.1, extra={"risk_of_bias": "low"})
    own = evolve(own, findings=(evolve(own.findings[0], codings=coded("some concerns")),))
    assert [rating_of(one) for one in (settled, agreed, apart, silent)] == [
        "low", "high", "ratings differ", None
    ]  # fmt: skip
    cell = synthesize([settled, agreed, apart, silent, own], "strategy", "outcome").cell(
        FACILITATION, ADOPTION
    )
    assert cell.ratings == {
        "high": 1, "low": 1, "not rated": 1, "ratings differ": 1, "some concerns": 1
    }  # fmt: skip
    other = synthesize([settled, silent], "strategy", "outcome", rating="quality")
    assert other.cell(FACILITATION, ADOPTION).ratings == {}


# -- several effects of one study ---------------------------------------------------------------


def mapped(name: str) -> list[Study]:
    mapping = read_mapping(ROOT.parent / "examples" / "mappings" / f"{name}.toml")
    return list(read_mapped(ROOT / "data" / "mapped" / f"{name}.csv", mapping, Ledger()))


def test_the_k6_effects_pool_as_metafor_pools_them() -> None:
    """R metafor 3.8-1: rma.mv(g_adj1, SE^2, random = ~ 1 | study/effect), post-tests only."""
    studies = [
        evolve(one, findings=tuple(f for f in one.findings if f.timepoint == "post-test"))
        for one in mapped("k6_interventions_dietrichson2021")
    ]
    table = synthesize(studies, "sector", "outcome", dependence="multilevel", rating="Blinding")
    cell = table.cell("Education", "(uncoded)")
    (found,) = cell.estimates
    assert (found.metric, found.findings, found.k) == (
        "SMD", 1041, sum(bool(one.findings) for one in studies)
    )  # fmt: skip
    assert found.value == pytest.approx(0.305057, abs=1e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.2619826, 0.3481314), abs=1e-5)
    assert "multilevel model of 1041 effects, REML, z" in found.method
    assert "multilevel model by REML" in table.notes[-1]
    assert sum(cell.ratings.values()) == len(studies) == 195


def test_the_dropout_effects_pool_as_metafor_pools_them() -> None:
    """R metafor 3.8-1: rma.mv of 385 log odds ratios in 152 studies, random = ~ 1 | study/effect."""
    table = synthesize(
        mapped("dropout_prevention_wilson2011"), "sector", "outcome", dependence="multilevel"
    )
    (found,) = table.cell("Education", "(uncoded)").estimates
    assert (found.metric, found.k, found.findings) == ("OR", 152, 385)
    logs = [math.log(end) for end in (found.value, found.ci_low, found.ci_high)]
    half = 1.959964 * 0.0608894
    assert logs == pytest.approx([0.5116978, 0.5116978 - half, 0.5116978 + half], abs=1e-5)
    assert found.tau2 == pytest.approx(0.2620018 + 0.1330783, abs=1e-5)


def test_multilevel_is_the_random_effects_model_where_no_study_has_several() -> None:
    studies = [trial(name, value) for name, value in (("a", 0.1), ("b", 0.5), ("c", 0.9))]
    tables = [
        synthesize(studies, "strategy", "outcome", dependence=how).cell(FACILITATION, ADOPTION)
        for how in ("combine", "multilevel")
    ]
    assert tables[0].estimates == tables[1].estimates != ()


def test_a_single_study_with_several_effects_is_combined_either_way() -> None:
    cell = synthesize(
        [trial("a", 0.2, 0.6)], "strategy", "outcome", dependence="multilevel"
    ).cell(FACILITATION, ADOPTION)  # fmt: skip
    (found,) = cell.estimates
    assert (found.k, found.value) == (1, pytest.approx(0.4))
    assert "single study" in found.method


def test_bundles_stay_out_of_the_multilevel_model_too() -> None:
    both = Strategy(id="t", label="data", codes=(FEEDBACK,))
    bundle = trial("c", 9.0, strategies=(*trial("x").strategies, both))
    bundle = evolve(bundle, findings=(evolve(bundle.findings[0], strategies=("s", "t")),))
    studies = [trial("a", 0.2, 0.4), trial("b", 0.3, 0.5), bundle]
    cell = synthesize(studies, "strategy", "outcome", dependence="multilevel").cell(
        FACILITATION, ADOPTION
    )
    (found,) = cell.estimates
    assert (found.k, found.findings, cell.left_out) == (2, 4, {"bundle of strategies": 1})
    assert found.value == pytest.approx(0.35)
