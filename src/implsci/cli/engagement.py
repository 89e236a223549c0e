"""The command engagement: push, pull and co-creation compared over a compendium."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from implsci._wording import counted
from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS
from implsci.atomic import write_file
from implsci.cli.options import outcome_option, source_argument, where_option
from implsci.cli.output import (
    Format,
    emit,
    examples,
    flat,
    format_option,
    grid,
    note,
    paragraph,
    plain,
)
from implsci.cli.sources import compendium, facets_asked, refuse_source
from implsci.errors import InvalidQueryError
from implsci.plugins import registry

if TYPE_CHECKING:
    from implsci.analysis.engagement import (
        EngagementAnswer,
        EngagementComparison,
        EngagementModel,
        FeatureCount,
        ModelEvidence,
        Stratum,
    )

__all__ = ["engagement"]

_SIGNS: Final = dict(zip(DIRECTION_WORDS, "+^=-±?", strict=True))
_LEGEND: Final = ", ".join(f"{sign} {DIRECTION_WORDS[name]}" for name, sign in _SIGNS.items())


@examples(
    "implsci engagement implsci-examples",
    "implsci engagement implsci-examples --where sector=health --outcome research_use",
    "implsci engagement implsci-examples --features --out engagement.svg",
)
@click.command()
@source_argument
@outcome_option
@where_option
@click.option(
    "--features", "all_features", is_flag=True,
    help="List every action and role of co-creation, not only any of them together.",
)  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE.svg", help="Draw it.")
@format_option
def engagement(
    source: str,
    outcome: str | None,
    where: tuple[str, ...],
    all_features: bool,
    out: Path | None,
    format: Format,
) -> None:
    """Compare push, pull and co-creation.

    Use of research, capacity, implementation, services, people: for each model how many studies show
    gains, pooled effects, and the difference between models, or why it cannot be estimated; then
    what else differs between their studies, and which features of co-creation go with gains.
    """
    if out is not None:
        refuse_source(source, out)
    if out is not None and out.suffix.lower() != ".svg":
        raise InvalidQueryError(f"{out}: expected a name ending in .svg")
    from implsci.analysis.engagement import compare

    studies = compendium(source)
    if where:
        studies = studies.where(registry=registry(), **facets_asked(where))
    found = compare(studies, outcome)
    if out is not None:
        write_file(out, [found.to_svg().encode()])
        note(f"wrote {out}")
    if format == "csv":
        note(found.heading())
    emit(
        format,
        found.to_dict(),
        lambda: "\n".join(_lines(found, all_features)),
        rows=flat(found.to_rows()),
    )


def _lines(found: EngagementComparison, all_features: bool) -> Iterator[str]:
    yield paragraph(found.heading())
    yield paragraph(
        "Gains: studies, those of one programme as one, whose findings point to better, of those "
        f"that tell a direction, with a 95% interval. Findings: {_LEGEND}."
    )
    for answer in found:
        yield ""
        yield from _answer(answer)
    yield ""
    yield "What else differs: studies of each model"
    yield from _spread(found)
    for words in found.warnings:
        yield paragraph(f"- {words}", 0, 2)
    if not found.direct:
        yield paragraph("- no finding compares two models inside one study", 0, 2)
    yield ""
    yield from _features(found, all_features)
    yield ""
    for text in (*found.assumptions, *found.answers[0].assumptions):
        yield paragraph(f"- {text}", 0, 2)
    yield paragraph(f"Would speak against it: {'; '.join(found.answers[0].refuted_by)}.", 0, 2)


def _answer(answer: EngagementAnswer) -> Iterator[str]:
    from implsci.analysis.engagement import pooled_words

    yield paragraph(answer.question)
    yield grid(
        "Model", "Studies", "Basis", "Gains", "Percent", "Findings",
        rows=[row for one in answer.models for row in _rows(answer, one)],
        right=("Studies", "Gains"),
        narrow=("Model", "Basis", "Percent"),
    )  # fmt: skip
    for one in answer.models:
        if one.pooled:
            told = "; ".join(map(pooled_words, one.pooled))
            yield paragraph(f"{one.model}, effects pooled against their comparators: {told}", 2, 2)
    yield paragraph(answer.difference(), 2)
    same = [one for one in answer.strata if one.comparable and one.trait != "period"]
    if same:
        yield paragraph("Like with like, findings that improved or held their gain:", 2)
        yield from _strata(same)


def _rows(answer: EngagementAnswer, one: ModelEvidence) -> Iterator[list[object]]:
    if not one.votes:
        yield [one.model, 0, "", "", "", "none"]
    for place, row in enumerate(row for row in answer.to_rows() if row["model"] == one.model):
        if row["basis"] is None:
            continue
        share, low, high = row["share"], row["ci_low"], row["ci_high"]
        yield [
            "" if place else one.model,
            "" if place else one.n_studies,
            BASIS_WORDS[str(row["basis"])],
            f"{row['better']} of {row['told']}",
            f"{_percent(share)} ({_percent(low)}-{_percent(high)})" if share is not None else "-",
            " ".join(f"{row[name]}{sign}" for name, sign in _SIGNS.items() if row[name]),
        ]


def _percent(value: object) -> str:
    return f"{100 * value:.0f}" if isinstance(value, float) else "-"


def _strata(strata: Sequence[Stratum]) -> Iterator[str]:
    places = dict.fromkeys((one.trait, one.level, one.basis) for one in strata)
    for trait, level, basis in places:
        own = [one for one in strata if (one.trait, one.level, one.basis) == (trait, level, basis)]
        told = [one for one in own if one.model != "not told"]
        if len(told) < 2:
            continue
        counts = ", ".join(
            f"{one.model} {_gains(one)} of {one.findings} "
            f"({counted(one.studies, 'study', 'studies')})"
            for one in told
        )
        yield paragraph(f"{trait} {_bare(level)}, {BASIS_WORDS[basis]}: {counts}", 4, 2)


def _gains(one: Stratum) -> int:
    return one.directions.get("improved", 0) + one.directions.get("maintained", 0)


def _spread(found: EngagementComparison) -> Iterator[str]:
    models: list[EngagementModel] = [model for model in found.told if model != "not told"]
    for trait in dict.fromkeys(one.trait for one in found.spreads):
        yield grid(
            trait.capitalize(), *models,
            rows=[
                [_bare(one.level), *(one.studies.get(model, 0) for model in models)]
                for one in found.spreads
                if one.trait == trait and any(one.studies.get(model) for model in models)
            ],
            right=models,
        )  # fmt: skip
        yield ""


def _bare(level: str | None) -> str:
    return "not told" if level is None else level.removeprefix("sector:").replace("_", " ")


def _features(found: EngagementComparison, all_features: bool) -> Iterator[str]:
    from implsci.analysis.engagement import ANY_FEATURE

    shown = [one for one in found.features if all_features or one.feature in ANY_FEATURE]
    if not found.features:
        yield "No co-creation study with findings here tells a relational action or role."
        return
    yield paragraph("Features of co-creation: studies with gains, of those that tell a direction")
    for question in dict.fromkeys(one.question for one in shown):
        yield ""
        yield grid(
            plain(question).replace("_", " "), "Basis", "With", "Without", "Push with", "without",
            rows=[
                [one.label, BASIS_WORDS[one.basis], *_cells(one)]
                for one in shown
                if one.question == question
            ],
            right=("With", "Without", "Push with", "without"),
            narrow=("Basis",),
        )  # fmt: skip
    yield ""
    yield paragraph(
        "none: no study in that cell, so that a comparison over all four cannot be estimated. "
        "Without a feature means that it is not told."
    )
    rest = len(found.features) - len(shown)
    if rest:
        yield paragraph(f"{counted(rest, 'count')} of single actions and roles: --features")


def _cells(one: FeatureCount) -> Iterator[str]:
    cells = (one.co_creation_with, one.co_creation_without, one.push_with, one.push_without)
    return (f"{k} of {n}" if n else "none" for k, n in cells)
