"""Region and income group of a country, after one dated table of the World Bank."""

from __future__ import annotations

from functools import cache
from typing import Final

from attrs import frozen

from implsci.places._iso import rows

__all__ = ["INCOME_GROUPS", "REGIONS", "TABLE", "Table", "income_group", "region"]


def __dir__() -> list[str]:
    return __all__


REGIONS: Final = (
    "East Asia & Pacific",
    "Europe & Central Asia",
    "Latin America & Caribbean",
    "Middle East, North Africa, Afghanistan & Pakistan",
    "North America",
    "South Asia",
    "Sub-Saharan Africa",
)
"""The World Bank's regions, as it spells them since its fiscal year 2026."""

INCOME_GROUPS: Final = (
    "Low income",
    "Lower middle income",
    "Upper middle income",
    "High income",
)
"""The World Bank's income groups, poorest first."""


@frozen(kw_only=True)
class Table:
    """Which table regions and income groups come from.

    Attributes:
        name: what the publisher calls it.
        edition: the fiscal year it holds for.
        date: the day from which it holds, ISO 8601.
        until: the day on which the next one replaces it.
        source: where it was read.
        license: its licence.
    """

    name: str
    edition: str
    date: str
    until: str
    source: str
    license: str


TABLE: Final = Table(
    name="World Bank country classification by region and income",
    edition="FY26",
    date="2025-07-01",
    until="2026-07-01",
    source=(
        "World Bank, CLASS_FY2026.xlsx "
        "(datahelpdesk.worldbank.org/knowledgebase/articles/906519), "
        "as kept by the bank's team at github.com/GPID-WB/Class, commit 4f58f4f of 2025-07-09"
    ),
    license="CC BY 4.0",
)
"""The table in use. Income groups rest on the income of 2024 per head."""


@cache
def _groups() -> dict[str, tuple[str, str | None]]:
    return {
        row["alpha_2"]: (row["region"], row["income_group"] or None)
        for row in rows("world_bank.csv")
    }


def region(code: str) -> str | None:
    """Return the World Bank's region of a country.

    Args:
        code: ISO 3166-1 alpha-2.

    Returns:
        One of `REGIONS`; None where `TABLE` does not hold the country, as for small territories.

    Examples:
        >>> region("PK")
        'Middle East, North Africa, Afghanistan & Pakistan'
    """
    return _groups().get(code, (None, None))[0]


def income_group(code: str) -> str | None:
    """Return the World Bank's income group of a country, in the year of `TABLE`.

    Groups change every July: this is not the group a country had when a study was done.

    Args:
        code: ISO 3166-1 alpha-2.

    Returns:
        One of `INCOME_GROUPS`; None where it is unknown. `TABLE` leaves Venezuela and, for its year,
        Ethiopia unclassified.

    Examples:
        >>> income_group("LA"), income_group("VE")
        ('Lower middle income', None)
    """
    return _groups().get(code, (None, None))[1]
