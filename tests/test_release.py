"""Releases: the same bytes anywhere, never written over, and a list of what changed that is true."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import warnings
from pathlib import Path

import pytest
import yaml
from attrs import evolve

from implsci import Barrier, Compendium, Finding, Outcome, Registry, Strategy, Study, load
from implsci.atomic import Lock
from implsci.compendium.difference import difference
from implsci.errors import (
    FormatError,
    InvalidQueryError,
    LoadError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.formats import read
from implsci.release import CHECKSUMS, Release, release
from implsci.release._texts import changes_text
from implsci.release._versions import is_version, version_order


def study(identifier: str, direction: str = "improved") -> Study:
    return Study(
        id=identifier,
        title=f"Study {identifier}",
        year=2019,
        countries=("KE",),
        barriers=(Barrier(id="b", label="no time", codes=("cfir-2009:available-resources",)),),
        strategies=(
            Strategy(id="s", label="help", codes=("eric:facilitation",), addresses=("b",)),
        ),
        outcomes=(Outcome(id="o", label="uptake", desirable="higher"),),
        findings=(
            Finding(id="f", outcome="o", direction=direction, strategies=("s",)),  # type: ignore[arg-type]
        ),
    )


FIRST = Compendium(studies=(study("a"), study("b"), study("c")), name="mine", title="My studies")
SECOND = evolve(
    FIRST,
    studies=(
        evolve(study("a"), year=2020), study("c"), study("d", "worsened"), Study(id="e", title="E"),
    ),
)  # fmt: skip


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def both(folder: Path) -> tuple[Release, Release]:
    return (
        release(FIRST, folder, version="1.0.0", authors=["Ng, Ada"]),
        release(SECOND, folder, version="1.1.0", date="2026-01-05", authors=["Ng, Ada", "WHO"]),
    )


def test_the_same_studies_give_the_same_bytes_in_any_folder(tmp_path: Path) -> None:
    one, two = (both(tmp_path / name) for name in ("here", "somewhere-else"))
    for mine, theirs in zip(one, two, strict=True):
        assert contents(mine.path) == contents(theirs.path)
        assert mine.files == theirs.files
    assert (one[1].previous, one[0].previous) == ("1.0.0", None)


def test_sha256sum_finds_every_file_as_listed(tmp_path: Path) -> None:
    _, done = both(tmp_path)
    tool = shutil.which("sha256sum")
    assert tool is not None
    run = subprocess.run(
        [tool, "-c", "--strict", CHECKSUMS],
        cwd=done.path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    listed = {line.rpartition(": ")[0] for line in run.stdout.splitlines()}
    assert listed == set(contents(done.path)) - {CHECKSUMS} == set(done.files)


def test_the_package_in_it_is_valid_and_holds_the_studies(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import frictionless

        _, done = both(tmp_path)
        report = frictionless.validate(str(done.path / "datapackage.json"))
    assert report.valid
    assert read(done.path).studies == SECOND.studies
    assert load(done.path / "mine.jsonl").studies == SECOND.studies
    about = json.loads((done.path / "datapackage.json").read_bytes())
    assert (about["version"], about["created"]) == ("1.1.0", "2026-01-05T00:00:00Z")


def test_the_changes_are_those_that_were_made(tmp_path: Path) -> None:
    first, second = both(tmp_path)
    assert first.difference is None
    assert "The first release." in (first.path / "CHANGES.md").read_text("utf-8")
    assert second.difference is not None
    assert [one.id for one in second.difference.added] == ["d", "e"]
    assert [one.id for one in second.difference.removed] == ["b"]
    assert [one.new.id for one in second.difference.changed] == ["a"]
    text = (second.path / "CHANGES.md").read_text("utf-8")
    assert (
        "## 1.1.0 (2026-01-05)\n\nSince 1.0.0:\n\n    2 studies added, 1 removed, 1 changed" in text
    )
    assert "        year: 2019 -> 2020\n" in text


def test_the_cells_that_moved_say_how(tmp_path: Path, registry: Registry) -> None:
    _, second = both(tmp_path)
    (cell,) = second.moved
    assert (cell.row, cell.column) == ("cfir-2009:available-resources", "eric:facilitation")
    assert cell.old == {"studies": "3", "findings": "3", "improved": "3"}
    assert cell.new == {"studies": "3", "findings": "3", "improved": "2", "worsened": "1"}
    assert (cell.studies_in, cell.studies_out) == (("d",), ("b",))
    assert (
        "    cfir-2009:available-resources x eric:facilitation: improved 3 -> 2, worsened 0 -> 1, "
        "in: d, out: b\n"
    ) in (second.path / "CHANGES.md").read_text("utf-8")


def test_a_new_id_moves_no_cell(tmp_path: Path) -> None:
    release(FIRST, tmp_path, version="1.0.0")
    renamed = evolve(
        FIRST, studies=(evolve(study("a"), id="z", title="Study a"), *FIRST.studies[1:])
    )
    done = release(renamed, tmp_path, version="1.0.1")
    assert done.difference is not None
    assert [(one.old.id, one.new.id) for one in done.difference.changed] == [("a", "z")]
    assert done.moved == ()


def test_an_edition_without_barriers_can_follow_and_come_before(tmp_path: Path) -> None:
    bare = evolve(FIRST, studies=(Study(id="x", title="X"),))
    release(bare, tmp_path, version="1")
    assert len(release(FIRST, tmp_path, version="2").moved) == 1
    assert release(bare, tmp_path, version="3").difference


def test_the_same_release_again_changes_nothing(tmp_path: Path) -> None:
    _, done = both(tmp_path)
    before = contents(tmp_path)
    again = release(
        SECOND, tmp_path, version="1.1.0", date="2026-01-05", authors=["Ng, Ada", "WHO"]
    )
    assert (done.written, again.written) == (True, False)
    first = release(
        FIRST, tmp_path, version="1.0.0", authors=["Ng, Ada"]
    )  # though a newer one stands
    assert (first.written, first.previous) == (False, None)
    assert contents(tmp_path) == before


def test_another_release_with_its_version_is_not_written_over(tmp_path: Path) -> None:
    both(tmp_path)
    before = contents(tmp_path)
    with pytest.raises(
        FormatError, match=r"another release with this version .* differs in .*mine\.jsonl"
    ):
        release(FIRST, tmp_path, version="1.1.0")
    assert contents(tmp_path) == before


@pytest.mark.parametrize("version", ["0.9", "1.0.9", "1.1.0-rc.1", "1.1", "1.1.0+build"])
def test_a_version_that_is_not_new_is_refused(tmp_path: Path, version: str) -> None:
    both(tmp_path)
    with pytest.raises(InvalidQueryError, match=r"not newer than 1\.1\.0"):
        release(SECOND, tmp_path, version=version)
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize(
    "version", ["", "v1", "1.0/..", "../1", "1..0", "latest", "1.0 ", "1\n", "٣"]
)
def test_what_is_no_version_is_refused(tmp_path: Path, version: str) -> None:
    assert not is_version(version)
    with pytest.raises(InvalidQueryError, match="version: expected one such as"):
        release(FIRST, tmp_path, version=version)
    assert not list(tmp_path.iterdir())


def test_versions_in_order() -> None:
    """The example of Semantic Versioning 2.0.0, section 11, and dates."""
    ordered = (
        "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
        "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "2.0.0", "2.1.0", "2.1.1", "2.10.0", "2025-12-31",
        "2026-01-05", "2026-01-05.1",
    )  # fmt: skip
    assert sorted(set(ordered), key=version_order) == list(ordered)
    assert version_order("1.0") == version_order("1.0.0") == version_order("1+a.b")


def test_the_newest_before_is_found_by_number(tmp_path: Path) -> None:
    for version in ("1.9.0", "1.10.0"):
        release(FIRST, tmp_path, version=version)
    (tmp_path / "mine-1.99.0").mkdir()  # holds no release
    (tmp_path / "mine-2-draft.txt").touch()
    assert release(SECOND, tmp_path, version="1.11.0").previous == "1.10.0"


def test_the_release_before_can_be_named(tmp_path: Path) -> None:
    first = release(FIRST, tmp_path / "old", version="1.0.0")
    moved = first.path.rename(tmp_path / "archive")
    done = release(SECOND, tmp_path / "new", version="2.0.0", previous=moved)
    assert done.previous == "1.0.0"
    with pytest.raises(UnreadableFileError, match="no release"):
        release(SECOND, tmp_path, version="2.0.0", previous=tmp_path / "nothing")


@pytest.mark.parametrize("name", ["mine.jsonl", "tables/studies.csv", "README.md"])
def test_a_release_that_was_changed_is_no_base(tmp_path: Path, name: str) -> None:
    first = release(FIRST, tmp_path, version="1.0.0")
    with (first.path / name).open("ab") as stream:
        stream.write(b"\n")
    with pytest.raises(FormatError, match=f"{name} is not as it was released"):
        release(SECOND, tmp_path, version="1.1.0")
    assert [path.name for path in tmp_path.iterdir()] == ["mine-1.0.0"]


def test_an_error_of_check_stops_it(tmp_path: Path) -> None:
    twice = evolve(FIRST, studies=(study("a"), study("a")))
    with pytest.raises(FormatError, match=r"(?s)1 errors?, so nothing was released:.*'a' is also"):
        release(twice, tmp_path, version="1.0.0")
    with pytest.raises(FormatError, match="no study in it"):
        release(Compendium(studies=()), tmp_path, version="1.0.0")
    assert not list(tmp_path.iterdir())


def test_a_broken_record_stops_it(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "a", "title": "T"}\n{"id": "b"}\n')
    with pytest.raises(LoadError, match="title"):
        release(tmp_path / "x.jsonl", tmp_path / "out", version="1.0.0")
    with pytest.raises(UnknownNameError):
        release("no-such-compendium", tmp_path / "out", version="1.0.0")
    assert not (tmp_path / "out").exists()


def test_files_and_names_can_be_released(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "studies.jsonl")
    done = release(tmp_path / "studies.jsonl", tmp_path / "out", version="1")
    assert done.path.name == "studies-1"
    assert read(done.path).studies == FIRST.studies
    bundled = release("implsci-examples", tmp_path / "bundled", version="2026-01-05")
    assert read(bundled.path).studies == load("implsci-examples").studies
    assert (
        release(done.path, tmp_path / "again", version="1").files["studies.jsonl"]
        == (done.files["studies.jsonl"])
    )


def test_a_file_with_another_name_does_not_break_the_line(tmp_path: Path) -> None:
    out = tmp_path / "out"
    release(FIRST, out, version="1.0.0")
    FIRST.save(tmp_path / "v2.jsonl")
    with pytest.raises(InvalidQueryError, match=r"of mine, .* first of v2; .*--name.*--previous"):
        release(tmp_path / "v2.jsonl", out, version="1.1.0")
    assert [path.name for path in out.iterdir()] == ["mine-1.0.0"]
    assert release(tmp_path / "v2.jsonl", out, version="1.1.0", name="mine").previous == "1.0.0"
    named = release(tmp_path / "v2.jsonl", out, version="1.2.0", previous=out / "mine-1.1.0")
    assert (named.path.name, named.previous) == ("v2-1.2.0", "1.1.0")
    FIRST.save(tmp_path / "v3.jsonl")  # beside two names a third is one more
    assert release(tmp_path / "v3.jsonl", out, version="1").previous is None


def test_a_name_that_ends_like_a_version_is_one_name(tmp_path: Path) -> None:
    FIRST.save(tmp_path / "kenya-2026.jsonl")
    for version, previous in (("1.0.0", None), ("1.1.0", "1.0.0")):
        done = release(tmp_path / "kenya-2026.jsonl", tmp_path / "out", version=version)
        assert (done.name, done.previous) == ("kenya-2026", previous)


def test_what_is_not_given_is_as_in_the_release_before(tmp_path: Path) -> None:
    bare = evolve(FIRST, title=None)
    makers = ["Ng, Ada", "World Health Organization", 'A "B" \\']
    release(
        bare, tmp_path, version="1", title="T", license="ask us", citation="We 2026", authors=makers
    )
    done = release(evolve(SECOND, title=None), tmp_path, version="2")
    assert done.carried == ("title", "license", "citation", "authors")
    first, second = (
        yaml.safe_load((tmp_path / f"mine-{n}" / "CITATION.cff").read_text("utf-8")) for n in "12"
    )
    assert second == {**first, "version": "2"}
    again = read(done.path)
    assert (again.title, again.license, again.citation) == ("T", "ask us", "We 2026")
    own = release(SECOND, tmp_path, version="3", license="MIT", citation="", authors=["Me"])
    assert own.carried == ()  # the title is the compendium's own
    text = (own.path / "README.md").read_text("utf-8")
    assert "My studies" in text
    assert "We 2026" not in text


def test_nobody_is_nobody_in_the_next_release(tmp_path: Path) -> None:
    release(FIRST, tmp_path, version="1")
    assert release(SECOND, tmp_path, version="2").carried == ()


def test_a_full_disk_is_told_with_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(27, "File too large")

    monkeypatch.setattr("implsci.release.data_package.write", full)
    with pytest.raises(UnreadableFileError, match="File too large") as caught:
        release(FIRST, tmp_path, version="1.0.0")
    assert caught.value.path == str(tmp_path / "mine-1.0.0")
    assert not list(tmp_path.iterdir())


KILLED = """
import os, sys
from implsci import Study, Compendium
import implsci.release as module
module.data_package.write = lambda *_, **__: os.kill(os.getpid(), 9)
module.release(Compendium(studies=(Study(id="a", title="A"),)), sys.argv[1], version="1")
"""


@pytest.mark.skipif(os.name == "nt", reason="there is no such lock")
def test_what_a_killed_release_left_goes_with_the_next(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], check=False)
    (left,) = tmp_path.iterdir()
    foreign = tmp_path / ".release-of-others.tmp"
    foreign.mkdir()
    release(FIRST, tmp_path, version="1")
    assert left.exists()  # it may have begun just now
    for path in (left, foreign):
        os.utime(path, (0, 0))
    running = Lock(left / "lock")
    release(FIRST, tmp_path, version="2")
    assert left.exists()
    running.release()
    release(FIRST, tmp_path, version="3")
    assert not left.exists()
    assert foreign.exists()


def test_a_failure_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from implsci import release as module

    real = module.write_file

    def full(path: Path, chunks: object) -> None:
        if path.name == "CHANGES.md":
            raise OSError(28, "No space left on device")
        real(path, chunks)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr("implsci.release.write_file", full)
        with pytest.raises(OSError, match="No space"):
            release(FIRST, tmp_path, version="1.0.0")
    assert not list(tmp_path.iterdir())


def test_the_day_comes_from_the_caller_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert release(FIRST, tmp_path / "1", version="1").date is None
    assert "date" not in (tmp_path / "1" / "mine-1" / "CITATION.cff").read_text()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1767571200")  # date -u -d @1767571200 +%F
    assert release(FIRST, tmp_path / "2", version="1").date == "2026-01-05"
    assert release(FIRST, tmp_path / "3", version="1", date="2025-02-28").date == "2025-02-28"
    for wrong in ("2025-02-30", "20250228", "today", "2025-W01-1"):
        with pytest.raises(InvalidQueryError, match="date: expected a day"):
            release(FIRST, tmp_path / "4", version="1", date=wrong)
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    with pytest.raises(InvalidQueryError, match="SOURCE_DATE_EPOCH"):
        release(FIRST, tmp_path / "4", version="1")


HOSTILE = 'A "title"\n: [link](http://x) # *b* <img> \x85 {{ \u2028 & \\ \x1b[31m'


def test_the_citation_file_says_what_was_said(tmp_path: Path) -> None:
    """The keys and types that the schema of the Citation File Format 1.2.0 asks for."""
    done = release(
        evolve(FIRST, title=HOSTILE), tmp_path, version="1.10", date="2026-01-05",
        license="CC-BY-4.0", authors=["Ng, Ada", "World Health Organization", HOSTILE, " "],
    )  # fmt: skip
    found = yaml.safe_load((done.path / "CITATION.cff").read_text("utf-8"))
    assert found["cff-version"] == "1.2.0"
    assert found["type"] == "dataset"
    assert found["version"] == "1.10"
    assert found["date-released"] == "2026-01-05"
    assert found["license"] == "CC-BY-4.0"
    title = 'A "title" : [link](http://x) # *b* <img> {{ & \\ [31m'
    assert found["title"] == title
    assert found["authors"] == [
        {"family-names": "Ng", "given-names": "Ada"},
        {"name": "World Health Organization"},
        {"name": title},
    ]
    assert isinstance(found["message"], str)


def test_without_authors_and_with_a_licence_of_ones_own(tmp_path: Path) -> None:
    done = release(FIRST, tmp_path, version="1", license="ask us", citation="We 2026", title="T")
    found = yaml.safe_load((done.path / "CITATION.cff").read_text("utf-8"))
    assert found["authors"] == [{"name": "anonymous"}]
    assert "license" not in found
    assert found["abstract"] == "Licence: ask us"
    assert found["message"] == "Please cite this compendium as: We 2026"
    assert found["title"] == "T"


def test_the_readme_counts_what_is_there_and_runs_nothing(tmp_path: Path) -> None:
    done = release(evolve(FIRST, title=HOSTILE), tmp_path, version="1.0.0")
    text = (done.path / "README.md").read_text("utf-8")
    assert text.isprintable() or set(text) - {"\n"} == {c for c in text if c.isprintable()}
    assert "| studies | 3 |\n| barriers | 3 |\n| strategies | 3 |" in text
    assert "| years | 2019 to 2019 |" in text
    assert "<img>" not in text.replace("\\<img\\>", "")
    assert text.splitlines()[0].startswith('# A "title" : \\[link\\](http://x) \\# ')


def test_no_text_forges_a_line_or_a_link(tmp_path: Path) -> None:
    """CommonMark and the tables of GitHub, as markdown-it-py reads them."""
    from markdown_it import MarkdownIt

    forged = (
        "x\n\n# H\n- i\n| a | b |\n|---|---|\r\n[x](http://e) <script>alert(1)</script> ![i](j)"
    )
    texts = {"title": forged, "license": forged, "citation": forged, "authors": [forged]}
    release(FIRST, tmp_path, version="1", **texts)  # type: ignore[arg-type]
    other = evolve(FIRST, studies=(*FIRST.studies, Study(id="h", title=forged)))
    done = release(other, tmp_path, version="2", **texts)  # type: ignore[arg-type]
    for name, heads in (("README.md", 1), ("CHANGES.md", 3)):
        tokens = (
            MarkdownIt("commonmark").enable("table").parse((done.path / name).read_text("utf-8"))
        )
        inside = [own for token in tokens for own in (token, *(token.children or ()))]
        kinds = [token.type for token in inside]
        assert kinds.count("heading_open") == heads
        assert kinds.count("table_open") == (name == "README.md")
        assert not {"link_open", "image", "html_inline", "html_block"} & set(kinds)
        assert "<script>" in "".join(token.content for token in inside)  # as it is written
    found = yaml.safe_load((done.path / "CITATION.cff").read_text("utf-8"))
    assert set(found) == {
        "cff-version", "message", "title", "type", "authors", "version", "abstract",
    }  # fmt: skip
    assert [*map(list, found["authors"])] == [["name"]]
    assert "\n" not in found["title"]


def test_a_blank_title_is_none(tmp_path: Path) -> None:
    done = release(evolve(FIRST, title=" \n"), tmp_path, version="1")
    assert yaml.safe_load((done.path / "CITATION.cff").read_text("utf-8"))["title"] == "mine"
    assert (done.path / "README.md").read_text("utf-8").startswith("# mine, version 1\n")


def test_the_version_of_a_release_before_forges_nothing() -> None:
    found = difference((), ())
    text = changes_text("2", None, "1](http://e)\n# H", found, "a x b", ())
    assert "\nSince 1\\](http://e) \\# H:\n" in text


def test_texts_in_the_changes_stay_in_their_block(tmp_path: Path) -> None:
    release(FIRST, tmp_path, version="1")
    bad = evolve(FIRST, studies=(*FIRST.studies, Study(id="h", title="x\n# Heading\n<b>\x1b[31m")))
    text = (release(bad, tmp_path, version="2").path / "CHANGES.md").read_text("utf-8")
    assert "\x1b" not in text
    for line in text.split("\n"):
        assert "Heading" not in line or line.startswith("    ")
        assert "<b>" not in line or line.startswith("    ")


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    done = release(FIRST, tmp_path / "out", version="1", name="../../etc/x" + "y" * 500)
    assert done.path.parent == tmp_path / "out"
    assert len(os.fsencode(done.path.name)) < 120
