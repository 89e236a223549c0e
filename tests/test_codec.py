"""Reading and writing: every hostile document of the issue, and what must be said of it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from implsci.codec import (
    MAX_BYTES,
    SCHEMA_VERSION,
    decode,
    decode_carefully,
    decode_fast,
    duplicate_keys,
    encode,
    migrate,
)
from implsci.errors import CorruptDocument, ImplsciError, InvalidRecord
from implsci.model import Barrier, Citation, Estimate, Finding, Outcome, Strategy, Study

WHOLE = b'{"id": "a", "title": "A study"}'


def with_(more: str) -> bytes:
    return f'{{"id": "a", "title": "A study", {more}}}'.encode()


# Bytes, and the pieces of text that name the place and what was expected.
CORRUPT: dict[str, tuple[bytes | str, list[str]]] = {
    "empty": (b"", ["empty", "expected one record", "id and title"]),
    "blank": (b" \n\t ", ["empty", "expected one record"]),
    "null": (b"null", ["expected one record, an object with id and title", "got null"]),
    "a list": (b"[]", ["expected one record", "got a list"]),
    "a number": (b"7", ["expected one record", "got 7"]),
    "a text": (b'"study"', ["expected one record", "got 'study'"]),
    "two records": (WHOLE + WHOLE, ["not JSON", "column 32", 'near \'{"id"']),
    "no JSON": (b"id: a\ntitle: A study\n", ["not JSON", "column 1", "near 'id: a"]),
    "a line cut short": (WHOLE[:-8], ["not JSON", "breaks off", "\"A'"]),
    "cut after a bracket": (b'{"id": "a", "barriers": [{}', ["not JSON", "truncated"]),
    "NaN": (with_('"year": NaN'), ["not JSON at column 41", "NaN", "leave out what is unknown"]),
    "Infinity": (with_('"year": -Infinity'), ["column 4", "leave out what is unknown"]),
    "a comma too many": (with_('"year": 1999,'), ["not JSON at column 46", "near '}'"]),
    "single quotes": (b"{'id': 'a'}", ["not JSON at column 2", "near \"'id'"]),
    "the third line": (b'{"id": "a",\n"title": "A study",\n"year": x}', ["line 3, column 9"]),
    "Latin-1": (
        b'{"id": "a",\n"title": "caf\xe9"}',
        ["not UTF-8 at line 2", "0xe9", "save the file"],
    ),
    "UTF-16": (WHOLE.decode().encode("utf-16"), ["not UTF-8 at column 1"]),
    "half a surrogate pair": (with_('"note": "\\ud800"'), ["not "]),
    "a text no UTF-8 holds": ('{"id": "\udc00", "title": "x"}', ["not text that UTF-8 can hold"]),
    "deep lists": (with_('"note": ' + "[" * 10_000 + "]" * 10_000), ["nested too deeply"]),
    "deep objects": (b'{"a":' * 10_000 + b"1" + b"}" * 10_000, ["nested too deeply"]),
    "deep and cut": (b"[" * 10_000, ["nested too deeply"]),
    "of another type": (
        with_('"type": "studie"'),
        ["type: expected one of study", "did you mean 'study'"],
    ),
    "of a type that is none": (with_('"type": 3'), ["type: expected one of study, got 3"]),
    "of type null": (with_('"type": null'), ["type: expected one of study, got null"]),
    "of a newer schema": (
        with_('"implsci": 7'),
        ["implsci", "schema version 7", "up to 1", "upgrade"],
    ),
    "of no schema": (with_('"implsci": "1"'), ["implsci: expected the schema version", "got '1'"]),
    "of schema 0": (with_('"implsci": 0'), ["implsci: expected the schema version", "got 0"]),
    "of schema true": (with_('"implsci": true'), ["implsci: expected", "got true"]),
    "of schema null": (with_('"implsci": null'), ["implsci: expected", "got null"]),
    "of schema 1.0": (with_('"implsci": 1.0'), ["implsci: expected", "got 1.0"]),
}

INVALID: dict[str, tuple[bytes, list[tuple[str, str]]]] = {
    "a country as bare text": (
        with_('"countries": "KE"'),
        [("countries", "expected a list, got 'KE'")],
    ),
    "a year as text": (with_('"year": "1999"'), [("year", "expected a whole number, got '1999'")]),
    "a year with a point": (
        with_('"year": 1999.0'),
        [("year", "expected a whole number, got 1999.0")],
    ),
    "a year that is true": (with_('"year": true'), [("year", "expected a whole number, got true")]),
    "a huge year": (with_('"year": 1' + "0" * 400), [("year", "expected")]),
    "an unknown key": (
        with_('"contries": []'),
        [("contries", "unknown key; did you mean 'countries'?")],
    ),
    "an unknown key far down": (
        with_('"barriers": [{"id": "b", "label": "x", "code": "a:b"}]'),
        [("barriers[0].code", "unknown key; did you mean 'codes'?")],
    ),
    "an unknown key like no other": (with_('"qqq": 1'), [("qqq", "unknown key")]),
    "no title": (b'{"id": "a"}', [("title", "required, and missing")]),
    "neither": (b"{}", [("id", "required, and missing"), ("title", "required, and missing")]),
    "a title that is null": (b'{"id": "a", "title": null}', [("title", "expected text, got null")]),
    "an id that is a number": (b'{"id": 7, "title": "x"}', [("id", "expected text, got 7")]),
    "null for a list": (with_('"countries": null'), [("countries", "expected a list, got null")]),
    "null in a list": (with_('"countries": [null]'), [("countries[0]", "expected text, got null")]),
    "an object for a list": (
        with_('"barriers": {}'),
        [("barriers", "expected a list, got an object")],
    ),
    "a text for a record": (
        with_('"citation": "x"'),
        [("citation", "expected an object, got 'x'")],
    ),
    "a list for a record": (
        with_('"barriers": [[]]'),
        [("barriers[0]", "expected an object, got a list")],
    ),
    "a wrong word": (
        with_('"design": "RCT"'),
        [("design", "expected one of 'rct', 'cluster_rct'")],
    ),
    "a number for a word": (with_('"design": 1'), [("design", "got 1")]),
    "true for one": (
        with_('"hybrid_type": true'),
        [("hybrid_type", "expected one of 1, 2, 3, got true")],
    ),
    "one as a float": (with_('"hybrid_type": 1.0'), [("hybrid_type", "got 1.0")]),
    "lists in extra": (with_('"extra": {"a": [1]}'), [("extra", "'a' holds a list")]),
    "too large a number in extra": (
        with_('"extra": {"a": 18446744073709551616}'),
        [("extra.a", "more than 64 bits")],
    ),
    "a dangling reference": (
        with_('"strategies": [{"id": "s", "label": "x", "addresses": ["b9"]}]'),
        [("strategies[0].addresses[0]", "'b9' names no barrier of this study")],
    ),
    "an id given twice": (
        with_('"barriers": [{"id": "b", "label": "x"}, {"id": "b", "label": "y"}]'),
        [("barriers[1].id", "'b' stands twice in this study")],
    ),
    "several at once, deep down": (
        with_(
            '"year": "1999", "countries": "KE", "contries": 1, "outcomes": [{"id": "o", "label": "x"}], '
            '"findings": [{"id": "f", "outcome": "o", "direction": "better", "strategies": ["s"], '
            '"estimate": {"value": "0.5", "se": -1}}]'
        ),
        [
            ("year", "expected a whole number"),
            ("countries", "expected a list"),
            ("contries", "unknown key"),
            ("findings[0].direction", "expected one of 'improved'"),
            ("findings[0].strategies[0]", "'s' names no strategy"),
            ("findings[0].estimate.metric", "required, and missing"),
            ("findings[0].estimate.value", "expected a number, got '0.5'"),
            ("findings[0].estimate.se", "above 0"),
        ],
    ),
}


@pytest.mark.parametrize("case", CORRUPT)
def test_a_corrupt_document_says_where_and_what(case: str) -> None:
    data, pieces = CORRUPT[case]
    with pytest.raises(CorruptDocument) as caught:
        decode(data)
    for piece in pieces:
        assert piece in str(caught.value)
    assert len(str(caught.value)) < 300
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("case", INVALID)
def test_an_invalid_record_says_every_place_and_what(case: str) -> None:
    data, expected = INVALID[case]
    with pytest.raises(InvalidRecord) as caught:
        decode(data)
    told = caught.value.faults
    for path, piece in expected:
        assert any(fault.path == path and piece in fault.message for fault in told), (path, told)
    assert {fault.path for fault in told} == {path for path, _ in expected}
    assert len(told) == len(expected)


@pytest.mark.parametrize("case", [*CORRUPT, *INVALID])
def test_both_lanes_refuse_it(case: str) -> None:
    data = (CORRUPT | INVALID)[case][0]  # type: ignore[operator]
    with pytest.raises((ImplsciError, ValueError, RecursionError)):
        decode_fast(data)
    with pytest.raises(ImplsciError):
        decode_carefully(data)


def test_the_size_limit_can_be_set() -> None:
    assert MAX_BYTES == 16 * 1024 * 1024
    size = len(WHOLE)
    assert decode(WHOLE, max_bytes=size).id == "a"
    for lane in (decode, decode_fast, decode_carefully):
        with pytest.raises(CorruptDocument, match="bytes"):
            lane(WHOLE, max_bytes=size - 1)
    with pytest.raises(CorruptDocument) as caught:
        decode(with_('"note": "' + "x" * MAX_BYTES + '"'))
    assert "16,777,216" in str(caught.value)
    assert "settable" in str(caught.value)


def test_the_size_limit_is_in_bytes_and_text_counts_as_its_bytes() -> None:
    text = '{"id": "a", "title": "' + "é" * 50 + '"}'
    size = len(text.encode())
    for lane in (decode, decode_fast, decode_carefully):
        assert lane(text, max_bytes=size).title == "é" * 50
        with pytest.raises(CorruptDocument):
            lane(text, max_bytes=size - 1)


@pytest.mark.parametrize("lane", [decode, decode_fast, decode_carefully])
def test_type_and_version_may_be_absent_or_said(lane: Callable[[bytes], Study]) -> None:
    for more in ('"type": "study"', '"implsci": 1', '"type": "study", "implsci": 1'):
        assert lane(with_(more)) == lane(WHOLE) == Study(id="a", title="A study")


def test_migrations_lead_from_version_to_version() -> None:
    seen: list[int] = []

    def first(old: dict[str, Any]) -> dict[str, Any]:
        seen.append(1)
        return {**old, "title": old.pop("name")}

    def second(old: dict[str, Any]) -> dict[str, Any]:
        seen.append(2)
        return {**old, "countries": [old.pop("country")]}

    steps = {1: first, 2: second}
    old = {"implsci": 1, "id": "a", "name": "A study", "country": "KE"}
    new = migrate(old, steps=steps, to=3)
    assert seen == [1, 2]
    assert new["title"] == "A study"
    assert new["countries"] == ["KE"]
    assert "implsci" not in new
    assert old["implsci"] == 1, "the document given is left as it was"
    assert migrate({"implsci": 3, "id": "a"}, steps=steps, to=3) == {"id": "a"}
    assert seen == [1, 2]
    with pytest.raises(CorruptDocument, match="version 9, and this release reads up to 3"):
        migrate({"implsci": 9}, steps=steps, to=3)
    with pytest.raises(CorruptDocument, match="no way leads from schema version 2 to 3"):
        migrate({"implsci": 2}, steps={1: first}, to=3)


def test_the_present_version_is_stamped() -> None:
    assert SCHEMA_VERSION == 1
    assert json.loads(encode(Study(id="a", title="A study"))) == {
        "id": "a",
        "implsci": 1,
        "title": "A study",
        "type": "study",
    }


def test_the_bytes_of_a_whole_study() -> None:
    study = Study(
        id="kenya-1",
        title="Hand hygiene – caf\u00e9",
        year=2019,
        countries=("KE",),
        citation=Citation(doi="10.1/x"),
        barriers=(Barrier(id="b1", label="no time", valence="barrier"),),
        strategies=(Strategy(id="s1", label="reminders", addresses=("b1",)),),
        outcomes=(Outcome(id="o1", label="adherence"),),
        findings=(
            Finding(
                id="f1",
                outcome="o1",
                direction="improved",
                estimate=Estimate(metric="OR", value=2, adjusted=False),
            ),
        ),
        extra={"b": 0, "a": None},
    )
    assert encode(study).decode() == (
        '{"barriers":[{"id":"b1","label":"no time","valence":"barrier"}],'
        '"citation":{"doi":"10.1/x"},"countries":["KE"],"extra":{"a":null,"b":0},'
        '"findings":[{"direction":"improved",'
        '"estimate":{"adjusted":false,"metric":"OR","value":2.0},"id":"f1","outcome":"o1"}],'
        '"id":"kenya-1","implsci":1,"outcomes":[{"id":"o1","label":"adherence"}],'
        '"strategies":[{"addresses":["b1"],"id":"s1","label":"reminders"}],'
        '"title":"Hand hygiene – café","type":"study","year":2019}'
    )
    assert encode(study, indent=2).startswith(b'{\n  "barriers": [\n    {\n      "id": "b1"')
    assert encode(study, indent=2).endswith(b"}\n")
    assert not encode(study).endswith(b"\n")


@pytest.mark.parametrize("lane", [decode, decode_fast, decode_carefully])
def test_no_value_is_bent_into_its_type(lane: Callable[[bytes], Study]) -> None:
    """The libraries below would by default turn null to "None", and a text into its letters."""
    study = lane(with_('"note": null, "year": null, "citation": null, "countries": ["KE", "UG"]'))
    assert (study.note, study.year, study.citation) == (None, None, None)
    assert study.countries == ("KE", "UG")
    assert type(study.countries) is tuple
    read = lane(
        with_('"codings": [{"coder": "A", "probability": 1}], "extra": {"a": 1, "b": true}')
    )
    assert type(read.codings[0].probability) is float
    assert [type(value) for value in read.extra.values()] == [int, bool]


def test_text_may_be_given_for_bytes() -> None:
    assert decode(WHOLE.decode()) == decode(WHOLE) == decode(bytearray(WHOLE))  # type: ignore[arg-type]


def test_a_key_given_twice_is_found_at_any_depth() -> None:
    data = (
        b'{"id": "a", "title": "one", "title": "two", "extra": {"k": 1, "k": 2, "k": 3}, '
        b'"barriers": [{"id": "b", "label": "x"}, {"id": "c", "label": "y", "label": "z"}]}'
    )
    expected = [
        "title: the key stands 2 times, expected once; only the last value, 'two', would be read",
        "extra.k: the key stands 3 times, expected once; only the last value, 3, would be read",
        "barriers[1].label: the key stands 2 times, expected once; only the last value, 'z', "
        "would be read",
    ]
    assert [str(fault) for fault in duplicate_keys(data)] == expected
    with pytest.raises(InvalidRecord) as caught:
        decode(data)
    assert [str(fault) for fault in caught.value.faults] == expected
    assert duplicate_keys(WHOLE) == []
    assert duplicate_keys(b"no JSON") == []
    assert duplicate_keys(b"[" * 10_000) == []
    assert duplicate_keys(b"\xff") == []


def test_a_key_given_twice_is_told_with_all_other_faults() -> None:
    """Also inside what would be lost, and where no record reaches."""
    with pytest.raises(InvalidRecord) as caught:
        decode(b'{"id": 5, "id": "a", "title": "t", "year": "1999", "x": {"y": {"k": 1, "k": {}}}}')
    assert [fault.path for fault in caught.value.faults] == ["id", "x.y.k", "year", "x"]
    assert caught.value.identifier == "a"


# What makes counting colons hard; each stands in a document with a key twice, and in one without.
COLONS = {
    "compact": b'"note":"x"',
    "laid out": b' "note"\n:\t"x" ',
    "colons in texts": b'"note":": \\":","design_label":"a:b"',
    "an escaped key": b'"\\u006eote":"x"',
    "an escaped colon": b'"extra":{"a\\u003a":1,"b\\u003A":2}',
    "null for a record": b'"citation":null',
    "nothing inside": b'"barriers":[],"extra":{},"innovation":null',
    "stamps": b'"type":"study","implsci":1',
}
TWICE = {
    "at the top": b'"year":1999,"year":1999',
    "in another writing": b'"year":1999,"ye\\u0061r":1999',
    "in extra": b'"extra":{"k":1,"k":1}',
    "in extra, in another writing": b'"extra":{":":1,"\\u003a":1,"k\\u003a":1}',
    "far down": b'"findings":[{"id":"f","outcome":"o","direction":"mixed","estimate":'
    b'{"metric":"OR","metric":"OR"}}],"outcomes":[{"id":"o","label":"x"}]',
    "a record": b'"citation":{},"citation":null',
}


@pytest.mark.parametrize("lane", [decode, decode_fast, decode_carefully])
@pytest.mark.parametrize("case", COLONS)
def test_no_lane_is_misled_by_colons(lane: Callable[[bytes], Study], case: str) -> None:
    whole = b'{"id":"a","title":"t",' + COLONS[case] + b"}"
    assert lane(whole) == decode_carefully(whole)
    for twice in TWICE.values():
        names = [set(json.loads(b"{" + part + b"}")) for part in (twice, COLONS[case])]
        if not names[0] & names[1]:
            with pytest.raises(ImplsciError, match=r"twice|times"):
                lane(whole[:-1] + b"," + twice + b"}")


def test_valid_records_never_need_the_second_look(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exact look for repeated keys costs more than the whole fast lane."""
    from implsci.codec import fast

    def look(_: object) -> None:
        raise AssertionError("the exact look")

    monkeypatch.setattr(fast, "duplicate_keys", look)
    for case, data in COLONS.items():
        if case != "an escaped colon":
            assert decode_fast(b'{"id":"a","title":"t",' + data + b"}").id == "a"


