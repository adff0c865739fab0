"""Reminding those whose reply is awaited on chosen CARs: one message a day and person, to each party alone."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from actionplans.models import PlanShare
from actionplans.plans.services import publish_plan
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates import asking
from actionplans.updates.asking import Outlook, outlook_of
from actionplans.updates.services import remind_of_replies, remind_of_reply
from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import AuditEvent, Notification
from carportal.core.notifications import notification_kind
from findings.models import Finding
from stakeholders.models import Organisation
from stakeholders.reminding import sweep
from tests.actionplans.agreeing import TODAY, stand_still
from tests.actionplans.conftest import Story
from tests.actionplans.guesting import share_with_party
from tests.actionplans.making import CONFIRM, INFORM, end_by_next_audit, make_finding, make_plan, share_with
from tests.actionplans.pages import client_of, text_of
from tests.factories import make_actor, make_operator
from tests.findings.scene import Response
from tests.parallel import at_once, in_turn

pytestmark = pytest.mark.django_db

PAGE = "/cars/selected/"
LaterBy = Callable[[int], None]


@pytest.fixture
def later_by(monkeypatch: pytest.MonkeyPatch) -> LaterBy:
    """So many days after plans were shared."""
    stand_still(monkeypatch, TODAY)
    return lambda days: stand_still(monkeypatch, TODAY + timedelta(days=days))


@pytest.fixture
def operator(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def shared(story: Story, finding: Finding, *parties: Organisation) -> list[PlanShare]:
    plan = make_plan(finding, story.alice)
    return [share_with(plan, story.alice, party, asks=CONFIRM) for party in parties]


@pytest.fixture
def shares(story: Story, later_by: LaterBy) -> list[PlanShare]:
    """With both customers, three days ago."""
    made = shared(story, story.finding, story.customer, story.other)
    later_by(3)
    return made


def outlook(actor: Actor) -> Outlook:
    return outlook_of(actor, Finding.objects.visible_to(actor))


def told(days: int = 3) -> list[str]:
    owed = Notification.objects.filter(kind="reply_awaited", period=f"{days}-after")
    return sorted(owed.values_list("address", flat=True))


def page_for(client: Client, *findings: Finding) -> str:
    picked = {"of": "picked", "pick": [str(each.pk) for each in findings]} if findings else {"of": "all"}
    return client.get(PAGE, picked).content.decode()


def send(client: Client, page: str) -> Response:
    fields = re.findall(
        r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.partition("selected/remind/")[2]
    )
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    return client.post("/cars/selected/remind/", data, follow=True)


class TestWhoMay:
    def test_site_and_compliance_staff_do(
        self, story: Story, shares: list[PlanShare], operator: Actor
    ) -> None:
        make_actor(story.other)
        assert remind_of_reply(actor=story.bob, share_id=shares[0].pk) == 1
        assert remind_of_reply(actor=operator, share_id=shares[1].pk) == 1

    def test_nobody_else_does(self, story: Story, shares: list[PlanShare]) -> None:
        others = [
            story.carol,
            story.dora,
            make_actor(story.other),
            make_actor(make_operator(), Role.MANAGER),
            make_actor(make_operator(), Role.VIEWER),
        ]
        for actor in others:
            with pytest.raises(NotAllowed):
                remind_of_reply(actor=actor, share_id=shares[0].pk)
        assert told() == []

    def test_a_site_reminds_nobody_of_anothers_plan(self, shares: list[PlanShare]) -> None:
        finding = make_finding()
        stranger = make_actor(finding.site.supplier)
        with pytest.raises(NotAllowed):
            remind_of_reply(actor=stranger, share_id=shares[0].pk)
        assert outlook(stranger).awaited == []

    @pytest.mark.usefixtures("shares")
    def test_page_offers_it_to_them_alone(self, story: Story, operator: Actor) -> None:
        for actor, offered in (
            (story.alice, True),
            (operator, True),
            (story.carol, False),
            (story.dora, False),
        ):
            assert ("Remind those whose reply is awaited" in page_for(client_of(actor))) is offered


class TestWhatLeaves:
    def test_is_the_usual_message_and_is_still_due(self, story: Story, shares: list[PlanShare]) -> None:
        remind_of_reply(actor=story.alice, share_id=shares[0].pk)
        (owed,) = Notification.objects.filter(kind="reply_awaited")
        kind = notification_kind("reply_awaited")
        assert owed.recipient_id == story.dora.user_id
        assert kind.still_due(owed)
        message = kind.render(owed)
        assert story.other.name not in message.text
        reply(share_id=shares[0].pk, actor=story.dora, sent_id=shares[0].sent.get().pk, kind="confirmed")
        assert not kind.still_due(owed)

    def test_once_a_day_whoever_sends_it(
        self, story: Story, shares: list[PlanShare], later_by: LaterBy, operator: Actor
    ) -> None:
        for actor, new in ((story.alice, 1), (story.alice, 0), (operator, 0)):
            assert remind_of_reply(actor=actor, share_id=shares[0].pk) == new
        later_by(4)
        assert remind_of_reply(actor=story.alice, share_id=shares[0].pk) == 1

    def test_the_portals_own_of_the_same_day_is_the_same(
        self, story: Story, shares: list[PlanShare], later_by: LaterBy
    ) -> None:
        later_by(14)
        sweep(TODAY + timedelta(days=14))
        assert len(told(14)) == 1
        assert remind_of_reply(actor=story.alice, share_id=shares[0].pk) == 0

    def test_guests_of_a_party_are_reminded(self, story: Story, later_by: LaterBy) -> None:
        stand = make_plan(story.finding, story.alice)
        share = share_with_party(stand, story.alice)
        later_by(2)
        assert outlook(story.alice).people == 1
        assert remind_of_reply(actor=story.alice, share_id=share.pk) == 1

    def test_is_on_the_record_for_that_party_alone(self, story: Story, shares: list[PlanShare]) -> None:
        remind_of_reply(actor=story.alice, share_id=shares[0].pk)
        remind_of_reply(actor=story.alice, share_id=shares[0].pk)
        (event,) = AuditEvent.objects.filter(kind="reply_asked_again")
        assert event.party_id == story.customer.pk
        read = {
            party.pk: [
                each.sentence
                for each in timeline(
                    aggregate=Aggregate.PLAN,
                    aggregate_id=shares[0].plan_id,
                    reader=Reader.PARTY,
                    party_id=party.pk,
                )
            ]
            for party in (story.customer, story.other)
        }
        sentence = "Had Northmarket Ltd reminded of the reply that is awaited"
        assert sentence in read[story.customer.pk]
        assert sentence not in read[story.other.pk]


class TestWhoIsNotReminded:
    @pytest.mark.parametrize("why", ["answered", "withdrawn", "ended"])
    def test_where_nothing_is_awaited(self, story: Story, shares: list[PlanShare], why: str) -> None:
        share = shares[0]
        if why == "answered":
            reply(share_id=share.pk, actor=story.dora, sent_id=share.sent.get().pk, kind="confirmed")
        elif why == "withdrawn":
            withdraw_share(share_id=share.pk, actor=story.alice)
        else:
            end_by_next_audit(story.finding)
        with pytest.raises(Conflict):
            remind_of_reply(actor=story.alice, share_id=share.pk)
        assert share.pk not in {each.share_id for each in outlook(story.alice).awaited}

    def test_who_was_informed_only(self, story: Story, later_by: LaterBy) -> None:
        plan = make_plan(story.finding, story.alice)
        publish_plan(plan_id=plan.pk, actor=story.alice)
        share_with(plan, story.alice, story.customer, asks=INFORM)
        later_by(3)
        assert outlook(story.alice).awaited == []

    def test_who_was_asked_only_today(self, story: Story, shares: list[PlanShare], later_by: LaterBy) -> None:
        later_by(0)
        assert outlook(story.alice).told_today == 1
        with pytest.raises(Conflict):
            remind_of_reply(actor=story.alice, share_id=shares[0].pk)


@pytest.mark.usefixtures("shares")
class TestOnThePage:
    def test_says_how_many_leave_to_whom_and_for_which_there_is_nobody(self, story: Story) -> None:
        make_finding(story.site)
        text = " ".join(re.sub(r"<[^>]*>", " ", page_for(client_of(story.alice))).split())
        assert "1 message leaves" in text
        assert "They go to: Northmarket Ltd On 1" in text
        assert "On 1 of the selected CARs no reply is awaited." in text
        assert "For 1 reply there is nobody to write to." in text

    def test_sends_them_and_says_so(self, story: Story) -> None:
        client = client_of(story.alice)
        response = send(client, page_for(client, story.finding))
        assert b"1 reminder is on its way." in response.content
        assert len(told()) == 1
        assert "There is nobody to remind now." in page_for(client, story.finding)

    def test_what_has_changed_meanwhile_is_told_and_nothing_leaves(self, story: Story) -> None:
        client = client_of(story.alice)
        page = page_for(client)
        make_actor(story.other)
        response = send(client, page)
        assert response.status_code == 409
        assert "What a reminder would do has changed since this page was opened." in text_of(response)
        assert told() == []

    def test_more_than_are_asked_for_at_once_are_to_be_narrowed(
        self, story: Story, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(asking, "MOST", 1)
        page = page_for(client_of(story.alice))
        assert "Choose fewer CARs." in page
        assert "selected/remind/" not in page

    def test_one_that_is_answered_meanwhile_holds_up_no_other(
        self, story: Story, shares: list[PlanShare]
    ) -> None:
        make_actor(story.other)
        withdraw_share(share_id=shares[0].pk, actor=story.alice)
        assert remind_of_replies(actor=story.alice, share_ids=[each.pk for each in shares]) == (1, 1)

    def test_costs_the_same_for_many(
        self,
        story: Story,
        later_by: LaterBy,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(2):
            shared(story, make_finding(story.site), story.customer, story.other)
            later_by(3 + number)
            with django_assert_num_queries(4):
                assert len(outlook(story.alice).awaited) == 2 * (number + 2)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    def test_two_who_remind_at_once_send_one_message(self, story: Story, shares: list[PlanShare]) -> None:
        both = [lambda: remind_of_reply(actor=story.alice, share_id=shares[0].pk)] * 2
        assert sorted(map(str, at_once(*both))) == ["0", "1"]
        assert len(told()) == 1
        assert AuditEvent.objects.filter(kind="reply_asked_again").count() == 1

    def test_a_reply_that_comes_first_leaves_nothing_to_remind_of(
        self, story: Story, shares: list[PlanShare]
    ) -> None:
        share = shares[0]
        sent = share.sent.get()
        _answered, outcome = in_turn(
            lambda: reply(share_id=share.pk, actor=story.dora, sent_id=sent.pk, kind="confirmed"),
            lambda: remind_of_reply(actor=story.alice, share_id=share.pk),
        )
        assert isinstance(outcome, Conflict)
        assert told() == []
