"""What came of a call: its minutes, and what the two sides agreed to do."""

from collections.abc import Collection, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.calls import events, policy
from actionplans.calls.models import CallAction, CallMinutes
from actionplans.calls.services.rows import check_names, check_turn, lock_call, record, save
from actionplans.sharing.models import Side
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify

TEXT = Field("text", gettext_lazy("What came of the call"), FieldKind.TEXT, "", "", max_length=10000)
WHAT = Field("what", gettext_lazy("What is to be done"), FieldKind.TEXT, "", "", max_length=1000)
ENDS = Field("ends", gettext_lazy("By the end of"), FieldKind.PERIOD, "", "", max_length=40)
MOST_ACTIONS = 5


class AgreedAction(NamedTuple):
    """What one of the two sides is to do, and by the end of which month, quarter or year, if they said so."""

    what: str
    owner: str
    ends: str = ""


@transaction.atomic
def hold_call(
    *,
    call_id: UUID,
    actor: Actor,
    seen: int,
    text: str,
    actions: Sequence[AgreedAction] = (),
    confirmed_names: Collection[UUID] = (),
) -> CallMinutes:
    """Keep the minutes of an agreed call that has begun; both sides read them, and nobody changes them.

    InvalidInput names what is wrong by field, of an action as `what_1`; Conflict for a call that is still to
    come, or whose minutes the other side has written meanwhile.
    """
    call = lock_call(call_id)
    side = policy.check_calls(actor, call.share)
    policy.check_is_shared(call.share)
    check_turn(call, seen)
    if not call.is_agreed or not policy.has_begun(call, timezone.now()):
        raise Conflict(_("Minutes are written once a call that was agreed has begun."))
    text = clean_value(TEXT, text)
    if not text:
        sentence = _("Say what came of the call; a few sentences are enough.")
        raise InvalidInput(sentence, fields={"text": [sentence]})
    cleaned = _cleaned(actions)
    said = "\n".join([text, *(action.what for action in cleaned)])
    check_names(call.share, side, said, confirmed_names)
    call.hold()
    save(call)
    minutes = CallMinutes.objects.create(call=call, text=text, written_by_id=actor.user_id)
    CallAction.objects.bulk_create(
        CallAction(call=call, position=position, **action._asdict())
        for position, action in enumerate(cleaned, start=1)
    )
    record(call, events.CALL_HELD, actor, on=call.starts_at)
    notify(kind="call_held", object_id=call.pk)
    return minutes


def _cleaned(actions: Sequence[AgreedAction]) -> list[AgreedAction]:
    """Without those that say nothing; InvalidInput with the sentences of all that are wrong."""
    if len(actions) > MOST_ACTIONS:
        raise InvalidInput(_("Write at most %(most)s actions.") % {"most": MOST_ACTIONS})
    cleaned, refused = [], {}
    for number, action in enumerate(actions, start=1):
        if not action.what.strip() and not action.ends.strip():
            continue
        try:
            cleaned.append(_clean_action(action, number))
        except InvalidInput as error:
            refused.update(error.fields)
    if refused:
        raise InvalidInput(_("Look again at the actions."), fields=refused)
    return cleaned


def _clean_action(action: AgreedAction, number: int) -> AgreedAction:
    what = clean_value(WHAT, action.what, name=f"what_{number}")
    sentence, field = "", ""
    if not what:
        sentence, field = _("Say what is to be done, or leave the whole action empty."), "what"
    elif action.owner not in Side.values:
        sentence, field = _("Choose who does it."), "owner"
    if sentence:
        raise InvalidInput(sentence, fields={f"{field}_{number}": [sentence]})
    return AgreedAction(what, action.owner, clean_value(ENDS, action.ends, name=f"ends_{number}"))
