"""A reference on its way between a file and a `Study`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from attrs import Factory, define

from implsci.errors import InvalidRecord
from implsci.formats.compendium._carried import leave_rest
from implsci.formats.compendium._references.fields import BY_KEY, IN_CITATION
from implsci.identifiers import find_doi, make_id
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Provenance, Study

__all__ = ["Reference", "Scalar", "clean", "from_study", "to_studies", "unfolded"]

Scalar: TypeAlias = str | int | float | bool | None

# Beside the control characters those that some programs take for the end of a line.
_UNPRINTED = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_NUMBERED = re.compile(r"(.+)\.(\d{1,9})", re.DOTALL)
_RESOLVER = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:?\s*)?", re.IGNORECASE)
_INITIALS = re.compile(r"(?<=\w)(?:\s+(?:[A-Z]\.?[\s-]?){1,4})\s*$")
# What ASReview keeps in notes: seven words for a decision, and fields such as ASReview_time.
_BY_HAND: Final = frozenset(
    "relevant irrelevant prior validate_relevant validate_irrelevant".split()
)
_DECISIONS: Final = _BY_HAND | {"not_seen", "validate_not_seen"}
_DECIDED = re.compile(rf"\bASReview_({'|'.join(sorted(_DECISIONS))})\b(?!\s*[:=])")
_SCREENING_FIELD = re.compile(r"ASReview_(\w+): (\S.*)", re.DOTALL)
_BEFORE_ONE = re.compile(
    rf"\s*[;,|]\s*(?=ASReview_(?:\w+: \S|(?:{'|'.join(sorted(_DECISIONS))})\b))"
)
_SCREENING: Final = "asreview:"
_CARRIED: Final = frozenset("id title year citation extra codings".split())
_FROM: Final = "reference."
_BLANK: Final = "a blank text left out"
_BLANKS: Final = "blanks around it left out"
_OURS: Final = (_FROM, "ris:", "bibtex:", "csl:", _SCREENING)
_IN_EXTRA: Final = BY_KEY.keys() - IN_CITATION.keys() - {"title", "author", "funder"} | {"url"}


@define
class Reference:
    """A reference, field by field, in the order found.

    Attributes:
        format: the format's prefix for what only it knows, such as ``ris``.
        place: where it stands, such as ``line 12``.
        id: what the source calls it.
        year: of publication.
        fields: values by our names for the fields.
        other: values that no common field takes, by prefix and own name, such as ``ris:C1``.
    """

    format: str
    place: str = ""
    id: str | None = None
    year: int | None = None
    fields: dict[str, list[str]] = Factory(dict)
    other: dict[str, list[Scalar]] = Factory(dict)

    def put(self, key: str, name: str, value: str) -> None:
        """Take a value, under its own name where its field is taken or cannot hold it.

        Args:
            key: our name for the field.
            name: the format's own name for it.
            value: blanks around it are taken off; a blank one says nothing.
        """
        value = value.strip()
        if not value:
            return
        if key == "doi":
            doi = find_doi(value)
            if doi is None or "doi" in self.fields:
                self.keep(name, value)
                return
            self.fields["doi"] = [doi]
            bare = value[_RESOLVER.match(value).end() :]  # type: ignore[union-attr]
            if len(bare.rstrip("., ")) > len(doi):
                self.keep(name, value)
        elif key not in self.fields or BY_KEY[key].many:
            self.fields.setdefault(key, []).append(value)
        else:
            self.keep(name, value)

    def keep(self, name: str, value: Scalar) -> None:
        """Keep a value under the format's own name for it."""
        self.other.setdefault(f"{self.format}:{name}", []).append(value)

    def take(self, extra: Mapping[str, Scalar]) -> None:
        """Take what stands in ``Study.extra``: common fields, and what formats keep for themselves.

        Args:
            extra: values by their keys; of a key with numbers behind it the values come in order.
        """
        numbered: list[tuple[int, str, Scalar]] = []
        for name, value in extra.items():
            match = _NUMBERED.fullmatch(name) if name.startswith(_OURS) else None
            numbered.append((0, name, value) if match is None else (int(match[2]), match[1], value))
        for _, name, value in sorted(numbered, key=lambda item: item[0]):
            key = name.removeprefix(_FROM) if name.startswith(_FROM) else ""
            free = key in _IN_EXTRA and (BY_KEY[key].many or key not in self.fields)
            if free and isinstance(value, str) and value.strip():
                self.fields.setdefault(key, []).append(value)
            else:
                self.other.setdefault(name, []).append(value)

    def first(self, key: str) -> str | None:
        """Return the only or first value of a field."""
        values = self.fields.get(key)
        return values[0] if values else None

    def original(self, name: str, fits: Callable[[str], bool]) -> str | None:
        """Take out what the format's reader kept of a value that it put into other words.

        Args:
            name: the format's own name.
            fits: whether the original still says the same; it stays where it does not.
        """
        values = self.other.get(f"{self.format}:{name}", [])
        if not values or not isinstance(original := values[0], str) or not fits(original):
            return None
        del values[0]
        if not values:
            del self.other[f"{self.format}:{name}"]
        return original


