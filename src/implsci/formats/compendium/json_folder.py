"""A folder of JSON files, a study a file, everything kept: it reads and compares well in git."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from implsci.codec import encode
from implsci.compendium import write_file
from implsci.compendium.files import ONE, write_folder
from implsci.errors import FormatError
from implsci.formats.compendium.jsonl import read
from implsci.hooks import FOLDER, Format, Studies, hookimpl
from implsci.ledger import Ledger

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write each study into a file of its own, named by its id; a single one may be a ``.json`` file.

    Raises:
        FormatError: several studies for one file.
        UnreadableFileError: two ids would share a file, or the folder holds other records.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya"), Ledger())
        ...     len(list(Path(folder, "kenya").iterdir())) == len(kenya)
        True
    """
    if path.suffix.lower() not in ONE or path.is_dir():
        write_folder(path, studies)
        return
    made = tuple(studies)
    if len(made) != 1:
        reason = f"a .json file holds one study, not {len(made)}; name a folder, or a .jsonl file"
        raise FormatError(str(path), "json-folder", reason)
    write_file(path, [encode(made[0], indent=2)])


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring the folder of JSON files, and the single one."""
    return [
        Format(
            name="json-folder",
            title="A folder of JSON files, a study a file",
            extensions=(FOLDER, ".json"),
            read=read,
            write=write,
            sniff=_sniff,
            lossless=True,
        )
    ]


def _sniff(head: bytes) -> bool:
    start = head.lstrip(b"\xef\xbb\xbf \r\n\t")
    others = (b'"@context"', b'"enhancement_type"', b'"CodeSets"', b'"References"')
    return start.startswith(b"{") and b'"title"' in head and not any(one in head for one in others)
