"""How often each kind of mismatch occurs over many studies, and in which sectors.

A share is of the studies in which the kind could be judged; those whose source does not tell are
counted beside it, as "not reported". Studies are read one after the other, and none is kept.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from attrs import asdict, frozen

from implsci.errors import InvalidQueryError
from implsci.mismatch._asking import AskedBasis, asked_rules, asked_tools
from implsci.mismatch._codes import circle_of
from implsci.mismatch._finding import Wrong
from implsci.mismatch._judging import given, held
from implsci.mismatch.case import Case
from implsci.mismatch.report import Plain
from implsci.mismatch.rules import Rule
from implsci.model import Study
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["Survey", "SurveyRow", "survey"]


def __dir__() -> list[str]:
    return __all__


_SHOWN: Final = 20
_NOTHING: Final = -2
_NOT_REPORTED: Final = -1


@frozen(kw_only=True)
class SurveyRow:
    """One kind of mismatch, in all studies or in those of one sector.

    The studies are `judged` + `not_reported` + `nothing`.

    Attributes:
        kind: the kind.
        sector: code of the sector; None for all studies, ``(not stated)`` for those without one.
        studies: how many studies there are.
        judged: in how many the kind could be judged.
        with_mismatch: how many of those have at least one.
        mismatches: how many there are in all.
        not_reported: in how many the source does not tell.
        nothing: in how many there is nothing to look at.

    Examples:
        >>> SurveyRow(
        ...     kind="no_gap",
        ...     sector=None,
        ...     studies=4,
        ...     judged=2,
        ...     with_mismatch=1,
        ...     mismatches=1,
        ...     not_reported=1,
        ...     nothing=1,
        ... ).share
        0.5
    """

    kind: str
    sector: str | None
    studies: int
    judged: int
    with_mismatch: int
    mismatches: int
    not_reported: int
    nothing: int

    @property
    def share(self) -> float | None:
        """Share of the studies judged that have one, 0 to 1; None where none could be judged."""
        return self.with_mismatch / self.judged if self.judged else None

    def to_dict(self) -> Plain:
        """Return it as plain values."""
        return {**asdict(self), "share": self.share}


@frozen(kw_only=True)
class Survey:
    """How often each kind of mismatch occurs. Iterating gives the rows over all studies.

    Attributes:
        studies: how many studies were read.
        bases: the bases asked.
        overall: one row a kind, over all studies.
        by_sector: one row a kind and sector, by sector; a study of several sectors counts in each.
        notes: which studies hold core elements that wait for each other in a circle; they are
            counted with the others, since no rule asks for the order of the elements.

    Examples:
        >>> import implsci
        >>> from implsci.mismatch import survey
        >>> found = survey(implsci.load("implsci-examples"))
        >>> found.studies, found["unaddressed"].judged
        (373, 0)
    """

    studies: int
    bases: tuple[str, ...]
    overall: tuple[SurveyRow, ...]
    by_sector: tuple[SurveyRow, ...]
    notes: tuple[str, ...] = ()

    def __iter__(self) -> Iterator[SurveyRow]:
        return iter(self.overall)

    def __getitem__(self, kind: str) -> SurveyRow:
        """Return the row of a kind over all studies.

        Raises:
            KeyError: no rule of that kind was asked.
        """
        for row in self.overall:
            if row.kind == kind:
                return row
        raise KeyError(kind)

    def to_rows(self) -> tuple[Plain, ...]:
        """Return every row, those over all studies first, as plain values."""
        return tuple(row.to_dict() for row in (*self.overall, *self.by_sector))

    def to_dict(self) -> Plain:
        """Return it as plain values."""
        return {
            "studies": self.studies,
            "bases": list(self.bases),
            "overall": [row.to_dict() for row in self.overall],
            "by_sector": [row.to_dict() for row in self.by_sector],
            "notes": list(self.notes),
        }


def survey(
    studies: Iterable[Study],
    basis: AskedBasis = None,
    *,
    rules: Iterable[Rule] | None = None,
    registry: Registry | None = None,
) -> Survey:
    """Count the mismatches of many studies.

    Args:
        studies: a compendium, or any stream of studies; each is read once and let go.
        basis: the bases to ask for the rules that need one, by name or in hand; None for all. A
            study whose barriers they do not speak of counts as not reported.
        rules: the rules; None for those of the library.
        registry: where taxonomies, crosswalks and bases come from; None for the default one.

    Returns:
        How often each kind occurs, of how many studies in which it could be judged.

    Raises:
        UnknownNameError: there is no such basis; close names are suggested.
        InvalidQueryError: something in the stream that is no study, no basis at all, or a rule that
            yields what no rule may.

    Examples:
        >>> from implsci import Innovation, Study
        >>> plans = (
        ...     Study(id="a", title="A", scale_stage="planning", innovation=Innovation(name="x")),
        ...     Study(id="b", title="B", scale_stage="planning"),
        ... )
        >>> row = survey(plans)["no_gap"]
        >>> row.with_mismatch, row.judged, row.nothing
        (1, 1, 1)
    """
    asked, tools = asked_rules(rules), asked_tools(basis, registry or default_registry())
    notes: list[str] = []
    circles = 0
    # Few patterns of answers recur over many studies, so that they are told apart only at the end.
    seen: Counter[tuple[tuple[str, ...], tuple[int, ...]]] = Counter()
    for study in studies:
        if not isinstance(study, Study):
            raise InvalidQueryError(f"expected studies, got {type(study).__name__}")
        case = Case(study, tools)
        seen[study.sectors, tuple([_answer(rule, case) for rule in asked])] += 1
        if circle := circle_of(study):
            circles += 1
            if circles <= _SHOWN:
                notes.append(f"{study.id}: {circle}")
    if circles > _SHOWN:
        notes.append(f"the same holds of {circles - _SHOWN} more studies")
    total = Counter[tuple[int, ...]]()
    sectors: dict[str, Counter[tuple[int, ...]]] = {}
    for (of, answers), count in seen.items():
        total[answers] += count
        for sector in of or ("(not stated)",):
            sectors.setdefault(sector, Counter())[answers] += count
    kinds = [rule.kind for rule in asked]
    return Survey(
        studies=sum(total.values()),
        bases=tools.names,
        overall=tuple(_rows(kinds, None, total)),
        by_sector=tuple(
            row for name in sorted(sectors) for row in _rows(kinds, name, sectors[name])
        ),
        notes=tuple(notes),
    )


def _answer(rule: Rule, case: Case) -> int:
    """Return how many mismatches a rule found; below 0 where it could judge nothing."""
    answer = _NOTHING
    for one in given(rule, case):
        if one is None:
            answer = max(answer, 0)
        elif isinstance(held(rule, one), Wrong):
            answer = max(answer, 0) + 1
        elif answer < _NOT_REPORTED:
            answer = _NOT_REPORTED
    return answer


def _rows(
    kinds: Sequence[str], sector: str | None, answers: Mapping[tuple[int, ...], int]
) -> Iterator[SurveyRow]:
    for place, kind in enumerate(kinds):
        counted: Counter[int] = Counter()
        for answer, count in answers.items():
            counted[answer[place]] += count
        yield SurveyRow(
            kind=kind,
            sector=sector,
            studies=counted.total(),
            judged=sum(count for answer, count in counted.items() if answer >= 0),
            with_mismatch=sum(count for answer, count in counted.items() if answer > 0),
            mismatches=sum(answer * count for answer, count in counted.items() if answer > 0),
            not_reported=counted[_NOT_REPORTED],
            nothing=counted[_NOTHING],
        )
