"""Ratings by site, held to the table of Varsi 2015 (doi:10.2196/jmir.5091, table 2)."""

from __future__ import annotations

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import Barrier, Rating, Setting, Study
from implsci.analysis.ratings import (
    RULES,
    ConstructRatings,
    RatingsMatrix,
    Rule,
    Site,
    SiteRating,
    Verdict,
    distinguishing,
    ratings_from_table,
    ratings_matrix,
    read_ratings,
)
from implsci.errors import (
    InvalidQueryError,
    InvalidRecord,
    InvalidTableError,
    UnknownNameError,
    UnreadableFileError,
)

VARSI = Path(__file__).parent.parent / "data" / "analysis" / "cfir_ratings_varsi2015.csv"
HIGH = ["unit1_high", "unit2_high", "unit3_high", "unit4_high"]
LOW = ["unit5_low"]


def _published() -> list[dict[str, str]]:
    with VARSI.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _varsi() -> RatingsMatrix:
    """The table as printed, a mixed rating written as ``0 (mix)``."""
    rows = [
        {
            "construct": row["construct"],
            **{
                site: f"{row[site]} (mix)" if flag == "1" else row[site]
                for site, flag in zip([*HIGH, *LOW], row["mixed_flags"], strict=True)
            },
        }
        for row in _published()
    ]
    return ratings_from_table(rows)


def test_the_rule_reproduces_all_22_rows_of_varsi() -> None:
    found = distinguishing(_varsi(), high=HIGH, low=LOW).rows
    published = _published()
    assert len(published) == 22
    said = {"strong": "strong", "weak": "weak", "none": "", "cannot_tell": ""}
    assert [(row.label, said[row.strength]) for row in found] == [
        (row["construct"], row["published_distinguishing"]) for row in published
    ]
    # Where the low unit was not rated the rule has nothing to go by, and says so.
    assert [row.label for row in found if row.strength == "cannot_tell"] == [
        row["construct"] for row in published if not row["unit5_low"]
    ]
    assert [row.strength for row in found].count("strong") == 5
    assert [row.strength for row in found].count("weak") == 5


def test_without_the_second_half_of_the_rule_a_row_would_be_missed() -> None:
    def only_gaps(high: tuple[SiteRating, ...], low: tuple[SiteRating, ...]) -> Verdict:
        verdict = RULES["gap"].decide(high, low)
        if verdict.gap is None or verdict.gap > 0:
            return verdict
        return Verdict(strength="none", gap=verdict.gap, because="gap below 1")

    stricter = Rule(name="gaps", says="gap 1 or more", source="this test", decide=only_gaps)
    ours = distinguishing(_varsi(), high=HIGH, low=LOW, rule=stricter)
    theirs = distinguishing(_varsi(), high=HIGH, low=LOW)
    differ = [
        one.label
        for one, other in zip(ours.rows, theirs.rows, strict=True)
        if one.strength != other.strength
    ]
    assert differ == ["Relative advantage"]
    assert ours.assumptions[0] == "gap 1 or more"
    assert "gaps" in ours.sentence()


def test_mixed_missing_and_zero_are_three_things() -> None:
    matrix = _varsi()
    assert matrix.cell("Tension for change", "unit3_high") == SiteRating(value=0, mixed=True)
    assert matrix.cell("Compatibility", "unit1_high") == SiteRating()
    assert matrix.cell("Structural characteristics", "unit1_high") == SiteRating(value=0)
    cells = [cell for row in matrix.rows for cell in row.cells]
    flags = sum(row["mixed_flags"].count("1") for row in _published())
    empty = sum(not row[site] for row in _published() for site in [*HIGH, *LOW])
    assert sum(cell.mixed for cell in cells) == flags == 7
    assert sum(cell.missing for cell in cells) == empty
    assert matrix.sentence() == (
        f"22 constructs by 5 sites: {110 - empty} ratings, 7 of them mixed, {empty} missing."
    )
    rows = matrix.to_rows()
    assert len(rows) == 110
    assert {len(row) for row in rows} == {7}


def test_a_study_built_from_the_table_gives_the_table_back() -> None:
    matrix = _varsi()
    study = matrix.to_study(id="varsi-2015", title="Secure messaging")
    assert len(study.settings) == 5
    assert len(study.barriers) == 22
    again = ratings_matrix(study, by="label")
    assert [row.label for row in again.rows] == [row.label for row in matrix.rows]
    assert [row.cells for row in again.rows] == [row.cells for row in matrix.rows]
    found = distinguishing(
        again, high=[site.id for site in again.sites[:4]], low=[again.sites[4].id]
    )
    assert [row.strength for row in found.rows] == [
        row.strength for row in distinguishing(matrix, high=HIGH, low=LOW).rows
    ]


def test_the_csv_is_read_back(tmp_path: Path) -> None:
    matrix = _varsi()
    file = tmp_path / "ratings.csv"
    file.write_text(matrix.to_csv(), encoding="utf-8")
    assert read_ratings(file) == matrix


