"""The commands network and mobilisation."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from implsci.casebook import load
from implsci.knowledge import intermediaries, mobilisation


def test_who_belonged_is_told_with_what_is_unknown(run: Any) -> None:
    done = run("network", "--at", "2022")
    assert done.exit_code == 0
    assert done.output.startswith("In 2022: 11 of 16 organizations belong")
    assert "sector:education: Education Endowment Foundation" in done.output
    assert "last checked 2019" in done.output
    assert run("network").output.startswith("When last checked: 12 of 16")
    wrong = run("network", "--at", "then")
    assert wrong.exit_code == 2
    assert "expected YYYY" in wrong.stderr


def test_activities_are_told_question_by_question(run: Any) -> None:
    text = " ".join(run("mobilisation").output.split())
    assert "why: no code answers it" in text
    assert "reach: views: 500,000, base not told" in text
    assert "uses of research: 2 instrumental" in text
    assert "59 percent in 2018" in text


def test_json_and_csv_are_those_of_the_functions(run: Any) -> None:
    book = load("implsci-knowledge")
    for words, found in (
        (("network", "--at", "2022"), intermediaries(book, "2022")),
        (("mobilisation",), mobilisation(book)),
    ):
        assert json.loads(run(*words, "--format", "json").stdout) == found.to_dict()
        lines = list(csv.DictReader(io.StringIO(run(*words, "--format", "csv").stdout)))
        assert [line["id"] for line in lines] == [row["id"] for row in found.to_rows()]
