"""The arguments and options that several commands take, each said once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import click

__all__ = [
    "basis_option",
    "columns_option",
    "limit_option",
    "link_option",
    "no_pool_option",
    "outcome_option",
    "rollup_option",
    "rows_option",
    "source_argument",
    "strategies_option",
    "where_option",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

source_argument: Final = click.argument("source", metavar="FILE|NAME")
basis_option: Final = click.option(
    "--basis", multiple=True, metavar="B", help="Only this basis; may be repeated."
)
link_option: Final = click.option(
    "--link", type=click.Choice(["addressed", "cooccur"]), default="addressed", show_default=True,
    help="For barriers and strategies: count where the source says that a strategy addresses the "
    "barrier, or where both occur.",
)  # fmt: skip
no_pool_option: Final = click.option("--no-pool", is_flag=True, help="Pool no estimates.")
outcome_option: Final = click.option(
    "--outcome", metavar="O", help="Only findings on this outcome: a code, a label or a kind."
)
rollup_option: Final = click.option(
    "--rollup", type=int, metavar="N",
    help="Roll codes up to this depth of their taxonomy, 1 the top.",
)  # fmt: skip
strategies_option: Final = click.option(
    "--strategies", default="strategy", show_default=True, metavar="S",
    help="Which strategies; a taxonomy may follow, as in strategy:eric.",
)  # fmt: skip
where_option: Final = click.option(
    "--where", multiple=True, metavar="FACET=VALUE",
    help="Only studies such as sector=health, country=KE, year=2015..2020; may be repeated.",
)  # fmt: skip


def rows_option(help: str) -> Callable[[_Command], _Command]:
    """Return the option ``--rows``, an axis, with what it means for a command."""
    return click.option("--rows", default="barrier", show_default=True, metavar="R", help=help)


def columns_option(help: str) -> Callable[[_Command], _Command]:
    """Return the option ``--columns``, likewise."""
    return click.option("--columns", default="strategy", show_default=True, metavar="C", help=help)


def limit_option(what: str, default: int = 10) -> Callable[[_Command], _Command]:
    """Return the option ``--limit``.

    Args:
        what: what it limits, as its help goes on after "How many".
        default: how many are shown where nothing is asked; 0 shows all.
    """
    return click.option(
        "--limit", type=click.IntRange(min=0), default=default, show_default=True, metavar="N",
        help=f"How many {what}; 0 for all.",
    )  # fmt: skip
