"""Formats of compendia, a module each; plugins, as anybody's format is."""
