"""EPPI-Reviewer's JSON, the form that EPPI-Mapper draws maps of evidence from.

An export holds ``CodeSets`` (trees of attributes) and ``References``, each with its ``Codes`` and
``Outcomes``. Names of fields are those that EPPI-Reviewer itself writes and reads
(github.com/EPPI-Centre/ER4).

**Reading.** References that are marked as deleted, excluded or duplicate are no studies of the
review: they are left out, and counted. An attribute stands for a code where its description has a
line ``code: scheme:name``, or where its name is the label or code of exactly one term of an
installed taxonomy; a code set that is called like a taxonomy is looked up in that one alone. A code
goes on a node of its kind, on the field of the study that is for it, or, like every attribute
without a code, becomes a `Coding` of the study. Everything coded is kept as a `Coding`: the coder
is the code set, for exports do not say who coded; one coding for each passage that was marked. An
outcome becomes a `Finding` whose direction is unclear, with an `Estimate` where its type says which
effect is meant: ratios as they stand, their standard error, which EPPI-Reviewer gives for the
logarithm, only where no interval is given. Fields without a place are kept in ``extra`` as
``eppi:Name``, those of an outcome as ``eppi:Outcomes.f1.Name``; zeros there say nothing and are
passed over.

**Writing.** Each taxonomy in use becomes a code set with all its terms, so that gaps show. Where
EPPI-Reviewer has no field, lines ``name: value`` stand in its free texts, below a line ``[implsci]``:
what else is known of a node beside its codes, who coded what. Records inside nodes (measurements,
ratings, modifications, events) and findings without an effect stay behind, and are listed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from implsci.formats.compendium._eppi import reading, writing
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield each reference of an export as a study.

    Args:
        path: the file.
        ledger: keeps the account.

    Raises:
        FormatError: it is no such export, no JSON, or nested too deeply.
        UnreadableFileError: it cannot be opened.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> ledger = Ledger()
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "map.json")
        ...     _ = path.write_text('{"CodeSets": [], "References": [{"Title": "A", "Year": "2019"}]}')
        ...     [study] = read(path, ledger)
        >>> study.id, study.year
        ('a-2019', 2019)
    """
    return reading.read(path, ledger)


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write studies as an export that EPPI-Mapper opens.

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
        ...     path = Path(folder, "kenya.eppi.json")
        ...     write(kenya, path, Ledger())
        ...     again = list(read(path, Ledger()))
        >>> [study.barriers for study in again] == [study.barriers for study in kenya]
        True
    """
    writing.write(studies, path, ledger)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring EPPI-Reviewer's JSON."""
    return [
        Format(
            name="eppi",
            title="EPPI-Reviewer and EPPI-Mapper JSON",
            extensions=(".eppi.json", ".json"),
            read=read,
            write=write,
            sniff=_sniff,
        )
    ]


def _sniff(head: bytes) -> bool:
    return b'"CodeSets"' in head or (b'"References"' in head and b'"ItemId"' in head)
