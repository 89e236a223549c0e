"""Cases told by sector: research embedded in programs and case studies, with what people said.

Examples:
    >>> told = cases([
    ...     Study(
    ...         id="a", title="Visits in two districts", embedded="country",
    ...         sectors=("sector:health",),
    ...     ),
    ... ])
    >>> told.sentence()
    '1 case in 1 sector: 1 embedded in a program.'
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from attrs import frozen

from implsci._wording import counted
from implsci.analysis.result import Result, Row
from implsci.casebook import Casebook
from implsci.compendium import Compendium
from implsci.learning._asking import as_compendium, expanded, label_of
from implsci.learning._brief import finding_line, observation_lines, plain_text
from implsci.model import Study
from implsci.model.documents import Observation
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry

__all__ = ["Case", "Cases", "SectorCases", "cases"]

_ASSUMES: Final = (
    "a case is a study that is embedded in a program or is a case study by its design, or what people "
    "in practice saw; other studies are left out and counted",
    "a case of several sectors is told under each, and counted once",
    "what practice saw stands beside the studies it names and is not added to their findings",
    "words of people are shown only where they agreed to publication",
)
_EMBEDDED: Final = {
    "country": "embedded in a country program",
    "thematic": "embedded in a thematic program",
    "both": "embedded in a country program and a thematic one",
    "other": "embedded in a program",
}


@frozen(kw_only=True)
class Case:
    """One case: a study with what practice says of it, or what practice saw by itself.

    Attributes:
        id: of the study, or of the observation.
        study: the study; None where only practice tells of it.
        seen: what people in practice saw, that points to it.

    Examples:
        >>> Case(id="a", study=Study(id="a", title="A", embedded="none"), seen=()).embedded
        False
    """

    id: str
    study: Study | None
    seen: tuple[Observation, ...]

    @property
    def embedded(self) -> bool | None:
        """Whether its research was built into a program; None where not told."""
        if self.study is None or self.study.embedded is None:
            return None
        return self.study.embedded != "none"

    @property
    def title(self) -> str:
        """What it is called."""
        return self.seen[0].statement if self.study is None else self.study.title


@frozen(kw_only=True)
class SectorCases:
    """The cases of one sector.

    Attributes:
        code: of the sector; None for cases that name none.
        label: what it is called.
        cases: in the order of their source, those of practice alone last.

    Examples:
        >>> SectorCases(code=None, label="no sector told", cases=()).label
        'no sector told'
    """

    code: str | None
    label: str
    cases: tuple[Case, ...]


@frozen(kw_only=True)
class Cases(Result):
    """Cases by sector, as `cases` returns them.

    Attributes:
        sectors: by label; cases that name no sector last.
        left_out: how many studies are no case.
        assumptions: what a case is, and what is shown of it.

    Examples:
        >>> cases([]).sentence()
        'No case is told.'
    """

    sectors: tuple[SectorCases, ...]
    left_out: int
    assumptions: tuple[str, ...]

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a sector and case."""
        return tuple(
            {
                "sector": sector.code,
                "label": sector.label,
                "case": case.id,
                "title": case.title,
                "year": case.study.year if case.study else None,
                "embedded": case.study.embedded if case.study else None,
                "design": case.study.design if case.study else None,
                "barriers": len(case.study.barriers) if case.study else None,
                "strategies": len(case.study.strategies) if case.study else None,
                "findings": len(case.study.findings) if case.study else None,
                "seen_in_practice": len(case.seen),
                "quotes": sum(
                    quote.consent == "publication" and quote.text is not None
                    for seen in case.seen
                    for quote in seen.quotes
                ),
            }
            for sector in self.sectors
            for case in sector.cases
        )

    def sentence(self) -> str:
        """Say how many cases there are, in how many sectors, and how many were embedded."""
        known = {case.id: case for sector in self.sectors for case in sector.cases}
        if not known:
            return "No case is told."
        named = sum(sector.code is not None for sector in self.sectors)
        embedded = sum(case.embedded is True for case in known.values())
        alone = sum(case.study is None for case in known.values())
        parts = [f"{embedded} embedded in a program"]
        parts += [f"{alone} told by practice alone"] if alone else []
        parts += [f"{counted(self.left_out, 'study', 'studies')} left out"] if self.left_out else []
        return f"{counted(len(known), 'case')} in {counted(named, 'sector')}: {', '.join(parts)}."

    def to_markdown(self) -> str:
        """Return the cases as a set of stories, sector by sector; text from records is escaped."""
        lines = ["# Cases by sector", "", plain_text(self.sentence())]
        for sector in self.sectors:
            lines += ["", f"## {plain_text(sector.label[:1].upper() + sector.label[1:])}"]
            for case in sector.cases:
                lines += ["", *_story(case)]
        lines += ["", *(f"- {plain_text(text)}" for text in self.assumptions)]
        return "\n".join(lines) + "\n"


