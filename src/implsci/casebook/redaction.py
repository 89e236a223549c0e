"""Redaction: a casebook without the words, names and contacts of people.

Quotes, names and contacts stand in fields of their own and are taken out whole. Free text is
searched besides: for the names that stand in those fields, for the words of quotes, for e-mail
addresses and telephone numbers. What nobody can search for, such as a name that stands in no field,
has to be looked for by a reader; `Redaction.removed` says what was found and where.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Literal, TypeAlias, get_args, get_type_hints

from attrs import evolve, frozen

from implsci.codes import Code
from implsci.errors import ConsentError
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

_MAIL: Final = re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+")
_PHONE: Final = re.compile(r"(?<![\w./-])(?:\+|00)?\(?\d[\d ()./-]{6,}\d(?![\w/-])")
_SHORTEST_PART: Final = 3  # of a name, in letters
_SHORTEST_QUOTE: Final = 12  # in letters: shorter words are said by everybody

# References and the names of records: what stands there joins records, and cannot be changed alone.
_REFERENCES: Final = {
    "Document": ("studies",),
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
        named = [*names]
        said: set[tuple[str, ...]] = set()
        free: set[tuple[str, ...]] = set()
        for record in records:
            for inner in _inside(record):
                if isinstance(inner, Party) and inner.name:
                    named.append(inner.name)
                elif isinstance(inner, Quote) and inner.text:
                    (free if self._stays(inner) else said).add(_words(inner.text))
                elif isinstance(inner, Coding) and inner.quote:
                    said.add(_words(inner.quote))
        self._names = _pattern((re.escape(part) for part in _parts(named)), whole=True)
        # Between the words of a quote, anything may stand: who repeats it sets other marks.
        long = (words for words in said - free if len(" ".join(words)) >= _SHORTEST_QUOTE)
        self._said = _pattern((r"[\W_]+".join(words) for words in long), whole=False)

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
        if isinstance(record, Citation):  # authors of what is published are no secret
            return record
        changes: dict[str, Any] = {}
        for field in shape(type(record)).values():
            value = getattr(record, field.name)
            place = f"{path}.{field.name}".removeprefix(".")
            if not value and value != 0:
                continue
            cleaned = self._field(record, field, value, place)
            if cleaned != value:
                changes[field.name] = cleaned
        return evolve(record, **changes) if changes else record

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
        if field.name in _codes(type(record)):
            return value
        refers = _refers(type(record), field.name)
        clean: Callable[[str, str], str] = self._identifying if refers else self._text
        if field.name == "url":  # whose numbers call nobody
            return _MAIL.sub("[contact]", value)
        if field.many:
            texts = (clean(item, f"{place}[{index}]") for index, item in enumerate(value))
            return tuple(dict.fromkeys(texts))
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
        for pattern, word, what in (
            (self._said, "[quote]", "words of a quote"),
            (_MAIL, "[contact]", "contact"),
            (self._names, "[name]", "name"),
        ):
            if pattern is not None:
                text, count = pattern.subn(word, text)
                if count:
                    self._tell(place, what)
        without = _PHONE.sub(lambda one: "[contact]" if _is_phone(one[0]) else one[0], text)
        if without != text:
            self._tell(place, "contact")
        return without

    def _identifying(self, text: str, place: str) -> str:
        if _MAIL.search(text) or (self._names is not None and self._names.search(text)):
            self.stuck.append(f"{self._record}: {place} ({text!r} names a person)")
        return text


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


def _refers(record: type, name: str) -> bool:
    return name == "id" or any(name in _REFERENCES.get(one.__name__, ()) for one in record.__mro__)


def _is_phone(found: str) -> bool:
    """Tell a telephone number from a date, a span of years and a large number."""
    digits = sum(map(str.isdigit, found))
    if not 7 <= digits <= 15:
        return False
    if re.search(r"\d{4}-\d{2}(-\d{2})?(?!\d)|(?:1[89]|20)\d{2} ?[-/] ?(?:1[89]|20)\d{2}", found):
        return False
    return found.startswith(("+", "0", "(")) or not re.fullmatch(r"\d{1,3}([ .]\d{3})+", found)


def _parts(names: Iterable[str]) -> set[str]:
    """Return names whole, and those of their parts that are long enough to be told from words."""
    found: set[str] = set()
    for name in names:
        if stripped := name.strip():
            found.add(stripped)
            found |= {
                part
                for part in re.split(r"[\s,.]+", stripped)
                if len(part) >= _SHORTEST_PART and part[:1].isupper()
            }
    return found


def _words(text: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W_]+", text))


def _pattern(patterns: Iterable[str], *, whole: bool) -> re.Pattern[str] | None:
    ordered = sorted(set(patterns), key=lambda one: (-len(one), one))
    if not ordered:
        return None
    joined = "|".join(ordered)
    return re.compile(rf"(?<!\w)(?:{joined})(?!\w)" if whole else joined, re.IGNORECASE)
