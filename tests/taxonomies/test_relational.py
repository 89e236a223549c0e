"""Our own list of relational actions: complete, argued on its page, and mapped to other lists."""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from facts import Row, names, read

from implsci.taxonomies import eric, relational, trust
from implsci.taxonomy import Taxonomy, Term
from implsci.testing import TaxonomyContract

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "relational.md"
TABLES = ROOT / "src" / "implsci" / "taxonomies"
CROSSWALKS = ROOT / "src" / "implsci" / "crosswalks"
TARGETS = ("eric", "isp", "mobilisation", "participation", "trust")
NO_TERM = "sssom:NoTermFound"
FAMILIES = {
    "being-there": 6,
    "listening": 4,
    "humility": 4,
    "honesty": 6,
    "safety": 3,
    "shared-power": 7,
    "connecting": 6,
    "repair": 8,
}
# Actions that rest on one group, on practice texts, on other fields, or on a quality.
THIN = {
    "be-useful-early",
    "carry-through-turnover",
    "give-back",
    "keep-confidences",
    "map-relationships",
    "open-repair-talk",
    "own-mistakes",
    "share-credible-information",
    "state-own-interests",
    "vouch-for-partners",
}
# Which actions stand for what the founding texts and Metz 2022 name, by the codes of fact tables.
FOUNDING = {
    "B.1": ("enter-as-learner",),
    "B.2": ("listen-actively",),
    "B.3": ("share-credible-information",),
    "B.4": ("be-useful-early",),
    "B.5": ("stay-in-difficulty",),
    "B.6": ("stay-in-difficulty",),
    "B.7": ("show-care", "admit-limits"),
    "B.8": ("take-their-perspective",),
    "E.1": ("get-to-know-people",),
    "E.2": ("get-to-know-people",),
    "E.3": ("examine-own-position",),
    "CC.1": ("take-their-perspective",),
    "CC.2": ("state-own-interests",),
    "CC.3": ("co-create",),
    "CC.4": ("flex-to-constraints",),
    "CC.5": ("co-create",),
    "REL.1": ("admit-limits",),
    "REL.2": ("speak-candidly",),
    "REL.3": ("close-feedback-loops",),
    "REL.4": ("learn-together",),
    "REL.5": ("bridge-perspectives",),
}
NAMED_IN = {
    "B": "blog of Transforming Evidence",
    "E": "blog of Transforming Evidence",
    "CC": "blog on technical assistance",
    "REL": "Metz et al. 2022",
}


class TestRelational(TaxonomyContract):
    taxonomy = relational.taxonomy
    released = tuple(
        f"relational:{row['code']}"
        for row in read(ROOT / "tests" / "data" / "strategies" / "relational_proposal.csv")
    )


@pytest.fixture(scope="module")
def taxonomy() -> Taxonomy:
    return relational.taxonomy()


@pytest.fixture(scope="module")
def actions(taxonomy: Taxonomy) -> dict[str, Term]:
    return {_name(term.code): term for term in taxonomy if term.kind == "strategy"}


@pytest.fixture(scope="module")
def page() -> str:
    return PAGE.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def prose(page: str) -> str:
    return " ".join(page.split())


def _name(code: str) -> str:
    return code.partition(":")[2]


def _sources(term: Term) -> list[str]:
    return [source.strip() for source in (term.source or "").split(";")]


def _crosswalk(scheme: str) -> list[Row]:
    return read(CROSSWALKS / f"relational-to-{scheme}.csv")


def test_families(taxonomy: Taxonomy, actions: dict[str, Term]) -> None:
    assert [_name(term.code) for term in taxonomy if term.kind == "group"] == list(FAMILIES)
    assert all(term.broader == () for term in taxonomy if term.kind == "group")
    assert all(len(term.broader) == 1 for term in actions.values())
    assert Counter(_name(term.broader[0]) for term in actions.values()) == FAMILIES


