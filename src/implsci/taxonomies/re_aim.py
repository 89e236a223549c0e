"""RE-AIM: Reach, Effectiveness, Adoption, Implementation, Maintenance."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``re-aim``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "re-aim.csv",
        scheme="re-aim",
        title="RE-AIM: Reach, Effectiveness, Adoption, Implementation, Maintenance",
        kind="outcome",
        license="not seen",
        citation="Glasgow 1999 doi:10.2105/AJPH.89.9.1322; re-aim.org",
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
