"""Bringing a version back as the draft."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from actionplans.annex import Document
from actionplans.plans import events, policy
from actionplans.plans.drafts import Change, draft_of, merge
from actionplans.plans.models import ActionPlan, Revision
from actionplans.plans.services.publishing import freeze_revision
from actionplans.plans.services.rows import (
    lock_plan,
    of_revision,
    record_on,
    tell_written,
    write_fields,
    write_rows,
)
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput


@transaction.atomic
def restore_revision(
    *, plan_id: UUID, actor: Actor, revision_id: UUID, based_on: Mapping[str, str], rows_based_on: str
) -> Revision:
    """Make this version the draft again, and freeze the draft that it replaces; that one is returned.

    `based_on` maps each field to the digest of the text that the actor saw would be replaced, `rows_based_on`
    is that of the rows (`Document.rows_digest`). Conflict, with nothing written, where somebody has changed one of
    those since.
    """
    plan = lock_plan(plan_id)
    policy.check_writes(actor, plan.finding)
    policy.check_under_way(plan.finding)
    revision = plan.revisions.filter(pk=revision_id).first()
    if revision is None:
        raise InvalidInput(_("The plan has no such version."))
    draft = draft_of(plan)
    document = draft.document
    wanted = Document.from_json(revision.document)
    changes = {name: Change(text, based_on.get(name, "")) for name, text in wanted.values.items()}
    writes, conflicts = merge(draft.values, changes)
    replaces_rows = wanted.rows_digest not in {rows_based_on, document.rows_digest}
    if conflicts or (replaces_rows and rows_based_on != document.rows_digest):
        raise Conflict(
            _("The draft was changed since you opened this page. Look at what would be replaced now.")
        )
    if not (writes or replaces_rows):
        raise Conflict(_("The draft says the same as this version already."))
    kept = _kept_already(plan, document) or freeze_revision(plan, document, actor=actor)
    if writes:
        write_fields(plan, writes, by=actor.user_id)
    if replaces_rows:
        write_rows(plan, draft.groups, wanted.rows, by=actor.user_id)
    tell_written(plan, draft_of(plan))
    record_on(
        plan,
        events.DRAFT_RESTORED,
        actor,
        number=str(revision.number),
        **of_revision(kept),
    )
    return kept


def _kept_already(plan: ActionPlan, document: Document) -> Revision | None:
    return next((each for each in plan.revisions.all() if each.digest == document.sha256), None)
