"""Tables of percentages as bases, held to published figures and to hostile files."""

from __future__ import annotations

import csv
import io
import itertools
import re
import sys
import tracemalloc
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import Registry, hookimpl, match
from implsci.errors import (
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.formats._spreadsheet.labels import Labels, respondents_in
from implsci.formats.matrix import MatrixReport, read_matrix, write_links
from implsci.names import fold
from implsci.taxonomy import Link, LinkSet, Taxonomy, Term
from implsci.termtable import read_links

openpyxl = pytest.importorskip("openpyxl")

Row = Sequence[object]


@pytest.fixture(scope="module")
def plain() -> Registry:
    return Registry(plugins=["cfir", "eric", "waltz"], strict=True)


def read(path: Path, registry: Registry, **options: Any) -> MatrixReport:
    return read_matrix(path, basis="my-tool", title="My tool", registry=registry, **options)


def to_csv(path: Path, rows: Sequence[Row], delimiter: str = ",") -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, delimiter=delimiter).writerows(
            [["" if cell is None else cell for cell in row] for row in rows]
        )
    return path


def to_xlsx(path: Path, rows: Sequence[Row], number_format: str = "0%") -> Path:
    """Write numbers as a spreadsheet does: 0.45, shown as 45%."""
    book = openpyxl.Workbook()
    book.active.title = "Matrix"
    for row in rows:
        book.active.append(list(row))
    for cells in book.active.iter_rows():
        for cell in cells:
            if isinstance(cell.value, float):
                cell.number_format = number_format
    book.save(path)
    return path


def turned(rows: Sequence[Row]) -> list[Row]:
    return [list(column) for column in zip(*rows, strict=True)]


