"""What people's type checkers see. Checked by mypy --strict and pyright, never run."""

from pathlib import Path
from typing import Literal, assert_type

import implsci
from implsci import (
    Barrier,
    Code,
    Compendium,
    Crosswalk,
    Finding,
    LinkSet,
    MatchReport,
    Outcome,
    Registry,
    Strategy,
    Study,
    Synthesis,
    Taxonomy,
    Term,
)
from implsci.codec import decode, encode
from implsci.errors import Fault, InvalidRecord
from implsci.formats import Imported, read_skos, read_sssom
from implsci.formats.matrix import read_matrix
from implsci.hooks import Encoder
from implsci.mapping import Coverage, MapReport, Route
from implsci.model import Estimate, Relationship
from implsci.search import Hit
from implsci.taxonomy import Link
from implsci.termtable import compile_taxonomy

study = Study(
    id="a",
    title="A study",
    year=2019,
    countries=("KE",),
    sectors=(Code("sector:health"),),
    hybrid_type=2,
    barriers=(Barrier(id="b", label="no time", valence="barrier", magnitude=2),),
    strategies=(Strategy(id="s", label="reminders", addresses=("b",)),),
    outcomes=(Outcome(id="o", label="uptake", kind="implementation"),),
    findings=(Finding(id="f", outcome="o", direction="improved"),),
)
assert_type(study, Study)
assert_type(implsci.Study(id="a", title="b"), Study)
assert_type(study.year, int | None)
assert_type(study.countries, tuple[str, ...])
assert_type(study.sectors, tuple[Code, ...])
assert_type(study.hybrid_type, Literal[1, 2, 3] | None)
assert_type(study.barriers[0].rating, int | None)
assert_type(study.relationships, tuple[Relationship, ...])
assert_type(study.findings[0].estimate, Estimate | None)
assert_type(study.findings[0].bundled, bool)
assert_type(study.extra, dict[str, str | int | float | bool | None])
assert_type(implsci.Estimate(metric="OR", value=2).value, float | None)

assert_type(decode(b"{}"), Study)
assert_type(encode(study), bytes)

compendium = implsci.load("implsci-examples")
assert_type(compendium, Compendium)
assert_type(implsci.load(Path("studies.jsonl")), Compendium)
assert_type(len(compendium), int)
assert_type(next(iter(compendium)), Study)
assert_type(compendium.where(sector="sector:health"), Compendium)

registry = implsci.registry()
assert_type(registry, Registry)
assert_type(registry.term("eric:5"), Term)
assert_type(registry.term("eric:5").code, Code)
assert_type(registry.taxonomy("eric"), Taxonomy)
assert_type(registry.taxonomies(), tuple[Taxonomy, ...])
assert_type(registry.crosswalks(), tuple[Crosswalk, ...])
assert_type(registry.links("waltz-2019"), LinkSet)
assert_type(registry.links("waltz-2019").link("a:x", "b:y"), Link | None)
assert_type(registry.search("champions"), tuple[Hit, ...])
assert_type(registry.map("eric:5"), MapReport)
assert_type(registry.map("eric:5")[0], Route)
assert_type(registry.coverage("relational", by="eric"), Coverage)
assert_type(registry.expand("eric:5"), tuple[Code, ...])

assert_type(implsci.match([Code("cfir-2009:complexity")]), MatchReport)
assert_type(implsci.match(study), MatchReport)
assert_type(implsci.synthesize(compendium), Synthesis)

try:
    decode(b"")
except InvalidRecord as error:
    assert_type(error.faults, tuple[Fault, ...])
    assert_type(error.faults[0].path, str)
    assert_type(error.identifier, str | None)

assert_type(registry.search("champions", semantic="wordllama"), tuple[Hit, ...])
assert_type(registry.encoder(), Encoder)
assert_type(registry.map(["eric:5"], to="bct-v1").counts["exact"], int)
assert_type(registry.coverage("relational", by="eric").unsaid, tuple[Term, ...])
assert_type(read_skos("eric.ttl", scheme="eric"), Imported)
assert_type(read_sssom("x.tsv"), Crosswalk)
assert_type(read_matrix("tool.xlsx", basis="mine", title="Mine").links, LinkSet)
assert_type(compile_taxonomy(registry.taxonomy("eric")), bytes)
