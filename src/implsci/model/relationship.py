"""Relationships: the human tie, never an edge of a graph; and the actors it joins."""

from __future__ import annotations

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._node import Node
from implsci.model.evidence import Measurement

__all__ = ["Actor", "Relationship"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True, eq=False, repr=False)
class Actor(Node):
    """A person, group or organization that takes part.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        organization: where they belong.
        background: what they were before, such as practitioner.
        positionality: how they stand to the setting, in their own view.

    Raises:
        InvalidRecord: bad id or code, or blank label.

    Examples:
        >>> Actor(id="a1", label="external facilitator").label
        'external facilitator'
    """

    organization: str | None = None
    background: tuple[str, ...] = ()
    positionality: str | None = None


@frozen(kw_only=True, eq=False, repr=False)
class Relationship(Node):
    """A tie between people or groups, such as a facilitator and a site.

    Which role it plays (strategy, moderator, mediator, necessary condition ...) is a claim, and so
    it stands on the `Finding` that makes it.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
        parties: ids of the actors it joins.
        quality: what the source says of its quality, in words.
        measurements: trust, empathy, power, quality; each with its direction where known.
        duration: how long it lasted, in the source's words.

    Raises:
        InvalidRecord: bad id or code, blank label, or one party named twice.

    Examples:
        >>> tie = Relationship(id="r1", label="working alliance", parties=("facilitator", "site"))
        >>> tie.mutual("trust")
        False
    """

    parties: tuple[str, ...] = ()
    quality: str | None = None
    measurements: tuple[Measurement, ...] = ()
    duration: str | None = None

    def mutual(self, of: str) -> bool:
        """Say whether `of` (such as ``empathy``) was measured in both directions between two actors.

        Args:
            of: what was measured.

        Returns:
            True where some pair of respondent and target stands in both orders.
        """
        directions = {
            (measurement.respondent, measurement.toward)
            for measurement in self.measurements
            if measurement.of == of and measurement.respondent and measurement.toward
        }
        return any((there, here) in directions for here, there in directions if here != there)

    def _rules(self, faults: list[Fault]) -> None:
        if self.parties:
            rules.references(faults, "parties", self.parties, set(self.parties), "actor")
