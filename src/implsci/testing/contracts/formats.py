"""The contract of formats."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar, Final

import attrs
from attrs import frozen
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from implsci.errors import ImplsciError
from implsci.formats.exchange import read_studies, write
from implsci.hooks import FOLDER, Format, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.plugins import Registry
from implsci.testing.contracts._shared import Contract, fail, hold, one_line
from implsci.testing.strategies import studies

__all__ = ["FormatContract"]


def __dir__() -> list[str]:
    return __all__


_TITLE: Final = "Séance “=1+1”, a | b; c\n<script>"
_NOISE: Final = (
    b"",
    b"\0",
    b"\xff\xfe\x00",
    b"{",
    b"[[[[",
    b"\x89PNG\r\n",
    b"PK\x03\x04",
    b"," * 50,
)
# Tried first: where this fails already, nothing has to be made small, which may take minutes.
_PLAINEST: Final = Study(id="a", title="A study")
_GENERATED: Final = settings(
    max_examples=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
)


@frozen
class _Collection:
    """Studies as a writer gets them; going through them may break off."""

    studies: tuple[Study, ...]
    breaks: bool = False
    name: str | None = None
    title: str | None = None
    license: str | None = None
    citation: str | None = None

    def __iter__(self) -> Iterator[Study]:
        yield from self.studies
        if self.breaks:
            raise InterruptedError("broken off")

    def __len__(self) -> int:
        return len(self.studies)


class FormatContract(Contract):
    """What every format keeps to. Subclass it, set `format` or `plugin`, and run pytest.

    Attributes:
        format: a `Format` or several, or a function that returns them.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        files: files of other programs that the format must read without skipping a record.

    Examples:
        >>> class TestJsonLines(FormatContract):
        ...     plugin = "jsonl"
    """

    format: ClassVar[Format | tuple[Format, ...] | Callable[[], object] | None] = None
    files: ClassVar[tuple[Path, ...]] = ()

    _subject = "format"
    _noun = "format"
    _class = Format

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return registry.formats()

    @classmethod
    def _both(cls) -> tuple[Format, ...]:
        """Return the formats that are read and written."""
        return tuple(one for one in cls._all() if one.read and one.write)

    def test_there_is_a_format(self) -> None:
        """It can be built, and names a file ending or is asked for by name."""
        self._there()

    def test_its_endings_are_its_own_or_told_apart(self) -> None:
        """Where several formats share an ending, this one looks at the first bytes."""
        shared = {
            ending
            for other in self._known().formats()
            for ending in other.extensions
            if other.name not in {one.name for one in self._all()}
        }
        hold(
            "endings that another format has too, and no sniff to tell them apart",
            (
                f"{one.name}: {ending}"
                for one in self._all()
                for ending in one.extensions
                if one.read and one.sniff is None and ending in shared and ending != FOLDER
            ),
        )

    def test_studies_come_back(self) -> None:
        """What is written is read again: every study, its id and its title."""

        @_GENERATED
        @given(
            st.lists(studies(), min_size=1, max_size=3, unique_by=lambda study: study.id.casefold())
        )
        @example([_PLAINEST])
        def check(made: list[Study]) -> None:
            for one in self._both():
                back = _through(one, tuple(made))
                if one.lossless:
                    hold(f"{one.name}: studies that changed", _changed(made, back))
                else:
                    before, after = (
                        [(s.id, _words(s.title)) for s in which] for which in (made, back)
                    )
                    if before != after:
                        fail(f"{one.name}: wrote {before!r}, read {after!r}")

        check()

    def test_what_is_lost_is_said(self) -> None:
        """A study that does not come back equal has left a word in the ledger of its writer."""

        @_GENERATED
        @given(studies())
        @example(_PLAINEST)
        def check(study: Study) -> None:
            for one in self._both():
                if one.lossless:
                    continue
                ledger = Ledger()
                (back,) = _through(one, (study,), ledger)
                silent = sorted(_lost(study, back))
                if silent and not ledger.left_out:
                    fail(f"{one.name}: {', '.join(silent)} did not come back, and nothing was said")

        check()

    def test_hostile_text_stays_text(self) -> None:
        """Formulas, markup, separators and accents come back as they were."""
        made = Study(id="a", title=_TITLE, note="=HYPERLINK(1)")
        for one in self._both():
            (back,) = _through(one, (made,))
            if _words(back.title) != _words(made.title):
                fail(f"{one.name}: the title {made.title!r} came back as {back.title!r}")

    def test_writing_twice_gives_the_same_bytes(self) -> None:
        """The same studies make the same file."""
        made = (Study(id="a", title="A study", year=2019), Study(id="b", title="Another"))
        for one in self._all():
            if one.write:
                first, second = (_bytes(one, made) for _ in range(2))
                if first != second:
                    fail(f"{one.name}: two files differ that hold the same studies")

    def test_a_writer_that_breaks_off_leaves_the_old_file(self) -> None:
        """Until the new file is whole, the old one stands there."""
        for one in self._both():
            with tempfile.TemporaryDirectory() as folder:
                path = _path(one, folder)
                old = (Study(id="a", title="The old one"),)
                _write(one, path, _Collection(old))
                new = _Collection((Study(id="b", title="The new one"),), breaks=True)
                try:
                    _write(one, path, new)
                except (ImplsciError, OSError):
                    pass
                else:
                    fail(f"{one.name}: a collection that broke off was written as if it were whole")
                found = [study.id for study in _read(one, path, Ledger())]
                if found != ["a"]:
                    fail(f"{one.name}: after a writing that broke off, {found} stand there")

    def test_broken_files_are_refused_or_skipped(self) -> None:
        """No file, whatever is in it, brings anything but a named error, or a skipped record."""
        for one in self._all():
            if not one.read or any(ending[0] != "." for ending in one.extensions):
                continue
            whole = _bytes(one, (Study(id="a", title="A study"),)) if one.write else {}
            cut = [data[: len(data) // 2] for data in whole.values()] if len(whole) == 1 else []
            for data in (*_NOISE, *cut):
                with tempfile.TemporaryDirectory() as folder:
                    path = _path(one, folder)
                    path.write_bytes(data)
                    try:
                        list(_read(one, path, Ledger()))
                    except ImplsciError:
                        pass
                    except Exception as error:  # what else a reader raises is what is looked for
                        fail(f"{one.name}: on {data[:20]!r}, {one_line(error)}")

    def test_its_files_are_read(self) -> None:
        """Files of other programs, given as `files`, are read and no record of them is skipped."""
        for path in self.files:
            for one in self._all():
                ledger = Ledger()
                found = list(_read(one, path, ledger))
                if not found:
                    fail(f"{one.name}: no study in {path.name}")
                hold(
                    f"{one.name}: records of {path.name} that were skipped",
                    map(str, ledger.skipped),
                )


def _registry(format: Format) -> Registry:
    class Plugin:
        @hookimpl
        def implsci_formats(self) -> tuple[Format, ...]:
            return (format,)

    return Registry(plugins=[Plugin], strict=True)


def _path(format: Format, folder: str) -> Path:
    ending = next((one for one in format.extensions if one.startswith(".")), "")
    return Path(folder, "studies" if FOLDER in format.extensions else f"studies{ending}")


def _write(format: Format, path: Path, made: _Collection, ledger: Ledger | None = None) -> None:
    write(made, path, format.name, ledger=ledger or Ledger(), registry=_registry(format))


def _read(format: Format, path: Path, ledger: Ledger) -> Iterator[Study]:
    return read_studies(path, format.name, ledger=ledger, registry=_registry(format))


def _through(format: Format, made: tuple[Study, ...], ledger: Ledger | None = None) -> list[Study]:
    """Return what comes back of some studies."""
    with tempfile.TemporaryDirectory() as folder:
        path = _path(format, folder)
        _write(format, path, _Collection(made), ledger)
        reading = Ledger()
        back = list(_read(format, path, reading))
        hold(f"{format.name}: records of its own that were skipped", map(str, reading.skipped))
        return back


def _bytes(format: Format, made: tuple[Study, ...]) -> dict[str, bytes]:
    """Return the file, or the files of the folder, that some studies make."""
    with tempfile.TemporaryDirectory() as folder:
        path = _path(format, folder)
        _write(format, path, _Collection(made))
        files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
        return {str(one.relative_to(folder)): one.read_bytes() for one in files}


def _changed(made: list[Study], back: list[Study]) -> Iterator[str]:
    if len(made) != len(back):
        yield f"{len(made)} written, {len(back)} read"
        return
    # A folder keeps no order, so studies are compared by their ids.
    found = {study.id: study for study in back}
    for study in made:
        if found.get(study.id) != study:
            yield f"{study.id}: {', '.join(sorted(_lost(study, found.get(study.id))))}"


def _lost(study: Study, back: Study | None) -> set[str]:
    names = (field.name for field in attrs.fields(Study) if field.name != "provenance")
    return {name for name in names if getattr(study, name) != getattr(back, name, None)}


def _words(text: str) -> str:
    """Return a text as formats keep it that fold line breaks and runs of blanks."""
    return " ".join(text.split())
