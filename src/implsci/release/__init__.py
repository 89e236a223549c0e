"""Freezing a version of a compendium: a folder that can be cited, checked and read by any program.

Examples:
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> kenya = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     done = release(kenya, folder, version="1.0.0", name="kenya", authors=["Ng, Ada"])
    ...     done.path.name, sorted(path.name for path in done.path.iterdir())[:3]
    ('kenya-1.0.0', ['CHANGES.md', 'CHECKSUMS.sha256', 'CITATION.cff'])
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from datetime import date as day
from pathlib import Path
from typing import Final

from attrs import evolve, frozen

from implsci.atomic import sync_folder, told, write_file
from implsci.casebook import CASEBOOK, Casebook, Kept, Redaction, Removed, redact
from implsci.codec import encode
from implsci.codes import slug
from implsci.compendium import Compendium, Problems, find, load, load_source
from implsci.compendium.difference import Difference, difference
from implsci.compendium.files import is_record_file, read_some
from implsci.errors import FormatError, InvalidQueryError, UnreadableFileError
from implsci.formats import exchange
from implsci.formats.compendium import data_package
from implsci.formats.compendium._data_package.describing import DESCRIPTOR
from implsci.formats.compendium._data_package.writing import MOST_DESCRIBED
from implsci.hooks import CompendiumSource
from implsci.ledger import Ledger
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.release._moved import Moved, moved_cells
from implsci.release._room import room
from implsci.release._texts import (
    CITATION,
    authors_in,
    changes_text,
    citation_text,
    one_line,
    readme_text,
)
from implsci.release._versions import is_version, version_order

__all__ = ["CHECKSUMS", "Moved", "Release", "release"]


def __dir__() -> list[str]:
    return __all__


CHECKSUMS: Final = "CHECKSUMS.sha256"
"""The file of a release that ``sha256sum -c`` checks the others by."""

_NAMED: Final = ("name", "version")
_PIECE: Final = 1 << 20
_LISTED: Final = 10
_LONGEST: Final = 100
_EPOCH: Final = "SOURCE_DATE_EPOCH"


@frozen(kw_only=True)
class Release:
    """A version of a compendium, frozen in a folder.

    Attributes:
        name: the compendium's name, as it stands in names of files.
        version: the version.
        date: when it was released, ISO 8601; None where that was not said.
        path: its folder.
        files: digests (SHA-256, in hexadecimal) of its files by their path in the folder.
        studies: how many studies are in it.
        previous: the version that the changes count from; None for the first.
        carried: what was not given and is as in the previous release: title, license, citation,
            authors.
        difference: what changed since; None for the first.
        axes: how the synthesis was laid out to see which cells moved.
        moved: the cells that moved.
        written: False where the same release stood there already.
        redacted: what was taken out of the casebook, where one was given.
    """

    name: str
    version: str
    date: str | None
    path: Path
    files: Mapping[str, str]
    studies: int
    previous: str | None
    carried: tuple[str, ...]
    difference: Difference | None
    axes: str
    moved: tuple[Moved, ...]
    written: bool
    redacted: tuple[Removed, ...] = ()


def release(
    compendium: Compendium | str | os.PathLike[str],
    folder: str | os.PathLike[str],
    *,
    version: str,
    previous: str | os.PathLike[str] | None = None,
    date: str | None = None,
    name: str | None = None,
    title: str | None = None,
    license: str | None = None,
    citation: str | None = None,
    authors: Iterable[str] = (),
    casebook: Casebook | None = None,
    quotes: Kept = "none",
    registry: Registry | None = None,
) -> Release:
    """Freeze a version of a compendium in a folder of its own, ``<name>-<version>``.

    It holds the studies as JSON Lines and as a data package, a citation file, a list of what changed
    since the last release, counts, and the checksums of all. The same studies give the same bytes.
    A release that stands there is never written over. What another process left there half-written
    when it was killed is removed.

    Args:
        compendium: what to release: a compendium, a file or folder of any format, or a name.
        folder: where releases stand; it is made where it does not exist.
        version: such as ``1.2.0``, ``2.0.0-rc.1`` or ``2026-01-05``; newer than all that stand there.
        previous: the release that changes count from; None takes the newest below `version` that
            stands in `folder`.
        date: when it is released, ``YYYY-MM-DD``; None takes the day of the environment variable
            ``SOURCE_DATE_EPOCH`` or, without one, names none.
        name: what the files are called; that of the compendium where None.
        title: its name in full; that of the compendium where None, else that of the previous release,
            and so the next two.
        license: its licence, best as an SPDX id.
        citation: how to cite it.
        authors: who made it, each as ``Family, Given``; a name without a comma is taken whole, as that
            of an organization. Without any it is those of the previous release; where there is none,
            the citation file says ``anonymous``.
        casebook: practice and knowledge records to release beside the studies, in `CASEBOOK`; words,
            names and contacts of people are taken out first.
        quotes: ``consented`` lets quotes with consent to publication stay in it.
        registry: knows the taxonomies; the default registry where None.

    Returns:
        What was released.

    Raises:
        ConsentError: a name of a person stands in an id of the casebook.
        FormatError: nothing to release, errors that `Compendium.check` finds, another release with
            this version stands there, or the previous one is not as it was released.
        InvalidQueryError: the version is none or not newer, or the date is none; or neither `name` nor
            `previous` is given, and all releases in `folder` have one other name.
        LoadError: a record cannot be read.
        UnreadableFileError: a file cannot be read or written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci import Study
        >>> one = Compendium(studies=(Study(id="a", title="A"),), name="mine")
        >>> two = Compendium(studies=(*one, Study(id="b", title="B")), name="mine")
        >>> with TemporaryDirectory() as folder:
        ...     _ = release(one, folder, version="1.9.0")
        ...     done = release(two, folder, version="1.10.0")
        >>> done.previous, [study.id for study in done.difference.added]
        ('1.9.0', ['b'])
    """
    if not is_version(version):
        raise InvalidQueryError(
            f"version: expected one such as 1.2.0, 2.0.0-rc.1 or 2026-01-05, got {version!r}"
        )
    known = registry or default_registry()
    date = _date(date)
    whole, source = _read(compendium, known)
    _refuse_errors(whole, source, known)
    beside = None if casebook is None else _beside(casebook, quotes, known)
    called = slug(name or whole.name or "")[:_LONGEST].strip("-") or "compendium"
    whole = evolve(whole, name=called)
    home = Path(folder)
    target = home / f"{called}-{version}"
    if name is None and previous is None:
        _refuse_another_name(home, called)
    before = _before(home, called, version, target) if previous is None else Path(previous)
    was, old = (None, None) if before is None else _released(before, known)
    given = {"title": title, "license": license, "citation": citation}
    about = {key: getattr(whole, key) if own is None else own for key, own in given.items()}
    makers = tuple(text for author in authors if (text := one_line(author)))
    carried: list[str] = []
    if before is not None:
        last = {key: getattr(old, key) for key in given}
        carried = [key for key in given if about[key] is None and last[key] is not None]
        about |= {key: last[key] for key in carried}
        if not makers and (makers := _authors(before)):
            carried.append("authors")
    whole = evolve(
        whole, title=about["title"], license=about["license"], citation=about["citation"]
    )
    found = None if old is None else difference(old, whole)
    axes, moved = "", tuple[Moved, ...]()
    if old is not None and found is not None:
        renamed = {one.old.id: one.new.id for one in found.changed if one.renamed}
        axes, moved = moved_cells(old, whole, renamed, known)
    texts = {
        "README.md": readme_text(
            whole, called, version, date, makers, None if beside is None else len(beside.records)
        ),
        CITATION: citation_text(whole, version, date, makers),
        "CHANGES.md": changes_text(version, date, was, found, axes, moved),
    }
    files, written = _put(whole, target, texts, version, date, known, beside)
    return Release(
        name=called,
        version=version,
        date=date,
        path=target,
        files=files,
        studies=len(whole),
        previous=was,
        carried=tuple(carried),
        difference=found,
        axes=axes,
        moved=moved,
        written=written,
        redacted=() if beside is None else beside.removed,
    )


def _beside(casebook: Casebook, quotes: Kept, registry: Registry) -> Redaction:
    """Return the records of a casebook as they may leave the house."""
    _refuse(casebook.check(registry=registry), casebook.name or "the casebook")
    return redact(casebook.records, quotes=quotes)


def _date(given: str | None) -> str | None:
    if given is not None:
        try:
            if day.fromisoformat(given).isoformat() != given:  # such as a week, 2026-W01-1
                raise ValueError(given)
            return given
        except ValueError:
            raise InvalidQueryError(f"date: expected a day, YYYY-MM-DD, got {given!r}") from None
    epoch = os.environ.get(_EPOCH)
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        raise InvalidQueryError(f"{_EPOCH}: expected seconds since 1970, got {epoch!r}") from None


def _read(
    compendium: Compendium | str | os.PathLike[str], registry: Registry
) -> tuple[Compendium, str]:
    """Return what to release, and what to call it in messages."""
    if isinstance(compendium, Compendium):
        return compendium, compendium.name or "the compendium"
    found = find(compendium, registry)
    if isinstance(found, CompendiumSource):
        return load_source(found), found.name
    if is_record_file(found):
        return load(found), str(found)  # which lists every fault, not the first alone
    return exchange.read(found, strict=True, registry=registry), str(found)


def _refuse_errors(compendium: Compendium, source: str, registry: Registry) -> None:
    if not len(compendium):
        raise FormatError(source, "release", "no study in it; expected at least one")
    _refuse(compendium.check(registry), source)


def _refuse(problems: Problems, source: str) -> None:
    if errors := problems.of("error"):
        listed = "".join(f"\n  {problem}" for problem in errors[:_LISTED])
        more = f"\n  and {len(errors) - _LISTED} more" if len(errors) > _LISTED else ""
        raise FormatError(
            source, "release", f"{len(errors)} errors, so nothing was released:{listed}{more}"
        )


def _standing(home: Path) -> list[Path]:
    """Return the folders that hold releases."""
    if not home.is_dir():
        return []
    with told(home):
        return [path for path in home.iterdir() if (path / DESCRIPTOR).is_file()]


def _refuse_another_name(home: Path, name: str) -> None:
    """Refuse a name that only the file's gave, where it would break off the one line of releases."""
    names = {own for path in _standing(home) if (own := _name_of(path)) is not None}
    if len(names) == 1 and name not in names:
        (other,) = names
        raise InvalidQueryError(
            f"name: all releases in {home} are of {other}, and this would be the first of {name}; "
            f"give the name (--name), {other} to go on from them or {name} to begin anew, or the "
            "previous release (--previous)"
        )


