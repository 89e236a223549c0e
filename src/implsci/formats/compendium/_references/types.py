"""Kinds of reference: named as CSL names them, and what RIS and BibTeX call each.

A reference of no known kind has none: ``GEN``, ``misc`` and ``document`` say no more than that.
"""

from __future__ import annotations

from typing import Final

__all__ = ["CSL_TYPES", "FROM_BIBTEX", "FROM_RIS", "TO_BIBTEX", "TO_RIS"]

# CSL type: RIS types, BibTeX entry types; the first of each is written.
_TYPES: Final = {
    "article": "INPR | preprint",
    "article-journal": "JOUR EJOUR ABST JFULL | article",
    "article-magazine": "MGZN | ",
    "article-newspaper": "NEWS | ",
    "bill": "BILL | ",
    "book": "BOOK EBOOK EDBOOK | book mvbook",
    "broadcast": "MULTI | ",
    "chapter": "CHAP ECHAP | incollection inbook bookinbook suppbook",
    "classic": "CLSWK ANCIENT | ",
    "collection": "AGGR | collection mvcollection",
    "dataset": "DATA DBASE | dataset",
    "entry": " | ",
    "entry-dictionary": "DICT | ",
    "entry-encyclopedia": "ENCYC | inreference",
    "event": " | ",
    "figure": "FIGURE CHART | ",
    "graphic": "ART SLIDE | artwork image",
    "hearing": "HEAR | ",
    "interview": " | ",
    "legal_case": "CASE | jurisdiction",
    "legislation": "STAT LEGAL | legislation",
    "manuscript": "UNPB MANSCPT | unpublished",
    "map": "MAP | ",
    "motion_picture": "MPCT VIDEO | movie video",
    "musical_score": "MUSIC | ",
    "pamphlet": "PAMP | booklet",
    "paper-conference": "CPAPER | inproceedings conference",
    "patent": "PAT | patent",
    "performance": " | performance",
    "periodical": "SER | periodical",
    "personal_communication": "PCOMM | letter",
    "post": " | ",
    "post-weblog": "BLOG | ",
    "proceedings": "CONF | proceedings mvproceedings",
    "regulation": " | ",
    "report": "RPRT GOVDOC | techreport report",
    "review": " | review",
    "review-book": " | ",
    "software": "COMP | software",
    "song": "SOUND | audio music",
    "speech": " | ",
    "standard": "STAND | standard",
    "thesis": "THES | thesis phdthesis mastersthesis",
    "treaty": " | ",
    "webpage": "ELEC ICOMM | online electronic www",
}

CSL_TYPES: Final = frozenset({*_TYPES, "document"})
"""The kinds that CSL 1.0.2 knows."""

_RIS = {csl: names.partition("|")[0].split() for csl, names in _TYPES.items()}
_BIBTEX = {csl: names.partition("|")[2].split() for csl, names in _TYPES.items()}

FROM_RIS: Final = {name: csl for csl, names in _RIS.items() for name in names}
"""The kind that a type of RIS stands for."""

FROM_BIBTEX: Final = {name: csl for csl, names in _BIBTEX.items() for name in names}
"""The kind that an entry type of BibTeX stands for."""

TO_RIS: Final = {csl: names[0] for csl, names in _RIS.items() if names}
"""The type of RIS that a kind is written as; ``GEN`` where it is not among them."""

TO_BIBTEX: Final = {csl: names[0] for csl, names in _BIBTEX.items() if names}
"""The entry type that a kind is written as; ``misc`` where it is not among them."""
