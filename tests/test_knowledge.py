"""Definitions compared, claims side by side, glossary, acts of mobilisation, intermediaries."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci.casebook import Casebook, load
from implsci.casebooks import knowledge as plugin
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.formats import read_skos, write_skos
from implsci.knowledge import (
    FACETS,
    QUESTIONS,
    USES,
    Tie,
    about,
    claims,
    compare,
    glossary,
    intermediaries,
    mobilisation,
)
from implsci.model.documents import (
    Claim,
    Definition,
    EvidenceIntermediary,
    MobilisationActivity,
)
from implsci.model.evidence import Measurement
from implsci.model.outcome import Outcome
from implsci.plugins import Registry

SOURCES = Path(plugin.__file__).with_name("SOURCES.md")


@pytest.fixture(scope="module")
def book() -> Casebook:
    return load("implsci-knowledge")


def definition(identifier: str, term: str = "t", **facets: Any) -> Definition:
    return Definition(
        id=identifier, term=term, author=f"Author of {identifier}", paraphrase="It.", **facets
    )


# ------------------------------------------------------------------ the bundled casebook


def test_every_fact_says_where_and_how_it_was_read(book: Casebook) -> None:
    methods = set(re.findall(r"^\| (read [^|]+?) \|", SOURCES.read_text("utf-8"), re.MULTILINE))
    for record in book:
        assert record.provenance, record.id
        for one in record.provenance:
            assert one.method in methods, record.id
            assert one.retrieved, record.id
            assert one.url, record.id


def test_its_page_counts_what_is_in_it(book: Casebook) -> None:
    text = " ".join(SOURCES.read_text("utf-8").split())
    definitions, told = book.of(Definition), book.of(Claim)
    members = book.of(EvidenceIntermediary)
    assert f"{len(book)} records in" in text
    assert (
        f"{len(definitions)} rival definitions of {len({one.term for one in definitions})} terms"
        in text
    )
    assert f"{len(told)} claims about {len({one.about for one in told})} things" in text
    assert f"{len(members)} records of the {len({one.name for one in members})} org" in text
    assert f"{len(book.of(MobilisationActivity))} acts of mobilising" in text


def test_its_codes_are_there(book: Casebook, registry: Registry) -> None:
    names = ("codes", "domains", "sectors", "kinds", "why", "whose", "what", "how")
    codes = {code for record in book for name in names for code in getattr(record, name, ())}
    codes |= {
        code
        for one in book.of(MobilisationActivity)
        for node in (*one.actors, *one.outcomes)
        for code in node.codes
    }
    assert len(codes) > 15
    for code in codes:
        assert registry.term(code).code == code


@pytest.mark.parametrize(
    ("identifier", "doi"),
    [
        ("is-eccles-mittman-2006", "10.1186/1748-5908-1-1"),
        ("is-bauer-2015", "10.1186/s40359-015-0089-9"),
        ("ir-peters-2013", "10.1136/bmj.f6753"),
        ("km-davies-2015", "10.3310/hsdr03270"),
        ("wasted-chalmers-glasziou-2009", "10.1016/S0140-6736(09)60329-9"),
        ("lag-morris-2011", "10.1258/jrsm.2011.110180"),
    ],
)
def test_the_sources_that_are_known_by_doi(book: Casebook, identifier: str, doi: str) -> None:
    record = book[identifier]
    assert isinstance(record, (Claim, Definition))
    assert record.citation is not None
    assert record.citation.doi == doi


def test_a_paraphrase_is_not_the_authors_wording(book: Casebook) -> None:
    """A few words of each text that is often quoted; none of its runs may stand here."""
    quoted = (
        "scientific study of methods",
        "promote the systematic uptake",
        "one-way information flow",
        "end-user participation",
        "approaches to encourage research use",
        "dynamic and iterative process",
        "reciprocal and complementary flow",
        "collaborative problem-solving",
        "act of carrying an intention into effect",
        "sharing power and responsibility",
        "purposive distribution",
    )
    for one in book.of(Definition):
        for words in quoted:
            assert words not in one.paraphrase, one.id


def test_facets_are_those_the_founding_text_states(book: Casebook) -> None:
    """Levin: multi-directional and political; Ontario: participation and impact; the two of WCPP."""
    found = {one.id: one for one in book.of(Definition)}
    levin, ontario = found["km-levin"], found["km-ontario-centre"]
    assert (levin.direction, levin.political) == ("multi_directional", True)
    assert (ontario.participation, ontario.impact, ontario.direction) == (True, True, None)
    science, mobilised = found["is-wcpp"], found["km-wcpp"]
    assert (science.focus, science.stance, science.level) == ("programs", "top_down", "practice")
    assert (mobilised.focus, mobilised.stance) == ("processes", "flexible")
    assert found["km-phipps-2008"].level == "both"


# ------------------------------------------------------------------ comparing


def test_the_distance_is_gowers_over_what_both_state() -> None:
    """Worked by hand: (1/2 + 1 + 0 + 1/2 + (1 - 1/3)) / 5 over five shared facets."""
    one = definition(
        "a", direction="one_way", political=True, impact=True, focus="both",
        domains=("sector:health", "sector:education"), level="practice",
    )  # fmt: skip
    two = definition(
        "b", direction="two_way", political=False, impact=True, focus="programs",
        domains=("sector:education", "sector:policing"), stance="flexible",
    )  # fmt: skip
    pair = compare([one, two]).apart("a", "b")
    assert pair.distance == pytest.approx((0.5 + 1 + 0 + 0.5 + 2 / 3) / 5)
    assert pair.facets == 5
    assert set(pair.by_facet) == {"direction", "political", "impact", "focus", "domains"}


def test_without_a_shared_facet_there_is_no_distance() -> None:
    found = compare([definition("a", level="practice"), definition("b", "u", stance="flexible")])
    assert found.pairs[0].distance is None
    assert found.nearest(1) == found.farthest(1) == ()
    assert found.between[0].mean is None
    assert "cannot be told" in found.sentence()


ORDERED = {
    "direction": ("one_way", "two_way", "multi_directional"),
    "focus": ("programs", "both", "processes"),
    "level": ("practice", "both", "policy"),
    "stance": ("top_down", "both", "flexible"),
}
FACETED = st.fixed_dictionaries(
    {},
    optional={
        **{name: st.sampled_from(values) for name, values in ORDERED.items()},
        **{name: st.booleans() for name in ("political", "participation", "impact")},
        "domains": st.lists(
            st.sampled_from(("sector:health", "sector:education", "sector:wash")), unique=True
        ).map(tuple),
    },
)


@given(first=FACETED, second=FACETED)
def test_the_distance_is_the_mean_city_block_of_another_program(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    """SciPy's city-block distance over coordinates of 0, 1/2 and 1, divided by their number."""
    from scipy.spatial.distance import cityblock, jaccard

    one, two = definition("a", **first), definition("b", **second)
    pair = compare([one, two]).pairs[0]
    shared = [name for name in ORDERED if name in first and name in second]
    flags = [
        name
        for name in ("political", "participation", "impact")
        if name in first and name in second
    ]
    left = [ORDERED[name].index(first[name]) / 2 for name in shared]
    right = [ORDERED[name].index(second[name]) / 2 for name in shared]
    left += [float(first[name]) for name in flags]
    right += [float(second[name]) for name in flags]
    total, count = (float(cityblock(left, right)) if left else 0.0), len(left)
    if first.get("domains") and second.get("domains"):
        names = sorted({*first["domains"], *second["domains"]})
        vectors = [[name in which["domains"] for name in names] for which in (first, second)]
        total, count = total + float(jaccard(*vectors)), count + 1
    assert pair.facets == count
    if count:
        assert pair.distance == pytest.approx(total / count)
    else:
        assert pair.distance is None


