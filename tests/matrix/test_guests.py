"""What a guest gets from every route: its own share, and of all others what somebody gets who is not logged in."""

import pytest
from django.urls import URLPattern, reverse

from actionplans.urls import urlpatterns
from tests.matrix.table import ROWS
from tests.matrix.test_permissions import answer_to
from tests.matrix.world import World

# All that is open to a guest beside what is open to everybody.
OPEN = """
GET   share            guests-share    ok
GET   share_reply      guests-share    ok
POST  share_reply      guests-share    ok
GET   share_version    guests-sending  ok
GET   share_pdf        guests-share    ok
POST  share_pdf        guests-share    ok
GET   evidence_file    guests-file     ok
GET   evidence_file    file            ok
GET   guest_account    -               ok
POST  guest_account    -               ok
"""
# Of pages that guests have of their own share, nobody else's is there for them.
HIDDEN = """
GET   share            share           404
GET   share            ngos-share      404
GET   share_reply      share           404
GET   share_reply      ngos-share      404
POST  share_reply      share           404
POST  share_reply      ngos-share      404
GET   share_version    sending         404
GET   share_version    ngos-sending    404
GET   share_compare    share           404
GET   share_compare    ngos-share      404
GET   share_compare    guests-share    404
GET   share_pdf        share           404
POST  share_pdf        share           404
GET   share_pdf        ngos-share      404
POST  share_pdf        ngos-share      404
GET   evidence_file    own-file        404
GET   evidence_file    customers-file  404
"""


def _read(table: str) -> dict[tuple[str, str, str], str]:
    lines = [line.split() for line in table.strip().splitlines()]
    return {(method, route, target.strip("-")): answer for method, route, target, answer in lines}


@pytest.mark.django_db
def test_guest_gets_its_own_share_and_else_what_everybody_gets(world: World) -> None:
    expected = {(row.method, row.route, row.target): row.answers["anonymous"] for row in ROWS}
    expected |= _read(OPEN) | _read(HIDDEN)
    got = {
        key: answer_to(world.guest, key[0], reverse(key[1], kwargs=world.target(key[2]))) for key in expected
    }
    assert got == expected


def _is_open(pattern: URLPattern) -> bool:
    return getattr(pattern.callback, "is_open_to_guests", False)


def test_every_page_that_is_open_to_guests_is_named_here() -> None:
    """`reader_required` stands before no other page."""
    rows = {**_read(OPEN), **_read(HIDDEN)}
    of_pages = {route for _method, route, _target in rows} - {"guest_account"}
    assert of_pages == {pattern.name for pattern in urlpatterns if _is_open(pattern)}
