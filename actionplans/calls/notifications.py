"""The mails about calls; those about what stands in calendars bring it along, none has the reason or the minutes."""

from collections.abc import Collection
from dataclasses import replace
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.calls.calendars import invitation
from actionplans.calls.models import Call
from actionplans.calls.policy import goes_on
from actionplans.calls.times import in_words
from actionplans.plans.mails import about, absolute, car_beside, people, still_there, writers
from actionplans.sharing.models import ShareStatus, Side
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import (
    Message,
    NotificationKind,
    Recipient,
    leads_to,
    register,
    render_mail,
)
from stakeholders.models import Membership

BOTH = frozenset(Side)
REMINDER = "call_reminder"
OF_CALL = leads_to(Call, "share__plan__finding")


def _call(call_id: UUID) -> Call:
    of_share = ("share__plan__finding__site__supplier", "share__organisation")
    return Call.objects.select_related(*of_share).get(pk=call_id)


def _writers(call: Call, sides: Collection[str]) -> QuerySet[Membership]:
    share = call.share
    organisations = {Side.SITE: share.plan.finding.site.supplier_id, Side.PARTY: share.organisation_id}
    return writers(*(organisations[side] for side in Side if side in sides))


def _other(side: str) -> frozenset[Side]:
    return BOTH - {Side(side)}


# --- Who is told of what --------------------------------------------------------------------------------


def _answering(call: Call) -> QuerySet[Membership]:
    return _writers(call, _other(call.by_side))


def _proposing(call: Call) -> QuerySet[Membership]:
    return _writers(call, {call.by_side})


def _everybody(call: Call) -> QuerySet[Membership]:
    return _writers(call, BOTH)


def _told_of_cancelling(call: Call) -> QuerySet[Membership]:
    """Both sides where it stands in their calendars; else the one that did not call it off."""
    if call.starts_at is not None:
        return _everybody(call)
    return _writers(call, _other(call.ended_by or Side.SITE))


# --- What is still true when it is to be sent --------------------------------------------------------------


def _proposed_still_due(notification: Notification) -> bool:
    call = _call(notification.object_id)
    is_newest = call.is_proposed and str(call.turn) == notification.period
    return is_newest and goes_on(call.share) and still_there(notification, _answering(call))


def _in_calendars_still_due(notification: Notification) -> bool:
    """Not once calendars are to be told something newer."""
    call = _call(notification.object_id)
    return str(call.sequence) == notification.period and still_there(notification, _everybody(call))


def _agreed_still_due(notification: Notification) -> bool:
    return _call(notification.object_id).is_agreed and _in_calendars_still_due(notification)


def _declined_still_due(notification: Notification) -> bool:
    call = _call(notification.object_id)
    return call.share.status != ShareStatus.WITHDRAWN and still_there(notification, _proposing(call))


def _cancelled_still_due(notification: Notification) -> bool:
    return still_there(notification, _told_of_cancelling(_call(notification.object_id)))


def _held_still_due(notification: Notification) -> bool:
    call = _call(notification.object_id)
    return call.share.status != ShareStatus.WITHDRAWN and still_there(notification, _everybody(call))


def _reminder_still_due(notification: Notification) -> bool:
    """Not of one that was moved, called off or has begun since."""
    call = _call(notification.object_id)
    is_ahead = call.is_agreed and call.starts_at is not None and call.starts_at > timezone.now()
    is_this = str(call.sequence) == notification.period
    return is_ahead and is_this and goes_on(call.share) and still_there(notification, _everybody(call))


# --- What they say -------------------------------------------------------------------------------------


def _zone_of(notification: Notification, call: Call) -> ZoneInfo:
    """The reader's own; that of the site where nobody knows it."""
    reader = notification.recipient
    return ZoneInfo(reader.time_zone if reader else call.share.plan.finding.site.time_zone)


