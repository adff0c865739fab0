"""Filters of CARs by their plans, the replies to them, the updates agreed on and who is waited on, each within what its
reader may know of either."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from actionplans.models import ActionPlan, Duty, PlanShare, ShareStatus, Side, UpdateAgreement
from actionplans.waiting import Who, waits_for
from carportal.core.actor import Actor
from findings.filters import Choice, Filter, Viewpoint
from stakeholders.models import Organisation
from stakeholders.querysets import OrganisationQuerySet

NONE, DRAFT, PUBLISHED, SHARED = "none", "draft", "published", "shared"
AWAITED, CHANGES = "awaited", "changes"
AGREED, LATE = "agreed", "late"
WAITING = [ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED]


def _reads_plans(actor: Actor) -> bool:
    """An auditor never learns of a plan, not even that there is one."""
    return actor.organisation_id is not None and not actor.is_auditor


def _plans(view: Viewpoint) -> list[Choice]:
    if view.actor.is_supplier:
        return [
            Choice(NONE, _("Not begun"), _("Plan not begun")),
            Choice(DRAFT, _("Being written"), _("Plan being written")),
            Choice(PUBLISHED, _("Published")),
        ]
    if view.actor.is_operator:
        return [Choice(NONE, _("None published")), Choice(PUBLISHED, _("Published"))]
    return [
        Choice(SHARED, _("Shared with you")),
        Choice(PUBLISHED, _("Published, for you to read")),
        Choice(NONE, _("None that you can read")),
    ]


def _has_plan(value: str, view: Viewpoint) -> Q:
    readable = ActionPlan.objects.visible_to(view.actor).filter(finding=OuterRef("pk"))
    published = Q(Exists(readable.exclude(published=None)))
    if value == PUBLISHED:
        return published
    if value == DRAFT:
        return Q(Exists(readable.filter(published=None)))
    if view.actor.is_supplier or view.actor.is_operator:
        return ~Q(Exists(readable))
    shared = Q(Exists(PlanShare.objects.visible_to(view.actor).filter(plan__finding=OuterRef("pk"))))
    return shared if value == SHARED else ~(shared | published)


def _replies(view: Viewpoint) -> list[Choice]:
    if view.actor.is_operator:
        return [Choice(AWAITED, _("Awaited"), _("Reply awaited")), Choice(CHANGES, _("Changes requested"))]
    if view.actor.is_supplier:
        return [
            Choice(AWAITED, _("Awaited"), _("Reply awaited")),
            Choice(CHANGES, _("Changes requested"), _("Changes requested")),
        ]
    return [
        Choice(AWAITED, _("Awaited from you"), _("Reply awaited from you")),
        Choice(CHANGES, _("You requested changes")),
    ]


def _has_reply(value: str, view: Viewpoint) -> Q:
    statuses = WAITING if value == AWAITED else [ShareStatus.CHANGES_REQUESTED]
    shares = PlanShare.objects.with_state_open_to(view.actor).filter(status__in=statuses)
    if view.party is not None:
        shares = shares.filter(organisation=view.party)
    return Q(Exists(shares.filter(plan__finding=OuterRef("pk"))))


def _updates(_view: Viewpoint) -> list[Choice]:
    return [
        Choice(LATE, _("Agreed date has passed"), _("Agreed update not here yet")),
        Choice(AGREED, _("Agreed on")),
    ]


def _has_updates(value: str, view: Viewpoint) -> Q:
    agreements = UpdateAgreement.objects.with_state_open_to(view.actor)
    if view.party is not None:
        agreements = agreements.filter(share__organisation=view.party)
    wanted = agreements.late(view.today) if value == LATE else agreements.in_force()
    return Q(Exists(wanted.filter(share__plan__finding=OuterRef("pk"))))


def _waited_on(view: Viewpoint) -> list[Choice]:
    you = Choice(Who.YOU.value, Who.YOU.label, _("Waiting on you"))
    site = Choice(Who.SITE.value, Who.SITE.label, _("Waiting on the site"))
    others = Choice(Who.OTHERS.value, Who.OTHERS.label, _("Waiting on others"))
    if view.actor.is_supplier:
        return [you, others]
    return [site, others] if view.actor.is_operator else [you, site]


def _waits(value: str, view: Viewpoint) -> Q:
    """A party knows of the site and of itself alone; of several, the site and the operator know that there is one."""
    is_site = value == Who.SITE or (value == Who.YOU and view.actor.is_supplier)
    return waits_for(Side.SITE if is_site else Side.PARTY, view.actor, view.today)


def _is_operator(actor: Actor) -> bool:
    """Nobody else may learn of several parties of one plan, or only by its own shares."""
    return actor.is_operator


def _awaits_reply_of(value: str, view: Viewpoint) -> Q:
    shares = PlanShare.objects.with_state_open_to(view.actor).waiting_for_reply()
    return Q(Exists(shares.filter(organisation=UUID(value), plan__finding=OuterRef("pk"))))


def _has_action_of(value: str, view: Viewpoint) -> Q:
    duties = Duty.objects.with_state_open_to(view.actor).outstanding()
    return Q(Exists(duties.filter(share__organisation=UUID(value), share__plan__finding=OuterRef("pk"))))


def _parties(view: Viewpoint) -> OrganisationQuerySet:
    """Those with whom plans are shared, whether or not anything is outstanding with them now."""
    shares = PlanShare.objects.with_state_open_to(view.actor)
    return Organisation.objects.filter(Exists(shares.filter(organisation=OuterRef("pk"))))


PLAN = Filter(
    name="plan",
    label=_("Action plan"),
    everything=_("Any or none"),
    choices=_plans,
    condition=_has_plan,
    offered_to=_reads_plans,
    counted=True,
    rank=40,
)
REPLY = Filter(
    name="reply",
    label=_("Reply to the plan"),
    everything=_("Any or none"),
    choices=_replies,
    condition=_has_reply,
    offered_to=_reads_plans,
    counted=True,
    rank=41,
)
UPDATES = Filter(
    name="updates",
    label=_("Updates"),
    everything=_("Agreed or not"),
    choices=_updates,
    condition=_has_updates,
    offered_to=_reads_plans,
    counted=True,
    rank=42,
)
WAITS = Filter(
    name="waiting",
    label=_("Waiting on"),
    everything=_("Anybody or nobody"),
    choices=_waited_on,
    condition=_waits,
    offered_to=_reads_plans,
    counted=True,
    rank=43,
)
REPLY_FROM = Filter(
    name="reply_from",
    label=_("Reply awaited from"),
    everything=_("Anybody or nobody"),
    directory=_parties,
    condition=_awaits_reply_of,
    offered_to=_is_operator,
    linked=True,
    rank=44,
)
ACTION_FROM = Filter(
    name="action_from",
    label=_("Actions to be done by"),
    everything=_("Anybody or nobody"),
    directory=_parties,
    condition=_has_action_of,
    offered_to=_is_operator,
    linked=True,
    rank=45,
)
FILTERS = (PLAN, REPLY, UPDATES, WAITS, REPLY_FROM, ACTION_FROM)
