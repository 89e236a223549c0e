"""What a store consists of: the one file whose replacement makes a new version of it valid."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Final

import msgspec

from implsci.atomic import write_file
from implsci.codec import SCHEMA_VERSION
from implsci.errors import FormatError, UnreadableFileError

__all__ = [
    "LAYOUT",
    "MANIFEST",
    "Manifest",
    "Part",
    "is_generation",
    "is_store",
    "next_generation",
    "read_manifest",
    "sweep",
    "write_manifest",
]

MANIFEST: Final = "store.manifest"
"""Name of the file that says what a store consists of; a folder that holds it is a store.

No record of a folder of records can have it, whatever its id.
"""

FORMAT: Final = "store"
VERSION: Final = 1

LAYOUT: Final = (VERSION, SCHEMA_VERSION)
"""The version of a store's files, and of the records' schema, that this release writes."""

_MOST_BYTES: Final = 64 << 20
_NAME: Final = re.compile(r"g[0-9]{1,9}")
_FILE: Final = re.compile(r"[a-z]+-[0-9]{5,}\.parquet")


class Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Studies that were written together, in files of their own.

    Attributes:
        studies: how many.
        files: size in bytes of each file, by its name.
    """

    studies: int
    files: dict[str, int]


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a store consists of.

    Attributes:
        implsci_store: version of this layout.
        implsci: version of the records' schema.
        generation: the folder that holds the files.
        studies: how many there are.
        parts: the files, in the order of the studies.
        name: what the compendium is called in a program; so are the next three.
        title: its name in full.
        license: its licence.
        citation: how to cite it.
    """

    implsci_store: int
    implsci: int
    generation: str
    studies: int
    parts: tuple[Part, ...]
    name: str | None = None
    title: str | None = None
    license: str | None = None
    citation: str | None = None


def is_store(path: Path) -> bool:
    """Say whether a folder holds a store."""
    try:
        return (path / MANIFEST).is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def read_manifest(folder: Path) -> Manifest:
    """Read what a store consists of, and see that its files are there in full.

    Raises:
        UnreadableFileError: there is no store.
        FormatError: it is broken, or was written by a newer release.
    """
    path = folder / MANIFEST
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise FormatError(str(path), FORMAT, f"more than {_MOST_BYTES} bytes")
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except OSError as error:
        raise UnreadableFileError(str(path), error.strerror or str(error)) from error
    except (msgspec.DecodeError, msgspec.ValidationError, RecursionError) as error:
        raise FormatError(str(path), FORMAT, f"not what a store says of itself: {error}") from None
    if manifest.implsci_store != VERSION:
        raise FormatError(
            str(path),
            FORMAT,
            f"layout {manifest.implsci_store}, and this release reads {VERSION}: "
            "pip install --upgrade implsci",
        )
    if not _NAME.fullmatch(manifest.generation):
        raise FormatError(str(path), FORMAT, f"{manifest.generation!r} is no folder of a store")
    if any(part.studies < 0 for part in manifest.parts) or manifest.studies != sum(
        part.studies for part in manifest.parts
    ):
        raise FormatError(str(path), FORMAT, "its parts do not add up to the studies it counts")
    for part in manifest.parts:
        for name, size in part.files.items():
            if not _FILE.fullmatch(name):
                raise FormatError(str(path), FORMAT, f"{name!r} is no file of a store")
            file = folder / manifest.generation / name
            there = file.stat().st_size if file.is_file() else None
            if there != size:
                found = "it is missing" if there is None else f"it has {there:,}"
                raise FormatError(str(file), FORMAT, f"expected {size:,} bytes, and {found}")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Make a new version of a store valid."""
    write_file(folder / MANIFEST, [msgspec.json.format(msgspec.json.encode(manifest), indent=1)])


def sweep(folder: Path, *keep: str) -> None:
    """Remove what earlier versions, and writings that were cut short, left in a store.

    Args:
        folder: the store.
        keep: the generations that stay: the present one, and the last one for who is reading it.
    """
    for path in folder.iterdir():
        if path.name not in keep and is_generation(path):
            shutil.rmtree(path, ignore_errors=True)
        elif path.name.startswith(".") and path.name.endswith(".tmp"):
            path.unlink(missing_ok=True)


def next_generation(folder: Path) -> str:
    """Return the name of a folder that no version of a store has used."""
    used = [0]
    if folder.is_dir():
        used += [int(path.name[1:]) for path in folder.iterdir() if _NAME.fullmatch(path.name)]
    return f"g{max(used) + 1}"


def is_generation(path: Path) -> bool:
    """Say whether a folder holds a version of a store, and nothing else."""
    return (
        _NAME.fullmatch(path.name) is not None
        and path.is_dir()
        and not path.is_symlink()
        and all(_FILE.fullmatch(file.name) for file in path.iterdir())
    )
