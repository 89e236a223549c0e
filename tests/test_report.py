"""The report: fits its terminal, opens from disk alone, and repeats what the data say."""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import re
import subprocess
import sys
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree

import pytest

import implsci
from implsci import (
    Barrier,
    Citation,
    Coding,
    Compendium,
    Finding,
    Measurement,
    Outcome,
    Relationship,
    Strategy,
    Study,
)
from implsci.questions import Bundles, Countries, Flows
from implsci.report import Report, build_report
from implsci.synthesis.cell import MARKS
from implsci.taxonomy import Link, LinkSet

HOSTILE = "</script><img src=x onerror=alert(1)>&'\"\u202eevil\u2028=cmd() \U0001f600"


@pytest.fixture(scope="module")
def report() -> Report:
    return build_report(implsci.load("implsci-examples"))


@pytest.mark.parametrize("width", [80, 100, 132])
def test_text_fits_its_terminal(report: Report, width: int) -> None:
    lines = report.to_text(width).splitlines()
    assert max(map(len, lines)) <= width
    assert not any(line != line.rstrip() for line in lines)


def test_text_says_what_the_issue_asks_of_the_main_job(report: Report) -> None:
    text = report.to_text(132)
    for heading in (
        "WHAT WAS STUDIED",
        "STRATEGIES AND OUTCOMES",
        "BARRIERS AND STRATEGIES",
        "GAPS",
        "WHAT EXPERTS SUGGEST",
        "RELATIONSHIPS",
        "HOW TO READ THIS",
    ):
        assert heading in text
    assert f"{len(report.compendium)} studies" in text
    # The facilitation trials, as metafor pools them: 0.5600 [0.4322, 0.6877].
    assert "pooled effect: SMD 0.56 [0.43, 0.69], k = 23" in text
    assert "barrier not reported:" in text
    assert "no claim that the strategy was aimed at the barrier" in text


def test_numbers_of_the_report_agree_with_a_plain_count(report: Report) -> None:
    studies = report.compendium.studies
    sectors = next(profile for profile in report.profiles if profile.facet == "sector")
    assert sectors.counts["Education"] == sum("sector:education" in s.sectors for s in studies)
    assert sectors.silent == sum(not study.sectors for study in studies)
    assert report.relationship_studies == sum(bool(study.relationships) for study in studies)
    claims = [f for study in studies for f in study.findings if f.role == "necessary_condition"]
    assert len(report.roles()["necessary_condition"]) == len(claims)
    linked = {
        (study.id, barrier, strategy)
        for study in studies
        for node in study.strategies
        for target in node.addresses
        for barrier in next(b for b in study.barriers if b.id == target).codes
        for strategy in node.codes
        if barrier.startswith("cfir-2009:") and strategy.startswith("eric:")
    }
    cells = [cell for cell in report.barriers if "(uncoded)" not in (cell.row, cell.column)]
    assert {(study, c.row, c.column) for c in cells for study in c.linked_ids} == linked
    for use in report.relational:
        assert not use.code.startswith("trust:") or use.label not in (
            "Frequent interactions",
            "Responsiveness",
            "Demonstration of expertise",
        )


