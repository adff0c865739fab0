"""Which version of a plan a reader takes away, and in which reading: pages' PDFs and exports alike."""

from actionplans.annex import RenderedAnnex, render
from actionplans.models import ActionPlan, PlanShare, Revision
from actionplans.plans import policy
from actionplans.sharing.audiences import as_party, as_reader, as_site
from actionplans.standing import plan_of
from carportal.core.actor import Actor
from findings.models import Finding


def annex_for(finding: Finding, actor: Actor, locale: str) -> RenderedAnnex | None:
    """What this actor has of the CAR's plan; to a party what was shared with it goes before what is published."""
    if policy.is_own(actor, finding):
        plan = plan_of(finding)
        return annex_of_site(plan, locale) if plan is not None else None
    share = PlanShare.objects.visible_to(actor).filter(plan__finding=finding).first()
    if share is not None:
        return annex_of_party(share, locale)
    readable = ActionPlan.objects.visible_to(actor).filter(finding=finding).first()
    return annex_of_reader(readable, actor, locale) if readable is not None else None


def annex_of_site(plan: ActionPlan, locale: str, revision: Revision | None = None) -> RenderedAnnex | None:
    """This revision of the site's own, else the published one, else the newest; None where none is frozen."""
    revision = revision or plan.published or plan.revisions.first()
    return render(revision, as_site(revision), locale) if revision is not None else None


def annex_of_party(share: PlanShare, locale: str) -> RenderedAnnex | None:
    """The newest that the party was sent, with what is asked of it."""
    sent = share.sent.select_related("revision").first()
    return render(sent.revision, as_party(sent), locale) if sent is not None else None


def annex_of_reader(plan: ActionPlan, actor: Actor, locale: str) -> RenderedAnnex | None:
    """The published plan, in which nothing is asked of anybody."""
    if plan.published is None:
        return None
    return render(plan.published, as_reader(plan, actor.organisation_id), locale)
