"""Who takes part: backgrounds of those who support, what binds each party, ties in both directions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from attrs import frozen

from implsci.analysis.result import Result, Row
from implsci.codes import Code
from implsci.model.barrier import Barrier
from implsci.model.documents import Document
from implsci.model.relationship import Relationship
from implsci.model.support import Party, PartyRole, SupportArrangement
from implsci.support._profile import engagement_profile
from implsci.support._reading import who
from implsci.support._verdict import Verdict

__all__ = [
    "STYLES",
    "Background",
    "Backgrounds",
    "Tie",
    "backgrounds",
    "by_background",
    "constraints_of",
    "styles",
    "ties",
]

STYLES = (
    Code("support:didactic-training"),
    Code("support:responsive-tailored-support"),
    Code("support:co-created-support"),
)
"""Styles of support, from teaching to working it out together.

The order in which experienced practitioners tell it (Metz, Jensen, Farley and Boaz 2022,
doi:10.1177/26334895221105585).
"""


@frozen(kw_only=True)
class Background:
    """The arrangements whose provider was something before.

    Attributes:
        name: what the provider was, as the record that names it first writes it.
        arrangements: ids of the arrangements.
        verdicts: how many of them come to each verdict on push, pull and co-creation.
    """

    name: str
    arrangements: tuple[str, ...]
    verdicts: Mapping[Verdict, int]


@frozen(kw_only=True)
class Backgrounds(Result):
    """What providers of support were before.

    Attributes:
        backgrounds: the commonest first.
        untold: ids of arrangements with a provider of whom it is not told.
        n: arrangements with a provider.
        assumptions: what must hold for it to mean what it says.
    """

    backgrounds: tuple[Background, ...]
    untold: tuple[str, ...]
    n: int
    assumptions: tuple[str, ...] = (
        "an arrangement counts for each background of its providers",
        "backgrounds are compared word by word, case aside; two words for one thing stay two",
    )

    def to_rows(self) -> tuple[Row, ...]:
        """Return a line a background."""
        return tuple(
            {
                "background": one.name,
                "arrangements": len(one.arrangements),
                "of": self.n,
                "verdicts": ", ".join(f"{name} {k}" for name, k in one.verdicts.items()),
                "ids": " ".join(one.arrangements),
            }
            for one in self.backgrounds
        )

    def sentence(self) -> str:
        """Say how many arrangements each background has."""
        if not self.n:
            return "No arrangement has a provider."
        told = ", ".join(f"{one.name} {len(one.arrangements)}" for one in self.backgrounds)
        rest = f"not told {len(self.untold)}" if self.untold else ""
        return f"Backgrounds of providers, of {self.n}: {', '.join(filter(None, (told, rest)))}."


def by_background(
    casebook: Iterable[Document], background: str, *, role: PartyRole = "provider"
) -> tuple[SupportArrangement, ...]:
    """Return the arrangements in which somebody of a role has a background.

    Args:
        casebook: the records; those of other classes are passed over.
        background: what they were before, such as ``teacher``; case and spacing do not matter.
        role: the part they take now.

    Examples:
        >>> from implsci.casebook import Casebook
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> book = Casebook(records=(
        ...     SupportArrangement(
        ...         id="s1",
        ...         title="Help with reading",
        ...         parties=(
        ...             Party(id="ta", label="coach", role="provider", background=("Teacher",)),
        ...         ),
        ...     ),
        ... ))
        >>> [one.id for one in by_background(book, "teacher")]
        ['s1']
    """
    wanted = _folded(background)
    return tuple(
        record
        for record in casebook
        if isinstance(record, SupportArrangement)
        and any(
            wanted in map(_folded, party.background)
            for party in record.parties
            if party.role == role
        )
    )


def backgrounds(casebook: Iterable[Document]) -> Backgrounds:
    """Count what the providers of support were before, and how those of each background work.

    That most providers were practitioners or policymakers, and that researchers come to be:
    http://wtgrantfoundation.org/strengthening-research-use-technical-assistance.

    Args:
        casebook: the records; those of other classes are passed over.

    Examples:
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with reading",
        ...     parties=(Party(id="ta", label="coach", role="provider", background=("teacher",)),),
        ... )
        >>> backgrounds([made_up]).sentence()
        'Backgrounds of providers, of 1: teacher 1.'
    """
    names: dict[str, str] = {}
    found: dict[str, list[SupportArrangement]] = {}
    untold: list[str] = []
    n = 0
    for record in casebook:
        if not isinstance(record, SupportArrangement):
            continue
        providers = [party for party in record.parties if party.role == "provider"]
        n += bool(providers)
        told = {_folded(text): text for party in providers for text in party.background}
        if providers and not told:
            untold.append(record.id)
        for key, text in told.items():
            names.setdefault(key, text)
            found.setdefault(key, []).append(record)
    return Backgrounds(
        backgrounds=tuple(
            Background(
                name=names[key],
                arrangements=tuple(record.id for record in held),
                verdicts=_verdicts(held),
            )
            for key, held in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
        ),
        untold=tuple(untold),
        n=n,
    )


def _verdicts(held: Iterable[SupportArrangement]) -> dict[Verdict, int]:
    counts: Counter[Verdict] = Counter(engagement_profile(record).verdict for record in held)
    return dict(counts.most_common())


def constraints_of(arrangement: SupportArrangement, role: PartyRole) -> tuple[Barrier, ...]:
    """Return what binds the parties of a role.

    Args:
        arrangement: what is asked about.
        role: the part that the parties take.

    Examples:
        >>> from implsci.model import Barrier
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with reading",
        ...     parties=(Party(id="site", label="the school", role="recipient"),),
        ...     constraints=(Barrier(id="c1", label="two teachers short", actor="site"),),
        ... )
        >>> [one.label for one in constraints_of(made_up, "recipient")]
        ['two teachers short']
    """
    parties = {party.id for party in arrangement.parties if party.role == role}
    return tuple(one for one in arrangement.constraints if one.actor in parties)


def styles(arrangement: SupportArrangement) -> tuple[tuple[int, Code], ...]:
    """Return the styles of support that activities and strategies are coded with, by their rank.

    Args:
        arrangement: what is asked about.

    Returns:
        Rank in `STYLES`, from 1, and code, the lowest rank first; none where nothing is coded so.

    Examples:
        >>> from implsci.model.documents import SupportArrangement
        >>> styles(SupportArrangement(id="s1", title="Help", activities=("support:co-created-support",)))
        ((3, 'support:co-created-support'),)
    """
    used = {
        *arrangement.activities,
        *(code for one in arrangement.strategies for code in one.codes),
    }
    return tuple((rank, code) for rank, code in enumerate(STYLES, 1) if code in used)


@frozen(kw_only=True)
class Tie:
    """Whether something between two parties was seen in both directions.

    Attributes:
        relationship: id of the relationship.
        label: its words.
        of: what was measured, such as ``empathy``.
        directions: from whom toward whom it was measured.
        mutual: whether both directions are present; None where it was not measured, or some
            measurement does not tell its direction and no two others make up both.
    """

    relationship: str
    label: str
    of: str
    directions: tuple[tuple[str, str], ...]
    mutual: bool | None

    def sentence(self) -> str:
        """Say what is known.

        Examples:
            >>> Tie(relationship="r", label="alliance", of="empathy", directions=(), mutual=None).sentence()
            'alliance: whether empathy is mutual is unknown.'
        """
        if self.mutual is None:
            return f"{self.label}: whether {self.of} is mutual is unknown."
        if self.mutual:
            return f"{self.label}: {self.of} is told in both directions."
        told = ", ".join(f"{here} toward {there}" for here, there in self.directions)
        return f"{self.label}: {self.of} is told in one direction only ({told})."


def ties(arrangement: SupportArrangement, of: str = "empathy") -> tuple[Tie, ...]:
    """Say of each relationship whether something was measured in both directions.

    Empathy between those who support and those supported goes both ways (Metz, Boaz, Jensen, Farley
    and Bartley, a blog on relationships); one direction is not mutual.

    Args:
        arrangement: what is asked about.
        of: what was measured.

    Examples:
        >>> from implsci.model import Measurement, Relationship
        >>> from implsci.model.documents import Party, SupportArrangement
        >>> made_up = SupportArrangement(
        ...     id="s1",
        ...     title="Help with reading",
        ...     parties=(Party(id="ta", label="coach"), Party(id="site", label="the school")),
        ...     relationships=(
        ...         Relationship(
        ...             id="r1",
        ...             label="alliance",
        ...             parties=("ta", "site"),
        ...             measurements=(Measurement(of="empathy", respondent="ta", toward="site"),),
        ...         ),
        ...     ),
        ... )
        >>> ties(made_up)[0].mutual
        False
    """
    known = {party.id: party for party in arrangement.parties}
    return tuple(_tie(arrangement, one, of, known) for one in arrangement.relationships)


def _tie(
    arrangement: SupportArrangement, one: Relationship, of: str, known: Mapping[str, Party]
) -> Tie:
    held = [each for each in one.measurements if each.of == of]
    told = dict.fromkeys(
        (each.respondent, each.toward) for each in held if each.respondent and each.toward
    )
    undirected = sum(not (each.respondent and each.toward) for each in held)
    mutual = one.mutual(of)

    def name(party: str) -> str:
        return who(arrangement, party) if party in known else party

    return Tie(
        relationship=one.id,
        label=one.label,
        of=of,
        directions=tuple((name(here), name(there)) for here, there in told),
        mutual=None if not mutual and (not told or undirected) else mutual,
    )


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
