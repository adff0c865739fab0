"""Notes that an organisation keeps about a plan: its own people read them, and nobody else, anywhere."""

import pytest

from actionplans.models import ActionPlan, PlanShare, PrivateNote
from actionplans.plans.services import find_words, redact_words
from actionplans.sharing.services import withdraw_share
from actionplans.threads.services import remove_note
from carportal.core.actor import SYSTEM, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.making import end_by_next_audit, make_ngo, record_of, share_with
from tests.actionplans.talking import note
from tests.factories import make_actor, make_audit_company, make_operator, make_supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


def test_each_reads_its_own_organisations_notes_alone(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    erik = make_actor(story.other)
    share_with(plan, story.alice, story.other)
    sites, customers, others = note(plan, story.alice), note(plan, story.dora), note(plan, erik)
    viewer = make_actor(story.customer, Role.VIEWER)
    read = {
        actor: list(PrivateNote.objects.visible_to(actor))
        for actor in (story.carol, story.dora, viewer, erik)
    }
    assert read == {story.carol: [sites], story.dora: [customers], viewer: [customers], erik: [others]}


def test_nobody_else_reads_any_not_even_the_portal_itself(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    note(plan, story.alice)
    note(plan, story.dora)
    strangers = [
        SYSTEM,
        make_actor(make_operator(), Role.COMPLIANCE),
        make_actor(make_operator(), Role.MANAGER),
        make_actor(make_audit_company()),
        make_actor(make_supplier()),
        make_actor(make_ngo()),
    ]
    for actor in strangers:
        assert not PrivateNote.objects.visible_to(actor).exists()


def test_who_has_no_part_in_the_plan_or_only_reads_keeps_none(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    viewers = [story.carol, make_actor(story.customer, Role.VIEWER)]
    strangers = [
        make_actor(story.other),
        make_actor(make_operator(), Role.COMPLIANCE),
        make_actor(make_audit_company()),
        make_actor(make_supplier()),
    ]
    for actor in [*viewers, *strangers]:
        with pytest.raises(NotAllowed):
            note(plan, actor)
    kept = note(plan, story.dora)
    for actor in [*viewers, *strangers]:
        with pytest.raises((NotAllowed, Conflict)):
            remove_note(note_id=kept.pk, actor=actor)
    with pytest.raises(Conflict):
        remove_note(note_id=kept.pk, actor=story.alice)
    assert PrivateNote.objects.get() == kept


def test_note_says_something_and_is_kept_once(story: Story, plan: ActionPlan) -> None:
    for text in ("", " \n", "x" * 5001):
        with pytest.raises(InvalidInput) as error:
            note(plan, story.alice, text)
        assert "text" in error.value.fields
    assert note(plan, story.alice) == note(plan, story.alice)
    assert note(plan, story.bob) != note(plan, story.alice)


def test_colleague_removes_it_once(story: Story, plan: ActionPlan, share: PlanShare) -> None:
    kept = note(plan, story.dora)
    colleague = make_actor(story.customer)
    remove_note(note_id=kept.pk, actor=colleague)
    with pytest.raises(Conflict, match="removed the note already"):
        remove_note(note_id=kept.pk, actor=story.dora)
    assert not PrivateNote.objects.exists()


def test_party_reads_its_notes_while_it_has_the_plan_and_again_when_it_has_it_again(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    kept = note(plan, story.dora)
    withdraw_share(share_id=share.pk, actor=story.alice)
    assert not PrivateNote.objects.visible_to(story.dora).exists()
    with pytest.raises(NotAllowed):
        note(plan, story.dora, "Another.")
    share_with(plan, story.alice, story.customer)
    assert PrivateNote.objects.visible_to(story.dora).get() == kept


def test_notes_are_kept_also_once_the_car_has_ended(story: Story, plan: ActionPlan, share: PlanShare) -> None:
    end_by_next_audit(story.finding)
    assert {note(plan, story.alice).organisation, note(plan, story.dora).organisation} == {
        story.supplier,
        story.customer,
    }


def test_record_tells_of_a_note_to_nobody_but_those_who_read_it(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    before = {reader: record_of(plan, reader) for reader in Reader}
    remove_note(note_id=note(plan, story.dora, "Too little.").pk, actor=story.dora)
    assert {reader: record_of(plan, reader) for reader in Reader} == before
    own = timeline(
        aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.PARTY, party_id=story.customer.pk
    )
    assert [each.sentence for each in own][-2:] == ["Kept a private note", "Removed a private note"]
    note(plan, story.alice)
    assert record_of(plan)[-1] == "Kept a private note"
    assert "Kept a private note" not in record_of(plan, Reader.OPERATOR)
    assert "Too little" not in "".join(str(event.content.content) for event in AuditEvent.objects.all())


def test_words_go_from_all_notes_while_the_site_is_told_of_its_own_alone(
    story: Story, plan: ActionPlan, share: PlanShare
) -> None:
    notes = [note(plan, story.alice, "Maria said so."), note(plan, story.dora, "Is it Maria, or Jo?")]
    found = [str(each.where) for each in find_words(plan, "Maria")]
    assert len(found) == 1
    assert found[0].startswith("Private note of ")
    assert find_words(plan, "Jo") == []
    redact_words(plan_id=plan.pk, actor=story.alice, words="Maria", reason="A worker's name.")
    texts = [PrivateNote.objects.get(pk=each.pk).readable_text for each in notes]
    assert texts == ["[removed] said so.", "Is it [removed], or Jo?"]
    with pytest.raises(InvalidInput, match="do not stand there"):
        redact_words(plan_id=plan.pk, actor=story.alice, words="Jo", reason="A worker's name.")
