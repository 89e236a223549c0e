"""Mistakes that pyright must catch: an unneeded ignore is itself an error here.

Never run. A file of its own, because pyright lets the ignores meant for mypy cover everything.
"""

# mypy: ignore-errors
# pyright: reportUnnecessaryTypeIgnoreComment=error

import implsci
from implsci import Estimate, Finding, Registry, Study, registry
from implsci.codec import decode, encode
from implsci.testing import TaxonomyContract

# A misspelt name is an error although names load lazily.
implsci.Studdy  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018
implsci.registri()  # pyright: ignore[reportAttributeAccessIssue]
from implsci import Barier  # pyright: ignore[reportAttributeAccessIssue]  # noqa: E402, F401

study = Study(id="a", title="A study")
study.titel  # pyright: ignore[reportAttributeAccessIssue]  # noqa: B018
registry().trem("eric:5")  # pyright: ignore[reportAttributeAccessIssue]

# A record is built by names, with all it requires, and is not changed.
Study(id="a")  # pyright: ignore[reportCallIssue]
Study("a", "A study")  # pyright: ignore[reportCallIssue]
Study(id="a", title="b", titel="c")  # pyright: ignore[reportCallIssue]
study.title = "other"  # pyright: ignore[reportAttributeAccessIssue]

# A list or bare text is no tuple, and a word is one of its words.
Study(id="a", title="b", countries="KE")  # pyright: ignore[reportArgumentType]
Study(id="a", title="b", countries=["KE"])  # pyright: ignore[reportArgumentType]
Study(id="a", title="b", year="1999")  # pyright: ignore[reportArgumentType]
Study(id="a", title="b", sectors=("sector:health",))  # pyright: ignore[reportArgumentType]
Study(id="a", title="b", design="RCT")  # pyright: ignore[reportArgumentType]
Finding(id="f", outcome="o", direction="better")  # pyright: ignore[reportArgumentType]
Estimate(metric="OR", value="1.5")  # pyright: ignore[reportArgumentType]

decode(7)  # pyright: ignore[reportArgumentType]
encode({"id": "a"})  # pyright: ignore[reportArgumentType]
Registry(strict="yes")  # pyright: ignore[reportArgumentType]


class TestTea(TaxonomyContract):
    taxonomy = "tea"  # pyright: ignore[reportAssignmentType]
