"""An agreement on updates ends when a side no longer wants it, or with the share it was made on."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare, SharedUpdate, UpdateAgreement
from actionplans.sharing.services import withdraw_share
from actionplans.updates.services import Terms, accept_proposal
from carportal.core.actor import Role
from carportal.core.audit import Reader, verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import AuditEvent, Delivery, Notification
from stakeholders.reminding import Swept, sweep
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, end, post, propose, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, record_of, share_with
from tests.actionplans.pages import client_of, heading_of, main_of, send, text_of
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

DUE = IN_MAY.first_due
SIX_MONTHS = Terms(6, date(2026, 8, 31))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def agreed(story: Story, share: PlanShare) -> PlanShare:
    agree(share, story.alice, story.dora)
    return share


def pages_of(share: PlanShare) -> tuple[str, str]:
    return reverse("share", args=[share.pk]), reverse("share_end_agreement", args=[share.pk])


class TestEnding:
    def test_either_side_ends_it_and_no_update_is_awaited_any_more(self, story: Story, share: PlanShare):
        for actor, side in ((story.alice, "site"), (story.dora, "party")):
            agree(share, story.alice, story.dora)
            assert UpdateAgreement.objects.late(DUE + timedelta(days=1)).exists()
            ended = end(share, actor)
            assert (ended.ended_by, ended.remind_on) == (side, None)
            assert not UpdateAgreement.objects.in_force().exists()
        assert verify().whole

    def test_the_other_side_is_told_and_both_read_it_on_the_record(
        self, story: Story, plan: ActionPlan, agreed: PlanShare
    ):
        end(agreed, story.dora)
        told = Notification.objects.filter(kind="updates_ended").values_list("recipient_id", flat=True)
        assert set(told) == {story.alice.user_id, story.bob.user_id}
        sentence = (
            "Ended the agreement on updates to Northmarket Ltd every 3 months, counted from 31 May 2026"
        )
        for reader in (Reader.SITE, Reader.OPERATOR):
            assert record_of(plan, reader)[-1] == sentence
        assert AuditEvent.objects.get(kind="updates_ended").party_id == story.customer.pk

    def test_what_was_posted_stays_and_further_updates_count_for_no_date(
        self, story: Story, agreed: PlanShare, monkeypatch: pytest.MonkeyPatch
    ):
        stand_still(monkeypatch, DUE)
        post(agreed, story.alice, text="Half is repaid.")
        end(agreed, story.alice)
        post(agreed, story.alice, text="All is repaid.")
        counted = SharedUpdate.objects.order_by("update__posted_at").values_list("counted_for", flat=True)
        assert list(counted) == [DUE, None]

    def test_a_new_agreement_takes_its_place(self, story: Story, agreed: PlanShare):
        end(agreed, story.alice)
        again = agree(agreed, story.dora, story.alice, SIX_MONTHS)
        assert (again.is_ended, again.next_due) == (False, SIX_MONTHS.first_due)
        assert UpdateAgreement.objects.in_force().get() == again

    def test_a_proposal_goes_on_waiting(self, story: Story, agreed: PlanShare):
        proposal = propose(agreed, story.dora, SIX_MONTHS)
        end(agreed, story.alice)
        assert accept_proposal(proposal_id=proposal.pk, actor=story.alice).months == 6

    def test_nobody_ends_what_they_have_not_seen(self, story: Story, agreed: PlanShare):
        agree(agreed, story.alice, story.dora, SIX_MONTHS)
        with pytest.raises(Conflict, match="Other dates were agreed"):
            end(agreed, story.dora)
        end(agreed, story.dora, SIX_MONTHS)
        with pytest.raises(Conflict, match="other side has ended"):
            end(agreed, story.alice, SIX_MONTHS)

    def test_sent_twice_it_ends_once(self, story: Story, agreed: PlanShare):
        end(agreed, story.dora)
        end(agreed, story.dora)
        assert AuditEvent.objects.filter(kind="updates_ended").count() == 1

    def test_only_those_who_write_for_a_side_end_it(self, story: Story, plan: ActionPlan, agreed: PlanShare):
        other = make_actor(story.other)
        share_with(plan, story.alice, story.other)
        for actor in (
            story.carol,
            make_actor(story.customer, Role.VIEWER),
            other,
            make_actor(make_operator(), Role.COMPLIANCE),
        ):
            with pytest.raises(NotAllowed):
                end(agreed, actor)
        assert UpdateAgreement.objects.in_force().exists()

    def test_where_nothing_is_agreed_there_is_nothing_to_end(self, story: Story, share: PlanShare):
        with pytest.raises(Conflict, match="nothing to end"):
            end(share, story.alice)
        agree(share, story.alice, story.dora)
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict, match="no updates are due any more"):
            end(share, story.alice)

    @pytest.mark.parametrize(
        "values", [{"ended_by": "site"}, {"ended_at": "2026-03-02T12:00Z", "ended_by": "nobody"}]
    )
    def test_database_takes_no_end_without_a_side(self, agreed: PlanShare, values: dict[str, str]):
        with pytest.raises(IntegrityError, match="agreement_ended_by_a_side"), transaction.atomic():
            UpdateAgreement.objects.filter(share=agreed).update(**{"remind_on": None} | values)

    def test_an_ended_agreement_keeps_no_day_to_remind_on(self, story: Story, agreed: PlanShare):
        end(agreed, story.alice)
        with pytest.raises(IntegrityError, match="agreement_ended_by_a_side"), transaction.atomic():
            UpdateAgreement.objects.update(remind_on=DUE)


class TestReminders:
    def test_those_already_owed_are_dropped_and_none_is_owed_any_more(
        self, story: Story, agreed: PlanShare, mailoutbox
    ):
        make_actor(make_operator(), Role.COMPLIANCE)
        for days in (7, 35):
            sweep(DUE + timedelta(days=days))
        end(agreed, story.dora)
        deliver_due()
        reminders = Delivery.objects.filter(notification__kind__in=["update_due", "update_missing"])
        assert set(reminders.values_list("state", flat=True)) == {"dropped"}
        assert [
            each for each in mailoutbox if "is due" in each.subject or "has not come" in each.subject
        ] == []
        assert sweep(DUE + timedelta(days=60)).owed["update_due"] == 0
        assert sweep(DUE + timedelta(days=400)) == Swept()

    def test_another_party_of_the_same_date_is_still_waited_for(
        self, story: Story, plan: ActionPlan, agreed: PlanShare, mailoutbox
    ):
        other = share_with(plan, story.alice, story.other)
        agree(other, story.alice, make_actor(story.other))
        sweep(DUE)
        end(agreed, story.dora)
        deliver_due()
        (text,) = {each.body for each in mailoutbox if "is due" in each.subject}
        assert "Fairprice Stores plc" in text
        assert "Northmarket" not in text

    def test_what_is_agreed_anew_is_reminded_of(self, story: Story, agreed: PlanShare):
        end(agreed, story.dora)
        agree(agreed, story.alice, story.dora, SIX_MONTHS)
        assert sweep(SIX_MONTHS.first_due).owed["update_due"] == 2

    def test_that_it_ended_is_not_told_once_the_two_have_agreed_anew(
        self, story: Story, agreed: PlanShare, mailoutbox
    ):
        deliver_due()
        end(agreed, story.dora)
        agree(agreed, story.alice, story.dora, SIX_MONTHS)
        mailoutbox.clear()
        deliver_due()
        assert [each.subject for each in mailoutbox if "ended the agreement" in each.subject] == []

    def test_an_answer_that_has_not_left_does_not_call_agreed_what_has_ended(
        self, story: Story, agreed: PlanShare, mailoutbox
    ):
        end(agreed, story.dora)
        deliver_due()
        told = [
            each.subject for each in mailoutbox if "agreement" in each.subject or "accepted" in each.subject
        ]
        assert len(told) == 2
        assert all(each.startswith("Northmarket Ltd ended the agreement on updates") for each in told)


class TestPages:
    def test_a_side_reads_what_ends_and_what_stays_then_ends_it(self, story: Story, agreed: PlanShare):
        for actor, other, who in (
            (story.alice, story.dora, "Green Valley Packhouse"),
            (story.dora, story.alice, "Northmarket Ltd"),
        ):
            share_page, end_page = pages_of(agreed)
            client = client_of(actor)
            assert main_of(client.get(share_page)).all("a", href=end_page)
            page = client.get(end_page)
            assert "End the agreement on updates with" in heading_of(page)
            assert "What was posted stays, and the plan stays shared." in text_of(page)
            done = send(client, page, press="End the agreement")
            assert done["Location"] == f"{share_page}#updates"
            own, others = client.get(share_page), client_of(other).get(share_page)
            assert "Your organisation ended what was agreed, an update every 3 months, on 2 March 2026." in (
                text_of(own)
            )
            assert f"{who} ended what was agreed, an update every 3 months, on 2 March 2026." in text_of(
                others
            )
            for each in (own, others):
                assert "No dates are agreed until the two sides agree anew." in text_of(each)
                assert "Propose to agree anew" in text_of(each)
                assert not main_of(each).all("a", href=end_page)
            agree(agreed, story.alice, story.dora)

    def test_whoever_comes_second_is_told_and_ends_nothing(self, story: Story, agreed: PlanShare):
        share_page, end_page = pages_of(agreed)
        client = client_of(story.dora)
        page = client.get(end_page)
        agree(agreed, story.alice, story.dora, SIX_MONTHS)
        send(client, page)
        assert "Other dates were agreed since you opened this page." in text_of(client.get(share_page))
        assert UpdateAgreement.objects.in_force().exists()

    def test_without_an_agreement_there_is_no_page_to_end_one(self, story: Story, share: PlanShare):
        share_page, end_page = pages_of(share)
        client = client_of(story.alice)
        assert client.get(end_page)["Location"] == f"{share_page}#updates"
        assert client.post(end_page)["Location"] == f"{share_page}#updates"

    def test_who_only_reads_is_not_offered_it(self, story: Story, agreed: PlanShare):
        share_page, end_page = pages_of(agreed)
        for actor in (story.carol, make_actor(story.customer, Role.VIEWER)):
            client = client_of(actor)
            assert not main_of(client.get(share_page)).all("a", href=end_page)
            assert client.get(end_page).status_code == 403

    def test_the_site_proposes_no_dates_unasked_to_a_party_that_wants_none(
        self, story: Story, plan: ActionPlan, agreed: PlanShare
    ):
        share_with(plan, story.alice, story.other)
        end(agreed, story.dora)
        page = client_of(story.alice).get(reverse("plan_agree", args=[story.finding.pk]))
        assert "What was agreed before has ended." in text_of(page)
        boxes = main_of(page).all("input", name="party")
        assert {each["value"]: "checked" in each for each in boxes}[str(agreed.pk)] is False
        assert sum("checked" in each for each in boxes) == 1


class TestSharedAnew:
    @pytest.fixture
    def anew(self, story: Story, plan: ActionPlan, agreed: PlanShare) -> PlanShare:
        withdraw_share(share_id=agreed.pk, actor=story.alice)
        return share_with(plan, story.alice, story.customer)

    def test_before_it_is_withdrawn_the_site_reads_that_the_agreement_ends_too(
        self, story: Story, agreed: PlanShare
    ):
        page = client_of(story.alice).get(reverse("share_withdraw", args=[agreed.pk]))
        assert "What you agreed on updates ends too" in text_of(page)

    def test_nothing_is_agreed_until_it_is_made_anew_and_both_read_so(self, story: Story, anew: PlanShare):
        assert not UpdateAgreement.objects.in_force().exists()
        assert sweep(DUE).owed["update_due"] == 0
        before = "What was agreed before, an update every 3 months, ended when the plan was no longer shared."
        for actor in (story.alice, story.dora):
            client = client_of(actor)
            text = text_of(client.get(reverse("share", args=[anew.pk])))
            assert f"{before} No dates are agreed until the two sides agree anew." in text
            page = client.get(reverse("share_agree", args=[anew.pk]))
            assert before in text_of(page)
            assert page.context["form"]["months"].value() == 3
        assert "Nothing agreed any more" in text_of(
            client_of(story.alice).get(reverse("plan", args=[story.finding.pk]))
        )

    def test_the_site_is_offered_to_propose_it(self, story: Story, anew: PlanShare):
        page = client_of(story.alice).get(reverse("plan_agree", args=[story.finding.pk]))
        (box,) = main_of(page).all("input", name="party")
        assert (box["value"], "checked" in box) == (str(anew.pk), True)

    @pytest.mark.usefixtures("anew")
    def test_the_page_of_the_share_that_ended_says_so(self, story: Story, agreed: PlanShare):
        text = text_of(client_of(story.alice).get(reverse("share", args=[agreed.pk])))
        assert "ended when the plan was no longer shared." in text
        assert "No dates are agreed until" not in text
        assert "End the agreement" not in text

    @pytest.mark.usefixtures("anew")
    def test_one_party_learns_nothing_of_what_was_agreed_with_another(self, story: Story, plan: ActionPlan):
        other = share_with(plan, story.alice, story.other)
        text = text_of(client_of(make_actor(story.other)).get(reverse("share", args=[other.pk])))
        assert "You have not agreed with the site yet how often you get an update." in text

    def test_page_costs_the_same_however_often_it_was_shared(
        self,
        story: Story,
        plan: ActionPlan,
        anew: PlanShare,
        django_assert_num_queries: DjangoAssertNumQueries,
    ):
        client = client_of(story.dora)
        client.get(reverse("share", args=[anew.pk]))
        share = anew
        for _ in range(2):
            with django_assert_num_queries(19):  # as that of any share, and what was agreed before
                client.get(reverse("share", args=[share.pk]))
            agree(share, story.alice, story.dora)
            withdraw_share(share_id=share.pk, actor=story.alice)
            share = share_with(plan, story.alice, story.customer)
