"""The contract of bases for matching."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any, ClassVar

from implsci.plugins import Registry
from implsci.taxonomy import Link, LinkSet
from implsci.testing.contracts._shared import PublishedContract, hold, missing_codes, unread

__all__ = ["LinkSetContract"]


def __dir__() -> list[str]:
    return __all__


def _pair(link: Link) -> str:
    return f"{link.source} -> {link.target}"


class LinkSetContract(PublishedContract):
    """What every basis for matching keeps to. Subclass it, set `links` or `plugin`, and run pytest.

    Attributes:
        links: a `LinkSet` or several, or better a function that builds them.
        plugin: instead, a plugin: its module, or its entry-point name once it is installed.
        registry: where codes are looked up beside the plugin's own; the default registry where
            None.

    Examples:
        >>> from implsci.bases import waltz
        >>> class TestWaltz(LinkSetContract):
        ...     links = waltz.links
    """

    links: ClassVar[
        LinkSet | Sequence[LinkSet] | Callable[[], LinkSet | Sequence[LinkSet]] | None
    ] = None

    _subject = "links"
    _class = LinkSet
    _noun = "links"
    _name = "basis"

    @classmethod
    def _from(cls, registry: Registry) -> tuple[Any, ...]:
        return registry.bases()

    @classmethod
    def _links(cls) -> Iterator[Link]:
        for basis in cls._all():
            yield from basis.links

    def test_there_is_a_basis_with_links(self) -> None:
        """The tables can be read, hold to the rules of their classes, and are not empty."""
        hold("no links", (basis.basis for basis in self._there() if not basis.links))

    def test_codes_exist(self) -> None:
        """Every source and target is a term of an installed taxonomy."""
        found = missing_codes(
            (
                code
                for basis in self._all()
                for code in (
                    *basis.sources,
                    *basis.targets,
                    *(count.source for count in basis.level_counts),
                )
            ),
            self._vocabulary(),
        )
        hold(
            "codes that no installed taxonomy has",
            (
                *found.codes,
                *(f"any of {scheme}, which is not installed" for scheme in found.schemes),
            ),
        )

    def test_every_link_says_something(self) -> None:
        """A pair of which nothing is known is left out; unknown is not zero."""
        hold(
            "links with neither count, level nor status",
            (
                _pair(link)
                for link in self._links()
                if link.percent is None and link.level is None and link.status is None
            ),
        )

    def test_percents_can_be_derived(self) -> None:
        """Where a number of respondents is given, so is how many of them endorsed the pair."""
        hold(
            "links with n and without k",
            (_pair(link) for link in self._links() if link.n is not None and link.percent is None),
        )

    def test_levels_agree_with_percents(self) -> None:
        """Level 1 is half or more of the respondents, level 2 a fifth or more, and less is none."""

        def wrong(basis: LinkSet) -> Iterator[str]:
            for link in basis.links:
                if link.k is None or link.n is None:
                    continue
                due = 1 if 2 * link.k >= link.n else 2 if 5 * link.k >= link.n else None
                if link.level != due:
                    yield f"{_pair(link)}: {link.k} of {link.n} is level {due}, not {link.level}"

        hold(
            "levels",
            (text for basis in self._all() if basis.kind == "endorsement" for text in wrong(basis)),
        )

    def test_levels_keep_to_the_published_counts(self) -> None:
        """No more targets are known at a level than the publisher counts there."""

        def wrong(basis: LinkSet) -> Iterator[str]:
            known = Counter((link.source, link.level) for link in basis.links)
            for count in basis.level_counts:
                told = {1: count.level1, 2: count.level2}
                for level, most in told.items():
                    if known[count.source, level] > most:  # type: ignore[index]
                        yield (
                            f"{count.source} has {known[count.source, level]} targets at level "  # type: ignore[index]
                            f"{level}, and its publisher counts {most}"
                        )
                either = sum(known[count.source, level] for level in (1, 2, "1-2"))
                if either > sum(told.values()):
                    yield (
                        f"{count.source} has {either} targets at level 1 or 2, and its publisher "
                        f"counts {sum(told.values())}"
                    )

        hold("counts", (text for basis in self._all() for text in wrong(basis)))

    def test_a_provisional_basis_says_so(self) -> None:
        """What nobody has read in its source is marked provisional."""
        hold(
            "bases from a source that was not read, yet whose status is not provisional",
            (
                f"{basis.basis} ({source})"
                for basis in self._all()
                if basis.status != "provisional"
                for source in dict.fromkeys((basis.citation, *(link.note for link in basis.links)))
                if unread(source)
            ),
        )

    def test_building_it_twice_gives_the_same(self) -> None:
        """Links, and their order, do not change from one run to the next."""
        self._twice(self._name, "bases that came out different the second time")
