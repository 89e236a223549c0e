"""Synthesis: cells counted by hand, pooling held to metafor's figures and to arithmetic."""

from __future__ import annotations

import csv
import io
import math
from collections import Counter

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from pages import assert_stands_alone

import implsci
from implsci import (
    Barrier,
    Compendium,
    Estimate,
    Finding,
    Outcome,
    Relationship,
    Strategy,
    Study,
    synthesize,
)
from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.testing import studies as any_study

PLANNING = "cfir-2009:planning"
CHAMPIONS = "cfir-2009:champions"
FACILITATION = "eric:facilitation"
FEEDBACK = "eric:audit-and-provide-feedback"
ADOPTION = "proctor:adoption"


def study(
    name: str,
    estimate: Estimate | None = None,
    *,
    strategies: tuple[str, ...] = (FACILITATION,),
    desirable: str | None = "higher",
    **fields: object,
) -> Study:
    nodes = tuple(
        Strategy(id=f"s{index}", label=code, codes=(code,)) for index, code in enumerate(strategies)
    )
    finding = Finding(
        id="f1",
        outcome="o1",
        direction="improved",
        strategies=tuple(node.id for node in nodes),
        basis="effect",
        comparator="other",
        estimate=estimate,
    )
    base = Study(
        id=name,
        title=name,
        strategies=nodes,
        outcomes=(
            Outcome(id="o1", label="uptake", codes=(ADOPTION,), desirable=desirable),  # type: ignore[arg-type]
        ),
        findings=(finding,),
    )
    return evolve(base, **fields)


def pooled(*studies: Study, **options: object) -> list[tuple[str, int, float]]:
    table = synthesize(studies, "strategy", "outcome", **options)  # type: ignore[arg-type]
    cell = table.cell(FACILITATION, ADOPTION)
    return [(found.metric, found.k, found.value) for found in cell.estimates]


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


# -- counting -----------------------------------------------------------------------------------


@pytest.fixture
def corpus() -> tuple[Study, ...]:
    """Three studies: one links barrier and strategy, one has both unlinked, one has no barrier."""
    linked = Study(
        id="linked",
        title="linked",
        barriers=(
            Barrier(id="b1", label="plan", codes=(PLANNING,)),
            Barrier(id="b2", label="fans", codes=(CHAMPIONS,)),
        ),
        strategies=(
            Strategy(id="s1", label="help", codes=(FACILITATION,), addresses=("b1",)),
            Strategy(id="s2", label="data", codes=(FEEDBACK,)),
            Strategy(id="s3", label="more help", codes=(FACILITATION,), addresses=("b1",)),
        ),
        outcomes=(Outcome(id="o1", label="uptake", codes=(ADOPTION,), kind="implementation"),),
        findings=(
            Finding(
                id="f1", outcome="o1", direction="improved", strategies=("s1",), basis="effect"
            ),
            Finding(id="f2", outcome="o1", direction="no_difference", strategies=("s1", "s2")),
            Finding(
                id="f3", outcome="o1", direction="worsened", strategies=("s2",), barriers=("b2",)
            ),
            Finding(
                id="f4", outcome="o1", direction="mixed", barriers=("b1",), basis="association"
            ),
        ),
    )
    together = Study(
        id="together",
        title="together",
        barriers=(Barrier(id="b1", label="plan", codes=(PLANNING,)),),
        strategies=(Strategy(id="s1", label="help", codes=(FACILITATION,)),),
    )
    silent = Study(
        id="silent",
        title="silent",
        strategies=(
            Strategy(id="s1", label="help", codes=(FACILITATION,)),
            Strategy(id="s2", label="something"),
        ),
    )
    return linked, together, silent


def test_addressed_counts_stated_links_only(corpus: tuple[Study, ...]) -> None:
    table = synthesize(corpus)
    cell = table.cell(PLANNING, FACILITATION)
    assert cell.study_ids == ("linked",)
    assert [ref.finding for ref in cell.finding_refs] == ["f1", "f2"]
    assert cell.bundled == 1
    assert cell.by_basis == {
        "effect": {"findings": 1, "improved": 1},
        "not stated": {"findings": 1, "no_difference": 1},
    }
    assert table.cell(PLANNING, FEEDBACK).studies == 0
    assert table.cell(CHAMPIONS, FEEDBACK).studies == 0


