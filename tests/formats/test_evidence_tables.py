"""Evidence tables: condensed, wide and long, and the ways between them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType
from typing import get_args

import pytest
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

import implsci
from implsci import formats
from implsci.codec import encode
from implsci.codes import Code
from implsci.compendium import Compendium
from implsci.errors import FormatError, InvalidQueryError, InvalidTableError
from implsci.formats.compendium import condensed, long, wide
from implsci.formats.compendium._evidence.facts import KINDS, facts
from implsci.ledger import Ledger
from implsci.model import Barrier, Outcome, Strategy, Study
from implsci.model.barrier import Valence
from implsci.testing import FormatContract, studies

ENDINGS = pytest.mark.parametrize("ending", ["csv", "xlsx"])
FORMS = {"condensed": condensed, "wide": wide, "long": long}


def again(form: ModuleType, some: Iterable[Study], ending: str) -> tuple[list[Study], Ledger]:
    """Write studies, and read them again."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"made.{ending}")
        account = Ledger()
        form.write(Compendium(studies=tuple(some)), path, account)
        ledger = Ledger()
        found = list(form.read(path, ledger))
        assert ledger.skips == 0, ledger.summary()
        return found, account


def distinct(some: list[Study]) -> list[Study]:
    return list({study.id: study for study in some}.values())


many = st.lists(studies(), max_size=3).map(distinct)


@ENDINGS
@settings(max_examples=15, deadline=None)
@given(some=many)
def test_long_loses_nothing(ending: str, some: list[Study]) -> None:
    found, account = again(long, some, ending)
    assert account.left_out == ()
    assert [encode(study) for study in found] == [encode(study) for study in some]


def told(ledger: Ledger) -> set[str]:
    return {fault.path for fault in ledger.left_out}


def said(study: Study) -> set[tuple[str, str, str, str]]:
    """What a study says but for the provenance that a reader adds."""
    return {tuple(fact) for fact in facts(study) if not fact.field.startswith("provenance")}  # type: ignore[misc]


def heads(kind: str, field: str) -> set[str]:
    """The heads under which a field may be listed."""
    parts = [part for part in field.split(".") if not part.isdecimal()]
    names = {".".join(parts[:depth]) for depth in range(1, len(parts) + 1)}
    return names if kind == "study" else {f"{kind}: {name}" for name in names}


@ENDINGS
@settings(max_examples=15, deadline=None)
@given(some=many)
def test_condensed_keeps_or_lists_everything(ending: str, some: list[Study]) -> None:
    found, account = again(condensed, some, ending)
    assert [study.id for study in found] == [study.id for study in some]
    listed = told(account)
    for before, after in zip(some, found, strict=True):
        for kind, _, field, value in said(before) - said(after):
            assert heads(kind, field) & listed, (kind, field, value, listed)
        assert said(after) <= said(before)
        assert all(  # in the order in which they were
            [node.id for node in getattr(after, name)]
            == [node.id for node in getattr(before, name)]
            for name in KINDS
        )


def codes_of(some: Iterable[Study]) -> set[tuple[str, str, str]]:
    return {
        (study.id, kind, code)
        for study in some
        for name, kind in KINDS.items()
        if kind != "finding"
        for node in getattr(study, name)
        for code in node.codes
    }


def own_fields(study: Study) -> dict[str, object]:
    """The fields of a study's own that all three forms carry, lists without their order."""
    citation, innovation = study.citation, study.innovation
    lists = ("sectors", "countries", "engagement", "equity")
    plain = ("id", "title", "year", "programme", "design", "design_label", "hybrid_type",
             "scale_stage", "links_coded", "note")  # fmt: skip
    parts = ("name", "kind", "components", "evidence", "gap")
    return {
        **{name: getattr(study, name) for name in plain},
        **{name: frozenset(getattr(study, name)) for name in lists},
        "citation": citation if any(text for text in _texts(citation)) else None,
        "innovation": innovation and [getattr(innovation, part) for part in parts],
        "extra": {name: (type(value), value) for name, value in study.extra.items()},
    }


