r"""Any spreadsheet as studies, by a mapping file that says which column is what.

A mapping is a small TOML file that a person who knows the table can write and read; `SheetMapping`
lists its keys. `guess_mapping` writes a first draft for a table.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from implsci.ledger import Ledger
    >>> with TemporaryDirectory() as folder:
    ...     table, mapping = Path(folder, "t.csv"), Path(folder, "m.toml")
    ...     _ = table.write_text("Trial,Coaching,d,SE\nKenya 1,yes,0.4,0.1\nKenya 1,no,0.1,0.1\n")
    ...     _ = mapping.write_text('''
    ... [study]
    ... key = "Trial"
    ... title = "Trial"
    ... [[strategy]]
    ... column = "Coaching"
    ... label = "coaching"
    ... [effect]
    ... outcome = {text = "hand hygiene"}
    ... metric = "SMD"
    ... value = "d"
    ... se = "SE"
    ... ''')
    ...     (study,) = read_mapped(table, read_mapping(mapping), Ledger())
    >>> [(finding.estimate.value, finding.strategies) for finding in study.findings]
    [(0.4, ('s1',)), (0.1, ())]
    >>> study.extra
    {'Coaching.f1': 'yes', 'Coaching.f2': 'no'}
"""

from __future__ import annotations

from implsci.formats.mapped._guessing import guess_mapping
from implsci.formats.mapped._parsing import read_mapping
from implsci.formats.mapped._reading import read_mapped
from implsci.formats.mapped._spec import (
    EffectMapping,
    Exclusion,
    NodeMapping,
    SheetMapping,
    Source,
)

__all__ = [
    "EffectMapping",
    "Exclusion",
    "NodeMapping",
    "SheetMapping",
    "Source",
    "guess_mapping",
    "read_mapped",
    "read_mapping",
]


def __dir__() -> list[str]:
    return __all__
