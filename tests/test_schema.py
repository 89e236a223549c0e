"""The JSON Schema accepts what the codec writes and refuses what the codec refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given

import implsci
from implsci import model
from implsci.codec import decode, encode
from implsci.errors import ImplsciError, UnknownNameError
from implsci.schema import json_schema, record_classes
from implsci.testing import strategies

STUDY = jsonschema.Draft202012Validator(json_schema())


@pytest.mark.parametrize("name", model.__all__)
def test_every_class_has_a_schema_that_is_one(name: str):
    schema = json_schema(name)
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["title"] == name
    assert set(schema["properties"]) - {"type", "implsci"} == {
        field.name
        for field in record_classes()[name].__attrs_attrs__  # type: ignore[attr-defined]
    }
    assert schema["additionalProperties"] is False


def test_required_choices_and_words_come_from_the_class():
    schema = json_schema("finding")
    assert schema["required"] == ["id", "outcome", "direction"]
    assert schema["properties"]["direction"] == {
        "type": "string",
        "enum": ["improved", "worsened", "no_difference", "maintained", "mixed", "unclear"],
        "description": schema["properties"]["direction"]["description"],
    }
    assert schema["properties"]["outcome"]["description"] == "id of the outcome it is about."
    assert schema["properties"]["estimate"]["anyOf"] == [
        {"$ref": "#/$defs/Estimate"},
        {"type": "null"},
    ]


def test_only_a_document_has_a_stamp():
    assert json_schema("Study")["properties"]["type"] == {"const": "study"}
    assert "implsci" not in json_schema("Barrier")["properties"]


def test_an_unknown_class_is_refused_with_a_close_name():
    with pytest.raises(UnknownNameError, match="did you mean Barrier"):
        json_schema("Barier")


def _bundled() -> Iterator[bytes]:
    return (encode(study) for study in implsci.load("implsci-examples"))


def test_every_bundled_study_is_valid():
    for line in _bundled():
        STUDY.validate(json.loads(line))


@given(study=strategies.studies())
def test_every_study_that_can_be_built_is_valid(study: Any):
    STUDY.validate(json.loads(encode(study)))


BASE: dict[str, Any] = {"id": "a", "title": "T"}


@pytest.mark.parametrize(
    "wrong",
    [
        {"countries": "KE"},
        {"countries": ["KE", 1]},
        {"countries": None},
        {"year": "1999"},
        {"year": 1999.5},
        {"year": True},
        {"design": "trial"},
        {"hybrid_type": 4},
        {"hybrid_type": "1"},
        {"title": None},
        {"titel": "T"},
        {"type": "paper"},
        {"implsci": 2},
        {"implsci": "1"},
        {"citation": []},
        {"citation": {"doi": 10}},
        {"barriers": {"id": "b", "label": "l"}},
        {"barriers": [{"id": "b"}]},
        {"barriers": [{"id": "b", "label": "l", "colour": "red"}]},
        {"barriers": [{"id": "b", "label": "l", "valence": "bad"}]},
        {"barriers": [None]},
        {"extra": {"a": [1]}},
        {"extra": []},
    ],
)
def test_what_the_codec_refuses_by_type_key_or_word_the_schema_refuses(wrong: dict[str, Any]):
    document = {**BASE, **wrong}
    with pytest.raises(ImplsciError):
        decode(json.dumps(document))
    assert not STUDY.is_valid(document)


@pytest.mark.parametrize(
    "right",
    [
        {},
        {"type": "study", "implsci": 1},
        {"year": None},
        {"design": None, "hybrid_type": 2},
        {"countries": []},
        {"citation": None},
        {"extra": {"a": 1, "b": None, "c": "x", "d": True, "e": 0.5}},
    ],
)
def test_what_the_codec_accepts_the_schema_accepts(right: dict[str, Any]):
    document = {**BASE, **right}
    decode(json.dumps(document))
    assert STUDY.is_valid(document)


@pytest.mark.parametrize("missing", ["id", "title"])
def test_what_is_required_is_required_in_both(missing: str):
    document = {key: value for key, value in BASE.items() if key != missing}
    with pytest.raises(ImplsciError):
        decode(json.dumps(document))
    assert not STUDY.is_valid(document)
