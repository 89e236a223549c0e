"""`implsci new-plugin`: what it writes is sound at once, or nothing is written."""

from __future__ import annotations

import ast
import csv
import importlib.util
import io
import json
import tomllib
from pathlib import Path
from types import ModuleType
from typing import Any

import facts
import packages
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci.errors import InvalidQueryError, InvalidTableError, UnreadableFileError
from implsci.scaffold import _quoted, new_plugin
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy

FILES = (
    ".gitignore",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    "src/implsci_home_visits/__init__.py",
    "src/implsci_home_visits/home-visits.csv",
    "src/implsci_home_visits/py.typed",
    "tests/released.txt",
    "tests/test_contract.py",
)
HOSTILE = [
    "quotes \" and ' and \"\"\" and '''",
    "back\\slashes \\n \\x41 \\u0041 \\N{DASH} and one at the end \\",
    "lines\nbroken\r\nby\u2028all\x0bmeans",
    "braces {name} {0} $name ${title} %(name)s %s",
    "# [heading](javascript:alert) <script>alert(1)</script> | `code` *bold* &amp; ~x~",
    "] } = toml\t'''",
    "turned \u202eround\u202c and \u200bhidden",
    "Приём, 図書, \N{BOOKS} and \N{COMBINING ACUTE ACCENT}",
    "=cmd|' /C calc'!A0",
]


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def imported(folder: Path, name: str = "home_visits") -> ModuleType:
    """Import the module that was written, without installing it."""
    path = folder / "src" / f"implsci_{name}" / "__init__.py"
    ast.parse(path.read_text("utf-8"))
    spec = importlib.util.spec_from_file_location(f"scaffolded_{folder.parent.name}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def table(folder: Path, scheme: str = "home-visits") -> Taxonomy:
    path = folder / "src" / f"implsci_{scheme.replace('-', '_')}" / f"{scheme}.csv"
    return read_taxonomy(path, scheme=scheme, title="T", kind="strategy")


# ------------------------------------------------------------------ what is written


def test_the_package_is_whole_and_the_same_each_time(tmp_path: Path) -> None:
    made = new_plugin("home-visits", out=tmp_path / "a", author="Ada")
    again = new_plugin("home-visits", out=tmp_path / "b", author="Ada")
    assert made.folder == tmp_path / "a" / "implsci-home-visits"
    assert (made.files, made.terms) == (FILES, 3)
    assert tuple(contents(made.folder)) == tuple(sorted(FILES))
    assert contents(made.folder) == contents(again.folder)
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["implsci-home-visits"]


def test_what_is_written_says_no_more_than_is_known(tmp_path: Path) -> None:
    folder = new_plugin("home-visits", out=tmp_path).folder
    assert {term.status for term in table(folder)} == {"provisional"}
    assert 'license="not seen"' in (
        folder / "src" / "implsci_home_visits" / "__init__.py"
    ).read_text("utf-8")
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert not {"license", "authors"} & set(project)
    assert project["description"] == "Home visits"
    assert project["entry-points"] == {"implsci.plugins": {"home-visits": "implsci_home_visits"}}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str, tmp_path: Path) -> None:
    folder = new_plugin("home-visits", out=tmp_path, title=text, author=text).folder
    line = " ".join(text.split())
    project = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    assert (project["description"], project["authors"]) == (line, [{"name": line}])
    assert set(project) == {
        "name", "version", "description", "readme", "requires-python", "authors", "keywords",
        "dependencies", "optional-dependencies", "entry-points",
    }  # fmt: skip
    tree = ast.parse((folder / "src/implsci_home_visits/__init__.py").read_text("utf-8"))
    said = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    assert line in said
    assert f"{line}: {line}, implsci-home-visits 0.1.0" in said
    readme = (folder / "README.md").read_text("utf-8")
    assert readme.splitlines()[1:3] == [
        "",
        "A taxonomy for [implsci](https://pypi.org/project/implsci/), under the codes `home-visits:...`.",
    ]
    assert "<script>" not in readme
    assert "\u202e" not in readme
    assert "\\<script\\>" in readme or "script" not in text
    for name, data in contents(folder).items():
        assert text.count("\u202e") == 0 or "\u202e" not in data.decode(), name


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=50))
def test_one_spelling_serves_python_and_toml(text: str) -> None:
    assert ast.literal_eval(_quoted(text)) == text
    assert tomllib.loads(f"x = {_quoted(text)}")["x"] == text
    assert _quoted(text).isprintable()


