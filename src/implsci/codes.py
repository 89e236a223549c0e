"""Codes: the CURIE strings that name a term of a taxonomy, and the slugs they are made of.

Examples:
    >>> from implsci.codes import code, slug, split
    >>> slug("Evidence Strength & Quality")
    'evidence-strength-and-quality'
    >>> split(code("eric:facilitation"))
    ('eric', 'facilitation')
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NewType

from implsci.errors import InvalidCodeError

__all__ = ["Code", "are_codes", "code", "is_code", "is_scheme", "slug", "split"]


def __dir__() -> list[str]:
    return __all__


Code = NewType("Code", str)
"""A term's name, ``scheme:name``, such as ``cfir-2009:complexity`` or ``bct-v1:2.2``."""

_SCHEME = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_is_scheme = re.compile(_SCHEME).fullmatch
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_is_curie = re.compile(rf"{_SCHEME}:{_NAME}").fullmatch
_are_names = re.compile(rf"(?:{_NAME}\n)*").fullmatch
_LONGEST = 200
_SEPARATORS = re.compile(r"[^a-z0-9]+")

# Codes repeat thousands of times in a compendium; remembering the good ones makes the check a set
# look-up. The bound keeps hostile input from filling memory.
_MEMORY_LIMIT = 65_536
_known: set[str] = set()


def is_code(text: object) -> bool:
    """Say whether `text` is written as a code; the taxonomy itself is not consulted.

    Args:
        text: anything.

    Returns:
        True for a string ``scheme:name``: scheme in lower-case letters, digits and single hyphens;
        name in letters, digits, dots, hyphens and underscores, beginning and ending in a letter or
        digit; at most 200 characters.

    Examples:
        >>> is_code("bct-v1:2.2"), is_code("Champions")
        (True, False)
    """
    if type(text) is not str:
        return False
    if text in _known:
        return True
    if len(text) > _LONGEST or _is_curie(text) is None:
        return False
    if len(_known) < _MEMORY_LIMIT:
        _known.add(text)
    return True


def are_codes(texts: Sequence[str], scheme: str) -> bool:
    """Say whether every text is written as a code of one scheme; ten thousand in one sweep.

    Examples:
        >>> are_codes(["eric:facilitation", "eric:use-data-experts"], "eric")
        True
        >>> are_codes(["eric:facilitation", "cfir-2009:cost"], "eric")
        False
    """
    if not texts:
        return True
    head = f"{scheme}:"
    names = "\n".join([text.removeprefix(head) for text in texts])
    return (
        is_scheme(scheme)
        and len(max(texts, key=len)) <= _LONGEST
        and all(text.startswith(head) for text in texts)
        and names.count("\n") == len(texts) - 1
        and _are_names(f"{names}\n") is not None
    )


def is_scheme(text: str) -> bool:
    """Say whether `text` is written as a scheme id, such as ``cfir-2009``.

    Examples:
        >>> is_scheme("cfir-2009"), is_scheme("CFIR 2009")
        (True, False)
    """
    return len(text) <= _LONGEST and _is_scheme(text) is not None


def code(text: str) -> Code:
    """Return `text` as a `Code`.

    Raises:
        InvalidCodeError: `text` is not of the form ``scheme:name``.

    Examples:
        >>> code("trust:co-learning")
        'trust:co-learning'
    """
    if not is_code(text):
        raise InvalidCodeError(text)
    return Code(text)


def split(code: Code) -> tuple[str, str]:
    """Return the scheme and the name of a code.

    Examples:
        >>> split(Code("bct-v1:2.2"))
        ('bct-v1', '2.2')
    """
    scheme, _, name = code.partition(":")
    return scheme, name


def slug(label: str) -> str:
    """Return the name that a label gives a new code.

    The rule: Unicode form NFKD cut down to ASCII, lower case, ``&`` read as "and", every other run
    of characters that are neither letters nor digits turned into one hyphen, none at the ends.

    Examples:
        >>> slug("Alter incentive/allowance structures")
        'alter-incentive-allowance-structures'
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode("ascii")
    return _SEPARATORS.sub("-", plain.lower().replace("&", " and ")).strip("-")
