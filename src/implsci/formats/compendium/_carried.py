"""What a format cannot carry of a study: said, never dropped in silence."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from implsci.ledger import Ledger
from implsci.model import Study
from implsci.model._record import shape

__all__ = ["leave_rest"]


def leave_rest(study: Study, ledger: Ledger, carried: AbstractSet[str], title: str) -> None:
    """Tell the ledger of each field of a study that says something and that a format cannot carry.

    Args:
        study: what is being written.
        ledger: keeps the account; a field stands there once, with the number of studies.
        carried: names of the fields that the format takes.
        title: the format's name as people know it, such as ``RIS``.

    Examples:
        >>> from implsci.model import Barrier
        >>> ledger = Ledger()
        >>> study = Study(id="a", title="A", barriers=(Barrier(id="b", label="no time"),))
        >>> leave_rest(study, ledger, {"id", "title"}, "RIS")
        >>> [str(left) for left in ledger.left_out]
        ['barriers: RIS cannot carry it: a']
    """
    for name, field in shape(Study).items():
        if name not in carried and getattr(study, name) != field.default:
            ledger.leave(name, f"{title} cannot carry it", study.id)
