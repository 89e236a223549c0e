"""Finding plugins and importing them, one at a time.

pluggy's own loader stops at the first broken plugin, returns the last registered first and accepts
misspelt hooks; so each plugin is held to the hooks here, by itself.
"""

from __future__ import annotations

import importlib.metadata
import os
import warnings
from collections.abc import Callable, Iterable, Iterator
from typing import Final, Literal, TypeVar

import pluggy
from attrs import define, frozen

from implsci import hooks
from implsci.errors import PluginError, PluginWarning, UnknownNameError
from implsci.hooks import GROUP, CasebookSource, CompendiumSource, Encoder, Format
from implsci.names import close_names
from implsci.taxonomy import Crosswalk, LinkSet, Taxonomy

__all__ = [
    "LIMIT_VARIABLE",
    "Answers",
    "Plugin",
    "PluginInfo",
    "PluginStatus",
    "answers",
    "find_plugins",
]

PluginStatus = Literal["found", "loaded", "failed"]
LIMIT_VARIABLE: Final = "IMPLSCI_PLUGINS"
"""Environment variable that limits the plugins in use: names joined by commas, empty for none."""

_OWN_DISTRIBUTION: Final = "implsci"
_T = TypeVar("_T")


@define
class Plugin:
    """A plugin and how far it has come."""

    name: str
    distribution: str
    version: str
    load: Callable[[], object]
    status: PluginStatus = "found"
    error: PluginError | None = None

    @property
    def owner(self) -> str:
        """Plugin and distribution, as messages name them."""
        return f"plugin {self.name!r} of {self.distribution}"

    def serves(self, name: str) -> bool:
        """Whether a scheme or basis of this name can only come from here."""
        return name == self.name or name.startswith(f"{self.name}-")

    def info(self) -> PluginInfo:
        """Return what can be told of it now."""
        return PluginInfo(
            name=self.name,
            distribution=self.distribution,
            version=self.version,
            status=self.status,
            error=self.error.reason if self.error else None,
        )


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


@frozen
class Answers:
    """What a plugin answered to each hook."""

    taxonomies: tuple[Taxonomy, ...]
    crosswalks: tuple[Crosswalk, ...]
    links: tuple[LinkSet, ...]
    compendia: tuple[CompendiumSource, ...]
    casebooks: tuple[CasebookSource, ...]
    encoders: tuple[Encoder, ...]
    formats: tuple[Format, ...]


def answers(plugin: Plugin) -> Answers:
    """Import a plugin, hold it to the hooks, and ask it each of them once."""

    def failed(reason: str) -> PluginError:
        return PluginError(plugin.name, plugin.distribution, reason)

    manager = pluggy.PluginManager("implsci")
    manager.add_hookspecs(hooks)
    try:
        module = plugin.load()
        if isinstance(module, type):
            module = module()
        manager.register(module, plugin.name)
        manager.check_pending()
    except pluggy.PluginValidationError as error:
        known = ", ".join(
            sorted(name for name in vars(manager.hook) if name.startswith("implsci_"))
        )
        raise failed(f"{error}; the hooks are {known}") from error
    except (Exception, SystemExit) as error:  # a plugin may raise anything, and stops nothing
        raise failed(f"{type(error).__name__} while it was imported: {error}") from error
    if not manager.get_hookcallers(module):
        raise failed("answers no hook; mark its functions with @implsci.hookimpl")

    def ask(hook: str, type_: type[_T]) -> tuple[_T, ...]:
        caller = getattr(manager.hook, hook)
        try:
            items = [item for answer in caller() for item in answer]
        except (Exception, SystemExit) as error:  # as above
            raise failed(f"{type(error).__name__} in {hook}: {error}") from error
        for item in items:
            if not isinstance(item, type_):
                raise failed(
                    f"{hook} must return {type_.__name__} objects, got {type(item).__name__}"
                )
        return tuple(items)

    return Answers(
        ask("implsci_taxonomies", Taxonomy),
        ask("implsci_crosswalks", Crosswalk),
        ask("implsci_links", LinkSet),
        ask("implsci_compendia", CompendiumSource),
        ask("implsci_casebooks", CasebookSource),
        ask("implsci_encoders", Encoder),
        ask("implsci_formats", Format),
    )


def find_plugins(wanted: str | Iterable[str | object] | None) -> list[Plugin]:
    """Return the plugins to use, none of them imported, in the order they are asked.

    A text is one name, not its letters.

    Raises:
        UnknownNameError: `wanted` names one that is not installed.
    """
    objects: list[object] = []
    names: set[str] | None = None
    if wanted is not None:
        wanted = [wanted] if isinstance(wanted, str) else list(wanted)
        names = {item for item in wanted if isinstance(item, str)}
        objects = [item for item in wanted if not isinstance(item, str)]
    elif (limit := os.environ.get(LIMIT_VARIABLE)) is not None:
        names = {name.strip() for name in limit.split(",") if name.strip()}
    installed = list(_installed()) if names is None or names else []
    missing = (names or set()) - {plugin.name for plugin in installed}
    if missing and wanted is not None:
        name = min(missing)
        raise UnknownNameError(
            "plugin",
            name,
            close_names(name, [plugin.name for plugin in installed]),
            None if installed else "no plugin is installed: pip install implsci",
        )
    for name in sorted(missing):
        warnings.warn(
            f"{LIMIT_VARIABLE} names {name!r}, which is not installed", PluginWarning, stacklevel=4
        )
    chosen = [plugin for plugin in installed if names is None or plugin.name in names]
    chosen += [_from_object(item) for item in objects]
    # The library's own plugins come first, so that none can be displaced by a claim to its name.
    return sorted(
        chosen, key=lambda p: (p.distribution != _OWN_DISTRIBUTION, p.name, p.distribution)
    )


def _installed() -> Iterator[Plugin]:
    seen: set[tuple[str, str]] = set()
    for entry in importlib.metadata.entry_points(group=GROUP):
        distribution = entry.dist
        owner = distribution.name if distribution else "an unnamed distribution"
        if (entry.name, owner) in seen:  # one distribution found twice on the path
            continue
        seen.add((entry.name, owner))
        version = distribution.version if distribution else ""
        yield Plugin(entry.name, owner, version, entry.load)


def _from_object(item: object) -> Plugin:
    name = getattr(item, "__name__", type(item).__name__).rpartition(".")[2]
    name = getattr(item, "plugin_name", name.replace("_", "-"))
    return Plugin(name, "this program", "", lambda: item)
