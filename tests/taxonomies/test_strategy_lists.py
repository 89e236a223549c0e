"""The strategy lists `epoc-2002`, `epoc-2015`, `sister` and `leeman`; ratings and quadrants of ERIC."""

from __future__ import annotations

import csv
from importlib.resources import files
from pathlib import Path

import pytest
from facts import Row, hold, names, read

from implsci.codes import slug
from implsci.names import fold
from implsci.taxonomies import epoc, eric, leeman, sister
from implsci.taxonomy import Taxonomy
from implsci.termtable import read_taxonomy
from implsci.testing import TaxonomyContract

WALTZ = "doi:10.1186/s13012-015-0295-0"
DOPP = "doi:10.1186/s43058-020-00020-w"


class TestEpoc2002(TaxonomyContract):
    taxonomy = epoc.epoc_2002


class TestEpoc2015(TaxonomyContract):
    taxonomy = epoc.epoc_2015


class TestSister(TaxonomyContract):
    taxonomy = sister.taxonomy


class TestLeeman(TaxonomyContract):
    taxonomy = leeman.taxonomy


def counts(taxonomy: Taxonomy, attribute: str) -> dict[str, int]:
    values = [getattr(term, attribute) for term in taxonomy]
    return {value: values.count(value) for value in sorted(set(values))}


# ---------------------------------------------------------------------------------------- EPOC


def test_epoc_2002_holds_to_its_facts(data: Path) -> None:
    hold(epoc.epoc_2002(), read(data / "strategies/epoc_2002_partial.csv"))


def test_epoc_2015_holds_to_its_facts(data: Path) -> None:
    hold(epoc.epoc_2015(), read(data / "strategies/epoc_2015.csv"))


def test_both_editions_of_epoc_are_one_family() -> None:
    assert [
        (taxonomy.scheme, taxonomy.family, taxonomy.edition) for taxonomy in epoc.taxonomies()
    ] == [
        ("epoc-2002", "epoc", "2002"),
        ("epoc-2015", "epoc", "2015"),
    ]
    assert epoc.implsci_taxonomies() == epoc.taxonomies()


def test_the_sections_of_the_checklist_are_headings_with_their_numbers() -> None:
    """The checklist numbers its sections; its entries bear letters that start anew in each."""
    taxonomy = epoc.epoc_2002()
    assert {term.notation: term.label for term in taxonomy if term.notation} == {
        "2.1.1": "Professional interventions",
        "2.1.2": "Financial interventions",
        "2.1.2.1": "Provider interventions",
        "2.1.2.2": "Patient interventions",
        "2.1.3": "Organisational interventions",
        "2.1.3.1": "Provider orientated interventions",
        "2.1.3.2": "Patient orientated interventions",
        "2.1.3.3": "Structural interventions",
        "2.1.4": "Regulatory interventions",
    }
    assert all((term.kind == "group") == (term.notation is not None) for term in taxonomy)
    found = taxonomy.get("2.1.2.2")
    assert found is not None
    assert found.code == "epoc-2002:patient-interventions"
    assert len(taxonomy.expand("epoc-2002:financial-interventions")) == 22
    assert taxonomy.narrower("epoc-2002:regulatory-interventions") == ()


def test_other_is_told_apart_by_its_section() -> None:
    others = [term.code for term in epoc.epoc_2002() if term.label == "Other"]
    assert others == [
        "epoc-2002:professional-interventions-other",
        "epoc-2002:provider-interventions-other",
        "epoc-2002:patient-interventions-other",
        "epoc-2002:provider-orientated-interventions-other",
        "epoc-2002:patient-orientated-interventions-other",
    ]


@pytest.mark.parametrize(
    ("taxonomy", "code", "label", "broader"),
    [
        (epoc.epoc_2002, "audit-and-feedback", "Audit and feedback", "professional-interventions"),
        (epoc.epoc_2002, "co-payment", "Co-payment", "patient-interventions"),
        (
            epoc.epoc_2002,
            "changes-to-the-setting-site-of-service-delivery",
            "Changes to the setting/site of service delivery",
            "structural-interventions",
        ),
        (
            epoc.epoc_2015,
            "audit-and-feedback",
            "Audit and feedback",
            "interventions-targeted-at-healthcare-workers",
        ),
        (
            epoc.epoc_2015,
            "information-and-communication-technology-ict",
            "Information and communication technology (ICT)",
            "delivery-arrangements",
        ),
    ],
)
def test_golden_codes_of_epoc(taxonomy: object, code: str, label: str, broader: str) -> None:
    assert callable(taxonomy)
    built = taxonomy()
    term = built[f"{built.scheme}:{code}"]
    assert (term.label, term.broader) == (label, (f"{built.scheme}:{broader}",))


