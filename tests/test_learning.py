"""The learning cycle: what stops where, what bears on what, and what is never added together.

Casebooks and studies here are made up, but for the bundled compendium and questions.
"""

from __future__ import annotations

import csv
import json
import random
from collections import Counter, defaultdict
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.questions.made import BARRIERS, STRATEGIES, studies

import implsci
from implsci import Arm, Barrier, Finding, Outcome, Registry, Strategy, Study
from implsci.casebook import Casebook, load
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.learning import (
    Bearing,
    bearing,
    beside,
    competencies,
    cycles,
    find_questions,
    lesson_brief,
    share_of_informants,
)
from implsci.model.documents import (
    LearningCycle,
    LearningStep,
    Observation,
    Quote,
    ResearchQuestion,
    SupportArrangement,
)

EXAMPLES = implsci.load("implsci-examples")
QUESTIONS = load("implsci-questions")
LISTEN, MEETINGS = "relational:listen-actively", "eric:conduct-educational-meetings"
ROUND = ("question", "study", "finding", "lesson", "practice_change", "observation", "question")


def chain(*kinds: str, name: str = "l1", of: dict[int, str] | None = None, **more: Any) -> Any:
    """Return a cycle whose steps follow one another, named s0, s1 and so on."""
    return LearningCycle(
        id=name,
        title="A made-up cycle",
        steps=tuple(
            LearningStep(
                id=f"s{place}",
                kind=kind,
                label=f"{kind} {place}",
                of=(of or {}).get(place),
                follows=(f"s{place - 1}",) if place else (),
            )
            for place, kind in enumerate(kinds)
        ),
        **more,
    )


def book(*records: Any) -> Casebook:
    return Casebook(records=records)


def study(
    name: str = "a", direction: str = "improved", basis: str = "effect", **more: Any
) -> Study:
    fields: dict[str, Any] = {
        "strategies": (Strategy(id="s", label="meet", codes=(MEETINGS,)),),
        "outcomes": (Outcome(id="o", label="uptake", kind="implementation"),),
        "findings": (
            Finding(id="f", outcome="o", direction=direction, basis=basis, strategies=("s",)),
        ),
    }
    return Study(id=name, title=name, **{**fields, **more})


def kinds(*records: Any, studies: Any = None) -> list[tuple[str, str]]:
    return [(one.kind, one.id) for one in cycles(book(*records), studies).loops]


# Cycles


def test_a_full_round_is_closed_and_stops_at_the_new_question() -> None:
    found = cycles(book(chain(*ROUND)))
    assert found["l1"].closed
    assert found["l1"].closes_with == ("l1#s6",)
    assert found["l1"].without == ()
    assert [(one.kind, one.id) for one in found.loops] == [
        ("practice question nobody studied", "l1#s6")
    ]


@pytest.mark.parametrize(
    ("length", "kind", "missing"),
    [
        (1, None, None),  # nobody is told to have asked it in practice
        (2, "study without finding", "a finding"),
        (3, "finding nobody took up", "a lesson or a change of practice"),
        (4, "lesson nobody acted on", "a change of practice"),
        (5, "change of practice nobody observed", "an observation"),
        (6, "observation without question", "a question"),
    ],
)
def test_each_place_where_a_cycle_stops(length: int, kind: str | None, missing: str | None) -> None:
    found = cycles(book(chain(*ROUND[:length])))
    assert not found["l1"].closed
    assert [(one.kind, one.missing) for one in found.loops] == ([(kind, missing)] if kind else [])


def test_a_round_that_skips_steps_is_closed_and_says_what_it_went_without() -> None:
    course = cycles(book(chain("question", "observation", "question")))["l1"]
    assert course.closed
    assert course.without == ("study", "finding", "practice_change")


def test_a_question_that_comes_first_does_not_close_a_cycle() -> None:
    assert not cycles(book(chain("observation", "question", "study")))["l1"].closed


def test_steps_of_two_cycles_that_stand_for_one_finding_are_one() -> None:
    first = chain("study", "finding", of={0: "a", 1: "a#f"})
    second = chain("finding", "practice_change", "observation", name="l2", of={0: "a#f"})
    assert ("finding nobody took up", "a#f") in kinds(first)
    assert ("finding nobody took up", "a#f") not in kinds(first, second)
    taken = next(one for one in cycles(book(first, second)).loops)
    assert taken.kind == "observation without question"


def test_an_observation_closes_a_cycle_through_the_question_that_arose_from_it() -> None:
    seen = Observation(id="o1", statement="They stopped coming.", by="a coach", date="2021-03")
    cycle = chain("question", "observation", of={1: "o1"})
    asked = ResearchQuestion(id="q9", text="Why?", arises_from=("o1",), date="2022")
    assert ("observation without question", "o1") in kinds(cycle, seen)
    found = cycles(book(cycle, seen, asked))
    assert found["l1"].closes_with == ("q9",)
    assert [one.id for one in found.of("observation without question")] == []


def test_only_an_observation_of_its_own_closes_a_cycle() -> None:
    short = chain("question", "study", "finding", of={2: "a#f"})
    long = chain("finding", "practice_change", "observation", "question", name="l2", of={0: "a#f"})
    found = cycles(book(short, long))
    assert not found["l1"].closed
    assert found.of("finding nobody took up") == ()