@given(facets=FACETED, other=FACETED)
def test_a_definition_is_no_distance_from_itself_and_order_does_not_matter(
    facets: dict[str, Any], other: dict[str, Any]
) -> None:
    twins = compare([definition("a", **facets), definition("b", **facets)]).pairs[0]
    assert twins.distance in (0, None)
    one, two = definition("a", **facets), definition("b", **other)
    there, back = compare([one, two]), compare([two, one])
    assert there.pairs == back.pairs
    assert there.to_dict() == back.to_dict()


def test_terms_are_the_same_in_either_spelling_and_order_is_by_year() -> None:
    found = compare(
        [
            definition("c", "Knowledge Mobilization"),
            definition("b", "knowledge mobilisation", year=2015),
            definition("a", "knowledge-mobilisation", year=2008),
            definition("d", "size"),
        ]
    )
    assert [one.id for one in found.definitions] == ["a", "b", "c", "d"]
    assert found.terms == ("Knowledge Mobilization", "size")
    assert [one.of for one in found.contrasts if one.facet == "level"] == [3, 1]


def test_every_tie_is_returned() -> None:
    same = [definition(name, level="practice", impact=True) for name in "abc"]
    found = compare([*same, definition("d", level="policy", impact=False)])
    assert [(p.first.id, p.second.id) for p in found.nearest()] == [
        ("a", "b"),
        ("a", "c"),
        ("b", "c"),
    ]
    assert [p.second.id for p in found.farthest()] == ["d", "d", "d"]


