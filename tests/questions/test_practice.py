"""Practice against research: the rule of discordance, ground by ground, and the laws of counting."""

from __future__ import annotations

import random

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st
from tests.questions.made import made, studies

import implsci
from implsci import Finding, Outcome, Strategy, Study
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.questions import practice

LISTEN = "relational:listen-actively"
UNRATED = "eric:revise-professional-roles"
EXAMPLES = implsci.load("implsci-examples")


def told(code: str, *findings: tuple[str, str], name: str = "a", **fields: object) -> Study:
    """Return a study on one strategy with findings of these bases and directions."""
    return made(name, (), [code], findings=[((0,), *one) for one in findings], **fields)


def verdict(*some: Study) -> tuple[str, str, str]:
    code = some[0].strategies[0].codes[0]
    one = practice(some)[code]
    return one.practice, one.research, one.verdict


GAIN, NULL = ("effect", "improved"), ("effect", "no_difference")
SAID, DENIED = ("description", "improved"), ("description", "worsened")


@pytest.mark.parametrize(
    ("code", "findings", "expected"),
    [
        (UNRATED, [SAID], ("valued", "untested", "valued, untested")),
        (UNRATED, [SAID, NULL], ("valued", "gain not shown", "valued, gain not shown")),
        (UNRATED, [SAID, GAIN], ("valued", "gain", "agree")),
        (UNRATED, [DENIED, GAIN], ("not valued", "gain", "gain, not valued")),
        (UNRATED, [DENIED, NULL], ("not valued", "gain not shown", "agree")),
        (UNRATED, [GAIN], ("unknown", "gain", "gain, unheard")),
        (UNRATED, [("association", "improved")], ("unknown", "gain", "gain, unheard")),
        (UNRATED, [("asserted", "improved")], ("valued", "untested", "valued, untested")),
        (UNRATED, [("effect", "unclear")], ("unknown", "unclear", "undecided")),
        (UNRATED, [SAID, ("effect", "unclear")], ("valued", "unclear", "undecided")),
        # A gain has to be in more than half of what a case tells.
        (UNRATED, [SAID, GAIN, NULL], ("valued", "gain not shown", "valued, gain not shown")),
        (UNRATED, [SAID, GAIN, NULL, ("effect", "maintained")], ("valued", "gain", "agree")),
        # Rated 4.60 and 4.40 of 1 to 5 by two panels, and 2.60 and 2.90.
        ("eric:purposely-reexamine-the-implementation", [], ("valued", "untested", "valued, untested")),
        ("eric:alter-patient-consumer-fees", [GAIN], ("not valued", "gain", "gain, not valued")),
        ("eric:alter-patient-consumer-fees", [SAID], ("mixed", "untested", "undecided")),
        # A relational action counts where a text names it, unless it only stands in a test.
        (LISTEN, [], ("valued", "untested", "valued, untested")),
        (LISTEN, [GAIN], ("unknown", "gain", "gain, unheard")),
        # Naming it speaks for it no longer where the same text tells that it failed.
        (LISTEN, [DENIED], ("not valued", "untested", "undecided")),
        (LISTEN, [("description", "unclear")], ("valued", "untested", "valued, untested")),
        (LISTEN, [SAID, DENIED], ("not valued", "untested", "undecided")),
    ],
)  # fmt: skip
def test_the_rule(
    code: str, findings: list[tuple[str, str]], expected: tuple[str, str, str]
) -> None:
    assert verdict(told(code, *findings)) == expected


def test_half_of_the_cases_is_no_majority() -> None:
    one, other = told(UNRATED, SAID, GAIN), told(UNRATED, NULL, name="b")
    assert verdict(one, other)[1] == "gain not shown"
    assert verdict(one, other, told(UNRATED, GAIN, name="c"))[1] == "gain"


def test_the_studies_of_one_programme_are_one_case() -> None:
    some = [told(UNRATED, SAID, GAIN, name=name, programme="trial") for name in "abc"]
    one = practice([*some, told(UNRATED, NULL, name="z")])[UNRATED]
    assert (one.tested, one.told, one.tested_gains, one.described) == (2, 2, 1, 1)
    assert one.research == "gain not shown"


def test_bundles_count_for_each_strategy_and_are_told_apart() -> None:
    both = made("a", (), [UNRATED, LISTEN], findings=[((0, 1), "effect", "improved")])
    alone = told(UNRATED, GAIN, name="b")
    found = practice([both, alone])
    assert (found[UNRATED].tested, found[UNRATED].alone) == (2, 1)
    assert (found[LISTEN].tested, found[LISTEN].alone) == (1, 0)


