"""Which models stay when the cut-offs move."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import product

from attrs import field, frozen

from implsci.analysis._arguments import checked
from implsci.analysis.qca._memberships import Data
from implsci.analysis.qca._minimizing import Expectation, Solution, SolutionKind, minimize
from implsci.analysis.qca._sufficiency import CAVEAT
from implsci.analysis.qca._table import AtHalf, truth_table
from implsci.analysis.result import Result, Row
from implsci.errors import CannotEstimateError, InvalidQueryError


@frozen(kw_only=True)
class Trial:
    """The solution at one setting of the cut-offs.

    Attributes:
        consistency: cut-off of consistency.
        frequency: cut-off of cases.
        pri: cut-off of PRI.
        solution: all models there; None where there is none.
        reason: why there is none; None where there is one.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [0.9, 0.8, 0.2, 0.1], "Y": [0.8, 0.9, 0.3, 0.0]}
        >>> trial = qca.robustness(data, "Y", consistency=(0.8, 1.0)).trials[1]
        >>> trial.consistency, trial.solution is None
        (1.0, True)
    """

    consistency: float
    frequency: int
    pri: float
    solution: Solution | None
    reason: str | None


@frozen(kw_only=True)
class Robustness(Result):
    """The solutions over a grid of cut-offs, as `robustness` returns them.

    Attributes:
        kind: the kind of solution.
        outcome: the outcome, with ``~`` before it where its absence is described.
        trials: one for each setting.
        models: for each model found anywhere, in how many settings it is among the models; the
            most lasting first. Where a setting does not list all of its models, at least in so many.
        stable: models that are among the models in every setting.
        assumptions: what must hold.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [0.9, 0.8, 0.2, 0.1], "Y": [0.8, 0.9, 0.3, 0.0]}
        >>> found = qca.robustness(data, "Y", consistency=(0.75, 0.8, 0.85))
        >>> found.stable, found.models
        (('A',), (('A', 3),))
    """

    kind: SolutionKind
    outcome: str
    trials: tuple[Trial, ...]
    models: tuple[tuple[str, int], ...]
    stable: tuple[str, ...]
    assumptions: tuple[str, ...] = field(repr=False)

    def to_rows(self) -> tuple[Row, ...]:
        """Return one line a model and setting; a setting without a model has one with a reason."""
        return tuple(
            {
                "consistency": trial.consistency,
                "frequency": trial.frequency,
                "pri": trial.pri,
                "expression": None if model is None else model.expression,
                "model_consistency": None if model is None else model.consistency,
                "model_pri": None if model is None else model.pri,
                "model_coverage": None if model is None else model.coverage,
                "reason": trial.reason,
            }
            for trial in self.trials
            for model in ((None,) if trial.solution is None else trial.solution.models)
        )

    def sentence(self) -> str:
        """Say how many models stay, and where none could be found."""
        empty = sum(trial.solution is None for trial in self.trials)
        if self.stable:
            stays = f"in all of them stands {' and '.join(self.stable)}"
        elif self.models:
            model, count = self.models[0]
            stays = f"no model stands in all of them; {model} stands in {count}"
        else:
            stays = "none of them has a model"
        return (
            f"Over {len(self.trials)} settings of the cut-offs, the {self.kind} solution for "
            f"{self.outcome} has {len(self.models)} different models; {stays}. {empty} settings "
            f"have no solution. {CAVEAT}"
        )


@checked
def robustness(
    data: Data,
    outcome: str,
    consistency: Sequence[float] = (0.75, 0.8, 0.85, 0.9),
    frequency: Sequence[int] = (1,),
    *,
    pri: Sequence[float] = (0.0,),
    solution: SolutionKind = "conservative",
    expectations: Mapping[str, Expectation | None] | None = None,
    irredundant: bool = False,
    conditions: Sequence[str] | None = None,
    cases: Sequence[str] | None = None,
    at_half: AtHalf = "error",
) -> Robustness:
    """Minimize at every combination of cut-offs and tell which models stay.

    A model counts as the same where it is the same expression. A setting at which nothing can be
    minimized (no positive row, say) is kept with its reason, and no model is stable then.

    Args:
        data: memberships by condition and outcome, 0 to 1.
        outcome: the outcome's name; with ``~`` before it, its absence is described.
        consistency: cut-offs of consistency to try.
        frequency: cut-offs of cases to try.
        pri: cut-offs of PRI to try.
        solution: the kind of solution, as `minimize` takes it.
        expectations: as `minimize` takes them.
        irredundant: as `minimize` takes it.
        conditions: the conditions; all names but the outcome if None.
        cases: names of the cases; "1", "2", ... if None.
        at_half: as `truth_table` takes it.

    Returns:
        Every setting with its solution; see `Robustness`.

    Raises:
        InvalidQueryError: no cut-offs to try, or what `truth_table` and `minimize` refuse.
        InvalidTableError: memberships out of 0 to 1, missing, or of different numbers.
        UnknownNameError: a condition or outcome that is not in the data.
        CannotEstimateError: no cases, one membership in the outcome for all, or a case at exactly
            0.5.

    Examples:
        >>> from implsci.analysis import qca
        >>> data = {"A": [0.9, 0.8, 0.2, 0.1], "Y": [0.8, 0.9, 0.3, 0.0]}
        >>> qca.robustness(data, "Y", consistency=(0.8, 0.9, 1.0)).models
        (('A', 2),)
    """
    if not len(consistency) or not len(frequency) or not len(pri):
        raise InvalidQueryError("give at least one cut-off each of consistency, frequency and pri")
    trials: list[Trial] = []
    label = outcome
    assumptions: tuple[str, ...] = ()
    for cut, cases_cut, pri_cut in product(consistency, frequency, pri):
        table = truth_table(
            data,
            outcome,
            cut,
            cases_cut,
            pri=pri_cut,
            conditions=conditions,
            cases=cases,
            at_half=at_half,
        )
        label, assumptions = table.outcome, table.assumptions
        found, reason = None, None
        try:
            found = minimize(table, solution, expectations=expectations, irredundant=irredundant)
        except CannotEstimateError as error:
            reason = error.reason
        trials.append(
            Trial(consistency=cut, frequency=cases_cut, pri=pri_cut, solution=found, reason=reason)
        )
    counted: dict[str, int] = {}
    for trial in trials:
        for model in trial.solution.models if trial.solution else ():
            counted[model.expression] = counted.get(model.expression, 0) + 1
    models = tuple(sorted(counted.items(), key=lambda item: -item[1]))
    return Robustness(
        kind=solution,
        outcome=label,
        trials=tuple(trials),
        models=models,
        stable=tuple(model for model, count in models if count == len(trials)),
        assumptions=(*assumptions, *_unlisted(trials)),
    )


def _unlisted(trials: Sequence[Trial]) -> tuple[str, ...]:
    cut = sum(trial.solution is not None and not trial.solution.complete for trial in trials)
    if not cut:
        return ()
    return (
        f"the lists of models are not complete in {cut} of {len(trials)} settings: a model may last "
        f"in more settings than are counted",
    )
