"""Step 1: taking it, where the answers lead, who sees what, and asking for support."""

from collections.abc import Mapping
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from carportal.core.audit import Aggregate, Reader, timeline, verify
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.models import AuditEvent, Notification
from carportal.core.notifications import notification_kind
from carportal.core.together import fetched
from findings.actions import actions_for
from findings.models import Finding, Triage, TriageOutcome
from findings.own_actions import own_actions
from findings.services import answer_triage, request_support
from findings.triage import CURRENT, definition_of
from findings.triage.circumstances import asked_on, last_support_request
from stakeholders.models import Visibility
from stakeholders.services import add_relationship, end_relationship
from tests.factories import make_customer, make_relationship, make_site
from tests.findings.making import Auditing
from tests.findings.scene import Response
from tests.personas import Personas

TO_OUTCOME = {
    TriageOutcome.WRITE_PLAN: {"U": False, "K": True},
    TriageOutcome.ENGAGE_ALL: {"U": False, "K": False, "E": True},
    TriageOutcome.ENGAGE_ONE: {"U": False, "K": False, "E": False, "O": True},
    TriageOutcome.SEEK_SUPPORT: {"U": False, "K": False, "E": False, "O": False},
}
URGENT = {"U": True, "K": True}
PROTOCOL = "Serious Incident Escalation Protocol"


@pytest.fixture
def car(personas: Personas) -> Finding:
    """A CAR of the cast's site, which the customer may see with its plan, from the cast's auditor."""
    site = make_site(personas.site.organisation, name="Green Valley Packhouse")
    add_relationship(
        actor=personas.site_manager.actor,
        site_id=site.pk,
        customer_reference=personas.customer.organisation.reference,
        visibility=Visibility.PUBLISHED_PLANS,
    )
    auditing = Auditing(site)
    auditing.company, auditing.auditor = personas.auditor.organisation, personas.auditor.actor
    return auditing.car(auditing.hold(date(2025, 3, 1), "1A.B Workers paid fees"))


@pytest.fixture
def ended_car(personas: Personas, car: Finding) -> Finding:
    Auditing(car.site).hold(date(2026, 3, 1))
    return Finding.objects.get(pk=car.pk)


def url_of(car: Finding, name: str = "triage") -> str:
    return reverse(name, args=[car.pk])


def send(client: Client, car: Finding, asked: str, **answers: str) -> Response:
    return client.post(url_of(car), {"asked": asked, **answers})


def text_of(response: Response) -> str:
    return " ".join(response.content.decode().replace("&#x27;", "'").split())


# --- Where answers lead -----------------------------------------------------------------------------


def plain_model(answers: Mapping[str, bool]) -> tuple[bool, str | None, str | None, list[str]]:
    """PROCESS.md's table: (urgent, outcome, next question, questions on the way)."""
    if "U" not in answers:
        return False, None, "U", []
    urgent = answers["U"]
    for key, way in (("K", ["U", "K"]), ("E", ["U", "K", "E"]), ("O", ["U", "K", "E", "O"])):
        if key not in answers:
            return urgent, None, key, way[:-1]
        if answers[key]:
            return urgent, {"K": "write_plan", "E": "engage_all", "O": "engage_one"}[key], None, way
    return urgent, "seek_support", None, ["U", "K", "E", "O"]


@given(answers=st.dictionaries(st.sampled_from("UKEO"), st.booleans()))
def test_answers_lead_where_the_process_says(answers: dict[str, bool]):
    urgent, led_to, upcoming, way = plain_model(answers)
    evaluation = CURRENT.evaluate(answers)
    assert (evaluation.is_urgent, evaluation.led_to) == (urgent, led_to)
    assert (evaluation.next_question.key if evaluation.next_question else None) == upcoming
    assert evaluation.answers == {key: answers[key] for key in way}
    assert evaluation.outcome == (None if led_to is None else "urgent" if urgent else led_to)
    assert list(evaluation.outcomes) == ["urgent"] * urgent + [led_to] * (led_to is not None)


def test_every_outcome_has_advice_and_every_version_is_kept():
    assert {advice.outcome for advice in CURRENT.advice} == set(TriageOutcome)
    assert definition_of(CURRENT.version) is CURRENT
    with pytest.raises(KeyError):
        definition_of("step1-0")


# --- Keeping it -------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", TO_OUTCOME)
def test_site_takes_step_1(personas: Personas, car: Finding, outcome: TriageOutcome):
    triage = answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=TO_OUTCOME[outcome])
    triage.refresh_from_db()
    assert (triage.outcome, triage.is_urgent, triage.answers) == (outcome, False, TO_OUTCOME[outcome])
    assert (triage.definition, triage.answered_by) == (CURRENT.version, personas.site.user)
    entry = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=Reader.SITE)[-1]
    assert (entry.kind, str(outcome.label) in entry.sentence) == ("triage_taken", True)
    assert verify().broken == []


