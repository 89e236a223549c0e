"""What speaks for and against two records being of one study.

Every threshold by which records are joined stands here, once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from attrs import frozen

from implsci.compendium.merging.spelling import spellings
from implsci.compendium.merging.titles import (
    Title,
    begins,
    differing,
    overlap,
    read_title,
    reordered,
)
from implsci.errors import MissingExtraError
from implsci.identifiers import find_doi
from implsci.model import Study

__all__ = ["IDENTIFIER", "THRESHOLDS", "Signature", "Verdict", "clash", "compare", "read_signature"]

ALIKE: Final = 93.0
"""Titles this much alike (percent) are one where first author and year agree too."""

NEARLY_EQUAL: Final = 98.0
"""Titles this much alike (percent) are one where first author or year is not known."""

DOUBTFUL: Final = 85.0
"""Titles this much alike (percent) that are not joined are shown to a person."""

SHARED_WORDS: Final = 0.6
"""With the same DOI, this share of the shorter title's words must stand in the longer."""

YEARS_APART: Final = 1
"""Years that differ by more are those of two publications: online first is a year early at most."""

FEWEST_WORDS: Final = 4
"""A title of fewer words, such as ``Editorial``, names no study by itself."""

SISTERS: Final = 2
"""With the same DOI, titles that differ in so few words, one put for another, are two studies."""

THRESHOLDS: Final = {
    "title_percent_with_author_and_year": ALIKE,
    "title_percent_alone": NEARLY_EQUAL,
    "title_percent_doubtful": DOUBTFUL,
    "shared_words_with_same_identifier": SHARED_WORDS,
    "years_apart": float(YEARS_APART),
    "fewest_words": float(FEWEST_WORDS),
    "sisters": float(SISTERS),
}
"""The thresholds by name, as every report states them."""

_GRAPH: Final = (
    "settings", "arms", "actors", "barriers", "strategies", "mechanisms", "relationships",
    "outcomes", "findings", "innovation",
)  # fmt: skip
_PMC = re.compile(r"\bPMC(\d{4,9})\b", re.IGNORECASE)
_PMID = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(\d{4,9})\b")
_PAGE = re.compile(r"[A-Za-z]*\d+")
_INITIALS = re.compile(r"(?:[^\W\d_]\.?-?){1,3}")

_ID, IDENTIFIER, _TITLE, _BEGINNING = 3, 2, 1, 0


@frozen(eq=False)
class Signature:
    """What of a record says which study it is of.

    Attributes:
        study: the record.
        sources: numbers of the collections it came from.
        title: its title.
        years: the year, and those that other records of it gave.
        author: what the family name of the first author may be; empty where not known.
        doi: in lower case.
        identifiers: DOI and numbers in PubMed and PubMed Central, each with its kind.
        page: the first page.
        coded: whether findings are coded in it.
    """

    study: Study
    sources: frozenset[int]
    title: Title
    years: frozenset[int]
    author: frozenset[str]
    doi: str | None
    identifiers: frozenset[str]
    page: str | None
    coded: bool


class Verdict(NamedTuple):
    """Whether two records are of one study.

    Attributes:
        same: True, False, or None for a person to decide.
        rank: which kind of evidence, the strongest highest.
        score: how alike the titles are, in percent.
        reason: in words.
        held: whether only what one collection tells apart speaks against it.
    """

    same: bool | None
    rank: int
    score: float
    reason: str
    held: bool = False


def read_signature(study: Study, sources: frozenset[int]) -> Signature:
    """Read what of a record says which study it is of."""
    citation = study.citation
    doi = (find_doi(citation.doi) or citation.doi) if citation and citation.doi else None
    url = (citation.url or "") if citation else ""
    identifiers = {f"PMC{number}" for number in _PMC.findall(url)}
    identifiers |= {f"PubMed {number}" for number in _PMID.findall(url)}
    if found := doi or find_doi(url):
        identifiers.add(f"DOI {found.lower()}")
    authors = citation.authors if citation else ()
    page = _PAGE.search(citation.pages) if citation and citation.pages else None
    years = {study.year} | {
        int(coding.value)
        for coding in study.codings
        if coding.of == "year" and coding.value and re.fullmatch(r"[12]\d{3}", coding.value)
    }
    return Signature(
        study=study,
        sources=sources,
        title=read_title(study.title),
        years=frozenset(year for year in years if year is not None),
        author=_families(authors[0]) if authors else frozenset(),
        doi=doi.lower() if doi else None,
        identifiers=frozenset(identifiers),
        page=page[0].lower() if page else None,
        coded=bool(study.findings),
    )


