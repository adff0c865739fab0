"""What a guest reads and does: the one share, its files and its reply; every set beside that is empty."""

from functools import partial

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.guests.models import GuestLink
from actionplans.models import (
    ActionPlan,
    Call,
    Comment,
    EvidenceFile,
    PlanShare,
    PrivateNote,
    Reply,
    ShareStatus,
    ShownTo,
    Update,
)
from actionplans.sharing.services import reply
from actionplans.threads.services import write_comment
from carportal.core.actor import Actor, ActorKind
from carportal.core.audit import verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import NotAllowed
from carportal.core.models import AuditEvent, Notification
from findings.models import Audit, Finding
from stakeholders.models import Membership, Organisation, Site
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import (
    ADDRESS,
    address,
    browser_of,
    link_of,
    make_party,
    open_link,
    share_with_party,
)
from tests.actionplans.making import add_file, make_finding, make_plan, share_with, write
from tests.actionplans.pages import client_of, heading_of, main_of, send, text_of
from tests.actionplans.talking import say
from tests.walls.crawling import got

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice)


@pytest.fixture
def guest(share: PlanShare) -> Actor:
    return open_link(link_of(share))


@pytest.fixture
def browser(share: PlanShare) -> Client:
    return browser_of(link_of(share))


class TestSeeing:
    def test_guest_sees_its_share_and_of_everything_else_nothing(
        self, story: Story, plan: ActionPlan, share: PlanShare, guest: Actor
    ):
        another = share_with_party(
            make_plan(make_finding(story.site), story.alice), story.alice, share.organisation
        )
        share_with(plan, story.alice, story.customer)
        assert set(PlanShare.objects.visible_to(guest)) == {share}
        assert another not in PlanShare.objects.visible_to(guest)
        for model in (ActionPlan, Finding, Audit, Organisation, Site, Membership, PrivateNote, GuestLink):
            assert not model.objects.visible_to(guest).exists(), model

    def test_guest_has_the_files_of_its_party_and_of_this_plan_alone(
        self, story: Story, plan: ActionPlan, share: PlanShare, guest: Actor
    ):
        elsewhere = make_plan(make_finding(story.site), story.alice)
        share_with_party(elsewhere, story.alice, share.organisation)
        share_with(plan, story.alice, story.customer)
        own = add_file(plan, story.alice, party=share.organisation)
        for_all = add_file(plan, story.alice, shown_to=ShownTo.READERS)
        add_file(plan, story.alice)
        add_file(plan, story.alice, party=story.customer)
        add_file(elsewhere, story.alice, party=share.organisation)
        assert set(EvidenceFile.objects.visible_to(guest)) == {own, for_all}

    def test_thread_calls_and_updates_of_the_share_are_read(
        self, story: Story, plan: ActionPlan, share: PlanShare, guest: Actor
    ):
        share_with(plan, story.alice, story.customer)
        said = say(share, story.alice)
        post(share, story.alice)
        assert set(Comment.objects.visible_to(guest)) == {said}
        assert Update.objects.visible_to(guest).count() == 1
        assert not Call.objects.visible_to(guest).exists()


class TestReplying:
    def test_guest_replies_as_the_person_it_says_it_is(self, share: PlanShare, guest: Actor):
        kept = reply(share_id=share.pk, actor=guest, sent_id=share.sent.get().pk, kind="confirmed")
        assert str(kept.replied_by) == "Grace Guest"
        share.refresh_from_db()
        assert share.status == ShareStatus.CONFIRMED
        event = AuditEvent.objects.get(kind="reply_received")
        assert (event.actor_kind, event.actor_organisation_id) == (ActorKind.GUEST, share.organisation_id)
        assert (event.content.content or {})["organisation_name"] == "Harvest Union"
        assert verify().whole

    def test_guest_of_another_share_replies_nothing_here(self, story: Story, plan: ActionPlan, guest: Actor):
        other = share_with_party(plan, story.alice, make_party(story.alice, "Growers Union"))
        with pytest.raises(NotAllowed):
            reply(share_id=other.pk, actor=guest, sent_id=other.sent.get().pk, kind="confirmed")

    def test_guest_does_not_comment(self, share: PlanShare, guest: Actor):
        with pytest.raises(NotAllowed):
            write_comment(share_id=share.pk, actor=guest, text="Hello.")


