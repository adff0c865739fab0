"""What can be done about the actions of parties, by whom, and when it comes next."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _

from actionplans.duties import policy
from actionplans.models import Duty, PlanShare
from actionplans.standing import plan_of
from carportal.core.actor import Actor
from findings.actions import Action
from findings.models import Finding

# Among the ranks of `actionplans.actions`: what others wait for comes before what can be done at any time.
TAKE, LOOK, REPORT = 34, 36, 67
PARTY_ANSWERS = 11


def duty_actions(finding: Finding, actor: Actor) -> list[Action]:
    """Registered with `findings.actions`; for the two sides of each share alone."""
    plan = plan_of(finding)
    if plan is None or actor.organisation_id is None or actor.is_operator or actor.is_auditor:
        return []
    plan.finding = finding
    prefetch_related_objects([plan], "shares__organisation", "shares__duties__reports")
    actions: list[Action] = []
    for share in plan.shares.all():
        share.plan = plan
        if policy.goes_on(share):
            duties = _of(share)
            actions += _for_site(share, duties) if policy.may_take_reports_now(actor, share) else []
            actions += _for_party(share, duties) if policy.may_own(actor, share) else []
    return actions


def _of(share: PlanShare) -> list[Duty]:
    duties = [duty for duty in share.duties.all() if duty.is_open]
    for duty in duties:
        duty.share = share
    return duties


def _for_site(share: PlanShare, duties: Iterable[Duty]) -> Iterable[Action]:
    """One of a kind for each party, however many of its actions it is about."""
    party = {"party": share.organisation.name}
    if any(report.taken_at is None for duty in duties for report in duty.reports.all()):
        yield Action(
            _("Read the report"),
            _page(share),
            primary=True,
            rank=TAKE,
            title=_("Take a report into the plan"),
            reason=_("%(party)s reported on its action. One click puts it into the draft.") % party,
        )
    if any(duty.is_declined for duty in duties):
        yield Action(
            _("Read why"),
            _page(share),
            primary=True,
            rank=LOOK,
            title=_("Plan anew for an action that was declined"),
            reason=_("%(party)s declined an action that the plan names it for.") % party,
        )


def _for_party(share: PlanShare, duties: Iterable[Duty]) -> Iterable[Action]:
    if any(duty.is_proposed for duty in duties):
        yield Action(
            _("Accept or decline"),
            _page(share),
            primary=True,
            rank=PARTY_ANSWERS,
            title=_("Say whether you take on your actions"),
            reason=_("The plan names your organisation as the one that does them."),
        )
    if any(duty.is_accepted for duty in duties):
        yield Action(_("Report on your actions"), _page(share), rank=REPORT)


def _page(share: PlanShare) -> str:
    return f"{reverse('share', args=[share.pk])}#duties"
