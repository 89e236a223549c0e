"""The compendium: what is loaded, saved, checked and narrowed down, and what happens when it fails."""

from __future__ import annotations

import gc
import json
import os
from pathlib import Path

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import Barrier, Compendium, Registry, Setting, Strategy, Study, load
from implsci.codec import encode
from implsci.compendium import check_records, files, read_records
from implsci.errors import LoadError, UnknownNameError, UnreadableFileError
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
    with pytest.raises(UnreadableFileError, match=r"\.jsonl file or a folder"):
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


def test_an_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    sly = Study(id="../../etc/passwd", title="Sly")
    Compendium(studies=(sly,)).save(tmp_path / "in")
    assert load(tmp_path / "in").studies == (sly,)
    assert {found.name for found in tmp_path.iterdir()} == {"in"}


def test_the_collector_is_on_again_after_a_failure() -> None:
    def fail() -> None:
        with files.collector_paused():
            assert not gc.isenabled()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert gc.isenabled()


# -- checking -----------------------------------------------------------------------------------


def test_the_bundled_compendium_has_no_error_and_no_warning(examples: Compendium) -> None:
    problems = examples.check()
    assert problems.studies == len(examples)
    assert problems.of("error") == problems.of("warning") == ()
    # Two taxonomies that some of its studies are coded in come with a later release.
    assert [problem.message.split(" ")[2] for problem in problems] == ["'bct-v1'", "'bcw'"]


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
    assert "expected cfir-2009" in told["warning", "barriers[0].codes[0]"]
    assert "'eric:facilitation'" in told["warning", "strategies[0].codes[0]"]
    assert "no taxonomy 'mine'" in told["info", ""]
    assert len(problems) == 7


def test_check_of_a_file_tells_of_keys_given_twice(tmp_path: Path, registry: Registry) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text(
        '{"id": "a", "title": "T", "title": "U", "outcomes": [{"id": "o", "label": "x", "id": "p"}]}\n'
        '{"id": "a", "title": "again"}\n'
    )
    problems = check_records(read_records(path, 10_000), registry)
    found = [(problem.line, problem.path, problem.severity) for problem in problems]
    assert found == [(1, "title", "error"), (1, "outcomes[0].id", "error"), (2, "id", "error")]
    assert "only the last value, 'U'" in problems.problems[0].message
    assert f"first at {path}:1" in problems.problems[2].message


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
