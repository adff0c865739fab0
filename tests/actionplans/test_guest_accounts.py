"""A guest of a party that was typed in makes an account, acts for the party, and keeps what it replied."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from actionplans.guests.models import GuestLink
from actionplans.guests.services import LinkIsOver, make_account, revoke_link, send_link
from actionplans.models import ActionPlan, PlanShare
from actionplans.sharing.services import reply
from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Notification
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, User
from stakeholders.services import accept_invitation_with_new_account, invite
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import ADDRESS, browser_of, link_of, open_link, share_with_party
from tests.actionplans.making import make_finding, make_ngo, make_plan, person_of, share_with
from tests.actionplans.pages import heading_of, problems_of, text_of
from tests.factories import PASSWORD, make_actor, make_user

pytestmark = pytest.mark.django_db

ACCOUNT = "/guest/account/"


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice)


@pytest.fixture
def guest(share: PlanShare) -> Actor:
    return open_link(link_of(share))


def test_guest_becomes_the_manager_of_its_party_and_its_reply_stays_its_own(share: PlanShare):
    browser = browser_of(link_of(share))
    browser.post(
        reverse("share_reply", args=[share.pk]), {"kind": "acknowledged", "sent": share.sent.get().pk}
    )
    assert "You will act for Harvest Union as its manager" in text_of(browser.get(ACCOUNT))
    done = browser.post(ACCOUNT, {"name": "Grace Green", "password": PASSWORD}, follow=True)
    assert "Welcome. You now act for Harvest Union." in text_of(done)
    assert "Acknowledged" in text_of(done)
    person = User.objects.get(email=ADDRESS)
    membership = Membership.objects.get(user=person)
    assert (membership.organisation, membership.role) == (share.organisation, Role.MANAGER)
    assert share.sent.get().replies.get().replied_by == person
    assert (person.name, person.check_password(PASSWORD)) == ("Grace Green", True)
    assert EmailAddress.objects.get(user=person).verified
    assert browser.get(reverse("organisation")).status_code == 200
    assert Client().login(email=ADDRESS, password=PASSWORD)


def test_links_of_the_person_end_and_later_sendings_are_for_the_account(
    story: Story, plan: ActionPlan, share: PlanShare, guest: Actor
):
    another = share_with_party(
        make_plan(make_finding(story.site), story.alice), story.alice, share.organisation
    )
    make_account(actor=guest, name="Grace", password=PASSWORD)
    assert not GuestLink.objects.filter(ended_at=None).exists()
    Notification.objects.all().delete()
    share_with_party(plan, story.alice, share.organisation, note="Again.")
    assert list(Notification.objects.values_list("kind", "recipient_id")) == [
        ("newer_revision", guest.user_id)
    ]
    with pytest.raises(Conflict, match="has an account here"):
        send_link(share_id=another.pk, actor=story.alice, name="Hugo", email="hugo@union.example")


@pytest.mark.parametrize("password", ["", "short", "1029384756102", "grace@union.example"])
def test_weak_password_is_refused_beside_its_field(share: PlanShare, password: str):
    browser = browser_of(link_of(share))
    page = browser.post(ACCOUNT, {"name": "Grace", "password": password})
    assert len(problems_of(page)) == 1
    assert not User.objects.get(email=ADDRESS).has_usable_password()


def test_second_guest_is_sent_to_the_first_who_has_an_account(story: Story, share: PlanShare, guest: Actor):
    second = send_link(share_id=share.pk, actor=story.alice, name="Hugo", email="hugo@union.example")
    other = open_link(second, "Hugo")
    browser = browser_of(second, "Hugo")
    make_account(actor=guest, name="Grace", password=PASSWORD)
    with pytest.raises(NotAllowed, match="can invite you"):
        make_account(actor=other, name="Hugo", password=PASSWORD)
    assert "Ask the manager of your organisation" in text_of(browser.get(ACCOUNT))
    assert browser.post(ACCOUNT, {"name": "Hugo", "password": PASSWORD}).status_code == 403


def test_nobody_joins_a_known_organisation_by_a_link(story: Story, plan: ActionPlan):
    share = share_with(plan, story.alice, make_ngo())
    link = send_link(share_id=share.pk, actor=story.alice, name="Nora", email="nora@ngo.example")
    guest, browser = open_link(link, "Nora"), browser_of(link, "Nora")
    assert "Make an account" not in text_of(browser.get(reverse("share", args=[share.pk])))
    assert "no account for Fair Work Alliance can be made by a link" in text_of(browser.get(ACCOUNT))
    with pytest.raises(NotAllowed, match="whom this organisation or the operator invites"):
        make_account(actor=guest, name="Nora", password=PASSWORD)
    assert not share.organisation.memberships.exists()


def test_link_that_was_ended_makes_no_account(story: Story, share: PlanShare, guest: Actor):
    revoke_link(link_id=link_of(share).pk, actor=story.alice)
    with pytest.raises(LinkIsOver):
        make_account(actor=guest, name="Grace", password=PASSWORD)
    assert not Membership.objects.filter(organisation=share.organisation).exists()
    assert not User.objects.get(email=ADDRESS).has_usable_password()


def test_nobody_else_makes_one(story: Story, share: PlanShare):
    for actor in (story.alice, story.dora):
        with pytest.raises(LinkIsOver):
            make_account(actor=actor, name="Somebody", password=PASSWORD)


def test_address_with_an_account_is_sent_an_invitation_to_take_up_by_logging_in(share: PlanShare):
    account = make_user(ADDRESS, name="Grace Ngo")
    browser = browser_of(link_of(share))
    assert heading_of(browser.get(ACCOUNT)) == "You have an account"
    page = browser.post(ACCOUNT, follow=True)
    assert f"An invitation to {ADDRESS} is on its way." in text_of(page)
    invitation = Invitation.objects.get()
    assert (invitation.organisation, invitation.role) == (share.organisation, Role.MANAGER)
    assert not account.memberships.exists()
    again = browser.post(ACCOUNT, follow=True)
    assert "You have been sent an invitation already." in text_of(again)


def test_guest_who_is_invited_elsewhere_makes_the_account_there(story: Story, share: PlanShare, guest: Actor):
    sent = share.sent.get().pk
    reply(share_id=share.pk, actor=guest, sent_id=sent, kind="acknowledged")
    invitation = invite(
        actor=make_actor(story.customer, Role.MANAGER),
        organisation_id=story.customer.pk,
        email=ADDRESS,
        role=Role.EDITOR,
    )
    membership = accept_invitation_with_new_account(
        invitation_id=invitation.pk, name="Grace Green", password=PASSWORD
    )
    assert membership.user == person_of(guest)
    assert not PlanShare.objects.visible_to(actor_of(membership.user, membership)).exists()
