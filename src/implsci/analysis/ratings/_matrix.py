"""The matrix: constructs by sites, of a study's ratings."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from attrs import frozen

from implsci.analysis.ratings import _heat
from implsci.analysis.result import Result, Row
from implsci.codes import Code, slug, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.escaping import inert
from implsci.model import Barrier, Rating, Setting, Study
from implsci.names import close_names
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "ConstructRatings",
    "RatingsMatrix",
    "Site",
    "SiteRating",
    "columns_of",
    "counted",
    "ratings_matrix",
]


@frozen(kw_only=True)
class Site:
    """A site: a column of the matrix.

    Attributes:
        id: what it is called in a program.
        label: what it is called by people.

    Examples:
        >>> Site(id="ward-3", label="Ward 3").label
        'Ward 3'
    """

    id: str
    label: str


@frozen(kw_only=True)
class SiteRating:
    """How one site was rated on one construct.

    Attributes:
        value: -2 to +2; None where there is no number.
        mixed: whether statements pointed both ways.

    Examples:
        >>> SiteRating(value=0).mark, SiteRating(value=0, mixed=True).mark, SiteRating().mark
        ('0', '0 mixed', 'missing')
    """

    value: int | None = None
    mixed: bool = False

    @property
    def missing(self) -> bool:
        """Whether there is no rating at all, which is not the same as 0."""
        return self.value is None and not self.mixed

    @property
    def mark(self) -> str:
        """The rating as tables show it, such as ``+1``, ``0``, ``0 mixed``, ``mixed`` or ``missing``."""
        if self.missing:
            return "missing"
        number = "" if self.value is None else f"{self.value:+d}" if self.value else "0"
        return f"{number} mixed".strip() if self.mixed else number


@frozen(kw_only=True)
class ConstructRatings:
    """One construct with its rating in every site: a row of the matrix.

    Attributes:
        construct: its code, or its label where rows are labels.
        label: what it is called by people.
        cells: its rating in each site, in the order of the matrix's sites.

    Examples:
        >>> ConstructRatings(construct="cost", label="Cost", cells=(SiteRating(value=-1),)).rated
        1
    """

    construct: str
    label: str
    cells: tuple[SiteRating, ...]

    @property
    def rated(self) -> int:
        """In how many sites it was rated."""
        return sum(not cell.missing for cell in self.cells)


@frozen(kw_only=True)
class RatingsMatrix(Result):
    """Constructs by sites, as `ratings_matrix` returns them.

    Attributes:
        sites: the columns.
        rows: the constructs, in the order of their source.
        assumptions: how the cells are to be read.

    Examples:
        >>> from implsci.analysis.ratings import ratings_from_table
        >>> matrix = ratings_from_table([{"construct": "Cost", "a": "-1", "b": "0"}])
        >>> matrix.sentence()
        '1 construct by 2 sites: 2 ratings, 0 of them mixed, 0 missing.'
    """

    sites: tuple[Site, ...]
    rows: tuple[ConstructRatings, ...]
    assumptions: tuple[str, ...] = (
        "ratings run from -2 (strong barrier) to +2 (strong facilitator)",
        "a missing rating is not 0; a mixed one says that statements pointed both ways",
    )

    def cell(self, construct: str, site: str) -> SiteRating:
        """Return one rating.

        Raises:
            UnknownNameError: the matrix has no such construct or site.
        """
        column = columns_of(self, [site])[0]
        for row in self.rows:
            if row.construct == construct:
                return row.cells[column]
        names = [row.construct for row in self.rows]
        raise UnknownNameError("construct", construct, close_names(construct, names))

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each construct and site."""
        return tuple(
            {
                "construct": row.construct,
                "label": row.label,
                "site": site.id,
                "site_label": site.label,
                "value": cell.value,
                "mixed": cell.mixed,
                "missing": cell.missing,
            }
            for row in self.rows
            for site, cell in zip(self.sites, row.cells, strict=True)
        )

    def sentence(self) -> str:
        """Say how large the matrix is, and how many ratings are mixed or missing."""
        if not self.rows:
            return "Nothing to count: no site was rated on any construct."
        cells = [cell for row in self.rows for cell in row.cells]
        rated = [cell for cell in cells if not cell.missing]
        return (
            f"{counted(len(self.rows), 'construct')} by {counted(len(self.sites), 'site')}: "
            f"{counted(len(rated), 'rating')}, {sum(cell.mixed for cell in rated)} of them mixed, "
            f"{len(cells) - len(rated)} missing."
        )

    def to_csv(self) -> str:
        """Return the matrix as CSV, a column for each site, as `read_ratings` reads it."""
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(inert, ("construct", *(site.id for site in self.sites))))
        for row in self.rows:
            writer.writerow((inert(row.construct), *map(_written, row.cells)))
        return text.getvalue()

    def to_html(self) -> str:
        """Return a page with the matrix as a table; every mark is also a word or a number."""
        return _heat.html(self)

    def to_svg(self) -> str:
        """Return the matrix as a picture, told apart with any kind of color vision."""
        return _heat.svg(self)

    def to_study(self, *, id: str, title: str) -> Study:
        """Return a study that holds the ratings: a setting for each site, a barrier for each row.

        Raises:
            InvalidRecord: the id or title cannot be one.

        Examples:
            >>> from implsci.analysis.ratings import ratings_from_table
            >>> matrix = ratings_from_table([{"construct": "Cost", "a": "-1", "b": ""}])
            >>> matrix.to_study(id="x", title="X").barriers[0].ratings[0].value
            -1
        """
        settings = _named([site.label for site in self.sites], "site")
        barriers = _named([row.label for row in self.rows], "construct")
        return Study(
            id=id,
            title=title,
            settings=tuple(
                Setting(id=name, label=site.label)
                for name, site in zip(settings, self.sites, strict=True)
            ),
            barriers=tuple(
                Barrier(
                    id=name,
                    label=row.label,
                    codes=(Code(row.construct),) if row.construct != row.label else (),
                    ratings=tuple(
                        Rating(setting=setting, value=cell.value, mixed=cell.mixed)
                        for setting, cell in zip(settings, row.cells, strict=True)
                    ),
                )
                for name, row in zip(barriers, self.rows, strict=True)
            ),
        )


