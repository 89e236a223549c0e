"""The command sequence: core elements put into periods, within what each has room for."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
from attrs import evolve

from implsci.atomic import write_file
from implsci.cli.output import (
    Format,
    csv_text,
    emit,
    examples,
    flat,
    format_option,
    grid,
    json_text,
    note,
    paragraph,
)
from implsci.cli.sources import refuse_source
from implsci.cli.tracked import one_of
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Innovation
from implsci.model.sequence import SequencePlan, SequenceStep
from implsci.model.support import SupportArrangement
from implsci.names import close_names
from implsci.sequencing import Aim, PlanProblem, Schedule, plan_problems, schedule

__all__ = ["sequence"]

_FIGURES = (".svg", ".png", ".pdf")


@examples(
    "implsci sequence arrangement.json",
    "implsci sequence arrangement.json --capacity 2,2,3 --unit month --start 2026-01",
    "implsci sequence arrangement.json --effort refer=1 --drop review --out timeline.csv",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]")
@click.option("--capacity", metavar="N,N,...", help="Room of each period; the last holds on.")
@click.option("--capacity-unit", metavar="UNIT", help="Unit of capacity and effort.")
@click.option("--unit", metavar="UNIT", help="What a period is, such as month.")
@click.option("--start", metavar="DATE", help="When the first period begins.")
@click.option("--effort", multiple=True, metavar="ELEMENT=N", help="What an element takes.")
@click.option("--priority", multiple=True, metavar="ELEMENT=N", help="1 comes first.")
@click.option("--period", multiple=True, metavar="ELEMENT=N", help="Fix an element's period.")
@click.option("--drop", multiple=True, metavar="ELEMENT[=WHY]", help="Leave an element out.")
@click.option(
    "--aim", type=click.Choice(get_args(Aim)), default="shortest", show_default=True,
    help="What comes first: the length of the plan, or the priorities.",
)  # fmt: skip
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE",
    help="Write it: .svg, .png or .pdf (a timeline), .csv or .json.",
)  # fmt: skip
@format_option
def sequence(
    source: str,
    capacity: str | None,
    capacity_unit: str | None,
    unit: str | None,
    start: str | None,
    effort: tuple[str, ...],
    priority: tuple[str, ...],
    period: tuple[str, ...],
    drop: tuple[str, ...],
    aim: Aim,
    out: Path | None,
    format: Format,
) -> int:
    """Put core elements into periods, within their capacity.

    FILE holds a support arrangement with a plan of its own, or a study; options add to that plan or
    stand for it. Nothing comes before what it depends on. Up to 12 elements every order is examined;
    above, elements are placed by priority, and how short a plan could be at best is said. Exits with
    1 where the plan cannot be carried out as it stands.
    """
    record = one_of(source)
    innovation = record.innovation
    if innovation is None or not innovation.core_elements:
        raise InvalidQueryError(f"{record.id} names no core elements of an innovation to introduce")
    stated = record.sequence if isinstance(record, SupportArrangement) else None
    plan = stated or SequencePlan()
    changes: dict[str, object] = {
        name: value
        for name, value in (("unit", unit), ("start", start), ("capacity_unit", capacity_unit))
        if value is not None
    }
    if capacity is not None:
        changes["capacity"] = tuple(
            _number("--capacity", part, capacity) for part in capacity.split(",")
        )
    changes["steps"] = _steps(innovation, plan, effort, priority, period, drop)
    plan = evolve(plan, **changes)  # type: ignore[arg-type]
    made = schedule(innovation, plan, aim=aim)
    problems = plan_problems(innovation, plan)
    if out is not None:
        refuse_source(source, out)
        _save(made, out)
        note(f"wrote {out}")
    value = made.to_dict() | {
        "record": record.id,
        "problems": [
            {"kind": one.kind, "severity": one.severity, "message": one.message} for one in problems
        ],
    }
    emit(
        format,
        value,
        lambda: "\n".join(_lines(made, problems)),
        rows=flat(made.to_rows()),
    )
    return 1 if any(one.severity == "error" for one in problems) else 0


def _steps(
    innovation: Innovation,
    plan: SequencePlan,
    effort: tuple[str, ...],
    priority: tuple[str, ...],
    period: tuple[str, ...],
    drop: tuple[str, ...],
) -> tuple[SequenceStep, ...]:
    """Return the steps of the plan with what the options say of them."""
    known = [element.id for element in innovation.core_elements]
    steps = {step.element: step for step in plan.steps}

    def change(element: str, option: str, **values: object) -> None:
        if element not in known:
            raise UnknownNameError("core element", element, close_names(element, known), option)
        before = steps.get(element) or SequenceStep(element=element)
        steps[element] = evolve(before, **values)  # type: ignore[arg-type]

    for text in effort:
        name, value = _pair("--effort", text)
        change(name, "--effort", effort=_number("--effort", value, text))
    for option, texts in (("priority", priority), ("period", period)):
        for text in texts:
            name, value = _pair(f"--{option}", text)
            whole = _number(f"--{option}", value, text)
            if whole != int(whole):
                raise InvalidQueryError(f"--{option} {text}: expected a whole number")
            change(name, f"--{option}", **{option: int(whole)})
    for text in drop:
        name, mark, why = text.partition("=")
        change(
            name.strip(), "--drop", dropped=True, period=None, because=why.strip() if mark else None
        )
    return tuple(steps.values())


def _pair(option: str, text: str) -> tuple[str, str]:
    name, mark, value = text.partition("=")
    if not (mark and name.strip() and value.strip()):
        raise InvalidQueryError(f"{option} {text}: expected ELEMENT=N")
    return name.strip(), value.strip()


def _number(option: str, part: str, text: str) -> float:
    try:
        return float(part)
    except ValueError:
        raise InvalidQueryError(f"{option} {text}: expected numbers, got {part!r}") from None


def _save(made: Schedule, out: Path) -> None:
    ending = out.suffix.lower()
    if ending == ".json":
        write_file(out, [json_text(made.to_dict())])
    elif ending == ".csv":
        write_file(out, [csv_text(flat(made.to_rows()))])
    elif ending in _FIGURES:
        from implsci.plots import save, timeline_plot

        save(timeline_plot(made), out)
    else:
        raise InvalidQueryError(
            f"{out}: expected a name ending in {', '.join(_FIGURES)}, .csv or .json"
        )


def _lines(made: Schedule, problems: tuple[PlanProblem, ...]) -> Iterator[str]:
    yield paragraph(made.sentence())
    if made.elements:
        yield ""
        yield grid(
            made.unit.capitalize(),
            "Element",
            "Effort",
            "Waits for",
            rows=(
                (
                    _when(made, one.start, one.end),
                    (one.label, one.id),
                    "not known" if one.effort is None else f"{one.effort:g}",
                    ", ".join(one.depends_on),
                )
                for one in made.elements
            ),
            right=("Effort",),
            narrow=(made.unit.capitalize(),),
        )
    if any(load.capacity is not None for load in made.loads):
        yield ""
        told = ", ".join(
            f"{load.period}: {'at least ' if load.unknown else ''}{load.effort:g} of {load.capacity:g}"
            for load in made.loads
        )
        unit = f", in {made.capacity_unit}s" if made.capacity_unit else ""
        yield paragraph(f"How full each {made.unit} is{unit}: {told}", hang=2)
    for head, absent in (("Left out:", made.dropped), ("Without a place:", made.unplaced)):
        if absent:
            yield ""
            yield head
            yield from (paragraph(f"{one.label}: {one.because}", 2, 2) for one in absent)
    if problems:
        yield ""
        yield from (paragraph(f"{one.severity}: {one.message}", hang=2) for one in problems)


def _when(made: Schedule, start: int, end: int) -> str:
    begins = made.loads[start - 1].begins
    told = str(start) if end == start else f"{start}-{end}"
    return told if begins is None else f"{told} ({begins})"