def test_every_action_has_a_direction_and_an_example(actions: dict[str, Term]) -> None:
    directions = Counter()
    for term in actions.values():
        (direction,) = term.facet("direction")
        directions[direction] += 1
        assert term.facet("example"), term.code
        assert {facet.name for facet in term.facets} == {"direction", "example"}
    assert directions == {"one-way": 27, "mutual": 17}


def test_definitions_and_examples_are_distinct(taxonomy: Taxonomy) -> None:
    definitions = [term.definition for term in taxonomy]
    examples = [text for term in taxonomy for text in term.facet("example")]
    assert len(set(definitions)) == len(definitions)
    assert len(set(examples)) == len(examples)
    assert not set(definitions) & set(examples)


def test_definitions_can_be_coded_with(actions: dict[str, Term]) -> None:
    lengths = {code: len(term.definition.split()) for code, term in actions.items()}
    assert {code: n for code, n in lengths.items() if not 20 <= n <= 42} == {}
    # Each says what it is, and then where it ends.
    assert [c for c, term in actions.items() if term.definition.count(". ") != 1] == []


def test_status_follows_the_sources(actions: dict[str, Term]) -> None:
    status = {code: term.status for code, term in actions.items()}
    assert {code for code, word in status.items() if word == "provisional"} == THIN
    assert set(status.values()) == {"derived", "provisional"}
    for term in actions.values():
        assert len(_sources(term)) >= 2, term.code
        assert len(set(_sources(term))) == len(_sources(term)), term.code
        if term.status != "provisional":
            assert not re.search(r"memory|not seen|unknown", term.source or ""), term.code


@pytest.mark.parametrize("code", FOUNDING)
def test_the_founding_texts_are_covered(code: str, actions: dict[str, Term]) -> None:
    where = NAMED_IN[code.partition(".")[0]]
    for name in FOUNDING[code]:
        assert where in (actions[name].source or "")


def test_nothing_of_the_founding_texts_is_left_out(data: Path) -> None:
    rows = read(data / "studies" / "relational_from_seeds.csv")
    rows += read(data / "strategies" / "relational_trust_metz2022.csv")
    assert {row["code"] for row in rows if row["parent_code"] in NAMED_IN} == set(FOUNDING)
    sizes = Counter(code.partition(".")[0] for code in FOUNDING)
    assert sizes == {"B": 8, "E": 3, "CC": 5, "REL": 5}


def test_the_page_argues_every_action(actions: dict[str, Term], page: str, prose: str) -> None:
    headings = re.findall(r"^### (.+)$", page, re.MULTILINE)
    assert [h for h in headings if h in {term.label for term in actions.values()}] == [
        term.label for term in actions.values()
    ]
    for term in actions.values():
        line = f"`{term.code}`, {term.facet('direction')[0]}, {term.status}"
        assert line in page
        assert f"**Definition.** {term.definition}" in prose
        for example in term.facet("example"):
            assert example in prose
        entry = page.partition(line)[2].partition("\n### ")[0].partition("\n## ")[0]
        assert "ERIC" in entry or "competenc" in entry or "principle" in entry, term.code
        cited = set(re.findall(r"\]\[(\w+)\]", entry))
        assert len(cited) >= 2, term.code


def test_the_page_names_every_family(taxonomy: Taxonomy, page: str) -> None:
    for term in taxonomy:
        if term.kind == "group":
            assert f"\n## {term.label}\n" in page


def test_every_source_is_in_the_references(actions: dict[str, Term], page: str) -> None:
    references = page.partition("\n## References\n")[2]
    for term in actions.values():
        for source in _sources(term):
            links = re.findall(r"doi:\S+?(?=[,)]?(?:\s|$))|https?://\S+|PMC\d+", source)
            assert any(link in references for link in links), source


def test_citations_of_the_page_lead_somewhere(page: str) -> None:
    defined = re.findall(r"^\[(\w+)\]: https?://\S+$", page, re.MULTILINE)
    assert len(set(defined)) == len(defined)
    assert set(re.findall(r"\]\[(\w+)\]", page)) <= set(defined)


