"""The columnar store: everything comes back, and its tables say what the records say."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import implsci
from implsci import Compendium, Registry, Study
from implsci.codec import encode
from implsci.compendium import FACETS, ingest
from implsci.errors import (
    FormatError,
    InvalidQueryError,
    LoadError,
    MissingExtraError,
    UnreadableFileError,
)
from implsci.ledger import Ledger
from implsci.model import Barrier, Finding, Outcome, Strategy
from implsci.store import KINDS, NODES, StoreWriter, open_store
from implsci.testing import studies

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def examples() -> Compendium:
    return implsci.load("implsci-examples")


@pytest.fixture(scope="module")
def stored(examples: Compendium, tmp_path_factory: pytest.TempPathFactory) -> Compendium:
    """The bundled studies in a store of several parts."""
    folder = tmp_path_factory.mktemp("store") / "examples.store"
    documents = [encode(study) for study in examples]
    with StoreWriter(folder) as writer:
        for start in range(0, len(documents), 100):
            writer.add(documents[start : start + 100])
        writer.commit(name="examples", title="Examples", license="CC0-1.0", citation="Us 2026")
    return implsci.load(folder)


def small(count: int) -> tuple[Study, ...]:
    return tuple(Study(id=f"s{n}", title=f"Study {n}", year=2000 + n % 20) for n in range(count))


def test_every_study_comes_back_in_order(examples: Compendium, stored: Compendium) -> None:
    assert list(stored) == list(examples.studies)
    assert (stored.name, stored.title, stored.license) == ("examples", "Examples", "CC0-1.0")
    assert stored.citation == "Us 2026"
    for number in (0, 99, 100, 372, -1):
        assert stored.studies[number] == examples.studies[number]
    assert list(stored.studies[5:205:50]) == list(examples.studies[5:205:50])
    assert stored["manzi-2014"] == examples["manzi-2014"]
    assert stored.studies == examples.studies
    with pytest.raises(KeyError):
        stored["nobody-1999"]
    with pytest.raises(IndexError):
        stored.studies[373]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(studies(), max_size=4, unique_by=lambda study: study.id))
def test_any_studies_come_back(tmp_path_factory: pytest.TempPathFactory, made: list[Study]) -> None:
    folder = tmp_path_factory.mktemp("any") / "any.store"
    Compendium(studies=tuple(made)).save(folder)
    assert list(implsci.load(folder)) == made
    shutil.rmtree(folder)


def plain(value: object) -> object:
    """A value as JSON has it: lists for tuples, and what says nothing as None."""
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value] or None
    if isinstance(value, dict):
        return {
            key: kept for key, item in value.items() if (kept := plain(item)) not in (None, False)
        }
    return value


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(studies(), min_size=1, max_size=3, unique_by=lambda study: study.id))
def test_tables_say_what_the_records_say(made: list[Study]) -> None:
    compendium = Compendium(studies=tuple(made))
    documents = [json.loads(encode(study)) for study in made]
    for kind in NODES:
        rows = compendium.table(kind).to_pylist()
        nodes = [(doc["id"], node) for doc in documents for node in doc.get(kind, ())]
        assert len(rows) == len(nodes)
        for row, (study, node) in zip(rows, nodes, strict=True):
            assert row.pop("study") == study
            nested = {name for name, value in node.items() if isinstance(value, dict)}
            flat = {name: value for name, value in node.items() if name not in nested}
            for name in nested:
                flat |= {f"{name}_{inner}": value for inner, value in node[name].items()}
            assert plain(row) == plain(flat)
    for row, doc in zip(compendium.table("studies").to_pylist(), documents, strict=True):
        assert (row["id"], row["title"], row["year"]) == (doc["id"], doc["title"], doc.get("year"))
        assert row["countries"] in (doc.get("countries"), [])
        assert row["citation_doi"] == doc.get("citation", {}).get("doi")
        assert (json.loads(row["extra"]) if row["extra"] else {}) == doc.get("extra", {})


@pytest.mark.parametrize("kind", KINDS)
def test_a_table_is_the_same_from_store_and_from_memory(
    kind: str, examples: Compendium, stored: Compendium
) -> None:
    def rows(compendium: Compendium) -> list[dict[str, object]]:
        found = compendium.table(kind).to_pylist()
        # Only the table of codes has an order of its own: by part.
        return sorted(found, key=repr) if kind == "codes" else found

    assert rows(stored) == rows(examples)
    assert stored.table(kind).schema == examples.table(kind).schema
    kenya = {"country": "KE"}
    assert rows(stored.where(**kenya)) == rows(examples.where(**kenya))


def test_counts_of_the_tables_are_those_of_the_records(
    examples: Compendium, stored: Compendium
) -> None:
    for kind in NODES:
        assert len(stored.table(kind)) == sum(len(getattr(study, kind)) for study in examples)
    assert len(stored.table("codes")) == sum(
        len(set(codes))
        for study in examples
        for codes in (
            study.sectors, study.engagement, study.equity,
            *([c for node in getattr(study, kind) for c in getattr(node, "codes", ())] for kind in NODES),
        )
    )  # fmt: skip


WANTED = {
    "code": ["eric:facilitation", "cfir-2009:inner-setting"],
    "country": ["KE", "US"],
    "design": ["rct", "qualitative"],
    "embedded": ["country", "none"],
    "engagement": ["co-creation"],
    "equity": ["place-of-residence"],
    "evidence_grade": ["moderate"],
    "hybrid_type": [1, 2],
    "income_group": ["Low income", "lmic"],
    "outcome": ["implementation", "Adoption"],
    "region": ["Sub-Saharan Africa"],
    "role": ["moderator", "necessary_condition"],
    "scale_stage": ["scale-up"],
    "sector": ["health", "education"],
    "year": ["2015..2018", 2020],
}


def test_every_facet_is_tried() -> None:
    assert set(WANTED) == set(FACETS)


@given(st.dictionaries(st.sampled_from(sorted(WANTED)), st.integers(0, 2), min_size=1, max_size=3))
@settings(max_examples=80, deadline=None)
def test_where_keeps_the_same_studies_in_both_forms(
    examples: Compendium, stored: Compendium, asked: dict[str, int]
) -> None:
    facets = {
        facet: WANTED[facet][number] if number < len(WANTED[facet]) else WANTED[facet]
        for facet, number in asked.items()
    }
    assert [s.id for s in stored.where(**facets)] == [s.id for s in examples.where(**facets)]


def test_where_narrows_what_was_narrowed(examples: Compendium, stored: Compendium) -> None:
    twice = stored.where(sector="health").where(country="KE")
    assert [s.id for s in twice] == [s.id for s in examples.where(sector="health", country="KE")]
    assert twice[next(iter(twice)).id] in list(twice)
    with pytest.raises(KeyError):
        twice[next(s.id for s in examples if "KE" not in s.countries)]
    assert stored.where() == stored


def test_synthesis_of_a_store_is_that_of_its_studies(
    examples: Compendium, stored: Compendium
) -> None:
    one, two = (
        implsci.synthesize(which, rows="sector", columns="outcome", link="cooccur")
        for which in (examples, stored)
    )
    assert one.to_csv() == two.to_csv()


def test_codes_are_numbers_inside(stored: Compendium) -> None:
    store = open_store(Path(stored.studies.store.folder))  # type: ignore[union-attr]
    codes = store.columns("codes").column("code").to_pylist()
    assert all(type(code) is int for code in codes)
    assert set(codes) <= set(range(len(store.vocabulary)))
    listed = store.columns("codes").to_pylist()
    assert len(listed) == len({tuple(row.values()) for row in listed}), "each code once a study"


def test_an_unknown_table_is_named(examples: Compendium) -> None:
    with pytest.raises(InvalidQueryError, match="did you mean 'barriers'"):
        examples.table("barrier")


def test_without_pyarrow_the_extra_is_named(
    monkeypatch: pytest.MonkeyPatch, examples: Compendium, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    for work in (examples.table, lambda: examples.save(tmp_path / "a.store")):
        with pytest.raises(MissingExtraError, match=r"implsci\[tables\]"):
            work()


# What stands on the disk


def test_a_new_version_replaces_the_old_and_leaves_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    for count in (5, 3, 7):
        Compendium(studies=small(count)).save(folder)
        assert list(implsci.load(folder)) == list(small(count))
        names = {path.name for path in folder.iterdir()}
        assert {"store.lock", "store.manifest"} < names
        assert len(names) <= 4  # the present version, and the last one for who is reading it


def test_a_save_that_breaks_off_leaves_the_old_store(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    Compendium(studies=small(4)).save(folder)

    class Breaking(tuple[Study, ...]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            yield from small(2)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Compendium(studies=Breaking()).save(folder)
    assert list(implsci.load(folder)) == list(small(4))


def test_a_store_is_not_written_over_something_else(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    folder.mkdir()
    (folder / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(UnreadableFileError, match=r"holds thesis\.docx"):
        Compendium(studies=small(1)).save(folder)
    assert [path.name for path in folder.iterdir()] == ["thesis.docx"]


def damaged(tmp_path: Path) -> tuple[Path, Path]:
    folder = tmp_path / "a.store"
    Compendium(
        studies=(
            Study(id="a", title="A", barriers=(Barrier(id="b", label="cost"),)),
            Study(id="c", title="C"),
        )
    ).save(folder)
    return folder, next(folder.glob("g*"))


def test_a_truncated_file_is_named(tmp_path: Path) -> None:
    folder, generation = damaged(tmp_path)
    path = generation / "barriers-00000.parquet"
    path.write_bytes(path.read_bytes()[:-10])
    with pytest.raises(FormatError, match=r"barriers-00000\.parquet.*expected .* bytes"):
        implsci.load(folder)
    path.unlink()
    with pytest.raises(FormatError, match="it is missing"):
        implsci.load(folder)


def test_a_damaged_file_of_the_right_size_is_named(tmp_path: Path) -> None:
    folder, generation = damaged(tmp_path)
    for name in ("barriers", "documents"):
        path = generation / f"{name}-00000.parquet"
        path.write_bytes(b"x" * path.stat().st_size)
    loaded = implsci.load(folder)
    with pytest.raises(FormatError, match=r"barriers-00000\.parquet.*damaged"):
        loaded.table("barriers")
    with pytest.raises(FormatError, match=r"documents-00000\.parquet.*damaged"):
        list(loaded)


def test_parquet_with_other_columns_is_named(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    folder, generation = damaged(tmp_path)
    path = generation / "barriers-00000.parquet"
    pq.write_table(pa.table({"study": [0], "label": [3.5], "weight": [1]}), path)
    manifest = json.loads((folder / "store.manifest").read_bytes())
    manifest["parts"][0]["files"][path.name] = path.stat().st_size
    (folder / "store.manifest").write_text(json.dumps(manifest))
    with pytest.raises(FormatError, match=r"lacks id, codes.*; has weight, which no store has"):
        implsci.load(folder).table("barriers")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"implsci_store": 2}, "pip install --upgrade"),
        ({"generation": "../other"}, "no folder of a store"),
        ({"further": 1}, "unknown field"),
        ({"parts": [{"studies": 2, "files": {"../../etc/passwd": 1}}]}, "no file of a store"),
    ],
)
def test_a_manifest_is_not_trusted(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    folder, _ = damaged(tmp_path)
    path = folder / "store.manifest"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))
    with pytest.raises(FormatError, match=message):
        implsci.load(folder)
    path.write_bytes(b"{" * 10_000)
    with pytest.raises(FormatError, match="not what a store says"):
        implsci.load(folder)


# Ingest


def lines(path: Path, records: list[bytes]) -> Path:
    path.write_bytes(b"\n".join(records) + b"\n")
    return path


def test_what_cannot_be_read_is_skipped_with_its_line(tmp_path: Path) -> None:
    good = [encode(study) for study in small(3)]
    source = lines(
        tmp_path / "in.jsonl",
        [good[0], b"", b"{broken", good[1], b'{"id": "x"}', good[0], b'{"id":"l","title":"\xff"}', good[2]],
    )  # fmt: skip
    ledger = Ledger()
    ingest(source, tmp_path / "out.store", ledger=ledger, part=2)
    assert list(implsci.load(tmp_path / "out.store")) == list(small(3))
    assert [fault.path for fault in ledger.skipped] == ["line 3", "line 5", "line 6", "line 7"]
    assert "'s0' is also the id of an earlier study" in ledger.skipped[2].message
    assert "title" in ledger.skipped[1].message
    with pytest.raises(LoadError, match="line 3"):
        ingest(source, tmp_path / "strict.store", ledger=Ledger(strict=True))
    assert not (tmp_path / "strict.store" / "store.manifest").exists()


def test_an_ingest_goes_on_where_it_was_stopped(tmp_path: Path) -> None:
    records = [encode(study) for study in small(25)]
    records[3] = b"{broken"
    source = lines(tmp_path / "in.jsonl", records)
    store = tmp_path / "out.store"

    class StoppedError(Exception):
        pass

    def stop_at(count: int) -> None:
        if count == 13:
            raise StoppedError

    with pytest.raises(StoppedError):
        ingest(source, store, ledger=Ledger(progress=stop_at), part=4)
    with pytest.raises(UnreadableFileError, match="its writing was not finished"):
        implsci.load(store)
    ledger = Ledger()
    ingest(source, store, ledger=ledger, part=4)
    assert any("went on after line 13" in text for text in ledger.said)
    assert (ledger.taken, [fault.path for fault in ledger.skipped]) == (24, ["line 4"])
    assert list(implsci.load(store)) == [s for s in small(25) if s.id != "s3"]
    assert not (store / "ingest.note").exists()


def test_an_ingest_of_a_changed_source_begins_anew(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", [encode(study) for study in small(9)])
    store = tmp_path / "out.store"

    def stop(count: int) -> None:
        if count == 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(source, store, ledger=Ledger(progress=stop), part=3)
    lines(source, [encode(study) for study in reversed(small(9))])
    ledger = Ledger()
    ingest(source, store, ledger=ledger, part=3)
    assert not ledger.said
    assert list(implsci.load(store)) == list(reversed(small(9)))


def test_a_repeated_id_is_found_over_a_stop(tmp_path: Path) -> None:
    records = [encode(study) for study in small(6)]
    source = lines(tmp_path / "in.jsonl", [*records, records[0]])
    store = tmp_path / "out.store"

    def stop(count: int) -> None:
        if count == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(source, store, ledger=Ledger(progress=stop), part=2)
    ledger = Ledger()
    ingest(source, store, ledger=ledger, part=2)
    assert [fault.path for fault in ledger.skipped] == ["line 7"]
    assert len(implsci.load(store)) == 6


def test_a_broken_note_is_no_obstacle(tmp_path: Path) -> None:
    source = lines(tmp_path / "in.jsonl", [encode(study) for study in small(4)])
    store = tmp_path / "out.store"
    store.mkdir()
    (store / "ingest.note").write_bytes(b'{"source": 3')
    ingest(source, store, ledger=Ledger())
    assert len(implsci.load(store)) == 4


def test_killed_at_any_moment_the_old_or_the_new_stands(tmp_path: Path) -> None:
    """A slice of the campaign; `python tests/support/killing.py FOLDER 200 1` runs the whole."""
    script = HERE / "support" / "killing.py"
    run = subprocess.run(
        [sys.executable, str(script), str(tmp_path), "25", "7"],
        capture_output=True, text=True, timeout=500, check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stderr
    for counts in json.loads(run.stdout).values():
        assert not [verdict for verdict in counts if "broken" in verdict], counts
        assert counts["killed"] >= 5, "most attempts were killed while they ran"
        assert counts.get("old", 0) + counts.get("new", 0) == 25
        assert counts["new at the end"] == 1


def test_memory_does_not_grow_with_the_number_of_studies(tmp_path: Path) -> None:
    """Studies are told one by one: only a part is ever held."""
    held: list[int] = []

    class Counting(tuple[Study, ...]):
        def __iter__(self):  # type: ignore[no-untyped-def]
            import gc

            for number in range(300):
                if number % 100 == 0:
                    held.append(sum(isinstance(item, Study) for item in gc.get_objects()))
                yield Study(id=f"s{number}", title="A study")

        def __len__(self) -> int:
            return 300

    Compendium(studies=Counting()).save(tmp_path / "a.store")
    assert max(held) - min(held) < 100


def test_nothing_of_a_study_is_built_by_where_and_table(
    examples: Compendium, stored: Compendium, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a study was built")

    monkeypatch.setattr("implsci.compendium.stored.decode", refuse)
    kenya = stored.where(country="KE", code="eric:use-evaluative-and-iterative-strategies")
    assert len(kenya) == len(
        examples.where(country="KE", code="eric:use-evaluative-and-iterative-strategies")
    )
    assert len(stored.where(country="KE")) == 10
    assert len(stored.where(country="KE").table("barriers")) > 0


def test_findings_bring_their_estimates_as_columns() -> None:
    from implsci.model import Estimate

    study = Study(
        id="a",
        title="A",
        strategies=(Strategy(id="s", label="S"),),
        outcomes=(Outcome(id="o", label="O"),),
        findings=(
            Finding(
                id="f", outcome="o", direction="improved", strategies=("s",),
                estimate=Estimate(metric="OR", value=2, ci_low=1.5, ci_high=3),
            ),
        ),
    )  # fmt: skip
    (row,) = Compendium(studies=(study,)).table("findings").to_pylist()
    assert (row["estimate_metric"], row["estimate_value"]) == ("OR", 2.0)
    assert row["strategies"] == ["s"]


def test_where_needs_no_plugin_that_is_not_asked(stored: Compendium) -> None:
    assert len(stored.where(country="KE", registry=Registry(plugins=[]))) == 10


# Found by people who tried to break it


def test_a_flipped_byte_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    Compendium(studies=small(500)).save(folder)
    wrong = 0
    for name in ("studies", "documents"):
        path = next(folder.glob(f"g*/{name}-00000.parquet"))
        whole = path.read_bytes()
        expected = list(small(500))
        for place in range(10, len(whole) - 8, max(1, len(whole) // 40)):
            path.write_bytes(whole[:place] + bytes([whole[place] ^ 0x41]) + whole[place + 1 :])
            try:
                loaded = implsci.load(folder)
                assert list(loaded) == expected
                assert loaded.table("studies").column("id").to_pylist() == [s.id for s in expected]
            except FormatError:
                wrong += 1
        path.write_bytes(whole)
    assert wrong > 40, "most places of a file matter"


def test_an_ingest_never_writes_into_the_store_that_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One killed between its last step and the removal of its note has become the store."""
    source = lines(tmp_path / "in.jsonl", [encode(study) for study in small(95)])
    store = tmp_path / "out.store"
    remove = Path.unlink

    def killed(path: Path, missing_ok: bool = False) -> None:
        if path.name == "ingest.note":
            raise KeyboardInterrupt
        remove(path, missing_ok)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", killed)
        with pytest.raises(KeyboardInterrupt):
            ingest(source, store, ledger=Ledger(), part=30)
    assert (store / "ingest.note").exists()

    def stop(count: int) -> None:
        if count == 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(source, store, ledger=Ledger(progress=stop), part=3)
    assert list(implsci.load(store)) == list(small(95))
    ingest(source, store, ledger=Ledger(), part=3)
    assert list(implsci.load(store)) == list(small(95))


