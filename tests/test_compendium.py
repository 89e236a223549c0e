"""The compendium: what is loaded, saved, checked and narrowed down, and what happens when it fails."""

from __future__ import annotations

import gc
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import (
    Barrier,
    Compendium,
    Finding,
    Outcome,
    Registry,
    Relationship,
    Setting,
    Strategy,
    Study,
    load,
)
from implsci.atomic import write_files
from implsci.codec import encode
from implsci.codes import Code
from implsci.collector import collector_at_rest
from implsci.compendium import EditionWarning, check_records, files, outcome_codes, read_records
from implsci.errors import (
    InvalidQueryError,
    LoadError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.hooks import hookimpl
from implsci.model import Coding, Measurement
from implsci.taxonomy import Taxonomy, Term
from implsci.testing import studies as any_study

EXAMPLES = Path(implsci.__file__).parent / "compendia" / "examples.jsonl"
ONE = Study(id="one", title="One")
TWO = Study(id="two", title="Two", year=2019, countries=("KE", "UG"))


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return load("implsci-examples")


# -- loading and saving -------------------------------------------------------------------------


def test_every_bundled_study_survives_a_file_and_a_folder(
    examples: Compendium, tmp_path: Path
) -> None:
    examples.save(tmp_path / "all.jsonl")
    assert load(tmp_path / "all.jsonl").studies == examples.studies
    examples.save(tmp_path / "folder")
    folder = load(tmp_path / "folder")
    assert {study.id: study for study in folder} == {study.id: study for study in examples}
    assert len(folder) == len(examples)
    first = (tmp_path / "all.jsonl").read_bytes()
    load(tmp_path / "all.jsonl").save(tmp_path / "again.jsonl")
    assert (tmp_path / "again.jsonl").read_bytes() == first
    assert first.endswith(b"}\n")


@given(st.lists(any_study(), max_size=3, unique_by=lambda study: study.id.casefold()))
def test_any_compendium_survives_both_forms(
    tmp_path_factory: pytest.TempPathFactory, studies: list[Study]
) -> None:
    folder = tmp_path_factory.mktemp("any")
    compendium = Compendium(studies=tuple(studies))
    compendium.save(folder / "x.jsonl")
    assert load(folder / "x.jsonl").studies == compendium.studies
    if all(len(study.id) < 60 for study in studies) and studies:
        compendium.save(folder / "many")
        assert sorted(map(encode, load(folder / "many"))) == sorted(map(encode, studies))


def test_one_record_a_file_may_be_indented_and_marked(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(b"\xef\xbb\xbf" + encode(TWO, indent=2))
    assert load(path).studies == (TWO,)
    lines = tmp_path / "two.jsonl"
    lines.write_bytes(b"\xef\xbb\xbf" + encode(ONE) + b"\r\n\r\n" + encode(TWO))
    assert load(lines).studies == (ONE, TWO)


def test_a_plugin_brings_a_compendium_by_name(examples: Compendium) -> None:
    assert examples.name == "implsci-examples"
    assert examples.license
    assert examples.citation


@pytest.mark.parametrize(
    ("name", "error", "message"),
    [
        ("implsci-exampels", UnknownNameError, "implsci-examples"),
        ("nowhere.jsonl", UnreadableFileError, "(?i)no such file"),
        ("no/such/place", UnreadableFileError, "(?i)no such file"),
    ],
)
def test_what_is_not_there_is_named(name: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        load(name)


def test_other_kinds_of_file_are_refused(tmp_path: Path) -> None:
    (tmp_path / "x.xlsx").write_bytes(b"PK")
    with pytest.raises(UnreadableFileError, match=r"expected a \.jsonl file"):
        load(tmp_path / "x.xlsx")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableFileError, match="without"):
        load(tmp_path / "empty")
    with pytest.raises(UnreadableFileError, match=r"\.jsonl file, a \.store or a folder"):
        Compendium(studies=(ONE,)).save(tmp_path / "x.csv")


def test_all_faults_of_all_lines_are_told_and_nothing_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(
        encode(ONE)
        + b'\n{"id": "a", "title": "T", "countries": "KE", "year": "1999"}\n'
        + b'{"id": "b", "title": "T", "contry": 1}\n{"id"\n\xff\xfe\nnull\n'
    )
    with pytest.raises(LoadError) as caught:
        load(path)
    told = "\n".join(caught.value.lines)
    for fragment in (
        ":2: error: countries: expected a list, got 'KE'",
        ":2: error: year: expected a whole number, got '1999'",
        ":3: error: contry: unknown key; did you mean 'countries'?",
        ":4: error: not JSON",
        ":5: error: not UTF-8",
        ":6: error: expected one record, an object with id and title, got null",
    ):
        assert fragment in told
    assert len(caught.value.lines) == 6


def test_a_line_over_the_limit_is_skipped_unread(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    big = encode(evolve(ONE, note="x" * 5000))
    path.write_bytes(big + b"\n" + encode(TWO) + b"\n" + big)
    sizes = [(raw.line, raw.oversize) for raw in read_records(path, 1000)]
    assert sizes == [(1, len(big) + 1), (2, 0), (3, len(big))]
    with pytest.raises(LoadError, match="expected at most 1,000"):
        load(path, max_bytes=1000)
    assert len(load(path, max_bytes=10_000)) == 3


def test_a_failed_save_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "x.jsonl"
    Compendium(studies=(ONE,)).save(path)
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(UnreadableFileError, match="No space left"):
        Compendium(studies=(TWO,)).save(path)
    assert path.read_bytes() == before
    assert [found.name for found in tmp_path.iterdir()] == ["x.jsonl"]


def test_a_save_keeps_the_mode_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    Compendium(studies=(ONE,)).save(path)
    path.chmod(0o640)
    Compendium(studies=(TWO,)).save(path)
    assert path.stat().st_mode & 0o777 == 0o640


def test_a_folder_with_records_of_others_is_refused_before_anything_is_written(
    tmp_path: Path,
) -> None:
    folder = tmp_path / "studies"
    Compendium(studies=(ONE,)).save(folder)
    with pytest.raises(UnreadableFileError, match=r"holds 1 other records, such as one\.json"):
        Compendium(studies=(TWO,)).save(folder)
    assert [found.name for found in folder.iterdir()] == ["one.json"]
    Compendium(studies=(evolve(ONE, title="Renamed"), TWO)).save(folder)
    assert {study.title for study in load(folder)} == {"Renamed", "Two"}


def test_records_further_down_in_the_folder_are_others_too(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "z.JSON").write_bytes(encode(TWO))
    with pytest.raises(UnreadableFileError, match=r"such as sub.z\.JSON"):
        Compendium(studies=(ONE,)).save(tmp_path)
    assert not (tmp_path / "one.json").exists()


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        (["one", "two", "one"], "the ids 'one', 'one' name one file"),
        (["Uganda", "uganda"], "the ids 'Uganda', 'uganda' name one file"),
        (["one", "é" * 100], "the id 'é+' is too long to name a file"),
    ],
)
def test_ids_that_cannot_be_files_are_named_before_anything_is_written(
    ids: list[str], message: str, tmp_path: Path
) -> None:
    compendium = Compendium(studies=tuple(Study(id=text, title="T") for text in ids))
    with pytest.raises(UnreadableFileError, match=message):
        compendium.save(tmp_path / "folder")
    assert not (tmp_path / "folder").exists()
    compendium.save(tmp_path / "x.jsonl")
    assert [study.id for study in load(tmp_path / "x.jsonl")] == ids


def test_the_longest_id_that_fits_is_written(tmp_path: Path) -> None:
    compendium = Compendium(studies=(Study(id="é" * 41 + "abcd", title="T"),))  # 250 bytes, .json
    compendium.save(tmp_path)
    assert load(tmp_path).studies == compendium.studies


def test_a_folder_is_read_whole_whatever_the_case_of_its_endings(tmp_path: Path) -> None:
    names = ["a.jsonl", "b.ndjson", "c.JSON", "d.JSONL", "f.json", "g.NDJSON", "inner/h.json"]
    (tmp_path / "inner").mkdir()
    for name in names:
        (tmp_path / name).write_bytes(encode(Study(id=name[:1], title="T")))
    (tmp_path / "README.md").write_text("no record")
    assert [study.id for study in load(tmp_path)] == list("abcdfgi")
    assert load(tmp_path / "c.JSON").studies[0].id == "c"
    Compendium(studies=(ONE, TWO)).save(tmp_path / "new.NDJSON")
    assert load(tmp_path / "new.NDJSON").studies == (ONE, TWO)


def test_a_folder_named_like_a_file_is_read_once(tmp_path: Path) -> None:
    folder = tmp_path / "x.json"
    Compendium(studies=(ONE,)).save(tmp_path / "plain")
    (tmp_path / "plain").rename(folder)
    assert load(tmp_path).studies == load(folder).studies == (ONE,)


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="needs a device that never ends")
@pytest.mark.parametrize("name", ["z.json", "z.jsonl"])
def test_what_is_no_file_is_not_read(name: str, tmp_path: Path) -> None:
    (tmp_path / name).symlink_to("/dev/zero")
    for path in (tmp_path / name, tmp_path):
        with pytest.raises(UnreadableFileError, match=rf"{name}: a device or a pipe; expected"):
            load(path)
    (tmp_path / name).unlink()
    os.mkfifo(tmp_path / name)
    with pytest.raises(UnreadableFileError, match="a device or a pipe"):
        load(tmp_path)


