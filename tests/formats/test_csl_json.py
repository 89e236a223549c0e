"""CSL-JSON: names, dates, nested values; what it has no variable for travels beside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given

from implsci import formats, registry
from implsci.compendium import Compendium
from implsci.errors import FormatError
from implsci.formats.choosing import find_format
from implsci.formats.compendium import csl_json, ris
from implsci.formats.exchange import LossWarning
from implsci.ledger import Ledger
from implsci.model import Barrier, Citation, Study
from implsci.testing import citations, studies

DATA = Path(__file__).parents[1] / "data" / "references"
ZOTERO = DATA / "zotero.csl.json"

# Variables of CSL-JSON 1.0.2, from its schema (citation-style-language/schema, csl-data.json).
VARIABLES = set(
    """id type title author editor translator collection-editor container-title
    container-title-short collection-title volume number-of-volumes issue page edition section
    publisher publisher-place DOI URL ISSN ISBN abstract keyword note language genre title-short
    source call-number citation-label PMID PMCID issued accessed custom""".split()
)
TYPES = set(
    """article article-journal article-magazine article-newspaper bill book broadcast chapter classic
    collection dataset document entry entry-dictionary entry-encyclopedia event figure graphic hearing
    interview legal_case legislation manuscript map motion_picture musical_score pamphlet
    paper-conference patent performance periodical personal_communication post post-weblog regulation
    report review review-book software song speech standard thesis treaty webpage""".split()
)


def read(path: Path) -> tuple[list[Study], Ledger]:
    ledger = Ledger(path.name)
    return list(csl_json.read(path, ledger)), ledger


def read_text(text: str, folder: Path) -> tuple[list[Study], Ledger]:
    path = folder / "in.csl.json"
    path.write_text(text, "utf-8")
    return read(path)


def written(some: Sequence[Study], folder: Path) -> tuple[list[dict[str, Any]], Ledger]:
    ledger = Ledger()
    csl_json.write(Compendium(studies=tuple(some)), folder / "out.csl.json", ledger)
    return json.loads((folder / "out.csl.json").read_bytes()), ledger


def again(some: Sequence[Study], folder: Path) -> list[Study]:
    written(some, folder)
    return [bare(study) for study in read(folder / "out.csl.json")[0]]


def bare(study: Study) -> Study:
    return evolve(study, provenance=())


def test_zotero() -> None:
    (article, book, report), ledger = read(ZOTERO)
    authors = json.loads(ZOTERO.read_text("utf-8"))[0]["author"]
    extra = dict(article.extra)
    assert json.loads(str(extra.pop("csl:author.json"))) == authors
    assert json.loads(str(extra.pop("csl:event-date.json"))) == {"date-parts": [[2014, 5]]}
    assert json.loads(str(extra.pop("csl:custom.json"))) == {"mine": {"a": [1, 2]}}
    assert evolve(bare(article), extra=extra) == Study(
        id="powell2015",
        title="A refined compilation",
        year=2015,
        citation=Citation(
            authors=(
                "Powell, Byron J.",
                "van Beethoven, Ludwig",
                "World Health Organization",
                "Department of Health, Education",
                "King, Martin L., Jr",
            ),
            container="Implementation Science",
            volume="10",
            issue="1",
            pages="21-35",
            doi="10.1186/s13012-015-0209-1",
            url="https://example.org/a",
        ),
        extra={
            "reference.type": "article-journal",
            "reference.corporate.1": "Department of Health, Education",
            "reference.container_short": "Implement Sci",
            "reference.issn.1": "1748-5908",
            "reference.date": "2015-02-12",
            "reference.accessed": "2020-01-02",
            "reference.keyword.1": "trust",
            "reference.keyword.2": "co-creation",
            "reference.note.1": "line one\nline two",
            "csl:chapter-number": 3,
        },
    )
    assert (book.id, book.extra["reference.type"]) == ("7", "book")
    assert book.extra["reference.date_text"] == "spring of 1964"
    assert (report.year, json.loads(str(report.extra["csl:issued.json"]))["season"]) == (2019, 2)
    assert "types in capitals were read as CSL has them, in small letters" in ledger.said
    assert [(fault.path, fault.message) for fault in ledger.skipped] == [
        ("item 4", "expected an object, got a str"),
        ("item 5", "no title"),
    ]


def test_items_are_written_as_they_were(tmp_path: Path) -> None:
    found, _ = read(ZOTERO)
    items, _ = written(found, tmp_path)
    first, second, third = json.loads(ZOTERO.read_text("utf-8"))[:3]
    first["volume"] = "10"
    first["container-title-short"] = first.pop("journalAbbreviation")
    first["issued"]["date-parts"][0][0] = 2015
    second |= {"id": "7", "type": "book"}
    assert items == [first, second, third]
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_a_capitalized_type_still_gives_a_type_in_ris(tmp_path: Path) -> None:
    found, _ = read_text('[{"id": "a", "type": "Article-Journal", "title": "A"}]', tmp_path)
    ris.write(Compendium(studies=tuple(found)), tmp_path / "a.ris", Ledger())
    assert (tmp_path / "a.ris").read_text("utf-8").startswith("TY  - JOUR\n")


def test_an_unknown_type_is_kept(tmp_path: Path) -> None:
    found, _ = read_text('[{"id": "a", "type": "journalArticle", "title": "A"}]', tmp_path)
    assert found[0].extra == {"csl:type": "journalArticle"}
    assert written(found, tmp_path)[0][0]["type"] == "journalArticle"


@pytest.mark.parametrize(
    "text", ['{"id": "a", "title": "A"}', '{"items": [{"id": "a", "title": "A"}]}']
)
def test_other_shapes(text: str, tmp_path: Path) -> None:
    found, _ = read_text(text, tmp_path)
    assert [study.id for study in found] == ["a"]


@pytest.mark.parametrize(
    "text",
    [
        "[{",
        '"text"',
        "[1, 2]",
        "[" * 100_000,
        '[{"title": "A", "volume": NaN}]',
        '[{"title": "A", "volume": ' + "9" * 10_000 + "}]",
        '{"CodeSets": []}',
    ],
)
def test_what_is_no_csl_is_refused(text: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read_text(text, tmp_path)


def test_odd_values_are_kept_listed_or_skipped(tmp_path: Path) -> None:
    found, ledger = read_text(
        """[
        {"title": "A", "title": "B", "type": ["x"], "author": "Smith", "issued": "2019", "DOI": "none",
         "page": {"a": 1}, "id": {"b": 2}, "custom": [1], "URL": true},
        {"title": "half \\ud800"},
        {"title": "big", "x": 1e999},
        {"title": "ok", "author": [{"family": 3}], "issued": {"date-parts": [[2019, 13]]}}
        ]""",
        tmp_path,
    )
    assert [study.title for study in found] == ["B", "ok"]
    assert ledger.count("title") == 1
    assert ledger.skips == 2
    assert found[0].extra == {
        "csl:type.json": '["x"]',
        "csl:author": "Smith",
        "csl:issued": "2019",
        "csl:DOI": "none",
        "csl:page.json": '{"a": 1}',
        "csl:id.json": '{"b": 2}',
        "csl:custom.json": "[1]",
        "csl:URL": True,
    }
    assert set(found[1].extra) == {"csl:author.json", "csl:issued.json"}
    assert [dict(study.extra) for study in again(found, tmp_path)] == [
        dict(study.extra) for study in found
    ]


def test_only_variables_of_csl_are_written(tmp_path: Path) -> None:
    files = ("embase_ovid_export_60.ris", "endnote.ris", "zotero.ris", "scopus.ris", "pubmed.ris")
    for name in files:
        found = list(ris.read(DATA / name, Ledger()))
        items, ledger = written(found, tmp_path)
        assert {fault.path for fault in ledger.left_out} == {"provenance"}
        for item in items:
            assert set(item) <= VARIABLES
            assert item["type"] in TYPES
            for person in (*item.get("author", ()), *item.get("editor", ())):
                assert set(person) <= {"family", "given", "suffix", "literal"}
            for date in ("issued", "accessed"):
                assert set(item.get(date, {})) <= {"date-parts", "literal"}
        # RIS through CSL keeps all: what CSL has no variable for stands in `custom`.
        assert again(found, tmp_path) == [bare(study) for study in found]


def test_what_a_study_holds_beyond_a_reference_is_listed(tmp_path: Path) -> None:
    study = Study(
        id="a",
        title="A",
        barriers=(Barrier(id="b", label="no time"),),
        extra={"mine": 1, "eppi:ItemId": "7"},
    )
    (item,), ledger = written([study], tmp_path)
    assert [fault.path for fault in ledger.left_out] == ["barriers"]
    assert item["custom"] == {"implsci-extra": {"mine": 1, "eppi:ItemId": "7"}}
    assert again([study], tmp_path) == [evolve(study, barriers=())]


def test_no_control_character_is_written_raw(tmp_path: Path) -> None:
    signs = "".join(map(chr, [*range(32), *range(0x7F, 0xA0), 0x2028, 0x2029]))
    written([Study(id="a", title=f"A{signs}B")], tmp_path)
    text = (tmp_path / "out.csl.json").read_bytes().decode()
    assert not set(signs) - {"\n"} & set(text)
    assert read(tmp_path / "out.csl.json")[0][0].title == f"A{signs}B"


@given(citations())
def test_a_citation_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, citation: Citation
) -> None:
    (back,) = again([Study(id="a", title="A", citation=citation)], tmp_path_factory.getbasetemp())
    texts = {
        name: (text or "").strip() or None
        for name in ("container", "volume", "issue", "pages", "publisher", "url", "license", "text")
        for text in [getattr(citation, name)]
    }
    cited = back.citation or Citation()
    assert {name: getattr(cited, name) for name in texts} == texts
    assert len(cited.authors) == sum(bool(name.strip()) for name in citation.authors)


@given(studies())
def test_extra_and_title_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory, study: Study
) -> None:
    (once,) = again([study], tmp_path_factory.getbasetemp())
    assert (once.id, once.year) == (study.id, study.year)
    assert once.extra.items() >= study.extra.items() or "csl:DOI" in once.extra
    assert again([once], tmp_path_factory.getbasetemp()) == [once]


def test_a_json_file_is_known_by_its_items(tmp_path: Path) -> None:
    path = tmp_path / "library.json"
    path.write_bytes(ZOTERO.read_bytes())
    with pytest.warns(LossWarning, match="item 5: no title"):
        found = formats.read(path)
    assert [study.id for study in found] == ["powell2015", "7", "seasonal"]
    for name, known in (("a.ris", "ris"), ("a.bib", "bibtex"), ("a.csl.json", "csl-json")):
        assert find_format(Path(name), None, registry(), writing=True).name == known