def test_nineteen_implementation_strategies_aim_at_healthcare_workers() -> None:
    """The number is published; five of the names were not read."""
    taxonomy = epoc.epoc_2015()
    members = taxonomy.narrower("epoc-2015:interventions-targeted-at-healthcare-workers")
    assert len(members) == 19
    assert [code for code in members if taxonomy[code].status == "provisional"] == [
        "epoc-2015:managerial-supervision",
        "epoc-2015:patient-mediated-interventions",
        "epoc-2015:public-release-of-performance-data",
        "epoc-2015:routine-patient-reported-outcome-measures",
        "epoc-2015:tailored-interventions",
    ]
    assert {term.label for term in taxonomy if term.kind == "group" and not term.broader} == {
        "Delivery arrangements",
        "Financial arrangements",
        "Governance arrangements",
        "Implementation strategies",
    }
    assert counts(taxonomy, "kind") == {"group": 7, "strategy": 36}
    assert counts(taxonomy, "status") == {"provisional": 17, "verified": 26}


# -------------------------------------------------------------------------------------- SISTER

# Rows whose wording was read since, in studies that use the list; see the source of each term.
READ_IN_USE = {"S.m2", "S.m6", "S.m7", "S.m9", "S.m11", "S.m12"}
# Strategies beyond the fact table, as a review that codes with SISTER prints them.
RESTATED = {
    "Capture and share local knowledge",
    "Tailor strategies",
    "Conduct local consensus discussions",
    "Conduct educational meetings",
    "Involve students, family members, and other staff",
    "Conduct ongoing training",
    "Use advisory boards and workgroups",
    "Make training dynamic",
    "Inform local opinion leaders",
    "Develop academic partnerships",
    "Distribute educational materials",
    "Create a professional learning collaborative",
    "Prepare families and students to be active participants",
    "Facilitation/problem-solving",
    "Provide local technical assistance",
    "Promote adaptability",
}
SEEN_IN_ONE_STUDY = {
    "Provide ongoing consultation/coaching",
    "Develop instruments to monitor and evaluate core components of the innovation/new practice",
}


def sister_facts(data: Path) -> list[Row]:
    """Return the strategies of the fact table; its other rows are counts."""
    return [
        {
            **row,
            "parent_code": "",
            "status": "verified second-hand" if row["code"] in READ_IN_USE else row["status"],
        }
        for row in read(data / "strategies/sister_2019_partial.csv")
        if row["code"].startswith("S.m")
    ]


def test_sister_holds_to_its_facts(data: Path) -> None:
    taxonomy = sister.taxonomy()
    hold(
        taxonomy,
        sister_facts(data),
        renamed={"S.m11": "Build partnerships (i.e., coalitions) to support implementation"},
        added={slug(label) for label in RESTATED | SEEN_IN_ONE_STUDY},
    )
    more = {term.label: term.status for term in taxonomy if term.label in RESTATED}
    assert more == dict.fromkeys(RESTATED, "derived")
    thin = {term.label: term.status for term in taxonomy if term.label in SEEN_IN_ONE_STUDY}
    assert thin == dict.fromkeys(SEEN_IN_ONE_STUDY, "provisional")


def test_sister_claims_no_more_than_was_read() -> None:
    """A part of 75; none at first hand; whoever is derived names the study that restates it."""
    taxonomy = sister.taxonomy()
    assert counts(taxonomy, "status") == {"derived": 22, "provisional": 9}
    assert {term.kind for term in taxonomy} == {"strategy"}
    assert not any(term.facet("change") for term in taxonomy), "no class of change was read"
    for term in taxonomy:
        assert "doi:10.1007/s11121-019-01017-1" in (term.source or "")
        if term.status == "derived":
            assert "doi:10.1186/" in (term.source or ""), term.code


def test_the_counts_of_sister_are_those_published(data: Path) -> None:
    told = {
        row["code"]: row["note"].split()[0]
        for row in read(data / "strategies/sister_2019_partial.csv")
    }
    assert [told[f"S{part}"] for part in ("", ".surface", ".deep", ".deleted", ".added")] == [
        "75", "52", "5", "6", "7"
    ]  # fmt: skip
    taxonomy = sister.taxonomy()
    citation = taxonomy.citation or ""
    for text in ("75 strategies", "52 surface", "5 deeper", "6 deleted", "7 added"):
        assert text in citation
    assert "part of 75" in taxonomy.title
    assert len(taxonomy) < 75


# -------------------------------------------------------------------------------------- Leeman


def test_leeman_holds_to_its_facts(data: Path) -> None:
    hold(leeman.taxonomy(), read(data / "strategies/leeman_2017.csv"))


def test_classes_of_leeman_can_be_coded_and_say_who_acts_on_what() -> None:
    taxonomy = leeman.taxonomy()
    assert {term.kind for term in taxonomy} == {"strategy"}
    told = {
        term.label: (term.facet("actor"), term.facet("target"))
        for term in taxonomy
        if not term.broader
    }
    assert told == {
        "Dissemination strategies": (
            ("delivery-system", "support-system", "synthesis-and-translation-system"),
            ("intervention", "individual"),
        ),
        "Implementation process strategies": (("delivery-system",), ("process",)),
        "Integration strategies": (("delivery-system",), ("individual", "inner-setting")),
        "Capacity-building strategies": ((), ()),
        "Scale-up strategies": ((), ()),
    }
    for term in taxonomy:
        for broader in term.broader:
            assert term.facets == taxonomy[broader].facets, term.code
    assert taxonomy["leeman:set-goals-and-objectives"].broader == (
        "leeman:implementation-process-strategies",
    )


