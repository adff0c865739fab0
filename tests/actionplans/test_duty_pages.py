"""The pages of a party's own actions: answering and reporting on them, and what the site sees beside its plan."""

from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from actionplans.models import ActionPlan, Duty, DutyAnswer, DutyReport, EvidenceFile, PlanShare
from actionplans.plans.drafts import draft_of
from actionplans.plans.services import publish_plan
from carportal.core.actor import Actor, Role
from findings.actions import actions_for
from findings.models import Finding
from findings.services import answer_triage
from tests.actionplans.conftest import Story, make_story
from tests.actionplans.making import end_by_next_audit, share_with, write
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
from tests.actionplans.taking_on import PAY, accept, decline, duty_of, give_action, report, take
from tests.factories import make_actor, make_operator
from tests.web.markup import Element

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder")]


@pytest.fixture
def action(story: Story, plan: ActionPlan) -> UUID:
    return give_action(plan, story.alice, story.customer, ends="2027-Q2")


@pytest.fixture
def share(story: Story, plan: ActionPlan, action: UUID) -> PlanShare:
    return share_with(plan, story.alice, story.customer)


@pytest.fixture
def duty(share: PlanShare, action: UUID) -> Duty:
    return duty_of(share, action)


@pytest.fixture
def site(story: Story) -> Client:
    return client_of(story.alice)


@pytest.fixture
def party(story: Story) -> Client:
    return client_of(story.dora)


def page_of(share: PlanShare) -> str:
    return reverse("share", args=[share.pk])


def form_with(response: Response, words: str) -> Element:
    (form,) = (each for each in main_of(response).all("form") if words in each.text)
    return form


def press(client: Client, form: Element) -> Response:
    return client.post(form["action"], data_of(form))


def duties_in(response: Response) -> str:
    """That part of a share's page."""
    return text_of(response).partition("ctions")[2].partition("Calls")[0]


class TestAnswering:
    def test_party_reads_what_it_is_to_do_and_accepts_it(
        self, share: PlanShare, duty: Duty, site: Client, party: Client
    ):
        page = party.get(page_of(share))
        assert "Your actions" in text_of(page)
        assert f"{PAY} Proposed By the end of Q2 2027" in text_of(page)
        done = press(party, form_with(page, "Accept"))
        assert done.url == f"{page_of(share)}#duties"
        assert "You accepted the action." in text_of(party.get(done.url))
        assert Duty.objects.get(pk=duty.pk).status == "accepted"
        seen = text_of(site.get(page_of(share)))
        assert "Actions of Northmarket Ltd" in seen
        assert f"{PAY} Accepted" in seen

    def test_declining_asks_for_the_reason_and_the_site_reads_it(
        self, share: PlanShare, duty: Duty, site: Client, party: Client
    ):
        page = party.get(reverse("duty_decline", args=[duty.pk]))
        assert heading_of(page).endswith("Decline this action?")
        assert PAY in text_of(page)
        assert problems_of(send(party, page)) == ["Say why, so that the site can plan anew."]
        done = send(party, page, reason="Not in our budget.")
        assert done.url == f"{page_of(share)}#duties"
        assert "Northmarket Ltd gave this reason: Not in our budget." in text_of(site.get(page_of(share)))
        own = party.get(page_of(share))
        assert "Your organisation gave this reason: Not in our budget." in text_of(own)
        press(party, form_with(own, "Accept"))
        assert Duty.objects.get(pk=duty.pk).status == "accepted"

    def test_what_changed_meanwhile_is_said_and_nothing_typed_is_lost(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID, party: Client
    ):
        page = party.get(page_of(share))
        declining = party.get(reverse("duty_decline", args=[duty.pk]))
        accept(duty, story.dora)
        write(plan, story.alice, **{f"{action}.what": "Pay half."})
        share_with(plan, story.alice, story.customer)
        slow = press(party, form_with(page, "Accept"))
        assert "answered or changed since you opened this page" in text_of(party.get(slow.url))
        refused = send(party, declining, reason="Too dear.")
        assert refused.status_code == 409
        assert data_of(main_of(refused).one("form"))["reason"] == ["Too dear."]
        assert "The site has changed this action since you answered" in text_of(party.get(page_of(share)))
        assert "You changed this action, so it is asked anew." in text_of(
            client_of(story.alice).get(page_of(share))
        )
        assert DutyAnswer.objects.count() == 1

    def test_form_that_was_tampered_with_answers_nothing(self, duty: Duty, party: Client):
        for seen in ("", "1x", "-1", "9" * 30):
            party.post(reverse("duty_accept", args=[duty.pk]), {"seen": seen})
        assert Duty.objects.get(pk=duty.pk).status == "proposed"

    def test_who_only_reads_sees_the_action_and_no_buttons(self, story: Story, share: PlanShare):
        page = client_of(make_actor(story.customer, Role.VIEWER)).get(page_of(share))
        assert PAY in duties_in(page)
        for button in ("Accept", "Decline", "Report"):
            assert button not in duties_in(page).replace("Report on", "Report")

    def test_nothing_can_be_done_once_the_car_has_ended(
        self, story: Story, share: PlanShare, duty: Duty, party: Client
    ):
        end_by_next_audit(story.finding)
        page = party.get(page_of(share))
        assert reverse("duty_accept", args=[duty.pk]) not in page.content.decode()
        sent_away: Response = party.get(reverse("duty_decline", args=[duty.pk]))
        assert sent_away.url == f"{page_of(share)}#duties"

    def test_action_that_has_ended_stays_to_be_read(
        self, story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, action: UUID, party: Client
    ):
        decline(duty, story.dora, "Not ours.")
        write(plan, story.alice, **{f"{action}.owner": "site"})
        share_with(plan, story.alice, story.customer)
        assert f"{PAY} Ended" in text_of(party.get(page_of(share)))


