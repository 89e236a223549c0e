"""The commands plan and compare: from barriers to a plan, and two plans side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import click
from attrs import evolve

from implsci.atomic import write_file
from implsci.cli.options import basis_option
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph, write
from implsci.cli.sources import one_study, refuse_other
from implsci.codec import encode
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model import Innovation, Strategy, Study
from implsci.names import close_names, fold
from implsci.planning import Choice, PlanComparison, compare_plans
from implsci.planning import draft as drafted
from implsci.planning import plan as planned

__all__ = ["compare", "plan"]


@examples(
    "implsci plan cfir-2009:complexity cfir-2009:planning --draft waltz-2019",
    "implsci plan cfir-2009:complexity --choose eric:promote-adaptability=Complexity --out plan.json",
)
@click.command()
@click.argument("barriers", nargs=-1, required=True, metavar="BARRIER...")
@click.option(
    "--choose", multiple=True, metavar="STRATEGY=BARRIER,...",
    help="A strategy and the barriers it is aimed at; may be repeated.",
)  # fmt: skip
@click.option("--draft", metavar="BASIS", help="Take the best of this basis for each barrier.")
@click.option("--each", type=click.IntRange(min=1), default=1, show_default=True, metavar="N",
              help="How many strategies --draft takes for each barrier.")  # fmt: skip
@click.option(
    "--specify", multiple=True, metavar="STRATEGY:DIMENSION=TEXT",
    help="A dimension of a chosen strategy: actor, action, action_target, temporality, dose, "
    "justification or cost; may be repeated.",
)  # fmt: skip
@click.option("--innovation", metavar="NAME", help="What is to be implemented.")
@click.option("--gap", metavar="TEXT", help="The need it answers.")
@click.option("--id", default="plan", show_default=True, help="The plan's id.")
@click.option("--title", default="Implementation plan", show_default=True, help="Its title.")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it; else print it."
)
def plan(
    barriers: tuple[str, ...],
    choose: tuple[str, ...],
    draft: str | None,
    each: int,
    specify: tuple[str, ...],
    innovation: str | None,
    gap: str | None,
    id: str,
    title: str,
    out: Path | None,
) -> None:
    """Make a plan: a study in its planning stage.

    A BARRIER is a code, a number or a label of a term. The plan is a JSON document; implsci mismatch,
    specification and pathways read it. A draft rests on one basis alone and says so.
    """
    if draft is not None and choose:
        raise InvalidQueryError("choose strategies with --choose, or take --draft; not both")
    if gap is not None and innovation is None:
        raise InvalidQueryError("--gap says what an innovation answers; name it with --innovation")
    what = None if innovation is None else Innovation(name=innovation, gap=gap)
    if draft is not None:
        made = drafted(barriers, draft, each=each, id=id, title=title, innovation=what)
    else:
        choices = [_choice(text) for text in choose]
        made = planned(barriers, choices, id=id, title=title, innovation=what)
    made = _specified(made, specify)
    own = [strategy.label for strategy in made.strategies if not strategy.codes]
    if own:
        note(f"in your own words, as no term is called so: {', '.join(own)}")
    if out is None:
        write(encode(made))
        return
    refuse_other(out, made.id)
    write_file(out, [encode(made)])
    note(f"wrote {out}; look at it with implsci mismatch {out}")


_DIMENSIONS = (
    "actor", "action", "action_target", "temporality", "dose", "justification", "cost",
)  # fmt: skip


def _specified(made: Study, specify: tuple[str, ...]) -> Study:
    told: dict[str, dict[str, str]] = {}
    names = {fold(s.label): s.id for s in made.strategies} | {s.id: s.id for s in made.strategies}
    names |= {code: s.id for s in made.strategies for code in s.codes}
    for text in specify:
        place, mark, value = text.partition("=")
        name, colon, dimension = place.rpartition(":")
        if not (mark and colon and value.strip() and dimension in _DIMENSIONS):
            raise InvalidQueryError(
                f"--specify {text}: expected STRATEGY:DIMENSION=TEXT with a dimension of "
                f"{', '.join(_DIMENSIONS)}"
            )
        found = names.get(name) or names.get(fold(name))
        if found is None:
            raise UnknownNameError("strategy", name, close_names(name, names), "in this plan")
        told.setdefault(found, {})[dimension] = value.strip()
    return evolve(
        made, strategies=tuple(_dimensioned(one, told.get(one.id, {})) for one in made.strategies)
    )


def _dimensioned(strategy: Strategy, told: Mapping[str, str]) -> Strategy:
    return evolve(
        strategy,
        actor=told.get("actor", strategy.actor),
        action=told.get("action", strategy.action),
        action_target=told.get("action_target", strategy.action_target),
        temporality=told.get("temporality", strategy.temporality),
        dose=told.get("dose", strategy.dose),
        justification=told.get("justification", strategy.justification),
        cost=told.get("cost", strategy.cost),
    )


def _choice(text: str) -> Choice:
    strategy, mark, aims = text.rpartition("=")
    if not mark or not strategy.strip() or not aims.strip():
        raise InvalidQueryError(f"--choose {text}: expected STRATEGY=BARRIER,BARRIER")
    aimed = tuple(aim.strip() for aim in aims.split(",") if aim.strip())
    return Choice(strategy=strategy.strip(), addresses=aimed)


@examples("implsci compare plan-a.json plan-b.json --basis waltz-2019")
@click.command()
@click.argument("one", metavar="FILE[#ID]")
@click.argument("two", metavar="FILE[#ID]")
@basis_option
@format_option
def compare(one: str, two: str, basis: tuple[str, ...], format: Format) -> None:
    """Set two plans side by side; none is named the better one.

    What each addresses, what stands behind it by each basis apart, what does not fit, how far it is
    specified, and what neither says.
    """
    first, second = one_study(one), one_study(two)
    if first.id == second.id:
        raise InvalidQueryError(
            f"both plans are called {first.id!r}; give one another id, such as with plan --id"
        )
    compared = compare_plans(first, second, basis or None)
    emit(
        format,
        compared.to_dict(),
        lambda: "\n".join(_lines(compared, first, second)),
        rows=_flat(compared),
    )


def _lines(compared: PlanComparison, first: Study, second: Study) -> Iterator[str]:
    yield paragraph(f"{compared.one}: {first.title}", 0, 2)
    yield paragraph(f"{compared.two}: {second.title}", 0, 2)
    yield ""
    yield grid(
        "Barrier", compared.one, compared.two,
        rows=[
            [
                row.barrier,
                *(
                    _aimed(row.held[side], row.addressed_by[side], compared.links_unsaid[side])
                    for side in (0, 1)
                ),
            ]
            for row in compared.rows
        ],
    )  # fmt: skip
    yield ""
    yield "What stands behind it, each basis apart:"
    told = False
    for row in compared.rows:
        for side, name in ((0, compared.one), (1, compared.two)):
            for one in row.support[side]:
                told = True
                yield paragraph(
                    f"{row.barrier}, {name}: {one.strategy}: {one.says} [{one.basis}]", 2, 2
                )
    if not told:
        yield "  no basis asked speaks of any pair; that is unknown, not zero"
    yield ""
    yield grid("", compared.one, compared.two, rows=_facts(compared))
    yield ""
    yield paragraph(compared.sentence())


def _aimed(held: bool, strategies: Sequence[str], unsaid: str | None) -> str:
    if not held:
        return "not a barrier of this plan"
    return "; ".join(strategies) or ("nothing" if unsaid is None else "nothing told")


def _facts(compared: PlanComparison) -> Iterator[Sequence[object]]:
    kinds = dict.fromkeys(kind for side in compared.mismatches for kind in side)
    for kind in kinds:
        yield (
            f"mismatch: {kind}",
            *(
                side.get(kind, "not told" if kind in silent else 0)
                for side, silent in zip(compared.mismatches, compared.not_reported, strict=True)
            ),
        )
    yield (
        "not judged, since not reported",
        *("; ".join(side) or "-" for side in compared.not_reported),
    )
    yield ("specified (Proctor's dimensions)", *(f"{k} of {n}" for k, n in compared.specified))
    yield ("strategies that say their cost", *(f"{k} of {n}" for k, n in compared.costs))
    yield (
        "relational strategies",
        *("; ".join(side) or "none said to be" for side in compared.relational),
    )
    yield ("only here", *("; ".join(side) or "-" for side in compared.only))


def _flat(compared: PlanComparison) -> Iterator[Sequence[object]]:
    yield ("barrier", "plan", "held", "strategies", "basis", "strategy", "says", "percent")
    for row in compared.rows:
        for side, name in ((0, compared.one), (1, compared.two)):
            start = (row.barrier, name, row.held[side], row.addressed_by[side])
            for one in row.support[side]:
                yield (*start, one.basis, one.strategy, one.says, one.percent)
            if not row.support[side]:
                yield (*start, None, None, None, None)
