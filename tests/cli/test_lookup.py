"""taxonomies, plugins, term, search, schema: what each prints, in each format."""

from __future__ import annotations

import csv
import io
import json
import shlex
from pathlib import Path
from typing import Any

import pytest

import implsci
from implsci import model
from implsci.cli.app import _COMMANDS, app
from implsci.codec import encode
from implsci.codes import Code
from implsci.diagnosing import diagnosis_of, read_answers
from implsci.formats.diagnosis_form import write_diagnosis_form
from implsci.model.documents import SequencePlan, SequenceStep, SupportArrangement

COMMANDS = [app, *(app.get_command(None, name) for name in _COMMANDS)]  # type: ignore[arg-type, attr-defined]


def _json(result: Any) -> Any:
    assert result.exit_code == 0, result.output
    assert result.stdout.endswith("\n")
    return json.loads(result.stdout)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_every_example_of_the_help_runs(command: Any, run: Any, tmp_path: Path, monkeypatch: Any):
    monkeypatch.chdir(tmp_path)
    assert run("export", "engagement", "vocabulary.ttl", "--alone").exit_code == 0
    _files_of_a_team(tmp_path)
    lines = [line.strip() for line in command.epilog.splitlines() if line.startswith("  implsci ")]
    assert lines
    for line in lines:
        words, _, target = line.partition(" > ")
        result = run(*shlex.split(words)[1:])
        assert result.exit_code == 0, (line, result.output)
        assert result.stdout or command.name in _SILENT
        if target:
            (tmp_path / target).write_text(result.stdout, encoding="utf-8")


# These print nothing where they are asked to write a file.
_SILENT = (
    "convert",
    "diagnose",
    "export",
    "form",
    "glossary",
    "import",
    "merge",
    "pathways",
    "plan",
)


def _files_of_a_team(folder: Path) -> None:
    """Write the files that the examples speak of."""
    _plans(folder)
    _diagnosis(folder)
    _over_time(folder)
    kenya = implsci.load("implsci-examples").where(country="KE")
    kenya_1 = implsci.load(folder / "kenya-1.json").studies
    for name in ("studies.jsonl", "more.jsonl", "many.jsonl", "old.jsonl", "studies-2025.jsonl"):
        studies = kenya.studies[:4] if name == "more.jsonl" else (*kenya.studies[4:], *kenya_1)
        implsci.Compendium(studies=tuple(studies)).save(folder / name)
    for name in ("new.jsonl", "studies-2026.jsonl", "studies"):
        implsci.Compendium(studies=tuple(kenya.studies[5:])).save(folder / name)
    record = "TY  - JOUR\nID  - {0}\nTI  - {1}\nPY  - 2019\nER  - \n\n"
    references = record.format("a", "Trust between families and their clinics") + record.format(
        "b", "Meals in schools"
    )
    for name in ("references.ris", "review.ris"):
        (folder / name).write_text(references)
    (folder / "coded.csv").write_text(
        "id,title,year\nc,Trust between families and their clinics,2019\n"
    )
    (folder / "effects.csv").write_text("Trial,Year,d,SE\nKenya 1,2018,0.4,0.1\n")
    (folder / "ours.jsonl").write_text(
        '{"type": "pathway", "id": "p1", "case": "practitioner 1 (made up)", "episodes": ['
        '{"id": "a", "state": "engagement:push"}, {"id": "b", "state": "engagement:pull"}]}\n'
        '{"type": "observation", "id": "o1", "statement": "Listening opens doors (made up).", '
        '"direction": "improved", "n": 15, "n_informants": 17, '
        '"strategies": ["relational:listen-actively"]}\n'
    )
    (folder / "support.jsonl").write_text(
        '{"type": "support", "id": "county-screening", "title": "A made-up arrangement"}\n'
    )


def _diagnosis(folder: Path) -> None:
    (folder / "answers.toml").write_text(
        'problem = "Half of the children are screened late"\n'
        '[[causes]]\nlabel = "no time"\ncodes = ["cfir-2022:work-infrastructure"]\n'
    )
    (folder / "reach.csv").write_text("of,unit,n,base\nscreened,percent,20,100\n")
    found = diagnosis_of(read_answers(folder / "answers.toml"))
    write_diagnosis_form(folder / "filled.xlsx", found)


