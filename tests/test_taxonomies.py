"""The built-in taxonomies: they pass the contracts, and say what their publishers say."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from implsci.bases import waltz
from implsci.codes import slug, split
from implsci.errors import Fault, InvalidTableError, UnreadableFileError
from implsci.hooks import CompendiumSource
from implsci.plugins import Registry
from implsci.taxonomies import (
    cfir,
    engagement,
    equity,
    eric,
    proctor,
    relational,
    sector,
)
from implsci.taxonomy import (
    Crosswalk,
    Facet,
    LevelCount,
    Link,
    LinkSet,
    Taxonomy,
    Term,
    TermMapping,
    TermRating,
)
from implsci.termtable import read_crosswalk, read_links, read_taxonomy
from implsci.termtable._sheet import with_line
from implsci.testing import LinkSetContract, TaxonomyContract


class TestCfir(TaxonomyContract):
    taxonomy = cfir.taxonomy


class TestEngagement(TaxonomyContract):
    taxonomy = engagement.taxonomy


class TestEquity(TaxonomyContract):
    taxonomy = equity.taxonomy


class TestEric(TaxonomyContract):
    taxonomy = eric.taxonomy


class TestProctor(TaxonomyContract):
    taxonomy = proctor.taxonomy


class TestRelational(TaxonomyContract):
    plugin = relational


class TestSector(TaxonomyContract):
    taxonomy = sector.taxonomy


class TestTrust(TaxonomyContract):
    plugin = "trust"


class TestWaltz(LinkSetContract):
    links = waltz.links


@pytest.mark.parametrize(
    ("scheme", "kinds"),
    [
        ("eric", {"strategy": 73, "group": 9}),
        ("cfir-2009", {"barrier": 41, "group": 5}),  # 39 constructs and sub-constructs, two added
        ("proctor", {"outcome": 17, "group": 3}),
        ("relational", {"strategy": 44, "group": 8}),
        ("engagement", {"engagement": 3}),
    ],
)
def test_counts(registry: Registry, scheme: str, kinds: dict[str, int]) -> None:
    assert Counter(term.kind for term in registry.taxonomy(scheme)) == kinds


def test_trust_has_24_terms(registry: Registry) -> None:
    assert len(registry.taxonomy("trust")) == 24


# Typed in from the fact tables in tests/data and from the publications, not read from the code.
GOLDEN = [
    ("eric:access-new-funding", "1", "Access new funding"),
    ("eric:alter-incentive-allowance-structures", "2", "Alter incentive/allowance structures"),
    ("eric:audit-and-provide-feedback", "5", "Audit and provide feedback"),
    ("eric:facilitation", "33", "Facilitation"),
    ("eric:identify-and-prepare-champions", "35", "Identify and prepare champions"),
    ("eric:work-with-educational-institutions", "73", "Work with educational institutions"),
    ("cfir-2009:intervention-characteristics", "I", "Intervention Characteristics"),
    ("cfir-2009:intervention-source", "I.A", "Intervention Source"),
    ("cfir-2009:evidence-strength-and-quality", "I.B", "Evidence Strength & Quality"),
    ("cfir-2009:complexity", "I.F", "Complexity"),
    ("cfir-2009:cost", "I.H", "Cost"),
    ("cfir-2009:patient-needs-and-resources", "II.A", "Patient Needs & Resources"),
    ("cfir-2009:cosmopolitanism", "II.B", "Cosmopolitanism"),
    ("cfir-2009:reflecting-and-evaluating", "V.D", "Reflecting & Evaluating"),
    ("proctor:penetration", None, "Penetration"),
    ("trust:vulnerability", None, "Vulnerability"),
    ("engagement:co-creation", None, "Co-creation"),
]


@pytest.mark.parametrize(("code", "notation", "label"), GOLDEN)
def test_golden_terms(registry: Registry, code: str, notation: str | None, label: str) -> None:
    term = registry.term(code)
    assert (term.code, term.notation, term.label) == (code, notation, label)
    if notation is not None:
        assert registry.term(f"{split(term.code)[0]}:{notation}") is term


def test_eric_is_the_fact_table(registry: Registry, data: Path) -> None:
    """Numbers, labels and clusters are those of the publication, row by row."""
    with (data / "strategies" / "eric_2015.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    names = {row["code"]: f"eric:{slug(row['label'])}" for row in rows}
    taxonomy = registry.taxonomy("eric")
    assert len(rows) == len(taxonomy) == 82
    for row in rows:
        term = taxonomy[names[row["code"]]]
        assert term.label == row["label"]
        assert term.notation == (row["code"] if row["code"].isdigit() else None)
        assert term.broader == ((names[row["parent_code"]],) if row["parent_code"] else ())
    sizes = Counter(term.broader[0] for term in taxonomy if term.broader)
    assert sorted(sizes.values()) == [4, 4, 5, 5, 8, 9, 10, 11, 17]
    numbers = [term.label for term in sorted(
        (term for term in taxonomy if term.notation), key=lambda term: int(term.notation or 0)
    )]  # fmt: skip
    assert numbers == sorted(numbers, key=str.casefold), "1 to 73 are the alphabetical order"


def test_relational_keeps_the_codes_of_its_starting_table(registry: Registry, data: Path) -> None:
    path = data / "strategies" / "relational_proposal.csv"
    with path.open(encoding="utf-8", newline="") as file:
        codes = {f"relational:{row['code']}" for row in csv.DictReader(file)}
    assert codes <= {term.code for term in registry.taxonomy("relational")}
    directions = Counter(
        term.facet("direction")
        for term in registry.taxonomy("relational")
        if term.kind == "strategy"
    )
    assert directions == {("one-way",): 27, ("mutual",): 17}


def test_every_cfir_construct_has_a_notation(registry: Registry) -> None:
    taxonomy = registry.taxonomy("cfir-2009")
    missing = [term.code for term in taxonomy if term.notation is None]
    # The two that the publisher added later bear no letter.
    assert set(missing) <= {"cfir-2009:key-stakeholders", "cfir-2009:innovation-participants"}
    domains = {term.notation for term in taxonomy if term.kind == "group"}
    assert domains == {"I", "II", "III", "IV", "V"}


def test_synonyms_are_what_people_type(registry: Registry) -> None:
    """Keys of data files are none."""
    keys = [
        name
        for taxonomy in registry.taxonomies()
        for term in taxonomy
        for name in term.names
        if re.search(r"\w_\w|\w:\w", name)
    ]
    assert keys == []
    assert registry.term("HIV_status").code == "equity:hiv-status", "and yet they are understood"


def test_a_learning_climate_is_more_than_how_failure_is_met(registry: Registry) -> None:
    definition = registry.term("cfir-2009:learning-climate").definition
    for side in ("dare to try", "counted on", "time to think"):
        assert side in definition


# ------------------------------------------------------------------ the contracts can fail


def term(name: str, **values: object) -> Term:
    given = {
        "code": f"tea:{name}",
        "label": name,
        "definition": f"About {name}.",
        "source": "Me 2020",
    }
    return Term(**(given | values))  # type: ignore[arg-type]


def tea(*terms: Term, **values: object) -> Taxonomy:
    given = {
        "scheme": "tea",
        "title": "Tea",
        "kind": "strategy",
        "citation": "Me",
        "license": "CC0-1.0",
    }
    return Taxonomy(**(given | values | {"terms": terms}))  # type: ignore[arg-type]


def verdicts(contract: type, **attributes: object) -> dict[str, str]:
    """Run a contract without pytest's own machinery: name of each failed check -> its message."""
    cls = type("TestSubject", (contract,), attributes)
    failed: dict[str, str] = {}
    for name in dir(cls):
        if name.startswith("test_"):
            try:
                getattr(cls(), name)()
            except (pytest.fail.Exception, AssertionError) as error:
                failed[name] = str(error)
            except pytest.skip.Exception:
                pass
    return failed


