"""Build the tables of the published crosswalks and of the bases from the fact tables in ``tests/data``.

Run from the root of the repository: ``python tools/build_links.py``. The table of ``waltz-2019`` has
a tool of its own; crosswalks of our own are judged by hand and kept in their tables.

Publications give pairs of terms and seldom say how the two correspond. The predicate of a published
pair is read from the pattern of the pairs: see `_predicates`. A confidence says how well the row was
read: see `READ` and the names after it.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from implsci.codes import slug

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "data"
PACKAGE = ROOT / "src" / "implsci"
MAPPING_HEADER = (
    "subject", "predicate", "object", "justification", "confidence", "author", "source"
)  # fmt: skip
LINK_HEADER = ("source", "target", "k", "n", "level", "status", "derived", "note")

Row = dict[str, str]
Pair = tuple[str, str]

NO_TERM: Final = "sssom:NoTermFound"
READ: Final = "0.9"  # the row was read in its source
SECOND_HAND: Final = "0.8"  # it was read in a text that restates the source
UNREAD: Final = "0.5"  # it was not read
UNSURE: Final = "0.3"  # it was not read, and another term would do as well
OURS: Final = "0.8"  # a close match of our own

CFIR_MAP: Final = "Damschroder et al. 2022 doi:10.1186/s13012-022-01245-0, additional file 4"
CFIR_OUTCOMES: Final = "Damschroder et al. 2022 doi:10.1186/s13012-021-01181-5 table 2"
BCIO: Final = (
    "Behaviour Change Intervention Ontology, github HumanBehaviourChangeProject/ontologies at "
    "2f634cdb, bcto.xlsx, Cross-reference"
)
# Classes that the ontology makes the parent of all others that cite the same technique.
BCIO_HEADS: Final = {
    "BCIO:007003", "BCIO:007005", "BCIO:007028", "BCIO:007085", "BCIO:007144"
}  # fmt: skip
EXPERTS: Final = 16  # who took part in the reconciliation (Johnston 2020, abstract)


def cfir_2009_to_cfir_2022() -> list[Row]:
    """What became of each construct of 2009: kept, renamed, split, moved, replaced, removed."""
    old, new = _codes("cfir-2009", "cfir_2009.csv"), _codes("cfir-2022", "cfir_2022.csv")
    rows = []
    for fact in _links("cfir_2009_to_2022.csv"):
        confidence, source = _cfir_reading(fact)
        change = fact["change"]
        if not fact["old_code"]:
            rows.append(_no_term("", new[fact["new_code"]], "Damschroder et al. 2022", source))
        elif not fact["new_code"]:
            rows.append(_no_term(old[fact["old_code"]], "", "Damschroder et al. 2022", source))
        else:
            kind = "exact" if change == "same" else change.partition(" ")[0].strip(",;")
            predicate = {
                "exact": "exact",
                "same": "close",  # with new subconstructs
                "renamed": "close",
                "split": "narrow",
                "moved": "related",
                "replaced": "related",
            }[kind]
            rows.append(
                _mapping(
                    (old[fact["old_code"]], new[fact["new_code"]]),
                    predicate,
                    confidence,
                    "Damschroder et al. 2022",
                    source,
                )
            )
    return rows


def _cfir_reading(fact: Row) -> tuple[str, str]:
    """Return the confidence of a row of the map, and its source with how it was read."""
    note = fact["note"]
    page = re.match(r"cfirguide\.org/\S+?(?=;|$)", fact["source"])
    only = re.match(r"verified for (\S+?)(?: only)?;", note)
    if only and fact["new_code"] != f"CFIR2022.{only[1]}":
        return UNREAD, f"{CFIR_MAP}; row not seen"
    if note.startswith("verified second-hand"):
        return SECOND_HAND, (
            f"{CFIR_MAP}; row not seen, the pair is coded so in a public package for the pCAT "
            "instrument"
        )
    if note.startswith("verified"):
        return READ, f"{CFIR_MAP}; seen on {page[0]}" if page else f"{CFIR_MAP}; row seen"
    if "uncertain" in note:
        return UNSURE, f"{CFIR_MAP}; row not seen, choice of the object uncertain"
    return UNREAD, f"{CFIR_MAP}; row not seen"


def proctor_to_re_aim() -> list[Row]:
    """Proctor's outcomes beside the dimensions of RE-AIM."""
    return _outcomes("proctor", "re_aim")


