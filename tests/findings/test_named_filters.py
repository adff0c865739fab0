"""Filters by things with names: found by typing, chosen by their ids, and only what the reader may know of."""

from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans.models import ReplyKind
from actionplans.sharing.services import reply
from carportal.core.actor import OrganisationKind
from findings.filters import Filters, Viewpoint
from findings.filters.definition import FEW, LISTED
from findings.models import Finding
from stakeholders.models import Organisation, Site
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.factories import make_audit_company, make_relationship, make_site
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, by_another_company, let_see, text_of
from tests.personas import Persona, Personas
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


@pytest.fixture
def many(personas: Personas) -> list[Site]:
    """More sites of one supplier than are listed, each with a CAR."""
    sites = [make_site(personas.site.organisation, name=f"Mill {number}") for number in range(LISTED + 1)]
    for site in sites:
        make_finding(site)
    return sites


def bar_of(response: Response) -> Element:
    return read(response.content.decode()).one("form", class_="filters")


def found(persona: Persona, **query: str) -> set[Finding]:
    return set(Filters(Viewpoint(persona.actor, timezone.localdate()), query).findings)


class TestTyping:
    def test_the_name_of_one_alone_is_taken_and_stands_in_the_address(
        self, personas: Personas, many: list[Site]
    ) -> None:
        client = personas.site.client
        answer = client.get("/cars/", {"site_named": " mill 17 ", "status": "all", "sort": "status"})
        assert parse_qs(urlsplit(answer["Location"]).query) == {
            "site": [str(many[17].pk)],
            "status": ["all"],
            "sort": ["status"],
        }
        page = client.get(answer["Location"])
        assert [row.site for row in page.context["page"].rows] == [many[17]]

    def test_what_was_picked_of_several_stands_in_the_address_without_the_text(
        self, personas: Personas, many: list[Site]
    ) -> None:
        answer = personas.site.client.get("/cars/", {"site_named": "mill", "site": str(many[2].pk)})
        assert answer["Location"] == f"/cars/?site={many[2].pk}"

    def test_the_name_of_one_loses_nothing_else_that_was_typed(
        self, personas: Personas, many: list[Site]
    ) -> None:
        page = personas.site.client.get("/cars/", {"site_named": "mill 17", "raised_from": "soon"})
        assert [row.site for row in page.context["page"].rows] == [many[17]]
        bar = bar_of(page)
        assert bar.one("input", name="raised_from")["value"] == "soon"
        assert bar.one("input", type="checkbox")["value"] == str(many[17].pk)

    def test_the_beginning_of_a_reference_does_as_well(self, personas: Personas, many: list[Site]) -> None:
        answer = personas.site.client.get("/cars/", {"site_named": many[17].reference})
        assert answer["Location"] == f"/cars/?site={many[17].pk}"

    def test_several_are_offered_and_nothing_else_is_lost(self, personas: Personas, many: list[Site]) -> None:
        page = personas.site.client.get("/cars/", {"site_named": "mill 2", "status": "in_progress"})
        bar = bar_of(page)
        assert [radio["value"] for radio in bar.all("input", type="radio")] == [
            str(many[number].pk) for number in (2, 20, 21, 22, 23, 24, 25)
        ]
        box = bar.one("input", name="site_named")
        assert box["value"] == "mill 2"
        assert "Several are called so. Choose one." in bar.text
        assert box["aria-describedby"] == "id_site_named_error"
        assert bar.one("select", name="status").one("option", selected="").text == "In progress"
        assert page.context["page"].rows == []

    @pytest.mark.usefixtures("many")
    def test_more_than_are_offered_ask_for_more_of_the_name(self, personas: Personas) -> None:
        bar = bar_of(personas.site.client.get("/cars/", {"site_named": "mill"}))
        assert "More than 10 are called so" in bar.text
        assert len(bar.all("input", type="radio")) == 10

    @pytest.mark.usefixtures("many")
    @pytest.mark.parametrize(
        ("typed", "said"),
        [("nowhere", "Nothing is called so"), ("m", "Type at least 2 characters"), ("m\0ill", "Nothing is")],
    )
    def test_what_names_nothing_says_what_to_do_and_narrows_nothing(
        self, typed: str, said: str, personas: Personas
    ) -> None:
        page = personas.site.client.get("/cars/", {"site_named": typed})
        assert said in bar_of(page).text
        assert page.context["count"] == LISTED + 1

    def test_what_was_chosen_is_told_by_name_and_can_be_taken_away(
        self, personas: Personas, many: list[Site]
    ) -> None:
        bar = bar_of(personas.site.client.get("/cars/", {"site": str(many[3].pk)}))
        box = bar.one("input", type="checkbox")
        assert (box["name"], box["value"]) == ("site", str(many[3].pk))
        assert "checked" in box.attributes
        assert f"Mill 3 ({many[3].reference})" in bar.text
        assert not bar.all("input", name="site_named")

    def test_a_few_sites_are_listed(self, personas: Personas) -> None:
        site = make_site(personas.site.organisation, name="Alone")
        make_finding(site)
        bar = bar_of(personas.site.client.get("/cars/"))
        assert bar.one("select", name="site").all("option")[1].text == f"Alone ({site.reference})"


