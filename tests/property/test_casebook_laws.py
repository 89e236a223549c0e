"""Laws of casebooks: both lanes agree, what is written comes back, and no fault is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci import casebook, testing
from implsci.codec import decode_document, encode
from implsci.codec.careful import read_carefully
from implsci.codec.fast import read_fast
from implsci.errors import CorruptDocument, ImplsciError, InvalidRecord
from implsci.model.documents import DOCUMENTS, Document

STRANGE: list[Any] = [
    None, True, 0, -1, 2.5, 10**30, "", " ", "KE", "2019-13", "x y", "refused", "internal",
    [], [None], ["a", "a"], {}, {"id": "a"}, "\0", "\u202e",
]  # fmt: skip


def fast(data: bytes) -> Document | None:
    try:
        return read_fast(data, DOCUMENTS, 1 << 24)
    except (ImplsciError, ValueError, RecursionError):
        return None


def careful(data: bytes) -> Document | None:
    try:
        return read_carefully(data, DOCUMENTS, 1 << 24)
    except (CorruptDocument, InvalidRecord):
        return None


def agree(data: bytes) -> Document | None:
    one, two = fast(data), careful(data)
    assert one == two
    assert repr(one) == repr(two)
    if one is not None and two is not None:
        assert encode(one) == encode(two)
    return one


def places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if path:
        yield path
    if isinstance(value, (dict, list)):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


def at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


@settings(max_examples=150)
@given(record=testing.documents(), indent=st.sampled_from([0, 2]))
def test_reading_undoes_writing(record: Document, indent: int) -> None:
    data = encode(record, indent=indent)
    assert agree(data) == record
    assert encode(decode_document(data), indent=indent) == data
    assert json.loads(data)["type"] in DOCUMENTS


@settings(max_examples=150)
@given(data=st.data(), record=testing.documents())
def test_lanes_agree_on_a_swapped_value(data: st.DataObject, record: Document) -> None:
    document = json.loads(encode(record))
    path = data.draw(st.sampled_from(list(places(document))))
    at(document, path[:-1])[path[-1]] = data.draw(st.sampled_from(STRANGE))
    agree(json.dumps(document, ensure_ascii=False).encode())


@settings(max_examples=100)
@given(data=st.data(), record=testing.documents())
def test_lanes_agree_on_a_dropped_or_unknown_key(data: st.DataObject, record: Document) -> None:
    document = json.loads(encode(record))
    path = data.draw(st.sampled_from(list(places(document))))
    inner = at(document, path[:-1])
    if isinstance(inner, dict) and data.draw(st.booleans()):
        inner["kase"] = 1
        assert agree(json.dumps(document).encode()) is None
        return
    del inner[path[-1]]
    agree(json.dumps(document, ensure_ascii=False).encode())


@settings(max_examples=40)
@given(record=testing.documents())
def test_a_study_reader_refuses_it_and_says_where_it_belongs(record: Document) -> None:
    from implsci.codec import decode

    with pytest.raises(CorruptDocument, match=r"implsci\.casebook\.load"):
        decode(encode(record))


@settings(max_examples=40, deadline=None)
@given(book=testing.casebooks())
def test_a_file_gives_back_the_same_records(book: casebook.Casebook) -> None:
    with TemporaryDirectory() as folder:
        file = Path(folder, "book.jsonl")
        book.save(file)
        assert casebook.load(file).records == book.records
