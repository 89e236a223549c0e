"""Places: countries by any of their names, with the World Bank's regions and income groups.

Examples:
    >>> from implsci.places import countries, income_group, region
    >>> countries("Lao PDR; Kenya").codes
    ('LA', 'KE')
    >>> region("KE"), income_group("KE")
    ('Sub-Saharan Africa', 'Lower middle income')
"""

from __future__ import annotations

from implsci.places._iso import COUNTRIES
from implsci.places.groups import INCOME_GROUPS, REGIONS, TABLE, Table, income_group, region
from implsci.places.reading import Resolved, countries

__all__ = [
    "COUNTRIES",
    "INCOME_GROUPS",
    "REGIONS",
    "TABLE",
    "Resolved",
    "Table",
    "countries",
    "income_group",
    "region",
]


def __dir__() -> list[str]:
    return __all__
