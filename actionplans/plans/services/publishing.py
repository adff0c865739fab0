"""Freezing a draft as a revision, publishing it, and noting the day it went to Sedex."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.annex import Document
from actionplans.plans import events, hooks, policy
from actionplans.plans.drafts import draft_of, today_at
from actionplans.plans.models import ActionPlan, Revision
from actionplans.plans.services.rows import freeze, lock_plan, of_revision, record_on
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify
from findings.models import FindingStatus
from findings.services import mark_plan_published


def freeze_revision(plan: ActionPlan, document: Document, *, actor: Actor) -> Revision:
    """The document as a revision of the plan, whose lock the caller holds; unchanged, it is the last one."""
    last = plan.revisions.order_by("-number").first()
    if last is not None and last.digest == document.sha256:
        return last
    revision = freeze(
        plan,
        document,
        number=last.number + 1 if last else 1,
        sha256=document.sha256,
        frozen_by_id=actor.user_id,
    )
    for follow in hooks.after_freezing:
        follow(revision)
    return revision


def check_seen(document: Document, seen: str) -> None:
    """Conflict when the text is no longer the one that was looked at; `seen` is its SHA-256, or empty."""
    if seen and seen != document.sha256:
        raise Conflict(_("The draft was changed since you checked it. Look at it as it is now, then go on."))


def check_complete(document: Document) -> None:
    """InvalidInput that names every field a published plan must have and this one has not."""
    missing = document.missing_to_publish()
    if missing:
        raise InvalidInput(
            _("The plan is not complete yet."),
            fields={
                field.name: [_("Fill in “%(label)s” before you publish.") % {"label": field.label}]
                for field in missing
            },
        )


@transaction.atomic
def publish_plan(
    *, plan_id: UUID, actor: Actor, confirmed_names: Collection[UUID] = (), seen: str = ""
) -> Revision:
    """Publish the draft as it stands: the first time an open CAR moves to in progress.

    A later one is an event only, and no party's wish for changes stands in its way. InvalidInput names
    what is missing by field. `confirmed_names` are the organisations whose names others may read.
    """
    plan = lock_plan(plan_id)
    policy.check_writes(actor, plan.finding)
    policy.check_under_way(plan.finding)
    document = draft_of(plan).document
    check_seen(document, seen)
    check_complete(document)
    for check in hooks.before_publishing:
        check(plan, document, confirmed_names)
    revision = freeze_revision(plan, document, actor=actor)
    if plan.published_id == revision.pk:
        return revision
    kind = events.PLAN_PUBLISHED_ANEW if plan.published_id else events.PLAN_PUBLISHED
    plan.published, plan.published_at = revision, timezone.now()
    plan.save(update_fields=["published", "published_at"])
    for follow in hooks.after_publishing:
        follow(plan)
    if plan.finding.status == FindingStatus.OPEN:
        mark_plan_published(finding_id=plan.finding_id, actor=actor)
    record_on(plan, kind, actor, **of_revision(revision))
    notify(kind="plan_published", object_id=plan.pk, period=str(revision.pk))
    return revision


@transaction.atomic
def note_uploaded(*, plan_id: UUID, actor: Actor, on: date) -> None:
    """Keep the day on which the site uploaded its plan to Sedex; noted again, the newer day counts."""
    plan = lock_plan(plan_id)
    policy.check_writes(actor, plan.finding)
    policy.check_under_way(plan.finding)
    if plan.published_id is None:
        raise Conflict(_("Publish the plan here first; its PDF is what you upload to Sedex."))
    if on > today_at(plan.finding.site, timezone.now()):
        raise _refused_day(_("The day of the upload cannot be in the future."))
    if on < plan.finding.raised_on:
        raise _refused_day(
            _("The CAR was raised on %(day)s; its plan cannot have been uploaded before.")
            % {"day": date_format(plan.finding.raised_on, "j F Y")}
        )
    if plan.uploaded_on == on:
        return
    plan.uploaded_on = on
    plan.save(update_fields=["uploaded_on"])
    record_on(plan, events.PLAN_UPLOADED, actor, day=on.isoformat())


def _refused_day(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"on": [sentence]})
