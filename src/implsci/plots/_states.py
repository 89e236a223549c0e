"""What the three figures of sequences share: how states look, bars, and positions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from implsci.plots._axes import GRAY, MISSING_HATCH, Look, looks, shown

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

    from implsci.analysis.sequences import Rows, SequenceSet

__all__ = [
    "NOT_KNOWN",
    "Bar",
    "as_sequences",
    "bars_of",
    "by_position",
    "height_of",
    "in_words",
    "look_of",
    "state_key",
]

NOT_KNOWN = Look("#ffffff", MISSING_HATCH)


class Bar(NamedTuple):
    """A bar by its corner and its size, in the units of the axes."""

    x: float
    y: float
    width: float
    height: float


def as_sequences(data: Rows) -> SequenceSet:
    """Return the data as a set of sequences."""
    from implsci.analysis.sequences import SequenceSet

    return data if isinstance(data, SequenceSet) else SequenceSet.from_rows(data)


def height_of(inches: float, alphabet: Sequence[str]) -> float:
    """Return the height of a figure, more where the legend needs it."""
    return max(inches, 1.6 + 0.27 * len(alphabet))


def look_of(state: str | None, alphabet: Sequence[str]) -> Look:
    """Return how a state is drawn; None is one that is not known."""
    return NOT_KNOWN if state is None else looks(alphabet)[state]


def bars_of(
    ax: Axes,
    bars: Mapping[str | None, Sequence[Bar]],
    alphabet: Sequence[str],
    *,
    edges: bool = True,
) -> None:
    """Draw the bars of each state, None standing for what is not known."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for state in (*alphabet, None):
        if not bars.get(state):
            continue
        look = look_of(state, alphabet)
        # One path for all bars of a state: a hatch is slow, and is so only once.
        corners = [
            corner
            for x, y, width, height in bars[state]
            for corner in ((x, y), (x + width, y), (x + width, y + height), (x, y + height), (x, y))
        ]
        one = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
        ax.add_artist(  # not add_patch, which looks at every corner for limits set anyway
            PathPatch(
                Path(corners, one * len(bars[state])),
                facecolor=look.fill,
                edgecolor=GRAY if state is None else "#000000",
                hatch=look.hatch,
                linewidth=0.6 if edges else 0,
                label="not known" if state is None else shown(state),
            )
        )


def state_key(alphabet: Sequence[str], *, gaps: bool) -> list[Artist]:
    """Return what a legend shows of the states."""
    from matplotlib.patches import Patch

    return [
        Patch(
            facecolor=look_of(state, alphabet).fill,
            edgecolor=GRAY if state is None else "#000000",
            hatch=look_of(state, alphabet).hatch,
            label="not known" if state is None else shown(state, 24),
        )
        for state in (*alphabet, *((None,) if gaps else ()))
    ]


def by_position(ax: Axes, length: int) -> None:
    """Number the positions from 1, at the middle of each, at most some twenty of them."""
    step = -(-length // 20)
    places = range(0, length, step)
    ax.set_xticks([place + 0.5 for place in places], [str(place + 1) for place in places])


def in_words(sequences: SequenceSet) -> str:
    """Return the states of the first and the last position in a sentence."""
    from implsci.analysis.sequences import state_distribution

    return f"{state_distribution(sequences).sentence()} States: " + (
        ", ".join(shown(state) for state in sequences.alphabet) + "."
    )
