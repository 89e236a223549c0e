"""What every node of a study has: an id, the source's words for it, and codes."""

from __future__ import annotations

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._record import Record, reject
from implsci.model.evidence import Coding

__all__ = ["Node"]


@frozen(kw_only=True, eq=False, repr=False)
class Node(Record):
    """A node of a study's graph.

    Attributes:
        id: the node's name inside its study.
        label: the source's words for it.
        codes: the settled codes, from any number of taxonomies.
        codings: what each coder gave, kept beside the settled codes.
        note: anything a reader should know about it.
    """

    id: str
    label: str
    codes: tuple[Code, ...] = ()
    codings: tuple[Coding, ...] = ()
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        rules.identifier(faults, self.id)
        rules.filled(faults, "label", self.label)
        if self.codes:
            rules.codes(faults, "codes", self.codes)
        self._rules(faults)
        if faults:
            reject(self, faults, self.id)

    def _rules(self, faults: list[Fault]) -> None:
        """Add what breaks the rules of the node's own class."""
