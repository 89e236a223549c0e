"""The unmatched bucket: what is counted, what is put together, and what an author gets."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import Barrier, Coding, Outcome, Registry, Relationship, Strategy, Study
from implsci.errors import InvalidQueryError, InvalidTableError, UnknownNameError
from implsci.scaffold import new_plugin
from implsci.search.words import words
from implsci.termtable import read_taxonomy
from implsci.unmatched import KINDS, THRESHOLD, cluster, unmatched

NONE_FITS = Coding(coder="AB", quote="we gave out vouchers", value="vouchers as thanks")


def _study(id: str, *labels: str) -> Study:
    return Study(
        id=id,
        title=id,
        strategies=tuple(Strategy(id=f"s{at}", label=label) for at, label in enumerate(labels)),
    )


def test_the_bundled_compendium_is_counted_as_its_records_say() -> None:
    """Against the records as plain JSON, read without this library."""
    source = implsci.registry().compendium("implsci-examples")
    studies = [json.loads(line) for line in source.path.read_text("utf-8").splitlines()]
    found = unmatched(implsci.load("implsci-examples"))
    assert [count.kind for count in found.kinds] == ["barrier", "strategy"]
    for count in found.kinds:
        nodes = [node for study in studies for node in study.get(KINDS[count.kind], ())]
        bare = [not node.get("codes") for node in nodes]
        none = [
            any("code" not in own and own.get("of") in (None, "codes") for own in codings)
            for codings in (node.get("codings", ()) for node in nodes)
        ]
        assert count.nodes == len(nodes)
        assert count.uncoded == sum(bare)
        assert count.no_term_found == sum(none)
        assert count.unmatched == sum(map(max, bare, none))
        own = [candidate for candidate in found.candidates if candidate.kind == count.kind]
        assert sum(candidate.nodes for candidate in own) == count.unmatched
    assert "87 without any code" in found.sentence()
    assert "10 of 382 barriers" in found.sentence()


def test_each_reason_is_counted_apart_and_can_be_asked_for() -> None:
    study = Study(
        id="a",
        title="A",
        strategies=(
            Strategy(id="s1", label="walks"),
            Strategy(id="s2", label="vouchers", codings=(NONE_FITS,)),
            Strategy(id="s3", label="coaching", codes=("sister:x",)),  # type: ignore[arg-type]
            Strategy(id="s4", label="audit", codes=("eric:y",), codings=(NONE_FITS,)),  # type: ignore[arg-type]
            Strategy(
                id="s5",
                label="dosing",
                codes=("eric:z",),  # type: ignore[arg-type]
                codings=(Coding(coder="AB", of="dose", value="2"),),
            ),
        ),
    )

    def labels(**asked: str) -> set[str]:
        found = unmatched([study], kinds="strategy", **asked)  # type: ignore[arg-type]
        return {candidate.label for candidate in found.candidates}

    assert labels() == {"walks", "vouchers", "audit"}
    assert labels(because="uncoded") == {"walks", "vouchers"}
    assert labels(because="no_term_found") == {"vouchers", "audit"}
    assert labels(scheme="eric") == {"walks", "vouchers", "coaching", "audit"}
    assert labels(scheme="eric", because="other_scheme") == {"coaching"}
    (count,) = unmatched([study], scheme="eric").kinds
    assert (count.kind, count.nodes, count.unmatched) == ("strategy", 5, 4)
    assert (count.uncoded, count.other_scheme, count.no_term_found) == (2, 1, 2)
    vouchers = next(
        own for own in unmatched([study], kinds="strategy").candidates if own.label == "vouchers"
    )
    assert vouchers.reasons == (("uncoded", 1), ("no_term_found", 1))
    assert vouchers.examples[0].quote == "we gave out vouchers"
    assert vouchers.examples[0].said == "vouchers as thanks"


def test_a_scheme_asks_about_the_kinds_it_has_terms_for() -> None:
    study = Study(id="a", title="A", barriers=(Barrier(id="b", label="no time"),))
    found = unmatched([study], scheme="cfir")
    assert found.scheme == "cfir-2022"
    assert "barrier" in {count.kind for count in found.kinds}
    assert {near.code.partition(":")[0] for near in found.candidates[0].nearest} <= {"cfir-2022"}


def test_any_kind_of_node() -> None:
    study = Study(
        id="a",
        title="A",
        relationships=(Relationship(id="r", label="working alliance"),),
        outcomes=(Outcome(id="o", label="uptake"),),
    )
    for kind in KINDS:
        (count,) = unmatched([study], kinds=kind).kinds
        assert count.unmatched == len(getattr(study, KINDS[kind]))


def test_wordings_are_put_together_and_the_most_frequent_names_them() -> None:
    studies = [
        _study("a", "Peer-led walking groups"),
        _study("b", "peer led walking groups", "vouchers"),
        _study("c", "walking groups led by peers", "peer led walking groups"),
        _study("d", "Vouchers"),
    ]
    first, second = unmatched(studies, kinds="strategy").candidates
    assert (first.label, first.studies, first.nodes) == ("peer led walking groups", 3, 4)
    assert first.synonyms == ("Peer-led walking groups", "walking groups led by peers")
    assert [example.study for example in first.examples] == ["a", "b", "c"]
    assert (second.label, second.synonyms, second.studies) == ("Vouchers", ("vouchers",), 2)


def test_no_chain_of_small_steps_joins_what_differs() -> None:
    """Both longer ones hold the short one's word, and yet are not alike."""
    found = cluster({"reminders": 1, "mobile telephone reminders": 1, "nurse reminders": 1})
    assert found == (("mobile telephone reminders", "reminders"), ("nurse reminders",))