def test_a_sound_taxonomy_fails_nothing() -> None:
    assert verdicts(TaxonomyContract, taxonomy=lambda: tea(term("green"), term("black"))) == {}
    assert verdicts(TaxonomyContract, taxonomy=tea(term("green"))) == {}


@pytest.mark.parametrize(
    ("check", "piece", "taxonomy"),
    [
        ("there_is_a_taxonomy_with_terms", "tea", tea()),
        ("a_citation_is_present", "tea has no citation", tea(term("a"), citation=" ")),
        ("the_license_is_stated", "tea states no license", tea(term("a"), license=None)),
        (
            "definitions_are_distinct",
            "tea:b is defined like tea:a",
            tea(term("a", definition="A leaf."), term("b", definition="a  leaf")),
        ),
        (
            "definitions_say_more_than_labels",
            "tea:a",
            tea(term("a", label="A leaf", definition="A leaf.")),
        ),
        (
            "labels_are_unique_among_siblings",
            "tea:b and tea:a at the top are both 'leaf'",
            tea(term("a", label="Leaf"), term("b", label="leaf")),
        ),
        (
            "labels_are_unique_among_siblings",
            "tea:c and tea:b under tea:a are both 'x'",
            tea(
                term("a"),
                term("b", label="x", broader=("tea:a",)),
                term("c", label="x", broader=("tea:a",)),
            ),
        ),
        (
            "synonyms_do_not_clash",
            "'B' of tea:a is also a name of tea:b",
            tea(term("a", synonyms=("B",)), term("b")),
        ),
        (
            "synonyms_do_not_clash",
            "'x' of tea:b is also a name of tea:a",
            tea(term("a", synonyms=("x",)), term("b", synonyms=("x",))),
        ),
        (
            "synonyms_do_not_clash",
            "'A' of tea:a is a name of it already",
            tea(term("a", synonyms=("A",))),
        ),
        ("codes_are_made_to_last", "tea:Green_1", tea(term("Green_1"))),
        (
            "notations_find_their_own_term",
            "'green' of tea:black finds tea:green",
            tea(term("green"), term("black", notation="green")),
        ),
        ("sources_are_given", "tea:a", tea(term("a", source=None))),
        ("provisional_terms_say_so", "tea:a (from memory)", tea(term("a", source="from memory"))),
        ("text_is_clean", "'a ' of tea:a", tea(term("a", label="a "))),
    ],
)
def test_a_contract_says_what_is_wrong_and_where(
    check: str, piece: str, taxonomy: Taxonomy
) -> None:
    failed = verdicts(TaxonomyContract, taxonomy=lambda: taxonomy)
    assert piece in failed.pop(f"test_{check}")
    assert failed == {}, "and nothing else fails"


