"""check: one example a rule, and beside it the nearest thing that is in order."""

from __future__ import annotations

import json
import weakref
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from implsci import Finding, Outcome, Registry, Strategy, Study
from implsci.codes import Code
from implsci.compendium import RawRecord, check_records
from implsci.compendium._doubts.numbers import rounding
from implsci.compendium.check import Problem, check_studies
from implsci.compendium.rules import RULES
from implsci.model import (
    Arm,
    Citation,
    Coding,
    CoreElement,
    Estimate,
    Event,
    Innovation,
    Measurement,
    Modification,
    Provenance,
    Setting,
)
from implsci.taxonomy import Taxonomy, Term
from implsci.testing import studies as any_study

CODED = Strategy(id="s", label="x", codes=(Code("eric:facilitation"),))


def told(study: Study | Iterable[Study], registry: Registry) -> list[Problem]:
    return list(check_studies([study] if isinstance(study, Study) else study, registry))


def rules(study: Study | Iterable[Study], registry: Registry) -> list[tuple[str, str]]:
    return [(problem.rule, problem.path) for problem in told(study, registry)]


def effect(
    estimate: Estimate, desirable: Any = None, arms: tuple[Arm, ...] = (), **finding: Any
) -> Study:
    """A study of one finding with an estimate, about which there is nothing else to say."""
    return Study(
        id="a",
        title="A",
        arms=arms,
        strategies=(CODED,),
        outcomes=(Outcome(id="o", label="uptake", desirable=desirable),),
        findings=(
            Finding(
                **{
                    "id": "f",
                    "outcome": "o",
                    "direction": "unclear",
                    "strategies": ("s",),
                    **finding,
                },
                estimate=estimate,
            ),
        ),
    )


# -- the rules themselves -------------------------------------------------------------------------


def test_rules_have_names_weights_and_one_line_of_help() -> None:
    assert all(rule.id == name for name, rule in RULES.items())
    weights = ["error", "warning", "info"]
    assert sorted(RULES.values(), key=lambda rule: weights.index(rule.severity)) == list(
        RULES.values()
    )
    for rule in RULES.values():
        assert rule.help.endswith(".")
        assert len(rule.help) < 100
        assert "\n" not in rule.help


# -- errors: what keeps a record from being read --------------------------------------------------


@pytest.mark.parametrize(
    ("change", "rule", "path"),
    [
        ({"strategies": [{"id": "s", "label": "x", "addresses": ["b9"]}]}, "dangling-id",
         "strategies[0].addresses[0]"),
        ({"findings": [{"id": "f", "outcome": "o9", "direction": "mixed"}]}, "dangling-id",
         "findings[0].outcome"),
        ({"arms": [{"id": "m", "label": "x", "strategies": ["s9"]}]}, "dangling-id",
         "arms[0].strategies[0]"),
        ({"events": [{"kind": "started", "of": "x9"}]}, "dangling-id", "events[0].of"),
        ({"arms": [{"id": "m", "label": "x"}, {"id": "m", "label": "y"}]}, "repeated-id",
         "arms[1].id"),
        ({"events": [{"kind": "started", "date": "2023-02-30"}]}, "date-impossible",
         "events[0].date"),
        ({"events": [{"kind": "started", "date": "May 2023"}]}, "date-impossible",
         "events[0].date"),
        ({"outcomes": [{"id": "o", "label": "x"}], "findings": [
            {"id": "f", "outcome": "o", "direction": "improved",
             "estimate": {"metric": "OR", "value": 3.0, "ci_low": 1.1, "ci_high": 2.0}}]},
         "interval-excludes-estimate", "findings[0].estimate.value"),
        ({"yeer": 2020}, "unknown-key", "yeer"),
        ({"year": 1234}, "invalid-record", "year"),
    ],
)  # fmt: skip
def test_a_fault_of_a_record_has_its_rule(
    change: dict[str, Any], rule: str, path: str, registry: Registry
) -> None:
    data = json.dumps({"id": "a", "title": "A", **change}).encode()
    problems = check_records([RawRecord("x.jsonl", 7, data)], registry)
    assert [(own.rule, own.path, own.severity, own.line) for own in problems] == [
        (rule, path, "error", 7)
    ]


def test_what_is_no_record_has_its_rule(registry: Registry) -> None:
    raws = [
        RawRecord("x.jsonl", 1, b"{"),
        RawRecord("x.jsonl", 2, b"", oversize=99),
        RawRecord("x.jsonl", 3, b'{"id": "a", "title": "A", "title": "B"}'),
    ]
    found = check_records(raws, registry)
    assert [own.rule for own in found] == ["unreadable", "unreadable", "repeated-key"]


