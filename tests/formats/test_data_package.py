"""Data packages: valid by the standard's own checker, equal when read back, safe to edit and to stop."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci import Registry, Study
from implsci.compendium import Compendium, load
from implsci.errors import FormatError, LoadError
from implsci.formats import read, write
from implsci.formats.compendium._data_package import writing
from implsci.formats.compendium._data_package.cells import hidden, shown
from implsci.formats.compendium._data_package.tables import tables
from implsci.formats.compendium.data_package import read as read_package
from implsci.formats.compendium.data_package import write as write_package
from implsci.ledger import Ledger
from implsci.model import (
    Barrier,
    Citation,
    Coding,
    CoreElement,
    Estimate,
    Event,
    Finding,
    Innovation,
    Measurement,
    Outcome,
    Rating,
    Setting,
    Strategy,
)
from implsci.testing import studies

collections = st.lists(studies(), max_size=3, unique_by=lambda study: study.id).map(tuple)


def rich(identifier: str = "a") -> Study:
    """A study with a record of most kinds, and texts that tables find hard."""
    return Study(
        id=identifier,
        title='=HYPERLINK("http://x","y")',
        year=2019,
        citation=Citation(authors=("Ng, A", "O'Neil; B"), doi="10.1/x", text=""),
        countries=("KE", "NO"),
        hybrid_type=2,
        innovation=Innovation(
            name="bundle",
            core_elements=(
                CoreElement(id="c1", label="screen", order=1),
                CoreElement(id="c2", label="treat", depends_on=("c1",)),
            ),
        ),
        settings=(Setting(id="w1", label="ward"), Setting(id="-w2", label="'quoted'")),
        barriers=(
            Barrier(
                id="b1", label="no\r\ntime, \"they\" say", note="",
                codes=("cfir-2009:available-resources",),
                ratings=(Rating(setting="w1", value=0), Rating(setting="-w2", mixed=True)),
                codings=(Coding(coder="AB", code="cfir-2009:available-resources"),),
            ),
        ),
        strategies=(
            Strategy(
                id="s1", label="reminders", addresses=("b1",), dose="'",
                codes=("eric:remind-clinicians",), events=(Event(kind="started", date="2019-03"),),
            ),
        ),
        outcomes=(
            Outcome(
                id="o1", label="uptake", measurements=(Measurement(of="reach", value=5.0, n=0),)
            ),
        ),
        findings=(
            Finding(
                id="f1", outcome="o1", direction="improved", strategies=("s1",),
                estimate=Estimate(metric="OR", value=1e-300, adjusted=False),
            ),
        ),
        codings=(Coding(coder="CD", of="design", value="=1+1"),),
        extra={"a": "", "b": None, "c": 0, "d": False, "e": -1.5, "f": "0", "": "é\0\x85\u2028"},
    )  # fmt: skip


def package(folder: Path, *members: Study) -> Path:
    target = folder / "x.datapackage"
    write_package(Compendium(studies=members or (rich(), rich("b"))), target, Ledger())
    return target


def again(folder: Path) -> tuple[tuple[Study, ...], Ledger]:
    ledger = Ledger()
    return tuple(read_package(folder, ledger)), ledger


def edit(file: Path, change: Callable[[str], str]) -> None:
    before = file.read_bytes().decode()
    after = change(before)
    assert after != before
    file.write_bytes(after.encode())


def describe(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    file = folder / "datapackage.json"
    about = json.loads(file.read_bytes())
    change(about)
    file.write_text(json.dumps(about), "utf-8")


def problems(folder: Path) -> list[list[object]]:
    """What the reference checker of the standard finds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its own dependencies warn of one another
        import frictionless

        report = frictionless.validate(str(folder / "datapackage.json"))
    assert len(report.tasks) == len(tables()) + 2
    found: list[list[object]] = report.flatten(["type", "note", "rowNumber"])
    assert report.valid == (not found)
    return found


@given(collections)
def test_every_study_comes_back_equal(members: tuple[Study, ...]) -> None:
    with TemporaryDirectory() as folder:
        target = Path(folder, "x")
        write_package(Compendium(studies=members), target, Ledger())
        found, ledger = again(target)
        assert found == members
        assert ledger.summary() == "0 studies"


