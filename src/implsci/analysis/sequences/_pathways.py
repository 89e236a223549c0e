"""Pathway records as sequences and as episode profiles; and two drawings of one pathway compared."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Literal

from attrs import frozen

from implsci.analysis._arguments import checked, of_kind
from implsci.analysis.result import Result, Row
from implsci.analysis.sequences._episodes import EpisodeProfile
from implsci.analysis.sequences._set import SequenceSet
from implsci.errors import InvalidQueryError
from implsci.model.pathway import Episode, Pathway

__all__ = ["EpisodeChange", "Revision", "current", "profiles_of", "revision", "sequences_of"]


def __dir__() -> list[str]:
    return __all__


@checked
def current(pathways: Iterable[Pathway]) -> tuple[Pathway, ...]:
    """Return the pathways that no other one revises: the latest drawing of each case.

    Args:
        pathways: pathway records, several versions of a case among them.

    Returns:
        Those left, in the order given.

    Raises:
        InvalidQueryError: pathways that revise one another in a circle, so that none is the latest,
            or two latest drawings of one case.

    Examples:
        >>> told = (Episode(id="e", state="engagement:push"),)
        >>> first = Pathway(id="p1", case="ana", episodes=told)
        >>> again = Pathway(id="p2", case="ana", episodes=told, revises="p1", version=2)
        >>> [one.id for one in current([first, again])]
        ['p2']
    """
    given = tuple(pathways)
    for one in given:
        of_kind("pathways", one, Pathway, "implsci.casebook.load(...).of(Pathway)")
    revised = {one.revises for one in given if one.revises is not None}
    latest = tuple(one for one in given if one.id not in revised)
    if given and not latest:
        raise InvalidQueryError("the pathways revise one another in a circle: none is the latest")
    first: dict[str, str] = {}
    for one in latest:
        other = first.setdefault(one.case, one.id)
        if other != one.id:
            raise InvalidQueryError(
                f"{other!r} and {one.id!r} are both of the case {one.case!r}; let the later one say "
                "which it revises"
            )
    return latest


@checked
def sequences_of(
    pathways: Iterable[Pathway], *, alphabet: Sequence[str] | None = None
) -> SequenceSet:
    """Make sequences of states from pathway records, an episode a position.

    An episode counts once however long it was: what is compared is the order of states. A stretch of
    which nothing is known stays a gap.

    Args:
        pathways: pathway records; of a case drawn several times, the latest is taken.
        alphabet: the states that may occur, in the order wanted; those found, sorted, if None.

    Returns:
        The sequences, named by their cases.

    Raises:
        InvalidQueryError: no pathways, one without any known state, or see `current`.
        UnknownNameError: a state that is not in the alphabet given.

    Examples:
        >>> path = Pathway(id="p1", case="ana", episodes=(
        ...     Episode(id="a", state="engagement:push"), Episode(id="b"),
        ...     Episode(id="c", state="engagement:co-creation"),
        ... ))
        >>> sequences_of([path]).sequences
        (('engagement:push', None, 'engagement:co-creation'),)
    """
    latest = current(pathways)
    return SequenceSet.from_rows(
        [one.states for one in latest], alphabet=alphabet, ids=[one.case for one in latest]
    )


@checked
def profiles_of(
    pathways: Iterable[Pathway], *, quotes: Literal["consented", "all"] = "consented"
) -> tuple[EpisodeProfile, ...]:
    """Return a profile of every episode, with the state before it and the state it is in.

    Memo and story are those of the record, and may repeat what people said: what is to leave the
    house is made of pathways that `implsci.casebook.redact` has gone over.

    Args:
        pathways: pathway records; of a case drawn several times, the latest is taken.
        quotes: ``consented`` takes quotes whose speakers agreed to publication; ``all`` takes every
            one whose words were kept, for readers who may see the records themselves.

    Returns:
        The profiles, by pathway and episode; the id of each is ``pathway#episode``.

    Raises:
        InvalidQueryError: `quotes` is another word; or see `current`.

    Examples:
        >>> path = Pathway(id="p1", case="ana", episodes=(
        ...     Episode(id="a", state="engagement:push", topics=("trust",)),
        ...     Episode(id="b", state="engagement:pull"),
        ... ))
        >>> [(one.id, one.start, one.end) for one in profiles_of([path])]
        [('p1#a', None, 'engagement:push'), ('p1#b', 'engagement:push', 'engagement:pull')]
    """
    return tuple(
        EpisodeProfile(
            id=f"{path.id}#{episode.id}",
            case=path.case,
            start=None if before is None else before.state,
            end=episode.state,
            quotes=tuple(
                dict.fromkeys(
                    one.text
                    for one in episode.quotes
                    if one.text and (quotes == "all" or one.consent == "publication")
                )
            ),
            memo=episode.memo,
            topics=episode.topics,
            story=episode.story,
        )
        for path in current(pathways)
        for before, episode in pairwise((None, *path.episodes))
        if episode is not None
    )


@frozen(kw_only=True)
class EpisodeChange:
    """What became of one episode from one drawing to the next.

    Attributes:
        episode: its id.
        kind: added, removed, moved (another place among those that stayed) or changed.
        fields: what changed in it.
        before: its state before; None where unknown or not there.
        after: its state after.
    """

    episode: str
    kind: Literal["added", "removed", "moved", "changed"]
    fields: tuple[str, ...] = ()
    before: str | None = None
    after: str | None = None


@frozen(kw_only=True)
class Revision(Result):
    """How two drawings of one pathway differ.

    Attributes:
        old: id of the earlier one.
        new: id of the later one.
        changes: what became of each episode that is not the same.
        transitions_added: moves from state to state that only the later one has.
        transitions_removed: moves that only the earlier one has.
        assumptions: what the comparison takes for granted.
    """

    old: str
    new: str
    changes: tuple[EpisodeChange, ...]
    transitions_added: tuple[tuple[str, str], ...]
    transitions_removed: tuple[tuple[str, str], ...]
    assumptions: tuple[str, ...] = ("an episode is the same one where its id is the same",)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a change."""
        return tuple(
            {
                "episode": one.episode,
                "change": one.kind,
                "fields": ", ".join(one.fields),
                "before": one.before,
                "after": one.after,
            }
            for one in self.changes
        )

    def sentence(self) -> str:
        """Say how many episodes changed, and how."""
        if not self.changes:
            return f"{self.old} and {self.new} tell the same episodes."
        said = ", ".join(f"{one.episode} {one.kind}" for one in self.changes)
        return f"From {self.old} to {self.new}: {said}."


