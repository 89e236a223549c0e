"""Answers kept for as long as their registry and the thing they were drawn from live."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary, ref

from implsci.plugins import Registry

__all__ = ["Kept"]


def __dir__() -> list[str]:
    return __all__


_Answer = TypeVar("_Answer")
# A reader asks few questions over and over; each answer can be as long as a taxonomy.
_MOST = 8


class Kept(Generic[_Answer]):
    """The last few answers drawn from each of some immutable things, held weakly.

    A thing is known by identity: comparing two compendia would take as long as reading them.
    """

    def __init__(self) -> None:
        self._kept: WeakKeyDictionary[
            Registry, dict[int, tuple[ref[object], dict[Hashable, _Answer]]]
        ] = WeakKeyDictionary()

    def answer(
        self, registry: Registry, thing: object, question: Hashable, work_out: Callable[[], _Answer]
    ) -> _Answer:
        """Return the answer to a question, worked out at the first time."""
        own = self._kept.setdefault(registry, {})
        key = id(thing)
        if key not in own:
            own[key] = ref(thing, lambda _: own.pop(key, None)), {}
        answers = own[key][1]
        if question not in answers:
            while len(answers) >= _MOST:
                del answers[next(iter(answers))]
            answers[question] = work_out()
        return answers[question]