def test_an_existing_term_of_that_name_is_shown() -> None:
    found = unmatched([_study("a", "Audit and provide feedback", "Hotspots qzx")], kinds="strategy")
    by_label = {candidate.label: candidate for candidate in found.candidates}
    existing = by_label["Audit and provide feedback"].existing
    assert existing is not None
    assert existing.code == "eric:audit-and-provide-feedback"
    assert by_label["Hotspots qzx"].existing is None
    assert "2 candidates, of which 1 bears the name of a term that exists" in found.sentence()


def test_without_any_taxonomy_nothing_is_near() -> None:
    found = unmatched([_study("a", "walks")], kinds="strategy", registry=Registry(plugins=[]))
    assert found.candidates[0].nearest == ()
    assert found.to_rows()[0]["nearest"] is None


def test_nothing_to_count_and_nothing_unmatched_are_two_things() -> None:
    assert unmatched([]).sentence() == "Nothing to count: there are no barriers and no strategies."
    coded = Study(
        id="a",
        title="A",
        strategies=(Strategy(id="s", label="s", codes=("eric:x",)),),  # type: ignore[arg-type]
    )
    found = unmatched([coded], kinds="strategy")
    assert found.candidates == ()
    assert found.sentence().startswith("Where no term fits: 0 of 1 strategies")
    assert found.to_term_table().count("\n") == 1


def test_bad_questions_are_named() -> None:
    with pytest.raises(UnknownNameError, match="unknown kind 'strategies'; did you mean strategy"):
        unmatched([], kinds="strategies")
    with pytest.raises(UnknownNameError, match="unknown reason 'uncode'; did you mean uncoded"):
        unmatched([], because="uncode")
    with pytest.raises(UnknownNameError, match="eric"):
        unmatched([], scheme="erik")
    with pytest.raises(InvalidQueryError, match="at least one"):
        unmatched([], kinds=())
    with pytest.raises(InvalidQueryError, match="at least one"):
        unmatched([], because=())
    with pytest.raises(InvalidQueryError, match="which no node of a study is"):
        unmatched([], scheme="sector")


HOSTILE = (
    '=HYPERLINK("http://x")', "+1 cup", "-2+3", "@SUM(A1)", "a | b", 'quo"te, comma\nline\x07bell',
    "ποιότητα", "質", "???", "=1", "x" * 300,
)  # fmt: skip


