"""Hypothesis strategies for every record class: valid by construction, and of every shape.

Text is drawn from all of Unicode but surrogates, numbers reach to their limits, and what may be
absent often is. References inside a study name nodes of that study.

Examples:
    >>> from hypothesis import given
    >>> from implsci.testing import estimates
    >>> @given(estimates())
    ... def test_interval(estimate):
    ...     if None not in (estimate.value, estimate.ci_low):
    ...         assert estimate.ci_low <= estimate.value
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar, get_args

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.codes import Code
from implsci.model import (
    Actor,
    Arm,
    Barrier,
    Citation,
    Coding,
    CoreElement,
    Estimate,
    Event,
    Finding,
    Innovation,
    Measurement,
    Mechanism,
    Modification,
    Outcome,
    Provenance,
    Rating,
    Relationship,
    Setting,
    Strategy,
    Study,
)
from implsci.model.barrier import BarrierLevel, Valence
from implsci.model.evidence import RATIO_METRICS, Certainty, CodedBy, PBound, Scale
from implsci.model.finding import Comparator, Direction, FindingBasis, Role
from implsci.model.outcome import Desirable, Distance, OutcomeKind
from implsci.model.strategy import CoreRelation, Nature, Planned
from implsci.model.study import Design, LinksCoded, ScaleStage
from implsci.taxonomy import Facet, Status, Taxonomy, Term, TermRating

__all__ = [
    "actors",
    "arms",
    "barriers",
    "citations",
    "codes",
    "codings",
    "core_elements",
    "estimates",
    "events",
    "findings",
    "implementation_strategies",
    "innovations",
    "measurements",
    "mechanisms",
    "modifications",
    "outcomes",
    "provenances",
    "ratings",
    "relationships",
    "studies",
    "study_settings",
    "taxonomies",
    "terms",
]


def __dir__() -> list[str]:
    return __all__


_T = TypeVar("_T")
_Values = dict[str, Any]

_LARGEST = 2**63 - 1
_LOWER = "abcdefghijklmnopqrstuvwxyz0123456789"
_COUNTRIES = ("BR", "GB", "KE", "NO", "US", "ZA")


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
_filled = _texts.filter(lambda text: text.strip() != "")
# Vocabularies are printed everywhere, so they hold no control characters.
_printed = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
_names_in_print = _printed.filter(lambda text: text.strip() != "")
# An id is printable and holds neither space nor "#", which joins file and id at the command line.
_ids = st.text(
    st.characters(exclude_categories=["C", "Z"], exclude_characters="#"), min_size=1, max_size=6
).filter(str.isprintable)
_floats = st.floats(allow_nan=False, allow_infinity=False)
# Whole numbers are welcome where a number is asked for, if a float holds them exactly.
_numbers = st.one_of(_floats, st.integers(-(2**53), 2**53), st.sampled_from([2**62, -(2**60)]))
_positives = st.floats(min_value=0, exclude_min=True, allow_infinity=False)
_counts = st.integers(0, _LARGEST)
_schemes = st.lists(st.text(_LOWER, min_size=1, max_size=4), min_size=1, max_size=3).map("-".join)
_names = st.builds(
    lambda first, middle, last: first + middle + last,
    st.sampled_from(_LOWER + "AZ"),
    st.text(_LOWER + "AZ._-", max_size=6),
    st.sampled_from(_LOWER + "AZ"),
)


@st.composite
def _dates(draw: DrawFn) -> str:
    year, month, day = draw(st.dates()).isoformat().split("-")
    return "-".join((year, month, day)[: draw(st.integers(1, 3))])


def codes() -> SearchStrategy[Code]:
    """Return a strategy for codes, ``scheme:name``, of taxonomies that need not exist."""
    return st.builds(lambda scheme, name: Code(f"{scheme}:{name}"), _schemes, _names)


def _word(words: object) -> SearchStrategy[Any]:
    return st.sampled_from(get_args(words))


def _many(items: SearchStrategy[_T], most: int = 2) -> SearchStrategy[tuple[_T, ...]]:
    return st.lists(items, max_size=most).map(tuple)


def _distinct(items: SearchStrategy[_T], most: int = 3) -> SearchStrategy[tuple[_T, ...]]:
    return st.lists(items, max_size=most, unique=True).map(tuple)


def _some(known: Sequence[str]) -> SearchStrategy[tuple[str, ...]]:
    """Return a strategy for distinct references to known ids; none where none is known."""
    return _distinct(st.sampled_from(known)) if known else st.just(())


def _record(
    make: Callable[..., _T],
    required: Mapping[str, SearchStrategy[Any]],
    optional: Mapping[str, SearchStrategy[Any]],
    settle: Callable[[_Values], None] | None = None,
) -> SearchStrategy[_T]:
    """Return a strategy for records; `settle` takes out what would break a rule of the class."""

    def build(values: _Values) -> _T:
        if settle is not None:
            settle(values)
        return make(**values)

    drawn: SearchStrategy[_Values] = st.fixed_dictionaries(dict(required), optional=dict(optional))
    return drawn.map(lambda values: build(dict(values)))


def _sorted(values: _Values, *names: str) -> None:
    """Put the values of these names, as far as they are there, in ascending order."""
    present = [name for name in names if name in values]
    ordered = sorted(values[name] for name in present)
    values.update(zip(present, ordered, strict=True))


def citations() -> SearchStrategy[Citation]:
    """Return a strategy for citations."""
    doi = st.builds(lambda number, rest: f"10.{number}/{rest}", st.integers(1000, 99999), _texts)
    texts = ("container", "volume", "issue", "pages", "publisher", "url", "license", "text")
    return _record(
        Citation, {}, {"authors": _many(_texts), "doi": doi, **dict.fromkeys(texts, _texts)}
    )


def provenances() -> SearchStrategy[Provenance]:
    """Return a strategy for provenances."""
    texts = ("locator", "url", "method", "note")
    return _record(
        Provenance, {"source": _filled}, {"retrieved": _dates(), **dict.fromkeys(texts, _texts)}
    )


def codings() -> SearchStrategy[Coding]:
    """Return a strategy for codings."""
    return _record(
        Coding,
        {"coder": _filled},
        {
            "code": codes(),
            "by": _word(CodedBy),
            "confidence": _word(Certainty),
            "probability": st.floats(0, 1) | st.integers(0, 1),
            "date": _dates(),
            **dict.fromkeys(("of", "value", "quote", "locator", "note"), _texts),
        },
    )


def measurements() -> SearchStrategy[Measurement]:
    """Return a strategy for measurements, proportions with their base among them."""
    return _record(
        Measurement,
        {"of": _filled},
        {
            "value": _numbers,
            "unit": st.sampled_from(["proportion", "percent", "mean"]) | _texts,
            "n": _counts,
            "base": st.integers(1, _LARGEST),
            "sd": st.floats(min_value=0, allow_infinity=False),
            "scale_min": _numbers,
            "scale_max": _numbers,
            "stratum": codes(),
            "group": _filled,
            **dict.fromkeys(
                ("instrument", "subscale", "respondent", "toward", "time", "note"), _texts
            ),
        },
        _settle_measurement,
    )


def _settle_measurement(values: _Values) -> None:
    if "stratum" not in values:
        values.pop("group", None)
    _sorted(values, "n", "base")
    if values.get("base") == 0:
        del values["base"]
    _sorted(values, "scale_min", "value", "scale_max")
    if values.get("scale_min") is not None and values["scale_min"] == values.get("scale_max"):
        del values["scale_max"]
    if values.get("unit") == "proportion":
        values.setdefault("base", max(values.get("n", 1), 1))
        if "value" in values and not 0 <= values["value"] <= 1:
            del values["value"]


def estimates() -> SearchStrategy[Estimate]:
    """Return a strategy for estimates, ratios on both scales among them."""
    return _record(
        Estimate,
        {
            "metric": st.sampled_from(["SMD", "MD", "r", "RD", "unspecified", *RATIO_METRICS])
            | _filled
        },
        {
            "value": _numbers,
            "variance": _positives,
            "se": _positives,
            "ci_low": _numbers,
            "ci_high": _numbers,
            "ci_level": st.floats(0, 1, exclude_min=True, exclude_max=True),
            "p": st.floats(0, 1) | st.integers(0, 1),
            "p_bound": _word(PBound),
            "n": _counts,
            "n_intervention": _counts,
            "n_comparator": _counts,
            "adjusted": st.booleans(),
            "scale": _word(Scale),
        },
        _settle_estimate,
    )


def _settle_estimate(values: _Values) -> None:
    numbers = ("ci_low", "value", "ci_high")
    if values["metric"] in RATIO_METRICS and values.get("scale") != "log":
        values.update({name: abs(values[name]) for name in numbers if name in values})
    if values["metric"] in ("r", "RD"):
        for name in numbers:
            if abs(values.get(name, 0)) > 1:
                del values[name]
    _sorted(values, *numbers)
    if "p" not in values:
        values.pop("p_bound", None)


def events(of: Sequence[str] = ()) -> SearchStrategy[Event]:
    """Return a strategy for events.

    Args:
        of: ids of the nodes that it may have happened to.
    """
    optional: dict[str, SearchStrategy[Any]] = {"date": _dates(), "note": _texts}
    if of:
        optional["of"] = st.sampled_from(of)
    return _record(Event, {"kind": _filled}, optional)


def modifications() -> SearchStrategy[Modification]:
    """Return a strategy for modifications."""
    texts = ("nature", "goal", "rationale_level", "decided_by", "spread")
    return _record(
        Modification,
        {"what": _filled},
        {
            "core_relation": _word(CoreRelation),
            "planned": _word(Planned),
            "date": _dates(),
            **dict.fromkeys(texts, _texts),
        },
    )


def ratings(settings: Sequence[str] = ("setting",)) -> SearchStrategy[Rating]:
    """Return a strategy for ratings.

    Args:
        settings: ids of the settings that may be rated.
    """

    def settle(values: _Values) -> None:
        if values.get("mixed") and abs(values.get("value", 0)) == 2:
            del values["value"]

    return _record(
        Rating,
        {"setting": st.sampled_from(settings)},
        {"value": st.integers(-2, 2), "mixed": st.booleans()},
        settle,
    )


def core_elements(
    ids: SearchStrategy[str] = _ids, before: Sequence[str] = ()
) -> SearchStrategy[CoreElement]:
    """Return a strategy for core elements.

    Args:
        ids: strategy for the id.
        before: ids of the elements it may depend on.
    """
    return _record(
        CoreElement,
        {"id": ids, "label": _filled},
        {"order": st.integers(1, _LARGEST), "depends_on": _some(before)},
    )


@st.composite
def innovations(draw: DrawFn) -> Innovation:
    """Return a strategy for innovations; the core elements depend on one another in no circle."""
    ids = draw(_distinct(_ids, 2))
    elements = tuple(
        draw(core_elements(st.just(identifier), ids[:index]))
        for index, identifier in enumerate(ids)
    )
    return draw(
        _record(
            Innovation,
            {"name": _filled, "core_elements": st.just(elements)},
            {
                "components": _many(_texts),
                **dict.fromkeys(("kind", "evidence", "gap"), _texts),
            },
        )
    )


def _node(
    make: Callable[..., _T],
    ids: SearchStrategy[str],
    optional: Mapping[str, SearchStrategy[Any]],
    settle: Callable[[_Values], None] | None = None,
) -> SearchStrategy[_T]:
    return _record(
        make,
        {"id": ids, "label": _filled},
        {
            "codes": _distinct(codes(), 2),
            "codings": _many(codings(), 1),
            "note": _texts,
            **optional,
        },
        settle,
    )


def study_settings(ids: SearchStrategy[str] = _ids) -> SearchStrategy[Setting]:
    """Return a strategy for the settings of a study.

    Args:
        ids: strategy for the id.
    """
    country = st.sampled_from(_COUNTRIES)
    return _node(Setting, ids, {"country": country, "region": _texts, "level": _texts})


def arms(ids: SearchStrategy[str] = _ids, strategies: Sequence[str] = ()) -> SearchStrategy[Arm]:
    """Return a strategy for arms.

    Args:
        ids: strategy for the id.
        strategies: ids of the strategies that an arm may have got.
    """
    return _node(Arm, ids, {"strategies": _some(strategies), "n": _counts})


def actors(ids: SearchStrategy[str] = _ids) -> SearchStrategy[Actor]:
    """Return a strategy for actors.

    Args:
        ids: strategy for the id.
    """
    return _node(
        Actor,
        ids,
        {"background": _many(_texts), "organization": _texts, "positionality": _texts},
    )


def barriers(
    ids: SearchStrategy[str] = _ids, settings: Sequence[str] = ()
) -> SearchStrategy[Barrier]:
    """Return a strategy for barriers and facilitators.

    Args:
        ids: strategy for the id.
        settings: ids of the settings that may be rated; without any there are no ratings.
    """

    def settle(values: _Values) -> None:
        if values.get("valence") in (None, "neutral"):
            values.pop("magnitude", None)
        _sorted(values, "n", "n_informants")
        if values.get("n_informants") == 0:
            del values["n_informants"]

    optional: dict[str, SearchStrategy[Any]] = {
        "valence": _word(Valence),
        "magnitude": st.integers(1, 2),
        "level": _word(BarrierLevel),
        "n": _counts,
        "n_informants": st.integers(1, _LARGEST),
        "actor": _texts,
    }
    if settings:
        optional["ratings"] = _many(ratings(settings))
    return _node(Barrier, ids, optional, settle)


def implementation_strategies(
    ids: SearchStrategy[str] = _ids,
    *,
    barriers: Sequence[str] = (),
    mechanisms: Sequence[str] = (),
    relationships: Sequence[str] = (),
    outcomes: Sequence[str] = (),
    nodes: Sequence[str] = (),
) -> SearchStrategy[Strategy]:
    """Return a strategy for implementation strategies.

    Args:
        ids: strategy for the id.
        barriers: ids of the barriers that may be addressed.
        mechanisms: ids of the mechanisms that may be worked through.
        relationships: ids of the relationships that may be built.
        outcomes: ids of the outcomes that may be aimed at.
        nodes: ids that an event may name.
    """
    texts = ("actor", "action", "action_target", "temporality", "dose", "justification", "cost")
    return _node(
        Strategy,
        ids,
        {
            **dict.fromkeys(texts, _texts),
            "nature": _word(Nature),
            "addresses": _some(barriers),
            "acts_through": _some(mechanisms),
            "builds": _some(relationships),
            "outcomes": _some(outcomes),
            "modifications": _many(modifications(), 1),
            "events": _many(events(nodes), 1),
            "measurements": _many(measurements(), 1),
        },
    )


def mechanisms(
    ids: SearchStrategy[str] = _ids, barriers: Sequence[str] = ()
) -> SearchStrategy[Mechanism]:
    """Return a strategy for mechanisms.

    Args:
        ids: strategy for the id.
        barriers: ids of the barriers that may be changed.
    """
    return _node(Mechanism, ids, {"barriers": _some(barriers), "preconditions": _many(_texts)})


def relationships(
    ids: SearchStrategy[str] = _ids, actors: Sequence[str] = ()
) -> SearchStrategy[Relationship]:
    """Return a strategy for relationships.

    Args:
        ids: strategy for the id.
        actors: ids of the actors that may be party to it.
    """
    return _node(
        Relationship,
        ids,
        {
            "parties": _some(actors),
            "quality": _texts,
            "duration": _texts,
            "measurements": _many(measurements(), 1),
        },
    )


def outcomes(ids: SearchStrategy[str] = _ids) -> SearchStrategy[Outcome]:
    """Return a strategy for outcomes.

    Args:
        ids: strategy for the id.
    """
    return _node(
        Outcome,
        ids,
        {
            "kind": _word(OutcomeKind),
            "desirable": _word(Desirable),
            "distance": _word(Distance),
            "level": _texts,
            "measurements": _many(measurements(), 1),
        },
    )


def findings(
    ids: SearchStrategy[str] = _ids,
    *,
    outcomes: Sequence[str] = ("outcome",),
    strategies: Sequence[str] = (),
    barriers: Sequence[str] = (),
    mechanisms: Sequence[str] = (),
    relationships: Sequence[str] = (),
    arms: Sequence[str] = (),
    settings: Sequence[str] = (),
) -> SearchStrategy[Finding]:
    """Return a strategy for findings.

    Args:
        ids: strategy for the id.
        outcomes: ids of the outcomes it may be about.
        strategies: ids of the strategies that may stand behind it.
        barriers: ids of the barriers it may speak of.
        mechanisms: ids of the mechanisms it may speak of.
        relationships: ids of the relationships it may speak of.
        arms: ids of the arms it may name.
        settings: ids of the settings it may hold for.
    """

    def settle(values: _Values) -> None:
        if "relationship" not in values:
            values.pop("role", None)
        if values.get("basis") == "effect" and values.get("comparator") == "none":
            del values["comparator"]

    optional: dict[str, SearchStrategy[Any]] = {
        "strategies": _some(strategies),
        "barriers": _some(barriers),
        "mechanisms": _some(mechanisms),
        "comparator_strategies": _some(strategies),
        "role": _word(Role),
        "basis": _word(FindingBasis),
        "comparator": _word(Comparator),
        "estimate": estimates(),
        "n": _counts,
        "codings": _many(codings(), 1),
        **dict.fromkeys(("comparator_label", "timepoint", "subgroup", "note"), _texts),
    }
    for names, known in (
        (("relationship",), relationships),
        (("arm", "comparator_arm"), arms),
        (("setting",), settings),
    ):
        if known:
            optional.update(dict.fromkeys(names, st.sampled_from(known)))
    return _record(
        Finding,
        {"id": ids, "outcome": st.sampled_from(outcomes), "direction": _word(Direction)},
        optional,
        settle,
    )


_KINDS = (
    "settings", "arms", "actors", "barriers", "strategies", "mechanisms", "relationships",
    "outcomes", "findings",
)  # fmt: skip

_extras = st.dictionaries(
    _texts,
    st.none() | st.booleans() | st.integers(-_LARGEST, _LARGEST) | _floats | _texts,
    max_size=3,
)


@st.composite
def studies(draw: DrawFn, *, max_nodes: int = 2) -> Study:
    """Return a strategy for whole studies: ids stand once, every reference names a node.

    Args:
        draw: given by Hypothesis; leave it out.
        max_nodes: how many nodes of each kind at most.
    """
    sizes = {kind: draw(st.integers(0, max_nodes)) for kind in _KINDS}
    if not sizes["outcomes"]:
        sizes["findings"] = 0
    total = sum(sizes.values())
    pool = iter(draw(st.lists(_ids, min_size=total, max_size=total, unique=True)))
    ids = {kind: tuple(next(pool) for _ in range(size)) for kind, size in sizes.items()}
    everything = tuple(identifier for kind in _KINDS for identifier in ids[kind])

    def each(
        kind: str, make: Callable[[SearchStrategy[str]], SearchStrategy[_T]]
    ) -> tuple[_T, ...]:
        return tuple(draw(make(st.just(identifier))) for identifier in ids[kind])

    graph: _Values = {
        "settings": each("settings", study_settings),
        "arms": each("arms", lambda own: arms(own, ids["strategies"])),
        "actors": each("actors", actors),
        "barriers": each("barriers", lambda own: barriers(own, ids["settings"])),
        "strategies": each(
            "strategies",
            lambda own: implementation_strategies(
                own,
                barriers=ids["barriers"],
                mechanisms=ids["mechanisms"],
                relationships=ids["relationships"],
                outcomes=ids["outcomes"],
                nodes=everything,
            ),
        ),
        "mechanisms": each("mechanisms", lambda own: mechanisms(own, ids["barriers"])),
        "relationships": each("relationships", lambda own: relationships(own, ids["actors"])),
        "outcomes": each("outcomes", outcomes),
        "findings": each(
            "findings",
            lambda own: findings(
                own,
                **{kind: ids[kind] for kind in _KINDS if kind not in ("actors", "findings")},
            ),
        ),
    }
    own: dict[str, SearchStrategy[Any]] = {
        "year": st.integers(1800, 2100),
        "citation": citations(),
        "programme": _texts,
        "design": _word(Design),
        "design_label": _texts,
        "hybrid_type": st.integers(1, 3),
        "sectors": _distinct(codes(), 2),
        "countries": _distinct(st.sampled_from(_COUNTRIES)),
        "scale_stage": _word(ScaleStage),
        "engagement": _distinct(codes(), 2),
        "equity": _distinct(codes(), 2),
        "innovation": innovations(),
        "events": _many(events(everything), 1),
        "links_coded": _word(LinksCoded),
        "codings": _many(codings(), 1),
        "provenance": _many(provenances(), 1),
        "note": _texts,
        "extra": _extras,
    }
    required = {"id": _ids, "title": _filled}
    return draw(_record(lambda **values: Study(**values, **graph), required, own))


def terms(
    scheme: str = "sample",
    names: SearchStrategy[str] = _names,
    broader: Iterable[Code] = (),
) -> SearchStrategy[Term]:
    """Return a strategy for terms.

    Args:
        scheme: the scheme they belong to.
        names: strategy for what stands behind the colon.
        broader: codes of the terms that may stand above it.
    """
    facet = st.builds(Facet, name=_names_in_print, value=_names_in_print)
    rating = st.builds(
        TermRating,
        name=_names_in_print,
        value=st.floats(1, 5),
        scale_min=st.sampled_from([None, 1.0]),
        scale_max=st.sampled_from([None, 5.0]),
        n=st.none() | st.integers(1, 500),
        source=st.none() | _names_in_print,
    )
    return _record(
        Term,
        {
            "code": names.map(lambda name: Code(f"{scheme}:{name}")),
            "label": _names_in_print,
            "definition": _names_in_print,
            "broader": _some(tuple(broader)),
        },
        {
            "synonyms": _many(_names_in_print),
            "hidden_labels": _many(_names_in_print),
            "kind": _names_in_print,
            "facets": _many(facet),
            "ratings": _many(rating),
            "source": _names_in_print,
            "status": _word(Status),
        },
    )


@st.composite
def taxonomies(draw: DrawFn, *, max_terms: int = 6) -> Taxonomy:
    """Return a strategy for taxonomies with a hierarchy, in which a term may have several parents.

    Args:
        draw: given by Hypothesis; leave it out.
        max_terms: how many terms at most.
    """
    scheme = draw(_schemes)
    names = draw(st.lists(_names, max_size=max_terms, unique=True))
    codes_ = [Code(f"{scheme}:{name}") for name in names]
    made = [draw(terms(scheme, st.just(name), codes_[:index])) for index, name in enumerate(names)]
    notations = draw(
        st.lists(_names_in_print | st.none(), min_size=len(made), max_size=len(made)).filter(
            lambda drawn: len({text for text in drawn if text}) == sum(map(bool, drawn))
        )
    )
    numbered = tuple(
        evolve(term, notation=notation) for term, notation in zip(made, notations, strict=True)
    )
    return draw(
        _record(
            Taxonomy,
            {
                "scheme": st.just(scheme),
                "title": _names_in_print,
                "kind": _names_in_print,
                # Parents were drawn before their children; a publisher may print them in any order.
                "terms": st.permutations(numbered).map(tuple),
            },
            {"edition": _printed, "license": _printed, "citation": _printed},
        )
    )
