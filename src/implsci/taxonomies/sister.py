"""SISTER: School Implementation Strategies, Translating ERIC Resources.

The publication has 75 strategies: of ERIC's 73, 52 were changed on the surface, 5 more deeply and 6
deleted; 7 were added. The table holds those whose labels could be read in studies that use them, and
some that are provisional. Which change a strategy went through is not recorded.
"""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``sister``, a part of the publication."""
    return read_taxonomy(
        files("implsci.taxonomies") / "sister.csv",
        scheme="sister",
        title="SISTER: School Implementation Strategies, Translating ERIC Resources (part of 75)",
        kind="strategy",
        edition="2019",
        license="not seen",
        citation=(
            "Cook 2019 doi:10.1007/s11121-019-01017-1 (75 strategies; of ERIC's 73: 52 surface changes, "
            "5 deeper, 6 deleted; 7 added); Lyon 2019 doi:10.1016/j.jsp.2019.07.014"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
