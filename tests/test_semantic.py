"""Semantic search: any encoder a plugin brings, added to what the words say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from implsci import hookimpl
from implsci.codes import Code
from implsci.errors import EncoderError, InvalidTableError, MissingExtraError, UnknownNameError
from implsci.hooks import Encoder
from implsci.plugins import Registry
from implsci.search import Index
from implsci.search.semantic import SemanticIndex
from implsci.taxonomy import Taxonomy, Term

TOPICS = {"medico": 0, "doctor": 0, "dosh": 1, "money": 1}


def encode(texts: Sequence[str]) -> list[list[float]]:
    """Two topics, and nothing of any other word."""
    return [
        [
            float(sum(TOPICS.get(word) == topic for word in text.lower().replace(".", " ").split()))
            for topic in (0, 1)
        ]
        for text in texts
    ]


def term(name: str, label: str, **more: object) -> Term:
    return Term(code=Code(f"tea:{name}"), label=label, definition="x", **more)  # type: ignore[arg-type]


TERMS = (term("a", "doctor"), term("b", "money"), term("c", "weather"))


class Tea:
    plugin_name = "tea"
    loaded = 0

    @hookimpl
    def implsci_taxonomies(self) -> list[Taxonomy]:
        return [Taxonomy(scheme="tea", title="T", kind="strategy", terms=TERMS)]

    @hookimpl
    def implsci_encoders(self) -> list[Encoder]:
        def load() -> object:
            type(self).loaded += 1
            return encode

        return [
            Encoder(name="topics", title="Topics", license="MIT", citation="Me 2026", load=load)
        ]  # type: ignore[arg-type]


def test_what_is_near_in_meaning_is_found_without_a_shared_word() -> None:
    pytest.importorskip("numpy")
    Tea.loaded = 0
    registry = Registry(plugins=[Tea()], strict=True)
    assert registry.search("medico") == ()
    assert Tea.loaded == 0, "nothing is loaded before it is asked for"
    hits = registry.search("medico", semantic=True)
    assert [hit.term.code for hit in hits] == ["tea:a"]
    assert registry.search("dosh", semantic="topics")[0].term.code == "tea:b"
    assert Tea.loaded == 1, "and then once"
    assert registry.search("weather", semantic=True)[0].score == 1.0, "an exact name stays first"
    with pytest.raises(UnknownNameError, match="unknown encoder 'topic'; did you mean topics"):
        registry.search("dosh", semantic="topic")


def test_kind_scheme_and_limit_hold_for_meaning_too() -> None:
    pytest.importorskip("numpy")
    terms = [*TERMS, term("d", "doctor", kind="actor")]
    index, near = Index(terms), SemanticIndex(terms, encode)
    nearness = near.nearness("medico")
    found = index.search("medico", kind="actor", nearness=nearness)
    assert [hit.term.code for hit in found] == ["tea:d"]
    assert len(index.search("medico", 1, nearness=nearness)) == 1
    assert index.search("medico", scheme="cup", nearness=nearness) == ()


def test_nearness_is_between_0_and_1_and_0_for_words_unknown() -> None:
    pytest.importorskip("numpy")
    near = SemanticIndex(TERMS, encode)
    assert near.nearness("medico") == [1.0, 0.0, 0.0]
    assert near.nearness("nothing known") == [0.0, 0.0, 0.0]
    assert SemanticIndex([], encode).nearness("x") == []


def test_no_encoder_and_no_extra_say_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UnknownNameError, match="no plugin in use brings one"):
        Registry(plugins=["eric"]).search("x", semantic=True)
    monkeypatch.setitem(__import__("sys").modules, "wordllama", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'implsci\[semantic\]'"):
        Registry(plugins=["eric", "wordllama"]).search("x", semantic=True)


def test_an_encoder_is_held_to_its_types() -> None:
    with pytest.raises(InvalidTableError, match="load: expected a function") as caught:
        Encoder(name="x", title=5, license="MIT", citation="Me", load="no")  # type: ignore[arg-type]
    assert "title: expected text, got 5" in str(caught.value)


@pytest.mark.parametrize(
    ("vectors", "message"),
    [
        (lambda texts: [[float("nan")] for _ in texts], "expected finite numbers"),
        (lambda texts: [1.0 for _ in texts], r"an array of shape \(3,\)"),
        (lambda texts: [[1.0]], "expected 3 vectors of one length"),
        (lambda texts: None, "encoder 'bad'"),
        (lambda texts: [[1.0] * (index + 1) for index, _ in enumerate(texts)], "encoder 'bad'"),
        (lambda texts: 1 / 0, "ZeroDivisionError: division by zero"),
    ],
)
def test_an_encoder_that_returns_no_vectors_is_named(vectors: Any, message: str) -> None:
    pytest.importorskip("numpy")
    with pytest.raises(EncoderError, match=message):
        SemanticIndex(TERMS, vectors, "bad")


@pytest.mark.parametrize("load", [lambda: None, lambda: 1 / 0])
def test_an_encoder_that_does_not_load_is_named(load: Any) -> None:
    class Bad:
        plugin_name = "bad"

        @hookimpl
        def implsci_encoders(self) -> list[Encoder]:
            return [Encoder(name="bad", title="B", license="MIT", citation="Me", load=load)]

    with pytest.raises(EncoderError, match="encoder 'bad'"):
        Registry(plugins=["engagement", Bad()]).search("x", semantic=True)


def test_the_shipped_encoder_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("wordllama")
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    registry = Registry(plugins=["eric", "wordllama"], strict=True)
    (hit, *_) = registry.search("pupils shadowing a seasoned colleague", semantic=True)
    assert hit.term.code == "eric:shadow-other-experts"