def test_drift_tells_what_changed_was_added_and_dropped() -> None:
    found = compare(
        [
            definition("old", year=2001, level="practice", stance="top_down"),
            definition("new", year=2011, level="both", impact=True),
            definition("undated", level="policy"),
        ]
    )
    (drift,) = found.drift
    assert (drift.earlier.id, drift.later.id) == ("old", "new")
    assert (drift.changed, drift.added, drift.dropped) == (("level",), ("impact",), ("stance",))


def test_science_and_mobilisation_differ_where_the_founding_text_says(book: Casebook) -> None:
    found = compare(book, ["implementation science", "knowledge mobilisation"])
    said = {(one.term, one.facet): one for one in found.contrasts}
    assert said["implementation science", "level"].values[0][0] == "practice"
    assert said["knowledge mobilisation", "level"].values[0][0] == "both"
    assert said["implementation science", "focus"].values == (("programs", 2),)
    assert said["knowledge mobilisation", "stance"].values == (("flexible", 1),)
    assert said["implementation science", "political"].told == 0
    pair = found.apart("is-wcpp", "km-wcpp")
    assert pair in found.farthest()
    assert pair.by_facet == {"focus": 1.0, "level": 0.5, "stance": 1.0}
    assert "none of which is the right one" in found.sentence()


def test_what_cannot_be_compared_is_refused(book: Casebook) -> None:
    with pytest.raises(InvalidQueryError, match="there is no definition"):
        compare([])
    with pytest.raises(UnknownNameError, match="did you mean knowledge mobilisation") as caught:
        compare(book, ["knowledge mobilsation"])
    assert caught.value.kind == "term"
    with pytest.raises(InvalidQueryError, match="expected several texts"):
        compare(book, "knowledge transfer")
    found = compare(book)
    with pytest.raises(UnknownNameError, match="is-wcpp"):
        found.apart("is-wcp", "km-wcpp")
    with pytest.raises(InvalidQueryError, match="twice"):
        found.apart("is-wcpp", "is-wcpp")


def test_a_term_is_found_across_casebooks(book: Casebook) -> None:
    ours = Casebook(records=(definition("x", "Knowledge Transfer", year=1999),), name="ours")
    held = about("knowledge transfer", [book, ours])
    assert [(name, one.id) for name, one in held] == [
        ("ours", "x"),
        ("implsci-knowledge", "ktr-ward-2009"),
        ("implsci-knowledge", "ktr-idrc"),
    ]
    with pytest.raises(UnknownNameError, match="knowledge transfer"):
        about("knowlege transfer", [book])


def test_a_comparison_is_rows_and_a_table(book: Casebook) -> None:
    found = compare(book, ["knowledge translation"])
    rows = found.to_rows()
    assert {*FACETS, "author", "year", "source", "read"} <= set(rows[0])
    assert found.to_table().num_rows == len(rows) == 2
    assert found.to_dict()["drift"] == [
        {
            "term": "knowledge translation",
            "earlier": "kt-cihr-2006",
            "later": "kt-cihr-2009",
            "changed": [],
            "added": [],
            "dropped": [],
        }
    ]


# ------------------------------------------------------------------ claims


def claim(identifier: str, **more: Any) -> Claim:
    given_ = {"about": "use", "statement": "So much.", "unit": "percent", **more}
    return Claim(id=identifier, **given_)


