"""Plugins with one fault each: the contracts name it in one line, and a failed load leaves nothing.

Each fault is one edit of a sound package of three tables and a module.
"""

from __future__ import annotations

import importlib.util
import re
import warnings
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import packages
import pytest

from implsci import LinkSet, hookimpl
from implsci.errors import PluginWarning
from implsci.plugins import Registry
from implsci.scaffold import new_plugin
from implsci.testing import CrosswalkContract, LinkSetContract, PluginContract, TaxonomyContract

CONTRACTS = (PluginContract, TaxonomyContract, CrosswalkContract, LinkSetContract)

TERMS = """\
code,label,synonyms,definition,broader,kind,notation,facets,source,status,replaced_by
early,Early visits,,Visits that are paid before the work begins.,,group,1,,Me 2026,verified,
scouting,Scouting visit,Reconnaissance | Survey,A visit to see who is there.,early,,1.1,,Me 2026,verified,
launch,Launch visit,,A visit on the day on which work starts.,early,,1.2,,Me 2026,verified,
late,Late visits,,Visits that are paid once the practice is in use.,,group,2,,Me 2026,verified,
repair,Repair visit,,A visit after something went wrong.,late,,2.1,,from memory,provisional,
mending,Mending visit,,What a repair visit was called in the first edition.,late,,,,Me 2026,verified,repair
"""
MAPPINGS = """\
subject,predicate,object,justification,confidence,author
trips:scouting,skos:broadMatch,eric:conduct-local-needs-assessment,semapv:ManualMappingCuration,0.8,Me
trips:launch,skos:relatedMatch,eric:facilitation,semapv:ManualMappingCuration,0.5,Me
trips:late,skos:exactMatch,eric:centralize-technical-assistance,semapv:ManualMappingCuration,1,Me
trips:repair,,sssom:NoTermFound,,,
"""
LINKS = """\
source,target,k,n,level,status,note
cfir-2009:cost,trips:launch,5,20,2,,Me 2026 table 1
cfir-2009:cost,trips:repair,12,20,1,,Me 2026 table 1
cfir-2009:complexity,trips:scouting,,,,link,Me 2026 page 3
"""
MODULE = """\
from pathlib import Path

from implsci import hookimpl
from implsci.taxonomy import LevelCount, Term
from implsci.termtable import read_crosswalk, read_links, read_taxonomy

HERE = Path(__file__).parent
plugin_name = "trips"


def taxonomy():
    return read_taxonomy(
        HERE / "terms.csv",
        scheme="trips",
        title="Kinds of trip",
        kind="strategy",
        license="CC-BY-4.0",  # of the taxonomy
        citation="Me 2026 doi:10.1234/trips",
    )


@hookimpl
def implsci_taxonomies():
    return [taxonomy()]


@hookimpl
def implsci_crosswalks():
    return [
        read_crosswalk(
            HERE / "mappings.csv",
            name="trips-to-eric",
            subject_scheme="trips",
            object_scheme="eric",
            title="Trips to ERIC",
            license="CC-BY-4.0",  # of the crosswalk
            citation="Me 2026 doi:10.1234/trips-to-eric",
        )
    ]


@hookimpl
def implsci_links():
    return [
        read_links(
            HERE / "links.csv",
            basis="trips-2026",
            kind="endorsement",
            title="Trips for barriers",
            sources=["cfir-2009:cost", "cfir-2009:complexity"],
            targets=["trips:scouting", "trips:launch", "trips:repair"],
            level_counts=[LevelCount(source="cfir-2009:cost", level1=1, level2=1)],
            license="CC-BY-4.0",  # of the basis
            citation="Me 2026 doi:10.1234/trips-2026",
        )
    ]
"""
FILES = {"terms.csv": TERMS, "mappings.csv": MAPPINGS, "links.csv": LINKS, "trips.py": MODULE}

Files = dict[str, bytes]
Edit = Callable[[Files], None]


def swap(file: str, old: str, new: str) -> Edit:
    def edit(files: Files) -> None:
        text = files[file].decode()
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {file}"
        files[file] = text.replace(old, new).encode()

    return edit


def terms(old: str, new: str) -> Edit:
    return swap("terms.csv", old, new)


