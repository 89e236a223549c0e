"""The contract of plugins as a whole."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import subprocess
import sys
import warnings
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from types import ModuleType
from typing import Any, Final, NamedTuple

import attrs
import pytest

from implsci.codes import is_scheme
from implsci.errors import DuplicateSchemeError, PluginWarning
from implsci.hooks import GROUP
from implsci.plugins import Registry
from implsci.testing.contracts._shared import (
    Contract,
    citation_faults,
    compared,
    fail,
    hold,
    license_faults,
    one_line,
    unread,
)

__all__ = ["PluginContract"]


def __dir__() -> list[str]:
    return __all__


# In another process sets and such come in another order.
_ELSEWHERE: Final = """
import importlib, sys
from implsci.testing.contracts.plugin import _digest, _load
name, module = sys.argv[1:]
plugin = name
if module:
    plugin = importlib.import_module(module)
    plugin.plugin_name = name
sys.stdout.write("digest " + _digest(_load(plugin)))
"""


# What the things of each hook are called, the field that names one, and how a registry lists them.
_KINDS: Final = (
    ("scheme", "scheme", Registry.taxonomies),
    ("crosswalk", "name", Registry.crosswalks),
    ("basis", "basis", Registry.bases),
    ("compendium", "name", Registry.compendia),
    ("casebook", "name", Registry.casebooks),
    ("format", "name", Registry.formats),
    ("encoder", "name", Registry.encoders),
)


class _Brought(NamedTuple):
    """All that one plugin brings, by what it is called."""

    name: str
    things: dict[str, tuple[Any, ...]]

    def published(self) -> Iterator[tuple[str, str, Any]]:
        """Yield each thing that somebody published; a format is code."""
        return (item for item in self.each() if item[0] != "format")

    def each(self) -> Iterator[tuple[str, str, Any]]:
        """Yield each thing with what it is and the field that names it."""
        for noun, field, _ in _KINDS:
            for thing in self.things[noun]:
                yield noun, field, thing


def _load(plugin: object) -> _Brought:
    registry = Registry(plugins=[plugin], strict=True)
    (info, *_) = registry.plugins()
    return _Brought(info.name, {noun: listed(registry) for noun, _, listed in _KINDS})


def _fixed(thing: Any) -> Any:
    """Return a thing without its functions, which are new ones each time."""
    hidden = {
        field.alias: getattr(value, "__qualname__", "")
        for field in attrs.fields(type(thing))
        if callable(value := getattr(thing, field.name))
    }
    return tuple(sorted(hidden.items())), tuple(
        getattr(thing, field.name)
        for field in attrs.fields(type(thing))
        if field.alias not in hidden
    )


def _digest(brought: _Brought) -> str:
    text = repr([_fixed(thing) for _, _, thing in brought.each()])
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()


class PluginContract(Contract):
    """What every plugin keeps to, whatever it brings. Subclass it, set `plugin`, and run pytest.

    The contracts of taxonomies, crosswalks, bases and compendia look closer at each of these.

    Attributes:
        plugin: its entry-point name once it is installed, or its module.
        registry: the plugins it stands beside; all that are installed where None.

    Examples:
        >>> class TestEric(PluginContract):
        ...     plugin = "eric"
    """

    _noun = "plugin"

    @classmethod
    def _built(cls) -> tuple[Any, ...]:
        return (_load(cls.plugin),)

    @classmethod
    def _brought(cls) -> _Brought:
        (brought,) = cls._all()
        assert isinstance(brought, _Brought)
        return brought

    def test_it_loads(self) -> None:
        """It can be imported, answers hooks that there are, and its schemes begin with its name."""
        self._all(first=True)

    def test_it_brings_something(self) -> None:
        """One taxonomy at least, or crosswalk, basis, compendium, encoder or format."""
        brought = self._brought()
        if not any(True for _ in brought.each()):
            fail(f"the plugin {brought.name!r} answers its hooks with nothing at all")

    def test_its_name_is_an_id(self) -> None:
        """The entry-point name is lower-case letters, digits and hyphens, as schemes are."""
        name = self._brought().name
        if not is_scheme(name):
            fail(f"the entry point {name!r} is not lower-case letters, digits and single hyphens")

    def test_it_takes_no_name_of_another_plugin(self) -> None:
        """Nothing that it brings is called like a thing of its kind that is installed."""
        brought = self._brought()
        names = {(noun, getattr(thing, field)) for noun, field, thing in brought.each()}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PluginWarning)  # another's failure is no matter here
            registry = self.registry
            if registry is None:
                others = {entry.name for entry in entry_points(group=GROUP)}
                own = [] if isinstance(self.plugin, str) else [self.plugin]
                registry = Registry(plugins=[*sorted(others), *own])
            registry.taxonomies()
        hold(
            "names that are taken",
            (
                str(error)
                for error in registry.failures.values()
                if isinstance(error, DuplicateSchemeError) and (error.kind, error.name) in names
            ),
        )

    def test_all_of_it_has_a_citation(self) -> None:
        """Readers can find where each thing is published."""
        hold(
            "citation",
            (
                f"{noun} {fault}"
                for noun, field, thing in self._brought().published()
                for fault in citation_faults([thing], field)
            ),
        )

    def test_all_of_it_states_its_license(self) -> None:
        """Users know what they may do with each thing."""
        hold(
            "license",
            (
                f"{noun} {fault}"
                for noun, field, thing in self._brought().published()
                for fault in license_faults([thing], field)
            ),
        )

    def test_all_of_it_has_an_honest_status(self) -> None:
        """What comes from memory, or from a source nobody saw, is marked provisional."""
        hold(
            "things whose source was not read, yet whose status is not provisional",
            (
                f"{noun} {getattr(thing, field)} ({thing.citation})"
                for noun, field, thing in self._brought().published()
                if getattr(thing, "status", "provisional") != "provisional"
                and unread(thing.citation)
            ),
        )

    def test_loading_it_twice_gives_the_same(self) -> None:
        """Asked again, it answers with the same things in the same order."""
        once = self._brought()
        try:
            again = _load(self.plugin)
        except Exception as error:  # a plugin may raise anything
            fail(f"it could not be loaded a second time: {one_line(error)}")
        hold(
            "answers that came out different the second time",
            (
                fault
                for noun, field, _ in _KINDS
                for fault in compared(once.things[noun], again.things[noun], field, _fixed)
            ),
        )

    def test_another_process_gives_the_same(self) -> None:
        """Nothing depends on the order of a set, the clock, or what happened to be imported before."""
        brought = self._brought()
        module = ""
        if not isinstance(self.plugin, str):
            module = self.plugin.__name__ if isinstance(self.plugin, ModuleType) else ""
            if not module or importlib.util.find_spec(module) is None:
                pytest.skip("only an installed plugin or a module can be loaded in another process")
        expected = _digest(brought)
        for seed in ("1", "2"):
            done = subprocess.run(  # noqa: S603  this interpreter, on a program of ours
                [sys.executable, "-c", _ELSEWHERE, brought.name, module],
                env=os.environ
                | {
                    "PYTHONHASHSEED": seed,
                    "PYTHONPATH": os.pathsep.join(
                        str(Path(entry).absolute()) for entry in sys.path
                    ),
                },
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                stdin=subprocess.DEVNULL,
                timeout=120,
                check=False,
            )
            if done.returncode:
                last = (done.stderr.strip().splitlines() or ["it said nothing"])[-1]
                fail(f"{brought.name} could not be loaded in another process: {last}")
            if not done.stdout.endswith(f"digest {expected}"):
                fail(
                    f"{brought.name} answers differently in another process; does the order come "
                    "from a set, a folder listing, the clock or a random number?"
                )