def test_a_link_to_a_file_is_read_and_one_to_nothing_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "one.data").write_bytes(encode(ONE))
    (folder / "one.json").symlink_to(tmp_path / "one.data")
    assert load(folder).studies == (ONE,)
    (tmp_path / "one.data").unlink()
    with pytest.raises(UnreadableFileError, match=r"one\.json: No such file"):
        load(folder)


def test_of_a_large_file_no_more_than_the_limit_is_read() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1, /) -> bytes:
            assert size >= 0
            self.asked += size
            return b"x" * size

    stream = Endless()
    assert len(files.read_some(stream, 5_000_000)) == stream.asked == 5_000_000  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["x.json", "x.jsonl"])
def test_a_limit_beyond_all_memory_is_none(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(encode(ONE))
    assert load(tmp_path / name, max_bytes=10**20).studies == (ONE,)


@pytest.mark.parametrize("name", ["a\0b.jsonl", "a\0b/c", "x" * 300 + ".json"])
def test_a_name_that_no_file_can_have_is_unreadable(name: str) -> None:
    with pytest.raises(UnreadableFileError):
        load(name)
    with pytest.raises(UnreadableFileError):
        Compendium(studies=(ONE,)).save(name.removesuffix(".json"))
    with pytest.raises(UnknownNameError):
        load("x" * 300)


def test_a_new_file_gets_its_mode_from_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asking for the mask of the process means to set it, for other threads too."""
    before = os.umask(0o027)
    try:
        monkeypatch.setattr(os, "umask", None)
        Compendium(studies=(ONE,)).save(tmp_path / "x.jsonl")
    finally:
        monkeypatch.undo()
        os.umask(before)
    assert (tmp_path / "x.jsonl").stat().st_mode & 0o777 == 0o640


def test_a_bare_word_is_a_compendium_before_it_is_a_folder(
    examples: Compendium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("implsci-examples", "mine"):
        Compendium(studies=(ONE,)).save(tmp_path / name)
    assert load("implsci-examples") == examples
    for path in ("./implsci-examples", "implsci-examples/", Path("implsci-examples"), "mine"):
        assert load(path).studies == (ONE,)
    assert load(Path("implsci-examples")).name == "implsci-examples"


def test_there_is_one_type_of_record() -> None:
    compendium = Compendium(studies=(ONE,))
    assert compendium.records() == compendium.records("study") == (ONE,)
    with pytest.raises(InvalidQueryError, match="expected one of study, got 'pathway'"):
        compendium.records("pathway")  # type: ignore[arg-type]


def test_an_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    sly = Study(id="../../etc/passwd", title="Sly")
    Compendium(studies=(sly,)).save(tmp_path / "in")
    assert load(tmp_path / "in").studies == (sly,)
    assert {found.name for found in tmp_path.iterdir()} == {"in"}


def test_the_collector_is_on_again_after_a_failure() -> None:
    def fail() -> None:
        with collector_at_rest():
            assert not gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert gc.isenabled()


# -- checking -----------------------------------------------------------------------------------


def test_the_bundled_compendium_has_no_error_and_no_warning(examples: Compendium) -> None:
    problems = examples.check()
    assert problems.studies == len(examples)
    told = [problem for problem in problems if problem.severity != "info"]
    assert told == [], "every code is that of a taxonomy that ships"


def test_check_tells_of_codes_countries_and_repeated_ids(registry: Registry) -> None:
    study = Study(
        id="one",
        title="One",
        countries=("KE", "XX"),
        sectors=("sector:helth",),
        settings=(Setting(id="w", label="ward", country="UK"),),
        barriers=(Barrier(id="b", label="hard", codes=("cfir:complexity", "mine:own")),),
        strategies=(Strategy(id="s", label="help", codes=("eric:33", "eric:facilitation")),),
    )
    problems = Compendium(studies=(ONE, study)).check(registry)
    told = {(problem.severity, problem.path): problem.message for problem in problems}
    assert "also the id of another" in told["error", "id"]
    assert "'XX' is no country" in told["warning", "countries[1]"]
    assert "'UK' is no country" in told["warning", "settings[0].country"]
    assert "sector:health" in told["warning", "sectors[0]"]
    assert "expected cfir-2009:complexity" in told["warning", "barriers[0].codes[0]"]
    assert "'eric:facilitation'" in told["warning", "strategies[0].codes[0]"]
    assert "no taxonomy 'mine'" in told["info", ""]
    assert len(problems) == 7


def test_check_of_a_file_tells_of_keys_given_twice(tmp_path: Path, registry: Registry) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"id": "a", "title": "T", "title": "U", "outcomes": [{"id": "o", "label": "x", "id": "p"}]}\n'
        '{"id": "b", "title": "once"}\n{"id": "b", "title": "again"}\n'
    )
    problems = check_records(read_records(path, 10_000), registry)
    found = [(problem.line, problem.path, problem.severity) for problem in problems]
    assert found == [(1, "title", "error"), (1, "outcomes[0].id", "error"), (3, "id", "error")]
    assert "only the last value, 'U'" in problems.problems[0].message
    assert problems.problems[0].study == "a"
    assert f"first at {path}:2" in problems.problems[2].message
    with pytest.raises(LoadError, match="title: the key stands 2 times"):
        load(path)


def test_check_looks_at_every_code_wherever_it_stands(registry: Registry) -> None:
    bad = Code("eric:nonsense")
    coding = (Coding(coder="A", code=bad),)
    measured = (Measurement(of="x", stratum=bad), Measurement(of="y"))
    study = Study(
        id="one",
        title="One",
        codings=(Coding(coder="A"), *coding),
        barriers=(Barrier(id="b", label="x", codings=coding),),
        strategies=(Strategy(id="s", label="x", measurements=measured),),
        relationships=(Relationship(id="r", label="x", measurements=measured),),
        outcomes=(Outcome(id="o", label="x", codes=(bad,), measurements=measured),),
        findings=(Finding(id="f", outcome="o", direction="mixed", codings=coding),),
    )
    assert {
        problem.path for problem in Compendium(studies=(study,)).check(registry).of("warning")
    } == {
        "codings[1].code",
        "barriers[0].codings[0].code",
        "strategies[0].measurements[0].stratum",
        "relationships[0].measurements[0].stratum",
        "outcomes[0].codes[0]",
        "outcomes[0].measurements[0].stratum",
        "findings[0].codings[0].code",
    }


# -- narrowing down -----------------------------------------------------------------------------


def test_where_knows_what_is_narrower_and_spans_of_years(registry: Registry) -> None:
    base = Study(id="a", title="A", sectors=("sector:policing",), year=2016, design="rct")
    other = Study(id="b", title="B", sectors=("sector:health",), year=2021, hybrid_type=2)
    bare = Study(id="c", title="C")
    compendium = Compendium(studies=(base, other, bare))

    def ids(**facets: object) -> list[str]:
        found = compendium.where(registry=registry, **facets)  # type: ignore[arg-type]
        return [study.id for study in found]

    assert ids(sector="justice") == ["a"]
    assert ids(sector=["sector:justice", "health"]) == ["a", "b"]
    assert ids(year="2015..2020") == ["a"]
    assert ids(year="2017..") == ["b"]
    assert ids(year="..2016") == ["a"]
    assert ids(year=2021) == ["b"]
    assert ids(year=[2016, 2021], design="rct") == ["a"]
    assert ids(hybrid_type=2) == ["b"]
    assert ids() == ["a", "b", "c"]


def test_where_agrees_with_a_plain_filter_on_the_bundled_studies(examples: Compendium) -> None:
    raw = [json.loads(line) for line in EXAMPLES.read_bytes().splitlines()]
    assert {study.id for study in examples.where(country="KE")} == {
        study["id"] for study in raw if "KE" in study.get("countries", ())
    }
    clusters = {
        study["id"]
        for study in raw
        for node in study.get("strategies", ())
        if "eric:audit-and-provide-feedback" in node.get("codes", ())
    }
    assert {study.id for study in examples.where(code="eric:5")} == clusters != set()
    assert {study.id for study in examples.where(role="necessary_condition")} == {
        study["id"]
        for study in raw
        if any(f.get("role") == "necessary_condition" for f in study.get("findings", ()))
    }


@pytest.mark.parametrize(
    ("facet", "value", "message"),
    [
        ("design", "rtc", r"design: expected one of rct, .*, got 'rtc'; did you mean rct\?"),
        ("role", "moderater", r"did you mean moderator\?"),
        ("scale_stage", "pilto", r"did you mean pilot\?"),
        ("hybrid_type", 9, "hybrid_type: expected one of 1, 2, 3, got '9'"),
        ("outcome", "implementaton", r"did you mean implementation\?"),
        ("outcome", "adoptoin", r"did you mean Adoption\?"),
        ("outcome", "", "outcome: expected a kind"),
        ("outcome", "cost", "the name of an outcome"),  # the cost of cfir-2009 is a barrier
        ("country", "Kenia", "country: expected the name of one country"),
        ("country", None, "country: expected a text, a number, or several of them, got None"),
        ("country", ["KE", None], "country: expected a text"),
        ("design", 1.5, "design: expected a text"),
        ("year", "1" * 5000, "year: expected 2015"),
        ("year", "2020..2015", r"year: 2020\.\.2015 ends before it begins"),
        ("year", True, "year: expected a text"),
    ],
)
def test_a_value_that_no_study_can_have_is_refused(
    facet: str, value: object, message: str, registry: Registry
) -> None:
    with pytest.raises(InvalidQueryError, match=message) as caught:
        Compendium(studies=(ONE,)).where(registry=registry, **{facet: value})  # type: ignore[arg-type]
    assert len(str(caught.value)) < 400


def test_an_outcome_is_a_kind_a_code_or_a_name(registry: Registry) -> None:
    assert outcome_codes("service", registry) == {"service"}
    assert outcome_codes("Fidelity", registry) == {"proctor:fidelity"}
    assert outcome_codes("adoption", registry) == {
        "cfir-outcomes:adoption", "proctor:adoption", "re-aim:adoption"
    }  # fmt: skip
    assert {"proctor:safety", "proctor:service-outcomes"} < outcome_codes(
        "Service outcomes", registry
    )
    assert outcome_codes("mine:own", registry) == {"mine:own"}
    with pytest.raises(UnknownNameError, match="proctor:adoption"):
        outcome_codes("proctor:adoptoin", registry)


def test_a_name_of_two_outcomes_means_both() -> None:
    def plugin(scheme: str) -> object:
        term = Term(code=Code(f"{scheme}:reach"), label="Reach", definition="x.", kind="outcome")
        taxonomy = Taxonomy(scheme=scheme, title="T", kind="outcome", terms=(term,))
        return SimpleNamespace(
            plugin_name=scheme,
            implsci_taxonomies=hookimpl(specname="implsci_taxonomies")(lambda: [taxonomy]),
        )

    registry = Registry(plugins=[plugin("aa"), plugin("bb")])
    assert outcome_codes("reach", registry) == {"aa:reach", "bb:reach"}


def test_a_country_may_be_named(registry: Registry) -> None:
    examples = implsci.load("implsci-examples")
    britain = examples.where(country="GB")
    assert (
        0 < len(britain) == len(examples.where(country="UK")) == len(examples.where(country="gb"))
    )
    for text in ("ZZ", "EU", "US; KE", "Korea"):
        with pytest.raises(InvalidQueryError, match="country: expected the name of one country"):
            examples.where(country=text)


def test_a_bare_family_says_which_edition_it_took() -> None:
    examples = implsci.load("implsci-examples")
    with pytest.warns(EditionWarning, match="cfir-2022:inner-setting was looked for") as caught:
        assert len(examples.where(code="cfir:inner-setting")) == 0
    assert caught[0].message.taken == "cfir-2022:inner-setting"  # type: ignore[union-attr]
    assert len(examples.where(code="cfir-2009:inner-setting")) > 100


def test_a_link_is_replaced_and_where_it_leads_stays(tmp_path: Path) -> None:
    target, link = tmp_path / "target.jsonl", tmp_path / "link.jsonl"
    target.write_text("keep")
    link.symlink_to(target)
    Compendium(studies=(Study(id="a", title="A study"),)).save(link)
    assert not link.is_symlink()
    assert len(implsci.load(link)) == 1
    assert target.read_text() == "keep"


def test_a_folder_that_cannot_be_written_whole_stays_as_it_was(tmp_path: Path) -> None:
    old = Compendium(studies=tuple(Study(id=f"s{n}", title="Old") for n in range(3)))
    old.save(tmp_path / "f")

    def broken() -> Iterator[tuple[Path, list[bytes]]]:
        yield tmp_path / "f" / "s0.json", [b"new"]
        raise InterruptedError

    with pytest.raises(InterruptedError):
        write_files(broken())
    assert implsci.load(tmp_path / "f").studies == old.studies
    assert len(list((tmp_path / "f").iterdir())) == 3


def test_a_study_called_datapackage_is_a_study(tmp_path: Path) -> None:
    study = Study(id="datapackage", title="A", extra={'"resources"': 1, '"$schema"': 2})
    Compendium(studies=(study,)).save(tmp_path / "f")
    assert implsci.load(tmp_path / "f").studies == (study,)
    assert implsci.formats.read(tmp_path / "f").studies == (study,)
