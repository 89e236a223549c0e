"""implsci: implementation science as typed records.

Barriers, strategies, mechanisms, relationships and outcomes of a study stand in one record; any
taxonomy can be plugged in; a compendium of studies can be asked what has been learnt.

Names load when they are first used, so that importing the package costs little.

Examples:
    >>> import implsci
    >>> implsci.Study(id="a", title="A study").title
    'A study'
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str

    from implsci import analysis as analysis
    from implsci import formats as formats
    from implsci.codes import Code as Code
    from implsci.compendium import Compendium as Compendium
    from implsci.compendium import load as load
    from implsci.errors import ImplsciError as ImplsciError
    from implsci.errors import InvalidRecord as InvalidRecord
    from implsci.hooks import hookimpl as hookimpl
    from implsci.matching import MatchReport as MatchReport
    from implsci.matching import match as match
    from implsci.mismatch import Mismatch as Mismatch
    from implsci.mismatch import mismatches as mismatches
    from implsci.model import Actor as Actor
    from implsci.model import Arm as Arm
    from implsci.model import Barrier as Barrier
    from implsci.model import Citation as Citation
    from implsci.model import Coding as Coding
    from implsci.model import CoreElement as CoreElement
    from implsci.model import Estimate as Estimate
    from implsci.model import Event as Event
    from implsci.model import Finding as Finding
    from implsci.model import Innovation as Innovation
    from implsci.model import Measurement as Measurement
    from implsci.model import Mechanism as Mechanism
    from implsci.model import Modification as Modification
    from implsci.model import Outcome as Outcome
    from implsci.model import Provenance as Provenance
    from implsci.model import Rating as Rating
    from implsci.model import Relationship as Relationship
    from implsci.model import Setting as Setting
    from implsci.model import Strategy as Strategy
    from implsci.model import Study as Study
    from implsci.plugins import Registry as Registry
    from implsci.plugins import registry as registry
    from implsci.synthesis import Synthesis as Synthesis
    from implsci.synthesis import synthesize as synthesize
    from implsci.taxonomy import Crosswalk as Crosswalk
    from implsci.taxonomy import LinkSet as LinkSet
    from implsci.taxonomy import Taxonomy as Taxonomy
    from implsci.taxonomy import Term as Term

_MODULE_OF = {
    "Actor": "model",
    "Arm": "model",
    "Barrier": "model",
    "Citation": "model",
    "Code": "codes",
    "Coding": "model",
    "Compendium": "compendium",
    "CoreElement": "model",
    "Crosswalk": "taxonomy",
    "Estimate": "model",
    "Event": "model",
    "Finding": "model",
    "ImplsciError": "errors",
    "Innovation": "model",
    "InvalidRecord": "errors",
    "LinkSet": "taxonomy",
    "MatchReport": "matching",
    "Measurement": "model",
    "Mechanism": "model",
    "Mismatch": "mismatch",
    "Modification": "model",
    "Outcome": "model",
    "Provenance": "model",
    "Rating": "model",
    "Registry": "plugins",
    "Relationship": "model",
    "Setting": "model",
    "Strategy": "model",
    "Study": "model",
    "Synthesis": "synthesis",
    "Taxonomy": "taxonomy",
    "Term": "taxonomy",
    "analysis": "",
    "formats": "",
    "hookimpl": "hooks",
    "load": "compendium",
    "match": "matching",
    "mismatches": "mismatch",
    "registry": "plugins",
    "synthesize": "synthesis",
}

__all__ = [
    "Actor",
    "Arm",
    "Barrier",
    "Citation",
    "Code",
    "Coding",
    "Compendium",
    "CoreElement",
    "Crosswalk",
    "Estimate",
    "Event",
    "Finding",
    "ImplsciError",
    "Innovation",
    "InvalidRecord",
    "LinkSet",
    "MatchReport",
    "Measurement",
    "Mechanism",
    "Mismatch",
    "Modification",
    "Outcome",
    "Provenance",
    "Rating",
    "Registry",
    "Relationship",
    "Setting",
    "Strategy",
    "Study",
    "Synthesis",
    "Taxonomy",
    "Term",
    "analysis",
    "formats",
    "hookimpl",
    "load",
    "match",
    "mismatches",
    "registry",
    "synthesize",
]


def __dir__() -> list[str]:
    return [*__all__, "__version__"]


if not TYPE_CHECKING:  # an ungated __getattr__ would let every misspelt name pass the type checker

    def __getattr__(name: str) -> object:
        from importlib import import_module

        if name == "__version__":
            from importlib.metadata import version

            return version("implsci")
        if name not in _MODULE_OF:
            raise AttributeError(f"module 'implsci' has no attribute {name!r}")
        module = _MODULE_OF[name]
        if not module:
            return import_module(f"implsci.{name}")
        value = getattr(import_module(f"implsci.{module}"), name)
        globals()[name] = value
        return value