def test_cooccur_counts_both_in_a_study_and_marks_links(corpus: tuple[Study, ...]) -> None:
    table = synthesize(corpus, link="cooccur")
    cell = table.cell("planning", "facilitation")
    assert cell.study_ids == ("linked", "together")
    assert cell.linked_ids == ("linked",)
    # f3 names champions as its barrier and so is not in the row of planning.
    assert [ref.finding for ref in table.cell(PLANNING, FEEDBACK).finding_refs] == ["f2"]
    assert [ref.finding for ref in table.cell(CHAMPIONS, FEEDBACK).finding_refs] == ["f2", "f3"]


def test_what_is_not_reported_or_not_coded_is_counted(corpus: tuple[Study, ...]) -> None:
    table = synthesize(corpus, link="cooccur")
    assert table.without_row == 1
    assert "barrier not reported: 1 study" in table.notes
    assert "strategy without a code of eric: 1 study, under (uncoded)" in table.notes
    assert table.cell(PLANNING, "(uncoded)").studies == 0
    assert [(row.value, row.studies) for row in table.rows] == [(PLANNING, 2), (CHAMPIONS, 1)]


def test_a_finding_must_name_the_strategy_and_the_outcome(corpus: tuple[Study, ...]) -> None:
    cell = synthesize(corpus, "strategy", "outcome").cell(FACILITATION, ADOPTION)
    assert [ref.finding for ref in cell.finding_refs] == ["f1", "f2"]
    assert cell.studies == 1  # two of its strategies have the code, and it counts once


def test_filters_axes_and_rollup(corpus: tuple[Study, ...]) -> None:
    schools = evolve(corpus[0], id="school", sectors=("sector:education",), countries=("KE",))
    table = synthesize([*corpus, schools], "sector", "country", where={"country": "ke"})
    assert [(cell.row, cell.column, cell.studies) for cell in table] == [
        ("sector:education", "KE", 1)
    ]
    assert table.filters == {"country": "ke"}
    rolled = synthesize(corpus, "barrier", "strategy", link="cooccur", rollup=1)
    assert {row.label for row in rolled.rows} == {"Process"}
    assert (
        synthesize(corpus, "strategy", "outcome", outcome="service")
        .cell(FACILITATION, ADOPTION)
        .findings
        == 0
    )
    assert (
        synthesize(corpus, "strategy", "outcome", outcome="proctor:implementation-outcomes")
        .cell(FACILITATION, ADOPTION)
        .findings
        == 2
    )


def test_on_the_axis_of_roles_a_finding_must_claim_the_role() -> None:
    base = Study(
        id="a",
        title="A",
        sectors=("sector:health",),
        relationships=(Relationship(id="r", label="tie"),),
        outcomes=(Outcome(id="o", label="uptake"),),
        findings=(
            Finding(id="f1", outcome="o", direction="improved", relationship="r", role="mediator"),
            Finding(id="f2", outcome="o", direction="mixed", relationship="r", role="outcome"),
            Finding(id="f3", outcome="o", direction="worsened"),
        ),
    )
    table = synthesize([base], "role", "sector")
    assert {(cell.row, ref.finding) for cell in table for ref in cell.finding_refs} == {
        ("mediator", "f1"),
        ("outcome", "f2"),
    }


def test_facilitators_are_no_barriers_and_have_axes_of_their_own() -> None:
    base = Study(
        id="a",
        title="A",
        barriers=(
            Barrier(id="b1", label="plan", codes=(PLANNING,), valence="facilitator"),
            Barrier(id="b2", label="fans", codes=(CHAMPIONS,), valence="barrier"),
        ),
        strategies=(Strategy(id="s", label="help", codes=(FACILITATION,), addresses=("b1",)),),
    )

    def rows(axis: str) -> list[str]:
        return [row.value for row in synthesize([base], axis, "strategy", link="cooccur").rows]

    assert rows("barrier") == [CHAMPIONS]
    assert rows("facilitator") == [PLANNING]
    assert rows("determinant") == [CHAMPIONS, PLANNING]
    assert synthesize([base], "determinant", "strategy").cell(PLANNING, FACILITATION).linked == 1


def test_findings_in_no_cell_are_counted(corpus: tuple[Study, ...]) -> None:
    assert "in no cell: 2 of 4 findings" in synthesize(corpus).notes


