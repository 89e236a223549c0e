"""Generated data sets through R's metafor and clubSandwich, where R is installed.

Debian has them as r-cran-metafor and r-cran-clubsandwich.
"""

from __future__ import annotations

import csv
import shutil
import subprocess

import numpy as np
import pytest
from numpy.typing import NDArray

from implsci.analysis import meta

SETS = 12

# One line a figure: data set, model, name, value.
SCRIPT = """
if (!suppressWarnings(suppressMessages(require(metafor)))) quit(status=3)
say = function(set, model, names, values)
  for (i in seq_along(values))
    cat(set, model, names[i], format(as.numeric(values[i]), digits=15), sep=",", fill=TRUE)
say1 = function(set, model, pairs) say(set, model, names(pairs), unlist(pairs))
all = read.csv(commandArgs(TRUE)[1])
exact = list(threshold=1e-12, maxiter=10000)
for (set in unique(all$set)) {
  d = all[all$set == set, ]
  for (method in c("DL", "HE", "PM", "ML", "REML")) {
    control = if (method %in% c("ML", "REML")) exact else list(tol=1e-12, maxiter=10000)
    for (test in c("z", "knha")) {
      m = rma(y, v, mods=~x+g, data=d, method=method, test=test, control=control)
      p = predict(m, newmods=c(0.5, 1))
      say1(set, paste("regression", method, test), list(tau2=m$tau2, i2=m$I2, qe=m$QE, qm=m$QM,
        qm_p=m$QMp, b0=m$b[1], b1=m$b[2], b2=m$b[3], se0=m$se[1], se1=m$se[2], se2=m$se[3],
        low=p$ci.lb, high=p$ci.ub, pi_low=p$pi.lb, pi_high=p$pi.ub))
    }
    for (model in c("pooled", "regression")) {
      mods = if (model == "pooled") ~1 else ~x+g
      m = rma(y, v, mods=mods, data=d, method=method, control=control)
      c = confint(m, control=list(tol=1e-12))
      if (c$ci.null) say1(set, paste("Q-profile", model, method), list(empty=1))
      else say1(set, paste("Q-profile", model, method), list(empty=0,
        tau2_low=c$random[1, 2], tau2_high=c$random[1, 3], tau_low=c$random[2, 2],
        tau_high=c$random[2, 3], i2_low=c$random[3, 2], i2_high=c$random[3, 3],
        h2=c$random[4, 1], h2_low=c$random[4, 2], h2_high=c$random[4, 3]))
    }
  }
  m = rma(y, v, data=d, control=exact)
  say(set, "leave-one-out", seq_len(nrow(d)), leave1out(m)$estimate)
  i = influence(m)$inf
  say(set, "cook", seq_len(nrow(d)), i$cook.d)
  say(set, "rstudent", seq_len(nrow(d)), i$rstudent)
  e = regtest(m); l = regtest(m, model="lm"); k = ranktest(m)
  say1(set, "egger", list(statistic=e$zval, p=e$pval, limit=e$est))
  say1(set, "egger lm", list(statistic=l$zval, p=l$pval, limit=l$est))
  say1(set, "rank", list(tau=k$tau, p=k$pval))
  m = rma.mv(y, v, mods=~x, random=~1|study/row, data=d)
  r = robust(m, cluster=d$study)
  say1(set, "multilevel", list(loglik=logLik(m), qe=m$QE, qm=m$QM, b0=m$b[1], b1=m$b[2], se1=m$se[2]))
  say1(set, "robust", list(se0=r$se[1], se1=r$se[2], p1=r$pval[2]))
  if (set < 2) {
    c = confint(m, control=list(tol=1e-6))
    say1(set, "profile", list(study_low=c[[1]]$random[1, 2], study_high=c[[1]]$random[1, 3],
      effect_low=c[[2]]$random[1, 2], effect_high=c[[2]]$random[1, 3]))
  }
  if (suppressWarnings(requireNamespace("clubSandwich", quietly=TRUE))) {
    m = rma.mv(y, v, mods=~x+g, random=~1|study/row, data=d)
    r = robust(m, cluster=d$study, clubSandwich=TRUE)
    say1(set, "cr2", list(se0=r$se[1], se1=r$se[2], se2=r$se[3], df0=r$dfs[1], df1=r$dfs[2],
      df2=r$dfs[3], p0=r$pval[1], p1=r$pval[2], p2=r$pval[3], low=r$ci.lb[2], high=r$ci.ub[2],
      f=r$QM, f_df=r$QMdf[2], f_p=r$QMp))
  }
}
"""


