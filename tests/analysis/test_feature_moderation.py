"""Features of engagement and follow-up as moderators: the design is right, and refusals are named."""

from __future__ import annotations

import pytest

import implsci
from implsci.analysis import engagement, meta
from implsci.analysis.engagement import FOLLOW_UP, moderate, months_of
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.model import Estimate, Finding, Outcome, Strategy, Study

CO_CREATE = "relational:co-create"
# Made up: effect, its standard error, months of follow-up, whether co-creation is told.
MADE_UP = [
    (0.10, 0.10, 6, False), (0.22, 0.12, 12, False), (0.35, 0.15, 24, True), (0.41, 0.11, 12, True),
    (0.18, 0.20, 18, False), (0.52, 0.14, 36, True), (0.30, 0.10, 6, True), (0.05, 0.13, 24, False),
]  # fmt: skip


def study(place: int, y: float, se: float, when: str | None, told: bool, **more: object) -> Study:
    return Study(
        id=f"s{place}",
        title=f"Study {place} (made up)",
        strategies=(Strategy(id="x", label="x", codes=(CO_CREATE,) if told else ()),),
        outcomes=(Outcome(id="o", label="o", desirable="higher", kind="capacity"),),
        findings=(
            Finding(
                id="f", outcome="o", direction="improved", strategies=("x",), basis="effect",
                comparator="usual_practice", timepoint=when,
                estimate=Estimate(metric="SMD", value=y, se=se),
            ),
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


STUDIES = [
    study(place, y, se, f"{months} months", told)
    for place, (y, se, months, told) in enumerate(MADE_UP)
]


def test_the_design_is_that_of_a_regression_written_by_hand() -> None:
    found = moderate(STUDIES, [CO_CREATE])
    by_hand = meta.meta_regression(
        [y for y, *_ in MADE_UP],
        [se**2 for _, se, *_ in MADE_UP],
        {
            CO_CREATE: [float(told) for *_, told in MADE_UP],
            FOLLOW_UP: [months / 12 for _, _, months, _ in MADE_UP],
        },
        test="knha",
    )
    assert [one.name for one in found.fit.coefficients] == ["intercept", CO_CREATE, FOLLOW_UP]
    for one, other in zip(found.fit.coefficients, by_hand.coefficients, strict=True):
        assert one.estimate == pytest.approx(other.estimate, abs=1e-12)
        assert one.se == pytest.approx(other.se, abs=1e-12)
    assert found.told == {CO_CREATE: 4}
    assert "not an effect of a feature" in found.sentence()
    assert [row["told"] for row in found.to_rows()] == [4, None]


def test_what_is_left_out_is_counted_by_reason() -> None:
    more = [
        study(90, 0.4, 0.1, None, True),
        study(91, 0.4, 0.1, "year 2", True),
        study(92, 0.4, 0.1, "6 to 12 months", True),
    ]
    found = moderate([*STUDIES, *more], [CO_CREATE])
    assert found.left_out == {"the length of follow-up is not known": 3}
    assert moderate([*STUDIES, *more], [CO_CREATE], follow_up=False).fit.k == 11


def test_one_programme_counts_once_at_its_longest_follow_up() -> None:
    early = study(93, 0.9, 0.1, "3 months", False, programme="p")
    late = study(94, 0.2, 0.1, "2 years", False, programme="p")
    with_both = moderate([*STUDIES, early, late], [CO_CREATE])
    with_late = moderate([*STUDIES, late], [CO_CREATE])
    assert with_both.fit.k == 9
    assert with_both.left_out == {"an earlier follow-up of the same study": 1}
    assert with_both.fit.coefficients == with_late.fit.coefficients


@pytest.mark.parametrize(
    ("words", "months"),
    [
        ("12 months", 12), ("1 year after", 12), ("18-month follow-up", 18), ("26 weeks", 5.98),
        ("90 days", 2.96), ("2.5 years", 30), (None, None), ("post", None), ("year 2", None),
        ("3 and 6 months", None), ("2019", None), ("grade 5", None),
    ],
)  # fmt: skip
def test_follow_up_is_read_or_left_unknown(words: str | None, months: float | None) -> None:
    assert months_of(words) == (None if months is None else pytest.approx(months, abs=0.01))


def test_refusals_are_named() -> None:
    with pytest.raises(CannotEstimateError, match="is the same for every effect"):
        moderate([one for one in STUDIES if one.strategies[0].codes], [CO_CREATE])
    with pytest.raises(CannotEstimateError, match="no effect is left to regress"):
        moderate(STUDIES, [CO_CREATE], model="co-creation")
    with pytest.raises(InvalidQueryError, match="no moderator"):
        moderate(STUDIES, follow_up=False)
    with pytest.raises(InvalidQueryError, match="metric: expected one of SMD"):
        moderate(STUDIES, [CO_CREATE], metric="MD")
    with pytest.raises(CannotEstimateError):
        engagement.moderate(implsci.load("implsci-examples"), [CO_CREATE], model="co-creation")