def test_the_page_claims_no_more_than_we_know(prose: str) -> None:
    assert prose.count("the first dedicated, mapped list we know of") == 1
    assert not re.search(r"\bfirst (?:list|taxonomy|compilation)\b|\bvalidated list\b", prose)
    assert "It has not been validated" in prose
    assert f"(edition {relational.taxonomy().edition})" in prose


def test_the_page_counts_the_mappings(prose: str) -> None:
    for scheme in TARGETS:
        rows = _crosswalk(scheme)
        mapped = {row["subject"] for row in rows if row["predicate"]}
        none = {row["subject"] for row in rows if not row["predicate"]}
        assert f"| `{scheme}` | {len(mapped)} | {len(none)} |" in prose


@pytest.mark.parametrize("scheme", TARGETS)
def test_every_action_is_mapped_or_has_no_counterpart(
    scheme: str, actions: dict[str, Term]
) -> None:
    rows = _crosswalk(scheme)
    mapped = {row["subject"] for row in rows if row["object"] != NO_TERM}
    unmatched = [row["subject"] for row in rows if row["object"] == NO_TERM]
    assert mapped | set(unmatched) == {term.code for term in actions.values()}
    assert not mapped & set(unmatched)
    assert len(set(unmatched)) == len(unmatched)


@pytest.mark.parametrize("scheme", TARGETS)
def test_crosswalks_are_well_formed(scheme: str) -> None:
    with (TABLES / f"{scheme}.csv").open(encoding="utf-8", newline="") as file:
        known = {f"{scheme}:{row['code']}" for row in csv.DictReader(file)}
    pairs = set()
    for row in _crosswalk(scheme):
        assert list(row) == [
            "subject", "predicate", "object", "justification", "confidence", "author", "source"
        ]  # fmt: skip
        assert (row["predicate"] == "") == (row["object"] == NO_TERM)
        assert row["object"] in known | {NO_TERM}
        assert row["justification"] == "semapv:ManualMappingCuration"
        assert row["confidence"] in {"0.5", "0.7", "0.9"}
        assert row["author"] == "implsci founders"
        assert row["source"]
        assert (row["subject"], row["object"]) not in pairs
        pairs.add((row["subject"], row["object"]))


def test_every_trust_strategy_is_mapped(data: Path) -> None:
    rows = read(data / "strategies" / "relational_trust_metz2022.csv")
    expected = {
        f"trust:{name}"
        for code, name in names(rows).items()
        if code.partition(".")[0] in ("REL", "TEC") and "." in code
    }
    assert expected == {term.code for term in trust.taxonomy() if term.kind == "strategy"}
    assert expected <= {row["object"] for row in _crosswalk("trust")}


def test_no_action_means_the_same_as_an_eric_strategy() -> None:
    rows = [row for row in _crosswalk("eric") if row["predicate"]]
    strategies = {term.code for term in eric.taxonomy() if term.kind == "strategy"}
    assert {row["object"] for row in rows} <= strategies
    assert {row["predicate"] for row in rows} == {"skos:relatedMatch", "skos:broadMatch"}
    assert [row["subject"] for row in rows if row["predicate"] == "skos:broadMatch"] == [
        "relational:introduce-people"
    ]


def test_mappings_that_readers_would_miss_first() -> None:
    golden = {
        ("trust", "learn-together", "skos:exactMatch", "co-learning"),
        ("trust", "respond-promptly", "skos:exactMatch", "responsiveness"),
        ("trust", "admit-limits", "skos:closeMatch", "vulnerability"),
        ("trust", "close-feedback-loops", "skos:closeMatch", "bi-directional-communication"),
        ("eric", "introduce-people", "skos:broadMatch", "promote-network-weaving"),
        ("isp", "address-power", "skos:closeMatch", "addressing-power-differentials"),
        ("isp", "co-create", "skos:closeMatch", "co-design"),
        ("participation", "give-back", "skos:closeMatch", "reciprocity"),
        ("mobilisation", "introduce-people", "skos:closeMatch", "linking-agent"),
    }
    made = {
        (scheme, _name(row["subject"]), row["predicate"], _name(row["object"]))
        for scheme in TARGETS
        for row in _crosswalk(scheme)
    }
    assert golden <= made
