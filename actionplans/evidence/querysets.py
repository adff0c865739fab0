"""Which files of a plan an actor sees: what was shown to it, of what may be served."""

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from actionplans.plans.models import ActionPlan
from carportal.core.actor import Actor
from findings.models import Access, AccessLevel, AccessSource
from stakeholders.models import Organisation

if TYPE_CHECKING:
    from actionplans.evidence.models import EvidenceFile

TO_READERS, TO_PARTY = "readers", "party"


class EvidenceQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, actor: Actor) -> "EvidenceQuerySet":
        """The site all of its own; others what is shown to them, once nothing more is to be scanned in it.

        A party has it for as long as the plan is shared with it. Who reads published plans, the operator
        too, has what is shown to everyone. An auditor has nothing.
        """
        if actor.is_system:
            return self
        if actor.organisation_id is None or actor.is_auditor:
            return self.none()
        if actor.is_supplier:
            return self.filter(plan__finding__site__supplier=actor.organisation_id)
        if actor.is_operator:
            return self.served().filter(shown_to=TO_READERS).exclude(plan__published=None)
        published = Q(
            _access_of(actor.organisation_id, AccessSource.RELATIONSHIP), plan__published__isnull=False
        )
        return self.served().filter(
            self._for_party(actor.organisation_id) | Q(published, shown_to=TO_READERS)
        )

    def shown_to_party(self, organisation_id: UUID) -> "EvidenceQuerySet":
        """What this party has by its share, for the page that tells the site what it has."""
        return self.served().filter(self._for_party(organisation_id))

    def served(self) -> "EvidenceQuerySet":
        """What is not waiting for a scan, nor failed it; and what was taken out, whose place is shown."""
        states = ["clean"] if settings.CLAMD_URL else ["clean", "unscanned"]
        return self.filter(Q(scan__in=states) | Q(redacted_at__isnull=False))

    def counted(self) -> "EvidenceQuerySet":
        """Those whose bytes are kept, so that they take of the plan's room."""
        return self.filter(redacted_at=None).exclude(scan="infected")

    @staticmethod
    def _for_party(organisation_id: UUID) -> Q:
        mine = Q(shown_to=TO_READERS) | Q(shown_to=TO_PARTY, party=organisation_id)
        return Q(_access_of(organisation_id, AccessSource.SHARE)) & mine


def _access_of(organisation_id: UUID, source: AccessSource) -> Exists:
    return Exists(
        Access.objects.filter(
            finding=OuterRef("plan__finding"),
            organisation=organisation_id,
            level__gte=AccessLevel.PLAN,
            source=source,
        )
    )


def parties_with(plan: ActionPlan) -> models.QuerySet[Organisation]:
    """Those the plan is shared with now, by name: to whom alone a file can be shown."""
    shared = Access.objects.filter(
        finding=plan.finding_id, level__gte=AccessLevel.PLAN, source=AccessSource.SHARE
    )
    return Organisation.objects.filter(pk__in=shared.values("organisation")).order_by("name")