def _texts(record: object) -> Iterator[object]:
    for name in getattr(type(record), "__slots__", ()) if record else ():
        if not name.startswith("__"):
            yield getattr(record, name) not in (None, ())


PATHS = [
    ("wide",),
    ("condensed", "wide", "long", "condensed"),
    ("wide", "long", "condensed"),
    ("long", "wide", "condensed", "wide"),
]


@ENDINGS
@pytest.mark.parametrize("path", PATHS, ids="-".join)
@settings(max_examples=8, deadline=None)
@given(some=many)
def test_codes_and_own_fields_survive_every_way(
    path: tuple[str, ...], ending: str, some: list[Study]
) -> None:
    found = some
    for form in path:
        found, _ = again(FORMS[form], found, ending)
    assert codes_of(found) == codes_of(some)
    assert [own_fields(study) for study in found] == [own_fields(study) for study in some]


@ENDINGS
@settings(max_examples=15, deadline=None)
@given(some=many)
def test_wide_lists_what_it_leaves(ending: str, some: list[Study]) -> None:
    found, account = again(wide, some, ending)
    listed = told(account)
    for before, after in zip(some, found, strict=True):
        codes = {(kind, value) for kind, _, field, value in said(after) if field == "codes"}
        for kind, _, field, value in said(before) - said(after):
            kept = field == "codes" and (kind, value) in codes
            kept = kept or (field == "valence" and value != "barrier")  # compared below
            assert kept or heads(kind, field) & listed or field in ("label", *LISTS), (kind, field)
        assert valences(after) == valences(before)


def valences(study: Study) -> set[tuple[str, str | None]]:
    """What each barrier is called, and which way it works; unknown counts as hindering."""
    return {
        (name, None if barrier.valence == "barrier" else barrier.valence)
        for barrier in study.barriers
        for name in barrier.codes or (barrier.label,)
    }


def test_wide_changes_no_count_of_barriers_or_facilitators() -> None:
    examples = implsci.load("implsci-examples")
    code = "cfir-2022:access-to-knowledge-and-information"
    made = tuple(
        Study(
            id=f"made-{valence}",
            title="A",
            barriers=(Barrier(id="b1", label="guides", codes=(Code(code),), valence=valence),),
            strategies=(Strategy(id="s1", label="a", codes=(Code("eric:facilitation"),)),),
        )
        for valence in (*get_args(Valence), None)
    )
    before = Compendium(studies=(*examples.studies, *made))
    assert {barrier.valence for study in before for barrier in study.barriers} >= {
        "facilitator", "barrier", "mixed", "neutral", None
    }  # fmt: skip
    found, _ = again(wide, before, "csv")
    after = Compendium(studies=tuple(found))
    for rows in ("barrier", "facilitator", "determinant"):
        one, two = (
            {
                place: cell.study_ids
                for place, cell in implsci.synthesize(
                    some, rows, "strategy", link="cooccur"
                ).cells.items()
                # A node with codes of two schemes is two nodes in a wide table, so that either may
                # be uncoded on an axis of the other scheme.
                if "(uncoded)" not in place
            }
            for some in (before, after)
        )
        assert one
        assert one == two
    helps = found[-5:][1]
    assert [(one.codes, one.valence) for one in helps.barriers] == [((code,), "facilitator")]


