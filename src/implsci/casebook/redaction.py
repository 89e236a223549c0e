"""Redaction: a casebook without the words, names and contacts of people.

Quotes, names and contacts stand in fields of their own and are taken out whole. Free text is
searched besides: for the names that stand in those fields, coders' among them, whole, in part and with
initials, for quotes, any six words in a row of one and shorter stretches in quotation marks, for the
contacts of the fields, e-mail addresses and telephone numbers. A part of a name alone is one where it
has a capital letter: of Will May, a plain ``will`` stays, and so does the May of a date. What nobody can
search for, such as a name that stands in no field, a nickname, initials alone or a name that a language
bends, has to be looked for by a reader; `Redaction.removed` says what was found and where.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias, get_args, get_type_hints
from unicodedata import normalize
from urllib.parse import unquote

from attrs import evolve, frozen

from implsci.casebook._contacts import contacts_of, is_call, mails
from implsci.casebook._names import names_of
from implsci.casebook._phones import called, known_phones, numbers_of, phones
from implsci.casebook._quotes import Quotes
from implsci.casebook._words import Span, joined_at
from implsci.codes import Code
from implsci.errors import ConsentError, InvalidRecord
from implsci.model._record import FieldShape, Record, shape
from implsci.model.documents import Document, Party, Quote
from implsci.model.evidence import Citation, Coding

__all__ = ["Kept", "Redaction", "Removed", "exposed", "redact"]


def __dir__() -> list[str]:
    return __all__


Kept: TypeAlias = Literal["none", "consented"]
"""Which quotes stay: none at all, or those whose speakers agreed to publication.

Examples:
    >>> from typing import get_args
    >>> get_args(Kept)
    ('none', 'consented')
