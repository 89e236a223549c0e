"""Technical assistance and other implementation support: what an arrangement comes to.

`engagement_profile` says how far it is push, pull and co-creation, `need_conflicts` whose needs stand
against whose, `readiness` what was done about a site that was not ready, `dose` what was planned and
delivered; `describe` puts it all together and checks it. Nothing of this is stored: it is derived from
a `SupportArrangement`. What these words mean: Metz, Jensen, Farley and Boaz 2022
(doi:10.1177/26334895221105585) and a blog on technical assistance
(http://wtgrantfoundation.org/strengthening-research-use-technical-assistance).

Examples:
    >>> from implsci.model.documents import Answer, SupportArrangement
    >>> made_up = SupportArrangement(
    ...     id="s1",
    ...     title="Help with screening",
    ...     answers=(Answer(criterion="not_ready", answer="support_withdrawn"),),
    ... )
    >>> engagement_profile(made_up).verdict
    'push'
"""

from __future__ import annotations

from implsci.support._conflicts import (
    ConflictStatus,
    NeedConflict,
    NeedConflicts,
    Stated,
    need_conflicts,
)
from implsci.support._dose import DOSE_WORDS, DoseLine, SupportDose, dose
from implsci.support._needs import NEED_RULES, NeedRule
from implsci.support._notes import NOTES, NoteName, SupportNote
from implsci.support._people import (
    STYLES,
    Background,
    Backgrounds,
    Tie,
    backgrounds,
    by_background,
    constraints_of,
    styles,
    ties,
)
from implsci.support._profile import engagement_history, engagement_profile
from implsci.support._profile_result import (
    Disagreement,
    EngagementHistory,
    EngagementProfile,
    Reading,
)
from implsci.support._readiness import readiness
from implsci.support._readiness_result import (
    READINESS_EVENTS,
    Contradiction,
    Readiness,
    ReadinessResponse,
    ReadinessState,
    SiteReadiness,
    Spell,
)
from implsci.support._reading import Severity
from implsci.support._summary import AgreementLine, ConstraintLine, SupportSummary, describe
from implsci.support._verdict import RULE, Shares, Verdict, VerdictRule, more_than
from implsci.support._voices import Criteria

__all__ = [
    "DOSE_WORDS",
    "NEED_RULES",
    "NOTES",
    "READINESS_EVENTS",
    "RULE",
    "STYLES",
    "AgreementLine",
    "Background",
    "Backgrounds",
    "ConflictStatus",
    "ConstraintLine",
    "Contradiction",
    "Criteria",
    "Disagreement",
    "DoseLine",
    "EngagementHistory",
    "EngagementProfile",
    "NeedConflict",
    "NeedConflicts",
    "NeedRule",
    "NoteName",
    "Reading",
    "Readiness",
    "ReadinessResponse",
    "ReadinessState",
    "Severity",
    "Shares",
    "SiteReadiness",
    "Spell",
    "Stated",
    "SupportDose",
    "SupportNote",
    "SupportSummary",
    "Tie",
    "Verdict",
    "VerdictRule",
    "backgrounds",
    "by_background",
    "constraints_of",
    "describe",
    "dose",
    "engagement_history",
    "engagement_profile",
    "more_than",
    "need_conflicts",
    "readiness",
    "styles",
    "ties",
]


def __dir__() -> list[str]:
    return __all__
