"""A plan is written field by field, by several people at once, and nobody's text is lost."""

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.annex import CURRENT, plain_text, value_digest
from actionplans.models import ActionPlan, DraftField, Revision
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import save_draft, start_plan
from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    CONFIRM,
    end_by_next_audit,
    make_finding,
    person_of,
    saved,
    share_with,
    texts_of,
    undone,
    write,
)
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = pytest.mark.django_db
in_database = settings(
    max_examples=settings().max_examples // 7, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def edits(plan: ActionPlan) -> list[str]:
    """The kinds of what the plan's record tells, in order."""
    return [
        each.kind for each in timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)
    ]


class TestStarting:
    def test_plan_begins_with_what_the_audit_and_the_portal_know(self, story: Story):
        plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
        kept = texts_of(plan)
        assert kept.pop("date") == timezone.localdate().isoformat()
        assert kept.pop("completed_by") == person_of(story.alice).name
        assert {name: text for name, text in kept.items() if text} == {
            "site_name": "Green Valley Packhouse",
            "issue": "1A.B Recruitment fees were paid by workers",
            "details": "Workers hired abroad paid the agency for their placement.",
        }
        assert edits(plan) == ["plan_started"]

    def test_started_again_it_is_the_same_plan(self, story: Story):
        plan = story.plan()
        assert start_plan(finding_id=story.finding.pk, actor=story.bob) == plan
        assert texts_of(plan)["root_cause"]
        assert edits(plan) == ["plan_started"]

    def test_words_of_the_audit_sent_back_by_a_browser_are_no_change(self, story: Story):
        finding = make_finding(story.site, details="Fees were paid.\r\n\r\nTo an agency. ")
        plan = start_plan(finding_id=finding.pk, actor=story.alice)
        shown = texts_of(plan)
        result = write(plan, story.bob, **{name: text.replace("\n", "\r\n") for name, text in shown.items()})
        assert result == saved()
        assert texts_of(plan) == shown

    @pytest.mark.parametrize("ended", ["closed", "superseded"])
    def test_plan_of_an_ended_car_is_neither_begun_nor_written(self, story: Story, ended: str):
        successor = make_finding(story.site) if ended == "superseded" else None
        plan = story.plan()
        before = texts_of(plan)
        other = make_finding(story.site)
        for finding in (story.finding, other):
            end_by_next_audit(finding, successor=successor)
        sentence = f"raised it again as {successor}" if successor else "has been closed by a later audit"
        with pytest.raises(Conflict, match=sentence):
            start_plan(finding_id=other.pk, actor=story.alice)
        with pytest.raises(Conflict, match=sentence):
            write(plan, story.alice, actions="Another way.")
        assert texts_of(plan) == before

    def test_only_the_sites_editors_and_managers_write(self, story: Story):
        plan = story.plan()
        before = texts_of(plan)
        outsiders = [
            make_actor(make_supplier(), Role.MANAGER),
            make_actor(make_audit_company()),
            make_actor(make_operator(), Role.COMPLIANCE),
            story.dora,
        ]
        for actor, sentence in [
            (story.carol, "Your role in your organisation only reads"),
            *((each, "Only the site's own organisation") for each in outsiders),
        ]:
            with pytest.raises(NotAllowed, match=sentence):
                write(plan, actor, actions="Somebody else's words.")
            with pytest.raises(NotAllowed, match=sentence):
                start_plan(finding_id=make_finding(story.site).pk, actor=actor)
        assert texts_of(plan) == before
        assert write(plan, story.bob, actions="Bob's words.").written == {"actions"}


