"""What the contracts share: finding what to test, saying what is wrong, and the checks of them all."""

from __future__ import annotations

import inspect
import re
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, ClassVar, Final, NamedTuple, NoReturn

import attrs
import pytest

from implsci.errors import (
    Fault,
    ImplsciError,
    InvalidTableError,
    PluginError,
    PluginWarning,
    UnknownNameError,
)
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.taxonomy import Taxonomy
from implsci.testing.contracts._licenses import license_fault

__all__ = [
    "Contract",
    "Missing",
    "PublishedContract",
    "attribute",
    "citation_faults",
    "compared",
    "difference",
    "fail",
    "hold",
    "license_faults",
    "missing_codes",
    "one_line",
    "unread",
]

_SHOWN: Final = 5
# Words by which a source owns up to not having been read.
_UNREAD: Final = re.compile(
    r"\b(?:memory|not seen|unseen|to be checked|todo|tbd|unknown)\b", re.IGNORECASE
)


def fail(text: str) -> NoReturn:
    """Fail with one line."""
    pytest.fail(" ".join(text.splitlines()), pytrace=False)


def hold(what: str, wrong: Iterable[str]) -> None:
    """Fail with one line where anything is wrong."""
    places = list(wrong)
    if places:
        more = f" and {len(places) - _SHOWN} more" if len(places) > _SHOWN else ""
        fail(f"{what}: {'; '.join(places[:_SHOWN])}{more}")


def attribute(cls: type, name: str) -> Any:
    """Read a class attribute as it was set: a function stays a function, and gets no ``self``."""
    value = inspect.getattr_static(cls, name)
    return value.__func__ if isinstance(value, staticmethod) else value


def unread(source: str | None) -> bool:
    """Whether a source owns up to not having been read, in every part of it."""
    parts = [part for part in (source or "").split(";") if part.strip()]
    return bool(parts) and all(map(_UNREAD.search, parts))


def one_line(error: BaseException) -> str:
    """Say what went wrong in one line, and where if it is code that went wrong."""
    if isinstance(error, UnknownNameError) and error.kind == "plugin":
        return f"{error}; is it installed? pip install -e . in its folder, then run pytest again"
    text = str(error) if isinstance(error, ImplsciError) else f"{type(error).__name__}: {error}"
    head, *lines = (line.strip() for line in text.splitlines()) if text.strip() else [""]
    shown = "; ".join(lines[:_SHOWN])
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    root = error
    while isinstance(root, PluginError) and root.__cause__ is not None:
        root = root.__cause__
    place = ""
    if not isinstance(root, ImplsciError) and (frames := traceback.extract_tb(root.__traceback__)):
        place = f"({Path(frames[-1].filename).name}, line {frames[-1].lineno})"
    return " ".join(part for part in (head, f"{shown}{more}", place) if part)


def difference(one: Any, two: Any) -> str:
    """Say where two builds of one thing first differ, by its field and the place in it."""
    for field in attrs.fields(type(one)):
        first, second = getattr(one, field.name), getattr(two, field.name)
        if first == second:
            continue
        if isinstance(first, tuple) and isinstance(second, tuple):
            if len(first) != len(second):
                return f"{field.name}: {len(first)} of them, then {len(second)}"
            index = next(
                i for i, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]
            )
            names = [_named(values[index]) for values in (first, second)]
            then = (
                f"{names[0]}, then {names[1]}" if names[0] != names[1] else f"{names[0]}, changed"
            )
            return f"{field.name}[{index}]: {then}"
        return f"{field.name}: {first!r}, then {second!r}"
    return "it is of another class"


def _named(thing: Any) -> str:
    """Return what tells one part of a thing from the others."""
    for names in (("code",), ("subject", "object"), ("source", "target"), ("id",)):
        if all(hasattr(thing, name) for name in names):
            return " -> ".join(str(getattr(thing, name)) for name in names)
    return repr(thing)


class Missing(NamedTuple):
    """Codes that are not there, and schemes that are not installed, so that nobody can say."""

    codes: tuple[str, ...]
    schemes: tuple[str, ...]


def missing_codes(codes: Iterable[str], known: Mapping[str, Taxonomy]) -> Missing:
    """Return which codes their taxonomy does not have, and which taxonomies are not there at all."""
    absent: dict[str, None] = {}
    schemes: dict[str, None] = {}
    for code in codes:
        scheme = code.partition(":")[0]
        if scheme not in known:
            schemes[scheme] = None
        elif code not in known[scheme]:
            absent[code] = None
    return Missing(tuple(absent), tuple(schemes))


def citation_faults(things: Iterable[Any], name: str) -> Iterator[str]:
    """Yield what has no citation."""
    for thing in things:
        if not (thing.citation or "").strip():
            yield f"{getattr(thing, name)} has no citation"


def license_faults(things: Iterable[Any], name: str) -> Iterator[str]:
    """Yield what does not state its license."""
    for thing in things:
        if fault := license_fault(thing.license):
            yield f"{getattr(thing, name)} {fault}"


