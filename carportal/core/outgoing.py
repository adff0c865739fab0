"""The way to the mail server: one connection, kept open between mails and renewed before it could spoil one."""

import smtplib
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp

OK = 250  # of SMTP
MAILS_PER_CONNECTION = 100  # many a server ends a connection after some hundred, in the middle of one
# For so many seconds at most the thread that talks to the server waits for the interpreter while the next mail is
# written. As long as Python usually has it wait, at each of the server's answers to one mail, four processes on two
# cores sent a tenth less.
TURN_OF_ANOTHER = 0.0005
USUAL_TURN = sys.getswitchinterval()


class MailServerDown(Exception):
    """No connection to the mail server: nothing was tried, and nothing counts as an attempt."""


class Outgoing:
    """Hands mails over one after the other, in a thread of its own: a server's answer takes longer than all else."""

    def __init__(self) -> None:
        self._backend = get_connection()
        self._is_open = False
        self._handed_over = 0  # on this connection
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="outgoing")
        self.is_down = False  # found so once, it stays so for this object

    def __enter__(self) -> Self:
        sys.setswitchinterval(TURN_OF_ANOTHER)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _where: TracebackType | None
    ) -> None:
        self._thread.submit(self._close)
        self._thread.shutdown()
        sys.setswitchinterval(USUAL_TURN)

    def hand_over(self, mail: EmailMessage) -> Future[None]:
        """Done once the server has taken the mail; with MailServerDown, or whatever else the server says, if not."""
        return self._thread.submit(self._hand_over, mail)

    def _hand_over(self, mail: EmailMessage) -> None:
        self._make_ready()
        self._handed_over += 1
        try:
            self._backend.send_messages([mail])
        except Exception:
            self._close()  # what failed in the middle of a mail is in no known state
            raise

    def _make_ready(self) -> None:
        """Have a connection that takes a mail now, as far as can be known.

        One that was used is asked whether it is still there: else a server that ended it after its last mail
        would cost the next one an attempt.
        """
        if self._handed_over >= MAILS_PER_CONNECTION or (self._handed_over and not self._answers()):
            self._close()
        if self._is_open:
            return
        if self.is_down:
            raise MailServerDown("as a moment ago")
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            self.is_down = True
            raise MailServerDown(str(error)) from error
        self._is_open = True

    def _answers(self) -> bool:
        """Other ways than SMTP have no connection that could break."""
        if not isinstance(self._backend, smtp.EmailBackend) or self._backend.connection is None:
            return True
        try:
            return bool(self._backend.connection.noop()[0] == OK)
        except (smtplib.SMTPException, OSError):
            return False

    def _close(self) -> None:
        self._is_open, self._handed_over = False, 0
        with suppress(smtplib.SMTPException, OSError):  # of a server that has gone before
            self._backend.close()
