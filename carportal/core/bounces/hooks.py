"""Where the rooms above hear that mail to an address does not arrive any more, or does again."""

from collections.abc import Callable

from carportal.core.actor import Actor
from carportal.core.bounces.models import MailAddress

MailHook = Callable[[MailAddress, Actor], None]

_stopped: list[MailHook] = []
_resumed: list[MailHook] = []


def on_mail_stopped(hook: MailHook) -> MailHook:
    """Register what follows when it stops; called from an app's `AppConfig.ready()`, again changes nothing."""
    if hook not in _stopped:
        _stopped.append(hook)
    return hook


def on_mail_resumed(hook: MailHook) -> MailHook:
    if hook not in _resumed:
        _resumed.append(hook)
    return hook


def mail_stopped(address: MailAddress, actor: Actor) -> None:
    """Tell all of them; the caller holds the lock on the address's row."""
    for hook in _stopped:
        hook(address, actor)


def mail_resumed(address: MailAddress, actor: Actor) -> None:
    for hook in _resumed:
        hook(address, actor)
