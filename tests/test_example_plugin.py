"""The example distribution works: laid on the path by hand here, built and installed in .ci/run."""

from __future__ import annotations

from pathlib import Path

import packages
import pytest

from implsci.testing import CrosswalkContract, LinkSetContract, PluginContract, TaxonomyContract

EXAMPLE = Path(__file__).parent.parent / "examples" / "implsci-site-visits"

pytestmark = pytest.mark.skipif(not EXAMPLE.exists(), reason="needs the source tree")


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment in which Python finds the example as if it were installed."""
    return packages.environment(EXAMPLE, tmp_path_factory.mktemp("site"))


def run(environment: dict[str, str], *arguments: str) -> str:
    done = packages.python(environment, EXAMPLE, *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_its_own_contracts_pass(environment: dict[str, str]) -> None:
    said = run(environment, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", "tests")
    checks = [
        name
        for contract in (PluginContract, TaxonomyContract, CrosswalkContract, LinkSetContract)
        for name in dir(contract)
        if name.startswith("test_")
    ]
    assert f"{len(checks)} passed" in said, said
    assert "skipped" not in said


def test_it_stands_beside_the_built_in_plugins(environment: dict[str, str]) -> None:
    program = (
        "from implsci import registry\n"
        "r = registry()\n"
        "print(r.term('Shadowing visit').code, r.term('site-visits:B2').label, sep='|')\n"
        "print(*r.expand('site-visits:leaving'), sep='|')\n"
        "print(*(m.object for m in r.map('site-visits:data-visit', to='eric')))\n"
        "print(*(m.subject for m in r.map('eric:audit-and-provide-feedback', to='site-visits')))\n"
        "print(r.links('site-visits-2026').link('cfir-2009:executing', "
        "'site-visits:observation-visit').status)\n"
        "print(*next(c for c in r.crosswalks() if c.name == 'site-visits-to-eric').unmatched)\n"
        "print(dict(r.failures), r.owner('site-visits'))\n"
    )
    assert run(environment, "-W", "error", "-c", program).splitlines() == [
        "site-visits:observation-visit|Data visit",
        "site-visits:leaving|site-visits:handover-visit|site-visits:look-back-visit",
        "eric:audit-and-provide-feedback",
        "eric:audit-and-provide-feedback",
        "link",
        "site-visits:handover-visit",
        "{} site-visits",
    ]


def test_it_says_that_it_is_made_up() -> None:
    """Nobody shall take the example for a published classification."""
    assert "made up" in (EXAMPLE / "README.md").read_text("utf-8")
    package = EXAMPLE / "src" / "implsci_site_visits"
    table = (package / "site-visits.csv").read_text("utf-8")
    assert table.count(",provisional,") == len(table.splitlines()) - 1
    links = (package / "site-visits-links.csv").read_text("utf-8")
    assert links.count("(made up)") == len(links.splitlines()) - 1
    assert links.startswith("source,target,status,note\n"), "no figures are invented"
