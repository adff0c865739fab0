"""Every write about guests: send, end, open, make an account."""

from actionplans.guests.services.joining import ask_to_join, make_account
from actionplans.guests.services.opening import LinkIsOver, ask_for_code, enter_code
from actionplans.guests.services.sending import (
    follow_end,
    follow_sending,
    revoke_link,
    send_link,
    send_link_again,
)

__all__ = [
    "LinkIsOver",
    "ask_for_code",
    "ask_to_join",
    "enter_code",
    "follow_end",
    "follow_sending",
    "make_account",
    "revoke_link",
    "send_link",
    "send_link_again",
]