class TestWhileTyping:
    def test_says_what_is_called_so(self, personas: Personas, many: list[Site]) -> None:
        page = read(
            personas.site.client.get("/cars/filters/site/", {"site_named": "mill 25"}).content.decode()
        )
        assert [radio["value"] for radio in page.all("input")] == [str(many[25].pk)]
        assert f"Mill 25 ({many[25].reference})" in page.text

    @pytest.mark.usefixtures("many")
    @pytest.mark.parametrize("typed", ["", "m", "nowhere", "%", "__", "m\0", "x" * 5000])
    def test_says_nothing_of_what_names_nothing(self, typed: str, personas: Personas) -> None:
        answer = personas.site.client.get("/cars/filters/site/", {"site_named": typed})
        assert answer.status_code == 200
        assert not read(f"<div>{answer.content.decode()}</div>").all("input")

    @pytest.mark.usefixtures("many")
    def test_takes_one_query_beside_those_of_every_page(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = personas.site.client
        with django_assert_num_queries(4):
            client.get("/cars/filters/site/", {"site_named": "mill"})


class TestWhoFindsWhat:
    def test_nobody_finds_a_site_of_which_it_sees_no_car(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
        hidden = make_site(personas.site2.organisation, name="Hidden Mill")
        make_finding(hidden)
        make_relationship(hidden, personas.customer.organisation)
        let_see(personas.customer.organisation, car)
        for reader in ("site", "customer", "auditor2"):
            client = personas[reader].client
            assert (
                "Hidden" not in client.get("/cars/filters/site/", {"site_named": "hidden"}).content.decode()
            )
            assert found(personas[reader], site=str(hidden.pk)) == found(personas[reader])
            assert found(personas[reader], site_named="hidden") == found(personas[reader])
        assert found(personas.compliance, site_named="hidden") == set(hidden.findings.all())

    def test_only_the_operator_narrows_by_customer_or_supplier(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        audit = auditing.hold(date(2025, 3, 1), "5A.B", "2.A")
        one, other = (auditing.car(audit, code) for code in ("5A.B", "2.A"))
        customer = personas.customer.organisation
        let_see(customer, one)
        let_see(personas.customer2.organisation, one, other)
        assert found(personas.compliance, customer=str(customer.pk)) == {one}
        assert found(personas.compliance, customer_named=customer.name) == {one}
        for reader in ("site", "customer", "customer2", "auditor"):
            bar = bar_of(personas[reader].client.get("/cars/"))
            assert not bar.all("input", name="customer_named")
            assert not bar.all("input", name="supplier_named")
            assert found(personas[reader], customer=str(customer.pk)) == found(personas[reader])

    def test_a_customer_that_a_supplier_typed_in_is_not_found(self, personas: Personas) -> None:
        make_finding(make_site(personas.site.organisation))
        Organisation.objects.create(
            kind=OrganisationKind.CUSTOMER,
            name="Typed In Ltd",
            private_to=personas.site.organisation,
            contact_name="A Person",
            contact_email="person@typed.example",
        )
        answer = personas.compliance.client.get("/cars/filters/customer/", {"customer_named": "typed in"})
        assert "Typed In" not in answer.content.decode()

    def test_a_supplier_finds_the_audit_companies_of_its_own_cars(
        self, personas: Personas, auditing: Auditing
    ) -> None:
        own = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
        others = by_another_company(personas, auditing.site)
        second = others.car(others.hold(date(2025, 4, 1), "2.A", scope=["2"]))
        make_audit_company(name="Elsewhere Assurance")
        company = personas.auditor2.organisation
        assert found(personas.site, audit_company=str(company.pk)) == {second}
        assert found(personas.compliance, audit_company=str(personas.auditor.organisation.pk)) == {own}
        answer = personas.site.client.get(
            "/cars/filters/audit_company/", {"audit_company_named": "elsewhere"}
        )
        assert "Elsewhere" not in answer.content.decode()


class TestOneCustomer:
    """Under a customer, what is told of parties is told of that one."""

    def test_whose_reply_is_awaited(self, personas: Personas) -> None:
        car = make_finding(make_site(personas.site.organisation))
        first, second = personas.customer, personas.customer2
        for party in (first, second):
            make_relationship(car.site, party.organisation)
        plan = make_plan(car, personas.site.actor)
        share_with(plan, personas.site.actor, first.organisation)
        share = share_with(plan, personas.site.actor, second.organisation)
        reply(share_id=share.pk, actor=second.actor, sent_id=share.sent.get().pk, kind=ReplyKind.CONFIRMED)
        operator = personas.compliance
        assert found(operator, reply="awaited") == {car}
        assert found(operator, reply="awaited", customer=str(first.organisation.pk)) == {car}
        assert found(operator, reply="awaited", customer=str(second.organisation.pk)) == set()
        assert found(operator, customer=str(second.organisation.pk)) == {car}


class TestDays:
    @pytest.fixture
    def cars(self, personas: Personas) -> list[Finding]:
        site = make_site(personas.site.organisation)
        return [make_finding(site, raised_on=date(2025, 3, day)) for day in (1, 2, 3)]

    def test_narrow_to_those_raised_between_them(self, personas: Personas, cars: list[Finding]) -> None:
        site = personas.site
        assert found(site, raised_from="2025-03-02") == set(cars[1:])
        assert found(site, raised_until="2025-03-02") == set(cars[:2])
        assert found(site, raised_from="2025-03-02", raised_until="2025-03-02") == {cars[1]}

    @pytest.mark.parametrize("value", ["2025-02-30", "soon", "0", "\0", "20250302T1"])
    def test_that_are_none_narrow_nothing(self, value: str, personas: Personas, cars: list[Finding]) -> None:
        assert found(personas.site, raised_from=value) == set(cars)

    @pytest.mark.usefixtures("cars")
    def test_that_are_wrong_are_said_so_beside_their_field(self, personas: Personas) -> None:
        bar = bar_of(
            personas.site.client.get("/cars/", {"raised_from": "soon", "raised_until": "2025-03-01"})
        )
        assert "Enter a day such as 2026-03-31." in bar.text
        swapped = {"raised_from": "2025-03-03", "raised_until": "2025-03-01"}
        assert (
            "Enter a day that is not before the first one."
            in bar_of(personas.site.client.get("/cars/", swapped)).text
        )

    @pytest.mark.usefixtures("cars")
    def test_are_told_in_words(self, personas: Personas) -> None:
        filters = Filters(Viewpoint(personas.site.actor, date(2026, 1, 1)), {"raised_from": "2025-03-02"})
        assert filters.in_words == ["Raised on or after: 2 March 2025"]


def test_who_sees_many_cars_is_offered_the_whole_vocabulary(personas: Personas) -> None:
    site = make_site(personas.site.organisation, country="BD")
    first = make_finding(site)
    offered = {each.name for each in Filters(Viewpoint(personas.site.actor, first.raised_on), {}).offered}
    assert {"country", "sector", "area", "site"} <= offered
    few = text_of(personas.site.client.get("/cars/"))
    assert "Bangladesh" in few
    assert "Bulgaria" not in few
    Finding.objects.bulk_create(_copies(first, FEW))
    assert "Bulgaria" in text_of(personas.site.client.get("/cars/"))


def _copies(finding: Finding, how_many: int) -> list[Finding]:
    return [
        Finding(
            reference=f"CAR-2020-{number:06}",
            site=finding.site,
            audit=finding.audit,
            area=finding.area,
            letter=finding.letter,
            raw_code=finding.raw_code,
            issue_title=finding.issue_title,
            raised_on=finding.raised_on,
        )
        for number in range(how_many)
    ]


def test_a_page_under_every_filter_takes_at_most_eight_queries(
    personas: Personas, auditing: Auditing, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
    for number in range(LISTED + 1):
        make_finding(make_site(personas.site2.organisation, name=f"Mill {number}"))
    let_see(personas.customer.organisation, car)
    query = {
        "status": "all",
        "sort": "update",
        "site": str(car.site_id),
        "supplier": str(car.supplier_id),
        "customer": str(personas.customer.organisation.pk),
        "audit_company": str(car.audit_company_id),
        "raised_from": "2025-01-01",
        "area": "5A",
        "waiting": "site",
    }
    # session, person, memberships; what there is to choose from, the names of what was chosen, the page, the number,
    # the views that are saved
    client = personas.compliance.client
    with django_assert_num_queries(8):
        page = client.get("/cars/", query)
    assert page.context["page"].rows == [car]
