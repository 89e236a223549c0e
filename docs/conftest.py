"""Runs the examples of these pages: python -m pytest docs.

Each page runs from top to bottom in an empty folder of its own.

- A ``python`` block runs; one that begins with ``>>>`` is compared with what it prints.
- A ``console`` block runs in a shell: each line that begins with ``$`` is a command, and the lines
  below it are what it prints, where ``...`` stands for anything. ``[exit 1]`` in the last line is
  the exit code; without it, 0 is expected.
- A code block with a ``:caption:`` is a file: it is written to the folder under that name.
- ``sh`` blocks are for the reader only (installing, say); they do not run.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sybil import Document, Example, Region, Sybil
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser

_FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
_FILE = re.compile(
    r"^```\{code-block\} *\S*\n(?::(?!caption)[^\n]*\n)*:caption: *(?P<name>\S+)\n"
    r"(?::[^\n]*\n)*\n?(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_EXIT = re.compile(r"\[exit (\d+)\]\n?\Z")


def _files(document: Document) -> Iterable[Region]:
    for found in _FILE.finditer(document.text):
        yield Region(found.start(), found.end(), (found["name"], found["text"]), _write)


_python_blocks = PythonCodeBlockParser(doctest_optionflags=_FLAGS)


def _python(document: Document) -> Iterable[Region]:
    """A Python block with a caption is a file, and runs only where a later block runs it."""
    files = [found.span() for found in _FILE.finditer(document.text)]
    for region in _python_blocks(document):
        if not any(start <= region.start < end for start, end in files):
            yield region


def _write(example: Example) -> None:
    name, text = example.parsed
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def _run(example: Example) -> str | None:
    """Run the commands of a block one after the other; return what differs."""
    tools = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ.get('PATH', '')}",
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "PYTHONUTF8": "1",
        "PYTHONWARNINGS": "error",
    }
    steps = re.split(r"^\$ ", str(example.parsed), flags=re.MULTILINE)
    assert not steps[0].strip(), "a console block begins with a command"
    for step in steps[1:]:
        command, _, expected = step.partition("\n")
        done = subprocess.run(
            ["/bin/sh", "-c", command],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            timeout=120,
            check=False,
        )
        code = _EXIT.search(expected)
        expected = _EXIT.sub("", expected).rstrip("\n") + "\n"
        printed = done.stdout.decode("utf-8").replace(str(Path.cwd()), "").rstrip("\n") + "\n"
        wanted = int(code[1]) if code else 0
        if done.returncode != wanted:
            return f"$ {command}\nexit code {done.returncode}, expected {wanted}\n{printed}"
        if not doctest.OutputChecker().check_output(expected, printed, _FLAGS):
            return f"$ {command}\nprinted\n{printed}\nexpected\n{expected}"
    return None


def _enter(namespace: dict[str, Any]) -> None:
    folder = tempfile.TemporaryDirectory(prefix="implsci-docs-", ignore_cleanup_errors=True)
    namespace["_folder"], namespace["_back"] = folder, Path.cwd()
    os.chdir(folder.name)


def _leave(namespace: dict[str, Any]) -> None:
    os.chdir(namespace["_back"])
    namespace["_folder"].cleanup()


pytest_collect_file = Sybil(
    parsers=[
        _files,
        _python,
        CodeBlockParser(language="console", evaluator=_run),
        SkipParser(),
    ],
    patterns=["*.md"],
    excludes=["_build/*", "_build/**/*"],
    setup=_enter,
    teardown=_leave,
    name="docs",
).pytest()
