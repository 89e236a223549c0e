"""The graph of transitions as DOT and Mermaid text, names escaped."""

from __future__ import annotations

from implsci.analysis._arguments import checked
from implsci.analysis.sequences._transitions import TransitionRates
from implsci.errors import InvalidQueryError

__all__ = ["to_dot", "to_mermaid"]


def __dir__() -> list[str]:
    return __all__


@checked
def to_dot(rates: TransitionRates, least: float = 0.0) -> str:
    """Write transitions as a directed graph in Graphviz's DOT.

    Nodes are n0, n1 ... in the order of the states and carry the states' names as labels, so that
    no name can be read as anything but text. An edge is labelled by its rate and count.

    Args:
        rates: as `transition_rates` returns them.
        least: transitions with a rate below it are left out; those never seen always are.

    Returns:
        The text of one graph, with a newline at its end.

    Raises:
        InvalidQueryError: `least` outside 0 to 1.

    Examples:
        >>> from implsci.analysis.sequences import transition_rates
        >>> print(to_dot(transition_rates([["push", "pull"]])), end="")
        digraph transitions {
          n0 [label="pull"];
          n1 [label="push"];
          n1 -> n0 [label="1.00 (1)"];
        }
    """
    nodes = [f'  n{at} [label="{_dot(state)}"];' for at, state in enumerate(rates.states)]
    edges = [
        f'  n{start} -> n{end} [label="{label}"];' for start, end, label in _edges(rates, least)
    ]
    return "\n".join(["digraph transitions {", *nodes, *edges, "}", ""])


@checked
def to_mermaid(rates: TransitionRates, least: float = 0.0) -> str:
    """Write transitions as a flowchart in Mermaid.

    Nodes are named as in `to_dot`. In labels every character but letters, digits, space, and
    ``. , -`` is written as Mermaid's code for it.

    Args:
        rates: as `transition_rates` returns them.
        least: transitions with a rate below it are left out; those never seen always are.

    Returns:
        The text of one chart, with a newline at its end.

    Raises:
        InvalidQueryError: `least` outside 0 to 1.

    Examples:
        >>> from implsci.analysis.sequences import transition_rates
        >>> print(to_mermaid(transition_rates([["push", "co-creation"]])), end="")
        flowchart LR
          n0["co-creation"]
          n1["push"]
          n1 -->|"1.00 #40;1#41;"| n0
    """
    nodes = [f'  n{at}["{_mermaid(state)}"]' for at, state in enumerate(rates.states)]
    edges = [
        f'  n{start} -->|"{_mermaid(label)}"| n{end}' for start, end, label in _edges(rates, least)
    ]
    return "\n".join(["flowchart LR", *nodes, *edges, ""])


def _edges(rates: TransitionRates, least: float) -> list[tuple[int, int, str]]:
    if not 0 <= least <= 1:
        raise InvalidQueryError(f"the least rate lies between 0 and 1; got {least!r}")
    return [
        (start, end, f"{rate:.2f} ({rates.counts[start][end]:g})")
        for start, row in enumerate(rates.rates)
        for end, rate in enumerate(row)
        if rate and rate >= least
    ]


def _dot(text: str) -> str:
    return _one_line(text).replace("\\", "\\\\").replace('"', '\\"')


def _mermaid(text: str) -> str:
    return "".join(
        char if char.isalnum() or char in " .,-" else f"#{ord(char)};" for char in _one_line(text)
    )


def _one_line(text: str) -> str:
    """Line ends and other characters that cannot be seen become spaces."""
    return "".join(char if char.isprintable() else " " for char in text)
