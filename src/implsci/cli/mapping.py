"""The commands that go from one scheme to another: map, coverage."""

from __future__ import annotations

from typing import Any

import click
from attrs import asdict

from implsci._wording import counted
from implsci.cli.output import Format, emit, examples, format_option, grid, note, paragraph
from implsci.mapping import MapReport, Route
from implsci.plugins import Registry
from implsci.plugins import registry as default_registry
from implsci.synthesis.axes import shown_of

__all__ = ["coverage", "map_"]

_COLUMNS = ("subject", "match", "object", "confidence", "status", "crosswalks", "weakest")


@examples(
    "implsci map cfir-2009:complexity --to cfir-2022",
    "implsci map epoc-2015:audit-and-feedback --to bct-v1",
    "implsci map cfir-2009 --to cfir-2022 --format csv",
)
@click.command("map")
@click.argument("codes", metavar="CODE|SCHEME...", nargs=-1, required=True)
@click.option("--to", "to", metavar="SCHEME", required=True, help="The scheme to go to.")
@format_option
def map_(codes: tuple[str, ...], to: str, format: Format) -> None:
    """Say where terms lead in another scheme.

    How well they match, by whose mapping, and what going there loses.

    A scheme in place of a code stands for all its terms. Where nobody mapped a term directly,
    mappings are composed over at most two further schemes; the weakest step is named.
    """
    registry = default_registry()
    report = registry.map(codes[0] if len(codes) == 1 else codes, to)
    value: dict[str, Any] = {
        "to": report.to,
        "counts": dict(report.counts),
        "crosswalks": _sources(report),
        "routes": [_route(route) for route in report],
        "unmatched": list(report.unmatched),
        "unknown": list(report.unknown),
        "lost": [asdict(loss) for loss in report.lost],
    }
    rows: list[list[object]] = [
        [
            route["subject"], route["match"], route["object"], route["confidence"],
            route["status"], " > ".join(route["crosswalks"]),
            f"{route['weakest']['subject']} {route['weakest']['predicate']} {route['weakest']['object']}",
        ]
        for route in value["routes"]
    ]  # fmt: skip
    rows += [
        [one.code, "no match", "", None, one.status, one.crosswalk, ""] for one in report.no_match
    ]
    rows += [[code, "unknown", "", None, "", "", ""] for code in report.unknown]
    emit(format, value, lambda: _table(report, registry), rows=[list(_COLUMNS), *rows])


def _sources(report: MapReport) -> list[dict[str, str]]:
    return [{"name": name, "status": status} for name, status in report.crosswalks]


def _by(report: MapReport) -> str:
    told = [
        name if status == "verified" else f"{name} ({status})" for name, status in report.crosswalks
    ]
    return paragraph(f"by {', '.join(told) or 'no crosswalk'}", 0, 2)


def _route(route: Route) -> dict[str, Any]:
    return {
        "subject": route.subject,
        "match": route.match,
        "predicate": route.predicate,
        "object": route.object,
        "confidence": route.confidence,
        "status": route.status,
        "crosswalks": list(route.crosswalks),
        "steps": [asdict(step) for step in route.steps],
        "weakest": asdict(route.weakest),
    }


def _table(report: MapReport, registry: Registry) -> str:
    rows: list[list[object]] = []
    for code in report.asked:
        head: object = (shown_of(code, registry), code)
        for route in report.of(code):
            sure = "" if route.confidence is None else f"{route.confidence:g}"
            reached = (shown_of(route.object, registry), route.object)
            rows.append([head, route.match, reached, sure])
            head = ""
        if not report.of(code):
            rows.append([head, report.match(code), "", ""])
    told = ", ".join(f"{count} {match}" for match, count in report.counts.items() if count)
    lines = [
        grid("From", "Match", "To", "Sure", rows=rows, right=("Sure",), narrow=("Match",)),
        "",
        f"{counted(len(report.asked), 'term')} to {report.to}: {told}",
        _by(report),
    ]
    composed = [route for route in report if len(route.steps) > 1]
    if composed:
        lines += ["", "Composed over a third scheme, and no surer than the weakest step:"]
        lines += [paragraph(_way(route), 2, 2) for route in composed]
    if report.lost:
        lines += ["", "What is lost on the way:"]
        lines += [paragraph(f"{loss.code}: {loss.because}", 2, 2) for loss in report.lost]
    return "\n".join(lines)


def _way(route: Route) -> str:
    weakest = route.weakest
    kind = weakest.predicate.removeprefix("skos:").removesuffix("Match")
    return (
        f"{route.subject} to {route.object}: {', then '.join(route.crosswalks)}; weakest "
        f"{weakest.subject} to {weakest.object} ({kind})"
    )


@examples(
    "implsci coverage relational --by eric",
    "implsci coverage eric --by relational --format json",
)
@click.command()
@click.argument("scheme", metavar="SCHEME")
@click.option("--by", "by", metavar="SCHEME", required=True, help="The scheme that may say it.")
@format_option
def coverage(scheme: str, by: str, format: Format) -> None:
    """Say what one taxonomy leaves unsaid of another.

    Every term but headings is looked up in the other scheme: has it an exact, close, broad, narrow
    or related match, none at all, or did nobody look?
    """
    registry = default_registry()
    found = registry.coverage(scheme, by)
    terms = [
        {"code": term.code, "label": term.label, "match": match, "status": term.status}
        for term, match in found.matches
    ]
    value = {
        "scheme": found.scheme,
        "by": found.by,
        "counts": dict(found.counts),
        "crosswalks": _sources(found.report),
        "terms": terms,
    }

    def table() -> str:
        rows: list[list[object]] = [
            [match, count, "; ".join(term.shown for term in found.fared(match))]
            for match, count in found.counts.items()
            if count
        ]
        table = grid("Match", "Terms", "Which", rows=rows, right=("Terms",), narrow=("Match",))
        return f"{table}\n\n{_by(found.report)}"

    emit(
        format,
        value,
        table,
        rows=[["code", "label", "match", "status"], *(list(term.values()) for term in terms)],
    )
    if format == "table":
        note(
            f"{counted(len(found.unsaid), 'term')} of {found.scheme} unsaid by {found.by}: looked at, "
            "and without any counterpart; unknown means that nobody looked"
        )