def generated() -> list[dict[str, NDArray[np.float64] | list[str]]]:
    rng = np.random.default_rng(20)
    made: list[dict[str, NDArray[np.float64] | list[str]]] = []
    for _ in range(SETS):
        k = int(rng.integers(12, 40))
        study = rng.integers(0, k // 3, k)
        v = rng.uniform(0.01, 0.3, k)
        x = rng.normal(size=k)
        own = rng.normal(size=k) * 0.3
        y = 0.2 + 0.3 * x + rng.normal(size=k)[study] * 0.4 + own + rng.normal(size=k) * np.sqrt(v)
        group = ["b" if one else "a" for one in rng.permutation(np.arange(k) % 2)]
        made.append({"y": y, "v": v, "x": x, "g": group, "study": study.astype(float)})
    return made


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[int, str], dict[str, float]]:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("Rscript is not installed")
    folder = tmp_path_factory.mktemp("metafor")
    with (folder / "data.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(("set", "row", "y", "v", "x", "g", "study"))
        for number, one in enumerate(generated()):
            for row, cells in enumerate(
                zip(one["y"], one["v"], one["x"], one["g"], one["study"], strict=True)
            ):
                writer.writerow((number, row, *map(str, cells)))
    (folder / "script.R").write_text(SCRIPT, encoding="utf-8")
    done = subprocess.run(
        [program, str(folder / "script.R"), str(folder / "data.csv")],
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 3:
        pytest.skip("R has no metafor")
    assert done.returncode == 0, done.stderr
    found: dict[tuple[int, str], dict[str, float]] = {}
    for line in done.stdout.splitlines():
        number, model, name, value = line.split(",")
        found.setdefault((int(number), model), {})[name] = float(value)
    return found


Theirs = dict[tuple[int, str], dict[str, float]]


def same(ours: dict[str, float], other: dict[str, float], rel: float = 1e-5) -> None:
    assert ours == {name: pytest.approx(other[name], rel=rel, abs=1e-7) for name in ours}


@pytest.mark.parametrize("method", ["DL", "HE", "PM", "ML", "REML"])
@pytest.mark.parametrize("test", ["z", "knha"])
def test_meta_regression(theirs: Theirs, method: meta.Method, test: meta.TestRule) -> None:
    for number, one in enumerate(generated()):
        fit = meta.meta_regression(
            one["y"],  # type: ignore[arg-type]
            one["v"],  # type: ignore[arg-type]
            {"x": one["x"], "g": one["g"]},  # type: ignore[dict-item]
            method=method,
            test=test,
            tolerance=1e-12,
        )
        (point,) = fit.predict({"x": [0.5], "g": ["b"]})
        ours = {"tau2": fit.tau2, "i2": fit.i2, "qe": fit.qe, "qm": fit.qm, "qm_p": fit.qm_p}
        for i, term in enumerate(fit.coefficients):
            ours |= {f"b{i}": term.estimate, f"se{i}": term.se}
        ours |= {"low": point.ci_low, "high": point.ci_high}
        if point.pi_low is not None and point.pi_high is not None:
            ours |= {"pi_low": point.pi_low, "pi_high": point.pi_high}
        same(ours, theirs[number, f"regression {method} {test}"])


def test_sensitivity_and_small_studies(theirs: Theirs) -> None:
    for number, one in enumerate(generated()):
        y, v = one["y"], one["v"]
        assert isinstance(y, np.ndarray)
        assert isinstance(v, np.ndarray)
        left = meta.leave_one_out(y, v).studies
        same(
            {str(row.omitted): row.pooled.estimate for row in left}, theirs[number, "leave-one-out"]
        )
        rows = meta.influence(y, v).studies
        same({str(row.study): row.cook for row in rows}, theirs[number, "cook"], rel=1e-4)
        same({str(row.study): row.rstudent for row in rows}, theirs[number, "rstudent"])
        for model, name in (("mixed", "egger"), ("dispersion", "egger lm")):
            found = meta.egger_test(y, v, model)  # type: ignore[arg-type]
            same(
                {"statistic": found.statistic, "p": found.p, "limit": found.limit},
                theirs[number, name],
                # regtest() takes metafor's usual threshold, and so does egger_test.
                rel=1e-3,
            )
        rank = meta.rank_correlation_test(y, v)
        same({"tau": rank.tau, "p": rank.p}, theirs[number, "rank"])


def test_multilevel(theirs: Theirs) -> None:
    for number, one in enumerate(generated()):
        y, v, study = one["y"], one["v"], one["study"]
        assert isinstance(y, np.ndarray)
        assert isinstance(v, np.ndarray)
        assert isinstance(study, np.ndarray)
        labels = study.astype(int).tolist()
        fit = meta.multilevel(y, v, labels, {"x": one["x"]})  # type: ignore[dict-item]
        first, second = fit.coefficients
        assert fit.qm is not None
        other = theirs[number, "multilevel"]
        # metafor's optimizer stops earlier: ours may be likelier, never less likely.
        assert fit.log_likelihood >= other["loglik"] - 1e-8
        same(
            {
                "loglik": fit.log_likelihood,
                "qe": fit.qe,
                "qm": fit.qm,
                "b0": first.estimate,
                "b1": second.estimate,
                "se1": second.se,
            },
            other,
            rel=1e-3,
        )
        first, second = meta.multilevel(
            y,
            v,
            labels,
            {"x": one["x"]},  # type: ignore[dict-item]
            test="cr1",
        ).coefficients
        same(
            {"se0": first.se, "se1": second.se, "p1": second.p},
            theirs[number, "robust"],
            rel=1e-3,
        )


@pytest.mark.parametrize("method", ["DL", "HE", "PM", "ML", "REML"])
def test_q_profile(theirs: Theirs, method: meta.Method) -> None:
    for number, one in enumerate(generated()):
        y, v = one["y"], one["v"]
        assert isinstance(y, np.ndarray)
        assert isinstance(v, np.ndarray)
        pooled = meta.random_effects(y, v, method)
        fit = meta.meta_regression(
            y,
            v,
            {"x": one["x"], "g": one["g"]},  # type: ignore[dict-item]
            method=method,
            tolerance=1e-12,
        )
        for model, found in (
            ("pooled", pooled.heterogeneity()),
            ("regression", fit.heterogeneity()),
        ):
            other = theirs[number, f"Q-profile {model} {method}"]
            assert found.empty == bool(other["empty"])
            if not found.empty:
                ours = {"h2": found.h2.estimate}
                for name in ("tau2", "tau", "i2", "h2"):
                    bounds = getattr(found, name)
                    ours |= {f"{name}_low": bounds.low, f"{name}_high": bounds.high}
                same(ours, other)


def test_profile_likelihood(theirs: Theirs) -> None:
    asked = [number for number, model in theirs if model == "profile"]
    assert len(asked) == 2
    for number in asked:
        one = generated()[number]
        labels = np.asarray(one["study"]).astype(int).tolist()
        fit = meta.multilevel(
            one["y"],  # type: ignore[arg-type]
            one["v"],  # type: ignore[arg-type]
            labels,
            {"x": one["x"]},  # type: ignore[dict-item]
        )
        found = fit.heterogeneity()
        ours = {
            "study_low": found.sigma2_study.low,
            "study_high": found.sigma2_study.high,
            "effect_low": found.sigma2_effect.low,
            "effect_high": found.sigma2_effect.high,
        }
        other = theirs[number, "profile"]
        # metafor's optimizer and search stop earlier.
        assert ours == {name: pytest.approx(other[name], rel=1e-3, abs=1e-5) for name in ours}


def test_cr2(theirs: Theirs) -> None:
    if (0, "cr2") not in theirs:
        pytest.skip("R has no clubSandwich")
    for number, one in enumerate(generated()):
        labels = np.asarray(one["study"]).astype(int).tolist()
        fit = meta.multilevel(
            one["y"],  # type: ignore[arg-type]
            one["v"],  # type: ignore[arg-type]
            labels,
            {"x": one["x"], "g": one["g"]},  # type: ignore[dict-item]
            test="cr2",
        )
        other = theirs[number, "cr2"]
        ours: dict[str, float] = {}
        for i, term in enumerate(fit.coefficients):
            assert term.df is not None
            ours |= {f"se{i}": term.se, f"df{i}": term.df, f"p{i}": term.p}
        slope = fit.coefficient("x")
        assert fit.qm is not None
        assert fit.qm_p is not None
        assert fit.qm_df_error is not None
        ours |= {"low": slope.ci_low, "high": slope.ci_high}
        ours |= {"f": fit.qm, "f_df": fit.qm_df_error, "f_p": fit.qm_p}
        same(ours, other, rel=2e-3)
