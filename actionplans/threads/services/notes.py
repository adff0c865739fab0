"""What an organisation keeps about a plan for its own people alone."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.plans import policy as plan_policy
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import lock_plan, record_on
from actionplans.sharing.order import now_after
from actionplans.threads import events, policy
from actionplans.threads.models import PrivateNote
from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict, InvalidInput

TEXT = Field("text", gettext_lazy("Note"), FieldKind.TEXT, "", "", max_length=5000)


@transaction.atomic
def keep_note(*, plan_id: UUID, actor: Actor, text: str) -> PrivateNote:
    """A note that the actor's own organisation reads and nobody else; the same once more is the one that is there."""
    plan = lock_plan(plan_id)
    author = policy.check_keeps_notes(actor, plan)
    text = clean_value(TEXT, text)
    if not text:
        sentence = _("Write the note.")
        raise InvalidInput(sentence, fields={"text": [sentence]})
    last = plan.private_notes.filter(organisation=author.organisation_id).first()
    if last is not None and (last.text, last.written_by_id) == (text, author.person_id):
        return last  # sent twice
    note = PrivateNote.objects.create(
        plan=plan,
        organisation_id=author.organisation_id,
        text=text,
        written_at=now_after(last.written_at if last else None),
        written_by_id=author.person_id,
    )
    _record(plan, actor, events.SITES_NOTE_KEPT, events.PARTYS_NOTE_KEPT)
    return note


@transaction.atomic
def remove_note(*, note_id: UUID, actor: Actor) -> None:
    """Take a note of one's own organisation away for good, whoever of it wrote it."""
    plan_id = PrivateNote.objects.values_list("plan_id", flat=True).filter(pk=note_id).first()
    if plan_id is None:
        raise Conflict(_("A colleague has removed the note already."))
    plan = lock_plan(plan_id)
    policy.check_keeps_notes(actor, plan)
    notes = PrivateNote.objects.visible_to(actor).select_for_update(of=("self",))
    note = notes.filter(pk=note_id).first()
    if note is None:
        raise Conflict(_("A colleague has removed the note already."))
    note.delete()
    _record(plan, actor, events.SITES_NOTE_REMOVED, events.PARTYS_NOTE_REMOVED)


def _record(plan: ActionPlan, actor: Actor, of_site: EventKind, of_party: EventKind) -> None:
    """On a line of its own that the other side never reads."""
    if plan_policy.is_own(actor, plan.finding):
        record_on(plan, of_site, actor)
    else:
        record_on(plan, of_party, actor, party_id=actor.organisation_id)