def test_coming_back_to_the_same_question_closes_nothing() -> None:
    asked = ResearchQuestion(id="q1", text="Why?", arises_from=("o1",))
    watched = Observation(id="o1", statement="Seen.")
    cycle = chain("question", "observation", of={0: "q1", 1: "o1"})
    assert not cycles(book(asked, watched, cycle))["l1"].closed


def test_one_finding_told_twice_is_open_since_the_earlier_date() -> None:
    told = [
        LearningCycle(
            id=name,
            title="Told",
            steps=(LearningStep(id="f", kind="finding", label="told", of="a#f", date=date),),
        )
        for name, date in [("l1", "2021"), ("l2", "2019-04"), ("l3", None)]
    ]
    (loop,) = cycles(book(*told)).loops
    assert (loop.since, loop.cycles) == ("2019-04", ("l1", "l2", "l3"))


def test_loops_stand_oldest_first_and_undated_ones_last() -> None:
    records = [
        Observation(id=name, statement="Seen.", date=date)
        for name, date in [("a", None), ("b", "2021"), ("c", "2019-07")]
    ]
    assert [one.id for one in cycles(book(*records)).loops] == ["c", "b", "a"]


def test_an_undated_step_stands_with_the_one_it_follows() -> None:
    cycle = LearningCycle(
        id="l1",
        title="L",
        steps=(
            LearningStep(id="late", kind="finding", label="late", date="2022"),
            LearningStep(id="then", kind="lesson", label="then", follows=("early",)),
            LearningStep(id="early", kind="finding", label="early", date="2019"),
        ),
    )
    assert [one.id for one in cycles(book(cycle))["l1"].steps] == ["early", "then", "late"]


def test_a_loop_says_since_when_and_who() -> None:
    seen = Observation(id="o1", statement="They stopped coming.", by="a coach", date="2021-03")
    asked = ResearchQuestion(id="q1", text="Why?", asked_by="practice", date="2020")
    found = {one.id: one for one in cycles(book(seen, asked)).loops}
    assert (found["o1"].since, found["o1"].who) == ("2021-03", "a coach")
    assert (found["q1"].since, found["q1"].who) == ("2020", "practice")
    assert found["q1"].note == "no compendium was asked"


def test_whose_question_it_is() -> None:
    seen = Observation(id="o", statement="Seen.")
    for who, arises, listed in [
        ("research", (), False),
        ("both", (), True),
        (None, (), False),
        (None, ("o",), True),
        ("research", ("o",), False),
    ]:
        asked = ResearchQuestion(id="q", text="Why?", asked_by=who, arises_from=arises)
        assert (("practice question nobody studied", "q") in kinds(seen, asked)) is listed


def test_a_study_that_bears_on_a_practice_question_closes_its_loop() -> None:
    asked = ResearchQuestion(
        id="q", text="Do meetings help?", asked_by="practice", strategies=(MEETINGS,)
    )
    bare = ResearchQuestion(id="r", text="What else?", asked_by="practice")
    assert kinds(asked, studies=[study()]) == []
    other = study(strategies=(Strategy(id="s", label="listen", codes=(LISTEN,)),))
    loop = cycles(book(asked, bare), [other]).loops
    assert [one.note for one in loop] == [
        "no finding of 1 study has all that is asked",
        "it names nothing that a study could be matched by",
    ]


def test_a_study_step_without_finding_says_what_the_compendium_holds() -> None:
    found = cycles(book(chain("study", of={0: "a"})), [study()])
    assert found.loops[0].note == "the compendium holds 1 finding of it"


def test_a_step_without_a_date_is_as_old_as_its_study() -> None:
    cycle = chain("finding", of={0: "a#f"})
    assert cycles(book(cycle)).loops[0].since is None
    assert cycles(book(cycle), [study(year=2015)]).loops[0].since == "2015"


def test_references_that_lead_nowhere_are_named() -> None:
    seen = Observation(id="o1", statement="Seen.", arrangement="t1", studies=("a", "gone"))
    asked = ResearchQuestion(id="q1", text="Why?", arises_from=("q2", "o9"))
    other = ResearchQuestion(id="q2", text="Who?")
    cycle = chain(
        "question", "study", "finding", "lesson", "observation",
        of={0: "q9", 1: "gone", 2: "a#f9", 3: "o1", 4: "q1"},
    )  # fmt: skip
    loose = chain("finding", "study", name="l2", of={0: "a", 1: "q1"})
    everything = book(seen, asked, other, cycle, loose)
    named = {(one.where, one.to, one.because) for one in cycles(everything, [study()]).dangling}
    assert named == {
        ("observation o1", "t1", "no such support arrangement in the casebook"),
        ("observation o1", "gone", "no such study in the compendium"),
        ("question q1", "q2", "a record of class ResearchQuestion; expected Observation"),
        ("question q1", "o9", "no such observation in the casebook"),
        ("cycle l1, step s0", "q9", "no such question in the casebook"),
        ("cycle l1, step s1", "gone", "no such study in the compendium"),
        ("cycle l1, step s2", "a#f9", "no such finding in that study"),
        ("cycle l1, step s4", "q1", "a record of class ResearchQuestion; expected Observation"),
        ("cycle l2, step s0", "a", "expected study#finding"),
        ("cycle l2, step s1", "q1", "no such study in the compendium"),
    }
    # Without a compendium nothing is known of studies, so that none is said to be missing.
    assert all("study in the compendium" not in one.because for one in cycles(everything).dangling)


