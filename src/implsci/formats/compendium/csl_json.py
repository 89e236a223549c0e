"""CSL-JSON, as Zotero, Pandoc and citation processors exchange it.

Abstract, keywords, notes and the like come into ``Study.extra`` under names that RIS and BibTeX share
(``reference.abstract``, ``reference.keyword.1``). Variables that no other format has stay as ``csl:``
and their name, lists and objects among them as JSON text with ``.json`` behind the name. What CSL has
no variable for travels in its ``custom`` object.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from implsci.compendium import write_file
from implsci.errors import FormatError
from implsci.formats._text import read_text
from implsci.formats.compendium._references.csl_values import (
    date_of,
    day_of,
    funders_of,
    is_only_a_day,
    names_of,
    to_date,
    to_names,
)
from implsci.formats.compendium._references.dates import as_year, parsed
from implsci.formats.compendium._references.fields import BY_KEY, FIELDS
from implsci.formats.compendium._references.names import NAMES, person
from implsci.formats.compendium._references.reference import (
    Reference,
    Scalar,
    from_study,
    to_studies,
    unfolded,
)
from implsci.formats.compendium._references.types import CSL_TYPES
from implsci.hooks import Format, Studies, hookimpl
from implsci.ledger import Ledger
from implsci.model import Study

__all__ = ["implsci_formats", "read", "write"]


def __dir__() -> list[str]:
    return __all__


_KEYS: Final = {name: field.key for field in FIELDS for name in field.csl}
_JOINED: Final = ("keyword", "issn", "isbn")
_ASIDE: Final = "implsci-extra"
_WITHOUT_VARIABLE: Final = frozenset(("license", "rights_holder", "text"))
_FUNDER = re.compile(r"funder\.\d{1,9}")
_RAW = re.compile("[\x7f-\x9f\u2028\u2029]")
_TYPE = re.compile(rb'"type"\s*:\s*"([A-Za-z_-]+)"')


def read(path: Path, ledger: Ledger) -> Iterator[Study]:
    """Yield a study for each item; one without a title is skipped.

    A list of items, a single one, and an object with ``items`` are read.

    Raises:
        UnreadableFileError: the file cannot be opened.
        InvalidTableError: it is no text.
        FormatError: it is not JSON, or holds no items.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     path = Path(folder, "one.csl.json")
        ...     _ = path.write_text('[{"id": "p15", "type": "book", "title": "ERIC"}]')
        ...     [(study.id, study.title, study.extra) for study in read(path, Ledger())]
        [('p15', 'ERIC', {'reference.type': 'book'})]
    """
    references = _references(_items(path, ledger), ledger)
    yield from to_studies(references, path, ledger, "CSL-JSON", "id")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write the reference of each study as an item; what is coded in it cannot travel.

    Raises:
        UnreadableFileError: the file cannot be written; what stood there stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> import implsci
        >>> kenya = implsci.load("implsci-examples").where(country="KE")
        >>> with TemporaryDirectory() as folder:
        ...     write(kenya, Path(folder, "kenya.csl.json"), Ledger())
        ...     again = list(read(Path(folder, "kenya.csl.json"), Ledger()))
        >>> [study.citation for study in again] == [study.citation for study in kenya]
        True
    """
    write_file(path, _chunks(studies, ledger))


def _chunks(studies: Studies, ledger: Ledger) -> Iterator[bytes]:
    before = "[\n"
    for study in studies:
        item = json.dumps(_item(study, ledger), ensure_ascii=False, indent=2)
        shown = _RAW.sub(lambda sign: f"\\u{ord(sign[0]):04x}", item)
        yield f"{before}{shown}".encode()
        before = ",\n"
    yield b"[]\n" if before == "[\n" else b"\n]\n"


def _items(path: Path, ledger: Ledger) -> Sequence[object]:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) < len(pairs):
            for key in Counter(name for name, _ in pairs) - Counter(found.keys()):
                ledger.leave(key, "stands twice in an object of JSON; the last was taken")
        return found

    def constant(name: str) -> object:
        raise ValueError(f"{name} is no number of JSON")

    text = read_text(path, ledger)
    if not text.strip():
        return []
    try:
        found = json.loads(text, object_pairs_hook=once, parse_constant=constant)
    except (ValueError, RecursionError) as error:
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise FormatError(str(path), "csl-json", f"not JSON: {reason}") from None
    if isinstance(found, dict):
        found = found["items"] if isinstance(found.get("items"), list) else [found]
    if not isinstance(found, list) or not any(
        isinstance(item, dict) and ("type" in item or "title" in item) for item in found
    ):
        if found == []:
            return []
        raise FormatError(str(path), "csl-json", "expected a list of items with type and title")
    return found


