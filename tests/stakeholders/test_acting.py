"""For whom a request acts: found anew on every request."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import OrganisationKind, Role
from stakeholders.acting import actor_of
from stakeholders.models import Membership, User
from tests.factories import (
    make_customer,
    make_member,
    make_organisation,
    make_site,
    make_supplier,
    make_user,
)
from tests.personas import Personas
from tests.web.markup import read

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user(name="Ada Both")


@pytest.fixture
def client(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def acts_for(client: Client) -> str:
    """The name of the organisation on the page of one's own organisation."""
    response = client.get(reverse("organisation"))
    return response.context["organisation"].name if response.status_code == 200 else ""


def test_actor_carries_organisation_its_kind_and_the_role() -> None:
    membership = make_member(make_organisation(OrganisationKind.NGO), Role.EDITOR)
    actor = actor_of(membership.user, membership)
    assert (actor.user_id, actor.organisation_id) == (membership.user_id, membership.organisation_id)
    assert (actor.organisation_kind, actor.role) == (OrganisationKind.NGO, Role.EDITOR)


def test_person_of_two_organisations_switches_visibly(client: Client, person: User) -> None:
    make_member(make_supplier("Alpha"), user=person)
    second = make_member(make_customer("Beta"), user=person)
    assert acts_for(client) == "Alpha"
    response = client.post(
        reverse("organisation_switch"), {"organisation": second.organisation_id}, follow=True
    )
    assert "You now act for Beta." in response.content.decode()
    assert acts_for(client) == "Beta"


def test_page_that_is_not_there_for_one_organisation_is_opened_for_the_other(
    client: Client, person: User
) -> None:
    """As a link in a mail may be about either."""
    make_member(make_customer("Alpha"), user=person)
    second = make_member(make_supplier("Beta"), user=person)
    site = make_site(second.organisation)
    url = f"{reverse('site', args=[site.pk])}?from=mail"
    gone = client.get(url)
    assert gone.status_code == 404
    form = read(gone.content.decode()).one("main").one("form")
    assert form.one("button").text == "Open it for Beta"
    data = {each["name"]: each["value"] for each in (form.one("button"), form.one("input", name="next"))}
    there = client.post(form["action"], data, follow=True)
    assert there.redirect_chain == [(url, 302)]
    assert "You now act for Beta." in there.content.decode()
    assert site.name in there.content.decode()


def test_who_acts_for_one_organisation_is_asked_for_no_other(client: Client, person: User) -> None:
    make_member(make_supplier("Alpha"), user=person)
    main = read(client.get("/nothing/").content.decode()).one("main")
    assert not main.all("form")


@pytest.mark.parametrize("choice", ["", "nonsense", "00000000-0000-0000-0000-000000000000"])
def test_nobody_switches_to_what_is_not_theirs(client: Client, person: User, choice: str) -> None:
    make_member(make_supplier("Alpha"), user=person)
    assert client.post(reverse("organisation_switch"), {"organisation": choice}).status_code == 404
    assert acts_for(client) == "Alpha"


def test_nobody_switches_to_the_organisation_of_others(client: Client, person: User) -> None:
    make_member(make_supplier("Alpha"), user=person)
    foreign = make_member(make_supplier("Foreign"))
    response = client.post(reverse("organisation_switch"), {"organisation": foreign.organisation_id})
    assert response.status_code == 404
    assert acts_for(client) == "Alpha"


def test_switching_by_a_link_is_not_possible(client: Client) -> None:
    assert client.get(reverse("organisation_switch")).status_code == 405


def test_removed_member_sees_nothing_from_the_next_request_on(client: Client, person: User) -> None:
    membership = make_member(make_supplier("Alpha"), Role.MANAGER, user=person)
    assert acts_for(client) == "Alpha"
    membership.delete()
    response = client.get(reverse("organisation"))
    assert response.status_code == 403
    assert "Alpha" not in response.content.decode()


def test_removed_member_goes_on_for_the_organisation_that_remains(client: Client, person: User) -> None:
    make_member(make_supplier("Alpha"), user=person)
    second = make_member(make_customer("Beta"), user=person)
    client.post(reverse("organisation_switch"), {"organisation": second.organisation_id})
    Membership.objects.filter(pk=second.pk).delete()
    assert acts_for(client) == "Alpha"


def test_joining_another_organisation_does_not_change_for_whom_one_acts(client: Client, person: User) -> None:
    make_member(make_supplier("Zulu"), user=person)
    assert acts_for(client) == "Zulu"
    make_member(make_supplier("Alpha"), user=person)
    assert acts_for(client) == "Zulu"


def test_a_lesser_role_holds_from_the_next_request_on(client: Client, person: User) -> None:
    membership = make_member(make_supplier("Alpha"), Role.MANAGER, user=person)
    invite = reverse("organisation_invite", args=[membership.organisation_id])
    assert client.get(invite).status_code == 200
    Membership.objects.filter(pk=membership.pk).update(role=Role.VIEWER)
    assert client.get(invite).status_code == 403


def test_deactivated_person_is_logged_out_with_the_next_request(client: Client, person: User) -> None:
    make_member(make_supplier("Alpha"), user=person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert client.get(reverse("organisation")).headers["Location"].startswith(reverse("account_login"))


def test_times_are_shown_in_the_persons_time_zone(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Dhaka")
    manager = make_member(make_supplier("Alpha"), Role.MANAGER, user=person)
    colleague = make_member(manager.organisation)
    client.post(reverse("member_remove", args=[colleague.pk]))
    assert "+06" in client.get(reverse("organisation")).content.decode()


def test_a_language_that_the_portal_dropped_breaks_no_page(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(language="xx")
    make_member(make_supplier("Alpha"), user=person)
    response = client.get(reverse("organisation"))
    assert response.headers["Content-Language"] == "en-gb"


def test_actor_costs_one_query(personas: Personas, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    client = personas.site.client
    client.get(reverse("livez"))
    with django_assert_num_queries(3):  # session, person, memberships
        client.get(reverse("livez"))


def test_request_without_login_costs_no_query(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        Client().get(reverse("livez"))
