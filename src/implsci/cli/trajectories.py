"""The command trajectories: how the cases of a casebook moved from state to state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Set
from pathlib import Path

import click
from attrs import evolve

from implsci._wording import counted
from implsci.analysis import sequences
from implsci.analysis.sequences import SequenceSet
from implsci.atomic import write_file
from implsci.cli.casebooks import casebook_argument, read_casebook
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.errors import InvalidQueryError, UnknownNameError
from implsci.model.documents import Pathway
from implsci.names import close_names
from implsci.plugins import registry

__all__ = ["trajectories"]

_ORDER = "engagement:push,engagement:pull,engagement:co-creation"
_DRAWN = (".dot", ".mmd", ".svg", ".png", ".pdf")


@examples(
    "implsci trajectories ours.jsonl",
    "implsci trajectories ours.jsonl --out moves.svg",
)
@click.command()
@casebook_argument
@click.option(
    "--expected",
    default=_ORDER,
    show_default=True,
    metavar="STATES",
    help="The order that was expected: codes or labels, joined by commas.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write moves as .dot or .mmd (Mermaid), or who is where as .svg, .png or .pdf.",
)
@format_option
def trajectories(casebook: str, expected: str, out: Path | None, format: Format) -> None:
    """Follow cases from state to state.

    States are such as push, pull and co-creation. CASEBOOK holds pathway records: a file, a folder, -
    for stdin, or the name of a casebook. Every path is told with the number of cases on it and of how
    many; steps that were skipped, repeated or went back are named. A case with a stretch of which
    nothing is known is in no share, and is counted.
    """
    told = read_casebook(casebook).of(Pathway)
    if not told:
        raise InvalidQueryError(f"{casebook}: there is no pathway in it; expected at least one")
    found = {state for one in told for state in one.states if state is not None}
    order = tuple(_state(word.strip(), found) for word in expected.split(",") if word.strip())
    people = sequences.sequences_of(told, alphabet=(*order, *sorted(found.difference(order))))
    followed = sequences.paths(people, expected=order)
    rates = sequences.transition_rates(people)
    topics = Counter(
        topic for one in sequences.profiles_of(told) for topic in one.topics
    ).most_common()
    if out is not None:
        _draw(people, rates, out)
    emit(
        format,
        {
            "cases": len(people.ids),
            "paths": [dict(row) for row in followed.to_rows()],
            "follows": followed.count("follows"),
            "of": followed.n,
            "with_gaps": followed.with_gaps,
            "transitions": [dict(row) for row in rates.to_rows()],
            "topics": [{"topic": topic, "episodes": count} for topic, count in topics],
        },
        lambda: "\n".join(_lines(followed, rates, people, topics)),
        rows=flat(followed.to_rows(), ("path",)),
    )


def _lines(
    followed: sequences.Paths,
    rates: sequences.TransitionRates,
    people: SequenceSet,
    topics: list[tuple[str, int]],
) -> list[str]:
    named = {state: _label(state) for state in people.alphabet}
    sentence = followed.sentence()
    for state, label in named.items():
        sentence = sentence.replace(state, label)
    lines = [paragraph(f"{counted(len(people.ids), 'case')}. {sentence}"), ""]
    lines.append(
        grid(
            "path",
            "n",
            "of",
            "skipped",
            "went back",
            rows=[
                (
                    " > ".join(named.get(state, state) for state in path.states),
                    len(path.ids),
                    followed.n,
                    ", ".join(named.get(state, state) for state in path.skipped) or "-",
                    ", ".join(f"{named.get(a, a)} > {named.get(b, b)}" for a, b in path.reversed)
                    or "-",
                )
                for path in followed.paths
            ],
            right=("n", "of"),
        )
    )
    lines += [
        "",
        grid(
            "from",
            "to",
            "rate",
            "cases moved",
            rows=[
                (named[start], named[end], f"{rate:.2f}", f"{rates.counts[at][to]:g}")
                for at, start in enumerate(rates.states)
                for to, end in enumerate(rates.states)
                if start != end and (rate := rates.rates[at][to])
            ],
            right=("rate", "cases moved"),
        ),
    ]
    if topics:
        said = ", ".join(f"{topic} ({count})" for topic, count in topics[:8])
        lines += ["", paragraph(f"topics, with the episodes they are in: {said}", hang=2)]
    return lines


def _state(word: str, found: Set[str]) -> str:
    """Return the state that is meant: one of the records, else a term by code or label.

    Raises:
        UnknownNameError: it is neither, so that no case could ever be in it.
    """
    if word in found:
        return word
    try:
        return registry().term(word).code
    except UnknownNameError:
        known = sorted({*found, *(state.partition(":")[2] for state in found)})
        raise UnknownNameError("state", word, close_names(word, known)) from None


def _label(state: str) -> str:
    try:
        return registry().term(state).label
    except LookupError:
        return state


def _draw(people: SequenceSet, rates: sequences.TransitionRates, out: Path) -> None:
    ending = out.suffix.lower()
    if ending not in _DRAWN:
        raise InvalidQueryError(f"{out}: expected a name that ends in {', '.join(_DRAWN)}")
    if ending in (".dot", ".mmd"):
        text = sequences.to_dot(rates) if ending == ".dot" else sequences.to_mermaid(rates)
        write_file(out, [text.encode()])
        return
    from implsci import plots  # only a figure needs it

    plots.save(plots.alluvial_plot(_named(people)), out)


def _named(people: SequenceSet) -> SequenceSet:
    """Return states by their labels, unless two states have one label."""
    labels = {state: _label(state) for state in people.alphabet}
    if len(set(labels.values())) < len(labels):
        return people
    return evolve(
        people,
        alphabet=tuple(labels.values()),
        sequences=tuple(
            tuple(None if state is None else labels[state] for state in row)
            for row in people.sequences
        ),
    )
