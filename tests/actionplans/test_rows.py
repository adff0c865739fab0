"""Rows beside the text boxes: several people add, change, move and remove them, and nobody's work is lost."""

from uuid import UUID, uuid4

import pytest

from actionplans.annex import CURRENT, SITE, GroupRow
from actionplans.models import ActionPlan, DraftRow
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace, SaveResult, Step, StepKind
from actionplans.plans.services import carry_on_plan, save_draft
from carportal.core.actor import Actor
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.making import (
    add_row,
    end_by_next_audit,
    make_finding,
    make_ngo,
    person_of,
    saved,
    share_with,
    write,
)
from tests.factories import make_customer

pytestmark = pytest.mark.django_db


def rows_of(plan: ActionPlan, group: str) -> tuple[GroupRow, ...]:
    return draft_of(ActionPlan.objects.get(pk=plan.pk)).groups[group]


def heads(plan: ActionPlan, group: str = "causes") -> list[str]:
    """The first cells of the group's rows, in order."""
    return [next(iter(row.cells.values())) for row in rows_of(plan, group)]


class Screen:
    """The form as one person has it open."""

    def __init__(self, plan: ActionPlan, actor: Actor) -> None:
        self.plan, self.actor = plan, actor
        draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
        self.shown = [
            RowPlace(row.id, name, row.parent) for name, rows in draft.groups.items() for row in rows
        ]
        self.texts = dict(draft.texts)
        self.digests = draft.digests

    def save(self, *steps: Step, **typed: str) -> SaveResult:
        """Everything on the screen, with what was typed into it."""
        texts = self.texts | typed
        return save_draft(
            finding_id=self.plan.finding_id,
            actor=self.actor,
            changes={name: (text, self.digests[name]) for name, text in texts.items()},
            shown=self.shown,
            steps=steps,
        )

    def step(self, kind: StepKind, row_id: UUID) -> Step:
        return Step(kind, next(place for place in self.shown if place.id == row_id))


class TestOnePerson:
    def test_adds_a_cause_with_its_chain_of_whys(self, story: Story, plan: ActionPlan):
        cause = add_row(plan, story.alice, "causes", what="Workers paid fees")
        for answer in ("The agency charges them", "Our contract covers part of its costs"):
            add_row(plan, story.alice, "whys", cause, because=answer)
        document = draft_of(plan).document
        assert [row.cells for row in document.rows["causes"]] == [{"what": "Workers paid fees"}]
        assert [(row.parent, row.cells["because"]) for row in document.rows["whys"]] == [
            (cause, "The agency charges them"),
            (cause, "Our contract covers part of its costs"),
        ]

    def test_moves_rows_among_those_they_stand_with(self, story: Story, plan: ActionPlan):
        first, second = (add_row(plan, story.alice, "causes", what=text) for text in ("first", "second"))
        whys = [
            add_row(plan, story.alice, "whys", cause, because=text)
            for cause, text in [(first, "1a"), (second, "2a"), (first, "1b")]
        ]
        screen = Screen(plan, story.alice)
        screen.save(screen.step(StepKind.UP, second), screen.step(StepKind.UP, whys[2]))
        assert heads(plan) == ["second", "first"]
        assert heads(plan, "whys") == ["1b", "2a", "1a"]
        for kind, row_id in [(StepKind.UP, second), (StepKind.DOWN, first), (StepKind.DOWN, whys[1])]:
            assert screen.save(screen.step(kind, row_id)) == saved()
        assert heads(plan) == ["second", "first"]

    def test_removes_a_cause_with_its_whys(self, story: Story, plan: ActionPlan):
        cause = add_row(plan, story.alice, "causes", what="Workers paid fees")
        add_row(plan, story.alice, "whys", cause, because="The agency charges them")
        screen = Screen(plan, story.alice)
        assert screen.save(screen.step(StepKind.REMOVE, cause)).is_whole
        assert not DraftRow.objects.filter(plan=plan).exists()

    def test_added_twice_by_the_same_press_is_there_once(self, story: Story, plan: ActionPlan):
        step = Step(StepKind.ADD, RowPlace(uuid4(), "actions"))
        for _press in range(2):
            save_draft(finding_id=plan.finding_id, actor=story.alice, changes={}, steps=[step])
        assert len(rows_of(plan, "actions")) == 1

    def test_row_in_which_nothing_is_written_is_no_part_of_the_plan(self, story: Story, plan: ActionPlan):
        before = draft_of(plan).document
        row_id = add_row(plan, story.alice, "actions")
        assert draft_of(plan).document.canonical() == before.canonical()
        write(plan, story.alice, **{f"{row_id}.what": "Repay the fees"})
        row = draft_of(plan).document.rows["actions"][0]
        assert (row.cells["owner"], row.cells["state"]) == (SITE, "planned")

    def test_group_that_is_full_says_so_and_writes_nothing(self, story: Story, plan: ActionPlan):
        most = CURRENT.group("causes").most
        places = [RowPlace(uuid4(), "causes") for _n in range(most + 1)]
        steps = [Step(StepKind.ADD, place) for place in places]
        save_draft(finding_id=plan.finding_id, actor=story.alice, changes={}, steps=steps[:-1])
        with pytest.raises(InvalidInput, match=f"has {most} rows, which is the most"):
            save_draft(finding_id=plan.finding_id, actor=story.alice, changes={}, steps=steps)
        assert len(heads(plan)) == most

    def test_reader_of_the_site_changes_no_row(self, story: Story, plan: ActionPlan):
        with pytest.raises(NotAllowed):
            add_row(plan, story.carol, "causes", what="Mine")
        assert heads(plan) == []

    def test_rows_leave_one_event_for_a_sitting(self, story: Story, plan: ActionPlan):
        cause = add_row(plan, story.bob, "causes", what="Workers paid fees")
        screen = Screen(plan, story.bob)
        screen.save(screen.step(StepKind.REMOVE, cause))
        assert AuditEvent.objects.filter(kind="plan_draft_edited").count() == 1


