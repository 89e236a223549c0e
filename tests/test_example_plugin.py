"""The example distribution works: laid on the path by hand here, built and installed in .ci/run."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import implsci

EXAMPLE = Path(__file__).parent.parent / "examples" / "implsci-site-visits"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="needs the source tree")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python finds the example as if it were installed."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text("utf-8"))["project"]
    site = tmp_path_factory.mktemp("site")
    info = site / f"implsci_site_visits-{project['version']}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n", "utf-8"
    )
    lines = [
        line
        for group, entries in project["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    own = {key: value for key, value in os.environ.items() if key != "IMPLSCI_PLUGINS"}
    path = os.pathsep.join(
        [str(site), str(EXAMPLE / "src"), str(Path(implsci.__file__).parent.parent)]
    )
    return own | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}


def run(environment: dict[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=EXAMPLE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_own_contract_passes(environment: dict[str, str]) -> None:
    said = run(environment, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "tests")
    assert "failed" not in said
    assert "15 passed" in said, said


def test_it_stands_beside_the_built_in_plugins(environment: dict[str, str]) -> None:
    program = (
        "from implsci import registry\n"
        "r = registry()\n"
        "print(r.term('Shadowing visit').code, r.term('site-visits:B2').label, sep='|')\n"
        "print(*r.expand('site-visits:leaving'), sep='|')\n"
        "print(*(m.object for m in r.map('site-visits:data-visit', to='eric')))\n"
        "print(*(m.subject for m in r.map('eric:audit-and-provide-feedback', to='site-visits')))\n"
        "print(dict(r.failures), r.owner('site-visits'))\n"
    )
    assert run(environment, "-W", "error", "-c", program).splitlines() == [
        "site-visits:observation-visit|Data visit",
        "site-visits:leaving|site-visits:handover-visit|site-visits:look-back-visit",
        "eric:audit-and-provide-feedback",
        "eric:audit-and-provide-feedback",
        "{} site-visits",
    ]


def test_it_says_that_it_is_made_up() -> None:
    """Nobody shall take the example for a published classification."""
    assert "made up" in (EXAMPLE / "README.md").read_text("utf-8")
    table = (EXAMPLE / "src" / "implsci_site_visits" / "site-visits.csv").read_text("utf-8")
    assert table.count(",provisional,") == len(table.splitlines()) - 1
