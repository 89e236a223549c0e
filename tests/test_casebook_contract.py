"""The contract of casebooks: built-ins pass it, and each seeded fault is caught by its own check."""

from __future__ import annotations

from pathlib import Path

import pytest

from implsci.casebook import Casebook
from implsci.hooks import CasebookSource
from implsci.model import Provenance
from implsci.model.documents import Document, Observation, Party, Quote, SupportArrangement
from implsci.testing import CasebookContract


class TestKnowledge(CasebookContract):
    casebook = "implsci-knowledge"


class TestQuestions(CasebookContract):
    plugin = "implsci-questions"


def failed(*records: Document, **told: str) -> set[str]:
    cls = type("TestSubject", (CasebookContract,), {"casebook": Casebook(records=records, **told)})
    found = set()
    for name in dir(cls):
        if name.startswith("test_"):
            try:
                getattr(cls(), name)()
            except pytest.fail.Exception:
                found.add(name)
    return found


def seen(identifier: str = "o1", **values: object) -> Observation:
    given = {"statement": "Sites ask.", "provenance": (Provenance(source="made up"),)}
    return Observation(id=identifier, **(given | values))  # type: ignore[arg-type]


TOLD = {"title": "Ours", "license": "MIT", "citation": "Us (2026). Ours."}


def test_a_sound_casebook_passes() -> None:
    assert failed(seen(), **TOLD) == set()


def test_each_fault_is_caught_by_its_check() -> None:
    assert failed(**TOLD) == {"test_there_is_a_casebook_with_records"}
    assert failed(seen(), title="Ours", license="MIT") == {"test_a_citation_is_present"}
    assert failed(seen(), title="Ours", citation="Us (2026). Ours.") == {
        "test_the_license_is_stated"
    }
    assert failed(seen(), seen()) == {"test_every_record_checks_without_error"}
    assert failed(seen(strategies=("eric:no-such",))) == {"test_every_record_checks_without_error"}
    assert failed(seen(arrangement="gone")) == {"test_every_record_checks_without_error"}
    assert failed(seen(provenance=())) == {"test_provenance_is_present"}
    internal = Quote(text="Nobody may hear of this.", consent="internal")
    assert failed(seen(quotes=(internal,))) == {"test_nobody_is_exposed"}
    named = SupportArrangement(
        id="s", title="t", parties=(Party(id="p", label="nurse", name="Grace Otieno"),),
        provenance=(Provenance(source="made up"),),
    )  # fmt: skip
    assert failed(named) == {"test_nobody_is_exposed"}
    assert failed(seen(quotes=(Quote(text="We ask first.", consent="publication"),))) == set()


def test_a_source_that_cannot_be_read_fails_in_one_line(tmp_path: Path) -> None:
    path = tmp_path / "ours.jsonl"
    path.write_text('{"type": "claim", "id": "c"}')
    source = CasebookSource(name="ours", path=path, **TOLD)
    cls = type("TestSubject", (CasebookContract,), {"casebook": source})
    with pytest.raises(pytest.fail.Exception, match="about: required, and missing") as caught:
        cls().test_there_is_a_casebook_with_records()
    assert "\n" not in str(caught.value)
