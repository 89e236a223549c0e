"""Taxonomies and bases that travel with the library, as plugins."""
