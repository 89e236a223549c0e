"""Competencies of implementation support practitioners: the NIRN profile and a second list."""

from __future__ import annotations

from importlib.resources import files

from implsci.hooks import hookimpl
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

__all__ = ["implsci_taxonomies", "taxonomy"]


def taxonomy() -> Taxonomy:
    """Return the taxonomy ``isp``."""
    return read_taxonomy(
        files("implsci.taxonomies") / "isp.csv",
        scheme="isp",
        title="Competencies of implementation support practitioners",
        kind="competency",
        edition="4.0",
        license="not seen",
        citation=(
            "Metz, Louison, Burke, Albers & Ward 2020, ISP Profile v4.0 (NIRN), https://nirn.fpg.unc.edu; "
            "The Center for Implementation, white paper on core competencies and functions, https://thecenterforimplementation.com"
        ),
    )


@hookimpl
def implsci_taxonomies() -> tuple[Taxonomy, ...]:
    """Bring the taxonomy."""
    return (taxonomy(),)
