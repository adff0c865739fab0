"""Of a long group of rows each is shown in short, and opened one by one."""

from uuid import UUID, uuid4

import pytest
from django.test import Client

from actionplans.models import ActionPlan, DraftRow
from actionplans.plans.folding import LONGEST_OPEN
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_row, texts_of, write
from tests.actionplans.pages import Response, client_of, form_of, main_of, problems_of, send
from tests.web.markup import Element, read


@pytest.fixture
def address(story: Story) -> str:
    return f"/cars/{story.finding.pk}/plan/edit/"


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def actions(story: Story, plan: ActionPlan) -> list[UUID]:
    """One more than are shown open."""
    rows = [
        DraftRow(
            plan=plan,
            row_id=uuid4(),
            group="actions",
            position=number,
            cells={"what": f"Action {number}", "owner": "site", "ends": "2027-Q2", "state": "under_way"},
        )
        for number in range(LONGEST_OPEN + 1)
    ]
    DraftRow.objects.bulk_create(rows)
    return [row.row_id for row in rows]


def folded(page: Response) -> list[Element]:
    return form_of(page).all("div", class_="row-folded")


def opened(page: Response) -> list[str]:
    rows = form_of(page).all("fieldset")
    return [row["id"] for row in rows if row.attributes.get("id", "").startswith("row-")]


def cell(row: UUID, name: str) -> str:
    """What is written there."""
    written: str = DraftRow.objects.get(row_id=row).cells[name]
    return written


def order_of(plan: ActionPlan) -> list[UUID]:
    return list(DraftRow.objects.filter(plan=plan, group="actions").values_list("row_id", flat=True))


