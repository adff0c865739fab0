"""The pages of calls: proposing and answering, what came of one, and a call that is proposed along with the plan."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.calls.offers import Subject
from actionplans.calls.services import decline_call
from actionplans.models import ActionPlan, Call, CallMinutes, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan
from carportal.core.actor import Actor, Role
from findings.actions import Action, actions_for
from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.arranging import (
    APPROACH,
    FIRST,
    LINK,
    NOW,
    OFFER,
    PAY,
    REPAY,
    ROOT_CAUSE,
    SECOND,
    agree,
    hold,
    let_it_be,
    offer_others,
    pick,
    propose,
)
from tests.actionplans.conftest import Story
from tests.actionplans.icalendar_reader import read
from tests.actionplans.making import CALL, end_by_next_audit, person_of, share_with
from tests.actionplans.pages import (
    Response,
    client_of,
    data_of,
    heading_of,
    main_of,
    problems_of,
    send,
    text_of,
)
from tests.factories import make_actor

pytestmark = pytest.mark.django_db

WHEN = "Tuesday 10 March 2026, 15:00 to 16:00, Europe/London (UTC+00:00)"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    let_it_be(monkeypatch, NOW)


@pytest.fixture
def share(story: Story, plan: ActionPlan) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def site(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def party(story: Story) -> Client:
    return client_of(story.dora)


def page_of(share: PlanShare) -> str:
    return reverse("share", args=[share.pk])


def agree_to(client: Client, response: Response, starts_at: datetime) -> Response:
    """Choose the time on the page and press its button."""
    (form,) = (each for each in main_of(response).all("form") if "Which time suits you?" in each.text)
    slot = Call.objects.get().slots.filter(starts_at=starts_at).latest("turn")
    assert str(slot.pk) in {each["value"] for each in form.all("input", name="slot")}
    return client.post(form["action"], data_of(form) | {"slot": str(slot.pk)})


def next_of(finding: Finding, actor: Actor) -> tuple[str, str]:
    step = actions_for(Finding.objects.get(pk=finding.pk), actor).next
    assert step is not None
    return str(step.title or step.label), step.url


class TestArranging:
    def test_party_proposes_the_site_picks_and_both_read_it(
        self, share: PlanShare, site: Client, party: Client
    ):
        page = party.get(reverse("share_call", args=[share.pk]))
        assert heading_of(page).endswith("Propose a call with Green Valley Packhouse")
        assert "On your clock: Europe/London." in text_of(page)
        done = send(
            party,
            page,
            purpose="other",
            topic="The seasonal contracts",
            slot_1="2026-03-10T15:00",
            slot_3="2026-03-11T12:00",
            where=LINK,
        )
        assert done.url == f"{page_of(share)}#calls"
        waiting = text_of(party.get(page_of(share)))
        assert "Your proposal for a call waits for an answer The seasonal contracts" in waiting
        seen = site.get(page_of(share))
        assert "Northmarket Ltd proposes a call" in text_of(seen)
        assert WHEN in text_of(seen)
        agreed = agree_to(site, seen, SECOND)
        assert Call.objects.get().starts_at == SECOND
        for client in (site, party):
            assert "A call is agreed Wednesday 11 March 2026, 12:00 to 13:00" in text_of(
                client.get(agreed.url)
            )

    def test_each_enters_and_reads_times_on_the_own_clock(
        self, story: Story, share: PlanShare, site: Client, party: Client
    ):
        dora = person_of(story.dora)
        dora.time_zone = "Asia/Dhaka"
        dora.save(update_fields=["time_zone"])
        page = party.get(reverse("share_call", args=[share.pk]))
        assert "On your clock: Asia/Dhaka." in text_of(page)
        send(party, page, purpose="call_on_approach", slot_1="2026-03-29T06:30", where=LINK)
        assert Call.objects.get().slots.get().starts_at == datetime(2026, 3, 29, 0, 30, tzinfo=UTC)
        assert "29 March 2026, 00:30 to 02:30, Europe/London" in text_of(site.get(page_of(share)))
        assert "29 March 2026, 06:30 to 07:30, Asia/Dhaka" in text_of(party.get(page_of(share)))

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({}, "Choose what the call is for."),
            ({"purpose": "other"}, "Say in a few words what the call is for."),
            ({"slot_1": "2026-03-29T01:30"}, "go forward and pass over 01:30"),
            ({"slot_1": "2026-03-01T10:00"}, "This time has passed."),
            ({"where": "http://meet.example.org"}, "begins with https://"),
        ],
    )
    def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
        self, share: PlanShare, party: Client, typed: dict[str, str], problem: str
    ):
        fine = {"purpose": "call_on_approach", "slot_1": "2026-03-10T15:00", "where": LINK}
        given = {**fine, **typed} if typed else {"slot_1": fine["slot_1"], "where": LINK}
        refused = send(party, party.get(reverse("share_call", args=[share.pk])), **given)
        assert problem in " ".join(problems_of(refused))
        data = data_of(main_of(refused).one("form"))
        assert data["slot_1"] == [given["slot_1"]]
        assert data["where"] == [given["where"]]
        assert not Call.objects.exists()

    def test_other_times_a_refusal_and_calling_off(
        self, story: Story, share: PlanShare, site: Client, party: Client
    ):
        call = agree(share, story.alice, story.dora)
        page = party.get(reverse("call_times", args=[call.pk]))
        assert f"Agreed now: {WHEN}." in text_of(page)
        send(party, page, slot_1="2026-03-20T09:00")
        assert "Northmarket Ltd proposes a call" in text_of(site.get(page_of(share)))
        page = site.get(reverse("call_end", args=[call.pk]))
        assert heading_of(page).endswith("Decline the call?")
        assert problems_of(send(site, page)) == ["Say why, so that the other side knows what to do next."]
        send(site, page, reason="The harvest begins.")
        assert (
            "Northmarket"
            not in text_of(party.get(page_of(share))).partition("Calls")[2].partition("Updates")[0]
        )
        assert "The site gave this reason: The harvest begins." in text_of(party.get(page_of(share)))
        again = agree(share, story.alice, story.dora)
        page = party.get(reverse("call_end", args=[again.pk]))
        assert heading_of(page).endswith("Cancel the call?")
        send(party, page)
        assert Call.objects.get(pk=again.pk).status == "cancelled"

    def test_whoever_was_slower_is_told_so(self, story: Story, share: PlanShare, site: Client):
        call = propose(share, story.dora)
        seen = site.get(page_of(share))
        times, end = (site.get(reverse(name, args=[call.pk])) for name in ("call_times", "call_end"))
        offer_others(call, story.dora, SECOND)
        slow = agree_to(site, seen, FIRST)
        assert "answered or changed since you opened this page" in text_of(site.get(slow.url))
        for page, data in ((times, {"slot_1": "2026-03-20T09:00"}), (end, {"reason": "No."})):
            refused = send(site, page, **data)
            assert refused.status_code == 409
            assert "answered or changed" in " ".join(problems_of(refused))
        call.refresh_from_db()
        assert call.turn == 2

    def test_name_that_the_party_may_not_know_is_confirmed_or_taken_out(self, share: PlanShare, site: Client):
        page = site.get(reverse("share_call", args=[share.pk]))
        asked = send(
            site,
            page,
            purpose="other",
            topic="What Fairprice does",
            slot_1="2026-03-10T15:00",
            where=LINK,
        )
        assert "of whom Northmarket Ltd may not know" in " ".join(problems_of(asked))
        (box,) = main_of(asked).all("input", type="checkbox")
        send(site, asked, names=[box["value"]])
        assert Call.objects.get().topic == "What Fairprice does"

    def test_file_for_the_calendar_is_there_while_the_call_is_agreed(
        self, story: Story, share: PlanShare, party: Client
    ):
        call = propose(share, story.alice)
        url = reverse("call_calendar", args=[call.pk])
        assert party.get(url).status_code == 404
        agree_to(party, party.get(page_of(share)), FIRST)
        assert url in party.get(page_of(share)).content.decode()
        got = party.get(url)
        assert got["Content-Disposition"] == f'attachment; filename="{story.finding.reference}-call.ics"'
        assert read(got.content.decode()).time("DTSTART") == FIRST

    def test_who_only_reads_sees_the_call_and_no_buttons(self, story: Story, share: PlanShare):
        propose(share, story.alice)
        page = client_of(make_actor(story.customer, Role.VIEWER)).get(page_of(share))
        assert "A call waits for an answer" in text_of(page)
        calls = text_of(page).partition("A call waits")[2].partition("Updates")[0]
        assert "Propose" not in calls
        assert "Decline" not in calls

    def test_nothing_can_be_done_about_calls_of_a_car_that_has_ended_but_cancel(
        self, story: Story, share: PlanShare, party: Client
    ):
        call = agree(share, story.alice, story.dora)
        end_by_next_audit(story.finding)
        page = party.get(page_of(share))
        assert reverse("call_end", args=[call.pk]) in page.content.decode()
        assert reverse("call_times", args=[call.pk]) not in page.content.decode()
        assert party.get(reverse("share_call", args=[share.pk])).status_code == 409


class TestMinutes:
    @pytest.fixture
    def call(self, story: Story, share: PlanShare, monkeypatch: pytest.MonkeyPatch) -> Call:
        call = agree(share, story.alice, story.dora)
        let_it_be(monkeypatch, FIRST + timedelta(hours=1))
        return call

    def test_minutes_and_actions_are_read_by_both_and_taken_into_the_plan(
        self, plan: ActionPlan, share: PlanShare, call: Call, site: Client, party: Client
    ):
        page = party.get(reverse("call_minutes", args=[call.pk]))
        refused = send(party, page, text="We read the contracts.", what_1="Repay", owner_1="", ends_1="soon")
        assert "Choose who does it." in problems_of(refused)[0]
        send(party, refused, owner_1="site", ends_1="2027 Q2", what_2="Pay a third", owner_2="party")
        for client in (site, party):
            read_by = text_of(client.get(page_of(share)))
            assert "Held" in read_by
            assert "We read the contracts." in read_by
            assert "Green Valley Packhouse · by the end of Q2 2027" in read_by
            assert "Pay a third" in read_by
        assert "Take it into the plan" not in text_of(party.get(page_of(share)))
        forms = [
            form
            for form in main_of(site.get(page_of(share))).all("form")
            if "Take it into the plan" in form.text
        ]
        for form in forms:
            site.post(form["action"], data_of(form))
        rows = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["actions"]
        assert [row.cells["what"] for row in rows] == ["Repay", "Pay a third"]
        assert text_of(site.get(page_of(share))).count("in the plan") == 2

    def test_names_in_the_minutes_are_confirmed_with_a_box(self, call: Call, site: Client):
        page = site.get(reverse("call_minutes", args=[call.pk]))
        asked = send(site, page, text="Fairprice waits.", what_1="Repay", owner_1="site")
        assert asked.status_code == 409
        (box,) = main_of(asked).all("input", type="checkbox")
        assert data_of(main_of(asked).one("form"))["what_1"] == ["Repay"]
        send(site, asked, names=[box["value"]])
        assert CallMinutes.objects.get().text == "Fairprice waits."

    def test_minutes_wait_until_the_call_has_begun(
        self, call: Call, share: PlanShare, site: Client, monkeypatch: pytest.MonkeyPatch
    ):
        let_it_be(monkeypatch, NOW)
        sent_away: Response = site.get(reverse("call_minutes", args=[call.pk]))
        assert sent_away.url == f"{page_of(share)}#calls"


class TestNextSteps:
    @pytest.fixture(autouse=True)
    def _triage(self, story: Story) -> None:
        """Step 1 comes before everything else."""
        answer_triage(finding_id=story.finding.pk, actor=story.alice, answers={"U": False, "K": True})

    def test_what_waits_for_an_answer_comes_first_for_the_side_that_gives_it(
        self, story: Story, share: PlanShare, party: Client
    ):
        calls = f"{page_of(share)}#calls"
        propose(share, story.dora)
        assert next_of(story.finding, story.alice) == ("Pick a time for a call", calls)
        plan_page = client_of(story.alice).get(reverse("plan", args=[story.finding.pk]))
        assert "It proposes times; they wait for your answer" in text_of(plan_page)
        publish_plan(plan_id=share.plan_id, actor=story.alice)
        propose(share, story.alice, subject=APPROACH)
        labels = [str(each.title or each.label) for each in _all_actions(story.finding, story.dora)]
        assert "Pick a time for a call" in labels
        home = text_of(party.get("/"))
        assert "The site proposes times for a call; pick one" in home

    def test_agreed_call_stands_on_the_partys_home_until_it_has_begun(
        self, story: Story, share: PlanShare, party: Client, monkeypatch: pytest.MonkeyPatch
    ):
        agree(share, story.alice, story.dora)
        assert WHEN in text_of(party.get("/"))
        assert "See the call on 10 March 2026, 15:00" in [
            str(each.label) for each in _all_actions(story.finding, story.dora)
        ]
        let_it_be(monkeypatch, FIRST)
        assert WHEN not in text_of(party.get("/"))
        assert next_of(story.finding, story.alice)[0] == "Write down what came of the call"


def _all_actions(finding: Finding, actor: Actor) -> list[Action]:
    actions = actions_for(Finding.objects.get(pk=finding.pk), actor)
    return [each for each in [actions.next, *actions.others] if each is not None]


@pytest.mark.usefixtures("plan")
class TestSharing:
    def test_outline_goes_to_all_customers_with_a_call_proposed_to_those_asked_for_one(
        self, story: Story, site: Client
    ):
        url = reverse("plan_share", args=[story.finding.pk])
        page = site.get(url, {"party": [str(story.customer.pk), str(story.other.pk)]})
        checked = send(
            site,
            page,
            **{
                f"{story.customer.pk}-call_on_root_cause": "yes",
                f"{story.other.pk}-confirm_requirements": "yes",
                "call-slot_1": "2026-03-10T15:00",
                "call-slot_2": "2026-03-11T12:00",
                "call-where": LINK,
            },
        )
        assert text_of(checked).count(f"You propose a call {WHEN}") == 1
        assert send(site, checked, press="Share the plan").status_code == 302
        call = Call.objects.get()
        assert (call.share.organisation, call.purpose, call.by_side) == (
            story.customer,
            "call_on_root_cause",
            "site",
        )
        assert [slot.starts_at for slot in call.slots.all()] == [FIRST, SECOND]
        assert PlanShare.objects.count() == 2

    @pytest.mark.parametrize(
        ("typed", "problem"),
        [
            ({"call-where": LINK}, "Enter at least one day and time."),
            (
                {"call-slot_1": "2026-03-10T15:00"},
                "Enter a link that begins with https://, or a phone number.",
            ),
            ({"call-slot_1": "2026-03-29T01:30", "call-where": LINK}, "pass over 01:30"),
        ],
    )
    def test_call_that_cannot_be_proposed_stops_the_sharing(
        self, story: Story, site: Client, typed: dict[str, str], problem: str
    ):
        page = site.get(reverse("plan_share", args=[story.finding.pk]), {"party": [str(story.customer.pk)]})
        asked = {f"{story.customer.pk}-call_on_approach": "yes"}
        refused = send(site, page, **asked, **typed)
        assert problem in " ".join(problems_of(refused))
        assert heading_of(refused).endswith("What do you ask of each?")

    def test_call_needs_somebody_who_is_asked_for_one(self, story: Story, site: Client):
        page = site.get(reverse("plan_share", args=[story.finding.pk]), {"party": [str(story.customer.pk)]})
        asked = {f"{story.customer.pk}-confirm_requirements": "yes"}
        refused = send(site, page, **asked, **{"call-slot_1": "2026-03-10T15:00", "call-where": LINK})
        assert "You ask nobody for a call." in " ".join(problems_of(refused))

    def test_call_that_is_open_already_is_left_as_it_is(self, story: Story, plan: ActionPlan, site: Client):
        share = share_with(plan, story.alice, story.customer, asks=CALL)
        call = propose(share, story.dora, OFFER, APPROACH)
        page = site.get(reverse("plan_share", args=[story.finding.pk]), {"party": [str(story.customer.pk)]})
        asked = {f"{story.customer.pk}-call_on_approach": "yes"}
        checked = send(site, page, **asked, **{"call-slot_1": "2026-03-12T15:00", "call-where": LINK})
        send(site, checked, press="Share the plan")
        assert Call.objects.get() == call
        assert Call.objects.get().turn == 1


def test_queries_do_not_grow_with_calls(
    story: Story, share: PlanShare, site: Client, party: Client, monkeypatch: pytest.MonkeyPatch
):
    plan_page = reverse("plan", args=[story.finding.pk])
    pages = [(site, page_of(share)), (party, page_of(share)), (site, plan_page), (site, "/"), (party, "/")]

    def counts() -> list[int]:
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    def add(subject: Subject) -> None:
        """One that was held, one that was declined, and one that goes on."""
        let_it_be(monkeypatch, NOW)
        for end in (decline, hold_with_actions, lambda _call: None):
            end(propose(share, story.alice, subject=subject))

    def decline(call: Call) -> None:
        decline_call(call_id=call.pk, actor=story.dora, seen=1, reason="No.")

    def hold_with_actions(call: Call) -> None:
        agreed = pick(call, story.dora)
        let_it_be(monkeypatch, FIRST)
        hold(agreed, story.dora, REPAY, PAY)
        let_it_be(monkeypatch, NOW)

    add(APPROACH)
    before = counts()
    add(ROOT_CAUSE)
    add(Subject("other", "The seasonal contracts"))
    assert counts() == before
    assert before[:2] == [21, 21]