@pytest.mark.parametrize(
    ("first", "second", "tie"),
    [
        ({"value": 10, "year": 2000}, {"value": 10, "year": 2000}, "agree"),
        ({"value": 10, "year": 2000}, {"value": 20, "year": 2000}, "conflict"),
        ({"value": 10, "year": 2000}, {"value": 20, "year": 2010}, "change"),
        ({"value": 10}, {"value": 20, "year": 2010}, "undated"),
        ({"value": 10, "bound": "at_least"}, {"value": 20}, "agree"),
        ({"value": 10, "bound": "at_most", "year": 1901}, {"value": 20, "year": 1901}, "conflict"),
        ({"value": 10, "bound": "at_most"}, {"value": 20, "bound": "at_least"}, "undated"),
        ({"value": 10, "bound": "at_least"}, {"value": 5, "bound": "at_least"}, "agree"),
        ({"value": 10}, {"value": 10, "unit": "proportion"}, "not comparable"),
        ({"value": 10, "base": "all"}, {"value": 10, "base": "some"}, "not comparable"),
        ({"value": 10, "base": "all"}, {"value": 10}, "not comparable"),
        ({"value": 10, "base": "All"}, {"value": 10, "base": "all."}, "agree"),
        ({"value": None}, {"value": 10}, "not comparable"),
    ],
)
def test_how_two_claims_stand_to_each_other(
    first: dict[str, Any], second: dict[str, Any], tie: Tie
) -> None:
    one, two = claim("a", **first), claim("b", **second)
    for pair in ([one, two], [two, one]):
        (found,) = claims(pair).groups[0].pairs
        assert found.tie == tie
        assert found.because


def test_the_figures_of_the_founding_texts_are_held_against_their_sources(book: Casebook) -> None:
    found = {one.id: one for one in book.of(Claim)}
    assert found["unused-s3"].value == found["wasted-chalmers-glasziou-2009"].value == 85
    assert found["unused-s3"].status == "not_found"
    assert found["spending-s3"].value == 250
    assert found["spending-s3"].status == "not_found"
    assert (found["centres-s3"].value, found["centres-s3"].status) == (14, "verified")
    assert (found["unicef-2022"].value, found["unicef-2022"].bound) == (25, "at_least")
    group = claims(book, "Health research that comes to nothing").groups[0]
    assert [pair.tie for pair in group.pairs] == ["not comparable"]
    (agree,) = [
        pair
        for pair in claims(book, "centres in the what works network").groups[0].tied("agree")
        if "s3" in pair.first.id + pair.second.id
    ]
    assert {agree.first.id, agree.second.id} == {"centres-blog", "centres-s3"}


def test_what_is_not_verified_is_counted(book: Casebook) -> None:
    found = claims(book)
    states = Counter(one.status for one in book.of(Claim))
    assert found.unverified == sum(states.values()) - states["verified"] > 0
    assert f"{states['verified']} verified" in found.sentence()
    assert len(found.to_rows()) == len(book.of(Claim))
    made = claims([claim("a", value=1, year=2000), claim("b", value=2, year=2000)])
    assert "1 pair contradicts each other" in made.sentence()
    assert [row["conflicts"] for row in made.to_rows()] == [1, 1]
    assert made.to_table().num_rows == 2
    with pytest.raises(InvalidQueryError, match="no claim"):
        claims([])
    with pytest.raises(UnknownNameError, match="years from research"):
        claims(book, "years from research to practise")


# ------------------------------------------------------------------ glossary


def test_a_glossary_holds_every_rival(book: Casebook) -> None:
    found = glossary(book)
    assert sum(len(entry.definitions) for entry in found.entries) == len(book.of(Definition))
    assert [entry.term for entry in found.entries] == sorted(entry.term for entry in found.entries)
    brokering = found["Knowledge Brokering"]
    assert "mobilisation:brokering" in [term.code for term in brokering.terms]
    assert "knowledge exchange" in brokering.see
    assert "Knowledge broker" in [term.label for term in brokering.related]
    with pytest.raises(KeyError):
        found["nothing"]


def test_it_goes_out_as_skos_and_comes_back(book: Casebook, tmp_path: Path) -> None:
    made = glossary(book).to_taxonomy("knowledge", "Words of knowledge")
    for name in ("glossary.ttl", "glossary.jsonld"):
        write_skos(made, tmp_path / name)
        assert read_skos(tmp_path / name, scheme="knowledge").taxonomy.terms == made.terms
    science = made["knowledge:implementation-science"]
    assert "Eccles & Mittman 2006: " in science.definition
    assert "Wales Centre for Public Policy: " in science.definition
    assert "doi:10.1186/1748-5908-1-1" in (science.source or "")


