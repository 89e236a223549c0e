"""The command diagnose: what is wrong, for whom and why, before a solution is chosen."""

from __future__ import annotations

import contextlib
import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import click

from implsci.atomic import told, write_file
from implsci.cli.output import (
    Format,
    clean,
    emit,
    examples,
    format_option,
    json_text,
    note,
    paragraph,
    plain,
)
from implsci.codec import encode
from implsci.diagnosing import (
    Answers,
    DiagnosisNote,
    Missing,
    Question,
    answers_of,
    check,
    diagnosis_of,
    interview,
    measurement_rows,
    read_answers,
    undiagnosed,
)
from implsci.errors import (
    CorruptDocument,
    ImplsciError,
    InvalidQueryError,
    InvalidRecord,
    UnreadableFileError,
)
from implsci.ledger import Ledger
from implsci.model import Measurement
from implsci.model.documents import Assumption, Diagnosis

__all__ = ["diagnose"]

_SHOWN: Final = 40


@examples(
    "implsci diagnose --form diagnosis.xlsx",
    "implsci diagnose --from filled.xlsx --out diagnosis.json",
    "implsci diagnose --answers answers.toml --data reach.csv",
    "implsci diagnose --answers answers.toml --format json",
)
@click.command()
@click.option(
    "--out", metavar="FILE", type=click.Path(path_type=Path),
    help="Write the record here: .json, or .jsonl as a casebook of one.",
)  # fmt: skip
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@click.option(
    "--answers", "given", metavar="FILE", type=click.Path(path_type=Path),
    help="Take the answers from this file (.toml or .json), and ask nothing.",
)  # fmt: skip
@click.option(
    "--from", "filled", metavar="FORM.xlsx", type=click.Path(path_type=Path),
    help="Take the answers from this form, filled in, and ask nothing.",
)  # fmt: skip
@click.option(
    "--resume", "draft", metavar="DRAFT", type=click.Path(path_type=Path),
    help="Go on with the answers in this file, and keep them there when interrupted.",
)  # fmt: skip
@click.option(
    "--data", "tables", metavar="FILE.csv", multiple=True, type=click.Path(path_type=Path),
    help="Add numbers: columns of, value, n, base, unit, stratum, time. May be repeated.",
)  # fmt: skip
@click.option(
    "--form", metavar="OUT.xlsx", type=click.Path(path_type=Path),
    help="Write a form to fill in, blank or with the answers there are, and ask nothing.",
)  # fmt: skip
@format_option
def diagnose(
    out: Path | None,
    force: bool,
    given: Path | None,
    filled: Path | None,
    draft: Path | None,
    tables: tuple[Path, ...],
    form: Path | None,
    format: Format,
) -> None:
    """Diagnose a problem before choosing a solution.

    Without --answers, --from or --form, asks one question after the other: what is wrong, for whom,
    why, what is done today, which data there are, what is only assumed. An empty line leaves a
    question open, ? explains it, - strikes an answer out, < goes back. Interrupted, the answers are
    kept in DRAFT, or beside FILE as FILE.draft.json; nothing else is written. The form asks the same
    and makes the same record. At the end stands what is still unknown, and what to do next.
    """
    sources = [one for one in (given, filled, draft) if one is not None]
    if len(sources) > 1:
        raise InvalidQueryError("--answers, --from and --resume: expected one of them")
    for target, endings in ((out, (".json", ".jsonl")), (form, (".xlsx",))):
        if target is not None:
            _check_target(target, endings, force)
    answers: Answers = {}
    if given is not None:
        answers = read_answers(given)
    elif filled is not None:
        answers = _read_form(filled)
    elif draft is not None and draft.suffix != ".json":
        raise InvalidQueryError(f"{draft}: expected a draft whose name ends in .json")
    elif draft is not None and draft.exists():
        answers = read_answers(draft)
    _add_data(answers, tables)
    if form is not None:
        _write_form(form, answers, blank=not (sources or tables))
        if out is None:
            return
    elif given is None and filled is None:
        answers = _interview(answers, draft, out, force)
    found = diagnosis_of(answers)
    if out is not None:
        data = encode(found, indent=2) if out.suffix == ".json" else encode(found) + b"\n"
        _write(out, data, answers if given is None and filled is None else {})
        note(f"wrote {out}")
    _print(found, format)


