"""What the database itself refuses of plans, whatever code or hand writes to it."""

from collections.abc import Callable
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django_fsm import can_proceed

from actionplans.models import ActionPlan, DraftField, PlanShare, Reply, ReplyKind, Revision, ShareStatus
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from tests.actionplans.conftest import Story
from tests.actionplans.making import person_of, share_with, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    share = share_with(plan, story.alice, story.customer, note="For you.")
    reply(
        share_id=share.pk,
        actor=story.dora,
        sent_id=share.sent.get().pk,
        kind="changes_requested",
        comment="June.",
    )
    return share


def refuses(sql: str, *params: UUID, match: str) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, [str(each) for each in params])


class TestRevisions:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_revision SET document = '{}'",
            "UPDATE actionplans_revision SET sha256 = repeat('0', 64)",
            "UPDATE actionplans_revision SET number = 7",
            "UPDATE actionplans_revision SET frozen_at = now()",
            "UPDATE actionplans_revision SET frozen_by_id = NULL",
            "UPDATE actionplans_revision SET template_version = 'annex-2'",
        ],
    )
    def test_frozen_revision_never_changes(self, share: PlanShare, sql: str):
        before = Revision.objects.filter(pk=share.revision_id).values().get()
        refuses(sql, match="Cannot change rows of actionplans_revision, only redact them")
        assert Revision.objects.filter(pk=share.revision_id).values().get() == before

    def test_frozen_revision_is_never_deleted(self, story: Story, plan: ActionPlan, share: PlanShare):
        write(plan, story.alice, actions="Second.")
        unshared = publish_plan(plan_id=plan.pk, actor=story.alice)
        for pk in (share.revision_id, unshared.pk):
            refuses("DELETE FROM actionplans_revision WHERE id = %s", pk, match="Cannot delete rows")
        with pytest.raises(DatabaseError), transaction.atomic():
            Revision.objects.all().delete()
        assert plan.revisions.count() == 2

    def test_number_is_given_once_and_digest_is_a_digest(self, share: PlanShare):
        values = Revision.objects.filter(pk=share.revision_id).values().get()
        for change, name in (
            ({}, "revision_number_once"),
            ({"number": 2, "sha256": "none"}, "revision_has_digest"),
            ({"number": 2, "sha256": "A" * 64}, "revision_has_digest"),
            ({"number": -1}, "number_check"),
        ):
            with pytest.raises(IntegrityError, match=name), transaction.atomic():
                Revision.objects.create(**{**values, "id": uuid4(), **change})


