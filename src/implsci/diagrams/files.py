"""Diagrams in files: the ending of the name says how they are written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from implsci.atomic import write_file
from implsci.diagrams.diagram import Diagram
from implsci.diagrams.dot import from_dot, to_dot
from implsci.diagrams.mermaid import from_mermaid, to_mermaid
from implsci.diagrams.svg import from_svg, to_svg
from implsci.errors import FormatError, InvalidQueryError, UnreadableFileError

__all__ = ["read_diagram", "write_diagram"]


def __dir__() -> list[str]:
    return __all__


_WRITERS: Final[Mapping[str, Callable[[Diagram], str]]] = {
    ".svg": to_svg,
    ".dot": to_dot,
    ".gv": to_dot,
    ".mmd": to_mermaid,
    ".mermaid": to_mermaid,
}
_READERS: Final[Mapping[str, Callable[[str, str], Diagram]]] = {
    ".svg": from_svg,
    ".dot": from_dot,
    ".gv": from_dot,
    ".mmd": from_mermaid,
    ".mermaid": from_mermaid,
}


def write_diagram(diagram: Diagram, path: str | Path) -> None:
    """Write a diagram to a file: ``.svg``, ``.dot`` or ``.gv``, ``.mmd`` or ``.mermaid``.

    Raises:
        InvalidQueryError: another ending.
        UnreadableFileError: the file cannot be written; nothing is left half-written.
    """
    path = Path(path)
    text = _WRITERS[_ending(path)](diagram)
    write_file(path, [text.encode()])


def read_diagram(path: str | Path) -> Diagram:
    """Read a diagram from a file, by the ending of its name.

    Raises:
        InvalidQueryError: another ending than `write_diagram` writes.
        UnreadableFileError: the file cannot be read.
        FormatError: it holds no diagram, or is not UTF-8.
        InvalidTableError: what it says breaks the rules of `Diagram`.
        CycleError: its arrows lead back to where they began.
    """
    path = Path(path)
    ending = _ending(path)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFileError(str(path), str(error.strerror or error)) from error
    except UnicodeDecodeError as error:
        raise FormatError(str(path), ending[1:], f"expected UTF-8: {error}") from error
    return _READERS[ending](text, str(path))


def _ending(path: Path) -> str:
    ending = path.suffix.lower()
    if ending not in _WRITERS:
        raise InvalidQueryError(f"{path}: expected a name ending in {', '.join(_WRITERS)}")
    return ending