def clean(text: str, ledger: Ledger) -> str:
    """Return a text on one line, without control characters, and say so where it had any."""
    found = _UNPRINTED.sub(" ", text)
    if found != text and found.strip() != text.strip():
        ledger.leave("line breaks and control characters", "written as a blank", found)
    return found.strip()


def to_studies(
    references: Iterable[Reference], path: Path, ledger: Ledger, title: str, id_name: str
) -> Iterator[Study]:
    """Yield each reference as a study; one that cannot be one is skipped.

    Args:
        references: what was read, in order.
        path: the file.
        ledger: keeps the account.
        title: the format's name as people know it.
        id_name: the format's own name for the id, under which an unusable one is kept.
    """
    found = list(references)
    taken: set[str] = set()
    for one in found:
        if one.id is None:
            continue
        if one.id in taken or not _is_id(one.id):
            one.keep(id_name, one.id)
            one.id = None
        else:
            taken.add(one.id)
    for number, one in enumerate(found, 1):
        heading = one.first("title") or one.first("short_title")
        if heading is None:
            ledger.skip(one.place, "no title")
            continue
        provenance = Provenance(
            source=path.name, locator=f"record {number}", method=f"imported from {title}"
        )
        try:
            yield _study(one, heading, taken, provenance)
        except InvalidRecord as error:
            ledger.skip(one.place, "; ".join(str(fault) for fault in error.faults))


def unfolded(other: Mapping[str, Sequence[Scalar]]) -> dict[str, Scalar]:
    """Return what no common field takes as entries of ``Study.extra``, numbered where several."""
    extra: dict[str, Scalar] = {}
    for name, values in other.items():
        several = len(values) > 1 or name.startswith("ris:")
        if several or (name.startswith(_OURS) and _NUMBERED.fullmatch(name)):
            extra |= {f"{name}.{n}": value for n, value in enumerate(values, 1)}
        else:
            extra[name] = values[0]
    return extra


def _is_id(text: str) -> bool:
    return 0 < len(text) <= 200 and text.isprintable() and " " not in text and "#" not in text


def _study(one: Reference, title: str, taken: set[str], provenance: Provenance) -> Study:
    fields = one.fields
    fields["title"] = [title]
    if "container" not in fields and "container_short" in fields:
        fields["container"] = fields.pop("container_short")
    notes, codings = _screened(one, fields.pop("note", []))
    if notes:
        fields["note"] = notes
    authors = tuple(fields.pop("author", ()))
    funders = tuple(fields.pop("funder", ()))
    cited: dict[str, str | None] = {}
    for key, name in IN_CITATION.items():
        values = fields.get(key)
        cited[name] = values.pop(0) if values else None
    citation = None
    if authors or funders or any(cited.values()):
        citation = Citation(authors=authors, funders=funders, **cited)
    del fields["title"]
    extra: dict[str, Scalar] = {}
    for key, texts in fields.items():
        if not BY_KEY[key].many and texts:
            extra[f"{_FROM}{key}"] = texts[0]
        elif BY_KEY[key].many:
            extra |= {f"{_FROM}{key}.{n}": text for n, text in enumerate(texts, 1)}
    extra |= unfolded(one.other)
    family = _INITIALS.sub("", authors[0].partition(",")[0]) if authors else None
    return Study(
        id=one.id or make_id([family or title, one.year], taken),
        title=title,
        year=one.year,
        citation=citation,
        codings=codings,
        provenance=(provenance,),
        extra=extra,
    )


