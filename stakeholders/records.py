"""The record of an organisation: through whose eyes it is read, and who takes people's names out of it."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from carportal.core import audit
from carportal.core.actor import Actor
from stakeholders import policy
from stakeholders.models import Organisation
from stakeholders.services.steps import lock_organisation


def url_of(organisation: Organisation, actor: Actor) -> str:
    """The page of the organisation's people: one's own has a place of its own."""
    if organisation.pk == actor.organisation_id:
        return reverse("organisation")
    return reverse("organisation_detail", args=[organisation.pk])


def reader_of(actor: Actor) -> audit.Reader:
    """Of an organisation whose record the actor may read."""
    return audit.Reader.OPERATOR if actor.is_operator else audit.Reader.SITE


def _load(actor: Actor, organisation_id: UUID) -> Organisation | None:
    return Organisation.objects.visible_to(actor).filter(pk=organisation_id).first()


def _check_redacts(actor: Actor, organisation: Organisation) -> None:
    policy.require(
        policy.may_redact_record(actor, organisation),
        _("Only the organisation’s managers and the operator of this portal take names out of its record."),
    )


def _page(actor: Actor, organisation: Organisation) -> audit.RecordPage:
    way = [audit.Place(organisation.name, url_of(organisation, actor))]
    if policy.may_list_organisations(actor):
        way.insert(0, audit.Place(_("Organisations"), reverse("organisation_list")))
    return audit.RecordPage(organisation.name, way)


RECORD = audit.Record(
    aggregate=audit.Aggregate.ORGANISATION,
    load=_load,
    lock=lock_organisation,
    check_redacts=_check_redacts,
    reader_of=reader_of,
    page=_page,
)
