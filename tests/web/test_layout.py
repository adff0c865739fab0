"""What stands around every page: who acts for whom, where one can go, what went wrong."""

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import OrganisationKind, Role
from stakeholders.models import Membership
from tests.factories import make_organisation
from tests.personas import Persona, Personas
from tests.web.markup import Element, read

SECTIONS = {
    "site": ["Home", "CARs", "Sites", "Organisation"],
    "customer": ["Home", "CARs", "Organisation"],
    "auditor": ["Home", "Audits", "CARs", "Organisation"],
    "compliance": ["Home", "CARs", "Audits", "Sites", "Organisations"],
    "ngo": ["Home", "CARs", "Organisation"],
    "nobody": [],
    "anonymous": [],
}


def request_of(persona: Persona, path: str = "/cars/") -> HttpRequest:
    """A request as the middleware hands it on."""
    request = RequestFactory().get(path)
    user = persona.maybe_user
    memberships = list(Membership.objects.of_person(user.pk)) if user else []
    vars(request).update(
        user=user,
        actor=persona.actor,
        memberships=memberships,
        membership=memberships[0] if memberships else None,
    )
    return request


def page_for(persona: Persona, path: str = "/cars/", **context: object) -> Element:
    return read(render_to_string("base.html", context, request=request_of(persona, path)))


def sections_of(page: Element) -> list[str]:
    return [link.text for nav in page.all("nav", aria_label="Main") for link in nav.all("a")]


def test_everybody_has_a_navigation_of_their_own(personas: Personas) -> None:
    assert {name: sections_of(page_for(personas[name])) for name in SECTIONS} == SECTIONS


@pytest.mark.parametrize(
    ("path", "section"),
    [
        ("/", "Home"),
        ("/cars/", "CARs"),
        ("/cars/1/plan/", "CARs"),
        ("/shares/1/", "CARs"),
        ("/records/finding/1/", "CARs"),
        ("/records/organisation/1/", "Organisation"),
        ("/sites/1/", "Sites"),
    ],
)
def test_navigation_marks_the_section_the_page_lies_in(personas: Personas, path: str, section: str) -> None:
    marked = [link.text for link in page_for(personas.site, path).all("a") if "aria-current" in link]
    assert marked == [section]


def test_page_outside_every_section_marks_none(personas: Personas) -> None:
    page = page_for(personas.site, reverse("account_change_password"))
    assert not [link for link in page.all("a") if "aria-current" in link]


def test_header_names_the_organisation_acted_for(personas: Personas) -> None:
    assert "Acting for Green Valley Foods" in page_for(personas.site).one("header").text


def test_who_belongs_to_one_organisation_has_nothing_to_switch(personas: Personas) -> None:
    page = page_for(personas.site)
    assert not page.all("button", name="organisation")


def test_who_belongs_to_two_switches_to_the_other_by_post(personas: Personas) -> None:
    other = make_organisation(OrganisationKind.CUSTOMER, name="Zest Markets")
    Membership.objects.create(user=personas.site.user, organisation=other, role=Role.VIEWER)
    switch = page_for(personas.site).one("form", action=reverse("organisation_switch"))
    assert switch["method"] == "post"
    assert [button["value"] for button in switch.all("button", name="organisation")] == [str(other.pk)]
    assert switch.one("button").text == "Zest Markets Customer"


def test_menu_names_the_person_and_logs_out_by_post(personas: Personas) -> None:
    menu = page_for(personas.site).one("form", action=reverse("account_logout"))
    assert menu["method"] == "post"
    assert menu.one("button").text == "Log out"


def test_header_needs_no_query_of_its_own(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    request = request_of(personas.compliance)
    with django_assert_num_queries(0):
        render_to_string("base.html", request=request)


def test_page_starts_with_a_way_past_the_header(personas: Personas) -> None:
    page = page_for(personas.site)
    first = page.all("a")[0]
    assert first.text == "Skip to main content"
    assert page.one("main")["id"] == first["href"].removeprefix("#")
    assert page.one("html")["lang"].lower() == "en-gb"


def test_messages_are_announced_by_their_weight(personas: Personas) -> None:
    messages = [Message(constants.SUCCESS, "Plan shared."), Message(constants.ERROR, "It has changed.")]
    main = page_for(personas.site, messages=messages).one("main")
    assert main.one(role="status").text == "Plan shared."
    assert main.one(role="alert").text == "Important: It has changed."


def test_title_of_a_page_with_errors_says_so_first(personas: Personas) -> None:
    assert page_for(personas.site, has_errors=True).one("title").text.startswith("Error: ")
    assert page_for(personas.site).one("title").text.startswith("CAR portal")


@pytest.mark.parametrize("template", ["403", "403_csrf", "404", "429", "500", "errors/domain_error"])
def test_error_page_stands_without_a_request_and_leads_on(template: str) -> None:
    page = read(render_to_string(f"{template}.html", {"message": "Somebody was faster.", "status": 409}))
    assert page.one("h1").text
    assert page.one("main").all("a")


@pytest.mark.parametrize("status", [400, 403, 409, 503])
def test_error_of_a_rule_says_its_sentence(status: int) -> None:
    page = read(
        render_to_string("errors/domain_error.html", {"message": "Choose a customer.", "status": status})
    )
    assert "Choose a customer." in page.one("main").text


@pytest.mark.parametrize("with_action", [True, False])
def test_mail_says_the_same_in_text_and_in_html(*, with_action: bool) -> None:
    context = (
        {"action_url": "https://portal.example/cars/1/", "action_label": "See the plan"}
        if with_action
        else {}
    )
    html, text = render_to_string("emails/base.html", context), render_to_string("emails/base.txt", context)
    for content in (html, text):
        assert ("https://portal.example/cars/1/" in content) is with_action
        assert ("See the plan" in content) is with_action
    assert "<img" not in html
    assert "<" not in text
