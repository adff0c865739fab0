"""The administration pages: who is let in, what is shown of mail, and that nothing is written past a service."""

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from carportal.core import administration
from carportal.core.administration import LookAdmin, ServiceAdmin
from carportal.core.models import Delivery
from carportal.core.notifications import Recipient
from stakeholders.models import User
from tests.core.kinds import owe
from tests.factories import PASSWORD
from tests.personas import Personas

pytestmark = pytest.mark.django_db

DELIVERIES = reverse("admin:core_delivery_changelist")


def owe_mails(count: int) -> None:
    for number in range(count):
        owe(Recipient(None, f"person{number}@example.org", f"Person {number}"))


def test_every_admin_is_one_of_ours_so_that_nothing_is_written_past_a_service() -> None:
    registered = administration.site._registry.values()
    assert registered
    assert all(isinstance(each, LookAdmin) for each in registered)
    assert {type(each).__name__ for each in registered if isinstance(each, ServiceAdmin)} == {
        "RequirementTitleAdmin",
        "UserAdmin",
    }


def test_nothing_is_deleted_and_nothing_done_to_many_rows_at_once(personas: Personas) -> None:
    owe_mails(1)
    delivery = Delivery.objects.get()
    client = personas.admin.client
    chosen = {"action": "delete_selected", "_selected_action": [str(delivery.pk)], "post": "yes"}
    client.post(DELIVERIES, chosen)
    for path in (f"{DELIVERIES}{delivery.pk}/delete/", f"{DELIVERIES}{delivery.pk}/history/"):
        assert client.get(path).status_code == client.post(path).status_code == HTTPStatus.NOT_FOUND
    assert Delivery.objects.exists()


def test_flags_of_an_account_open_nothing(personas: Personas) -> None:
    User.objects.filter(pk=personas.compliance.user.pk).update(is_superuser=True)
    assert personas.compliance.client.get("/admin/").status_code == HTTPStatus.NOT_FOUND


def test_who_is_not_logged_in_gets_the_portals_own_login_and_then_the_page(personas: Personas) -> None:
    client = Client()
    asked = client.get(DELIVERIES)
    assert asked.headers["Location"] == f"{reverse('account_login')}?next={DELIVERIES}"
    for path in ("/admin/login/", "/admin/logout/", "/admin/password_change/", "/admin/autocomplete/"):
        assert client.get(path).status_code == HTTPStatus.NOT_FOUND
    given = {"login": personas.admin.user.email, "password": PASSWORD}
    assert client.post(asked.headers["Location"], given).headers["Location"] == DELIVERIES


def test_navigation_leads_there_whoever_may_go(personas: Personas) -> None:
    link = f'href="{reverse("admin:index")}"'
    assert link in personas.admin.client.get("/").content.decode()
    assert link not in personas.compliance.client.get("/").content.decode()


@pytest.mark.parametrize("path", ["/admin/", DELIVERIES])
def test_pages_carry_the_headers_of_all_others_and_no_script_of_their_own(
    personas: Personas, path: str
) -> None:
    response = personas.admin.client.get(path)
    assert "script-src 'self'" in response.headers["Content-Security-Policy"]
    assert {"no-store", "private"} <= set(response.headers["Cache-Control"].split(", "))
    page = response.content.decode()
    assert " style=" not in page
    assert " onclick=" not in page


def test_mail_that_was_given_up_is_found_with_its_reason_and_without_its_content(personas: Personas) -> None:
    owe_mails(2)
    given_up = Delivery.objects.get(notification__address="person0@example.org")
    Delivery.objects.filter(pk=given_up.pk).update(
        state="failed", last_error="550 no such mailbox", subject="Of Ana", text="All about Ana"
    )
    client = personas.admin.client
    listed = client.get(DELIVERIES, {"state__exact": "failed"}).content.decode()
    assert "person0@example.org" in listed
    assert "person1@example.org" not in listed
    shown = client.get(reverse("admin:core_delivery_change", args=[given_up.pk])).content.decode()
    assert "550 no such mailbox" in shown
    assert "Ana" not in listed + shown
    of_news = reverse("admin:core_notification_change", args=[given_up.notification_id])
    assert "550 no such mailbox" in client.get(of_news).content.decode()


def test_news_of_a_kind_that_is_no_more_is_shown_by_its_name(personas: Personas) -> None:
    owe_mails(1)
    Delivery.objects.get().notification.__class__.objects.update(kind="kind_of_old")
    assert "kind_of_old" in personas.admin.client.get(DELIVERIES).content.decode()


def test_longer_lists_take_no_more_queries(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = personas.admin.client
    for count in (1, 12):
        owe_mails(count)
        with django_assert_num_queries(
            5
        ):  # session, person, memberships, and of the list: its count and its rows
            client.get(DELIVERIES)
        with django_assert_num_queries(5):
            client.get(reverse("admin:core_notification_changelist"))
