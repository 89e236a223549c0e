"""Which format a file is of: by name, by how the file's name ends, by its first bytes."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from implsci.compendium.files import read_some
from implsci.errors import InvalidQueryError, UnreadableFileError
from implsci.hooks import FOLDER, Format
from implsci.plugins import Registry

__all__ = ["find_format"]


def __dir__() -> list[str]:
    return __all__


_HEAD: Final = 1 << 16


def find_format(
    path: Path, name: str | None, registry: Registry, *, writing: bool = False
) -> Format:
    """Return the format that a file is read as, or is to be written in.

    Args:
        path: the file or folder.
        name: the format's name; None goes by the file's name and first bytes.
        registry: knows the formats.
        writing: whether the file is to be written.

    Raises:
        UnknownNameError: no plugin brings the format named.
        InvalidQueryError: it cannot do what is asked, no format has such an ending, or several fit.
        UnreadableFileError: the file cannot be opened.

    Examples:
        >>> from implsci import registry
        >>> find_format(Path("out.jsonl"), None, registry(), writing=True).name
        'jsonl'
    """
    verb = "write" if writing else "read"

    def able(format: Format) -> bool:
        return (format.write if writing else format.read) is not None

    if name is not None:
        named = registry.format(name)
        if not able(named):
            raise InvalidQueryError(
                f"the format {name} is only {'read' if writing else 'written'}; "
                f"expected one that implsci can {verb}: "
                f"{', '.join(one.name for one in registry.formats() if able(one))}"
            )
        return named
    formats = [one for one in registry.formats() if able(one)]
    fitting = _by_ending(path, formats, in_folder=not writing and path.is_dir())
    if not fitting:
        endings = sorted({ending for one in formats for ending in one.extensions})
        raise InvalidQueryError(
            f"{path.name}: no format is known by that ending; name one of "
            f"{', '.join(one.name for one in formats)}, or end the name in one of "
            f"{', '.join(endings)}"
        )
    if len(fitting) > 1:
        fitting = (_by_first_ending if writing else _by_content)(path, fitting)
    if len(fitting) > 1:
        empty = not writing and path.is_file() and not path.stat().st_size
        raise InvalidQueryError(
            f"{path.name}: {'empty, and ' if empty else ''}several formats have that ending; "
            f"say which: {', '.join(one.name for one in fitting)}"
        )
    return fitting[0]


def _by_ending(path: Path, formats: list[Format], *, in_folder: bool) -> list[Format]:
    """Return the formats with the longest ending that fits; a folder goes by what it holds."""
    best: list[Format] = []
    longest = 0
    for one in formats:
        for ending in one.extensions:
            if in_folder and not ending.startswith("."):
                fits = (path / ending).is_file() and _may_be(one, path / ending)
            else:
                fits = path.name.lower().endswith(ending)
            if not fits or len(ending) < longest:
                continue
            if len(ending) > longest:
                best, longest = [], len(ending)
            if one not in best:
                best.append(one)
    if not best and (in_folder or not path.suffix):
        best = [one for one in formats if FOLDER in one.extensions]
    return best


def _by_first_ending(path: Path, formats: list[Format]) -> list[Format]:
    """Return the formats whose own ending it is, the one they name first; all where none has it."""
    own = [one for one in formats if path.name.lower().endswith(one.extensions[0])]
    return own or formats


def _by_content(path: Path, formats: list[Format]) -> list[Format]:
    """Return the formats whose look the file has; where none has, those that do not look."""
    if path.is_dir():
        return formats
    looked = [one for one in formats if one.sniff is not None and _may_be(one, path)]
    if len(looked) > 1:
        looked = _by_first_ending(path, looked)
    return looked or _by_first_ending(
        path, [one for one in formats if one.sniff is None] or formats
    )


def _may_be(format: Format, file: Path) -> bool:
    """Say whether a file has the look of a format, as far as the format looks."""
    if format.sniff is None:
        return True
    try:
        if not stat.S_ISREG(file.stat().st_mode):  # a device or a pipe may never end
            raise UnreadableFileError(str(file), "a device or a pipe; expected a regular file")
        with file.open("rb") as stream:
            head = read_some(stream, _HEAD)
    except UnreadableFileError:
        raise
    except OSError as error:
        raise UnreadableFileError(str(file), error.strerror or str(error)) from error
    try:
        return bool(format.sniff(head))
    except (Exception, SystemExit):  # a plugin's guess stops nothing
        return False
