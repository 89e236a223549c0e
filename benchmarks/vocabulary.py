"""Ten thousand terms made ready, looked up and searched, beside tools that read vocabularies."""

from __future__ import annotations

import csv
import json
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.search_quality import read as labelled_phrases
from implsci.plugins import Registry
from implsci.search import Index
from implsci.taxonomy import Taxonomy
from implsci.termtable import compile_taxonomy, read_compiled, read_taxonomy

COUNT = 10_000
ROUNDS = 5
Row = tuple[str, str, str, str]


def rows() -> Iterator[Row]:
    yield from _built_in()
    # In a process of its own: what earlier benchmarks left alive is no work of this one.
    asked = [sys.executable, "-m", "benchmarks.vocabulary"]
    for row in json.loads(subprocess.run(asked, capture_output=True, check=True).stdout):
        what, figure, bound, how = row
        yield what, figure, bound, how


def _built_in() -> Iterator[Row]:
    registry = Registry()
    count = sum(map(len, registry.taxonomies()))
    taxonomy = registry.taxonomy("eric")
    exact = _each(lambda: taxonomy["eric:facilitation"], 20_000)
    code = _each(lambda: registry.term("eric:facilitation"), 20_000)
    label = _each(lambda: registry.term("Identify and prepare champions"), 20_000)
    yield "exact look-up in a taxonomy", f"{exact * 1e6:.2f} us", "1 us", f"{count} terms loaded"
    yield "`registry.term(code)`", f"{code * 1e6:.2f} us", "1 us", "the code in full"
    yield "`registry.term(label)`", f"{label * 1e6:.2f} us", "1 us", "after the first time"
    phrases = [query.phrase for query in labelled_phrases()]
    for semantic, bound in ((False, "2 ms"), (True, "")):
        registry.search("warm up", semantic=semantic)
        took = [
            _once(lambda p=phrase, s=semantic: registry.search(p, semantic=s))  # type: ignore[misc]
            for phrase in phrases
        ]
        yield (
            "semantic search" if semantic else "search",
            f"{statistics.median(took) * 1e3:.1f} ms",
            bound,
            f"median of {len(phrases)} phrases, each once, over {count} terms; "
            f"95 of 100 within {_high(took) * 1e3:.1f} ms",
        )
    listed = _in_process("registry().plugins()")
    loaded = _in_process("registry().taxonomies()")
    yield (
        "plugins listed, none imported",
        f"{listed:.0f} ms",
        "",
        "in a fresh process, without imports",
    )
    yield (
        "every built-in taxonomy loaded",
        f"{loaded:.0f} ms",
        "200 ms",
        f"as above, {count} terms from CSV",
    )


def _ten_thousand(folder: Path) -> Iterator[Row]:
    table, compiled = folder / "t.csv", folder / "t.terms"

    def from_csv() -> Taxonomy:
        return _indexed(read_taxonomy(table, scheme="t", title="T", kind="strategy"))

    compiled.write_bytes(compile_taxonomy(from_csv()))
    ready = _best(lambda: _indexed(read_compiled(compiled)))
    plain = _best(from_csv)
    rdf = _best(lambda: _rdflib(folder / "t.ttl"), 2)
    oxi = _best(lambda: _pyoxigraph(folder / "t.ttl"))
    obo = _best(lambda: _pronto(folder / "t.obo"), 2)
    what = f"{COUNT} terms ready: loaded, names indexed, ways up known"
    yield f"{what}, compiled", f"{ready * 1e3:.0f} ms", "60 ms", "checked when it was compiled"
    yield f"{what}, from CSV", f"{plain * 1e3:.0f} ms", "", "every rule checked"
    for name, took, bound in (
        ("rdflib", rdf, "30 times"),
        ("pyoxigraph", oxi, ""),
        ("pronto", obo, ""),
    ):
        yield (
            f"as above / {name}",
            f"{took / ready:.0f} times faster",
            bound,
            f"{name} loads the same terms in {took * 1e3:.0f} ms; from CSV {took / plain:.0f} times",
        )
    taxonomy = read_compiled(compiled)
    index = Index(taxonomy)
    chance = random.Random(5)
    asked = [_asked(taxonomy, chance) for _ in range(300)]
    for phrase, _ in asked[:50]:
        index.search(phrase, 5)
    took = [_once(lambda p=phrase: index.search(p, 5)) for phrase, _ in asked[50:]]  # type: ignore[misc]
    found = sum(
        code in [hit.term.code for hit in index.search(phrase, 5)] for phrase, code in asked
    )
    yield (
        f"search over {COUNT} terms",
        f"{statistics.median(took) * 1e3:.1f} ms",
        "2 ms",
        f"median of 250 phrases of five words, a third of them with a typo, each once; 95 of 100 within "
        f"{_high(took) * 1e3:.1f} ms; the term is among the first five for {found / len(asked):.0%}",
    )


