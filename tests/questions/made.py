"""Studies made for the tests: small ones by hand, and random ones for laws."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import strategies as st

from implsci import Barrier, Finding, Outcome, Strategy, Study

BARRIERS = ("cfir-2009:culture", "cfir-2009:cost", "cfir-2009:planning")
STRATEGIES = (
    "eric:facilitation",
    "eric:build-a-coalition",
    "eric:remind-clinicians",
    "eric:tailor-strategies",
)
SECTORS = ("sector:health", "sector:education")
COUNTRIES = ("KE", "UG", "SE")


def made(
    name: str,
    barriers: Iterable[str] = (),
    strategies: Iterable[str] = (),
    *,
    links: Iterable[tuple[int, int]] = (),
    findings: Iterable[tuple[Iterable[int], str, str]] = (),
    **fields: object,
) -> Study:
    """Return a study with these codes; links join strategies to barriers by their places."""
    aims: dict[int, list[str]] = {}
    for strategy, barrier in links:
        aims.setdefault(strategy, []).append(f"b{barrier}")
    return Study(
        id=name,
        title=name,
        barriers=tuple(
            Barrier(id=f"b{place}", label=code, codes=(code,))
            for place, code in enumerate(barriers)
        ),
        strategies=tuple(
            Strategy(
                id=f"s{place}", label=code, codes=(code,), addresses=tuple(aims.get(place, ()))
            )
            for place, code in enumerate(strategies)
        ),
        outcomes=(Outcome(id="o", label="uptake", kind="implementation", desirable="higher"),),
        findings=tuple(
            Finding(
                id=f"f{place}",
                outcome="o",
                strategies=tuple(f"s{one}" for one in behind),
                basis=basis,
                direction=direction,
            )
            for place, (behind, basis, direction) in enumerate(findings)
        ),
        **fields,
    )


@st.composite
def studies(draw: st.DrawFn, most: int = 8) -> list[Study]:
    """Return random studies of few codes, some of one programme, some that tell little."""
    found = []
    for place in range(draw(st.integers(1, most))):
        barriers = draw(st.lists(st.sampled_from(BARRIERS), unique=True))
        strategies = draw(st.lists(st.sampled_from(STRATEGIES), unique=True))
        pairs = [(s, b) for s in range(len(strategies)) for b in range(len(barriers))]
        found.append(
            made(
                f"study-{place}",
                barriers,
                strategies,
                links=draw(st.lists(st.sampled_from(pairs), unique=True)) if pairs else (),
                findings=[
                    (behind, basis, direction)
                    for behind, basis, direction in draw(
                        st.lists(
                            st.tuples(
                                st.lists(
                                    st.integers(0, max(len(strategies) - 1, 0)),
                                    unique=True,
                                    max_size=len(strategies),
                                ),
                                st.sampled_from(["effect", "association", "description"]),
                                st.sampled_from(["improved", "no_difference", "unclear"]),
                            ),
                            max_size=3,
                        )
                    )
                ],
                sectors=tuple(draw(st.lists(st.sampled_from(SECTORS), unique=True, max_size=2))),
                countries=tuple(
                    draw(st.lists(st.sampled_from(COUNTRIES), unique=True, max_size=2))
                ),
                programme=draw(st.sampled_from([None, None, "trial"])),
            )
        )
    return found
