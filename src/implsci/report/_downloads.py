"""The data behind the page as files inside it: every text a line, every formula inert."""

from __future__ import annotations

import base64
import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from implsci.analysis.result import Row
from implsci.analysis.tally import BASIS_WORDS, DIRECTION_WORDS
from implsci.escaping import inert, one_line
from implsci.model import Study
from implsci.model._node import Node
from implsci.report._studies import address_of

if TYPE_CHECKING:
    from implsci.report import Report

__all__ = ["downloads", "findings_csv", "studies_csv", "tried_csv"]


def downloads(report: Report) -> str:
    """Return links to the files; each link holds its file."""
    tables = {
        "barriers_by_strategies": report.barriers.to_dict(),
        "strategies_by_outcomes": report.outcomes.to_dict(),
    }
    files = (
        ("findings.csv", "every finding, a line each", findings_csv(report)),
        ("studies.csv", "every study, a line each", studies_csv(report)),
        ("barriers-by-strategies.csv", "every cell of the first map", report.barriers.to_csv()),
        ("strategies-by-outcomes.csv", "every cell of the second map", report.outcomes.to_csv()),
        (
            "tried-by-sector.csv",
            "what was tried for which barrier in which sector",
            tried_csv(report),
        ),
        ("gaps.csv", "the pairs that no study holds", _gaps_csv(report)),
        *_behind_pictures(report),
        ("maps.json", "both maps, for programs", json.dumps(tables, ensure_ascii=False)),
    )
    items = "".join(
        f'<li><a download="{name}" id="file-{name.partition(".")[0]}" href="{_held(name, text)}">'
        f"{name}</a>: {words} ({_size(text)})</li>"
        for name, words, text in files
    )
    return f"<ul>{items}</ul>"


def _held(name: str, text: str) -> str:
    kind = "application/json" if name.endswith(".json") else "text/csv"
    data = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
    return f"data:{kind};charset=utf-8;base64,{data}"


def _size(text: str) -> str:
    return f"{max(1, round(len(text.encode('utf-8', 'replace')) / 1000)):,} kB"


def _csv(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(list(heads))
    for row in rows:
        writer.writerow(
            [
                "" if value is None else inert(one_line(value)) if isinstance(value, str) else value
                for value in row
            ]
        )
    return text.getvalue()


def _of_study(study: Study) -> tuple[object, ...]:
    return (
        study.id,
        study.title,
        study.year,
        study.citation.doi if study.citation else None,
        address_of(study),
        "; ".join(study.sectors),
        "; ".join(study.countries),
        study.design,
    )


_STUDY = ("study", "title", "year", "doi", "address", "sectors", "countries", "design")


def studies_csv(report: Report) -> str:
    """Return the studies as CSV."""
    return _csv(
        (
            *_STUDY,
            "equity",
            "links_coded",
            "barriers",
            "strategies",
            "relationships",
            "outcomes",
            "findings",
        ),
        (
            (
                *_of_study(study),
                "; ".join(study.equity),
                study.links_coded,
                len(study.barriers),
                len(study.strategies),
                len(study.relationships),
                len(study.outcomes),
                len(study.findings),
            )
            for study in report.compendium
        ),
    )


def findings_csv(report: Report) -> str:
    """Return the findings as CSV, in the order in which the page numbers them."""
    return _csv(
        (
            *_STUDY, "finding", "direction", "basis", "comparator", "outcome", "outcome_codes",
            "strategies", "strategy_codes", "barriers", "barrier_codes", "relationship", "role",
            "metric", "value", "ci_low", "ci_high", "p", "n", "quotes",
        ),
        _findings(report),
    )  # fmt: skip


def _findings(report: Report) -> Iterator[tuple[object, ...]]:
    for study in report.compendium:
        nodes: dict[str, Node] = {
            node.id: node
            for group in (study.outcomes, study.strategies, study.barriers, study.relationships)
            for node in group
        }
        start = _of_study(study)
        for finding in study.findings:
            estimate = finding.estimate
            yield (
                *start,
                finding.id,
                finding.direction,
                finding.basis,
                finding.comparator,
                *_named(nodes, (finding.outcome,)),
                *_named(nodes, finding.strategies),
                *_named(nodes, finding.barriers),
                nodes[finding.relationship].label if finding.relationship else None,
                finding.role,
                *(
                    (estimate.metric, estimate.value, estimate.ci_low, estimate.ci_high, estimate.p)
                    if estimate
                    else (None,) * 5
                ),
                finding.n,
                "; ".join(coding.quote for coding in finding.codings if coding.quote),
            )


def _named(nodes: dict[str, Node], names: tuple[str, ...]) -> tuple[str, str]:
    chosen = [nodes[name] for name in names]
    return (
        "; ".join(node.label for node in chosen),
        "; ".join(code for node in chosen for code in node.codes),
    )


def tried_csv(report: Report) -> str:
    """Return what was tried for which barrier in which sector as CSV."""
    counted = [(basis, direction) for basis in BASIS_WORDS for direction in DIRECTION_WORDS]
    return _csv(
        (
            "sector", "sector_label", "barrier", "barrier_label", "strategy", "strategy_label",
            "studies", "linked",
            *(f"{basis.replace(' ', '_')}_{direction}" for basis, direction in counted),
            "study_ids",
        ),
        (
            (
                line.sector,
                report.label(line.sector),
                line.barrier,
                report.label(line.barrier),
                line.strategy,
                report.label(line.strategy),
                len(line.study_ids),
                line.linked,
                *(line.findings.get(basis, {}).get(direction, 0) for basis, direction in counted),
                "; ".join(line.study_ids),
            )
            for line in report.tried
        ),
    )  # fmt: skip


def _gaps_csv(report: Report) -> str:
    return _csv(
        ("rows", "row", "row_label", "row_studies", "columns", "column", "column_label", "column_studies"),
        (
            (
                table.row_axis, row.value, row.shown, row.studies,
                table.column_axis, column.value, column.shown, column.studies,
            )
            for table in (report.barriers, report.outcomes)
            for row, column in table.gaps()
        ),
    )  # fmt: skip


def _behind_pictures(report: Report) -> Iterator[tuple[str, str, str]]:
    """Yield the name, the words and the text of each file that a picture shows."""
    if not isinstance(report.flows, str) and report.flows.bands:
        yield (
            "flows.csv",
            "the bands from barriers over strategies to outcomes",
            _plain_csv(report.flows.to_rows()),
        )
    if not isinstance(report.bundles, str) and report.bundles.combinations:
        yield (
            "combinations.csv",
            "every combination of strategies, and the cases that have exactly these",
            _csv(
                ("strategies", "labels", "cases", "case_ids"),
                (
                    (
                        "; ".join(one.strategies),
                        "; ".join(one.labels),
                        len(one.cases),
                        "; ".join(one.cases),
                    )
                    for one in report.bundles.combinations
                ),
            ),
        )
    if not isinstance(report.countries, str) and report.countries.counts:
        yield "countries.csv", "studies by country", _plain_csv(report.countries.to_rows())


def _plain_csv(rows: Sequence[Row]) -> str:
    return _csv(rows[0], (row.values() for row in rows))
