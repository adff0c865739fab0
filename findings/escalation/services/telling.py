"""Telling customers: through the portal, or recording that somebody told them otherwise."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from carportal.core.notifications import notify
from findings.escalation import events, policy
from findings.escalation.choosing import candidates_of
from findings.escalation.services.rows import lock_escalation, party_of, record_on
from findings.models import (
    OUTSIDE,
    AccessLevel,
    AccessSource,
    Escalation,
    EscalationParty,
    Finding,
    PartySide,
    Route,
    Telling,
)
from findings.services.access import grant_access
from stakeholders.models import Organisation

LONGEST_NAME = 200


@transaction.atomic
def tell_customers(*, escalation_id: UUID, actor: Actor, customers: Collection[UUID]) -> Escalation:
    """Tell further customers through the portal: each sees the CAR and its own part in this from now on.

    InvalidInput for one that does not buy from the site, was told here already, or could not read of it.
    """
    escalation = lock_escalation(escalation_id, with_site=True)
    policy.check_runs(actor, escalation.finding)
    policy.check_open(escalation)
    if not customers:
        raise _wrong("customers", _("Choose at least one customer."))
    for customer in chosen(escalation, customers):
        tell(escalation, actor, customer)
    return escalation


@transaction.atomic
def record_telling(
    *, escalation_id: UUID, actor: Actor, customer_id: UUID, route: str, whom: str, told_at: datetime
) -> Telling:
    """Record that somebody at a customer was told outside of the portal; this sends nothing and shows it nothing.

    InvalidInput by field for what cannot have been. The same once more is the one that is there.
    """
    escalation = lock_escalation(escalation_id, with_site=True)
    policy.check_runs(actor, escalation.finding)
    policy.check_open(escalation)
    whom = _checked(escalation.finding, route, whom, told_at)
    party = party_of(escalation, customer_id)
    if party is None:
        party = _new_party(escalation, _current(escalation, customer_id))
    elif not party.is_customer:
        raise _not_a_customer("customer")
    last = party.tellings.filter(route=route, whom=whom, told_at=told_at).first()
    if last is not None:
        return last  # sent twice
    telling = Telling.objects.create(
        party=party,
        route=route,
        whom=whom,
        told_at=told_at,
        told_by_id=actor.user_id,
        recorded_at=timezone.now(),
    )
    record_on(escalation, events.TOLD_OUTSIDE, actor, party, route=route)
    return telling


def chosen(escalation: Escalation, customers: Collection[UUID]) -> list[Organisation]:
    """Those that were chosen, under the lock of their site; InvalidInput for one that cannot be told here."""
    offered = {each.organisation.pk: each for each in candidates_of(escalation.finding, escalation)}
    if not offered.keys() >= set(customers):
        raise _wrong(
            "customers",
            _("One of those you chose no longer buys from the site, or has been told. Choose again."),
        )
    for customer_id in customers:
        candidate = offered[customer_id]
        if not candidate.is_reached:
            raise _wrong(
                "customers",
                _("Nobody at %(customer)s can log in here. Tell it otherwise, then record that.")
                % {"customer": candidate.organisation.name},
            )
    return [each.organisation for pk, each in offered.items() if pk in set(customers)]


def tell(escalation: Escalation, actor: Actor, customer: Organisation) -> None:
    """Through the portal and by mail; the caller holds the locks."""
    party = party_of(escalation, customer.pk) or _new_party(escalation, customer)
    tell_here(party, actor)
    grant_access(
        organisation_id=customer.pk,
        finding_id=escalation.finding_id,
        level=AccessLevel.CAR,
        source=AccessSource.ESCALATION,
        source_id=party.pk,
    )
    record_on(escalation, events.TOLD, actor, party)
    notify(kind="escalation_customer", object_id=party.pk)


def tell_here(party: EscalationParty, actor: Actor) -> Telling:
    at = timezone.now()
    return Telling.objects.create(
        party=party, route=Route.PORTAL, told_at=at, told_by_id=actor.user_id, recorded_at=at
    )


def _new_party(escalation: Escalation, customer: Organisation) -> EscalationParty:
    return EscalationParty.objects.create(
        escalation=escalation, organisation=customer, side=PartySide.CUSTOMER
    )


def _current(escalation: Escalation, customer_id: UUID) -> Organisation:
    for each in candidates_of(escalation.finding):
        if each.organisation.pk == customer_id:
            return each.organisation
    raise _not_a_customer("customer")


def _checked(finding: Finding, route: str, whom: str, told_at: datetime) -> str:
    """The name of who was told, without blanks around it."""
    if route not in OUTSIDE:
        raise _wrong("route", _("Choose how the customer was told."))
    if told_at > timezone.now():
        raise _wrong("told_at", _("Enter when it was told; that cannot lie ahead."))
    if told_at.date() < finding.raised_on:
        raise _wrong("told_at", _("Enter a day after the audit that raised the CAR."))
    return checked_name("whom", whom, _("Enter the name of the person you told."))


def checked_name(field: str, name: str, missing: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise _wrong(field, missing)
    if len(name) > LONGEST_NAME:
        raise _wrong(field, _("A name has at most %(most)s characters.") % {"most": LONGEST_NAME})
    return name


def _not_a_customer(field: str) -> InvalidInput:
    return _wrong(field, _("Choose a customer that buys from the site."))


def _wrong(field: str, sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {field: [sentence]})
