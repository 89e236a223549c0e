"""Which format a file is of, and what happens when a format misbehaves."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from implsci import Compendium, Registry, Study, formats, hookimpl, registry
from implsci.errors import (
    FormatError,
    InvalidQueryError,
    UnknownNameError,
    UnreadableFileError,
)
from implsci.formats.choosing import find_format
from implsci.formats.exchange import LossWarning
from implsci.hooks import Format, Studies
from implsci.ledger import Ledger

ONE = Compendium(studies=(Study(id="a", title="A study"),))


def bringing(**values: Any) -> Registry:
    given = {"name": "odd", "title": "Odd", "extensions": (".odd",)} | values

    class Plugin:
        @hookimpl
        def implsci_formats(self) -> list[Format]:
            return [Format(**given)]

    return Registry(plugins=["jsonl", Plugin])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", "jsonl"), ("a.NDJSON", "jsonl"), ("a.ris", "ris"), ("a.store", "store"),
        ("a.condensed.csv", "condensed"), ("a.long.xlsx", "long"), ("a.eppi.json", "eppi"),
        ("folder", "json-folder"), ("a.form.xlsx", "form"), ("a.datapackage", "data-package"),
    ],
)  # fmt: skip
def test_the_name_says_what_is_written(name: str, expected: str) -> None:
    assert find_format(Path(name), None, registry(), writing=True).name == expected


@pytest.mark.parametrize("name", ["a.csv", "a.xlsx", "a.json"])
def test_where_the_name_does_not_say_it_the_format_is_asked_for(name: str) -> None:
    with pytest.raises(InvalidQueryError, match="several formats have that ending; say which"):
        find_format(Path(name), None, registry(), writing=True)


def test_what_nobody_reads_is_named() -> None:
    with pytest.raises(InvalidQueryError, match="no format is known by that ending; name one of"):
        find_format(Path("a.docx"), None, registry())
    with pytest.raises(UnknownNameError, match="did you mean jsonl"):
        find_format(Path("a"), "jsonnl", registry())
    only_written = bringing(write=lambda *_: None)
    with pytest.raises(InvalidQueryError, match="only written"):
        find_format(Path("a.odd"), "odd", only_written)


def test_an_empty_file_is_called_empty(tmp_path: Path) -> None:
    (tmp_path / "a.csv").touch()
    with pytest.raises(InvalidQueryError, match="empty, and several formats"):
        formats.read(tmp_path / "a.csv")


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.json")
    with pytest.raises(UnreadableFileError, match="a device or a pipe"):
        formats.read(tmp_path / "x.json")


def raising(error: BaseException) -> Callable[[Path, Ledger], Iterator[Study]]:
    def read(path: Path, ledger: Ledger) -> Iterator[Study]:
        raise error
        yield  # a generator, as readers are

    return read


@pytest.mark.parametrize(
    ("reader", "message"),
    [
        (raising(SystemExit(3)), "odd: SystemExit: 3"),
        (raising(KeyError("x")), "odd: KeyError"),
        (lambda path, ledger: ["no study"], "gave a str, no Study"),
        (lambda path, ledger: None, "odd: TypeError"),
    ],
)
def test_a_reader_that_misbehaves_is_named(tmp_path: Path, reader: Any, message: str) -> None:
    (tmp_path / "a.odd").write_text("x")
    with pytest.raises(FormatError, match=message):
        formats.read(tmp_path / "a.odd", registry=bringing(read=reader))


def test_a_writer_that_writes_nothing_is_named(tmp_path: Path) -> None:
    def write(studies: Studies, path: Path, ledger: Ledger) -> None:
        return

    with pytest.raises(FormatError, match="its writer wrote nothing"):
        formats.write(ONE, tmp_path / "a.odd", registry=bringing(write=write))


def test_a_stranger_does_not_take_over_an_ending(tmp_path: Path) -> None:
    def grab(head: bytes) -> bool:
        return True

    greedy = bringing(extensions=(".odd", ".jsonl"), read=raising(KeyError("x")), sniff=grab)
    ONE.save(tmp_path / "a.jsonl")
    assert formats.read(tmp_path / "a.jsonl", registry=greedy).studies == ONE.studies


def test_a_sniff_that_raises_stops_nothing(tmp_path: Path) -> None:
    def leave(head: bytes) -> bool:
        raise SystemExit

    odd = bringing(extensions=(".odd", ".jsonl"), read=raising(KeyError("x")), sniff=leave)
    ONE.save(tmp_path / "a.jsonl")
    assert formats.read(tmp_path / "a.jsonl", registry=odd).studies == ONE.studies


def test_what_is_lost_is_warned_about(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"id": "a", "title": "A study"}\n{broken\n')
    with pytest.warns(LossWarning, match="line 2: not JSON") as caught:
        assert len(formats.read(tmp_path / "a.jsonl")) == 1
    assert caught[0].message.ledger.skips == 1  # type: ignore[union-attr]


def test_lines_end_as_any_system_ends_them(tmp_path: Path) -> None:
    records = [f'{{"id": "s{n}", "title": "Study {n}"}}' for n in range(4)]
    for ending in ("\n", "\r\n", "\r"):
        (tmp_path / "a.jsonl").write_bytes((ending.join(records) + ending).encode())
        assert [study.id for study in formats.read(tmp_path / "a.jsonl")] == [
            "s0",
            "s1",
            "s2",
            "s3",
        ]
    (tmp_path / "a.jsonl").write_bytes("\n".join(records).encode("utf-16"))
    with pytest.raises(UnreadableFileError, match="UTF-16; expected UTF-8"):
        formats.read(tmp_path / "a.jsonl")