class TestReporting:
    @pytest.fixture(autouse=True)
    def _accepted(self, story: Story, duty: Duty) -> None:
        accept(duty, story.dora)

    def test_report_with_a_file_is_read_by_both_and_taken_from_the_plans_page(
        self, plan: ActionPlan, share: PlanShare, duty: Duty, site: Client, party: Client
    ):
        page = party.get(reverse("duty_report", args=[duty.pk]))
        assert heading_of(page).endswith("How far is this action?")
        refused = send(party, page, text="One rate is paid.")
        assert problems_of(refused) == ["Choose how far the action is."]
        file = SimpleUploadedFile("Transfer.txt", b"Paid.")
        done: Response = party.post(
            reverse("duty_report", args=[duty.pk]),
            {"state": "under_way", "text": "One rate is paid.", "file": [file]},
        )
        assert done.url == f"{page_of(share)}#duties"
        for client in (site, party):
            read = text_of(client.get(page_of(share)))
            assert "Under way One rate is paid. Transfer.txt" in read
        assert "Take it into the draft" not in text_of(party.get(page_of(share)))
        plan_page = site.get(reverse("plan", args=[plan.finding_id]))
        assert "Northmarket Ltd Accepted" in text_of(plan_page)
        assert "Report of" in text_of(plan_page)  # in the list of files
        taken = press(site, form_with(plan_page, "Take it into the draft"))
        assert "The report is in the draft" in text_of(site.get(taken.url))
        (row,) = draft_of(ActionPlan.objects.get(pk=plan.pk)).groups["actions"]
        assert (row.cells["state"], row.cells["progress"]) == ("under_way", "One rate is paid.")
        assert "Under way in the draft One rate is paid." in text_of(site.get(page_of(share)))
        assert "in the draft" not in duties_in(party.get(page_of(share)))

    def test_what_is_wrong_is_said_and_the_file_is_asked_for_again(self, duty: Duty, party: Client):
        url = reverse("duty_report", args=[duty.pk])
        file = SimpleUploadedFile("program.exe", b"MZ")
        refused = party.post(url, {"state": "done", "text": "All is paid.", "file": [file]})
        assert "program.exe" in " ".join(problems_of(refused))
        assert "Choose the files again" in text_of(refused)
        assert data_of(main_of(refused).one("form"))["text"] == ["All is paid."]
        assert not DutyReport.objects.exists()

    def test_files_of_a_report_cannot_be_shown_to_others(
        self, story: Story, plan: ActionPlan, duty: Duty, site: Client
    ):
        report(duty, story.dora, files={"Transfer.txt": b"Paid."})
        file = EvidenceFile.objects.get()
        url = reverse("evidence_readers", args=[file.pk])
        assert url not in site.get(reverse("plan", args=[plan.finding_id])).content.decode()
        assert site.post(url, {"shown_to": "readers"}).status_code == 409
        assert site.post(reverse("evidence_redact", args=[file.pk]), {"reason": "A name."}).status_code == 302

    def test_report_is_taken_while_the_plan_is_written_and_nothing_typed_is_lost(
        self, story: Story, plan: ActionPlan, duty: Duty, action: UUID, site: Client
    ):
        kept = report(duty, story.dora, "done", "All is paid.")
        page = site.get(reverse("plan_edit", args=[plan.finding_id]))
        assert "All is paid." in text_of(page)
        form = main_of(page).one("form")
        data = data_of(form) | {"then": f"take {kept.pk}", "root_cause": ["Typed and not saved."]}
        done: Response = site.post(form["action"], data)
        assert done.url.endswith(f"#row-{action}")
        draft = draft_of(ActionPlan.objects.get(pk=plan.pk))
        assert draft.values["root_cause"] == "Typed and not saved."
        assert draft.groups["actions"][0].cells["state"] == "done"
        assert "Draft saved, with the report in it." in text_of(site.get(done.url))

    def test_report_of_another_site_is_not_taken(self, story: Story, duty: Duty):
        other = make_story()
        kept = report(duty, story.dora)
        theirs = other.plan()
        client = client_of(other.alice)
        form = main_of(client.get(reverse("plan_edit", args=[theirs.finding_id]))).one("form")
        assert client.post(form["action"], data_of(form) | {"then": f"take {kept.pk}"}).status_code == 404
        assert DutyReport.objects.get().taken_at is None


