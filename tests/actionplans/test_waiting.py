"""On whom a CAR waits: what each room says of it, what each reader is told, and that a list of it is the same."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.models import (
    ActionPlan,
    Call,
    Duty,
    DutyReport,
    PlanShare,
    Reply,
    SharedRevision,
    ShareStatus,
    UpdateAgreement,
    UpdateProposal,
)
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply
from actionplans.waiting import Who, waiting_on
from carportal.core.actor import Actor, Role
from findings.filters import Filters, Viewpoint
from findings.models import Access, Finding, FindingStatus
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import change_visibility
from tests.actionplans import agreeing, arranging
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_finding, make_ngo, share_with, undone
from tests.actionplans.taking_on import accept, decline, duty_of, give_action, report, take
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

RAISED = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def operator(story: Story) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def told(actor: Actor, finding: Finding, on: date = TODAY) -> list[tuple[str, str, str]]:
    """Each thing as (who, in words, what)."""
    groups = waiting_on(actor, [finding.pk], on).get(finding.pk, [])
    return [(str(wait.who), wait.name, str(wait.said)) for group in groups for wait in group.waits]


SITE_READS = ("site", "The site", "")


class TestWhatWaits:
    def test_site_is_to_write_then_its_parties_to_reply_then_it_is_to_publish(
        self, story: Story, operator: Actor
    ):
        write_it = "Write the plan and share it"
        assert told(story.alice, story.finding) == [("you", "You", write_it)]
        assert told(operator, story.finding) == [SITE_READS]
        assert told(story.dora, story.finding) == []
        plan = story.plan()
        assert told(story.alice, story.finding) == [("you", "You", write_it)]
        share = share_with(plan, story.alice, story.customer, story.other)
        assert told(story.alice, story.finding) == [
            ("others", "Fairprice Stores plc", "Reply to the plan"),
            ("others", "Northmarket Ltd", "Reply to the plan"),
        ]
        assert told(story.dora, story.finding) == [("you", "You", "Reply to the plan")]
        assert told(operator, story.finding) == [("others", "Others", "")] * 2
        answer(share, story.dora, "changes_requested")
        assert told(story.dora, story.finding) == [
            ("site", "The site", "Look at the changes that were asked for")
        ]
        for each in PlanShare.objects.all():
            answer(each, make_actor(each.organisation), "confirmed")
        assert told(story.alice, story.finding) == [
            ("you", "You", "Publish the plan: everybody asked has answered")
        ]
        assert told(story.dora, story.finding) == []  # whether others have answered is nothing to it
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert told(story.alice, story.finding) == told(operator, story.finding) == []

    def test_calls_and_proposals_wait_for_the_side_that_did_not_make_them(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        answer(share, story.dora, "confirmed")
        arranging.propose(share, story.alice)
        proposal = agreeing.propose(share, story.dora)
        assert told(story.dora, story.finding) == [
            ("you", "You", "Pick a time for a call"),
            ("site", "The site", "Answer how often updates are to come"),
        ]
        assert told(story.alice, story.finding) == [
            ("you", "You", "Answer how often updates are to come"),
            ("others", "Northmarket Ltd", "Pick a time for a call"),
        ]
        (group,) = [
            each
            for each in waiting_on(story.alice, [story.finding.pk], TODAY)[story.finding.pk]
            if each.who == Who.OTHERS
        ]
        assert group.sentence == "Waiting on Northmarket Ltd since 2 March 2026"
        assert group.waits[0].url.endswith(f"/shares/{share.pk}/#calls")
        assert proposal.is_open

    def test_update_whose_agreed_date_has_passed_waits_for_the_site_since_then(
        self, story: Story, plan: ActionPlan, operator: Actor
    ):
        share = share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        answer(share, story.dora, "confirmed")
        agreement = agreeing.agree(share, story.alice, story.dora)
        assert told(story.dora, story.finding, agreement.next_due) == []
        late = agreement.next_due + timedelta(days=1)
        for actor in (story.alice, story.dora, operator):
            (group,) = waiting_on(actor, [story.finding.pk], late)[story.finding.pk]
            assert group.since == agreement.next_due
            assert group.who == (Who.YOU if actor == story.alice else Who.SITE)

    def test_actions_wait_for_their_party_then_for_what_the_site_makes_of_them(
        self, story: Story, plan: ActionPlan
    ):
        action = give_action(plan, story.alice, story.customer)
        share = share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        answer(share, story.dora, "confirmed")
        duty = duty_of(share, action)
        assert told(story.dora, story.finding) == [("you", "You", "Accept or decline an action")]
        decline(duty, story.dora)
        anew = "Plan anew for an action that was declined"
        assert told(story.alice, story.finding) == [("you", "You", anew)]
        accept(duty, story.dora)
        assert told(story.alice, story.finding) == []
        reported = report(duty, story.dora)
        taking = "Take a report on an action into the plan"
        assert told(story.dora, story.finding) == [("site", "The site", taking)]
        take(reported, story.alice)
        assert told(story.dora, story.finding) == []

    def test_nobody_is_waited_on_about_a_car_that_has_ended(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        arranging.propose(share, story.alice)
        end_by_next_audit(story.finding)
        assert told(story.alice, story.finding) == told(story.dora, story.finding) == []

    def test_many_parties_are_counted_in_a_line_and_named_on_the_page(self, story: Story, plan: ActionPlan):
        others = [story.customer, story.other]
        share_with(plan, story.alice, *others)
        (group,) = waiting_on(story.alice, [story.finding.pk], TODAY)[story.finding.pk]
        assert group.sentence.startswith("Waiting on Fairprice Stores plc and Northmarket Ltd since")
        share_with(plan, story.alice, make_ngo())
        (group,) = waiting_on(story.alice, [story.finding.pk], TODAY)[story.finding.pk]
        assert group.sentence.startswith("Waiting on 3 parties since")


def answer(share: PlanShare, actor: Actor, kind: str) -> None:
    sent = share.sent.latest("sent_at")
    reply(share_id=share.pk, actor=actor, sent_id=sent.pk, kind=kind, comment="By June, please.")


def test_one_query_however_many_cars_and_moves(story: Story, plan: ActionPlan):
    def count() -> int:
        ids = list(Finding.objects.values_list("pk", flat=True))
        with CaptureQueriesContext(connection) as queries:
            assert waiting_on(story.alice, ids, TODAY)
        return len(queries)

    assert count() == 1
    share = share_with(plan, story.alice, story.customer, story.other)
    arranging.propose(share, story.alice)
    for _ in range(3):
        make_finding(story.site)
    assert count() == 1


# --- Against a plain model ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Car:
    """A CAR as it may have come to be; `share` is the customer's. Days are those before today."""

    status: FindingStatus
    published: bool
    share: ShareStatus | None
    sent: int
    call: str
    proposal: str
    due: int | None  # in so many days
    duty: str
    reported: bool
    taken: bool

    @property
    def is_shared(self) -> bool:
        return self.share is not None and self.share != ShareStatus.WITHDRAWN

    def moves(self) -> list[tuple[str, bool]]:
        """Whose move each thing is, and whether it is about the customer's share."""
        if self.status not in {FindingStatus.OPEN, FindingStatus.IN_PROGRESS}:
            return []
        found: list[tuple[str, bool]] = []
        if not self.published and not self.is_shared:
            found.append(("site", False))
        return [*found, *self._moves_of_share()] if self.is_shared else found

    def _moves_of_share(self) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        if self.share in {ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED}:
            found.append(("party", True))
        elif self.share == ShareStatus.CHANGES_REQUESTED:
            found.append(("site", True))
        elif not self.published:
            found.append(("site", False))
        found += [({"site": "party", "party": "site"}[by], True) for by in (self.call, self.proposal) if by]
        if self.due is not None and self.due < 0:
            found.append(("site", True))
        if self.duty == "proposed":
            found.append(("party", True))
        if self.duty == "declined":
            found.append(("site", True))
        if self.duty not in {"", "ended"} and self.reported and not self.taken:
            found.append(("site", True))
        return found