def test_gaps_are_pairs_that_no_study_has(corpus: tuple[Study, ...]) -> None:
    gaps = [(row.value, column.value) for row, column in synthesize(corpus).gaps()]
    assert gaps == [(PLANNING, FEEDBACK), (CHAMPIONS, FACILITATION), (CHAMPIONS, FEEDBACK)]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"rows": "barier"}, InvalidQueryError, "did you mean barrier"),
        ({"rows": "sector:dac"}, InvalidQueryError, "no axis"),
        ({"rows": "barrier:cfir-2031"}, UnknownNameError, "cfir-2009"),
        ({"link": "adressed"}, InvalidQueryError, "expected addressed or cooccur"),
        ({"where": {"sektor": "health"}}, InvalidQueryError, "did you mean sector"),
        ({"where": {"year": "recent"}}, InvalidQueryError, "expected 2015"),
        ({"where": {"sector": "helth"}}, UnknownNameError, "sector:health"),
        ({"rollup": 0}, InvalidQueryError, "depth of 1 or more"),
    ],
)
def test_what_cannot_be_asked(
    corpus: tuple[Study, ...], options: dict[str, object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        synthesize(corpus, **options)  # type: ignore[arg-type]


def test_counts_over_the_bundled_compendium_agree_with_a_plain_count(examples: Compendium) -> None:
    expected: Counter[tuple[str, str]] = Counter()
    findings: Counter[tuple[str, str]] = Counter()
    for one in examples:
        codes = {node.id: node.codes for node in (*one.strategies, *one.outcomes)}
        pairs = {
            (s, o)
            for strategy in one.strategies
            for outcome in one.outcomes
            for s in strategy.codes
            for o in outcome.codes
            if s.startswith("eric:") and o.startswith("proctor:")
        }
        expected.update(pairs)
        for finding in one.findings:
            named = {code for name in finding.strategies for code in codes[name]}
            findings.update(
                {(s, o) for s, o in pairs if s in named and o in codes[finding.outcome]}
            )
    table = synthesize(examples, "strategy:eric", "outcome:proctor", pooled=False)
    coded = [cell for cell in table if "(uncoded)" not in (cell.row, cell.column)]
    assert {(cell.row, cell.column): cell.studies for cell in coded} == expected
    assert Counter({(c.row, c.column): c.findings for c in coded if c.findings}) == findings


@given(st.lists(any_study(), max_size=4, unique_by=lambda one: one.id))
def test_every_cell_adds_up(several: list[Study]) -> None:
    table = synthesize(several, link="cooccur", pooled=False)
    for cell in table:
        assert len(set(cell.study_ids)) == cell.studies > 0
        assert set(cell.linked_ids) <= set(cell.study_ids)
        assert len(set(cell.finding_refs)) == cell.findings
        assert sum(counts["findings"] for counts in cell.by_basis.values()) == cell.findings
    addressed = synthesize(several, pooled=False)
    assert {(c.row, c.column): c.study_ids for c in addressed} == {
        (c.row, c.column): c.linked_ids for c in table if c.linked
    }


# -- pooling ------------------------------------------------------------------------------------


def test_the_facilitation_trials_pool_as_metafor_pools_them(examples: Compendium) -> None:
    trials = [one for one in examples if one.id.startswith("baskerville")]
    assert len(trials) == 23
    table = synthesize(trials, "strategy", "outcome")
    (found,) = table.cell("Facilitation", "Adoption").estimates
    # metafor 3.8-1, rma(method="REML"), of the same 23 effects.
    assert (found.metric, found.k) == ("SMD", 23)
    assert found.value == pytest.approx(0.5599645, abs=1e-5)
    assert (found.ci_low, found.ci_high) == pytest.approx((0.4322438, 0.6876852), abs=1e-5)
    assert found.tau2 == pytest.approx(0.02048059, abs=1e-5)
    assert "REML" in found.method


def test_a_ratio_is_pooled_on_the_log_scale_and_turned_so_that_more_is_better() -> None:
    worse = Estimate(metric="OR", value=0.5, ci_low=0.25, ci_high=1.0)
    (found,) = pooled(study("a", worse, desirable="lower"))
    assert found == ("OR", 1, pytest.approx(2.0))
    (found,) = pooled(study("a", worse), study("b", worse))
    assert found == ("OR", 2, pytest.approx(0.5))
    logs = Estimate(metric="OR", value=math.log(0.5), se=0.3, scale="log")
    assert pooled(study("a", logs)) == [("OR", 1, pytest.approx(0.5))]


def test_a_standard_error_of_a_ratio_on_its_natural_scale_is_no_use() -> None:
    assert pooled(study("a", Estimate(metric="OR", value=2, se=0.3))) == []


def test_two_effects_of_one_programme_are_one_before_pooling() -> None:
    one = study("a", Estimate(metric="SMD", value=0.2, variance=0.04), programme="trial")
    two = study("b", Estimate(metric="SMD", value=0.6, variance=0.04), programme="trial")
    table = synthesize([one, two], "strategy", "outcome", r=0.8)
    (found,) = table.cell(FACILITATION, ADOPTION).estimates
    assert (found.k, found.findings, found.value) == (1, 2, pytest.approx(0.4))
    # Mean of two effects of variance 0.04 correlated by 0.8: (0.04 + 0.04 + 2 * 0.8 * 0.04) / 4.
    half = (found.ci_high - found.ci_low) / 2
    assert half == pytest.approx(1.959964 * math.sqrt(0.036), rel=1e-6)
    assert "r = 0.8" in found.method


@pytest.mark.parametrize(
    "beyond",
    [
        Estimate(metric="SMD", value=1, se=1e200),
        Estimate(metric="SMD", value=0.1, ci_low=-1e200, ci_high=1e200),
        Estimate(metric="OR", value=1000, se=0.1, scale="log"),
        Estimate(metric="OR", value=1, se=1000, scale="log"),
        Estimate(metric="OR", value=0, ci_low=0, ci_high=3),
        Estimate(metric="r", value=1, ci_low=0.5, ci_high=1),
    ],
)
def test_numbers_beyond_all_bounds_stay_out_and_are_counted(beyond: Estimate) -> None:
    sound = Estimate(metric=beyond.metric, value=0.5, ci_low=0.3, ci_high=0.7)
    for others in ((), (study("b", sound),)):
        cell = synthesize([study("a", beyond), *others], "strategy", "outcome").cell(
            FACILITATION, ADOPTION
        )
        assert sum(cell.left_out.values()) >= 1
        assert all(math.isfinite(found.ci_high) for found in cell.estimates)


def test_a_strategy_with_two_codes_is_a_bundle_of_its_own() -> None:
    one = study("a", Estimate(metric="SMD", value=0.3, se=0.1))
    (node,) = one.strategies
    both = evolve(one, strategies=(evolve(node, codes=(FACILITATION, FEEDBACK)),))
    cell = synthesize([both], "strategy", "outcome").cell(FEEDBACK, ADOPTION)
    assert (cell.bundled, cell.estimates) == (1, ())


def test_comparators_are_counted_and_head_to_head_effects_stay_out() -> None:
    effect = Estimate(metric="SMD", value=0.3, se=0.1)

    def against(name: str, comparator: str) -> Study:
        one = study(name, effect)
        (finding,) = one.findings
        return evolve(one, findings=(evolve(finding, comparator=comparator),))  # type: ignore[arg-type]

    table = synthesize(
        [against("a", "usual_practice"), against("b", "before"), against("c", "strategy")],
        "strategy",
        "outcome",
    )
    cell = table.cell(FACILITATION, ADOPTION)
    assert cell.estimates[0].comparators == {"before": 1, "usual_practice": 1}
    assert cell.left_out == {"compared with another strategy": 1}


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"estimate": Estimate(metric="MD", value=3, se=1)}, "metric MD cannot be pooled"),
        ({"estimate": Estimate(metric="SMD", value=0.3)}, "no standard error"),
        ({"estimate": Estimate(metric="SMD", p=0.04)}, "no number"),
        ({"desirable": "neither"}, "desirable is not known"),
        ({"desirable": None}, "desirable is not known"),
        ({"strategies": (FACILITATION, FEEDBACK)}, "bundle of strategies"),
    ],
)
def test_what_stays_out_of_pooling_says_why(changed: dict[str, object], reason: str) -> None:
    fields: dict[str, object] = {"estimate": Estimate(metric="SMD", value=0.3, se=0.1), **changed}
    one = study("a", **fields)  # type: ignore[arg-type]
    cell = synthesize([one], "strategy", "outcome").cell(FACILITATION, ADOPTION)
    assert cell.estimates == ()
    assert [count for name, count in cell.left_out.items() if reason in name] == [1]


