"""Rows in the form, by buttons alone: each saves all that was typed on its way."""

from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actionplans.annex import CURRENT
from actionplans.models import ActionPlan, DraftRow
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace, Step, StepKind
from actionplans.plans.services import save_draft
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_row, make_ngo, share_with, texts_of, write
from tests.actionplans.pages import Response, client_of, form_of, main_of, problems_of, send, text_of
from tests.factories import make_customer
from tests.web.markup import Element


@pytest.fixture
def address(story: Story) -> str:
    return f"/cars/{story.finding.pk}/plan/edit/"


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


def heads(plan: ActionPlan, group: str = "causes") -> list[str]:
    rows = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups[group]
    return [next(iter(row.cells.values())) for row in rows]


def row_of(page: Response, row_id: UUID) -> Element:
    return form_of(page).one("fieldset", id=f"row-{row_id}")


def remove(plan: ActionPlan, story: Story, group: str, row_id: UUID) -> None:
    """As Bob does, who sees all of it."""
    draft = draft_of(plan)
    save_draft(
        finding_id=plan.finding_id,
        actor=story.bob,
        changes={name: (text, draft.digests[name]) for name, text in draft.texts.items()},
        steps=[Step(StepKind.REMOVE, RowPlace(row_id, group))],
    )


class TestButtons:
    def test_add_saves_what_was_typed_and_goes_to_the_new_row(
        self, story: Story, alice: Client, address: str
    ) -> None:
        added = send(alice, alice.get(address), press="Add a cause", root_cause="Typed on the way")
        plan = story.finding.plan
        row = DraftRow.objects.get(plan=plan)
        assert added["Location"] == f"{address}#id_{row.row_id}.what"
        assert texts_of(plan)["root_cause"] == "Typed on the way"
        page = alice.get(address)
        assert row_of(page, row.row_id).one("legend").text == "Cause 1"
        assert "Draft saved." not in text_of(page)

    def test_chain_of_whys_is_written_below_its_cause(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        cause = add_row(plan, story.alice, "causes", what="Workers paid fees")
        send(alice, alice.get(address), press="Ask why once more")
        why = DraftRow.objects.get(plan=plan, group="whys")
        assert why.parent_id == cause
        send(alice, alice.get(address), **{f"{why.row_id}.because": "The agency charges them"})
        assert heads(plan, "whys") == ["The agency charges them"]

    def test_moves_and_removes(self, story: Story, alice: Client, address: str, plan: ActionPlan) -> None:
        first, second = (add_row(plan, story.alice, "causes", what=text) for text in ("first", "second"))
        moved = send(alice, alice.get(address), press="Move up Cause 2", **{f"{first}.what": "first, too"})
        assert moved["Location"] == f"{address}#row-{second}"
        assert heads(plan) == ["second", "first, too"]
        removed = send(alice, alice.get(address), press="Remove Cause 1")
        assert removed["Location"] == f"{address}#group-causes"
        assert heads(plan) == ["first, too"]
        buttons = [button.text for button in row_of(alice.get(address), first).all("button")]
        assert buttons == ["Ask why once more", "Remove Cause 1"]

    def test_tampered_button_does_nothing_but_save(
        self, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        for pressed in ("add nothing", "add whys:1", "burn causes:" + str(plan.pk), f"add whys:{plan.pk}"):
            saved = send(alice, alice.get(address), do=pressed, actions=f"Despite {pressed}")
            assert saved.status_code == 302
            assert texts_of(plan)["actions"] == f"Despite {pressed}"
        assert not DraftRow.objects.filter(plan=plan).exists()


class TestCells:
    def test_wrong_value_stands_at_its_cell_with_all_that_was_typed(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        row = add_row(plan, story.alice, "actions", what="Repay")
        page = send(alice, alice.get(address), **{f"{row}.ends": "soon", f"{row}.what": "Repay all"})
        assert problems_of(page) == ["Enter a month, a quarter or a year, such as 2027-03, 2027 Q2 or 2027."]
        assert row_of(page, row).one("input", id=f"id_{row}.ends")["value"] == "soon"
        assert "Repay all" in row_of(page, row).one("textarea", id=f"id_{row}.what").text
        assert heads(plan, "actions") == ["Repay"]

    def test_only_ones_own_relationships_can_be_chosen(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        make_customer("Unrelated Retail")
        share_with(plan, story.alice, make_ngo("Fair Work Alliance"))
        row = add_row(plan, story.alice, "stakeholders", name="The growers")
        other = add_row(plan, story.alice, "actions", what="Repay")
        page = alice.get(address)
        options = row_of(page, row).one("select", id=f"id_{row}.organisation").all("option")
        assert [option.text for option in options] == [
            "None of these",
            "Fair Work Alliance",
            "Fairprice Stores plc",
            "Northmarket Ltd",
        ]
        owners = row_of(page, other).one("select", id=f"id_{other}.owner").all("option")
        assert [(option["value"], option.text) for option in owners] == [
            ("", ""),
            ("site", "The site"),
            (str(row), "The growers"),
        ]

    def test_missing_cell_is_linked_before_sharing_and_publishing(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        row = add_row(plan, story.alice, "actions", support="Half of the cost")
        for step in ("share", "publish"):
            page = alice.get(f"/cars/{story.finding.pk}/plan/{step}/")
            link = main_of(page).one("a", href=f"{address}?open={row}#id_{row}.what")
            assert link.text == "Preventative and Corrective Actions: Action, What is to be done"
        parts = main_of(alice.get(address)).one("nav", class_="plan-parts").all("li")
        assert [part.one("a").text for part in parts if "(not finished)" in part.text] == [
            "Preventative and Corrective Actions"
        ]
        assert len([part for part in parts if "(complete)" in part.text]) == 8


class TestTwoAtOnce:
    @pytest.fixture
    def cause(self, story: Story, plan: ActionPlan) -> UUID:
        return add_row(plan, story.alice, "causes", what="Workers paid fees")

    def test_the_same_cell_shows_both_texts(
        self, story: Story, alice: Client, address: str, plan: ActionPlan, cause: UUID
    ) -> None:
        opened = alice.get(address)
        write(plan, story.bob, **{f"{cause}.what": "Bob's cause"})
        page = send(alice, opened, **{f"{cause}.what": "Alice's cause"})
        assert page.status_code == 409
        assert problems_of(page) == [
            "“What went wrong” was saved with another text while you were writing. Choose which text to keep."
        ]
        assert "Bob's cause" in row_of(page, cause).text
        send(alice, page, **{f"choose_{cause}.what": "mine"})
        assert heads(plan) == ["Alice's cause"]

    def test_choices_in_conflict_are_said_in_words(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        row = add_row(plan, story.alice, "actions", what="Repay")
        opened = alice.get(address)
        write(plan, story.bob, **{f"{row}.state": "under_way"})
        page = send(alice, opened, **{f"{row}.state": "done"})
        assert "Under way" in row_of(page, row).one("div", class_="inset").text

    @pytest.mark.parametrize(("choice", "left"), [("mine", ["Alice's cause"]), ("theirs", [])])
    def test_removed_row_is_kept_or_let_go_as_its_writer_chooses(
        self,
        story: Story,
        alice: Client,
        address: str,
        plan: ActionPlan,
        cause: UUID,
        choice: str,
        left: list[str],
    ) -> None:
        why = add_row(plan, story.alice, "whys", cause, because="The agency charges them")
        opened = alice.get(address)
        remove(plan, story, "causes", cause)
        page = send(alice, opened, **{f"{cause}.what": "Alice's cause"})
        assert problems_of(page) == [
            "“Cause” was removed while you were writing in it. Choose whether it is to stay."
        ]
        again = send(alice, page)
        assert again.status_code == 409, "who does not choose is asked again"
        assert heads(plan) == []
        assert send(alice, again, **{f"choose_{cause}": choice}).status_code == 302
        assert heads(plan) == left
        assert DraftRow.objects.filter(row_id=why, parent_id=cause).exists() is (choice == "mine")

    def test_row_that_was_changed_meanwhile_is_not_removed(
        self, story: Story, alice: Client, address: str, plan: ActionPlan, cause: UUID
    ) -> None:
        opened = alice.get(address)
        write(plan, story.bob, **{f"{cause}.what": "Bob's cause"})
        page = send(alice, opened, press="Remove Cause 1")
        assert problems_of(page) == [
            "“Cause” was changed by somebody else while you were writing, so it was not removed. Look at it as it is now."
        ]
        assert heads(plan) == ["Bob's cause"]


class TestReading:
    def test_causes_are_drawn_as_chains_and_actions_over_the_years(
        self, story: Story, alice: Client, plan: ActionPlan
    ) -> None:
        cause = add_row(plan, story.alice, "causes", what="Workers paid fees")
        add_row(plan, story.alice, "whys", cause, because="<b>The agency</b> charges them")
        add_row(plan, story.alice, "actions", what="Repay", starts="2026", ends="2027-Q2")
        add_row(plan, story.alice, "actions", what="Ask")
        main = main_of(alice.get(f"/cars/{story.finding.pk}/plan/"))
        assert main.one("ol", class_="chain").text == "Why? <b>The agency</b> charges them"
        drawing = main.one("svg", class_="years")
        assert drawing["aria-label"] == "The actions from 2026 to 2027, as in the table below"
        assert [(bar["x"], bar["width"]) for bar in drawing.all("rect")] == [("0%", "75%")]
        rows = main.one("table", class_="actions").one("tbody").all("tr")
        assert [row.text for row in rows] == [
            "Repay Add a file about: Repay The site 2026 to Q2 2027 Planned",
            "Ask Add a file about: Ask The site Planned",
        ]

    def test_website_of_an_initiative_is_a_link(self, story: Story, alice: Client, plan: ActionPlan) -> None:
        add_row(plan, story.alice, "initiatives", name="Fair start", website="https://example.org/a?b=1&c=2")
        main = main_of(alice.get(f"/cars/{story.finding.pk}/plan/"))
        link = main.one("ul", class_="entries").one("a")
        assert (link["href"], link["rel"]) == ("https://example.org/a?b=1&c=2", "nofollow")

    def test_party_reads_its_own_entry_and_not_that_of_another(
        self, story: Story, alice: Client, plan: ActionPlan
    ) -> None:
        for organisation in (story.other, story.customer):
            add_row(plan, story.alice, "stakeholders", organisation=str(organisation.pk))
        share = share_with(plan, story.alice, story.customer)
        assert share_with(plan, story.alice, story.other)
        page = client_of(story.dora).get(f"/shares/{share.pk}/")
        assert [entry.text for entry in main_of(page).one("ul", class_="entries").all("li")] == [
            "Northmarket Ltd Kind: Customer"
        ]
        check = alice.get(f"/cars/{story.finding.pk}/plan/")
        assert len(main_of(check).one("ul", class_="entries").all("li")) == 2

    def test_checking_before_publishing_says_what_is_left_out_and_leads_to_each_part(
        self, story: Story, alice: Client, address: str, plan: ActionPlan
    ) -> None:
        page = alice.get(f"/cars/{story.finding.pk}/plan/publish/")
        changes = [link["href"] for link in main_of(page).all("a") if link.text.startswith("Change")]
        assert changes == [f"{address}#id_{name}" for name in CURRENT.field_names]
        assert "left out here" not in text_of(page)
        add_row(plan, story.alice, "stakeholders", organisation=str(story.other.pk))
        page = alice.get(f"/cars/{story.finding.pk}/plan/publish/")
        assert "left out here" in text_of(page)
        assert "Fairprice" not in text_of(page)


def test_queries_do_not_grow_with_rows(
    story: Story,
    plan: ActionPlan,
    alice: Client,
    address: str,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    add_row(plan, story.alice, "actions", what="Repay")
    alice.get(address)
    with django_assert_num_queries(10):
        alice.get(address)
    for _n in range(3):
        add_row(plan, story.alice, "actions", what="Repay")
        add_row(plan, story.alice, "stakeholders", name="The growers")
    with django_assert_num_queries(10):
        alice.get(address)
