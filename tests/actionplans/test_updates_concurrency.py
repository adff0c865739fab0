"""Two at once over the updates of one share: one wins, the other gets a sentence; real transactions."""

from datetime import timedelta
from functools import partial

import pytest

from actionplans.models import (
    ActionPlan,
    EvidenceFile,
    PlanShare,
    SharedUpdate,
    Subject,
    SubjectKind,
    Update,
    UpdateAgreement,
    UpdateProposal,
)
from actionplans.sharing.services import withdraw_share
from actionplans.updates.services import (
    Terms,
    accept_proposal,
    decline_proposal,
    post_update,
    propose_updates,
)
from carportal.core.audit import verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent, Delivery, Notification
from stakeholders.reminding import Swept, sweep
from tests.actionplans.agreeing import IN_MAY, TODAY, agree, end, post, propose, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    add_file,
    add_row,
    end_by_next_audit,
    kept_files,
    remove_row,
    share_with,
)
from tests.parallel import Call, at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)

LATER = Terms(6, IN_MAY.first_due + timedelta(days=30))


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_still(monkeypatch, TODAY)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def posting(share: PlanShare, story: Story, text: str = "Half is repaid.") -> Call:
    return partial(post_update, plan_id=share.plan_id, actor=story.alice, text=text, share_ids=[share.pk])


def count_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_of_an_answer_and_a_counter_proposal_the_first_holds(story: Story, share: PlanShare):
    first = propose(share, story.alice)
    accept = partial(accept_proposal, proposal_id=first.pk, actor=story.dora)
    counter = partial(propose_updates, share_ids=[share.pk], actor=story.dora, terms=LATER, seen=first.pk)
    _, refused = in_turn(accept, counter)
    assert "answered or replaced" in str(refused)
    assert UpdateAgreement.objects.get().months == IN_MAY.months

    second = propose(share, story.alice, LATER)
    counter = partial(propose_updates, share_ids=[share.pk], actor=story.dora, terms=IN_MAY, seen=second.pk)
    _, refused = in_turn(counter, partial(accept_proposal, proposal_id=second.pk, actor=story.dora))
    assert "answered or replaced" in str(refused)
    assert UpdateAgreement.objects.get().months == IN_MAY.months
    assert UpdateProposal.objects.filter(status="proposed").get().by_side == "party"
    assert verify().whole


def test_both_sides_that_propose_at_once_do_not_overlook_each_other(story: Story, share: PlanShare):
    results = at_once(
        partial(propose_updates, share_ids=[share.pk], actor=story.alice, terms=IN_MAY),
        partial(propose_updates, share_ids=[share.pk], actor=story.dora, terms=LATER),
    )
    (refused,) = errors(results)
    assert isinstance(refused, Conflict)
    assert "has made a proposal meanwhile" in str(refused.message)
    assert UpdateProposal.objects.count() == 1


def test_proposal_answered_by_several_at_once_is_answered_once(story: Story, share: PlanShare):
    proposal = propose(share, story.alice)
    results = at_once(
        *(
            partial(answer, proposal_id=proposal.pk, actor=story.dora)
            for answer in (accept_proposal, decline_proposal, accept_proposal)
        )
    )
    assert len(errors(results)) == 2
    assert count_of("updates_agreed") + count_of("updates_declined") == 1
    assert UpdateAgreement.objects.count() == count_of("updates_agreed")


def test_update_posted_twice_at_once_is_one(story: Story, share: PlanShare):
    results = at_once(posting(share, story), posting(share, story), posting(share, story))
    assert results == [Update.objects.get()] * 3
    assert SharedUpdate.objects.count() == count_of("update_posted") == 1


def test_update_that_meets_the_end_of_the_share_or_of_the_car_is_refused(
    story: Story, plan: ActionPlan, share: PlanShare
):
    _, refused = in_turn(partial(withdraw_share, share_id=share.pk, actor=story.bob), posting(share, story))
    assert "not shared any more" in str(refused)
    again = share_with(plan, story.alice, story.customer)
    _, refused = in_turn(partial(end_by_next_audit, story.finding), posting(again, story))
    assert "has been closed" in str(refused)
    assert not Update.objects.exists()


