"""The steps that every write here goes through: lock, then events.

Locks are taken in one order, so that two writes never wait for each other: the site's row, the audit's,
the CARs' by id, and only then rows of rooms above (a plan). They are `FOR NO KEY UPDATE`: rows elsewhere
may go on referring to the locked one meanwhile.
"""

from collections.abc import Mapping
from uuid import UUID

from django.utils.translation import gettext as _

from carportal.core import audit as trail
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Audit, Finding
from stakeholders.models import Site


def organisation_of(actor: Actor) -> UUID:
    """For whom the actor acts; policy lets nobody write here who acts for nobody."""
    if actor.organisation_id is None:
        raise NotAllowed(_("You act for no organisation."))
    return actor.organisation_id


def lock_site(site_id: UUID) -> Site:
    site = Site.objects.select_for_update(no_key=True).filter(pk=site_id).first()
    if site is None:
        raise Conflict(_("This site is no longer there."))
    return site


def lock_audit(audit_id: UUID) -> Audit:
    audit = (
        Audit.objects.select_for_update(no_key=True, of=("self",))
        .select_related("site", "audit_company")
        .filter(pk=audit_id)
        .first()
    )
    if audit is None:
        raise Conflict(_("This audit has been discarded."))
    return audit


def lock_finding(finding_id: UUID) -> Finding:
    """The locked CAR with its site; CARs are never deleted, so a wrong id is a programming error."""
    return (
        Finding.objects.select_for_update(no_key=True, of=("self",)).select_related("site").get(pk=finding_id)
    )


def record_audit_event(
    audit: Audit,
    kind: str,
    actor: Actor,
    data: Mapping[str, trail.Value] | None = None,
    personal: Mapping[str, trail.Value] | None = None,
) -> None:
    """Append to the audit's record; the caller holds its lock, or has just made it. `personal` can be redacted."""
    trail.record(
        aggregate=trail.Aggregate.AUDIT,
        aggregate_id=audit.pk,
        kind=kind,
        actor=actor,
        data=data,
        redactable=personal,
    )


def record_finding_event(
    finding_id: UUID, kind: str, actor: Actor, data: Mapping[str, trail.Value] | None = None
) -> None:
    """Append to the CAR's record; the caller holds its lock, or has just made it."""
    trail.record(
        aggregate=trail.Aggregate.FINDING, aggregate_id=finding_id, kind=kind, actor=actor, data=data
    )
