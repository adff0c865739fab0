"""Adding a file: looked into and written to the store first, and only then, whole, to the plan."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import partial
from typing import BinaryIO, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from actionplans.evidence import events, hooks
from actionplans.evidence.checking import Checked, checked
from actionplans.evidence.checking.refusing import refused
from actionplans.evidence.models import EvidenceFile, Scan, ShownTo, SubjectKind
from actionplans.evidence.services.naming import check_names, party_of
from actionplans.evidence.services.rows import readers_of, record_named
from actionplans.evidence.storing import NoRoom, discard, keep
from actionplans.plans import policy as plan_policy
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import lock_plan
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from carportal.core.wake import send_task
from stakeholders.models import Organisation

SCAN = "actionplans.tasks.scan_evidence"
LONGEST_DESCRIPTION = 200


class Subject(NamedTuple):
    """What the file is evidence of."""

    kind: SubjectKind = SubjectKind.PLAN
    id: UUID | None = None


WHOLE_PLAN = Subject()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDetails:
    """What is said of a file beside its bytes; `party_id` is the one that alone sees it, if one is to.

    `confirmed_names` are the organisations that its readers may find named in its name or description.
    """

    description: str = ""
    shown_to: ShownTo = ShownTo.SITE
    party_id: UUID | None = None
    subject: Subject = WHOLE_PLAN
    confirmed_names: Collection[UUID] = ()


def add_evidence(
    *, plan_id: UUID, actor: Actor, content: BinaryIO, name: str, details: FileDetails
) -> EvidenceFile:
    """Keep one file of the plan, as it is or cleaned, and show it to whom the actor says.

    InvalidInput by field (`file`, `description`, `shown_to`) for what is not taken, NamesShown for words
    that disclose a party, NoRoom where it cannot be kept; nothing of it is left then, in store or plan.
    """
    plan = ActionPlan.objects.select_related("finding__site", "finding__superseded_by").get(pk=plan_id)
    # Asked before the file is looked into and written, which takes its time, and again under the lock.
    _check_may_add(plan, actor)
    details = replace(details, description=_cleaned(details.description))
    try:
        with checked(content, name) as file:
            _check_words(plan, file.name, details)
            _check_room(plan, file.size)
            return _keep(plan_id, actor, file, details)
    except OSError as error:  # while an image was cleaned
        raise NoRoom(
            _("There is no room for the file at the moment. Nothing was saved. Try again later.")
        ) from error


def _check_may_add(plan: ActionPlan, actor: Actor) -> None:
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)


def _cleaned(description: str) -> str:
    text = " ".join(description.replace("\0", "").split())
    if len(text) > LONGEST_DESCRIPTION:
        sentence = _("Say it in %(most)s characters; it has %(n)s.") % {
            "most": LONGEST_DESCRIPTION,
            "n": len(text),
        }
        raise InvalidInput(sentence, fields={"description": [sentence]})
    return text


def _keep(plan_id: UUID, actor: Actor, file: Checked, details: FileDetails) -> EvidenceFile:
    key = keep(file.content)
    try:
        return _write(plan_id, actor, file, key, details)
    except DatabaseError:
        raise  # perhaps it was committed: the sweep finds a row, or none
    except BaseException:
        discard(key)
        raise


@transaction.atomic
def _write(plan_id: UUID, actor: Actor, file: Checked, key: str, details: FileDetails) -> EvidenceFile:
    plan = lock_plan(plan_id)
    _check_may_add(plan, actor)
    _check_subject(plan, details.subject)
    party = _check_words(plan, file.name, details)
    _check_room(plan, file.size)
    row = EvidenceFile.objects.create(
        plan=plan,
        subject_kind=details.subject.kind,
        subject_id=details.subject.id,
        kind=file.kind.name,
        name=file.name,
        description=details.description,
        size=file.size,
        sha256=file.sha256,
        storage_key=key,
        shown_to=details.shown_to,
        party=party,
        scan=Scan.PENDING if settings.CLAMD_URL else Scan.UNSCANNED,
        uploaded_by_id=actor.user_id,
    )
    record_named(row, events.EVIDENCE_ADDED, actor, readers=readers_of(row))
    if row.scan == Scan.PENDING:
        transaction.on_commit(partial(send_task, SCAN), robust=True)
    return row


def _check_words(plan: ActionPlan, name: str, details: FileDetails) -> Organisation | None:
    """Whoever alone is to see it, if somebody is."""
    party = party_of(plan, details.shown_to, details.party_id)
    check_names(plan, f"{name}\n{details.description}", details.shown_to, party, details.confirmed_names)
    return party


def _check_subject(plan: ActionPlan, subject: Subject) -> None:
    if subject == WHOLE_PLAN:
        return
    exists = hooks.subjects.get(subject.kind)
    if exists is None or subject.id is None or not exists(plan, subject.id):
        raise InvalidInput(_("What the file is evidence of is no part of this plan."))


def _check_room(plan: ActionPlan, size: int) -> None:
    """Within the plan's lock: two files at once must not take the same room."""
    taken = EvidenceFile.objects.filter(plan=plan).counted().aggregate(sum=Sum("size"))["sum"] or 0
    if taken + size > settings.EVIDENCE_PLAN_MB * 1024**2:
        raise refused(
            _(
                "The files of this plan would be more than %(megabytes)s MB. Take out what is not needed any more, or choose a smaller file."
            )
            % {"megabytes": settings.EVIDENCE_PLAN_MB}
        )
