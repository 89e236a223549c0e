"""EPPI-Reviewer's JSON: exports in its shape, and what this library writes."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from attrs import evolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import implsci
from implsci import Study, registry
from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.errors import FormatError, UnreadableFileError
from implsci.formats.compendium import eppi
from implsci.formats.compendium._eppi.layout import nodes_of
from implsci.formats.compendium._eppi.lines import heard, said
from implsci.formats.compendium._eppi.quotes import Passage, as_details, as_passage
from implsci.ledger import Ledger
from implsci.model import (
    Arm,
    Barrier,
    Citation,
    Coding,
    Estimate,
    Finding,
    Measurement,
    Outcome,
    Strategy,
)
from implsci.testing import FormatContract, studies

DATA = Path(__file__).parent.parent / "data" / "eppi"
EXPORT = DATA / "made_export.json"


class TestContract(FormatContract):
    plugin = "eppi"


def read(path: Path, ledger: Ledger | None = None) -> list[Study]:
    return list(eppi.read(path, ledger or Ledger()))


def written(*made: Study, ledger: Ledger | None = None) -> bytes:
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.eppi.json")
        eppi.write(Compendium(studies=made), path, ledger or Ledger())
        return path.read_bytes()


def through(*made: Study, ledger: Ledger | None = None) -> list[Study]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.eppi.json")
        path.write_bytes(written(*made, ledger=ledger))
        reading = Ledger()
        back = read(path, reading)
        assert not reading.skips
        return [evolve(study, provenance=()) for study in back]


def from_json(document: object, ledger: Ledger | None = None) -> list[Study]:
    data = document if isinstance(document, bytes) else json.dumps(document).encode()
    with TemporaryDirectory() as folder:
        path = Path(folder, "x.json")
        path.write_bytes(data)
        return read(path, ledger)


def reference(**values: object) -> dict[str, object]:
    return {"ItemId": 1, "Title": "A study", **values}


def all_codings(study: Study) -> Iterator[Coding]:
    yield from study.codings
    for _, node in nodes_of(study):
        yield from node.codings


# An export, read by nothing but loops over its JSON.


def tree(items: list[dict[str, Any]], above: tuple[str, ...] = ()) -> Iterator[tuple[int, str]]:
    for item in items:
        path = (*above, item["AttributeName"])
        yield item["AttributeId"], " > ".join(path)
        yield from tree(item.get("Attributes", {}).get("AttributesList", []), path)


def test_nothing_of_an_export_is_lost() -> None:
    document = json.loads(EXPORT.read_text(encoding="utf-8"))
    names = {
        number: (one["SetName"], path)
        for one in document["CodeSets"]
        for number, path in tree(one["Attributes"]["AttributesList"])
    }
    found = read(EXPORT)
    titled = [one for one in document["References"] if one["Title"]]
    assert [study.title for study in found] == [one["Title"] for one in titled]
    for study, one in zip(found, titled, strict=True):
        entries = one.get("Codes", [])
        details = [detail for entry in entries for detail in entry["ItemAttributeFullTextDetails"]]
        codings = list(all_codings(study))
        assert len(codings) == sum(max(1, len(e["ItemAttributeFullTextDetails"])) for e in entries)
        plain = [detail["Text"] for detail in details if not detail["IsFromPDF"]]
        quotes = [coding.quote for coding in codings if coding.quote]
        assert not Counter(plain) - Counter(quotes)
        assert len(quotes) == len(details)
        notes = "\n".join(coding.note or "" for coding in codings)
        for entry in entries:
            assert entry["AdditionalText"] in notes
            assert entry["ArmTitle"] in notes
            coder, path = names.get(entry["AttributeId"], ("unknown code set", "AttributeId 9999"))
            own = [coding for coding in codings if coding.coder == coder]
            assert any(coding.value == path or coding.code is not None for coding in own)
        held = json.dumps([str(value) for value in study.extra.values()], ensure_ascii=False)
        held += repr(study)
        for name, value in one.items():
            if isinstance(value, str) and value and name not in ("Authors", "DOI", "Keywords"):
                assert repr(value)[1:-1] in held, name


def test_codes_are_found_by_description_and_by_name() -> None:
    first, second, third, _ = read(EXPORT)
    assert first.sectors == ("sector:education",)
    assert [node.codes for node in first.barriers] == [("cfir-2009:complexity",)]
    # "Compatibility" is in several editions; its code set is called like one of them.
    assert [node.codes for node in third.barriers] == [("cfir-2009:compatibility",)]
    assert {node.codes for node in second.strategies} == {("eric:identify-and-prepare-champions",)}
    assert [arm.label for arm in second.arms] == ["Arm A", "Arm B"]
    assert [arm.strategies for arm in second.arms] == [("s1",), ("s2",)]


def test_what_was_not_understood_is_listed() -> None:
    ledger = Ledger()
    read(EXPORT, ledger)
    account = ledger.summary()
    for words in (
        "References[3]: no title",
        "several terms have its name",
        "Something of our own",
        "Atlantis",
        "ItemId: stands twice",
        "no code set has it",
        "in press",
        "not a doi",
        "Never used",
        "Identify and prepare champions = eric:identify-and-prepare-champions",
        "Two numbers",
    ):
        assert words in account, words


def test_what_eppi_reviewer_left_out_is_no_study() -> None:
    # The letters as EPPI-Reviewer's own Item sets them (github.com/EPPI-Centre/ER4).
    statuses = {"In": "I", "Gone": "D", "Out": "E", "Out too": "E", "Twin": "S", "Unsaid": ""}
    references = [
        reference(ItemId=number, Title=title, ItemStatus=status)
        for number, (title, status) in enumerate(statuses.items())
    ]
    ledger = Ledger()
    found = from_json({"CodeSets": [], "References": references}, ledger)
    assert [study.title for study in found] == ["In", "Unsaid"]
    assert ledger.skips == 0
    assert [str(fault) for fault in ledger.left_out] == [
        "references marked as deleted: left out: Gone",
        "references marked as excluded from the review: left out, 2 times: Out; Out too",
        "references marked as duplicate, or part of a deleted source: left out: Twin",
    ]


def test_a_study_of_a_compendium_is_never_written_as_excluded() -> None:
    ledger = Ledger()
    (back,) = through(Study(id="a", title="A", extra={"eppi:ItemStatus": "E"}), ledger=ledger)
    assert back.extra == {}
    assert ledger.count("extra.eppi:ItemStatus") == 1


def test_a_node_is_named_with_its_study() -> None:
    made = Study(
        id="a2020", title="A",
        outcomes=(Outcome(id="o1", label="x", measurements=(Measurement(of="reach", value=3),)),),
        findings=(Finding(id="f1", outcome="o1", direction="mixed"),),
    )  # fmt: skip
    ledger = Ledger()
    written(made, ledger=ledger)
    told = [str(fault) for fault in ledger.left_out]
    assert "outcome.measurements: EPPI-Reviewer cannot carry it: o1 of a2020" in told
    assert "findings: EPPI-Reviewer cannot carry one without an effect: f1 of a2020" in told
    reading = Ledger()
    outcome = {"OutcomeTypeId": 0, "Title": "x", "SMD": 1, "RiskRatio": 2}
    from_json(
        {"CodeSets": [], "References": [reference(OldItemId="b", Outcomes=[outcome])]}, reading
    )
    told = [str(fault) for fault in reading.left_out]
    assert "Outcomes: not clear which effect is meant; numbers kept in extra: x of b" in told


def test_a_reference() -> None:
    first = read(EXPORT)[0]
    assert (first.id, first.year, first.countries) == ("degard-kari-2018", 2018, ("NO", "KE"))
    assert first.citation == Citation(
        authors=("Ødegård Kari", "Nguyễn Thị"),
        container="Journal of Made-up Trials",
        volume="12",
        issue="3",
        pages="45-67",
        doi="10.1000/made.up.1",
        url="https://example.org/1",
    )
    assert first.extra["reference.abstract"] == "Background: none.\nMethods: made up."
    assert first.extra["reference.keyword.3"] == "schools"
    assert first.extra["eppi:Country"] == "Norway; Kenya"
    assert first.note == "ask the authors"
    (provenance,) = first.provenance
    assert provenance.source == "made_export.json"
    assert provenance.locator == "References[0]"


def test_a_page_of_a_pdf_is_a_quote_with_its_page() -> None:
    quotes = {coding.quote: coding.locator for coding in all_codings(read(EXPORT)[0])}
    assert quotes["the coach came every week"] == "main report.pdf, page 3"
    assert quotes["each school got a coach"] == "main report.txt, characters 120-143"


def test_effects_are_read_where_their_type_is_clear() -> None:
    first, second, *_ = read(EXPORT)
    (finding,) = first.findings
    assert finding.direction == "unclear"
    # Hedges' g by hand: means 3.5 and 3.1, deviations 0.9 and 1.0, 60 and 58 people
    pooled = math.sqrt((59 * 0.9**2 + 57 * 1.0**2) / 116)
    g = 0.4 / pooled * (1 - 3 / (4 * 116 - 1))
    found = finding.estimate
    assert found is not None
    assert (found.metric, found.n_intervention, found.n_comparator) == ("SMD", 60, 58)
    assert found.value == pytest.approx(g, abs=1e-6)
    assert found.se is not None
    assert found.ci_high == pytest.approx(g + 1.96 * found.se, abs=1e-5)
    assert (finding.comparator, finding.timepoint) == ("arm", "12 months")
    assert first.extra["eppi:Outcomes.f1.MeanDifference"] == 0.4
    odds, doubtful, tie = second.findings
    assert odds.estimate is not None
    # the same table by hand: 30 and 70 against 20 and 80
    assert odds.estimate.value == pytest.approx((30 * 80) / (70 * 20), abs=1e-6)
    se = math.sqrt(1 / 30 + 1 / 70 + 1 / 20 + 1 / 80)
    assert second.extra["eppi:Outcomes.f1.SEOddsRatio"] == pytest.approx(se, abs=1e-5)
    assert odds.estimate.ci_low == pytest.approx(
        math.exp(math.log(2400 / 1400) - 1.96 * se), abs=1e-5
    )
    assert (odds.estimate.n_intervention, odds.estimate.n_comparator) == (100, 100)
    assert doubtful.estimate is None
    assert second.extra["eppi:Outcomes.f2.Data5"] == 1.2
    assert tie.estimate == Estimate(metric="r", value=0.31, n=103)


def test_the_error_of_a_ratio_is_one_of_its_logarithm() -> None:
    outcome = {"OutcomeTypeId": 0, "Title": "x", "Data5": 2, "OddsRatio": 2, "SEOddsRatio": 0.5}
    (study,) = from_json({"CodeSets": [], "References": [reference(Outcomes=[outcome])]})
    assert study.findings[0].estimate == Estimate(
        metric="OR", value=math.log(2), se=0.5, scale="log"
    )


@pytest.mark.parametrize(
    ("fields", "metric"),
    [
        ({"OutcomeTypeId": 6, "OddsRatio": 3}, None),
        ({"OutcomeTypeId": 0, "PetoOR": 3}, None),
        ({"OutcomeTypeId": 99, "SMD": 1}, None),
        ({"OutcomeTypeId": 0, "RiskDifference": 5}, None),
        ({"OutcomeTypeId": 0, "SMD": "NaN", "MeanDifference": -2}, "MD"),
        ({"ESDesc": "SMD", "ES": 0.2, "SEES": 0.1}, "SMD"),
        ({"ESDesc": "Effect size", "ES": 0.2, "SEES": 0.1}, None),
        ({"OutcomeTypeId": 2, "OddsRatio": -1}, None),
    ],
)
def test_a_doubtful_effect_is_none(fields: dict[str, object], metric: str | None) -> None:
    (study,) = from_json({"CodeSets": [], "References": [reference(Outcomes=[fields])]})
    (finding,) = study.findings
    assert (finding.estimate.metric if finding.estimate else None) == metric


def test_an_export_comes_back_from_its_own_copy() -> None:
    before = [evolve(study, provenance=()) for study in read(EXPORT)]
    after = through(*before)
    # Estimates that were read off another field stand in the field of their own, too.
    for one, other in zip(before, after, strict=True):
        assert one == other


def test_cesu8_and_lone_halves() -> None:
    ledger = Ledger()
    first, second = read(DATA / "made_cesu8.json", ledger)
    assert first.title == "Birds 🐦 and trust"
    assert second.title == "escaped 🐦, lone \N{REPLACEMENT CHARACTER} end"
    assert any("CESU-8" in text for text in ledger.said)
    assert ledger.count("encoding") == 1


# What this library writes.


def blank(text: str | None) -> str | None:
    return text if text is not None and text.strip() else None


def plain_coding(coding: Coding) -> Coding:
    return evolve(
        coding,
        quote=coding.quote or None,
        locator=coding.locator or None,
        note=coding.note or None,
    )


def carried(study: Study) -> Study:
    """The part of a study that EPPI-Reviewer can hold, said independently of the writer."""

    def codings(record: Any) -> tuple[Coding, ...]:
        return tuple(map(plain_coding, record.codings))

    def node(one: Any) -> Any:
        drop = {
            name: ()
            for name in ("ratings", "measurements", "modifications", "events")
            if hasattr(one, name)
        }
        return evolve(one, codings=codings(one), **drop)

    cited = study.citation
    if cited is not None:
        authors = tuple(
            name for author in cited.authors if (name := author.replace(";", ",").strip())
        )
        cited = Citation(
            authors=authors,
            doi=cited.doi,
            **{
                name: blank(getattr(cited, name))
                for name in ("container", "volume", "issue", "pages", "publisher", "url", "text")
            },
        )
        cited = None if cited == Citation() else cited
    fields: dict[str, Any] = {
        name: tuple(map(node, getattr(study, name)))
        for name in (
            "settings", "arms", "actors", "barriers", "strategies", "mechanisms",
            "relationships", "outcomes",
        )
    }  # fmt: skip
    return evolve(
        study,
        citation=cited,
        programme=None,
        design_label=None,
        innovation=None,
        links_coded=None,
        events=(),
        provenance=(),
        extra={},
        note=blank(study.note),
        codings=codings(study),
        findings=tuple(
            evolve(one, codings=codings(one)) for one in study.findings if one.estimate is not None
        ),
        **fields,
    )


# A DOI may hold anything behind its slash; what no resolver would take is kept as text instead.
def resolvable(study: Study) -> Study:
    cited = study.citation
    if cited is not None and cited.doi is not None:
        return evolve(study, citation=evolve(cited, doi="10.1000/some.doi"))
    return study


@settings(
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    max_examples=40,
)
@given(st.lists(studies().map(resolvable), max_size=3, unique_by=lambda study: study.id))
def test_what_is_written_comes_back(made: list[Study]) -> None:
    ledger = Ledger()
    back = through(*made, ledger=ledger)
    assert [carried(one) for one in back] == [carried(one) for one in made]
    heads = {fault.path for fault in ledger.left_out}
    if any(one.provenance for one in made):
        assert "provenance" in heads


def rich() -> Study:
    return Study(
        id="rich-1",
        title="Trust and coaching",
        year=2021,
        design="cluster_rct",
        hybrid_type=2,
        countries=("KE", "NO"),
        sectors=(Code("sector:education"),),
        arms=(Arm(id="coached", label="coached", strategies=("s1",)),),
        barriers=(
            Barrier(
                id="b1",
                label="no time",
                valence="facilitator",
                codes=(Code("cfir-2009:available-resources"),),
                codings=(
                    Coding(
                        coder="AB",
                        by="human",
                        code=Code("cfir-2009:available-resources"),
                        quote="no\ntime",
                        locator="a.pdf, page 4",
                    ),
                    Coding(
                        coder="robot",
                        by="machine",
                        probability=0.3,
                        code=Code("cfir-2009:complexity"),
                    ),
                    Coding(
                        coder="AB",
                        by="human",
                        code=Code("cfir-2009:available-resources"),
                        quote="none at all",
                    ),
                ),
            ),
            Barrier(id="b2", label="no code"),
        ),
        strategies=(
            Strategy(
                id="s1",
                label="coaching",
                codes=(Code("eric:facilitation"), Code("unknown-scheme:x")),
                addresses=("b1", "b2"),
            ),
        ),
        outcomes=(Outcome(id="o1", label="fidelity", codes=(Code("proctor:fidelity"),)),),
        findings=(
            Finding(
                id="f1",
                outcome="o1",
                direction="improved",
                strategies=("s1",),
                estimate=Estimate(metric="OR", value=0.5, se=0.2, scale="log", n=10),
            ),
            Finding(id="f2", outcome="o1", direction="mixed"),
        ),
        extra={
            "reference.abstract": "An abstract",
            "reference.keyword.1": "a; b",
            "reference.keyword.2": "c",
            "ris:KW.9": "left",
            "eppi:ItemId": 77,
        },
    )


def test_coders_and_their_quotes_stay_apart() -> None:
    (back,) = through(rich())
    assert back.barriers == rich().barriers
    assert back.strategies == rich().strategies
    assert back.findings == rich().findings[:1]
    assert back.extra == {key: rich().extra[key] for key in rich().extra if key != "ris:KW.9"}


def test_what_cannot_be_carried_is_listed() -> None:
    ledger = Ledger()
    written(rich(), ledger=ledger)
    assert {fault.path for fault in ledger.left_out} == {"findings", "extra.ris:KW.9"}


def test_what_is_written_has_the_shape_of_an_export() -> None:
    document = json.loads(written(rich()))
    assert list(document) == ["CodeSets", "References"]
    numbers: list[int] = []
    names: dict[int, str] = {}
    for one in document["CodeSets"]:
        assert {"SetName", "SetId", "SetType", "SetDescription", "Attributes"} <= set(one)
        for number, path in tree(one["Attributes"]["AttributesList"]):
            numbers.append(number)
            names[number] = f"{one['SetName']} > {path}"
    assert sorted(numbers) == list(range(1, len(numbers) + 1))
    (one,) = document["References"]
    assert one["ItemId"] == 77
    assert one["Year"] == "2021"
    assert one["ItemStatus"] == "I"
    used = [names[entry["AttributeId"]] for entry in one["Codes"]]
    # The whole taxonomy is there, so that a map shows its gaps; a heading stands above its terms.
    cfir = registry().taxonomy("cfir-2009")
    assert sum(name.startswith(cfir.title) for name in names.values()) == len(cfir.terms)
    assert any(
        name.endswith("Inner setting > Readiness for implementation > Available resources")
        or name.lower().endswith("available resources")
        for name in used
    )
    # What a machine gave and nobody settled on must not fill a cell of the map.
    settled = [
        names[entry["AttributeId"]]
        for entry in one["Codes"]
        if names[entry["AttributeId"]].startswith(cfir.title)
    ]
    assert all(name.lower().endswith("available resources") for name in settled)
    assert any(name.startswith("Other codings") for name in used)
    (effect,) = one["Outcomes"]
    assert effect["OddsRatio"] == pytest.approx(math.exp(0.5))
    assert effect["SEOddsRatio"] == 0.2
    assert effect["OutcomeTypeId"] == 0
    assert effect["Data5"] == effect["OddsRatio"]


def test_numbers_changed_in_the_program_hold() -> None:
    document = json.loads(written(rich()))
    (effect,) = document["References"][0]["Outcomes"]
    effect["OddsRatio"] = 3.0
    ledger = Ledger()
    (back,) = from_json(document, ledger)
    assert back.findings[0].estimate is not None
    assert back.findings[0].estimate.value == pytest.approx(math.log(3))
    assert any("changed" in text for text in ledger.said)


def test_what_was_taken_away_in_the_program_leaves_no_loose_end() -> None:
    document = json.loads(written(rich()))
    one = document["References"][0]
    one["Codes"] = [entry for entry in one["Codes"] if "barrier b2" not in entry["AdditionalText"]]
    ledger = Ledger()
    (back,) = from_json(document, ledger)
    assert back.strategies[0].addresses == ("b1",)
    assert ledger.count("addresses") == 1


def test_the_same_studies_make_the_same_bytes() -> None:
    some = implsci.load("implsci-examples").studies[:40]
    assert written(*some) == written(*some)


def test_the_bundled_compendium_comes_back() -> None:
    whole = implsci.load("implsci-examples").studies
    back = through(*whole)
    assert [carried(one) for one in back] == [carried(one) for one in whole]


# Bad input.


def test_a_tree_of_a_thousand_levels_is_refused() -> None:
    depth = 1000
    data = (
        b'{"CodeSets": [{"SetName": "x", "Attributes": '
        + b'{"AttributesList": [{"AttributeId": 1, "AttributeName": "a", "Attributes": ' * depth
        + b"{}"
        + b"}]}" * depth
        + b'}], "References": []}'
    )
    with pytest.raises(FormatError, match="nested too deeply"):
        from_json(data)


@pytest.mark.parametrize(
    "data",
    [
        EXPORT.read_bytes()[:9000],
        b"",
        b"[]",
        b"{}",
        b'{"CodeSets": [], "References": {}}',
        b"\0\0",
        b'{"References": [' + b"9" * 5000 + b"]}",
    ],
)
def test_what_is_no_export_is_refused(data: bytes) -> None:
    with pytest.raises(FormatError, match=r"x\.json: eppi: "):
        from_json(data)


def test_a_truncated_file_names_its_line() -> None:
    lines = EXPORT.read_bytes().split(b"\n")[:100]
    with pytest.raises(FormatError, match="line 100: no JSON"):
        from_json(b"\n".join(lines))


def test_records_of_the_wrong_shape_are_skipped_or_read_past() -> None:
    ledger = Ledger()
    found = from_json(
        {
            "CodeSets": [3, {"Attributes": [{"AttributeId": "7", "AttributeName": 5}, None]}],
            "References": [
                None,
                "text",
                reference(Codes="x", Outcomes={"a": 1}, Authors=["a"], Year=2015.0),
                reference(Codes=[None, 3, {"AttributeId": 7}], DOI=5, Keywords=None),
                reference(Year=2016, ItemId=2**70, Rank=float("nan")),
            ],
        },
        ledger,
    )
    assert [study.year for study in found] == [None, None, 2016]
    assert [fault.path for fault in ledger.skipped] == ["References[0]", "References[1]"]
    assert found[2].extra["eppi:ItemId"] == str(2**70)


def test_more_than_sixteen_mebibytes() -> None:
    many = [reference(ItemId=n, Abstract="trust " * 1000) for n in range(3000)]
    document = {"CodeSets": [], "References": many}
    assert len(json.dumps(document)) > 16 << 20
    assert len(from_json(document)) == 3000


def test_a_missing_file() -> None:
    with pytest.raises(UnreadableFileError):
        read(Path("no", "such.eppi.json"))


def test_a_key_that_stands_twice() -> None:
    ledger = Ledger()
    (study,) = from_json(b'{"References": [{"Title": "A", "Title": "B"}]}', ledger)
    assert study.title == "B"
    assert ledger.count("Title") == 1


def test_it_is_told_from_other_json() -> None:
    (one,) = eppi.implsci_formats()
    assert one.sniff is not None
    assert one.sniff(EXPORT.read_bytes()[: 1 << 16])
    assert one.sniff(written(rich())[: 1 << 16])
    assert not one.sniff(b'{"type": "study", "title": "References"}')


# The parts.


@given(st.lists(st.tuples(st.sampled_from(["a", "b.c"]), st.text())))
def test_lines_say_what_they_were_told(lines: list[tuple[str, str]]) -> None:
    found = heard(said(lines))
    assert found is not None
    for name in ("a", "b.c"):
        assert found.get(name, []) == [value for key, value in lines if key == name]


_where = st.text(max_size=4) | st.builds(
    lambda title, where: title + where,
    st.sampled_from(["", "a.pdf, ", "page 2, "]),
    st.sampled_from(["page 3", "page 0", "page 01", "characters 1-2", "characters 01-2", "PDF"]),
)


@given(st.text(max_size=5) | st.just('x[¬e]"'), _where)
def test_passages_come_back(quote: str, locator: str) -> None:
    before = Passage(quote or None, locator or None)
    detail: Any = as_details(before)
    after = as_passage(
        detail["Text"],
        detail["DocTitle"],
        detail["TextFrom"],
        detail["TextTo"],
        detail["IsFromPDF"],
    )
    assert after == before


def test_a_mark_of_another_program_is_kept_whole() -> None:
    assert as_passage("Page 9 without marks", "a.pdf", 0, 0, True) == (
        "Page 9 without marks",
        "a.pdf, PDF",
    )
