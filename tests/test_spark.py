"""Spark in local mode: the same expression, unchanged, says what the kernel says."""

from __future__ import annotations

import _socket
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from tabulated import QUESTIONS, plain

import implsci
from implsci import Compendium
from implsci.codec import encode
from implsci.errors import InvalidQueryError
from implsci.store import StoreWriter
from implsci.synthesis import tabulate, tabulate_by_outcome

if TYPE_CHECKING:
    from ibis.backends import BaseBackend

pytestmark = [
    pytest.mark.spark,
    # Ibis, Spark, pandas and DuckDB warn of each other, each release of something else.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture(scope="module")
def loopback() -> Iterator[None]:
    """Let a test speak to another process of this machine: Spark runs in Java."""
    refuse = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] in ("127.0.0.1", "localhost"):
            return _socket.socket.connect(self, address)
        return refuse(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect)
        yield


@pytest.fixture(scope="module")
def spark(loopback: None) -> Iterator[BaseBackend]:
    import ibis
    from pyspark.sql import SparkSession

    session = (
        SparkSession.builder.master("local[1]")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    java = session.sparkContext._gateway
    yield ibis.pyspark.connect(session)
    session.stop()
    java.shutdown()  # Spark leaves its process behind, with a pipe to it open
    java.proc.stdin.close()
    java.proc.wait(30)


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Compendium:
    folder = tmp_path_factory.mktemp("spark") / "examples.store"
    documents = [encode(study) for study in implsci.load("implsci-examples")]
    with StoreWriter(folder) as writer:
        for start in range(0, len(documents), 200):
            writer.add(documents[start : start + 200])
        writer.commit(name="examples")
    return implsci.load(folder)


ASKED = [QUESTIONS[0], QUESTIONS[3], {**QUESTIONS[9], "outcome": "implementation"}]


@pytest.mark.parametrize("question", ASKED, ids=str)
def test_spark_says_what_the_kernel_says(
    question: dict[str, Any], stored: Compendium, spark: BaseBackend
) -> None:
    kernel = tabulate(stored, **question)
    assert plain(tabulate(stored, on=spark, **question)) == plain(kernel)
    assert plain(tabulate(stored, on="duckdb", **question)) == plain(kernel)


def test_barriers_by_strategies_by_outcomes(stored: Compendium, spark: BaseBackend) -> None:
    asked = ("barrier:cfir-2009", "strategy:eric", "outcome:proctor")
    few = {"link": "cooccur", "where": {"country": ("KE", "US")}, "rollup": 1}
    kernel = tabulate_by_outcome(stored, *asked, **few)  # type: ignore[arg-type]
    there = tabulate_by_outcome(stored, *asked, **few, on=spark)  # type: ignore[arg-type]
    assert kernel
    assert list(there) == list(kernel)
    assert all(plain(there[code]) == plain(kernel[code]) for code in kernel)


def test_studies_in_memory_are_to_be_saved_first(spark: BaseBackend) -> None:
    with pytest.raises(InvalidQueryError, match=r"save\('many.store'\) writes one"):
        tabulate(implsci.load("implsci-examples"), on=spark)


def test_a_pattern_that_stands_for_other_files_is_refused(
    stored: Compendium, spark: BaseBackend, tmp_path: Path
) -> None:
    folder = tmp_path / "a[b].store"
    stored.save(folder)
    with pytest.raises(InvalidQueryError, match="by a pattern"):
        tabulate(implsci.load(folder), on=spark)