def test_only_effects_are_pooled() -> None:
    one = study("a", Estimate(metric="SMD", value=0.3, se=0.1))
    (finding,) = one.findings
    seen = evolve(one, findings=(evolve(finding, basis="association"),))
    assert pooled(one) != []
    assert pooled(seen) == []


def test_a_bundle_is_pooled_where_no_axis_is_a_strategy() -> None:
    one = study(
        "a",
        Estimate(metric="SMD", value=0.3, se=0.1),
        strategies=(FACILITATION, FEEDBACK),
        sectors=("sector:health",),
    )
    cell = synthesize([one], "sector", "outcome").cell("sector:health", ADOPTION)
    assert (cell.bundled, cell.estimates[0].value) == (1, pytest.approx(0.3))


# -- output -------------------------------------------------------------------------------------

HOSTILE = '=cmd|"/c calc"!A1 <script>alert(1)</script> & "quotes"'


@pytest.fixture
def hostile() -> implsci.Synthesis:
    one = Study(
        id="=1+1",
        title=HOSTILE,
        design_label=HOSTILE,
        strategies=(Strategy(id="s", label=HOSTILE, codes=("evil:x",)),),
        outcomes=(Outcome(id="o", label=HOSTILE, codes=("evil:y",)),),
    )
    table = synthesize([one], "strategy", "outcome", pooled=False)
    (row,) = table.rows
    return evolve(table, rows=(evolve(row, label=HOSTILE),), notes=(HOSTILE,))


