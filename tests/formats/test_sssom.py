"""SSSOM out and in, held to the standard's own checker."""

from __future__ import annotations

import json
import pickle
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import get_args

import pytest
import yaml
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from implsci import Registry
from implsci.codes import Code
from implsci.errors import (
    ImplsciWarning,
    InvalidQueryError,
    InvalidTableError,
    MissingExtraError,
    UnreadableFileError,
)
from implsci.formats import LeftOutWarning, read_sssom, write_sssom
from implsci.formats._mapping_set.rows import joined, parted
from implsci.formats._mapping_set.yaml import read_yaml, scalar
from implsci.formats.sssom import _JUSTIFICATIONS
from implsci.taxonomy import Crosswalk, Predicate, Status, Taxonomy, Term, TermMapping

_texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
_filled = _texts.filter(str.strip)
_long = st.text(st.sampled_from("a\"\t\n\r\\|#='+ é\U0001f375"), min_size=1, max_size=8).filter(
    str.strip
)
_names = st.sampled_from(["a", "2.2", "A_b-c", "x.y", "NoTermFound", "007010"])
_schemes = st.sampled_from(["eric", "bct-v1", "3ie", "skos", "sssom", "no", "null", "implsci", "1"])


@st.composite
def crosswalks(draw: st.DrawFn) -> Crosswalk:
    subject_scheme, object_scheme = draw(st.lists(_schemes, min_size=2, max_size=2, unique=True))

    def codes(scheme: str) -> list[Code]:
        names = draw(st.lists(_names, max_size=4, unique=True))
        return [Code(f"{scheme}:{name}") for name in names]

    subjects, objects = codes(subject_scheme), codes(object_scheme)
    pairs = [(subject, object_) for subject in subjects for object_ in objects]
    mapped = draw(st.lists(st.sampled_from(pairs), max_size=4, unique=True)) if pairs else []
    mappings = tuple(
        TermMapping(
            subject=subject,
            predicate=draw(st.sampled_from(get_args(Predicate))),
            object=object_,
            justification=draw(st.sampled_from(sorted(_JUSTIFICATIONS))),
            confidence=draw(st.none() | st.floats(0, 1) | st.integers(0, 1)),
            author=draw(st.none() | _filled),
            source=draw(st.none() | _filled | _long),
        )
        for subject, object_ in mapped
    )
    used = {code for pair in mapped for code in pair}
    rest = [code for code in [*subjects, *objects] if code not in used]
    return Crosswalk(
        name=draw(_filled),
        subject_scheme=subject_scheme,
        object_scheme=object_scheme,
        title=draw(_texts),
        mappings=mappings,
        unmatched=tuple(draw(st.permutations(rest))),
        status=draw(st.sampled_from(get_args(Status))),
        license=draw(
            st.none()
            | _texts
            | st.sampled_from(["CC BY 4.0", "CC BY-SA 3.0 IGO", "https://example.org/licence"])
        ),
        citation=draw(st.none() | _texts | st.sampled_from(["Lu: #7", "yes", "2019-01-01", "1e3"])),
    )


def small(**values: object) -> Crosswalk:
    mapping = TermMapping(subject="tea:a", predicate="skos:exactMatch", object="drink:b")  # type: ignore[arg-type]
    fields = {
        "name": "tea-to-drink",
        "subject_scheme": "tea",
        "object_scheme": "drink",
        "title": "Tea to drinks",
        "mappings": (mapping,),
        **values,
    }
    return Crosswalk(**fields)  # type: ignore[arg-type]


def checked(*paths: Path) -> list[list[str]]:
    """What the checker of the standard says of files; each in a process of its own sort."""
    program = """
import json, logging, sys, warnings
warnings.simplefilter("ignore")
found = []
class Heard(logging.Handler):
    def emit(self, record):
        found[-1].append(record.getMessage())
logging.getLogger().handlers = [Heard(logging.WARNING)]
from sssom.parsers import parse_sssom_table
from sssom.validators import validate
for path in sys.argv[1:]:
    found.append([])
    # Not strict: in 0.4.21 that refuses every file without faults, and takes those with some.
    validate(parse_sssom_table(path), fail_on_error=False)
print(json.dumps(found))
"""
    run = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Crosswalk]:
    def reader(text: str, **options: object) -> Crosswalk:
        path = tmp_path / "foreign.sssom.tsv"
        path.write_text(text, encoding="utf-8", newline="")
        return read_sssom(path, **options)  # type: ignore[arg-type]

    return reader


