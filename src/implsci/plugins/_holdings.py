"""What the plugins in use have brought so far, by name, each with its owner."""

from __future__ import annotations

import os
import warnings
from collections.abc import Mapping
from threading import RLock
from typing import Any, TypeVar

from implsci.errors import DuplicateSchemeError, PluginError, PluginWarning, UnknownNameError
from implsci.hooks import CasebookSource, CompendiumSource, Encoder, Format
from implsci.names import close_names
from implsci.plugins.loading import LIMIT_VARIABLE, Answers, Plugin, answers
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy

__all__ = ["Holdings", "in_order"]

_T = TypeVar("_T")


class Holdings:
    """What plugins bring: each plugin is loaded when first needed, and taken in whole or not at all.

    Args:
        plugins: the plugins in use, in the order they are asked.
        strict: raise whenever a plugin that failed is needed, instead of warning once and going on.
    """

    def __init__(self, plugins: list[Plugin], *, strict: bool) -> None:
        self.strict = strict
        self._lock = RLock()
        self._failures: dict[str, PluginError] = {}
        self._taxonomies: dict[str, Taxonomy] = {}
        self._crosswalks: dict[str, Crosswalk] = {}
        self._links: dict[str, LinkSet] = {}
        self._compendia: dict[str, CompendiumSource] = {}
        self._casebooks: dict[str, CasebookSource] = {}
        self._encoders: dict[str, Encoder] = {}
        self._formats: dict[str, Format] = {}
        self._owners: dict[tuple[str, str], Plugin] = {}
        self._all_loaded = False
        self._plugins = plugins

    def _named(self, kind: str, name: str, found: Mapping[str, _T]) -> _T:
        """Return what bears a name; only the plugins that can bring it are loaded at first."""
        self._load_for(name)
        if name not in found:
            self._load_all()
        if name not in found:
            raise UnknownNameError(
                kind, name, close_names(name, found) or sorted(found), self._why_missing(name)
            )
        return found[name]

    def _why_missing(self, name: str | None) -> str | None:
        """Return what a plugin, or the lack of one, has to do with it that a name is not found."""
        if not self._plugins:
            limit = os.environ.get(LIMIT_VARIABLE)
            if limit is not None:
                return f"no plugin is in use: {LIMIT_VARIABLE} is {limit!r}"
            return (
                "no plugin is installed; the built-in ones are found once implsci itself is "
                "installed: pip install implsci, or pip install -e . in its source folder"
            )
        if name is not None:
            for plugin in self._plugins:
                if plugin.error is not None and (plugin.serves(name) or name == plugin.name):
                    return f"{plugin.owner} failed: {plugin.error.reason}"
        return None

    def _load_all(self) -> None:
        if self._all_loaded:
            return
        for plugin in self._plugins:
            self._load(plugin)
        self._all_loaded = not (self.strict and self._failures)  # strict raises each time

    def _load_for(self, name: str) -> None:
        """Load the plugins that a scheme, family or basis of this name can come from."""
        for plugin in self._plugins:
            if plugin.serves(name) or plugin.name.startswith(f"{name}-"):
                self._load(plugin)

    def _load(self, plugin: Plugin) -> None:
        with self._lock:
            if plugin.error is not None and self.strict:
                raise plugin.error.with_traceback(None)  # else each time would add to it
            if plugin.status != "found":
                return
            try:
                plugin.status = "loaded"  # a plugin may itself ask the registry
                self._add(plugin, answers(plugin))
            except KeyboardInterrupt:
                plugin.status = "found"
                raise
            except PluginError as error:
                plugin.status, plugin.error = "failed", error
                key = plugin.name
                if key in self._failures:
                    key = f"{plugin.name} ({plugin.distribution})"
                self._failures[key] = error
                if self.strict:
                    raise
                warnings.warn(str(error), PluginWarning, stacklevel=4)

    def _add(self, plugin: Plugin, answers: Answers) -> None:
        """Take in what a plugin brings, all of it or nothing."""
        claims: list[tuple[str, str, dict[str, Any], object]] = [
            *(("scheme", item.scheme, self._taxonomies, item) for item in answers.taxonomies),
            *(("crosswalk", item.name, self._crosswalks, item) for item in answers.crosswalks),
            *(("basis", item.basis, self._links, item) for item in answers.links),
            *(("compendium", item.name, self._compendia, item) for item in answers.compendia),
            *(("casebook", item.name, self._casebooks, item) for item in answers.casebooks),
            *(("encoder", item.name, self._encoders, item) for item in answers.encoders),
            *(("format", item.name, self._formats, item) for item in answers.formats),
        ]
        own: set[tuple[str, str]] = set()
        for kind, name, _, _ in claims:
            if kind == "scheme" and not plugin.serves(name):
                raise PluginError(
                    plugin.name,
                    plugin.distribution,
                    f"scheme {name!r} must equal the plugin's name, {plugin.name!r}, "
                    "or begin with it and a hyphen",
                )
            if (kind, name) in self._owners:
                raise DuplicateSchemeError(
                    plugin.name, plugin.distribution, kind, name, self._owners[kind, name].owner
                )
            if (kind, name) in own:
                raise DuplicateSchemeError(
                    plugin.name, plugin.distribution, kind, name, f"the same {plugin.owner}"
                )
            own.add((kind, name))
        for kind, name, place, item in claims:
            place[name] = item
            self._owners[kind, name] = plugin


def in_order(held: Mapping[str, _T]) -> tuple[_T, ...]:
    """Return what is held of one kind, by name."""
    return tuple(held[name] for name in sorted(held))