def test_a_repeated_study_id_is_an_error(registry: Registry) -> None:
    study = Study(id="a", title="A")
    assert rules([study, study], registry) == [("repeated-study-id", "id")]


def test_core_elements_that_wait_for_each_other_are_an_error(registry: Registry) -> None:
    def plan(*waits: tuple[str, ...]) -> Study:
        elements = tuple(
            CoreElement(id=f"e{place}", label="x", depends_on=names)
            for place, names in enumerate(waits)
        )
        return Study(id="a", title="A", innovation=Innovation(name="App", core_elements=elements))

    (found,) = told(plan(("e2",), ("e0",), ("e1",)), registry)
    assert (found.rule, found.severity, found.path) == (
        "dependency-cycle", "error", "innovation.core_elements",
    )  # fmt: skip
    assert "'App': expected an order without loops, got e0 -> e1 -> e2 -> e0" in found.message
    assert told(plan((), ("e0",), ("e1", "e0")), registry) == []


# -- codes ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "rule", "words"),
    [
        ("eric:facilitaton", "unknown-code", "eric:facilitation"),
        ("sector:doctors", "unknown-code", "sector:health"),  # found by what its label stands for
        ("cfir:complexity", "code-without-edition", "cfir-2022:"),
        ("eric:33", "code-by-number", "eric:"),
    ],
)
def test_a_wrong_code_is_told_with_the_right_one(
    code: str, rule: str, words: str, registry: Registry
) -> None:
    (problem,) = told(Study(id="a", title="A", sectors=(Code(code),)), registry)
    if rule == "code-without-edition":
        words = problem.message.split("expected ")[1]
    assert (problem.rule, problem.path) == (rule, "sectors[0]")
    assert problem.severity == "warning"
    assert words in problem.message


def test_a_replaced_term_is_told_with_its_successor(registry: Registry) -> None:
    terms = (
        Term(code=Code("tea:old"), label="Old", definition="D", replaced_by=Code("tea:new")),
        Term(code=Code("tea:new"), label="New", definition="D"),
    )
    own = Taxonomy(scheme="tea", title="Tea", kind="drink", terms=terms)

    class Tea(Registry):
        def taxonomy(self, scheme: str) -> Taxonomy:
            assert scheme == "tea"
            return own

        def term(self, code_or_label: str) -> Term:
            return own[code_or_label]

    (problem,) = told(Study(id="a", title="A", equity=(Code("tea:old"),)), Tea(plugins=[]))
    assert problem.rule == "replaced-term"
    assert "'tea:new'" in problem.message


def test_provisional_terms_and_missing_taxonomies_are_told_once_with_a_count(
    registry: Registry,
) -> None:
    codes = (Code("sector:workplace"), Code("mine:a"), Code("mine:b"), Code("sector:health"))
    pair = [Study(id=name, title=name, sectors=codes) for name in ("a", "b")]
    found = {problem.rule: problem for problem in told(pair, registry)}
    assert set(found) == {"provisional-term", "taxonomy-missing"}
    assert "'sector:workplace' (Workplace)" in found["provisional-term"].message
    assert "2 times" in found["provisional-term"].message
    assert "'mine' is installed: 4 codes" in found["taxonomy-missing"].message
    assert {problem.severity for problem in found.values()} == {"info"}


@pytest.mark.parametrize(
    ("scheme", "words"),
    [
        ("cifr", "; did you mean cfir-2022?"),  # the newest edition of a family
        ("cfir-209", "; did you mean cfir-2009?"),
        ("erik", "; did you mean eric?"),
        ("zzz", "were not checked"),
    ],
)
def test_a_scheme_that_is_not_there_is_told_with_one_that_is(
    scheme: str, words: str, registry: Registry
) -> None:
    (problem,) = told(Study(id="a", title="A", sectors=(Code(f"{scheme}:x"),)), registry)
    assert problem.rule == "taxonomy-missing"
    assert problem.message.endswith(words)


# -- places, dates, DOIs --------------------------------------------------------------------------


