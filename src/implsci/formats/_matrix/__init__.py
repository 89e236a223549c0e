"""Rooms behind `implsci.formats.matrix`: where a table stands, what its labels say, how it is kept."""
