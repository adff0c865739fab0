"""Two people at once over one plan: nothing is lost, one wins, the other gets a sentence; real transactions."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from actionplans.annex import value_digest
from actionplans.models import ActionPlan, PlanShare, Reply, Revision, ShareStatus
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import SaveResult
from actionplans.plans.services import carry_on_plan, lock_plan, publish_plan, save_draft, start_plan
from actionplans.sharing.services import NewerVersion, Party, reply, share_plan, withdraw_share
from carportal.core.actor import Actor
from carportal.core.audit import verify
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.models import AuditEvent, Notification
from findings.models import Access, Finding, FindingStatus
from findings.services import preview_publication, publish_audit
from stakeholders.models import TradingRelationship
from stakeholders.services import end_relationship
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CALL,
    CONFIRM,
    end_by_next_audit,
    make_finding,
    make_plan,
    saved,
    share_with,
    texts_of,
    write,
)
from tests.factories import make_actor, make_relationship, make_site
from tests.findings.making import Auditing, states
from tests.parallel import Call, at_once, errors, in_turn, is_waited_for

pytestmark = pytest.mark.django_db(transaction=True)

FREE = ("root_cause", "stakeholders", "investigation", "actions")


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def saving(plan: ActionPlan, actor: Actor, based_on: dict[str, str], **texts: str) -> Call:
    changes = {name: (text, value_digest(based_on[name])) for name, text in texts.items()}
    return partial(save_draft, finding_id=plan.finding_id, actor=actor, changes=changes)


def sharing(plan: ActionPlan, actor: Actor, *parties: Party, seen: str = "") -> Call:
    return partial(share_plan, plan_id=plan.pk, actor=actor, parties=parties, seen=seen)


def replying(share: PlanShare, actor: Actor, kind: str = "confirmed", comment: str = "") -> Call:
    """To what is the newest now."""
    sent = share.sent.latest("sent_at")
    return partial(reply, share_id=share.pk, actor=actor, sent_id=sent.pk, kind=kind, comment=comment)


def status_of(share: PlanShare) -> str:
    return str(PlanShare.objects.get(pk=share.pk).status)


def count_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


# --- Locks -----------------------------------------------------------------------------------------------


def test_plan_is_locked_only_once_its_car_is(plan: ActionPlan):
    """One query locks both; in any other order two writers could wait for each other."""
    over = Event()

    def lock() -> None:
        try:
            with transaction.atomic():
                lock_plan(plan.pk)
        finally:
            over.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Finding.objects.select_for_update(no_key=True).get(pk=plan.finding_id)
            locking = pool.submit(lock)
            assert is_waited_for(over)
            assert ActionPlan.objects.select_for_update(nowait=True).get(pk=plan.pk) == plan
        locking.result()


# --- Writing --------------------------------------------------------------------------------------------


def test_plan_begun_by_several_at_once_is_one(story: Story):
    people = [story.alice, story.bob, make_actor(story.supplier)]
    plans = at_once(*(partial(start_plan, finding_id=story.finding.pk, actor=each) for each in people))
    assert plans == [ActionPlan.objects.get()] * 3
    assert count_of("plan_started") == 1


def test_saves_of_different_fields_all_land(story: Story, plan: ActionPlan):
    for number in range(4):
        shown = texts_of(plan)
        wanted = {name: f"{name}, round {number}." for name in FREE}
        writers = [story.alice, story.bob, story.alice, story.bob]
        results = at_once(
            *(
                saving(plan, actor, shown, **{name: text})
                for actor, (name, text) in zip(writers, wanted.items(), strict=True)
            )
        )
        assert results == [saved(name) for name in wanted]
        assert texts_of(plan) == {**shown, **wanted}
    assert verify().whole


def test_of_two_saves_of_one_field_one_wins_and_the_other_gets_both_texts(story: Story, plan: ActionPlan):
    for number in range(4):
        shown = texts_of(plan)
        texts = [f"Alice, round {number}.", f"Bob, round {number}."]
        results = at_once(
            saving(plan, story.alice, shown, actions=texts[0], root_cause=f"Cause {number}."),
            saving(plan, story.bob, shown, actions=texts[1], stakeholders=f"Unions {number}."),
        )
        saves = [each for each in results if isinstance(each, SaveResult)]
        winner = next(index for index, save in enumerate(saves) if not save.conflicts)
        (conflict,) = saves[1 - winner].conflicts
        assert (conflict.wanted, conflict.kept) == (texts[1 - winner], texts[winner])
        kept = texts_of(plan)
        assert kept["actions"] == texts[winner]
        assert (kept["root_cause"], kept["stakeholders"]) == (f"Cause {number}.", f"Unions {number}.")


def test_text_saved_while_another_shares_is_shared_whole_or_not_at_all(story: Story, plan: ActionPlan):
    for number in range(3):
        shown = texts_of(plan)
        texts = {"actions": f"New {number}.", "root_cause": f"Cause {number}."}
        party = Party(story.customer.pk, CONFIRM, f"Round {number}.")
        at_once(saving(plan, story.bob, shown, **texts), sharing(plan, story.alice, party))
        frozen = PlanShare.objects.get().revision.document["fields"]
        assert {name: frozen[name] for name in texts} in (texts, {name: shown[name] for name in texts})


def test_text_that_is_changed_as_it_is_shared_is_not_sent_unseen(story: Story, plan: ActionPlan):
    seen = draft_of(plan).document.sha256
    save = saving(plan, story.bob, texts_of(plan), actions="Bob's words.")
    _, refused = in_turn(save, sharing(plan, story.alice, Party(story.customer.pk, CONFIRM), seen=seen))
    assert isinstance(refused, Conflict)
    assert not PlanShare.objects.exists()


# --- Sharing and publishing --------------------------------------------------------------------------------


def test_two_colleagues_who_share_with_one_party_share_once(story: Story, plan: ActionPlan):
    party = Party(story.customer.pk, CONFIRM)
    results = at_once(*(sharing(plan, actor, party) for actor in (story.alice, story.bob, story.alice)))
    assert not errors(results)
    share = PlanShare.objects.get()
    assert share.sent.count() == 1
    assert Access.objects.get().source_id == share.pk
    assert Notification.objects.get().recipient_id == story.dora.user_id


def test_sharing_with_two_parties_and_publishing_at_once_is_one_revision(story: Story, plan: ActionPlan):
    results = at_once(
        sharing(plan, story.alice, Party(story.customer.pk, CONFIRM)),
        sharing(plan, story.bob, Party(story.other.pk, CALL)),
        partial(publish_plan, plan_id=plan.pk, actor=story.alice),
    )
    assert not errors(results)
    revision = Revision.objects.get()
    assert set(PlanShare.objects.values_list("revision", flat=True)) == {revision.pk}
    assert ActionPlan.objects.get().published == revision
    assert states(story.finding) == ["in_progress"]
    assert verify().whole


def test_plan_published_by_several_at_once_is_published_once(story: Story, plan: ActionPlan):
    results = at_once(
        *(partial(publish_plan, plan_id=plan.pk, actor=each) for each in (story.alice, story.bob, story.bob))
    )
    assert results == [Revision.objects.get()] * 3
    assert (count_of("plan_published"), count_of("car_in_progress")) == (1, 1)


# --- Replies ------------------------------------------------------------------------------------------------


def test_reply_that_comes_first_is_kept_and_the_newer_version_awaits_another(
    story: Story, plan: ActionPlan, share: PlanShare
):
    write(plan, story.alice, actions="Second.")
    kept, _ = in_turn(
        replying(share, story.dora), sharing(plan, story.alice, Party(story.customer.pk, CONFIRM))
    )
    assert kept == Reply.objects.get()
    assert status_of(share) == ShareStatus.AWAITING
    assert share.sent.count() == 2


def test_reply_that_comes_after_a_newer_version_is_refused(story: Story, plan: ActionPlan, share: PlanShare):
    write(plan, story.alice, actions="Second.")
    answer = replying(share, story.dora)
    _, refused = in_turn(sharing(plan, story.alice, Party(story.customer.pk, CONFIRM)), answer)
    assert isinstance(refused, NewerVersion)
    assert not Reply.objects.exists()
    assert status_of(share) == ShareStatus.AWAITING


def test_colleagues_of_one_party_who_answer_at_once_are_heard_one_after_the_other(
    story: Story, share: PlanShare
):
    erik = make_actor(story.customer)
    results = at_once(
        replying(share, story.dora),
        replying(share, erik, "changes_requested", "By June."),
        replying(share, erik),
        replying(share, story.dora, "acknowledged"),
    )
    last = Reply.objects.latest("replied_at")
    assert status_of(share) == last.kind
    times = list(Reply.objects.values_list("replied_at", flat=True))
    assert len(times) == len(set(times)) == count_of("reply_received")
    for refused in errors(results):  # the acknowledgement, where an answer came before it
        assert isinstance(refused, Conflict)
    assert len(errors(results)) <= 1


def test_withdrawing_and_replying_at_once_end_withdrawn_either_way(story: Story, share: PlanShare):
    withdraw = partial(withdraw_share, share_id=share.pk, actor=story.alice)
    kept, _ = in_turn(replying(share, story.dora), withdraw)
    assert isinstance(kept, Reply)
    assert status_of(share) == ShareStatus.WITHDRAWN
    again = share_with(share.plan, story.alice, story.customer)
    answer = replying(again, story.dora)
    _, refused = in_turn(partial(withdraw_share, share_id=again.pk, actor=story.alice), answer)
    assert "no longer shares this plan" in str(refused)
    assert status_of(again) == ShareStatus.WITHDRAWN
    assert not Access.objects.exists()


def test_share_withdrawn_by_two_at_once_is_withdrawn_once(story: Story, share: PlanShare):
    results = at_once(
        *(partial(withdraw_share, share_id=share.pk, actor=each) for each in (story.alice, story.bob))
    )
    assert [type(each) for each in errors(results)] == [Conflict]
    assert count_of("share_withdrawn") == 1


# --- Relationships and audits ---------------------------------------------------------------------------------


def ending(story: Story) -> Call:
    relationship = TradingRelationship.objects.get(site=story.site, customer=story.customer)
    return partial(end_relationship, actor=story.bob, relationship_id=relationship.pk)


def test_share_that_meets_the_end_of_the_relationship_does_not_outlive_it(story: Story, plan: ActionPlan):
    share = sharing(plan, story.alice, Party(story.customer.pk, CONFIRM), Party(story.other.pk, CALL))
    results = in_turn(share, ending(story))
    assert not errors(list(results))
    assert [each.status for each in PlanShare.objects.filter(organisation=story.customer)] == ["withdrawn"]
    assert set(Access.objects.values_list("organisation", flat=True)) == {story.other.pk}


def test_share_after_the_end_of_the_relationship_is_refused(story: Story, plan: ActionPlan):
    share = sharing(plan, story.alice, Party(story.customer.pk, CONFIRM), Party(story.other.pk, CALL))
    _, refused = in_turn(ending(story), share)
    assert isinstance(refused, InvalidInput)
    assert not PlanShare.objects.exists()


def test_relationship_that_ends_while_its_plans_are_replied_to_and_published_ends_them_all(story: Story):
    plans = [make_plan(make_finding(story.site), story.alice) for _ in range(3)]
    shares = [share_with(each, story.alice, story.customer) for each in plans]
    results = at_once(
        ending(story),
        *(partial(publish_plan, plan_id=each.pk, actor=story.alice) for each in reversed(plans)),
        *(replying(each, story.dora) for each in reversed(shares)),
    )
    assert all(isinstance(each, Conflict) for each in errors(results))
    assert {status_of(each) for each in shares} == {ShareStatus.WITHDRAWN}
    assert set(Finding.objects.filter(plan__in=plans).values_list("status", flat=True)) == {"in_progress"}
    assert verify().whole


class TestAudits:
    """The next periodic audit of the site ends the CARs while people work on their plans."""

    @pytest.fixture
    def auditing(self, story: Story) -> Auditing:
        site = make_site(story.supplier)
        make_relationship(site, story.customer)
        return Auditing(site)

    @pytest.fixture
    def cars(self, auditing: Auditing) -> list[Finding]:
        audit = auditing.hold(date(2024, 3, 1), "5A.B", "6.A", "3.C")
        return [auditing.car(audit, code) for code in ("5A.B", "6.A", "3.C")]

    @pytest.fixture
    def plans(self, story: Story, cars: list[Finding]) -> list[ActionPlan]:
        return [make_plan(car, story.alice) for car in cars]

    def next_audit(self, auditing: Auditing, *again: str) -> Call:
        audit = auditing.record(date(2025, 3, 1), *again)
        digest = preview_publication(audit_id=audit.pk, actor=auditing.operator).digest
        return partial(publish_audit, audit_id=audit.pk, actor=auditing.operator, digest=digest)

    def test_everybody_at_once_on_all_plans_comes_to_an_end(
        self, story: Story, auditing: Auditing, cars: list[Finding], plans: list[ActionPlan]
    ):
        shares = [share_with(each, story.alice, story.customer) for each in plans]
        relationship = TradingRelationship.objects.get(site=auditing.site, customer=story.customer)
        results = at_once(
            self.next_audit(auditing, "5A.B"),
            partial(publish_plan, plan_id=plans[2].pk, actor=story.bob),
            sharing(plans[1], story.alice, Party(story.customer.pk, CALL)),
            replying(shares[0], story.dora),
            saving(plans[2], story.alice, texts_of(plans[2]), actions="A last word."),
            partial(withdraw_share, share_id=shares[1].pk, actor=story.bob),
            partial(end_relationship, actor=story.bob, relationship_id=relationship.pk),
        )
        assert all(isinstance(each, Conflict | InvalidInput) for each in errors(results))
        assert states(*cars) == ["superseded", "closed", "closed"]
        assert {status_of(each) for each in shares} == {ShareStatus.WITHDRAWN}
        assert not Access.objects.filter(organisation=story.customer).exists()
        assert verify().whole

    @pytest.mark.parametrize("again", [["5A.B", "6.A", "3.C"], []], ids=["superseded", "closed"])
    def test_what_comes_after_the_audit_is_refused_with_its_reason(
        self, story: Story, auditing: Auditing, plans: list[ActionPlan], again: list[str]
    ):
        plan = plans[0]
        share = sharing(plan, story.alice, Party(story.customer.pk, CONFIRM))
        _, refused = in_turn(self.next_audit(auditing, *again), share)
        assert ("can be carried on there" if again else "has been closed") in str(refused)
        assert not PlanShare.objects.exists()

    def test_what_comes_before_the_audit_stays_on_the_ended_car(
        self, story: Story, auditing: Auditing, cars: list[Finding], plans: list[ActionPlan]
    ):
        published, audit = in_turn(
            partial(publish_plan, plan_id=plans[0].pk, actor=story.alice), self.next_audit(auditing, "5A.B")
        )
        assert isinstance(published, Revision)
        assert not errors([audit])
        assert states(cars[0]) == [FindingStatus.SUPERSEDED]
        assert ActionPlan.objects.get(pk=plans[0].pk).published == published

    def test_plan_carried_on_by_two_at_once_is_carried_on_once(self, story: Story, plan: ActionPlan):
        successor = make_finding(story.site)
        with_lock = partial(carry_on_plan, finding_id=successor.pk, from_plan_id=plan.pk)
        end_by_next_audit(story.finding, successor=successor)
        results = at_once(partial(with_lock, actor=story.alice), partial(with_lock, actor=story.bob))
        (refused,) = errors(results)
        assert "has a plan of its own already" in str(refused.message)
        assert ActionPlan.objects.get(finding=successor).carried_on_from == plan
