"""The words of the sources and what each becomes: designs, comparators, countries, sectors, equity.

Every table is closed over the data: a word that is in none of them stops the build, or, where a
field may stay unknown, is kept in the source's words and counted.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from pathlib import Path
from typing import Final

from implsci.codes import Code, code, slug
from implsci.model.finding import Comparator
from implsci.model.study import Design

ROOT: Final = Path(__file__).resolve().parents[2]
DATA: Final = ROOT / "tests" / "data"
STUDIES: Final = DATA / "studies"
TAXONOMIES: Final = ROOT / "src" / "implsci" / "taxonomies"

UNSHIPPED: Final = ("bct-v1", "bcw")
"""Schemes whose codes are published and stable, and whose taxonomies are not bundled yet."""


@cache
def _shipped(scheme: str) -> frozenset[str]:
    with (TAXONOMIES / f"{scheme}.csv").open(encoding="utf-8", newline="") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))


def term(scheme: str, label: str) -> Code:
    """Return the code of a label, which must be a term of the bundled taxonomy.

    Args:
        scheme: the taxonomy's scheme id.
        label: a term's label; its slug is the code's name.

    Raises:
        LookupError: the taxonomy has no such term.
    """
    name = slug(label)
    if scheme not in UNSHIPPED and name not in _shipped(scheme):
        raise LookupError(f"{scheme} has no term {label!r}")
    return code(f"{scheme}:{name}")


# --- Designs -------------------------------------------------------------------------------------

_EXACT_DESIGNS: Final[dict[str, Design | None]] = {
    # Words that a rule below would read wrongly, or that fit two classes.
    "qualitative comparative analysis": "other",  # a configurational method, not a qualitative one
    "matched-pair qualitative, expert ratings": None,
    "open-ended survey, thematic analysis": "qualitative",
    "exploratory qualitative": "qualitative",
    "secondary qualitative analysis of a trial": "qualitative",
    "multi-site qualitative, then expert panel": "qualitative",
    "qualitative; economic": None,
    "qualitative; individual RCT": "rct",
    "qualitative; pre/post with control": "quasi_experimental",
    "qualitative; pre/post without control": "before_after",
    "cross-sectional; pre/post without control": "before_after",
    "case studies with pre-post surveys": "case_study",
    "qualitative case study over three studies": "case_study",
    "randomised blocks, pre-post": "cluster_rct",  # case management teams were randomized
    "randomised comparative effectiveness, 3 arms": "cluster_rct",  # arms of 9, 11 and 9 clinics
    "randomised trial with qualitative part, and case study": None,  # two studies in one paper
    "survey in a stepped-wedge hybrid trial": None,
    "survey within a stepped-wedge cluster randomised trial": None,
    "follow-up after a cluster RCT, interviews": None,
    "implementation documentation within a household RCT, CFIR": None,
    "quality improvement time series": None,
}

_DESIGN_RULES: Final[tuple[tuple[str, Design | None], ...]] = (
    # The first that matches wins.
    (r"^qualitative|five-year qualitative case|ethnograph", "qualitative"),
    (
        r"quasi-experiment|difference.in.differences|with control$|^matched comparison",
        "quasi_experimental",
    ),
    (r"controlled clinical trial|intervention and control areas", "quasi_experimental"),
    (r"pre-post|before-after|before and after", "before_after"),
    (r"mixed.methods?", "mixed_methods"),
    (r"realist process|^(quantitative )?process evaluation", None),
    (r"stepped-wedge", "stepped_wedge"),
    (
        r"(cluster|group|community|facility|pair)[- ](matched |pair-matched )?(RCT|randomised)",
        "cluster_rct",
    ),
    (r"clustered pair-matched RCT|(matched-pair|pair-matched) cluster RCT", "cluster_rct"),
    (r"RCT|randomised (trial|experiment|evaluation)|^randomised", "rct"),
    (r"^interrupted time series", "interrupted_time_series"),
    (r"cohort|^longitudinal (observational|correlational)|prospective study", "cohort"),
    (r"^longitudinal, structural equation", "cohort"),
    (r"cross-sectional", "cross_sectional"),
    (r"^review of", "review"),
    (
        r"case stud|^documented co-production case|^case descriptions|^descriptive case",
        "case_study",
    ),
    (r"multiple baseline|concept mapping|action research", "other"),
    (r"^(field|programme) report|^description of|^programme description|^perspective", "other"),
    (r"^descriptive tracking|^strategy mapping", "other"),
)


def design(label: str) -> Design | None:
    """Return the class a design's words belong to.

    Args:
        label: the design in the source's words, which the study keeps as its ``design_label``.

    Returns:
        The class; ``other`` where the words clearly name none of them, None where they leave it
        open.
    """
    if label in _EXACT_DESIGNS:
        return _EXACT_DESIGNS[label]
    for pattern, found in _DESIGN_RULES:
        if re.search(pattern, label, re.IGNORECASE):
            return found
    return None


COMPARATIVE: Final[frozenset[Design | None]] = frozenset(
    ("rct", "cluster_rct", "stepped_wedge", "quasi_experimental", "before_after")
)
"""Designs that compare by themselves, where a table prints a direction and no comparator."""


# --- Comparators ---------------------------------------------------------------------------------

_BEFORE: Final = re.compile(
    r"^(before|baseline|start)\b|^own baseline|at start$|^initial results$|^0% in January 2018$"
)
_USUAL: Final = re.compile(
    r"^usual |^no intervention$|^standard of care$"
    r"|^no (checklist|groups|facilitation|training|incentive)$"
)

_YARDSTICKS: Final = frozenset(
    # A target, a plan or a hope: something was held against it, nothing was compared.
    (
        "32 indicators",
        "hoped-for use",
        "impact evaluation",
        "intended impact",
        "intended involvement",
        "intensity intended",
        "logic pathway",
        "low uptake",
        "plan",
        "planned meetings",
        "target 57%",
        "target 70%",
        "target of 50% compliance",
    )
)
_GRADIENT: Final = re.compile(r"^(less|lower|low|weaker|smaller|fewer) ")
_GRADIENTS: Final = frozenset(
    # More against less of the same, one subgroup against another, a path against the whole effect:
    # these say what goes together, not what the strategy did against doing without it.
    (
        "70% of the total effect",
        "African hospital against UK",
        "academics (3.87)",
        "clinics attending under half",
        "communicators unlike the farmers",
        "earlier phases",
        "earlier years",
        "facilitator rating against site rating",
        "homes without these conditions",
        "larger, exposed, less cohesive villages",
        "moderated by research culture",
        "no co-location",
        "non-sustaining sites",
        "other anxiety levels",
        "other coaching mixes",
        "other pairs (heterogeneity)",
        "other programs early on",
        "other readiness levels",
        "other teacher profiles",
        "path through citizen monitoring",
        "schools taking fewer actions",
        "schools with more activities",
        "sites using support less",
        "systems that did not sustain",
        "ties with less expert people",
        "undisrupted practices",
        "villages with high baseline",
        "years in practice, hospital size, surgical volume",
    )
)


def comparator(label: str | None) -> Comparator:
    """Return the class of a comparator; its words are kept as the ``comparator_label``."""
    if label is None:
        return "none"
    if _BEFORE.search(label):
        return "before"
    if _USUAL.search(label):
        return "usual_practice"
    return "other"


def is_yardstick(label: str) -> bool:
    """Say whether a comparator is a target or an expectation rather than a comparison."""
    return label in _YARDSTICKS


def is_gradient(label: str) -> bool:
    """Say whether a comparator sets more against less, or one subgroup against another."""
    return label in _GRADIENTS or _GRADIENT.search(label) is not None


# --- Places, sectors, strata ---------------------------------------------------------------------

COUNTRIES: Final = {
    "Aus": "AU",
    "Australia": "AU",
    "Bangladesh": "BD",
    "Belgium": "BE",
    "Botswana": "BW",
    "Can": "CA",
    "Canada": "CA",
    "DRC": "CD",
    "Egypt": "EG",
    "England": "GB",
    "Eswatini": "SZ",
    "Germany": "DE",
    "Ghana": "GH",
    "India": "IN",
    "Italy": "IT",
    "Ivory Coast": "CI",
    "Kenya": "KE",
    "NL": "NL",
    "Netherlands": "NL",
    "Nigeria": "NG",
    "Portugal": "PT",
    "Russia": "RU",
    "SE": "SE",
    "Senegal": "SN",
    "South Africa": "ZA",
    "UK": "GB",
    "US": "US",
    "USA": "US",
    "Uganda": "UG",
    "Zimbabwe": "ZW",
}
"""Country names as the tables print them, and their ISO 3166-1 alpha-2 codes."""

_SECTOR_WORDS: Final[tuple[tuple[str, tuple[str, ...]], ...]] = (
    # What stands before the colon, or the whole text; the topic after it is kept as printed.
    ("health: nursing homes, prescribing", ("health", "long-term-care")),
    (
        "health and social care: nursing home guidelines",
        ("health", "social-care", "long-term-care"),
    ),
    ("health and social care: care home guidelines", ("health", "social-care", "long-term-care")),
    ("health and social care", ("health", "social-care")),
    ("health system guideline", ("health",)),
    ("health", ("health",)),
    ("social care", ("social-care",)),
    ("child welfare and behavioral health", ("child-welfare", "health")),
    ("child welfare", ("child-welfare",)),
    ("education and childcare", ("education", "early-childhood")),
    ("juvenile justice", ("juvenile-justice",)),
    ("workplace", ("workplace",)),
)


def sectors(text: str) -> tuple[Code, ...]:
    """Return the sectors that a table's words name.

    Raises:
        LookupError: the words are new.
    """
    for words, names in _SECTOR_WORDS:
        if text == words or text.startswith(f"{words}:"):
            return tuple(term("sector", name) for name in names)
    raise LookupError(f"no sector for {text!r}")


_EQUITY: Final = {
    "HIV status": "HIV status",
    "age": "Age",
    "disability": "Disability",
    "education": "Education",
    "gender sex": "Gender and sex",
    "homelessness": "Homelessness",
    "immigration": "Migration status",
    "insurance": "Insurance",
    "justice involvement": "Justice involvement",
    "occupation": "Occupation",
    "orphanhood": "Orphanhood",
    "place": "Place of residence",
    "place of residence": "Place of residence",
    "race ethnicity culture language": "Race, ethnicity, culture and language",
    "sexual orientation": "Sexual orientation",
    "social capital": "Social capital",
    "socioeconomic status": "Socioeconomic status",
}


def equity(word: str) -> Code | None:
    """Return the stratum a coder's word names; None where no term fits.

    The two files spell differently: ``plus: justice involvement`` here,
    ``plus:justice_involvement`` there.
    """
    plain = re.sub(r"[_/]", " ", word.removeprefix("plus:")).strip()
    label = _EQUITY.get(plain)
    return None if label is None else term("equity", label)


ENGAGEMENT: Final = {
    "push": ("push",),
    "pull": ("pull",),
    "co-creation": ("co-creation",),
    "mixed": ("push", "co-creation"),  # the coders' word for one-way material beside joint design
}
"""Engagement as coded, and the terms it stands for."""
