"""How long ties last, on made-up studies."""

from __future__ import annotations

import pytest

from implsci import Relationship, Study
from implsci.analysis.relationship import durations
from implsci.model.documents import SupportArrangement


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("18 months", (18, False)),
        ("2 years", (24, False)),
        ("at least 6 months", (6, True)),
        ("More than 1.5 years", (18, True)),
        ("52 weeks", (52 * 7 * 12 / 365.25, False)),
        ("2-3 years", (None, False)),
        ("at least as long as the grant", (None, False)),
        ("since 2019", (None, False)),
    ],
)
def test_one_number_with_its_unit_is_read_and_nothing_is_guessed(
    words: str, expected: tuple[float | None, bool]
) -> None:
    study = Study(
        id="a", title="A", relationships=(Relationship(id="r", label="tie", duration=words),)
    )
    (one,) = durations([study]).ties
    assert (one.months, one.at_least) == (pytest.approx(expected[0]), expected[1])


def test_ties_are_counted_with_those_that_do_not_tell() -> None:
    told = ("2 years", "at least 6 months", "3 years", "for ever", None)
    study = Study(
        id="a",
        title="A",
        engagement=("engagement:co-creation",),  # type: ignore[arg-type]
        relationships=tuple(
            Relationship(id=f"r{place}", label="tie", duration=words)
            for place, words in enumerate(told)
        ),
    )
    support = SupportArrangement(
        id="s", title="S", relationships=(Relationship(id="r", label="tie", duration="1 year"),)
    )
    found = durations([study, support])
    assert found.median == 18
    assert found.lasting(12) == (3, 4)
    assert [one.relationship for one in found.unread] == ["r3"]
    assert found.sentence() == (
        "4 of 6 ties tell how long they lasted: median 18 months, 6 to 36; 1 at least so long; "
        "1 in words that were not read."
    )
    assert [row["engagement"] for row in found.to_rows()] == ["engagement:co-creation"] * 5 + [None]
    assert durations([]).sentence() == "No tie is recorded."
