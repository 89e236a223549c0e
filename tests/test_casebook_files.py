"""Casebooks on a disk that is full, unfinished, strange or killed: a named error, old or new, whole."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from implsci import casebook
from implsci.casebook import Casebook
from implsci.errors import UnreadableFileError
from implsci.model.documents import Claim, Diagnosis

resource = pytest.importorskip("resource")  # not on Windows

HERE = Path(__file__).parent
LINE = '{"type": "claim", "id": "c", "about": "use", "statement": "Little is used."}\n'


def book(count: int, about: str) -> Casebook:
    return Casebook(
        records=tuple(Claim(id=f"c{at}", about=about, statement="s") for at in range(count))
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "ours"
    made.mkdir()
    (made / "c.json").write_text(LINE)
    return made


def strange(make: Callable[[Path], object], path: Path) -> None:
    try:
        make(path)
    except (TypeError, NotImplementedError, OSError):
        pytest.skip("the system has no such files")


@pytest.mark.parametrize("name", ["more.jsonl", "casebook.jsonl", "datapackage.json"])
@pytest.mark.parametrize(
    ("make", "told"),
    [
        (getattr(os, "mkfifo", None), "a device or a pipe"),
        (lambda path: path.symlink_to("nowhere"), "No such file"),
        (lambda path: path.symlink_to(path.name), "symbolic links"),
        (lambda path: path.symlink_to("/dev/zero"), "a device or a pipe"),
    ],
)
def test_what_is_no_file_is_told_of_and_not_waited_for(
    folder: Path, name: str, make: Callable[[Path], object], told: str
) -> None:
    strange(make, folder / name)
    with pytest.raises(UnreadableFileError, match=rf"{name}: .*{told}"):
        casebook.load(folder)


def test_a_folder_that_leads_back_to_itself_is_read_once(folder: Path) -> None:
    strange(lambda path: path.symlink_to("."), folder / "again")
    assert [one.id for one in casebook.load(folder)] == ["c"]


def test_what_a_killed_process_left_is_not_read(folder: Path) -> None:
    left = folder / ".theirs.0123456789ab.tmp"
    left.mkdir()
    (left / "c.json").write_text(LINE)
    assert len(casebook.load(folder)) == 1


def test_a_file_where_a_folder_is_expected(tmp_path: Path) -> None:
    (tmp_path / "ours").write_text("")
    with pytest.raises(UnreadableFileError, match=r"a file; expected a folder, or .*\.jsonl"):
        book(1, "use").save(tmp_path / "ours")
    assert (tmp_path / "ours").read_text() == ""


def test_an_id_too_long_to_name_a_file(tmp_path: Path) -> None:
    made = Casebook(records=(Claim(id="é" * 100, about="use", statement="s"),))
    with pytest.raises(UnreadableFileError, match="too long to name a file"):
        made.save(tmp_path / "ours")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["ours", "ours.jsonl"])
def test_a_disk_that_is_full_changes_nothing(tmp_path: Path, name: str) -> None:
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    place = tmp_path / name
    many = Casebook(records=(*book(3, "old"), Claim(id="d", about="use", statement="s" * 9_000)))
    for there in (None, book(1, "old")):
        if there is not None:
            there.save(place)
        before = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000, limit[1]))
        try:
            with pytest.raises(UnreadableFileError, match="too large"):
                many.save(place)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        after = sorted((path, path.stat().st_mtime_ns) for path in tmp_path.rglob("*"))
        assert [path for path, _ in after] == [path for path, _ in before]
        if there is not None:
            assert casebook.load(place).records == there.records


@pytest.mark.skipif(os.name != "posix", reason="processes are forked")
def test_a_save_that_is_killed_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, __file__, str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert set(done.stdout.split()) <= {"old", "new", "none"}


def main(folder: Path) -> None:
    """Kill saves, each in a process of its own, and print what stands there after each."""
    sys.path.insert(0, str(HERE / "support"))
    from killing import finished, killed

    from implsci.formats.diagnosis_form import read_diagnosis_form, write_diagnosis_form

    chance = random.Random(8)
    old, new = book(5, "old"), book(60, "new")
    lines, form = folder / "ours.jsonl", folder / "form.xlsx"
    said = {"old": Diagnosis(id="d", problem="old"), "new": Diagnosis(id="d", problem="new")}

    def look(place: Path) -> str:
        if not place.exists():
            return "none"
        found = casebook.load(place).records
        one = {record.about for record in found if isinstance(record, Claim)}
        return one.pop() if len(found) in (5, 60) and len(one) == 1 else f"part:{len(found)}"

    old.save(lines)
    within = finished(lambda: new.save(lines))
    for _ in range(8):
        old.save(lines)
        killed(lambda: new.save(lines), within, chance)
        sys.stdout.write(f"{look(lines)}\n")
    within = finished(lambda: new.save(folder / "first"))
    for number in range(8):
        place = folder / f"ours{number}"
        killed(lambda place=place: new.save(place), within * 1.2, chance)
        sys.stdout.write(f"{look(place)}\n")
    within = finished(lambda: write_diagnosis_form(form, said["new"]))
    for _ in range(6):
        write_diagnosis_form(form, said["old"])
        killed(lambda: write_diagnosis_form(form, said["new"]), within, chance)
        sys.stdout.write(f"{read_diagnosis_form(form).problem}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