def _families(name: str) -> frozenset[str]:
    """Return what the family name may be in a name of any order, such as ``Powell BJ``.

    Examples:
        >>> sorted(_families("Byron J. Powell")), sorted(_families("Powell, Byron"))
        (['byron', 'powell'], ['powell'])
    """
    name = re.split(r";|\bet al\b", name)[0].strip()
    family, comma, _ = name.partition(",")
    if comma and spellings(family) != {""}:
        names = [family]
    else:
        parts = name.replace(",", " ").split()
        if len(parts) > 1 and (_is_initials(parts[0]) or _is_initials(parts[-1])):
            names = [" ".join(part for part in parts if not _is_initials(part))]
        else:
            names = [parts[0], parts[-1]] if parts else []
    words = [word for name in names for word in spellings(name)]
    lasts = [word.split()[-1] for word in words if word]
    return frozenset(word for word in (*words, *lasts) if word)


def _is_initials(part: str) -> bool:
    return part == part.upper() and _INITIALS.fullmatch(part) is not None


def compare(one: Signature, other: Signature, *, titles: bool = True) -> Verdict | None:
    """Say whether two records are of one study; None where nothing speaks for it.

    Args:
        one: a record.
        other: another.
        titles: whether titles may decide where no identifier does.
    """
    here, there = one.title, other.title
    equal = here.text == there.text
    shared = sorted(one.identifiers & other.identifiers)
    named = one.study.id == other.study.id and equal
    start = begins(here, there)
    if shared:
        share = overlap(here, there)
        what = f"same {shared[0]}"
        if against := _never(one, other, start, trusted=True):
            return Verdict(None, IDENTIFIER, 100 * share, f"{what}, but {against}")
        if share < SHARED_WORDS or (start is None and _sisters(here, there)):
            reason = f"{what}, but the titles differ: {share:.0%} of the shorter one's words shared"
            return Verdict(None, IDENTIFIER, 100 * share, reason)
        if named:
            return _unless_told_apart(one, other, _ID, 100, f"{what}, same id and title")
        reason = what if equal else f"{what}, {share:.0%} of the shorter title's words shared"
        return _unless_told_apart(one, other, IDENTIFIER, 100 * share, reason)
    if named:
        if against := _never(one, other, start) or _unlike(one, other):
            return Verdict(None, _ID, 100, f"same id and title, but {against}")
        return _unless_told_apart(one, other, _ID, 100, "same id and title")
    return _by_title(one, other, start) if titles else None


def _by_title(
    one: Signature, other: Signature, start: tuple[tuple[str, ...], bool] | None
) -> Verdict | None:
    here, there = one.title, other.title
    same_author = bool(one.author & other.author)
    dated = bool(one.years and other.years)
    score = _ratio()(here.ordered, there.ordered, score_cutoff=DOUBTFUL)
    if score < ALIKE:  # sorting can put two spellings of one word far apart
        score = max(score, _ratio()(here.text, there.text, score_cutoff=DOUBTFUL))
    if not score and start is None:
        return _programme(one, other, same_author)
    against = _never(one, other, start) or _unlike(one, other)
    long_enough = min(len(here.words), len(there.words)) >= FEWEST_WORDS
    percent = f"title {_percent(score)} alike"
    if against:
        if _numbered(one, other, start):
            return None  # a second part says itself that it is another
        telling = score >= NEARLY_EQUAL and long_enough
        if (
            telling
            or (score and here.notices != there.notices)
            or (same_author and (score or (start and start[1])))
        ):
            head = percent if score else "one title begins the other"
            return Verdict(None, _TITLE, score, f"{head}, but {against}")
        return None
    only, others = differing(here.words, there.words)
    agreeing = same_author and dated
    turned = reordered(here.words, there.words)
    if score >= ALIKE and long_enough and turned and not (only and others):
        said = f"{percent}, but the words stand in another order"
        return Verdict(None, _TITLE, score, said)
    if score >= ALIKE and long_enough and not only and not others:
        if agreeing:
            said = f"{percent}, same first author, {_years(one, other)}"
            return _unless_told_apart(one, other, _TITLE, score, said)
        if score >= NEARLY_EQUAL:
            said = f"{percent}, {_unknown(one, other)}"
            return _unless_told_apart(one, other, _TITLE, score, said)
    if start is not None and start[1] and long_enough:
        if agreeing:
            said = f"one title is the other cut short, same first author, {_years(one, other)}"
            return _unless_told_apart(one, other, _BEGINNING, max(score, DOUBTFUL), said)
        said = f"one title may be the other cut short, {_unknown(one, other)}"
        return Verdict(None, _BEGINNING, score, said)
    # One word put for another, or few words in all, say nothing where the author is not the same.
    if not score or (not same_author and (not long_enough or (only and others))):
        return None
    if only or others:
        words = ", ".join(sorted([*only, *others])[:6])
        return Verdict(None, _TITLE, score, f"{percent}, but not in the words {words}")
    lacking = f", {_unknown(one, other)}" if long_enough else ", and too short to name a study"
    return Verdict(None, _TITLE, score, f"{percent}{lacking}")


