"""The bundled compendium: built again to the byte, and every line and row of its sources in it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from implsci import Study
from implsci.codec import decode, encode
from implsci.codes import slug, split
from implsci.compendia import examples
from implsci.plugins import Registry
from implsci.testing import CompendiumContract

ROOT = Path(__file__).parents[2]
DATA = ROOT / "tests" / "data"
SHIPPED = examples.compendium().path
HEALTH, SOCIAL = "coded_from_abstracts_health.jsonl", "coded_from_abstracts_social.jsonl"
TABLE, PUBLISHED = "eric_coded_studies.csv", "published_findings.csv"
FACILITATION = "practice_facilitation_baskerville2012.csv"

# The eight that both abstract files hold, social id first, as the README of the files lists them.
TWICE = {
    "dobbins-2009-kte": "dobbins-2009",
    "dorsey-2019-kenya": "dorsey-2019",
    "harvey-2018-fire": "fire-external-facilitators-2018",
    "lam-2016-cpic": "lam-2016",
    "mendel-2021-cpic": "mendel-2020",
    "seers-2018-fire": "seers-2018",
    "wong-2011-restoration": "wong-2011",
    "yakovchenko-2025-alliance": "yakovchenko-2025",
}
# The four that an abstract file and the table of coded studies hold.
IN_TABLE = {
    "caton-2020": "Caton 2020",
    "feedback-engagement-2023": "Audit and feedback, Ontario nursing homes 2023",
    "metz-2024-trust-training": "Trust training in child welfare 2024",
    "moud-california-2022": "MOUD in 41 California clinics 2022",
}


def jsonl(name: str) -> list[dict[str, Any]]:
    text = (DATA / "studies" / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def table(name: str, folder: Path = DATA / "studies") -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def studies() -> dict[str, Study]:
    return {study.id: study for study in map(decode, SHIPPED.read_bytes().splitlines())}


def numbers(locator: str) -> Iterator[int]:
    for low, high in re.findall(r"(\d+)(?:-(\d+))?", locator):
        yield from range(int(low), int(high or low) + 1)


def located(studies: dict[str, Study], source: str) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for study in studies.values():
        for provenance in study.provenance:
            if provenance.source == source:
                assert provenance.locator is not None
                for number in numbers(provenance.locator):
                    found[number].append(study.id)
    return found


def texts(study: Study) -> str:
    return json.dumps(json.loads(encode(study)), ensure_ascii=False).casefold()


class TestExamplesContract(CompendiumContract):
    plugin = examples


# --- the file ---


def test_building_again_gives_the_same_bytes(tmp_path: Path) -> None:
    if not (ROOT / "tools" / "examples").is_dir():
        pytest.skip("the builder travels with the repository, not with the sdist")
    subprocess.run(
        [sys.executable, "-W", "error", "-m", "tools.examples", "--out", tmp_path],
        cwd=ROOT,
        check=True,
        stdout=subprocess.DEVNULL,
    )
    assert (tmp_path / "examples.jsonl").read_bytes() == SHIPPED.read_bytes()
    page = SHIPPED.with_name("EXAMPLES.md")
    assert (tmp_path / "EXAMPLES.md").read_bytes() == page.read_bytes()


def test_one_study_a_line_sorted_by_id(studies: dict[str, Study]) -> None:
    data = SHIPPED.read_bytes()
    ids = [json.loads(line)["id"] for line in data.splitlines()]
    assert ids == sorted(set(ids))
    assert data == b"".join(encode(study) + b"\n" for study in studies.values())


def test_the_numbers_of_studies_add_up(studies: dict[str, Study]) -> None:
    lines = len(jsonl(HEALTH)) + len(jsonl(SOCIAL))
    assert lines == 231
    # 132 names: one trial stands there as three arms, and one name is a review.
    coded = len({row["study"] for row in table(TABLE)}) - 2 - 1
    assert coded == 129
    assert len(studies) == lines - len(TWICE) + coded - len(IN_TABLE) + 23 + 2


def test_plugin_names_file_rights_and_citation() -> None:
    (source,) = examples.implsci_compendia()
    assert source == examples.compendium()
    assert source.name == "implsci-examples"
    assert source.path.is_file()
    assert source.title
    assert source.license
    assert source.citation


def test_codes_stand_in_the_tables_of_the_package(studies: dict[str, Study]) -> None:
    folder = Path(examples.__file__).parents[1] / "taxonomies"
    known: dict[str, set[str]] = {}
    codes = set(re.findall(r'"([a-z0-9-]+:[A-Za-z0-9._-]+)"', SHIPPED.read_text(encoding="utf-8")))
    schemes = Counter(code.partition(":")[0] for code in codes)
    assert {"eric", "cfir-2009", "proctor", "trust", "relational"} <= set(schemes)
    assert {"equity", "sector", "engagement"} <= set(schemes)
    for code in sorted(codes):
        scheme, name = code.split(":")
        if scheme in ("bct-v1", "bcw"):
            continue
        if scheme not in known:
            known[scheme] = {row["code"] for row in table(f"{scheme}.csv", folder)}
        assert name in known[scheme], code


def test_no_problem_is_found(registry: Registry) -> None:
    from implsci import load

    problems = load(SHIPPED, registry=registry).check(registry)
    assert [problem for problem in problems if problem.severity != "info"] == []


# --- every line and row ---


@pytest.mark.parametrize("name", [HEALTH, SOCIAL])
def test_every_line_is_in_one_study(studies: dict[str, Study], name: str) -> None:
    found = located(studies, name)
    merged = {other: kept for kept, other in TWICE.items()}
    assert sorted(found) == list(range(1, len(jsonl(name)) + 1))
    for number, line in enumerate(jsonl(name), 1):
        assert found[number] == [merged.get(line["id"], line["id"])]


def test_every_row_of_the_tables_is_in_one_study(studies: dict[str, Study]) -> None:
    rows = table(TABLE)
    review = {n for n, row in enumerate(rows, 1) if row["study"].startswith("REVIEW ")}
    found = located(studies, TABLE)
    assert set(found) == set(range(1, len(rows) + 1)) - review
    names: dict[str, set[str]] = defaultdict(set)
    for number, ids in found.items():
        assert len(ids) == 1
        names[ids[0]].add(re.sub(r" arm \d.*", "", rows[number - 1]["study"]))
    assert all(len(said) == 1 for said in names.values())
    assert len(names) == 129
    for name, count in ((FACILITATION, 23), (PUBLISHED, 15)):
        assert sorted(located(studies, name)) == list(range(1, count + 1))


def test_every_value_of_the_coded_table_is_kept(studies: dict[str, Study]) -> None:
    found = located(studies, TABLE)
    countries = {"DRC": "CD", "Ivory Coast": "CI", "England": "GB", "USA": "US", "Russia": "RU"}
    for number, row in enumerate(table(TABLE), 1):
        if number not in found:
            continue
        study = studies[found[number][0]]
        value = row["value"]
        if row["field"] == "country":
            assert study.countries
            assert study.countries[0] == countries.get(value, study.countries[0])
        elif row["field"] == "doi":
            assert study.citation is not None
            assert study.citation.doi == value
        elif row["field"] == "strategy_eric":
            codes = {c.code for s in study.strategies for c in s.codings}
            assert f"eric:{slug(value)}" in codes, (number, value)
        elif row["field"] == "barrier_cfir":
            code = f"cfir-2009:{slug(value.partition(' (')[0])}"
            assert any(code in barrier.codes for barrier in study.barriers), (number, value)
        elif row["field"] == "bct_bcttv1":
            assert any(f"bct-v1:{value}" in s.codes for s in study.strategies)
        elif row["field"] == "sample_size" and study.arms:
            assert value.removesuffix(" clinics") in {str(arm.n) for arm in study.arms}
        elif row["field"] in ("study_type", "stage"):
            assert (study.hybrid_type == 1) is ("Type 1" in value) or row["field"] == "stage"
            assert study.scale_stage in ("pilot", "scale-up")
        else:
            said = texts(study)
            parts = re.split(r" \| |; ", value)
            if row["field"] == "outcome_direction":
                parts = parts[:1]
            for part in parts:
                plain = re.sub(r"^(Cost$|FY\d\d (?=\d)|expected barrier )|%$", "", part)
                plain = plain.partition(" (printed:")[0]
                assert plain.casefold() in said, (number, row["field"], part)


def unmerged() -> Iterator[Any]:
    merged = {*TWICE, *TWICE.values(), *IN_TABLE}
    for name in (HEALTH, SOCIAL):
        for line in jsonl(name):
            if line["id"] not in merged:
                yield pytest.param(line, id=line["id"])


@pytest.mark.parametrize("line", list(unmerged()))
def test_a_line_and_its_study_say_the_same(studies: dict[str, Study], line: dict[str, Any]) -> None:
    study = studies[line["id"]]
    assert (study.title, study.year) == (line["title"], line["year"])
    assert list(study.countries) == line["countries"]
    assert study.design_label == line["design"]
    assert study.scale_stage == line["scale_stage"]
    assert [setting.label for setting in study.settings] == [line["setting"]]
    assert (study.citation.doi if study.citation else None) == line["doi"]
    assert study.provenance[0].url == line["url"]
    assert study.provenance[0].note == line["source"]
    assert study.codings[0].confidence == line["confidence"]
    assert len(study.equity) == len(line["equity"])
    if line["sector"] == "other":
        assert study.sectors == ()
        assert study.extra["sector_as_coded"] == "other"
    else:
        assert study.sectors == (f"sector:{line['sector']}",)
    engagement = {None: (), "mixed": ("push", "co-creation")}
    words = engagement.get(line["engagement"], (line["engagement"],))
    assert study.engagement == tuple(f"engagement:{word}" for word in words)
    if line["innovation"]:
        assert study.innovation is not None
        assert study.innovation.name == line["innovation"]["name"]
        assert study.innovation.kind == line["innovation"]["kind"]

    def coded(scheme: str, label: str | None) -> list[str]:
        return [] if label is None else [f"{scheme}:{slug(label)}"]

    assert [(b.label, list(b.codes), b.level, b.valence) for b in study.barriers] == [
        (b["as_named"], coded("cfir-2009", b["cfir_2009"]), b["level"], b["valence"])
        for b in line["barriers"]
    ]
    for strategy, said in zip(study.strategies, line["strategies"], strict=True):
        assert strategy.label == said["as_named"]
        eric = [code for code in strategy.codes if split(code)[0] == "eric"]
        assert eric == coded("eric", said["eric"])
        for name in ("actor", "action_target", "dose"):
            assert getattr(strategy, name) == said[name]
        assert strategy.addresses == tuple(f"b{i + 1}" for i in said["addresses"] or ())
        if said["relational"] is None:
            assert list(strategy.codes) == eric
        else:
            assert said["relational"] in {coding.value for coding in strategy.codings}
    assert [(o.label, list(o.codes), o.kind, o.desirable) for o in study.outcomes] == [
        (o["as_named"], coded("proctor", o["proctor"]), o["kind"], o["desirable"])
        for o in line["outcomes"]
    ]
    labels = {actor.id: actor.label for actor in study.actors}
    for tie, said in zip(study.relationships, line["relationships"], strict=True):
        assert (tie.label, tie.quality) == (said["as_named"], said["quality"])
        assert " - ".join(labels[party] for party in tie.parties) == said["parties"]
        assert [c.value for c in tie.codings if c.of == "role"] == [said["role"]]
    for finding, said in zip(study.findings, line["findings"], strict=True):
        assert finding.strategies == tuple(f"s{i + 1}" for i in said["strategies"])
        assert finding.barriers == tuple(f"b{i + 1}" for i in said["barriers"])
        assert finding.outcome == f"o{said['outcome'] + 1}"
        assert finding.direction == said["direction"]
        assert finding.comparator_label == said["comparator"]
        assert (finding.comparator == "none") is (said["comparator"] is None)
        assert (finding.n, finding.timepoint) == (said["n"], said["timepoint"])
        if said["relationship"] is None:
            assert (finding.relationship, finding.role) == (None, None)
        else:
            assert finding.relationship == f"r{said['relationship'] + 1}"
            assert finding.role == line["relationships"][said["relationship"]]["role"]
        names = ("value", "ci_low", "ci_high", "p")
        estimate = finding.estimate
        if estimate is None:
            assert all(said[name] is None for name in (*names, "metric"))
        else:
            # The lines print risk differences in percentage points, records hold proportions.
            points = 100 if said["metric"] == "RD" else 1
            for name in names:
                own, printed = getattr(estimate, name), said[name]
                assert (own is None) is (printed is None)
                if own is not None:
                    unit = 1 if name == "p" else points
                    assert own * unit == pytest.approx(printed, abs=1e-9)
            assert said["metric"] in (estimate.metric, None)


def test_p_values_are_exact_or_bounds_as_the_readme_says(studies: dict[str, Study]) -> None:
    exact = {("ethiopia-checklist", 0.001), ("yapa-2020", 0.01)}
    seen = set()
    for study in studies.values():
        for finding in study.findings:
            if (estimate := finding.estimate) and estimate.p is not None:
                bound = estimate.p in (0.0001, 0.001, 0.01, 0.05)
                exempt = (study.id, estimate.p) in exact
                seen |= {(study.id, estimate.p)} & exact
                assert estimate.p_bound == ("below" if bound and not exempt else "exact")
    assert seen == exact


def test_countries_of_the_coded_lines(studies: dict[str, Study]) -> None:
    lines = jsonl(HEALTH) + jsonl(SOCIAL)
    countries = {country for line in lines for country in line["countries"]}
    assert len(countries) == 38
    assert sum(not line["countries"] for line in lines) == 51
    coded = {
        s.id
        for source in (HEALTH, SOCIAL)
        for (s,) in (
            [studies[name] for name in names] for names in located(studies, source).values()
        )
    }
    assert {country for name in coded for country in studies[name].countries} == countries


# --- links, bases, labels ---


def test_no_link_but_those_of_the_lines(studies: dict[str, Study]) -> None:
    lines = {line["id"]: line for line in jsonl(HEALTH) + jsonl(SOCIAL)}
    links = Counter(
        {
            name: sum(len(s["addresses"] or ()) for s in line["strategies"])
            for name, line in lines.items()
        }
    )
    for study in studies.values():
        made = sum(len(strategy.addresses) for strategy in study.strategies)
        assert made == links[study.id] + links[TWICE.get(study.id, "")]
        assert study.links_coded == ("partial" if made else "none")
        assert not any(s.acts_through or s.builds or s.outcomes for s in study.strategies)
    assert links.total() == 45


def test_effects_need_strategies_a_comparator_and_a_design_that_has_them(
    studies: dict[str, Study],
) -> None:
    for study in studies.values():
        for finding in study.findings:
            assert finding.basis is not None
            if finding.basis == "effect":
                assert finding.strategies
                assert finding.comparator in ("before", "usual_practice", "strategy", "other")
                assert study.design not in ("qualitative", "cross_sectional")
            if finding.basis == "asserted":
                assert finding.role == "necessary_condition"


def test_what_is_held_against_a_target_is_no_effect(studies: dict[str, Study]) -> None:
    labels = {"target 57%", "plan", "intended impact", "hoped-for use", "logic pathway"}
    bases = {
        finding.basis
        for study in studies.values()
        for finding in study.findings
        if finding.comparator_label in labels
    }
    assert bases == {"description"}


def test_relational_labels_take_a_code_only_where_one_can_be_meant(
    studies: dict[str, Study],
) -> None:
    actions = [
        (row["code"], {source.strip() for source in row["sources"].split(";")})
        for row in table("relational_proposal.csv")
    ]
    seeds = {
        row["label"]: [name for name, sources in actions if f"seed:{row['code']}" in sources]
        for row in table("relational_from_seeds.csv")
    }
    metz = {
        row["label"]
        for row in table("relational_trust_metz2022.csv")
        if row["parent_code"] in ("REL", "TEC")
    }
    # The first coder of this study called the same strategy an exchange, and the first decides.
    outvoted = defaultdict(str, {"dobbins-2009-kte": "trust:frequent-interactions"})
    count = 0
    for study in studies.values():
        for strategy in study.strategies:
            for coding in strategy.codings:
                label = coding.value
                if label in metz:
                    assert f"trust:{slug(label)}" == coding.code
                    assert coding.code in strategy.codes or coding.code == outvoted[study.id]
                elif label in ("Push", "Pull", "Co-creation / exchange"):
                    assert coding.of == "engagement"
                    assert coding.code is not None
                    assert coding.code.startswith("engagement:")
                elif label in seeds and len(seeds[label]) == 1:
                    assert coding.code == f"relational:{seeds[label][0]}"
                    assert coding.code in strategy.codes
                elif label in seeds or label == "Trusting relationships":
                    assert coding.code is None
                else:
                    continue
                count += 1
            assert not any(code.startswith("engagement:") for code in strategy.codes)
    lines = jsonl(HEALTH) + jsonl(SOCIAL)
    assert count == sum(s["relational"] is not None for x in lines for s in x["strategies"])


# --- merged studies ---


@pytest.mark.parametrize("kept", sorted(TWICE))
def test_the_eight_coded_twice_hold_both_codings(studies: dict[str, Study], kept: str) -> None:
    other = TWICE[kept]
    assert other not in studies
    study = studies[kept]
    assert study.extra["also_known_as"] == other
    coders = {"model, from abstract (health file)", "model, from abstract (social file)"}
    assert coders <= {coding.coder for coding in study.codings}
    lines = {
        "(social file)": next(line for line in jsonl(SOCIAL) if line["id"] == kept),
        "(health file)": next(line for line in jsonl(HEALTH) if line["id"] == other),
    }
    social, health = lines.values()
    if social["doi"]:
        assert social["doi"] == health["doi"] == (study.citation and study.citation.doi)
    else:
        assert social["url"].split("?")[0] == health["url"].split("?")[0]
    for which, line in lines.items():
        coder = f"model, from abstract {which}"
        # Whatever a coder named is there, as the label or as that coder's word for the node.
        for kind in ("barriers", "strategies", "relationships", "outcomes"):
            for said in line[kind]:
                assert any(
                    node.label.casefold() == said["as_named"].casefold()
                    or any(
                        c.coder == coder and c.of == "label" and c.value == said["as_named"]
                        for c in node.codings
                    )
                    for node in getattr(study, kind)
                ), (which, kind, said["as_named"])
        mine = [
            c.value
            for finding in study.findings
            for c in finding.codings
            if c.coder == coder and c.of == "direction"
        ]
        assert Counter(mine) == Counter(said["direction"] for said in line["findings"])
    assert any(
        {c.coder for c in node.codings if c.of is None} >= coders
        for kind in ("barriers", "strategies", "outcomes")
        for node in getattr(study, kind)
    )


def test_a_conflict_keeps_the_first_coder_and_records_the_other(studies: dict[str, Study]) -> None:
    study = studies["mendel-2021-cpic"]
    assert study.year == 2021
    (other,) = [coding for coding in study.codings if coding.of == "year"]
    assert (other.coder, other.value) == ("model, from abstract (health file)", "2020")
    trust = next(b for b in studies["wong-2011-restoration"].barriers if "trust" in b.label)
    assert trust.codes == ("cfir-2009:networks-and-communications",)
    assert "cfir-2009:cosmopolitanism" in {coding.code for coding in trust.codings}


@pytest.mark.parametrize("kept", sorted(IN_TABLE))
def test_studies_of_the_table_and_the_abstract_files_are_one(
    studies: dict[str, Study], kept: str
) -> None:
    study = studies[kept]
    assert study.extra["also_known_as"] == IN_TABLE[kept]
    assert slug(IN_TABLE[kept]) == kept or slug(IN_TABLE[kept]) not in studies
    assert {"implsci founders"} < {coding.coder for coding in study.codings}
    assert TABLE in {provenance.source for provenance in study.provenance}


def test_no_doi_names_two_studies(studies: dict[str, Study]) -> None:
    dois = Counter(
        study.citation.doi for study in studies.values() if study.citation and study.citation.doi
    )
    assert {doi for doi, count in dois.items() if count > 1} == {"10.1370/afm.1312"}


def test_studies_of_one_trial_share_a_programme(studies: dict[str, Study]) -> None:
    groups = defaultdict(set)
    for study in studies.values():
        if study.programme:
            groups[study.programme].add(study.id)
    assert all(len(members) > 1 for members in groups.values())
    assert groups["FIRE"] == {"seers-2018-fire", "harvey-2018-fire", "rycroft-malone-2018-fire"}
    assert groups["PROSPER"] == {"chilenski-2016-ta-power", "chilenski-2018-ta"}
    assert groups["Swedish HPV catch-up vaccination"] == {"rehn2016", "whitaker2020"}
    assert groups["JJ-TRIALS"] == {"knight-2022-jjtrials", "jj-trials-2016-protocol"}
    # Other trials of one program do not depend on one another.
    for name in ("agto-2013", "nathan-2021-pace", "wolfenden-2017-canteen"):
        assert studies[name].programme is None
    # What is grouped on less than a statement says so.
    for name in ("friedmann-2015-linkage", "monico-2016"):
        assert "seemingly" in (studies[name].note or "")


# --- the other tables ---


def test_the_facilitation_trials_hold_the_effects_of_the_table(studies: dict[str, Study]) -> None:
    trials = [s for name, s in studies.items() if name.startswith("baskerville-")]
    rows = table(FACILITATION, DATA)
    designs = {"rct": "rct", "crct": "cluster_rct", "cct": "quasi_experimental"}
    countries = {"Can": "CA", "Aus": "AU", "UK": "GB"}
    assert len(trials) == len(rows) == 23
    for trial, row in zip(trials, rows, strict=True):
        (finding,) = trial.findings
        estimate = finding.estimate
        assert estimate is not None
        assert (estimate.metric, estimate.value, estimate.se) == (
            "SMD",
            float(row["smd"]),
            float(row["se"]),
        )
        assert finding.direction == "improved"
        assert trial.year == int(row["year"])
        assert trial.design == designs[row["design"]]
        assert trial.countries == (countries.get(row["country"], row["country"]),)
        assert [s.codes for s in trial.strategies] == [("eric:facilitation",)]


def test_arms_of_one_trial_are_one_study(studies: dict[str, Study]) -> None:
    study = studies["spread-net-gold-2019"]
    assert [(arm.n, len(arm.strategies)) for arm in study.arms] == [(9, 4), (11, 6), (9, 7)]
    (finding,) = study.findings
    assert finding.direction == "mixed"


# --- facts by hand ---


def test_a_hazard_ratio_the_line_does_not_call_one(studies: dict[str, Study]) -> None:
    estimates = [finding.estimate for finding in studies["williams-2025-nfp"].findings]
    assert estimates[0] is None
    assert estimates[1] is not None
    assert (estimates[1].metric, estimates[1].value) == ("HR", 0.986)
    assert (estimates[1].ci_low, estimates[1].ci_high) == (0.981, 0.992)


def test_a_trial_with_numbers(studies: dict[str, Study]) -> None:
    study = studies["nathan-2021-pace"]
    assert (study.countries, study.design) == (("AU",), "cluster_rct")
    first = study.findings[0]
    assert first.estimate is not None
    assert (first.estimate.metric, first.estimate.value) == ("MD", 44.2)
    assert (first.comparator, first.basis) == ("usual_practice", "effect")
    assert first.bundled


def test_scores_of_a_working_alliance(studies: dict[str, Study]) -> None:
    (tie,) = studies["yakovchenko-2025-alliance"].relationships
    assert tie.label == "working alliance"
    assert [(m.subscale, m.value, m.sd) for m in tie.measurements] == [
        (None, 5.9, 0.4),
        ("bond", 6.1, 0.5),
        ("goal", 6.0, 0.4),
        ("task", 5.8, 0.5),
    ]
    assert {(m.scale_min, m.scale_max) for m in tie.measurements} == {(1, 7)}


def test_a_necessary_condition_is_asserted(studies: dict[str, Study]) -> None:
    study = studies["search-cocreation"]
    assert study.countries == ("AU",)
    assert {finding.basis for finding in study.findings if finding.role} == {"asserted"}


def test_a_table_row_with_a_ratio(studies: dict[str, Study]) -> None:
    study = studies["fottrell-2013"]
    assert study.countries == ("BD",)
    (finding,) = study.findings
    assert finding.estimate is not None
    assert finding.estimate.metric == "RR"
    assert (finding.estimate.value, finding.estimate.ci_low, finding.estimate.ci_high) == (
        0.62,
        0.43,
        0.89,
    )
    (outcome,) = study.outcomes
    assert (outcome.label, outcome.desirable) == ("neonatal mortality", "lower")


def test_what_needs_judging_stays_in_the_note(studies: dict[str, Study]) -> None:
    study = studies["3ps-for-prevention"]
    assert study.findings == ()
    assert any("misprint" in (outcome.note or "") for outcome in study.outcomes)


def test_expected_barriers_are_no_links(studies: dict[str, Study]) -> None:
    study = studies["yakovchenko-2023"]
    warehouse = study.strategies[0]
    assert warehouse.label == "Use data warehousing techniques"
    assert [(m.time, m.value) for m in warehouse.measurements] == [("FY18", 73), ("FY19", 75)]
    assert warehouse.addresses == ()
    assert "Reflecting & Evaluating" in (warehouse.note or "")