HEAD = (
    "#curie_map:\n#  HP: http://purl.obolibrary.org/obo/HP_\n"
    "#  MP: http://purl.obolibrary.org/obo/MP_\n"
    "#mapping_set_id: https://w3id.org/sssom/commons/examples/made.sssom.tsv\n"
    "#license: https://creativecommons.org/publicdomain/zero/1.0/\n"
)
COLUMNS = "subject_id\tpredicate_id\tobject_id\tmapping_justification"
ROW = "HP:0009124\tskos:exactMatch\tMP:0000003\tsemapv:ManualMappingCuration"


# What goes out comes back


@given(crosswalks(), st.sampled_from(["https://w3id.org/implsci/", "urn:x:y#", "http://e.org/a/"]))
def test_what_was_written_comes_back_equal(crosswalk: Crosswalk, base: str) -> None:
    with TemporaryDirectory() as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        write_sssom(crosswalk, path := Path(folder, "made.sssom.tsv"), base=base)
        assert read_sssom(path, base=base) == crosswalk


def test_all_built_in_crosswalks_come_back_and_pass_the_checker(
    registry: Registry, tmp_path: Path
) -> None:
    taxonomies = registry.taxonomies()
    paths = []
    for crosswalk in registry.crosswalks():
        paths.append(path := tmp_path / f"{crosswalk.name}.sssom.tsv")
        write_sssom(crosswalk, path, taxonomies)
        assert read_sssom(path) == crosswalk
    assert paths
    assert checked(*paths) == [[]] * len(paths)


def test_the_checker_takes_every_shape_and_finds_what_is_wrong(tmp_path: Path) -> None:
    """Nasty texts, schemes that are prefixes of the standard, and no row at all."""
    made = [
        small(title="yes", citation='"; #x: {', license="not seen"),
        small(mappings=(), unmatched=("tea:a", "drink:b")),
        small(
            subject_scheme="skos",
            object_scheme="3ie",
            mappings=(
                TermMapping(
                    subject="skos:a",  # type: ignore[arg-type]
                    predicate="skos:broadMatch",
                    object="3ie:b",  # type: ignore[arg-type]
                    author="A | B \\",
                    source='tab\tbreak\nquote "',
                    confidence=0.123456,
                ),
            ),
        ),
    ]
    paths = []
    for number, crosswalk in enumerate(made):
        paths.append(path := tmp_path / f"{number}.sssom.tsv")
        write_sssom(crosswalk, path)
        assert read_sssom(path) == crosswalk
    broken = tmp_path / "broken.sssom.tsv"
    broken.write_text(paths[0].read_text().replace("semapv:Manual", "semapv:No"))
    *sound, wrong = checked(*paths, broken)
    assert sound == [[]] * len(made)
    assert wrong


def test_the_checker_of_the_command_line_agrees(tmp_path: Path) -> None:
    write_sssom(small(), path := tmp_path / "tea.sssom.tsv")
    tool = [sys.executable, "-W", "ignore", "-m", "sssom.cli", "validate"]
    assert subprocess.run([*tool, str(path)], capture_output=True, check=False).returncode == 0
    path.write_text(path.read_text().replace("semapv:Manual", "semapv:No"))
    assert subprocess.run([*tool, str(path)], capture_output=True, check=False).returncode != 0


