"""SSSOM: crosswalks as the mapping tools of other fields read them, in tables with metadata.

See https://mapping-commons.github.io/sssom/ for the standard; files are of its version 1.0.
"""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final, get_args

from implsci.codes import split
from implsci.compendium.files import write_file
from implsci.errors import Fault, InvalidQueryError, InvalidTableError
from implsci.formats._files import MAX_BYTES, read_bytes, to_text
from implsci.formats._graph.statements import check_base
from implsci.formats._graph.vocab import BASE
from implsci.formats._mapping_set.reading import CrosswalkReader
from implsci.formats._mapping_set.rows import read_mapping_set
from implsci.formats._mapping_set.writing import lines_of
from implsci.formats.imported import LeftOutWarning
from implsci.taxonomy import Crosswalk, Status, Taxonomy
from implsci.taxonomy._typed import place, show

__all__ = ["read_sssom", "write_sssom"]


def __dir__() -> list[str]:
    return __all__


# The words that the standard's schema allows.
_JUSTIFICATIONS: Final = frozenset(
    f"semapv:{word}"
    for word in (
        "BackgroundKnowledgeBasedMatching", "CompositeMatching", "InstanceBasedMatching",
        "LexicalMatching", "LexicalSimilarityThresholdMatching", "LogicalReasoning",
        "ManualMappingCuration", "MappingChaining", "MappingInversion", "MappingReview",
        "SemanticSimilarityThresholdMatching", "StructuralMatching", "UnspecifiedMatching",
    )
)  # fmt: skip


def write_sssom(
    crosswalk: Crosswalk,
    path: str | os.PathLike[str],
    taxonomies: Iterable[Taxonomy] = (),
    *,
    base: str = BASE,
) -> None:
    """Write a crosswalk as SSSOM/TSV, with its metadata in the head.

    A code that was looked at and has no counterpart becomes a row with ``sssom:NoTermFound``. The
    source of a mapping is its comment. Where the standard has no word, for the status of the
    crosswalk, its citation and the wording of its licence, it is declared as an extension.

    Args:
        crosswalk: what to write.
        path: the file; its name ends in ``.sssom.tsv`` by custom.
        taxonomies: where the labels of its terms are looked up; those of other schemes are passed
            over.
        base: what the IRIs of terms begin with; as in `write_skos`.

    Raises:
        InvalidQueryError: `base` is no IRI that ends in ``/`` or ``#``.
        InvalidTableError: a mapping holds what the format cannot: a justification that is no word of
            SSSOM's, or an author or source that is empty; or a code that its taxonomy lacks.
        UnreadableFileError: the file cannot be written.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.taxonomy import Crosswalk, TermMapping
        >>> tea = Crosswalk(
        ...     name="tea-to-drink",
        ...     subject_scheme="tea",
        ...     object_scheme="drink",
        ...     title="Tea to drinks",
        ...     mappings=(
        ...         TermMapping(subject="tea:iced", predicate="skos:broadMatch", object="drink:cold"),
        ...     ),
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     write_sssom(tea, f"{folder}/tea.sssom.tsv")
        ...     lines = Path(f"{folder}/tea.sssom.tsv").read_text().splitlines()
        ...     read_sssom(f"{folder}/tea.sssom.tsv") == tea
        True
        >>> lines[-1].split()[:3]
        ['tea:iced', 'skos:broadMatch', 'drink:cold']
    """
    target = Path(path)
    check_base(base)
    faults = list(_unwritable(crosswalk))
    labels = _labels(crosswalk, taxonomies, faults)
    if faults:
        raise InvalidTableError(f"crosswalk {crosswalk.name!r}", faults)
    lines = [*lines_of(crosswalk, labels, base)]
    write_file(target, (line.encode() for line in lines))


def _unwritable(crosswalk: Crosswalk) -> Iterator[Fault]:
    for index, mapping in enumerate(crosswalk.mappings):
        place_ = f"mappings[{index}]"
        if mapping.justification not in _JUSTIFICATIONS:
            yield Fault(
                f"{place_}.justification",
                f"expected one of {', '.join(sorted(_JUSTIFICATIONS))}, "
                f"got {show(mapping.justification)}",
            )
        for field in ("author", "source"):
            text = getattr(mapping, field)
            if text is not None and not text.strip():
                yield Fault(
                    f"{place_}.{field}", "expected some text or None; cells are never blank"
                )


