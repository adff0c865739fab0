"""Publishing moves an open CAR to in progress; a later version is an event; the day of the upload is noted."""

from datetime import timedelta

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, PlanShare, Revision
from actionplans.plans.drafts import draft_of, today_at
from actionplans.plans.services import note_uploaded, publish_plan, start_plan
from actionplans.sharing.checks import NamesDisclosed
from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from findings.models import Finding
from stakeholders.models import TradingRelationship, Visibility
from tests.actionplans.conftest import Story
from tests.actionplans.making import TEXTS, end_by_next_audit, make_finding, share_with, write
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = pytest.mark.django_db


def now(plan: ActionPlan) -> tuple[str, int | None]:
    """The CAR's status, and the number of the published version."""
    fresh = ActionPlan.objects.select_related("finding", "published").get(pk=plan.pk)
    return fresh.finding.status, fresh.published.number if fresh.published else None


def events(plan: ActionPlan, reader: Reader = Reader.SITE) -> list[str]:
    return [each.kind for each in timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader)]


def outsiders(story: Story) -> list[Actor]:
    return [
        story.carol,
        story.dora,
        make_actor(make_supplier(), Role.MANAGER),
        make_actor(make_operator(), Role.COMPLIANCE),
        make_actor(make_audit_company()),
    ]


