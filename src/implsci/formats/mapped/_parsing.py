"""Mapping files: TOML in, a checked `SheetMapping` out, every fault with the path of its key."""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, Literal, TypeVar, cast, get_args

from implsci.codes import is_code
from implsci.errors import InvalidTableError
from implsci.formats._files import read_bytes, to_text
from implsci.formats.mapped._fields import (
    EFFECT,
    INNOVATION,
    NODES,
    SETTING,
    STUDY,
    FieldRule,
)
from implsci.formats.mapped._spec import (
    MISSING,
    NO,
    YES,
    EffectMapping,
    Exclusion,
    Groups,
    NodeMapping,
    SheetMapping,
    Source,
    folded,
)
from implsci.formats.mapped._toml import MOST_BYTES, read_toml
from implsci.formats.mapped._tree import Tree, TreeReader, not_a_word, plain, shown
from implsci.model.evidence import Scale
from implsci.model.finding import Direction

__all__ = ["read_mapping"]


_SECTIONS: Final = (
    "compendium", "table", "study", "innovation", "setting", "component", "strategy", "barrier",
    "effect", "exclude",
)  # fmt: skip
_ABOUT: Final = ("name", "title", "license", "citation")
_TABLE: Final = ("sheet", "missing", "yes", "no", "decimal", "leave")
_SOURCE: Final = ("column", "text", "values", "separator", "otherwise", "missing", "unit")
_NODE: Final = ("column", "label", "when", "codes", "values", "separator")
_EXCLUDE: Final = ("column", "reason", "values", "empty", "below", "above")
_GROUPS: Final = ("intervention", "comparator", "totals", "zero_cells")
_COUNTED: Final = ("OR", "RR", "RD")
_COMPARED: Final = ("SMD", "MD")

_T = TypeVar("_T")


def read_mapping(path: str | os.PathLike[str]) -> SheetMapping:
    r"""Read a mapping file; `SheetMapping` lists its keys.

    Args:
        path: a TOML file.

    Returns:
        The mapping. That the columns are there is checked when it meets a table.

    Raises:
        UnreadableFileError: nothing there, or it cannot be opened.
        InvalidTableError: not TOML, or anything wrong with it, all at once, each with its key and,
            where one is close, what may have been meant.

    Examples:
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     file = Path(folder, "m.toml")
        ...     _ = file.write_text('[study]\nkye = "Trial"\ntitle = "Trial"')
        ...     try:
        ...         read_mapping(file)
        ...     except InvalidTableError as error:
        ...         print(error.faults[0])
        study.kye: no such key; did you mean 'key'?
    """
    source = Path(path)
    tree = read_toml(to_text(read_bytes(source, MOST_BYTES), source.name), source.name)
    parser = _Parser()
    mapping = parser.mapping(tree, source.name)
    if parser.faults:
        raise InvalidTableError(source.name, parser.faults)
    return mapping


