"""The bundled checklists, in our words; StaRI stands in a room of its own."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from implsci.errors import UnknownNameError
from implsci.names import close_names
from implsci.specification._items import Checklist, Item
from implsci.specification._stari import STARI

__all__ = ["CHECKLISTS", "checklist"]

_PROCTOR: Final = Checklist(
    name="proctor",
    title="Seven dimensions of an implementation strategy",
    source="Proctor 2013, doi:10.1186/1748-5908-8-139",
    of="strategies",
    noun="strategy",
    plural="strategies",
    items=(
        Item(key="actor", name="who carries it out", fields=("actor",)),
        Item(key="action", name="what they do", fields=("action",)),
        Item(key="action_target", name="at whom or what it is aimed", fields=("action_target",)),
        Item(key="temporality", name="when, or in which order", fields=("temporality",)),
        Item(key="dose", name="how much, how often, how long", fields=("dose",)),
        Item(key="outcomes", name="the outcomes it is meant to change", fields=("outcomes",)),
        Item(key="justification", name="why it was chosen", fields=("justification",)),
    ),
)

_AACTT: Final = Checklist(
    name="aactt",
    title="Action, actor, context, target, time of the behavior a barrier stands in the way of",
    source="Presseau 2019, doi:10.1186/s13012-019-0951-x",
    of="barriers",
    noun="barrier",
    plural="barriers",
    items=(
        Item(key="action", name="the behavior, as one could see it"),
        Item(key="actor", name="who does it, or should", fields=("actor",)),
        Item(
            key="context",
            name="where and under what circumstances",
            fields=("ratings.setting", "study.settings"),
            provisional=True,
            note="where the barrier was rated in no setting, those of the study stand in",
        ),
        Item(key="target", name="for whom or with whom"),
        Item(key="time", name="when, how often, how long"),
    ),
)

_TIDIER_NAMES: Final = {
    "1": ("name", "what it is called"),
    "2": ("why", "why it should work: reasons, theory, aims"),
    "3": ("what", "materials used"),
    "4": ("what", "what is done, step by step"),
    "5": ("who", "who provides it, with what background and training"),
    "6": ("how", "how it reaches people: in person or not, alone or in groups"),
    "7": ("where", "where it takes place"),
    "8": ("when and how much", "how often, how long, how intense"),
    "9": ("tailoring", "how it was to be fitted to people"),
    "10": ("modifications", "what was changed on the way"),
    "11": ("how well", "how keeping to it was to be checked"),
    "12": ("how well", "how far it was delivered as planned"),
}


def _tidier(answers: Mapping[str, tuple[str, ...]], notes: Mapping[str, str]) -> tuple[Item, ...]:
    return tuple(
        Item(key=key, name=name, group=group, fields=answers.get(key, ()), note=notes.get(key))
        for key, (group, name) in _TIDIER_NAMES.items()
    )


_TIDIER: Final = Checklist(
    name="tidier",
    title="Template for Intervention Description and Replication: what was implemented",
    source="Hoffmann 2014, doi:10.1136/bmj.g1687",
    noun="study",
    plural="studies",
    items=_tidier(
        {
            "1": ("innovation.name",),
            "2": ("innovation.gap", "innovation.evidence"),
            "4": ("innovation.components", "innovation.core_elements"),
            "7": ("settings",),
            "12": ("outcomes[codes=proctor:fidelity]",),
        },
        {
            "4": "read from the innovation's parts",
            "7": "read from the settings of the study",
            "12": "read from an outcome coded as fidelity",
        },
    ),
    note="asked of the study's innovation",
)

_TIDIER_STRATEGY: Final = Checklist(
    name="tidier-strategy",
    title="Template for Intervention Description and Replication: how it was brought into use",
    source="Hoffmann 2014, doi:10.1136/bmj.g1687",
    of="strategies",
    noun="strategy",
    plural="strategies",
    items=_tidier(
        {
            "1": ("label",),
            "2": ("justification", "acts_through"),
            "4": ("action",),
            "5": ("actor",),
            "7": ("study.settings",),
            "8": ("dose", "temporality"),
            "9": ("modifications[planned=planned_proactive]",),
            "10": ("modifications[planned=planned_reactive|unplanned_reactive]",),
            "12": ("measurements[of=dose|fidelity]",),
        },
        {
            "5": "background and training have no field",
            "7": "read from the settings of the study",
            "9": "read from changes planned beforehand",
            "10": "read from changes made in answer to something",
        },
    ),
    note="asked of each strategy; the template was written for interventions",
)

_FRAME_IS: Final = Checklist(
    name="frame-is",
    title="Modifications of implementation strategies, by module",
    source="Miller 2021, doi:10.1186/s13012-021-01105-3",
    of="strategies.modifications",
    noun="modification",
    plural="modifications",
    items=(
        Item(
            key="1-practice",
            group="module 1",
            name="the practice brought into use",
            fields=("study.innovation.name",),
        ),
        Item(
            key="1-strategy",
            group="module 1",
            name="the strategy that was changed",
            fields=("parent.label",),
        ),
        Item(key="1-modification", group="module 1", name="the change", fields=("what",)),
        Item(key="1-reason", group="module 1", name="the reason for it", fields=("goal",)),
        Item(
            key="2",
            group="module 2",
            name="what was changed: content, evaluation, training or context",
            fields=("what",),
            provisional=True,
            note="the model keeps the change and what it touches in one field",
        ),
        Item(
            key="3",
            group="module 3",
            name="the nature of the change",
            fields=("nature",),
            note="asked where content, evaluation or training were changed",
        ),
        Item(
            key="3-core",
            group="module 3",
            name="whether it keeps to the strategy's core",
            fields=("core_relation",),
            core=False,
        ),
        Item(key="4-goal", group="module 4", name="the goal", fields=("goal",)),
        Item(
            key="4-level", group="module 4", name="whose needs drove it", fields=("rationale_level",)
        ),
        Item(key="5-when", group="module 5", name="when", fields=("date",), core=False),
        Item(
            key="5-planned",
            group="module 5",
            name="whether it was planned",
            fields=("planned",),
            core=False,
        ),
        Item(
            key="6", group="module 6", name="who took part in deciding",
            fields=("decided_by",), core=False,
        ),
        Item(key="7", group="module 7", name="how widely", fields=("spread",), core=False),
    ),
    note="modules 1 to 4 are core, 5 to 7 optional",
)  # fmt: skip

CHECKLISTS: Final[Mapping[str, Checklist]] = MappingProxyType(
    {own.name: own for own in (_PROCTOR, _AACTT, STARI, _TIDIER, _TIDIER_STRATEGY, _FRAME_IS)}
)
"""The bundled checklists by name; read-only.

Examples:
    >>> list(CHECKLISTS)
    ['proctor', 'aactt', 'stari', 'tidier', 'tidier-strategy', 'frame-is']
"""


def checklist(name: str) -> Checklist:
    """Return a bundled checklist.

    Raises:
        UnknownNameError: there is none of that name.

    Examples:
        >>> checklist("proctor").source
        'Proctor 2013, doi:10.1186/1748-5908-8-139'
    """
    found = CHECKLISTS.get(name)
    if found is None:
        close = close_names(name, CHECKLISTS) or tuple(CHECKLISTS)
        raise UnknownNameError("checklist", name, close)
    return found
