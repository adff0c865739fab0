"""Which version of a plan a reader takes away, and in which reading: pages' PDFs and exports alike."""

from dataclasses import dataclass

from actionplans.annex import Audience, RenderedAnnex, render
from actionplans.models import ActionPlan, PlanShare, Revision, SharedRevision
from actionplans.plans import policy
from actionplans.sharing.audiences import as_party, as_reader, as_site
from actionplans.standing import plan_of
from carportal.core.actor import Actor
from findings.models import Finding


@dataclass(frozen=True, slots=True)
class Copy:
    """A revision, and as whom it is read."""

    revision: Revision
    audience: Audience

    def annex(self, locale: str) -> RenderedAnnex:
        return render(self.revision, self.audience, locale)


def copy_for(finding: Finding, actor: Actor) -> Copy | None:
    """What this actor has of the CAR's plan; to a party what was shared with it goes before what is published."""
    if policy.is_own(actor, finding):
        plan = plan_of(finding)
        return copy_of_site(plan) if plan is not None else None
    share = PlanShare.objects.visible_to(actor).filter(plan__finding=finding).first()
    if share is not None:
        return copy_of_party(share)
    readable = ActionPlan.objects.visible_to(actor).filter(finding=finding).first()
    return copy_of_reader(readable, actor) if readable is not None else None


def copy_of_site(plan: ActionPlan, revision: Revision | None = None) -> Copy | None:
    """This revision of the site's own, else the published one, else the newest; None where none is frozen."""
    revision = revision or plan.published or plan.revisions.first()
    return Copy(revision, as_site(revision)) if revision is not None else None


def copy_of_party(share: PlanShare) -> Copy | None:
    """The newest that the party was sent, with what is asked of it."""
    sent = share.sent.select_related("revision").first()
    return copy_of_sending(sent) if sent is not None else None


def copy_of_sending(sent: SharedRevision) -> Copy:
    return Copy(sent.revision, as_party(sent))


def copy_of_reader(plan: ActionPlan, actor: Actor) -> Copy | None:
    """The published plan, in which nothing is asked of anybody."""
    return (
        Copy(plan.published, as_reader(plan, actor.organisation_id)) if plan.published is not None else None
    )