def test_countries_are_those_of_iso_and_of_the_study(registry: Registry) -> None:
    study = Study(
        id="a",
        title="A",
        countries=("KE", "XK", "ZZ"),
        settings=(
            Setting(id="1", label="x", country="KE"),
            Setting(id="2", label="x", country="UG"),
            Setting(id="3", label="x", country="UK"),
        ),
    )
    assert rules(study, registry) == [
        ("unknown-country", "countries[2]"),
        ("country-of-setting", "settings[1].country"),
        ("unknown-country", "settings[2].country"),
    ]
    assert "country-of-setting" not in dict(rules(evolve(study, countries=()), registry))
    zz, _, uk = told(study, registry)
    assert uk.message == "'UK' is no country of ISO 3166-1; did you mean GB?"
    assert zz.message == "'ZZ' is no country of ISO 3166-1"


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"provenance": (Provenance(source="x", retrieved="2013"),)}, "provenance[0].retrieved"),
        ({"codings": (Coding(coder="A", date="2010-05-01"),)}, "codings[0].date"),
        ({"events": (Event(kind="stopped", date="2019-07"),)}, "events[0].date"),
        ({"events": (Event(kind="started", date="1815"),)}, "events[0].date"),
        (
            {"strategies": (evolve(CODED, modifications=(Modification(what="x", date="2020"),)),)},
            "strategies[0].modifications[0].date",
        ),
        (
            {"strategies": (evolve(CODED, codings=(Coding(coder="A", date="2001"),)),)},
            "strategies[0].codings[0].date",
        ),
    ],
)
def test_dates_that_cannot_both_be_right(
    change: dict[str, Any], path: str, registry: Registry
) -> None:
    study = Study(id="a", title="A", year=2015, **change)
    assert rules(study, registry) == [("date-doubtful", path)]


def test_dates_that_can_be_right(registry: Registry) -> None:
    study = Study(
        id="a",
        title="A",
        year=2015,
        codings=(Coding(coder="A", date="2014-12-01"), Coding(coder="B", date="2021")),
        provenance=(Provenance(source="x", retrieved="2020-01-01"),),
        events=(Event(kind="started", date="1990"), Event(kind="stopped", date="2019")),
    )
    assert rules(study, registry) == []
    assert rules(evolve(study, year=None), registry) == []


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"year": 2099}, ["year"]),
        ({"year": 2027}, ["year"]),
        ({"year": 2026}, []),
        ({"provenance": (Provenance(source="x", retrieved="2026-11-24"),)},
         ["provenance[0].retrieved"]),
        ({"provenance": (Provenance(source="x", retrieved="2026-11-23"),)}, []),  # elsewhere today
        ({"codings": (Coding(coder="A", date="2026-12"),)}, ["codings[0].date"]),
        ({"codings": (Coding(coder="A", date="2026-11"),)}, []),
        ({"events": (Event(kind="stopped", date="2031"),)}, ["events[0].date"]),
    ],
)  # fmt: skip
def test_what_lies_after_the_day_is_told_where_the_day_is_given(
    change: dict[str, Any], paths: list[str], registry: Registry
) -> None:
    study = Study(id="a", title="A", **change)
    found = check_studies([study], registry, today=date(2026, 11, 22))
    assert [(own.rule, own.path) for own in found] == [("date-in-future", path) for path in paths]
    later = check_studies([study], registry, today=date(2026, 11, 21))
    assert set(found) <= set(later)  # the same words on another day
    assert rules(study, registry) == []


def cited(identifier: str, title: str, doi: str) -> Study:
    return Study(id=identifier, title=title, citation=Citation(doi=doi))


def test_a_doi_that_comes_again(registry: Registry) -> None:
    twice = [cited("a", "One Study", "10.1/x"), cited("b", "one study.", "10.1/X")]
    (problem,) = told(twice, registry)
    assert (problem.rule, problem.study, problem.path) == ("repeated-doi", "b", "citation.doi")
    assert "'a'" in problem.message
    other = [cited("a", "One", "10.1/x"), cited("b", "Other", "10.1/x")]
    assert [own.rule for own in told(other, registry)] == ["shared-doi"]
    rows = [cited(str(n), f"Trial {n % 4}", "10.1/review") for n in range(6)]
    (problem,) = told(rows, registry)
    assert (problem.rule, problem.severity) == ("shared-doi", "info")
    assert "6 studies" in problem.message
    assert rules([cited("a", "One", "10.1/x"), cited("b", "One", "10.1/y")], registry) == []


