"""One study out of its rows, with every cell either in its place or in `Study.extra`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, cast

from implsci.codes import Code
from implsci.formats.mapped._block import Block
from implsci.formats.mapped._cells import NoNumberError
from implsci.formats.mapped._fields import INNOVATION, SETTING, STUDY, FieldRule
from implsci.formats.mapped._findings import Findings
from implsci.formats.mapped._nodes import read_nodes
from implsci.formats.mapped._spec import SheetMapping, Source
from implsci.identifiers import find_doi
from implsci.model import (
    Barrier,
    Citation,
    Innovation,
    Provenance,
    Setting,
    Strategy,
    Study,
)
from implsci.model.barrier import Valence
from implsci.model.strategy import Nature
from implsci.model.study import Design, Embedded, LinksCoded, ScaleStage

__all__ = ["StudyBuilder"]

_UNNAMED = "not named in the table"
_HYBRIDS: Final[dict[str, Literal[1, 2, 3]]] = {"1": 1, "2": 2, "3": 3}
_Extra = dict[str, str | int | float | bool | None]


class StudyBuilder:
    """Builds one study.

    Args:
        file: name of the table.
        mapping: which column is what.
        block: the study's rows.
    """

    def __init__(self, file: str, mapping: SheetMapping, block: Block) -> None:
        self._file = file
        self._mapping = mapping
        self._block = block
        self._cells, self._ledger, self._rows = block.cells, block.ledger, block.rows

    def study(self) -> Study:
        """Return the study.

        Raises:
            InvalidRecord: its values break the rules of a study.
        """
        of = self._mapping.study
        strategies = read_nodes(
            self._mapping.strategies, self._mapping, self._cells, self._rows, "s"
        )
        barriers = read_nodes(self._mapping.barriers, self._mapping, self._cells, self._rows, "b")
        settings, setting_ids, setting_cells = self._settings()
        findings = Findings(
            self._block, strategies, setting_ids, several=len(self._mapping.effects) > 1
        )
        for effect in self._mapping.effects:
            findings.add(effect)
        self._block.held |= {
            cell for cell in setting_cells if len(settings) == 1 or cell[0] in findings.made
        }
        self._block.held |= strategies.held(findings.made)
        self._block.held |= barriers.held()
        words = {name: self._one(of, STUDY, name) for name in STUDY if name != "id"}
        title = words["title"]
        if title is None:
            self._ledger.leave("study.title", "no title: the study's id stands in", self._block.id)
        year = self._year()
        citation = self._citation(words)
        innovation = self._innovation()
        hybrid = words["hybrid_type"]
        return Study(
            id=self._block.id,
            title=title or self._block.id,
            year=year,
            citation=citation,
            programme=words["programme"],
            embedded=cast("Embedded | None", words["embedded"]),
            design=cast("Design | None", words["design"]),
            design_label=words["design_label"],
            hybrid_type=_HYBRIDS[hybrid] if hybrid else None,
            sectors=tuple(map(Code, self._many(of, STUDY, "sectors"))),
            countries=self._countries(),
            scale_stage=cast("ScaleStage | None", words["scale_stage"]),
            engagement=tuple(map(Code, self._many(of, STUDY, "engagement"))),
            equity=tuple(map(Code, self._many(of, STUDY, "equity"))),
            innovation=innovation,
            settings=settings,
            arms=findings.arms(),
            barriers=tuple(
                Barrier(
                    id=node.id,
                    label=node.label,
                    codes=node.codes,
                    note=node.words.get("note"),
                    valence=cast("Valence | None", node.words.get("valence")),
                )
                for node in barriers.nodes
            ),
            strategies=tuple(
                Strategy(
                    id=node.id,
                    label=node.label,
                    codes=node.codes,
                    note=node.words.get("note"),
                    nature=cast("Nature | None", node.words.get("nature")),
                )
                for node in strategies.nodes
            ),
            outcomes=findings.outcomes(),
            findings=findings.findings(),
            links_coded=cast("LinksCoded | None", words["links_coded"]),
            provenance=(self._provenance(),),
            note=words["note"],
            extra=self._extra(),
        )

    def _one(
        self, of: Mapping[str, tuple[Source, ...]], rules: Mapping[str, FieldRule], name: str
    ) -> str | None:
        """Return the one value of a field: the first, and where rows differ that is listed."""
        if rules[name].many or rules[name].kind == "number" or name not in of:
            return None
        (source,) = of[name]
        read = [self._cells.read(source, rules[name], row) for row in self._rows]
        found = list(dict.fromkeys(value for reading in read for value in reading.values))
        if len(found) > 1:
            self._ledger.leave(
                source.path,
                "differs within a study: the first is kept, all stand in extra",
                f"{self._block.id}: {' | '.join(found)}",
            )
        else:
            for index, reading in enumerate(read):
                if reading.exact:
                    self._block.hold(index, source.column)
        return found[0] if found else source.otherwise

    def _many(
        self, of: Mapping[str, tuple[Source, ...]], rules: Mapping[str, FieldRule], name: str
    ) -> tuple[str, ...]:
        """Return all values of a field, over all its sources and rows."""
        found: dict[str, None] = {}
        for source in of.get(name, ()):
            read = [self._cells.read(source, rules[name], row) for row in self._rows]
            values = dict.fromkeys(value for reading in read for value in reading.values)
            if len({reading.values for reading in read}) == 1 and source.column is not None:
                for index, reading in enumerate(read):
                    if reading.exact and name != "countries":
                        self._block.hold(index, source.column)
            if not values and source.otherwise is not None:
                values[source.otherwise] = None
            found.update(values)
        return tuple(found)

    def _year(self) -> int | None:
        if "year" not in self._mapping.study:
            return None
        (source,) = self._mapping.study["year"]
        found: dict[int, None] = {}
        exact: list[int] = []
        for index, row in enumerate(self._rows):
            try:
                number = self._cells.number(source, row)
            except NoNumberError:
                number = None
            text = self._cells.text(source, row)
            if number is None or not number.value.is_integer() or not 1800 <= number.value <= 2100:
                if text:
                    self._ledger.leave("study.year", "no year, kept in extra", text)
                continue
            found[int(number.value)] = None
            if number.exact and text == str(int(number.value)):
                exact.append(index)
        if len(found) > 1:
            listed = " | ".join(map(str, found))
            self._ledger.leave(
                source.path,
                "differs within a study: the first is kept, all stand in extra",
                f"{self._block.id}: {listed}",
            )
        else:
            for index in exact:
                self._block.hold(index, source.column)
        return next(iter(found), None)

    def _citation(self, words: Mapping[str, str | None]) -> Citation | None:
        of = self._mapping.study
        text = words["doi"]
        doi = find_doi(text) if text else None
        if text and doi != text:
            for index in range(len(self._rows)):
                self._block.held.discard((index, of["doi"][0].column or ""))
            if doi is None:
                self._ledger.leave("study.doi", "no DOI, kept in extra", text)
        authors = self._many(of, STUDY, "authors")
        funders = self._many(of, STUDY, "funders")
        names = ("reference", "container", "publisher", "url", "license", "rights_holder")
        if not (doi or authors or funders or any(words[name] for name in names)):
            return None
        return Citation(
            authors=authors,
            doi=doi,
            text=words["reference"],
            container=words["container"],
            publisher=words["publisher"],
            url=words["url"],
            license=words["license"],
            rights_holder=words["rights_holder"],
            funders=funders,
        )

    def _countries(self) -> tuple[str, ...]:
        codes: dict[str, None] = {}
        for text in self._many(self._mapping.study, STUDY, "countries"):
            codes.update(dict.fromkeys(self._country_codes(text, "study.countries")))
        return tuple(codes)

    def _country_codes(self, text: str, path: str) -> tuple[str, ...]:
        from implsci.places import countries

        found = countries(text)
        for piece in found.unresolved:
            self._ledger.leave(path, "no country by this name, kept in extra", piece)
        return found.codes

    def _settings(
        self,
    ) -> tuple[tuple[Setting, ...], list[str | None], set[tuple[int, str]]]:
        """Return the settings, the one of each row, and the cells that stand in them."""
        of = self._mapping.setting
        found: dict[tuple[str | None, ...], Setting] = {}
        ids: list[str | None] = []
        cells: set[tuple[int, str]] = set()
        for index, row in enumerate(self._rows):
            values: dict[str, str | None] = {}
            for name in SETTING:
                values[name] = None
                for source in of.get(name, ()):
                    reading = self._cells.read(source, SETTING[name], row)
                    values[name] = reading.values[0] if reading.values else source.otherwise
                    if reading.exact and name != "country" and source.column is not None:
                        cells.add((index, source.column))
            label = values["label"] or values["level"] or values["region"] or values["country"]
            if label is None:
                ids.append(None)
                continue
            key = tuple(values.values())
            if key not in found:
                country = values["country"]
                codes = self._country_codes(country, "setting.country") if country else ()
                found[key] = Setting(
                    id=f"p{len(found) + 1}",
                    label=label,
                    country=codes[0] if len(codes) == 1 else None,
                    region=values["region"],
                    level=values["level"],
                )
            ids.append(found[key].id)
        return tuple(found.values()), ids, cells

    def _innovation(self) -> Innovation | None:
        parts = read_nodes(self._mapping.components, self._mapping, self._cells, self._rows, "c")
        self._block.held |= parts.held()
        of = self._mapping.innovation
        words = {name: self._one(of, INNOVATION, name) for name in INNOVATION}
        if not parts.nodes and not any(words.values()):
            return None
        return Innovation(
            name=words["name"] or _UNNAMED,
            kind=words["kind"],
            evidence=words["evidence"],
            evidence_grade=words["evidence_grade"],
            evidence_source=words["evidence_source"],
            gap=words["gap"],
            components=tuple(node.label for node in parts.nodes),
        )

    def _provenance(self) -> Provenance:
        first, last = self._rows[0].place, self._rows[-1].place
        count = len(self._rows)
        return Provenance(
            source=self._file,
            locator=first if count == 1 else f"{first} to {last}, {count} rows",
            method=f"imported by the mapping {self._mapping.name}",
            note="; ".join(self._block.rules) or None,
        )

    def _extra(self) -> _Extra:
        columns: dict[str, list[tuple[int, str]]] = {}
        left_out = set(self._mapping.leave)
        for index, row in enumerate(self._rows):
            for column, text in self._cells.filled(row).items():
                if column not in left_out and (index, column) not in self._block.held:
                    columns.setdefault(column, []).append((index, text))
        extra: _Extra = {}
        for column, found in columns.items():
            texts = {text for _, text in found}
            if len(found) == len(self._rows) and len(texts) == 1:
                extra[_free(column, extra)] = self._cells.kept(column, found[0][1])
                continue
            for index, text in found:
                key = _free(f"{column}.{self._block.names[index]}", extra)
                extra[key] = self._cells.kept(column, text)
        return extra


def _free(key: str, extra: _Extra) -> str:
    while key in extra:
        key += "'"
    return key
