"""A site lets the operator's compliance staff read its draft along: for how long, who then reads what, who knows."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from actionplans.models import ActionPlan, Comment, PlanShare, PrivateNote, SupportGrant
from actionplans.plans.services import redact_words
from actionplans.support.services import end_what_ran_out
from actionplans.threads.querysets import shares_read_along
from carportal.core.actor import Actor, Role
from carportal.core.audit import Reader, verify
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import Delivery, Notification
from carportal.core.notifications import notification_kind
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, record_of, share_with
from tests.actionplans.supporting import PURPOSE, end, grant, let_it_be, look
from tests.actionplans.talking import note, say
from tests.factories import make_actor, make_operator, make_organisation

READ_ALONG = "Read the draft and its threads along"


@pytest.fixture
def olga(db: None) -> Actor:
    """Of the operator's compliance staff."""
    return make_actor(make_operator(), Role.COMPLIANCE)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def sees(actor: Actor) -> bool:
    return SupportGrant.objects.visible_to(actor).exists()


def test_site_lets_compliance_staff_read_along_for_a_while(story: Story, plan: ActionPlan, olga: Actor):
    granted = grant(plan, story.alice, f"  {PURPOSE}\r\n")
    assert granted.expires_at - granted.granted_at == timedelta(days=settings.SUPPORT_DAYS)
    assert granted.purpose == PURPOSE
    assert sees(olga)
    assert verify().whole


def test_only_compliance_staff_of_the_operator_and_the_site_see_it(
    story: Story, plan: ActionPlan, olga: Actor
):
    share_with(plan, story.alice, story.customer)
    grant(plan, story.alice)
    operator = make_operator()
    others = [make_actor(operator, role) for role in (Role.VIEWER, Role.EDITOR, Role.MANAGER)]
    strangers = [make_actor(make_organisation()), story.dora, make_actor(story.other)]
    assert [sees(actor) for actor in (*others, *strangers)] == [False] * 6
    assert [sees(actor) for actor in (olga, story.alice, story.carol)] == [True] * 3


@pytest.mark.parametrize("name", ["carol", "dora"])
def test_only_those_who_write_for_the_site_grant_or_end_it(story: Story, plan: ActionPlan, name: str):
    granted = grant(plan, story.alice)
    for act in (lambda: grant(plan, getattr(story, name)), lambda: end(granted, getattr(story, name))):
        with pytest.raises(NotAllowed):
            act()


def test_operator_does_not_grant_it_to_itself(story: Story, plan: ActionPlan, olga: Actor):
    with pytest.raises(NotAllowed):
        grant(plan, olga)
    granted = grant(plan, story.alice)
    with pytest.raises(NotAllowed):
        end(granted, olga)


def test_it_has_a_purpose(story: Story, plan: ActionPlan):
    for purpose in ("", " \n ", "x" * 1001):
        with pytest.raises(InvalidInput) as refused:
            grant(plan, story.alice, purpose)
        assert list(refused.value.fields) == ["purpose"]
    assert not SupportGrant.objects.exists()


def test_there_is_one_at_a_time(story: Story, plan: ActionPlan):
    granted = grant(plan, story.alice)
    with pytest.raises(Conflict, match="read along already"):
        grant(plan, story.bob)
    end(granted, story.bob)
    assert grant(plan, story.bob).ended_at is None


def test_nothing_is_granted_about_a_car_that_has_ended_but_what_was_goes_on(
    story: Story, plan: ActionPlan, olga: Actor
):
    granted = grant(plan, story.alice)
    end_by_next_audit(story.finding)
    assert sees(olga)
    end(granted, story.alice)
    with pytest.raises(Conflict):
        grant(plan, story.alice)


def test_it_ends_by_itself_on_time_whoever_notes_that(
    story: Story, plan: ActionPlan, olga: Actor, monkeypatch: pytest.MonkeyPatch
):
    let_it_be(monkeypatch)
    granted = grant(plan, story.alice)
    let_it_be(monkeypatch, days=settings.SUPPORT_DAYS - 0.001)
    assert sees(olga)
    assert end_what_ran_out() == 0
    let_it_be(monkeypatch, days=settings.SUPPORT_DAYS)
    assert not sees(olga)
    with pytest.raises(Conflict, match="no longer lets you"):
        look(granted, olga)
    assert end_what_ran_out() == 1
    assert end_what_ran_out() == 0
    over = SupportGrant.objects.get()
    assert over.ran_out
    assert over.ended_by is None
    assert "The time for which" in record_of(plan)[-1]


def test_next_one_does_not_wait_for_the_sweep(
    story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch
):
    let_it_be(monkeypatch)
    grant(plan, story.alice)
    let_it_be(monkeypatch, days=settings.SUPPORT_DAYS + 1)
    again = grant(plan, story.alice)
    assert list(SupportGrant.objects.live(timezone.now())) == [again]
    assert SupportGrant.objects.exclude(pk=again.pk).get().ran_out