@pytest.mark.parametrize(
    ("yes", "no"), [("x", ""), ("X", "n"), ("yes", "no"), ("Y", "N"), ("TRUE", "FALSE"), ("1", "0")]
)
def test_marks_that_people_make(yes: str, no: str, tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "id,title,Use data experts,barrier=cfir-2022:cost,country=KE,Blinded\n"
        f"a,A,{yes},{no},{yes},{yes}\nb,B,{no},{yes},{no},{no}\n",
    )
    (one, two), ledger = read(wide, path)
    assert [node.codes for node in one.strategies] == [("eric:use-data-experts",)]
    assert [node.codes for node in two.barriers] == [("cfir-2022:cost",)]
    assert (one.countries, one.barriers, two.strategies) == (("KE",), (), ())
    zero = {"strategy=eric:use-data-experts": 0, "country=KE": 0} if no else {}
    assert {name: two.extra[name] for name in two.extra if name != "Blinded"} == zero
    said = [text for text in ledger.said if "0/1" in text]
    if yes == "1":
        assert said == []
    else:
        words = f"{yes.lower()} as 1" + (f" and {no.lower()} as 0" if no else "")
        assert said == [f"in 0/1 columns read {words}"]
    assert [str(fault) for fault in ledger.left_out] == [
        "columns: no field, or no one term, bears that name; kept as extra: Blinded"
    ]


def test_a_label_of_nothing_but_signs_is_no_column_of_barriers() -> None:
    barriers = (
        Barrier(id="b1", label="???"),
        Barrier(id="b2", label="+/-", valence="facilitator"),
    )
    study = Study(id="a", title="A", barriers=barriers)
    (back,), _ = again(wide, [study], "csv")
    assert evolve(back, provenance=()) == study


def test_a_word_that_is_no_mark_stays_a_word(tmp_path: Path) -> None:
    study = Study(id="a", title="A", extra={"Use data experts": "x", "barrier=cost": "no"})
    (back,), _ = again(wide, [study], "csv")
    assert evolve(back, provenance=()) == study


@pytest.mark.parametrize("form", ["wide", "condensed"])
def test_each_column_that_ends_in_extra_is_listed(form: str, tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "id,title,Weather,year,Year,sector=astrology,extra=said,empty,Blinded\n"
        "a,A,rain,2020,2021,1,so,,1\nb,B,sun,,,,,,\n",
    )
    (one, _), ledger = read(FORMS[form], path)
    assert set(one.extra) == {"Weather", "Year", "sector=astrology", "said", "Blinded"}
    assert ledger.count("columns") == 4


def test_each_field_of_a_long_table_that_ends_in_extra_is_listed(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "study,field,value,source\nA,weather,rain,p 1\nA,year,2020,p 1\nB,weather,sun,p 2\n",
    )
    (one, _), ledger = read(long, path)
    assert one.extra == {"weather": "rain", "source": "p 1"}
    assert [str(fault) for fault in ledger.left_out if fault.path == "columns"] == [
        "columns: no field, or no one term, bears that name; kept as extra, 2 times: weather; source"
    ]


LISTS = ("sectors", "countries", "engagement", "equity")
FOLDER = Path(__file__).parent.parent / "data" / "evidence_tables"


