"""One study laid out for the rules: its barriers, who addresses them, what the bases say."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from typing import Final

from implsci.mismatch._aims import Aims
from implsci.mismatch._backing import Backing
from implsci.mismatch._finding import Unsaid
from implsci.mismatch._grades import Support
from implsci.mismatch._relational import Ties
from implsci.mismatch._support import Evidence, Knowledge, known_by
from implsci.model import Barrier, Strategy, Study
from implsci.plugins import Registry
from implsci.taxonomy import LinkSet

__all__ = ["Case", "Tools"]


def __dir__() -> list[str]:
    return __all__


class Tools:
    """What rules need beside the study: the bases asked, crosswalks, ties and aims.

    Args:
        registry: where taxonomies and crosswalks come from.
        bases: the bases to ask; None for all that the registry has.

    Examples:
        >>> from implsci import registry
        >>> Tools(registry(), [registry().links("waltz-2019")]).names
        ('waltz-2019',)
    """

    def __init__(self, registry: Registry, bases: Iterable[LinkSet] | None = None) -> None:
        self.knowledge: Knowledge = known_by(registry)
        self.evidence = Evidence(self.knowledge.bases if bases is None else bases, self.knowledge)
        self.ties = Ties(self.knowledge)
        self.aims = Aims(self.knowledge)

    @property
    def names(self) -> tuple[str, ...]:
        """The bases asked."""
        return tuple(basis.basis for basis in self.evidence.bases)


@lru_cache(maxsize=32)
def tools_of(registry: Registry, names: tuple[str, ...] | None = None) -> Tools:
    """Return the tools over bases of a registry by name, all where None, made once."""
    return Tools(registry, None if names is None else [registry.links(name) for name in names])


class Case:
    """A study as rules see it. Facilitators and neutral determinants are no barriers here.

    Attributes:
        study: the study.
        tools: the bases asked, crosswalks, ties and aims.
        barriers: what hinders, by id: the determinants but those said to help or to be neutral. One
            that cuts both ways hinders too, and one without a side is taken as it is listed, unless every
            rating of it is above 0.
        strategies: by id.
        links_unsaid: why it is not known which strategy addresses which barrier; None where it is,
            which takes ``links_coded="complete"``, or a plan that says nothing of it and has links.

    Examples:
        >>> from implsci import Barrier, Strategy, Study, registry
        >>> study = Study(
        ...     id="a",
        ...     title="A",
        ...     barriers=(Barrier(id="b", label="no time"),),
        ...     strategies=(Strategy(id="s", label="reminders", addresses=("b",)),),
        ... )
        >>> case = Case(study, Tools(registry()))
        >>> [strategy.id for strategy in case.addressing("b")], case.links_unsaid
        (['s'], None)
    """

    # Plain attributes rather than cached ones: many studies are read, and few are asked everything.
    __slots__ = (
        "_addressed", "_aimed", "_backings",
        "barriers", "links_unsaid", "strategies", "study", "tools",
    )  # fmt: skip

    def __init__(self, study: Study, tools: Tools) -> None:
        self.study = study
        self.tools = tools
        hinder = [one for one in study.barriers if _hinders(one)]
        if len(hinder) > 1:
            hinder.sort(key=_id)
        self.barriers: tuple[Barrier, ...] = tuple(hinder)
        strategies = study.strategies
        self.strategies: tuple[Strategy, ...] = (
            tuple(sorted(strategies, key=_id)) if len(strategies) > 1 else strategies
        )
        coded = study.links_coded
        # A plan is its own source: what it does not aim at a barrier is not aimed there.
        linked = coded is None and (any(one.addresses for one in strategies) or _through(study))
        told = coded == "complete" or (linked and self.is_plan)
        self.links_unsaid: Unsaid | None = None if told else _UNSTATED if linked else _UNSAID[coded]
        self._addressed: dict[str, tuple[Strategy, ...]] | None = None
        self._aimed: frozenset[str] = frozenset()
        self._backings: tuple[Backing, ...] | None = None

    @property
    def _links(self) -> dict[str, tuple[Strategy, ...]]:
        if self._addressed is None:
            self._addressed = self._linked()
        return self._addressed

    def _linked(self) -> dict[str, tuple[Strategy, ...]]:
        changed = {one.id: one.barriers for one in self.study.mechanisms if one.barriers}
        found: dict[str, list[Strategy]] = {}
        aimed: list[str] = []
        for strategy in self.strategies:
            reached: Iterable[str] = strategy.addresses
            if changed and strategy.acts_through:
                through = (changed.get(one, ()) for one in strategy.acts_through)
                reached = dict.fromkeys(chain(strategy.addresses, *through))
            for barrier in reached:
                found.setdefault(barrier, []).append(strategy)
            if reached:
                aimed.append(strategy.id)
        self._aimed = frozenset(aimed)
        return {barrier: tuple(those) for barrier, those in found.items()}

    def addressing(self, barrier: str) -> tuple[Strategy, ...]:
        """Return the strategies that address a barrier, by id.

        A strategy also counts that acts through a mechanism which, the study says, changes it.

        Args:
            barrier: the barrier's id.
        """
        links = self._addressed
        return (self._links if links is None else links).get(barrier, ())

    @property
    def aimed(self) -> frozenset[str]:
        """Ids of the strategies that address any determinant, facilitators included."""
        if self._addressed is None:
            self._addressed = self._linked()
        return self._aimed

    def support(self, barrier: Barrier, strategy: Strategy) -> tuple[Support, ...]:
        """Return what each basis says of a pair; none where nothing is known.

        What is said straight of their codes comes first, then the firmest; the first one decides.
        """
        return self.tools.evidence.of(barrier.codes, strategy.codes)

    @property
    def backings(self) -> tuple[Backing, ...]:
        """What bases say of each barrier that is addressed with those who address it."""
        if self._backings is None:
            links, row = self._links, self.tools.evidence.row
            self._backings = tuple(
                [
                    Backing(barrier, links[barrier.id], row(barrier.codes))
                    for barrier in self.barriers
                    if barrier.id in links
                ]
            )
        return self._backings

    @property
    def is_plan(self) -> bool:
        """Whether the record itself says all there is, so that what is not in it is not planned.

        So in the planning stage; and where a record has neither stage nor source (no citation, no
        provenance) nor findings: then there is no source that could have left anything out.
        """
        study = self.study
        return study.scale_stage == "planning" or (
            study.scale_stage is None
            and study.citation is None
            and not study.provenance
            and not study.findings
        )


_NO_BARRIER: Final = frozenset(("facilitator", "neutral"))
_UNSAID: Final = {
    None: Unsaid(because="whether its links were coded is not stated, and no strategy has any"),
    "partial": Unsaid(because="its links were coded in part: one that is absent proves nothing"),
    "none": Unsaid(because="its links were not coded: one that is absent proves nothing"),
}
_UNSTATED: Final = Unsaid(
    because="whether all its links were coded is not stated: one that is absent proves nothing"
)


def _through(study: Study) -> bool:
    """Say whether a strategy acts through a mechanism that is said to change a barrier."""
    changing = {one.id for one in study.mechanisms if one.barriers}
    return bool(changing) and any(
        not changing.isdisjoint(one.acts_through) for one in study.strategies
    )


def _hinders(barrier: Barrier) -> bool:
    if barrier.valence is not None:
        return barrier.valence not in _NO_BARRIER
    rated = [one for one in barrier.ratings if one.value is not None]
    return not rated or any(one.mixed or (one.value or 0) <= 0 for one in rated)


def _id(node: Barrier | Strategy) -> str:
    return node.id
