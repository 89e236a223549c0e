"""Every exception and warning that implsci raises, under one root.

Each exception is also the standard-library class a caller would expect, and carries its data as
attributes, so that a program can act on it and a person can read it.

Examples:
    >>> from implsci.errors import InvalidCodeError
    >>> str(InvalidCodeError("champions"))
    "'champions' is not a code: expected scheme:name, such as eric:facilitation"
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

__all__ = [
    "AmbiguousNameError",
    "CannotEstimateError",
    "ConsentError",
    "CorruptDocument",
    "CycleError",
    "DuplicateSchemeError",
    "EncoderError",
    "Fault",
    "FormatError",
    "ImplsciError",
    "ImplsciWarning",
    "InvalidCodeError",
    "InvalidQueryError",
    "InvalidRecord",
    "InvalidTableError",
    "LoadError",
    "MissingExtraError",
    "PluginError",
    "PluginWarning",
    "UnknownNameError",
    "UnreadableFileError",
]


def __dir__() -> list[str]:
    return __all__


class Fault(NamedTuple):
    """One thing wrong with a record: where, and what was expected.

    Attributes:
        path: place inside the record, such as ``strategies[2].dose``; empty for the record itself.
        message: what is wrong and what was expected.
    """

    path: str
    message: str

    def under(self, prefix: str) -> Fault:
        """Return the same fault seen from the record that holds this one at `prefix`."""
        if not self.path:
            return Fault(prefix, self.message)
        joint = "" if self.path.startswith("[") else "."
        return Fault(f"{prefix}{joint}{self.path}" if prefix else self.path, self.message)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class ImplsciError(Exception):
    """Root of every exception of this library."""


class ImplsciWarning(UserWarning):
    """Root of every warning of this library."""


class PluginWarning(ImplsciWarning):
    """A plugin could not be used; the rest of the registry works on."""


class InvalidRecord(ImplsciError, ValueError):  # noqa: N818  the name is part of the public contract
    """A record breaks its rules.

    Attributes:
        record: name of the record's class.
        faults: every fault found, each with its path.
        identifier: the record's id where one could be read.
    """

    def __init__(self, record: str, faults: Iterable[Fault], identifier: str | None = None) -> None:
        self.record = record
        self.faults = tuple(faults)
        self.identifier = identifier
        name = f"{record} {identifier!r}" if identifier else record
        count = len(self.faults)
        head = f"{name} has {count} fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([f"{head}:", *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[type[InvalidRecord], tuple[str, tuple[Fault, ...], str | None]]:
        return type(self), (self.record, self.faults, self.identifier)


class CorruptDocument(ImplsciError, ValueError):  # noqa: N818  reads as a state, like InvalidRecord
    """Bytes that cannot be read as one document: not JSON, not UTF-8, too large, too deep.

    Attributes:
        reason: what is wrong and what was expected.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class InvalidCodeError(ImplsciError, ValueError):
    """A string that is not a code of the form ``scheme:name``.

    Attributes:
        text: the string as given.
    """

    def __init__(self, text: object) -> None:
        self.text = text
        super().__init__(f"{text!r} is not a code: expected scheme:name, such as eric:facilitation")

    def __reduce__(self) -> tuple[type[InvalidCodeError], tuple[object]]:
        return type(self), (self.text,)


class InvalidTableError(ImplsciError, ValueError):
    """A taxonomy, crosswalk or link table that breaks its rules.

    Attributes:
        table: the file's or the scheme's name.
        faults: every fault found; the path of each names its line or code.
    """

    def __init__(self, table: str, faults: Iterable[Fault]) -> None:
        self.table = table
        self.faults = tuple(faults)
        count = len(self.faults)
        head = f"{table} has {count} fault{'s' if count != 1 else ''}"
        super().__init__("\n".join([f"{head}:", *(f"  {fault}" for fault in self.faults)]))

    def __reduce__(self) -> tuple[type[InvalidTableError], tuple[str, tuple[Fault, ...]]]:
        return type(self), (self.table, self.faults)


