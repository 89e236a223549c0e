"""What a release says in words: its README, its list of changes, how to cite it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from implsci.compendium import Compendium
from implsci.compendium.difference import Difference
from implsci.compendium.files import CASEBOOK
from implsci.release._moved import Moved

__all__ = [
    "CITATION",
    "authors_in",
    "changes_text",
    "citation_text",
    "one_line",
    "readme_text",
]

CITATION: Final = "CITATION.cff"

# What the Citation File Format takes as a licence is a list of SPDX ids; these are in use for data.
_SPDX: Final = frozenset(
    "0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC-BY-3.0 CC-BY-4.0 CC-BY-NC-4.0 CC-BY-NC-ND-4.0 "
    "CC-BY-NC-SA-4.0 CC-BY-ND-4.0 CC-BY-SA-3.0 CC-BY-SA-4.0 CC0-1.0 CDLA-Permissive-2.0 "
    "GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later MIT MIT-0 ODC-By-1.0 ODbL-1.0 OGL-UK-3.0 PDDL-1.0 "
    "Unlicense".split()
)
_MARKED = re.compile(r"([\\`*_\[\]<>#|~&!$])")
_AUTHOR = re.compile(
    r'^  - (?:name: (?P<name>".*")|family-names: (?P<family>".*")\n    given-names: (?P<given>".*"))$',
    re.MULTILINE,
)
_KINDS: Final = (
    "barriers", "strategies", "mechanisms", "relationships", "outcomes", "findings",
)  # fmt: skip


def one_line(text: str) -> str:
    """Return a text as one line of characters that print."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def _title(compendium: Compendium) -> str:
    return one_line(compendium.title or "") or compendium.name or "Compendium"


def _marked_off(text: str) -> str:
    """Return a text that Markdown shows as it is."""
    return _MARKED.sub(r"\\\1", one_line(text))


def _verbatim(lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that Markdown shows as they are."""
    for line in lines:
        indent = len(line) - len(line.lstrip(" "))
        yield f"    {' ' * indent}{one_line(line)}"


def _heading(text: str) -> Iterator[str]:
    yield from (f"# {text}", "")


def citation_text(
    compendium: Compendium, version: str, date: str | None, authors: Sequence[str]
) -> str:
    """Return a citation file (Citation File Format 1.2.0, doi:10.5281/zenodo.5171937)."""
    title = _title(compendium)
    cite = one_line(compendium.citation or "")
    terms = one_line(compendium.license or "")
    lines = [
        "cff-version: 1.2.0",
        f"message: {_quoted(f'Please cite this compendium as: {cite}' if cite else _MESSAGE)}",
        f"title: {_quoted(title)}",
        "type: dataset",
        "authors:",
    ]
    for author in authors or [_NOBODY]:
        family, comma, given = map(str.strip, one_line(author).partition(","))
        if comma and family and given:
            lines += [f"  - family-names: {_quoted(family)}", f"    given-names: {_quoted(given)}"]
        else:
            lines.append(f"  - name: {_quoted(one_line(author))}")
    lines.append(f"version: {_quoted(version)}")
    if date is not None:
        lines.append(f"date-released: {_quoted(date)}")
    if terms in _SPDX:
        lines.append(f"license: {terms}")
    elif terms:
        lines.append(f"abstract: {_quoted(f'Licence: {terms}')}")
    return "\n".join([*lines, ""])


def authors_in(text: str) -> tuple[str, ...]:
    """Return the authors that `citation_text` was given."""
    found: list[str] = []
    for own in _AUTHOR.finditer(text):
        parts = (own["name"],) if own["name"] else (own["family"], own["given"])
        found.append(", ".join(one_line(json.loads(part)) for part in parts))
    return tuple(author for author in found if author != _NOBODY)


_NOBODY: Final = "anonymous"
_MESSAGE: Final = "If you use this compendium, please cite it, and the studies in it."


def _quoted(text: str) -> str:
    """Return a text of one printable line as a YAML scalar."""
    return json.dumps(text, ensure_ascii=False)


def changes_text(
    version: str,
    date: str | None,
    previous: str | None,
    found: Difference | None,
    axes: str,
    moved: Sequence[Moved],
) -> str:
    """Return what changed since the last release, in Markdown."""
    lines = [*_heading("Changes")]
    lines += [f"## {version}{f' ({date})' if date else ''}", ""]
    if found is None:
        return "\n".join([*lines, "The first release.", ""])
    lines += [
        f"Since {_marked_off(previous or 'the last')}:",
        "",
        *_verbatim(found.to_text().split("\n")),
        "",
    ]
    lines += ["### Cells of the synthesis that moved", "", f"Laid out as {_marked_off(axes)}.", ""]
    lines += [*_verbatim(map(str, moved))] or ["None."]
    return "\n".join([*lines, ""])


def readme_text(
    compendium: Compendium,
    name: str,
    version: str,
    date: str | None,
    authors: Sequence[str],
    beside: int | None = None,
) -> str:
    """Return what is in a release and how to use it, in Markdown.

    Args:
        compendium: what is released.
        name: what its files are called.
        version: the version.
        date: when it is released.
        authors: who made it.
        beside: number of records of the casebook released with it; None where there is none.
    """
    title = _marked_off(_title(compendium))
    lines = [*_heading(f"{title}, version {version}")]
    if date:
        lines += [f"Released {date}.", ""]
    if authors:
        lines += [f"By {'; '.join(map(_marked_off, authors))}.", ""]
    if compendium.citation:
        lines += [f"Cite as: {_marked_off(compendium.citation)}", ""]
    licensed = _marked_off(compendium.license) if compendium.license else "none is named"
    lines += [f"Licence: {licensed}.", ""]
    studies = compendium.studies
    years = [study.year for study in studies if study.year is not None]
    countries = {country for study in studies for country in study.countries}
    lines += ["| what | how many |", "|---|---|", f"| studies | {len(studies)} |"]
    lines += [f"| {kind} | {sum(len(getattr(s, kind)) for s in studies)} |" for kind in _KINDS]
    lines += [f"| countries | {len(countries)} |"]
    if years:
        lines += [f"| years | {min(years)} to {max(years)} |"]
    return "\n".join(
        [
            *lines,
            "",
            f"- `{name}.jsonl`: the studies, a record a line, as implsci reads them",
            "- `datapackage.json` and `tables/`: the same as tables (Data Package, version 2); "
            "`tables/codebook.csv` says what every column means, `tables/terms.csv` what every code "
            "stands for",
            *(
                []
                if beside is None
                else [
                    f"- `{CASEBOOK}`: {beside} practice and knowledge records beside the studies, "
                    "without the words, names and contacts of people"
                ]
            ),
            "- `CHANGES.md`: what changed since the last release",
            "- `CITATION.cff`: how to cite it",
            "- `CHECKSUMS.sha256`: to check that nothing was changed: `sha256sum -c CHECKSUMS.sha256`",
            "",
        ]
    )