cars = st.lists(
    st.builds(
        Car,
        status=st.sampled_from(FindingStatus),
        published=st.booleans(),
        share=st.sampled_from([None, *ShareStatus, *ShareStatus]),
        sent=st.integers(0, 60),
        call=st.sampled_from(["", "site", "party"]),
        proposal=st.sampled_from(["", "site", "party"]),
        due=st.sampled_from([None, -30, -1, 0, 1]),
        duty=st.sampled_from(["", "proposed", "accepted", "declined", "ended"]),
        reported=st.booleans(),
        taken=st.booleans(),
    ),
    min_size=1,
    max_size=6,
)


def make(car: Car, story: Story) -> Finding:
    """As rows, past the services, which would not let all of it be at once."""
    finding = make_finding(story.site, status=FindingStatus.OPEN)
    plan = ActionPlan.objects.create(finding=finding, template_version="annex-1")
    revision = plan.revisions.create(number=1, template_version="annex-1", document={}, sha256="0" * 64)
    if car.published:
        plan.published, plan.published_at = revision, timezone.now()
        plan.save()
    if car.share is not None:
        share = PlanShare.objects.create(
            plan=plan, organisation=story.customer, revision=revision, status=car.share
        )
        Access.objects.create(
            organisation=story.customer, finding=finding, level=2, source="share", source_id=share.pk
        )
        fill(car, share)
    Finding.objects.filter(pk=finding.pk).update(**ended(car, finding))
    return finding


