"""References with enhancements, as the evidence repository DESTINY exchanges them.

The form is the reference file of destiny-sdk 0.16.0 (github.com/destiny-evidence/destiny-repository),
a JSON object a line. It is still a 0.x version and may change; the library itself is not needed.

**Reading.** The first bibliographic enhancement and the first abstract become fields. An annotation
whose scheme is a taxonomy that is installed, and whose label is the name or label of one of its
terms, becomes a code where its value is true, with a `Coding` by its source; every other annotation
becomes a `Coding` of the study, and a no or a mere score never a code. Enhancements of other types
are kept whole, as JSON text in ``extra`` (``destiny:enhancement.1``). What the repository restricts
is written as restricted again.

**Writing.** Codes and codings become annotations with the taxonomy's scheme and the code's name; what
else is known of a node or coding stands under ``implsci`` in the annotation's data. Findings, and
records inside nodes, stay behind and are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.formats.compendium._destiny import reading, writing
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield each reference as a study; one that fails is skipped.

    Args:
        path: the file: a reference a line, or one document.
        ledger: keeps the account.

    Raises:
        FormatError: one document that is no JSON, or nested too deeply.
        UnreadableFileError: it cannot be opened.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> line = (
        ...     '{"identifiers": [], "enhancements": [{"source": "me", "visibility": "public",'
        ...     ' "content": {"enhancement_type": "bibliographic", "title": "A study"}}]}'
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "some.jsonl")
        ...     _ = path.write_text(line)
        ...     [study] = read(path, Ledger())
        >>> study.title
        'A study'
    """
    return reading.read(path, ledger)


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write each study as a line.

    Args:
        studies: what to write.
        path: the file.
        ledger: keeps the account of what it cannot carry.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "kenya.destiny.jsonl")
        ...     write(kenya, path, Ledger())
        ...     again = list(read(path, Ledger()))
        >>> [study.barriers for study in again] == [study.barriers for study in kenya]
        True
    """
    writing.write(studies, path, ledger)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring DESTINY's reference files."""
    return [
        Format(
            name="destiny",
            title="DESTINY references with enhancements",
            extensions=(".destiny.jsonl", ".destiny.json", ".jsonl", ".json"),
            read=read,
            write=write,
            sniff=_sniff,
        )
    ]


def _sniff(head: bytes) -> bool:
    return b'"enhancement_type"' in head or (
        b'"identifier_type"' in head and b'"enhancements"' in head
    )
