"""Outcomes of EPPI-Reviewer as outcomes and findings."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Final, NamedTuple

from implsci.codes import Code
from implsci.errors import InvalidRecord
from implsci.formats.compendium._eppi.draft import Draft, add
from implsci.formats.compendium._eppi.entries import Entries
from implsci.formats.compendium._eppi.lines import Lines, heard, record_values
from implsci.formats.compendium._eppi.parsing import (
    as_list,
    as_map,
    as_number,
    as_plain,
    as_said,
    as_text,
)
from implsci.formats.compendium._eppi.tree import CodeSets
from implsci.ledger import Ledger
from implsci.model import Estimate, Finding
from implsci.model.evidence import RATIO_METRICS

__all__ = ["EFFECT", "ESTIMATE", "METRICS", "Effects", "Native", "has_native_se"]

EFFECT: Final = "eppi:Outcomes."
"""Stands before a finding's id and a field of EPPI-Reviewer that a finding has no place for."""

ESTIMATE: Final = "estimate."
"""Stands before the fields of an estimate among lines of ours."""


class Native(NamedTuple):
    """Where EPPI-Reviewer keeps an effect of one metric.

    Attributes:
        value: field of the effect; a ratio stands as it is, not as a logarithm.
        se: field of its standard error; that of a ratio is one of the logarithm, that of a
            correlation one of Fisher's z.
        low: field of the lower end of its interval.
        high: field of the upper end.
        data: number of the data field that the effect is typed into; the next takes the error.
        type: name of the type of outcome.
    """

    value: str
    se: str
    low: str
    high: str
    data: int
    type: str

    @property
    def fields(self) -> tuple[str, str, str, str]:
        """The names of all four."""
        return self[:4]


METRICS: Final[Mapping[str, Native]] = {
    metric: Native(name, f"SE{name}", f"CILower{name}", f"CIUpper{name}", data, group)
    for metric, name, data, group in (
        ("SMD", "SMD", 1, "Continuous"),
        ("r", "R", 3, "Correlation"),
        ("OR", "OddsRatio", 5, "Binary"),
        ("RR", "RiskRatio", 7, "Binary"),
        ("RD", "RiskDifference", 11, "Binary"),
        ("MD", "MeanDifference", 13, "Continuous"),
    )
}

# The types of outcome, by their number, and the effect that each stands for; 0 is typed in by hand,
# and a diagnostic test (6) has none.
_TYPES: Final = {1: "SMD", 2: "OR", 3: "SMD", 4: "SMD", 5: "SMD", 7: "r"}
_CAPTIONS: Final = {"SMD": "SMD", "OR": "OR", "r": "r"}


