"""What can be done about updates, by whom, and when it comes next."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.models import PlanShare, Side
from actionplans.sharing.policy import is_party
from actionplans.standing import plan_of
from actionplans.updates import policy
from actionplans.updating import Agreed, agreed_of, answers, most_pressing
from carportal.core.actor import Actor
from findings.actions import Action
from findings.models import Finding

# Among the ranks of `actionplans.actions`: what others wait for comes before a newer version of the plan,
# and agreeing on updates is the third step, after the plan.
ANSWER, DUE, POST, AGREE = 32, 35, 65, 70
PARTY_ANSWERS = 12
DAY = "j F Y"


def update_actions(finding: Finding, actor: Actor) -> list[Action]:
    """Registered with `findings.actions`."""
    plan = plan_of(finding)
    if plan is None or actor.organisation_id is None:
        return []
    if policy.may_post_now(actor, finding):
        return _for_site(finding, agreed_of(plan, finding))
    if actor.is_supplier or actor.is_operator or actor.is_auditor:
        return []
    plan.finding = finding
    mine = [each for each in agreed_of(plan, finding) if is_party(actor, each.share)]
    return list(_to_answer(actor, mine))


def _for_site(finding: Finding, agreed: list[Agreed]) -> list[Action]:
    if not agreed:
        return []
    return [*_proposed_by_parties(agreed), _post(finding, agreed), _agree(finding, agreed)]


def _proposed_by_parties(agreed: list[Agreed]) -> Iterable[Action]:
    for each in agreed:
        if each.proposal is not None and each.proposal.by_side == Side.PARTY:
            yield Action(
                _("Answer the proposal"),
                _on_share(each.share),
                primary=True,
                rank=ANSWER,
                title=_("Answer the proposal for updates"),
                reason=_("%(party)s proposes how often it would like to hear from you.")
                % {"party": each.share.organisation.name},
            )


def _post(finding: Finding, agreed: list[Agreed]) -> Action:
    url, label = reverse("plan_update", args=[finding.pk]), _("Post an update")
    due = most_pressing(agreed)
    if due is None or due.agreement is None:
        return Action(label, url, rank=POST)
    day = {"day": date_format(due.agreement.next_due, DAY)}
    reason = (
        _("The update that was agreed for %(day)s has not been posted yet. A few sentences are enough.")
        if due.is_late
        else _("An update is agreed for %(day)s; one that you post from now on counts for it.")
    )
    return Action(label, url, primary=True, rank=DUE, reason=reason % day)


def _agree(finding: Finding, agreed: list[Agreed]) -> Action:
    """The next step once a plan is published, until somebody has proposed something."""
    url = reverse("plan_agree", args=[finding.pk])
    begun = any(each.agreement or each.share.update_proposals.all() for each in agreed)
    if begun:
        return Action(_("Propose how often updates come"), url, rank=AGREE)
    return Action(
        _("Propose how often updates come"),
        url,
        primary=finding.plan.published_id is not None,
        rank=AGREE,
        title=_("Step 3: agree how often updates come"),
        reason=_(
            "You and each party you share the plan with agree on it; you are reminded before each date."
        ),
    )


def _to_answer(actor: Actor, agreed: list[Agreed]) -> Iterable[Action]:
    for each in agreed:
        if answers(actor, each)["may_answer"]:
            yield Action(
                _("Answer the proposal"),
                _on_share(each.share),
                primary=True,
                rank=PARTY_ANSWERS,
                title=_("Answer the site's proposal for updates"),
                reason=_("The site proposes how often you hear from it."),
            )


def _on_share(share: PlanShare) -> str:
    return f"{reverse('share', args=[share.pk])}#updates"
