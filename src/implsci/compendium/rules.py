"""The rules of the check: what each is called, how much it weighs, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

from attrs import frozen

__all__ = ["RULES", "Rule", "Severity", "fault_rule"]


def __dir__() -> list[str]:
    return __all__


Severity = Literal["error", "warning", "info"]


@frozen
class Rule:
    """A rule of the check.

    Attributes:
        id: its name, which never changes once released.
        severity: ``error`` (the record is broken), ``warning`` (probably wrong) or ``info``.
        help: what it says and what to do, in one line.
    """

    id: str
    severity: Severity
    help: str


_ALL: Final = (
    # errors: the record cannot be read, or cannot stand
    Rule("unreadable", "error", "The record is no JSON, too long or too deep; write it anew."),
    Rule("no-record", "error", "There is no record in the file; put in at least one study."),
    Rule("invalid-record", "error", "A field breaks the model; see the path and what is expected."),
    Rule("unknown-key", "error", "The model has no such field; correct its name or use extra."),
    Rule("repeated-key", "error", "A key stands twice in one object, so one value is lost."),
    Rule("repeated-id", "error", "Two nodes of a study share an id; give one another."),
    Rule("dangling-id", "error", "A reference names no node of its study; add it or correct it."),
    Rule("date-impossible", "error", "No day of the calendar, or not YYYY, YYYY-MM or YYYY-MM-DD."),
    Rule(
        "interval-excludes-estimate",
        "error",
        "The value lies outside its own interval; look the three numbers up in the source.",
    ),
    Rule(
        "dependency-cycle",
        "error",
        "Core elements wait for each other in a circle; take one dependency out.",
    ),
    Rule("repeated-study-id", "error", "Two studies share an id; give one another, or merge them."),
    # warnings: it can be read, and is probably wrong
    Rule(
        "dangling-record",
        "warning",
        "It names no such record of the casebook; add it or correct it.",
    ),
    Rule(
        "unknown-study",
        "warning",
        "It names no study or finding of the compendium; correct the id.",
    ),
    Rule(
        "undiagnosed", "warning", "Something was chosen before causes were known; diagnose first."
    ),
    Rule("unknown-code", "warning", "The taxonomy of the code does not have it; correct the code."),
    Rule("code-without-edition", "warning", "The scheme has several editions; name the one meant."),
    Rule("code-by-number", "warning", "A published number stands where the code should."),
    Rule("replaced-term", "warning", "The term has been replaced; use the one named."),
    Rule("unknown-country", "warning", "No code of ISO 3166-1 alpha-2, nor XK for Kosovo."),
    Rule("repeated-doi", "warning", "Two studies of one title share a DOI; merge them."),
    Rule("date-doubtful", "warning", "Two dates of the study cannot both be right; look them up."),
    Rule("date-in-future", "warning", "It lies after the day of the check; look it up."),
    Rule(
        "p-contradicts-interval",
        "warning",
        "The p-value says one thing of no effect, and the interval another; look both up.",
    ),
    Rule(
        "interval-lopsided",
        "warning",
        "The value is far from the middle of its interval, which ratios have on the log scale.",
    ),
    Rule("se-contradicts-variance", "warning", "The variance is not the standard error squared."),
    Rule(
        "se-contradicts-interval",
        "warning",
        "The interval is too wide or too narrow for the standard error; mind the scale of each.",
    ),
    Rule(
        "direction-contradicts-estimate",
        "warning",
        "The sign of the effect says the opposite of direction and desirable together.",
    ),
    Rule("unit-doubtful", "warning", "Hardly possible in this unit or metric; correct either."),
    Rule("counts-contradict", "warning", "Two counts, or a count and its share, do not agree."),
    Rule(
        "grade-without-source",
        "warning",
        "A grade of evidence says nothing without who gave it; name the source.",
    ),
    # info: worth knowing
    Rule("taxonomy-missing", "info", "Codes of a scheme that is not installed were not checked."),
    Rule("provisional-term", "info", "A term from memory or thin evidence; it may still change."),
    Rule("shared-doi", "info", "Studies of several titles share a DOI, as rows of a review do."),
    Rule("country-of-setting", "info", "A setting lies in a country that the study does not name."),
    Rule("percent-over-100", "info", "A change may pass 100 percent, and a share cannot."),
    Rule("finding-unjoined", "info", "A finding names nothing that its outcome could come from."),
    Rule("personal-data", "info", "Words, names or contacts of people; redact before a release."),
    Rule("strategy-uncoded", "info", "A strategy without a code is in no row of a synthesis."),
)

RULES: Final[Mapping[str, Rule]] = MappingProxyType({rule.id: rule for rule in _ALL})
"""Every rule by its id, the gravest first."""

# The model and the codec say what is wrong in words alone.
_FAULTS: Final = (
    ("lies outside its interval", "interval-excludes-estimate"),
    ("is no day of the calendar", "date-impossible"),
    ("expected YYYY", "date-impossible"),
    (" names no ", "dangling-id"),
    ("stands twice in this ", "repeated-id"),
    ("unknown key", "unknown-key"),
    ("the key stands ", "repeated-key"),
)


def fault_rule(message: str) -> str:
    """Return the id of the rule that a fault of a record breaks.

    Examples:
        >>> fault_rule("'b9' names no barrier of this study")
        'dangling-id'
    """
    return next((rule for words, rule in _FAULTS if words in message), "invalid-record")
