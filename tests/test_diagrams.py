"""Pathways and logic models: what is drawn, what is only implied, and reading it back."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from implsci import Barrier, Finding, Mechanism, Outcome, Relationship, Strategy, Study, load
from implsci.diagrams import (
    Arrow,
    Condition,
    Diagram,
    Part,
    causal_pathway,
    from_dot,
    from_mermaid,
    from_svg,
    logic_model,
    read_diagram,
    to_dot,
    to_mermaid,
    to_study,
    to_svg,
    write_diagram,
)
from implsci.diagrams.layout import wrapped
from implsci.errors import (
    CycleError,
    FormatError,
    InvalidQueryError,
    InvalidTableError,
    UnreadableFileError,
)
from implsci.testing import studies

TEXTS = {
    "dot": (to_dot, from_dot),
    "mermaid": (to_mermaid, from_mermaid),
    "svg": (to_svg, from_svg),
}


def tailored() -> Study:
    """The example of Lewis 2018: training by rehearsal, through confidence, to fidelity."""
    return Study(
        id="tailored",
        title="Rehearsal for confidence",
        barriers=(
            Barrier(id="b1", label="low self-efficacy", codes=("cfir-2009:self-efficacy",)),
            Barrier(id="b2", label="supportive leaders", valence="facilitator"),
        ),
        mechanisms=(
            Mechanism(
                id="m1", label="mastery", barriers=("b1",), preconditions=("time to rehearse",)
            ),
        ),
        relationships=(
            Relationship(id="r1", label="trust in the facilitator"),
            Relationship(id="r2", label="working alliance"),
        ),
        outcomes=(
            Outcome(id="o1", label="fidelity", distance="proximal"),
            Outcome(id="o2", label="child well-being", distance="distal"),
        ),
        strategies=(
            Strategy(
                id="s1",
                label="behavioral rehearsal",
                codes=("eric:facilitation",),
                acts_through=("m1",),
                addresses=("b1",),
                outcomes=("o1", "o2"),
            ),
            Strategy(id="s2", label="coaching", builds=("r2",), outcomes=("o1",)),
        ),
        findings=(
            Finding(
                id="f1", outcome="o1", direction="improved", strategies=("s1",),
                relationship="r1", role="moderator",
            ),
            Finding(
                id="f2", outcome="o1", direction="improved", strategies=("s2",),
                relationship="r2", role="mediator",
            ),
            Finding(
                id="f3", outcome="o2", direction="improved", relationship="r1",
                role="necessary_condition",
            ),
        ),
    )  # fmt: skip


def test_a_pathway_leads_from_strategy_over_mechanism_and_barrier_to_outcomes() -> None:
    arrows = {(one.source, one.target): one.ground for one in causal_pathway(tailored()).arrows}
    assert arrows == {
        ("s1", "m1"): "stated",
        ("m1", "b1"): "stated",
        ("s2", "r2"): "stated",
        ("r2", "o1"): "stated",
        ("b1", "o1"): "implied",
        ("o1", "o2"): "implied",
        ("s2", "o1"): "stated",
    }


def test_moderators_end_on_arrows_and_preconditions_on_parts() -> None:
    conditions = {
        (one.kind, one.label, one.source, one.target)
        for one in causal_pathway(tailored()).conditions
    }
    assert conditions == {
        ("precondition", "time to rehearse", "m1", None),
        ("moderator", "trust in the facilitator", "s1", "m1"),
        ("precondition", "trust in the facilitator", "o2", None),
    }
    # A relationship that only conditions something else is no link of the chain.
    assert "r1" not in {part.id for part in causal_pathway(tailored()).parts}


def test_a_logic_model_has_determinants_first() -> None:
    arrows = {(one.source, one.target): one.ground for one in logic_model(tailored()).arrows}
    assert arrows == {
        ("b1", "s1"): "stated",
        ("s1", "m1"): "stated",
        ("m1", "o1"): "implied",
        ("m1", "o2"): "implied",
        ("s2", "r2"): "stated",
        ("s2", "o1"): "stated",
    }


def test_nothing_is_drawn_that_no_link_of_the_record_leads_to() -> None:
    study = Study(
        id="a",
        title="A",
        barriers=(Barrier(id="b", label="no time"),),
        strategies=(Strategy(id="s", label="help"),),
        outcomes=(Outcome(id="o", label="uptake"),),
    )
    assert causal_pathway(study).arrows == logic_model(study).arrows == ()


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("draw", [causal_pathway, logic_model])
def test_what_is_written_is_read_back(text: str, draw) -> None:  # type: ignore[no-untyped-def]
    write, read = TEXTS[text]
    drawn = draw(tailored())
    assert read(write(drawn)) == drawn


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    deadline=None,
)
@given(study=studies(), text=st.sampled_from(sorted(TEXTS)))
def test_any_study_is_drawn_and_read_back(study: Study, text: str) -> None:
    assume(study.strategies or study.barriers or study.outcomes or study.mechanisms)
    write, read = TEXTS[text]
    for drawn in (causal_pathway(study), logic_model(study)):
        assert read(write(drawn)) == drawn


def test_a_plan_read_back_says_what_was_drawn() -> None:
    drawn = causal_pathway(tailored())
    plan = to_study(drawn, id="tailored")
    one, two = plan.strategies
    assert plan.scale_stage == "planning"
    assert (one.addresses, one.acts_through, one.outcomes) == (("b1",), ("m1",), ("o1", "o2"))
    assert two.builds == ("r2",)
    assert plan.mechanisms[0].preconditions == ("time to rehearse",)
    assert plan.barriers[1].valence == "facilitator"
    claimed = {(finding.role, finding.basis, finding.outcome) for finding in plan.findings}
    assert claimed == {
        ("moderator", "theorized", "o1"),
        ("mediator", "theorized", "o1"),
        ("necessary_condition", "theorized", "o2"),
    }
    again = causal_pathway(plan)
    assert {(a.source, a.target) for a in again.arrows} >= {
        (a.source, a.target) for a in drawn.arrows if a.ground == "stated"
    }


def test_a_logic_model_read_back_keeps_its_links() -> None:
    plan = to_study(logic_model(tailored()), id="tailored")
    assert plan.strategies[0].addresses == ("b1",)
    assert plan.strategies[0].outcomes == ("o1", "o2")


def test_an_arrow_that_no_study_has_a_place_for_is_refused() -> None:
    parts = (
        Part(id="o", kind="outcome", label="uptake"),
        Part(id="s", kind="strategy", label="help"),
    )
    turned = Diagram(
        kind="causal-pathway", title="A", parts=parts, arrows=(Arrow(source="o", target="s"),)
    )
    with pytest.raises(InvalidQueryError, match=r"o -> s: .* from an outcome to a strategy"):
        to_study(turned)


def test_loops_are_named() -> None:
    with pytest.raises(CycleError) as caught:
        from_mermaid('flowchart LR\n a["x"]:::mechanism\n b["y"]:::mechanism\n a --> b\n b --> a\n')
    assert set(caught.value.cycle) == {"a", "b"}
    assert caught.value.cycle[0] == caught.value.cycle[-1]


def test_every_fault_is_listed_at_once() -> None:
    with pytest.raises(InvalidTableError) as caught:
        Diagram(
            kind="causal-pathway",
            title="A",
            parts=(Part(id="a", kind="thing", label=" "),),  # type: ignore[arg-type]
            arrows=(Arrow(source="a", target="b"),),
            conditions=(Condition(id="a", kind="moderator", label="x", source="q"),),
        )
    told = str(caught.value)
    for expected in ("expected a kind of strategy", "expected a label", "'b' names no part",
                     "stands twice", "'q' names no part"):  # fmt: skip
        assert expected in told


def test_a_chart_written_by_hand_is_read() -> None:
    drawn = from_mermaid(
        "\n".join(
            (
                "flowchart TD",
                "  %% what we believe",
                '  coach["coaching &amp; help"]:::strategy',
                '  skill{{"skill"}}:::mechanism',
                '  use(["use of the guide"]):::outcome',
                "  coach --> skill",
                "  skill -.-> use",
                '  trust>"trust"]:::moderator',
                "  trust -.- skill",
                "  classDef strategy fill:#eee",
            )
        )
    )
    assert [part.id for part in drawn.parts] == ["coach", "skill", "use"]
    assert drawn.arrows[1].ground == "implied"
    assert drawn.conditions[0].source == "skill"


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (from_mermaid, "flowchart LR\n a[plain]", "a: expected a box with a kind"),
        (from_mermaid, "flowchart LR\n a -->|why| b", "line 2: expected a box such as"),
        (from_mermaid, "flowchart LR\n subgraph x", "line 2: expected a box such as"),
        (from_mermaid, 'title: "a\\x"\nflowchart LR', "line 1: expected a text in double quotes"),
        (from_mermaid, 'flowchart LR\n %% a = "\\q"', "line 2: expected a text in double quotes"),
        (
            from_mermaid,
            "flowchart LR\n a[x]:::strategy\n a[y]:::strategy",
            "line 3: 'a' is drawn twice",
        ),
        (from_mermaid, "", "expected a line flowchart"),
        (from_mermaid, 'flowchart LR\n c1>"t"]:::moderator', "expected a line such as c1 -.- n1"),
        (from_dot, "graph {", "line 1: expected digraph, got 'graph'"),
        (from_dot, "digraph {\n a ? }", "line 2: unexpected"),
        (from_dot, "digraph { a [kind=", "got the end"),
        (from_dot, "digraph { a }", "node 'a': expected an attribute kind"),
        (from_dot, "digraph { subgraph x { a } }", "expected no subgraphs"),
        (from_dot, "digraph {" + "{" * 60 + "}" * 60 + "}", "expected a name, got '{'"),
        (from_svg, "<svg/>", "expected an SVG with data-diagram"),
        (from_svg, "<svg", "no XML"),
        (from_svg, '<!DOCTYPE x [<!ENTITY a "b">]><svg/>', "no document type"),
    ],
)
def test_what_is_no_diagram_is_refused_by_name(read, text: str, expected: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(FormatError, match=re.escape(expected)):
        read(text)


HOSTILE = (
    '"]; evil [label="x\\" <script>alert(1)</script> #quot; --> %% {{ }} \'$(rm)\' \u202e \x07'
)


def test_hand_written_dot_may_use_groups_defaults_and_capitals() -> None:
    drawn = from_dot(
        """
        STRICT Digraph {
          NODE [kind="strategy"]; s1 [label="coaching\\nby peers"]; s2
          node [kind="barrier"]; b1; b2
          s1 -> {b1 b2}; s2 -> b1 -> o; s1 -> b1
          o [kind="outcome"]
        }
        """
    )
    assert [part.kind for part in drawn.parts] == ["strategy"] * 2 + ["barrier"] * 2 + ["outcome"]
    assert drawn.parts[0].label == "coaching by peers"
    assert len(drawn.arrows) == 4


def test_two_strategies_on_one_barrier_keep_their_own_outcomes() -> None:
    study = Study(
        id="a",
        title="A",
        barriers=(Barrier(id="b", label="no time"),),
        outcomes=(Outcome(id="o1", label="use"), Outcome(id="o2", label="reach")),
        strategies=(
            Strategy(id="s1", label="x", addresses=("b",), outcomes=("o1",)),
            Strategy(id="s2", label="y", addresses=("b",), outcomes=("o2",)),
        ),
    )
    for draw in (causal_pathway, logic_model):
        plan = to_study(draw(study), id="a")
        assert [one.outcomes for one in plan.strategies] == [("o1",), ("o2",)]


def test_every_bundled_study_survives_drawing_and_reading() -> None:
    links = ("addresses", "acts_through", "builds", "outcomes")
    for study in load("implsci-examples"):
        if not (study.strategies or study.barriers or study.outcomes):
            continue
        drawn = causal_pathway(study)
        plan = to_study(drawn, id=study.id)
        for before, after in zip(study.strategies, plan.strategies, strict=True):
            for name in links:
                # A mediator is built by its strategies: that is what the arrow says.
                assert set(getattr(before, name)) <= set(getattr(after, name)), (study.id, name)
        again = causal_pathway(plan)
        assert [one.id for one in again.conditions] == [one.id for one in drawn.conditions]


@pytest.mark.parametrize("kind", ["strategy", "mechanism", "barrier", "relationship"])
def test_what_a_study_has_no_place_for_is_refused_and_never_dropped(kind: str) -> None:
    parts = tuple(Part(id=name, kind=kind, label=name) for name in "ab")  # type: ignore[arg-type]
    drawn = Diagram(
        kind="causal-pathway", title="A", parts=parts, arrows=(Arrow(source="a", target="b"),)
    )
    with pytest.raises(InvalidQueryError, match=f"no place for an arrow from a {kind} to a {kind}"):
        to_study(drawn)


def test_what_no_strategy_leads_to_becomes_a_claim() -> None:
    drawn = from_mermaid("flowchart LR; b[no time]:::barrier --> o[use]:::outcome")
    (claim,) = to_study(drawn).findings
    assert (claim.barriers, claim.outcome, claim.basis) == (("b",), "o", "theorized")


def test_many_strategies_through_one_mechanism_are_read_in_time() -> None:
    many = 400
    lines = ["flowchart LR", "m[m]:::mechanism"]
    for number in range(many):
        lines += [f"s{number}[s]:::strategy --> m", f"m --> o{number}[o]:::outcome"]
    plan = to_study(from_mermaid("\n".join(lines)), id="a")
    assert all(len(one.outcomes) == many for one in plan.strategies)


def test_lines_of_labels_fit_their_boxes() -> None:
    for text in ("W" * 80, "a" * 200, "字" * 40, "one two three " * 9):
        lines = wrapped(text, 182)
        assert "".join(lines).replace(" ", "") == text.replace(" ", "")
        assert all(len(line) <= 46 for line in lines)
    assert all(len(line) <= 15 for line in wrapped("W" * 80, 182))


@pytest.mark.parametrize("text", TEXTS)
def test_hostile_labels_come_out_as_text(text: str) -> None:
    study = Study(
        id="a",
        title=HOSTILE,
        strategies=(Strategy(id='s"]x', label=HOSTILE, addresses=("b]",)),),
        barriers=(Barrier(id="b]", label=HOSTILE),),
    )
    write, read = TEXTS[text]
    drawn = causal_pathway(study)
    written = write(drawn)
    assert read(written) == drawn
    assert "<script" not in written or text == "dot"  # in DOT it stands inside a quoted string
    assert "\x07" not in written
    if text == "svg":
        root = ElementTree.fromstring(written)
        assert not list(root.iter("{http://www.w3.org/2000/svg}script"))


def test_files_by_their_ending(tmp_path: Path) -> None:
    drawn = causal_pathway(tailored())
    for name in ("a.svg", "a.dot", "a.gv", "a.mmd", "a.mermaid"):
        write_diagram(drawn, tmp_path / name)
        assert read_diagram(tmp_path / name) == drawn
    with pytest.raises(InvalidQueryError, match=r"expected a name ending in \.svg"):
        write_diagram(drawn, tmp_path / "a.png")
    with pytest.raises(UnreadableFileError):
        read_diagram(tmp_path / "none.svg")
    (tmp_path / "b.mmd").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(FormatError, match="expected UTF-8"):
        read_diagram(tmp_path / "b.mmd")


def test_a_study_with_nothing_to_draw_says_so() -> None:
    with pytest.raises(InvalidQueryError, match="study a has no strategy"):
        causal_pathway(Study(id="a", title="A"))


def test_every_bundled_study_that_has_parts_is_drawn() -> None:
    drawn = 0
    for study in load("implsci-examples"):
        if study.strategies or study.barriers or study.outcomes:
            diagram = causal_pathway(study)
            assert from_svg(to_svg(diagram)) == diagram
            assert from_mermaid(to_mermaid(diagram)) == diagram
            drawn += 1
    assert drawn > 300
