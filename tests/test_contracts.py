"""The kit: the contract of compendia can fail, the page lists every check, licenses have a rule."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from implsci import Compendium, Study, hookimpl, hooks
from implsci.codec import encode
from implsci.errors import MissingExtraError
from implsci.hooks import GROUP, CompendiumSource
from implsci.model import Provenance
from implsci.plugins import Registry
from implsci.taxonomy import Taxonomy
from implsci.testing import (
    CompendiumContract,
    CrosswalkContract,
    LinkSetContract,
    PluginContract,
    TaxonomyContract,
)
from implsci.testing.contracts._licenses import license_fault
from implsci.testing.contracts.plugin import _KINDS

CONTRACTS = (
    PluginContract, TaxonomyContract, CrosswalkContract, LinkSetContract, CompendiumContract
)  # fmt: skip


class TestBundledCompendium(CompendiumContract):
    compendium = "implsci-examples"


def study(identifier: str, **values: Any) -> Study:
    given = {"title": f"Study {identifier}", "provenance": (Provenance(source="Me 2020"),)}
    return Study(id=identifier, **(given | values))


def run(contract: type, skip: str = "nothing", **attributes: object) -> dict[str, str]:
    """Run the checks of a contract: name of each that fails -> its message."""
    cls = type("TestSubject", (contract,), attributes)
    failed: dict[str, str] = {}
    for name in dir(cls):
        if name.startswith("test_") and skip not in name:
            try:
                getattr(cls(), name)()
            except pytest.fail.Exception as error:
                failed[name] = str(error)
            except pytest.skip.Exception:
                pass
    return failed


def verdicts(registry: Registry, **attributes: object) -> dict[str, str]:
    return run(CompendiumContract, registry=registry, **attributes)


def test_a_sound_compendium_fails_nothing(registry: Registry, tmp_path: Path) -> None:
    compendium = Compendium(studies=(study("a"), study("b")))
    path, folder = tmp_path / "sound.jsonl", tmp_path / "folder"
    compendium.save(path)
    compendium.save(folder)
    source = CompendiumSource(name="m", title="Mine", license="CC0-1.0", citation="Me", path=path)

    class Mine:
        @hookimpl
        def implsci_compendia(self) -> list[CompendiumSource]:
            return [source]

    for subject in (compendium, path, str(path), folder, source, lambda: path):
        assert verdicts(registry, compendium=subject) == {}
    assert verdicts(registry, plugin=Mine) == {}


@pytest.mark.parametrize(
    ("check", "piece", "compendium"),
    [
        ("there_is_a_compendium_with_studies", "no studies", Compendium(studies=())),
        (
            "every_record_checks_without_error",
            "unknown code 'eric:facilitaton'; did you mean eric:facilitation?",
            Compendium(studies=(study("a", engagement=("eric:facilitaton",)),)),
        ),
        (
            "every_record_checks_without_error",
            "'XX' is no country",
            Compendium(studies=(study("a", countries=("XX",)),)),
        ),
        (
            "provenance_is_present",
            "provenance: a",
            Compendium(studies=(study("a", provenance=()),)),
        ),
        (
            "a_citation_is_present",
            "m has no citation",
            Compendium(studies=(study("a"),), name="m", title="Mine", license="MIT"),
        ),
        (
            "the_license_is_stated",
            "m states no license",
            Compendium(studies=(study("a"),), name="m", title="Mine", citation="Me"),
        ),
    ],
)
def test_the_contract_of_compendia_can_fail(
    check: str, piece: str, compendium: Compendium, registry: Registry
) -> None:
    failed = verdicts(registry, compendium=compendium)
    assert piece in failed.pop(f"test_{check}")
    assert failed == {}, "and nothing else fails"


def test_a_repeated_id_is_caught(registry: Registry) -> None:
    failed = verdicts(registry, compendium=Compendium(studies=(study("a"), study("a"))))
    assert failed["test_ids_are_unique"].endswith("a (2 times)")
    assert "also the id of another study" in failed["test_every_record_checks_without_error"]


def test_a_key_given_twice_is_caught(registry: Registry, tmp_path: Path) -> None:
    path = tmp_path / "twice.jsonl"
    path.write_bytes(encode(study("a")).replace(b'"id":"a"', b'"id":"b","id":"a"') + b"\n")
    failed = verdicts(registry, compendium=path)
    assert list(failed) == ["test_there_is_a_compendium_with_studies"], "and the others are skipped"
    (message,) = failed.values()
    assert "twice.jsonl:1: error: id: the key stands 2 times" in message
    assert "\n" not in message


@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_a_contract_without_a_subject_is_no_pass(contract: type) -> None:
    failed = run(contract)
    checks = [name for name in dir(contract) if name.startswith("test_")]
    assert list(failed) == checks
    assert all("tests nothing: set `" in text for text in failed.values())


def test_something_else_than_the_contract_is_of_is_named() -> None:
    assert run(TaxonomyContract, taxonomy=lambda: {"eric": 73}) == {
        "test_there_is_a_taxonomy_with_terms": (
            "TestSubject.taxonomy has 1 fault: expected a Taxonomy, got a dict"
        )
    }
    assert run(TaxonomyContract, taxonomy=tuple) == {
        "test_there_is_a_taxonomy_with_terms": "`taxonomy` brings no taxonomy"
    }


def test_a_function_that_raises_is_named_with_its_line(registry: Registry) -> None:
    def broken() -> None:
        raise KeyError("terms")

    for contract, attribute in (
        (TaxonomyContract, "taxonomy"),
        (CrosswalkContract, "crosswalks"),
        (LinkSetContract, "links"),
        (CompendiumContract, "compendium"),
    ):
        (message,) = run(contract, **{attribute: broken, "registry": registry}).values()
        assert re.fullmatch(r"KeyError: 'terms' \(test_contracts\.py, line \d+\)", message)


def test_several_editions_are_tested_at_once() -> None:
    tea = Taxonomy(
        scheme="tea", title="Tea", kind="strategy", terms=(), license="MIT", citation="Me 2026"
    )
    failed = run(
        TaxonomyContract, taxonomy=lambda: (tea, evolve(tea, scheme="tea-2", family="tea"))
    )
    assert failed == {"test_there_is_a_taxonomy_with_terms": "no terms: tea; tea-2"}


# ------------------------------------------------------------------ licenses

STATED = [
    "not seen", "Not seen", "not seen; labels are facts", "CC-BY-4.0", "CC0-1.0", "MIT",
    "MIT OR Apache-2.0", "(MIT AND CC-BY-4.0)", "GPL-3.0-only WITH Classpath-exception-2.0",
    "GPL-3.0+", "LicenseRef-ours", "CC BY 4.0", "CC BY 4.0 (article)", "CC BY-NC-ND 4.0", "CC0",
    "CC BY 2.0 (article, from memory)", "CC BY 4.0 (article, from memory)", "MIT License",
    "CC BY-NC-SA 3.0 IGO", "MIT (this list is ours)", "MIT (these mappings are ours)",
    "article open access; figures and labels only are used here", "public domain",
    "Crown copyright", "\N{COPYRIGHT SIGN} 2020 A Publisher", "all rights reserved",
    "Open Government Licence v3.0", "the license of the article applies", "free for research use",
]  # fmt: skip
UNSTATED = {
    None: "states no license (write 'not seen' if you saw none)",
    "": "states no license (write 'not seen' if you saw none)",
    " \t": "states no license (write 'not seen' if you saw none)",
    **dict.fromkeys(
        [
            "TBD", "tbd", "To be decided", "to be determined later on", "todo", "TODO: ask", "?",
            "???", "-", "...", "xxx", "n/a", "NA", "none", "null", "unknown", "Unknown to us",
            "unknown (nobody answered)", "unclear", "pending approval of the board", "placeholder",
            "license", "see LICENSE", "your license here", "MIT or TBD", "not stated anywhere",
        ],
        "is a stand-in (write 'not seen' if you saw none)",
    ),
    "MITT": "is no SPDX id; did you mean MIT?",
    "CC-BI-4.0": "is no SPDX id; did you mean CC-BY-4.0?",
    "asdf": "is no SPDX id; use one, or say in a sentence what is allowed",
    "open access": "is no SPDX id; use one, or say in a sentence what is allowed",
}  # fmt: skip


@pytest.mark.parametrize("text", STATED)
def test_a_license_is_stated(text: str) -> None:
    assert license_fault(text) is None


@pytest.mark.parametrize("text", UNSTATED)
def test_a_license_is_not_stated(text: str | None) -> None:
    assert UNSTATED[text] in (license_fault(text) or "")


def test_every_built_in_plugin_passes_its_contract_as_a_plugin(registry: Registry) -> None:
    """In this process; what another process says is tested on the seeded packages."""
    for entry in importlib.metadata.distribution("implsci").entry_points:
        if entry.group == GROUP:
            failed = run(
                PluginContract, skip="another_process", plugin=entry.name, registry=registry
            )
            assert failed == {}, entry.name


def test_the_contract_of_plugins_knows_what_every_hook_brings() -> None:
    assert len(_KINDS) == len([name for name in hooks.__all__ if name.startswith("implsci_")])


# ------------------------------------------------------------------ the page

PAGE = Path(__file__).parent.parent / "docs" / "plugins" / "contracts.md"


@pytest.mark.skipif(not PAGE.exists(), reason="needs the source tree")
@pytest.mark.parametrize("contract", CONTRACTS, ids=lambda contract: contract.__name__)
def test_the_page_lists_every_check_in_its_own_words(contract: type) -> None:
    section = re.split(r"^## ", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    (text,) = (part for part in section if part.startswith(f"`{contract.__name__}`"))
    listed = dict(re.findall(r"^\| `test_(\w+)` \| (.+) \|$", text, re.MULTILINE))
    checks = {
        name.removeprefix("test_"): " ".join((method.__doc__ or "").split()).replace("``", "`")
        for name in dir(contract)
        if name.startswith("test_") and (method := getattr(contract, name))
    }
    assert listed == checks


def test_a_compendium_that_changes_is_caught(registry: Registry) -> None:
    one = Compendium(studies=(study("a"), study("b")), name="m")
    builds = iter([one, evolve(one, studies=one.studies[::-1])])
    failed = verdicts(registry, compendium=lambda: next(builds))
    assert list(failed) == ["test_reading_it_twice_gives_the_same"]


def test_without_the_extra_the_kit_says_which_one() -> None:
    program = (
        "import sys\n"
        "sys.modules[{!r}] = None\n"
        "try:\n    import implsci.testing\n"
        "except ImportError as error:\n    print(type(error).__name__, error, sep='|')\n"
    )
    expected = MissingExtraError("implsci.testing", "testing")
    for missing in ("hypothesis", "pytest"):
        run = subprocess.run(
            [sys.executable, "-c", program.format(missing)],
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert run.stdout.strip() == f"MissingExtraError|{expected}"
    assert "pip install 'implsci[testing]'" in str(expected)


def test_every_file_of_test_data_says_where_it_comes_from(data: Path) -> None:
    text = (data / "PROVENANCE.md").read_text("utf-8")
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| ")]
    told = set(rows) - {"file"}
    files = {
        path.relative_to(data).as_posix()
        for path in data.rglob("*")
        if path.is_file() and path.name != "PROVENANCE.md"
    }
    assert files - told == set(), "not in tests/data/PROVENANCE.md"
    assert told - files == set(), "in tests/data/PROVENANCE.md, and not there"
    assert len(rows) == len(set(rows))
