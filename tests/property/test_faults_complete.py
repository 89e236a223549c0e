"""Law: a record with many independent faults reports all of them, each with its path, at once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from implsci import testing
from implsci.codec import decode, encode
from implsci.errors import InvalidRecord
from implsci.model import Study

Path = tuple[str | int, ...]

# What no rule allows in a field of this name, wherever the field stands.
BREAKING: dict[str, Any] = {
    "title": " ",
    "label": "\t",
    "coder": "",
    "metric": "",
    "what": " ",
    "source": "",
    "name": "",
    "year": 1066,
    "doi": "no doi",
    "date": "some day",
    "retrieved": "2020-13",
    "country": "ke",
    "probability": 2,
    "ci_level": 1,
    "sd": -1,
    "order": 0,
    "n_intervention": -1,
    "n_comparator": -1,
    "stratum": "no code",
    "code": "no code",
    "hybrid_type": 4,
    "direction": "better",
    "design": "RCT",
    "by": "robot",
    "links_coded": "all",
}


def leaves(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key in value:
            if path or key not in ("implsci", "type", "extra"):
                yield from leaves(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path


def objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        yield path
        for key in value:
            if path or key != "extra":
                yield from objects(value[key], (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, (*path, index))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def written(path: Path) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(
        "."
    )


@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_every_fault_is_reported_at_once(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    spots = sorted(leaves(document), key=str)
    chosen = data.draw(st.lists(st.sampled_from(spots), min_size=1, max_size=6, unique=True))
    expected: set[str] = set()
    for path in chosen:
        inner, key = at(document, path[:-1]), path[-1]
        ways = ["type", "null"] if isinstance(key, int) else ["type"]
        ways += ["rule"] * (key in BREAKING)
        way = data.draw(st.sampled_from(ways))
        inner[key] = {"type": {}, "null": None, "rule": BREAKING.get(str(key))}[way]
        expected.add(written(path))
    for path in data.draw(
        st.lists(st.sampled_from(sorted(objects(document), key=str)), max_size=2, unique=True)
    ):
        target = at(document, path)
        # An object that stands where a text is due is one fault, whatever is inside.
        assume(not any(path[: len(leaf)] == leaf for leaf in chosen))
        target["zzz"] = 1
        expected.add(written((*path, "zzz")))
    with pytest.raises(InvalidRecord) as caught:
        decode(json.dumps(document))
    found = {fault.path for fault in caught.value.faults}
    assert expected <= found, f"not reported: {sorted(expected - found)}"
    assert len(set(caught.value.faults)) == len(caught.value.faults), "each fault once"
    for path_ in expected:
        assert path_ in str(caught.value)


@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_every_missing_key_is_reported_at_once(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    required = {"id", "title", "label", "outcome", "direction", "coder", "metric"}
    spots = [path for path in leaves(document) if path[-1] in required]
    chosen = data.draw(
        st.lists(st.sampled_from(sorted(spots, key=str)), min_size=1, max_size=5, unique=True)
    )
    for path in chosen:
        del at(document, path[:-1])[path[-1]]
    with pytest.raises(InvalidRecord) as caught:
        decode(json.dumps(document))
    told = {fault.path: fault.message for fault in caught.value.faults}
    for path in chosen:
        assert told.get(written(path)) == "required, and missing"


@given(data=st.data(), study=testing.studies(max_nodes=2))
def test_a_fault_in_python_names_every_field(data: st.DataObject, study: Study) -> None:
    """A record built by hand says as much as a file does."""
    wrong: dict[str, Any] = {
        "title": 7,
        "year": "1999",
        "countries": "KE",
        "sectors": ["sector:health"],
        "design": "RCT",
        "barriers": (1,),
        "citation": "Powell 2015",
        "extra": {"a": [1]},
    }
    names = data.draw(st.lists(st.sampled_from(sorted(wrong)), min_size=1, unique=True))
    values = {"id": study.id, "title": study.title, "outcomes": study.outcomes}
    values |= {name: wrong[name] for name in names}
    with pytest.raises(InvalidRecord) as caught:
        Study(**values)
    found = {fault.path.partition("[")[0].partition(".")[0] for fault in caught.value.faults}
    assert set(names) <= found
    assert caught.value.identifier == study.id
