"""Law: records and errors come back from another process as they were."""

from __future__ import annotations

import inspect
import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from implsci import errors, testing
from implsci.errors import Fault, ImplsciError
from implsci.model import Study
from implsci.taxonomy import Taxonomy


@settings(max_examples=25)
@given(testing.studies(), st.integers(2, pickle.HIGHEST_PROTOCOL))
def test_studies(study: Study, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(study, protocol))
    assert again == study
    assert hash(again) == hash(study)
    assert repr(again) == repr(study)


@settings(max_examples=25)
@given(testing.taxonomies(), st.booleans())
def test_taxonomies(taxonomy: Taxonomy, used: bool) -> None:
    if used:  # what was looked up once is kept in the object, and must not get in the way
        taxonomy.get("x")
        taxonomy.narrower("x")
    again = pickle.loads(pickle.dumps(taxonomy))
    assert again == taxonomy
    assert [again.get(term.code) for term in taxonomy] == list(taxonomy)


FAULTS = (Fault("year", "expected 1800 to 2100, got 1066"), Fault("", "é"))
MADE: list[ImplsciError] = [
    errors.ImplsciError("something"),
    errors.AmbiguousNameError("label", "facilitation", ("a:x", "b:y")),
    errors.CannotEstimateError("one study"),
    errors.ConsentError(["p1: episodes[0].quotes[0]"]),
    errors.CycleError("plan p", ("a", "b", "a")),
    errors.CorruptDocument("not JSON"),
    errors.EncoderError("letters", "returned nothing"),
    errors.FormatError("a.ris", "ris", "no record in it"),
    errors.DuplicateSchemeError("tea", "implsci-tea", "scheme", "tea", "plugin 'tea' of other"),
    errors.InvalidCodeError("champions"),
    errors.InvalidQueryError("no such facet"),
    errors.InvalidRecord("Study", FAULTS, "a"),
    errors.InvalidRecord("Rating", FAULTS),
    errors.InvalidTableError("eric.csv", FAULTS),
    errors.LoadError("a.jsonl", ["line 1: broken"]),
    errors.MissingExtraError("drawing", "plots"),
    errors.PluginError("tea", "implsci-tea", "broken"),
    errors.UnknownNameError("code", "eric:x", ("eric:y",), "a note"),
    errors.UnreadableFileError("a.jsonl", "no such file"),
]


def test_every_error_is_tried() -> None:
    public = {
        thing
        for thing in vars(errors).values()
        if inspect.isclass(thing) and issubclass(thing, ImplsciError)
    }
    assert {type(error) for error in MADE} == public


@pytest.mark.parametrize("error", MADE, ids=lambda error: type(error).__name__)
def test_errors(error: Any) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
    assert isinstance(again, ImplsciError)
    if type(error) is not ImplsciError:
        bases = {base for base in type(error).__mro__ if base.__module__ == "builtins"}
        assert bases - {Exception, BaseException, object}, "it is a standard exception too"
