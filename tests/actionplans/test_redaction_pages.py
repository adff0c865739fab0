"""Removing words from a plan in the browser: said, looked at, then done; and a name from the record."""

import pytest
from django.test import Client
from django.utils.formats import date_format
from django.utils.timezone import localtime

from actionplans.models import ActionPlan
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply
from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline
from tests.actionplans.agreeing import post
from tests.actionplans.conftest import Story
from tests.actionplans.making import add_file, share_with, texts_of, write
from tests.actionplans.pages import (
    Response,
    client_of,
    heading_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor, make_operator

NAME = "Somchai Jaidee"
WHY = "A worker was named."


@pytest.fixture
def address(story: Story, plan: ActionPlan) -> str:
    """Somebody is named in what was published and in a note, in a reply and in the draft by another spelling."""
    write(plan, story.alice, actions=f"Repay {NAME} & others.")
    share = share_with(plan, story.alice, story.customer, note=f"Ask {NAME}.")
    sent = share.sent.get()
    reply(
        share_id=share.pk, actor=story.dora, sent_id=sent.pk, kind="changes_requested", comment=f"Pay {NAME}."
    )
    publish_plan(plan_id=plan.pk, actor=story.alice)
    return f"/cars/{plan.finding_id}/plan/"


@pytest.fixture
def alice(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def olga(db: None) -> Client:
    return client_of(make_actor(make_operator(), Role.COMPLIANCE))


def entered(client: Client, address: str, **values: str) -> Response:
    """The page after the form was sent."""
    return send(client, client.get(f"{address}redact/"), **{"words": NAME, "reason": WHY, **values})


def test_page_shows_every_place_before_anything_is_removed(
    plan: ActionPlan, alice: Client, address: str
) -> None:
    page = entered(alice, address)
    assert heading_of(page).endswith("Check before removing")
    assert [mark.text for mark in main_of(page).all("mark")] == [NAME] * 4
    headings = [heading.text for heading in main_of(page).all("h2")]
    assert headings == [
        "Version 1",
        "The draft",
        "Note to Northmarket Ltd",
        "Reply of Northmarket Ltd",
    ]
    assert "You cannot undo this" in text_of(page)
    assert NAME in texts_of(plan)["actions"]


def test_page_shows_updates_files_and_the_record_too(
    story: Story, plan: ActionPlan, alice: Client, address: str
) -> None:
    share = plan.shares.get()
    update = post(share, story.alice, text=f"{NAME} is repaid.")
    add_file(plan, story.alice, f"Receipt of {NAME}.txt", party=story.customer, description=f"For {NAME}")
    page = entered(alice, address)
    headings = [heading.text for heading in main_of(page).all("h2")]
    day = date_format(localtime(update.posted_at), "j F Y")
    assert headings[4:] == [
        f"Update of {day}",
        f"The file “Receipt of {NAME}.txt”",
        "Entry 6 of the record, which then names nobody",
    ]
    assert len(main_of(page).all("mark")) == 8
    send(alice, page, press="Remove the words")
    for client in (alice, client_of(story.dora)):
        text = text_of(client.get(f"/shares/{share.pk}/"))
        assert "[removed] is repaid." in text
        assert "Receipt of [removed].txt" in text
        assert "Somchai" not in text
    assert "Somchai" not in text_of(alice.get(address))


def test_words_are_gone_for_every_reader_afterwards(
    story: Story, plan: ActionPlan, alice: Client, olga: Client, address: str
) -> None:
    done = send(alice, entered(alice, address), press="Remove the words")
    assert done["Location"] == address
    page = alice.get(address)
    assert "The words were removed." in text_of(page)
    assert f"Removed words from the plan. Reason: {WHY}" in text_of(page)
    assert f"{WHY}" in text_of(alice.get(f"{address}versions/"))
    share = plan.shares.get()
    for client, url in (
        (alice, f"/shares/{share.pk}/"),
        (client_of(story.dora), f"/shares/{share.pk}/"),
        (olga, address),
    ):
        text = text_of(client.get(url))
        assert "Repay [removed] & others." in text
        assert "Somchai" not in text
    assert "Reason" not in text_of(client_of(story.dora).get(f"/shares/{share.pk}/"))


def test_what_was_entered_can_be_changed_on_the_way(alice: Client, address: str) -> None:
    again = send(alice, entered(alice, address), press="Change what to remove")
    assert heading_of(again).endswith("Remove words from the plan")
    assert main_of(again).one("input", name="words")["value"] == NAME
    assert main_of(again).one("textarea", name="reason").text == WHY


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"words": ""}, "Enter the exact words, from 2 to 200 letters."),
        (
            {"words": "Somchai Jaide"},
            "These words do not stand there. Copy them from the text, letter by letter.",
        ),
        ({"reason": ""}, "Say why, without naming anybody."),
        ({"reason": f"{NAME} was named."}, "The reason is kept: do not say the words again in it."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    alice: Client, address: str, values: dict[str, str], problem: str
) -> None:
    page = entered(alice, address, **values)
    assert problems_of(page) == [problem]
    kept = {"words": NAME, "reason": WHY, **values}
    assert main_of(page).one("input", name="words").attributes.get("value", "") == kept["words"]
    assert main_of(page).one("textarea", name="reason").text == kept["reason"]


