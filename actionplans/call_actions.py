"""What can be done about calls, by whom, and when it comes next."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.calls import policy
from actionplans.models import Call, PlanShare, Side
from actionplans.sharing.policy import side_of
from actionplans.standing import plan_of
from carportal.core.actor import Actor
from findings.actions import Action
from findings.models import Finding

# Among the ranks of `actionplans.actions`: what others wait for comes first; then what nobody has written down yet.
ANSWER, MINUTES, AHEAD = 31, 33, 66
PARTY_ANSWERS, PARTY_MINUTES = 11, 13


def call_actions(finding: Finding, actor: Actor) -> list[Action]:
    """Registered with `findings.actions`; for the two sides of each share alone."""
    plan = plan_of(finding)
    if plan is None or actor.organisation_id is None or actor.is_operator or actor.is_auditor:
        return []
    plan.finding = finding
    actions = []
    for share in plan.shares.all():
        share.plan = plan
        if policy.may_call_now(actor, share):
            actions += [action for call in share.calls.all() for action in _about(call, share, actor)]
    return actions


def _about(call: Call, share: PlanShare, actor: Actor) -> Iterable[Action]:
    call.share = share
    is_site, url = side_of(actor, share) == Side.SITE, f"{reverse('share', args=[share.pk])}#calls"
    if policy.may_answer_now(actor, call):
        yield Action(
            _("Answer the proposal"),
            url,
            primary=True,
            rank=ANSWER if is_site else PARTY_ANSWERS,
            title=_("Pick a time for a call"),
            reason=_("%(party)s proposes times for a call.") % {"party": share.organisation.name}
            if is_site
            else _("The site proposes times for a call."),
        )
    elif policy.may_write_minutes_now(actor, call, timezone.now()):
        yield Action(
            _("Write the minutes"),
            reverse("call_minutes", args=[call.pk]),
            primary=is_site,
            rank=MINUTES if is_site else PARTY_MINUTES,
            title=_("Write down what came of the call"),
            reason=_("Both sides read it, and what was agreed can go into the plan."),
        )
    elif call.is_agreed and call.starts_at is not None:
        when = date_format(timezone.localtime(call.starts_at), "j F Y, H:i")
        label = _("See the call on %(when)s") % {"when": when}
        yield Action(label, url, rank=AHEAD)
