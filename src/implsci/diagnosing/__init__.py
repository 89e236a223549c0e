"""Diagnosis first: what is asked before a solution is chosen, and what the answers leave open.

`QUESTIONS` are the questions as data; `interview` asks them one by one, and a form in a spreadsheet
(`implsci.formats.diagnosis_form`) is made of them too, so both give the same `Diagnosis`.
`undiagnosed` says what is not known yet, `check` what does not hold together, `measure` reads
descriptive data.

Examples:
    >>> from implsci.diagnosing import diagnosis_of, undiagnosed
    >>> found = diagnosis_of({"problem": "Half of the children are screened too late"})
    >>> [missing.field for missing in undiagnosed(found) if missing.needed]
    ['population', 'business_as_usual', 'causes', 'data']
"""

from __future__ import annotations

from implsci.diagnosing._answers import Answers, answers_of, diagnosis_of, read_answers
from implsci.diagnosing._check import DiagnosisNote, Missing, Severity, check, undiagnosed
from implsci.diagnosing._interview import Talk, interview
from implsci.diagnosing._measure import measure, measurement_rows
from implsci.diagnosing._questions import QUESTIONS, AnswerKind, Question
from implsci.diagnosing._reading import read_answer, show_answer

__all__ = [
    "QUESTIONS",
    "AnswerKind",
    "Answers",
    "DiagnosisNote",
    "Missing",
    "Question",
    "Severity",
    "Talk",
    "answers_of",
    "check",
    "diagnosis_of",
    "interview",
    "measure",
    "measurement_rows",
    "read_answer",
    "read_answers",
    "show_answer",
    "undiagnosed",
]


def __dir__() -> list[str]:
    return __all__