def _named(labels: Sequence[str], noun: str) -> list[str]:
    """Return an id for each label: its slug, with a number where it has none of its own."""
    often = Counter(map(slug, labels))
    return [
        name if (name := slug(label)) and often[name] == 1 else f"{noun}-{number}"
        for number, label in enumerate(labels, 1)
    ]


def _written(cell: SiteRating) -> str | int:
    """Return a cell for a spreadsheet: a number, or a text that does not begin with its sign."""
    if cell.mixed:
        return "mixed" if cell.value is None else f"mixed {cell.value}"
    return "" if cell.value is None else cell.value


def ratings_matrix(
    source: Study | Iterable[Study],
    *,
    by: Literal["code", "label"] = "code",
    scheme: str | None = None,
    sites: Iterable[str] | None = None,
    registry: Registry | None = None,
) -> RatingsMatrix:
    """Return how each site was rated on each construct, of the ratings in a study or several.

    Args:
        source: a study, or several. The sites of several are named ``study/setting``.
        by: whether rows are codes or the source's own labels. A barrier without a code of the
            scheme has a row under its label.
        scheme: whose codes; the commonest among the rated barriers where None.
        sites: ids of the sites to show, in this order; all that are rated where None, in the order
            of the settings.
        registry: holds the names of the codes; the default registry where None.

    Raises:
        UnknownNameError: no site of that name.
        InvalidQueryError: two barriers of one row give one site different ratings.

    Examples:
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     settings=(Setting(id="s1", label="North"),),
        ...     barriers=(
        ...         Barrier(
        ...             id="b1",
        ...             label="too dear",
        ...             codes=("cfir-2009:cost",),
        ...             ratings=(Rating(setting="s1", value=-1),),
        ...         ),
        ...     ),
        ... )
        >>> ratings_matrix(study).rows[0].label, ratings_matrix(study, by="label").rows[0].label
        ('Cost', 'too dear')
    """
    if by not in ("code", "label"):
        raise InvalidQueryError(f"by: expected code or label, got {by!r}")
    alone = isinstance(source, Study)
    studies = [source] if isinstance(source, Study) else list(source)
    columns = [
        Site(
            id=setting.id if alone else f"{study.id}/{setting.id}",
            label=setting.label,
        )
        for study in studies
        for setting in study.settings
        if any(rating.setting == setting.id for own in study.barriers for rating in own.ratings)
    ]
    rated = [
        (study.id, barrier) for study in studies for barrier in study.barriers if barrier.ratings
    ]
    wanted = _scheme(scheme, [barrier for _, barrier in rated]) if by == "code" else None
    known = registry or default_registry()
    labels: dict[str, str] = {}
    cells: dict[tuple[str, str], tuple[SiteRating, str]] = {}
    for study, barrier in rated:
        for row, label in _rows_of(barrier, wanted, known):
            labels.setdefault(row, label)
            for rating in barrier.ratings:
                site = rating.setting if alone else f"{study}/{rating.setting}"
                cell = SiteRating(value=rating.value, mixed=rating.mixed)
                first, other = cells.setdefault((row, site), (cell, barrier.label))
                if first.missing:
                    cells[row, site] = cell, barrier.label
                elif not cell.missing and first != cell:
                    raise InvalidQueryError(
                        f"{other!r} and {barrier.label!r} both rate {site} on {row}, with "
                        f"{first.mark} and {cell.mark}; settle on one, or ask by label"
                    )
    matrix = RatingsMatrix(
        sites=tuple(columns),
        rows=tuple(
            ConstructRatings(
                construct=row,
                label=label,
                cells=tuple(cells.get((row, site.id), (SiteRating(), ""))[0] for site in columns),
            )
            for row, label in labels.items()
        ),
    )
    return matrix if sites is None else _only(matrix, sites)


