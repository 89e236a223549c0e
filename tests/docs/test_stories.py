"""The worked stories: that they run is the matter of Sybil; here, that each keeps its promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

STORIES = Path(__file__).parents[2] / "docs" / "stories"
PAGES = sorted(path for path in STORIES.glob("*.md") if path.stem != "index")
LAST = "What the software cannot say"


def test_every_story_is_in_the_index() -> None:
    text = (STORIES / "index.md").read_text(encoding="utf-8")
    listed = text.partition("```{toctree}")[2].partition("```")[0].split()
    assert [name for name in listed if not name.startswith(":")] == re.findall(
        r"\| \{doc\}`([\w-]+)` \|", text
    )
    assert sorted(name for name in listed if not name.startswith(":")) == [
        page.stem for page in PAGES
    ]
    assert len(PAGES) == 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_story_says_what_is_made_up_and_ends_with_what_cannot_be_said(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    before = text.partition("\n## ")[0]
    assert re.search(r"\*\*[^*]*made up[^*]*\*\*", before)
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert headings[-1] == LAST
    assert headings.count(LAST) == 1
    assert text.partition(f"## {LAST}")[2].count("\n- **") >= 4


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_story_uses_commands_and_code_and_shows_what_they_print(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    commands = re.findall(r"^\$ (?:implsci .*)\n(?P<out>.*)", text, re.MULTILINE)
    assert len([one for one in commands if not one.startswith(("```", "$"))]) >= 2
    assert text.count("\n>>> ") >= 5


def test_the_pathways_are_not_those_of_the_published_study() -> None:
    text = (STORIES / "follow-seventeen-pathways.md").read_text(encoding="utf-8")
    said = " ".join(text.split())
    assert "The records of that study were not published, and none of them are here" in said
    assert "10.1177/26334895221105585" in text
