"""A figure as a file: whole or not at all, and the same bytes each time; and a figure in words."""

from __future__ import annotations

import io
import os
import threading
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

from implsci.atomic import write_file
from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.escaping import markup, one_line

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["describe", "save"]

# Settings of matplotlib that can be given in no other way are its own global ones.
_ONE_AT_A_TIME: Final = threading.Lock()


def describe(figure: Figure) -> str:
    """Return a figure in words, for readers who cannot see it: what is shown, n, and the main marks.

    Args:
        figure: one that a function of this package drew.

    Returns:
        One line; empty where nothing of it was drawn here.

    Examples:
        >>> from implsci.analysis.meta import funnel
        >>> from implsci.plots import funnel_plot
        >>> describe(funnel_plot(funnel([0.1, 0.3, 0.5], [0.01, 0.02, 0.01])))[:23]
        'Funnel plot of 3 effect'
    """
    labels = (str(ax.get_label()) for ax in figure.axes)
    return " ".join(label for label in labels if label and not label.startswith("<"))


def save(figure: Figure, path: str | os.PathLike[str]) -> None:
    """Write a figure as SVG, PNG or PDF, by the ending of the name.

    Equal figures give equal bytes with one version of matplotlib: no date, no random ids. In SVG
    text stays text, and the figure in words stands in ``title`` and ``desc``; in PNG and PDF it is
    in the metadata.

    Args:
        figure: the figure.
        path: the file; one that is there is replaced.

    Raises:
        InvalidQueryError: another ending.
        UnreadableFileError: the file cannot be written; what stood there before stands there still.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> from implsci.analysis.meta import funnel
        >>> from implsci.plots import funnel_plot
        >>> figure = funnel_plot(funnel([0.1, 0.3, 0.5], [0.01, 0.02, 0.01]))
        >>> with TemporaryDirectory() as folder:
        ...     save(figure, Path(folder, "funnel.svg"))
        ...     Path(folder, "funnel.svg").read_bytes()[:5]
        b'<?xml'
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtraError("saving a figure", "plots") from error
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    words = describe(figure)
    title = next((one_line(ax.get_title(loc="left")) for ax in figure.axes), "")
    about: dict[str, dict[str, str | None]] = {
        "svg": {"Title": title, "Description": words, "Date": None, "Creator": "implsci"},
        "png": {"Title": title, "Description": words, "Software": "implsci"},
        "pdf": {"Title": title, "Subject": words, "Creator": "implsci", "CreationDate": None},
    }
    if kind not in about:
        raise InvalidQueryError(
            f"{target.name}: a figure is saved as .svg, .png or .pdf, by the ending of the name"
        )
    drawn = io.BytesIO()
    settings = matplotlib.rc_context(
        {"svg.hashsalt": "implsci", "svg.fonttype": "none", "pdf.fonttype": 42}
    )
    with _ONE_AT_A_TIME, settings, warnings.catch_warnings():
        if kind == "svg":  # the reader's own fonts will have the letters
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(drawn, format=kind, dpi=200, metadata=about[kind])
    content = drawn.getvalue()
    if kind == "svg" and words:
        content = _audible(content, words)
    write_file(target, [content])


def _audible(svg: bytes, words: str) -> bytes:
    """Put the words where screen readers look for them."""
    svg = svg.replace(b"<svg ", b'<svg role="img" ', 1)
    start, end, rest = svg.partition(b"</title>")
    return start + end + b"\n <desc>" + markup(words).encode("utf-8") + b"</desc>" + rest
