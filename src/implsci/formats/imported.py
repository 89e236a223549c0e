"""What a reader returns: the vocabulary, and what of the file is not in it."""

from __future__ import annotations

from attrs import frozen

from implsci.errors import Fault, ImplsciWarning
from implsci.taxonomy import Taxonomy

__all__ = ["Imported", "LeftOutWarning"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True)
class Imported:
    """A vocabulary read from a file of another format.

    Attributes:
        taxonomy: what could be kept.
        left_out: what could not, so that nothing is lost silently: where it stands (an IRI, a
            property, a line), and what was there.

    Examples:
        >>> from implsci.taxonomy import Taxonomy
        >>> tea = Taxonomy(scheme="tea", title="Tea", kind="drink", terms=())
        >>> Imported(taxonomy=tea).left_out
        ()
    """

    taxonomy: Taxonomy
    left_out: tuple[Fault, ...] = ()


class LeftOutWarning(ImplsciWarning):
    """A file holds more than what was made of it.

    Attributes:
        file: name of the file.
        left_out: where each thing stands, and what it is.
    """

    def __init__(self, file: str, left_out: tuple[Fault, ...]) -> None:
        self.file = file
        self.left_out = left_out
        super().__init__("\n".join([f"{file}: left out:", *(f"  {fault}" for fault in left_out)]))

    def __reduce__(self) -> tuple[type[LeftOutWarning], tuple[str, tuple[Fault, ...]]]:
        return type(self), (self.file, self.left_out)