def _name_of(path: Path) -> str | None:
    """Return the name of a release; None where its folder has another."""
    try:
        with (path / DESCRIPTOR).open("rb") as stream:
            about = json.loads(read_some(stream, MOST_DESCRIBED))
    except (OSError, ValueError, RecursionError):
        return None
    name, version = (about.get(key) if isinstance(about, dict) else None for key in _NAMED)
    return name if isinstance(name, str) and path.name == f"{name}-{version}" else None


def _before(home: Path, name: str, version: str, target: Path) -> Path | None:
    """Return the newest release below a version; refuse one that is not the newest itself."""
    standing = {
        found: path
        for path in _standing(home)
        if path.name.startswith(f"{name}-")
        and is_version(found := path.name.removeprefix(f"{name}-"))
        and found != version
    }
    own = version_order(version)
    newest = max(standing, key=version_order, default=None)
    if newest is not None and version_order(newest) >= own and not target.exists():
        raise InvalidQueryError(
            f"version: {version} is not newer than {newest}, which stands in {home}"
        )
    below = [found for found in standing if version_order(found) < own]
    return standing[max(below, key=version_order)] if below else None


def _released(path: Path, registry: Registry) -> tuple[str, Compendium]:
    """Return the version and the studies of a release that is as it was released."""
    if not (path / CHECKSUMS).is_file():
        raise UnreadableFileError(str(path), f"no release: there is no {CHECKSUMS} in it")
    said = {}
    with told(path):
        for line in (path / CHECKSUMS).read_text("utf-8", "replace").splitlines():
            digest, _, name = line.partition("  ")
            said[name] = digest
        found = _digests(path)
    for name in sorted({*said, *found}):
        if said.get(name) != found.get(name):
            raise FormatError(
                str(path), "release", f"{name} is not as it was released: see {CHECKSUMS}"
            )
    ledger = Ledger(path.name, strict=True)
    compendium = exchange.read(path, "data-package", ledger=ledger, registry=registry)
    about = json.loads((path / DESCRIPTOR).read_bytes())  # read just now, so it is an object
    return str(about.get("version") or path.name), compendium


