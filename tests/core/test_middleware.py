"""An escaped error becomes a page with its sentence; pages are private."""

import gzip
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path
from django.utils.translation import gettext_lazy as _
from pytest_django.fixtures import Settings

from carportal.core.decorators import ActorRequest, actor_required
from carportal.core.errors import Conflict, DomainError, InvalidInput, NotAllowed, Unavailable
from tests.personas import Personas

ERRORS = {
    "not-allowed": (NotAllowed(_("Only the site may do this.")), 403),
    "conflict": (Conflict(_("Somebody was faster.")), 409),
    "invalid": (InvalidInput(_("That is no date."), {"date": [_("Not a date.")]}), 400),
    "unavailable": (Unavailable(_("PDF cannot be made here.")), 503),
    "plain": (DomainError("Ana <& Ben> were there."), 400),
}
FILE = b"a,b\r\n" * 1000


def fail(_request: HttpRequest, name: str) -> HttpResponse:
    raise ERRORS[name][0]


def page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("a page")


def cached(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("kept", headers={"Cache-Control": "max-age=60"})


def long_page(_request: HttpRequest) -> HttpResponse:
    return HttpResponse("<p>a long page" * 1000)


def file(_request: HttpRequest) -> HttpResponse:
    return HttpResponse(FILE, content_type="text/csv")


@actor_required
def who(request: ActorRequest) -> HttpResponse:
    return HttpResponse(request.actor.kind)


urlpatterns = [
    path("fail/<name>/", fail),
    path("page/", page),
    path("long/", long_page),
    path("file/", file),
    path("cached/", cached),
    path("who/", who),
    path("accounts/login/", page, name="account_login"),
]


@pytest.fixture(autouse=True)
def _pages(settings: Settings, tmp_path: Path) -> None:
    settings.ROOT_URLCONF = __name__
    (tmp_path / "errors").mkdir()
    (tmp_path / "errors/domain_error.html").write_text("{{ status }} {{ message }}")
    settings.TEMPLATES = [
        {"BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [tmp_path], "OPTIONS": {}}
    ]


@pytest.mark.parametrize("name", ERRORS)
def test_an_escaped_error_is_a_page_with_its_sentence_and_status(name: str, client: Client):
    error, status = ERRORS[name]
    response = client.get(f"/fail/{name}/")
    assert response.status_code == status
    escaped = str(error.message).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert response.content.decode() == f"{status} {escaped}"


def test_pages_are_not_stored_for_the_back_button(client: Client):
    assert {"no-store", "private"} <= set(client.get("/page/")["Cache-Control"].split(", "))


def test_a_view_may_say_otherwise(client: Client):
    assert client.get("/cached/")["Cache-Control"] == "max-age=60"


def test_a_page_comes_compressed_to_who_takes_that_and_differs_in_length_each_time(client: Client):
    plain = client.get("/long/")
    compressed = [client.get("/long/", headers={"Accept-Encoding": "gzip"}) for _time in range(30)]
    assert "Content-Encoding" not in plain
    assert all(each["Content-Encoding"] == "gzip" for each in compressed)
    assert {gzip.decompress(each.content) for each in compressed} == {plain.content}
    assert max(len(each.content) for each in compressed) < len(plain.content) / 5
    assert len({len(each.content) for each in compressed}) > 1  # BREACH: no length tells what a page has


def test_a_file_comes_as_it_is(client: Client):
    response = client.get("/file/", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in response
    assert response.content == FILE


def test_every_page_carries_the_security_headers(client: Client):
    response = client.get("/page/")
    assert "camera=()" in response["Permissions-Policy"]
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert "unsafe-inline" not in response["Content-Security-Policy"]


def test_who_is_logged_in_has_an_actor_and_others_are_sent_to_log_in(personas: Personas):
    assert personas.site.client.get("/who/").content == b"user"
    response = personas.anonymous.client.get("/who/")
    assert response.status_code == 302
    assert response["Location"] == "/accounts/login/?next=/who/"
