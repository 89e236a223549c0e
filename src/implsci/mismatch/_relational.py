"""Which barriers are relational, and which strategies are, as far as codes tell.

Read from the registry wherever it says so: terms of the kind ``relationship``, the taxonomy of
relational actions, what is narrower, and what a crosswalk calls exact or close. The two short tables
below hold what no taxonomy states about itself.
"""

from __future__ import annotations

from typing import Final, Literal

from implsci.codes import Code, split
from implsci.mismatch._support import Knowledge
from implsci.model import Barrier, Strategy

__all__ = ["Tie", "Ties"]

Tie = Literal["relational", "partly", "no"]
"""Whether a barrier lies in a human tie; ``partly`` where only a part of what its code means does."""

_ACTIONS: Final = "relational"
_TIE: Final = "relationship"

# Determinants whose publisher defines them by the ties between people or organizations: CFIR 2022
# (doi:10.1186/s13012-022-01245-0), PRISM (doi:10.1186/s13012-022-01234-3), i-PARIHS
# (doi:10.1186/s13012-016-0398-2), EPIS (doi:10.1186/s13012-018-0842-6).
_BARRIERS: Final = (
    "cfir-2022:relational-connections",
    "cfir-2022:partnerships-and-connections",
    "prism:relationship-and-communication-with-adopters-bridge-researchers",
    "iparihs:inter-organisational-networks-and-relationships",
    "epis:community-academic-partnerships",
)

# Headings whose strategies work on skill, content, money or equipment, not on a tie: Metz 2022 calls
# her own so (doi:10.3389/frhs.2022.894599); of the clusters of ERIC (Waltz 2015,
# doi:10.1186/s13012-015-0295-0) these three, less every strategy that a relational action matches.
_TECHNICAL: Final = (
    "trust:technical-strategies",
    "eric:train-and-educate-stakeholders",
    "eric:utilize-financial-strategies",
    "eric:change-infrastructure",
)
_RELATIONAL: Final = ("trust:relational-strategies",)


class Ties:
    """What the codes of barriers and strategies say of human ties, each code looked up once."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge
        self._relational_barriers = self._expand(_BARRIERS) | {
            term.code
            for taxonomy in knowledge.taxonomies.values()
            for term in taxonomy
            if term.kind == _TIE or term.scheme == _ACTIONS
        }
        self._schemes = sorted({split(code)[0] for code in self._relational_barriers})
        self._relational_acts = self._expand(_RELATIONAL)
        self._technical_acts = self._expand(_TECHNICAL)
        self._barriers: dict[Code, Tie | None] = {}
        self._acts: dict[Code, Literal["technical", "relational"] | None] = {}

    def _expand(self, headings: tuple[str, ...]) -> set[Code]:
        found: set[Code] = set()
        for heading in headings:
            taxonomy = self._knowledge.taxonomies.get(heading.partition(":")[0])
            if taxonomy is not None and heading in taxonomy:
                found.update(taxonomy.expand(heading))
        return found

    def of_barrier(self, barrier: Barrier) -> Tie | None:
        """Say whether a barrier is relational; None where no code of it tells.

        Codes of several taxonomies name one thing, and the plainest word counts. Several codes of one
        taxonomy are parts of it: one of another kind among them leaves it partly relational.
        """
        told: dict[str, set[Tie | None]] = {}
        for code in barrier.codes:
            told.setdefault(split(code)[0], set()).add(self._barrier(code))
        said = list(told.values())
        if any(own <= {"relational", None} and "relational" in own for own in said):
            return "relational"
        if any(own & {"relational", "partly"} for own in said):
            return "partly"
        return "no" if any("no" in own for own in said) else None

    def _barrier(self, code: Code) -> Tie | None:
        if code not in self._barriers:
            if len(self._barriers) >= 2**16:
                self._barriers.clear()
            known = self._knowledge.settle(code)
            self._barriers[code] = self._look_at(known) if known else None
        return self._barriers[code]

    def _look_at(self, code: Code) -> Tie | None:
        if code in self._relational_barriers:
            return "relational"
        matches = {
            route.match
            for scheme in self._schemes
            for route in self._knowledge.routes(code, scheme)
            if route.object in self._relational_barriers
        }
        if matches & {"exact", "close", "broad"}:
            return "relational"
        if "narrow" in matches:
            return "partly"
        taxonomy = self._knowledge.taxonomies.get(split(code)[0])
        return "no" if taxonomy is not None and code in taxonomy else None

    def of_strategy(self, strategy: Strategy) -> tuple[str, str] | None:
        """Return whether a strategy is technical, relational or mixed, and what says so.

        Returns:
            The nature and where it was read; None where nothing tells.
        """
        if strategy.nature is not None:
            return strategy.nature, "as the study says"
        if strategy.builds:
            return "relational", "since it builds a relationship, as the study says"
        told = {code: self._act(code) for code in strategy.codes}
        for nature in ("relational", "technical"):
            for code, said in told.items():
                # One code of an unknown nature may be the relational part of a technical strategy.
                if said == nature and (nature == "relational" or None not in told.values()):
                    return nature, f"by its code {code}"
        return None

    def _act(self, code: Code) -> Literal["technical", "relational"] | None:
        if code not in self._acts:
            if len(self._acts) >= 2**16:
                self._acts.clear()
            known = self._knowledge.settle(code)
            self._acts[code] = self._look_at_act(known) if known else None
        return self._acts[code]

    def _look_at_act(self, code: Code) -> Literal["technical", "relational"] | None:
        if split(code)[0] == _ACTIONS or code in self._relational_acts:
            return "relational"
        if split(code)[0] == "trust":
            return "technical" if code in self._technical_acts else None
        routes = self._knowledge.routes(code, _ACTIONS)
        if any(route.match in ("exact", "close") for route in routes):
            return "relational"
        if routes:  # a relational action has something to do with it: not known to be technical
            return None
        return "technical" if code in self._technical_acts else None