def facts(data: Path, name: str) -> list[dict[str, str]]:
    with (data / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


class Tool:
    plugin_name = "my-tool"

    def __init__(self, links: LinkSet) -> None:
        self.links = links

    @hookimpl
    def implsci_links(self) -> list[LinkSet]:
        return [self.links]


def with_tool(report: MatrixReport) -> Registry:
    return Registry(plugins=["cfir", "eric", Tool(report.links)], strict=True)


# The published figures


@pytest.fixture(scope="module")
def printed(data: Path) -> dict[tuple[str, str], int]:
    """The 358 percentages as printed, by barrier and strategy."""
    rows = facts(data, "links/cfir_eric_endorsement.csv")
    assert len(rows) == 358
    return {
        (row["cfir_construct"], fold(row["eric_strategy"])): int(row["percent"]) for row in rows
    }


@pytest.fixture(scope="module")
def respondents(data: Path) -> dict[str, int]:
    return {
        row["cfir_construct"]: int(row["n_respondents"])
        for row in facts(data, "links/cfir_eric_respondents.csv")
    }


@pytest.fixture(scope="module")
def strategies(plain: Registry) -> list[Term]:
    found = [term for term in plain.taxonomy("eric") if term.kind == "strategy"]
    assert len(found) == 73
    return found


def published_rows(
    printed: Mapping[tuple[str, str], int],
    respondents: Mapping[str, int],
    strategies: Sequence[Term],
    cell: Callable[[int], object],
) -> list[Row]:
    """The 12 barriers of which percentages are printed, beside the 73 strategies."""
    barriers = list(respondents)
    rows: list[Row] = [["Strategy", *barriers], ["n", *respondents.values()]]
    for term in strategies:
        known = [printed.get((barrier, fold(term.label))) for barrier in barriers]
        rows.append(
            [f"{term.notation}. {term.label}", *(None if p is None else cell(p) for p in known)]
        )
    return rows


@pytest.mark.parametrize("turn", [False, True], ids=["strategies-in-rows", "barriers-in-rows"])
@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_published_percentages_make_a_basis_with_the_published_sums(
    suffix: str,
    turn: bool,
    tmp_path: Path,
    plain: Registry,
    printed: dict[tuple[str, str], int],
    respondents: dict[str, int],
    strategies: list[Term],
    data: Path,
) -> None:
    as_share = suffix == "xlsx"
    rows = published_rows(
        printed, respondents, strategies, lambda p: p / 100 if as_share else f"{p}%"
    )
    rows = turned(rows) if turn else rows
    path = tmp_path / f"tool.{suffix}"
    report = read(to_xlsx(path, rows) if as_share else to_csv(path, rows), plain)
    assert (report.cells, report.unresolved, report.skipped, report.outside) == (358, (), (), ())
    assert report.orientation == ("sources-in-rows" if turn else "targets-in-rows")
    assert (len(report.links.sources), len(report.links.targets)) == (12, 73)
    assert all(link.k is not None and link.derived for link in report.links.links)

    shipped = plain.links("waltz-2019")
    for link in report.links.links:  # the counts are the same as in the basis that is shipped
        known = shipped.link(link.source, link.target)
        assert known is not None
        assert (link.k, link.n, link.level) == (known.k, known.n, known.level)

    asked = [
        "adaptability", "compatibility", "complexity", "patient-needs-and-resources",
        "self-efficacy",
    ]  # fmt: skip
    codes = [f"cfir-2009:{name}" for name in asked]
    ranking = match(codes, basis="my-tool", registry=with_tool(report)).bases["my-tool"].ranking
    totals = {fold(row.label): row.total for row in ranking}
    table = facts(data, "analysis/endorsement_match_allen2023.csv")
    assert len(table) == 22
    for row in table:
        total = totals[fold(row["strategy"].replace("adviser", "advisor"))]
        assert total is not None
        assert round(total) == int(row["published_cumulative"])


def test_without_respondents_the_percentages_stand_as_printed(
    tmp_path: Path,
    plain: Registry,
    printed: dict[tuple[str, str], int],
    respondents: dict[str, int],
    strategies: list[Term],
) -> None:
    rows = published_rows(printed, respondents, strategies, lambda p: f"{p}%")
    del rows[1]
    report = read(to_csv(tmp_path / "tool.csv", rows), plain)
    assert report.cells == 358
    assert all((link.k, link.n, link.derived) == (None, None, False) for link in report.links.links)
    link = report.links.link(
        "cfir-2009:reflecting-and-evaluating", "eric:audit-and-provide-feedback"
    )
    assert link is not None
    assert (link.percent, link.level) == (56.0, 1)

    found = match("cfir-2009:reflecting-and-evaluating", "my-tool", registry=with_tool(report))
    basis = found.bases["my-tool"]
    assert [row.total for row in basis.ranking[:4]] == [60, 56, 40, 36]
    assert (basis.ranking[0].cells[0].endorsed, basis.ranking[0].cells[0].respondents) == (
        None,
        None,
    )
    assert (basis.known, basis.possible) == (66, 73)
    assert basis.ranking[-1].total is None, "what is empty is unknown"


def test_the_counts_that_a_fuller_tool_would_hold(
    tmp_path: Path, plain: Registry, strategies: list[Term]
) -> None:
    """All 39 x 73 cells, made up where the shipped basis knows nothing."""
    shipped = plain.links("waltz-2019")
    barriers = [plain.term(code) for code in shipped.sources]
    n = {barrier.code: 20 + index % 11 for index, barrier in enumerate(barriers)}
    n |= {link.source: link.n for link in shipped.links if link.n is not None}
    counts: dict[tuple[str, str], int] = {}
    for i, barrier in enumerate(barriers):
        for j, strategy in enumerate(strategies):
            known = shipped.link(barrier.code, strategy.code)
            made_up = (7 * i + 3 * j) % (n[barrier.code] + 1)
            counts[barrier.code, strategy.code] = (
                known.k if known is not None and known.k is not None else made_up
            )
    rows: list[Row] = [["CFIR-ERIC", *(f"{b.label} (n = {n[b.code]})" for b in barriers)]]
    rows += [
        [s.label, *(round(100 * counts[b.code, s.code] / n[b.code]) for b in barriers)]
        for s in strategies
    ]
    for path in (to_csv(tmp_path / "a.csv", rows), to_xlsx(tmp_path / "a.xlsx", rows)):
        report = read(path, plain)
        assert (report.cells, report.unresolved, report.skipped) == (2847, (), ())
        assert report.links.sources == shipped.sources
        assert {(link.source, link.target): link.k for link in report.links.links} == counts
    turned_report = read(to_csv(tmp_path / "b.csv", turned(rows)), plain)
    assert turned_report.orientation == "sources-in-rows"
    assert [(link.source, link.target, link.k) for link in turned_report.links.links] == [
        (link.source, link.target, link.k) for link in report.links.links
    ]


# What such spreadsheets look like


UNTIDY: list[Row] = [
    ["CFIR-ERIC output", None, None, None, None, None],
    [None, None, None, None, None, None],
    [None, "Intervention characteristics", None, None, "Inner setting", None],
    ["ERIC strategy", "I.F Complexity", "I.H. Cost", None, "Networks and communications", "Sum"],
    ["Develop stakeholder interrelationships", None, None, None, None, None],
    ["5. Audit & provide feedback", "45 %", "0%", None, None, "45%"],
    ["Use an implementation adviser*", "10%", None, None, "7%", "17%"],
    ["14) Conduct local need assessments", "12%", "n/a", None, "101%", "12%"],
    ["Purposefully re-examine the implementation", "33%", "<5%", None, "-3%", "33%"],
    ["Auditing", "1%", None, None, None, "1%"],
    ["Cumulative", "91%", "0%", None, "7%", "98%"],
]


def test_an_untidy_sheet(tmp_path: Path, plain: Registry) -> None:
    report = read(to_csv(tmp_path / "tool.csv", UNTIDY), plain)
    assert report.orientation == "targets-in-rows"
    assert report.links.sources == (
        "cfir-2009:complexity",
        "cfir-2009:cost",
        "cfir-2009:networks-and-communications",
    )
    assert {(link.source[10:], link.target[5:]): link.percent for link in report.links.links} == {
        ("complexity", "audit-and-provide-feedback"): 45,
        ("cost", "audit-and-provide-feedback"): 0,
        ("complexity", "use-an-implementation-advisor"): 10,
        ("networks-and-communications", "use-an-implementation-advisor"): 7,
        ("complexity", "conduct-local-needs-assessment"): 12,
        ("complexity", "purposely-reexamine-the-implementation"): 33,
    }
    assert [(each.where, each.label) for each in report.unresolved] == [
        ("column 6", "Sum"),
        ("line 10", "Auditing"),
        ("line 11", "Cumulative"),
    ]
    assert "Audit and provide feedback" in report.unresolved[1].close
    assert [(each.where, each.text, each.reason) for each in report.skipped] == [
        ("line 8, column 3", "n/a", "expected a percentage"),
        ("line 9, column 3", "<5%", "expected a percentage"),
        ("line 8, column 5", "101%", "expected a percent from 0 to 100"),
        ("line 9, column 5", "-3%", "expected a percent from 0 to 100"),
    ]
    assert [each.text for each in report.outside] == [
        "CFIR-ERIC output",
        "Intervention characteristics",
        "Inner setting",
    ]


def test_the_same_sheet_as_a_workbook_is_told_by_its_cells(tmp_path: Path, plain: Registry) -> None:
    report = read(to_xlsx(tmp_path / "tool.xlsx", UNTIDY), plain)
    assert [each.where for each in report.unresolved] == ["column F", "row 10", "row 11"]
    assert [each.where for each in report.skipped] == ["C8", "C9", "E8", "E9"]
    assert report.sheet == "Matrix"
    link = report.links.link("cfir-2009:complexity", "eric:audit-and-provide-feedback")
    assert link is not None
    assert link.note == "sheet 'Matrix', B6"


def test_labels_that_a_file_spells_in_its_own_way_can_be_given(
    tmp_path: Path, plain: Registry
) -> None:
    path = to_csv(tmp_path / "tool.csv", UNTIDY)
    given = {"Auditing": "eric:develop-and-organize-quality-monitoring-systems", "Sum": "Cost"}
    with pytest.raises(InvalidTableError, match=r"column 3 \('I.H. Cost'\) and column 6 \('Sum'\)"):
        read(path, plain, labels=given)
    del given["Sum"]
    assert read(path, plain, labels=given).cells == 7
    with pytest.raises(UnknownNameError, match="Audting"):
        read(path, plain, labels={"Auditing": "Audting"})


def test_two_labels_of_one_term_are_refused_by_name(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["", "Complexity", "Cost"],
        ["Facilitation", "1%", "2%"],
        ["eric:33", "1%", "2%"],
        ["Mandate change", "1%", "2%"],
        ["Mandate change!", "1%", "2%"],
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(to_xlsx(tmp_path / "tool.xlsx", rows), plain)
    assert [str(fault) for fault in caught.value.faults] == [
        "sheet 'Matrix', row 2 ('Facilitation') and row 3 ('eric:33'): "
        "all name eric:facilitation; keep one",
        "sheet 'Matrix', row 4 ('Mandate change') and row 5 ('Mandate change!'): "
        "all name eric:mandate-change; keep one",
    ]


def test_a_label_of_several_terms_is_a_question(tmp_path: Path) -> None:
    def term(name: str, label: str, kind: str = "strategy") -> Term:
        return Term(code=f"toy:{name}", label=label, definition=f"The {name}.", kind=kind)

    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            terms = (
                term("a", "Staff"), term("b", "Staff"), term("c", "Money"),
                term("d", "Rooms", "group"),
            )  # fmt: skip
            return [Taxonomy(scheme="toy", title="Toy", kind="strategy", terms=terms)]

    registry = Registry(plugins=["cfir", Toy()], strict=True)
    path = to_csv(
        tmp_path / "tool.csv",
        [["", "Cost"], ["Staff", "1%"], ["Money", "2%"], ["Rooms", "3%"], ["", "4%"]],
    )
    report = read(path, registry, targets="toy")
    assert [(each.label, each.close, each.reason) for each in report.unresolved] == [
        ("Staff", ("toy:a", "toy:b"), "the name of several terms"),
        ("Rooms", (), "a heading of toy"),
        ("", (), "cells without a label"),
    ]
    assert read(path, registry, targets="toy", labels={"Staff": "toy:b"}).cells == 2


def test_the_wrong_scheme_is_named(tmp_path: Path, registry: Registry) -> None:
    rows: list[Row] = [
        ["", "Capability", "Innovation Complexity", "Innovation Cost", "Relational Connections"],
        ["Facilitation", "1%", "2%", "3%", "4%"],
    ]
    path = to_csv(tmp_path / "tool.csv", rows)
    with pytest.raises(InvalidTableError) as caught:
        read(path, registry)
    text = str(caught.value)
    assert "no label names a term of cfir-2009; is this the right scheme?" in text
    assert "4 of them are names of cfir-2022" in text
    assert read(path, registry, sources="cfir-2022").cells == 4
    nothing = to_csv(tmp_path / "other.csv", [["a", "b"], ["c", "d"]])
    with pytest.raises(InvalidTableError, match="Its labels begin with 'a', 'b', 'c', 'd'"):
        read(nothing, registry)
    with pytest.raises(UnknownNameError, match="cfir-2009"):
        read(path, registry, sources="cfir-2008")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "it holds no label"),
        ([[1, 2], [3, 4]], "it holds no label"),
        ([["Cost"], ["Facilitation"]], "no table: its labels name 1 of cfir-2009 and 1 of eric"),
        ([["", "Cost"], ["Facilitation", ""]], "no cell between its labels is filled"),
        ([["", "Cost"], ["Facilitation", "many"]], "line 2, column 2: 'many': expected a percent"),
    ],
)
def test_a_file_without_such_a_table(
    rows: list[Row], message: str, tmp_path: Path, plain: Registry
) -> None:
    with pytest.raises(InvalidTableError, match=message):
        read(to_csv(tmp_path / "tool.csv", rows), plain)


