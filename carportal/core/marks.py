"""The mark of a redaction, wherever words were removed from a text."""

from django.utils.translation import gettext as _

# Stands for what was removed, in the text itself, as on paper that was blacked out; in any language.
TOMBSTONE = "\u2588\u2588\u2588"


def readable(text: str) -> str:
    """The text with its marks in the reader's language."""
    return text.replace(TOMBSTONE, _("[removed]")) if TOMBSTONE in text else text
