"""At which level, and at whom, a strategy is aimed, and where a barrier sits: compared, never guessed.

What a source says in words is read by the names that the taxonomy `actor` gives and by a short table
of words; a text of which any part is not understood says nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from types import MappingProxyType
from typing import Final, get_args

from implsci.codes import Code
from implsci.mismatch._support import Knowledge
from implsci.model import Barrier, Strategy, Study
from implsci.model.barrier import BarrierLevel
from implsci.names import fold

__all__ = ["Aims"]

_ACTOR: Final = "actor"
_LEVELS: Final[tuple[BarrierLevel, ...]] = get_args(BarrierLevel)

# Where actors can stand, by the headings of the taxonomy `actor`. A heading that is not here, such as
# those who support implementation from outside, tells no level.
_OF_ACTORS: Final[Mapping[str, frozenset[BarrierLevel]]] = MappingProxyType(
    {
        "actor:deliverers": frozenset(("individual", "team")),
        "actor:implementation-teams": frozenset(("individual", "team")),
        "actor:service-leaders": frozenset(("individual", "team", "organization")),
        "actor:community": frozenset(("individual", "organization", "society")),
        "actor:policymakers": frozenset(("individual", "system", "policy")),
        "actor:funders-and-commissioners": frozenset(("individual", "system", "policy")),
        "actor:wider-environment": frozenset(("individual", "system", "policy", "society")),
    }
)

# Plain words for levels and for places of work, singular. A place of work is aimed at with all in it.
_INSIDE: Final[frozenset[BarrierLevel]] = frozenset(("individual", "team", "organization"))
_WORDS: Final[Mapping[str, frozenset[BarrierLevel]]] = MappingProxyType(
    {
        **{level: frozenset((level,)) for level in _LEVELS},
        "organisation": frozenset(("organization",)),
        "staff": frozenset(("individual", "team")),
        **dict.fromkeys(("school", "preschool", "clinic", "hospital", "facility"), _INSIDE),
    }
)
_PARTS: Final = re.compile(r"[,;/|+]|\band\b|&")


def _singular(text: str) -> str:
    """Return a folded name with its last word in the singular, by the plain rules of English."""
    name = fold(text)
    name = name.removesuffix(" level")
    if name.endswith("ies"):
        return f"{name[:-3]}y"
    return name[:-1] if name.endswith("s") and not name.endswith("ss") else name


class Aims:
    """Reads levels and actors out of words."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._taxonomy = knowledge.taxonomies.get(_ACTOR)

    @cached_property
    def _names(self) -> Mapping[str, Code | None]:
        """Every name of an actor in the singular; None where several bear it."""
        found: dict[str, Code | None] = {}
        for term in self._taxonomy or ():
            for name in {_singular(name) for name in term.names}:
                found[name] = None if name in found else term.code
        return found

    def levels(self, study: Study, text: str) -> frozenset[BarrierLevel] | None:
        """Return the levels at which a target in words can stand; None where that is not known."""
        found: set[BarrierLevel] = set()
        for part in _parted(text):
            word = _WORDS.get(_singular(part))
            known = [word] if word else [self._of_actor(code) for code in self._part(study, part)]
            if not known:
                return None
            for levels in known:
                if levels is None:
                    return None
                found.update(levels)
        return frozenset(found) or None

    def _of_actor(self, code: Code) -> frozenset[BarrierLevel] | None:
        if self._taxonomy is None or code not in self._taxonomy:
            return None
        for one in (code, *self._taxonomy.ancestors(code)):
            if one in _OF_ACTORS:
                return _OF_ACTORS[one]
        return None

    def actors(self, study: Study, text: str) -> frozenset[str] | None:
        """Return the actors that a text names, as codes; None where any part is not understood."""
        found: set[str] = set()
        for part in _parted(text):
            codes = self._part(study, part)
            if not codes:
                return None
            found.update(codes)
        return frozenset(found) or None

    def _part(self, study: Study, part: str) -> tuple[Code, ...]:
        """Return the codes of one actor, who may be one of the study's own by id or label."""
        for actor in study.actors:
            if part == actor.id or fold(part) == fold(actor.label):
                own = tuple(code for code in actor.codes if code in (self._taxonomy or ()))
                if own:
                    return own
        code = self._names.get(_singular(part))
        return (code,) if code else ()

    def wrong_actor(self, study: Study, barrier: Barrier, strategy: Strategy) -> bool | None:
        """Say whether a strategy is aimed at others than those whose barrier it is; None: unknown."""
        if barrier.actor is None or strategy.action_target is None:
            return None
        if fold(barrier.actor) == fold(strategy.action_target):
            return False
        whose = self.actors(study, barrier.actor)
        aimed = self.actors(study, strategy.action_target)
        if whose is None or aimed is None or self._taxonomy is None:
            return None
        around = {one for code in whose for one in (code, *self._taxonomy.ancestors(code))}
        reached = {one for code in aimed for one in (code, *self._taxonomy.ancestors(code))}
        return not (around & aimed or reached & whose)

    def wrong_level(self, study: Study, barrier: Barrier, strategy: Strategy) -> bool | None:
        """Say whether a strategy is aimed past the level where a barrier sits; None: unknown."""
        if barrier.level is None or strategy.action_target is None:
            return None
        levels = self.levels(study, strategy.action_target)
        return None if levels is None else barrier.level not in levels


def _parted(text: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text) if part.strip()]