def ended(car: Car, finding: Finding) -> dict[str, object]:
    values: dict[str, object] = {"status": car.status}
    if car.status == FindingStatus.IN_PROGRESS:
        values["in_progress_at"] = timezone.now()
    if car.status in {FindingStatus.CLOSED, FindingStatus.SUPERSEDED}:
        values |= {"ended_at": timezone.now(), "ended_on": TODAY}
    if car.status == FindingStatus.CLOSED:
        values["closed_by"] = finding.audit
    if car.status == FindingStatus.SUPERSEDED:
        values["superseded_by"] = make_finding(finding.site, audit=finding.audit)
    return values


def fill(car: Car, share: PlanShare) -> None:
    at = timezone.now() - timedelta(days=car.sent)
    sent = SharedRevision.objects.create(share=share, revision=share.revision, sent_at=at)
    if car.share == ShareStatus.CHANGES_REQUESTED:
        Reply.objects.create(sent=sent, kind="changes_requested", comment="More.", replied_at=at)
    if not car.is_shared:
        return
    if car.call:
        Call.objects.create(
            share=share,
            purpose="call_on_approach",
            by_side=car.call,
            duration=30,
            where=arranging.LINK,
            proposed_at=at,
        )
    day = TODAY + timedelta(days=car.due or 0)
    if car.proposal:
        UpdateProposal.objects.create(
            share=share, by_side=car.proposal, months=3, first_due=day, proposed_at=at
        )
    if car.due is not None:
        UpdateAgreement.objects.create(share=share, months=3, first_due=day, next_due=day)
    if car.duty:
        duty = Duty.objects.create(
            share=share, row_id=uuid4(), revision=share.revision, status=car.duty, changed_at=at
        )
        if car.reported:
            taken_at = timezone.now() if car.taken else None
            DutyReport.objects.create(
                duty=duty, state="done", text="Done.", reported_at=at, taken_at=taken_at
            )


def expected(car: Car, reader: str) -> list[str]:
    """How the reader is to call those who are waited on, one for each thing."""
    words = {
        "alice": {"site": "you", "party": "others"},
        "dora": {"site": "site", "party": "you"},
        "operator": {"site": "site", "party": "others"},
    }[reader]
    return sorted(words[side] for side, of_share in car.moves() if of_share or reader != "dora")


@settings(
    max_examples=settings().max_examples // 8, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(cars)
def test_each_reader_is_told_what_the_rows_say_and_lists_agree(
    story: Story, operator: Actor, cars: list[Car]
):
    readers = {"alice": story.alice, "dora": story.dora, "operator": operator}
    with undone():
        made = {make(car, story).pk: car for car in cars}
        for name, actor in readers.items():
            got = waiting_on(actor, list(made), TODAY)
            for pk, car in made.items():
                words = [str(wait.who) for group in got.get(pk, []) for wait in group.waits]
                assert sorted(words) == expected(car, name), (name, car)
            view = Viewpoint(actor, TODAY)
            seen = set(view.visible.values_list("pk", flat=True))
            for who in Who:
                filters = Filters(view, {"waiting": who.value, "status": "all"})
                if "waiting" not in filters.chosen:
                    assert not any(who.value in expected(car, name) for car in cars)
                    continue
                listed = set(filters.findings.values_list("pk", flat=True)) & set(made)
                assert listed == {
                    pk for pk, car in made.items() if who.value in expected(car, name) and pk in seen
                }


def test_days_are_those_on_which_things_began_to_wait(story: Story, operator: Actor):
    car = Car(FindingStatus.OPEN, True, ShareStatus.AWAITING, 20, "party", "", -30, "", False, False)
    finding = make(car, story)
    sent = TODAY - timedelta(days=20)
    groups = waiting_on(operator, [finding.pk], TODAY)[finding.pk]
    assert [(str(group.who), group.since) for group in groups] == [
        ("site", TODAY - timedelta(days=30)),
        ("others", sent),
    ]


def test_agreed_day_is_the_same_for_a_reader_in_the_west(story: Story):
    car = Car(FindingStatus.OPEN, True, ShareStatus.CONFIRMED, 20, "", "", -3, "", False, False)
    finding = make(car, story)
    with timezone.override("America/Lima"):
        (group,) = waiting_on(story.alice, [finding.pk], TODAY)[finding.pk]
    assert group.since == TODAY - timedelta(days=3)


def test_reader_of_published_plans_without_a_share_is_told_of_nobody(story: Story, plan: ActionPlan):
    relationship = TradingRelationship.objects.get(customer=story.other)
    change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS)
    share_with(plan, story.alice, story.customer)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    erik = make_actor(story.other)
    assert Finding.objects.visible_to(erik).exists()
    assert waiting_on(erik, [story.finding.pk], TODAY) == {}