def proctor_to_cfir_outcomes() -> list[Row]:
    """Proctor's outcomes beside those of the CFIR addendum.

    Three of them the publication names only as a group. The mappings to the single terms are ours.
    """
    return _outcomes("proctor", "cfir_outcome") + [
        _mapping(
            (f"proctor:{name}", f"cfir-outcomes:{name}"),
            "close",
            OURS,
            "implsci founders",
            "definitions of both terms compared",
        )
        for name in ("acceptability", "appropriateness", "feasibility")
    ]


def re_aim_to_cfir_outcomes() -> list[Row]:
    """The dimensions of RE-AIM beside the outcomes of the CFIR addendum."""
    return _outcomes("re_aim", "cfir_outcome")


def _outcomes(subject: str, object_: str) -> list[Row]:
    codes = {
        "": "",
        **_codes("proctor", "proctor_2011.csv"),
        **_codes("re-aim", "re_aim.csv"),
        **_codes("cfir-outcomes", "cfir_outcomes_addendum.csv"),
    }
    read: dict[Pair, bool] = {}
    for fact in _links("re_aim_proctor_cfir_outcomes.csv"):
        pair = codes[fact[subject]], codes[fact[object_]]
        if pair[0]:
            read[pair] = read.get(pair, False) or _read_in_table_2(fact["note"], subject, object_)
    predicates = _predicates([pair for pair in read if pair[1]], several="related")
    rows = []
    for pair, seen in read.items():
        source = CFIR_OUTCOMES if seen else f"{CFIR_OUTCOMES}; row not seen"
        if pair[1]:
            rows.append(
                _mapping(
                    pair,
                    predicates[pair],
                    READ if seen else UNREAD,
                    "Damschroder et al. 2022",
                    source,
                )
            )
        else:
            rows.append(_no_term(pair[0], "", "Damschroder et al. 2022", source))
    return rows


def _read_in_table_2(note: str, subject: str, object_: str) -> bool:
    """Say whether a line was read; of one line only the part that joins Proctor and RE-AIM was."""
    if "CFIR column from memory" in note:
        return {subject, object_} == {"proctor", "re_aim"}
    return note.startswith("verified")


def bcio_to_bct_v1() -> list[Row]:
    """Classes of the ontology beside the techniques that they cite."""
    techniques = {row["code"] for row in _read("studies", "bcttv1.csv")}
    facts = _links("bcto_to_bcttv1.csv")
    pairs = [
        (fact["bcio_id"], fact["bcttv1_code"])
        for fact in facts
        if fact["bcttv1_code"] in techniques
    ]
    predicates = _predicates(pairs, several="narrow", heads=BCIO_HEADS)
    author = "Human Behaviour-Change Project"
    rows = []
    for fact in facts:
        subject, number = fact["bcio_id"], fact["bcttv1_code"]
        code = f"bcio:{subject.partition(':')[2]}"
        if number in techniques:
            rows.append(
                _mapping(
                    (code, f"bct-v1:{number}"), predicates[subject, number], READ, author, BCIO
                )
            )
        else:
            text = f"{BCIO} (cites {number}, which is none of the 93 techniques)"
            rows.append(_no_term(code, "", author, text))
    return rows


