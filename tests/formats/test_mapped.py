"""Any table as studies by a mapping file; the real tables are counted again with csv and loops."""

from __future__ import annotations

import csv
import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import Study
from implsci.analysis.meta import random_effects
from implsci.codec import encode
from implsci.compendium import Compendium
from implsci.errors import InvalidTableError, LoadError, UnreadableFileError
from implsci.formats import read, write
from implsci.formats._rows import write_table
from implsci.formats.mapped import guess_mapping, read_mapped, read_mapping
from implsci.formats.mapped.effects import from_counts, from_means, to_direction
from implsci.ledger import Ledger
from implsci.model import Estimate

HERE = Path(__file__).parents[1]
DATA = HERE / "data" / "mapped"
EXAMPLES = HERE.parent / "examples" / "mappings"

OFFENDERS = "offender_cbt_landenberger2005"
DROPOUT = "dropout_prevention_wilson2011"
K6 = "k6_interventions_dietrichson2021"
WWC = "wwc_findings_wolf"
TABLES = (OFFENDERS, DROPOUT, K6, WWC)


def rows_of(name: str) -> list[dict[str, str]]:
    """The table by plain loops; as in any reader, blanks around a cell and kinds of line end go."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return [
            {column: cell.replace("\r\n", "\n").strip() for column, cell in row.items()}
            for row in csv.DictReader(stream)
        ]


_remembered: dict[str, tuple[list[Study], Ledger]] = {}


def mapped(name: str) -> tuple[list[Study], Ledger]:
    if name not in _remembered:
        ledger = Ledger()
        mapping = read_mapping(EXAMPLES / f"{name}.toml")
        _remembered[name] = list(read_mapped(DATA / f"{name}.csv", mapping, ledger)), ledger
    return _remembered[name]


def by_key(rows: list[dict[str, str]], column: str) -> dict[str, list[dict[str, str]]]:
    groups: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        groups.setdefault(row[column], []).append(row)
    return groups


def components(studies: list[Study]) -> Counter[str]:
    return Counter(
        label for study in studies if study.innovation for label in study.innovation.components
    )


# The four real tables


def test_offenders_are_counted_as_in_the_table() -> None:
    studies, ledger = mapped(OFFENDERS)
    rows = rows_of(OFFENDERS)
    assert len(studies) == len(rows) == 58
    assert [study.title for study in studies] == [row["study"] for row in rows]
    assert len({study.id for study in studies}) == 58
    assert [len(study.findings) for study in studies] == [1] * 58
    found = components(studies)
    columns = {
        "cbt.cogskills": "cognitive skills",
        "cbt.cogrestruct": "cognitive restructuring",
        "cbt.intpprbsolv": "interpersonal problem solving",
        "cbt.socskills": "social skills",
        "cbt.angerctrl": "anger control",
        "cbt.victimimpact": "victim impact",
        "cbt.subabuse": "substance abuse",
        "cbt.behavmod": "behaviour modification",
        "cbt.relapseprev": "relapse prevention",
        "cbt.moralrsng": "moral reasoning",
        "cbt.roletaking": "role taking",
        "cbt.other": "other component",
    }
    for column, label in columns.items():
        assert found[label] == sum(row[column] == "yes" for row in rows)
        absent = [study for study in studies if study.extra.get(column) == "no"]
        assert len(absent) == sum(row[column] == "no" for row in rows)
    assert found["anger control"] == 20
    # That is what was delivered, and nothing says how it was brought into use.
    assert not any(study.strategies for study in studies)
    codes = {"USA": "US", "CAN": "CA", "UK": "GB", "NZ": "NZ"}
    assert [study.countries for study in studies] == [(codes[row["country"]],) for row in rows]
    assert Counter(study.design for study in studies) == {"rct": 19, "quasi_experimental": 39}
    assert not ledger.skips
    assert not ledger.left_out


def test_offenders_pool_to_the_published_odds_ratio() -> None:
    """metafor 3.8-1, DerSimonian-Laird, odds ratio of control against programme."""
    studies, _ = mapped(OFFENDERS)
    estimates = [study.findings[0].estimate for study in studies]
    values = [-estimate.value for estimate in estimates]  # type: ignore[operator, union-attr]
    variances = [estimate.variance for estimate in estimates]  # type: ignore[union-attr]
    pooled = random_effects(values, variances, method="DL")  # type: ignore[arg-type]
    assert pooled.k == 58
    assert math.exp(pooled.estimate) == pytest.approx(1.53278, abs=5e-6)
    assert math.exp(pooled.ci_low) == pytest.approx(1.354345, abs=5e-7)
    assert math.exp(pooled.ci_high) == pytest.approx(1.734724, abs=5e-7)
    assert pooled.tau2 == pytest.approx(0.1196086, abs=5e-8)
    assert pooled.i2 == pytest.approx(73.32583, abs=5e-6)


def test_offenders_have_sizes_and_a_direction_by_the_stated_rule() -> None:
    studies, _ = mapped(OFFENDERS)
    for study, row in zip(studies, rows_of(OFFENDERS), strict=True):
        a, b = int(row["n.cbt.rec"]), int(row["n.cbt.non"])
        c, d = int(row["n.ctrl.rec"]), int(row["n.ctrl.non"])
        (finding,) = study.findings
        assert finding.estimate is not None
        assert (finding.estimate.n_intervention, finding.estimate.n_comparator) == (a + b, c + d)
        value = math.log(a * d / b / c)
        half = 1.959963984540054 * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        expected = "improved" if value + half < 0 else "worsened" if value - half > 0 else "unclear"
        assert finding.direction == expected
        assert finding.timepoint == f"{row['interval']} months"
        (source,) = study.provenance
        assert "Woolf 1955" in (source.note or "")
        assert "interval" in (source.note or "")
        assert study.extra["n.ctrl.non"] == d


def test_dropout_effects_are_those_of_the_table() -> None:
    studies, ledger = mapped(DROPOUT)
    rows = rows_of(DROPOUT)
    groups = by_key(rows, "studyID")
    assert len(studies) == len(groups) == 152
    assert sum(len(study.findings) for study in studies) == len(rows) == 385
    for study, (key, own) in zip(studies, groups.items(), strict=True):
        assert study.extra["studyID"] == int(key)
        assert [
            (finding.estimate.value, finding.estimate.variance)
            for finding in study.findings
            if finding.estimate
        ] == [(float(row["LOR1"]), float(row["varLOR"])) for row in own]
        assert {finding.estimate.scale for finding in study.findings if finding.estimate} == {"log"}
        # Implementation quality is a moderator: one value a study, or one a finding.
        qualities = [row["implementation_quality"] for row in own]
        said = [
            study.extra.get("implementation_quality")
            or study.extra[f"implementation_quality.{finding.id}"]
            for finding in study.findings
        ]
        assert said == qualities
    total = math.fsum(
        finding.estimate.value or 0
        for study in studies
        for finding in study.findings
        if finding.estimate
    )
    assert total == pytest.approx(math.fsum(float(row["LOR1"]) for row in rows))
    assert not ledger.skips


def test_k6_strategies_and_components_are_counted_as_in_the_table() -> None:
    studies, ledger = mapped(K6)
    rows = rows_of(K6)
    groups = by_key(rows, "Study_ID")
    assert len(studies) == len(groups) == 195
    assert sum(len(study.findings) for study in studies) == len(rows) == 1334
    assert not ledger.skips
    effects = [
        (finding.estimate.value, finding.estimate.se)
        for study in studies
        for finding in study.findings
        if finding.estimate
    ]
    assert effects == [
        (float(row["Effectsize_g_adj1"]), float(row["SE_g_adj1"]))
        for own in groups.values()
        for row in own
    ]
    for column, label in (
        ("Coaching_personnel", "coaching of personnel"),
        ("Progress_monitoring", "progress monitoring"),
    ):
        having = [s for s in studies if any(node.label == label for node in s.strategies)]
        assert len(having) == sum(any(r[column] == "1" for r in own) for own in groups.values())
        named = sum(
            node.id in finding.strategies
            for study in studies
            for node in study.strategies
            if node.label == label
            for finding in study.findings
        )
        assert named == sum(row[column] == "1" for row in rows)
    found = components(studies)
    for column, label in (
        ("CAI", "computer-assisted instruction"),
        ("Small_group", "small-group instruction"),
        ("Peer_assisted", "peer-assisted instruction"),
        ("Decoding", "decoding"),
        ("Social_emotional", "social and emotional skills"),
    ):
        expected = sum(any(row[column] == "1" for row in own) for own in groups.values())
        assert found[label] == expected
    posts = [f for study in studies for f in study.findings if f.timepoint == "post-test"]
    assert len(posts) == 1041
    assert {code for study in studies for code in study.countries} >= {"US", "SE", "CA", "NZ", "GB"}
    assert all(len(study.countries) == 1 for study in studies)


def test_k6_conflicts_within_a_study_are_listed_and_kept() -> None:
    studies, ledger = mapped(K6)
    groups = by_key(rows_of(K6), "Study_ID")
    several = [key for key, own in groups.items() if len({row["Title"] for row in own}) > 1]
    assert ledger.count("study.title") == len(several) == 7
    for study, (key, own) in zip(studies, groups.items(), strict=True):
        assert study.title == own[0]["Title"]
        if key in several:
            assert [study.extra[f"Title.{finding.id}"] for finding in study.findings] == [
                row["Title"] for row in own
            ]
        else:
            assert not any(name.startswith("Title") for name in study.extra)
        # Three levels that a 0/1 column has: said, said not, not said.
        for finding, row in zip(study.findings, own, strict=True):
            flag = study.extra.get("Imp_problem", study.extra.get(f"Imp_problem.{finding.id}"))
            assert flag == (int(row["Imp_problem"]) if row["Imp_problem"] else None)


def test_clearinghouse_findings_and_exclusions_add_up_to_the_table() -> None:
    studies, ledger = mapped(WWC)
    rows = rows_of(WWC)
    assert len(rows) == 1553
    kept = [row for row in rows if row["f_finding_rating"] != "Does not meet WWC standards"]
    assert ledger.count("rows left out") == len(rows) - len(kept) == 5
    groups = by_key(kept, "s_studyid")
    gone = len(by_key(rows, "s_studyid")) - len(groups)
    assert len(studies) == len(groups) == 373 - gone
    assert ledger.count("studies left out") == gone == 1
    findings = [finding for study in studies for finding in study.findings]
    in_order = [row for own in groups.values() for row in own]
    assert [finding.id for finding in findings] == [f"f{row['f_findingid']}" for row in in_order]
    assert [finding.estimate.value for finding in findings if finding.estimate] == [
        float(row["f_effect_size_wwc"]) for row in in_order
    ]
    assert [finding.estimate.p for finding in findings if finding.estimate] == [
        float(row["f_p_value_wwc"]) if row["f_p_value_wwc"] else None for row in in_order
    ]
    arms = {arm.label for study in studies for arm in study.arms}
    assert arms == {row["s_intervention_name"] for row in kept}
    rural = [study for study in studies if study.extra.get("s_urbanicity_rural") == 1]
    assert all("equity:place-of-residence" in study.equity for study in rural)
    assert len(rural) == sum(
        all(row["s_urbanicity_rural"] == "1" for row in own) for own in groups.values()
    )
    # Broken accents are left as they are.
    assert all(
        study.citation is not None and study.citation.text == own[0]["s_citation"]
        for study, own in zip(studies, groups.values(), strict=True)
    )


def scalars(value: object) -> Iterator[object]:
    if isinstance(value, dict):
        for item in value.values():
            yield from scalars(item)
    elif isinstance(value, list):
        for item in value:
            yield from scalars(item)
    else:
        yield value


def same(value: object, text: str) -> bool:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return float(text) == value
        except ValueError:
            return False
    return value == text


@pytest.mark.parametrize("name", TABLES)
def test_no_cell_is_lost(name: str) -> None:
    """Each cell stands in extra, or word for word elsewhere in its study; or a node says its yes."""
    studies, _ = mapped(name)
    key = {OFFENDERS: "", DROPOUT: "studyID", K6: "Study_ID", WWC: "s_studyid"}[name]
    rows = [r for r in rows_of(name) if r.get("f_finding_rating") != "Does not meet WWC standards"]
    mapping = read_mapping(EXAMPLES / f"{name}.toml")
    nodes = {node.column: node.label for node in (*mapping.components, *mapping.strategies)}
    groups = list(by_key(rows, key).values()) if key else [[row] for row in rows]
    seen = 0
    for study, own in zip(studies, groups, strict=True):
        tree = json.loads(encode(study))
        extra = tree.pop("extra")
        elsewhere = list(scalars(tree))
        texts = {value for value in elsewhere if isinstance(value, str)}
        numbers = [value for value in elsewhere if isinstance(value, (int, float))]
        ids = [f"f{row.get('f_findingid', index)}" for index, row in enumerate(own, 1)]
        for identifier, row in zip(ids, own, strict=True):
            for column, cell in row.items():
                text = cell.strip()
                if not text or text in mapping.missing:
                    continue
                seen += 1
                kept = extra.get(column, extra.get(f"{column}.{identifier}"))
                if kept is not None:
                    assert same(kept, text), (study.id, column)
                elif column in nodes:
                    assert text in ("1", "yes")
                    assert nodes[column] in texts
                else:
                    assert text in texts or any(same(number, text) for number in numbers), (
                        study.id,
                        column,
                    )
    assert seen > 1000


@pytest.mark.parametrize("name", TABLES)
def test_the_studies_travel_on(name: str, tmp_path: Path) -> None:
    studies, _ = mapped(name)
    write(Compendium(studies=tuple(studies), name=name), tmp_path / "all.jsonl", "jsonl")
    assert list(read(tmp_path / "all.jsonl", "jsonl").studies) == studies


def test_facilitation_trials_pool_to_the_published_effect(tmp_path: Path) -> None:
    """metafor 3.8-1: DL smd 0.5571177, REML smd 0.5599645 with tau2 0.02048059."""
    mapping = tmp_path / "m.toml"
    mapping.write_text(
        """
