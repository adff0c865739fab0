"""The list of CARs: what each reader finds in it, its filters and its pages."""

import re
from datetime import date

import pytest
from pytest_django import DjangoAssertNumQueries

from findings.counts import in_words
from findings.models import Finding
from findings.services import mark_plan_published
from tests.factories import make_site
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, by_another_company, let_see, text_of
from tests.personas import Persona, Personas
from tests.web.markup import read


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    return audits_of(personas)


def shown(persona: Persona, **filters: str) -> list[Finding]:
    response = persona.client.get("/cars/", filters)
    assert response.status_code == 200
    return list(response.context["page"].rows)


def choices(response: Response, name: str) -> list[str]:
    options = read(response.content.decode()).one("select", name=name).all("option")
    return [option.text for option in options if option["value"]]


def test_cars_under_way_come_newest_first_unless_asked_for_others(
    personas: Personas, auditing: Auditing
) -> None:
    first = auditing.hold(date(2025, 3, 1), "5A.B", "2.A", "8.A")
    wages, voice, providers = (auditing.car(first, code) for code in ("5A.B", "2.A", "8.A"))
    mark_plan_published(finding_id=providers.pk, actor=personas.site.actor)
    second = auditing.hold(date(2026, 3, 1), "5A.B", scope=["5A", "2"])
    again = auditing.car(second)
    assert shown(personas.site) == [again, providers]
    assert shown(personas.site, status="in_progress") == [providers]
    assert shown(personas.site, status="superseded") == [wages]
    assert shown(personas.site, status="closed") == [voice]
    assert len(shown(personas.site, status="all")) == 4


def test_filters_by_area_country_site_and_supplier(personas: Personas, auditing: Auditing) -> None:
    one = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
    abroad = audits_of(personas, make_site(personas.site2.organisation, country="BD"))
    other = abroad.car(abroad.hold(date(2025, 4, 1), "2.A"))
    compliance = personas.compliance
    assert shown(compliance) == [other, one]
    assert shown(compliance, area="5A") == [one]
    assert shown(compliance, country="BD") == [other]
    assert shown(compliance, site=str(auditing.site.pk)) == [one]
    assert shown(compliance, supplier=str(personas.site2.organisation.pk)) == [other]
    assert shown(compliance, area="5A", country="BD") == []


def test_filters_offer_only_what_the_reader_may_see(personas: Personas, auditing: Auditing) -> None:
    mine = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
    abroad = audits_of(personas, make_site(personas.site2.organisation, name="Hidden Mill", country="BD"))
    abroad.hold(date(2025, 4, 1), "2.A")
    let_see(personas.customer.organisation, mine)
    for persona in (personas.site, personas.customer):
        response = persona.client.get("/cars/")
        assert choices(response, "area") == ["5A Living wages are paid"]
        assert choices(response, "country") == ["United Kingdom"]
        assert [label.partition(" (")[0] for label in choices(response, "site")] == ["Green Valley Packhouse"]
        assert 'name="supplier_named"' not in response.content.decode()
        assert "Hidden Mill" not in response.content.decode()
    response = personas.compliance.client.get("/cars/")
    assert len(choices(response, "site")) == 2
    assert 'name="supplier_named"' in response.content.decode()


def test_filter_on_a_hidden_site_tells_nothing(personas: Personas, auditing: Auditing) -> None:
    hidden = audits_of(personas, make_site(personas.site2.organisation))
    hidden.hold(date(2025, 4, 1), "2.A")
    mine = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
    response = personas.site.client.get("/cars/", {"site": str(hidden.site.pk)})
    unknown = personas.site.client.get("/cars/", {"site": "00000000-0000-4000-8000-000000000000"})
    assert list(response.context["page"].rows) == [mine]
    assert text_of(response) == text_of(unknown)


class TestVisibility:
    def test_supplier_sees_cars_of_own_sites(self, personas: Personas, auditing: Auditing) -> None:
        car = auditing.car(auditing.hold(date(2025, 3, 1), "5A.B"))
        assert shown(personas.site_viewer) == [car]
        assert shown(personas.site2) == []

    def test_customer_sees_what_it_was_let_see(self, personas: Personas, auditing: Auditing) -> None:
        audit = auditing.hold(date(2025, 3, 1), "5A.B", "2.A")
        let_see(personas.customer.organisation, auditing.car(audit, "2.A"))
        assert shown(personas.customer) == [auditing.car(audit, "2.A")]
        assert shown(personas.customer2) == []
        text = text_of(personas.customer.client.get("/cars/"))
        assert "1 CAR " in text

    def test_auditor_sees_cars_of_own_company(self, personas: Personas, auditing: Auditing) -> None:
        by_another_company(personas, auditing.site).hold(date(2025, 3, 1), "5A.B")
        assert shown(personas.auditor) == []
        assert len(shown(personas.auditor2)) == 1

    def test_who_acts_for_nobody_sees_an_empty_list(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), "5A.B")
        assert shown(personas.nobody) == []

    def test_visitors_log_in_first(self, personas: Personas) -> None:
        assert personas.anonymous.client.get("/cars/")["Location"].startswith("/accounts/login/")


