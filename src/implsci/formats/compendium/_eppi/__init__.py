"""EPPI-Reviewer's JSON, read and written."""
