"""The registry: the look-ups over all that plugins bring."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from implsci.codes import Code, is_code, split
from implsci.errors import AmbiguousNameError, InvalidQueryError, PluginError, UnknownNameError
from implsci.hooks import CasebookSource, CompendiumSource, Encoder, Format
from implsci.mapping import Coverage, Crosswalks, MapReport
from implsci.names import close_names
from implsci.plugins._holdings import Holdings, in_order
from implsci.plugins.loading import PluginInfo, find_plugins
from implsci.plugins.lookup import Lookups, close_codes, edition_order
from implsci.search import Hit
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy, Term

__all__ = ["Registry"]


class Registry(Holdings):
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
        super().__init__(find_plugins(plugins), strict=strict)
        self._made: Lookups | None = None
        self._made_from = 0

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
        return tuple(plugin.info() for plugin in self._plugins)

    def taxonomies(self) -> tuple[Taxonomy, ...]:
        """Return every taxonomy, by scheme."""
        self._load_all()
        return in_order(self._taxonomies)

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
        editions = self._editions(scheme)
        return editions[0] if editions else None

    def _editions(self, family: str) -> list[Taxonomy]:
        """Return the loaded editions of a family, the newest first; see `taxonomy` for whose."""
        loaded = tuple(self._taxonomies.values())  # others may load further ones meanwhile
        editions = {taxonomy.scheme: taxonomy for taxonomy in loaded if taxonomy.family == family}
        if not editions:
            return []
        owners = {scheme: self._owners["scheme", scheme] for scheme in editions}
        first = min(owners.values(), key=self._plugins.index).distribution
        own = [scheme for scheme in editions if owners[scheme].distribution == first]
        return [editions[scheme] for scheme in sorted(own, key=edition_order, reverse=True)]

    def term(self, code_or_label: str) -> Term:
        """Return the term of a code, a published number (``eric:5``), a label or a synonym.

        Args:
            code_or_label: a code; a bare family (``cfir:complexity``) takes the newest edition that has
                it; or a label or synonym, in any case, with or without accents and punctuation.

        Raises:
            UnknownNameError: there is no such term; close ones are suggested.
            AmbiguousNameError: several terms bear that name.

        Examples:
            >>> Registry(plugins=["eric"]).term("audit & feedback").code
            'eric:audit-and-provide-feedback'
        """
        text = code_or_label.strip()
        known = self._taxonomies.get(text.partition(":")[0])
        if known is not None and text in known:  # nearly always
            return known[text]
        if ":" in text and is_code(text):
            taxonomy = self.taxonomy(split(Code(text))[0])
            term = self._coded(text)
            if term is None:
                raise UnknownNameError("code", text, close_codes(text, taxonomy))
            return term
        names = self._lookups().names
        found = names.find(text)
        if len(found) == 1:
            return found[0]
        if found:
            raise AmbiguousNameError("label", text, [term.code for term in found])
        raise UnknownNameError("term", text, names.close(text), self._why_missing(None))

    def _coded(self, code: str) -> Term | None:
        """Return the term of a code or number; of a bare family, from the newest edition that has it."""
        scheme, name = split(Code(code))
        taxonomy = self._taxonomy(scheme)
        if taxonomy is None or taxonomy.scheme == scheme:
            return None if taxonomy is None else taxonomy.get(code)
        return next(
            (
                term
                for edition in self._editions(scheme)
                if (term := edition.get(f"{edition.scheme}:{name}"))
            ),
            None,
        )

    def search(
        self,
        text: str,
        kind: str | None = None,
        scheme: str | None = None,
        limit: int | None = 10,
        *,
        semantic: bool | str = False,
    ) -> tuple[Hit, ...]:
        """Return the terms that fit a text best.

        Args:
            text: a code, also one with a number (``eric:5``) or of a bare family
                (``cfir:complexity``); a bare number, a name or a phrase.
            kind: only terms of this kind, such as ``strategy``.
            scheme: only terms of this taxonomy.
            limit: how many hits at most; None for all.
            semantic: also by meaning: the name of an encoder, or True for the first there is.

        Raises:
            UnknownNameError: no taxonomy has that scheme, no term that kind, or no plugin brings
                that encoder.
            MissingExtraError: the encoder needs an extra that is not installed.
            EncoderError: the encoder fails, or returns no vectors.
            InvalidQueryError: the limit is below 0.

        Examples:
            >>> Registry(plugins=["eric"]).search("champions", limit=1)[0].term.notation
            '35'
        """
        if scheme is not None:
            scheme = self.taxonomy(scheme).scheme
        index = self._lookups().index
        if kind is not None and kind not in index.kinds(scheme):
            kinds = sorted(index.kinds(scheme))
            raise UnknownNameError("kind", kind, close_names(kind, kinds) or kinds)
        if is_code(code := text.strip()):
            exact = self._coded(code)
            text = exact.code if exact else text
        near = None
        if semantic:
            encoder = self.encoder(None if semantic is True else semantic)
            near = self._lookups().semantic(encoder).nearness(text)
        return index.search(text, limit, kind=kind, scheme=scheme, nearness=near)

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
        return in_order(self._crosswalks)

    def map(self, code: str | Iterable[str], to: str | None = None) -> MapReport:
        """Return where terms lead in another scheme, and what going there loses.

        A mapping that somebody made between the two schemes counts; where nobody looked at a term,
        mappings are composed over at most two further schemes, by the rules of `implsci.mapping`.

        Args:
            code: a code or label; a scheme, for all its terms but headings; or several of these.
            to: the scheme to reach; a bare family takes its newest edition. None asks for every
                scheme that a single mapping reaches.

        Returns:
            The routes found, how many terms have an exact, close, broad, narrow, related or no
            match, and what is lost.

        Raises:
            UnknownNameError: there is no such code; or no taxonomy and no crosswalk of the scheme
                `to`.
            InvalidQueryError: a code is one of the scheme `to` itself.

        Examples:
            >>> Registry().map("relational:be-useful-early", to="trust")[0].object
            'trust:achievement-of-quick-wins'
        """
        crosswalks = self._lookups().crosswalks
        codes = [
            one
            for each in ([code] if isinstance(code, str) else code)
            for one in self._mapped(each, crosswalks)
        ]
        if to is not None and to not in crosswalks.schemes:  # one may lead to what is not installed
            to = self.taxonomy(to).scheme
        if any(split(one)[0] == to for one in codes):
            raise InvalidQueryError(f"{to} is where the terms come from; expected another scheme")
        return crosswalks.map(codes, to)

    def _mapped(self, name: str, crosswalks: Crosswalks) -> list[Code]:
        """Return the codes that one name given to `map` stands for."""
        if not is_code(name):
            taxonomy = self._taxonomy(name)
            if taxonomy is None:
                return [self.term(name).code]
            return [term.code for term in taxonomy if term.kind != "group"]
        if name in crosswalks:  # its taxonomy may not be installed
            return [Code(name)]
        return [self.term(name).code]

    def coverage(self, scheme: str, by: str) -> Coverage:
        """Return how far one taxonomy says what another says: what each leaves unsaid.

        Args:
            scheme: whose terms are asked about; headings are left out.
            by: the scheme that may or may not say them.

        Raises:
            UnknownNameError: no taxonomy has that scheme.
            InvalidQueryError: both are one scheme.

        Examples:
            >>> "Own mistakes and make amends" in [
            ...     term.label for term in Registry().coverage("relational", by="eric").unsaid
            ... ]
            True
        """
        taxonomy, by = self.taxonomy(scheme), self.taxonomy(by).scheme
        if taxonomy.scheme == by:
            raise InvalidQueryError(f"{by} says itself; expected two schemes")
        return self._lookups().crosswalks.coverage(taxonomy, by)

    def _lookups(self) -> Lookups:
        """Return the look-ups over all plugins, made anew only if more were loaded since."""
        self._load_all()
        with self._lock:
            if self._made is None or self._made_from != len(self._owners):
                self._made_from = len(self._owners)
                self._made = Lookups(self.taxonomies(), self.crosswalks())
            return self._made

    def bases(self) -> tuple[LinkSet, ...]:
        """Return every basis for matching, by name."""
        self._load_all()
        return in_order(self._links)

    def links(self, basis: str) -> LinkSet:
        """Return a basis for matching.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        return self._named("basis", basis, self._links)

    def compendia(self) -> tuple[CompendiumSource, ...]:
        """Return every compendium that plugins bring, by name."""
        self._load_all()
        return in_order(self._compendia)

    def compendium(self, name: str) -> CompendiumSource:
        """Return where a plugin's compendium is kept.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        return self._named("compendium", name, self._compendia)

    def casebooks(self) -> tuple[CasebookSource, ...]:
        """Return every casebook that plugins bring, by name."""
        self._load_all()
        return in_order(self._casebooks)

    def casebook(self, name: str) -> CasebookSource:
        """Return where a plugin's casebook is kept.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.
        """
        return self._named("casebook", name, self._casebooks)

    def encoders(self) -> tuple[Encoder, ...]:
        """Return every model for semantic search that plugins bring, by name."""
        self._load_all()
        return in_order(self._encoders)

    def encoder(self, name: str | None = None) -> Encoder:
        """Return a model for semantic search; the first by name where none is named.

        Raises:
            UnknownNameError: no plugin brings it, or any; close names are suggested.
        """
        if name is None:
            self._load_all()
            if not self._encoders:
                raise UnknownNameError("encoder", "(any)", (), "no plugin in use brings one")
            name = min(self._encoders)
        return self._named("encoder", name, self._encoders)

    def formats(self) -> tuple[Format, ...]:
        """Return every format of compendia that plugins bring, by name."""
        self._load_all()
        return in_order(self._formats)

    def format(self, name: str) -> Format:
        """Return a format of compendia.

        Raises:
            UnknownNameError: no plugin brings it; close names are suggested.

        Examples:
            >>> Registry().format("jsonl").extensions
            ('.jsonl', '.ndjson')
        """
        return self._named("format", name, self._formats)
