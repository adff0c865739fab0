"""Which letters stand together: what a reader takes for one, and where a word ends, in any script."""

import re
import unicodedata
from collections.abc import Iterator

# Scripts from Thai on that put no blanks between words.
_UNSPACED = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)
_JOINER = "\u200d"
_VIRAMA = 9  # the combining class of what joins two consonants in the scripts of India
_KEEPS_TO_THE_LETTER_BEFORE = re.compile(
    # Thai and Lao AM, Hangul vowels and finals, joiners, skin tones, the tags of flags
    r"[\u0e33\u0eb3\u1160-\u11ff\ud7b0-\ud7fb\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]"
)
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")


def is_mark(letter: str) -> bool:
    """Whether it stands on the letter before it: an accent, a vowel sign."""
    return unicodedata.category(letter)[0] == "M"


def is_unspaced(letter: str) -> bool:
    return bool(_UNSPACED.match(letter))


def graphemes(text: str) -> Iterator[str]:
    """What a reader sees as one letter each; together they are the text.

    Rather too much in one than too little: no boundary is within a cluster of Unicode's annex 29.
    """
    start, flag_letters = 0, 0
    for index in range(1, len(text) + 1):
        flag_letters = flag_letters + 1 if _FLAG_LETTER.match(text[index - 1]) else 0
        if index == len(text) or not _belongs(text[index - 1], text[index], flag_letters):
            yield text[start:index]
            start = index


def _belongs(before: str, letter: str, flag_letters: int) -> bool:
    if letter.isascii():
        return before == _JOINER
    return (
        is_mark(letter)
        or bool(_KEEPS_TO_THE_LETTER_BEFORE.match(letter))
        or before == _JOINER
        or unicodedata.combining(before) == _VIRAMA
        or (flag_letters % 2 == 1 and bool(_FLAG_LETTER.match(letter)))
    )


def tokens(text: str) -> list[str]:
    """Words, blanks and single signs, in their order; where a script puts no blanks, letter by letter."""
    found: list[str] = []
    in_word = False
    for letter in graphemes(text):
        is_word = letter[0].isalnum() and not is_unspaced(letter[0])
        if is_word and in_word:
            found[-1] += letter
        else:
            found.append(letter)
        in_word = is_word
    return found