class TestCells:
    @pytest.mark.parametrize(
        ("group", "cell", "typed", "kept"),
        [
            ("actions", "ends", " q3  2027 ", "2027-Q3"),
            ("actions", "ends", "2027/3", "2027-03"),
            ("actions", "ends", "03.2027", "2027-03"),
            ("actions", "starts", "2027", "2027"),
            ("steps", "date", "2026-03-14", "2026-03-14"),
            ("initiatives", "website", "https://example.org/fees?a=b", "https://example.org/fees?a=b"),
        ],
    )
    def test_value_is_kept_in_one_spelling(
        self, story: Story, plan: ActionPlan, group: str, cell: str, typed: str, kept: str
    ):
        add_row(plan, story.alice, group, **{cell: typed})
        assert rows_of(plan, group)[0].cells[cell] == kept

    @pytest.mark.parametrize(
        ("group", "cell", "typed", "sentence"),
        [
            ("actions", "ends", "soon", "Enter a month, a quarter or a year"),
            ("actions", "ends", "2027-13", "Enter a month, a quarter or a year"),
            ("actions", "ends", "1999", "Enter a month, a quarter or a year"),
            ("actions", "state", "overdue", "Choose one of the answers"),
            ("actions", "owner", str(UUID(int=7)), "no longer in the plan"),
            ("steps", "date", "2026-02-30", "Enter a real date"),
            ("initiatives", "website", "javascript:alert(1)", "begins with http:// or https://"),
            ("initiatives", "website", "ftp://example.org", "begins with http:// or https://"),
            ("causes", "what", "x" * 301, "has 301 characters; the most is 300"),
        ],
    )
    def test_what_is_no_value_of_its_kind_is_refused_at_its_cell(
        self, story: Story, plan: ActionPlan, group: str, cell: str, typed: str, sentence: str
    ):
        row_id = add_row(plan, story.alice, group)
        with pytest.raises(InvalidInput) as refused:
            write(plan, story.alice, **{f"{row_id}.{cell}": typed})
        assert list(refused.value.fields) == [f"{row_id}.{cell}"]
        assert sentence in str(refused.value.fields[f"{row_id}.{cell}"][0])

    def test_organisation_that_is_chosen_brings_its_name_and_kind(self, story: Story, plan: ActionPlan):
        ngo = make_ngo()
        share_with(plan, story.alice, ngo)
        for organisation, kind in [(story.customer, "customer"), (ngo, "ngo")]:
            add_row(plan, story.alice, "stakeholders", organisation=str(organisation.pk))
            cells = rows_of(plan, "stakeholders")[-1].cells
            assert (cells["name"], cells["kind"], cells["shown"]) == (organisation.name, kind, "itself")
        add_row(plan, story.alice, "stakeholders", organisation=str(ngo.pk), name="The alliance")
        assert rows_of(plan, "stakeholders")[-1].cells["name"] == "The alliance"

    def test_organisation_that_the_site_does_not_deal_with_cannot_be_chosen(
        self, story: Story, plan: ActionPlan
    ):
        stranger = make_customer("Unrelated Retail")
        with pytest.raises(InvalidInput, match="Choose one of the organisations in the list"):
            add_row(plan, story.alice, "stakeholders", organisation=str(stranger.pk))
        assert "Unrelated" not in str([row.cells for row in rows_of(plan, "stakeholders")])

    def test_what_a_begun_row_must_have_is_named_by_its_cell(self, story: Story, plan: ActionPlan):
        action = add_row(plan, story.alice, "actions", support="Half of the cost", state="dropped")
        assert [(each.name, str(each.label)) for each in draft_of(plan).document.missing_to_share()] == [
            (f"{action}.what", "Preventative and Corrective Actions: Action, What is to be done"),
            (f"{action}.reason", "Preventative and Corrective Actions: Action, If it was dropped: why"),
        ]
        write(plan, story.alice, **{f"{action}.what": "Repay", f"{action}.state": "done"})
        assert draft_of(plan).document.missing_to_publish() == []

    def test_section_is_written_as_text_or_as_rows(self, story: Story, plan: ActionPlan):
        write(plan, story.alice, root_cause="", actions="")
        add_row(plan, story.alice, "causes", what="Workers paid fees")
        assert [each.name for each in draft_of(plan).document.missing_to_publish()] == ["actions"]


