"""Several coders of one study: combining, adjudicating, machines apart."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from implsci import Barrier, Registry, Strategy, Study
from implsci.codec import decode, encode
from implsci.compendium.coding import (
    adjudicate,
    codings,
    combine,
    machine_only,
    without_machine,
)
from implsci.errors import InvalidQueryError, InvalidRecord, UnknownNameError
from implsci.model import Citation, Coding, Estimate, Finding, Outcome, Relationship
from implsci.testing import studies

DATA = Path(__file__).parent / "data" / "studies"

# Social id first, as the README of the two files lists them.
TWICE = {
    "dobbins-2009-kte": "dobbins-2009",
    "dorsey-2019-kenya": "dorsey-2019",
    "harvey-2018-fire": "fire-external-facilitators-2018",
    "lam-2016-cpic": "lam-2016",
    "mendel-2021-cpic": "mendel-2020",
    "seers-2018-fire": "seers-2018",
    "wong-2011-restoration": "wong-2011",
    "yakovchenko-2025-alliance": "yakovchenko-2025",
}
GENERATED = settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))


def barrier(*codes: str, **values: Any) -> Study:
    return Study(
        id="a",
        title="A",
        barriers=(Barrier(**{"id": "b1", "label": "no time", "codes": codes, **values}),),
    )


def bare(study: Study) -> Study:
    """The study without its codings, and without a citation that says nothing."""
    kinds = (
        "settings", "actors", "barriers", "mechanisms", "outcomes", "relationships", "strategies",
        "arms", "findings",
    )  # fmt: skip
    parts: dict[str, Any] = {
        kind: tuple(evolve(node, codings=()) for node in getattr(study, kind)) for kind in kinds
    }
    if study.citation == Citation():
        parts["citation"] = None
    return evolve(study, codings=(), **parts)


def everything(study: Study) -> list[Coding]:
    return [placed.coding for placed in codings(study)]


# --- combining ---


def test_a_code_is_settled_where_all_gave_it() -> None:
    both = combine({"AB": barrier("x:a", "x:b"), "CD": barrier("x:b", "x:c")})
    (node,) = both.study.barriers
    assert node.codes == ("x:b",)
    assert [(c.coder, c.code, c.by) for c in node.codings] == [
        ("AB", "x:a", "human"), ("AB", "x:b", "human"), ("CD", "x:b", "human"),
        ("CD", "x:c", "human"),
    ]  # fmt: skip
    (open_,) = both.disagreements
    assert (open_.path, open_.node) == ("barriers[0].codes", "b1")
    assert open_.values == (("AB", "x:a; x:b"), ("CD", "x:b; x:c"))


def test_no_code_is_an_answer_but_no_value_is_none() -> None:
    both = combine({"AB": barrier("x:a", level="team"), "CD": barrier()})
    (node,) = both.study.barriers
    assert (node.codes, node.level) == ((), "team")
    assert [one.path for one in both.disagreements] == ["barriers[0].codes"]
    assert Coding(coder="CD", by="human") in node.codings


def test_a_node_that_somebody_missed_is_open() -> None:
    both = combine({"AB": barrier("x:a"), "CD": Study(id="a", title="A")})
    assert both.study.barriers[0].codes == ()
    assert [str(one) for one in both.disagreements] == ["barriers[0]: AB: no time; CD: (nothing)"]
    assert [c.coder for c in both.study.barriers[0].codings] == ["AB"]


def test_nodes_are_one_by_label_whatever_their_ids() -> None:
    first = Study(
        id="a", title="A",
        barriers=(Barrier(id="b1", label="No time!"), Barrier(id="b2", label="money")),
        strategies=(Strategy(id="s1", label="reminders", addresses=("b1", "b2")),),
    )  # fmt: skip
    second = Study(
        id="a", title="A",
        barriers=(Barrier(id="x", label="Money"), Barrier(id="b2", label="no time")),
        strategies=(Strategy(id="b1", label="Reminders", addresses=("b2",)),),
    )  # fmt: skip
    both = combine({"AB": first, "CD": second})
    assert [(node.id, node.label) for node in both.study.barriers] == [
        ("b1", "No time!"), ("b2", "money")
    ]  # fmt: skip
    assert both.study.strategies[0].addresses == ("b1",)
    assert [one.path for one in both.disagreements if "label" not in one.path] == [
        "strategies[0].addresses"
    ]
    by_id = combine({"AB": first, "CD": evolve(second, strategies=())}, same="id")
    assert [node.id for node in by_id.study.barriers] == ["b1", "b2", "x"]


def test_findings_are_one_by_outcome_strategies_and_relationship() -> None:
    def version(direction: str, label: str) -> Study:
        return Study(
            id="a", title="A",
            relationships=(Relationship(id="r", label="alliance"),),
            outcomes=(Outcome(id="o", label="uptake"), Outcome(id="p", label="reach")),
            findings=(
                Finding(id=f"{label}1", outcome="o", direction=direction, relationship="r",  # type: ignore[arg-type]
                        role="mediator"),
                Finding(id=f"{label}2", outcome="p", direction="improved",
                        estimate=Estimate(metric="OR", value=2)),
            ),
        )  # fmt: skip

    both = combine({"CD": version("mixed", "g"), "AB": version("improved", "f")})
    first, second = both.study.findings
    assert (first.id, first.direction, first.role) == ("f1", "unclear", "mediator")
    assert second.estimate == Estimate(metric="OR", value=2)
    assert [str(one) for one in both.disagreements] == [
        "findings[0].direction: AB: improved; CD: mixed"
    ]


def test_fields_of_the_study() -> None:
    first = Study(
        id="a", title="A", year=2019, design="rct", citation=Citation(doi="10.1/x", volume="1"),
        countries=("KE", "GB"), extra={"k": 1, "l": 2},
    )  # fmt: skip
    second = Study(
        id="b", title="A", year=2020, design="rct", citation=Citation(doi="10.1/x", volume="2"),
        countries=("GB",), extra={"k": 1, "l": 3},
    )  # fmt: skip
    both = combine({"AB": first, "CD": second})
    assert (both.study.id, both.study.year, both.study.design) == ("a", None, "rct")
    assert both.study.citation == Citation(doi="10.1/x")
    assert both.study.countries == ("GB",)
    assert {one.path for one in both.disagreements} == {
        "year", "citation.volume", "countries", "extra.l"
    }  # fmt: skip
    assert Coding(coder="CD", of="id", value="b", by="human") in both.study.codings
    assert combine({"AB": first, "CD": second}, id="z").study.id == "z"


def test_what_breaks_a_rule_together_is_left_open() -> None:
    first = barrier(valence="barrier", magnitude=2)
    second = barrier(valence="facilitator", magnitude=2)
    both = combine({"AB": first, "CD": second})
    assert (both.study.barriers[0].valence, both.study.barriers[0].magnitude) == (None, None)
    assert {one.path for one in both.disagreements} == {
        "barriers[0].valence", "barriers[0].magnitude"
    }  # fmt: skip


def test_bad_questions() -> None:
    with pytest.raises(InvalidQueryError, match="at least one"):
        combine({})
    with pytest.raises(UnknownNameError, match="did you mean model"):
        combine({"model": barrier()}, machines=["modell"])
    with pytest.raises(InvalidQueryError, match="expected label or id"):
        combine({"AB": barrier()}, same="name")  # type: ignore[arg-type]


@GENERATED
@given(studies())
def test_identical_versions_do_not_disagree(study: Study) -> None:
    both = combine({"AB": study, "CD": study})
    assert both.disagreements == ()
    assert bare(both.study) == bare(study)
    assert set(everything(study)) <= set(everything(both.study))


@GENERATED
@given(studies(), studies(), studies())
def test_the_order_of_coders_makes_no_difference(a: Study, b: Study, c: Study) -> None:
    one = combine({"AB": a, "CD": b, "EF": c}, machines=["EF"])
    other = combine({"EF": c, "CD": b, "AB": a}, machines=["EF"])
    assert one == other
    given_before = [coding for study in (a, b, c) for coding in everything(study)]
    assert set(given_before) <= set(everything(one.study))


# --- machines apart ---


def test_a_machine_settles_no_code() -> None:
    both = combine({"AB": barrier("x:a"), "model": barrier("x:a", "x:b")}, machines=["model"])
    assert both.study.barriers[0].codes == ("x:a",)
    assert both.disagreements == ()
    (only,) = machine_only(both.study)
    assert (only.path, only.coding.code, only.settled) == ("barriers[0].codes", "x:b", False)
    alone = combine({"m1": barrier("x:a"), "m2": barrier("x:a")}, machines=["m1", "m2"])
    assert alone.study.barriers[0].codes == ()
    assert [one.path for one in alone.disagreements] == ["barriers[0].codes"]
    settled = adjudicate(
        alone.study, "barriers[0].codes", "x:a", adjudicator="EF", reason="read the paper"
    )
    assert settled.barriers[0].codes == ("x:a",)
    assert machine_only(settled) == ()
    human = without_machine(settled)
    assert human.barriers[0].codes == ("x:a",)
    assert [coding.coder for coding in everything(human)] == ["EF"]


def test_codes_only_a_machine_gave_are_taken_out() -> None:
    by = {"coder": "m", "by": "machine"}
    study = Study(
        id="a", title="A", sectors=("sector:health", "sector:education"),  # type: ignore[arg-type]
        codings=(Coding(of="sectors", code="sector:health", **by),),  # type: ignore[arg-type]
        barriers=(
            Barrier(id="b", label="x", codes=("x:a", "x:b"),  # type: ignore[arg-type]
                    codings=(Coding(code="x:a", **by),)),  # type: ignore[arg-type]
        ),
    )  # fmt: skip
    assert [(one.path, one.settled) for one in machine_only(study)] == [
        ("sectors", True), ("barriers[0].codes", True)
    ]  # fmt: skip
    human = without_machine(study)
    assert (human.sectors, human.barriers[0].codes) == (("sector:education",), ("x:b",))
    assert codings(human) == ()


@GENERATED
@given(studies())
def test_nothing_of_a_machine_is_left(study: Study) -> None:
    human = without_machine(study)
    assert machine_only(human) == ()
    assert all(coding.by != "machine" for coding in everything(human))
    kept = [coding for coding in everything(study) if coding.by != "machine"]
    assert everything(human) == kept


# --- adjudication ---


@GENERATED
@given(studies(), st.data())
def test_adjudication_never_takes_a_coding_away(study: Study, data: st.DataObject) -> None:
    places = ["design", "sectors", "note"] + [
        f"{kind}[{index}].{field}"
        for kind, field in (("barriers", "codes"), ("findings", "note"), ("strategies", "dose"))
        for index in range(len(getattr(study, kind)))
    ]
    path = data.draw(st.sampled_from(places))
    value: object = ("x:a",) if path.endswith(("codes", "sectors")) else "rct"
    now = adjudicate(study, path, value, adjudicator="EF", reason="why", date="2026-01-02")
    before, after = everything(study), everything(now)
    assert len(after) == len(before) + 1
    for coding in before:
        assert after.count(coding) >= before.count(coding)
    placed = [one for one in codings(now) if one.coding not in before]
    if placed:  # the generated study may hold that very coding
        assert (placed[0].path, placed[0].settled) == (path, True)
    assert decode(encode(now)) == now


def test_adjudicating_inside_a_record() -> None:
    study = Study(id="a", title="A", citation=Citation(volume="1"))
    now = adjudicate(study, "citation.doi", "10.1/x", adjudicator="EF", reason="printed")
    assert now.citation == Citation(volume="1", doi="10.1/x")
    assert now.codings[0].of == "citation.doi"
    assert codings(now)[0].settled
    whole = adjudicate(
        Study(id="a", title="A"), "citation.doi", "10.1/x", adjudicator="EF", reason=""
    )
    assert whole.citation == Citation(doi="10.1/x")
    none = adjudicate(barrier("x:a"), "barriers[0].codes", (), adjudicator="EF", reason="no fit")
    assert none.barriers[0].codes == ()
    assert none.barriers[0].codings == (Coding(coder="EF", by="human", note="adjudicated: no fit"),)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("barriers", "names no field that is coded"),
        ("barriers[0]", "is no place of a study"),
        ("barriers[7].codes", "has 1 barriers, counted from 0"),
        ("barriers[0].colour", "names no field"),
        ("barriers[0].id", "names no field"),
        ("desing", "expected one of design"),
        ("cats[0].codes", "is no place"),
        ("citation.volumes", "names no field"),
        ("innovation.kind", "settle innovation as a whole"),
    ],
)
def test_places_that_are_none(path: str, message: str) -> None:
    with pytest.raises(InvalidQueryError, match=message.replace("[", r"\[")):
        adjudicate(barrier(), path, "x:a", adjudicator="EF", reason="x")


def test_a_value_the_field_cannot_hold() -> None:
    with pytest.raises(InvalidRecord, match="expected one of 'rct'"):
        adjudicate(barrier(), "design", "randomised", adjudicator="EF", reason="x")
    with pytest.raises(InvalidRecord, match="expected a code"):
        adjudicate(barrier(), "barriers[0].codes", "not a code", adjudicator="EF", reason="x")


# --- two coders' real readings of eight studies ---


def line_as_study(line: dict[str, Any], registry: Registry) -> Study:
    """One coder's reading, as far as labels, codes, links and directions go."""

    def codes(*names: tuple[str, str | None]) -> tuple[Any, ...]:
        found = []
        for scheme, label in names:
            terms = registry.taxonomy(scheme).labeled(label) if label else ()
            found += [term.code for term in terms[:1]]
        return tuple(found)

    return Study(
        id=line["id"],
        title=line["title"],
        year=line["year"],
        countries=tuple(line["countries"]),
        barriers=tuple(
            Barrier(
                id=f"b{i}", label=x["as_named"], codes=codes(("cfir-2009", x["cfir_2009"])),
                valence=x["valence"], level=x["level"],
            )
            for i, x in enumerate(line["barriers"], 1)
        ),
        strategies=tuple(
            Strategy(
                id=f"s{i}", label=x["as_named"],
                codes=codes(("eric", x["eric"]), ("trust", x["relational"])),
                addresses=tuple(f"b{n + 1}" for n in x["addresses"] or ()),
            )
            for i, x in enumerate(line["strategies"], 1)
        ),
        outcomes=tuple(
            Outcome(id=f"o{i}", label=x["as_named"], codes=codes(("proctor", x["proctor"])))
            for i, x in enumerate(line["outcomes"], 1)
        ),
        findings=tuple(
            Finding(
                id=f"f{i}", outcome=f"o{x['outcome'] + 1}", direction=x["direction"],
                strategies=tuple(f"s{n + 1}" for n in x["strategies"]),
            )
            for i, x in enumerate(line["findings"], 1)
        ),
    )  # fmt: skip


