"""Text from data made harmless where it comes out: in HTML and SVG, spreadsheets, DOT and Mermaid.

Examples:
    >>> markup("<b>"), inert("=1+1"), mermaid('say "no"')
    ('&lt;b&gt;', "'=1+1", '"say #quot;no#quot;"')
"""

from __future__ import annotations

import re
from html import escape
from typing import Final

__all__ = ["dot", "inert", "live", "markup", "mermaid", "one_line"]


def __dir__() -> list[str]:
    return __all__


# Characters that no HTML or SVG file may hold, however they are written.
_FORBIDDEN: Final = dict.fromkeys(
    [
        *range(9), 11, 12, *range(14, 32), *range(127, 160),
        *range(0x202A, 0x202F),  # embeddings and overrides turn the text around them
        *range(0xD800, 0xE000), 0xFFFE, 0xFFFF,
    ],
    "\ufffd",
)  # fmt: skip
_FORMULA: Final = re.compile(r"'*\s*[=+\-@]|'*[\t\r]")


def markup(text: str) -> str:
    """Return text as HTML and SVG may hold it, quotes and control characters included.

    Examples:
        >>> markup('"a" & b')
        '&quot;a&quot; &amp; b'
    """
    return escape(text.translate(_FORBIDDEN), quote=True)


def inert(text: str) -> str:
    """Return text with an apostrophe before it where a spreadsheet would run it.

    What begins with apostrophes before a formula gets one more, so that `live` gives it back.

    Examples:
        >>> inert("=cmd()"), inert("plain")
        ("'=cmd()", 'plain')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def live(text: str) -> str:
    """Return text without the apostrophe that `inert` put before it.

    Examples:
        >>> live("'=cmd()"), live("'tis")
        ('=cmd()', "'tis")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


def one_line(text: str) -> str:
    r"""Return text as one line: no character that markup forbids, and single spaces.

    Examples:
        >>> one_line("a\n  b")
        'a b'
    """
    return " ".join(text.translate(_FORBIDDEN).split())


def dot(text: str) -> str:
    r"""Return text as a quoted string of the DOT language, on one line.

    Examples:
        >>> print(dot('a "b" \\'))
        "a \"b\" \\"
    """
    one = one_line(text)
    return '"' + one.replace("\\", "\\\\").replace('"', '\\"') + '"'


def mermaid(text: str) -> str:
    """Return text as a quoted label of a Mermaid chart, with entities for what it would obey.

    Examples:
        >>> mermaid("<b> # `x`")
        '"#lt;b#gt; #35; #96;x#96;"'
    """
    return '"' + "".join(_ENTITIES.get(char, char) for char in one_line(text)) + '"'


_ENTITIES: Final = {
    "#": "#35;",
    "&": "#amp;",
    '"': "#quot;",
    "<": "#lt;",
    ">": "#gt;",
    "`": "#96;",
    "\\": "#92;",
    "%": "#37;",
}
