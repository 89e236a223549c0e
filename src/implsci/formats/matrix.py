r"""A spreadsheet of percentages, barriers by strategies, read as a basis for matching.

Such a table is what a matching tool holds: for each barrier and each strategy, the share of the
people asked who would choose it. `read_matrix` finds the table in the file by its labels and says
what it could not place; `write_links` keeps the links in a table that `implsci.termtable.read_links`
reads, so that a plugin can bring them.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import mkdtemp
    >>> from implsci.formats.matrix import read_matrix
    >>> table = Path(mkdtemp(), "tool.csv")
    >>> _ = table.write_text(
    ...     "Strategy,I.F Complexity,Cost\n5. Audit & provide feedback,12%,7%\nFacilitation,20%,\n"
    ... )
    >>> report = read_matrix(table, basis="my-tool", title="Our tool")
    >>> report.orientation, report.cells
    ('targets-in-rows', 3)
    >>> report.links.link("cfir-2009:complexity", "eric:facilitation").percent
    20.0
    >>> report.links.link("cfir-2009:cost", "eric:facilitation") is None
    True
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from os import PathLike
from pathlib import Path
from typing import Final, Literal, get_args

from implsci.codes import Code
from implsci.errors import Fault, InvalidQueryError, InvalidTableError, UnknownNameError
from implsci.formats._matrix.layout import find_layout
from implsci.formats._matrix.report import MatrixReport, Orientation, Skipped, Unresolved
from implsci.formats._matrix.table import Table, Value
from implsci.formats._matrix.writing import write_links
from implsci.formats._spreadsheet.cells import MAX_BYTES, read_grids
from implsci.formats._spreadsheet.labels import Labels, check_given, plain_label
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Level, Link, LinkKind, LinkSet, Status
from implsci.taxonomy._typed import show

__all__ = [
    "MatrixReport",
    "Orientation",
    "Skipped",
    "Unit",
    "Unresolved",
    "read_matrix",
    "write_links",
]


def __dir__() -> list[str]:
    return __all__


Unit = Literal["percent", "fraction"]
"""What a bare number is: 45 for 45 %, or 0.45."""

_MOST_SHOWN: Final = 20
_FINEST: Final = Decimal("1e-9")  # of shares that a spreadsheet worked out, in percent
_MOST_RESPONDENTS: Final = 1_000_000_000


def read_matrix(
    path: str | PathLike[str],
    *,
    basis: str,
    title: str,
    sources: str = "cfir-2009",
    targets: str = "eric",
    registry: Registry | None = None,
    sheet: str | None = None,
    orientation: Orientation | None = None,
    unit: Unit | None = None,
    n: int | Mapping[str, int] | None = None,
    labels: Mapping[str, str] | None = None,
    citation: str | None = None,
    license: str | None = None,
    kind: LinkKind = "endorsement",
    status: Status = "verified",
    max_bytes: int = MAX_BYTES,
) -> MatrixReport:
    """Read a table of percentages, in CSV or a workbook (.xlsx, .xlsm), as a basis for matching.

    The table is found by its labels: codes, labels and synonyms of the two taxonomies, also with
    numbers before them (``5. Audit and provide feedback``, ``I.F Complexity``) and in other
    spellings. What resolves to nothing, such as a column of totals, is listed and left out; nothing
    is taken by likeness. An empty cell is unknown; 0 is zero. Macros and formulas are not run.

    With the number of respondents, a percentage becomes a count where exactly one count gives it:
    45 % of 29 are 13. Where several do, it stays a percentage; where none does, the cell is left
    out and listed. Without the number the percentage is kept as printed. In a basis of kind
    endorsement half or more of the respondents is level 1 and a fifth or more level 2; of a
    percentage kept as printed this can be off by its rounding.

    Args:
        path: the file, in UTF-8 where it is CSV.
        basis: id of the basis, such as ``my-tool``.
        title: its name in full.
        sources: taxonomy of what is asked about.
        targets: taxonomy of what it leads to.
        registry: holds the taxonomies; the default registry where None.
        sheet: name of the sheet; None takes the one in which most labels name a term.
        orientation: which terms stand in the rows; None tells it from the labels.
        unit: what numbers without a percent sign are; None takes percentages, and asks where no
            number is above 1.
        n: how many were asked, of all sources or by source; else it is read from a row or column
            named ``n`` or ``respondents``, or from labels that end in ``(n = 25)``.
        labels: the code, or a name, of each label that the file spells in a way of its own.
        citation: where it is published.
        license: its licence.
        kind: endorsement, theory, coding or observed.
        status: how far it was checked against its source.
        max_bytes: the largest file to read, once it is unpacked.

    Returns:
        The basis and what is not in it.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no CSV and no workbook, or over the limits; its labels name no
            terms, or two of them the same one; the unit is not clear; no cell could be read.
        InvalidQueryError: no such sheet, an unknown unit or orientation, or an n that is none.
        UnknownNameError: there is no such taxonomy, or no such term.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    path = Path(path)
    _check("orientation", orientation, get_args(Orientation))
    _check("unit", unit, get_args(Unit))
    registry = registry or default_registry()
    given = labels or {}
    source_labels = Labels(registry.taxonomy(sources), given)
    target_labels = Labels(registry.taxonomy(targets), given)
    check_given(given, (source_labels, target_labels))
    asked = _asked(n, source_labels)
    grids = read_grids(path, sheet, max_bytes)
    layout = find_layout(path.name, grids, source_labels, target_labels, orientation, registry)
    table = Table(path.name, layout, source_labels, target_labels)
    shares = _Shares(path.name, table, asked)
    links = shares.links(unit, kind)
    return MatrixReport(
        links=LinkSet(
            basis=basis,
            kind=kind,
            title=title,
            sources=table.sources,
            targets=table.targets,
            links=links,
            status=status,
            license=license,
            citation=citation,
        ),
        unresolved=tuple(table.unresolved),
        skipped=(*table.skipped, *shares.skipped),
        outside=tuple(table.outside),
        cells=len(links),
        orientation=layout.orientation,
        sheet=layout.grid.sheet,
    )


