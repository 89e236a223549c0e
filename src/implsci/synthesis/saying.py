"""What a basis says of the pairs of a table, beside what studies found: links, and that there is none.

That nobody studied a pair, that studies found no difference, and that a basis has evidence of no
link are three different things. The last is no finding of the compendium, and is asked for by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attrs import asdict, frozen

from implsci.codes import split
from implsci.errors import InvalidQueryError
from implsci.taxonomy import Level, Link, LinkSet, LinkStatus

__all__ = ["Said", "pairs_said"]


@frozen(kw_only=True)
class Said:
    """What a basis says of one pair.

    Attributes:
        basis: the basis.
        status: its verdict in its own word; None where it gives shares instead.
        level: how strongly it was endorsed, where the basis ranks pairs.
        k: how many endorsed the pair; None where unknown.
        n: of how many asked.
        percent: the share, 0 to 100; None where unknown.

    Examples:
        >>> Said(basis="waltz-2019", k=0, n=24).no_link
        True
    """

    basis: str
    status: LinkStatus | None = None
    level: Level | None = None
    k: int | None = None
    n: int | None = None
    percent: float | None = None

    @property
    def no_link(self) -> bool:
        """Whether it is evidence of no link, such as a non-link, no evidence found, or endorsed by none."""
        if self.status is not None:
            return self.status in ("non-link", "no-evidence")
        return 0 in (self.k, self.percent)

    @property
    def words(self) -> str:
        """What it says, in words, such as ``no link: 0 of 24`` or ``no link: no-evidence``."""
        counted = ""
        if self.k is not None:
            counted = f"{self.k} of {self.n}"
        elif self.percent is not None:
            counted = f"{self.percent:g} %"
        level = f"level {self.level}" if self.level else None
        said = ", ".join(filter(None, [self.status, counted, level])) or "listed"
        return f"no link: {said}" if self.no_link else said

    def to_dict(self) -> dict[str, str | int | float | bool | None]:
        """Return it as plain values."""
        return {**asdict(self), "no_link": self.no_link, "words": self.words}


def pairs_said(
    links: LinkSet, rows: Iterable[str], columns: Iterable[str], axes: tuple[str, str]
) -> Mapping[tuple[str, str], Said]:
    """Return what a basis says of pairs of a row and a column, whichever way it looks at them.

    Args:
        links: the basis.
        rows: values of the rows.
        columns: values of the columns.
        axes: names of both axes, for the message.

    Raises:
        InvalidQueryError: the basis links no scheme of the rows with one of the columns.
    """
    rows, columns = set(rows), set(columns)
    found: dict[tuple[str, str], Said] = {}
    for link in links.links:
        if link.source in rows and link.target in columns:
            found[link.source, link.target] = _said(links.basis, link)
        elif link.target in rows and link.source in columns:
            found[link.target, link.source] = _said(links.basis, link)
    if not found:
        ends = [{split(code)[0] for code in codes} for codes in (links.sources, links.targets)]
        schemes = [axis.partition(":")[2] for axis in axes]
        if not any(a in ends[0] and b in ends[1] for a, b in (schemes, reversed(schemes))):
            told = " to ".join(", ".join(sorted(end)) for end in ends)
            raise InvalidQueryError(
                f"links: {links.basis} links {told}, and the table has {axes[0]} by {axes[1]}; "
                "name the taxonomy, as in barrier:cfir-2009"
            )
    return found


def _said(basis: str, link: Link) -> Said:
    return Said(
        basis=basis,
        status=link.status,
        level=link.level,
        k=link.k,
        n=link.n,
        percent=link.percent,
    )
