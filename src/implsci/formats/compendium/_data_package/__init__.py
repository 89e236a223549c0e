"""How a compendium lies in tables: which there are, how cells are written, and how both come back."""

from __future__ import annotations
