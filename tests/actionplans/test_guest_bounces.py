"""A site sees that its link to a guest did not arrive, and nothing of what others' mail to that address met."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.guests.services import ask_for_code, send_link, send_link_again
from actionplans.models import ActionPlan, PlanShare
from carportal.core.bounces.models import MailAddress, Source, Trouble
from carportal.core.bounces.services import note_delivery, note_trouble
from carportal.core.delivery import deliver_due
from carportal.core.models import Notification
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import ADDRESS, link_of, share_with_party
from tests.actionplans.pages import client_of, text_of

pytestmark = pytest.mark.django_db

NOT_ARRIVED = "Mail does not arrive"


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with_party(plan, story.alice)


def bounce(trouble: Trouble = Trouble.GONE, *, days_ago: int = 0) -> MailAddress:
    at = timezone.now() - timedelta(days=days_ago)
    return note_trouble(address=ADDRESS, trouble=trouble, at=at, source=Source.SERVICE, why="550 5.1.1 no")


def page_of(story: Story, share: PlanShare) -> str:
    return text_of(client_of(story.alice).get(f"/shares/{share.pk}/"))


def test_the_site_sees_it_beside_the_link(story: Story, share: PlanShare) -> None:
    assert NOT_ARRIVED not in page_of(story, share)
    bounce()
    text = page_of(story, share)
    assert f"{NOT_ARRIVED} Since" in text
    assert "There is no such mailbox." in text
    assert "Send a new link to the right one, or this one again once it takes mail." in text
    assert "550" not in text


def test_nobody_is_told_of_it_by_mail(story: Story, share: PlanShare) -> None:
    bounce()
    assert not Notification.objects.filter(kind="mail_stopped").exists()


def test_what_mail_of_others_met_before_is_not_shown(story: Story, share: PlanShare) -> None:
    bounce(days_ago=40)
    assert MailAddress.objects.in_trouble().exists()
    assert NOT_ARRIVED not in page_of(story, share)


def test_the_day_is_that_of_its_own_mail(story: Story, share: PlanShare) -> None:
    before = bounce(days_ago=40)
    bounce()
    text = page_of(story, share)
    assert f"Since {timezone.localdate():%-d %B %Y}." in text
    assert before.since is not None
    assert f"{before.since:%-d %B %Y}" not in text


def test_a_link_that_is_sent_again_has_another_chance(
    story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
) -> None:
    bounce()
    link = send_link_again(link_id=link_of(share).pk, actor=story.alice)
    assert NOT_ARRIVED not in page_of(story, share)
    assert deliver_due() == 1
    assert mailoutbox[0].to == [f"{link.name} <{ADDRESS}>"]


def test_once_mail_arrives_it_is_gone(story: Story, share: PlanShare) -> None:
    bounce()
    note_delivery(address=ADDRESS, at=timezone.now())
    assert NOT_ARRIVED not in page_of(story, share)


def test_a_code_that_the_guest_asks_for_is_sent_all_the_same(
    share: PlanShare, mailoutbox: list[EmailMessage]
) -> None:
    bounce(Trouble.UNWANTED)
    deliver_due()
    mailoutbox.clear()
    ask_for_code(link_id=link_of(share).pk)
    assert deliver_due() == 1


@pytest.mark.parametrize("count", [1, 10])
def test_links_cost_one_query_however_many_there_are(
    story: Story, share: PlanShare, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    sent = {}
    for number in range(count):
        link = send_link(share_id=share.pk, actor=story.alice, name="Grace", email=f"g{number}@union.example")
        sent[link.email] = link.sent_at
    for address in sent:
        note_trouble(address=address, trouble=Trouble.GONE, at=timezone.now(), source=Source.SENDING)
    with django_assert_num_queries(1):
        assert len(MailAddress.objects.met_since(sent)) == count
