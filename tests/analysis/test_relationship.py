"""What relationships do: hand-built corpora whose answers are known, and the bundled one."""

from __future__ import annotations

import math
from xml.etree import ElementTree

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import (
    Arm,
    Estimate,
    Finding,
    Measurement,
    Outcome,
    Relationship,
    Strategy,
    Study,
    load,
)
from implsci.analysis import meta
from implsci.analysis.relationship import QUESTIONS, roles
from implsci.errors import InvalidQueryError


def made(
    name: str,
    trust: float | None = None,
    direction: str = "improved",
    *,
    effect: tuple[float, float] | None = None,
    role: str | None = None,
    basis: str | None = "effect",
    quality: str | None = None,
    relational: bool = False,
    kind: str = "implementation",
    metric: str = "SMD",
    strategies: bool = True,
) -> Study:
    measured = ()
    if trust is not None:
        measured = (Measurement(of="trust", value=trust, scale_min=1, scale_max=7),)
    estimate = None
    if effect is not None:
        estimate = Estimate(metric=metric, value=effect[0], variance=effect[1])
        if metric == "r":
            half = 1.96 * math.sqrt(effect[1])
            z = math.atanh(effect[0])
            estimate = Estimate(
                metric="r", value=effect[0], ci_low=math.tanh(z - half), ci_high=math.tanh(z + half)
            )
    return Study(
        id=name,
        title=name,
        strategies=(
            Strategy(id="s", label="help", nature="relational" if relational else "technical"),
        ),
        relationships=(
            Relationship(
                id="r", label="site and facilitator", quality=quality, measurements=measured
            ),
        ),
        outcomes=(Outcome(id="o", label="uptake", kind=kind, desirable="higher"),),  # type: ignore[arg-type]
        findings=(
            Finding(
                id="f",
                outcome="o",
                direction=direction,  # type: ignore[arg-type]
                basis=basis,  # type: ignore[arg-type]
                comparator="usual_practice" if basis == "effect" else None,
                strategies=("s",) if strategies else (),
                estimate=estimate,
                relationship=None if role is None else "r",
                role=role,  # type: ignore[arg-type]
            ),
        ),
    )


def high_trust_in_every_success() -> list[Study]:
    return [
        made("a", 6.0),
        made("b", 6.5),
        made("c", 7.0),
        made("d", 5.0, "no_difference"),
        made("e", 2.0, "no_difference"),
        made("f", 1.5, "worsened"),
    ]


def test_every_success_with_high_trust_makes_trust_necessary() -> None:
    found = roles(high_trust_in_every_success())
    necessary = found["necessary_condition"]
    assert necessary.standing == "estimated"
    assert necessary.estimate == 1.0
    # 4 of 6 have good relationships, 3 of these succeed; RoN = sum(1-X) / sum(1-min(X,Y)) = 2 / 3.
    assert necessary.figures["coverage (covN)"] == pytest.approx(3 / 4)
    assert necessary.figures["relevance (RoN)"] == pytest.approx(2 / 3)
    assert necessary.k == 6


def test_and_the_moderator_cannot_be_estimated_among_successes() -> None:
    moderator = roles(high_trust_in_every_success())["moderator"]
    assert moderator.estimate is None
    assert moderator.standing == "cannot be estimated"
    assert "among successes the relationship does not vary (it is good in all 3" in str(
        moderator.because
    )


def test_one_success_with_a_poor_relationship_lowers_necessity() -> None:
    found = roles([*high_trust_in_every_success(), made("g", 1.0)])
    assert found["necessary_condition"].estimate == pytest.approx(3 / 4)


def test_necessity_is_asserted_until_a_result_stands_behind_it() -> None:
    claims = [
        made("a", role="necessary_condition", basis="asserted"),
        made("b", role="necessary_condition", basis="description"),
    ]
    found = roles(claims)["necessary_condition"]
    assert (found.standing, found.estimate, found.n_findings) == ("asserted", None, 2)
    assert "cannot be" not in found.short()