def made(tmp_path: Path, text: str | bytes, name: str = "made.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def read(form: ModuleType, path: Path) -> tuple[list[Study], Ledger]:
    ledger = Ledger()
    return list(form.read(path, ledger)), ledger


# The five studies of a review team, in the three forms


def five(form: str) -> tuple[list[Study], Ledger]:
    return read(FORMS[form], FOLDER / f"five_studies.{form}.csv")


def test_the_team_s_three_tables_are_the_same_studies() -> None:
    tables = {form: five(form)[0] for form in FORMS}
    for found in tables.values():
        assert [study.id for study in found] == [
            "achieng-2018", "lin-2020", "moreau-2015", "okafor-2021", "smith-2019",
        ]  # fmt: skip
        assert [study.year for study in found] == [2018, 2020, 2015, 2021, None]
        assert [study.countries for study in found] == [
            ("KE",), ("LA", "VN"), ("FR",), ("NG", "GH"), (),
        ]  # fmt: skip
        assert [barrier.codes for barrier in found[0].barriers] == [
            ("cfir-2022:available-resources",), ("cfir-2022:materials-and-equipment",),
        ]  # fmt: skip
        assert found[0].strategies[0].codes == ("eric:audit-and-provide-feedback",)
        assert found[0].sectors == ("sector:health",)


def test_what_a_condensed_cell_says() -> None:
    found, ledger = five("condensed")
    hygiene, meals, parole, cash, families = found
    assert hygiene.design == "cluster_rct"
    assert hygiene.citation is not None
    assert hygiene.citation.authors == ("Achieng M", "Otieno P")
    assert hygiene.citation.doi == "10.5555/demo.2018.11"
    assert [strategy.addresses for strategy in hygiene.strategies] == [("b1",), ("b1",)]
    assert hygiene.outcomes[0].kind == "implementation"
    assert [(f.outcome, f.direction, f.basis, f.strategies) for f in hygiene.findings] == [
        ("o1", "improved", "effect", ("s1",)),
        ("o1", "unclear", None, ("s2",)),
    ]
    assert [(b.label, b.valence) for b in meals.barriers] == [
        ("Head teachers change", None),
        ("Trust between cooks and parents", "facilitator"),
    ]
    assert (parole.design, parole.design_label) == (None, "interview study")
    assert [barrier.label for barrier in parole.barriers] == ["No time", "Forms are too long"]
    assert cash.extra == {"Funder": 0}
    assert cash.title == 'Cash transfers "as promised"'
    assert families.extra == {"year": "in press", "countries": "Narnia"}
    assert [(str(fault)) for fault in ledger.left_out] == [
        "columns: no field, or no one term, bears that name; kept as extra: Funder",
        "year: not understood; kept as extra 'year': in press (line 7)",
        "countries: not understood; kept as extra 'countries': Narnia (line 7)",
    ]
    assert families.provenance[0].locator == "line 7"


def test_a_zero_is_kept_and_an_empty_cell_stays_unknown(tmp_path: Path) -> None:
    found, ledger = five("wide")
    hygiene, meals, parole, cash, _ = found
    assert hygiene.extra["sector=sector:education"] == 0
    assert "country=LA" not in hygiene.extra
    assert meals.extra["barrier=cfir-2022:available-resources"] == 0
    assert [strategy.codes for strategy in meals.strategies] == [("eric:use-data-experts",)]
    assert hygiene.extra["strategy=eric:use-data-experts"] == 0
    assert parole.extra == {"barrier=cfir-2022:materials-and-equipment": "?"}
    assert cash.extra == {"open access": 1, "Risk of bias": "1,75"}
    assert ledger.count("barrier=cfir-2022:materials-and-equipment") == 1
    assert ledger.count("columns") == 2
    path = tmp_path / "again.wide.csv"
    wide.write(Compendium(studies=tuple(found)), path, Ledger())
    with path.open(newline="", encoding="utf-8") as stream:
        cells = next(csv.DictReader(stream))
    assert cells["sector=sector:education"] == "0"
    assert cells["country=LA"] == ""
    assert cells["country=KE"] == "1"
    assert read(wide, path)[0][0].extra == hygiene.extra


def test_conversion_of_the_team_s_table_in_a_ring() -> None:
    found, _ = five("condensed")
    start = found
    for form in ("long", "condensed", "wide", "long", "condensed"):
        found, _ = again(FORMS[form], found, "csv")
    assert codes_of(found) == codes_of(start)
    assert [own_fields(study) for study in found] == [own_fields(study) for study in start]


# A long table as it was published by hand


def test_a_hand_made_long_table_is_counted_as_a_plain_reader_counts_it() -> None:
    path = FOLDER / "eric_coded_studies_100.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 100
    found, ledger = read(long, path)
    assert ledger.skips == 0
    assert [study.title for study in found] == list(dict.fromkeys(row["study"] for row in rows))
    by_study = {study.title: study for study in found}
    for row in rows:
        study = by_study[row["study"]]
        match row["field"]:
            case "strategy_epoc" | "strategy_eric":
                (node,) = [one for one in study.strategies if one.label == row["value"]]
                assert node.codes, row
            case "setting":
                assert row["value"] in [one.label for one in study.settings]
            case "actor":
                assert row["value"] in [one.label for one in study.actors]
            case "sector" if row["value"] == "health":
                assert study.sectors == ("sector:health",)
            case "sector":
                assert study.extra["sectors"] == row["value"]
            case field:
                assert study.extra[field] == row["value"]
        assert row["source"] in study.extra.values()
        assert row["basis"] in study.extra.values()
    wanted = [row for row in rows if row["field"].startswith("strategy_")]
    assert sum(len(study.strategies) for study in found) == len(wanted) == 38


# Bad input


def test_long_skips_a_study_with_the_line_and_the_reason(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "study,kind,id,field,value\n"
        "a,study,,title,A study\n"
        "a,barrier,b1,label,No time\n"
        "a,setting,x,label,Ward\n"
        "a,barrier,b1,ratings.1.setting,x\n"
        "a,barrier,b1,ratings.1.value,7\n"
        "b,study,,title,B study\n"
        "b,study,,year,soon\n"
        "c,study,,title,C study\n"
        "c,outcome,o1,colour,red\n"
        "c,oracle,o1,label,red\n"
        "a,study,,title,A again\n"
        "d,study,,title,D study\n"
        "d,study,,year,2020\n"
        "d,study,,year,2021\n",
    )
    found, ledger = read(long, path)
    assert [study.id for study in found] == ["c"]
    assert found[0].extra == {"outcome.o1.colour": "red", "oracle.o1.label": "red"}
    assert [str(skip) for skip in ledger.skipped] == [
        "line 12: the study 'a' stands in the table already, from line 2",
        "line 6: study 'a': barriers[0].ratings[0].value: expected -2 to 2, got 7",
        "line 8: study 'b': year: expected a whole number, got 'soon'",
        "line 15: study 'd': year: stands twice (first in line 14)",
    ]


def test_values_keep_their_types_in_a_long_table(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "study;kind;id;field;value\n"
        "a;study;;title;A\n"
        "a;outcome;o1;label;reach\n"
        "a;outcome;o1;measurements.1.of;reach\n"
        "a;outcome;o1;measurements.1.value;0,25\n"
        "a;outcome;o1;measurements.2.of;cost\n"
        "a;outcome;o1;measurements.2.value;0\n"
        "a;outcome;o1;measurements.3.of;dose\n"
        "a;outcome;o1;measurements.3.value;\n"
        "a;study;;extra.none;null\n"
        "a;study;;extra.false;false\n"
        'a;study;;extra.empty;"\\"""""\n'
        "a;study;;extra.zero;0\n"
        "a;study;;extra.text;007\n",
    )
    (study,), ledger = read(long, path)
    assert [m.value for m in study.outcomes[0].measurements] == [0.25, 0, None]
    assert study.extra == {"none": None, "false": False, "empty": "", "zero": 0, "text": "007"}
    assert ledger.left_out == ()


def test_an_ambiguous_comma_is_refused_not_guessed(tmp_path: Path) -> None:
    path = made(
        tmp_path,
        "study,kind,id,field,value\na,study,,title,A\na,outcome,o1,label,x\n"
        'a,outcome,o1,measurements.1.of,cost\na,outcome,o1,measurements.1.value,"1,234"\n',
    )
    found, ledger = read(long, path)
    assert found == []
    assert "line 5" in str(ledger.skipped[0])
    assert "'1,234'" in str(ledger.skipped[0])


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    for form in (condensed, wide):
        found, ledger = read(form, made(tmp_path, "id,title\na,A\nb,B\na,C\n"))
        assert [study.title for study in found] == ["A", "B"]
        assert [str(skip) for skip in ledger.skipped] == [
            "line 4: the study 'a' stands in line 2 already"
        ]
    twice = Compendium(studies=(Study(id="a", title="A"), Study(id="a", title="B")))
    target = tmp_path / "twice.csv"
    with pytest.raises(FormatError, match="the id 'a' stands twice"):
        long.write(twice, target, Ledger())
    assert not target.exists()


def test_a_study_that_breaks_a_rule_is_skipped(tmp_path: Path) -> None:
    found, ledger = read(
        condensed, made(tmp_path, "id,title,year\na,A,1066\nb,,2000\n,,2001\nc,C,\n")
    )
    assert [study.id for study in found] == ["b", "c"]
    assert found[0].title == "b"
    assert [skip.path for skip in ledger.skipped] == ["line 2", "line 4"]
    assert "1066" in ledger.skipped[0].message
    assert "title" in ledger.skipped[1].message


def test_links_that_lead_nowhere_stay_words(tmp_path: Path) -> None:
    (study,), ledger = read(
        condensed,
        made(tmp_path, "id,title,barriers,strategies\na,A,Cost,Visits -> b7 | From A -> Cost\n"),
    )
    assert [(one.label, one.addresses) for one in study.strategies] == [
        ("Visits -> b7", ()),
        ("From A", ("b1",)),
    ]
    assert ledger.count("links of a strategy") == 1


def test_brackets_that_never_close_and_separators_inside_labels(tmp_path: Path) -> None:
    labels = (
        "staff (nurses",
        "a; b | c",
        "#1 worry",
        "cost [high]",
        "A -> B",
        "x\\",
        "_x0041_",
        "(a; b)",
    )
    outcomes = (Outcome(id="o1", label="uptake (rate", kind="research_use", desirable="higher"),)
    barriers = tuple(Barrier(id=f"b{n}", label=label) for n, label in enumerate(labels, 1))
    study = Study(id="a", title="A", barriers=barriers, outcomes=outcomes)
    for name in ("made.csv", "made.xlsx"):
        condensed.write(Compendium(studies=(study,)), tmp_path / name, Ledger())
        (back,), _ = read(condensed, tmp_path / name)
        assert evolve(back, provenance=()) == study


def test_the_form_is_found_by_the_first_line_or_named(tmp_path: Path) -> None:
    for form in FORMS:
        path = tmp_path / "table.csv"
        path.write_bytes((FOLDER / f"five_studies.{form}.csv").read_bytes())
        ledger = Ledger()
        some = formats.read(path, ledger=ledger)
        assert len(some) == ledger.taken == 5
        assert some.studies[0].provenance[0].method == f"imported from a {form} evidence table"
        book = tmp_path / f"table.{form}.xlsx"
        formats.write(some, book, ledger=Ledger())
        assert len(formats.read(book, ledger=Ledger())) == 5
    with pytest.raises(InvalidQueryError, match="several formats"):
        formats.write(Compendium(studies=()), tmp_path / "table.xlsx")


def test_titles_are_known_by_other_names(tmp_path: Path) -> None:
    (study,), ledger = read(
        condensed,
        made(
            tmp_path,
            "STUDY_ID, Article  title ,Countries,country,Hybrid design,Weather,weather\n"
            "Smith 2015,Trust,US,Canada,Type II,rain,sun\n",
        ),
    )
    assert study.id == "smith-2015"
    assert study.countries == ("US", "CA")
    assert study.hybrid_type == 2
    assert study.extra == {"Weather": "rain", "weather": "sun", "study": "Smith 2015"}
    assert [(fault.path, fault.message.partition(": ")[2]) for fault in ledger.left_out] == [
        ("columns", "Weather; weather")
    ]


def test_tags_of_asreview_are_terms_where_one_bears_the_name(tmp_path: Path) -> None:
    (study,), ledger = read(
        wide,
        made(
            tmp_path,
            "title,asreview_tag_strategies_use_data_experts,asreview_tag_topics_nice,asreview_label\n"
            "A,1,1,1\n",
        ),
    )
    assert [one.codes for one in study.strategies] == [("eric:use-data-experts",)]
    assert study.extra == {"asreview_tag_topics_nice": 1, "asreview_label": 1}
    assert ledger.count("columns") == 2


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@pytest.mark.parametrize(
    "data",
    [b"", b"\n\n", b"\x00\x01\x02", b"PK\x03\x04cut", b'"no end', b",,,\n", b"\xd0\xcf\x11\xe0"],
)
def test_what_is_no_table_is_refused_by_name(form: ModuleType, data: bytes, tmp_path: Path) -> None:
    with pytest.raises((InvalidTableError, FormatError)) as caught:
        list(form.read(made(tmp_path, data, "odd.csv"), Ledger()))
    assert "odd.csv" in str(caught.value)


def test_a_table_without_the_columns_of_a_long_one_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="expected the columns study, field and value"):
        list(long.read(made(tmp_path, "id,title\na,A\n"), Ledger()))