class TestSaving:
    def test_save_writes_the_changed_fields_and_leaves_the_others(self, story: Story):
        plan = story.plan()
        before = texts_of(plan)
        result = write(plan, story.bob, actions="Repay within six months.", root_cause=before["root_cause"])
        assert result == saved("actions")
        assert texts_of(plan) == {**before, "actions": "Repay within six months."}
        rows = {row.name: row.updated_by_id for row in DraftField.objects.filter(plan=plan)}
        assert (rows["actions"], rows["root_cause"]) == (story.bob.user_id, story.alice.user_id)

    def test_same_save_again_writes_nothing(self, story: Story):
        plan = story.plan()
        base = value_digest(texts_of(plan)["actions"])
        changes = {"actions": ("Repay within six months.", base)}
        assert save_draft(finding_id=plan.finding_id, actor=story.alice, changes=changes).written == {
            "actions"
        }
        row = DraftField.objects.get(plan=plan, name="actions")
        # The first answer was lost on the way, so the browser sends what it was based on before.
        assert save_draft(finding_id=plan.finding_id, actor=story.alice, changes=changes) == saved()
        again = DraftField.objects.get(plan=plan, name="actions")
        assert (again.value, again.updated_at) == (row.value, row.updated_at)

    def test_same_field_on_a_stale_base_is_handed_back_with_both_texts(self, story: Story):
        plan = story.plan()
        base = value_digest(texts_of(plan)["actions"])
        write(plan, story.bob, actions="Bob's words.")
        result = save_draft(
            finding_id=plan.finding_id,
            actor=story.alice,
            changes={
                "actions": ("Alice's words.", base),
                "root_cause": ("A cause.", value_digest(texts_of(plan)["root_cause"])),
            },
        )
        assert result.written == {"root_cause"}
        (conflict,) = result.conflicts
        assert (conflict.name, conflict.wanted, conflict.kept) == (
            "actions",
            "Alice's words.",
            "Bob's words.",
        )
        assert conflict.kept_by == str(person_of(story.bob))
        assert conflict.kept_at == DraftField.objects.get(plan=plan, name="actions").updated_at
        assert texts_of(plan)["actions"] == "Bob's words."
        # She has read his, and decides.
        changes = {"actions": ("The words of both.", conflict.kept_digest)}
        assert save_draft(finding_id=plan.finding_id, actor=story.alice, changes=changes).written == {
            "actions"
        }
        assert texts_of(plan)["actions"] == "The words of both."

    def test_field_left_as_it_was_on_the_screen_never_undoes_another_persons_save(self, story: Story):
        plan = story.plan()
        shown = texts_of(plan)
        write(plan, story.bob, actions="Bob's words.")
        changes = {name: (text, value_digest(text)) for name, text in shown.items()}
        assert save_draft(finding_id=plan.finding_id, actor=story.alice, changes=changes) == saved()
        assert texts_of(plan)["actions"] == "Bob's words."

    def test_what_cannot_be_taken_is_named_by_field_and_nothing_is_written(self, story: Story):
        plan = story.plan()
        before = texts_of(plan)
        with pytest.raises(InvalidInput) as refused:
            write(plan, story.alice, actions="Fine.", date="2026-02-30", root_cause="x" * 20_001)
        assert set(refused.value.fields) == {"date", "root_cause"}
        assert "20,001 characters; the most is 20,000" in str(refused.value.fields["root_cause"][0])
        with pytest.raises(InvalidInput, match="no field “closure_date”"):
            save_draft(
                finding_id=plan.finding_id,
                actor=story.alice,
                changes={"closure_date": ("2026-12-01", value_digest(""))},
            )
        assert texts_of(plan) == before

    @in_database
    @given(
        st.lists(
            st.sampled_from("a\0\ud800\udfff\u202eب🧑‍🌾ŋ\u0301\ufeff\u200d \t\n\r\x0b\x1f\x7f\uffff￼"),
            max_size=30,
        )
    )
    def test_odd_text_is_kept_as_plain_text_and_comes_back_the_same(self, story: Story, letters: list[str]):
        raw = "".join(letters)
        wanted = plain_text(CURRENT.field("actions"), raw)
        with undone():
            plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
            write(plan, story.alice, actions=raw)
            assert texts_of(plan)["actions"] == wanted
            assert write(plan, story.alice, actions=wanted) == saved()
            draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
            frozen = Revision(document=draft.document.to_json())
            assert frozen.document["fields"]["actions"] == wanted

    @pytest.mark.parametrize(
        "text",
        [
            "رسوم التوظيف (fees) دُفعت",
            "\u202bעמלות\u202c, paid",
            "👩🏽‍🌾 𠮷野家 𝄞",
            "e\u0301 is not é",
            "'; DROP TABLE actionplans_draftfield; --",
            "<script>alert(1)</script> {{ finding }} %(party)s",
        ],
    )
    def test_scripts_of_all_kinds_survive_letter_for_letter(self, story: Story, text: str):
        plan = story.plan()
        write(plan, story.alice, actions=text)
        assert texts_of(plan)["actions"] == text
        sent = share_with(plan, story.alice, story.customer, asks=CONFIRM, note=text).sent.get()
        sent.refresh_from_db()
        revision = Revision.objects.get(pk=sent.revision_id)
        assert (revision.document["fields"]["actions"], sent.note) == (text, text)


class TestRecord:
    def test_saves_of_one_sitting_leave_one_event(self, story: Story):
        plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
        for number in range(5):
            write(plan, story.alice, actions=f"Step {number}.")
        assert edits(plan) == ["plan_started"]

    def test_two_people_who_save_in_turn_leave_one_event_each(self, story: Story):
        plan = start_plan(finding_id=story.finding.pk, actor=story.alice)
        for number in range(4):
            write(plan, story.bob, actions=f"Step {number}.")
            write(plan, story.alice, root_cause=f"Cause {number}.")
        assert edits(plan) == ["plan_started", "plan_draft_edited"]

    def test_writing_after_something_else_happened_is_told_anew(self, story: Story):
        plan = story.plan()
        share_with(plan, story.alice, story.customer)
        for number in range(2):
            write(plan, story.alice, actions=f"Step {number}.")
        assert edits(plan) == ["plan_started", "plan_shared", "plan_draft_edited"]

    def test_another_day_is_another_sitting(self, story: Story, monkeypatch: pytest.MonkeyPatch):
        plan = story.plan()
        write(plan, story.bob, actions="Bob's words.")
        now = timezone.now()
        for minutes, count in ((29, 1), (31, 2), (62, 3)):
            monkeypatch.setattr(timezone, "now", lambda at=now + timedelta(minutes=minutes): at)
            write(plan, story.bob, actions=f"After {minutes} minutes.")
            assert edits(plan).count("plan_draft_edited") == count

    def test_save_that_writes_nothing_is_no_event(self, story: Story):
        plan = story.plan()
        write(plan, story.bob, actions=texts_of(plan)["actions"])
        assert edits(plan) == ["plan_started"]

    def test_record_of_the_draft_has_no_word_of_it_and_is_whole(self, story: Story):
        plan = story.plan()
        write(plan, story.bob, actions="Pay Maria back.")
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM core_auditcontent WHERE content::text LIKE '%%Maria%%'")
            assert cursor.fetchone() == (0,)
        assert verify().whole
