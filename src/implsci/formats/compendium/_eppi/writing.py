"""Studies as references of EPPI-Reviewer."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from attrs import evolve

from implsci.compendium import write_file
from implsci.formats.compendium._carried import leave_rest
from implsci.formats.compendium._eppi.draft import FIELDS
from implsci.formats.compendium._eppi.entries import ARM, CODING
from implsci.formats.compendium._eppi.layout import (
    CHOSEN,
    Key,
    Layout,
    coding_key,
    is_path,
    nodes_of,
)
from implsci.formats.compendium._eppi.lines import MARK, record_lines, said
from implsci.formats.compendium._eppi.outgoing import EffectsOut
from implsci.formats.compendium._eppi.quotes import Passage, as_details
from implsci.formats.compendium._eppi.reading import (
    AUTHOR,
    CITED,
    GENERATED,
    IN_EXTRA,
    KEYWORD,
    LEFT_OUT,
    PREFIX,
)
from implsci.hooks import Studies
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Study
from implsci.model._node import Node
from implsci.model._record import shape
from implsci.plugins import registry

__all__ = ["write"]

_TITLE: Final = "EPPI-Reviewer"
_CARRIED: Final = frozenset(
    "id title year citation design hybrid_type sectors countries scale_stage embedded "
    "engagement equity "
    "settings arms actors barriers strategies mechanisms relationships outcomes findings codings "
    "note extra".split()
)
_USUAL: Final = {"TypeName": "Journal, Article", "ItemStatus": "I"}
_BLANK: Final = "a text without words is left out"
_NUMBER = re.compile(r"[0-9]{1,9}")


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write an export that EPPI-Mapper and EPPI-Reviewer open."""
    layout = Layout(studies, registry())
    write_file(path, _chunks(studies, layout, ledger))


def _chunks(studies: Studies, layout: Layout, ledger: Ledger) -> Iterator[bytes]:
    yield b'{\n"CodeSets": '
    yield _json(layout.code_sets)
    yield b',\n"References": ['
    numbers = _Numbers()
    for study in studies:
        numbers.reserve(study)
    for index, study in enumerate(studies):
        yield b",\n" if index else b"\n"
        yield _json(_Writer(study, layout, ledger).reference(numbers.next(study, index)))
    yield b"\n]\n}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, allow_nan=False).encode()


class _Numbers:
    """Gives each reference its number: its own, else its place in the file where that is free."""

    def __init__(self) -> None:
        self._own: set[object] = set()
        self._last = 0

    def reserve(self, study: Study) -> None:
        """Keep the number that a reference came with."""
        number = study.extra.get(f"{PREFIX}ItemId")
        if number is not None:
            self._own.add(number)
            if isinstance(number, int):
                self._last = max(self._last, number)

    def next(self, study: Study, index: int) -> object:
        """Return the number of a reference."""
        own = study.extra.get(f"{PREFIX}ItemId")
        if own is not None:
            return own
        if index + 1 not in self._own:
            return index + 1
        self._last += 1
        return self._last


