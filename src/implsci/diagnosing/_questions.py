"""What a diagnosis asks, once, as data: the interview and the form are both made of it."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from implsci.model.barrier import BarrierLevel
from implsci.model.diagnosis import AssumptionStatus, DataAvailability

__all__ = ["QUESTIONS", "AnswerKind", "Question"]

AnswerKind: TypeAlias = Literal[
    "text", "texts", "date", "choice", "code", "codes", "whole", "number", "record", "table"
]


@frozen(kw_only=True)
class Question:
    """One question of a diagnosis.

    Attributes:
        field: the field that the answer fills, of `Diagnosis` or of the record around it.
        title: what the form calls it, in a word or two.
        prompt: the question in plain words.
        help: what a good answer is, and what it is for.
        kind: what an answer is: ``text``; ``texts``, several; ``date``; ``choice``, one of `choices`;
            ``code``, one term; ``codes``, several; ``whole`` or ``number``; ``record``, the answers to
            `parts`; ``table``, any number of such.
        choices: the words to choose from.
        open: whether other words are taken too.
        terms: the kind of term that a code is looked for among.
        parts: the questions inside; where the first is left open, so are all.
        hidden: whether it names things for machines only: nobody is asked, and the form hides it.
        as_in: the field of the diagnosis whose answer to the same part is taken where this one is
            left open.

    Examples:
        >>> QUESTIONS[0].field, QUESTIONS[0].kind
        ('problem', 'text')
    """

    field: str
    title: str
    prompt: str
    help: str
    kind: AnswerKind = "text"
    choices: tuple[str, ...] = ()
    open: bool = False
    terms: str | None = None
    parts: tuple[Question, ...] = ()
    hidden: bool = False
    as_in: str | None = None


_UNIT: Final = Question(
    field="unit",
    title="unit",
    prompt="In which unit?",
    help="A proportion runs from 0 to 1 and needs to be out of a known number. Any other word will do.",
    kind="choice",
    choices=("proportion", "percent", "count", "mean"),
    open=True,
)
_N: Final = Question(
    field="n",
    title="how many",
    prompt="How many are they?",
    help="The numerator: of those who could, how many do.",
    kind="whole",
)
_BASE: Final = Question(
    field="base",
    title="out of",
    prompt="Out of how many?",
    help="The base: all who could.",
    kind="whole",
)
_VALUE: Final = Question(
    field="value",
    title="rate",
    prompt="What is the rate?",
    help="Left open, a proportion or percentage is worked out from the two numbers before. Write "
    "unknown where it is to stay open.",
    kind="number",
)
_TIME: Final = Question(
    field="time",
    title="when",
    prompt="For which time?",
    help="In the words of the source, such as: last quarter of 2024.",
)

QUESTIONS: Final = (
    Question(
        field="problem",
        title="the problem",
        prompt="What is the problem, in the words of those who have it?",
        help="What goes wrong, not what is missing to mend it. 'Half of the children are never "
        "screened' is a problem; 'there is no screening app' is a solution that looks for one.",
    ),
    Question(
        field="population",
        title="for whom",
        prompt="Whom does it concern?",
        help="Who they are, where, how many, and who among them is reached least.",
    ),
    Question(
        field="business_as_usual",
        title="done today",
        prompt="What is done about it today?",
        help="Business as usual: what happens now when nobody intervenes. Whatever is tried will be "
        "compared with it.",
    ),
    Question(
        field="causes",
        title="Causes",
        prompt="What brings it about?",
        help="One cause at a time, in plain words. Its codes let strategies be matched with it.",
        kind="table",
        parts=(
            Question(
                field="label",
                title="cause",
                prompt="A cause, in your words",
                help="What stands in the way, as people there say it.",
            ),
            Question(
                field="codes",
                title="code",
                prompt="Which terms fit it?",
                help="Terms of the field's taxonomies, such as cfir-2022:work-infrastructure. None "
                "may fit: then leave it open.",
                kind="codes",
                terms="barrier",
            ),
            Question(
                field="level",
                title="level",
                prompt="Where does it sit?",
                help="With single people, a team, the organization, or further out.",
                kind="choice",
                choices=get_args(BarrierLevel),
            ),
            Question(
                field="note",
                title="what says so",
                prompt="What says so?",
                help="Who said it, or which data show it.",
            ),
            Question(
                field="id",
                title="name",
                prompt="Its short name",
                help="By which other parts of a record point to it; made where there is none.",
                hidden=True,
            ),
        ),
    ),
    Question(
        field="current",
        title="The rate today",
        prompt="How often is done what should be done?",
        help="One rate that shows the problem, as it is today.",
        kind="record",
        parts=(
            Question(
                field="of",
                title="what is counted",
                prompt="What is counted? (the rate today)",
                help="Such as: children screened by age 2.",
            ),
            _UNIT,
            _N,
            _BASE,
            _VALUE,
            _TIME,
        ),
    ),
    Question(
        field="desired",
        title="The rate wanted",
        prompt="How often should it be?",
        help="The rate that is known to be possible elsewhere, or that people want. What lies between "
        "the two is the gap between knowing and doing.",
        kind="record",
        parts=(
            Question(
                field="of",
                title="what is counted",
                prompt="What is counted? (the rate wanted)",
                help="The same as today, or there is no gap to work out.",
                as_in="current",
            ),
            Question(
                field="unit",
                title="unit",
                prompt="In which unit?",
                help="The same as today, or there is no gap to work out.",
                kind="choice",
                choices=_UNIT.choices,
                open=True,
                as_in="current",
            ),
            Question(
                field="value",
                title="rate",
                prompt="What rate is wanted?",
                help="In the unit above: 0.9 as a proportion is 90 as a percentage.",
                kind="number",
            ),
            Question(
                field="base",
                title="out of",
                prompt="Out of how many?",
                help="A proportion needs it; left open, it is the base of the rate today.",
                kind="whole",
                as_in="current",
            ),
        ),
    ),
    Question(
        field="measurements",
        title="Data",
        prompt="What else is known in numbers?",
        help="Descriptive data: who there is, what happens to them, group by group. One number a row.",
        kind="table",
        parts=(
            Question(
                field="of",
                title="what",
                prompt="What was counted or measured?",
                help="Such as: visits kept.",
            ),
            Question(
                field="stratum",
                title="group",
                prompt="For which group of people?",
                help="Such as equity:place-of-residence; left open it holds for all.",
                kind="code",
                terms="stratum",
            ),
            _UNIT,
            _N,
            _BASE,
            _VALUE,
            _TIME,
        ),
    ),
    Question(
        field="data",
        title="data there are",
        prompt="How good are the data to know this from?",
        help="Partners often have little: none, some, good. Where there are none, gathering them comes "
        "first.",
        kind="choice",
        choices=get_args(DataAvailability),
    ),
    Question(
        field="data_note",
        title="which data",
        prompt="Which data are there, and which are missing?",
        help="Registers, surveys, what staff remember; who keeps them; what nobody counts.",
    ),
    Question(
        field="assumptions",
        title="Assumptions",
        prompt="What is taken to be so, without having looked?",
        help="Beliefs about the scope or the source of the problem; data may show them to be wrong.",
        kind="table",
        parts=(
            Question(
                field="statement",
                title="what is assumed",
                prompt="An assumption",
                help="Such as: families do not come because it is too far.",
            ),
            Question(
                field="status",
                title="status",
                prompt="What became of it?",
                help="Left open it is untested. Confirmed and refuted need what says so.",
                kind="choice",
                choices=get_args(AssumptionStatus),
            ),
            Question(
                field="because",
                title="what says so",
                prompt="What confirmed or refuted it?",
                help="The data, or whoever looked.",
            ),
            Question(
                field="date",
                title="known since",
                prompt="When was that known?",
                help="YYYY, YYYY-MM or YYYY-MM-DD.",
                kind="date",
            ),
        ),
    ),
    Question(
        field="made_by",
        title="made by",
        prompt="Who took part in this diagnosis?",
        help="By what they do, not by name; several with semicolons between.",
        kind="texts",
    ),
    Question(
        field="date",
        title="date",
        prompt="When was it made?",
        help="YYYY, YYYY-MM or YYYY-MM-DD.",
        kind="date",
    ),
    Question(
        field="note",
        title="remarks",
        prompt="Anything else a reader should know?",
        help="Such as what is planned to find out more.",
    ),
    Question(
        field="id",
        title="short name",
        prompt="A short name for this diagnosis",
        help="Without blanks, such as screening-north; left open, it is made of the problem.",
    ),
)
"""The questions of a diagnosis, in the order in which they are asked."""
