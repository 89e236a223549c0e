"""What was coded on a reference: codes, who gave them, and the passages they rest on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from attrs import evolve

from implsci.codes import Code
from implsci.formats.compendium._eppi.draft import FIELDS, NODES, Draft, add
from implsci.formats.compendium._eppi.lines import Lines, heard, record_values
from implsci.formats.compendium._eppi.parsing import as_list, as_map, as_number, as_said, as_text
from implsci.formats.compendium._eppi.quotes import Passage, as_passage
from implsci.formats.compendium._eppi.tree import Attribute, CodeSets, field_of
from implsci.ledger import Ledger
from implsci.model import Coding
from implsci.model._record import shape
from implsci.model.study import Study

__all__ = ["ARM", "CODING", "Entries"]

ARM: Final = "arm: "
"""Begins the first line of the note of a coding that holds for one arm."""

CODING: Final = "coding."
"""Stands before the fields of a coding among lines of ours."""

_KNOWN: Final = {
    "AttributeId",
    "AdditionalText",
    "ArmId",
    "ArmTitle",
    "ItemAttributeFullTextDetails",
}
_INTERNAL: Final = {"ItemAttributeId", "ItemSetId", "ItemAttributeTextId", "ItemDocumentId"}
_PASSAGE: Final = {"TextFrom", "TextTo", "Text", "IsFromPDF", "DocTitle"}


class Entries:
    """Reads the ``Codes`` of references.

    Args:
        sets: the code sets of the file.
        ledger: keeps the account.
    """

    def __init__(self, sets: CodeSets, ledger: Ledger) -> None:
        self._sets = sets
        self._ledger = ledger

    def read(self, entries: list[object], draft: Draft) -> None:
        """Hang what was coded on the nodes of a study."""
        heads = [heard(as_said(as_map(entry).get("AdditionalText"))) for entry in entries]
        for head in heads:
            if node := _node(head):
                draft.reserve(node[1])
        for entry, head in zip(entries, heads, strict=True):
            self._read(as_map(entry), head, draft)

    def codings(
        self, entry: Mapping[str, object], head: Lines | None, attribute: Attribute | None
    ) -> tuple[Code | None, list[Coding]]:
        """Return the code of an entry and what was coded with it."""
        number = as_text(entry.get("AttributeId"))
        if attribute is None:
            self._ledger.leave(
                "AttributeId", "no code set has it; kept as a coding without a code", number
            )
        code = self._sets.code(attribute) if attribute is not None else None
        values: dict[str, object] = {
            "coder": attribute.set_name if attribute is not None else "unknown code set"
        }
        passages = self._passages(entry)
        if head is None:
            if code is None:
                values["value"] = attribute.shown if attribute else f"AttributeId {number}"
            text = entry.get("AdditionalText")
            note = _note(text if isinstance(text, str) else "", as_text(entry.get("ArmTitle")))
            if note:
                values["note"] = note
        else:
            values |= record_values(Coding, head, CODING)
            if f"{CODING}coder" not in head and not passages:
                return code, []
        if code is not None:
            values["code"] = code
        codings = []
        for passage in passages or [Passage(None, None)]:
            said = {name: text for name, text in passage._asdict().items() if text is not None}
            codings.append(Coding(**{**values, **said}))
            values.pop("note", None)
        return code, codings

    def _read(self, entry: Mapping[str, object], head: Lines | None, draft: Draft) -> None:
        for name in entry.keys() - _KNOWN:
            if name not in _INTERNAL and entry[name] not in ("", None):
                self._ledger.leave(f"Codes.{name}", "not kept", as_text(entry[name]))
        attribute = self._sets.attribute(as_text(entry.get("AttributeId")))
        if attribute is not None and attribute.ours and (field := field_of(attribute)):
            self._set_field(*field, draft)
            if head is None and not as_text(entry.get("AdditionalText")):
                return
        code, codings = self.codings(entry, head, attribute)
        settled = code is not None and "only" not in (head or {})
        if node := _node(head):
            assert head is not None
            kind, identifier = node
            values = draft.named(kind, identifier)
            values.update(record_values(NODES[kind][1], head))
        elif head is not None and "study" in head:
            for name in head["study"]:
                if settled and name in FIELDS.values() and code is not None:
                    draft.add_code(name, code)
            draft.codings += codings
            return
        else:
            found = self._place(code, entry, attribute, draft)
            if found is None:
                of = FIELDS.get(self._sets.kind(code) or "") if code is not None else None
                draft.codings += [evolve(coding, of=of) for coding in codings]
                return
            values = found
        if settled:
            add(values["codes"], code)
        held = values["codings"]
        assert isinstance(held, list)
        held += codings

    def _place(
        self,
        code: Code | None,
        entry: Mapping[str, object],
        attribute: Attribute | None,
        draft: Draft,
    ) -> dict[str, object] | None:
        """Return the node that a code of somebody else's goes on; None for the study itself."""
        kind = (self._sets.kind(code) if code is not None else None) or "(unknown)"
        arm = as_text(entry.get("ArmTitle"))
        got = draft.arm(arm) if arm else None
        if code is None or attribute is None:
            return None
        if kind in FIELDS:
            draft.add_code(FIELDS[kind], code)
            return None
        if kind not in NODES:
            self._ledger.leave(f"codes of the kind {kind}", "kept as codings of the study", code)
            return None
        node = draft.coded(kind, code, attribute.path[-1], arm if kind == "strategy" else "")
        if got is not None and kind == "strategy":
            add(got.setdefault("strategies", []), node["id"])
        return node

    def _set_field(self, name: str, value: str, draft: Draft) -> None:
        """Read a field of the study that an attribute of ours stands for."""
        field = shape(Study).get(name)
        if field is None or field.kind not in ("choice", "scalar"):
            return
        held: object = int(value) if field.type is int and value.isdecimal() else value
        if not field.fits(held):
            self._ledger.leave(name, "no value it can have", value)
        elif field.many:
            add(draft.fields.setdefault(name, []), held)
        elif draft.fields.setdefault(name, held) != held:
            self._ledger.leave(name, "a second value; the first is kept", value)

    def _passages(self, entry: Mapping[str, object]) -> list[Passage]:
        found = []
        for detail in map(as_map, as_list(entry.get("ItemAttributeFullTextDetails"))):
            for name in detail.keys() - _PASSAGE - _INTERNAL:
                if detail[name] not in ("", None, as_text(entry.get("ArmTitle"))):
                    self._ledger.leave(
                        f"ItemAttributeFullTextDetails.{name}", "not kept", as_text(detail[name])
                    )
            text = detail.get("Text")
            passage = as_passage(
                text if isinstance(text, str) else "",
                str(detail.get("DocTitle") or ""),
                int(as_number(detail.get("TextFrom")) or 0),
                int(as_number(detail.get("TextTo")) or 0),
                detail.get("IsFromPDF") is True,
            )
            if passage != (None, None):
                found.append(passage)
        return found


def _node(head: Lines | None) -> tuple[str, str] | None:
    """Return kind and id of the node that lines of ours name."""
    for text in (head or {}).get("node", ()):
        kind, _, identifier = text.partition(" ")
        if kind in NODES and identifier:
            return kind, identifier
    return None


def _note(text: str, arm: str) -> str:
    return f"{ARM}{arm}\n{text}".removesuffix("\n") if arm else text
