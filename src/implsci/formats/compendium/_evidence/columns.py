"""The columns of a table with a row a study: what they are called, and what they hold.

Examples:
    >>> find("Country of study"), find(" COUNTRIES ").title, find("study_design").title
    (None, 'countries', 'design')
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

__all__ = ["COLUMNS", "FACETS", "Column", "find", "key"]


class Column(NamedTuple):
    """A column that tables have.

    Attributes:
        title: its title where we write it.
        path: the field of a study that it holds, such as ``citation.doi``.
        holds: ``text``, ``texts``, ``doi``, ``whole`` (a number), ``word`` (of a closed list), ``codes``,
            ``countries``, ``nodes`` or ``id``.
        also: other titles it goes by; case, blanks, signs and plural do not matter.
    """

    title: str
    path: str
    holds: str
    also: tuple[str, ...] = ()


COLUMNS: Final = (
    Column("id", "id", "id", ("study id", "study", "record id", "ref id", "reference id")),
    Column("title", "title", "text", ("study title", "article title", "paper title")),
    Column("year", "year", "whole", ("publication year", "pub year", "year of publication")),
    Column("authors", "citation.authors", "texts", ("author(s)",)),
    Column("journal", "citation.container", "text", ("journal title", "container", "publication")),
    Column("volume", "citation.volume", "text"),
    Column("issue", "citation.issue", "text"),
    Column("pages", "citation.pages", "text"),
    Column("publisher", "citation.publisher", "text"),
    Column("doi", "citation.doi", "doi"),
    Column("url", "citation.url", "text", ("link",)),
    Column("license", "citation.license", "text", ("licence",)),
    Column("rights holder", "citation.rights_holder", "text", ("copyright holder",)),
    Column("funders", "citation.funders", "texts", ("funded by",)),
    Column("reference", "citation.text", "text", ("citation", "full reference")),
    Column("programme", "programme", "text", ("program", "trial")),
    Column("embedded", "embedded", "word", ("embedded in a program",)),
    Column("design", "design", "word", ("study design",)),
    Column("design label", "design_label", "text"),
    Column("hybrid type", "hybrid_type", "whole", ("hybrid", "hybrid design")),
    Column("scale stage", "scale_stage", "word", ("stage",)),
    Column("links coded", "links_coded", "word"),
    Column("sectors", "sectors", "codes"),
    Column("countries", "countries", "countries"),
    Column("engagement", "engagement", "codes", ("engagement model",)),
    Column("equity", "equity", "codes", ("progress plus", "equity strata")),
    Column("innovation", "innovation.name", "text", ("intervention",)),
    Column("innovation kind", "innovation.kind", "text"),
    Column("innovation components", "innovation.components", "texts"),
    Column("innovation evidence", "innovation.evidence", "text"),
    Column("innovation evidence grade", "innovation.evidence_grade", "text", ("evidence grade",)),
    Column("innovation evidence source", "innovation.evidence_source", "text"),
    Column("innovation gap", "innovation.gap", "text"),
    Column("settings", "settings", "nodes"),
    Column("arms", "arms", "nodes"),
    Column("actors", "actors", "nodes"),
    Column("barriers", "barriers", "nodes", ("determinants", "barriers and facilitators")),
    Column("facilitators", "barriers", "nodes", ("enablers",)),
    Column("strategies", "strategies", "nodes", ("implementation strategies",)),
    Column("mechanisms", "mechanisms", "nodes"),
    Column("relationships", "relationships", "nodes"),
    Column("outcomes", "outcomes", "nodes"),
    Column("findings", "findings", "nodes"),
    Column("note", "note", "text", ("comment",)),
)
"""The columns with a row a study, in the order in which we write them."""

FACETS: Final = {
    "country": "countries",
    "sector": "sectors",
    "engagement": "engagement",
    "equity": "equity",
}
"""What a 0/1 column may be of beside kinds of nodes, and the field of a study it belongs to."""

_OTHERS = re.compile(r"[\W_]+")


def key(title: str) -> str:
    """Return a title as titles are compared: small letters, no signs, words in the singular."""
    return " ".join(_singular(word) for word in _OTHERS.sub(" ", title.casefold()).split())


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


_FOUND: Final = {key(name): column for column in COLUMNS for name in (column.title, *column.also)}


def find(title: str) -> Column | None:
    """Return the column that a title stands for."""
    return _FOUND.get(key(title))
