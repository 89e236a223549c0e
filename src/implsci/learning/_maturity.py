"""How routine something has become in a program: ratings in time, and the stage they come to.

Examples:
    >>> book = Casebook(records=(
    ...     Maturity(
    ...         id="m1", program="Country program", of="implementation research",
    ...         ratings=(
    ...             stage_rating("awareness", time="2019"), stage_rating("expansion", time="2023"),
    ...         ),
    ...     ),
    ... ))
    >>> maturity(book).sentence()
    '1 program rated; by stage: expansion 1.'
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Final

from attrs import asdict, frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.errors import UnknownNameError
from implsci.model import Measurement
from implsci.model.documents import Maturity
from implsci.names import close_names

__all__ = ["STAGES", "STAGE_SCALE", "Maturities", "MaturityCourse", "maturity", "stage_rating"]

STAGE_SCALE: Final = "silimperi-2002"
"""The instrument of a rating that is a stage: Silimperi et al. 2002, doi:10.1093/intqhc/14.suppl_1.67."""

STAGES: Final = (
    "preawareness", "awareness", "experiential", "expansion", "consolidation", "maturity",
)  # fmt: skip
"""The stages by which a practice becomes part of an organization, from the first to the last.

After Silimperi et al. 2002 (doi:10.1093/intqhc/14.suppl_1.67), who have them of quality assurance: a
state before, four phases, a state after. The way is not straight: an organization may fall back, go to
and fro or stand still.
"""

_DATE: Final = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
_ASSUMES: Final = (
    "ratings by another instrument, of another part of one, or by other people are not compared",
    "a stage is as it was rated; it is never worked out from scores",
    "stages have an order and no distance: a step is not twice as far as another",
    "a change between two ratings may come from those who rated",
    "the capacity to last, as rated, is not lasting",
)


def stage_rating(
    stage: str,
    *,
    of: str = "institutionalization",
    respondent: str | None = None,
    time: str | None = None,
    note: str | None = None,
) -> Measurement:
    """Return a stage as a rating, ready for a `Maturity`.

    Args:
        stage: one of `STAGES`.
        of: what was rated.
        respondent: who rated, by function.
        time: when, ISO 8601 where it is to be put in order.
        note: what the stage was read from.

    Returns:
        The place of the stage from 1 to 6, by the instrument `STAGE_SCALE`.

    Raises:
        UnknownNameError: no such stage.

    Examples:
        >>> stage_rating("consolidation", time="2024").value
        5
    """
    if stage not in STAGES:
        raise UnknownNameError("stage", stage, close_names(stage, STAGES) or STAGES)
    return Measurement(
        of=of,
        value=STAGES.index(stage) + 1,
        unit="stage",
        instrument=STAGE_SCALE,
        scale_min=1,
        scale_max=len(STAGES),
        respondent=respondent,
        time=time,
        note=note,
    )


@frozen(kw_only=True)
class MaturityCourse:
    """The ratings of one program by one instrument, by the same people, in time.

    Attributes:
        record: id of the record.
        program: the program.
        practice: what is to become routine.
        of: what was rated.
        instrument: by which instrument.
        subscale: its part; None for the whole.
        respondent: who rated; None where not told.
        ratings: how many there are.
        first_time: time of the first; None where not told.
        first: its value; None where not told.
        latest_time: time of the last.
        latest: its value.
        scale_min: lowest value of the scale; None where not told, or where ratings differ in it.
        scale_max: highest value.
        stage: what the last rating says in words, where it is a stage.
        fell: times at which it was lower than before.
        ordered: whether the ratings bear dates that tell which came first.

    Examples:
        >>> book = Casebook(records=(
        ...     Maturity(
        ...         id="m1", program="P", of="reviews", ratings=(stage_rating("awareness"),)
        ...     ),
        ... ))
        >>> maturity(book).courses[0].stage
        'awareness'
    """

    record: str
    program: str
    practice: str
    of: str
    instrument: str
    subscale: str | None
    respondent: str | None
    ratings: int
    first_time: str | None
    first: float | None
    latest_time: str | None
    latest: float | None
    scale_min: float | None
    scale_max: float | None
    stage: str | None
    fell: tuple[str, ...]
    ordered: bool

    @property
    def change(self) -> float | None:
        """The last rating less the first; None with one, without order, or for stages."""
        if self.ratings < 2 or not self.ordered or self.stage is not None:
            return None
        if self.first is None or self.latest is None or self.scale_min is None:
            return None
        return self.latest - self.first


@frozen(kw_only=True)
class Maturities(Result):
    """How routine things have become, as `maturity` returns it.

    Attributes:
        courses: a line a program, instrument, part and respondent, in the order of the records.
        without: ids of records that hold no rating.
        assumptions: what must hold.

    Examples:
        >>> maturity(Casebook(records=())).sentence()
        'No program is rated.'
    """

    courses: tuple[MaturityCourse, ...]
    without: tuple[str, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a course."""
        return tuple(
            {**asdict(one), "fell": ", ".join(one.fell) or None, "change": one.change}
            for one in self.courses
        )

    def sentence(self) -> str:
        """Say how many programs were rated, and the stages that those rated by stages are at."""
        programs = dict.fromkeys(one.record for one in self.courses)
        if not programs:
            return "No program is rated."
        told = f"{counted(len(programs), 'program')} rated"
        found = Counter(one.stage for one in self.courses if one.stage is not None)
        if found:
            listed = ", ".join(f"{stage} {found[stage]}" for stage in STAGES if found[stage])
            told += f"; by stage: {listed}"
        if any(one.fell for one in self.courses):
            told += f"; {sum(bool(one.fell) for one in self.courses)} fell back at some time"
        if self.without:
            told += f"; {counted(len(self.without), 'record')} without a rating"
        return f"{told}."


