"""The command support: one arrangement of technical assistance, read and checked."""

from __future__ import annotations

from collections.abc import Iterator

import click

from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model.documents import SupportArrangement
from implsci.names import close_names
from implsci.plugins import registry
from implsci.support import SupportSummary, describe, engagement_history

__all__ = ["support"]


@examples(
    "implsci support support.jsonl",
    "implsci support support.jsonl --id county-screening --at 2023-12",
    "implsci support support.jsonl --cut 4 --format json",
)
@click.command()
@casebook_argument
@click.option(
    "--id", "identifier", metavar="ID", help="Which arrangement, where there are several."
)
@click.option("--at", metavar="DATE", help="Only what is told by this date: YYYY, YYYY-MM ...")
@click.option(
    "--cut", type=float, metavar="X", help="From which measured value on a site is ready."
)
@format_option
def support(
    casebook: str, identifier: str | None, at: str | None, cut: float | None, format: Format
) -> None:
    """Read an arrangement of technical assistance.

    How far it is push, pull and co-creation and on which answers that rests, what binds both sides,
    where their needs stand against each other and whether they agreed on it, readiness and what was
    done about it, and what to look at. JSON holds everything, CSV the criteria.
    """
    arrangement = _arrangement(casebook, identifier)
    found = describe(arrangement, at=at, cut=cut)
    history = engagement_history(arrangement, at=at)
    if format == "csv":
        note(found.profile.sentence())
    emit(
        format,
        found.to_dict() | {"history": [dict(row) for row in history.to_rows()]},
        lambda: "\n".join(_lines(found, history.sentence() if history.profiles else None)),
        rows=flat(found.profile.to_rows()),
    )


def _arrangement(source: str, identifier: str | None) -> SupportArrangement:
    """Return the arrangement that is asked for.

    Raises:
        InvalidQueryError: there is none, or there are several and none was named.
        UnknownNameError: none has that id.
    """
    found = list(read_casebook(source).of(SupportArrangement))
    if not found:
        raise InvalidQueryError(f"{source} holds no support arrangement")
    if identifier is None:
        if len(found) > 1:
            raise InvalidQueryError(
                f"{source} holds {len(found)} support arrangements: name one, as in "
                f"--id {found[0].id}"
            )
        return found[0]
    for one in found:
        if one.id == identifier:
            return one
    close = close_names(identifier, [one.id for one in found])
    raise UnknownNameError("support arrangement", identifier, close, f"in {source}")


def _label(code: str) -> str:
    """Return the label of a code; the code itself where no taxonomy here has it."""
    try:
        return registry().term(code).label
    except UnknownNameError:
        return code


def _lines(found: SupportSummary, history: str | None) -> Iterator[str]:
    yield paragraph(f"{found.title} ({found.arrangement})")
    yield paragraph(f"Period: {found.start or 'not told'} to {found.end or 'not told'}", 0, 2)
    for name, role, background in found.parties:
        was = f" (was {', '.join(background)})" if background else ""
        yield paragraph(f"{(role or 'party').capitalize()}: {name}{was}", 0, 2)
    for label, words in (
        ("Practices", found.practices),
        ("Activities", list(map(_label, found.activities))),
        ("Structures", list(map(_label, found.structures))),
        ("Participation", list(map(_label, found.participation))),
        ("Style of support", [f"{_label(code)} ({rank} of 3)" for rank, code in found.styles]),
        ("Strategies", [f"{k} {nature}" for nature, k in found.natures.items()]),
        ("Outcomes", [f"{', '.join(of)} ({kind})" for kind, of in found.outcomes.items()]),
    ):
        yield paragraph(f"{label}: {', '.join(words) or 'not told'}", 0, 2)
    yield ""
    yield "Push, pull or co-creation"
    yield grid(
        "Criterion", "Who", "Answer", "Speaks for", "Date", "Without it",
        rows=[
            [
                str(row["criterion"]).replace("_", " "),
                row["who"] or "",
                str(row["answer"] or "not known").replace("_", " "),
                row["model"] or "",
                row["date"] or "",
                row["without"] or "",
            ]
            for row in found.profile.to_rows()
        ],
        narrow=("Date",),
    )  # fmt: skip
    yield paragraph(found.profile.sentence(), 0, 2)
    yield paragraph(f"Verdict: {found.profile.rule}.", 0, 2)
    if history is not None:
        yield paragraph(f"Over time: {history}", 0, 2)
    yield ""
    yield "What binds them"
    if found.constraints:
        yield grid(
            "Who", "Role", "Constraint",
            rows=[
                [one.who, one.role or "", (one.label, ", ".join(one.codes)) if one.codes else one.label]
                for one in found.constraints
            ],
        )  # fmt: skip
    else:
        yield "not told"
    yield ""
    yield "Conflicts of need"
    if found.conflicts.conflicts:
        for conflict in found.conflicts.conflicts:
            yield paragraph(f"- {conflict.sentence()}", 0, 2)
    else:
        yield paragraph(found.conflicts.sentence())
    yield ""
    yield "Agreements"
    if found.agreements:
        yield grid(
            "Kind", "Agreement", "By", "From", "Until",
            rows=[
                [
                    (one.kind or "not told").replace("_", " "),
                    one.label,
                    ", ".join(one.by) or "not told",
                    one.start or "not told",
                    (one.end or "") if one.in_force else f"{one.end or ''} (not in force)".strip(),
                ]
                for one in found.agreements
            ],
        )  # fmt: skip
    else:
        yield "not told"
    yield ""
    yield "Readiness"
    yield paragraph(found.readiness.sentence())
    yield ""
    yield "Dose, time and cost; ties"
    yield paragraph(found.dose.sentence())
    for tie in found.ties:
        yield paragraph(tie.sentence())
    yield ""
    yield "To look at"
    if found.notes:
        yield grid(
            "Severity", "What",
            rows=[[one.severity, one.message] for one in found.notes],
            narrow=("Severity",),
        )  # fmt: skip
    else:
        yield "nothing"
    yield ""
    for text in found.assumptions:
        yield paragraph(f"- {text}", 0, 2)
