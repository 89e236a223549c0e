"""Mismatches, held to the published cells they rest on, to the founding texts, and to what is unknown."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from attrs import evolve

import implsci
from implsci import (
    Actor,
    Barrier,
    Citation,
    Code,
    CoreElement,
    Crosswalk,
    Event,
    Innovation,
    LinkSet,
    Mechanism,
    Rating,
    Registry,
    Relationship,
    Setting,
    Strategy,
    Study,
    Taxonomy,
    Term,
    hookimpl,
)
from implsci.errors import CycleError, InvalidQueryError, UnknownNameError
from implsci.mismatch import KINDS, RULES, Mismatch, Rule, examine, mismatches, survey
from implsci.mismatch.rules import Case, Find, Found, Unsaid, Wrong
from implsci.taxonomy import Link, TermMapping

KNOWLEDGE = "cfir-2009:access-to-knowledge-and-information"
COMPATIBILITY = "cfir-2009:compatibility"
TRAINING = "eric:conduct-educational-meetings"


def barrier(id: str, *codes: str, **more: object) -> Barrier:
    return Barrier(id=id, label=f"barrier {id}", codes=codes, **more)  # type: ignore[arg-type]


def strategy(id: str, *codes: str, at: Iterable[str] = (), **more: object) -> Strategy:
    return Strategy(id=id, label=f"strategy {id}", codes=codes, addresses=tuple(at), **more)  # type: ignore[arg-type]


def study(
    barriers: Iterable[Barrier] = (), strategies: Iterable[Strategy] = (), **more: object
) -> Study:
    values: dict[str, object] = {"id": "a", "title": "A", "links_coded": "complete", **more}
    return Study(barriers=tuple(barriers), strategies=tuple(strategies), **values)  # type: ignore[arg-type]


def found(asked: Study, *kinds: str, **more: object) -> list[tuple[str, str | None, str | None]]:
    """Kind, barrier and strategy of each mismatch, of these kinds only where any are named."""
    return [
        (one.kind, one.barrier, one.strategy)
        for one in mismatches(asked, **more)  # type: ignore[arg-type]
        if not kinds or one.kind in kinds
    ]


def only(asked: Study, kind: str, **more: object) -> Mismatch:
    (one,) = (one for one in mismatches(asked, **more) if one.kind == kind)  # type: ignore[arg-type]
    return one


def unsaid(asked: Study, **more: object) -> dict[str, str]:
    return {one.kind: one.because for one in examine(asked, **more).not_reported}  # type: ignore[arg-type]


# What must be shown: training alone.


TRAINING_ALONE = Study(
    id="plan",
    title="Training alone",
    scale_stage="planning",
    barriers=(
        barrier("knowledge", KNOWLEDGE),
        barrier("workflow", COMPATIBILITY),
        barrier("trust", "cfir-2022:relational-connections"),
    ),
    strategies=(strategy("training", TRAINING, at=["knowledge"]),),
)


def test_training_alone_leaves_workflow_and_trust_unaddressed() -> None:
    assert found(TRAINING_ALONE) == [
        ("unaddressed", "trust", None),
        ("unaddressed", "workflow", None),
    ]


def test_trust_met_by_training_alone_is_unmet() -> None:
    aimed = evolve(TRAINING_ALONE.strategies[0], addresses=("knowledge", "trust", "workflow"))
    one = only(evolve(TRAINING_ALONE, strategies=(aimed,)), "relational_unmet")
    assert (one.barrier, one.strategy, one.severity) == ("trust", "training", "medium")
    assert f"technical by its code {TRAINING}" in one.because


# Links: what is known of them, and what is not.


@pytest.mark.parametrize("coded", ["partial", "none"])
def test_links_that_were_not_coded_in_full_prove_nothing(coded: str) -> None:
    asked = study(
        [barrier("b", COMPATIBILITY), barrier("c")],
        [strategy("s", TRAINING, at=["b"])],
        links_coded=coded,
    )
    report = examine(asked)
    silent = {"unaddressed", "untargeted", "no_link", "weak_basis", "relational_unmet"}
    assert silent <= {one.kind for one in report.not_reported if one.barrier is None}
    assert not silent & {one.kind for one in report}
    assert not silent & {*report.judged}


def test_unstated_coding_of_a_plan_counts_as_known_only_where_a_link_is_there() -> None:
    nodes = [barrier("b"), barrier("c")]
    linked = study(nodes, [strategy("s", at=["b"]), strategy("t")], links_coded=None)
    assert found(linked, "unaddressed", "untargeted") == [
        ("unaddressed", "c", None),
        ("untargeted", None, "t"),
    ]
    bare = study(nodes, [strategy("s")], links_coded=None)
    assert {"unaddressed", "untargeted"} <= unsaid(bare).keys()
    assert found(bare, "unaddressed", "untargeted") == []


def test_complete_links_without_any_strategy() -> None:
    assert found(study([barrier("b")])) == [("unaddressed", "b", None)]


def test_facilitators_and_neutral_determinants_are_no_barriers() -> None:
    asked = study(
        [
            barrier("f", valence="facilitator"),
            barrier("n", valence="neutral"),
            barrier("m", valence="mixed"),
        ]
    )
    assert found(asked) == [("unaddressed", "m", None)]
    only_help = study([barrier("f", valence="facilitator")])
    assert "there is no barrier to address" in examine(only_help).notes[0]


def test_a_strategy_that_builds_on_a_facilitator_is_not_untargeted() -> None:
    asked = study([barrier("f", valence="facilitator")], [strategy("s", at=["f"])])
    assert found(asked) == []


def test_a_mechanism_that_changes_a_barrier_joins_strategy_and_barrier() -> None:
    asked = study(
        [barrier("b")],
        [strategy("s", acts_through=("m",))],
        mechanisms=(Mechanism(id="m", label="confidence", barriers=("b",)),),
    )
    assert found(asked) == []
    assert {one[0] for one in found(evolve(asked, mechanisms=(Mechanism(id="m", label="m"),)))} == {
        "unaddressed",
        "untargeted",
    }


@pytest.mark.parametrize(
    ("more", "severity"),
    [
        ({"valence": "barrier", "magnitude": 2}, "high"),
        ({"ratings": (Rating(setting="x", value=-2), Rating(setting="y", value=1))}, "high"),
        ({"valence": "barrier", "magnitude": 1}, "low"),
        ({"ratings": (Rating(setting="x", value=-1),)}, "low"),
        ({"ratings": (Rating(setting="x"),)}, "medium"),
        ({}, "medium"),
    ],
)
def test_an_unaddressed_barrier_is_as_grave_as_it_is_strong(
    more: dict[str, object], severity: str
) -> None:
    settings = (Setting(id="x", label="X"), Setting(id="y", label="Y"))
    assert (
        only(study([barrier("b", **more)], settings=settings), "unaddressed").severity == severity
    )


def test_an_untargeted_strategy_with_a_reason_weighs_less() -> None:
    asked = study([], [strategy("s", justification="it worked elsewhere"), strategy("t")])
    assert [
        (one.strategy, one.severity) for one in mismatches(asked) if one.kind == "untargeted"
    ] == [("t", "medium"), ("s", "low")]


# Levels and actors.


def aimed(target: str | None, **more: object) -> Study:
    return study([barrier("b", **more)], [strategy("s", at=["b"], action_target=target)])


@pytest.mark.parametrize(
    ("target", "level", "wrong"),
    [
        ("clinicians", "organization", True),
        ("clinicians", "individual", False),
        ("Teachers and social workers", "team", False),
        ("teachers, policymakers", "organization", True),
        ("teachers, policymakers", "policy", False),
        ("individual level", "system", True),
        ("organisations", "organization", False),
        ("organization", "individual", True),
        ("schools", "individual", False),
        ("schools", "policy", True),
        ("national policymakers", "team", True),
    ],
)
def test_levels_that_are_stated_on_both_sides(target: str, level: str, wrong: bool) -> None:
    asked = aimed(target, level=level)
    assert bool(found(asked, "wrong_level")) is wrong
    assert "wrong_level" in examine(asked).judged


@pytest.mark.parametrize(
    ("target", "level"),
    [
        ("clinicians", None),
        (None, "system"),
        ("the wonderful folk of ward 3", "system"),
        ("clinicians and the wonderful folk of ward 3", "system"),
        ("researchers", "system"),
        ("clinicians and researchers", "system"),
        ("  ", "system"),
    ],
)
def test_what_is_not_stated_or_not_understood_is_no_wrong_level(
    target: str | None, level: str | None
) -> None:
    asked = aimed(target, level=level)
    assert found(asked, "wrong_level") == []
    assert unsaid(asked)["wrong_level"].startswith("1 of 1 stated links")


def test_a_wrong_level_weighs_less_where_something_else_addresses_the_barrier() -> None:
    alone = aimed("clinicians", level="system")
    assert only(alone, "wrong_level").severity == "medium"
    joined = evolve(alone, strategies=(*alone.strategies, strategy("t", at=["b"])))
    assert only(joined, "wrong_level").severity == "low"


@pytest.mark.parametrize(
    ("whose", "target", "wrong"),
    [
        ("teachers", "clinicians", True),
        ("teacher", "Teachers", False),
        ("teachers", "deliverers", False),
        ("deliverers", "teachers", False),
        ("teachers", "the wonderful folk", None),
        ("teachers", "clinicians and the wonderful folk", None),
        ("teachers, the wonderful folk", "clinicians", None),
        ("the wonderful folk", "the wonderful folk", False),
        ("t1", "clinicians", True),
        ("t1", "Classroom assistants", False),
    ],
)
def test_actors_are_compared_by_the_taxonomy_of_actors(
    whose: str, target: str, wrong: bool | None
) -> None:
    actors = (Actor(id="t1", label="Classroom assistants", codes=(Code("actor:teacher"),)),)
    asked = evolve(aimed(target, actor=whose), actors=actors)
    assert bool(found(asked, "wrong_level")) is bool(wrong)
    assert ("wrong_level" in examine(asked).judged) is (wrong is not None)


# Bases. The cells are those of Waltz 2019 (doi:10.1186/s13012-019-0892-4), tables 1 and 5.


def on(barrier_code: str, *codes: str) -> Study:
    given = [strategy(f"s{place}", code, at=["b"]) for place, code in enumerate(codes)]
    return study([barrier("b", barrier_code)], given)


def test_nobody_of_29_endorsed_network_weaving_for_compatibility() -> None:
    one = only(on(COMPATIBILITY, "eric:promote-network-weaving"), "no_link")
    assert (one.basis, one.severity, one.strategy) == ("waltz-2019", "medium", "s0")
    assert "waltz-2019: 0 of 29, 0 %" in one.because
    assert "doi:10.1186/s13012-019-0892-4" in one.source


def test_one_strategy_with_support_is_enough_against_no_link() -> None:
    asked = on(COMPATIBILITY, "eric:promote-network-weaving", "eric:facilitation")
    assert found(asked, "no_link") == []
    assert only(asked, "weak_basis").strategies == ("s0", "s1")


def test_level_2_alone_is_weak_and_level_1_is_not() -> None:
    one = only(on(COMPATIBILITY, "eric:facilitation"), "weak_basis")
    assert (one.severity, one.basis) == ("low", "waltz-2019")
    assert "7 of 29, 24 %, level 2" in one.because
    firm = on("cfir-2009:reflecting-and-evaluating", "eric:audit-and-provide-feedback")
    assert found(firm) == []
    assert "weak_basis" in examine(firm).judged


def test_below_level_2_is_weaker() -> None:
    one = only(on(COMPATIBILITY, "eric:access-new-funding"), "weak_basis")
    assert (one.severity, "1 of 29, 3 %, below level 2" in one.because) == ("medium", True)


def test_an_unknown_cell_is_no_mismatch_and_silences_the_barrier() -> None:
    unknown = on(COMPATIBILITY, "eric:use-mass-media")
    assert implsci.registry().links("waltz-2019").link(COMPATIBILITY, "eric:use-mass-media") is None
    assert found(unknown) == []
    assert "unknown, not wrong" in unsaid(unknown)["no_link"]
    both = on(COMPATIBILITY, "eric:use-mass-media", "eric:promote-network-weaving")
    assert found(both, "no_link", "weak_basis") == []
    both = on(COMPATIBILITY, "eric:use-mass-media", "eric:facilitation")
    assert found(both, "no_link", "weak_basis") == []


def test_level_1_or_2_is_not_called_weak() -> None:
    asked = on(KNOWLEDGE, TRAINING)
    assert found(asked) == []
    assert "level 1 or 2, not said which" in unsaid(asked)["weak_basis"]


def test_theory_alone_is_weak() -> None:
    asked = on("com-b:psychological-capability", "bcw:training")
    one = only(asked, "weak_basis", basis="michie-2011-functions")
    assert (one.severity, one.basis) == ("low", "michie-2011-functions")
    assert "link (theory)" in one.because
    memory = only(asked, "weak_basis", basis="michie-2014-functions")
    assert (memory.severity, "provisional" in memory.because) == ("medium", True)


def test_a_basis_written_from_strategy_to_what_it_changes_is_read_too() -> None:
    asked = on("trust:trusting-relationships", "trust:vulnerability")
    assert only(asked, "weak_basis").basis == "metz-2022"
    assert found(asked, "relational_unmet") == []


def test_a_barrier_without_a_code_cannot_be_asked_about() -> None:
    asked = study([barrier("b")], [strategy("s", TRAINING, at=["b"])])
    assert "has no code" in unsaid(asked)["weak_basis"]


# Crosswalks.


def made(
    links: Iterable[Link], mappings: Iterable[TermMapping] = (), *, checked: str = "verified"
) -> Registry:
    """A registry of toy barriers, another's barriers, toy strategies, one basis and one crosswalk."""

    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            return [
                Taxonomy(
                    scheme=scheme,
                    title=scheme,
                    kind="barrier",
                    terms=tuple(
                        Term(code=f"{scheme}:{name}", label=name, definition=name, source="made up")  # type: ignore[arg-type]
                        for name in names
                    ),
                )
                for scheme, names in (("toy-1", "bc"), ("toy-2", "xyz"), ("toy-s", "st"))
            ]

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [
                LinkSet(
                    basis="toy-2020",
                    kind="endorsement",
                    title="Toy",
                    sources=("toy-1:b", "toy-1:c"),  # type: ignore[arg-type]
                    targets=("toy-s:s", "toy-s:t"),  # type: ignore[arg-type]
                    links=tuple(links),
                )
            ]

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            return [
                Crosswalk(
                    name="toy-cross",
                    subject_scheme="toy-2",
                    object_scheme="toy-1",
                    title="Toy",
                    mappings=tuple(mappings),
                    status=checked,  # type: ignore[arg-type]
                )
            ]

    return Registry(plugins=[Toy()])


