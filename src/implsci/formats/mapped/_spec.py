"""What a mapping file says, once read: where each field of a study comes from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, Literal

from attrs import field, frozen

from implsci.model.evidence import Scale
from implsci.model.finding import Direction

__all__ = [
    "EffectMapping",
    "Exclusion",
    "Groups",
    "NodeMapping",
    "SheetMapping",
    "Source",
    "folded",
]


_OF_CODES: Final = frozenset({"sectors", "equity", "engagement", "codes"})
_BRACES: Final = re.compile(r"\{([^{}]+)\}")

MISSING: Final = ("NA", "N/A", "NaN", ".")
YES: Final = ("1", "1.0", "yes", "y", "true")
NO: Final = ("0", "0.0", "no", "n", "false")


def folded(text: str) -> str:
    """Return a value as it is compared: without regard to case and to how many blanks."""
    return " ".join(text.split()).casefold()


@frozen(kw_only=True)
class Source:
    """Where the value of one field comes from: a column, or a text.

    Attributes:
        path: where in the mapping file it stands, for messages.
        column: title of the column; None for a text.
        text: a text that stands for every row; column titles in braces give the cells.
        values: what the values of the column stand for, by folded value; None where they stand for
            themselves. A value that stands for nothing has an empty tuple.
        separator: what parts several values in one cell; None where a cell holds one.
        otherwise: the value where there is none.
        percent: whether the numbers are percentages of what the field holds.
        missing: which values mean that there is none; None for those of the table.
    """

    path: str
    column: str | None = None
    text: str | None = None
    values: Mapping[str, tuple[str, ...]] | None = None
    separator: str | None = None
    otherwise: str | None = None
    percent: bool = False
    missing: tuple[str, ...] | None = None

    def columns(self) -> tuple[str, ...]:
        """Return the titles of the columns it takes."""
        if self.column is not None:
            return (self.column,)
        return tuple(_BRACES.findall(self.text or ""))

    def filled(self, cells: Mapping[str, str]) -> str:
        """Return the text with cells in place of the braces; empty where one of them is empty."""
        assert self.text is not None
        if any(not cells.get(column) for column in self.columns()):
            return ""
        return _BRACES.sub(lambda match: cells[match[1]], self.text)


Sources = Mapping[str, tuple[Source, ...]]


@frozen(kw_only=True)
class NodeMapping:
    """Where strategies, barriers or components come from.

    With a column and a label it is a yes/no column, with a column alone the cells are the labels,
    with a label alone it stands in every study.

    Attributes:
        path: where in the mapping file it stands, for messages.
        column: title of the column.
        label: the words for it.
        when: which values of the column mean that it is there, folded; None for the yes of the table.
        codes: its codes.
        values: codes by cell, folded, where the cells are the labels.
        separator: what parts several labels in one cell.
        words: its further fields, such as the nature of a strategy.
    """

    path: str
    column: str | None = None
    label: str | None = None
    when: tuple[str, ...] | None = None
    codes: tuple[str, ...] = ()
    values: Mapping[str, tuple[str, ...]] | None = None
    separator: str | None = None
    words: Mapping[str, str] = field(factory=dict)


@frozen(kw_only=True)
class Groups:
    """Columns an effect is worked out from: two groups, each with the same numbers.

    Attributes:
        kind: ``counts`` (with the event, without) or ``means`` (mean, standard deviation, size).
        intervention: columns of the group that got the strategies or the innovation.
        comparator: columns of the group compared with.
        totals: whether the second count is the size of the group.
        half: whether 0.5 is added to each count of a table that holds a zero.
    """

    kind: Literal["counts", "means"]
    intervention: tuple[str, ...]
    comparator: tuple[str, ...]
    totals: bool = False
    half: bool = False


@frozen(kw_only=True)
class EffectMapping:
    """Where a finding comes from, one for each row.

    Attributes:
        path: where in the mapping file it stands, for messages.
        fields: where its fields come from, by name.
        groups: columns to work the effect out from; None where it is printed.
        rule: how the direction is derived: ``interval``, ``p``, or None for not at all.
        otherwise: the direction where the rule finds neither better nor worse.
        scale: the scale of the number.
    """

    path: str
    fields: Sources
    groups: Groups | None = None
    rule: Literal["interval", "p"] | None = None
    otherwise: Direction = "unclear"
    scale: Scale | None = None


@frozen(kw_only=True)
class Exclusion:
    """Rows that are left out, with the reason.

    Attributes:
        path: where in the mapping file it stands, for messages.
        column: title of the column that decides.
        reason: why, for the account.
        values: which values leave a row out, folded.
        empty: whether an empty cell does.
        below: numbers under this do.
        above: numbers over this do.
    """

    path: str
    column: str
    reason: str
    values: tuple[str, ...] = ()
    empty: bool = False
    below: float | None = None
    above: float | None = None


@frozen(kw_only=True)
class SheetMapping:
    """What each column of a table is: a mapping file, read and checked.

    In the file, a plain text names a column. Where a field takes one of a few words (``design``,
    ``metric``, ``kind`` ...) or codes, a plain text is that word or code. A table in braces says more:

    ==============  ===============================================================================
    ``column``      title of the column
    ``text``        instead of a column: the same text for every row; ``{Title}`` puts in a cell
    ``values``      what the values stand for: ``{RCT = "rct", QES = "quasi_experimental"}``; ``""``
                    for nothing. Values not in it are listed, never guessed
    ``separator``   what parts several values in one cell
    ``otherwise``   the value where the cell is empty
    ``missing``     values that mean an empty cell, for this column in place of the table's
    ``unit``        ``"percent"``: numbers are divided by 100
    ==============  ===============================================================================

    The sections of the file:

    =================  =============================================================================
    ``[compendium]``   ``name``, ``title``, ``license``, ``citation`` of the whole, as texts
    ``[table]``        ``sheet``; ``missing`` (values that mean an empty cell, besides none at all;
                       by default NA, N/A, NaN, a dot); ``yes``, ``no`` (by default 1 and 0, yes
                       and no, y and n, true and false); ``decimal`` (``"."`` or ``","``); ``leave``
                       (columns that are not kept: listed, and nothing else)
    ``[study]``        ``key``: the column or columns that tell studies apart (rows with the same key
                       are one study), or ``"row"`` in braces, ``{each = "row"}``; ``id``, ``title``,
                       ``year``, ``authors``, ``doi``, ``url``, ``reference``, ``container``,
                       ``publisher``, ``license``, ``rights_holder``, ``funders``, ``programme``,
                       ``embedded``, ``design``, ``design_label``, ``hybrid_type``,
                       ``scale_stage``, ``links_coded``, ``countries``, ``sectors``, ``equity``,
                       ``engagement``, ``note``
    ``[innovation]``   what is implemented: ``name``, ``kind``, ``evidence``,
                       ``evidence_grade``, ``evidence_source``, ``gap``
    ``[[component]]``  a part of what is implemented; ``[[strategy]]`` a way it was brought into use;
                       ``[[barrier]]`` what stood in the way or helped. Each with ``column`` and
                       ``label`` (a yes/no column; ``when`` names other values that mean yes),
                       ``column`` alone (the cells are the labels; ``separator``, and ``values`` with
                       the codes of each) or ``label`` alone (in every study); ``codes``, ``note``;
                       a strategy also ``nature``, a barrier also ``valence``
    ``[setting]``      ``label``, ``country``, ``region``, ``level``
    ``[[effect]]``     one finding for each row; a wide table has several such sections. Of the
                       outcome: ``outcome``, ``kind``, ``desirable``, ``codes``, ``level``. The
                       number: ``metric``, ``value``, ``se`` or ``variance`` or ``ci_low`` and
                       ``ci_high`` (``ci_level``), ``p``, ``n``, ``n_intervention``,
                       ``n_comparator``, ``adjusted``, ``scale``; or ``counts`` or ``means``, see
                       below. Around it: ``id``, ``basis``, ``comparator``, ``comparator_label``,
                       ``arm``, ``comparator_arm``, ``timepoint``, ``subgroup``, ``note``,
                       ``direction``
    ``[[exclude]]``    ``column``, ``reason``, and one of ``values``, ``empty = true``, ``below``,
                       ``above``
    =================  =============================================================================

    ``counts = {intervention = ["events", "others"], comparator = [...]}`` gives the odds ratio (or by
    ``metric`` RR or RD) of the event in the first group against the second, the ratios as
    logarithms; ``totals = true`` where the second column is the size of the group; a table with a
    zero has no estimate unless ``zero_cells = "half"`` adds 0.5 to its four counts. ``means =
    {intervention = ["mean", "sd", "n"], comparator = [...]}`` gives Hedges' g (``metric = "SMD"``) or
    the mean difference (``"MD"``). `implsci.formats.mapped.effects` has the formulas.

    ``direction`` is ``unclear`` unless it is a column, or a rule: ``{rule = "interval"}`` calls an
    effect improved or worsened, as ``desirable`` says, where its interval excludes no effect, and
    ``{rule = "p"}`` where p is below 0.05; ``otherwise`` says what the rest is called.

    Text where a number is due costs the finding, which is skipped with its line; a size (``n`` ...) that
    is no whole number costs only itself. A row whose number is empty gives no finding.

    Nothing is lost: what does not stand word for word elsewhere in the study (columns not named, a
    value that was translated, a yes/no column with a no in it, a cell that could not be read, values
    that differ where a study can hold but one) stands in ``Study.extra``, under the column's title
    where all rows of the study agree, else as ``title.finding``. A strategy's no is thus said, and
    unlike an empty cell.

    Attributes:
        name: name of the mapping file, for messages.
        about: what the whole says of itself, by field of the ledger.
        sheet: name of the sheet; None for the first.
        missing: values that mean an empty cell.
        yes: values that mean yes, folded.
        no: values that mean no, folded.
        decimal: the decimal sign.
        leave: columns that are not kept.
        key: columns that tell studies apart; empty where each row is a study.
        study: where the study's fields come from, by name.
        innovation: where those of the innovation come from.
        setting: where those of the setting come from.
        components: parts of what is implemented.
        strategies: ways it was brought into use.
        barriers: what stood in the way or helped.
        effects: where findings come from.
        exclude: rows that are left out.

    Examples:
        >>> SheetMapping(name="m.toml", key=("Trial",)).columns()
        ('Trial',)
    """

    name: str
    about: Mapping[str, str] = field(factory=dict)
    sheet: str | None = None
    missing: tuple[str, ...] = MISSING
    yes: tuple[str, ...] = YES
    no: tuple[str, ...] = NO
    decimal: str = "."
    leave: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    study: Sources = field(factory=dict)
    innovation: Sources = field(factory=dict)
    setting: Sources = field(factory=dict)
    components: tuple[NodeMapping, ...] = ()
    strategies: tuple[NodeMapping, ...] = ()
    barriers: tuple[NodeMapping, ...] = ()
    effects: tuple[EffectMapping, ...] = ()
    exclude: tuple[Exclusion, ...] = ()

    def named(self) -> Iterator[tuple[str, str]]:
        """Yield every column that is named, after the place in the file where it is."""
        for column in self.leave:
            yield "table.leave", column
        for column in self.key:
            yield "study.key", column
        for sources in (self.study, self.innovation, self.setting):
            yield from _named(sources)
        for node in (*self.components, *self.strategies, *self.barriers):
            if node.column is not None:
                yield f"{node.path}.column", node.column
        for effect in self.effects:
            yield from _named(effect.fields)
            if effect.groups is not None:
                for side in ("intervention", "comparator"):
                    for column in getattr(effect.groups, side):
                        yield f"{effect.path}.{effect.groups.kind}.{side}", column
        for exclusion in self.exclude:
            yield f"{exclusion.path}.column", exclusion.column

    def codes(self) -> Iterator[tuple[str, str]]:
        """Yield every code that the file gives, after the place in it where it is."""
        for sources in (self.study, *(effect.fields for effect in self.effects)):
            for name in _OF_CODES & sources.keys():
                for source in sources[name]:
                    texts = () if source.columns() and source.text else (source.text,)
                    for code in (*texts, source.otherwise, *_outputs(source.values)):
                        if code:
                            yield source.path, code
        for node in (*self.strategies, *self.barriers):
            for code in (*node.codes, *_outputs(node.values)):
                yield node.path, code

    def columns(self) -> tuple[str, ...]:
        """Return the columns that are named, each once."""
        return tuple(dict.fromkeys(column for _, column in self.named()))


def _outputs(values: Mapping[str, tuple[str, ...]] | None) -> Iterator[str]:
    for several in (values or {}).values():
        yield from several


def _named(sources: Sources) -> Iterator[tuple[str, str]]:
    for several in sources.values():
        for source in several:
            for column in source.columns():
                yield source.path, column