# -- estimates ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "estimate",
    [
        # the interval holds no effect, the p-value does not
        Estimate(metric="OR", value=1.5, ci_low=0.8, ci_high=2.8, p=0.01),
        Estimate(metric="SMD", value=0.2, ci_low=-0.2, ci_high=0.6, p=0.05, p_bound="below"),
        # and the reverse
        Estimate(metric="RR", value=0.5, ci_low=0.3, ci_high=0.83, p=0.4),
        Estimate(metric="MD", value=9, ci_low=5.0, ci_high=13.0, p=0.05, p_bound="above"),
        Estimate(metric="OR", value=0.4, ci_low=0.1, ci_high=0.7, scale="log", p=0.5),
        Estimate(metric="MD", value=9, ci_low=-1.0, ci_high=19.0, ci_level=0.9, p=0.02),
    ],
)
def test_a_p_value_against_its_interval(estimate: Estimate, registry: Registry) -> None:
    assert rules(effect(estimate), registry) == [
        ("p-contradicts-interval", "findings[0].estimate.p")
    ]


@pytest.mark.parametrize(
    "estimate",
    [
        Estimate(metric="OR", value=1.5, ci_low=0.8, ci_high=2.8, p=0.2),
        Estimate(metric="OR", value=1.5, ci_low=1.0, ci_high=2.25, p=0.04),  # on the border
        Estimate(metric="OR", value=1.5, ci_low=1.02, ci_high=2.2, p=0.06),  # another test
        Estimate(metric="MD", value=9, ci_low=-1.0, ci_high=19.0, p=0.1, p_bound="below"),
        Estimate(metric="MD", value=9, ci_low=1.0, ci_high=17.0, p=0.001, p_bound="above"),
        Estimate(metric="percent", value=9, ci_low=1.0, ci_high=17.0, p=0.9),  # no effect is what?
        Estimate(metric="MD", value=9, ci_low=1.0, p=0.9),
    ],
)
def test_a_p_value_beside_its_interval(estimate: Estimate, registry: Registry) -> None:
    assert rules(effect(estimate), registry) == []


@pytest.mark.parametrize(
    ("estimate", "doubtful"),
    [
        (Estimate(metric="MD", value=2.0, ci_low=1.5, ci_high=9.0), True),
        (Estimate(metric="OR", value=2.0, ci_low=0.2, ci_high=3.8), True),  # about 2 as printed
        (Estimate(metric="r", value=0.9, ci_low=0.1, ci_high=0.91), True),
        # published: Fottrell 2013, RR of neonatal mortality
        (Estimate(metric="RR", value=0.62, ci_low=0.43, ci_high=0.89), False),
        # published: Seward 2018, exact intervals
        (Estimate(metric="OR", value=10.84, ci_low=1.19, ci_high=551.2), False),
        # published: Williams 2023, the odds to three digits and the interval to two
        (Estimate(metric="OR", value=0.985, ci_low=0.97, ci_high=0.99), False),
        # a mean difference to one decimal
        (Estimate(metric="MD", value=-0.4, ci_low=-0.6, ci_high=-0.3), False),
        # r = 0.5 of 28: Fisher's z 0.549 +- 1.96 / 5
        (Estimate(metric="r", value=0.5, ci_low=0.156, ci_high=0.736), False),
        (Estimate(metric="OR", value=0.4, ci_low=0.0, ci_high=3.0), False),  # no logarithm
        (Estimate(metric="proportion", value=0.02, ci_low=0.0, ci_high=0.1), False),
    ],
)
def test_a_value_far_from_the_middle(
    estimate: Estimate, doubtful: bool, registry: Registry
) -> None:
    expected = [("interval-lopsided", "findings[0].estimate.value")] if doubtful else []
    assert rules(effect(estimate), registry) == expected


