"""The pages of support: the site grants it and sees who read, compliance staff read and change nothing, parties know."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, PlanShare
from carportal.core.actor import Actor, Role
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_party, make_finding, make_plan, person_of, share_with
from tests.actionplans.supporting import PURPOSE, end, grant
from tests.actionplans.talking import answer, note, say
from tests.factories import make_actor, make_customer, make_operator, make_relationship
from tests.findings.scene import text_of

ALONG = f"{settings.OPERATOR_NAME} reads along"


@pytest.fixture
def olga(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def browser(actor: Actor) -> Client:
    client = Client()
    client.force_login(person_of(actor))
    return client


def page(actor: Actor, url: str) -> str:
    response = browser(actor).get(url)
    assert response.status_code == 200
    return text_of(response)


def of_plan(plan: ActionPlan, name: str) -> str:
    return reverse(name, args=[plan.finding_id])


def thread_of(share: PlanShare) -> str:
    return reverse("share_thread", args=[share.pk])


class TestSite:
    def test_page_says_what_is_read_and_what_is_not_before_it_is_granted(
        self, story: Story, plan: ActionPlan
    ) -> None:
        assert "Let them read along" in page(story.alice, of_plan(plan, "plan"))
        text = page(story.alice, of_plan(plan, "plan_support"))
        for words in (
            "the draft as you do",
            "private notes",
            "after 14 days",
            "Let them read along for 14 days",
        ):
            assert words in text

    def test_it_is_granted_for_a_purpose_and_shown_on_the_plan(self, story: Story, plan: ActionPlan) -> None:
        client, url = browser(story.alice), of_plan(plan, "plan_support")
        assert "Say what you would like help with." in text_of(client.post(url, {"purpose": " "}))
        response = client.post(url, {"purpose": PURPOSE})
        assert response.headers["Location"] == url
        for text in (page(story.alice, url), page(story.bob, of_plan(plan, "plan"))):
            assert ALONG in text
            assert PURPOSE in text
        assert client.post(url, {"purpose": PURPOSE}).status_code == 409

    def test_reader_of_the_site_sees_that_it_is_so(self, story: Story, plan: ActionPlan) -> None:
        grant(plan, story.alice)
        text = page(story.carol, of_plan(plan, "plan"))
        assert ALONG in text
        assert "end it" not in text

    def test_it_is_ended_with_one_click_and_who_read_stays_to_be_seen(
        self, story: Story, plan: ActionPlan, olga: Actor
    ) -> None:
        grant(plan, story.alice)
        page(olga, of_plan(plan, "plan_draft"))
        page(olga, of_plan(plan, "plan_draft"))
        assert page(story.alice, of_plan(plan, "plan_support")).count(person_of(olga).name) == 1
        for _ in range(2):  # again is no error
            response = browser(story.bob).post(of_plan(plan, "plan_support_end"))
            assert response.headers["Location"] == of_plan(plan, "plan_support")
        text = page(story.alice, of_plan(plan, "plan_support"))
        assert f"ended by {person_of(story.bob).name}" in text
        assert person_of(olga).name in text
        assert "What would you like help with?" in text
        assert ALONG not in page(story.alice, of_plan(plan, "plan"))


class TestComplianceStaff:
    def test_find_their_way_from_the_first_page_the_car_and_the_plan(
        self, story: Story, plan: ActionPlan, olga: Actor
    ) -> None:
        links = ("/", reverse("finding", args=[plan.finding_id]), of_plan(plan, "plan"))
        url = of_plan(plan, "plan_draft")
        client = browser(olga)
        assert not any(url in client.get(link).content.decode() for link in links)
        granted = grant(plan, story.alice)
        assert all(url in client.get(link).content.decode() for link in links)
        end(granted, story.alice)
        assert not any(url in client.get(link).content.decode() for link in links)

    def test_read_the_draft_as_the_site_does(self, story: Story, plan: ActionPlan, olga: Actor) -> None:
        add_party(plan, story.alice, story.customer, brings="A third of the fees.")
        grant(plan, story.alice)
        text = page(olga, of_plan(plan, "plan_draft"))
        for words in (
            "The agency charges workers",
            "A third of the fees",
            PURPOSE,
            person_of(story.alice).email,
        ):
            assert words in text

    def test_read_threads_and_can_answer_nothing(
        self, story: Story, plan: ActionPlan, share: PlanShare, olga: Actor
    ) -> None:
        comment = say(share, story.dora, "Who pays the rest?")
        answer(comment, story.alice, "The site does.", mentions=[person_of(story.dora).pk])
        note(plan, story.alice, "A note of our own")
        note(plan, story.dora, "A note of theirs")
        grant(plan, story.alice)
        assert thread_of(share) in browser(olga).get(of_plan(plan, "plan_draft")).content.decode()
        html = browser(olga).get(thread_of(share)).content.decode()
        for words in ("Who pays the rest?", "The site does.", person_of(story.dora).name):
            assert words in html
        for words in ("A note of", "Write a comment", "Mark as resolved", reverse("share", args=[share.pk])):
            assert words not in html

    def test_have_nothing_of_it_once_it_is_over(
        self, story: Story, plan: ActionPlan, share: PlanShare, olga: Actor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        granted, client = grant(plan, story.alice), browser(olga)
        urls = [of_plan(plan, "plan_draft"), thread_of(share)]
        assert {client.get(url).status_code for url in urls} == {200}
        later = granted.expires_at + timedelta(seconds=1)
        with monkeypatch.context() as patch:
            patch.setattr(timezone, "now", lambda: later)
            assert {browser(olga).get(url).status_code for url in urls} == {404}
        end(granted, story.bob)
        assert {client.get(url).status_code for url in urls} == {404}

    def test_more_comments_and_shares_take_no_more_queries(
        self,
        story: Story,
        plan: ActionPlan,
        share: PlanShare,
        olga: Actor,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        grant(plan, story.alice)
        client = browser(olga)
        for number in range(3):
            customer = make_relationship(story.site, make_customer(f"Customer {number}")).customer
            share_with(plan, story.alice, customer)
            answer(say(share, story.dora, f"Question {number}"), story.alice)
        for url in (of_plan(plan, "plan_draft"), thread_of(share)):
            client.get(url)  # the first page of the day is noted
        with django_assert_num_queries(11):
            client.get(of_plan(plan, "plan_draft"))
        with django_assert_num_queries(14):
            client.get(thread_of(share))


class TestParties:
    def test_both_sides_of_a_thread_read_that_it_can_be_and_is_read_along(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        share_page = reverse("share", args=[share.pk])
        pages = [
            (actor, url)
            for actor in (story.alice, story.dora)
            for url in (share_page, reverse("share_comment", args=[share.pk]))
        ]
        for actor, url in pages:
            assert "read along for 14 days at a time" in page(actor, url)
            assert ALONG not in page(actor, url)
        granted = grant(plan, story.alice)
        for actor, url in pages:
            text = page(actor, url)
            assert ALONG in text
            for words in (PURPOSE, "Only your organisation and", "read it, and nobody else"):
                assert words not in text
        end(granted, story.alice)
        assert all(ALONG not in page(actor, url) for actor, url in pages)

    def test_another_plan_of_the_site_is_not_read_along(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        del plan
        grant(make_plan(make_finding(story.site), story.alice), story.alice)
        assert ALONG not in page(story.dora, reverse("share", args=[share.pk]))
