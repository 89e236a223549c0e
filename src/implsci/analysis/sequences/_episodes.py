"""Profiles of data-collection episodes: what was seen of one case at one time, and counts of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final, Protocol, TypeVar

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.analysis.result import Result, Row
from implsci.errors import Fault, InvalidQueryError, InvalidRecord

__all__ = ["EpisodeProfile", "Topic", "Topics", "in_time", "topics"]


def __dir__() -> list[str]:
    return __all__


_is_date: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?").fullmatch


@frozen(kw_only=True)
class EpisodeProfile:
    """What one episode of data collection (an interview, a visit) says of one case.

    The profile is the unit of a trajectory study: the quotes that say most, an analyst's memo, the
    topics it touches, and its vertical story, that is, the account of this one episode from
    beginning to end before any episode is compared with another.

    Attributes:
        id: the profile's name, none twice among those counted together.
        case: the practitioner, team or site it is of.
        date: when, ISO 8601 to the precision known.
        start: the state the case is in when the episode begins; None where not known.
        end: the state it is in when the episode ends; None where not known.
        quotes: the top quotes, most telling first.
        memo: the analyst's memo.
        topics: what it touches, each once; codes or plain words.
        story: the vertical story.

    Raises:
        InvalidRecord: blank id, case, state, quote, topic, memo or story; a topic or quote that
            stands twice; a str where a tuple is due; no date.

    Examples:
        >>> profile = EpisodeProfile(
        ...     id="e1", case="ana", start="push", end="pull",
        ...     quotes=("They began to ask me.",), topics=("trust",),
        ... )
        >>> profile.topics
        ('trust',)
    """

    id: str
    case: str
    date: str | None = None
    start: str | None = None
    end: str | None = None
    quotes: tuple[str, ...] = ()
    memo: str | None = None
    topics: tuple[str, ...] = ()
    story: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        for name in ("id", "case", "start", "end", "memo", "story"):
            value = getattr(self, name)
            if (value is not None or name in ("id", "case")) and not _filled(value):
                faults.append(Fault(name, f"expected some text, got {value!r}"))
        for name in ("quotes", "topics"):
            values = getattr(self, name)
            if not isinstance(values, tuple):
                faults.append(Fault(name, f"expected a tuple, got {values!r}"))
                continue
            for index, value in enumerate(values):
                if not _filled(value):
                    faults.append(Fault(f"{name}[{index}]", f"expected some text, got {value!r}"))
                elif value in values[:index]:
                    faults.append(Fault(f"{name}[{index}]", f"{value!r} stands twice"))
        if self.date is not None and not (isinstance(self.date, str) and _is_date(self.date)):
            faults.append(Fault("date", f"expected YYYY, YYYY-MM or YYYY-MM-DD, got {self.date!r}"))
        if faults:
            raise InvalidRecord("EpisodeProfile", faults, str(self.id))


@frozen(kw_only=True)
class Topic:
    """How often one topic occurs; the denominators stand on `Topics`.

    Attributes:
        topic: the topic.
        profiles: number of profiles that touch it.
        share: that number over all profiles, 0 to 1.
        cases: number of cases with at least one such profile.
        case_share: that number over all cases, 0 to 1.
    """

    topic: str
    profiles: int
    share: float
    cases: int
    case_share: float


@frozen(kw_only=True)
class Topics(Result):
    """Topics over a number of profiles, as `topics` counts them.

    Attributes:
        topics: every topic, the most frequent first, then by name.
        profiles: number of profiles counted, the denominator of `share`.
        cases: number of cases they are of, the denominator of `case_share`.
        without: number of profiles without any topic; they stay in the denominator.
        assumptions: what must hold for the shares to mean what they say.

    Examples:
        >>> one = EpisodeProfile(id="e1", case="ana", topics=("trust", "time"))
        >>> two = EpisodeProfile(id="e2", case="ana", topics=("trust",))
        >>> topics([one, two]).sentence()
        '2 profiles of 1 case: trust in 2 of 2 (100%), time in 1 of 2 (50%); 0 have no topic.'
    """

    topics: tuple[Topic, ...]
    profiles: int
    cases: int
    without: int
    assumptions: tuple[str, ...] = (
        "a topic that a profile does not name was looked for and not found",
        "a share counts profiles or cases, not how much was said",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a topic, with its counts and both denominators."""
        return tuple(
            {
                "topic": one.topic,
                "profiles": one.profiles,
                "of_profiles": self.profiles,
                "share": one.share,
                "cases": one.cases,
                "of_cases": self.cases,
                "case_share": one.case_share,
            }
            for one in self.topics
        )

    def sentence(self) -> str:
        """Say the three most frequent topics with their denominator."""
        most = ", ".join(
            f"{one.topic} in {one.profiles} of {self.profiles} ({100 * one.share:.0f}%)"
            for one in self.topics[:3]
        )
        head = (
            f"{self.profiles} profile{'' if self.profiles == 1 else 's'} of "
            f"{self.cases} case{'' if self.cases == 1 else 's'}"
        )
        return f"{head}: {most or 'no topics'}; {self.without} have no topic."


