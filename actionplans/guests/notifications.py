"""The mails to guests: the link, and the code that opens it; rendered when they are sent, and not kept."""

from collections.abc import Iterable
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from actionplans.annex import template_of
from actionplans.guests.mails import address_of, recipient
from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import code_digits
from actionplans.guests.services.opening import CODE_LASTS
from actionplans.plans.mails import about
from actionplans.sharing.models import ShareStatus
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

OF_LINK = ("person", "share__organisation", "share__plan__finding__site__supplier")


def _link(link_id: UUID) -> GuestLink:
    return GuestLink.objects.select_related(*OF_LINK).get(pk=link_id)


def _link_still_due(notification: Notification) -> bool:
    """Not once it was sent again, which has a mail of its own."""
    link = GuestLink.objects.open(timezone.now()).filter(pk=notification.object_id).first()
    return link is not None and link.expires_at.isoformat() == notification.period


def _render_link(notification: Notification) -> Message:
    link = _link(notification.object_id)
    share = link.share
    sent = share.sent.select_related("revision").latest("sent_at")
    asks = template_of(sent.revision.template_version).asks
    context = about(share.plan.finding) | {
        "party": share.organisation,
        "note": sent.readable_note,
        "asked": [ask.short for ask in asks if sent.asks.get(ask.key)],
        "for_information": share.status == ShareStatus.INFORMED,
        "good_until": link.expires_at,
        "action_url": address_of(link),
        "action_label": _("Read the plan"),
    }
    return render_mail("guest_link", context)


def _code(code_id: UUID) -> GuestCode:
    return GuestCode.objects.select_related(*(f"link__{path}" for path in OF_LINK)).get(pk=code_id)


def _asked_for(code_id: UUID) -> Iterable[Recipient]:
    yield recipient(_code(code_id).link)


def _code_still_due(notification: Notification) -> bool:
    now = timezone.now()
    code = _code(notification.object_id)
    fresh = code.used_at is None and code.expires_at > now
    return fresh and GuestLink.objects.open(now).filter(pk=code.link_id).exists()


def _render_code(notification: Notification) -> Message:
    code = _code(notification.object_id)
    digits = code_digits(code)
    context = about(code.link.share.plan.finding) | {
        "code": f"{digits[:4]} {digits[4:]}",
        "minutes": int(CODE_LASTS.total_seconds() // 60),
    }
    return render_mail("guest_code", context)


KINDS = (
    NotificationKind(
        name="guest_link",
        label=_("A site shared its action plan with you, by a link"),
        still_due=_link_still_due,
        recipients=lambda link_id: [recipient(_link(link_id))],
        render=_render_link,
        group=MailGroup.ACCOUNT,
        about=leads_to(GuestLink, "share__plan__finding"),
        keep_content=False,
        asked_for=True,
    ),
    NotificationKind(
        name="guest_code",
        label=_("You asked for a code to read a shared plan"),
        still_due=_code_still_due,
        recipients=_asked_for,
        render=_render_code,
        group=MailGroup.ACCOUNT,
        about=leads_to(GuestCode, "link__share__plan__finding"),
        keep_content=False,
        asked_for=True,
    ),
)


def register_kinds() -> None:
    for kind in KINDS:
        register(kind)
