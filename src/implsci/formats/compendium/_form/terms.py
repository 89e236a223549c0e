"""Terms as a form offers them, and which code is meant by what somebody put into a cell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from implsci.codes import Code, is_code, split
from implsci.names import close_names, fold
from implsci.taxonomy import Taxonomy

__all__ = ["Found", "Pick", "Picks", "picks_of"]

_PICKED: Final = re.compile(r"(?s)(?P<label>.*)\[\s*(?P<code>[^\[\]\s]+)\s*\]")
_MOST_SUGGESTED: Final = 50


class Pick(NamedTuple):
    """A term, as the sheet of terms lists it.

    Attributes:
        code: its code.
        label: its label.
        kind: the part it can play in a study; ``group`` for a heading, which no drop-down offers.
        notation: the number it was published with.
    """

    code: str
    label: str
    kind: str
    notation: str = ""

    @property
    def shown(self) -> str:
        """What a drop-down offers."""
        return f"{self.label} [{self.code}]"


class Found(NamedTuple):
    """What a cell means.

    Attributes:
        code: the code; None where it means none.
        doubt: what is doubtful about it, empty where nothing is.
    """

    code: Code | None
    doubt: str = ""


def picks_of(taxonomies: Iterable[Taxonomy]) -> list[Pick]:
    """Return the terms of taxonomies, in their order."""
    return [
        Pick(term.code, " ".join(term.label.split()), term.kind, term.notation or "")
        for taxonomy in taxonomies
        for term in taxonomy
    ]


class Picks:
    """Finds the code that a cell means: ``label [code]``, a code, a number, or a label.

    Args:
        picks: the terms of the form.
    """

    def __init__(self, picks: Iterable[Pick]) -> None:
        self._labels: dict[str, list[Pick]] = {}
        self._codes: set[str] = set()
        self._numbers: dict[str, str] = {}
        for pick in picks:
            self._codes.add(pick.code)
            self._labels.setdefault(fold(pick.label), []).append(pick)
            if pick.notation:
                self._numbers[f"{split(Code(pick.code))[0]}:{pick.notation}"] = pick.code
        self._schemes = {split(Code(code))[0] for code in self._codes}
        self._suggested = 0

    def shown(self, code: str, label: str | None) -> str:
        """Return what a cell says of a code."""
        return code if label is None else Pick(code, label, "").shown

    def find(self, text: str, kinds: tuple[str, ...] = ()) -> Found:
        """Return the code that a cell means.

        Args:
            text: what stands there.
            kinds: the kinds of term that the column is for; they go first where labels are equal.
        """
        picked = _PICKED.fullmatch(text)
        code = picked["code"] if picked and is_code(picked["code"]) else text
        if is_code(code):
            if code in self._codes or split(Code(code))[0] not in self._schemes:
                return Found(Code(code))
            if code in self._numbers:
                return Found(Code(self._numbers[code]))
            return Found(Code(code), f"no such term{self._hint(code, self._codes)}; kept as it is")
        named = self._labels.get(fold(text), [])
        fitting = [pick for pick in named if pick.kind in kinds] or named
        if len(fitting) == 1:
            return Found(Code(fitting[0].code))
        if fitting:
            codes = ", ".join(pick.code for pick in fitting)
            return Found(None, f"several terms have that label: {codes}")
        return Found(None, f"no term has that label{self._hint(text, self._labels)}")

    def _hint(self, text: str, names: Iterable[str]) -> str:
        """Return close names, as long as not too many were asked for: they take time."""
        if self._suggested >= _MOST_SUGGESTED or len(text) > 200:
            return ""
        self._suggested += 1
        close = [
            self._labels[name][0].shown if name in self._labels else name
            for name in close_names(text, names)
        ]
        return f"; did you mean {', '.join(close)}?" if close else ""
