"""match: the published numbers, and what is said aloud beside them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from implsci import Barrier, Finding, Outcome, Strategy, Study
from implsci.codec import encode

REFLECTING = "cfir-2009:reflecting-and-evaluating"
SEVEN = [
    f"cfir-2009:{name}"
    for name in (
        "compatibility",
        "formally-appointed-internal-implementation-leaders",
        "key-stakeholders",
        "networks-and-communications",
        "organizational-incentives-and-rewards",
        "planning",
        "structural-characteristics",
    )
]


def _basis(run: Any, *args: str) -> dict[str, Any]:
    result = run("match", *args, "--basis", "waltz-2019", "--format", "json")
    assert result.exit_code == 0, result.output
    (basis,) = json.loads(result.stdout)["bases"]
    return basis  # type: ignore[no-any-return]


def test_reflecting_and_evaluating_is_ranked_as_published(run: Any):
    basis = _basis(run, REFLECTING)
    assert (basis["known"], basis["possible"], basis["kind"]) == (66, 73, "endorsement")
    first, second, *rest = basis["ranking"]
    assert first["strategy"] == "eric:develop-and-implement-tools-for-quality-monitoring"
    assert first["total"] == pytest.approx(60)
    assert first["cells"] == [
        {"barrier": REFLECTING, "endorsed": 15, "respondents": 25, "percent": 60.0, "level": 1,
         "status": None, "derived": False, "standing": "verified"}
    ]  # fmt: skip
    assert second["strategy"] == "eric:audit-and-provide-feedback"
    assert second["total"] == pytest.approx(56)
    assert [round(row["total"]) for row in rest[:8]] == [40, 36, 28, 28, 28, 28, 24, 20]
    assert {row["cells"][0]["level"] for row in rest[:8]} == {2}
    assert all(row["cells"][0]["level"] is None for row in rest[8:])
    assert rest[8]["total"] == pytest.approx(16)
    unknown = [row for row in basis["ranking"] if row["total"] is None]
    assert len(unknown) == 7
    assert all((row["total_low"], row["total_high"]) == (0, 100) for row in unknown)


def test_the_table_says_k_of_n_share_level_and_what_is_unknown(run: Any):
    lines = run("match", REFLECTING).stdout.splitlines()
    assert "  66 of 73 cells known" in lines
    row = next(index for index, line in enumerate(lines) if line.startswith(" 1  Develop"))
    assert lines[row].split()[-6:] == ["15", "of", "25", "60", "%", "1"]
    assert lines[row + 1].strip() == "eric:develop-and-implement-tools-for-quality-monitoring"
    assert lines[row + 2].split()[-6:] == ["14", "of", "25", "56", "%", "1"]
    assert "  51 more are ranked; --limit 0 shows all" in lines
    assert "  Nothing is known of 7 further strategies; unknown is not zero" in lines
    assert "Relational options, apart: no basis rates them" in lines
    assert max(map(len, lines)) <= 80


def test_no_strategy_at_level_1_is_said_out_loud(run: Any):
    text = " ".join(run("match", "cfir-2009:complexity").stdout.split())
    assert "Complexity: no strategy at level 1" in text


def test_seven_barriers_are_summed_unrounded(run: Any):
    ranking = {row["strategy"]: row for row in _basis(run, *SEVEN)["ranking"]}
    champions = ranking["eric:identify-and-prepare-champions"]
    readiness = ranking["eric:assess-for-readiness-and-identify-barriers-and-facilitators"]
    assert (round(champions["total"]), round(readiness["total"])) == (248, 205)
    assert (champions["known"], champions["of"], len(champions["cells"])) == (7, 7, 7)
    table = run("match", *SEVEN, "--limit", "2").stdout
    assert "248  248 to 248  7 of 7" in table
    assert "205  205 to 205  7 of 7" in table


def test_limit_cuts_every_format(run: Any):
    assert len(_basis(run, REFLECTING, "--limit", "3")["ranking"]) == 3
    assert len(_basis(run, REFLECTING)["ranking"]) == 73
    full = run("match", REFLECTING, "--limit", "0").stdout
    assert "more are ranked" not in full
    # All 73 strategies of the basis, also the seven of which it knows nothing.
    own = full[: full.index("observed:implsci-examples")]
    assert len(re.findall(r"^ {6}eric:", own, re.MULTILINE)) == 73
    assert "further strategies" not in own


def test_a_barrier_that_nothing_is_known_of_has_no_table(run: Any):
    text = run("match", "cfir-2009:leadership-engagement").stdout
    assert "Nothing is known of 73 strategies; unknown is not zero" in text
    assert "Endorsed" not in text


def test_barriers_that_no_basis_speaks_of_are_named(run: Any):
    text = run("match", "cfir-2009:complexity", "cfir-2009:leadership-engagement").stdout
    assert "None of the bases asked speaks of: cfir-2009:leadership-engagement\n" in text
    assert "No basis speaks of it." in run("match", "relational:learn-together").stdout


def _study(tmp_path: Path) -> tuple[Path, bytes]:
    one = Study(
        id="one",
        title="One",
        barriers=(
            Barrier(id="b1", label="hard", codes=("cfir-2009:complexity",)),  # type: ignore[arg-type]
            Barrier(id="b2", label="uncoded"),
        ),
    )
    two = Study(id="two", title="Two")
    data = encode(one) + b"\n" + encode(two) + b"\n"
    path = tmp_path / "studies.jsonl"
    path.write_bytes(data)
    return path, data


def test_the_barriers_of_a_study_are_taken_from_a_file_or_stdin(run: Any, tmp_path: Path):
    path, data = _study(tmp_path)
    from_file = run("match", "--study", f"{path}#one", "--format", "json")
    assert json.loads(from_file.stdout)["barriers"] == ["cfir-2009:complexity"]
    from_stdin = run("match", "--study", "-#one", "--format", "json", input=data)
    assert from_stdin.stdout == from_file.stdout
    pretty = encode(Study(id="p", title="P", barriers=(
        Barrier(id="b", label="x", codes=("cfir-2009:planning",)),)), indent=2)  # type: ignore[arg-type]  # fmt: skip
    alone = run("match", "--study", "-", "--format", "json", input=pretty)
    assert json.loads(alone.stdout)["barriers"] == ["cfir-2009:planning"]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ([], "such as: implsci match cfir-2009:complexity"),
        (["5", "--limit", "1.5"], "1.5"),
        (["cfir-2009:complexity", "--study", "x#y"], "not both"),
        (["--study", "{path}"], "holds 2 studies: name one"),
        (["--study", "{path}#on"], "unknown study 'on'; did you mean one?"),
        (["--study", "{path}#two"], "study two has no coded barrier to match"),
        (["cfir-2009:complexity", "--basis", "waltz"], "unknown basis 'waltz'"),
        (["eric:5", "--basis", "waltz-2019"], "does not speak of eric:audit-and-provide-feedback"),
    ],
)
def test_a_question_that_cannot_be_asked_exits_2(
    args: list[str], said: str, run: Any, tmp_path: Path
):
    path, _ = _study(tmp_path)
    result = run("match", *(arg.format(path=path) for arg in args))
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


def test_csv_has_a_line_a_cell_and_keeps_relational_options_apart(run: Any):
    result = run("match", *SEVEN[:2], "--limit", "3", "--no-observed", "--format", "csv")
    header, *lines = result.stdout.splitlines()
    assert header.startswith("basis,kind,rank,strategy,label,total,")
    assert len(lines) == 3 * 2
    assert "relational" not in result.stdout
    assert "--format json" in result.stderr


# -------------------------------------------------------------------------------- bases side by side


def test_bases_stand_side_by_side_and_apart(run: Any):
    lines = run("match", "cfir-2009:compatibility").stdout.splitlines()
    heads = [line.split(":")[0] for line in lines if line and not line.startswith((" ", "#"))]
    wanted = [
        "waltz-2019",
        "observed",
        "Chains of theory, apart",
        "Relational options, apart",
    ]
    assert [head for head in heads if head in wanted] == wanted
    assert "  From cfir-2009 to eric (edition 2015); verified" in lines
    assert max(map(len, lines)) <= 80


def test_the_bundled_studies_are_a_basis_unless_one_is_named(run: Any):
    def bases(*args: str) -> list[str]:
        found = json.loads(
            run("match", "cfir-2009:compatibility", *args, "--format", "json").stdout
        )
        return [basis["basis"] for basis in found["bases"]]

    assert bases() == ["waltz-2019", "observed:implsci-examples"]
    assert bases("--no-observed") == ["waltz-2019"]
    assert bases("--basis", "waltz-2019") == ["waltz-2019"]
    both = bases("--basis", "waltz-2019", "--observed", "implsci-examples")
    assert both == ["waltz-2019", "observed:implsci-examples"]
    theory = bases("--theory", "--no-observed")
    assert theory[0] == "waltz-2019"
    assert theory[1:]
    assert all(name.startswith("chain:") for name in theory[1:])


def test_studies_of_a_file_can_be_the_basis(run: Any, tmp_path: Path):
    path, _ = _study(tmp_path)
    text = run("match", "cfir-2009:complexity", "--observed", str(path)).stdout
    assert "No strategy is known to have been tried against it in a study." in text


def test_a_barrier_of_another_taxonomy_is_taken_across_and_the_step_shown(run: Any):
    text = " ".join(run("match", "cfir-2022:innovation-complexity").stdout.split())
    assert "From cfir-2009 to eric (edition 2015); provisional" in text
    assert "close match of Complexity (cfir-2009:complexity) by cfir-2009-to-cfir-2022" in text
    near = run("match", "cfir-2022:physical-infrastructure", "--basis", "waltz-2019").stdout
    assert "Said of what stands near" in near
    assert max(map(len, near.splitlines())) <= 80
    line = run("match", "cfir-2022:innovation-complexity", "--limit", "1", "--format", "csv").stdout
    assert "close cfir-2009:complexity (cfir-2009-to-cfir-2022)" in line


def test_an_order_and_what_there_is_to_spend(run: Any):
    args = ("--order", "go-zone", "--no-budget", "--weeks", "6", "--staff", "2", "--no-observed")
    text = run("match", REFLECTING, *args).stdout
    flat = " ".join(text.split())
    assert "Order: by quadrant of importance and feasibility" in flat
    assert "39 of" not in flat  # nine are set aside, none of which has a quadrant
    assert "30 of 64 are not rated there and stand last" in flat
    assert "Use mass media: needs money, and there is none [facet needs of eric" in flat
    assert "Rated" in text
    assert max(map(len, text.splitlines())) <= 80
    found = json.loads(run("match", REFLECTING, *args, "--format", "json").stdout)
    (basis,) = found["bases"]
    assert len(basis["set_aside"]) == 9
    assert basis["ranking"][0]["unchecked"] == ["budget", "weeks", "staff"]


def test_an_order_by_ratings_lists_what_the_basis_knows_nothing_of(run: Any):
    args = ("cfir-2009:complexity", "--order", "importance", "--limit", "3")
    text = run("match", *args, "--basis", "waltz-2019").stdout
    listed = re.findall(r"^ {5}(eric:\S+)", text, re.MULTILINE)
    ranking = _basis(run, *args)["ranking"]
    assert listed == [row["strategy"] for row in ranking]
    # Waltz 2015, table 1: the most important of all; Waltz 2019 prints nothing of it for complexity.
    assert listed[0].startswith("eric:assess-for-readiness")
    line = next(one for one in text.splitlines() if one.startswith("1  Assess"))
    assert line.split()[-4:] == ["4.6", "unknown", "unknown", "unknown"]
    studies = ("--basis", "observed", "--observed", "implsci-examples")
    seen = run("match", *args, *studies).stdout
    found = re.findall(r"\((eric:\S+)\), rated", " ".join(seen.split()))
    (basis,) = json.loads(run("match", *args, *studies, "--format", "json").stdout)["bases"]
    assert found == [row["strategy"] for row in basis["ranking"]]
    assert "unknown: no study is known to have tried it" in seen


def test_where_levels_would_change_the_top_the_table_says_so(run: Any):
    args = ("cfir-2009:complexity", "cfir-2009:culture", "--limit", "1", "--basis", "waltz-2019")
    text = " ".join(run("match", *args).stdout.split())
    assert "Identify and prepare champions (50 to 130) would stand first" in text
    least = run("match", *args, "--order", "least").stdout
    assert "1  Identify and prepare champions" in least
    assert "would stand first" not in least


def test_the_table_says_how_far_each_row_was_checked(run: Any):
    args = (REFLECTING, "cfir-2022:innovation-complexity", "--basis", "waltz-2019")
    text = run("match", *args, "--limit", "40").stdout
    assert "Checked: how far the least checked of these was." in " ".join(text.split())
    assert {"verified", "provisional"} == set(
        re.findall(r"\d of 2\*?\s+(verified|provisional|derived)\b", text)
    )
    assert max(map(len, text.splitlines())) <= 80
    alone = run("match", REFLECTING, "--basis", "waltz-2019").stdout
    assert "Checked" not in alone
    csv = run("match", *args, "--limit", "1", "--format", "csv").stdout.splitlines()
    place = csv[0].split(",").index("standing")
    assert csv[0].split(",")[place + 1] == "same_as"


def test_a_barrier_asked_by_two_codes_counts_once(run: Any):
    asked = ("cfir-2009:complexity", "cfir-2022:innovation-complexity", "--basis", "waltz-2019")
    text = " ".join(run("match", *asked, "--limit", "1").stdout.split())
    assert "Promote adaptability 40 40 to 40 1 of 1" in text
    assert "counted once: Complexity (cfir-2009:complexity) and Innovation Complexity" in text


def test_a_ranking_of_theory_suggests_what_is_linked_alone(run: Any):
    asked = ("cfir-2009:complexity", "cfir-2009:planning", "tdf-v2:knowledge")
    text = run("match", *asked, "--theory", "--no-observed").stdout
    assert not re.search(r"\b0 of 3\b", text)
    assert "weak: " not in text  # no row is marked so
    flat = " ".join(text.split())
    assert "Weakly led to: 7 strategies; a chain leads there over a related match" in flat
    assert "Nothing is known of 9 strategies; unknown is not zero" in flat
    weak = run("match", asked[0], "--theory", "--no-observed", "--limit", "0").stdout
    assert re.search(r"^1  Education\s+weak", weak, re.MULTILINE)
    assert "weak: a chain leads there" in weak


def test_headings_of_chains_fit_the_terminal(run: Any):
    asked = ("cfir-2009:available-resources", "cfir-2022:available-resources", "bct-v1:2.2")
    for barrier in asked:
        lines = run("match", barrier, "--theory", "--no-observed").stdout.splitlines()
        assert max(map(len, lines)) <= 80


def test_a_strategy_is_no_barrier(run: Any):
    text = " ".join(run("match", "eric:facilitation").stdout.split())
    assert "Facilitation (eric:facilitation) is a strategy, and was asked as a barrier" in text


@pytest.mark.parametrize("together", [False, True])
def test_disagreements_are_told(run: Any, tmp_path: Path, together: bool):
    """One of 25 experts chose the pair; a study that used the strategy alone saw it improve."""
    both = ("s", "t") if together else ("s",)
    study = Study(
        id="one",
        title="One (made up)",
        barriers=(Barrier(id="b", label="b", codes=(REFLECTING,)),),  # type: ignore[arg-type]
        strategies=(
            Strategy(
                id="s",
                label="s",
                codes=("eric:provide-clinical-supervision",),
                addresses=("b",),  # type: ignore[arg-type]
            ),
            Strategy(id="t", label="t", codes=("eric:facilitation",)),  # type: ignore[arg-type]
        ),
        outcomes=(Outcome(id="o", label="o"),),
        findings=(
            Finding(id="f", outcome="o", direction="improved", strategies=both, basis="effect"),
        ),
    )
    path = tmp_path / "one.jsonl"
    path.write_bytes(encode(study) + b"\n")
    text = " ".join(
        run("match", REFLECTING, "--observed", str(path), "--limit", "1").stdout.split()
    )
    told = "Where the bases disagree Provide clinical supervision for Reflecting" in text
    assert told is not together, "what a bundle brought is credited to none of its parts"
    assert together or "waltz-2019 says 1 of 25, below level 2" in text


def test_facilitators_are_what_could_be_built_on(run: Any, tmp_path: Path):
    study = Study(
        id="one",
        title="One",
        barriers=(
            Barrier(id="b1", label="hard", codes=("cfir-2009:complexity",)),  # type: ignore[arg-type]
            Barrier(id="b2", label="good", codes=(REFLECTING,), valence="facilitator"),  # type: ignore[arg-type]
        ),
    )
    path = tmp_path / "one.jsonl"
    path.write_bytes(encode(study) + b"\n")
    text = " ".join(run("match", "--study", str(path)).stdout.split())
    assert "What could be built on (inferred: the bases were asked about barriers)" in text
    assert "quality monitoring (waltz-2019: 15 of 25)" in text


def test_relational_options_are_always_there_with_what_they_ask(run: Any):
    text = " ".join(run("match", REFLECTING).stdout.split())
    assert "Asks of the supporter: Set up ways for news" in text
    assert "of the partner: the same in turn" in text
    bare = " ".join(run("match", "tdf-v2:knowledge", "--no-observed").stdout.split())
    assert "nothing that was published or tried ties a relational action to Knowledge" in bare
    assert "metz-2022: Learn together, Respond promptly" in bare


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--order", "feasability"], "did you mean feasibility?"),
        (["--order", "importance", "--rated-by", "Nobody"], "unknown source of ratings"),
        (["--observed", "implsci-exampels"], "implsci-examples"),
        (["--observed", "implsci-examples", "--no-observed"], "not both"),
        (["--weeks", "-1"], "--weeks"),
        (["--basis", "chain:cfir-2009>nowhere"], "unknown chain from these barriers"),
    ],
)
def test_an_option_that_cannot_be_taken_exits_2(args: list[str], said: str, run: Any):
    result = run("match", REFLECTING, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
