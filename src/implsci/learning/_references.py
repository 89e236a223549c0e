"""References of questions, observations and cycles that lead nowhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from attrs import frozen

from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.model import Study
from implsci.model.documents import (
    Document,
    LearningCycle,
    Observation,
    ResearchQuestion,
    SupportArrangement,
)

__all__ = ["Dangling", "dangling"]

_KINDS: Final[Mapping[type[Document], str]] = {
    ResearchQuestion: "question",
    Observation: "observation",
    SupportArrangement: "support arrangement",
}


@frozen(kw_only=True)
class Dangling:
    """A reference to something that is not there.

    Attributes:
        where: the record, and the step in it, that refers.
        to: what it refers to.
        because: what is wrong with it.

    Examples:
        >>> Dangling(where="cycle l1, step s1", to="kenya-1", because="no such study").to
        'kenya-1'
    """

    where: str
    to: str
    because: str


def dangling(casebook: Casebook, compendium: Compendium | None) -> tuple[Dangling, ...]:
    """Return what questions, observations and cycles refer to and is not there.

    Args:
        casebook: the records.
        compendium: the studies; None where they are not known, so that no study is looked for.
    """
    studies = None if compendium is None else {study.id: study for study in compendium}
    return tuple(_all(casebook, studies))


def _all(casebook: Casebook, studies: Mapping[str, Study] | None) -> Iterator[Dangling]:
    records = {record.id: record for record in casebook}
    for question in casebook.of(ResearchQuestion):
        where = f"question {question.id}"
        for name in question.arises_from:
            yield from _record(where, name, Observation, records)
        yield from _studies(where, question, studies)
    for seen in casebook.of(Observation):
        where = f"observation {seen.id}"
        if seen.arrangement is not None:
            yield from _record(where, seen.arrangement, SupportArrangement, records)
        yield from _studies(where, seen, studies)
    for cycle in casebook.of(LearningCycle):
        yield from _studies(f"cycle {cycle.id}", cycle, studies)
        for step in cycle.steps:
            where = f"cycle {cycle.id}, step {step.id}"
            if step.of is None:
                continue
            if step.kind == "question":
                yield from _record(where, step.of, ResearchQuestion, records)
            elif step.kind == "observation":
                yield from _record(where, step.of, Observation, records)
            elif step.kind == "finding" and "#" not in step.of:
                yield Dangling(where=where, to=step.of, because="expected study#finding")
            elif step.kind in ("study", "finding") or step.of not in records:
                yield from _finding(where, step.of, studies)


def _record(
    where: str, name: str, kind: type[Document], records: Mapping[str, Document]
) -> Iterator[Dangling]:
    found = records.get(name)
    if found is None:
        yield Dangling(where=where, to=name, because=f"no such {_KINDS[kind]} in the casebook")
    elif not isinstance(found, kind):
        yield Dangling(
            where=where, to=name,
            because=f"a record of class {type(found).__name__}; expected {kind.__name__}",
        )  # fmt: skip


def _studies(
    where: str, record: Document, studies: Mapping[str, Study] | None
) -> Iterator[Dangling]:
    for name in record.studies:
        yield from _finding(where, name, studies)


def _finding(where: str, name: str, studies: Mapping[str, Study] | None) -> Iterator[Dangling]:
    if studies is None:
        return
    study, mark, finding = name.partition("#")
    if study not in studies:
        yield Dangling(where=where, to=name, because="no such study in the compendium")
    elif mark and finding not in {one.id for one in studies[study].findings}:
        yield Dangling(where=where, to=name, because="no such finding in that study")
