"""What is to be laid out: the axes, and which studies and findings are wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from implsci.synthesis.columnar._axes import PlacedAxis

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["Laid"]


@frozen(kw_only=True, eq=False)
class Laid:
    """What is to be laid out.

    Attributes:
        by: the axis whose nodes every finding in a cell names: strategies, or else outcomes.
        across: the other axis; a finding that names no barrier holds for all that its study has.
        addressed: whether a study is in a cell only where a link is stated.
        outcomes: for each place, whether findings on it are wanted; None for all findings.
        studies: numbers of the studies wanted, in rising order; None for all.
    """

    by: PlacedAxis
    across: PlacedAxis
    addressed: bool
    outcomes: tuple[bool, ...] | None = None
    studies: pa.Array | None = None

    @property
    def linkable(self) -> bool:
        """Whether a link can be stated at all: strategies address determinants."""
        return (self.by.of, self.across.of) == ("strategy", "barrier")

    @property
    def bundles(self) -> bool:
        """Whether effects of several strategies together go in; no strategy is credited with them."""
        return self.by.of != "strategy"

    def tables(self) -> dict[str, list[str]]:
        """Return the columns of the tables of facts that are read."""
        wanted = {f"{axis.of}places": ["study", "place"] for axis in (self.by, self.across)}
        if self.linkable:
            wanted["links"] = ["study", "strategy", "barrier"]
        if self.by.of == "strategy":
            wanted["claimstrategies"] = ["claim", "place"]
        claims = ["study", "basis", "direction", "several", "metric", "y", "v"]
        if self.across.of == "barrier":
            wanted["claimbarriers"] = ["claim", "place"]
            claims.append("names_barriers")
        if "outcome" in (self.by.of, self.across.of) or self.outcomes is not None:
            claims.append("outcome")
        wanted["claims"] = claims
        return wanted
