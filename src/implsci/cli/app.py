"""The command ``implsci``: finds its subcommands, and turns what goes wrong into one line."""

from __future__ import annotations

import builtins
import contextlib
import sys
import warnings
from collections.abc import Iterator
from importlib import import_module
from keyword import iskeyword
from typing import Any, Final, NoReturn

import click

from implsci.cli.output import clean, examples, note
from implsci.errors import (
    AmbiguousNameError,
    CorruptDocument,
    ImplsciError,
    ImplsciWarning,
    InvalidCodeError,
    InvalidQueryError,
    LoadError,
    MissingExtraError,
    UnknownNameError,
    UnreadableFileError,
)

__all__ = ["app"]

# In the order that help lists them, each with the module it stands in: a command's module, and what
# that imports, is loaded when the command is named.
_COMMANDS: Final = {
    "demo": "demo",
    "taxonomies": "vocabulary",
    "plugins": "vocabulary",
    "term": "vocabulary",
    "search": "vocabulary",
    "map": "mapping",
    "coverage": "mapping",
    "diagnose": "diagnose",
    "match": "matching",
    "mismatch": "mismatch",
    "plan": "plan",
    "compare": "plan",
    "sequence": "sequence",
    "track": "track",
    "pathways": "pathways",
    "trajectories": "trajectories",
    "relationships": "relationships",
    "gaps": "gaps",
    "bundles": "bundles",
    "transfer": "transfer",
    "equity": "equity",
    "practice": "practice",
    "engagement": "engagement",
    "support": "support",
    "competencies": "competencies",
    "beside": "beside",
    "informants": "informants",
    "questions": "questions",
    "cycles": "cycles",
    "cases": "cases",
    "maturity": "maturity",
    "definitions": "definitions",
    "glossary": "definitions",
    "claims": "claims",
    "mobilisation": "network",
    "network": "network",
    "check": "check",
    "casebook": "casebook",
    "redact": "redact",
    "synthesize": "synthesize",
    "figure": "figure",
    "specification": "specification",
    "ratings": "ratings",
    "unmatched": "unmatched",
    "agreement": "agreement",
    "schema": "schema",
    "convert": "convert",
    "formats": "formats",
    "merge": "merge",
    "diff": "diff",
    "change": "change",
    "release": "release",
    "form": "form",
    "export": "exchange",
    "import": "exchange",
    "new-plugin": "new_plugin",
}
_USAGE: Final = (
    AmbiguousNameError,
    InvalidCodeError,
    InvalidQueryError,
    MissingExtraError,
    UnknownNameError,
)
_UNREADABLE: Final = (CorruptDocument, OSError, UnreadableFileError)


class _App(click.Group):
    """A group whose commands load late and whose errors are one line and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = import_module(f"implsci.cli.{_COMMANDS[cmd_name]}")
        name = cmd_name.replace("-", "_")
        taken = name in vars(builtins) or iskeyword(name)
        command: click.Command = getattr(module, f"{name}_" if taken else name)
        return command

    def main(self, *args: Any, **extra: Any) -> NoReturn:
        """Run, and exit: 0 done, 1 faults found, 2 asked wrongly, 3 unreadable, 130 interrupted."""
        for stream in (sys.stdout, sys.stderr):
            # A terminal that cannot show a letter gets its escape instead of a crash.
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="backslashreplace")
        try:
            with _warnings_as_notes():
                status = super().main(*args, **{**extra, "standalone_mode": False})
        except click.ClickException as error:
            error.show()
            status = error.exit_code
        except click.Abort:
            status = 130
        except (ImplsciError, OSError) as error:
            click.echo(clean(f"implsci: {error}"), err=True)
            if isinstance(error, LoadError) and len(error.lines) <= error.shown:
                from implsci.cli.tracked import is_casebook

                command = "casebook" if is_casebook(str(error.path)) else "check"
                note(f"for all that is wrong or doubtful in it: implsci {command} {error.path}")
            status = 2 if isinstance(error, _USAGE) else 3 if isinstance(error, _UNREADABLE) else 1
        sys.exit(status if isinstance(status, int) else 0)


@contextlib.contextmanager
def _warnings_as_notes() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("always", ImplsciWarning)
        show = warnings.showwarning

        def tell(message: Any, category: type[Warning], *where: Any, **more: Any) -> None:
            if issubclass(category, ImplsciWarning):
                note(f"warning: {message}")
            else:
                show(message, category, *where, **more)

        warnings.showwarning = tell
        yield


@examples("implsci demo", 'implsci search "audit feedback"', "implsci match --help")
@click.command(
    cls=_App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="implsci", prog_name="implsci", message="%(prog)s %(version)s")
def app() -> None:
    """Implementation science at the command line.

    What stands in the way of practices that work, what was tried, and what came of it: ask the
    taxonomies of the field, match strategies to barriers, check coded studies, and lay a
    compendium of them out in rows and columns.

    Results go to stdout (--format table, json or csv), everything else to stderr. Exit codes: 0
    done, 1 errors in data, 2 asked wrongly, 3 unreadable, 130 interrupted. Each command has help of its own,
    with examples.
    """