@checked
def revision(old: Pathway, new: Pathway) -> Revision:
    """Compare two drawings of one pathway.

    Args:
        old: the earlier one.
        new: the later one.

    Returns:
        Episodes added, removed, moved and changed, and moves from state to state that came or went.

    Raises:
        InvalidQueryError: they are of two cases.

    Examples:
        >>> one = Pathway(id="p1", case="ana", episodes=(Episode(id="a", state="engagement:push"),))
        >>> two = Pathway(id="p2", case="ana", episodes=(
        ...     Episode(id="a", state="engagement:push"), Episode(id="b", state="engagement:pull"),
        ... ))
        >>> revision(one, two).sentence()
        'From p1 to p2: b added.'
    """
    if old.case != new.case:
        raise InvalidQueryError(
            f"{old.id!r} is of {old.case!r} and {new.id!r} of {new.case!r}; expected one case"
        )
    was = {one.id: one for one in old.episodes}
    now = {one.id: one for one in new.episodes}
    stayed = [name for name in was if name in now]
    order = [name for name in now if name in was]
    changes = [
        EpisodeChange(episode=name, kind="removed", before=one.state)
        for name, one in was.items()
        if name not in now
    ]
    for name, one in now.items():
        if name not in was:
            changes.append(EpisodeChange(episode=name, kind="added", after=one.state))
            continue
        fields = _differing(was[name], one)
        if fields or stayed.index(name) != order.index(name):
            changes.append(
                EpisodeChange(
                    episode=name,
                    kind="changed" if fields else "moved",
                    fields=fields,
                    before=was[name].state,
                    after=one.state,
                )
            )
    before, after = _moves(old), _moves(new)
    return Revision(
        old=old.id,
        new=new.id,
        changes=tuple(changes),
        transitions_added=tuple(sorted(after - before)),
        transitions_removed=tuple(sorted(before - after)),
    )


def _differing(one: Episode, other: Episode) -> tuple[str, ...]:
    names = (
        "state", "label", "start", "end", "quotes", "memo", "topics", "story", "events",
    )  # fmt: skip
    return tuple(name for name in names if getattr(one, name) != getattr(other, name))


def _moves(path: Pathway) -> set[tuple[str, str]]:
    return {
        (first, second)
        for first, second in pairwise(path.states)
        if first is not None and second is not None and first != second
    }