def _check_target(target: Path, endings: tuple[str, ...], force: bool) -> None:
    if target.suffix not in endings:
        raise InvalidQueryError(f"{target}: expected a name that ends in {' or '.join(endings)}")
    if target.exists() and not force:
        raise InvalidQueryError(f"{target} is there; expected a new file, or --force")
    with told(target):
        if not target.parent.is_dir():  # told of before anything is asked
            raise UnreadableFileError(str(target), f"there is no folder {target.parent}")


def _write(path: Path, data: bytes, answers: Answers) -> None:
    """Write a file; where that fails, print the answers, which nobody should have to give again."""
    try:
        write_file(path, [data])
    except UnreadableFileError:
        if answers:
            note(f"{path} cannot be written; these are the answers, for a file of --answers:")
            click.echo(clean(json_text(answers).decode()), err=True)
        raise


# Where answers come from


def _read_form(filled: Path) -> Answers:
    from implsci.formats.diagnosis_form import read_diagnosis_form

    ledger = Ledger(filled.name)
    found = read_diagnosis_form(filled, ledger=ledger)
    for line in ledger.summary(_SHOWN).splitlines()[1:]:
        click.echo(clean(f"  {line}"), err=True)
    return answers_of(found)


def _write_form(form: Path, answers: Answers, *, blank: bool) -> None:
    from implsci.formats.diagnosis_form import write_diagnosis_form

    write_diagnosis_form(form, None if blank else diagnosis_of(answers))
    note(f"wrote a form to {form}; read it back with  implsci diagnose --from {form}")


def _add_data(answers: Answers, tables: Sequence[Path]) -> None:
    for table in tables:
        held = answers.get("measurements", [])
        if isinstance(held, list):
            answers["measurements"] = [*held, *measurement_rows(table)]


class _Terminal:
    """Asks on stderr, so that stdout holds the result alone."""

    def ask(self, question: Question, prompt: str) -> str:  # noqa: ARG002
        click.echo(f"{plain(prompt)}: ", nl=False, err=True)
        try:
            answer = input()
            answer.encode()
        except UnicodeError as error:
            raise CorruptDocument("stdin: expected text in UTF-8") from error
        if not sys.stdin.isatty():  # so that what comes of a file of answers can be followed
            click.echo(clean(answer), err=True)
        return answer

    def tell(self, text: str) -> None:
        for line in text.splitlines():
            click.echo(textwrap.indent(clean(line), "" if line.startswith(" ") else "  "), err=True)


def _interview(answers: Answers, resumed: Path | None, out: Path | None, force: bool) -> Answers:
    draft = resumed or (out and out.with_name(f"{out.name}.draft.json"))
    if resumed is None and draft is not None and draft.exists() and not force:
        raise InvalidQueryError(
            f"{draft} holds the answers of an earlier interview; go on with --resume {draft}, or "
            "begin anew with --force"
        )
    diagnosis_of({"problem": "?", **answers})  # a broken draft is told of before, not after
    said: list[Answers] = [answers]
    note("an empty line leaves a question open; ? explains it, - strikes out, < goes back")
    with _kept(said, draft, out):
        made = interview(_Terminal(), answers, keep=said.append)
    if resumed is not None:
        _write(resumed, json_text(made), made)
    return made


@contextlib.contextmanager
def _kept(said: list[Answers], draft: Path | None, out: Path | None) -> Iterator[None]:
    """Keep the last answers where the interview is broken off."""
    try:
        yield
    except (click.Abort, EOFError, KeyboardInterrupt, CorruptDocument, InvalidRecord) as error:
        click.echo(err=True)
        if len(said) == 1:
            note("stopped; nothing was answered, nothing is written")
        elif draft is None:
            note("stopped, and nothing is written; --resume DRAFT or --out FILE would keep answers")
        else:
            _write(draft, json_text(said[-1]), said[-1])
            then = f" --out {out}" if out is not None else ""
            note(f"stopped; go on with  implsci diagnose --resume {draft}{then}")
        if isinstance(error, ImplsciError):
            raise
        raise click.Abort from None


