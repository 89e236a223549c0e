"""Plans: made from barriers, put in order, checked by mismatches, and set side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import (
    Barrier,
    CoreElement,
    Innovation,
    Mechanism,
    Outcome,
    Strategy,
    Study,
    mismatches,
)
from implsci.codec import decode, encode
from implsci.codes import Code
from implsci.errors import CycleError, InvalidQueryError, UnknownNameError
from implsci.planning import Choice, compare_plans, draft, plan, sequence

THREE = [
    "tdf-v2:knowledge",
    "cfir-2009:compatibility",
    Barrier(id="trust", label="staff distrust headquarters", valence="barrier"),
]


def test_training_alone_leaves_workflow_and_trust_unaddressed() -> None:
    made = plan(THREE, {"eric:conduct-educational-meetings": ["Knowledge"]})
    left = [found.barrier for found in mismatches(made) if found.kind == "unaddressed"]
    assert sorted(str(barrier) for barrier in left) == ["compatibility", "trust"]


def test_a_plan_is_a_study_that_goes_through_the_codec() -> None:
    made = plan(
        THREE,
        [
            Choice(
                strategy="eric:facilitation",
                addresses=("trust", "cfir-2009:compatibility"),
                actor="external facilitator",
                dose="half a day each month",
                temporality="from the second month",
                outcomes=("o1",),
            )
        ],
        outcomes=[Outcome(id="o1", label="adoption")],
    )
    assert isinstance(made, Study)
    assert made.scale_stage == "planning"
    assert made.links_coded == "complete"
    assert made.strategies[0].addresses == ("trust", "compatibility")
    assert made.strategies[0].dose == "half a day each month"
    assert decode(encode(made)) == made


def test_words_of_ones_own_are_kept_and_codes_must_be_known() -> None:
    made = plan(["cfir-2009:complexity"], {"Tea with the head teacher": ["complexity"]})
    assert (made.strategies[0].label, made.strategies[0].codes) == ("Tea with the head teacher", ())
    with pytest.raises(UnknownNameError, match="eric:facilitation"):
        plan(["cfir-2009:complexity"], {"eric:facilitaton": ["complexity"]})
    with pytest.raises(UnknownNameError, match=r"unknown barrier 'complexty'.*complexity"):
        plan(["cfir-2009:complexity"], {"eric:facilitation": ["complexty"]})


def test_no_barrier_or_one_twice_is_refused() -> None:
    with pytest.raises(InvalidQueryError, match="no barrier"):
        plan([])
    with pytest.raises(InvalidQueryError, match="'b' stands twice"):
        plan([Barrier(id="b", label="x"), Barrier(id="b", label="y")])


def test_a_barrier_of_the_planners_own_words_is_told_how_to_be_given() -> None:
    with pytest.raises(
        UnknownNameError, match=r"Barrier\(id='staff-distrust', label='staff distrust'"
    ):
        plan(["staff distrust"])


def test_one_barrier_by_two_names_is_refused() -> None:
    with pytest.raises(
        InvalidQueryError, match="'complexity' and 'complexity-2' have the same codes"
    ):
        plan(["cfir-2009:complexity", "cfir-2009:complexity"])


def test_a_strategy_is_no_barrier_and_the_other_way() -> None:
    with pytest.raises(
        InvalidQueryError, match="eric:facilitation is a strategy; expected a barrier"
    ):
        plan(["eric:facilitation"])
    with pytest.raises(InvalidQueryError, match="complexity is a barrier; expected a strategy"):
        plan(["cfir-2009:planning"], {"cfir-2009:complexity": ["planning"]})


def test_barriers_that_share_a_code_are_one_row_of_a_comparison() -> None:
    both = Barrier(
        id="b", label="x", codes=(Code("cfir-2009:complexity"), Code("cfir-2009:planning"))
    )
    one = plan([both], {"eric:facilitation": ["b"]}, id="one")
    two = plan(["cfir-2009:complexity", "cfir-2009:planning"], id="two")
    (row,) = compare_plans(one, two, basis="waltz-2019").rows
    assert row.held == (True, True)
    assert row.addressed_by == (("Facilitation",), ())
    words = compare_plans(
        plan([Barrier(id="a", label="No time"), Barrier(id="b", label="x")], id="one"),
        plan([Barrier(id="c", label="no time")], id="two"),
    )
    assert [row.held for row in words.rows] == [(True, True), (True, False)]


def test_barriers_that_share_a_row_are_counted_one_by_one() -> None:
    both = Barrier(
        id="b", label="x", codes=(Code("cfir-2009:complexity"), Code("cfir-2009:planning"))
    )
    one = plan([both], {"eric:facilitation": ["b"]}, id="one")
    two = plan(
        ["cfir-2009:complexity", "cfir-2009:planning"],
        {"eric:facilitation": ["cfir-2009:complexity"]},
        id="two",
    )
    compared = compare_plans(one, two, basis="waltz-2019")
    assert len(compared.rows) == 1
    assert (compared.addressed("one"), compared.addressed("two")) == ((1, 1), (1, 2))
    assert compared.mismatches[1]["unaddressed"] == 1
    # Two barriers that share a code have what a basis says of it said once.
    several = [
        Barrier(id="p", label="p", codes=both.codes[:1]),
        Barrier(id="q", label="q", codes=both.codes),
    ]
    three = plan(several, {"eric:facilitation": ["p", "q"]}, id="three")
    many = compare_plans(one, three, "waltz-2019")
    assert many.rows[0].support[1] == many.rows[0].support[0]
    assert many.addressed("two") == (2, 2)


def test_a_comparison_and_its_mismatches_speak_of_the_same_barriers_and_links() -> None:
    """Neutral determinants are no barriers; what goes by a mechanism is aimed all the same."""
    through = Study(
        id="one",
        title="One",
        scale_stage="planning",
        links_coded="complete",
        barriers=(
            Barrier(id="b", label="no time"),
            Barrier(id="n", label="distance", valence="neutral"),
        ),
        mechanisms=(Mechanism(id="m", label="relief", barriers=("b",)),),
        strategies=(Strategy(id="s", label="cover", acts_through=("m",)),),
    )
    compared = compare_plans(through, plan([Barrier(id="b", label="no time")], id="two"))
    assert [row.barrier for row in compared.rows] == ["no time"]
    assert compared.rows[0].addressed_by == (("cover",), ())
    assert compared.addressed("one") == (1, 1)
    assert "unaddressed" not in compared.mismatches[0]


@pytest.mark.parametrize("coded", ["none", "partial", None])
def test_a_study_whose_links_were_not_coded_may_address_more_than_it_says(
    coded: str | None,
) -> None:
    published = Study(
        id="one",
        title="One",
        scale_stage="pilot",
        links_coded=coded,  # type: ignore[arg-type]
        barriers=(Barrier(id="b", label="no time"), Barrier(id="c", label="no money")),
        strategies=(Strategy(id="s", label="cover", addresses=() if coded == "none" else ("b",)),),
    )
    compared = compare_plans(published, plan([Barrier(id="b", label="no time")], id="two"))
    assert "one may address more: " in compared.sentence()
    assert compared.links_unsaid[0] is not None
    assert compared.links_unsaid[1] is None
    assert "two may" not in compared.sentence()


def test_what_stands_behind_a_plan_says_where_it_is_from_memory_or_against_it() -> None:
    known = implsci.registry()
    memory = known.links("michie-2014-functions")
    asked = ["com-b:psychological-capability"]
    compared = compare_plans(
        plan(asked, {"bcw:training": asked}, id="one"), plan(asked, id="two"), memory.basis
    )
    assert [one.says for one in compared.rows[0].support[0]] == ["link, from memory (provisional)"]


def test_a_draft_rests_on_one_basis_and_says_so() -> None:
    made = draft(["cfir-2009:reflecting-and-evaluating", "tdf-v2:knowledge"], "waltz-2019", each=2)
    # Waltz 2019, table 1: tools for quality monitoring 15, audit and feedback 14 of 25.
    assert [strategy.justification for strategy in made.strategies][:2] == [
        "waltz-2019 (expert endorsement) for Reflecting & Evaluating: 15 of 25",
        "waltz-2019 (expert endorsement) for Reflecting & Evaluating: 14 of 25",
    ]
    with pytest.raises(InvalidQueryError, match="each: expected 1 or more, got 0"):
        draft(["cfir-2009:complexity"], "waltz-2019", each=0)


def elements(*pairs: tuple[str, tuple[str, ...]]) -> Innovation:
    return Innovation(
        name="Screening",
        core_elements=tuple(
            CoreElement(id=name, label=name, depends_on=before) for name, before in pairs
        ),
    )


def test_what_waits_for_each_other_is_named() -> None:
    circle = elements(("a", ("b",)), ("b", ("c",)), ("c", ("a",)), ("d", ()))
    with pytest.raises(CycleError) as caught:
        sequence(circle)
    assert set(caught.value.cycle) == {"a", "b", "c"}
    with pytest.raises(CycleError, match="core elements of 'Screening'"):
        plan(["cfir-2009:complexity"], innovation=circle)


def test_an_order_against_a_dependency_is_said() -> None:
    practice = Innovation(
        name="Screening",
        core_elements=(
            CoreElement(id="refer", label="refer", order=1, depends_on=("screen",)),
            CoreElement(id="screen", label="screen", order=2),
        ),
    )
    done = sequence(practice)
    assert done.order == ("screen", "refer")
    assert done.conflicts == ("refer stands at 1 and depends on screen, which stands at 2",)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=25))
def test_all_that_an_element_depends_on_comes_before_it(edges: list[tuple[int, int]]) -> None:
    before = {
        f"e{n}": {f"e{low}" for low, high in edges if high == n and low < n} for n in range(10)
    }
    order = sequence(
        elements(*((name, tuple(sorted(names))) for name, names in before.items()))
    ).order
    assert sorted(order) == sorted(before)
    assert all(order.index(first) < order.index(name) for name in before for first in before[name])


def test_two_plans_are_compared_without_a_winner() -> None:
    one = plan(THREE, {"eric:conduct-educational-meetings": ["Knowledge"]}, id="training")
    two = plan(
        THREE,
        [
            Choice(
                strategy="eric:promote-adaptability", addresses=("compatibility",), cost="2 days"
            ),
            Choice(strategy="Monthly visits", addresses=("trust",), actor="facilitator"),
        ],
        id="visits",
    )
    compared = compare_plans(one, two, basis="waltz-2019")
    assert compared.addressed("one") == (1, 3)
    assert compared.addressed("two") == (2, 3)
    by_barrier = {row.barrier: row for row in compared.rows}
    # Allen 2023, table 3: promote adaptability for compatibility, 45 %.
    support = by_barrier["Compatibility"].support[1]
    assert [round(one.percent or 0) for one in support] == [45]
    assert by_barrier["staff distrust headquarters"].support == ((), ())
    assert compared.mismatches[0]["unaddressed"] == 2
    assert compared.specified[1] == (1, 14)
    assert compared.costs == ((0, 1), (1, 2))
    assert "winner" not in compared.sentence()
    assert compare_plans(two, one, basis="waltz-2019").addressed("two") == (1, 3)
    with pytest.raises(InvalidQueryError, match="both plans are called 'training'"):
        compare_plans(one, one)
