"""Bytes as text: UTF-8 and what other programs write."""

from __future__ import annotations

import pytest

from implsci.formats._text import decoded
from implsci.ledger import Ledger


def text(data: bytes) -> tuple[str, Ledger]:
    ledger = Ledger()
    return decoded(data, "made.csv", ledger), ledger


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_one_bad_byte_costs_one_line(end: str, mark: bytes) -> None:
    lines = [f"Müller {n}, Zoë" for n in range(50)]
    whole = end.join(lines).encode()
    place = whole.index("Müller 7".encode())
    found, ledger = text(mark + whole[:place] + "Café ".encode("cp1252") + whole[place:])
    kept = found.split(end)
    assert kept[:7] + kept[8:] == lines[:7] + lines[8:]
    assert kept[7].startswith("Café M")
    assert [str(fault) for fault in ledger.left_out] == [
        "encoding: not UTF-8: read as Windows-1252: line 8"
    ]
    assert ledger.said == ()


def test_bad_lines_are_counted_with_the_first_numbers() -> None:
    data = "é\n".encode() * 10 + b"\n" + "é\n".encode("cp1252") * 5
    found, ledger = text(data)
    assert found == "é\n" * 10 + "\n" + "é\n" * 5
    assert ledger.count("encoding") == 5
    assert "5 times: such as line 12; line 13; line 14" in str(ledger.left_out[0])


def test_a_file_whose_lines_mostly_fail_is_windows_1252() -> None:
    # The last line is UTF-8 too, but of three lines beyond ASCII two are not.
    found, ledger = text("naïve\n".encode("cp1252") * 2 + b"plain\n" + "Ã©\n".encode("cp1252"))
    assert found == "naïve\nnaïve\nplain\nÃ©\n"
    assert ledger.said == ("not UTF-8: read as Windows-1252; check the accents",)
    assert ledger.left_out == ()


def test_bytes_that_windows_1252_does_not_have() -> None:
    found, ledger = text("é\n".encode() * 3 + b"\x81\xe9\n")
    assert found == "é\n" * 3 + "\x81é\n"
    assert str(ledger.left_out[0]) == "encoding: not UTF-8: read as ISO 8859-1: line 4"
