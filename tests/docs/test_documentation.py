"""The pages keep up with the code, and their examples are found."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib import import_module
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Literal, get_args, get_origin, get_type_hints

import attrs
import pytest

from implsci import errors, hooks, model
from implsci.compendium import FACETS
from implsci.plugins import Registry
from implsci.synthesis import NODE_KINDS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
# About two thirds of what there was when this was written: a lost page or a broken pattern shows.
FEWEST = {"docs": 200, "src": 100}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("folder", FEWEST)
def test_sybil_collects_the_examples(folder: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", folder],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.findall(r"^(\S+)::sybil:", done.stdout, re.MULTILINE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(found) >= FEWEST[folder]


def test_every_prompt_of_a_page_stands_in_a_block_that_runs() -> None:
    wrong = []
    for path in DOCS.rglob("*.md"):
        fence = None
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if line.startswith("```"):
                fence = line[3:].strip() if fence is None else None
            elif fence != {">>> ": "python", "$ ": "console"}.get(
                line.partition(" ")[0] + " ", fence
            ):
                wrong.append(f"{path.name}:{number}")
    assert not wrong


def test_every_hook_has_its_heading() -> None:
    headings = set(re.findall(r"^## `(implsci_\w+)`$", page("reference/hooks.md"), re.MULTILINE))
    assert headings == {name for name in hooks.__all__ if name.startswith("implsci_")}


def test_every_facet_and_axis_is_listed() -> None:
    text = page("reference/facets-and-axes.md")
    facets = text.partition("## Axes")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", facets, re.MULTILINE)) == set(FACETS)
    axes = text.partition("## Axes")[2]
    assert set(NODE_KINDS) <= set(re.findall(r"^\| `(\w+)`", axes, re.MULTILINE))


def test_every_closed_word_is_listed() -> None:
    expected = {}
    for name in model.__all__:
        record = getattr(model, name)
        own = {field.name for field in attrs.fields(record) if not field.inherited}
        for field, hint in get_type_hints(record).items():
            literal = next(
                (arm for arm in (hint, *get_args(hint)) if get_origin(arm) is Literal), None
            )
            if literal is not None and field in own:
                expected[f"{name}.{field}"] = [str(word) for word in get_args(literal)]
    section = page("reference/record-format.md").partition("## Closed words")[2].partition("## ")[0]
    listed = {
        field: re.findall(r"`([^`]+)`", words)
        for field, words in re.findall(r"^\| `(\w+\.\w+)` \| (.*) \|$", section, re.MULTILINE)
    }
    assert listed == expected


def test_every_error_is_listed() -> None:
    listed = set(re.findall(r"^\| `(\w+)` \|", page("reference/errors.md"), re.MULTILINE))
    raised = {
        name
        for name in errors.__all__
        if isinstance(thing := getattr(errors, name), type)
        and issubclass(thing, errors.ImplsciError)
    }
    assert listed == raised - {"ImplsciError"}


def test_every_command_is_listed() -> None:
    pytest.importorskip("click")
    from implsci.cli.app import app

    listed = set(re.findall(r"^\| `implsci (\S+?)[ `]", page("reference/cli.md"), re.MULTILINE))
    assert listed == set(app.list_commands(None))  # type: ignore[arg-type]


def test_every_dependency_has_its_reason() -> None:
    with (ROOT / "pyproject.toml").open("rb") as stream:
        project = tomllib.load(stream)
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    for extra in project["project"]["optional-dependencies"].values():
        wanted += extra
    names = {re.split(r"[\[<>=! ]", requirement)[0] for requirement in wanted} - {"implsci"}
    text = page("explanation/dependencies.md")
    rows = "\n".join(re.findall(r"^\| ([^|]+) \|", text, re.MULTILINE))
    assert not {name for name in names if not re.search(rf"\b{re.escape(name)}\b", rows)}


def test_the_page_of_what_ships_is_what_its_tool_writes() -> None:
    spec = spec_from_file_location("list_vocabularies", ROOT / "tools" / "list_vocabularies.py")
    assert spec
    assert spec.loader
    tool = module_from_spec(spec)
    spec.loader.exec_module(tool)
    text = page("explanation/taxonomies.md")
    assert tool.renewed(text, Registry(strict=True)) == text
    assert text.count("\n| `") > 50


def test_every_documented_module_is_there() -> None:
    pages = list((DOCS / "reference" / "api").glob("*.md"))
    modules = [
        name
        for path in pages
        for name in re.findall(r"automodule:: (\S+)", path.read_text(encoding="utf-8"))
    ]
    assert len(modules) == len(pages) - 1
    assert all(find_spec(name) for name in modules)
    public = {
        f"implsci.{path.stem if path.is_file() else path.name}"
        for path in (ROOT / "src" / "implsci").iterdir()
        if not path.name.startswith("_")
        and (path.suffix == ".py" or (path / "__init__.py").exists())
    }
    plugins = {"taxonomies", "crosswalks", "bases", "compendia", "casebooks", "encoders"}
    inside = {"implsci.analysis", "implsci.cli", *(f"implsci.{name}" for name in plugins)}
    assert not public - set(modules) - inside


def test_what_autodoc_cannot_show_is_written_out() -> None:
    """Constants and closed words that come from a submodule have no docstring to show."""
    wrong = []
    for path in (DOCS / "reference" / "api").glob("*.md"):
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"automodule:: (\S+)", text):
            module = import_module(name)
            source = Path(module.__file__ or "").read_text(encoding="utf-8")
            wrong += [
                f"{name}.{public}"
                for public in module.__all__
                if not callable(getattr(module, public))
                and not re.search(rf'^{public}\b.*=(?s:.*?)\n"""', source, re.MULTILINE)
                and not re.search(rf"\b{public}\b", text)
            ]
    assert not wrong