class Contract:
    """What all contracts share: one attribute that says what to test.

    Attributes:
        plugin: a plugin: its module, or its entry-point name once it is installed.
        registry: where codes are looked up; the default registry where None.
    """

    plugin: ClassVar[object] = None
    registry: ClassVar[Registry | None] = None

    _subject: ClassVar[str] = "plugin"
    """The attribute that may stand in the place of `plugin`."""
    _class: ClassVar[type] = object
    """The class of the things to test."""
    _noun: ClassVar[str] = ""
    """What one of them is called."""

    @classmethod
    def _known(cls) -> Registry:
        return cls.registry if cls.registry is not None else default_registry()

    @classmethod
    def _vocabulary(cls) -> dict[str, Taxonomy]:
        """Return every taxonomy that codes can be looked up in, those of the plugin among them."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PluginWarning)  # another's failure is no matter here
            found = {taxonomy.scheme: taxonomy for taxonomy in cls._known().taxonomies()}
            if cls.plugin is not None:
                own = Registry(plugins=[cls.plugin]).taxonomies()
                found |= {taxonomy.scheme: taxonomy for taxonomy in own}
        return found

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        """Return what a registry of the plugin alone brings of the things to test."""
        raise NotImplementedError

    @classmethod
    def _built(cls) -> tuple[Any, ...]:
        """Build the things to test, from scratch."""
        if cls.plugin is not None:
            return cls._from(Registry(plugins=[cls.plugin], strict=True))
        value = attribute(cls, cls._subject)
        found = value() if callable(value) else value
        things = tuple(found) if isinstance(found, (tuple, list)) else (found,)
        for thing in things:
            if not isinstance(thing, cls._class):
                expected = f"expected a {cls._class.__name__}, got a {type(thing).__name__}"
                raise InvalidTableError(f"{cls.__name__}.{cls._subject}", [Fault("", expected)])
        return things

    @classmethod
    def _all(cls, *, first: bool = False) -> tuple[Any, ...]:
        """Return the things to test; built once a class.

        Args:
            first: whether the check that asks is the one to fail where they cannot be built; the
                others are skipped then, rather than say the same again.
        """
        if cls.plugin is None and attribute(cls, cls._subject) is None:
            also = "" if cls._subject == "plugin" else f"`{cls._subject}` or "
            fail(f"{cls.__name__} tests nothing: set {also}`plugin`")
        if "_outcome" not in cls.__dict__:
            try:
                cls._outcome = cls._built()
            except Exception as error:  # a plugin may raise anything
                cls._outcome = one_line(error)
        if isinstance(cls._outcome, str):
            if first:
                fail(cls._outcome)
            pytest.skip(f"there is no {cls._noun} to check, as another check says")
        return cls._outcome

    _outcome: ClassVar[tuple[Any, ...] | str]

    @classmethod
    def _there(cls) -> tuple[Any, ...]:
        """Return the things to test, and fail where there are none."""
        found = cls._all(first=True)
        if not found:
            whose = f"`{cls._subject}`"
            if cls.plugin is not None:
                (info, *_) = Registry(plugins=[cls.plugin]).plugins()
                whose = f"the plugin {info.name!r}"
            fail(f"{whose} brings no {cls._noun}")
        return found

    @classmethod
    def _twice(cls, name: str, what: str) -> None:
        """Build all a second time, and fail where anything differs."""
        once = cls._all()
        if cls.plugin is None and not callable(attribute(cls, cls._subject)):
            pytest.skip(f"set `{cls._subject}` to a function, and it will be called twice")
        try:
            again = cls._built()
        except Exception as error:  # as above
            fail(f"{what} that could not be built a second time: {one_line(error)}")
        hold(what, compared(once, again, name))


def compared(
    once: Iterable[Any],
    again: Iterable[Any],
    name: str,
    seen_as: Callable[[Any], Any] = lambda thing: thing,
) -> Iterator[str]:
    """Yield what differs between two builds of the same things.

    Args:
        once: the first build.
        again: the second.
        name: the field that names a thing.
        seen_as: what of a thing is compared.
    """
    first, second = list(once), list(again)
    if len(first) != len(second):
        yield f"{len(first)} of them, then {len(second)}"
        return
    for one, two in zip(first, second, strict=True):
        if seen_as(one) != seen_as(two):
            yield f"{getattr(one, name)}: {difference(one, two)}"


class PublishedContract(Contract):
    """What is asked of everything that somebody published and a plugin brings."""

    _name: ClassVar[str] = "name"
    """The field that identifies a thing."""

    def test_a_title_is_given(self) -> None:
        """It has a name in full, on one line and without blanks around it."""
        hold(
            "title",
            (
                f"{getattr(thing, self._name)} has the title {thing.title!r}"
                for thing in self._all()
                if not thing.title or thing.title != " ".join(thing.title.split())
            ),
        )

    def test_a_citation_is_present(self) -> None:
        """Readers can find the publication."""
        hold("citation", citation_faults(self._all(), self._name))

    def test_the_license_is_stated(self) -> None:
        """Users know what they may do with it; a stand-in such as ``TBD`` is no statement."""
        hold("license", license_faults(self._all(), self._name))
