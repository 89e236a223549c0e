"""Names of countries in further languages, for those who ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from implsci.errors import MissingExtraError, UnknownNameError
from implsci.places._iso import key

__all__ = ["languages_known", "names_in"]

_DOMAIN: Final = "iso3166-1"


def languages_known() -> tuple[str, ...]:
    """Return the languages in which pycountry names countries."""
    import pycountry

    found = Path(pycountry.LOCALES_DIR).glob(f"*/LC_MESSAGES/{_DOMAIN}.mo")
    return tuple(sorted(path.parts[-3] for path in found))


@lru_cache(maxsize=32)
def names_in(languages: tuple[str, ...]) -> Mapping[str, str]:
    """Return the code by the `key` of a name in one of the languages; one code a name, or none.

    Raises:
        MissingExtraError: pycountry is not installed.
        UnknownNameError: it has no names in a language.
    """
    try:
        import pycountry
    except ImportError:
        raise MissingExtraError("names of countries in further languages", "formats") from None
    from gettext import translation

    found: dict[str, str | None] = {}
    for language in languages:
        if language not in languages_known():
            known = ", ".join(languages_known())
            raise UnknownNameError("language", language, note=f"pycountry has {known}")
        catalog = translation(_DOMAIN, pycountry.LOCALES_DIR, [language])
        for country in pycountry.countries:
            for field in ("name", "common_name", "official_name"):
                english = getattr(country, field, None)
                name = key(catalog.gettext(english)) if english else ""
                if found.setdefault(name, country.alpha_2) != country.alpha_2:
                    found[name] = None
    return {name: code for name, code in found.items() if code is not None and name}
