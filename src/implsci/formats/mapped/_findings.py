"""The findings of one study, with the outcomes and arms they speak of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, cast

from implsci.codes import Code
from implsci.errors import InvalidRecord
from implsci.formats._rows import Row
from implsci.formats.mapped._block import Block
from implsci.formats.mapped._cells import NoNumberError, Number
from implsci.formats.mapped._fields import EFFECT, NUMBERS, SIZES
from implsci.formats.mapped._nodes import NodeTable
from implsci.formats.mapped._spec import EffectMapping, Groups, Source
from implsci.formats.mapped.effects import (
    FORMULAS,
    RULES,
    WorkedOut,
    from_counts,
    from_means,
    to_direction,
)
from implsci.model import Arm, Estimate, Finding, Outcome
from implsci.model.finding import Comparator, Direction, FindingBasis
from implsci.model.outcome import Desirable, OutcomeKind

__all__ = ["Findings"]

_LARGEST_SIZE: Final = 2**53
_MEASURED: Final = ("value", "p", "ci_low", "ci_high")


class _Numbers(NamedTuple):
    found: dict[str, Number]
    worked_out: WorkedOut | str | None


class Findings:
    """Gathers the findings of a study's rows.

    Args:
        block: the rows.
        strategies: the strategies, and in which rows each stands.
        settings: id of each row's setting.
        several: whether a row may give several findings.

    Attributes:
        made: the rows that gave a finding.
    """

    def __init__(
        self,
        block: Block,
        strategies: NodeTable,
        settings: list[str | None],
        *,
        several: bool,
    ) -> None:
        self._block = block
        self._several = several
        self._strategies = strategies
        self._settings = settings
        self._outcomes: dict[tuple[object, ...], Outcome] = {}
        self._arms: dict[str, tuple[str, dict[str, None]]] = {}
        self._found: list[tuple[int, int, Finding]] = []
        self._effects = 0
        self.made: set[int] = set()

    def outcomes(self) -> tuple[Outcome, ...]:
        """Return the outcomes, in the order in which they were met."""
        return tuple(self._outcomes.values())

    def arms(self) -> tuple[Arm, ...]:
        """Return the arms, each with the strategies of its rows."""
        return tuple(
            Arm(id=identifier, label=label, strategies=tuple(strategies))
            for label, (identifier, strategies) in self._arms.items()
        )

    def findings(self) -> tuple[Finding, ...]:
        """Return them in the order of the rows."""
        return tuple(finding for _, _, finding in sorted(self._found, key=lambda one: one[:2]))

    def add(self, effect: EffectMapping) -> None:
        """Add the findings of one section of the mapping."""
        self._effects += 1
        for index, row in enumerate(self._block.rows):
            try:
                found = self._numbers(effect, row)
                finding = self._finding(effect, index, row, found)
            except (NoNumberError, InvalidRecord) as error:
                reasons = (
                    "; ".join(str(fault) for fault in error.faults)
                    if isinstance(error, InvalidRecord)
                    else str(error)
                )
                self._block.ledger.skip(
                    row.place, f"{effect.path} skipped, the study is kept: {reasons}"
                )
                continue
            if finding is not None:
                self._found.append((index, self._effects, finding))
                self.made.add(index)

    def _finding(
        self,
        effect: EffectMapping,
        index: int,
        row: Row,
        numbers: _Numbers,
    ) -> Finding | None:
        block = self._block
        read = {
            name: block.cells.read(source, EFFECT[name], row)
            for name, (source, *_) in effect.fields.items()
            if name not in NUMBERS and name != "codes"
        }
        words = {
            name: reading.values[0] if reading.values else effect.fields[name][0].otherwise
            for name, reading in read.items()
        }
        measured = numbers.worked_out is not None or any(
            name in numbers.found for name in _MEASURED
        )
        needed = effect.groups is not None or any(
            source.column is not None
            for name in (*_MEASURED, "direction")
            for source in effect.fields.get(name, ())
        )
        if needed and not measured and not words.get("direction"):
            block.ledger.leave(effect.path, "rows without a number, no finding", row.place)
            return None
        label = words.get("outcome")
        if label is None:
            block.ledger.leave(effect.path, "rows without an outcome, no finding", row.place)
            return None
        estimate = self._estimate(effect, row, numbers, words)
        present = self._strategies.present[index]
        arm, other = (words.get(name) for name in ("arm", "comparator_arm"))
        desirable = cast("Desirable | None", words.get("desirable"))
        direction = cast("Direction", words.get("direction") or "unclear")
        if effect.rule is not None:
            direction = to_direction(estimate, desirable, effect.rule, effect.otherwise)
            block.rules[f"{RULES[effect.rule]}, else {effect.otherwise.replace('_', ' ')}"] = None
        name = block.names[index]
        comparator = words.get("comparator") or ("arm" if other else None)
        codes = tuple(
            dict.fromkeys(
                Code(value)
                for source in effect.fields.get("codes", ())
                for value in block.cells.read(source, EFFECT["codes"], row).values
            )
        )
        outcome = self._outcome(label, words, desirable, codes)
        made = Finding(
            id=f"{name}-{self._effects}" if self._several else name,
            outcome=outcome,
            direction=direction,
            strategies=present,
            basis=cast("FindingBasis | None", words.get("basis")),
            comparator=cast("Comparator | None", comparator),
            comparator_label=words.get("comparator_label"),
            comparator_arm=self._arm(other, ()) if other and other != arm else None,
            arm=self._arm(arm, present) if arm else None,
            setting=self._settings[index],
            timepoint=words.get("timepoint"),
            subgroup=words.get("subgroup"),
            estimate=estimate,
            n=_whole(numbers.found.get("n")),
            note=words.get("note"),
        )
        for field, reading in read.items():
            if reading.exact and field != "id":  # the id is made of it, not it
                block.hold(index, effect.fields[field][0].column)
        for field, number in numbers.found.items():
            if number.exact:
                block.hold(index, effect.fields[field][0].column)
        return made

    def _numbers(self, effect: EffectMapping, row: Row) -> _Numbers:
        """Return the numbers of a row, and the effect worked out from them or why there is none.

        Raises:
            NoNumberError: a cell is no number. A size that is none costs only itself.
        """
        cells = self._block.cells
        found: dict[str, Number] = {}
        for name in NUMBERS:
            for source in effect.fields.get(name, ()):
                try:
                    number = cells.number(source, row)
                except NoNumberError:
                    if name not in SIZES:
                        raise
                    number = None
                    self._no_size(source, row)
                if number is None:
                    continue
                if name in SIZES and not _is_size(number.value):
                    self._no_size(source, row)
                else:
                    found[name] = number
        if effect.groups is None:
            return _Numbers(found, None)
        return _Numbers(found, self._worked_out(effect.groups, effect, row))

    def _no_size(self, source: Source, row: Row) -> None:
        self._block.ledger.leave(
            source.path, "a size that is no whole number, kept in extra", row.place
        )

    def _worked_out(
        self, groups: Groups, effect: EffectMapping, row: Row
    ) -> WorkedOut | str | None:
        cells = self._block.cells
        path = f"{effect.path}.{groups.kind}"
        numbers = [
            cells.number(Source(path=path, column=column), row)
            for column in (*groups.intervention, *groups.comparator)
        ]
        if all(number is None for number in numbers):
            return None
        if any(number is None for number in numbers):
            return "a count or mean is missing"
        values = [number.value for number in numbers if number is not None]
        metric = self._metric(effect, row)
        if groups.kind == "means":
            return from_means(values, metric)
        if groups.totals:
            values[1] -= values[0]
            values[3] -= values[2]
        return from_counts(values, metric, half=groups.half)

    def _metric(self, effect: EffectMapping, row: Row) -> str:
        for source in effect.fields.get("metric", ()):
            if found := self._block.cells.read(source, EFFECT["metric"], row).values:
                return found[0]
        if effect.groups is None:
            return "unspecified"
        return "OR" if effect.groups.kind == "counts" else "SMD"

    def _estimate(
        self,
        effect: EffectMapping,
        row: Row,
        numbers: _Numbers,
        words: Mapping[str, str | None],
    ) -> Estimate | None:
        found, worked_out = numbers
        metric = self._metric(effect, row)
        if isinstance(worked_out, str):
            self._block.ledger.leave(effect.path, f"no estimate: {worked_out}", row.place)
            return None
        values = {name: number.value for name, number in found.items()}
        scale, variance = effect.scale, values.get("variance")
        n_intervention, n_comparator = (
            _whole(found.get(name)) for name in ("n_intervention", "n_comparator")
        )
        if worked_out is not None:
            values["value"], variance, scale = (
                worked_out.value,
                worked_out.variance,
                worked_out.scale,
            )
            n_intervention, n_comparator = worked_out.n_intervention, worked_out.n_comparator
            half = effect.groups is not None and effect.groups.half
            self._block.rules[
                FORMULAS[metric] + (", 0.5 added to each count where one is zero" if half else "")
            ] = None
        elif not any(name in values for name in _MEASURED):
            return None
        adjusted = words.get("adjusted")
        return Estimate(
            metric=metric,
            value=values.get("value"),
            variance=variance,
            se=values.get("se"),
            ci_low=values.get("ci_low"),
            ci_high=values.get("ci_high"),
            ci_level=values.get("ci_level"),
            p=values.get("p"),
            p_bound=found["p"].bound if "p" in found else None,
            n=_whole(found.get("n")),
            n_intervention=n_intervention,
            n_comparator=n_comparator,
            adjusted=None if adjusted is None else adjusted == "yes",
            scale=scale,
        )

    def _outcome(
        self,
        label: str,
        words: Mapping[str, str | None],
        desirable: Desirable | None,
        codes: tuple[Code, ...],
    ) -> str:
        kind = cast("OutcomeKind | None", words.get("kind"))
        key = (label, kind, desirable, words.get("level"), codes)
        if key not in self._outcomes:
            self._outcomes[key] = Outcome(
                id=f"o{len(self._outcomes) + 1}",
                label=label,
                kind=kind,
                desirable=desirable,
                level=words.get("level"),
                codes=codes,
            )
        return self._outcomes[key].id

    def _arm(self, label: str, strategies: tuple[str, ...]) -> str:
        identifier, known = self._arms.setdefault(label, (f"a{len(self._arms) + 1}", {}))
        known.update(dict.fromkeys(strategies))
        return identifier


def _is_size(value: float) -> bool:
    return 0 <= value <= _LARGEST_SIZE and value.is_integer()


def _whole(number: Number | None) -> int | None:
    return None if number is None else int(number.value)