def test_hostile_text_is_harmless_in_every_form() -> None:
    made = Definition(
        id="x", term="=cmd()|<script>", author="*A*\n# B", paraphrase="[x](javascript:1) <b>`y`</b>"
    )
    found = glossary([made], registry=Registry(plugins=[]))
    text = found.to_markdown()
    assert "<script>" not in text
    assert "\\<script\\>" in text
    assert "\n# B" not in text
    assert "\\[x\\](javascript:1)" in text
    cell = next(csv.DictReader(io.StringIO(found.to_csv())))
    assert cell["term"] == "'=cmd()|<script>"
    assert "\n" not in cell["author"]


def test_a_glossary_without_taxonomies_still_stands(book: Casebook) -> None:
    found = glossary(book, registry=Registry(plugins=[]))
    assert len(found.entries) == len(glossary(book).entries)
    assert not any(entry.terms or entry.broader or entry.related for entry in found.entries)


# ------------------------------------------------------------------ mobilisation


def activity(**more: Any) -> MobilisationActivity:
    """Return a made-up activity."""
    base = {"id": "m", "title": "Briefs", "knowledge": "k", "process": "p", "impact": "i"}
    return MobilisationActivity(**{**base, **more})


def use(identifier: str, *codes: str, kind: Any = "research_use") -> Outcome:
    return Outcome(id=identifier, label="use", kind=kind, codes=codes)


def test_uses_are_counted_by_the_kind_they_stand_under() -> None:
    made = activity(
        outcomes=(
            use("a", "research-use:instrumental"),
            use("b", "research-use:enlightenment"),
            use("c", "research-use:tactical"),
            use("d", "research-use:process-use"),
            use("e"),
            use("f", "research-use:no-such-term"),
            use("g", kind="client"),
        )
    )
    (found,) = mobilisation(made).activities
    assert found.uses == {
        "instrumental": 1,
        "conceptual": 1,
        "symbolic": 1,
        "other": 2,
        "not told": 1,
    }
    assert tuple(found.uses) == USES
    assert found.impacts == 1
    (bare,) = mobilisation(made, registry=Registry(plugins=[])).activities
    assert bare.uses["instrumental"] == 1
    assert bare.uses["other"] == 4


def test_reach_is_a_share_only_with_its_base() -> None:
    made = activity(
        reach=(
            Measurement(of="a", value=0.25, unit="proportion", n=30, base=120),
            Measurement(of="b", value=40, unit="percent"),
            Measurement(of="c", value=500, unit="count"),
            Measurement(of="d", value=50, unit="count", base=200),
            Measurement(of="e"),
            Measurement(of="f", n=7),
        ),
        why=("mobilisation:why-is-knowledge-mobilised",),
    )
    (found,) = mobilisation(made).activities
    assert [one.share for one in found.reach] == [0.25, 0.4, None, 0.25, None, None]
    assert [one.words() for one in found.reach] == [
        "a: 30 of 120 (25 %)",
        "b: 40 %, base not told",
        "c: 500, base not told",
        "d: 25 % of 200",
        "e: not printed",
        "f: 7, base not told",
    ]
    assert found.answered == ("why",)
    assert found.unanswered == QUESTIONS[1:]


def test_the_published_activities_say_what_is_unknown(book: Casebook) -> None:
    found = mobilisation(book)
    assert [one.unanswered for one in found.activities][2] == QUESTIONS
    assert "a share of those it could have reached 0" in found.sentence()
    assert found.to_table().num_rows == len(found.activities) == 4
    toolkit = found.activities[0]
    leaders = toolkit.activity.outcomes[0].measurements
    # EEF, of the survey of 2018: 59 % of senior leaders, up from 11 % in 2012; 36 % in 2013.
    assert [(one.time, one.value) for one in leaders] == [
        ("2012", 11),
        ("2013", 36),
        ("2014/15", 45),
        ("2018", 59),
    ]
    with pytest.raises(InvalidQueryError, match="no mobilisation activity"):
        mobilisation([])


# ------------------------------------------------------------------ intermediaries