def maturity(casebook: Casebook | Iterable[Maturity]) -> Maturities:
    """Follow how routine something has become in programs, by the ratings they were given.

    Ratings are put in order by their dates; where those do not tell which came first, ratings stay as
    told and nothing is said of change.

    Args:
        casebook: holds the records.

    Returns:
        A course for each program, instrument, part of it and respondent.

    Examples:
        >>> from implsci.analysis.dyads import instrument
        >>> answers = [4] * 20 + [5] * 20
        >>> rated = instrument("psat").score(answers, respondent="staff", time="2024")
        >>> book = Casebook(records=(
        ...     Maturity(id="m1", program="P", of="implementation research", ratings=rated),
        ... ))
        >>> found = maturity(book)
        >>> [(one.subscale, one.latest) for one in found.courses][:2]
        [(None, 4.5), ('environmental support', 4.0)]
    """
    records = casebook.of(Maturity) if isinstance(casebook, Casebook) else tuple(casebook)
    return Maturities(
        courses=tuple(course for record in records for course in _courses(record)),
        without=tuple(record.id for record in records if not record.ratings),
        assumptions=_ASSUMES,
    )


def _courses(record: Maturity) -> Iterator[MaturityCourse]:
    groups: dict[tuple[str, str, str | None, str | None], list[Measurement]] = {}
    for rating in record.ratings:
        key = (rating.of, rating.instrument or "", rating.subscale, rating.respondent)
        groups.setdefault(key, []).append(rating)
    for (of, instrument, subscale, respondent), told in groups.items():
        ordered = _ordered([one.time for one in told])
        ratings = sorted(told, key=lambda one: one.time or "") if ordered else told
        first, latest = ratings[0], ratings[-1]
        scales = {(one.scale_min, one.scale_max) for one in ratings}
        low, high = scales.pop() if len(scales) == 1 else (None, None)
        yield MaturityCourse(
            record=record.id,
            program=record.program,
            practice=record.of,
            of=of,
            instrument=instrument,
            subscale=subscale,
            respondent=respondent,
            ratings=len(ratings),
            first_time=first.time,
            first=first.value,
            latest_time=latest.time,
            latest=latest.value,
            scale_min=low,
            scale_max=high,
            stage=_stage(latest),
            fell=tuple(_falls(ratings)) if ordered and (low, high) != (None, None) else (),
            ordered=ordered,
        )


def _ordered(times: Iterable[str | None]) -> bool:
    """Whether all are dates, none the same as another or a part of it, as March is of its year."""
    known = sorted(time or "" for time in times)
    return all(map(_DATE.fullmatch, known)) and not any(
        after.startswith(before) for before, after in pairwise(known)
    )


def _stage(rating: Measurement) -> str | None:
    """Return the stage that a rating stands for; None where it is none."""
    value = rating.value
    if rating.instrument != STAGE_SCALE or value is None or value != int(value):
        return None
    return STAGES[int(value) - 1] if 1 <= value <= len(STAGES) else None


def _falls(ratings: Iterable[Measurement]) -> Iterator[str]:
    known = [one for one in ratings if one.value is not None]
    for before, after in pairwise(known):
        if (after.value or 0) < (before.value or 0):
            yield after.time or ""