def eric_to_bct_v1() -> list[Row]:
    """Strategies beside the techniques they are made of."""
    source = "McHugh et al. 2022 doi:10.1186/s13012-022-01227-2"
    rows = []
    for fact in _links("eric_to_bct_partial.csv"):
        subject = f"eric:{slug(fact['eric_strategy'])}"
        place = f"{source} {'table 4' if 'table 4' in fact['source'] else 'abstract'}"
        overlap = fact["overlap_type"]
        if fact["bcttv1_code"]:
            predicate = {"direct overlap": "close", "clear BCT indicated": "related"}[overlap]
            pair = subject, f"bct-v1:{fact['bcttv1_code']}"
            text = f"{place}: {overlap}"
            rows.append(_mapping(pair, predicate, READ, "McHugh et al. 2022", text))
        else:
            rows.append(_no_term(subject, "", "McHugh et al. 2022", f"{place}: {overlap}"))
    return rows


def tdf_v2_to_com_b() -> list[Row]:
    """Domains beside the component of COM-B that they belong to."""
    codes = _codes("com-b", "com_b.csv")
    bmc, bmj = (
        "doi:10.1186/s12913-018-3778-2 table 1",
        "a table of BMJ Open, article not identified",
    )
    facts = _links("tdf_to_com_b.csv")

    def pair(fact: Row) -> Pair:
        return f"tdf-v2:{slug(fact['tdf_domain'])}", codes[fact["com_b"]]

    first = [pair(fact) for fact in facts if "second home" not in fact["note"]]
    predicates = _predicates(first, several="related")
    rows = []
    for fact in facts:
        source = "; ".join(
            text
            for text, sign in ((bmc, "s12913-018-3778-2"), (bmj, "BMJ"))
            if sign in fact["source"]
        )
        verified, _, detail = fact["note"].partition("; ")
        assert verified == "verified"
        rows.append(
            _mapping(
                pair(fact),
                predicates.get(pair(fact), "related"),
                READ,
                "authors of the source",
                f"{source} ({detail})" if detail else source,
            )
        )
    return rows


def michie_2011_functions() -> list[Row]:
    """Which intervention functions suit which part of COM-B, edition 2011."""
    return _functions("2011", "Michie 2011 doi:10.1186/1748-5908-6-42 table 2, second-hand")


def michie_2014_functions() -> list[Row]:
    """The same, edition 2014."""
    return _functions("2014", "Michie, Atkins & West 2014 (book), from memory")


def _functions(edition: str, note: str) -> list[Row]:
    codes = _codes("com-b", "com_b.csv")
    return [
        _link((codes[fact["com_b"]], _bcw(fact["intervention_function"])), status="link", note=note)
        for fact in _links("com_b_to_intervention_functions.csv")
        if fact["edition"] == edition
    ]


def michie_2011_policies() -> list[Row]:
    """Which policy categories support which intervention function."""
    return [
        _link(
            (_bcw(fact["intervention_function"]), _bcw(fact["policy_category"])),
            status="link",
            note="Michie 2011 doi:10.1186/1748-5908-6-42 table 3, second-hand",
        )
        for fact in _links("intervention_functions_to_policy.csv")
    ]


def bmc_hsr_2018() -> list[Row]:
    """Which intervention functions suit which domain of the TDF."""
    return [
        _link(
            (f"tdf-v2:{slug(fact['tdf_domain'])}", _bcw(fact["intervention_function"])),
            status="link",
            note=fact["source"],
        )
        for fact in _links("tdf_to_intervention_functions.csv")
    ]


def carey_2019() -> list[Row]:
    """Techniques and mechanisms that authors link more often than by chance."""
    return [
        _link(
            _technique(fact),
            status="link",
            note=(
                f"tables 1 and 2: frequency {fact['frequency']}, "
                f"p {'' if fact['p_value'].startswith('<') else '= '}{fact['p_value']}"
            ),
        )
        for fact in _links("bct_to_moa.csv")
        if fact["status"] == "link (literature, p<.05)"
    ]