def _authors(path: Path) -> tuple[str, ...]:
    """Return who made a release."""
    about = path / CITATION
    with told(about):
        return authors_in(about.read_text("utf-8", "replace")) if about.is_file() else ()


def _put(
    compendium: Compendium,
    target: Path,
    texts: Mapping[str, str],
    version: str,
    date: str | None,
    registry: Registry,
    beside: Redaction | None,
) -> tuple[dict[str, str], bool]:
    """Write a release in a room of its own, then give it its place; return its digests."""
    with told(target), room(target.parent) as own:
        staging = own / "release"
        data_package.write(
            compendium,
            staging,
            Ledger(),
            version=version,
            created=None if date is None else f"{date}T00:00:00Z",
            inside="tables",
            registry=registry,
        )
        write_file(
            staging / f"{compendium.name}.jsonl", (encode(study) + b"\n" for study in compendium)
        )
        if beside is not None:
            write_file(staging / CASEBOOK, (encode(one) + b"\n" for one in beside.records))
        for name, text in texts.items():
            write_file(staging / name, [text.encode()])
        files = _digests(staging)
        lines = [f"{digest}  {name}\n" for name, digest in sorted(files.items())]
        write_file(staging / CHECKSUMS, [line.encode() for line in lines])
        if target.exists():
            _refuse_another(target, files)
            return files, False
        staging.rename(target)
        sync_folder(target.parent)
    return files, True


def _refuse_another(target: Path, files: Mapping[str, str]) -> None:
    standing = _digests(target) if target.is_dir() else {}
    differing: Sequence[str] = sorted(
        name for name in {*files, *standing} if files.get(name) != standing.get(name)
    )
    if differing:
        raise FormatError(
            str(target),
            "release",
            "another release with this version stands there, and differs in "
            f"{', '.join(differing[:_LISTED])}; give the new one a version of its own",
        )


def _digests(folder: Path) -> dict[str, str]:
    """Return the digest of every file in a folder but the list of them."""
    found = {}
    for path in folder.rglob("*"):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != CHECKSUMS:
            digest = hashlib.sha256()
            with path.open("rb") as stream:
                while piece := stream.read(_PIECE):
                    digest.update(piece)
            found[name] = digest.hexdigest()
    return found