def _references(items: Iterable[object], ledger: Ledger) -> Iterator[Reference]:
    for number, item in enumerate(items, 1):
        if isinstance(item, dict):
            yield _reference(item, f"item {number}", ledger)
        else:
            ledger.skip(f"item {number}", f"expected an object, got a {type(item).__name__}")


def _reference(item: dict[str, Any], place: str, ledger: Ledger) -> Reference:
    one = Reference("csl", place=place)
    aside: dict[str, Any] = {}
    for name, value in item.items():
        key = _KEYS.get(name)
        if value is None or value in ("", [], {}):
            continue
        if name == "id":
            one.id = str(value) if type(value) in (str, int) else None
            if one.id is None:
                _keep(one, name, value)
        elif name == "type":
            _kind(one, value, ledger)
        elif name == "issued":
            _issued(one, value)
        elif name == "accessed" and (day := day_of(value)):
            one.put("accessed", name, day)
            if not is_only_a_day(value):
                _keep(one, name, value)
        elif name == "custom" and isinstance(value, dict):
            aside = value
        elif name == "funder" and (named := funders_of(value)):
            for text in named:
                one.put("funder", name, text)
            if value != [{"name": text} for text in named]:
                _keep(one, name, value)
        elif key in NAMES:
            _names(one, key, name, value)
        elif key is None or type(value) not in (str, int, float):
            _keep(one, name, value)
        elif key in _JOINED:
            for part in _parts(str(value)):
                one.put(key, name, part)
        else:
            one.put(key, name, str(value))
    _custom(one, aside)
    return one


def _keep(one: Reference, name: str, value: object) -> None:
    """Keep a value as it is, or as JSON text."""
    if isinstance(value, (str, int, float, bool)):
        one.keep(name, value)
    else:
        one.keep(f"{name}.json", json.dumps(value, ensure_ascii=False))


def _kind(one: Reference, value: object, ledger: Ledger) -> None:
    kind = value.lower() if isinstance(value, str) else ""
    if kind not in CSL_TYPES:
        _keep(one, "type", value)
        return
    if kind != value:
        ledger.say("types in capitals were read as CSL has them, in small letters")
    if kind != "document":
        one.put("type", "type", kind)


def _issued(one: Reference, value: object) -> None:
    if day := day_of(value):
        one.year = int(day[:4])
        if len(day) > 4:
            one.put("date", "issued", day)
        if not is_only_a_day(value):
            _keep(one, "issued", value)
        return
    words = date_of(value)
    found = parsed(words) if words else None
    if words and found and not found[1] and (year := as_year(found[0])):
        one.year = year
        if len(found[0]) > 4:
            one.put("date", "issued", found[0])
    elif words:
        one.put("date_text", "issued", words)
    else:
        _keep(one, "issued", value)


def _names(one: Reference, key: str, name: str, value: object) -> None:
    names = names_of(value)
    if names is None:
        _keep(one, name, value)
        return
    bodies = [
        text
        for text, given in zip(names, value, strict=True)  # type: ignore[call-overload]
        if given.get("literal") and person(text) is not None
    ]
    for text in names:
        one.put(key, name, text)
    for text in bodies:
        one.put("corporate", name, text)
    if to_names(names, bodies) != value:
        _keep(one, name, value)


def _custom(one: Reference, value: dict[str, Any]) -> None:
    """Take what a writer of ours put aside; whatever another program keeps there stays."""
    rest = dict(value)
    ours = rest.pop(_ASIDE, {})
    if not isinstance(ours, dict) or not all(_is_scalar(given) for given in ours.values()):
        rest = value
    else:
        for key in _WITHOUT_VARIABLE & ours.keys():
            one.put(key, key, str(ours.pop(key)))
        for key in sorted(filter(_FUNDER.fullmatch, ours), key=_number):
            one.put("funder", key, str(ours.pop(key)))
        one.take(ours)
    if rest:
        _keep(one, "custom", rest)


def _number(key: str) -> int:
    return int(key.rpartition(".")[2])


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, (str, int, float, bool))


def _parts(text: str) -> list[str]:
    separator = ";" if ";" in text else ","
    return [part for one in text.split(separator) if (part := one.strip())]


