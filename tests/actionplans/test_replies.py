"""A party answers the newest thing it was sent, as one, and may change its mind until the site sends a newer one."""

from functools import partial

import pytest
from django.db import DatabaseError

from actionplans.models import ActionPlan, PlanShare, Reply, ReplyKind, ShareStatus
from actionplans.plans.services import publish_plan
from actionplans.sharing.policy import may_reply_now, replies_open_to
from actionplans.sharing.services import NewerVersion, reply, withdraw_share
from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    INFORM,
    end_by_next_audit,
    make_finding,
    make_plan,
    share_with,
    write,
)
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db

ACKNOWLEDGED, CONFIRMED, CHANGES = ReplyKind.values


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def answer(story: Story, share: PlanShare) -> partial[Reply]:
    """Dora's answer to what was sent first."""
    return partial(reply, share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk)


def status(share: PlanShare) -> str:
    return str(PlanShare.objects.get(pk=share.pk).status)


class TestAnswering:
    @pytest.mark.parametrize(
        ("kind", "comment"),
        [(ACKNOWLEDGED, ""), (CONFIRMED, ""), (CONFIRMED, "Well done."), (CHANGES, "Pay back by June.")],
    )
    def test_reply_moves_the_share_and_is_kept_with_its_person(
        self, story: Story, share: PlanShare, answer: partial[Reply], kind: str, comment: str
    ):
        kept = answer(kind=kind, comment=comment)
        assert (kept.kind, kept.comment, kept.replied_by_id) == (kind, comment, story.dora.user_id)
        assert status(share) == kind
        assert verify().whole

    def test_wish_for_changes_needs_words(self, share: PlanShare, answer: partial[Reply]):
        for comment in ("", "  \r\n "):
            with pytest.raises(InvalidInput) as refused:
                answer(kind=CHANGES, comment=comment)
            assert set(refused.value.fields) == {"comment"}
        assert status(share) == ShareStatus.AWAITING
        assert not Reply.objects.exists()

    def test_comment_is_about_a_section_or_the_plan_as_a_whole(self, answer: partial[Reply]):
        first = answer(kind=CHANGES, comment="Name who pays.", section="actions")
        assert (first.section, first.section_label) == ("actions", "Preventative and Corrective Actions")
        again = answer(kind=CHANGES, comment="Name who pays.", section="actions")
        assert again == first
        whole = answer(kind=CHANGES, comment="Name who pays.")
        assert whole != first
        assert (whole.section, whole.section_label) == ("", "")

    def test_without_a_comment_there_is_nothing_that_a_section_could_say(self, answer: partial[Reply]):
        assert answer(kind=CONFIRMED, section="actions").section == ""

    def test_section_that_the_template_does_not_have_is_refused(
        self, share: PlanShare, answer: partial[Reply]
    ):
        with pytest.raises(InvalidInput) as caught:
            answer(kind=CHANGES, comment="Name who pays.", section="nothing")
        assert list(caught.value.fields) == ["section"]
        assert status(share) == ShareStatus.AWAITING

    def test_section_stays_what_it_was(self, answer: partial[Reply]):
        kept = answer(kind=CHANGES, comment="Name who pays.", section="actions")
        with pytest.raises(DatabaseError, match="only redact"):
            Reply.objects.filter(pk=kept.pk).update(section="")

    @pytest.mark.parametrize("kind", ["", "withdrawn", "rejected"])
    def test_reply_of_no_kind_is_refused(self, share: PlanShare, answer: partial[Reply], kind: str):
        with pytest.raises(InvalidInput) as refused:
            answer(kind=kind)
        assert set(refused.value.fields) == {"kind"}
        assert status(share) == ShareStatus.AWAITING

    def test_comment_that_is_too_long_is_refused_and_one_letter_less_is_taken(self, answer: partial[Reply]):
        with pytest.raises(InvalidInput, match="5,001 characters; the most is 5,000") as refused:
            answer(kind=CHANGES, comment="ü" * 5001)
        assert set(refused.value.fields) == {"comment"}
        assert answer(kind=CHANGES, comment="ü" * 5000).comment == "ü" * 5000

    def test_same_answer_sent_twice_is_one(self, answer: partial[Reply]):
        first = answer(kind=CHANGES, comment="Pay back by June.")
        assert answer(kind=CHANGES, comment="Pay back by June.\r\n") == first
        assert Reply.objects.count() == 1
        assert Notification.objects.filter(kind="reply_received", object_id=first.pk).count() == 2
        assert Notification.objects.filter(kind="reply_received").count() == 2

    def test_wish_for_changes_keeps_nobody_from_publishing(
        self, story: Story, plan: ActionPlan, answer: partial[Reply]
    ):
        answer(kind=CHANGES, comment="Pay back by June.")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        story.finding.refresh_from_db()
        assert story.finding.status == "in_progress"

    def test_replies_go_on_while_the_car_is_in_progress(
        self, story: Story, plan: ActionPlan, answer: partial[Reply]
    ):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        assert answer(kind=CONFIRMED)


