"""A figure as a file: whole or not at all, and the same bytes each time; and a figure in words."""

from __future__ import annotations

import io
import os
import threading
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from implsci.atomic import write_file
from implsci.errors import InvalidQueryError, MissingExtraError
from implsci.escaping import markup, one_line
from implsci.model import Study
from implsci.plots._behind import marks_of
from implsci.plots._pointing import pointable

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["describe", "save", "written"]

# Settings of matplotlib that can be given in no other way are its own global ones.
_ONE_AT_A_TIME: Final = threading.Lock()
_KINDS: Final = ("svg", "png", "pdf")


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


def save(
    figure: Figure,
    path: str | os.PathLike[str],
    *,
    interactive: bool = False,
    studies: Iterable[Study] = (),
) -> None:
    """Write a figure as SVG, PNG or PDF, by the ending of the name.

    Equal figures give equal bytes with one version of matplotlib: no date, no random ids. In SVG
    text stays text, and the figure in words stands in ``title`` and ``desc``; in PNG and PDF it is
    in the metadata.

    In an interactive SVG each mark has its numbers as a tooltip, is reached by keyboard, and stands
    out when it is pointed at; what is one study with a DOI leads there. It holds no script.

    Args:
        figure: the figure.
        path: the file; one that is there is replaced.
        interactive: whether the marks of an SVG can be pointed at.
        studies: where an interactive SVG looks DOIs up, such as the compendium; without them nothing
            is linked.

    Raises:
        InvalidQueryError: another ending; or an interactive figure that is no SVG, or has no marks
            that can be pointed at.
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
    target = Path(path)
    kind = target.suffix.lower().removeprefix(".")
    if kind not in _KINDS:
        raise InvalidQueryError(
            f"{target.name}: a figure is saved as .svg, .png or .pdf, by the ending of the name"
        )
    if interactive:
        _check_pointable(figure, kind, target.name)
    content = written(figure, kind, role="figure" if interactive else "img")
    if interactive:
        dois = {
            study.id: study.citation.doi
            for study in studies
            if study.citation is not None and study.citation.doi is not None
        }
        content = pointable(content, figure, dois)
    write_file(target, [content])


def written(figure: Figure, kind: str, role: str = "img") -> bytes:
    """Return a figure as svg, png or pdf.

    Args:
        figure: the figure.
        kind: which of them.
        role: what an SVG is to a screen reader.
    """
    try:
        import matplotlib
    except ImportError as error:
        raise MissingExtraError("saving a figure", "plots") from error
    words = describe(figure)
    title = next(filter(None, (one_line(ax.get_title(loc="left")) for ax in figure.axes)), "")
    about: dict[str, dict[str, str | None]] = {
        "svg": {"Title": title, "Description": words, "Date": None, "Creator": "implsci"},
        "png": {"Title": title, "Description": words, "Software": "implsci"},
        "pdf": {"Title": title, "Subject": words, "Creator": "implsci", "CreationDate": None},
    }
    drawn = io.BytesIO()
    settings = matplotlib.rc_context(
        {
            "svg.hashsalt": "implsci",
            "svg.fonttype": "none",
            "pdf.fonttype": 42,
            "savefig.bbox": "standard",
        }
    )
    with _ONE_AT_A_TIME, settings, warnings.catch_warnings():
        if kind == "svg":  # the reader's own fonts will have the letters
            warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        figure.savefig(drawn, format=kind, dpi=200, metadata=about[kind])
    content = drawn.getvalue()
    return _audible(content, words, role) if kind == "svg" and words else content


def _check_pointable(figure: Figure, kind: str, name: str) -> None:
    if kind != "svg":
        raise InvalidQueryError(f"{name}: only .svg is interactive; got .{kind}")
    if next(marks_of(figure), None) is None:
        raise InvalidQueryError(
            f"{name}: no mark of this figure can be pointed at; save it without interactive"
        )


def _audible(svg: bytes, words: str, role: str) -> bytes:
    """Put the words where screen readers look for them; what is an image has no parts to them."""
    svg = svg.replace(b"<svg ", f'<svg role="{role}" '.encode(), 1)
    start, end, rest = svg.partition(b"</title>")
    return start + end + b"\n <desc>" + markup(words).encode("utf-8") + b"</desc>" + rest