[study]
key = {each = "row"}
title = "author"
year = "year"
countries = "country"
design = {column = "design", values = {rct = "rct", crct = "cluster_rct", cct = "quasi_experimental"}}
[[strategy]]
label = "practice facilitation"
codes = ["eric:facilitation"]
[effect]
outcome = {text = "evidence-based care"}
codes = ["proctor:adoption"]
desirable = "higher"
basis = "effect"
metric = "SMD"
value = "smd"
se = "se"
"""
    )
    table = HERE / "data" / "practice_facilitation_baskerville2012.csv"
    studies = tuple(read_mapped(table, read_mapping(mapping), Ledger()))
    estimates = [study.findings[0].estimate for study in studies]
    pooled = random_effects(
        [estimate.value for estimate in estimates if estimate and estimate.value is not None],
        [estimate.se**2 for estimate in estimates if estimate and estimate.se],
        method="DL",
    )
    assert pooled.k == 23
    assert pooled.estimate == pytest.approx(0.5571177, abs=5e-8)
    assert pooled.se == pytest.approx(0.06401482, abs=5e-9)
    synthesis = implsci.synthesize(Compendium(studies=studies, name="x"), "strategy", "outcome")
    (cell,) = synthesis.cell("Facilitation", "Adoption").estimates
    assert (cell.k, cell.metric) == (23, "SMD")
    assert cell.value == pytest.approx(0.5599645, abs=5e-7)
    assert cell.tau2 == pytest.approx(0.02048059, abs=5e-7)


# Effects worked out


def test_effects_from_counts_are_those_of_another_program() -> None:
    """Trial 1 of the BCG data in metafor: escalc prints RR -0.8893 (0.3256), OR -0.9387 (0.3571)."""
    counts = (4, 119, 11, 128)
    ratio, odds = from_counts(counts, "RR"), from_counts(counts, "OR")
    assert not isinstance(ratio, str)
    assert not isinstance(odds, str)
    assert (round(ratio.value, 4), round(ratio.variance, 4)) == (-0.8893, 0.3256)
    assert (round(odds.value, 4), round(odds.variance, 4)) == (-0.9387, 0.3571)
    risk = from_counts((1, 1, 1, 3), "RD")
    assert not isinstance(risk, str)
    assert (risk.value, risk.variance) == (0.25, 1 / 8 + 3 / 64)


def test_effects_from_means_are_those_of_another_program() -> None:
    """Normand 1999 in metafor: escalc SMD prints -0.3552 (0.0131) and -0.3479 (0.0645)."""
    for numbers, value, variance in (
        ((55, 47, 155, 75, 64, 156), -0.3552, 0.0131),
        ((27, 7, 31, 29, 4, 32), -0.3479, 0.0645),
    ):
        found = from_means(numbers)
        assert not isinstance(found, str)
        assert (round(found.value, 4), round(found.variance, 4)) == (value, variance)
    difference = from_means((5, 2, 4, 3, 4, 8), "MD")
    assert not isinstance(difference, str)
    assert (difference.value, difference.variance) == (2, 1 + 2)


@pytest.mark.parametrize("metric", ["OR", "RR", "RD"])
@given(counts=st.tuples(*[st.integers(0, 40)] * 4), half=st.booleans())
def test_counts_give_an_effect_or_a_reason(
    metric: str, counts: tuple[int, ...], half: bool
) -> None:
    found = from_counts(counts, metric, half=half)
    if isinstance(found, str):
        assert found
        return
    assert math.isfinite(found.value)
    assert found.variance > 0
    swapped = from_counts((*counts[2:], *counts[:2]), metric, half=half)
    assert not isinstance(swapped, str)
    assert swapped.value == pytest.approx(-found.value)


def test_a_zero_is_corrected_only_if_the_mapping_says_so() -> None:
    assert from_counts((0, 9, 3, 7)) == "a count is zero"
    found = from_counts((0, 9, 3, 7), half=True)
    assert not isinstance(found, str)
    assert found.value == pytest.approx(math.log(0.5 * 7.5 / (9.5 * 3.5)))
    assert found.n_intervention == 9


@pytest.mark.parametrize(
    ("values", "desirable", "rule", "expected"),
    [
        ({"metric": "SMD", "value": 0.4, "se": 0.1}, "higher", "interval", "improved"),
        ({"metric": "SMD", "value": 0.4, "se": 0.1}, "lower", "interval", "worsened"),
        ({"metric": "SMD", "value": 0.4, "variance": 0.09}, "higher", "interval", "mixed"),
        ({"metric": "SMD", "value": 0.4}, "higher", "interval", "unclear"),
        ({"metric": "SMD", "value": 0.4, "se": 0.1}, None, "interval", "unclear"),
        ({"metric": "SMD", "value": 0.4, "se": 0.1}, "neither", "interval", "unclear"),
        ({"metric": "percent", "value": 0.4, "se": 0.1}, "higher", "interval", "unclear"),
        ({"metric": "OR", "value": 2.0, "se": 0.1}, "higher", "interval", "unclear"),
        (
            {"metric": "OR", "value": 0.5, "ci_low": 0.3, "ci_high": 0.9},
            "higher",
            "interval",
            "worsened",
        ),
        (
            {"metric": "OR", "value": 0.5, "ci_low": 0.3, "ci_high": 1.1},
            "lower",
            "interval",
            "mixed",
        ),
        (
            {"metric": "OR", "value": -0.5, "se": 0.1, "scale": "log"},
            "lower",
            "interval",
            "improved",
        ),
        ({"metric": "SMD", "value": -0.1, "p": 0.04}, "higher", "p", "worsened"),
        ({"metric": "SMD", "value": 0.1, "p": 0.05}, "higher", "p", "mixed"),
        (
            {"metric": "SMD", "value": 0.1, "p": 0.05, "p_bound": "below"},
            "higher",
            "p",
            "improved",
        ),
        (
            {"metric": "SMD", "value": 0.1, "p": 0.1, "p_bound": "below"},
            "higher",
            "p",
            "unclear",
        ),
        (
            {"metric": "SMD", "value": 0.1, "p": 0.01, "p_bound": "above"},
            "higher",
            "p",
            "unclear",
        ),
        ({"metric": "SMD", "value": 0.1}, "higher", "p", "unclear"),
    ],
)
def test_direction_follows_the_rule(
    values: dict[str, object], desirable: str | None, rule: str, expected: str
) -> None:
    estimate = Estimate(**values)  # type: ignore[arg-type]
    assert to_direction(estimate, desirable, rule, "mixed") == expected  # type: ignore[arg-type]


# Keys of a mapping, each on a small table


def take(
    table: str, mapping: str, *, strict: bool = False, name: str = "t.csv"
) -> tuple[list[Study], Ledger]:
    with TemporaryDirectory() as folder:
        source, file = Path(folder, name), Path(folder, "m.toml")
        source.write_text(table, encoding="utf-8")
        file.write_text(mapping, encoding="utf-8")
        ledger = Ledger(strict=strict)
        return list(read_mapped(source, read_mapping(file), ledger)), ledger


HEAD = '[study]\nkey = "id"\ntitle = "id"\n'
EFFECT = HEAD + '[effect]\noutcome = {text = "uptake"}\nmetric = "SMD"\nvalue = "d"\nse = "se"\n'


def test_values_without_a_map_are_listed_and_kept() -> None:
    mapping = HEAD + 'design = {column = "how", values = {RCT = "rct", unknown = ""}}'
    studies, ledger = take("id,how\n1,rct\n2,trial\n3,trial\n4,unknown\n5,\n", mapping)
    assert [study.design for study in studies] == ["rct", None, None, None, None]
    assert [study.extra.get("how") for study in studies] == [
        "rct",
        "trial",
        "trial",
        "unknown",
        None,
    ]
    assert [str(fault) for fault in ledger.left_out] == [
        "how = 'trial': a value study.design does not know, kept in extra, 2 times"
    ]


def test_text_where_a_number_is_due_costs_the_effect_and_not_the_study() -> None:
    table = "id,d,se\n1,0.2,0.1\n1,see text,0.1\n2,0.3,.\n3,,0.2\n"
    studies, ledger = take(table, EFFECT)
    assert [len(study.findings) for study in studies] == [1, 1, 0]
    assert studies[0].extra == {"d.f2": "see text", "se.f2": 0.1}
    assert studies[2].extra == {"se": 0.2}
    ((place, reason),) = ledger.skipped
    assert place == "line 3"
    assert "'see text' in column 'd' is no number" in reason
    assert ledger.count("effect") == 1  # the row without a number
    with pytest.raises(LoadError, match="line 3"):
        take(table, EFFECT, strict=True)


def test_an_effect_that_cannot_be_is_skipped_with_its_fault() -> None:
    mapping = HEAD + (
        '[effect]\noutcome = {text = "uptake"}\nmetric = "OR"\nvalue = "or"\n'
        'ci_low = "low"\nci_high = "high"\n'
    )
    studies, ledger = take("id,or,low,high\n1,2,1,3\n2,2,3,4\n", mapping)
    assert [len(study.findings) for study in studies] == [1, 0]
    assert "lies outside its interval" in ledger.skipped[0].message
    assert studies[1].extra == {"or": 2, "low": 3, "high": 4}


def test_missing_markers_and_units() -> None:
    mapping = (
        '[table]\nmissing = ["-99", "NA"]\ndecimal = ","\n'
        + HEAD
        + '[effect]\noutcome = {text = "uptake"}\nmetric = "RD"\n'
        'value = {column = "rd", unit = "percent"}\np = "p"\nn = "n"\n'
    )
    studies, ledger = take(
        "id;rd;p;n;age\n1;12,5%;<0,05;40;-99\n2;-3;0,2;na;7,5\n3;-99;;;8\n", mapping
    )
    first, second, third = studies
    (finding,) = first.findings
    assert finding.estimate == Estimate(metric="RD", value=0.125, p=0.05, p_bound="below", n=40)
    assert "age" not in first.extra
    assert first.extra["rd"] == "12,5%"
    assert second.findings[0].estimate == Estimate(metric="RD", value=-0.03, p=0.2)
    assert second.extra["age"] == 7.5
    assert third.findings == ()
    assert ledger.said == ("read as empty: '-99' 2 times, 'na' 1 times",)


def test_no_is_said_and_an_empty_cell_says_nothing() -> None:
    mapping = (
        EFFECT
        + '[[strategy]]\ncolumn = "coach"\nlabel = "coaching"\ncodes = ["eric:facilitation"]\n'
    )
    studies, ledger = take(
        "id,d,se,coach\n1,1,1,yes\n1,2,1,\n2,1,1,0\n3,1,1,partly\n4,1,1,TRUE\n", mapping
    )
    one, two, three, four = studies
    assert [finding.strategies for finding in one.findings] == [("s1",), ()]
    assert one.strategies[0].codes == ("eric:facilitation",)
    assert one.extra == {"coach.f1": "yes"}
    assert (two.strategies, two.extra) == ((), {"coach": "0"})
    assert (three.strategies, three.extra) == ((), {"coach": "partly"})
    assert (four.strategies[0].label, four.extra) == ("coaching", {})
    assert ledger.count("coach = 'partly'") == 1


def test_labels_in_cells_have_codes_by_value() -> None:
    mapping = EFFECT + (
        '[[strategy]]\ncolumn = "did"\nseparator = ";"\n'
        'values = {reminders = "eric:remind-clinicians", feast = ""}\nnature = "technical"\n'
        '[[barrier]]\ncolumn = "why"\nvalence = "barrier"\n'
        '[[component]]\nlabel = "soap"\n[innovation]\nname = {text = "hand hygiene"}\n'
    )
    studies, ledger = take(
        "id,d,se,did,why\n1,1,1,Reminders; feast,no time\n1,1,1,dance,no time\n", mapping
    )
    (study,) = studies
    assert [(node.label, node.codes, node.nature) for node in study.strategies] == [
        ("Reminders", ("eric:remind-clinicians",), "technical"),
        ("feast", (), "technical"),
        ("dance", (), "technical"),
    ]
    assert [finding.strategies for finding in study.findings] == [("s1", "s2"), ("s3",)]
    assert [(node.label, node.valence) for node in study.barriers] == [("no time", "barrier")]
    assert study.innovation is not None
    assert study.innovation.components == ("soap",)
    assert study.extra == {}
    assert ledger.count("did = 'dance'") == 1


def test_arms_settings_and_several_effects_a_row() -> None:
    mapping = HEAD + (
        '[setting]\nlabel = "where"\ncountry = "land"\n'
        '[[strategy]]\ncolumn = "coach"\nlabel = "coaching"\n'
        '[[effect]]\noutcome = {text = "reach"}\nmetric = "SMD"\nvalue = "d1"\n'
        'arm = "arm"\ncomparator_arm = "versus"\n'
        '[[effect]]\noutcome = {text = "cost"}\nmetric = "MD"\nvalue = "d2"\ndesirable = "lower"\n'
    )
    studies, _ = take(
        "id,where,land,arm,versus,coach,d1,d2\n"
        "1,Kisumu,Kenya,A,C,1,0.1,2\n1,Nairobi,Kenya,B,C,0,0.2,\n",
        mapping,
    )
    (study,) = studies
    assert [(arm.id, arm.label, arm.strategies) for arm in study.arms] == [
        ("a1", "C", ()),
        ("a2", "A", ("s1",)),
        ("a3", "B", ()),
    ]
    assert [(s.label, s.country) for s in study.settings] == [("Kisumu", "KE"), ("Nairobi", "KE")]
    assert [
        (f.id, f.outcome, f.arm, f.comparator, f.comparator_arm, f.setting) for f in study.findings
    ] == [
        ("f1-1", "o1", "a2", "arm", "a1", "p1"),
        ("f1-2", "o2", None, None, None, "p1"),
        ("f2-1", "o1", "a3", "arm", "a1", "p2"),
    ]
    assert study.extra == {"land": "Kenya", "coach.f1": 1, "coach.f2": 0}


def test_counts_with_totals_and_zeros() -> None:
    mapping = HEAD + (
        '[effect]\noutcome = {text = "death"}\ndesirable = "lower"\n'
        'counts = {intervention = ["e1", "n1"], comparator = ["e2", "n2"], totals = true}\n'
    )
    table = "id,e1,n1,e2,n2\n1,4,123,11,139\n2,0,10,3,10\n3,5,4,1,9\n4,,,,\n5,1,,2,3\n6,x,1,2,3\n"
    studies, ledger = take(table, mapping)
    estimate = studies[0].findings[0].estimate
    assert estimate is not None
    assert estimate.value is not None
    assert (round(estimate.value, 4), estimate.scale, estimate.n_comparator) == (
        -0.9387,
        "log",
        139,
    )
    assert [len(study.findings) for study in studies] == [1, 1, 1, 0, 1, 0]
    assert [study.findings[0].estimate for study in studies[1:3]] == [None, None]
    assert {str(fault) for fault in ledger.left_out} == {
        "effect: no estimate: a count is zero: line 3",
        "effect: no estimate: a count is negative or no whole number: line 4",
        "effect: rows without a number, no finding: line 5",
        "effect: no estimate: a count or mean is missing: line 6",
    }
    assert ledger.skips == 1
    studies, _ = take(table, mapping.replace("totals = true", 'totals = true, zero_cells = "half"'))
    assert studies[1].findings[0].estimate is not None
    assert "0.5 added" in (studies[1].provenance[0].note or "")


def test_rows_are_left_out_with_a_reason_and_counted() -> None:
    mapping = HEAD + (
        '[[exclude]]\ncolumn = "q"\nvalues = ["bad"]\nreason = "poor"\n'
        '[[exclude]]\ncolumn = "n"\nbelow = 10\nreason = "small"\n'
        '[[exclude]]\ncolumn = "n"\nempty = true\nreason = "no size"\n'
    )
    studies, ledger = take(
        "id,q,n\n1,BAD,50\n1,good,50\n2,good,9\n3,good,\n4,good,many\n,good,50\n", mapping
    )
    assert [study.title for study in studies] == ["1", "4"]
    assert {str(fault) for fault in ledger.left_out} == {
        "rows left out: poor: line 2",
        "rows left out: small: line 4",
        "rows left out: no size: line 5",
        "studies left out: each of its rows is left out, 2 times: 2; 3",
        "n: no number, so exclude[1] leaves it in: line 6",
    }
    assert ledger.skipped[0] == ("line 7", "no study: id empty")


def test_countries_years_and_dois_that_are_none_are_listed() -> None:
    mapping = HEAD + 'countries = "land"\nyear = "year"\ndoi = "doi"\n'
    studies, ledger = take(
        "id,land,year,doi\n1,Lao PDR; Kenya,1999,https://doi.org/10.1000/a\n2,Atlantis,in press,none\n",
        mapping,
    )
    first, second = studies
    assert (first.countries, first.year) == (("LA", "KE"), 1999)
    assert first.citation is not None
    assert first.citation.doi == "10.1000/a"
    assert first.extra["doi"] == "https://doi.org/10.1000/a"
    assert (second.countries, second.year, second.citation) == ((), None, None)
    assert (second.extra["land"], second.extra["year"], second.extra["doi"]) == (
        "Atlantis",
        "in press",
        "none",
    )
    assert [ledger.count(f"study.{name}") for name in ("countries", "year", "doi")] == [1, 1, 1]


def test_columns_left_out_are_listed() -> None:
    studies, ledger = take("id,a,b\n1,2,3\n", '[table]\nleave = ["a"]\n' + HEAD)
    assert studies[0].extra == {"b": 3}
    assert str(ledger.left_out[0]) == "a: left out as the mapping says (1 cells)"


def test_a_number_in_extra_loses_nothing() -> None:
    studies, _ = take(
        "id,zeros,big,deep,mixed,half\n"
        "1,007,123456789012345678901234567890,0.1000000000000000055,1,.5\n2,010,1,1,x,0.50\n",
        HEAD,
    )
    assert studies[0].extra == {
        "zeros": "007",
        "big": "123456789012345678901234567890",
        "deep": "0.1000000000000000055",
        "mixed": "1",
        "half": 0.5,
    }


def test_a_workbook_reads_like_the_table(tmp_path: Path) -> None:
    rows = rows_of(OFFENDERS)
    book = tmp_path / f"{OFFENDERS}.csv.xlsx"
    write_table(book, list(rows[0]), [list(row.values()) for row in rows], sheet="data")
    mapping = read_mapping(EXAMPLES / f"{OFFENDERS}.toml")
    studies = list(read_mapped(book, mapping, Ledger()))
    expected, _ = mapped(OFFENDERS)
    assert [study.findings for study in studies] == [study.findings for study in expected]
    assert [study.extra for study in studies] == [study.extra for study in expected]


# Faults of a mapping


def faults_of(text: str, tmp_path: Path) -> list[str]:
    file = tmp_path / "m.toml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidTableError) as caught:
        read_mapping(file)
    return [str(fault) for fault in caught.value.faults]


def test_every_fault_is_listed_with_its_key(tmp_path: Path) -> None:
    found = faults_of(
        """
