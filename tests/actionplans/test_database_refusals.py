"""What the database itself refuses of plans, whatever code or hand writes to it."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.utils import timezone
from django_fsm import can_proceed

from actionplans.evidence.services import redact_evidence
from actionplans.models import (
    ActionPlan,
    DraftField,
    EvidenceFile,
    PlanShare,
    Reply,
    ReplyKind,
    Revision,
    Scan,
    ShareStatus,
    Update,
    UpdateAgreement,
    UpdateProposal,
)
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates.services import Terms
from tests.actionplans.agreeing import post, propose
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_file, add_row, person_of, share_with, write

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


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE actionplans_rowreader SET reader_id = NULL",
        "UPDATE actionplans_rowreader SET row_id = gen_random_uuid()",
        "DELETE FROM actionplans_rowreader",
    ],
)
def test_who_gets_a_row_of_a_version_stays_as_it_was_frozen(story: Story, plan: ActionPlan, sql: str) -> None:
    add_row(plan, story.alice, "actions", what="Repay the fees.")
    share_with(plan, story.alice, story.customer)
    refuses(sql, match="Cannot update or delete rows from actionplans_rowreader")


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


class TestEvidence:
    @pytest.fixture
    def file(self, story: Story, plan: ActionPlan) -> EvidenceFile:
        return add_file(plan, story.alice, description="Forty.")

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_evidencefile SET sha256 = repeat('0', 64)",
            "UPDATE actionplans_evidencefile SET size = 7",
            "UPDATE actionplans_evidencefile SET kind = 'pdf'",
            "UPDATE actionplans_evidencefile SET storage_key = 'another'",
            "UPDATE actionplans_evidencefile SET uploaded_at = now()",
            "UPDATE actionplans_evidencefile SET name = 'Another.txt'",
            "UPDATE actionplans_evidencefile SET description = ''",
        ],
    )
    def test_file_stays_what_it_was(self, file: EvidenceFile, sql: str):
        before = EvidenceFile.objects.filter(pk=file.pk).values().get()
        refuses(sql, match="(Cannot update rows from|Cannot change rows of) actionplans_evidencefile")
        assert EvidenceFile.objects.filter(pk=file.pk).values().get() == before

    def test_file_is_never_deleted(self, file: EvidenceFile):
        refuses("DELETE FROM actionplans_evidencefile", match="Cannot delete rows")
        assert EvidenceFile.objects.get() == file

    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_evidencefile SET redacted_at = NULL, name = 'Back.txt'",
            "UPDATE actionplans_evidencefile SET redacted_at = now() + interval '1 day'",
        ],
    )
    def test_file_that_was_taken_out_does_not_come_back(self, story: Story, file: EvidenceFile, sql: str):
        redact_evidence(file_id=file.pk, actor=story.alice, reason="Named.")
        refuses(sql, match="Cannot update rows")

    @pytest.mark.parametrize(
        ("change", "constraint"),
        [
            ({"kind": "exe"}, "evidence_kind_is_known"),
            ({"scan": "fine"}, "evidence_scan_is_known"),
            ({"sha256": "none"}, "evidence_has_digest"),
            ({"name": ""}, "evidence_named_or_tombstone"),
            ({"redacted_at": datetime(2026, 3, 2, tzinfo=UTC)}, "evidence_named_or_tombstone"),
            ({"shown_to": "party"}, "evidence_shown_to_is_whole"),
            ({"shown_to": "all"}, "evidence_shown_to_is_whole"),
            ({"subject_kind": "action"}, "evidence_subject_is_whole"),
            ({"subject_kind": "plan", "subject_id": uuid4()}, "evidence_subject_is_whole"),
        ],
    )
    def test_half_a_row_is_refused(self, file: EvidenceFile, change: dict[str, object], constraint: str):
        values = EvidenceFile.objects.filter(pk=file.pk).values().get()
        fresh = {"id": uuid4(), "storage_key": "another"}
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            EvidenceFile.objects.create(**{**values, **fresh, **change})

    def test_verdict_of_a_scan_is_for_good(self, file: EvidenceFile):
        values = EvidenceFile.objects.filter(pk=file.pk).values().get()
        moves = {
            "unscanned": {"pending"},
            "pending": {"clean", "infected", "error"},
            "error": {"clean", "infected"},
            "clean": set(),
            "infected": set(),
        }
        assert set(moves) == set(Scan.values)
        for before, after in product(moves, moves):
            fresh = {"id": uuid4(), "storage_key": f"{before} to {after}", "scan": before}
            row = EvidenceFile.objects.filter(pk=EvidenceFile.objects.create(**{**values, **fresh}).pk)
            if before == after or after in moves[before]:
                assert row.update(scan=after) == 1
            else:
                with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                    row.update(scan=after)


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


class TestUpdates:
    @pytest.fixture
    def proposal(self, story: Story, share: PlanShare) -> UpdateProposal:
        post(share, story.alice)
        return propose(share, story.alice, Terms(3, timezone.localdate() + timedelta(days=90)))

    @pytest.mark.usefixtures("proposal")
    @pytest.mark.parametrize(
        "sql",
        [
            "UPDATE actionplans_update SET text = 'Another.'",
            "DELETE FROM actionplans_update",
            "UPDATE actionplans_sharedupdate SET counted_for = now()",
            "DELETE FROM actionplans_sharedupdate",
        ],
    )
    def test_what_was_posted_stays(self, sql: str):
        refuses(sql, match="Cannot (update or delete|change|delete) rows")

    @pytest.mark.usefixtures("proposal")
    @pytest.mark.parametrize("change", ["months = 6", "first_due = now()", "by_side = 'party'"])
    def test_what_was_proposed_stays(self, change: str):
        refuses(
            f"UPDATE actionplans_updateproposal SET {change}",  # noqa: S608 - of this test
            match="Cannot update rows",
        )

    def test_answer_is_final_and_has_its_time(self, proposal: UpdateProposal):
        rows = UpdateProposal.objects.filter(pk=proposal.pk)
        with pytest.raises(IntegrityError, match="answered_with_time"), transaction.atomic():
            rows.update(status="accepted")
        assert rows.update(status="declined", answered_at=timezone.now()) == 1
        for status in ("proposed", "accepted", "withdrawn"):
            with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
                rows.update(status=status)

    def test_one_proposal_is_open_at_a_time(self, proposal: UpdateProposal):
        again = UpdateProposal(share=proposal.share, by_side="party", months=3, first_due=proposal.first_due)
        with pytest.raises(IntegrityError, match="one_open_per_share"), transaction.atomic():
            again.save()

    @pytest.mark.parametrize(
        ("values", "constraint"),
        [
            ({"months": 5}, "agreement_frequency_is_known"),
            ({"next_due": date(2026, 5, 30)}, "goes_on_from_its_first_date"),
        ],
    )
    def test_agreement_has_a_known_frequency_and_goes_on(
        self, share: PlanShare, values: dict[str, object], constraint: str
    ):
        agreed: dict[str, object] = {
            "months": 3,
            **dict.fromkeys(["first_due", "next_due"], date(2026, 5, 31)),
        }
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            UpdateAgreement.objects.create(share=share, **{**agreed, **values})

    def test_update_says_something(self, plan: ActionPlan):
        with pytest.raises(IntegrityError, match="update_says_something"), transaction.atomic():
            Update.objects.create(plan=plan, text="")
