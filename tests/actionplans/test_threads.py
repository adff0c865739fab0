"""What a site and one party say to each other about a plan: writing, answering, changing, settling."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.annex import CURRENT
from actionplans.models import ActionPlan, Comment, CommentStatus, Mention, PlanShare
from actionplans.plans.services import redact_words
from actionplans.sharing.checks import NamesDisclosed
from actionplans.sharing.services import withdraw_share
from actionplans.threads import policy
from actionplans.threads.people import mentionable
from actionplans.threads.reading import thread_on
from carportal.core.actor import SYSTEM, Actor, Role
from carportal.core.audit import Reader
from carportal.core.errors import Conflict, DomainError, InvalidInput, NotAllowed
from carportal.core.models import AuditEvent, Notification
from stakeholders.models import Membership
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, person_of, record_of, share_with, undone, write
from tests.actionplans.talking import answer, change, id_of, reopen, resolve, say
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = pytest.mark.django_db

TEN_MINUTES = timedelta(minutes=10)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def refused(error: type[DomainError], *args: Any, match: str | None = None, **values: Any) -> Any:
    """The error of `say`, seen to have written nothing."""
    before = Comment.objects.count(), AuditEvent.objects.count(), Notification.objects.count()
    with pytest.raises(error, match=match) as refusal:
        say(*args, **values)
    assert (Comment.objects.count(), AuditEvent.objects.count(), Notification.objects.count()) == before
    return refusal.value


class TestWriting:
    def test_comment_names_person_organisation_version_and_section(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        first = say(share, story.dora, "Why twelve months?", section="actions")
        write(plan, story.alice, actions="Six months.")
        share_with(plan, story.alice, story.customer)
        second = say(share, story.alice, "It is six now.")
        assert (first.section, first.organisation, first.written_by) == (
            "actions",
            story.customer,
            person_of(story.dora),
        )
        assert (second.section, second.organisation) == ("", story.supplier)
        assert [each.sent.revision.number for each in (first, second)] == [1, 2]
        assert Comment.objects.get(pk=first.pk).sent != share.sent.first()

    def test_answer_stands_in_the_section_of_what_it_answers(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.dora, section="root_cause")
        below = answer(said, story.alice, section="actions")
        assert (below.answer_to, below.section, below.status) == (said, "root_cause", "open")

    def test_answer_is_not_answered_again(self, story: Story, share: PlanShare) -> None:
        below = answer(say(share, story.dora), story.alice)
        refused(InvalidInput, share, story.dora, answer_to=below.pk, match="not in this thread")

    def test_comment_of_another_thread_is_not_answered(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        elsewhere = say(share_with(plan, story.alice, story.other), story.alice)
        refused(InvalidInput, share, story.alice, answer_to=elsewhere.pk, match="not in this thread")

    @pytest.mark.parametrize("text", ["", "  \n ", "x" * 5001])
    def test_comment_says_something_that_can_be_read(self, story: Story, share: PlanShare, text: str) -> None:
        assert "text" in refused(InvalidInput, share, story.dora, text).fields

    def test_section_is_one_of_the_template(self, story: Story, share: PlanShare) -> None:
        error = refused(InvalidInput, share, story.dora, section="asks")
        assert "section" in error.fields
        for name in CURRENT.field_names:
            assert say(share, story.dora, f"About {name}", section=name).section == name

    def test_sent_twice_it_is_there_once(self, story: Story, share: PlanShare) -> None:
        assert say(share, story.dora) == say(share, story.dora)
        assert Comment.objects.count() == 1
        assert say(share, story.alice) != say(share, story.dora)

    def test_later_comment_has_a_later_time_whatever_the_clock_says(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: now)
        said = [say(share, story.dora, text) for text in ("One.", "Two.", "Three.")]
        assert sorted(said, key=lambda each: each.written_at) == said
        assert len({each.written_at for each in said}) == 3

    def test_record_tells_both_sides_that_it_was_said_and_nobody_else(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        say(share, story.dora, "A secret.")
        line = "Commented on the plan shared with Northmarket Ltd"
        assert line in record_of(plan)
        assert line not in [*record_of(plan, Reader.OPERATOR), *record_of(plan, Reader.AUDITOR)]
        event = AuditEvent.objects.get(kind="comment_written")
        assert event.party_id == story.customer.pk
        assert "secret" not in str(event.data) + str(event.content.content)


class TestWhoWrites:
    def test_viewers_read_only(self, story: Story, share: PlanShare) -> None:
        viewer = make_actor(story.customer, Role.VIEWER)
        for actor in (story.carol, viewer):
            refused(NotAllowed, share, actor, match="only reads")
            assert Comment.objects.visible_to(actor).count() == 0
        say(share, story.dora)
        for actor in (story.carol, viewer):
            assert Comment.objects.visible_to(actor).count() == 1

    def test_nobody_else_has_a_part_in_it(self, story: Story, plan: ActionPlan, share: PlanShare) -> None:
        share_with(plan, story.alice, story.other)
        said = say(share, story.dora)
        strangers = [
            make_actor(story.other),
            make_actor(make_supplier()),
            make_actor(make_audit_company()),
            make_actor(make_operator(), Role.COMPLIANCE),
        ]
        for actor in strangers:
            assert not Comment.objects.visible_to(actor).exists()
            assert not policy.may_write(actor, share)
            refused(NotAllowed, share, actor, match="Only the site")
            with pytest.raises(NotAllowed):
                resolve(said, actor)
            with pytest.raises(NotAllowed):
                change(said, actor, "Ours now.")
        assert Comment.objects.visible_to(SYSTEM).count() == 1

    def test_withdrawn_thread_is_gone_for_the_party_and_stays_with_the_site(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        said = say(share, story.dora)
        withdraw_share(share_id=share.pk, actor=story.alice)
        assert not Comment.objects.visible_to(story.dora).exists()
        assert Comment.objects.visible_to(story.carol).get() == said
        for act in (lambda: say(share, story.alice), lambda: resolve(said, story.alice)):
            with pytest.raises(Conflict, match="not shared with Northmarket Ltd any more"):
                act()
        again = share_with(plan, story.alice, story.customer)
        assert not Comment.objects.on(again).exists()

    def test_thread_ends_with_the_car(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.dora)
        end_by_next_audit(story.finding)
        for actor in (story.alice, story.dora):
            refused(Conflict, share, actor, match="stay as they are")
            with pytest.raises(Conflict):
                resolve(said, actor)
            assert Comment.objects.visible_to(actor).exists()


class TestNamesOfOthers:
    def test_site_confirms_each_name_of_another_party(self, story: Story, share: PlanShare) -> None:
        text = "Fairprice Stores pays half."
        error = refused(NamesDisclosed, share, story.alice, text)
        assert error.names == {story.customer.pk: [story.other]}
        said = say(share, story.alice, text, confirmed_names=[story.other.pk])
        with pytest.raises(NamesDisclosed):
            change(said, story.alice, f"{text} At least.")

    def test_party_may_name_whom_it_likes(self, story: Story, share: PlanShare) -> None:
        assert say(share, story.dora, "Does Fairprice Stores pay too?").text

    def test_name_of_the_reader_itself_is_no_news(self, story: Story, share: PlanShare) -> None:
        assert say(share, story.alice, "Northmarket pays half.").text


class TestMentions:
    def names(self, actor: Actor, share: PlanShare) -> set[str]:
        found = mentionable(actor.organisation_id, share, by=actor.user_id)
        return {each.user.name for each in found}

    def test_other_side_is_offered_once_it_has_written(self, story: Story, share: PlanShare) -> None:
        alice, bob, carol, dora = (
            person_of(each).name for each in (story.alice, story.bob, story.carol, story.dora)
        )
        assert self.names(story.alice, share) == {bob, carol}
        assert self.names(story.dora, share) == set()
        say(share, story.dora)
        assert self.names(story.alice, share) == {bob, carol, dora}
        assert self.names(story.dora, share) == set()
        say(share, story.bob)
        assert self.names(story.dora, share) == {bob}
        assert alice not in self.names(story.dora, share)

    def test_who_wrote_to_another_party_is_not_offered(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        other, erik = share_with(plan, story.alice, story.other), make_actor(story.other)
        say(other, story.bob)
        say(other, erik)
        assert self.names(story.dora, share) == set()
        assert person_of(erik).name not in self.names(story.alice, share)

    def test_mention_of_a_stranger_is_refused(self, story: Story, share: PlanShare) -> None:
        for stranger in (story.dora, make_actor(story.other), make_actor(story.customer)):
            error = refused(InvalidInput, share, story.alice, mentions=[id_of(stranger)])
            assert "mention" in error.fields
        assert not Mention.objects.exists()

    def test_who_has_left_is_neither_offered_nor_mentioned(self, story: Story, share: PlanShare) -> None:
        say(share, story.dora)
        Membership.objects.filter(user=person_of(story.dora)).delete()
        refused(InvalidInput, share, story.alice, mentions=[id_of(story.dora)])

    def test_name_of_a_colleague_is_not_shown_to_the_other_side_before_it_knows_it(
        self, story: Story, share: PlanShare
    ) -> None:
        say(share, story.alice, mentions=[id_of(story.bob)])
        seen = {actor: self.mentioned(share, actor) for actor in (story.alice, story.dora)}
        assert seen == {story.alice: [str(person_of(story.bob))], story.dora: []}
        say(share, story.bob, "I write to you as well.")
        assert self.mentioned(share, story.dora) == [str(person_of(story.bob))]

    @staticmethod
    def mentioned(share: PlanShare, actor: Actor) -> list[str]:
        thread = thread_on(share, actor, at=timezone.now())
        return thread.sections[0].comments[0].mentioned


class TestChanging:
    def test_author_changes_it_within_ten_minutes(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = say(share, story.dora)
        last_moment = said.written_at + TEN_MINUTES - timedelta(microseconds=1)
        monkeypatch.setattr(timezone, "now", lambda: last_moment)
        mails = Notification.objects.count()
        changed = change(said, story.dora, "Which of them?")
        assert (changed.text, changed.edited_at) == ("Which of them?", last_moment)
        assert Notification.objects.count() == mails

    def test_after_ten_minutes_it_stays(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = say(share, story.dora)
        monkeypatch.setattr(timezone, "now", lambda: said.written_at + TEN_MINUTES)
        with pytest.raises(Conflict, match="for 10 minutes"):
            change(said, story.dora, "Which of them?")
        assert not policy.may_edit_now(story.dora, said, timezone.now())

    def test_nobody_else_changes_it(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.alice)
        for actor in (story.bob, story.dora, make_actor(story.customer, Role.MANAGER)):
            with pytest.raises(NotAllowed):
                change(said, actor, "Something else.")

    def test_author_who_acts_for_another_organisation_does_not_change_it(
        self, story: Story, share: PlanShare
    ) -> None:
        said = say(share, story.dora)
        both = Actor(
            kind=story.alice.kind,
            user_id=story.dora.user_id,
            organisation_id=story.alice.organisation_id,
            organisation_kind=story.alice.organisation_kind,
            role=story.alice.role,
        )
        with pytest.raises(NotAllowed, match="Only the person who wrote"):
            change(said, both, "Something else.")

    def test_same_text_is_no_change(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.dora)
        assert change(said, story.dora, said.text).edited_at is None
        assert not AuditEvent.objects.filter(kind="comment_edited").exists()

    def test_it_can_be_changed_more_than_once(
        self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        said = say(share, story.dora)
        monkeypatch.setattr(timezone, "now", lambda: said.written_at)
        for text in ("Once.", "Twice."):
            assert change(said, story.dora, text).text == text


class TestSettling:
    def test_either_side_resolves_and_opens_again(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        said = say(share, story.dora)
        resolved = resolve(said, story.bob)
        assert (resolved.status, resolved.resolved_by) == ("resolved", person_of(story.bob))
        opened = reopen(said, story.dora)
        assert (opened.status, opened.resolved_at, opened.resolved_by) == ("open", None, None)
        resolve(said, story.dora)
        assert record_of(plan)[-3:] == [
            "Resolved a comment on the plan shared with Northmarket Ltd",
            "Opened a comment on the plan shared with Northmarket Ltd again",
            "Resolved a comment on the plan shared with Northmarket Ltd",
        ]

    def test_as_it_stands_already_nothing_happens(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.dora)
        first = resolve(said, story.alice)
        second = resolve(said, story.dora)
        assert (first.resolved_at, first.resolved_by) == (second.resolved_at, second.resolved_by)
        assert AuditEvent.objects.filter(kind="comment_resolved").count() == 1

    def test_answer_is_settled_with_its_comment_alone(self, story: Story, share: PlanShare) -> None:
        below = answer(say(share, story.dora), story.alice)
        with pytest.raises(InvalidInput, match="together with its answers"):
            resolve(below, story.dora)

    def test_answer_opens_it_again(self, story: Story, share: PlanShare) -> None:
        said = say(share, story.dora)
        resolve(said, story.dora)
        answer(said, story.alice)
        assert Comment.objects.get(pk=said.pk).status == "open"
        assert AuditEvent.objects.filter(kind="comment_reopened").count() == 1


class TestRemovingWords:
    def test_words_go_from_every_thread_and_stay_gone(
        self, story: Story, plan: ActionPlan, share: PlanShare
    ) -> None:
        other = share_with(plan, story.alice, story.other)
        said = [say(share, story.dora, "Maria told us."), say(other, story.alice, "Ask Maria.")]
        redact_words(plan_id=plan.pk, actor=story.alice, words="Maria", reason="A worker's name.")
        texts = [Comment.objects.get(pk=each.pk).readable_text for each in said]
        assert texts == ["[removed] told us.", "Ask [removed]."]


steps = st.lists(
    st.tuples(st.sampled_from(["say", "answer", "resolve", "reopen"]), st.booleans(), st.integers(0, 5)),
    max_size=12,
)


@settings(
    max_examples=settings().max_examples // 12, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_what_is_open_is_what_was_said_and_not_settled_since(
    story: Story, plan: ActionPlan, steps: list[tuple[str, bool, int]]
) -> None:
    """Against a model of a few lines: a comment is open until it is resolved, and again once it is answered."""
    sections = ["", "actions", "root_cause"]
    with undone():
        share = share_with(plan, story.alice, story.customer)
        said: list[Comment] = []
        is_open: list[bool] = []
        for number, (act, by_site, which) in enumerate(steps):
            actor = story.alice if by_site else story.dora
            if act == "say":
                said.append(say(share, actor, f"Number {number}", section=sections[which % 3]))
                is_open.append(True)
            elif said:
                at = which % len(said)
                if act == "answer":
                    answer(said[at], actor, f"Number {number}")
                else:
                    {"resolve": resolve, "reopen": reopen}[act](said[at], actor)
                is_open[at] = act != "resolve"
        expected = [each.section for each, open_ in zip(said, is_open, strict=True) if open_]
        for reader in (story.carol, story.dora):
            thread = thread_on(share, reader, at=timezone.now())
            counts = {name: at.count for name, at in thread.open_at.items()}
            assert counts == {name: expected.count(name) for name in set(expected)}
            assert thread.open_count == len(expected)
        assert Comment.objects.exclude(status=CommentStatus.OPEN).count() == is_open.count(False)
