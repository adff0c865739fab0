"""Logging in and out, too many attempts, and choosing a new password."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import NoReverseMatch, reverse
from pytest_django.fixtures import Settings

from carportal.core.delivery import deliver_due
from carportal.core.models import Delivery, Notification
from stakeholders.models import User
from tests.factories import PASSWORD, make_member, make_supplier, make_user
from tests.personas import Personas

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another-long-enough-phrase"


@pytest.fixture
def person() -> User:
    user = make_user("ada@example.org", name="Ada")
    make_member(make_supplier("Alpha"), user=user)
    return user


def log_in(client: Client, email: str, password: str) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("profile")).status_code == 200


# --- Logging in and out ---------------------------------------------------------------------------


@pytest.mark.parametrize("email", ["ada@example.org", "ADA@Example.org", " ada@example.org "])
def test_person_logs_in_with_address_and_password(client: Client, person: User, email: str) -> None:
    assert log_in(client, email, PASSWORD).headers["Location"] == reverse("home")
    assert is_logged_in(client)


def test_wrong_password_and_unknown_address_get_the_same_answer(client: Client, person: User) -> None:
    wrong = log_in(client, person.email, "not-the-password")
    unknown = log_in(client, "bob@example.org", "not-the-password")
    texts = [
        re.sub(r"\w+@example\.org|value=\"[\w-]+\"", "", each.content.decode()) for each in (wrong, unknown)
    ]
    assert texts[0] == texts[1]
    assert "not correct" in texts[0]
    assert not is_logged_in(client)


def test_login_goes_on_to_the_page_that_was_asked_for(client: Client, person: User) -> None:
    asked = client.get(reverse("organisation"))
    login_url = asked.headers["Location"]
    response = client.post(login_url, {"login": person.email, "password": PASSWORD})
    assert response.headers["Location"] == reverse("organisation")


def test_login_leads_to_no_other_host(client: Client, person: User) -> None:
    response = client.post(
        f"{reverse('account_login')}?next=https://elsewhere.example/",
        {"login": person.email, "password": PASSWORD},
    )
    assert response.headers["Location"] == reverse("home")


def test_who_is_logged_in_goes_home_from_the_login_page(personas: Personas) -> None:
    response = personas.site.client.get(reverse("account_login"))
    assert (response.status_code, response.headers["Location"]) == (302, reverse("home"))


def test_logging_out_takes_a_post(personas: Personas) -> None:
    client = personas.site.client
    assert client.get(reverse("account_logout")).status_code == 200
    assert is_logged_in(client)
    assert client.post(reverse("account_logout")).headers["Location"] == reverse("account_login")
    assert not is_logged_in(client)


def test_deactivated_person_does_not_get_in(client: Client, person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert log_in(client, person.email, PASSWORD).headers["Location"] == reverse("account_inactive")
    assert not is_logged_in(client)
    assert client.get(reverse("account_inactive")).status_code == 200


@pytest.mark.parametrize("route", ["account_signup", "account_email", "account_reauthenticate"])
def test_pages_of_allauth_that_the_portal_does_not_use_are_not_there(route: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(route)


# --- Too many attempts ----------------------------------------------------------------------------


def test_sixth_wrong_password_within_five_minutes_gets_the_page_that_says_so(
    client: Client, person: User
) -> None:
    for _ in range(5):
        assert log_in(client, person.email, "wrong").status_code == 200
    response = log_in(client, person.email, "wrong")
    assert response.status_code == 429
    assert "Too many attempts" in response.content.decode()
    # Knowing the password does not help until the time is over.
    assert log_in(client, person.email, PASSWORD).status_code == 429
    assert not is_logged_in(client)


def test_attempts_on_one_account_do_not_lock_another(client: Client, person: User) -> None:
    other = make_user("bob@example.org")
    for _ in range(6):
        log_in(client, person.email, "wrong")
    assert log_in(Client(REMOTE_ADDR="192.0.2.7"), other.email, PASSWORD).status_code == 302


def test_logging_in_rightly_again_and_again_is_not_throttled(person: User) -> None:
    for _ in range(12):
        assert log_in(Client(), person.email, PASSWORD).status_code == 302


def test_one_machine_cannot_try_many_accounts(client: Client) -> None:
    answers = [log_in(client, f"person{number}@example.org", "wrong").status_code for number in range(12)]
    assert answers[:10] == [200] * 10
    assert answers[10:] == [429] * 2


def test_login_says_so_when_attempts_cannot_be_counted(
    client: Client, person: User, settings: Settings
) -> None:
    broken = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    settings.CACHES = {"default": broken}
    try:
        response = log_in(client, person.email, PASSWORD)
    finally:
        cache.close()
    assert response.status_code == 503
    assert "not possible just now" in response.content.decode()


# --- A new password -------------------------------------------------------------------------------


def ask(client: Client, email: str) -> Any:
    return client.post(reverse("account_reset_password"), {"email": email}, follow=True)


def link_in(mail: EmailMultiAlternatives) -> str:
    match = re.search(r"http://[^/]+(/accounts/password/reset/key/\S+)", str(mail.body))
    assert match, mail.body
    return match.group(1)


def test_person_chooses_a_new_password_by_mail(
    client: Client, person: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    ask(client, person.email)
    assert deliver_due() == 1
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["Ada <ada@example.org>"], "Choose a new password")
    link = link_in(mail)
    assert link in str(mail.alternatives[0][0])
    page = client.get(link, follow=True)
    form_url = page.redirect_chain[-1][0]
    response = client.post(form_url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain[-1][0] == reverse("account_reset_password_from_key_done")
    assert log_in(Client(), person.email, PASSWORD).status_code == 200
    assert log_in(Client(), person.email, NEW_PASSWORD).status_code == 302


def test_link_works_once(client: Client, person: User, mailoutbox: list[EmailMultiAlternatives]) -> None:
    ask(client, person.email)
    deliver_due()
    link = link_in(mailoutbox[0])
    assert "password1" in client.get(link, follow=True).content.decode()
    person.set_password(NEW_PASSWORD)
    person.save()
    assert "password1" not in client.get(link, follow=True).content.decode()


def test_no_secret_of_it_is_stored(
    client: Client, person: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    ask(client, person.email)
    deliver_due()
    key = link_in(mailoutbox[0]).strip("/").rpartition("-")[2]
    for model in (Notification, Delivery):
        assert key not in str(list(model.objects.values()))


def test_unknown_address_gets_the_same_page_and_no_mail(
    client: Client, person: User, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    known, unknown = ask(client, person.email), ask(client, "nobody.here@example.org")
    assert known.redirect_chain == unknown.redirect_chain
    texts = [
        re.sub(r"value=\"[\w-]+\"|\S+@example\.org", "", each.content.decode()) for each in (known, unknown)
    ]
    assert texts[0] == texts[1]
    assert deliver_due() == 1
    assert [mail.to for mail in mailoutbox] == [["Ada <ada@example.org>"]]


def test_deactivated_person_gets_no_mail(client: Client, person: User) -> None:
    ask(client, person.email)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert deliver_due() == 0
    ask(client, person.email)
    assert deliver_due() == 0


def test_each_request_is_one_mail_and_the_sixth_within_an_hour_is_refused(
    client: Client, person: User
) -> None:
    for _ in range(5):
        assert ask(client, person.email).status_code == 200
    assert ask(client, person.email).status_code == 429
    assert deliver_due() == 5


def test_person_changes_the_password_and_stays_logged_in(client: Client, person: User) -> None:
    log_in(client, person.email, PASSWORD)
    elsewhere = Client()
    log_in(elsewhere, person.email, PASSWORD)
    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    assert response.headers["Location"] == reverse("profile")
    assert is_logged_in(client)
    assert not is_logged_in(elsewhere)


def test_changing_the_password_takes_the_old_one(client: Client, person: User) -> None:
    log_in(client, person.email, PASSWORD)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_person_without_a_password_is_sent_to_choose_one_by_mail(client: Client, person: User) -> None:
    person.set_unusable_password()
    person.save()
    client.force_login(person)
    page = client.get(reverse("account_change_password"), follow=True)
    assert page.redirect_chain[-1][0] == reverse("account_reset_password")
