"""One answer as text: read, and shown so that it is read back the same."""

from __future__ import annotations

import json
import math
import re
from typing import Final, TypeAlias

from implsci.codes import Code, is_code, split
from implsci.diagnosing._questions import Question
from implsci.errors import AmbiguousNameError, InvalidQueryError, UnknownNameError
from implsci.names import close_names, fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["UNKNOWN", "read_answer", "show_answer"]

Answer: TypeAlias = str | int | float | list[str]

UNKNOWN: Final = "unknown"
"""The answer that keeps a rate open which could be worked out."""

_OBEYED: Final = ("?", "-", "<")  # by an interview: help, strike out, back
_EXACTLY: Final = "json:"
_WHOLE: Final = re.compile(r"[+-]?\d+")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?(?:[eE][+-]?\d+)?")
_GROUPED: Final = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}")
_DATE: Final = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
_PICKED: Final = re.compile(r".*\[\s*(?P<code>[^\[\]\s]+)\s*\]", re.DOTALL)
_ITEMS: Final = re.compile(r"\s*[;\n]\s*")


def read_answer(question: Question, text: str, registry: Registry | None = None) -> Answer:
    """Return what a text answers to a question.

    Args:
        question: the question; not a record or table.
        text: the answer, not blank.
        registry: knows the terms; the default registry where None.

    Raises:
        InvalidQueryError: it is no answer to this question; the reason says what was expected.

    Examples:
        >>> from implsci.diagnosing import QUESTIONS
        >>> causes = next(one for one in QUESTIONS if one.field == "causes")
        >>> read_answer(causes.parts[1], "cfir-2009:complexity; Leadership engagement")
        ['cfir-2009:complexity', 'cfir-2009:leadership-engagement']
    """
    if text.startswith(_EXACTLY):
        return _exact(question, text)
    text = text.strip()
    match question.kind:
        case "texts":
            return list(dict.fromkeys(item for item in _ITEMS.split(text) if item))
        case "choice":
            return _choice(question, text)
        case "code":
            return _code(question, text, registry or default_registry())
        case "codes":
            known = registry or default_registry()
            items = [item for item in _ITEMS.split(text) if item]
            return list(dict.fromkeys(_code(question, item, known) for item in items))
        case "whole":
            if not (text.isascii() and _WHOLE.fullmatch(text)) or len(text) > 30:
                raise _unfit("a whole number, such as 120", text)
            return int(text)
        case "number":
            return _number(question, text)
        case "date":
            if not (text.isascii() and _DATE.fullmatch(text)):
                raise _unfit("YYYY, YYYY-MM or YYYY-MM-DD", text)
            return text
        case _:
            return text


def show_answer(question: Question, answer: object, registry: Registry | None = None) -> str:
    """Return an answer as a text that `read_answer` reads back the same.

    Examples:
        >>> from implsci.diagnosing import QUESTIONS
        >>> made_by = next(one for one in QUESTIONS if one.field == "made_by")
        >>> show_answer(made_by, ["nurse", "clerk"]), show_answer(made_by, ["nurse; clerk"])
        ('nurse; clerk', 'json:["nurse; clerk"]')
    """
    if isinstance(answer, list):
        text = "; ".join(map(str, answer))
    else:
        text = repr(answer) if isinstance(answer, float) else str(answer)
    if _is_plain(text):
        try:
            if read_answer(question, text, registry) == answer:
                return text
        except InvalidQueryError:
            pass
    return _EXACTLY + json.dumps(answer)


def _is_plain(text: str) -> bool:
    """Say whether a text survives a line, a cell and a reader that strips it."""
    return (
        text not in ("", *_OBEYED)
        and not text.startswith(_EXACTLY)
        and all(letter.isprintable() or letter == "\n" for letter in text)
    )


def _exact(question: Question, text: str) -> Answer:
    try:
        value: object = json.loads(text[len(_EXACTLY) :])
    except (ValueError, RecursionError):
        raise _unfit("JSON after json:", text) from None
    if question.kind in ("texts", "codes"):
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return value
    elif question.kind in ("whole", "number"):
        if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
            return value
    elif isinstance(value, str):
        return value
    raise _unfit(f"JSON of a {question.kind}", text)


def _choice(question: Question, text: str) -> str:
    plain = fold(text.replace("_", " "))
    for choice in question.choices:
        if fold(choice.replace("_", " ")) == plain:
            return choice
    if question.open:
        return text
    close = close_names(text, question.choices) if len(text) <= 200 else ()
    hint = f"; did you mean {', '.join(close)}?" if close else ""
    raise InvalidQueryError(
        f"expected one of {', '.join(question.choices)}, got {_short(text)}{hint}"
    )


def _number(question: Question, text: str) -> int | float | str:
    if question.field == "value" and text.casefold() == UNKNOWN:
        return UNKNOWN
    if _GROUPED.fullmatch(text):
        raise _unfit("a number that can be read in one way, without a comma", text)
    if text.endswith("%"):
        raise _unfit("a number without %: 0.45 of a proportion, 45 of a percentage", text)
    if not (text.isascii() and _NUMBER.fullmatch(text)):
        raise _unfit("a number", text)
    if _WHOLE.fullmatch(text) and len(text) <= 30:
        return int(text)
    value = float(text.replace(",", "."))
    if not math.isfinite(value):
        raise _unfit("a number that is not out of all bounds", text)
    return value


def _code(question: Question, text: str, registry: Registry) -> str:
    """Return the code that a text means; what no installed taxonomy has is a mistake."""
    picked = _PICKED.fullmatch(text)
    name = picked["code"] if picked and is_code(picked["code"]) else text
    if is_code(name):
        schemes = {known for one in registry.taxonomies() for known in (one.scheme, one.family)}
        if split(Code(name))[0] not in schemes:
            return name
    elif len(name) > 200:
        raise _unfit("a code or the name of a term", text)
    try:
        term = registry.term(name)
    except (UnknownNameError, AmbiguousNameError) as error:
        raise InvalidQueryError(str(error)) from None
    if question.terms is not None and term.kind != question.terms:
        raise InvalidQueryError(
            f"expected a term of the kind {question.terms}; {term.code} is of the kind {term.kind}"
        )
    return term.code


def _unfit(expected: str, got: str) -> InvalidQueryError:
    return InvalidQueryError(f"expected {expected}, got {_short(got)}")


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else f"{text[:57]}...")
