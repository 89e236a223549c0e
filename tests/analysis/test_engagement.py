"""Models of engagement: hand-built corpora whose answers are known, metafor's figures, the bundle."""

from __future__ import annotations

import csv
import json
import math
import random
from collections import Counter
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.proportion import proportion_confint

from implsci import (
    Arm,
    Estimate,
    Finding,
    Outcome,
    Registry,
    Relationship,
    Strategy,
    Study,
    load,
)
from implsci.analysis import engagement, meta
from implsci.analysis.engagement import QUESTIONS, EngagementComparison, compare
from implsci.errors import CannotEstimateError, InvalidQueryError

DATA = Path(__file__).parents[1] / "data"
KINDS = ("research_use", "capacity", "implementation", "service", "client", "population")


def made(
    name: str,
    *models: str,
    direction: str = "improved",
    kind: str | None = "research_use",
    basis: str | None = "effect",
    sector: str | None = "health",
    design: str | None = "rct",
    year: int | None = 2020,
    effect: tuple[float, float] | None = None,
    metric: str = "SMD",
    desirable: str = "higher",
    actions: tuple[str, ...] = (),
    role: str | None = None,
    programme: str | None = None,
) -> Study:
    fields: dict[str, Any] = {
        "design": design,
        "year": year,
        "programme": programme,
        "engagement": tuple(f"engagement:{model}" for model in models),
        "sectors": () if sector is None else (f"sector:{sector}",),
    }
    outcome: dict[str, Any] = {"kind": kind, "desirable": desirable}
    finding: dict[str, Any] = {"direction": direction, "basis": basis, "role": role}
    return Study(
        id=name,
        title=name,
        strategies=(Strategy(id="s", label="help", codes=actions),),  # type: ignore[arg-type]
        relationships=(Relationship(id="r", label="site and supporter"),),
        outcomes=(Outcome(id="o", label="use of evidence", **outcome),),
        findings=(
            Finding(
                id="f",
                outcome="o",
                strategies=("s",),
                relationship="r" if role else None,
                comparator="usual_practice" if basis == "effect" else None,
                estimate=None
                if effect is None
                else Estimate(
                    metric=metric,
                    value=effect[0],
                    variance=effect[1],
                    scale="log" if metric in ("RR", "OR") else None,
                ),
                **finding,
            ),
        ),
        **fields,
    )


def codes(*names: str) -> Any:
    return names


def groups(found: EngagementComparison) -> dict[tuple[str, str], dict[str, object]]:
    """Everything said of every model that is told, by question and model."""
    return {
        (str(answer["name"]), str(one["model"])): one
        for answer in json.loads(json.dumps(found.to_dict()))["questions"]
        for one in answer["models"]
        if one["model"] != "not told"
    }


# --- counting ---


def test_findings_are_counted_by_model_basis_and_direction() -> None:
    found = compare(
        [
            made("a", "push", direction="no_difference"),
            made("b", "push"),
            made("c", "push", basis="description", direction="worsened"),
            made("d", "co-creation"),
            made("e", "push", "co-creation", direction="unclear"),
            made("f", direction="mixed"),
            made("g", "pull", kind="capacity"),
        ]
    )
    assert found.told == {"push": 3, "pull": 1, "co-creation": 1, "mixed": 1, "not told": 1}
    use = found["research_use"]
    push = use.of("push")
    assert (push.n_studies, push.n_findings) == (3, 3)
    assert push.by_basis == {
        "effect": {"findings": 2, "no_difference": 1, "improved": 1},
        "description": {"findings": 1, "worsened": 1},
    }
    effects, descriptions = push.votes
    assert (effects.basis, effects.better, effects.told, effects.share) == ("effect", 1, 2, 0.5)
    assert (descriptions.basis, descriptions.better, descriptions.worse) == ("description", 0, 1)
    (mixed,) = use.of("mixed").votes
    assert (mixed.unclear, mixed.told, mixed.share, mixed.interval) == (1, 0, None, None)
    assert use.of("pull").n_findings == 0
    assert found["capacity"].of("pull").n_findings == 1


