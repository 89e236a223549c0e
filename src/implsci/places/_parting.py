"""Parting a text into names, where a name may itself hold what parts names from one another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from attrs import define, frozen

from implsci.names import fold

__all__ = ["Piece", "Resolved", "lines", "resolved"]

# Semicolons, bars, bullets and every kind of line break part names whatever stands beside them.
_HARD = re.compile(r"[;\uff1b|\u2022\n\r\t\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SOFT = re.compile(
    r"[,\uff0c\u3001\u060c/&\uff06\ufe60()\[\]]| (?:and|[-\u2013\u2014])(?= )", re.IGNORECASE
)
_MOST_PARTS: Final = 6


@frozen(kw_only=True)
class Resolved:
    """What a text was read as.

    Attributes:
        codes: the codes found, in order, once each.
        unresolved: the pieces for which nothing sure was found, as written but for the blanks.
        notes: what a reader should know of a piece, resolved or not.
    """

    codes: tuple[str, ...] = ()
    unresolved: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@define
class Piece:
    """A stretch of a text between separators.

    Attributes:
        start: where it begins.
        end: where it ends.
        text: what stands there, without the punctuation around it.
        code: what it was read as; None where nothing sure was found.
        note: what a reader should know of it.
    """

    start: int
    end: int
    text: str
    code: str | None = None
    note: str | None = None


def lines(text: str, read: Callable[[Piece], None]) -> list[tuple[str, list[Piece]]]:
    """Part a text into lines, and these each time where the longest name that is known ends.

    Args:
        text: the text.
        read: sets the code of a piece, if it names just one thing.
    """
    plain = (" ".join(line.split()) for line in _HARD.split(text))
    return [(line, list(_pieces(line, read))) for line in plain if fold(line)]


def _pieces(line: str, read: Callable[[Piece], None]) -> Iterator[Piece]:
    starts, ends = [0], []
    for mark in _SOFT.finditer(line):
        ends.append(mark.start())
        starts.append(mark.end())
    ends.append(len(line))
    spans = [span for span in zip(starts, ends, strict=True) if fold(line[slice(*span)])]
    first = 0
    while first < len(spans):
        start = spans[first][0]
        for last in range(min(len(spans), first + _MOST_PARTS) - 1, first - 1, -1):
            end = spans[last][1]
            piece = Piece(start, end, _bare(line[start:end]))
            read(piece)
            if piece.code is not None or last == first:
                yield piece
                first = last + 1
                break


def _bare(text: str) -> str:
    inside = [index for index, char in enumerate(text) if char.isalnum()]
    return text[inside[0] : inside[-1] + 1] if inside else text.strip()


def _unread(line: str, pieces: Sequence[Piece]) -> Iterator[str]:
    """Yield the stretches for which nothing was found, each as it is written."""
    start: int | None = None
    for index, piece in enumerate(pieces):
        if piece.code is not None:
            continue
        start = piece.start if start is None else start
        if index + 1 == len(pieces) or pieces[index + 1].code is not None:
            yield line[start : piece.end].strip()
            start = None


def resolved(found: Sequence[tuple[str, Sequence[Piece]]]) -> Resolved:
    """Gather what the pieces of a text were read as."""
    pieces = [piece for _, own in found for piece in own]
    return Resolved(
        codes=tuple(dict.fromkeys(piece.code for piece in pieces if piece.code is not None)),
        unresolved=tuple(dict.fromkeys(text for line, own in found for text in _unread(line, own))),
        notes=tuple(dict.fromkeys(piece.note for piece in pieces if piece.note is not None)),
    )
