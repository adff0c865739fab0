"""The four mails about plans: who is owed them, once; what is no longer due; what they say, and what never."""

import re
from html import unescape
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.html import strip_tags

from actionplans.models import ActionPlan, PlanShare, SharedRevision
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import Message, notification_kind, notify
from stakeholders.models import Membership, TradingRelationship, Visibility
from stakeholders.services import add_relationship, change_visibility
from tests.actionplans.conftest import Story
from tests.actionplans.making import CALL, INFORM, end_by_next_audit, person_of, share_with, write
from tests.factories import make_actor, make_customer, make_member, make_user

pytestmark = pytest.mark.django_db

KINDS = ("plan_shared", "newer_revision", "reply_received", "plan_published")


def owed(kind: str) -> set[UUID | None]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient_id", flat=True))


def only(kind: str, actor: Actor | None = None) -> Notification:
    found = Notification.objects.filter(kind=kind)
    return (found.filter(recipient=actor.user_id) if actor else found).latest("created_at")


def is_due(notification: Notification) -> bool:
    return notification_kind(notification.kind).still_due(notification)


def mail(kind: str, actor: Actor | None = None) -> Message:
    notification = only(kind, actor)
    return notification_kind(kind).render(notification)


def answer(
    share: PlanShare, actor: Actor, kind: str = "confirmed", comment: str = "", section: str = ""
) -> None:
    sent = share.sent.first()
    assert sent is not None
    reply(share_id=share.pk, actor=actor, sent_id=sent.pk, kind=kind, comment=comment, section=section)


@pytest.fixture
def reader(story: Story) -> Actor:
    """Of a customer that reads what the site publishes, and has no share."""
    customer = make_customer("Reader Retail")
    add_relationship(
        actor=story.bob,
        site_id=story.site.pk,
        customer_reference=customer.reference,
        visibility=Visibility.PUBLISHED_PLANS,
    )
    return make_actor(customer, Role.VIEWER)


