"""What is owed to whom: kinds of notification, registered by the rooms above, and `notify`."""

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model
from django.template import Context, Engine
from django.utils.functional import Promise

from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.owing import News, write_down
from carportal.core.wake import wake_worker

logger = logging.getLogger(__name__)

AT_ONCE = 5000  # in one statement, of about a megabyte


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody to be told; without `user_id` the address is all that is known of them."""

    user_id: UUID | None
    email: str
    name: str
    language: str = ""  # as in settings.LANGUAGES; empty for the portal's own


@dataclass(frozen=True, slots=True)
class Calendar:
    """An appointment for the reader's calendar: an iCalendar object as it is to be sent, and its METHOD."""

    method: str
    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """The one thing that a mail asks its reader to do: what its button says, and the whole address it leads to."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Message:
    """A mail's content, complete: subject on one line, text for everybody, HTML beside it, an appointment if any.

    The action is in text and HTML already; it is told apart for what shows news without its mail.
    """

    subject: str
    text: str
    html: str
    calendar: Calendar | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class NotificationKind:
    """One kind of thing people are told.

    `recipients(object_id)` is asked in the transaction of the write. `still_due(notification)` and
    `render(notification)` run in the worker just before sending, in the recipient's language. A mail
    with a secret in it (an invitation's link) has `keep_content=False`: it is sent and not kept. One that is
    `asked_for` by somebody for this very address (a new password, a code, an invitation) is tried though mail
    there does not arrive.

    `group` is what its reader chooses about; `about(object_id)` is the CAR that it is about, by its id, in at most
    one query: None where there is none, and where the object is gone. What is of no use later (an appointment for
    a calendar) has `waits=False`: it comes at once or not at all, whatever digest or quiet its reader chose.
    """

    name: str
    label: str | Promise
    still_due: Callable[[Notification], bool]
    recipients: Callable[[UUID], Iterable[Recipient]]
    render: Callable[[Notification], Message]
    group: MailGroup
    about: Callable[[UUID], UUID | None]
    keep_content: bool = True
    waits: bool = True
    asked_for: bool = False


def leads_to(model: type[Model], path: str) -> Callable[[UUID], UUID | None]:
    """For `NotificationKind.about`: from the id of such a row along this path to the id of its CAR."""

    def about(object_id: UUID) -> UUID | None:
        return model._default_manager.filter(pk=object_id).values_list(path, flat=True).first()

    return about


_kinds: dict[str, NotificationKind] = {}


def register(kind: NotificationKind) -> None:
    """Make a kind known; called from an app's `AppConfig.ready()`."""
    if _kinds.get(kind.name, kind) != kind:
        raise ValueError(f"the notification kind {kind.name!r} is registered twice, differently")
    _kinds[kind.name] = kind


def notification_kind(name: str) -> NotificationKind:
    """The registered kind; LookupError for a name that nobody registered."""
    try:
        return _kinds[name]
    except KeyError:
        raise LookupError(f"no notification kind {name!r} is registered") from None


def known_kinds() -> list[NotificationKind]:
    """All that the rooms have registered."""
    return list(_kinds.values())


def is_known(name: str) -> bool:
    return name in _kinds


def kind_in_words(notification: Notification) -> str:
    """The kind as people are told it; its name where the portal no longer has it."""
    try:
        return str(notification_kind(notification.kind).label)
    except LookupError:
        return notification.kind


class Owed(NamedTuple):
    """One piece of news, and those who are to hear it; each is owed it once per `period`."""

    object_id: UUID
    period: str
    recipients: Iterable[Recipient]


def notify(*, kind: str, object_id: UUID, period: str = "") -> None:
    """Owe everybody concerned this kind of news of this object, inside the write's transaction.

    Each recipient is owed it once per `period`, however often this is called. The worker is woken on
    commit; should the broker be down, its next sweep finds the rows.
    """
    recipients = notification_kind(kind).recipients(object_id)
    notify_each(kind=kind, owed=[Owed(object_id, period, recipients)])


def notify_each(*, kind: str, owed: Iterable[Owed]) -> int:
    """The same for many pieces of news at once, whose recipients the caller knows; how many are new."""
    if not connection.in_atomic_block:
        raise RuntimeError("a notification is written inside the transaction of its write")
    known = notification_kind(kind)
    news = (
        News(each.object_id, each.period, person.user_id, person.email, person.name, person.language)
        for each in owed
        for person in each.recipients
    )
    new = 0
    while batch := list(islice(news, AT_ONCE)):
        new += write_down(known.name, batch)
    if new:
        _wake_on_commit()
    return new


def _wake_on_commit() -> None:
    """Wake the worker once per transaction, though a publication may owe a hundred mails."""
    if all(entry[1] is not wake_worker for entry in connection.run_on_commit):
        transaction.on_commit(wake_worker, robust=True)


_choices_url: ContextVar[str] = ContextVar("choices_url", default="")
_GAP = re.compile(r"\n{3,}")  # where a template left something out


@contextmanager
def leading_to(choices_url: str) -> Iterator[None]:
    """What is rendered meanwhile has this link at its end, to where its reader chooses which mails come."""
    token = _choices_url.set(choices_url)
    try:
        yield
    finally:
        _choices_url.reset(token)


def render_mail(template: str, context: Mapping[str, Any]) -> Message:
    """The three templates `emails/<template>.subject.txt`, `.txt` and `.html` as a message.

    Text is not escaped for HTML. `action_url`, an address in whole, and `action_label` are the button. Every
    template gets `site_url` (without a slash at its end, for links as `{{ site_url }}{% url … %}`), `operator_name`
    and `choices_url` as well, and those of the text and the HTML the `subject`.
    """
    values = {
        "choices_url": _choices_url.get(),
        "site_url": settings.SITE_URL.rstrip("/"),
        "operator_name": settings.OPERATOR_NAME,
        **context,
    }
    subject = " ".join(_render(f"emails/{template}.subject.txt", values, autoescape=False).split())
    values["subject"] = subject
    text = _render(f"emails/{template}.txt", values, autoescape=False)
    html = _render(f"emails/{template}.html", values, autoescape=True)
    url = values.get("action_url")
    return Message(
        subject=subject,
        text=_GAP.sub("\n\n", text.strip()) + "\n",
        html=html.strip() + "\n",
        action=Action(str(values["action_label"]), str(url)) if url else None,
    )


def _render(name: str, values: dict[str, Any], *, autoescape: bool) -> str:
    return Engine.get_default().get_template(name).render(Context(values, autoescape=autoescape))
