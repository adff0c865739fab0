"""The mails of this room; whom they concern is asked again just before each is sent."""

from collections.abc import Callable, Collection, Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import OrganisationKind, Role
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, Recipient, register, render_mail
from carportal.core.prepared import prepared
from findings.models import Access, Finding
from findings.triage.circumstances import last_to_ask
from stakeholders.models import Membership


def _people_of_site(finding_id: UUID) -> QuerySet[Membership]:
    return Membership.objects.filter(
        organisation__kind=OrganisationKind.SUPPLIER, organisation__sites__findings=finding_id
    )


def _people_of_customers(finding_id: UUID) -> QuerySet[Membership]:
    """Those who act for a customer that may see the CAR."""
    access = Access.objects.filter(finding=finding_id, organisation=OuterRef("organisation"))
    return Membership.objects.filter(Exists(access), organisation__kind=OrganisationKind.CUSTOMER)


def _compliance_staff(_finding_id: UUID) -> QuerySet[Membership]:
    """Of whichever CAR: the operator's compliance staff look after all of them."""
    return Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.COMPLIANCE)


def _recipients(people: QuerySet[Membership]) -> Iterable[Recipient]:
    """Each person once, though they may act for two organisations that it concerns."""
    users = {each.user_id: each.user for each in people.filter(user__is_active=True).select_related("user")}
    return [
        Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)
        for user in users.values()
    ]


def _concerns(people_of: Callable[[UUID], QuerySet[Membership]]) -> Callable[[Notification], bool]:
    """Whether the CAR is still under way and its news still this person's business."""

    @prepared
    def still(finding_id: UUID, user_id: UUID | None) -> QuerySet[Membership, tuple[UUID]]:
        under_way = Exists(Finding.objects.under_way().filter(pk=finding_id))
        people = people_of(finding_id).filter(under_way, user=user_id, user__is_active=True)
        return people.order_by().values_list("pk")[:1]

    return lambda notification: bool(still(notification.object_id, notification.recipient_id))


@prepared
def _with_its_audit(finding_id: UUID) -> QuerySet[Finding]:
    """A corrected audit raises it for another that it had wrongly ended: then it `is_anew`."""
    is_anew = Exists(Finding.objects.filter(raised_anew_as=OuterRef("pk")))
    findings = Finding.objects.filter(pk=finding_id).select_related("site__supplier", "audit")
    return findings.annotate(is_anew=is_anew)


def _render(template: str, finding_id: UUID, **more: object) -> Message:
    (finding,) = _with_its_audit(finding_id)
    context = {
        "finding": finding,
        "is_anew": vars(finding)["is_anew"],
        "action_label": _("Open the CAR"),
        "action_url": f"{settings.SITE_URL.rstrip('/')}{reverse('finding', args=[finding.pk])}",
        **more,
    }
    return render_mail(template, context)


CAR_RAISED_SITE = NotificationKind(
    name="car_raised_site",
    label=_("An audit raised a CAR at your site"),
    still_due=_concerns(_people_of_site),
    recipients=lambda finding_id: _recipients(_people_of_site(finding_id)),
    render=lambda notification: _render("car_raised_site", notification.object_id),
    group=MailGroup.CARS,
    about=lambda finding_id: finding_id,
)
CAR_RAISED_CUSTOMER = NotificationKind(
    name="car_raised_customer",
    label=_("An audit raised a CAR at a site you buy from"),
    still_due=_concerns(_people_of_customers),
    recipients=lambda finding_id: _recipients(_people_of_customers(finding_id)),
    render=lambda notification: _render("car_raised_customer", notification.object_id),
    group=MailGroup.CARS,
    about=lambda finding_id: finding_id,
)
SUPPORT_REQUESTED = NotificationKind(
    name="support_requested",
    label=_("A site asks for support with a CAR"),
    still_due=_concerns(_compliance_staff),
    recipients=lambda finding_id: _recipients(_compliance_staff(finding_id)),
    render=lambda notification: _render(
        "support_requested", notification.object_id, asked_by=last_to_ask(notification.object_id)
    ),
    group=MailGroup.CARS,
    about=lambda finding_id: finding_id,
)


def car_names(finding_ids: Collection[UUID]) -> dict[UUID, str]:
    """As headings of what is told together; each piece of it has said as much to its reader."""
    findings = Finding.objects.filter(pk__in=finding_ids).select_related("site")
    return {finding.pk: f"{finding.reference}, {finding.site.name}" for finding in findings}


def register_kinds() -> None:
    for kind in (CAR_RAISED_SITE, CAR_RAISED_CUSTOMER, SUPPORT_REQUESTED):
        register(kind)