def test_rows_of_a_short_group_are_open(
    story: Story, alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    DraftRow.objects.get(row_id=actions[0]).delete()
    page = alice.get(address)
    assert opened(page) == [f"row-{row}" for row in actions[1:]]
    assert not folded(page)


def test_folded_row_says_what_it_is_and_what_was_chosen(
    alice: Client, address: str, actions: list[UUID]
) -> None:
    page = alice.get(address)
    assert not opened(page)
    assert [row["id"] for row in folded(page)] == [f"row-{row}" for row in actions]
    lines = [line.text for line in folded(page)[1].all("p")]
    assert lines == ["Action 2", "Action 1", "The site · Q2 2027 · Under way"]
    buttons = [button.text for button in folded(page)[1].all("button")]
    assert buttons == ["Change Action 2", "Move up Action 2", "Move down Action 2", "Remove Action 2"]


def test_folded_cause_shows_its_whys_and_what_was_left_out(
    story: Story, alice: Client, address: str, plan: ActionPlan
) -> None:
    causes = [add_row(plan, story.alice, "causes", what=f"Cause {n}") for n in range(LONGEST_OPEN + 1)]
    add_row(plan, story.alice, "whys", causes[0], because="The agency charges them")
    add_row(plan, story.alice, "stakeholders", contact="Its office")
    for number in range(LONGEST_OPEN):
        add_row(plan, story.alice, "stakeholders", name=f"Grower {number}")
    rows = folded(alice.get(address))
    assert [each.text for each in rows[0].one("ol").all("li")] == ["The agency charges them"]
    unfinished = [row for row in rows if "(not finished)" in row.text]
    assert [row.all("p")[1].text for row in unfinished] == ["Not written yet"]


def test_button_opens_a_row_and_saves_on_its_way(
    alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    answer = send(alice, alice.get(address), press="Change Action 3", root_cause="Typed on the way")
    assert answer["Location"] == f"{address}?open={actions[2]}#id_{actions[2]}.what"
    assert texts_of(plan)["root_cause"] == "Typed on the way"
    page = alice.get(answer["Location"])
    assert opened(page) == [f"row-{actions[2]}"]
    assert len(folded(page)) == LONGEST_OPEN
    # What is open stays open, whatever is saved and opened next.
    answer = send(alice, page, press="Change Action 1", **{f"{actions[2]}.what": "Repay"})
    assert cell(actions[2], "what") == "Repay"
    assert set(opened(alice.get(answer["Location"]))) == {f"row-{actions[0]}", f"row-{actions[2]}"}


def test_new_row_of_a_long_group_is_open(
    alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    answer = send(alice, alice.get(address), press="Add an action")
    new = order_of(plan)[-1]
    assert answer["Location"] == f"{address}?open={new}#id_{new}.what"
    assert opened(alice.get(answer["Location"])) == [f"row-{new}"]


def test_script_is_given_the_row_alone(alice: Client, address: str, actions: list[UUID]) -> None:
    answer = alice.get(f"{address}?open={actions[1]}", headers={"HX-Request": "true"})
    row = read(answer.content.decode()).one("fieldset")
    assert row["id"] == f"row-{actions[1]}"
    assert row.one("legend").text == "Action 2"
    assert row.one("textarea", id=f"id_{actions[1]}.what").text == "Action 1"
    assert "<html" not in answer.content.decode()
    assert "HX-Request" in answer["Vary"]


@pytest.mark.parametrize("wanted", ["?open=nothing", f"?open={UUID(int=7)}", ""])
def test_row_that_is_not_there_is_not_found(
    alice: Client, address: str, actions: list[UUID], wanted: str
) -> None:
    assert alice.get(f"{address}{wanted}", headers={"HX-Request": "true"}).status_code == 404
    assert alice.get(f"{address}{wanted}").status_code == 200


def test_folded_rows_are_moved_and_removed_as_they_are(
    alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    send(alice, alice.get(address), press="Move up Action 2")
    assert order_of(plan) == [actions[1], actions[0], *actions[2:]]
    removed = send(alice, alice.get(address), press="Remove Action 1")
    assert removed["Location"] == f"{address}#group-actions"
    assert order_of(plan) == [actions[0], *actions[2:]]


def test_folded_row_that_was_changed_meanwhile_is_not_removed_and_is_opened(
    story: Story, alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    page = alice.get(address)
    write(plan, story.bob, **{f"{actions[0]}.what": "Bob's words"})
    answer = send(alice, page, press="Remove Action 1")
    assert answer.status_code == 409
    assert problems_of(answer) == [
        "“Action” was changed by somebody else while you were writing, so it was not removed. Look at it as it is now."
    ]
    assert opened(answer) == [f"row-{actions[0]}"]
    assert "Bob's words" in form_of(answer).one("fieldset", id=f"row-{actions[0]}").text
    assert order_of(plan) == actions


def test_folded_cause_to_which_a_why_was_added_meanwhile_is_not_removed(
    story: Story, alice: Client, address: str, plan: ActionPlan
) -> None:
    causes = [add_row(plan, story.alice, "causes", what=f"Cause {n}") for n in range(LONGEST_OPEN + 1)]
    page = alice.get(address)
    add_row(plan, story.bob, "whys", causes[0], because="The agency charges them")
    assert send(alice, page, press="Remove Cause 1").status_code == 409
    assert DraftRow.objects.filter(plan=plan, row_id=causes[0]).exists()


def test_what_is_wrong_in_an_open_row_leaves_the_others_folded(
    alice: Client, address: str, actions: list[UUID]
) -> None:
    page = alice.get(f"{address}?open={actions[3]}")
    answer = send(alice, page, **{f"{actions[3]}.ends": "soon"})
    assert problems_of(answer) == ["Enter a month, a quarter or a year, such as 2027-03, 2027 Q2 or 2027."]
    assert opened(answer) == [f"row-{actions[3]}"]
    assert len(folded(answer)) == LONGEST_OPEN


def test_two_texts_for_one_cell_stand_in_an_open_row(
    story: Story, alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    page = alice.get(f"{address}?open={actions[3]}")
    write(plan, story.bob, **{f"{actions[3]}.what": "Bob's words"})
    answer = send(alice, page, **{f"{actions[3]}.what": "Alice's words"})
    assert answer.status_code == 409
    assert opened(answer) == [f"row-{actions[3]}"]
    assert "Bob's words" in form_of(answer).text
    send(alice, answer, **{f"choose_{actions[3]}.what": "mine"})
    assert cell(actions[3], "what") == "Alice's words"


def test_link_to_what_is_missing_opens_its_row(
    story: Story, alice: Client, address: str, plan: ActionPlan, actions: list[UUID]
) -> None:
    row = add_row(plan, story.alice, "actions", support="Half of the cost")
    page = alice.get(f"/cars/{story.finding.pk}/plan/share/")
    link = main_of(page).one("a", href=f"{address}?open={row}#id_{row}.what")
    assert opened(alice.get(link["href"])) == [f"row-{row}"]
