"""What a finding compares is told from its arms too, in memory and in the columns alike."""

from __future__ import annotations

from pathlib import Path

import pytest
from attrs import evolve
from tabulated import assert_same

import implsci
from implsci import (
    Arm,
    Barrier,
    Estimate,
    Finding,
    Outcome,
    Relationship,
    Strategy,
    Study,
    synthesize,
)
from implsci.analysis.pooling import against_another, is_bundle, oriented
from implsci.analysis.relationship import roles
from implsci.compendium import Compendium
from implsci.questions import practice
from implsci.synthesis import tabulate

VISITS, CALLS = "relational:listen-actively", "relational:co-create"
SIDES = [
    # own arm, credited, comparator's word, comparator's arm, comparator's list, against another
    ((), ("s",), "arm", (), (), False),
    ((), ("s",), "arm", ("t",), (), True),
    ((), ("s",), "usual_practice", ("t",), (), True),
    ((), ("s",), "other", (), ("t",), True),
    ((), ("s",), None, (), ("t",), True),
    (("s",), ("s",), "arm", ("t",), (), True),
    (("s", "t"), ("s",), "arm", ("t",), (), False),  # what both got is the ground
    (("s", "t"), ("s",), "arm", (), ("t",), False),
    (("s", "t"), ("s", "t"), "arm", ("t",), (), True),  # both against one of them
    (("s",), ("s",), "arm", ("s",), (), True),  # more of it against less of it
    (("s", "t"), ("s",), "strategy", (), (), True),
    (("s", "t"), ("s",), "arm", ("t", "u"), (), True),
]  # fmt: skip


def compared(
    own: tuple[str, ...],
    credited: tuple[str, ...],
    word: str | None,
    other: tuple[str, ...],
    listed: tuple[str, ...],
    name: str = "a",
) -> Study:
    """One effect of some strategies on an outcome, against what the other side got."""
    return Study(
        id=name,
        title=name,
        strategies=tuple(
            Strategy(id=one, label=one, codes=(code,))
            for one, code in (("s", VISITS), ("t", CALLS), ("u", "eric:facilitation"))
        ),
        barriers=(Barrier(id="b", label="no time", codes=("cfir-2009:planning",)),),
        outcomes=(Outcome(id="o", label="use", codes=("proctor:adoption",), desirable="higher"),),
        arms=(
            Arm(id="one", label="one", strategies=own),
            Arm(id="two", label="two", strategies=other),
        ),
        findings=(
            Finding(
                id="f",
                outcome="o",
                direction="improved",
                strategies=credited,
                basis="effect",
                comparator=word,  # type: ignore[arg-type]
                comparator_strategies=listed,
                arm="one" if own else None,
                comparator_arm="two",
                estimate=Estimate(metric="SMD", value=0.3, se=0.1),
            ),
        ),
    )


@pytest.mark.parametrize(("own", "credited", "word", "other", "listed", "against"), SIDES)
def test_the_rule(
    own: tuple[str, ...],
    credited: tuple[str, ...],
    word: str | None,
    other: tuple[str, ...],
    listed: tuple[str, ...],
    against: bool,
) -> None:
    one = compared(own, credited, word, other, listed)
    (finding,) = one.findings
    assert against_another(one, finding) is against
    effect = oriented(one, finding)
    assert (effect == "compared with another strategy") is against


ARMS = [
    # own arm, credited, comparator's word, comparator's arm, comparator's list, on several strategies
    (("s",), ("s",), "usual_practice", (), (), False),
    (("s", "t"), ("s",), "usual_practice", (), (), True),
    (("s", "t"), (), "usual_practice", (), (), True),
    (("s", "t"), ("s",), "arm", ("t",), (), False),  # the effect of one on top of the other
    (("s", "t"), ("s",), "arm", (), ("t",), False),
    (("s", "t", "u"), ("s",), "arm", ("t",), (), True),
    (("s", "t"), ("s", "t"), "arm", ("t",), (), True),  # credited to both
    (("t",), ("s",), "usual_practice", (), (), True),
]


@pytest.mark.parametrize(("own", "credited", "word", "other", "listed", "bundle"), ARMS)
def test_what_the_arm_got_beside_makes_a_bundle(
    own: tuple[str, ...],
    credited: tuple[str, ...],
    word: str | None,
    other: tuple[str, ...],
    listed: tuple[str, ...],
    bundle: bool,
) -> None:
    one = compared(own, credited, word, other, listed)
    assert is_bundle(one, one.findings[0]) is bundle
    if credited == ("s",):
        cell = synthesize([one], "strategy:relational", "outcome").cell(
            "Listen actively", "Adoption"
        )
        assert cell.bundled == bundle
        assert len(cell.estimates) == (not bundle)
        assert ("bundle of strategies" in cell.left_out) is bundle


def test_the_columns_of_a_store_keep_the_same_rule(tmp_path: Path) -> None:
    for number, (*sides, _) in enumerate([*SIDES, *ARMS]):
        # A neighbor without arms, so that rows and studies do not stand in step.
        bare = compared((), ("t",), "usual_practice", (), (), "z")
        bare = evolve(bare, arms=(), findings=(evolve(bare.findings[0], comparator_arm=None),))
        studies = (bare, compared(*sides))  # type: ignore[arg-type]
        path = tmp_path / f"{number}.store"
        Compendium(studies=studies).save(path)
        table = tabulate(implsci.load(path), "outcome:proctor", "barrier", "cooccur")
        (cell,) = table.cells.values()
        (finding,) = studies[1].findings
        pooled = not against_another(studies[1], finding)
        assert sum(one.findings for one in cell.effects) == 1 + pooled, sides
        assert cell.bundled == is_bundle(studies[1], finding), sides
        for rows in ("barrier", "strategy:relational", "strategy:eric"):
            assert_same(
                tabulate(implsci.load(path), rows, "outcome:proctor", "cooccur"),
                studies, rows=rows, columns="outcome:proctor", link="cooccur",
            )  # fmt: skip


def test_two_relational_actions_against_one_another_are_no_effect_of_either() -> None:
    several = [compared((), ("s",), "arm", ("t",), (), name) for name in "abc"]
    answer = roles(several)["strategy"]
    assert answer.estimate is None
    assert "compared with another strategy (3)" in str(answer.because)
    cell = synthesize(several, "strategy:relational", "outcome").cell("Listen actively", "Adoption")
    assert cell.left_out == {"compared with another strategy": 3}


def test_practice_takes_them_for_no_test() -> None:
    found = practice([compared((), ("s",), "arm", ("t",), ())])
    assert found[VISITS].research == "untested"


def test_no_difference_from_another_strategy_is_no_failure_of_a_case() -> None:
    for listed, success, losses in (((), False, 1), (("t",), None, 0)):
        one = compared((), ("s",), "arm", (), listed)
        (finding,) = one.findings
        case_ = evolve(
            one,
            relationships=(Relationship(id="r", label="trust", quality="strong"),),
            findings=(evolve(finding, direction="no_difference"),),
        )
        (case,) = roles([case_]).cases
        assert (case.success, case.losses) == (success, losses)