def test_text_from_data_is_escaped(hostile: implsci.Synthesis) -> None:
    assert_stands_alone(hostile.to_html())
    for page in (hostile.to_html(), hostile.to_svg(), hostile._repr_html_()):
        assert "<script>" not in page
        assert "&lt;script&gt;" in page
    for line in csv.reader(io.StringIO(hostile.to_csv())):
        assert not any(cell.startswith(("=", "+", "-", "@")) for cell in line)


def test_html_stands_alone_and_is_well_formed(examples: Compendium) -> None:
    table = synthesize(examples, "strategy", "outcome", pooled=False)
    page = table.to_html()
    assert_stands_alone(page)


def test_csv_has_a_line_for_every_cell(examples: Compendium) -> None:
    table = synthesize(examples, "strategy", "outcome", pooled=False)
    lines = list(csv.DictReader(io.StringIO(table.to_csv())))
    assert len(lines) == len(table.cells)
    assert {(line["row"], line["column"]): int(line["studies"]) for line in lines} == {
        key: cell.studies for key, cell in table.cells.items()
    }
    assert table.to_table().num_rows == len(lines)


def test_facets_with_an_order_of_their_own_stand_in_it() -> None:
    stages = ("sustainment", "pilot", "pilot", "pilot", "implementation", "planning", "scale-up")
    models = ("co-creation", "co-creation", "pull", "push", "push", "push", "push")
    countries = ("US", "US", "BR", "KE", "MW", "MW", "MW")
    studies = [
        Study(
            id=f"s{number}",
            title="A",
            year=2020 - number % 3,
            hybrid_type=3 - number % 3,  # type: ignore[arg-type]
            scale_stage=stage,  # type: ignore[arg-type]
            engagement=(Code(f"engagement:{model}"),),
            countries=(country,),
            sectors=(Code(f"sector:{'health' if number else 'education'}"),),
        )
        for number, (stage, model, country) in enumerate(
            zip(stages, models, countries, strict=True)
        )
    ]

    def rows(axis: str) -> list[str]:
        return [row.value for row in synthesize(studies, axis, "sector").rows]

    assert rows("scale_stage") == [
        "planning", "pilot", "implementation", "scale-up", "sustainment",
    ]  # fmt: skip
    assert rows("income_group") == [
        "Low income", "Lower middle income", "Upper middle income", "High income",
    ]  # fmt: skip
    assert rows("engagement") == ["engagement:push", "engagement:pull", "engagement:co-creation"]
    assert rows("year") == ["2018", "2019", "2020"]
    assert rows("hybrid_type") == ["1", "2", "3"]
    assert rows("sector") == ["sector:health", "sector:education"]  # no order: by studies
    # What is not told stands after what is.
    bare = Study(id="z", title="Z", sectors=(Code("sector:health"),))
    table = synthesize([*studies, bare, *(Study(id=f"y{n}", title="Y", sectors=bare.sectors)
                                          for n in range(9))],
                       "sector", "sector", segments="year")  # fmt: skip
    assert [one.value for one in table.segments] == ["2018", "2019", "2020", "(not reported)"]
