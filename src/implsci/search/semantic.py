"""Semantic search: terms whose texts mean something near, by the vectors of an encoder.

What is near in meaning is added to what shares words, never put in its place: an exact name stays
first, and the score says how far both agree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Final

from implsci.errors import EncoderError, ImplsciError, MissingExtraError
from implsci.taxonomy import Term

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Encode", "SemanticIndex"]

Encode = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Turns texts into vectors of one length, of which a dot product says how near two texts are."""

# The whole of a term, and that one of its names and phrases that comes nearest.
_WHOLE: Final = 0.5


class SemanticIndex:
    """The vectors of terms, made once.

    Args:
        terms: the terms to compare texts with.
        encode: turns texts into vectors.
        name: that of the encoder, for messages.

    Raises:
        MissingExtraError: numpy is not installed.
        EncoderError: the encoder fails, or does not return one finite vector a text, all of one
            length.
    """

    def __init__(self, terms: Iterable[Term], encode: Encode, name: str = "(unnamed)") -> None:
        try:
            import numpy as np
        except ImportError as error:
            raise MissingExtraError("semantic search", "semantic") from error
        self._encode = encode
        self._name = name
        self._length: int | None = None
        terms = list(terms)
        phrases = [(*term.names, *term.hidden_labels) for term in terms]
        starts = [0]
        for own in phrases:
            starts.append(starts[-1] + len(own))
        whole = [". ".join(["; ".join(term.names), term.definition]) for term in terms]
        self._whole = self._vectors(whole) if terms else None
        self._phrases = self._vectors([one for own in phrases for one in own]) if terms else None
        self._starts = np.asarray(starts[:-1])

    def nearness(self, text: str) -> list[float]:
        """Return how near each term is to a text, 0 to 1, in the order of the terms."""
        import numpy as np

        if self._whole is None or self._phrases is None:
            return []
        asked = self._vectors([text])[0]
        best = np.maximum.reduceat(self._phrases @ asked, self._starts)
        near = _WHOLE * (self._whole @ asked) + (1 - _WHOLE) * best
        found: list[float] = np.clip(near, 0, 1).tolist()
        return found

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return vectors of length one, held to what an encoder owes."""
        import numpy as np

        try:
            found = np.asarray(self._encode(texts), dtype=np.float32)
        except ImplsciError:
            raise
        except Exception as error:  # an encoder may raise anything
            raise EncoderError(self._name, f"{type(error).__name__}: {error}") from error
        length = self._length if self._length is not None else found.shape[-1] if found.ndim else 0
        if found.shape != (len(texts), length) or not length:
            raise EncoderError(
                self._name,
                f"expected {len(texts)} vectors of one length, got an array of shape {found.shape}",
            )
        if not np.isfinite(found).all():
            raise EncoderError(self._name, "expected finite numbers, got NaN or infinity")
        self._length = length
        return _unit(found)


def _unit(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors of length one; a text without any known word has none, and stays zero."""
    import numpy as np

    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.where(lengths > 0, lengths, 1)).astype(np.float32)
