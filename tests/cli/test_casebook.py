"""The commands casebook and redact, and a release with a casebook beside the studies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import implsci
from implsci import casebook
from implsci.casebook import Casebook
from implsci.errors import ConsentError, FormatError
from implsci.model import Study
from implsci.model.documents import Observation, Party, Quote, SupportArrangement
from implsci.release import release

BOOK = Casebook(
    records=(
        SupportArrangement(
            id="s1",
            title="Help (made up)",
            parties=(Party(id="p", label="nurse", name="Grace Otieno", contact="g@example.org"),),
            note="Grace came.",
        ),
        Observation(
            id="o1",
            statement="Sites ask.",
            studies=("a", "b"),
            quotes=(
                Quote(text="They asked me first, not the book.", consent="publication"),
                Quote(text="Nobody may hear of this one.", consent="internal"),
            ),
        ),
    )
)
SECRETS = ("Grace", "Otieno", "g@example.org", "They asked me", "Nobody may hear")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "ours.jsonl"
    BOOK.save(path)
    return path


def test_what_a_casebook_holds_and_what_is_doubtful(run: Any, file: Path, tmp_path: Path) -> None:
    studies = tmp_path / "studies.jsonl"
    implsci.Compendium(studies=(Study(id="a", title="A"),)).save(studies)
    result = run("casebook", str(file), "--compendium", str(studies))
    assert result.exit_code == 0
    assert "2 records: support 1, observation 1" in result.stdout
    assert "o1: studies[1]: 'b' names no study of the compendium" in " ".join(result.stdout.split())
    assert run("casebook", str(file), "--compendium", str(studies), "--strict").exit_code == 1
    plain = json.loads(run("casebook", str(file), "--format", "json").stdout)
    assert plain["records"] == {"support": 1, "observation": 1}
    assert [one["rule"] for one in plain["problems"]] == ["personal-data"]


def test_a_broken_record_is_told_with_its_line(run: Any, tmp_path: Path) -> None:
    file = tmp_path / "ours.jsonl"
    file.write_text('{"type": "claim", "id": "c"}\n{"type": "claim", "id": "c", "about": "x"}\n')
    result = run("casebook", str(file))
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert f"{file}:2: error: c: statement: required, and missing" in said


def test_redact_takes_everything_out(run: Any, file: Path, tmp_path: Path) -> None:
    out = tmp_path / "public.jsonl"
    result = run("redact", str(file), str(out))
    assert result.exit_code == 0
    written = out.read_text()
    assert not [secret for secret in SECRETS if secret in written + result.stdout]
    assert "contact 1, name 2, quote 2" in result.stdout
    result = run("redact", str(file), str(out), "--consented-quotes", "--name", "Sites")
    assert "They asked me first" in out.read_text()
    assert "Nobody may hear" not in out.read_text()
    assert "[name] ask." in out.read_text()


def test_redact_writes_nothing_where_a_name_stands_in_an_id(run: Any, tmp_path: Path) -> None:
    file, out = tmp_path / "ours.jsonl", tmp_path / "public.jsonl"
    Casebook(
        records=(
            SupportArrangement(
                id="otieno", title="t", parties=(Party(id="p", label="n", name="Grace Otieno"),)
            ),
        )
    ).save(file)
    result = run("redact", str(file), str(out))
    assert result.exit_code == 1
    assert "may not leave the house" in result.stderr
    assert not out.exists()


def test_a_release_takes_a_redacted_casebook_along(run: Any, file: Path, tmp_path: Path) -> None:
    studies = implsci.Compendium(
        studies=(Study(id="a", title="A"), Study(id="b", title="B")), name="ours"
    )
    done = release(studies, tmp_path / "releases", version="1.0.0", casebook=BOOK)
    everything = b"".join(
        path.read_bytes() for path in done.path.rglob("*") if path.is_file()
    ).decode()
    assert not [secret for secret in SECRETS if secret in everything]
    assert "casebook.jsonl" in done.files
    assert {one.what for one in done.redacted} == {"quote", "name", "contact"}
    assert [record.id for record in casebook.load(done.path)] == ["s1", "o1"]
    assert [study.id for study in implsci.load(done.path / "ours.jsonl")] == ["a", "b"]
    later = release(studies, tmp_path / "releases", version="1.1.0", casebook=BOOK)
    assert later.previous == "1.0.0"


def test_a_folder_of_studies_may_have_its_casebook_beside_them(tmp_path: Path) -> None:
    implsci.Compendium(studies=(Study(id="a", title="A"),)).save(tmp_path / "studies.jsonl")
    BOOK.save(tmp_path / "casebook.jsonl")
    assert [study.id for study in implsci.load(tmp_path)] == ["a"]
    assert casebook.load(tmp_path).records == BOOK.records


def test_studies_in_a_file_of_that_name_are_still_studies(tmp_path: Path) -> None:
    implsci.Compendium(studies=(Study(id="a", title="A"),)).save(tmp_path / "casebook.jsonl")
    assert [study.id for study in implsci.load(tmp_path)] == ["a"]


def test_a_release_refuses_a_casebook_with_errors_or_names_in_ids(tmp_path: Path) -> None:
    studies = implsci.Compendium(studies=(Study(id="a", title="A"),), name="ours")
    twice = Casebook(records=(BOOK.records[1], BOOK.records[1]))
    with pytest.raises(FormatError, match="also the id of another record"):
        release(studies, tmp_path / "r", version="1.0.0", casebook=twice)
    named = Casebook(
        records=(
            SupportArrangement(
                id="otieno", title="t", parties=(Party(id="p", label="n", name="Grace Otieno"),)
            ),
        )
    )
    with pytest.raises(ConsentError):
        release(studies, tmp_path / "r", version="1.0.0", casebook=named)
    assert not list((tmp_path / "r").glob("*"))


@pytest.mark.parametrize("out", ["ours.jsonl", "./ours.jsonl", "link.jsonl"])
def test_redact_never_writes_over_what_it_reads(
    run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, out: str
) -> None:
    monkeypatch.chdir(tmp_path)
    line = b'{"type": "claim", "id": "c", "about": "use", "statement": "Little is used."}\n'
    Path("ours.jsonl").write_bytes(line)
    Path("link.jsonl").symlink_to("ours.jsonl")
    result = run("redact", "ours.jsonl", out)
    assert result.exit_code == 2
    assert "is what is read; expected another file to write" in result.stderr
    assert Path("ours.jsonl").read_bytes() == line
    Path("folder").mkdir()
    Path("folder/c.json").write_bytes(line)
    for inside in ("folder", "folder/public.jsonl", "folder/public"):
        result = run("redact", "folder", inside)
        assert result.exit_code == 2
        assert "is what is read" in result.stderr
    assert [path.name for path in Path("folder").iterdir()] == ["c.json"]
