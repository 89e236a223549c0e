"""The learning cycle: from question to study, finding, change of practice, observation, and back.

`cycles` tells which learning cycles close and where others stop. `bearing` asks which studies bear
on a question and what they say so far. `beside` sets what practice saw beside what studies found,
never summed. `cases` tells embedded research and case studies by sector, with what people said.
`maturity` follows how routine something has become in a program. `share_of_informants` counts who
says what, of how many. `competencies` ties strategies to what those who support them must be able
to do. `lesson_brief` writes a cycle up.

Examples:
    >>> import implsci
    >>> from implsci.casebook import load
    >>> asked = find_questions(load("implsci-questions"), "co-creation-and-capacity")[0]
    >>> found = bearing(asked, implsci.load("implsci-examples"), analyses=False)
    >>> print(found.short())
    effects: 4 improved; descriptions: 3 improved
"""

from __future__ import annotations

from implsci.learning._bearing import bearing
from implsci.learning._bearing_result import Bearing, BearingStudy, Level
from implsci.learning._beside import beside
from implsci.learning._beside_result import Beside, SeenInPractice, SideBySide, Verdict
from implsci.learning._brief import lesson_brief
from implsci.learning._cases import Case, Cases, SectorCases, cases
from implsci.learning._competencies import Competencies, CompetencyTie, Untied, competencies
from implsci.learning._cycles import CycleCourse, Cycles, cycles
from implsci.learning._finding import find_questions
from implsci.learning._loops import LoopKind, OpenLoop
from implsci.learning._maturity import (
    STAGE_SCALE,
    STAGES,
    Maturities,
    MaturityCourse,
    maturity,
    stage_rating,
)
from implsci.learning._references import Dangling
from implsci.learning._shares import InformantShare, Newness, Shares, share_of_informants
from implsci.learning._untaken import Untaken, UntakenFinding

__all__ = [
    "Bearing",
    "BearingStudy",
    "Beside",
    "Case",
    "Cases",
    "Competencies",
    "CompetencyTie",
    "CycleCourse",
    "Cycles",
    "Dangling",
    "InformantShare",
    "Level",
    "LoopKind",
    "Maturities",
    "MaturityCourse",
    "Newness",
    "OpenLoop",
    "STAGES",
    "STAGE_SCALE",
    "SectorCases",
    "SeenInPractice",
    "Shares",
    "SideBySide",
    "Untaken",
    "UntakenFinding",
    "Untied",
    "Verdict",
    "bearing",
    "beside",
    "cases",
    "competencies",
    "cycles",
    "find_questions",
    "lesson_brief",
    "maturity",
    "share_of_informants",
    "stage_rating",
]


def __dir__() -> list[str]:
    return __all__