@settings(max_examples=8)
@given(st.lists(studies(), min_size=1, max_size=2, unique_by=lambda study: study.id))
def test_hostile_studies_make_a_valid_package(members: list[Study]) -> None:
    with TemporaryDirectory() as folder:
        assert problems(package(Path(folder), *members)) == []


def test_the_bundled_compendium_is_valid_and_comes_back(tmp_path: Path) -> None:
    compendium = load("implsci-examples")
    write(compendium, tmp_path / "x.datapackage")
    assert problems(tmp_path / "x.datapackage") == []
    assert read(tmp_path / "x.datapackage") == compendium


def test_the_reference_checker_sees_a_broken_foreign_key(tmp_path: Path) -> None:
    folder = package(tmp_path, rich())
    edit(folder / "ratings.csv", lambda text: text.replace("a,b1,1,w1", "a,b1,1,nowhere"))
    kinds = {kind for kind, *_ in problems(folder)}
    assert "foreign-key" in kinds
    assert "hash-count" in kinds


@given(st.text(st.sampled_from("'=+-@ \t\r\nx")))
def test_a_cell_is_never_empty_never_run_and_comes_back(text: str) -> None:
    cell = hidden(text)
    assert shown(cell) == text
    assert cell
    assert cell[0] == "'" or not (cell.lstrip().startswith(tuple("=+-@")) or cell[0] in "\t\r")


def test_what_the_tables_hold(tmp_path: Path) -> None:
    folder = package(tmp_path, rich())

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
            return list(csv.DictReader(stream))

    (study,) = rows("studies")
    assert study["title"] == '\'=HYPERLINK("http://x","y")'
    assert study["countries"] == '["KE", "NO"]'
    assert study["note"] == ""  # unknown
    (barrier,) = rows("barriers")
    assert barrier["label"] == 'no\r\ntime, "they" say'
    assert barrier["note"] == "'"  # empty
    assert [(row["barrier"], row["setting"], row["value"], row["mixed"]) for row in rows("ratings")] == [
        ("b1", "w1", "0", "false"), ("b1", "'-w2", "", "true"),
    ]  # fmt: skip
    codings = [(row["table"], row["record"], row["coder"], row["value"]) for row in rows("codings")]
    assert sorted(codings) == [("barriers", "b1", "AB", ""), ("studies", "a", "CD", "'=1+1")]
    assert [(row["table"], row["record"]) for row in rows("events")] == [("strategies", "s1")]
    assert rows("estimates")[0]["value"] == "1e-300"
    assert rows("estimates")[0]["adjusted"] == "false"
    assert [(row["key"], row["type"], row["value"]) for row in rows("extra")] == [
        ("'", "text", "é\0\x85\u2028"), ("a", "text", "'"), ("b", "null", ""), ("c", "integer", "0"),
        ("d", "boolean", "false"), ("e", "number", "'-1.5"), ("f", "text", "0"),
    ]  # fmt: skip


def test_the_codebook_says_what_every_column_means(tmp_path: Path) -> None:
    folder = package(tmp_path)
    about = json.loads((folder / "datapackage.json").read_bytes())
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as stream:
        book = {(row["table"], row["field"]): row for row in csv.DictReader(stream)}
    for resource in about["resources"]:
        for field in resource["schema"]["fields"]:
            row = book.pop((resource["name"], field["name"]))
            assert row["type"] == field["type"]
            assert row["meaning"], row
    assert not book
    with (folder / "codebook.csv").open(encoding="utf-8", newline="") as stream:
        book = {(row["table"], row["field"]): row for row in csv.DictReader(stream)}
    assert book["barriers", "valence"]["allowed"] == "barrier | facilitator | neutral | mixed"
    assert book["strategies", "addresses"]["allowed"] == "ids of barriers"
    assert "doi:10.1186/1748-5908-8-139" in book["strategies", "dose"]["source"]