def _check(name: str, value: str | None, known: Sequence[str]) -> None:
    if value is not None and value not in known:
        raise InvalidQueryError(f"{name}: expected one of {', '.join(known)}, got {value!r}")


def _asked(n: int | Mapping[str, int] | None, labels: Labels) -> int | dict[str, int] | None:
    """Return how many were asked, by the codes of the sources."""
    if not isinstance(n, Mapping):
        if n is not None:
            _check_n("n", n)
        return n
    asked: dict[str, int] = {}
    for name, number in n.items():
        _check_n(f"n of {name}", number)
        label = plain_label(name)
        code = labels.code(label)
        if code is None:
            raise UnknownNameError("source", name, labels.close(label))
        if asked.setdefault(code, number) != number:
            raise InvalidQueryError(f"n of {name}: {code} has two, {asked[code]} and {number}")
    return asked


def _check_n(name: str, number: object) -> None:
    if type(number) is not int or not 0 < number <= _MOST_RESPONDENTS:
        raise InvalidQueryError(f"{name}: expected how many were asked, got {show(number)}")


# What its numbers say


class _Shares:
    """Reads the numbers of a table as shares of the people asked, and keeps those that are none."""

    def __init__(self, file: str, table: Table, asked: int | Mapping[str, int] | None) -> None:
        self.skipped: list[Skipped] = []
        self._file = file
        self._table = table
        self._values = tuple(table.values(asked))

    def links(self, unit: Unit | None, kind: LinkKind) -> tuple[Link, ...]:
        """Return the links, in the order of the sources, then of the targets.

        Args:
            unit: what bare numbers are.
            kind: the kind of the basis.

        Raises:
            InvalidTableError: the unit is not clear, or there is no link.
        """
        fraction = unit == "fraction" if unit else self._is_fraction()
        whole = unit is None and _are_whole(self._values)
        links: dict[tuple[str, str], Link] = {}
        for value in self._values:
            bare = not value.cell.percent
            percent = value.number.scaleb(2) if bare and fraction else value.number
            if not 0 <= percent <= 100:
                due = "a share from 0 to 1" if bare and fraction else "a percent from 0 to 100"
                self._skip(value, f"expected {due}")
            elif bare and whole and 0 < percent < 1:
                self._skip(value, "a share or a percent? The other numbers are whole; set unit")
            elif (link := self._link(value, percent, kind)) is not None:
                links[value.source, value.target] = link
        if not links:
            raise InvalidTableError(self._file, self._why_empty())
        return tuple(
            links[source, target]
            for source in self._table.sources
            for target in self._table.targets
            if (source, target) in links
        )

    def _is_fraction(self) -> bool:
        """Refuse bare numbers that can be shares as well as percents; above 1 they are percents."""
        bare = [value for value in self._values if not value.cell.percent]
        highest = max(bare, key=lambda value: value.number, default=None)
        if highest is not None and 0 < highest.number <= 1:
            message = (
                f"{show(highest.cell.text)} is the highest of {len(bare)} numbers without a "
                "percent sign; say whether 1 stands for 100 % (unit='fraction') or for 1 % "
                "(unit='percent')"
            )
            raise InvalidTableError(
                self._file, [Fault(self._table.grid.place(highest.where), message)]
            )
        return False

    def _link(self, value: Value, percent: Decimal, kind: LinkKind) -> Link | None:
        """Return what a percentage says: a count where it can be only one."""
        k, printed = None, True
        level: Level | None = 1 if percent >= 50 else 2 if percent >= 20 else None
        if value.n is not None:
            least, most = _counts(percent, value.n)
            if most < least:
                self._skip(value, f"no whole number of {value.n} respondents is this share")
                return None
            if most == least:
                k, printed = least, False
                level = 1 if 2 * k >= value.n else 2 if 5 * k >= value.n else None
        return Link(
            source=Code(value.source),
            target=Code(value.target),
            k=k,
            n=value.n,
            level=level if kind == "endorsement" else None,
            derived=not printed,
            note=self._table.grid.place(value.where),
            printed=float(percent) if printed else None,
        )

    def _skip(self, value: Value, reason: str) -> None:
        self.skipped.append(Skipped(where=value.where, text=value.cell.text, reason=reason))

    def _why_empty(self) -> list[Fault]:
        grid, skipped = self._table.grid, [*self._table.skipped, *self.skipped]
        told = [
            Fault(grid.place(each.where), f"{show(each.text)}: {each.reason}")
            for each in skipped[:_MOST_SHOWN]
        ]
        if len(skipped) > _MOST_SHOWN:
            told.append(Fault("", f"and {len(skipped) - _MOST_SHOWN} more like these"))
        return told or [Fault(grid.sheet or "", "no cell between its labels is filled")]


def _are_whole(values: Iterable[Value]) -> bool:
    """Say whether all bare numbers above 1 are whole, and there is one."""
    above = [value.number for value in values if not value.cell.percent and value.number > 1]
    return bool(above) and all(number == number.to_integral_value() for number in above)


def _counts(percent: Decimal, n: int) -> tuple[int, int]:
    """Return the least and the most of `n` whose share, rounded, reads as this percent.

    Examples:
        >>> _counts(Decimal(45), 29), _counts(Decimal(46), 29), _counts(Decimal(45), 500)
        ((13, 13), (14, 13), (223, 227))
        >>> _counts(Decimal("45.0"), 500)
        (225, 225)
    """
    exponent = percent.as_tuple().exponent  # its decimals say how far it was rounded
    assert isinstance(exponent, int)
    half = max(Decimal(5).scaleb(min(exponent, 0) - 1), _FINEST)
    least = ((percent - half) * n / 100).to_integral_value(ROUND_CEILING)
    most = ((percent + half) * n / 100).to_integral_value(ROUND_FLOOR)
    return max(int(least), 0), min(int(most), n)
