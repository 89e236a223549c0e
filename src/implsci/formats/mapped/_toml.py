"""TOML of a stranger as a tree, within bounds that a mapping never meets."""

from __future__ import annotations

import re
import tomllib
from typing import Final

from implsci.errors import Fault, InvalidTableError
from implsci.formats.mapped._tree import Tree

__all__ = ["MOST_BYTES", "read_toml"]

MOST_BYTES: Final = 256 << 10
"""The size in bytes above which a mapping file is refused unread: 256 KiB."""

_MOST_DOTS: Final = 32

# What a key may be made of, and what may hold dots without being one: comments and long texts. All
# is taken whole, also where its end is missing, so that looking for it never starts twice.
_PART: Final = r"""(?:[\w-]++|"(?:[^"\\\n]|\\[^\n])*+(?:"|\\?(?=\n|\Z))|'[^'\n]*+(?:'|(?=\n|\Z)))"""
_TOKEN: Final = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*+(?:"""|\\?\Z)'
    r"|'''(?:[^']|'(?!''))*+(?:'''|\Z)"
    r"|\#[^\n]*+"
    rf"|(?P<deep>{_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{{_MOST_DOTS + 1}}}+)"
    rf"|{_PART}",
    re.DOTALL,
)


def read_toml(text: str, name: str) -> Tree:
    """Return what a TOML file says.

    Raises:
        InvalidTableError: it is not TOML, or a key has more dots than any mapping needs; the time to
            read such a key grows with the square of its dots.
    """
    for token in _TOKEN.finditer(text):
        if token["deep"]:
            line = text.count("\n", 0, token.start()) + 1
            raise InvalidTableError(
                name, [Fault(f"line {line}", f"a key of more than {_MOST_DOTS} dots")]
            )
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidTableError(name, [Fault("", f"not TOML: {error}")]) from None
    except (RecursionError, ValueError) as error:  # brackets without end, a number without end
        reason = "nested too deep" if isinstance(error, RecursionError) else str(error)
        raise InvalidTableError(name, [Fault("", f"not TOML: {reason}")]) from None
