"""What `readiness` returns: the state of each site, and what support did about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal, TypeAlias

from attrs import asdict, frozen

from implsci.analysis.result import Result, Row
from implsci.model.evidence import Measurement
from implsci.model.support import EngagementModel
from implsci.support._reading import listed

__all__ = [
    "READINESS_EVENTS",
    "RESPONSES",
    "STATES",
    "Contradiction",
    "Readiness",
    "ReadinessResponse",
    "ReadinessState",
    "SiteReadiness",
    "Spell",
]


ReadinessState: TypeAlias = Literal["ready", "not ready", "mixed", "unknown"]
"""Whether a site is ready; ``mixed`` where what is known of it disagrees.

Examples:
    >>> from typing import get_args
    >>> get_args(ReadinessState)[-1]
    'unknown'
"""

ReadinessResponse: TypeAlias = Literal[
    "withdrawn", "waiting", "adapted", "supported", "none recorded", "not called for", "unknown"
]
"""What support did about a site that was not ready.

``none recorded``: it was not ready, and nothing is told. ``not called for``: it is ready, and nothing
says that it ever was not. ``unknown``: nothing is known of its readiness.

Examples:
    >>> from typing import get_args
    >>> get_args(ReadinessResponse)[:4]
    ('withdrawn', 'waiting', 'adapted', 'supported')
"""

STATES: Final[Mapping[str, ReadinessState]] = {"ready": "ready", "not_ready": "not ready"}
RESPONSES: Final[Mapping[str, ReadinessResponse]] = {
    "support_withdrawn": "withdrawn",
    "support_waits": "waiting",
    "support_adapted": "adapted",
    "support_continued": "supported",
}
READINESS_EVENTS: Final[Mapping[str, ReadinessState | ReadinessResponse]] = MappingProxyType(
    {**STATES, **RESPONSES}
)
"""The kinds of event that tell of readiness, each with what it says.

The first two are states of a site, the others what support did about one that was not ready.
"""


@frozen(kw_only=True)
class Spell:
    """A stretch in which a site was not ready.

    Attributes:
        start: when it was found not to be; None where not told.
        end: when it was found ready again; None where it was not, or it is not told.
        ended: whether it was found ready again.
        kinds: kinds of event that say what support did, in their order.
        response: the last of these, in a word.
    """

    start: str | None
    end: str | None
    ended: bool
    kinds: tuple[str, ...]
    response: ReadinessResponse


@frozen(kw_only=True)
class Contradiction:
    """An answer on what a site that is not ready triggers, against what was done.

    Attributes:
        who: who answered.
        answer: what they say support does.
        recorded: what it did, by the events.
    """

    who: str
    answer: str
    recorded: tuple[str, ...]


@frozen(kw_only=True)
class SiteReadiness:
    """The readiness of one party, or of the arrangement as a whole.

    Attributes:
        party: id of the party; None for the arrangement as a whole.
        who: what it is called.
        state: whether it is ready.
        rests_on: what says so, in words.
        measured: the latest measurements; several where their order is not known.
        spells: the stretches in which it was not ready, the earliest first.
        response: what support did about the last of them.
        model: the model of engagement that this response speaks for; None where for none.
        contradictions: answers that say otherwise.
    """

    party: str | None
    who: str
    state: ReadinessState
    rests_on: tuple[str, ...]
    measured: tuple[Measurement, ...]
    spells: tuple[Spell, ...]
    response: ReadinessResponse
    model: EngagementModel | None
    contradictions: tuple[Contradiction, ...]

    def sentence(self) -> str:
        """Say state, response, and what the response says of the model.

        Examples:
            >>> SiteReadiness(
            ...     party=None, who="the arrangement", state="unknown", rests_on=(), measured=(),
            ...     spells=(), response="unknown", model=None, contradictions=(),
            ... ).sentence()
            'The readiness of the arrangement is unknown.'
        """
        if self.state == "unknown" and not self.spells:
            told = f"The readiness of {self.who} is unknown"
            return f"{told}; {listed(list(self.rests_on))}." if self.rests_on else f"{told}."
        state = f"of {self.state} readiness" if self.state in ("mixed", "unknown") else self.state
        parts = [f"{self.who[:1].upper()}{self.who[1:]} is {state}"]
        if self.rests_on:
            parts.append(f" ({listed(list(self.rests_on))})")
        if self.response != "not called for":
            parts.append(f"; support when it was not: {self.response}")
            if self.model is not None:
                parts.append(f", which speaks for {self.model}")
        parts.append(".")
        parts += (
            f" {one.who[:1].upper()}{one.who[1:]} says {one.answer}; recorded is "
            f"{listed(list(one.recorded))}."
            for one in self.contradictions
        )
        return "".join(parts)


@frozen(kw_only=True)
class Readiness(Result):
    """Readiness in one arrangement.

    Attributes:
        arrangement: id of the arrangement.
        at: the date that was asked for.
        cut: the value from which a measurement says ready; None where none was given.
        sites: one for each party that anything is told of, in their order; where nothing tells of a
            party, one for the arrangement as a whole.
        assumptions: what must hold for it to mean what it says.

    Examples:
        >>> from implsci.model.documents import SupportArrangement
        >>> from implsci.support import readiness
        >>> found = readiness(SupportArrangement(id="s1", title="Help"))
        >>> found.state, found.response
        ('unknown', 'unknown')
    """

    arrangement: str
    at: str | None
    cut: float | None
    sites: tuple[SiteReadiness, ...]
    assumptions: tuple[str, ...]

    @property
    def state(self) -> ReadinessState:
        """The state of all sites; ``mixed`` where they differ."""
        states: set[ReadinessState] = {site.state for site in self.sites}
        return states.pop() if len(states) == 1 else "mixed"

    @property
    def response(self) -> ReadinessResponse | Literal["mixed"]:
        """What support did about all sites; ``mixed`` where it did several things."""
        responses: set[ReadinessResponse] = {site.response for site in self.sites}
        return responses.pop() if len(responses) == 1 else "mixed"

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a site."""
        return tuple(
            {
                "party": site.party,
                "who": site.who,
                "state": site.state,
                "rests_on": "; ".join(site.rests_on) or None,
                "spells": len(site.spells),
                "response": site.response,
                "model": site.model,
                "contradictions": len(site.contradictions),
            }
            for site in self.sites
        )

    def to_dict(self) -> dict[str, object]:
        """Return sites, spells and contradictions as plain values."""
        return {
            "arrangement": self.arrangement,
            "at": self.at,
            "cut": self.cut,
            "state": self.state,
            "response": self.response,
            "sites": [
                {
                    "party": site.party,
                    "who": site.who,
                    "state": site.state,
                    "rests_on": list(site.rests_on),
                    "measured": [
                        {"value": one.value, "unit": one.unit, "time": one.time}
                        for one in site.measured
                    ],
                    "spells": [
                        asdict(spell) | {"kinds": list(spell.kinds)} for spell in site.spells
                    ],
                    "response": site.response,
                    "model": site.model,
                    "contradictions": [
                        asdict(one) | {"recorded": list(one.recorded)}
                        for one in site.contradictions
                    ],
                }
                for site in self.sites
            ],
            **super().to_dict(),
        }

    def sentence(self) -> str:
        """Say it of each site."""
        return " ".join(site.sentence() for site in self.sites)
