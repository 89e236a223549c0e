"""What a tabulation must say, told from a synthesis of the same studies and from its findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from implsci import Barrier, Finding, Outcome, Strategy, Study, synthesize
from implsci.analysis.pooling import oriented
from implsci.synthesis import Tabulation
from implsci.testing import estimates

QUESTIONS: tuple[dict[str, Any], ...] = (
    {},
    {"link": "cooccur"},
    {"rows": "strategy", "columns": "barrier"},
    {"rows": "strategy:eric", "columns": "outcome:proctor"},
    {"rows": "outcome", "columns": "determinant"},
    {"rows": "barrier:tdf-v2", "columns": "strategy:eric", "link": "cooccur"},
    {"rows": "facilitator:cfir-2009", "columns": "strategy", "link": "cooccur", "rollup": 1},
    {"outcome": "implementation", "link": "cooccur"},
    {"outcome": "proctor:adoption"},
    {"where": {"country": ("KE", "US")}, "link": "cooccur"},
)


def assert_same(table: Tabulation, studies: Sequence[Study], **question: Any) -> None:
    """Hold a tabulation to the synthesis of the same studies, cell by cell."""
    whole = synthesize(studies, **question, pooled=False)
    for name in ("rows", "columns", "row_axis", "column_axis", "link", "studies", "without_row"):
        assert getattr(table, name) == getattr(whole, name)
    assert table.without_column == whole.without_column
    assert list(table.cells) == list(whole.cells)
    by_id = {study.id: study for study in studies}
    for key, cell in table.cells.items():
        other = whole.cells[key]
        for name in ("studies", "linked", "findings", "bundled", "by_basis"):
            assert getattr(cell, name) == getattr(other, name)
        named = [
            (by_id[ref.study], finding)
            for ref in other.finding_refs
            for finding in by_id[ref.study].findings
            if finding.id == ref.finding
        ]
        strategy = next((a for a in (table.row_axis, table.column_axis) if "strategy" in a), None)
        assert {one.metric: one.findings for one in cell.effects} == {
            metric: len(found) for metric, found in _effects(named, strategy).items()
        }
        for metric, found in _effects(named, strategy).items():
            effect = cell.effect(metric)
            assert effect is not None
            assert effect.mean == pytest.approx(sum(y for y, _ in found) / len(found), abs=1e-9)
            weight = sum(1 / v for _, v in found)
            assert effect.fixed == pytest.approx(sum(y / v for y, v in found) / weight, abs=1e-9)
            assert effect.fixed_se == pytest.approx(weight**-0.5)


def _effects(
    named: Iterable[tuple[Study, Finding]], strategy: str | None
) -> dict[str, list[tuple[float, float]]]:
    found: dict[str, list[tuple[float, float]]] = {}
    for study, finding in named:
        effect = oriented(study, finding)
        bundle = strategy is not None and _is_bundle(study, finding, strategy.partition(":")[2])
        if not isinstance(effect, str) and not bundle:
            found.setdefault(effect.metric, []).append((effect.y, effect.v))
    return found


def _is_bundle(study: Study, finding: Finding, scheme: str) -> bool:
    got = {arm.id: set(arm.strategies) for arm in study.arms}
    other = got.get(finding.comparator_arm or "", set()).union(finding.comparator_strategies)
    behind = (got.get(finding.arm or "", set()) - other).union(finding.strategies)
    codes = {
        code
        for node in study.strategies
        if node.id in finding.strategies
        for code in node.codes
        if scheme and code.startswith(f"{scheme}:")
    }
    return len(behind) > 1 or len(codes) > 1


def plain(table: Tabulation) -> dict[str, Any]:
    """A tabulation as plain values, numbers to nine digits: engines add up in another order."""
    told = table.to_dict()
    for cell in told["cells"]:
        for effect in cell["mean_effects"]:
            for name in ("mean", "fixed", "fixed_se"):
                effect[name] = float(f"{effect[name]:.9g}") if abs(effect[name]) > 1e-12 else 0.0
    return told


_CODES = {
    "barrier": ("cfir-2009:planning", "cfir-2009:cost", "tdf-v2:knowledge", "tdf-v2:skills"),
    "strategy": ("eric:facilitation", "eric:audit-and-provide-feedback", "sister:x"),
    "outcome": ("proctor:adoption", "proctor:fidelity", "re-aim:reach"),
}


def _coded(kind: str) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(_CODES[kind]), max_size=2, unique=True).map(tuple)


@st.composite
def coded_studies(draw: DrawFn, name: str) -> Study:
    """Return a study whose nodes share few codes, so that many of them meet in a cell."""
    barriers = [f"b{n}" for n in range(draw(st.integers(0, 3)))]
    strategies = [f"s{n}" for n in range(draw(st.integers(0, 3)))]
    outcomes = [f"o{n}" for n in range(draw(st.integers(0, 2)))]

    def some(of: list[str]) -> tuple[str, ...]:
        return tuple(draw(st.lists(st.sampled_from(of), unique=True, max_size=2))) if of else ()

    def word(*words: str | None) -> Any:
        return draw(st.sampled_from(words))

    return Study(
        id=name,
        title=name,
        countries=draw(st.sampled_from([(), ("KE",), ("GB", "US")])),
        barriers=tuple(
            Barrier(
                id=own,
                label=own,
                codes=draw(_coded("barrier")),
                valence=word("barrier", "facilitator", None),
            )
            for own in barriers
        ),
        strategies=tuple(
            Strategy(id=own, label=own, codes=draw(_coded("strategy")), addresses=some(barriers))
            for own in strategies
        ),
        outcomes=tuple(
            Outcome(
                id=own,
                label=own,
                codes=draw(_coded("outcome")),
                kind=word("implementation", "client", None),
                desirable=word("higher", "lower", "neither", None),
            )
            for own in outcomes
        ),
        findings=tuple(
            Finding(
                id=f"f{n}",
                outcome=word(*outcomes),
                direction=word("improved", "worsened", "unclear"),
                basis=word("effect", "effect", "association", None),
                comparator=word("usual_practice", "strategy", None),
                strategies=some(strategies),
                barriers=some(barriers),
                estimate=draw(st.none() | estimates()),
            )
            for n in range(draw(st.integers(0, 4)) if outcomes else 0)
        ),
    )


@st.composite
def compendia(draw: DrawFn) -> list[Study]:
    """Return a few studies."""
    count = draw(st.integers(0, 6))
    return [draw(coded_studies(f"t{number}")) for number in range(count)]