def test_a_contract_lists_a_few_places_and_counts_the_others() -> None:
    failed = verdicts(TaxonomyContract, taxonomy=tea(*(term(f"t{i}", source="") for i in range(9))))
    (message,) = failed.values()
    assert "tea:t0; tea:t1" in message
    assert message.endswith("and 4 more")
    assert "\n" not in message


def test_a_taxonomy_that_changes_from_run_to_run_is_caught() -> None:
    builds = iter([tea(term("a"), term("b")), tea(term("b"), term("a"))])
    failed = verdicts(TaxonomyContract, taxonomy=lambda: next(builds))
    assert list(failed) == ["test_building_it_twice_gives_the_same"]


def test_a_released_code_that_is_gone_is_caught() -> None:
    failed = verdicts(TaxonomyContract, taxonomy=tea(term("a")), released=("tea:a", "tea:b"))
    assert failed == {
        "test_released_codes_are_still_there": (
            "released codes that are gone (keep the row, fill in replaced_by): tea:b"
        )
    }


def test_a_contract_without_a_subject_is_no_pass() -> None:
    failed = verdicts(TaxonomyContract)
    assert len(failed) >= 10
    assert "set `taxonomy` or `plugin`" in failed["test_a_citation_is_present"]


def basis(*links: Link, **values: object) -> LinkSet:
    given = {
        "basis": "tiny",
        "kind": "endorsement",
        "title": "Tiny",
        "citation": "Me",
        "license": "CC0-1.0",
        "sources": ("cfir-2009:cost",),
        "targets": ("eric:facilitation", "eric:build-a-coalition"),
    }
    return LinkSet(**(given | values | {"links": links}))  # type: ignore[arg-type]


