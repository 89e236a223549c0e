"""Comparing names: what two spellings of one thing have in common, and what is nearly the same.

Examples:
    >>> from implsci.names import close_names, fold
    >>> fold("Networks & Communications")
    'networks and communications'
    >>> close_names("facilitaton", ["Facilitation", "Financing"])
    ('Facilitation',)
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

__all__ = ["close_names", "fold", "fold_all"]


def __dir__() -> list[str]:
    return __all__


_WORDS = re.compile(r"[^ .]+(?:\.\d+)*")

# Unicode's canonical combining classes: of accents, and of marks that writers may leave out.
_ABOVE_OR_BELOW = 200
_OPTIONAL = frozenset({1, *range(10, 37)})


class _Letters(dict[int, str]):
    """For `str.translate`: letters and digits of any script as they are, all else as blanks.

    Accents and the vowel points that Hebrew and Arabic may leave out vanish, as do marks without
    form, such as joiners. Signs that tell one word from another stay: the vowels and tones of South
    and East Asia, the voicing of Japanese.
    """

    def __missing__(self, code: int) -> str:
        # Nothing but ASCII is remembered, so that no text can fill the memory.
        letter = chr(code)
        category = unicodedata.category(letter)
        mark = unicodedata.combining(letter)
        if category == "Cf" or mark >= _ABOVE_OR_BELOW or mark in _OPTIONAL:
            return ""
        return letter if category[0] in "LMN" else " "


_LETTERS = _Letters()
_LETTERS.update({code: _LETTERS[code] for code in range(128)} | {ord("."): ".", ord("&"): " and "})

# Many names at once: ASCII signs for ASCII signs, which `str.translate` does in one sweep.
_PLAIN = {code: _LETTERS[code] for code in range(128) if chr(code) not in "&.\n"}


def fold(text: str) -> str:
    """Return text without case, accents, ``&`` and punctuation, for comparing names.

    Words are runs of letters and digits of any script; a number keeps its dots, as in ``2.2``.

    Examples:
        >>> fold("Networks & Communications") == fold("networks and communications")
        True
        >>> fold("Ποιότητα: 2.2") == fold("ΠΟΙΟΤΗΤΑ 2.2")
        True
    """
    return _remembered(text) if len(text) <= _LONGEST else _folded(text)


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    if not plain.isascii():  # a small letter can come apart once more
        plain = unicodedata.normalize("NFKD", plain)
    return " ".join(_WORDS.findall(plain.translate(_LETTERS)))


# The same few thousand names are compared at every look-up; longer texts could fill the memory.
_LONGEST = 200
_remembered = lru_cache(maxsize=2**16)(_folded)


def fold_all(names: Sequence[str]) -> list[str]:
    """Return `fold` of each name; ten thousand of them take as long as a hundred one by one."""
    text = "\n".join(names)
    if not text.isascii() or "." in text or text.count("\n") != max(len(names) - 1, 0):
        return [
            fold(name) if "." in name or "\n" in name or not name.isascii() else _simple(name)
            for name in names
        ]
    return _simple_lines(text) if names else []


def _simple(name: str) -> str:
    return " ".join(name.lower().replace("&", " and ").translate(_PLAIN).split())


def _simple_lines(text: str) -> list[str]:
    plain = text.lower().replace("&", " and ").translate(_PLAIN)
    lines = plain.split("\n")
    if "  " in plain or " \n" in plain or "\n " in plain or plain[:1] == " " or plain[-1:] == " ":
        return [" ".join(line.split()) for line in lines]
    return lines


def close_names(text: str, names: Iterable[str], limit: int = 3) -> tuple[str, ...]:
    """Return the names that look most like a mistyped one, best first."""
    folded = {fold(name): name for name in sorted(names)}
    close = difflib.get_close_matches(fold(text), folded, n=limit, cutoff=0.6)
    return tuple(folded[name] for name in close)
