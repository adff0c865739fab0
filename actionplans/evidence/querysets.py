"""Which files of a plan an actor sees: what was shown to it, of what may be served."""

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from actionplans.evidence import hooks
from actionplans.plans.models import ActionPlan
from carportal.core.actor import Actor
from findings.models import Access, AccessLevel, AccessSource
from stakeholders.models import Organisation

if TYPE_CHECKING:
    from actionplans.evidence.models import EvidenceFile, Subject

TO_READERS, TO_PARTY = "readers", "party"


class EvidenceQuerySet(models.QuerySet["EvidenceFile"]):
    def visible_to(self, actor: Actor) -> "EvidenceQuerySet":
        """The site all of its own; others what is shown to them, once nothing more is to be scanned in it.

        A party has it for as long as the plan is shared with it. Who reads published plans, the operator
        too, has what is shown to everyone. Of a file about an action or an update they must get that too.
        A guest has what its party has of the one plan that its link is for. An auditor has nothing.
        """
        if actor.is_system:
            return self
        if actor.guest_pass is not None:
            of_party = self.shown_to_party(actor.guest_pass.organisation_id)
            return of_party.filter(plan__shares=actor.guest_pass.object_id)
        if actor.organisation_id is None or actor.is_auditor:
            return self.none()
        if actor.is_supplier:
            return self.filter(plan__finding__supplier=actor.organisation_id)
        if actor.is_operator:
            return self.served().filter(_published_to(None))
        by_relationship = Q(_access_of(actor.organisation_id, AccessSource.RELATIONSHIP))
        return self.served().filter(
            _shared_with(actor.organisation_id) | by_relationship & _published_to(actor.organisation_id)
        )

    def shown_to_party(self, organisation_id: UUID) -> "EvidenceQuerySet":
        """What this party has by its share, for the page that tells the site what it has."""
        return self.served().filter(_shared_with(organisation_id))

    def served(self) -> "EvidenceQuerySet":
        """What is not waiting for a scan, nor failed it; and what was taken out, whose place is shown."""
        states = ["clean"] if settings.CLAMD_URL else ["clean", "unscanned"]
        return self.filter(Q(scan__in=states) | Q(redacted_at__isnull=False))

    def counted(self) -> "EvidenceQuerySet":
        """Those whose bytes are kept, so that they take of the plan's room, or of their party's."""
        return self.filter(redacted_at=None).exclude(scan="infected")

    def sent_in(self) -> "EvidenceQuerySet":
        """Those that parties added to their reports; all others are the site's."""
        return self.filter(subject_kind="report")


def _shared_with(organisation_id: UUID) -> Q:
    mine = Q(shown_to=TO_READERS) | Q(shown_to=TO_PARTY, party=organisation_id)
    gets = _about_what_is_got(lambda kind: kind.shared_with(organisation_id))
    return Q(_access_of(organisation_id, AccessSource.SHARE)) & mine & gets


def _published_to(organisation_id: UUID | None) -> Q:
    gets = _about_what_is_got(lambda kind: kind.published_to(organisation_id))
    return Q(plan__published__isnull=False, shown_to=TO_READERS) & gets


def _about_what_is_got(way: Callable[[hooks.Subjects], Q]) -> Q:
    """The plan as a whole, and those parts of it that this way leads to; of a kind nobody knows, none."""
    about = Q(subject_kind="plan")
    for name, kind in hooks.subjects.items():
        about |= Q(subject_kind=name) & way(kind)
    return about


def _access_of(organisation_id: UUID, source: AccessSource) -> Exists:
    return Exists(
        Access.objects.filter(
            finding=OuterRef("plan__finding"),
            organisation=organisation_id,
            level__gte=AccessLevel.PLAN,
            source=source,
        )
    )


def parties_with(plan: ActionPlan, subject: "Subject") -> models.QuerySet[Organisation]:
    """Those the plan is shared with now and that get what the file is about, by name: to whom alone it can be shown."""
    shared = Access.objects.filter(
        finding=plan.finding_id, level__gte=AccessLevel.PLAN, source=AccessSource.SHARE
    )
    parties = Organisation.objects.filter(pk__in=shared.values("organisation")).order_by("name")
    if subject.id is None:
        return parties
    return parties.filter(pk__in=hooks.subjects[subject.kind].parties(plan, subject.id))