def test_urgent_goes_before_what_the_further_questions_led_to(personas: Personas, car: Finding):
    triage = answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    assert (triage.outcome, triage.is_urgent) == (TriageOutcome.URGENT, True)
    entry = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=Reader.OPERATOR)[-1]
    assert entry.sentence.endswith("Urgent action, Create the action plan")


def test_answers_off_the_way_are_not_kept(personas: Personas, car: Finding):
    answers = {"U": False, "K": True, "E": False, "O": False}
    triage = answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=answers)
    assert triage.answers == {"U": False, "K": True}


@pytest.mark.parametrize(
    "answers", [{}, {"U": True}, {"U": False, "E": True}, {"U": False, "K": True, "X": True}]
)
def test_answers_without_an_outcome_are_not_kept(personas: Personas, car: Finding, answers: dict[str, bool]):
    with pytest.raises(InvalidInput):
        answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=answers)
    assert not Triage.objects.exists()


def test_step_1_can_be_taken_again(personas: Personas, car: Finding):
    for outcome in (TriageOutcome.SEEK_SUPPORT, TriageOutcome.ENGAGE_ALL):
        answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=TO_OUTCOME[outcome])
    assert [triage.outcome for triage in car.triages.all()] == ["engage_all", "seek_support"]


@pytest.mark.parametrize(
    "name", ["site_viewer", "site2", "customer", "compliance", "admin", "auditor", "ngo"]
)
def test_only_those_who_write_for_the_site_take_step_1(personas: Personas, car: Finding, name: str):
    with pytest.raises(NotAllowed):
        answer_triage(finding_id=car.pk, actor=personas[name].actor, answers=URGENT)
    with pytest.raises(NotAllowed):
        request_support(finding_id=car.pk, actor=personas[name].actor)
    assert not Triage.objects.exists()


def test_step_1_is_over_once_the_car_has_ended(personas: Personas, ended_car: Finding):
    with pytest.raises(Conflict):
        answer_triage(finding_id=ended_car.pk, actor=personas.site.actor, answers=URGENT)
    with pytest.raises(Conflict):
        request_support(finding_id=ended_car.pk, actor=personas.site.actor)


def test_auditor_and_customer_do_not_find_step_1_in_the_record(personas: Personas, car: Finding):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    request_support(finding_id=car.pk, actor=personas.site.actor)
    for reader in (Reader.AUDITOR, Reader.PARTY):
        entries = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=reader)
        assert {entry.kind for entry in entries}.isdisjoint({"triage_taken", "support_requested"})


# --- Its page ---------------------------------------------------------------------------------------


def test_page_says_who_sees_the_answers_before_the_first_one(personas: Personas, car: Finding):
    page = text_of(personas.site.client.get(url_of(car)))
    assert "Collaborative Action Required" in page
    assert "Who sees this" in page
    assert "Customers and auditors never see either" in page
    assert 'name="U"' in page
    assert 'name="K"' not in page


def test_questions_come_one_after_the_other_and_only_the_last_is_kept(personas: Personas, car: Finding):
    client = personas.site.client
    response = send(client, car, "U", U="no")
    assert 'name="K"' in text_of(response)
    assert "choose yes or no" not in text_of(response)
    assert 'name="E"' in text_of(send(client, car, "K", U="no", K="no"))
    assert not Triage.objects.exists()
    response = send(client, car, "E", U="no", K="no", E="yes")
    assert response.headers["Location"] == url_of(car)
    assert Triage.objects.get().outcome == TriageOutcome.ENGAGE_ALL


def test_question_left_empty_is_asked_for(personas: Personas, car: Finding):
    page = text_of(send(personas.site.client, car, "K", U="no"))
    assert "Question 2: choose yes or no." in page
    assert 'href="#id_K_0"' in page
    assert "Error:" in page


def test_earlier_answer_can_be_changed_on_the_way(personas: Personas, car: Finding):
    response = send(personas.site.client, car, "O", U="no", K="yes", E="no")
    assert response.status_code == 302
    assert Triage.objects.get().answers == {"U": False, "K": True}


def test_nonsense_is_asked_again(personas: Personas, car: Finding):
    for data in ({}, {"U": "maybe"}, {"asked": "X", "U": "1"}, {"asked": "U", "U": ""}):
        response = personas.site.client.post(url_of(car), data)
        assert response.status_code == 200
        assert 'name="U"' in text_of(response)
    assert not Triage.objects.exists()