def _scheme(scheme: str | None, barriers: Sequence[Barrier]) -> str | None:
    if scheme is not None:
        return scheme
    counts = Counter(split(code)[0] for barrier in barriers for code in barrier.codes)
    return min(counts, key=lambda name: (-counts[name], name), default=None)


def _rows_of(barrier: Barrier, scheme: str | None, known: Registry) -> Iterator[tuple[str, str]]:
    own = [code for code in barrier.codes if scheme is not None and split(code)[0] == scheme]
    for code in own:
        try:
            yield code, known.term(code).label
        except UnknownNameError:
            yield code, barrier.label
    if not own:
        yield barrier.label, barrier.label


def _only(matrix: RatingsMatrix, sites: Iterable[str]) -> RatingsMatrix:
    columns = columns_of(matrix, sites)
    return RatingsMatrix(
        sites=tuple(matrix.sites[column] for column in columns),
        rows=tuple(
            ConstructRatings(
                construct=row.construct,
                label=row.label,
                cells=tuple(row.cells[column] for column in columns),
            )
            for row in matrix.rows
        ),
    )


def columns_of(matrix: RatingsMatrix, sites: Iterable[str]) -> list[int]:
    places = {site.id: column for column, site in enumerate(matrix.sites)}
    found: list[int] = []
    for site in dict.fromkeys([sites] if isinstance(sites, str) else sites):
        if site not in places:
            close = close_names(site, places) or tuple(places)[:5]
            raise UnknownNameError("site", site, close)
        found.append(places[site])
    return found


def counted(count: int, noun: str) -> str:
    return f"{count} {noun if count == 1 else noun + 's'}"
