"""A study as it grows out of cells with titles, as people fill them in: forgiving, and losing nothing."""

from __future__ import annotations

from typing import Any

from implsci.formats.compendium._evidence.columns import Column, find
from implsci.formats.compendium._evidence.facts import KINDS, Extras
from implsci.formats.compendium._evidence.nodes import Sketch, nodes, sketched
from implsci.formats.compendium._evidence.scalars import Scalar, scalar, text
from implsci.formats.compendium._evidence.titles import Mark
from implsci.formats.compendium._evidence.values import code_in, label_of, read_cell, schemes_of
from implsci.identifiers import make_id
from implsci.ledger import Ledger
from implsci.model._rules import identifier

__all__ = ["Draft"]


class Draft:
    """Collects what the cells of one study say.

    Args:
        place: where its first row stands.
        ledger: keeps the account.
        one: whether each cell holds one node and not several.

    Attributes:
        place: where its first row stands.
        name: what the table calls the study; empty where it does not.
    """

    def __init__(self, place: str, ledger: Ledger, *, one: bool = False) -> None:
        self.place = place
        self._one = one
        self.name = ""
        self._ledger = ledger
        self._document: dict[str, Any] = {}
        self._extra = Extras()
        self._sketches: dict[str, list[Sketch]] = {}
        self._places: dict[str, str] = {}
        self._lists: dict[str, dict[str, None]] = {}
        self._beside: set[tuple[str, str]] = set()

    def keep(self, title: str, value: Scalar) -> None:
        """Keep a value that has no field of its own under a title."""
        self._extra.keep(title, value)

    def keep_once(self, title: str, cell: str) -> None:
        """Keep each different value of a column that stands beside every value of the study."""
        if (title, cell) not in self._beside:
            self._beside.add((title, cell))
            self.keep(title, scalar(cell))

    def put(self, title: str, cell: str, place: str) -> None:
        """Take a cell under the title of a column."""
        column = find(title)
        if column is None and (named := schemes_of(title)) is not None:
            self._add_terms(title, *named, cell, place)
        elif column is None:
            self.keep(title, scalar(cell))
        elif column.holds == "id":
            self.name = self.name or text(cell)
        elif column.holds == "nodes":
            self._add_nodes(column, cell, place)
        else:
            self._add_value(column, cell, place)

    def add_mark(self, mark: Mark, place: str) -> None:
        """Take a node that has a code, and is called as its term is, or a label only."""
        fields: dict[str, Any] = {"label": label_of(mark.value) if mark.code else mark.value}
        if mark.code:
            fields["codes"] = [mark.value]
        if mark.valence:
            fields["valence"] = mark.valence
        self._sketches.setdefault(mark.kind, []).append(Sketch(mark.value, place, fields))

    def add_to(self, path: str, values: list[str]) -> None:
        """Add to a list of the study's own, what is not in it yet."""
        self._lists.setdefault(path, {}).update(dict.fromkeys(values))

    def _slot(self, path: str) -> tuple[dict[str, Any], str]:
        under, _, name = path.rpartition(".")
        return (self._document.setdefault(under, {}) if under else self._document), name

    def _add_nodes(self, column: Column, cell: str, place: str) -> None:
        kind = KINDS[column.path]
        for sketch in sketched(kind, cell, place, one=self._one):
            if column.title == "facilitators":
                sketch.fields.setdefault("valence", "facilitator")
            self._sketches.setdefault(kind, []).append(sketch)

    def _add_terms(
        self, title: str, kind: str, schemes: tuple[str, ...], cell: str, place: str
    ) -> None:
        for sketch in sketched(kind, cell, place, one=self._one):
            label = sketch.fields["label"]
            if (code := code_in(schemes, label)) is not None:
                codes = sketch.fields.setdefault("codes", [])
                codes += [code] if code not in codes else []
                if len(schemes) > 1:
                    self._ledger.say(
                        f"{title!r} names no edition: each is looked for in {', '.join(schemes)}, "
                        "in that order"
                    )
            elif not sketch.fields.get("codes"):
                self._ledger.leave(title, "not a label of that scheme; kept without a code", label)
            self._sketches.setdefault(kind, []).append(sketch)

    def _add_value(self, column: Column, cell: str, place: str) -> None:
        value, unknown = read_cell(column, cell)
        if isinstance(value, list):
            if column.holds == "texts":  # an author may stand twice
                document, name = self._slot(column.path)
                document.setdefault(name, []).extend(value)
            elif value:
                self.add_to(column.path, value)
        elif value is not None:
            document, name = self._slot(column.path)
            if name not in document:
                document[name] = value
                self._places[column.path] = place
            elif document[name] != value:
                self._ledger.leave(
                    column.title, "more than one; the others kept as extra", f"{cell} ({place})"
                )
                self.keep(column.title, scalar(cell))
        for item in unknown:
            if column.path == "design" and "design_label" not in self._document:
                self._document["design_label"] = item
                continue
            self._ledger.leave(
                column.title, f"not understood; kept as extra {column.title!r}", f"{item} ({place})"
            )
            self.keep(column.title, item)

    def finish(self, taken: set[str]) -> dict[str, Any]:
        """Return the study as plain values, still to be held to the rules.

        Args:
            taken: the ids in use; one that is made up is added, one that is given is not.
        """
        made, lost = nodes(self._sketches, self._ledger)
        for sketch in lost:
            self._ledger.leave(
                "findings",
                "not understood; kept as extra 'findings'",
                f"{sketch.raw} ({sketch.place})",
            )
            self.keep("findings", sketch.raw)
        document = self._document
        document |= {path: [*values] for path, values in self._lists.items()}
        for field, kind in KINDS.items():
            if kind in made:
                document[field] = made[kind]
                kept = (sketch for sketch in self._sketches.get(kind, ()) if sketch.fields)
                for number, sketch in enumerate(kept):
                    self._places[f"{field}[{number}]"] = sketch.place
        if not self.name:
            authors = document.get("citation", {}).get("authors", [])
            parts = [*authors[:1], document.get("year"), document.get("title")]
            document["id"] = make_id(parts, taken)
        elif _is_id(self.name):
            document["id"] = self.name
        else:
            document["id"] = make_id([self.name], taken)
            if "title" in document:
                self.keep("study", self.name)
        if "title" not in document and self.name:
            document["title"] = self.name
            self._ledger.leave("title", "not there; the study's name stands in", self.name)
        if self._extra.values:
            document["extra"] = self._extra.values
        return document

    def place_of(self, path: str) -> str:
        """Return where a path of the document comes from."""
        while path and path not in self._places:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self._places.get(path, self.place)


def _is_id(name: str) -> bool:
    faults: list[Any] = []
    identifier(faults, name)
    return not faults
