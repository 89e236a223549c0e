"""The sheets of a form and their columns, each tied to a field of the model."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, NamedTuple

from implsci.compendium._settling import CODES
from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Coding,
    Finding,
    Mechanism,
    Outcome,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model._record import FieldShape, Record, shape

__all__ = [
    "CODEBOOK",
    "CODINGS",
    "LISTS",
    "NESTED",
    "NODES",
    "README",
    "SHEETS",
    "STUDIES",
    "TERMS",
    "Column",
    "Kind",
    "Sheet",
    "meanings",
    "numbered",
]

README: Final = "Read me"
CODEBOOK: Final = "Codebook"
TERMS: Final = "Terms"
LISTS: Final = "Lists"

NESTED: Final = ("citation", "innovation", "estimate")
"""Fields that hold a record, whose own fields have columns."""

Kind = Literal[
    "text", "texts", "whole", "number", "flag", "choice", "codes", "ids", "id", "date", "countries"
]  # fmt: skip

_IDS: Final[Mapping[str, str]] = {
    "addresses": "barriers",
    "acts_through": "mechanisms",
    "builds": "relationships",
    "outcomes": "outcomes",
    "outcome": "outcomes",
    "barriers": "barriers",
    "mechanisms": "mechanisms",
    "strategies": "strategies",
    "comparator_strategies": "strategies",
    "relationship": "relationships",
    "parties": "actors",
    "arm": "arms",
    "comparator_arm": "arms",
    "setting": "settings",
}
_NUMBERED: Final = re.compile(r"(.+?) ?([1-9]\d{0,2})")


class Column(NamedTuple):
    """A column of a sheet.

    Attributes:
        title: its header; of codes, without the number.
        field: the field of the record, such as ``citation.doi``.
        kind: what its cells hold.
        choices: the words, where only some are allowed.
        to: of ids, the nodes they name.
        terms: of codes, the kinds of term that its drop-down offers.
        times: how many such columns an empty form has; 0 for one that stands only where needed.
        width: in characters.
        meaning: what the model says of the field.
        coding: whether it belongs to the coder's row, not to the record.
    """

    title: str
    field: str
    kind: Kind
    choices: tuple[str | int, ...] = ()
    to: str = ""
    terms: tuple[str, ...] = ()
    times: int = 1
    width: int = 18
    meaning: str = ""
    coding: bool = False


class Sheet(NamedTuple):
    """A sheet of the form.

    Attributes:
        title: its name.
        make: the record that a row is.
        field: the field of the study that holds these; empty for studies.
        columns: its columns, in order.
        prefix: begins the ids that rows without one get.
        spare: whether it stands only where a study needs it.
    """

    title: str
    make: type[Record]
    field: str
    columns: tuple[Column, ...]
    prefix: str = ""
    spare: bool = False


@cache
def meanings(make: type) -> Mapping[str, str]:
    """Return what a class says of its attributes."""
    found: dict[str, str] = {}
    name = ""
    for line in (make.__doc__ or "").partition("Attributes:")[2].splitlines()[1:]:
        bare = line.strip()
        head, colon, rest = bare.partition(": ")
        deep = len(line) - len(line.lstrip())
        if not bare or deep < 8:
            break
        if deep == 8 and colon and head.isidentifier():
            name, found[head] = head, rest
        elif name:
            found[name] += f" {bare}"
    return {key: text[:1].upper() + re.sub("`+", "", text[1:]) for key, text in found.items()}


def numbered(title: str) -> tuple[str, int]:
    """Return a header without the number at its end, and the number; 1 where there is none."""
    found = _NUMBERED.fullmatch(title)
    return (found[1], int(found[2])) if found else (title, 1)


def _inner(make: type, field: str) -> tuple[type, FieldShape]:
    head, _, rest = field.partition(".")
    if rest:
        make = shape(make)[head].type
    return make, shape(make)[rest or head]


def _column(
    make: type,
    field: str,
    title: str = "",
    *,
    times: int = 1,
    width: int = 18,
    terms: tuple[str, ...] = (),
    coding: bool = False,
) -> Column:
    owner, found = _inner(make, field)
    kind: Kind = "text"
    if found.kind == "choice":
        kind = "choice"
    elif field in CODES or (make is Coding and field == "code"):
        kind = "codes"
    elif field in _IDS:
        kind = "ids" if found.many else "id"
    elif field in ("countries", "country"):
        kind = "countries"
    elif found.many:
        kind = "texts"
    elif found.type is bool:
        kind = "flag"
    elif found.type in (int, float):
        kind = "whole" if found.type is int else "number"
    elif make is Coding and field == "date":
        kind = "date"
    return Column(
        title=title or field.rpartition(".")[2].replace("_", " "),
        field=field,
        kind=kind,
        choices=found.choices,
        to=_IDS.get(field, "") if kind in ("id", "ids") else "",
        terms=terms,
        times=times,
        width=width,
        meaning=meanings(owner).get(found.name, ""),
        coding=coding,
    )


_CODER: Final = tuple(
    _column(Coding, field, title, width=width, coding=True)
    for field, title, width in (
        ("coder", "", 12),
        ("by", "coded by", 10),
        ("confidence", "", 11),
        ("quote", "", 40),
        ("locator", "", 14),
        ("date", "coded on", 12),
    )
)
_STUDY: Final = Column(
    title="study", field="study", kind="id", to="studies", width=18, meaning="Id of the study."
)


def _nodes(
    title: str,
    make: type[Record],
    prefix: str,
    *fields: Column | str,
    terms: tuple[str, ...] = (),
) -> Sheet:
    columns = [_STUDY, _column(make, "id", width=10)]
    if "label" in shape(make):
        columns += [
            _column(make, "label", width=40),
            _column(make, "codes", "code", terms=terms, times=3 if terms else 1, width=32),
        ]
    columns += [_column(make, one) if isinstance(one, str) else one for one in fields]
    columns += [*_CODER, _column(make, "note", width=30)]
    return Sheet(title, make, title.lower(), tuple(columns), prefix)


STUDIES: Final = Sheet(
    "Studies",
    Study,
    "",
    (
        _column(Study, "id"),
        _column(Study, "title", width=50),
        _column(Study, "year", width=8),
        _column(Study, "citation.authors", width=30),
        _column(Study, "citation.container", "journal or source", width=24),
        _column(Study, "citation.volume", times=0),
        _column(Study, "citation.issue", times=0),
        _column(Study, "citation.pages", times=0),
        _column(Study, "citation.publisher", times=0),
        _column(Study, "citation.doi", width=24),
        _column(Study, "citation.url", width=24),
        _column(Study, "citation.license", "license of the text", times=0),
        _column(Study, "citation.rights_holder", "rights holder", times=0),
        _column(Study, "citation.funders", "funders", times=0, width=28),
        _column(Study, "citation.text", "reference as printed", times=0, width=40),
        _column(Study, "programme"),
        _column(Study, "embedded", "embedded in a program"),
        _column(Study, "design"),
        _column(Study, "design_label", "design in the source's words", width=24),
        _column(Study, "hybrid_type", width=11),
        _column(Study, "scale_stage"),
        _column(Study, "sectors", "sector", terms=("sector",), times=2, width=24),
        _column(Study, "countries", width=12),
        _column(Study, "innovation.name", "innovation", width=28),
        _column(Study, "innovation.kind", "innovation kind"),
        _column(Study, "innovation.components", "innovation components", times=0, width=28),
        _column(Study, "innovation.evidence", "evidence for the innovation", times=0),
        _column(Study, "innovation.evidence_grade", "grade of that evidence", times=0),
        _column(Study, "innovation.evidence_source", "who gave the grade", times=0, width=28),
        _column(Study, "innovation.gap", "need it answers", times=0),
        _column(Study, "engagement", terms=("engagement",), width=24),
        _column(Study, "equity", terms=("stratum",), times=2, width=24),
        _column(Study, "links_coded"),
        *_CODER,
        _column(Study, "note", width=30),
    ),
)

NODES: Final = (
    _nodes(
        "Barriers", Barrier, "b",
        "valence", "magnitude", "level", "n", "n_informants", "actor",
        terms=("barrier", "driver"),
    ),
    _nodes(
        "Strategies", Strategy, "s",
        "nature", "actor", "action", "action_target", "temporality", "dose",
        _column(Strategy, "outcomes", "outcomes aimed at"),
        "justification", "addresses", "acts_through", "builds",
        _column(Strategy, "cost", times=0),
        terms=("strategy",),
    ),
    _nodes("Mechanisms", Mechanism, "m", "barriers", "preconditions", terms=("mechanism",)),
    _nodes(
        "Relationships", Relationship, "r", "parties", "quality", "duration",
        terms=("relationship", "alliance", "participation"),
    ),
    _nodes(
        "Outcomes", Outcome, "o", "kind", "desirable", "distance", "level", terms=("outcome",)
    ),
    _nodes(
        "Findings", Finding, "f",
        "outcome", "direction", "strategies", "barriers",
        "mechanisms", "relationship", "role", "basis", "comparator",
        _column(Finding, "comparator_label", "compared with", width=24),
        "comparator_arm", "comparator_strategies", "arm", "setting", "timepoint", "subgroup", "n",
        *[
            _column(Finding, f"estimate.{name}", width=10)
            for name in ("metric", "value", "se", "ci_low", "ci_high", "p", "p_bound")
        ],
        *[
            _column(Finding, f"estimate.{name}", f"estimate {name}".replace("_", " "))
            for name in ("variance", "ci_level", "n", "n_intervention", "n_comparator", "adjusted",
                         "scale")
        ],
    ),
    _nodes(
        "Actors", Actor, "a", "organization", "background", "positionality", terms=("actor",)
    ),
    _nodes("Settings", Setting, "w", "country", "region", "level"),
    _nodes("Arms", Arm, "g", "strategies", "n"),
)  # fmt: skip
"""The sheets with a row a node or finding."""

CODINGS: Final = Sheet(
    "Codings",
    Coding,
    "",
    (
        _STUDY,
        Column("node", "node", "text", meaning="Id of the node or finding; blank for the study."),
        *(_column(Coding, name, width=40 if name == "quote" else 14) for name in shape(Coding)),
    ),
    spare=True,
)
"""What coders gave before: a row a coding."""

SHEETS: Final = (STUDIES, *NODES, CODINGS)
