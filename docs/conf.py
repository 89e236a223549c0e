"""How the documentation is built: python -m sphinx -W -n -b html docs docs/_build/html."""

from __future__ import annotations

import inspect
import sys
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

import attrs
from sphinx.domains.python import PyObject

sys.path.insert(0, str(Path(__file__).parent))

from _meaning import Meaning, has_no_page

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

nitpicky = True
# Types of ours that stand in a public signature or field and have no page: nobody makes one, and
# what they hold is told by the function or record that they stand in.
nitpick_ignore = [
    ("py:class", "implsci.analysis.qca._minimizing._Remainders"),  # of a model, compared when asked
    ("py:class", "implsci.formats.mapped._spec.Groups"),  # a field of `EffectMapping`
    ("py:class", "implsci.mismatch._backing.Backing"),  # what a rule is asked with
    ("py:class", "implsci.mismatch._grades.Support"),  # what it holds
    ("py:class", "implsci.mismatch.case.Tools"),  # made by `mismatches` for its rules
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
    """Let a backquoted word that names nothing here, or what has no page here, stay plain code."""
    if node.get("refdomain") != "py":
        return None
    return contnode if node["reftype"] == "obj" or has_no_page(node["reftarget"]) else None


def setup(app: Any) -> None:
    for field in PyObject.doc_field_types:
        if field.name == "variable":
            field.label = "Attributes"
    app.connect("autodoc-process-signature", _without_types)
    app.add_post_transform(Meaning)
    app.connect("missing-reference", _plain_code)
