"""A text is looked up once in each language, and is what Django says it is."""

import gettext as standard_library

from django.utils import translation
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, trans_real

from carportal.core.catalogs import remember_texts


def said_by_django(text: str, language: str) -> str:
    """By a catalog that remembers nothing."""
    return trans_real.DjangoTranslation(language).gettext(text)


def test_texts_are_what_django_says_each_time():
    texts = ["Skip to main content", "Enter a valid email address.", "Monday", "Centre", "nobody wrote this"]
    for language in ("en-gb", "de", "en-gb"):
        with translation.override(language):
            for _time in range(2):
                assert [gettext(text) for text in texts] == [said_by_django(text, language) for text in texts]


def test_a_text_is_looked_up_once():
    with translation.override("en-gb"):
        remembered = vars(trans_real.catalog())["gettext"]
        before = remembered.cache_info()
        for _time in range(3):
            assert gettext("A text that no page has") == "A text that no page has"
        after = remembered.cache_info()
    assert (after.misses - before.misses, after.hits - before.hits) == (1, 2)


def test_to_remember_again_changes_nothing():
    with translation.override("en-gb"):
        catalog = trans_real.catalog()
        remembered = catalog.gettext
        remember_texts()
        assert trans_real.catalog().gettext is remembered
        assert isinstance(catalog, standard_library.NullTranslations)


def test_what_is_safe_stays_safe():
    with translation.override("en-gb"):
        assert not isinstance(gettext("a <b>text</b>"), SafeString)
        assert isinstance(gettext(mark_safe("a <b>text</b>")), SafeString)
        assert not isinstance(gettext("a <b>text</b>"), SafeString)