def _render(template: str, notification: Notification, *, label: str) -> Message:
    call = _call(notification.object_id)
    share = call.share
    finding = share.plan.finding
    is_site = _writers(call, {Side.SITE}).filter(user=notification.recipient_id).exists()
    zone = _zone_of(notification, call)
    slots = call.slots.filter(turn=call.turn)
    other = share.organisation.name if is_site else finding.site.name
    # Who no longer has the plan would be led to a page that is not there.
    has_plan = is_site or share.status != ShareStatus.WITHDRAWN
    path = f"{reverse('share', args=[share.pk])}#calls" if has_plan else reverse("home")
    context = about(finding) | {
        "call": call,
        "other": other,
        "car": car_beside(other, finding),
        "is_own": call.by_side == (Side.SITE if is_site else Side.PARTY),
        "was_cancelled_here": call.ended_by == (Side.SITE if is_site else Side.PARTY),
        "when": in_words(call.starts_at, call.duration, zone) if call.starts_at else "",
        "slots": [in_words(slot.starts_at, call.duration, zone) for slot in slots],
        "action_url": absolute(path),
        "action_label": label if has_plan else _("Open the portal"),
    }
    return render_mail(template, context)


def _render_with_calendar(template: str, notification: Notification, *, label: str) -> Message:
    message = _render(template, notification, label=label)
    call = _call(notification.object_id)
    if call.starts_at is None:
        return message
    return replace(message, calendar=invitation(call, to=notification.address, name=notification.name))


def recipients_of_reminder(call: Call) -> list[Recipient]:
    return _people(_everybody(call))


def _people(members: QuerySet[Membership]) -> list[Recipient]:
    return list(people(members))


# What is to stand in calendars waits for no digest: it would come too late there, and so would the reminder.
KINDS = (
    NotificationKind(
        name="call_proposed",
        label=gettext_lazy("The other side proposed times for a call"),
        still_due=_proposed_still_due,
        recipients=lambda call_id: _people(_answering(_call(call_id))),
        render=lambda owed: _render("call_proposed", owed, label=_("Pick a time")),
        group=MailGroup.CALLS,
        about=OF_CALL,
    ),
    NotificationKind(
        name="call_agreed",
        label=gettext_lazy("A call was agreed"),
        still_due=_agreed_still_due,
        recipients=lambda call_id: _people(_everybody(_call(call_id))),
        render=lambda owed: _render_with_calendar("call_agreed", owed, label=_("See the call")),
        group=MailGroup.CALLS,
        about=OF_CALL,
        waits=False,
    ),
    NotificationKind(
        name="call_moved",
        label=gettext_lazy("Other times were proposed for a call that was agreed"),
        still_due=_in_calendars_still_due,
        recipients=lambda call_id: _people(_everybody(_call(call_id))),
        render=lambda owed: _render_with_calendar("call_moved", owed, label=_("See the times")),
        group=MailGroup.CALLS,
        about=OF_CALL,
        waits=False,
    ),
    NotificationKind(
        name="call_declined",
        label=gettext_lazy("The other side declined a call"),
        still_due=_declined_still_due,
        recipients=lambda call_id: _people(_proposing(_call(call_id))),
        render=lambda owed: _render("call_declined", owed, label=_("Read why")),
        group=MailGroup.CALLS,
        about=OF_CALL,
    ),
    NotificationKind(
        name="call_cancelled",
        label=gettext_lazy("A call was cancelled"),
        still_due=_cancelled_still_due,
        recipients=lambda call_id: _people(_told_of_cancelling(_call(call_id))),
        render=lambda owed: _render_with_calendar("call_cancelled", owed, label=_("See the calls")),
        group=MailGroup.CALLS,
        about=OF_CALL,
        waits=False,
    ),
    NotificationKind(
        name=REMINDER,
        label=gettext_lazy("A call is a day away"),
        still_due=_reminder_still_due,
        recipients=lambda call_id: recipients_of_reminder(_call(call_id)),
        render=lambda owed: _render(REMINDER, owed, label=_("See the call")),
        group=MailGroup.CALLS,
        about=OF_CALL,
        waits=False,
    ),
    NotificationKind(
        name="call_held",
        label=gettext_lazy("The minutes of a call are there"),
        still_due=_held_still_due,
        recipients=lambda call_id: _people(_everybody(_call(call_id))),
        render=lambda owed: _render("call_held", owed, label=_("Read the minutes")),
        group=MailGroup.CALLS,
        about=OF_CALL,
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