def test_urgent_is_said_as_soon_as_it_is_known(personas: Personas, car: Finding, settings):
    settings.SIEP_URL = "https://example.org/siep"
    page = text_of(send(personas.site.client, car, "U", U="yes"))
    assert page.index("https://example.org/siep") < page.index('name="K"')
    assert not Triage.objects.exists()


def test_site_without_uk_retailer_gets_the_operators_route(personas: Personas, car: Finding, settings):
    settings.URGENT_ROUTE_TEXT = "Ring the duty desk."
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    page = text_of(personas.site.client.get(url_of(car)))
    assert PROTOCOL in page
    assert "Ring the duty desk." in page

    make_relationship(car.site, make_customer("Retail Ltd", is_uk_retailer=True))
    page = text_of(personas.site.client.get(url_of(car)))
    assert PROTOCOL in page
    assert "Ring the duty desk." not in page


def test_former_uk_retailer_does_not_count(personas: Personas, car: Finding, settings):
    settings.URGENT_ROUTE_TEXT = "Ring the duty desk."
    relationship = make_relationship(car.site, make_customer(is_uk_retailer=True))
    end_relationship(actor=personas.site_manager.actor, relationship_id=relationship.pk)
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    assert "Ring the duty desk." in text_of(personas.site.client.get(url_of(car)))


def test_urgent_site_without_any_route_is_offered_support(personas: Personas, car: Finding, settings):
    settings.URGENT_ROUTE_TEXT = ""
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    assert url_of(car, "triage_support") in text_of(personas.site.client.get(url_of(car)))


@pytest.mark.parametrize("outcome", TO_OUTCOME)
def test_page_gives_the_advice_of_each_outcome(personas: Personas, car: Finding, outcome: TriageOutcome):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=TO_OUTCOME[outcome])
    page = text_of(personas.site.client.get(url_of(car)))
    shown = {advice.outcome for advice in CURRENT.advice if str(advice.title) in page}
    assert shown == {outcome}
    assert ("Trade union" in page) is (outcome == TriageOutcome.SEEK_SUPPORT)


def test_urgent_site_gets_the_further_advice_as_well(personas: Personas, car: Finding):
    answers = {"U": True, "K": False, "E": False, "O": False}
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=answers)
    page = text_of(personas.site.client.get(url_of(car)))
    assert page.index(PROTOCOL) < page.index("you do not have to do this alone")


def test_site_sees_who_answered_what_and_may_go_through_it_again(personas: Personas, car: Finding):
    answer_triage(
        finding_id=car.pk, actor=personas.site.actor, answers=TO_OUTCOME[TriageOutcome.SEEK_SUPPORT]
    )
    for persona in (personas.site_manager, personas.site_viewer):
        page = text_of(persona.client.get(url_of(car)))
        assert "Site Person" in page
        assert "One customer to begin with: no" in page
    assert "again=1" in text_of(personas.site.client.get(url_of(car)))
    assert 'name="U"' in text_of(personas.site.client.get(url_of(car), {"again": "1"}))


def test_viewer_of_the_site_reads_but_does_not_answer(personas: Personas, car: Finding):
    client = personas.site_viewer.client
    assert 'name="U"' not in text_of(client.get(url_of(car), {"again": "1"}))
    assert send(client, car, "U", U="no").status_code == 403
    assert client.post(url_of(car, "triage_support")).status_code == 403


def test_operator_sees_the_outcome_only(personas: Personas, car: Finding):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers={"U": True, "K": False, "E": True})
    for persona in (personas.compliance, personas.admin):
        page = text_of(persona.client.get(url_of(car)))
        assert "Urgent action" in page
        assert "Engage all customers" in page
        for question in CURRENT.questions:
            assert str(question.name) not in page
            assert str(question.text) not in page
        assert send(persona.client, car, "U", U="no").status_code == 403


@pytest.mark.parametrize(
    "name", ["customer", "customer_viewer", "customer2", "auditor", "auditor2", "ngo", "site2", "nobody"]
)
def test_nobody_else_finds_the_page(personas: Personas, car: Finding, name: str):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    client = personas[name].client
    assert client.get(url_of(car)).status_code == 404
    assert send(client, car, "U", U="no").status_code == 404
    assert client.post(url_of(car, "triage_support")).status_code == 404
    assert Triage.objects.count() == 1


def test_whoever_is_not_logged_in_is_sent_to_log_in(personas: Personas, car: Finding):
    assert personas.anonymous.client.get(url_of(car)).status_code == 302
    assert personas.anonymous.client.post(url_of(car, "triage_support")).status_code == 302


def test_page_of_no_car_is_not_found(personas: Personas):
    assert personas.site.client.get(reverse("triage", args=[uuid4()])).status_code == 404


