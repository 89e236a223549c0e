"""What `transfer` returns: studies elsewhere, strategies tried there, and both together."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import asdict, frozen

from implsci._wording import counted
from implsci.analysis.pooling import Pooled
from implsci.analysis.result import Result, Row
from implsci.analysis.tally import Tally, in_words
from implsci.questions._contexts import (
    Likeness,
)

__all__ = ["Source", "Transfer", "Tried"]


@frozen(kw_only=True)
class Source:
    """A study elsewhere that met the barrier.

    Attributes:
        study: its id.
        title: its title.
        likeness: how alike its context is to the target, facet by facet.
        strategies: codes of the strategies it reports, those aimed at the barrier first.
        linked: those that it says are aimed at the barrier.

    Examples:
        >>> import implsci
        >>> from implsci.questions import transfer
        >>> found = transfer(implsci.load("implsci-examples"), "cfir-2009:culture",
        ...                  {"sector": "education"})
        >>> found.sources[0].likeness.known
        1
    """

    study: str
    title: str
    likeness: Likeness
    strategies: tuple[str, ...]
    linked: tuple[str, ...]


@frozen(kw_only=True)
class Tried:
    """A strategy that was tried elsewhere where the barrier was met, and what came of it.

    Attributes:
        strategy: its code.
        label: its label.
        cases: cases elsewhere that met the barrier and had the strategy.
        linked: in how many of them the source says that it was aimed at the barrier.
        here: cases in the target's own place that met the barrier and had it.
        nearest: likeness of the most alike of these studies.
        findings: findings that name the strategy and, where they name barriers, this one.
        bundled: how many of these are on several strategies.
        by_basis: their directions, each basis apart.
        pooled: one pooled estimate a metric.
        left_out: how many findings were not pooled, by reason.
        studies: ids of the studies, the most alike first.

    Examples:
        >>> import implsci
        >>> from implsci.questions import transfer
        >>> found = transfer(implsci.load("implsci-examples"), "cfir-2009:culture",
        ...                  {"sector": "education"})
        >>> all(one.linked <= one.cases for one in found.tried)
        True
    """

    strategy: str
    label: str
    cases: int
    linked: int
    here: int
    nearest: float
    findings: int
    bundled: int
    by_basis: Tally
    pooled: tuple[Pooled, ...]
    left_out: Mapping[str, int]
    studies: tuple[str, ...]


@frozen(kw_only=True)
class Transfer(Result):
    """What was tried elsewhere against a barrier, as `transfer` returns it.

    Attributes:
        barrier: the barrier's code.
        barrier_label: its label.
        to: the target context: its values by facet.
        tried: strategies tried elsewhere; those aimed at the barrier in most cases first.
        sources: studies elsewhere that met it, the most alike first.
        n_studies: studies asked.
        met: cases that met the barrier, anywhere.
        here: how many of them are in the target's own place.
        elsewhere: how many are elsewhere.
        placeless: how many do not tell their place, so that they are neither.
        silent: cases elsewhere that met it and report no strategy of the taxonomy.
        assumptions: how it was counted and compared.

    Examples:
        >>> import implsci
        >>> from implsci.questions import transfer
        >>> found = transfer(implsci.load("implsci-examples"), "cfir-2009:culture",
        ...                  {"sector": "education"})
        >>> found.met == found.here + found.elsewhere + found.placeless
        True
    """

    barrier: str
    barrier_label: str
    to: Mapping[str, frozenset[str]]
    tried: tuple[Tried, ...]
    sources: tuple[Source, ...]
    n_studies: int
    met: int
    here: int
    elsewhere: int
    placeless: int
    silent: int
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a strategy, with what came of it by basis in words.

        Examples:
            >>> import implsci
            >>> from implsci.questions import transfer
            >>> found = transfer(implsci.load("implsci-examples"), "cfir-2009:culture",
            ...                  {"sector": "education"})
            >>> list(found.to_rows()[0])[:5]
            ['strategy', 'label', 'cases', 'linked', 'here']
        """
        return tuple(
            {
                "strategy": one.strategy,
                "label": one.label,
                "cases": one.cases,
                "linked": one.linked,
                "here": one.here,
                "nearest": one.nearest,
                "findings": one.findings,
                "bundled": one.bundled,
                "came_of_it": "; ".join(in_words(one.by_basis)) or None,
                "pooled": "; ".join(map(_said, one.pooled)) or None,
                "left_out": "; ".join(f"{why} ({n})" for why, n in one.left_out.items()) or None,
                "studies": " ".join(one.studies),
            }
            for one in self.tried
        )

    def to_dict(self) -> dict[str, object]:
        """Return strategies, studies with their likeness, sentence and assumptions as plain values."""
        return {
            **super().to_dict(),
            "barrier": self.barrier,
            "to": {facet: sorted(values) for facet, values in self.to.items()},
            "met": self.met,
            "here": self.here,
            "elsewhere": self.elsewhere,
            "placeless": self.placeless,
            "silent": self.silent,
            "tried": [
                {
                    "strategy": one.strategy,
                    "by_basis": {basis: dict(counts) for basis, counts in one.by_basis.items()},
                    "pooled": [asdict(estimate) for estimate in one.pooled],
                    "left_out": dict(one.left_out),
                }
                for one in self.tried
            ],
            "sources": [
                {
                    "study": one.study,
                    "title": one.title,
                    "likeness": one.likeness.value,
                    "likeness_high": one.likeness.high,
                    "facets": [
                        {**asdict(facet), "here": list(facet.here), "there": list(facet.there)}
                        for facet in one.likeness.facets
                    ],
                    "strategies": list(one.strategies),
                    "linked": list(one.linked),
                }
                for one in self.sources
            ],
        }

    def sentence(self) -> str:
        """Say who met the barrier elsewhere, what was tried most, and what came of it.

        Examples:
            >>> from implsci import Study
            >>> from implsci.questions import transfer
            >>> study = Study(id="a", title="A", sectors=("sector:health",))
            >>> transfer([study], "cfir-2009:culture", {"sector": "education"}).sentence()
            'No study of 1 meets Culture.'
        """
        if not self.met:
            return f"No study of {self.n_studies} meets {self.barrier_label}."
        unknown = f"; {self.placeless} do not tell their place" if self.placeless else ""
        text = (
            f"{self.barrier_label} is met in {counted(self.met, 'case', 'cases')}: {self.here} here, "
            f"{self.elsewhere} elsewhere{unknown}."
        )
        if not self.elsewhere:
            return f"{text} There is nothing to carry over."
        if not self.tried:
            return f"{text} None of those elsewhere reports a strategy of the taxonomy."
        best = self.tried[0]
        came = "; ".join(in_words(best.by_basis)) or "no finding names it with this barrier"
        return (
            f"{text} {counted(len(self.tried), 'strategy was', 'strategies were')} used there, first "
            f"{best.label} in {counted(best.cases, 'case', 'cases')}, said to be aimed at the barrier "
            f"in {best.linked}: {came}. The most alike study there has a likeness of "
            f"{self.sources[0].likeness.value:.2f} of 1."
        )


def _said(one: Pooled) -> str:
    return f"{one.metric} {one.value:.2f} [{one.ci_low:.2f}, {one.ci_high:.2f}], k = {one.k}"