class Effects:
    """Reads the ``Outcomes`` of references.

    Args:
        sets: the code sets of the file.
        entries: reads what was coded.
        ledger: keeps the account.
    """

    def __init__(self, sets: CodeSets, entries: Entries, ledger: Ledger) -> None:
        self._sets = sets
        self._entries = entries
        self._ledger = ledger

    def read(
        self, outcomes: list[object], draft: Draft
    ) -> dict[str, str | int | float | bool | None]:
        """Add the findings to a study; return what they have no place for."""
        extra: dict[str, str | int | float | bool | None] = {}
        heads = [heard(as_said(as_map(one).get("OutcomeDescription"))) for one in outcomes]
        for head in heads:
            if head and head.get("finding"):
                draft.reserve(head["finding"][0])
        for one, head in zip(map(as_map, outcomes), heads, strict=True):
            if head is not None and head.get("finding"):
                finding, used = self._ours(one, head, draft)
            else:
                finding, used = self._theirs(one, draft)
            finding["codings"] = self._codings(one)
            draft.findings.append(finding)
            for name, value in one.items():
                if name in used or name == "OutcomeCodes" or not value or value == "NaN":
                    continue
                key = f"{EFFECT}{finding['id']}.{name}"
                if isinstance(value, (list, dict)):
                    extra[key] = json.dumps(value, ensure_ascii=False, sort_keys=True)
                    self._ledger.leave(f"Outcomes.{name}", "kept as JSON text in extra")
                else:
                    extra[key] = as_plain(value)
        return extra

    def _ours(
        self, one: Mapping[str, object], head: Lines, draft: Draft
    ) -> tuple[dict[str, object], set[str]]:
        """Return a finding that lines of ours tell of, and which fields it took up."""
        values = record_values(Finding, head)
        values["id"] = head["finding"][0]
        values.setdefault("direction", "unclear")
        said = record_values(Estimate, head, ESTIMATE)
        if "metric" in said:
            numbers = self._numbers(one, said)
            values["estimate"] = self._made(
                {**numbers, **said}, f"{values['id']} of {draft.fields['id']}"
            )
        return values, {"OutcomeDescription", *" ".join(head.get("generated", ())).split()}

    def _numbers(self, one: Mapping[str, object], said: dict[str, object]) -> dict[str, float]:
        """Return the numbers that stand in fields of the program's own.

        A logarithm stands among our lines too; where the program's number is another one by now, it
        was changed there, and holds.
        """
        native = METRICS.get(str(said["metric"]))
        found: dict[str, float] = {}
        if native is None:
            return found
        log = said.get("scale") == "log" and said["metric"] in RATIO_METRICS
        for name, field in zip(("value", "se", "ci_low", "ci_high"), native.fields, strict=True):
            number = as_number(one.get(field))
            if number is None or (name != "value" and number == 0):
                continue
            if log and name != "se":
                kept = said.get(name)
                if number <= 0:
                    continue
                number = math.log(number)
                if isinstance(kept, (int, float)) and _same(kept, number):
                    continue
                if said.pop(name, None) is not None:
                    self._ledger.say("effects that were changed in EPPI-Reviewer are read anew")
            if name == "se" and not has_native_se(str(said["metric"]), log):
                continue
            found[name] = number
        return found

    def _theirs(
        self, one: Mapping[str, object], draft: Draft
    ) -> tuple[dict[str, object], set[str]]:
        """Return a finding made of the program's own fields, and which of them it took up."""
        title = as_text(one.get("Title"))
        used = {"Title", "OutcomeDescription"}
        code = self._linked(one, "ItemAttributeIdOutcome", "outcome", used)
        label = as_text(one.get("OutcomeText")) or title or "outcome"
        node = draft.coded("outcome", code or label, label)
        if code:
            add(node["codes"], code)
        finding: dict[str, object] = {
            "id": draft.new_id("f"),
            "outcome": node["id"],
            "direction": "unclear",
        }
        if title != label or code:
            used.discard("Title")
        else:
            used.add("OutcomeText")
        if strategy := self._linked(one, "ItemAttributeIdIntervention", "strategy", used):
            own = draft.coded("strategy", strategy, self._sets.label(strategy))
            add(own["codes"], strategy)
            finding["strategies"] = [own["id"]]
        for name, field in (
            ("OutcomeDescription", "note"),
            ("TimepointDisplayValue", "timepoint"),
            ("ControlText", "comparator_label"),
        ):
            if text := as_text(one.get(name)):
                finding[field] = text
                used.add(name)
        groups = as_text(one.get("grp1ArmName")), as_text(one.get("grp2ArmName"))
        if all(groups) and groups[0] != groups[1]:
            first, second = (draft.arm(name)["id"] for name in groups)
            finding |= {"arm": first, "comparator_arm": second, "comparator": "arm"}
            used |= {"grp1ArmName", "grp2ArmName"}
        estimate = self._estimate(one, f"{title or label} of {draft.fields['id']}")
        if estimate is not None:
            finding["estimate"] = self._made(
                estimate[0], f"{finding['id']} of {draft.fields['id']}"
            )
            if finding["estimate"] is not None:
                used |= estimate[1]
        return finding, used

    def _made(self, values: dict[str, object], name: object) -> Estimate | None:
        try:
            return Estimate(**values)  # type: ignore[arg-type]
        except InvalidRecord as error:
            self._ledger.leave(
                "Outcomes", "an impossible effect; not read as one", f"{name}: {error}"
            )
            return None

    def _linked(
        self, one: Mapping[str, object], name: str, kind: str, used: set[str]
    ) -> Code | None:
        """Return the code of a kind that a field leads to by the number of its attribute."""
        number = as_text(one.get(name))
        attribute = self._sets.attribute(number) if number not in ("", "0") else None
        code = self._sets.code(attribute) if attribute is not None else None
        if code is None or self._sets.kind(code) != kind:
            return None
        used.add(name)
        return code

    def _estimate(
        self, one: Mapping[str, object], title: str
    ) -> tuple[dict[str, object], set[str]] | None:
        """Return the effect that an outcome's type names, and the fields it was read from."""
        metric = self._metric(one)
        if metric is None:
            if any(as_number(one.get(native.value)) for native in METRICS.values()):
                self._ledger.leave(
                    "Outcomes", "not clear which effect is meant; numbers kept in extra", title
                )
            return None
        native = METRICS[metric]
        value = as_number(one.get(native.value))
        by_es = value in (None, 0) and as_number(one.get("ES")) and one.get("ESDesc") == metric
        if by_es:
            value = as_number(one.get("ES"))
        if value is None or (metric in RATIO_METRICS and value <= 0):
            return None
        found: dict[str, object] = {"metric": metric, "value": value}
        used = {"ES" if by_es else native.value}
        low, high = as_number(one.get(native.low)), as_number(one.get(native.high))
        if low is not None and high is not None and low <= value <= high and low < high:
            found |= {"ci_low": low, "ci_high": high}
            used |= {native.low, native.high}
        se = as_number(one.get("SEES" if by_es else native.se))
        if se and se > 0:
            if metric in ("SMD", "MD", "RD"):
                found["se"] = se
                used.add("SEES" if by_es else native.se)
            elif metric in RATIO_METRICS and "ci_low" not in found:
                found |= {"value": math.log(value), "se": se, "scale": "log"}
                used.add("SEES" if by_es else native.se)
        return found | _sizes(one), used

    def _metric(self, one: Mapping[str, object]) -> str | None:
        kind = as_number(one.get("OutcomeTypeId"))
        if kind in _TYPES:
            return _TYPES[int(kind or 0)]
        filled = [metric for metric, native in METRICS.items() if as_number(one.get(native.value))]
        if as_number(one.get("PetoOR")) or kind not in (None, 0):
            return None
        if len(filled) == 1:
            return filled[0]
        return None if filled else _CAPTIONS.get(as_text(one.get("ESDesc")))

    def _codings(self, one: Mapping[str, object]) -> list[object]:
        """Return what an outcome was coded with."""
        inside = one.get("OutcomeCodes")
        found: list[object] = []
        for item in map(
            as_map, as_list(inside) or as_list(as_map(inside).get("OutcomeItemAttributesList"))
        ):
            attribute = self._sets.attribute(as_text(item.get("AttributeId")))
            head = heard(as_said(item.get("AdditionalText")))
            found += self._entries.codings(item, head, attribute)[1]
        return found


def _sizes(one: Mapping[str, object]) -> dict[str, object]:
    """Return the sizes of the groups, where the type of outcome says which field holds them."""
    kind = as_number(one.get("OutcomeTypeId"))
    data = [as_number(one.get(f"Data{number}")) for number in range(1, 5)]
    if kind in (1, 3, 4, 5):
        first, second = data[0], data[1]
    elif kind == 2 and None not in data:
        first, second = (data[0] or 0) + (data[2] or 0), (data[1] or 0) + (data[3] or 0)
    elif kind == 7:
        return _whole("n", data[0])
    else:
        return {}
    return _whole("n_intervention", first) | _whole("n_comparator", second)


def _whole(name: str, size: float | None) -> dict[str, object]:
    """Return a size under its name where it is one: whole and above 0."""
    return {name: int(size)} if size is not None and 0 < size < 2**53 and size % 1 == 0 else {}


def has_native_se(metric: str, log: bool) -> bool:
    """Say whether the program's standard error of a metric means the same as ours."""
    return metric != "r" and log == (metric in RATIO_METRICS)


def _same(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=1e-6, abs_tol=1e-6)
