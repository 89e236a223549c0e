"""The rules that read a study's own links: who addresses what, at which level, and by which means."""

from __future__ import annotations

from collections.abc import Iterator

from implsci.mismatch._finding import Found, Unsaid, Wrong, named, severity_of
from implsci.mismatch.case import Case
from implsci.model import Barrier, Strategy

__all__ = ["find_relational_unmet", "find_unaddressed", "find_untargeted", "find_wrong_level"]


def find_unaddressed(case: Case) -> Iterator[Found]:
    """Find barriers that no strategy addresses."""
    if not case.barriers:
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    for barrier in case.barriers:
        if case.addressing(barrier.id):
            yield None
        else:
            yield Wrong(
                severity=severity_of(barrier),
                because=f"no strategy addresses {named(barrier)}",
                barrier=barrier,
            )


def find_untargeted(case: Case) -> Iterator[Found]:
    """Find strategies that address nothing."""
    if not case.study.strategies:
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    for strategy in case.strategies:
        if strategy.id in case.aimed:
            yield None
            continue
        why = ", though it says why it was chosen" if strategy.justification else ""
        yield Wrong(
            severity="low" if strategy.justification else "medium",
            because=f"{named(strategy)} is aimed at no barrier{why}",
            strategies=(strategy,),
        )


def find_wrong_level(case: Case) -> Iterator[Found]:
    """Find stated links whose strategy is aimed at another level, or at others, than the barrier's."""
    if not (case.barriers and case.study.strategies):
        return
    if case.links_unsaid and not case.aimed:
        yield case.links_unsaid
        return
    aims, study = case.tools.aims, case.study
    links = mute = 0
    pairs: list[tuple[Barrier, Strategy]] = []
    for barrier in case.barriers:
        addressing = case.addressing(barrier.id)
        links += len(addressing)
        if barrier.level is None and barrier.actor is None:
            mute += len(addressing)
        else:
            pairs += [(barrier, strategy) for strategy in addressing]
    for barrier, strategy in pairs:
        level = aims.wrong_level(study, barrier, strategy)
        actor = aims.wrong_actor(study, barrier, strategy)
        if not (level or actor):
            if level is None and actor is None:
                mute += 1
            else:
                yield None
            continue
        missed = [
            *([f"the barrier sits at the level {barrier.level}"] if level else ()),
            *([f"the barrier is one of “{barrier.actor}”"] if actor else ()),
        ]
        alone = len(case.addressing(barrier.id)) == 1 and not case.links_unsaid
        yield Wrong(
            severity="medium" if alone else "low",
            because=f"{named(strategy)} is aimed at “{strategy.action_target}”, but "
            f"{' and '.join(missed)}: {named(barrier)}",
            barrier=barrier,
            strategies=(strategy,),
        )
    if mute:
        yield Unsaid(
            because=f"{mute} of {links} stated links do not give level or actor on both sides "
            "in words that can be compared"
        )


def find_relational_unmet(case: Case) -> Iterator[Found]:
    """Find relational barriers that only technical strategies address."""
    if not (case.barriers and case.study.strategies):
        return
    if case.links_unsaid:
        yield case.links_unsaid
        return
    ties = case.tools.ties
    for barrier in case.barriers:
        strategies = case.addressing(barrier.id)
        tie = ties.of_barrier(barrier) if strategies else "no"
        if tie is None:
            yield Unsaid(
                because=f"no code tells whether {named(barrier)} is relational", barrier=barrier
            )
        if tie is None or tie == "no":
            continue
        natures = [(one, ties.of_strategy(one)) for one in strategies]
        if any(told and told[0] != "technical" for _, told in natures):
            yield None
        elif mute := [one for one, told in natures if told is None]:
            yield Unsaid(
                because=f"whether {named(*mute)} is technical or relational is not known",
                barrier=barrier,
            )
        else:
            how = "; ".join(f"{named(one)} is technical {told[1]}" for one, told in natures if told)
            part = "partly " if tie == "partly" else ""
            yield Wrong(
                severity="low" if tie == "partly" else severity_of(barrier),
                because=f"{named(barrier)} is a {part}relational barrier, and {how}",
                barrier=barrier,
                strategies=strategies,
            )
