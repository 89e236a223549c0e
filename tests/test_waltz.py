"""The basis ``waltz-2019``, held to the fact tables and to what its publishers counted."""

from __future__ import annotations

import csv
import importlib.util
import sys
from collections import Counter, defaultdict
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest

from implsci.codes import slug
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

ROOT = Path(__file__).parent.parent
LEVEL_ONLY = "level1 or level2 (>=20)"


@pytest.fixture(scope="module")
def waltz(registry: Registry) -> LinkSet:
    return registry.links("waltz-2019")


@pytest.fixture(scope="module")
def builder() -> ModuleType:
    path = ROOT / "tools" / "build_waltz.py"
    if not path.exists():
        pytest.skip("needs the source tree")
    spec = importlib.util.spec_from_file_location("build_waltz", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    sys.modules.pop("build_waltz", None)
    return module


def facts(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "links" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def pair(row: dict[str, str]) -> tuple[str, str]:
    return f"cfir-2009:{slug(row['cfir_construct'])}", f"eric:{slug(row['eric_strategy'])}"


def test_the_shipped_table_is_what_its_tool_builds(builder: ModuleType, tmp_path: Path) -> None:
    built = tmp_path / "waltz-2019.csv"
    builder.write(built)
    assert (files("implsci.bases") / "waltz-2019.csv").read_bytes() == built.read_bytes()


def test_sizes(waltz: LinkSet) -> None:
    counted = [link for link in waltz.links if link.k is not None]
    level_only = [link for link in waltz.links if link.k is None]
    assert (len(counted), len(level_only)) == (358, 55)
    assert {link.level for link in level_only} == {"1-2"}
    assert (len(waltz.sources), len(waltz.targets)) == (39, 73)
    assert len(set(waltz.sources)) == 39
    assert len({link.source for link in counted}) == 12
    assert not {"cfir-2009:engaging", "cfir-2009:other-personal-attributes"} & set(waltz.sources)


def test_pairs_without_a_level_are_unknown(waltz: LinkSet, data: Path) -> None:
    levels = facts(data, "cfir_eric_levels.csv")
    printed = {pair(row) for row in facts(data, "cfir_eric_endorsement.csv")}
    leveled = {pair(row) for row in levels if row["level"].startswith("level")}
    stated = {pair(row) for row in levels if not row["level"].startswith("level")}
    without = stated - leveled - printed
    assert len(without) == 17
    for source, target in without:
        assert waltz.link(source, target) is None
    # Otherwise such a pair is known only where a percentage is printed elsewhere.
    for source, target in stated - without:
        assert (source, target) in printed | leveled


def test_every_count_rounds_to_the_printed_percent(waltz: LinkSet, data: Path) -> None:
    rows = facts(data, "cfir_eric_endorsement.csv")
    assert len(rows) == 358
    for row in rows:
        link = waltz.link(*pair(row))
        assert link is not None
        assert link.percent is not None
        assert abs(link.percent - float(row["percent"])) <= 0.5, pair(row)


def test_one_barrier_has_one_number_of_respondents(waltz: LinkSet, data: Path) -> None:
    asked = {
        f"cfir-2009:{slug(row['cfir_construct'])}": int(row["n_respondents"])
        for row in facts(data, "cfir_eric_respondents.csv")
    }
    assert len(asked) == 12
    for link in waltz.links:
        if link.n is not None:
            assert link.n == asked[link.source]


def test_what_was_worked_out_is_marked(waltz: LinkSet, data: Path) -> None:
    """A number is printed only where its n is, and where the row was neither cut nor left out."""
    printed_n = {
        f"cfir-2009:{slug(row['cfir_construct'])}"
        for row in facts(data, "cfir_eric_respondents.csv")
        if row["basis"] == "printed"
    }
    assert printed_n == {"cfir-2009:reflecting-and-evaluating"}
    for row in facts(data, "cfir_eric_endorsement.csv"):
        link = waltz.link(*pair(row))
        assert link is not None
        zero = "DERIVED" in row["source"]
        if zero:
            assert link.k == 0
        if zero or link.source not in printed_n:
            assert link.derived, f"{link.source} -> {link.target}"
    reflecting = [link for link in waltz.links if link.source in printed_n]
    assert len([link for link in reflecting if link.k == 0 and link.derived]) >= 26
    assert [link for link in reflecting if not link.derived], "and what was printed is not"


def test_levels_agree_with_the_published_lists(waltz: LinkSet, data: Path) -> None:
    seen = Counter[str]()
    for row in facts(data, "cfir_eric_levels.csv"):
        link = waltz.link(*pair(row))
        level = row["level"]
        seen[level] += 1
        if not level.startswith("level"):
            continue
        assert link is not None, pair(row)
        if level == LEVEL_ONLY:
            assert link.level in (1, 2, "1-2"), pair(row)
        elif level.startswith("level1"):
            assert link.level == 1, pair(row)
        else:
            assert link.level == 2, pair(row)
    assert seen[LEVEL_ONLY] >= 55
    assert sum(count for level, count in seen.items() if level.startswith("level")) == 148
    known = [link for link in waltz.links if link.level is not None]
    assert len(known) == 148
    assert len([link for link in known if link.level == 1]) == 11


def test_no_more_levels_are_known_than_the_publisher_counts(waltz: LinkSet, data: Path) -> None:
    levels: dict[str, Counter[object]] = defaultdict(Counter)
    for link in waltz.links:
        levels[link.source][link.level] += 1
    checked = 0
    for row in facts(data, "cfir_eric_level_counts.csv"):
        source = f"cfir-2009:{slug(row['cfir_construct'])}"
        if source not in waltz.sources:  # the grand total
            assert (int(row["n_level1"]), int(row["n_level2"])) == (33, 332)
            continue
        one, two = int(row["n_level1"]), int(row["n_level2"])
        count = waltz.level_count(source)
        assert count is not None
        assert (count.level1, count.level2) == (one, two)
        known = levels[source]
        assert known[1] <= one
        assert known[2] <= two
        assert known[1] + known[2] + known["1-2"] <= one + two
        checked += 1
    assert checked == len(waltz.level_counts) == 11
    strength = levels["cfir-2009:evidence-strength-and-quality"]
    assert strength[1] + strength[2] + strength["1-2"] == 10, "all ten of this barrier are known"
    assert waltz.level_count("cfir-2009:reflecting-and-evaluating") is None


@pytest.mark.parametrize(
    ("strategy", "k", "level"),
    [
        ("develop-and-implement-tools-for-quality-monitoring", 15, 1),
        ("audit-and-provide-feedback", 14, 1),
    ],
)
def test_golden_cells(waltz: LinkSet, strategy: str, k: int, level: int) -> None:
    """Typed in from the issue: 15 of 25 and 14 of 25 at level 1."""
    link = waltz.link("cfir-2009:reflecting-and-evaluating", f"eric:{strategy}")
    assert link is not None
    assert (link.k, link.n, link.level) == (k, 25, level)
    assert link.percent == 100 * k / 25


def test_reflecting_and_evaluating_as_published(waltz: LinkSet) -> None:
    """66 of 73 known; two at level 1, eight from 40 % down to 20 %, the rest 16 % and lower."""
    links = [link for link in waltz.links if link.source == "cfir-2009:reflecting-and-evaluating"]
    assert len(links) == 66
    percents = sorted((link.percent or 0 for link in links), reverse=True)
    assert percents[:2] == [60, 56]
    assert len([p for p in percents if 20 <= p <= 40]) == 8
    assert (percents[2], percents[9], percents[10]) == (40, 20, 16)
    assert {link.level for link in links if (link.percent or 0) <= 16} == {None}
    assert Counter(link.level for link in links) == {1: 2, 2: 8, None: 56}


def test_an_absent_pair_is_unknown(waltz: LinkSet) -> None:
    asked = len(waltz.sources) * len(waltz.targets)
    assert asked == 2847
    known = sum(
        waltz.link(source, target) is not None
        for source in waltz.sources
        for target in waltz.targets
    )
    assert known == 413
    assert waltz.link("eric:facilitation", "cfir-2009:cost") is None
    assert waltz.link("cfir-2009:cost", "none:such") is None
