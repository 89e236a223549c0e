"""The public surface: what it names, that all of it loads, and that it is explained."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import types
from typing import Any

import pytest

import implsci

# Part 7 of the design, and the record classes: called from outside this repository.
PROMISED = {
    "Actor", "Arm", "Barrier", "Citation", "Code", "Coding", "Compendium", "CoreElement", "Crosswalk",
    "Estimate", "Event", "Finding", "ImplsciError", "Innovation", "InvalidRecord", "LinkSet",
    "MatchReport", "Measurement", "Mechanism", "Modification", "Outcome", "Provenance", "Rating",
    "Registry", "Relationship", "Setting", "Strategy", "Study", "Synthesis", "Taxonomy", "Term",
    "analysis", "hookimpl", "load", "match", "registry", "synthesize",
}  # fmt: skip


def public_modules() -> list[str]:
    found = [module.name for module in pkgutil.walk_packages(implsci.__path__, "implsci.")]
    return ["implsci", *(name for name in found if "._" not in name)]


def test_nothing_promised_is_missing() -> None:
    assert set(implsci.__all__) >= PROMISED
    assert sorted(implsci.__all__) == list(implsci.__all__)
    assert len(set(implsci.__all__)) == len(implsci.__all__)


@pytest.mark.parametrize("name", implsci.__all__)
def test_every_name_loads(name: str) -> None:
    assert getattr(implsci, name) is not None
    assert name in dir(implsci)
    scope: dict[str, Any] = {}
    exec(f"from implsci import {name}", scope)
    assert scope[name] is getattr(implsci, name)


def test_a_name_that_is_none_is_refused() -> None:
    with pytest.raises(AttributeError, match="'implsci' has no attribute 'Studdy'"):
        _ = implsci.Studdy  # type: ignore[attr-defined]
    with pytest.raises(ImportError, match="Studdy"):
        exec("from implsci import Studdy")
    assert not hasattr(implsci, "__wrapped__"), "what introspection asks for is refused as well"


def test_the_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    assert implsci.__version__ == version("implsci")  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", public_modules())
def test_every_public_module_says_what_it_offers(name: str) -> None:
    module = importlib.import_module(name)
    assert (module.__doc__ or "").strip(), "a docstring"
    if name.endswith(
        (
            "taxonomies",
            "crosswalks",
            "bases",
            "compendia",
            "casebooks",
            "encoders",
            "formats.compendium",
        )
    ):
        return  # folders of plugins: their modules speak for themselves
    assert len(set(module.__all__)) == len(module.__all__)
    for offered in module.__all__:
        assert hasattr(module, offered), offered


def rungs() -> list[str]:
    """The modules people import from; what lies deeper is furniture, but for these packages."""
    plugins = (
        "implsci.taxonomies",
        "implsci.crosswalks",
        "implsci.bases",
        "implsci.compendia",
        "implsci.casebooks",
        "implsci.encoders",
    )
    return [
        name
        for name in public_modules()
        if not name.startswith(plugins)
        and (name.count(".") == 1 or name.startswith(("implsci.model.", "implsci.analysis.")))
    ]


@pytest.mark.parametrize("name", rungs())
def test_a_module_lists_only_what_it_offers(name: str) -> None:
    """`dir` shows the offer, not the imports."""
    module = importlib.import_module(name)
    assert "__dir__" in vars(module), "define __dir__"
    assert set(dir(module)) == set(module.__all__)


def needs_example(thing: object) -> bool:
    return (inspect.isclass(thing) or inspect.isfunction(thing)) and not (
        inspect.isclass(thing) and issubclass(thing, Exception)
    )


@pytest.mark.parametrize("name", implsci.__all__)
def test_everything_at_the_top_is_explained_by_example(name: str) -> None:
    thing = getattr(implsci, name)
    if isinstance(thing, types.ModuleType):
        assert ">>>" in (thing.__doc__ or ""), name
        return
    if not needs_example(thing):
        return
    text = inspect.getdoc(thing) or ""
    assert text, f"{name} has no docstring"
    assert "Examples:" in text, f"{name} shows no example"
    assert ">>>" in text, f"{name} shows no example"


def test_public_methods_are_explained() -> None:
    silent = [
        f"{name}.{method}"
        for name in implsci.__all__
        if inspect.isclass(thing := getattr(implsci, name))
        for method, value in vars(thing).items()
        if not method.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property))
        and not (inspect.getdoc(value) or "").strip()
    ]
    assert [name for name in silent if name != "Registry.failures"] == []