def test_ending_what_ran_out_meanwhile_says_that_it_ended_by_itself(
    story: Story, plan: ActionPlan, monkeypatch: pytest.MonkeyPatch
):
    let_it_be(monkeypatch)
    granted = grant(plan, story.alice)
    let_it_be(monkeypatch, days=settings.SUPPORT_DAYS + 1)
    assert end(granted, story.bob).ended_by is None
    assert end(granted, story.bob).ran_out


# --- What they read -----------------------------------------------------------------------------------


def test_comments_are_read_along_while_it_holds_and_private_notes_never(
    story: Story, plan: ActionPlan, share: PlanShare, olga: Actor
):
    comment = say(share, story.dora)
    for actor in (story.alice, story.dora):
        note(plan, actor)
    assert not Comment.objects.visible_to(olga).exists()
    granted = grant(plan, story.alice)
    assert list(Comment.objects.visible_to(olga)) == [comment]
    assert list(shares_read_along(olga)) == [share]
    assert not PrivateNote.objects.visible_to(olga).exists()
    assert not PlanShare.objects.visible_to(olga).exists()
    end(granted, story.alice)
    assert not Comment.objects.visible_to(olga).exists()
    assert not shares_read_along(olga).exists()


def test_other_plans_and_ended_shares_are_not_read_along(
    story: Story, plan: ActionPlan, share: PlanShare, olga: Actor
):
    from_other = share_with(plan, story.alice, story.other)
    grant(plan, story.alice)
    PlanShare.objects.filter(pk=from_other.pk).update(status="withdrawn")
    assert list(shares_read_along(olga)) == [share]
    for actor in (story.alice, story.dora, make_actor(make_operator(), Role.MANAGER)):
        assert not shares_read_along(actor).exists()


def test_each_day_on_which_somebody_reads_along_is_kept_once(
    story: Story, plan: ActionPlan, olga: Actor, monkeypatch: pytest.MonkeyPatch
):
    let_it_be(monkeypatch)
    granted = grant(plan, story.alice)
    for days in (0, 0.1, 1, 1.2):
        let_it_be(monkeypatch, days=days)
        look(granted, olga)
    colleague = make_actor(make_operator(), Role.COMPLIANCE)
    look(granted, colleague)
    read = [(reading.day.isoformat(), reading.person_id) for reading in granted.readings.order_by("read_at")]
    assert read == [
        ("2026-03-02", olga.user_id),
        ("2026-03-03", olga.user_id),
        ("2026-03-03", colleague.user_id),
    ]
    for reader, count in ((Reader.SITE, 3), (Reader.OPERATOR, 3), (Reader.PARTY, 0)):
        assert record_of(plan, reader).count(READ_ALONG) == count
    assert verify().whole


@pytest.mark.parametrize("name", ["alice", "dora"])
def test_nobody_else_is_noted_as_reading_along(story: Story, plan: ActionPlan, name: str):
    with pytest.raises(NotAllowed):
        look(grant(plan, story.alice), getattr(story, name))


# --- Who hears of it ----------------------------------------------------------------------------------


def owed(kind: str) -> set[object]:
    return set(Notification.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_compliance_staff_and_managers_of_the_site_hear_of_beginning_and_end(
    story: Story, plan: ActionPlan, olga: Actor
):
    share_with(plan, story.alice, story.customer)
    granted = grant(plan, story.alice)
    assert owed("support_granted") == {olga.user_id, story.bob.user_id}
    end(granted, story.bob)
    assert owed("support_over") == {olga.user_id, story.alice.user_id}


def test_mail_of_a_grant_that_has_ended_is_dropped(story: Story, plan: ActionPlan, olga: Actor):
    granted = grant(plan, story.alice)
    mail = Notification.objects.get(kind="support_granted", recipient=olga.user_id)
    assert notification_kind(mail.kind).still_due(mail)
    end(granted, story.alice)
    assert not notification_kind(mail.kind).still_due(mail)
    over = Notification.objects.get(kind="support_over", recipient=olga.user_id)
    assert notification_kind(over.kind).still_due(over)


def test_purpose_loses_words_with_the_mails_that_quote_it(story: Story, plan: ActionPlan, olga: Actor):
    grant(plan, story.alice, "What do we owe to Maria Perez?")
    deliver_due()
    sent = Delivery.objects.filter(notification__kind="support_granted")
    assert all("Maria Perez" in each.text for each in sent)
    redact_words(plan_id=plan.pk, actor=story.alice, words="Maria Perez", reason="A worker is named.")
    assert SupportGrant.objects.get().readable_purpose == "What do we owe to [removed]?"
    assert {each.text for each in sent.all()} == {""}
    assert olga.user_id in owed("support_granted")
