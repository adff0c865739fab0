"""Adding a file: looked into and written to the store first, and only then, whole, to the plan."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import BinaryIO
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.evidence import hooks
from actionplans.evidence.checking import Checked, checked
from actionplans.evidence.models import WHOLE_PLAN, EvidenceFile, ShownTo, Subject
from actionplans.evidence.services.keeping import StoredFile, check_room, no_room, stored, write_row
from actionplans.evidence.services.naming import check_names, party_of
from actionplans.plans import policy as plan_policy
from actionplans.plans.models import ActionPlan
from actionplans.plans.services import lock_plan
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput
from stakeholders.models import Organisation

LONGEST_DESCRIPTION = 200


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
            _check_words(plan, file, details)
            check_room(plan, [file])
            with stored([file]) as (stored_file,):
                return _write(plan_id, actor, stored_file, details)
    except OSError as error:  # while an image was cleaned
        raise no_room() from error


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


@transaction.atomic
def _write(plan_id: UUID, actor: Actor, stored_file: StoredFile, details: FileDetails) -> EvidenceFile:
    plan = lock_plan(plan_id)
    _check_may_add(plan, actor)
    party = _check_words(plan, stored_file.file, details)
    check_room(plan, [stored_file.file])
    return write_row(
        plan,
        actor,
        stored_file,
        subject=details.subject,
        shown_to=details.shown_to,
        party=party,
        description=details.description,
    )


def _check_words(plan: ActionPlan, file: Checked, details: FileDetails) -> Organisation | None:
    """Whoever alone is to see it, if somebody is."""
    subject = details.subject
    _check_subject(plan, subject)
    party = party_of(plan, subject, details.shown_to, details.party_id)
    words = f"{file.name}\n{details.description}"
    check_names(plan, subject, words, details.shown_to, party, details.confirmed_names)
    return party


def _check_subject(plan: ActionPlan, subject: Subject) -> None:
    if subject == WHOLE_PLAN:
        return
    of_kind = hooks.subjects.get(subject.kind)
    if of_kind is None or subject.id is None or not of_kind.exists(plan, subject.id):
        raise InvalidInput(_("What the file is evidence of is no part of this plan."))