class InvalidQueryError(ImplsciError, ValueError):
    """A question that cannot be asked as put: an unknown facet, axis, link or filter.

    Attributes:
        reason: what is wrong and what can be asked.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class UnknownNameError(ImplsciError, LookupError):
    """A code, scheme, basis, plugin or compendium that is not there.

    Attributes:
        kind: what was looked for, such as ``code`` or ``basis``.
        name: the name as given.
        suggestions: close names that do exist.
        note: a further line of help, such as why a plugin is missing.
    """

    def __init__(
        self, kind: str, name: str, suggestions: Iterable[str] = (), note: str | None = None
    ) -> None:
        self.kind = kind
        self.name = name
        self.suggestions = tuple(suggestions)
        self.note = note
        text = (
            f"unknown {kind} {name!r}" if len(name) <= 200 else f"unknown {kind} {name[:80]!r}..."
        )
        if self.suggestions:
            text += f"; did you mean {', '.join(self.suggestions)}?"
        if note:
            text += f" ({note})"
        super().__init__(text)

    def __reduce__(
        self,
    ) -> tuple[type[UnknownNameError], tuple[str, str, tuple[str, ...], str | None]]:
        return type(self), (self.kind, self.name, self.suggestions, self.note)


class AmbiguousNameError(ImplsciError, LookupError):
    """A name that several things bear.

    Attributes:
        kind: what was looked for.
        name: the name as given.
        candidates: the codes of all that bear it.
    """

    def __init__(self, kind: str, name: str, candidates: Iterable[str]) -> None:
        self.kind = kind
        self.name = name
        self.candidates = tuple(candidates)
        listed = ", ".join(self.candidates)
        super().__init__(f"the {kind} {name!r} is that of several terms; use one code: {listed}")

    def __reduce__(self) -> tuple[type[AmbiguousNameError], tuple[str, str, tuple[str, ...]]]:
        return type(self), (self.kind, self.name, self.candidates)


class UnreadableFileError(ImplsciError, OSError):
    """A file or folder that cannot be opened or written.

    Attributes:
        path: the path as given.
        reason: why.
    """

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path}: {reason}")

    def __reduce__(self) -> tuple[type[UnreadableFileError], tuple[str, str]]:
        return type(self), (self.path, self.reason)


class LoadError(ImplsciError, ValueError):
    """A compendium with records that could not be read; nothing was loaded.

    Attributes:
        path: the file, folder or name that was asked for.
        lines: one text per fault, each naming file, line, path and what was expected.
    """

    shown = 20

    def __init__(self, path: str, lines: Iterable[str]) -> None:
        self.path = path
        self.lines = tuple(lines)
        count = len(self.lines)
        body = [f"  {line}" for line in self.lines[: self.shown]]
        if count > self.shown:
            body.append(f"  ... and {count - self.shown} more: run  implsci check {path}")
        head = f"{path}: {count} fault{'s' if count != 1 else ''}, nothing was loaded"
        super().__init__("\n".join([f"{head}:", *body]))

    def __reduce__(self) -> tuple[type[LoadError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.path, self.lines)


class PluginError(ImplsciError, RuntimeError):
    """A plugin that cannot be used.

    Attributes:
        plugin: the plugin's entry-point name.
        distribution: the distribution that brings it.
        reason: what went wrong and what was expected.
    """

    def __init__(self, plugin: str, distribution: str, reason: str) -> None:
        self.plugin = plugin
        self.distribution = distribution
        self.reason = reason
        super().__init__(f"plugin {plugin!r} of {distribution}: {reason}")

    def __reduce__(self) -> tuple[type[PluginError], tuple[str, str, str]]:
        return type(self), (self.plugin, self.distribution, self.reason)


class DuplicateSchemeError(PluginError):
    """Two plugins claim one name; the claim of the second is refused.

    Attributes:
        kind: what is claimed twice, such as ``scheme`` or ``basis``.
        name: the name claimed twice.
        owner: plugin and distribution that hold it.
    """

    def __init__(self, plugin: str, distribution: str, kind: str, name: str, owner: str) -> None:
        self.kind = kind
        self.name = name
        self.owner = owner
        super().__init__(
            plugin, distribution, f"{kind} {name!r} is refused: {owner} already provides it"
        )

    def __reduce__(self) -> tuple[type[PluginError], tuple[str, ...]]:  # type: ignore[override]
        return type(self), (self.plugin, self.distribution, self.kind, self.name, self.owner)


class MissingExtraError(ImplsciError, ImportError):
    """A feature that needs an optional dependency which is not installed.

    Attributes:
        feature: what was asked for, as the subject of a sentence.
        extra: the extra that brings the dependency.
    """

    def __init__(self, feature: str, extra: str) -> None:
        self.feature = feature
        self.extra = extra
        super().__init__(f"{feature} needs an extra: pip install 'implsci[{extra}]'")

    def __reduce__(self) -> tuple[type[MissingExtraError], tuple[str, str]]:
        return type(self), (self.feature, self.extra)


class EncoderError(ImplsciError, RuntimeError):
    """An encoder that cannot be used for semantic search.

    Attributes:
        encoder: its name.
        reason: what went wrong and what was expected.
    """

    def __init__(self, encoder: str, reason: str) -> None:
        self.encoder = encoder
        self.reason = reason
        super().__init__(f"encoder {encoder!r}: {reason}")

    def __reduce__(self) -> tuple[type[EncoderError], tuple[str, str]]:
        return type(self), (self.encoder, self.reason)


class FormatError(ImplsciError, ValueError):
    """A file is not of the format it was read as, or a compendium cannot be written in one.

    Attributes:
        path: the file or folder.
        format: name of the format.
        reason: what is wrong and what was expected.
    """

    def __init__(self, path: str, format: str, reason: str) -> None:
        self.path = path
        self.format = format
        self.reason = reason
        super().__init__(f"{path}: {format}: {reason}")

    def __reduce__(self) -> tuple[type[FormatError], tuple[str, str, str]]:
        return type(self), (self.path, self.format, self.reason)


class CannotEstimateError(ImplsciError, ValueError):
    """An analysis that has no answer on these data.

    Attributes:
        reason: why it cannot be estimated.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(f"cannot be estimated: {reason}")

    def __reduce__(self) -> tuple[type[CannotEstimateError], tuple[str]]:
        return type(self), (self.reason,)


class CycleError(ImplsciError, ValueError):
    """Things that must follow one another and lead back to where they began.

    Attributes:
        where: the record or file that holds them.
        cycle: their ids in order, the first repeated at the end.
    """

    def __init__(self, where: str, cycle: Iterable[str]) -> None:
        self.where = where
        self.cycle = tuple(cycle)
        way = " -> ".join(self.cycle)
        super().__init__(f"{where}: expected an order without loops, got {way}")

    def __reduce__(self) -> tuple[type[CycleError], tuple[str, tuple[str, ...]]]:
        return type(self), (self.where, self.cycle)


class ConsentError(ImplsciError, ValueError):
    """Words or names of people that would leave the house without their consent.

    Attributes:
        where: the records that hold them, each with its path.
    """

    def __init__(self, where: Iterable[str]) -> None:
        self.where = tuple(where)
        shown = ", ".join(self.where[:5]) + (", ..." if len(self.where) > 5 else "")
        super().__init__(
            f"{len(self.where)} quotes, names or contacts may not leave the house: {shown}; "
            "redact them first, or ask for consent to publication"
        )

    def __reduce__(self) -> tuple[type[ConsentError], tuple[tuple[str, ...]]]:
        return type(self), (self.where,)