def test_sweeps_at_once_owe_each_reminder_once(story: Story, plan: ActionPlan, share: PlanShare):
    agree(share, story.alice, story.dora)
    share_with(plan, story.alice, story.other)
    Notification.objects.all().delete()
    swept = at_once(*[partial(sweep, IN_MAY.first_due)] * 4)
    assert sum(each.owed["update_due"] for each in swept if isinstance(each, Swept)) == 2
    assert Notification.objects.filter(kind="update_due").count() == Delivery.objects.count() == 2


def test_update_waits_for_a_sweep_and_the_reminders_of_the_next_date_begin(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    agreement = agree(share, story.alice, story.dora)
    stand_still(monkeypatch, IN_MAY.first_due)
    in_turn(partial(sweep, IN_MAY.first_due), posting(share, story))
    agreement.refresh_from_db()
    assert agreement.remind_on == IN_MAY.first_due + timedelta(days=1)
    assert agreement.next_due > IN_MAY.first_due


def test_sweep_passes_by_an_agreement_that_is_just_moved_on(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    """It does not wait: the next sweep finds what there is to find."""
    agree(share, story.alice, story.dora)
    stand_still(monkeypatch, IN_MAY.first_due)
    Notification.objects.all().delete()
    at_once(posting(share, story), partial(sweep, IN_MAY.first_due), posting(share, story, "More."))
    assert Update.objects.count() == 2
    assert sweep(IN_MAY.first_due) == Swept()


def test_of_two_sides_that_end_an_agreement_at_once_one_does(story: Story, share: PlanShare):
    agree(share, story.alice, story.dora)
    refused = errors(at_once(partial(end, share, story.alice), partial(end, share, story.dora)))
    assert [type(each) for each in refused] == [Conflict]
    assert count_of("updates_ended") == 1
    assert verify().whole


def test_sweep_that_meets_the_end_of_an_agreement_leaves_nothing_to_be_sent(
    story: Story, share: PlanShare, mailoutbox
):
    for first, second in ((partial(end, share, story.dora), sweep), (sweep, partial(end, share, story.dora))):
        agree(share, story.alice, story.dora)
        Notification.objects.all().delete()
        mailoutbox.clear()
        calls = [partial(each, IN_MAY.first_due) if each is sweep else each for each in (first, second)]
        at_once(*calls)
        deliver_due()
        assert [each for each in mailoutbox if "is due" in each.subject] == []
        assert UpdateAgreement.objects.get().remind_on is None


def test_update_that_is_posted_while_the_agreement_ends_counts_for_its_date_or_for_none(
    story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
):
    agree(share, story.alice, story.dora)
    stand_still(monkeypatch, IN_MAY.first_due)
    in_turn(partial(end, share, story.dora), posting(share, story))
    in_turn(posting(share, story, "More."), partial(end, share, story.dora))
    assert list(SharedUpdate.objects.values_list("counted_for", flat=True)) == [None, None]
    assert UpdateAgreement.objects.get().is_ended


@pytest.mark.usefixtures("evidence_folder")
def test_update_with_a_file_that_is_sent_twice_at_once_has_it_once(story: Story, share: PlanShare):
    call = partial(post, share, story.alice, files={"Paid.txt": b"Forty."})
    first, second = at_once(call, call)
    assert first == second == Update.objects.get()
    assert EvidenceFile.objects.count() == len(kept_files()) == 1


@pytest.mark.usefixtures("evidence_folder")
def test_file_for_an_action_that_is_removed_meanwhile_leaves_nothing(story: Story, plan: ActionPlan):
    action = add_row(plan, story.alice, "actions", what="Repay the fees.")
    subject = Subject(SubjectKind.ACTION, action)
    remove = partial(remove_row, plan, story.bob, "actions", action)
    _, refused = in_turn(remove, partial(add_file, plan, story.alice, subject=subject))
    assert "no part of this plan" in str(refused)
    assert EvidenceFile.objects.count() == len(kept_files()) == 0