def _study(*barriers: Barrier) -> Study:
    settings = tuple(Setting(id=name, label=name.upper()) for name in ("s2", "s1", "s3"))
    return Study(id="a", title="A", settings=settings, barriers=barriers)


def _rated(id: str, code: str | None = None, **values: int | None) -> Barrier:
    return Barrier(
        id=id,
        label=f"label {id}",
        codes=(code,) if code else (),  # type: ignore[arg-type]
        ratings=tuple(Rating(setting=site, value=value) for site, value in values.items()),
    )


def test_rows_are_codes_or_labels_and_columns_the_settings_in_order() -> None:
    study = _study(_rated("b1", "cfir-2009:cost", s1=-1, s2=2), _rated("b2", s1=0))
    by_code = ratings_matrix(study)
    assert [(row.construct, row.label) for row in by_code.rows] == [
        ("cfir-2009:cost", "Cost"),
        ("label b2", "label b2"),
    ]
    assert [site.id for site in by_code.sites] == ["s2", "s1"]
    assert by_code.rows[1].cells[0].missing
    by_label = ratings_matrix(study, by="label", sites=["s1"])
    assert [row.construct for row in by_label.rows] == ["label b1", "label b2"]
    assert [site.id for site in by_label.sites] == ["s1"]
    assert [row.cells[0].value for row in by_label.rows] == [-1, 0]


def test_of_several_studies_sites_carry_their_study() -> None:
    one = _study(_rated("b1", "cfir-2009:cost", s1=-1))
    other = Study(
        id="b",
        title="B",
        settings=(Setting(id="s1", label="S"),),
        barriers=(_rated("b9", "cfir-2009:cost", s1=2),),
    )
    matrix = ratings_matrix([one, other])
    assert [site.id for site in matrix.sites] == ["a/s1", "b/s1"]
    assert [cell.value for cell in matrix.rows[0].cells] == [-1, 2]


def test_two_barriers_of_one_code_are_joined_unless_they_differ() -> None:
    cost = "cfir-2009:cost"
    joined = ratings_matrix(_study(_rated("b1", cost, s1=None), _rated("b2", cost, s1=1, s2=0)))
    assert [cell.value for cell in joined.rows[0].cells] == [0, 1]
    with pytest.raises(InvalidQueryError, match="both rate s1 on cfir-2009:cost, with -1 and \\+1"):
        ratings_matrix(_study(_rated("b1", cost, s1=-1), _rated("b2", cost, s1=1)))


def test_a_study_without_ratings_has_nothing_to_count() -> None:
    matrix = ratings_matrix(_study(_rated("b1")))
    assert matrix.rows == ()
    assert matrix.to_rows() == ()
    assert matrix.sentence() == "Nothing to count: no site was rated on any construct."
    assert ratings_matrix([]).sites == ()
    assert "Nothing to count" in matrix.to_html()
    ElementTree.fromstring(matrix.to_svg())


@pytest.mark.parametrize("cell", ["3", "-3", "2 mixed", "1.5", "high", "+", "٢", True, 1.0, "--1"])
def test_a_cell_that_is_no_rating_is_refused_with_its_line(cell: object) -> None:
    with pytest.raises(InvalidTableError) as caught:
        ratings_from_table([{"construct": "A", "x": 0}, {"construct": "B", "x": cell}])
    assert caught.value.faults[0].path == "line 3"
    assert caught.value.faults[0].message.startswith("x: expected ")


@pytest.mark.parametrize(
    ("cell", "value", "mixed"),
    [
        ("\u22121", -1, False),
        ("\u20131 (mix)", -1, True),
        ("mixed", None, True),
        ("Mixed 1", 1, True),
        ("+2", 2, False),
        (" Missing ", None, False),
        (0, 0, False),
    ],
)
def test_cells_are_read_as_tables_print_them(cell: object, value: int | None, mixed: bool) -> None:
    (row,) = ratings_from_table([{"construct": "A", "x": cell}]).rows
    assert row.cells == (SiteRating(value=value, mixed=mixed),)


def test_the_model_refuses_a_rating_out_of_range() -> None:
    with pytest.raises(InvalidRecord):
        Rating(setting="a", value=3)


def test_bad_tables_are_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidTableError, match="'A' stands twice"):
        ratings_from_table([{"construct": "A", "x": 0}, {"construct": "A", "x": 1}])
    with pytest.raises(InvalidTableError, match="'y' is missing"):
        ratings_from_table([{"construct": "A", "x": 0}], sites=["y"])
    with pytest.raises(InvalidTableError, match="expected some text"):
        ratings_from_table([{"construct": " ", "x": 0}])
    with pytest.raises(UnreadableFileError):
        read_ratings(tmp_path / "nowhere.csv")
    file = tmp_path / "bad.csv"
    file.write_text("construct,x\n\nA,1,2\n", encoding="utf-8")
    with pytest.raises(InvalidTableError, match="line 3: expected 2 cells"):
        read_ratings(file)
    file.write_bytes(b"construct,x\n\xff,1\n")
    with pytest.raises(InvalidTableError, match="not UTF-8"):
        read_ratings(file)
    file.write_text("construct,x\n", encoding="utf-8")
    with pytest.raises(InvalidTableError, match="expected a header and a line"):
        read_ratings(file)


