"""The casebook: practice and knowledge records in one collection, loaded, checked and saved.

A compendium holds studies; a casebook holds what people do and know beside them: support
arrangements, diagnoses, pathways, definitions, claims, acts of mobilisation, questions, observations
and learning cycles. Its records point to studies by their ids. It is kept as one ``.jsonl`` file (a
record a line) or as a folder of such and of ``.json`` files.

Examples:
    >>> from implsci.casebook import Casebook
    >>> from implsci.model.documents import Claim, ResearchQuestion
    >>> book = Casebook(records=(
    ...     Claim(id="c1", about="use", statement="Most research is never used."),
    ...     ResearchQuestion(id="q1", text="What would make it be used?"),
    ... ))
    >>> [claim.id for claim in book.of(Claim)]
    ['c1']
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from attrs import frozen

from implsci.casebook.files import find, read, write
from implsci.codec import MAX_BYTES
from implsci.hooks import CasebookSource
from implsci.model.documents import Document
from implsci.plugins import Registry

__all__ = ["Casebook", "load"]


def __dir__() -> list[str]:
    return __all__


D = TypeVar("D", bound=Document)


@frozen(kw_only=True)
class Casebook:
    """A collection of practice and knowledge records.

    Attributes:
        records: the records, in the order of their source.
        name: what it is called in a program.
        title: its name in full.
        license: its licence.
        citation: how to cite it.

    Examples:
        >>> from implsci.model.documents import Claim
        >>> Casebook(records=(Claim(id="c1", about="use", statement="Little is used."),))
        Casebook(1 record)
    """

    records: tuple[Document, ...]
    name: str | None = None
    title: str | None = None
    license: str | None = None
    citation: str | None = None

    def __iter__(self) -> Iterator[Document]:
        return iter(self.records)

    def __len__(self) -> int:
        return len(self.records)

    def __getitem__(self, identifier: str) -> Document:
        for record in self.records:
            if record.id == identifier:
                return record
        raise KeyError(identifier)

    def __repr__(self) -> str:
        count = f"{len(self)} {'record' if len(self) == 1 else 'records'}"
        return f"Casebook({self.name!r}, {count})" if self.name else f"Casebook({count})"

    def of(self, kind: type[D]) -> tuple[D, ...]:
        """Return the records of one class, such as `Claim`, in their order."""
        return tuple(record for record in self.records if isinstance(record, kind))

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as a ``.jsonl`` file, or as a folder with a file a record.

        Args:
            path: a name that ends in ``.jsonl``, or a folder, which is made where there is none.

        Raises:
            UnreadableFileError: it cannot be written, two ids would share a file, or the folder
                holds other records; what stood there before stands there still.

        Examples:
            >>> from tempfile import TemporaryDirectory
            >>> from implsci.model.documents import Claim
            >>> book = Casebook(records=(Claim(id="c1", about="use", statement="Little is used."),))
            >>> with TemporaryDirectory() as folder:
            ...     book.save(Path(folder, "book.jsonl"))
            ...     load(Path(folder, "book.jsonl")).records == book.records
            True
        """
        write(Path(path), self.records)


def load(
    path_or_name: str | os.PathLike[str],
    *,
    registry: Registry | None = None,
    max_bytes: int = MAX_BYTES,
) -> Casebook:
    """Load a casebook from a file or folder, or one that a plugin brings.

    Args:
        path_or_name: a ``.jsonl`` or ``.json`` file, a folder of them, or a casebook's name.
        registry: knows the plugins; the default registry where None.
        max_bytes: the size, in bytes, above which a record is refused unread.

    Returns:
        The casebook; that of a file is named after it.

    Raises:
        LoadError: some records cannot be read, or two share an id; every fault with file and line.
        UnknownNameError: neither a file nor the name of a casebook.
        UnreadableFileError: nothing there, no permission, or no such kind of file.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "ours.jsonl")
        ...     _ = file.write_text(
        ...         '{"type": "question", "id": "q1", "text": "Does trust come first?"}'
        ...     )
        ...     load(file)
        Casebook('ours', 1 record)
    """
    found = find(path_or_name, registry)
    if isinstance(found, CasebookSource):
        return Casebook(
            records=read(found.path, max_bytes),
            name=found.name,
            title=found.title,
            license=found.license,
            citation=found.citation,
        )
    from implsci.compendium.files import name_of

    return Casebook(records=read(found, max_bytes), name=name_of(found))
