"""A brief of one learning cycle, or of one step of it: what happened, on what evidence, what is open."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from implsci._wording import counted
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.errors import UnknownNameError
from implsci.escaping import markup, one_line
from implsci.learning._asking import as_compendium
from implsci.learning._cycles import Cycles, cycles
from implsci.model import Finding, Study
from implsci.model.documents import LearningCycle, LearningStep, Observation, ResearchQuestion
from implsci.names import close_names
from implsci.plugins import Registry

__all__ = ["finding_line", "lesson_brief", "observation_lines", "plain_text"]

# What Markdown obeys anywhere, and what it obeys at the head of a line.
_ANYWHERE = re.compile(r"([\\`*_{}\[\]#|~$^])")
_AT_HEAD = re.compile(r"^(\d+(?=[.)])|(?=[-+=]))(.)")


def lesson_brief(
    casebook: Casebook,
    identifier: str,
    compendium: Compendium | Iterable[Study] | None = None,
    *,
    registry: Registry | None = None,
) -> str:
    """Write up one cycle, or one step of it such as a lesson, with its evidence and what is open.

    Args:
        casebook: holds the cycle.
        identifier: id of a cycle; or ``cycle#step`` for one step, with what led to it and what came
            of it.
        compendium: the studies it speaks of; without it no finding can be shown.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        Markdown. All text from records is escaped. Words of people are shown only where they agreed
        to publication, and names and contacts not at all, as `Casebook.redact` takes them out.

    Raises:
        ConsentError: a name of a person stands in an id of the casebook.
        UnknownNameError: no such cycle, or no such step in it.

    Examples:
        >>> book = Casebook(records=(LearningCycle(
        ...     id="l1",
        ...     title="Reminders",
        ...     steps=(LearningStep(id="a", kind="lesson", label="send them <b>early</b>"),),
        ... ),))
        >>> print(lesson_brief(book, "l1#a").splitlines()[0])
        # send them &lt;b&gt;early&lt;/b&gt;
    """
    name, mark, step_id = identifier.partition("#")
    known = [cycle.id for cycle in casebook.of(LearningCycle)]
    if name not in known:
        raise UnknownNameError("cycle", name, close_names(name, known, 3))
    # A brief goes from hand to hand.
    casebook = casebook.redact(quotes="consented")
    cycle = next(one for one in casebook.of(LearningCycle) if one.id == name)
    studies = None if compendium is None else as_compendium(compendium)
    found = cycles(casebook, studies, registry=registry)
    steps = {step.id: step for step in found[name].steps}
    if not mark:
        return _written(_Brief(cycle, casebook, studies, found, tuple(steps.values()), None))
    if step_id not in steps:
        raise UnknownNameError(
            "step", step_id, close_names(step_id, list(steps), 3), f"in cycle {name}"
        )
    kept = _around(steps, step_id)
    return _written(
        _Brief(
            cycle,
            casebook,
            studies,
            found,
            tuple(step for step in steps.values() if step.id in kept),
            steps[step_id],
        )
    )


def _around(steps: dict[str, LearningStep], name: str) -> set[str]:
    """Return a step, what led to it and what came of it; steps stand in time."""
    before, after = {name}, {name}
    for step in reversed(steps.values()):
        if step.id in before:
            before.update(step.follows)
    for step in steps.values():
        if not after.isdisjoint(step.follows):
            after.add(step.id)
    return before | after


class _Brief:
    """What a brief is written from."""

    def __init__(
        self,
        cycle: LearningCycle,
        casebook: Casebook,
        studies: Compendium | None,
        found: Cycles,
        steps: tuple[LearningStep, ...],
        about: LearningStep | None,
    ) -> None:
        self.cycle = cycle
        self.records = {record.id: record for record in casebook}
        self.studies = None if studies is None else {study.id: study for study in studies}
        self.found = found
        self.steps = steps
        self.about = about


def _written(brief: _Brief) -> str:
    course = brief.found[brief.cycle.id]
    about = brief.about
    state = "closed" if course.closed else "open"
    span = " to ".join(dict.fromkeys(filter(None, [course.start, course.end]))) or "no date told"
    lines = [
        f"# {plain_text(about.label if about else brief.cycle.title)}",
        "",
        f"{_kind(about).capitalize()} of the learning cycle “{plain_text(brief.cycle.title)}” "
        f"({plain_text(brief.cycle.id)}), which is {state}; {plain_text(span)}."
        if about
        else f"Learning cycle {plain_text(brief.cycle.id)}, {state}; {plain_text(span)}.",
        "",
        "## What happened",
        "",
        *(_step(step, step is about) for step in brief.steps),
        "",
        "## The evidence behind it",
        "",
        *(list(_evidence(brief)) or ["- None is named."]),
        "",
        "## What is not known",
        "",
        *(list(_unknown(brief)) or ["- Nothing is open that these records tell of."]),
        "",
        "Research and practice stand side by side and are not added together. What nobody wrote down "
        "is not in this brief.",
    ]
    return "\n".join(lines) + "\n"


def _step(step: LearningStep, marked: bool) -> str:
    label = f"**{plain_text(step.label)}**" if marked else plain_text(step.label)
    of = f" ({plain_text(step.of)})" if step.of else ""
    return f"- {plain_text(step.date or 'undated')}, {_kind(step)}: {label}{of}"


def _kind(step: LearningStep | None) -> str:
    words = {"practice_change": "change of practice"}
    return "" if step is None else words.get(step.kind, step.kind)


def _evidence(brief: _Brief) -> Iterator[str]:
    told: set[str] = set()
    for step in brief.steps:
        if step.of is None or step.of in told:
            continue
        told.add(step.of)
        record = brief.records.get(step.of)
        if isinstance(record, Observation):
            yield from observation_lines(record)
        elif isinstance(record, ResearchQuestion) and record.citation is not None:
            cited = record.citation
            where = f"doi:{cited.doi}" if cited.doi else cited.url or cited.text
            if where:
                yield f"- Question {plain_text(record.id)}: asked in {plain_text(where)}"
        elif brief.studies is not None and record is None:
            study, _, finding = step.of.partition("#")
            if study in brief.studies:
                yield from _study(brief.studies[study], finding)


def _study(study: Study, finding: str) -> Iterator[str]:
    cited = study.citation
    doi = f", doi:{cited.doi}" if cited and cited.doi else ""
    year = f" ({study.year})" if study.year else ""
    head = f"- Study {plain_text(study.id)}: {plain_text(study.title)}{year}{plain_text(doi)}"
    own = [one for one in study.findings if one.id == finding] if finding else list(study.findings)
    if not own:
        yield f"{head}; it has no finding here"
        return
    yield head
    for one in own:
        yield f"  - {finding_line(study, one)}"


def finding_line(study: Study, finding: Finding) -> str:
    """Return what a finding says, as one line of Markdown."""
    outcome = next(node for node in study.outcomes if node.id == finding.outcome)
    parts = [
        f"{outcome.label}: {finding.direction.replace('_', ' ')}",
        f"basis: {finding.basis or 'not stated'}",
    ]
    if finding.estimate is not None and finding.estimate.value is not None:
        number = finding.estimate
        span = (
            f" [{number.ci_low:g}, {number.ci_high:g}]"
            if number.ci_low is not None and number.ci_high is not None
            else ""
        )
        parts.append(f"{number.metric} {number.value:g}{span}")
    if finding.n is not None:
        parts.append(f"n = {finding.n}")
    if finding.bundled:
        parts.append(f"on a bundle of {len(finding.strategies)} strategies")
    return plain_text("; ".join(parts))


def observation_lines(seen: Observation) -> Iterator[str]:
    """Yield what practice saw, and the quotes that may be shown, as items of Markdown."""
    parts = [seen.statement.rstrip().removesuffix(".")]
    if seen.direction:
        parts.append(seen.direction.replace("_", " "))
    if seen.n is not None:
        parts.append(f"{seen.n} of {seen.n_informants or 'an unknown number'} say so")
    parts += [part for part in (f"by {seen.by}" if seen.by else None, seen.date) if part]
    yield f"- Seen in practice, {plain_text(seen.id)}: {plain_text('; '.join(parts))}"
    shown = [one for one in seen.quotes if one.consent == "publication" and one.text]
    for quote in shown:
        role = f" ({plain_text(quote.role)})" if quote.role else ""
        yield f"  - “{plain_text(quote.text or '')}”{role}"
    if held := len(seen.quotes) - len(shown):
        yield f"  - {counted(held, 'quote')} not shown, for want of consent to publication"


def _unknown(brief: _Brief) -> Iterator[str]:
    names = {
        name for step in brief.steps for name in (step.of, f"{brief.cycle.id}#{step.id}") if name
    }
    for loop in brief.found.loops:
        if loop.id in names:
            since = f" since {loop.since}" if loop.since else ""
            note = f"; {loop.note}" if loop.note else ""
            yield "- " + plain_text(
                f"{loop.kind}: {loop.label}{since}; missing: {loop.missing}{note}"
            )
    places = {f"cycle {brief.cycle.id}, step {step.id}" for step in brief.steps}
    for lost in brief.found.dangling:
        if lost.where in places or lost.where == f"cycle {brief.cycle.id}":
            yield "- " + plain_text(f"{lost.to} leads nowhere: {lost.because}")
    if brief.studies is None and any(step.kind in ("study", "finding") for step in brief.steps):
        yield "- No compendium was asked, so that no study or finding is shown."
    bare = [step for step in brief.steps if step.kind in ("study", "finding") and not step.of]
    if bare:
        yield f"- {counted(len(bare), 'study or finding', 'studies or findings')} told without a record."
    undated = sum(step.date is None for step in brief.steps)
    if undated:
        yield f"- {counted(undated, 'step')} without a date."


def plain_text(text: str) -> str:
    """Return text that Markdown, and what Markdown becomes, show as it is."""
    return markup(_AT_HEAD.sub(r"\1\\\2", _ANYWHERE.sub(r"\\\1", one_line(text))))
