"""The mails about comments: to whom, once each, and what none of them tells."""

import pytest
from django.core.mail import EmailMessage

from actionplans.models import ActionPlan, PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from stakeholders.models import Membership
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, person_of, share_with
from tests.actionplans.talking import answer, id_of, say
from tests.actionplans.test_notifications import mail, words_of
from tests.factories import make_actor, make_member, make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    share = share_with(plan, story.alice, story.customer)
    Notification.objects.all().delete()
    return share


def told(kind: str) -> set[object]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def people(*actors: Actor) -> set[object]:
    return {id_of(actor) for actor in actors}


def test_those_who_write_for_either_side_are_told_but_for_who_wrote_it(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    make_actor(story.customer, Role.VIEWER)
    make_actor(make_operator(), Role.COMPLIANCE)
    share_with(plan, story.alice, story.other)
    make_actor(story.other)
    colleague = make_actor(story.customer, Role.MANAGER)
    say(share, story.dora)
    assert told("comment_written") == people(story.alice, story.bob, colleague)
    assert told("comment_mention") == set()


def test_who_is_mentioned_gets_one_mail_and_no_second_one(story: Story, share: PlanShare) -> None:
    said = say(share, story.dora)
    Notification.objects.all().delete()
    answer(said, story.alice, mentions=[id_of(story.dora), id_of(story.carol)])
    assert told("comment_mention") == people(story.dora, story.carol)  # Carol only reads
    assert told("comment_written") == people(story.bob)


def test_who_belongs_to_both_sides_is_told_once(story: Story, share: PlanShare) -> None:
    make_member(story.customer, user=person_of(story.bob))
    say(share, story.alice)
    assert Notification.objects.filter(recipient=id_of(story.bob)).count() == 1


def test_mail_says_who_and_about_what_and_not_what_was_said(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    share_with(plan, story.alice, story.other)
    said = say(share, story.dora, "Maria waits for her fees.")
    reply = answer(said, story.alice, "Maria is paid.", mentions=[id_of(story.dora)])
    written, mention = mail("comment_written", story.alice), mail("comment_mention", story.dora)
    car = f"{story.finding.reference} at {story.site.name}"
    assert written.subject == f"Northmarket Ltd commented on the plan for {car}"
    assert mention.subject == f"Green Valley Foods mentions you in a comment on the plan for {car}"
    assert f"/shares/{share.pk}/?comments=all#comment-{said.pk}" in written.text
    assert f"#comment-{reply.pk}" in mention.html
    answered = Notification.objects.filter(kind="comment_written", object_id=reply.pk).get()
    assert answered.recipient_id == id_of(story.bob)
    for message in (written, mention):
        words = words_of(message.text + message.html)
        assert story.finding.reference in words
        for secret in ("Maria", story.other.name, person_of(story.dora).name, person_of(story.alice).name):
            assert secret not in words


def test_nothing_is_sent_of_a_thread_that_has_ended_nor_to_who_has_left(
    story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
) -> None:
    colleague = make_actor(story.customer)
    said = say(share, story.alice)
    Membership.objects.filter(user=id_of(colleague)).delete()
    deliver_due()
    assert any(person_of(story.dora).email in each.to[0] for each in mailoutbox)
    assert Delivery.objects.get(notification__recipient=id_of(colleague)).state != Delivery.State.SENT
    mailoutbox.clear()
    answer(said, story.dora)
    withdraw_share(share_id=share.pk, actor=story.alice)
    deliver_due()
    assert [each for each in mailoutbox if "comment" in each.subject] == []


def test_what_was_said_before_the_car_ended_is_still_told(
    story: Story, share: PlanShare, mailoutbox: list[EmailMessage]
) -> None:
    say(share, story.dora)
    end_by_next_audit(story.finding)
    deliver_due()
    assert len([each for each in mailoutbox if "commented on" in each.subject]) == 2