# What comes of it


def _print(found: Diagnosis, format: Format) -> None:
    missing, notes = undiagnosed(found), check(found)
    codes = list(dict.fromkeys(code for cause in found.causes for code in cause.codes))
    early = [one.what for one in missing if one.needed]
    following = f"implsci match {' '.join(codes)}" if codes else None
    value = {
        "diagnosis": json.loads(encode(found)),
        "gap": found.gap,
        "undiagnosed": [one.to_dict() for one in missing],
        "notes": [one.to_dict() for one in notes],
        "next": following,
    }
    emit(
        format,
        value,
        lambda: "\n".join(_lines(found, missing, notes, following)),
        _flat(missing, notes),
    )
    if early:
        note(f"warning: matching on an undiagnosed problem; not known: {'; '.join(early)}")


def _flat(missing: Sequence[Missing], notes: Sequence[DiagnosisNote]) -> Iterator[Sequence[object]]:
    yield "severity", "kind", "field", "message"
    for one in notes:
        yield one.severity, one.kind, one.field, one.message
    for gap in missing:
        yield "warning" if gap.needed else "info", "unknown", gap.field, f"not known: {gap.what}"


def _lines(
    found: Diagnosis,
    missing: Sequence[Missing],
    notes: Sequence[DiagnosisNote],
    following: str | None,
) -> Iterator[str]:
    yield paragraph(f"Diagnosis {found.id}: {found.problem}", hang=2)
    for title, text in (
        ("For whom", found.population),
        ("Done today", found.business_as_usual),
        ("Rate today", _rate(found.current)),
        ("Rate wanted", _rate(found.desired)),
        ("Gap", None if found.gap is None else _number(found.gap)),
        ("Data", ": ".join(filter(None, (found.data, found.data_note))) or None),
        ("Made by", ", ".join((*found.made_by, *filter(None, [found.date]))) or None),
    ):
        yield paragraph(f"{title}: {'not known' if text is None else text}", 2, 2)
    yield from _section("Causes", [_cause(one.label, one.codes) for one in found.causes])
    yield from _section("Assumptions", [_assumption(one) for one in found.assumptions])
    yield from _section("In numbers", [_rate(one) or "" for one in found.measurements])
    yield from _section(
        "To be looked at again", [f"{one.severity}: {one.message} ({one.field})" for one in notes]
    )
    yield from _section("Still unknown", [one.what for one in missing])
    yield ""
    if not found.causes:
        yield "Next: find out what brings it about"
    elif following is None:
        yield paragraph(
            "Next: find a term for each cause, as with  implsci search TEXT --kind barrier"
        )
    else:
        yield f"Next: {plain(following)}"


def _section(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        for line in lines:
            yield paragraph(line, 2, 2)


def _cause(label: str, codes: Sequence[str]) -> str:
    return f"{label} [{', '.join(codes)}]" if codes else label


def _assumption(one: Assumption) -> str:
    because = f" ({one.because})" if one.because else ""
    return f"{one.status}: {one.statement}{because}"


def _rate(rate: Measurement | None) -> str | None:
    if rate is None:
        return None
    value = "not known" if rate.value is None else _number(rate.value)
    unit = f" {rate.unit}" if rate.unit else ""
    share = {
        (True, True): f", {rate.n} of {rate.base}",
        (True, False): f", n = {rate.n}",
        (False, True): f", out of {rate.base}",
    }.get((rate.n is not None, rate.base is not None), "")
    where = "".join(f"; {one}" for one in (rate.stratum, rate.time) if one)
    return f"{rate.of}: {value}{unit}{share}{where}"


def _number(value: float) -> str:
    return f"{value:.6g}"
