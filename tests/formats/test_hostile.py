"""Files made to do harm: each is refused in words, in bounded time and memory, and reaches nothing.

The files are read in a process of their own with little memory, one after the other, so that what
would stop the process shows as one failed test and not as none.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from implsci.errors import ImplsciError, InvalidTableError, UnreadableFileError
from implsci.formats import read_ontology, read_skos, read_sssom

MEMORY = 1500 << 20
SECONDS = 20.0

RDF = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" '
    'xmlns:skos="http://www.w3.org/2004/02/skos/core#"{}>\n{}\n</rdf:RDF>\n'
)
CONCEPT = (
    '<skos:Concept rdf:about="http://e.org/a"><skos:prefLabel>{}</skos:prefLabel></skos:Concept>'
)
TURTLE = (
    "@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n@prefix t: <http://e.org/> .\n"
    "t:a a skos:Concept ; skos:prefLabel {} .\n"
)
CONTEXT = {"skos": "http://www.w3.org/2004/02/skos/core#"}
NODE = {"@id": "http://e.org/a", "@type": "skos:Concept", "skos:prefLabel": "A"}
OBO = "format-version: 1.2\n\n[Term]\nid: X:1\nname: {}\n"
SSSOM = (
    "#curie_map:\n#  a: http://e.org/a/\n#  b: http://e.org/b/\n"
    "subject_id\tpredicate_id\tobject_id\tmapping_justification\n{}"
)


def xml(label: str = "A", doctype: str = "", attributes: str = "") -> str:
    return doctype + RDF.format(attributes, CONCEPT.format(label))


def entities(*pairs: tuple[str, str]) -> str:
    inside = "".join(f'<!ENTITY {name} "{value}">\n' for name, value in pairs)
    return f"<!DOCTYPE rdf:RDF [\n{inside}]>\n"


def jsonld(**values: object) -> str:
    return json.dumps({"@context": CONTEXT, **NODE, **values})


def nested(depth: int) -> dict[str, object]:
    node: dict[str, object] = dict(NODE)
    for number in range(depth):
        node = {"@id": f"http://e.org/{number}", "skos:related": node}
    return {"@context": CONTEXT, **node}


class Case(NamedTuple):
    """A file, and what has to be said of it; an empty message means that it may be read."""

    suffix: str
    content: str | bytes
    message: str


WORDS = {f"w{number}": f"http://e.org/w{number}" for number in range(16_000)}

CASES: dict[str, Callable[[], Case]] = {
    # Entities
    "billion laughs": lambda: Case(
        ".rdf",
        xml("&i;", entities(("a", "lol"), *((n, f"&{p};" * 10) for p, n in pairwise("abcdefghi")))),
        "line 3: the entity 'b' holds markup or other entities",
    ),
    "quadratic blow-up": lambda: Case(
        ".rdf",
        xml("&a;" * 200_000, entities(("a", "x" * 1000))),
        "the entities could make it grow over 67108864 bytes",
    ),
    "a long entity": lambda: Case(
        ".rdf", xml("&a;", entities(("a", "x" * 1001))), "line 2: the entity 'a' holds markup"
    ),
    "an entity in a comment of the document type": lambda: Case(
        ".rdf",
        xml("A", '<!DOCTYPE r [<!-- <!ENTITY a "x"> <!ENTITY b "&a;&a;"> -->]>\n'),
        "",
    ),
    "an external entity": lambda: Case(
        ".rdf",
        xml("&a;", '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>\n'),
        "line 1: the entity 'a', kept in 'file:///etc/passwd', is not read",
    ),
    "an external entity on the network": lambda: Case(
        ".owl",
        xml("&a;", '<!DOCTYPE r [\n<!ENTITY a SYSTEM "http://127.0.0.1:PORT/x">]>\n'),
        "line 2: the entity 'a', kept in 'http://127.0.0.1:",
    ),
    "a parameter entity": lambda: Case(
        ".rdf",
        xml("A", '<!DOCTYPE r [<!ENTITY % a SYSTEM "http://127.0.0.1:PORT/x"> %a;]>\n'),
        "line 1: the entity 'a', kept in",
    ),
    "an external document type": lambda: Case(
        ".rdf",
        xml("&a;", '<!DOCTYPE r SYSTEM "http://127.0.0.1:PORT/x.dtd">\n'),
        "line 1: a document type kept elsewhere, 'http://127.0.0.1:",
    ),
    "an unknown entity": lambda: Case(".rdf", xml("&zz;"), "line 2: not XML: undefined entity"),
    "entities as Protege writes them": lambda: Case(
        ".owl",
        entities(("skos", "http://www.w3.org/2004/02/skos/core#"), ("e", "http://e.org/"))
        + RDF.format("", '<rdf:Description rdf:about="&e;a"><rdf:type rdf:resource="&skos;Concept"/>'
                     "<skos:prefLabel>A</skos:prefLabel></rdf:Description>"),
        "",
    ),
    # XML
    "deep elements": lambda: Case(
        ".rdf",
        RDF.format("", "<rdf:Description>\n<skos:related>" * 500_000),
        "elements more than 256 deep",
    ),
    "many namespaces": lambda: Case(
        ".rdf",
        xml("A", "", "".join(f' xmlns:n{number}="http://e.org/"' for number in range(2000))),
        "line 1: more than 1000 attributes or namespaces",
    ),
    "a control character": lambda: Case(".rdf", xml("a\x01b"), "line 2: not XML:"),
    "a zero byte": lambda: Case(".rdf", xml("a\x00b"), "line 2: not XML:"),
    "a zero byte by number": lambda: Case(".rdf", xml("a&#0;b"), "line 2: not XML:"),
    "not as encoded": lambda: Case(".rdf", xml("caf\xe9").encode("latin-1"), "line 2: not XML:"),
    "another encoding, said": lambda: Case(
        ".rdf", b'<?xml version="1.0" encoding="ISO-8859-1"?>' + xml("caf\xe9").encode("latin-1"), ""
    ),
    "UTF-16": lambda: Case(".rdf", xml("caf\xe9").encode("utf-16"), ""),
    "an unknown encoding": lambda: Case(
        ".rdf", b'<?xml version="1.0" encoding="x-none"?>' + xml().encode(), "line 1: not XML:"
    ),
    "XML cut off": lambda: Case(".rdf", xml()[:150], "line 2: not XML:"),
    "XML that is no RDF": lambda: Case(
        ".rdf", RDF.format("", "\n<rdf:li>x</rdf:li>"), "line 3: not RDF:"
    ),
    "a prefix that is not declared": lambda: Case(
        ".rdf", RDF.format("", "\n\n<x:y/>"), "line 4: not RDF:"
    ),
    "a page": lambda: Case(".rdf", "<!DOCTYPE html>\n<html><br></html>", "line 2: not XML:"),
    # Turtle
    "Turtle cut off": lambda: Case(".ttl", TURTLE.format('"A"')[:-20], "line 3: not RDF:"),
    "a statement nested": lambda: Case(
        ".ttl",
        TURTLE.format("<<( t:a t:b " * 20_000 + "t:c" + ")>> " * 20_000),
        "statements about statements",
    ),
    "lists nested": lambda: Case(
        ".ttl", TURTLE.format("(" * 200_000 + ")" * 200_000), "has no skos:prefLabel"
    ),
    "a huge literal": lambda: Case(
        ".ttl", TURTLE.format(f'"{"x" * (40 << 20)}"'), "a text of more than 16 MiB"
    ),
    "an open quote": lambda: Case(
        ".ttl", TURTLE.format('"""' + "x " * (7 << 20)), "line 3: not RDF:"
    ),
    "half a character": lambda: Case(".ttl", TURTLE.format(r'"\uD800"'), "line 3: not RDF:"),
    "a zero in a label": lambda: Case(
        ".ttl", TURTLE.format(r'"a\u0000b"@en'), "label: expected text without control characters"
    ),
    "a zero byte in Turtle": lambda: Case(
        ".ttl", TURTLE.format('"a\x00b"@en'), "label: expected text without control characters"
    ),
    "not UTF-8": lambda: Case(
        ".ttl", TURTLE.format('"caf\xe9"').encode("latin-1"), "line 3: not UTF-8"
    ),
    "a byte-order mark": lambda: Case(".ttl", "\ufeff" + TURTLE.format('"A"'), ""),
    "a relative IRI": lambda: Case(".ttl", TURTLE.format('"A"') + "<x> t:b t:c .", "line 4: not RDF:"),
    "a circle of half a million": lambda: Case(
        ".nt",
        "\n".join(
            f"<http://e.org/{number}> {predicate} ."
            for number in range(60_000)
            for predicate in (
                "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
                "<http://www.w3.org/2004/02/skos/core#Concept>",
                '<http://www.w3.org/2004/02/skos/core#prefLabel> "A"',
                "<http://www.w3.org/2004/02/skos/core#broader> "
                f"<http://e.org/{(number + 1) % 60_000}>",
            )
        ),
        "broader: leads back to itself",
    ),
    "a chain of what is withdrawn": lambda: Case(
        ".nt",
        "\n".join(
            f"<http://e.org/{number}> {predicate} ."
            for number in range(60_000)
            for predicate in (
                "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type> "
                "<http://www.w3.org/2004/02/skos/core#Concept>",
                '<http://www.w3.org/2002/07/owl#deprecated> "true"',
                f"<http://purl.org/dc/terms/isReplacedBy> <http://e.org/{number + 1}>",
            )
        )
        + '\n<http://e.org/x> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> '
        "<http://www.w3.org/2004/02/skos/core#Concept> .",
        "http://e.org/x: has no skos:prefLabel",
    ),
    "a label in every language there is not": lambda: Case(
        ".ttl",
        TURTLE.format(", ".join(f'"A"@x-{number}' for number in range(60_000))),
        "",
    ),
    "withdrawn classes over classes": lambda: Case(
        ".owl",
        RDF.format(
            ' xmlns:owl="http://www.w3.org/2002/07/owl#"'
            ' xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"',
            "".join(
                f'<owl:Class rdf:about="http://e.org/x_{number}">'
                '<owl:deprecated>true</owl:deprecated>'
                f'<rdfs:subClassOf rdf:resource="http://e.org/x_{number + 1}"/></owl:Class>\n'
                for number in range(20_000)
            )
            + "".join(
                f'<owl:Class rdf:about="http://e.org/y_{number}"><rdfs:label>A</rdfs:label>'
                '<rdfs:subClassOf rdf:resource="http://e.org/x_0"/></owl:Class>\n'
                for number in range(20_000)
            ),
        ).replace("skos", "sk"),
        "too much that is not kept stands above the classes",
    ),
    "parents by the ten thousand": lambda: Case(
        ".owl",
        RDF.format(
            ' xmlns:owl="http://www.w3.org/2002/07/owl#"'
            ' xmlns:rdfs="http://www.w3.org/2000/01/rdf-schema#"',
            '<owl:Class rdf:about="http://e.org/x"><rdfs:label>A</rdfs:label>'
            + "".join(
                f'<rdfs:subClassOf rdf:resource="http://e.org/x_{number}"/>\n'
                for number in range(60_000)
            )
            + "</owl:Class>",
        ).replace("skos", "sk"),
        "",
    ),
    # JSON-LD
    "a context on the network": lambda: Case(
        ".jsonld",
        json.dumps({"@context": "http://127.0.0.1:PORT/c.jsonld", **NODE}),
        "@context: the context 'http://127.0.0.1:",
    ),
    "a context in a file": lambda: Case(
        ".jsonld",
        json.dumps({"@context": [CONTEXT, "file:///etc/passwd"], **NODE}),
        "@context: the context 'file:///etc/passwd' is not fetched",
    ),
    "an imported context": lambda: Case(
        ".jsonld",
        json.dumps({"@context": {"@version": 1.1, "@import": "http://127.0.0.1:PORT/c"}, **NODE}),
        "is not fetched; put it into the file",
    ),
    "a context in a definition": lambda: Case(
        ".jsonld",
        json.dumps({"@context": {"x": {"@id": "http://e.org/x", "@context": WORDS}}, **NODE}),
        "a context inside the definition of a word is not read",
    ),
    "contexts by the thousand": lambda: Case(
        ".jsonld",
        json.dumps({"@context": WORDS, "@graph": [{"@context": {"q": "http://e.org/q"}}] * 20_000}),
        "@context: too many contexts",
    ),
    "deep objects": lambda: Case(".jsonld", json.dumps(nested(300)), "objects more than 256 deep"),
    "deeper arrays": lambda: Case(
        ".jsonld", '{"x": ' + "[" * 500_000 + "]" * 500_000 + "}", "not JSON: too deep"
    ),
    "a number without end": lambda: Case(
        ".jsonld", jsonld()[:-1] + ', "x": ' + "1" * 100_000 + "}", "not JSON: Exceeds the limit"
    ),
    "a number that JSON has not": lambda: Case(
        ".jsonld", jsonld()[:-1] + ', "x": -Infinity}', "not JSON: -Infinity is no number of JSON"
    ),
    "no JSON": lambda: Case(".jsonld", '{\n"a": 1,,}', "line 2: not JSON:"),
    "JSON without a context": lambda: Case(".jsonld", '{"a": 1}', "no skos:Concept among 0"),
    "JSON that ends in half a character": lambda: Case(
        ".jsonld", jsonld()[:-1] + ', "skos:note": "\\ud800"}', "not RDF:"
    ),
    # OBO
    "a zero byte in OBO": lambda: Case(
        ".obo", OBO.format("a\x00b"), "X:1: label: expected text without control characters"
    ),
    "OBO that is not UTF-8": lambda: Case(
        ".obo", OBO.format("caf\xe9").encode("latin-1"), "line 5: not UTF-8"
    ),
    "braces without end": lambda: Case(
        ".obo", OBO.format("a") + "is_a: X:2 " + "{" * 500_000 + "\n", "line 6: not OBO:"
    ),
    "a circle in OBO": lambda: Case(
        ".obo", OBO.format("a") + "is_a: X:1\n", "X:1: broader: leads back to itself"
    ),
    # SSSOM
    "aliases that grow": lambda: Case(
        ".tsv",
        "#a: &a [x, x]\n#b: &b [*a, *a]\n#c: [*b, *b]\n" + SSSOM.format(""),
        "line 1: anchors, aliases and tags",
    ),
    "a tag that runs": lambda: Case(
        ".tsv", "#a: !!python/object/apply:os.system [x]\n" + SSSOM.format(""), "line 1: anchors"
    ),
    "deep metadata": lambda: Case(
        ".tsv", "#a: " + "[" * 100_000 + "\n" + SSSOM.format(""), "line 1: more than 20 deep"
    ),
    "long metadata": lambda: Case(
        ".tsv", f"#a: {'x' * 300_000}\n" + SSSOM.format(""), "line 1: metadata of more than"
    ),
    "a control character in metadata": lambda: Case(
        ".tsv", "#a: x\x00\n" + SSSOM.format(""), "line 1: not YAML:"
    ),
    "characters that there are not": lambda: Case(
        ".tsv", '#a: "\\UFFFFFFFF"\n' + SSSOM.format(""), "line 1: not YAML: no such character"
    ),
    "a CURIE that breaks out": lambda: Case(
        ".tsv",
        SSSOM.format('"a:1\n#license: x"\tskos:exactMatch\tb:1\tsemapv:LexicalMatching\n'),
        "line 6: subject_id: expected prefix:name",
    ),
    "columns by the ten thousand": lambda: Case(
        ".tsv", SSSOM.replace("_justification", "\tx" * 100_000).format(""), "stands twice"
    ),
    "much metadata": lambda: Case(
        ".tsv",
        "".join(f"#k{number}: [a, b]\n" for number in range(12_000)) + SSSOM.format(""),
        "does not say of which scheme its subjects are",
    ),
    "a cell without end": lambda: Case(
        ".tsv", SSSOM.format('"' + "x" * (1 << 20)), "no table: field larger than field limit"
    ),
    "SSSOM that is not UTF-8": lambda: Case(
        ".tsv", SSSOM.format("caf\xe9").encode("latin-1"), "line 5: not UTF-8"
    ),
    # Files
    "an empty file": lambda: Case(".ttl", "", "an empty file; expected RDF"),
    "a file of blanks": lambda: Case(".owl", "\ufeff \n", "an empty file; expected RDF"),
    "an empty table": lambda: Case(".tsv", "", "an empty file; expected SSSOM/TSV"),
    "a file over the limit": lambda: Case(
        ".ttl", TURTLE.format('"A"') + "#" * (64 << 20), "more than 67108864 bytes"
    ),
}  # fmt: skip