def test_the_interval_is_that_of_wilson() -> None:
    found = compare(
        [made(f"s{i}", "push", direction="improved" if i < 3 else "mixed") for i in range(7)]
    )
    (votes,) = found["research_use"].of("push").votes
    assert votes.interval == pytest.approx(proportion_confint(3, 7, method="wilson"))


def test_studies_of_one_programme_have_one_vote() -> None:
    found = compare([made(f"s{i}", "push", programme="one trial") for i in range(4)])
    push = found["research_use"].of("push")
    assert (push.n_studies, push.n_cases, push.n_findings) == (4, 1, 4)
    assert push.votes[0].told == 1


def test_clients_and_populations_are_one_question_and_one_vote() -> None:
    study = made("a", "push", kind="client")
    both = evolve(
        study,
        outcomes=(*study.outcomes, Outcome(id="p", label="health", kind="population")),
        findings=(*study.findings, Finding(id="g", outcome="p", direction="worsened")),
    )
    assert [(v.basis, v.better, v.worse) for v in compare([both])["people"].of("push").votes] == [
        ("effect", 1, 0),
        ("not stated", 0, 1),
    ]
    other = evolve(both.findings[1], basis="effect", comparator="before")
    voted = evolve(both, findings=(both.findings[0], other))
    (votes,) = compare([voted])["people"].of("push").votes
    assert (votes.mixed, votes.told) == (1, 1)


def test_what_no_question_asks_about_is_told() -> None:
    found = compare(
        [made("a", "push"), made("b", "push", kind="relationship"), made("c", "push", kind=None)]
    )
    assert found.unasked == {"kind not told": 1, "relationship": 1}


def test_a_code_that_is_no_known_model_is_a_group_of_its_own() -> None:
    odd = evolve(made("a"), engagement=codes("local:barter"))
    also = evolve(made("b"), engagement=codes("local:barter", "engagement:push"))
    level = evolve(made("c"), engagement=codes("participation:inform"))
    found = compare([odd, also, level, made("d", "push")])
    assert found.told == {"push": 1, "mixed": 1, "other": 1, "not told": 1}
    assert found["research_use"].of("other").studies == ("a",)


def test_models_are_known_without_the_taxonomy() -> None:
    found = compare([made("a", "push"), made("b", "pull")], registry=Registry(plugins=[]))
    assert found.told == {"push": 1, "pull": 1}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from([("push",), ("pull",), ("co-creation",), ("push", "co-creation"), ()]),
            st.sampled_from(["improved", "worsened", "no_difference", "mixed", "unclear"]),
            st.sampled_from(KINDS),
            st.sampled_from(["effect", "association", "description", None]),
        ),
        min_size=1,
        max_size=12,
    ),
    st.randoms(use_true_random=False),
)
def test_a_study_without_a_model_changes_no_group_and_order_none(
    rows: list[tuple[tuple[str, ...], str, str, str | None]], shuffled: random.Random
) -> None:
    studies = [
        made(f"s{i}", *models, direction=direction, kind=kind, basis=basis)
        for i, (models, direction, kind, basis) in enumerate([(("push",), *rows[0][1:]), *rows])
    ]
    found = compare(studies)
    assert sum(found.told.values()) == len(studies)
    for kind in ("research_use", "capacity", "implementation", "service"):
        counted = sum(one.n_findings for one in found[kind].models)
        assert counted == sum(study.outcomes[0].kind == kind for study in studies)
    silent = [made(f"x{i}", direction="worsened", kind=kind) for i, kind in enumerate(KINDS)]
    more = compare([*silent, *studies])
    assert groups(more) == groups(found)
    assert (more.features, more.overlaps) == (found.features, found.overlaps)
    order = list(studies)
    shuffled.shuffle(order)
    assert compare(order).to_dict() == found.to_dict()


# --- the difference between models ---


