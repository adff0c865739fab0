"""All that the operator gets of the shares of a CAR's plan: with whom, and where each stands."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from actionplans.sharing.models import PlanShare, ShareStatus
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone
from findings.models import Finding


class ShareState(NamedTuple):
    """A share without anything of what was shared."""

    party: str
    status: str
    status_label: str


def states_on(finding: Finding) -> Reads[list[ShareState]]:
    """By the names of the parties."""
    parties = _parties(finding.pk)
    yield [parties]
    return [ShareState(name, status, str(ShareStatus(status).label)) for name, status in parties]


states_of = alone(states_on)


@prepared
def _parties(finding_id: UUID) -> QuerySet[PlanShare, tuple[str, str]]:
    shares = PlanShare.objects.filter(plan__finding=finding_id)
    return shares.order_by("organisation__name", "created_at").values_list("organisation__name", "status")
