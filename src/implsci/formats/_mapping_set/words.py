"""Words of SSSOM that are both read and written."""

from __future__ import annotations

from typing import Final

__all__ = ["MANUAL", "NOT_FOUND", "UNSPECIFIED"]

NOT_FOUND: Final = "sssom:NoTermFound"
MANUAL: Final = "semapv:ManualMappingCuration"
UNSPECIFIED: Final = "https://w3id.org/sssom/license/unspecified"
