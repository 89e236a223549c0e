"""Support arrangements: profiles, conflicts of need, readiness, dose, and what to look at.

Every record here is made up; what is expected of each was worked out by hand.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci.casebook import Casebook
from implsci.codec import decode_document, encode
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model import (
    Barrier,
    CoreElement,
    Event,
    Innovation,
    Measurement,
    Outcome,
    Relationship,
    Strategy,
)
from implsci.model.documents import (
    Agreement,
    Answer,
    Assumption,
    Claim,
    Diagnosis,
    Party,
    SequencePlan,
    SequenceStep,
    SupportArrangement,
)
from implsci.model.support import CRITERIA
from implsci.support import (
    DOSE_WORDS,
    NEED_RULES,
    NOTES,
    READINESS_EVENTS,
    STYLES,
    NeedRule,
    VerdictRule,
    backgrounds,
    by_background,
    constraints_of,
    describe,
    dose,
    engagement_history,
    engagement_profile,
    more_than,
    need_conflicts,
    readiness,
    styles,
    ties,
)
from implsci.taxonomies import support as scheme

TA = Party(
    id="ta", label="the university team", role="provider", background=("researcher",),
    name="Ada Example", contact="ada@example.org",
)  # fmt: skip
SITE = Party(id="site", label="the county", role="recipient", background=("practitioner",))
PARENTS = Party(id="parents", label="the parents' council", role="community")


def made(**fields: Any) -> SupportArrangement:
    return SupportArrangement(
        **{"id": "s1", "title": "Help with screening", "parties": (TA, SITE, PARENTS), **fields}
    )


def answers(*given: tuple[str, ...]) -> tuple[Answer, ...]:
    """Answers as criterion, answer, and optionally who and when."""
    return tuple(
        Answer(
            criterion=one[0],  # type: ignore[arg-type]
            answer=one[1],
            by=(one[2] or None) if len(one) > 2 else None,
            date=one[3] if len(one) > 3 else None,
        )
        for one in given
    )


PUSH = (
    ("problem_definition", "provider"),
    ("solution_source", "packaged_elsewhere"),
    ("adaptability", "fixed"),
    ("communication", "to_recipient"),
    ("not_ready", "support_withdrawn"),
)
TOGETHER = (
    ("problem_definition", "both"),
    ("solution_source", "developed_together"),
    ("adaptability", "tailored_together"),
    ("communication", "both_ways"),
    ("not_ready", "support_adapted"),
)


# ------------------------------------------------------------------ push, pull, co-creation


@pytest.mark.parametrize(("given_", "model"), [(PUSH, "push"), (TOGETHER, "co-creation")])
def test_a_pure_case_is_settled_and_hangs_on_no_answer(given_: Any, model: str) -> None:
    found = engagement_profile(made(answers=answers(*given_)))
    assert found.verdict == model
    assert found.scores is not None
    assert found.scores[model] == 1  # type: ignore[index]
    assert found.settled
    assert found.driving == found.disagreements == found.unknown == ()


def test_nothing_answered_is_unknown_and_no_zero() -> None:
    found = engagement_profile(made())
    assert (found.verdict, found.scores, found.settled) == ("unknown", None, False)
    assert found.unknown == tuple(CRITERIA)
    assert found.sentence() == "Push, pull or co-creation is unknown: 0 of 5 criteria answered."


def test_a_criterion_without_an_answer_is_in_no_score() -> None:
    found = engagement_profile(made(answers=answers(*PUSH[:2], *TOGETHER[2:3])))
    assert found.scores == {"push": 2 / 3, "pull": 0, "co-creation": 1 / 3}
    assert found.verdict == "push"
    assert found.unknown == ("communication", "not_ready")
    assert not found.settled, "two answers for co-creation would make it 2 of 5"
    assert found.models == {
        "push": ("problem_definition", "solution_source"),
        "co-creation": ("adaptability",),
    }


def test_three_of_five_on_one_side_are_settled() -> None:
    assert engagement_profile(made(answers=answers(*TOGETHER[:3]))).settled
    assert not engagement_profile(made(answers=answers(*TOGETHER[:2]))).settled


def test_a_half_is_no_majority() -> None:
    found = engagement_profile(made(answers=answers(PUSH[0], TOGETHER[1])))
    assert found.verdict == "mixed"
    # Each answer alone keeps it mixed: without it the other one rules.
    assert {(one.criterion, one.without) for one in found.driving} == {
        ("problem_definition", "co-creation"),
        ("solution_source", "push"),
    }
    assert "Push on problem definition; co-creation on solution source." in found.sentence()


def test_the_answer_that_drives_the_verdict_is_named() -> None:
    found = engagement_profile(made(answers=answers(*PUSH[:2], TOGETHER[2])))
    # 2 of 3 for push; without one of them it is 1 of 2.
    assert [(one.criterion, one.without) for one in found.driving] == [
        ("problem_definition", "mixed"),
        ("solution_source", "mixed"),
    ]
    assert (
        "Without 'provider' (problem definition, the keeper of the record) it would be mixed."
        in (found.sentence())
    )


def test_parties_share_a_criterion_and_their_disagreement_is_listed() -> None:
    found = engagement_profile(
        made(
            answers=answers(
                ("problem_definition", "both", "ta"),
                ("problem_definition", "provider", "site"),
                ("communication", "both_ways", "ta"),
                ("communication", "both_ways", "site"),
            )
        )
    )
    assert found.scores == {"push": 0.25, "pull": 0, "co-creation": 0.75}
    (one,) = found.disagreements
    assert one.criterion == "problem_definition"
    assert one.views == (("the university team", "co-creation"), ("the county", "push"))
    assert "the county says push" in found.sentence()


def test_other_criteria_can_be_asked() -> None:
    arrangement = made(answers=answers(*PUSH[:1], *TOGETHER[1:]))
    one = {"problem_definition": CRITERIA["problem_definition"]}
    assert engagement_profile(arrangement, criteria=one).verdict == "push"
    # What speaks for which model can be seen otherwise too.
    seen = {"problem_definition": {"provider": "pull", "recipient": "pull"}}
    assert engagement_profile(arrangement, criteria=seen).verdict == "pull"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("criteria", "message"),
    [
        ({}, "at least one"),
        ({"a": {}}, "'a' has no answers"),
        ({"a": {"b": "shove"}}, "expected one of push, pull, co-creation, got 'shove'"),
    ],
)
def test_criteria_that_ask_nothing_are_refused(criteria: Any, message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message):
        engagement_profile(made(), criteria=criteria)


def test_another_rule_takes_the_place_of_the_majority() -> None:
    arrangement = made(answers=answers(*PUSH[:2], TOGETHER[2]))
    assert engagement_profile(arrangement, rule=more_than(0.75)).verdict == "mixed"
    assert "75%" in engagement_profile(arrangement, rule=more_than(0.75)).rule
    strict = VerdictRule(
        words="push where anything speaks for it",
        decide=lambda shares: "push" if shares["push"] else "mixed",
    )
    found = engagement_profile(made(answers=answers(PUSH[0], *TOGETHER[1:])), rule=strict)
    assert (found.verdict, found.rule) == ("push", "push where anything speaks for it")
    for share in (0.4, 1, 2):
        with pytest.raises(InvalidQueryError, match=r"0\.5 to below 1"):
            more_than(share)
    with pytest.raises(InvalidQueryError, match="expected one of push"):
        engagement_profile(
            arrangement,
            rule=VerdictRule(words="?", decide=lambda shares: "shove"),  # type: ignore[arg-type, return-value]
        )


def test_six_tenths_are_no_more_than_six_tenths() -> None:
    arrangement = made(answers=answers(*PUSH[:3], *TOGETHER[3:]))
    assert engagement_profile(arrangement, rule=more_than(0.6)).verdict == "mixed"
    assert engagement_profile(arrangement, rule=more_than(0.59)).verdict == "push"


def test_a_profile_moves_with_time() -> None:
    arrangement = made(
        answers=answers(
            ("solution_source", "packaged_elsewhere", "ta", "2023-01"),
            ("solution_source", "developed_together", "ta", "2024-06-01"),
            ("adaptability", "tailored_together", "ta"),
            ("adaptability", "fixed", "ta", "2023-01"),
        )
    )
    # The answer without a date gives way to one with a date, but holds where there is none yet.
    assert engagement_profile(arrangement, at="2022").models == {"co-creation": ("adaptability",)}
    assert engagement_profile(arrangement, at="2023-05").verdict == "push"
    assert engagement_profile(arrangement, at="2024-05").verdict == "push"
    assert engagement_profile(arrangement, at="2024-06").verdict == "mixed"
    history = engagement_history(arrangement)
    assert [(one.at, one.verdict) for one in history.profiles] == [
        ("2023-01", "push"),
        ("2024-06-01", "mixed"),
    ]
    assert history.sentence().startswith(
        "Push by 2023-01 (2 of 5 criteria answered); mixed by 2024"
    )
    assert history.to_rows()[1]["co-creation"] == 0.5
    earlier = engagement_history(arrangement, at="2024-05")
    assert [one.at for one in earlier.profiles] == ["2023-01"]
    with pytest.raises(InvalidQueryError, match="at: expected a date"):
        engagement_history(arrangement, at="soon")


def test_dates_that_cannot_be_told_apart_count_both() -> None:
    found = engagement_profile(
        made(
            answers=answers(
                ("adaptability", "fixed", "ta", "2024"),
                ("adaptability", "tailored_together", "ta", "2024-03"),
            )
        )
    )
    assert found.scores == {"push": 0.5, "pull": 0, "co-creation": 0.5}
    assert found.disagreements == (), "one party of two minds is no disagreement of parties"


@pytest.mark.parametrize("at", ["yesterday", "2024-13", ""])
def test_a_date_is_a_date(at: str) -> None:
    for ask in (engagement_profile, need_conflicts, readiness, describe):
        with pytest.raises(InvalidQueryError, match="at: expected a date"):
            ask(made(), at=at)


words = st.sampled_from([(name, word) for name, held in CRITERIA.items() for word in held])
given_answers = st.lists(
    st.tuples(
        words, st.sampled_from(["", "ta", "site"]), st.sampled_from([None, "2023", "2024-05"])
    ),
    unique_by=lambda one: (one[0][0], one[1], one[2]),
    max_size=20,
).map(
    lambda found: [Answer(criterion=c, answer=a, by=by or None, date=d) for (c, a), by, d in found]
)  # type: ignore[arg-type]


def numbers(found: Any) -> object:
    return found.scores, found.verdict, found.settled, found.readings, found.disagreements


@given(given_answers, st.randoms(use_true_random=False))
def test_scores_sum_to_one_and_the_order_of_answers_does_not_matter(
    given_: list[Answer], shuffler: Any
) -> None:
    found = engagement_profile(made(answers=tuple(given_)))
    if given_:
        assert found.scores is not None
        assert sum(found.scores.values()) == pytest.approx(1, abs=1e-12)
    else:
        assert found.scores is None
    mixed = list(given_)
    shuffler.shuffle(mixed)
    assert numbers(engagement_profile(made(answers=tuple(mixed)))) == numbers(found)


@given(given_answers, st.sets(st.sampled_from(sorted(CRITERIA)), min_size=1, max_size=4))
def test_what_is_not_asked_or_not_known_changes_nothing(
    given_: list[Answer], asked: set[str]
) -> None:
    criteria = {name: CRITERIA[name] for name in CRITERIA if name in asked}
    within = tuple(one for one in given_ if one.criterion in asked)
    found = engagement_profile(made(answers=tuple(given_)), criteria=criteria)
    assert numbers(engagement_profile(made(answers=within), criteria=criteria)) == numbers(found)
    # A criterion that nobody answered leaves scores and verdict as they are.
    wider = engagement_profile(
        made(answers=within), criteria=criteria | {"who_pays": {"provider": "push"}}
    )
    assert (wider.scores, wider.verdict) == (found.scores, found.verdict)
    assert wider.unknown == (*found.unknown, "who_pays")


def by_hand(given_: Sequence[Answer]) -> dict[str, Fraction]:
    """The scores of answers without dates, counted the long way."""
    totals = dict.fromkeys(("push", "pull", "co-creation"), Fraction(0))
    names = {one.criterion for one in given_}
    for name in names:
        here = [one for one in given_ if one.criterion == name]
        for one in here:
            totals[CRITERIA[name][one.answer]] += Fraction(1, len(here) * len(names))
    return totals


@given(given_answers)
def test_scores_are_those_counted_by_hand(given_: list[Answer]) -> None:
    undated = [one for one in given_ if one.date is None]
    found = engagement_profile(made(answers=tuple(undated)))
    if undated:
        assert found.scores == {name: float(share) for name, share in by_hand(undated).items()}


# ------------------------------------------------------------------ conflicts of need


def need(name: str, code: str, actor: str, **more: Any) -> Barrier:
    return Barrier(
        id=name, label=f"words of {name}", codes=(f"support:{code}",), actor=actor, **more
    )  # type: ignore[arg-type]


PUBLISH, DISCREET = need("c1", "need-to-publish", "ta"), need("c2", "need-for-discretion", "site")


def review(**more: Any) -> Agreement:
    return Agreement(
        **{
            "id": "a1", "label": "after the county has read it", "kind": "disclosure",
            "about": "Findings", "disclosure": "after_review", "by": ("ta", "site"),
            "start": "2024-03", **more,
        }
    )  # fmt: skip


def test_the_need_to_publish_stands_against_discretion() -> None:
    (one,) = need_conflicts(made(constraints=(PUBLISH, DISCREET))).conflicts
    assert (one.name, one.severity, one.status) == (
        "publication against discretion", "high", "open",
    )  # fmt: skip
    assert (one.one, one.other) == ("ta", "site")
    assert [stated.label for stated in (*one.one_states, *one.other_states)] == [
        "words of c1", "words of c2",
    ]  # fmt: skip
    assert "wtgrantfoundation.org" in one.source


def test_who_has_which_need_does_not_hang_on_the_role() -> None:
    found = need_conflicts(
        made(
            constraints=(
                need("c1", "need-to-publish", "site"),
                need("c2", "need-for-discretion", "ta"),
            )
        )
    )
    assert [(one.one, one.other) for one in found.conflicts] == [("site", "ta")]


@pytest.mark.parametrize(
    "constraints",
    [
        (PUBLISH,),
        (PUBLISH, need("c2", "need-for-discretion", "ta")),  # both are one party's
        (PUBLISH, evolve(DISCREET, valence="facilitator")),
        (PUBLISH, need("c2", "funding", "site")),
    ],
)
def test_no_conflict_is_made_up(constraints: tuple[Barrier, ...]) -> None:
    found = need_conflicts(made(constraints=constraints))
    assert found.conflicts == ()
    assert found.sentence() == "No two parties state needs that the rules set against each other."
    assert need_conflicts(made()).sentence().endswith("so that conflicts are unknown.")


@pytest.mark.parametrize(
    ("agreement", "status", "since"),
    [
        (review(), "settled", "2024-03"),
        (review(start=None), "settled", None),
        (review(about="snacks"), "open", None),
        (
            review(about=None, disclosure=None, codes=("support:need-to-publish",)),
            "settled",
            "2024-03",
        ),
        (review(by=("ta",)), "open", None),
        (review(by=("ta", "parents")), "open", None),
        (review(by=()), "unknown", None),
        (review(kind="roles"), "open", None),
        (review(end="2024-09"), "open", None),  # its end is told, and no date was asked
    ],
)
def test_what_settles_a_conflict(agreement: Agreement, status: str, since: str | None) -> None:
    (one,) = need_conflicts(
        made(constraints=(PUBLISH, DISCREET), agreements=(agreement,))
    ).conflicts
    assert one.status == status
    if status == "settled":
        assert (one.agreements, one.since) == (("a1",), since)


def test_an_agreement_settles_while_it_is_in_force() -> None:
    arrangement = made(constraints=(PUBLISH, DISCREET), agreements=(review(end="2024-09"),))
    found = {
        at: need_conflicts(arrangement, at=at).conflicts[0].status
        for at in ("2024-02", "2024-03", "2024-09-30", "2024-10")
    }
    assert found == {
        "2024-02": "open", "2024-03": "settled", "2024-09-30": "settled", "2024-10": "open",
    }  # fmt: skip
    lapsed = {
        at: need_conflicts(arrangement, at=at).conflicts[0].lapsed
        for at in ("2024-02", "2024-09-30", "2024-10", None)
    }
    assert lapsed == {"2024-02": (), "2024-09-30": (), "2024-10": ("a1",), None: ("a1",)}
    assert "(high, open, settled until a1 ended)" in need_conflicts(arrangement).sentence()


def test_a_line_that_one_party_states_is_a_need() -> None:
    line = Agreement(
        id="a2", label="results stay with us", kind="non_negotiable", by=("site",),
        codes=("support:need-for-discretion",),  # type: ignore[arg-type]
    )  # fmt: skip
    (one,) = need_conflicts(made(constraints=(PUBLISH,), agreements=(line,))).conflicts
    assert one.other_states[0].id == "a2"
    assert one.status == "open"


def test_what_two_parties_agreed_is_no_need_of_one_of_them() -> None:
    both = review(by=("site", "parents"), codes=("support:need-for-discretion",))
    assert need_conflicts(made(constraints=(PUBLISH,), agreements=(both,))).conflicts == ()


def test_since_is_unknown_where_an_agreement_may_be_older() -> None:
    again = review(id="a9", start=None)
    (one,) = need_conflicts(
        made(constraints=(PUBLISH, DISCREET), agreements=(review(), again))
    ).conflicts
    assert (one.agreements, one.since) == (("a1", "a9"), None)
    later = review(id="a9", start="2024-05")
    (one,) = need_conflicts(
        made(constraints=(PUBLISH, DISCREET), agreements=(later, review()))
    ).conflicts
    assert one.since == "2024-03"


def test_open_and_grave_ones_come_first() -> None:
    found = need_conflicts(
        made(
            constraints=(
                PUBLISH,
                need("c2", "reputation", "site"),
                need("c3", "need-for-discretion", "parents"),
                need("c4", "independence", "ta"),
                need("c5", "no-surprises", "site"),
            ),
            agreements=(review(),),
        )
    )
    assert [(one.name, one.other, one.status) for one in found.conflicts] == [
        ("publication against discretion", "parents", "open"),
        ("publication against reputation", "site", "settled"),
        ("independence against no surprises", "site", "settled"),
    ]
    assert [one.other for one in found.open] == ["parents"]


def test_rules_are_data() -> None:
    rule = NeedRule(
        name="room", one=("ours:quiet",), other=("ours:quiet",), because="one room", source="made up",
        severity="low",
    )  # fmt: skip
    quiet = tuple(
        Barrier(id=f"c-{actor}", label="quiet", codes=("ours:quiet",), actor=actor)  # type: ignore[arg-type]
        for actor in ("ta", "site", "parents")
    )
    found = need_conflicts(made(constraints=quiet), rules=(rule,))
    # Each pair once, though the rule reads the same both ways.
    assert [(one.one, one.other) for one in found.conflicts] == [
        ("ta", "site"), ("ta", "parents"), ("site", "parents"),
    ]  # fmt: skip
    assert need_conflicts(made(constraints=(PUBLISH, DISCREET)), rules=(rule,)).conflicts == ()
    with pytest.raises(InvalidQueryError, match="one name"):
        need_conflicts(made(), rules=(rule, rule))


def test_every_rule_names_needs_of_the_scheme_and_a_source() -> None:
    terms = scheme.taxonomy()
    for rule in NEED_RULES:
        assert {terms[code].kind for code in (*rule.one, *rule.other)} == {"need"}
        assert "http" in rule.source


# ------------------------------------------------------------------ readiness


def events(*told: tuple[str, str | None, str | None]) -> tuple[Event, ...]:
    return tuple(Event(kind=kind, date=date, of=of) for kind, date, of in told)


@pytest.mark.parametrize(
    ("kind", "response", "model"),
    [
        ("support_withdrawn", "withdrawn", "push"),
        ("support_waits", "waiting", "pull"),
        ("support_adapted", "adapted", "co-creation"),
        ("support_continued", "supported", None),
    ],
)
def test_what_support_did_about_a_site_not_ready(
    kind: str, response: str, model: str | None
) -> None:
    found = readiness(
        made(events=events(("not_ready", "2024-01", "site"), (kind, "2024-02", None)))
    )
    (site,) = found.sites
    assert (found.state, found.response) == ("not ready", response)
    assert (site.party, site.model, site.spells[0].start) == ("site", model, "2024-01")
    assert READINESS_EVENTS[kind] == response


@pytest.mark.parametrize(
    ("told", "state", "response"),
    [
        ((), "unknown", "unknown"),
        ((("ready", "2024", None),), "ready", "not called for"),
        ((("not_ready", "2024", None),), "not ready", "none recorded"),
        ((("support_adapted", "2024", None),), "unknown", "adapted"),
        # Support that ends after the site was ready is no answer to its not being so.
        ((("ready", "2024-01", None), ("support_withdrawn", "2024-02", None)), "ready", "not called for"),
        # The record's order is not that of the dates.
        ((("ready", "2024-05", None), ("not_ready", "2024-01", None)), "ready", "none recorded"),
    ],
)  # fmt: skip
def test_states_and_responses(told: Any, state: str, response: str) -> None:
    found = readiness(made(events=events(*told)))
    assert (found.state, found.response) == (state, response)


def test_spells_follow_one_another() -> None:
    arrangement = made(
        events=events(
            ("not_ready", "2023-01", None),
            ("support_withdrawn", "2023-02", None),
            ("ready", "2023-09", None),
            ("not_ready", "2024-01", None),
            ("support_continued", "2024-02", None),
            ("support_adapted", "2024-03", None),
        ),
        answers=answers(
            ("not_ready", "support_withdrawn", "ta"), ("not_ready", "support_adapted", "site")
        ),
    )
    (whole,) = readiness(arrangement).sites
    assert [(one.start, one.end, one.response) for one in whole.spells] == [
        ("2023-01", "2023-09", "withdrawn"),
        ("2024-01", None, "adapted"),
    ]
    assert whole.model == "co-creation"
    assert [(one.who, one.answer) for one in whole.contradictions] == [
        ("the university team", "support_withdrawn")
    ]
    (earlier,) = readiness(arrangement, at="2023-05").sites
    assert (earlier.response, earlier.model) == ("withdrawn", "push")
    assert [one.who for one in earlier.contradictions] == ["the county"]


def measured(value: float | None, time: str | None, **more: Any) -> Measurement:
    return Measurement(of="readiness", value=value, time=time, scale_min=1, scale_max=5, **more)


def test_a_measurement_says_ready_only_against_a_cut() -> None:
    arrangement = made(measurements=(measured(2, "2023-01"), measured(4, "2024-01")))
    assert readiness(arrangement).state == "unknown"
    assert "no cut given" in readiness(arrangement).sentence()
    assert readiness(arrangement, cut=3.5).state == "ready"
    assert readiness(arrangement, cut=4).state == "ready", "the cut itself is reached"
    assert readiness(arrangement, cut=4.5).state == "not ready"
    assert readiness(arrangement, cut=3.5, at="2023-06").state == "not ready"
    for cut in (0, 6, float("nan")):
        with pytest.raises(InvalidQueryError, match="cut: expected"):
            readiness(arrangement, cut=cut)


def test_measurements_whose_order_is_unknown_are_all_kept() -> None:
    arrangement = made(measurements=(measured(2, "at baseline"), measured(4, "2024-01")))
    found = readiness(arrangement, cut=3)
    assert found.state == "mixed"
    assert len(found.sites[0].measured) == 2
    assert readiness(made(measurements=(measured(None, "2024"),)), cut=3).state == "unknown"


def test_the_later_of_event_and_measurement_rules() -> None:
    def state(value: float, time: str | None, date: str | None) -> str:
        arrangement = made(
            measurements=(measured(value, time),), events=events(("not_ready", date, None))
        )
        return readiness(arrangement, cut=3).state

    assert state(4, "2024-05", "2024-01") == "ready"
    assert state(4, "2024-01", "2024-05") == "not ready"
    assert state(4, None, "2024-05") == "mixed"
    assert state(4, "2024", "2024-05") == "mixed"
    assert state(2, None, "2024-05") == "not ready"


def test_who_supports_rates_others() -> None:
    def sites(**ends: str) -> list[str | None]:
        found = readiness(made(measurements=(measured(4, "2024", **ends),)))
        return [one.party for one in found.sites]

    assert sites(respondent="site") == ["site"]
    assert sites(respondent="ta") == sites(respondent="ta", toward="elsewhere") == [None]
    assert sites(respondent="ta", toward="site") == ["site"]


def test_sites_are_told_apart() -> None:
    found = readiness(
        made(
            events=events(("not_ready", "2024-01", "site"), ("ready", "2024-01", "parents")),
            measurements=(measured(4, "2024-03", toward="site", respondent="ta"),),
        ),
        cut=3,
    )
    assert [(one.party, one.state) for one in found.sites] == [
        ("site", "ready"), ("parents", "ready"),
    ]  # fmt: skip
    assert [one.response for one in found.sites] == ["none recorded", "not called for"]
    assert found.response == "mixed"


# ------------------------------------------------------------------ dose, ties, backgrounds


def test_planned_against_delivered_in_each_unit() -> None:
    lines = dose(
        made(
            measurements=(
                Measurement(of="sessions planned", value=12, unit="count"),
                Measurement(of="sessions_delivered", value=6, unit="count", time="2023"),
                Measurement(of="delivered sessions", value=3, unit="count", time="2024"),
                Measurement(of="cost planned", value=1000, unit="EUR"),
                Measurement(of="cost", value=900, unit="USD"),
                Measurement(of="time spent", unit="hour"),
                Measurement(of="time", value=8),
                Measurement(of="attendance planned", value=0, unit="count"),
                Measurement(of="attendance delivered", value=5, unit="count"),
                Measurement(of="trust", value=5),
            )
        )
    ).lines
    assert [(one.what, one.unit, one.planned, one.delivered, one.share) for one in lines] == [
        ("sessions", "count", 12, 9, 0.75),
        ("cost", "EUR", 1000, None, None),
        ("cost", "USD", None, 900, None),
        ("time", "hour", None, None, None),
        ("time", None, None, 8, None),
        ("attendance", "count", 0, 5, None),
    ]
    assert lines[3].untold == 1


def test_a_sum_with_an_untold_part_is_unknown() -> None:
    parts = (
        Measurement(of="time spent", value=8, unit="hour", time="2023"),
        Measurement(of="time spent", unit="hour", time="2024"),
    )
    (line,) = dose(made(measurements=parts)).lines
    assert (line.delivered, line.untold) == (None, 1)


def test_shares_are_not_added_up() -> None:
    both = tuple(
        Measurement(of="reach delivered", value=0.5, unit="proportion", base=10, time=time)
        for time in ("2023", "2024")
    )
    assert dose(made(measurements=both)).lines[0].delivered is None
    assert dose(made(measurements=both[:1])).lines[0].delivered == 0.5
    assert set(DOSE_WORDS.values()) == {"planned", "delivered"}


def tie(*pairs: tuple[str | None, str | None]) -> SupportArrangement:
    return made(
        relationships=(
            Relationship(
                id="r1", label="alliance", parties=("ta", "site"),
                measurements=tuple(
                    Measurement(of="empathy", value=4, respondent=here, toward=there)
                    for here, there in pairs
                ),
            ),
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pairs", "mutual"),
    [
        ((), None),
        ((("ta", "site"),), False),
        ((("ta", "site"), ("site", "ta")), True),
        ((("ta", "site"), ("ta", None)), None),  # the other one may be the way back
        (((None, None),), None),
    ],
)
def test_empathy_is_mutual_where_both_directions_are_told(pairs: Any, mutual: bool | None) -> None:
    (one,) = ties(tie(*pairs))
    assert one.mutual is mutual
    assert ties(tie(*pairs), "trust")[0].mutual is None


def test_providers_by_their_background() -> None:
    teacher = Party(
        id="t", label="coach", role="provider", background=("Primary  Teacher", "nurse")
    )
    book = Casebook(
        records=(
            made(),
            SupportArrangement(
                id="s2", title="B", parties=(teacher,), answers=answers(*PUSH),
            ),
            SupportArrangement(id="s3", title="C", parties=(evolve(teacher, role="recipient"),)),
            SupportArrangement(id="s4", title="D", parties=(evolve(teacher, background=()),)),
            SupportArrangement(id="s5", title="E", parties=(teacher,)),
            Claim(id="c", about="use", statement="Little is used."),
        )
    )  # fmt: skip
    assert [one.id for one in by_background(book, "primary teacher")] == ["s2", "s5"]
    assert [one.id for one in by_background(book, "nurse", role="recipient")] == ["s3"]
    assert by_background(book, "teacher") == (), "a part of the words is not the words"
    found = backgrounds(book)
    assert [(one.name, one.arrangements) for one in found.backgrounds] == [
        ("nurse", ("s2", "s5")),
        ("Primary  Teacher", ("s2", "s5")),
        ("researcher", ("s1",)),
    ]
    assert found.backgrounds[0].verdicts == {"push": 1, "unknown": 1}
    assert (found.untold, found.n) == (("s4",), 4)
    assert backgrounds([]).sentence() == "No arrangement has a provider."


def test_styles_are_those_of_the_scheme_in_their_order() -> None:
    terms = scheme.taxonomy()
    ranks = {term.code: term.facet("rank") for term in terms if term.kind == "style"}
    assert ranks == {code: (str(rank),) for rank, code in enumerate(STYLES, 1)}
    found = styles(
        made(
            activities=(STYLES[2],),
            strategies=(Strategy(id="s", label="course", codes=(STYLES[0],)),),
        )
    )
    assert found == ((1, STYLES[0]), (3, STYLES[2]))


def test_constraints_by_side() -> None:
    arrangement = made(constraints=(PUBLISH, DISCREET))
    assert [one.id for one in constraints_of(arrangement, "provider")] == ["c1"]
    assert [one.id for one in constraints_of(arrangement, "recipient")] == ["c2"]
    assert constraints_of(arrangement, "community") == ()


# ------------------------------------------------------------------ the whole


FULL = made(
    start="2024-01",
    practices=("screening at the age of two",),
    innovation=Innovation(
        name="A screening package",
        gap="late screening",
        core_elements=(CoreElement(id="e1", label="train"), CoreElement(id="e2", label="screen")),
    ),
    sequence=SequencePlan(steps=(SequenceStep(element="e1", period=1),)),
    activities=("support:theory-of-change", "support:carry-out-policies"),  # type: ignore[arg-type]
    structures=("support:regular-meetings",),  # type: ignore[arg-type]
    participation=("participation:collaborate",),  # type: ignore[arg-type]
    constraints=(
        PUBLISH, DISCREET, *(need(code, code, "site") for code in ("funding", "time", "staffing")),
    ),
    agreements=(
        review(),
        Agreement(id="a2", label="no names", kind="non_negotiable", by=("site",), start="2024-01-15"),
        Agreement(id="a3", label="no press", kind="non_negotiable", by=("site",)),
    ),
    answers=answers(*((*one, "ta") for one in TOGETHER), ("solution_source", "packaged_elsewhere", "site")),
    diagnosis=Diagnosis(
        id="d1", problem="late screening", population="children under three",
        causes=(Barrier(id="b1", label="no rooms"),), business_as_usual="by letter", data="none",
        assumptions=(
            Assumption(statement="parents stay away", status="refuted", because="registers"),
            Assumption(statement="staff want it"),
        ),
    ),
    strategies=(
        Strategy(id="st1", label="coaching", nature="relational", addresses=("b1",)),
        Strategy(id="st2", label="a course", nature="technical"),
    ),
    outcomes=(
        Outcome(id="o1", label="use of evidence", kind="research_use"),
        Outcome(id="o2", label="sustained screening", kind="implementation",
                codes=("proctor:sustainability",)),  # type: ignore[arg-type]
    ),
    measurements=(Measurement(of="time spent", value=30),),
    events=events(("not_ready", "2024-02", "site"), ("support_withdrawn", "2024-03", "site")),
    relationships=tie(("ta", "site"), ("site", "ta")).relationships,
)  # fmt: skip


def test_a_full_arrangement_is_summed_up() -> None:
    found = describe(FULL)
    assert found.natures == {"relational": 1, "technical": 1}
    assert found.outcomes == {
        "research_use": ("use of evidence",), "implementation": ("sustained screening",),
    }  # fmt: skip
    assert found.core_elements == (2, 1)
    assert (found.data, found.assumptions_made) == ("none", {"refuted": 1, "untested": 1})
    assert found.participation == ("participation:collaborate",)
    assert ("the parents' council", "community", ()) in found.parties
    assert found.profile.verdict == "co-creation"
    assert found.ties[0].mutual is True
    assert {(one.name, one.severity) for one in found.notes} == {
        ("assumption_refuted", "high"),
        ("readiness_contradicted", "high"),
        ("data_not_gathered", "medium"),
        ("line_stated_late", "medium"),  # the review clause of March; January is the start itself
        ("parties_disagree", "medium"),
        ("strategy_without_cause", "medium"),
        ("assumption_untested", "low"),
        ("line_not_dated", "low"),
        ("no_unit", "low"),
    }
    assert [one.severity for one in found.notes] == sorted(
        (one.severity for one in found.notes), key=("high", "medium", "low").index
    )
    late = next(one for one in found.notes if one.name == "line_stated_late")
    assert late.of == ("a1",)
    # The conflict was settled in March only.
    assert "conflict_open" in {one.name for one in describe(FULL, at="2024-02").notes}


def test_the_summary_can_be_read_and_says_no_name() -> None:
    found = describe(FULL)
    for text in (str(found), found.sentence(), json.dumps(found.to_dict(), allow_nan=False)):
        assert "Ada" not in text
        assert "example.org" not in text
    told = str(found)
    for words in (
        "Provider: the university team (was researcher)", "Binds the county: words of funding",
        "support:theory-of-change", "Period: 2024-01 to not told", "speaks for push",
        "alliance: empathy is told in both directions.",
    ):  # fmt: skip
        assert words in told
    assert set(found.to_dict()) >= {"profile", "conflicts", "readiness", "dose", "ties", "notes"}


def test_what_an_empty_record_lacks_is_said_and_nothing_else() -> None:
    assert [one.name for one in describe(SupportArrangement(id="s", title="T")).notes] == [
        "role_missing", "role_missing",
    ]  # fmt: skip


def test_a_solution_in_search_of_a_problem() -> None:
    chosen = made(
        innovation=Innovation(name="Package"), strategies=(Strategy(id="s", label="training"),)
    )
    found = {one.name: one for one in describe(chosen).notes}
    assert "“Package” and “training”" in found["no_diagnosis"].message
    assert {"no_diagnosis", "innovation_without_gap", "strategy_without_cause"} < set(found)
    looked = evolve(chosen, diagnosis=Diagnosis(id="d", problem="late"))
    names = {one.name: one for one in describe(looked).notes}
    assert "no_diagnosis" not in names
    assert names["diagnosis_incomplete"].message == (
        "the diagnosis does not tell what causes the problem, what is known of the population, "
        "what is done today and how much data there is"
    )


def test_elements_come_in_an_order_where_the_recipient_is_bound() -> None:
    def found(**changes: Any) -> bool:
        return "all_at_once" in {one.name for one in describe(evolve(FULL, **changes)).notes}

    assert found(sequence=None)
    assert not found()
    assert not found(sequence=None, constraints=(PUBLISH,))
    assert not found(sequence=None, innovation=Innovation(name="One thing"))


def test_where_there_is_no_data_somebody_gathers_it() -> None:
    def found(**changes: Any) -> bool:
        return "data_not_gathered" in {one.name for one in describe(evolve(FULL, **changes)).notes}

    assert found()
    assert not found(activities=("support:build-data-systems",))
    assert not found(diagnosis=evolve(FULL.diagnosis, data=None)), "unknown is not none"


def test_a_conflict_is_as_grave_as_its_rule_says() -> None:
    found = describe(made(constraints=(PUBLISH, DISCREET, need("c3", "reputation", "site"))))
    assert [one.severity for one in found.notes if one.name == "conflict_open"] == [
        "high",
        "medium",
    ]


def test_co_creation_needs_something_to_carry_it() -> None:
    names = {one.name for one in describe(made(answers=answers(*TOGETHER))).notes}
    assert {"nothing_carries_it", "time_and_cost_unknown"} < names
    names = {one.name for one in describe(made(answers=answers(*PUSH))).notes}
    assert names.isdisjoint({"nothing_carries_it", "time_and_cost_unknown"})


def test_each_note_can_be_found_and_has_a_meaning() -> None:
    late = made(constraints=(PUBLISH, DISCREET), answers=answers(*TOGETHER),
                innovation=Innovation(name="Package"))  # fmt: skip
    seen = {
        note.name
        for one in (
            FULL,
            evolve(FULL, sequence=None),
            late,
            SupportArrangement(id="s", title="T"),
            made(),
            made(diagnosis=Diagnosis(id="d", problem="late")),
        )
        for note in describe(one).notes
    }
    assert seen == set(NOTES)


def test_nothing_is_lost_on_the_way_through_a_file() -> None:
    back = decode_document(encode(FULL))
    assert isinstance(back, SupportArrangement)
    assert describe(back).to_dict() == describe(FULL).to_dict()


def test_results_are_rows_of_plain_values() -> None:
    found = describe(FULL)
    for part in (found, found.profile, found.conflicts, found.readiness, found.dose,
                 engagement_history(FULL), backgrounds([FULL])):  # fmt: skip
        rows = part.to_rows()
        assert len({tuple(row) for row in rows}) <= 1
        assert all(
            value is None or isinstance(value, (str, int, float))
            for row in rows
            for value in row.values()
        )
        assert part.assumptions
        json.dumps(part.to_dict(), allow_nan=False)


def test_a_dose_beyond_all_numbers_is_an_error() -> None:
    huge = tuple(Measurement(of="dose delivered", value=1e308, unit="hour") for _ in range(2))
    with pytest.raises(CannotEstimateError, match="dose delivered adds up to more than a number"):
        dose(SupportArrangement(id="s", title="t", measurements=huge))