def test_a_file_in_full(tmp_path: Path) -> None:
    taxonomy = Taxonomy(
        scheme="tea",
        title="Tea",
        kind="drink",
        terms=(
            Term(code="tea:a", label="Green", definition=""),  # type: ignore[arg-type]
            Term(code="tea:c", label="=Black", definition=""),  # type: ignore[arg-type]
        ),
    )
    mapping = TermMapping(
        subject="tea:a",  # type: ignore[arg-type]
        predicate="skos:narrowMatch",
        object="drink:b",  # type: ignore[arg-type]
        confidence=0.9,
        author="Lu Yu",
        source="Lu Yu 760",
    )
    crosswalk = small(
        mappings=(mapping,), unmatched=("drink:d", "tea:c"), license="CC BY 4.0 (ours)", citation="Us: 1"
    )  # fmt: skip
    write_sssom(crosswalk, path := tmp_path / "tea.sssom.tsv", [taxonomy])
    assert path.read_text("utf-8") == """\
#curie_map:
#  drink: https://w3id.org/implsci/drink/
#  implsci_ns: "https://w3id.org/implsci/ns#"
#  implsci_schemes: https://w3id.org/implsci/
#  tea: https://w3id.org/implsci/tea/
#mapping_set_id: https://w3id.org/implsci/crosswalk:tea-to-drink
#mapping_set_title: Tea to drinks
#license: https://creativecommons.org/licenses/by/4.0/
#subject_source: implsci_schemes:tea
#object_source: implsci_schemes:drink
#extension_definitions:
#  - slot_name: implsci_status
#    property: implsci_ns:status
#  - slot_name: implsci_license
#    property: implsci_ns:license
#  - slot_name: implsci_citation
#    property: implsci_ns:citation
#implsci_status: verified
#implsci_license: "CC BY 4.0 (ours)"
#implsci_citation: "Us: 1"
""" + "\n".join(
        "\t".join(cells)
        for cells in (
            ["subject_id", "subject_label", "predicate_id", "object_id", "mapping_justification",
             "author_label", "confidence", "comment"],
            ["tea:a", "Green", "skos:narrowMatch", "drink:b", "semapv:ManualMappingCuration", "Lu Yu",
             "0.9", "Lu Yu 760"],
            ["sssom:NoTermFound", "", "skos:exactMatch", "drink:d", "semapv:ManualMappingCuration",
             "", "", ""],
            ["tea:c", "'=Black", "skos:exactMatch", "sssom:NoTermFound",
             "semapv:ManualMappingCuration", "", "", ""],
        )
    ) + "\n"  # fmt: skip
    assert read_sssom(path) == crosswalk


def test_what_cells_cannot_hold_is_refused(tmp_path: Path) -> None:
    mapping = small().mappings[0]
    broken = (
        evolve(mapping, justification="semapv:Guess"),
        evolve(mapping, object="drink:c", author=" ", source=""),
    )
    with pytest.raises(InvalidTableError) as caught:
        write_sssom(small(mappings=broken), tmp_path / "x.sssom.tsv")
    assert [fault.path for fault in caught.value.faults] == [
        "mappings[0].justification", "mappings[1].author", "mappings[1].source",
    ]  # fmt: skip
    empty = Taxonomy(scheme="tea", title="Tea", kind="drink", terms=())
    with pytest.raises(InvalidTableError, match="tea:a: is no term of tea"):
        write_sssom(small(), tmp_path / "x.sssom.tsv", [empty])
    with pytest.raises(InvalidQueryError, match="base: expected an IRI"):
        write_sssom(small(), tmp_path / "x.sssom.tsv", base="x")
    assert not list(tmp_path.iterdir())
    with pytest.raises(UnreadableFileError):
        write_sssom(small(), tmp_path / "no" / "x.sssom.tsv")


@given(_texts | _long | st.text(st.sampled_from("aé:#- {}[]!&*'\",|>@`%\\0\n\t~"), max_size=6))
def test_metadata_says_any_text(text: str) -> None:
    line = f"key: {scalar(text)}\n"
    assert line.count("\n") == 1
    assert read_yaml(line, "x") == {"key": text} == yaml.safe_load(line)
    assert read_yaml(f"{scalar(text)}: v", "x") == {text: "v"}


@given(st.lists(_filled | st.text(st.sampled_from("a|\\"), min_size=1), max_size=3))
def test_several_values_in_a_cell(values: list[str]) -> None:
    assert parted(joined(values)) == values


# What others wrote