[studdy]
[study]
key = ["id"]
titel = "x"
design = "rtc"
sectors = ["education"]
year = {column = "y", unit = "percents", colum = 3}
hybrid_type = {column = "h", values = {"one" = 7}}
[effect]
value = "d"
direction = {rule = "interval"}
[[strategy]]
nature = "social"
[[component]]
column = "c"
codes = ["eric:x"]
[[exclude]]
column = "q"
""",
        tmp_path,
    )
    assert "studdy: no such section; did you mean 'study'?" in found
    assert "study.titel: no such key; did you mean 'title'?" in found
    assert "study.title: missing" in found
    assert any(f.startswith("study.design: expected 'rct'") and "'rtc'" in f for f in found)
    assert "study.sectors[0]: expected a code scheme:name, got 'education'" in found
    assert "study.year.colum: no such key; did you mean 'column'?" in found
    assert any(fault.startswith("study.year.unit: expected 'percent'") for fault in found)
    assert any(fault.startswith("study.hybrid_type.values.one: expected '1'") for fault in found)
    assert "effect.outcome: missing; expected a column or a text" in found
    assert any(fault.startswith("effect.metric: missing") for fault in found)
    assert any(fault.startswith("effect.direction: a rule needs desirable") for fault in found)
    assert "strategy[0]: expected a column, a label, or both" in found
    assert any(fault.startswith("strategy[0].nature: expected 'technical'") for fault in found)
    assert "component[0].codes: a component has no codes" in found
    assert "exclude[0].reason: missing" in found
    assert "exclude[0]: expected one of values, empty, below, above" in found


def test_columns_that_are_not_there_are_named_with_close_ones() -> None:
    mapping = HEAD + (
        'year = "Yaer"\n[effect]\noutcome = {text = "{Outcom}"}\nmetric = "SMD"\nvalue = "nothing like it"\n'
    )
    with pytest.raises(InvalidTableError) as caught:
        take("id,Year,Outcome,d\n1,2,3,4\n", mapping)
    assert [str(fault) for fault in caught.value.faults] == [
        "study.year: t.csv has no column 'Yaer'; did you mean 'Year'?",
        "effect.outcome: t.csv has no column 'Outcom'; did you mean 'Outcome'?",
        "effect.value: t.csv has no column 'nothing like it'",
    ]
    assert caught.value.table == "m.toml"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "study = 3",
        "study = []",
        "[study",
        "x = " + "[" * 5000,
        "x = " + "9" * 6000,
        "[study]\ntitle = 1\nkey = 0x" + "F" * 6000,
        "[study]\nkey = 1e400\ntitle = 2030-01-01",
        "[study]\nkey = []\ntitle = 3",
        '[study]\nkey = {each = "column"}\ntitle = {}',
        '[study]\nkey = "a"\ntitle = {column = "a", text = "b"}',
        '[study]\nkey = "a"\ntitle = "a"\neffect = 3',
        'effect = 3\n[study]\nkey = "a"\ntitle = "a"',
        'effect = [1]\n[study]\nkey = "a"\ntitle = "a"',
        '[study]\nkey = "a"\ntitle = "a"\n[effect]\noutcome = "o"\ncounts = {intervention = ["a"]}',
        '[study]\nkey = "a"\ntitle = "a"\n[effect]\noutcome = "o"\nmetric = "SMD"\ncounts = 3',
        '[study]\nkey = "a"\ntitle = "a"\nyear = {text = "soon"}',
        '[study]\nkey = "a"\ntitle = "a"\ndesign = {column = "d", values = {A = "rct", a = "rct"}}',
        '[table]\ndecimal = ";"\nyes = [[1]]\n[study]\nkey = "a"\ntitle = "a"',
        '[compendium]\nname = 3\n[study]\nkey = "a"\ntitle = "a"',
    ],
)
def test_what_is_no_mapping_is_refused(text: str, tmp_path: Path) -> None:
    assert faults_of(text, tmp_path)


def test_no_mapping_at_all(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError):
        read_mapping(tmp_path / "none.toml")
    (tmp_path / "latin.toml").write_bytes(b"# \xe9")
    with pytest.raises(InvalidTableError, match="UTF-8"):
        read_mapping(tmp_path / "latin.toml")


_KEYS = st.sampled_from(
    "study table effect strategy component barrier exclude setting innovation compendium key title "
    "year design sectors column text values separator otherwise missing unit label codes when outcome "
    "metric value counts means direction rule intervention comparator totals zero_cells reason below "
    "empty desirable adjusted countries note words".split()
)
_LEAVES = (
    st.sampled_from(["id", "rct", "eric:x", "{id}", "", "interval", "percent", "half", "SMD"])
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.booleans()
)
_TREES = st.dictionaries(
    _KEYS,
    st.recursive(
        _LEAVES,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_KEYS, inner, max_size=5),
        max_leaves=12,
    ),
    max_size=7,
)


def to_toml(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {to_toml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(to_toml, value)) + "]"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else ("nan" if math.isnan(value) else "inf")
    return json.dumps(value)


@given(_TREES)
def test_any_tree_is_a_mapping_or_refused(tree: dict[str, object]) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "m.toml")
        file.write_text("\n".join(f"{key} = {to_toml(item)}" for key, item in tree.items()))
        try:
            mapping = read_mapping(file)
        except InvalidTableError:
            return
        table = Path(folder, "t.csv")
        table.write_text("id,rct,SMD\n1,0.5,yes\n1,x,\n")
        try:
            list(read_mapped(table, mapping, Ledger()))
        except InvalidTableError:
            return


# Tables of any content


_CELLS = st.sampled_from(
    [
        "",
        "NA",
        "1",
        "0",
        "yes",
        "no",
        "0.5",
        "-2",
        "<0.05",
        "x",
        "1e400",
        "٣",
        "=1+1",
        "a;b",
        "US",
        "{id}",
    ]
) | st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=8)

_WIDE = """
[study]
key = "id"
title = {column = "a", otherwise = "none"}
year = "b"
countries = {column = "c", separator = ";"}
design = {column = "a"}
note = "f"
authors = {column = "d", separator = ";"}
doi = "e"
[innovation]
name = "a"
[setting]
label = "b"
[[component]]
column = "c"
label = "c"
[[strategy]]
column = "d"
[[strategy]]
column = "e"
label = "e"
[[barrier]]
column = "f"
[effect]
id = "f"
outcome = {column = "a", otherwise = "some"}
metric = {column = "b", otherwise = "SMD"}
desirable = "higher"
value = "c"
se = "d"
p = "e"
n = "f"
arm = "a"
comparator_arm = "b"
direction = {rule = "interval"}
"""


@given(st.lists(st.tuples(st.sampled_from("12"), *[_CELLS] * 6), min_size=1, max_size=5))
def test_any_table_is_read_and_no_cell_is_lost(rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        table, file = Path(folder, "t.csv"), Path(folder, "m.toml")
        write_table(table, ["id", *"abcdef"], rows)
        file.write_text(_WIDE)
        ledger = Ledger()
        studies = list(read_mapped(table, read_mapping(file), ledger))
    assert len(studies) + sum("effect" not in f.message for f in ledger.skipped) == len(
        {row[0] for row in rows}
    )
    for study in studies:
        values = list(scalars(json.loads(encode(study))))
        own = [row for row in rows if (study.extra.get("id"), row[0]) == (int(row[0]), row[0])]
        for row in own:
            for column, cell in zip("abcdef", row[1:], strict=True):
                text = cell.strip()
                if not text or text.casefold() in ("na", "n/a", "nan", "."):
                    continue
                parts = [part.strip() for part in text.split(";")]
                assert any(
                    same(value, text)
                    or (isinstance(value, str) and value.strip() in (text, *parts))
                    or (text.startswith("<") and same(value, text[1:]))
                    for value in values
                ) or (column in "ce" and text in ("1", "yes") and column in values), (column, cell)


def test_ten_thousand_columns() -> None:
    width = 10_000
    table = ",".join(["id", *(f"c{i}" for i in range(width))]) + "\n"
    table += "\n".join(",".join([str(n), *["1"] * width]) for n in range(3))
    studies, _ = take(table, HEAD)
    assert [len(study.extra) for study in studies] == [width] * 3
    with TemporaryDirectory() as folder:
        file = Path(folder, "wide.csv")
        file.write_text(table)
        draft = guess_mapping(file)
    assert draft.count("# column = ") == width
    with pytest.raises(InvalidTableError, match="no column 'c10000'"):
        take(table, HEAD + 'year = "c10000"')


# Drafts


@pytest.mark.parametrize(
    ("name", "studies", "findings"),
    [(OFFENDERS, 54, 0), (DROPOUT, 152, 385), (K6, 195, 1334), (WWC, 373, 1553)],
)
def test_a_draft_reads_as_it_stands(name: str, studies: int, findings: int, tmp_path: Path) -> None:
    table = DATA / f"{name}.csv"
    draft = guess_mapping(table)
    (tmp_path / "m.toml").write_text(draft, encoding="utf-8")
    ledger = Ledger()
    found = list(read_mapped(table, read_mapping(tmp_path / "m.toml"), ledger))
    assert (len(found), sum(len(study.findings) for study in found)) == (studies, findings)
    assert not ledger.skips
    assert all(column in draft for column in rows_of(name)[0])
    # Nothing says whether a yes/no column is a component or a strategy, so the draft does not.
    assert not any(study.strategies for study in found)
    if name == K6:
        assert 'title = "Title"' in draft
        assert found[0].year == 2002
        # A draft that takes such a column in reads too.
        block = '# [[component]]\n# column = "CAI"\n# label = "CAI"\n'
        assert block in draft
        draft = draft.replace(block, block.replace("# ", ""))
        (tmp_path / "m.toml").write_text(draft, encoding="utf-8")
        found = list(read_mapped(table, read_mapping(tmp_path / "m.toml"), Ledger()))
        groups = by_key(rows_of(K6), "Study_ID").values()
        assert components(found)["CAI"] == sum(any(r["CAI"] == "1" for r in g) for g in groups)


def test_a_draft_names_the_author_and_year() -> None:
    draft = guess_mapping(HERE / "data" / "practice_facilitation_baskerville2012.csv")
    assert 'key = ["author", "year"]' in draft
    assert 'value = "smd"\nse = "se"' in draft


@given(
    st.lists(
        st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
        min_size=1,
        max_size=6,
    ),
    st.lists(st.lists(_CELLS, min_size=6, max_size=6), max_size=4),
)
def test_a_draft_of_any_table_is_a_mapping(titles: list[str], rows: list[list[str]]) -> None:
    with TemporaryDirectory() as folder:
        table, file = Path(folder, "t.csv"), Path(folder, "m.toml")
        write_table(table, titles, [row[: len(titles)] for row in rows])
        try:
            draft = guess_mapping(table)
        except InvalidTableError:
            filled = [sum(bool(cell.strip()) for cell in row[: len(titles)]) for row in rows]
            nothing = not any(title.strip() for title in titles)
            assert nothing or len(titles) == 1 or max(filled) <= 1
            return
        file.write_text(draft, encoding="utf-8", newline="")
        list(read_mapped(table, read_mapping(file), Ledger()))


def test_a_draft_proposes_sectors_and_terms(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text(
        "study_id,title,Sector,use_data_experts,Cost,CAI\n"
        "1,A trial,Health,1,0,1\n2,B trial,education; child welfare,0,1,0\n3,C trial,astrology,0,1,0\n"
        "4,D trial,HEALTH,1,1,1\n"
    )
    draft = guess_mapping(table)
    assert "# No sector, as far as known: astrology." in draft
    assert '# column = "CAI"\n# label = "CAI"\n#\n' in draft
    for kind in ("strategy", "barrier"):  # as offered, taken in
        start = draft.index(f"# [[{kind}]]\n")
        block = draft[start : draft.index("#\n", start)]
        draft = draft.replace(block, block.replace("# ", ""))
    (tmp_path / "m.toml").write_text(draft)
    ledger = Ledger()
    found = list(read_mapped(table, read_mapping(tmp_path / "m.toml"), ledger))
    assert [study.sectors for study in found] == [
        ("sector:health",), ("sector:education", "sector:child-welfare"), (), ("sector:health",),
    ]  # fmt: skip
    assert [[node.codes for node in study.strategies] for study in found] == [
        [("eric:use-data-experts",)], [], [], [("eric:use-data-experts",)],
    ]  # fmt: skip
    assert [[node.codes for node in study.barriers] for study in found][:2] == [
        [], [("cfir-2009:cost",)],
    ]  # fmt: skip
    assert ledger.count("Sector = 'astrology'") == 1


@pytest.mark.parametrize(
    "text",
    [
        "TY  - JOUR\nAU  - Smith, J\nTI  - Trust\nER  - \n",
        "@article{smith,\n" + "title = {Trust},\n" * 100 + "}\n",
        "only\na\nb\n",
    ],
)
def test_no_draft_of_what_is_no_table(text: str, tmp_path: Path) -> None:
    table = tmp_path / "refs.ris"
    table.write_text(text)
    with pytest.raises(
        InvalidTableError, match=r"refs\.ris(.|\n)*expected a table of several columns"
    ):
        guess_mapping(table)


# Codes of the mapping


def test_codes_that_no_taxonomy_has_are_listed() -> None:
    (study,), ledger = take(
        "t,s,c\nA,x,1\n",
        """