@pytest.mark.parametrize(
    ("estimate", "rule"),
    [
        (Estimate(metric="SMD", value=0.5, se=0.2, variance=0.2), "se-contradicts-variance"),
        (Estimate(metric="SMD", value=0.5, se=0.2, variance=0.04), None),
        (Estimate(metric="SMD", value=0.5, se=0.2, variance=0.05), None),  # 0.22 rounded
        (Estimate(metric="SMD", value=0.5, se=0.5, ci_low=0.1, ci_high=0.9), "se-contradicts-interval"),
        (Estimate(metric="SMD", value=0.5, variance=0.5, ci_low=0.1, ci_high=0.9),
         "se-contradicts-interval"),
        (Estimate(metric="SMD", value=0.5, se=0.204, ci_low=0.1, ci_high=0.9), None),
        # an interval of 90 percent with 1.645 standard errors to each side
        (Estimate(metric="MD", value=0.0, se=1.0, ci_low=-1.645, ci_high=1.645, ci_level=0.9), None),
        (Estimate(metric="MD", value=0.0, se=1.0, ci_low=-2.576, ci_high=2.576, ci_level=0.99), None),
        # Student's t with 5 degrees of freedom: 2.571
        (Estimate(metric="MD", value=0.0, se=1.0, ci_low=-2.571, ci_high=2.571, n=7), None),
        (Estimate(metric="MD", value=0.0, se=1.0, ci_low=-12.71, ci_high=12.71, n=3), None),
        # exp(0.405 +- 1.96 * 0.2): the standard error of the logarithm, and of the ratio
        (Estimate(metric="OR", value=1.5, se=0.2, ci_low=1.01, ci_high=2.22), None),
        (Estimate(metric="OR", value=1.5, se=0.31, ci_low=1.01, ci_high=2.22), None),
        (Estimate(metric="OR", value=1.5, se=0.9, ci_low=1.01, ci_high=2.22),
         "se-contradicts-interval"),
    ],
)  # fmt: skip
def test_standard_errors_variances_and_intervals(
    estimate: Estimate, rule: str | None, registry: Registry
) -> None:
    assert [own for own, _ in rules(effect(estimate), registry)] == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("direction", "desirable", "metric", "value", "doubtful"),
    [
        ("improved", "higher", "SMD", -0.4, True),
        ("worsened", "higher", "OR", 1.4, True),
        ("improved", "lower", "HR", 1.2, True),
        ("improved", "lower", "HR", 0.8, False),
        ("worsened", "lower", "RD", 0.08, False),
        ("improved", "higher", "OR", 1.0, False),
        ("no_difference", "higher", "SMD", -0.4, False),
        ("improved", "neither", "SMD", -0.4, False),
        ("improved", None, "SMD", -0.4, False),
        ("improved", "higher", "percent", -40.0, False),
    ],
)
def test_a_direction_against_its_estimate(
    direction: str, desirable: str | None, metric: str, value: float, doubtful: bool,
    registry: Registry,
) -> None:  # fmt: skip
    study = effect(Estimate(metric=metric, value=value), desirable, direction=direction)
    expected = [("direction-contradicts-estimate", "findings[0].direction")] if doubtful else []
    assert rules(study, registry) == expected
    (finding,) = study.findings
    association = evolve(study, findings=(evolve(finding, basis="association"),))
    assert rules(association, registry) == []


@pytest.mark.parametrize(
    ("metric", "value", "rule"),
    [
        ("SMD", 12.0, "unit-doubtful"),
        ("SMD", -4.9, None),
        ("z", 3.4, "unit-doubtful"),
        ("proportion", 45.0, "unit-doubtful"),
        ("proportion", 0.45, None),
        ("OR", 140.0, "unit-doubtful"),
        ("OR", 0.0, "unit-doubtful"),
        ("OR", 21.11, None),
        ("MD", 1175.0, None),
        ("percent", 1200.0, "percent-over-100"),
        ("percent", -60.0, None),
    ],
)
def test_values_that_their_metric_hardly_has(
    metric: str, value: float, rule: str | None, registry: Registry
) -> None:
    found = rules(effect(Estimate(metric=metric, value=value)), registry)
    assert found == ([(rule, "findings[0].estimate.value")] if rule else [])


def test_a_logarithm_is_no_ratio(registry: Registry) -> None:
    for value, doubtful in ((-0.4, False), (4.0, False), (5.5, True)):
        estimate = Estimate(metric="OR", value=value, scale="log")
        assert bool(rules(effect(estimate), registry)) is doubtful


@pytest.mark.parametrize(
    ("printed", "half"), [(0.25, 0.005), (17.0, 0.5), (17, 0.5), (1e-05, 5e-06), (1e300, 0.5)]
)
def test_rounding_is_half_of_the_last_digit(printed: float, half: float) -> None:
    assert rounding(printed) == pytest.approx(half)


# -- counts ---------------------------------------------------------------------------------------


def test_arms_hold_no_more_than_the_whole(registry: Registry) -> None:
    arms = (Arm(id="i", label="x", n=20), Arm(id="c", label="y", n=20), Arm(id="u", label="z"))

    def found(**sizes: Any) -> list[tuple[str, str]]:
        estimate = Estimate(metric="MD", value=1, **sizes)
        compared = {"arm": "i", "comparator": "arm", "comparator_arm": "c"}
        return rules(effect(estimate, arms=arms, **compared), registry)

    assert found(n=40, n_intervention=20, n_comparator=20) == []
    assert found(n=60, n_intervention=20, n_comparator=20) == []  # a third arm
    assert found(n=39, n_intervention=20, n_comparator=20) == [
        ("counts-contradict", "findings[0].estimate.n")
    ]
    assert found(n_intervention=21) == [
        ("counts-contradict", "findings[0].estimate.n_intervention")
    ]
    assert found(n_comparator=21) == [("counts-contradict", "findings[0].estimate.n_comparator")]


