"""Who acts, with what competence, and how people are brought in: taxonomies of people.

Competencies, participation, knowledge mobilisation, actors, sectors, equity, and the continuum from
relational to transactional strategies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from facts import hold, read

from implsci.taxonomies import actor, bartley, equity, isp, mobilisation, participation, sector
from implsci.taxonomy import Taxonomy
from implsci.testing import TaxonomyContract

# Codes of the first release of the two lists, typed in from it.
SECTORS = """
    agriculture child-welfare community-prevention disability-services early-childhood
    economic-development education employment environment health homelessness-services housing
    humanitarian justice juvenile-justice long-term-care nutrition policing public-administration
    social-care social-protection wash workplace youth-services
""".split()
STRATA = """
    age disability education gender-and-sex hiv-status homelessness insurance justice-involvement
    migration-status occupation orphanhood place-of-residence plus progress
    race-ethnicity-culture-and-language religion sexual-orientation social-capital
    socioeconomic-status
""".split()


class TestActor(TaxonomyContract):
    taxonomy = actor.taxonomy


class TestBartley(TaxonomyContract):
    taxonomy = bartley.taxonomy


class TestEquity(TaxonomyContract):
    taxonomy = equity.taxonomy
    released = tuple(f"equity:{name}" for name in STRATA)


class TestIsp(TaxonomyContract):
    taxonomy = isp.taxonomy


class TestMobilisation(TaxonomyContract):
    taxonomy = mobilisation.taxonomy


class TestParticipation(TaxonomyContract):
    taxonomy = participation.taxonomy


class TestSector(TaxonomyContract):
    taxonomy = sector.taxonomy
    released = tuple(f"sector:{name}" for name in SECTORS)


@pytest.mark.parametrize(
    ("build", "kinds", "statuses"),
    [
        (
            isp.taxonomy,
            {"competency": 30, "principle": 6, "group": 5},
            {"verified": 41},
        ),
        (
            participation.taxonomy,
            {"participation": 41, "group": 10},
            {"verified": 46, "provisional": 5},
        ),
        (
            mobilisation.taxonomy,
            {
                "group": 7,
                "mechanism": 6,
                "strategy": 8,
                "role": 11,
                "question": 4,
                "component": 5,
                "process": 3,
            },
            {"verified": 44},
        ),
        (
            actor.taxonomy,
            {"actor": 41, "group": 10},
            {"derived": 38, "provisional": 13},
        ),
        (
            bartley.taxonomy,
            {"group": 3, "alliance": 5},
            {"verified": 6, "provisional": 2},
        ),
        (sector.taxonomy, {"sector": 24}, {"verified": 4, "derived": 11, "provisional": 9}),
        (
            equity.taxonomy,
            {"group": 2, "stratum": 24},
            {"verified": 15, "derived": 3, "provisional": 8},
        ),
    ],
)
def test_counts(
    build: Callable[[], Taxonomy], kinds: dict[str, int], statuses: dict[str, int]
) -> None:
    terms = tuple(build())
    assert Counter(term.kind for term in terms) == kinds
    assert Counter(term.status for term in terms) == statuses


# ------------------------------------------------------------------ held to the fact tables


def test_isp_is_the_fact_table(data: Path) -> None:
    rows = read(data / "strategies" / "isp_competencies.csv")
    # The table's label of this heading holds a remark on the table.
    heading = {"label": "TCI core competencies and functions"}
    hold(isp.taxonomy(), [row | heading if row["code"] == "TCI" else row for row in rows])


def test_participation_is_the_fact_table(data: Path) -> None:
    rows = read(data / "strategies" / "participation_and_coproduction.csv")
    hold(participation.taxonomy(), rows)


def test_mobilisation_is_the_fact_table(data: Path) -> None:
    rows = read(data / "strategies" / "knowledge_mobilisation.csv")
    hold(mobilisation.taxonomy(), rows)


def test_bartley_is_the_fact_table(data: Path) -> None:
    rows = read(data / "strategies" / "relational_continuum_bartley2022.csv")
    hold(bartley.taxonomy(), rows)


# ------------------------------------------------------------------ typed in by hand

GOLDEN = [
    (isp.taxonomy, "isp:be-empathetic", "Be empathetic", "isp:guiding-principles"),
    (isp.taxonomy, "isp:brokering", "Brokering", "isp:co-creation-and-engagement"),
    (
        isp.taxonomy,
        "isp:unearthing-the-problem",
        "Unearthing the problem",
        "isp:tci-core-competencies-and-functions",
    ),
    (
        participation.taxonomy,
        "participation:empower",
        "Empower",
        "participation:iap2-spectrum-of-public-participation",
    ),
    (
        participation.taxonomy,
        "participation:placation",
        "Placation",
        "participation:tokenism",
    ),
    (
        mobilisation.taxonomy,
        "mobilisation:roles-of-knowledge-brokers-in-health-capacity-builder",
        "Capacity builder",
        "mobilisation:roles-of-knowledge-brokers-in-health",
    ),
    (
        mobilisation.taxonomy,
        "mobilisation:access-and-communication",
        "Access and communication",
        "mobilisation:mechanisms-of-evidence-use",
    ),
    (
        bartley.taxonomy,
        "bartley-2022:highly-relational",
        "Highly relational",
        "bartley-2022:relational-alliance",
    ),
    (actor.taxonomy, "actor:opinion-leader", "Opinion leader", "actor:service-leaders"),
    (
        actor.taxonomy,
        "actor:what-works-centre",
        "What Works Centre",
        "actor:evidence-intermediaries",
    ),
]


@pytest.mark.parametrize(("build", "code", "label", "parent"), GOLDEN)
def test_golden_terms(build: Callable[[], Taxonomy], code: str, label: str, parent: str) -> None:
    term = build()[code]
    assert (term.label, term.broader, term.notation) == (label, (parent,), None)


def ranked(taxonomy: Taxonomy, heading: str) -> list[str]:
    """Labels below a heading in the order of their ranks, which count up from 1."""
    found = {
        int(rank): taxonomy[code].label
        for code in taxonomy.expand(f"{taxonomy.scheme}:{heading}")
        for rank in taxonomy[code].facet("rank")
    }
    assert sorted(found) == list(range(1, len(found) + 1))
    return [found[rank] for rank in sorted(found)]


def test_levels_are_in_their_published_order() -> None:
    taxonomy = participation.taxonomy()
    assert ranked(taxonomy, "iap2-spectrum-of-public-participation") == [
        "Inform", "Consult", "Involve", "Collaborate", "Empower",
    ]  # fmt: skip
    assert ranked(taxonomy, "arnstein-s-ladder-of-citizen-participation") == [
        "Manipulation", "Therapy", "Informing", "Consultation", "Placation", "Partnership",
        "Delegated power", "Citizen control",
    ]  # fmt: skip
    principles = [term for term in taxonomy if term.facet("part") == ("principle",)]
    assert Counter(term.broader[0].partition(":")[2] for term in principles) == {
        "cbpr-principles": 10,
        "co-production-principles": 5,
    }


def test_the_continuum_runs_from_relational_to_transactional() -> None:
    taxonomy = bartley.taxonomy()
    assert taxonomy.family == "bartley"
    steps = [term for term in taxonomy if term.kind == "alliance"]
    assert [(term.label, *term.facet("rank"), *term.facet("count")) for term in steps] == [
        ("Highly relational", "1", "17"),
        ("Semi-relational", "2", "19"),
        ("Operational", "3"),  # these two counts were not read
        ("Semi-transactional", "4"),
        ("Highly transactional", "5", "9"),
    ]


def test_the_two_lists_of_competencies_stay_apart() -> None:
    taxonomy = isp.taxonomy()
    assert Counter(term.facet("list") for term in taxonomy) == {("nirn",): 25, ("tci",): 16}
    second = taxonomy.expand("isp:tci-core-competencies-and-functions")
    assert all(taxonomy[code].facet("list") == ("tci",) for code in second)
    assert Counter(taxonomy[code].facet("part") for code in second[1:]) == {
        ("competency",): 10,
        ("function",): 5,
    }


def test_only_langer_names_mechanisms() -> None:
    kinds: dict[str, set[str]] = {}
    for term in mobilisation.taxonomy():
        for parent in term.broader:
            kinds.setdefault(parent.partition(":")[2], set()).add(term.kind)
    assert kinds == {
        "mechanisms-of-evidence-use": {"mechanism"},
        "mechanisms-to-enhance-research-impact": {"strategy"},
        "agency-roles-in-knowledge-mobilisation": {"role"},
        "role-domains-of-knowledge-brokering": {"role"},
        "roles-of-knowledge-brokers-in-health": {"role"},
        "questions-for-knowledge-mobilisers": {"question"},
        "components-of-knowledge-transfer": {"component", "process"},
    }


# ------------------------------------------------------------------ actors


def test_actors_stand_on_two_levels() -> None:
    taxonomy = actor.taxonomy()
    for term in taxonomy:
        assert (term.kind == "group") == (not term.broader)
        assert len(taxonomy.ancestors(term.code)) == (0 if term.kind == "group" else 1)


@pytest.mark.parametrize(
    ("role", "name"),
    [
        ("High-level Leaders", "executive"),
        ("Mid-level Leaders", "mid-level-manager"),
        ("Opinion Leaders", "opinion-leader"),
        ("Implementation Facilitators", "facilitator"),
        ("Implementation Leads", "implementation-lead"),
        ("Implementation Team Members", "implementation-team-member"),
        ("Other Implementation Support", "other-implementation-support"),
        ("Innovation Deliverers", "deliverers"),
        ("Innovation Recipients", "people-who-use-services"),
    ],
)
def test_every_role_of_cfir_2022_has_its_actor(role: str, name: str) -> None:
    term = actor.taxonomy()[f"actor:{name}"]
    assert f"({role})" in (term.source or "")
    assert term.status == "derived"


def test_an_actor_is_derived_where_a_publication_names_it() -> None:
    for term in actor.taxonomy():
        ours = term.source == "implsci (this list)"
        assert term.status == ("provisional" if ours else "derived"), term.code


def test_systems_of_the_interactive_systems_framework() -> None:
    found: dict[str, set[str]] = {}
    for term in actor.taxonomy():
        for system in term.facet("system"):
            found.setdefault(system, set()).update(term.broader or (term.code,))
    assert found == {
        "support": {"actor:implementation-support-practitioners"},
        "synthesis-and-translation": {
            "actor:evidence-intermediaries",
            "actor:implementation-support-practitioners",  # the knowledge broker
        },
        "delivery": {"actor:service-leaders", "actor:implementation-teams", "actor:deliverers"},
    }


# ------------------------------------------------------------------ sectors and the DAC list

DAC = {
    "health": ("DAC 120", "derived"),
    "nutrition": ("DAC 12240", "derived"),
    "wash": ("DAC 140", "derived"),
    "education": ("DAC 110", "derived"),
    "early-childhood": ("DAC 11240", "derived"),
    "social-care": ("DAC 16015", "derived"),
    "social-protection": ("DAC 16010", "verified"),
    "justice": ("DAC 15130", "derived"),
    "policing": ("DAC 15132", "verified"),
    "housing": ("DAC 16030", "derived"),
    "employment": ("DAC 16020", "derived"),
    "agriculture": ("DAC 311", "verified"),
    "environment": ("DAC 410", "derived"),
    "public-administration": ("DAC 15110", "derived"),
    "humanitarian": ("DAC 720", "verified"),
}


def test_sectors_bear_the_numbers_of_the_dac_list() -> None:
    taxonomy = sector.taxonomy()
    assert {
        term.code.partition(":")[2]: (term.notation, term.status)
        for term in taxonomy
        if term.notation is not None
    } == DAC
    numbers = [term.notation for term in taxonomy if term.notation is not None]
    assert len(set(numbers)) == len(numbers)
    assert all(re.fullmatch(r"DAC \d{3}(\d{2})?", number) for number in numbers)


def test_a_sector_says_where_the_dac_code_differs() -> None:
    for term in sector.taxonomy():
        assert (term.notation is None) == (term.status == "provisional")
        assert ("OECD-DAC" in (term.source or "")) == (term.notation is not None)
        assert ("DAC c" in term.definition) == (term.status == "derived"), term.code


# ------------------------------------------------------------------ equity


def test_progress_has_its_eight_letters() -> None:
    taxonomy = equity.taxonomy()
    letters = [taxonomy[code].label for code in taxonomy.narrower("equity:progress")]
    assert len(letters) == 8
    assert "".join(label[0] for label in letters) == "PROGRESS"
    assert taxonomy.narrower("equity:gender-and-sex") == ("equity:sex", "equity:gender")


def test_the_successors_strata_are_there() -> None:
    taxonomy = equity.taxonomy()
    for name in ("sex", "gender", "sexual-orientation", "limiting-relationships", "substance-use"):
        assert taxonomy[f"equity:{name}"].status != "provisional"
    for name in ("digital-access", "time-dependent-relationships", "limiting-environments"):
        assert taxonomy[f"equity:{name}"].status == "provisional"