def link(**more: object) -> Link:
    return Link(source="toy-1:b", target="toy-s:s", **more)  # type: ignore[arg-type]


def way(match: str, to: str = "toy-1:b") -> TermMapping:
    return TermMapping(subject="toy-2:x", predicate=f"skos:{match}Match", object=to)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "kind", "severity"),
    [
        ({"status": "non-link"}, "no_link", "high"),
        ({"status": "no-evidence"}, "no_link", "medium"),
        ({"k": 0, "n": 9}, "no_link", "medium"),
        ({"printed": 0}, "no_link", "medium"),
        ({"status": "inconclusive"}, "weak_basis", "medium"),
        ({"k": 1, "n": 9}, "weak_basis", "medium"),
        ({"k": 2, "n": 10}, "weak_basis", "low"),
        ({"level": 2}, "weak_basis", "low"),
        ({"k": 5, "n": 10}, None, None),
        ({"level": 1}, None, None),
        ({"level": "1-2"}, None, None),
        ({"status": "link"}, None, None),
        ({}, None, None),
    ],
)
def test_what_a_link_says_and_what_it_earns(
    given: dict[str, object], kind: str | None, severity: str | None
) -> None:
    got = mismatches(on("toy-1:b", "toy-s:s"), registry=made([link(**given)]))
    assert [(one.kind, one.severity) for one in got] == ([(kind, severity)] if kind else [])


