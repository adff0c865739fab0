"""Parties that a supplier types in, and the operator's linking of each to a known organisation."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import PARTY_KINDS, Actor, OrganisationKind
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from stakeholders import hooks, policy
from stakeholders.models import Membership, Organisation
from stakeholders.services.organisations import clean_reference
from stakeholders.services.steps import check_and_save, lock_organisation, record

OWN_ADDRESS = gettext_lazy(
    "This is the address of somebody of your own organisation. Enter one of the other party."
)


@transaction.atomic
def type_in_party(
    *, actor: Actor, kind: OrganisationKind, name: str, contact_name: str, contact_email: str
) -> Organisation:
    """Add a party for the supplier alone: whoever types the same name elsewhere has another one."""
    if not policy.may_type_in_party(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Only editors and managers of a supplier add parties of their own."))
    supplier = lock_organisation(actor.organisation_id)
    party = Organisation(private_to=supplier)
    _fill(party, kind, name, contact_name, contact_email)
    _record_details(supplier, "party_typed_in", party, actor)
    return party


@transaction.atomic
def change_party(
    *,
    actor: Actor,
    party_id: UUID,
    kind: OrganisationKind,
    name: str,
    contact_name: str,
    contact_email: str,
) -> Organisation:
    """Correct what was typed in; links that were sent to another address stay, until the site ends them."""
    supplier_id = Organisation.objects.filter(pk=party_id).values_list("private_to_id", flat=True).first()
    locked = {each: lock_organisation(each) for each in sorted({party_id, supplier_id or party_id})}
    party = locked[party_id]
    policy.require(
        policy.may_change_party(actor, party),
        _("Only editors and managers of the supplier that added a party change it, until it is verified."),
    )
    _fill(party, kind, name, contact_name, contact_email)
    _record_details(locked[supplier_id or party_id], "party_changed", party, actor)
    return party


def _fill(
    party: Organisation, kind: OrganisationKind, name: str, contact_name: str, contact_email: str
) -> None:
    if kind not in PARTY_KINDS:
        sentence = _("A plan is not shared with an organisation of this kind.")
        raise InvalidInput(sentence, {"kind": [sentence]})
    party.kind, party.name = kind, " ".join(name.split())
    party.contact_name, party.contact_email = " ".join(contact_name.split()), contact_email.strip().lower()
    _check(party)
    check_and_save(party, taken=_("You have just added a party of this name."))


def is_one_of(supplier_id: UUID | None, email: str) -> bool:
    """Whether the address is that of somebody of the supplier's own, who would answer in another's name."""
    return Membership.objects.filter(organisation=supplier_id, user__email=email).exists()


def _record_details(supplier: Organisation, event: str, party: Organisation, actor: Actor) -> None:
    record(
        supplier,
        event,
        actor,
        {"party": party.name, "kind": party.kind},
        {"contact": party.contact_name, "email": party.contact_email},
    )


def _check(party: Organisation) -> None:
    missing = {
        name: [sentence]
        for name, value, sentence in (
            ("name", party.name, _("Enter the party’s name.")),
            ("contact_name", party.contact_name, _("Enter the name of the person to write to.")),
            ("contact_email", party.contact_email, _("Enter the e-mail address of that person.")),
        )
        if not value
    }
    if missing:
        raise InvalidInput(_("Check what you entered."), missing)
    if is_one_of(party.private_to_id, party.contact_email):
        raise InvalidInput(OWN_ADDRESS, {"contact_email": [OWN_ADDRESS]})
    there = Organisation.objects.unverified().filter(private_to=party.private_to, name__iexact=party.name)
    if there.exclude(pk=party.pk).exists():
        sentence = _("You have added a party of this name before. Choose it from the list.")
        raise InvalidInput(sentence, {"name": [sentence]})


@transaction.atomic
def link_party(*, actor: Actor, party_id: UUID, reference: str) -> Organisation:
    """Say which known organisation the party is; the rooms above hand over what was shared with it.

    Nobody who acted for the party acts for the known organisation by that: its own managers, or the operator,
    invite whom they choose. InvalidInput beside `reference`, Conflict for what stands in the way.
    """
    policy.require(
        policy.may_link_party(actor), _("Only compliance staff and managers of the operator link parties.")
    )
    known = known_organisation(reference)
    supplier_id = Organisation.objects.filter(pk=party_id).values_list("private_to_id", flat=True).first()
    if supplier_id is None:
        raise Conflict(_("This party is no longer there."))
    locked = {each: lock_organisation(each) for each in sorted([party_id, known.pk, supplier_id])}
    party, known = locked[party_id], locked[known.pk]
    if not party.is_unverified:
        raise Conflict(_("This party has been linked to a known organisation already."))
    check_can_be(party, known)
    party.linked_to = known
    party.save(update_fields=["linked_to"])
    party.invitations.open().update(revoked_at=timezone.now())
    hooks.party_linked(party, known, actor)
    _record_link(locked[supplier_id], party, known, actor)
    return known


def known_organisation(reference: str) -> Organisation:
    """The one with exactly this reference; InvalidInput beside it where there is none."""
    cleaned = clean_reference(reference)
    known = Organisation.objects.known().filter(reference=cleaned, kind__in=PARTY_KINDS).first()
    if known is None:
        raise _wrong_reference(
            _("No customer or other party has this reference. Check it letter by letter, or add it first.")
        )
    return known


def check_can_be(party: Organisation, known: Organisation) -> None:
    """A customer reads by trading with the site, others by what is shared with them: one is not made the other."""
    kinds = {party.kind, known.kind}
    if len(kinds) > 1 and OrganisationKind.CUSTOMER in kinds:
        raise _wrong_reference(
            _("%(party)s was added as: %(kind)s. %(known)s is of another kind: %(other)s.")
            % {
                "party": party.name,
                "kind": party.get_kind_display(),
                "known": known.name,
                "other": known.get_kind_display(),
            }
        )


def _record_link(supplier: Organisation, party: Organisation, known: Organisation, actor: Actor) -> None:
    said = {
        "party": party.name,
        "supplier": supplier.name,
        "known": known.name,
        "reference": known.reference,
    }
    record(supplier, "party_linked", actor, said)
    record(party, "party_linked", actor, said)
    record(known, "party_recognised", actor, {"supplier": supplier.name})


def _wrong_reference(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, {"reference": [sentence]})
