"""Interactive figures in a real browser, opened from disk: keyboard, focus, names, links."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("matplotlib")

import implsci
from implsci import plots
from implsci.analysis.meta import random_effects
from implsci.analysis.pooling import Drawn, oriented
from implsci.questions import flows
from implsci.report import build_report

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def trials() -> list[implsci.Study]:
    """The trials of facilitation, each with one effect that can be drawn."""
    return [study for study in implsci.load("implsci-examples") if study.id.startswith("baskerv")]


@pytest.fixture(scope="module")
def forest(trials: list[implsci.Study], tmp_path_factory: pytest.TempPathFactory) -> Path:
    effects = [
        effect
        for study in trials
        for held in (Drawn(study, finding, False) for finding in study.findings)
        if not isinstance(effect := oriented(held.study, held.finding), str)
    ]
    y, v = [one.y for one in effects], [one.v for one in effects]
    figure = plots.forest_plot(random_effects(y, v), y, v, [one.study for one in effects])
    path = tmp_path_factory.mktemp("figure") / "forest.svg"
    plots.save(figure, path, interactive=True, studies=trials)
    return path


@pytest.fixture(scope="module")
def flow(tmp_path_factory: pytest.TempPathFactory) -> Path:
    studies = implsci.load("implsci-examples")
    path = tmp_path_factory.mktemp("figure") / "flow.svg"
    plots.save(plots.flow_plot(flows(studies)), path, interactive=True, studies=studies)
    return path


def opened(browser: Any, path: Path) -> Iterator[Any]:
    """Open a figure; afterwards nothing may have been fetched, and the console must be silent."""
    browser.get_log("performance")
    browser.get_log("browser")
    browser.get(path.as_uri())
    yield browser
    asked = [
        message["params"]["request"]["url"]
        for entry in browser.get_log("performance")
        if (message := json.loads(entry["message"])["message"])["method"]
        == "Network.requestWillBeSent"
    ]
    assert [url for url in asked if not url.startswith("file:")] == []
    assert browser.get_log("browser") == []


def test_tab_walks_through_the_marks_and_focus_is_seen(browser: Any, flow: Path) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    style = (
        "const one = document.activeElement;"
        "const shape = one.matches('.implsci-mark') ? one : one.querySelector('.implsci-mark');"
        "const had = getComputedStyle(shape); return [had.strokeWidth, had.stroke, had.fillOpacity]"
    )
    for page in opened(browser, flow):
        assert page.execute_script("return document.documentElement.localName") == "svg"
        marks = page.execute_script("return document.querySelectorAll('.implsci-mark').length")
        assert marks > 150
        resting = page.execute_script(
            "return getComputedStyle(document.querySelector('.implsci-mark')).stroke"
        )
        assert resting == "none"
        names = []
        for _ in range(5):
            ActionChains(page).send_keys(Keys.TAB).perform()
            names.append(
                page.execute_script("return document.activeElement.getAttribute('aria-label')")
            )
            width, stroke, filled = page.execute_script(style)
            assert width == "3px"
            assert stroke == "rgb(0, 0, 0)"
            assert float(filled) > 0
        assert len(set(names)) == 5
        assert all("stud" in name for name in names)


def test_every_mark_is_reached_and_lies_inside_the_picture(browser: Any, flow: Path) -> None:
    for page in opened(browser, flow):
        unreached, outside = page.execute_script(
            "const all = [...document.querySelectorAll('.implsci-mark')];"
            "const whole = document.documentElement.getBoundingClientRect();"
            "return [all.filter(one => one.tabIndex < 0 && !one.closest('a[href]')).length,"
            " all.filter(one => { const r = one.getBoundingClientRect();"
            "  return r.width * r.height === 0 || r.left < whole.left - 1 || r.top < whole.top - 1"
            "  || r.right > whole.right + 1 || r.bottom > whole.bottom + 1; }).length]"
        )
        assert unreached == 0
        assert outside == 0


def test_a_study_leads_to_its_doi(browser: Any, forest: Path, trials: list[Any]) -> None:
    from selenium.webdriver.common.action_chains import ActionChains
    from selenium.webdriver.common.keys import Keys

    dois = {study.citation.doi for study in trials if study.citation and study.citation.doi}
    assert dois
    for page in opened(browser, forest):
        links = page.execute_script(
            "return [...document.querySelectorAll('a')].map(one => [one.getAttribute('href'),"
            " one.getAttribute('aria-label'), one.getAttribute('rel')])"
        )
        assert {href.removeprefix("https://doi.org/") for href, *_ in links} == dois
        for href, name, rel in links:
            assert href in name
            assert rel == "noreferrer noopener"
        ActionChains(page).send_keys(Keys.TAB).perform()
        focused = page.execute_script(
            "return [document.activeElement.localName, document.activeElement.getAttribute('href')]"
        )
        assert focused == ["a", links[0][0]]


def test_pointing_shows_the_numbers_of_a_mark(browser: Any, forest: Path) -> None:
    for page in opened(browser, forest):
        told = page.execute_script(
            "return [...document.querySelectorAll('.implsci-mark')].map(one =>"
            " [one.querySelector('title').textContent,"
            "  (one.getAttribute('aria-label') || one.parentElement.getAttribute('aria-label'))])"
        )
        assert len(told) == 24
        for title, name in told:
            assert name.startswith(title)
            assert "[" in title, "its interval"
        r = page.execute_script(
            "const r = document.querySelectorAll('.implsci-mark')[3].getBoundingClientRect();"
            "const x = r.left + r.width / 2, y = r.top + r.height / 2;"
            "return document.elementFromPoint(x, y).querySelector('title').textContent"
        )
        assert r == told[3][0]


@pytest.mark.parametrize("name", ["flow", "forest"])
def test_no_serious_fault_of_accessibility(
    browser: Any, axe: str, name: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Axe reads pages alone, so the figure stands inline in one, as it is."""
    svg = request.getfixturevalue(name).read_text(encoding="utf-8")
    body = svg[svg.index("<svg") :]
    path = tmp_path / "page.html"
    path.write_text(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A figure</title></head>'
        f"<body><main><h1>A figure</h1>{body}</main></body></html>",
        encoding="utf-8",
    )
    for page in opened(browser, path):
        page.execute_script(axe)
        faults = page.execute_async_script(
            "const done = arguments[0];"
            "axe.run(document, {resultTypes: ['violations']}).then(one => done(one.violations))"
        )
        told = [(one["impact"], one["id"], one["nodes"][0]["html"][:200]) for one in faults]
        assert [one for one in told if one[0] in ("serious", "critical")] == []


def test_the_report_shows_the_same_picture_as_the_file(browser: Any, tmp_path: Path) -> None:
    """The places of its lines are to a tenth of a point; nothing else of the picture is touched."""
    report = build_report(implsci.load("implsci-examples"), pooled=False)
    assert not isinstance(report.flows, str)
    path, svg = tmp_path / "report.html", tmp_path / "flow.svg"
    path.write_text(report.to_html(), encoding="utf-8")
    plots.save(plots.flow_plot(report.flows), svg)
    browser.get(path.as_uri())
    there = browser.execute_script(
        "const one = document.images[0]; return [one.naturalWidth, one.naturalHeight]"
    )
    browser.get(svg.as_uri())
    alone = browser.execute_script(
        "const r = document.documentElement.getBoundingClientRect(); return [r.width, r.height]"
    )
    assert there == pytest.approx(alone, abs=1)