@pytest.mark.parametrize(
    ("match", "checked", "severity"),
    [
        ("exact", "verified", None),
        ("exact", "provisional", "medium"),
        ("exact", "derived", None),
        ("close", "verified", None),
        ("close", "provisional", "medium"),
        ("broad", "verified", "medium"),
        ("narrow", "derived", "medium"),
    ],
)
def test_going_over_a_crosswalk_never_makes_support_better(
    match: str, checked: str, severity: str | None
) -> None:
    known = made([link(level=1)], [way(match)], checked=checked)
    got = mismatches(on("toy-2:x", "toy-s:s"), registry=known)
    assert [one.severity for one in got] == ([severity] if severity else [])
    for one in got:
        assert f"toy-2:x was taken over toy-cross ({match} match, {checked})" in one.because


def test_a_related_match_carries_nothing() -> None:
    known = made([link(status="non-link")], [way("related")])
    asked = on("toy-2:x", "toy-s:s")
    assert found(asked, registry=known) == []
    assert "no basis asked says anything" in unsaid(asked, registry=known)["no_link"]


def test_no_link_of_a_wider_term_says_nothing_of_this_one() -> None:
    asked = on("toy-2:x", "toy-s:s")
    for match, kinds in (("broad", []), ("narrow", []), ("close", ["no_link"])):
        known = made([link(status="non-link")], [way(match)])
        got = mismatches(asked, registry=known)
        assert [one.kind for one in got] == kinds
        assert {one.severity for one in got} <= {"medium"}


