"""The pages on which people set reminders for themselves, and where they see them again."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ActionPlan, Nudge, PlanShare, Whom
from actionplans.nudging import nudges_about
from actionplans.plans.services import publish_plan
from carportal.core.actor import Role
from stakeholders.reminding import sweep
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import share_with
from tests.actionplans.nudging import IN_JUNE, TEXT, change, nudge, remove
from tests.actionplans.pages import (
    client_of,
    data_of,
    form_of,
    heading_of,
    let_see_plans,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

YOURS = "Your reminders"


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def site(story: Story) -> Client:
    return client_of(story.alice)


def car(story: Story) -> str:
    return reverse("finding", args=[story.finding.pk])


def test_person_sets_one_on_the_page_of_a_car_and_finds_it_there(story: Story, site: Client):
    page = site.get(car(story))
    assert YOURS in text_of(page)
    form = site.get(reverse("nudge_set", args=[story.finding.pk]))
    assert heading_of(form).endswith("Set a reminder")
    assert data_of(form_of(form))["whom"] == ["self"]
    done = send(site, form, day="2026-06-03", text=TEXT)
    assert done.url == f"{car(story)}#reminders"
    text = text_of(site.get(done.url))
    assert "The reminder is set. It comes by e-mail on 3 June 2026." in text
    assert f"3 June 2026 for you alone {TEXT} Set by" in text
    assert TEXT not in text_of(client_of(story.bob).get(car(story)))


def test_form_says_at_each_field_what_is_wrong_and_keeps_what_was_typed(story: Story, site: Client):
    form = site.get(reverse("nudge_set", args=[story.finding.pk]))
    assert problems_of(send(site, form)) == [
        "Enter the day on which you want to be reminded.",
        "Say what you want to be reminded of.",
    ]
    refused = send(site, form, day=TODAY.isoformat(), text=TEXT, whom="writers")
    assert problems_of(refused) == ["The reminder has to be on a day after today."]
    kept = data_of(form_of(refused))
    assert (kept["text"], kept["day"], kept["whom"]) == ([TEXT], ["2026-03-02"], ["writers"])


def test_one_for_everyone_who_writes_is_changed_and_removed_by_a_colleague(story: Story, site: Client):
    kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
    bob = client_of(story.bob)
    assert f"3 June 2026 for everyone who writes for you {TEXT}" in text_of(bob.get(car(story)))
    form = bob.get(reverse("nudge_change", args=[kept.pk]))
    assert heading_of(form).endswith("Change a reminder")
    stale = site.get(reverse("nudge_change", args=[kept.pk]))
    assert send(bob, form, text="Ask it for the lists.").url == f"{car(story)}#reminders"
    refused = send(site, stale, text="Leave it.")
    assert refused.status_code == 409
    assert "A colleague has changed this reminder" in text_of(refused)
    assert data_of(form_of(refused))["text"] == ["Leave it."]
    back = bob.get(reverse("nudge_remove", args=[kept.pk]))
    assert "It is gone for everybody in your organisation, for good." in text_of(back)
    assert send(bob, back).url == f"{car(story)}#reminders"
    assert not Nudge.objects.exists()
    assert site.get(reverse("nudge_remove", args=[kept.pk])).status_code == 404


def test_one_whose_day_has_come_is_set_again_for_another(story: Story, site: Client):
    kept = nudge(story.finding, story.alice)
    nudge(story.finding, story.alice, "Pay.", day=IN_JUNE + timedelta(days=7))
    sweep(IN_JUNE)
    page = text_of(site.get(car(story)))
    assert page.index("Pay.") < page.index("Reminders whose day has come") < page.index(TEXT)
    form = site.get(reverse("nudge_change", args=[kept.pk]))
    assert data_of(form_of(form))["day"] == [""]
    send(site, form, day="2026-07-01")
    assert "Reminders whose day has come" not in text_of(site.get(car(story)))


def test_text_is_text_whatever_it_says(story: Story, site: Client):
    nudge(story.finding, story.alice, "<script>alert(1)</script> see https://example.org")
    html = site.get(car(story)).content.decode()
    assert "<script>alert" not in html
    assert '<a href="https://example.org" rel="nofollow">' in html


def test_it_stands_on_the_pages_of_the_plan_too(story: Story, plan: ActionPlan, site: Client):
    share: PlanShare = share_with(plan, story.alice, story.customer)
    publish_plan(plan_id=plan.pk, actor=story.alice)
    let_see_plans(story, story.other)
    erik = make_actor(story.other)
    texts = {story.alice: "Ask the agency.", story.dora: "Ask the board.", erik: "Ask the buyer."}
    for actor, text in texts.items():
        nudge(story.finding, actor, text, whom=Whom.WRITERS)
    pages = {
        story.alice: reverse("plan", args=[story.finding.pk]),
        story.dora: reverse("share", args=[share.pk]),
        erik: reverse("plan", args=[story.finding.pk]),
    }
    for actor, url in pages.items():
        page = text_of(client_of(actor).get(url))
        assert [text for text in texts.values() if text in page] == [texts[actor]]
    assert YOURS not in text_of(site.get(reverse("share", args=[share.pk])))


def test_who_only_reads_sees_those_of_its_organisation_and_sets_none(story: Story):
    carol = client_of(story.carol)
    assert YOURS not in text_of(carol.get(car(story)))
    kept = nudge(story.finding, story.alice, whom=Whom.WRITERS)
    page = carol.get(car(story))
    assert TEXT in text_of(page)
    assert reverse("nudge_change", args=[kept.pk]) not in page.content.decode()
    assert reverse("nudge_set", args=[story.finding.pk]) not in page.content.decode()


def test_operator_finds_nothing_of_it_on_the_page_of_the_car(story: Story):
    nudge(story.finding, story.alice, whom=Whom.WRITERS)
    page = text_of(client_of(make_actor(make_operator(), Role.COMPLIANCE)).get(car(story)))
    assert story.finding.reference in page
    assert YOURS not in page


def test_list_takes_one_query_however_many_there_are(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
):
    for actor in (story.alice, story.bob):
        for number in range(3):
            nudge(story.finding, actor, f"{number}", whom=Whom.WRITERS)
    remove(change(nudge(story.finding, story.alice), story.alice, "Other."), story.alice)
    with django_assert_num_queries(1):
        nudges = nudges_about(story.finding, story.alice)
        assert len({str(each.set_by) for each in nudges.to_come}) == 2
    assert len(nudges.to_come) == 6
