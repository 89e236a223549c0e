"""What every practice or knowledge record has: it is a document of its own, with an id and a source."""

from __future__ import annotations

from attrs import frozen

from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject
from implsci.model.evidence import Provenance

__all__ = ["Document"]


@frozen(kw_only=True, eq=False, repr=False)
class Document(Record):
    """A record that stands alone in a casebook and points to studies by their ids.

    Attributes:
        id: the record's name inside its casebook.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.
    """

    id: str
    studies: tuple[str, ...] = ()
    provenance: tuple[Provenance, ...] = ()
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        rules.distinct(faults, "studies", self.studies)
        self._rules(faults)
        if faults:
            reject(self, faults, self.id)

    def _rules(self, faults: list[Fault]) -> None:
        """Add what breaks the rules of the record's own class."""