def test_of_several_codes_the_best_supported_counts() -> None:
    known = made([link(status="non-link"), Link(source="toy-1:c", target="toy-s:s", level=1)])  # type: ignore[arg-type]
    asked = study([barrier("b", "toy-1:b", "toy-1:c")], [strategy("s", "toy-s:s", at=["b"])])
    assert found(asked, registry=known) == []


@pytest.mark.parametrize(("match", "checked"), [("broad", "provisional"), ("exact", "verified")])
def test_what_is_said_straight_of_a_code_stands_before_what_comes_over_a_crosswalk(
    match: str, checked: str
) -> None:
    """A further code, known only over a crosswalk, makes no link out of none; both are shown."""
    links = [link(status="non-link"), Link(source="toy-1:c", target="toy-s:s", status="link")]  # type: ignore[arg-type]
    known = made(links, [way(match, to="toy-1:c")], checked=checked)
    for codes in (["toy-1:b"], ["toy-1:b", "toy-2:x"], ["toy-2:x", "toy-1:b"]):
        asked = study([barrier("b", *codes)], [strategy("s", "toy-s:s", at=["b"])])
        (one,) = mismatches(asked, registry=known)
        assert (one.kind, one.severity) == ("no_link", "high")
        assert "has toy-2020: non-link (endorsement)" in one.because
        assert ("toy-2:x was taken over toy-cross" in one.because) is (len(codes) == 2)
        assert examine(evolve(asked, links_coded="none"), registry=known).inferred == ()


def test_what_one_basis_says_straight_stands_before_another_over_a_crosswalk() -> None:
    known = made([link(status="link")], [way("exact")])
    own = LinkSet(
        basis="own-2020",
        kind="coding",
        title="Own",
        sources=("toy-2:x",),  # type: ignore[arg-type]
        targets=("toy-s:s",),  # type: ignore[arg-type]
        links=(Link(source="toy-2:x", target="toy-s:s", status="non-link"),),  # type: ignore[arg-type]
    )
    asked = on("toy-2:x", "toy-s:s")
    assert found(asked, registry=known) == []
    (one,) = mismatches(asked, [known.links("toy-2020"), own], registry=known)
    assert (one.kind, one.severity, one.basis) == ("no_link", "high", "own-2020")
    assert "against that, toy-2020: link (endorsement)" in one.because


def test_a_basis_in_hand_is_taken_as_it_is() -> None:
    one = only(
        on(COMPATIBILITY, "eric:facilitation"),
        "weak_basis",
        basis=implsci.registry().links("waltz-2019"),
    )
    assert (one.severity, one.basis) == ("low", "waltz-2019")


# Diagnosis and gaps.


def dated(started: str | None, diagnosed: str | None, **more: object) -> Study:
    return study(
        [barrier("b")],
        [strategy("s", at=["b"], events=(Event(kind="started", date=started),))],
        events=(Event(kind="diagnosis", date=diagnosed),),
        **more,
    )


@pytest.mark.parametrize(
    ("started", "diagnosed", "wrong"),
    [
        ("2019-01", "2019-03", True),
        ("2018", "2019-03", True),
        ("2019", "2019-03", False),
        ("2019-03", "2019", False),
        ("2019-04", "2019-03-30", False),
    ],
)
def test_a_strategy_that_began_before_the_diagnosis(
    started: str, diagnosed: str, wrong: bool
) -> None:
    asked = dated(started, diagnosed)
    assert bool(found(asked, "undiagnosed")) is wrong
    assert "undiagnosed" in examine(asked).judged


def test_undated_work_of_others_is_not_reported() -> None:
    cited = dated(None, "2019", citation=Citation(doi="10.1000/x"))
    assert "does not date" in unsaid(cited)["undiagnosed"]


def test_an_assessment_of_an_outcome_is_no_diagnosis_and_a_needs_assessment_is_one() -> None:
    started = strategy("s", events=(Event(kind="started", date="2019"),))
    needs = strategy(
        "n", "eric:conduct-local-needs-assessment", events=(Event(kind="started", date="2020"),)
    )
    assert only(study([], [started, needs]), "undiagnosed").strategy == "s"
    outcome = study(
        [],
        [started],
        events=(Event(kind="assessed", date="2020", of="s"),),
        citation=Citation(doi="10.1000/x"),
    )
    assert found(outcome, "undiagnosed") == []


def test_a_dated_needs_assessment_alone_orders_nothing() -> None:
    needs = strategy(
        "n", "eric:conduct-local-needs-assessment", events=(Event(kind="started", date="2020"),)
    )
    cited = study([], [needs, strategy("s")], citation=Citation(doi="10.1000/x"))
    assert "undiagnosed" not in examine(cited).judged


def test_a_plan_with_strategies_and_nothing_else_is_undiagnosed() -> None:
    bare = study([], [strategy("s"), strategy("t")], scale_stage="planning", links_coded=None)
    one = only(bare, "undiagnosed")
    assert (one.severity, one.strategy, one.strategies) == ("high", None, ("s", "t"))
    told = evolve(bare, innovation=Innovation(name="x", gap="half are not screened"))
    assert found(told) == []
    elsewhere = evolve(bare, scale_stage="pilot")
    assert "does not say that there was none" in unsaid(elsewhere)["undiagnosed"]


@pytest.mark.parametrize("gap", [None, "  "])
def test_a_plan_whose_innovation_answers_no_gap(gap: str | None) -> None:
    plan = study(scale_stage="planning", innovation=Innovation(name="an app", gap=gap))
    assert only(plan, "no_gap").severity == "high"
    assert only(evolve(plan, barriers=(barrier("b"),)), "no_gap").severity == "medium"