class TestPublishing:
    def test_first_publication_moves_the_car_to_in_progress(self, story: Story, plan: ActionPlan):
        revision = publish_plan(plan_id=plan.pk, actor=story.alice)
        assert now(plan) == ("in_progress", 1)
        assert revision.document == draft_of(plan).document.to_json()
        assert revision.frozen_by_id == story.alice.user_id
        assert Finding.objects.get(pk=story.finding.pk).in_progress_at is not None
        assert events(plan) == ["plan_started", "plan_published"]
        assert events(plan, Reader.OPERATOR) == ["plan_published"]
        assert events(plan, Reader.AUDITOR) == []
        assert verify().whole

    @pytest.mark.parametrize("name", TEXTS)
    def test_every_empty_row_is_named(self, story: Story, plan: ActionPlan, name: str):
        write(plan, story.alice, **{name: " \n "})
        with pytest.raises(InvalidInput, match="not complete yet") as refused:
            publish_plan(plan_id=plan.pk, actor=story.alice)
        assert set(refused.value.fields) == {name}
        assert now(plan) == ("open", None)

    def test_all_that_is_missing_is_named_at_once(self, story: Story):
        plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
        with pytest.raises(InvalidInput) as refused:
            publish_plan(plan_id=plan.pk, actor=story.alice)
        assert list(refused.value.fields) == ["root_cause", "stakeholders", "investigation", "actions"]
        assert str(refused.value.fields["root_cause"][0]) == "Fill in “Root cause” before you publish."

    def test_newer_version_is_an_event_and_no_transition(self, story: Story, plan: ActionPlan):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        since = Finding.objects.get(pk=story.finding.pk).in_progress_at
        write(plan, story.alice, actions="Something else.")
        assert now(plan) == ("in_progress", 1)
        publish_plan(plan_id=plan.pk, actor=story.bob)
        assert now(plan) == ("in_progress", 2)
        assert Finding.objects.get(pk=story.finding.pk).in_progress_at == since
        assert events(plan) == [
            "plan_started",
            "plan_published",
            "plan_draft_edited",
            "plan_published_anew",
        ]
        finding = timeline(aggregate=Aggregate.FINDING, aggregate_id=story.finding.pk, reader=Reader.SITE)
        assert [each.kind for each in finding] == ["car_in_progress"]

    def test_same_text_is_published_once(self, story: Story, plan: ActionPlan):
        first = publish_plan(plan_id=plan.pk, actor=story.alice)
        published_at = ActionPlan.objects.get(pk=plan.pk).published_at
        assert publish_plan(plan_id=plan.pk, actor=story.bob) == first
        assert ActionPlan.objects.get(pk=plan.pk).published_at == published_at
        assert events(plan) == ["plan_started", "plan_published"]

    def test_what_was_shared_and_what_is_published_is_one_revision(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        assert publish_plan(plan_id=plan.pk, actor=story.alice) == share.revision
        assert Revision.objects.count() == 1
        assert PlanShare.objects.get().status == "awaiting"

    def test_text_that_was_changed_since_it_was_looked_at_is_not_published(
        self, story: Story, plan: ActionPlan
    ):
        seen = draft_of(plan).document.sha256
        write(plan, story.bob, actions="Something else.")
        with pytest.raises(Conflict, match="changed since you checked it"):
            publish_plan(plan_id=plan.pk, actor=story.alice, seen=seen)
        assert now(plan) == ("open", None)

    def test_only_the_sites_editors_and_managers_publish(self, story: Story, plan: ActionPlan):
        for actor in outsiders(story):
            with pytest.raises(NotAllowed):
                publish_plan(plan_id=plan.pk, actor=actor)
        assert now(plan) == ("open", None)
        assert publish_plan(plan_id=plan.pk, actor=story.bob)

    @pytest.mark.parametrize("how", ["closed", "superseded"])
    def test_plan_of_an_ended_car_is_published_no_more(self, story: Story, plan: ActionPlan, how: str):
        successor = make_finding(story.site) if how == "superseded" else None
        end_by_next_audit(story.finding, successor=successor)
        with pytest.raises(Conflict, match=f"carried on there|{story.finding} has been closed"):
            publish_plan(plan_id=plan.pk, actor=story.alice)
        assert now(plan) == (how, None)
        assert not Notification.objects.exists()

    def test_names_that_readers_of_published_plans_would_learn_are_confirmed_first(
        self, story: Story, plan: ActionPlan
    ):
        """Only a customer that reads what is published is one to learn it."""
        write(plan, story.alice, stakeholders="Northmarket and Fairprice share the cost.")
        TradingRelationship.objects.filter(customer=story.customer).update(
            visibility=Visibility.PUBLISHED_PLANS
        )
        with pytest.raises(NamesDisclosed) as refused:
            publish_plan(plan_id=plan.pk, actor=story.alice)
        assert refused.value.names == {story.customer.pk: [story.other]}
        assert now(plan) == ("open", None)
        publish_plan(plan_id=plan.pk, actor=story.alice, confirmed_names=[story.other.pk])
        assert now(plan) == ("in_progress", 1)


class TestUpload:
    @pytest.fixture
    def published(self, story: Story, plan: ActionPlan) -> ActionPlan:
        publish_plan(plan_id=plan.pk, actor=story.alice)
        return plan

    def test_day_of_the_upload_is_noted_and_corrected(self, story: Story, published: ActionPlan):
        today = today_at(story.site, timezone.now())
        for day in (today - timedelta(days=1), today, today):
            note_uploaded(plan_id=published.pk, actor=story.alice, on=day)
            assert ActionPlan.objects.get(pk=published.pk).uploaded_on == day
        assert events(published).count("plan_uploaded") == 2
        assert events(published, Reader.PARTY).count("plan_uploaded") == 0

    def test_day_lies_between_the_cars_audit_and_today_where_the_site_is(
        self, story: Story, published: ActionPlan
    ):
        today = today_at(story.site, timezone.now())
        for day, sentence in (
            (today + timedelta(days=1), "cannot be in the future"),
            (story.finding.raised_on - timedelta(days=1), "cannot have been uploaded before"),
        ):
            with pytest.raises(InvalidInput, match=sentence) as refused:
                note_uploaded(plan_id=published.pk, actor=story.alice, on=day)
            assert set(refused.value.fields) == {"on"}
        assert ActionPlan.objects.get(pk=published.pk).uploaded_on is None
        # The site may have used Sedex before it came here.
        note_uploaded(plan_id=published.pk, actor=story.alice, on=story.finding.raised_on)

    def test_today_is_the_sites_own(
        self, story: Story, published: ActionPlan, monkeypatch: pytest.MonkeyPatch
    ):
        late = timezone.now().replace(hour=23, minute=30)
        monkeypatch.setattr(timezone, "now", lambda: late)
        tomorrow = late.date() + timedelta(days=1)
        story.site.time_zone = "Pacific/Kiritimati"  # there it is tomorrow already
        story.site.save()
        note_uploaded(plan_id=published.pk, actor=story.alice, on=tomorrow)
        story.site.time_zone = "America/Lima"
        story.site.save()
        with pytest.raises(InvalidInput, match="cannot be in the future"):
            note_uploaded(plan_id=published.pk, actor=story.alice, on=tomorrow)

    def test_what_is_not_published_here_was_not_uploaded(self, story: Story, plan: ActionPlan):
        with pytest.raises(Conflict, match="Publish the plan here first"):
            note_uploaded(plan_id=plan.pk, actor=story.alice, on=timezone.localdate())

    def test_only_the_sites_editors_and_managers_note_it(self, story: Story, published: ActionPlan):
        for actor in outsiders(story):
            with pytest.raises(NotAllowed):
                note_uploaded(plan_id=published.pk, actor=actor, on=story.finding.raised_on)
        assert ActionPlan.objects.get(pk=published.pk).uploaded_on is None

    def test_plan_of_an_ended_car_stays_as_it_is(self, story: Story, published: ActionPlan):
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict, match="Its plan stays as it is"):
            note_uploaded(plan_id=published.pk, actor=story.alice, on=story.finding.raised_on)
        assert ActionPlan.objects.get(pk=published.pk).uploaded_on is None