[study]
key = "t"
title = "t"
sectors = {column = "s", values = {x = "sector:helth"}}
equity = "equity:occupation"
engagement = "tea:green"
[[strategy]]
column = "c"
label = "coaching"
codes = ["eric:facilitaton", "eric:facilitation", "eric:5", "tea:black"]
""",
    )
    assert study.strategies[0].codes == (
        "eric:facilitaton", "eric:facilitation", "eric:5", "tea:black",
    )  # fmt: skip
    assert [str(fault) for fault in ledger.left_out if "has no code" in str(fault)] == [
        "study.sectors: sector has no code 'sector:helth'; did you mean sector:health?",
        "strategy[0]: eric has no code 'eric:facilitaton'; did you mean eric:facilitation?",
        "strategy[0]: eric has no code 'eric:5'; did you mean eric:audit-and-provide-feedback?",
    ]
    assert [text for text in ledger.said if "tea" in text] == [
        "its codes in m.toml are not checked: unknown taxonomy 'tea'"
    ]


@pytest.mark.parametrize("name", TABLES)
def test_the_codes_of_the_examples_are_all_there(name: str) -> None:
    ledger = mapped(name)[1]
    assert list(read_mapping(EXAMPLES / f"{name}.toml").codes())
    assert "has no code" not in ledger.summary()
    assert "not checked" not in ledger.summary()


# Mapping files that would take long


@pytest.mark.parametrize(
    "text",
    [
        "a" + ".a" * 33 + "=1",
        '[x]\n"a"' + " . 'a'" * 40 + "=1",
        "x = {a" + ".a" * 100_000 + " = 1}",
        "[a" + ".a" * 100_000 + "]",
    ],
)
def test_a_key_of_many_dots_is_refused_unread(text: str, tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("# one\n" + text)
    line = 3 if text.startswith("[x]") else 2
    with pytest.raises(InvalidTableError, match=f"line {line}: a key of more than 32 dots"):
        read_mapping(file)


def test_dots_elsewhere_are_no_key(tmp_path: Path) -> None:
    dots = "a" + ".a" * 100
    file = tmp_path / "m.toml"
    file.write_text(
        f'# {dots}\n[compendium]\nlicense = \'{dots}\'\ncitation = """{dots}\n{dots}"""\n'
        f'[study]\nkey = "{dots}"\ntitle = {{column = "t", values = {{"{dots}" = "x"}}}}'
    )
    assert read_mapping(file).key == (dots,)


def test_a_mapping_file_has_a_limit(tmp_path: Path) -> None:
    file = tmp_path / "m.toml"
    file.write_text("#" * (256 << 10) + "\n")
    with pytest.raises(InvalidTableError, match="more than 262144 bytes"):
        read_mapping(file)