def test_a_published_study_that_names_no_gap_is_not_reported() -> None:
    printed = study(innovation=Innovation(name="x"), citation=Citation(doi="10.1000/x"))
    assert found(printed) == []
    assert "no gap" in unsaid(printed)["no_gap"]


def test_a_record_without_any_source_speaks_for_itself() -> None:
    assert found(study(innovation=Innovation(name="x"))) == [("no_gap", None, None)]


# Relational barriers.

TRUST = "cfir-2022:relational-connections"


def tied(code: str, *strategies: Strategy, **more: object) -> Study:
    return study([barrier("b", code)], strategies, **more)


@pytest.mark.parametrize(
    "code",
    [
        TRUST,
        "trust:affect-based-trust",
        "cfir-2009:cosmopolitanism",
        "epis:community-academic-partnerships",
        "prism:relationship-and-communication-with-adopters-bridge-researchers",
    ],
)
def test_relational_barriers_met_by_technical_strategies(code: str) -> None:
    asked = tied(code, strategy("s", at=["b"], nature="technical"))
    assert found(asked, "relational_unmet") == [("relational_unmet", "b", "s")]


def test_a_code_of_which_a_part_is_relational_says_so() -> None:
    asked = tied(
        "cfir-2009:networks-and-communications", strategy("s", at=["b"], nature="technical")
    )
    one = only(asked, "relational_unmet")
    assert (one.severity, "a partly relational barrier" in one.because) == ("low", True)


@pytest.mark.parametrize(
    "met",
    [
        strategy("r", at=["b"], nature="relational"),
        strategy("r", at=["b"], nature="mixed"),
        strategy("r", "relational:share-decisions", at=["b"]),
        strategy("r", "trust:authenticity", at=["b"]),
        strategy("r", TRAINING, at=["b"], builds=("tie",)),
    ],
)
def test_one_relational_strategy_meets_a_relational_barrier(met: Strategy) -> None:
    ties = (Relationship(id="tie", label="coach and site"),)
    technical = strategy("s", at=["b"], nature="technical")
    asked = tied(TRUST, technical, met, relationships=ties)
    assert found(asked, "relational_unmet") == []
    assert "relational_unmet" in examine(asked).judged


@pytest.mark.parametrize(
    "mute",
    [
        strategy("m", at=["b"]),
        strategy("m", "eric:facilitation", at=["b"]),
        strategy("m", "eric:build-a-coalition", at=["b"]),
        strategy("m", "eric:create-a-learning-collaborative", at=["b"]),
        strategy("m", TRAINING, "eric:facilitation", at=["b"]),
    ],
)
def test_an_unknown_nature_is_unknown(mute: Strategy) -> None:
    asked = tied(TRUST, strategy("s", at=["b"], nature="technical"), mute)
    assert found(asked, "relational_unmet") == []
    assert "is not known" in unsaid(asked)["relational_unmet"]


def test_other_barriers_are_not_relational_and_uncoded_ones_are_not_told() -> None:
    technical = strategy("s", at=["b"], nature="technical")
    assert found(tied(COMPATIBILITY, technical), "relational_unmet") == []
    uncoded = study([barrier("b")], [technical])
    assert "no code tells" in unsaid(uncoded)["relational_unmet"]


# Inferred links: apart, marked, and never of pairs that a basis does not hold.


def test_links_are_inferred_only_where_the_own_ones_are_not_coded() -> None:
    nodes = [barrier("b", COMPATIBILITY)]
    given = [
        strategy("f", "eric:facilitation"),
        strategy("n", "eric:promote-network-weaving"),
        strategy("u", "eric:use-mass-media"),
    ]
    report = examine(study(nodes, given, links_coded="none"), "waltz-2019")
    (suggested,) = report.inferred
    assert (suggested.barrier, suggested.strategy, suggested.k, suggested.n, suggested.level) == (
        "b", "f", 7, 29, 2,
    )  # fmt: skip
    assert suggested.to_dict()["inferred"] is True
    assert report.mismatches == ()
    assert examine(study(nodes, given)).inferred == ()
    stated = [evolve(given[0], addresses=("b",))]
    assert examine(study(nodes, stated, links_coded="partial")).inferred == ()


@pytest.mark.parametrize(("match", "level"), [("close", 2), ("broad", None), ("narrow", None)])
def test_links_are_inferred_over_a_crosswalk_and_whichever_way_the_basis_is_written(
    match: str, level: int | None
) -> None:
    """What is said of a wider or narrower term is no level of this one."""
    known = made([link(level=2)], [way(match)])
    for barrier_code, strategy_code in (("toy-2:x", "toy-s:s"), ("toy-s:s", "toy-2:x")):
        asked = evolve(on(barrier_code, strategy_code), strategies=(strategy("s", strategy_code),))
        report = examine(evolve(asked, links_coded="none"), registry=known)
        assert [(one.barrier, one.strategy, one.level) for one in report.inferred] == [
            ("b", "s", level)
        ]
        assert f"level 2; toy-2:x was taken over toy-cross ({match} match" in (
            report.inferred[0].because
        )


def test_an_inferred_link_says_what_another_basis_says_against_it() -> None:
    known = made([link(level=1)])
    other = evolve(known.links("toy-2020"), basis="own-2020", links=(link(status="non-link"),))
    asked = study([barrier("b", "toy-1:b")], [strategy("s", "toy-s:s")], links_coded="none")
    (one,) = examine(asked, [known.links("toy-2020"), other], registry=known).inferred
    assert one.because == ("toy-2020: level 1; against that, own-2020: non-link (endorsement)")