def test_terms_explain_the_codes_in_use(tmp_path: Path, registry: Registry) -> None:
    study = Study(id="a", title="T", sectors=("sector:health", "tea:green", "cfir:cost"))
    write_package(Compendium(studies=(study,)), tmp_path / "x", Ledger(), registry=registry)
    with (tmp_path / "x" / "terms.csv").open(encoding="utf-8", newline="") as stream:
        terms = {row["code"]: row for row in csv.DictReader(stream)}
    assert terms["sector:health"]["label"] == registry.term("sector:health").label
    assert terms["tea:green"] == {
        "code": "tea:green", "label": "", "scheme": "tea", "edition": "", "definition": "",
        "status": "",
    }  # fmt: skip
    assert terms["cfir:cost"]["label"] == ""  # a family without edition is no code of a term


def test_the_descriptor_gives_size_and_digest(tmp_path: Path) -> None:
    folder = package(tmp_path)
    about = json.loads((folder / "datapackage.json").read_bytes())
    assert "created" not in about
    for resource in about["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
    assert {path.name for path in folder.iterdir()} == {
        "datapackage.json", *(resource["path"] for resource in about["resources"])
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "license"),
    [
        ("my-studies", "CC-BY-4.0"),
        ("My studies: 1", "ask the authors"),
        (None, None),
        ("é", "other"),
    ],
)
def test_what_a_compendium_is_called_comes_back(
    tmp_path: Path, name: str | None, license: str | None
) -> None:
    compendium = Compendium(
        studies=(Study(id="a", title="T"),), name=name, title="All", license=license, citation="We"
    )
    write(compendium, tmp_path / "x.datapackage")
    assert problems(tmp_path / "x.datapackage") == []
    found = read(tmp_path / "x.datapackage")
    assert (found.title, found.license, found.citation) == ("All", license, "We")
    assert found.name == (name or "x")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_same_studies_give_the_same_bytes_fresh_or_written_over(tmp_path: Path) -> None:
    fresh = package(tmp_path / "1", rich())
    over = package(tmp_path / "2", Study(id="z", title="Z"))
    package(tmp_path / "2", rich())
    assert contents(fresh) == contents(over)


