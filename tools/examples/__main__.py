"""Write the compendium and its page: ``python -m tools.examples [--out DIR]``."""

from __future__ import annotations

import argparse
from pathlib import Path

from implsci.codec import encode

from .build import build
from .summary import page, report
from .vocabularies import ROOT


def main() -> None:
    """Build, write, and print what was counted."""
    parser = argparse.ArgumentParser(prog="python -m tools.examples", description=__doc__)
    parser.add_argument(
        "--out",
        type=Path,
        default=ROOT / "src" / "implsci" / "compendia",
        help="where to write examples.jsonl and EXAMPLES.md (default: the package)",
    )
    out: Path = parser.parse_args().out
    studies, tally = build()
    (out / "examples.jsonl").write_bytes(b"".join(encode(study) + b"\n" for study in studies))
    (out / "EXAMPLES.md").write_text(page(studies, tally), encoding="utf-8", newline="\n")
    print(report(studies, tally))


if __name__ == "__main__":
    main()