def test_formulas_are_inert_and_come_back(tmp_path: Path) -> None:
    study = Study(
        id="a", title="=1+1", note="-2", programme="'=x", extra={"=HYPERLINK()": "@SUM(A1)"}
    )
    for form in FORMS.values():
        path = tmp_path / "made.csv"
        form.write(Compendium(studies=(study,)), path, Ledger())
        cells = path.read_text().replace("\n", ",").split(",")
        assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]
        (back,), _ = read(form, path)
        assert evolve(back, provenance=()) == study


def test_a_value_too_long_for_a_workbook_is_refused_by_name(tmp_path: Path) -> None:
    study = Study(id="a", title="A", note="x" * 40_000)
    target = tmp_path / "long.xlsx"
    with pytest.raises(FormatError, match="study 'a': study  note: 40,000 characters"):
        long.write(Compendium(studies=(study,)), target, Ledger())
    assert not target.exists()
    long.write(Compendium(studies=(study,)), tmp_path / "long.csv", Ledger())
    assert read(long, tmp_path / "long.csv")[0][0].note == study.note


def test_more_values_than_columns_are_refused(tmp_path: Path) -> None:
    barriers = tuple(Barrier(id=f"b{n}", label=f"barrier {n}") for n in range(16_400))
    with pytest.raises(FormatError, match="16,402 columns"):
        wide.write(
            Compendium(studies=(Study(id="a", title="A", barriers=barriers),)),
            tmp_path / "made.csv",
            Ledger(),
        )


