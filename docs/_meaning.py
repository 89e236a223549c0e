"""What a name in a docstring or an annotation means, told by the module that it stands in.

Sphinx looks a bare name such as `Path` up among all names that are documented: it links to whichever
fits, and complains where several do. Here it is looked up where Python would: among what the module
of the documented object defines and imports. What is ours is then linked under its public name; what
is another project's stays plain, as does an alias of types, which has no page of its own.
"""

from __future__ import annotations

import ast
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from docutils.nodes import Element
from sphinx.addnodes import desc, desc_signature, pending_xref
from sphinx.domains.python import PythonDomain
from sphinx.transforms.post_transforms import SphinxPostTransform

__all__ = ["Meaning", "has_no_page"]

_OURS = "implsci"


class Meaning(SphinxPostTransform):
    """Give each name that is looked up the path of what it means, before it is looked up."""

    default_priority = 5  # before references are resolved

    def run(self, **_: Any) -> None:
        domain = self.env.domains.python_domain
        for node in self.document.findall(pending_xref):
            target = node["reftarget"]
            if node.get("refdomain") != "py" or node["reftype"] in ("obj", "mod"):
                continue
            if target in domain.objects:
                continue
            meant = next(filter(None, (_path(target, module) for module in _modules(node))), target)
            found = _object(meant) if "." in meant else None
            if found is None:
                continue
            node["reftarget"] = _public(domain).get((id(found), meant.rpartition(".")[2]), meant)
            node.attributes.pop("refspecific", None)


def has_no_page(target: str) -> bool:
    """Whether a path is that of another project's name, or of an alias of types."""
    found = _object(target) if "." in target else None
    if found is None:
        return False
    ours = target.partition(".")[0] == _OURS
    return not (ours and (isinstance(found, type) or inspect.isroutine(found)))


def _modules(node: Element) -> Iterator[str]:
    """Yield the modules that a name may be one of, that of the innermost object first."""
    parent = node.parent
    while parent is not None:
        if isinstance(parent, desc):
            for signature in parent.findall(desc_signature):
                path = f"{signature.get('module')}.{signature.get('fullname')}"
                found = _object(path)
                own = getattr(
                    inspect.unwrap(found) if callable(found) else found, "__module__", None
                )
                if isinstance(own, str):
                    yield own
                break
        parent = parent.parent
    if node.get("py:module"):
        yield node["py:module"]


def _path(name: str, module: str) -> str | None:
    """Return the path of a name in a module, None where it has none of it."""
    head, dot, rest = name.partition(".")
    known = _names(module).get(head)
    return None if known is None else f"{known}{dot}{rest}"


@cache
def _names(module: str) -> Mapping[str, str]:
    """Return the paths of what a module imports and defines; imports for types alone count too."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None or not spec.origin.endswith(".py"):
        return {}
    names: dict[str, str] = {}
    for node in ast.walk(ast.parse(Path(spec.origin).read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names |= {one.asname or one.name: f"{node.module}.{one.name}" for one in node.names}
        elif isinstance(node, ast.Import):
            for one in node.names:
                top = one.name.partition(".")[0]
                names[one.asname or top] = one.name if one.asname else top
    loaded = sys.modules.get(module)
    own = {name: f"{module}.{name}" for name in vars(loaded) if name not in names} if loaded else {}
    return names | own


@cache
def _object(path: str) -> object | None:
    """Return what a path leads to, None where it leads nowhere."""
    parts = path.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found: object = importlib.import_module(".".join(parts[:length]))
        except (ImportError, ValueError):
            continue
        for part in parts[length:]:
            found = getattr(found, part, None)
        return found
    return None


_known: dict[tuple[int, str], str] = {}


def _public(domain: PythonDomain) -> Mapping[tuple[int, str], str]:
    """Return the documented name of each object, by its identity and last name."""
    if not _known:
        for name in sorted(domain.objects, key=lambda name: (domain.objects[name].aliased, name)):
            found = _object(name)
            if found is not None:
                _known.setdefault((id(found), name.rpartition(".")[2]), name)
    return _known
