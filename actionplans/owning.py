"""How the parties of a plan stand with their own actions, for the pages and the next step."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.text import Truncator

from actionplans.annex import Document
from actionplans.annex.rendered_rows import RenderedRow, render_groups
from actionplans.annex.rows import rows_for
from actionplans.duties import policy
from actionplans.duties.owned import ACTIONS
from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, PlanShare, Revision
from carportal.core.actor import Actor

LABEL_LENGTH = 60  # characters of an action by which its buttons are told apart


@dataclass(frozen=True, slots=True)
class Owned:
    """One action as its party was sent it last, with what that said to it and how far it has come."""

    duty: Duty
    actor: Actor
    row: RenderedRow | None

    @property
    def what(self) -> str:
        cell = self.row.cells.get("what") if self.row else None
        return cell.text if cell else ""

    @property
    def label(self) -> str:
        return Truncator(" ".join(self.what.split())).chars(LABEL_LENGTH)

    @property
    def span(self) -> str:
        return self.row.span if self.row else ""

    @property
    def answer(self) -> DutyAnswer | None:
        """The one that stands."""
        return next(iter(self.answers), None) if not self.duty.is_proposed else None

    @property
    def answers(self) -> Iterable[DutyAnswer]:
        return self.duty.answers.all()

    @property
    def reports(self) -> Iterable[DutyReport]:
        """The newest first."""
        return self.duty.reports.all()

    @property
    def was_answered_before(self) -> bool:
        """Whether it is asked anew, for it says something else now."""
        return self.duty.is_proposed and any(self.answers)

    @property
    def may_accept(self) -> bool:
        return policy.may_accept_now(self.actor, self.duty)

    @property
    def may_decline(self) -> bool:
        return policy.may_decline_now(self.actor, self.duty)

    @property
    def may_report(self) -> bool:
        return policy.may_report_now(self.actor, self.duty)

    @property
    def may_take(self) -> bool:
        """What is taken goes to the action in the draft; of one that has ended, nothing does."""
        return self.duty.is_open and policy.may_take_reports_now(self.actor, self.duty.share)


def owned(duty: Duty, actor: Actor) -> Owned:
    """One of them, for a page of its own."""
    return next(iter(_owned([duty], actor)))


def duties_on(share: PlanShare, actor: Actor) -> list[Owned]:
    """All actions of a share's party for its page, those that are open before the others."""
    duties = _with_all(share.duties.all())
    for duty in duties:
        duty.share = share
    return sorted(_owned(duties, actor), key=lambda each: not each.duty.is_open)


def duties_to_show(duties: QuerySet[Duty], actor: Actor) -> list[Owned]:
    """For a list across plans: `duties` are the reader's own."""
    found = list(duties.select_related("revision", "share__plan__finding__site"))
    return list(_owned(found, actor))


def duties_beside(plan: ActionPlan, actor: Actor) -> Mapping[UUID, list[Owned]]:
    """For the site, by the action in the plan: who was asked to do it, and what came of that."""
    open_ones = Duty.objects.visible_to(actor).filter(share__plan=plan).exclude(status="ended")
    duties = _with_all(open_ones.select_related("share__organisation"))
    by_row: dict[UUID, list[Owned]] = defaultdict(list)
    for each in _owned(duties, actor):
        each.duty.share.plan = plan
        by_row[each.duty.row_id].append(each)
    return by_row


def _with_all(duties: QuerySet[Duty]) -> list[Duty]:
    related = duties.select_related("revision").prefetch_related(
        "answers__answered_by", "reports__reported_by"
    )
    return list(related)


def _owned(duties: Iterable[Duty], actor: Actor) -> Iterable[Owned]:
    """Each in the words that its party has of it; a revision is read once for all of its actions."""
    read: dict[tuple[UUID, UUID], Mapping[UUID, RenderedRow]] = {}
    for duty in duties:
        reading = (duty.revision_id, duty.share.organisation_id)
        if reading not in read:
            read[reading] = _actions_in(duty.revision, duty.share.organisation_id)
        yield Owned(duty, actor, read[reading].get(duty.row_id))


def _actions_in(revision: Revision, organisation_id: UUID) -> dict[UUID, RenderedRow]:
    """As `render` gives them to that reader, without the rest of the plan."""
    document = Document.from_json(revision.document)
    template = document.template
    rows = rows_for(template, document.rows, organisation_id)
    groups = render_groups(template, template.group(ACTIONS).field, rows, tells_shown=False)
    return {row.id: row for group in groups if group.name == ACTIONS for row in group.rows}
