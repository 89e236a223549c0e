"""Which keys the sections of a mapping file have, and what each takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, get_args

from attrs import frozen

from implsci.model.barrier import Valence
from implsci.model.finding import Comparator, Direction, FindingBasis
from implsci.model.outcome import Desirable, OutcomeKind
from implsci.model.strategy import Nature
from implsci.model.study import Design, Embedded, LinksCoded, ScaleStage

__all__ = [
    "EFFECT",
    "INNOVATION",
    "NODES",
    "NUMBERS",
    "SETTING",
    "SIZES",
    "STUDY",
    "YES_NO",
    "FieldRule",
]

YES_NO: Final = ("yes", "no")


@frozen
class FieldRule:
    """What a field takes.

    Attributes:
        kind: ``text``, ``number``, ``codes``, or ``word``.
        many: whether it holds several values.
        words: the words it takes; none for any.
    """

    kind: Literal["text", "number", "codes", "word"]
    many: bool = False
    words: tuple[str, ...] = ()


def _words(alias: object) -> FieldRule:
    return FieldRule("word", words=tuple(str(word) for word in get_args(alias)))


def _of(rule: FieldRule, names: str) -> dict[str, FieldRule]:
    return dict.fromkeys(names.split(), rule)


_TEXT: Final = FieldRule("text")
_TEXTS: Final = FieldRule("text", many=True)
_CODES: Final = FieldRule("codes", many=True)
_NUMBER: Final = FieldRule("number")

SIZES: Final = ("n", "n_intervention", "n_comparator")

NUMBERS: Final = ("value", "se", "variance", "ci_low", "ci_high", "ci_level", "p", *SIZES)

STUDY: Final[Mapping[str, FieldRule]] = {
    **_of(_TEXT, "id title doi url reference container publisher license rights_holder"),
    **_of(_TEXT, "programme design_label note"),
    **_of(_TEXTS, "authors funders countries"),
    **_of(_CODES, "sectors equity engagement"),
    "year": _NUMBER,
    "design": _words(Design),
    "hybrid_type": FieldRule("word", words=("1", "2", "3")),
    "scale_stage": _words(ScaleStage),
    "embedded": _words(Embedded),
    "links_coded": _words(LinksCoded),
}

INNOVATION: Final[Mapping[str, FieldRule]] = _of(
    _TEXT, "name kind evidence evidence_grade evidence_source gap"
)

SETTING: Final[Mapping[str, FieldRule]] = _of(_TEXT, "label country region level")

EFFECT: Final[Mapping[str, FieldRule]] = {
    **_of(_TEXT, "outcome level id comparator_label arm comparator_arm timepoint subgroup note"),
    **_of(_NUMBER, " ".join(NUMBERS)),
    "codes": _CODES,
    "kind": _words(OutcomeKind),
    "desirable": _words(Desirable),
    "metric": FieldRule("word"),
    "adjusted": FieldRule("word", words=YES_NO),
    "basis": _words(FindingBasis),
    "comparator": _words(Comparator),
    "direction": _words(Direction),
}

NODES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "component": {},
    "strategy": {"note": (), "nature": get_args(Nature)},
    "barrier": {"note": (), "valence": get_args(Valence)},
}
