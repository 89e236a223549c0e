"""Determinant frameworks and their outcomes: they pass the contract, and say what their tables say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from facts import hold, read

from implsci.taxonomies import cfir, epis, nirn, prism, re_aim, ticd
from implsci.taxonomy import Taxonomy
from implsci.testing import TaxonomyContract


class TestCfir2009(TaxonomyContract):
    taxonomy = cfir.cfir_2009


class TestCfir2022(TaxonomyContract):
    taxonomy = cfir.cfir_2022
    released = (
        "cfir-2022:innovation-source",
        "cfir-2022:roles-innovation-deliverers",
        "cfir-2022:reflecting-and-evaluating-innovation",
    )


class TestCfirOutcomes(TaxonomyContract):
    taxonomy = cfir.cfir_outcomes


class TestTicd(TaxonomyContract):
    taxonomy = ticd.taxonomy


class TestEpis(TaxonomyContract):
    taxonomy = epis.taxonomy


class TestPrism(TaxonomyContract):
    taxonomy = prism.taxonomy


class TestNirn(TaxonomyContract):
    taxonomy = nirn.taxonomy


class TestReAim(TaxonomyContract):
    taxonomy = re_aim.taxonomy


BUILDERS = {
    "cfir-2022": cfir.cfir_2022,
    "cfir-outcomes": cfir.cfir_outcomes,
    "ticd": ticd.taxonomy,
    "epis": epis.taxonomy,
    "prism": prism.taxonomy,
    "nirn": nirn.taxonomy,
    "re-aim": re_aim.taxonomy,
}

# Rows noted as from memory that have since been read in a restatement of the source.
RESTATED = {
    # A study coded with the checklist lists these: doi:10.1186/s12913-019-4012-6 table 1.
    "ticd": {
        f"TICD.{number}"
        for number in (
            "1.01 1.02 1.03 1.05 1.09 1.10 1.11 1.12 1.13 "
            "2.01 2.02 2.05 2.07 2.08 2.09 2.11 2.14 "
            "3.01 3.02 3.03 3.05 4.01 4.03 5.01 5.05 5.06 5.07 6.02 6.04 6.06"
        ).split()
    },
    # The pages of re-aim.org on two domains name these in running text.
    "prism": {f"PRISM.{number}" for number in "I.06 I.07 E.01 E.02 E.04 E.05".split()},
}


@pytest.mark.parametrize(
    ("scheme", "table"),
    [
        ("cfir-2022", "determinants/cfir_2022.csv"),
        ("cfir-outcomes", "outcomes/cfir_outcomes_addendum.csv"),
        ("ticd", "determinants/ticd.csv"),
        ("epis", "determinants/epis.csv"),
        ("prism", "determinants/prism.csv"),
        ("nirn", "determinants/nirn_drivers.csv"),
        ("re-aim", "outcomes/re_aim.csv"),
    ],
)
def test_is_the_fact_table(scheme: str, table: str, data: Path) -> None:
    """Labels, hierarchy and status, row by row."""
    hold(BUILDERS[scheme](), read(data / table), restated=RESTATED.get(scheme, ()))


def test_cfir_2009_is_the_fact_table(data: Path) -> None:
    hold(cfir.cfir_2009(), read(data / "determinants" / "cfir_2009.csv"))


@pytest.mark.parametrize(
    ("scheme", "kinds"),
    [
        # 48 constructs and 19 subconstructs; 5 domains and 2 subdomains
        ("cfir-2022", {"barrier": 67, "group": 7}),
        ("cfir-outcomes", {"outcome": 15, "group": 5}),
        ("ticd", {"barrier": 57, "group": 7}),
        ("epis", {"barrier": 19, "phase": 4, "group": 5}),
        ("prism", {"barrier": 39, "group": 8}),
        ("nirn", {"driver": 9, "group": 4}),
        ("re-aim", {"outcome": 5}),
    ],
)
def test_kinds(scheme: str, kinds: dict[str, int]) -> None:
    assert Counter(term.kind for term in BUILDERS[scheme]()) == kinds


# Typed in from the publications.
GOLDEN = [
    ("cfir-2022:innovation", "Innovation", "I", "group"),
    ("cfir-2022:innovation-evidence-base", "Innovation Evidence-Base", "I.B", "barrier"),
    ("cfir-2022:partnerships-and-connections", "Partnerships & Connections", "II.D", "barrier"),
    ("cfir-2022:performance-measurement-pressure", "Performance-Measurement Pressure", "II.G3",
     "barrier"),
    ("cfir-2022:human-equality-centeredness", "Human Equality-Centeredness", "III.D1", "barrier"),
    ("cfir-2022:culture", "Culture", "III.D", "barrier"),
    ("cfir-2022:mission-alignment", "Mission Alignment", "III.I", "barrier"),
    ("cfir-2022:roles", "Roles", "IV.R", "group"),
    ("cfir-2022:high-level-leaders", "High-level Leaders", "IV.R.A", "barrier"),
    ("cfir-2022:roles-innovation-recipients", "Innovation Recipients", "IV.R.I", "barrier"),
    ("cfir-2022:motivation", "Motivation", "IV.C.D", "barrier"),
    ("cfir-2022:assessing-needs-innovation-recipients", "Innovation Recipients", "V.B2", "barrier"),
    ("cfir-2022:engaging-innovation-deliverers", "Innovation Deliverers", "V.F1", "barrier"),
    ("cfir-2022:adapting", "Adapting", "V.I", "barrier"),
    ("cfir-outcomes:antecedent-assessments", "Antecedent assessments", None, "group"),
    ("cfir-outcomes:adoptability", "Adoptability", None, "outcome"),
    ("cfir-outcomes:sustainment", "Sustainment", None, "outcome"),
    ("cfir-outcomes:reach", "Reach", None, "outcome"),
    ("ticd:guideline-factors", "Guideline factors", None, "group"),
    ("ticd:self-monitoring-or-feedback", "Self-monitoring or feedback", None, "barrier"),
    ("epis:outer-context-leadership", "Leadership", None, "barrier"),
    ("epis:inner-context-leadership", "Leadership", None, "barrier"),
    ("epis:exploration", "Exploration", None, "phase"),
    ("epis:purveyors-intermediaries", "Purveyors/intermediaries", None, "barrier"),
    ("prism:patient-perspective-burden-complexity-and-cost", "Burden (complexity and cost)", None,
     "barrier"),
    ("prism:ability-to-observe-results", "Ability to observe results", None, "barrier"),
    ("nirn:facilitative-administration", "Facilitative administration", None, "driver"),
    ("re-aim:maintenance", "Maintenance", None, "outcome"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "label", "notation", "kind"), GOLDEN)
def test_golden_terms(code: str, label: str, notation: str | None, kind: str) -> None:
    term = BUILDERS[code.partition(":")[0]]()[code]
    assert (term.label, term.notation, term.kind) == (label, notation, kind)


def test_editions_of_cfir() -> None:
    """The outcomes are no edition: what ``cfir`` means is decided among the frameworks."""
    assert [taxonomy.scheme for taxonomy in cfir.taxonomies()] == [
        "cfir-2009",
        "cfir-2022",
        "cfir-outcomes",
    ]
    assert [taxonomy.family for taxonomy in cfir.taxonomies()] == ["cfir", "cfir", "cfir-outcomes"]
    assert cfir.implsci_taxonomies() == cfir.taxonomies()
    assert cfir.taxonomy() == cfir.cfir_2009()


def test_notations_of_cfir_2022_are_the_lettering(data: Path) -> None:
    rows = read(data / "determinants" / "cfir_2022.csv")
    assert [term.notation for term in cfir.cfir_2022()] == [
        row["code"].removeprefix("CFIR2022.") for row in rows
    ]
    for scheme in BUILDERS.keys() - {"cfir-2022"}:
        assert not any(term.notation for term in BUILDERS[scheme]()), scheme


def test_what_changed_in_cfir_is_said() -> None:
    """Constructs that are new, renamed or split say so, by the name they had."""
    framework = cfir.cfir_2022()
    told = {
        "innovation": "intervention",
        "partnerships-and-connections": "Cosmopolitanism",
        "market-pressure": "Peer Pressure",
        "policies-and-laws": "External Policy & Incentives",
        "recipient-centeredness": "Patient Needs & Resources",
        "learning-centeredness": "Learning Climate",
        "relational-connections": "Networks & Communications",
        "high-level-leaders": "Leadership Engagement",
        "doing": "Executing",
    }
    for name, word in told.items():
        assert word in framework[f"cfir-2022:{name}"].definition, name
    for name in ("critical-incidents", "local-attitudes", "human-equality-centeredness", "teaming"):
        definition = framework[f"cfir-2022:{name}"].definition
        assert "New in 2022" in definition or "Added in 2022" in definition, name


def test_groups_head_something() -> None:
    """A heading stands over terms; the one that does not is a group its source leaves open."""
    empty = [
        term.code
        for builder in BUILDERS.values()
        for taxonomy in [builder()]
        for term in taxonomy
        if term.kind == "group" and not taxonomy.narrower(term.code)
    ]
    assert empty == ["nirn:relationship-attributes"]


def test_re_aim_levels() -> None:
    levels = {term.label: term.facet("level") for term in re_aim.taxonomy()}
    assert levels == {
        "Reach": ("individual",),
        "Effectiveness": ("individual",),
        "Adoption": ("setting", "staff"),
        "Implementation": ("setting",),
        "Maintenance": ("individual", "setting"),
    }


@pytest.mark.parametrize("builder", [cfir.cfir_2009, *BUILDERS.values()])
def test_definitions_are_fit_to_code_with(builder: Callable[[], Taxonomy]) -> None:
    for term in builder():
        assert 10 <= len(term.definition.split()) <= 50, term.code
        assert term.definition[0].isupper(), term.code
        assert term.definition.endswith((".", "?")), term.code
