"""Reminders that people set for themselves: who sets, sees and changes them, and that nobody else learns of any."""

from datetime import date, timedelta
from typing import Any

import pytest

from actionplans.models import ActionPlan, Nudge, PlanShare, Whom
from actionplans.nudges.services import MOST
from actionplans.plans.services import find_words, redact_words
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import NOBODY, SYSTEM, Actor, Role
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import AuditEvent, Delivery
from stakeholders.models import Visibility
from stakeholders.reminding import sweep
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_finding, make_ngo, share_with
from tests.actionplans.nudging import IN_JUNE, change, nudge, remove
from tests.factories import (
    make_actor,
    make_audit_company,
    make_customer,
    make_operator,
    make_relationship,
    make_supplier,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def strangers() -> list[Actor]:
    """Some of them see the CAR, and none has a part in it."""
    operator = make_operator()
    return [
        make_actor(operator, Role.COMPLIANCE),
        make_actor(operator, Role.MANAGER),
        make_actor(make_audit_company()),
        make_actor(make_supplier()),
        make_actor(make_ngo()),
    ]


class TestSetting:
    def test_of_a_car_without_a_plan_too(self, story: Story):
        kept = nudge(story.finding, story.alice)
        assert (kept.finding, kept.organisation, kept.set_by_id) == (
            story.finding,
            story.supplier,
            story.alice.user_id,
        )
        assert not ActionPlan.objects.exists()

    @pytest.mark.usefixtures("share")
    def test_by_a_party_that_sees_the_car(self, story: Story):
        assert nudge(story.finding, story.dora).organisation == story.customer

    @pytest.mark.usefixtures("share")
    def test_by_nobody_who_has_no_part_in_it_or_only_reads(self, story: Story):
        viewers = [story.carol, make_actor(story.customer, Role.VIEWER)]
        for actor in [*viewers, *strangers(), make_actor(story.other), SYSTEM, NOBODY]:
            with pytest.raises(NotAllowed):
                nudge(story.finding, actor)
        assert not Nudge.objects.exists()

    def test_same_once_more_is_the_one_that_is_there(self, story: Story):
        assert nudge(story.finding, story.alice) == nudge(story.finding, story.alice)
        nudge(story.finding, story.bob)
        nudge(story.finding, story.alice, whom=Whom.WRITERS)
        assert Nudge.objects.count() == 3

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"text": " \n"}, "text"),
            ({"text": "x" * 501}, "text"),
            ({"day": TODAY}, "day"),
            ({"day": TODAY + timedelta(days=5 * 365 + 1)}, "day"),
            ({"whom": "everybody"}, "whom"),
        ],
    )
    def test_what_cannot_be_is_refused_at_its_field(self, story: Story, wrong: dict[str, Any], field: str):
        with pytest.raises(InvalidInput) as refused:
            nudge(story.finding, story.alice, **wrong)
        assert set(refused.value.fields) == {field}

    def test_day_is_one_at_the_site(self, story: Story):
        """At noon in Greenwich it is tomorrow already in Auckland."""
        story.site.time_zone = "Pacific/Auckland"
        story.site.save()
        with pytest.raises(InvalidInput):
            nudge(story.finding, story.alice, day=TODAY + timedelta(days=1))
        nudge(story.finding, story.alice, day=TODAY + timedelta(days=2))

    def test_more_than_anybody_can_think_of_are_refused(self, story: Story):
        for number in range(MOST):
            nudge(story.finding, story.alice, f"{number}")
        with pytest.raises(Conflict, match="Remove one"):
            nudge(story.finding, story.alice, "One more.")
        nudge(story.finding, story.bob)
        nudge(make_finding(story.site), story.alice)


class TestSeeing:
    @pytest.mark.usefixtures("share")
    def test_each_sees_its_own_and_those_for_all_who_write_with_it(self, story: Story):
        own = nudge(story.finding, story.alice)
        sites = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        customers = nudge(story.finding, story.dora, whom=Whom.WRITERS)
        viewer = make_actor(story.customer, Role.VIEWER)
        seen = {
            actor: set(Nudge.objects.visible_to(actor))
            for actor in (story.alice, story.bob, story.carol, story.dora, viewer)
        }
        assert seen == {
            story.alice: {own, sites},
            story.bob: {sites},
            story.carol: {sites},
            story.dora: {customers},
            viewer: {customers},
        }

    def test_nobody_else_sees_any_not_even_the_portal_itself(self, story: Story, share: PlanShare):
        share_with(share.plan, story.alice, story.other)
        for actor, whom in ((story.alice, Whom.WRITERS), (story.dora, Whom.WRITERS), (story.dora, Whom.SELF)):
            nudge(story.finding, actor, whom=whom)
        for actor in [*strangers(), make_actor(story.other), SYSTEM, NOBODY]:
            assert not Nudge.objects.visible_to(actor).exists()

    @pytest.mark.usefixtures("share")
    def test_none_is_on_any_record(self, story: Story):
        before = AuditEvent.objects.count()
        kept = nudge(story.finding, story.dora, whom=Whom.WRITERS)
        remove(change(kept, story.dora, "Something else."), story.dora)
        assert AuditEvent.objects.count() == before

    @pytest.mark.usefixtures("share")
    def test_those_with_readers_are_those_that_somebody_of_the_organisation_sees(self, story: Story):
        """The clock asks for many organisations at once what `visible_to` says for one."""
        listed = make_customer()
        make_relationship(story.site, listed, visibility=Visibility.CAR_LIST)
        others = [make_actor(each) for each in (story.other, listed)]
        for actor in (story.alice, story.dora, *others):
            assert actor.user_id is not None
            assert actor.organisation_id is not None
            Nudge.objects.create(
                finding=story.finding,
                organisation_id=actor.organisation_id,
                day=IN_JUNE,
                text="Look at it.",
                whom=Whom.SELF,
                set_by_id=actor.user_id,
            )
        seen = {
            each.pk
            for actor in (story.alice, story.dora, *others)
            for each in Nudge.objects.visible_to(actor)
        }
        assert set(Nudge.objects.with_readers().values_list("pk", flat=True)) == seen
        assert 0 < len(seen) < Nudge.objects.count()


