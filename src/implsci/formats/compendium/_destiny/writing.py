"""Studies as references of DESTINY."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Final

from implsci.codes import split
from implsci.compendium import write_file
from implsci.formats.compendium._carried import leave_rest
from implsci.formats.compendium._destiny.shapes import (
    FIELD,
    KEPT,
    NODE,
    OURS,
    PREFIX,
    VISIBILITIES,
    plain,
)
from implsci.formats.compendium._eppi.draft import FIELDS
from implsci.formats.compendium._eppi.layout import nodes_of
from implsci.hooks import Studies
from implsci.ledger import Ledger
from implsci.model import Citation, Coding, Study
from implsci.model._node import Node
from implsci.model._record import shape

__all__ = ["write"]

_TITLE: Final = "DESTINY"
_CARRIED: Final = frozenset(
    "id title year citation design hybrid_type sectors countries scale_stage embedded "
    "engagement equity "
    "settings arms actors barriers strategies mechanisms relationships outcomes codings extra".split()
)
_DOI = re.compile(r"10\.\d{4,9}/\S+")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBERED = re.compile(r"(.+)\.([0-9]{1,9})")
_ROBOT = re.compile(r"(.*\S) \(([^()]+)\)", re.DOTALL)
_NESTED: Final = ("pagination", "publication_venue")

_Json = dict[str, object]


def write(studies: Studies, path: Path, ledger: Ledger) -> None:
    """Write each study as a line."""
    write_file(path, (_line(study, ledger) for study in studies))


def _line(study: Study, ledger: Ledger) -> bytes:
    # In ASCII, for DESTINY reads files by lines, and some readers end those at further signs.
    return json.dumps(_Writer(study, ledger).reference(), allow_nan=False).encode() + b"\n"


class _Writer:
    def __init__(self, study: Study, ledger: Ledger) -> None:
        self._study = study
        self._ledger = ledger
        self._extra = dict(study.extra)

    def reference(self) -> _Json:
        """Return the study as a reference."""
        study = self._study
        leave_rest(study, self._ledger, _CARRIED, _TITLE)
        identifiers = self._identifiers()
        shown = self._taken(f"{PREFIX}visibility") or VISIBILITIES[0]
        one: _Json = {"visibility": shown}
        if (uuid := self._taken(f"{PREFIX}id")) is not None:
            one["id"] = uuid
        one["identifiers"] = identifiers
        enhancements = [self._bibliographic()]
        if str(self._extra.get("reference.abstract") or "").strip() and (
            abstract := self._taken("reference.abstract")
        ):
            content: _Json = {"enhancement_type": "abstract", "process": "other"}
            content |= self._under(f"{PREFIX}abstract.")
            envelope = self._envelope(content)
            content["abstract"] = abstract
            enhancements.append({**envelope, "content": content})
        enhancements += self._kept()
        enhancements += self._annotated()
        one["enhancements"] = enhancements
        for key, value in self._extra.items():
            self._leave(f"extra.{key}", str(value))
        return one

    def _taken(self, key: str) -> str | None:
        """Take a text out of what is left of ``extra``."""
        value = self._extra.get(key)
        if not isinstance(value, str):
            return None
        del self._extra[key]
        return value

    def _under(self, start: str) -> _Json:
        """Take all fields with a beginning in common out of what is left of ``extra``."""
        found: _Json = {}
        for key in [key for key in self._extra if key.startswith(start)]:
            found[key.removeprefix(start)] = self._extra.pop(key)
        return found

    def _listed(self, start: str) -> list[tuple[str, str]]:
        """Take numbered texts out of what is left of ``extra``, in order, each with its key."""
        found = []
        for key in list(self._extra):
            match = _NUMBERED.fullmatch(key)
            if match is not None and match[1] == start and isinstance(self._extra[key], str):
                found.append((int(match[2]), key, str(self._extra.pop(key))))
        return [(key, text) for _, key, text in sorted(found)]

    def _identifiers(self) -> list[_Json]:
        found: list[_Json] = []
        cited = self._study.citation
        if cited is not None and cited.doi is not None:
            if _DOI.fullmatch(cited.doi):
                found.append({"identifier": cited.doi, "identifier_type": "doi"})
            else:
                found.append(_other("doi", cited.doi))
        pmid = self._extra.get("reference.pmid")
        if isinstance(pmid, str) and pmid.isascii() and pmid.isdecimal() and int(pmid) > 0:
            found.append({"identifier": int(pmid), "identifier_type": "pm_id"})
            del self._extra["reference.pmid"]
        names = {key: self._taken(f"{key}.name") for key in list(self._extra)}
        for key, text in self._listed(f"{PREFIX}identifier"):
            kind, _, rest = text.partition(":")
            if kind == "other":
                found.append(_other(names[key] or "unknown", rest))
            else:
                value: object = int(rest) if kind == "pm_id" and rest.isdecimal() else rest
                found.append({"identifier": value, "identifier_type": kind})
        found.append(_other(OURS, self._study.id))
        return found

    def _bibliographic(self) -> _Json:
        study, cited = self._study, self._study.citation
        content: _Json = {"enhancement_type": "bibliographic", "title": study.title}
        if study.year is not None:
            content["publication_year"] = study.year
        date = self._extra.get("reference.date")
        if isinstance(date, str) and _DATE.fullmatch(date):
            content["publication_date"] = self._taken("reference.date")
        nested: dict[str, _Json] = {name: {} for name in _NESTED}
        orcids = self._under(f"{PREFIX}bibliographic.orcid.")
        if cited is not None:
            if cited.authors:
                content["authorship"] = [
                    _author(name, index, len(cited.authors), orcids.get(str(index + 1)))
                    for index, name in enumerate(cited.authors)
                ]
            if cited.publisher:
                content["publisher"] = cited.publisher
            first, _, last = (cited.pages or "").partition("-")
            if not (first.strip() and last.strip()):
                first, last = cited.pages or "", ""
            nested["pagination"] = {
                "volume": cited.volume,
                "issue": cited.issue,
                "first_page": first,
                "last_page": last,
            }
            nested["publication_venue"] = {"display_name": cited.container}
            for name in ("license", "rights_holder", "funders", "text"):
                if getattr(cited, name) not in (None, ()):
                    self._leave(f"citation.{name}", str(getattr(cited, name)))
            texts = [cited.container, cited.volume, cited.issue, cited.publisher, cited.url]
            if cited == Citation() or any(
                text is not None and not text.strip()
                for text in (*texts, cited.pages, *cited.authors)
            ):
                self._ledger.leave("citation", "a text without words is left out", study.id)
        if issns := self._listed("reference.issn"):
            nested["publication_venue"]["issn"] = [text for _, text in issns]
        kept = self._under(f"{PREFIX}bibliographic.")
        for name, value in kept.items():
            outer, _, inner = name.partition(".")
            if outer in nested and inner:
                nested[outer][inner] = value
            elif outer != "envelope":
                content[name] = value
        for outer, inside in nested.items():
            if filled := {name: value for name, value in inside.items() if value}:
                content[outer] = filled
        return {**self._envelope(kept), "content": content}

    def _envelope(self, content: _Json) -> _Json:
        """Take an enhancement's envelope out of what was kept of it."""
        own = {name: content.pop(name) for name in list(content) if name.startswith("envelope.")}
        return _envelope(own)

    def _kept(self) -> Iterator[_Json]:
        """Yield the enhancements that were kept whole, and the address where none has it."""
        texts = [text for _, text in self._listed(KEPT.rstrip("."))]
        url = self._study.citation.url if self._study.citation is not None else None
        if url and not any(json.dumps(url, ensure_ascii=False) in text for text in texts):
            yield {
                "source": OURS,
                "visibility": VISIBILITIES[0],
                "content": {
                    "enhancement_type": "location",
                    "locations": [{"landing_page_url": url}],
                },
            }
        for text in texts:
            try:
                found = json.loads(text)
            except (ValueError, RecursionError):
                found = None
            if isinstance(found, dict):
                yield found
            else:
                self._leave(KEPT.rstrip("."), text)

    def _annotated(self) -> Iterator[_Json]:
        """Yield the annotations, those of one source after the other together."""
        shown = self._taken(f"{PREFIX}annotation.visibility") or VISIBILITIES[0]
        for (source, robot), group in groupby(self._annotations(), key=itemgetter(0)):
            envelope: _Json = {"source": source, "visibility": shown}
            if robot:
                envelope["robot_version"] = robot
            content = {
                "enhancement_type": "annotation",
                "annotations": [annotation for _, annotation in group],
            }
            yield {**envelope, "content": content}

    def _annotations(self) -> Iterator[tuple[tuple[str, str], _Json]]:
        study = self._study
        for kind, node in nodes_of(study):
            yield from self._node(kind, node)
        for name in FIELDS.values():
            for code in getattr(study, name):
                yield _annotation(*split(code), None, {"field": name, "settled": True})
        for name, scheme in FIELD.items():
            value = getattr(study, name)
            for item in value if isinstance(value, tuple) else (value,):
                if item is not None:
                    yield _annotation(scheme, str(item), None, {})
        for coding in study.codings:
            yield _coding(coding, {"field": "codings"})

    def _node(self, kind: str, node: Node) -> Iterator[tuple[tuple[str, str], _Json]]:
        for name, field in shape(type(node)).items():
            if field.kind == "record" and name != "codings" and getattr(node, name):
                self._leave(f"{kind}.{name}", f"{node.id} of {self._study.id}")
        who: _Json = {"node": f"{kind} {node.id}"}
        fields = plain(node, frozenset({"id", "codes"}))
        rest = list(node.codings)
        for code in node.codes:
            own = rest.pop(0) if rest and rest[0].code == code else None
            yield _annotation(*split(code), own, {**who, "fields": fields, "settled": True})
            fields = {}
        if not node.codes:
            yield _annotation(NODE, kind, None, {**who, "fields": fields})
        for coding in rest:
            yield _coding(coding, who)

    def _leave(self, where: str, example: str) -> None:
        self._ledger.leave(where, f"{_TITLE} cannot carry it", example)


