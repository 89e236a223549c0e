"""The contract of formats: the built-in ones pass it, and a bad one cannot."""

from __future__ import annotations

from implsci.testing import FormatContract


class TestJsonLines(FormatContract):
    plugin = "jsonl"


class TestJsonFolder(FormatContract):
    plugin = "json-folder"


class TestStore(FormatContract):
    plugin = "store"
