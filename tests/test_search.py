"""Finding terms: what comes first, and why."""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import hookimpl, testing
from implsci.codes import Code
from implsci.errors import AmbiguousNameError, InvalidQueryError, UnknownNameError
from implsci.names import close_names, fold
from implsci.plugins import Registry
from implsci.search import search
from implsci.taxonomy import Taxonomy, Term


def term(name: str, label: str, definition: str = "Something.", *synonyms: str) -> Term:
    return Term(code=Code(f"tea:{name}"), label=label, definition=definition, synonyms=synonyms)


GREEN = term("green", "Green tea", "Leaves dried before they ferment.", "Sencha")
BLACK = term("black", "Black tea", "Leaves left to ferment, as for Earl Grey.", "Assam")
HERBAL = term("herbal", "Herbal infusion", "No tea at all, but herbs.")
TERMS = [HERBAL, BLACK, GREEN]


@pytest.mark.parametrize(
    ("text", "first", "score"),
    [
        ("tea:green", GREEN, 1.0),
        ("Green tea", GREEN, 1.0),
        ("  GREEN   TEA ", GREEN, 1.0),
        ("sencha", GREEN, 0.98),
        ("black", BLACK, None),
        ("infusions", HERBAL, None),
        ("fermenting leaves for an earl", BLACK, None),
    ],
)
def test_the_best_comes_first(text: str, first: Term, score: float | None) -> None:
    hits = search(TERMS, text)
    assert hits[0].term is first
    if score is not None:
        assert hits[0].score == score
    else:
        assert 0 < hits[0].score < 0.98


def test_a_name_counts_for_more_than_a_definition() -> None:
    hits = search(TERMS, "tea")
    assert [hit.term for hit in hits] == [BLACK, GREEN, HERBAL]
    assert hits[0].score == hits[1].score > hits[2].score


@pytest.mark.parametrize("text", ["", " ", "?!", "coffee", "茶", "\0"])
def test_nothing_fits(text: str) -> None:
    assert search(TERMS, text) == ()


def test_a_limit_cuts_and_changes_nothing_else() -> None:
    every = search(TERMS, "tea", limit=None)
    assert len(every) == 3
    assert search(TERMS, "tea", limit=2) == every[:2]
    assert search(TERMS, "tea", limit=0) == ()


@given(testing.taxonomies(), st.data())
def test_order_is_stated_and_stable(taxonomy: Taxonomy, data: st.DataObject) -> None:
    text = data.draw(st.sampled_from([t.label for t in taxonomy])) if len(taxonomy) else "x"
    hits = search(taxonomy, text, None)
    keys = [(-hit.score, hit.term.code) for hit in hits]
    assert keys == sorted(keys)
    assert all(0 < hit.score <= 1 for hit in hits)
    shuffled = data.draw(st.permutations(taxonomy.terms))
    assert search(shuffled, text, None) == hits


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Networks & Communications", "networks and communications"),
        ("Café", "CAFE"),
        ("audit-and-provide-feedback", "Audit and provide feedback"),
        ("  a  b ", "a/b"),
        ("Straße", "STRASSE"),
        ("Ποιότητα", "ΠΟΙΟΤΗΤΑ"),
        ("ａｕｄｉｔ　＆ feedback", "audit and feedback"),
        ("صِدق", "صدق"),
        ("監査・訓練", "監査 訓練"),
        ("pre–post", "pre-post"),
        ("co\u00adcreation", "cocreation"),
    ],
)
def test_folding_forgets_case_accents_and_punctuation(one: str, two: str) -> None:
    assert fold(one) == fold(two)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("訓練 COVID", "信頼 COVID"),
        ("が", "か"),
        ("का", "की"),
        ("2.2", "2 2"),
        ("監査", ""),
    ],
)
def test_folding_keeps_words_of_any_script_apart(one: str, two: str) -> None:
    assert fold(one) != fold(two)


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.characters(max_codepoint=127)))
def test_words_of_ascii_are_letters_digits_and_dotted_numbers(text: str) -> None:
    plain = text.lower().replace("&", " and ")
    assert fold(text) == " ".join(re.findall(r"[a-z0-9]+(?:\.[0-9]+)*", plain))


