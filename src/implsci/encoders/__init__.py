"""Encoders for semantic search that travel with the library, as plugins."""
