"""Going from one scheme to another: what follows, what does not, and what is lost."""

from __future__ import annotations

from itertools import product
from typing import get_args

import pytest

from implsci.codes import Code
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.mapping import Crosswalks, Match, compose
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, Predicate, Taxonomy, Term, TermMapping

PREDICATES: tuple[Predicate, ...] = get_args(Predicate)


def mapping(subject: str, predicate: str, object_: str, sure: float | None = None) -> TermMapping:
    return TermMapping(
        subject=Code(subject),
        predicate=f"skos:{predicate}Match",  # type: ignore[arg-type]
        object=Code(object_),
        confidence=sure,
        author="Me",
    )


def crosswalk(*mappings: TermMapping, unmatched: tuple[str, ...] = (), **more: object) -> Crosswalk:
    subject = mappings[0].subject.partition(":")[0]
    object_ = mappings[0].object.partition(":")[0]
    given = {
        "name": f"{subject}-to-{object_}",
        "subject_scheme": subject,
        "object_scheme": object_,
        "title": "T",
        "mappings": mappings,
        "unmatched": tuple(map(Code, unmatched)),
    }
    return Crosswalk(**(given | more))  # type: ignore[arg-type]


# ------------------------------------------------------------------------------- composition


# As sets of pairs: what a predicate may say of the sizes of its two ends. Composing two of them can
# only leave what is possible for some size in between.
def _possible(predicate: Predicate) -> set[tuple[int, int]]:
    sizes = range(4)
    relation = {
        "skos:exactMatch": lambda one, two: one == two,
        "skos:broadMatch": lambda one, two: one < two,
        "skos:narrowMatch": lambda one, two: one > two,
    }[predicate]
    return {(one, two) for one, two in product(sizes, sizes) if relation(one, two)}


@pytest.mark.parametrize(
    ("first", "second"),
    list(product(["skos:exactMatch", "skos:broadMatch", "skos:narrowMatch"], repeat=2)),
)
def test_a_composed_predicate_says_no_more_than_both(first: Predicate, second: Predicate) -> None:
    """Checked against a model of terms as sizes, where wider means larger."""
    chained = {
        (one, three)
        for one, two in _possible(first)
        for other, three in _possible(second)
        if two == other
    }
    said = compose(first, second)
    if said is None:
        assert not any(chained <= _possible(other) for other in PREDICATES[:1]), "all are possible"
        assert {one < three for one, three in chained} == {True, False}
    else:
        assert chained <= _possible(said)


@pytest.mark.parametrize("predicate", PREDICATES)
def test_an_exact_match_changes_nothing(predicate: Predicate) -> None:
    assert (
        compose("skos:exactMatch", predicate) == compose(predicate, "skos:exactMatch") == predicate
    )


@pytest.mark.parametrize(("first", "second"), list(product(PREDICATES, repeat=2)))
def test_the_way_back_says_the_inverse(first: Predicate, second: Predicate) -> None:
    def inverse(predicate: Predicate | None) -> Predicate | None:
        if predicate is None:
            return None
        return (
            TermMapping(subject=Code("a:x"), predicate=predicate, object=Code("b:y"))
            .inverse()
            .predicate
        )

    back = compose(inverse(second), inverse(first))  # type: ignore[arg-type]
    assert back == inverse(compose(first, second))


@pytest.mark.parametrize(
    ("first", "second"),
    [("close", "close"), ("close", "broad"), ("narrow", "close")],
)
def test_two_steps_of_which_one_is_close_only_relate(first: str, second: str) -> None:
    said = compose(f"skos:{first}Match", f"skos:{second}Match")  # type: ignore[arg-type]
    assert said == "skos:relatedMatch"


def test_from_related_terms_nothing_follows() -> None:
    for predicate in set(PREDICATES) - {"skos:exactMatch"}:
        assert compose("skos:relatedMatch", predicate) is None
        assert compose(predicate, "skos:relatedMatch") is None


# ------------------------------------------------------------------------------------- routes


def test_a_route_names_its_weakest_step_and_the_least_checked_crosswalk() -> None:
    ways = Crosswalks(
        [
            crosswalk(mapping("a:x", "exact", "b:x", 0.9)),
            crosswalk(mapping("b:x", "broad", "c:x", 0.6), status="provisional"),
            crosswalk(mapping("c:x", "exact", "d:x", 0.95), status="derived"),
        ]
    )
    (route,) = ways.map([Code("a:x")], "d")
    assert (route.subject, route.object, route.match) == ("a:x", "d:x", "broad")
    assert route.weakest.object == "c:x"
    assert (route.confidence, route.status) == (0.6, "provisional")
    assert route.crosswalks == ("a-to-b", "b-to-c", "c-to-d")


