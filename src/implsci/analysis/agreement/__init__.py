"""How far coders agree: percent, the kappas, Krippendorff's alpha, and all of it per construct.

A number stands only on units that at least two coders rated. Percent and kappa say little where a
code is rare; give several, with how often the code was used.

Examples:
    >>> from implsci.analysis.agreement import cohen_kappa, krippendorff_alpha, percent_agreement
    >>> first, second = ["yes", "yes", "no", "no"], ["yes", "no", "no", "no"]
    >>> percent_agreement([first, second], rows="coders"), cohen_kappa(first, second)
    (75.0, 0.5)
    >>> round(krippendorff_alpha([first, second]), 3)
    0.533
"""

from __future__ import annotations

from implsci.errors import MissingExtraError

try:
    from implsci.analysis.agreement._coefficients import (
        Weights,
        cohen_kappa,
        fleiss_kappa,
        krippendorff_alpha,
        light_kappa,
        percent_agreement,
    )
    from implsci.analysis.agreement._confusion import Confusion, confusion
    from implsci.analysis.agreement._constructs import per_construct, per_construct_of_rows
    from implsci.analysis.agreement._ratings import Level, Rating, Rows
    from implsci.analysis.agreement._table import (
        CoderPair,
        ConstructAgreement,
        ConstructTable,
        Who,
    )
    from implsci.analysis.agreement._uncertainty import (
        Agreement,
        Coefficient,
        agreement_with_interval,
    )
except ModuleNotFoundError as error:
    raise MissingExtraError(feature="coder agreement", extra="analysis") from error

__all__ = [
    "Agreement",
    "CoderPair",
    "Coefficient",
    "Confusion",
    "ConstructAgreement",
    "ConstructTable",
    "Level",
    "Rating",
    "Rows",
    "Weights",
    "Who",
    "agreement_with_interval",
    "cohen_kappa",
    "confusion",
    "fleiss_kappa",
    "krippendorff_alpha",
    "light_kappa",
    "per_construct",
    "per_construct_of_rows",
    "percent_agreement",
]


def __dir__() -> list[str]:
    return __all__
