"""The guided interview: asks the questions one by one, and asks a wrong answer again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Final, Protocol

from implsci.codes import is_code
from implsci.diagnosing._answers import Answers, diagnosis_of, faults_of, worked_out
from implsci.diagnosing._questions import QUESTIONS, Question
from implsci.diagnosing._reading import read_answer, show_answer
from implsci.errors import Fault, InvalidQueryError, InvalidRecord, UnknownNameError
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["Talk", "interview"]

_HELP: Final = "?"
_NOTHING: Final = "-"
_BACK: Final = "<"
_SUGGESTED: Final = 5
_NEEDED: Final = "problem"


class Talk(Protocol):
    """How an interview speaks with a person."""

    def ask(self, question: Question, prompt: str) -> str:
        """Put a question, and return one line; whatever it raises ends the interview."""
        ...

    def tell(self, text: str) -> None:
        """Say something that needs no answer."""


class _Back(Exception):  # noqa: N818  a signal inside this module
    """The person wants the question before this one again."""


def interview(
    talk: Talk,
    answers: Mapping[str, object] | None = None,
    *,
    keep: Callable[[Answers], None] | None = None,
    registry: Registry | None = None,
) -> Answers:
    """Ask the questions of a diagnosis, and return the answers.

    An empty line leaves a question open, or keeps what was said before; ``?`` explains it, ``-``
    strikes an answer out, ``<`` goes back to the question before. An answer that breaks a rule is
    asked again with the reason. What the answers make, `diagnosis_of` returns.

    Args:
        talk: puts the questions.
        answers: what is known already: its questions are not put again, its tables can be added to.
        keep: given all answers so far after each question and each row.
        registry: finds terms for causes and groups; the default registry where None.

    Examples:
        >>> class Script:
        ...     said = ["Children are screened late", "all under two"]
        ...     def ask(self, question, prompt):
        ...         return self.said.pop(0) if self.said else ""
        ...     def tell(self, text):
        ...         pass
        >>> interview(Script())
        {'problem': 'Children are screened late', 'population': 'all under two'}
    """
    return _Interview(talk, answers or {}, keep, registry or default_registry()).run()


class _Interview:
    def __init__(
        self,
        talk: Talk,
        answers: Mapping[str, object],
        keep: Callable[[Answers], None] | None,
        registry: Registry,
    ) -> None:
        self._talk = talk
        self._answers: Answers = deepcopy(dict(answers))
        self._keep = keep
        self._registry = registry

    def run(self) -> Answers:
        asked = [one for one in QUESTIONS if one.kind == "table" or one.field not in self._answers]
        index = 0
        while index < len(asked):
            question = asked[index]
            try:
                if question.kind == "table":
                    self._table(question)
                elif question.kind == "record":
                    self._record(question)
                else:
                    self._single(question)
                index += 1
            except _Back:
                index = max(index - 1, 0)
        return self._answers

    # Questions of each shape

    def _single(self, question: Question) -> None:
        while True:
            answer = self._part(question, self._answers.get(question.field), {})
            if answer is None and question.field == _NEEDED:
                self._talk.tell("This one cannot be left open; every other can.")
            elif self._take(question.field, answer):
                return

    def _record(self, question: Question) -> None:
        self._talk.tell(question.prompt)
        given = self._answers.get(question.field)
        while True:
            record = self._parts(question, given if isinstance(given, dict) else {})
            if self._take(question.field, record or None):
                self._say_gap()
                return
            given = record

    def _table(self, question: Question) -> None:
        held = self._answers.get(question.field)
        rows: list[object] = list(held) if isinstance(held, list) else []
        so_far = f" ({len(rows)} so far)" if rows else ""
        self._talk.tell(f"{question.prompt} An empty line ends the list{so_far}.")
        given: Answers = {}
        while row := self._parts(question, given):
            given = {} if self._take(question.field, [*rows, row]) else row
            if not given:
                rows.append(row)

    def _parts(self, question: Question, given: Mapping[str, object]) -> Answers:
        """Ask for a record; empty where its first part is left open."""
        record: Answers = {}
        for index, part in enumerate(one for one in question.parts if not one.hidden):
            answer = self._part(part, given.get(part.field), record)
            if answer is not None:
                record[part.field] = answer
            elif index == 0 and not self._shared(part):
                return {}
        return record

    def _shared(self, part: Question) -> object:
        other = self._answers.get(part.as_in) if part.as_in else None
        return other.get(part.field) if isinstance(other, dict) else None

    # One line

    def _part(self, question: Question, given: object, record: Mapping[str, object]) -> object:
        """Return the answer to one question, None where it is left open."""
        hits: Sequence[str] = ()
        if question.kind == "codes":
            hits = self._suggest(question, next(map(str, record.values()), ""))
        prompt = self._prompt(question, given, record)
        while True:
            text = self._talk.ask(question, prompt)
            match text.strip():
                case "":
                    return given
                case "?":
                    self._talk.tell(question.help)
                    continue
                case "-":
                    return None
                case "<":
                    raise _Back
            chosen = _chosen(text, hits)
            if chosen is not None:
                return chosen if question.kind == "codes" else chosen[0]
            try:
                return read_answer(question, text, self._registry)
            except InvalidQueryError as error:
                words = text.strip()
                if question.terms and not is_code(words) and not words.startswith("json:"):
                    hits = self._suggest(question, words)
                else:
                    self._talk.tell(error.reason)

    def _prompt(self, question: Question, given: object, record: Mapping[str, object]) -> str:
        parts = [question.prompt]
        if question.choices:
            parts.append(f"({', '.join(question.choices)}{', or other' if question.open else ''})")
        elif question.terms:
            parts.append("(a number, a code, or words to look for)")
        if given is not None:
            parts.append(f"[{show_answer(question, given, self._registry)}]")
        elif question.field == "value" and (rate := worked_out(record)) is not None:
            parts.append(f"[{rate:.6g}, from {record['n']} of {record['base']}]")
        elif (shared := self._shared(question)) is not None:
            parts.append(f"[as today: {shared}]")
        return " ".join(parts)

    def _suggest(self, question: Question, words: str) -> tuple[str, ...]:
        """Tell which terms fit some words, and return their codes."""
        try:
            hits = self._registry.search(words[:200], kind=question.terms, limit=_SUGGESTED)
        except UnknownNameError:  # no taxonomy with such terms is installed
            hits = ()
        if not hits:
            self._talk.tell("No term fits these words; try others, or leave it open.")
        for number, hit in enumerate(hits, 1):
            self._talk.tell(f"  {number}  {hit.term.label} [{hit.term.code}]")
        return tuple(hit.term.code for hit in hits)

    # What answers make

    def _take(self, field: str, answer: object) -> bool:
        """Keep an answer, unless it breaks a rule: then say which."""
        answers = {key: value for key, value in self._answers.items() if key != field}
        if answer is not None:
            answers[field] = answer
        known = set(faults_of(self._answers))
        faults = [fault for fault in faults_of(answers) if fault not in known]
        for fault in faults:
            self._talk.tell(_in_words(fault))
        if faults:
            return False
        self._answers = answers
        if self._keep is not None:
            self._keep(deepcopy(answers))
        return True

    def _say_gap(self) -> None:
        try:
            found = diagnosis_of({_NEEDED: "?", **self._answers})
        except InvalidRecord:
            return
        if found.gap is not None and found.desired is not None:
            unit = f" ({found.desired.unit})" if found.desired.unit else ""
            self._talk.tell(f"The gap between what is wanted and what is: {found.gap:.6g}{unit}.")


def _chosen(text: str, hits: Sequence[str]) -> list[str] | None:
    """Return the codes that numbers choose, None where the text is no choice among those offered."""
    words = text.replace(",", " ").split()
    if not words or not all(word.isascii() and word.isdecimal() for word in words):
        return None
    numbers = [int(word) for word in words if len(word) < 4]
    if len(numbers) < len(words) or not all(1 <= number <= len(hits) for number in numbers):
        return None
    return list(dict.fromkeys(hits[number - 1] for number in numbers))


def _in_words(fault: Fault) -> str:
    name = fault.path.rpartition(".")[2].partition("[")[0]
    return f"{name}: {fault.message}" if name else fault.message
