"""What all tests share: no network, one registry of the built-in plugins, one Hypothesis profile."""

from __future__ import annotations

import importlib.metadata
import os
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from implsci.plugins import Registry

# The same examples every time, so that what passes for one passes for all; a hunt for what they
# miss draws others at random, as many as it is told.
HUNTED = int(os.environ.get("IMPLSCI_HUNT", "0"))

settings.register_profile(
    "implsci",
    max_examples=HUNTED or 30,
    deadline=None,  # a busy machine is no defect
    derandomize=not HUNTED,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("implsci")


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Let no test reach the network; sockets between processes of this machine may be used."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def refuse(self: socket.socket, address: Any) -> Any:
        if self.family == getattr(socket, "AF_UNIX", None):
            return connect(self, address)
        raise AssertionError(f"a test tried to reach the network: {address}")

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", refuse)
        patch.setattr(socket.socket, "connect_ex", refuse)
        yield
    assert (socket.socket.connect, socket.socket.connect_ex) == (connect, connect_ex)


@pytest.fixture(scope="session")
def registry() -> Registry:
    """The built-in plugins alone, so that what else is installed changes no test."""
    entries = importlib.metadata.distribution("implsci").entry_points
    names = [entry.name for entry in entries if entry.group == "implsci.plugins"]
    return Registry(plugins=names, strict=True)


@pytest.fixture(scope="session")
def data() -> Path:
    """The folder of test data."""
    return Path(__file__).parent / "data"
