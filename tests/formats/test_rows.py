"""Tables as rows: CSV of any dialect, workbooks, and what strangers put into them."""

from __future__ import annotations

import csv
import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci.errors import InvalidTableError
from implsci.formats._rows import MOST_COLUMNS, header, read_table, write_table
from implsci.ledger import Ledger

# What a table keeps: no blanks at the ends, no control characters, and no empty cells.
CELLS = st.text(st.characters(exclude_categories=["C", "Z"]), max_size=6)


def made(tmp_path: Path, data: str | bytes, name: str = "made.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def rows(path: Path, ledger: Ledger | None = None) -> list[dict[str, str]]:
    return [row.cells for row in read_table(path, ledger or Ledger()).rows]


@pytest.mark.parametrize("name", ["made.csv", "made.xlsx"])
@settings(max_examples=40, deadline=None)
@given(table=st.lists(st.lists(CELLS, min_size=3, max_size=3).filter(any), max_size=5))
def test_what_is_written_is_read(name: str, table: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder, name)
        write_table(path, ["a", "b", "=c"], table)
        found = rows(path)
    assert found == [
        {title: cell for title, cell in zip(("a", "b", "=c"), row, strict=True) if cell}
        for row in table
    ]


@pytest.mark.parametrize(
    "text",
    [
        "a,b\n1,2\n",
        "a;b\n1;2\n",
        "a\tb\n1\t2\n",
        "a|b\r\n1|2\r\n",
        "a,b\r1,2\r",
        "a,b\r\n1,2\n\r\n",
        "\n\n,\na,b\n1,2\n",
        "sep=;\na;b\n1;2\n",
        "\ufeffa,b\n1,2\n",
        '"a";"b"\n1;2',
    ],
)
def test_dialects(text: str, tmp_path: Path) -> None:
    assert rows(made(tmp_path, text)) == [{"a": "1", "b": "2"}]


def test_a_comma_inside_a_title_is_no_delimiter(tmp_path: Path) -> None:
    path = made(tmp_path, '"one, two, three";b\n1;2\n')
    assert rows(path) == [{"one, two, three": "1", "b": "2"}]
    assert header('"one, two, three";b\n') == ["one, two, three", "b"]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    ledger = Ledger()
    path = made(tmp_path, "naïve,b\né,2\n".encode(encoding))
    assert rows(path, ledger) == [{"naïve": "é", "b": "2"}]
    assert len(ledger.said) == (encoding != "utf-8-sig")


def test_places_are_the_lines_of_the_file(tmp_path: Path) -> None:
    ledger = Ledger()
    text = '\n\nid,title\na,"two\nlines"\n\nb,B,C\nc,"x"y\nd,D\ne\nf,"no end\n'
    table = read_table(made(tmp_path, text), ledger)
    assert [(row.place, row.cells["id"]) for row in table.rows] == [
        ("line 4", "a"),
        ("line 9", "d"),
        ("line 10", "e"),
    ]
    assert [skip.path for skip in ledger.skipped] == ["line 7", "line 8", "line 11"]
    assert ledger.count("rows shorter than the header") == 1


def test_a_file_cut_within_a_cell_keeps_the_rows_before(tmp_path: Path) -> None:
    whole = "id,title\n" + "".join(f'{n},"title {n}"\n' for n in range(100))
    cut = whole[: whole.index("title 50") + 3]
    ledger = Ledger()
    assert len(rows(made(tmp_path, cut), ledger)) == 50
    assert [skip.path for skip in ledger.skipped] == ["line 52"]


def test_titles_that_stand_twice_or_not_at_all(tmp_path: Path) -> None:
    ledger = Ledger()
    table = read_table(made(tmp_path, "a,a,,a (2)\n1,2,3,4\n"), ledger)
    assert table.columns == ("a", "a (2)", "column 3", "a (2) (2)")
    assert ledger.said == (
        "titles that stand in several columns were numbered: 'a (2)', 'a (2) (2)'",
    )


def test_a_title_in_each_of_many_columns_is_said_once(tmp_path: Path) -> None:
    titles = ["a", "a (3)", *["a"] * (MOST_COLUMNS - 2)]
    ledger = Ledger()
    table = read_table(made(tmp_path, ",".join(titles) + "\n" + "1," * 3 + "\n"), ledger)
    assert table.columns[:5] == ("a", "a (3)", "a (2)", "a (4)", "a (5)")
    assert table.columns[-1] == f"a ({MOST_COLUMNS})"
    assert ledger.said == (
        "titles that stand in several columns were numbered: 'a (2)', 'a (4)', 'a (5)' "
        f"and {MOST_COLUMNS - 5:,} more",
    )


@pytest.mark.parametrize("data", [b"", b"\n \n", b",,\n,,\n"])
def test_an_empty_file_is_called_empty(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InvalidTableError, match="empty"):
        read_table(made(tmp_path, data), Ledger())


@pytest.mark.parametrize("name", ["made.csv", "made.xlsx"])
def test_a_header_without_rows_is_told(name: str, tmp_path: Path) -> None:
    ledger = Ledger()
    write_table(tmp_path / name, ["id", "title"], [])
    table = read_table(tmp_path / name, ledger)
    assert (table.columns, table.rows) == (("id", "title"), ())
    assert ledger.said == (f"{name} has only a header, no row",)


def test_an_archive_that_is_no_workbook_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.csv"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.xml", b" " * (8 << 20))
    with pytest.raises(InvalidTableError, match="not a workbook"):
        read_table(path, Ledger())


