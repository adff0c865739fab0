"""What every answer carries, whatever it is: a page, an error, a file, a redirect."""

import json
import os
import subprocess
import sys
from contextlib import closing
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from carportal.core.delivery import deliver_due
from stakeholders.models import User
from tests.factories import PASSWORD, make_member, make_supplier, make_user
from tests.personas import Personas
from tests.walls.crawling import fetched, got
from tests.walls.story import Clock, Story

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "font-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
    "img-src 'self' data:",
}


def check(response: Any, status: int, *, kept: bool = False) -> None:
    """Static files alone may be kept by a browser or a proxy."""
    headers = response.headers
    assert response.status_code == status
    assert set(headers["Content-Security-Policy"].split("; ")) == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    directives = set(headers["Cache-Control"].split(", "))
    assert kept or directives >= {"no-store", "private"}, directives


def test_every_kind_of_answer_carries_the_headers(personas: Personas, settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.walls.failing"
    visitor, viewer = Client(raise_request_exception=False), personas.site_viewer.client
    check(got(visitor.get("/")), 200)
    check(got(visitor.get("/accounts/login/")), 200)
    check(got(visitor.get("/cars/")), 302)
    check(got(viewer.get("/cars/")), 200)
    check(got(viewer.get("/organisations/")), 403)
    check(got(viewer.get("/nothing/here/")), 404)
    check(got(viewer.get("/organisation/switch/")), 405)
    check(got(visitor.get("/breaks/")), 500)
    check(got(visitor.get("/", HTTP_HOST="elsewhere.example")), 400)
    check(got(visitor.post("/accounts/login/", content_type="text/plain; charset=utf-7", data="a")), 400)
    check(got(Client(enforce_csrf_checks=True).post("/accounts/login/")), 403)
    check(got(visitor.get("/livez")), 200)


def test_files_carry_the_headers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story(Clock(monkeypatch), with_second=False)
    client = Client()
    client.force_login(story.nora)
    response = fetched(client, reverse("share_pdf", args=[story.share.pk]))
    check(response, 200)
    assert response.headers["Content-Type"] == "application/pdf"
    assert (
        response.headers["Content-Disposition"]
        == f'inline; filename="{story.finding.reference}-action-plan.pdf"'
    )
    for kind in ("csv", "excel"):
        check(got(client.get(f"/cars/{kind}/")), 200)
    with closing(client.get(f"{django_settings.STATIC_URL}img/favicon.svg")) as static:
        check(static, 200, kept=True)


def test_page_that_breaks_tells_nothing_of_why(settings: Settings) -> None:
    settings.ROOT_URLCONF = "tests.walls.failing"
    page = Client(raise_request_exception=False).get("/breaks/").content.decode()
    assert "a mistake in a page" not in page
    assert "ZeroDivisionError" not in page


DEPLOYMENT = {
    "SECRET_KEY": "of-a-deployment-that-this-test-makes-and-of-no-other-place",
    "ALLOWED_HOSTS": "portal.example",
    "DJANGO_SETTINGS_MODULE": "carportal.settings",
}


def test_deployment_speaks_https_alone_and_knows_no_pages_of_the_local_run() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.walls.deployment"],
        env={name: os.environ[name] for name in ("DATABASE_URL", "REDIS_URL", "PATH")} | DEPLOYMENT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["plain"] == [301, "https://portal.example/accounts/login/"]
    assert told["behind"] == 301, "a header that anybody can send makes http no https"
    assert told["secure"]["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains; preload"
    assert told["secure"]["Cross-Origin-Opener-Policy"] == "same-origin"
    assert told["csrf"]["secure"]
    assert told["csrf"]["httponly"]
    assert told["session"] == [True, True, "Lax"]
    assert (told["foreign"], told["local mail"], told["debug"]) == (400, "", False)


# --- Sessions and ways on -------------------------------------------------------------------------


@pytest.fixture
def person() -> User:
    user = make_user("ada@example.org", name="Ada")
    make_member(make_supplier("Alpha"), user=user)
    return user


def log_in(client: Client, **data: str) -> HttpResponse:
    given = {"login": "ada@example.org", "password": PASSWORD}
    return got(client.post(reverse("account_login"), {**given, **data}))


def test_session_is_a_new_one_after_login_and_gone_after_logout(person: User) -> None:
    client = Client()
    planted = client.session
    planted["planted"] = "by somebody else"
    planted.save()
    client.cookies[django_settings.SESSION_COOKIE_NAME] = planted.session_key or ""
    log_in(client)
    inside = client.cookies[django_settings.SESSION_COOKIE_NAME].value
    assert inside != planted.session_key
    client.post(reverse("account_logout"))
    again = Client()
    again.cookies[django_settings.SESSION_COOKIE_NAME] = inside
    assert again.get(reverse("profile")).status_code == 302


ELSEWHERE = [
    "https://elsewhere.example/",
    "//elsewhere.example/",
    "///elsewhere.example/",
    "\\\\elsewhere.example/",
    "/\\elsewhere.example/",
    "http:elsewhere.example",
    "javascript:alert(1)",
    "\thttps://elsewhere.example/",
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_no_address_given_along_leads_to_another_host(person: User, target: str) -> None:
    asked = {"next": target}
    places = [log_in(Client(), **asked).headers["Location"]]
    client = Client()
    client.force_login(person)
    places += [
        client.get(reverse("account_login"), asked).headers["Location"],
        client.post(f"{reverse('account_login')}?next={target}").headers["Location"],
        client.post(reverse("organisation_switch"), {**asked, "organisation": _own(person)}).headers[
            "Location"
        ],
        client.post(reverse("account_logout"), asked).headers["Location"],
    ]
    assert set(places) <= {reverse("home"), reverse("account_login")}, places


def _own(person: User) -> str:
    return str(person.memberships.get().organisation_id)


def test_host_that_a_request_names_is_in_no_mail(
    person: User, mailoutbox: list[Any], settings: Settings
) -> None:
    settings.ALLOWED_HOSTS = ["testserver", "also-mine.example"]
    asked = Client().post(
        reverse("account_reset_password"), {"email": person.email}, HTTP_HOST="also-mine.example"
    )
    assert asked.status_code == 302
    deliver_due()
    assert "also-mine.example" not in str(mailoutbox[0].body) + str(mailoutbox[0].alternatives)


def test_address_that_a_request_claims_to_come_from_does_not_count(person: User) -> None:
    """Without a proxy in front, X-Forwarded-For is whatever its sender likes."""
    answers = [
        Client()
        .post(
            reverse("account_login"),
            {"login": f"person{number}@example.org", "password": "wrong"},
            HTTP_X_FORWARDED_FOR=f"192.0.2.{number}",
        )
        .status_code
        for number in range(12)
    ]
    assert answers[-2:] == [429, 429]
