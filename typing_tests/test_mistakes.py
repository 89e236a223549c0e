"""Mistakes that mypy must catch: with ``warn_unused_ignores`` an unneeded ignore is itself an error.

Never run. The same mistakes stand in ``test_mistakes_pyright.py`` for pyright.
"""

import implsci
from implsci import Estimate, Finding, Registry, Study, registry
from implsci.codec import decode, encode
from implsci.testing import TaxonomyContract

# A misspelt name is an error although names load lazily.
implsci.Studdy  # type: ignore[attr-defined]  # noqa: B018
implsci.registri()  # type: ignore[attr-defined]
from implsci import Barier  # type: ignore[attr-defined]  # noqa: E402, F401

study = Study(id="a", title="A study")
study.titel  # type: ignore[attr-defined]  # noqa: B018
registry().trem("eric:5")  # type: ignore[attr-defined]

# A record is built by names, with all it requires, and is not changed.
Study(id="a")  # type: ignore[call-arg]
Study("a", "A study")  # type: ignore[call-arg]
Study(id="a", title="b", titel="c")  # type: ignore[call-arg]
study.title = "other"  # type: ignore[misc]

# A list or bare text is no tuple, and a word is one of its words.
Study(id="a", title="b", countries="KE")  # type: ignore[arg-type]
Study(id="a", title="b", countries=["KE"])  # type: ignore[arg-type]
Study(id="a", title="b", year="1999")  # type: ignore[arg-type]
Study(id="a", title="b", sectors=("sector:health",))  # type: ignore[arg-type]
Study(id="a", title="b", design="RCT")  # type: ignore[arg-type]
Finding(id="f", outcome="o", direction="better")  # type: ignore[arg-type]
Estimate(metric="OR", value="1.5")  # type: ignore[arg-type]

decode(7)  # type: ignore[arg-type]
encode({"id": "a"})  # type: ignore[arg-type]
Registry(strict="yes")  # type: ignore[arg-type]


class TestTea(TaxonomyContract):
    taxonomy = "tea"  # type: ignore[assignment]
