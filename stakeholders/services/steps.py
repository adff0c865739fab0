"""The steps that every write here goes through: lock, policy, check, save, event.

An organisation's row is locked before any row of its own (membership, invitation, site, relationship), so
that two writes never wait for each other; its lock also orders the organisation's record. Locks are
`FOR NO KEY UPDATE`: rows elsewhere may go on referring to the locked one meanwhile.
"""

from collections.abc import Mapping
from uuid import UUID

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from carportal.core import audit
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from stakeholders.models import Organisation, Site


def lock_organisation(organisation_id: UUID) -> Organisation:
    organisation = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation_id).first()
    if organisation is None:
        raise Conflict(_("This organisation is no longer there."))
    return organisation


def lock_site(site_id: UUID) -> Site:
    """Its supplier's row, then its own; whoever raises CARs at the site locks the site's row as well."""
    supplier_id = Site.objects.filter(pk=site_id).values_list("supplier_id", flat=True).first()
    if supplier_id is None:
        raise Conflict(_("This site is no longer there."))
    supplier = lock_organisation(supplier_id)
    site = Site.objects.select_for_update(no_key=True).get(pk=site_id)
    site.supplier = supplier
    return site


def check_and_save(instance: models.Model, *, taken: str | Promise) -> None:
    """Check every field and constraint, then save.

    `taken` is the sentence when another row has the reference: beside its field, or as a Conflict when
    that row has come only now.
    """
    try:
        instance.full_clean()
    except ValidationError as error:
        fields = {
            name: [str(taken) if each.code == "unique" else " ".join(each.messages) for each in errors]
            for name, errors in error.error_dict.items()
        }
        raise invalid(fields) from error
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError as error:
        raise Conflict(taken) from error


def invalid(fields: Mapping[str, list[str]]) -> InvalidInput:
    """The errors of a form's fields; what concerns no one field is the message itself."""
    general = fields.get(NON_FIELD_ERRORS, [])
    named = {name: sentences for name, sentences in fields.items() if name != NON_FIELD_ERRORS}
    return InvalidInput(" ".join(general) or _("Check what you entered."), named)


def record(
    organisation: Organisation,
    kind: str,
    actor: Actor,
    data: Mapping[str, audit.Value] | None = None,
    personal: Mapping[str, audit.Value] | None = None,
) -> None:
    """Append to the organisation's record; the caller holds its lock. `personal` can be redacted."""
    audit.record(
        aggregate=audit.Aggregate.ORGANISATION,
        aggregate_id=organisation.pk,
        kind=kind,
        actor=actor,
        data=data,
        redactable=personal,
    )