def test_findings_nobody_took_up_are_counted_by_strategy_and_outcome() -> None:
    some = [study("a"), study("b"), study("c", "unclear"), study("d", programme="p"),
            study("e", programme="p"), study("z", strategies=(), findings=(
                Finding(id="f", outcome="o", direction="improved"),))]  # fmt: skip
    found = cycles(book(chain("finding", of={0: "a#f"})), some)
    assert (found.ready, found.n_untaken) == (4, 3)
    (group,) = found.untaken
    assert (group.strategy, group.kind, group.findings, group.cases) == (
        MEETINGS, "implementation", 3, 2,
    )  # fmt: skip
    assert found.untaken_findings == ()
    each = cycles(book(chain("finding", of={0: "a#f"})), some, each=True).untaken_findings
    assert [one.finding for one in each] == ["b#f", "d#f", "e#f"]
    named = cycles(book(Observation(id="o", statement="Seen.", studies=("a", "b", "d"))), some)
    assert named.n_untaken == 1


def test_the_findings_of_the_bundled_compendium_by_plain_code() -> None:
    ready = 0
    groups: Counter[tuple[str, str | None]] = Counter()
    for record in raw_studies():
        codes = {node["id"]: node.get("codes", []) for node in record.get("strategies", [])}
        outcomes = {node["id"]: node for node in record.get("outcomes", [])}
        for finding in record.get("findings", []):
            if finding.get("strategies") and finding["direction"] != "unclear":
                ready += 1
                for code in {one for name in finding["strategies"] for one in codes[name]}:
                    groups[code, outcomes[finding["outcome"]].get("kind")] += 1
    found = cycles(book(chain("lesson")), EXAMPLES)
    assert found.ready == found.n_untaken == ready
    ours = {(one.strategy, one.kind): one.findings for one in found.untaken if one.strategy}
    assert ours == dict(groups)


@st.composite
def dags(draw: st.DrawFn) -> LearningCycle:
    """Return a random cycle: each step follows some earlier ones, dates never go back."""
    number = draw(st.integers(1, 8))
    years = sorted(draw(st.lists(st.integers(2000, 2009), min_size=number, max_size=number)))
    steps = []
    for place in range(number):
        follows = draw(st.sets(st.integers(0, place - 1), max_size=3)) if place else set()
        steps.append(
            LearningStep(
                id=f"s{place}",
                kind=draw(st.sampled_from(ROUND)),
                label=f"step {place}",
                date=draw(st.sampled_from([str(years[place]), None])),
                follows=tuple(f"s{one}" for one in sorted(follows)),
            )
        )
    return LearningCycle(id="l", title="L", steps=tuple(draw(st.permutations(steps))))


@given(dags())
def test_steps_stand_in_time(cycle: LearningCycle) -> None:
    course = cycles(book(cycle))["l"]
    places = {step.id: place for place, step in enumerate(course.steps)}
    assert sorted(places) == sorted(step.id for step in cycle.steps)
    for step in course.steps:
        assert all(places[before] < places[step.id] for before in step.follows)


@given(dags(), st.randoms())
def test_the_order_of_the_steps_in_the_file_changes_no_loop(
    cycle: LearningCycle, chance: random.Random
) -> None:
    steps = list(cycle.steps)
    chance.shuffle(steps)
    again = LearningCycle(id="l", title="L", steps=tuple(steps))
    assert cycles(book(cycle)).loops == cycles(book(again)).loops
    assert cycles(book(cycle))["l"].closes_with == cycles(book(again))["l"].closes_with


def _brute(cycle: LearningCycle, kind: str, due: set[str]) -> set[str]:
    """Return the steps of a kind after which nothing due comes, by walking every path."""
    after = defaultdict(set)
    for step in cycle.steps:
        for before in step.follows:
            after[before].add(step.id)
    which = {step.id: step.kind for step in cycle.steps}

    def reaches(name: str) -> bool:
        return any(which[one] in due or reaches(one) for one in after[name])

    return {f"l#{name}" for name, own in which.items() if own == kind and not reaches(name)}


@given(dags())
def test_open_loops_against_plain_recursion(cycle: LearningCycle) -> None:
    found = cycles(book(cycle))
    for kind, step, due in [
        ("finding nobody took up", "finding", {"lesson", "practice_change"}),
        ("study without finding", "study", {"finding"}),
        ("change of practice nobody observed", "practice_change", {"observation"}),
        ("observation without question", "observation", {"question"}),
    ]:
        assert {one.id for one in found.of(kind)} == _brute(cycle, step, due)  # type: ignore[arg-type]


def test_an_empty_casebook_and_an_unknown_cycle() -> None:
    found = cycles(book())
    assert found.loops == found.cycles == found.dangling == ()
    with pytest.raises(KeyError):
        found["l1"]


# Bearing