def test_the_moderator_is_the_slope_of_a_meta_regression() -> None:
    # Independent figures: the same meta-regression, done by hand on y, v and the share of the scale.
    points = [
        (0.1, 0.02, 2.0),
        (0.3, 0.03, 3.5),
        (0.5, 0.02, 5.0),
        (0.4, 0.04, 5.5),
        (0.8, 0.03, 7),
    ]
    studies = [made(f"s{i}", trust, effect=(y, v)) for i, (y, v, trust) in enumerate(points)]
    answer = roles(studies)["moderator"]
    by_hand = meta.meta_regression(
        [y for y, _, _ in points],
        [v for _, v, _ in points],
        {"q": [(t - 1) / 6 for *_, t in points]},
    )
    assert answer.estimate == pytest.approx(by_hand.coefficients[1].estimate)
    assert (answer.k, answer.standing) == (5, "estimated")
    # Weighted least squares with tau2 = 0 (these effects lie near a line): slope from the formula.
    w = [1 / v for _, v, _ in points]
    x = [(t - 1) / 6 for *_, t in points]
    mx = sum(a * b for a, b in zip(w, x, strict=True)) / sum(w)
    my = sum(a * y for a, (y, *_) in zip(w, points, strict=True)) / sum(w)
    slope = sum(a * (b - mx) * (y - my) for a, b, (y, *_) in zip(w, x, points, strict=True)) / sum(
        a * (b - mx) ** 2 for a, b in zip(w, x, strict=True)
    )
    assert by_hand.tau2 == pytest.approx(0, abs=1e-6)
    assert answer.estimate == pytest.approx(slope, abs=1e-4)


def test_three_effects_are_too_few_for_a_moderator() -> None:
    answer = roles([made(f"s{i}", 2 + i, effect=(0.1 * i, 0.02)) for i in range(3)])["moderator"]
    assert answer.estimate is None
    assert "only 3 independent effects (SMD)" in str(answer.because)


def test_effects_of_one_programme_count_once() -> None:
    studies = [
        evolve(made(f"s{i}", 2 + i, effect=(0.1 * i, 0.02)), programme="p" if i < 3 else None)
        for i in range(6)
    ]
    answer = roles(studies)["moderator"]
    assert answer.k == 4


def test_a_relational_strategy_by_itself_is_pooled_and_a_bundle_is_not() -> None:
    alone = [
        made("a", relational=True, effect=(0.4, 0.04)),
        made("b", relational=True, effect=(0.2, 0.04)),
    ]
    answer = roles([*alone, made("c", effect=(2.0, 0.01))])["strategy"]
    # Two effects of one variance: their mean.
    assert answer.estimate == pytest.approx(0.3)
    assert answer.k == 2
    assert roles([made("c", effect=(2.0, 0.01))])["strategy"].standing == "no evidence"


def test_the_mediator_is_the_product_of_two_pooled_paths() -> None:
    studies = [
        made("a", effect=(0.4, 0.01), metric="r", kind="relationship"),
        made(
            "b",
            effect=(0.5, 0.01),
            metric="r",
            role="determinant",
            basis="association",
            strategies=False,
        ),
    ]
    answer = roles(studies)["mediator"]
    assert answer.estimate == pytest.approx(0.4 * 0.5)
    assert answer.figures["a (strategy to relationship)"] == pytest.approx(0.4)
    # Delta method by hand: se of r is se of z times 1 - r^2.
    se = math.sqrt((0.5 * 0.1 * (1 - 0.16)) ** 2 + (0.4 * 0.1 * (1 - 0.25)) ** 2)
    assert answer.ci_high == pytest.approx(0.2 + 1.959964 * se, abs=1e-5)
    assert roles(studies[:1])["mediator"].estimate is None