def johnston_2020() -> list[Row]:
    """Techniques and mechanisms that experts agreed to link where two studies left it open."""
    rows = []
    for fact in _links("bct_to_moa.csv"):
        if fact["status"] != "link (triangulated, reconciled by experts)":
            continue
        shares = re.fullmatch(
            r"verified; experts definite (.+) % \(consensus study\), (.+) % \(reconciliation\)",
            fact["note"],
        )
        assert shares is not None
        k = float(shares[2]) * EXPERTS / 100
        assert k.is_integer()
        before = "not asked" if shares[1] == "not asked" else f"{shares[1]} %"
        rows.append(
            _link(
                _technique(fact),
                k=str(int(k)),
                n=str(EXPERTS),
                status="link",
                derived="yes",
                note=(
                    f"table 4: definite link for {shares[2]} % of the experts "
                    f"(in the earlier consensus study: {before})"
                ),
            )
        )
    return rows


def jmir_2023() -> list[Row]:
    """Techniques and mechanisms as one study took them from the Theory and Techniques work."""
    return [
        _link(_technique(fact), status="link", note="table 2; may be one that is inconclusive")
        for fact in _links("bct_to_moa.csv")
        if fact["status"] == "reported by a user study"
    ]


def odonovan_2023() -> list[Row]:
    """How often text coded to a CFIR construct was coded to a TDF domain as well."""
    facts = _links("cfir_to_tdf_empirical.csv")
    total = {construct: _total(construct, facts) for construct in _distinct(facts)}
    return [
        _link(
            (f"cfir-2009:{slug(fact['cfir_construct'])}", f"tdf-v2:{slug(fact['tdf_domain'])}"),
            k=fact["n_codings"],
            n=str(total[fact["cfir_construct"]]),
            derived="yes",
            note=f"table 2: {fact['percent_of_shared']} % of the shared codings",
        )
        for fact in facts
    ]


def _distinct(facts: list[Row]) -> list[str]:
    return list(dict.fromkeys(fact["cfir_construct"] for fact in facts))


def _total(construct: str, facts: list[Row]) -> int:
    """Return the least total of a row that gives every percentage printed in it.

    Where the whole row was read it is the sum of its counts.
    """
    cells = [
        (int(fact["n_codings"]), int(fact["percent_of_shared"]))
        for fact in facts
        if fact["cfir_construct"] == construct
    ]
    least = sum(count for count, _ in cells)
    return next(
        n
        for n in range(least, 10 * least)
        if all(abs(100 * count / n - percent) <= 0.5 for count, percent in cells)
    )


def metz_2022() -> list[Row]:
    """The chain from strategies over trusting relationships to implementation outcomes."""
    doi = "Metz et al. 2022 doi:10.3389/frhs.2022.894599"
    with (PACKAGE / "taxonomies" / "trust.csv").open(encoding="utf-8", newline="") as file:
        terms = list(csv.DictReader(file))
    rows = []
    for term in terms:
        for facet in filter(None, term["facets"].split(" | ")):
            name, _, target = facet.partition("=")
            if name != "precedes":
                continue
            derived, note = "", f"{doi} abstract"
            if term["kind"] == "strategy":
                note = f"{doi} table 1: proposed for building trust"
            elif term["kind"] in ("mechanism", "outcome"):
                derived, note = "yes", f"{doi} abstract, which says so of several terms together"
            pair = f"trust:{term['code']}", f"trust:{target}"
            rows.append(_link(pair, status="link", derived=derived, note=note))
    return rows


