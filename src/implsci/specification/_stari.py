"""StaRI's 27 items (Pinnock 2017, doi:10.1136/bmj.i6795), named in our words."""

from __future__ import annotations

from typing import Final

from implsci.specification._items import Checklist, Item

__all__ = ["STARI"]

# Whose effect an outcome shows: that of how it was brought into use, or that of what was.
_OF_STRATEGY: Final = "[kind=implementation|capacity|research_use|relationship]"
_OF_INTERVENTION: Final = "[kind=service|client|population]"
_SIDES: Final = (
    "outcomes of kind implementation, capacity, research use and relationship are read as the "
    "strategy's, those of kind service, client and population as the intervention's"
)

_ITEMS: Final = (
    Item(key="1", group="title", name="named as an implementation study, with its methods"),
    Item(key="2", group="abstract", name="strategy, intervention and key outcomes in the abstract"),
    Item(
        key="3", group="introduction", name="the problem the intervention is to solve",
        fields=("innovation.gap",),
    ),
    Item(
        key="4-strategy", group="introduction", strand="strategy",
        name="why the strategy should work: theory, pilot work",
        fields=("strategies.justification", "strategies.acts_through", "mechanisms"),
    ),
    Item(
        key="4-intervention", provisional=True, group="introduction", strand="intervention",
        name="why the intervention should work: evidence of its effect",
        fields=("innovation.evidence",),
    ),
    Item(key="5", group="aims", name="aims of implementation apart from those of the intervention"),
    Item(
        key="6", group="methods: description", name="design of the evaluation, changes to the protocol",
        fields=("design", "design_label", "hybrid_type"),
        note="read from the design; changes to the protocol have no field",
    ),
    Item(
        key="7", group="methods: description", name="context: what might help or hinder elsewhere",
        fields=("barriers",),
        note="read from the barriers and facilitators the record names",
    ),
    Item(
        key="8-strategy", group="methods: description", strand="strategy",
        name="the sites where it was to be brought into use", fields=("settings",),
        note="criteria of eligibility have no field",
    ),
    Item(
        key="8-intervention", group="methods: description", strand="intervention",
        name="the population it is for", fields=("equity",), provisional=True,
        note="read from the strata that describe the people studied, the nearest the model has",
    ),
    Item(
        key="9-strategy", group="methods: description", strand="strategy",
        name="the strategy described", fields=("strategies.action",),
        note="a name alone is no description",
    ),
    Item(
        key="9-intervention", provisional=True, group="methods: description", strand="intervention",
        name="the intervention described",
        fields=("innovation.components", "innovation.core_elements"),
        note="a name alone is no description",
    ),
    Item(
        key="10", group="methods: description", name="sub-groups for further research, nested studies"
    ),
    Item(
        key="11-strategy", group="methods: evaluation", strand="strategy",
        name="outcomes of the strategy, and how they were measured",
        fields=(f"outcomes{_OF_STRATEGY}",), note=_SIDES,
    ),
    Item(
        key="11-intervention", provisional=True, group="methods: evaluation", strand="intervention",
        name="outcomes of the intervention, and how they were measured",
        fields=(f"outcomes{_OF_INTERVENTION}",), note=_SIDES,
    ),
    Item(
        key="12", group="methods: evaluation", provisional=True,
        name="what of the process was looked at: through what it should work",
        fields=("mechanisms", "strategies.acts_through"),
    ),
    Item(
        key="13-strategy", group="methods: evaluation", strand="strategy", provisional=True,
        name="methods for resources and costs of the strategy",
    ),
    Item(
        key="13-intervention", group="methods: evaluation", strand="intervention", provisional=True,
        name="methods for resources and costs of the intervention",
    ),
    Item(
        key="14", group="methods: evaluation", provisional=True, name="reasons for the sample size"
    ),
    Item(key="15", group="methods: evaluation", provisional=True, name="methods of analysis"),
    Item(
        key="16", group="methods: evaluation", provisional=True,
        name="analyses of sub-groups planned beforehand",
    ),
    Item(
        key="17-strategy", group="results", strand="strategy", provisional=True,
        name="who the strategy reached, and what they are like",
        fields=("strategies.measurements[of=reach]", "actors.background"),
    ),
    Item(
        key="17-intervention", group="results", strand="intervention", provisional=True,
        name="who the intervention reached, and what they are like",
        fields=("outcomes[codes=proctor:penetration].measurements", "arms.n"),
    ),
    Item(
        key="18-strategy", group="results", strand="strategy", provisional=True,
        name="what came of the strategy", note=_SIDES,
        fields=(
            f"findings.outcome{_OF_STRATEGY}",
            f"outcomes{_OF_STRATEGY}.measurements",
        ),
    ),
    Item(
        key="18-intervention", group="results", strand="intervention", provisional=True,
        name="what came of the intervention", note=_SIDES,
        fields=(
            f"findings.outcome{_OF_INTERVENTION}",
            f"outcomes{_OF_INTERVENTION}.measurements",
        ),
    ),
    Item(
        key="19", group="results", provisional=True,
        name="what was seen of the process, by the way it should work",
        fields=("findings.mechanisms", "findings[role=mediator]"),
    ),
    Item(
        key="20-strategy", group="results", strand="strategy", provisional=True,
        name="resources and costs of the strategy",
        fields=(
            "strategies.cost",
            "strategies.measurements[of=cost]",
            "outcomes[codes=proctor:implementation-cost]",
        ),
    ),
    Item(
        key="20-intervention", group="results", strand="intervention", provisional=True,
        name="resources and costs of the intervention",
    ),
    Item(
        key="21", group="results", provisional=True, name="results for sub-groups",
        fields=("findings.subgroup", "outcomes.measurements.stratum"),
    ),
    Item(
        key="22-strategy", group="results", strand="strategy", provisional=True,
        name="whether the strategy was carried out as planned, and how it was adapted",
        fields=("strategies.modifications", "strategies.measurements[of=dose|fidelity]"),
    ),
    Item(
        key="22-intervention", group="results", strand="intervention", provisional=True,
        name="whether the intervention was delivered as planned",
        fields=("outcomes[codes=proctor:fidelity]",),
    ),
    Item(
        key="23", group="results", provisional=True,
        name="changes of the context that may have mattered",
        note="the study's events may hold them, and do not say that they are of the context",
    ),
    Item(
        key="24", group="results", provisional=True, name="harms and unintended effects",
        note="a finding that something got worse does not say that it is a harm",
    ),
    Item(key="25", group="discussion", provisional=True, name="findings, limits and conclusions"),
    Item(
        key="26-strategy", group="discussion", strand="strategy", provisional=True,
        name="what follows for policy and practice, such as taking the strategy to scale",
    ),
    Item(
        key="26-intervention", group="discussion", strand="intervention", provisional=True,
        name="what follows for policy and practice, such as sustaining the intervention",
    ),
    Item(
        key="27", group="general", provisional=True,
        name="approvals, registration, funding, conflicts of interest",
    ),
)  # fmt: skip

STARI: Final = Checklist(
    name="stari",
    title="Standards for Reporting Implementation Studies",
    source="Pinnock 2017, doi:10.1136/bmj.i6795",
    noun="study",
    plural="studies",
    items=_ITEMS,
    note=(
        "27 items, ten of which ask about the strategy and the intervention apart; items 12 to 27, "
        "and what is asked of the intervention, were not read at their source and are provisional"
    ),
)
