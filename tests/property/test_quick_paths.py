"""What is quick agrees with what is careful: folding, checking and compiling many terms at once."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import testing
from implsci.codes import Code, are_codes, is_code, split
from implsci.errors import InvalidTableError, UnreadableFileError
from implsci.names import fold, fold_all
from implsci.taxonomy import Taxonomy, Term
from implsci.termtable import compile_taxonomy, read_compiled, read_taxonomy

NAMES = st.lists(
    st.text(max_size=12) | st.sampled_from(["A & b", "2.2", "Ünï", "a  b", "x\ny", " z "])
)


@given(NAMES)
def test_folding_many_is_folding_each(names: list[str]) -> None:
    assert fold_all(names) == [fold(name) for name in names]


CODES = st.lists(
    st.sampled_from(
        ["a:x", "a:x1", "a:2.2", "b:x", "a:", "a:x\na:y", "a:a:x", "a:-x", "a", "", "a:é"]
    )
    | st.text(alphabet="ab:x1.-_\n", max_size=6),
    max_size=5,
)


@given(CODES)
def test_many_codes_at_once_are_judged_as_each_by_itself(codes: list[str]) -> None:
    each = all(is_code(code) and split(Code(code))[0] == "a" for code in codes)
    assert are_codes(codes, "a") == each


SOUND = Term(code=Code("tea:green"), label="Green", definition="Unfermented.")
CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from(["tea:green", "tea:black", "cup:green", "tea", "tea:a b", ""]),
        "label": st.sampled_from(["Black", "", "  ", "a\nb", "a\x1bb", "é"]),
        "definition": st.sampled_from(["", "A\nb.", "a\x00b", "x" * 300]),
        "synonyms": st.sampled_from([(), ("One", "Two"), ("a\tb",), ("\x7f",)]),
        "hidden_labels": st.sampled_from([(), ("what is it",), ("a\nb",)]),
        "broader": st.sampled_from([(), ("tea:green",), ("tea:black",), ("tea:none",)]),
        "notation": st.sampled_from([None, "1", "1", "a\nb"]),
        "status": st.sampled_from(["verified", "sure"]),
        "source": st.sampled_from([None, "Me 2020", "a\x1bb"]),
        "replaced_by": st.sampled_from([None, "tea:green", "tea:none"]),
    },
)


@given(st.lists(CHANGES, max_size=4), st.sampled_from(["tea", "Tea", "tea-1"]), st.text(max_size=3))
def test_what_passes_at_a_glance_has_no_fault(
    changes: list[dict[str, object]], scheme: str, title: str
) -> None:
    terms = tuple(evolve(SOUND, **change) for change in changes)  # type: ignore[arg-type]
    taxonomy = Taxonomy.__new__(Taxonomy)
    vars(taxonomy).update(
        scheme=scheme, title=title, kind="strategy", terms=terms, family=scheme,
        edition=None, license=None, citation=None,
    )  # fmt: skip
    if taxonomy._plainly_sound():
        assert not list(taxonomy._faults())


@given(testing.taxonomies())
def test_a_compiled_taxonomy_comes_back_equal(taxonomy: Taxonomy) -> None:
    data = compile_taxonomy(taxonomy)
    assert data == compile_taxonomy(taxonomy)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tea.terms"
        path.write_bytes(data)
        again = read_compiled(path)
    assert again == taxonomy
    assert hash(again) == hash(taxonomy)
    for term in taxonomy:
        assert again.labeled(term.label) == taxonomy.labeled(term.label)
        assert all(again.called(name) == taxonomy.called(name) for name in term.synonyms)
        assert again.ancestors(term.code) == taxonomy.ancestors(term.code)
        assert again.expand(term.code) == taxonomy.expand(term.code)


@given(testing.taxonomies())
def test_names_lead_to_exactly_the_terms_that_bear_them(taxonomy: Taxonomy) -> None:
    for term in taxonomy:
        for name in (term.label, term.label.upper(), *term.synonyms):
            key = fold(name)
            assert taxonomy.labeled(name) == tuple(
                other for other in taxonomy if key and fold(other.label) == key
            )
            assert taxonomy.called(name) == tuple(
                other for other in taxonomy if key and key in map(fold, other.synonyms)
            )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda data: b"", "expected a compiled term table of version 1"),
        (lambda data: data.replace(b"terms 1 ", b"terms 2 ", 1), "of version 1"),
        (lambda data: data[:-1], "cut short or changed"),
        (lambda data: data.replace(b"Unfermented", b"Unfermentod"), "cut short or changed"),
    ],
)
def test_a_damaged_compiled_table_is_refused(change: object, message: str, tmp_path: Path) -> None:
    taxonomy = Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(SOUND,))
    path = tmp_path / "tea.terms"
    path.write_bytes(change(compile_taxonomy(taxonomy)))  # type: ignore[operator]
    with pytest.raises(InvalidTableError, match=message):
        read_compiled(path)


def test_a_compiled_table_that_is_not_there_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        read_compiled(tmp_path / "none.terms")


def test_ratings_and_facets_of_eric_survive_compiling(tmp_path: Path) -> None:
    from implsci.taxonomies import eric

    path = tmp_path / "eric.terms"
    path.write_bytes(compile_taxonomy(eric.taxonomy()))
    again = read_compiled(path)
    assert again == eric.taxonomy()
    assert again["eric:audit-and-provide-feedback"].ratings[0].value == 4.4
    assert again["eric:audit-and-provide-feedback"].facet("go-zone") == ("I",)


# ------------------------------------------------------------------------- the table itself

HEAD = "code,label,definition"


def read(tmp_path: Path, text: str, ratings: str | None = None) -> Taxonomy:
    path = tmp_path / "tea.csv"
    path.write_text(text, encoding="utf-8")
    rated = None
    if ratings is not None:
        rated = tmp_path / "ratings.csv"
        rated.write_text(ratings, encoding="utf-8")
    return read_taxonomy(path, scheme="tea", title="Tea", kind="strategy", ratings=rated)


def test_line_breaks_within_cells_keep_their_lines(tmp_path: Path) -> None:
    text = f'{HEAD},status\ngreen,Green,"One\nTwo",verified\n\nblack,Black,x,sure\n'
    with pytest.raises(InvalidTableError, match=r"line 5: tea:black\.status"):
        read(tmp_path, text)
    sound = read(tmp_path, text.replace("sure", "derived"))
    assert sound["tea:green"].definition == "One\nTwo"
    windows = read(tmp_path, text.replace("sure", "derived").replace("\n", "\r\n"))
    assert windows["tea:black"] == sound["tea:black"]


def test_an_apostrophe_that_guards_a_cell_is_taken_off(tmp_path: Path) -> None:
    found = read(tmp_path, f"{HEAD}\ngreen,'=Green,'tis unfermented\nblack,'-,'@x\n")
    assert [term.label for term in found] == ["=Green", "-"]
    assert found["tea:green"].definition == "'tis unfermented"


def test_ratings_come_from_a_table_of_their_own(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        f"{HEAD}\ngreen,Green,x\nblack,Black,y\n",
        "term,name,value,scale_min,scale_max,n,source\ngreen,importance,4.4,1,5,,Me 2020\n",
    )
    (rating,) = found["tea:green"].ratings
    assert (rating.value, rating.scale_max, rating.n) == (4.4, 5, None)
    assert found["tea:black"].ratings == (), "missing is no rating, not zero"


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("white,importance,4,1,5,", "line 2: term: 'white' is no term of the table"),
        ("green,importance,x,1,5,", "line 2: value: expected a number, got 'x'"),
        ("green,importance,nan,1,5,", "line 2: value: expected a number, got 'nan'"),
        ("green,importance,,1,5,", "line 2: expected a name and a value"),
        ("green,importance,6,1,5,", "line 2: value: 6 is outside its scale"),
        ("green,importance,4,1,5,-1", "line 2: n: expected a whole number"),
    ],
)
def test_a_bad_rating_is_refused_with_its_line(row: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidTableError, match=message):
        read(
            tmp_path, f"{HEAD}\ngreen,Green,x\n", f"term,name,value,scale_min,scale_max,n\n{row}\n"
        )


def test_faults_of_a_crosswalk_and_of_links_have_their_lines(tmp_path: Path) -> None:
    from implsci.termtable import read_crosswalk, read_links

    path = tmp_path / "x.csv"
    path.write_text(
        "subject,predicate,object\na:x,,sssom:NoTermFound\na:y,skos:wrong,b:y\na:x,skos:exactMatch,b:x\n",
        encoding="utf-8",
    )
    with pytest.raises(InvalidTableError) as caught:
        read_crosswalk(path, name="a-to-b", subject_scheme="a", object_scheme="b", title="T")
    assert "line 3: mappings[0]: unknown predicate 'skos:wrong'" in str(caught.value)
    assert "line 2: unmatched[0]: 'a:x' has a mapping all the same" in str(caught.value)
    path.write_text("source,target,k,n\na:x,b:x,1,2\na:x,b:y,5,2\n", encoding="utf-8")
    with pytest.raises(InvalidTableError, match="line 3: a:x -> b:y: expected a count from 0 to 2"):
        read_links(
            path, basis="mine", kind="endorsement", title="T",
            sources=[Code("a:x")], targets=[Code("b:x"), Code("b:y")],
        )  # fmt: skip


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"value": float("nan")}, "NaN"),
        ({"value": float("inf")}, "infinity"),
        ({"value": 6.0, "scale_max": 5.0}, "outside its scale"),
        ({"value": 1.0, "n": -4}, "n of 1 or more"),
        ({"value": 1.0, "name": "a\x07"}, "control characters"),
    ],
)
def test_a_rating_that_is_none_is_refused(values: dict[str, object], message: str) -> None:
    from implsci.taxonomy import TermRating

    rating = TermRating(**({"name": "importance"} | values))  # type: ignore[arg-type]
    with pytest.raises(InvalidTableError, match=message):
        Taxonomy(
            scheme="tea", title="T", kind="strategy", terms=(evolve(SOUND, ratings=(rating,)),)
        )


def test_the_contract_looks_into_compiled_tables(tmp_path: Path) -> None:
    from implsci.taxonomy._columns import make_taxonomy

    circle = evolve(SOUND, broader=(SOUND.code,))
    values = {"scheme": "tea", "title": "T", "kind": "strategy", "family": "tea",
              "edition": None, "license": None, "citation": None}  # fmt: skip
    forged = make_taxonomy(values, (circle,), ["green"], [])

    class Forged(testing.TaxonomyContract):
        taxonomy = forged

    with pytest.raises(pytest.fail.Exception, match="leads back to itself"):
        Forged().test_its_rules_hold()