def mappings(old: str, new: str) -> Edit:
    return swap("mappings.csv", old, new)


def links(old: str, new: str) -> Edit:
    return swap("links.csv", old, new)


def module(old: str, new: str) -> Edit:
    return swap("trips.py", old, new)


def both(*edits: Edit) -> Edit:
    def edit(files: Files) -> None:
        for each in edits:
            each(files)

    return edit


def within(predicate: str, target: str) -> Edit:
    """A crosswalk from the scheme to itself, of one mapping."""
    table = f"subject,predicate,object,author\ntrips:late,{predicate},{target},Me\n"
    return both(
        module('object_scheme="eric"', 'object_scheme="trips"'),
        swap("mappings.csv", MAPPINGS, table),
    )


def licensed(of: str, text: str) -> Edit:
    return module(f'"CC-BY-4.0",  # of the {of}', f"{text!r},")


def altered(change: str) -> Edit:
    """A hook that changes the taxonomy before it hands it over."""
    return module(
        "return [taxonomy()]",
        f"own = taxonomy()\n    return [{change}]\n\n\nfrom attrs import evolve",
    )


def latin(files: Files) -> None:
    files["terms.csv"] = TERMS.replace("Repair", "Réparation").encode("latin-1")


def lost(files: Files) -> None:
    del files["terms.csv"]


def empty(files: Files) -> None:
    files["trips.py"] = b""


class Fault(NamedTuple):
    """One fault, the edit that makes it, and what is said of it."""

    name: str
    edit: Edit
    contract: type
    check: str
    """The one check that fails; for what cannot even be loaded, the first of every contract."""
    says: str
    loads: bool = True
    spreads: bool = False
    """Whether the contracts of other things fail as well, in words of their own."""


def refused(name: str, edit: Edit, says: str) -> Fault:
    """A fault for which the whole plugin is refused."""
    return Fault(name, edit, PluginContract, "it_loads", says, loads=False)


def of_taxonomy(name: str, edit: Edit, check: str, says: str) -> Fault:
    return Fault(name, edit, TaxonomyContract, check, says)


def of_crosswalk(name: str, edit: Edit, check: str, says: str) -> Fault:
    return Fault(name, edit, CrosswalkContract, check, says)


def of_basis(name: str, edit: Edit, check: str, says: str) -> Fault:
    return Fault(name, edit, LinkSetContract, check, says)


LAUNCH = (
    "launch,Launch visit,,A visit on the day on which work starts.,early,,1.2,,Me 2026,verified,"
)
NEW_ROW = "new,{label},{synonyms},{definition},early,,,,Me 2026,verified,\n"


def row(
    label: str = "New visit", synonyms: str = "", definition: str = "A visit nobody paid yet."
) -> str:
    return NEW_ROW.format(label=label, synonyms=synonyms, definition=definition)


