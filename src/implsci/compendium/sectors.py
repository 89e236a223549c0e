"""Reading service sectors out of a text, by the names that the taxonomy `sector` gives them."""

from __future__ import annotations

from implsci.places import Resolved
from implsci.places._parting import Piece, lines, resolved
from implsci.plugins import Registry

__all__ = ["sectors"]


def __dir__() -> list[str]:
    return __all__


def sectors(text: str, registry: Registry) -> Resolved:
    r"""Read the sectors out of a text, such as a cell of a spreadsheet.

    Only a code, a label or a synonym counts, without regard to case; nothing is taken for near
    enough. Pieces are parted by semicolons, bars, line breaks, commas, slashes, brackets and "and";
    a name that holds one of these, as "Water, sanitation and hygiene", is taken whole.

    Args:
        text: the text; a blank one holds nothing.
        registry: holds the taxonomy `sector`.

    Returns:
        The codes found, and the pieces for which there is none.

    Raises:
        UnknownNameError: the registry has no taxonomy `sector`.

    Examples:
        >>> import implsci
        >>> found = sectors("education; Child welfare, WASH / astrology", implsci.registry())
        >>> found.codes
        ('sector:education', 'sector:child-welfare', 'sector:wash')
        >>> found.unresolved
        ('astrology',)
    """
    taxonomy = registry.taxonomy("sector")

    def read(piece: Piece) -> None:
        bare = piece.text.removeprefix(f"{taxonomy.scheme}:")
        term = None if ":" in bare else taxonomy.get(bare)
        terms = [term] if term else taxonomy.labeled(piece.text) or taxonomy.called(piece.text)
        if len(terms) == 1:
            piece.code = terms[0].code
        elif terms:
            names = " or ".join(term.code for term in terms)
            piece.note = f"{piece.text} may be {names}"

    return resolved(lines(text, read))