def test_one_version_is_chosen_where_one_comes_from_its_page(
    plan: ActionPlan, alice: Client, address: str
) -> None:
    version = plan.revisions.get()
    page = alice.get(f"{address}redact/", {"version": str(version.pk)})
    (chosen,) = [each for each in main_of(page).all("input", name="where") if "checked" in each]
    assert chosen["value"] == str(version.pk)
    check = send(alice, page, words=NAME, reason=WHY)
    assert [heading.text for heading in main_of(check).all("h2")] == ["Version 1"]
    send(alice, check, press="Remove the words")
    assert NAME in texts_of(plan)["actions"]
    version.refresh_from_db()
    assert NAME not in str(version.document)


def test_operator_is_shown_the_published_version_and_no_more(
    story: Story, plan: ActionPlan, olga: Client, address: str
) -> None:
    page = entered(olga, address)
    assert [heading.text for heading in main_of(page).all("h2")] == ["Version 1"]
    for secret in ("Ask", "Pay Somchai", "Northmarket", "The draft"):
        assert secret not in text_of(page)
    send(olga, page, press="Remove the words")
    assert NAME not in str(texts_of(plan))
    assert plan.shares.get().sent.get().note == "Ask ███."
    assert problems_of(entered(olga, address, words="Northmarket"))


def test_operator_and_site_are_offered_it_and_no_other_reader(
    story: Story, plan: ActionPlan, alice: Client, olga: Client, address: str
) -> None:
    link = f"{address}redact/"
    assert main_of(alice.get(address)).all("a", href=link)
    assert main_of(olga.get(address)).all("a", href=link)
    assert not main_of(client_of(story.carol).get(address)).all("a", href=link)
    admin = client_of(make_actor(make_operator(), Role.MANAGER))
    assert not main_of(admin.get(address)).all("a", href=link)
    assert admin.get(link).status_code == 403


def offered(page: Response) -> list[str]:
    return [each["value"] for each in main_of(page).all("input", name="entry")]


class TestRecord:
    @pytest.fixture
    def record(self, plan: ActionPlan) -> str:
        return f"/records/plan/{plan.pk}/remove-name/"

    def test_the_page_is_found_beside_that_for_words(self, alice: Client, address: str, record: str) -> None:
        assert main_of(alice.get(f"{address}redact/")).all("a", href=record)

    def test_a_name_is_taken_out_of_an_entry(
        self, plan: ActionPlan, alice: Client, address: str, record: str
    ) -> None:
        page = alice.get(record)
        assert offered(page) == ["4", "3", "2", "1"]
        assert main_of(page).all("label")[3].text.endswith("Green Valley Foods")
        done = send(alice, page, entry="1", reason=WHY)
        assert done["Location"] == address
        entries = timeline(aggregate=Aggregate.PLAN, aggregate_id=plan.pk, reader=Reader.SITE)
        assert entries[0].who == "Name removed"
        assert offered(alice.get(record)) == ["5", "4", "3", "2"]

    @pytest.mark.usefixtures("address")
    def test_a_reason_is_asked_for_and_the_entry_stays_chosen(self, alice: Client, record: str) -> None:
        page = send(alice, alice.get(record), entry="2", reason=" ")
        assert problems_of(page) == ["Say why, without naming anybody."]
        (chosen,) = [each for each in main_of(page).all("input", name="entry") if "checked" in each]
        assert chosen["value"] == "2"

    @pytest.mark.usefixtures("address")
    def test_the_operator_chooses_among_what_it_reads(self, olga: Client, record: str) -> None:
        assert offered(olga.get(record)) == ["4", "3", "2"]

    @pytest.mark.usefixtures("address")
    def test_no_entry_is_chosen_until_somebody_does(self, alice: Client, record: str) -> None:
        page = send(alice, alice.get(record), reason=WHY)
        assert problems_of(page) == ["Choose the entry that names somebody."]
        assert main_of(page).one("textarea", name="reason").text == WHY

    def test_of_a_long_record_the_latest_are_offered_and_the_others_on_demand(
        self, story: Story, plan: ActionPlan, alice: Client, address: str, record: str
    ) -> None:
        for number in range(25):
            share_with(plan, story.alice, story.customer, note=f"Round {number}.")
        page = alice.get(record)
        assert len(offered(page)) == 25
        assert "Show 4 earlier entries" in text_of(page)
        everything = alice.get(record, {"record": "all"})
        assert offered(everything)[-1] == "1"
        assert send(alice, everything, entry="1", reason=WHY)["Location"] == address
