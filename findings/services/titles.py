"""What Workplace Requirements are called: the operator's reference data, in the operator's own record.

A row for each title would be an aggregate with a chain of one or two events; the operator's chain and lock
serve all of them.
"""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core import audit as trail
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed
from findings import policy
from findings.models import RequirementTitle
from findings.requirements import Requirement
from findings.services.steps import organisation_of
from stakeholders.services.steps import check_and_save, lock_organisation


@transaction.atomic
def add_requirement_title(*, actor: Actor, requirement: Requirement, title: str) -> RequirementTitle:
    """Say what a requirement of the current scheme is called; InvalidInput when it has a title already."""
    operator_id = _lock_own(actor)
    titled = RequirementTitle(area=requirement.area, letter=requirement.letter)
    _write(titled, title, operator_id, actor)
    return titled


@transaction.atomic
def change_requirement_title(*, actor: Actor, title_id: UUID, title: str) -> RequirementTitle:
    """Call the requirement something else; its code stays."""
    operator_id = _lock_own(actor)
    titled = RequirementTitle.objects.filter(pk=title_id).first()
    if titled is None:
        raise Conflict(_("This title is no longer there."))
    if titled.title != _tidy(title):
        _write(titled, title, operator_id, actor)
    return titled


def _lock_own(actor: Actor) -> UUID:
    """The operator's row, whose lock orders all writes here."""
    operator = lock_organisation(organisation_of(actor))
    if not policy.may_title_requirements(actor):
        raise NotAllowed(_("Only a manager of the operator enters the titles of requirements."))
    return operator.pk


def _write(titled: RequirementTitle, title: str, operator_id: UUID, actor: Actor) -> None:
    titled.title = _tidy(title)
    check_and_save(titled, taken=_("This requirement has a title already. Change that one."))
    trail.record(
        aggregate=trail.Aggregate.ORGANISATION,
        aggregate_id=operator_id,
        kind="requirement_titled",
        actor=actor,
        data={"code": str(titled.requirement), "title": titled.title},
    )


def _tidy(title: str) -> str:
    return " ".join(title.split())
