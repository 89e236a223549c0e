"""The pictures: what leads to what, what goes together, and where; each with its words and numbers.

A picture is an image of its own, since the page lets no styles in but its own. It rests on a result
that the report holds, so that the numbers stand whether it can be drawn or not.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from implsci import plots
from implsci._wording import counted
from implsci.errors import CannotEstimateError, InvalidQueryError, MissingExtraError
from implsci.plots._came import CAME_WORDS
from implsci.plots._saving import written
from implsci.report._tables import table
from implsci.report._text import cut, number

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from implsci.questions import Combination, Flows
    from implsci.report import Report

__all__ = ["pictures"]

_COMBINATIONS: Final = 20
_ROWS: Final = 200
_PRINTED: Final = 5  # rows of a table that paper has beside its picture
_ALT: Final = 250
_PIXELS: Final = 96  # an inch, in the units of a page
_PLACES: Final = re.compile(rb' d="[^"]*"')
_FINE: Final = re.compile(rb"(\.\d)\d+")


class _Picture(NamedTuple):
    """How a picture is drawn, and what stands beside it; the tables are markup."""

    draw: Callable[[], Figure]
    sentence: str
    tables: Sequence[str]
    left_out: str = ""


def pictures(report: Report) -> Iterator[str]:
    """Yield the pictures, each with its words and the table behind it."""
    body: list[str] = []
    missing: str | None = None
    for name, of in _PICTURES.items():
        body.append(f"<h3>{name}</h3>")
        found = of(report)
        if isinstance(found, str):
            body.append(f"<p>No picture: {cut(found.rstrip('.'), 500)}.</p>")
            continue
        told = found.sentence
        image = words = ""
        try:
            figure = found.draw()
            words = plots.describe(figure)
            image = _image(figure, name, words)
        except MissingExtraError as error:
            missing = str(error)
        except (CannotEstimateError, InvalidQueryError) as error:
            told = f"No picture: {error}"
        body.append(_figure(image, f"{told} {found.left_out}", words, found.tables))
    if missing is None:
        yield (
            "<p>All studies, whatever is chosen below: no filter changes a picture.<span class='screen'> "
            "On a small screen a picture scrolls sideways.</span></p>"
        )
    else:
        yield (
            f"<p>No picture is here: {cut(missing, 300)}. What each would show stands in words and "
            "numbers.</p>"
        )
    yield from body


def _figure(image: str, told: str, words: str, tables: Sequence[str]) -> str:
    in_words = (
        '<details class="screen"><summary>The picture in words</summary>'
        f"<p>{cut(words, 20_000)}</p></details>"
    )
    behind = f"<details><summary>The numbers behind it</summary>{''.join(tables)}</details>"
    return (
        f"<figure>{image}<figcaption><p>{cut(told.strip(), 1000)}</p>{in_words if words else ''}"
        f"{behind if tables else ''}</figcaption></figure>"
    )


def _image(figure: Figure, name: str, words: str) -> str:
    wide, high = (round(_PIXELS * inches) for inches in figure.get_size_inches())
    data = base64.b64encode(_lean(written(figure, "svg"))).decode("ascii")
    return (
        f'<div class="scroll picture" role="region" aria-label="Picture: {name}" tabindex="0"><img '
        f'alt="{cut(words, _ALT)}" width="{wide}" height="{high}" '
        f'src="data:image/svg+xml;base64,{data}"></div>'
    )


def _lean(svg: bytes) -> bytes:
    """Return an SVG with the places of its lines to a tenth of a point: a map is a third smaller."""
    return _PLACES.sub(lambda found: _FINE.sub(rb"\1", found[0]), svg)


def _flows(report: Report) -> _Picture | str:
    found = report.flows
    if isinstance(found, str):
        return found
    first = [
        (cut(band.start_label), cut(band.end_label), number(band.studies))
        for band in found.bands
        if band.came_of_it is None
    ]
    second: dict[tuple[str, str], list[str]] = {}
    for band in found.bands:
        if band.came_of_it is not None:
            studies = counted(band.studies, "study", "studies")
            second.setdefault((band.start, band.end), []).append(
                f"{CAME_WORDS[band.came_of_it]}: {studies}"
            )
    labels = {(node.column, node.value): cut(node.label) for node in found.nodes}
    return _Picture(
        lambda: plots.flow_plot(found),
        found.sentence(),
        [
            *_behind("flows", "Barrier to strategy", ("Barrier", "Strategy", "Studies"), first),
            *_behind(
                "flows",
                "Strategy to outcome",
                ("Strategy", "Outcome", "What most effects of a study say"),
                [
                    (labels["strategy", start], labels["outcome", end], "; ".join(told))
                    for (start, end), told in second.items()
                ],
            ),
        ],
        _gathered(found),
    )


def _gathered(found: Flows) -> str:
    many = {"barrier": "barriers", "strategy": "strategies", "outcome": "outcomes"}
    told = [
        counted(len(node.gathers), node.column, many[node.column])
        for node in found.nodes
        if node.gathers
    ]
    return f"Gathered as others, being less frequent: {', '.join(told)}." if told else ""


def _bundles(report: Report) -> _Picture | str:
    found = report.bundles
    if isinstance(found, str):
        return found
    several = [one for one in found.combinations if len(one.strategies) > 1]
    labels = {
        code: label
        for one in found.combinations
        for code, label in zip(one.strategies, one.labels, strict=True)
    }
    most = _commonest(several)
    left = len(several) - most
    alone = len(found.combinations) - len(several)
    out = [counted(left, "further combination")] if left else []
    out += [f"{counted(alone, 'strategy', 'strategies')} used without another"] if alone else []
    return _Picture(
        lambda: plots.upset_plot(found, most=most or 1, smallest=2),
        f"Strategies stand under the broadest term of their taxonomy. {found.sentence()}",
        [
            *_behind(
                "combinations",
                "Strategies used together, and the cases that have exactly these",
                ("Strategies", "Cases"),
                [(" + ".join(map(cut, one.labels)), number(len(one.cases))) for one in several],
            ),
            *_behind(
                "combinations",
                "Strategies, and the cases that have them with whatever else",
                ("Strategy", "Cases"),
                [(cut(labels[code]), number(size)) for code, size in found.sizes.items()],
            ),
        ],
        f"Not drawn: {' and '.join(out)}." if out else "",
    )


def _commonest(several: Sequence[Combination]) -> int:
    """Return how many are drawn: of those with equally many cases all or none, if it can be."""
    sizes = [len(one.cases) for one in several]
    if len(sizes) <= _COMBINATIONS:
        return len(sizes)
    return sum(size > sizes[_COMBINATIONS] for size in sizes) or _COMBINATIONS


def _countries(report: Report) -> _Picture | str:
    found = report.countries
    if isinstance(found, str):
        return found
    if not found.counts:
        return found.sentence()
    return _Picture(
        lambda: plots.world_map(found),
        found.sentence(),
        _behind(
            "countries",
            "Studies by country; the studies of one programme are one case",
            ("Country", "Region", "Income group", "Studies", "Cases"),
            [
                (
                    cut(one.name or f"{one.country} (no country's code)"),
                    cut(one.region or "not known"),
                    cut(one.income_group or "not known"),
                    number(one.studies),
                    number(one.cases),
                )
                for one in found.counts
            ],
        ),
    )


def _behind(
    file: str, caption: str, heads: Iterable[str], rows: Sequence[tuple[str, ...]]
) -> list[str]:
    """Return a table, and below it how many rows it leaves to the file, on screen and on paper."""
    if not rows:
        return []
    notes = [
        f'<p class="{where}">{counted(left, "further row")}, in the file '
        f'<a href="#file-{file}">{file}.csv</a> of this report.</p>'
        for where, shown in (("screen", _ROWS), ("paper", _PRINTED))
        if (left := len(rows) - shown) > 0
    ]
    return [table(caption, heads, rows[:_ROWS], printed=_PRINTED) + "".join(notes)]


_PICTURES: Final[Mapping[str, Callable[[Report], _Picture | str]]] = {
    "From barriers over strategies to outcomes": _flows,
    "Which strategies were used together": _bundles,
    "Where it was studied": _countries,
}