def bcg(desirable: str = "higher") -> list[Study]:
    """The BCG trials, with how patients were allocated in the place of a model."""
    models = {"alternate": "push", "random": "co-creation", "systematic": "pull"}
    studies: list[Study] = []
    with (DATA / "meta_bcg.csv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            a, b, c, d = (int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg"))
            y = math.log(a / (a + b) / (c / (c + d)))
            v = 1 / a - 1 / (a + b) + 1 / c - 1 / (c + d)
            studies.append(
                made(
                    f"t{row['trial']}", models[row["alloc"]], kind="client", effect=(y, v),
                    metric="RR", desirable=desirable,
                )
            )  # fmt: skip
    return studies


def test_the_difference_is_that_of_metafor() -> None:
    # R metafor, rma(yi, vi, mods = ~ factor(alloc)), dat.bcg.
    (found,) = compare(bcg())["people"].differences
    assert (found.metric, found.reference, found.k_reference, found.k) == ("RR", "push", 2, 13)
    assert (found.qm, found.qm_p, found.tau2) == pytest.approx((1.7675, 0.4132, 0.3615), abs=1e-3)
    assert found.qm_df == 2
    pull, co_creation = found.contrasts
    assert (pull.model, pull.k, co_creation.model, co_creation.k) == ("pull", 4, "co-creation", 7)
    assert math.log(pull.estimate) == pytest.approx(0.0890, abs=1e-3)
    assert math.log(co_creation.estimate) == pytest.approx(-0.4478, abs=1e-3)
    assert found.unit == "ratio of the RRs"


def test_less_is_better_turns_the_difference_round() -> None:
    (found,) = compare(bcg("lower"))["people"].differences
    assert math.log(found.contrasts[1].estimate) == pytest.approx(0.4478, abs=1e-3)
    assert found.qm == pytest.approx(1.7675, abs=1e-3)


def test_two_balanced_models_by_hand() -> None:
    # With equal variances REML gives the pooled variance within groups less v; the rest is a t-like
    # sum: QM = diff^2 / (2 (tau2 + v) / n).
    values = {"push": (0.0, 0.6), "co-creation": (0.7, 1.5)}
    v = 0.05
    studies = [
        made(f"{model}{i}", model, effect=(y, v))
        for model, own in values.items()
        for i, y in enumerate(own)
    ]
    (found,) = compare(studies)["research_use"].differences
    within = (0.3**2 * 2 + 0.4**2 * 2) / 2
    assert found.tau2 == pytest.approx(within - v, abs=1e-4)
    assert found.contrasts[0].estimate == pytest.approx(0.8)
    assert found.qm == pytest.approx(0.8**2 / within, rel=1e-3)
    assert "not an effect of the model" in found.sentence()


def test_pooled_within_a_model() -> None:
    studies = [made("a", "push", effect=(0.2, 0.02)), made("b", "push", effect=(0.6, 0.03))]
    found = compare(studies)["research_use"].of("push")
    by_hand = meta.random_effects([0.2, 0.6], [0.02, 0.03])
    assert found.pooled[0].value == pytest.approx(by_hand.estimate)
    assert found.because is None
    assert compare([made("a", "push")])["research_use"].of("push").because == "no number (1)"


def test_too_few_effects_are_no_difference() -> None:
    studies = [
        made("a", "push", effect=(0.2, 0.02)),
        made("b", "push", effect=(0.3, 0.02)),
        made("c", "co-creation", effect=(0.6, 0.02)),
        made("d", "co-creation", effect=(0.6, 0.02), metric="OR"),
        made("e", "co-creation"),
    ]
    answer = compare(studies)["research_use"]
    assert answer.differences == ()
    assert answer.because is not None
    assert answer.because.endswith("there are OR: co-creation 1; SMD: push 2, co-creation 1")
    more = [*studies, made("g", "co-creation", effect=(0.7, 0.02)),
            made("h", "pull", effect=(0.1, 0.02))]  # fmt: skip
    answer = compare(more)["research_use"]
    (found,) = answer.differences
    assert found.left_out == ("pull, with one independent effect",)
    assert "On other metrics it cannot be estimated" in answer.difference()