def _other(name: str, text: str) -> _Json:
    return {"identifier": text, "identifier_type": "other", "other_identifier_name": name}


def _author(name: str, index: int, count: int, orcid: object) -> _Json:
    position = "first" if index == 0 else "last" if index == count - 1 else "middle"
    found: _Json = {"display_name": name, "position": position}
    return {**found, "orcid": orcid} if orcid else found


def _envelope(kept: _Json) -> _Json:
    found: _Json = {"source": OURS, "visibility": VISIBILITIES[0]}
    return found | {name.removeprefix("envelope."): value for name, value in kept.items()}


def _coding(coding: Coding, ours: _Json) -> tuple[tuple[str, str], _Json]:
    """Return a coding that settles nothing."""
    if coding.code is not None:
        return _annotation(*split(coding.code), coding, ours)
    scheme, slash, label = (coding.value or "").partition("/")
    if slash and scheme.strip() and label.strip():
        return _annotation(scheme, label, coding, ours)
    return _annotation(f"{OURS}:coding", coding.of or "(no code)", coding, ours)


def _annotation(
    scheme: str, label: str, coding: Coding | None, ours: _Json
) -> tuple[tuple[str, str], _Json]:
    """Return an annotation and who gave it: a source, and the version of a robot."""
    who = (OURS, "")
    one: _Json = {
        "annotation_type": "boolean",
        "scheme": scheme,
        "label": label,
        "value": True,
    }
    if coding is not None:
        who = (coding.coder, "")
        robot = _ROBOT.fullmatch(coding.coder) if coding.by == "machine" else None
        if robot is not None:
            who = (robot[1], robot[2])
        if coding.probability is not None:
            one["score"] = coding.probability
        ours = {**ours, "coding": plain(coding, frozenset({"probability"}))}
    one["data"] = {OURS: {name: value for name, value in ours.items() if value != {}}}
    return who, one
