"""The command questions: what is asked, which studies bear on it, and what they say so far."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci._wording import counted
from implsci.analysis.tally import in_words
from implsci.casebook import Casebook
from implsci.cli.casebooks import read_casebook
from implsci.cli.options import limit_option
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.cli.sources import compendium as read_compendium
from implsci.compendium import Compendium
from implsci.errors import MissingExtraError, UnknownNameError
from implsci.learning import Bearing, bearing, find_questions
from implsci.model.documents import Observation, ResearchQuestion
from implsci.names import close_names

__all__ = ["questions"]


@examples(
    "implsci questions",
    "implsci questions co-creation-and-use",
    "implsci questions relationship --compendium implsci-examples --format json",
)
@click.command()
@click.argument("text", required=False, metavar="[TEXT|ID]")
@click.option(
    "--casebook", default="implsci-questions", show_default=True, metavar="FILE|NAME",
    help="Where the questions and observations stand.",
)  # fmt: skip
@click.option(
    "--compendium", default="implsci-examples", show_default=True, metavar="FILE|NAME",
    help="The studies.",
)  # fmt: skip
@click.option(
    "--observations", metavar="FILE|NAME",
    help="A further casebook, whose observations stand beside.",
)  # fmt: skip
@limit_option("studies the table of one question shows", 20)
@format_option
def questions(
    text: str | None,
    casebook: str,
    compendium: str,
    observations: str | None,
    limit: int,
    format: Format,
) -> None:
    """List research questions and what studies say of each.

    With a text, those that hold all of its words; with an id, that one in full: the studies that
    bear on it and why, what the analyses answer, and what practice saw.
    """
    book, studies = read_casebook(casebook), read_compendium(compendium)
    if observations is not None:
        book = Casebook(records=(*book, *read_casebook(observations).of(Observation)))
    found = find_questions(book, text)
    if not found and text is not None:
        ids = [one.id for one in book.of(ResearchQuestion)]
        raise UnknownNameError("question", text, close_names(text, ids, 3), f"in {casebook}")
    if text is not None and [one.id for one in found] == [text]:
        one = _in_full(found[0], book, studies)
        emit(
            format,
            one.to_dict(),
            lambda: "\n".join(_one(one, limit or None)),
            rows=flat(one.to_rows(), _STUDY),
        )
        return
    asked = [bearing(question, studies, book, analyses=False) for question in found]
    emit(
        format,
        [_line(one) for one in asked],
        lambda: _listing(asked),
        rows=[_QUESTION, *(tuple(_line(one).values()) for one in asked)],
    )


_STUDY = (
    "study", "title", "year", "level", "because", "findings", "bundled", "said", "sectors",
    "countries",
)  # fmt: skip
_QUESTION = (
    "id", "question", "kind", "asked_by", "date", "studies", "cases", "touched_on", "observations",
    "said",
)  # fmt: skip


def _in_full(question: ResearchQuestion, book: Casebook, studies: Compendium) -> Bearing:
    try:
        return bearing(question, studies, book)
    except MissingExtraError as error:
        note(f"{error}; until then no analysis is asked")
        return bearing(question, studies, book, analyses=False)


def _line(found: Bearing) -> dict[str, object]:
    question = found.question
    return {
        "id": question.id,
        "question": question.text,
        "kind": question.kind,
        "asked_by": question.asked_by,
        "date": question.date,
        "studies": len(found.of("answers")),
        "cases": found.cases,
        "touched_on": len(found.of("touches")),
        "observations": len(found.observations),
        "said": found.short() if found.by_basis else None,
    }


def _listing(asked: list[Bearing]) -> str:
    if not asked:
        return paragraph("No question in this casebook.")
    table = grid(
        "Question", "Studies", "What they say so far",
        rows=[
            [
                (one.question.text, one.question.id),
                len(one.of("answers")),
                one.because or one.short(),
            ]
            for one in asked
        ],
        right=("Studies",),
    )  # fmt: skip
    first = asked[0]
    return "\n".join(
        [
            table,
            "",
            paragraph(
                f"{counted(len(asked), 'question')}, asked of "
                f"{counted(first.n_studies, 'study', 'studies')}. Bases are never added together. "
                f"implsci questions {first.question.id} shows one in full."
            ),
        ]
    )


def _one(found: Bearing, limit: int | None) -> Iterator[str]:
    question = found.question
    yield paragraph(question.text)
    told = [
        question.id,
        question.kind,
        f"asked by {question.asked_by}" if question.asked_by else None,
        question.date,
        _source(question),
    ]
    yield paragraph("; ".join(filter(None, told)), 2, 2)
    if question.note:
        yield paragraph(question.note, 2, 2)
    yield ""
    for line in found.lines():
        yield paragraph(line)
    for model, own in found.by_engagement.items():
        yield paragraph(f"{model}: {'; '.join(in_words(own)) or 'nothing yet'}", 2, 2)
    if found.features:
        yield ""
        yield paragraph(
            "Gains with and without a feature, among co-creation and among push studies:"
        )
        for one in found.features[:limit]:
            with_it, without, push_with, push_without = (
                f"{gains} of {told}"
                for gains, told in (
                    one.co_creation_with,
                    one.co_creation_without,
                    one.push_with,
                    one.push_without,
                )
            )
            yield paragraph(
                f"{one.label} ({one.question}, {one.basis}): {with_it} and {without}; push "
                f"{push_with} and {push_without}",
                2,
                2,
            )
    if found.studies:
        yield ""
        yield grid(
            "Study", "Why it bears", "What it says",
            rows=[
                [
                    (one.title, one.study),
                    "; ".join(one.because),
                    "; ".join(in_words(one.by_basis)) or "--",
                ]
                for one in found.studies[:limit]
            ],
        )  # fmt: skip
        if limit is not None and len(found.studies) > limit:
            yield paragraph(f"The first {limit} of {len(found.studies)}; --limit 0 shows all.")
    if found.observations:
        yield ""
        yield grid(
            "Seen in practice", "Direction", "Say so",
            rows=[
                [
                    (one.statement, one.id),
                    (one.direction or "not told").replace("_", " "),
                    _share(one),
                ]
                for one in found.observations
            ],
            narrow=("Direction",),
        )  # fmt: skip
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", hang=2)


def _share(seen: Observation) -> str:
    if seen.n is None:
        return "not told"
    return f"{seen.n} of {'unknown' if seen.n_informants is None else seen.n_informants}"


def _source(question: ResearchQuestion) -> str | None:
    cited = question.citation
    if cited is None:
        return None
    return cited.url or (f"doi:{cited.doi}" if cited.doi else cited.text or cited.container)
