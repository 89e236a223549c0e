"""Merging: records of the same study found and made one, with a report that can undo it.

Records are of one study where they have the same DOI (or number in PubMed or PubMed Central) and
titles that do not contradict it; where they have the same id and title; or where the titles are
nearly equal and first author and year agree. What a ratio of letters cannot tell, numbers, notices,
protocols and words put for one another, keeps records apart. What is near the thresholds is shown to
a person, and joined only by one. The thresholds stand in `THRESHOLDS`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import evolve, frozen

from implsci.codec import encode
from implsci.compendium.merging.evidence import THRESHOLDS, Signature, Verdict, read_signature
from implsci.compendium.merging.grouping import Doubted, group
from implsci.compendium.merging.joining import join_records
from implsci.compendium.merging.report import (
    Conflict,
    Doubt,
    Merge,
    MergeReport,
    Origin,
    Renamed,
    Scalar,
    free_id,
    undo,
)
from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.model import Study

__all__ = [
    "THRESHOLDS",
    "Conflict",
    "Doubt",
    "Merge",
    "MergeReport",
    "Origin",
    "Renamed",
    "Scalar",
    "merge",
    "undo",
]


def __dir__() -> list[str]:
    return __all__


Pair = tuple[str, str]
"""Two records, each as ``name#id``: the name of its collection and its id there."""


def merge(
    studies: Sequence[Study],
    *more: Sequence[Study],
    names: Sequence[str] | None = None,
    titles: bool = True,
    prefer: Literal["complete", "first"] = "complete",
    same: Iterable[Pair] = (),
    apart: Iterable[Pair] = (),
) -> MergeReport:
    """Make one collection of several, each study once.

    Which records are joined does not depend on their order (with ``prefer="complete"``), and merging
    what was merged joins nothing more.

    Args:
        studies: a collection; records of one study inside it are found too.
        *more: further collections.
        names: what the collections are called; else the `name` of each, or ``source 1`` and so on.
        titles: whether titles may decide where no identifier does.
        prefer: whose values stand where records differ: those of the record that says most, or of
            the one that comes first.
        same: records that are of one study, whatever speaks against it.
        apart: records that are not, whatever speaks for it.

    Returns:
        The merged collection and the account of it.

    Raises:
        MissingExtraError: titles are to be compared, and the extra ``formats`` is not installed.
        InvalidQueryError: names that do not fit the collections, or a pair that names no record.

    Examples:
        >>> from implsci.model import Citation
        >>> ours = Study(id="a", title="Trust", citation=Citation(doi="10.1000/X"))
        >>> theirs = Study(id="b", title="TRUST", year=2019, citation=Citation(doi="10.1000/x"))
        >>> report = merge([ours], [theirs])
        >>> [(one.id, one.year) for one in report.studies], report.merges[0].reasons
        ([('b', 2019)], ('same DOI 10.1000/x',))
    """
    if titles:
        try:
            import rapidfuzz  # noqa: F401  asked for before any work is done
        except ImportError as error:
            raise MissingExtraError("finding duplicates by title", "formats") from error
    collections = (studies, *more)
    called = _names(collections, names)
    origins = [
        Origin(source=source, position=position, name=called[source], id=one.id, title=one.title)
        for source, collection in enumerate(collections)
        for position, one in enumerate(collection)
    ]
    records = [study for collection in collections for study in collection]
    merging = _Merging(records, origins, titles, prefer)
    doubts = merging.run(_places(same, origins), _places(apart, origins))
    return merging.report(called, tuple(map(len, collections)), doubts)


@frozen
class _Entry:
    """A study of the merged collection, and what it was made of."""

    members: tuple[int, ...]
    study: Study
    signature: Signature
    conflicts: tuple[Conflict, ...] = ()
    reasons: tuple[str, ...] = ()
    score: float = 100.0


