"""Write the tables of ``docs/explanation/taxonomies.md`` from what the plugins bring.

Run from the root of the repository: ``python tools/list_vocabularies.py``. A test holds the page to it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from implsci.plugins import Registry
from implsci.taxonomy import Status

PAGE = Path(__file__).parent.parent / "docs" / "explanation" / "taxonomies.md"
_ORDER: tuple[Status, ...] = ("verified", "derived", "provisional")


def taxonomies(registry: Registry) -> Iterator[str]:
    """Yield the rows of the table of taxonomies."""
    yield "| scheme | what | terms | status | source |"
    yield "|---|---|---|---|---|"
    for taxonomy in registry.taxonomies():
        counts = Counter(term.status for term in taxonomy)
        told = ", ".join(f"{counts[status]} {status}" for status in _ORDER if counts[status])
        yield _row(f"`{taxonomy.scheme}`", taxonomy.title, len(taxonomy), told, taxonomy.citation)


def crosswalks(registry: Registry) -> Iterator[str]:
    """Yield the rows of the table of crosswalks."""
    yield "| crosswalk | mappings | without counterpart | status | source |"
    yield "|---|---|---|---|---|"
    for found in registry.crosswalks():
        yield _row(
            f"`{found.name}`",
            len(found.mappings),
            len(found.unmatched),
            found.status,
            found.citation,
        )


def bases(registry: Registry) -> Iterator[str]:
    """Yield the rows of the table of bases."""
    yield "| basis | what | kind | links | pairs it could speak of | status | source |"
    yield "|---|---|---|---|---|---|---|"
    for found in registry.bases():
        yield _row(
            f"`{found.basis}`", found.title, found.kind, len(found.links),
            f"{len(found.sources) * len(found.targets):,}", found.status, found.citation,
        )  # fmt: skip


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


TABLES: dict[str, Callable[[Registry], Iterator[str]]] = {
    "taxonomies": taxonomies,
    "crosswalks": crosswalks,
    "bases": bases,
}


def renewed(page: str, registry: Registry) -> str:
    """Return the page with its tables made anew."""
    for name, table in TABLES.items():
        pattern = rf"(<!-- {name} -->\n).*?(<!-- end -->)"
        rows = "\n".join([*table(registry), ""])
        page, count = re.subn(
            pattern, lambda match, rows=rows: match[1] + rows + match[2], page, flags=re.DOTALL
        )
        if count != 1:
            raise SystemExit(f"{PAGE.name}: expected one table marked {name!r}, found {count}")
    return page


if __name__ == "__main__":
    PAGE.write_text(
        renewed(PAGE.read_text(encoding="utf-8"), Registry(strict=True)), encoding="utf-8"
    )
