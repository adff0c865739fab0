"""How far a CAR's plan is, for the pages and the next step; costs no query where all of it is prefetched."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import QuerySet, prefetch_related_objects

from actionplans.annex import Document, Missing
from actionplans.models import (
    ActionPlan,
    Call,
    DraftField,
    DraftRow,
    Duty,
    DutyReport,
    PlanShare,
    Revision,
    ShareStatus,
    UpdateProposal,
)
from actionplans.plans.drafts import Draft, draft_of
from actionplans.plans.policy import is_own
from actionplans.sharing.querysets import ShareQuerySet
from carportal.core.actor import Actor
from carportal.core.prepared import prepared
from carportal.core.together import Reads, keep_below, side_by_side
from findings.models import Finding

# For lists of CARs, so that none of them asks the database for its plan.
PREFETCH = (
    "plan__draft_fields",
    "plan__draft_rows",
    "plan__shares__organisation",
    "plan__shares__agreement",
    "plan__shares__update_proposals",
    "plan__shares__calls",
    "plan__shares__duties__reports",
    "plan__published",
    "supersedes__plan",
)


def rows_of_plan(finding: Finding, actor: Actor) -> Reads[None]:
    """Registered with `findings.reading`: what the actions and sections of a CAR's page go by, as `PREFETCH` has it.

    Of a plan the site gets all, a party its own shares with what hangs on them, everybody else nothing.
    """
    plan = plan_of(finding)
    if plan is not None:
        plan.finding = finding
        own = [_draft(plan)] if is_own(actor, finding) else []
        yield from side_by_side([_shares(plan, actor), *own])
    elif is_own(actor, finding):
        earlier = finding.supersedes.select_related("plan")
        yield [earlier]
        keep_below([finding], "supersedes", earlier)


def _draft(plan: ActionPlan) -> Reads[None]:
    fields, rows, published = _fields(plan.pk), _rows(plan.pk), _published(plan.published_id)
    yield [fields, rows, published]
    keep_below([plan], "draft_fields", fields)
    keep_below([plan], "draft_rows", rows)
    plan.published = published.first()


@prepared
def _fields(plan_id: UUID) -> QuerySet[DraftField]:
    return DraftField.objects.filter(plan=plan_id)


@prepared
def _rows(plan_id: UUID) -> QuerySet[DraftRow]:
    return DraftRow.objects.filter(plan=plan_id)


@prepared
def _published(pk: UUID | None) -> QuerySet[Revision]:
    return Revision.objects.filter(pk__in=[] if pk is None else [pk]).defer("document")


def _shares(plan: ActionPlan, actor: Actor) -> Reads[None]:
    about = actor, plan.pk
    shares, proposals, calls = _shares_of(*about), _proposals(*about), _calls(*about)
    duties, reports = _duties(*about), _reports(*about)
    yield [shares, proposals, calls, duties, reports]
    keep_below([plan], "shares", shares)
    keep_below(shares, "update_proposals", proposals)
    keep_below(shares, "calls", calls)
    keep_below(shares, "duties", duties)
    keep_below(duties, "reports", reports)


def with_what_they_have(shares: ShareQuerySet) -> ShareQuerySet:
    """Along with each its party, what is agreed, and which revision it has, without what that says."""
    return shares.select_related("organisation", "agreement", "revision").defer("revision__document")


@prepared
def _shares_of(actor: Actor, plan_id: UUID) -> QuerySet[PlanShare]:
    return with_what_they_have(PlanShare.objects.visible_to(actor).filter(plan=plan_id))


@prepared
def _proposals(actor: Actor, plan_id: UUID) -> QuerySet[UpdateProposal]:
    return UpdateProposal.objects.visible_to(actor).filter(share__plan=plan_id)


@prepared
def _calls(actor: Actor, plan_id: UUID) -> QuerySet[Call]:
    return Call.objects.visible_to(actor).filter(share__plan=plan_id)


@prepared
def _duties(actor: Actor, plan_id: UUID) -> QuerySet[Duty]:
    return Duty.objects.visible_to(actor).filter(share__plan=plan_id)


@prepared
def _reports(actor: Actor, plan_id: UUID) -> QuerySet[DutyReport]:
    return DutyReport.objects.visible_to(actor).filter(duty__share__plan=plan_id)


@dataclass(frozen=True)
class Standing:
    """The site's own view of a plan; nothing of it is for other readers."""

    plan: ActionPlan

    @cached_property
    def draft(self) -> Draft:
        return draft_of(self.plan)

    @cached_property
    def document(self) -> Document:
        return self.draft.document

    @cached_property
    def digest(self) -> str:
        return self.document.sha256

    @cached_property
    def missing_to_share(self) -> list[Missing]:
        return self.document.missing_to_share()

    @cached_property
    def missing_to_publish(self) -> list[Missing]:
        return self.document.missing_to_publish()

    @property
    def is_published(self) -> bool:
        return self.plan.published_id is not None

    @property
    def changed_since_published(self) -> bool:
        published = self.plan.published
        return published is not None and published.digest != self.digest

    def changed_since(self, revision: Revision) -> bool:
        return revision.digest != self.digest

    @cached_property
    def shares(self) -> list[PlanShare]:
        """Those that are not withdrawn, by the party's name."""
        live = (share for share in self.plan.shares.all() if share.status != ShareStatus.WITHDRAWN)
        return sorted(live, key=lambda share: share.organisation.name)

    @property
    def is_confirmed(self) -> bool:
        """By everyone whom the site asked for a reply."""
        asked = {share.status for share in self.shares} - {ShareStatus.INFORMED}
        return asked == {ShareStatus.CONFIRMED}

    def shares_in(self, *statuses: ShareStatus) -> list[PlanShare]:
        return [share for share in self.shares if share.status in statuses]


def plan_of(finding: Finding) -> ActionPlan | None:
    try:
        return finding.plan
    except ActionPlan.DoesNotExist:
        return None


def standing_of(finding: Finding) -> Standing | None:
    """None where no plan was begun."""
    plan = plan_of(finding)
    return standing_for(plan) if plan is not None else None


def standing_for(plan: ActionPlan) -> Standing:
    """Worked out once for each plan that was loaded, whoever asks."""
    standing: Standing = vars(plan).setdefault("_standing", Standing(plan))
    return standing


def earlier_plans(finding: Finding) -> list[ActionPlan]:
    """The plans of the CARs that this one superseded, the latest first, to be carried on."""
    prefetch_related_objects([finding], "supersedes__plan")
    plans = [plan for plan in map(plan_of, finding.supersedes.all()) if plan is not None]
    return sorted(plans, key=lambda plan: (plan.finding.raised_on, plan.finding.reference), reverse=True)
