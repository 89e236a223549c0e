"""Candidate terms: clusters of unmatched wordings, each with its evidence and its neighbors."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

from attrs import frozen

from implsci._wording import agreeing, counted
from implsci.analysis.result import Result, Row
from implsci.errors import UnknownNameError
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.unmatched._clusters import cluster, rule
from implsci.unmatched._drafts import on_one_line, term_table
from implsci.unmatched._gathering import (
    KINDS,
    REASONS,
    Found,
    Reason,
    gather,
    kinds_asked,
    reasons_asked,
)

__all__ = ["Candidate", "Example", "KindCount", "Nearest", "Unmatched", "unmatched"]

_NEAREST: Final = 3
_EXAMPLES: Final = 3


@frozen(kw_only=True)
class Example:
    """A node behind a candidate.

    Attributes:
        study: id of the study.
        node: id of the node in it.
        label: the source's words.
        quote: the words a coding rests on, where one has them.
        said: what a coder called it who found no term.

    Examples:
        >>> Example(study="a", node="s1", label="vouchers").quote is None
        True
    """

    study: str
    node: str
    label: str
    quote: str | None = None
    said: str | None = None


@frozen(kw_only=True)
class Nearest:
    """An existing term that comes near a candidate.

    Attributes:
        code: its code.
        label: its label.
        score: how well search fits it to the candidate's label, 0 to 1; 1 is the same name.

    Examples:
        >>> Nearest(code="eric:facilitation", label="Facilitation", score=1.0).score
        1.0
    """

    code: str
    label: str
    score: float


@frozen(kw_only=True)
class Candidate:
    """Wordings of much the same thing that no term fits.

    Attributes:
        kind: the kind of node.
        label: the most frequent wording; of equals the first by the alphabet.
        synonyms: the other wordings, the most frequent first.
        nodes: how many nodes say it.
        studies: how many studies.
        reasons: how many of the nodes count for each reason; a node may have two.
        examples: nodes that say it, those with a quote first.
        nearest: the existing terms that come nearest, best first.

    Examples:
        >>> found = unmatched([], kinds="strategy")
        >>> found.candidates
        ()
    """

    kind: str
    label: str
    synonyms: tuple[str, ...]
    nodes: int
    studies: int
    reasons: tuple[tuple[Reason, int], ...]
    examples: tuple[Example, ...]
    nearest: tuple[Nearest, ...]

    @property
    def existing(self) -> Nearest | None:
        """The term that bears this very name already, None where there is none."""
        return next((near for near in self.nearest if near.score == 1), None)


@frozen(kw_only=True)
class KindCount:
    """How many nodes of one kind no term fits.

    Attributes:
        kind: the kind.
        nodes: how many there are.
        unmatched: how many count as unmatched, for any of the reasons asked for.
        uncoded: how many are without any code.
        other_scheme: how many have codes, none of them of the scheme asked for.
        no_term_found: at how many a coder found no term, whatever else they have.

    Examples:
        >>> unmatched([], kinds="strategy").kinds[0].nodes
        0
    """

    kind: str
    nodes: int
    unmatched: int
    uncoded: int
    other_scheme: int
    no_term_found: int


@frozen(kw_only=True)
class Unmatched(Result):
    """What no term fits, as `unmatched` returns it.

    Attributes:
        scheme: the scheme asked for; None for any.
        because: the reasons that counted.
        kinds: the counts of each kind of node.
        candidates: the candidate terms, those of most studies first.
        assumptions: the rule of clustering, and how candidates are to be read.

    Examples:
        >>> unmatched([], kinds="strategy").sentence()
        'Nothing to count: there are no strategies.'
    """

    scheme: str | None
    because: tuple[Reason, ...]
    kinds: tuple[KindCount, ...]
    candidates: tuple[Candidate, ...]
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line for each candidate."""
        return tuple(
            {
                "kind": candidate.kind,
                "label": candidate.label,
                "synonyms": " | ".join(candidate.synonyms),
                "studies": candidate.studies,
                "nodes": candidate.nodes,
                "example": candidate.examples[0].study,
                "nearest": candidate.nearest[0].code if candidate.nearest else None,
                "nearest_label": candidate.nearest[0].label if candidate.nearest else None,
                "score": candidate.nearest[0].score if candidate.nearest else None,
            }
            for candidate in self.candidates
        )

    def sentence(self) -> str:
        """Say how many nodes of each kind are unmatched, and how many candidates they make."""
        if not any(count.nodes for count in self.kinds):
            names = " and no ".join(KINDS[count.kind] for count in self.kinds)
            return f"Nothing to count: there are no {names}."
        told = "; ".join(
            f"{count.unmatched} of {count.nodes} {KINDS[count.kind]} ({_reasons(count)})"
            for count in self.kinds
        )
        fitting = "no term fits" if self.scheme is None else f"no term of {self.scheme} fits"
        count = len(self.candidates)
        named = sum(candidate.existing is not None for candidate in self.candidates)
        return (
            f"Where {fitting}: {told}. They make {counted(count, 'candidate')}, of "
            f"which {named} {agreeing(named, 'bears', 'bear')} the name of a term that exists."
        )

    def to_dict(self) -> dict[str, object]:
        """Return everything as plain values, ready for JSON."""
        return {
            "scheme": self.scheme,
            "because": list(self.because),
            "kinds": [
                {
                    "kind": count.kind,
                    "nodes": count.nodes,
                    "unmatched": count.unmatched,
                    "uncoded": count.uncoded,
                    "other_scheme": count.other_scheme,
                    "no_term_found": count.no_term_found,
                }
                for count in self.kinds
            ],
            "candidates": [_plain(candidate) for candidate in self.candidates],
            "sentence": self.sentence(),
            "assumptions": list(self.assumptions),
        }

    def to_term_table(self) -> str:
        """Return the candidates as a term table in CSV, to be edited.

        Definitions stand empty, since only an author can say what a term means: `read_taxonomy`
        reads such a table, ``implsci new-plugin --from`` takes it once they are filled in. Text that
        a spreadsheet would run is quoted.
        """
        return term_table(self.candidates)