def from_study(study: Study, format: str, title: str, ledger: Ledger) -> Reference:
    """Return a study as a reference, and tell the ledger what no reference holds.

    Args:
        study: what is being written.
        format: the format's prefix.
        title: the format's name as people know it.
        ledger: keeps the account.
    """
    leave_rest(study, ledger, _CARRIED, title)
    one = Reference(format, id=study.id, year=study.year)
    one.fields["title"] = [study.title]
    if not _UNPRINTED.sub("", study.title).strip():
        one.fields["title"] = ["[untitled]"]
        ledger.leave("title", "nothing in it can be printed; written as [untitled]", study.id)
    elif study.title != study.title.strip():
        ledger.leave("title", _BLANKS, study.id)
    cited = study.citation
    if cited is not None:
        if cited == Citation():
            ledger.leave("citation", "says nothing, and comes back as none", study.id)
        given = [("author", "authors", name) for name in cited.authors]
        given += [("funder", "funders", name) for name in cited.funders]
        given += [(key, name, getattr(cited, name)) for key, name in IN_CITATION.items()]
        for key, name, text in given:
            if text is None:
                continue
            bare = text.strip()
            if bare:
                one.fields.setdefault(key, []).append(bare)
            if not bare or bare != text:
                ledger.leave(f"citation.{name}", _BLANKS if bare else _BLANK, study.id)
    one.take(study.extra)
    if notes := [*_screening_fields(one)]:
        one.fields.setdefault("note", []).extend(notes)
    for coding in study.codings:
        if coding.value in _DECISIONS and coding == _coding(coding.value or ""):
            one.fields.setdefault("note", []).append(f"ASReview_{coding.value}")
        else:
            ledger.leave("codings", f"{title} cannot carry it", study.id)
    return one


def _screened(one: Reference, notes: list[str]) -> tuple[list[str], tuple[Coding, ...]]:
    """Part what ASReview keeps in notes from all others; its fields go under names of their own."""
    kept: list[str] = []
    codings: list[Coding] = []
    for note in notes:
        for piece in _BEFORE_ONE.split(note):
            rest = piece
            if _SCREENING_FIELD.fullmatch(piece) is None and (labels := _DECIDED.findall(piece)):
                codings += [_coding(label) for label in labels]
                rest = _DECIDED.sub("", piece).strip(" ,;|")
            if field := _SCREENING_FIELD.fullmatch(rest):
                one.other.setdefault(f"{_SCREENING}{field[1]}", []).append(field[2])
            elif rest:
                kept.append(rest)
    return kept, tuple(codings)


def _screening_fields(one: Reference) -> Iterator[str]:
    """Take out the fields of ASReview, as the notes that it keeps them in."""
    for name in [name for name in one.other if name.startswith(_SCREENING)]:
        values = one.other[name]
        notes = [f"ASReview_{name.removeprefix(_SCREENING)}: {value}" for value in values]
        if all(_SCREENING_FIELD.fullmatch(n) and not _BEFORE_ONE.search(n) for n in notes):
            del one.other[name]
            yield from notes


def _coding(label: str) -> Coding:
    by_hand = label in _BY_HAND  # "not_seen" is what nobody decided
    return Coding(coder="ASReview", of="screening", value=label, by="human" if by_hand else None)