def test_an_association_stays_out_of_effects_and_the_other_way() -> None:
    studies = [
        made(
            "a",
            role="determinant",
            effect=(0.3, 0.01),
            metric="r",
            basis="association",
            strategies=False,
        ),
        made(
            "b",
            role="determinant",
            effect=(0.9, 0.01),
            metric="r",
            basis="effect",
            strategies=False,
        ),
    ]
    answer = roles(studies)["determinant"]
    assert answer.estimate == pytest.approx(0.3)
    assert answer.k == 1
    assert "one study alone" in answer.short()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("high", 1.0),
        ("strong trust", 1.0),
        ("weak", 0.0),
        ("not strong", None),
        ("high and low", None),
        ("mutual distrust", None),
        ("high conflict", None),
        ("low hierarchy", None),
        ("adapted Trusting Relationship Questionnaire", None),
        (None, None),
    ],
)
def test_quality_in_words_is_read_only_where_it_is_plain(
    words: str | None, expected: float | None
) -> None:
    assert roles([made("a", quality=words)]).cases[0].quality == expected


def test_a_number_without_its_scale_is_no_quality() -> None:
    study = made("a")
    tie = Relationship(id="r", label="x", measurements=(Measurement(of="trust", value=6.0),))
    assert roles([evolve(study, relationships=(tie,))]).cases[0].quality is None


@given(st.permutations(high_trust_in_every_success()))
def test_the_order_of_studies_plays_no_part(studies: list[Study]) -> None:
    assert roles(studies).to_dict() == roles(high_trust_in_every_success()).to_dict()


def test_a_study_without_a_relationship_changes_no_answer() -> None:
    silent = Study(
        id="z", title="z", outcomes=(Outcome(id="o", label="uptake"),),
        findings=(Finding(id="f", outcome="o", direction="worsened"),),
    )  # fmt: skip
    with_it = roles([*high_trust_in_every_success(), silent])
    assert with_it.to_rows() == roles(high_trust_in_every_success()).to_rows()
    assert with_it.n_studies == 7


def test_the_bundled_compendium_is_answered_in_every_role() -> None:
    compendium = load("implsci-examples")
    found = roles(compendium)
    assert [answer.role for answer in found] == list(QUESTIONS)
    claimed = {
        role: sum(
            finding.role == role
            and next(o for o in study.outcomes if o.id == finding.outcome).kind != "relationship"
            for study in compendium
            for finding in study.findings
        )
        for role in ("moderator", "mediator", "necessary_condition", "determinant")
    }
    assert {role: found[role].n_findings for role in claimed} == claimed
    assert found["necessary_condition"].standing == "asserted"
    for answer in found:
        assert answer.estimate is not None or answer.because is not None
        assert "nan" not in answer.sentence()
        assert answer.assumptions
        assert answer.refuted_by


def test_the_figure_is_xml_with_a_mark_a_finding() -> None:
    found = roles(high_trust_in_every_success())
    root = ElementTree.fromstring(found.to_svg())
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 6 + sum(answer.n_findings for answer in found)


@pytest.mark.parametrize(("name", "value"), [("cut", 1.5), ("r", -0.1)])
def test_what_lies_out_of_range_is_refused(name: str, value: float) -> None:
    with pytest.raises(InvalidQueryError, match=f"{name}: expected 0 to 1"):
        roles([], **{name: value})  # type: ignore[arg-type]


def test_nothing_is_answered_without_studies() -> None:
    assert {answer.standing for answer in roles([])} == {"no evidence"}


def ratio(name: str, trust: float, log_or: float, se: float = 0.1) -> Study:
    study = made(name, trust)
    estimate = Estimate(
        metric="OR",
        value=math.exp(log_or),
        ci_low=math.exp(log_or - 1.96 * se),
        ci_high=math.exp(log_or + 1.96 * se),
    )
    return evolve(study, findings=(evolve(study.findings[0], estimate=estimate),))


def test_a_moderated_ratio_is_told_as_a_ratio() -> None:
    # log OR = 0.1 x trust, trust from 1 to 7: the OR grows by exp(0.6) from end to end.
    answer = roles([ratio(f"s{t}", t, 0.1 * t) for t in range(1, 8)])["moderator"]
    assert answer.estimate == pytest.approx(math.exp(0.6), rel=1e-3)
    assert "ratio of the OR at the best relationship" in answer.sentence()
    assert "Above 1" in answer.sentence()