@pytest.mark.parametrize("kind", ["coding", "observed", "theory"])
def test_a_share_that_is_no_endorsement_earns_no_level(kind: str) -> None:
    known = made([link(k=19, n=20)])
    other = evolve(known.links("toy-2020"), kind=kind)
    asked = on("toy-1:b", "toy-s:s")
    assert {"no_link", "weak_basis"} <= unsaid(asked, basis=other, registry=known).keys()
    bare = study([barrier("b", "toy-1:b")], [strategy("s", "toy-s:s")], links_coded="none")
    assert examine(bare, other, registry=known).inferred == ()
    assert len(examine(bare, "toy-2020", registry=known).inferred) == 1


def test_weak_support_is_that_of_the_bases_asked() -> None:
    because = only(on(COMPATIBILITY, "eric:facilitation"), "weak_basis", basis="waltz-2019").because
    assert because.startswith("by what the bases asked say most directly, all that addresses “")
    assert "other evidence they do not hold" in because


@pytest.mark.parametrize(
    "told", [{"citation": Citation(doi="10.1000/x")}, {"scale_stage": "pilot"}]
)
def test_one_link_is_no_word_that_all_links_were_coded(told: dict[str, Any]) -> None:
    nodes, given = [barrier("b"), barrier("c")], [strategy("s", at=["b"]), strategy("t")]
    asked = study(nodes, given, links_coded=None, **told)
    assert found(asked, "unaddressed", "untargeted") == []
    said = unsaid(asked)["unaddressed"]
    assert (
        said == "whether all its links were coded is not stated: one that is absent proves nothing"
    )
    assert unsaid(asked)["weak_basis"] == said
    # A plan is its own source: what it does not aim at a barrier is aimed at none.
    plan = study(nodes, given, links_coded=None, scale_stage="planning")
    assert found(plan, "unaddressed") == [("unaddressed", "c", None)]


def test_of_a_multitude_of_inferred_links_the_first_are_listed() -> None:
    """Ten million pairs, of which a basis links every one: neither time nor memory goes into them."""
    many = study(
        [barrier(f"b{place:04}", COMPATIBILITY) for place in range(5000)],
        [strategy(f"s{place:04}", "eric:facilitation") for place in range(2000)],
        links_coded="none",
    )
    report = examine(many, "waltz-2019")
    assert len(report.inferred) == 10_000
    assert [(one.barrier, one.strategy) for one in report.inferred[1999:2001]] == [
        ("b0000", "s1999"), ("b0001", "s0000"),
    ]  # fmt: skip
    assert report.notes == ("bases suggest more links than the 10,000 listed",)


# Core elements that wait for each other.


def circular(id: str = "a") -> Study:
    elements = (
        CoreElement(id="train", label="train", depends_on=("screen",)),
        CoreElement(id="screen", label="screen", depends_on=("train",)),
    )
    innovation = Innovation(name="Screening", gap="half are missed", core_elements=elements)
    return study(innovation=innovation, id=id)


def test_core_elements_in_a_circle_are_refused_by_name_or_noted() -> None:
    with pytest.raises(CycleError, match="'Screening'") as caught:
        mismatches(circular())
    assert caught.value.cycle in (("train", "screen", "train"), ("screen", "train", "screen"))
    assert str(caught.value) in examine(circular()).notes


def test_the_survey_notes_core_elements_in_a_circle_and_counts_on() -> None:
    many = [circular(id=f"a{place}") for place in range(23)]
    counted = survey([*many, TRAINING_ALONE])
    assert counted.studies == 24
    assert counted.notes[0].startswith("a0: core elements of 'Screening'")
    assert (len(counted.notes), counted.notes[-1]) == (21, "the same holds of 3 more studies")
    assert counted.to_dict()["notes"] == list(counted.notes)


# Asking.


def test_what_is_not_reported_stands_in_the_order_of_ids() -> None:
    nodes = [barrier("b2"), barrier("b1")]
    report = examine(study(nodes, [strategy("s", TRAINING, at=["b2", "b1"])]))
    weak = [one.barrier for one in report.not_reported if one.kind == "weak_basis"]
    assert weak == ["b1", "b2"]


def test_what_cannot_be_asked() -> None:
    asked = on(COMPATIBILITY, TRAINING)
    with pytest.raises(UnknownNameError, match="waltz-2019"):
        mismatches(asked, "waltz-2091")
    with pytest.raises(InvalidQueryError, match="carey-2019: speaks of terms of bct-v1, moa"):
        mismatches(asked, "carey-2019")
    with pytest.raises(InvalidQueryError, match="at least one basis"):
        mismatches(asked, [])
    with pytest.raises(InvalidQueryError, match="expected a Study, got str"):
        mismatches("plan.json")  # type: ignore[arg-type]
    with pytest.raises(InvalidQueryError, match="expected a basis or its name, got int"):
        mismatches(asked, [1])  # type: ignore[list-item]
    with pytest.raises(InvalidQueryError, match="expected a Rule, got str"):
        mismatches(asked, rules=["unaddressed"])  # type: ignore[list-item]
    with pytest.raises(InvalidQueryError, match="several of unaddressed"):
        mismatches(asked, rules=[RULES[0], RULES[0]])


def test_a_basis_that_does_not_speak_is_a_note_where_it_need_not_be_strict() -> None:
    asked = on(COMPATIBILITY, TRAINING)
    (text,) = examine(asked, "carey-2019").notes
    assert text == "carey-2019 does not speak of the taxonomies in which its barriers are coded"
    mismatches(asked, ["carey-2019", "waltz-2019"])  # one of them speaks


def test_unknown_codes() -> None:
    asked = on("cfir-2009:compatability", TRAINING)
    with pytest.raises(UnknownNameError, match="did you mean cfir-2009:compatibility") as caught:
        mismatches(asked)
    assert "barrier b of a" in str(caught.value)
    assert "did you mean cfir-2009:compatibility" in examine(asked).notes[0]
    absent = on("nobody-1999:x", TRAINING)
    assert mismatches(absent) == ()
    assert "nobody-1999:x is not installed" in examine(absent).notes[0]


