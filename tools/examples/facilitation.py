"""The 23 practice facilitation trials of one review, from its table of effect sizes.

Only single facts are taken: author, year, country, design, effect size and its standard error.
"""

from __future__ import annotations

import csv
from typing import Final

from implsci.codes import slug
from implsci.model import (
    Citation,
    Coding,
    Estimate,
    Finding,
    Outcome,
    Provenance,
    Strategy,
    Study,
)
from implsci.model.study import Design

from .coded_studies import FOUNDERS
from .tally import Tally
from .vocabularies import COUNTRIES, DATA, term

__all__ = ["FILE", "read"]

FILE: Final = "practice_facilitation_baskerville2012.csv"

_DESIGNS: Final[dict[str, tuple[Design, str]]] = {
    "rct": ("rct", "randomized controlled trial"),
    "crct": ("cluster_rct", "cluster randomized controlled trial"),
    "cct": ("quasi_experimental", "controlled clinical trial"),
}

# Their rows hold each other's country and counts: the row of Lobo 2004 (NL) agrees with Deitrich's.
_EXCHANGED: Final = frozenset((("Deitrich et al.", "1992"), ("Lobo et al.", "2002")))


def read(tally: Tally) -> list[Study]:
    """Read the table.

    Args:
        tally: where to count.

    Returns:
        One study a row.
    """
    with (DATA / FILE).open(encoding="utf-8", newline="") as file:
        studies = [_study(number, row) for number, row in enumerate(csv.DictReader(file), 1)]
    tally.read[FILE] = tally.studies[FILE] = len(studies)
    return studies


def _study(number: int, row: dict[str, str]) -> Study:
    author = row["author"].rstrip(",")
    first = author.removesuffix(" et al.")
    design, design_label = _DESIGNS[row["design"]]
    value, se = float(row["smd"]), float(row["se"])
    if value == 0:
        raise ValueError(f"row {number}: no direction can be read from 0")
    exchanged = (author, row["year"]) in _EXCHANGED
    return Study(
        id=f"baskerville-{number:02}-{slug(first)}-{row['year']}",
        title=f"Practice facilitation trial of {author} {row['year']} "
        "(title not printed in the review)",
        year=int(row["year"]),
        citation=Citation(
            doi="10.1370/afm.1312",
            text="as tabulated in Baskerville, Liddy & Hogg 2012, Annals of Family Medicine",
        ),
        design=design,
        design_label=design_label,
        sectors=(term("sector", "health"),),
        countries=(COUNTRIES[row["country"]],),
        strategies=(
            Strategy(
                id="s1",
                label="practice facilitation",
                codes=(term("eric", "Facilitation"),),
                codings=(
                    Coding(
                        coder=FOUNDERS,
                        code=term("eric", "Facilitation"),
                        note="the review is of practice facilitation",
                    ),
                ),
            ),
        ),
        outcomes=(
            Outcome(
                id="o1",
                label="adoption of evidence-based guidelines",
                codes=(term("proctor", "Adoption"),),
                codings=(
                    Coding(coder=FOUNDERS, code=term("proctor", "Adoption"), confidence="medium"),
                ),
                kind="implementation",
                desirable="higher",
            ),
        ),
        findings=(
            Finding(
                id="f1",
                outcome="o1",
                # By the sign, never by significance.
                direction="improved" if value > 0 else "worsened",
                strategies=("s1",),
                basis="effect",
                comparator="other",
                comparator_label="comparison group of the trial",
                estimate=Estimate(metric="SMD", value=value, se=se),
            ),
        ),
        links_coded="none",
        provenance=(
            Provenance(
                source=FILE,
                locator=f"row {number}",
                method="single facts from the review's table of effect sizes",
                note="data set dat.baskerville2012 of github wviechtb/metadat 0cb96ce",
            ),
        ),
        note="Country as tabulated; this row and that of "
        + ("Lobo 2002" if first == "Deitrich" else "Deitrich 1992")
        + " look exchanged in the table."
        if exchanged
        else None,
    )
