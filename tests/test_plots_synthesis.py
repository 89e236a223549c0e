"""Figures of a synthesis: widths that are counts, marks that can be pointed at, numbers behind them."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Callable
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("numpy")

from attrs import evolve
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.text import Text
from tests.questions.made import made

import implsci
from implsci import Citation, Study, plots
from implsci.analysis.meta import funnel, random_effects
from implsci.analysis.moderation import interaction
from implsci.analysis.nca import nca
from implsci.analysis.sequences import state_distribution
from implsci.analysis.votes import votes
from implsci.errors import CannotEstimateError, InvalidQueryError
from implsci.questions import Bundles, Flows, bundles, countries, flows
from implsci.synthesis import Synthesis
from implsci.synthesis.cell import MARKS, came_of

DATA = Path(__file__).parent / "data"
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    "<script>alert(1)</script>",
    "]]> & \"quoted\" 'too'",
    "\u202edesrever\u202c \u2066isolated",
    "\U0001f389 \u4e2d\u6587 \u0639\u0631\u0628\u064a",
    "$x^2$ \\frac{1}{2",
    "two\nlines\x00\x1b[31m",
    "=cmd()",
    "Wide MEMBERSHIP W" * 6_000,
)
EXAMPLES = implsci.load("implsci-examples")
WORDS = ("low", "some concerns", "high", None, "not rated", "Moderate")


@cache
def trials() -> tuple[list[float], list[float], list[str]]:
    with (DATA / "meta_bcg.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    cells = [tuple(int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg")) for row in rows]
    return (
        [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in cells],
        [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in cells],
        [f"{row['author']} {row['year']}" for row in rows],
    )


@cache
def flowing() -> Flows:
    return flows(EXAMPLES)


@cache
def together() -> Bundles:
    return bundles(EXAMPLES)


@cache
def table() -> Synthesis:
    return implsci.synthesize(EXAMPLES, link="cooccur", links="waltz-2019", pooled=False)


def forest(**more: Any) -> Figure:
    y, v, names = trials()
    quality = [WORDS[place % len(WORDS)] for place in range(len(y))]
    return plots.forest_plot(random_effects(y, v), y, v, names, quality=quality, **more)


FIGURES: dict[str, Callable[..., Figure]] = {
    "flow": lambda **more: plots.flow_plot(flowing(), **more),
    "flow of all": lambda **more: plots.flow_plot(flows(EXAMPLES, link="cooccur", most=9), **more),
    "upset": lambda **more: plots.upset_plot(together(), **more),
    "upset of bundles": lambda **more: plots.upset_plot(together(), smallest=2, most=9, **more),
    "heat": lambda **more: plots.heat_map(table(), **more),
    "gap": lambda **more: plots.gap_map(table(), **more),
    "heat of few": lambda **more: plots.heat_map(table(), most=2, **more),
    "forest": forest,
}
every_figure = pytest.mark.parametrize("name", FIGURES)


def older() -> dict[str, Callable[[], Figure]]:
    """One figure of each other kind, small."""
    y, v = [0.1, 0.3, 3.0], [0.01, 0.02, 0.01]
    rows = [["push", "pull"], ["push", None]]
    memberships = {"A": [0.9, 0.4, 0.2], "Y": [0.95, 0.3, 0.1]}
    x, z = [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 2.0, 4.0]
    product = interaction([10, 11, 11, 12, 10, 13, 17, 19], [0, 1, 2, 3] * 2, [1] * 4 + [5] * 4)
    terms = [term for term in implsci.registry().taxonomy("eric") if term.kind == "strategy"]
    return {
        "forest": lambda: plots.forest_plot(random_effects(y, v), y, v),
        "funnel": lambda: plots.funnel_plot(funnel(y, v, ["a", "b", "c"])),
        "xy": lambda: plots.xy_plot(memberships, "A", "Y"),
        "nca": lambda: plots.nca_plot(nca(x, z, permutations=0), x, z),
        "slopes": lambda: plots.slopes_plot(product),
        "index": lambda: plots.index_plot(rows),
        "states": lambda: plots.state_distribution_plot(state_distribution(rows)),
        "alluvial": lambda: plots.alluvial_plot(rows),
        "harvest": lambda: plots.harvest_plot(votes(EXAMPLES)),
        "go-zone": lambda: plots.go_zone_plot(terms, source="Waltz"),
        "world": lambda: plots.world_map(countries(EXAMPLES)),
    }


@cache
def drawn(name: str) -> Figure:
    """Return a figure that no test changes."""
    return FIGURES[name]()


def texts(figure: Figure) -> list[Text]:
    return [
        found
        for found in figure.findobj(Text)
        if isinstance(found, Text) and found.get_visible() and found.get_text().strip()
    ]


def words(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in texts(figure))


def saved(figure: Figure, path: Path, **more: Any) -> ElementTree.Element:
    plots.save(figure, path / "a.svg", interactive=True, **more)
    return ElementTree.fromstring((path / "a.svg").read_bytes())


def pointed(root: ElementTree.Element) -> list[ElementTree.Element]:
    return [one for one in root.iter() if one.get("class") == "implsci-mark"]


def assert_inside(figure: Figure) -> None:
    FigureCanvasAgg(figure).draw()
    box = figure.bbox
    for text in texts(figure):
        extent = text.get_window_extent()
        assert box.x0 - 1 <= extent.x0 <= extent.x1 <= box.x1 + 1, text
        assert box.y0 - 1 <= extent.y0 <= extent.y1 <= box.y1 + 1, text


def assert_apart(figure: Figure) -> None:
    """No text covers another; those that lean are left to the eye, as their boxes overlap."""
    FigureCanvasAgg(figure).draw()
    extents = [
        (text.get_text(), text.get_window_extent())
        for text in texts(figure)
        if not text.get_rotation()
    ]
    for (first, one), (second, other) in combinations(extents, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        tall = min(one.y1, other.y1) - max(one.y0, other.y0)
        assert wide <= 1 or tall <= 0.2 * min(one.height, other.height), (first, second)


# --- every figure ---


@every_figure
def test_texts_are_large_inside_and_apart(name: str) -> None:
    figure = drawn(name)
    for text in texts(figure):
        assert text.get_fontsize() >= 12, text
        assert not text.get_usetex(), text
        if any(letter.isalpha() for letter in text.get_text()):
            assert not text.get_parse_math(), text
    assert_inside(figure)
    assert_apart(figure)


@every_figure
def test_a_figure_can_be_drawn_on_axes_of_ones_own(name: str) -> None:
    whole = Figure(figsize=(30, 12), layout="constrained")
    left, right = whole.subfigures(1, 2)
    first, second = left.add_subplot(), right.add_subplot()
    assert FIGURES[name](ax=second) is whole
    assert not first.patches
    assert second.patches
    assert plots.describe(whole) == plots.describe(drawn(name))
    assert plots.data(whole) == plots.data(drawn(name))


@every_figure
def test_marks_of_a_legend_differ_in_more_than_color(name: str) -> None:
    legend = drawn(name).axes[0].get_legend()
    if legend is None:
        assert name.startswith("upset")
        return
    seen = [text.get_text() for text in legend.get_texts()]
    assert len(set(seen)) == len(seen)
    shapes = [
        str(one.get_paths()[0].vertices.tolist())
        for one in legend.legend_handles
        if isinstance(one, PathCollection)
    ]
    assert len(set(shapes)) == len(shapes)
    hatches = [one.get_hatch() for one in legend.legend_handles if isinstance(one, Rectangle)]
    if name.startswith("flow"):
        plain = [words for words, hatch in zip(seen, hatches, strict=True) if not hatch]
        # What has no hatch is the darkest and the lightest of all.
        assert plain == ["+ improved", "\u25cb findings, none of them an effect"]
        assert len({hatch for hatch in hatches if hatch}) == len(hatches) - 2


@every_figure
def test_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    for more in ({}, {"interactive": True, "studies": EXAMPLES}):
        plots.save(drawn(name), tmp_path / "a.svg", **more)
        plots.save(FIGURES[name](), tmp_path / "b.svg", **more)
        assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()


# --- pointing at marks ---


@pytest.mark.parametrize("name", [*FIGURES, *(f"older {one}" for one in older())])
def test_every_mark_has_a_name_and_a_place_on_the_keyboard(name: str, tmp_path: Path) -> None:
    figure = older()[name.removeprefix("older ")]() if name.startswith("older") else drawn(name)
    root = saved(figure, tmp_path, studies=EXAMPLES)
    assert root.get("role") == "figure"
    assert root.findtext(f"{SVG}desc") == plots.describe(figure)
    links = {one: link for link in root.iter(f"{SVG}a") for one in link}
    marks = pointed(root)
    assert len(marks) > 1
    for mark in marks:
        named = mark.findtext(f"{SVG}title")
        assert named
        if mark in links:
            assert links[mark].get("href", "").startswith("https://doi.org/10.")
            assert links[mark].get("aria-label", "").startswith(named)
            assert mark.get("tabindex") is None, "the link is the place on the keyboard"
        else:
            assert (mark.get("tabindex"), mark.get("role")) == ("0", "img")
            assert mark.get("aria-label") == named
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject"}
    assert not [key for element in root.iter() for key in element.attrib if key.startswith("on")]
    (style,) = [one.text or "" for one in root.iter(f"{SVG}style") if "implsci" in (one.text or "")]
    assert ":hover" in style
    assert ":focus" in style


def test_without_asking_nothing_can_be_pointed_at(tmp_path: Path) -> None:
    plots.save(drawn("upset"), tmp_path / "a.svg")
    root = ElementTree.fromstring((tmp_path / "a.svg").read_bytes())
    assert root.get("role") == "img"
    assert not pointed(root)
    assert not list(root.iter(f"{SVG}a"))


def test_marks_lie_over_what_they_name(tmp_path: Path) -> None:
    whole = Figure(figsize=(30, 12), layout="constrained")
    left, right = whole.subfigures(1, 2)
    left.add_subplot()
    ax = right.add_subplot()
    plots.heat_map(table(), most=5, ax=ax)
    places = [
        [float(one.get(key) or 0) for key in ("x", "y", "width", "height")]
        for one in pointed(saved(whole, tmp_path))
    ]
    assert len(places) == len(ax.texts[:-1]) == 25, "a text a cell, and the note"
    renderer = FigureCanvasAgg(whole).get_renderer()
    wide, tall = whole.bbox.width, whole.bbox.height
    points = [72 * inches for inches in whole.get_size_inches()]
    for text, (x, y, width, height) in zip(ax.texts, places, strict=False):
        box = text.get_window_extent(renderer)
        middle = (
            (box.x0 + box.x1) / 2 / wide * points[0],
            points[1] * (1 - (box.y0 + box.y1) / 2 / tall),
        )
        assert x < middle[0] < x + width, text
        assert y < middle[1] < y + height, text


def test_only_one_study_with_a_doi_is_linked(tmp_path: Path) -> None:
    def study(name: str, doi: str | None) -> Study:
        return made(
            name,
            ["cfir-2009:culture"],
            ["eric:facilitation"],
            links=[(0, 0)],
            citation=None if doi is None else Citation(doi=doi),
        )

    hostile = study("a", '10.1000/x"<b>&\u202e#?')
    axes = ("barrier:cfir-2009", "strategy:eric")

    def links(*studies: Study) -> list[str | None]:
        figure = plots.heat_map(implsci.synthesize(studies, *axes))
        root = saved(figure, tmp_path, studies=studies)
        return [one.get("href") for one in root.iter(f"{SVG}a")]

    assert links(hostile) == ["https://doi.org/10.1000/x%22%3Cb%3E%26%E2%80%AE%23%3F"]
    assert links(study("a", None)) == []
    assert links(hostile, study("b", "10.1000/b")) == [], "two studies are no one study"


def test_what_is_not_interactive_is_said(tmp_path: Path) -> None:
    for ending in ("png", "pdf"):
        with pytest.raises(InvalidQueryError, match=rf"only \.svg is interactive; got \.{ending}"):
            plots.save(drawn("upset"), tmp_path / f"a.{ending}", interactive=True)
    other = Figure()
    other.add_subplot().plot([1, 2])
    with pytest.raises(InvalidQueryError, match="no mark of this figure can be pointed at"):
        plots.save(other, tmp_path / "a.svg", interactive=True)
    assert not list(tmp_path.iterdir())
    assert plots.data(other) == ()


# --- hostile words ---


def named_by(hostile: str) -> dict[str, Callable[[], Figure]]:
    def labeled(found: Any) -> Any:
        return tuple(evolve(one, shown=hostile, label=hostile) for one in found)

    y, v = [0.1, 0.3], [0.01, 0.02]
    few = flows(EXAMPLES, most=2)
    axes = implsci.synthesize(EXAMPLES, "sector", "outcome", pooled=False)
    return {
        "flow": lambda: plots.flow_plot(
            evolve(
                few,
                nodes=tuple(evolve(one, label=hostile) for one in few.nodes),
                bands=tuple(
                    evolve(one, start_label=hostile, end_label=hostile) for one in few.bands
                ),
            )
        ),
        "upset": lambda: plots.upset_plot(
            evolve(
                together(),
                combinations=tuple(
                    evolve(one, labels=tuple(hostile for _ in one.labels))
                    for one in together().combinations
                ),
            ),
            most=4,
        ),
        "heat": lambda: plots.heat_map(
            evolve(axes, rows=labeled(axes.rows), columns=labeled(axes.columns)), most=4
        ),
        "gap": lambda: plots.gap_map(
            evolve(axes, rows=labeled(axes.rows), columns=labeled(axes.columns)), most=4
        ),
        "forest": lambda: plots.forest_plot(
            random_effects(y, v), y, v, [hostile, "b"], quality=[hostile, None]
        ),
    }


@pytest.mark.parametrize("hostile", HOSTILE, ids=range(len(HOSTILE)))
@pytest.mark.parametrize("name", named_by("x"))
def test_hostile_words_come_out_as_words(name: str, hostile: str, tmp_path: Path) -> None:
    figure = named_by(hostile)[name]()
    root = saved(figure, tmp_path)
    size = (tmp_path / "a.svg").stat().st_size
    assert size < 1_000_000, "a title of 100,000 letters is not written out for every mark"
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject", "a"}
    named = [mark.findtext(f"{SVG}title") or "" for mark in pointed(root)]
    first = hostile.replace("\n", " ").translate(dict.fromkeys([0, 0x1B, 0x202E, 0x202C], "\ufffd"))
    assert any(first[:12].strip() in one for one in named), named[:3]
    said = " ".join([*named, *(text.text or "" for text in root.iter(f"{SVG}text"))])
    assert not any(ord(letter) < 32 or 126 < ord(letter) < 160 for letter in said)
    assert not set(said) & {"\u202e", "\u202c"}, "nothing turns the writing around"
    if hostile.isascii():
        assert_inside(figure)
        assert_apart(figure)


# --- flow ---


def bands(figure: Figure) -> list[float]:
    """Return how thick the bands are where they begin, in the order drawn."""
    return [
        float(patch.get_path().vertices[7, 1] - patch.get_path().vertices[0, 1])
        for patch in figure.axes[0].patches
        if isinstance(patch, PathPatch)
    ]


def test_a_band_is_as_wide_as_it_has_studies() -> None:
    thick = bands(drawn("flow"))
    counts = [band.studies for band in flowing().bands]
    assert len(thick) == len(counts) > 100
    one = thick[0] / counts[0]
    assert thick == pytest.approx([one * count for count in counts])


def test_bands_do_not_overlap_where_they_begin_and_end() -> None:
    for side, at in (((0, 7), 0), ((3, 4), 3)):
        spans: dict[float, list[tuple[float, float]]] = {}
        for patch in drawn("flow").axes[0].patches:
            if isinstance(patch, PathPatch):
                corners = patch.get_path().vertices
                spans.setdefault(round(float(corners[at, 0]), 6), []).append(
                    (float(corners[side[0], 1]), float(corners[side[1], 1]))
                )
        assert len(spans) == 2, "two stages"
        for held in spans.values():
            ordered = sorted(held)
            for (_, end), (start, _) in pairwise(ordered):
                assert start >= end - 1e-9


def test_flow_says_what_is_not_in_it() -> None:
    said = words(drawn("flow"))
    assert "30 say which barrier a strategy addresses (246 without a barrier" in said
    assert "no effect is credited to one of them" in said
    assert "strategies as others" in said
    assert plots.flow_plot(EXAMPLES).axes[0].get_title(loc="left").endswith("373 studies")
    shorter = plots.flow_plot(flows(EXAMPLES, most=None))
    assert "as others" not in words(shorter)


def test_flow_of_nothing_is_said() -> None:
    with pytest.raises(CannotEstimateError, match=r"no study is in any band\. Of 1 study, 0 say"):
        plots.flow_plot([Study(id="a", title="A")])
    with pytest.raises(InvalidQueryError, match="there is no study"):
        plots.flow_plot([])


def test_flow_of_one_stage_alone_is_drawn() -> None:
    barriers = made("a", ["cfir-2009:culture"], ["eric:facilitation"], links=[(0, 0)])
    tested = made("b", [], ["eric:facilitation"], findings=[([0], "effect", "improved")])
    assert len(bands(plots.flow_plot([barriers]))) == 1
    assert len(bands(plots.flow_plot([tested]))) == 1
    assert len(bands(plots.flow_plot([barriers, tested]))) == 2


# --- upset ---


def test_upset_has_a_dot_for_every_strategy_of_a_combination() -> None:
    figure = drawn("upset of bundles")
    large = [one for one in together().combinations if len(one.strategies) > 1][:9]
    places = [found for found in figure.axes[0].collections if isinstance(found, PathCollection)]
    filled = [len(found.get_offsets()) for found in places][1::2]
    assert filled == [len(one.strategies) for one in large]
    rows = {code for one in large for code in one.strategies}
    assert [len(found.get_offsets()) for found in places][::2] == [len(rows)] * 9
    tall = sorted(
        round(patch.get_height(), 6)
        for patch in figure.axes[0].patches
        if isinstance(patch, Rectangle) and patch.get_y() < 0
    )
    cases = sorted(len(one.cases) for one in large)
    assert tall == pytest.approx([one * tall[-1] / cases[-1] for one in cases], abs=1e-5)


def test_upset_tells_what_it_leaves_out() -> None:
    said = words(drawn("upset of bundles"))
    every = together().combinations
    large = [one for one in every if len(one.strategies) > 1]
    rest = large[9:]
    assert f"{len(rest)} combinations of {sum(len(one.cases) for one in rest)} cases" in said
    assert f"{len(every) - len(large)} combinations of fewer than 2 strategies" in said
    assert f"Not reported: {together().without} cases" in said
    with pytest.raises(CannotEstimateError, match="no combination has 99 strategies or more"):
        plots.upset_plot(together(), smallest=99)
    with pytest.raises(CannotEstimateError, match="No case has a strategy coded"):
        plots.upset_plot(bundles([Study(id="a", title="A")]))
    for wrong in ({"most": 0}, {"smallest": 0}):
        with pytest.raises(InvalidQueryError, match="expected 1 or more, got 0"):
            plots.upset_plot(together(), **wrong)
    with pytest.raises(InvalidQueryError):
        plots.upset_plot("bundles")  # type: ignore[arg-type]


# --- heat ---


def in_cells(figure: Figure, columns: int) -> list[list[str]]:
    found = [text.get_text() for text in figure.axes[0].texts][:-1]
    return [found[place : place + columns] for place in range(0, len(found), columns)]


def test_a_cell_shows_its_studies_and_what_came_of_it() -> None:
    shown = in_cells(drawn("heat"), 15)
    for row, line in zip(table().rows, shown, strict=False):
        for column, said in zip(table().columns, line, strict=False):
            cell = table().at(row.value, column.value)
            unlinked = bool(cell.said and cell.said.no_link)
            assert ("\u2298" in said) is unlinked
            if cell.studies:
                assert said.startswith(f"{cell.studies} {MARKS[came_of(cell)]}")
            else:
                assert said == ("\u2298" if unlinked else "\u00b7")


def test_nobody_looked_no_finding_a_null_result_and_no_link_differ() -> None:
    codes = ("cfir-2009:culture", "eric:facilitation")
    found = [
        made("null", [codes[0]], [codes[1]], findings=[([0], "effect", "no_difference")]),
        made("silent", [codes[0]], ["eric:build-a-coalition"]),
        made("alone", ["cfir-2009:self-efficacy"], ["eric:audit-and-provide-feedback"]),
        made(
            "vague", [codes[0]], ["eric:remind-clinicians"], findings=[([0], "effect", "unclear")]
        ),
    ]
    laid = implsci.synthesize(
        found, "barrier:cfir-2009", "strategy:eric", "cooccur", links="waltz-2019", pooled=False
    )
    shown = in_cells(plots.heat_map(laid), len(laid.columns))
    by_pair = {
        (row.value, column.value): said
        for row, line in zip(laid.rows, shown, strict=True)
        for column, said in zip(laid.columns, line, strict=True)
    }
    assert by_pair[codes] == "1 \u2248"
    assert by_pair[codes[0], "eric:build-a-coalition"] == "1 \u2026"
    assert by_pair[codes[0], "eric:remind-clinicians"] == "1 ?"
    assert by_pair["cfir-2009:self-efficacy", "eric:build-a-coalition"] == "\u2298"
    assert by_pair["cfir-2009:self-efficacy", "eric:facilitation"] == "\u00b7"
    said = words(plots.heat_map(laid))
    for name in ("a null result", "no finding", "unclear", "nobody looked", "evidence of no link"):
        assert name in said


def test_more_studies_are_darker() -> None:
    figure = drawn("heat")
    cells = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    pairs = [table().at(r.value, c.value) for r in table().rows[:15] for c in table().columns[:15]]
    light = {}
    for patch, cell in zip(cells, pairs, strict=True):
        red, green, blue, _ = patch.get_facecolor()
        light.setdefault(cell.studies, set()).add(0.2126 * red + 0.7152 * green + 0.0722 * blue)
    assert all(len(one) == 1 for one in light.values())
    ordered = [min(light[count]) for count in sorted(light)]
    assert ordered == sorted(ordered, reverse=True)
    assert light[0] == {1.0}
    assert len(set(ordered)) > 3


def test_a_bubble_has_the_area_of_its_studies() -> None:
    figure = drawn("gap")
    assert in_cells(figure, 15) == in_cells(drawn("heat"), 15)
    cells = [table().at(r.value, c.value) for r in table().rows[:15] for c in table().columns[:15]]
    areas = [
        float(found.get_sizes()[0])
        for found in figure.axes[0].collections
        if isinstance(found, PathCollection)
    ]
    counts = [cell.studies for cell in cells if cell.studies]
    assert areas == pytest.approx([areas[0] * count / counts[0] for count in counts])
    assert plots.data(figure) == plots.data(drawn("heat"))


def test_heat_of_large_counts_and_of_nothing() -> None:
    many = [made(f"s{n}", ["cfir-2009:culture"], ["eric:facilitation"]) for n in range(150)]
    laid = implsci.synthesize(many, "barrier:cfir-2009", "strategy:eric", "cooccur", pooled=False)
    assert "128 to 150 studies" in words(plots.heat_map(laid))
    with pytest.raises(CannotEstimateError, match="no row or no column to draw; there are no stud"):
        plots.heat_map(implsci.synthesize([], pooled=False))
    with pytest.raises(InvalidQueryError, match="most: expected 1 or more"):
        plots.heat_map(laid, most=0)
    with pytest.raises(InvalidQueryError):
        plots.heat_map("table")  # type: ignore[arg-type]
    lonely = implsci.synthesize(
        [made("a", ["cfir-2009:culture"]), made("b", [], ["eric:facilitation"])],
        "barrier:cfir-2009", "strategy:eric", pooled=False,
    )  # fmt: skip
    assert in_cells(plots.heat_map(lonely), 1) == [["\u00b7"]], "nobody looked, and it is drawn"


# --- quality in a forest ---


def test_quality_has_a_symbol_for_every_study() -> None:
    figure = forest()
    symbols = [
        found
        for found in figure.axes[0].collections
        if isinstance(found, PathCollection) and "(" in str(found.get_label())
    ]
    places = sorted(float(y) for found in symbols for _, y in found.get_offsets())
    assert places == list(range(13))
    labels = [str(found.get_label()) for found in symbols]
    assert labels == [
        "low (3)", "some concerns (2)", "high (2)", "not rated (2)", "Moderate (2)", "unknown (2)"
    ]  # fmt: skip
    assert len({str(found.get_paths()[0].vertices.tolist()) for found in symbols}) == len(symbols)
    assert len({str(found.get_facecolor().tolist()) for found in symbols}) == len(symbols)
    assert "Quality: low 3, some concerns 2" in plots.describe(figure)


def test_quality_that_cannot_be_drawn_is_refused() -> None:
    y, v = [0.1, 0.3], [0.01, 0.02]
    with pytest.raises(InvalidQueryError, match="expected 2 words of quality"):
        plots.forest_plot(random_effects(y, v), y, v, quality=["low"])
    y, v = [n / 10 for n in range(10)], [0.01] * 10
    with pytest.raises(InvalidQueryError, match="10 other words of quality"):
        plots.forest_plot(random_effects(y, v), y, v, quality=[f"w{n}" for n in range(10)])


def test_a_forest_without_quality_stays_as_it_was() -> None:
    y, v, names = trials()
    assert "quality" not in words(plots.forest_plot(random_effects(y, v), y, v, names))


# --- the numbers behind ---


def test_the_numbers_of_every_figure() -> None:
    kinds = older()
    sizes = {name: len(plots.data(draw())) for name, draw in kinds.items()}
    assert sizes == {
        "forest": 5, "funnel": 3, "xy": 3, "nca": 4, "slopes": 2, "index": 4, "states": 3,
        "alluvial": 2, "harvest": 172, "go-zone": 24,
        "world": len(countries(EXAMPLES).counts),
    }  # fmt: skip
    for draw in (*kinds.values(), *FIGURES.values()):
        rows = plots.data(draw())
        assert {tuple(row) for row in rows} == {tuple(rows[0])}, "every row has the same columns"
        for row in rows:
            assert all(
                value is None or isinstance(value, str | int | float) for value in row.values()
            )


def test_the_numbers_are_those_of_the_results() -> None:
    assert plots.data(drawn("flow")) == flowing().to_rows()
    rows = plots.data(drawn("heat"))
    assert len(rows) == 225
    for row in rows:
        cell = table().at(str(row["row"]), str(row["column"]))
        assert (row["studies"], row["findings"]) == (cell.studies, cell.findings)
        assert (row["came_of_it"] is None) == (cell.studies == 0)
    combined = [row for row in plots.data(drawn("upset")) if row["part"] == "combination"]
    assert [row["cases"] for row in combined] == [row["cases"] for row in together().upset(20)]
    y, _, names = trials()
    rows = plots.data(forest())
    assert [row["study"] for row in rows] == [*names, "pooled", "prediction interval"]
    assert [row["effect"] for row in rows][:13] == y
    assert sum(float(row["weight"] or 0) for row in rows) == pytest.approx(1)
    assert Counter(row["quality"] for row in rows)["low"] == 3