def test_a_foreign_file(read: Callable[..., Crosswalk]) -> None:
    text = f"{HEAD}{COLUMNS}\tauthor_label\tmapping_source\tsubject_label\n{ROW}\tA|B \\| C\tx:y\tPain\n"
    found = read(text)
    assert (found.subject_scheme, found.object_scheme) == ("hp", "mp")
    assert (found.name, found.title) == ("made", "made")
    assert found.license == "https://creativecommons.org/publicdomain/zero/1.0/"
    assert found.mappings == (
        TermMapping(
            subject="hp:0009124",  # type: ignore[arg-type]
            predicate="skos:exactMatch",
            object="mp:0000003",  # type: ignore[arg-type]
            author="A, B | C",
            source="x:y",
        ),
    )
    other = read(text, name="n", title="t", license="l", citation="c", status="derived")
    assert (other.name, other.title, other.license) == ("n", "t", "l")
    assert (other.citation, other.status) == ("c", "derived")
    assert read(text, schemes={"HP": "phenotype"}).subject_scheme == "phenotype"


def test_the_standards_own_example_of_no_term_found(read: Callable[..., Crosswalk]) -> None:
    """As in examples/schema/no_term_found.sssom.tsv of the standard's repository."""
    found = read(
        f"{HEAD}#subject_source: obo:hp\n#object_source: obo:mp\n{COLUMNS}\n{ROW}\n"
        "HP:0000411\tskos:exactMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration\n"
    )
    assert found.unmatched == ("hp:0000411",)
    assert len(found.mappings) == 1


def test_no_term_found_alone_takes_its_scheme_from_the_source(
    read: Callable[..., Crosswalk],
) -> None:
    rows = f"{COLUMNS}\nHP:1\tskos:exactMatch\tsssom:NoTermFound\tsemapv:ManualMappingCuration\n"
    text = HEAD.replace("#  HP", "#  obo: http://purl.obolibrary.org/obo/\n#  HP")
    assert read(f"{text}#object_source: obo:mp\n{rows}").object_scheme == "mp"
    with pytest.raises(InvalidQueryError, match="does not say of which scheme its objects are"):
        read(HEAD + rows)
    assert read(HEAD + rows, object_scheme="mp").object_scheme == "mp"


def test_what_is_left_out_is_listed(read: Callable[..., Crosswalk]) -> None:
    columns = f"{COLUMNS}\tpredicate_modifier\tsubject_type\tsubject_label\treviewer_label\tcomment"
    rows = [
        f"{ROW}\t\t\t\tMe\tfirst",
        f"{ROW}\t\t\t\tYou\tagain",
        "HP:1\tskos:exactMatch\tMP:1\tsemapv:LexicalMatching\tNot\t\t\t\t",
        "HP:2\towl:equivalentClass\tMP:2\tsemapv:LexicalMatching\t\t\t\t\t",
        "\tskos:exactMatch\tMP:2\tsemapv:LexicalMatching\t\trdfs literal\tpain\t\t",
        "HP:a/b\tskos:exactMatch\tMP:2\tsemapv:LexicalMatching\t\t\t\t\t",
        "HP:0009124\tskos:exactMatch\tsssom:NoTermFound\tsemapv:LexicalMatching\t\t\t\t\twhy",
        "sssom:NoTermFound\tskos:exactMatch\tsssom:NoTermFound\tsemapv:LexicalMatching\t\t\t\t\t",
        "HP:3\tskos:exactMatch\tsssom:NoTermFound\tsemapv:LexicalMatching\tNot\t\t\t\t",
    ]
    text = f"{HEAD}#mapping_date: 2022-05-02\n#creator_id:\n#  - x\n{columns}\n" + "\n".join(rows)
    with pytest.warns(LeftOutWarning) as caught:
        found = read(text)
    assert [mapping.source for mapping in found.mappings] == ["first"]
    assert found.unmatched == ()
    warning = caught[0].message
    assert isinstance(warning, ImplsciWarning)
    assert isinstance(warning, LeftOutWarning)
    assert caught[0].filename == __file__
    assert [str(fault) for fault in warning.left_out] == [
        "column reviewer_label: not read: 'Me' in line 10; 'You' in line 11",
        "column subject_type: not read: 'rdfs literal' in line 14",
        "mapping_date: not read: '2022-05-02'",
        "creator_id: not read: 1 values",
        "rows: mappings of words that have no identifier: line 14",
        "rows: identifiers that make no code: 'HP:a/b' in line 15: subject_id",
        "rows: neither side has a term: line 17",
        "rows: mappings that stand above already: line 11",
        "rows: negated mappings: line 12; line 18",
        "predicate owl:equivalentClass: mappings that are not read: line 13",
        "column comment: not read where no term was found: 'why' in line 16",
        "line 16: hp:0009124 has no counterpart by this row, and has one by another",
    ]
    assert pickle.loads(pickle.dumps(warning)).left_out == warning.left_out