def raw_studies() -> list[dict[str, Any]]:
    text = (files("implsci.compendia") / "examples.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def narrower(scheme: str, code: str) -> set[str]:
    """Return a code and all below it, read from the term table by plain code."""
    text = (files("implsci.taxonomies") / f"{scheme}.csv").read_text(encoding="utf-8")
    rows = list(csv.DictReader(text.splitlines()))
    found = {code}
    while True:
        more = {
            f"{scheme}:{row['code']}"
            for row in rows
            if {f"{scheme}:{one.strip()}" for one in row["broader"].split("|")} & found
        } | found
        if more == found:
            return found
        found = more


def test_a_bearing_by_plain_code_engagement_and_outcome() -> None:
    wanted = {"engagement:co-creation", "engagement:push"}
    by_basis: dict[str, Counter[str]] = defaultdict(Counter)
    studies, told_model, told_outcome = [], 0, 0
    for record in raw_studies():
        codes = set(record.get("engagement", []))
        for place in ("arms", "strategies"):
            codes |= {code for node in record.get(place, []) for code in node.get("codes", [])}
        uses = {n["id"] for n in record.get("outcomes", []) if n.get("kind") == "research_use"}
        told_model += bool(codes & wanted)
        told_outcome += bool(uses)
        own = [one for one in record.get("findings", []) if one["outcome"] in uses]
        if codes & wanted and own:
            studies.append(record["id"])
            for one in own:
                by_basis[one["basis"]][one["direction"]] += 1
    found = bearing(find_questions(QUESTIONS, "co-creation-and-use")[0], EXAMPLES)
    assert [one.study for one in found.of("answers")] == studies
    assert found.aspects == {"engagement": told_model, "outcome": told_outcome}
    assert {
        basis: {name: number for name, number in counts.items() if name != "findings"}
        for basis, counts in found.by_basis.items()
    } == {basis: dict(counts) for basis, counts in by_basis.items()}
    # Recounted once by hand from the records: nine studies tell a model and have such a finding.
    assert (len(studies), sum(map(len, (one.findings for one in found.studies)))) == (9, 11)
    assert found.analyses[0].because
    assert "cannot be estimated" in found.sentence()


def test_a_bearing_by_plain_code_strategies_with_narrower_ones() -> None:
    wanted = narrower("relational", "relational:listening")
    assert len(wanted) > 3
    expected = {}
    for record in raw_studies():
        behind = {
            node["id"]
            for node in record.get("strategies", [])
            if wanted & set(node.get("codes", []))
        }
        own = [
            one["id"]
            for one in record.get("findings", [])
            if behind & set(one.get("strategies", []))
        ]
        if own:
            expected[record["id"]] = tuple(own)
    asked = ResearchQuestion(
        id="q", text="Does listening help?", strategies=("relational:listening",)
    )
    found = bearing(asked, EXAMPLES, analyses=False)
    assert {one.study: one.findings for one in found.of("answers")} == expected
    assert len(expected) > 2


def test_levels_and_reasons() -> None:
    asked = ResearchQuestion(
        id="q", text="Do meetings get research used?", strategies=(MEETINGS,),
        outcome_kinds=("research_use",), studies=("named", "gone"),
    )  # fmt: skip
    use = Outcome(id="u", label="use", kind="research_use")
    uptake = Outcome(id="o", label="uptake", kind="implementation")
    answer = study("answers", outcomes=(use,), findings=(
        Finding(id="f", outcome="u", direction="improved", basis="effect", strategies=("s",)),
    ))  # fmt: skip
    touch = study("touches", outcomes=(use, uptake))
    found = bearing(asked, [study("named"), touch, answer, study("other")])
    assert [(one.study, one.level) for one in found.studies] == [
        ("answers", "answers"), ("touches", "touches"), ("named", "named"),
    ]  # fmt: skip
    assert found.studies[0].because == (f"strategy: {MEETINGS}", "outcome: research_use")
    assert found.studies[1].because[-1] == "no finding joins them"
    assert found.missing == ("gone",)
    assert found.aspects == {"strategy": 4, "outcome": 2}
    assert found.by_basis == {"effect": {"findings": 1, "improved": 1}}
    assert found.cases == 1


def test_a_model_told_of_an_arm_is_told() -> None:
    arm = Arm(id="x", label="helped", codes=("engagement:push",))
    asked = ResearchQuestion(
        id="q", text="Push?", kind="description", engagement=("engagement:push",)
    )
    found = bearing(asked, [study(arms=(arm,)), study("b")])
    assert [one.study for one in found.studies] == ["a"]
    assert found.analyses == found.cannot == ()  # a description compares nothing


def test_a_barrier_is_met_where_the_strategy_behind_a_finding_is_aimed_at_it() -> None:
    barrier = Barrier(id="b", label="culture", codes=("cfir-2009:culture",))
    aimed = Strategy(id="s", label="meet", codes=(MEETINGS,), addresses=("b",))
    asked = ResearchQuestion(id="q", text="Culture?", barriers=("cfir-2009:inner-setting",))
    found = bearing(asked, [
        study("a", strategies=(aimed,), barriers=(barrier,)), study("b", barriers=(barrier,)),
    ])  # fmt: skip
    assert [(one.study, one.level) for one in found.studies] == [("a", "answers"), ("b", "touches")]


def test_bases_are_never_added() -> None:
    asked = ResearchQuestion(id="q", text="Do meetings help?", strategies=(MEETINGS,))
    found = bearing(asked, [study("a"), study("b", basis="description"), study("c", "worsened")])
    assert found.short() == "effects: 1 improved, 1 worsened; descriptions: 1 improved"


def test_a_study_of_several_models_is_credited_to_none() -> None:
    asked = find_questions(QUESTIONS, "co-creation-and-use")[0]
    use = (Outcome(id="o", label="use", kind="research_use"),)
    some = [
        study("a", engagement=("engagement:push",), outcomes=use),
        study("b", engagement=("engagement:co-creation",), outcomes=use),
        study("c", engagement=("engagement:push", "engagement:co-creation"), outcomes=use),
    ]
    found = bearing(asked, some, analyses=False)
    assert {model: own["effect"]["findings"] for model, own in found.by_engagement.items()} == {
        "engagement:co-creation": 1, "engagement:push": 1, "several": 1,
    }  # fmt: skip


def test_a_role_question_gets_the_answer_of_the_analysis_with_its_reason() -> None:
    asked = find_questions(QUESTIONS, "relationship-necessary")[0]
    found = bearing(asked, EXAMPLES)
    (answer,) = found.analyses
    expected = implsci.analysis.relationship.roles(EXAMPLES)["necessary_condition"]
    assert answer.sentence() == expected.sentence()
    assert "Asserted, and no result stands behind it" in found.sentence()


def test_what_no_analysis_can_answer_is_said() -> None:
    silent = study()
    asked = find_questions(QUESTIONS, "co-creation-and-use")[0]
    assert bearing(asked, [silent]).cannot[0].startswith("no study (of 1) tells its model")
    outcome = ResearchQuestion(id="q", text="Trust?", kind="role", role="outcome")
    assert bearing(outcome, [silent]).cannot == (
        "no analysis reads the relationship as an outcome of itself",
    )
    bare = bearing(ResearchQuestion(id="q", text="Why?"), [silent])
    assert bare.studies == ()
    assert bare.because is not None
    assert "No study can be matched" in bare.sentence()


def test_codes_that_are_not_there_are_named_and_uninstalled_ones_compare() -> None:
    asked = ResearchQuestion(
        id="q", text="Who knows?", strategies=("eric:no-such-thing", "elsewhere:tea")
    )
    tea = study("t", strategies=(Strategy(id="s", label="tea", codes=("elsewhere:tea",)),))
    found = bearing(asked, [tea], registry=Registry(plugins=["eric"]))
    assert found.unknown == ("eric:no-such-thing",)
    assert [one.study for one in found.of("answers")] == ["t"]


def test_observations_stand_beside_and_are_not_added() -> None:
    asked = ResearchQuestion(
        id="q", text="Do meetings help?", strategies=(MEETINGS,), arises_from=("o2",)
    )
    seen = (
        Observation(
            id="o1", statement="No use.", strategies=(MEETINGS,), direction="no_difference"
        ),
        Observation(id="o2", statement="They slept."),
        Observation(id="o3", statement="We listened.", strategies=(LISTEN,), direction="improved"),
    )
    with_them = bearing(asked, [study()], book(*seen))
    assert [one.id for one in with_them.observations] == ["o1", "o2"]
    assert with_them.by_basis == bearing(asked, [study()]).by_basis
    assert "not added: 1 no difference, 1 without a direction" in with_them.sentence()


@given(studies(), st.sampled_from(STRATEGIES), st.sampled_from([*BARRIERS, None]))
def test_a_bearing_of_random_studies_by_plain_code(
    some: list[Study], strategy: str, barrier: str | None
) -> None:
    asked = ResearchQuestion(
        id="q", text="Why?", strategies=(strategy,), barriers=(barrier,) if barrier else ()
    )
    expected: Counter[tuple[str, str]] = Counter()
    answer, touch = [], []
    for one in some:
        codes = {node.id: node.codes[0] for node in (*one.strategies, *one.barriers)}
        aims = {node.id: node.addresses for node in one.strategies}
        own = [
            finding
            for finding in one.findings
            if any(codes[name] == strategy for name in finding.strategies)
            and (
                barrier is None
                or any(codes[aim] == barrier for name in finding.strategies for aim in aims[name])
            )
        ]
        expected.update((finding.basis, finding.direction) for finding in own)
        if own:
            answer.append(one.id)
        elif strategy in codes.values() and barrier in (None, *codes.values()):
            touch.append(one.id)
    found = bearing(asked, some)
    assert [one.study for one in found.of("answers")] == answer
    assert [one.study for one in found.of("touches")] == touch
    assert {
        (basis, direction): number
        for basis, counts in found.by_basis.items()
        for direction, number in counts.items()
        if direction != "findings"
    } == expected


@settings(max_examples=10)
@given(st.randoms())
def test_the_order_of_the_studies_changes_no_count(chance: random.Random) -> None:
    asked = find_questions(QUESTIONS, "co-creation-and-use")[0]
    some = list(EXAMPLES)
    chance.shuffle(some)
    again = bearing(asked, some, analyses=False)
    assert {one.study for one in again.studies} == _USE
    assert {b: dict(c) for b, c in again.by_basis.items()} == _USE_BY_BASIS


_FOUND = bearing(find_questions(QUESTIONS, "co-creation-and-use")[0], EXAMPLES, analyses=False)
_USE = {one.study for one in _FOUND.studies}
_USE_BY_BASIS = {basis: dict(counts) for basis, counts in _FOUND.by_basis.items()}


def test_every_seeded_question_can_be_matched_and_is_cited() -> None:
    registry = implsci.registry()
    asked = QUESTIONS.of(ResearchQuestion)
    assert len(asked) == len(QUESTIONS) == 16
    for one in asked:
        found: Bearing = bearing(one, EXAMPLES, analyses=False)
        assert found.because is None, one.id
        assert found.unknown == (), one.id
        assert found.missing == (), one.id
        assert one.citation is not None
        assert one.citation.url is not None
        assert one.citation.url.startswith("https://")
        assert one.provenance
        for code in (*one.engagement, *one.strategies, *one.barriers, *one.outcomes):
            assert registry.term(code).code == code
    # One for each reading of a relationship that can be asked of a compendium.
    assert {one.role for one in asked if one.kind == "role"} == {
        "strategy", "moderator", "mediator", "necessary_condition",
    }  # fmt: skip


def test_finding_a_question() -> None:
    assert len(find_questions(QUESTIONS)) == 16
    assert [one.id for one in find_questions(QUESTIONS, "relationship-as-moderator")] == [
        "relationship-as-moderator"
    ]
    assert {one.role for one in find_questions(QUESTIONS, "Relationship")} >= {"strategy"}
    assert len(find_questions(QUESTIONS, "relationsh")) > 3  # beginnings of words will do
    assert find_questions(QUESTIONS, "elationship") == ()
    assert find_questions(QUESTIONS, "zeppelin") == ()
    assert find_questions(QUESTIONS, "  ") == ()


# Beside


def seen(name: str, direction: str | None, code: str = MEETINGS, **more: Any) -> Observation:
    return Observation(id=name, statement="Seen.", direction=direction, strategies=(code,), **more)


@pytest.mark.parametrize(
    ("directions", "findings", "expected"),
    [
        (["improved"], ["improved"], ("gain", "gain", "agree")),
        (["worsened"], ["no_difference"], ("no gain", "gain not shown", "agree")),
        (["improved"], ["worsened"], ("gain", "gain not shown", "seen to work, gain not shown")),
        (["no_difference"], ["improved"], ("no gain", "gain", "seen to fail, gain shown")),
        (["maintained"], [], ("gain", "untested", "seen to work, untested")),
        (["worsened"], [], ("no gain", "untested", "seen to fail, untested")),
        (["improved", "worsened"], ["improved"], ("mixed", "gain", "undecided")),
        (["improved", "improved", "worsened"], ["improved"], ("gain", "gain", "agree")),
        ([None, "unclear"], ["improved"], ("not told", "gain", "undecided")),
        (["improved"], ["unclear"], ("gain", "unclear", "undecided")),
        (["improved"], ["improved", "worsened"], ("gain", "gain not shown", "seen to work, gain not shown")),
    ],
)  # fmt: skip
def test_the_rule_of_standing_side_by_side(
    directions: list[str | None], findings: list[str], expected: tuple[str, str, str]
) -> None:
    records = [seen(f"o{place}", direction) for place, direction in enumerate(directions)]
    some = [study(f"a{place}", direction) for place, direction in enumerate(findings)]
    bare = study("bare", findings=())
    one = beside(book(*records), [bare, *some])[MEETINGS]
    assert (one.practice, one.research, one.verdict) == expected
    assert len(one.observations) == len(directions)
    assert one.by_basis.get("effect", {}).get("findings", 0) == len(findings)


def test_discordance_is_told_with_both_counts_and_nothing_is_summed() -> None:
    found = beside(
        book(
            seen("o1", "no_difference", n=9, n_informants=17, date="2019"), seen("o2", "worsened")
        ),
        [study("a", year=2018), study("b", year=2021), study("c", basis="description", year=2019)],
    )
    one = found[MEETINGS]
    assert found.discordant == found.repeated == (one,)
    assert (one.tested, one.told, one.gains, one.alone, one.used, one.used_since) == (
        2, 2, 2, 2, 3, 1,
    )  # fmt: skip
    assert one.informants == "9 of 17"
    assert one.sentence() == (
        "Conduct educational meetings: seen to fail, gain shown. Practice: 1 no difference, 1 "
        "worsened; research: of 2 cases that test it and tell a direction, 2 show gains in most of "
        "what they tell."
    )
    assert "is used in 3 cases, 1 of them published after that" in found.sentence()
    assert any("places to publish" in text for text in found.assumptions)
    (row,) = found.to_rows()
    assert (row["observations"], row["said"]) == (
        2,
        "effects: 2 improved; descriptions: 1 improved",
    )


def test_an_observation_on_a_heading_stands_for_what_is_narrower() -> None:
    found = beside(
        book(seen("o1", "improved", "eric:train-and-educate-stakeholders")), [study("a")]
    )
    assert found["eric:train-and-educate-stakeholders"].research == "gain"
    assert found.unheard == ()
    other = beside(book(seen("o1", "improved", LISTEN)), [study("a")])
    assert other.unheard == (MEETINGS,)


def test_the_studies_of_one_programme_are_one_case_in_the_tests() -> None:
    some = [study(name, programme="trial") for name in "ab"] + [study("c", "worsened")]
    one = beside(book(seen("o1", "improved")), some)[MEETINGS]
    assert (one.tested, one.gains, one.research) == (2, 1, "gain not shown")


def test_beside_the_bundled_compendium_agrees_with_the_rule_for_studies_alone() -> None:
    """Of a code without narrower ones, research reads as in `practice`, whose rule it is."""
    standings = implsci.questions.practice(EXAMPLES).standings
    leaves = [one for one in standings if one.strategy.startswith("eric:") and one.tested]
    assert len(leaves) > 20
    found = beside(
        book(*(seen(f"o{place}", "improved", one.strategy) for place, one in enumerate(leaves))),
        EXAMPLES,
    )
    for one in leaves:
        row = found[one.strategy]
        assert (row.research, row.tested, row.told, row.gains, row.alone) == (
            one.research, one.tested, one.told, one.tested_gains, one.alone,
        )  # fmt: skip
        assert row.standing == one


def test_nothing_to_set_beside() -> None:
    with pytest.raises(InvalidQueryError, match="no study"):
        beside(book(), [])
    found = beside(book(Observation(id="o", statement="Seen.")), [study()])
    assert (found.rows, found.without_strategy, found.unheard) == ((), 1, (MEETINGS,))


# Shares


def test_shares_have_their_denominators_and_are_not_added() -> None:
    found = share_of_informants(
        book(
            seen("o1", None, LISTEN, n=15, n_informants=17, date="2021"),
            seen("o2", None, LISTEN, n=3, n_informants=4, date="2020"),
            seen("o3", None, LISTEN, n=5, date="2022"),
            seen("o4", None, MEETINGS),
        )
    )
    assert [(one.source, one.share) for one in found[LISTEN]] == [
        ("o1", 15 / 17), ("o2", 0.75), ("o3", None),
    ]  # fmt: skip
    assert [(one.observation, one.themes, one.new) for one in found.newness] == [
        ("o2", 1, 1), ("o1", 1, 0), ("o3", 1, 0), ("o4", 1, 1),
    ]  # fmt: skip
    assert found.sentence() == (
        "2 themes, 1 with a share of those asked. The last observation still brought a new theme."
    )


def test_barriers_of_studies_bring_their_own_denominators() -> None:
    barrier = Barrier(id="b", label="culture", codes=("cfir-2009:culture",), n=4, n_informants=10)
    found = share_of_informants(book(), [study("a", barriers=(barrier,), year=2020)])
    assert [(one.theme, one.source, one.share, one.date) for one in found.shares] == [
        ("cfir-2009:culture", "a#b", 0.4, "2020")
    ]


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9), st.sampled_from("abc"))))
def test_shares_stay_between_none_and_all(told: list[tuple[int, int, str]]) -> None:
    records = [
        seen(f"o{place}", None, f"made:{code}", n=n, n_informants=n + rest or 1)
        for place, (n, rest, code) in enumerate(told)
    ]
    found = share_of_informants(book(*records))
    assert len(found.shares) == len(told)
    assert all(one.share is not None and 0 <= one.share <= 1 for one in found.shares)
    assert sum(one.new for one in found.newness) == len({code for *_, code in told})


