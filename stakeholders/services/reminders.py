"""Choosing on which days one's own organisation is reminded of a date."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import policy
from stakeholders.models import MOST_STEPS, Organisation, ReminderSteps
from stakeholders.reminding import ReminderKind, Step, kinds_of, steps_for, steps_of
from stakeholders.reminding.kinds import chosen, put_back
from stakeholders.services.steps import lock_organisation, record


@transaction.atomic
def choose_reminders(
    *, organisation_id: UUID, actor: Actor, kind: ReminderKind, days: Collection[int]
) -> tuple[Step, ...]:
    """Have the organisation reminded so many days after the date (negative: before it), from today on.

    None at all is a choice as well. InvalidInput for too many, and for days that the kind does not offer.
    """
    organisation = _lock_own(organisation_id, actor, kind)
    steps = steps_of(days)
    _check(kind, steps)
    if steps == steps_for(kind, [organisation.pk])[organisation.pk]:
        return steps  # sent twice
    ReminderSteps.objects.update_or_create(
        organisation=organisation, kind=kind.name, defaults={"days": [step.days for step in steps]}
    )
    record(
        organisation,
        chosen(kind).name,
        actor,
        {
            "before": [-step.days for step in steps if step.days < 0] or None,
            "on_the_day": Step(0) in steps,
            "after": [step.days for step in steps if step.days > 0] or None,
        },
    )
    kind.follow(organisation.pk, steps)
    return steps


@transaction.atomic
def put_back_reminders(*, organisation_id: UUID, actor: Actor, kind: ReminderKind) -> tuple[Step, ...]:
    """Have the usual days hold again, from today on."""
    organisation = _lock_own(organisation_id, actor, kind)
    steps = steps_of(kind.days)
    deleted, _by_model = ReminderSteps.objects.filter(organisation=organisation, kind=kind.name).delete()
    if deleted:
        record(organisation, put_back(kind).name, actor)
        kind.follow(organisation.pk, steps)
    return steps


def _lock_own(organisation_id: UUID, actor: Actor, kind: ReminderKind) -> Organisation:
    organisation = lock_organisation(organisation_id)
    policy.require(
        policy.may_choose_reminders(actor, organisation),
        _("Only the managers of an organisation choose when it is reminded."),
    )
    if kind not in kinds_of(OrganisationKind(organisation.kind)):
        raise NotAllowed(_("Your organisation has no reminders of this kind."))
    return organisation


def _check(kind: ReminderKind, steps: Collection[Step]) -> None:
    if len(steps) > MOST_STEPS:
        raise InvalidInput(
            _("Choose at most %(most)s reminders; there are %(number)s.")
            % {"most": MOST_STEPS, "number": len(steps)}
        )
    if any(not kind.lowest <= step.days <= kind.highest for step in steps):
        raise InvalidInput(_("A reminder is on a day that is not offered."))
