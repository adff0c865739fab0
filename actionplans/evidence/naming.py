"""A file's name as it is safe to show, to save and to send, whatever machine it came from."""

import re
import unicodedata

from django.utils.translation import gettext as _

from actionplans.evidence.kinds import FileKind, kind_of_name

LONGEST = 100  # characters before the extension, so that no file system finds it too long
LONGEST_IN_BYTES = 200
# Controls, marks that turn the direction of writing (a name could read backwards), halves, unassigned.
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# Other than as part of a number ("v1.2"), a dot within a name would be a second extension.
_INNER_DOT = re.compile(r"(?<!\d)\.|\.(?!\d)")
_RESERVED = re.compile(r'[<>:"/\\|?*%]')
_OF_WINDOWS = re.compile(r"(?i)^(con|prn|aux|nul|com\d|lpt\d)$")


def safe_name(raw: str, kind: FileKind) -> str:
    """The name without its folder and what does not show, ending with the kind's own extension and no other."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    name = "".join(" " if each.isspace() else each for each in name)
    name = "".join(each for each in name if unicodedata.category(each) not in _UNSEEN)
    stem = name.rpartition(".")[0]
    stem = " ".join(_RESERVED.sub("_", _INNER_DOT.sub("_", stem)).split())
    stem = _cut(stem).strip(" ._-")
    if _OF_WINDOWS.match(stem):
        stem = f"{stem}_"
    return f"{stem or _('file')}.{kind.extensions[0]}"


def told_name(raw: str) -> str:
    """As it would be kept; of a kind that is not taken only so that it can be said which file is meant."""
    kind = kind_of_name(raw)
    if kind is not None:
        return safe_name(raw, kind)
    return _cut("".join(each for each in raw if unicodedata.category(each) not in _UNSEEN)) or _("file")


def _cut(stem: str) -> str:
    """As many characters as there is room for, none of them in part."""
    return stem[:LONGEST].encode()[:LONGEST_IN_BYTES].decode(errors="ignore")
