"""A party that was typed in is linked to a known organisation, which has what was shared with it from then on."""

from functools import partial

import pytest
from django.test import Client
from django.urls import reverse

from actionplans.annex import render
from actionplans.guests.models import GuestLink
from actionplans.history import sendings_to
from actionplans.models import (
    ActionPlan,
    Comment,
    EvidenceFile,
    PlanShare,
    ShareStatus,
    Subject,
    SubjectKind,
)
from actionplans.plans.drafts import draft_of
from actionplans.sharing.audiences import as_party
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from findings.models import Access, Finding
from stakeholders.models import Organisation
from stakeholders.services import link_party
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import browser_of, link_of, make_party, open_link, share_with_party
from tests.actionplans.making import CONFIRM, add_file, add_party, add_row, share_with
from tests.actionplans.pages import client_of, problems_of, text_of
from tests.actionplans.talking import say
from tests.factories import make_actor, make_customer, make_operator, make_organisation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def staff() -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


@pytest.fixture
def known() -> Organisation:
    return make_organisation(
        OrganisationKind.TRADE_UNION, name="International Harvest Union", reference="ZC1234567"
    )


@pytest.fixture
def reader(known: Organisation) -> Actor:
    return make_actor(known)


@pytest.fixture
def party(story: Story) -> Organisation:
    return make_party(story.alice)


@pytest.fixture
def share(story: Story, plan: ActionPlan, party: Organisation) -> PlanShare:
    return share_with_party(plan, story.alice, party)


def link(party: Organisation, known: Organisation, staff: Actor) -> Organisation:
    return link_party(actor=staff, party_id=party.pk, reference=f" {known.reference.lower()} ")


def text_for(share: PlanShare) -> str:
    sent = share.sent.select_related("revision", "share").latest("sent_at")
    annex = render(sent.revision, as_party(sent), "en-gb")
    return str([(row.text, row.groups) for row in annex.rows])


class TestHandingOver:
    def test_share_with_its_replies_and_thread_is_the_known_organisations(
        self,
        story: Story,
        share: PlanShare,
        party: Organisation,
        known: Organisation,
        reader: Actor,
        staff: Actor,
    ):
        guest = open_link(link_of(share))
        reply(share_id=share.pk, actor=guest, sent_id=share.sent.get().pk, kind="acknowledged")
        said = say(share, story.alice)
        assert not PlanShare.objects.visible_to(reader).exists()
        link(party, known, staff)
        moved = PlanShare.objects.visible_to(reader).get()
        assert (moved.pk, moved.organisation, moved.typed_in_as) == (share.pk, known, party)
        assert Finding.objects.visible_to(reader).get() == story.finding
        assert list(Comment.objects.visible_to(reader)) == [said]
        assert set(Access.objects.values_list("organisation_id", flat=True)) == {known.pk}
        reply(share_id=share.pk, actor=reader, sent_id=share.sent.get().pk, kind="confirmed")
        page = client_of(reader).get(reverse("share", args=[share.pk]))
        assert "Grace Guest" in text_of(page)
        assert verify().whole

    def test_what_was_frozen_for_the_party_reads_the_same_for_the_known_organisation(
        self,
        story: Story,
        plan: ActionPlan,
        party: Organisation,
        known: Organisation,
        reader: Actor,
        staff: Actor,
    ):
        row = add_party(plan, story.alice, party, name="Our union")
        action = add_row(plan, story.alice, "actions", what="Meet the union", owner=str(row))
        share = share_with_party(plan, story.alice, party)
        others = share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, party=party, subject=Subject(SubjectKind.ACTION, action))
        before = text_for(share)
        assert "Meet the union" in before
        link(party, known, staff)
        share.refresh_from_db()
        assert text_for(share) == before
        assert "Meet the union" not in text_for(others)
        assert [sent.share_id for sent in sendings_to(share, reader)] == [share.pk]
        assert list(EvidenceFile.objects.visible_to(reader)) == [file]

    def test_draft_names_the_known_organisation_so_that_the_next_version_does(
        self,
        story: Story,
        plan: ActionPlan,
        party: Organisation,
        known: Organisation,
        staff: Actor,
    ):
        row = add_party(plan, story.alice, party, name="Our union")
        add_row(plan, story.alice, "actions", what="Meet the union", owner=str(row))
        share = share_with_party(plan, story.alice, party)
        link(party, known, staff)
        (drafted,) = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["stakeholders"]
        assert drafted.cells["organisation"] == str(known.pk)
        share_with(plan, story.alice, known, note="Now under your own name.")
        share.refresh_from_db()
        assert "Meet the union" in text_for(share)
        assert PlanShare.objects.count() == 1

    def test_record_of_the_share_goes_on_and_tells_of_the_link(
        self,
        plan: ActionPlan,
        share: PlanShare,
        party: Organisation,
        known: Organisation,
        reader: Actor,
        staff: Actor,
    ):
        link(party, known, staff)
        page = text_of(client_of(reader).get(reverse("share", args=[share.pk])))
        assert "Shared the action plan with Harvest Union" in page
        sites = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)
        assert any("which was typed in, is International Harvest Union" in each.sentence for each in sites)

    def test_people_of_the_known_organisation_are_told_and_guests_are_out(
        self, share: PlanShare, party: Organisation, known: Organisation, reader: Actor, staff: Actor
    ):
        browser = browser_of(link_of(share))
        Notification.objects.all().delete()
        link(party, known, staff)
        assert Notification.objects.get().recipient_id == reader.user_id
        assert not GuestLink.objects.filter(ended_at=None).exists()
        assert browser.get(reverse("share", args=[share.pk]))["Location"].startswith("/accounts/login/")

    def test_members_of_the_party_read_nothing_more_and_join_nothing(
        self, share: PlanShare, party: Organisation, known: Organisation, staff: Actor
    ):
        member = make_actor(party, Role.MANAGER)
        assert PlanShare.objects.visible_to(member).get() == share
        link(party, known, staff)
        assert not PlanShare.objects.visible_to(member).exists()
        assert not Finding.objects.visible_to(member).exists()
        assert not known.memberships.exists()

    def test_withdrawn_shares_go_along_and_stay_withdrawn(
        self,
        story: Story,
        share: PlanShare,
        party: Organisation,
        known: Organisation,
        reader: Actor,
        staff: Actor,
    ):
        withdraw_share(share_id=share.pk, actor=story.alice)
        link(party, known, staff)
        share.refresh_from_db()
        assert (share.organisation, share.status) == (known, ShareStatus.WITHDRAWN)
        assert not Access.objects.exists()
        assert not PlanShare.objects.visible_to(reader).exists()

    def test_customer_that_was_typed_in_may_be_sent_the_plan_anew_once_known(
        self, story: Story, plan: ActionPlan, staff: Actor
    ):
        party = make_party(story.alice, "Corner Shops", kind=OrganisationKind.CUSTOMER)
        share_with_party(plan, story.alice, party)
        shops = make_customer("Corner Shops plc")
        link(party, shops, staff)
        again = share_with(plan, story.alice, shops, asks=CONFIRM, note="Once more.")
        assert again.sent.count() == 2


