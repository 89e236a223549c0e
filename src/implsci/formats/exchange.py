"""Compendia in any format that a plugin brings: read, write.

Examples:
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> import implsci
    >>> some = implsci.load("implsci-examples").where(country="KE")
    >>> with TemporaryDirectory() as folder:
    ...     write(some, f"{folder}/kenya.jsonl")
    ...     again = read(f"{folder}/kenya.jsonl")
    >>> again.studies == some.studies
    True
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

from implsci.compendium import Compendium
from implsci.compendium.files import name_of
from implsci.errors import (
    FormatError,
    ImplsciError,
    ImplsciWarning,
    UnreadableFileError,
)
from implsci.formats.choosing import find_format
from implsci.hooks import Format, Studies
from implsci.ledger import Ledger
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["LossWarning", "read", "read_studies", "write"]


def __dir__() -> list[str]:
    return __all__


_LISTED = 10


class LossWarning(ImplsciWarning):
    """Something was skipped, left out or changed on the way in or out.

    Attributes:
        path: the file or folder.
        ledger: the whole account.
    """

    def __init__(self, path: str, ledger: Ledger) -> None:
        self.path = path
        self.ledger = ledger
        super().__init__(f"{path}: {ledger.summary(_LISTED)}")

    def __reduce__(self) -> tuple[type[LossWarning], tuple[str, Ledger]]:
        return type(self), (self.path, self.ledger)


def read(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    strict: bool = False,
    ledger: Ledger | None = None,
    registry: Registry | None = None,
) -> Compendium:
    """Read a compendium from a file or folder of any format.

    A record that cannot be read is skipped, with its place and the reason. What was skipped or could
    not be kept stands in the ledger; without one it is warned about.

    Args:
        path: the file or folder.
        format: name of its format; None goes by the file's name and first bytes.
        strict: raise at the first record that cannot be read; a ledger given has its own rule.
        ledger: keeps the account, in place of a warning.
        registry: knows the formats; the default registry where None.

    Returns:
        The studies, in the order of the file.

    Raises:
        FormatError: the file is not of that format.
        InvalidQueryError: no format, or several, fit the file.
        LoadError: a record cannot be read, and reading is strict.
        MissingExtraError: the format needs an extra that is not installed.
        UnknownNameError: there is no such format.
        UnreadableFileError: nothing there, or it cannot be opened.
    """
    source = Path(path)
    account = Ledger(source.name, strict=strict) if ledger is None else ledger
    studies = tuple(read_studies(source, format, ledger=account, registry=registry))
    if ledger is None and (account.skips or account.left_out):
        warnings.warn(LossWarning(str(source), account), stacklevel=2)
    return Compendium(
        studies=studies,
        name=account.name or name_of(source),
        title=account.title,
        license=account.license,
        citation=account.citation,
    )


def read_studies(
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    ledger: Ledger,
    registry: Registry | None = None,
) -> Iterator[Study]:
    """Yield the studies of a file or folder one by one, so that they need not fit into memory.

    Args:
        path: the file or folder.
        format: name of its format; None goes by the file's name and first bytes.
        ledger: keeps the account.
        registry: knows the formats; the default registry where None.

    Raises:
        FormatError: the file is not of that format.
        InvalidQueryError: no format, or several, fit the file.
        LoadError: a record cannot be read, and the ledger is strict.
        UnreadableFileError: nothing there, or it cannot be opened.

    Examples:
        >>> from implsci import registry
        >>> source = registry().compendium("implsci-examples").path
        >>> next(read_studies(source, ledger=Ledger())).id != ""
        True
    """
    source = Path(path)
    ledger.source = ledger.source or source.name
    if "\0" in str(source):
        raise UnreadableFileError(str(source), "no file has a zero byte in its name")
    if not source.exists():
        raise UnreadableFileError(str(source), "No such file or directory")
    if not (source.is_file() or source.is_dir()):
        raise UnreadableFileError(str(source), "a device or a pipe; expected a file or folder")
    known = registry or default_registry()
    chosen = find_format(source, format, known)
    assert chosen.read is not None
    try:
        for study in chosen.read(source, ledger):
            if not isinstance(study, Study):
                raise FormatError(
                    str(source), chosen.name, f"its reader gave a {type(study).__name__}, no Study"
                )
            ledger.take()
            yield study
    except (ImplsciError, MemoryError):
        raise
    except OSError as error:
        raise UnreadableFileError(str(source), error.strerror or str(error)) from error
    except (Exception, SystemExit) as error:  # a plugin may raise anything
        raise _broken(chosen, source, error) from error


def write(
    compendium: Studies,
    path: str | os.PathLike[str],
    format: str | None = None,
    *,
    ledger: Ledger | None = None,
    registry: Registry | None = None,
) -> None:
    """Write a compendium to a file or folder of any format.

    At any moment the old file or the new one stands there. What the format cannot carry stands in
    the ledger; without one it is warned about.

    Args:
        compendium: what to write.
        path: the file or folder.
        format: name of the format; None goes by the file's name.
        ledger: keeps the account, in place of a warning.
        registry: knows the formats; the default registry where None.

    Raises:
        FormatError: the compendium cannot be written in that format.
        InvalidQueryError: no format, or several, fit the file's name.
        MissingExtraError: the format needs an extra that is not installed.
        UnknownNameError: there is no such format.
        UnreadableFileError: the file cannot be written.
    """
    target = Path(path)
    if "\0" in str(target):
        raise UnreadableFileError(str(target), "no file has a zero byte in its name")
    chosen = find_format(target, format, registry or default_registry(), writing=True)
    assert chosen.write is not None
    account = Ledger(target.name) if ledger is None else ledger
    try:
        chosen.write(compendium, target, account)
    except (ImplsciError, MemoryError):
        raise
    except OSError as error:
        raise UnreadableFileError(str(target), error.strerror or str(error)) from error
    except (Exception, SystemExit) as error:  # as above
        raise _broken(chosen, target, error) from error
    if not target.exists():
        raise FormatError(str(target), chosen.name, "its writer wrote nothing")
    account.take(len(compendium) - account.taken)
    if ledger is None and account.left_out:
        warnings.warn(LossWarning(str(target), account), stacklevel=2)


def _broken(format: Format, path: Path, error: BaseException) -> FormatError:
    """Return the error of a plugin that failed in a way it does not speak of."""
    text = " ".join(str(error).split())[:300]
    return FormatError(str(path), format.name, f"{type(error).__name__}: {text}")