def test_a_confidence_that_one_step_lacks_is_unknown() -> None:
    ways = Crosswalks(
        [
            crosswalk(mapping("a:x", "exact", "b:x", 0.9)),
            crosswalk(mapping("b:x", "exact", "c:x")),
        ]
    )
    (route,) = ways.map([Code("a:x")], "c")
    assert route.confidence is None
    assert route.weakest.object == "c:x", "what is unknown may be anything"


def test_a_fourth_step_is_not_taken() -> None:
    steps = [
        crosswalk(mapping(f"{one}:x", "exact", f"{two}:x")) for one, two in ("ab", "bc", "cd", "de")
    ]
    ways = Crosswalks(steps)
    assert len(ways.map([Code("a:x")], "d")) == 1
    assert ways.map([Code("a:x")], "e").unknown == ("a:x",)


def test_who_looked_outranks_any_chain() -> None:
    chain = [
        crosswalk(mapping("a:x", "exact", "b:x")),
        crosswalk(mapping("b:x", "exact", "c:x")),
    ]
    (route,) = Crosswalks(chain).map([Code("a:x")], "c")
    assert route.match == "exact"
    own = crosswalk(mapping("a:y", "exact", "c:y"), unmatched=("a:x",))
    report = Crosswalks([*chain, own]).map([Code("a:x")], "c")
    assert (report.routes, report.unmatched, report.unknown) == ((), ("a:x",), ())
    other = crosswalk(mapping("a:x", "related", "c:z"))
    (route,) = Crosswalks([*chain, other]).map([Code("a:x")], "c")
    assert (route.match, route.object) == ("related", "c:z")


def test_no_match_and_nobody_looked_are_two_things() -> None:
    ways = Crosswalks([crosswalk(mapping("a:x", "exact", "b:x"), unmatched=("a:y", "b:z"))])
    report = ways.map([Code("a:x"), Code("a:y"), Code("a:q")], "b")
    assert [report.match(code) for code in report.asked] == ["exact", "no match", "unknown"]
    assert ways.map([Code("b:z")], "a").unmatched == ("b:z",), "the other side was looked at too"
    assert sum(report.counts.values()) == 3
    assert tuple(report.counts) == get_args(Match)


def test_of_several_routes_to_one_term_the_strongest_is_kept() -> None:
    ways = Crosswalks(
        [
            crosswalk(mapping("a:x", "broad", "b:x"), mapping("a:x", "exact", "b:y")),
            crosswalk(mapping("b:x", "exact", "c:x"), mapping("b:y", "exact", "c:x")),
        ]
    )
    (route,) = ways.map([Code("a:x")], "c")
    assert route.match == "exact"


@pytest.mark.parametrize(
    ("mappings", "because"),
    [
        ([("a:x", "broad", "b:w")], "only the wider b:w"),
        ([("a:x", "narrow", "b:1"), ("a:x", "narrow", "b:2")], "only narrower terms (b:1, b:2)"),
        ([("a:x", "related", "b:r")], "only related terms, such as b:r"),
        ([("a:x", "close", "b:c")], "b:c is close, not the same"),
        ([("a:x", "exact", "b:e"), ("a:y", "close", "b:e")], "shares b:e with a:y"),
    ],
)
def test_what_is_lost_is_said(mappings: list[tuple[str, str, str]], because: str) -> None:
    ways = Crosswalks([crosswalk(*(mapping(*each) for each in mappings))])
    report = ways.map([Code("a:x"), Code("a:y"), Code("a:z")], "b")
    lost = {loss.code: loss.because for loss in report.lost}
    assert because in lost[Code("a:x")]
    assert lost[Code("a:z")] == "no crosswalk leads from it to b"


def test_many_ways_over_a_dense_middle_cost_no_more_than_their_ends() -> None:
    """Every path one by one would be 150 to the power of three."""
    count = 150
    dense = [
        crosswalk(
            *(
                mapping(f"{one}:{i}", "exact", f"{two}:{j}")
                for i in range(count)
                for j in range(count)
            )
        )
        for one, two in ("bc", "cd")
    ]
    first = crosswalk(*(mapping("a:x", "exact", f"b:{i}") for i in range(count)))
    report = Crosswalks([first, *dense]).map([Code("a:x")], "d")
    assert len(report) == count
    assert {route.match for route in report} == {"exact"}


def test_a_report_names_the_crosswalks_it_rests_on_and_how_far_they_were_checked() -> None:
    own = crosswalk(mapping("a:y", "exact", "b:y"), unmatched=("a:x",), status="provisional")
    report = Crosswalks([own]).map([Code("a:x")], "b")
    assert report.crosswalks == (("a-to-b", "provisional"),)
    (lone,) = report.no_match
    assert (lone.code, lone.crosswalk, lone.status) == ("a:x", "a-to-b", "provisional")


