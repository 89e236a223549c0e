"""How routine something has become: records, ratings and the stage, all made up."""

from __future__ import annotations

import pytest

from implsci.analysis.dyads import instrument
from implsci.casebook import Casebook
from implsci.codec import decode_document, encode
from implsci.errors import InvalidRecord, UnknownNameError
from implsci.learning import STAGE_SCALE, STAGES, maturity, stage_rating
from implsci.model import Event, Measurement
from implsci.model.documents import Maturity


def record(*ratings: Measurement, identifier: str = "m1") -> Maturity:
    return Maturity(
        id=identifier, program="A country program", of="implementation research", ratings=ratings
    )


def test_stages_are_those_of_silimperi_in_their_order() -> None:
    """Abstract of doi:10.1093/intqhc/14.suppl_1.67."""
    assert STAGES == (
        "preawareness", "awareness", "experiential", "expansion", "consolidation", "maturity",
    )  # fmt: skip
    one = stage_rating("maturity", time="2024", respondent="steering group")
    assert (one.value, one.scale_min, one.scale_max, one.instrument) == (6, 1, 6, STAGE_SCALE)
    with pytest.raises(UnknownNameError, match="expansion"):
        stage_rating("expanding")


def test_a_rating_names_its_instrument() -> None:
    for name in (None, " "):
        with pytest.raises(InvalidRecord, match="needs the instrument"):
            record(Measurement(of="maturity", value=3, instrument=name))


def test_a_record_survives_writing_and_reading() -> None:
    full = Maturity(
        id="m1",
        program="A country program",
        of="implementation research",
        sectors=("sector:health",),  # type: ignore[arg-type]
        countries=("KE",),
        ratings=(stage_rating("awareness", time="2019"),),
        events=(Event(kind="post set up", date="2020-02"),),
    )
    assert decode_document(encode(full)) == full


def test_ratings_are_followed_in_time_and_a_fall_is_told() -> None:
    found = maturity(
        [
            record(
                stage_rating("expansion", time="2021"),
                stage_rating("awareness", time="2019-06"),
                stage_rating("experiential", time="2023-01-31"),
            ),
            record(identifier="m2"),
        ]
    )
    (course,) = found.courses
    assert (course.first, course.latest, course.stage) == (2, 3, "experiential")
    assert course.fell == ("2023-01-31",)
    assert course.change is None  # stages have no distance
    assert found.without == ("m2",)
    assert found.sentence() == (
        "1 program rated; by stage: experiential 1; 1 fell back at some time; 1 record without a rating."
    )


@pytest.mark.parametrize(
    "times", [("2019", None), ("2019", "2019-03"), ("spring", "autumn"), ("2020", "2020")]
)
def test_no_change_is_told_where_dates_do_not_order(times: tuple[str | None, ...]) -> None:
    scores = [
        Measurement(of="x", value=value, instrument="i", scale_min=0, scale_max=9, time=time)
        for value, time in zip((5, 4), times, strict=True)
    ]
    (course,) = maturity([record(*scores)]).courses
    assert (course.ordered, course.fell, course.change) == (False, (), None)


def test_instruments_and_those_who_rate_are_not_mixed() -> None:
    found = maturity(
        [
            record(
                Measurement(of="x", value=1, instrument="i", scale_min=0, scale_max=9, time="2019"),
                Measurement(of="x", value=4, instrument="i", scale_min=0, scale_max=9, time="2020"),
                Measurement(of="x", value=9, instrument="j", time="2021"),
                Measurement(of="x", value=7, instrument="i", respondent="staff", time="2021"),
            )
        ]
    )
    assert [(one.instrument, one.respondent, one.latest, one.change) for one in found.courses] == [
        ("i", None, 4, 3),
        ("j", None, 9, None),
        ("i", "staff", 7, None),
    ]


# Means of the eight domains in 10.1186/s43058-022-00303-4, table 1, in the order of the tool.
PUBLISHED = (4.84, 4.01, 4.26, 5.21, 5.36, 5.01, 4.58, 4.45)


def test_the_sustainability_tool_is_scored_by_domain() -> None:
    """Eight domains of five items, 1 to 7: doi:10.5888/pcd11.130184."""
    tool = instrument("psat")
    assert len(tool.items) == 40
    assert (tool.scale_min, tool.scale_max, tool.doi) == (1, 7, "10.5888/pcd11.130184")
    assert [[item.subscale for item in tool.items].count(name) for name in tool.subscales] == [
        5
    ] * 8
    answers = [mean for mean in PUBLISHED for _ in range(5)]
    whole, *domains = tool.score(answers, respondent="staff", time="2022")
    assert [one.value for one in domains] == pytest.approx(PUBLISHED)
    assert whole.value == pytest.approx(37.72 / 8)  # the eight means added by hand
    found = maturity(Casebook(records=(record(whole, *domains),)))
    assert [one.subscale for one in found.courses] == [None, *tool.subscales]
    assert found.courses[0].stage is None  # no stage is made of a score
