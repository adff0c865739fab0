"""Translations of texts, looked up once.

A page says a hundred texts. Django looks for each in the catalogs of all apps, and in what every one of them falls back
on; ours are in none of these where they are shown in the language that they are written in, and looked for longest.
"""

from functools import lru_cache

from django.conf import settings
from django.utils import translation
from django.utils.translation import trans_real

MOST_TEXTS = 20_000  # many more than there are


def remember_texts() -> None:
    """In each language of the portal, for as long as the process lives; again changes nothing."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            catalog = trans_real.catalog()
        vars(catalog).setdefault("gettext", lru_cache(MOST_TEXTS)(catalog.gettext))
