"""Plain values out of TOML, each held to what it must be, with the path of its key."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from implsci.errors import Fault
from implsci.formats.mapped._spec import folded
from implsci.names import close_names

__all__ = ["Tree", "TreeReader", "meant", "not_a_word", "plain", "shown"]

Tree = Mapping[str, object]


class TreeReader:
    """Reads the values of a tree, and gathers what is wrong with them.

    Attributes:
        faults: what was found so far.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def fault(self, path: str, message: str) -> None:
        """Add a fault."""
        self.faults.append(Fault(path, message))

    def known(self, tree: Tree, keys: tuple[str, ...], path: str, what: str = "key") -> None:
        """List the keys that are not known."""
        for key in tree:
            if key not in keys:
                self.fault(
                    f"{path}.{key}" if path else key, f"no such {what}{meant(key, list(keys))}"
                )

    def text(self, tree: Tree, key: str, path: str) -> str:
        """Return a text; empty where it is absent or none."""
        value = tree.get(key, "")
        if not isinstance(value, str):
            self.fault(f"{path}.{key}", f"expected a text, got {shown(value)}")
            return ""
        if key in tree and not value.strip() and key != "otherwise":
            self.fault(f"{path}.{key}", "expected some text, got none")
        return value

    def texts(self, tree: Tree, key: str, path: str) -> tuple[str, ...]:
        """Return a text or several."""
        value = tree.get(key, [])
        if not isinstance(value, list):
            value = [value]
        texts = []
        for one in value:
            text = plain(one)
            if text is None:
                self.fault(f"{path}.{key}", f"expected texts, got {shown(one)}")
            else:
                texts.append(text)
        return tuple(texts)

    def folded(self, tree: Tree, key: str, path: str) -> tuple[str, ...]:
        """Return them folded, for comparing."""
        return tuple(folded(text) for text in self.texts(tree, key, path))

    def word(self, tree: Tree, key: str, path: str, words: tuple[str, ...]) -> str | None:
        """Return one of some words; None where it is absent or none of them."""
        if key not in tree:
            return None
        word = plain(tree[key])
        if word is None or word not in words:
            self.fault(f"{path}.{key}", not_a_word(tree[key], words))
            return None
        return word

    def flag(self, tree: Tree, key: str, path: str) -> bool:
        """Return true or false."""
        value = tree.get(key, False)
        if not isinstance(value, bool):
            self.fault(f"{path}.{key}", f"expected true or false, got {shown(value)}")
            return False
        return value

    def number(self, tree: Tree, key: str, path: str) -> float | None:
        """Return a number; None where it is absent or none."""
        value = tree.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.fault(f"{path}.{key}", f"expected a number, got {shown(value)}")
            return None
        try:
            return float(value)
        except OverflowError:
            self.fault(f"{path}.{key}", "expected a number of fewer digits")
            return None


def meant(name: str, known: Sequence[str]) -> str:
    """Return a question after a close name, or nothing."""
    close = close_names(name, known) if len(name) <= 200 else ()
    return f"; did you mean {' or '.join(repr(one) for one in close[:3])}?" if close else ""


def plain(value: object) -> str | None:
    """Return a text, number or truth value as text; None for anything else."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None
    if isinstance(value, int):
        return str(value) if abs(value) < 1 << 63 else None
    return value if isinstance(value, str) else None


def shown(value: object) -> str:
    """Show a value in a message, short and without ever failing."""
    if isinstance(value, (list, dict)):
        return "a list" if isinstance(value, list) else "a table"
    if isinstance(value, int) and abs(value) >= 1 << 63:
        return "a number of more than 64 bits"
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "..."


def not_a_word(value: object, words: Sequence[str], *, column: bool = False) -> str:
    """Say that a value is none of some words; whether a column would do in their place."""
    expected = ", ".join(repr(word) for word in words) + (
        ", or a column in braces" if column else ""
    )
    question = meant(value, list(words)) if isinstance(value, str) else ""
    return f"expected {expected}, got {shown(value)}{question}"
