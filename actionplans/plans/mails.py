"""What the mails about plans have in common: to whom they go, which CAR they are about, where they lead."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from carportal.core.actor import WRITING_ROLES
from carportal.core.models import Notification
from carportal.core.notifications import Recipient
from findings.models import Finding
from stakeholders.models import Membership


def writers(*organisation_ids: UUID) -> QuerySet[Membership]:
    """Those who write for one of the organisations."""
    return Membership.objects.filter(organisation__in=organisation_ids, role__in=WRITING_ROLES)


def people(members: QuerySet[Membership]) -> Iterable[Recipient]:
    for member in members.filter(user__is_active=True).select_related("user").order_by("user__email"):
        yield recipient(member)


def recipient(member: Membership) -> Recipient:
    user = member.user
    return Recipient(user_id=user.pk, email=user.email, name=user.name, language=user.language)


def writers_by_organisation(organisation_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Of many organisations in one query."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    members = writers(*set(organisation_ids)).filter(user__is_active=True).order_by("user__email")
    known = members.values_list("organisation", "user", "user__email", "user__name", "user__language")
    for organisation_id, user_id, email, name, language in known:
        found[organisation_id].append(Recipient(user_id, email, name, language))
    return found


def still_there(notification: Notification, members: QuerySet[Membership]) -> bool:
    """Nothing goes to somebody who has left the organisation meanwhile."""
    return members.filter(user=notification.recipient_id, user__is_active=True).exists()


def absolute(path: str) -> str:
    return settings.SITE_URL.rstrip("/") + path


def about(finding: Finding) -> dict[str, Any]:
    return {"finding": finding, "site": finding.site, "supplier": finding.site.supplier}


def car_beside(who: str, finding: Finding) -> str:
    """The CAR in a subject that says who did something: with its site, unless it was the site that did."""
    if who == finding.site.name:
        return finding.reference
    return _("%(reference)s at %(site)s") % {"reference": finding.reference, "site": finding.site.name}
