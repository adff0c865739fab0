"""The record of a plan, for who takes people's names out of it."""

from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from actionplans.models import ActionPlan
from actionplans.plans import policy
from actionplans.plans.services import lock_plan
from carportal.core.actor import Actor
from carportal.core.audit import Aggregate, Place, Reader, Record, RecordPage


def _load(actor: Actor, plan_id: UUID) -> ActionPlan | None:
    return ActionPlan.objects.visible_to(actor).select_related("finding__site").filter(pk=plan_id).first()


def _check_redacts(actor: Actor, plan: ActionPlan) -> None:
    policy.check_redacts(actor, plan.finding)


def _reader_of(actor: Actor) -> Reader:
    return Reader.OPERATOR if actor.is_operator else Reader.SITE


def _page(_actor: Actor, plan: ActionPlan) -> RecordPage:
    finding = plan.finding
    way = [
        Place(_("CARs"), reverse("finding_list")),
        Place(finding.reference, reverse("finding", args=[finding.pk])),
        Place(_("Action plan"), reverse("plan", args=[finding.pk])),
    ]
    return RecordPage(finding.reference, way)


RECORD = Record(
    aggregate=Aggregate.PLAN,
    load=_load,
    lock=lock_plan,
    check_redacts=_check_redacts,
    reader_of=_reader_of,
    page=_page,
)