def test_an_orientation_that_cannot_be_told_is_asked_for(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [["", "Facilitation"], ["Mandate change", "5%"]]
    path = to_csv(tmp_path / "tool.csv", rows)
    with pytest.raises(InvalidTableError, match=r"can be read both ways.*set orientation"):
        read(path, plain, sources="eric")
    report = read(path, plain, sources="eric", orientation="sources-in-rows")
    (link,) = report.links.links
    assert (link.source, link.target) == ("eric:mandate-change", "eric:facilitation")
    with pytest.raises(InvalidQueryError, match="orientation: expected one of"):
        read(path, plain, orientation="upside-down")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_delimiters_and_decimal_commas(delimiter: str, tmp_path: Path, plain: Registry) -> None:
    mark = "," if delimiter == ";" else "."
    rows: list[Row] = [
        ["Strategy", "Complexity", "Cost", "Culture"],
        ["Facilitation", f"45{mark}5", f"0{mark}5", ""],
        ["Involve patients/consumers, and family members", "7", f"12{mark}25", "3"],
    ]
    report = read(to_csv(tmp_path / "tool.csv", rows, delimiter), plain)
    assert sorted(link.percent or 0 for link in report.links.links) == [0.5, 3, 7, 12.25, 45.5]
    assert not report.unresolved


# Percentages


def test_numbers_of_which_none_is_above_1_are_a_question(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["", "Complexity", "Cost"],
        ["Facilitation", 0.45, 0],
        ["Mandate change", 1, ""],
    ]
    path = to_csv(tmp_path / "tool.csv", rows)
    with pytest.raises(
        InvalidTableError, match=r"'1' is the highest of 3 numbers .*unit='fraction'"
    ):
        read(path, plain)
    shares = read(path, plain, unit="fraction").links
    assert sorted(link.percent or 0 for link in shares.links) == [0, 45, 100]
    percents = read(path, plain, unit="percent").links
    assert sorted(link.percent or 0 for link in percents.links) == [0, 0.45, 1]
    with pytest.raises(InvalidQueryError, match="unit: expected one of percent, fraction"):
        read(path, plain, unit="per mille")


def test_a_workbook_says_which_numbers_are_percentages(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["", "Complexity", "Cost"],
        ["Facilitation", 0.45, 0.07],
        ["Mandate change", 1.0, 0],
    ]
    report = read(to_xlsx(tmp_path / "a.xlsx", rows), plain)
    assert sorted(link.percent or 0 for link in report.links.links) == [0, 7, 45, 100]
    for odd in ('0.0"%"', "General"):  # a sign in quotes is text, and changes no number
        with pytest.raises(InvalidTableError, match="sheet 'Matrix', B3: '1' is the highest"):
            read(to_xlsx(tmp_path / "b.xlsx", rows, odd), plain)
    styled = to_xlsx(tmp_path / "c.xlsx", rows, "[Red]0.0%;-0.0%")
    assert read(styled, plain).links == report.links


def test_a_share_among_whole_percents_is_left_out(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["", "Complexity", "Cost"],
        ["Facilitation", 45, 0.3],
        ["Mandate change", 30, 0],
    ]
    path = to_csv(tmp_path / "tool.csv", rows)
    report = read(path, plain)
    assert [(each.where, each.text) for each in report.skipped] == [("line 2, column 3", "0.3")]
    assert read(path, plain, unit="percent").cells == 4
    over = read(path, plain, unit="fraction")
    assert [each.reason for each in over.skipped] == ["expected a share from 0 to 1"] * 2


def test_what_a_workbook_can_hold_but_a_percentage(tmp_path: Path, plain: Registry) -> None:
    odd: list[Row] = [
        ["Facilitation", True],
        ["Mandate change", date(2020, 1, 1)],
        ["Audit and provide feedback", "#DIV/0!"],
        ["Promote adaptability", "=1/4"],
        ["Tailor strategies", 1e300],
        ["Identify early adopters", "9" * 5000],
        ["Model and simulate change", 0.5],
    ]
    report = read(to_xlsx(tmp_path / "tool.xlsx", [["", "Cost"], *odd]), plain)
    assert report.cells == 1
    assert [(each.where, each.reason) for each in report.skipped] == [
        ("B2", "true or false"),
        ("B3", "a date or time"),
        ("B4", "the error #DIV/0!"),
        (
            "B5",
            "a formula without a stored value; open the workbook in a spreadsheet and save it",
        ),
        ("B6", "a number out of all bounds"),
        ("B7", "expected a percentage"),
    ]


# Respondents


def test_a_percentage_becomes_a_count_only_where_exactly_one_gives_it(
    tmp_path: Path, plain: Registry
) -> None:
    rows: list[Row] = [["", "Complexity"], ["Facilitation", "45%"], ["Mandate change", "46%"]]
    path = to_csv(tmp_path / "tool.csv", rows)
    report = read(path, plain, n=29)
    (link,) = report.links.links
    assert (link.k, link.n, link.level, link.printed, link.derived) == (13, 29, 2, None, True)
    assert [(each.text, each.reason) for each in report.skipped] == [
        ("46%", "no whole number of 29 respondents is this share")
    ]
    many = read(path, plain, n={"Complexity": 500, "cfir-2009:cost": 20})
    assert [(link.k, link.n, link.percent) for link in many.links.links] == [
        (None, 500, 45),
        (None, 500, 46),
    ]
    one_place = to_csv(tmp_path / "b.csv", [["", "Complexity"], ["Facilitation", "45.4%"]])
    assert read(one_place, plain, n=500).links.links[0].k == 227


@pytest.mark.parametrize("n", [0, -1, True, 2.5, "29", {"Complexity": None}, 10**30])
def test_a_number_of_respondents_that_is_none(n: Any, tmp_path: Path, plain: Registry) -> None:
    path = to_csv(tmp_path / "tool.csv", [["", "Complexity"], ["Facilitation", "45%"]])
    with pytest.raises(InvalidQueryError, match="expected how many were asked"):
        read(path, plain, n=n)
    with pytest.raises(UnknownNameError, match="did you mean Complexity"):
        read(path, plain, n={"Complexitty": 29})
    with pytest.raises(InvalidQueryError, match="has two, 29 and 30"):
        read(path, plain, n={"Complexity": 29, "cfir-2009:complexity": 30})


def test_respondents_are_read_above_the_header_below_it_and_from_labels(
    tmp_path: Path, plain: Registry
) -> None:
    header: Row = ["", "Complexity", "Cost"]
    shares: Row = ["Facilitation", "45%", "40%"]
    tables: list[list[Row]] = [
        [["Respondents", 29, 30], header, shares],
        [header, shares, ["N", 29, 30]],
        [["", "Complexity (n=29)", "Cost, N = 30"], shares],
    ]
    for rows in tables:
        report = read(to_csv(tmp_path / "tool.csv", rows), plain)
        assert [(link.k, link.n) for link in report.links.links] == [(13, 29), (12, 30)]
        assert not report.unresolved
        assert not report.outside
    beside = read(to_xlsx(tmp_path / "tool.xlsx", turned(tables[1])), plain)
    assert [(link.k, link.n) for link in beside.links.links] == [(13, 29), (12, 30)]


def test_respondents_that_are_unclear(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["n", "many", 30],
        ["", "Complexity", "Cost"],
        ["Facilitation", "45%", "40%"],
    ]
    path = to_csv(tmp_path / "tool.csv", rows)
    assert read(path, plain).outside, "a line with two texts says nothing of respondents"
    rows = [["", "Complexity", "Cost"], ["Facilitation", "45%", "40%"], ["n", "~30", 30]]
    path = to_csv(tmp_path / "tool.csv", rows)
    report = read(path, plain)
    assert [(each.where, each.reason) for each in report.skipped] == [
        ("line 3, column 2", "expected a number of respondents")
    ]
    assert [(link.k, link.printed) for link in report.links.links] == [(None, 45), (12, None)]
    contrary = read(path, plain, n=20)
    assert [each.reason for each in contrary.skipped] == [
        "expected a number of respondents",
        "n is given as 20, and line 3, column 3 says 30",
    ]
    path = to_csv(tmp_path / "tool.csv", [*rows, ["Respondents", 29, 30]])
    with pytest.raises(InvalidTableError, match="line 3 and line 4: both count respondents"):
        read(path, plain)


@given(st.integers(1, 400), st.data())
def test_a_count_read_from_its_rounded_share_is_the_count_or_stays_a_share(
    n: int, draw: st.DataObject
) -> None:
    from decimal import Decimal

    from implsci.formats.matrix import _counts

    k = draw.draw(st.integers(0, n))
    places = draw.draw(st.integers(0, 6))
    least, most = _counts(Decimal(f"{100 * k / n:.{places}f}"), n)
    assert least <= k <= most
    if places >= 4:
        assert least == most


# Files


def test_a_workbook_with_several_sheets(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [["", "Complexity", "Cost"], ["Facilitation", 0.45, 0.2]]
    path = to_xlsx(tmp_path / "tool.xlsx", rows)
    book = openpyxl.load_workbook(path)
    book.create_sheet("Read me", 0).append(["How to use this"])
    short = book.create_sheet("Short")
    short.append(["", "Complexity"])
    short.append(["Facilitation", "9%"])
    book.save(path)
    assert read(path, plain).sheet == "Matrix", "the one in which most labels are known"
    assert read(path, plain, sheet="Short").links.links[0].percent == 9
    with pytest.raises(InvalidQueryError, match="no sheet 'Matrx'; did you mean 'Matrix'"):
        read(path, plain, sheet="Matrx")
    with pytest.raises(InvalidTableError, match="Its labels begin with 'How to use this'"):
        read(path, plain, sheet="Read me")
    short["C1"] = "Cost"
    short["C2"] = "8%"
    book.save(path)
    with pytest.raises(InvalidTableError, match="the sheets 'Matrix', 'Short' all hold it"):
        read(path, plain)
    with pytest.raises(InvalidQueryError, match="is CSV, which has no sheets"):
        read(to_csv(tmp_path / "tool.csv", rows), plain, sheet="Matrix")


def test_a_file_is_told_by_what_it_holds(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [["", "Complexity", "Cost"], ["Facilitation", "45%", "20%"]]
    misnamed = to_xlsx(tmp_path / "tool.xlsx", rows).rename(tmp_path / "tool.csv")
    assert read(misnamed, plain).sheet == "Matrix"
    bom = tmp_path / "bom.csv"
    bom.write_bytes(b"\xef\xbb\xbf" + to_csv(tmp_path / "plain.csv", rows).read_bytes())
    assert read(bom, plain).cells == 2
    quoted = tmp_path / "quoted.csv"
    quoted.write_text('Title\n"A label\nof two lines",Complexity\nFacilitation,45%\n')
    (link,) = read(quoted, plain).links.links
    assert link.note == "line 4, column 2"


def test_a_missing_extra_is_named(
    tmp_path: Path, plain: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = to_xlsx(tmp_path / "tool.xlsx", [["", "Cost"], ["Facilitation", "5%"]])
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'implsci\[formats\]'"):
        read(path, plain)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "it holds no label"),
        (b"\xff\xfe,Cost\n", "line 1: not UTF-8"),
        (b'a,"b\nc,d\n', "line 1: not CSV"),
        (b"a,b\n\0,c\n", "line 2: a zero byte"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), r"old kind \(.xls\)"),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            "locked by a password",
        ),
        (b"PK\x03\x04 and nothing else", "a damaged or cut workbook"),
        (b"," * 2_000_001, "line 1: more than 2000000 cells"),
        (b"1," * 600_000 + b"\n", "line 1: more than 500000 cells that are not empty"),
    ],
)
def test_files_that_are_no_table(
    content: bytes, message: str, tmp_path: Path, plain: Registry
) -> None:
    path = tmp_path / "tool.xlsx"
    path.write_bytes(content)
    with pytest.raises(InvalidTableError, match=message) as caught:
        read(path, plain)
    assert caught.value.table == "tool.xlsx"


