"""What the rules of matching may claim: records written by hand to catch them saying too much."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from implsci import Barrier, Finding, Outcome, Registry, Strategy, Study, hookimpl, match
from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.matching import observed_basis, theory_chains
from implsci.matching.disagreeing import stance
from implsci.taxonomy import Crosswalk, Link, LinkSet, Taxonomy, Term, TermMapping, TermRating

HARD, HELP = "cfir-2009:complexity", "eric:facilitation"


def registry_of(
    *bases: LinkSet,
    barriers: Iterable[str] = ("toy:b0", "toy:b1", "toy:b2"),
    strategies: Iterable[Term] = (),
    match: str | None = None,
) -> Registry:
    """Toy barriers, another scheme's barrier ``toy-o:x``, strategies, bases, and one match."""
    listed = tuple(strategies) or tuple(map(strategy, ("toy-s:p", "toy-s:q")))

    class Toy:
        plugin_name = "toy"

        @hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            return [
                Taxonomy(scheme="toy", title="Toy", kind="barrier",
                         terms=tuple(map(term, barriers))),
                Taxonomy(scheme="toy-o", title="Other", kind="barrier", terms=(term("toy-o:x"),)),
                Taxonomy(scheme="toy-s", title="Strategies", kind="strategy", terms=listed),
            ]  # fmt: skip

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [*bases]

        @hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            if match is None:
                return []
            mapping = TermMapping(
                subject="toy-o:x", predicate=f"skos:{match}Match", object="toy:b0"
            )  # type: ignore[arg-type]
            return [
                Crosswalk(name="walk", subject_scheme="toy-o", object_scheme="toy", title="Walk",
                          mappings=(mapping,)),
            ]  # fmt: skip

    return Registry(plugins=[Toy()])


def term(code: str) -> Term:
    return Term(
        code=Code(code), label=code, definition="x", kind="barrier", source="made up",
    )  # fmt: skip


def strategy(code: str, *ratings: TermRating) -> Term:
    return Term(
        code=Code(code), label=code, definition="x", kind="strategy", source="made up",
        ratings=ratings,
    )  # fmt: skip


def basis(*links: Link, kind: str = "endorsement", name: str = "toy-2020") -> LinkSet:
    return LinkSet(
        basis=name,
        kind=kind,  # type: ignore[arg-type]
        title=name,
        sources=tuple(dict.fromkeys(one.source for one in links)),
        targets=tuple(dict.fromkeys(one.target for one in links)),
        links=links,
    )


def said(source: str, target: str, **more: object) -> Link:
    return Link(source=Code(source), target=Code(target), **more)  # type: ignore[arg-type]


def test_equal_totals_stand_level_whatever_the_order_of_adding() -> None:
    """The same three shares in another order, whose sums differ in the last digit."""
    shares = (1, 2, 4)
    assert sum(100 * k / 7 for k in shares) != sum(100 * k / 7 for k in reversed(shares))
    links = [
        said(f"toy:b{place}", one, k=k, n=7)
        for one, own in (("toy-s:p", shares), ("toy-s:q", tuple(reversed(shares))))
        for place, k in enumerate(own)
    ]
    for first in (links, links[3:] + links[:3]):
        report = match(
            ["toy:b0", "toy:b1", "toy:b2"], "toy-2020", registry=registry_of(basis(*first))
        )
        assert [row.strategy for row in report.bases["toy-2020"].ranking] == ["toy-s:p", "toy-s:q"]


def test_ratings_on_two_scales_are_compared_as_shares_of_them() -> None:
    def rated(value: float, low: float | None, high: float | None) -> TermRating:
        return TermRating(name="importance", value=value, scale_min=low, scale_max=high, source="X")

    terms = [
        strategy("toy-s:five", rated(4.8, 1, 5)),
        strategy("toy-s:hundred", rated(20, 0, 100)),
        strategy("toy-s:none", rated(90, None, None)),
    ]
    links = [said("toy:b0", one.code, k=1, n=5) for one in terms]
    known = registry_of(basis(*links), strategies=terms)
    report = match("toy:b0", "toy-2020", order="importance", registry=known).bases["toy-2020"]
    assert [row.strategy for row in report.ranking] == [one.code for one in terms]
    assert [row.rated for row in report.ranking] == [4.8, 20, None]
    assert "as shares of their scales, since those differ" in str(report.order)
    # On one scale, known or not, the ratings stand as they are printed.
    alone = registry_of(
        basis(*links), strategies=[strategy(one.code, rated(value, None, None))
                                   for one, value in zip(terms, (1, 3, 2), strict=True)],
    )  # fmt: skip
    ranked = match("toy:b0", "toy-2020", order="importance", registry=alone).bases["toy-2020"]
    assert [row.rated for row in ranked.ranking] == [3, 2, 1]


