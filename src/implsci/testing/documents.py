"""Hypothesis strategies for the records of a casebook: valid by construction, and of every shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from implsci.casebook import Casebook
from implsci.model.diagnosis import AssumptionStatus, DataAvailability
from implsci.model.documents import (
    Agreement,
    Answer,
    Assumption,
    Claim,
    Definition,
    Diagnosis,
    Document,
    Episode,
    EvidenceIntermediary,
    LearningCycle,
    LearningStep,
    MobilisationActivity,
    Observation,
    Party,
    Pathway,
    Quote,
    ResearchQuestion,
    SequencePlan,
    SequenceStep,
    SupportArrangement,
)
from implsci.model.finding import Direction, Role
from implsci.model.knowledge import Bound, ClaimStatus, Flow, Focus, Level, Stance
from implsci.model.learning import Asker, QuestionKind, StepKind
from implsci.model.outcome import OutcomeKind
from implsci.model.quote import Consent
from implsci.model.support import CRITERIA, AgreementKind, Disclosure, PartyRole
from implsci.testing.strategies import (
    _COUNTRIES,
    _LARGEST,
    _counts,
    _dates,
    _distinct,
    _filled,
    _ids,
    _many,
    _node,
    _numbers,
    _positives,
    _record,
    _some,
    _sorted,
    _texts,
    _Values,
    _word,
    barriers,
    citations,
    codes,
    events,
    implementation_strategies,
    innovations,
    measurements,
    mechanisms,
    outcomes,
    provenances,
    relationships,
)

__all__ = [
    "agreements",
    "answers",
    "assumptions",
    "casebooks",
    "claims",
    "definitions",
    "diagnoses",
    "documents",
    "episodes",
    "evidence_intermediaries",
    "learning_cycles",
    "mobilisation_activities",
    "observations",
    "parties",
    "pathways",
    "quotes",
    "research_questions",
    "sequence_plans",
    "support_arrangements",
]


def __dir__() -> list[str]:
    return __all__


_T = TypeVar("_T")
_codes = _distinct(codes(), 2)
_years = st.integers(1800, 2100)
_countries = _distinct(st.sampled_from(_COUNTRIES), 2)


def _span(values: _Values, start: str = "start", end: str = "end") -> None:
    _sorted(values, start, end)


def _document(
    make: Callable[..., _T],
    required: Mapping[str, SearchStrategy[Any]],
    optional: Mapping[str, SearchStrategy[Any]],
    settle: Callable[[_Values], None] | None = None,
) -> SearchStrategy[_T]:
    common = {
        "studies": _distinct(_filled, 2),
        "provenance": _many(provenances(), 1),
        "note": _texts,
    }
    return _record(make, {"id": _ids, **required}, {**common, **optional}, settle)


def quotes(speakers: Sequence[str] | None = None) -> SearchStrategy[Quote]:
    """Return a strategy for quotes; those without consent hold no words.

    Args:
        speakers: ids that a speaker may have; any text where None.
    """

    def settle(values: _Values) -> None:
        if values["consent"] in ("withdrawn", "refused"):
            values.pop("text", None)

    optional: dict[str, SearchStrategy[Any]] = {
        "text": _filled,
        "date": _dates(),
        **dict.fromkeys(("role", "locator", "coder", "note"), _texts),
    }
    if speakers is None:
        optional["speaker"] = _texts
    elif speakers:
        optional["speaker"] = st.sampled_from(speakers)
    return _record(Quote, {"consent": _word(Consent)}, optional, settle)


def parties(ids: SearchStrategy[str] = _ids) -> SearchStrategy[Party]:
    """Return a strategy for parties.

    Args:
        ids: strategy for the id.
    """
    return _node(
        Party,
        ids,
        {
            "role": _word(PartyRole),
            "background": _many(_texts),
            **dict.fromkeys(("organization", "positionality", "name", "contact"), _texts),
        },
    )


def agreements(
    ids: SearchStrategy[str] = _ids, by: Sequence[str] = ()
) -> SearchStrategy[Agreement]:
    """Return a strategy for agreements.

    Args:
        ids: strategy for the id.
        by: ids of the parties who may have made it.
    """

    def settle(values: _Values) -> None:
        _span(values)
        if "about" not in values:
            values.pop("disclosure", None)

    return _node(
        Agreement,
        ids,
        {
            "kind": _word(AgreementKind),
            "by": _some(by),
            "about": _filled,
            "disclosure": _word(Disclosure),
            "start": _dates(),
            "end": _dates(),
        },
        settle,
    )


@st.composite
def answers(draw: DrawFn, by: Sequence[str] = ()) -> Answer:
    """Return a strategy for answers.

    Args:
        draw: given by Hypothesis.
        by: ids of the parties who may have answered.
    """
    criterion = draw(st.sampled_from(sorted(CRITERIA)))
    optional: dict[str, SearchStrategy[Any]] = {"date": _dates(), "because": _texts}
    if by:
        optional["by"] = st.sampled_from(by)
    return draw(
        _record(
            Answer,
            {
                "criterion": st.just(criterion),
                "answer": st.sampled_from(sorted(CRITERIA[criterion])),
            },
            optional,
        )
    )


def assumptions() -> SearchStrategy[Assumption]:
    """Return a strategy for assumptions."""

    def settle(values: _Values) -> None:
        if "because" not in values:
            values.pop("status", None)

    return _record(
        Assumption,
        {"statement": _filled},
        {"status": _word(AssumptionStatus), "because": _texts, "date": _dates()},
        settle,
    )


@st.composite
def diagnoses(draw: DrawFn, ids: Sequence[str] | None = None) -> Diagnosis:
    """Return a strategy for diagnoses.

    Args:
        draw: given by Hypothesis.
        ids: ids that its causes have; drawn where None.
    """
    known = draw(_distinct(_ids, 2)) if ids is None else tuple(ids)
    causes = tuple(draw(barriers(st.just(name))) for name in known)
    distinct = draw(
        st.lists(assumptions(), max_size=2, unique_by=lambda one: one.statement.casefold().strip())
    )

    def settle(values: _Values) -> None:
        if values.get("data") == "none":
            values.pop("measurements", None)
        wanted, found = values.get("desired"), values.get("current")
        if wanted and found and (wanted.of, wanted.unit) != (found.of, found.unit):
            del values["current"]

    return draw(
        _document(
            Diagnosis,
            {
                "problem": _filled,
                "causes": st.just(causes),
                "assumptions": st.just(tuple(distinct)),
            },
            {
                **dict.fromkeys(("population", "business_as_usual", "data_note"), _filled),
                "desired": measurements(),
                "current": measurements(),
                "data": _word(DataAvailability),
                "measurements": _many(measurements(), 1),
                "date": _dates(),
                "made_by": _distinct(_filled, 2),
            },
            settle,
        )
    )


def sequence_plans(elements: Sequence[str] = ()) -> SearchStrategy[SequencePlan]:
    """Return a strategy for plans.

    Args:
        elements: ids of the core elements that its steps may name.
    """

    def settle(values: _Values) -> None:
        if values.get("dropped"):
            values.pop("period", None)

    whole = st.integers(1, 50)
    steps = [
        _record(
            SequenceStep,
            {"element": st.just(name)},
            {
                "effort": _positives,
                "priority": whole,
                "period": whole,
                "dropped": st.booleans(),
                "because": _texts,
            },
            settle,
        )
        for name in elements
    ]
    return _record(
        SequencePlan,
        {},
        {
            "unit": _filled,
            "start": _dates(),
            "capacity": _many(st.floats(min_value=0, allow_infinity=False)),
            "capacity_unit": _filled,
            "steps": st.tuples(*steps),
        },
    )


@st.composite
def support_arrangements(draw: DrawFn) -> SupportArrangement:
    """Return a strategy for support arrangements, whose references all name something in them."""
    names = draw(_distinct(_ids, 8))
    who, barred, agreed, done, through, tied, looked, caused = (
        names[place : place + 1] for place in range(8)
    )
    innovation = draw(st.none() | innovations())
    elements = [] if innovation is None else [one.id for one in innovation.core_elements]
    addressed = (*(barred if who else ()), *caused)
    graph: dict[str, Any] = {
        "parties": [draw(parties(st.just(name))) for name in who],
        "constraints": [
            draw(barriers(st.just(name)).map(lambda one: _of(one, who[0])))
            for name in barred
            if who
        ],
        "agreements": [draw(agreements(st.just(name), who)) for name in agreed],
        "mechanisms": [draw(mechanisms(st.just(name), addressed)) for name in through],
        "relationships": [draw(relationships(st.just(name), who)) for name in tied],
        "outcomes": [draw(outcomes(st.just(name))) for name in looked],
    }
    known = [node.id for nodes in graph.values() for node in nodes]
    graph["strategies"] = [
        draw(
            implementation_strategies(
                st.just(name),
                barriers=addressed,
                mechanisms=through,
                relationships=tied,
                outcomes=looked,
                nodes=[*known, *caused],
            )
        )
        for name in done
    ]
    known += [*done, *caused]
    given = draw(
        st.lists(answers(who), max_size=2, unique_by=lambda one: (one.criterion, one.by, one.date))
    )
    graph["answers"] = given
    return draw(
        _document(
            SupportArrangement,
            {
                "title": _filled,
                "innovation": st.just(innovation),
                "diagnosis": diagnoses(ids=caused) if caused else st.none(),
                **{name: st.just(tuple(nodes)) for name, nodes in graph.items()},
            },
            {
                "practices": _distinct(_filled, 2),
                "countries": _countries,
                **dict.fromkeys(("sectors", "activities", "structures", "participation"), _codes),
                "start": _dates(),
                "end": _dates(),
                "sequence": sequence_plans(elements),
                "measurements": _many(measurements(), 1),
                "events": _many(events(known), 1),
                "quotes": _many(quotes(who), 1),
            },
            _span,
        )
    )


def _of(barrier: Any, party: str) -> Any:
    from attrs import evolve

    return evolve(barrier, actor=party)


def episodes(
    ids: SearchStrategy[str] = _ids, dated: tuple[str | None, str | None] = (None, None)
) -> SearchStrategy[Episode]:
    """Return a strategy for episodes.

    Args:
        ids: strategy for the id.
        dated: when it began and ended.
    """
    return _record(
        Episode,
        {"id": ids, "start": st.just(dated[0]), "end": st.just(dated[1])},
        {
            "state": codes(),
            **dict.fromkeys(("label", "memo", "story"), _filled),
            "quotes": _many(quotes(), 1),
            "topics": _distinct(_filled, 2),
            "events": _many(events(), 1),
        },
    )


@st.composite
def pathways(draw: DrawFn) -> Pathway:
    """Return a strategy for pathways; their episodes follow one another without overlap."""
    ids = draw(st.lists(_ids, min_size=1, max_size=3, unique=True))
    years = sorted(
        draw(st.lists(st.integers(1900, 2100), min_size=2 * len(ids), max_size=2 * len(ids)))
    )
    dated = [
        (str(first), str(last)) if draw(st.booleans()) else (None, None)
        for first, last in zip(years[::2], years[1::2], strict=True)
    ]
    told = tuple(
        draw(episodes(st.just(name), dates)) for name, dates in zip(ids, dated, strict=True)
    )

    def settle(values: _Values) -> None:
        if values.get("revises") == values["id"]:
            del values["revises"]

    return draw(
        _document(
            Pathway,
            {"case": _filled, "episodes": st.just(told)},
            {
                "role": _texts,
                "version": st.integers(1, 9),
                "revises": _ids,
                "events": _many(events(), 1),
            },
            settle,
        )
    )


def definitions() -> SearchStrategy[Definition]:
    """Return a strategy for definitions."""
    return _document(
        Definition,
        dict.fromkeys(("term", "author", "paraphrase"), _filled),
        {
            "year": _years,
            "codes": _codes,
            "citation": citations(),
            "direction": _word(Flow),
            **dict.fromkeys(("political", "participation", "impact"), st.booleans()),
            "focus": _word(Focus),
            "level": _word(Level),
            "stance": _word(Stance),
            "domains": _codes,
            "context": _texts,
        },
    )


def claims() -> SearchStrategy[Claim]:
    """Return a strategy for claims."""

    def settle(values: _Values) -> None:
        if "unit" not in values:
            values.pop("value", None)
        if "value" not in values:
            values.pop("bound", None)
        if "because" not in values:
            values.pop("status", None)

    return _document(
        Claim,
        {"about": _filled, "statement": _filled},
        {
            "value": _numbers,
            "bound": _word(Bound),
            "year": _years,
            "citation": citations(),
            "status": _word(ClaimStatus),
            "checked": _dates(),
            **dict.fromkeys(("unit", "base", "said_by", "because"), _texts),
        },
        settle,
    )


def mobilisation_activities() -> SearchStrategy[MobilisationActivity]:
    """Return a strategy for acts of mobilisation."""
    return _document(
        MobilisationActivity,
        dict.fromkeys(("title", "knowledge", "process", "impact"), _filled),
        {
            **dict.fromkeys(("why", "whose", "what", "how", "sectors"), _codes),
            "actors": _many(parties(), 1),
            "outcomes": _many(outcomes(), 1),
            "start": _dates(),
            "end": _dates(),
            "countries": _countries,
            "reach": _many(measurements(), 1),
            "events": _many(events(), 1),
            "quotes": _many(quotes(), 1),
        },
        _span,
    )


def evidence_intermediaries() -> SearchStrategy[EvidenceIntermediary]:
    """Return a strategy for evidence intermediaries."""
    return _document(
        EvidenceIntermediary,
        {"name": _filled},
        {
            "kinds": _codes,
            "sectors": _codes,
            "country": st.sampled_from(_COUNTRIES),
            "policy_areas": _distinct(_filled, 2),
            "since": _dates(),
            "until": _dates(),
            "checked": _dates(),
            "citation": citations(),
            **dict.fromkeys(("network", "member", "url"), _texts),
        },
        lambda values: _span(values, "since", "until"),
    )


def research_questions() -> SearchStrategy[ResearchQuestion]:
    """Return a strategy for questions."""
    return _document(
        ResearchQuestion,
        {"text": _filled},
        {
            "kind": _word(QuestionKind),
            "asked_by": _word(Asker),
            "date": _dates(),
            "citation": citations(),
            **dict.fromkeys(("engagement", "strategies", "barriers", "outcomes"), _codes),
            "outcome_kinds": _many(_word(OutcomeKind)),
            "role": _word(Role),
            "arises_from": _distinct(_filled, 2),
        },
    )


def observations() -> SearchStrategy[Observation]:
    """Return a strategy for observations."""

    def settle(values: _Values) -> None:
        _sorted(values, "n", "n_informants")
        if values.get("n_informants") == 0:
            del values["n_informants"]

    coded = ("actors", "strategies", "barriers", "outcomes", "engagement", "sectors")
    return _document(
        Observation,
        {"statement": _filled},
        {
            **dict.fromkeys(coded, _codes),
            "by": _texts,
            "date": _dates(),
            "outcome_kinds": _many(_word(OutcomeKind)),
            "countries": _countries,
            "direction": _word(Direction),
            "role": _word(Role),
            "n": _counts,
            "n_informants": st.integers(1, _LARGEST),
            "arrangement": _texts,
            "quotes": _many(quotes(), 1),
            "events": _many(events(), 1),
        },
        settle,
    )


@st.composite
def learning_cycles(draw: DrawFn) -> LearningCycle:
    """Return a strategy for learning cycles; no step comes before one that it follows."""
    ids = draw(_distinct(_ids, 4))
    years = sorted(draw(st.lists(st.integers(1900, 2100), min_size=len(ids), max_size=len(ids))))
    steps = tuple(
        draw(
            _record(
                LearningStep,
                {"id": st.just(name), "kind": _word(StepKind), "label": _filled},
                {"of": _filled, "date": st.just(str(year)), "follows": _some(ids[:place])},
            )
        )
        for place, (name, year) in enumerate(zip(ids, years, strict=True))
    )
    return draw(_document(LearningCycle, {"title": _filled, "steps": st.just(steps)}, {}))


def documents() -> SearchStrategy[Document]:
    """Return a strategy for records of a casebook, of every class.

    Examples:
        >>> from hypothesis import given
        >>> from implsci.codec import decode_document, encode
        >>> @given(documents())
        ... def test_round_trip(record):
        ...     assert decode_document(encode(record)) == record
        >>> test_round_trip()
    """
    return st.one_of(
        support_arrangements(),
        diagnoses(),
        pathways(),
        definitions(),
        claims(),
        mobilisation_activities(),
        evidence_intermediaries(),
        research_questions(),
        observations(),
        learning_cycles(),
    )


def casebooks() -> SearchStrategy[Casebook]:
    """Return a strategy for casebooks of up to three records."""
    return st.lists(documents(), max_size=3, unique_by=lambda one: one.id).map(
        lambda records: Casebook(records=tuple(records))
    )