def test_effects_of_one_programme_are_one() -> None:
    studies = [
        made("a", "push", effect=(0.2, 0.02), programme="p"),
        made("b", "push", effect=(0.3, 0.02), programme="p"),
        made("c", "co-creation", effect=(0.6, 0.02)),
        made("d", "co-creation", effect=(0.7, 0.02)),
    ]
    answer = compare(studies)["research_use"]
    assert answer.differences == ()
    assert "SMD: push 1, co-creation 2" in str(answer.because)


def test_a_programme_with_two_models_stays_out_of_the_difference() -> None:
    studies = [
        made("a", "push", effect=(0.2, 0.02), programme="p"),
        made("b", "co-creation", effect=(0.3, 0.02), programme="p"),
        made("c", "push", effect=(0.2, 0.02)),
        made("d", "push", effect=(0.4, 0.02)),
        made("e", "co-creation", effect=(0.6, 0.02)),
        made("f", "co-creation", effect=(0.7, 0.02)),
    ]
    (found,) = compare(studies)["research_use"].differences
    assert found.k == 4
    assert found.left_out == ("programmes with effects of several models (1)",)


def test_one_model_only_cannot_be_compared() -> None:
    found = compare([made(f"s{i}", "push", effect=(0.1 * i, 0.02)) for i in range(1, 5)])
    because = found["research_use"].because
    assert because is not None
    assert because.startswith("only push is told")
    assert "cannot be estimated: only push is told" in found.sentence()
    assert found["capacity"].because == "no study that tells its model has a finding on it"


# --- what else differs ---


def test_where_sector_and_model_coincide_they_cannot_be_told_apart() -> None:
    effects = {"push": (0.1, 0.3, 0.2), "co-creation": (0.6, 0.9, 0.7)}
    sectors = {"push": "health", "co-creation": "education"}
    studies = [
        made(f"{model}{i}", model, sector=sectors[model], effect=(y, 0.02))
        for model, own in effects.items()
        for i, y in enumerate(own)
    ]
    found = compare(studies)
    said = "push and co-creation share no sector, so that model and sector cannot be told apart"
    assert said in found.warnings
    assert "3 of the 3 push studies that tell their sector are of one sector: health" in (
        found.warnings
    )
    (difference,) = found["research_use"].differences
    assert difference.confounded == (said,)
    assert "may as well come from that" in found.sentence()
    assert not any(one.comparable for one in found["research_use"].strata if one.trait == "sector")
    # One co-creation study in health, and there is something to compare with.
    mended = compare([*studies, made("x", "co-creation", effect=(0.5, 0.02))])
    assert said not in mended.warnings
    assert mended["research_use"].differences[0].confounded == ()


def test_a_sector_that_is_not_told_is_neither_shared_nor_apart() -> None:
    found = compare([made("a", "push", sector=None), made("b", "co-creation", sector=None)])
    sector = next(one for one in found.overlaps if one.trait == "sector")
    assert (sector.told, sector.shared) == (False, ())
    assert "do not say theirs" in str(sector.warning)


def test_spread_concentration_and_overlap() -> None:
    studies = [
        made("a", "push"),
        made("b", "push", year=2014),
        made("c", "push", sector="education", year=None),
        made("d", "co-creation", design="qualitative"),
        made("e", "co-creation", sector=None),
        evolve(made("f", "co-creation"), sectors=codes("sector:health", "sector:wash")),
    ]
    found = compare(studies)
    table = {(one.trait, one.level): dict(one.studies) for one in found.spreads}
    assert table["sector", "sector:health"] == {"push": 2, "co-creation": 2}
    assert table["sector", None] == {"co-creation": 1}
    assert table["period", "2010-2014"] == {"push": 1}
    assert table["design", "qualitative"] == {"co-creation": 1}
    commonest = {(one.trait, one.model): one for one in found.concentrations}
    own = commonest["sector", "co-creation"]
    assert (own.commonest, own.studies, own.of, own.not_told) == (("sector:health",), 2, 2, 1)
    assert commonest["period", "push"].commonest == ("2010-2014", "2020-2024")
    assert commonest["sector", "push"].mostly  # 2 of 3 is two thirds
    overlap = next(one for one in found.overlaps if one.trait == "sector")
    assert (overlap.shared, overlap.studies_first, overlap.studies_second) == (
        ("sector:health",),
        2,
        2,
    )