class TestTwoPeople:
    """Alice and Bob have the form open; both save all that is on their screen."""

    @pytest.fixture
    def cause(self, story: Story, plan: ActionPlan) -> UUID:
        return add_row(plan, story.alice, "causes", what="Workers paid fees")

    def test_rows_that_both_added_both_land(self, story: Story, plan: ActionPlan):
        for actor in (story.alice, story.bob):
            screen = Screen(plan, actor)
            screen.save(Step(StepKind.ADD, RowPlace(uuid4(), "actions")))
        assert len(rows_of(plan, "actions")) == 2

    def test_different_cells_of_one_row_merge(self, story: Story, plan: ActionPlan):
        action = add_row(plan, story.alice, "actions", what="Repay")
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(**{f"{action}.ends": "2027"})
        assert alice.save(**{f"{action}.what": "Repay all of it"}).is_whole
        cells = rows_of(plan, "actions")[0].cells
        assert (cells["what"], cells["ends"]) == ("Repay all of it", "2027")

    def test_the_same_cell_comes_back_with_both_texts(self, story: Story, plan: ActionPlan, cause: UUID):
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(**{f"{cause}.what": "Bob's cause"})
        (conflict,) = alice.save(**{f"{cause}.what": "Alice's cause"}).conflicts
        assert (conflict.name, conflict.wanted, conflict.kept) == (
            f"{cause}.what",
            "Alice's cause",
            "Bob's cause",
        )
        assert conflict.kept_by == str(person_of(story.bob))
        assert heads(plan) == ["Bob's cause"]

    @pytest.mark.usefixtures("cause")
    def test_move_and_change_of_one_row_both_hold(self, story: Story, plan: ActionPlan):
        other = add_row(plan, story.alice, "causes", what="Orders come late")
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(bob.step(StepKind.UP, other))
        assert alice.save(**{f"{other}.what": "Orders come too late"}).is_whole
        assert heads(plan) == ["Orders come too late", "Workers paid fees"]

    def test_row_that_another_changed_is_not_removed_unseen(
        self, story: Story, plan: ActionPlan, cause: UUID
    ):
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(**{f"{cause}.what": "Bob's cause"})
        result = alice.save(alice.step(StepKind.REMOVE, cause))
        assert [place.id for place in result.stayed] == [cause]
        assert heads(plan) == ["Bob's cause"]

    def test_row_below_which_another_added_one_is_not_removed_unseen(
        self, story: Story, plan: ActionPlan, cause: UUID
    ):
        alice = Screen(plan, story.alice)
        add_row(plan, story.bob, "whys", cause, because="The agency charges them")
        assert alice.save(alice.step(StepKind.REMOVE, cause)).stayed
        assert heads(plan, "whys") == ["The agency charges them"]

    def test_row_that_another_removed_comes_back_to_whoever_changed_it(
        self, story: Story, plan: ActionPlan, cause: UUID
    ):
        why = add_row(plan, story.alice, "whys", cause, because="The agency charges them")
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(bob.step(StepKind.REMOVE, cause))
        result = alice.save(**{f"{why}.because": "The agency abroad charges them"})
        assert [(row.place.id, dict(row.cells)) for row in result.gone] == [
            (cause, {"what": "Workers paid fees"}),
            (why, {"because": "The agency abroad charges them"}),
        ]
        assert heads(plan) == []
        # She wants it back: as it stands on her screen.
        typed = {f"{why}.because": "The agency abroad charges them"}
        back = [alice.step(StepKind.PUT_BACK, cause), alice.step(StepKind.PUT_BACK, why)]
        assert alice.save(*back, **typed).is_whole
        assert (heads(plan), heads(plan, "whys")) == (
            ["Workers paid fees"],
            ["The agency abroad charges them"],
        )

    def test_row_that_another_removed_is_gone_for_whoever_left_it_as_it_was(
        self, story: Story, plan: ActionPlan, cause: UUID
    ):
        alice, bob = Screen(plan, story.alice), Screen(plan, story.bob)
        bob.save(bob.step(StepKind.REMOVE, cause))
        assert alice.save(actions="Repay.").is_whole
        assert alice.save(alice.step(StepKind.REMOVE, cause), alice.step(StepKind.UP, cause)).is_whole
        assert heads(plan) == []


def test_rows_go_over_to_the_plan_that_carries_this_one_on(story: Story, plan: ActionPlan):
    party = add_row(plan, story.alice, "stakeholders", organisation=str(story.customer.pk))
    action = add_row(plan, story.alice, "actions", what="Repay", owner=str(party))
    newer = make_finding(story.site)
    end_by_next_audit(story.finding, successor=newer)
    carried = carry_on_plan(finding_id=newer.pk, actor=story.alice, from_plan_id=plan.pk)
    assert draft_of(carried).document.rows == draft_of(plan).document.rows
    assert [row.id for row in draft_of(carried).document.rows["actions"]] == [action]
