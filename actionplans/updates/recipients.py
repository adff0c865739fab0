"""Who of the operator hears of updates: its compliance staff."""

from django.db.models import QuerySet

from actionplans.plans.mails import people
from carportal.core.actor import OrganisationKind, Role
from carportal.core.notifications import Recipient
from stakeholders.models import Membership


def staff() -> QuerySet[Membership]:
    return Membership.objects.filter(organisation__kind=OrganisationKind.OPERATOR, role=Role.COMPLIANCE)


def compliance_staff() -> list[Recipient]:
    return list(people(staff()))
