"""The rules of the model, one literal case each."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from typing import Any

import attrs
import pytest

import implsci.model
from implsci.errors import InvalidRecord
from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Citation,
    Coding,
    CoreElement,
    Estimate,
    Event,
    Finding,
    Innovation,
    Measurement,
    Mechanism,
    Modification,
    Outcome,
    Provenance,
    Rating,
    Relationship,
    Setting,
    Strategy,
    Study,
)

CLASSES = [getattr(implsci.model, name) for name in implsci.model.__all__]
B, S, M, R, O = (  # noqa: E741
    Barrier(id="b", label="no time"),
    Strategy(id="s", label="reminders"),
    Mechanism(id="m", label="habit"),
    Relationship(id="r", label="alliance"),
    Outcome(id="o", label="uptake"),
)


def study(**values: Any) -> Study:
    return Study(**({"id": "a", "title": "A study"} | values))


def finding(**values: Any) -> Finding:
    return Finding(**({"id": "f", "outcome": "o", "direction": "improved"} | values))


def node(cls: type, **values: Any) -> Any:
    return cls(**({"id": "x", "label": "something"} | values))


BROKEN: list[tuple[Callable[[], object], str, str]] = [
    # Study
    (lambda: study(id=""), "id", "1 to 200 printable characters"),
    (lambda: study(id="a b"), "id", "without spaces"),
    (lambda: study(id="a#b"), "id", "'#'"),
    (lambda: study(id="a\u200bb"), "id", "printable"),
    (lambda: study(id="x" * 201), "id", "1 to 200"),
    (lambda: study(id=7), "id", "expected text, got 7"),
    (lambda: study(title=" "), "title", "expected some text"),
    (lambda: study(title="\ud800"), "title", "expected text"),
    (lambda: study(year="1999"), "year", "expected a whole number, got '1999'"),
    (lambda: study(year=1999.0), "year", "expected a whole number, got 1999.0"),
    (lambda: study(year=True), "year", "expected a whole number, got True"),
    (lambda: study(year=1799), "year", "1800 to 2100"),
    (lambda: study(year=2101), "year", "1800 to 2100"),
    (lambda: study(year=10**400), "year", "more than 64 bits"),
    (lambda: study(countries="KE"), "countries", "expected a tuple, got 'KE'"),
    (lambda: study(countries=["KE"]), "countries", "expected a tuple, got a list"),
    (lambda: study(countries=("KEN",)), "countries[0]", "ISO 3166-1 alpha-2"),
    (lambda: study(countries=("KE", "ke")), "countries[1]", "two capitals"),
    (lambda: study(countries=("ΚΕ",)), "countries[0]", "two capitals"),
    (lambda: study(countries=(None,)), "countries[0]", "expected text, got None"),
    (lambda: study(design="RCT"), "design", "'cluster_rct'"),
    (lambda: study(hybrid_type=4), "hybrid_type", "one of 1, 2, 3"),
    (lambda: study(hybrid_type=True), "hybrid_type", "one of 1, 2, 3, got True"),
    (lambda: study(hybrid_type="2"), "hybrid_type", "got '2'"),
    (lambda: study(scale_stage="scaleup"), "scale_stage", "'scale-up'"),
    (lambda: study(links_coded="all"), "links_coded", "'complete'"),
    (lambda: study(sectors=("health",)), "sectors[0]", "scheme:name"),
    (lambda: study(sectors=("sector:health",) * 2), "sectors[1]", "stands twice"),
    (lambda: study(engagement=("push",)), "engagement[0]", "scheme:name"),
    (lambda: study(equity=("gender",)), "equity[0]", "scheme:name"),
    (lambda: study(barriers=(S,)), "barriers[0]", "expected a Barrier, got a Strategy"),
    (lambda: study(barriers=({"id": "b"},)), "barriers[0]", "expected a Barrier, got an object"),
    (lambda: study(citation="Powell 2015"), "citation", "expected a Citation"),
    (lambda: study(countries=("KE", "KE")), "countries[1]", "'KE' stands twice"),
    (
        lambda: study(
            strategies=(Strategy(id="s", label="x"),),
            outcomes=(Outcome(id="o", label="y"),),
            findings=(Finding(id="f", outcome="o", direction="mixed", strategies=("s", "s")),),
        ),
        "findings[0].strategies[1]",
        "'s' stands twice",
    ),
    (lambda: Event(kind="stopped", date="2021-02-31"), "date", "no day of the calendar"),
    (lambda: study(extra={"a": [1]}), "extra.a", "a plain value, got a list"),
    (lambda: study(extra={"a": float("nan")}), "extra.a", "a plain value, got nan"),
    (lambda: study(extra={1: "a"}), "extra", "text as the key, got 1"),
    (lambda: study(extra={"a": 2**63}), "extra.a", "more than 64 bits"),
    (lambda: study(extra=[("a", 1)]), "extra", "plain values"),
    # the graph
    (lambda: study(barriers=(B, B)), "barriers[1].id", "'b' stands twice"),
    (
        lambda: study(barriers=(B,), strategies=(node(Strategy, id="b"),)),
        "strategies[0].id",
        "'b' stands twice in this study",
    ),
    (
        lambda: study(strategies=(node(Strategy, addresses=("b",)),)),
        "strategies[0].addresses[0]",
        "'b' names no barrier of this study",
    ),
    (
        lambda: study(outcomes=(O,), strategies=(node(Strategy, addresses=("o",)),)),
        "strategies[0].addresses[0]",
        "names no barrier",
    ),
    (
        lambda: study(strategies=(node(Strategy, acts_through=("m",)),)),
        "strategies[0].acts_through[0]",
        "names no mechanism",
    ),
    (
        lambda: study(strategies=(node(Strategy, builds=("r",)),)),
        "strategies[0].builds[0]",
        "names no relationship",
    ),
    (
        lambda: study(strategies=(node(Strategy, outcomes=("o",)),)),
        "strategies[0].outcomes[0]",
        "names no outcome",
    ),
    (
        lambda: study(strategies=(node(Strategy, events=(Event(kind="begun", of="q"),)),)),
        "strategies[0].events[0].of",
        "'q' names no node",
    ),
    (lambda: study(events=(Event(kind="begun", of="q"),)), "events[0].of", "'q' names no node"),
    (
        lambda: study(mechanisms=(node(Mechanism, barriers=("b",)),)),
        "mechanisms[0].barriers[0]",
        "names no barrier",
    ),
    (
        lambda: study(relationships=(node(Relationship, parties=("p",)),)),
        "relationships[0].parties[0]",
        "names no actor",
    ),
    (lambda: study(arms=(node(Arm, strategies=("s",)),)), "arms[0].strategies[0]", "no strategy"),
    (
        lambda: study(barriers=(node(Barrier, ratings=(Rating(setting="w"),)),)),
        "barriers[0].ratings[0].setting",
        "'w' names no setting",
    ),
    (lambda: study(findings=(finding(),)), "findings[0].outcome", "'o' names no outcome"),
    *(
        (
            lambda name=name, value=value: study(
                outcomes=(O,), findings=(finding(**{name: value}),)
            ),
            f"findings[0].{name}{'[0]' if isinstance(value, tuple) else ''}",
            f"names no {kind} of this study",
        )
        for name, value, kind in (
            ("strategies", ("z",), "strategy"),
            ("barriers", ("z",), "barrier"),
            ("mechanisms", ("z",), "mechanism"),
            ("comparator_strategies", ("z",), "strategy"),
            ("relationship", "z", "relationship"),
            ("arm", "z", "arm"),
            ("comparator_arm", "z", "arm"),
            ("setting", "z", "setting"),
        )
    ),
    # nodes
    *(
        (lambda cls=cls: node(cls, label=""), "label", "some text")
        for cls in (
            Setting,
            Arm,
            Actor,
            Barrier,
            Strategy,
            Mechanism,
            Relationship,
            Outcome,
        )
    ),
    (lambda: node(Barrier, codes=("Complexity",)), "codes[0]", "scheme:name, got 'Complexity'"),
    (lambda: node(Barrier, codes="cfir-2009:cost"), "codes", "expected a tuple"),
    (lambda: node(Setting, country="Kenya"), "country", "two capitals such as KE"),
    (lambda: node(Arm, n=-1), "n", "0 or more, got -1"),
    (lambda: node(Barrier, magnitude=2), "magnitude", "needs a valence"),
    (lambda: node(Barrier, valence="neutral", magnitude=1), "magnitude", "needs a valence"),
    (lambda: node(Barrier, valence="barrier", magnitude=3), "magnitude", "one of 1, 2"),
    (lambda: node(Barrier, valence="bad"), "valence", "'facilitator'"),
    (lambda: node(Barrier, n=3, n_informants=2), "n", "at most n_informants, 2"),
    (lambda: node(Barrier, n_informants=0), "n_informants", "above 0"),
    (lambda: node(Barrier, n=2**63), "n", "more than 64 bits"),
    (lambda: node(Relationship, parties=("p", "p")), "parties[1]", "'p' stands twice"),
    (lambda: node(Strategy, nature="soft"), "nature", "'relational'"),
    (lambda: node(Outcome, kind="health"), "kind", "'implementation'"),
    (lambda: node(Outcome, desirable="up"), "desirable", "'higher'"),
    (lambda: Rating(setting="w", value=3), "value", "-2 to 2"),
    (lambda: Rating(setting="w", value=-2, mixed=True), "value", "a mixed rating is -1, 0 or +1"),
    (lambda: Rating(setting="w", mixed=1), "mixed", "true or false, got 1"),
    # findings
    (lambda: finding(direction="better"), "direction", "'no_difference'"),
    (lambda: finding(role="mediator"), "role", "needs a relationship"),
    (lambda: finding(role="friend", relationship="r"), "role", "'necessary_condition'"),
    (lambda: finding(basis="effect", comparator="none"), "basis", "needs a comparator"),
    (lambda: finding(basis="opinion"), "basis", "'theorized'"),
    (lambda: finding(n=-1), "n", "0 or more"),
    # evidence
    (lambda: Citation(doi="doi:10.1/x"), "doi", "begins with 10."),
    (lambda: Citation(doi="10.1186"), "doi", "begins with 10."),
    (lambda: Citation(authors="Powell BJ"), "authors", "expected a tuple"),
    (lambda: Provenance(source=""), "source", "some text"),
    (lambda: Provenance(source="x", retrieved="3 May"), "retrieved", "YYYY-MM-DD"),
    (lambda: Coding(coder=" "), "coder", "some text"),
    (lambda: Coding(coder="A", code="x"), "code", "scheme:name"),
    (lambda: Coding(coder="A", probability=1.01), "probability", "0 to 1"),
    (lambda: Coding(coder="A", probability=float("nan")), "probability", "a number, got nan"),
    (lambda: Coding(coder="A", date="2020-02-32"), "date", "YYYY-MM-DD"),
    (lambda: Coding(coder="A", by="ai"), "by", "'human', 'machine'"),
    (lambda: Measurement(of=""), "of", "some text"),
    (lambda: Measurement(of="x", value=float("inf")), "value", "a number, got inf"),
    (lambda: Measurement(of="x", value="5"), "value", "a number, got '5'"),
    (lambda: Measurement(of="x", value=True), "value", "a number, got True"),
    (lambda: Measurement(of="x", value=2**53 + 1), "value", "a number"),
    (lambda: Measurement(of="x", n=-1), "n", "0 or more"),
    (lambda: Measurement(of="x", n=3, base=2), "n", "at most the base, 2, got 3"),
    (lambda: Measurement(of="x", base=0), "base", "above 0"),
    (lambda: Measurement(of="x", sd=-0.1), "sd", "0 or more"),
    (lambda: Measurement(of="x", scale_min=5, scale_max=1), "scale_max", "more than scale_min, 5"),
    (lambda: Measurement(of="x", scale_min=1, scale_max=1), "scale_max", "more than scale_min"),
    (lambda: Measurement(of="x", value=8, scale_max=7), "value", "8 lies off its scale"),
    (lambda: Measurement(of="x", value=0, scale_min=1), "value", "0 lies off its scale"),
    (lambda: Measurement(of="x", value=0.4, unit="proportion"), "base", "needs its base"),
    (lambda: Measurement(of="x", value=40, unit="proportion", base=9), "value", "0 to 1, got 40"),
    (lambda: Measurement(of="x", stratum="women"), "stratum", "scheme:name"),
    (lambda: Estimate(metric=""), "metric", "some text"),
    (lambda: Estimate(metric="SMD", value=3, ci_low=1, ci_high=2), "value", "outside its interval"),
    (lambda: Estimate(metric="SMD", value=0, ci_low=1), "value", "outside its interval 1 to "),
    (lambda: Estimate(metric="SMD", ci_low=2, ci_high=1), "ci_high", "at least ci_low, 2, got 1"),
    (lambda: Estimate(metric="SMD", variance=0), "variance", "above 0"),
    (lambda: Estimate(metric="SMD", variance=-1), "variance", "above 0"),
    (lambda: Estimate(metric="SMD", se=0.0), "se", "above 0"),
    (lambda: Estimate(metric="SMD", ci_level=1), "ci_level", "between 0 and 1"),
    (lambda: Estimate(metric="SMD", ci_level=95), "ci_level", "between 0 and 1, got 95"),
    (lambda: Estimate(metric="SMD", p=1.2), "p", "0 to 1"),
    (lambda: Estimate(metric="SMD", p_bound="below"), "p_bound", "there is no p"),
    (lambda: Estimate(metric="SMD", n=-2), "n", "0 or more"),
    (lambda: Estimate(metric="SMD", n_intervention=-2), "n_intervention", "0 or more"),
    (lambda: Estimate(metric="SMD", n_comparator=-2), "n_comparator", "0 or more"),
    (lambda: Estimate(metric="OR", value=-0.5), "value", "a ratio is not negative"),
    (lambda: Estimate(metric="HR", ci_low=-0.5), "ci_low", "a ratio is not negative"),
    (lambda: Estimate(metric="r", value=1.5), "value", "-1 to 1"),
    (lambda: Event(kind=""), "kind", "some text"),
    (lambda: Event(kind="x", date="99"), "date", "YYYY"),
    (lambda: Modification(what=""), "what", "some text"),
    (lambda: Modification(what="x", planned="yes"), "planned", "'planned_proactive'"),
    (lambda: Modification(what="x", date="2020/01"), "date", "YYYY"),
    # innovation
    (lambda: Innovation(name=""), "name", "some text"),
    (lambda: node(CoreElement, order=0), "order", "above 0"),
    (
        lambda: Innovation(name="x", core_elements=(node(CoreElement, depends_on=("y",)),)),
        "core_elements[0].depends_on[0]",
        "'y' names no core element",
    ),
    (
        lambda: Innovation(name="x", core_elements=(node(CoreElement, depends_on=("x",)),)),
        "core_elements[0].depends_on",
        "cannot depend on itself",
    ),
    (
        lambda: Innovation(name="x", core_elements=(node(CoreElement), node(CoreElement))),
        "core_elements[1].id",
        "'x' stands twice",
    ),
]


@pytest.mark.parametrize(
    ("make", "path", "message"), BROKEN, ids=[f"{path}: {text}" for _, path, text in BROKEN]
)
def test_a_broken_rule_is_named_with_its_place(
    make: Callable[[], object], path: str, message: str
) -> None:
    with pytest.raises(InvalidRecord) as caught:
        make()
    told = [fault for fault in caught.value.faults if fault.path == path]
    assert told, f"no fault at {path}: {caught.value}"
    assert any(message in fault.message for fault in told), told
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize(
    "make",
    [
        lambda: study(year=1800),
        lambda: study(year=2100),
        lambda: study(extra={"a": None, "b": -(2**63) + 1, "c": "é", "d": 0.5, "": False}),
        lambda: study(findings=(finding(),), outcomes=(O,)),
        lambda: study(id="10.1186/s13012-015-0209-1"),
        lambda: Estimate(metric="OR", value=-0.5, scale="log"),
        lambda: Estimate(metric="OR", value=0, ci_low=0, ci_high=0),
        lambda: Estimate(metric="SMD", variance=1e300, se=5e-324),
        lambda: Estimate(metric="SMD", p=0.001, p_bound="below"),
        lambda: Estimate(metric="r", value=-1),
        lambda: Measurement(of="reach", value=1, unit="proportion", n=0, base=1),
        lambda: Measurement(of="x", value=2**60, sd=0),
        lambda: node(Barrier, valence="mixed", magnitude=2),
        lambda: node(Barrier, n=2, n_informants=2),
        lambda: Rating(setting="w", value=-1, mixed=True),
        lambda: finding(basis="effect"),
        lambda: finding(basis="effect", comparator="usual_practice"),
        lambda: finding(basis="description", comparator="none"),
        lambda: Event(kind="x", date="2020-02"),
        lambda: study(
            barriers=(B,),
            strategies=(node(Strategy, addresses=("b",), acts_through=("m",), builds=("r",)),),
            mechanisms=(attrs.evolve(M, barriers=("b",)),),
            relationships=(attrs.evolve(R, parties=("p",)),),
            actors=(node(Actor, id="p"),),
            events=(Event(kind="begun", of="x"), Event(kind="ended", of="p")),
        ),
    ],
)
def test_what_is_allowed(make: Callable[[], object]) -> None:
    make()


def test_every_fault_stands_in_one_error() -> None:
    with pytest.raises(InvalidRecord) as caught:
        study(
            id="a b",
            title="",
            year="1999",
            countries=("Kenya",),
            outcomes=(O, O),
            findings=(finding(strategies=("s",)),),
        )
    assert [fault.path for fault in caught.value.faults] == [
        "year",
        "id",
        "title",
        "countries[0]",
        "outcomes[1].id",
        "findings[0].strategies[0]",
    ]
    assert str(caught.value).startswith("Study 'a b' has 6 faults:\n  year: expected a whole")
    assert caught.value.record == "Study"


def test_unknown_is_neither_zero_nor_absent() -> None:
    """Missing numbers stay missing, and a rating is derived only where it can be."""
    barrier = node(Barrier)
    assert (barrier.rating, barrier.n, Rating(setting="w").value) == (None, None, None)
    assert node(Barrier, valence="barrier").rating is None
    assert node(Barrier, valence="barrier", magnitude=2).rating == -2
    assert node(Barrier, valence="facilitator", magnitude=1).rating == 1
    assert node(Barrier, valence="neutral").rating == 0
    assert node(Barrier, valence="mixed", magnitude=1).rating is None
    assert study().links_coded is None


def test_a_finding_is_bundled_where_several_strategies_stand_behind_it() -> None:
    assert not finding().bundled
    assert not finding(strategies=("s",)).bundled
    assert finding(strategies=("s", "t")).bundled


def test_a_tie_is_mutual_where_both_directions_were_measured() -> None:
    there = Measurement(of="trust", value=1, respondent="site", toward="facilitator")
    here = Measurement(of="trust", value=1, respondent="facilitator", toward="site")
    other = Measurement(of="empathy", value=1, respondent="facilitator", toward="site")
    alone = Measurement(of="trust", respondent="site", toward="site")
    assert node(Relationship, measurements=(there, here)).mutual("trust")
    assert not node(Relationship, measurements=(there, other)).mutual("trust")
    assert not node(Relationship, measurements=(there,)).mutual("trust")
    assert not node(Relationship, measurements=(alone,)).mutual("trust")
    assert not node(Relationship).mutual("trust")


def test_required_is_what_the_design_says() -> None:
    required = {
        cls.__name__: {field.name for field in attrs.fields(cls) if field.default is attrs.NOTHING}
        for cls in CLASSES
    }
    nodes = (
        "Setting",
        "Arm",
        "Actor",
        "Barrier",
        "Strategy",
        "Mechanism",
        "Relationship",
        "Outcome",
    )
    assert required["Study"] == {"id", "title"}
    assert required["Finding"] == {"id", "outcome", "direction"}
    assert all(required[name] == {"id", "label"} for name in nodes)


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_every_class_is_frozen_slotted_and_keyword_only(cls: type) -> None:
    assert attrs.has(cls)
    fields = attrs.fields(cls)
    assert all(field.kw_only for field in fields)
    assert all(field.converter is None and field.alias == field.name for field in fields)
    assert "__slots__" in vars(cls)
    with pytest.raises(TypeError):
        cls("positional")


@pytest.mark.parametrize(
    ("record", "name"),
    [(study(), "title"), (B, "label"), (finding(), "direction"), (Citation(), "doi")],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_a_record_cannot_be_changed(record: Any, name: str) -> None:
    assert not hasattr(record, "__dict__")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        setattr(record, name, "other")
    with pytest.raises((AttributeError, attrs.exceptions.FrozenInstanceError)):
        record.unheard_of = 1


@pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
def test_field_types_can_be_read_at_run_time(cls: type) -> None:
    hints = typing.get_type_hints(cls)
    assert set(hints) >= {field.name for field in attrs.fields(cls)}
    for name, hint in hints.items():
        text = str(hint)
        assert "list[" not in text, f"{name} is a list"
        assert name == "extra" or "dict[" not in text, f"{name} is a free mapping"


def test_a_study_is_made_of_about_twenty_classes() -> None:
    """Each validated class costs time at import, so a new one needs a reason."""

    def closure(cls: type, found: set[type]) -> set[type]:
        if cls not in found:
            found.add(cls)
            for hint in typing.get_type_hints(cls).values():
                for part in (hint, *typing.get_args(hint)):
                    if inspect.isclass(part) and attrs.has(part):
                        closure(part, found)
        return found

    found = closure(Study, set())
    assert found == set(CLASSES)
    assert len(found) <= 22


def test_the_text_form_is_short() -> None:
    """What is not known is left out."""
    assert repr(study()) == "Study(id='a', title='A study')"
    assert repr(Estimate(metric="OR", value=1.5)) == "Estimate(metric='OR', value=1.5)"
    assert repr(Rating(setting="w", value=0)) == "Rating(setting='w', value=0)"
    assert repr(Citation()) == "Citation()"


def test_equality_is_of_class_and_content() -> None:
    assert study() == study()
    assert study(extra={"a": 1}) != study()
    assert node(Barrier) != node(Outcome)
    assert study() != "a"
    assert len({study(), study(), study(year=1999)}) == 2
    assert hash(study(extra={"a": 1})) == hash(study(extra={"a": 2}))
