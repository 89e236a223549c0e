"""The fields that the formats of reference managers have in common, and what each calls them."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["BY_KEY", "FIELDS", "IN_CITATION", "ReferenceField"]


class ReferenceField(NamedTuple):
    """A field, with its names in each format; the first is written, the others are read too.

    Attributes:
        key: our name for it, as in ``reference.abstract``.
        ris: tags of RIS.
        bibtex: fields of BibTeX and biblatex.
        csl: variables of CSL-JSON.
        many: whether a reference may have several.
    """

    key: str
    ris: tuple[str, ...]
    bibtex: tuple[str, ...]
    csl: tuple[str, ...]
    many: bool = False


# Pages, dates and types are put together differently in each format, which has its own code for them.
FIELDS: Final = (
    ReferenceField("title", ("TI", "T1"), ("title",), ("title",)),
    ReferenceField("author", ("AU", "A1"), ("author",), ("author",), many=True),
    ReferenceField("editor", ("A2", "ED"), ("editor",), ("editor",), many=True),
    ReferenceField("series_editor", ("A3",), ("serieseditor",), ("collection-editor",), many=True),
    ReferenceField("translator", ("A4",), ("translator",), ("translator",), many=True),
    ReferenceField(
        "container",
        ("T2", "JF", "JO", "BT"),
        ("journal", "journaltitle", "booktitle"),
        ("container-title",),
    ),
    ReferenceField(
        "container_short",
        ("J2", "JA"),
        ("shortjournal",),
        ("container-title-short", "journalAbbreviation"),
    ),
    ReferenceField("series", ("T3",), ("series",), ("collection-title",)),
    ReferenceField("volume", ("VL",), ("volume",), ("volume",)),
    ReferenceField("volumes", ("NV",), ("volumes",), ("number-of-volumes",)),
    ReferenceField("issue", ("IS",), ("number", "issue"), ("issue",)),
    ReferenceField("pages", (), ("pages",), ("page",)),
    ReferenceField("edition", ("ET",), ("edition",), ("edition",)),
    ReferenceField("section", ("SE",), ("section",), ("section",)),
    ReferenceField(
        "publisher",
        ("PB",),
        ("publisher", "institution", "school", "organization"),
        ("publisher",),
    ),
    ReferenceField("place", ("CY", "PP"), ("address", "location"), ("publisher-place",)),
    ReferenceField("doi", ("DO",), ("doi",), ("DOI",)),
    ReferenceField("url", ("UR",), ("url",), ("URL",), many=True),
    ReferenceField("license", (), ("license", "copyright"), ()),
    ReferenceField("rights_holder", (), ("rightsholder",), ()),
    ReferenceField("funder", (), ("funder",), (), many=True),
    ReferenceField("text", (), ("citationtext",), ()),
    ReferenceField("issn", ("SN",), ("issn",), ("ISSN",), many=True),
    ReferenceField("isbn", ("SN",), ("isbn",), ("ISBN",), many=True),
    ReferenceField("abstract", ("AB", "N2"), ("abstract",), ("abstract",)),
    ReferenceField("keyword", ("KW",), ("keywords", "keyword"), ("keyword",), many=True),
    ReferenceField("note", ("N1",), ("note", "annote", "annotation"), ("note",), many=True),
    ReferenceField("language", ("LA",), ("language", "langid"), ("language",)),
    ReferenceField("genre", ("M3", "PT"), ("type",), ("genre",)),
    ReferenceField("short_title", ("ST",), ("shorttitle",), ("title-short", "shortTitle")),
    ReferenceField("accession", ("AN",), ("accession",), ()),
    ReferenceField("database", ("DB",), ("database",), ("source",)),
    ReferenceField("provider", ("DP",), ("databaseprovider",), ()),
    ReferenceField("address", ("AD",), ("affiliation",), (), many=True),
    ReferenceField("call_number", ("CN",), ("callnumber",), ("call-number",)),
    ReferenceField("label", ("LB",), ("label",), ("citation-label",)),
    ReferenceField("pmid", (), ("pmid",), ("PMID",)),
    ReferenceField("pmcid", (), ("pmcid",), ("PMCID",)),
    ReferenceField("file", ("L1",), ("file",), (), many=True),
    ReferenceField("accessed", (), ("urldate",), ()),
    ReferenceField("date", (), (), ()),
    ReferenceField("date_text", (), ("datetext",), ()),
    ReferenceField("type", (), (), ()),
    # Names of bodies with a comma inside, which nothing else tells from a person's.
    ReferenceField("corporate", (), (), (), many=True),
)

BY_KEY: Final = {field.key: field for field in FIELDS}
"""The fields by our name for them."""

IN_CITATION: Final = {
    "container": "container",
    "volume": "volume",
    "issue": "issue",
    "pages": "pages",
    "publisher": "publisher",
    "doi": "doi",
    "url": "url",
    "license": "license",
    "rights_holder": "rights_holder",
    "text": "text",
}
"""Fields of which the first value stands in a study's citation, and not in ``extra``."""
