"""The registry: all that plugins bring, and the look-ups over it.

A plugin that fails is kept in `Registry.failures`, warned about once, and stops nothing.
"""

from __future__ import annotations

from threading import RLock

from implsci.plugins._registry import Registry
from implsci.plugins.loading import PluginInfo, PluginStatus

__all__ = ["PluginInfo", "PluginStatus", "Registry", "registry"]


def __dir__() -> list[str]:
    return __all__


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