def unmatched(
    compendium: Iterable[Study],
    *,
    kinds: str | Iterable[str] | None = None,
    scheme: str | None = None,
    because: str | Iterable[str] | None = None,
    registry: Registry | None = None,
) -> Unmatched:
    """Return the nodes that no term fits, as candidate terms.

    Args:
        compendium: the studies.
        kinds: kinds of node (`KINDS`); barriers and strategies where None, or with a scheme those
            kinds that it has terms for.
        scheme: only codes of this scheme count as fitting; of any where None. Crosswalks are not
            followed.
        because: the reasons that count (`REASONS`); all where None. ``no_term_found`` takes in
            nodes that have a code, where one coder found none.
        registry: holds the taxonomies that candidates are compared with; the default one where
            None.

    Returns:
        Counts by kind, and clusters of much the same wordings (`cluster`), each with its studies
        and the existing terms that come nearest, of the same kind where there are any.

    Raises:
        UnknownNameError: no such kind, scheme or reason.
        InvalidQueryError: no kind or no reason is named, or the scheme has terms for no node.

    Examples:
        >>> import implsci
        >>> found = unmatched(implsci.load("implsci-examples"), because="uncoded")
        >>> [(count.kind, count.unmatched, count.nodes) for count in found.kinds]
        [('barrier', 10, 382), ('strategy', 87, 745)]
        >>> found.candidates[0].label, found.candidates[0].nearest[0].score
        ('Educational meetings', 1.0)
    """
    known = registry or default_registry()
    wanted = known.taxonomy(scheme).scheme if scheme is not None else None
    asked = kinds_asked(kinds, wanted, known)
    reasons = reasons_asked(because)
    found: dict[str, list[Found]] = {kind: [] for kind in asked}
    nodes: Counter[str] = Counter()
    counts: Counter[tuple[str, Reason]] = Counter()
    for study in compendium:
        for kind in asked:
            for one in gather(study, kind, wanted):
                nodes[kind] += 1
                counts.update((kind, reason) for reason in one.reasons)
                if not set(one.reasons).isdisjoint(reasons):
                    found[kind].append(one)
    candidates = [
        candidate for kind in asked for candidate in _candidates(kind, found[kind], wanted, known)
    ]
    candidates.sort(key=lambda own: (-own.studies, -own.nodes, own.kind, own.label))
    return Unmatched(
        scheme=wanted,
        because=reasons,
        kinds=tuple(
            KindCount(
                kind=kind,
                nodes=nodes[kind],
                unmatched=len(found[kind]),
                uncoded=counts[kind, "uncoded"],
                other_scheme=counts[kind, "other_scheme"],
                no_term_found=counts[kind, "no_term_found"],
            )
            for kind in asked
        ),
        candidates=tuple(candidates),
        assumptions=(
            f"clustered by label: {rule()}",
            "a candidate is a draft: whether it is a term of its own is the author's to judge",
            "that no code was given says what coders did, not that no term could fit",
        ),
    )


