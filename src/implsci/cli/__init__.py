"""The command line. `main` is the console script; nothing else here is for import."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from implsci.errors import MissingExtraError

__all__ = ["main"]


def __dir__() -> list[str]:
    return __all__


def main() -> None:
    """Run the command that ``sys.argv`` names, and exit with its status."""
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:  # closed by the caller
            stream = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115  for good
            setattr(sys, name, stream)
    try:
        try:
            import click  # noqa: F401  only to know whether the extra is there
            import rich  # noqa: F401
        except ImportError:
            sys.stderr.write(f"implsci: {MissingExtraError('the command line', 'cli')}\n")
            raise SystemExit(2) from None
        from implsci.cli.app import app  # needs the extra

        app(prog_name="implsci")
    except KeyboardInterrupt:  # before click stands ready to catch it
        raise SystemExit(130) from None
