"""Who may do what to a shared plan; the site's own side is in `actionplans.plans.policy`."""

from django.utils.translation import gettext as _

from actionplans.plans import policy
from actionplans.sharing.models import PlanShare, ReplyKind, ShareStatus, Side
from carportal.core.actor import PARTY_KINDS as PARTY_KINDS
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, NotAllowed


def is_party(actor: Actor, share: PlanShare) -> bool:
    """Somebody of the organisation it is shared with, or a guest with a link to this very share."""
    if actor.guest_pass is not None:
        return actor.guest_pass.object_id == share.pk
    return actor.organisation_id is not None and actor.organisation_id == share.organisation_id


def side_of(actor: Actor, share: PlanShare) -> Side | None:
    """For which of the two sides the actor speaks; None for everybody else."""
    if policy.is_own(actor, share.plan.finding):
        return Side.SITE
    return Side.PARTY if is_party(actor, share) else None


def may_reply(actor: Actor, share: PlanShare) -> bool:
    return is_party(actor, share) and (actor.writes or actor.is_guest)


def may_reply_now(actor: Actor, share: PlanShare) -> bool:
    return may_reply(actor, share) and is_answerable(share) and share.plan.finding.is_under_way


def may_withdraw(actor: Actor, share: PlanShare) -> bool:
    """At any time, also once the CAR has ended: who reads a plan stays the site's to say."""
    return policy.may_write(actor, share.plan.finding) and share.status != ShareStatus.WITHDRAWN


def is_answerable(share: PlanShare) -> bool:
    return share.status not in {ShareStatus.INFORMED, ShareStatus.WITHDRAWN}


def check_replies(actor: Actor, share: PlanShare) -> None:
    """NotAllowed with the reason."""
    if may_reply(actor, share):
        return
    if is_party(actor, share):
        raise NotAllowed(
            _("Your role in your organisation only reads. Ask a manager of it for the role of an editor.")
        )
    raise NotAllowed(_("Only the organisation that the plan was shared with replies to it."))


def check_answerable(share: PlanShare) -> None:
    """Conflict where no reply is asked, or none can be given any more."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(_("The site no longer shares this plan with you."))
    if share.status == ShareStatus.INFORMED:
        raise Conflict(_("This plan was shared for your information; no reply is asked."))
    if not share.plan.finding.is_under_way:
        raise Conflict(
            _("%(reference)s has ended with a later audit; its plan needs no reply any more.")
            % {"reference": share.plan.finding.reference}
        )


def replies_open_to(share: PlanShare) -> list[ReplyKind]:
    """What can be answered as the share stands; a party may still change its mind, but not un-answer."""
    if not is_answerable(share):
        return []
    later = [ReplyKind.CONFIRMED, ReplyKind.CHANGES_REQUESTED]
    return [ReplyKind.ACKNOWLEDGED, *later] if share.status == ShareStatus.AWAITING else later