def test_several_schemes_ask_for_one(read: Callable[..., Crosswalk]) -> None:
    text = f"{HEAD}{COLUMNS}\n{ROW}\nMP:1\tskos:exactMatch\tMP:2\tsemapv:LexicalMatching\n"
    with pytest.raises(InvalidQueryError, match="has the subjects of hp, mp; name one"):
        read(text)
    with pytest.raises(InvalidQueryError, match="'go' is not among them"):
        read(text, subject_scheme="go")
    with pytest.warns(LeftOutWarning, match="mappings of other schemes: line 8"):
        assert len(read(text, subject_scheme="hp").mappings) == 1


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("HumanCurated", "semapv:ManualMappingCuration"),
        ("Lexical", "semapv:LexicalMatching"),
        ("SemanticSimilarity", "semapv:SemanticSimilarityThresholdMatching"),
    ],
)
def test_match_type_is_understood(older: str, newer: str, read: Callable[..., Crosswalk]) -> None:
    text = f"{HEAD}{COLUMNS}\n{ROW}\n".replace("mapping_justification", "match_type")
    text = text.replace("semapv:ManualMappingCuration", older)
    assert read(text).mappings[0].justification == newer
    with pytest.raises(InvalidTableError, match="line 7: match_type: expected one of Lexical, Log"):
        read(text.replace(f"\t{older}\n", "\tGuess\n"))