ANSWERED_2015 = {
    "National Institute for Health and Care Excellence",
    "Education Endowment Foundation",
    "Early Intervention Foundation",
    "What Works Centre for Local Economic Growth",
    "College of Policing What Works Centre for Crime Reduction",
    "Centre for Ageing Better",
    "What Works Centre for Wellbeing",
}
"""The seven of a written answer in Parliament, 14 September 2015."""


def test_the_centres_of_2015_are_those_told_to_parliament(book: Casebook) -> None:
    belonging = set(intermediaries(book, "2015-09-14").standing("belongs"))
    assert belonging == ANSWERED_2015 | {"Public Policy Institute for Wales"}


def test_the_centres_of_2014_are_the_nine_of_the_report(book: Casebook) -> None:
    belonging = set(intermediaries(book, "2014-11-25").standing("belongs"))
    assert belonging == ANSWERED_2015 | {"Public Policy Institute for Wales", "What Works Scotland"}
    assert len(belonging) == 9


@pytest.mark.parametrize(
    ("at", "standing"),
    [
        ("2014-09", "not yet"),
        ("2014-10", "belongs"),
        ("2024-04-30", "belongs"),
        ("2024", "belongs"),
        ("2024-05", "no longer"),
        ("2024-05-01", "no longer"),
    ],
)
def test_a_centre_that_closed(book: Casebook, at: str, standing: str) -> None:
    found = intermediaries(book, at)
    (one,) = [one for one in found.members if one.record.id == "wellbeing"]
    assert one.standing == standing


@pytest.mark.parametrize(
    ("span", "at", "standing"),
    [
        ((None, None, None), "2020", "unknown"),
        ((None, None, "2020"), "2019", "unknown"),
        ((None, None, "2020"), "2020-05", "belongs"),
        ((None, None, "2020"), "2021", "unknown"),
        (("2010", None, None), "2020", "unknown"),
        (("2010", None, None), "2009", "not yet"),
        (("2010", None, "2020-06"), "2020", "belongs"),
        (("2010", None, "2020-06"), "2020-07", "unknown"),
        ((None, "2015", None), "2016", "no longer"),
        ((None, "2015", None), "2014", "unknown"),
        ((None, "2015-02", None), "2015", "belongs"),
        (("2012-02", "2012-02", None), "2012-02-29", "belongs"),
        ((None, None, "2020"), None, "belongs"),
        ((None, None, None), None, "unknown"),
        ((None, "2015", "2020"), None, "no longer"),
    ],
)
def test_a_standing_is_told_only_as_far_as_sources_reach(
    span: tuple[str | None, str | None, str | None], at: str | None, standing: str
) -> None:
    since, until, checked = span
    made = EvidenceIntermediary(id="c", name="C", since=since, until=until, checked=checked)
    (one,) = intermediaries([made], at).members
    assert one.standing == standing


def test_intermediaries_by_sector_and_in_rows(book: Casebook) -> None:
    found = intermediaries(book, "2022-12")
    assert found.by_sector()["sector:homelessness-services"] == ("Centre for Homelessness Impact",)
    assert all(one.record.provenance for one in found.members)
    assert len(found.to_rows()) == len(book.of(EvidenceIntermediary)) == found.to_table().num_rows
    assert all(row["source"] for row in found.to_rows())
    counts = [int(number) for number in re.findall(r"\d+", found.sentence().partition(": ")[2])]
    belong, names, *rest = counts
    assert belong + sum(rest) == names == len({one.record.name for one in found.members})
    for wrong in ("22", "2022-13", "last year"):
        with pytest.raises(InvalidQueryError, match="expected YYYY"):
            intermediaries(book, wrong)
    with pytest.raises(InvalidQueryError, match="no evidence intermediary"):
        intermediaries([])


def test_more_pairs_than_memory_holds_are_refused_by_number() -> None:
    many = [
        Claim(id=f"c{at}", about="use", statement="s", value=at, unit="years") for at in range(1500)
    ]
    with pytest.raises(InvalidQueryError, match="1,500 claims make 1,124,250 pairs; expected at"):
        claims(many)
    rival = [
        Definition(id=f"d{at}", term=f"t{at}", author="A", paraphrase="It.") for at in range(1500)
    ]
    with pytest.raises(InvalidQueryError, match="1,500 definitions make 1,124,250 pairs"):
        compare(rival)
    assert len(glossary(rival).entries) == 1500
