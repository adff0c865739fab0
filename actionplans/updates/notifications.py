"""The mails about updates that were posted or are due; none of them has the text of one."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.guests.mails import is_guest, way_to, with_guests
from actionplans.plans.mails import about, absolute, people, still_there, writers
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare, SharedRevision, ShareStatus
from actionplans.updates import agreement_mails
from actionplans.updates.agreement_mails import OF_SHARE
from actionplans.updates.models import SharedUpdate, UpdateAgreement
from actionplans.updates.policy import goes_on
from actionplans.updates.querysets import AgreementQuerySet
from actionplans.updates.recipients import staff
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
from stakeholders.reminding import Step, about_of, is_overtaken, step_of

DAY = "j F Y"


# --- To a party: the site posted an update ----------------------------------------------------------------


def _sent(sent_id: UUID) -> SharedUpdate:
    return SharedUpdate.objects.select_related("update", *OF_SHARE).get(pk=sent_id)


def _members_of_party(share: PlanShare) -> QuerySet[Membership]:
    return Membership.objects.filter(organisation=share.organisation_id)


def _posted_still_due(notification: Notification) -> bool:
    """Not for what is no longer shared; that the CAR has ended since takes nothing from what happened before."""
    share = _sent(notification.object_id).share
    reads = still_there(notification, _members_of_party(share)) or is_guest(notification, share)
    return share.status != ShareStatus.WITHDRAWN and reads


def _render_posted(notification: Notification) -> Message:
    share = _sent(notification.object_id).share
    context = about(share.plan.finding) | {
        "action_url": way_to(
            share,
            f"{reverse('share', args=[share.pk])}#updates",
            notification,
            is_member=still_there(notification, _members_of_party(share)),
        ),
        "action_label": _("Read the update"),
    }
    return render_mail("update_posted", context)


# --- To the site and the operator: an agreed date -------------------------------------------------------------


def _plan(plan_id: UUID) -> ActionPlan:
    return ActionPlan.objects.select_related("finding__site__supplier").get(pk=plan_id)


def _awaited(notification: Notification) -> AgreementQuerySet:
    """The agreements of the plan whose update of that date has not come yet."""
    due = about_of(notification.period)
    return UpdateAgreement.objects.in_force().filter(share__plan=notification.object_id, next_due=due)


def _writers_of_site(plan_id: UUID) -> QuerySet[Membership]:
    return writers(_plan(plan_id).finding.site.supplier_id)


def _due_still_due(notification: Notification) -> bool:
    """Not once the update was posted or another date agreed, nor beside a later reminder of the same date."""
    return (
        _awaited(notification).exists()
        and still_there(notification, _writers_of_site(notification.object_id))
        and not is_overtaken(notification)
    )


def _missing_still_due(notification: Notification) -> bool:
    awaited = _awaited(notification).exists() and still_there(notification, staff())
    return awaited and not is_overtaken(notification)


def _render_due(notification: Notification) -> Message:
    due, step = about_of(notification.period), step_of(notification.period)
    plan = _plan(notification.object_id)
    names = _awaited(notification).order_by("share__organisation__name")
    parties = list(names.values_list("share__organisation__name", flat=True))
    context = about(plan.finding) | {
        "sentence": _sentence(step, due),
        "parties": get_text_list(parties, _("and")),
        "action_url": absolute(reverse("plan_update", args=[plan.finding_id])),
        "action_label": _("Post an update"),
    }
    return render_mail("update_due", context)


def _sentence(step: Step, due: date) -> str:
    day = date_format(due, DAY)
    if step.days > 0:
        return _("The update that was agreed for %(day)s has not been posted yet.") % {"day": day}
    if step.days == 0:
        return _("Today, %(day)s, is the day for which an update was agreed.") % {"day": day}
    return _("The next update is agreed for %(day)s.") % {"day": day}


def _render_missing(notification: Notification) -> Message:
    plan = _plan(notification.object_id)
    context = about(plan.finding) | {
        "due": about_of(notification.period),
        "action_url": absolute(reverse("finding", args=[plan.finding_id])),
        "action_label": _("Open the CAR"),
    }
    return render_mail("update_missing", context)


# --- To a party: the site waits for its reply --------------------------------------------------------------------


def _asked_for_reply(sent_id: UUID) -> SharedRevision:
    return SharedRevision.objects.select_related(*OF_SHARE).get(pk=sent_id)


def _reply_still_due(notification: Notification) -> bool:
    """Not once it has answered or was sent something newer."""
    sent = _asked_for_reply(notification.object_id)
    share = sent.share
    waits = share.status in {ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED}
    return (
        waits
        and goes_on(share)
        and share.sent.first() == sent
        and (still_there(notification, writers(share.organisation_id)) or is_guest(notification, share))
        and not is_overtaken(notification)
    )


def _render_reply_awaited(notification: Notification) -> Message:
    sent = _asked_for_reply(notification.object_id)
    share = sent.share
    context = about(share.plan.finding) | {
        "sent": sent,
        "acknowledged": share.status == ShareStatus.ACKNOWLEDGED,
        "action_url": way_to(
            share,
            f"{reverse('share', args=[share.pk])}#reply",
            notification,
            is_member=still_there(notification, writers(share.organisation_id)),
        ),
        "action_label": _("Read the plan and reply"),
    }
    return render_mail("reply_awaited", context)


def _reply_recipients(sent_id: UUID) -> Iterable[Recipient]:
    share = _asked_for_reply(sent_id).share
    return with_guests(share, people(writers(share.organisation_id)))


def _posted_recipients(sent_id: UUID) -> Iterable[Recipient]:
    share = _sent(sent_id).share
    return with_guests(share, people(_members_of_party(share)))


KINDS = (
    NotificationKind(
        name="update_posted",
        label=gettext_lazy("A site posted an update"),
        still_due=_posted_still_due,
        recipients=_posted_recipients,
        render=_render_posted,
        group=MailGroup.PLANS,
        about=leads_to(SharedUpdate, "share__plan__finding"),
    ),
    NotificationKind(
        name="update_due",
        label=gettext_lazy("An update that was agreed is due"),
        still_due=_due_still_due,
        recipients=lambda plan_id: people(_writers_of_site(plan_id)),
        render=_render_due,
        group=MailGroup.REMINDERS,
        about=leads_to(ActionPlan, "finding"),
    ),
    NotificationKind(
        name="update_missing",
        label=gettext_lazy("An update that was agreed has not come"),
        still_due=_missing_still_due,
        recipients=lambda _plan_id: people(staff()),
        render=_render_missing,
        group=MailGroup.REMINDERS,
        about=leads_to(ActionPlan, "finding"),
    ),
    NotificationKind(
        name="reply_awaited",
        label=gettext_lazy("A site waits for your reply"),
        still_due=_reply_still_due,
        recipients=_reply_recipients,
        render=_render_reply_awaited,
        group=MailGroup.REMINDERS,
        about=leads_to(SharedRevision, "share__plan__finding"),
    ),
)


def register_kinds() -> None:
    for kind in (*KINDS, *agreement_mails.KINDS):
        register(kind)
