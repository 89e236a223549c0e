"""All sources together: read, merge, group, sort."""

from __future__ import annotations

from collections import Counter

from implsci.codes import slug
from implsci.model import Study

from . import abstracts, coded_studies, facilitation, published
from .merging import PAIRS, merge, order
from .programmes import PROGRAMMES, set_programme
from .tally import Tally

__all__ = ["build"]


def build() -> tuple[tuple[Study, ...], Tally]:
    """Build the compendium.

    Returns:
        The studies sorted by id, and what was counted on the way.

    Raises:
        ValueError: an id stands twice, two studies share a DOI that no merge explains, or a program
            names a study that is not there.
    """
    tally = Tally()
    social = {study.id: study for study in abstracts.read("social", tally)}
    health = {study.id: study for study in abstracts.read("health", tally)}
    coded = {study.id: study for study in coded_studies.read(tally)}

    for kept, other in PAIRS.items():
        if other in health:
            pair = order(social[kept], health.pop(other))
            social[kept] = merge(*pair, kept=kept, other=other, tally=tally)
        else:
            home = social if kept in social else health
            pair = order(home[kept], coded.pop(slug(other)))
            home[kept] = merge(*pair, kept=kept, other=other, tally=tally)

    studies = [
        *(published.add(study, tally) for study in social.values()),
        *health.values(),
        *coded.values(),
        *facilitation.read(tally),
        *published.read(tally),
    ]
    _check(studies)
    return tuple(sorted(map(set_programme, studies), key=lambda study: study.id)), tally


def _check(studies: list[Study]) -> None:
    ids = Counter(study.id for study in studies)
    dois = Counter(
        study.citation.doi.lower()
        for study in studies
        # The facilitation trials all cite the review that tabulates them.
        if study.citation and study.citation.doi and not study.id.startswith("baskerville-")
    )
    named = Counter(study for members in PROGRAMMES.values() for study in members)
    faults = [f"id {name!r} stands twice" for name, count in ids.items() if count > 1]
    faults += [f"DOI {doi} stands twice" for doi, count in dois.items() if count > 1]
    faults += [f"{name!r} is in two programs" for name, count in named.items() if count > 1]
    faults += [f"a program names {name!r}, no study" for name in named if name not in ids]
    if faults:
        raise ValueError("; ".join(faults))
