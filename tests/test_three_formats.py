"""The same thirty studies from a reference manager, a spreadsheet and a folder of JSON become thirty."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest
from attrs import evolve

import implsci
from implsci import Compendium, Study, formats
from implsci.compendium import MergeReport, undo
from implsci.ledger import Ledger


@pytest.fixture(scope="module")
def thirty() -> Compendium:
    """Thirty bundled studies that have a DOI of their own, a year, and a title that was printed."""
    examples = implsci.load("implsci-examples")
    dois = [s.citation.doi.lower() for s in examples if s.citation and s.citation.doi]
    chosen = [
        study
        for study in examples
        if study.citation and study.citation.doi and study.year
        and dois.count(study.citation.doi.lower()) == 1
        and not re.search(r"not (shown|printed)", study.title + (study.note or ""))
    ][:30]  # fmt: skip
    assert len(chosen) == 30
    chance = random.Random(4)
    named = tuple(
        evolve(
            study,
            citation=evolve(study.citation, authors=(f"{chance.choice(FAMILIES)}, Ada",)),
            programme=None,
        )
        for study in chosen
    )
    return Compendium(studies=named, name="thirty")


FAMILIES = ("Okafor", "Müller", "Nguyen", "de la Cruz", "Smith", "Kaur", "Østby", "Tanaka")


def as_ris(thirty: Compendium, path: Path) -> Path:
    """As a reference manager gives it: capitals, resolvers, Windows line ends, a mark in front."""
    formats.write(thirty, path, ledger=Ledger())
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^TI  - (.*)$", lambda m: f"T1  - {m[1].upper()}", text, flags=re.MULTILINE)
    text = re.sub(r"^DO  - ", "DO  - https://dx.doi.org/", text, flags=re.MULTILINE)
    text = re.sub(r"^ID  - .*\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^PY  - (\d+)", r"Y1  - \1//", text, flags=re.MULTILINE)
    path.write_bytes(("\N{ZERO WIDTH NO-BREAK SPACE}" + text.replace("\n", "\r\n")).encode())
    return path


def as_table(thirty: Compendium, path: Path) -> Path:
    """As a spreadsheet keeps it: no DOI for a third, subtitles kept, the year of the print issue."""
    damaged = tuple(
        evolve(
            study,
            id=f"row-{number}",
            title=study.title.replace(" and ", " & "),
            year=(study.year or 0) + (number % 5 == 0),
            citation=evolve(
                study.citation, doi=None if number % 3 == 0 else study.citation.doi.upper()
            ),
        )
        for number, study in enumerate(thirty)
        if study.citation and study.citation.doi
    )
    formats.write(Compendium(studies=damaged), path, "condensed", ledger=Ledger())
    return path


def test_thirty_studies_from_three_formats_are_thirty(thirty: Compendium, tmp_path: Path) -> None:
    thirty.save(tmp_path / "folder")
    sources = [
        implsci.load(tmp_path / "folder"),
        formats.read(as_ris(thirty, tmp_path / "refs.ris"), ledger=Ledger()),
        formats.read(as_table(thirty, tmp_path / "table.csv"), "condensed", ledger=Ledger()),
    ]
    assert [len(source) for source in sources] == [30, 30, 30]
    merged = sources[0].merge(*sources[1:])
    report = merged.merge_report
    assert report is not None
    assert len(merged) == 30, report.to_text()
    assert len(report.merges) == 30
    assert all(len(merge.joined) == 3 and merge.reasons for merge in report.merges)
    # Every year that was changed above is told, with both values.
    years = [c for merge in report.merges for c in merge.conflicts if c.field == "year"]
    assert len(years) == 6
    for merge in report.merges:
        study = next(one for one in report.studies if one.id == merge.kept)
        for conflict in merge.conflicts:
            kept = {coding.value for coding in study.codings if coding.of == conflict.field}
            assert kept, f"{conflict.field} of {study.id} is only in the report"
    # What the richest source knew is all there.
    by_doi = {s.citation.doi.lower(): s for s in merged if s.citation and s.citation.doi}
    for study in thirty:
        found = by_doi[study.citation.doi.lower()]  # type: ignore[union-attr]
        assert {b.label for b in study.barriers} <= {b.label for b in found.barriers}
        assert len(found.strategies) >= len(study.strategies)
        assert len(found.findings) >= len(study.findings)
    # And back.
    report.save(tmp_path / "report.json")
    again: list[Study] = list(undo(MergeReport.load(tmp_path / "report.json")))
    assert again == [study for source in sources for study in source]