# ---------------------------------------------------------------------------------------- ERIC


def eric_names(data: Path) -> dict[str, str]:
    """Return the names that the numbers of ERIC, and the codes of its clusters, have in implsci."""
    return names(read(data / "strategies/eric_2015.csv"))


def shipped_ratings() -> list[list[str]]:
    with (files("implsci.taxonomies") / "eric-ratings.csv").open(
        encoding="utf-8", newline=""
    ) as file:
        header, *rows = csv.reader(file)
    assert header == ["term", "name", "value", "scale_min", "scale_max", "n", "source"]
    return rows


def expected_ratings(rows: list[Row], named: dict[str, str], n: str) -> list[list[str]]:
    return [
        [named[row["code"]], name, row[name], "1", "5", n]
        for row in rows
        for name in ("importance", "feasibility")
        if row["code"] in named and row[name]
    ]


def test_ratings_of_eric_are_those_printed(data: Path) -> None:
    """Row by row; a value keeps the digits it was printed with, and nobody unread has one."""
    named = eric_names(data)
    waltz = expected_ratings(read(data / "strategies/eric_ratings_waltz2015.csv"), named, n="")
    dopp = expected_ratings(
        read(data / "strategies/eric_ratings_dopp2020_partial.csv"), named, n="54"
    )
    shipped = shipped_ratings()
    assert [row[:6] for row in shipped] == waltz + dopp
    assert (len(waltz), len(dopp)) == (72, 58)
    assert all(WALTZ in row[6] for row in shipped[:72])
    assert all(DOPP in row[6] for row in shipped[72:])


def test_ratings_that_were_reprinted_say_so(data: Path) -> None:
    named = eric_names(data)
    reprinted = {
        named[row["code"]]
        for row in read(data / "strategies/eric_ratings_waltz2015.csv")
        if row["source"].startswith("doi:10.1186/s12961-018-0403-0")
    }
    assert len(reprinted) == 16
    told = {row[0] for row in shipped_ratings() if "doi:10.1186/s12961-018-0403-0" in row[6]}
    assert told == reprinted


def test_ratings_can_be_read_with_their_terms() -> None:
    folder = files("implsci.taxonomies")
    taxonomy = read_taxonomy(
        folder / "eric.csv",
        scheme="eric",
        title="ERIC",
        kind="strategy",
        ratings=folder / "eric-ratings.csv",
    )
    told = [
        (rating.name, rating.value, rating.n)
        for rating in taxonomy["eric:audit-and-provide-feedback"].ratings
    ]
    assert told == [
        ("importance", 4.40, None),
        ("feasibility", 4.13, None),
        ("importance", 3.9, 54),
        ("feasibility", 3.6, 54),
    ]
    assert sum(len(term.ratings) for term in taxonomy) == 130


def test_quadrants_of_eric_are_those_printed(data: Path) -> None:
    named = eric_names(data)
    printed = {
        f"eric:{named[row['code']]}": (row["gozone_quadrant"],) if row["gozone_quadrant"] else ()
        for row in read(data / "strategies/eric_ratings_waltz2015.csv")
    }
    taxonomy = eric.taxonomy()
    assert {term.code: term.facet("go-zone") for term in taxonomy} == printed
    assert sum(bool(quadrant) for quadrant in printed.values()) == 34
    assert taxonomy["eric:access-new-funding"].facet("go-zone") == ()
    assert taxonomy["eric:provide-clinical-supervision"].facet("go-zone") == ("IV",)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("Centralise technical assistance", "8"),
        ("Develop and organise quality monitoring systems", "27"),
        ("Conduct local need assessment", "18"),
        ("Purposefully re-examine the implementation", "56"),
        ("Use an advisory board and/or workgroup", "64"),
        ("Use an implementation adviser", "65"),
        ("Study tours", "72"),
        ("needs assessment in the community", None),
        ("Task shifting", "59"),
        ("Help patients start and keep to treatment", "39"),
        ("Site visits", "72"),
    ],
)
def test_eric_is_found_by_what_people_say(typed: str, number: str | None) -> None:
    found = [term.notation for term in eric.taxonomy() if fold(typed) in map(fold, term.names)]
    assert found == ([number] if number else [])


def test_names_of_eric_are_enough_and_nobody_elses() -> None:
    """Every strategy has everyday names; folded alike, no name stands at two terms or twice."""
    owner: dict[str, str] = {}
    for term in eric.taxonomy():
        if term.kind == "strategy":
            assert len(term.synonyms) >= 3, term.code
        for name in term.names:
            assert owner.setdefault(fold(name), term.code) == term.code, name