def test_stopped_anywhere_the_old_or_the_new_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Fail at each step that touches the disk in turn; what is read is whole."""
    old, new = (rich("old"),), (rich("new"), Study(id="n2", title="N"))
    real = writing.write_file
    seen: set[str] = set()
    for stop in range(len(tables()) + 5):
        folder = tmp_path / str(stop)
        target = package(folder, *old)
        steps = iter(range(1000))

        def failing(path: Path, chunks: Any, stop: int = stop, steps: Any = steps) -> None:
            if next(steps) == stop:
                raise OSError(28, "No space left on device")
            real(path, chunks)

        with monkeypatch.context() as patch:
            patch.setattr(writing, "write_file", failing)
            if stop < len(tables()) + 4:  # two descriptors and every table, terms and codebook too
                with pytest.raises(OSError, match="No space"):
                    package(folder, *new)
            else:
                package(folder, *new)
        found, ledger = again(target)
        assert found in (old, new)
        assert not ledger.said  # every digest holds
        if stop == 3:  # some tables replaced, and the descriptor names none of them
            assert problems(target) == []
        seen.add(found[0].id)
        (target / ".arms.csv.0123456789ab.tmp").touch()  # as a killed writing leaves it
        package(folder, *new)  # and the next writing tidies up
        assert contents(target) == contents(package(tmp_path / f"{stop}-fresh", *new))
    assert seen == {"old", "new"}


def test_a_failed_first_writing_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="'a' stands twice"):
        package(tmp_path, rich(), rich())
    assert not list(tmp_path.iterdir())


def test_a_failed_second_writing_leaves_the_old(tmp_path: Path) -> None:
    target = package(tmp_path)
    before = contents(target)
    with pytest.raises(FormatError, match="'a' stands twice"):
        package(tmp_path, rich(), rich())
    assert contents(target) == before


def test_it_writes_over_nothing_else(tmp_path: Path) -> None:
    target = tmp_path / "x.datapackage"
    target.mkdir()
    (target / "studies.csv").write_text("mine")
    with pytest.raises(FormatError, match=r"holds other files, such as studies\.csv"):
        package(tmp_path)
    (target / "datapackage.json").write_text('{"name": "theirs", "resources": []}')
    with pytest.raises(FormatError, match="another data package"):
        package(tmp_path)
    assert (target / "studies.csv").read_text() == "mine"


def test_an_edited_table_is_read_and_said(tmp_path: Path) -> None:
    folder = package(tmp_path, rich())
    edit(folder / "studies.csv", lambda text: text.replace("2019", "2020"))
    (found,), ledger = again(folder)
    assert found.year == 2020
    assert ledger.said == ("studies.csv is not as the package was written: its hash is another",)
    assert not ledger.skips


@pytest.mark.parametrize(
    "spoil",
    [
        lambda data: b"\xef\xbb\xbf" + data,
        lambda data: data.replace(b"\n", b"\r\n"),
        lambda data: data.decode().encode("cp1252"),
        lambda data: data.decode().encode("utf-16"),
    ],
)
def test_spreadsheets_may_have_saved_a_table(
    tmp_path: Path, spoil: Callable[[bytes], bytes]
) -> None:
    study = Study(id="a", title="Événement", note="x")
    folder = package(tmp_path, study)
    file = folder / "studies.csv"
    file.write_bytes(spoil(file.read_bytes()))
    found, ledger = again(folder)
    assert found == (study,)
    assert ledger.said


def test_rows_may_stand_in_any_order(tmp_path: Path) -> None:
    members = (rich("a"), rich("b"), rich("c"))
    folder = package(tmp_path, *members)
    for name in ("outcomes", "findings", "strategies", "estimates", "measurements"):
        head, *rows = (folder / f"{name}.csv").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.csv").write_text(head + "".join(reversed(rows)), "utf-8")
    found, ledger = again(folder)
    assert found == members
    assert not ledger.skips


def test_a_value_of_the_wrong_kind_is_named_with_file_and_line(tmp_path: Path) -> None:
    folder = package(tmp_path)
    edit(folder / "measurements.csv", lambda text: text.replace(",5.0,", ",five,", 1))
    found, ledger = again(folder)
    assert [study.id for study in found] == ["b"]
    assert [str(fault) for fault in ledger.skipped] == [
        "studies.csv line 2: study 'a': measurements.csv line 2: "
        "outcomes[0].measurements[0].value: expected a number, got 'five'"
    ]
    with pytest.raises(LoadError):
        list(read_package(folder, Ledger(strict=True)))


@pytest.mark.parametrize(
    ("table", "old", "new", "said"),
    [
        ("studies", ",2019,", ",2e3,", "year: expected a whole number, got '2e3'"),
        ("studies", ",2019,", ",1700,", "year: expected 1800 to 2100, got 1700"),
        ("studies", '"[""KE"", ""NO""]"', "KE", "countries: expected a list, got 'KE'"),
        ("estimates", "1e-300", "1e999", "value: expected a number, got '1e999'"),
        ("estimates", ",false,", ",perhaps,", "adjusted: expected true or false, got 'perhaps'"),
        ("findings", "improved", "better", "direction: expected one of 'improved'"),
        ("ratings", ",w1,", ",w3,", "'w3' names no setting of this study"),
    ],
)
def test_a_study_with_a_bad_value_is_skipped(
    tmp_path: Path, table: str, old: str, new: str, said: str
) -> None:
    folder = package(tmp_path)
    edit(folder / f"{table}.csv", lambda text: text.replace(old, new, 1))
    found, ledger = again(folder)
    assert [study.id for study in found] == ["b"]
    assert said in str(ledger.skipped[0])
    assert f"{table}.csv line " in str(ledger.skipped[0])


@pytest.mark.parametrize(
    ("table", "row", "said"),
    [
        ("barriers", "zz,b9,label", "'zz' names no row of studies.csv"),
        ("ratings", "a,b9,1,w1,,false", "study 'a': belongs to 'b9' of barriers"),
        ("codings", "a,arms,x,1,me", "study 'a': belongs to 'x' of arms"),
        ("codings", "a,chairs,x,1,me", "study 'a': belongs to 'x' of chairs"),
        ("citations", "a", "study 'a': a second citation; the first was read"),
        ("extra", "a,z,integer,x", "study 'a': the key 'z': expected a value of type 'integer'"),
        ("extra", "a,z,text,", "study 'a': the key 'z': expected a value of type 'text'"),
        ("extra", "a,z,number,1e999", "study 'a': the key 'z': expected a value of type 'number'"),
        ("extra", "a,z,,1", "study 'a': the key 'z': expected a value of type ''"),
        ("extra", "a,z,money,1", "study 'a': the key 'z': expected a value of type 'money'"),
        ("extra", "a,c,text,x", "study 'a': the key 'c' stands twice"),
        ("studies", "a,T", "study 'a' stands twice"),
        ("studies", ",T", "id is empty; expected a value"),
        ("events", "a,studies", "record is empty; expected a value"),
    ],
)
def test_a_row_that_belongs_nowhere_is_skipped(
    tmp_path: Path, table: str, row: str, said: str
) -> None:
    folder = package(tmp_path)
    file = folder / f"{table}.csv"
    header = file.read_text("utf-8").partition("\n")[0]
    cells = [*row.split(","), *[""] * header.count(",")][: header.count(",") + 1]
    file.write_bytes(file.read_bytes() + (",".join(cells) + "\n").encode())
    found, ledger = again(folder)
    assert found == (rich(), rich("b"))
    (fault,) = ledger.skipped
    assert said in fault.message
    assert fault.path.startswith(f"{table}.csv line ")


def test_a_row_with_too_many_cells_is_skipped(tmp_path: Path) -> None:
    folder = package(tmp_path, Study(id="a", title="T"), Study(id="b", title="T"))
    edit(folder / "studies.csv", lambda text: text.replace("a,T", "a,T,", 1))
    found, ledger = again(folder)
    assert [study.id for study in found] == ["b"]
    assert "cells; the header has" in str(ledger.skipped[0])


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/passwd", "/etc/passwd", "https://example.org/studies.csv", "a/../../studies.csv",
        "..\\studies.csv", "C:/studies.csv", "~/studies.csv", "file:///etc/passwd", "a\0b",
    ],
)  # fmt: skip
def test_no_path_leads_out(tmp_path: Path, path: str) -> None:
    folder = package(tmp_path)
    describe(folder, lambda about: about["resources"][0].update(path=path))
    with pytest.raises(FormatError, match="leads out of the package"):
        again(folder)


def test_no_link_leads_out(tmp_path: Path) -> None:
    folder = package(tmp_path)
    (tmp_path / "elsewhere.csv").write_bytes((folder / "studies.csv").read_bytes())
    (folder / "studies.csv").unlink()
    (folder / "studies.csv").symlink_to(tmp_path / "elsewhere.csv")
    with pytest.raises(FormatError, match="link that leads out"):
        again(folder)


def test_a_pipe_is_refused(tmp_path: Path) -> None:
    folder = package(tmp_path)
    (folder / "arms.csv").unlink()
    os.mkfifo(folder / "arms.csv")
    with pytest.raises(FormatError, match="no regular file"):
        again(folder)


def lose(about: dict[str, Any], name: str) -> None:
    about["resources"] = [one for one in about["resources"] if one["name"] != name]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda about: lose(about, "barriers"), "no resource 'barriers'"),
        (lambda about: lose(about, "studies"), "expected a data package of implsci"),
        (lambda about: about.update(resources=3), "expected a data package of implsci"),
        (lambda about: about["implsci"].update(schema=99), "schema version 99"),
        (lambda about: about["resources"][3].update(path=["a.csv", "b.csv"]), "path of one file"),
        (lambda about: about["resources"][3].update(path="gone.csv"), "there is no file gone.csv"),
    ],
)
def test_what_is_no_package_of_ours_is_refused(
    tmp_path: Path, change: Callable[[dict[str, Any]], object], said: str
) -> None:
    folder = package(tmp_path)
    describe(folder, change)
    with pytest.raises(FormatError, match=said):
        again(folder)


def test_a_package_of_others_is_refused(tmp_path: Path) -> None:
    (tmp_path / "prices.csv").write_text("date,price\n2020,1\n")
    (tmp_path / "datapackage.json").write_text(
        '{"name": "prices", "resources": [{"name": "prices", "path": "prices.csv"}]}'
    )
    with pytest.raises(
        FormatError, match="no resource 'studies'; expected a data package of implsci"
    ):
        read(tmp_path)


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b"\xff\xfe", b"[" * 100_000, b'{"a": NaN}'])
def test_a_broken_descriptor_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "datapackage.json").write_bytes(data)
    with pytest.raises(FormatError):
        read(tmp_path)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: text.replace("id,title", "id,name", 1), "line 1: no column 'title'"),
        (lambda text: text.replace("year", "title", 1), "the column 'title' stands twice"),
        (lambda text: text + '"open', "not CSV"),
        (lambda text: "", "no column 'id'"),
    ],
)
def test_a_table_without_its_columns_is_refused(
    tmp_path: Path, change: Callable[[str], str], said: str
) -> None:
    folder = package(tmp_path)
    edit(folder / "studies.csv", change)
    with pytest.raises(FormatError, match=said):
        again(folder)


def test_what_is_not_ours_is_listed(tmp_path: Path) -> None:
    folder = package(tmp_path, Study(id="a", title="T"))
    (folder / "studies.csv").write_text("id,title,color\na,T,red\n")
    edit(folder / "terms.csv", lambda text: text + "tea:green,,tea,,,\n")

    def change(about: dict[str, Any]) -> None:
        about["contributors"] = [{"title": "Me"}]
        about["licenses"] = [{"name": "MIT"}, {"name": "CC0-1.0"}]
        about["resources"].append({"name": "photos", "path": "photos.csv"})

    describe(folder, change)
    found, ledger = again(folder)
    assert found == (Study(id="a", title="T"),)
    left = [str(fault) for fault in ledger.left_out]
    assert "datapackage.json: not read: contributors" in left
    assert "resources: not read: photos" in left
    assert "studies.csv: a column of its own, not read: color" in left
    assert "terms.csv: changed by hand, and not read: it explains the others" in left
    assert any(line.startswith("datapackage.json: only one licence is kept") for line in left)
    assert any("a column is missing; read as unknown" in line for line in left)


def test_the_descriptor_itself_may_be_named(tmp_path: Path) -> None:
    write(Compendium(studies=(rich(),)), tmp_path / "y" / "datapackage.json", "data-package")
    assert read(tmp_path / "y" / "datapackage.json").studies == (rich(),)
    assert read(tmp_path / "y").studies == (rich(),)


def test_the_tables_may_stand_in_a_folder_of_their_own(tmp_path: Path) -> None:
    target = tmp_path / "x"
    for members in ((rich(),), (rich("b"), rich("c"))):  # new, then written over
        write_package(Compendium(studies=members), target, Ledger(), inside="tables")
        assert {path.name for path in target.iterdir()} == {"datapackage.json", "tables"}
        assert again(target)[0] == members
        assert problems(target) == []


def test_version_and_time_stand_in_the_descriptor_where_given(tmp_path: Path) -> None:
    one = Compendium(studies=(rich(),))
    write_package(one, tmp_path / "x", Ledger(), version="1.0", created="2026-01-05T00:00:00Z")
    about = json.loads((tmp_path / "x" / "datapackage.json").read_bytes())
    assert (about["version"], about["created"]) == ("1.0", "2026-01-05T00:00:00Z")
    assert problems(tmp_path / "x") == []


def test_every_field_that_holds_ids_names_its_table() -> None:
    names = {table.name for table in tables()}
    for table in tables():
        for column in table.columns:
            if column.name not in ("id", "study") and column.meaning.startswith(
                ("id of", "ids of")
            ):
                assert column.refers in names or (table.name, column.name) == ("events", "of")
            else:
                assert column.refers is None or column.name in table.keys, column
