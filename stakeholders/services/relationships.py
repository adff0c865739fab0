"""Who buys from a site, and what that customer sees of it; the rooms above follow in the same transaction."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import Conflict, InvalidInput
from stakeholders import hooks, policy
from stakeholders.models import Organisation, TradingRelationship, Visibility
from stakeholders.services.organisations import clean_reference
from stakeholders.services.steps import check_and_save, lock_site, record


@transaction.atomic
def add_relationship(
    *,
    actor: Actor,
    site_id: UUID,
    customer_reference: str,
    visibility: Visibility = Visibility.SHARES_ONLY,
) -> TradingRelationship:
    """Say that the customer with exactly this reference buys from the site.

    The reference is asked for, not picked: a list of customers would tell a supplier who is here. One of
    an organisation that is no customer gets the same sentence as one that nobody has.
    """
    site = lock_site(site_id)
    policy.require(
        policy.may_add_relationship(actor, site), _("Only a manager of the supplier adds customers.")
    )
    customer = (
        Organisation.objects.known()
        .filter(kind=OrganisationKind.CUSTOMER, reference=clean_reference(customer_reference))
        .first()
    )
    if customer is None:
        raise _wrong_reference(
            _(
                "No customer has this reference. Check it with the customer: it is ZC and digits, such as ZC1000123."
            )
        )
    if site.relationships.current().filter(customer=customer).exists():
        raise _wrong_reference(
            _("%(customer)s is a customer of this site already.") % {"customer": customer.name}
        )
    relationship = TradingRelationship(site=site, customer=customer, visibility=visibility)
    check_and_save(relationship, taken=_("Somebody has just added this customer."))
    record(
        site.supplier,
        "relationship_added",
        actor,
        {"customer": customer.name, "site": site.name, "visibility": visibility},
    )
    hooks.relationship_changed(relationship, actor)
    return relationship


@transaction.atomic
def change_visibility(*, actor: Actor, relationship_id: UUID, visibility: Visibility) -> TradingRelationship:
    """Set what the customer sees of the site without being sent anything."""
    relationship = _lock_relationship(relationship_id)
    policy.require(
        policy.may_change_relationship(actor, relationship),
        _("Only a manager of the supplier changes what a customer sees."),
    )
    before = Visibility(relationship.visibility)
    if before == visibility:
        return relationship
    relationship.visibility = visibility
    relationship.save(update_fields=["visibility"])
    record(
        relationship.site.supplier,
        "relationship_changed",
        actor,
        {
            "customer": relationship.customer.name,
            "site": relationship.site.name,
            "before": before,
            "visibility": visibility,
        },
    )
    hooks.relationship_changed(relationship, actor)
    return relationship


@transaction.atomic
def end_relationship(*, actor: Actor, relationship_id: UUID) -> TradingRelationship:
    """Say that the customer no longer buys from the site; through the hooks, its shared plans end too."""
    relationship = _lock_relationship(relationship_id)
    policy.require(
        policy.may_change_relationship(actor, relationship),
        _("Only a manager of the supplier ends a relationship."),
    )
    relationship.ended_at = timezone.now()
    relationship.save(update_fields=["ended_at"])
    record(
        relationship.site.supplier,
        "relationship_ended",
        actor,
        {"customer": relationship.customer.name, "site": relationship.site.name},
    )
    hooks.relationship_changed(relationship, actor)
    return relationship


def _lock_relationship(relationship_id: UUID) -> TradingRelationship:
    """The locked, current relationship with its locked site; Conflict once it has ended."""
    site_id = TradingRelationship.objects.filter(pk=relationship_id).values_list("site_id", flat=True).first()
    site = lock_site(site_id) if site_id else None
    relationship = (
        TradingRelationship.objects.current()
        .select_for_update(of=("self",))
        .select_related("customer")
        .filter(pk=relationship_id)
        .first()
    )
    if site is None or relationship is None:
        raise Conflict(_("This relationship has ended already."))
    relationship.site = site
    return relationship


def _wrong_reference(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"customer_reference": [sentence]})
