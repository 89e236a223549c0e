"""Laws of mismatches: what a further link can do, what order plays no part, what certainty can become."""

from __future__ import annotations

from typing import Literal

from attrs import evolve
from hypothesis import assume, given
from hypothesis import strategies as st

from implsci import Barrier, Crosswalk, LinkSet, Registry, Strategy, Study, hookimpl, testing
from implsci.mismatch import examine, mismatches, survey
from implsci.mismatch._grades import Grade, Support
from implsci.mismatch._support import Evidence, known_by
from implsci.taxonomy import Link, TermMapping

BARRIERS = ("b0", "b1", "b2")
CODES = (
    "cfir-2009:compatibility",
    "cfir-2009:networks-and-communications",
    "cfir-2022:relational-connections",
    "com-b:psychological-capability",
)
ACTS = (
    "eric:facilitation",
    "eric:promote-network-weaving",
    "eric:conduct-educational-meetings",
    "bcw:training",
    "relational:share-decisions",
)


@st.composite
def plans(draw: st.DrawFn) -> Study:
    """Studies whose links are coded in full, over real codes."""
    barriers = tuple(
        Barrier(
            id=name,
            label=name,
            codes=tuple(draw(st.sets(st.sampled_from(CODES), max_size=2))),
            valence=draw(st.sampled_from([None, "barrier", "facilitator"])),
            level=draw(st.sampled_from([None, "individual", "system"])),
        )
        for name in draw(st.sets(st.sampled_from(BARRIERS)))
    )
    ids = [barrier.id for barrier in barriers]
    strategies = tuple(
        Strategy(
            id=name,
            label=name,
            codes=tuple(draw(st.sets(st.sampled_from(ACTS), max_size=2))),
            nature=draw(st.sampled_from([None, "technical", "relational"])),
            action_target=draw(st.sampled_from([None, "clinicians", "system"])),
            addresses=tuple(draw(st.sets(st.sampled_from(ids)))) if ids else (),
        )
        for name in draw(st.sets(st.sampled_from(("s0", "s1", "s2"))))
    )
    return Study(
        id="a", title="A", links_coded="complete", barriers=barriers, strategies=strategies
    )


def absent(study: Study) -> set[tuple[str, str | None, str | None]]:
    return {
        (found.kind, found.barrier, found.strategy)
        for found in mismatches(study)
        if found.kind in ("unaddressed", "untargeted")
    }


@given(plans(), st.data())
def test_a_further_link_adds_no_unaddressed_and_no_untargeted(
    study: Study, data: st.DataObject
) -> None:
    assume(study.barriers and study.strategies)
    place = data.draw(st.integers(0, len(study.strategies) - 1))
    one = study.strategies[place]
    more = data.draw(st.sampled_from([barrier.id for barrier in study.barriers]))
    linked = evolve(one, addresses=tuple(dict.fromkeys((*one.addresses, more))))
    strategies = (*study.strategies[:place], linked, *study.strategies[place + 1 :])
    before, after = absent(study), absent(evolve(study, strategies=strategies))
    assert after <= before
    assert ("unaddressed", more, None) not in after
    assert ("untargeted", None, one.id) not in after


@given(plans(), st.data())
def test_the_order_of_the_nodes_plays_no_part(study: Study, data: st.DataObject) -> None:
    other = evolve(
        study,
        barriers=tuple(data.draw(st.permutations(study.barriers))),
        strategies=tuple(
            evolve(one, addresses=tuple(data.draw(st.permutations(one.addresses))))
            for one in data.draw(st.permutations(study.strategies))
        ),
    )
    report = examine(study)
    assert examine(other).to_dict() == report.to_dict()
    gravity = [("high", "medium", "low").index(found.severity) for found in report]
    assert gravity == sorted(gravity)


@given(plans(), st.sampled_from(["partial", "none"]))
def test_what_is_not_coded_in_full_is_never_held_against_a_study(
    study: Study, coded: Literal["partial", "none"]
) -> None:
    report = examine(evolve(study, links_coded=coded))
    assert {found.kind for found in report} <= {"wrong_level", "undiagnosed", "no_gap"}
    stated = {(b, one.id) for one in study.strategies for b in one.addresses}
    assert not {(link.barrier, link.strategy) for link in report.inferred} & stated