def _over_time(folder: Path) -> None:
    elements = ("screen", "refer", "review")
    practice = model.Innovation(
        name="Made-up screening",
        core_elements=tuple(model.CoreElement(id=name, label=name) for name in elements),
    )
    plan = SequencePlan(
        capacity=(2,), steps=tuple(SequenceStep(element=name, effort=2) for name in elements)
    )
    arrangement = SupportArrangement(
        id="county", title="Made-up support", innovation=practice, sequence=plan
    )
    (folder / "arrangement.json").write_bytes(encode(arrangement))
    coaching = model.Strategy(
        id="s", label="coaching", events=(model.Event(kind="started", date="2024-02"),)
    )
    study = model.Study(id="log", title="Made-up log", strategies=(coaching,))
    (folder / "log.json").write_bytes(encode(study))


def _plans(folder: Path) -> None:
    barrier = model.Barrier(
        id="b", label="Complexity", codes=(Code("cfir-2009:complexity"),), valence="barrier",
        ratings=(model.Rating(setting="north", value=1), model.Rating(setting="south", value=-2)),
    )  # fmt: skip
    strategy = model.Strategy(
        id="s", label="adapt it", codes=(Code("eric:promote-adaptability"),), addresses=("b",)
    )
    for name in ("plan", "plan-a", "plan-b", "study", "kenya-1"):
        made = model.Study(
            id=name,
            title="A plan",
            scale_stage="planning",
            innovation=model.Innovation(name="A practice", gap="a need"),
            settings=(
                model.Setting(id="north", label="North"),
                model.Setting(id="south", label="South"),
            ),
            barriers=(barrier,),
            strategies=(strategy,),
        )
        (folder / f"{name}.json").write_bytes(encode(made))
    (folder / "ratings.csv").write_text("construct,north,east,south\nCost,+2,+1,-1\n")


def test_exactly_the_commands_that_stand_are_listed(run: Any):
    help_text = run("--help").stdout
    assert "..." not in help_text.partition("Commands:")[2]  # no summary is cut off
    names = [
        line.split()[0] for line in help_text.split("Commands:\n")[1].split("\n\n")[0].splitlines()
    ]
    assert (
        names
        == (
            "demo taxonomies plugins term search map coverage diagnose match mismatch plan "
            "compare sequence track pathways trajectories relationships gaps bundles "
            "transfer equity practice engagement support competencies beside informants "
            "questions cycles cases maturity definitions glossary "
            "claims mobilisation network check casebook redact synthesize figure "
            "specification ratings unmatched agreement schema convert formats merge diff change "
            "release form export import new-plugin"
        ).split()
    )


def test_taxonomies_as_json_hold_what_other_programs_read(run: Any):
    found = {item["scheme"]: item for item in _json(run("taxonomies", "--format", "json"))}
    keys = "scheme family title kind edition terms provisional license source plugin".split()
    assert list(found["cfir-2009"]) == keys
    assert found["cfir-2009"]["family"] == "cfir"
    assert found["eric"]["terms"] == 73 + 9  # the strategies and their clusters
    assert found["eric"]["plugin"] == "eric"
    assert found["trust"]["provisional"] == 3


def test_taxonomies_as_csv_have_the_same_columns(run: Any):
    rows = list(csv.DictReader(io.StringIO(run("taxonomies", "--format", "csv").stdout)))
    assert next(row for row in rows if row["scheme"] == "eric")["terms"] == "82"


def test_plugins_are_found_and_with_load_loaded(run: Any):
    keys = ["name", "distribution", "version", "status", "error"]
    loaded = _json(run("plugins", "--load", "--format", "json"))
    assert all(list(item) == keys for item in loaded)
    eric = next(item for item in loaded if item["name"] == "eric")
    assert (eric["distribution"], eric["status"], eric["error"]) == ("implsci", "loaded", None)


