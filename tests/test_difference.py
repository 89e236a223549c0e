"""Difference: added, removed, changed field by field; what is only written otherwise is no change."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import implsci
from implsci import Study
from implsci.compendium.difference import Change, difference
from implsci.model import Barrier, Citation, Measurement, Outcome, Rating, Setting, Strategy
from implsci.testing import studies as made_studies


def study(**values: Any) -> Study:
    return Study(**{"id": "a", "title": "Trust", **values})


def changes(old: Study, new: Study) -> list[tuple[str, Any, Any]]:
    found = difference([old], [new])
    assert not found.added
    assert not found.removed
    return [
        (change.path, change.old, change.new) for one in found.changed for change in one.changes
    ]


def test_nothing_changed() -> None:
    whole = tuple(implsci.load("implsci-examples"))
    found = difference(whole, whole[::-1])
    assert not found
    assert found.to_text() == "no difference"
    assert found.to_dict() == {"added": [], "removed": [], "changed": []}


def test_added_removed_and_changed() -> None:
    found = difference([study(), study(id="b")], [study(year=2019), study(id="c", year=2020)])
    assert ([one.id for one in found.added], [one.id for one in found.removed]) == (["c"], ["b"])
    assert found.changed[0].changes == (Change(path="year", old=None, new=2019),)
    assert found.to_dict() == {
        "added": [{"id": "c", "title": "Trust"}],
        "removed": [{"id": "b", "title": "Trust"}],
        "changed": [
            {"id": "a", "old_id": "a", "title": "Trust",
             "changes": [{"path": "year", "old": None, "new": 2019}]},
        ],
    }  # fmt: skip


def test_nodes_are_compared_by_id_and_field_by_field() -> None:
    old = study(
        strategies=(
            Strategy(id="s1", label="reminders"),
            Strategy(id="s2", label="training", dose="2 days", codes=("eric:facilitation",)),
        ),
        barriers=(Barrier(id="b1", label="cost"),),
    )
    new = study(
        strategies=(
            Strategy(id="s3", label="audit"),
            Strategy(id="s2", label="training", dose="3 days", addresses=("b2",),
                     codes=("eric:facilitation", "eric:remind-clinicians")),
        ),
        barriers=(Barrier(id="b2", label="time"), Barrier(id="b1", label="cost")),
    )  # fmt: skip
    assert changes(old, new) == [
        ("barriers[b2]", None, {"id": "b2", "label": "time"}),
        ("strategies[s1]", {"id": "s1", "label": "reminders"}, None),
        ("strategies[s2].addresses", None, ["b2"]),
        ("strategies[s2].codes", ["eric:facilitation"],
         ["eric:facilitation", "eric:remind-clinicians"]),
        ("strategies[s2].dose", "2 days", "3 days"),
        ("strategies[s3]", None, {"id": "s3", "label": "audit"}),
    ]  # fmt: skip


def test_the_order_of_codes_and_nodes_says_nothing_but_that_of_authors_does() -> None:
    nodes = (Outcome(id="o1", label="reach"), Outcome(id="o2", label="cost"))
    old = study(outcomes=nodes, countries=("KE", "UG"), citation=Citation(authors=("A", "B")))
    assert not difference([old], [evolve(old, outcomes=nodes[::-1], countries=("UG", "KE"))])
    swapped = evolve(old, citation=Citation(authors=("B", "A")))
    assert changes(old, swapped) == [("citation.authors", ["A", "B"], ["B", "A"])]


def test_records_without_an_id_are_compared_as_far_as_they_differ() -> None:
    first, second = Measurement(of="reach", value=1), Measurement(of="trust", value=5)
    old = study(outcomes=(Outcome(id="o", label="x", measurements=(first, second)),))
    new = study(
        outcomes=(Outcome(id="o", label="x", measurements=(evolve(second, value=6), first, first)),)
    )
    assert changes(old, new) == [
        ("outcomes[o].measurements[1].value", 5.0, 6.0),
        ("outcomes[o].measurements[2]", None, {"of": "reach", "value": 1.0}),
    ]
    rated = [
        study(
            settings=(Setting(id="w1", label="ward 1"), Setting(id="w2", label="ward 2")),
            barriers=(
                Barrier(id="b", label="cost", ratings=(
                    Rating(setting="w1", value=value), Rating(setting="w2", value=0))),
            ),
        )
        for value in (-1, 2)
    ]  # fmt: skip
    assert changes(*rated) == [("barriers[b].ratings[w1].value", -1, 2)]


def test_true_is_not_one() -> None:
    assert changes(study(extra={"k": 1}), study(extra={"k": True})) == [("extra.k", 1, True)]


def test_a_study_with_a_new_id_and_the_same_doi_is_renamed() -> None:
    old = study(id="old", citation=Citation(doi="10.1186/S13012-015-0209-1"))
    new = study(id="new", citation=Citation(doi="10.1186/s13012-015-0209-1"), year=2015)
    found = difference([old], [new])
    assert not found.added
    assert not found.removed
    (one,) = found.changed
    assert one.renamed
    assert [change.path for change in one.changes] == ["citation.doi", "year"]
    assert found.to_text().splitlines()[1] == "~ new (was old): Trust"
    assert found.to_dict()["changed"][0]["old_id"] == "old"
    # Without a DOI only one that says the very same.
    same = difference([study(id="old")], [study(id="new")])
    assert [(one.old.id, one.new.id, one.changes) for one in same.changed] == [("old", "new", ())]
    assert difference([study(id="old")], [study(id="new", year=2001)]).added


def test_a_doi_of_several_studies_renames_none() -> None:
    cited = Citation(doi="10.1370/afm.1312")
    old = [study(id=name, title=name, citation=cited) for name in ("x", "y")]
    found = difference(old, [study(id="z", title="z", citation=cited)])
    assert (len(found.added), len(found.removed), len(found.changed)) == (1, 2, 0)


def test_ids_that_stand_several_times_are_compared_in_order() -> None:
    old = [study(), study(title="Time")]
    assert not difference(old, old)
    found = difference(old, [study()])
    assert [one.title for one in found.removed] == ["Time"]


def test_long_values_are_shortened_in_the_text_only() -> None:
    found = difference([study()], [study(note="x " * 200)])
    assert len(found.to_text().splitlines()[2]) < 160
    assert found.changed[0].changes[0].new == "x " * 200


def test_one_doi_renames_no_unrelated_study() -> None:
    cited = Citation(doi="10.1370/afm.1312")
    old = study(id="x", title="Audit of wound care in district hospitals", citation=cited)
    new = study(id="y", title="School meals after the pilot in Malawi", citation=cited)
    found = difference([old], [new])
    assert ([one.id for one in found.added], [one.id for one in found.removed]) == (["y"], ["x"])
    assert not found.changed


def test_a_null_is_not_nothing() -> None:
    bare, null, full = (study(extra={"x": 1, **more}) for more in ({}, {"k": None}, {"k": 5}))
    assert changes(bare, null) == [("extra", None, {"k": None})]
    assert changes(null, bare) == [("extra", {"k": None}, None)]
    assert changes(null, full) == [("extra", {"k": None}, {"k": 5})]
    assert changes(full, null) == [("extra", {"k": 5}, {"k": None})]
    assert not difference([null], [null])
    assert changes(study(), study(extra={"k": None})) == [("extra", None, {"k": None})]
    assert 'extra: (nothing) -> {"k": null}' in difference([bare], [null]).to_text()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\x0b", "\x85", "\u2028"])
def test_nothing_that_is_printed_forges_a_line(end: str) -> None:
    forged = f"Trust{end}- b: a study that was never there"
    found = difference(
        [study(id="old", title=forged), study(id="c")],
        [
            study(id="new", title=forged + "!"),
            study(id="c", title=forged, extra={f"k{end}+ z": end}),
        ],
    )
    assert [line[0] for line in found.to_text().splitlines()] == list("1+-~  ")


_editions = st.lists(made_studies(max_nodes=1), max_size=3)


@given(_editions, _editions)
def test_every_study_is_accounted_for_once(old: list[Study], new: list[Study]) -> None:
    found = difference(old, new)
    equal = len(new) - len(found.added) - len(found.changed)
    assert len(old) - len(found.removed) - len(found.changed) == equal >= 0
    back = difference(new, old)
    assert (len(back.added), len(back.removed)) == (len(found.removed), len(found.added))
    swapped = {
        (one.old.id, one.new.id, change.path): (change.new, change.old)
        for one in back.changed
        for change in one.changes
        if "[" not in change.path
    }
    forward = {
        (one.new.id, one.old.id, change.path): (change.old, change.new)
        for one in found.changed
        for change in one.changes
        if "[" not in change.path
    }
    assert swapped == forward


@given(made_studies(max_nodes=1))
def test_a_study_does_not_differ_from_itself_read_again(one: Study) -> None:
    assert not difference([one], [implsci.codec.decode(implsci.codec.encode(one))])
