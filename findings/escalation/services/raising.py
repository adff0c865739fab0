"""Telling those who need to know that step 1 is urgent; nobody is told before the site says so."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.notifications import notify
from findings.escalation import events, policy
from findings.escalation.services.rows import lock_with_site, record_on
from findings.escalation.services.telling import chosen, tell, tell_here
from findings.models import Escalation, EscalationParty, PartySide
from stakeholders.models import Organisation


@transaction.atomic
def raise_escalation(*, finding_id: UUID, actor: Actor, customers: Collection[UUID] = ()) -> Escalation:
    """Tell the operator's compliance staff, one's own managers and the chosen customers that the CAR is urgent.

    Conflict where step 1 does not call for it or a colleague has done it; InvalidInput as `tell_customers`.
    """
    finding = lock_with_site(finding_id)
    policy.check_runs(actor, finding)
    latest, escalations = finding.triages.first(), list(finding.escalations.all())
    policy.check_called_for(finding, latest, escalations)
    escalation = Escalation(
        finding=finding, triage=latest, raised_at=timezone.now(), raised_by_id=actor.user_id
    )
    escalation.save(force_insert=True)
    record_on(escalation, events.RAISED, actor)
    _add_site(escalation, actor)
    _tell_operator(escalation, actor)
    for customer in chosen(escalation, customers):
        tell(escalation, actor, customer)
    notify(kind="escalation_site", object_id=escalation.pk)
    return escalation


def _add_site(escalation: Escalation, actor: Actor) -> None:
    """Who sends it knows of it."""
    EscalationParty.objects.create(
        escalation=escalation,
        organisation_id=escalation.finding.site.supplier_id,
        side=PartySide.SITE,
        acknowledged_at=escalation.raised_at,
        acknowledged_by_id=actor.user_id,
    )


def _tell_operator(escalation: Escalation, actor: Actor) -> None:
    operator = Organisation.objects.filter(kind=OrganisationKind.OPERATOR).first()
    if operator is None:
        return  # a portal that is not set up yet
    party = EscalationParty.objects.create(
        escalation=escalation, organisation=operator, side=PartySide.OPERATOR
    )
    tell_here(party, actor)
    notify(kind="escalation_operator", object_id=escalation.pk)
