"""What importing costs, net of a bare interpreter; medians of interleaved fresh processes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

_PROCESSES = 25
_CODES = {
    "bare": "pass",
    "attrs": "import attrs",
    "implsci": "import implsci",
    "Study": "from implsci import Study",
    "cattrs": "import cattrs",
    "pydantic": "import pydantic; pydantic.BaseModel",
    "msgspec": "import msgspec",
}


def rows() -> Iterator[tuple[str, str, str, str]]:
    # Compiled modules are what users have; a first run of each makes them where they are missing.
    environment = {
        name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
    }
    seconds: dict[str, list[float]] = {name: [] for name in _CODES}
    for number in range(_PROCESSES + 1):
        for name, code in _CODES.items():
            start = time.perf_counter()
            subprocess.run([sys.executable, "-c", code], check=True, env=environment)
            if number:
                seconds[name].append(time.perf_counter() - start)
    median = {name: statistics.median(values) * 1000 for name, values in seconds.items()}
    net = {name: value - median["bare"] for name, value in median.items()}
    for name, peer, bound in (
        ("Study", "attrs", "1.6"),
        ("implsci", "attrs", ""),
        ("Study", "cattrs", ""),
        ("Study", "pydantic", ""),
        ("Study", "msgspec", ""),
    ):
        yield (
            f"`{_CODES[name]}` / `{_CODES[peer]}`",
            f"{net[name] / net[peer]:.2f}",
            bound,
            f"{net[name]:.0f} ms against {net[peer]:.0f} ms, net of a bare interpreter",
        )