class _Parser(TreeReader):
    """Reads a tree of plain values, and gathers what is wrong with it."""

    def mapping(self, tree: Tree, name: str) -> SheetMapping:
        self.known(tree, _SECTIONS, "", "section")
        about = self._section(tree, "compendium", _ABOUT)
        table = self._section(tree, "table", _TABLE)
        study = self._section(tree, "study", ("key", *STUDY))
        if "study" not in tree:
            self.fault("study", "missing; expected a section [study] with key and title")
        else:
            for needed in ("key", "title"):
                if needed not in study:
                    self.fault(f"study.{needed}", "missing")
        decimal = self.word(table, "decimal", "table", (".", ",")) or "."
        return SheetMapping(
            name=name,
            about={key: self.text(about, key, "compendium") for key in about},
            sheet=self.text(table, "sheet", "table") or None,
            missing=self.texts(table, "missing", "table") if "missing" in table else MISSING,
            yes=self.folded(table, "yes", "table") if "yes" in table else YES,
            no=self.folded(table, "no", "table") if "no" in table else NO,
            decimal=decimal,
            leave=self.texts(table, "leave", "table"),
            key=self._key(study),
            study=self._sources(study, STUDY, "study"),
            innovation=self._sources(
                self._section(tree, "innovation", tuple(INNOVATION)), INNOVATION, "innovation"
            ),
            setting=self._sources(
                self._section(tree, "setting", tuple(SETTING)), SETTING, "setting"
            ),
            components=self._each(tree, "component", self._node),
            strategies=self._each(tree, "strategy", self._node),
            barriers=self._each(tree, "barrier", self._node),
            effects=self._each(tree, "effect", self._effect),
            exclude=self._each(tree, "exclude", self._exclusion),
        )

    def _section(self, tree: Tree, name: str, keys: tuple[str, ...]) -> Tree:
        section = tree.get(name, {})
        if not isinstance(section, dict):
            self.fault(name, f"expected a section [{name}], got {shown(section)}")
            return {}
        self.known(section, keys, name)
        return section

    def _each(self, tree: Tree, name: str, read: Callable[[Tree, str, str], _T]) -> tuple[_T, ...]:
        found = tree.get(name, [])
        if isinstance(found, dict):
            return (read(found, name, name),)
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            self.fault(name, f"expected sections [[{name}]], got {shown(found)}")
            return ()
        return tuple(read(one, f"{name}[{index}]", name) for index, one in enumerate(found))

    def _key(self, study: Tree) -> tuple[str, ...]:
        value = study.get("key")
        if isinstance(value, dict):
            if value != {"each": "row"}:
                self.fault("study.key", 'expected a column, several, or {each = "row"}')
            return ()
        key = self.texts(study, "key", "study")
        if "key" in study and not key:
            self.fault("study.key", 'expected a column, several, or {each = "row"}')
        return key

    def _sources(
        self, tree: Tree, rules: Mapping[str, FieldRule], path: str
    ) -> dict[str, tuple[Source, ...]]:
        found = {}
        for name, rule in rules.items():
            if name not in tree:
                continue
            value, place = tree[name], f"{path}.{name}"
            if isinstance(value, list) and rule.many:
                found[name] = tuple(
                    self._source(one, rule, f"{place}[{index}]") for index, one in enumerate(value)
                )
            else:
                found[name] = (self._source(value, rule, place),)
        return found

    def _source(self, value: object, rule: FieldRule, path: str) -> Source:
        if isinstance(value, dict):
            return self._described(value, rule, path)
        text = plain(value)
        if text is None:
            self.fault(path, f"expected a column or a table in braces, got {shown(value)}")
        elif rule.kind == "codes":
            self._code(text, path)
            return Source(path=path, text=text)
        elif rule.kind == "word":
            if isinstance(value, bool):
                text = "yes" if value else "no"
            if rule.words and text not in rule.words:
                self.fault(path, not_a_word(value, rule.words, column=True))
            return Source(path=path, text=text)
        elif rule.kind == "number" and not isinstance(value, (str, bool)):
            return Source(path=path, text=text)
        elif not isinstance(value, str):
            self.fault(path, f"expected a column or a table in braces, got {shown(value)}")
        elif not text.strip():
            self.fault(path, "expected the title of a column, got none")
        return Source(path=path, column=text)

    def _described(self, tree: Tree, rule: FieldRule, path: str) -> Source:
        self.known(tree, _SOURCE, path)
        if ("column" in tree) == ("text" in tree):
            self.fault(path, "expected either column or text")
        if "text" in tree and ("values" in tree or "separator" in tree):
            self.fault(path, "values and separator go with column, not with text")
        unit = self.word(tree, "unit", path, ("percent",))
        if unit and rule.kind != "number":
            self.fault(f"{path}.unit", "a unit goes with a number")
        if "separator" in tree and not rule.many:
            self.fault(f"{path}.separator", "this field holds one value")
        otherwise = plain(tree.get("otherwise"))
        if otherwise is not None:
            self._output(otherwise, rule, f"{path}.otherwise")
        text = self.text(tree, "text", path) or None
        if text is not None and rule.kind != "text" and "{" not in text:
            self._output(text, rule, f"{path}.text")
        return Source(
            path=path,
            column=self.text(tree, "column", path) or None,
            text=text,
            values=self._values(tree, rule, path),
            separator=self.text(tree, "separator", path) or None,
            otherwise=otherwise,
            percent=unit is not None,
            missing=self.texts(tree, "missing", path) if "missing" in tree else None,
        )

    def _values(self, tree: Tree, rule: FieldRule, path: str) -> dict[str, tuple[str, ...]] | None:
        if "values" not in tree:
            return None
        values = tree["values"]
        if not isinstance(values, dict):
            self.fault(f"{path}.values", f"expected {{value = what}}, got {shown(values)}")
            return None
        found: dict[str, tuple[str, ...]] = {}
        for value, stands_for in values.items():
            place = f"{path}.values.{value}"
            if folded(value) in found:
                self.fault(place, "stands twice, but for case and blanks")
            several = stands_for if isinstance(stands_for, list) else [stands_for]
            if len(several) > 1 and not rule.many:
                self.fault(place, "this field holds one value")
            texts = []
            for one in several:
                text = plain(one)
                if isinstance(one, bool):
                    text = "yes" if one else "no"
                if text is None:
                    self.fault(place, f"expected a text, got {shown(one)}")
                elif text:
                    self._output(text, rule, place)
                    texts.append(text)
            found[folded(value)] = tuple(texts)
        return found

    def _output(self, text: str, rule: FieldRule, path: str) -> None:
        if rule.kind == "codes":
            self._code(text, path)
        elif rule.kind == "number":
            try:
                fits = math.isfinite(float(text))
            except ValueError:
                fits = False
            if not fits:
                self.fault(path, f"expected a number, got {shown(text)}")
        elif rule.words and text not in rule.words:
            self.fault(path, not_a_word(text, rule.words))

    def _code(self, text: str, path: str) -> None:
        if not is_code(text):
            self.fault(path, f"expected a code scheme:name, got {shown(text)}")

    def _node(self, tree: Tree, path: str, kind: str) -> NodeMapping:
        words = NODES[kind]
        self.known(tree, (*_NODE, *words), path)
        column = self.text(tree, "column", path) or None
        label = self.text(tree, "label", path) or None
        if column is None and label is None:
            self.fault(path, "expected a column, a label, or both")
        for key, fits in (
            ("when", column is not None and label is not None),
            ("values", column is not None and label is None),
            ("separator", column is not None and label is None),
        ):
            if key in tree and not fits:
                with_what = "column and label" if key == "when" else "column and no label"
                self.fault(f"{path}.{key}", f"goes with {with_what}")
        if kind == "component" and "codes" in tree:
            self.fault(f"{path}.codes", "a component has no codes")
        codes = self.texts(tree, "codes", path)
        for code in codes:
            self._code(code, f"{path}.codes")
        return NodeMapping(
            path=path,
            column=column,
            label=label,
            when=self.folded(tree, "when", path) if "when" in tree else None,
            codes=tuple(dict.fromkeys(codes)),
            values=self._values(tree, FieldRule("codes", many=True), path),
            separator=self.text(tree, "separator", path) or None,
            words={
                name: found
                for name, allowed in words.items()
                if name in tree
                and (
                    found := self.word(tree, name, path, allowed)
                    if allowed
                    else self.text(tree, name, path)
                )
            },
        )

    def _effect(self, tree: Tree, path: str, _: str) -> EffectMapping:
        self.known(tree, (*EFFECT, "counts", "means", "scale"), path)
        if "outcome" not in tree:
            self.fault(f"{path}.outcome", "missing; expected a column or a text")
        groups = self._groups(tree, path)
        direction = tree.get("direction")
        rule = otherwise = None
        fields = dict(tree)
        if isinstance(direction, dict) and "rule" in direction:
            place = f"{path}.direction"
            del fields["direction"]
            self.known(direction, ("rule", "otherwise"), place)
            rule = self.word(direction, "rule", place, ("interval", "p"))
            otherwise = self.word(direction, "otherwise", place, get_args(Direction))
            if "desirable" not in tree:
                self.fault(place, "a rule needs desirable, which says what is better")
        if groups is None and "metric" not in tree and "value" in tree:
            self.fault(f"{path}.metric", 'missing; expected such as "SMD", or "unspecified"')
        scale = self.word(tree, "scale", path, get_args(Scale))
        return EffectMapping(
            path=path,
            fields=self._sources(fields, EFFECT, path),
            groups=groups,
            rule=cast('Literal["interval", "p"] | None', rule),
            otherwise=cast("Direction", otherwise or "unclear"),
            scale=cast("Scale | None", scale),
        )

    def _groups(self, tree: Tree, path: str) -> Groups | None:
        given = [kind for kind in ("counts", "means") if kind in tree]
        if not given:
            return None
        if len(given) > 1 or any(key in tree for key in ("value", "se", "variance")):
            self.fault(path, "expected one of counts, means, or value with its uncertainty")
        kind = given[0]
        place, found = f"{path}.{kind}", tree[kind]
        if not isinstance(found, dict):
            self.fault(place, f"expected a table in braces, got {shown(found)}")
            return None
        self.known(found, _GROUPS if kind == "counts" else _GROUPS[:2], place)
        size = 2 if kind == "counts" else 3
        sides = []
        for side in ("intervention", "comparator"):
            columns = self.texts(found, side, place)
            if len(columns) != size:
                self.fault(f"{place}.{side}", f"expected {size} columns, got {len(columns)}")
            sides.append(columns)
        metrics = _COUNTED if kind == "counts" else _COMPARED
        if "metric" in tree and tree["metric"] not in metrics:
            self.fault(f"{path}.metric", not_a_word(tree["metric"], metrics))
        return Groups(
            kind="counts" if kind == "counts" else "means",
            intervention=sides[0],
            comparator=sides[1],
            totals=self.flag(found, "totals", place),
            half=self.word(found, "zero_cells", place, ("half", "none")) == "half",
        )

    def _exclusion(self, tree: Tree, path: str, _: str) -> Exclusion:
        self.known(tree, _EXCLUDE, path)
        for needed in ("column", "reason"):
            if needed not in tree:
                self.fault(f"{path}.{needed}", "missing")
        if not any(key in tree for key in _EXCLUDE[2:]):
            self.fault(path, "expected one of values, empty, below, above")
        return Exclusion(
            path=path,
            column=self.text(tree, "column", path),
            reason=self.text(tree, "reason", path),
            values=self.folded(tree, "values", path),
            empty=self.flag(tree, "empty", path),
            below=self.number(tree, "below", path),
            above=self.number(tree, "above", path),
        )
