"""What the page's script filters by: whole numbers alone, so that no text from data is in it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS
from implsci.report._facets import FACETS, Choices, values_of
from implsci.synthesis import Synthesis

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["encoded", "payload"]

_UNSAFE: Final = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def encoded(value: object) -> str:
    """Return JSON that can neither close the element it stands in nor be read as a line end."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).translate(_UNSAFE)


def payload(report: Report, choices: Choices, maps: Mapping[str, Synthesis]) -> dict[str, object]:
    """Return the studies' facets, the findings and the cells of the maps, all by place."""
    studies = report.compendium.studies
    place = {study.id: index for index, study in enumerate(studies)}
    bases, directions = list(BASIS_WORDS), list(DIRECTION_WORDS)
    findings = {
        (study.id, finding.id): (index, finding)
        for index, study in enumerate(studies)
        for finding in study.findings
    }
    order = {key: index for index, key in enumerate(findings)}
    return {
        "facets": {
            facet: [
                [choices[facet].index(value) for value in values_of(report, study, facet)]
                for study in studies
            ]
            for facet in FACETS
        },
        "years": [study.year or 0 for study in studies],
        "study": [index for index, _ in findings.values()],
        "direction": [directions.index(finding.direction) for _, finding in findings.values()],
        "basis": [bases.index(finding.basis or "not stated") for _, finding in findings.values()],
        "maps": {
            key: [
                [
                    [place[name] for name in cell.study_ids],
                    [place[name] for name in cell.linked_ids],
                    [order[ref.study, ref.finding] for ref in cell.finding_refs],
                ]
                for cell in synthesis
            ]
            for key, synthesis in maps.items()
        },
    }
