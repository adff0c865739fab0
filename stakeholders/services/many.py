"""Adding many suppliers, sites and invitations at once, in a few statements; each has its event all the same.

A reference that somebody else has taken meanwhile is an IntegrityError, for the caller to say what is to be done.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext as _

from carportal.core import audit
from carportal.core.actor import Actor, OrganisationKind, Role
from stakeholders import policy
from stakeholders.models import Invitation, Organisation, Site
from stakeholders.services.steps import invalid

BATCH = 2000  # rows in one statement


class SupplierToAdd(NamedTuple):
    reference: str
    name: str


class SiteToAdd(NamedTuple):
    reference: str
    name: str
    country: str
    supplier_reference: str


class ToInvite(NamedTuple):
    supplier_reference: str
    email: str


@transaction.atomic
def add_suppliers(*, actor: Actor, suppliers: Sequence[SupplierToAdd]) -> None:
    """Add suppliers without people."""
    policy.require(
        policy.may_create_organisation(actor), _("Only the operator of this portal adds organisations.")
    )
    rows = [
        Organisation(kind=OrganisationKind.SUPPLIER, name=each.name, reference=each.reference)
        for each in suppliers
    ]
    _check_and_create(rows)
    data = [{"name": row.name, "kind": row.kind, "reference": row.reference} for row in rows]
    _record("organisation_created", zip([row.pk for row in rows], data, strict=True), actor)


@transaction.atomic
def add_sites(*, actor: Actor, sites: Sequence[SiteToAdd]) -> None:
    """Add sites under suppliers that are there; who buys from them, the suppliers say."""
    policy.require(policy.may_create_site(actor), _("Only the operator of this portal adds sites."))
    suppliers = _lock_suppliers({each.supplier_reference for each in sites})
    rows = [
        Site(
            supplier=suppliers[each.supplier_reference],
            reference=each.reference,
            name=each.name,
            country=each.country,
        )
        for each in sites
    ]
    # Looking up whether a time zone exists takes its time, and here it is always the same.
    _check_and_create(rows, exclude=["supplier", "time_zone"])
    data = [{"name": row.name, "reference": row.reference} for row in rows]
    _record("site_created", zip([row.supplier_id for row in rows], data, strict=True), actor)


@transaction.atomic
def prepare_invitations(*, actor: Actor, invitations: Sequence[ToInvite]) -> None:
    """Prepare invitations to manage suppliers; nothing is sent before a person says so."""
    suppliers = _lock_suppliers({each.supplier_reference for each in invitations})
    for supplier in suppliers.values():
        policy.require(
            policy.may_invite(actor, supplier), _("Only a manager of the organisation invites people to it.")
        )
    rows = [
        Invitation(
            organisation=suppliers[each.supplier_reference],
            email=each.email,
            role=Role.MANAGER,
            invited_by_id=actor.user_id,
            expires_at=None,
        )
        for each in invitations
    ]
    _check_and_create(rows, exclude=["organisation", "invited_by"])
    told = [
        audit.Told(
            audit.Aggregate.ORGANISATION,
            row.organisation_id,
            "invitation_prepared",
            {"role": row.role},
            {"email": row.email},
        )
        for row in rows
    ]
    audit.record_many(told, actor=actor)


def _lock_suppliers(references: Collection[str]) -> dict[str, Organisation]:
    found = Organisation.objects.filter(kind=OrganisationKind.SUPPLIER, reference__in=references)
    return {each.reference: each for each in found.select_for_update(no_key=True).order_by("pk")}


def _check_and_create(rows: Sequence[models.Model], exclude: Collection[str] = ()) -> None:
    """Every field by itself; that references are unique is for the database to say."""
    if not rows:
        return
    for row in rows:
        try:
            row.clean_fields(exclude=exclude)
        except ValidationError as error:
            raise invalid(error.message_dict) from error
    type(rows[0])._base_manager.bulk_create(rows, batch_size=BATCH)


def _record(kind: str, rows: Iterable[tuple[UUID, dict[str, str]]], actor: Actor) -> None:
    told = [
        audit.Told(audit.Aggregate.ORGANISATION, organisation_id, kind, data)
        for organisation_id, data in rows
    ]
    audit.record_many(told, actor=actor)
