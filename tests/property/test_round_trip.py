"""Law: what is written is read back the same, in both lanes, and written again as the same bytes."""

from __future__ import annotations

import copy
import json
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from implsci import testing
from implsci.codec import decode, decode_carefully, decode_fast, encode
from implsci.model import Study

LANES = [decode, decode_fast, decode_carefully]


@given(study=testing.studies(), indent=st.sampled_from([0, 2]))
def test_reading_undoes_writing_and_bytes_are_stable(study: Study, indent: int) -> None:
    data = encode(study, indent=indent)
    for lane in LANES:
        again = lane(data)
        assert again == study
        assert repr(again) == repr(lane(encode(again)))
        assert encode(again, indent=indent) == data


@given(study=testing.studies(max_nodes=1))
def test_the_document_is_ordered_bare_and_whole(study: Study) -> None:
    data = encode(study)
    data.decode("utf-8")
    assert b"\n" not in data

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in found]
        assert keys == sorted(keys), "keys stand in order"
        assert len(set(keys)) == len(keys), "each key once"
        return dict(found)

    document = json.loads(data, object_pairs_hook=pairs)
    assert document.pop("implsci") == 1
    assert document.pop("type") == "study"
    extra = document.pop("extra", {})
    assert extra == study.extra

    def walk(value: Any, path: str) -> None:
        assert value is not None, f"{path} is absent and yet written"
        assert value != [], f"{path} is empty and yet written"
        for key, item in (
            value.items()
            if isinstance(value, dict)
            else enumerate(value)
            if isinstance(value, list)
            else ()
        ):
            walk(item, f"{path}.{key}")

    walk(document, "")


@given(study=testing.studies())
def test_standard_json_reads_the_same_record(study: Study) -> None:
    """The bytes are plain JSON: another parser, and other key order and escapes, change nothing."""
    document = json.loads(encode(study))
    shuffled = dict(reversed(document.items()))
    assert decode(json.dumps(shuffled)) == study
    assert decode(json.dumps(shuffled, ensure_ascii=False, indent=1).encode()) == study


@given(study=testing.studies(max_nodes=1))
def test_copies_are_equal_and_hash_alike(study: Study) -> None:
    for twin in (copy.copy(study), copy.deepcopy(study), attrs.evolve(study)):
        assert twin == study
        assert hash(twin) == hash(study)
    assert attrs.evolve(study, title=f"{study.title}!") != study


def _node_classes() -> dict[str, Any]:
    return {
        name: getattr(testing, name)()
        for name in testing.__all__
        if name.islower() and name not in {"codes", "terms", "taxonomies", "casebooks"}
    }


@given(st.data())
@pytest.mark.parametrize("name", sorted(_node_classes()))
def test_every_record_is_rebuilt_by_its_own_repr(name: str, data: st.DataObject) -> None:
    """The text form says every known field, and is the call that makes the record."""
    import implsci.model
    from implsci.model import documents

    known = {n: getattr(room, n) for room in (implsci.model, documents) for n in room.__all__}
    record = data.draw(_node_classes()[name])
    made = eval(repr(record), known)
    assert made == record