class _Merging:
    """Rounds of grouping, until no two of the studies made so far are one."""

    def __init__(
        self,
        records: list[Study],
        origins: list[Origin],
        titles: bool,
        prefer: Literal["complete", "first"],
    ) -> None:
        self.records = records
        self.origins = origins
        self.titles = titles
        self.prefer = prefer
        self.entries = [
            _Entry((place,), study, read_signature(study, frozenset((origins[place].source,))))
            for place, study in enumerate(records)
        ]

    def run(self, same: list[tuple[int, int]], apart: list[tuple[int, int]]) -> list[Doubted]:
        """Join what is to be joined, and return what a person should look at."""
        while True:
            now = {place: index for index, one in enumerate(self.entries) for place in one.members}
            found = group(
                [one.signature for one in self.entries],
                titles=self.titles,
                same=[(now[one], now[other]) for one, other in same],
                apart=[(now[one], now[other]) for one, other in apart],
            )
            if not found.groups:
                return found.doubts
            into = {index: own[0] for own in found.groups for index in own}
            links: dict[int, list[Verdict]] = defaultdict(list)
            for one, _, verdict in found.links:
                links[into[one]].append(verdict)
            joined = {own[0]: self._joined(own, links[own[0]]) for own in found.groups}
            self.entries = [
                joined.get(index, one)
                for index, one in enumerate(self.entries)
                if into.get(index, index) == index
            ]

    def _joined(self, own: list[int], links: list[Verdict]) -> _Entry:
        parts = [self.entries[index] for index in own]
        places = sorted(place for part in parts for place in part.members)
        if self.prefer == "complete":
            places.sort(key=self._completeness)
        study, conflicts = join_records(
            [(self.records[place], self.origins[place].name) for place in places]
        )
        reasons = (*(text for part in parts for text in part.reasons), *(v.reason for v in links))
        sources = frozenset(self.origins[place].source for place in places)
        return _Entry(
            members=tuple(places),
            study=study,
            signature=read_signature(study, sources),
            conflicts=conflicts,
            reasons=tuple(dict.fromkeys(reasons)),
            score=min(*(part.score for part in parts), *(verdict.score for verdict in links)),
        )

    def _completeness(self, place: int) -> tuple[int, int, bytes]:
        study = self.records[place]
        document = encode(study)
        return -document.count(b'":'), -len(study.title), document

    def report(
        self, names: tuple[str, ...], sizes: tuple[int, ...], doubts: list[Doubted]
    ) -> MergeReport:
        entries = sorted(self.entries, key=lambda one: min(one.members))
        taken: set[str] = set()
        studies: list[Study] = []
        merges: list[Merge] = []
        renamed: list[Renamed] = []
        for one in entries:
            study = one.study
            name = free_id(study.id, taken)
            if name != study.id:
                renamed.append(Renamed(origin=self.origins[one.members[0]], id=name))
                study = evolve(study, id=name)
            studies.append(study)
            if len(one.members) > 1:
                merges.append(
                    Merge(
                        number=len(merges) + 1,
                        kept=name,
                        joined=tuple(self.origins[place] for place in one.members),
                        reasons=one.reasons,
                        score=round(float(one.score), 1),
                        conflicts=one.conflicts,
                        originals=tuple(self.records[place] for place in one.members),
                    )
                )
        return MergeReport(
            studies=tuple(studies),
            merges=tuple(merges),
            doubtful=tuple(self._doubt(doubt) for doubt in doubts),
            renamed=tuple(renamed),
            sources=names,
            sizes=sizes,
            thresholds=dict(THRESHOLDS),
            origins=tuple(
                tuple(
                    (self.origins[place].source, self.origins[place].position)
                    for place in sorted(one.members)
                )
                for one in entries
            ),
        )

    def _doubt(self, doubt: Doubted) -> Doubt:
        members = (min(self.entries[index].members) for index in doubt.members)
        return Doubt(
            members=tuple(self.origins[place] for place in members),
            reason=doubt.reason,
            score=round(float(doubt.score), 1),
        )


def _names(collections: Sequence[Sequence[Study]], names: Sequence[str] | None) -> tuple[str, ...]:
    if names is not None and len(names) != len(collections):
        raise InvalidQueryError(
            f"names: expected one for each of {len(collections)} collections, got {len(names)}"
        )
    given: Sequence[object] = names or [
        getattr(collection, "name", None) for collection in collections
    ]
    called: list[str] = []
    for number, name in enumerate(given, 1):
        base = name.strip() if isinstance(name, str) and name.strip() else f"source {number}"
        again = 1
        while (told := base if again == 1 else f"{base} ({again})") in called:
            again += 1
        called.append(told)
    return tuple(called)


def _places(pairs: Iterable[Pair], origins: Sequence[Origin]) -> list[tuple[int, int]]:
    pairs = list(pairs)
    if not pairs:
        return []
    known = {str(origin): place for place, origin in reversed(list(enumerate(origins)))}
    for reference in (name for pair in pairs for name in pair):
        if reference not in known:
            raise InvalidQueryError(
                f"{reference}: no such record; expected the name of a collection and an id in it, "
                f"such as {next(iter(known), 'name#id')}"
            )
    return [(known[one], known[other]) for one, other in pairs]
