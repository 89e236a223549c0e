"""Bases for matching that travel with the library, as plugins."""
