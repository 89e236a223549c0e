"""The command specification: what of a reporting checklist the records hold."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from implsci._wording import counted
from implsci.cli.options import limit_option
from implsci.cli.output import Format, emit, examples, flat, format_option, grid, paragraph
from implsci.cli.sources import compendium, one_study
from implsci.specification import (
    CHECKLISTS,
    STATUS_WORDS,
    Checklist,
    Completeness,
    CorpusCompleteness,
    Item,
    ItemCount,
    ItemResult,
    checklist,
    completeness,
    corpus_completeness,
)

__all__ = ["specification"]

_UNITS = 10  # things of one study that a table shows


@examples(
    "implsci specification implsci-examples",
    "implsci specification implsci-examples --checklist stari",
    "implsci specification implsci-examples#rogers-2019 --checklist tidier-strategy",
)
@click.command()
@click.argument("source", metavar="FILE[#ID]|NAME[#ID]")
@click.option(
    "--checklist", "name", default="proctor", show_default=True, metavar="NAME",
    help=f"What to look for: {', '.join(CHECKLISTS)}.",
)  # fmt: skip
@limit_option("strategies, barriers or changes of one study a table shows", _UNITS)
@format_option
def specification(source: str, name: str, limit: int, format: Format) -> None:
    """Say how much of a reporting checklist the records hold.

    Of a collection it counts, item by item; of one study (FILE#ID) it says what is present and in
    which field. An empty field is not reported in the record, which does not say that the study
    lacked it; an item that records have no field for cannot be told, and counts neither way.
    """
    asked = checklist(name)
    if (found := _one(source)) is None:
        counts = corpus_completeness(compendium(source), asked)
        emit(
            format, counts.to_dict(), lambda: "\n".join(_corpus(counts)),
            rows=flat(counts.to_rows()),
        )  # fmt: skip
    else:
        report = completeness(one_study(found), asked)
        emit(
            format, report.to_dict(), lambda: "\n".join(_study(report, limit or None)),
            rows=flat(report.to_rows()),
        )  # fmt: skip


def _one(source: str) -> str | None:
    """Return the source where it names one study."""
    _, mark, identifier = source.rpartition("#")
    return source if mark and identifier and not Path(source).exists() else None


def _head(asked: Checklist) -> Iterator[str]:
    yield paragraph(f"{asked.title} ({asked.source})", hang=2)
    if asked.note:
        yield paragraph(asked.note, 2)


def _corpus(counts: CorpusCompleteness) -> Iterator[str]:
    yield from _head(counts.checklist)
    if not counts.units:
        yield ""
        yield paragraph(counts.sentence())
        return
    of = counted(counts.units, counts.checklist.noun, counts.checklist.plural)
    read = counted(counts.studies, "study", "studies")
    yield paragraph(f"{of} of {read}" if counts.checklist.of else of, 2)
    yield ""
    yield grid(
        "Item", "Asks for", "Reported", "Share",
        rows=[
            [
                count.item.key,
                _named(count.item),
                "cannot be told" if count.percent is None else f"{count.present:,}",
                _share(count),
            ]
            for count in counts.items
        ],
        right=("Share",),
        narrow=("Item", "Reported"),
    )  # fmt: skip
    if _modular(counts.checklist):
        yield ""
        yield grid(
            "Module", "Complete",
            rows=[[group.group, f"{group.complete} of {group.n}"] for group in counts.groups],
        )  # fmt: skip
    yield ""
    yield from _legend(counts.assumptions, counts.checklist)


def _study(report: Completeness, limit: int | None) -> Iterator[str]:
    yield from _head(report.checklist)
    if not report.units:
        yield ""
        yield paragraph(report.sentence())
        return
    for unit in report.units[:limit]:
        yield ""
        place = f" ({unit.place})" if unit.place else ""
        yield paragraph(f"{unit.label}{place}: {unit.present} of {unit.of} reported", hang=2)
        yield grid(
            "Item", "Asks for", "In the record",
            rows=[[result.item.key, _named(result.item), _told(result)] for result in unit.items],
            narrow=("Item",),
        )  # fmt: skip
        if _modular(report.checklist):
            whole = [group.group for group in unit.groups if group.complete]
            yield paragraph(f"complete: {', '.join(whole) or 'none'}", 2, 2)
    yield ""
    if limit is not None and len(report.units) > limit:
        rest = len(report.units) - limit
        more = counted(rest, report.checklist.noun, report.checklist.plural)
        yield paragraph(f"{more} left out; --limit 0 shows all")
    yield from _legend(report.assumptions, report.checklist)


def _modular(asked: Checklist) -> bool:
    """Say whether a checklist requires some of its parts and not others."""
    return any(not item.core for item in asked.items)


def _share(count: ItemCount) -> str:
    if count.percent is None:
        return ""
    return "under 1 %" if count.present and count.percent < 0.5 else f"{count.percent:.0f} %"


def _named(item: Item) -> str:
    return f"{item.name}{' *' if item.provisional else ''}"


def _told(result: ItemResult) -> str:
    if result.status != "present":
        return STATUS_WORDS[result.status]
    more = len(result.fields) - 1
    return f"{result.fields[0]}{f' and {more} more' if more else ''}"


def _legend(assumptions: Sequence[str], asked: Checklist) -> Iterator[str]:
    if any(item.provisional for item in asked.items):
        yield paragraph(
            "* provisional: the wording, or the field that answers it, is not settled", 0, 2
        )
    for text in assumptions:
        yield paragraph(f"- {text}", hang=2)
