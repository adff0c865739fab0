"""Posting an update: what happened, to the parties that the site chooses."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.evidence.models import EvidenceFile, ShownTo, Subject, SubjectKind
from actionplans.evidence.naming import told_name
from actionplans.evidence.services import (
    NewFile,
    StoredFile,
    check_room,
    looked_into,
    stored,
    write_row,
)
from actionplans.plans import policy as plan_policy
from actionplans.plans.drafts import today_at
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import lock_plan, record_on
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.disclosure import named_in, parties_known_to
from actionplans.sharing.models import PlanShare
from actionplans.sharing.order import now_after
from actionplans.updates import events
from actionplans.updates.dates import due_after_update
from actionplans.updates.models import SharedUpdate, Update, UpdateAgreement
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify
from findings.services import mark_updated
from stakeholders.models import Organisation
from stakeholders.reminding import first_look

TEXT = Field("text", gettext_lazy("What happened"), FieldKind.TEXT, "", "", max_length=5000)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpdate:
    """What is to be sent to the party of each share, with files that all of them get.

    `confirmed_names` maps a reading party to those of whose names it may learn.
    """

    text: str
    share_ids: Collection[UUID]
    confirmed_names: Mapping[UUID, Collection[UUID]] = field(default_factory=dict)
    files: Sequence[NewFile] = ()

    @property
    def words(self) -> str:
        """All that a party reads of it."""
        return words_of(self.text, (file.name for file in self.files))


def words_of(text: str, names: Iterable[str]) -> str:
    """The text of an update and the names of its files, in which parties may be named."""
    return "\n".join([text, *map(told_name, names)])


def post_update(
    *,
    plan_id: UUID,
    actor: Actor,
    text: str,
    share_ids: Collection[UUID],
    confirmed_names: Mapping[UUID, Collection[UUID]] | None = None,
    files: Sequence[NewFile] = (),
) -> Update:
    """Send the text to the party of each share, and move each agreed date on that it counts for.

    `confirmed_names` maps a reading party to those of whose names it may learn; NamesDisclosed asks for
    them. InvalidInput by field for no text, no party, or a file that is not taken (`file`); Conflict for a
    share that has ended meanwhile. With its files or not at all: nothing is left of what is refused. The same
    once more is the update that is there, with the files that it did not have yet.
    """
    new = NewUpdate(text=text, share_ids=share_ids, confirmed_names=confirmed_names or {}, files=files)
    if files:
        # Asked before they are looked into and written, which takes its time, and again under the lock.
        _check_may_post(ActionPlan.objects.select_related("finding__site").get(pk=plan_id), actor)
    with looked_into(files) as found, stored(found) as stored_files:
        return _post(plan_id, actor, new, stored_files)


def _check_may_post(plan: ActionPlan, actor: Actor) -> None:
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)


@transaction.atomic
def _post(plan_id: UUID, actor: Actor, new: NewUpdate, files: Sequence[StoredFile]) -> Update:
    plan = lock_plan(plan_id)
    _check_may_post(plan, actor)
    text = _checked(new.text)
    shares = _lock_shares(plan, new.share_ids)
    _check_names(new.words, plan, shares, new.confirmed_names)
    last = plan.updates.first()
    if last is not None and _is_same(last, text, shares):  # sent twice
        _add_files(last, files, actor)
        return last
    update = Update.objects.create(
        plan=plan,
        text=text,
        posted_at=now_after(last.posted_at if last else None),
        posted_by_id=actor.user_id,
    )
    today = today_at(plan.finding.site, timezone.now())
    mark_updated(finding_id=plan.finding_id, on=today)
    for share in shares:
        _send(update, share, plan, actor, today)
    _add_files(update, files, actor)
    return update


def _add_files(update: Update, files: Sequence[StoredFile], actor: Actor) -> None:
    """Those that it does not have yet, for everyone who got it; the plan's lock is held."""
    subject = Subject(SubjectKind.UPDATE, update.pk)
    there = EvidenceFile.objects.filter(plan=update.plan, subject_id=subject.id)
    known = set(there.values_list("name", "sha256"))
    new = [each for each in files if (each.file.name, each.file.sha256) not in known]
    check_room(update.plan, [each.file for each in new])
    for each in new:
        write_row(update.plan, actor, each, subject=subject, shown_to=ShownTo.READERS)


def names_disclosed(
    text: str, plan: ActionPlan, shares: Collection[PlanShare]
) -> dict[UUID, list[Organisation]]:
    """For each party that would read the text: the other parties that it names."""
    named = named_in(text, parties_known_to(plan))
    found = {
        share.organisation_id: [each for each in named if each.pk != share.organisation_id]
        for share in shares
    }
    return {reader: names for reader, names in found.items() if names}


def _checked(text: str) -> str:
    text = clean_value(TEXT, text)
    if not text:
        raise InvalidInput(
            _("Say what happened."), fields={"text": [_("Say what happened since the last update.")]}
        )
    return text


def _lock_shares(plan: ActionPlan, share_ids: Collection[UUID]) -> list[PlanShare]:
    if not share_ids:
        raise InvalidInput(
            _("Choose at least one party."), fields={"party": [_("Choose who gets the update.")]}
        )
    shares = (
        PlanShare.objects.select_for_update(no_key=True, of=("self",))
        .live()
        .filter(plan=plan, pk__in=share_ids)
        .select_related("organisation")
    )
    found = list(shares.order_by("pk"))
    if len(found) < len(set(share_ids)):
        raise Conflict(
            _("The plan is not shared any more with one of those you chose. Look at who has it now.")
        )
    return found


def _check_names(
    text: str,
    plan: ActionPlan,
    shares: Collection[PlanShare],
    confirmed: Mapping[UUID, Collection[UUID]],
) -> None:
    left = {
        reader: [each for each in names if each.pk not in confirmed.get(reader, ())]
        for reader, names in names_disclosed(text, plan, shares).items()
    }
    if unconfirmed := {reader: names for reader, names in left.items() if names}:
        raise NamesDisclosed(unconfirmed)


def _is_same(last: Update, text: str, shares: Collection[PlanShare]) -> bool:
    sent_to = set(last.sent.values_list("share_id", flat=True))
    return last.text == text and sent_to == {share.pk for share in shares}


def _send(update: Update, share: PlanShare, plan: ActionPlan, actor: Actor, today: date) -> None:
    sent = SharedUpdate.objects.create(update=update, share=share, counted_for=_move_on(share, today))
    record_on(
        plan,
        events.UPDATE_POSTED,
        actor,
        party_id=share.organisation_id,
        party=share.organisation.name,
    )
    notify(kind="update_posted", object_id=sent.pk)


def _move_on(share: PlanShare, today: date) -> date | None:
    """The agreed date that an update of today counts for, now that the next one holds; None if for none."""
    agreement = UpdateAgreement.objects.select_for_update(no_key=True).filter(share=share).first()
    if agreement is None or agreement.is_ended:
        return None
    was = agreement.next_due
    due = due_after_update(agreement.first_due, agreement.months, was, posted_on=today)
    if due == was:
        return None
    agreement.next_due, agreement.remind_on = due, first_look(today)
    agreement.save(update_fields=["next_due", "remind_on"])
    return was