def _programme(one: Signature, other: Signature, same_author: bool) -> Verdict | None:
    """Show a protocol beside the results that have the same words before the subtitle."""
    here, there = one.title, other.title
    if here.protocol == there.protocol or not same_author:
        return None
    heads = [
        {" ".join(title.words[:size]) for size in title.heads if size >= FEWEST_WORDS}
        for title in (here, there)
    ]
    return Verdict(None, _BEGINNING, 0, _PROTOCOLS) if heads[0] & heads[1] else None


_PROTOCOLS: Final = "one is a protocol and the other is not: two papers of one programme?"


def clash(one: Signature, other: Signature, *, titles: bool = True, words: bool = True) -> bool:
    """Say whether two records cannot stand in one, whatever a third has in common with both.

    Args:
        one: a record.
        other: another.
        titles: whether titles may decide where no identifier does.
        words: whether titles with other words are enough to say so.
    """
    verdict = compare(one, other, titles=titles)
    if verdict is not None and verdict.same:
        return False
    if verdict is not None and (verdict.held or verdict.rank >= IDENTIFIER):
        return True
    start = begins(one.title, other.title)
    if _never(one, other, start) or _unlike(one, other) or _told_apart(one, other):
        return True
    if start is not None or not words:
        return False
    only, others = differing(one.title.words, other.title.words)
    return bool(only and others) or reordered(one.title.words, other.title.words)


def _never(
    one: Signature,
    other: Signature,
    start: tuple[tuple[str, ...], bool] | None,
    *,
    trusted: bool = False,
) -> str | None:
    """Return what keeps two records apart whatever else they share.

    Args:
        one: a record.
        other: another.
        start: what `begins` says of their titles.
        trusted: whether an identifier says that one title is the other cut short.
    """
    here, there = one.title, other.title
    if not trusted and one.doi and other.doi and one.doi != other.doi:
        return f"the DOIs differ: {one.doi} and {other.doi}"
    if here.notices != there.notices:
        return f"one says {', '.join(sorted(here.notices ^ there.notices))}"
    if here.protocol != there.protocol and not (trusted and start is not None):
        return _PROTOCOLS
    if _numbered(one, other, start):
        numbers = " and ".join(" ".join(title.numbers) or "none" for title in (here, there))
        return f"the numbers in the titles differ: {numbers}"
    return None


def _numbered(one: Signature, other: Signature, start: tuple[tuple[str, ...], bool] | None) -> bool:
    """Say whether the numbers differ, other than by those of a subtitle that was cut."""
    if one.title.numbers == other.title.numbers:
        return False
    if start is None:
        return True
    rest = start[0]
    return len(rest) <= SISTERS or any(
        word.isdigit() and (place == 0 or rest[place - 1] in ("part", "phase", "paper", "study"))
        for place, word in enumerate(rest)
    )


def _unlike(one: Signature, other: Signature) -> str | None:
    """Return what keeps two records apart that only their titles join."""
    if any(abs(a - b) > YEARS_APART for a in one.years for b in other.years):
        return _years(one, other)
    if one.author and other.author and not one.author & other.author:
        return "the first authors differ"
    if one.page and other.page and one.page != other.page:
        return f"the first pages differ: {one.page} and {other.page}"
    return None


def _sisters(one: Title, other: Title) -> bool:
    """Say whether two titles of one pattern differ in a word or two, as those of two trials do."""
    only, others = differing(one.words, other.words)
    return 0 < len(only) <= SISTERS and 0 < len(others) <= SISTERS


def _told_apart(one: Signature, other: Signature) -> bool:
    """Say whether one collection codes both, and not alike: who coded them saw two studies."""
    return (
        one.coded
        and other.coded
        and bool(one.sources & other.sources)
        and any(getattr(one.study, name) != getattr(other.study, name) for name in _GRAPH)
    )


def _unless_told_apart(
    one: Signature, other: Signature, rank: int, score: float, reason: str
) -> Verdict:
    if _told_apart(one, other):
        text = f"{reason}, but one collection holds both, with findings that differ"
        return Verdict(None, rank, score, text, held=True)
    return Verdict(True, rank, score, reason)


def _percent(score: float) -> str:
    return f"{int(score * 10) / 10:g} %"


def _years(one: Signature, other: Signature) -> str:
    years = sorted(one.years | other.years)
    return f"same year {years[0]}" if len(years) == 1 else f"years {' and '.join(map(str, years))}"


def _unknown(one: Signature, other: Signature) -> str:
    lacking = [
        name
        for name, known in (
            ("first author", one.author and other.author),
            ("year", one.years and other.years),
        )
        if not known
    ]
    return f"{' and '.join(lacking)} not given in both" if lacking else "and no more than that"


@cache
def _ratio() -> Callable[..., float]:
    try:
        from rapidfuzz.fuzz import ratio
    except ImportError as error:
        raise MissingExtraError("finding duplicates by title", "formats") from error
    return ratio
