"""What somebody entered to search for, made ready: what cannot be searched for is told, never tried."""

import re
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.folding import is_unspaced, words_in

SHORTEST = 3  # letters of the longest word: with fewer nearly everything would be found
MOST_LETTERS, MOST_WORDS = 200, 12

_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]+")
_REFERENCE = re.compile(r"[A-Z]{2,4}-?[0-9][0-9-]{0,30}")


class Words:
    """`text` is what is asked of the database, `each` the words in it as they are marked in what is found."""

    def __init__(self, entered: str) -> None:
        self.entered = " ".join(_UNWRITABLE.sub(" ", entered).split())
        self.each = words_in(self.entered[: MOST_LETTERS + 1])

    @cached_property
    def problem(self) -> str | Promise:
        """What to do about what was entered; empty where it can be searched for, or where nothing was."""
        if not self.entered:
            return ""
        if len(self.entered) > MOST_LETTERS or len(self.each) > MOST_WORDS:
            return _("Enter fewer words: %(most)s at most, those that matter.") % {"most": MOST_WORDS}
        if not any(len(word) >= SHORTEST for word in self.each):
            return _("Enter a word of %(n)s letters or more, or the beginning of a reference.") % {
                "n": SHORTEST
            }
        return ""

    @property
    def can_be_searched(self) -> bool:
        return bool(self.entered) and not self.problem

    @property
    def text(self) -> str:
        """Of a script without blanks pieces of less than three letters are found nowhere, and so not asked for."""
        return " ".join(word for word in self.each if len(word) >= SHORTEST or not is_unspaced(word))

    @cached_property
    def reference(self) -> str:
        """As references are written, where it may be one or the beginning of one; else empty."""
        spelt = self.entered.upper().replace(" ", "")
        return spelt if _REFERENCE.fullmatch(spelt) else ""

    def is_all_of(self, title: str) -> bool:
        """Whether the reference was entered in full."""
        return bool(self.reference) and title == self.reference
