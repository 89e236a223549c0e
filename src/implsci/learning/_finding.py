"""Looking a question up in a casebook."""

from __future__ import annotations

from implsci.casebook import Casebook
from implsci.model.documents import ResearchQuestion
from implsci.names import fold

__all__ = ["find_questions"]


def find_questions(casebook: Casebook, text: str | None = None) -> tuple[ResearchQuestion, ...]:
    """Return the questions that are meant, in the order of the casebook.

    Args:
        casebook: holds the questions.
        text: an id, which finds that question alone; or beginnings of words, all of which stand in the
            question, its id or its codes; None for every question.

    Examples:
        >>> from implsci.casebook import load
        >>> book = load("implsci-questions")
        >>> [one.id for one in find_questions(book, "relationship needed")]
        ['relationship-necessary']
    """
    asked = casebook.of(ResearchQuestion)
    if text is None:
        return asked
    if named := tuple(one for one in asked if one.id == text):
        return named
    words = fold(text).split()
    return tuple(
        one
        for one in asked
        if words and all(any(own.startswith(word) for own in _said(one)) for word in words)
    )


def _said(question: ResearchQuestion) -> list[str]:
    codes = (
        *question.engagement,
        *question.strategies,
        *question.barriers,
        *question.outcomes,
        *question.outcome_kinds,
        *filter(None, [question.role]),
    )
    return fold(" ".join([question.id, question.text, *codes])).split()
