"""How routine something has become in a program or organization, as rated over time."""

from __future__ import annotations

from attrs import frozen

from implsci.codes import Code
from implsci.errors import Fault
from implsci.model import _rules as rules
from implsci.model._document import Document
from implsci.model.evidence import Event, Measurement

__all__ = ["Maturity"]


def __dir__() -> list[str]:
    return __all__


@frozen(kw_only=True, eq=False, repr=False)
class Maturity(Document):
    """How routine a practice, such as implementation research, has become in a program.

    It holds what was rated, by which instrument and when; a stage, and which way it went, follow
    (`implsci.learning.maturity`).

    Attributes:
        id: the record's name inside its casebook.
        program: the program or organization.
        of: what is to become routine, such as ``implementation research``.
        sectors: codes of the service sectors.
        countries: ISO 3166-1 alpha-2.
        ratings: what was rated; each names its instrument, and its time where known.
        events: what happened on the way, such as a policy or a post that was set up.
        studies: ids of studies in a compendium that it rests on or speaks of.
        provenance: where its facts were taken from.
        note: anything a reader should know about it.

    Raises:
        InvalidRecord: bad id, code or country, blank program or practice, a rating without its
            instrument.

    Examples:
        >>> Maturity(
        ...     id="m1", program="Country program", of="implementation research",
        ...     ratings=(Measurement(of="funding stability", value=4.2, instrument="psat"),),
        ... ).ratings[0].instrument
        'psat'
        >>> Maturity(
        ...     id="m1", program="Country program", of="implementation research",
        ...     ratings=(Measurement(of="maturity", value=3),),
        ... )
        Traceback (most recent call last):
            ...
        implsci.errors.InvalidRecord: Maturity 'm1' has 1 fault:
          ratings[0].instrument: a rating needs the instrument it was made with
    """

    program: str
    of: str
    sectors: tuple[Code, ...] = ()
    countries: tuple[str, ...] = ()
    ratings: tuple[Measurement, ...] = ()
    events: tuple[Event, ...] = ()

    def _rules(self, faults: list[Fault]) -> None:
        rules.filled(faults, "program", self.program)
        rules.filled(faults, "of", self.of)
        rules.codes(faults, "sectors", self.sectors)
        rules.countries(faults, self.countries)
        for index, rating in enumerate(self.ratings):
            if rating.instrument is None or not rating.instrument.strip():
                faults.append(
                    Fault(
                        f"ratings[{index}].instrument",
                        "a rating needs the instrument it was made with",
                    )
                )