class TestChangingOnesMind:
    def test_mind_may_change_until_a_newer_version(
        self, story: Story, plan: ActionPlan, share: PlanShare, answer: partial[Reply]
    ):
        for kind in (ACKNOWLEDGED, CHANGES, CONFIRMED, CHANGES, CONFIRMED):
            answer(kind=kind, comment="As we said.")
            assert status(share) == kind
        assert Reply.objects.count() == 5
        write(plan, story.alice, actions="Something else.")
        share_with(plan, story.alice, story.customer)
        assert status(share) == ShareStatus.AWAITING
        with pytest.raises(NewerVersion):
            answer(kind=CHANGES, comment="No.")

    @pytest.mark.parametrize("before", [CONFIRMED, CHANGES])
    def test_answer_is_not_taken_back_to_an_acknowledgement(
        self, share: PlanShare, answer: partial[Reply], before: str
    ):
        answer(kind=before, comment="As we said.")
        with pytest.raises(Conflict, match="has answered this version already"):
            answer(kind=ACKNOWLEDGED)
        assert status(share) == before
        assert ReplyKind.ACKNOWLEDGED not in replies_open_to(PlanShare.objects.get(pk=share.pk))

    def test_further_comment_is_kept_beside_the_first(self, share: PlanShare, answer: partial[Reply]):
        answer(kind=CHANGES, comment="Pay back by June.")
        answer(kind=CHANGES, comment="And tell us how.")
        assert status(share) == CHANGES
        assert [each.comment for each in Reply.objects.all()] == ["And tell us how.", "Pay back by June."]


