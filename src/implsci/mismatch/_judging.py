"""A rule at work on one study: what it yields, held to what a rule may yield."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NoReturn, get_args

from implsci.errors import InvalidQueryError
from implsci.mismatch._finding import Found, Unsaid, Wrong
from implsci.mismatch.case import Case
from implsci.mismatch.report import Severity
from implsci.mismatch.rules import Rule
from implsci.model import Barrier, Strategy

__all__ = ["given", "held", "words_of"]

_SEVERITIES: Final = get_args(Severity)
_EXPECTED: Final = "that its find yields Wrong, Unsaid or None"


def given(rule: Rule, case: Case) -> Iterator[object]:
    """Return all that a rule gives for a study, each still to be held to what a rule may give.

    Raises:
        InvalidQueryError: that is nothing to go through; the rule is named.
    """
    found = rule.find(case)
    try:
        return iter(found)
    except TypeError:
        _refuse(rule, _EXPECTED, found)


def held(rule: Rule, one: object) -> Found:
    """Return what a rule gives, if a rule may.

    Raises:
        InvalidQueryError: it is nothing that a rule may give; the rule is named.
    """
    if one is None:
        return None
    if not isinstance(one, (Wrong, Unsaid)):
        _refuse(rule, _EXPECTED, one)
    if one.barrier is not None and not isinstance(one.barrier, Barrier):
        _refuse(rule, "a barrier of the study", one.barrier)
    if not isinstance(one.because, str) and not callable(one.because):
        _refuse(rule, "a reason in words", one.because)
    if isinstance(one, Wrong):
        if one.severity not in _SEVERITIES:
            _refuse(rule, "a severity of high, medium or low", one.severity)
        if not all(isinstance(strategy, Strategy) for strategy in one.strategies):
            _refuse(rule, "strategies of the study", one.strategies)
    return one


def words_of(rule: Rule, found: Wrong | Unsaid) -> str:
    """Return why, in words.

    Raises:
        InvalidQueryError: the rule gives no words.
    """
    words: object = found.because if isinstance(found.because, str) else found.because()
    if not isinstance(words, str):
        _refuse(rule, "a reason in words", words)
    return words


def _refuse(rule: Rule, expected: str, got: object) -> NoReturn:
    shown = repr(got) if isinstance(got, (str, int, float, tuple)) else type(got).__name__
    raise InvalidQueryError(f"rule {rule.kind!r}: expected {expected}, got {shown}")
