"""The installed console script, in a process of its own: exit codes, pipes, plugins, extras."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

HOSTILE = {
    "text_for_list.jsonl": b'{"id": "a", "title": "T", "countries": "KE"}\n',
    "text_for_number.jsonl": b'{"id": "a", "title": "T", "year": "1999"}\n',
    "unknown_key.jsonl": b'{"id": "a", "titel": "T"}\n',
    "key_twice.jsonl": b'{"id": "a", "title": "T", "title": "U"}\n',
    "truncated.jsonl": b'{"id": "a", "tit',
    "nan.jsonl": b'{"id": "a", "title": "T", "year": NaN}\n',
    "latin1.jsonl": b'{"id": "a", "title": "caf\xe9"}\n',
    "too_large.jsonl": b'{"id": "a", "title": "' + b"x" * (16 * 2**20) + b'"}\n',
    "too_deep.jsonl": b"[" * 10_000 + b"]" * 10_000 + b"\n",
    "too_deep.json": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "empty.jsonl": b"",
    "empty.json": b"",
    "null.jsonl": b"null\n",
    "null.json": b"null",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_bad_input_names_place_and_expectation(name: str, script: Any, tmp_path: Path):
    (tmp_path / name).write_bytes(HOSTILE[name])
    done = script("check", name, "--format", "json", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (1, "")
    problem = json.loads(done.stdout)["problems"][0]
    assert problem["file"] == name
    assert problem["severity"] == "error"
    if name.endswith(".jsonl") and name != "empty.jsonl":
        assert problem["line"] == 1
    assert problem["message"]
    if name != "key_twice.jsonl":  # a doubt about one value stops no synthesis
        laid_out = script("synthesize", name, cwd=tmp_path)
        assert (laid_out.returncode, laid_out.stdout) == (1, "")
        assert laid_out.stderr.startswith(f"implsci: {name}: ")


def test_json_stands_alone_on_stdout(script: Any):
    done = script("match", "cfir:complexity", "--format", "json")
    assert json.loads(done.stdout)["barriers"] == ["cfir-2009:complexity"]
    assert done.stderr.startswith("implsci: cfir is a family of editions")


def test_no_color_code_where_there_is_no_terminal(script: Any):
    done = script("taxonomies", env={"FORCE_COLOR": "1", "TERM": "xterm-256color"})
    assert "\x1b" not in done.stdout


def test_a_terminal_of_few_letters_gets_escapes_not_a_crash(script: Any):
    text = '{"id": "a", "title": "T", "countries": "Wi\u0144"}'
    done = script("check", "-", input=text, env={"PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (1, "")


def test_a_reader_that_stops_early_is_no_failure(script: Any):
    script_path = Path(sys.executable).parent / "implsci"
    with subprocess.Popen(
        [script_path, "term", "eric:5"], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()  # before anything is written
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
def test_closed_streams_leave_the_verdict(tmp_path: Path):
    script_path = Path(sys.executable).parent / "implsci"
    done = subprocess.run(
        ["sh", "-c", f"'{script_path}' check - <&- >&-"], stderr=subprocess.PIPE, check=False
    )
    assert (done.returncode, done.stderr) == (1, b"")  # an empty stdin holds no study


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_said(script: Any):
    script_path = Path(sys.executable).parent / "implsci"
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [script_path, "taxonomies"], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert done.returncode == 3
    assert b"No space left" in done.stderr
    assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize("absent", ["click", "rich"])
def test_without_the_extra_one_line_says_what_to_install(absent: str):
    done = _python(f"import sys; sys.modules[{absent!r}] = None\n"
                   "from implsci.cli import main\nmain()")  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("implsci: the command line needs an extra: pip install 'implsci[cli]'\n")


def test_without_numpy_the_demo_counts_and_does_not_pool(tmp_path: Path):
    done = _python(
        "import sys; sys.modules['numpy'] = None; sys.modules['scipy'] = None\n"
        f"sys.argv = ['implsci', 'demo', '--out', {str(tmp_path)!r}]\n"
        "from implsci.cli import main\nmain()"
    )
    assert done.returncode == 0
    assert "pip install 'implsci[analysis]'" in done.stderr
    assert (tmp_path / "report.html").exists()


def test_listing_plugins_imports_none_and_nothing_large():
    done = _python(
        "import sys; sys.argv = ['implsci', 'plugins']\n"
        "from implsci.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "loaded = [name for name in sys.modules if name.startswith(('implsci.taxonomies',"
        " 'implsci.compendia.', 'numpy', 'pyarrow', 'scipy', 'pandas'))]\n"
        "print('loaded:', loaded)"
    )
    assert done.stdout.endswith("loaded: []\n")
    assert "found" in done.stdout


def _python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True, encoding="utf-8", timeout=60, check=False,
        env={**os.environ, "COLUMNS": "80"},
    )  # fmt: skip


def _plugin(folder: Path, name: str, source: str) -> dict[str, str]:
    """Install a plugin of one module into a folder, and return the environment that finds it."""
    module = name.replace("-", "_") + "_plugin"
    (folder / f"{module}.py").write_text(source)
    info = folder / f"{module}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}-dist\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[implsci.plugins]\n{name} = {module}\n")
    return {"PYTHONPATH": str(folder)}


BROKEN = {
    "raises": ("tea", "raise RuntimeError('no \\x1b[31mleaves')", "RuntimeError while it was imported"),
    "misspelt": (
        "tea",
        "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomy():\n    return []\n",
        "implsci_taxonomy",
    ),
    "duplicate": (
        "eric",
        "from implsci import hookimpl, Taxonomy, Term\n"
        "@hookimpl\ndef implsci_taxonomies():\n"
        "    term = Term(code='eric:x', label='X', definition='X.')\n"
        "    return [Taxonomy(scheme='eric', title='E', kind='strategy', terms=(term,))]\n",
        "scheme 'eric' is refused: plugin 'eric' of implsci already provides it",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_plugin_that_fails_is_named_and_stops_nothing(case: str, script: Any, tmp_path: Path):
    name, source, said = BROKEN[case]
    env = _plugin(tmp_path, name, source)
    done = script("plugins", "--load", "--format", "json", env=env)
    assert done.returncode == 0
    found = {item["distribution"]: item for item in json.loads(done.stdout) if item["name"] == name}
    assert found[f"{name}-dist"]["status"] == "failed"
    assert said in found[f"{name}-dist"]["error"]
    assert done.stderr.startswith(f"implsci: warning: plugin '{name}' of {name}-dist: ")
    assert done.stderr.count("\n") == 1
    assert "\x1b" not in done.stderr
    unloaded = script("plugins", "--format", "json", env=env)
    assert unloaded.stderr == ""
    assert {item["status"] for item in json.loads(unloaded.stdout)} == {"found"}
    assert script("term", "eric:5", env=env).returncode == 0


def test_the_environment_limits_plugins(script: Any):
    only = script("taxonomies", "--format", "json", env={"IMPLSCI_PLUGINS": "eric"})
    assert [item["scheme"] for item in json.loads(only.stdout)] == ["eric"]
    none = script("taxonomies", env={"IMPLSCI_PLUGINS": ""})
    assert none.returncode == 0
    assert "No taxonomy" in none.stdout
    absent = script("term", "eric:5", env={"IMPLSCI_PLUGINS": "eric,tea"})
    assert absent.returncode == 0
    assert "implsci: warning: IMPLSCI_PLUGINS names 'tea', which is not installed" in absent.stderr
