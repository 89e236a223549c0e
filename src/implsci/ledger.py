"""The account of one reading or writing: what was taken, what was skipped, what was left out.

Examples:
    >>> ledger = Ledger()
    >>> ledger.skip("line 7", "no title")
    >>> ledger.leave("KW", "kept as text, not as codes", "trust")
    >>> ledger.leave("KW", "kept as text, not as codes", "co-creation")
    >>> print(ledger.summary())
    0 studies
    skipped 1:
      line 7: no title
    left out or changed:
      KW: kept as text, not as codes, 2 times: trust; co-creation
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from implsci.errors import Fault, LoadError

__all__ = ["MOST_LISTED", "Ledger"]


def __dir__() -> list[str]:
    return __all__


MOST_LISTED: Final = 10_000
"""How many skipped records a ledger lists one by one; beyond that it only counts them."""

_SHOWN: Final = 3
_LONGEST: Final = 80


class Ledger:
    """What a reader or writer of a format did, so that nothing is lost silently.

    A reader calls `skip` for a record it cannot read, and `leave` for what it read and could not
    keep; a writer calls `leave` for what its format cannot carry. Both may `say` what a person
    should know. Whoever called them reads the account.

    Args:
        source: name of the file, for messages.
        strict: let the first skipped record raise instead.
        progress: called now and then with how many records were taken so far.

    Attributes:
        source: name of the file, for messages.
        strict: whether the first skipped record raises.
        name: what the source calls itself, as far as it says so; so are the next three.
        title: its name in full.
        license: its licence.
        citation: how to cite it.
        taken: how many records were read or written.
    """

    def __init__(
        self,
        source: str = "",
        *,
        strict: bool = False,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.source = source
        self.strict = strict
        self.name: str | None = None
        self.title: str | None = None
        self.license: str | None = None
        self.citation: str | None = None
        self.taken = 0
        self._progress = progress
        self._skipped: list[Fault] = []
        self._skips = 0
        self._left: dict[tuple[str, str], list[str]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()
        self._said: dict[str, None] = {}

    def take(self, count: int = 1) -> None:
        """Count records as read or written; `implsci.formats` does so for every format."""
        self.taken += count
        if self._progress is not None:
            self._progress(self.taken)

    def skip(self, place: str, reason: str) -> None:
        """Say that a record was not read.

        Args:
            place: where it stands, such as ``line 12`` or ``References[3]``.
            reason: what is wrong with it, and what was expected.

        Raises:
            LoadError: the ledger is strict.
        """
        fault = Fault(place, reason)
        if self.strict:
            raise LoadError(self.source, [str(fault)])
        self._skips += 1
        if len(self._skipped) < MOST_LISTED:
            self._skipped.append(fault)

    def resume(self, taken: int, skipped: Iterable[Fault], skips: int) -> None:
        """Take over the account of an earlier run that is gone on with.

        Args:
            taken: how many records it took.
            skipped: those it skipped, as far as they were listed.
            skips: how many it skipped.
        """
        self.take(taken)
        self._skipped += skipped
        self._skips += skips

    def leave(self, where: str, what: str, example: str | None = None) -> None:
        """Say what was not kept, or not as it was; what is alike is counted under one head.

        Args:
            where: what the things have in common, such as a field, a tag or a column.
            what: what became of them, such as ``not read``.
            example: which one this is.
        """
        examples = self._left.setdefault((where, what), [])
        self._counts[where, what] += 1
        if example is not None and len(examples) < _SHOWN and (shown := _short(example)):
            examples.append(shown)

    def say(self, text: str) -> None:
        """Add something a person should know, such as a guessed encoding; once each."""
        self._said[text] = None

    @property
    def skips(self) -> int:
        """How many records were not read."""
        return self._skips

    @property
    def skipped(self) -> tuple[Fault, ...]:
        """The records that were not read, each with its place and the reason; the first 10,000."""
        return tuple(self._skipped)

    @property
    def left_out(self) -> tuple[Fault, ...]:
        """What was not kept, or not as it was; what is alike stands under one head, counted."""
        return tuple(
            Fault(where, _counted(what, self._counts[where, what], examples))
            for (where, what), examples in self._left.items()
        )

    @property
    def said(self) -> tuple[str, ...]:
        """What else a person should know."""
        return tuple(self._said)

    def count(self, where: str) -> int:
        """Return how many things were left out under a head."""
        return sum(count for (place, _), count in self._counts.items() if place == where)

    def summary(self, limit: int | None = None) -> str:
        """Return the whole account as lines of text.

        Args:
            limit: how many entries of each part to list; None for all.
        """
        lines = [f"{self.taken:,} {'study' if self.taken == 1 else 'studies'}", *self._said]
        for head, entries, count in (
            (f"skipped {self._skips:,}:", self.skipped, self._skips),
            ("left out or changed:", self.left_out, len(self._left)),
        ):
            if entries:
                shown = entries[:limit]
                lines += [head, *(f"  {entry}" for entry in shown)]
                if count > len(shown):
                    lines.append(f"  and {count - len(shown):,} more")
        return "\n".join(lines)

    def __repr__(self) -> str:
        return f"Ledger(taken={self.taken}, skipped={self._skips}, left_out={len(self._left)})"


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def _counted(what: str, count: int, examples: list[str]) -> str:
    listed = "; ".join(examples)
    if count == 1:
        return f"{what}: {listed}" if listed else what
    if not listed:
        return f"{what}, {count:,} times"
    such_as = "such as " if count > len(examples) else ""
    return f"{what}, {count:,} times: {such_as}{listed}"
