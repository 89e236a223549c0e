"""Mismatches: strategies that do not fit the barriers they are meant to address, and what is not known.

Eight rules look at one study or plan (`implsci.mismatch.rules`). Where its source does not tell, the
answer is "not reported", never "mismatch": a link that is absent from a study whose links were not
coded in full proves nothing, and a pair that is absent from a basis is unknown.

Examples:
    >>> from implsci import Barrier, Strategy, Study
    >>> from implsci.mismatch import mismatches
    >>> plan = Study(
    ...     id="plan",
    ...     title="Training alone",
    ...     scale_stage="planning",
    ...     barriers=(
    ...         Barrier(id="knowledge", label="staff do not know how"),
    ...         Barrier(id="workflow", label="it does not fit the day's work"),
    ...     ),
    ...     strategies=(Strategy(id="training", label="workshops", addresses=("knowledge",)),),
    ... )
    >>> [(found.kind, found.barrier) for found in mismatches(plan)]
    [('unaddressed', 'workflow')]
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Final

from implsci.errors import CycleError, InvalidQueryError, UnknownNameError
from implsci.mismatch._asking import AskedBasis, asked_rules, asked_tools, mute_bases
from implsci.mismatch._codes import circle_of, uninstalled, unknown_codes
from implsci.mismatch._inferring import MOST_INFERRED, infer
from implsci.mismatch._judging import given, held, words_of
from implsci.mismatch._survey import Survey, SurveyRow, survey
from implsci.mismatch.case import Case
from implsci.mismatch.report import (
    KINDS,
    Inferred,
    Kind,
    Mismatch,
    MismatchReport,
    NotReported,
    Severity,
)
from implsci.mismatch.rules import RULES, Find, Found, Rule, Unsaid, Wrong
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = [
    "KINDS",
    "RULES",
    "AskedBasis",
    "Case",
    "Find",
    "Found",
    "Inferred",
    "Kind",
    "Mismatch",
    "MismatchReport",
    "NotReported",
    "Rule",
    "Severity",
    "Survey",
    "SurveyRow",
    "Unsaid",
    "Wrong",
    "examine",
    "mismatches",
    "survey",
]


def __dir__() -> list[str]:
    return __all__


def mismatches(
    study: Study,
    basis: AskedBasis = None,
    *,
    rules: Iterable[Rule] | None = None,
    registry: Registry | None = None,
) -> tuple[Mismatch, ...]:
    """Return what does not fit in a study or plan.

    What cannot be told is left out here; `examine` returns it too.

    Args:
        study: the study or plan.
        basis: the bases to ask for the rules that need one, by name or in hand; None for all.
        rules: the rules; None for those of the library.
        registry: where taxonomies, crosswalks and bases come from; None for the default one.

    Returns:
        The mismatches, the gravest first, then by rule, barrier and strategy. The order of the nodes
        in the study plays no part.

    Raises:
        UnknownNameError: there is no such basis; or a barrier or strategy has a code that its
            taxonomy, which is installed, does not hold. Close names are suggested.
        CycleError: core elements of the innovation wait for each other in a circle.
        InvalidQueryError: not a study; no basis at all; two rules of one kind, or one that yields
            what no rule may; or the bases named do not speak of the taxonomies of the study's
            barriers, and no crosswalk leads there.

    Examples:
        >>> from implsci import Barrier, Study
        >>> from implsci.mismatch import mismatches
        >>> barrier = Barrier(id="b", label="no time", magnitude=2, valence="barrier")
        >>> study = Study(id="a", title="A", links_coded="complete", barriers=(barrier,))
        >>> for found in mismatches(study):
        ...     print(found.kind, found.severity, "-", found.because)
        unaddressed high - no strategy addresses “no time” (b)
    """
    return examine(study, basis, rules=rules, registry=registry, strict=True).mismatches


def examine(
    study: Study,
    basis: AskedBasis = None,
    *,
    rules: Iterable[Rule] | None = None,
    registry: Registry | None = None,
    strict: bool = False,
) -> MismatchReport:
    """Return what does not fit in a study or plan, and what cannot be told of it.

    Args:
        study: the study or plan.
        basis: the bases to ask for the rules that need one, by name or in hand; None for all.
        rules: the rules; None for those of the library.
        registry: where taxonomies, crosswalks and bases come from; None for the default one.
        strict: raise on codes that an installed taxonomy does not hold, on core elements that wait
            for each other in a circle, and where no basis named speaks of the barriers; else these
            are notes of the report.

    Returns:
        The mismatches; the kinds that could be judged; those that could not, with the reason; the
        links that bases suggest where the study's own were not coded in full; and notes, such as
        codes that no taxonomy holds.

    Raises:
        UnknownNameError: there is no such basis; or, if `strict`, an unknown code. Close names are
            suggested.
        CycleError: if `strict`, core elements that wait for each other in a circle.
        InvalidQueryError: not a study; no basis at all; two rules of one kind, or one that yields
            what no rule may; or, if `strict`, the bases named do not speak of the taxonomies of the
            study's barriers.

    Examples:
        >>> from implsci import Barrier, Strategy, Study
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     links_coded="none",
        ...     barriers=(Barrier(id="b", label="planning", codes=("cfir-2009:planning",)),),
        ...     strategies=(
        ...         Strategy(
        ...             id="s", label="a plan", codes=("eric:develop-a-formal-implementation-blueprint",)
        ...         ),
        ...     ),
        ... )
        >>> report = examine(study, "waltz-2019")
        >>> report.mismatches, report.not_reported[0].because
        ((), 'its links were not coded: one that is absent proves nothing')
        >>> [(link.barrier, link.strategy, link.inferred) for link in report.inferred]
        [('b', 's', True)]
    """
    if not isinstance(study, Study):
        raise InvalidQueryError(f"expected a Study, got {type(study).__name__}")
    known = registry or default_registry()
    asked, tools = asked_rules(rules), asked_tools(basis, known)
    mute = mute_bases(study, tools, strict=strict) if basis is not None else ()
    unknown = unknown_codes(study, tools.knowledge)
    if strict and (first := next(unknown, None)):
        raise first
    circle = circle_of(study)
    if strict and circle is not None:
        raise circle
    case = Case(study, tools)
    found: list[tuple[int, Mismatch]] = []
    unsaid: list[NotReported] = []
    judged: list[str] = []
    for place, rule in enumerate(asked):
        for one in (held(rule, each) for each in given(rule, case)):
            if isinstance(one, Unsaid):
                unsaid.append(_not_reported(rule, one))
                continue
            if isinstance(one, Wrong):
                found.append((place, _mismatch(study, rule, one)))
            if rule.kind not in judged:
                judged.append(rule.kind)
    found.sort(key=_order)
    suggested = infer(case) if case.links_unsaid else iter(())
    return MismatchReport(
        study=study.id,
        mismatches=tuple(one for _, one in found),
        judged=tuple(judged),
        not_reported=tuple(unsaid),
        inferred=tuple(islice(suggested, MOST_INFERRED)),
        bases=tools.names,
        notes=tuple(_notes(case, mute, unknown, circle, more=next(suggested, None) is not None)),
    )


_SHOWN: Final = 20
_GRAVITY: Final[dict[Severity, int]] = {"high": 0, "medium": 1, "low": 2}


def _order(found: tuple[int, Mismatch]) -> tuple[object, ...]:
    place, wrong = found
    return _GRAVITY[wrong.severity], place, wrong.barrier or "", wrong.strategies, wrong.because


def _mismatch(study: Study, rule: Rule, wrong: Wrong) -> Mismatch:
    alone = wrong.strategies[0] if len(wrong.strategies) == 1 else None
    return Mismatch(
        study=study.id,
        kind=rule.kind,
        barrier=wrong.barrier.id if wrong.barrier is not None else None,
        strategy=alone.id if alone is not None else None,
        severity=wrong.severity,
        because=words_of(rule, wrong),
        basis=wrong.basis,
        barrier_label=wrong.barrier.label if wrong.barrier is not None else None,
        strategy_label=alone.label if alone is not None else None,
        strategies=tuple(strategy.id for strategy in wrong.strategies),
        rule=rule.says,
        source=rule.source,
    )


def _not_reported(rule: Rule, unsaid: Unsaid) -> NotReported:
    barrier = unsaid.barrier.id if unsaid.barrier is not None else None
    return NotReported(kind=rule.kind, because=words_of(rule, unsaid), barrier=barrier)


def _notes(
    case: Case,
    mute: Iterable[str],
    unknown: Iterator[UnknownNameError],
    circle: CycleError | None,
    *,
    more: bool,
) -> Iterator[str]:
    study = case.study
    if circle is not None:
        yield str(circle)
    if more:
        yield f"bases suggest more links than the {MOST_INFERRED:,} listed"
    if not (study.barriers or study.strategies or study.innovation):
        yield "there is nothing to compare: no barrier, no strategy, no innovation"
    elif study.barriers and not case.barriers:
        yield "all its determinants help or are neutral: there is no barrier to address"
    for basis in mute:
        yield f"{basis} does not speak of the taxonomies in which its barriers are coded"
    # Finding what is close to a name takes long, and a hostile record may hold any number of them.
    for error in islice(unknown, _SHOWN):
        yield f"{error}; it was not used"
    if next(unknown, None):
        yield f"more than {_SHOWN} codes are unknown: implsci check lists them"
    absent = uninstalled(study, case.tools.knowledge)
    for code in absent[:_SHOWN]:
        yield f"the taxonomy of {code} is not installed; only crosswalks and bases can tell of it"
    if len(absent) > _SHOWN:
        yield f"the same holds of {len(absent) - _SHOWN} more codes"
