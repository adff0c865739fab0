"""The form's own save: the same as by the button, answered in JSON."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actionplans.annex import value_digest
from actionplans.annex.v1 import TEXT_LENGTH
from actionplans.models import ActionPlan
from actionplans.plans.drafts import draft_of
from actionplans.plans.rows import RowPlace
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_row, end_by_next_audit, texts_of, write
from tests.actionplans.pages import Response, client_of
from tests.web.markup import read

TRANSACTIONS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


@pytest.fixture
def address(story: Story) -> str:
    return f"/cars/{story.finding.pk}/plan/edit/"


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


def autosave(client: Client, address: str, **data: Any) -> Response:
    """What the script sends: the fields that were changed, and what each was based on."""
    return client.post(address, data, headers={"Accept": "application/json"})


def test_answer_has_the_time_and_the_new_digests(alice: Client, address: str, plan: ActionPlan) -> None:
    before = value_digest(texts_of(plan)["root_cause"])
    answer = autosave(alice, address, root_cause=" Because \r\n", based_on_root_cause=before)
    assert answer.json()["saved"] is True
    assert answer.json()["status"].startswith("Draft saved ")
    assert answer.json()["digests"] == {"root_cause": value_digest("Because")}
    assert texts_of(plan)["root_cause"] == "Because"
    assert "Draft saved." not in alice.get(address).content.decode()


def test_first_save_begins_the_plan(story: Story, alice: Client, address: str) -> None:
    autosave(alice, address, root_cause="Because", based_on_root_cause=value_digest(""))
    assert texts_of(story.finding.plan)["root_cause"] == "Because"


def test_what_somebody_else_changed_is_named_and_the_rest_is_saved(
    story: Story, alice: Client, address: str, plan: ActionPlan
) -> None:
    old = {name: value_digest(text) for name, text in texts_of(plan).items()}
    write(plan, story.bob, root_cause="Bob's cause")
    answer = autosave(
        alice,
        address,
        root_cause="Alice's cause",
        based_on_root_cause=old["root_cause"],
        actions="Repay.",
        based_on_actions=old["actions"],
    )
    assert answer.json()["saved"] is False
    assert answer.json()["status"].startswith("Not saved: somebody else changed “Root cause”.")
    assert answer.json()["digests"] == {"actions": value_digest("Repay.")}
    assert (texts_of(plan)["root_cause"], texts_of(plan)["actions"]) == ("Bob's cause", "Repay.")


def test_what_cannot_be_taken_is_said_with_the_reason(alice: Client, address: str, plan: ActionPlan) -> None:
    base = value_digest(texts_of(plan)["actions"])
    answer = autosave(alice, address, actions="x" * (TEXT_LENGTH + 1), based_on_actions=base)
    assert answer.json()["saved"] is False
    assert "has 20,001 characters; the most is 20,000" in answer.json()["status"]


def test_once_the_car_has_ended_it_says_so(
    story: Story, alice: Client, address: str, plan: ActionPlan
) -> None:
    end_by_next_audit(story.finding)
    answer = autosave(alice, address, actions="Late", based_on_actions="")
    assert answer.json()["saved"] is False
    assert "has been closed by a later audit" in answer.json()["status"]


def test_what_the_portal_fills_in_comes_back(
    story: Story, alice: Client, address: str, plan: ActionPlan
) -> None:
    row = add_row(plan, story.alice, "stakeholders")
    answer = autosave(
        alice,
        address,
        row=f"stakeholders:{row}",
        **{f"{row}.organisation": str(story.customer.pk), f"based_on_{row}.organisation": value_digest("")},
    )
    assert answer.json()["filled"] == {
        f"{row}.name": [story.customer.name, value_digest(story.customer.name)],
        f"{row}.kind": ["customer", value_digest("customer")],
    }


def test_whoever_is_logged_out_is_sent_to_log_in_and_nothing_is_saved(address: str, plan: ActionPlan) -> None:
    before = texts_of(plan)
    assert autosave(Client(), address, actions="Mine", based_on_actions="").status_code == 302
    assert texts_of(plan) == before


def test_answer_says_how_far_each_part_is_now(story: Story, alice: Client, address: str) -> None:
    finding = story.finding
    for text, said in (("", "(empty)"), ("The growers", "(complete)")):
        answer = autosave(alice, address, stakeholders=text, based_on_stakeholders=value_digest(""))
        parts = read(answer.json()["parts"]).all("li")
        label = "Which stakeholders need to be involved"
        assert said in next(part.text for part in parts if part.text.startswith(label))
    assert texts_of(finding.plan)["stakeholders"] == "The growers"


@pytest.mark.parametrize("what", ["field", "cell", "both"])
def test_save_takes_nine_queries_and_one_commit(
    story: Story, alice: Client, address: str, plan: ActionPlan, what: str
) -> None:
    """Three tell who asks; the rest lock the plan, read its draft, write it, keep it for searches and look for the sitting's event."""
    row = RowPlace(add_row(plan, story.alice, "causes", what="Workers paid fees"), "causes")
    wanted = {"field": {"root_cause"}, "cell": {f"{row.id}.what"}}.get(what, {"root_cause", f"{row.id}.what"})
    now = draft_of(plan).digests
    data = dict.fromkeys(wanted, "Another text") | {f"based_on_{name}": now[name] for name in wanted}
    with CaptureQueriesContext(connection) as queries:
        answer = autosave(alice, address, row=str(row), **data)
    assert answer.json()["saved"] is True
    transactions = [query["sql"].split()[0] for query in queries if query["sql"].startswith(TRANSACTIONS)]
    assert transactions == ["SAVEPOINT", "RELEASE"], "one atomic block: in a test, a savepoint"
    assert len(queries) - len(transactions) <= (10 if what == "both" else 9)
