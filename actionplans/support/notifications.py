"""The mails about support: that the site lets the operator read along, and that it is over."""

from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.plans.mails import about, absolute, people, still_there
from actionplans.support.models import SupportGrant
from carportal.core.actor import OrganisationKind, Role
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, leads_to, register, render_mail
from stakeholders.models import Membership


def _grant(grant_id: UUID) -> SupportGrant:
    return SupportGrant.objects.select_related("plan__finding__site__supplier", "granted_by").get(pk=grant_id)


def _concerned(grant: SupportGrant) -> QuerySet[Membership]:
    """Compliance staff, and the site's managers and whoever granted it."""
    staff = Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.COMPLIANCE)
    supplier = Membership.objects.filter(organisation=grant.plan.finding.site.supplier_id)
    return staff | supplier.filter(role=Role.MANAGER) | supplier.filter(user=grant.granted_by_id)


def _told_of_grant(grant: SupportGrant) -> QuerySet[Membership]:
    return _concerned(grant).exclude(user=grant.granted_by_id)


def _told_of_end(grant: SupportGrant) -> QuerySet[Membership]:
    return _concerned(grant).exclude(user=grant.ended_by_id)


def _grant_still_due(notification: Notification) -> bool:
    grant = _grant(notification.object_id)
    holds = grant.ended_at is None and grant.expires_at > timezone.now()
    return holds and still_there(notification, _told_of_grant(grant))


def _end_still_due(notification: Notification) -> bool:
    return still_there(notification, _told_of_end(_grant(notification.object_id)))


def _render_grant(notification: Notification) -> Message:
    grant = _grant(notification.object_id)
    finding = grant.plan.finding
    context = about(finding) | {
        "grant": grant,
        "action_url": absolute(reverse("plan", args=[finding.pk])),
        "action_label": _("Open the plan"),
    }
    return render_mail("support_granted", context)


def _render_end(notification: Notification) -> Message:
    grant = _grant(notification.object_id)
    finding = grant.plan.finding
    context = about(finding) | {
        "grant": grant,
        "action_url": absolute(reverse("finding", args=[finding.pk])),
        "action_label": _("Open the CAR"),
    }
    return render_mail("support_over", context)


KINDS = (
    NotificationKind(
        name="support_granted",
        label=gettext_lazy("A site lets the compliance staff of this portal read its plan along"),
        still_due=_grant_still_due,
        recipients=lambda grant_id: people(_told_of_grant(_grant(grant_id))),
        render=_render_grant,
        group=MailGroup.CARS,
        about=leads_to(SupportGrant, "plan__finding"),
    ),
    NotificationKind(
        name="support_over",
        label=gettext_lazy("Compliance staff no longer read a plan along"),
        still_due=_end_still_due,
        recipients=lambda grant_id: people(_told_of_end(_grant(grant_id))),
        render=_render_end,
        group=MailGroup.CARS,
        about=leads_to(SupportGrant, "plan__finding"),
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