class TestElsewhere:
    @pytest.fixture(autouse=True)
    def _triage(self, story: Story) -> None:
        """Step 1 comes before everything else."""
        answer_triage(finding_id=story.finding.pk, actor=story.alice, answers={"U": False, "K": True})

    @pytest.mark.usefixtures("duty")
    def test_party_finds_its_actions_on_its_home(self, story: Story, party: Client):
        assert f"Your actions {PAY} {story.finding.reference}" in text_of(party.get("/"))
        assert "Waiting on you since" in text_of(party.get("/"))
        assert "Your actions" not in text_of(client_of(make_actor(story.other)).get("/"))

    def test_next_steps_follow_what_was_said(self, story: Story, share: PlanShare, duty: Duty):
        here = f"{page_of(share)}#duties"
        assert ("Say whether you take on your actions", here) in steps(story.finding, story.dora)
        decline(duty, story.dora)
        assert ("Plan anew for an action that was declined", here) in steps(story.finding, story.alice)
        accept(duty, story.dora)
        assert ("Report on your actions", here) in steps(story.finding, story.dora)
        kept = report(duty, story.dora)
        assert ("Take a report into the plan", here) in steps(story.finding, story.alice)
        take(kept, story.alice)
        assert all(url != here for _title, url in steps(story.finding, story.alice))

    @pytest.mark.usefixtures("duty")
    def test_site_is_told_that_they_end_before_it_stops_sharing(
        self, story: Story, share: PlanShare, site: Client
    ):
        other = share_with(story.finding.plan, story.alice, story.other)
        pages = [text_of(site.get(reverse("share_withdraw", args=[each.pk]))) for each in (share, other)]
        assert ["The actions that it was asked to take on end too." in page for page in pages] == [
            True,
            False,
        ]

    @pytest.mark.usefixtures("duty")
    def test_car_says_on_whom_it_waits_to_each_in_its_own_words(
        self, story: Story, site: Client, party: Client
    ):
        share = share_with(story.finding.plan, story.alice, story.other)
        publish_plan(plan_id=share.plan_id, actor=story.alice)
        url = reverse("finding", args=[story.finding.pk])
        own = text_of(site.get(url)).partition("Waiting on")[2]
        assert own.startswith(" Fairprice Stores plc Reply to the plan")
        assert "Northmarket Ltd Accept or decline an action since" in own
        theirs = text_of(party.get(url))
        assert "Waiting on You Accept or decline an action since" in theirs
        assert "Fairprice" not in theirs
        operators = text_of(client_of(make_actor(make_operator(), Role.COMPLIANCE)).get(url))
        assert "Waiting on Others 3 open steps since" in operators

    @pytest.mark.usefixtures("duty")
    def test_lists_tell_the_site_of_its_parties_and_the_operator_of_nobodys_name(
        self, story: Story, site: Client
    ):
        assert "Waiting on Northmarket Ltd since" in text_of(site.get("/"))
        operator = client_of(make_actor(make_operator(), Role.COMPLIANCE))
        board = operator.get("/")
        assert "1 Waiting on others" in text_of(board)
        assert "Waiting on Northmarket" not in text_of(board)
        link = next(each for each in main_of(board).all("a") if "waiting=others" in each["href"])
        assert story.finding.reference in text_of(operator.get(link["href"]))


def steps(finding: Finding, actor: Actor) -> list[tuple[str, str]]:
    actions = actions_for(Finding.objects.get(pk=finding.pk), actor)
    return [
        (str(each.title or each.label), each.url)
        for each in [actions.next, *actions.others]
        if each is not None
    ]


def test_queries_do_not_grow_with_actions_and_what_was_said_to_them(
    story: Story, plan: ActionPlan, share: PlanShare, duty: Duty, site: Client, party: Client
):
    ways = ("plan", "plan_edit", "finding")
    plan_pages = [(site, reverse(name, args=[story.finding.pk])) for name in ways]
    pages = [(site, page_of(share)), (party, page_of(share)), *plan_pages, (site, "/"), (party, "/")]

    def counts() -> list[int]:
        found = []
        for client, url in pages:
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    def add(what: str) -> None:
        given = give_action(plan, story.alice, story.customer, what)
        share_with(plan, story.alice, story.customer)
        more = duty_of(share, given)
        decline(more, story.dora)
        accept(more, story.dora)
        for text in ("The first rate is paid.", "The second, too."):
            report(more, story.dora, text=text, files={"Paid.txt": text.encode()})

    add("Order earlier.")
    before = counts()
    add("Order more.")
    add("Pay sooner.")
    assert counts() == before


def test_site_is_told_before_it_shares_what_a_party_is_asked_to_take_on(
    story: Story, action: UUID, site: Client
):
    page = site.get(reverse("plan_share", args=[story.finding.pk]), {"party": [str(story.customer.pk)]})
    checked = send(site, page, **{f"{story.customer.pk}-confirm_requirements": "yes"})
    assert "It is asked to take on 1 action that the plan names it for." in text_of(checked)
    assert not Duty.objects.filter(row_id=action).exists()
