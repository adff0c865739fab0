"""Who writes in a thread, changes and settles what was said, and keeps private notes; denied unless said here."""

from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.plans import policy as plan_policy
from actionplans.plans.models import ActionPlan
from actionplans.sharing.models import PlanShare, ShareStatus
from actionplans.sharing.policy import is_party
from actionplans.threads.models import Comment
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Finding

EDITABLE_FOR = timedelta(minutes=10)


class Author(NamedTuple):
    """The person who writes, and for which organisation."""

    person_id: UUID
    organisation_id: UUID


def is_site(actor: Actor, share: PlanShare) -> bool:
    return plan_policy.is_own(actor, share.plan.finding)


def takes_part(actor: Actor, share: PlanShare) -> bool:
    """The site and the one party; a thread has no third side."""
    return is_site(actor, share) or is_party(actor, share)


def may_write(actor: Actor, share: PlanShare) -> bool:
    return takes_part(actor, share) and actor.writes


def may_write_now(actor: Actor, share: PlanShare) -> bool:
    """Write, and settle what was said."""
    return may_write(actor, share) and goes_on(share)


def may_edit_now(actor: Actor, comment: Comment, at: datetime) -> bool:
    return may_write_now(actor, comment.share) and _is_author(actor, comment) and _is_fresh(comment, at)


def may_keep_notes(actor: Actor, finding: Finding, share: PlanShare | None = None) -> bool:
    """The site about its plan, a party about what was shared with it; also once the CAR has ended."""
    has_it = share is not None and is_party(actor, share)
    return actor.writes and (plan_policy.is_own(actor, finding) or has_it)


def goes_on(share: PlanShare) -> bool:
    """A thread is for whom the plan is shared with, as long as its CAR is under way."""
    return share.status != ShareStatus.WITHDRAWN and share.plan.finding.is_under_way


def check_writes(actor: Actor, share: PlanShare) -> Author:
    """As whom the actor writes; NotAllowed with the reason."""
    if not takes_part(actor, share):
        raise NotAllowed(_("Only the site and the organisation that it shares the plan with comment on it."))
    return _author(actor)


def check_goes_on(share: PlanShare) -> None:
    """Conflict where nothing can be added any more."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(
            _("The plan is not shared with %(party)s any more.") % {"party": share.organisation.name}
        )
    if not share.plan.finding.is_under_way:
        raise Conflict(
            _("%(reference)s has ended with a later audit; the comments on its plan stay as they are.")
            % {"reference": share.plan.finding.reference}
        )


def check_is_author(actor: Actor, comment: Comment) -> None:
    """NotAllowed with the reason."""
    check_writes(actor, comment.share)
    if not _is_author(actor, comment):
        raise NotAllowed(_("Only the person who wrote a comment changes it. You can answer it."))


def check_edits(actor: Actor, comment: Comment, at: datetime) -> None:
    """NotAllowed for who did not write it, Conflict once it stays as it is."""
    check_is_author(actor, comment)
    check_goes_on(comment.share)
    if not _is_fresh(comment, at):
        raise Conflict(
            _(
                "A comment can be changed for 10 minutes after it was written; this one stays as it is. Answer it if there is more to say."
            )
        )


def check_keeps_notes(actor: Actor, plan: ActionPlan) -> Author:
    """As whom the actor writes; NotAllowed for who has no part in the plan, or only reads."""
    has_it = PlanShare.objects.visible_to(actor).filter(plan=plan).exists()
    if not plan_policy.is_own(actor, plan.finding) and not has_it:
        raise NotAllowed(_("Only the site and those it shares the plan with keep notes on it."))
    return _author(actor)


def _author(actor: Actor) -> Author:
    if actor.writes and actor.user_id is not None and actor.organisation_id is not None:
        return Author(actor.user_id, actor.organisation_id)
    raise NotAllowed(
        _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
    )


def _is_author(actor: Actor, comment: Comment) -> bool:
    """The person, as whom it spoke then: one may act for several organisations."""
    return (actor.user_id, actor.organisation_id) == (comment.written_by_id, comment.organisation_id)


def _is_fresh(comment: Comment, at: datetime) -> bool:
    return at - comment.written_at < EDITABLE_FOR