class TestSendingsAndReplies:
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_sharedrevision SET asks = '{}'",
            "UPDATE actionplans_sharedrevision SET note = ''",
            "UPDATE actionplans_sharedrevision SET sent_at = now()",
            "UPDATE actionplans_sharedrevision SET sent_by_id = NULL, note = 'Another.'",
        ],
    )
    def test_what_was_sent_never_changes(self, share: PlanShare, sql: str):
        refuses(sql, match="(Cannot update rows from|Cannot change rows of) actionplans_sharedrevision")
        assert share.sent.get().note == "For you."

    def test_what_was_sent_is_never_deleted(self, share: PlanShare):
        refuses("DELETE FROM actionplans_sharedrevision", match="Cannot delete rows")
        assert share.sent.exists()

    def test_person_who_sent_it_can_be_forgotten(self, story: Story, share: PlanShare):
        assert share.sent.get().sent_by == person_of(story.alice)
        share.sent.update(sent_by=None)
        assert share.sent.get().sent_by is None

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_reply SET kind = 'confirmed'",
            "UPDATE actionplans_reply SET comment = 'July.'",
            "UPDATE actionplans_reply SET replied_by_id = NULL",
            "DELETE FROM actionplans_reply",
        ],
    )
    def test_reply_stays_as_it_was_given(self, share: PlanShare, sql: str):
        refuses(sql, match="(Cannot change rows of|Cannot delete rows from) actionplans_reply")
        assert share.sent.get().replies.get().comment == "June."

    @pytest.mark.parametrize(
        ("kind", "comment", "constraint"),
        [
            ("withdrawn", "", "reply_kind_is_known"),
            ("", "Hm.", "reply_kind_is_known"),
            (ReplyKind.CHANGES_REQUESTED, "", "reply_changes_with_comment"),
        ],
    )
    def test_reply_of_no_kind_or_a_wish_without_words_is_refused(
        self, share: PlanShare, kind: str, comment: str, constraint: str
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            Reply.objects.create(sent=share.sent.get(), kind=kind, comment=comment)


# DESIGN: informed or awaiting first; answers; a newer revision asks or informs anew; withdrawn is the end.
ANSWERS = {"acknowledged", "confirmed", "changes_requested"}
MOVES = {
    "informed": {"awaiting", "withdrawn"},
    "awaiting": {"informed", "withdrawn", *ANSWERS},
    "acknowledged": {"awaiting", "informed", "withdrawn", "confirmed", "changes_requested"},
    "confirmed": {"awaiting", "informed", "withdrawn", "changes_requested"},
    "changes_requested": {"awaiting", "informed", "withdrawn", "confirmed"},
    "withdrawn": set(),
}


class TestShares:
    def test_every_pair_of_states_that_is_no_transition_is_refused(self, story: Story, plan: ActionPlan):
        revision = share_with(plan, story.alice, story.customer).revision
        assert set(MOVES) == set(ShareStatus.values)
        for before, after in product(MOVES, MOVES):
            sid = transaction.savepoint()
            share = PlanShare.objects.create(
                plan=plan, organisation=story.other, revision=revision, status=before
            )
            moved = PlanShare.objects.filter(pk=share.pk)
            if before == after or after in MOVES[before]:
                assert moved.update(status=after) == 1
            else:
                with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                    moved.update(status=after)
            transaction.savepoint_rollback(sid)

    def test_model_moves_along_the_same_pairs(self, story: Story, plan: ActionPlan):
        revision = share_with(plan, story.alice, story.customer).revision
        for before in MOVES:
            share = PlanShare(plan=plan, organisation=story.other, revision=revision, status=before)
            moves: dict[str, Callable[..., None]] = {
                "informed": share.inform_anew,
                "awaiting": share.ask_anew,
                "acknowledged": share.acknowledge,
                "confirmed": share.confirm,
                "changes_requested": share.request_changes,
                "withdrawn": share.withdraw,
            }
            staying = {"informed", "awaiting"} & {before}  # a newer one of the same kind
            assert {target for target, move in moves.items() if can_proceed(move)} == MOVES[before] | staying

    @pytest.mark.parametrize("status", ["", "late", "overdue"])
    def test_status_that_does_not_exist_is_refused(self, story: Story, plan: ActionPlan, status: str):
        revision = share_with(plan, story.alice, story.customer).revision
        with pytest.raises(IntegrityError, match="share_status_is_known"), transaction.atomic():
            PlanShare.objects.create(plan=plan, organisation=story.other, revision=revision, status=status)

    def test_party_has_one_share_at_a_time_and_any_number_of_withdrawn_ones(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ):
        values = {"plan": plan, "organisation": story.customer, "revision": share.revision}
        with pytest.raises(IntegrityError, match="share_once_at_a_time"), transaction.atomic():
            PlanShare.objects.create(**values, status=ShareStatus.INFORMED)
        for _ in range(2):
            withdraw_share(share_id=PlanShare.objects.live().get().pk, actor=story.alice)
            PlanShare.objects.create(**values, status=ShareStatus.AWAITING)
        assert PlanShare.objects.count() == 3

    def test_withdrawn_share_is_not_brought_back(self, story: Story, share: PlanShare):
        withdraw_share(share_id=share.pk, actor=story.alice)
        refuses("UPDATE actionplans_planshare SET status = 'awaiting'", match="Invalid transition")


class TestPlans:
    def test_car_has_one_plan(self, plan: ActionPlan):
        with pytest.raises(IntegrityError, match="finding_id"), transaction.atomic():
            ActionPlan.objects.create(finding=plan.finding, template_version="annex-1")

    def test_published_plan_has_its_time_and_its_time_a_plan(self, story: Story, plan: ActionPlan):
        refuses("UPDATE actionplans_actionplan SET published_at = now()", match="plan_published_with_time")
        publish_plan(plan_id=plan.pk, actor=story.alice)
        refuses("UPDATE actionplans_actionplan SET published_at = NULL", match="plan_published_with_time")
        refuses("UPDATE actionplans_actionplan SET published_id = NULL", match="plan_published_with_time")

    def test_field_is_in_the_draft_once(self, plan: ActionPlan):
        with pytest.raises(IntegrityError, match="draft_field_once"), transaction.atomic():
            DraftField.objects.create(plan=plan, name="actions", value="Twice.")

    def test_plan_and_share_that_were_read_are_never_deleted(self, plan: ActionPlan, share: PlanShare):
        for row, sql in (
            (plan, "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM actionplans_actionplan WHERE id = %s"),
            (share, "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM actionplans_planshare WHERE id = %s"),
        ):
            refuses(sql, row.pk, match="violates foreign key constraint")
            with pytest.raises(ProtectedError), transaction.atomic():
                row.delete()
