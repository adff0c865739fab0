"""What a party says to an action that the plan names it for."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.duties import events, policy
from actionplans.duties.models import AnswerKind, Duty, DutyAnswer
from actionplans.duties.services.rows import check_turn, lock_duty, record, save
from actionplans.sharing.order import now_after
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify

REASON = Field("reason", gettext_lazy("Reason"), FieldKind.TEXT, "", "", max_length=2000)


@transaction.atomic
def accept_duty(*, duty_id: UUID, actor: Actor, seen: int) -> Duty:
    """Take the action on; `seen` is the duty's turn as the actor saw it.

    Conflict when it was worded otherwise or answered meanwhile.
    """
    duty = lock_duty(duty_id)
    policy.check_owns(actor, duty.share)
    policy.check_goes_on(duty.share)
    if duty.is_accepted and duty.turn in {seen, seen + 1}:
        return duty  # sent twice, or by two members at once
    check_turn(duty, seen)
    duty.accept()
    save(duty)
    _keep(duty, AnswerKind.ACCEPTED, "", actor)
    return duty


@transaction.atomic
def decline_duty(*, duty_id: UUID, actor: Actor, seen: int, reason: str) -> Duty:
    """Do not, or no longer, take the action on, and say why; it can still be accepted later."""
    duty = lock_duty(duty_id)
    policy.check_owns(actor, duty.share)
    policy.check_goes_on(duty.share)
    reason = clean_value(REASON, reason)
    if not reason:
        sentence = _("Say why, so that the site can plan anew.")
        raise InvalidInput(sentence, fields={"reason": [sentence]})
    if duty.is_declined and duty.turn == seen + 1 and duty.answers.filter(reason=reason).exists():
        return duty  # sent twice
    check_turn(duty, seen)
    if duty.is_declined:
        raise Conflict(_("Your organisation has declined this action already. You can still accept it."))
    duty.decline()
    save(duty)
    _keep(duty, AnswerKind.DECLINED, reason, actor)
    return duty


def _keep(duty: Duty, kind: AnswerKind, reason: str, actor: Actor) -> None:
    last = duty.answers.first()
    answer = DutyAnswer.objects.create(
        duty=duty,
        revision_id=duty.revision_id,
        kind=kind,
        reason=reason,
        answered_at=now_after(last.answered_at if last else None),
        answered_by_id=actor.user_id,
    )
    accepted = kind == AnswerKind.ACCEPTED
    record(duty.share, events.DUTY_ACCEPTED if accepted else events.DUTY_DECLINED, actor)
    notify(kind="duty_answered", object_id=answer.pk)
