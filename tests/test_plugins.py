"""Plugins as they come: sound, broken, misspelt, claiming what is not theirs.

Each test lays its own distributions on the path, just as an installer would.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import textwrap
import threading
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import implsci
import implsci.plugins
from implsci.errors import DuplicateSchemeError, PluginError, PluginWarning, UnknownNameError
from implsci.plugins import Registry
from implsci.taxonomy import Crosswalk, Taxonomy, Term, TermMapping

SOUND = """
    from implsci import Taxonomy, Term, hookimpl

    @hookimpl
    def implsci_taxonomies():
        green = Term(code="{scheme}:green", label="Green tea", definition="Unfermented tea.")
        return [Taxonomy(scheme="{scheme}", title="Tea", kind="strategy", terms=(green,))]
"""


class Site:
    """A folder on the path that distributions are installed into."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.modules: list[str] = []

    def install(self, distribution: str, plugins: dict[str, str], version: str = "1.2") -> None:
        """Install a distribution with its plugins: name -> source."""
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n", encoding="utf-8"
        )
        lines = ["[implsci.plugins]"]
        for name, source in plugins.items():
            module = f"{distribution}_{name}".replace("-", "_")
            self.modules.append(module)
            (self.folder / f"{module}.py").write_text(textwrap.dedent(source), encoding="utf-8")
            lines.append(f"{name} = {module}")
        (info / "entry_points.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        importlib.invalidate_caches()


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    monkeypatch.delenv("IMPLSCI_PLUGINS", raising=False)
    made = Site(folder)
    yield made
    for module in made.modules:
        sys.modules.pop(module, None)


def failure(source: str, site: Site) -> PluginError:
    """Install a plugin ``tea`` and return how it fails; the warning must say the same."""
    site.install("implsci-tea", {"tea": source})
    registry = Registry()
    with pytest.warns(PluginWarning) as warned:
        taxonomies = registry.taxonomies()
    assert {"eric", "cfir-2009", "proctor"} <= {taxonomy.scheme for taxonomy in taxonomies}
    assert list(registry.failures) == ["tea"]
    error = registry.failures["tea"]
    assert [str(warning.message) for warning in warned] == [str(error)]
    assert str(error).startswith("plugin 'tea' of implsci-tea: ")
    assert (error.plugin, error.distribution) == ("tea", "implsci-tea")
    assert registry.term("eric:5").code == "eric:audit-and-provide-feedback"
    info = next(info for info in registry.plugins() if info.name == "tea")
    assert (info.status, info.error) == ("failed", error.reason)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        registry.taxonomies()  # warned about once
        with pytest.raises(UnknownNameError) as caught:
            registry.taxonomy("tea")
    assert "plugin 'tea' of implsci-tea failed" in str(caught.value)
    return error


def test_a_sound_plugin_is_used(site: Site) -> None:
    site.install("implsci-tea", {"tea": SOUND.format(scheme="tea")})
    registry = Registry(strict=True)
    assert registry.term("tea:green").label == "Green tea"
    assert registry.term("green tea").code == "tea:green"
    assert registry.owner("tea") == "tea"
    assert dict(registry.failures) == {}
    info = next(info for info in registry.plugins() if info.name == "tea")
    assert (info.distribution, info.version, info.status, info.error) == (
        "implsci-tea",
        "1.2",
        "loaded",
        None,
    )


def test_editions_begin_with_the_plugins_name(site: Site) -> None:
    both = SOUND.format(scheme="tea-2001").replace(
        'return [Taxonomy(scheme="tea-2001"',
        'new = Term(code="tea-2020:green", label="Green", definition="Unfermented.")\n'
        '        return [Taxonomy(scheme="tea-2020", family="tea", title="New", kind="strategy", '
        'terms=(new,)), Taxonomy(scheme="tea-2001", family="tea"',
    )
    site.install("implsci-tea", {"tea": both})
    registry = Registry(strict=True)
    assert registry.taxonomy("tea-2001").title == "Tea"
    assert registry.taxonomy("tea").scheme == "tea-2020", "the bare family takes the newest"
    assert registry.term("tea:green").code == "tea-2020:green"


def test_numbers_of_editions_are_compared_as_numbers() -> None:
    registry = Registry(plugins=[editions("bct", "bct-v1", "bct-v10", "bct-v2")], strict=True)
    assert registry.taxonomy("bct").scheme == "bct-v10"


def editions(family: str, *schemes: str, name: str = "") -> object:
    class Editions:
        plugin_name = name or family

        @implsci.hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            return [
                Taxonomy(scheme=scheme, family=family, title=scheme, kind="strategy", terms=())
                for scheme in schemes
            ]

    return Editions()


@pytest.mark.parametrize("name", ["cfir", "cfir-9999"])
def test_a_stranger_cannot_take_over_a_family(site: Site, name: str) -> None:
    newer = SOUND.format(scheme="cfir-9999").replace("kind=", 'family="cfir", kind=')
    site.install("aaa", {name: newer})
    registry = Registry(strict=True)
    assert registry.owner("cfir-9999") == name
    assert registry.taxonomy("cfir").scheme == "cfir-2022"
    assert registry.term("cfir:innovation-cost").code == "cfir-2022:innovation-cost"
    assert registry.term("cfir-9999:green").label == "Green tea"


def test_of_two_strangers_the_first_listed_has_the_family(site: Site) -> None:
    def source(scheme: str) -> str:
        return SOUND.format(scheme=scheme).replace("kind=", 'family="tea", kind=')

    site.install("zzz", {"tea": source("tea-1")})
    site.install("aaa", {"tea-2": source("tea-2")})
    site.install("other", {"tea-3": SOUND.format(scheme="tea-3")})
    registry = Registry(strict=True)
    assert [info.name for info in registry.plugins() if info.name.startswith("tea")] == [
        "tea", "tea-2", "tea-3"
    ]  # fmt: skip
    assert registry.taxonomy("tea").scheme == "tea-1"


@pytest.mark.parametrize(
    ("source", "pieces"),
    [
        ("import no_such_module_at_all", ["ModuleNotFoundError", "no_such_module_at_all"]),
        ("1 / 0", ["ZeroDivisionError while it was imported", "division by zero"]),
        ("def broken(:", ["SyntaxError"]),
        ("import sys; sys.exit(3)", ["SystemExit"]),
        (
            "from implsci import hookimpl\n@hookimpl\n"
            "def implsci_taxonomies():\n    raise RuntimeError('no tea')",
            ["RuntimeError in implsci_taxonomies: no tea"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomies():\n    yield 1 / 0",
            ["ZeroDivisionError in implsci_taxonomies"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomys():\n    return []",
            ["implsci_taxonomys", "the hooks are", "implsci_taxonomies"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomies(extra):\n    return []",
            ["implsci_taxonomies", "extra"],
        ),
        ("def implsci_taxonomies():\n    return []", ["answers no hook", "@implsci.hookimpl"]),
        ("", ["answers no hook"]),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomies():\n    return ['tea']",
            ["implsci_taxonomies must return Taxonomy objects, got str"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_taxonomies():\n    return 3",
            ["TypeError in implsci_taxonomies"],
        ),
        (
            SOUND.format(scheme="tea")
            .replace("return [Taxonomy(", "return (Taxonomy(")
            .replace("(green,))]", "(green,)))"),
            ["must return Taxonomy objects, got Term"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_links():\n    return [{}]",
            ["implsci_links must return LinkSet objects, got dict"],
        ),
        (
            "from implsci import hookimpl\n@hookimpl\ndef implsci_compendia():\n    return ['m.jsonl']",
            ["implsci_compendia must return CompendiumSource objects, got str"],
        ),
        (
            SOUND.format(scheme="coffee"),
            ["scheme 'coffee' must equal the plugin's name, 'tea'", "begin with it"],
        ),
        (SOUND.format(scheme="teapot"), ["scheme 'teapot' must equal"]),
        (SOUND.format(scheme="eric"), ["scheme 'eric' must equal"]),
        (
            SOUND.format(scheme="tea").replace("terms=(green,)", "terms=(green, green)"),
            ["InvalidTableError in implsci_taxonomies", "tea:green: the code stands twice"],
        ),
        (
            SOUND.format(scheme="tea") + "\n    _one = implsci_taxonomies\n\n    @hookimpl\n"
            "    def implsci_taxonomies():\n        return [*_one(), *_one()]\n",
            ["scheme 'tea' is refused", "the same plugin 'tea' of implsci-tea"],
        ),
    ],
)
def test_a_broken_plugin_is_named_and_stops_nothing(
    source: str, pieces: list[str], site: Site
) -> None:
    reason = failure(source, site).reason
    for piece in pieces:
        assert piece in reason


def test_a_refused_plugin_leaves_nothing_behind(site: Site) -> None:
    """All that a plugin brings is taken in, or none of it."""
    half = SOUND.format(scheme="tea").replace(
        "terms=(green,))]",
        'terms=(green,)), Taxonomy(scheme="coffee", title="x", kind="y", terms=())]',
    )
    failure(half, site)
    again = Registry()
    with pytest.warns(PluginWarning):
        schemes = {taxonomy.scheme for taxonomy in again.taxonomies()}
    assert not schemes & {"tea", "coffee"}


def test_strict_raises(site: Site) -> None:
    site.install("implsci-tea", {"tea": "1 / 0"})
    with pytest.raises(PluginError, match="implsci-tea: ZeroDivisionError") as caught:
        Registry(strict=True).taxonomies()
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_strict_raises_each_time(site: Site) -> None:
    """The second answer is not what happened to load before the failure."""
    site.install("implsci-tea", {"tea": "1 / 0"})
    registry = Registry(strict=True)
    for _ in range(3):
        with pytest.raises(PluginError, match="implsci-tea: ZeroDivisionError") as caught:
            registry.taxonomies()
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert registry.term("eric:5").notation == "5", "what does not need it is answered"


def test_one_name_is_no_list_of_letters() -> None:
    assert [info.name for info in Registry(plugins="eric").plugins()] == ["eric"]
    with pytest.raises(UnknownNameError, match="unknown plugin 'erik'; did you mean eric"):
        Registry(plugins="erik")


def test_a_class_serves_as_a_plugin_and_so_does_an_object() -> None:
    class Tea:
        plugin_name = "tea"

        @implsci.hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            green = Term(code=implsci.Code("tea:green"), label="Green", definition="Unfermented.")
            return [Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(green,))]

    for plugin in (Tea, Tea()):
        registry = Registry(plugins=[plugin], strict=True)
        assert [taxonomy.scheme for taxonomy in registry.taxonomies()] == ["tea"]
        assert registry.plugins()[0].distribution == "this program"


def test_a_scheme_claimed_twice_is_refused_with_both_owners(site: Site) -> None:
    sound = SOUND.format(scheme="tea")
    site.install("first-tea", {"tea": sound})
    site.install("second-tea", {"tea": sound.replace("Green tea", "Other tea")})
    registry = Registry()
    with pytest.warns(PluginWarning) as warned:
        registry.taxonomies()
    assert len(warned) == 1
    (error,) = registry.failures.values()
    assert isinstance(error, DuplicateSchemeError)
    assert (error.kind, error.name, error.distribution) == ("scheme", "tea", "second-tea")
    assert error.owner == "plugin 'tea' of first-tea"
    assert "first-tea" in str(error)
    assert "second-tea" in str(error)
    assert registry.term("tea:green").label == "Green tea", "the first claim stands"


def test_a_stranger_cannot_displace_a_built_in(site: Site) -> None:
    """Even a distribution whose name comes first in every order."""
    site.install("aaa", {"eric": SOUND.format(scheme="eric")})
    registry = Registry()
    with pytest.warns(
        PluginWarning,
        match="plugin 'eric' of aaa: scheme 'eric' is refused: plugin 'eric' of implsci",
    ):
        assert len(registry.taxonomy("eric")) == 82


def test_two_failures_of_one_name_are_both_kept(site: Site) -> None:
    site.install("first-tea", {"tea": "1 / 0"})
    site.install("second-tea", {"tea": "import no_such_module_at_all"})
    registry = Registry()
    with pytest.warns(PluginWarning) as warned:
        registry.taxonomies()
    assert len(warned) == len(registry.failures) == 2
    assert {error.distribution for error in registry.failures.values()} == {
        "first-tea",
        "second-tea",
    }


def test_the_variable_limits(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    site.install("implsci-tea", {"tea": SOUND.format(scheme="tea")})
    monkeypatch.setenv("IMPLSCI_PLUGINS", " eric, tea,")
    assert [info.name for info in Registry().plugins()] == ["eric", "tea"]
    with pytest.raises(UnknownNameError, match="unknown taxonomy 'proctor'"):
        Registry().term("proctor:adoption")
    assert [info.name for info in Registry(plugins=["proctor"]).plugins()] == ["proctor"]


def test_an_empty_variable_means_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IMPLSCI_PLUGINS", "")
    registry = Registry()
    assert registry.plugins() == ()
    assert registry.taxonomies() == ()
    with pytest.raises(UnknownNameError, match="no plugin is in use: IMPLSCI_PLUGINS is ''"):
        registry.term("eric:5")


def test_a_name_in_the_variable_that_is_not_installed_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("IMPLSCI_PLUGINS", "eric,tee")
    with pytest.warns(PluginWarning, match="IMPLSCI_PLUGINS names 'tee', which is not installed"):
        assert [info.name for info in Registry().plugins()] == ["eric"]


def test_a_plugin_asked_for_by_a_wrong_name_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="unknown plugin 'erik'; did you mean eric"):
        Registry(plugins=["erik"])


def run(program: str, site: Path, **environment: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", textwrap.dedent(program)],
        env={**os.environ, "PYTHONPATH": str(site), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    read: dict[str, object] = json.loads(done.stdout)
    return read


def test_listing_imports_no_plugin(site: Site) -> None:
    site.install("implsci-tea", {"tea": "raise SystemExit('imported')"})
    told = run(
        """
        import json, sys
        from implsci import registry
        listed = [[info.name, info.status] for info in registry().plugins()]
        print(json.dumps({"listed": listed, "loaded": sorted(sys.modules)}))
        """,
        site.folder,
    )
    assert ["tea", "found"] in told["listed"]  # type: ignore[operator]
    assert ["eric", "found"] in told["listed"]  # type: ignore[operator]
    loaded = set(told["loaded"])  # type: ignore[call-overload]
    assert "implsci_tea_tea" not in loaded
    assert not {name for name in loaded if name.startswith("implsci.taxonomies")}


def test_a_code_imports_only_the_plugin_that_can_hold_it(site: Site) -> None:
    site.install("implsci-tea", {"tea": "1 / 0"})
    told = run(
        """
        import json, sys
        from implsci import registry
        codes = ("eric:5", "cfir-2009:complexity", "cfir:innovation-cost")
        found = [registry().term(code).label for code in codes]
        print(json.dumps({"found": found, "loaded": sorted(sys.modules)}))
        """,
        site.folder,
    )
    assert told["found"] == ["Audit and provide feedback", "Complexity", "Innovation Cost"]
    loaded = {name for name in told["loaded"] if "taxonomies." in name or "tea" in name}  # type: ignore[attr-defined]
    assert loaded == {"implsci.taxonomies.eric", "implsci.taxonomies.cfir"}


def test_without_any_distribution_the_registry_says_what_to_do(tmp_path: Path) -> None:
    """The source folder alone on the path: Python finds the code, and nobody the entry points."""
    source = Path(implsci.__file__).parent.parent
    told = run(
        f"""
        import json, sys
        import importlib.metadata as metadata
        metadata.entry_points = lambda **_: ()
        sys.path.insert(0, {str(source)!r})
        from implsci import registry
        try:
            registry().term("eric:5")
        except LookupError as error:
            print(json.dumps({{"said": str(error)}}))
        """,
        tmp_path,
    )
    assert "no plugin is installed" in str(told["said"])
    assert "pip install" in str(told["said"])


def test_the_default_registry_is_made_once() -> None:
    assert implsci.registry() is implsci.registry()
    assert isinstance(implsci.registry(), Registry)


def test_threads_share_one_default_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    """All are let in while the first is being made."""
    made: list[object] = []
    entered = threading.Barrier(12)

    class Slow(Registry):
        def __init__(self) -> None:
            made.append(self)
            crowd.wait(0.2)  # time for all the others to come in, if anything lets them
            super().__init__()

    crowd = threading.Event()
    monkeypatch.setattr(implsci.plugins, "Registry", Slow)
    monkeypatch.setattr(implsci.plugins, "_default", [])

    def ask(_: int) -> Registry:
        entered.wait()
        return implsci.plugins.registry()

    with ThreadPoolExecutor(12) as pool:
        found = set(map(id, pool.map(ask, range(12))))
    assert len(found) == len(made) == 1


def test_a_family_is_looked_up_while_others_load() -> None:
    """Another thread that adds a taxonomy midway is played by a family that adds one."""
    registry = Registry(plugins=[editions("tea", "tea-1", "tea-2")], strict=True)
    registry.taxonomies()
    one = registry.taxonomy("tea-1")

    class Meddling(str):
        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            registry._taxonomies[f"more-{len(registry._taxonomies)}"] = one
            return str.__eq__(self, other)

        __hash__ = str.__hash__

    object.__setattr__(registry.taxonomy("tea-2"), "family", Meddling("tea"))
    assert registry.taxonomy("tea").scheme == "tea-2"


def test_answers_are_sorted_whatever_the_order_of_plugins(registry: Registry) -> None:
    schemes = [taxonomy.scheme for taxonomy in registry.taxonomies()]
    assert schemes == sorted(schemes)
    names = [crosswalk.name for crosswalk in registry.crosswalks()]
    assert names == sorted(names)
    assert {"relational-to-eric", "cfir-2009-to-cfir-2022"} < set(names)
    backwards = Registry(plugins=[info.name for info in reversed(registry.plugins())], strict=True)
    assert backwards.taxonomies() == registry.taxonomies()


def test_mappings_are_read_from_both_sides(registry: Registry) -> None:
    there = registry.map("relational:admit-limits", to="trust")
    assert [(m.predicate, m.object) for m in there] == [("skos:closeMatch", "trust:vulnerability")]
    back = registry.map("trust:vulnerability", to="relational")
    assert ("skos:closeMatch", "relational:admit-limits") in [(m.predicate, m.object) for m in back]
    for mapping in back:
        assert mapping.subject == "trust:vulnerability"
    assert not registry.map("eric:audit-and-provide-feedback", to="trust").routes


def test_a_mapping_to_an_unknown_scheme_is_refused(registry: Registry) -> None:
    with pytest.raises(
        UnknownNameError, match="unknown taxonomy 'relatonal'; did you mean relational"
    ):
        registry.map("trust:vulnerability", to="relatonal")
    assert registry.map("eric:5", to="cfir").to == "cfir-2022", "a family is no unknown scheme"


def test_a_mapping_leads_to_a_scheme_that_is_not_installed() -> None:
    class Tea:
        plugin_name = "tea"

        @implsci.hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            green = Term(code=implsci.Code("tea:green"), label="Green", definition="Unfermented.")
            return [Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(green,))]

        @implsci.hookimpl
        def implsci_crosswalks(self) -> list[Crosswalk]:
            wider = TermMapping(
                subject=implsci.Code("tea:green"),
                predicate="skos:broadMatch",
                object=implsci.Code("drinks:tea"),
            )
            return [
                Crosswalk(
                    name="tea-to-drinks",
                    subject_scheme="tea",
                    object_scheme="drinks",
                    title="Tea among drinks",
                    mappings=(wider,),
                )
            ]

    registry = Registry(plugins=[Tea()], strict=True)
    assert [mapping.object for mapping in registry.map("tea:green", to="drinks")] == ["drinks:tea"]


def test_a_basis_or_compendium_that_is_not_there_is_refused(registry: Registry) -> None:
    assert registry.links("waltz-2019").kind == "endorsement"
    with pytest.raises(
        UnknownNameError, match="unknown basis 'walz-2019'; did you mean waltz-2019"
    ):
        registry.links("walz-2019")
    with pytest.raises(
        UnknownNameError, match="unknown compendium 'implsci-exmples'; did you mean"
    ):
        registry.compendium("implsci-exmples")


def test_an_interruption_leaves_a_plugin_to_be_asked_again() -> None:
    class Tea:
        plugin_name = "tea"
        interrupted = False

        @implsci.hookimpl
        def implsci_taxonomies(self) -> list[Taxonomy]:
            if not Tea.interrupted:
                Tea.interrupted = True
                raise KeyboardInterrupt
            green = Term(code=implsci.Code("tea:green"), label="Green", definition="Unfermented.")
            return [Taxonomy(scheme="tea", title="Tea", kind="strategy", terms=(green,))]

    registry = Registry(plugins=[Tea()])
    with pytest.raises(KeyboardInterrupt):
        registry.taxonomies()
    assert [taxonomy.scheme for taxonomy in registry.taxonomies()] == ["tea"]
