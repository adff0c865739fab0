"""What a mail server's refusal says of the address, by its code (RFC 5321) and its enhanced code (RFC 3463).

In doubt it says nothing of the address: the mail is tried again, as after any failure. An address that is marked
wrongly costs its reader every mail, one that is not marked costs some attempts.
"""

import re
import smtplib
from typing import NamedTuple

from carportal.core.bounces.models import Trouble

# Class, subject and detail; not the beginning of an IP address.
ENHANCED = re.compile(r"(?<![\d.])([45])\.(\d{1,3})\.(\d{1,3})(?!\.?\d)")
ADDRESS = re.compile(r"([^\s<>()'\"@,;:])[^\s<>()'\"@,;:]*@([^\s<>()'\"@,;:]+)")

# Subject 1 is the address, but for what concerns the sender's (7, 8); 2.1 is a mailbox that was closed.
NO_SUCH_MAILBOX = {(1, 0), (1, 1), (1, 2), (1, 3), (1, 4), (1, 6), (1, 10), (2, 1)}
MAILBOX_IS_FULL = {(2, 2)}
# Without an enhanced code. 554 and all others may be about anything; of these, 550 may be about us.
PLAIN = {550: Trouble.GONE, 551: Trouble.GONE, 552: Trouble.FULL, 553: Trouble.GONE}
ABOUT_US = re.compile(
    r"relay|spam|block|black.?list|policy|reputation|auth|denied|not allowed|not permitted|sender|rbl|spf|dkim|dmarc|bann",
    re.IGNORECASE,
)


class Reply(NamedTuple):
    trouble: Trouble
    why: str


def reply_about_address(error: Exception) -> Reply | None:
    """What the server said of the one recipient of a mail that it refused, if it spoke of that at all.

    Some servers look for the mailbox only once they have the mail; then only an enhanced code tells that it is
    not the mail that they refuse.
    """
    said: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused) and len(error.recipients) == 1:
        ((code, said),) = error.recipients.values()
        needs_enhanced = False
    elif isinstance(error, smtplib.SMTPDataError):
        code, said = error.smtp_code, error.smtp_error
        needs_enhanced = True
    else:
        return None
    text = _text(said)
    if not 500 <= code < 600 or (needs_enhanced and not ENHANCED.search(text)):
        return None
    trouble = trouble_of(code, text)
    return Reply(trouble, f"{code} {text}") if trouble else None


def trouble_of(code: int | None, text: str) -> Trouble | None:
    """Of a final refusal; where its text has an enhanced code, that alone decides."""
    enhanced = ENHANCED.search(text)
    if enhanced is None:
        return None if code is None or ABOUT_US.search(text) else PLAIN.get(code)
    is_final = enhanced[1] == "5"
    what = (int(enhanced[2]), int(enhanced[3]))
    if what in MAILBOX_IS_FULL:
        return Trouble.FULL
    return Trouble.GONE if is_final and what in NO_SUCH_MAILBOX else None


def for_the_log(error: Exception) -> str:
    """What went wrong without whom it was for: others read the log. Of an address it has what tells whose it may be."""
    text = str(error)
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        replies = (f"{code} {_text(said)}" for code, said in error.recipients.values())
        text = "; ".join(replies)
    return ADDRESS.sub(r"\1…@\2", text)


def _text(said: bytes | str) -> str:
    return said.decode(errors="replace") if isinstance(said, bytes) else said