class TestChanging:
    def test_by_a_colleague_it_is_the_colleagues_own(self, story: Story):
        kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        changed = change(kept, story.bob, "Ask it for the lists.", day=date(2026, 7, 1))
        assert (changed.day, changed.text, changed.set_by_id) == (
            date(2026, 7, 1),
            "Ask it for the lists.",
            story.bob.user_id,
        )
        assert not Nudge.objects.visible_to(story.alice).exists()

    def test_nobody_writes_over_what_a_colleague_made_of_it(self, story: Story):
        kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        change(kept, story.bob, "Ask it for the lists.", whom=Whom.WRITERS)
        again = change(kept, story.bob, "Ask it for the lists.", whom=Whom.WRITERS, seen=1)
        assert again.turn == 2  # sent twice
        with pytest.raises(Conflict, match="has changed this reminder"):
            change(kept, story.alice, "Leave it.", whom=Whom.WRITERS, seen=1)
        assert Nudge.objects.get().text == "Ask it for the lists."

    @pytest.mark.usefixtures("share")
    def test_by_nobody_who_does_not_see_it_or_only_reads(self, story: Story):
        alone = nudge(story.finding, story.alice)
        shared = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        for kept, actor in (
            (alone, story.bob),
            (shared, story.carol),
            (shared, story.dora),
            *((shared, each) for each in strangers()),
        ):
            with pytest.raises((NotAllowed, Conflict)):
                change(kept, actor, "Nothing.")
            with pytest.raises((NotAllowed, Conflict)):
                remove(kept, actor)
        assert set(Nudge.objects.values_list("turn", flat=True)) == {1}

    def test_removed_once_by_whoever_sees_it(self, story: Story):
        kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
        remove(kept, story.bob)
        with pytest.raises(Conflict, match="not there any more"):
            remove(kept, story.alice)
        assert not Nudge.objects.exists()


class TestWithTheCar:
    def test_party_that_sees_the_car_no_more_has_none_until_it_sees_it_again(
        self, story: Story, share: PlanShare
    ):
        kept = nudge(story.finding, story.dora)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not Nudge.objects.visible_to(story.dora).exists()
        with pytest.raises(NotAllowed):
            change(kept, story.dora, "Another.")
        with pytest.raises(NotAllowed):
            nudge(story.finding, story.dora, "Another.")
        share_with(share.plan, story.alice, story.customer)
        assert Nudge.objects.visible_to(story.dora).get() == kept

    def test_it_stays_with_a_car_that_has_ended(self, story: Story):
        kept = nudge(story.finding, story.alice)
        successor = make_finding(story.site)
        end_by_next_audit(story.finding, successor=successor)
        assert Nudge.objects.visible_to(story.alice).get().finding == kept.finding == story.finding
        change(kept, story.alice, "It is over.")
        assert nudge(story.finding, story.bob).finding == story.finding


class TestWordsThatMustGo:
    def test_they_go_from_all_and_nobody_is_told_where_they_stood(self, story: Story, share: PlanShare):
        """The site knows its own, and can change them."""
        kept = [nudge(story.finding, actor, "Ask Maria.") for actor in (story.alice, story.dora)]
        nudge(story.finding, story.alice, "Pay the rest.", whom=Whom.WRITERS)
        elsewhere = nudge(make_finding(story.site), story.alice, "Ask Maria.")
        assert find_words(share.plan, "Maria") == []
        change(nudge(story.finding, story.bob, "Maria"), story.bob, "Nothing.")
        share.plan.draft_fields.filter(name="actions").update(value="Pay Maria.")
        redact_words(plan_id=share.plan_id, actor=story.alice, words="Maria", reason="A worker's name.")
        texts = [Nudge.objects.get(pk=each.pk).readable_text for each in kept]
        assert texts == ["Ask [removed]."] * 2
        assert Nudge.objects.get(pk=elsewhere.pk).text == "Ask Maria."
        assert set(Nudge.objects.values_list("text", flat=True)) >= {"Pay the rest.", "Nothing."}

    def test_so_does_what_was_kept_of_mails_that_told_them_also_in_earlier_words(
        self, story: Story, share: PlanShare
    ):
        told, other = nudge(story.finding, story.alice, "Ask Maria."), nudge(story.finding, story.bob, "Pay.")
        sweep(IN_JUNE)
        deliver_due()
        change(told, story.alice, "Ask again.", day=date(2026, 7, 1))
        share.plan.draft_fields.filter(name="actions").update(value="Pay Maria.")
        redact_words(plan_id=share.plan_id, actor=story.alice, words="Maria", reason="A worker's name.")
        kept = {
            each.notification.object_id: bool(each.text)
            for each in Delivery.objects.filter(notification__kind="nudge").select_related("notification")
        }
        assert kept == {told.pk: False, other.pk: True}

    def test_one_that_is_removed_leaves_no_copy_of_its_mail(self, story: Story):
        kept = nudge(story.finding, story.alice, "Ask Maria.")
        sweep(IN_JUNE)
        deliver_due()
        sent = Delivery.objects.get(notification__kind="nudge")
        assert "Ask Maria." in sent.text
        remove(kept, story.alice)
        sent.refresh_from_db()
        assert (sent.state, sent.text, sent.html) == ("sent", "", "")
