"""Cases told by sector, on made-up records but for one."""

from __future__ import annotations

import pytest

import implsci
from implsci import Barrier, Citation, Compendium, Finding, Outcome, Strategy, Study
from implsci.casebook import Casebook
from implsci.learning import cases
from implsci.model.documents import Observation, Quote

HEALTH, SCHOOLS = "sector:health", "sector:education"


def study(identifier: str, **fields: object) -> Study:
    return Study(id=identifier, title=f"Title of {identifier}", **fields)  # type: ignore[arg-type]


MADE_UP = (
    study(
        "visits",
        year=2021,
        embedded="country",
        countries=("KE",),
        sectors=(HEALTH, SCHOOLS),
        citation=Citation(doi="10.5555/made.up"),
        barriers=(Barrier(id="b", label="roads under water"),),
        strategies=(Strategy(id="s", label="visits by boat"),),
        outcomes=(Outcome(id="o", label="children seen"),),
        findings=(Finding(id="f", outcome="o", direction="improved", basis="description"),),
    ),
    study("a-case", design="case_study", sectors=(HEALTH,)),
    study("apart", design="case_study", embedded="none"),
    study("trial", design="rct", embedded="none", sectors=(HEALTH,)),
    study("untold", design="rct", sectors=(HEALTH,)),
)
BOOK = Casebook(
    records=(
        Observation(
            id="o1",
            statement="The boat was worth more than the form",
            studies=("visits",),
            quotes=(
                Quote(text="We <row> ourselves.", consent="publication", role="nurse"),
                Quote(text="Our chief is idle.", consent="internal"),
            ),
        ),
        Observation(id="o2", statement="Teachers ask for it", sectors=(SCHOOLS,)),
        Observation(id="o3", statement="Of no sector and no study"),
    )
)


def test_embedded_research_and_case_studies_are_told_sector_by_sector() -> None:
    found = cases(MADE_UP, BOOK)
    told = [(one.code, [case.id for case in one.cases]) for one in found.sectors]
    assert told == [
        (SCHOOLS, ["visits", "o2"]),
        (HEALTH, ["visits", "a-case"]),
        (None, ["apart"]),
    ]
    assert found.left_out == 2
    assert found.sentence() == (
        "4 cases in 2 sectors: 1 embedded in a program, 1 told by practice alone, 2 studies left out."
    )
    assert {row["case"]: row["quotes"] for row in found.to_rows()}["visits"] == 1


def test_whether_a_study_was_embedded_is_yes_no_or_not_told() -> None:
    found = {case.id: case.embedded for one in cases(MADE_UP).sectors for case in one.cases}
    assert found == {"visits": True, "a-case": None, "apart": False}


def test_stories_hold_what_was_told_and_only_words_with_consent() -> None:
    text = cases(MADE_UP, BOOK).to_markdown()
    for words in (
        "### Title of visits (2021)",
        "embedded in a country program; design not told; KE; doi:10.5555/made.up",
        "- What stood in the way or helped: roads under water",
        "- What was tried: visits by boat",
        "- What came of it: children seen: improved; basis: description",
        "We &lt;row&gt; ourselves.",
        "1 quote not shown, for want of consent to publication",
        "### Told by practice",
        "not told whether embedded; case study; country not told",
        "not embedded in a program; case study",
    ):
        assert words in text, words
    assert "idle" not in text
    assert "Of no sector" not in text


def test_one_sector_can_be_asked_for() -> None:
    for asked in ("health", HEALTH):
        (one,) = cases(MADE_UP, BOOK, sector=asked).sectors
        assert one.code == HEALTH
    assert cases(MADE_UP, sector="justice").sectors == ()


def test_embedded_studies_are_found_in_a_compendium() -> None:
    compendium = Compendium(studies=MADE_UP)
    assert [one.id for one in compendium.where(embedded="country")] == ["visits"]
    assert [one.id for one in compendium.where(embedded="none")] == ["apart", "trial"]
    with pytest.raises(implsci.errors.InvalidQueryError, match="expected one of country"):
        compendium.where(embedded="yes")


def test_the_examples_tell_what_unicef_embedded() -> None:
    """doi:10.1186/s43058-021-00207-9: research embedded in programs of over 25 countries."""
    examples = implsci.load("implsci-examples")
    (embedded,) = examples.where(embedded="both")
    assert embedded.citation is not None
    assert embedded.citation.doi == "10.1186/s43058-021-00207-9"
    assert embedded.id in {case.id for one in cases(examples).sectors for case in one.cases}
