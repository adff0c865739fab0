"""What each sending of a plan asks its party to do, and what it asks no more."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from actionplans.annex import Document, GroupRow
from actionplans.duties import events
from actionplans.duties.models import Duty, DutyStatus
from actionplans.duties.owned import action_in, actions_of, asks_the_same, due_on
from actionplans.duties.services.carrying import carry_on_duty, earlier_duties
from actionplans.duties.services.rows import record, save
from actionplans.plans.models import Revision
from actionplans.sharing.models import PlanShare, SharedRevision
from carportal.core.actor import Actor


def ask_owner(sent: SharedRevision, actor: Actor) -> None:
    """Registered with `sharing.hooks`, which has locked the share: bring the party's duties up to what it reads now.

    One whose wording is as before keeps its answer; of a plan that was carried on, also that to the earlier plan.
    The mail about the sending tells the party, so none of these has a mail of its own.
    """
    share = sent.share
    wanted = actions_of(share.organisation_id, Document.from_json(sent.revision.document))
    duties = {duty.row_id: duty for duty in _lock_open(share)}
    _end(share, [duty for row_id, duty in duties.items() if row_id not in wanted], actor)
    asked = _ask_anew(duties, wanted, sent.revision)
    asked += _ask_first(share, {pk: row for pk, row in wanted.items() if pk not in duties}, sent.revision)
    if asked:
        record(share, events.DUTIES_PROPOSED, actor)


def end_duties_of(share: PlanShare, actor: Actor) -> None:
    """Registered with `sharing.hooks`: none goes on without the plan that it is of."""
    _end(share, _lock_open(share), actor)


def _lock_open(share: PlanShare) -> list[Duty]:
    duties = share.duties.select_for_update(no_key=True, of=("self",)).select_related("revision")
    return list(duties.exclude(status=DutyStatus.ENDED).order_by("pk"))


def _end(share: PlanShare, duties: Iterable[Duty], actor: Actor) -> None:
    ended = list(duties)
    for duty in ended:
        duty.end()
        save(duty)
    if ended:
        record(share, events.DUTIES_ENDED, actor)


def _ask_anew(duties: Mapping[UUID, Duty], wanted: Mapping[UUID, GroupRow], revision: Revision) -> int:
    """How many of them say something else now; all of them are named by this revision."""
    before = {duty.revision_id: Document.from_json(duty.revision.document) for duty in duties.values()}
    asked = 0
    for row_id, row in wanted.items():
        duty = duties.get(row_id)
        if duty is None:
            continue
        if asks_the_same(action_in(before[duty.revision_id], row_id), row):
            duty.revision = revision
            duty.save(update_fields=["revision"])
        else:
            duty.ask_anew(revision=revision, due_on=due_on(row))
            save(duty, "revision", "due_on")
            asked += 1
    return asked


def _ask_first(share: PlanShare, wanted: Mapping[UUID, GroupRow], revision: Revision) -> int:
    """How many of them wait for an answer; the others were answered when they were the earlier plan's."""
    earlier = earlier_duties(share, wanted)
    for row_id in wanted.keys() - earlier.keys():
        Duty.objects.create(share=share, row_id=row_id, revision=revision, due_on=due_on(wanted[row_id]))
    for duty in earlier.values():
        carry_on_duty(duty, share, revision)
    return len(wanted) - len(earlier)
