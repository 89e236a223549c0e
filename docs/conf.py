"""How the documentation is built: python -m sphinx -W -n -b html docs docs/_build/html."""

from __future__ import annotations

import inspect
from importlib.metadata import version as installed_version
from typing import Any

import attrs
from sphinx.domains.python import PyObject

project = "implsci"
author = "The implsci founders"
project_copyright = "2026, the implsci founders"
release = installed_version("implsci")
version = release

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"implsci {release}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_copy_source = False
html_show_sourcelink = False

myst_enable_extensions = ["deflist", "colon_fence"]
myst_heading_anchors = 3
highlight_language = "python"

# A name that several modules give, such as Path, cannot be told apart by its bare word.
suppress_warnings = ["ref.python"]
nitpicky = True
# Names of other projects; their inventories would have to be fetched, and a build stays off the
# network. Private names of ours are the bases and markers behind public ones.
nitpick_ignore_regex = [
    (
        "py:.*",
        r"(collections|collections\.abc|datetime|pathlib|os|pyarrow|numpy|attrs|pluggy|hypothesis|importlib)\..*",
    ),
    ("py:.*", r"(Iterable|Iterator|Mapping|Callable|Path|PathLike|Traversable|SearchStrategy)"),
    (
        "py:.*",
        r"(Any|Literal|NDArray|Plain|Scalar|Scale|Sources|Groups|np\..*|pa\..*|_T|_Vector|_Contract|ClassVar|optional)",
    ),
    ("py:.*", r"(Axes|Figure|Rows|Data|SetRelation|Vote|WeightClass|NecessaryCondition)"),
    ("py:.*", r"(Support|LinkRule|Where|Aim|date)"),
    ("py:.*", r"(pandas|polars|matplotlib|ibis|pyspark)\..*"),
    ("py:.*", r"implsci\.(model\._|testing\.contracts\._|formats\.mapped\._spec).*"),
    ("py:.*", r"implsci\.(analysis\.\w+|mismatch|matching|specification|plots|synthesis)\._.*"),
    ("py:.*", r"implsci\.(mismatch\.case\.Tools|casebook\.D)"),
]

# A word in single backquotes is a name of this library where there is one, else plain code.
default_role = "py:obj"

autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
autodoc_preserve_defaults = True
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_attr_annotations = True
napoleon_use_ivar = True
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88
toc_object_entries_show_parents = "hide"


def _without_types(
    _app: Any, what: str, _name: str, obj: Any, _options: Any, _signature: Any, _returns: Any
) -> tuple[str, str | None] | None:
    """Show how a record is called without types: each attribute below has its own."""
    if what != "class" or not attrs.has(obj):
        return None
    parameters = [
        inspect.Parameter(
            field.alias,
            inspect.Parameter.KEYWORD_ONLY
            if field.kw_only
            else inspect.Parameter.POSITIONAL_OR_KEYWORD,
            default=inspect.Parameter.empty
            if field.default is attrs.NOTHING
            else {}
            if isinstance(field.default, attrs.Factory)
            else field.default,
        )
        for field in attrs.fields(obj)
        if field.init
    ]
    return str(inspect.Signature(parameters)), None


def _plain_code(_app: Any, _env: Any, node: Any, contnode: Any) -> Any:
    """Let a backquoted word that names nothing documented here stay plain code."""
    if node.get("refdomain") == "py" and node.get("reftype") == "obj":
        return contnode
    return None


def setup(app: Any) -> None:
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("autodoc-process-signature", _without_types)
    app.connect("missing-reference", _plain_code)
