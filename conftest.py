"""Runs the examples in the docstrings of the library: python -m pytest src."""

from __future__ import annotations

from doctest import ELLIPSIS

from hypothesis import HealthCheck, settings
from sybil import Sybil
from sybil.parsers.rest import DocTestParser

# An example runs once, and the first draw builds the tables of Unicode: slow on a loaded machine.
settings.register_profile("examples", suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("examples")

pytest_collect_file = Sybil(
    parsers=[DocTestParser(optionflags=ELLIPSIS)],
    path="src",
    patterns=["*.py"],
    name="docstrings",
).pytest()