def test_models_studied_in_one_and_the_same_sector_are_no_warning() -> None:
    studies = [made(f"{model}{i}", model) for model in ("push", "co-creation") for i in range(3)]
    assert compare(studies).warnings == ()
    other = [made(f"x{i}", "co-creation", sector="education") for i in range(2)]
    assert compare([*studies, *other]).warnings == (
        "3 of the 3 push studies that tell their sector are of one sector: health",
    )


def test_strata_count_like_with_like() -> None:
    studies = [
        made("a", "push", direction="no_difference"),
        made("b", "co-creation"),
        made("c", "co-creation", sector="education"),
        made("d", sector="education"),
    ]
    strata = compare(studies)["research_use"].strata
    table = {
        (one.level, one.model): (one.comparable, dict(one.directions))
        for one in strata
        if one.trait == "sector"
    }
    assert table == {
        ("sector:health", "push"): (True, {"no_difference": 1}),
        ("sector:health", "co-creation"): (True, {"improved": 1}),
        # Studies that do not tell their model are no second model.
        ("sector:education", "co-creation"): (False, {"improved": 1}),
        ("sector:education", "not told"): (False, {"improved": 1}),
    }


# --- models compared inside one study ---


def trial(**finding: Any) -> Study:
    return Study(
        id="trial",
        title="A trial of two models",
        engagement=codes("engagement:push", "engagement:co-creation"),
        strategies=(
            Strategy(id="together", label="design team", codes=codes("engagement:co-creation")),
            Strategy(id="package", label="package", codes=codes("engagement:push")),
            Strategy(id="plain", label="newsletter"),
        ),
        arms=(
            Arm(id="one", label="together", strategies=("together",)),
            Arm(id="two", label="package", strategies=("package",)),
            Arm(id="three", label="package, told", codes=codes("engagement:push")),
        ),
        outcomes=(Outcome(id="o", label="use", kind="research_use", desirable="higher"),),
        findings=(
            Finding(
                id="f", outcome="o", direction="improved", basis="effect", comparator="arm",
                estimate=Estimate(metric="SMD", value=0.4, se=0.1), **finding,
            ),
        ),
    )  # fmt: skip


@pytest.mark.parametrize(
    "finding",
    [
        {"arm": "one", "comparator_arm": "two"},
        {"arm": "one", "comparator_arm": "three"},
        {"strategies": ("together",), "comparator_strategies": ("package",)},
    ],
)
def test_a_direct_comparison_is_listed_apart_and_in_no_group(finding: dict[str, Any]) -> None:
    found = compare([trial(**finding)])
    (direct,) = found.direct
    assert (direct.model, direct.against, direct.direction) == ("co-creation", "push", "improved")
    assert (direct.metric, direct.value) == ("SMD", 0.4)
    assert found["research_use"].direct == (direct,)
    assert all(one.n_findings == 0 for one in found["research_use"].models)
    assert "Inside trial, co-creation against push: use improved" in found.sentence()
    assert "No finding compares" not in found.sentence()


@pytest.mark.parametrize(
    "finding",
    [
        {"arm": "two", "comparator_arm": "three"},  # push against push
        {"strategies": ("together",), "comparator_strategies": ("plain",)},  # of no known model
        {"arm": "one"},
    ],
)
def test_what_compares_no_two_models_is_no_direct_comparison(finding: dict[str, Any]) -> None:
    found = compare([trial(**finding)])
    assert found.direct == ()
    assert found["research_use"].of("mixed").n_findings == 1


def test_the_own_side_falls_back_on_the_study() -> None:
    study = evolve(
        trial(strategies=("plain",), comparator_arm="three"), engagement=codes("engagement:pull")
    )
    (direct,) = compare([study]).direct
    assert (direct.model, direct.against) == ("pull", "push")


