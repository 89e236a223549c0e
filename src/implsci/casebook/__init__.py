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
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from attrs import evolve, frozen

from implsci.casebook.check import Placed, check_documents, placed_records
from implsci.casebook.files import find, read, write
from implsci.casebook.redaction import Kept, Redaction, Removed, exposed, redact
from implsci.codec import MAX_BYTES
from implsci.compendium import Compendium, Problems
from implsci.compendium.files import CASEBOOK, name_of
from implsci.hooks import CasebookSource
from implsci.model.documents import Document
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "CASEBOOK",
    "Casebook",
    "Kept",
    "Placed",
    "Redaction",
    "Removed",
    "check_documents",
    "exposed",
    "ids_of",
    "load",
    "placed_records",
    "redact",
]


def __dir__() -> list[str]:
    return __all__


D = TypeVar("D", bound=Document)


def ids_of(compendium: Compendium) -> frozenset[str]:
    """Return the ids of studies, and of findings as ``study#finding``, that records may point to.

    Examples:
        >>> import implsci
        >>> from implsci import Compendium, Study
        >>> sorted(ids_of(Compendium(studies=(Study(id="a", title="A study"),))))
        ['a']
    """
    return frozenset(
        name
        for study in compendium
        for name in (study.id, *(f"{study.id}#{finding.id}" for finding in study.findings))
    )


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

    def check(
        self, compendium: Compendium | None = None, registry: Registry | None = None
    ) -> Problems:
        """Say what is wrong or doubtful: ids, references, codes, order, and what consent allows.

        Args:
            compendium: holds the studies that records point to; None checks no such reference.
            registry: holds the taxonomies; the default registry where None.

        Returns:
            The problems; the `study` of each is the id of the record.

        Examples:
            >>> from implsci.model.documents import Observation
            >>> book = Casebook(records=(
            ...     Observation(id="o1", statement="It helps.", arrangement="s1"),
            ... ))
            >>> print(*book.check())
            warning: o1: arrangement: 's1' names no record of this casebook
        """
        known = None if compendium is None else ids_of(compendium)
        placed = ((None, None, record) for record in self.records)
        return check_documents(placed, registry or default_registry(), known)

    def redact(self, *, quotes: Kept = "none", names: Iterable[str] = ()) -> Casebook:
        """Return the casebook without the words, names and contacts of people.

        `implsci.casebook.redact` tells besides what was taken out.

        Args:
            quotes: ``consented`` keeps quotes whose speakers agreed to publication.
            names: further names to search free text for.

        Raises:
            ConsentError: a name stands in an id; give that record another one.

        Examples:
            >>> from implsci.model.documents import Observation, Quote
            >>> said = Quote(text="We trust her.", consent="publication", role="teacher")
            >>> book = Casebook(records=(Observation(id="o1", statement="Trust.", quotes=(said,)),))
            >>> book.redact().of(Observation)[0].quotes
            (Quote(consent='publication', role='teacher'),)
        """
        return evolve(self, records=redact(self.records, quotes=quotes, names=names).records)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write it as a ``.jsonl`` file, or as a folder with a file a record.

        A process killed meanwhile leaves the old or the new, whole, of a file and of a folder that was
        not there before; of one that was, each file is old or new.

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
        path_or_name: a ``.jsonl`` or ``.json`` file, a folder of them, a folder of studies with a
            `CASEBOOK` beside them, such as a release, or a casebook's name.
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
    return Casebook(records=read(found, max_bytes), name=name_of(found))
