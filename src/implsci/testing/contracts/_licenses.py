"""When a license is stated: the rule that every contract applies.

A statement passes when it is one of these:

- ``not seen``, alone or with a word on why: the honest answer where nobody saw one;
- an SPDX id or expression (``CC-BY-4.0``, ``MIT OR Apache-2.0``, ``LicenseRef-ours``), or the name
  that people write (``CC BY 4.0``), alone or with a remark behind it in brackets or after a
  semicolon or comma;
- a readable sentence, three words or more (``labels are free for research use``).

Blank text, a stand-in such as ``TBD``, ``unknown`` or ``n/a``, and one or two words that name no
license do not pass.
"""

from __future__ import annotations

import difflib
import re
from typing import Final

__all__ = ["license_fault"]

# Ids of https://spdx.org/licenses that data, documents and code of this field come under. An id
# that is missing here can be written as a sentence, or as LicenseRef-<id>.
_SPDX: Final = frozenset(
    """
    0BSD AFL-3.0 AGPL-3.0-only AGPL-3.0-or-later Apache-2.0 Artistic-2.0 BSD-2-Clause BSD-3-Clause
    BSL-1.0 CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-3.0-IGO CC-BY-4.0 CC-BY-NC-2.0
    CC-BY-NC-2.5 CC-BY-NC-3.0 CC-BY-NC-4.0 CC-BY-NC-ND-2.0 CC-BY-NC-ND-2.5 CC-BY-NC-ND-3.0
    CC-BY-NC-ND-3.0-IGO CC-BY-NC-ND-4.0 CC-BY-NC-SA-2.0 CC-BY-NC-SA-2.5 CC-BY-NC-SA-3.0
    CC-BY-NC-SA-3.0-IGO CC-BY-NC-SA-4.0 CC-BY-ND-2.0 CC-BY-ND-3.0 CC-BY-ND-4.0 CC-BY-SA-2.0
    CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-3.0-IGO CC-BY-SA-4.0 CC-PDDC CC0-1.0 CDLA-Permissive-1.0
    CDLA-Permissive-2.0 CDLA-Sharing-1.0 ECL-2.0 EPL-2.0 EUPL-1.1 EUPL-1.2 GFDL-1.3-only
    GFDL-1.3-or-later GPL-2.0 GPL-2.0-only GPL-2.0-or-later GPL-3.0 GPL-3.0-only GPL-3.0-or-later
    ISC LGPL-2.1-only LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-2.0
    ODC-By-1.0 ODbL-1.0 OGL-Canada-2.0 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 PDDL-1.0 PSF-2.0
    Python-2.0 Unlicense WTFPL Zlib etalab-2.0
    """.split()
)
# What people write for them: no hyphen, no version.
_NAMES: Final = re.compile(
    r"""
    CC[ -]?0(?:[ -]1\.0)?
    | CC[ -]BY(?:[ -](?:NC|ND|SA)){0,2}(?:[ -][1-4]\.\d)?(?:[ -](?:IGO|[A-Z]{2}))?
    | (?:MIT|BSD|ISC|Apache|Mozilla|GPL|LGPL|AGPL|GNU\ GPL|EUPL)(?:[ -]v?\d(?:\.\d)?)?(?:\ licen[cs]e)?
    | (?:Open|Non-Commercial)\ Government\ Licen[cs]e(?:\ v?\d(?:\.\d)?)?
    | (?:Crown\ )?copyright\b.* | \N{COPYRIGHT SIGN}.* | public\ domain | proprietary
    """,
    re.VERBOSE | re.IGNORECASE,
)
_REF: Final = re.compile(r"(?:DocumentRef-[A-Za-z0-9.-]+:)?LicenseRef-[A-Za-z0-9.-]+")
_JOINTS: Final = re.compile(r"\s+(?:AND|OR|WITH)\s+|[()]")
# Said in place of a license: as all there is, or as the beginning of it.
_STAND_IN: Final = re.compile(
    r"""
    x{2,} | \W+ | none | null | nil | n/?a | any | placeholder
    | (?:your|the|a|some|see)?\ ?licen[cs]e(?:\ (?:here|file|text))?
    | (?:tb[acd] | todo | fixme | unknown | unclear | undecided | pending | unspecified
       | not\ (?:yet\ )?(?:known|stated|specified|decided) | to\ be\ \w+ | lorem\ ipsum)\b.*
    """,
    re.VERBOSE | re.IGNORECASE,
)
_WORDS: Final = re.compile(r"[^\W\d_]{2,}")


def license_fault(text: str | None) -> str | None:
    """Return what is wrong with the statement of a license, None where nothing is.

    Examples:
        >>> license_fault("CC BY 4.0 (article, from memory)")
        >>> license_fault("TBD")
        "states no license: 'TBD' is a stand-in (write 'not seen' if you saw none)"
    """
    said = " ".join((text or "").split())
    if not said:
        return "states no license (write 'not seen' if you saw none)"
    head = re.split(r"\s*(?:[;,]|\s\()", said, maxsplit=1)[0].strip(" .:")
    if re.fullmatch(r"not seen\b.*", said, re.IGNORECASE):
        return None
    if not head or _STAND_IN.fullmatch(head) or re.search(r"\b(?:TBD|TODO|FIXME)\b|\?\?", said):
        return f"states no license: {said!r} is a stand-in (write 'not seen' if you saw none)"
    if _is_expression(said) or _is_expression(head) or _NAMES.fullmatch(head):
        return None
    if len(_WORDS.findall(said)) >= 3:
        return None
    close = difflib.get_close_matches(said, sorted(_SPDX), n=1)
    hint = f"did you mean {close[0]}?" if close else "use one, or say in a sentence what is allowed"
    return f"states no license: {said!r} is no SPDX id; {hint}"


def _is_expression(text: str) -> bool:
    parts = [part.strip() for part in _JOINTS.split(text) if part.strip()]
    known = {name.casefold() for name in _SPDX}
    return bool(parts) and all(
        part.rstrip("+").casefold() in known
        or _REF.fullmatch(part) is not None
        or (index > 0 and "exception" in part.casefold())
        for index, part in enumerate(parts)
    )
