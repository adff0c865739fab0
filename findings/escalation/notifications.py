"""The mails about escalations; a customer's says nothing of any other, and each is asked after again when it is sent."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import WRITING_ROLES, OrganisationKind, Role
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
from findings.models import Escalation, EscalationParty, EscalationStatus
from stakeholders.models import Membership

OPEN, TAKEN_OVER, CALLED_OFF = EscalationStatus

People = QuerySet[Membership]
OF_PARTY = leads_to(EscalationParty, "escalation__finding")


# --- Who is concerned -------------------------------------------------------------------------------


def _operator(_escalation: Escalation) -> People:
    return Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.COMPLIANCE)


def _managers(escalation: Escalation) -> People:
    """Of the site; who sent it knows."""
    managers = Membership.objects.filter(organisation=escalation.finding.site.supplier_id, role=Role.MANAGER)
    return managers.exclude(user=escalation.raised_by_id)


def _site(escalation: Escalation) -> People:
    """Whoever sent it, if still there, and all who can act on an answer."""
    supplier = Membership.objects.filter(organisation=escalation.finding.site.supplier_id)
    return supplier.filter(Q(user=escalation.raised_by_id) | Q(role__in=WRITING_ROLES))


def _site_and_operator(escalation: Escalation) -> People:
    """All but who ended it."""
    both = _site(escalation) | _operator(escalation)
    return both.exclude(user=escalation.ended_by_id)


def _customer(party: EscalationParty) -> People:
    """Everybody there: it is urgent, and who only reads can tell a colleague."""
    return Membership.objects.filter(organisation=party.organisation_id)


def _recipients(people: People) -> Iterable[Recipient]:
    """Each person once, though they may act for two organisations that it concerns."""
    users = {each.user_id: each.user for each in people.filter(user__is_active=True).select_related("user")}
    return [
        Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)
        for user in users.values()
    ]


def _is_among(notification: Notification, people: People) -> bool:
    return people.filter(user=notification.recipient_id, user__is_active=True).exists()


# --- What each says ---------------------------------------------------------------------------------


def _escalation(escalation_id: UUID) -> Escalation:
    return Escalation.objects.select_related("finding__site__supplier", "raised_by").get(pk=escalation_id)


def _party(party_id: UUID) -> EscalationParty:
    parties = EscalationParty.objects.select_related(
        "organisation", "acknowledged_by", "taken_over_by", "escalation__finding__site__supplier"
    )
    return parties.select_related("escalation__raised_by").get(pk=party_id)


def _render(template: str, escalation: Escalation, path: str = "", **more: object) -> Message:
    """With a link to the escalation, or to where `path` leads."""
    finding = escalation.finding
    context = {
        "escalation": escalation,
        "finding": finding,
        "site": finding.site,
        "supplier": finding.site.supplier,
        "siep_url": settings.SIEP_URL,
        "action_label": _("Open the escalation"),
        "action_url": settings.SITE_URL.rstrip("/") + (path or reverse("escalation", args=[escalation.pk])),
        **more,
    }
    return render_mail(template, context)


def _of_escalation(
    name: str, label: str | Promise, people: Callable[[Escalation], People], status: EscalationStatus
) -> NotificationKind:
    """To some of the site or the operator, for as long as the escalation stands so."""

    def still_due(notification: Notification) -> bool:
        escalation = _escalation(notification.object_id)
        return escalation.status == status and _is_among(notification, people(escalation))

    return NotificationKind(
        name=name,
        label=label,
        still_due=still_due,
        recipients=lambda escalation_id: _recipients(people(_escalation(escalation_id))),
        render=lambda notification: _render(name, _escalation(notification.object_id)),
        group=MailGroup.URGENT,
        about=leads_to(Escalation, "finding"),
    )


def _is_due_to_customer(notification: Notification, status: EscalationStatus) -> bool:
    """Not once it has left the site."""
    party = _party(notification.object_id)
    is_here = party.left_at is None and party.escalation.status == status
    return is_here and _is_among(notification, _customer(party))


def _answer_is_due(notification: Notification) -> bool:
    escalation = _party(notification.object_id).escalation
    return not escalation.is_called_off and _is_among(notification, _site(escalation))


def _render_answer(notification: Notification) -> Message:
    """`period` says which of the two answers it is about."""
    party = _party(notification.object_id)
    took_over = notification.period == "taken_over"
    return _render(
        "escalation_answered",
        party.escalation,
        who=party.organisation.name,
        took_over=took_over,
        person=party.taken_over_by if took_over else party.acknowledged_by,
    )


KINDS = (
    _of_escalation("escalation_site", _("A colleague told others that a CAR is urgent"), _managers, OPEN),
    _of_escalation("escalation_operator", _("A site tells you that a CAR is urgent"), _operator, OPEN),
    NotificationKind(
        name="escalation_customer",
        label=_("A site you buy from tells you that a CAR is urgent"),
        still_due=lambda notification: _is_due_to_customer(notification, OPEN),
        recipients=lambda party_id: _recipients(_customer(_party(party_id))),
        render=lambda notification: _render("escalation_customer", _party(notification.object_id).escalation),
        group=MailGroup.URGENT,
        about=OF_PARTY,
    ),
    NotificationKind(
        name="escalation_answered",
        label=_("Somebody answered that a CAR is urgent"),
        still_due=_answer_is_due,
        recipients=lambda party_id: _recipients(_site(_party(party_id).escalation)),
        render=_render_answer,
        group=MailGroup.URGENT,
        about=OF_PARTY,
    ),
    _of_escalation("escalation_over", _("The protocol has taken over"), _site_and_operator, TAKEN_OVER),
    _of_escalation(
        "escalation_called_off", _("An escalation was called off"), _site_and_operator, CALLED_OFF
    ),
    NotificationKind(
        name="escalation_called_off_customer",
        label=_("A site called its escalation off"),
        still_due=lambda notification: _is_due_to_customer(notification, CALLED_OFF),
        recipients=lambda party_id: _recipients(_customer(_party(party_id))),
        # It may see the CAR no more: the way leads to what it sees.
        render=lambda notification: _render(
            "escalation_called_off_customer",
            _party(notification.object_id).escalation,
            path=reverse("home"),
            action_label=_("Open the portal"),
        ),
        group=MailGroup.URGENT,
        about=OF_PARTY,
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
