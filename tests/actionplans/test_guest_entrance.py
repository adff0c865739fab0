"""The way in for a guest: the link identifies, a code sent to the same address opens, and nothing else does."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import code_digits
from actionplans.guests.services import revoke_link
from actionplans.models import ActionPlan, PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.models import Notification
from stakeholders.models import User
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import (
    ADDRESS,
    GRACE,
    address,
    browser_of,
    enter,
    follow,
    link_of,
    newest_code,
    share_with_party,
)
from tests.actionplans.pages import client_of, heading_of, problems_of, text_of
from tests.factories import make_user

pytestmark = pytest.mark.django_db

ASK, CODE = "/guest/", "/guest/code/"


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice)


@pytest.fixture
def link(share: PlanShare) -> GuestLink:
    return link_of(share)


def is_in(client: Client, share: PlanShare) -> bool:
    return client.get(reverse("share", args=[share.pk])).status_code == 200


def wrong(code: GuestCode) -> str:
    return f"{(int(code_digits(code)) + 1) % 10**8:08d}"


class TestWayIn:
    def test_following_the_link_opens_and_sends_nothing(self, share: PlanShare, link: GuestLink):
        client = Client()
        response = client.get(address(link))
        assert (response.status_code, response["Location"]) == (302, ASK)
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        page = client.get(ASK)
        assert heading_of(page) == "Read a plan that was shared with you"
        assert "g…@union.example" in text_of(page)
        for secret in (ADDRESS, "Green Valley", "CAR-2026", GRACE):
            assert secret not in page.content.decode()
        assert not GuestCode.objects.exists()
        assert not is_in(client, share)

    def test_head_sends_no_code_either(self, link: GuestLink):
        client = Client()
        client.get(address(link))
        assert client.head(ASK).status_code == 200
        assert not GuestCode.objects.exists()

    def test_right_code_opens_the_one_share_under_the_name_that_was_given(
        self, share: PlanShare, link: GuestLink
    ):
        client = follow(link)
        assert Notification.objects.get(kind="guest_code").address == ADDRESS
        digits = code_digits(newest_code(link))
        response = client.post(CODE, {"digits": f" {digits[:4]} {digits[4:]} ", "name": " Grace  G. "})
        assert response["Location"] == reverse("share", args=[share.pk])
        page = client.get(response["Location"])
        assert "You are here as a guest" in text_of(page)
        assert "no-store" in page["Cache-Control"]
        assert page["Referrer-Policy"] == "same-origin"
        person = User.objects.get(email=ADDRESS)
        assert (person.name, person.has_usable_password()) == ("Grace G.", False)
        link.refresh_from_db()
        assert link.person == person
        assert link.opened_at is not None

    def test_session_gets_another_key_with_the_code(self, link: GuestLink):
        client = follow(link)
        before = client.session.session_key
        enter(client, code_digits(newest_code(link)))
        assert client.session.session_key != before
        assert client.session.get_expire_at_browser_close()

    def test_who_is_in_comes_back_by_the_link_without_another_code(self, share: PlanShare, link: GuestLink):
        client = browser_of(link)
        client.get(address(link))
        assert client.get(ASK)["Location"] == reverse("share", args=[share.pk])
        assert client.get(CODE)["Location"] == ASK
        assert GuestCode.objects.count() == 1

    def test_leaving_closes_it(self, share: PlanShare, link: GuestLink):
        client = browser_of(link)
        page = client.post(reverse("guest_leave"), follow=True)
        assert "You have left." in page.content.decode()
        assert not is_in(client, share)

    def test_address_with_an_account_gets_in_by_the_code_too_and_nobody_learns_of_the_account(
        self, share: PlanShare, link: GuestLink
    ):
        account = make_user(ADDRESS, name="Grace Ngo")
        client = browser_of(link, name="Somebody Else")
        assert is_in(client, share)
        account.refresh_from_db()
        assert account.name == "Grace Ngo"
        assert client.get(reverse("profile")).status_code == 302  # to log in
        assert account.has_usable_password()

    def test_somebody_who_is_logged_in_is_told_to_log_out(self, story: Story, link: GuestLink):
        client = client_of(story.dora)
        client.get(address(link))
        page = client.get(ASK)
        assert page.status_code == 403
        assert heading_of(page) == "You are logged in"
        assert client.post(ASK).status_code == 403
        assert client.get(CODE)["Location"] == ASK
        assert not GuestCode.objects.exists()

    def test_site_that_follows_the_link_reads_its_own_page(
        self, story: Story, share: PlanShare, link: GuestLink
    ):
        client = client_of(story.alice)
        client.get(address(link))
        assert client.get(ASK)["Location"] == reverse("share", args=[share.pk])


class TestCodes:
    def test_wrong_code_says_what_to_do_and_keeps_what_was_typed(self, share: PlanShare, link: GuestLink):
        client = follow(link)
        page = client.post(CODE, {"digits": wrong(newest_code(link)), "name": "Grace G."})
        assert problems_of(page) == ["This is not the code. Check it, or have another one sent."]
        assert 'value="Grace G."' in page.content.decode()
        assert not is_in(client, share)

    def test_after_five_wrong_ones_the_right_one_is_refused(self, share: PlanShare, link: GuestLink):
        client = follow(link)
        code = newest_code(link)
        for _attempt in range(5):
            enter(client, wrong(code))
        page = client.post(CODE, {"digits": code_digits(code), "name": GRACE})
        assert problems_of(page) == ["This code is used up or too old. Have another one sent."]
        assert not is_in(client, share)
        assert enter(follow(link, client), code_digits(newest_code(link))) == 302
        assert is_in(client, share)

    def test_used_code_opens_nothing_again(self, share: PlanShare, link: GuestLink):
        client = follow(link)
        digits = code_digits(newest_code(link))
        before = Client()
        before.cookies.update(client.cookies)
        assert enter(client, digits) == 302
        assert enter(client, digits) == 302  # a second tab of the same browser finds itself in
        assert enter(before, digits) == 410  # that session is gone
        assert not is_in(before, share)

    def test_code_is_good_only_in_the_browser_that_asked_for_it(self, share: PlanShare, link: GuestLink):
        follow(link)
        digits = code_digits(newest_code(link))
        elsewhere = Client()
        elsewhere.get(address(link))
        assert elsewhere.post(CODE, {"digits": digits, "name": GRACE})["Location"] == ASK
        follow(link, elsewhere)
        assert enter(elsewhere, digits) == 200
        assert not is_in(elsewhere, share)

    def test_old_code_is_refused(self, share: PlanShare, link: GuestLink):
        client = follow(link)
        GuestCode.objects.update(expires_at=timezone.now())
        page = client.post(CODE, {"digits": code_digits(newest_code(link)), "name": GRACE})
        assert "Have another one sent." in problems_of(page)[0]
        assert not is_in(client, share)

    def test_name_is_needed_and_no_code_is_spent_on_that(self, link: GuestLink):
        client = follow(link)
        digits = code_digits(newest_code(link))
        assert problems_of(client.post(CODE, {"digits": digits, "name": " "})) == ["Enter your name."]
        assert newest_code(link).used_at is None
        assert enter(client, digits) == 302


class TestOver:
    def test_expired_ended_withdrawn_and_unknown_links_look_the_same(
        self, story: Story, plan: ActionPlan, share: PlanShare, link: GuestLink
    ):
        def page_at(url: str) -> tuple[int, str]:
            client = Client()
            assert client.get(url)["Location"] == ASK
            response = client.get(ASK)
            return response.status_code, response.content.decode()

        live = address(link)
        assert page_at(live)[0] == 200
        pages = [page_at("/guest/unknown.token/"), page_at(f"/guest/{link.pk.hex}.forged/")]
        with_expiry = GuestLink.objects.filter(pk=link.pk)
        with_expiry.update(sent_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())
        pages.append(page_at(live))
        with_expiry.update(expires_at=timezone.now() + timedelta(days=1))
        revoke_link(link_id=link.pk, actor=story.alice)
        pages.append(page_at(live))
        again = share_with_party(plan, story.alice, share.organisation, note="Again.")
        second = address(link_of(again))
        withdraw_share(share_id=again.pk, actor=story.alice)
        pages.append(page_at(second))
        assert {status for status, _page in pages} == {410}
        assert len({page for _status, page in pages}) == 1
        assert "ask the site to send you a new one" in pages[0][1]

    @pytest.mark.parametrize("how", ["revoke", "withdraw", "expire", "lock out"])
    def test_what_is_open_closes_with_the_next_request(
        self, story: Story, share: PlanShare, link: GuestLink, how: str
    ):
        client = browser_of(link)
        assert is_in(client, share)
        if how == "revoke":
            revoke_link(link_id=link.pk, actor=story.alice)
        elif how == "withdraw":
            withdraw_share(share_id=share.pk, actor=story.alice)
        elif how == "expire":
            GuestLink.objects.update(sent_at=timezone.now() - timedelta(days=31), expires_at=timezone.now())
        else:
            User.objects.filter(email=ADDRESS).update(is_active=False)
        response = client.get(reverse("share", args=[share.pk]))
        assert response["Location"].startswith("/accounts/login/")
        assert client.get(ASK).status_code == 410

    def test_link_that_ends_while_the_code_is_typed(self, story: Story, share: PlanShare, link: GuestLink):
        client = follow(link)
        digits = code_digits(newest_code(link))
        revoke_link(link_id=link.pk, actor=story.alice)
        assert enter(client, digits) == 410
        assert not is_in(client, share)


class TestThrottles:
    def test_codes_are_sent_five_times_in_an_hour_for_one_link(self, link: GuestLink):
        client = Client()
        client.get(address(link))
        answers = [client.post(ASK).status_code for _number in range(6)]
        assert answers == [302] * 5 + [429]
        elsewhere = Client(REMOTE_ADDR="192.0.2.7")
        elsewhere.get(address(link))
        assert elsewhere.post(ASK).status_code == 429
        assert GuestCode.objects.count() == 5

    def test_codes_for_one_address_are_counted_over_all_its_links(self, settings, link: GuestLink):
        settings.GUEST_RATE_LIMITS = settings.GUEST_RATE_LIMITS | {"ask_by_address": "2/h/key"}
        client = Client()
        client.get(address(link))
        assert [client.post(ASK).status_code for _number in range(3)] == [302, 302, 429]

    def test_one_computer_is_held_over_all_links(self, settings, link: GuestLink):
        settings.GUEST_RATE_LIMITS = settings.GUEST_RATE_LIMITS | {"ask_by_link": "50/h/key,2/h/ip"}
        client = Client(REMOTE_ADDR="192.0.2.7")
        client.get(address(link))
        assert [client.post(ASK).status_code for _number in range(3)] == [302, 302, 429]
        elsewhere = Client(REMOTE_ADDR="192.0.2.8")
        elsewhere.get(address(link))
        assert elsewhere.post(ASK).status_code == 302

    def test_entering_is_held_too(self, settings, share: PlanShare, link: GuestLink):
        settings.GUEST_RATE_LIMITS = settings.GUEST_RATE_LIMITS | {"enter": "3/h/key"}
        client = follow(link)
        digits = code_digits(newest_code(link))
        assert [enter(client, wrong(newest_code(link))) for _number in range(3)] == [200] * 3
        assert enter(client, digits) == 429
        assert not is_in(client, share)

    def test_without_counters_nobody_gets_in(self, settings, share: PlanShare, link: GuestLink):
        client = follow(link)
        broken = {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1/0",
        }
        settings.CACHES = {"default": broken}
        try:
            answers = client.post(ASK).status_code, enter(client, code_digits(newest_code(link)))
        finally:
            cache.close()
        assert answers == (503, 503)
        assert not is_in(client, share)