def test_a_relationship_that_is_good_everywhere_is_trivially_necessary_and_says_so() -> None:
    answer = roles([made("a", 6), made("b", 7), made("c", 6.5, "worsened")])["necessary_condition"]
    assert (answer.standing, answer.estimate) == ("trivial", 1.0)
    assert answer.figures["relevance (RoN)"] == 0
    assert "trivial" in answer.sentence()
    assert "relevance 0.00" in answer.sentence()


def test_successes_alone_say_nothing_of_failures() -> None:
    answer = roles([made("a", 6), made("b", 7)])["necessary_condition"]
    assert (answer.standing, answer.estimate) == ("trivial", 1.0)
    assert answer.figures["relevance (RoN)"] is None
    assert "2 of 2 successes" in answer.sentence()
    assert "The relationship is good in all 2 cases" in answer.sentence()
    mixed = roles([made("a", 6), made("b", 2)])["necessary_condition"]
    assert mixed.estimate == 0.5
    assert "No case failed" in mixed.sentence()


def test_failures_alone_cannot_be_asked_for_necessity() -> None:
    answer = roles([made("a", 6, "worsened")])["necessary_condition"]
    assert answer.standing == "cannot be estimated"
    assert "none of them succeeded" in str(answer.because)


def test_the_figures_of_necessity_are_those_of_qca() -> None:
    from implsci.analysis import qca

    found = roles([*high_trust_in_every_success(), made("g", 1.0)])["necessary_condition"]
    row = qca.necessity(
        {"good": [1, 1, 1, 1, 0, 0, 0], "success": [1, 1, 1, 0, 0, 0, 1]}, "success"
    ).rows[0]
    assert found.estimate == pytest.approx(row.consistency)
    assert found.figures["relevance (RoN)"] == pytest.approx(row.relevance)
    assert found.figures["coverage (covN)"] == pytest.approx(row.coverage)


def test_why_effects_were_left_out_of_the_moderator_is_said() -> None:
    studies = []
    for index in range(5):
        study = made(f"s{index}", 2 + index)
        estimate = Estimate(metric="OR", value=1.5, se=0.1)  # of which scale is not said
        studies.append(evolve(study, findings=(evolve(study.findings[0], estimate=estimate),)))
    because = str(roles(studies)["moderator"].because)
    assert "no standard error, variance or interval on the scale of pooling (5)" in because


def test_a_correlation_with_its_n_is_a_path_of_the_mediator() -> None:
    def with_n(study: Study, n: int) -> Study:
        value = study.findings[0].estimate.value  # type: ignore[union-attr]
        estimate = Estimate(metric="r", value=value, n=n)
        return evolve(study, findings=(evolve(study.findings[0], estimate=estimate),))

    studies = [
        with_n(made("a", effect=(0.4, 0.01), metric="r", kind="relationship"), 103),
        with_n(
            made(
                "b", effect=(0.3, 0.01), metric="r", role="determinant", basis="association",
                strategies=False,
            ),
            103,
        ),
    ]  # fmt: skip
    answer = roles(studies)["mediator"]
    assert answer.estimate == pytest.approx(0.12)
    assert answer.k == 1
    # Fisher's z of n = 103 has variance 1 / 100; delta method as above.
    se = math.sqrt((0.3 * 0.1 * (1 - 0.16)) ** 2 + (0.4 * 0.1 * (1 - 0.09)) ** 2)
    assert answer.ci_high == pytest.approx(0.12 + 1.959964 * se, abs=1e-5)


def test_every_number_comes_with_its_caveat() -> None:
    for answer in roles(high_trust_in_every_success()):
        assert (answer.caveat is None) is (answer.estimate is None)
        if answer.caveat:
            assert answer.caveat in answer.sentence()