@pytest.mark.parametrize(
    ("measurement", "rule"),
    [
        (Measurement(of="x", value=0.46, unit="proportion", n=13, base=28), None),
        (Measurement(of="x", value=0.64, unit="proportion", n=13, base=28), "counts-contradict"),
        (Measurement(of="x", value=46.4, unit="percent", n=13, base=28), None),
        (Measurement(of="x", value=0.464, unit="percent", n=13, base=28), "counts-contradict"),
        (Measurement(of="x", value=120, unit="percent", base=28), "unit-doubtful"),
        (Measurement(of="x", value=120, unit="percent"), "percent-over-100"),
        (Measurement(of="x", value=-12, unit="percent"), None),
        (Measurement(of="x", value=120, unit="count"), None),
    ],
)
def test_shares_agree_with_their_counts(
    measurement: Measurement, rule: str | None, registry: Registry
) -> None:
    study = Study(
        id="a", title="A", outcomes=(Outcome(id="o", label="x", measurements=(measurement,)),)
    )
    expected = [(rule, "outcomes[0].measurements[0].value")] if rule else []
    assert rules(study, registry) == expected


# -- gaps -----------------------------------------------------------------------------------------


def test_gaps_are_counted_over_all_studies(registry: Registry) -> None:
    loose = Finding(id="f", outcome="o", direction="mixed")
    study = Study(
        id="a",
        title="A",
        strategies=(CODED, Strategy(id="t", label="y"), Strategy(id="u", label="z")),
        outcomes=(Outcome(id="o", label="x"),),
        findings=(loose, evolve(loose, id="g", strategies=("t",))),
    )
    found = {own.rule: own for own in told([study, evolve(study, id="b")], registry)}
    assert set(found) == {"strategy-uncoded", "finding-unjoined"}
    assert ": 4, the first in 'a'" in found["strategy-uncoded"].message
    assert ": 2, the first in 'a'" in found["finding-unjoined"].message
    assert {own.severity for own in found.values()} == {"info"}


# -- all of it ------------------------------------------------------------------------------------


@given(any_study())
def test_any_study_can_be_checked_and_gives_the_same_twice(study: Study) -> None:
    registry = Registry(plugins=[])
    found = told([study, study], registry)
    assert found == told([study, study], registry)
    assert {problem.rule for problem in found} <= set(RULES)
    assert all(problem.severity == RULES[problem.rule].severity for problem in found)


def test_extreme_numbers_are_no_failure(registry: Registry) -> None:
    for number in (5e-324, 1e-300, 1e300, 1.7e308):
        for metric in ("OR", "MD", "SMD", "z", "percent"):
            estimate = Estimate(
                metric=metric, value=number, se=number, variance=number, ci_low=number / 2,
                ci_high=number, p=0.0, ci_level=1 - 1e-16,
            )  # fmt: skip
            told(effect(estimate, "higher", direction="worsened"), registry)
    for low in (-1.0, -1 + 1e-16):
        told(effect(Estimate(metric="r", value=0.1, ci_low=low, ci_high=1.0, se=0.1)), registry)


def test_records_are_read_one_by_one_and_none_is_kept(registry: Registry) -> None:
    alive: list[weakref.ref[Kept]] = []

    def raws() -> Iterator[RawRecord]:
        for number in range(50):
            raw = Kept("x.jsonl", number, b'{"id": "s%d", "title": "T"}' % number)
            alive.append(weakref.ref(raw))
            yield raw
            del raw
            assert sum(own() is not None for own in alive) <= 2

    assert check_records(raws(), registry).studies == 50


class Kept(RawRecord):
    """A record that can be seen to go."""


def test_the_bundled_studies_hold_no_doubt_but_remarks(registry: Registry) -> None:
    import implsci

    found = Counter(
        own.rule for own in implsci.load("implsci-examples", registry=registry).check(registry)
    )
    assert set(found) == {
        "finding-unjoined",
        "percent-over-100",
        "provisional-term",
        "shared-doi",
        "strategy-uncoded",
    }