@checked
def topics(profiles: Iterable[EpisodeProfile]) -> Topics:
    """Count in how many profiles, and in how many cases, each topic occurs.

    Args:
        profiles: the profiles of one study, at least one.

    Returns:
        Counts and shares with their denominators.

    Raises:
        InvalidQueryError: no profiles, or an id that stands twice.

    Examples:
        >>> one = EpisodeProfile(id="e1", case="ana", topics=("trust",))
        >>> two = EpisodeProfile(id="e2", case="ben")
        >>> counted = topics([one, two])
        >>> counted.topics[0].profiles, counted.profiles, counted.without
        (1, 2, 1)
    """
    given = list(profiles)
    if not given:
        raise InvalidQueryError("there are no profiles: expected at least one")
    ids: set[str] = set()
    for profile in given:
        if profile.id in ids:
            raise InvalidQueryError(f"the profile {profile.id!r} stands twice")
        ids.add(profile.id)
    cases = {profile.case for profile in given}
    counted = []
    for topic in {topic for profile in given for topic in profile.topics}:
        having = [profile for profile in given if topic in profile.topics]
        with_it = {profile.case for profile in having}
        counted.append(
            Topic(
                topic=topic,
                profiles=len(having),
                share=len(having) / len(given),
                cases=len(with_it),
                case_share=len(with_it) / len(cases),
            )
        )
    return Topics(
        topics=tuple(sorted(counted, key=lambda one: (-one.profiles, one.topic))),
        profiles=len(given),
        cases=len(cases),
        without=sum(not profile.topics for profile in given),
    )


class _Dated(Protocol):
    @property
    def date(self) -> str | None: ...


_Thing = TypeVar("_Thing", bound=_Dated)


def in_time(case: str, things: list[_Thing]) -> list[_Thing]:
    """Return the things of one case in order of date, or as given where none has a date.

    Raises:
        InvalidQueryError: dates that leave the order open.

    Examples:
        >>> late = EpisodeProfile(id="b", case="ana", date="2021")
        >>> early = EpisodeProfile(id="a", case="ana", date="2020-05")
        >>> [one.id for one in in_time("ana", [late, early])]
        ['a', 'b']
    """
    dates = [thing.date for thing in things if thing.date is not None]
    if not dates:
        return things
    if len(dates) < len(things):
        raise InvalidQueryError(
            f"case {case!r}: {len(things) - len(dates)} of {len(things)} have no date, "
            "so their order is open; date all of them or none"
        )
    ordered = sorted(things, key=lambda thing: thing.date or "")
    dates.sort()
    # A date and a less precise one that contains it stand side by side once sorted.
    for earlier, later in pairwise(dates):
        if later.startswith(earlier):
            raise InvalidQueryError(
                f"case {case!r}: the order of {earlier} and {later} is open; give more precise "
                "dates, or none and the right order"
            )
    return ordered


def _filled(value: object) -> bool:
    return isinstance(value, str) and bool(value) and not value.isspace()
