"""Doubtful codes: those that their taxonomy does not have, or has otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple, get_args, get_type_hints

from implsci.codes import Code, split
from implsci.errors import UnknownNameError
from implsci.model._record import shape
from implsci.names import close_names
from implsci.plugins import Registry

__all__ = ["Verdict", "Verdicts", "coded"]


class Verdict(NamedTuple):
    """What is to be said of a code.

    Attributes:
        rule: id of the rule it breaks; None where it breaks none.
        message: what is wrong with it, or worth knowing; of a scheme that is not there, its name.
    """

    rule: str | None
    message: str = ""


class Verdicts:
    """Remembers the verdict on each code, since the same codes come by thousands of times."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._verdicts: dict[str, Verdict] = {}

    def __getitem__(self, code: str) -> Verdict:
        if code not in self._verdicts:
            self._verdicts[code] = self._judge(code)
        return self._verdicts[code]

    def _judge(self, code: str) -> Verdict:
        scheme = split(Code(code))[0]
        try:
            taxonomy = self._registry.taxonomy(scheme)
        except UnknownNameError:
            return Verdict("taxonomy-missing", scheme)
        try:
            term = self._registry.term(code)
        except UnknownNameError as error:
            return Verdict("unknown-code", str(error))
        if taxonomy.scheme != scheme:
            return Verdict(
                "code-without-edition", f"{code!r} names no edition; expected {term.code}"
            )
        if term.code != code:
            return Verdict("code-by-number", f"{code!r} is a number; the code is {term.code!r}")
        if term.replaced_by is not None:
            return Verdict("replaced-term", f"{code!r} has been replaced by {term.replaced_by!r}")
        if term.status == "provisional":
            return Verdict("provisional-term", term.label)
        return Verdict(None)

    def close_scheme(self, scheme: str) -> str | None:
        """Return the scheme that one that is not there is most like, going by family or edition."""
        known = self._registry.taxonomies()
        close = close_names(scheme, {name for own in known for name in (own.family, own.scheme)}, 1)
        return self._registry.taxonomy(close[0]).scheme if close else None


def coded(record: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every code in a record, and in the records inside, with its path."""
    record_class: type = type(record)
    for name, is_code in _coded_fields(record_class):
        value = getattr(record, name)
        if value is None or value == ():
            continue
        many = isinstance(value, tuple)
        for index, item in enumerate(value if many else (value,)):
            place = f"{path}{name}[{index}]" if many else f"{path}{name}"
            if is_code:
                yield place, item
            else:
                yield from coded(item, f"{place}.")


@cache
def _coded_fields(record: type) -> tuple[tuple[str, bool], ...]:
    """Return the fields that hold codes (true), or records that may hold some (false)."""
    hints = get_type_hints(record)
    codes = {name for name, hint in hints.items() if Code in (hint, *get_args(hint))}
    return tuple(
        (name, name in codes)
        for name, field in shape(record).items()
        if name in codes or (field.kind == "record" and _coded_fields(field.type))
    )
