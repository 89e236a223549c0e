"""Crosswalks between taxonomies that travel with the library, as plugins."""
