"""CARs that are chosen on a list: ticked, the page, or all; told as what they are when something is to be done."""

import csv
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from findings.models import Finding
from tests.findings.making import Auditing
from tests.findings.scene import Response, audits_of, let_see, text_of
from tests.personas import Persona, Personas

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("auditing")]

PAGE = "/cars/selected/"


@pytest.fixture
def auditing(personas: Personas) -> Auditing:
    auditing = audits_of(personas)
    auditing.hold(date(2025, 3, 1), "5A.B Wages", "2.A", "8.A")
    return auditing


def car(code: str) -> Finding:
    return Finding.objects.get(raw_code=code)


def chosen(persona: Persona, *codes: str, **more: str) -> Response:
    picked = [str(car(code).pk) for code in codes]
    return persona.client.get(PAGE, {"of": "picked", "pick": picked, **more})


def saved(persona: Persona, page: Response, kind: str = "csv") -> list[str]:
    """The requirements of the CARs in the file that the page offers."""
    link = next(part for part in page.content.decode().split('"') if part.startswith(f"/cars/{kind}/"))
    content = b"".join(persona.client.get(link.replace("&amp;", "&"))).decode("utf-8-sig")
    rows = csv.DictReader(StringIO(content, newline=""), strict=True)
    return sorted(row["Workplace Requirement (WR)"] for row in rows)


class TestOnTheList:
    def test_each_row_can_be_ticked_and_the_filters_go_along(self, personas: Personas) -> None:
        page = personas.site.client.get("/cars/?status=open").content.decode()
        for finding in Finding.objects.all():
            assert f'name="pick" value="{finding.pk}" aria-label="Select {finding.reference}"' in page
        assert '<input type="hidden" name="status" value="open">' in page
        assert "With all 3 on this page" in page
        assert "of this list" not in page, "the page is the list"

    def test_a_longer_list_can_be_chosen_as_a_whole(
        self, personas: Personas, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for number, button in ((10_000, "With all 3 of this list"), (2, "With all 2+ of this list")):
            monkeypatch.setattr("findings.views.keyset.PAGE_SIZE", 2)
            for module in ("findings.listing", "findings.counts"):
                monkeypatch.setattr(f"{module}.COUNTED", number)
            assert button in personas.site.client.get("/cars/").content.decode()


class TestWhatIsChosen:
    def test_those_ticked_and_no_others(self, personas: Personas) -> None:
        page = chosen(personas.site, "2.A", "8.A")
        assert "2 CARs selected" in text_of(page)
        assert car("2.A").reference in text_of(page)
        assert car("5A.B").reference not in text_of(page)
        assert saved(personas.site, page) == ["2.A", "8.A"]

    def test_the_page_as_it_was_shown(self, personas: Personas) -> None:
        here = ",".join(str(car(code).pk) for code in ("2.A", "5A.B"))
        page = personas.site.client.get(PAGE, {"of": "page", "here": here, "pick": str(car("8.A").pk)})
        assert "2 CARs selected" in text_of(page)
        assert saved(personas.site, page) == ["2.A", "5A.B"]

    def test_all_that_the_filters_leave(self, personas: Personas) -> None:
        page = personas.site.client.get(PAGE, {"of": "all", "area": "5A", "pick": str(car("8.A").pk)})
        assert "1 CAR selected" in text_of(page)
        assert "Area: 5A" in text_of(page)
        assert saved(personas.site, page) == ["5A.B"]

    def test_nothing_leads_back_to_the_list(self, personas: Personas) -> None:
        asked = {"of": "picked", "area": "5A", "pick": "nonsense"}
        page = personas.site.client.get(PAGE, asked, follow=True)
        assert page.redirect_chain == [("/cars/?area=5A", 302)]
        assert b"Choose at least one CAR." in page.content

    def test_few_are_named_and_all_are_counted(
        self, personas: Personas, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("findings.selecting.NAMED", 2)
        text = text_of(personas.site.client.get(PAGE, {"of": "all"}))
        assert "3 CARs selected" in text
        assert "The newest 2 of 3 are named." in text
        assert text.count("CAR-") == 2


class TestWhatHasChanged:
    def test_what_is_not_to_be_seen_is_told_and_left_out(self, personas: Personas) -> None:
        let_see(personas.customer.organisation, car("2.A"))
        page = chosen(personas.customer, "2.A", "5A.B")
        assert "1 CAR selected" in text_of(page)
        assert "1 CAR that you chose is not there any more, or not for you, and is left out." in text_of(page)
        assert car("5A.B").reference not in page.content.decode()
        assert saved(personas.customer, page) == ["2.A"]

    def test_one_that_is_not_there_and_one_of_others_look_the_same(self, personas: Personas) -> None:
        let_see(personas.customer.organisation, car("2.A"))
        pages = [
            text_of(
                personas.customer.client.get(PAGE, {"of": "picked", "pick": [str(car("2.A").pk), str(other)]})
            )
            for other in (car("5A.B").pk, uuid4())
        ]
        assert pages[0] == pages[1]

    def test_what_no_longer_matches_the_list_stays_and_is_told(self, personas: Personas) -> None:
        page = chosen(personas.site, "2.A", "8.A", status="in_progress", area="2")
        text = text_of(page)
        assert "2 of them do not match the filters of the list any more. They are still selected." in text
        assert saved(personas.site, page) == ["2.A", "8.A"]


def test_costs_the_same_for_many(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas.auditor.client
    for codes in (("2.A",), ("2.A", "5A.B", "8.A")):
        picked = [str(car(code).pk) for code in codes]
        # session, person, memberships; how many, how many still match, the first of them; choices of the filters
        with django_assert_num_queries(6):
            client.get(PAGE, {"of": "picked", "pick": picked})


def test_a_long_list_is_still_asked_of_a_worker(personas: Personas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.EXPORT_MAX_ROWS", 2)
    page = personas.site.client.get(PAGE, {"of": "all"}).content.decode()
    assert 'href="/cars/csv/"' in page
    assert personas.site.client.get("/cars/csv/")["Location"] == "/cars/files/new/?file=csv"


CHOICES = {
    "status": ["", "open", "all", "closed", "nonsense"],
    "area": ["", "5A", "2", "9"],
    "age": ["", "under_3"],
}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=settings().max_examples // 5
)
@given(st.fixed_dictionaries({name: st.sampled_from(values) for name, values in CHOICES.items()}))
def test_file_list_and_selection_are_the_same_under_any_filters(
    personas: Personas, filters: dict[str, str]
) -> None:
    client = personas.site.client
    listed = client.get("/cars/", filters).context["page"].rows
    content = b"".join(client.get("/cars/csv/", filters)).decode("utf-8-sig")
    in_file = [row["CAR"] for row in csv.DictReader(StringIO(content, newline=""), strict=True)]
    assert in_file == [finding.reference for finding in listed]
    page = client.get(PAGE, {**filters, "of": "all"})
    assert page.status_code == (200 if listed else 302)
    if listed:
        assert saved(personas.site, page) == sorted(finding.raw_code for finding in listed)