@pytest.mark.skipif(sys.platform == "win32", reason="the system has no such locks")
def test_two_writers_do_not_meet(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    with StoreWriter(folder) as writer:
        writer.add([encode(study) for study in small(2)])
        with pytest.raises(UnreadableFileError, match="another process is writing it"):
            Compendium(studies=small(3)).save(folder)
        writer.commit()
    Compendium(studies=small(3)).save(folder)
    assert len(implsci.load(folder)) == 3


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "mine.store"
    (folder / "g7").mkdir(parents=True)
    (folder / "g7" / "thesis.txt").write_text("mine")
    with pytest.raises(UnreadableFileError, match="holds g7"):
        Compendium(studies=small(1)).save(folder)
    assert (folder / "g7" / "thesis.txt").read_text() == "mine"


def test_a_reader_outlives_one_new_version(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"
    Compendium(studies=small(4)).save(folder)
    loaded = implsci.load(folder)
    loaded.save(folder)
    assert list(loaded) == list(small(4))
    implsci.load(folder).save(folder)
    with pytest.raises(FormatError, match="written anew meanwhile, so load it again"):
        list(loaded)


def test_what_is_not_committed_goes(tmp_path: Path) -> None:
    folder = tmp_path / "a.store"

    def begin() -> None:
        with StoreWriter(folder) as writer:
            writer.add([encode(study) for study in small(2)])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        begin()
    assert [path.name for path in folder.iterdir()] == ["store.lock"]


def test_a_resumed_ingest_counts_all_it_skipped(tmp_path: Path) -> None:
    records = [b"{broken"] * 10_050 + [encode(study) for study in small(9)]
    source = lines(tmp_path / "in.jsonl", records)
    store = tmp_path / "out.store"

    def stop(count: int) -> None:
        if count == 6:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ingest(source, store, ledger=Ledger(progress=stop), part=2)
    ledger = Ledger()
    ingest(source, store, ledger=ledger, part=2)
    assert (ledger.skips, len(ledger.skipped), ledger.taken) == (10_050, 10_000, 9)


def test_a_store_holds_what_the_line_says_in_the_form_of_this_library(tmp_path: Path) -> None:
    """However a line was written, its tables are those of the same studies in memory."""
    line = (
        b'{"extra":{ "k" : 1E2 },"title":"t","id":"a","countries":[],'
        b'"barriers":[{"id":"b","label":"x","codes":[]}]}'
    )
    source = lines(tmp_path / "in.jsonl", [line])
    ingest(source, tmp_path / "out.store", ledger=Ledger())
    stored, plain_ = implsci.load(tmp_path / "out.store"), implsci.load(source)
    for kind in KINDS:
        assert stored.table(kind).equals(plain_.table(kind)), kind


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"studies": 7}, "do not add up"),
        ({"studies": -2, "parts": [{"studies": -2, "files": {}}]}, "do not add up"),
        ({"studies": 3, "parts": [{"studies": 3, "files": {}}]}, "a part has no"),
    ],
)
def test_counts_that_cannot_be_are_refused(
    tmp_path: Path, changes: dict[str, object], message: str
) -> None:
    folder, _ = damaged(tmp_path)
    path = folder / "store.manifest"
    path.write_text(json.dumps(json.loads(path.read_bytes()) | changes))
    with pytest.raises(FormatError, match=message):
        list(implsci.load(folder))


def test_a_name_that_is_no_utf8_is_no_obstacle(tmp_path: Path) -> None:
    import os

    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/n\xff.jsonl"))
    path.write_bytes(encode(small(1)[0]) + b"\n")
    ingest(path, tmp_path / "a.store", ledger=Ledger())
    assert implsci.load(tmp_path / "a.store").name == "n\ufffd"
    implsci.load(path).save(tmp_path / "b.store")
