"""Runs the command line: in this process for most tests, as the real script for some."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from implsci.cli.app import app

Run = Callable[..., Result]
Script = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run() -> Run:
    """Invoke a command in this process, at 80 columns."""

    def invoke(*args: str, input: str | bytes | None = None) -> Result:
        result = CliRunner(env={"COLUMNS": "80"}).invoke(app, list(args), input=input)
        assert result.exception is None or isinstance(result.exception, SystemExit), (
            result.exception
        )
        assert "Traceback" not in result.output
        return result

    return invoke


@pytest.fixture
def script() -> Script:
    """Run the installed console script in a process of its own."""
    found = shutil.which("implsci", path=str(Path(sys.executable).parent))
    assert found, "the console script is not installed"

    def start(
        *args: str, env: Mapping[str, str] | None = None, **more: Any
    ) -> subprocess.CompletedProcess[str]:
        clean = {key: text for key, text in os.environ.items() if not key.startswith("IMPLSCI_")}
        done = subprocess.run(
            [found, *args],
            capture_output=True,
            encoding="utf-8",
            timeout=60,
            check=False,
            env={**clean, "COLUMNS": "80", **(env or {})},
            **more,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done

    return start
