"""What is wrong, or doubtful, in a compendium: every problem with its place and severity."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Final, Literal, get_args, get_type_hints

from attrs import frozen

from implsci.codec import MAX_BYTES, decode
from implsci.codes import Code, split
from implsci.compendium.files import RawRecord
from implsci.errors import CorruptDocument, InvalidRecord, UnknownNameError
from implsci.model import Study
from implsci.model._record import shape
from implsci.plugins import Registry

__all__ = ["Problem", "Problems", "Severity", "check_records", "check_studies", "read_record"]

Severity = Literal["error", "warning", "info"]


@frozen(kw_only=True)
class Problem:
    """One thing wrong or doubtful.

    Attributes:
        message: what it is, and what was expected.
        severity: ``error`` (the record is broken), ``warning`` (probably wrong) or ``info``.
        path: place inside the record; empty for the record itself.
        study: id of the study, where it could be read.
        file: the file it stands in; None for a compendium in memory.
        line: the line it stands on; None where a file holds one record.
    """

    message: str
    severity: Severity
    path: str = ""
    study: str | None = None
    file: str | None = None
    line: int | None = None

    def __str__(self) -> str:
        place = "" if self.file is None else f"{self.file}:"
        if self.line is not None:
            place += f"{self.line}:"
        where = self.path if self.study is None or self.file else f"{self.study}: {self.path}"
        parts = [f"{place} {self.severity}".strip(), where, self.message]
        return ": ".join(part for part in parts if part.strip(" :"))


@frozen(kw_only=True)
class Problems:
    """All that a check found.

    Attributes:
        studies: how many studies could be read.
        problems: what was found, in the order of the records.
    """

    studies: int
    problems: tuple[Problem, ...]

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.problems)

    def __len__(self) -> int:
        return len(self.problems)

    def of(self, severity: Severity) -> tuple[Problem, ...]:
        """Return the problems of one severity."""
        return tuple(problem for problem in self.problems if problem.severity == severity)


def read_record(raw: RawRecord, max_bytes: int = MAX_BYTES) -> Study | list[Problem]:
    """Read a record, or say everything that keeps it from being read."""
    try:
        if raw.oversize:
            raise CorruptDocument(
                f"a record of {raw.oversize:,} bytes; expected at most {max_bytes:,} (settable)"
            )
        return decode(raw.data, max_bytes=max_bytes)
    except CorruptDocument as error:
        return [Problem(message=error.reason, severity="error", file=raw.file, line=raw.line)]
    except InvalidRecord as error:
        return [
            Problem(
                message=fault.message,
                severity="error",
                path=fault.path,
                study=error.identifier,
                file=raw.file,
                line=raw.line,
            )
            for fault in error.faults
        ]


def check_records(
    records: Iterable[RawRecord], registry: Registry, max_bytes: int = MAX_BYTES
) -> Problems:
    """Check records as they lie in files: all faults, and all doubts."""
    problems: list[Problem] = []
    readable: list[tuple[RawRecord | None, Study]] = []
    for raw in records:
        read = read_record(raw, max_bytes)
        if isinstance(read, Study):
            readable.append((raw, read))
        else:
            problems += read
    problems += _doubts(readable, registry)
    return Problems(studies=len(readable), problems=tuple(problems))


def check_studies(studies: Iterable[Study], registry: Registry) -> Problems:
    """Check studies in memory: repeated ids, codes their taxonomy does not have, and other doubts."""
    pairs: list[tuple[RawRecord | None, Study]] = [(None, study) for study in studies]
    return Problems(studies=len(pairs), problems=tuple(_doubts(pairs, registry)))


def _doubts(
    pairs: Iterable[tuple[RawRecord | None, Study]], registry: Registry
) -> Iterator[Problem]:
    first: dict[str, RawRecord | None] = {}
    absent: dict[str, int] = {}
    codes = _Codes(registry)
    for raw, study in pairs:
        file = raw.file if raw else None
        line = raw.line if raw else None

        def problem(
            severity: Severity,
            path: str,
            message: str,
            file: str | None = file,
            line: int | None = line,
            study: Study = study,
        ) -> Problem:
            return Problem(
                message=message, severity=severity, path=path, study=study.id, file=file, line=line
            )

        if study.id in first:
            earlier = first[study.id]
            where = f" (first at {earlier.place})" if earlier else ""
            yield problem("error", "id", f"{study.id!r} is also the id of another study{where}")
        first.setdefault(study.id, raw)
        for path, country in _countries(study):
            if country not in _ISO_COUNTRIES:
                yield problem("warning", path, f"{country!r} is no country of ISO 3166-1")
        for path, code in _coded(study):
            verdict = codes.verdict(code)
            if verdict is None:
                scheme = split(Code(code))[0]
                absent[scheme] = absent.get(scheme, 0) + 1
            elif verdict:
                yield problem(verdict[0], path, verdict[1])
    for scheme in sorted(absent):
        yield Problem(
            message=f"no taxonomy {scheme!r} is installed: {absent[scheme]} codes were not checked",
            severity="info",
        )


class _Codes:
    """Remembers the verdict on each code, since the same codes come by thousands of times."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
        self._verdicts: dict[str, tuple[Severity, str] | tuple[()] | None] = {}

    def verdict(self, code: str) -> tuple[Severity, str] | tuple[()] | None:
        """Return what is wrong with a code, nothing, or None where no taxonomy can tell."""
        if code not in self._verdicts:
            self._verdicts[code] = self._judge(code)
        return self._verdicts[code]

    def _judge(self, code: str) -> tuple[Severity, str] | tuple[()] | None:
        scheme = split(Code(code))[0]
        try:
            taxonomy = self._registry.taxonomy(scheme)
        except UnknownNameError:
            return None
        try:
            term = self._registry.term(code)
        except UnknownNameError as error:
            return "warning", str(error)
        if taxonomy.scheme != scheme:
            return "warning", f"{code!r} names no edition; expected {term.code}"
        if term.code != code:
            return "warning", f"{code!r} is a number; the code is {term.code!r}"
        if term.replaced_by is not None:
            return "warning", f"{code!r} has been replaced by {term.replaced_by!r}"
        return ()


def _countries(study: Study) -> Iterator[tuple[str, str]]:
    for index, country in enumerate(study.countries):
        yield f"countries[{index}]", country
    for index, setting in enumerate(study.settings):
        if setting.country is not None:
            yield f"settings[{index}].country", setting.country


def _coded(record: object, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield every code in a record, and in the records inside, with its path."""
    record_class: type = type(record)
    for name, coded in _coded_fields(record_class):
        value = getattr(record, name)
        if value is None:
            continue
        many = isinstance(value, tuple)
        for index, item in enumerate(value if many else (value,)):
            place = f"{path}{name}[{index}]" if many else f"{path}{name}"
            if coded:
                yield place, item
            else:
                yield from _coded(item, f"{place}.")


@cache
def _coded_fields(record: type) -> tuple[tuple[str, bool], ...]:
    """Return the fields that hold codes (true) or records (false)."""
    hints = get_type_hints(record)
    coded = {name for name, hint in hints.items() if Code in (hint, *get_args(hint))}
    return tuple(
        (name, name in coded)
        for name, field in shape(record).items()
        if name in coded or field.kind == "record"
    )


# ISO 3166-1 alpha-2, officially assigned, and XK, which statistics use for Kosovo.
_ISO_COUNTRIES: Final = frozenset(
    "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS "
    "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE "
    "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM "
    "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC "
    "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA "
    "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW "
    "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO "
    "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA ZM ZW".split()
)