FAULTS = [
    # The hierarchy.
    refused(
        "a circle of broader terms",
        terms("work begins.,,group", "work begins.,scouting,group"),
        "line 2: trips:early.broader: leads back to itself",
    ),
    refused(
        "a term broader than itself",
        terms("in use.,,group", "in use.,late,group"),
        "line 5: trips:late.broader: leads back to itself",
    ),
    refused(
        "a dangling broader",
        terms("went wrong.,late", "went wrong.,lately"),
        "line 6: trips:repair.broader: 'trips:lately' is no term of trips",
    ),
    refused(
        "a dangling replaced_by",
        terms("verified,repair", "verified,repairs"),
        "line 7: trips:mending.broader: 'trips:repairs' is no term of trips",
    ),
    of_taxonomy(
        "replaced_by in a circle",
        terms("from memory,provisional,", "from memory,provisional,mending"),
        "withdrawn_terms_lead_to_one_that_stands",
        "trips:repair leads back to trips:repair",
    ),
    # Codes and numbers.
    refused(
        "a code twice",
        terms("launch,Launch", "scouting,Launch"),
        "line 4: trips:scouting: the code stands twice",
    ),
    refused(
        "a notation twice",
        terms(",1.2,", ",1.1,"),
        "line 4: trips:launch.notation: '1.1' is also that of trips:scouting",
    ),
    of_taxonomy(
        "a notation that is another's code",
        terms(",1.2,", ",repair,"),
        "notations_find_their_own_term",
        "'repair' of trips:launch finds trips:repair",
    ),
    refused(
        "a malformed code",
        terms("launch,Launch", "launch visit,Launch"),
        "code: expected scheme:name",
    ),
    refused(
        "the scheme inside the code column",
        terms("launch,Launch", "trips:launch,Launch"),
        "trips:trips:launch.code: expected scheme:name",
    ),
    of_taxonomy(
        "a code that will not last",
        terms("mending,Mending", "Mending_1,Mending"),
        "codes_are_made_to_last",
        "trips:Mending_1",
    ),
    refused(
        "the code of another scheme",
        altered("evolve(own, terms=(Term(code='eric:x', label='X', definition='Y.'),))"),
        "eric:x.code: expected a code of 'trips'",
    ),
    refused(
        "a scheme that does not begin with the plugin's name",
        module('plugin_name = "trips"', 'plugin_name = "travel"'),
        "scheme 'trips' must equal the plugin's name, 'travel', or begin with it and a hyphen",
    ),
    Fault(
        "an entry point that is no id",
        module('plugin_name = "trips"\n', 'plugin_name = "Trips"\n'),
        PluginContract,
        "it_loads",
        "must equal the plugin's name, 'Trips'",
        loads=False,
    ),
    refused(
        "a scheme brought twice",
        module("return [taxonomy()]", "return [taxonomy(), taxonomy()]"),
        "scheme 'trips' is refused: the same plugin 'trips' of this program already provides it",
    ),
    # What is said of a term.
    of_taxonomy(
        "no definition",
        terms("A visit after something went wrong.", ""),
        "definitions_are_given",
        "terms without definition: trips:repair",
    ),
    of_taxonomy(
        "one definition for two terms",
        terms(LAUNCH, row(definition="A visit after something  went wrong") + LAUNCH),
        "definitions_are_distinct",
        "trips:repair is defined like trips:new",
    ),
    of_taxonomy(
        "a definition that repeats the label",
        terms("A visit after something went wrong.", "Repair visit."),
        "definitions_say_more_than_labels",
        "trips:repair",
    ),
    refused(
        "a blank label", terms("Repair visit", ""), "line 6: trips:repair.label: expected some text"
    ),
    of_taxonomy(
        "two siblings of one label",
        terms(LAUNCH, row(label="LAUNCH VISIT") + LAUNCH),
        "labels_are_unique_among_siblings",
        "trips:launch and trips:new under trips:early are both 'Launch visit'",
    ),
    of_taxonomy(
        "a synonym that names another term",
        terms("Reconnaissance | Survey", "Repair visit"),
        "synonyms_do_not_clash",
        "'Repair visit' of trips:scouting is also a name of trips:repair",
    ),
    of_taxonomy(
        "a synonym that repeats the label",
        terms("Reconnaissance | Survey", "Scouting visit"),
        "synonyms_do_not_clash",
        "'Scouting visit' of trips:scouting is a name of it already",
    ),
    of_taxonomy(
        "a name of several blanks",
        terms("Repair visit", "Repair  visit"),
        "text_is_clean",
        "'Repair  visit' of trips:repair",
    ),
    refused(
        "a control character",
        terms("Repair visit", "Repair\x1b visit"),
        "line 6: trips:repair.label: expected text without control characters",
    ),
    # Sources and status.
    of_taxonomy(
        "a term without source",
        terms("early,,1.2,,Me 2026", "early,,1.2,,"),
        "sources_are_given",
        "terms without source: trips:launch",
    ),
    of_taxonomy(
        "a status that lies",
        terms("from memory,provisional", "from memory,verified"),
        "provisional_terms_say_so",
        "trips:repair (from memory)",
    ),
    refused(
        "a status that is none",
        terms("from memory,provisional", "from memory,checked"),
        "line 6: trips:repair.status: expected one of verified, derived, provisional, got 'checked'",
    ),
    of_taxonomy(
        "no citation",
        module('citation="Me 2026 doi:10.1234/trips",', ""),
        "a_citation_is_present",
        "trips has no citation",
    ),
    of_taxonomy(
        "no title", module('"Kinds of trip"', '" "'), "a_title_is_given", "trips has the title ' '"
    ),
    of_taxonomy(
        "a blank license",
        licensed("taxonomy", " "),
        "the_license_is_stated",
        "trips states no license (write 'not seen' if you saw none)",
    ),
    of_taxonomy(
        "a stand-in for a license",
        licensed("taxonomy", "TBD"),
        "the_license_is_stated",
        "trips states no license: 'TBD' is a stand-in",
    ),
    of_taxonomy(
        "an unknown license",
        licensed("taxonomy", "CC-BI-4.0"),
        "the_license_is_stated",
        "trips states no license: 'CC-BI-4.0' is no SPDX id; did you mean CC-BY-4.0?",
    ),
    # The table itself.
    of_taxonomy(
        "no terms",
        swap("terms.csv", TERMS[TERMS.index("early,") :], ""),
        "there_is_a_taxonomy_with_terms",
        "no terms: trips",
    )._replace(spreads=True),
    refused(
        "a misspelt column",
        terms("definition", "definiton"),
        "terms.csv has 2 faults: line 1: the column 'definition' is missing",
    ),
    refused(
        "a cell too many",
        terms("went wrong.", "went wrong, and badly."),
        "line 6: expected 11 cells as in the header, got 12",
    ),
    refused("a table that is not UTF-8", latin, "line 6: not UTF-8; save the table as CSV UTF-8"),
    refused("a table left out of the package", lost, "terms.csv: No such file or directory"),
    refused(
        "text where several are due",
        module(
            "return [taxonomy()]",
            'return [Term(code="trips:x", label="X", definition="Y.", synonyms="Z")]',
        ),
        "synonyms: expected a tuple, got 'Z'",
    ),
    # The module.
    refused(
        "a misspelt hook",
        module("def implsci_taxonomies", "def implsci_taxonomy"),
        "unknown hook 'implsci_taxonomy'",
    ),
    refused("no hook at all", empty, "answers no hook; mark its functions with @implsci.hookimpl"),
    refused(
        "a hook that raises",
        module("return [taxonomy()]", "return [{}['terms']]"),
        "KeyError in implsci_taxonomies: 'terms' (trips.py, line 24)",
    ),
    refused(
        "a hook that returns something else",
        module("return [taxonomy()]", 'return ["trips"]'),
        "implsci_taxonomies must return Taxonomy objects, got str",
    ),
    of_taxonomy(
        "a hook that forgets to return",
        module("return [taxonomy()]", "taxonomy()"),
        "there_is_a_taxonomy_with_terms",
        "the plugin 'trips' brings no taxonomy",
    )._replace(spreads=True),
    refused(
        "a hook that returns one thing where several are due",
        module("return [taxonomy()]", "return 7"),
        "TypeError in implsci_taxonomies: 'int' object is not iterable",
    ),
    # Crosswalks.
    refused(
        "a term mapped to itself",
        within("skos:exactMatch", "trips:late"),
        "maps 'trips:late' to itself",
    ),
    of_crosswalk(
        "a crosswalk within one scheme",
        within("skos:closeMatch", "trips:early"),
        "it_leads_to_another_scheme",
        "trips-to-eric (trips)",
    ),
    of_crosswalk(
        "a pair with two contradicting predicates",
        mappings(
            "trips:late,",
            "trips:scouting,skos:exactMatch,eric:conduct-local-needs-assessment,,,Me\ntrips:late,",
        ),
        "predicates_do_not_contradict",
        "trips:scouting to eric:conduct-local-needs-assessment is both skos:broadMatch and skos:exactMatch",
    ),
    of_crosswalk(
        "an exact match of two terms to one",
        mappings(
            "trips:late,",
            "trips:early,skos:exactMatch,eric:centralize-technical-assistance,,,Me\ntrips:late,",
        ),
        "exact_matches_are_one_to_one",
        "eric:centralize-technical-assistance is an exact match of trips:early and of trips:late",
    ),
    of_crosswalk(
        "an exact match of one term to two",
        mappings(
            "trips:late,", "trips:late,skos:exactMatch,eric:change-liability-laws,,,Me\ntrips:late,"
        ),
        "exact_matches_are_one_to_one",
        "trips:late is an exact match of eric:change-liability-laws and of",
    ),
    of_crosswalk(
        "a mapping to a code that is not there",
        mappings("eric:facilitation", "eric:facilitaton"),
        "codes_exist",
        "codes that their taxonomy does not have: eric:facilitaton",
    ),
    of_crosswalk(
        "an unmatched code that is not there",
        mappings("trips:repair", "trips:repairs"),
        "codes_exist",
        "codes that their taxonomy does not have: trips:repairs",
    ),
    refused(
        "an unmatched code that is mapped",
        mappings("trips:repair", "trips:late"),
        "unmatched[0]: 'trips:late' has a mapping all the same",
    ),
    refused(
        "a mapping to another scheme than stated",
        mappings("eric:facilitation", "proctor:cost"),
        "mappings[1]: expected a code of 'eric', got 'proctor:cost'",
    ),
    refused(
        "an unknown predicate",
        mappings("skos:relatedMatch", "skos:related"),
        "mappings[1]: unknown predicate 'skos:related'",
    ),
    refused(
        "a mapping twice",
        mappings(
            "trips:late,", "trips:launch,skos:relatedMatch,eric:facilitation,,,Me\ntrips:late,"
        ),
        "mappings[2]: 'trips:launch' to 'eric:facilitation' stands twice",
    ),
    refused(
        "a confidence above 1",
        mappings("0.8", "80"),
        "mappings[0]: confidence 80.0 is not within 0 to 1",
    ),
    of_crosswalk(
        "a justification that is none of SSSOM",
        mappings("ManualMappingCuration,0.5", "ManualMatching,0.5"),
        "justifications_are_known",
        "'semapv:ManualMatching' of trips:launch to eric:facilitation is none of semapv",
    ),
    of_crosswalk(
        "a mapping by nobody",
        mappings("0.5,Me", "0.5,"),
        "an_author_is_named",
        "trips:launch to eric:facilitation",
    ),
    of_crosswalk(
        "a crosswalk whose status lies",
        module("Me 2026 doi:10.1234/trips-to-eric", "Me 2026, not seen"),
        "a_provisional_crosswalk_says_so",
        "trips-to-eric (Me 2026, not seen)",
    ),
    of_crosswalk(
        "a crosswalk without citation",
        module('citation="Me 2026 doi:10.1234/trips-to-eric",', ""),
        "a_citation_is_present",
        "trips-to-eric has no citation",
    ),
    of_crosswalk(
        "a crosswalk with a stand-in for a license",
        licensed("crosswalk", "unknown"),
        "the_license_is_stated",
        "trips-to-eric states no license: 'unknown' is a stand-in",
    ),
    # Bases.
    refused(
        "a link outside its sources",
        links("cfir-2009:complexity", "cfir-2009:planning"),
        "cfir-2009:planning -> trips:scouting: is outside the sources and targets of the basis",
    ),
    refused(
        "more than all endorsed it",
        links("5,20,2", "25,20,2"),
        "cfir-2009:cost -> trips:launch: expected a count from 0 to 20, got 25",
    ),
    refused(
        "a count without its n",
        links("5,20,2", "5,,2"),
        "cfir-2009:cost -> trips:launch: a count needs its n",
    ),
    refused(
        "a link twice",
        links("cfir-2009:complexity,trips:scouting", "cfir-2009:cost,trips:launch"),
        "cfir-2009:cost -> trips:launch: stands twice",
    ),
    refused(
        "an unknown kind of basis",
        module('"endorsement"', '"votes"'),
        "kind: expected one of endorsement, theory, coding, observed",
    ),
    of_basis(
        "a level that its percent does not give",
        links("5,20,2", "3,20,2"),
        "levels_agree_with_percents",
        "3 of 20 is level None, not 2",
    ),
    of_basis(
        "more links than its publisher counts",
        module("level2=1", "level2=0"),
        "levels_keep_to_the_published_counts",
        "cfir-2009:cost has 1 targets at level 2, and its publisher counts 0",
    ),
    of_basis(
        "a link that says nothing",
        links(",,,link,", ",,,,"),
        "every_link_says_something",
        "cfir-2009:complexity -> trips:scouting",
    ),
    of_basis(
        "an n without k",
        links("5,20,2", ",20,2"),
        "percents_can_be_derived",
        "cfir-2009:cost -> trips:launch",
    ),
    of_basis(
        "a barrier that is not there",
        module(
            '"cfir-2009:cost", "cfir-2009:complexity"]',
            '"cfir-2009:cost", "cfir-2009:complexity", "cfir-2009:costs"]',
        ),
        "codes_exist",
        "codes that no installed taxonomy has: cfir-2009:costs",
    ),
    of_basis(
        "a basis whose status lies",
        module("Me 2026 doi:10.1234/trips-2026", "from memory"),
        "a_provisional_basis_says_so",
        "trips-2026 (from memory)",
    ),
    of_basis(
        "a basis without citation",
        module('citation="Me 2026 doi:10.1234/trips-2026",', ""),
        "a_citation_is_present",
        "trips-2026 has no citation",
    ),
    of_basis(
        "a basis with a stand-in for a license",
        licensed("basis", "n/a"),
        "the_license_is_stated",
        "trips-2026 states no license: 'n/a' is a stand-in",
    ),
]


