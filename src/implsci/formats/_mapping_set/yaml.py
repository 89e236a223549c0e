"""A small part of YAML: maps, lists and text, as metadata needs them; nothing that runs or grows."""

from __future__ import annotations

import re
from typing import Final, TypeAlias

from implsci.errors import Fault, InvalidTableError, MissingExtraError
from implsci.taxonomy._typed import show

__all__ = ["Yaml", "read_yaml", "scalar"]

Yaml: TypeAlias = "str | list[Yaml] | dict[str, Yaml]"

_DEEPEST: Final = 20
_LONGEST: Final = 1 << 18

# What needs no quotes in any release of YAML: it begins with a letter, and no colon or hash in it
# stands beside a blank.
_PLAIN = re.compile(r"[A-Za-z](?:[A-Za-z0-9/._-]|:(?=[^\s:])|(?<=\S)#(?=\S)| (?=[A-Za-z0-9]))*")
_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def scalar(text: str) -> str:
    """Return a text as YAML: plain where that is safe, else in double quotes."""
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(letter: str) -> str:
    if letter in '"\\':
        return f"\\{letter}"
    if letter.isprintable():
        return letter
    return f"\\u{ord(letter):04X}" if ord(letter) < 0x10000 else f"\\U{ord(letter):08X}"


def read_yaml(text: str, name: str) -> dict[str, Yaml]:
    """Return a map of YAML in which every value is a text, a list or a map.

    Args:
        text: the YAML; its first line is the first of the file.
        name: the file's name, for messages.

    Raises:
        MissingExtraError: the extra ``formats`` is not installed.
        InvalidTableError: no YAML, with the line; no map; anchors, tags, great depth or size.
    """
    try:
        import yaml
    except ImportError:
        raise MissingExtraError("reading SSSOM", "formats") from None
    if len(text) > _LONGEST:
        raise InvalidTableError(name, [Fault("line 1", f"metadata of more than {_LONGEST} bytes")])
    stack: list[_Node] = [_Node()]
    line = 1
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            line = event.start_mark.line + 1 if event.start_mark is not None else line
            if getattr(event, "anchor", None) is not None or _tag(event) is not None:
                raise _refused(name, line, "anchors, aliases and tags have no place in metadata")
            if isinstance(event, yaml.ScalarEvent):
                stack[-1].add(event.value, name, line)
            elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
                if len(stack) > _DEEPEST:
                    raise _refused(name, line, f"more than {_DEEPEST} deep")
                stack.append(_Node(isinstance(event, yaml.MappingStartEvent)))
            elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
                value = stack.pop().value
                stack[-1].add(value, name, line)
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is not None:
            line = error.problem_mark.line + 1
        raise _refused(name, line, f"not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise _refused(name, line, f"not YAML: {str(error).splitlines()[0]}") from None
    except InvalidTableError:
        raise
    except (ValueError, OverflowError):  # the number of a character that there is not
        raise _refused(name, line, "not YAML: no such character") from None
    made = stack[0].value
    found = made[0] if made and isinstance(made, list) else {}
    if not isinstance(found, dict) or len(made) > 1:
        raise _refused(name, 1, "expected names with values, as in  license: ...")
    return found


def _tag(event: object) -> object:
    return getattr(event, "tag", None)


def _refused(name: str, line: int, message: str) -> InvalidTableError:
    return InvalidTableError(name, [Fault(f"line {line}", message)])


class _Node:
    """A map or a list that is being filled."""

    def __init__(self, is_map: bool = False) -> None:
        self._map: dict[str, Yaml] | None = {} if is_map else None
        self._list: list[Yaml] = []
        self._key: str | None = None

    @property
    def value(self) -> Yaml:
        return self._list if self._map is None else self._map

    def add(self, value: Yaml, name: str, line: int) -> None:
        if self._map is None:
            self._list.append(value)
        elif self._key is None:
            if not isinstance(value, str):
                raise _refused(name, line, "expected a name before the colon")
            if value in self._map:
                raise _refused(name, line, f"{show(value)} stands twice")
            self._key = value
        else:
            self._map[self._key] = value
            self._key = None