def test_published_numbers_and_bare_families_are_understood() -> None:
    """ERIC 63 is promote network weaving; a bare family takes the newest edition that has the name."""
    term = implsci.registry().term("eric:promote-network-weaving")
    asked = on(COMPATIBILITY, f"eric:{term.notation}")
    assert only(asked, "no_link").basis == "waltz-2019"
    family = tied("cfir:relational-connections", strategy("s", at=["b"], nature="technical"))
    assert found(family, "relational_unmet") == [("relational_unmet", "b", "s")]
    assert examine(family).notes == ()
    assert mismatches(family, "waltz-2019")  # its newest edition leads there over a crosswalk


def test_a_multitude_of_unknown_codes_is_cut_short() -> None:
    codes = [f"cfir-2009:zq{place}" for place in range(60)]
    codes += [f"nobody-{place}:x" for place in range(1000, 1060)]
    notes = examine(study([barrier("b", *codes)])).notes
    assert len(notes) == 42
    assert "more than 20 codes are unknown" in notes[20]
    assert notes[-1] == "the same holds of 40 more codes"


def test_a_study_without_anything() -> None:
    report = examine(Study(id="a", title="A"))
    assert (report.mismatches, report.judged, report.not_reported) == ((), (), ())
    assert report.notes == ("there is nothing to compare: no barrier, no strategy, no innovation",)


def test_without_any_plugin_the_rules_that_need_none_work() -> None:
    bare = Registry(plugins=[])
    assert found(TRAINING_ALONE, registry=bare) == [
        ("unaddressed", "trust", None),
        ("unaddressed", "workflow", None),
    ]
    assert found(aimed("individual", level="system"), registry=bare) == [("wrong_level", "b", "s")]


# Rules as data.


def every(kind: str) -> Find:
    def find(case: Case) -> Iterator[Found]:
        for one in case.barriers:
            yield Wrong(severity="low", because=kind, barrier=one)

    return find


def test_rules_are_data_that_can_be_replaced_and_added_to() -> None:
    own = Rule(kind="unaddressed", says="mine", source="me", find=every("x"))
    replaced = [own if rule.kind == own.kind else rule for rule in RULES]
    one = only(on(COMPATIBILITY, TRAINING), "unaddressed", rules=replaced)
    assert (one.rule, one.source, one.because) == ("mine", "me", "x")
    more = evolve(own, kind="odd")
    assert ("odd", "b", None) in found(on(COMPATIBILITY, TRAINING), rules=[*RULES, more])


def nothing(case: Case) -> None:
    """A find that forgot to yield."""


@pytest.mark.parametrize(
    ("find", "says"),
    [
        (lambda _: [Wrong(severity="catastrophic", because="x")], "got 'catastrophic'"),  # type: ignore[arg-type]
        (lambda _: [Wrong(severity=["low"], because="x")], "got list"),  # type: ignore[arg-type]
        (lambda _: [Wrong(severity="low", because=None)], "a reason in words, got NoneType"),  # type: ignore[arg-type]
        (lambda _: [Wrong(severity="low", because="x", barrier="b")], "a barrier of the study"),  # type: ignore[arg-type]
        (lambda _: [Wrong(severity="low", because="x", strategies=("s",))], "strategies of the"),  # type: ignore[arg-type]
        (lambda _: [Unsaid(because="x", barrier="b")], "a barrier of the study, got 'b'"),  # type: ignore[arg-type]
        (lambda _: ["all is well"], "yields Wrong, Unsaid or None, got 'all is well'"),
        (lambda _: [True], "yields Wrong, Unsaid or None, got True"),
        (nothing, "yields Wrong, Unsaid or None, got NoneType"),
    ],
)
def test_a_rule_that_yields_what_it_may_not_is_named(find: Find, says: str) -> None:
    rule = Rule(kind="odd", says="mine", source="me", find=find)
    for ask in (
        lambda: examine(TRAINING_ALONE, rules=[rule]),
        lambda: survey([TRAINING_ALONE], rules=[rule]),
    ):
        with pytest.raises(InvalidQueryError, match="rule 'odd': expected") as caught:
            ask()
        assert says in str(caught.value)


def test_reasons_may_be_given_only_where_they_are_read() -> None:
    def find(case: Case) -> Iterator[Found]:
        yield Wrong(severity="low", because=lambda: f"of {case.study.id}")
        yield Unsaid(because=lambda: "not told")

    rule = Rule(kind="odd", says="mine", source="me", find=find)
    report = examine(TRAINING_ALONE, rules=[rule])
    assert report.mismatches[0].because == "of plan"
    assert report.not_reported[0].because == "not told"
    wordless = evolve(rule, find=lambda _: [Unsaid(because=lambda: None)])  # type: ignore[arg-type, return-value]
    with pytest.raises(InvalidQueryError, match="rule 'odd': expected a reason in words"):
        examine(TRAINING_ALONE, rules=[wordless])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": " "}, "a rule with a kind in words, got ' '"),
        ({"find": 3}, "a function as its find"),
    ],
)
def test_what_is_no_rule(change: dict[str, object], says: str) -> None:
    rule = evolve(RULES[0], **change)  # type: ignore[arg-type]
    for ask in (mismatches, lambda one, rules: survey([one], rules=rules)):
        with pytest.raises(InvalidQueryError, match=says):
            ask(TRAINING_ALONE, rules=[rule])


def test_rules_of_ones_own_over_many_studies() -> None:
    own = Rule(kind="odd", says="mine", source="me", find=every("x"))
    counted = survey([TRAINING_ALONE, evolve(TRAINING_ALONE, id="b")], rules=[*RULES, own])
    assert (counted["odd"].with_mismatch, counted["odd"].mismatches) == (2, 6)


def test_every_kind_has_its_rule_with_a_source() -> None:
    assert tuple(rule.kind for rule in RULES) == KINDS
    assert all(len(rule.says) > 20 and len(rule.source) > 20 for rule in RULES)


