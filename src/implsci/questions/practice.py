"""Practice against research: what practitioners value and studies lack, and the reverse.

Examples:
    >>> import implsci
    >>> found = practice(implsci.load("implsci-examples"))
    >>> found.verdicts("valued, untested")[0].research
    'untested'
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, get_args

from implsci.analysis.pooling import against_another, is_bundle
from implsci.analysis.relational import RELATIONAL_SCHEME, relational_by
from implsci.codes import Code, split
from implsci.compendium import Compendium, Where
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.questions._asking import ONCE, case_of, chosen
from implsci.questions._practice import Practice, Standing, Tested, Valued, Verdict
from implsci.taxonomy import Term

__all__ = ["Practice", "Standing", "Valued", "Verdict", "practice"]


def __dir__() -> list[str]:
    return __all__


_VERDICTS: dict[tuple[Valued, Tested], Verdict] = {
    ("valued", "untested"): "valued, untested",
    ("valued", "gain not shown"): "valued, gain not shown",
    ("not valued", "gain"): "gain, not valued",
    ("unknown", "gain"): "gain, unheard",
    ("valued", "gain"): "agree",
    ("not valued", "gain not shown"): "agree",
}
_PRACTICE = ("description", "asserted")
_RESEARCH = ("effect", "association")
_GAINS = ("improved", "maintained")


def practice(
    compendium: Compendium | Iterable[Study],
    *,
    schemes: Sequence[str] | None = None,
    cut: float = 0.5,
    where: Where | None = None,
    registry: Registry | None = None,
) -> Practice:
    """Set what practitioners value against what studies tested.

    Practice values a strategy where a panel's rating of its importance reaches `cut` of the scale in
    every source, where a case describes or asserts that it brought gains, or where a case names it
    as a relational action and neither tests it nor tells what came of it. It does not where every
    rating is below, or where cases describe it and none with gains; both kinds of ground make it
    mixed, none unknown. Research shows a gain where more than half of the cases that test it
    (effects or associations, bundles included, one strategy against another not) tell mostly of
    gains. The two are at odds where practice values what is untested or what shows no gain in most
    cases, and where what shows gains is not valued or not heard of. The rule is ours; the wish for
    it is that of Metz, Jensen, Farley and Boaz 2022 (doi:10.1177/26334895221105585): not to repeat
    strategies that those closest to the work saw fail.

    Args:
        compendium: the studies.
        schemes: taxonomies of strategies; None for those that strategies of the studies are coded
            in, and ``relational``.
        cut: share of the scale from which importance says that a strategy is valued, 0 to 1.
        where: wanted values by facet, as in `Compendium.where`.
        registry: holds the taxonomies; the default registry where None.

    Raises:
        InvalidQueryError: no study has what was asked, or `cut` out of range.
        UnknownNameError: no such taxonomy.

    Examples:
        >>> from implsci import Finding, Outcome, Strategy
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     strategies=(
        ...         Strategy(id="s", label="hear them", codes=("relational:listen-actively",)),
        ...     ),
        ...     outcomes=(Outcome(id="o", label="use of evidence"),),
        ...     findings=(
        ...         Finding(
        ...             id="f",
        ...             outcome="o",
        ...             strategies=("s",),
        ...             direction="improved",
        ...             basis="description",
        ...         ),
        ...     ),
        ... )
        >>> one = practice([study])["relational:listen-actively"]
        >>> one.practice, one.research, one.verdict
        ('valued', 'untested', 'valued, untested')
    """
    if not 0 <= cut <= 1:
        raise InvalidQueryError(f"cut: expected a share from 0 to 1, got {cut!r}")
    taxonomies = registry or default_registry()
    asked = chosen(compendium, where, taxonomies)
    wanted = (
        _schemes(asked, taxonomies)
        if schemes is None
        else tuple(dict.fromkeys(taxonomies.taxonomy(scheme).scheme for scheme in schemes))
    )
    terms = _terms(wanted, taxonomies)
    relational = relational_by(taxonomies)
    seen = _seen(asked, wanted)
    standings = [
        one
        for code in sorted({*terms, *seen})
        if (one := _standing(code, terms.get(code), seen.get(code), relational(Code(code)), cut))
    ]
    order = get_args(Verdict)
    return Practice(
        standings=tuple(
            sorted(standings, key=lambda one: (order.index(one.verdict), one.strategy))
        ),
        schemes=wanted,
        silent=len({*terms, *seen}) - len(standings),
        n_studies=len(asked),
        n_cases=len({case_of(study) for study in asked}),
        cut=cut,
        assumptions=(
            ONCE,
            f"valued: importance rated at {cut:.0%} of the scale or more in every source, gains "
            "described or asserted, or named as a relational action by a case that neither tests it nor "
            "tells what came of it; not valued: every rating below, or described and never with gains",
            "a gain in tests: more than half of the cases that tell a direction have gains in more "
            "than half of their effects and associations; how large they are plays no part, and one "
            "strategy against another tests neither",
            "a bundle's findings count for each of its strategies; how many cases test one alone "
            "stands beside it",
            "ratings are those of panels, which are no sample of practitioners; who describes and "
            "asserts is whom the studies asked",
            "unknown is neither valued nor not valued, and untested is no failure",
        ),
    )


def _schemes(studies: Iterable[Study], registry: Registry) -> tuple[str, ...]:
    found = {
        split(code)[0] for study in studies for node in study.strategies for code in node.codes
    }
    try:
        registry.taxonomy(RELATIONAL_SCHEME)
    except UnknownNameError:
        return tuple(sorted(found))
    return tuple(sorted({*found, RELATIONAL_SCHEME}))


def _terms(schemes: Iterable[str], registry: Registry) -> dict[str, Term]:
    terms: dict[str, Term] = {}
    for scheme in schemes:
        try:
            taxonomy = registry.taxonomy(scheme)
        except UnknownNameError:  # codes of a taxonomy that is not installed
            continue
        terms.update(
            {term.code: term for term in taxonomy if term.kind in ("strategy", taxonomy.kind)}
        )
    return terms


class _Seen(NamedTuple):
    """What the cases say of one strategy: directions by case, for practice and for research."""

    named: set[str]
    practice: dict[str, Counter[str]]
    research: dict[str, Counter[str]]
    alone: set[str]


def _seen(studies: Iterable[Study], schemes: Sequence[str]) -> dict[str, _Seen]:
    seen: dict[str, _Seen] = defaultdict(
        lambda: _Seen(set(), defaultdict(Counter), defaultdict(Counter), set())
    )
    for study in studies:
        case = case_of(study)
        codes = {
            node.id: [code for code in node.codes if split(code)[0] in schemes]
            for node in study.strategies
        }
        for code in {code for own in codes.values() for code in own}:
            seen[code].named.add(case)
        for finding in study.findings:
            behind = {code for node in finding.strategies for code in codes[node]}
            for code in behind:
                if finding.basis in _PRACTICE:
                    seen[code].practice[case][finding.direction] += 1
                elif finding.basis in _RESEARCH and not against_another(study, finding):
                    seen[code].research[case][finding.direction] += 1
                    if len(behind) == 1 and not is_bundle(study, finding):
                        seen[code].alone.add(case)
    return seen


def _standing(
    code: str, term: Term | None, seen: _Seen | None, relational: bool, cut: float
) -> Standing | None:
    """Return how a strategy stands; None where nobody says anything of it."""
    cases = seen or _Seen(set(), {}, {}, set())
    rated = tuple(
        (
            one.source or "source not stated",
            (one.value - one.scale_min) / (one.scale_max - one.scale_min),
        )
        for one in (term.ratings if term else ())
        if one.name == "importance" and one.scale_min is not None and one.scale_max is not None
    )
    told = {
        case: found for case, one in cases.practice.items() if (found := _gains(one)) is not None
    }
    described = list(told.values())
    # Who tells what came of it has said more than who names it, and may have seen it fail.
    named = len(cases.named - cases.research.keys() - told.keys()) if relational else 0
    tested = [found for one in cases.research.values() if (found := _gains(one)) is not None]
    grounds = [share >= cut for _, share in rated]
    pro = (bool(grounds) and all(grounds)) or any(described) or named > 0
    contra = (bool(grounds) and not any(grounds)) or (bool(described) and not any(described))
    valued: Valued = (
        "mixed"
        if (pro and contra) or len(set(grounds)) == 2
        else "valued"
        if pro
        else "not valued"
        if contra
        else "unknown"
    )
    research: Tested = (
        "untested"
        if not cases.research
        else "unclear"
        if not tested
        else "gain"
        if 2 * sum(tested) > len(tested)
        else "gain not shown"
    )
    if valued == "unknown" and research == "untested":
        return None
    return Standing(
        strategy=code,
        label=term.shown if term else code,
        verdict=_VERDICTS.get((valued, research), "undecided"),
        practice=valued,
        research=research,
        rated=rated,
        described=len(cases.practice),
        described_gains=sum(described),
        named=named,
        tested=len(cases.research),
        told=len(tested),
        tested_gains=sum(tested),
        alone=len(cases.alone),
    )


def _gains(directions: Mapping[str, int]) -> bool | None:
    """Say whether more than half of what a case tells are gains; None where it tells no direction."""
    told = sum(number for direction, number in directions.items() if direction != "unclear")
    return 2 * sum(directions.get(gain, 0) for gain in _GAINS) > told if told else None
