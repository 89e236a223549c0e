"""Problems as SARIF 2.1.0, the form in which code hosts and editors take the findings of a checker.

The standard is OASIS SARIF 2.1.0 (docs.oasis-open.org/sarif/sarif/v2.1.0). A problem of a file is a
result; what adds up over all files has no place of its own, and is a notification of the run.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import quote

from implsci.compendium.check import Problem
from implsci.compendium.rules import RULES, Severity

__all__ = ["sarif_log"]

_SCHEMA: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS: Final[Mapping[Severity, str]] = {"error": "error", "warning": "warning", "info": "note"}
_INDEX: Final = {rule: index for index, rule in enumerate(RULES)}

# What ends the text of a link, with the backslashes before it, which would take its own away.
_LINK: Final = re.compile(r"(?<!\\)(\\*)\](?=\()")

_Object = dict[str, object]


def sarif_log(problems: Iterable[Problem]) -> _Object:
    """Return the log of one check, as plain values.

    Args:
        problems: what the check found.
    """
    results: list[_Object] = []
    notifications: list[_Object] = []
    met: Counter[str] = Counter()
    for problem in problems:
        if problem.file is None:
            notifications.append(_notification(problem))
            continue
        mark = _fingerprint(problem)
        met[mark] += 1
        results.append(_result(problem, f"{mark}:{met[mark]}"))
    rules = [
        {
            "id": rule.id,
            "shortDescription": {"text": rule.help},
            "fullDescription": {"text": rule.help},
            "help": {"text": rule.help},
            "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        }
        for rule in RULES.values()
    ]
    driver = {"name": "implsci", "version": version("implsci"), "rules": rules}
    run: _Object = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": notifications}],
        "results": results,
    }
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _result(problem: Problem, fingerprint: str) -> _Object:
    return {
        "ruleId": problem.rule,
        "ruleIndex": _INDEX[problem.rule],
        "level": _LEVELS[problem.severity],
        "message": {"text": _text(problem)},
        "locations": [own for own in [_location(problem)] if own],
        "partialFingerprints": {"implsciProblem/v1": fingerprint},
    }


def _notification(problem: Problem) -> _Object:
    return {
        "descriptor": {"id": problem.rule, "index": _INDEX[problem.rule]},
        "level": _LEVELS[problem.severity],
        "message": {"text": _text(problem)},
    }


def _text(problem: Problem) -> str:
    return _literal(f"{problem.path}: {problem.message}" if problem.path else problem.message)


def _literal(text: str) -> str:
    """Return a text as a message that has neither placeholders (3.11.5) nor links (3.11.6) in it.

    A bracket stands for itself but where it would end the text of a link.
    """
    doubled = text.replace("{", "{{").replace("}", "}}")
    return _LINK.sub(r"\g<1>\g<1>\\]", doubled)


def _location(problem: Problem) -> _Object:
    location: _Object = {}
    if problem.file is not None and problem.file != "-":
        location["physicalLocation"] = {
            "artifactLocation": _artifact(problem.file),
            "region": {"startLine": problem.line or 1},
        }
    place = "#".join(part for part in (problem.study, problem.path) if part)
    if place:
        location["logicalLocations"] = [{"fullyQualifiedName": place}]
    return location


def _artifact(file: str) -> dict[str, str]:
    """Return the address of a file, relative to the working folder where it lies in it."""
    path = Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return {"uri": path.as_uri()}
    # A colon in the first part would read as the scheme of an address.
    return {"uri": quote(os.fsencode(path.as_posix()), safe="/"), "uriBaseId": "%SRCROOT%"}


def _fingerprint(problem: Problem) -> str:
    """Return what stays the same when lines move: neither line nor anything that depends on it."""
    file = "" if problem.file in (None, "-") else _artifact(str(problem.file))["uri"]
    parts = (file, problem.rule, problem.study or "", problem.path, problem.message)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()[:32]
