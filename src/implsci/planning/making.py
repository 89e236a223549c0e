"""From barriers to a plan: a study in its planning stage, which mismatches can then check."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from attrs import frozen

from implsci.codes import Code, is_code, split
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.identifiers import make_id
from implsci.matching import match
from implsci.model import Actor, Barrier, Innovation, Outcome, Relationship, Strategy, Study
from implsci.names import close_names, fold
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.sequencing import sequence
from implsci.taxonomy import Term

__all__ = ["Choice", "draft", "plan"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Choice:
    """A strategy chosen for a plan, as far as it is specified.

    The dimensions are those of Proctor 2013 (doi:10.1186/1748-5908-8-139); what is None is not yet
    decided.

    Attributes:
        strategy: a code or number of an installed taxonomy, a label, or the planner's own words.
        addresses: the barriers it is aimed at: ids, codes or labels of those of the plan.
        actor: who carries it out.
        action: what they do.
        action_target: at whom or what it is aimed.
        temporality: when, or in which order.
        dose: how much, how often, how long.
        outcomes: ids of the outcomes it is meant to change.
        justification: why it was chosen.
        cost: what it costs, in words.

    Examples:
        >>> Choice(strategy="eric:facilitation", dose="monthly, half a day").dose
        'monthly, half a day'
    """

    strategy: str
    addresses: tuple[str, ...] = ()
    actor: str | None = None
    action: str | None = None
    action_target: str | None = None
    temporality: str | None = None
    dose: str | None = None
    outcomes: tuple[str, ...] = ()
    justification: str | None = None
    cost: str | None = None


def plan(
    barriers: Iterable[Barrier | str],
    choices: Iterable[Choice] | Mapping[str, Iterable[str]] = (),
    *,
    id: str = "plan",
    title: str = "Implementation plan",
    innovation: Innovation | None = None,
    outcomes: Iterable[Outcome] = (),
    actors: Iterable[Actor] = (),
    relationships: Iterable[Relationship] = (),
    registry: Registry | None = None,
) -> Study:
    """Make a plan: a study in its planning stage, with all links from strategy to barrier stated.

    Args:
        barriers: barriers, or codes, numbers or labels of terms of determinants; one in your own
            words is a `Barrier` with an id.
        choices: the strategies chosen; a mapping from strategy to the barriers it is aimed at will
            do.
        id: the plan's id.
        title: its title.
        innovation: what is to be implemented; its core elements are put in order.
        outcomes: what the strategies are meant to change.
        actors: who takes part.
        relationships: the human ties that the plan counts on.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The plan. Its ``links_coded`` is complete: a strategy that it aims at no barrier has none.

    Raises:
        InvalidQueryError: no barrier, or one that stands twice; a term of another kind, such as a
            strategy asked for as a barrier.
        UnknownNameError: an unknown code, or a choice aimed at a barrier that the plan does not
            hold; close names are suggested.
        AmbiguousNameError: a label that several terms bear.
        CycleError: core elements that depend on one another in a circle.
        InvalidRecord: anything else that a study does not allow.

    Examples:
        >>> made = plan(
        ...     ["cfir-2009:complexity", Barrier(id="trust", label="staff distrust headquarters")],
        ...     {"eric:promote-adaptability": ["Complexity"]},
        ... )
        >>> made.strategies[0].addresses, made.scale_stage
        (('complexity',), 'planning')
    """
    known = registry or default_registry()
    asked = list(barriers)
    if not asked:
        raise InvalidQueryError("no barrier to plan for; expected at least one")
    results, people, ties = tuple(outcomes), tuple(actors), tuple(relationships)
    taken = {
        *(barrier.id for barrier in asked if isinstance(barrier, Barrier)),
        *(node.id for node in (*results, *people, *ties)),
    }
    made = tuple(
        barrier if isinstance(barrier, Barrier) else _barrier(barrier, taken, known)
        for barrier in asked
    )
    names = _names(made)
    chosen: list[Choice] = []
    if isinstance(choices, Mapping):
        for name, aims in cast("Mapping[str, Iterable[str]]", choices).items():
            chosen.append(Choice(strategy=name, addresses=tuple(aims)))
    else:
        chosen.extend(choices)
    if innovation is not None:
        sequence(innovation)  # a plan whose elements wait for each other cannot begin
    return Study(
        id=id,
        title=title,
        scale_stage="planning",
        innovation=innovation,
        actors=people,
        barriers=made,
        strategies=tuple(_strategy(choice, names, taken, known) for choice in chosen),
        relationships=ties,
        outcomes=results,
        links_coded="complete",
    )


def draft(
    barriers: Iterable[Barrier | str],
    basis: str,
    *,
    each: int = 1,
    id: str = "draft",
    title: str = "Draft of a plan",
    innovation: Innovation | None = None,
    registry: Registry | None = None,
) -> Study:
    """Draft a plan from the best of one basis for each barrier, to be argued with and specified.

    A draft rests on one basis alone and says so in every justification; a barrier of which the
    basis knows nothing stays without a strategy, which `implsci.mismatches` then reports. Relational
    options are never drafted in, since no basis rates them; `implsci.match` lists them.

    Args:
        barriers: barriers with codes, or codes, numbers or labels of terms.
        basis: the basis, such as ``waltz-2019``.
        each: how many strategies for each barrier.
        id: the plan's id.
        title: its title.
        innovation: what is to be implemented.
        registry: holds bases and taxonomies; the default registry where None.

    Raises:
        UnknownNameError: an unknown code or basis; close names are suggested.
        InvalidQueryError: no barrier, or one that stands twice; the basis speaks of none of them;
            `each` below 1.

    Examples:
        >>> made = draft(["cfir-2009:reflecting-and-evaluating"], "waltz-2019")
        >>> made.strategies[0].justification
        'waltz-2019 (expert endorsement) for Reflecting & Evaluating: 15 of 25'
    """
    if each < 1:
        raise InvalidQueryError(f"each: expected 1 or more, got {each}")
    known = registry or default_registry()
    empty = plan(barriers, id=id, title=title, innovation=innovation, registry=known)
    aims: dict[Code, list[str]] = {}
    reasons: dict[Code, list[str]] = {}
    for barrier in empty.barriers:
        for code in barrier.codes:
            for strategy, reason in _best(code, basis, each, known, len(empty.barriers) == 1):
                aims.setdefault(strategy, []).append(barrier.id)
                reasons.setdefault(strategy, []).append(f"{barrier.label}: {reason}")
    kind = known.links(basis).kind
    said = {"endorsement": "expert endorsement", "coding": "coding of interventions"}.get(
        kind, kind
    )
    return plan(
        empty.barriers,
        [
            Choice(
                strategy=strategy,
                addresses=tuple(dict.fromkeys(aims[strategy])),
                justification=f"{basis} ({said}) for {'; '.join(reasons[strategy])}",
            )
            for strategy in aims
        ],
        id=id,
        title=title,
        innovation=innovation,
        registry=known,
    )


def _best(
    code: Code, basis: str, each: int, registry: Registry, only: bool
) -> list[tuple[Code, str]]:
    """Return the best strategies of a basis for one barrier, each with what stands behind it."""
    try:
        ranking = match(code, basis, registry=registry).bases[basis].ranking
    except InvalidQueryError:
        if only:
            raise
        return []  # the basis does not speak of this one; the plan shows it as unaddressed
    found: list[tuple[Code, str]] = []
    for row in ranking:
        cell = row.cells[0]
        if cell.share is not None and cell.percent:
            found.append((row.strategy, cell.share))
        elif cell.level is not None:
            found.append((row.strategy, f"level {cell.level}"))
        elif cell.status == "link":
            found.append((row.strategy, "link"))
    return found[:each]


# Kinds of terms that a plan has another place for.
_NO_BARRIER = ("strategy", "outcome", "actor", "sector", "stratum", "engagement", "competency")
_NO_STRATEGY = ("barrier", "outcome", "actor", "sector", "stratum", "engagement", "competency")


def _barrier(name: str, taken: set[str], registry: Registry) -> Barrier:
    try:
        term = registry.term(name)
    except UnknownNameError as error:
        if is_code(name.strip()):
            raise
        raise UnknownNameError(
            "barrier",
            name,
            error.suggestions,
            "for one in your own words give a Barrier, such as "
            f"Barrier(id={make_id([name], set())!r}, label={name!r})",
        ) from None
    if term.kind in _NO_BARRIER:
        raise InvalidQueryError(f"{term.code} is a {term.kind}; expected a barrier")
    identifier = make_id([split(term.code)[1]], taken)
    return Barrier(id=identifier, label=term.label, codes=(term.code,), valence="barrier")


def _names(barriers: Iterable[Barrier]) -> dict[str, str]:
    """Return the ids of barriers by everything that may name them."""
    names: dict[str, str] = {}
    for barrier in barriers:
        if barrier.id in names:
            raise InvalidQueryError(f"barrier {barrier.id!r} stands twice")
        names[barrier.id] = barrier.id
    told: dict[tuple[Code, ...], str] = {}
    for barrier in barriers:
        if barrier.codes and (twin := told.setdefault(barrier.codes, barrier.id)) != barrier.id:
            raise InvalidQueryError(
                f"barriers {twin!r} and {barrier.id!r} have the same codes, "
                f"{', '.join(barrier.codes)}; expected each barrier once"
            )
        for name in (*barrier.codes, fold(barrier.label)):
            names.setdefault(name, barrier.id)
    return names


def _strategy(
    choice: Choice, names: Mapping[str, str], taken: set[str], registry: Registry
) -> Strategy:
    label = choice.strategy
    codes: tuple[Code, ...] = ()
    term = _term(choice.strategy, registry)
    if term is not None:
        if term.kind in _NO_STRATEGY:
            raise InvalidQueryError(f"{term.code} is a {term.kind}; expected a strategy")
        label, codes = term.label, (term.code,)
    return Strategy(
        id=make_id([split(codes[0])[1] if codes else label], taken),
        label=label,
        codes=codes,
        addresses=tuple(_aimed(aim, names, registry) for aim in choice.addresses),
        actor=choice.actor,
        action=choice.action,
        action_target=choice.action_target,
        temporality=choice.temporality,
        dose=choice.dose,
        outcomes=choice.outcomes,
        justification=choice.justification,
        cost=choice.cost,
    )


def _term(text: str, registry: Registry) -> Term | None:
    """Return the term that a text names; None for words of the planner's own."""
    try:
        return registry.term(text)
    except UnknownNameError:
        if is_code(text.strip()):
            raise
        return None


def _aimed(aim: str, names: Mapping[str, str], registry: Registry) -> str:
    """Return the id of the barrier that a choice is aimed at."""
    for name in (aim, fold(aim)):
        if name in names:
            return names[name]
    term = _term(aim, registry) if is_code(aim.strip()) else None
    if term is not None and term.code in names:
        return names[term.code]
    close = close_names(aim, names) or sorted(set(names.values()))
    raise UnknownNameError("barrier", aim, close, "in this plan")