# Competencies


def test_ties_are_those_of_the_crosswalk() -> None:
    """Against the rows of the table itself, read by plain code."""
    text = (files("implsci.crosswalks") / "relational-to-isp.csv").read_text(encoding="utf-8")
    rows = [row for row in csv.DictReader(text.splitlines()) if row["object"]]
    pairs: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        if row["object"].startswith("isp:"):
            pairs[row["subject"]].add(row["object"])
    assert len(pairs) > 20
    found = competencies(sorted(pairs))
    ours: dict[str, set[str]] = defaultdict(set)
    for tie in found.ties:
        ours[tie.strategy].add(tie.competency)
    assert ours == pairs
    assert found.untied == ()
    needed = dict(found.needed)
    assert needed == Counter(code for own in pairs.values() for code in own)


def test_what_has_no_tie_is_said_and_why() -> None:
    found = competencies([LISTEN, "relational:give-back", "eric:remind-clinicians", "made:up"])
    assert {one.strategy: one.because for one in found.untied} == {
        "relational:give-back": "no match in relational-to-isp (provisional)",
        "eric:remind-clinicians": "unknown: no crosswalk leads there",
        "made:up": "no installed taxonomy or crosswalk has it",
    }
    taxonomy = implsci.registry().taxonomy("isp")
    assert len(found.idle) + 1 == sum(term.kind != "group" for term in taxonomy)
    assert len(found.to_rows()) == 4
    assert len({tuple(row) for row in found.to_rows()}) == 1