class TestEmpty:
    def test_says_how_the_list_fills(self, personas: Personas) -> None:
        text = text_of(personas.site.client.get("/cars/"))
        assert "No CARs yet" in text
        assert "you get an e-mail" in text

    def test_says_that_the_filters_match_nothing(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), "5A.B")
        text = text_of(personas.site.client.get("/cars/", {"status": "closed"}))
        assert "No CAR matches these filters" in text

    def test_says_that_all_have_ended(self, personas: Personas, auditing: Auditing) -> None:
        auditing.hold(date(2025, 3, 1), "5A.B")
        auditing.hold(date(2026, 3, 1))
        assert "No CAR is under way" in text_of(personas.site.client.get("/cars/"))


class TestPages:
    @pytest.fixture
    def cars(self, auditing: Auditing) -> list[Finding]:
        """Sixty of them, thirty on each of two days, newest first."""
        for on in (date(2025, 3, 1), date(2025, 4, 1)):
            auditing.hold(on, *(f"5A.B Issue {n}" for n in range(30)), scope=["5A"])
        return list(Finding.objects.order_by("-raised_on", "-reference"))

    def test_lead_through_all_of_them_and_back(self, personas: Personas, cars: list[Finding]) -> None:
        client = personas.compliance.client
        seen, url, back = [], "?status=all", ""
        while url:
            page = client.get(f"/cars/{url}").context["page"]
            seen += page.rows
            url, back = page.next_url, page.previous_url or back
        assert seen == cars
        assert "status=all" in back
        page = client.get(f"/cars/{back}").context["page"]
        assert page.rows == cars[10:35] or page.rows == cars[25:50]
        first = client.get(f"/cars/{page.previous_url}").context["page"]
        assert first.rows[0] in cars[:25]

    @pytest.mark.parametrize("place", ["nonsense", "2025-13-41_CAR", "2025-03-01_", "%00", "1999-01-01_A"])
    def test_a_place_that_makes_no_sense_is_the_first_page(
        self, personas: Personas, cars: list[Finding], place: str
    ) -> None:
        page = personas.compliance.client.get(f"/cars/?status=all&after={place}").context["page"]
        assert page.rows == cars[:25]

    @pytest.mark.usefixtures("cars")
    def test_the_number_of_all_is_told(self, personas: Personas) -> None:
        assert "60 CARs" in text_of(personas.compliance.client.get("/cars/", {"status": "all"}))


@pytest.mark.parametrize("name", ["compliance", "site", "auditor", "customer"])
def test_takes_as_many_queries_for_thirty_cars_as_for_three(
    personas: Personas, auditing: Auditing, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas[name].client
    for how_many in (3, 27):
        place = audits_of(personas, make_site(personas.site.organisation))
        audit = place.hold(date(2025, 3, 1), *(f"5A.B Issue {n}" for n in range(how_many)), scope=["5A"])
        let_see(personas.customer.organisation, *Finding.objects.filter(audit=audit))
        # session, person, memberships; what there is to choose from, the page, the number of all
        with django_assert_num_queries(7):
            assert client.get("/cars/").context["page"].rows


def test_a_row_tells_a_title_as_far_as_it_has_room(personas: Personas, auditing: Auditing) -> None:
    audit = auditing.hold(date(2025, 3, 1), f"5A.B {'x' * 120}", f"2.A {'y' * 121}")
    page = read(personas.site.client.get("/cars/").content.decode())
    titles = {title.text for title in page.all(class_="cell-title")}
    assert titles == {f"5A.B {'x' * 120}", f"2.A {'y' * 119}…"}
    box = page.all("input", name="pick")[0]
    link = page.one("a", href=f"/cars/{box['value']}/")
    assert box["aria-label"] == f"Select {link.text}"
    assert link.text in {finding.reference for finding in Finding.objects.filter(audit=audit)}


def test_says_what_a_car_is_before_it_lists_any(personas: Personas) -> None:
    text = text_of(personas.customer.client.get("/cars/"))
    assert re.search(r"CAR stands for Collaborative Action Required", text)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "1 CAR"),
        (2, "2 CARs"),
        (10_000, "10,000 CARs"),
        (10_001, "10,000+ CARs"),
        (12_345, "10,000+ CARs"),
    ],
)
def test_the_number_is_exact_up_to_ten_thousand(count: int, said: str) -> None:
    assert in_words(count) == said


def test_counting_stops_one_after_the_most(personas: Personas, auditing: Auditing) -> None:
    auditing.hold(date(2025, 3, 1), *(f"5A.B Issue {n}" for n in range(5)), scope=["5A"])
    assert [Finding.objects.all().counted(most) for most in (3, 4, 5, 9)] == [4, 5, 5, 5]
