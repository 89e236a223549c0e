"""What is wrong, or doubtful, in a casebook: every problem with its place and severity."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from implsci.casebook.files import records_of
from implsci.casebook.redaction import exposed
from implsci.codec import MAX_BYTES
from implsci.compendium._doubts.codes import Verdicts, coded
from implsci.compendium.check import Problem, Problems
from implsci.compendium.rules import RULES, fault_rule
from implsci.errors import CorruptDocument, CycleError, InvalidRecord
from implsci.model.documents import (
    Document,
    LearningCycle,
    Observation,
    Pathway,
    ResearchQuestion,
    SupportArrangement,
)
from implsci.plugins import Registry
from implsci.sequencing import sequence

__all__ = ["Placed", "check_documents", "placed_records"]


def __dir__() -> list[str]:
    return __all__


Placed = tuple[str | None, int | None, Document]
"""A record with the file and line it stands in; None for one in memory.

Examples:
    >>> from implsci.model.documents import Claim
    >>> place: Placed = ("ours.jsonl", 3, Claim(id="c", about="use", statement="Little is used."))
    >>> place[1]
    3
"""


def placed_records(
    path: str, max_bytes: int = MAX_BYTES
) -> tuple[tuple[Placed, ...], tuple[Problem, ...]]:
    """Read the records of a file with their places, and say what keeps any from being read.

    Args:
        path: a ``.jsonl`` or ``.json`` file, or a folder of them.
        max_bytes: the size, in bytes, above which a record is refused unread.

    Returns:
        The records, and the problems of those that cannot be read.

    Raises:
        UnreadableFileError: nothing there, no permission, or no such kind of file.

    Examples:
        >>> from pathlib import Path
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "ours.jsonl")
        ...     _ = file.write_text('{"type": "claim", "id": "c"}')
        ...     placed_records(str(file))[1][0].message
        'required, and missing'
    """
    from pathlib import Path

    records: list[Placed] = []
    problems: list[Problem] = []
    for raw, item in records_of(Path(path), max_bytes):
        if isinstance(item, CorruptDocument):
            problems.append(_unread(raw.file, raw.line, item.reason, "unreadable"))
        elif isinstance(item, InvalidRecord):
            problems += (
                _unread(
                    raw.file, raw.line, fault.message, fault_rule(fault.message), fault.path,
                    item.identifier,
                )
                for fault in item.faults
            )  # fmt: skip
        else:
            records.append((raw.file, raw.line, item))
    return tuple(records), tuple(problems)


def _unread(
    file: str | None,
    line: int | None,
    message: str,
    rule: str,
    path: str = "",
    record: str | None = None,
) -> Problem:
    return Problem(
        message=message, severity="error", path=path, study=record, file=file, line=line, rule=rule
    )


def check_documents(
    records: Iterable[Placed], registry: Registry, studies: Collection[str] | None = None
) -> Problems:
    """Check records that could be read: ids, references, codes, order, and what consent allows.

    Args:
        records: the records with their places.
        registry: holds the taxonomies.
        studies: ids of the studies they may point to, findings as ``study#finding``; None checks no
            reference to a study.

    Returns:
        The problems; their `study` is the id of the record.

    Examples:
        >>> import implsci
        >>> from implsci.model.documents import Pathway, Episode
        >>> path = Pathway(id="p", case="ana", episodes=(Episode(id="e", state="engagement:shove"),))
        >>> [one.rule for one in check_documents([(None, None, path)], implsci.registry())]
        ['unknown-code']
    """
    given = tuple(records)
    book = tuple(record for _, _, record in given)
    known = {record.id: record for record in reversed(book)}
    verdicts = Verdicts(registry)
    missing: Counter[str] = Counter()
    problems: list[Problem] = []
    seen: set[str] = set()
    for file, line, record in given:
        doubts = [*_own(record), *_pointing(record, known), *_absent(record, studies)]
        if record.id in seen:
            doubts.insert(
                0, ("repeated-id", "id", f"{record.id!r} is also the id of another record")
            )
        seen.add(record.id)
        for path, code in coded(record):
            rule, message = verdicts[code]
            if rule == "taxonomy-missing":
                missing[message] += 1
            elif rule not in (None, "provisional-term"):
                doubts.append((str(rule), path, message))
        problems += (
            Problem(
                message=message,
                severity=RULES[rule].severity,
                rule=rule,
                path=path,
                study=record.id,
                file=file,
                line=line,
            )
            for rule, path, message in doubts
        )
    for scheme, count in sorted(missing.items()):
        message = f"no taxonomy {scheme!r} is installed: {count} codes were not checked"
        problems.append(Problem(message=message, severity="info", rule="taxonomy-missing"))
    if places := exposed(book):
        message = (
            f"{len(places)} quotes, names and contacts that a release takes out, the first at "
            f"{places[0]}"
        )
        problems.append(Problem(message=message, severity="info", rule="personal-data"))
    return Problems(studies=len(book), problems=tuple(problems))


_Doubt = tuple[str, str, str]


def _own(record: Document) -> Iterator[_Doubt]:
    if not isinstance(record, SupportArrangement):
        return
    if record.innovation is not None:
        try:
            sequence(record.innovation)
        except CycleError as error:
            yield "dependency-cycle", "innovation.core_elements", str(error)
    chosen = [
        word
        for word, there in (("an innovation", record.innovation), ("strategies", record.strategies))
        if there
    ]
    if chosen and (record.diagnosis is None or not record.diagnosis.causes):
        found = "no diagnosis" if record.diagnosis is None else "a diagnosis without causes"
        yield (
            "undiagnosed",
            "diagnosis",
            f"{' and '.join(chosen)} chosen on {found}: a solution in search of a problem",
        )


def _pointing(record: Document, known: dict[str, Document]) -> Iterator[_Doubt]:
    """Yield references to records of the casebook that are not there, or of another class."""
    for path, target, kind in _targets(record):
        found = known.get(target)
        if found is None:
            yield "dangling-record", path, f"{target!r} names no record of this casebook"
        elif not isinstance(found, kind):
            yield (
                "dangling-record",
                path,
                f"{target!r} is a {type(found).__name__}; expected a {kind.__name__}",
            )


def _targets(record: Document) -> Iterator[tuple[str, str, type[Document]]]:
    if isinstance(record, Pathway) and record.revises is not None:
        yield "revises", record.revises, Pathway
    elif isinstance(record, Observation) and record.arrangement is not None:
        yield "arrangement", record.arrangement, SupportArrangement
    elif isinstance(record, ResearchQuestion):
        for index, target in enumerate(record.arises_from):
            yield f"arises_from[{index}]", target, Observation
    elif isinstance(record, LearningCycle):
        kinds: dict[str, type[Document]] = {
            "question": ResearchQuestion,
            "observation": Observation,
        }
        for index, step in enumerate(record.steps):
            if step.of is not None and step.kind in kinds:
                yield f"steps[{index}].of", step.of, kinds[step.kind]


def _absent(record: Document, studies: Collection[str] | None) -> Iterator[_Doubt]:
    """Yield references to studies and findings that the compendium does not hold."""
    if studies is None:
        return
    named = [(f"studies[{index}]", target) for index, target in enumerate(record.studies)]
    if isinstance(record, SupportArrangement) and record.diagnosis is not None:
        named += (
            (f"diagnosis.studies[{index}]", target)
            for index, target in enumerate(record.diagnosis.studies)
        )
    if isinstance(record, LearningCycle):
        named += (
            (f"steps[{index}].of", step.of)
            for index, step in enumerate(record.steps)
            if step.of is not None and step.kind in ("study", "finding")
        )
    for path, target in named:
        if target not in studies:
            word = "finding" if "#" in target else "study"
            yield "unknown-study", path, f"{target!r} names no {word} of the compendium"
