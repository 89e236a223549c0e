"""Term tables out, and in again by the reader that plugins use."""

from __future__ import annotations

import csv
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from attrs import evolve, fields
from hypothesis import given
from hypothesis import strategies as st
from made_taxonomies import full_taxonomies

from implsci import Registry
from implsci.errors import InvalidTableError, UnreadableFileError
from implsci.escaping import inert, live
from implsci.formats import write_terms
from implsci.taxonomy import Facet, Taxonomy, Term, TermRating
from implsci.termtable import read_taxonomy


def again(taxonomy: Taxonomy, files: tuple[Path, ...]) -> Taxonomy:
    return read_taxonomy(
        files[0],
        scheme=taxonomy.scheme,
        title=taxonomy.title,
        kind=taxonomy.kind,
        family=taxonomy.family,
        edition=taxonomy.edition,
        license=taxonomy.license,
        citation=taxonomy.citation,
        ratings=files[1] if len(files) > 1 else None,
    )


def tea(**values: object) -> Taxonomy:
    term = Term(**{"code": "tea:a", "label": "A", "definition": "D", **values})  # type: ignore[arg-type]
    return Taxonomy(scheme="tea", title="Tea", kind="drink", terms=(term,))


@given(full_taxonomies())
def test_a_table_comes_back_equal_or_is_refused(taxonomy: Taxonomy) -> None:
    with TemporaryDirectory() as folder:
        try:
            files = write_terms(taxonomy, Path(folder, "made.csv"))
        except InvalidTableError:
            assert not list(Path(folder).iterdir())
            return
        assert again(taxonomy, files) == taxonomy


