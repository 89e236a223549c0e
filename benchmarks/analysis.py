"""What analyses, matching and mismatches cost; each beside the bound that was set for it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from statistics import median

import numpy as np
from attrs import evolve

import implsci
from implsci.analysis import meta, qca, sequences
from implsci.errors import CannotEstimateError
from implsci.mismatch import survey

__all__ = ["rows"]

_SEED = 20261122


def rows() -> Iterator[tuple[str, str, str, str]]:
    """Yield a row of the table for each figure."""
    yield from _matching()
    yield from _mismatches()
    yield from _meta()
    yield from _qca()
    yield from _sequences()


def _best(run: Callable[[], object], times: int) -> float:
    """Return the median of several runs in seconds, after one that warms up."""
    run()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        run()
        taken.append(time.perf_counter() - start)
    return median(taken)


def _matching() -> Iterator[tuple[str, str, str, str]]:
    registry = implsci.registry()
    barriers = registry.links("waltz-2019").sources
    three = ["waltz-2019", "odonovan-2023"]
    domains = registry.links("bmc-hsr-2018").sources
    asked = [*barriers, *domains]
    three.append("bmc-hsr-2018")
    seconds = _best(lambda: implsci.match(asked, three), 15)
    yield (
        f"match over {len(asked)} barriers, {len(three)} published bases, each for those it speaks of",
        f"{1000 * seconds:.1f} ms", "5 ms for 39", ", ".join(three),
    )  # fmt: skip
    bundled = implsci.load("implsci-examples")
    report = implsci.match(barriers, observed=bundled, theory=True)
    every = _best(lambda: implsci.match(barriers, observed=bundled, theory=True), 7)
    yield (
        f"match over {len(barriers)} barriers: endorsement, theory and {len(bundled)} studies, warm",
        f"{1000 * every:.0f} ms", "", f"{len(report.bases)} bases, chains of theory among them",
    )  # fmt: skip


def _mismatches() -> Iterator[tuple[str, str, str, str]]:
    bundled = list(implsci.load("implsci-examples"))
    wanted = 100_000

    def stream() -> Iterator[implsci.Study]:
        for number in range(wanted):
            yield evolve(bundled[number % len(bundled)], id=f"s{number}")

    start = time.perf_counter()
    for _ in stream():
        pass
    making = time.perf_counter() - start
    start = time.perf_counter()
    found = survey(stream())
    taken = time.perf_counter() - start - making
    yield (
        f"mismatches surveyed over {found.studies:,} studies, streamed",
        f"{wanted / taken:,.0f} studies/s", "20,000 studies/s",
        "the bundled studies under new ids; making them is taken off",
    )  # fmt: skip


def _meta() -> Iterator[tuple[str, str, str, str]]:
    random = np.random.default_rng(_SEED)
    x = random.normal(size=1000)
    v = random.uniform(0.01, 0.2, size=1000)
    y = 0.3 + 0.2 * x + random.normal(scale=np.sqrt(v + 0.05))
    seconds = _best(lambda: meta.meta_regression(y, v, {"x": list(x)}), 15)
    yield (
        "meta-regression of 1,000 effects (REML)", f"{1000 * seconds:.1f} ms", "20 ms",
        "one moderator",
    )  # fmt: skip


def _qca() -> Iterator[tuple[str, str, str, str]]:
    random = np.random.default_rng(_SEED)
    names = [f"C{number}" for number in range(10)]
    many = {name: random.uniform(0.01, 0.49, size=1_000_000) for name in names}
    for name in names:
        many[name] = np.where(random.random(1_000_000) < 0.5, many[name], 1 - many[name])
    many["Y"] = random.uniform(0.01, 0.99, size=1_000_000)
    seconds = _best(lambda: qca.truth_table(many, "Y"), 3)
    yield "truth table of 1,000,000 cases x 10 conditions", f"{seconds:.2f} s", "1 s", "fuzzy sets"
    cases = 600
    data = {f"C{number}": random.integers(0, 2, size=cases) for number in range(12)}
    score = data["C0"] * data["C1"] + data["C2"] * (1 - data["C3"]) + data["C4"] * data["C5"]
    data["Y"] = (score > 0).astype(int)
    table = qca.truth_table(data, "Y")
    for solution in ("conservative", "parsimonious"):
        start = time.perf_counter()
        try:
            solved = qca.minimize(table, solution=solution)
            many = "ties not all counted" if solved.count is None else f"{solved.count:,} tie"
            found = f"{len(solved.models[0].terms)} terms, {many}, {len(solved.models):,} listed"
        except CannotEstimateError as error:
            found = f"REFUSED, not solved: {error.reason.partition(':')[0]}"
        yield (
            f"minimization over 12 conditions, {solution}",
            f"{time.perf_counter() - start:.2f} s", "5 s",
            f"{len(table.rows)} configurations seen in {cases} cases; {found}",
        )  # fmt: skip


def _sequences() -> Iterator[tuple[str, str, str, str]]:
    random = np.random.default_rng(_SEED)
    states = np.array(["push", "pull", "co-creation", "none", "mixed", "other"])
    drawn = [list(states[row]) for row in random.integers(0, 6, size=(2000, 24))]
    seconds = _best(lambda: sequences.optimal_matching(drawn), 1)
    yield (
        "optimal matching of 2,000 sequences of 24 states", f"{seconds:.1f} s", "10 s",
        "all pairs, six states, all different",
    )  # fmt: skip


if __name__ == "__main__":
    for row in rows():
        print("| " + " | ".join(row) + " |", flush=True)