def outcome(path: Path) -> str:
    """Read a file, and say in a word what came of it."""
    try:
        if path.suffix == ".tsv":
            read_sssom(path)
        elif path.suffix in (".obo", ".owl"):
            if b"skos" in path.read_bytes()[:4096]:
                read_skos(path, scheme="x")
            else:
                read_ontology(path, scheme="x")
        else:
            read_skos(path, scheme="x")
    except ImplsciError as error:
        return f"refused: {error}"[:2000]
    return "read"


def main(port: str, names: list[str]) -> None:
    """Read the files one after the other, and print what came of each."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    for name in names:
        case = CASES[name]()
        content = case.content.encode() if isinstance(case.content, str) else case.content
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"hostile{case.suffix}")
            path.write_bytes(content.replace(b"PORT", port.encode()))
            del content
            started = time.monotonic()
            found = outcome(path)
            took = time.monotonic() - started
        print(json.dumps([name, found, took]), flush=True)  # noqa: T201


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[str, float]]:
    """What came of each file; nothing was asked of the server that they point to."""
    pytest.importorskip("resource")
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(0.1)
        port = str(server.getsockname()[1])
        found: dict[str, tuple[str, float]] = {}
        left = list(CASES)
        while left:
            run = subprocess.run(
                [sys.executable, __file__, port, *left],
                capture_output=True,
                text=True,
                check=False,
                timeout=600,
                env={**os.environ, "RUST_BACKTRACE": "0"},
            )
            for line in run.stdout.splitlines():
                name, what, took = json.loads(line)
                found[name] = (what, took)
            left = [name for name in left if name not in found]
            if left:  # the process came to its end over this one
                found[left.pop(0)] = (f"stopped: {run.returncode}\n{run.stderr[-2000:]}", 0.0)
        with pytest.raises(TimeoutError):
            server.accept()
    return found


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_file_is_refused_in_words(
    name: str, outcomes: dict[str, tuple[str, float]]
) -> None:
    what, took = outcomes[name]
    message = CASES[name]().message
    assert took < SECONDS
    if message:
        assert what.startswith("refused: ")
        assert message in what
    else:
        assert what == "read"


READERS = {".ttl": read_skos, ".owl": read_ontology, ".obo": read_ontology}


@pytest.mark.parametrize("suffix", READERS)
def test_what_is_no_file_is_refused(suffix: str, tmp_path: Path) -> None:
    read = READERS[suffix]
    (folder := tmp_path / f"folder{suffix}").mkdir()
    os.mkfifo(pipe := tmp_path / f"pipe{suffix}")
    (loop := tmp_path / f"loop{suffix}").symlink_to(tmp_path / f"loop{suffix}")
    for path, reason in (
        (folder, "a folder; expected a regular file"),
        (pipe, "a device or a pipe; expected a regular file"),
        (Path("/dev/zero"), "a device or a pipe; expected a regular file"),
        (loop, "symbolic link"),
        (tmp_path / f"none{suffix}", "No such file"),
        (tmp_path / f"zero\0{suffix}", "no file has a zero byte in its name"),
    ):
        with pytest.raises(UnreadableFileError, match=reason):
            read(path, scheme="x")
    with pytest.raises(UnreadableFileError, match="a folder"):
        read_sssom(folder)


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (target := tmp_path / "a").write_text(TURTLE.format('"A"'))
    (link := tmp_path / "b.ttl").symlink_to(target)
    assert len(read_skos(link, scheme="x").taxonomy) == 1


def test_the_limit_can_be_set(tmp_path: Path) -> None:
    text = TURTLE.format('"A"')
    (path := tmp_path / "a.ttl").write_text(text)
    assert len(read_skos(path, scheme="x", max_bytes=len(text)).taxonomy) == 1
    for read in (read_skos, read_ontology):
        with pytest.raises(InvalidTableError, match="expected at most that"):
            read(path, scheme="x", max_bytes=len(text) - 1)
    with pytest.raises(InvalidTableError, match="expected at most that"):
        read_sssom(path, max_bytes=3)


def torn(text: str) -> Iterator[bytes]:
    """Yield a file cut off, and with one byte of it changed, at many places."""
    data = text.encode()
    for place in range(0, len(data), 7):
        yield data[:place]
        for byte in (0, 0x22, 0x3C, 0x5C, 0xFF, data[place] ^ 1):
            yield data[:place] + bytes([byte]) + data[place + 1 :]


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".ttl", TURTLE.format('"A"@en, "B"@fr ; skos:broader [ a t:b ]')),
        (".rdf", xml("A", entities(("e", "http://e.org/")))),
        (".jsonld", jsonld(**{"skos:broader": [{"@id": "http://e.org/b"}]})),
        (
            ".obo",
            OBO.format("a") + 'def: "b" [X:2]\nsynonym: "c" EXACT []\nis_a: X:1 {a="b"} ! c\n',
        ),
        (".tsv", SSSOM.format("a:1\tskos:exactMatch\tb:1\tsemapv:LexicalMatching\n")),
    ],
)
def test_no_torn_file_does_worse_than_be_refused(suffix: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / f"torn{suffix}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for data in torn(text):
            path.write_bytes(data)
            outcome(path)  # raises what is no ImplsciError


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
