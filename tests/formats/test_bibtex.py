"""BibTeX: accents, names, macros, inheritance; and RIS through BibTeX to CSL-JSON."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import bibtexparser
import pytest
from attrs import evolve
from bibtexparser.middlewares.names import SeparateCoAuthors
from hypothesis import given
from hypothesis import strategies as st

from implsci.compendium import Compendium
from implsci.errors import FormatError
from implsci.formats.compendium import bibtex, csl_json, ris
from implsci.formats.compendium._references import bibtex_entries
from implsci.formats.compendium._references.latex import escaped, plain
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Outcome, Study
from implsci.testing import studies

DATA = Path(__file__).parents[1] / "data" / "references"


def read(path: Path) -> tuple[list[Study], Ledger]:
    ledger = Ledger(path.name)
    return list(bibtex.read(path, ledger)), ledger


def read_text(text: str, folder: Path) -> tuple[list[Study], Ledger]:
    path = folder / "in.bib"
    path.write_bytes(text.encode())
    return read(path)


def written(some: Sequence[Study], folder: Path) -> tuple[str, Ledger]:
    ledger = Ledger()
    bibtex.write(Compendium(studies=tuple(some)), folder / "out.bib", ledger)
    return (folder / "out.bib").read_bytes().decode(), ledger


def again(some: Sequence[Study], folder: Path) -> list[Study]:
    written(some, folder)
    return [bare(study) for study in read(folder / "out.bib")[0]]


def bare(study: Study) -> Study:
    return evolve(study, provenance=())


def test_jabref() -> None:
    found, ledger = read(DATA / "jabref.bib")
    article, child, parent, same, report, body = found
    assert bare(article) == Study(
        id="powell2015",
        title=r"A refined ERIC compilation: 50% & more on $\alpha_{1}$",
        year=2015,
        citation=Citation(
            authors=(
                "Powell, Byron J.",
                "von der Leyen, Ursula",
                "World Health Organization",
                "King, Martin L., Jr.",
                "Gödel, Kurt",
                "Dvořák, Antonín",
                "et al.",
            ),
            container="Implementation Science",
            volume="10",
            issue="1",
            pages="21-25",
            doi="10.1186/s13012-015-0209-1",
            url="https://example.org/~me/a_b%20c",
        ),
        codings=(Coding(coder="ASReview", of="screening", value="relevant", by="human"),),
        extra={
            "reference.type": "article-journal",
            "reference.date": "2015-02",
            "reference.keyword.1": "trust",
            "reference.keyword.2": "a; b",
            "reference.keyword.3": "co-creation",
            "reference.abstract": "One sentence. Another sentence.",
            "reference.issn.1": "1748-5908",
            "reference.issn.2": "1748-5909",
            "bibtex:groups": "ours",
        },
    )
    assert child.citation is not None
    assert child.citation.container == "Proceedings of Something"
    assert (child.year, child.extra["reference.editor.1"]) == (1999, "E, F")
    assert (parent.id, parent.extra["reference.type"]) == ("Parent", "book")
    assert same.citation == Citation(container="Journal of Clean Prose")
    assert same.extra["bibtex:citekey"] == "powell2015"
    assert same.extra["bibtex:title"] == "A second title"
    assert report.title == 'Report on "quotes"'
    assert report.citation == Citation(publisher="WHO")
    assert body.citation == Citation(authors=("Department of Health, Education",))
    assert body.extra["reference.corporate.1"] == "Department of Health, Education"
    lines = (DATA / "jabref.bib").read_text("utf-8").splitlines()
    broken = [
        f"line {n}" for n, line in enumerate(lines, 1) if "{broken," in line or "{last," in line
    ]
    assert [fault.path for fault in ledger.skipped] == broken
    assert {fault.path for fault in ledger.left_out} == {
        "comments between entries",
        "@preamble",
        "macros",
        "LaTeX",
    }


def test_what_was_read_comes_back_but_what_an_entry_cannot_hold_twice(tmp_path: Path) -> None:
    found, _ = read(DATA / "jabref.bib")
    back = again(found, tmp_path)
    _, ledger = written(found, tmp_path)
    assert ledger.count("extra bibtex:title") == 1
    expected = [bare(study) for study in found]
    without = {key: value for key, value in found[3].extra.items() if key != "bibtex:title"}
    expected[3] = evolve(expected[3], extra=without)
    assert back == expected


@pytest.mark.parametrize(
    ("latex", "text"),
    [
        (r"G{\"o}del", "Gödel"),
        (r"\'{\i}", "í"),
        (r"na\"\i ve", "naïve"),
        (r"\v{S}imon and \c cedilla", "Šimon and çedilla"),
        (r"Erd{\H o}s, {\AA}ngstr\"om, Stra{\ss}e", "Erdős, Ångström, Straße"),
        (r"{\L}\'od\'z", "Łódź"),
        (r"{DNA} in {\it E. coli}", "DNA in E. coli"),
        (r"50\% \& \$5 \#1 a\_b", "50% & $5 #1 a_b"),
        (r"$x_{1}$ stays", r"$x_{1}$ stays"),
        (r"\unknown{kept} here", r"\unknown{kept} here"),
        (r"see \url{http://a/~b_c}", "see http://a/~b_c"),
        (r"Donald~E. Knuth", "Donald E. Knuth"),
        (r"\textbackslash{}x", r"\x"),
        ("cost $5 only", "cost $5 only"),
    ],
)
def test_latex_as_text(latex: str, text: str) -> None:
    assert plain(latex, Ledger()) == text


@given(st.text(max_size=40))
def test_text_as_latex_and_back(text: str) -> None:
    assert plain(escaped(text), Ledger()) == text


@given(st.text(st.sampled_from("\\{}$~^\"'`aou cvH_%&#\n"), max_size=60))
def test_any_latex_is_read(text: str) -> None:
    plain(text, Ledger())


def test_years_and_months_as_people_write_them(tmp_path: Path) -> None:
    found, _ = read_text(
        "@misc{a, title={A}, year=2019, month=mar, day=5}"
        '@misc{b, title={B}, year={2019}, month="March"}'
        "@misc{c, title={C}, date={2019-03-05}}"
        "@misc{d, title={D}, date={2019-03/2020-01}}"
        "@misc{e, title={E}, year={in press}}"
        "@misc{f, title={F}, year={2019}, month={Spring}}",
        tmp_path,
    )
    assert [study.year for study in found] == [2019, 2019, 2019, 2019, None, 2019]
    assert [dict(study.extra) for study in found] == [
        {"reference.date": "2019-03-05"},
        {"reference.date": "2019-03"},
        {"reference.date": "2019-03-05"},
        {"bibtex:date": "2019-03/2020-01"},
        {"bibtex:year": "in press"},
        {"bibtex:month": "Spring"},
    ]
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_types_have_their_own_fields(tmp_path: Path) -> None:
    found, _ = read_text(
        "@phdthesis{a, title={A}, school={S}}"
        "@techreport{b, title={B}, institution={I}}"
        "@incollection{c, title={C}, booktitle={Book}}"
        "@online{d, title={D}}",
        tmp_path,
    )
    text, _ = written(found, tmp_path)
    for part in (
        "@phdthesis{a",
        "school = {S}",
        "institution = {I}",
        "booktitle = {Book}",
        "@online{d",
    ):
        assert part in text
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_ids_that_are_no_keys_come_back(tmp_path: Path) -> None:
    some = [Study(id=name, title="A") for name in ("a,b", "A", "a", "{x}", "é", "10.1/x(2)")]
    assert [study.id for study in again(some, tmp_path)] == [study.id for study in some]
    keys = [entry.key for entry in bibtexparser.parse_file(str(tmp_path / "out.bib")).entries]
    assert len({key.lower() for key in keys}) == len(some)


def test_bad_input(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no entry"):
        read_text("title,year\nA,2019\n", tmp_path)
    assert read_text("", tmp_path)[0] == []
    deep = "{" * 100_000
    found, ledger = read_text(
        f"@misc{{a, title={deep}\n@misc{{b, title={deep}x{'}' * 100_000}}}\n@misc{{c, title={{C}}}}",
        tmp_path,
    )
    assert [study.title for study in found] == ["x", "C"]
    assert [fault.path for fault in ledger.skipped] == ["line 1"]


def test_macros_that_double_do_not_fill_the_memory(tmp_path: Path) -> None:
    doubling = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 25))
    text = f'@string{{a0 = "0123456789"}}\n{doubling}@misc{{a, title = a24}}\n@misc{{b, title = {{B}}}}'
    found, ledger = read_text(text, tmp_path)
    # 10 characters doubled 17 times are the first that are more than a million.
    assert ledger.skipped[0].path == "line 18"
    assert "a value of more than 1,048,576 characters" in ledger.skipped[0].message
    assert (ledger.skipped[-1].path, ledger.skips) == ("line 26", 9)
    assert [study.title for study in found] == ["B"]


@pytest.mark.parametrize("how", ["macro", "parent"])
def test_much_put_into_many_entries_is_skipped_by_line(
    how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bibtex_entries, "_MOST", 1_000_000)
    long = "x" * 100_000
    head = f'@string{{m = "{long}"}}\n@book{{p, title = {{P}}, note = {{{long}}}}}\n'
    told = "note = m # {y}" if how == "macro" else "crossref = {p}"
    lines = "".join(f"@misc{{e{n}, title = {{E}}, {told}}}\n" for n in range(14))
    found, ledger = read_text(head + lines, tmp_path)
    assert [study.id for study in found] == ["p", *(f"e{n}" for n in range(10))]
    assert [fault.path for fault in ledger.skipped] == [f"line {n}" for n in range(13, 17)]


def test_nothing_raw_and_no_forged_field(tmp_path: Path) -> None:
    forged = "x},\n}\n@misc{forged, title={forged}}\n\0\x85"
    study = Study(
        id="a",
        title=f"T{forged}",
        citation=Citation(authors=(forged, f"A, {forged}", "B and C"), url=f"http://a{forged}"),
        outcomes=(Outcome(id="o", label="reach"),),
        extra={
            "bibtex:x = {1}, y": "z",
            "bibtex:ENTRYTYPE": "misc{forged, title={forged}} @misc",
            "reference.abstract": forged,
            "bibtex:groups": forged,
        },
    )
    text, ledger = written([study], tmp_path)
    library = bibtexparser.parse_string(text)
    assert (len(library.entries), len(library.failed_blocks), len(library.comments)) == (1, 0, 0)
    assert "\0" not in text
    assert "\x85" not in text
    (back,) = read(tmp_path / "out.bib")[0]
    assert back.citation is not None
    assert back.citation.authors[2] == "B and C"
    assert {"outcomes", "extra bibtex:x = {1}, y", "reference.url"} <= {
        fault.path for fault in ledger.left_out
    }


def test_bibtexparser_reads_what_was_written(tmp_path: Path) -> None:
    found = list(ris.read(DATA / "embase_ovid_export_60.ris", Ledger()))
    text, _ = written(found, tmp_path)
    library = bibtexparser.parse_string(text, append_middleware=[SeparateCoAuthors()])
    assert not library.failed_blocks
    assert [entry.key for entry in library.entries] == [study.id for study in found]
    for entry, study in zip(library.entries, found, strict=True):
        fields = entry.fields_dict
        assert study.citation is not None
        assert fields["title"].value == escaped(study.title)
        assert fields["doi"].value == study.citation.doi
        assert fields["year"].value == str(study.year)
        authors = fields["author"].value if "author" in fields else []
        assert [name.strip("{}") for name in authors] == list(study.citation.authors)


@pytest.mark.parametrize(
    "name", ["embase_ovid_export_60.ris", "endnote.ris", "zotero.ris", "pubmed.ris", "asreview.ris"]
)
def test_ris_through_bibtex_and_csl_keeps_what_they_share(name: str, tmp_path: Path) -> None:
    found = list(ris.read(DATA / name, Ledger()))
    written(found, tmp_path)
    through = read(tmp_path / "out.bib")[0]
    csl_json.write(Compendium(studies=tuple(through)), tmp_path / "a.csl.json", Ledger())
    back = list(csl_json.read(tmp_path / "a.csl.json", Ledger()))
    for one, other in zip(found, back, strict=True):
        shared = {key: value for key, value in one.extra.items() if key.startswith("reference.")}
        assert bare(other) == evolve(bare(one), extra=shared | {
            key: value for key, value in other.extra.items() if not key.startswith("reference.")
        })  # fmt: skip


# Texts as people have them: printable, one blank between words.
texts = (
    st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=30)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
words = texts.map(lambda part: part.replace(",", "").strip() or "x").map(
    lambda t: " ".join(t.split())
)
names = st.builds(lambda *parts: ", ".join(parts), words, words) | words
addresses = st.from_regex(r"https?://[a-z.]{1,20}/[A-Za-z0-9%~_#?=&;()-]{0,20}", fullmatch=True)
citations = st.builds(
    Citation,
    authors=st.lists(names, max_size=3).map(tuple),
    container=st.none() | texts,
    volume=st.none() | texts,
    issue=st.none() | texts,
    pages=st.none() | texts | st.from_regex(r"[eS]?\d{1,4}-\d{1,4}", fullmatch=True),
    publisher=st.none() | texts,
    doi=st.none() | st.from_regex(r"10\.\d{4,9}/[a-zA-Z0-9._;()/-]{0,20}[a-z0-9]", fullmatch=True),
    url=st.none() | addresses,
    license=st.none() | texts,
    text=st.none() | texts,
)


@given(
    st.builds(
        Study,
        id=st.just("a"),
        title=texts,
        year=st.none() | st.integers(1800, 2100),
        citation=citations.filter(lambda citation: citation != Citation()),
    ),
    st.lists(texts, max_size=3),
    st.lists(texts, max_size=3),
)
def test_a_citation_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, study: Study, keywords: list[str], notes: list[str]
) -> None:
    extra: dict[str, str | int | float | bool | None] = {}
    extra |= {f"reference.keyword.{n}": word for n, word in enumerate(keywords, 1)}
    extra |= {f"reference.note.{n}": note for n, note in enumerate(notes, 1)}
    study = evolve(study, extra=extra)
    (back,) = again([study], tmp_path_factory.getbasetemp())
    assert back == study


@given(st.lists(studies(), max_size=2, unique_by=lambda study: study.id))
def test_any_study_can_be_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, some: list[Study]
) -> None:
    once = again(some, tmp_path_factory.getbasetemp())
    assert [study.id for study in once] == [study.id for study in some]
    assert again(once, tmp_path_factory.getbasetemp()) == once
