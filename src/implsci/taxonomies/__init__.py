"""Taxonomies that travel with the library, as plugins."""
