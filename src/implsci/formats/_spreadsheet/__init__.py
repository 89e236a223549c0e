"""Spreadsheets from strangers: their cells, and what their labels mean."""