def _indexed(taxonomy: Taxonomy) -> Taxonomy:
    taxonomy.get("t:t1")
    taxonomy.get("1")
    taxonomy.labeled("x")
    taxonomy.called("x")
    taxonomy.narrower("t:t1")
    for term in taxonomy:
        taxonomy.ancestors(term.code)
    return taxonomy


def _rdflib(path: Path) -> object:
    import rdflib

    graph = rdflib.Graph()
    graph.parse(path)
    return graph


def _pyoxigraph(path: Path) -> object:
    import pyoxigraph

    store = pyoxigraph.Store()
    store.bulk_load(path=str(path), format=pyoxigraph.RdfFormat.TURTLE)
    return store


def _pronto(path: Path) -> object:
    import warnings

    import pronto

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pronto.Ontology(str(path))


def _words(chance: random.Random) -> tuple[list[str], list[float]]:
    """Six thousand made-up words, of which few are common and most are rare, as in any language."""
    syllables = [c + v for c in "bdfgklmnprstv" for v in "aeiou"]
    words: dict[str, None] = {}
    while len(words) < 6_000:
        words["".join(chance.choices(syllables, k=chance.choice((2, 3, 3, 4))))] = None
    return list(words), [1 / (rank + 8) for rank in range(6_000)]


def _write(folder: Path) -> None:
    chance = random.Random(2)
    words, weights = _words(chance)

    def some(count: int) -> str:
        return " ".join(chance.choices(words, weights=weights, k=count))

    terms = [
        (
            f"t{number}",
            f"{some(3).capitalize()} {number}",
            [f"{some(2)} s{number}{letter}" for letter in "ab"],
            f"{some(20).capitalize()}, {some(4)}.",
            None if number < 50 else f"t{chance.randrange(max(1, number // 6))}",
        )
        for number in range(COUNT)
    ]
    with (folder / "t.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow("code label synonyms definition broader notation source status".split())
        for code, label, synonyms, definition, parent in terms:
            writer.writerow(
                [code, label, " | ".join(synonyms), definition, parent or "", code[1:], "Me 2020",
                 "verified"]
            )  # fmt: skip
    skos = "http://www.w3.org/2004/02/skos/core#"
    with (folder / "t.ttl").open("w", encoding="utf-8") as file:
        file.write(f"@prefix s: <{skos}> .\n@prefix t: <https://example.org/t/> .\n")
        for code, label, synonyms, definition, parent in terms:
            others = "".join(f' ; s:altLabel "{name}"@en' for name in synonyms)
            above = f" ; s:broader t:{parent}" if parent else ""
            file.write(
                f't:{code} a s:Concept ; s:prefLabel "{label}"@en ; s:notation "{code[1:]}" ; '
                f's:definition "{definition}"@en{others}{above} .\n'
            )
    with (folder / "t.obo").open("w", encoding="utf-8") as file:
        file.write("format-version: 1.4\nontology: t\n")
        for code, label, synonyms, definition, parent in terms:
            file.write(f'\n[Term]\nid: T:{code}\nname: {label}\ndef: "{definition}" []\n')
            file.writelines(f'synonym: "{name}" EXACT []\n' for name in synonyms)
            if parent:
                file.write(f"is_a: T:{parent}\n")


def _asked(taxonomy: Taxonomy, chance: random.Random) -> tuple[str, str]:
    term = chance.choice(taxonomy.terms)
    words = term.label.lower().split()[:3]
    words += chance.sample(term.definition.lower().replace(",", "").rstrip(".").split(), 2)
    chance.shuffle(words)
    if chance.random() < 1 / 3:
        words[0] = words[0][:2] + words[0][3:]
    return " ".join(words), term.code


def _in_process(work: str) -> float:
    """Return the milliseconds that work takes in a process of its own, its imports left out."""
    code = (
        "import time\nfrom implsci import registry\nimport implsci.plugins\n"
        f"start = time.perf_counter()\n{work}\nprint((time.perf_counter() - start) * 1e3)"
    )
    return min(
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout)
        for _ in range(ROUNDS)
    )


def _high(took: list[float]) -> float:
    return sorted(took)[int(0.95 * len(took))]


def _best(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    return min(_once(work) for _ in range(rounds))


def _once(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _each(work: Callable[[], object], times: int) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            work()
        best = min(best, (time.perf_counter() - start) / times)
    return best


if __name__ == "__main__":
    with TemporaryDirectory() as name:
        _write(Path(name))
        print(json.dumps(list(_ten_thousand(Path(name)))))