class TestRefusals:
    def test_plan_that_both_have_is_named_and_nothing_is_changed(
        self,
        story: Story,
        plan: ActionPlan,
        share: PlanShare,
        party: Organisation,
        known: Organisation,
        staff: Actor,
    ):
        share_with(plan, story.alice, known)
        with pytest.raises(Conflict, match=f"The plan for {story.finding.reference} is shared with"):
            link(party, known, staff)
        party.refresh_from_db()
        assert party.is_unverified
        assert PlanShare.objects.get(pk=share.pk).organisation == party

    def test_party_is_linked_once(self, party: Organisation, known: Organisation, staff: Actor):
        link(party, known, staff)
        with pytest.raises(Conflict, match="already"):
            link(party, known, staff)

    def test_only_a_known_organisation_that_reads_plans_will_do(
        self, story: Story, party: Organisation, staff: Actor
    ):
        for reference in ("", "ZC7654321", story.supplier.reference, make_operator().reference):
            with pytest.raises(InvalidInput) as refused:
                link_party(actor=staff, party_id=party.pk, reference=reference)
            assert list(refused.value.fields) == ["reference"]
        with pytest.raises(InvalidInput, match="another kind"):
            link(party, story.customer, staff)

    def test_nobody_but_the_operators_staff_links(
        self, story: Story, party: Organisation, known: Organisation, reader: Actor
    ):
        viewer = make_actor(make_operator(), Role.VIEWER)
        for actor in (story.alice, story.bob, reader, viewer):
            with pytest.raises(NotAllowed):
                link(party, known, actor)


class TestPages:
    @pytest.fixture
    def browser(self, staff: Actor) -> Client:
        return client_of(staff)

    @pytest.mark.usefixtures("share")
    def test_page_says_first_what_will_happen_then_does_it(
        self, party: Organisation, known: Organisation, browser: Client
    ):
        listed = browser.get(reverse("party_list"))
        assert "Harvest Union" in text_of(listed)
        page = browser.get(reverse("party_link", args=[party.pk]), {"reference": known.reference})
        text = text_of(page)
        assert "The people of International Harvest Union will read the plans" in text
        assert "Every link that guests have for these plans ends at once." in text
        assert PlanShare.objects.get().organisation == party
        done = browser.post(
            reverse("party_link", args=[party.pk]), {"reference": known.reference}, follow=True
        )
        assert "Harvest Union is International Harvest Union now" in text_of(done)
        assert "Every party is known" in text_of(done)
        assert PlanShare.objects.get().organisation == known

    @pytest.mark.usefixtures("share")
    def test_what_stands_in_the_way_is_said_on_the_page(
        self,
        story: Story,
        plan: ActionPlan,
        party: Organisation,
        known: Organisation,
        browser: Client,
    ):
        share_with(plan, story.alice, known)
        page = browser.post(reverse("party_link", args=[party.pk]), {"reference": known.reference})
        assert page.status_code == 409
        assert story.finding.reference in problems_of(page)[0]
        wrong = browser.get(reverse("party_link", args=[party.pk]), {"reference": "ZC0000001"})
        assert problems_of(wrong) == [
            "No customer or other party has this reference. Check it letter by letter, or add it first."
        ]

    def test_list_costs_the_same_however_long_it_is(
        self, story: Story, browser: Client, django_assert_num_queries
    ):
        count = partial(browser.get, reverse("party_list"))
        for number in range(2):
            make_party(story.alice, f"Union {number}", email=f"{number}@union.example")
        with django_assert_num_queries(5):  # session, person, memberships, count, rows
            count()
        for number in range(2, 12):
            make_party(story.alice, f"Union {number}", email=f"{number}@union.example")
        with django_assert_num_queries(5):
            count()