def _candidates(
    kind: str, found: list[Found], scheme: str | None, registry: Registry
) -> Iterable[Candidate]:
    by_label: dict[str, list[Found]] = {}
    for one in found:
        by_label.setdefault(on_one_line(one.node.label), []).append(one)
    for texts in cluster({text: len(own) for text, own in by_label.items()}):
        own = [one for text in texts for one in by_label[text]]
        reasons = Counter(reason for one in own for reason in one.reasons)
        yield Candidate(
            kind=kind,
            label=texts[0],
            synonyms=texts[1:],
            nodes=len(own),
            studies=len({one.study.id for one in own}),
            reasons=tuple((reason, reasons[reason]) for reason in REASONS if reasons[reason]),
            examples=_examples(own),
            nearest=_nearest(texts[0], kind, scheme, registry),
        )


def _examples(found: list[Found]) -> tuple[Example, ...]:
    """Return examples of different studies where there are such, those with a quote first."""
    made = [
        Example(
            study=one.study.id,
            node=one.node.id,
            label=one.node.label,
            quote=next((own.quote for own in one.node.codings if own.quote), None),
            said=next(
                (own.value for own in one.node.codings if own.code is None and own.value), None
            ),
        )
        for one in found
    ]
    made.sort(key=lambda example: (example.quote is None, example.study, example.node))
    first = {example.study: example for example in reversed(made)}
    return tuple([example for example in made if first[example.study] is example][:_EXAMPLES])


def _nearest(label: str, kind: str, scheme: str | None, registry: Registry) -> tuple[Nearest, ...]:
    try:
        hits = registry.search(label, kind, scheme, _NEAREST)
    except UnknownNameError:  # no taxonomy has terms of that kind
        hits = registry.search(label, None, scheme, _NEAREST)
    return tuple(Nearest(code=hit.term.code, label=hit.term.label, score=hit.score) for hit in hits)


def _reasons(count: KindCount) -> str:
    parts = [f"{count.uncoded} without any code"]
    if count.other_scheme:
        parts.append(f"{count.other_scheme} with codes of other schemes only")
    parts.append(f"at {count.no_term_found} a coder found no term")
    return ", ".join(parts)


def _plain(candidate: Candidate) -> dict[str, object]:
    return {
        "kind": candidate.kind,
        "label": candidate.label,
        "synonyms": list(candidate.synonyms),
        "studies": candidate.studies,
        "nodes": candidate.nodes,
        "reasons": dict(candidate.reasons),
        "examples": [
            {
                "study": example.study,
                "node": example.node,
                "label": example.label,
                "quote": example.quote,
                "said": example.said,
            }
            for example in candidate.examples
        ],
        "nearest": [
            {"code": near.code, "label": near.label, "score": near.score}
            for near in candidate.nearest
        ],
    }