@pytest.mark.parametrize(
    "name",
    [
        "eric:audit-and-provide-feedback",
        "eric:5",
        "audit & provide feedback",
        "AUDIT AND PROVIDE FEEDBACK",
    ],
)
def test_a_term_is_found_by_code_number_label_and_synonym(name: str, run: Any):
    found = _json(run("term", name, "--format", "json"))
    assert found["code"] == "eric:audit-and-provide-feedback"
    assert list(found) == [
        "code", "label", "definition", "notation", "synonyms", "broader", "kind", "status",
        "source", "mappings", "facets", "ratings", "narrower",
    ]  # fmt: skip
    mapping = found["mappings"][0]
    assert {item["object"] for item in found["mappings"]} > {"bct-v1:2.2", "bct-v1:2.7"}
    assert found["ratings"][0] == {
        "name": "importance", "value": 4.4, "scale_min": 1.0, "scale_max": 5.0, "n": None,
        "source": "Waltz et al. 2015 doi:10.1186/s13012-015-0295-0 table 1",
    }  # fmt: skip
    assert list(mapping) == [
        "subject", "predicate", "object", "justification", "confidence", "author", "source",
        "crosswalk", "status",
    ]  # fmt: skip
    assert mapping["subject"] == found["code"]


def test_a_bare_family_says_which_edition_it_took(run: Any):
    result = run("term", "cfir:complexity", "--format", "json")
    assert _json(result)["code"] == "cfir-2009:complexity"
    assert result.stderr == (
        "implsci: cfir is a family of editions; cfir-2009 is taken, the newest that has it\n"
    )
    assert run("term", "cfir-2009:complexity").stderr == ""


def test_a_provisional_term_says_so_aloud(run: Any):
    assert "PROVISIONAL" in run("term", "sector:workplace").stdout
    assert "PROVISIONAL" not in run("term", "eric:5").stdout


def test_an_unknown_or_ambiguous_name_is_one_line_and_exit_2(run: Any):
    result = run("term", "eric:audit-and-provide-feedbak")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("implsci: unknown code 'eric:audit-and-provide-feedbak'; did")
    assert "eric:audit-and-provide-feedback" in result.stderr


def test_search_ranks_an_exact_name_first(run: Any):
    hits = _json(
        run("search", "audit", "feedback", "--scheme", "eric", "--format", "json", "--limit", "3")
    )
    assert list(hits[0]) == ["code", "label", "kind", "score", "status"]
    assert hits[0]["code"] == "eric:audit-and-provide-feedback"
    assert len(hits) <= 3


def test_search_keeps_to_kind_and_scheme(run: Any):
    hits = _json(run("search", "trust", "--scheme", "trust", "--kind", "relationship",
                     "--format", "json", "--limit", "0"))  # fmt: skip
    assert {hit["kind"] for hit in hits} == {"relationship"}
    assert all(hit["code"].startswith("trust:") for hit in hits)


@pytest.mark.parametrize(("format", "stdout"), [("json", "[]\n"), ("csv", "code,label,kind,score,status\n"),
                                                ("table", "")])  # fmt: skip
def test_search_without_a_hit_is_no_failure(format: str, stdout: str, run: Any):
    result = run("search", "zzzz", "--format", format)
    assert (result.exit_code, result.stdout) == (0, stdout)
    assert "nothing found for 'zzzz'" in result.stderr


def test_schema_prints_one_class_or_lists_all(run: Any):
    assert _json(run("schema"))["title"] == "Study"
    assert _json(run("schema", "finding"))["title"] == "Finding"
    listed = _json(run("schema", "--list", "--format", "json"))
    kept_in_casebooks = (
        "Agreement Answer Assumption Claim Definition Diagnosis Episode EvidenceIntermediary "
        "LearningCycle LearningStep Maturity MobilisationActivity Observation Party Pathway Quote "
        "ResearchQuestion SequencePlan SequenceStep SupportArrangement"
    ).split()
    assert sorted(item["class"] for item in listed) == sorted([*model.__all__, *kept_in_casebooks])
    wrong = run("schema", "Studdy")
    assert (wrong.exit_code, wrong.stderr) == (
        2,
        "implsci: unknown class 'Studdy'; did you mean Study?\n",
    )