class TestNewerVersions:
    def test_reply_to_an_older_version_is_refused_and_points_to_the_newer(
        self, story: Story, plan: ActionPlan, share: PlanShare, answer: partial[Reply]
    ):
        write(plan, story.alice, actions="Something else.")
        share_with(plan, story.alice, story.customer)
        with pytest.raises(NewerVersion, match="Read the newer version, then reply to it") as refused:
            answer(kind=CONFIRMED)
        newest = refused.value.share.sent.first()
        assert newest is not None
        assert (refused.value.share, newest.revision.number) == (share, 2)
        assert not Reply.objects.exists()
        reply(share_id=share.pk, actor=story.dora, sent_id=newest.pk, kind=CONFIRMED)
        assert status(share) == CONFIRMED

    def test_same_text_with_other_asks_is_a_newer_version_too(
        self, story: Story, plan: ActionPlan, answer: partial[Reply]
    ):
        share_with(plan, story.alice, story.customer, asks=CALL)
        with pytest.raises(NewerVersion):
            answer(kind=CONFIRMED)

    def test_what_was_sent_to_another_party_cannot_be_answered(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        theirs = share_with(plan, story.alice, story.other)
        with pytest.raises(NewerVersion):
            reply(share_id=share.pk, actor=story.dora, sent_id=theirs.sent.get().pk, kind=CONFIRMED)
        assert not Reply.objects.exists()

    def test_another_partys_newer_version_is_none_of_ones_own(
        self, story: Story, plan: ActionPlan, answer: partial[Reply]
    ):
        write(plan, story.alice, actions="Something else.")
        share_with(plan, story.alice, story.other)
        assert answer(kind=CONFIRMED)


class TestWhoReplies:
    def test_colleagues_answer_as_one_party(self, story: Story, share: PlanShare, answer: partial[Reply]):
        colleague = make_actor(story.customer, Role.MANAGER)
        answer(kind=CHANGES, comment="Pay back by June.")
        kept = reply(share_id=share.pk, actor=colleague, sent_id=share.sent.get().pk, kind=CONFIRMED)
        assert kept.replied_by_id == colleague.user_id
        assert status(share) == CONFIRMED
        with pytest.raises(Conflict):
            answer(kind=ACKNOWLEDGED)  # Dora's party has answered, whoever of it did

    def test_viewers_of_the_party_only_read(self, story: Story, share: PlanShare, answer: partial[Reply]):
        viewer = make_actor(story.customer, Role.VIEWER)
        assert list(PlanShare.objects.visible_to(viewer)) == [share]
        assert not may_reply_now(viewer, share)
        with pytest.raises(NotAllowed, match="Your role in your organisation only reads"):
            answer(actor=viewer, kind=CONFIRMED)
        assert may_reply_now(story.dora, share)
        assert answer(kind=CONFIRMED)

    def test_nobody_else_replies_in_the_partys_name(
        self, story: Story, share: PlanShare, answer: partial[Reply]
    ):
        for actor in (
            story.alice,
            make_actor(story.other, Role.MANAGER),
            make_actor(make_operator(), Role.COMPLIANCE),
        ):
            with pytest.raises(NotAllowed, match="Only the organisation that the plan was shared with"):
                answer(actor=actor, kind=CONFIRMED)
        assert status(share) == ShareStatus.AWAITING


class TestWhenNoneIsAsked:
    def test_plan_for_information_takes_no_reply(self, story: Story, plan: ActionPlan):
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share = share_with(plan, story.alice, story.customer, asks=INFORM)
        with pytest.raises(Conflict, match="for your information; no reply is asked"):
            reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind=CONFIRMED)
        assert replies_open_to(share) == []

    def test_withdrawn_plan_takes_no_reply(self, story: Story, share: PlanShare, answer: partial[Reply]):
        withdraw_share(share_id=share.pk, actor=story.alice)
        with pytest.raises(Conflict, match="no longer shares this plan with you"):
            answer(kind=CONFIRMED)
        assert not Reply.objects.exists()

    @pytest.mark.parametrize("how", ["closed", "superseded"])
    def test_plan_of_an_ended_car_takes_no_reply(
        self, story: Story, share: PlanShare, answer: partial[Reply], how: str
    ):
        successor = make_finding(story.site) if how == "superseded" else None
        end_by_next_audit(story.finding, successor=successor)
        with pytest.raises(Conflict, match=f"{story.finding} has ended with a later audit"):
            answer(kind=CONFIRMED)
        assert not may_reply_now(story.dora, PlanShare.objects.get(pk=share.pk))


def test_reply_is_read_in_the_record_by_site_operator_and_that_party_alone(
    story: Story, plan: ActionPlan, answer: partial[Reply]
):
    answer(kind=CHANGES, comment="Pay Maria back by June.")

    def sentences(reader: Reader, party=None) -> list[str]:
        entries = timeline(
            aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=reader, party_id=party and party.pk
        )
        return [each.sentence for each in entries if each.kind == "reply_received"]

    said = ["Reply of Northmarket Ltd: Changes requested"]
    assert sentences(Reader.SITE) == sentences(Reader.OPERATOR) == said
    assert sentences(Reader.PARTY, story.customer) == said
    assert sentences(Reader.PARTY, story.other) == sentences(Reader.AUDITOR) == []


def test_reply_to_one_plan_moves_no_other(story: Story, share: PlanShare, answer: partial[Reply]):
    second = share_with(make_plan(make_finding(story.site), story.alice), story.alice, story.customer)
    answer(kind=CONFIRMED)
    assert (status(share), status(second)) == (CONFIRMED, ShareStatus.AWAITING)