def link(**values: object) -> Link:
    given = {"source": "cfir-2009:cost", "target": "eric:facilitation"}
    return Link(**(given | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("check", "piece", "links"),
    [
        ("there_is_a_basis_with_links", "tiny", basis()),
        ("a_citation_is_present", "tiny has no citation", basis(link(k=1, n=9), citation=None)),
        ("the_license_is_stated", "tiny states no license", basis(link(k=1, n=9), license=None)),
        (
            "codes_exist",
            "cfir-2009:costs",
            basis(link(source="cfir-2009:costs", k=1, n=9), sources=("cfir-2009:costs",)),
        ),
        ("codes_exist", "eric:33", basis(link(target="eric:33", k=1, n=9), targets=("eric:33",))),
        ("every_link_says_something", "cfir-2009:cost -> eric:facilitation", basis(link())),
        (
            "percents_can_be_derived",
            "cfir-2009:cost -> eric:facilitation",
            basis(link(n=9, level=1)),
        ),
        (
            "levels_agree_with_percents",
            "12 of 25 is level 2, not 1",
            basis(link(k=12, n=25, level=1)),
        ),
        (
            "levels_agree_with_percents",
            "13 of 25 is level 1, not 2",
            basis(link(k=13, n=25, level=2)),
        ),
        ("levels_agree_with_percents", "5 of 25 is level 2, not None", basis(link(k=5, n=25))),
        (
            "levels_agree_with_percents",
            "4 of 25 is level None, not 2",
            basis(link(k=4, n=25, level=2)),
        ),
    ],
)
def test_the_contract_of_links_can_fail(
    check: str, piece: str, links: LinkSet, registry: Registry
) -> None:
    failed = verdicts(LinkSetContract, links=lambda: links, registry=registry)
    assert piece in failed.pop(f"test_{check}")
    assert failed == {}, "and nothing else fails"


def test_more_links_than_the_publisher_counts_are_caught(registry: Registry) -> None:
    count = LevelCount(source="cfir-2009:cost", level1=0, level2=1)  # type: ignore[arg-type]
    two = (link(level="1-2"), link(target="eric:build-a-coalition", level=2))
    failed = verdicts(LinkSetContract, links=basis(*two, level_counts=(count,)), registry=registry)
    assert failed == {
        "test_levels_keep_to_the_published_counts": (
            "counts: cfir-2009:cost has 2 targets at level 1 or 2, and its publisher counts 1"
        )
    }


# ------------------------------------------------------------------ rules of the classes


@pytest.mark.parametrize(
    ("piece", "make"),
    [
        ("scheme: expected lower-case", lambda: tea(scheme="Tea 1")),
        ("family: 'tea' does not begin with 'coffee'", lambda: tea(family="coffee")),
        ("tea:a: the code stands twice", lambda: tea(term("a"), term("a"))),
        ("code: expected a code of 'tea'", lambda: tea(term("a", code="cup:a"))),
        ("code: expected scheme:name", lambda: tea(term("a", code="tea"))),
        ("tea:a.label: expected some text", lambda: tea(term("a", label=" "))),
        ("tea:a.status: expected one of verified", lambda: tea(term("a", status="sure"))),
        (
            "tea:b.notation: '1' is also that of tea:a",
            lambda: tea(term("a", notation="1"), term("b", notation="1")),
        ),
        ("'tea:z' is no term of tea", lambda: tea(term("a", broader=("tea:z",)))),
        ("'tea:z' is no term of tea", lambda: tea(term("a", replaced_by="tea:z"))),
        ("tea:a.broader: leads back to itself", lambda: tea(term("a", broader=("tea:a",)))),
        (
            "tea:b.broader: leads back to itself",
            lambda: tea(term("a", broader=("tea:b",)), term("b", broader=("tea:a",))),
        ),
        ("is outside the sources and targets", lambda: basis(link(source="cfir-2009:complexity"))),
        ("stands twice", lambda: basis(link(k=1, n=2), link(k=1, n=2))),
        ("a count needs its n", lambda: basis(link(k=1))),
        ("expected a count from 0 to 2, got 3", lambda: basis(link(k=3, n=2))),
        ("expected a count from 0 to 0", lambda: basis(link(k=0, n=0))),
        ("expected a count from 0 to 2, got -1", lambda: basis(link(k=-1, n=2))),
        ("unknown level 3", lambda: basis(link(level=3))),
        ("unknown status 'maybe'", lambda: basis(link(status="maybe"))),
        ("kind: expected one of endorsement", lambda: basis(kind="vote")),
        ("basis: expected lower-case", lambda: basis(basis="Waltz 2019")),
        ("expected a code of 'eric', got 'trust:x'", lambda: walk(map_(object="trust:x"))),
        ("to itself", lambda: walk(map_(object="tea:a"), object_scheme="tea")),
        ("unknown predicate 'same'", lambda: walk(map_(predicate="same"))),
        ("confidence 2 is not within 0 to 1", lambda: walk(map_(confidence=2))),
        ("stands twice", lambda: walk(map_(), map_())),
    ],
)
def test_a_broken_rule_is_named(piece: str, make: object) -> None:
    with pytest.raises(InvalidTableError) as caught:
        make()  # type: ignore[operator]
    assert piece in str(caught.value)


def walk(*mappings: TermMapping, object_scheme: str = "eric") -> Crosswalk:
    return Crosswalk(
        name="tea-to-eric",
        subject_scheme="tea",
        object_scheme=object_scheme,
        title="Tea to ERIC",
        mappings=mappings,
    )


def map_(**values: object) -> TermMapping:
    given = {"subject": "tea:a", "predicate": "skos:exactMatch", "object": "eric:facilitation"}
    return TermMapping(**(given | values))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pieces", "make"),
    [
        (
            ["term 'tea:a' has 6 faults", "label: expected text, got None", "kind: expected text, got 3",
             "synonyms: expected a tuple, got 'green tea'", "broader: expected a tuple, got a list",
             "notation: expected text, got 5", "facets[0]: expected a Facet, got a dict"],
            lambda: term("a", label=None, kind=3, synonyms="green tea", broader=["tea:b"],
                         notation=5, facets=({},)),
        ),
        (["synonyms[1]: expected text, got None"], lambda: term("a", synonyms=("x", None))),
        (["term 3 has 1 fault", "code: expected text, got 3"], lambda: term("a", code=3)),
        (["value: expected text, got 1"], lambda: Facet(name="x", value=1)),  # type: ignore[arg-type]
        (
            ["value: expected a number, got True", "n: expected a whole number, got 2.0"],
            lambda: TermRating(name="x", value=True, n=2.0),  # type: ignore[arg-type]
        ),
        (
            ["taxonomy 'tea' has 3 faults", "title: expected text, got None",
             "kind: expected text, got 3", "terms[0]: expected a Term, got a list"],
            lambda: tea([], title=None, kind=3),  # type: ignore[arg-type]
        ),
        (
            ["terms: expected a tuple, got a list"],
            lambda: Taxonomy(scheme="tea", title="Tea", kind="x", terms=[]),  # type: ignore[arg-type]
        ),
        (
            ["mapping of 'tea:a'", "predicate: expected text, got None",
             "confidence: expected a number, got 'high'"],
            lambda: map_(predicate=None, confidence="high"),
        ),
        (["mappings[0]: expected a TermMapping, got 'x'"], lambda: walk("x")),  # type: ignore[arg-type]
        (["object_scheme: expected text, got None"], lambda: walk(object_scheme=None)),  # type: ignore[arg-type]
        (["object_scheme: expected lower-case letters"], lambda: walk(object_scheme="ERIC 1")),
        (
            ["link of 'cfir-2009:cost'", "k: expected a whole number, got '6'",
             "level: expected a whole number or text, got 1.5",
             "derived: expected true or false, got 'yes'"],
            lambda: link(k="6", level=1.5, derived="yes"),
        ),
        (["level1: expected a whole number, got None"],
         lambda: LevelCount(source="a:x", level1=None, level2=0)),  # type: ignore[arg-type]
        (
            ["sources: expected a tuple, got 'cfir-2009:cost'", "links[0]: expected a Link, got 3"],
            lambda: basis(3, sources="cfir-2009:cost"),  # type: ignore[arg-type]
        ),
        (
            ["compendium 'm' has 2 faults", "license: expected text, got None",
             "path: expected a Path, got 'm.jsonl'"],
            lambda: CompendiumSource(name="m", title="M", license=None, citation="Me", path="m.jsonl"),  # type: ignore[arg-type]
        ),
    ],
)  # fmt: skip
def test_values_of_other_types_are_refused_all_at_once(pieces: list[str], make: object) -> None:
    with pytest.raises(InvalidTableError) as caught:
        make()  # type: ignore[operator]
    for piece in pieces:
        assert piece in str(caught.value)