class Page(HTMLParser):
    """A page read by another program: its elements, links, visible text and tables of numbers."""

    VOID = ("meta", "br", "img", "input", "rect", "circle", "line")
    IMAGE = "data:image/svg+xml;base64,"

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: dict[str, str] = {}
        self.headings: list[int] = []
        self.heads: list[dict[str, str | None]] = []
        self.raw: list[tuple[dict[str, str | None], str]] = []
        self.text: list[str] = []
        self.images: list[dict[str, str]] = []
        self.feed(page)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        assert not any(name.startswith("on") or name == "style" for name in told), (tag, told)
        assert not {"srcset", "action", "formaction", "background"} & told.keys()
        assert tag not in ("iframe", "object", "embed", "link", "base"), tag
        assert ("src" in told) is (tag == "img")
        if tag == "img":
            assert str(told["src"]).startswith(self.IMAGE)
            self.images.append({name: str(value) for name, value in told.items()})
        if tag not in self.VOID:
            self.open.append(tag)
        if "id" in told:
            self.ids.append(str(told["id"]))
        if tag == "a" and told.get("href"):
            href = str(told["href"])
            assert href.startswith(
                ("#", "https://", "http://", "data:text/csv", "data:application")
            )
            if "download" in told:
                self.links[str(told["download"])] = href
        if tag == "th":
            self.heads.append(told)
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag in ("script", "style"):
            self.raw.append((told, ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in ("script", "style"):
            self.raw[-1] = (self.raw[-1][0], self.raw[-1][1] + data)
        else:
            self.text.append(data)

    def file(self, name: str) -> str:
        return base64.b64decode(self.links[name].partition(",")[2]).decode()

    def drawn(self) -> list[bytes]:
        return [base64.b64decode(one["src"].removeprefix(self.IMAGE)) for one in self.images]

    def rows(self, name: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(self.file(name))))


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    return report.to_html()


def test_html_stands_alone_and_holds_every_study(report: Report, page: str) -> None:
    read = Page(page)
    assert len(set(read.ids)) == len(read.ids)
    assert [f"s-{place}" for place in range(len(report.compendium))] == [
        name for name in read.ids if name.startswith("s-")
    ]
    assert read.headings[0] == 1
    assert read.headings.count(1) == 1
    assert all(
        after - before <= 1 for before, after in zip(read.headings, read.headings[1:], strict=False)
    )
    assert read.heads
    assert all(head.get("scope") in ("row", "col") for head in read.heads)
    for study in report.compendium:
        if study.citation and study.citation.doi:
            assert f"doi:{study.citation.doi}"[:88] in unescape(page)


def test_the_policy_lets_only_the_pages_own_style_and_script_run(page: str) -> None:
    read = Page(page)
    policy = unescape(re.search('Security-Policy" content="([^"]*)"', page)[1])  # type: ignore[index]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "img-src data:; " in policy
    (style, data, script) = read.raw
    assert data[0]["type"] == "application/json"
    for kind, (_, text) in (("style", style), ("script", script)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    for way in (
        "eval",
        "innerHTML",
        "outerHTML",
        "insertAdjacent",
        "document.write",
        "fetch",
        "http",
    ):
        assert way not in script[1]


def test_headlines_maps_and_files_say_the_same_as_a_plain_count(report: Report, page: str) -> None:
    """Counts made here from the records alone, by other code, are looked for in all three."""
    studies = report.compendium.studies
    read = Page(page)
    words = " ".join(" ".join(read.text).split())
    findings = [(study, finding) for study in studies for finding in study.findings]
    effects = Counter(f.direction for _, f in findings if f.basis == "effect")
    assert f"report {len(findings)} findings." in words
    assert (
        f"Of {effects.total()} effects against a comparator: {effects['improved']} improved, "
        f"{effects['no_difference']} no difference, {effects['worsened']} worsened" in words
    )
    has: dict[tuple[str, str], set[str]] = {}
    met: dict[str, set[str]] = {}
    used: dict[str, set[str]] = {}
    by_sector: dict[tuple[str, str, str], set[str]] = {}
    for study in studies:
        barriers = {
            code
            for node in study.barriers
            if node.valence != "facilitator"
            for code in node.codes
            if code.startswith("cfir-2009:")
        }
        strategies = {c for n in study.strategies for c in n.codes if c.startswith("eric:")}
        for barrier in barriers:
            met.setdefault(barrier, set()).add(study.id)
            for strategy in strategies:
                has.setdefault((barrier, strategy), set()).add(study.id)
                for sector in study.sectors or ("(sector not said)",):
                    by_sector.setdefault((sector, barrier, strategy), set()).add(study.id)
        for strategy in strategies:
            used.setdefault(strategy, set()).add(study.id)
    pairs = len(met) * len(used)
    assert f"{pairs - len(has):,} of {pairs:,} pairs of a barrier and a strategy" in words
    most = max(len(ids) for ids in used.values())
    assert f"Facilitation ({most} studies)" in words
    assert used["eric:facilitation"] == max(used.values(), key=len)
    stated = sum(any(node.addresses for node in study.strategies) for study in studies)
    assert f"is stated in {stated} studies" in words
    cells = {(row["row"], row["column"]): row for row in read.rows("barriers-by-strategies.csv")}
    coded = {key for key in cells if "(uncoded)" not in key}
    assert coded == set(has)
    assert {key: int(cells[key]["studies"]) for key in coded} == {
        key: len(ids) for key, ids in has.items()
    }
    tried = {
        (row["sector"], row["barrier"], row["strategy"]): int(row["studies"])
        for row in read.rows("tried-by-sector.csv")
    }
    assert tried == {key: len(ids) for key, ids in by_sector.items()}
    gaps = {
        (r["row"], r["column"]) for r in read.rows("gaps.csv") if r["rows"].startswith("barrier")
    }
    assert gaps == {(b, s) for b in met for s in used} - set(has)
    data = json.loads(next(text for told, text in read.raw if told.get("type")))
    assert len(data["years"]) == len(studies)
    assert len(data["study"]) == len(findings) == len(read.rows("findings.csv"))
    drawn = re.findall(r'href="#b-(\d+)" title="([^"]*)" aria-label="([^"]*)">(\d+)<i>', page)
    assert len(drawn) == len(cells) == len(data["maps"]["b"])
    listed = list(cells.values())
    for place, title, name, count in drawn:
        assert int(count) == len(data["maps"]["b"][int(place)][0])
        assert count == listed[int(place)]["studies"]
        assert title == name
        assert name.startswith(f"{count} stud")
        assert f'id="b-{place}"' in page
    maps = json.loads(read.file("maps.json"))
    assert len(maps["strategies_by_outcomes"]["cells"]) == len(data["maps"]["o"])


def test_empty_null_and_no_link_are_three_marks() -> None:
    def study(name: str, barrier: str, strategy: str, direction: str) -> Study:
        return Study(
            id=name,
            title=name,
            barriers=(Barrier(id="b", label="b", codes=(barrier,)),),
            strategies=(Strategy(id="s", label="s", codes=(strategy,)),),
            outcomes=(Outcome(id="o", label="o", codes=("proctor:adoption",)),),
            findings=(
                Finding(
                    id="f", outcome="o", direction=direction, strategies=("s",), basis="effect",
                    comparator="usual_practice",
                ),
            ),
        )  # fmt: skip

    basis = LinkSet(
        basis="mine-2026",
        kind="observed",
        title="A basis with evidence of no link",
        sources=("cfir-2009:planning",),
        targets=("eric:facilitation",),
        links=(Link(source="cfir-2009:planning", target="eric:facilitation", status="non-link"),),
    )

    class Known(implsci.Registry):
        def bases(self) -> tuple[LinkSet, ...]:
            return (*super().bases(), basis)

    studies = (
        study("null", "cfir-2009:cost", "eric:facilitation", "no_difference"),
        study("good", "cfir-2009:planning", "eric:mandate-change", "improved"),
    )
    page = build_report(Compendium(studies=studies), Known()).to_html()
    grid = page.partition('id="map-b"')[2].partition("</table>")[0]
    cells = re.findall(r'<td class="([^"]*)">(.*?)</td>', grid)
    found = {(kind.split()[0], "\u2298" in body, "no study" in body) for kind, body in cells}
    assert found == {
        ("d-no_difference", False, False),
        ("d-improved", False, False),
        ("e", False, True),
        ("e", True, True),
    }
    assert "evidence of no link: mine-2026" in grid


def test_reach_by_group_is_shown_or_its_lack_is_warned_of(page: str) -> None:
    assert "Warning: no study of these reports a result by group of people." in page
    reach = Measurement(
        of="reach", value=0.4, unit="proportion", n=40, base=100, stratum="equity:gender-and-sex"
    )
    study = Study(
        id="a", title="A", outcomes=(Outcome(id="o", label="vaccinated", measurements=(reach,)),)
    )
    told = build_report(Compendium(studies=(study,))).to_html()
    assert "Warning: no study" not in told
    assert "0.4 proportion (40 of 100)" in told
    assert "1 study of 1 report results by group" in told


def test_gaps_between_groups_have_their_published_interval() -> None:
    # Newcombe 1998 (doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I), table
    # II, method 10, contrast 56/70 less 48/80: 0.2000 [0.0524, 0.3339].
    def group(name: str, n: int, base: int) -> Measurement:
        return Measurement(of="reach", n=n, base=base, stratum="equity:sex", respondent=name)

    outcome = Outcome(
        id="o", label="reached", measurements=(group("girls", 48, 80), group("boys", 56, 70))
    )
    study = Study(id="a", title="A", outcomes=(outcome,))
    page = build_report(Compendium(studies=(study,))).to_html()
    assert "0.20 [0.05, 0.33]" in page
    assert "girls (0.60)" in page


def test_each_picture_has_an_image_words_numbers_and_a_file(report: Report, page: str) -> None:
    pytest.importorskip("matplotlib")
    from implsci import plots

    read = Page(page)
    assert isinstance(report.flows, Flows)
    assert isinstance(report.countries, Countries)
    words = " ".join(" ".join(read.text).split())
    assert len(read.images) == 3
    for image, svg in zip(read.images, read.drawn(), strict=True):
        assert 20 < len(image["alt"]) <= 250
        assert len(svg) < 400_000
        root = ElementTree.fromstring(svg)
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert not list(root.iter("{http://www.w3.org/2000/svg}script"))
        assert b"@font-face" not in svg
        assert int(image["width"]) > int(image["height"]) * 0.8
    for figure in (plots.flow_plot(report.flows), plots.world_map(report.countries)):
        told = " ".join(plots.describe(figure).split())
        assert told in words, "in full, beside the shortened text of the image"
        assert any(told.startswith(one["alt"][:-1]) for one in read.images)
    assert "Gathered as others, being less frequent: 11 barriers" in words
    assert page == report.to_html(), "the same bytes each time"


def test_the_numbers_behind_the_pictures_agree_with_a_plain_count(
    report: Report, page: str
) -> None:
    studies = report.compendium.studies
    read = Page(page)
    words = " ".join(" ".join(read.text).split())
    named = Counter(code for study in studies for code in set(study.countries))
    assert {row["country"]: int(row["studies"]) for row in read.rows("countries.csv")} == named
    assert f"{sum(bool(s.countries) for s in studies)} of {len(studies)} studies name a c" in words

    def has(study: Study, finding: Finding) -> bool:
        by = {node.id: node for node in (*study.strategies, *study.outcomes)}
        return "proctor:adoption" in by[finding.outcome].codes and any(
            "eric:facilitation" in by[one].codes for one in finding.strategies
        )

    held = {s.id for s in studies for finding in s.findings if has(s, finding)}
    bands = [
        row
        for row in read.rows("flows.csv")
        if (row["from"], row["to"]) == ("eric:facilitation", "proctor:adoption")
    ]
    assert {one for row in bands for one in row["study_ids"].split("; ")} == held
    assert sum(int(row["studies"]) for row in bands) == len(held) > 20
    cases = {
        study.programme or study.id
        for study in studies
        if any(code.startswith("eric:") for node in study.strategies for code in node.codes)
    }
    listed = [one for row in read.rows("combinations.csv") for one in row["case_ids"].split("; ")]
    assert sorted(listed) == sorted(cases), "each case in one combination"


def test_combinations_that_equally_many_cases_have_are_all_drawn_or_none(
    report: Report, page: str
) -> None:
    pytest.importorskip("matplotlib")
    found = report.bundles
    assert isinstance(found, Bundles)
    several = Counter(len(one.cases) for one in found.combinations if len(one.strategies) > 1)
    drawn = int(page.partition("Strategies used together: ")[2].split()[0])
    sizes = sorted(several, reverse=True)
    assert drawn in [sum(several[size] for size in sizes[:upto]) for upto in range(len(sizes) + 1)]
    assert f"Not drawn: {several.total() - drawn} further combinations" in page


def test_without_matplotlib_one_sentence_says_what_installs_it_and_the_numbers_stand() -> None:
    code = (
        "import sys; sys.modules.update(matplotlib=None)\n"
        "import implsci; from implsci.report import build_report\n"
        "print(build_report(implsci.load('implsci-examples'), pooled=False).to_html())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    read = Page(done.stdout)
    words = " ".join(" ".join(read.text).split())
    assert read.images == []
    assert words.count("pip install 'implsci[plots]'") == 1
    assert len(read.rows("flows.csv")) > 50
    assert "most often United States (88)" in words
    assert "The picture in words" not in words
    assert words.count("The numbers behind it") == 3


def test_what_has_no_picture_says_why() -> None:
    pytest.importorskip("matplotlib")
    nothing = "".join(Page(build_report(Compendium(studies=())).to_html()).text)
    assert nothing.count("No picture: there is no study to ask; expected at least one.") == 3
    read = Page(build_report(Compendium(studies=(Study(id="a", title="A"),))).to_html())
    words = "".join(read.text)
    assert "No picture: cannot be estimated: no study is in any band. Of 1 study, 0 say" in words
    assert "No picture: cannot be estimated: no combination has 2 strategies or more." in words
    assert "No picture: None of 1 study names a country." in words
    assert read.images == []
    assert not {"flows.csv", "combinations.csv", "countries.csv"} & read.links.keys()


def test_a_picture_of_too_many_roles_gives_way_to_its_table() -> None:
    def claiming(findings: int) -> str:
        study = Study(
            id="a",
            title="A",
            outcomes=(Outcome(id="o", label="o", codes=("proctor:adoption",)),),
            relationships=(Relationship(id="r", label="trust"),),
            findings=tuple(
                Finding(
                    id=f"f{place}", outcome="o", direction="improved", relationship="r",
                    role="moderator", basis="asserted",
                )
                for place in range(findings)
            ),
        )  # fmt: skip
        return build_report(Compendium(studies=(study,))).to_html()

    few, many = claiming(600), claiming(601)
    assert 'aria-label="Picture: what does the relationship do?"' in few
    assert 'aria-label="Picture: what does the relationship do?"' not in many
    said = "would hold 601 marks, more than can be told apart (600); the table below says the same"
    assert said in many
    assert "can be told apart" not in few
    assert "Five readings of a relationship, each with what stands behind it" in many


def test_the_script_has_the_marks_of_the_maps() -> None:
    script = files("implsci.report").joinpath("page.js").read_text(encoding="utf-8")
    block = script.partition("const MARKS = {")[2].partition("}")[0]
    assert dict(re.findall(r'(\w+): "([^"]*)"', block)) == {**MARKS, "empty": ""}


def test_without_the_extra_the_section_says_what_installs_it() -> None:
    code = (
        "import sys; sys.modules.update(numpy=None, scipy=None)\n"
        "import implsci; from implsci.report import build_report\n"
        "report = build_report(implsci.load('implsci-examples'), pooled=False)\n"
        "assert report.roles_asked is None and report.claims\n"
        "print(report.to_html())"
    )
    page = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install &#x27;implsci[analysis]&#x27;" in page.stdout


def test_files_hold_formulas_as_text_and_each_record_on_a_line() -> None:
    text = '=HYPERLINK("http://evil")\n+1'
    study = Study(
        id="@SUM(1)",
        title=text,
        outcomes=(Outcome(id="o", label=text),),
        findings=(Finding(id="f", outcome="o", direction="mixed"),),
    )
    read = Page(build_report(Compendium(studies=(study,))).to_html())
    assert len(read.file("findings.csv").splitlines()) == 2
    (row,) = read.rows("findings.csv")
    assert row["study"] == "'@SUM(1)"
    assert row["title"].startswith("'=HYPERLINK(")
    assert row["outcome"].startswith("'=HYPERLINK(")


def test_hostile_text_stays_text_and_long_text_is_folded() -> None:
    long = "W" * 100_000
    study = Study(
        id="evil",
        title=HOSTILE + long,
        design_label=HOSTILE,
        citation=Citation(url="javascript:alert(1)", container=HOSTILE),
        barriers=(Barrier(id="b", label=HOSTILE, codes=("evil:b",)),),
        strategies=(Strategy(id="s", label=long, codes=("evil:s",)),),
        outcomes=(Outcome(id="o", label=HOSTILE),),
        relationships=(Relationship(id="r", label=HOSTILE),),
        findings=(
            Finding(
                id="f",
                outcome="o",
                direction="worsened",
                strategies=("s",),
                relationship="r",
                role="mediator",
                note=HOSTILE,
                codings=(Coding(coder=HOSTILE, quote=HOSTILE, locator=HOSTILE),),
            ),
        ),
    )
    page = build_report(
        Compendium(studies=(study,), title=HOSTILE, license=HOSTILE, citation=HOSTILE)
    ).to_html()
    read = Page(page)
    assert len(read.raw) == 3
    assert "<img src=x" not in page
    assert not any(b"onerror" in one and b"<img" in one for one in read.drawn())
    assert "javascript:" not in page
    assert "\u202e" not in page
    assert "[U+202E]evil" in page
    assert "</script>" not in read.raw[1][1]
    # In full where it is folded, and nowhere else.
    folds = page.count("characters</summary>")
    assert folds >= 2
    assert page.count("W" * 10_000) == 10 * folds


def test_an_empty_compendium_has_a_report() -> None:
    report = build_report(Compendium(studies=()))
    assert "0 studies" in report.to_text()
    assert "There is no study in this compendium" in "".join(Page(report.to_html()).text)


def test_codes_that_no_taxonomy_has_do_not_stop_the_report() -> None:
    study = Study(
        id="open",
        title="Open codes",
        sectors=("mytax:foo", "sector:foo"),
        barriers=(Barrier(id="b", label="hard", codes=("mytax:bar",)),),
        strategies=(Strategy(id="s", label="help", codes=("mytax:baz",)),),
    )
    text = build_report(Compendium(studies=(study,))).to_text()
    assert "mytax:foo 1" in text
    assert "mytax:bar (1 study)" in text
    bare = build_report(implsci.load("implsci-examples"), implsci.Registry(plugins=["waltz"]))
    assert "sector:health 2" in bare.to_text()


def test_a_facilitator_is_no_barrier_to_find_strategies_for(report: Report) -> None:
    met = {row.value: row.studies for row in report.barriers.rows}
    hindered = {
        study.id
        for study in report.compendium
        for node in study.barriers
        if "cfir-2009:leadership-engagement" in node.codes and node.valence != "facilitator"
    }
    assert met["cfir-2009:leadership-engagement"] == len(hindered) > 0
