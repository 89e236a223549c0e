"""RIS as tagged lines: its records, wherever one begins and whether it ends.

Reading goes through no library, since each drops something in silence that people have in their files:
what repeats, what stands between records, a last record that was cut off.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import define

from implsci.ledger import Ledger

__all__ = ["RisRecord", "split"]

_TAG = re.compile(r"([A-Z][A-Z0-9])  -(?: (.*)|())", re.DOTALL)
_LOOSE = re.compile(r"([A-Z][A-Z0-9]) {1,2}-(?: (.*)|())", re.DOTALL)
_NUMBER = re.compile(r"\s*(?:<?\d+[.>]?)?\s*")


@define
class RisRecord:
    """One record.

    Attributes:
        line: where it begins, from 1.
        lines: each tag with its value, which may be broken over several lines.
    """

    line: int
    lines: list[tuple[str, list[str]]]

    @property
    def tags(self) -> list[tuple[str, str]]:
        """Each tag with its value, in order; ``TY`` is the first."""
        return [(name, " ".join(pieces).strip()) for name, pieces in self.lines]


def split(text: str, ledger: Ledger) -> Iterator[RisRecord]:
    """Yield the records of a text; what stands between them goes to the ledger.

    A record that meets another ``TY``, or the end of the file, before its ``ER`` is skipped.
    """
    tag = _TAG
    if re.search(r"^TY  -", text, re.MULTILINE) is None:
        if re.search(r"^TY -", text, re.MULTILINE) is None:
            if text.strip():
                ledger.say("no line begins with 'TY  - ', as every record of RIS does")
            return
        tag = _LOOSE
        ledger.say("read with one blank between a tag and its hyphen; RIS has two")
    record: RisRecord | None = None
    wrapped = numbers = 0
    for number, line in enumerate(text.split("\n"), 1):
        found = tag.fullmatch(line.rstrip())
        name = found[1] if found else None
        value = (found[2] or "").strip() if found else line.strip()
        if name == "TY":
            if record is not None:
                ledger.skip(
                    f"line {record.line}",
                    f"no ER before the TY of line {number}; each TY needs its ER",
                )
            record = RisRecord(number, [("TY", [value])])
        elif record is None:
            if name is not None:
                ledger.leave(
                    "tags outside a record", "not read; expected TY first", f"line {number}: {line}"
                )
            elif _NUMBER.fullmatch(line):
                numbers += bool(line.strip())
            else:
                ledger.leave("lines between records", "not read", value)
        elif name == "ER":
            if value:
                ledger.leave("ER", "its value was not read", value)
            yield record
            record = None
        elif name is not None:
            record.lines.append((name, [value]))
        elif value:
            wrapped += 1
            last, pieces = record.lines[-1]
            if last == "KW" and pieces[0]:
                record.lines.append(("KW", [value]))
            else:
                pieces.append(value)
    if record is not None:
        ledger.skip(f"line {record.line}", "the file ends inside this record; expected ER")
    if numbers:
        ledger.say(f"{numbers:,} lines with nothing but a record's number were passed over")
    if wrapped:
        ledger.say(f"{wrapped:,} lines without a tag were read as part of the value before them")