def test_ended_car_shows_its_history_and_asks_nothing(personas: Personas, car: Finding):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    Auditing(car.site).hold(date(2026, 3, 1))
    client = personas.site.client
    page = text_of(client.get(url_of(car), {"again": "1"}))
    assert 'name="U"' not in page
    assert "Site Person" in page
    assert send(client, car, "U", U="no").status_code == 409


def test_page_costs_the_same_however_often_step_1_was_taken(
    personas: Personas, car: Finding, django_assert_max_num_queries
):
    for _ in range(6):
        answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    personas.site.client.get(url_of(car))
    with django_assert_max_num_queries(14):
        personas.site.client.get(url_of(car))


# --- What it offers on the page of the CAR ------------------------------------------------------------


def test_step_1_is_the_next_thing_until_it_is_taken(personas: Personas, car: Finding):
    action = actions_for(car, personas.site.actor).next
    assert action is not None
    assert (action.label, action.url) == ("Understand this CAR", url_of(car))
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    actions = actions_for(Finding.objects.get(pk=car.pk), personas.site.actor)
    assert actions.next is None or not actions.next.url.startswith(url_of(car))
    assert f"{url_of(car)}?again=1" in [other.url for other in actions.others]


def test_others_are_offered_the_outcome_or_nothing(personas: Personas, car: Finding):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    for name in ("site_viewer", "compliance", "customer", "auditor"):
        actions = actions_for(Finding.objects.get(pk=car.pk), personas[name].actor)
        urls = [each.url for each in [actions.next, *actions.others] if each is not None]
        expected = [url_of(car)] if name in {"site_viewer", "compliance"} else []
        assert [url for url in urls if url.startswith(url_of(car))] == expected


def test_lists_prefetch_what_step_1_offers(personas: Personas, car: Finding, django_assert_num_queries):
    answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=URGENT)
    found = Finding.objects.select_related("site").prefetch_related("triages", "escalations").get(pk=car.pk)
    with django_assert_num_queries(0):
        fetched(own_actions(found, personas.site.actor))


# --- Asking for support -------------------------------------------------------------------------------


def test_support_is_asked_of_the_compliance_staff_alone(personas: Personas, car: Finding):
    request_support(finding_id=car.pk, actor=personas.site.actor)
    owed = Notification.objects.filter(kind="support_requested")
    assert personas.compliance.user in [each.recipient for each in owed]
    assert personas.admin.user not in [each.recipient for each in owed]
    message = notification_kind("support_requested").render(owed[0])
    assert car.reference in message.subject
    assert personas.site.user.email in message.text
    assert personas.site.user.email in message.html


def test_support_is_asked_for_once_a_day(personas: Personas, car: Finding):
    for _ in range(2):
        request_support(finding_id=car.pk, actor=personas.site.actor)
    asked = AuditEvent.objects.filter(kind="support_requested")
    owed = Notification.objects.filter(kind="support_requested", recipient=personas.compliance.user)
    assert (asked.count(), owed.count()) == (1, 1)


def test_support_can_be_asked_for_again_on_another_day(personas: Personas, car: Finding):
    request_support(finding_id=car.pk, actor=personas.site.actor)
    event = last_support_request(car.pk)
    assert event is not None
    today = event.at.date()
    days = [today - timedelta(days=1), today, today + timedelta(days=1)]
    assert [asked_on(event, day) for day in days] == [False, True, False]


def test_support_is_asked_for_on_the_page(personas: Personas, car: Finding):
    answer_triage(
        finding_id=car.pk, actor=personas.site.actor, answers=TO_OUTCOME[TriageOutcome.SEEK_SUPPORT]
    )
    client = personas.site.client
    assert url_of(car, "triage_support") in text_of(client.get(url_of(car)))
    response = client.post(url_of(car, "triage_support"), follow=True)
    page = text_of(response)
    assert "has been asked for support" in page
    assert f'action="{url_of(car, "triage_support")}"' not in page
    assert "asks for support" in text_of(personas.compliance.client.get(url_of(car)))


def test_support_mail_is_dropped_once_the_car_has_ended(personas: Personas, car: Finding):
    request_support(finding_id=car.pk, actor=personas.site.actor)
    owed = Notification.objects.get(kind="support_requested", recipient=personas.compliance.user)
    kind = notification_kind("support_requested")
    assert kind.still_due(owed)
    Auditing(car.site).hold(date(2026, 3, 1))
    assert not kind.still_due(owed)


def test_asking_for_support_needs_a_post(personas: Personas, car: Finding):
    assert personas.site.client.get(url_of(car, "triage_support")).status_code == 405
