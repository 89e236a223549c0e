"""What an import brings with it; told by the names of modules, never by a clock."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

HEAVY = {
    "cattrs", "pluggy", "msgspec", "json", "csv", "argparse", "importlib.metadata", "numpy", "scipy",
    "pandas", "pyarrow", "matplotlib", "click", "rich", "hypothesis", "pytest",
}  # fmt: skip
MODEL_HEAVY = HEAVY - {"argparse", "csv", "importlib.metadata"}


def loaded_by(statement: str) -> set[str]:
    """Return the modules that a statement loads beyond those of a bare interpreter."""
    program = (
        "import sys; bare = set(sys.modules)\n"
        f"{statement}\n"
        "new = sorted(set(sys.modules) - bare)\n"
        "import json; print(json.dumps(new))"
    )
    # Isolated from the environment; no `site`, whose .pth files may import anything.
    path = "import sys; sys.path[:0] = " + repr([p for p in sys.path if p]) + "\n"
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", path + program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return set(json.loads(run.stdout))


@pytest.mark.parametrize(
    ("statement", "heavy"),
    [
        ("import implsci", HEAVY | {"attr", "attrs", "implsci.model"}),
        ("import implsci; dir(implsci)", HEAVY | {"attr", "attrs", "implsci.model"}),
        ("from implsci import Study", MODEL_HEAVY),
        ("from implsci import Study, Barrier, Strategy, Relationship, Outcome", MODEL_HEAVY),
        ("from implsci import ImplsciError", HEAVY | {"implsci.model"}),
        ("from implsci import Taxonomy", HEAVY | {"implsci.model"}),
        (
            "from implsci.codec import decode",
            HEAVY - {"cattrs", "msgspec", "json", "argparse", "csv"},
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_import_brings_only_what_it_needs(statement: str, heavy: set[str]) -> None:
    loaded = loaded_by(statement)
    assert any(name.startswith("implsci") for name in loaded), "the statement did load something"
    assert not loaded & heavy


def test_the_measurement_sees_what_is_loaded() -> None:
    """The tests above pass for a reason: what is loaded does show."""
    loaded = loaded_by("import implsci; implsci.Study; import cattrs, json")
    assert {"implsci.model.study", "attr", "cattrs", "json"} <= loaded


def test_study_loads_no_other_records() -> None:
    """Only what a study is made of; no codec, registry or taxonomy."""
    own = {name for name in loaded_by("from implsci import Study") if name.startswith("implsci")}
    allowed = {"implsci", "implsci.errors", "implsci.codes", "implsci.model"}
    assert {name for name in own - allowed if not name.startswith("implsci.model.")} == set()


def test_one_code_loads_one_plugin() -> None:
    loaded = loaded_by("import implsci; implsci.registry().term('proctor:adoption')")
    plugins = {name for name in loaded if name.startswith("implsci.taxonomies.")}
    assert plugins == {"implsci.taxonomies.proctor"}
