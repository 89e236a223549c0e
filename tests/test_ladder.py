"""A module imports only from lower rungs: import-linter holds the contracts of pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.skipif(not (ROOT / "pyproject.toml").exists(), reason="needs the source tree")
def test_the_contracts_are_kept(tmp_path: Path) -> None:
    pytest.importorskip("importlinter")
    tool = Path(sysconfig.get_path("scripts")) / "lint-imports"
    run = subprocess.run(
        [sys.executable, str(tool), "--config", str(ROOT / "pyproject.toml"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    assert f"Contracts: {len(contracts['contracts'])} kept, 0 broken." in run.stdout
    assert len(contracts["contracts"]) >= 3


def test_the_core_names_no_plugin_even_in_text() -> None:
    """import-linter sees imports; this sees a name that would be imported later."""
    source = ROOT / "src" / "implsci"
    for path in source.rglob("*.py"):
        inside = path.relative_to(source).parts[0]
        if inside in ("taxonomies", "crosswalks", "bases", "compendia", "casebooks", "testing"):
            continue
        code = "\n".join(
            line
            for line in path.read_text("utf-8").splitlines()
            if not line.lstrip().startswith(">>>")
        )
        assert 'import_module("implsci.taxonomies' not in code, path
        assert "from implsci.taxonomies" not in code, path