class TestPages:
    def test_page_has_the_plan_the_reply_and_no_way_elsewhere(self, share: PlanShare, browser: Client):
        page = browser.get(reverse("share", args=[share.pk]))
        assert heading_of(page).endswith("Action plan of Green Valley Packhouse")
        text = text_of(page)
        assert "You read this one plan for Harvest Union" in text
        assert "Repay the fees over twelve months." in text
        links = [a["href"] for a in main_of(page).all("a")]
        allowed = ("/shares/", "/guest/", "/evidence/", "#", "https://example.org")
        assert [href for href in links if not href.startswith(allowed)] == []

    def test_reply_is_sent_from_the_page(self, share: PlanShare, browser: Client):
        answer = {"kind": "changes_requested", "comment": "Pay back by June.", "sent": share.sent.get().pk}
        done = browser.post(reverse("share_reply", args=[share.pk]), answer, follow=True)
        assert "Your reply was sent to Green Valley Packhouse" in text_of(done)
        assert Reply.objects.get().comment == "Pay back by June."

    def test_versions_pdf_and_files_are_there(
        self, story: Story, plan: ActionPlan, share: PlanShare, browser: Client
    ):
        file = add_file(plan, story.alice, party=share.organisation)
        write(plan, story.alice, actions="Repay by May.")
        share_with_party(plan, story.alice, share.organisation)
        first = share.sent.earliest("sent_at")
        pages = [
            reverse("share_version", args=[share.pk, first.pk]),
            reverse("share_compare", args=[share.pk]),
            reverse("share_pdf", args=[share.pk]),
            reverse("evidence_file", args=[file.pk]),
        ]
        assert [got(browser.get(page)).status_code for page in pages] == [200, 200, 202, 200]

    def test_pages_of_another_share_and_of_the_portal_are_closed(
        self, story: Story, plan: ActionPlan, browser: Client
    ):
        other = share_with(plan, story.alice, story.customer)
        file = add_file(plan, story.alice, party=story.customer)
        assert browser.get(reverse("share", args=[other.pk])).status_code == 404
        assert browser.get(reverse("share_pdf", args=[other.pk])).status_code == 404
        assert browser.get(reverse("evidence_file", args=[file.pk])).status_code == 404
        for name in ("finding", "plan"):
            page = browser.get(reverse(name, args=[story.finding.pk]))
            assert page["Location"].startswith("/accounts/login/")

    def test_queries_of_the_page_do_not_grow(
        self, story: Story, plan: ActionPlan, share: PlanShare, browser: Client
    ):
        url = reverse("share", args=[share.pk])
        add_file(plan, story.alice, party=share.organisation)
        say(share, story.alice)
        with CaptureQueriesContext(connection) as few:
            browser.get(url)
        for number in range(3):
            add_file(plan, story.alice, party=share.organisation)
            say(share, story.alice, text=f"More {number}.")
        with CaptureQueriesContext(connection) as many:
            browser.get(url)
        assert len(many) == len(few)


class TestSitePage:
    def test_site_reads_to_whom_until_when_and_whether_it_was_opened(self, story: Story, share: PlanShare):
        link = link_of(share)
        page = client_of(story.alice).get(reverse("share", args=[share.pk]))
        text = text_of(page)
        assert "verified by nobody" in text
        assert ADDRESS in text
        assert f"{link.expires_at:%-d %B %Y}" in text
        assert "Not yet" in text
        browser_of(link)
        assert "Not yet" not in text_of(client_of(story.alice).get(reverse("share", args=[share.pk])))

    def test_site_sends_again_ends_and_sends_somebody_else(self, story: Story, share: PlanShare):
        site, link = client_of(story.alice), link_of(share)
        page = site.post(reverse("guest_link_send", args=[link.pk]), follow=True)
        assert f"The link to {ADDRESS} is on its way again." in text_of(page)
        page = site.post(reverse("guest_link_revoke", args=[link.pk]), follow=True)
        assert "Ended on" in text_of(page)
        add = reverse("guest_link_add", args=[share.pk])
        send(site, site.get(add), name="Hugo", email="hugo@union.example")
        page = site.get(reverse("share", args=[share.pk]))
        assert "The link to hugo@union.example is on its way." in text_of(page)

    def test_who_only_reads_is_offered_nothing(self, story: Story, share: PlanShare):
        page = client_of(story.carol).get(reverse("share", args=[share.pk]))
        assert "Send again" not in text_of(page)
        assert client_of(story.carol).get(reverse("guest_link_add", args=[share.pk])).status_code == 403

    def test_queries_do_not_grow_with_links(self, story: Story, share: PlanShare):
        site, url = client_of(story.alice), reverse("share", args=[share.pk])
        site.get(url)
        with CaptureQueriesContext(connection) as one:
            site.get(url)
        for number in range(4):
            site.post(
                reverse("guest_link_add", args=[share.pk]),
                {"name": "Hugo", "email": f"hugo{number}@union.example"},
            )
        site.get(url)
        with CaptureQueriesContext(connection) as five:
            site.get(url)
        assert len(five) == len(one)


class TestMails:
    def test_updates_and_comments_reach_guests_by_their_link(
        self, story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
    ):
        link = link_of(share)
        open_link(link)
        Notification.objects.all().delete()
        post(share, story.alice)
        say(share, story.alice)
        deliver_due()
        to_guest = [mail for mail in mailoutbox if ADDRESS in mail.to[0]]
        assert sorted("update" in mail.subject for mail in to_guest) == [False, True]
        for mail in to_guest:
            assert address(link) in str(mail.body)
            assert reverse("share", args=[share.pk]) not in str(mail.body)

    def test_guest_whose_link_has_ended_hears_nothing(
        self, story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
    ):
        post(share, story.alice)
        GuestLink.objects.update(ended_at=link_of(share).expires_at)
        deliver_due()
        assert [mail for mail in mailoutbox if ADDRESS in mail.to[0]] == []

    def test_site_is_told_of_the_reply_as_of_any_other(self, story: Story, share: PlanShare, guest: Actor):
        answer = partial(reply, share_id=share.pk, actor=guest, sent_id=share.sent.get().pk)
        answer(kind="acknowledged")
        told = set(Notification.objects.filter(kind="reply_received").values_list("recipient_id", flat=True))
        assert told == {story.alice.user_id, story.bob.user_id}