def test_the_term_table_is_a_draft_that_nothing_runs(tmp_path: Path) -> None:
    found = unmatched([_study("a", *HOSTILE)], kinds="strategy")
    table = tmp_path / "terms.csv"
    table.write_text(found.to_term_table(), encoding="utf-8")
    with table.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(found.candidates)
    assert not [cell for row in rows for cell in row.values() if cell[:1] in ("=", "+", "-", "@")]
    taxonomy = read_taxonomy(table, scheme="mine", title="Mine", kind="strategy")
    labels = {term.label for term in taxonomy.terms} | {
        name for term in taxonomy.terms for name in term.synonyms
    }
    assert '=HYPERLINK("http://x")' in labels
    assert 'quo"te, comma line bell' in labels
    assert {term.definition for term in taxonomy.terms} == {""}
    assert {term.status for term in taxonomy.terms} == {"provisional"}


def test_a_plugin_is_made_of_it_once_an_author_has_said_what_the_terms_mean(tmp_path: Path) -> None:
    found = unmatched(implsci.load("implsci-examples"), kinds="strategy", because="uncoded")
    table = tmp_path / "terms.csv"
    table.write_text(found.to_term_table(), encoding="utf-8")
    with pytest.raises(InvalidTableError, match="definition: expected what the term means"):
        new_plugin("from-practice", out=tmp_path, sheet=table)
    assert not (tmp_path / "implsci-from-practice").exists()
    with table.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [{**row, "definition": "What the author says."} for row in reader]
    with table.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    made = new_plugin("from-practice", out=tmp_path, sheet=table)
    assert made.terms == len(found.candidates)


def test_without_rapidfuzz_only_the_same_words_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidfuzz", None)
    texts = {"Peer-led walks": 2, "walks, peer led": 1, "peer led walk": 1}
    assert cluster(texts) == (("Peer-led walks", "walks, peer led"), ("peer led walk",))
    found = unmatched([_study("a", *texts)], kinds="strategy", registry=Registry(plugins=[]))
    assert len(found.candidates) == 2
    assert "wordings of the same words" in found.assumptions[0]


def test_results_as_plain_values() -> None:
    found = unmatched(implsci.load("implsci-examples"))
    plain = json.loads(json.dumps(found.to_dict()))
    assert len(plain["candidates"]) == len(found.candidates) == len(found.to_rows())
    assert len({tuple(row) for row in found.to_rows()}) == 1


_texts = st.dictionaries(
    st.lists(
        st.sampled_from("peer led nurse nurses audit audits feedback the SMS reminder".split()),
        min_size=1,
        max_size=4,
    ).map(" ".join),
    st.integers(1, 3),
    max_size=12,
)


@given(_texts)
def test_every_two_wordings_of_a_cluster_are_alike(texts: dict[str, int]) -> None:
    fuzz = pytest.importorskip("rapidfuzz.fuzz")
    found = cluster(texts)
    assert sorted(text for own in found for text in own) == sorted(texts)
    for own in found:
        for one in own:
            for other in own:
                a, b = (" ".join(sorted({*words(text)})) for text in (one, other))
                assert fuzz.token_set_ratio(a, b) >= THRESHOLD
        assert [texts[text] for text in own] == sorted((texts[text] for text in own), reverse=True)


@given(_texts, st.randoms(use_true_random=False))
def test_clusters_do_not_hang_on_the_order_of_the_data(texts: dict[str, int], random) -> None:  # type: ignore[no-untyped-def]
    items = list(texts.items())
    random.shuffle(items)
    assert cluster(dict(items)) == cluster(texts)


@given(_texts)
def test_every_wording_stands_in_the_cluster_of_its_equals(texts: dict[str, int]) -> None:
    home = {text: at for at, own in enumerate(cluster(texts)) for text in own}
    for one in texts:
        for other in texts:
            if sorted({*words(one)}) == sorted({*words(other)}):
                assert home[one] == home[other]
