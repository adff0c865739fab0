"""The connection to the mail server: kept open between mails, and renewed before it could spoil one."""

import smtplib
from contextlib import suppress

from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends import smtp

OK = 250  # of SMTP
MAILS_PER_CONNECTION = 100  # many a server ends a connection after some hundred, in the middle of one


class MailServerDown(Exception):
    """No connection to the mail server; nothing was tried, and nothing counts as an attempt."""


class Outgoing:
    """Not open until `make_ready`; whoever is done with it calls `close`."""

    def __init__(self) -> None:
        self._backend = get_connection()
        self._handed_over = 0
        self.is_open = False

    def make_ready(self) -> None:
        """Have a connection that takes a mail now, as far as can be known; raises MailServerDown.

        A connection that was used is asked whether it is still there: else a server that ended it after its
        last mail would cost the next one an attempt.
        """
        if self._handed_over >= MAILS_PER_CONNECTION or (self._handed_over and not self._answers()):
            self.close()
        if self.is_open:
            return
        try:
            self._backend.open()
        except (smtplib.SMTPException, OSError) as error:
            raise MailServerDown(str(error)) from error
        self.is_open = True

    def hand_over(self, mail: EmailMessage) -> None:
        """Return once the server has taken the mail; whatever it says else is raised, and the connection closed."""
        self._handed_over += 1
        try:
            self._backend.send_messages([mail])
        except Exception:
            self.close()  # what failed in the middle of a mail is in no known state
            raise

    def close(self) -> None:
        self.is_open = False
        self._handed_over = 0
        with suppress(smtplib.SMTPException, OSError):  # of a server that has gone before
            self._backend.close()

    def _answers(self) -> bool:
        """Other ways than SMTP have no connection that could break."""
        if not isinstance(self._backend, smtp.EmailBackend):
            return True
        try:
            return bool(self._backend.connection.noop()[0] == OK)
        except (smtplib.SMTPException, OSError):
            return False
