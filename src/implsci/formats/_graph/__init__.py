"""Graphs of statements (RDF) and ontologies, in and out, for SKOS, OWL and OBO."""