def test_a_scheme_is_not_mapped_to_itself(registry: Registry) -> None:
    with pytest.raises(InvalidQueryError, match="eric is where the terms come from"):
        registry.map("eric", to="eric")
    with pytest.raises(InvalidQueryError, match="expected two schemes"):
        registry.coverage("eric", by="eric")


def test_codes_schemes_and_terms_that_are_not_installed_go_together(registry: Registry) -> None:
    report = registry.map(["eric:facilitation", "proctor"], to="re-aim")
    assert len(report.asked) == 1 + 17
    (route,) = registry.map("bcio:007010", to="bct-v1")
    assert (route.match, route.object) == ("close", "bct-v1:1.4")
    assert (
        "no crosswalk leads from it to bct-v1"
        in registry.map("sister:remind-school-personnel", to="bct-v1").lost[0].because
    )


def test_an_exact_match_of_its_own_loses_nothing() -> None:
    ways = Crosswalks([crosswalk(mapping("a:x", "exact", "b:x"))])
    assert ways.map([Code("a:x")], "b").lost == ()


# --------------------------------------------------------------------------- the real crosswalks


def test_cfir_2009_to_2022_counts_every_construct_once(registry: Registry) -> None:
    report = registry.map("cfir-2009", to="cfir-2022")
    assert len(report.asked) == sum(report.counts.values()) == 41
    (planning,) = report.of("cfir-2009:planning")
    assert planning.object == "cfir-2022:planning"
    # Removed as a construct in 2022: the published table sends it to the Outcomes Addendum.
    assert report.match("cfir-2009:readiness-for-implementation") == "no match"
    halves = {route.object for route in report.of("cfir-2009:reflecting-and-evaluating")}
    assert halves == {"cfir-2022:implementation", "cfir-2022:innovation"} or len(halves) == 2


def test_a_way_over_two_schemes_is_composed(registry: Registry) -> None:
    """Nobody mapped EPOC to the techniques; ERIC stands between them."""
    report = registry.map("epoc-2015:audit-and-feedback", to="bct-v1")
    assert {route.object for route in report} == {"bct-v1:2.2", "bct-v1:2.7"}
    for route in report:
        assert [step.object.partition(":")[0] for step in route.steps] == ["eric", "bct-v1"]
        assert route.weakest is route.steps[1]


def test_everything_relational_was_looked_at(registry: Registry) -> None:
    for scheme in ("eric", "trust", "isp", "participation", "mobilisation"):
        found = registry.coverage("relational", by=scheme)
        assert found.counts["unknown"] == 0, scheme
        assert len(found.matches) == 44
        assert set(found.unsaid) == set(found.fared("no match"))
    eric = registry.coverage("relational", by="eric")
    assert eric.counts["exact"] == 0, "no relational action is an ERIC strategy"
    assert len(eric.unsaid) >= 20


def test_what_eric_leaves_unsaid_and_what_relational_does(registry: Registry) -> None:
    back = registry.coverage("eric", by="relational")
    assert len(back.matches) == 73
    assert back.unsaid == (), "nobody looked at ERIC's other strategies: unknown is not unsaid"
    assert back.counts["unknown"] > 30


def test_map_takes_a_label_several_codes_and_refuses_the_unknown(registry: Registry) -> None:
    one = registry.map("Audit and provide feedback", to="bct-v1")
    both = registry.map(["eric:5", "eric:33"], to="bct-v1")
    assert one.asked == ("eric:audit-and-provide-feedback",)
    assert both.asked == ("eric:audit-and-provide-feedback", "eric:facilitation")
    with pytest.raises(UnknownNameError, match="unknown code"):
        registry.map(["eric:5", "eric:nonsense"], to="bct-v1")


def test_coverage_leaves_headings_and_withdrawn_terms_out() -> None:
    terms = tuple(
        Term(code=Code(f"a:{name}"), label=name, definition=f"About {name}.", **more)  # type: ignore[arg-type]
        for name, more in {
            "head": {"kind": "group"},
            "x": {"broader": (Code("a:head"),)},
            "old": {"replaced_by": Code("a:x")},
        }.items()
    )
    taxonomy = Taxonomy(scheme="a", title="A", kind="strategy", terms=terms)
    found = Crosswalks([crosswalk(mapping("a:x", "exact", "b:x"))]).coverage(taxonomy, "b")
    assert [term.code for term, _ in found.matches] == ["a:x"]
