"""A party is asked to take on actions of the plan: who is asked what, what it says, and what becomes of that."""

from collections.abc import Callable
from uuid import UUID

import pytest
from pytest_django.fixtures import Settings

from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, EvidenceFile, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import redact_words
from actionplans.sharing.services import Party, share_plan, withdraw_share
from carportal.core.actor import Actor, Role
from carportal.core.audit import Reader, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from stakeholders.models import TradingRelationship
from stakeholders.services import end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CONFIRM,
    add_file,
    add_party,
    add_row,
    end_by_next_audit,
    record_of,
    remove_row,
    share_with,
    write,
)
from tests.actionplans.taking_on import PAY, accept, decline, duty_of, give_action, report, take
from tests.factories import make_actor, make_operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return give_action(plan, story.alice, story.customer, ends="2027-Q2")


@pytest.fixture
def share(story: Story, plan: ActionPlan, action: UUID) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def duty(share: PlanShare, action: UUID) -> Duty:
    return duty_of(share, action)


def kept(duty: Duty) -> Duty:
    return Duty.objects.get(pk=duty.pk)


def told(kind: str) -> set[UUID | None]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def row_of(plan: ActionPlan, row_id: UUID) -> dict[str, str]:
    rows = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["actions"]
    return next(dict(row.cells) for row in rows if row.id == row_id)


class TestAsking:
    def test_sharing_asks_a_party_for_the_actions_that_name_it_and_nobody_for_others(
        self, story: Story, plan: ActionPlan, action: UUID
    ):
        add_row(plan, story.alice, "actions", what="Repay.", owner="site")
        finished = give_action(plan, story.alice, story.customer, "Done before.", state="done")
        share = share_with(plan, story.alice, story.customer, story.other)
        assert Duty.objects.get().row_id == action != finished
        assert (Duty.objects.get().share, Duty.objects.get().status) == (share, "proposed")

    def test_owner_that_is_shown_to_everyone_is_asked_alone(self, story: Story, plan: ActionPlan):
        owner = add_party(plan, story.alice, story.customer, name="Northmarket", shown="everyone")
        add_row(plan, story.alice, "actions", what=PAY, owner=str(owner))
        reader = Party(story.other.pk, CONFIRM, confirmed_names=[story.customer.pk])
        share_plan(plan_id=plan.pk, actor=story.alice, parties=[reader, Party(story.customer.pk, CONFIRM)])
        assert Duty.objects.get().share.organisation == story.customer

    def test_action_that_is_tied_to_somebody_whom_the_owner_does_not_read_is_not_asked(
        self, story: Story, plan: ActionPlan, action: UUID
    ):
        hidden = add_party(plan, story.alice, story.other, name="Fairprice")
        write(plan, story.alice, **{f"{action}.support_from": str(hidden)})
        share_with(plan, story.alice, story.customer)
        assert not Duty.objects.exists()

    @pytest.mark.usefixtures("share")
    def test_mail_about_the_plan_says_so_and_there_is_no_second_one(self, story: Story):
        (owed,) = Notification.objects.filter(recipient=story.dora.user_id)
        message = notification_kind(owed.kind).render(owed)
        assert "It names your organisation for 1 action: please accept it" in message.text
        assert "It names your organisation for 1 action" in message.html
        assert PAY not in message.text

    def test_newer_version_that_says_the_same_of_it_keeps_the_answer(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID
    ):
        accept(duty, story.dora)
        write(plan, story.alice, actions="Other words.", **{f"{action}.support": "A clerk."})
        share_with(plan, story.alice, story.customer)
        share.refresh_from_db()
        assert (kept(duty).status, kept(duty).revision_id) == ("accepted", share.revision_id)

    @pytest.mark.parametrize("change", [{"what": "Pay half."}, {"ends": "2028"}, {"starts": "2027-01"}])
    @pytest.mark.parametrize("said", [accept, decline])
    def test_newer_version_that_says_something_else_of_it_asks_anew(
        self,
        story: Story,
        plan: ActionPlan,
        duty: Duty,
        action: UUID,
        said: Callable[[Duty, Actor], Duty],
        change: dict[str, str],
    ):
        said(duty, story.dora)
        write(plan, story.alice, **{f"{action}.{name}": text for name, text in change.items()})
        share_with(plan, story.alice, story.customer)
        assert (kept(duty).status, kept(duty).turn) == ("proposed", 3)
        assert DutyAnswer.objects.get().duty == duty  # what was said to the earlier wording is kept

    @pytest.mark.parametrize(
        "change", [{"state": "done"}, {"state": "dropped", "reason": "Too dear."}, {"owner": "site"}]
    )
    def test_action_that_is_finished_or_given_to_another_is_asked_no_more(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID, change: dict[str, str]
    ):
        accept(duty, story.dora)
        write(plan, story.alice, **{f"{action}.{name}": text for name, text in change.items()})
        assert kept(duty).is_open  # until the party is sent that
        share_with(plan, story.alice, story.customer)
        assert kept(duty).status == "ended"

    def test_action_that_is_removed_and_comes_back_is_asked_as_a_new_one(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID
    ):
        accept(duty, story.dora)
        owner = row_of(plan, action)["owner"]
        write(plan, story.alice, **{f"{action}.owner": "site"})
        share_with(plan, story.alice, story.customer)
        write(plan, story.alice, **{f"{action}.owner": owner})
        share_with(plan, story.alice, story.customer)
        assert sorted(share.duties.values_list("status", flat=True)) == ["ended", "proposed"]
        remove_row(plan, story.alice, "actions", action)
        share_with(plan, story.alice, story.customer)
        assert set(share.duties.values_list("status", flat=True)) == {"ended"}

    def test_each_party_is_asked_for_its_own(self, story: Story, plan: ActionPlan, share: PlanShare):
        give_action(plan, story.alice, story.other, "Order earlier.")
        other = share_with(plan, story.alice, story.other)
        assert Duty.objects.get(share=other).row_id != Duty.objects.get(share=share).row_id