# --- features of co-creation ---


def test_features_are_counted_with_and_without_beside_push() -> None:
    learn, care = "relational:learn-together", "relational:show-care"
    studies = [
        made("a", "co-creation", actions=(learn,)),
        made("b", "co-creation", actions=(learn,), direction="worsened"),
        made("c", "co-creation", direction="no_difference"),
        made("d", "co-creation", direction="unclear"),
        made("e", "push", actions=(learn, care)),
        made("f", "push", direction="mixed", role="moderator"),
        made("g", actions=(learn,)),
        made("h", "push", "co-creation", actions=(learn,)),
    ]
    found = {one.feature: one for one in compare(studies).features}
    one = found[learn]
    assert one.label == "Learn together"
    assert (one.co_creation_with, one.co_creation_without) == ((1, 2), (0, 1))
    assert (one.push_with, one.push_without, one.because) == ((1, 1), (0, 1), None)
    # What only push studies tell is no feature of co-creation.
    assert set(found) == {"any relational action", learn}


def test_a_technical_code_is_no_relational_action() -> None:
    technical = made("a", "co-creation", actions=("trust:frequent-interactions",))
    assert compare([technical, made("b", "push")]).features == ()
    part = made("a", "co-creation", actions=("participation:manipulation",))
    found = compare([part, made("b", "push")]).features
    assert {one.feature for one in found} == {"participation:manipulation"}


def test_what_only_the_comparator_got_is_no_feature() -> None:
    study = made("a", "co-creation", actions=("eric:facilitation",))
    other = Strategy(id="c", label="being there", codes=codes("relational:show-care"))
    study = evolve(
        study,
        strategies=(*study.strategies, other),
        findings=(evolve(study.findings[0], comparator="strategy", comparator_strategies=("c",)),),
    )
    assert compare([study, made("b", "push")]).features == ()


def test_an_empty_cell_cannot_be_estimated() -> None:
    studies = [
        made("a", "co-creation", role="mediator"),
        made("b", "push", direction="worsened"),
    ]
    found = {one.feature: one for one in compare(studies).features}
    assert set(found) == {"any role of a relationship", "mediator"}
    one = found["mediator"]
    assert one.because == (
        "no co-creation study without it and no push study with it tells a direction"
    )
    assert "Cannot be estimated: no co-creation study without it" in one.sentence()
    assert one.co_creation_with == (1, 1)


def test_bases_are_never_added_together_in_features() -> None:
    code = "participation:collaborate"
    studies = [
        made("a", "co-creation", actions=(code,)),
        made("b", "co-creation", actions=(code,), basis="description"),
    ]
    rows = [one for one in compare(studies).features if one.feature == code]
    assert [(one.basis, one.co_creation_with) for one in rows] == [
        ("effect", (1, 1)),
        ("description", (1, 1)),
    ]


# --- asked wrongly ---


def test_no_study_tells_a_model() -> None:
    with pytest.raises(CannotEstimateError, match=r"no study \(of 1\) tells its model"):
        compare([made("a")])
    with pytest.raises(CannotEstimateError, match=r"no study \(of 0\)"):
        compare([])


def test_unknown_outcome_and_bad_correlation() -> None:
    with pytest.raises(InvalidQueryError, match="capacity"):
        compare([made("a", "push")], "capacit")
    with pytest.raises(InvalidQueryError, match="r: expected 0 to 1, got 2"):
        compare([made("a", "push")], r=2)
    with pytest.raises(InvalidQueryError, match="r: expected 0 to 1, got nan"):
        compare([made("a", "push")], r=math.nan)


def test_one_outcome_is_one_question() -> None:
    found = compare([made("a", "push"), made("b", "pull", kind="capacity")], "capacity")
    assert [answer.name for answer in found] == ["capacity"]
    assert found.outcome == "capacity"
    assert found.unasked == {"research_use": 1}


# --- results ---