class TestRecipients:
    def test_everybody_of_the_party_is_told_that_a_plan_was_shared(self, story: Story, plan: ActionPlan):
        viewer = make_actor(story.customer, Role.VIEWER)
        gone = make_member(story.customer)
        gone.user.is_active = False
        gone.user.save()
        make_actor(story.other)
        share_with(plan, story.alice, story.customer)
        assert owed("plan_shared") == {story.dora.user_id, viewer.user_id}
        assert Delivery.objects.count() == 2

    def test_newer_revision_has_its_own_news_each_time(self, story: Story, plan: ActionPlan):
        share_with(plan, story.alice, story.customer)
        for text in ("Second.", "Third."):
            write(plan, story.alice, actions=text)
            share_with(plan, story.alice, story.customer)
        found = Notification.objects.filter(recipient=story.dora.user_id).order_by("created_at")
        assert [each.kind for each in found] == ["plan_shared", "newer_revision", "newer_revision"]

    def test_those_who_write_for_the_site_are_told_of_a_reply(self, story: Story, plan: ActionPlan):
        answer(share_with(plan, story.alice, story.customer), story.dora)
        assert owed("reply_received") == {story.alice.user_id, story.bob.user_id}  # Carol only reads

    def test_those_who_read_what_the_site_publishes_are_told_of_a_publication(
        self, story: Story, plan: ActionPlan, reader: Actor
    ):
        share_with(plan, story.alice, story.customer)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert owed("plan_published") == {reader.user_id}

    def test_person_of_two_such_customers_is_told_once(self, story: Story, plan: ActionPlan, reader: Actor):
        relationship = TradingRelationship.objects.get(customer=story.customer)
        change_visibility(
            actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.PUBLISHED_PLANS
        )
        make_member(story.customer, user=person_of(reader))
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert owed("plan_published") == {reader.user_id, story.dora.user_id}
        assert Notification.objects.filter(kind="plan_published").count() == 2

    def test_each_publication_is_told_of_once(self, story: Story, plan: ActionPlan, reader: Actor):
        for text in ("First.", "First.", "Second."):
            write(plan, story.alice, actions=text)
            publish_plan(plan_id=plan.pk, actor=story.alice)
        assert Notification.objects.filter(recipient=reader.user_id, kind="plan_published").count() == 2

    def test_what_is_owed_is_owed_once_however_often_it_is_said(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        answer(share, story.dora)
        before = Delivery.objects.count()
        notify(kind="plan_shared", object_id=share.sent.get().pk)
        notify(kind="reply_received", object_id=share.sent.get().replies.get().pk)
        assert Delivery.objects.count() == before


class TestStillDue:
    """Looked at again by the worker just before it sends."""

    def test_nothing_of_a_share_that_was_withdrawn(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        assert is_due(only("plan_shared"))
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not is_due(only("plan_shared"))

    def test_only_of_the_newest_that_was_sent(self, story: Story, plan: ActionPlan):
        share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.customer, asks=CALL)
        assert [is_due(only(kind)) for kind in ("plan_shared", "newer_revision")] == [False, True]

    def test_nothing_to_somebody_who_has_left_or_was_switched_off(
        self, story: Story, plan: ActionPlan, reader: Actor
    ):
        answer(share_with(plan, story.alice, story.customer), story.dora)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        pairs = [("plan_shared", story.dora), ("reply_received", story.alice), ("plan_published", reader)]
        assert all(is_due(only(kind, actor)) for kind, actor in pairs)
        for kind, actor in pairs:
            person = person_of(actor)
            person.is_active = False
            person.save()
            assert not is_due(only(kind, actor))
            person.is_active = True
            person.save()
            Membership.objects.filter(user=person).delete()
            assert not is_due(only(kind, actor))

    def test_no_reply_to_somebody_who_only_reads_by_now(self, story: Story, plan: ActionPlan):
        answer(share_with(plan, story.alice, story.customer), story.dora)
        Membership.objects.filter(user=story.alice.user_id).update(role=Role.VIEWER)
        assert not is_due(only("reply_received", story.alice))
        assert is_due(only("reply_received", story.bob))

    def test_no_reply_that_was_taken_back_by_a_newer_one(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        answer(share, story.dora)
        first = only("reply_received", story.alice)
        assert is_due(first)
        answer(share, story.dora, "changes_requested", "On second thoughts, by June.")
        assert not is_due(first)
        assert is_due(only("reply_received", story.alice))

    def test_no_publication_that_was_replaced_or_may_no_longer_be_read(
        self, story: Story, plan: ActionPlan, reader: Actor
    ):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        first = only("plan_published")
        assert is_due(first)
        write(plan, story.alice, actions="Second.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert not is_due(first)
        assert is_due(only("plan_published"))
        relationship = TradingRelationship.objects.get(customer=reader.organisation_id)
        change_visibility(actor=story.bob, relationship_id=relationship.pk, visibility=Visibility.CAR_LIST)
        assert not is_due(only("plan_published"))

    def test_nothing_to_readers_once_the_car_has_ended(self, story: Story, plan: ActionPlan, reader: Actor):
        share = share_with(plan, story.alice, story.customer)
        answer(share, story.dora)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        end_by_next_audit(story.finding)
        due = {kind: is_due(only(kind)) for kind in ("plan_shared", "plan_published", "reply_received")}
        assert owed("plan_published") == {reader.user_id}
        # What a party said stays worth knowing.
        assert due == {"plan_shared": False, "plan_published": False, "reply_received": True}


class TestWords:
    @pytest.fixture
    def all_four(self, story: Story, plan: ActionPlan, reader: Actor) -> dict[str, Message]:
        """Each of the four, with everything in it that can be."""
        share_with(plan, story.alice, story.other, note="Between us.")
        share = share_with(plan, story.alice, story.customer, asks=CALL, note="First line.\nSecond <line>.")
        mails = {"plan_shared": mail("plan_shared", story.dora)}
        answer(share, story.dora, "changes_requested", "Pay Maria back by June.")
        share_with(plan, story.alice, story.customer, note="We heard you.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        return mails | {
            "newer_revision": mail("newer_revision", story.dora),
            "reply_received": mail("reply_received", story.alice),
            "plan_published": mail("plan_published", reader),
        }

    @pytest.mark.parametrize("kind", KINDS)
    def test_html_says_what_the_text_says(self, all_four: dict[str, Message], kind: str):
        message = all_four[kind]
        html = words_of(message.html.partition("<body")[2])
        for line in message.text.splitlines():
            assert line.removeprefix("- ").removesuffix(":") in html or line == "--"
        text = " ".join(message.text.split())
        blocks = re.findall(r"<(p|li)\b[^>]*>(.*?)</\1>", message.html, re.DOTALL)
        said = [words_of(block) for _, block in blocks if "button" not in block]
        assert len(said) >= 3
        assert [words for words in said if words not in text] == []

    @pytest.mark.parametrize("kind", KINDS)
    def test_each_says_which_car_of_which_site_and_leads_there(
        self, story: Story, all_four: dict[str, Message], kind: str
    ):
        text = all_four[kind].text
        share = PlanShare.objects.get(organisation=story.customer)
        page = (
            reverse("plan", args=[story.finding.pk])
            if kind == "plan_published"
            else reverse("share", args=[share.pk])
        )
        for part in (story.finding.reference, "Green Valley Packhouse", "Green Valley Foods", "1A.B"):
            assert part in text
        assert f"{settings.SITE_URL.rstrip('/')}{page}\n" in text
        assert story.finding.reference in all_four[kind].subject
        assert "Collaborative Action Required" in text
        assert "no ground to reduce orders" in text

    @pytest.mark.parametrize("kind", KINDS)
    def test_none_has_the_text_of_the_plan_or_of_a_comment_or_another_party(
        self, all_four: dict[str, Message], kind: str
    ):
        whole = str(all_four[kind])
        for secret in ("Repay the fees", "Maria", "Fairprice", "Between us", "Reader Retail"):
            assert secret not in whole
        assert ("Northmarket" in whole) is (kind == "reply_received")

    def test_text_is_as_it_was_typed_and_html_is_escaped(self, all_four: dict[str, Message]):
        message = all_four["plan_shared"]
        assert "First line.\nSecond <line>." in message.text
        assert "First line.<br>Second &lt;line&gt;." in message.html

    def test_asks_are_said_and_what_was_not_asked_is_not(self, all_four: dict[str, Message]):
        assert "- Schedule a call on the approach" in all_four["plan_shared"].text
        assert "root cause" not in all_four["plan_shared"].text
        assert "- Confirm that the proposed action" in all_four["newer_revision"].text

    def test_for_information_nothing_is_asked(self, story: Story, plan: ActionPlan):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share_with(plan, story.alice, story.customer, asks=INFORM)
        message = mail("plan_shared", story.dora)
        for words in (message.text, message.html):
            assert "no reply is asked" in words
            assert "asks you to" not in words

    @pytest.mark.parametrize(
        ("kind", "said", "what_next"),
        [
            ("acknowledged", "Northmarket Ltd has received your action plan and will answer later.", ""),
            (
                "confirmed",
                "Northmarket Ltd confirms that the proposed action meets its requirements.",
                "When you publish the plan, the CAR moves from open to in progress.",
            ),
            (
                "changes_requested",
                "Northmarket Ltd asks for changes to your action plan.",
                "A wish for changes does not stop you from publishing it.",
            ),
        ],
    )
    def test_each_reply_is_told_in_a_sentence_with_what_comes_next(
        self, story: Story, plan: ActionPlan, kind: str, said: str, what_next: str
    ):
        share = share_with(plan, story.alice, story.customer)
        answer(share, story.dora, kind, "By June." if kind == "changes_requested" else "")
        text = mail("reply_received").text
        assert text.startswith(said)
        assert what_next in text
        assert ("There is a comment with it" in text) is (kind == "changes_requested")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert ("moves from open" in mail("reply_received").text) is False

    def test_wish_for_changes_names_the_part_it_is_about(self, story: Story, plan: ActionPlan):
        share = share_with(plan, story.alice, story.customer)
        answer(share, story.dora, "changes_requested", "By June.", section="actions")
        said = "asks for changes to a part of your action plan: Preventative and Corrective Actions."
        assert said in mail("reply_received").text

    def test_last_of_those_who_were_asked_to_confirm_is_told_as_the_last(
        self, story: Story, plan: ActionPlan
    ):
        share = share_with(plan, story.alice, story.customer)
        other = share_with(plan, story.alice, story.other)
        answer(share, story.dora)
        assert "Everyone whom you asked" not in mail("reply_received").text
        answer(other, make_actor(story.other))
        assert "Everyone whom you asked has confirmed it now. When you publish" in mail("reply_received").text

    def test_texts_have_no_gaps(self, all_four: dict[str, Message]):
        for message in all_four.values():
            assert "\n\n\n" not in message.text
            assert not any(line != line.rstrip() for line in message.text.splitlines())
            assert "\n" not in message.subject

    def test_mail_is_written_for_its_newest_state(self, story: Story, plan: ActionPlan, mailoutbox):
        """Sent by the worker's own code: what is no longer due is dropped, the rest goes to its people."""
        share_with(plan, story.alice, story.customer)
        share_with(plan, story.alice, story.customer, asks=CALL)
        stranger = make_user("someone@example.org")
        deliver_due()
        assert [each.to for each in mailoutbox] == [[f"{person_of(story.dora).name} <{address(story.dora)}>"]]
        assert stranger.email not in str(mailoutbox[0].message())
        assert mailoutbox[0].subject.startswith("Green Valley Packhouse brought its action plan")
        states = dict(Delivery.objects.values_list("notification__kind", "state"))
        assert states == {"plan_shared": "dropped", "newer_revision": "sent"}
        assert SharedRevision.objects.count() == 2


def address(actor: Actor) -> str:
    return person_of(actor).email


def words_of(html: str) -> str:
    """What a reader sees, on one line."""
    return " ".join(unescape(strip_tags(re.sub(r"<(br|/?p|/?h1|/?li|/?td|/?div)\b", r" <\1", html))).split())
