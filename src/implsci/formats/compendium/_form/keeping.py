"""Words of a filled form that could not be read, on their way into ``Study.extra``."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from implsci.formats.compendium._form.cells import Row
from implsci.formats.compendium._form.sheets import Sheet

__all__ = ["Kept"]


class Kept:
    """Keeps what people typed and no field could take."""

    def __init__(self) -> None:
        self._texts: dict[str, dict[str, str]] = {}

    def add(
        self,
        study: str,
        sheet: Sheet,
        identifier: str,
        row: Row,
        titles: Collection[str] | None = None,
    ) -> None:
        """Keep cells of a row under ``form:Barriers.b1.magnitude``, with its coder behind.

        Args:
            study: id of the study that they speak of.
            sheet: where the row stands.
            identifier: id of the study or node that it speaks of.
            row: the row.
            titles: headers of the cells; None for all, where the whole row could not be read.
        """
        texts = self._texts.setdefault(study, {})
        for title, text in row.cells.items():
            if titles is not None and title not in titles:
                continue
            parts = (f"form:{sheet.title}", identifier, title, row.coding.get("coder"))
            base = key = ".".join(filter(None, parts))
            number = 1
            while texts.get(key, text) != text:
                number += 1
                key = f"{base}.{number}"
            texts[key] = text

    def of(self, study: str) -> Mapping[str, str]:
        """Return what was kept for a study, by its keys in ``extra``."""
        return self._texts.get(study, {})
