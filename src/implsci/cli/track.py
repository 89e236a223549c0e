"""The command track: what happened to strategies over time, and what ran when."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
from attrs import asdict

from implsci.cli.output import Format, emit, examples, flat, format_option, grid, note, paragraph
from implsci.cli.sources import refuse_source
from implsci.cli.tracked import tracked_records
from implsci.errors import InvalidQueryError
from implsci.tracking import Dose, Logs, PeriodUnit, Running, StrategyLog, log_of, strategy_log

__all__ = ["track"]


@examples(
    "implsci track log.json",
    "implsci track log.json --at 2024-11",
    "implsci track log.json --by quarter --format csv",
    "implsci track implsci-examples",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]|NAME[#ID]")
@click.option("--at", metavar="DATE", help="Which strategies ran then: a day, month or year.")
@click.option("--by", type=click.Choice(get_args(PeriodUnit)), help="What ran, period by period.")
@click.option(
    "--outcomes", is_flag=True, help="Each change beside what was measured before and after."
)
@click.option("--fields", is_flag=True, help="How much of what a log should hold is known.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE",
    help="Draw the timeline: .svg, .png or .pdf.",
)  # fmt: skip
@format_option
def track(
    source: str,
    at: str | None,
    by: PeriodUnit | None,
    outcomes: bool,
    fields: bool,
    out: Path | None,
    format: Format,
) -> None:
    """Show what happened to strategies over time.

    FILE holds studies or support arrangements; of several, those with a log are listed. Dates are
    taken to the precision they have, and what the log does not say is not filled in. That something
    was measured after a change does not say that it came from it.
    """
    if sum((at is not None, by is not None, outcomes, fields)) > 1:
        raise InvalidQueryError("ask for one of --at, --by, --outcomes and --fields")
    place, found = tracked_records(source)
    alone = len(found) == 1
    if not alone and (at is not None or by is not None or outcomes or out is not None):
        raise InvalidQueryError(
            f"{place} holds {len(found)} studies or arrangements: name one, as in {place}#ID"
        )
    logs = log_of(found)
    log = strategy_log(found[0]) if alone else None
    if out is not None and log is not None:
        _draw(log, source, out)
    if fields:
        _fields(log or logs, format)
    elif log is None:
        rows = [dict(row) for row in logs.to_rows()]
        emit(format, rows, lambda: "\n".join(_many(logs)))
    elif at is not None:
        told = log.at(at)
        emit(format, [asdict(one) for one in told], lambda: _at(told))
    elif by is not None:
        periods = [dict(row) for row in log.active(by)]
        emit(format, periods, lambda: _table(periods))
    elif outcomes:
        joined = [asdict(one) for one in log.joined()]
        emit(format, joined, lambda: "\n".join(_joined(log)))
    else:
        emit(
            format,
            log.to_dict(),
            lambda: "\n".join(_one(log)),
            rows=flat(log.to_rows()),
        )


def _draw(log: StrategyLog, source: str, out: Path) -> None:
    from implsci.plots import save, timeline_plot

    refuse_source(source, out)
    save(timeline_plot(log), out)
    note(f"wrote {out}")


def _one(log: StrategyLog) -> Iterator[str]:
    yield paragraph(f"{log.title}: {log.sentence()}")
    if log.entries:
        yield ""
        yield grid(
            "Date",
            "What happened",
            "Strategy",
            "Change",
            rows=(
                (
                    entry.date or "unknown",
                    entry.word,
                    entry.label,
                    _change(entry.what, entry.core_relation),
                )
                for entry in log.entries
            ),
            narrow=("Date",),
        )
    if log.doses:
        yield ""
        yield "Dose delivered of dose planned:"
        labels = dict(log.strategies)
        yield from (paragraph(_dose(one, labels), 2, 2) for one in log.doses)
    if log.milestones:
        yield ""
        yield "Of the whole:"
        for one in log.milestones:
            told = f"{one.date or 'unknown date'}: {one.kind.replace('_', ' ')}" + (
                f" ({one.note})" if one.note else ""
            )
            yield paragraph(told, 2, 2)
    if log.contradictions:
        yield ""
        yield "What does not go together:"
        yield from (paragraph(one.message, 2, 2) for one in log.contradictions)
    if log.unlogged:
        yield ""
        labels = dict(log.strategies)
        silent = ", ".join(f"{labels[name]} ({name})" for name in log.unlogged)
        yield paragraph(f"Nothing is logged of: {silent}", hang=2)


def _change(what: str | None, core: str | None) -> str:
    return f"{what or ''}{f' ({core} with the core)' if core in ('consistent', 'inconsistent') else ''}"


def _dose(one: Dose, labels: dict[str, str]) -> str:
    of = "the whole" if one.strategy is None else labels[one.strategy]
    values = [
        ("unknown" if value is None else f"{value:g}") for value in (one.delivered, one.planned)
    ]
    told = f"{of}: {values[0]} of {values[1]} {one.unit or '(no unit)'}"
    told += "" if one.time is None else f" in {one.time}"
    told += "" if one.share is None else f" ({100 * one.share:.0f}%)"
    return told + ("" if one.summed is None else f", {one.summed} added up from its parts")


def _at(told: tuple[Running, ...]) -> str:
    if not told:
        return "The record names no strategy."
    return grid(
        "Strategy",
        "Then",
        "Because",
        rows=((one.label, one.state, one.because) for one in told),
        narrow=("Then",),
    )


def _table(rows: list[dict[str, str | int | float | bool | None]]) -> str:
    if not rows:
        return "No entry of the log has a date."
    return grid(
        "Period",
        "Running",
        "Possibly",
        "Modified",
        rows=(
            tuple(row[name] or "" for name in ("period", "running", "possibly", "modified"))
            for row in rows
        ),
        narrow=("Period",),
    )


def _joined(log: StrategyLog) -> Iterator[str]:
    found = log.joined()
    if found:
        yield grid(
            "Change",
            "Outcome",
            "Last before",
            "Next after",
            rows=(
                (
                    f"{one.date} {one.strategy} {one.word}",
                    f"{one.outcome_label}: {one.measured}" + (f", {one.unit}" if one.unit else ""),
                    _point(one.before, one.time_before),
                    _point(one.after, one.time_after)
                    + (f"; {one.at_once} at once, order not known" if one.at_once else ""),
                )
                for one in found
            ),
        )
        yield ""
        yield paragraph(
            "What was measured after a change need not have come from it: other changes, and time, "
            "came between."
        )
    else:
        yield "No change with a date stands beside an outcome with a date."
    if log.undated:
        yield paragraph(
            f"Measurements and findings without a date, joined to nothing: {log.undated}"
        )


def _point(value: float | str | None, time: str | None) -> str:
    if time is None:
        return "none"
    told = "not printed" if value is None else value if isinstance(value, str) else f"{value:g}"
    return f"{told} ({time})"


def _fields(log: StrategyLog | Logs, format: Format) -> None:
    shares = log.completeness()
    rows = [asdict(one) | {"share": one.share} for one in shares]
    emit(
        format,
        rows,
        lambda: (
            grid(
                "Of",
                "Field",
                "Known",
                rows=((one.of, one.field, f"{one.known} of {one.n}") for one in shares),
                right=("Known",),
            )
            if shares
            else "No record has a log."
        ),
    )


def _many(logs: Logs) -> Iterator[str]:
    yield paragraph(logs.sentence())
    if logs.logs:
        yield ""
        yield grid(
            "Record",
            "Entries",
            "Modified",
            "From",
            "To",
            rows=(
                (
                    (log.title, log.record),
                    len(log.entries),
                    len(log.modifications),
                    "" if log.days is None else log.days.first.isoformat(),
                    "" if log.days is None else log.days.last.isoformat(),
                )
                for log in logs.logs
            ),
            right=("Entries", "Modified"),
            narrow=("From", "To"),
        )