def test_a_label_of_any_script_is_found() -> None:
    audit, training = (
        term("audit", "監査"),
        term("training", "訓練 COVID", "Something.", "обучение"),
    )

    class Tea:
        plugin_name = "tea"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            return [Taxonomy(scheme="tea", title="T", kind="strategy", terms=(audit, training))]

    registry = Registry(plugins=[Tea()], strict=True)
    assert registry.term("監査") is audit
    assert registry.term("ОБУЧЕНИЕ") is training
    assert [(hit.term, hit.score) for hit in registry.search("監査")] == [(audit, 1.0)]
    with pytest.raises(UnknownNameError):
        registry.term("信頼 COVID")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("eric:5", "eric:audit-and-provide-feedback"),
        (" eric:facilitation ", "eric:facilitation"),
        ("cfir:innovation-complexity", "cfir-2022:innovation-complexity"),
        ("cfir:I.F", "cfir-2022:innovation-complexity"),
        ("cfir-2009:I.F", "cfir-2009:complexity"),
    ],
)
def test_search_takes_codes(registry: Registry, text: str, code: str) -> None:
    hits = registry.search(text)
    assert [hit.term.code for hit in hits if hit.score == 1] == [code]
    assert hits[0].term.code == code


def test_search_by_a_number_with_its_scheme_needs_no_registry() -> None:
    numbered = evolve(GREEN, notation="2.2")
    assert [hit.score for hit in search([numbered], "tea:2.2")] == [1.0]
    assert all(hit.score < 1 for hit in search([GREEN], "tea:None"))


@pytest.mark.parametrize("text", ["erik:5", "eric:none-such", "eric:None"])
def test_a_code_that_is_none_is_searched_as_words(registry: Registry, text: str) -> None:
    assert all(hit.score < 1 for hit in registry.search(text))


def test_a_limit_below_zero_is_refused(registry: Registry) -> None:
    with pytest.raises(InvalidQueryError, match=r"limit: expected 0 or more, .*got -1"):
        search(TERMS, "tea", limit=-1)
    with pytest.raises(InvalidQueryError):
        registry.search("tea", limit=-1)


def test_close_names() -> None:
    assert close_names("facilitaton", ["facilitation", "champions"]) == ("facilitation",)
    assert close_names("zzz", ["facilitation"]) == ()


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("eric:5", "eric:audit-and-provide-feedback"),
        ("eric:audit-and-provide-feedback", "eric:audit-and-provide-feedback"),
        ("Audit & provide feedback", "eric:audit-and-provide-feedback"),
        ("cfir-2009:complexity", "cfir-2009:complexity"),
        ("cfir:innovation-complexity", "cfir-2022:innovation-complexity"),
        ("cfir-2009:I.F", "cfir-2009:complexity"),
        ("proctor:fidelity", "proctor:fidelity"),
        ("Co-creation / exchange", "engagement:co-creation"),
        (" wash ", "sector:wash"),
    ],
)
def test_a_name_finds_its_term(registry: Registry, text: str, code: str) -> None:
    assert registry.term(text).code == code


def test_an_unknown_name_is_refused_with_close_ones(registry: Registry) -> None:
    with pytest.raises(UnknownNameError) as caught:
        registry.term("eric:audit-and-provide-feedbak")
    assert caught.value.suggestions[0] == "eric:audit-and-provide-feedback"
    assert "did you mean eric:audit-and-provide-feedback" in str(caught.value)
    with pytest.raises(UnknownNameError, match="unknown taxonomy 'erik'; did you mean eric"):
        registry.term("erik:5")
    with pytest.raises(UnknownNameError, match="unknown term 'complexty'; did you mean Complexity"):
        registry.term("complexty")
    with pytest.raises(UnknownNameError) as far:
        registry.term("cfir-2009:nope")
    assert far.value.suggestions == ()
    with pytest.raises(UnknownNameError):
        registry.term("")
    with pytest.raises(LookupError):
        registry.term("eric:74")


