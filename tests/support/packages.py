"""A plugin's folder as if it were installed, without pip: laid on the path of a process."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import implsci


def environment(project: Path, site: Path) -> dict[str, str]:
    """Return an environment in which Python finds a project folder as if it were installed."""
    told = tomllib.loads((project / "pyproject.toml").read_text("utf-8"))["project"]
    info = site / f"{told['name'].replace('-', '_')}-{told['version']}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {told['name']}\nVersion: {told['version']}\n", "utf-8"
    )
    lines = [
        line
        for group, entries in told["entry-points"].items()
        for line in (f"[{group}]", *(f"{name} = {value}" for name, value in entries.items()))
    ]
    (info / "entry_points.txt").write_text("\n".join(lines) + "\n", "utf-8")
    own = {key: value for key, value in os.environ.items() if key != "IMPLSCI_PLUGINS"}
    path = os.pathsep.join(
        [str(site), str(project / "src"), str(Path(implsci.__file__).parent.parent)]
    )
    return own | {"PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "80"}


def python(
    environment: dict[str, str], folder: Path, *arguments: str
) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