def _labels(
    crosswalk: Crosswalk, taxonomies: Iterable[Taxonomy], faults: list[Fault]
) -> dict[str, str]:
    known = {taxonomy.scheme: taxonomy for taxonomy in taxonomies}
    found: dict[str, str] = {}
    codes = [code for mapping in crosswalk.mappings for code in (mapping.subject, mapping.object)]
    for code in dict.fromkeys([*codes, *crosswalk.unmatched]):
        taxonomy = known.get(split(code)[0])
        if taxonomy is not None and code in taxonomy:
            found[code] = taxonomy[code].label
        elif taxonomy is not None:
            faults.append(Fault(place(code), f"is no term of {taxonomy.scheme}"))
    return found


def read_sssom(
    path: str | os.PathLike[str],
    *,
    name: str | None = None,
    title: str | None = None,
    subject_scheme: str | None = None,
    object_scheme: str | None = None,
    schemes: Mapping[str, str] = MappingProxyType({}),
    status: Status = "verified",
    license: str | None = None,
    citation: str | None = None,
    base: str = BASE,
    metadata: str | os.PathLike[str] | None = None,
    max_bytes: int = MAX_BYTES,
) -> Crosswalk:
    """Read a crosswalk from SSSOM/TSV.

    What `write_sssom` wrote comes back equal. Of other files a prefix is the scheme, in lower case:
    ``HP:0000411`` becomes ``hp:0000411``. Rows with ``sssom:NoTermFound`` become
    `Crosswalk.unmatched`; the comment of a mapping, else its ``mapping_source``, is its source.
    ``match_type``, the name of ``mapping_justification`` until 2022, is understood. Labels are not
    kept: a taxonomy has them.

    Args:
        path: the file.
        name: id of the crosswalk; made of ``mapping_set_id`` where None.
        title: its name in full; ``mapping_set_title`` where None.
        subject_scheme: the scheme mapped from, where the file has several.
        object_scheme: the scheme mapped to, where the file has several.
        schemes: the scheme of a prefix, where it is not the prefix itself.
        status: how far it was checked, where the file does not say.
        license: its licence; that of the file where None.
        citation: where it is published; as the file says where None.
        base: what the IRIs of our own terms begin with; as it was written.
        metadata: the file with the metadata, where it is not in the head.
        max_bytes: the size, in bytes, above which the file is refused.

    Returns:
        The crosswalk.

    Warns:
        LeftOutWarning: the file holds more, which is listed: columns, metadata, negated mappings,
            mappings with other predicates or of other schemes.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        UnreadableFileError: the file cannot be opened.
        InvalidQueryError: the file maps several schemes and none was named, or not the one named; or
            `status` is none.
        InvalidTableError: no table or no YAML in the head, a required column or an identifier is
            missing or malformed, a prefix that is not declared, a confidence that is no number from
            0 to 1; all at once, each with its line.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> lines = (
        ...     "#curie_map: {HP: http://purl.obolibrary.org/obo/HP_, MP: http://e.org/}",
        ...     "subject_id predicate_id object_id mapping_justification".replace(" ", chr(9)),
        ...     "HP:1 skos:exactMatch MP:2 semapv:LexicalMatching".replace(" ", chr(9)),
        ... )
        >>> with TemporaryDirectory() as folder:
        ...     _ = Path(f"{folder}/a.sssom.tsv").write_text(chr(10).join(lines))
        ...     found = read_sssom(f"{folder}/a.sssom.tsv")
        >>> found.name, found.mappings[0].subject, found.mappings[0].object
        ('a', 'hp:1', 'mp:2')
    """
    if status not in get_args(Status):
        raise InvalidQueryError(
            f"status: expected one of {', '.join(get_args(Status))}, got {show(status)}"
        )
    file = Path(path)
    text = to_text(read_bytes(file, max_bytes), file.name)
    if not text.strip():
        raise InvalidTableError(file.name, [Fault("", "an empty file; expected SSSOM/TSV")])
    apart = None
    if metadata is not None:
        other = Path(metadata)
        apart = to_text(read_bytes(other, max_bytes), other.name), other.name
    reader = CrosswalkReader(read_mapping_set(text, file.name, apart), file.name, base, schemes)
    crosswalk = reader.crosswalk(
        name=name,
        title=title,
        sides=(subject_scheme, object_scheme),
        status=status,
        license=license,
        citation=citation,
    )
    if left_out := reader.left.faults():
        warnings.warn(LeftOutWarning(file.name, left_out), stacklevel=2)
    return crosswalk
