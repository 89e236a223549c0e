"""The contract of compendia: the bundled one passes, and each check can fail. And the kit's needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

from implsci import Compendium, Study, hookimpl
from implsci.codec import encode
from implsci.errors import LoadError, MissingExtraError
from implsci.hooks import CompendiumSource
from implsci.model import Provenance
from implsci.plugins import Registry
from implsci.testing import CompendiumContract


class TestBundledCompendium(CompendiumContract):
    compendium = "implsci-examples"


def study(identifier: str, **values: Any) -> Study:
    given = {"title": f"Study {identifier}", "provenance": (Provenance(source="Me 2020"),)}
    return Study(id=identifier, **(given | values))


def verdicts(registry: Registry, **attributes: object) -> dict[str, str]:
    cls = type("TestSubject", (CompendiumContract,), {"registry": registry, **attributes})
    failed: dict[str, str] = {}
    for name in dir(cls):
        if name.startswith("test_"):
            try:
                getattr(cls(), name)()
            except (pytest.fail.Exception, AssertionError) as error:
                failed[name] = str(error)
    return failed


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
    with pytest.raises(LoadError, match=r"twice\.jsonl:1: error: id: the key stands 2 times"):
        verdicts(registry, compendium=path)


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
