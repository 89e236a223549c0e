"""DESTINY: references in the shape of its files, and what this library writes."""

from __future__ import annotations

import json
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
from implsci import Study
from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.errors import FormatError
from implsci.formats.compendium import destiny
from implsci.formats.compendium._eppi.layout import nodes_of
from implsci.ledger import Ledger
from implsci.model import Barrier, Citation, Coding, Strategy
from implsci.testing import FormatContract, studies

FILE = Path(__file__).parent.parent / "data" / "destiny" / "made_references.jsonl"


class TestContract(FormatContract):
    plugin = "destiny"


def read(path: Path, ledger: Ledger | None = None) -> list[Study]:
    return list(destiny.read(path, ledger or Ledger()))


def written(*made: Study, ledger: Ledger | None = None) -> list[dict[str, Any]]:
    with TemporaryDirectory() as folder:
        path = Path(folder, "made.destiny.jsonl")
        destiny.write(Compendium(studies=made), path, ledger or Ledger())
        return [json.loads(line) for line in path.read_bytes().split(b"\n") if line]


def from_lines(*lines: object, name: str = "x.jsonl", ledger: Ledger | None = None) -> list[Study]:
    data = b"\n".join(
        line if isinstance(line, bytes) else json.dumps(line).encode() for line in lines
    )
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        path.write_bytes(data)
        return [evolve(study, provenance=()) for study in read(path, ledger)]


def through(*made: Study, ledger: Ledger | None = None) -> list[Study]:
    reading = Ledger()
    back = from_lines(*written(*made, ledger=ledger), ledger=reading)
    assert not reading.skips
    return back


def all_codings(study: Study) -> Iterator[Coding]:
    yield from study.codings
    for _, node in nodes_of(study):
        yield from node.codings


def titled(**values: object) -> dict[str, Any]:
    content = {"enhancement_type": "bibliographic", "title": "A study"}
    return {
        "identifiers": [],
        "enhancements": [{"source": "me", "visibility": "public", "content": content}],
        **values,
    }


def test_every_annotation_is_a_coding() -> None:
    lines = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
    expected = Counter(
        (enhancement["source"], annotation.get("score"))
        for line in lines
        for enhancement in line["enhancements"]
        for annotation in enhancement["content"].get("annotations", [])
    )
    found = Counter(
        (coding.coder.partition(" (")[0], coding.probability)
        for study in read(FILE)
        for coding in all_codings(study)
    )
    # A score that is no probability stands in the note.
    expected[("taxonomy-robot", None)] = expected.pop(("taxonomy-robot", 7.5))
    assert found == expected


def test_a_reference() -> None:
    first, _ = read(FILE)
    assert (first.title, first.year) == (
        "Coaching teachers to deliver a classroom programme",
        2018,
    )
    assert first.citation == Citation(
        authors=("Kari Ødegård", "Thị Nguyễn"),
        container="Journal of Made-up Trials",
        volume="12",
        issue="3",
        pages="45-67",
        publisher="Made Up Press",
        doi="10.1000/made.up.1",
        url="https://example.org/1",
    )
    assert first.extra["reference.abstract"] == "Background: none."
    assert first.extra["reference.pmid"] == "12345"
    assert first.extra["reference.issn.2"] == "8765-4321"
    assert first.extra["destiny:identifier.1"] == "open_alex:W1111111111"
    assert json.loads(str(first.extra["destiny:enhancement.2"]))["content"]["anything"] == [1, 2]


def test_machine_codes_stay_apart_and_a_no_is_no_code() -> None:
    first, second = read(FILE)
    (strategy,) = first.strategies
    assert strategy.codes == (Code("eric:facilitation"),)
    assert strategy.codings == (
        Coding(
            coder="taxonomy-robot (2.1)",
            by="machine",
            code=Code("eric:facilitation"),
            probability=0.92,
        ),
    )
    assert [barrier.codes for barrier in first.barriers] == [(Code("cfir-2009:complexity"),)]
    assert {(coding.of, coding.value) for coding in first.codings} == {
        ("eric/audit-and-provide-feedback", "false"),
        ("inclusion:destiny/relevant", "score"),
        (None, "openalex:topic/Climate Change"),
    }
    assert second.sectors == (Code("sector:education"),)
    # Nothing says that a machine gave it.
    assert second.codings == (
        Coding(coder="A. Person", of="sectors", code=Code("sector:education")),
    )


def test_what_was_not_read_is_listed() -> None:
    ledger = Ledger()
    read(FILE, ledger)
    assert [str(fault) for fault in ledger.skipped] == ["line 3: no title"]
    assert ledger.count("enhancements of the type brand_new") == 1


def test_a_file_comes_back_from_its_own_copy() -> None:
    before = [evolve(study, provenance=()) for study in read(FILE)]
    assert through(*before) == before


