"""TDF, COM-B, mechanisms of action, techniques, the wheel, PARIHS and i-PARIHS against their facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from facts import Row, hold, read

from implsci.taxonomies import bct, bcw, com_b, iparihs, moa, parihs, tdf
from implsci.taxonomy import Taxonomy
from implsci.testing import TaxonomyContract


class TestTdf(TaxonomyContract):
    taxonomy = tdf.taxonomy


class TestComB(TaxonomyContract):
    taxonomy = com_b.taxonomy


class TestMoa(TaxonomyContract):
    taxonomy = moa.taxonomy


class TestBct(TaxonomyContract):
    taxonomy = bct.taxonomy


class TestBcw(TaxonomyContract):
    taxonomy = bcw.taxonomy


class TestParihs(TaxonomyContract):
    taxonomy = parihs.taxonomy


class TestIparihs(TaxonomyContract):
    taxonomy = iparihs.taxonomy


# Constructs of the table "from memory" that were read since, in articles their `source` names.
TDF_RESTATED = (
    *(f"TDF2.08.{number:02}" for number in range(1, 4)),
    *(f"TDF2.12.{number:02}" for number in range(1, 7)),
)


def _framework(data: Path, name: str) -> list[Row]:
    rows = read(data / "determinants" / "parihs_iparihs.csv")
    return [row for row in rows if row["code"].partition(".")[0] == name]


def test_tdf_agrees_with_its_facts(data: Path) -> None:
    rows = read(data / "determinants" / "tdf_v2.csv")
    hold(tdf.taxonomy(), rows, restated=TDF_RESTATED)
    assert Counter(row["level"] for row in rows) == {"domain": 14, "construct": 84}


def test_com_b_agrees_with_its_facts(data: Path) -> None:
    hold(com_b.taxonomy(), read(data / "determinants" / "com_b.csv"))


def test_mechanisms_agree_with_their_facts(data: Path) -> None:
    hold(moa.taxonomy(), read(data / "determinants" / "moa_26.csv"))


def test_techniques_agree_with_their_facts(data: Path) -> None:
    hold(bct.taxonomy(), read(data / "studies" / "bcttv1.csv"), published=True)


def test_the_wheel_agrees_with_its_facts(data: Path) -> None:
    hold(bcw.taxonomy(), read(data / "strategies" / "behaviour_change_wheel.csv"))


def test_parihs_agrees_with_its_facts(data: Path) -> None:
    hold(parihs.taxonomy(), _framework(data, "PARIHS"))


def test_iparihs_agrees_with_its_facts(data: Path) -> None:
    hold(iparihs.taxonomy(), _framework(data, "IPARIHS"))


@pytest.mark.parametrize(
    ("build", "family", "kinds"),
    [
        (tdf.taxonomy, "tdf", {"barrier": 98}),
        (com_b.taxonomy, "com-b", {"barrier": 9}),
        (moa.taxonomy, "moa", {"mechanism": 26}),
        (bct.taxonomy, "bct", {"group": 16, "strategy": 93}),
        (bcw.taxonomy, "bcw", {"group": 2, "strategy": 16}),
        (parihs.taxonomy, "parihs", {"group": 2, "barrier": 9}),
        (iparihs.taxonomy, "iparihs", {"group": 5, "barrier": 35, "strategy": 1}),
    ],
)
def test_families_and_kinds(
    build: Callable[[], Taxonomy], family: str, kinds: dict[str, int]
) -> None:
    found = build()
    assert found.family == family
    assert Counter(term.kind for term in found) == kinds


@pytest.mark.parametrize(
    ("build", "code", "label"),
    [
        (tdf.taxonomy, "tdf-v2:skills", "Skills"),
        (tdf.taxonomy, "tdf-v2:skills-skills", "Skills"),
        (tdf.taxonomy, "tdf-v2:self-efficacy", "Self-efficacy"),
        (tdf.taxonomy, "tdf-v2:optimism-identity", "Identity"),
        (tdf.taxonomy, "tdf-v2:behavioural-regulation-action-planning", "Action planning"),
        (tdf.taxonomy, "tdf-v2:goals-action-planning", "Action planning"),
        (com_b.taxonomy, "com-b:reflective-motivation", "Reflective motivation"),
        (moa.taxonomy, "moa:behavioral-cueing", "Behavioral Cueing"),
        (bct.taxonomy, "bct-v1:1", "Goals and planning"),
        (bct.taxonomy, "bct-v1:1.1", "Goal setting (behavior)"),
        (bct.taxonomy, "bct-v1:2.2", "Feedback on behavior"),
        (bct.taxonomy, "bct-v1:10.1", "Material incentive (behavior)"),
        (bct.taxonomy, "bct-v1:10.10", "Reward (outcome)"),
        (bct.taxonomy, "bct-v1:16.3", "Vicarious consequences"),
        (bcw.taxonomy, "bcw:enablement", "Enablement"),
        (bcw.taxonomy, "bcw:environmental-social-planning", "Environmental/social planning"),
        (parihs.taxonomy, "parihs:receptive-context", "Receptive context"),
        (iparihs.taxonomy, "iparihs:context-local-level-culture", "Culture"),
        (iparihs.taxonomy, "iparihs:context-organisational-level-culture", "Culture"),
        (iparihs.taxonomy, "iparihs:environmental-in-stability", "Environmental (in)stability"),
    ],
)
def test_codes_that_people_know(build: Callable[[], Taxonomy], code: str, label: str) -> None:
    assert build()[code].label == label


def test_a_construct_may_sit_in_two_domains() -> None:
    often = Counter(term.label for term in tdf.taxonomy() if term.broader)
    assert {label for label, times in often.items() if times > 1} == {
        "Action planning",
        "Beliefs",
        "Consequents",
        "Group identity",
        "Identity",
        "Professional confidence",
    }


def test_the_first_mechanisms_are_the_domains_of_tdf() -> None:
    def plain(term_label: str) -> str:
        return term_label.replace("Behaviour", "Behavior").replace(",", "")

    domains = [plain(term.label) for term in tdf.taxonomy() if not term.broader]
    assert [plain(term.label) for term in moa.taxonomy()][:14] == domains


def test_techniques_are_found_by_their_numbers() -> None:
    found = bct.taxonomy()
    assert all(term.notation == term.code.partition(":")[2] for term in found)
    assert len(found.narrower("bct-v1:10")) == 11


def test_the_wheel_tells_functions_from_policies() -> None:
    parts = Counter(term.facet("part") for term in bcw.taxonomy())
    assert parts == {(): 2, ("intervention-function",): 9, ("policy-category",): 7}


def test_facilitation_is_help_given_in_one_framework_and_a_condition_in_the_other() -> None:
    assert iparihs.taxonomy()["iparihs:facilitation"].kind == "strategy"
    assert parihs.taxonomy()["parihs:facilitation"].kind == "barrier"
