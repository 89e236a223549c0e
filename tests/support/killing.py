"""Kills an ingest and a save at random moments, and looks at what stands on the disk after each.

Run as ``python killing.py FOLDER TIMES SEED``; prints what it saw as JSON. Every attempt is a process
forked from this one, in which no thread has been started yet.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet  # noqa: F401  imported before the forks, so that they need not

import implsci
from implsci import Compendium, Study
from implsci.codec import encode
from implsci.compendium import ingest
from implsci.ledger import Ledger
from implsci.model import Barrier

OLD, NEW, PART = 20, 300, 30


def studies(count: int, title: str) -> list[Study]:
    return [
        Study(
            id=f"s{number}",
            title=f"{title} {number}",
            barriers=(Barrier(id="b", label="cost", codes=(f"mine:c{number % 7}",)),),
        )
        for number in range(count)
    ]


def forked(work: Callable[[], object]) -> int:
    """Start some work in a process of its own, and return its number."""
    child = os.fork()
    if child:
        return child
    status = 0
    try:
        work()
    except BaseException as error:  # told to the parent, whatever it is
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        status = 1
    finally:
        os._exit(status)


def finished(work: Callable[[], object]) -> float:
    """Run some work to its end; return how long it took."""
    start = time.monotonic()
    _, status = os.waitpid(forked(work), 0)
    assert status == 0, "the work failed"
    return time.monotonic() - start


def killed(work: Callable[[], object], within: float, chance: random.Random) -> bool:
    """Run some work and kill it at a random moment; say whether it was still running."""
    child = forked(work)
    time.sleep(chance.uniform(0, within))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def stands(path: Path, seen: Path) -> str:
    """Say in another process which version stands at a path: old, new, or what is wrong."""

    def look() -> None:
        try:
            found = list(implsci.load(path))
            which = {tuple(studies(OLD, "Old")): "old", tuple(studies(NEW, "New")): "new"}
            verdict = which.get(tuple(found), f"broken: {len(found)} studies")
        except Exception as error:  # this is what is looked for
            verdict = f"broken: {type(error).__name__}: {error}"
        seen.write_text(verdict)

    finished(look)
    return seen.read_text()


def main(folder: Path, times: int, seed: int) -> None:
    chance = random.Random(seed)
    source = folder / "new.jsonl"
    source.write_bytes(b"".join(encode(study) + b"\n" for study in studies(NEW, "New")))
    store, lines, seen = folder / "kept.store", folder / "kept.jsonl", folder / "seen"
    old = Compendium(studies=tuple(studies(OLD, "Old")))
    new = Compendium(studies=tuple(studies(NEW, "New")))

    def bring() -> None:
        ledger = Ledger()
        ingest(source, store, ledger=ledger, part=PART)
        assert (ledger.taken, ledger.skips) == (NEW, 0), ledger.summary()

    tasks: dict[str, tuple[Path, Callable[[], object]]] = {
        "ingest": (store, bring),
        "save": (lines, lambda: new.save(lines)),
    }
    result: dict[str, dict[str, int]] = {}
    for name, (path, work) in tasks.items():
        counts: Counter[str] = Counter()
        finished(lambda path=path: old.save(path))
        whole = max(finished(work) for _ in range(2))
        finished(lambda path=path: old.save(path))
        for _ in range(times):
            counts["killed"] += killed(work, whole * 1.1, chance)
            verdict = stands(path, seen)
            counts[verdict] += 1
            if verdict == "new":  # begin again with the old one
                finished(lambda path=path: old.save(path))
            elif name == "ingest" and (store / "ingest.note").exists():
                counts["could go on"] += 1
                if chance.random() < 0.2:
                    finished(work)
                    counts[f"{stands(path, seen)} after going on"] += 1
                    finished(lambda path=path: old.save(path))
        finished(work)
        counts[f"{stands(path, seen)} at the end"] += 1
        left = [one.name for one in folder.iterdir() if one.name.endswith(".tmp")]
        counts["temporary files left"] = len(left)
        result[name] = dict(counts)
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
