"""How many of those asked say the same: themes with their denominators, and when new ones end.

Examples:
    >>> book = Casebook(records=(
    ...     Observation(
    ...         id="o1", statement="Trust comes first.", date="2020", n=15, n_informants=17,
    ...         strategies=("relational:keep-commitments",),
    ...     ),
    ... ))
    >>> round(share_of_informants(book)["relational:keep-commitments"][0].share, 2)
    0.88
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import asdict, frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.model import Study
from implsci.model.documents import Observation

__all__ = ["InformantShare", "Newness", "Shares", "share_of_informants"]

_ASSUMES: Final = (
    "a theme is a code, a kind of outcome or a role that an observation names, or a code of a barrier "
    "of a study; who names several themes in one breath says all of them",
    "shares of several sources are not added: the same people may have been asked twice",
    "a share is of those asked, who are no sample of practitioners; without a denominator there is "
    "no share",
    "an informant who does not speak of a theme was perhaps not asked about it",
    "that no new theme comes up says that these informants had no more to tell under these codes",
)


@frozen(kw_only=True)
class InformantShare:
    """How many of those asked in one source speak of a theme.

    Attributes:
        theme: the code, kind or role.
        source: id of the observation, or ``study#barrier``.
        n: how many say so; None where not told.
        n_informants: how many were asked; None where not told.
        direction: what came of it, as told.
        date: when; the year, for a study.

    Examples:
        >>> InformantShare(
        ...     theme="research_use", source="o1", n=3, n_informants=None, direction=None, date=None,
        ... ).share is None
        True
    """

    theme: str
    source: str
    n: int | None
    n_informants: int | None
    direction: str | None
    date: str | None

    @property
    def share(self) -> float | None:
        """Those who say so among those asked, 0 to 1; None where either is not told."""
        if self.n is None or self.n_informants is None:
            return None
        return self.n / self.n_informants


@frozen(kw_only=True)
class Newness:
    """One observation in time: how many of its themes nobody had told before.

    Attributes:
        observation: its id.
        date: when; None where not told, which stands last.
        themes: how many themes it names.
        new: how many of them for the first time.

    Examples:
        >>> Newness(observation="o1", date="2020", themes=2, new=2).new
        2
    """

    observation: str
    date: str | None
    themes: int
    new: int


@frozen(kw_only=True)
class Shares(Result):
    """Themes with their shares, as `share_of_informants` returns them.

    Attributes:
        shares: a line a theme and source: by theme, the largest share first, unknown ones last.
        newness: observations in time, with how many new themes each brings.
        assumptions: what must hold.

    Examples:
        >>> from implsci.casebook import Casebook
        >>> from implsci.learning import share_of_informants
        >>> share_of_informants(Casebook(records=())).sentence()
        'No observation names a theme.'
    """

    shares: tuple[InformantShare, ...]
    newness: tuple[Newness, ...]
    assumptions: tuple[str, ...]

    def __getitem__(self, theme: str) -> tuple[InformantShare, ...]:
        """Return the sources that speak of a theme; none where nobody does."""
        return tuple(one for one in self.shares if one.theme == theme)

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a theme and source."""
        return tuple({**asdict(one), "share": one.share} for one in self.shares)

    def sentence(self) -> str:
        """Say how many themes have a denominator, and when the last new one came up."""
        if not self.shares:
            return "No observation names a theme."
        themes = {one.theme for one in self.shares}
        based = {one.theme for one in self.shares if one.share is not None}
        told = f"{counted(len(themes), 'theme')}, {len(based)} with a share of those asked."
        since = 0
        for one in reversed(self.newness):
            if one.new:
                break
            since += 1
        if not self.newness:
            return told
        return (
            f"{told} The last {'' if since == 1 else f'{since} '}"
            f"{agreeing(since, 'observation', 'observations')} brought no new theme."
            if since
            else f"{told} The last observation still brought a new theme."
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values."""
        return {**super().to_dict(), "newness": [asdict(one) for one in self.newness]}


def share_of_informants(
    casebook: Casebook, compendium: Compendium | Iterable[Study] | None = None
) -> Shares:
    """Return how many of those asked speak of each theme, with denominators, and when new ones end.

    A share is n / n_informants of one source. Saturation is shown as it is commonly looked for: how
    many themes each further observation brings that nobody had told before (Guest, Namey and Chen
    2020, doi:10.1371/journal.pone.0232076); whether that is enough is not decided here.

    Args:
        casebook: the observations.
        compendium: studies whose barriers say how many of their informants named them; None for none.

    Examples:
        >>> book = Casebook(records=(
        ...     Observation(id="a", statement="A", date="2020", outcome_kinds=("capacity",)),
        ...     Observation(id="b", statement="B", date="2021", outcome_kinds=("capacity",)),
        ... ))
        >>> print(share_of_informants(book).sentence())
        1 theme, 0 with a share of those asked. The last observation brought no new theme.
    """
    seen = casebook.of(Observation)
    found = [
        *(one for record in seen for one in _of_observation(record)),
        *(one for study in compendium or () for one in _of_study(study)),
    ]
    return Shares(
        shares=tuple(
            sorted(
                found,
                key=lambda one: (one.theme, one.share is None, -(one.share or 0), one.source),
            )
        ),
        newness=tuple(_newness(seen)),
        assumptions=_ASSUMES,
    )


def _themes(seen: Observation) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(
            (
                *seen.strategies,
                *seen.barriers,
                *seen.outcomes,
                *seen.outcome_kinds,
                *seen.engagement,
                *filter(None, [seen.role]),
            )
        )
    )


def _of_observation(seen: Observation) -> Iterator[InformantShare]:
    for theme in _themes(seen):
        yield InformantShare(
            theme=str(theme),
            source=seen.id,
            n=seen.n,
            n_informants=seen.n_informants,
            direction=seen.direction,
            date=seen.date,
        )


def _of_study(study: Study) -> Iterator[InformantShare]:
    for node in study.barriers:
        if node.n is None and node.n_informants is None:
            continue
        for code in node.codes:
            yield InformantShare(
                theme=code,
                source=f"{study.id}#{node.id}",
                n=node.n,
                n_informants=node.n_informants,
                direction=None,
                date=str(study.year) if study.year else None,
            )


def _newness(seen: Iterable[Observation]) -> Iterator[Newness]:
    told: set[str] = set()
    for one in sorted(seen, key=lambda record: record.date or "~"):
        themes = set(_themes(one))
        yield Newness(observation=one.id, date=one.date, themes=len(themes), new=len(themes - told))
        told |= themes
