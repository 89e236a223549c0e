"""Write the tables of ``docs/requirements.md`` from ``tools/requirements.csv``.

Run from the root of the repository: ``python tools/requirements.py``. A test holds the page to it, and
the table to the code: every name, command, page and test that a row names has to be there.
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

ROOT: Final = Path(__file__).parent.parent
PAGE: Final = ROOT / "docs" / "requirements.md"
TABLE: Final = Path(__file__).with_suffix(".csv")

TEXTS: Final = {
    "S0": (
        "Facilitating cross-sectoral learning in implementation research for UNICEF's global teams",
        "Centre for Evidence and Implementation, 2022",
        "https://www.ceiglobal.org/work-and-insights/"
        "facilitating-cross-sectoral-learning-implementation-research-unicefs-global-teams",
    ),
    "S1": (
        "Strengthening research use through technical assistance",
        "William T. Grant Foundation, blog",
        "https://wtgrantfoundation.org/strengthening-research-use-technical-assistance",
    ),
    "S2": (
        "Is implementation research out of step with implementation practice? Pathways to effective "
        "implementation support over the last decade",
        "Metz, Jensen, Farley and Boaz, 2022",
        "https://doi.org/10.1177/26334895221105585",
    ),
    "S3": (
        "What might implementation science and knowledge mobilisation mean for What Works Centres?",
        "Wales Centre for Public Policy",
        "https://www.wcpp.org.uk/commentary/what-might-implementation-science-and-knowledge-"
        "mobilisation-mean-for-what-works-centres/",
    ),
    "S4": (
        "Importance of relationships is under-recognised by research into evidence implementation",
        "Metz, Boaz, Jensen, Farley and Bartley, blog of Transforming Evidence",
        "https://transforming-evidence.org/blog/importance-of-relationships-is-under-recognised-by-"
        "research-into-evidence-implementation",
    ),
}
STATUSES: Final = ("shown", "partly", "not yet")


class Requirement(NamedTuple):
    """What a founding text asks for, what a user does about it, and what shows it."""

    number: int
    texts: tuple[str, ...]
    asks: str
    does: str
    where: tuple[str, ...]
    tests: tuple[str, ...]
    status: str
    lacking: str


def requirements(path: Path = TABLE) -> tuple[Requirement, ...]:
    """Read the table, in the order of the numbers."""
    with path.open(encoding="utf-8", newline="") as stream:
        rows = [
            Requirement(
                number=int(row["number"]),
                texts=tuple(row["texts"].split(", ")),
                asks=row["asks"],
                does=row["does"],
                where=_several(row["where"]),
                tests=_several(row["tests"]),
                status=row["status"],
                lacking=row["lacking"],
            )
            for row in csv.DictReader(stream, strict=True)
        ]
    return tuple(sorted(rows))


def _several(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(" | ")) if cell else ()


def summary(rows: Iterable[Requirement]) -> Iterator[str]:
    """Yield how many are shown, and the list of those that are not shown in full."""
    rows = tuple(rows)
    counts = Counter(row.status for row in rows)
    told = ", ".join(f"{counts[status]} {status}" for status in STATUSES if counts[status])
    yield f"Of {len(rows)} requirements: {told}."
    short = [row for row in rows if row.status != "shown"]
    if short:
        yield ""
        yield "| | status | what is lacking |"
        yield "|---|---|---|"
        for row in short:
            yield _row(f"R{row.number}: {row.asks}", row.status, row.lacking)


def sections(rows: Iterable[Requirement]) -> Iterator[str]:
    """Yield a table for each founding text; a row of two texts stands under the first."""
    rows = tuple(rows)
    for text, (title, source, address) in TEXTS.items():
        yield f"## {title}"
        yield ""
        yield f"{text}: {source}, <{address}>."
        yield ""
        yield "| | asked for | what a user does | where | shown by | status |"
        yield "|---|---|---|---|---|---|"
        for row in rows:
            if row.texts[0] == text:
                also = f" (also {', '.join(row.texts[1:])})" if row.texts[1:] else ""
                yield _row(
                    f"R{row.number}", row.asks + also, row.does,
                    ", ".join(map(_place, row.where)), "; ".join(_tests(row.tests)), row.status,
                )  # fmt: skip
        yield ""


def _place(name: str) -> str:
    if name.startswith("docs/"):
        return f"{{doc}}`/{name.removeprefix('docs/').removesuffix('.md')}`"
    return f"`{name}`"


def _tests(names: Iterable[str]) -> Iterator[str]:
    """Yield the tests as the sentences they are, with the file they stand in."""
    by_file: dict[str, list[str]] = {}
    for name in names:
        file, _, function = name.partition("::")
        by_file.setdefault(file, []).append(function.removeprefix("test_").replace("_", " "))
    for file, sentences in by_file.items():
        yield f"{', '.join(f'*{one}*' for one in sentences)} (`{file}`)"


def _row(*cells: object) -> str:
    return "| " + " | ".join(str(cell).replace("|", "\\|") for cell in cells) + " |"


def renewed(page: str, rows: Iterable[Requirement]) -> str:
    """Return the page with its generated parts made anew."""
    rows = tuple(rows)
    for name, lines in {"summary": summary(rows), "sections": sections(rows)}.items():
        text = "\n".join(lines).rstrip("\n") + "\n"
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        if page.count(start) != 1:
            raise SystemExit(
                f"{PAGE.name}: expected one part marked {name!r}, found {page.count(start)}"
            )
        before, _, rest = page.partition(start)
        page = before + start + text + end + rest.partition(end)[2]
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8"), requirements()), encoding="utf-8")