def test_a_plan_and_an_arrangement_can_be_asked() -> None:
    strategies = (
        Strategy(id="s", label="listen", codes=(LISTEN,)),
        Strategy(id="t", label="something else"),
    )
    plan = competencies(Study(id="p", title="P", strategies=strategies))
    assert plan.needed == (("isp:communication", 1),)
    assert [one.strategy for one in plan.untied] == ["something else"]
    arrangement = SupportArrangement(
        id="t1", title="T", strategies=strategies, activities=("relational:address-power",)
    )
    found = competencies(arrangement)
    assert dict(found.needed).keys() == {
        "isp:communication", "isp:addressing-power-differentials", "isp:advance-equity",
    }  # fmt: skip


def test_competencies_without_what_they_need() -> None:
    with pytest.raises(InvalidQueryError, match="no strategy"):
        competencies([])
    with pytest.raises(UnknownNameError):
        competencies([LISTEN], Registry(plugins=["relational"]))


# Briefs


HOSTILE = "<script>alert(1)</script> [link](http://x.y) *a* `b` # c | d\n# e &lt; _f_ 1. \\"


def test_a_brief_tells_what_happened_on_what_evidence_and_what_is_open() -> None:
    asked = ResearchQuestion(id="q1", text="Do meetings help?")
    watched = Observation(
        id="o1", statement="They come.", direction="improved", n=3, n_informants=4, by="a coach",
        quotes=(
            Quote(text="We come now.", consent="publication", role="teacher"),
            Quote(text="Never print this.", consent="internal"),
            Quote(consent="refused"),
        ),
    )  # fmt: skip
    cycle = chain(*ROUND[:6], of={0: "q1", 1: "a", 2: "a#f", 5: "o1"})
    text = lesson_brief(book(asked, watched, cycle), "l1", [study(year=2020)])
    assert text.startswith("# A made-up cycle\n")
    assert "- Study a: a (2020)" in text
    assert "uptake: improved; basis: effect" in text
    assert "They come; improved; 3 of 4 say so; by a coach" in text
    assert "“We come now.” (teacher)" in text
    assert "Never print" not in text
    assert "2 quotes not shown" in text
    unknown = text.partition("## What is not known")[2]
    assert "observation without question" in unknown
    assert "6 steps without a date" in unknown


