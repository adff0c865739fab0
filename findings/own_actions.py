"""What this room itself offers to do about a CAR; the rooms above register their own."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, listed, side_by_side
from findings import policy
from findings.actions import Action
from findings.escalation import policy as escalation_policy
from findings.models import Escalation, Finding, LeftFinding, Triage

OUTCOME = _("See what step 1 led to")


def own_actions(finding: Finding, actor: Actor) -> Reads[list[Action]]:
    """Step 1 for the site, its outcome for the operator, and what an audit left for compliance staff."""
    # As they were prefetched; none for who may not know of them.
    triages = list(finding.triages.all()) if policy.may_see_triage(actor, finding) else []
    escalation, left = yield from side_by_side([_escalation(finding, actor, triages), _left(finding, actor)])
    return [*escalation, *_triage(finding, actor, triages), *left]


def _escalation(finding: Finding, actor: Actor, triages: Sequence[Triage]) -> Reads[list[Action]]:
    """What comes before all else once step 1 is urgent; what was sent stays to be seen by who was told."""
    if not policy.may_see_triage(actor, finding):
        seen: Collection[Escalation] = yield from listed(_seen(actor, finding.pk))
    else:
        seen = finding.escalations.all()  # as they were prefetched
        if escalation_policy.may_raise(actor, finding, next(iter(triages), None), seen):
            return [_to_raise(finding)]
    newest = next(iter(seen), None)
    url = reverse("escalation", args=[newest.pk]) if newest else ""
    return [Action(_("See the escalation"), url, rank=79)] if newest else []


def _to_raise(finding: Finding) -> Action:
    return Action(
        _("Choose who is told"),
        reverse("escalation_raise", args=[finding.pk]),
        primary=True,
        rank=1,
        title=_("Act now: tell those who need to know"),
        reason=_(
            "Step 1 is urgent. The next page says exactly who will be told, and nothing is sent before."
        ),
    )


def _triage(finding: Finding, actor: Actor, triages: Sequence[Triage]) -> list[Action]:
    if not policy.may_see_triage(actor, finding):
        return []
    url = reverse("triage", args=[finding.pk])
    if not policy.may_take_triage(actor, finding):
        return [Action(OUTCOME, url, rank=80)] if triages else []
    if triages:
        return [
            Action(OUTCOME, url, rank=80),
            Action(_("Go through step 1 again"), f"{url}?again=1", rank=81),
        ]
    return [
        Action(
            _("Understand this CAR"),
            url,
            primary=True,
            rank=10,
            title=_("Step 1: understand this CAR"),
            reason=_(
                "Up to four yes/no questions show how urgent it is and with whom to begin. They take a few minutes."
            ),
        )
    ]


def _left(finding: Finding, actor: Actor) -> Reads[list[Action]]:
    if not policy.may_decide_left(actor):
        return []
    if not (yield from listed(_to_decide(actor, finding.pk))):
        return []
    return [
        Action(
            _("Decide"),
            reverse("finding_decide", args=[finding.pk]),
            primary=True,
            rank=5,
            title=_("An audit left this CAR for you to decide"),
            reason=_("The audit neither closed this CAR nor raised it again. Say whether it stays as it is."),
        )
    ]


@prepared
def _seen(actor: Actor, finding_id: UUID) -> QuerySet[Escalation]:
    return Escalation.objects.visible_to(actor).filter(finding=finding_id)


@prepared
def _to_decide(actor: Actor, finding_id: UUID) -> QuerySet[LeftFinding]:
    return LeftFinding.objects.visible_to(actor).to_decide().filter(finding=finding_id)[:1]