class TestAnswering:
    def test_party_accepts_and_the_site_is_told(self, story: Story, duty: Duty):
        accept(duty, story.dora)
        assert kept(duty).status == "accepted"
        answer = DutyAnswer.objects.get()
        assert (answer.kind, answer.answered_by_id, answer.revision_id) == (
            "accepted",
            story.dora.user_id,
            duty.revision_id,
        )
        assert told("duty_answered") == {story.alice.user_id, story.bob.user_id}

    def test_declining_needs_a_reason(self, story: Story, duty: Duty):
        for reason in ("", " \n "):
            with pytest.raises(InvalidInput) as refused:
                decline(duty, story.dora, reason)
            assert list(refused.value.fields) == ["reason"]
        decline(duty, story.dora, "Not in our budget.")
        assert (kept(duty).status, DutyAnswer.objects.get().reason) == ("declined", "Not in our budget.")

    def test_party_may_change_its_mind_and_back(self, story: Story, duty: Duty):
        for act, status in ((decline, "declined"), (accept, "accepted"), (decline, "declined")):
            act(duty, story.dora)
            assert kept(duty).status == status
        assert [answer.kind for answer in duty.answers.all()] == ["declined", "accepted", "declined"]

    def test_members_act_as_one_and_the_person_is_named(self, story: Story, duty: Duty):
        erik = make_actor(story.customer)
        accept(duty, story.dora, seen=1)
        assert accept(duty, erik, seen=1).turn == 2  # who is slower finds it done
        decline(duty, erik)
        assert [answer.answered_by_id for answer in duty.answers.all()] == [erik.user_id, story.dora.user_id]

    def test_sent_twice_is_once(self, story: Story, duty: Duty):
        for _ in range(2):
            decline(duty, story.dora, seen=1)
        assert DutyAnswer.objects.count() == 1
        with pytest.raises(Conflict, match="answered or changed"):
            decline(duty, story.dora, "Another reason.", seen=1)
        with pytest.raises(Conflict, match="declined this action already"):
            decline(duty, story.dora, "Another reason.")

    def test_nobody_answers_what_they_have_not_seen(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        write(plan, story.alice, **{f"{action}.what": "Pay half."})
        share_with(plan, story.alice, story.customer)
        for act in (accept, decline):
            with pytest.raises(Conflict, match="answered or changed since"):
                act(duty, story.dora, seen=1)
        write(plan, story.alice, **{f"{action}.owner": "site"})
        share_with(plan, story.alice, story.customer)
        with pytest.raises(Conflict):
            accept(duty, story.dora)

    def test_mail_of_an_answer_is_dropped_once_the_party_changed_its_mind(self, story: Story, duty: Duty):
        accept(duty, story.dora)
        decline(duty, story.dora, "A reason of ours.")
        first, second = Notification.objects.filter(
            kind="duty_answered", recipient=story.alice.user_id
        ).order_by("created_at")
        kind = notification_kind("duty_answered")
        assert (kind.still_due(first), kind.still_due(second)) == (False, True)
        message = kind.render(second)
        assert message.subject.startswith("Northmarket Ltd declined an action of your plan for CAR-")
        assert "A reason of ours" not in message.text + message.html


class TestReporting:
    @pytest.fixture(autouse=True)
    def _accepted(self, story: Story, duty: Duty) -> None:
        accept(duty, story.dora)

    def test_site_is_told_and_the_plan_stays_as_it_is(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        report(duty, story.dora)
        kept_report = DutyReport.objects.get()
        assert (kept_report.state, kept_report.reported_by_id) == ("under_way", story.dora.user_id)
        assert told("duty_reported") == {story.alice.user_id, story.bob.user_id}
        assert (row_of(plan, action)["state"], row_of(plan, action)["progress"]) == ("planned", "")
        owed = Notification.objects.filter(kind="duty_reported")[0]
        message = notification_kind("duty_reported").render(owed)
        assert "that it took on" in message.text
        assert "first rate" not in message.text + message.html

    @pytest.mark.parametrize(
        ("state", "text", "fields"),
        [
            ("under_way", " ", ["text"]),
            ("planned", "Soon.", ["state"]),
            ("", "", ["state", "text"]),
            ("done", "x" * 2001, ["text"]),
        ],
    )
    def test_what_cannot_be_kept_is_refused_by_field(
        self, story: Story, duty: Duty, state: str, text: str, fields: list[str]
    ):
        with pytest.raises(InvalidInput) as refused:
            report(duty, story.dora, state, text)
        assert list(refused.value.fields) == fields
        assert not DutyReport.objects.exists()

    def test_sent_twice_is_once(self, story: Story, duty: Duty):
        assert report(duty, story.dora) == report(duty, story.dora)
        assert report(duty, story.dora, "done") != report(duty, story.dora)

    def test_only_what_was_taken_on_is_reported_on(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        write(plan, story.alice, **{f"{action}.what": "Pay half."})
        share_with(plan, story.alice, story.customer)
        with pytest.raises(Conflict, match="Accept the action first, as it is worded now"):
            report(duty, story.dora)
        decline(duty, story.dora)
        with pytest.raises(Conflict, match="Accept the action first"):
            report(duty, story.dora)


class TestTaking:
    @pytest.fixture(autouse=True)
    def _accepted(self, story: Story, duty: Duty) -> None:
        accept(duty, story.dora)

    def test_state_and_words_go_into_the_draft_once(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        write(plan, story.alice, **{f"{action}.progress": "Agreed in March."})
        first, second = report(duty, story.dora), report(duty, story.dora, "done", "All is paid.")
        assert take(first, story.alice) == take(first, story.bob)
        assert row_of(plan, action)["state"] == "under_way"
        take(second, story.bob)
        cells = row_of(plan, action)
        assert cells["state"] == "done"
        assert cells["progress"] == "Agreed in March.\n\nThe first rate is paid.\n\nAll is paid."
        share_with(plan, story.alice, story.customer)
        assert kept(duty).status == "ended"

    def test_notes_that_are_full_are_said_and_nothing_is_lost(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        write(plan, story.alice, **{f"{action}.progress": "x" * 2990})
        reported = report(duty, story.dora)
        with pytest.raises(InvalidInput, match="have no room left"):
            take(reported, story.alice)
        assert DutyReport.objects.get().taken_at is None

    def test_action_that_is_no_longer_in_the_draft_takes_nothing(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID
    ):
        reported = report(duty, story.dora)
        remove_row(plan, story.alice, "actions", action)
        with pytest.raises(Conflict, match="not in the draft any more"):
            take(reported, story.alice)

    def test_only_the_site_takes_and_only_while_the_car_is_under_way(self, story: Story, duty: Duty):
        reported = report(duty, story.dora)
        for actor in (story.dora, story.carol, make_actor(story.other)):
            with pytest.raises(NotAllowed):
                take(reported, actor)
        end_by_next_audit(story.finding)
        with pytest.raises(Conflict):
            take(reported, story.alice)


class TestWho:
    def test_only_those_who_write_for_the_party(self, story: Story, duty: Duty):
        for actor in (
            story.alice,
            make_actor(story.customer, Role.VIEWER),
            make_actor(story.other),
            make_actor(make_operator(), Role.COMPLIANCE),
        ):
            for act in (accept, decline, report):
                with pytest.raises(NotAllowed):
                    act(duty, actor)
        assert kept(duty).status == "proposed"

    def test_each_sees_what_is_its_own(self, story: Story, plan: ActionPlan, share: PlanShare):
        give_action(plan, story.alice, story.other, "Order earlier.")
        other = share_with(plan, story.alice, story.other)
        erik = make_actor(story.other)
        reported = report(accept(Duty.objects.get(share=other), erik), erik)
        seen = {
            actor: (
                set(Duty.objects.visible_to(actor).values_list("share", flat=True)),
                set(DutyReport.objects.visible_to(actor)),
            )
            for actor in (story.alice, story.dora, erik, make_actor(make_operator(), Role.COMPLIANCE))
        }
        assert list(seen.values()) == [
            ({share.pk, other.pk}, {reported}),
            ({share.pk}, set()),
            ({other.pk}, {reported}),
            (set(), set()),
        ]

    def test_nothing_is_answered_once_the_car_has_ended(self, story: Story, duty: Duty):
        end_by_next_audit(story.finding)
        for act in (accept, decline, report):
            with pytest.raises(Conflict, match="has ended with a later audit"):
                act(duty, story.dora)


class TestEnding:
    def test_duties_end_with_the_share_and_are_asked_anew_with_a_new_one(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID
    ):
        accept(duty, story.dora)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert kept(duty).status == "ended"
        assert not Duty.objects.visible_to(story.dora).exists()
        with pytest.raises(Conflict, match="no longer shares this plan"):
            accept(duty, story.dora)
        again = share_with(plan, story.alice, story.customer)
        assert duty_of(again, action).status == "proposed"

    def test_duties_end_with_the_relationship(self, story: Story, duty: Duty):
        relationship = TradingRelationship.objects.get(customer=story.customer)
        end_relationship(actor=story.bob, relationship_id=relationship.pk)
        assert kept(duty).status == "ended"


class TestFiles:
    pytestmark = pytest.mark.usefixtures("evidence_folder")

    @pytest.fixture(autouse=True)
    def _accepted(self, story: Story, duty: Duty) -> None:
        accept(duty, story.dora)

    def test_files_of_a_report_are_for_the_site_and_that_party(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty
    ):
        share_with(plan, story.alice, story.other)
        reported = report(duty, story.dora, files={"Transfer.txt": b"Paid."})
        file = EvidenceFile.objects.get()
        assert (file.subject_kind, file.subject_id, file.party) == ("report", reported.pk, story.customer)
        seen = [
            EvidenceFile.objects.visible_to(actor).exists()
            for actor in (
                story.alice,
                story.dora,
                make_actor(story.other),
                make_actor(make_operator(), Role.COMPLIANCE),
            )
        ]
        assert seen == [True, True, False, False]
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not EvidenceFile.objects.visible_to(story.dora).exists()
        assert EvidenceFile.objects.visible_to(story.alice).exists()

    def test_same_report_with_a_further_file_is_one_report(self, story: Story, duty: Duty):
        report(duty, story.dora, files={"a.txt": b"One."})
        report(duty, story.dora, files={"a.txt": b"One.", "b.txt": b"Two."})
        assert DutyReport.objects.count() == 1
        assert sorted(EvidenceFile.objects.values_list("name", flat=True)) == ["a.txt", "b.txt"]

    def test_file_that_is_not_taken_leaves_nothing(self, story: Story, duty: Duty):
        with pytest.raises(InvalidInput) as refused:
            report(duty, story.dora, files={"good.txt": b"Good.", "bad.exe": b"MZ"})
        assert list(refused.value.fields) == ["file"]
        assert not DutyReport.objects.exists()
        assert not EvidenceFile.objects.exists()

    def test_party_has_room_of_its_own_whatever_others_have_there(
        self, story: Story, plan: ActionPlan, duty: Duty, settings: Settings
    ):
        megabyte = b"x" * (1024**2 - 10)
        settings.EVIDENCE_PLAN_MB = 1
        add_file(plan, story.alice, content=megabyte)
        report(duty, story.dora, text="One.", files={"a.txt": megabyte})
        with pytest.raises(InvalidInput, match="files of your reports"):
            report(duty, story.dora, text="Two.", files={"b.txt": megabyte})
        with pytest.raises(InvalidInput, match="files of this plan"):
            add_file(plan, story.alice, content=megabyte)


def test_words_are_removed_from_reasons_and_reports(
    story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID
):
    decline(duty, story.dora, "Ask Rahim Miah.")
    accept(duty, story.dora)
    report(duty, story.dora, text="Rahim Miah is paid.")
    redact_words(plan_id=plan.pk, actor=story.bob, words="Rahim Miah", reason="A worker.")
    assert DutyAnswer.objects.get(kind="declined").readable_reason == "Ask [removed]."
    assert DutyReport.objects.get().readable_text == "[removed] is paid."


def test_record_tells_each_step_and_each_party_its_own_alone(
    story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID
):
    decline(duty, story.dora)
    accept(duty, story.dora)
    take(report(duty, story.dora), story.alice)
    withdraw_share(share_id=share.pk, actor=story.alice)
    told_site = [each for each in record_of(plan) if "ction" in each and "action plan" not in each]
    assert told_site == [
        "Asked Northmarket Ltd to take on actions of the plan",
        "Northmarket Ltd declined an action of the plan",
        "Northmarket Ltd accepted an action of the plan",
        "Northmarket Ltd reported on its action: Under way",
        "Actions that Northmarket Ltd was asked to take on are its own no more",
    ]
    assert "Took a report of Northmarket Ltd into the draft of the plan" in record_of(plan)
    assert not any("report" in each for each in record_of(plan, Reader.AUDITOR))
    assert verify().whole