def tidy(taxonomy: Taxonomy) -> Taxonomy:
    """The same, with texts that a cell can hold and ratings that are numbers."""

    def text(value: str | None) -> str | None:
        return None if value is None else f"x{value}x".replace(" | ", "/").replace("=", "-")

    def texts(values: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(f"x{value}x".replace(" | ", "/") for value in values)

    terms = tuple(
        evolve(
            term,
            label=text(term.label),
            definition=text(term.definition),
            synonyms=texts(term.synonyms),
            hidden_labels=texts(term.hidden_labels),
            kind=text(term.kind),
            notation=text(term.notation),
            source=text(term.source),
            facets=tuple(
                Facet(name=text(facet.name), value=text(facet.value))  # type: ignore[arg-type]
                for facet in term.facets
            ),
            ratings=tuple(
                evolve(rating, name=text(rating.name), source=text(rating.source))
                for rating in term.ratings
                if abs(rating.value) != float("inf")
                and abs(rating.scale_min or 0) != float("inf")
                and abs(rating.scale_max or 0) != float("inf")
            ),
        )
        for term in taxonomy
    )
    return evolve(taxonomy, terms=terms)


@given(full_taxonomies().map(tidy))
def test_what_a_cell_can_hold_always_comes_back(taxonomy: Taxonomy) -> None:
    with TemporaryDirectory() as folder:
        assert again(taxonomy, write_terms(taxonomy, Path(folder, "made.csv"))) == taxonomy


def test_all_built_in_vocabularies_come_back(registry: Registry, tmp_path: Path) -> None:
    for taxonomy in registry.taxonomies():
        files = write_terms(taxonomy, tmp_path / f"{taxonomy.scheme}.csv")
        assert again(taxonomy, files) == taxonomy
        rated = any(term.ratings for term in taxonomy)
        assert [file.name for file in files] == [
            f"{taxonomy.scheme}.csv", *[f"{taxonomy.scheme}-ratings.csv"] * rated
        ]  # fmt: skip


def test_the_table_in_full(tmp_path: Path) -> None:
    taxonomy = tea(
        label='Green, "sencha"',
        synonyms=("Green", "Ryokucha"),
        notation="1.1",
        facets=(Facet(name="origin", value="Japan"),),
        ratings=(TermRating(name="taste", value=4.5, scale_min=1, scale_max=5, n=9, source="Us"),),
        source="Lu Yu 760",
    )
    table, ratings = write_terms(taxonomy, tmp_path / "tea.csv")
    assert table.read_text("utf-8") == (
        "code,label,synonyms,definition,broader,kind,notation,facets,source,status\n"
        'a,"Green, ""sencha""",Green | Ryokucha,D,,term,1.1,origin=Japan,Lu Yu 760,verified\n'
    )
    assert ratings.read_text("utf-8") == (
        "term,name,value,scale_min,scale_max,n,source\na,taste,4.5,1,5,9,Us\n"
    )


def test_the_file_for_ratings_can_be_named(tmp_path: Path) -> None:
    taxonomy = tea(ratings=(TermRating(name="taste", value=4),))
    files = write_terms(taxonomy, tmp_path / "a.csv", ratings=tmp_path / "b.csv")
    assert [file.name for file in files] == ["a.csv", "b.csv"]
    assert again(taxonomy, files) == taxonomy


FORMULAS = ("=1+1", "+44 20", "-1", "@SUM(A1)", '=HYPERLINK("http://e.org")', "= 1", "'=1", "''+1")


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_runs_in_a_spreadsheet(text: str, tmp_path: Path) -> None:
    taxonomy = tea(label=text, definition=text, synonyms=(text, "b"), source=text, notation=text)
    try:
        (file,) = write_terms(taxonomy, tmp_path / "tea.csv")
    except InvalidTableError:  # what the reader would take for its own apostrophe
        assert text.startswith("'")
        return
    with file.open(newline="", encoding="utf-8") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert not [cell for cell in cells if cell[:1] in set("=+-@\t\r")]
    assert again(taxonomy, (file,)) == taxonomy


@given(st.text(st.sampled_from("'=+-@ \t\rab"), max_size=8))
def test_an_apostrophe_put_before_a_formula_comes_off_again(text: str) -> None:
    assert live(inert(text)) == text
    assert inert(text)[:1] not in set("\t\r")
    assert inert(text).lstrip()[:1] not in set("=+-@")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("label", " A"),
        ("synonyms", ("a | b",)),
        ("synonyms", ("a", "")),
        ("source", ""),
        ("notation", "1 "),
        ("facets", (Facet(name="a=b", value="c"),)),
        ("facets", (Facet(name="", value="c"),)),
        ("hidden_labels", ("a ",)),
    ],
)
def test_what_no_cell_can_hold_is_refused_by_name(
    field: str, value: object, tmp_path: Path
) -> None:
    with pytest.raises(InvalidTableError) as caught:
        write_terms(tea(**{field: value}), tmp_path / "tea.csv")
    faults = [fault for fault in caught.value.faults if field in f"{fault.path} {fault.message}"]
    assert len(faults) == 1
    assert not list(tmp_path.iterdir())


def test_every_field_of_a_term_is_in_the_table() -> None:
    """A field that is new is refused until the table has it, not dropped."""
    from implsci.formats import terms

    columns = {*terms._COLUMNS, "ratings"}
    assert {field.name for field in fields(Term)} == columns


def test_a_name_that_ends_otherwise_is_refused(tmp_path: Path) -> None:
    for path, ratings in (("tea.txt", None), ("tea.csv", "ratings.tsv")):
        with pytest.raises(UnreadableFileError, match=r"expected a \.csv file"):
            write_terms(tea(), tmp_path / path, ratings=ratings)
    with pytest.raises(UnreadableFileError):
        write_terms(tea(), tmp_path / "no" / "tea.csv")


def test_nothing_is_half_written(tmp_path: Path) -> None:
    (path := tmp_path / "tea.csv").write_text("old")
    with pytest.raises(InvalidTableError):
        write_terms(tea(label="A "), path)
    assert path.read_text() == "old"
    write_terms(evolve(tea(), title="x"), path)
    assert path.read_text() != "old"
    assert [file.name for file in tmp_path.iterdir()] == ["tea.csv"]
