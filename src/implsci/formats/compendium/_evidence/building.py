"""Plain values as a study, held to every rule; one that fails is skipped with its row and reason."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from implsci.codec import decode
from implsci.errors import ImplsciError, InvalidRecord
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["built"]


def built(
    document: dict[str, Any],
    ledger: Ledger,
    place_of: Callable[[str], str],
    came: dict[str, str] | None = None,
) -> Study | None:
    """Return the study that plain values make, None where they break a rule; the ledger is told.

    Args:
        document: the values, as in JSON.
        ledger: keeps the account.
        place_of: returns the row that a path of the document comes from.
        came: the provenance of a study that brought none; None where the table keeps all.
    """
    if came is not None and "provenance" not in document:
        document = {**document, "provenance": [came]}
    who = f"study {document['id']!r}: " if isinstance(document.get("id"), str) else ""
    try:
        return decode(json.dumps(document))
    except InvalidRecord as invalid:
        first = invalid.faults[0]
        place = place_of(first.path)
        reasons = [str(first)]
        for fault in invalid.faults[1:]:
            where = place_of(fault.path)
            reasons.append(str(fault) if where == place else f"{fault} ({where})")
        ledger.skip(place, who + "; ".join(reasons))
    except ImplsciError as error:
        ledger.skip(place_of(""), f"{who}{error}")
    return None
