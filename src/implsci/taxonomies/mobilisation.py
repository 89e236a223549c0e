"""Knowledge mobilisation: mechanisms, strategies, roles and processes."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``mobilisation``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "mobilisation.csv",
        scheme="mobilisation",
        title="Knowledge mobilisation: mechanisms, strategies, roles and processes",
        kind="mobilisation",
        edition="0.1",
        license="Ward 2017 CC BY 4.0; the others not seen",
        citation=(
            "Langer, Tripney & Gough 2016 (EPPI-Centre); "
            "Walter, Nutley & Davies 2003; "
            "Davies 2015 doi:10.3310/hsdr03270; "
            "Glegg & Hoens 2016 doi:10.1097/NPT.0000000000000122; "
            "Bornbaum 2015 doi:10.1186/s13012-015-0351-9; "
            "Ward 2017 doi:10.1332/174426416X14634763278725; "
            "Ward 2009 doi:10.1258/jhsrp.2009.008120"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