def _predicates(
    pairs: Iterable[Pair], *, several: str, heads: Iterable[str] = ()
) -> dict[Pair, str]:
    """Read from the pattern of the pairs of a publication how their terms correspond.

    - Two terms that stand in no other pair are a close match.
    - Where several subjects share an object, the object is the wider one (broad); but a subject
      that is the parent of all the others is a close match (`heads`).
    - Where a subject has several objects of its own, `several` says which it is: narrow where it
      takes in all of them, related where each has a part of it.
    - All else is related: each side has more than the other.
    """
    pairs = list(pairs)
    objects = Counter(subject for subject, _ in pairs)
    subjects = Counter(object_ for _, object_ in pairs)
    found = {}
    for subject, object_ in pairs:
        shared = subjects[object_] > 1 and subject not in heads
        if objects[subject] > 1:
            found[subject, object_] = "related" if shared else several
        else:
            found[subject, object_] = "broad" if shared else "close"
    return found


def _mapping(pair: Pair, predicate: str, confidence: str, author: str, source: str) -> Row:
    return {
        "subject": pair[0],
        "predicate": f"skos:{predicate}Match",
        "object": pair[1],
        "justification": "semapv:ManualMappingCuration",
        "confidence": confidence,
        "author": author,
        "source": source,
    }


def _no_term(subject: str, object_: str, author: str, source: str) -> Row:
    """Return the row of a term that has no counterpart on the other side."""
    return {
        **_mapping((subject or NO_TERM, object_ or NO_TERM), "", "", author, source),
        "predicate": "",
    }


def _link(
    pair: Pair, *, k: str = "", n: str = "", status: str = "", derived: str = "", note: str
) -> Row:
    return dict(zip(LINK_HEADER, (*pair, k, n, "", status, derived, note), strict=True))


def _technique(fact: Row) -> Pair:
    return f"bct-v1:{fact['bcttv1_code']}", f"moa:{slug(fact['moa'])}"


def _bcw(label: str) -> str:
    return f"bcw:{slug(label)}"


def _codes(scheme: str, table: str) -> dict[str, str]:
    """Return the code that implsci gives each row of a fact table."""
    rows = _read("outcomes" if (DATA / "outcomes" / table).exists() else "determinants", table)
    labels = {row["code"]: slug(row["label"]) for row in rows}
    often = Counter(labels.values())
    made = {}
    for row in rows:
        own, parent = labels[row["code"]], row["parent_code"]
        name = f"{labels[parent]}-{own}" if often[own] > 1 and parent else own
        made[row["code"]] = f"{scheme}:{name}"
    return made


def _links(name: str) -> list[Row]:
    return _read("links", name)


def _read(folder: str, name: str) -> list[Row]:
    with (DATA / folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


TABLES: Final[dict[str, Callable[[], list[Row]]]] = {
    "crosswalks/cfir-2009-to-cfir-2022.csv": cfir_2009_to_cfir_2022,
    "crosswalks/proctor-to-re-aim.csv": proctor_to_re_aim,
    "crosswalks/proctor-to-cfir-outcomes.csv": proctor_to_cfir_outcomes,
    "crosswalks/re-aim-to-cfir-outcomes.csv": re_aim_to_cfir_outcomes,
    "crosswalks/bcio-to-bct-v1.csv": bcio_to_bct_v1,
    "crosswalks/eric-to-bct-v1.csv": eric_to_bct_v1,
    "crosswalks/tdf-v2-to-com-b.csv": tdf_v2_to_com_b,
    "bases/michie-2011-functions.csv": michie_2011_functions,
    "bases/michie-2014-functions.csv": michie_2014_functions,
    "bases/michie-2011-policies.csv": michie_2011_policies,
    "bases/bmc-hsr-2018.csv": bmc_hsr_2018,
    "bases/carey-2019.csv": carey_2019,
    "bases/johnston-2020.csv": johnston_2020,
    "bases/jmir-2023.csv": jmir_2023,
    "bases/odonovan-2023.csv": odonovan_2023,
    "bases/metz-2022.csv": metz_2022,
}


def write(folder: Path = PACKAGE) -> None:
    """Write all tables."""
    for name, rows in TABLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        header = MAPPING_HEADER if name.startswith("crosswalks/") else LINK_HEADER
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows())


if __name__ == "__main__":
    write()