def test_what_is_restricted_stays_restricted() -> None:
    before = [evolve(study, provenance=()) for study in read(FILE)]
    second = written(*before)[1]
    assert second["visibility"] == "restricted"
    shown = {
        enhancement["content"]["enhancement_type"]: enhancement["visibility"]
        for enhancement in second["enhancements"]
    }
    assert shown == {"bibliographic": "public", "annotation": "hidden"}


def test_what_is_written_has_the_shape_of_a_reference_file() -> None:
    made = Study(
        id="a",
        title="A study",
        year=2019,
        citation=Citation(authors=("A B", "C D", "E F"), doi="10.1000/x", url="https://e.org"),
        strategies=(
            Strategy(
                id="s1",
                label="coaching",
                codes=(Code("eric:facilitation"),),
                codings=(
                    Coding(coder="AB", by="human", code=Code("eric:facilitation"), quote="coach"),
                ),
            ),
        ),
        barriers=(Barrier(id="b1", label="no code", valence="facilitator"),),
    )
    (line,) = written(made)
    assert line["visibility"] == "public"
    assert {one["identifier_type"] for one in line["identifiers"]} == {"doi", "other"}
    for one in line["identifiers"]:
        assert ("other_identifier_name" in one) == (one["identifier_type"] == "other")
    for one in line["enhancements"]:
        assert set(one) == {"source", "visibility", "content"}
    contents = {one["content"]["enhancement_type"]: one["content"] for one in line["enhancements"]}
    assert [one["position"] for one in contents["bibliographic"]["authorship"]] == [
        "first", "middle", "last",
    ]  # fmt: skip
    annotations = [
        (one["source"], annotation)
        for one in line["enhancements"]
        for annotation in one["content"].get("annotations", [])
    ]
    for _, annotation in annotations:
        assert annotation["annotation_type"] == "boolean"
        assert "/" not in annotation["scheme"]
        assert annotation["label"]
    assert ("AB", "eric", "facilitation") in [
        (source, one["scheme"], one["label"]) for source, one in annotations
    ]


def plain(text: str | None) -> str | None:
    return text if text and text.strip() else None


def carried(study: Study) -> Study:
    """The part of a study that DESTINY can hold, said independently of the writer."""

    def node(one: Any) -> Any:
        names = ("ratings", "measurements", "modifications", "events")
        return evolve(one, **{name: () for name in names if hasattr(one, name)})

    cited = study.citation
    if cited is not None:
        cited = Citation(
            authors=tuple(filter(plain, cited.authors)),
            doi=cited.doi,
            **{
                name: plain(getattr(cited, name))
                for name in ("container", "volume", "issue", "publisher")
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
        note=None,
        findings=(),
        **fields,
    )


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
    assert [carried(one) for one in through(*made)] == [carried(one) for one in made]


@pytest.mark.parametrize("pages", ["1-9", "e12", "12–34", "1-2-3", "-5", "5-", None])
def test_pages_and_addresses_come_back(pages: str | None) -> None:
    made = Study(id="a", title="A", citation=Citation(pages=pages, url="https://example.org/ä"))
    assert through(made) == [made]


def test_the_bundled_compendium_comes_back() -> None:
    whole = implsci.load("implsci-examples").studies
    assert [carried(one) for one in through(*whole)] == [carried(one) for one in whole]


def test_the_form_of_its_search_index_is_read() -> None:
    inside = titled(visibility="public")
    (study,) = from_lines({"_index": "x", "_id": "3a53", "_source": inside})
    assert study.title == "A study"
    assert study.extra["destiny:id"] == "3a53"


@pytest.mark.parametrize(
    "wrap", [lambda one: one, lambda one: [one], lambda one: {"references": [one]}]
)
def test_one_document(wrap: Any) -> None:
    (study,) = from_lines(wrap(titled()), name="x.destiny.json")
    assert study.title == "A study"


def test_what_is_broken_is_skipped_with_its_line() -> None:
    ledger = Ledger()
    deep = b'{"enhancements": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"
    found = from_lines(
        titled(),
        b'{"identifiers": [',
        deep,
        [1],
        {"identifiers": None},
        titled(identifiers=[3, {"identifier_type": "doi"}], enhancements=[None, {"content": 3}]),
        b'"\\ud83d"',
        titled(),
        ledger=ledger,
    )
    assert [study.id for study in found] == ["a-study", "a-study-2"]
    assert [fault.path for fault in ledger.skipped] == [f"line {n}" for n in range(2, 8)]


def test_a_document_that_is_no_json_is_refused() -> None:
    with pytest.raises(FormatError, match="destiny: line 1: no JSON"):
        from_lines(b"{", name="x.destiny.json")


def test_it_is_told_from_other_lines() -> None:
    (one,) = destiny.implsci_formats()
    assert one.sniff is not None
    assert one.sniff(FILE.read_bytes())
    assert not one.sniff(b'{"type": "study", "title": "A", "identifiers": []}')
