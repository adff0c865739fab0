"""Sending what is due: claim with a lease, look again, write, send, record; each row on its own.

What a claimed row has to say is in `writing`, what becomes of it in `outcomes`.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import wait
from datetime import timedelta
from functools import partial

import redis
from django.conf import settings
from django.utils import timezone

from carportal.core import signs
from carportal.core.bounces.sending import DoesNotArrive, note_refusal
from carportal.core.bounces.services import note_taken
from carportal.core.claiming import claim, due
from carportal.core.outcomes import fail, give_back, record_sent, record_undeliverable
from carportal.core.outgoing import MailServerDown, Outgoing
from carportal.core.wake import wake_worker
from carportal.core.writing import TO_WRITE, Written, write

logger = logging.getLogger(__name__)

NextMail = Callable[[], Written | None]

TURN = 4.0  # seconds; a worker that is told to stop waits for longer, and so can what else waits for one
# Until a mail is written, and a mail server has answered four times, each as late as it may: nobody else takes the
# row meanwhile.
LEASE = timedelta(seconds=TO_WRITE + 4 * settings.EMAIL_TIMEOUT)
# Seconds in which a mail server that is near has all of a mail. Until then whatever is done here holds up the thread
# that talks to it, again and again, for only one of them has the interpreter: that cost every mail some six ms.
HEAD_START = 0.004
STILL_TRUE = 1.0  # seconds for which what was found to be due is taken to be so


def deliver_due(*, for_seconds: float = TURN) -> int:
    """Send what is due, one after the other, for at most so long; the count of mails sent.

    May run in any number of workers at once. A worker that dies between claim and record leaves its
    row to others once the lease is over; the mail then carries the same Message-ID again.
    """
    deadline = time.monotonic() + for_seconds
    _say_so()
    with Outgoing() as outgoing:
        return _send(partial(_next_mail, outgoing, deadline), outgoing)


def _send(next_mail: NextMail, outgoing: Outgoing) -> int:
    """Each is written while the server thinks about the one before it, which takes longer: it never waits for us.

    After the last one it is asked once more, for what that one's outcome has made due.
    """
    sent, is_first = 0, True
    written = next_mail()
    while written is not None:
        answer = outgoing.hand_over(written.mail)
        wait([answer], timeout=HEAD_START)
        following = next_mail()
        wait([answer])
        was_taken = _settle(written, answer.exception())
        sent += was_taken
        if is_first and not outgoing.is_down:
            _share_the_work()
        is_first = False
        refused = "" if was_taken else written.address
        written = _still_to_send(following or next_mail(), next_mail, refused=refused)
    return sent


def _say_so() -> None:
    """That mail is gone through, for whoever asks how the portal is."""
    try:
        signs.leave(signs.SWEEP)
    except redis.RedisError as error:
        logger.warning("the broker cannot be reached; nobody is told of the sweep: %s", error)


def _share_the_work() -> None:
    """Where more is due than the mail in hand, call one more worker: so all of them come, and no crowd of tasks.

    Of these calls one at a time is in the queue for each that was answered, and who has no more to do calls
    nobody. The last one waits for a worker whose turn is over, behind whatever else waits.
    """
    if due().exists():
        wake_worker()


def _next_mail(outgoing: Outgoing, deadline: float) -> Written | None:
    """Claimed and written now; None where nothing is due, or the time is over."""
    while time.monotonic() < deadline and not outgoing.is_down:
        delivery = claim(LEASE)
        if delivery is None:
            return None
        written = write(delivery, lease=LEASE)
        if written is not None:
            return written
    return None


def _still_to_send(written: Written | None, next_mail: NextMail, *, refused: str) -> Written | None:
    """What was written, or what comes after it, if what was true then may not be by now: that is looked at anew.

    So it is where the server kept the mail before for long, and where it refused one to the same address.
    """
    while written is not None and (
        time.monotonic() - written.at > STILL_TRUE or (refused and written.address == refused)
    ):
        give_back(written.rows)
        refused = ""
        written = next_mail()
    return written


def _settle(written: Written, error: BaseException | None) -> bool:
    """Record what the server said to one mail; whether it took it."""
    if error is None:
        is_mine = record_sent(written.told, written.said)
        if written.was_in_trouble:
            note_taken(address=written.address, at=timezone.now())
        return is_mine
    if isinstance(error, MailServerDown):
        logger.warning("the mail server cannot be reached; mail waits: %s", error)
        give_back(written.rows)
    elif isinstance(error, Exception):
        try:
            note_refusal(written.notification, error)
        except DoesNotArrive as gone:
            record_undeliverable(written.told, gone)
        else:
            for row in written.rows:
                fail(row, error)
    else:
        raise error
    return False
