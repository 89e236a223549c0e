"""What RIS, BibTeX and CSL-JSON have in common: DOIs, blank names, and what ASReview keeps in notes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from implsci.compendium import Compendium
from implsci.formats.compendium import bibtex, csl_json, ris
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Study

FORMATS = [
    pytest.param(ris, "a.ris", id="ris"),
    pytest.param(bibtex, "a.bib", id="bibtex"),
    pytest.param(csl_json, "a.csl.json", id="csl-json"),
]
pytestmark = pytest.mark.parametrize(("plugin", "name"), FORMATS)


def through(plugin: Any, path: Path, study: Study) -> tuple[Study, Ledger]:
    """Write a study and read it again; return it with the account of the writing."""
    ledger = Ledger()
    plugin.write(Compendium(studies=(study,)), path, ledger)
    reading = Ledger()
    (back,) = plugin.read(path, reading)
    assert reading.skips == 0
    return evolve(back, provenance=()), ledger


@pytest.mark.parametrize(
    "doi",
    [
        # Registered DOIs of Wiley, made of a serial item identifier (ANSI/NISO Z39.56).
        "10.1002/(SICI)1097-0258(19980815/30)17:15/16<1661::AID-SIM968>3.0.CO;2-2",
        "10.1002/(SICI)1099-1050(199601)5:1<1::AID-HEC184>3.0.CO;2-N",
    ],
)
def test_a_doi_with_angle_brackets_comes_back(
    doi: str, plugin: Any, name: str, tmp_path: Path
) -> None:
    study = Study(id="a", title="A", citation=Citation(doi=doi))
    back, ledger = through(plugin, tmp_path / name, study)
    assert back == study
    assert ledger.left_out == ()


def test_blank_names_and_texts_are_listed(plugin: Any, name: str, tmp_path: Path) -> None:
    cited = Citation(authors=("WHO", "", "  "), container="", volume=" 3 ")
    back, ledger = through(plugin, tmp_path / name, Study(id="a", title="A", citation=cited))
    assert back.citation == Citation(authors=("WHO",), volume="3")
    assert [str(fault) for fault in ledger.left_out] == [
        "citation.authors: a blank text left out, 2 times: a; a",
        "citation.container: a blank text left out: a",
        "citation.volume: blanks around it left out: a",
    ]


def test_a_citation_that_says_nothing_is_listed(plugin: Any, name: str, tmp_path: Path) -> None:
    back, ledger = through(plugin, tmp_path / name, Study(id="a", title="A", citation=Citation()))
    assert back.citation is None
    assert [fault.path for fault in ledger.left_out] == ["citation"]


def test_fields_of_asreview_stay_whole(plugin: Any, name: str, tmp_path: Path) -> None:
    study = Study(
        id="a",
        title="A",
        codings=(Coding(coder="ASReview", of="screening", value="relevant", by="human"),),
        extra={
            "asreview:time": "2024-01-01 12:30:00",
            "asreview:note": "said: ASReview_irrelevant before",
            "reference.note.1": "a remark; ASReview_thing",
        },
    )
    back, ledger = through(plugin, tmp_path / name, study)
    assert back == study
    assert ledger.left_out == ()


@pytest.mark.parametrize(
    ("note", "decided", "extra"),
    [
        ("ASReview_time: 2024-01-01", [], {"asreview:time": "2024-01-01"}),
        ("ASReview_relevant; ASReview_time: 9", ["relevant"], {"asreview:time": "9"}),
        ("ASReview_time: 9; ASReview_prior", ["prior"], {"asreview:time": "9"}),
        ("ASReview_irrelevant; too old", ["irrelevant"], {"reference.note.1": "too old"}),
        ("ASReview_validate_not_seen", ["validate_not_seen"], {}),
        ("ASReview_note about it", [], {"reference.note.1": "ASReview_note about it"}),
        ("ASReview_relevant: 1", [], {"asreview:relevant": "1"}),
    ],
)
def test_only_decisions_of_asreview_are_codings(
    note: str,
    decided: list[str],
    extra: dict[str, str],
    plugin: Any,
    name: str,
    tmp_path: Path,
) -> None:
    texts = {
        "a.ris": f"TY  - GEN\nTI  - A\nN1  - {note}\nER  - \n",
        "a.bib": f"@misc{{a, title = {{A}}, note = {{{{{note}}}}}}}".replace("_", "\\_"),
        "a.csl.json": f'[{{"id": "a", "type": "document", "title": "A", "note": "{note}"}}]',
    }
    path = tmp_path / name
    path.write_text(texts[name], "utf-8")
    (study,) = plugin.read(path, Ledger())
    assert [coding.value for coding in study.codings] == decided
    assert study.extra == extra
    study = evolve(study, provenance=())
    again, ledger = through(plugin, path, study)
    assert again == study
    assert ledger.left_out == ()