def test_two_codes_of_one_node_are_a_bundle() -> None:
    study = Study(
        id="a",
        title="A",
        strategies=(Strategy(id="s", label="s", codes=(UNRATED, LISTEN)),),
        outcomes=(Outcome(id="o", label="o"),),
        findings=(
            Finding(id="f", outcome="o", strategies=("s",), direction="improved", basis="effect"),
        ),
    )
    assert practice([study])[UNRATED].alone == 0


def test_panels_that_disagree_are_mixed() -> None:
    # Importance 3.57 and 3.80 of 1 to 5: shares 0.6425 and 0.70.
    study = told("eric:access-new-funding", GAIN)
    at = {cut: practice([study], cut=cut)["eric:access-new-funding"] for cut in (0.5, 0.67, 0.9)}
    assert [share for _, share in at[0.5].rated] == pytest.approx([0.6425, 0.70])
    assert {cut: one.practice for cut, one in at.items()} == {
        0.5: "valued", 0.67: "mixed", 0.9: "not valued",
    }  # fmt: skip


@given(studies(), st.randoms(use_true_random=False))
def test_the_order_of_studies_plays_no_part(some: list[Study], chance: random.Random) -> None:
    shuffled = list(some)
    chance.shuffle(shuffled)
    assert practice(shuffled).to_dict() == practice(some).to_dict()


@given(studies())
def test_a_study_without_strategies_changes_no_count(some: list[Study]) -> None:
    asked = {"schemes": ("eric", "relational")}
    one, other = practice(some, **asked), practice([*some, made("silent")], **asked)
    assert (other.standings, other.silent) == (one.standings, one.silent)


@given(studies())
def test_tested_cases_are_those_with_effects_or_associations(some: list[Study]) -> None:
    for one in practice(some).standings:
        cases = {
            study.programme or study.id
            for study in some
            for finding in study.findings
            for node in study.strategies
            if node.id in finding.strategies
            and one.strategy in node.codes
            and finding.basis in ("effect", "association")
        }
        assert one.tested == len(cases)
        assert 0 <= one.tested_gains <= one.told <= one.tested


def test_every_strategy_has_one_verdict_or_is_silent() -> None:
    found = practice(EXAMPLES)
    names = [one.strategy for one in found.standings]
    assert len(set(names)) == len(names)
    relational = {t.code for t in implsci.registry().taxonomy("relational") if t.kind == "strategy"}
    heard = {name for name in names if name.startswith("relational:")}
    assert heard < relational
    listed = sum(
        len(found.verdicts(one)) for one in dict.fromkeys(s.verdict for s in found.standings)
    )
    assert listed == len(names)
    assert found.silent > 0
    rows = found.to_rows()
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert f"Of {len(names)} strategies" in found.sentence()


def test_named_relational_actions_are_counted_in_the_records() -> None:
    one = practice(EXAMPLES)["relational:flex-to-constraints"]
    naming = {
        study.programme or study.id
        for study in EXAMPLES
        for node in study.strategies
        if one.strategy in node.codes
    }
    telling = {
        study.programme or study.id
        for study in EXAMPLES
        for node in study.strategies
        for finding in study.findings
        if one.strategy in node.codes
        and node.id in finding.strategies
        and finding.direction != "unclear"
    }
    assert one.tested == 0
    assert one.named == len(naming - telling) == 3


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({"cut": 1.2}, InvalidQueryError),
        ({"schemes": ("eirc",)}, UnknownNameError),
        ({"where": {"sector": "wash", "country": "SE"}}, InvalidQueryError),
    ],
)
def test_what_cannot_be_asked_is_said(asked: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        practice(EXAMPLES, **asked)  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="verdict"):
        practice(EXAMPLES).verdicts("both right")  # type: ignore[arg-type]
    with pytest.raises(KeyError):
        practice(EXAMPLES)["eric:no-such-thing"]


def test_one_strategy_against_another_is_no_test_of_either() -> None:
    study = told(UNRATED, NULL, SAID)
    against = evolve(study.findings[0], comparator="strategy")
    assert verdict(study)[1] == "gain not shown"
    assert verdict(evolve(study, findings=(against, study.findings[1])))[1] == "untested"