def test_files_that_cannot_be_opened(tmp_path: Path, plain: Registry) -> None:
    with pytest.raises(UnreadableFileError):
        read(tmp_path / "none.csv", plain)
    with pytest.raises(UnreadableFileError):
        read(tmp_path, plain)
    path = to_csv(tmp_path / "tool.csv", [["", "Cost"], ["Facilitation", "5%"]])
    with pytest.raises(InvalidTableError, match="max_bytes"):
        read(path, plain, max_bytes=10)


# Hostile workbooks


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(path: Path, parts: Mapping[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


SHEET = "xl/worksheets/sheet1.xml"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LAUGHS = (
    b'<!DOCTYPE w [<!ENTITY a "'
    + b"ha" * 5000
    + b'">'
    + b"".join(
        b'<!ENTITY %c "%s">' % (name, b"&%c;" % before * 100)
        for before, name in itertools.pairwise(b"abcdefgh")
    )
    + b"]>"
)


def with_shared_strings(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Keep the texts in a part of their own, as spreadsheet programs do."""
    texts: list[str] = []

    def cell(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'{found[1]} t="s"><v>{len(texts) - 1}</v></c>'

    sheet = re.sub(
        r'(<c [^>]*?) t="inlineStr"><is><t>(.*?)</t></is></c>', cell, parts[SHEET].decode()
    )
    strings = "".join(f"<si><t>{text}</t></si>" for text in texts)
    types = parts["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.'
        b'openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>',
    )
    return parts | {
        SHEET: sheet.encode(),
        "[Content_Types].xml": types,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'.encode(),
    }


@pytest.fixture
def parts(tmp_path: Path, plain: Registry) -> dict[str, bytes]:
    rows: list[Row] = [["", "Complexity"], ["Facilitation", 0.45]]
    found = with_shared_strings(parts_of(to_xlsx(tmp_path / "sound.xlsx", rows)))
    assert read(packed(tmp_path / "sound.xlsx", found), plain).cells == 1
    return found


@pytest.fixture
def measured() -> Iterator[Callable[[], int]]:
    """The most memory in use since, in MiB."""
    tracemalloc.start()
    yield lambda: tracemalloc.get_traced_memory()[1] >> 20
    tracemalloc.stop()


def inside(sheet: bytes, before: bytes, after: bytes) -> bytes:
    assert before in sheet
    return sheet.replace(before, after, 1)


def rows_of(data: bytes) -> bytes:
    return f'<worksheet xmlns="{MAIN}"><sheetData>'.encode() + data + b"</sheetData></worksheet>"


@pytest.mark.parametrize(
    "part", [SHEET, "xl/sharedStrings.xml", "xl/workbook.xml", "xl/styles.xml"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused_before_they_expand(
    part: str,
    encoding: str,
    parts: dict[str, bytes],
    tmp_path: Path,
    plain: Registry,
    measured: Callable[[], int],
) -> None:
    body = parts[part].partition(b"?>")[2] or parts[part]
    text = LAUGHS.replace(b"<!DOCTYPE w", b"<!DOCTYPE worksheet") + body
    declared = f'<?xml version="1.0" encoding="{encoding}"?>'
    parts[part] = (declared + text.decode()).encode(encoding)
    path = packed(tmp_path / "tool.xlsx", parts)
    with pytest.raises(InvalidTableError, match="a document type, which may define entities"):
        read(path, plain)
    assert measured() < 50


def test_an_entity_that_points_outside_is_refused(
    parts: dict[str, bytes], tmp_path: Path, plain: Registry
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush")
    body = inside(parts["xl/sharedStrings.xml"], b"Complexity", b"&x;")
    head = f'<!DOCTYPE sst [<!ENTITY x SYSTEM "{secret.as_uri()}">]>'.encode()
    parts["xl/sharedStrings.xml"] = (
        head + body.partition(b"?>")[2] if b"?>" in body else head + body
    )
    with pytest.raises(InvalidTableError, match="a document type") as caught:
        read(packed(tmp_path / "tool.xlsx", parts), plain)
    assert "hush" not in str(caught.value)


def test_a_zip_bomb_is_refused_in_bounded_memory(
    parts: dict[str, bytes], tmp_path: Path, plain: Registry, measured: Callable[[], int]
) -> None:
    path = packed(tmp_path / "tool.xlsx", parts | {"docProps/app.xml": b" " * (300 << 20)})
    assert path.stat().st_size < 1 << 20
    tracemalloc.reset_peak()
    with pytest.raises(InvalidTableError, match="more than 33554432 bytes once unpacked"):
        read(path, plain)
    assert measured() < 100
    small = packed(tmp_path / "small.xlsx", parts | {"a.xml": b"<a>" + b" " * 30_000 + b"</a>"})
    assert read(small, plain).cells == 1
    with pytest.raises(InvalidTableError, match=r"more than 30000 bytes once .*max_bytes sets it"):
        read(small, plain, max_bytes=30_000)


def test_a_part_that_lies_about_its_size_is_no_way_round(
    parts: dict[str, bytes], tmp_path: Path, plain: Registry, measured: Callable[[], int]
) -> None:
    import zlib

    big = b"<a/>" + b" " * (200 << 20)
    path = packed(tmp_path / "tool.xlsx", {"docProps/app.xml": big} | parts)
    data = bytearray(path.read_bytes())
    said = len(big).to_bytes(4, "little")
    checked = zlib.crc32(big).to_bytes(4, "little")
    data = data.replace(said, (4).to_bytes(4, "little"))
    path.write_bytes(data.replace(checked, zlib.crc32(b"<a/>").to_bytes(4, "little")))
    del big
    tracemalloc.reset_peak()
    report = read(path, plain)  # four bytes of it are all that is ever unpacked
    assert report.cells == 1
    assert measured() < 50


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b'<row r="2"/><row r="1"/>', "row 1 comes after row 2"),
        (b'<row r="99999999"/>', "row 99999999 comes after row 0"),
        (b'<row r="1e9"/>', "'1e9' is no number of a row"),
        (b'<row r="1"><c r="B1"/><c r="A1"/></row>', "row 1: column 1 comes after column 2"),
        (b'<row r="1"><c r="ZZZ1"/></row>', "column 18278 comes after column 0"),
        (b'<row r="1"><c r="A2"/></row>', "'A2' is no cell of row 1"),
        (b"<a>" * 300 + b"</a>" * 300, "elements more than 256 deep"),
        (b"<a/>" * 1_000_001, "more than 1000000 elements"),
        (b"<!--" + b"x" * (1 << 21) + b"-->", "a text, tag or comment of more than 1048576 bytes"),
        (b"<a" + b" " * (1 << 21) + b"/>", "a text, tag or comment of more than 1048576 bytes"),
        (b"<row>", "not XML: mismatched tag"),
        (
            b"".join(b'<row r="%d"><c r="XFD%d"/></row>' % (n, n) for n in range(1, 200)),
            "row 123: more than 2000000 cells",
        ),
    ],
    ids=range(12),
)
def test_a_sheet_that_no_spreadsheet_writes(
    data: bytes, message: str, parts: dict[str, bytes], tmp_path: Path, plain: Registry
) -> None:
    path = packed(tmp_path / "tool.xlsx", parts | {SHEET: rows_of(data)})
    with pytest.raises(InvalidTableError, match=message):
        read(path, plain)


@pytest.mark.parametrize(
    ("name", "before", "after", "message"),
    [
        (SHEET, b's="1"', b's="99"', "sheet 'Matrix', B2: '0.45': a number in a format that"),
        (SHEET, b"<v>0.45</v>", b"<v>x</v>", "sheet 'Matrix', after row 1: cannot be read"),
        (SHEET, b"<v>0.45</v>", b"<v>%s</v>" % (b"9" * 5000), "after row 1: cannot be read"),
        (SHEET, b"<v>1</v>", b"<v>77</v>", "cannot be read"),
        ("xl/workbook.xml", b"<sheets>", b"<calcPr a='b'/><sheets>", "not a workbook that can be"),
        ("[Content_Types].xml", b"sheet.main", b"paper.main", "not a workbook that can be read"),
    ],
)
def test_a_workbook_that_was_tampered_with(
    name: str,
    before: bytes,
    after: bytes,
    message: str,
    parts: dict[str, bytes],
    tmp_path: Path,
    plain: Registry,
) -> None:
    path = packed(tmp_path / "tool.xlsx", parts | {name: inside(parts[name], before, after)})
    with pytest.raises(InvalidTableError, match=message):
        read(path, plain)


def test_other_archives_are_named(parts: dict[str, bytes], tmp_path: Path, plain: Registry) -> None:
    path = tmp_path / "tool.xlsx"
    for other, message in [
        ({"a.txt": b""}, "a zip archive, but no workbook"),
        (parts | {"xl/workbook.bin": b""}, "a binary workbook"),
    ]:
        with pytest.raises(InvalidTableError, match=message):
            read(packed(path, other), plain)
    with pytest.raises(InvalidTableError, match="packed in a way that is not read"):
        read(packed(path, parts, zipfile.ZIP_LZMA), plain)
    packed(path, parts)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr(SHEET, parts[SHEET])
    with pytest.raises(InvalidTableError, match="stands twice"):
        read(path, plain)
    data = bytearray(packed(path, parts).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(InvalidTableError, match="locked by a password"):
        read(path, plain)
    path.write_bytes(packed(path, parts).read_bytes()[:-200])
    with pytest.raises(InvalidTableError, match="a damaged or cut workbook"):
        read(path, plain)
    strict = {
        name: part.replace(
            MAIN.encode(),
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        )
        for name, part in parts.items()
    }
    with pytest.raises(InvalidTableError, match="Strict Open XML"):
        read(packed(path, strict), plain)


def test_macros_and_pictures_are_dropped_unread(
    parts: dict[str, bytes], tmp_path: Path, plain: Registry
) -> None:
    more = {"xl/vbaProject.bin": b"Sub Auto_Open()", "xl/media/image1.png": b"\x89PNG" * 100}
    assert read(packed(tmp_path / "tool.xlsm", parts | more), plain).cells == 1


def test_a_sheet_may_be_wrong_about_its_own_size(
    parts: dict[str, bytes], tmp_path: Path, plain: Registry
) -> None:
    sheet = parts[SHEET]
    start = sheet.index(b"<dimension")
    end = sheet.index(b"/>", start) + 2
    sheet = sheet[:start] + b'<dimension ref="A1"/>' + sheet[end:]
    assert read(packed(tmp_path / "tool.xlsx", parts | {SHEET: sheet}), plain).cells == 1


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sound")
    return to_xlsx(folder / "sound.xlsx", [["", "Complexity"], ["Facilitation", 0.45]])


@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=4)), min_size=1))
def test_a_damaged_workbook_is_read_or_refused(
    sound: Path, plain: Registry, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(sound.read_bytes())
    for at, noise in changes:
        start = at % len(data)
        data[start : start + len(noise)] = noise
    _read_or_refuse(sound.with_name("damaged.xlsx"), bytes(data), plain)


@given(st.integers(0, 20), st.integers(0, 10**6), st.binary(min_size=1, max_size=8))
def test_a_workbook_with_damaged_parts_is_read_or_refused(
    sound: Path, plain: Registry, which: int, at: int, noise: bytes
) -> None:
    parts = parts_of(sound)
    name = sorted(parts)[which % len(parts)]
    at %= len(parts[name])
    parts[name] = parts[name][:at] + noise + parts[name][at + len(noise) :]
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    _read_or_refuse(sound.with_name("damaged.xlsx"), stream.getvalue(), plain)


@given(st.text(alphabet='a,;\t\n"%0.5nCost', max_size=60))
def test_any_text_is_read_or_refused(sound: Path, plain: Registry, text: str) -> None:
    text = f"x,Cost\nFacilitation,{text}\n"
    _read_or_refuse(sound.with_name("any.csv"), text.encode(), plain)


def _read_or_refuse(path: Path, data: bytes, registry: Registry) -> None:
    path.write_bytes(data)
    try:
        report = read(path, registry)
    except (InvalidTableError, InvalidQueryError):
        return
    assert report.cells == len(report.links.links) > 0


# Links written and read again


def test_links_come_back_from_their_table(tmp_path: Path, plain: Registry) -> None:
    links = LinkSet(
        basis="my-tool",
        kind="endorsement",
        title="My tool",
        sources=("cfir-2009:cost", "cfir-2009:complexity"),
        targets=("eric:facilitation", "eric:mandate-change"),
        links=(
            Link(source="cfir-2009:cost", target="eric:facilitation", k=3, n=30, derived=True),
            Link(source="cfir-2009:cost", target="eric:mandate-change", printed=12.5, n=700),
            Link(
                source="cfir-2009:complexity",
                target="eric:facilitation",
                level="1-2",
                status="link",
                note="=SUM(A1), sheet 'a',\nB7",
            ),
            Link(source="cfir-2009:complexity", target="eric:mandate-change", printed=7, level=1),
        ),
    )
    path = tmp_path / "my-tool.csv"
    write_links(links, path)
    assert path.read_bytes().startswith(b"source,target,k,n,percent,level,status,derived,note\n")
    assert b"\"'=SUM(A1)" in path.read_bytes(), "no spreadsheet runs it"
    again = read_links(
        path,
        basis=links.basis,
        kind=links.kind,
        title=links.title,
        sources=links.sources,
        targets=links.targets,
    )
    assert again == links
    before = path.read_bytes()
    write_links(again, str(path))
    assert path.read_bytes() == before
    with pytest.raises(UnreadableFileError):
        write_links(links, tmp_path / "no such folder" / "a.csv")
    assert [each.name for each in tmp_path.iterdir()] == ["my-tool.csv"]


@pytest.mark.parametrize("printed", [-0.1, 100.1, float("nan"), float("inf")])
def test_a_printed_percent_has_bounds(printed: float) -> None:
    def made(**values: Any) -> LinkSet:
        return LinkSet(
            basis="b",
            kind="endorsement",
            title="B",
            sources=("a:x",),
            targets=("b:y",),
            links=(Link(source="a:x", target="b:y", **values),),
        )

    with pytest.raises(InvalidTableError, match="a:x -> b:y: expected a percent from 0 to 100"):
        made(printed=printed)
    with pytest.raises(InvalidTableError, match="where k and n are not both known"):
        made(printed=25.0, k=1, n=4)
    assert made(printed=25).links[0].percent == 25.0


# Labels


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("eric:5", "audit-and-provide-feedback"),
        ("5. Audit and provide feedback", "audit-and-provide-feedback"),
        ("#5 AUDIT & PROVIDE FEEDBACK", "audit-and-provide-feedback"),
        ("(5) Audit and provide feedback", "audit-and-provide-feedback"),
        ("ERIC 5: Audit and provide feedback", "audit-and-provide-feedback"),
        ("5 \u2013 Audit and provide feedback", "audit-and-provide-feedback"),
        ("Audit and provide feedback (5)", "audit-and-provide-feedback"),
        ("Audit and provide feedback (%)", "audit-and-provide-feedback"),
        ("Use an implementation adviser", "use-an-implementation-advisor"),
        ("Purposefully re-examine the implementation", "purposely-reexamine-the-implementation"),
        ("Conduct local needs assessments", "conduct-local-needs-assessment"),
        ("Organise clinician implementation team meeting",
         "organize-clinician-implementation-team-meetings"),
        ("Audit and provide feedback (SD)", None),
        ("Audit", None),
        ("5", None),
        ("", None),
        ("x" * 10_000, None),
        ("Change infrastructure", None),
    ],
)  # fmt: skip
def test_names_of_strategies(label: str, code: str | None, plain: Registry) -> None:
    found = Labels(plain.taxonomy("eric"), {}).code(label)
    assert found == (None if code is None else f"eric:{code}")


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("I.F Complexity", "complexity"),
        ("I. F. Complexity", "complexity"),
        ("Complexity (I.F)", "complexity"),
        ("III.D.2 Leadership engagement", "leadership-engagement"),
        ("A. Intervention Source", "intervention-source"),
        ("Patient need & resources", "patient-needs-and-resources"),
        ("cfir:complexity", "complexity"),
        ("IV. Process", None),
    ],
)
def test_names_of_barriers(label: str, code: str | None, plain: Registry) -> None:
    found = Labels(plain.taxonomy("cfir-2009"), {}).code(label)
    assert found == (None if code is None else f"cfir-2009:{code}")


def test_every_name_is_found_and_means_one_term(plain: Registry) -> None:
    for scheme in ("eric", "cfir-2009"):
        labels = Labels(plain.taxonomy(scheme), {})
        for term in plain.taxonomy(scheme):
            for name in term.names:
                assert labels.find(f"{term.notation or 7}. {name}") == (term,)


def test_respondents_in_labels() -> None:
    assert respondents_in("Cost (N = 25)") == ("Cost", 25)
    assert respondents_in("Cost, n=7") == ("Cost", 7)
    assert respondents_in("Champion = 7") == ("Champion = 7", None)