def test_its_own_test_passes_at_once_whatever_the_text(tmp_path: Path) -> None:
    sheet = tmp_path / "sheet.csv"
    sheet.write_text(
        "Label;Definition;Broader;Synonyms\n"
        'Trust;"What lets people ""lean"" on one another; built slowly.";;\n'
        "Visits;Going there, and staying a while.;;Site visits|Calls\n"
        "First;The first of the visits that are paid to one site.;Visits;\n"
        "First;The first act by which trust is shown to somebody.;Trust;\n"
        "=Sum;A name that a spreadsheet would run.;Trust;\n",
        "utf-8-sig",
    )
    made = new_plugin(
        "home-visits", out=tmp_path, title=" ".join(HOSTILE[:3]), author=HOSTILE[3], sheet=sheet
    )
    environment = packages.environment(made.folder, tmp_path / "site")
    done = packages.python(
        environment, made.folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "skipped" not in done.stdout
    program = (
        "from implsci import registry\n"
        "print(registry().term('trust-first' and 'home-visits:trust-first').label)\n"
        "print(*(hit.term.code for hit in registry().search('lean on', scheme='home-visits')))\n"
        "print(registry().term('home-visits:sum').label)\n"
    )
    done = packages.python(environment, tmp_path, "-W", "error", "-c", program)
    assert done.stdout.splitlines() == ["First", "home-visits:trust", "=Sum"], done.stderr


# ------------------------------------------------------------------ what is refused


@pytest.mark.parametrize(
    ("name", "piece"),
    [
        ("Home Visits", "did you mean 'home-visits'?"),
        ("home_visits", "did you mean 'home-visits'?"),
        ("home--visits", "did you mean 'home-visits'?"),
        ("../visits", "did you mean 'visits'?"),
        ("", "is not lower-case letters"),
        ("\u540d", "is not lower-case letters"),
        ("v" * 61, "60 characters at most"),
        ("implsci-visits", "the package gets implsci- in front by itself"),
        ("implsci", "the package gets implsci- in front by itself"),
        ("cfir", "'cfir' is taken by a plugin of implsci"),
        ("cfir-2009", "is taken by the taxonomy 'CFIR"),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(name: str, piece: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        new_plugin(name, out=tmp_path / "out")
    assert piece in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_name_is_taken_also_where_its_plugin_is_not_in_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("IMPLSCI_PLUGINS", "eric")
    with pytest.raises(InvalidQueryError, match="taken by the taxonomy"):
        new_plugin("cfir-2009", out=tmp_path)


@pytest.mark.parametrize(
    "values",
    [
        {"kind": "A Kind"},
        {"title": " \n "},
        {"title": "x" * 301},
        {"title": "a\x1b[31mb"},
        {"title": "a\0b"},
        {"author": "half \ud800 a letter"},
        {"author": ""},
    ],
)
def test_text_that_cannot_be_used_is_refused(values: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(InvalidQueryError) as caught:
        new_plugin("home-visits", out=tmp_path, **values)  # type: ignore[arg-type]
    str(caught.value).encode()
    assert not list(tmp_path.iterdir())


def test_what_is_there_stays(tmp_path: Path) -> None:
    folder = tmp_path / "implsci-home-visits"
    folder.mkdir()
    (folder / "mine.txt").write_text("mine", "utf-8")
    with pytest.raises(UnreadableFileError, match="is there already; nothing was written"):
        new_plugin("home-visits", out=tmp_path)
    assert contents(tmp_path) == {"implsci-home-visits/mine.txt": b"mine"}
    (tmp_path / "implsci-file").write_text("mine", "utf-8")
    (tmp_path / "implsci-link").symlink_to(tmp_path / "nowhere")
    for name in ("file", "link"):
        with pytest.raises(UnreadableFileError, match="is there already"):
            new_plugin(name, out=tmp_path)
    assert not (tmp_path / "nowhere").exists()
    (folder / "mine.txt").unlink()
    assert new_plugin("home-visits", out=tmp_path).terms == 3, "an empty folder may be filled"


@pytest.mark.parametrize("broken", ["write_bytes", "rename", "mkdir"])
def test_a_failure_half_way_leaves_nothing(
    broken: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = getattr(Path, broken)
    calls: list[object] = []

    def fail(self: Path, *args: Any, **more: Any) -> Any:
        calls.append(self)
        if len(calls) > 3 or broken == "rename":
            raise OSError(28, "No space left on device")
        return sound(self, *args, **more)

    with monkeypatch.context() as patch:
        patch.setattr(Path, broken, fail)
        with pytest.raises(UnreadableFileError, match="No space left on device"):
            new_plugin("home-visits", out=tmp_path)
    assert calls
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------ spreadsheets


def sheet(tmp_path: Path, text: str | bytes) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize("name", ["strategies/eric_2015.csv", "determinants/cfir_2022.csv"])
def test_codes_are_those_that_the_naming_rule_gives(name: str, data: Path, tmp_path: Path) -> None:
    """A published table as an author would keep it: labels, and the labels of parents."""
    rows = facts.read(data / name)
    named = facts.names(rows)
    labels = {row["code"]: row["label"] for row in rows}
    parents = {row["parent_code"] for row in rows}
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["Label", "Definition", "Broader", "Source", "Code"])
    for row in rows:
        parent = row["parent_code"]
        # What stands twice cannot be meant by its label alone.
        several = [code for code in parents if list(labels.values()).count(labels.get(code)) > 1]
        writer.writerow(
            [
                row["label"],
                f"What {row['code']} is.",
                named[parent] if parent in several else labels.get(parent, ""),
                "A table",
                named[row["code"]] if row["code"] in several else "",
            ]
        )
    made = new_plugin("own-list", out=tmp_path, sheet=sheet(tmp_path, text.getvalue()))
    assert [(term.code, term.label, term.broader) for term in table(made.folder, "own-list")] == [
        (
            f"own-list:{named[row['code']]}",
            row["label"],
            (f"own-list:{named[row['parent_code']]}",) if row["parent_code"] else (),
        )
        for row in rows
    ]


def test_a_sheet_may_be_kept_as_people_keep_them(tmp_path: Path) -> None:
    text = (
        "\ufeffLABEL\t Replaced by \tdefinition\tSynonyms\tbroader\tStatus\tcode\tfacets\t\t\r\n"
        '"Listening\nvisit"\t\t"Two\nlines, ""quoted""."\t"Hearing | First  call\nAsking"\tGROUP a'
        "\tVerified\t\tdirection=mutual\t\t\r\n"
        "\t\t\t\t\t\t\t\r\n"
        "Group A\t\tA heading.\t\t\t\tA\t\t\t\r\n"
        "Old visit\tlistening-visit\tNo longer used.\t\tA\t\t\r\n"
    )
    folder = new_plugin("home-visits", out=tmp_path, sheet=sheet(tmp_path, text)).folder
    first, group, old = table(folder)
    assert (first.code, first.label) == ("home-visits:listening-visit", "Listening visit")
    assert first.definition == 'Two\nlines, "quoted".'
    assert first.synonyms == ("Hearing", "First call", "Asking")
    assert (first.broader, first.status) == (("home-visits:A",), "verified")
    assert first.facet("direction") == ("mutual",)
    assert (group.code, group.status) == ("home-visits:A", "provisional")
    assert (old.broader, old.replaced_by) == (("home-visits:A",), "home-visits:listening-visit")
    assert old.source == "Home visits, implsci-home-visits 0.1.0"


HEAD = "label,definition,broader,code,status,facets\n"


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("", ["line 1: the column 'label' is missing; the header is []"]),
        (b"PK\x03\x04 and so on", ["is a spreadsheet file; save the sheet as CSV UTF-8"]),
        ("label,definition\nCaf\xe9,A place.\n".encode("latin-1"), ["line 2: not UTF-8"]),
        ('label,definition\nA,"B\n', ["line 2: not CSV"]),
        (HEAD, ["line 2: expected a term, got none"]),
        (
            "Label,Definition,Notes,Description,definitions\nA,B,C,D,E\n",
            [
                "line 1: unknown column 'Notes'; known are code, label,",
                "line 1: unknown column 'Description'; did you mean 'definition'?",
                "line 1: unknown column 'definitions'; did you mean 'definition'?",
            ],
        ),
        ("label,Label,definition\nA,B,C\n", ["line 1: the column 'label' stands 2 times"]),
        ("label,definition\nA,B,C\n", ["line 2: expected 2 cells as in the header, got 3"]),
        (
            HEAD + ",Meaning.\nNo meaning,\n",
            ["line 2: label: expected some text", "line 3: definition: expected what the term means"],
        ),
        (HEAD + "\u540d\u524d,A name.\n", ["line 2: label: '\u540d\u524d' has no letter from a to z"]),
        (
            HEAD + 'One,"Two\nlines."\nTwo,X.\nTwo!,Y.\n',
            ["line 5: the code 'two' is also that of line 4; fill in a column 'code'"],
        ),
        (HEAD + "One,X.,Onne\n", ["line 2: broader: 'Onne' is no label and no code of the sheet"]),
        (
            HEAD + "G,X.,,g1\nG,Y.,,g2\nOne,Z.,G\n",
            ["line 4: broader: 'G' can be any of lines 2, 3; give them codes"],
        ),
        (HEAD + "One,X.,Two\nTwo,Y.,One\n", ["line 2: broader: leads back to itself", "line 3: "]),
        (HEAD + "One,X.,One\n", ["line 2: broader: leads back to itself"]),
        (HEAD + "One,X.,,a b\n", ["line 2: code: expected scheme:name"]),
        (HEAD + "One,X.,,,sure\n", ["line 2: status: expected one of verified, derived, provisional"]),
        (HEAD + "One,X.,,,,mutual\n", ["line 2: facets: expected name=value, got 'mutual'"]),
        (HEAD + "One\x07,X.\n", ["line 2: label: expected text without control characters"]),
    ],
)  # fmt: skip
def test_a_sheet_that_is_unclear_is_refused_with_its_lines(
    text: str | bytes, pieces: list[str], tmp_path: Path
) -> None:
    path = sheet(tmp_path, text)
    with pytest.raises(InvalidTableError) as caught:
        new_plugin("home-visits", out=tmp_path, sheet=path)
    for piece in pieces:
        assert piece in str(caught.value)
    assert list(tmp_path.iterdir()) == [path], "nothing was written"


def test_a_sheet_that_is_not_there_is_named(tmp_path: Path) -> None:
    for name in ("nowhere.csv", "."):
        with pytest.raises(UnreadableFileError, match=r"No such file|directory"):
            new_plugin("home-visits", out=tmp_path, sheet=tmp_path / name)
    assert not list(tmp_path.iterdir())


cells = st.text(st.characters(codec="utf-8"), max_size=12)


@given(rows=st.lists(st.tuples(cells, cells, cells, cells), min_size=1, max_size=5))
def test_any_sheet_is_read_or_refused(
    rows: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("any")
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(["label", "definition", "broader", "synonyms"])
    writer.writerows(rows)
    path = sheet(folder, text.getvalue())
    refused: InvalidTableError | None = None
    try:
        made = new_plugin("home-visits", out=folder, sheet=path)
    except InvalidTableError as error:
        refused = error
    if refused is not None:
        assert all(fault.path.startswith("line ") for fault in refused.faults), refused
        str(refused).encode()
        assert list(folder.iterdir()) == [path]
    else:
        terms = list(table(made.folder))
        assert len(terms) == made.terms == len([row for row in rows if any(map(str.strip, row))])


# ------------------------------------------------------------------ the command


@pytest.fixture
def command() -> Any:
    testing = pytest.importorskip("click.testing")
    from implsci.cli.app import app

    def run(*args: str) -> Any:
        return testing.CliRunner(env={"COLUMNS": "80"}).invoke(app, ["new-plugin", *args])

    return run


def test_the_command_says_what_it_wrote_and_what_comes_next(command: Any, tmp_path: Path) -> None:
    out = str(tmp_path / "plugins")
    result = command("home-visits", "--out", out, "--title", "Visits", "--kind", "barrier")
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{out}/implsci-home-visits holds a plugin with 3 terms:\n")
    for name in FILES:
        assert f"\n  {name}\n" in result.stdout
    assert "python -m pip install -e '.[test]'" in result.stdout
    module = imported(tmp_path / "plugins" / "implsci-home-visits")
    assert 'kind="barrier"' in Path(str(module.__file__)).read_text("utf-8")


def test_the_command_as_json(command: Any, tmp_path: Path) -> None:
    path = sheet(tmp_path, "label,definition\nA,The letter.\nB,The next letter.\n")
    result = command("home-visits", "--out", str(tmp_path), "--from", str(path), "--format", "json")
    assert json.loads(result.stdout) == {
        "plugin": "home-visits",
        "folder": str(tmp_path / "implsci-home-visits"),
        "terms": 2,
        "files": list(FILES),
    }


@pytest.mark.parametrize(
    ("args", "code", "piece"),
    [
        (["Home Visits"], 2, "did you mean 'home-visits'?"),
        (["eric"], 2, "'eric' is taken by a plugin of implsci"),
        (["x", "--title", "\x1b[31m"], 2, "control characters"),
        (["x", "--from", "nowhere.csv"], 3, "nowhere.csv: No such file or directory"),
        (["x", "--from", "sheet.csv"], 1, "line 1: unknown column 'Remark'"),
        (["there"], 3, "is there already; nothing was written"),
        ([], 2, "Missing argument 'NAME'"),
    ],
)
def test_the_command_refuses_in_one_line(
    command: Any, args: list[str], code: int, piece: str, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    sheet(tmp_path, "label,definition,Remark\nA,B,C\n")
    (tmp_path / "implsci-there").mkdir()
    (tmp_path / "implsci-there" / "mine").touch()
    before = contents(tmp_path)
    result = command(*args)
    assert (result.exit_code, result.stdout) == (code, "")
    assert piece in result.stderr
    assert "\x1b" not in result.stderr
    assert contents(tmp_path) == before


def test_what_is_exported_can_become_a_plugin(tmp_path: Path) -> None:
    """The way that the help of ``import`` points to: from SKOS to a table to a package."""
    from implsci.formats import write_terms
    from implsci.scaffold._sheet import terms_of
    from implsci.taxonomies import relational

    taxonomy = relational.taxonomy()
    write_terms(taxonomy, tmp_path / "r.csv")
    found = terms_of(tmp_path / "r.csv", "relational", "strategy")
    assert [row["code"] for row in found] == [term.code.partition(":")[2] for term in taxonomy]
    assert found[1]["hidden_labels"].count(" | ") == len(taxonomy.terms[1].hidden_labels) - 1
