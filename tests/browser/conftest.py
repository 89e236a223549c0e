"""A headless chromium for the tests of pages; they are skipped, with the reason, where there is none."""

from __future__ import annotations

import _socket
import os
import shutil
import socket
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="package", autouse=True)
def no_network() -> Iterator[None]:
    """Let these tests reach this machine alone, where the driver of the browser listens."""

    def connect(self: socket.socket, address: Any) -> None:
        assert address[0] in ("127.0.0.1", "::1", "localhost"), f"the network was asked: {address}"
        _socket.socket.connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="package")
def browser() -> Iterator[Any]:
    """A driver that logs what the page fetches and what the console says."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
    chromium = shutil.which("chromium")
    driver = shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("needs the Debian packages chromium and chromium-driver")
    from selenium.webdriver.chrome.options import Options
    from selenium.webdriver.chrome.service import Service

    options = Options()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--window-size=1280,900",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    running = webdriver.Chrome(options=options, service=Service(driver))
    yield running
    running.quit()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core: the file that IMPLSCI_AXE names, or the copy in axe-playwright-python."""
    named = os.environ.get("IMPLSCI_AXE")
    if named:
        return Path(named).read_text(encoding="utf-8")
    try:
        found = files("axe_playwright_python").joinpath("axe.min.js")
    except ModuleNotFoundError:
        pytest.skip("needs axe-core: npm pack axe-core, and IMPLSCI_AXE=.../package/axe.min.js")
    return found.read_text(encoding="utf-8")