def test_a_date_at_the_head_of_a_line_is_printed_as_it_is() -> None:
    steps = (
        LearningStep(id="a", kind="lesson", label="2. ask first", date="2024-05"),
        LearningStep(id="b", kind="lesson", label="- ask late", date="2024-06"),
    )
    text = lesson_brief(book(LearningCycle(id="l1", title="Made up", steps=steps)), "l1")
    assert "- 2024-05, lesson: 2\\. ask first" in text
    assert "lesson: \\- ask late" in text


def test_a_brief_of_a_lesson_holds_what_led_to_it_and_what_came_of_it() -> None:
    cycle = LearningCycle(
        id="l1",
        title="Two ways",
        steps=(
            LearningStep(id="f", kind="finding", label="the finding", of="a#f"),
            LearningStep(id="x", kind="finding", label="beside it"),
            LearningStep(id="l", kind="lesson", label="the lesson", follows=("f",)),
            LearningStep(id="p", kind="practice_change", label="the change", follows=("l",)),
        ),
    )
    text = lesson_brief(book(cycle), "l1#l")
    assert text.startswith("# the lesson\n")
    assert "**the lesson**" in text
    assert "the finding" in text
    assert "the change" in text
    assert "beside it" not in text
    assert "No compendium was asked" in text


def test_a_brief_of_something_that_is_not_there() -> None:
    cycle = chain("lesson", "practice_change")
    with pytest.raises(UnknownNameError, match="cycle 'l2'"):
        lesson_brief(book(cycle), "l2")
    with pytest.raises(UnknownNameError, match="step 's9'"):
        lesson_brief(book(cycle), "l1#s9")


