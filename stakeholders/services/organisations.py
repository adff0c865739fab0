"""Adding organisations and changing how they are known."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import InvalidInput
from stakeholders import policy
from stakeholders.models import Organisation
from stakeholders.services.steps import check_and_save, lock_organisation, record


@transaction.atomic
def create_organisation(
    *, actor: Actor, kind: OrganisationKind, name: str, reference: str, is_uk_retailer: bool = False
) -> Organisation:
    """Add an organisation without people; they are invited next."""
    policy.require(
        policy.may_create_organisation(actor), _("Only the operator of this portal adds organisations.")
    )
    if kind == OrganisationKind.OPERATOR:
        sentence = _("This portal has one operator.")
        raise InvalidInput(sentence, {"kind": [sentence]})
    organisation = Organisation(
        kind=kind, name=name.strip(), reference=clean_reference(reference), is_uk_retailer=is_uk_retailer
    )
    _check_retailer(organisation)
    check_and_save(organisation, taken=_("Another organisation has this reference."))
    record(
        organisation,
        "organisation_created",
        actor,
        {"name": organisation.name, "kind": organisation.kind, "reference": organisation.reference},
    )
    return organisation


@transaction.atomic
def update_organisation(
    *, actor: Actor, organisation_id: UUID, name: str, reference: str, is_uk_retailer: bool
) -> Organisation:
    """Change its name, reference and whether it is a UK retailer; its kind stays."""
    organisation = lock_organisation(organisation_id)
    policy.require(
        policy.may_change_organisation(actor, organisation),
        _("Only the operator of this portal changes an organisation’s details."),
    )
    organisation.name = name.strip()
    organisation.reference = clean_reference(reference)
    organisation.is_uk_retailer = is_uk_retailer
    _check_retailer(organisation)
    check_and_save(organisation, taken=_("Another organisation has this reference."))
    record(
        organisation,
        "organisation_changed",
        actor,
        {"name": organisation.name, "reference": organisation.reference, "is_uk_retailer": is_uk_retailer},
    )
    return organisation


def clean_reference(typed: str) -> str:
    """A reference as people type or paste it: `zc 1000 123` is ZC1000123."""
    return "".join(typed.split()).upper()


def _check_retailer(organisation: Organisation) -> None:
    if organisation.is_uk_retailer and organisation.kind != OrganisationKind.CUSTOMER:
        sentence = _("Only a customer can be a UK retailer.")
        raise InvalidInput(sentence, {"is_uk_retailer": [sentence]})
