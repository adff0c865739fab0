"""Who gets what from every route: the matrix. A route that is not in it fails the first test."""

import pytest
from django.db import transaction
from django.http import HttpResponseBase, StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tests.matrix.routes import route_names
from tests.matrix.table import PERSONAS, ROWS, Row
from tests.matrix.world import World

LOGIN = "/accounts/login/"


def test_every_route_is_in_the_matrix() -> None:
    assert sorted({row.route for row in ROWS}) == sorted(set(route_names()))


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.route} {row.target}".strip())
@pytest.mark.django_db
def test_each_persona_gets_what_the_matrix_says(row: Row, world: World) -> None:
    url = reverse(row.route, kwargs=world.target(row.target))
    got = {name: answer_to(world.personas[name].client, row.method, url) for name in PERSONAS}
    assert got == dict(row.answers), f"{row.method} {url}"


def answer_to(browser: Client, method: str, url: str) -> str:
    """One cell: `ok` for whoever gets through to the rule behind the door, whatever that says then."""
    client = Client()  # of its own: the portal may take the cookie away
    client.cookies.update(browser.cookies)
    with transaction.atomic():
        response = client.post(url) if method == "POST" else client.get(url)
        if isinstance(response, StreamingHttpResponse):
            b"".join(response)  # its rows are read only now
        transaction.set_rollback(True)
    return _cell(response)


def _cell(response: HttpResponseBase) -> str:
    if response.status_code == 302 and response["Location"].startswith(LOGIN):
        return "login"
    if response.status_code in {403, 404}:
        return str(response.status_code)
    # The health page answers 503 where no worker runs; that too is an answer.
    assert response.status_code < 500 or response.status_code == 503, response.status_code
    return "ok"
