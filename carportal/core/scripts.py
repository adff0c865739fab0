"""Text made ready for paper: what no font has is named, and long words break where their script lets them."""

import re
import unicodedata
from collections.abc import Collection
from itertools import groupby

from django.utils.translation import gettext as _

from carportal.core.fonts import missing_from

# Set as nothing by themselves: joiners, marks of direction, variants of a shape.
_IGNORABLE = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# In the names that Unicode gives to letters, what follows the name of their script.
_KINDS = {
    "ABBREVIATION", "ACCENT", "CAPITAL", "CHARACTER", "COMBINING", "COMPONENT", "CONSONANT", "DIGIT",
    "FINAL", "FRACTION", "HIEROGLYPH", "IDEOGRAM", "INDEPENDENT", "LETTER", "LIGATURE", "LOGOGRAM", "MARK",
    "NUMBER", "NUMERIC", "PUNCTUATION", "RADICAL", "SIGN", "SMALL", "SUBJOINED", "SYLLABICS", "SYLLABLE",
    "SYMBOL", "TONE", "VIRAMA", "VOWEL", "WORD",
}  # fmt: skip

# Where a syllable begins: before a consonant or a vowel that stands alone, unless it is set below the one
# before it; a Burmese consonant without a vowel of its own ends a syllable.
_KHMER_SYLLABLE = re.compile(r"(?<=[\u1780-\u17dd])(?<!\u17d2)(?=[\u1780-\u17b3])")
_BURMESE_SYLLABLE = re.compile(
    r"(?<=[\u1000-\u109f])(?<!\u1039)(?=[\u1000-\u102a\u103f](?![\u103a\u1039]|\u1037\u103a))"
)
_BREAK = "\u200b"  # where a line may end, and nothing is seen


def made_ready(html: str) -> str:
    """The document with names in brackets for what would be boxes, and with breaks in Khmer and Burmese.

    Its tags are ASCII, which every font has, and so are the names: markup stays as it is.
    """
    named = _named(html, missing_from(html))
    return _BURMESE_SYLLABLE.sub(_BREAK, _KHMER_SYLLABLE.sub(_BREAK, named))


def _named(text: str, missing: Collection[int]) -> str:
    if not missing:
        return text
    there = "".join(re.escape(chr(each)) for each in sorted(missing))
    # Several words of such a script, with the blanks and stops between them, are one text.
    return re.sub(rf"[{there}]+(?:[\s.,:;!?()-]+[{there}]+)*", lambda found: _names(found[0], missing), text)


def _names(run: str, missing: Collection[int]) -> str:
    names = [_name_of(letter) for letter in run if ord(letter) in missing]
    return " ".join(f"[{name}]" for name, _same in groupby(name for name in names if name))


def _name_of(letter: str) -> str:
    """What a reader is told in its place; nothing for what is not seen anyway."""
    category = unicodedata.category(letter)
    if category in {"Cf", "Cc"} or _IGNORABLE.match(letter):
        return ""
    name = unicodedata.name(letter, "")
    if not name:
        return _("unknown character")
    if category[0] not in "LMN":
        return name.lower()
    return _("text in %(script)s script") % {"script": _script_of(name)}


def _script_of(name: str) -> str:
    """`OLD ITALIC LETTER A` is of the script Old Italic."""
    words = name.split()
    ends = next((index for index, word in enumerate(words) if word in _KINDS or "-" in word), 1)
    return " ".join(words[: max(ends, 1)]).title()
