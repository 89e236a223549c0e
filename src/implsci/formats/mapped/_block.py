"""The rows of one study, with what has become of each cell so far."""

from __future__ import annotations

from collections.abc import Sequence

from implsci.formats._rows import Row
from implsci.formats.mapped._cells import Cells
from implsci.formats.mapped._fields import EFFECT
from implsci.formats.mapped._spec import SheetMapping
from implsci.identifiers import make_id
from implsci.ledger import Ledger

__all__ = ["Block"]


class Block:
    """The rows of one study.

    Args:
        identifier: the study's id.
        rows: the rows.
        mapping: which column is what.
        cells: reads the cells.
        ledger: keeps the account.

    Attributes:
        id: the study's id.
        rows: the rows.
        names: a name for each row, that of its finding.
        cells: reads the cells.
        ledger: keeps the account.
        held: cells that stand word for word in the study, by row and column; all others go to extra.
        rules: how numbers and directions of the study were derived.
    """

    def __init__(
        self,
        identifier: str,
        rows: Sequence[Row],
        mapping: SheetMapping,
        cells: Cells,
        ledger: Ledger,
    ) -> None:
        self.id = identifier
        self.rows = rows
        self.cells = cells
        self.ledger = ledger
        self.names = _names(rows, mapping, cells)
        self.held: set[tuple[int, str]] = set()
        self.rules: dict[str, None] = {}

    def hold(self, index: int, column: str | None) -> None:
        """Say that a cell stands word for word in the study."""
        if column is not None:
            self.held.add((index, column))


def _names(rows: Sequence[Row], mapping: SheetMapping, cells: Cells) -> list[str]:
    sources = mapping.effects[0].fields.get("id", ()) if mapping.effects else ()
    taken: set[str] = set()
    names = []
    for number, row in enumerate(rows, 1):
        found = [
            value for source in sources for value in cells.read(source, EFFECT["id"], row).values
        ]
        # The letter keeps findings apart from all other nodes.
        names.append(make_id([f"f{found[0] if found else number}"], taken))
    return names
