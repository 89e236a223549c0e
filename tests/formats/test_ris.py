"""RIS in every dialect: what is in a file is kept or listed, and comes back."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest
import rispy
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci.compendium import Compendium
from implsci.errors import FormatError, InvalidTableError
from implsci.formats.compendium import ris
from implsci.ledger import Ledger
from implsci.model import Barrier, Citation, Coding, Study
from implsci.testing import studies

DATA = Path(__file__).parents[1] / "data" / "references"
EMBASE = DATA / "embase_ovid_export_60.ris"


def read(path: Path) -> tuple[list[Study], Ledger]:
    ledger = Ledger(path.name)
    return list(ris.read(path, ledger)), ledger


def read_bytes(data: bytes, folder: Path) -> tuple[list[Study], Ledger]:
    path = folder / "in.ris"
    path.write_bytes(data)
    return read(path)


def written(some: Sequence[Study], folder: Path) -> tuple[str, Ledger]:
    ledger = Ledger()
    path = folder / "out.ris"
    ris.write(Compendium(studies=tuple(some)), path, ledger)
    return path.read_bytes().decode(), ledger


def again(some: Sequence[Study], folder: Path) -> list[Study]:
    written(some, folder)
    return [bare(study) for study in read(folder / "out.ris")[0]]


def bare(study: Study) -> Study:
    """The study without the name of the file it came from."""
    return evolve(study, provenance=())


def plain_records(path: Path) -> list[list[tuple[str, str]]]:
    """The tags that hold something, by a loop that knows nothing of the reader."""
    records: list[list[tuple[str, str]]] = []
    for line in path.read_text("utf-8-sig").splitlines():
        tag, mark, value = line[:2], line[2:5], line[5:].strip()
        if mark != "  -" or tag == "ER":
            continue
        if tag == "TY":
            records.append([])
        elif value:
            records[-1].append((tag, value))
    return records


def held(study: Study) -> list[str]:
    """Every text that a study holds, as it could stand in a file."""
    cited = study.citation or Citation()
    texts = [study.title, str(study.year), study.id, *map(str, study.extra.values())]
    texts += cited.authors
    for name in ("container", "volume", "issue", "publisher", "doi", "url"):
        texts += [text] if (text := getattr(cited, name)) else []
    first, hyphen, last = (cited.pages or "").partition("-")
    texts += [first, last] if hyphen else [first]
    return texts


def test_embase_all_studies_titles_and_dois() -> None:
    found, ledger = read(EMBASE)
    records = plain_records(EMBASE)
    assert len(found) == len(records) == 60
    assert ledger.skips == 0
    assert [study.title for study in found] == [dict(tags)["T1"] for tags in records]
    assert [study.citation.doi if study.citation else None for study in found] == [
        dict(tags)["DO"].removeprefix("https://dx.doi.org/") for tags in records
    ]
    assert Counter(study.year for study in found) == Counter(
        int(dict(tags)["Y1"][:4]) for tags in records
    )
    assert len({study.id for study in found}) == 60


def test_embase_every_tag_is_kept() -> None:
    found, _ = read(EMBASE)
    count = 0
    for study, tags in zip(found, plain_records(EMBASE), strict=True):
        texts = Counter(held(study))
        for tag, value in tags:
            shown = {
                "Y1": value.removesuffix("//"),
                "DO": value.removeprefix("https://dx.doi.org/"),
            }.get(tag, value)
            assert texts[shown] > 0, (tag, value, study)
            texts[shown] -= 1
            count += 1
    assert count == 1128  # by grep: 1,153 lines with a tag but TY and ER, less 25 empty ones


def test_embase_lines_between_records_are_listed() -> None:
    _, ledger = read(EMBASE)
    assert ledger.count("lines between records") == 59
    assert "60 lines with nothing but a record's number were passed over" in ledger.said


def test_embase_comes_back_equal(tmp_path: Path) -> None:
    found, _ = read(EMBASE)
    assert again(found, tmp_path) == [bare(study) for study in found]


DIALECTS = ("endnote.ris", "zotero.ris", "scopus.ris", "pubmed.ris", "asreview.ris")


@pytest.mark.parametrize("name", DIALECTS)
def test_every_dialect_comes_back_equal(name: str, tmp_path: Path) -> None:
    found, ledger = read(DATA / name)
    assert ledger.skips == 0
    assert len(found) == len(plain_records(DATA / name))
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_endnote() -> None:
    (article, book), ledger = read(DATA / "endnote.ris")
    assert article == Study(
        id="17",
        title="A refined compilation",
        year=2015,
        citation=Citation(
            authors=(
                "Powell, Byron J.",
                "World Health Organization",
                "Department of Health, Education",
            ),
            container="Implementation Science",
            volume="10",
            issue="1",
            pages="21-35",
            doi="10.1186/s13012-015-0209-1",
            url="https://example.org/a;b?c=1",
        ),
        provenance=article.provenance,
        extra={
            "reference.type": "article-journal",
            "reference.date": "2015-02-12",
            "reference.corporate.1": "Department of Health, Education",
            "reference.container_short": "Implement Sci",
            "reference.issn.1": "1748-5908",
            "reference.url.1": "https://example.org/second",
            "reference.file.1": "internal-pdf://0123/paper.pdf",
            "reference.keyword.1": "trust",
            "reference.keyword.2": "co-creation",
            "reference.keyword.3": "facilitation",
            "reference.abstract": "First line of the abstract, which goes on here.",
            "reference.note.1": "Times Cited: 12",
            "ris:RN.1": "our own remark",
            "ris:C2.1": "PMC4328074",
        },
    )
    assert article.provenance[0].source == "endnote.ris"
    assert book.extra["reference.isbn.1"] == "978-0-451-52753-4"
    assert book.extra["reference.series"] == "Signet Classics"
    assert book.citation is not None
    assert book.citation.authors == ("King, Martin L., Jr",)
    assert book.citation.container is None
    assert any("without a tag" in text for text in ledger.said)


def test_zotero() -> None:
    (chapter, page), _ = read(DATA / "zotero.ris")
    assert chapter.citation is not None
    assert chapter.citation.container == "Handbook of Implementation"
    assert {key: chapter.extra[key] for key in sorted(chapter.extra)} == {
        "reference.accessed": "2023-01-05",
        "reference.date": "2022-03",
        "reference.editor.1": "Editor, Ed",
        "reference.isbn.1": "978-3-16-148410-0",
        "reference.language": "en",
        "reference.series": "Series of Handbooks",
        "reference.short_title": "Trust",
        "reference.translator.1": "Übersetzer, Uwe",
        "reference.type": "chapter",
        "ris:Y2.1": "2023/01/05/10:11:12",
    }
    assert page.extra["reference.date"] == "2020-07-01"
    assert page.extra["reference.date_text"] == "Summer"
    assert page.extra["reference.pmid"] == "32171076"


def test_scopus_and_pubmed() -> None:
    (scopus,), _ = read(DATA / "scopus.ris")
    assert scopus.extra["reference.address.2"] == "University of Lagos, Nigeria"
    assert scopus.extra["reference.keyword.2"] == "Trust"
    assert scopus.extra["ris:C7.1"] == "e12"
    assert scopus.extra["reference.genre"] == "Article"
    (pubmed,), _ = read(DATA / "pubmed.ris")
    assert pubmed.id == "32171076"
    assert pubmed.title == "Practice facilitation"
    assert pubmed.extra["reference.abstract"] == "An abstract under its old tag."
    assert pubmed.extra["reference.date_text"] == "Jan-Feb"
    assert pubmed.extra["ris:PY.1"] == "2012"
    assert pubmed.citation is not None
    assert pubmed.citation.doi == "10.1370/afm.1312"


def test_pages_with_a_hyphen_in_them(tmp_path: Path) -> None:
    found, _ = read_bytes(b"TY  - JOUR\nTI  - A\nSP  - e12-1\nEP  - e12-9\nER  - \n", tmp_path)
    text, _ = written(found, tmp_path)
    assert "SP  - e12-1\n" in text
    assert "EP  - e12-9\n" in text
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_decisions_of_asreview_become_codings(tmp_path: Path) -> None:
    found, _ = read(DATA / "asreview.ris")
    assert [study.codings for study in found] == [
        (Coding(coder="ASReview", of="screening", value="relevant", by="human"),),
        (Coding(coder="ASReview", of="screening", value="irrelevant", by="human"),),
        (Coding(coder="ASReview", of="screening", value="not_seen"),),
    ]
    assert found[0].extra["reference.note.1"] == "a reader's remark"
    assert found[1].extra["reference.note.1"] == "too old"
    text, ledger = written(found, tmp_path)
    assert text.count("N1  - ASReview_") == 3
    assert ledger.count("codings") == 0


ONE = "TY  - JOUR\r\nAU  - Müller, Jürgen\r\nTI  - Über 𝒯\r\nPY  - 2019\r\nER  - \r\n"
CESU = ONE.replace("𝒯", "@").encode().replace(b"@", b"\xed\xa0\xb5\xed\xb2\xaf")


@pytest.mark.parametrize(
    "data",
    [
        ONE.encode(),
        ONE.encode("utf-8-sig"),
        ONE.encode("utf-16"),
        CESU,
        ONE.replace("\r\n", "\n").encode(),
        ONE.replace("\r\n", "\r").encode(),
        ("\r\n\r\n" + ONE.replace("\r\n", "\r\n\r\n")).encode(),
        ONE.replace("ER  - ", "ER  -").encode(),
        ONE.replace("  - ", " - ").encode(),
        ONE.replace("JOUR", "Jour").encode(),
    ],
)
def test_encodings_line_ends_and_blank_lines(data: bytes, tmp_path: Path) -> None:
    found, ledger = read_bytes(data, tmp_path)
    assert ledger.skips == 0
    (study,) = found
    assert study.title == "Über 𝒯"
    assert study.citation == Citation(authors=("Müller, Jürgen",))
    assert (study.id, study.year) == ("muller-2019", 2019)
    assert study.extra == {"reference.type": "article-journal"}


def test_windows_1252(tmp_path: Path) -> None:
    found, ledger = read_bytes(ONE.replace("𝒯", "–").encode("cp1252"), tmp_path)
    assert found[0].title == "Über –"
    assert any("1252" in text for text in ledger.said)


def test_a_record_without_its_end_is_skipped_and_the_rest_goes_on(tmp_path: Path) -> None:
    text = (
        "TY  - JOUR\nTI  - A\n\nTY  - JOUR\nTI  - B\nER  - \nER  - \nTI  - stray\n"
        "TY  - JOUR\nAU  - C\nER  - \nTY  - BOOK\nTI  - cut off\n"
    )
    found, ledger = read_bytes(text.encode(), tmp_path)
    assert [study.title for study in found] == ["B"]
    assert [fault.path for fault in ledger.skipped] == ["line 1", "line 9", "line 12"] or [
        fault.path for fault in ledger.skipped
    ] == ["line 1", "line 12", "line 9"]
    reasons = {fault.path: fault.message for fault in ledger.skipped}
    assert "no ER before the TY of line 4" in reasons["line 1"]
    assert reasons["line 9"] == "no title"
    assert "the file ends inside this record" in reasons["line 12"]
    assert ledger.count("tags outside a record") == 2


def test_no_ris_at_all(tmp_path: Path) -> None:
    for data in (b"title,year\nA,2019\n", b"PMID- 1\nTI  - A\n"):
        with pytest.raises(FormatError, match="TY  - "):
            read_bytes(data, tmp_path)
    assert read_bytes(b"", tmp_path)[0] == []
    with pytest.raises(InvalidTableError, match="zero byte"):
        read_bytes(b"TY  - JOUR\nTI  - \0\nER  - \n", tmp_path)


def test_ids_come_back_and_unusable_ones_are_kept(tmp_path: Path) -> None:
    text = "".join(
        f"TY  - JOUR\nID  - {name}\nTI  - A\nAU  - Smith, J\nER  - \n"
        for name in ("smith-1", "two words", "smith-1", "Smith")
    )
    found, _ = read_bytes(text.encode(), tmp_path)
    assert [study.id for study in found] == ["smith-1", "smith", "smith-2", "Smith"]
    assert [study.extra.get("ris:ID.1") for study in found] == [None, "two words", "smith-1", None]
    assert again(found, tmp_path) == [bare(study) for study in found]


def test_what_a_study_holds_beyond_a_reference_is_listed(tmp_path: Path) -> None:
    study = Study(
        id="a",
        title="A",
        countries=("KE",),
        barriers=(Barrier(id="b", label="no time"),),
        codings=(Coding(coder="XY", of="screening", value="relevant", by="human"),),
        note="remember",
        extra={"csl:chapter-number": 3, "mine": "x"},
    )
    _, ledger = written([study], tmp_path)
    assert {fault.path for fault in ledger.left_out} == {
        "countries",
        "barriers",
        "codings",
        "note",
        "extra csl:chapter-number",
        "extra mine",
    }


def test_no_value_forges_a_tag(tmp_path: Path) -> None:
    breaks = ("\n", "\r\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0\n")
    forged = "x".join(f"{sign}ER  - {sign}TY  - JOUR{sign}TI  - forged" for sign in breaks)
    study = Study(
        id="a",
        title=f"A{forged}",
        citation=Citation(authors=(f"B{forged}",), url=f"http://a{forged}"),
        extra={
            "reference.abstract": forged,
            f"ris:C1{forged}.1": "no",
            "ris:ER.1": "x",
            "ris:TY.1": "BOOK\nER  - ",
            "ris:N1.1": f"n{forged}",
        },
    )
    text, ledger = written([study], tmp_path)
    lines = text.splitlines()
    assert sum(line.startswith("TY  -") for line in lines) == 1
    assert sum(line.startswith("ER  -") for line in lines) == 1
    assert sum(line.startswith("TI  -") for line in lines) == 1
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", text)
    assert ledger.count("line breaks and control characters") >= 4
    assert len(read(tmp_path / "out.ris")[0]) == 1


def test_rispy_reads_what_was_written(tmp_path: Path) -> None:
    found, _ = read(EMBASE)
    written(found, tmp_path)
    theirs = rispy.loads((tmp_path / "out.ris").read_text("utf-8"))
    assert [one["title"] for one in theirs] == [study.title for study in found]
    assert [tuple(one.get("authors", ())) for one in theirs] == [
        study.citation.authors if study.citation else () for study in found
    ]
    assert [one["doi"] for one in theirs] == [
        study.citation.doi for study in found if study.citation
    ]
    assert [one["id"] for one in theirs] == [study.id for study in found]
    article = read(DATA / "endnote.ris")[0][0]
    written([article], tmp_path)
    (one,) = rispy.loads((tmp_path / "out.ris").read_text("utf-8"), delimiter_tags_mapping={})
    assert one["urls"] == ["https://example.org/a;b?c=1", "https://example.org/second"]
    assert one["keywords"] == ["trust", "co-creation", "facilitation"]
    assert one["abstract"].startswith("First line")


# Texts as people have them: printable, no blanks at the ends.
texts = (
    st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=30)
    .map(str.strip)
    .filter(bool)
)
names = st.one_of(
    st.builds(
        lambda *parts: ", ".join(parts),
        *[texts.map(lambda part: part.replace(",", "").strip() or "x")] * 2,
    ),
    texts.map(lambda part: part.replace(",", "").strip() or "x"),
)
citations = st.builds(
    Citation,
    authors=st.lists(names, max_size=3).map(tuple),
    container=st.none() | texts,
    volume=st.none() | texts,
    issue=st.none() | texts,
    pages=st.none() | texts | st.from_regex(r"[eS]?\d{1,4}-\d{1,4}", fullmatch=True),
    publisher=st.none() | texts,
    doi=st.none() | st.from_regex(r"10\.\d{4,9}/[a-zA-Z0-9._;()/-]{0,20}[a-z0-9]", fullmatch=True),
    url=st.none() | texts,
    license=st.none() | texts,
    text=st.none() | texts,
)
keywords = st.lists(texts, max_size=3)


@given(st.builds(Study, id=st.just("a"), title=texts, year=st.none() | st.integers(1800, 2100),
                 citation=citations), keywords)  # fmt: skip
def test_a_citation_comes_back_equal(
    tmp_path_factory: pytest.TempPathFactory, study: Study, words: list[str]
) -> None:
    extra = {f"reference.keyword.{n}": word for n, word in enumerate(words, 1)}
    study = evolve(study, extra=extra)
    if study.citation == Citation():
        study = evolve(study, citation=None)
    (back,) = again([study], tmp_path_factory.getbasetemp())
    assert back == study


@given(st.lists(studies(), max_size=2, unique_by=lambda study: study.id))
def test_any_study_can_be_written_and_read(
    tmp_path_factory: pytest.TempPathFactory, some: list[Study]
) -> None:
    once = again(some, tmp_path_factory.getbasetemp())
    assert [study.id for study in once] == [study.id for study in some]
    assert again(once, tmp_path_factory.getbasetemp()) == once


@given(st.lists(st.sampled_from(["TY  - JOUR", "ER  - ", "TI  - A", "AU  - ", "KW  - x", "y", "",
                                 "PY  - 20", "DA  - 2019/13/40/", "SP  - 1", "EP  -", "ZZ  - \x0b",
                                 "SN  - ", "DO  - 10.", "ID  - #", "TY  -"]), max_size=30))  # fmt: skip
def test_any_lines_are_read_or_listed(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    text = "\n".join(["TY  - JOUR", "TI  - first", "ER  - ", *lines])
    found, ledger = read_bytes(text.encode(), tmp_path_factory.getbasetemp())
    begun = sum(line.startswith("TY") for line in lines) + 1
    assert len(found) + ledger.skips == begun


def test_many_records_of_one_author_and_year(tmp_path: Path) -> None:
    data = b"TY  - JOUR\nTI  - A\nAU  - B, C\nPY  - 2019\nKW  - d\nER  - \n" * 20_000
    path = tmp_path / "in.ris"
    path.write_bytes(data)
    ids = [study.id for study in ris.read(path, Ledger())]
    assert len(set(ids)) == 20_000
