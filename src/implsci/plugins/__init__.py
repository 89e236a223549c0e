"""The registry: all that plugins bring, and the look-ups over it.

A plugin that fails is kept in `Registry.failures`, warned about once, and stops nothing.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Iterable, Mapping
from threading import RLock
from types import MappingProxyType
from typing import Any, TypeVar

from attrs import frozen

from implsci.codes import Code, is_code, split
from implsci.errors import (
    AmbiguousNameError,
    DuplicateSchemeError,
    PluginError,
    PluginWarning,
    UnknownNameError,
)
from implsci.hooks import CompendiumSource
from implsci.plugins.loading import (
    LIMIT_VARIABLE,
    Answers,
    Plugin,
    PluginStatus,
    answers,
    find_plugins,
)
from implsci.search import Hit, close_names, fold, search
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy, Term, TermMapping

__all__ = ["PluginInfo", "PluginStatus", "Registry", "registry"]


def __dir__() -> list[str]:
    return __all__


_T = TypeVar("_T")


@frozen(kw_only=True)
class PluginInfo:
    """One plugin, as `Registry.plugins` lists it.

    Attributes:
        name: its entry-point name.
        distribution: the installed distribution that brings it.
        version: that distribution's version.
        status: ``found`` (not imported yet), ``loaded`` or ``failed``.
        error: why it failed.
    """

    name: str
    distribution: str
    version: str
    status: PluginStatus
    error: str | None = None


class Registry:
    """All that plugins bring: taxonomies, crosswalks, bases for matching, compendia.

    Nothing is imported before it is asked for, and looking a code up imports only the plugin that
    can hold it.

    Args:
        plugins: names of installed plugins, and plugin objects, to use, or one name; None uses
            every installed plugin, or those that the environment variable ``IMPLSCI_PLUGINS`` lists
            (by commas; empty for none).
        strict: raise whenever a plugin that failed is needed, instead of warning once and going on.

    Attributes:
        failures: the error of each plugin that failed so far, by name.

    Raises:
        UnknownNameError: `plugins` names one that is not installed.

    Examples:
        >>> registry = Registry(plugins=["eric"])
        >>> registry.term("eric:5").label
        'Audit and provide feedback'
    """

    def __init__(
        self, plugins: str | Iterable[str | object] | None = None, *, strict: bool = False
    ) -> None:
        self.strict = strict
        self._lock = RLock()
        self._failures: dict[str, PluginError] = {}
        self._taxonomies: dict[str, Taxonomy] = {}
        self._crosswalks: dict[str, Crosswalk] = {}
        self._links: dict[str, LinkSet] = {}
        self._compendia: dict[str, CompendiumSource] = {}
        self._owners: dict[tuple[str, str], Plugin] = {}
        self._plugins = find_plugins(plugins)

    @property
    def failures(self) -> Mapping[str, PluginError]:
        """The error of each plugin that failed so far, by name."""
        return MappingProxyType(self._failures)

    def plugins(self, *, load: bool = False) -> tuple[PluginInfo, ...]:
        """List the plugins.

        Args:
            load: import them all first, so that the status of each is known.

        Returns:
            One entry a plugin, by name; without `load` nothing is imported.
        """
        if load:
            self._load_all()
        return tuple(
            PluginInfo(
                name=plugin.name,
                distribution=plugin.distribution,
                version=plugin.version,
                status=plugin.status,
                error=plugin.error.reason if plugin.error else None,
            )
            for plugin in self._plugins
        )

    def taxonomies(self) -> tuple[Taxonomy, ...]:
        """Return every taxonomy, by scheme."""
        self._load_all()
        return tuple(self._taxonomies[scheme] for scheme in sorted(self._taxonomies))

    def owner(self, scheme: str) -> str:
        """Return the name of the plugin that brings a taxonomy.

        Raises:
            UnknownNameError: no plugin brings it.
        """
        return self._owners["scheme", self.taxonomy(scheme).scheme].name

    def taxonomy(self, scheme: str) -> Taxonomy:
        """Return the taxonomy of a scheme; a bare family gives its newest edition.

        The newest is the last in order, numbers compared as numbers: ``bct-v10`` comes after
        ``bct-v2``. Only editions of one distribution are compared: that of the first plugin, in the
        order of `plugins` with the library's own first, that brings any of the family. So nobody
        can move what ``cfir`` means by bringing a ``cfir-9999``; its own full name still finds it.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        taxonomy = self._taxonomy(scheme)
        if taxonomy is not None:
            return taxonomy
        self._load_all()
        raise UnknownNameError(
            "taxonomy", scheme, close_names(scheme, self._taxonomies), self._why_missing(scheme)
        )

    def _taxonomy(self, scheme: str) -> Taxonomy | None:
        self._load_for(scheme)
        if scheme in self._taxonomies:
            return self._taxonomies[scheme]
        loaded = tuple(self._taxonomies.values())  # others may load further ones meanwhile
        editions = {taxonomy.scheme: taxonomy for taxonomy in loaded if taxonomy.family == scheme}
        if not editions:
            return None
        owners = {edition: self._owners["scheme", edition] for edition in editions}
        first = min(owners.values(), key=self._plugins.index).distribution
        return editions[max((e for e in editions if owners[e].distribution == first), key=_edition)]

    def term(self, code_or_label: str) -> Term:
        """Return the term of a code, a published number (``eric:5``), a label or a synonym.

        Args:
            code_or_label: a code; a bare family (``cfir:complexity``) takes its newest edition; or a
                label or synonym, in any case, with or without accents and punctuation.

        Raises:
            UnknownNameError: there is no such term; close ones are suggested.
            AmbiguousNameError: several terms bear that name.

        Examples:
            >>> Registry(plugins=["eric"]).term("audit & feedback").code
            'eric:audit-and-provide-feedback'
        """
        text = code_or_label.strip()
        if is_code(text):
            taxonomy = self.taxonomy(split(Code(text))[0])
            term = taxonomy.get(text)
            if term is None:
                raise UnknownNameError("code", text, _close_codes(text, taxonomy))
            return term
        wanted = fold(text)
        terms = [term for taxonomy in self.taxonomies() for term in taxonomy]
        found = [term for term in terms if wanted and wanted == fold(term.label)] or [
            term for term in terms if wanted and wanted in map(fold, term.synonyms)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError("label", text, [term.code for term in found])
        close = close_names(text, [name for term in terms for name in term.names])
        raise UnknownNameError("term", text, close, self._why_missing(None))

    def search(
        self, text: str, kind: str | None = None, scheme: str | None = None, limit: int | None = 10
    ) -> tuple[Hit, ...]:
        """Return the terms that fit a text best.

        Args:
            text: a code, also one with a number (``eric:5``) or of a bare family
                (``cfir:complexity``); a bare number, a name or a phrase.
            kind: only terms of this kind, such as ``strategy``.
            scheme: only terms of this taxonomy.
            limit: how many hits at most; None for all.

        Raises:
            UnknownNameError: no taxonomy has that scheme, or no term that kind.
            InvalidQueryError: the limit is below 0.

        Examples:
            >>> Registry(plugins=["eric"]).search("champions", limit=1)[0].term.notation
            '35'
        """
        taxonomies = (self.taxonomy(scheme),) if scheme else self.taxonomies()
        terms = [term for taxonomy in taxonomies for term in taxonomy]
        if kind is not None:
            kinds = sorted({term.kind for term in terms})
            if kind not in kinds:
                raise UnknownNameError("kind", kind, close_names(kind, kinds) or kinds)
            terms = [term for term in terms if term.kind == kind]
        if is_code(code := text.strip()):
            named = self._taxonomy(split(Code(code))[0])
            exact = named.get(code) if named else None
            text = exact.code if exact else text
        return search(terms, text, limit)

    def expand(self, code: str) -> tuple[Code, ...]:
        """Return a code and everything narrower in its taxonomy.

        Raises:
            UnknownNameError: there is no such code.
        """
        term = self.term(code)
        return self.taxonomy(term.scheme).expand(term.code)

    def crosswalks(self) -> tuple[Crosswalk, ...]:
        """Return every crosswalk, by name."""
        self._load_all()
        return tuple(self._crosswalks[name] for name in sorted(self._crosswalks))

    def map(self, code: str, to: str | None = None) -> tuple[TermMapping, ...]:
        """Return what the crosswalks say of one code, read in either direction.

        Args:
            code: the code mapped from.
            to: only mappings to this scheme; a bare family takes its newest edition.

        Raises:
            UnknownNameError: there is no such code; or no taxonomy and no crosswalk of the scheme
                `to`.
        """
        code = self.term(code).code
        schemes = {
            scheme
            for crosswalk in self.crosswalks()
            for scheme in (crosswalk.subject_scheme, crosswalk.object_scheme)
        }
        if to is not None and to not in schemes:  # a crosswalk may lead to what is not installed
            to = self.taxonomy(to).scheme
        found = [
            mapping if mapping.subject == code else mapping.inverse()
            for crosswalk in self.crosswalks()
            for mapping in crosswalk.mappings
            if code in (mapping.subject, mapping.object)
        ]
        return tuple(
            sorted(
                (mapping for mapping in found if to is None or split(mapping.object)[0] == to),
                key=lambda mapping: (mapping.object, mapping.predicate),
            )
        )

    def bases(self) -> tuple[LinkSet, ...]:
        """Return every basis for matching, by name."""
        self._load_all()
        return tuple(self._links[name] for name in sorted(self._links))

    def links(self, basis: str) -> LinkSet:
        """Return a basis for matching.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        return self._named("basis", basis, self._links)

    def compendia(self) -> tuple[CompendiumSource, ...]:
        """Return every compendium that plugins bring, by name."""
        self._load_all()
        return tuple(self._compendia[name] for name in sorted(self._compendia))

    def compendium(self, name: str) -> CompendiumSource:
        """Return where a plugin's compendium is kept.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        return self._named("compendium", name, self._compendia)

    def _named(self, kind: str, name: str, found: Mapping[str, _T]) -> _T:
        self._load_for(name)
        if name not in found:
            self._load_all()
        if name not in found:
            raise UnknownNameError(
                kind, name, close_names(name, found) or sorted(found), self._why_missing(name)
            )
        return found[name]

    def _why_missing(self, name: str | None) -> str | None:
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
        for plugin in self._plugins:
            self._load(plugin)

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
            plugin.status = "loaded"
            try:
                self._add(plugin, answers(plugin))
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


def _close_codes(text: str, taxonomy: Taxonomy) -> tuple[str, ...]:
    bare = text.partition(":")[2]
    names = {split(term.code)[1]: term.code for term in taxonomy}
    close = tuple(names[name] for name in close_names(bare, names))
    return close or tuple(hit.term.code for hit in search(taxonomy, bare, limit=3))


def _edition(scheme: str) -> list[tuple[int, str]]:
    """Return what puts editions in order: their numbers as numbers, all else as text."""
    return [
        (int(part), "") if part.isdecimal() else (-1, part)
        for part in re.split(r"([0-9]+)", scheme)
    ]


_default: list[Registry] = []
_making = RLock()


def registry() -> Registry:
    """Return the default registry, made once from every installed plugin.

    Examples:
        >>> from implsci import registry
        >>> registry().term("eric:35").label
        'Identify and prepare champions'
    """
    with _making:  # else each of several threads could make its own
        if not _default:
            _default.append(Registry())
        return _default[0]
