"""What was shared can be taken back at once, and goes with the relationship it came from."""

import pytest

from actionplans.models import ActionPlan, PlanShare, Reply, ShareStatus
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput
from findings.models import Access, Finding
from stakeholders.models import TradingRelationship, Visibility
from stakeholders.services import add_relationship, end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    end_by_next_audit,
    make_finding,
    make_plan,
    share_with,
)
from tests.factories import (
    make_actor,
    make_customer,
    make_relationship,
    make_site,
)

pytestmark = pytest.mark.django_db


class TestWithdrawing:
    def test_partys_access_ends_at_once_and_the_sites_record_stays(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        withdraw_share(share_id=share.pk, actor=story.bob)
        assert not Access.objects.exists()
        assert not PlanShare.objects.visible_to(story.dora).exists()
        assert not Finding.objects.visible_to(story.dora).exists()
        kept = PlanShare.objects.visible_to(story.carol).get()
        assert kept.status == ShareStatus.WITHDRAWN
        assert kept.sent.get().replies.get().kind == "confirmed"
        with pytest.raises(Conflict, match="not shared with Northmarket Ltd any more"):
            withdraw_share(share_id=share.pk, actor=story.alice)

    def test_party_does_not_read_that_it_was_withdrawn(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        withdraw_share(share_id=share.pk, actor=story.alice)
        kinds = [
            entry.kind
            for entry in timeline(
                aggregate=Aggregate.PLAN,
                aggregate_id=plan.pk,
                reader=Reader.PARTY,
                party_id=story.customer.pk,
            )
        ]
        assert kinds == ["plan_shared"]

    def test_what_the_relationship_lets_see_stays(self, story: Story, plan: ActionPlan):
        reader = make_customer("Reader Retail")
        add_relationship(
            actor=make_actor(story.supplier, Role.MANAGER),
            site_id=story.site.pk,
            customer_reference=reader.reference,
            visibility=Visibility.CAR_LIST,
        )
        share = share_with(plan, story.alice, reader)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert list(Finding.objects.visible_to(make_actor(reader))) == [story.finding]
        assert not PlanShare.objects.visible_to(make_actor(reader)).exists()

    def test_shared_again_it_is_a_new_share_without_the_old_ones_replies(
        self, story: Story, plan: ActionPlan
    ):
        first = share_with(plan, story.alice, story.customer)
        reply(share_id=first.pk, actor=story.dora, sent_id=first.sent.get().pk, kind="confirmed")
        withdraw_share(share_id=first.pk, actor=story.alice)
        second = share_with(plan, story.alice, story.customer)
        assert second.pk != first.pk
        assert (second.status, second.sent.count()) == (ShareStatus.AWAITING, 1)
        assert not Reply.objects.filter(sent__share=second).exists()
        assert list(PlanShare.objects.visible_to(story.dora)) == [second]
        assert Access.objects.get().source_id == second.pk

    def test_plan_of_an_ended_car_is_shared_no_more_but_can_still_be_withdrawn(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, story.customer)
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict, match="has been closed by a later audit"):
            share_with(plan, story.alice, story.other)
        assert list(PlanShare.objects.visible_to(story.dora)) == [share]
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not PlanShare.objects.visible_to(story.dora).exists()

    def test_who_no_longer_buys_from_the_site_no_longer_reads_its_plans(self, story: Story, plan: ActionPlan):
        elsewhere = make_site(story.supplier)
        make_relationship(elsewhere, story.customer)
        there = share_with(make_plan(make_finding(elsewhere), story.alice), story.alice, story.customer)
        second = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
        shares = [share_with(plan, story.alice, story.customer), second]
        others = share_with(plan, story.alice, story.other)
        relationship = TradingRelationship.objects.get(site=story.site, customer=story.customer)
        end_relationship(actor=story.bob, relationship_id=relationship.pk)
        assert set(PlanShare.objects.filter(status=ShareStatus.WITHDRAWN)) == set(shares)
        assert list(PlanShare.objects.visible_to(story.dora)) == [there]
        others.refresh_from_db()
        assert others.status == ShareStatus.AWAITING
        last = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)[-1]
        assert last.sentence.startswith("The plan is no longer shared with Northmarket Ltd")
        with pytest.raises(InvalidInput):
            share_with(plan, story.alice, story.customer)
        assert verify().whole
