"""Compiled term tables: what a table holds, already checked, for vocabularies of many thousand terms.

The CSV stays what people edit and what counts. A table of a thousand terms is read in a moment; for
one of ten thousand, a plugin may ship the compiled form beside it and read that instead. A compiled
file is trusted as the plugin's own code is: a checksum tells damage, not intent, and the rules were
checked when it was compiled. The contract for taxonomies checks them again.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Final

import msgspec

from implsci.collector import collector_at_rest
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.names import fold_all
from implsci.taxonomy import Facet, Taxonomy, TermRating
from implsci.taxonomy._columns import make_taxonomy, make_terms

__all__ = ["compile_taxonomy", "read_compiled"]


def __dir__() -> list[str]:
    return __all__


_HEAD: Final = b"implsci terms 1 "
_CHECKSUM: Final = 8  # hexadecimal digits


class _Scheme(msgspec.Struct, forbid_unknown_fields=True):
    scheme: str
    title: str
    kind: str
    family: str
    edition: str | None
    license: str | None
    citation: str | None


class _Table(msgspec.Struct, forbid_unknown_fields=True):
    """The fields of all terms as columns, and every name as `fold` makes it."""

    scheme: _Scheme
    code: list[str]
    label: list[str]
    definition: list[str]
    synonyms: list[tuple[str, ...]]
    broader: list[tuple[str, ...]]
    kind: list[str]
    notation: list[str | None]
    source: list[str | None]
    status: list[str]
    folded_labels: list[str]
    folded_synonyms: list[str]
    # What most terms lack stands by their number.
    ratings: dict[int, tuple[_Rating, ...]]
    facets: dict[int, tuple[tuple[str, str], ...]]
    replaced_by: dict[int, str]
    hidden_labels: dict[int, tuple[str, ...]]


_FULL: Final = (
    "code", "label", "definition", "synonyms", "broader", "kind", "notation", "source", "status"
)  # fmt: skip
_Rating = tuple[str, float, float | None, float | None, int | None, str | None]


def compile_taxonomy(taxonomy: Taxonomy) -> bytes:
    """Return a taxonomy in its compiled form.

    Args:
        taxonomy: any taxonomy; that it exists says that it is sound.

    Returns:
        Bytes that `read_compiled` reads, the same each time.

    Examples:
        >>> from implsci.taxonomies import eric
        >>> compile_taxonomy(eric.taxonomy())[:15]
        b'implsci terms 1'
    """
    terms = taxonomy.terms
    table = _Table(
        scheme=_Scheme(**{name: getattr(taxonomy, name) for name in _Scheme.__struct_fields__}),
        code=[term.code for term in terms],
        label=[term.label for term in terms],
        definition=[term.definition for term in terms],
        synonyms=[term.synonyms for term in terms],
        broader=[term.broader for term in terms],
        kind=[term.kind for term in terms],
        notation=[term.notation for term in terms],
        source=[term.source for term in terms],
        status=[term.status for term in terms],
        folded_labels=fold_all([term.label for term in terms]),
        folded_synonyms=fold_all([name for term in terms for name in term.synonyms]),
        ratings={
            number: tuple(
                (r.name, r.value, r.scale_min, r.scale_max, r.n, r.source) for r in term.ratings
            )
            for number, term in enumerate(terms)
            if term.ratings
        },
        facets={
            number: tuple((facet.name, facet.value) for facet in term.facets)
            for number, term in enumerate(terms)
            if term.facets
        },
        replaced_by={n: term.replaced_by for n, term in enumerate(terms) if term.replaced_by},
        hidden_labels={n: term.hidden_labels for n, term in enumerate(terms) if term.hidden_labels},
    )
    data = msgspec.json.encode(table)
    return _HEAD + _checksum(data) + b"\n" + data


def read_compiled(table: Traversable | Path) -> Taxonomy:
    """Read a taxonomy from its compiled form.

    Args:
        table: a file that holds what `compile_taxonomy` returned.

    Returns:
        The taxonomy, equal to the one that was compiled.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no compiled term table, or of another version, or damaged.
    """
    try:
        data = table.read_bytes()
    except OSError as error:
        raise UnreadableFileError(str(table), error.strerror or str(error)) from error
    head, _, body = data.partition(b"\n")
    if not head.startswith(_HEAD):
        raise _refused(table, "expected a compiled term table of version 1")
    if head[len(_HEAD) :] != _checksum(body):
        raise _refused(table, "the file was cut short or changed; compile the table again")
    with collector_at_rest():
        try:
            read = msgspec.json.decode(body, type=_Table)
        except msgspec.MsgspecError as error:
            raise _refused(table, f"not a compiled term table: {error}") from error
        columns: dict[str, Sequence[object]] = {name: getattr(read, name) for name in _FULL}
        count = len(read.code)
        rare: dict[str, tuple[Mapping[int, object], object]] = {
            "facets": (
                {
                    number: tuple(Facet(name=name, value=value) for name, value in own)
                    for number, own in read.facets.items()
                },
                (),
            ),
            "ratings": (
                {
                    number: tuple(_rating(*one) for one in own)
                    for number, own in read.ratings.items()
                },
                (),
            ),
            "replaced_by": (read.replaced_by, None),
            "hidden_labels": (read.hidden_labels, ()),
        }
        lengths = {len(column) for column in (*columns.values(), read.folded_labels)}
        beyond = any(not 0 <= number < count for own, _ in rare.values() for number in own)
        if len(lengths) > 1 or beyond or len(read.folded_synonyms) != sum(map(len, read.synonyms)):
            raise _refused(table, "its columns differ in length")
        for name, (own, nothing) in rare.items():
            column = [nothing] * count
            for number, value in own.items():
                column[number] = value
            columns[name] = column
        for shared in ("kind", "source", "status"):
            pool = dict.fromkeys(columns[shared])
            columns[shared] = list(map({text: text for text in pool}.get, columns[shared]))
        return make_taxonomy(
            {name: getattr(read.scheme, name) for name in _Scheme.__struct_fields__},
            make_terms(columns),
            read.folded_labels,
            read.folded_synonyms,
        )


def _rating(
    name: str,
    value: float,
    low: float | None,
    high: float | None,
    n: int | None,
    source: str | None,
) -> TermRating:
    return TermRating(name=name, value=value, scale_min=low, scale_max=high, n=n, source=source)


def _checksum(data: bytes) -> bytes:
    return b"%0*x" % (_CHECKSUM, zlib.crc32(data))


def _refused(table: Traversable | Path, reason: str) -> InvalidTableError:
    return InvalidTableError(table.name, [Fault("", reason)])
