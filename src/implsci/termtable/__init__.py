"""Term tables: vocabularies kept as CSV that a domain expert edits in a spreadsheet.

A table has a header line; columns may stand in any order, unknown ones are refused by name. Several
values in a cell are joined by a bar between spaces, as in ``a | b``. An apostrophe before ``=``,
``+``, ``-`` or ``@`` at the head of a cell, which keeps a spreadsheet from running it, is taken off.
Every fault is reported with its line.
"""

from __future__ import annotations

from implsci.termtable.compiled import compile_taxonomy, read_compiled
from implsci.termtable.crosswalks import read_crosswalk
from implsci.termtable.links import read_links
from implsci.termtable.terms import read_taxonomy

__all__ = [
    "compile_taxonomy",
    "read_compiled",
    "read_crosswalk",
    "read_links",
    "read_taxonomy",
]


def __dir__() -> list[str]:
    return __all__