def test_bad_questions_are_named() -> None:
    matrix = _varsi()
    with pytest.raises(UnknownNameError, match="did you mean unit5_low"):
        distinguishing(matrix, high=HIGH, low=["unit5_lo"])
    with pytest.raises(UnknownNameError, match="unknown rule 'gaps'; did you mean gap"):
        distinguishing(matrix, high=HIGH, low=LOW, rule="gaps")
    with pytest.raises(InvalidQueryError, match="not both: unit5_low"):
        distinguishing(matrix, high=[*HIGH, *LOW], low=LOW)
    with pytest.raises(InvalidQueryError, match="at least one high site"):
        distinguishing(matrix, high=[], low=LOW)
    with pytest.raises(UnknownNameError, match="unknown construct"):
        matrix.cell("Trialabilty", LOW[0])
    with pytest.raises(InvalidQueryError, match="by: expected code or label"):
        ratings_matrix(_study(), by="name")  # type: ignore[arg-type]


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.cells: list[tuple[str, str]] = []
        self._class: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self._class = dict(attrs).get("class") if tag == "td" else None

    def handle_data(self, data: str) -> None:
        if self._class is not None:
            self.cells.append((self._class, data))


HOSTILE = '<script>alert("1")</script>\x00&'


def test_the_pages_tell_zero_mixed_and_missing_apart_and_hold_no_markup_from_data() -> None:
    matrix = ratings_from_table(
        [{"construct": HOSTILE, "a": 0, "b": "0 mixed", "c": None, HOSTILE: "-2"}]
    )
    page = _Cells()
    page.feed(matrix.to_html())
    assert page.cells == [
        ("zero", "0"), ("mixed zero", "0 mixed"), ("missing", "missing"), ("down-2", "-2"),
    ]  # fmt: skip
    assert "script" not in page.tags
    root = ElementTree.fromstring(matrix.to_svg())
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert "script" not in tags
    texts = [element.text for element in root.iter() if element.tag.endswith("}text")]
    assert texts[-4:] == ["0", "0 mixed", "missing", "-2"]


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
    return sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def test_every_cell_can_be_read_on_its_color() -> None:
    """WCAG 2 asks for a contrast of 4.5."""
    style = ratings_from_table([{"construct": "A", "a": 0}]).to_html()
    pairs = re.findall(r"background-color:(#[0-9a-f]{6});color:(#[0-9a-f]{6})", style)
    assert len(pairs) == 5
    for fill, ink in pairs:
        light, dark = sorted((_luminance(fill), _luminance(ink)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (fill, ink)


_cells = st.lists(st.none() | st.integers(-2, 2), min_size=2, max_size=6)


@given(_cells, st.integers(0, 5))
def test_raising_a_high_site_never_weakens_the_verdict(values: list[int | None], at: int) -> None:
    *highs, low = [SiteRating(value=value) for value in values]
    at %= len(highs)
    before = highs[at].value
    if before is None or before == 2:
        return
    raised = [*highs]
    raised[at] = SiteRating(value=before + 1)
    order = ["cannot_tell", "none", "weak", "strong"]
    decide = RULES["gap"].decide
    first = decide(tuple(highs), (low,)).strength
    second = decide(tuple(raised), (low,)).strength
    assert order.index(second) >= order.index(first)


@given(_cells)
def test_the_order_of_sites_does_not_matter(values: list[int | None]) -> None:
    *highs, low = [SiteRating(value=value) for value in values]
    shuffled = sorted(highs, key=lambda cell: (cell.value is None, cell.value or 0))
    decide = RULES["gap"].decide
    assert decide(tuple(highs), (low,)) == decide(tuple(shuffled), (low,))


def test_a_missing_rating_is_never_taken_for_zero() -> None:
    decide = RULES["gap"].decide
    two, none, zero = SiteRating(value=2), SiteRating(), SiteRating(value=0)
    assert decide((two, none), (zero,)).strength == "strong"
    assert decide((two, zero), (zero,)).strength == "weak"
    assert decide((two,), (none,)).strength == "cannot_tell"
    assert decide((none,), (zero,)).strength == "cannot_tell"
    assert decide((SiteRating(mixed=True), two), (zero,)).strength == "strong"


def test_results_as_plain_values() -> None:
    matrix = RatingsMatrix(
        sites=(Site(id="a", label="A"), Site(id="b", label="B")),
        rows=(
            ConstructRatings(
                construct="c", label="C", cells=(SiteRating(value=1), SiteRating(value=0))
            ),
        ),
    )
    found = distinguishing(matrix, high=["a"], low=["b"]).to_dict()
    assert found["rows"] == [
        {
            "construct": "c", "label": "C", "strength": "weak", "gap": 1,
            "because": "lowest high +1, low 0: gap 1", "rule": "gap",
        }
    ]  # fmt: skip
    assert "inferred by us" in str(found["assumptions"])
    assert matrix.to_table().num_rows == 2
