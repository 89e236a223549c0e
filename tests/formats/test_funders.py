"""Who paid and who holds the rights, a grade with its source, and embedding: through every format."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from implsci import Citation, Compendium, Innovation, Study, registry
from implsci.ledger import Ledger

CITED = Citation(
    authors=("Metz A",),
    rights_holder="SAGE; and the society, unless noted",
    funders=("William T. Grant Foundation", "A council, of one", "One {more} & 2%"),
)
# Made up, but for the citation, which is after the page of the article's repository.
STUDY = Study(
    id="a",
    title="A study",
    embedded="country",
    citation=CITED,
    innovation=Innovation(
        name="Screening", evidence_grade="moderate", evidence_source="GRADE, a made-up review"
    ),
)
WHOLE = ("jsonl", "json-ld", "condensed", "wide", "long", "form", "data-package", "store")
REFERENCES = ("bibtex", "ris", "csl-json")
ENDS = {
    "jsonl": "jsonl", "json-ld": "jsonld", "condensed": "condensed.csv", "wide": "wide.csv",
    "long": "long.csv", "form": "form.xlsx", "data-package": "datapackage", "store": "store",
    "bibtex": "bib", "ris": "ris", "csl-json": "csl.json", "eppi": "eppi.json",
    "destiny": "destiny.jsonl",
}  # fmt: skip


def through(name: str, study: Study, folder: Path) -> tuple[Study, Ledger]:
    ledger = Ledger()
    own = next(one for one in registry().formats() if one.name == name)
    path = folder / f"out.{ENDS[name]}"
    own.write(Compendium(studies=(study,)), path, ledger)
    (back,) = own.read(path, Ledger())
    return back, ledger


@pytest.mark.parametrize("name", WHOLE)
def test_what_holds_studies_holds_all_of_it(name: str, tmp_path: Path) -> None:
    back, ledger = through(name, STUDY, tmp_path)
    assert back.citation == CITED
    assert back.innovation == STUDY.innovation
    assert back.embedded == "country"
    assert ledger.left_out == ()


@pytest.mark.parametrize("name", REFERENCES)
def test_a_reference_holds_funders_and_rights_and_lists_the_rest(name: str, tmp_path: Path) -> None:
    back, ledger = through(name, STUDY, tmp_path)
    assert back.citation == CITED
    assert [left.path for left in ledger.left_out] == ["embedded", "innovation"]


@pytest.mark.parametrize("name", ["eppi", "destiny"])
def test_review_software_holds_embedding_and_lists_the_rest(name: str, tmp_path: Path) -> None:
    back, ledger = through(name, STUDY, tmp_path)
    assert back.embedded == "country"
    assert {left.path for left in ledger.left_out} == {
        "citation.rights_holder", "citation.funders", "innovation",
    }  # fmt: skip


def test_funders_as_crossref_gives_them(tmp_path: Path) -> None:
    """A list of objects with a name, and often a DOI and awards, which come back as they were."""
    funder = [
        {"name": "National Cancer Institute", "DOI": "10.13039/100000054", "award": ["R01"]},
        {"name": "A trust"},
    ]
    path = tmp_path / "in.csl.json"
    item = {"id": "a", "type": "article-journal", "title": "A", "funder": funder}
    path.write_text(json.dumps([item]), "utf-8")
    csl = next(one for one in registry().formats() if one.name == "csl-json")
    (study,) = csl.read(path, Ledger())
    assert study.citation == Citation(funders=("National Cancer Institute", "A trust"))
    csl.write(Compendium(studies=(study,)), path, Ledger())
    assert json.loads(path.read_text("utf-8"))[0]["funder"] == funder
    assert tuple(csl.read(path, Ledger())) == (study,)


def test_a_funder_without_a_name_is_kept_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "in.csl.json"
    item = {"id": "a", "type": "book", "title": "A", "funder": [{"DOI": "10.13039/1"}]}
    path.write_text(json.dumps([item]), "utf-8")
    csl = next(one for one in registry().formats() if one.name == "csl-json")
    (study,) = csl.read(path, Ledger())
    assert study.citation is None
    assert study.extra["csl:funder.json"] == '[{"DOI": "10.13039/1"}]'


def test_a_column_of_funders_holds_names_and_no_yes_or_no(tmp_path: Path) -> None:
    path = tmp_path / "t.condensed.csv"
    path.write_text("Title,Funder\nA,a council; a trust\nB,1\n", "utf-8")
    condensed = next(one for one in registry().formats() if one.name == "condensed")
    first, second = condensed.read(path, Ledger())
    assert first.citation == Citation(funders=("a council", "a trust"))
    assert (second.citation, second.extra) == (None, {"Funder": 1})
