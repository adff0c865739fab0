"""The pages of an escalation: what each reader finds, and what each can do."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from findings.actions import actions_for
from findings.models import Escalation, Finding
from findings.services import answer_triage
from stakeholders.models import Visibility
from stakeholders.services import add_relationship
from tests.factories import make_customer, make_member, make_relationship
from tests.findings.escalating import (
    NOT_URGENT,
    acknowledge,
    escalate,
    make_urgent,
    now,
    part_of,
    ring,
    take_over,
    tell,
)
from tests.findings.scene import Response, audits_of, text_of
from tests.personas import Persona, Personas

SECOND = re.compile("Fairprice|customer2|Customer2")


@pytest.fixture
def car(personas: Personas) -> Finding:
    auditing = audits_of(personas)
    for customer in (personas.customer, personas.customer2):
        add_relationship(
            actor=personas.site_manager.actor,
            site_id=auditing.site.pk,
            customer_reference=customer.organisation.reference,
        )
    return auditing.car(auditing.hold(date(2025, 3, 1), "1A.B Workers paid fees"))


@pytest.fixture
def told(personas: Personas, car: Finding) -> Escalation:
    return escalate(car, personas.site.actor, personas.customer.organisation)


def url_of(row: Finding | Escalation, name: str = "escalation") -> str:
    return reverse(name, args=[row.pk])


def page(persona: Persona, url: str) -> str:
    response = persona.client.get(url)
    assert response.status_code == 200
    return text_of(response)


def post(persona: Persona, url: str, **data: object) -> Response:
    response: Response = persona.client.post(url, data)
    return response


class TestRaising:
    def test_urgent_outcome_leads_to_the_page_that_says_who_will_be_told(
        self, personas: Personas, car: Finding
    ) -> None:
        make_urgent(car, personas.site.actor)
        url = url_of(car, "escalation_raise")
        assert actions_for(car, personas.site.actor).next.url == url  # type: ignore[union-attr]
        outcome = personas.site.client.get(url_of(car, "triage")).content.decode()
        assert outcome.count(f'href="{url}"') == 1
        text = page(personas.site, url)
        for words in (
            "Nobody has been told yet",
            "the compliance staff of",
            "the managers of your own organisation",
            "Northmarket",
            "Fairprice Stores",
            "nothing of any other customer",
            "Auditors are never told",
        ):
            assert words in text
        assert not Escalation.objects.exists()

    def test_what_is_not_urgent_leads_elsewhere(self, personas: Personas, car: Finding) -> None:
        answer_triage(finding_id=car.pk, actor=personas.site.actor, answers=NOT_URGENT)
        assert "escalate" not in personas.site.client.get(url_of(car, "triage")).content.decode()
        response = personas.site.client.get(url_of(car, "escalation_raise"))
        assert response.status_code == 409

    def test_uk_retailers_are_suggested_and_no_others(self, personas: Personas, car: Finding) -> None:
        retailer = make_customer("Retail Ltd", is_uk_retailer=True)
        make_member(retailer)
        make_relationship(car.site, retailer)
        silent = make_customer("Silent Retail", is_uk_retailer=True)
        make_relationship(car.site, silent)
        make_urgent(car, personas.site.actor)
        html = personas.site.client.get(url_of(car, "escalation_raise")).content.decode()
        ticked = re.findall(r'value="([^"]+)"[^>]*checked', html)
        assert ticked == [str(retailer.pk)]
        assert str(silent.pk) not in html
        assert "Nobody at these customers can log in here" in html
        assert "No UK retailer is among" not in html

    def test_site_without_uk_retailer_reads_the_operators_route(
        self, personas: Personas, car: Finding, settings
    ) -> None:
        settings.URGENT_ROUTE_TEXT = "Ring the duty desk."
        make_urgent(car, personas.site.actor)
        assert "Ring the duty desk." in page(personas.site, url_of(car, "escalation_raise"))

    def test_those_that_are_ticked_are_told(self, personas: Personas, car: Finding) -> None:
        make_urgent(car, personas.site.actor)
        customer = personas.customer.organisation
        response = post(personas.site, url_of(car, "escalation_raise"), customers=[str(customer.pk)])
        raised = Escalation.objects.get()
        assert response.headers["Location"] == url_of(raised)
        assert "Northmarket" in page(personas.site, url_of(raised))
        assert "Fairprice" not in page(personas.site, url_of(raised))

    def test_what_is_not_on_the_list_is_refused_beside_it(self, personas: Personas, car: Finding) -> None:
        make_urgent(car, personas.site.actor)
        response = post(personas.site, url_of(car, "escalation_raise"), customers=["nonsense"])
        assert "Choose customers from the list." in text_of(response)
        assert not Escalation.objects.exists()

    def test_second_one_at_the_same_page_hears_that_a_colleague_was_quicker(
        self, personas: Personas, told: Escalation
    ) -> None:
        response = post(personas.site_manager, url_of(told.finding, "escalation_raise"))
        assert response.status_code == 409
        assert "A colleague has told them already" in response.content.decode()


class TestPage:
    def test_site_reads_who_was_told_when_how_and_who_answered(
        self, personas: Personas, told: Escalation
    ) -> None:
        ring(told, personas.site.actor, personas.customer2.organisation)
        acknowledge(told, personas.customer.actor)
        text = page(personas.site, url_of(told))
        day = timezone.localtime(told.raised_at).strftime("%Y")
        for words in ("By telephone", "Rita Ringer", "Customer Person", "Not asked", "No answer yet", day):
            assert words in text

    def test_customer_reads_its_own_part_and_of_the_site(self, personas: Personas, told: Escalation) -> None:
        tell(told, personas.site.actor, personas.customer2.organisation)
        take_over(told, personas.customer2.actor)
        html = personas.customer.client.get(url_of(told)).content.decode()
        assert "Your organisation was told" in html
        assert personas.site.user.email in html
        assert "no ground to reduce orders" in html
        assert not SECOND.search(html)

    def test_customer_never_reads_whether_all_have_answered(
        self, personas: Personas, told: Escalation
    ) -> None:
        tell(told, personas.site.actor, personas.customer2.organisation)
        for name in ("site", "customer"):
            take_over(told, personas[name].actor)
        before = page(personas.customer, url_of(told))
        take_over(told, personas.customer2.actor)
        assert now(told).status == "taken_over"
        assert page(personas.customer, url_of(told)) == before

    def test_operator_reads_states_without_people_of_customers(
        self, personas: Personas, told: Escalation
    ) -> None:
        take_over(told, personas.customer.actor)
        ring(told, personas.site.actor, personas.customer2.organisation)
        text = page(personas.compliance, url_of(told))
        assert "Northmarket" in text
        assert "Fairprice Stores" in text
        assert "Customer Person" not in text
        assert "Rita Ringer" not in text

    def test_reader_of_the_site_is_offered_nothing_that_writes(
        self, personas: Personas, told: Escalation
    ) -> None:
        text = page(personas.site_viewer, url_of(told))
        for words in ("Tell other customers", "Call it off", "Record that"):
            assert words not in text

    def test_more_parties_take_no_more_queries(
        self,
        personas: Personas,
        told: Escalation,
        django_assert_num_queries: DjangoAssertNumQueries,
    ) -> None:
        for number in range(3):
            customer = make_customer(f"Customer {number}")
            make_member(customer)
            make_relationship(told.finding.site, customer)
            tell(told, personas.site.actor, customer)
            ring(told, personas.site.actor, customer)
        for name, queries in {"site": 7, "compliance": 7, "customer": 7}.items():
            _ = personas[name].client
            with django_assert_num_queries(queries):
                personas[name].client.get(url_of(told))


class TestAnswering:
    def test_customer_says_that_it_knows_and_then_that_the_protocol_has_taken_over(
        self, personas: Personas, told: Escalation
    ) -> None:
        assert "We know of it" in page(personas.customer, url_of(told))
        response = post(personas.customer, url_of(told, "escalation_acknowledge"))
        assert response.headers["Location"] == url_of(told)
        assert "We know of it" not in page(personas.customer, url_of(told))
        ask = page(personas.customer, url_of(told, "escalation_taken_over"))
        assert "Your name is kept with it" in ask
        post(personas.customer, url_of(told, "escalation_taken_over"))
        assert part_of(told, personas.customer.organisation).taken_over_by == personas.customer.user
        assert "Record that" not in page(personas.customer, url_of(told))
        assert "Recorded already" in page(personas.customer, url_of(told, "escalation_taken_over"))

    def test_site_records_for_one_that_it_rang(self, personas: Personas, told: Escalation) -> None:
        other = personas.customer2.organisation
        when = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
        data = {"customer": str(other.pk), "route": "telephone", "whom": "Rita", "told_at": when}
        response = post(personas.site, url_of(told, "escalation_told"), **data | {"whom": ""})
        assert "Enter the name of the person you told." in text_of(response)
        post(personas.site, url_of(told, "escalation_told"), **data)
        url = f"{url_of(told, 'escalation_taken_over')}?customer={other.pk}"
        assert url in personas.site.client.get(url_of(told)).content.decode()
        assert "Fairprice Stores" in page(personas.site, url)
        assert "Enter the name" in text_of(post(personas.site, url, name=""))
        post(personas.site, url, name="Rita Ringer")
        assert part_of(told, other).taken_over_name == "Rita Ringer"

    @pytest.mark.parametrize(
        "wrong", ["yesterday", "2026-13-01T10:00", "0001-01-01T00:00", "9999-12-31T23:59"]
    )
    def test_time_that_is_none_is_asked_for_again(
        self, personas: Personas, told: Escalation, wrong: str
    ) -> None:
        other = personas.customer2.organisation
        data = {"customer": str(other.pk), "route": "telephone", "whom": "Rita", "told_at": wrong}
        response = post(personas.site, url_of(told, "escalation_told"), **data)
        assert response.status_code == 200
        assert "There is a problem" in text_of(response)
        assert 'value="Rita"' in response.content.decode()

    def test_customer_of_another_site_cannot_be_asked_for(self, personas: Personas, told: Escalation) -> None:
        for wanted in ("nonsense", str(make_customer().pk), str(personas.customer2.organisation.pk)):
            url = f"{url_of(told, 'escalation_taken_over')}?customer={wanted}"
            assert personas.customer.client.get(url).status_code == 403

    def test_others_are_told_later(self, personas: Personas, told: Escalation) -> None:
        url = url_of(told, "escalation_tell")
        assert "Northmarket" not in page(personas.site, url)
        assert "Choose at least one customer." in text_of(post(personas.site, url))
        post(personas.site, url, customers=[str(personas.customer2.organisation.pk)])
        assert "Nobody is left to be told here" in page(personas.site, url)

    def test_calling_it_off_says_what_that_does_and_takes_a_reason(
        self, personas: Personas, told: Escalation
    ) -> None:
        ring(told, personas.site.actor, personas.customer2.organisation)
        url = url_of(told, "escalation_call_off")
        text = page(personas.site, url)
        assert "no longer see it" in text
        assert "Fairprice Stores" in text
        assert "Choose why you call it off." in text_of(post(personas.site, url))
        assert personas.site.client.post(url, {"reason": "not_urgent"}).status_code == 409
        post(personas.site, url, reason="mistake")
        assert "It was sent by mistake" in page(personas.site, url_of(told))
        assert personas.customer.client.get(url_of(told)).status_code == 404
        assert personas.site.client.get(url).status_code == 409


class TestPins:
    def test_it_stands_on_top_of_the_car_for_those_who_may_see_it(
        self, personas: Personas, told: Escalation
    ) -> None:
        for name in ("site", "site_viewer", "compliance", "admin", "customer", "customer_viewer"):
            assert "Open the escalation" in page(personas[name], f"/cars/{told.finding_id}/")
        assert "escalation" not in page(personas.auditor, f"/cars/{told.finding_id}/").lower()

    def test_customer_that_sees_the_car_otherwise_sees_no_pin(
        self, personas: Personas, told: Escalation
    ) -> None:
        customer = make_customer("Lowland Stores")
        member = make_member(customer)
        add_relationship(
            actor=personas.site_manager.actor,
            site_id=told.finding.site_id,
            customer_reference=customer.reference,
            visibility=Visibility.PUBLISHED_PLANS,
        )
        personas.ngo.client.force_login(member.user)
        text = page(personas.ngo, f"/cars/{told.finding_id}/")
        assert told.finding.reference in text
        assert "urgent" not in text.lower()

    def test_it_stands_on_top_of_their_first_page_until_they_have_recorded_it(
        self, personas: Personas, told: Escalation
    ) -> None:
        pinned = "Urgent: until the protocol has taken over"
        for name in ("site", "compliance", "customer"):
            assert pinned in page(personas[name], "/")
        for name in ("customer2", "auditor", "ngo"):
            assert pinned not in page(personas[name], "/")
        take_over(told, personas.customer.actor)
        assert pinned not in page(personas.customer, "/")
        assert pinned in page(personas.compliance, "/")
        take_over(told, personas.site.actor)
        assert pinned not in page(personas.site, "/")
        assert pinned not in page(personas.compliance, "/")
        for name in ("site", "compliance", "customer"):
            assert "See the escalation" in page(personas[name], f"/cars/{told.finding_id}/")

    def test_dashboard_about_some_cars_tells_of_those_alone(
        self, personas: Personas, told: Escalation
    ) -> None:
        pinned = "Urgent: until the protocol has taken over"
        assert pinned in page(personas.compliance, "/?step1=urgent")
        assert pinned not in page(personas.compliance, "/?status=in_progress")
        assert told.is_open
