"""The encoder ``wordllama``: static word vectors that travel inside a PyPI package; no network."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from implsci.errors import MissingExtraError
from implsci.hooks import Encoder, hookimpl

__all__ = ["encoder", "implsci_encoders"]


def encoder() -> Encoder:
    """Return the encoder; its package is imported when a text is first encoded."""
    return Encoder(
        name="wordllama",
        title="WordLlama, 256 dimensions",
        license="MIT",
        citation="https://pypi.org/project/wordllama/",
        load=_load,
    )


class _WordLlama:
    def __init__(self) -> None:
        try:
            import wordllama
        except ImportError as error:
            raise MissingExtraError("semantic search", "semantic") from error
        # What its own default would fetch lies in the package: the folder is named, and no network used.
        folder = Path(wordllama.__file__).parent
        self._model = wordllama.WordLlama.load(cache_dir=folder, disable_download=True)

    def __call__(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        import numpy as np

        vectors: list[list[float]] = np.asarray(self._model.embed(list(texts), norm=True)).tolist()
        return vectors


def _load() -> _WordLlama:
    return _WordLlama()


@hookimpl
def implsci_encoders() -> tuple[Encoder, ...]:
    """Bring the encoder."""
    return (encoder(),)
