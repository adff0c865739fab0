"""The bar of filters: what it keeps for many readers says nothing of one of them, nor in another language."""

from datetime import date

import pytest
from django.utils import timezone, translation
from pytest_django import DjangoAssertNumQueries

from findings.filters import Filters, Viewpoint
from findings.filters.bar import Control, FilterBar
from findings.filters.definition import Choice
from findings.models import Finding
from tests.actionplans.making import make_finding
from tests.factories import make_site
from tests.findings.scene import audits_of, let_see
from tests.personas import Persona, Personas
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db

AREA = (Choice("", "All areas"), Choice("5A", "5A <Wages>"))


def filters_for(persona: Persona, **query: str) -> Filters:
    return Filters(Viewpoint(persona.actor, timezone.localdate()), query)


def written(control: Control) -> Element:
    return read(f"<div>{control.html}</div>")


class TestWhatIsKept:
    def test_is_what_each_reader_would_be_told(self, personas: Personas) -> None:
        for name, persona in personas.items():
            filters = filters_for(persona)
            for each in filters.offered:
                told = each.choices(filters.view)
                kept = filters.said[each.name]
                assert [(choice.value, str(choice.label)) for choice in told] == [
                    (choice.value, choice.label) for choice in kept.choices
                ], (name, each.name)
                assert kept.label == each.label

    def test_is_the_very_same_for_two_readers_of_a_kind(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        for site in (personas.site, personas.site2):
            make_finding(make_site(site.organisation))
        for one, other in (("site", "site2"), ("customer", "customer2"), ("auditor", "auditor2")):
            with django_assert_num_queries(0):
                said = (
                    filters_for(personas[one]).said["country"],
                    filters_for(personas[other]).said["country"],
                )
            assert said[0].choices == said[1].choices

    def test_is_kept_for_each_language(self, personas: Personas) -> None:
        said = {}
        for language in ("en-gb", "de"):
            with translation.override(language):
                filters = filters_for(personas.compliance)
                choice = next(each for each in filters.said["raised"].choices if "-Q1" in each.value)
                bar = FilterBar(filters, "finding_list")
                said[language] = label = str(choice.label)
                assert any(label in control.html for control in bar.more)
        assert said["en-gb"].startswith("January to March")
        assert said["de"].startswith("Januar to März")

    def test_a_day_moves_the_quarters_on(self, personas: Personas) -> None:
        actor = personas.compliance.actor
        for day, newest in ((date(2026, 3, 31), "2026-Q1"), (date(2026, 4, 1), "2026-Q2")):
            assert Filters(Viewpoint(actor, day), {}).said["raised"].choices[0].value == newest


class TestControl:
    def test_what_was_chosen_is_marked_and_nothing_else(self) -> None:
        for value in ("", "5A", ""):
            control = written(Control(name="area", label="Area", value=value, choices=AREA))
            marked = [each["value"] for each in control.all("option") if "selected" in each]
            assert marked == [value]

    def test_labels_cannot_write_elements(self) -> None:
        select = written(Control(name="area", label="<b>Area", choices=AREA)).one("select", name="area")
        assert select.all("option")[1].text == "5A <Wages>"

    def test_what_is_wrong_is_said_of_its_control_and_not_kept(self) -> None:
        wrong = Control(name="area", label="Area", errors=("Choose one from the list.",), choices=AREA)
        control = written(wrong)
        select = control.one("select")
        assert select["aria-invalid"] == "true"
        assert control.one(id=select["aria-describedby"]).text == "Error: Choose one from the list."
        after = written(Control(name="area", label="Area", choices=AREA))
        assert "aria-invalid" not in after.one("select")
        assert "Choose one" not in after.text

    def test_a_day_has_its_own_value(self) -> None:
        for value in ("2026-03-31", "soon", "", "2026-04-01"):
            day = written(Control(name="raised_from", label="Raised on or after", value=value))
            assert day.one("input", type="date")["value"] == value


@pytest.mark.parametrize("name", ["compliance", "site", "customer", "auditor"])
def test_what_few_cars_tell_is_told_of_no_more_than_few(name: str, personas: Personas) -> None:
    audits_of(personas).hold(date(2025, 3, 1), "5A.B", "2.A", "8.A")
    let_see(personas.customer.organisation, *Finding.objects.all())
    actor = personas[name].actor
    for most, told in ((2, 0), (3, 3), (4, 3)):
        assert len(Finding.objects.order_by().few_visible_to(actor, most)) == told
    assert not Finding.objects.order_by().few_visible_to(personas.nobody.actor, 3)