@given(testing.studies())
def test_any_study_can_be_examined_and_counted(study: Study) -> None:
    report = examine(study)
    counted = survey([study])
    for row in counted:
        assert row.mismatches == sum(found.kind == row.kind for found in report)
        assert (row.judged == 1) is (row.kind in report.judged)
        assert row.judged + row.not_reported + row.nothing == 1
    barriers = {barrier.id for barrier in study.barriers}
    strategies = {strategy.id for strategy in study.strategies}
    for found in report:
        assert found.barrier is None or found.barrier in barriers
        assert {*found.strategies} <= strategies
        assert found.strategy is None or found.strategies == (found.strategy,)


@st.composite
def links(draw: st.DrawFn) -> Link:
    level = draw(st.sampled_from([None, 1, 2, "1-2"]))
    n = draw(st.integers(1, 20)) if level is None else None
    return Link(
        source="toy-1:b",  # type: ignore[arg-type]
        target="toy-s:s",  # type: ignore[arg-type]
        k=draw(st.integers(0, n)) if n else None,
        n=n,
        level=level,  # type: ignore[arg-type]
        status=draw(st.sampled_from([None, "link", "non-link", "inconclusive", "no-evidence"])),
    )


def asked(
    given: list[Link], kind: str, status: str, way: TermMapping, checked: str, *codes: str
) -> tuple[Support, ...]:
    """What a toy basis, reached by its own codes or over one crosswalk, says of a barrier's codes."""
    basis = LinkSet(
        basis="toy-2020",
        kind=kind,  # type: ignore[arg-type]
        title="Toy",
        sources=("toy-1:b", "toy-1:c"),  # type: ignore[arg-type]
        targets=("toy-s:s",),  # type: ignore[arg-type]
        links=tuple(given),
        status=status,  # type: ignore[arg-type]
    )

    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            return [
                Crosswalk(
                    name="toy-cross",
                    subject_scheme="toy-2",
                    object_scheme="toy-1",
                    title="Toy",
                    mappings=(way,),
                    status=checked,  # type: ignore[arg-type]
                )
            ]

    evidence = Evidence([basis], known_by(Registry(plugins=[Toy()])))
    return evidence.of(codes, ("toy-s:s",))  # type: ignore[arg-type]


KINDS = st.sampled_from(["endorsement", "theory", "coding", "observed"])
STATUSES = st.sampled_from(["verified", "derived", "provisional"])
MATCHES = st.sampled_from(["exact", "close", "broad", "narrow", "related"])


def mapped(match: str, to: str) -> TermMapping:
    return TermMapping(subject="toy-2:x", predicate=f"skos:{match}Match", object=to)  # type: ignore[arg-type]


@given(links(), KINDS, STATUSES, MATCHES, STATUSES)
def test_going_over_a_crosswalk_never_raises_certainty(
    link: Link, kind: str, status: str, match: str, checked: str
) -> None:
    way = mapped(match, "toy-1:b")
    found = [
        support.grade
        for code in ("toy-1:b", "toy-2:x")
        for support in asked([link], kind, status, way, checked, code)
    ]
    assert len(found) <= 2
    if not found:  # the link says nothing, or what it says does not pass
        return
    straight, *over = found
    for grade in over:
        assert match != "related"
        # Support gets no firmer, and what speaks against a pair never turns into support or back.
        assert grade >= straight
        assert (grade is Grade.CONTRARY) is (straight is Grade.CONTRARY)
        if "provisional" in (status, checked):
            assert grade >= Grade.THIN
        elif match in ("exact", "close"):
            assert grade is straight


@given(links(), links(), KINDS, STATUSES, MATCHES, STATUSES)
def test_a_further_code_over_a_crosswalk_changes_nothing_that_is_said_straight(
    link: Link, other: Link, kind: str, status: str, match: str, checked: str
) -> None:
    both = [link, evolve(other, source="toy-1:c")]  # type: ignore[arg-type]
    way = mapped(match, "toy-1:c")
    straight = asked(both, kind, status, way, checked, "toy-1:b")
    more = asked(both, kind, status, way, checked, "toy-1:b", "toy-2:x")
    over = asked(both, kind, status, way, checked, "toy-2:x")
    if straight:
        (one,) = more
        assert evolve(one, beside=None) == straight[0]
        assert (one.beside,) == (over or (None,))
    else:
        assert more == over
