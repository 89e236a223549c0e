"""Figures: as many marks as cases, lines where published figures put them, words that stay words."""

from __future__ import annotations

import csv
import math
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import combinations, groupby, pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

pytest.importorskip("matplotlib")
pytest.importorskip("numpy")

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.colors import to_hex, to_rgba
from matplotlib.figure import Figure
from matplotlib.patches import Polygon, Rectangle
from matplotlib.text import Text

import implsci
from implsci import Finding, Outcome, Study, Term, plots
from implsci.analysis import qca
from implsci.analysis.meta import funnel, random_effects
from implsci.analysis.moderation import interaction
from implsci.analysis.nca import nca
from implsci.analysis.sequences import SequenceSet, state_distribution
from implsci.analysis.votes import votes
from implsci.errors import (
    CannotEstimateError,
    InvalidQueryError,
    MissingExtraError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.taxonomy import TermRating

DATA = Path(__file__).parent / "data"
HOSTILE = (
    "$x^2$ \\frac{1}{2",
    "<script>alert(1)</script>",
    "a\x00b\x1b[31m\x85c",
    "]]> & \"quoted\" 'too'",
    "two\nlines\tand a tab",
    "long " * 60,
    "$",
    "%s {0} \\n",
)


def rows_of(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def numbers(rows: Iterable[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]


# --- the real data that the figures are drawn from ---

BCG = rows_of("meta_bcg.csv")
CELLS = [tuple(int(row[name]) for name in ("tpos", "tneg", "cpos", "cneg")) for row in BCG]
Y = [math.log(a / (a + b) / (c / (c + d))) for a, b, c, d in CELLS]
V = [1 / a - 1 / (a + b) + 1 / c - 1 / (c + d) for a, b, c, d in CELLS]
TRIALS = [f"{row['author']} {row['year']}" for row in BCG]
LIPSET = rows_of("analysis/qca_lipset_fuzzy.csv")
FUZZY = qca.from_rows(LIPSET, case="case")
COUNTRIES = rows_of("analysis/nca_individualism.csv")
X_NCA, Y_NCA = numbers(COUNTRIES, "x"), numbers(COUNTRIES, "y")
CARS = rows_of("analysis/moderation_mtcars.csv")
MONTHS = [
    [row[f"t{month:02d}"] for month in range(1, 13)]
    for row in rows_of("analysis/sequence_actcal10.csv")
]
PEOPLE = SequenceSet.from_rows(
    [
        ["push", "push", "pull", "co-creation"],
        ["push", "pull", "pull", "co-creation"],
        ["push", "push", None, "pull"],
        ["push", "pull"],
    ],
    ids=("ana", "ben", "cy", "dee"),
    alphabet=("push", "pull", "co-creation"),
)


@cache
def strategies() -> list[Term]:
    return [term for term in implsci.registry().taxonomy("eric") if term.kind == "strategy"]


@cache
def bundled() -> Any:
    return votes(implsci.load("implsci-examples"))


def forest(**more: Any) -> Figure:
    return plots.forest_plot(random_effects(Y, V), Y, V, TRIALS, **more)


def slopes(**more: Any) -> Figure:
    found = interaction(
        numbers(CARS, "mpg"), numbers(CARS, "hp"), numbers(CARS, "wt"), names=("hp", "wt")
    )
    return plots.slopes_plot(found, outcome="mpg", **more)


def ceilings(**more: Any) -> Figure:
    found = nca(X_NCA, Y_NCA, permutations=50, names=("individualism", "innovation"))
    return plots.nca_plot(found, X_NCA, Y_NCA, **more)


FIGURES: dict[str, Callable[..., Figure]] = {
    "forest": forest,
    "forest of ratios": lambda **more: forest(ratio=True, effect="risk ratio", **more),
    "funnel": lambda **more: plots.funnel_plot(funnel(Y, V, TRIALS), **more),
    "necessity": lambda **more: plots.xy_plot(FUZZY, "DEV", "SURV", **more),
    "sufficiency": lambda **more: plots.xy_plot(
        FUZZY, "DEV*STB", "SURV", relation="sufficiency", **more
    ),
    "nca": ceilings,
    "slopes": slopes,
    "index": lambda **more: plots.index_plot(PEOPLE, **more),
    "states": lambda **more: plots.state_distribution_plot(state_distribution(PEOPLE), **more),
    "alluvial": lambda **more: plots.alluvial_plot(PEOPLE, **more),
    "harvest": lambda **more: plots.harvest_plot(bundled(), **more),
    "go-zone": lambda **more: plots.go_zone_plot(strategies(), source="Dopp", **more),
}


@cache
def drawn(name: str) -> Figure:
    """Return a figure that no test changes."""
    return FIGURES[name]()


every_figure = pytest.mark.parametrize("name", FIGURES)


def title(figure: Figure) -> str:
    return figure.axes[0].get_title(loc="left").replace("\n", " ")


def texts(figure: Figure) -> list[Text]:
    """Return what is written, without the ticks that lie outside the view and are not drawn."""
    hidden: set[Text] = set()
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            low, high = sorted(axis.get_view_interval())
            slack = 1e-9 * (high - low)
            for tick in axis.get_major_ticks():
                if not low - slack <= tick.get_loc() <= high + slack:
                    hidden |= {tick.label1, tick.label2}
    return [
        found
        for found in figure.findobj(Text)
        if isinstance(found, Text)
        and found.get_visible()
        and found.get_text().strip()
        and found not in hidden
    ]


def words(figure: Figure) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in texts(figure))


def points(figure: Figure) -> list[list[tuple[float, float]]]:
    """Return the places of the marks of each scatter."""
    return [
        [tuple(pair) for pair in np.asarray(found.get_offsets()).tolist()]
        for found in figure.axes[0].collections
        if isinstance(found, PathCollection)
    ]


def line_of(figure: Figure, start: str) -> list[tuple[float, float]]:
    (line,) = [one for one in figure.axes[0].lines if str(one.get_label()).startswith(start)]
    return [tuple(pair) for pair in np.asarray(line.get_xydata()).tolist()]


def area(corners: Sequence[tuple[float, float]]) -> float:
    closed = [*corners, corners[0]]
    return abs(sum(a * d - b * c for (a, b), (c, d) in pairwise(closed))) / 2


# --- figures with names of one's own ---


def named_by(hostile: str) -> dict[str, Callable[[], Figure]]:
    labels = [hostile, "b", "c"]
    y, v = [0.1, 0.3, 3.0], [0.01, 0.02, 0.01]
    memberships = {"A": [0.9, 0.4, 0.2], "Y": [0.95, 0.3, 0.1]}
    x, z = [1.0, 2.0, 3.0, 4.0], [1.0, 2.0, 2.0, 4.0]
    rows = SequenceSet.from_rows([[hostile, "b"], ["b", hostile]], ids=(hostile, "b"))
    product = interaction(
        [10, 11, 11, 12, 10, 13, 17, 19], [0, 1, 2, 3] * 2, [1] * 4 + [5] * 4, names=(hostile, "m")
    )
    return {
        "forest": lambda: plots.forest_plot(random_effects(y, v), y, v, labels, effect=hostile),
        "funnel": lambda: plots.funnel_plot(funnel(y, v, labels), effect=hostile),
        "xy": lambda: plots.xy_plot(memberships, "A", "Y", cases=labels),
        "nca": lambda: plots.nca_plot(nca(x, z, names=(hostile, "y"), permutations=0), x, z),
        "slopes": lambda: plots.slopes_plot(product, outcome=hostile),
        "index": lambda: plots.index_plot(rows),
        "states": lambda: plots.state_distribution_plot(state_distribution(rows)),
        "alluvial": lambda: plots.alluvial_plot(rows),
        "go-zone": lambda: plots.go_zone_plot(
            [rated("a", 1, 2, label=hostile, notation=hostile), rated("b", 3, 4)]
        ),
    }


def rated(name: str, *values: float, label: str = "", **more: Any) -> Term:
    ratings = (
        TermRating(name=what, value=value)
        for what, value in zip(("importance", "feasibility"), values, strict=False)
    )
    return Term(
        code=implsci.Code(f"x:{name}"),
        label=label or name,
        definition="",
        ratings=tuple(ratings),
        **more,
    )


# --- every figure ---


@every_figure
def test_the_same_bytes_twice(name: str, tmp_path: Path) -> None:
    figure, another = drawn(name), FIGURES[name]()
    for ending, start in ((".svg", b"<?xml"), (".png", b"\x89PNG"), (".pdf", b"%PDF")):
        files = [tmp_path / f"{which}{ending}" for which in ("first", "again", "anew")]
        plots.save(figure, files[0])
        plots.save(figure, files[1])
        plots.save(another, files[2])
        first, again, anew = (file.read_bytes() for file in files)
        assert first.startswith(start)
        assert first == again == anew, ending
    assert len(list(tmp_path.iterdir())) == 9, "something else was left behind"


@every_figure
def test_svg_is_text_with_words_for_those_who_cannot_see(name: str, tmp_path: Path) -> None:
    figure = drawn(name)
    plots.save(figure, tmp_path / "a.svg")
    root = ElementTree.fromstring((tmp_path / "a.svg").read_bytes())
    space = "{http://www.w3.org/2000/svg}"
    described = plots.describe(figure)
    assert root.get("role") == "img"
    assert root.findtext(f"{space}title") == title(figure)
    assert root.findtext(f"{space}desc") == described
    assert described.startswith(title(figure))
    assert len(described) > len(title(figure)) + 20
    seen = " ".join(text.text or "" for text in root.iter(f"{space}text"))
    for word in title(figure).split():
        assert word in seen
    assert "Date" not in (tmp_path / "a.svg").read_text("utf-8")


@every_figure
def test_every_text_is_large_stays_text_and_is_inside_the_figure(name: str) -> None:
    found = texts(drawn(name))
    assert len(found) > 5
    for text in found:
        assert text.get_fontsize() >= 12, text
        if any(letter.isalpha() for letter in text.get_text()):
            assert not text.get_parse_math(), text
            assert not text.get_usetex(), text
    assert_inside(drawn(name))


@pytest.mark.parametrize("name", named_by("x"))
def test_long_names_stay_inside_the_figure(name: str) -> None:
    assert_inside(named_by("Wide MEMBERSHIP label " * 30)[name]())


def assert_inside(figure: Figure) -> None:
    FigureCanvasAgg(figure).draw()
    box = figure.bbox
    for text in texts(figure):
        extent = text.get_window_extent()
        assert extent.x0 >= box.x0 - 1, text
        assert extent.x1 <= box.x1 + 1, text
        assert extent.y0 >= box.y0 - 1, text
        assert extent.y1 <= box.y1 + 1, text


@every_figure
def test_no_text_covers_another(name: str) -> None:
    figure = drawn(name)
    FigureCanvasAgg(figure).draw()
    extents = [(text.get_text(), text.get_window_extent()) for text in texts(figure)]
    for (first, one), (second, other) in combinations(extents, 2):
        wide = min(one.x1, other.x1) - max(one.x0, other.x0)
        tall = min(one.y1, other.y1) - max(one.y0, other.y0)
        # Boxes have blank margins of their own; a fifth of a line is no overlap of letters.
        assert wide <= 1 or tall <= 0.2 * min(one.height, other.height), (first, second)


@every_figure
def test_a_figure_can_be_drawn_on_axes_of_ones_own(name: str) -> None:
    whole = Figure(figsize=(20, 8), layout="constrained")
    left, right = whole.subfigures(1, 2)
    first, second = left.add_subplot(), right.add_subplot()
    assert FIGURES[name](ax=second) is whole
    assert not first.has_data()
    assert second.has_data() or second.patches
    assert plots.describe(whole) == plots.describe(drawn(name))


@every_figure
def test_marks_of_a_legend_differ_in_more_than_color(name: str) -> None:
    legend = drawn(name).axes[0].get_legend()
    if legend is None:
        assert name.startswith("forest"), "squares, diamond and bar have names beside them"
        return
    seen = []
    for handle in legend.legend_handles:
        if isinstance(handle, PathCollection):
            seen.append(("mark", str(handle.get_paths()[0].vertices.tolist())))
        elif isinstance(handle, Rectangle | Polygon):
            red, green, blue, _ = to_rgba(handle.get_facecolor())
            light = 0.21 * red + 0.72 * green + 0.07 * blue > 0.8
            seen.append(("area", f"{handle.get_hatch()} {light}"))
        else:
            seen.append(("line", f"{handle.get_linestyle()} {handle.get_marker()}"))  # type: ignore[union-attr]
    assert len(set(seen)) == len(seen), seen


def test_drawing_and_saving_load_no_pyplot(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from implsci import plots\n"
        "assert 'matplotlib' not in sys.modules, 'loaded before it is needed'\n"
        "figure = plots.index_plot([['push', 'pull']])\n"
        f"plots.save(figure, {str(tmp_path / 'a.png')!r})\n"
        "assert 'matplotlib.pyplot' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
    assert (tmp_path / "a.png").stat().st_size > 1000


@every_figure
def test_without_matplotlib_the_extra_is_named(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(MissingExtraError, match=r"implsci\[plots\]"):
        FIGURES[name]()


def test_saving_without_matplotlib_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    figure = FIGURES["index"]()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(MissingExtraError, match=r"implsci\[plots\]"):
        plots.save(figure, tmp_path / "a.svg")


# --- saving ---


def test_another_ending_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("a.jpg", "a", "svg", ".svg"):
        with pytest.raises(InvalidQueryError, match=r"\.svg, \.png or \.pdf"):
            plots.save(FIGURES["index"](), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    plots.save(FIGURES["index"](), str(tmp_path / "A.SVG"))
    before = (tmp_path / "A.SVG").read_bytes()
    plots.save(FIGURES["alluvial"](), tmp_path / "A.SVG")
    assert (tmp_path / "A.SVG").read_bytes() != before
    with pytest.raises(UnreadableFileError):
        plots.save(FIGURES["index"](), tmp_path / "nowhere" / "a.svg")


def test_a_figure_of_others_has_no_words_and_can_be_saved(tmp_path: Path) -> None:
    figure = Figure()
    figure.add_subplot().plot([1, 2], [1, 2])
    assert plots.describe(figure) == ""
    plots.save(figure, tmp_path / "a.svg")
    assert ElementTree.parse(tmp_path / "a.svg").getroot().tag.endswith("svg")


# --- hostile words ---


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("name", named_by("x"))
def test_hostile_words_come_out_as_words(name: str, hostile: str, tmp_path: Path) -> None:
    if name == "go-zone" and not hostile.isprintable():
        hostile = "".join(letter for letter in hostile if letter.isprintable())  # no term has more
    figure = named_by(hostile)[name]()
    plots.save(figure, tmp_path / "a.svg")
    if "$" in hostile:  # what would be read as mathematics when it is drawn
        plots.save(figure, tmp_path / "a.png")
    root = ElementTree.fromstring((tmp_path / "a.svg").read_bytes())
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert not tags & {"script", "foreignObject", "a"}
    seen = " ".join(text.text or "" for text in root.iter("{http://www.w3.org/2000/svg}text"))
    first = " ".join(hostile.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").split())
    assert first[:5].strip() in seen
    assert not any(ord(letter) < 32 or 126 < ord(letter) < 160 for letter in seen)


# --- forest ---


def test_forest_has_a_square_and_an_interval_for_every_study() -> None:
    figure = forest()
    (squares,) = points(figure)
    assert squares == [(pytest.approx(y), place) for place, y in enumerate(Y)]
    ax = figure.axes[0]
    intervals = ax.collections[0].get_paths()
    assert len(intervals) == 13
    low, high = intervals[0].vertices[:, 0]
    assert (low, high) == pytest.approx(
        (Y[0] - 1.959964 * math.sqrt(V[0]), Y[0] + 1.959964 * math.sqrt(V[0])), abs=1e-5
    )
    assert [text.get_text() for text in ax.get_yticklabels()] == [
        *TRIALS, "pooled", "prediction interval"
    ]  # fmt: skip


def test_forest_draws_the_published_pooled_effect() -> None:
    """The REML model of metafor 3.8-1 on the same trials: mean, interval, prediction interval."""
    ax = forest().axes[0]
    (diamond,) = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    xs = sorted({round(float(x), 6) for x in diamond.get_xy()[:, 0]})
    assert xs == pytest.approx([-1.066897676, -0.7145323484, -0.362167021], abs=1e-4)
    bar = ax.collections[-1].get_paths()[0].vertices[:, 0]
    assert list(bar) == pytest.approx([-1.8667, 0.4376], abs=1e-3)


def test_forest_of_ratios_says_ratios() -> None:
    said = words(forest(ratio=True, effect="risk ratio"))
    assert "0.41 [0.13, 1.26]" in said  # Aronson 1948: 4 of 123 against 11 of 139
    assert "0.49 [0.34, 0.70]" in said  # exp of the published -0.7145, -1.0669 and -0.3622
    ticks = forest(ratio=True).axes[0].get_xticks()
    assert 0.0 in ticks, "a ratio of 1 has its tick"


def test_forest_of_a_common_effect_has_no_prediction_interval() -> None:
    figure = plots.forest_plot(random_effects(Y, V, method="EE"), Y, V, TRIALS)
    assert "common effect" in title(figure)
    assert "prediction" not in words(figure)


def test_forest_weights_add_up_to_all() -> None:
    shares = [
        float(text.get_text().split()[-1].rstrip("%"))
        for text in forest().axes[0].texts
        if text.get_text().endswith("%")
    ]
    assert len(shares) == 13
    assert sum(shares) == pytest.approx(100, abs=0.7)  # 13 roundings


def test_forest_of_small_effects_keeps_their_digits() -> None:
    y, v = [0.001, 0.003], [1e-8, 1e-8]
    assert "0.00100 [0.00080, 0.00120]" in words(plots.forest_plot(random_effects(y, v), y, v))


def test_forest_refuses_other_effects() -> None:
    pooled = random_effects(Y, V)
    with pytest.raises(InvalidQueryError, match="is not that of these 12 effects"):
        plots.forest_plot(pooled, Y[1:], V[1:])
    with pytest.raises(InvalidQueryError, match="give those that were pooled"):
        plots.forest_plot(pooled, [0.0, *Y[1:]], V)
    with pytest.raises(InvalidQueryError, match="expected 13 labels, one an effect, got 1"):
        plots.forest_plot(pooled, Y, V, ["one"])
    y, v = [900.0, 901.0], [1.0, 1.0]
    huge = random_effects(y, v)
    with pytest.raises(InvalidQueryError, match="too large for the logarithm of a ratio"):
        plots.forest_plot(huge, y, v, ratio=True)


# --- funnel ---


def test_funnel_has_a_mark_for_every_study_on_its_side() -> None:
    center, z = -0.7145323484, 1.959964
    outside = [abs(y - center) > z * math.sqrt(v) for y, v in zip(Y, V, strict=True)]
    inner, outer = points(FIGURES["funnel"]())
    pairs = [(pytest.approx(y), pytest.approx(math.sqrt(v))) for y, v in zip(Y, V, strict=True)]
    assert inner == [pair for pair, out in zip(pairs, outside, strict=True) if not out]
    assert outer == [pair for pair, out in zip(pairs, outside, strict=True) if out]
    said = words(FIGURES["funnel"]())
    for trial, out in zip(TRIALS, outside, strict=True):
        assert (trial in said) is out


def test_funnel_limits_leave_the_center_at_a_slope_of_z() -> None:
    ax = FIGURES["funnel"]().axes[0]
    (triangle,) = [patch for patch in ax.patches if isinstance(patch, Polygon)]
    (tip, top), (left, low), (right, _) = triangle.get_xy()[:3]
    assert (tip, top) == (pytest.approx(-0.7145323484, abs=1e-6), 0)
    assert (right - tip) / low == pytest.approx(1.959964, abs=1e-5)
    assert tip - left == pytest.approx(right - tip)


def test_two_studies_make_no_funnel() -> None:
    with pytest.raises(CannotEstimateError, match="funnel plot of 2 studies has no shape"):
        plots.funnel_plot(funnel([0.1, 0.3], [0.01, 0.02]))


# --- set relations: figures of the R package QCA on the same memberships ---


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("DEV", "inclN 0.831, RoN 0.811, covN 0.775"),
        ("STB", "inclN 0.920, RoN 0.680, covN 0.707"),
        ("LIT*STB", "inclN 0.915, RoN 0.800, covN 0.793"),
        ("DEV+URB+IND", "inclN 0.903, RoN 0.704, covN 0.716"),
    ],
)
def test_necessity_shows_published_figures(condition: str, expected: str) -> None:
    figure = plots.xy_plot(FUZZY, condition, "SURV")
    assert expected in words(figure)
    assert "18 cases" in title(figure)
    assert sum(map(len, points(figure))) == 18


def test_sufficiency_shows_published_figures() -> None:
    figure = plots.xy_plot(FUZZY, "DEV", "SURV", relation="sufficiency")
    assert "inclS 0.775, PRI 0.743, covS 0.831" in words(figure)


@pytest.mark.parametrize("relation", ["necessity", "sufficiency"])
def test_cases_stand_at_their_memberships_and_on_their_side(relation: Any) -> None:
    def holds(x: float, y: float) -> bool:
        return x >= y if relation == "necessity" else x <= y

    expected = {True: Counter[tuple[float, float]](), False: Counter[tuple[float, float]]()}
    names = []
    for row in LIPSET:
        dev, lit, stb = (float(row[name]) for name in ("DEV", "LIT", "STB"))
        at = (max(min(dev, 1 - lit), stb), 1 - float(row["SURV"]))
        fits = holds(*at)
        expected[fits][round(at[0], 9), round(at[1], 9)] += 1
        names += [] if fits else [row["case"]]
    figure = plots.xy_plot(FUZZY, "DEV*~LIT + STB", "~SURV", relation=relation)
    fits, off = (Counter((round(x, 9), round(y, 9)) for x, y in group) for group in points(figure))
    assert (fits, off) == (expected[True], expected[False])
    for name in names:
        assert f"{name} (" in plots.describe(figure)


def test_cases_beyond_the_fifteenth_are_counted_where_they_are_not_named() -> None:
    data = {"A": [0.01 * n for n in range(20)], "Y": [0.5 + 0.02 * n for n in range(20)]}
    figure = plots.xy_plot(data, "A", "Y", cases=[f"case-{n}" for n in range(20)])
    assert "5 more that do not fit are not named" in words(figure)
    assert "case-19" in plots.describe(figure)


def test_set_relations_refuse_what_makes_no_sense() -> None:
    with pytest.raises(InvalidQueryError, match="relation is necessity or sufficiency"):
        plots.xy_plot(FUZZY, "DEV", "SURV", relation="both")  # type: ignore[arg-type]
    with pytest.raises(UnknownNameError, match="unknown condition 'DEB'"):
        plots.xy_plot(FUZZY, "DEB", "SURV")
    with pytest.raises(InvalidQueryError, match="expected 18 names of cases, got 2"):
        plots.xy_plot(FUZZY, "DEV", "SURV", cases=["a", "b"])
    with pytest.raises(CannotEstimateError, match="same membership"):
        plots.xy_plot({"A": [1.0], "Y": [1.0]}, "A", "Y")


# --- ceilings: peers and lines of the R package NCA on the same data ---

PEERS = [(18, 42.3), (46, 171.6), (63, 173.1), (71, 184.9), (91, 214.4)]


def test_nca_draws_every_case_and_the_published_peers() -> None:
    cases, peers = points(ceilings())
    assert sorted(cases + peers) == sorted(zip(X_NCA, Y_NCA, strict=True))
    assert sorted(peers) == PEERS


def test_the_staircase_passes_through_the_published_peers_and_bounds_the_published_zone() -> None:
    figure = ceilings()
    stairs = line_of(figure, "CE-FDH")
    assert set(PEERS) <= set(stairs)
    assert all(a == c or b == d for (a, b), (c, d) in pairwise(stairs)), "it has a slope"
    assert all(b <= d for (_, b), (_, d) in pairwise(stairs)), "it falls"
    corner = (min(X_NCA), max(Y_NCA))
    assert area([*stairs, corner]) == pytest.approx(6466.8, abs=1e-4)
    zone = next(patch for patch in figure.axes[0].patches if isinstance(patch, Polygon))
    assert area([tuple(pair) for pair in zone.get_xy().tolist()]) == pytest.approx(6466.8, abs=1e-4)


def test_the_straight_ceiling_is_the_published_line() -> None:
    ends = line_of(ceilings(), "CR-FDH")
    for x, y in ends:
        assert y == pytest.approx(28.35270913 + 2.230229946 * x, abs=1e-3)
    corner = (min(X_NCA), max(Y_NCA))
    assert area([*ends, corner]) == pytest.approx(4772.541449, abs=1e-2)
    assert "CR-FDH, d = 0.307" in words(ceilings())


def test_nca_counts_cases_left_out_and_refuses_others() -> None:
    x, y = [*X_NCA, 50.0, None], [*Y_NCA, math.nan, 3.0]
    figure = plots.nca_plot(nca(x, y, permutations=0), x, y)
    assert "2 cases left out: a value is missing" in words(figure)
    assert sum(map(len, points(figure))) == 28
    with pytest.raises(InvalidQueryError, match="the ceilings are of 28 other cases"):
        plots.nca_plot(nca(X_NCA, Y_NCA, permutations=0), X_NCA[1:], Y_NCA[1:])
    with pytest.raises(InvalidQueryError, match="as many conditions as outcomes"):
        plots.nca_plot(nca(X_NCA, Y_NCA, permutations=0), X_NCA[1:], Y_NCA)


def test_nca_with_one_peer_has_no_straight_line_and_says_so() -> None:
    x, y = [1.0, 2.0, 3.0], [5.0, 2.0, 1.0]
    figure = plots.nca_plot(nca(x, y, permutations=0), x, y)
    assert not [line for line in figure.axes[0].lines if "CR-FDH" in str(line.get_label())]
    assert "no line through a single peer" in words(figure)


# --- slopes: R's lm(mpg ~ hp * wt) ---


def test_the_slope_line_passes_through_published_simple_slopes() -> None:
    xs, ys = np.array(line_of(slopes(), "slope")).T
    for at, expected in ((2, -0.06440579434), (3.21725, -0.0305076358), (4, -0.008709497703)):
        assert np.interp(at, xs, ys) == pytest.approx(expected, abs=1e-6)
    assert (xs[0], xs[-1]) == (1.513, 5.424), "drawn beyond the cars there are"


def test_the_band_is_that_of_published_standard_errors_and_touches_zero_at_the_bound() -> None:
    ax = slopes().axes[0]
    (band,) = [one for one in ax.collections if isinstance(one, PolyCollection)]
    corners = band.get_paths()[0].vertices
    half = len(corners) // 2
    edges = [corners[:half], corners[half:]]

    def limits(at: float) -> list[float]:
        found = []
        for edge in edges:
            order = np.argsort(edge[:, 0], kind="stable")
            found.append(float(np.interp(at, edge[order, 0], edge[order, 1])))
        return sorted(found)

    for at, slope, se in ((2, -0.06440579434, 0.01147926004), (4, -0.008709497703, 0.009692258252)):
        t = 2.048407  # Student's t on 28 degrees of freedom, 97.5%
        assert limits(at) == pytest.approx([slope - t * se, slope + t * se], abs=1e-4)
    (bound,) = [one for one in ax.lines if "Johnson" in str(one.get_label())]
    assert limits(float(bound.get_xdata()[0]))[1] == pytest.approx(0, abs=1e-4)


def test_simple_slopes_are_drawn_at_the_usual_values() -> None:
    places = line_of(slopes(), "simple slope")
    weights = np.array(numbers(CARS, "wt"))
    mean, sd = weights.mean(), weights.std(ddof=1)
    assert [at for at, _ in places] == pytest.approx([mean - sd, mean, mean + sd])
    assert "1 outside the observed wt, not drawn" in words(slopes())


def test_a_slope_that_never_differs_has_no_region() -> None:
    y = [1.0, -1.0, 1.2, -0.9, 0.8, -1.1, 1.1, -1.0]
    found = interaction(y, [0, 1, 2, 3] * 2, [1, 2, 1, 2, 2, 1, 2, 1])
    if found.johnson_neyman.regions:  # the data are made so that nothing differs
        pytest.fail(f"unexpected regions {found.johnson_neyman.regions}")
    assert "differs from zero nowhere" in plots.describe(plots.slopes_plot(found))


# --- sequences ---


def bars(figure: Figure) -> dict[str, list[tuple[float, float, float, float]]]:
    """Return left, bottom, right and top of the bars by the look of their state."""
    found = {}
    for one in figure.axes[0].patches:
        if one.get_label() and not str(one.get_label()).startswith("_"):
            corners = one.get_path().vertices.reshape(-1, 5, 2)
            look = f"{to_hex(one.get_facecolor())} {one.get_hatch()}"
            found[look] = [(*bar.min(axis=0), *bar.max(axis=0)) for bar in corners]
    return found


def test_index_plot_has_a_bar_for_every_stay() -> None:
    figure = plots.index_plot(MONTHS)
    stays = Counter(state for row in MONTHS for state, _ in groupby(row))
    assert [len(held) for held in bars(figure).values()] == [stays[one] for one in "ABCD"]
    wide = sum(right - left for held in bars(figure).values() for left, _, right, _ in held)
    assert wide == 120, "ten people for twelve months"


def test_index_plot_draws_gaps_as_gaps_and_ends_as_ends() -> None:
    figure = plots.index_plot(PEOPLE)
    drawn = bars(figure)
    (gap,) = drawn["#ffffff xxx"]
    assert (gap[0], gap[2]) == (2, 3)
    assert sum(r - left for held in drawn.values() for left, _, r, _ in held) == 14, "14 positions"
    said = words(figure)
    assert "Not known: 1 position." in said
    assert "Ended before the longest: 1 sequence." in said
    assert [text.get_text() for text in figure.axes[0].get_yticklabels()] == [
        "ana", "cy", "dee", "ben"
    ]  # fmt: skip


def test_many_sequences_are_drawn_without_edges_and_names() -> None:
    figure = plots.index_plot([["a", "b"]] * 41)
    assert not figure.axes[0].get_yticklabels()
    assert [one.get_linewidth() for one in figure.axes[0].patches] == [0, 0]


def test_states_stack_to_all_who_have_not_ended() -> None:
    columns = Counter[int]()
    drawn = bars(plots.state_distribution_plot(state_distribution(PEOPLE)))
    for held in drawn.values():
        for left, low, _, high in held:
            columns[int(left)] += round(4 * (high - low))
    assert columns == {0: 4, 1: 4, 2: 3, 3: 3}
    ((left, low, _, high),) = drawn["#ffffff xxx"]
    assert (left, round(4 * (high - low))) == (2, 1)


def test_states_have_the_shares_of_a_plain_count() -> None:
    drawn = list(bars(plots.state_distribution_plot(state_distribution(MONTHS))).values())
    for state, held in zip("ABCD", drawn, strict=True):
        counts = [sum(row[at] == state for row in MONTHS) for at in range(12)]
        tall = {int(left): round(10 * (high - low), 6) for left, low, _, high in held}
        assert tall == {at: count for at, count in enumerate(counts) if count}


def flows(figure: Figure) -> list[float]:
    """Return how thick the bands are where they begin, in the order drawn."""
    bands = [
        patch.get_path().vertices
        for patch in figure.axes[0].patches
        if patch.get_alpha() is not None
    ]
    return [float(corners[7, 1] - corners[0, 1]) for corners in bands]


def test_alluvial_has_a_band_for_every_move_as_wide_as_it_is_common() -> None:
    moves = Counter(
        (at, row[at], row[at + 1]) for row in MONTHS for at in range(11) if at + 1 < len(row)
    )
    assert sorted(round(10 * wide) for wide in flows(plots.alluvial_plot(MONTHS))) == sorted(
        moves.values()
    )


def test_alluvial_bands_end_with_the_sequence() -> None:
    figure = plots.alluvial_plot(PEOPLE)
    assert sum(flows(figure)) * 4 == pytest.approx(4 + 3 + 3)
    assert "not known to pull 1" in plots.describe(figure)
    assert "no band going on: 1 sequence" in words(figure)


def test_weights_count_in_states_and_bands() -> None:
    people = SequenceSet.from_rows([["a", "a"], ["b", "b"]], weights=[3.0, 1.0])
    assert sorted(flows(plots.alluvial_plot(people))) == pytest.approx([0.25, 0.75])
    drawn = bars(plots.state_distribution_plot(state_distribution(people)))
    assert [round(high - low, 6) for held in drawn.values() for _, low, _, high in held] == [
        0.75, 0.75, 0.25, 0.25
    ]  # fmt: skip


def test_sequences_that_make_no_figure() -> None:
    with pytest.raises(CannotEstimateError, match="nothing flows"):
        plots.alluvial_plot([["push"], ["pull"]])
    with pytest.raises(CannotEstimateError, match="one sequence has no distribution"):
        plots.state_distribution_plot(state_distribution([["push", "pull"]]))
    with pytest.raises(InvalidQueryError, match="there are no sequences"):
        plots.index_plot([])
    with pytest.raises(InvalidQueryError, match="100 kinds cannot be told apart"):
        plots.index_plot([[f"state {n}" for n in range(100)]])


def test_every_state_has_a_look_of_its_own() -> None:
    states = [f"state {n}" for n in range(40)]
    assert len(bars(plots.index_plot([states]))) == 40


# --- harvest ---


def test_harvest_has_a_bar_for_every_vote() -> None:
    found = bundled()
    figure = plots.harvest_plot(found, basis="association")
    held = [bar for bar in found.harvest() if bar.basis == "association"]
    drawn = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    assert len(drawn) == len(held) > 20
    assert f"{len(held)} votes of" in title(figure)
    unknown = [patch for patch in drawn if patch.get_linestyle() == "--"]
    assert len(unknown) == sum(bar.weight == "unknown" for bar in held) > 0
    heights = {round(patch.get_height(), 6) for patch in drawn}
    assert len(heights) == len({bar.weight for bar in held})


def test_stronger_designs_stand_taller() -> None:
    designs = ("randomized", "observational", None)
    studies = [
        Study(
            id=f"s{n}",
            title="A",
            design=None if design is None else weighted(design),
            outcomes=(Outcome(id="o", label="uptake", kind="service"),),
            findings=(Finding(id="f", outcome="o", direction="improved", basis="effect"),),
        )
        for n, design in enumerate(designs)
    ]
    figure = plots.harvest_plot(votes(studies))
    drawn = [patch for patch in figure.axes[0].patches if isinstance(patch, Rectangle)]
    heights = [patch.get_height() for patch in sorted(drawn, key=lambda one: one.get_x())]
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == 3
    assert "3 of 3 better" in words(figure)


def weighted(name: str) -> Any:
    return {"randomized": "rct", "observational": "cohort"}[name]


def test_harvest_refuses_what_is_not_there() -> None:
    with pytest.raises(CannotEstimateError, match="no vote to draw"):
        plots.harvest_plot(votes([]))
    with pytest.raises(UnknownNameError, match="unknown basis 'effects'; did you mean effect"):
        plots.harvest_plot(bundled(), basis="effects")


# --- go-zone ---


def test_go_zone_draws_the_rated_and_counts_the_others() -> None:
    figure = plots.go_zone_plot(strategies(), source="Waltz")
    assert sum(map(len, points(figure))) == 24
    assert "16 without feasibility, 33 without either" in words(figure)
    given = [row for row in rows_of("strategies/eric_ratings_waltz2015.csv") if row["feasibility"]]
    read = Counter(
        (float(row["importance"]), float(row["feasibility"]))
        for row in given
        if row["code"].isdigit()
    )
    assert Counter(pair for group in points(figure) for pair in group) == read


def test_go_zone_has_the_published_quadrants_where_its_lines_are_put_between_them() -> None:
    given = [
        row
        for row in rows_of("strategies/eric_ratings_waltz2015.csv")
        if row["feasibility"] and row["gozone_quadrant"]
    ]
    published = Counter(row["gozone_quadrant"] for row in given)
    # The means themselves were not read; any lines between the published quadrants must do.
    figure = plots.go_zone_plot(strategies(), source="Waltz", means=(3.43, 3.29))
    both, first, second, neither = map(len, points(figure))
    assert (both, first, second, neither) == (
        published["I"], published["IV"], published["II"], published["III"]
    )  # fmt: skip
    assert "means as given" in words(figure)


def test_go_zone_lines_are_the_means() -> None:
    terms = [rated("a", 1, 2), rated("b", 3, 4), rated("c", 5), rated("d")]
    figure = plots.go_zone_plot(terms)
    across, up = figure.axes[0].lines
    assert (across.get_xdata()[0], up.get_ydata()[0]) == (2, 3)
    assert "1 without feasibility, 1 without either" in words(figure)
    assert [len(group) for group in points(figure)] == [1, 0, 0, 1]


def test_go_zone_refuses_what_makes_no_sense() -> None:
    with pytest.raises(InvalidQueryError, match="2 ratings of importance: name a source"):
        plots.go_zone_plot(strategies())
    with pytest.raises(CannotEstimateError, match="0 of 73 terms have ratings of importance"):
        plots.go_zone_plot(strategies(), source="nobody")
    with pytest.raises(CannotEstimateError, match="1 of 1 term have"):
        plots.go_zone_plot([rated("a", 1, 2)])
    with pytest.raises(InvalidQueryError, match="two different ratings"):
        plots.go_zone_plot(strategies(), "importance", "importance")
    with pytest.raises(InvalidQueryError, match="means are two finite numbers"):
        plots.go_zone_plot([rated("a", 1, 2), rated("b", 2, 3)], means=(math.nan, 1.0))