def _item(study: Study, ledger: Ledger) -> dict[str, Any]:
    one = from_study(study, "csl", "CSL-JSON", ledger)
    kind = one.first("type") or "document"
    item: dict[str, Any] = {"id": study.id, "type": kind}
    custom: dict[str, Scalar] = {}
    if kind not in CSL_TYPES:
        item["type"] = "document"
        custom["reference.type"] = kind
    bodies = dict.fromkeys(one.fields.get("corporate", []))
    for field in FIELDS:
        values = one.fields.get(field.key, [])
        if field.key in ("type", "date", "date_text", "accessed", "corporate") or not values:
            continue
        if field.key == "funder":
            original = _same(one, "funder", lambda value, of=values: funders_of(value) == of)
            if original:
                item["funder"] = original
            else:
                custom |= {f"funder.{number}": text for number, text in enumerate(values, 1)}
        elif field.key in NAMES:
            name = field.csl[0]
            item[name] = _same(one, name, lambda value, of=values: names_of(value) == of)
            item[name] = item[name] or to_names(values, bodies)
        else:
            _values(field.key, values, item, custom)
    _dates(one, item, custom)
    literals = _literals(item)
    told = [body for body in bodies if body not in literals]
    custom |= {f"reference.corporate.{number}": body for number, body in enumerate(told, 1)}
    _others(one, item, custom)
    if custom:
        item.setdefault("custom", {})[_ASIDE] = custom
    return item


def _literals(item: dict[str, Any]) -> set[str]:
    names = [BY_KEY[key].csl[0] for key in NAMES]
    return {name.get("literal") for key in names for name in item.get(key, ())}


def _values(key: str, values: list[str], item: dict[str, Any], custom: dict[str, Scalar]) -> None:
    """Put the values of a field into its variable, and what that cannot hold aside."""
    variable = next(iter(BY_KEY[key].csl), None)
    if key in _JOINED and variable:
        for separator in (", ", "; "):
            if _parts(text := separator.join(values)) == values:
                item[variable] = text
                return
        variable = None
    rest = values
    if variable is not None:
        item[variable], *rest = values
    if key in _WITHOUT_VARIABLE:
        custom[key] = rest[0]
    elif not BY_KEY[key].many:
        custom |= {f"reference.{key}": text for text in rest}
    else:
        custom |= {f"reference.{key}.{number}": text for number, text in enumerate(rest, 1)}


def _dates(one: Reference, item: dict[str, Any], custom: dict[str, Scalar]) -> None:
    year = str(one.year) if one.year is not None else ""
    day, words, accessed = one.first("date"), one.first("date_text"), one.first("accessed")
    shown = year
    if day is not None:
        usable = parsed(day) == (day, "") and day.startswith(year or "-")
        shown, custom_day = (day, None) if usable else (year, day)
        if custom_day:
            custom["reference.date"] = custom_day
    if shown:
        original = _same(one, "issued", lambda value: day_of(value) == shown)
        item["issued"] = original or to_date(shown)
    if words:
        if shown or parsed(words):
            custom["reference.date_text"] = words
        else:
            item["issued"] = {"literal": words}
    if accessed:
        original = _same(one, "accessed", lambda value: day_of(value) == accessed)
        if original or parsed(accessed) == (accessed, ""):
            item["accessed"] = original or to_date(accessed)
        else:
            custom["reference.accessed"] = accessed


def _same(one: Reference, name: str, fits: Any) -> Any:
    """Return a value of the file it came from, in all its parts, where it still says the same."""
    text = one.original(f"{name}.json", lambda text: bool(fits(_loaded(text))))
    return None if text is None else _loaded(text)


def _loaded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _others(one: Reference, item: dict[str, Any], custom: dict[str, Scalar]) -> None:
    """Write back what only CSL knows under its name, and put all else aside."""
    aside: dict[str, list[Scalar]] = {}
    for name, values in one.other.items():
        variable = name.removeprefix("csl:")
        loaded = _loaded(str(values[0])) if variable.endswith(".json") else None
        plain_name = variable.removesuffix(".json")
        if name == "csl:custom.json" and isinstance(loaded, dict):
            item["custom"] = loaded
        elif name == "csl:type" and item["type"] == "document":
            item["type"] = values[0]
        elif variable == name or len(values) > 1 or plain_name in {*item, "custom"}:
            aside[name] = values
        elif loaded is not None:
            item[plain_name] = loaded
        else:
            item[variable] = values[0]
    custom |= unfolded(aside)


@hookimpl
def implsci_formats() -> Iterable[Format]:
    """Bring CSL-JSON."""
    return [
        Format(
            name="csl-json",
            title="CSL-JSON, of Zotero, Pandoc and citation processors",
            extensions=(".csl.json", ".csljson", ".json"),
            read=read,
            write=write,
            sniff=_sniff,
        )
    ]


def _sniff(head: bytes) -> bool:
    if b'"implsci"' in head or b'"@context"' in head or b'"CodeSets"' in head:
        return False
    return any(
        name.decode().lower() in CSL_TYPES and name.lower() != b"event"
        for name in _TYPE.findall(head)
    )
