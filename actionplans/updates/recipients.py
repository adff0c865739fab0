"""Who hears of updates: those who write for a side, and the operator's compliance staff."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from actionplans.plans.mails import people, writers
from carportal.core.actor import OrganisationKind, Role
from carportal.core.notifications import Recipient
from stakeholders.models import Membership


def staff() -> QuerySet[Membership]:
    return Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.COMPLIANCE)


def writers_by_organisation(organisation_ids: Iterable[UUID]) -> dict[UUID, list[Recipient]]:
    """Of many organisations in one query."""
    found: dict[UUID, list[Recipient]] = defaultdict(list)
    members = writers(*set(organisation_ids)).filter(user__is_active=True).order_by("user__email")
    known = members.values_list("organisation", "user", "user__email", "user__name", "user__language")
    for organisation_id, user_id, email, name, language in known:
        found[organisation_id].append(Recipient(user_id, email, name, language))
    return found


def compliance_staff() -> list[Recipient]:
    return list(people(staff()))