def test_many_keys_given_twice_are_looked_at_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    from implsci.codec import repeats

    class Text(str):
        seen = 0

        def __eq__(self, other: object) -> bool:
            Text.seen += 1
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    count = 300
    pairs = repeats._Repeated([(Text(f"k{number % count}"), 1) for number in range(2 * count)])
    assert len(repeats._faults(pairs)) == count
    assert Text.seen < 20 * count


def test_repeats_are_found_deeper_than_python_recurses() -> None:
    from implsci.codec import repeats

    tree: object = repeats._Repeated([("k", 1), ("k", 2)])
    for _ in range(3_000):
        tree = [tree]
    (fault,) = repeats._faults(tree)
    assert fault.path.endswith("[0].k")


@pytest.mark.parametrize("number", ["1" * 5000, "-" + "1" * 5000])
def test_a_number_of_thousands_of_digits_is_called_that(number: str) -> None:
    with pytest.raises(CorruptDocument) as caught:
        decode(with_(f'"year": {number}'))
    assert "of 5,000 digits; expected a number of at most 64 bits" in str(caught.value)
    assert "at column 4" in str(caught.value)
    assert "not JSON" not in str(caught.value)
    with pytest.raises(CorruptDocument, match="a number out of range; expected"):
        decode(with_('"year": 1e999'))
    huge = f'{{"id": "a", "id": "b", "title": "t", "extra": {{"k": {"1" * 400}}}}}'
    assert duplicate_keys(huge)[0].path == "id"
    assert duplicate_keys(huge.replace("1" * 400, "1" * 5000))[0].path == "id"


def test_a_suggestion_is_one_key_of_that_very_record() -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(with_('"citation": {"Doi": "10.1/x", "title": "y"}'))
    told = dict(caught.value.faults)
    assert told["citation.Doi"] == "unknown key; did you mean 'doi'?"
    assert told["citation.title"] == "unknown key"


def test_the_error_names_the_record() -> None:
    with pytest.raises(InvalidRecord) as caught:
        decode(with_('"year": 1'))
    assert caught.value.identifier == "a"
    assert str(caught.value) == "Study 'a' has 1 fault:\n  year: expected 1800 to 2100, got 1"