@pytest.mark.parametrize(
    ("match_", "link", "non_link"),
    [
        ("exact", "link", "non-link"),
        ("close", "link", "non-link"),
        ("broad", "link", None),  # what a wider term is not linked to, this one may be
        ("narrow", None, None),  # what holds of a part need not hold of the whole
        ("related", None, None),
    ],
)
def test_what_a_crosswalk_carries_of_theory(
    match_: str, link: str | None, non_link: str | None
) -> None:
    for status, expected in (
        ("link", link),
        ("non-link", non_link),
        ("no-evidence", non_link and "no-evidence"),
    ):
        known = registry_of(
            basis(said("toy:b0", "toy-s:p", status=status), kind="theory"), match=match_
        )
        (report,) = theory_chains(("toy-o:x",), known)
        (cell,) = report.ranking[0].cells
        assert (cell.status, report.known) == (expected, int(expected is not None))
        assert [step.says for step in cell.chain] == [f"skos:{match_}Match", status]


def test_the_length_that_orders_is_that_of_a_chain_which_is_a_link() -> None:
    """A short chain that ends in no link brings a strategy no further up."""
    theory = basis(
        said("toy:b0", "toy:b1", status="link"),
        said("toy:b1", "toy:b2", status="link"),
        said("toy:b2", "toy-s:q", status="link"),
        said("toy:b1", "toy-s:q", status="link"),
        said("toy:b2", "toy-s:p", status="link"),
        said("toy:b1", "toy-s:p", status="non-link"),
        kind="theory",
    )
    (report,) = theory_chains(("toy:b0",), registry_of(theory))
    assert [row.strategy for row in report.ranking] == ["toy-s:q", "toy-s:p"]
    assert all(row.linked for row in report.ranking)


def tried(name: str, **more: object) -> Study:
    """A study in which facilitation addresses complexity, with one null result."""
    return Study(
        id=name,
        title=name,
        barriers=(Barrier(id="b", label="b", codes=(Code(HARD),), valence=more.pop("valence", None)),),  # type: ignore[arg-type]
        strategies=(
            Strategy(id="s", label="s", codes=(Code(HELP),), addresses=("b",)),
            Strategy(id="t", label="t", codes=(Code("eric:conduct-educational-meetings"),)),
        ),
        outcomes=(Outcome(id="o", label="use", desirable="higher"),),
        findings=(
            Finding(id="f", outcome="o", direction="no_difference", strategies=("s",),
                    basis="effect", **more.pop("against", {})),  # type: ignore[arg-type]
        ),
        **more,  # type: ignore[arg-type]
    )  # fmt: skip


def test_no_difference_from_another_strategy_speaks_against_neither(registry: Registry) -> None:
    usual = {"comparator": "usual_practice"}
    other = {"comparator": "other", "comparator_strategies": ("t",)}
    for against, count, expected in ((usual, 0, False), (other, 1, None)):
        report = observed_basis(
            Compendium(studies=(tried("a", against=against),)), (HARD,), registry
        )
        cell = next(row.cells[0] for row in report.ranking if row.strategy == HELP)
        assert cell.observed is not None
        assert cell.observed.against_another == count
        assert stance(cell, "observed") is expected
        assert cell.to_dict()["observed"]["against_another"] == count


@pytest.mark.parametrize(
    ("coded", "partly"), [("complete", 0), ("partial", 1), (None, 1), ("none", 0)]
)
def test_that_all_links_were_coded_is_never_assumed(
    registry: Registry, coded: str | None, partly: int
) -> None:
    report = observed_basis(Compendium(studies=(tried("a", links_coded=coded),)), (HARD,), registry)
    notes = [note for note in report.notes if "and not that these are all" in note]
    assert len(notes) == partly
    assert all(note.startswith("of 1 study with these barriers 1 tell") for note in notes)


def test_a_neutral_determinant_is_no_barrier(registry: Registry) -> None:
    neutral = tried("a", valence="neutral")
    report = observed_basis(Compendium(studies=(neutral,)), (HARD,), registry)
    assert report.known == 0
    assert "left out, as what they code so is neutral: 1 study" in report.notes
    several = Study(
        id="b",
        title="B",
        barriers=(
            Barrier(id="b", label="too hard", codes=(Code(HARD),)),
            Barrier(id="n", label="distance", codes=(Code("cfir-2009:cost"),), valence="neutral"),
        ),
    )
    found = match(several, "waltz-2019", registry=registry)
    assert found.barriers == (HARD,)
    assert "determinants said to be neutral are left out: distance" in found.notes
