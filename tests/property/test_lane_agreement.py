"""Law: both lanes accept the same bytes with equal records, and refuse the same bytes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from implsci import testing
from implsci.codec import decode, decode_carefully, decode_fast, duplicate_keys, encode
from implsci.errors import CorruptDocument, ImplsciError, InvalidRecord
from implsci.model import Study

Path = tuple[str | int, ...]


def fast(data: bytes) -> Study | None:
    try:
        return decode_fast(data)
    except (ImplsciError, ValueError, RecursionError):
        return None


def careful(data: bytes) -> Study | None:
    """The careful lane raises its own two errors, with something to say, and nothing else."""
    try:
        return decode_carefully(data)
    except (CorruptDocument, InvalidRecord) as error:
        refusal = error
    assert str(refusal)
    assert not isinstance(refusal, InvalidRecord) or refusal.faults
    return None


def agree(data: bytes) -> Study | None:
    one, two = fast(data), careful(data)
    event("accepted" if two is not None else "refused")
    assert (one is None) == (two is None), (
        f"fast {'refuses' if one is None else 'accepts'}, careful does not"
    )
    assert one == two
    assert repr(one) == repr(two)  # 1, 1.0 and True are equal, and yet not the same
    if one is not None and two is not None:
        assert encode(one) == encode(two)
        assert decode(data) == one
    return one


def containers(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, (dict, list)):
        yield path
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from containers(value[key], (*path, key))


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the path of everything inside."""
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def at(document: Any, path: Path) -> Any:
    for step in path:
        document = document[step]
    return document


def dump(document: Any) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


STRANGE: list[Any] = [
    None,
    True,
    False,
    0,
    1,
    2,
    -1,
    1.0,
    0.5,
    1999.0,
    1e300,
    2**53 + 1,
    2**63 - 1,
    2**63,
    2**64,
    -(2**63) - 1,
    10**30,
    10**400,
    "",
    " ",
    "KE",
    "1999",
    "x",
    "eric:facilitation",
    "rct",
    [],
    [None],
    ["KE"],
    [[]],
    {},
    {"id": "a"},
    {"id": "x", "label": "y"},
    {"a": {"b": 1}},
    [{}],
    "\0",
    "\u2028",
]


@given(study=testing.studies())
def test_on_valid_studies(study: Study) -> None:
    assert agree(encode(study)) == study


@settings(max_examples=80)
@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_on_a_swapped_value(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    path = data.draw(st.sampled_from(list(places(document))))
    at(document, path[:-1])[path[-1]] = data.draw(st.sampled_from(STRANGE))
    agree(dump(document))


@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_on_a_dropped_key_or_item(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    path = data.draw(st.sampled_from(list(places(document))))
    del at(document, path[:-1])[path[-1]]
    agree(dump(document))


@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_on_an_unknown_key_at_any_depth(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    objects = [path for path in containers(document) if isinstance(at(document, path), dict)]
    path = data.draw(st.sampled_from(objects))
    key = data.draw(st.sampled_from(["titel", "Id", "", "type", "implsci", "extra", "x y"]))
    inner = at(document, path)
    known = key in inner
    inner[key] = data.draw(st.sampled_from(["study", 1, None, "x"]))
    read = agree(dump(document))
    free = path == ("extra",) or (not path and key in {"type", "implsci", "extra"})
    assert known or free or read is None


@given(data=st.data(), study=testing.studies(max_nodes=1))
def test_on_a_list_with_an_item_too_many(data: st.DataObject, study: Study) -> None:
    """A repeated id, a code given twice, a foreign object in a list of records."""
    document = json.loads(encode(study))
    lists = [path for path in containers(document) if isinstance(at(document, path), list)]
    if not lists:
        return
    inner = at(document, data.draw(st.sampled_from(lists)))
    inner.append(data.draw(st.sampled_from([*inner, *STRANGE])))
    agree(dump(document))


@given(data=st.data(), study=testing.studies())
def test_on_a_dangling_reference(data: st.DataObject, study: Study) -> None:
    document = json.loads(encode(study))
    names = ("addresses", "builds", "acts_through", "strategies", "barriers", "outcome", "parties")
    found = [
        path
        for path in places(document)
        if isinstance(at(document, path), str) and len(path) > 2 and set(names) & set(path[2:])
    ]
    if not found:
        return
    path = data.draw(st.sampled_from(found))
    at(document, path[:-1])[path[-1]] = "no node has this id"
    assert agree(dump(document)) is None


@settings(max_examples=50)
@given(data=st.data(), study=testing.studies(max_nodes=1))
@example(data=None, study=Study(id="a", title="b", year=1999, note="NaN"))
def test_on_broken_bytes(data: st.DataObject | None, study: Study) -> None:
    whole = encode(study)
    if data is None:
        for cut in range(len(whole)):
            assert agree(whole[:cut]) is None
            assert agree(whole.replace(b"1999", b"NaN")) is None
        return
    place = data.draw(st.integers(0, len(whole) - 1))
    kind = data.draw(st.sampled_from(["cut", "flip", "insert", "remove"]))
    if kind == "cut":
        assert agree(whole[:place]) is None
        return
    byte = data.draw(st.sampled_from([*b'"{}[],:0-9eE.\\ntf\n\0', 0x80, 0xC3, 0xFF]))
    new = b"" if kind == "remove" else bytes([byte])
    agree(whole[:place] + new + whole[place + (kind != "insert") :])


@settings(max_examples=200)
@given(
    data=st.data(), study=testing.studies(max_nodes=1), compact=st.booleans(), escape=st.booleans()
)
def test_on_a_key_given_twice(
    data: st.DataObject, study: Study, compact: bool, escape: bool
) -> None:
    """No value is lost: both lanes refuse, whether the lost value was sound or not."""
    document = json.loads(encode(study))
    objects = [path for path in containers(document) if isinstance(at(document, path), dict)]
    path = data.draw(st.sampled_from(objects))
    inner = at(document, path)
    if not inner:
        return
    key = data.draw(st.sampled_from(sorted(inner)))
    other = data.draw(st.sampled_from([inner[key], *STRANGE]))
    mark = "\ue000twice\ue000"
    inner[mark] = other
    separators = (",", ":") if compact else (" ,\n", " : ")
    text = json.dumps(document, ensure_ascii=escape, separators=separators)
    twice = text.replace(
        json.dumps(mark, ensure_ascii=escape), json.dumps(key, ensure_ascii=escape)
    )
    assert agree(twice.encode()) is None
    assert [fault for fault in duplicate_keys(twice) if "2 times" in fault.message]


@given(study=testing.studies(), escape=st.booleans())
def test_on_other_writings_of_a_valid_study(study: Study, escape: bool) -> None:
    document = json.loads(encode(study))
    text = json.dumps(document, ensure_ascii=escape, indent=1, separators=(" ,", " : "))
    assert agree(text.encode()) == study


@settings(max_examples=200)
@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["id", "title", "type", "implsci", "year", "extra", "barriers", "label", "x"]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=10,
    )
)
def test_on_any_json_at_all(document: Any) -> None:
    try:
        data = dump(document)
    except UnicodeEncodeError:  # json lets half a surrogate pair through, and UTF-8 does not
        return
    agree(data)


@given(st.binary(max_size=40))
def test_on_any_bytes_at_all(data: bytes) -> None:
    assert agree(data) is None
