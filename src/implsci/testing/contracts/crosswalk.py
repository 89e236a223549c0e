"""The contract of crosswalks."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import Any, ClassVar, Final

from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, TermMapping
from implsci.testing.contracts._shared import (
    PublishedContract,
    hold,
    missing_codes,
    unread,
)

__all__ = ["CrosswalkContract"]


def __dir__() -> list[str]:
    return __all__


_JUSTIFICATIONS: Final = tuple(
    f"semapv:{name}"
    for name in (
        "ManualMappingCuration", "MappingReview", "LogicalReasoning", "LexicalMatching",
        "CompositeMatching", "UnspecifiedMatching", "SemanticSimilarityThresholdMatching",
        "LexicalSimilarityThresholdMatching", "MappingChaining", "MappingInversion",
        "StructuralMatching", "InstanceBasedMatching", "BackgroundKnowledgeBasedMatching",
    )
)  # fmt: skip
"""What SSSOM 1.1 takes as the justification of a mapping."""

# An exact match is also a close one; of these, each two exclude one another (SKOS, part 10, and
# plain sense for a match that is broader and narrower at once).
_EXCLUSIVE: Final = frozenset(
    ("skos:exactMatch", "skos:broadMatch", "skos:narrowMatch", "skos:relatedMatch")
)


def _pair(mapping: TermMapping) -> str:
    return f"{mapping.subject} to {mapping.object}"


class CrosswalkContract(PublishedContract):
    """What every crosswalk keeps to. Subclass it, set `crosswalks` or `plugin`, and run pytest.

    Attributes:
        crosswalks: a `Crosswalk` or several, or better a function that builds them.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        registry: where codes are looked up beside the plugin's own; the default registry where
            None. A scheme that is not installed is named in the output, and fails nothing.

    Examples:
        >>> class TestCrosswalks(CrosswalkContract):
        ...     plugin = "implsci-crosswalks"
    """

    crosswalks: ClassVar[
        Crosswalk | Sequence[Crosswalk] | Callable[[], Crosswalk | Sequence[Crosswalk]] | None
    ] = None

    _subject = "crosswalks"
    _class = Crosswalk
    _noun = "crosswalk"

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return registry.crosswalks()

    @classmethod
    def _mappings(cls) -> Iterator[TermMapping]:
        for crosswalk in cls._all():
            yield from crosswalk.mappings

    def test_there_is_a_crosswalk_with_mappings(self) -> None:
        """The tables can be read, hold to the rules of their classes, and are not empty."""
        hold("no mappings", (item.name for item in self._there() if not item.mappings))

    def test_it_leads_to_another_scheme(self) -> None:
        """A crosswalk joins two schemes; inside one, terms have broader ones."""
        hold(
            "crosswalks from a scheme to itself",
            (
                f"{item.name} ({item.subject_scheme})"
                for item in self._all()
                if item.subject_scheme == item.object_scheme
            ),
        )

    def test_codes_exist(self) -> None:
        """Every code is a term, as far as its taxonomy is installed; others are only named."""
        found = missing_codes(
            (
                code
                for item in self._all()
                for code in (
                    *(
                        code
                        for mapping in item.mappings
                        for code in (mapping.subject, mapping.object)
                    ),
                    *item.unmatched,
                )
            ),
            self._vocabulary(),
        )
        if found.schemes:
            names = ", ".join(found.schemes)
            sys.stdout.write(f"not installed, so its codes were not looked up: {names}\n")
        hold("codes that their taxonomy does not have", found.codes)

    def test_predicates_do_not_contradict(self) -> None:
        """No pair of terms is said to be, say, an exact and a broad match."""

        def wrong(item: Crosswalk) -> Iterator[str]:
            said: dict[str, list[str]] = {}
            for mapping in item.mappings:
                if mapping.predicate in _EXCLUSIVE:
                    said.setdefault(_pair(mapping), []).append(mapping.predicate)
            for pair, predicates in said.items():
                for one, two in combinations(predicates, 2):
                    yield f"{pair} is both {one} and {two}"

        hold("predicates", (text for item in self._all() for text in wrong(item)))

    def test_exact_matches_are_one_to_one(self) -> None:
        """What is the same as two things would make those two the same."""

        def wrong(item: Crosswalk) -> Iterator[str]:
            ends: dict[str, str] = {}
            for mapping in item.mappings:
                if mapping.predicate != "skos:exactMatch":
                    continue
                for end, other in (
                    (mapping.object, mapping.subject),
                    (mapping.subject, mapping.object),
                ):
                    same = ends.setdefault(end, other)
                    if same != other:
                        yield f"{end} is an exact match of {same} and of {other}"

        hold("exact matches", (text for item in self._all() for text in wrong(item)))

    def test_justifications_are_known(self) -> None:
        """How a mapping was arrived at is said in the words of SSSOM (semapv)."""

        def hint(text: str) -> str:
            close = difflib.get_close_matches(text, _JUSTIFICATIONS, n=1)
            return f"; did you mean {close[0]}?" if close else f"; say {_JUSTIFICATIONS[0]}"

        hold(
            "justifications",
            (
                f"{mapping.justification!r} of {_pair(mapping)} is none of semapv"
                f"{hint(mapping.justification)}"
                for mapping in self._mappings()
                if mapping.justification not in _JUSTIFICATIONS
            ),
        )

    def test_an_author_is_named(self) -> None:
        """Every mapping says who made it."""
        hold(
            "mappings without author",
            (_pair(mapping) for mapping in self._mappings() if not (mapping.author or "").strip()),
        )

    def test_a_provisional_crosswalk_says_so(self) -> None:
        """What nobody has read in its source is marked provisional."""
        hold(
            "crosswalks from a source that was not read, yet whose status is not provisional",
            (
                f"{item.name} ({source})"
                for item in self._all()
                if item.status != "provisional"
                for source in dict.fromkeys(
                    (item.citation, *(mapping.source for mapping in item.mappings))
                )
                if unread(source)
            ),
        )

    def test_building_it_twice_gives_the_same(self) -> None:
        """Mappings, and their order, do not change from one run to the next."""
        self._twice(self._name, "crosswalks that came out different the second time")