def test_ten_thousand_columns_and_too_many(tmp_path: Path) -> None:
    wide = ",".join(f"c{n}" for n in range(10_000))
    assert len(rows(made(tmp_path, f"{wide}\n{wide}\n"))[0]) == 10_000
    with pytest.raises(InvalidTableError, match="16,385 columns"):
        read_table(made(tmp_path, "c," * MOST_COLUMNS + "c\n"), Ledger())
    with pytest.raises(InvalidTableError, match="16,385 columns"):
        write_table(tmp_path / "out.csv", ["c"] * (MOST_COLUMNS + 1), [])


def test_cells_that_look_like_errors_or_numbers_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    write_table(path, ["a", "b", "c", "d"], [["#N/A", "007", "1e3", "TRUE"]])
    assert rows(path) == [{"a": "#N/A", "b": "007", "c": "1e3", "d": "TRUE"}]


def test_formulas_are_text_in_what_is_written(tmp_path: Path) -> None:
    for name in ("made.csv", "made.xlsx"):
        path = tmp_path / name
        write_table(path, ["=a"], [["=1+1"], ["@x"], ["'=y"], ["-1"], ["\u00a0=z"]])
        assert rows(path)[:4] == [{"=a": text} for text in ("=1+1", "@x", "'=y", "-1")]
    with (tmp_path / "made.csv").open(newline="", encoding="utf-8") as stream:
        assert all(row[0].startswith("'") for row in csv.reader(stream))
    with zipfile.ZipFile(tmp_path / "made.xlsx") as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


@pytest.mark.parametrize("text", ["a\x00b", "a\x0bb", "a\rb", "\uffff", "x" * 32_768])
def test_what_a_workbook_cannot_hold_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    with pytest.raises(InvalidTableError, match="row 2"):
        write_table(path, ["a"], [[text]])
    assert list(tmp_path.iterdir()) == []


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    write_table(path, ["a"], [["b"]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet2.xml", b"<worksheet>" + b" " * (8 << 20))
    assert path.stat().st_size < 1 << 20
    with pytest.raises(InvalidTableError, match="bytes once unpacked"):
        read_table(path, Ledger(), max_bytes=1 << 20)


def test_a_cut_workbook_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "cut.xlsx"
    write_table(path, ["a"], [["b"]])
    path.write_bytes(path.read_bytes()[:500])
    with pytest.raises(InvalidTableError, match=r"cut\.xlsx"):
        read_table(path, Ledger())


def test_a_workbook_is_not_written_that_would_not_be_read(tmp_path: Path) -> None:
    rows = ([str(number)] * 1000 for number in range(301))
    with pytest.raises(InvalidTableError, match="300,000 cells that are not empty; use CSV"):
        write_table(tmp_path / "a.xlsx", [f"c{number}" for number in range(1000)], rows)
    assert not (tmp_path / "a.xlsx").exists()