def test_rows_have_the_same_columns_and_every_model() -> None:
    found = compare(load("implsci-examples"))
    rows = found.to_rows()
    assert len({tuple(row) for row in rows}) == 1
    assert {(row["question"], row["model"]) for row in rows} == {
        (name, model)
        for name in QUESTIONS
        for model in ("push", "pull", "co-creation", "mixed", "not told")
    }
    json.dumps(found.to_dict(), allow_nan=False)
    assert found.to_table().num_rows == len(rows)


def test_the_bundled_compendium_counted_by_other_means() -> None:
    studies = load("implsci-examples")
    told = [study for study in studies if study.engagement]
    found = compare(studies)
    assert sum(found.told.values()) - found.told["not told"] == len(told) > 50
    only = [s for s in told if s.engagement == ("engagement:co-creation",)]
    counts = Counter(
        finding.direction
        for study in only
        for finding in study.findings
        for outcome in study.outcomes
        if outcome.id == finding.outcome
        and outcome.kind in ("client", "population")
        and finding.basis == "effect"
    )
    said = dict(found["people"].of("co-creation").by_basis["effect"])
    assert said.pop("findings") == counts.total()
    assert said == counts
    assert found["people"].because is not None


def test_the_figure_is_well_formed_and_escapes_what_it_is_told() -> None:
    study = evolve(
        trial(arm="one", comparator_arm="two"),
        id="a",
        outcomes=(Outcome(id="o", label='<script>"&\x00', kind="research_use"),),
    )
    figure = compare([study, made("b", "push"), made("c", "pull", direction="mixed")]).to_svg()
    root = ElementTree.fromstring(figure)
    assert root.tag.endswith("svg")
    assert "<script>" not in figure
    text = "".join(root.itertext())
    assert '<script>"&' in text
    assert text.count("1 of 1") == 2  # in the description, and beside the bar of push
    assert "share no" not in text


def test_a_sign_of_the_figure_never_overlaps_its_neighbor() -> None:
    many = [made(f"m{number}", "push") for number in range(40)]
    few = [made("p", "pull"), made("q", "pull", direction="mixed")]
    root = ElementTree.fromstring(compare([*many, *few]).to_svg())
    bars = [
        (float(group.find("{*}rect").get("width", "0")), group.find("{*}text"))  # type: ignore[union-attr]
        for group in root.iter("{http://www.w3.org/2000/svg}g")
    ]
    assert any(width < 10 for width, _ in bars)
    assert any(sign is not None for _, sign in bars)
    assert all(sign is None or width >= 10 for width, sign in bars)  # of type of size 10


def test_public_names() -> None:
    assert set(engagement.__all__) == set(dir(engagement))
    assert all(hasattr(engagement, name) for name in engagement.__all__)


def test_two_sectors_under_one_heading_are_not_wholly_apart() -> None:
    studies = [
        *(made(f"a{i}", "push", sector="policing", effect=(0.2, 0.02)) for i in range(3)),
        *(
            made(f"b{i}", "co-creation", sector="juvenile-justice", effect=(0.4, 0.02))
            for i in range(3)
        ),
    ]
    found = compare(studies)
    overlap = next(one for one in found.overlaps if one.trait == "sector")
    assert (overlap.shared, overlap.warning) == (("sector:justice",), None)
    assert (overlap.studies_first, overlap.studies_second) == (3, 3)
    table = {one.level: dict(one.studies) for one in found.spreads if one.trait == "sector"}
    assert table == {
        "sector:justice": {"push": 3, "co-creation": 3},
        "sector:juvenile-justice": {"co-creation": 3},
        "sector:policing": {"push": 3},
    }
    assert not any("share no sector" in one for one in found.warnings)
    assert found["research_use"].differences[0].confounded == ()
    strata = [one for one in found["research_use"].strata if one.trait == "sector"]
    assert {(one.level, one.model) for one in strata if one.comparable} == {
        ("sector:justice", "push"),
        ("sector:justice", "co-creation"),
    }
    # That the push studies are all of one sector is still said, by the sector they are coded in.
    own = next(one for one in found.concentrations if (one.trait, one.model) == ("sector", "push"))
    assert own.commonest == ("sector:policing",)