def test_a_name_of_several_terms_is_refused_with_their_codes(registry: Registry) -> None:
    """PROGRESS has the stratum Education, and the services have the sector."""
    with pytest.raises(AmbiguousNameError) as caught:
        registry.term("education")
    assert {"equity:education", "sector:education"} <= set(caught.value.candidates)
    assert "equity:education" in str(caught.value)
    assert registry.term("sector:education").code == "sector:education"


def test_search_narrows_by_kind_and_scheme(registry: Registry) -> None:
    assert registry.search("facilitation", scheme="eric")[0].term.code == "eric:facilitation"
    assert {hit.term.kind for hit in registry.search("feedback", kind="strategy")} == {"strategy"}
    assert {hit.term.scheme for hit in registry.search("trust", scheme="trust")} == {"trust"}
    assert registry.search("35", scheme="eric")[0].term.label == "Identify and prepare champions"
    with pytest.raises(UnknownNameError, match="unknown kind 'strategie'; did you mean strategy"):
        registry.search("x", kind="strategie")
    with pytest.raises(UnknownNameError, match="unknown taxonomy 'erik'"):
        registry.search("x", scheme="erik")


def test_expand_takes_a_group_to_its_members(registry: Registry) -> None:
    code = "eric:provide-interactive-assistance"
    assert set(registry.expand(code)) == {
        code,
        "eric:centralize-technical-assistance",
        "eric:facilitation",
        "eric:provide-clinical-supervision",
        "eric:provide-local-technical-assistance",
    }
    assert registry.expand("eric:8") == ("eric:centralize-technical-assistance",)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("facilitaton", "eric:facilitation"),
        ("champoins", "eric:identify-and-prepare-champions"),
        ("trianing", "bcw:training"),
        ("clinical superviison", "eric:provide-clinical-supervision"),
        ("feasability", "proctor:feasibility"),
        ("adio and visual feedbak", "eric:audit-and-provide-feedback"),
    ],
)
def test_a_slip_of_the_hand_near_an_ending_is_no_hindrance(
    typed: str, code: str, registry: Registry
) -> None:
    found = registry.search(typed, scheme=code.partition(":")[0], limit=5)
    assert code in [hit.term.code for hit in found]


def test_families_of_words_share_a_stem() -> None:
    from implsci.search.words import stem

    for family in (
        "facilitate facilitates facilitating facilitator facilitators facilitation",
        "organize organise organization organisations organizational organisational",
        "supervise supervisor supervision supervising",
        "sustain sustained sustainment sustainability",
        "behavior behaviour behaviors behavioural behavioral",
        "train trains training trainer trainers trained",
        "policy policies",
        "audit audits auditing auditor",
    ):
        assert len(set(map(stem, family.split()))) == 1, family
    assert stem("audit") != stem("auditory")


def test_a_filter_finds_terms_that_only_a_common_word_names() -> None:
    from implsci.codes import Code
    from implsci.search import Index
    from implsci.taxonomy import Term

    def many(scheme: str, label: str, count: int) -> list[Term]:
        return [
            Term(code=Code(f"{scheme}:{label}-{number}"), label=f"{label} {number}", definition="")
            for number in range(count)
        ]

    index = Index(
        [*many("big", "zebra", 700), *many("big", "quark", 100), *many("small", "zebra", 1)]
    )
    assert [hit.term.code for hit in index.search("quark zebra", scheme="small")] == [
        "small:zebra-0"
    ]
    assert len(index.search("quark zebra", None)) == 801


def test_long_texts_are_not_remembered() -> None:
    from implsci import names
    from implsci.search import words

    for number in range(50):
        text = f"{number} " + "word " * 1_000 + "x" * 500
        names.fold(text)
        words.stems(text)
    assert names._remembered.cache_info().maxsize == 2**16
    before = names._remembered.cache_info().currsize
    names.fold("y" * 10_000)
    assert names._remembered.cache_info().currsize == before
