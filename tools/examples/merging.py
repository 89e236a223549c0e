"""How two codings of one study become one study.

Which of the two is *first* decides every conflict: the more confident coder, and between equals the
social file; a table of reviews comes second to a file of abstracts. The merged study keeps the id
of the social file's line (else of the line), and names the other in ``extra["also_known_as"]``.

- **Fields of the study.** The first coder's value stands. Where the first left a field empty, the
  second's fills it. Where the second says something else, or fills, it is kept as
  ``Coding(of=field)``.
- **Nodes.** The union. A node of the second is the same as a node of the first where both have the
  same label; or where `SAME` says so, a list made by hand, by reading both; or where both have the
  same code and no other node of either does. The same nodes become one, with both codings; the
  first's codes stand, and what differs in the second (label, codes, actor, level ...) stays as a
  ``Coding``. A code that a table gives without words of its own is a coding of every node of the
  first that has that code.
- **Findings.** A finding of the second that joins the same outcome in the same direction, and whose
  numbers contradict none of the first's, is the same finding, with both codings; what it joins,
  compares or counts otherwise stays as a ``Coding``. Any other is kept as a finding of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, TypeVar

import attrs

from implsci.codes import Code, is_code, slug, split
from implsci.model import (
    Actor,
    Barrier,
    Citation,
    Coding,
    Estimate,
    Finding,
    Innovation,
    Outcome,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model.study import LinksCoded

from .tally import Tally

__all__ = ["PAIRS", "SAME", "merge", "order"]

PAIRS: Final = {
    # Of the two abstract files: the social file's id, and the health file's.
    "dobbins-2009-kte": "dobbins-2009",
    "dorsey-2019-kenya": "dorsey-2019",
    "harvey-2018-fire": "fire-external-facilitators-2018",
    "lam-2016-cpic": "lam-2016",
    "mendel-2021-cpic": "mendel-2020",
    "seers-2018-fire": "seers-2018",
    "wong-2011-restoration": "wong-2011",
    "yakovchenko-2025-alliance": "yakovchenko-2025",
    # Of an abstract file and the table of coded studies.
    "caton-2020": "Caton 2020",
    "feedback-engagement-2023": "Audit and feedback, Ontario nursing homes 2023",
    "metz-2024-trust-training": "Trust training in child welfare 2024",
    "moud-california-2022": "MOUD in 41 California clinics 2022",
}

SAME: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    # For a merged study: a label of the second coder, and the label or labels of the first that
    # name the same thing. Only where reading both leaves no doubt.
    "dobbins-2009-kte": {
        "brokering": ("brokering relationship",),
        "use of research in a recent programme decision": ("use of evidence in a recent decision",),
        "sum of evidence-informed policies and programmes": (
            "evidence-based policies and programs in place",
        ),
    },
    "dorsey-2019-kenya": {
        "task-shifting to teachers and community health volunteers": (
            "task shifting to teachers",
            "task shifting to community health volunteers",
        ),
    },
    "harvey-2018-fire": {
        "mentoring relationship": ("support and mentorship",),
        "facilitation working as planned": ("facilitation delivered as planned",),
    },
    "mendel-2021-cpic": {"interagency partnerships": ("partnership capacity",)},
    "wong-2011-restoration": {
        "trust between community partners": ("trust had to be built",),
        "trust-building as a challenge": ("trust-building",),
        "joint plan developed": ("joint final plan",),
    },
    "caton-2020": {
        "Didactic webinars": ("webinars",),
        "Project ECHO": ("Project ECHO sessions",),
    },
    "feedback-engagement-2023": {
        "engagement": ("engagement with the report",),
        "prescribing": ("central nervous system drugs per resident per month",),
    },
    "metz-2024-trust-training": {
        "training and coaching to build trusting relationships "
        "(kick-off, 5 modules, 5 coaching sessions)": (
            "kick-off trust training",
            "monthly trust modules",
            "coaching of team leads",
        ),
        "trust building": ("building trust in the team",),
        "trust": ("feeling trusted by the team",),
    },
}

_CONFIDENCE: Final = {"high": 3, "medium": 2, "low": 1, None: 0}

_Node = TypeVar("_Node", Barrier, Strategy, Outcome, Relationship, Setting)
_Value = TypeVar("_Value")
_Text = TypeVar("_Text", bound=str)


def order(one: Study, other: Study) -> tuple[Study, Study]:
    """Return the two codings of one study, the first coder's before the second's.

    Args:
        one: the coding that goes first between equals.
        other: the other coding.
    """
    here, there = (_CONFIDENCE[study.codings[0].confidence] for study in (one, other))
    return (one, other) if here >= there else (other, one)


def merge(first: Study, second: Study, *, kept: str, other: str, tally: Tally) -> Study:
    """Make one study of two codings of it.

    Args:
        first: the coding that decides conflicts.
        second: the other.
        kept: the id of the merged study.
        other: the id or name under which the other coding is known.
        tally: where to count.

    Returns:
        The merged study.
    """
    tally.merges.append((kept, (other,)))
    return _Merger(first, second, kept, other, tally).study()


class _Merger:
    def __init__(self, first: Study, second: Study, kept: str, other: str, tally: Tally) -> None:
        self.first = _credited(first)
        self.second = _credited(second)
        self.kept = kept
        self.other = other
        self.tally = tally
        self.coder = second.codings[0]
        self.ids: dict[str, tuple[str, ...]] = {}
        self.codings: list[Coding] = [*self.first.codings, *self.second.codings]

    def study(self) -> Study:
        first, second = self.first, self.second
        settings = self._settings()
        barriers = self._nodes(first.barriers, second.barriers, "b", _same_barrier)
        strategies = self._strategies()
        outcomes = self._nodes(first.outcomes, second.outcomes, "o", _same_outcome)
        actors = self._actors()
        relationships = self._relationships()
        used = {party for tie in relationships for party in tie.parties}
        return attrs.evolve(
            first,
            id=self.kept,
            title=self._title(),
            year=self._field("year", first.year, second.year),
            citation=self._citation(),
            design=self._field("design", first.design, second.design),
            design_label=self._field("design_label", first.design_label, second.design_label),
            hybrid_type=self._field("hybrid_type", first.hybrid_type, second.hybrid_type),
            sectors=self._several("sectors", first.sectors, second.sectors),
            countries=self._several("countries", first.countries, second.countries),
            scale_stage=self._field("scale_stage", first.scale_stage, second.scale_stage),
            engagement=self._several("engagement", first.engagement, second.engagement),
            equity=self._several("equity", first.equity, second.equity),
            innovation=self._innovation(),
            settings=settings,
            actors=tuple(actor for actor in actors if actor.id in used),
            barriers=barriers,
            strategies=strategies,
            relationships=relationships,
            outcomes=outcomes,
            findings=self._findings(),
            links_coded=_links(first.links_coded, second.links_coded),
            codings=tuple(self.codings),
            provenance=(*first.provenance, *second.provenance),
            note=_notes(first.note, second.note),
            extra=self._extra(),
        )

    def _second(
        self, *, of: str | None = None, code: Code | None = None, value: str | None = None
    ) -> Coding:
        return Coding(coder=self.coder.coder, by=self.coder.by, of=of, code=code, value=value)

    # --- fields of the study ---

    def _field(self, name: str, mine: _Value | None, theirs: _Value | None) -> _Value | None:
        if theirs is not None and theirs != mine:
            self.codings.append(self._second(of=name, value=str(theirs)))
        return theirs if mine is None else mine

    def _several(
        self, name: str, mine: tuple[_Text, ...], theirs: tuple[_Text, ...]
    ) -> tuple[_Text, ...]:
        if theirs and set(theirs) != set(mine):
            for value in theirs:
                code = Code(value) if is_code(value) else None
                text = value if code is None else None
                self.codings.append(self._second(of=name, code=code, value=text))
        return mine or theirs

    def _title(self) -> str:
        mine, theirs = self.first.title, self.second.title
        if "not shown" in mine and "not shown" not in theirs and "not printed" not in theirs:
            mine, theirs = theirs, mine
        elif mine.casefold() != theirs.casefold():
            self.codings.append(self._second(of="title", value=theirs))
        return mine

    def _innovation(self) -> Innovation | None:
        mine, theirs = self.first.innovation, self.second.innovation
        if theirs is not None and (mine is None or mine.name != theirs.name):
            self.codings.append(self._second(of="innovation", value=theirs.name))
        if mine is not None and theirs is not None and theirs.kind not in (None, mine.kind):
            self.codings.append(self._second(of="innovation.kind", value=theirs.kind))
        return mine or theirs

    def _citation(self) -> Citation | None:
        mine, theirs = self.first.citation, self.second.citation
        if mine is None or theirs is None:
            return mine or theirs
        if mine.doi != theirs.doi and mine.doi is not None and theirs.doi is not None:
            raise ValueError(f"{self.kept} and {self.other} have different DOIs")
        return attrs.evolve(mine, doi=mine.doi or theirs.doi, url=mine.url or theirs.url)

    def _extra(self) -> dict[str, str | int | float | bool | None]:
        extra = dict(self.first.extra)
        for key, value in self.second.extra.items():
            if extra.setdefault(key, value) != value:
                extra[f"{key} (second coder)"] = value
        return {**extra, "also_known_as": self.other}

    # --- nodes ---

    def _settings(self) -> tuple[Setting, ...]:
        """Each coding describes the one setting of the study in one phrase."""
        if not self.first.settings:
            return self.second.settings
        (mine,) = self.first.settings
        return tuple(self._joined(mine, theirs, ()) for theirs in self.second.settings) or (mine,)

    def _strategies(self) -> tuple[Strategy, ...]:
        joined = self._nodes(self.first.strategies, self.second.strategies, "s", _same_strategy)
        own = {strategy.id for strategy in self.first.strategies}
        return tuple(
            strategy
            if strategy.id in own
            else attrs.evolve(strategy, addresses=self._all(strategy.addresses))
            for strategy in joined
        )

    def _nodes(
        self,
        mine: Sequence[_Node],
        theirs: Sequence[_Node],
        letter: str,
        differs: Callable[[_Node, _Node], Iterable[tuple[str, str]]],
    ) -> tuple[_Node, ...]:
        found = {node.id: node for node in mine}
        matches = self._matches(mine, theirs)
        for node in theirs:
            if node.id in matches:
                self.ids[node.id] = matches[node.id]
                self.tally.merged_nodes[type(node).__name__] += 1
                for target in matches[node.id]:
                    wordless = self._wordless(node)
                    found[target] = self._joined(
                        found[target],
                        node,
                        () if wordless else differs(found[target], node),
                        label=not wordless,
                    )
            else:
                fresh = f"{letter}{len(found) + 1}"
                self.ids[node.id] = (fresh,)
                found[fresh] = attrs.evolve(node, id=fresh)
        return tuple(found.values())

    def _matches(
        self, mine: Sequence[_Node], theirs: Sequence[_Node]
    ) -> dict[str, tuple[str, ...]]:
        same = SAME.get(self.kept, {})
        by_label = {node.label.casefold(): node.id for node in mine}
        matches: dict[str, tuple[str, ...]] = {}
        for node in theirs:
            labels = same.get(node.label, (node.label,))
            ids = tuple(
                by_label[label.casefold()] for label in labels if label.casefold() in by_label
            )
            if ids:
                matches[node.id] = ids
        taken = {target for targets in matches.values() for target in targets}
        for node in theirs:
            if node.id in matches or not node.codes:
                continue
            if self._wordless(node):
                everywhere = tuple(
                    other.id for other in mine if set(node.codes) <= set(other.codes)
                )
                if everywhere:
                    matches[node.id] = everywhere
                continue
            key = _key(node)
            here = [other for other in mine if _key(other) == key and other.id not in taken]
            there = [other for other in theirs if _key(other) == key and other.id not in matches]
            if key is not None and len(here) == len(there) == 1:
                matches[node.id] = (here[0].id,)
                taken.add(here[0].id)
        return matches

    def _wordless(self, node: Barrier | Strategy | Outcome | Relationship | Setting) -> bool:
        """Say whether a table gave a strategy's code and no words beside it."""
        return (
            isinstance(node, Strategy)
            and len(node.codes) == 1
            and slug(node.label) == split(node.codes[0])[1]
        )

    def _joined(
        self,
        mine: _Node,
        theirs: _Node,
        differences: Iterable[tuple[str, str]],
        *,
        label: bool = True,
    ) -> _Node:
        codings = [*mine.codings, *theirs.codings]
        if label and theirs.label.casefold() != mine.label.casefold():
            codings.append(self._second(of="label", value=theirs.label))
        codings += [self._second(of=name, value=value) for name, value in differences]
        filled = {
            name: getattr(theirs, name)
            for name in _FILLED
            if getattr(mine, name, 0) is None and getattr(theirs, name, None) is not None
        }
        if isinstance(mine, Strategy):
            # The links that either coder read off the source, each once.
            links = (*mine.addresses, *self._all(getattr(theirs, "addresses", ())))
            filled["addresses"] = tuple(dict.fromkeys(links))
        return attrs.evolve(
            mine, codings=tuple(codings), note=_notes(mine.note, theirs.note), **filled
        )

    def _all(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return the merged ids of nodes of the second coder, each once."""
        return tuple(dict.fromkeys(new for old in ids for new in self.ids[old]))

    # --- relationships and their parties ---

    def _actors(self) -> tuple[Actor, ...]:
        found = {actor.label: actor for actor in self.first.actors}
        for actor in self.second.actors:
            if actor.label not in found:
                found[actor.label] = attrs.evolve(actor, id=f"a{len(found) + 1}")
            self.ids[actor.id] = (found[actor.label].id,)
        return tuple(found.values())

    def _relationships(self) -> tuple[Relationship, ...]:
        own = {tie.id for tie in self.first.relationships}
        return tuple(
            tie if tie.id in own else attrs.evolve(tie, parties=self._all(tie.parties))
            for tie in self._nodes(
                self.first.relationships,
                self.second.relationships,
                "r",
                self._same_relationship,
            )
        )

    def _same_relationship(
        self, mine: Relationship, theirs: Relationship
    ) -> Iterable[tuple[str, str]]:
        here = " - ".join(actor.label for actor in self.first.actors if actor.id in mine.parties)
        there = " - ".join(
            actor.label for actor in self.second.actors if actor.id in theirs.parties
        )
        if there and there != here:
            yield "parties", there
        if theirs.quality is not None and theirs.quality != mine.quality:
            yield "quality", theirs.quality

    # --- findings ---

    def _findings(self) -> tuple[Finding, ...]:
        found = list(self.first.findings)
        taken: set[str] = set()
        for theirs in self.second.findings:
            moved = self._moved(theirs)
            candidates = [
                mine for mine in self.first.findings if mine.id not in taken and _agree(mine, moved)
            ]
            candidates.sort(key=lambda mine: _distance(mine, moved))
            if candidates:
                place = next(i for i, mine in enumerate(found) if mine.id == candidates[0].id)
                taken.add(candidates[0].id)
                found[place] = self._same_finding(found[place], moved)
                self.tally.merged_nodes["Finding"] += 1
            else:
                found.append(attrs.evolve(moved, id=f"f{len(found) + 1}"))
        return tuple(found)

    def _moved(self, theirs: Finding) -> Finding:
        return attrs.evolve(
            theirs,
            outcome=self.ids[theirs.outcome][0],
            strategies=self._all(theirs.strategies),
            barriers=self._all(theirs.barriers),
            relationship=None if theirs.relationship is None else self.ids[theirs.relationship][0],
        )

    def _same_finding(self, mine: Finding, theirs: Finding) -> Finding:
        codings = [*mine.codings, *theirs.codings]
        for name in ("strategies", "barriers"):
            ids = getattr(theirs, name)
            if set(ids) != set(getattr(mine, name)):
                codings.append(self._second(of=name, value=" ".join(ids) or "none"))
        for name in ("relationship", "role", "comparator_label", "timepoint", "n"):
            value = getattr(theirs, name)
            if value is not None and value != getattr(mine, name):
                codings.append(self._second(of=name, value=str(value)))
        return attrs.evolve(
            mine,
            codings=tuple(codings),
            timepoint=mine.timepoint or theirs.timepoint,
            n=theirs.n if mine.n is None else mine.n,
            estimate=mine.estimate or theirs.estimate,
            note=_notes(mine.note, theirs.note),
        )


_FILLED: Final = (
    "level",
    "valence",
    "actor",
    "action_target",
    "dose",
    "temporality",
    "kind",
    "desirable",
    "quality",
)
"""Fields of a node that the second coder fills where the first left them open."""


def _credited(study: Study) -> Study:
    """Say on every finding and relationship who coded it, as barriers and the rest already do."""
    who = study.codings[0]

    def own(of: str, value: str) -> Coding:
        return Coding(coder=who.coder, by=who.by, of=of, value=value)

    return attrs.evolve(
        study,
        findings=tuple(
            attrs.evolve(finding, codings=(*finding.codings, own("direction", finding.direction)))
            for finding in study.findings
        ),
    )


def _key(node: object) -> tuple[str, ...] | None:
    """Return the codes by which two coders' nodes are matched: those of the commonest taxonomies.

    A relational label beside an ERIC label is a second opinion on the same action, so it does not
    part two nodes that share the first.
    """
    codes: tuple[Code, ...] = getattr(node, "codes", ())
    main = tuple(code for code in codes if split(code)[0] in ("eric", "cfir-2009", "proctor"))
    return main or None


def _same_barrier(mine: Barrier, theirs: Barrier) -> Iterable[tuple[str, str]]:
    return _differences(mine, theirs, ("level", "valence"))


def _same_strategy(mine: Strategy, theirs: Strategy) -> Iterable[tuple[str, str]]:
    return _differences(mine, theirs, ("actor", "action_target", "dose"))


def _same_outcome(mine: Outcome, theirs: Outcome) -> Iterable[tuple[str, str]]:
    return _differences(mine, theirs, ("kind", "desirable"))


def _differences(mine: object, theirs: object, names: tuple[str, ...]) -> Iterable[tuple[str, str]]:
    for name in names:
        value = getattr(theirs, name)
        if value is not None and value != getattr(mine, name):
            yield name, value


def _agree(mine: Finding, theirs: Finding) -> bool:
    return (
        mine.outcome == theirs.outcome
        and mine.direction == theirs.direction
        and not _contradict(mine.estimate, theirs.estimate)
    )


def _contradict(mine: Estimate | None, theirs: Estimate | None) -> bool:
    if mine is None or theirs is None:
        return False
    pairs = (
        (getattr(mine, name), getattr(theirs, name))
        for name in ("metric", "value", "ci_low", "ci_high", "p", "p_bound")
    )
    return any(None not in pair and pair[0] != pair[1] for pair in pairs)


def _distance(mine: Finding, theirs: Finding) -> tuple[int, int, int]:
    """Return how far two findings are apart in comparator, strategies and barriers.

    A table that prints one direction for an outcome and no comparator means the main result, which
    stands first.
    """
    if theirs.comparator is None:
        return (0, 0, 0)
    return (
        int(mine.comparator != theirs.comparator),
        len(set(mine.strategies) ^ set(theirs.strategies)),
        len(set(mine.barriers) ^ set(theirs.barriers)),
    )


def _links(mine: LinksCoded | None, theirs: LinksCoded | None) -> LinksCoded | None:
    return "partial" if "partial" in (mine, theirs) else mine


def _notes(*notes: str | None) -> str | None:
    return " ".join(dict.fromkeys(note for note in notes if note is not None)) or None