@pytest.mark.parametrize(
    "found",
    [
        cycles(book(chain(*ROUND)), EXAMPLES),
        bearing(ResearchQuestion(id="q", text="Why?", role="moderator"), EXAMPLES),
        beside(book(Observation(id="o", statement="Seen.", strategies=(LISTEN,))), EXAMPLES),
        share_of_informants(book(Observation(id="o", statement="Seen.", strategies=(LISTEN,)))),
        competencies([LISTEN, "relational:give-back"]),
    ],
    ids=lambda found: type(found).__name__,
)
def test_every_result_can_be_read_by_programs(found: Any) -> None:
    pytest.importorskip("pyarrow")
    rows = found.to_rows()
    assert rows
    assert {tuple(row) for row in rows} == {tuple(rows[0])}
    assert found.to_table().num_rows == len(rows)
    again = json.loads(json.dumps(found.to_dict()))
    assert again["sentence"] == found.sentence()
    assert again["assumptions"] == list(found.assumptions)


class _Read(HTMLParser):
    """Collects tags and text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _rendered(text: str) -> _Read:
    markdown_it = pytest.importorskip("markdown_it")
    return _Read(markdown_it.MarkdownIt("commonmark").enable("table").render(text))


OURS = {"h1", "h2", "p", "ul", "li", "strong"}


@pytest.mark.parametrize("text", [HOSTILE, "1. one", "- item", "+ x", "=====", "2) two", "![i](u)"])
def test_hostile_text_is_shown_as_it_is(text: str) -> None:
    step = LearningStep(id="a", kind="study", label=text, of=text.partition("#")[0])
    cycle = LearningCycle(id="l1", title=text, steps=(step,))
    for name in ("l1", "l1#a"):
        brief = lesson_brief(book(cycle), name, [study()])
        assert "leads nowhere" in brief
        page = _rendered(brief)
        assert page.tags <= OURS
        assert " ".join(text.split()) in page.text.splitlines()[0]
        assert "<script" not in brief


@given(st.text(min_size=1).filter(lambda text: text.strip() and text.isprintable()))
def test_any_text_comes_back_out_of_a_brief(text: str) -> None:
    brief = lesson_brief(book(LearningCycle(id="l1", title=text)), "l1")
    page = _rendered(brief)
    assert page.tags <= OURS
    assert page.text.splitlines()[0].split() == text.split()