def test_values_that_fit_are_taken_as_they_are() -> None:
    assert TermRating(name="x", value=4, scale_min=1).value == 4
    assert [link(level=level).level for level in (1, "1-2", None)] == [1, "1-2", None]
    assert map_(confidence=1).confidence == 1


@pytest.mark.parametrize("control", ["\0", "\x1b", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_refused_all_at_once(control: str) -> None:
    bad = f"x{control}"
    with pytest.raises(InvalidTableError) as caught:
        tea(
            term("a", label=bad, definition=bad, synonyms=("ok", bad)),
            term("b", facets=(Facet(name="x", value=bad),)),
            title=bad,
        )
    assert [fault.path for fault in caught.value.faults] == [
        "title", "tea:a.label", "tea:a.definition", "tea:a.synonyms[1]", "tea:b.facets[0]"
    ]  # fmt: skip
    str(caught.value).encode()  # what a terminal cannot show is not in the message either
    assert control not in str(caught.value)
    for make in (
        lambda: basis(link(note=bad)),
        lambda: basis(title=bad),
        lambda: walk(map_(author=bad)),
        lambda: CompendiumSource(name="m", title=bad, license="x", citation="x", path=Path("m")),
        lambda: tea(term("a", code=f"tea:{bad}", notation="1"), term("b", notation="1")),
    ):
        with pytest.raises(InvalidTableError) as caught:
            make()
        assert control not in str(caught.value)


def test_names_stand_on_one_line_and_definitions_need_not() -> None:
    text = "one line\r\n\tand another"
    assert tea(term("a", definition=text, source=text)).terms[0].definition == text
    for values in ({"label": text}, {"synonyms": (text,)}):
        with pytest.raises(InvalidTableError, match="without control characters"):
            tea(term("a", **values))


# ------------------------------------------------------------------ tables

HEAD = "code,label,definition"
GREEN = "green,Green,Unfermented."

BAD_TABLES: dict[str, tuple[str | bytes, list[str]]] = {
    "empty": ("", ["line 1: the column 'code' is missing"]),
    "no header": (GREEN, ["line 1: the column 'code' is missing", "unknown column 'green'"]),
    "a misspelt column": (
        f"{HEAD},synonym\n{GREEN},x\n",
        ["line 1: unknown column 'synonym'; did you mean 'synonyms'?"],
    ),
    "a column twice": (f"{HEAD},label\n{GREEN},x\n", ["line 1: the column 'label' stands twice"]),
    "semicolons": (
        f"{HEAD}\n{GREEN}\n".replace(",", ";"),
        ["line 1: the column 'code' is missing"],
    ),
    "a cell too many": (
        f"{HEAD}\n{GREEN}\nblack,Black,Fermented, and dark.\n",
        ["line 3: expected 3 cells as in the header, got 4"],
    ),
    "a cell too few": (
        f"{HEAD}\nblack,Black\n",
        ["line 2: expected 3 cells as in the header, got 2"],
    ),
    "an open quote": (f'{HEAD}\n{GREEN}\nblack,"Black,x\n', ["line 3: not CSV"]),
    "a code twice": (f"{HEAD}\n{GREEN}\n{GREEN}\n", ["line 3: tea:green: the code stands twice"]),
    "no code": (f"{HEAD}\n,Green,Unfermented.\n", ["line 2", "code: expected scheme:name"]),
    "a bad code": (
        f"{HEAD}\na b,Green,Unfermented.\n",
        ["line 2: tea:a b.code: expected scheme:name"],
    ),
    "no label": (f"{HEAD}\ngreen,,Unfermented.\n", ["line 2: tea:green.label: expected some text"]),
    "a parent that is not there": (
        f"{HEAD},broader\n{GREEN},leaf\n",
        ["line 2: tea:green.broader: 'tea:leaf' is no term"],
    ),
    "a circle": (
        f"{HEAD},broader\na,A,x.,b\nb,B,y.,a\n",
        ["line 2: tea:a.broader: leads back", "line 3: tea:b.broader"],
    ),
    "a status that is none": (
        f"{HEAD},status\n{GREEN},sure\n",
        ["line 2: tea:green.status: expected one of verified"],
    ),
    "a number twice": (
        f"{HEAD},notation\n{GREEN},1\nblack,Black,x.,1\n",
        ["line 3: tea:black.notation: '1' is also that of tea:green"],
    ),
    "a facet without a value": (
        f"{HEAD},facets\n{GREEN},direction\n",
        ["line 2: facets: expected name=value, got 'direction'"],
    ),
    "Latin-1": (
        f"{HEAD}\n{GREEN}\nmate,Maté,x.\n".encode("latin-1"),
        ["line 3: not UTF-8; save the table as CSV UTF-8"],
    ),
    "several": (f"{HEAD},status\n,,,\ngreen,,,sure\n", ["label", "status", "line 3"]),
}


@pytest.mark.parametrize("case", BAD_TABLES)
def test_a_bad_table_is_refused_with_its_lines(case: str, tmp_path: Path) -> None:
    text, pieces = BAD_TABLES[case]
    path = tmp_path / "tea.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidTableError) as caught:
        read_taxonomy(path, scheme="tea", title="Tea", kind="strategy")
    for piece in pieces:
        assert piece in str(caught.value)
    assert caught.value.table == "tea.csv"


def test_each_of_many_faults_finds_its_line_at_once() -> None:
    """Codes are looked up; once each was compared with every fault."""

    class Lines(dict[str, int]):
        def __iter__(self) -> Iterator[str]:
            raise AssertionError("all lines are gone through")

    lines = Lines({"tea:2": 2, "tea:2.2": 3})
    for path, said in [
        ("tea:2", "line 2: tea:2"),
        ("tea:2.2", "line 3: tea:2.2"),
        ("tea:2.label", "line 2: tea:2.label"),
        ("tea:2.2.synonyms[1]", "line 3: tea:2.2.synonyms[1]"),
        ("scheme", "scheme"),
    ]:
        assert with_line(Fault(path, "x"), lines).path == said


def test_a_table_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="no\\.csv: No such file"):
        read_taxonomy(tmp_path / "no.csv", scheme="tea", title="Tea", kind="strategy")


def test_a_table_as_a_spreadsheet_writes_it(tmp_path: Path) -> None:
    """Byte-order mark, CRLF, columns in another order, quotes, line breaks, blank rows."""
    path = tmp_path / "tea.csv"
    path.write_bytes(
        "\ufefflabel,code,definition,synonyms,broader,notation,facets,status\r\n"
        "Leaf,leaf,Any leaf.,,,,,\r\n"
        ",,,,,,,\r\n"
        '"Green, or sencha",green,"Said to be ""unfermented"",\r\non two lines.",Sencha | Matcha,leaf,1.1,'
        "color=green | origin=Japan,derived\r\n".encode()
    )
    taxonomy = read_taxonomy(path, scheme="tea", title="Tea", kind="strategy")
    green = taxonomy["tea:green"]
    assert green.label == "Green, or sencha"
    assert green.definition == 'Said to be "unfermented",\r\non two lines.'
    assert green.synonyms == ("Sencha", "Matcha")
    assert green.broader == ("tea:leaf",)
    assert (green.notation, green.status, green.kind) == ("1.1", "derived", "strategy")
    assert green.facet("color") == ("green",)
    assert len(taxonomy) == 2


@pytest.mark.parametrize(
    ("text", "piece"),
    [
        (
            "source,target,k,n\ncfir-2009:cost,eric:facilitation,x,9\n",
            "line 2: k: expected a whole number, got 'x'",
        ),
        (
            "source,target,k,n\ncfir-2009:cost,eric:facilitation,-1,9\n",
            "line 2: k: expected a whole number, got '-1'",
        ),
        (
            "source,target,k,n\ncfir-2009:cost,eric:facilitation,1.0,9\n",
            "line 2: k: expected a whole number",
        ),
        (
            "source,target,derived\ncfir-2009:cost,eric:facilitation,true\n",
            "line 2: derived: expected yes or nothing",
        ),
        (
            "source,target,level\ncfir-2009:cost,eric:facilitation,3\n",
            "line 2: level: expected 1, 2 or 1-2, got '3'",
        ),
        ("source,target\ncfir-2009:cost,eric:other\n", "outside the sources and targets"),
        ("source\ncfir-2009:cost\n", "line 1: the column 'target' is missing"),
    ],
)
def test_a_bad_table_of_links_is_refused(text: str, piece: str, tmp_path: Path) -> None:
    path = tmp_path / "links.csv"
    path.write_text(text, encoding="utf-8")
    whole = basis()
    with pytest.raises(InvalidTableError) as caught:
        read_links(
            path,
            basis="tiny",
            kind="endorsement",
            title="Tiny",
            sources=whole.sources,
            targets=whole.targets,
        )
    assert piece in str(caught.value)


@pytest.mark.parametrize(
    ("row", "piece"),
    [
        ("tea:a,skos:sameMatch,eric:facilitation,", "unknown predicate 'skos:sameMatch'"),
        ("tea:a,,eric:facilitation,", "unknown predicate ''"),
        ("tea:a,skos:closeMatch,eric:facilitation,high", "line 2"),
        ("tea:a,skos:closeMatch,eric:facilitation,nan", "confidence"),
        ("coffee:a,skos:closeMatch,eric:facilitation,", "expected a code of 'tea', got 'coffee:a'"),
    ],
)
def test_a_bad_crosswalk_is_refused(row: str, piece: str, tmp_path: Path) -> None:
    path = tmp_path / "walk.csv"
    path.write_text(f"subject,predicate,object,confidence\n{row}\n", encoding="utf-8")
    with pytest.raises(InvalidTableError) as caught:
        read_crosswalk(
            path,
            name="tea-to-eric",
            subject_scheme="tea",
            object_scheme="eric",
            title="Tea to ERIC",
        )
    assert piece in str(caught.value)