@pytest.fixture(scope="module")
def pairs() -> dict[str, tuple[dict[str, Any], dict[str, Any]]]:
    lines = {}
    for which in ("social", "health"):
        text = (DATA / f"coded_from_abstracts_{which}.jsonl").read_text(encoding="utf-8")
        lines[which] = {line["id"]: line for line in map(json.loads, text.splitlines())}
    return {kept: (lines["social"][kept], lines["health"][other]) for kept, other in TWICE.items()}


@pytest.mark.parametrize("kept", sorted(TWICE))
def test_two_readings_of_one_study(kept: str, pairs: Any, registry: Registry) -> None:
    lines = pairs[kept]
    versions = {
        name: line_as_study(line, registry)
        for name, line in zip(("social", "health"), lines, strict=True)
    }
    both = combine(versions, id=kept)
    # All that either coder named is there, and all that either coded.
    for kind in ("barriers", "strategies", "outcomes"):
        named = {x["as_named"].casefold() for line in lines for x in line[kind]}
        assert {node.label.casefold() for node in getattr(both.study, kind)} == named
    for name, version in versions.items():
        gave = sorted(
            code for kind in ("barriers", "strategies", "outcomes")
            for node in getattr(version, kind) for code in node.codes
        )  # fmt: skip
        assert gave == sorted(
            c.code for c in everything(both.study) if c.coder == name and c.code is not None
        )
    # A code that only one gave stands nowhere settled.
    for kind in ("barriers", "strategies", "outcomes"):
        for node in getattr(both.study, kind):
            for code in node.codes:
                assert {c.coder for c in node.codings if c.code == code} == set(versions)
    assert decode(encode(both.study)) == both.study
    # As they are machines, their codes are suggestions, until a person says so.
    machines = combine(versions, machines=list(versions), id=kept)
    kinds = ("barriers", "strategies", "outcomes")
    assert not any(node.codes for kind in kinds for node in getattr(machines.study, kind))
    suggested = machine_only(machines.study)
    assert {one.coding.code for one in suggested} == {
        c.code for c in everything(both.study) if c.code is not None
    }
    if suggested:
        first = suggested[0]
        now = adjudicate(
            machines.study, first.path, first.coding.code, adjudicator="EF", reason="read it"
        )
        assert first.coding in everything(now)
        assert (first.path, first.coding.code) not in {
            (one.path, one.coding.code) for one in machine_only(now)
        }


def test_where_the_two_readings_meet(pairs: Any, registry: Registry) -> None:
    social, health = pairs["mendel-2021-cpic"]
    both = combine(
        {"social": line_as_study(social, registry), "health": line_as_study(health, registry)}
    )
    assert {c.coder: int(c.value or 0) for c in both.study.codings if c.of == "year"} == {
        "social": 2021,
        "health": 2020,
    }
    assert both.study.year is None
    assert "year: health: 2020; social: 2021" in map(str, both.disagreements)
