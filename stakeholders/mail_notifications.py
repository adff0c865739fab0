"""That mail to somebody does not arrive, told to those who can do something about it, and never to that address."""

from collections.abc import Iterable
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import OrganisationKind
from carportal.core.bounces.models import MailAddress
from carportal.core.choices.groups import MailGroup
from carportal.core.models import Notification
from carportal.core.notifications import Message, NotificationKind, Recipient, notify, register, render_mail
from stakeholders.models import Membership, Organisation, User
from stakeholders.notifications import absolute, no_car
from stakeholders.querysets import MembershipQuerySet, OrganisationQuerySet


def managers_to_tell(address_id: UUID) -> Iterable[Recipient]:
    """The managers of each organisation that the person acts for.

    Where one has none whom mail reaches, the operator's managers hear of it instead.
    """
    address = MailAddress.objects.get(pk=address_id)
    organisation_ids = set(_organisations_of(address).values_list("pk", flat=True))
    theirs = _reachable().filter(organisation__in=organisation_ids)
    told = {each.user_id: each.user for each in theirs}
    if organisation_ids - {each.organisation_id for each in theirs}:
        operators = _reachable().filter(organisation__kind=OrganisationKind.OPERATOR)
        told |= {each.user_id: each.user for each in operators}
    for user in told.values():
        yield Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)


def owe_mail_stopped(address: MailAddress) -> None:
    """Once for each time that mail stops, however many mails meet it; inside a transaction."""
    notify(kind=MAIL_STOPPED.name, object_id=address.pk, period=str(address.times))


def _reachable() -> MembershipQuerySet:
    managers = Membership.objects.managers().filter(user__is_active=True).select_related("user")
    in_trouble = MailAddress.objects.in_trouble().values("address")
    return managers.exclude(user__email__in=in_trouble).order_by("organisation_id", "pk")


def _organisations_of(address: MailAddress) -> OrganisationQuerySet:
    return Organisation.objects.filter(memberships__user__email=address.address)


def _still_due(notification: Notification) -> bool:
    address = MailAddress.objects.in_trouble().filter(pk=notification.object_id).first()
    if address is None or str(address.times) != notification.period:
        return False
    return any(each.user_id == notification.recipient_id for each in managers_to_tell(address.pk))


def _render(notification: Notification) -> Message:
    """Of the person's organisations only those are named that its reader manages."""
    address = MailAddress.objects.get(pk=notification.object_id)
    person = User.objects.get(email=address.address)
    managed = Membership.objects.managers().filter(user=notification.recipient_id)
    own = managed.filter(organisation__in=_organisations_of(address)).select_related("organisation").first()
    path = f"{reverse('organisation')}#people" if own else f"{reverse('operations')}#addresses"
    context = {
        "person": person,
        "organisation": own.organisation if own else None,
        "trouble": address.why,
        "action_url": absolute(path),
        "action_label": _("See what you can do"),
    }
    return render_mail("mail_stopped", context)


MAIL_STOPPED = NotificationKind(
    name="mail_stopped",
    label=gettext_lazy("Mail to a person of your organisation does not arrive"),
    still_due=_still_due,
    recipients=managers_to_tell,
    render=_render,
    group=MailGroup.ACCOUNT,  # rare, and nobody else looks after it
    about=no_car,
)


def register_kinds() -> None:
    register(MAIL_STOPPED)