"""

# References and the names of records: what stands there joins records, and cannot be changed alone.
# (Studies are named after their authors, who are no secret: see _PUBLISHED.)
_REFERENCES: Final = {
    "Barrier": ("actor",),
    "Rating": ("setting",),
    "Strategy": ("addresses", "acts_through", "builds", "outcomes"),
    "Mechanism": ("barriers",),
    "Relationship": ("parties",),
    "CoreElement": ("depends_on",),
    "Event": ("of",),
    "Coding": ("of",),
    "Quote": ("speaker",),
    "Agreement": ("by",),
    "Answer": ("by",),
    "SequenceStep": ("element",),
    "Pathway": ("case", "revises"),
    "ResearchQuestion": ("arises_from",),
    "Observation": ("arrangement",),
    "LearningStep": ("of", "follows"),
}
_PUBLISHED: Final = {"Document": ("studies",)}


@frozen(kw_only=True)
class Removed:
    """One thing that was taken out.

    Attributes:
        record: id of the record it stood in.
        path: where in the record.
        what: quote, name, contact, coder, or words of a quote.
    """

    record: str
    path: str
    what: str


@frozen(kw_only=True)
class Redaction:
    """Records without words, names and contacts, and what was taken out of them.

    Attributes:
        records: the records as they may leave the house.
        removed: what was taken out, in the order of the records; never the thing itself.
    """

    records: tuple[Document, ...]
    removed: tuple[Removed, ...]


def redact(
    records: Iterable[Document], *, quotes: Kept = "none", names: Iterable[str] = ()
) -> Redaction:
    """Take quotes, names and contacts out of records.

    Coders and those who chose a quote become ``coder 1``, ``coder 2``, the same one everywhere.

    Args:
        records: the records.
        quotes: whether quotes with consent to publication stay.
        names: further names to search free text for.

    Returns:
        The records as they may be published, with a list of what was taken out.

    Raises:
        ConsentError: a name, address or number stands in an id or in a reference to one, where it
            cannot be taken out without breaking the record; give it another id.

    Examples:
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> record = SupportArrangement(
        ...     id="s1",
        ...     title="Help",
        ...     parties=(Party(id="p", label="head nurse", name="Grace Otieno"),),
        ...     note="Grace came every week; write to g.otieno@example.org.",
        ... )
        >>> found = redact([record])
        >>> found.records[0].note, found.records[0].parties[0].name
        ('[name] came every week; write to [contact].', None)
        >>> [(one.path, one.what) for one in found.removed]
        [('note', 'contact'), ('note', 'name'), ('parties[0].name', 'name')]
    """
    given = tuple(records)
    cleaner = _Cleaner(given, quotes, names)
    cleaned = tuple(cleaner.clean_document(record) for record in given)
    if cleaner.stuck:
        raise ConsentError(cleaner.stuck)
    return Redaction(
        records=cleaned,
        removed=tuple(sorted(cleaner.removed, key=cleaner.rank)),
    )


def exposed(records: Iterable[Document], *, quotes: Kept = "none") -> tuple[str, ...]:
    """Name every place where words, names or contacts stand that may not leave the house.

    Args:
        records: the records.
        quotes: whether quotes with consent to publication may stay.

    Returns:
        Places, each ``record: path``; none where the records may be published as they are.

    Examples:
        >>> from implsci.model.documents import Observation, Quote
        >>> said = Quote(text="They began to ask me.", consent="internal")
        >>> exposed([Observation(id="o1", statement="Sites ask.", quotes=(said,))])
        ('o1: quotes[0].text',)
    """
    given = tuple(records)
    cleaner = _Cleaner(given, quotes, ())
    for record in given:
        cleaner.clean_document(record)
    found = sorted(cleaner.removed, key=cleaner.rank)
    places = [f"{one.record}: {one.path}" for one in found if one.what != "coder"]
    return tuple(dict.fromkeys([*places, *cleaner.stuck]))


class _Cleaner:
    """Goes over records field by field; what it takes out is told to `removed`."""

    def __init__(self, records: tuple[Document, ...], quotes: Kept, names: Iterable[str]) -> None:
        self.removed: list[Removed] = []
        self.stuck: list[str] = []
        self._quotes = quotes
        self._coders: dict[str, str] = {}
        self._order = {record.id: place for place, record in enumerate(records)}
        self._record = ""
        named, contacts = [*names], list[str]()
        said: set[str] = set()
        free: set[str] = set()
        for record in records:
            for inner in _inside(record):
                if isinstance(inner, Party):
                    named.append(inner.name or "")
                    contacts.append(inner.contact or "")
                elif isinstance(inner, Quote):
                    named.append(_person(inner.coder))
                    (free if self._stays(inner) else said).add(inner.text or "")
                elif isinstance(inner, Coding):
                    named.append("" if inner.by == "machine" else _person(inner.coder))
                    said.add(inner.quote or "")
        self._names = names_of(named)
        self._said = Quotes(said, free)
        self._contacts = contacts_of(contacts)
        self._numbers = numbers_of(contacts)

    def rank(self, one: Removed) -> tuple[int, str, str]:
        """Return the place of a thing taken out among all of them."""
        return self._order[one.record], one.path, one.what

    def clean_document(self, record: Document) -> Document:
        self._record = record.id
        cleaned: Document = self._clean(record, "")
        return cleaned

    def _stays(self, quote: Quote) -> bool:
        return self._quotes == "consented" and quote.consent == "publication"

    def _tell(self, path: str, what: str) -> None:
        self.removed.append(Removed(record=self._record, path=path, what=what))

    def _clean(self, record: Any, path: str) -> Any:
        changes: dict[str, Any] = {}
        for field in shape(type(record)).values():
            value = getattr(record, field.name)
            place = f"{path}.{field.name}".removeprefix(".")
            if not value and value != 0:
                continue
            cleaned = self._field(record, field, value, place)
            if cleaned != value:
                changes[field.name] = cleaned
        try:
            return evolve(record, **changes) if changes else record
        except InvalidRecord as error:  # such as two statements that a name alone told apart
            where = f"{self._record}: {path or record.id}"
            self.stuck.append(f"{where} (without them it would be refused: {error.faults[0].path})")
            return record

    def _field(self, record: Any, field: FieldShape, value: Any, place: str) -> Any:
        whole = self._whole(record, field.name, value, place)
        if whole is not _AS_IT_IS:
            return whole
        if field.kind == "record":
            if field.many:
                return tuple(
                    self._clean(item, f"{place}[{index}]") for index, item in enumerate(value)
                )
            return self._clean(value, place)
        if field.kind == "extra":
            return {
                self._text(key, place): self._text(item, f"{place}.{key}")
                if isinstance(item, str)
                else item
                for key, item in value.items()
            }
        if field.kind != "scalar" or field.type is not str:
            return value
        clean: Callable[[str, str], str] = self._text
        if field.name in _codes(type(record)):
            clean = self._coded
        elif _named(type(record), field.name, _PUBLISHED):
            clean = self._published
        elif field.name == "id" or _named(type(record), field.name, _REFERENCES):
            clean = self._identifying
        elif field.name == "url":  # whose numbers call nobody
            clean = self._address
        elif isinstance(record, Citation):
            clean = self._cited
        if field.many:
            texts = [clean(item, f"{place}[{index}]") for index, item in enumerate(value)]
            return tuple(_once_where_changed(value, texts))
        return clean(value, place)

    def _whole(self, record: Any, name: str, value: Any, place: str) -> Any:
        """Return what a field that holds words, a name or a contact is to hold instead."""
        if isinstance(record, Quote) and name == "text" and not self._stays(record):
            self._tell(place, "quote")
            return None
        if isinstance(record, Coding) and name == "quote":
            self._tell(place, "quote")
            return None
        if isinstance(record, Party) and name in ("name", "contact"):
            self._tell(place, name)
            return None
        if isinstance(record, (Coding, Quote)) and name == "coder":
            self._tell(place, "coder")
            return self._coders.setdefault(value, f"coder {len(self._coders) + 1}")
        return _AS_IT_IS

    def _text(self, text: str, place: str) -> str:
        text = self._cited(text, place)
        text = self._out(text, place, "name", self._names.spans)
        return self._out(text, place, "contact", lambda one: phones(one, self._numbers))

    def _cited(self, text: str, place: str) -> str:
        """Clean a reference: the authors of what is published are no secret."""
        text = self._out(text, place, "words of a quote", self._said.spans)
        text = self._out(text, place, "contact", mails)
        text = self._out(text, place, "contact", self._contacts.spans)
        return self._out(text, place, "contact", lambda one: known_phones(one, self._numbers))

    def _address(self, url: str, place: str) -> str:
        if is_call(url):
            self._tell(place, "contact")
            return "[contact]"
        readable = unquote(url)
        cleaned = self._out(self._cited(readable, place), place, "name",
                            lambda one: self._names.spans(one, whole=True))  # fmt: skip
        return url if cleaned == readable else cleaned

    def _out(
        self, text: str, place: str, what: str, spans: Callable[[str], tuple[Span, ...]]
    ) -> str:
        composed = normalize("NFC", text)
        if not (found := spans(composed)):
            return text
        self._tell(place, what)
        return joined_at(composed, found, "[quote]" if what == "words of a quote" else f"[{what}]")

    def _identifying(self, text: str, place: str) -> str:
        composed = normalize("NFC", text)
        if (
            mails(composed)
            or self._names.spans(composed, small=True)
            or self._said.spans(composed)
            or self._contacts.spans(composed)
            or called(composed)
        ):
            self.stuck.append(f"{self._record}: {place} ({text!r} names a person)")
        return text

    def _coded(self, code: str, place: str) -> str:
        """Look for whole names and for contacts: parts of names are words of many terms."""
        if self._names.spans(code, small=True, whole=True) or self._contacts.spans(code):
            self.stuck.append(f"{self._record}: {place} ({code!r} names a person)")
        return code

    def _published(self, text: str, place: str) -> str:
        composed = normalize("NFC", text)
        if mails(composed) or self._names.spans(composed, small=True, whole=True):
            self.stuck.append(f"{self._record}: {place} ({text!r} names a person)")
        return text


def _once_where_changed(before: tuple[str, ...], after: list[str]) -> Iterator[str]:
    """Yield the texts after cleaning; where two became the same, the first alone."""
    seen: set[str] = set()
    for old, new in zip(before, after, strict=True):
        if new == old or new not in seen:
            yield new
        seen.add(new)


def _person(coder: str | None) -> str:
    """Return a coder's name; nothing for one who goes by a number."""
    return "" if coder is None or any(char.isdigit() for char in coder) else coder


_AS_IT_IS: Final = object()


def _inside(record: Record) -> Iterator[Record]:
    yield record
    for field in shape(type(record)).values():
        if field.kind == "record":
            value = getattr(record, field.name)
            for item in value if field.many else (value,):
                if item is not None:
                    yield from _inside(item)


_code_fields: Final[dict[str, frozenset[str]]] = {}


def _codes(record: type) -> frozenset[str]:
    """Return the fields of a class that hold codes."""
    if record.__name__ not in _code_fields:
        hints = get_type_hints(record).items()
        found = frozenset(name for name, hint in hints if Code in (hint, *get_args(hint)))
        _code_fields[record.__name__] = found
    return _code_fields[record.__name__]


def _named(record: type, name: str, fields: Mapping[str, tuple[str, ...]]) -> bool:
    return any(name in fields.get(one.__name__, ()) for one in record.__mro__)
