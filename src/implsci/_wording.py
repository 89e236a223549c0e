"""Numbers in sentences: a count with its noun, and the words that follow how many there are.

Examples:
    >>> f"{counted(1, 'study', 'studies')} {agreeing(1, 'reports', 'report')} it"
    '1 study reports it'
    >>> f"{counted(1200, 'case')} {agreeing(1200, 'reports', 'report')} it"
    '1,200 cases report it'
"""

from __future__ import annotations

__all__ = ["agreeing", "counted"]


def __dir__() -> list[str]:
    return __all__


def counted(number: int, one: str, many: str | None = None) -> str:
    """Return a number, its thousands apart, with its noun.

    Args:
        number: how many there are.
        one: the noun for one of them.
        many: the noun for any other number; `one` with an s where None.

    Examples:
        >>> counted(1, "study", "studies"), counted(0, "error")
        ('1 study', '0 errors')
    """
    return f"{number:,} {agreeing(number, one, f'{one}s' if many is None else many)}"


def agreeing(number: int, one: str, many: str) -> str:
    """Return the word that goes with a number, such as its verb.

    Args:
        number: how many there are.
        one: the word for one.
        many: the word for any other number.

    Examples:
        >>> agreeing(1, "is", "are"), agreeing(0, "is", "are")
        ('is', 'are')
    """
    return one if number == 1 else many