def test_the_public_shape_in_json() -> None:
    (first, _) = (one.to_dict() for one in mismatches(TRAINING_ALONE))
    assert list(first)[:7] == [
        "study", "kind", "barrier", "strategy", "severity", "because", "basis",
    ]  # fmt: skip
    assert json.loads(json.dumps(first))["barrier_label"] == "barrier trust"
    report = examine(TRAINING_ALONE).to_dict()
    assert json.loads(json.dumps(report)).keys() >= {"mismatches", "not_reported", "inferred"}


# The survey.


def test_the_survey_of_the_bundled_studies_counts_what_examine_finds() -> None:
    compendium = implsci.load("implsci-examples")
    counted = survey(compendium)
    reports = [examine(one) for one in compendium]
    assert counted.studies == len(reports) == 373
    for row in counted:
        with_one = [report for report in reports if any(m.kind == row.kind for m in report)]
        judged = [report for report in reports if row.kind in report.judged]
        told = [r for r in reports if any(item.kind == row.kind for item in r.not_reported)]
        assert (row.with_mismatch, row.judged) == (len(with_one), len(judged))
        assert row.mismatches == sum(m.kind == row.kind for r in reports for m in r)
        assert row.not_reported == sum(row.kind not in report.judged for report in told)
        assert row.judged + row.not_reported + row.nothing == 373


def test_no_bundled_study_is_blamed_for_what_its_source_does_not_tell() -> None:
    """All 343 + 30 studies say that their links were coded not at all or in part."""
    counted = survey(implsci.load("implsci-examples"))
    for kind in ("unaddressed", "untargeted", "no_link", "weak_basis", "relational_unmet"):
        assert (counted[kind].judged, counted[kind].share) == (0, None)
    with pytest.raises(KeyError):
        counted["odd"]


def test_the_survey_by_sector() -> None:
    studies = [
        evolve(TRAINING_ALONE, id="a", sectors=(Code("sector:health"), Code("sector:education"))),
        evolve(TRAINING_ALONE, id="b", strategies=(), links_coded="none"),
    ]
    counted = survey(iter(studies))
    rows = {(row.sector, row.kind): row for row in counted.by_sector}
    assert {sector for sector, _ in rows} == {"sector:health", "sector:education", "(not stated)"}
    health = rows["sector:health", "unaddressed"]
    assert (health.studies, health.judged, health.mismatches, health.share) == (1, 1, 2, 1.0)
    other = rows["(not stated)", "unaddressed"]
    assert (other.not_reported, other.share) == (1, None)
    assert counted["unaddressed"].studies == 2
    assert counted.to_rows()[0]["sector"] is None


def test_the_survey_takes_studies_only() -> None:
    with pytest.raises(InvalidQueryError, match="expected studies, got str"):
        survey(["a"])  # type: ignore[list-item]
    assert survey([]).overall[0].studies == 0


def test_a_basis_that_does_not_hold_every_part_of_a_strategy_speaks_against_none() -> None:
    basis = implsci.registry().links("waltz-2019")
    barrier = next(one.source for one in basis.links if one.k == 0)
    none = next(one.target for one in basis.links if one.source == barrier and one.k == 0)
    told = {one.target for one in basis.links if one.source == barrier}
    unknown = next(one for one in basis.targets if one not in told)

    def kinds(*codes: str) -> set[str]:
        strategy = Strategy(id="s", label="s", codes=codes, addresses=("b",))  # type: ignore[arg-type]
        node = Barrier(id="b", label="b", codes=(barrier,))
        study = Study(id="a", title="A", barriers=(node,), strategies=(strategy,))
        return {one.kind for one in mismatches(study, "waltz-2019")}

    assert "no_link" in kinds(none)
    assert "no_link" not in kinds(none, unknown)


def test_a_barrier_that_is_relational_in_one_of_its_codes_is_partly_so() -> None:
    def unmet(*codes: str) -> tuple[str, ...]:
        strategy = Strategy(id="s", label="s", codes=("eric:access-new-funding",), addresses=("b",))
        barrier = Barrier(id="b", label="b", codes=codes, valence="barrier", magnitude=2)  # type: ignore[arg-type]
        study = Study(id="a", title="A", barriers=(barrier,), strategies=(strategy,))
        return tuple(one.severity for one in mismatches(study) if one.kind == "relational_unmet")

    tie, money = "cfir-2022:relational-connections", "cfir-2022:available-resources"
    assert unmet(tie) == ("high",)
    assert unmet(tie, money) == ("low",)
    # A code of another taxonomy names the same thing.
    assert unmet(tie, "cfir-2009:networks-and-communications") == ("high",)


def test_what_every_setting_rates_as_a_help_is_no_barrier() -> None:
    def rated(*values: int) -> tuple[str, ...]:
        places = tuple(Setting(id=f"w{i}", label="ward") for i, _ in enumerate(values))
        ratings = tuple(Rating(setting=f"w{i}", value=one) for i, one in enumerate(values))
        study = Study(
            id="a", title="A", links_coded="complete", settings=places,
            barriers=(Barrier(id="b", label="b", ratings=ratings),),
        )  # fmt: skip
        return tuple(one.kind for one in mismatches(study))

    assert rated(2, 1) == ()
    assert rated(2, -1) == ("unaddressed",)
    assert rated() == ("unaddressed",)


def test_links_by_way_of_mechanisms_are_links_too() -> None:
    study = Study(
        id="a", title="A",
        barriers=(Barrier(id="b", label="b"), Barrier(id="c", label="c")),
        mechanisms=(Mechanism(id="m", label="m", barriers=("b",)),),
        strategies=(Strategy(id="s", label="s", acts_through=("m",)),),
    )  # fmt: skip
    assert [(one.kind, one.barrier) for one in mismatches(study)] == [("unaddressed", "c")]
