"""Pathways: how one practitioner, team or site moved from state to state, episode by episode."""

from __future__ import annotations

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model._record import Record, reject
from implsci.model.evidence import Event
from implsci.model.quote import Quote

__all__ = ["Episode", "Pathway"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True, eq=False, repr=False)
class Episode(Record):
    """One stretch of a pathway, told as a story of its own before it is compared with others.

    Attributes:
        id: the episode's name inside its pathway.
        state: the state the case was in, a code such as ``engagement:push``; None is a stretch of
            which nothing is known.
        label: the same in the source's words.
        start: when it began, ISO 8601 to the precision known.
        end: when it ended; the day, month or year in which the next one begins may be the same.
        quotes: the top quotes, most telling first.
        memo: the analyst's memo.
        topics: what it touches, each once: codes or plain words.
        story: the vertical story: the account of this episode from beginning to end.
        events: what happened in it.

    Raises:
        InvalidRecord: bad id, state or date, an end before its start, a topic that stands twice.

    Examples:
        >>> Episode(id="e1", state="engagement:push", start="2009", end="2013").state
        'engagement:push'
    """

    id: str
    state: Code | None = None
    label: str | None = None
    start: str | None = None
    end: str | None = None
    quotes: tuple[Quote, ...] = ()
    memo: str | None = None
    topics: tuple[str, ...] = ()
    story: str | None = None
    events: tuple[Event, ...] = ()

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        if self.state is not None and not rules.is_code(self.state):
            faults.append(Fault("state", f"expected a code scheme:name, got {self.state!r}"))
        for name in ("label", "memo", "story"):
            rules.filled(faults, name, getattr(self, name))
        rules.span(faults, self.start, self.end)
        rules.distinct(faults, "topics", self.topics)
        if faults:
            reject(self, faults, self.id)


@frozen(kw_only=True, eq=False, repr=False)
class Pathway(Document):
    """The episodes of one case, in their order.

    Attributes:
        id: the record's name inside its casebook.
        case: who or what moved: a pseudonym, a team, a site; never a name.
        role: what the case is, such as ``implementation support practitioner``.
        episodes: its episodes, the earliest first; a stretch that nobody can tell of is an episode
            without a state, so that what is unknown is seen.
        version: which drawing of this pathway it is, from 1; diagrams are drawn again as analysis goes on.
        revises: id of the pathway record that this one replaces.
        events: what happened outside the episodes.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, no case, no episodes, an id that stands twice, episodes out of order
            or overlapping, or a record that revises itself.

    Examples:
        >>> path = Pathway(
        ...     id="p1",
        ...     case="practitioner 1",
        ...     episodes=(
        ...         Episode(id="e1", state="engagement:push", end="2013"),
        ...         Episode(id="e2", state="engagement:pull", start="2013"),
        ...     ),
        ... )
        >>> path.states
        ('engagement:push', 'engagement:pull')
    """

    case: str
    role: str | None = None
    episodes: tuple[Episode, ...] = ()
    version: int | None = None
    revises: str | None = None
    events: tuple[Event, ...] = ()

    @property
    def states(self) -> tuple[Code | None, ...]:
        """The states of the episodes, in their order; None where unknown."""
        return tuple(episode.state for episode in self.episodes)

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "case", self.case)
        rules.positive(faults, "version", self.version)
        if not self.episodes:
            faults.append(Fault("episodes", "expected at least one episode"))
        rules.identities(faults, "episodes", self.episodes)
        if self.revises is not None and self.revises == self.id:
            faults.append(Fault("revises", "a record cannot revise itself"))
        # A dated episode is held against the last date before it, also over undated ones.
        latest: tuple[str, str] | None = None
        for index, episode in enumerate(self.episodes):
            begins = episode.start or episode.end
            if latest is not None and begins is not None and rules.before(begins, latest[0]):
                faults.append(
                    Fault(
                        f"episodes[{index}]",
                        f"overlaps: it {'begins' if episode.start else 'ends'} {begins}, and "
                        f"{latest[1]!r} before it reaches to {latest[0]}",
                    )
                )
            reached = [date for date in (episode.end, episode.start) if date is not None]
            for date in reached[:1]:
                if latest is None or not rules.before(date, latest[0]):
                    latest = (date, episode.id)
