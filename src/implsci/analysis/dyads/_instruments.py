"""Questionnaires as data, and the scores of those who answered them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Literal, TypeAlias, get_args

from attrs import frozen

from implsci.analysis._arguments import checked
from implsci.errors import Fault, InvalidQueryError, InvalidRecord, UnknownNameError
from implsci.model import Measurement
from implsci.names import close_names

__all__ = ["Answers", "Instrument", "InstrumentStatus", "Item", "instrument", "instruments"]


def __dir__() -> list[str]:
    return __all__


InstrumentStatus: TypeAlias = Literal["verified", "provisional"]
"""Whether the key of an instrument was read in a source, or still has to be checked.

Examples:
    >>> from typing import get_args
    >>> get_args(InstrumentStatus)
    ('verified', 'provisional')
"""

Answers: TypeAlias = Mapping[int, float | None] | Sequence[float | None]
"""What one respondent answered: by item number, or one for each item in order; None for none.

Examples:
    >>> by_number: Answers = {1: 5, 2: None}
    >>> in_order: Answers = [5, None]
"""


@frozen(kw_only=True)
class Item:
    """One item of an instrument; its wording belongs to its publisher and is not held here.

    Attributes:
        number: as printed, from 1.
        subscale: the subscale it belongs to; None for an instrument without any.
        reversed: whether agreeing means less of what is measured.

    Examples:
        >>> Item(number=1, reversed=True).reversed
        True
    """

    number: int
    subscale: str | None = None
    reversed: bool = False


@frozen(kw_only=True)
class Instrument:
    """A questionnaire: its items, subscales, reversed items and answer scale.

    A score is the mean of the answers, reversed items turned round, on the answer scale. A
    respondent gets a score where at least `least_answered` of its items were answered; else the
    score is None.

    Attributes:
        name: short name, such as ``wai-sr``.
        title: full name.
        of: what a score measures, such as ``quality`` or ``trust``.
        items: at least two, none twice.
        scale_min: lowest answer.
        scale_max: highest answer.
        least_answered: share of items, above 0 up to 1, that must be answered.
        doi: of the publication that presents it; None where not known for sure.
        status: ``verified`` where the key was read in a source, else ``provisional``.
        note: what a user should know or check.

    Raises:
        InvalidRecord: blank name, title or `of`, fewer than 2 items, a number that is below 1 or
            stands twice, subscales on some items only, a scale upside down or not finite, a share
            out of range, another status, or a DOI that does not begin with ``10.``.

    Examples:
        >>> rapport = Instrument(
        ...     name="rapport-3", title="Our rapport scale", of="quality",
        ...     items=(Item(number=1), Item(number=2, reversed=True), Item(number=3)),
        ...     scale_min=1, scale_max=5,
        ... )
        >>> rapport.score([5, 1, 4])[0].value
        4.666666666666667
    """

    name: str
    title: str
    of: str
    items: tuple[Item, ...]
    scale_min: float
    scale_max: float
    least_answered: float = 0.8
    doi: str | None = None
    status: InstrumentStatus = "provisional"
    note: str | None = None

    def __attrs_post_init__(self) -> None:
        faults: list[Fault] = []
        for field in ("name", "title", "of"):
            value = getattr(self, field)
            if not isinstance(value, str) or not value or value.isspace():
                faults.append(Fault(field, f"expected some text, got {value!r}"))
        if not isinstance(self.items, tuple) or len(self.items) < 2:
            faults.append(Fault("items", "expected a tuple of at least 2 items"))
        else:
            self._items_checked(faults)
        low, high = self.scale_min, self.scale_max
        if not _scale(low, high):
            faults.append(
                Fault("scale_max", f"expected more than scale_min, {low!r}, got {high!r}")
            )
        if not 0 < self.least_answered <= 1:
            faults.append(
                Fault("least_answered", f"expected above 0 up to 1, got {self.least_answered!r}")
            )
        if self.status not in get_args(InstrumentStatus):
            faults.append(Fault("status", f"expected verified or provisional, got {self.status!r}"))
        if self.doi is not None and not (self.doi.startswith("10.") and "/" in self.doi):
            faults.append(Fault("doi", f"expected a DOI that begins with 10., got {self.doi!r}"))
        if faults:
            raise InvalidRecord("Instrument", faults, str(self.name))

    def _items_checked(self, faults: list[Fault]) -> None:
        seen: set[int] = set()
        for index, item in enumerate(self.items):
            if (
                isinstance(item.number, bool)
                or not isinstance(item.number, int)
                or item.number < 1
                or item.number in seen
            ):
                faults.append(
                    Fault(
                        f"items[{index}].number",
                        f"expected a number of 1 or more that stands once, got {item.number!r}",
                    )
                )
            seen.add(item.number)
        without = [item.number for item in self.items if item.subscale is None]
        if without and len(without) < len(self.items):
            faults.append(
                Fault("items", f"expected a subscale for each item or none, got none for {without}")
            )

    @property
    def subscales(self) -> tuple[str, ...]:
        """The subscales, in the order in which items first name them; empty where there are none.

        Examples:
            >>> instrument("wai-sr").subscales
            ('task', 'bond', 'goal')
        """
        named = (item.subscale for item in self.items)
        return tuple(dict.fromkeys(name for name in named if name is not None))

    def keyed(self, answers: Answers) -> tuple[float | None, ...]:
        """Return the answers in the order of the items, reversed items turned round.

        A reversed item becomes scale_min + scale_max - answer.

        Raises:
            InvalidQueryError: an answer off the scale or no number, an item number that is not
                there, or another number of answers than of items.

        Examples:
            >>> instrument("psychological-safety").keyed([1, 2, 7, 4, None, 6, 7])
            (7.0, 2.0, 1.0, 4.0, None, 6.0, 7.0)
        """
        low, high = self.scale_min, self.scale_max
        found: list[float | None] = []
        for item, answer in zip(self.items, self._in_order(answers), strict=True):
            if answer is None:
                found.append(None)
                continue
            if (
                isinstance(answer, bool)
                or not isinstance(answer, int | float)
                or not low <= answer <= high
            ):
                raise InvalidQueryError(
                    f"item {item.number} of {self.name} is {answer!r}; "
                    f"expected a number from {low:g} to {high:g}, or None"
                )
            found.append(float(low + high - answer if item.reversed else answer))
        return tuple(found)

    @checked
    def score(
        self,
        answers: Answers,
        *,
        respondent: str | None = None,
        toward: str | None = None,
        time: str | None = None,
        rescale: tuple[float, float] | None = None,
    ) -> tuple[Measurement, ...]:
        """Score one respondent: the whole instrument, then each subscale.

        Args:
            answers: by item number, or one for each item in order; None for an item not answered.
            respondent: who answered.
            toward: whom the answers are about.
            time: when, such as ``baseline``.
            rescale: lowest and highest value of the scale wanted; the answer scale if None. The
                lowest answer goes to the lowest value, the highest to the highest, and what is
                between in proportion.

        Returns:
            Measurements ready for a `Relationship`; the value is None, and the note says why,
            where too few items were answered.

        Raises:
            InvalidQueryError: see `keyed`; or a scale to rescale to that is upside down or not
                finite.

        Examples:
            >>> answers = [5, 4, 5, 4, 5, 4, 5, 4, 5, 4, 4, None]
            >>> for score in instrument("wai-sr").score(answers, respondent="site", toward="coach"):
            ...     print(score.subscale, score.value, score.note)
            None 4.454545454545454 11 of 12 items answered
            task None 3 of 4 items answered; 80% are needed
            bond 5.0 4 of 4 items answered
            goal 4.0 4 of 4 items answered
        """
        low, high = (self.scale_min, self.scale_max) if rescale is None else rescale
        if not _scale(low, high):
            raise InvalidQueryError(
                f"a scale runs from a lower to a higher number; got {low!r} to {high!r}"
            )
        keyed = self.keyed(answers)
        scores = []
        for subscale in (None, *self.subscales):
            values = [
                value
                for item, value in zip(self.items, keyed, strict=True)
                if subscale in (None, item.subscale)
            ]
            answered = [value for value in values if value is not None]
            note = f"{len(answered)} of {len(values)} items answered"
            value = None
            # The small allowance keeps 0.8 of 5 items at 4 and not, by rounding, above it.
            if len(answered) >= self.least_answered * len(values) - 1e-9:
                mean = math.fsum(answered) / len(answered)
                share = (mean - self.scale_min) / (self.scale_max - self.scale_min)
                value = mean if rescale is None else min(high, low + share * (high - low))
            else:
                note += f"; {100 * self.least_answered:g}% are needed"
            scores.append(
                Measurement(
                    of=self.of,
                    value=value,
                    instrument=self.name,
                    subscale=subscale,
                    scale_min=low,
                    scale_max=high,
                    respondent=respondent,
                    toward=toward,
                    time=time,
                    note=note,
                )
            )
        return tuple(scores)

    def matrix(
        self, respondents: Iterable[Answers], subscale: str | None = None
    ) -> tuple[tuple[float | None, ...], ...]:
        """Return the keyed answers of many, ready for `reliability`.

        Args:
            respondents: the answers of each.
            subscale: the items of this subscale only; all if None.

        Returns:
            One row a respondent, one column an item.

        Raises:
            UnknownNameError: a subscale that is not there.
            InvalidQueryError: see `keyed`.

        Examples:
            >>> instrument("wai-sr").matrix([[1, 2, 3, 4, 5, 1, 2, 3, 4, 5, 1, 2]], "goal")
            ((4.0, 1.0, 3.0, 1.0),)
        """
        if subscale is not None and subscale not in self.subscales:
            raise UnknownNameError(
                f"subscale of {self.name}",
                subscale,
                close_names(subscale, self.subscales) or self.subscales,
            )
        return tuple(
            tuple(
                value
                for item, value in zip(self.items, self.keyed(answers), strict=True)
                if subscale in (None, item.subscale)
            )
            for answers in respondents
        )

    def _in_order(self, answers: Answers) -> Sequence[float | None]:
        if isinstance(answers, Mapping):
            numbers = [item.number for item in self.items]
            for number in answers:
                if number not in numbers:
                    raise InvalidQueryError(
                        f"{self.name} has no item {number!r}; its items are {numbers}"
                    )
            return [answers.get(number) for number in numbers]
        if (
            isinstance(answers, str)
            or not isinstance(answers, Sequence)
            or len(answers) != len(self.items)
        ):
            raise InvalidQueryError(
                f"{self.name} has {len(self.items)} items; expected one answer or None for each, "
                f"got {answers!r}"
            )
        return answers


def _scale(low: float, high: float) -> bool:
    """Whether the two numbers are the ends of a scale."""
    numbers = isinstance(low, int | float) and isinstance(high, int | float)
    return numbers and math.isfinite(low) and math.isfinite(high) and low < high


def _items(
    subscales: Mapping[str | None, Sequence[int]], reversed_: Sequence[int] = ()
) -> tuple[Item, ...]:
    found = [
        Item(number=number, subscale=subscale, reversed=number in reversed_)
        for subscale, numbers in subscales.items()
        for number in numbers
    ]
    return tuple(sorted(found, key=lambda item: item.number))


_SHIPPED: Final = (
    Instrument(
        name="psat",
        title="Program Sustainability Assessment Tool",
        of="sustainability capacity",
        items=_items(
            {
                domain: range(5 * index + 1, 5 * index + 6)
                for index, domain in enumerate(
                    (
                        "environmental support",
                        "funding stability",
                        "partnerships",
                        "organizational capacity",
                        "program evaluation",
                        "program adaptation",
                        "communications",
                        "strategic planning",
                    )
                )
            }
        ),
        scale_min=1,
        scale_max=7,
        doi="10.5888/pcd11.130184",
        status="verified",
        note=(
            "A program rated by its staff and partners: 8 domains of 5 items, in this order; the "
            "form numbers the items of each domain from 1, here they run to 40. It rates the "
            "capacity to last, which is not lasting itself. Wording at https://sustaintool.org."
        ),
    ),
    Instrument(
        name="psychological-safety",
        title="Team Psychological Safety Scale",
        of="psychological safety",
        items=_items({None: range(1, 8)}, reversed_=(1, 3, 5)),
        scale_min=1,
        scale_max=7,
        doi="10.2307/2666999",
        status="verified",
        note="Forms with 5 answers are common: give them scale_max=5 by attrs.evolve.",
    ),
    Instrument(
        name="trusting-relationship",
        title="Trusting Relationship Questionnaire",
        of="trust",
        items=_items({None: range(1, 17)}),
        scale_min=1,
        scale_max=5,
        note=(
            "Mustillo, Dorsey and Farmer 2005. The number of items, the answer scale and the "
            "absence of reversed items are from memory: check them against your form. An "
            "adapted version was used with implementation teams (doi:10.3389/frhs.2024.1353741)."
        ),
    ),
    Instrument(
        name="wai-s",
        title="Working Alliance Inventory, Short Form",
        of="quality",
        items=_items(
            {"task": (1, 2, 8, 12), "bond": (3, 5, 7, 9), "goal": (4, 6, 10, 11)},
            reversed_=(4, 10),
        ),
        scale_min=1,
        scale_max=7,
        doi="10.1037/1040-3590.1.3.207",
        note=(
            "The key of the form of 1989 as known from memory. Public pages print the key of "
            "wai-sr under this name: compare your form. If it has that key and 7 answers, take "
            "wai-sr with scale_max=7 by attrs.evolve."
        ),
    ),
    Instrument(
        name="wai-sr",
        title="Working Alliance Inventory, Short Revised",
        of="quality",
        items=_items({"task": (1, 2, 10, 12), "bond": (3, 5, 7, 9), "goal": (4, 6, 8, 11)}),
        scale_min=1,
        scale_max=5,
        doi="10.1080/10503300500352500",
        status="verified",
        note="No item is reversed. Items are under copyright of their publisher.",
    ),
)


def instruments() -> tuple[Instrument, ...]:
    """Return the instruments that are bundled, by name. Read `status` and `note` of each.

    Examples:
        >>> for one in instruments():
        ...     print(one.name, len(one.items), one.status)
        psat 40 verified
        psychological-safety 7 verified
        trusting-relationship 16 provisional
        wai-s 12 provisional
        wai-sr 12 verified
    """
    return _SHIPPED


@checked
def instrument(name: str) -> Instrument:
    """Return a bundled instrument by its name.

    Raises:
        UnknownNameError: no instrument of that name is bundled.

    Examples:
        >>> instrument("psychological-safety").doi
        '10.2307/2666999'
    """
    for one in _SHIPPED:
        if one.name == name:
            return one
    names = [one.name for one in _SHIPPED]
    raise UnknownNameError(
        "instrument", name, close_names(name, names) or names, "build your own with Instrument"
    )
