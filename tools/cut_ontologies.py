"""Cut the excerpts in ``tests/data/ontologies`` from the files of the Behaviour Change Intervention Ontology.

    python tools/cut_ontologies.py bcio.owl bcto.xlsx

`mode_of_delivery.owl` is what stands below one class, block for block as in `bcio.owl`, with the two
classes above it; `mode_of_delivery.obo` says the same in OBO; `bcto_sheet.csv` is five columns of the
editors' spreadsheet. Needs rdflib and openpyxl.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import openpyxl
from rdflib import RDF, RDFS, Graph, Literal, URIRef
from rdflib.namespace import OWL
from rdflib.term import Node

HERE = Path(__file__).parent.parent / "tests" / "data" / "ontologies"
ROOT = "process mode of delivery"
OBO = "http://purl.obolibrary.org/obo/"
DEFINITION = URIRef(f"{OBO}IAO_0000115")
SYNONYM = URIRef(f"{OBO}IAO_0000118")
COLUMNS = ("ID", "Label", "Parent", "Synonyms", "Definition")


def main(ontology: Path, sheet: Path) -> None:
    """Write all three excerpts."""
    graph = Graph().parse(ontology, format="xml")
    root = graph.value(None, RDFS.label, Literal(ROOT))
    below = [*dict.fromkeys(graph.transitive_subjects(RDFS.subClassOf, root))]
    wanted = {str(iri): None for iri in [*graph.transitive_objects(root, RDFS.subClassOf), *below]}
    wanted = {iri: None for iri in wanted if (URIRef(iri), RDF.type, OWL.Class) in graph}
    write_owl(ontology, wanted)
    write_obo(graph, wanted)
    write_sheet(sheet)


def write_owl(ontology: Path, wanted: dict[str, None]) -> None:
    """Write the wanted classes as they stand in the file."""
    text = ontology.read_text(encoding="utf-8")
    head = text[: text.index("</owl:Ontology>")] + "</owl:Ontology>\n"
    blocks = re.findall(
        r'^    <owl:Class rdf:about="([^"]+)">\n(.*?)^    </owl:Class>\n', text, re.M | re.S
    )
    with (HERE / "mode_of_delivery.owl").open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(head)
        for iri, inside in blocks:
            if iri in wanted:
                stream.write(f'    <owl:Class rdf:about="{iri}">\n{inside}    </owl:Class>\n')
        stream.write("</rdf:RDF>\n")


def write_obo(graph: Graph, wanted: dict[str, None]) -> None:
    """Write the same classes in OBO."""

    def identifier(iri: Node) -> str:
        return re.split("[/#]", str(iri))[-1].replace("_", ":", 1)

    def quoted(text: Node) -> str:
        escaped = str(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return f'"{escaped}"'

    with (HERE / "mode_of_delivery.obo").open("w", encoding="utf-8", newline="\n") as stream:
        stream.write("format-version: 1.2\nontology: bcio\n")
        for iri in wanted:
            node = URIRef(iri)
            stream.write(
                f"\n[Term]\nid: {identifier(node)}\nname: {graph.value(node, RDFS.label)}\n"
            )
            for text in graph.objects(node, DEFINITION):
                stream.write(f"def: {quoted(text)} []\n")
            for text in sorted(graph.objects(node, SYNONYM)):
                stream.write(f"synonym: {quoted(text)} EXACT []\n")
            for parent in sorted(graph.objects(node, RDFS.subClassOf)):
                if isinstance(parent, URIRef):
                    stream.write(
                        f"is_a: {identifier(parent)} ! {graph.value(parent, RDFS.label)}\n"
                    )


def write_sheet(sheet: Path) -> None:
    """Write five columns of the editors' spreadsheet."""
    head, *rows = openpyxl.load_workbook(sheet, read_only=True).active.iter_rows(values_only=True)
    places = [head.index(column) for column in COLUMNS]
    with (HERE / "bcto_sheet.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([column.lower() for column in COLUMNS])
        writer.writerows([(row[index] or "").strip() for index in places] for row in rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
