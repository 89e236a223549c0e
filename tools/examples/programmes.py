"""Which studies share a trial or a program, and which were built into one.

Findings of studies that share one depend on one another.

From the README of the coded files, and where its lists leave off, from ids, settings and titles.
Papers on one program that report other trials (Getting To Outcomes, PACE, the canteen policy) do
not depend on one another; they are named in ``extra["same_program_other_trial"]`` instead.
"""

from __future__ import annotations

from typing import Final

import attrs

from implsci.model import Study
from implsci.model.study import Embedded

__all__ = ["EMBEDDED", "OTHER_TRIALS", "PROGRAMMES", "SEEMINGLY", "set_programme"]

PROGRAMMES: Final[dict[str, tuple[str, ...]]] = {
    "FIRE": ("seers-2018-fire", "harvey-2018-fire", "rycroft-malone-2018-fire"),
    "Community Partners in Care": ("mendel-2021-cpic", "lam-2016-cpic"),
    "PROSPER": ("chilenski-2018-ta", "chilenski-2016-ta-power"),
    "BetterBirth": ("semrau-2017", "betterbirth-posthoc-2019"),
    "MONARCH": ("yapa-2020", "yapa-monarch-process"),
    "NeoKIP": ("eriksson-2016", "eriksson-2017"),
    "VQuit": ("shelley-2021", "vquit-sustainability-2020"),
    "MESH Rwanda": ("manzi-2014", "mesh-nurse-mentorship-2013"),
    "Getting To Implementation": ("yakovchenko-2025-alliance", "gti-adaptation"),
    "VA PC-MHI facilitation": ("kirchner-2014", "va-pcmhi-facilitation-2017"),
    "EvidenceNOW": (
        "mchugh-2018",
        "rogers-2019",
        "hemler-2018",
        "hemler-2022",
        "heart-health-now-engagement-2020",
        "evidencenow-perry-2019",
    ),
    "PRIME Nepal": ("luitel-2020", "cidt-nepal-trial", "cidt-nepal-two-districts"),
    "Ontario public health units": (
        "eidm-networks-2015",
        "eidm-networks-qual-2017",
        "kb-health-departments",
        "dobbins-2019-kb",
    ),
    "CAL-OH community development teams": ("brown-2014-cdt", "palinkas-2011-networks"),
    "Making Proud Choices with Getting To Outcomes": ("chinman-2016-gto", "chinman-2018-mpc"),
    "CLTS in Ethiopia and Ghana": (
        "crocker-2016-ghana",
        "crocker-2016-ethiopia",
        "crocker-2017-sustainability",
    ),
    "Nurse-Family Partnership cross-sector collaboration": (
        "williams-2023-nfp",
        "williams-2025-nfp",
    ),
    "South African early grade reading coaching": (
        "cilliers-2020-coaching",
        "kotze-2019-coaching",
    ),
    "JJ-TRIALS": ("knight-2022-jjtrials", "jj-trials-2016-protocol"),
    "Swedish HPV catch-up vaccination": ("rehn2016", "whitaker2020"),
    "organizational linkage in community corrections": ("friedmann-2015-linkage", "monico-2016"),
    "School-wide PBIS in 860 schools": ("mcintosh-2018-swpbis", "pinkelman-2015"),
    "DREAMS": ("dreams-adoption-trial-arm", "dreams-awareness"),
}
"""Programs and the studies that report on them."""

SEEMINGLY: Final = {
    "kb-health-departments": "perhaps the same three health units (README of the coded files)",
    "dobbins-2019-kb": "seemingly the three health departments of kb-health-departments",
    "friedmann-2015-linkage": "seemingly one trial with monico-2016 (README of the coded files)",
    "monico-2016": "seemingly one trial with friedmann-2015-linkage (README of the coded files)",
    "mcintosh-2018-swpbis": "seemingly the 860 schools of pinkelman-2015",
    "pinkelman-2015": "seemingly the 860 schools of mcintosh-2018-swpbis",
    "dreams-adoption-trial-arm": "the review names both DREAMS studies; whether they share data is "
    "not told",
    "dreams-awareness": "the review names both DREAMS studies; whether they share data is not told",
}
"""Studies grouped on less than a statement, and on what."""

OTHER_TRIALS: Final = {
    "Getting To Outcomes": (
        "chinman-2016-gto",
        "chinman-2018-mpc",
        "chinman-2018-prep",
        "agto-2013",
    ),
    "PACE": ("pace-noninferiority-2022", "nathan-2021-pace", "pace-scaleup-2023"),
    "healthy canteen policy": (
        "wolfenden-2017-canteen",
        "nathan-2016-canteen",
        "canteen-scaleup-2018",
    ),
}
"""Programs and the studies of them that are trials of their own."""

EMBEDDED: Final[dict[str, Embedded]] = {
    # Its title: research embedded in the programming of child health and nutrition; its setting:
    # programs of over 25 countries.
    "unicef-2021-ir": "both",
}
"""Studies whose own words say that the research was built into a program, and into which kind."""

_PROGRAMME_OF: Final = {study: name for name, studies in PROGRAMMES.items() for study in studies}
_FAMILY_OF: Final = {study: name for name, studies in OTHER_TRIALS.items() for study in studies}


def set_programme(study: Study) -> Study:
    """Return the study with its programs, and on what it was grouped where that is not stated."""
    note = study.note
    if study.id in SEEMINGLY:
        note = " ".join(filter(None, (note, f"Programme: {SEEMINGLY[study.id]}.")))
    extra = dict(study.extra)
    if study.id in _FAMILY_OF:
        extra["same_program_other_trial"] = _FAMILY_OF[study.id]
    return attrs.evolve(
        study,
        programme=_PROGRAMME_OF.get(study.id),
        embedded=EMBEDDED.get(study.id),
        note=note,
        extra=extra,
    )
