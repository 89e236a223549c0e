"""Tables of classes, such as the continuum of Bartley 2022."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from implsci import Registry
from implsci.errors import InvalidQueryError, InvalidTableError, UnknownNameError
from implsci.formats.classes import ClassReport, read_classes
from implsci.taxonomies import bartley, eric
from implsci.taxonomy import Term

Row = Sequence[object]
CLASSES = [
    "highly-relational",
    "semi-relational",
    "operational",
    "semi-transactional",
    "highly-transactional",
]
# As many as Bartley 2022 counts at both ends and beside the first; the two between share the rest.
SIZES = (17, 19, 14, 14, 9)


@pytest.fixture(scope="module")
def plain() -> Registry:
    return Registry(plugins=[eric, bartley], strict=True)


@pytest.fixture(scope="module")
def strategies(plain: Registry) -> list[Term]:
    return [term for term in plain.taxonomy("eric") if term.kind == "strategy"]


def read(path: Path, registry: Registry, **options: Any) -> ClassReport:
    return read_classes(
        path, basis="our-classes", title="Our classes", registry=registry, **options
    )


def to_csv(path: Path, rows: Sequence[Row]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def to_xlsx(path: Path, rows: Sequence[Row]) -> Path:
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    book.active.title = "Classes"
    for row in rows:
        book.active.append(list(row))
    book.save(path)
    return path


def made_up(strategies: Sequence[Term]) -> dict[str, int]:
    """Ranks from 1 to 5 in the published numbers; which strategy has which is made up."""
    ranks = [rank for rank, size in enumerate(SIZES, 1) for _ in range(size)]
    assert len(ranks) == len(strategies) == 73
    return {term.code: ranks[7 * index % 73] for index, term in enumerate(strategies)}


@pytest.mark.parametrize("by", ["code", "number", "label", "number-and-label"])
@pytest.mark.parametrize("as_", ["code", "label", "rank", "R", "rank-and-label"])
@pytest.mark.parametrize("write", [to_csv, to_xlsx])
def test_every_notation(
    by: str, as_: str, write: Any, tmp_path: Path, plain: Registry, strategies: list[Term]
) -> None:
    ranks = made_up(strategies)

    def strategy(term: Term) -> object:
        number = int(term.notation or 0)
        return {
            "code": term.code,
            "number": number,
            "label": term.label,
            "number-and-label": f"{number}. {term.label}",
        }[by]

    def class_(rank: int) -> object:
        name = CLASSES[rank - 1]
        label = name.replace("-", " ").capitalize()
        return {
            "code": f"bartley-2022:{name}",
            "label": label.replace("relational", "Relational"),
            "rank": rank,
            "R": f"R{rank}",
            "rank-and-label": f"{rank} - {label}",
        }[as_]

    rows: list[Row] = [["ERIC strategies"], ["Strategy", "Class"]]
    rows += [[strategy(term), class_(ranks[term.code])] for term in strategies]
    report = read(write(tmp_path / "classes.csv", rows), plain)
    assert {link.source: link.target for link in report.links.links} == {
        code: f"bartley-2022:{CLASSES[rank - 1]}" for code, rank in ranks.items()
    }
    assert {link.status for link in report.links.links} == {"link"}
    assert {(link.k, link.n, link.level) for link in report.links.links} == {(None, None, None)}
    assert report.links.kind == "coding"
    assert report.links.sources == tuple(term.code for term in strategies)
    assert [code.partition(":")[2] for code in report.links.targets] == CLASSES
    assert (report.unresolved, report.skipped, report.unclassified) == ((), (), ())
    assert report.differences == (), "the counts are those of the publication"
    assert [each.text for each in report.outside] == ["ERIC strategies", "Strategy", "Class"]


def test_an_empty_class_is_unknown_and_counts_that_differ_are_told(
    tmp_path: Path, plain: Registry
) -> None:
    rows: list[Row] = [
        ["Strategy", "Class"],
        ["Facilitation", "1"],
        ["Mandate change", ""],
        ["Access new funding", "semi relational"],
    ]
    report = read(to_csv(tmp_path / "a.csv", rows), plain)
    assert report.unclassified == ("eric:mandate-change",)
    assert report.links.link("eric:mandate-change", "bartley-2022:operational") is None
    assert "eric:mandate-change" in report.links.sources
    assert [(link.source, link.note) for link in report.links.links] == [
        ("eric:access-new-funding", "line 4, column 1"),
        ("eric:facilitation", "line 2, column 1"),
    ]
    assert report.differences == (
        "bartley-2022:highly-relational: 1 here, 17 as published",
        "bartley-2022:semi-relational: 1 here, 19 as published",
        "bartley-2022:highly-transactional: 0 here, 9 as published",
    )


def test_what_does_not_resolve_is_listed(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["Strategy", "Class", "Why"],
        ["Change infrastructure", "", ""],
        ["Facilitation", "R1", "close"],
        ["Facilitating", "R1", "close"],
        ["Mandate change", "R6", ""],
        ["Access new funding", "Relational alliance", ""],
        ["Tailor strategies", "3. Semi-relational", ""],
        ["", "R2", "whose?"],
        ["99", "R2", ""],
        ["Support clinicians", "R2", ""],
    ]
    report = read(to_xlsx(tmp_path / "a.xlsx", rows), plain)
    assert report.sheet == "Classes"
    assert [(each.where, each.label, each.reason) for each in report.unresolved] == [
        ("A4", "Facilitating", "names no term of eric"),
        ("B5", "R6", "names no class of bartley-2022"),
        ("B6", "Relational alliance", "a heading of bartley-2022, no class of it"),
        ("B7", "3. Semi-relational", "the number before the name is that of another class"),
        ("A8", "", "a class without a strategy"),
        ("A9", "99", "names no term of eric"),
        ("A10", "Support clinicians", "a heading of eric"),
    ]
    assert "Facilitation" in report.unresolved[0].close
    assert [(each.where, each.text, each.reason) for each in report.outside][3:] == [
        ("column C", "close", "a column that is not read, with 3 cells")
    ]
    given = read(tmp_path / "a.xlsx", plain, labels={"R6": "bartley-2022:operational"})
    assert given.links.link("eric:mandate-change", "bartley-2022:operational") is not None
    with pytest.raises(UnknownNameError, match="R7"):
        read(tmp_path / "a.xlsx", plain, labels={"R6": "R7"})


def test_a_strategy_with_two_classes_is_refused(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["Strategy", "Class"],
        ["Facilitation", "R1"],
        ["33", "R2"],
        ["Mandate change", "R4 / R5"],
        ["Tailor strategies", "highly relational and operational"],
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(to_csv(tmp_path / "a.csv", rows), plain)
    assert [str(fault) for fault in caught.value.faults] == [
        "line 4, column 2: eric:mandate-change has two classes, "
        "bartley-2022:semi-transactional and bartley-2022:highly-transactional; keep one",
        "line 5, column 2: eric:tailor-strategies has two classes, "
        "bartley-2022:highly-relational and bartley-2022:operational; keep one",
        "line 2, column 1 and line 3, column 1: all name eric:facilitation; keep one",
    ]


def test_columns_that_contradict_each_other_are_a_question(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["No.", "Strategy", "First reader", "Second reader"],
        ["33", "Facilitation", "R1", "R1"],
        ["44", "Mandate change", "R5", "R4"],
    ]
    path = to_csv(tmp_path / "a.csv", rows)
    with pytest.raises(InvalidTableError) as caught:
        read(path, plain)
    assert [str(fault) for fault in caught.value.faults] == [
        "line 3: column 3 and column 4 give different classes; set columns"
    ]
    report = read(path, plain, columns=("strategy", "Second reader"))
    assert [link.target for link in report.links.links] == [
        "bartley-2022:highly-relational",
        "bartley-2022:semi-transactional",
    ]
    rows[2] = ["44", "Mandate change", "R5", ""]
    assert len(read(to_csv(path, rows), plain).links.links) == 2
    with pytest.raises(InvalidQueryError, match="no row with the headers 'Strategy' and 'Third'"):
        read(path, plain, columns=("Strategy", "Third"))
    with pytest.raises(InvalidTableError, match=r"no cell names a class|no strategy has a class"):
        read(path, plain, columns=("Strategy", "No."))


def test_classes_may_be_named_and_ranked_in_two_columns(tmp_path: Path, plain: Registry) -> None:
    rows: list[Row] = [
        ["Strategy", "Rank", "Class"],
        ["Facilitation", "1", "Highly relational"],
        ["Mandate change", "5", "Highly transactional"],
    ]
    report = read(to_csv(tmp_path / "a.csv", rows), plain)
    assert [link.target for link in report.links.links] == [
        "bartley-2022:highly-relational",
        "bartley-2022:highly-transactional",
    ]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([], "no cell names a term of eric; is this the right scheme"),
        ([["Planning", "R1"]], "no cell names a term of eric; .* begin with 'Planning', 'R1'"),
        (
            [["Facilitation", "close"]],
            "no cell names a class of bartley-2022; expected bartley-2022:highly-relational or 1",
        ),
        ([["Facilitation", ""], ["", "R1"]], "no strategy has a class beside it"),
    ],
)
def test_a_file_without_classes(
    rows: list[Row], message: str, tmp_path: Path, plain: Registry
) -> None:
    with pytest.raises(InvalidTableError, match=message):
        read(to_csv(tmp_path / "a.csv", rows), plain)


def test_a_basis_of_classes_is_brought_by_a_plugin(tmp_path: Path, plain: Registry) -> None:
    from implsci import LinkSet, hookimpl
    from implsci.formats.matrix import write_links
    from implsci.termtable import read_links

    report = read(to_csv(tmp_path / "a.csv", [["Facilitation", "R1"]]), plain)
    write_links(report.links, tmp_path / "links.csv")

    class Ours:
        plugin_name = "ours"

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [
                read_links(
                    tmp_path / "links.csv",
                    basis="our-classes",
                    kind="coding",
                    title="Our classes",
                    sources=report.links.sources,
                    targets=report.links.targets,
                )
            ]

    registry = Registry(plugins=[eric, bartley, Ours()], strict=True)
    assert registry.links("our-classes") == report.links
