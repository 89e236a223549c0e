"""Votes by direction against published p-values, scipy, and studies made by hand."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

import implsci
from implsci import Estimate, Finding, Outcome, Study
from implsci.analysis.votes import CAUTION, VoteCount, sign_test, votes
from implsci.errors import CannotEstimateError, InvalidQueryError, UnknownNameError

DATA = Path(__file__).parents[1] / "data" / "analysis" / "votes_boon2020.csv"


def test_boon_and_thomson() -> None:
    with DATA.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    found = [
        sign_test(int(row["n_positive_inferred"]), int(row["n_total_inferred"])) for row in rows
    ]
    assert [test.p for test in found] == pytest.approx(
        [float(row["published_p"]) for row in rows], abs=5e-5
    )
    assert [test.p for test in found] == pytest.approx([0.00390625, 0.21875, 0.21875], abs=1e-12)
    # scipy's Wilson interval.
    assert (found[0].ci_low, found[0].ci_high) == (pytest.approx(0.7008549516), 1)
    assert found[1].ci_low == pytest.approx(0.4364971778)
    assert found[1].ci_high == pytest.approx(0.9699466303)


@given(st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
       st.sampled_from([0.8, 0.95, 0.99]))  # fmt: skip
def test_sign_test_against_scipy(counts: tuple[int, int], confidence: float) -> None:
    k, n = counts
    reference = stats.binomtest(k, n, 0.5)
    interval = reference.proportion_ci(confidence, method="wilson")
    found = sign_test(k, n, confidence)
    assert found.p == pytest.approx(reference.pvalue, abs=1e-9)
    assert (found.ci_low, found.ci_high) == pytest.approx((interval.low, interval.high), abs=1e-9)
    assert 0 <= found.ci_low <= found.share <= found.ci_high <= 1


def study(name: str, *directions: str, basis: Any = "effect", **more: Any) -> Study:
    return Study(
        id=name,
        title="A",
        outcomes=(Outcome(id="o1", label="uptake", kind="implementation",
                          codes=("proctor:adoption", "re-aim:adoption")),),
        findings=tuple(
            Finding(id=f"f{at}", outcome="o1", direction=direction, basis=basis)  # type: ignore[arg-type]
            for at, direction in enumerate(directions)
        ),
        **more,
    )  # fmt: skip


def only(found: VoteCount) -> Any:
    (row,) = found.domains
    return row


@pytest.mark.parametrize(
    ("directions", "vote"),
    [
        (["improved"], "better"),
        (["maintained"], "better"),
        (["improved", "maintained"], "better"),
        (["worsened"], "worse"),
        (["no_difference"], "no_difference"),
        (["mixed"], "mixed"),
        (["unclear"], "unclear"),
        (["improved", "unclear"], "better"),
        (["improved", "worsened"], "mixed"),
        (["improved"] * 7 + ["worsened"] * 3, "better"),
        (["improved"] * 2 + ["worsened"], "mixed"),
        (["improved"] * 3 + ["no_difference"], "better"),
        (["improved"] + ["no_difference"] * 3, "no_difference"),
        (["improved", "mixed"], "mixed"),
        (["unclear", "unclear"], "unclear"),
    ],
)
def test_one_vote_a_study(directions: list[str], vote: str) -> None:
    (bar,) = votes([study("a", *directions)]).harvest()
    assert (bar.vote, bar.findings, bar.studies) == (vote, len(directions), ("a",))


def test_one_vote_a_programme_with_its_strongest_design() -> None:
    found = votes(
        [
            study("a", "improved", programme="P", design="case_study"),
            study("b", "improved", "improved", programme="P", design="cluster_rct"),
            study("c", "worsened"),
        ]
    )
    assert (only(found).k, only(found).n, found.studies) == (1, 2, 3)
    first, second = found.harvest()
    assert (first.study, first.studies, first.weight) == ("P", ("a", "b"), "randomized")
    assert (second.study, second.vote, second.weight) == ("c", "worse", "unknown")


def test_what_is_outside_the_test_is_counted() -> None:
    found = votes(
        [study(str(at), one) for at, one in enumerate(
            ["improved"] * 5 + ["worsened", "no_difference", "no_difference", "mixed", "unclear"]
        )]
    )  # fmt: skip
    row = only(found)
    assert (row.k, row.n, row.no_difference, row.mixed, row.unclear) == (5, 6, 2, 1, 1)
    assert row.test == sign_test(5, 6)
    assert found.to_rows()[0]["p"] == pytest.approx(0.21875)
    assert CAUTION in found.sentence()
    assert CAUTION in found.assumptions


def test_significance_plays_no_part() -> None:
    strong = Estimate(metric="SMD", value=0.5, p=0.001)
    weak = Estimate(metric="SMD", value=0.01, p=0.9)
    rows = []
    for name, estimate in (("a", strong), ("b", weak)):
        made = study(name, "improved")
        (finding,) = made.findings
        rows.append(
            Study(id=name, title="A", outcomes=made.outcomes, findings=(
                Finding(id="f0", outcome="o1", direction="improved", basis="effect",
                        estimate=estimate),))
        )  # fmt: skip
        assert finding.direction == "improved"
    assert (only(votes(rows)).k, only(votes(rows)).n) == (2, 2)


def test_bases_are_never_added_together() -> None:
    found = votes(
        [study("a", "improved"), study("b", "worsened", basis="association"),
         study("c", "improved", basis=None)]
    )  # fmt: skip
    assert [(row.basis, row.k, row.n) for row in found.domains] == [
        ("effect", 1, 1),
        ("association", 0, 1),
        ("not stated", 1, 1),
    ]


def test_domains_by_kind_by_scheme_and_without() -> None:
    bare = Study(
        id="b",
        title="B",
        outcomes=(Outcome(id="o1", label="reach"),),
        findings=(Finding(id="f1", outcome="o1", direction="worsened", basis="effect"),),
    )
    both = [study("a", "improved"), bare]
    assert [row.domain for row in votes(both).domains] == ["implementation", "(uncoded)"]
    assert [row.domain for row in votes(both, domain="re-aim").domains] == [
        "re-aim:adoption",
        "(uncoded)",
    ]
    with pytest.raises(UnknownNameError, match="did you mean proctor"):
        votes(both, domain="procter")


def test_a_choice_of_findings() -> None:
    found = votes(
        [study("a", "improved", "worsened", "worsened")],
        keep=lambda _, finding: finding.direction == "improved",
    )
    assert (only(found).k, only(found).findings) == (1, 1)


def test_nothing_either_way_has_no_test() -> None:
    row = only(votes([study("a", "no_difference")]))
    assert (row.n, row.test) == (0, None)
    assert votes([]).domains == ()
    assert votes([]).sentence() == "There is no finding to count."


def test_the_tail_keeps_its_digits_with_many_votes() -> None:
    # One minus the chance of an even split, 1 / sqrt(pi n / 2) by Stirling's formula.
    for n in (10**7, 10**9, 10**12):
        assert sign_test(n // 2 - 1, n).p == pytest.approx(1 - 1 / math.sqrt(math.pi * n / 2))


@pytest.mark.parametrize(
    ("call", "error", "says"),
    [
        (lambda: sign_test(0, 0), CannotEstimateError, "no vote"),
        (lambda: sign_test(3, 2), InvalidQueryError, "k <= n"),
        (lambda: sign_test(-1, 2), InvalidQueryError, "k <= n"),
        (lambda: sign_test(1.0, 2), InvalidQueryError, "whole numbers"),  # type: ignore[arg-type]
        (lambda: sign_test(1, 2, 95), InvalidQueryError, "confidence"),
        (lambda: sign_test(3, 5, None), InvalidQueryError, "confidence is None"),  # type: ignore[arg-type]
        (lambda: sign_test(3, 10**20), InvalidQueryError, "at most 9,007"),
        (lambda: votes("abc"), InvalidQueryError, "studies: expected a compendium"),  # type: ignore[arg-type]
        (lambda: votes([], threshold=0.5), InvalidQueryError, "threshold"),
        (lambda: votes([], confidence=math.nan), InvalidQueryError, "confidence"),
    ],
)
def test_bad_questions_are_named(call: Any, error: type, says: str) -> None:
    with pytest.raises(error, match=says):
        call()


def test_the_bundled_compendium_counts_every_finding_once() -> None:
    compendium = implsci.load("implsci-examples")
    found = votes(compendium)
    assert sum(row.findings for row in found.domains) == sum(
        len(study.findings) for study in compendium
    )
    voters = {study.programme or study.id for study in compendium if study.findings}
    assert {bar.study for bar in found.harvest()} == voters
    for row in found.domains:
        bars = [
            bar for bar in found.harvest() if (bar.domain, bar.basis) == (row.domain, row.basis)
        ]
        assert len(bars) == row.n + row.no_difference + row.mixed + row.unclear
    json.dumps(found.to_dict(), allow_nan=False)


@pytest.mark.parametrize("name", ["scipy"])
def test_a_missing_extra_says_how_to_install_it(name: str) -> None:
    code = f"import sys; sys.modules[{name!r}] = None; import implsci.analysis.votes"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "counting votes needs an extra: pip install 'implsci[analysis]'" in done.stderr