@pytest.mark.parametrize(
    ("codes", "counts"),
    [
        (("relational:be-useful-early",), True),
        (("trust:vulnerability",), True),
        (("trust:relational-strategies",), True),
        (("trust:frequent-interactions",), False),  # one of Metz 2022's technical strategies
        (("relational:be-useful-early", "eric:facilitation"), False),
    ],
)
def test_a_technical_code_beside_a_relational_one_is_a_bundle(
    codes: tuple[str, ...], counts: bool
) -> None:
    study = made("a", effect=(0.4, 0.04))
    node = evolve(study.strategies[0], nature=None, codes=codes)  # type: ignore[arg-type]
    answer = roles([evolve(study, strategies=(node,))])["strategy"]
    assert (answer.estimate is not None) is counts


@pytest.mark.parametrize(
    ("own", "other", "counts"),
    [
        (("s",), ("t",), False),  # against another strategy
        (("s", "t"), (), False),  # a bundle of which the finding names one
        (("s", "t"), ("t",), True),  # both sides got the technical one
    ],
)
def test_what_else_differs_between_arms_makes_a_bundle(
    own: tuple[str, ...], other: tuple[str, ...], counts: bool
) -> None:
    study = made("a", relational=True, effect=(0.4, 0.04))
    study = evolve(
        study,
        strategies=(*study.strategies, Strategy(id="t", label="training", nature="technical")),
        arms=(
            Arm(id="own", label="own", strategies=own),
            Arm(id="other", label="other", strategies=other),
        ),
        findings=(evolve(study.findings[0], comparator="arm", arm="own", comparator_arm="other"),),
    )
    assert (roles([study])["strategy"].estimate is not None) is counts


@pytest.mark.parametrize("basis", ["asserted", "theorized", "association"])
def test_no_success_is_read_from_what_nobody_observed(basis: str) -> None:
    studies = [made("a", 6, basis=basis, role="necessary_condition"), made("b", 2, "worsened")]
    found = roles(studies)
    assert found["necessary_condition"].standing == "asserted"
    assert found.cases[0].success is None


def test_a_better_relationship_is_no_success_of_itself() -> None:
    study = made("a", 6, role="outcome", kind=None)  # type: ignore[arg-type]
    assert roles([study]).cases[0].success is None


def test_a_paper_that_is_silent_on_the_relationship_still_tells_how_its_programme_went() -> None:
    silent = evolve(made("b", direction="worsened"), relationships=())
    (case,) = roles([evolve(made("a", 6), programme="p"), evolve(silent, programme="p")]).cases
    assert (case.studies, case.quality, case.success) == (("a", "b"), 5 / 6, None)


@pytest.mark.parametrize(
    ("name", "counts"),
    [("working alliance", True), ("conflict", False), ("power", False), ("lack of trust", False)],
)
def test_more_of_what_is_measured_is_better_only_where_its_name_says_so(
    name: str, counts: bool
) -> None:
    measured = Measurement(of=name, value=6, scale_min=1, scale_max=7)
    tie = Relationship(id="r", label="x", measurements=(measured,))
    study = evolve(made("a"), relationships=(tie,))
    assert (roles([study]).cases[0].quality is not None) is counts
    assert roles([study], of=name).cases[0].quality == pytest.approx(5 / 6)


def test_the_number_of_a_mediator_with_strategies_is_no_second_path() -> None:
    studies = [
        made("a", effect=(0.4, 0.01), metric="r", kind="relationship"),
        made("b", effect=(0.5, 0.01), metric="r", role="mediator", basis="association"),
    ]
    assert roles(studies)["mediator"].estimate is None


def test_associations_on_other_metrics_are_shown_beside_the_one_that_is_told() -> None:
    studies = [
        evolve(
            study,
            findings=(evolve(study.findings[0], basis="association", comparator=None,
                             strategies=(), relationship="r", role="determinant"),),
        )
        for study in (made("a", effect=(0.4, 0.01), metric="r"), ratio("b", 6, 0.2))
    ]  # fmt: skip
    answer = roles(studies)["determinant"]
    assert answer.figures["r (k = 1)"] == pytest.approx(0.4)
    assert answer.figures["OR (k = 1)"] == pytest.approx(math.exp(0.2))