def test_ten_thousand_columns(tmp_path: Path) -> None:
    titles = ",".join(f"barrier=label {n}" for n in range(10_000))
    path = made(tmp_path, f"id,title,{titles}\na,A,{','.join('1' * 10_000)}\n")
    (study,), ledger = read(wide, path)
    assert len(study.barriers) == 10_000
    assert ledger.left_out == ()


# Which form it is


@pytest.mark.parametrize("form", FORMS)
def test_a_table_is_known_by_its_first_line(form: str) -> None:
    head = (FOLDER / f"five_studies.{form}.csv").read_bytes()
    looks = {
        name: found.sniff(head)
        for name, module in FORMS.items()
        for found in module.implsci_formats()
        if found.sniff
    }
    assert looks == {name: name == form for name in FORMS}


def test_a_workbook_says_nothing_in_its_first_bytes(tmp_path: Path) -> None:
    path = tmp_path / "made.xlsx"
    long.write(Compendium(studies=(Study(id="a", title="A"),)), path, Ledger())
    for module in FORMS.values():
        assert not next(iter(module.implsci_formats())).sniff(path.read_bytes())


@given(st.binary(max_size=200))
def test_no_first_bytes_break_a_sniff(head: bytes) -> None:
    for module in FORMS.values():
        assert next(iter(module.implsci_formats())).sniff(head) in (True, False)


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200), header=st.sampled_from(["", "id,title,barriers,findings\n",
       "study,field,value\n", "study,kind,id,field,value\n", "title,barrier=x,country=KE\n"]))  # fmt: skip
def test_no_text_breaks_a_reader(form: ModuleType, header: str, text: str) -> None:
    with TemporaryDirectory() as folder:
        try:
            path = made(Path(folder), (header + text).encode(errors="replace"))
            found = list(form.read(path, Ledger()))
        except (InvalidTableError, FormatError):
            return
        assert all(isinstance(study, Study) for study in found)


class TestCondensed(FormatContract):
    plugin = "condensed"


class TestWide(FormatContract):
    plugin = "wide"


class TestLong(FormatContract):
    plugin = "long"