@pytest.fixture(scope="module")
def known() -> Registry:
    """What the codes of the package lead to."""
    registry = Registry(plugins=["cfir", "eric"], strict=True)
    registry.taxonomies()
    return registry


def package(folder: Path, edit: Edit | None = None, name: str = "trips") -> ModuleType:
    """Write the package with one edit, and import its module."""
    files = {file: text.encode() for file, text in FILES.items()}
    if edit is not None:
        edit(files)
    folder.mkdir(exist_ok=True)
    for file, data in files.items():
        (folder / file.replace("trips.py", f"{name}.py")).write_bytes(data)
    spec = importlib.util.spec_from_file_location(name, folder / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    if not hasattr(made, "plugin_name"):
        made.plugin_name = "trips"  # type: ignore[attr-defined]
    return made


def verdicts(contract: type, skip: str = "another_process", **attributes: object) -> dict[str, str]:
    """Run the checks of a contract: name of each that fails -> its message."""
    cls = type("TestSubject", (contract,), attributes)
    failed: dict[str, str] = {}
    for name in dir(cls):
        if name.startswith("test_") and skip not in name:
            try:
                getattr(cls(), name)()
            except pytest.fail.Exception as error:
                failed[name.removeprefix("test_")] = str(error)
            except pytest.skip.Exception:
                pass
    return failed


def words(text: str) -> str:
    """Return a message as it stands in both: without line breaks, and without the line of code."""
    return " ".join(re.sub(r" \(trips\.py, line \d+\)", "", text).replace(";", " ").split())


def everything(registry: Registry) -> tuple[object, ...]:
    """Return all that a registry holds."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PluginWarning)
        return (
            registry.taxonomies(),
            registry.crosswalks(),
            registry.bases(),
            registry.compendia(),
            registry.encoders(),
        )


def test_there_are_faults_enough_each_with_a_name_of_its_own() -> None:
    names = [fault.name for fault in FAULTS]
    assert len(names) == len(set(names)) >= 25


def test_the_sound_package_passes_every_check(
    tmp_path: Path, known: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what is said of the others is said of their fault alone."""
    plugin = package(tmp_path, name="trips_sound")
    monkeypatch.syspath_prepend(tmp_path)
    for contract in CONTRACTS:
        own = {} if contract is PluginContract else {"registry": known}
        assert verdicts(contract, skip="nothing", plugin=plugin, **own) == {}
    registry = Registry(plugins=["cfir", "eric", plugin])
    taxonomies, crosswalks, bases, *_ = everything(registry)
    assert "trips" in {taxonomy.scheme for taxonomy in taxonomies}  # type: ignore[attr-defined]
    assert "trips-to-eric" in {crosswalk.name for crosswalk in crosswalks}  # type: ignore[attr-defined]
    assert "trips-2026" in {basis.basis for basis in bases}  # type: ignore[attr-defined]
    assert not registry.failures


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_fault_is_named_and_nothing_is_half_registered(
    fault: Fault, tmp_path: Path, known: Registry
) -> None:
    plugin = package(tmp_path, fault.edit)
    failed = {contract: verdicts(contract, plugin=plugin, registry=known) for contract in CONTRACTS}
    messages = [text for own in failed.values() for text in own.values()]
    assert not [text for text in messages if "\n" in text]
    registry = Registry(plugins=["cfir", "eric", plugin])
    if fault.loads:
        assert list(failed[fault.contract]) == [fault.check]
        assert fault.says in failed[fault.contract][fault.check]
        others = [own for contract, own in failed.items() if contract is not fault.contract]
        assert fault.spreads or all(fault.says in text for own in others for text in own.values())
        assert everything(registry) != everything(known)
        assert not registry.failures
        return
    firsts = ["it_loads", "there_is_a_taxonomy_with_terms", "there_is_a_crosswalk_with_mappings",
              "there_is_a_basis_with_links"]  # fmt: skip
    assert [list(own) for own in failed.values()] == [[name] for name in firsts]
    assert not [text for text in messages if fault.says not in text]
    assert everything(registry) == everything(known), "half of it was taken in"
    name = plugin.plugin_name
    assert list(registry.failures) == [name]
    assert words(fault.says) in words(str(registry.failures[name]))
    (info,) = (info for info in registry.plugins() if info.name == name)
    assert (info.status, bool(info.error)) == ("failed", True)


# ------------------------------------------------------------ faults that take more than one edit


def test_an_order_that_changes_is_caught(tmp_path: Path, known: Registry) -> None:
    counted = module("def taxonomy():", "builds = []\n\n\ndef taxonomy():\n    builds.append(1)")
    turned = altered("evolve(own, terms=own.terms[:: 1 if len(builds) % 2 else -1])")
    plugin = package(tmp_path, both(counted, turned))
    assert verdicts(TaxonomyContract, plugin=plugin) == {
        "building_it_twice_gives_the_same": (
            "taxonomies that came out different the second time: "
            "trips: terms[0]: trips:early, then trips:mending"
        )
    }
    assert (
        "trips: terms[0]"
        in verdicts(PluginContract, plugin=plugin, registry=known)[
            "loading_it_twice_gives_the_same"
        ]
    )


def test_an_order_that_comes_from_a_set_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twice in one process a set has one order; in another it has a different one."""
    edit = altered("evolve(own, terms=tuple(own[code] for code in {term.code for term in own}))")
    plugin = package(tmp_path, edit, name="trips_in_a_set")
    monkeypatch.syspath_prepend(tmp_path)
    assert verdicts(TaxonomyContract, plugin=plugin) == {}
    failed = verdicts(PluginContract, skip="takes_no_name", plugin=plugin)
    assert list(failed) == ["another_process_gives_the_same"]
    assert (
        "trips answers differently in another process; does the order come from a set"
        in (failed["another_process_gives_the_same"])
    )


def test_a_released_code_that_is_gone_is_caught(tmp_path: Path) -> None:
    plugin = package(tmp_path, terms("mending,Mending", "mend,Mending"))
    assert verdicts(TaxonomyContract, plugin=plugin, released=("trips:mending",)) == {
        "released_codes_are_still_there": (
            "released codes that are gone (keep the row, fill in replaced_by): trips:mending"
        )
    }


def test_a_name_of_another_plugin_is_caught_and_leaves_nothing(tmp_path: Path) -> None:
    class Elder:
        plugin_name = "elder"

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return [
                LinkSet(
                    basis="trips-2026", kind="theory", title="T", sources=(), targets=(), links=()
                )
            ]

    plugin = package(tmp_path)
    registry = Registry(plugins=[Elder(), plugin])
    failed = verdicts(PluginContract, plugin=plugin, registry=registry)
    said = (
        "plugin 'trips' of this program: basis 'trips-2026' is refused: "
        "plugin 'elder' of this program already provides it"
    )
    assert failed == {"it_takes_no_name_of_another_plugin": f"names that are taken: {said}"}
    taxonomies, crosswalks, (basis,), *_ = everything(registry)  # type: ignore[misc]
    assert (taxonomies, crosswalks) == ((), ()), "half of it was taken in"
    assert basis.title == "T"
    assert str(registry.failures["trips"]) == said


def test_a_plugin_that_is_not_installed_is_named() -> None:
    assert verdicts(PluginContract, plugin="no-such-trips") == {
        "it_loads": "unknown plugin 'no-such-trips'; is it installed? pip install -e . in its "
        "folder, then run pytest again"
    }


def test_a_plugin_of_nothing_is_caught() -> None:
    class Empty:
        plugin_name = "Empty one"

        @hookimpl
        def implsci_links(self) -> list[LinkSet]:
            return []

    known = Registry(plugins=[])
    assert verdicts(PluginContract, plugin=Empty(), registry=known) == {
        "it_brings_something": "the plugin 'Empty one' answers its hooks with nothing at all",
        "its_name_is_an_id": (
            "the entry point 'Empty one' is not lower-case letters, digits and single hyphens"
        ),
    }
    assert verdicts(TaxonomyContract, plugin=Empty()) == {
        "there_is_a_taxonomy_with_terms": "the plugin 'Empty one' brings no taxonomy"
    }


def test_schemes_that_are_not_installed_are_only_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plugin = package(tmp_path)
    nothing = Registry(plugins=[])
    assert verdicts(CrosswalkContract, plugin=plugin, registry=nothing) == {}
    assert capsys.readouterr().out == "not installed, so its codes were not looked up: eric\n"
    assert verdicts(LinkSetContract, plugin=plugin, registry=nothing) == {
        "codes_exist": (
            "codes that no installed taxonomy has: any of cfir-2009, which is not installed"
        )
    }


# ---------------------------------------------------------------- as its author would see it

TABLE, MODULE_FILE = "src/implsci_visits/visits.csv", "src/implsci_visits/__init__.py"


class Seen(NamedTuple):
    """A fault in a package that `new-plugin` wrote, the check that fails, and its line."""

    file: str
    old: str
    new: str
    check: str
    says: str


SAMPLE = [
    Seen(
        TABLE,
        "coded with it.,,group",
        "coded with it.,first-example,group",
        "TestTaxonomy::test_there_is_a_taxonomy_with_terms",
        "line 2: visits:example-group.broader: leads back to itself",
    ),
    Seen(
        TABLE,
        "synonyms",
        "synonym",
        "TestPlugin::test_it_loads",
        "visits.csv has 1 fault: line 1: unknown column 'synonym'; did you mean 'synonyms'?",
    ),
    Seen(
        TABLE,
        "Shows how a row is filled in; put a term of your own in its place.",
        "",
        "TestTaxonomy::test_definitions_are_given",
        "terms without definition: visits:first-example",
    ),
    Seen(
        MODULE_FILE,
        'license="not seen"',
        'license="TBD"',
        "TestPlugin::test_all_of_it_states_its_license",
        "license: scheme visits states no license: 'TBD' is a stand-in",
    ),
    Seen(
        MODULE_FILE,
        "return (taxonomy(),)",
        "return (taxonomies(),)",
        "TestPlugin::test_it_loads",
        "NameError in implsci_taxonomies: name 'taxonomies' is not defined (__init__.py, line 28)",
    ),
]


def test_an_author_sees_one_line_and_no_traceback(tmp_path: Path) -> None:
    made = new_plugin("visits", out=tmp_path)
    environment = packages.environment(made.folder, tmp_path / "site")
    for seen in SAMPLE:
        path = made.folder / seen.file
        sound = path.read_text("utf-8")
        assert sound.count(seen.old) == 1
        path.write_text(sound.replace(seen.old, seen.new), "utf-8")
        done = packages.python(
            environment, made.folder, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error",
            "-k", "not another_process",
        )  # fmt: skip
        path.write_text(sound, "utf-8")
        text = done.stdout + done.stderr
        assert done.returncode == 1, text
        assert "Traceback" not in text
        assert not re.search(r"\.py:\d", text), text
        assert f"FAILED tests/test_contract.py::{seen.check}" in text
        assert [line for line in text.splitlines() if seen.says in line], text