def test_faults_name_their_line(read: Callable[..., Crosswalk]) -> None:
    rows = [
        "HP1\tskos:exactMatch\tMP:1\tsemapv:LexicalMatching\t1",
        "\tskos:exactMatch\tMP:1\tsemapv:LexicalMatching\t1",
        "http://e.org/1\tskos:exactMatch\tGO:1\tsemapv:LexicalMatching\t1",
        "HP:1\tskos:exactMatch\tGO:2\tsemapv:LexicalMatching\t1",
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(f"{HEAD}{COLUMNS}\tconfidence\n" + "\n".join(rows))
    assert [str(fault) for fault in caught.value.faults] == [
        "line 7: subject_id: expected prefix:name, such as eric:facilitation, got 'HP1'",
        "line 8: subject_id: expected prefix:name, such as eric:facilitation, got ''",
        "line 9: subject_id: expected prefix:name, such as eric:facilitation, got an IRI in full",
        "line 9: object_id: the prefix 'GO' does not stand in curie_map",
    ]
    rows = [
        "HP:1\t\tMP:1\tsemapv:LexicalMatching\t1",
        "HP:1\tskos:exactMatch\tMP:1\t\t1",
        "HP:1\tskos:exactMatch\tMP:2\tsemapv:LexicalMatching\tsure",
        "HP:1\tskos:exactMatch\tMP:3\tsemapv:LexicalMatching\t1.5",
        "HP:1\tskos:exactMatch\tMP:4\tsemapv:LexicalMatching\tnan",
    ]
    with pytest.raises(InvalidTableError) as caught:
        read(f"{HEAD}{COLUMNS}\tconfidence\n" + "\n".join(rows))
    assert [str(fault) for fault in caught.value.faults] == [
        "line 7: predicate_id: expected one, got none",
        "line 8: mapping_justification: expected one, such as semapv:ManualMappingCuration, got none",
        "line 9: confidence: expected a number from 0 to 1, got 'sure'",
        "line 10: confidence: expected a number from 0 to 1, got '1.5'",
        "line 11: confidence: expected a number from 0 to 1, got 'nan'",
    ]
    with pytest.raises(InvalidTableError, match=r"line 7: source: expected text without control"):
        read(f"{HEAD}{COLUMNS}\tcomment\n{ROW}\ta\x00b\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"{HEAD}subject_id\tobject_id\n", "line 6: the column 'predicate_id' is missing"),
        (f"{HEAD}subject_id\tobject_id\n", "line 6: the column 'mapping_justification' is missing"),
        (f"{HEAD}{COLUMNS}\tsubject_id\n", "line 6: the column 'subject_id' stands twice"),
        (f"{HEAD}{COLUMNS}\n{ROW}\tmore\n", "line 7: expected 4 cells as in the header, got 5"),
        (f'{HEAD}{COLUMNS}\n"HP\n', "line 7: no table: unexpected end of data"),
        (f"{HEAD}{COLUMNS}\n".replace("\t", ","), "line 6: the cells are parted by commas"),
        ("#a: b\n#c: {d ]\n" + COLUMNS, "line 2: not YAML:"),
        ("#a: b\n#a: c\n" + COLUMNS, "line 2: 'a' stands twice"),
        ("#a: &x b\n#c: *x\n" + COLUMNS, "line 1: anchors, aliases and tags have no place"),
        ("#a: !!python/object:os.system b\n" + COLUMNS, "line 1: anchors, aliases and tags"),
        ("#- a\n" + COLUMNS, "line 1: expected names with values"),
        ("#a: b\n#---\n#c: d\n" + COLUMNS, "line 1: expected names with values"),
        ("#[a]: b\n" + COLUMNS, "line 1: expected a name before the colon"),
        ("#curie_map: x\n" + COLUMNS, "curie_map: expected prefixes with the IRIs"),
        (
            "#curie_map:\n#  skos: http://evil/\n" + COLUMNS,
            "curie_map: skos: stands for http://www",
        ),
        ("", "an empty file; expected SSSOM/TSV"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(
    text: str, message: str, read: Callable[..., Crosswalk]
) -> None:
    with pytest.raises(InvalidTableError) as caught:
        read(text)
    assert message in str(caught.value)


def test_a_prefix_cannot_pose_as_another(read: Callable[..., Crosswalk]) -> None:
    """What `sssom:NoTermFound` means is fixed; a scheme of that name is another IRI."""
    crosswalk = small(
        subject_scheme="sssom",
        mappings=(
            TermMapping(
                subject="sssom:NoTermFound",  # type: ignore[arg-type]
                predicate="skos:exactMatch",
                object="drink:b",  # type: ignore[arg-type]
            ),
        ),
    )
    with TemporaryDirectory() as folder:
        write_sssom(crosswalk, path := Path(folder, "x.sssom.tsv"))
        assert "\nscheme_sssom:NoTermFound\t" in path.read_text()
        assert read_sssom(path) == crosswalk


def test_spreadsheets_and_other_systems_may_have_had_it(read: Callable[..., Crosswalk]) -> None:
    """A byte-order mark, tabs behind the head, other line breaks."""
    plain = f"{HEAD}{COLUMNS}\n{ROW}\n"
    head = "".join(f"{line}\t\t\t\n" for line in HEAD.splitlines())
    for text in (f"\ufeff{plain}", plain.replace("\n", "\r\n"), f"{head}{COLUMNS}\n{ROW}\n"):
        assert read(text) == read(plain)


def test_metadata_may_stand_apart(read: Callable[..., Crosswalk], tmp_path: Path) -> None:
    apart = tmp_path / "made.sssom.yml"
    apart.write_text("\n".join(line[1:] for line in HEAD.splitlines()))
    assert read(f"{COLUMNS}\n{ROW}\n", metadata=apart) == read(f"{HEAD}{COLUMNS}\n{ROW}\n")
    apart.write_text("a: [")
    with pytest.raises(
        InvalidTableError, match=r"made\.sssom\.yml has 1 fault:\n  line 1: not YAML"
    ):
        read(f"{COLUMNS}\n{ROW}\n", metadata=apart)


def test_without_the_extra_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_sssom(small(), path := tmp_path / "x.sssom.tsv")
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'implsci\[formats\]'"):
        read_sssom(path)
