"""Pathway records as sequences and profiles, and two drawings of one pathway."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from implsci import testing
from implsci.analysis.sequences import current, profiles_of, revision, sequences_of
from implsci.errors import InvalidQueryError
from implsci.model.documents import Episode, Pathway, Quote

PUSH, PULL, TOGETHER = "engagement:push", "engagement:pull", "engagement:co-creation"


def drawn(identifier: str, *episodes: Episode, **more: str) -> Pathway:
    return Pathway(id=identifier, case="ana", episodes=episodes, **more)  # type: ignore[arg-type]


def test_a_revision_tells_what_came_went_moved_and_changed() -> None:
    a, b = Episode(id="a", state=PUSH), Episode(id="b", state=PULL)
    c, d = Episode(id="c", state=TOGETHER), Episode(id="d", state=None)
    old = drawn("p1", a, b, d)
    new = drawn("p2", b, a, Episode(id="c", state=TOGETHER, memo="told later"))
    found = revision(old, new)
    assert [(one.episode, one.kind) for one in found.changes] == [
        ("d", "removed"), ("b", "moved"), ("a", "moved"), ("c", "added"),
    ]  # fmt: skip
    assert found.transitions_removed == ((PUSH, PULL),)
    assert found.transitions_added == ((PULL, PUSH), (PUSH, TOGETHER))
    changed = revision(drawn("p1", a, c), drawn("p2", a, Episode(id="c", state=PULL)))
    assert [(one.kind, one.fields, one.before, one.after) for one in changed.changes] == [
        ("changed", ("state",), TOGETHER, PULL)
    ]
    assert revision(old, old).changes == ()
    with pytest.raises(InvalidQueryError, match="expected one case"):
        revision(old, Pathway(id="x", case="ben", episodes=(a,)))


def test_pathways_in_a_circle_have_no_latest() -> None:
    one = drawn("p1", Episode(id="a", state=PUSH), revises="p2")
    two = drawn("p2", Episode(id="a", state=PUSH), revises="p1")
    with pytest.raises(InvalidQueryError, match="in a circle"):
        current([one, two])


def test_a_profile_holds_the_words_that_may_be_kept() -> None:
    path = drawn(
        "p1",
        Episode(
            id="a",
            state=PUSH,
            story="It began with a manual.",
            quotes=(
                Quote(text="I had a binder.", consent="publication"),
                Quote(consent="refused", locator="12"),
                Quote(text="We told them it was their fault.", consent="internal"),
            ),
        ),
    )
    (profile,) = profiles_of([path])
    assert profile.quotes == ("I had a binder.",)
    assert profile.story == "It began with a manual."
    (inside,) = profiles_of([path], quotes="all")
    assert inside.quotes == ("I had a binder.", "We told them it was their fault.")


@settings(max_examples=60, deadline=None)
@given(path=testing.pathways())
def test_sequences_hold_every_state_in_its_place(path: Pathway) -> None:
    assert len(profiles_of([path])) == len(path.episodes)
    if any(path.states):
        made = sequences_of([path])
        assert made.ids == (path.case,)
        assert made.sequences == (path.states,)
    else:
        with pytest.raises(InvalidQueryError):
            sequences_of([path])