def cases(
    compendium: Compendium | Iterable[Study],
    casebook: Casebook | None = None,
    *,
    sector: str | None = None,
    registry: Registry | None = None,
) -> Cases:
    """Tell the cases of each sector: what stood in the way, what was tried, what came of it, who said what.

    Args:
        compendium: the studies. Those embedded in a program (`Study.embedded`) and those that are
            case studies by their design are cases.
        casebook: observations that point to these studies are told with them; those that name a
            sector and no study are cases of their own.
        sector: a code, or its name alone such as ``health``: this sector and narrower ones only.
        registry: holds the taxonomies; the default registry where None.

    Returns:
        The cases by sector. Names, contacts and words without consent are taken out, as
        `Casebook.redact` does.

    Raises:
        ConsentError: a name of a person stands in an id of the casebook.

    Examples:
        >>> import implsci
        >>> found = cases(implsci.load("implsci-examples"))
        >>> found.left_out > 0
        True
    """
    known = registry or default_registry()
    book = Casebook(records=()) if casebook is None else casebook.redact(quotes="consented")
    seen = book.of(Observation)
    wanted = None
    if sector is not None:
        wanted = expanded(sector if ":" in sector else f"sector:{sector}", known, [])
    told: list[tuple[tuple[str, ...], Case]] = []
    left_out = 0
    for study in as_compendium(compendium):
        if study.design != "case_study" and study.embedded in (None, "none"):
            left_out += 1
            continue
        about = tuple(one for one in seen if study.id in one.studies)
        told.append((study.sectors, Case(id=study.id, study=study, seen=about)))
    told += [
        (one.sectors, Case(id=one.id, study=None, seen=(one,)))
        for one in seen
        if one.sectors and not one.studies
    ]
    by_sector: dict[str | None, list[Case]] = {}
    for sectors, case in told:
        for code in sectors or (None,):
            if wanted is None or code in wanted:
                by_sector.setdefault(code, []).append(case)
    found = [
        SectorCases(
            code=code,
            label="no sector told" if code is None else label_of(code, known),
            cases=tuple(its),
        )
        for code, its in by_sector.items()
    ]
    found.sort(key=lambda one: (one.code is None, one.label.casefold(), one.code or ""))
    return Cases(sectors=tuple(found), left_out=left_out, assumptions=_ASSUMES)


def _story(case: Case) -> Iterator[str]:
    study = case.study
    if study is None:
        yield "### Told by practice"
        yield ""
    else:
        year = f" ({study.year})" if study.year else ""
        yield f"### {plain_text(study.title)}{year}"
        yield ""
        yield f"- Study {plain_text(study.id)}, {plain_text(_about(study))}"
        for name, nodes in (
            ("What stood in the way or helped", study.barriers),
            ("What was tried", study.strategies),
        ):
            labels = "; ".join(node.label for node in nodes) or "not told"
            yield f"- {name}: {plain_text(labels)}"
        if not study.findings:
            yield "- What came of it: not told"
        for one in study.findings:
            yield f"- What came of it: {finding_line(study, one)}"
    for seen in case.seen:
        yield from observation_lines(seen)


def _about(study: Study) -> str:
    parts = [_EMBEDDED.get(study.embedded or "")]
    if study.embedded in (None, "none"):
        parts = ["not embedded in a program" if study.embedded else "not told whether embedded"]
    parts.append(study.design_label or (study.design or "design not told").replace("_", " "))
    parts.append(", ".join(study.countries) or "country not told")
    doi = study.citation.doi if study.citation else None
    return "; ".join(part for part in (*parts, f"doi:{doi}" if doi else None) if part)