class _Writer:
    def __init__(self, study: Study, layout: Layout, ledger: Ledger) -> None:
        self._study = study
        self._layout = layout
        self._ledger = ledger
        self._arms: dict[str, int] = {}

    def reference(self, number: object) -> dict[str, object]:
        """Return the study as a reference."""
        study = self._study
        leave_rest(study, self._ledger, _CARRIED, _TITLE)
        cited = study.citation
        one: dict[str, object] = {
            "ItemId": number,
            **_USUAL,
            "OldItemId": study.id,
            "Title": study.title,
            "Year": "" if study.year is None else str(study.year),
            "Authors": AUTHOR.join(map(self._author, cited.authors)) if cited else "",
            "DOI": (cited.doi if cited else None) or "",
            "Keywords": "",
            "Comments": study.note or "",
        }
        for name, field in CITED.items():
            one[name] = (getattr(cited, field) if cited else None) or ""
        one |= dict.fromkeys(IN_EXTRA, "")
        self._tell_blanks()
        effects = EffectsOut(study, self._layout, self._ledger)
        self._add_extra(one, effects)
        one[GENERATED] = " ".join(
            name for name in ("ItemId", *_USUAL) if study.extra.get(f"{PREFIX}{name}") != one[name]
        )
        one["Codes"] = [*self._codes()]
        one["Outcomes"] = effects.outcomes(self.coded)
        return one

    def coded(self, coding: Coding) -> dict[str, object]:
        """Return a coding of an outcome, where no passage has a place."""
        plain = is_path(coding) and not coding.quote and not coding.locator
        return {
            "AttributeId": self._layout.number(coding_key(coding)),
            "AttributeName": coding_key(coding)[-1],
            "AdditionalText": self._text([], coding, plain),
        }

    def _tell_blanks(self) -> None:
        """Tell of texts that say nothing, which come back as none at all."""
        cited = self._study.citation
        if cited is not None:
            for name in ("license", "rights_holder", "funders"):
                if value := getattr(cited, name):
                    self._leave(f"citation.{name}", str(value))
            texts = [getattr(cited, field) for field in CITED.values()]
            if cited == Citation() or any(text is not None and not text.strip() for text in texts):
                self._ledger.leave("citation", _BLANK, self._study.id)
            if any(name != name.strip() or not name for name in cited.authors):
                self._ledger.leave("citation.authors", "blanks around a name left out")
        if self._study.note is not None and not self._study.note.strip():
            self._ledger.leave("note", _BLANK, self._study.id)

    def _author(self, name: str) -> str:
        if ";" in name:
            self._ledger.leave("citation.authors", "a semicolon written as a comma", name)
        return name.replace(";", ",")

    def _add_extra(self, one: dict[str, object], effects: EffectsOut) -> None:
        """Put back what was kept of a reference of EPPI-Reviewer; tell of the rest."""
        fields = {key: name for name, key in IN_EXTRA.items()}
        words: list[tuple[int, str]] = []
        for key, value in self._study.extra.items():
            name = fields.get(key) or key.removeprefix(PREFIX)
            number = key.removeprefix(KEYWORD)
            if key.startswith(KEYWORD) and _NUMBER.fullmatch(number) and isinstance(value, str):
                words.append((int(number), value))
            elif effects.takes(key):
                continue
            elif (
                value is not None
                and str(value).strip()
                and (key in fields or key.startswith(PREFIX))
                and name not in ("Codes", "Outcomes", "OldItemId")
                and not (name == "ItemStatus" and value in LEFT_OUT)  # it would not be read again
                and (name == "ItemId" or one.get(name, "") == "" or name in _USUAL)
            ):
                one[name] = value
            else:
                self._leave(f"extra.{key}", str(value))
        if words:
            one["Keywords"] = self._keywords([word for _, word in sorted(words)])

    def _keywords(self, words: list[str]) -> str:
        lines = [" ".join(word.splitlines()) for word in words]
        if lines != words:
            self._ledger.leave("extra.reference.keyword", "line breaks written as blanks")
        if any(";" in line for line in lines):
            return "\n".join(lines) + "\n"
        return "; ".join(lines)

    def _codes(self) -> Iterator[dict[str, object]]:
        study = self._study
        for kind, node in nodes_of(study):
            yield from self._node(kind, node)
        for field in FIELDS.values():
            for code in getattr(study, field):
                yield self._entry(("code", code), [("study", field)], [])
        for field in CHOSEN:
            value = getattr(study, field)
            for item in value if isinstance(value, tuple) else (value,):
                if item is not None:
                    yield self._entry(("field", field, str(item)), None, [])
        settled = {code for field in FIELDS.values() for code in getattr(study, field)}
        for group in _groups(study.codings):
            coding = group[0]
            if is_path(coding):
                yield self._entry(coding_key(coding), None, group)
            else:
                key = coding_key(coding)
                if coding.code is not None and coding.code in settled:
                    key = ("code", coding.code)
                yield self._entry(key, [("study", "codings"), ("only", "coding")], group)

    def _node(self, kind: str, node: Node) -> Iterator[dict[str, object]]:
        """Yield an entry for each code of a node, and for each further coding."""
        for name, field in shape(type(node)).items():
            if field.kind == "record" and name != "codings" and getattr(node, name):
                self._leave(f"{kind}.{name}", f"{node.id} of {self._study.id}")
        who: list[tuple[str, object]] = [("node", f"{kind} {node.id}")]
        lines = [*who, *record_lines(node, ("id", "codes", "codings"))]
        rest = _groups(node.codings)
        keys: list[Key] = [("code", code) for code in node.codes] or [("uncoded", kind)]
        for key in keys:
            own = rest.pop(0) if rest and rest[0][0].code == key[1] and node.codes else []
            yield self._entry(key, lines, own)
            lines = who
        for group in rest:
            code = group[0].code
            key = ("code", code) if code in node.codes and code else ("other", code or "")
            yield self._entry(key, [*who, ("only", "coding")], group)

    def _entry(
        self, key: Key, lines: list[tuple[str, object]] | None, codings: list[Coding]
    ) -> dict[str, object]:
        """Return what was coded with one attribute; without lines only what fits in its fields."""
        if any("" in (coding.quote, coding.locator, coding.note) for coding in codings):
            self._ledger.leave("codings", _BLANK, self._study.id)
        passages = [Passage(coding.quote, coding.locator) for coding in codings]
        coding = evolve(codings[0], quote=None, locator=None) if codings else None
        arm = ""
        if coding is not None and (coding.note or "").startswith(ARM):
            arm, _, rest = (coding.note or "").removeprefix(ARM).partition("\n")
            arm = arm if arm == arm.strip() and not rest.endswith("\n") else ""
            if arm and lines is None:
                coding = evolve(coding, note=rest)
        return {
            "AttributeId": self._layout.number(key),
            "AdditionalText": self._text(lines or [], coding, lines is None),
            "ArmId": self._arms.setdefault(arm, len(self._arms) + 1) if arm else 0,
            "ArmTitle": arm,
            "ItemAttributeFullTextDetails": [
                as_details(passage) for passage in passages if any(passage)
            ],
        }

    def _text(self, lines: list[tuple[str, object]], coding: Coding | None, plain: bool) -> str:
        note = (coding.note or "") if coding else ""
        if plain and not note.startswith(MARK):
            return note
        if coding is not None:
            if plain:
                lines = [("study", "codings")]
            lines = [*lines, *record_lines(coding, ("code",), CODING)]
        return said(lines)

    def _leave(self, where: str, example: str) -> None:
        self._ledger.leave(where, f"{_TITLE} cannot carry it", example)


def _groups(codings: tuple[Coding, ...]) -> list[list[Coding]]:
    """Part codings so that those alike but for their passages stand together."""
    groups: list[list[Coding]] = []
    for coding in codings:
        last = groups[-1] if groups else None
        if (
            last is not None
            and coding.note is None
            and (coding.quote or coding.locator)
            and (last[-1].quote or last[-1].locator)
            and evolve(coding, quote=None, locator=None)
            == evolve(last[0], quote=None, locator=None, note=None)
        ):
            last.append(coding)
        else:
            groups.append([coding])
    return groups
