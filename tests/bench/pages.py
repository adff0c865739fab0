"""Asked in a process with the environment of a filled portal: which pages are measured, and what each asks the database.

Told as JSON: of each page who opens it, its address, the cookie to open it with, the queries, and which page of the
bare limit is like it.
"""

from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carportal.core.actor import Actor
from findings.filters.sorting import SORTS
from findings.models import Finding
from findings.ordering import newest_first
from stakeholders.acting import actor_of
from stakeholders.models import User

LIST, COUNTS, ONE = "/list", "/counts", "/one/77"
READERS = {"operator": "scale-compliance", "customer": "scale-customer", "supplier": "scale-supplier"}


def pages_of(actor: Actor) -> dict[str, tuple[str, str]]:
    """By name: its address, and the page of the limit that is like it."""
    in_order = Finding.objects.visible_to(actor).order_by("-raised_on", "-reference")
    finding, key = in_order[0], in_order[in_order.count() * 3 // 4]
    deep = urlencode({"status": "all", "after": newest_first("raised_on").place_of(key)})
    by_stage = next(sort for sort in SORTS if sort.name == "status")
    deep_by_status = urlencode({"status": "all", "sort": "status", "after": by_stage.order.place_of(key)})
    year = key.raised_on.year
    return {
        "home": ("/", COUNTS),
        "home, one area": ("/?area=5A", COUNTS),
        "home, one age": ("/?age=1-2-years", COUNTS),
        "home, raised in a year": (f"/?raised_from={year}-01-01&raised_until={year}-12-31", COUNTS),
        "list": ("/cars/", LIST),
        "list of all": ("/cars/?status=all", LIST),
        "deep in it": (f"/cars/?{deep}", LIST),
        "one status": ("/cars/?status=in_progress", LIST),
        "one area": ("/cars/?area=5A", LIST),
        "one country": ("/cars/?country=IN", LIST),
        "area, country, sector": ("/cars/?area=5A&country=IN&sector=food", LIST),
        "one site": (f"/cars/?site={finding.site_id}", LIST),
        "one age": ("/cars/?age=1-2-years", LIST),
        "raised again": ("/cars/?times=again", LIST),
        "raised in a year": (f"/cars/?raised_from={year}-01-01&raised_until={year}-12-31", LIST),
        "by reference": ("/cars/?sort=reference", LIST),
        "by status": ("/cars/?status=all&sort=status", LIST),
        "by status, deep": (f"/cars/?{deep_by_status}", LIST),
        "reply awaited": ("/cars/?reply=awaited", LIST),
        "update late": ("/cars/?updates=late", LIST),
        "waiting on others": ("/cars/?waiting=others", LIST),
        "a CAR": (f"/cars/{finding.pk}/", ONE),
    }


def look() -> list[dict[str, object]]:
    told = []
    for reader, address in READERS.items():
        client = Client(HTTP_HOST="127.0.0.1")
        user = User.objects.get(email=f"{address}@demo.example")
        client.force_login(user)
        for name, (url, like) in pages_of(actor_of(user, user.memberships.get())).items():
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                client.get(url)
            told.append(
                {
                    "reader": reader,
                    "name": name,
                    "url": url,
                    "like": like,
                    "cookie": client.cookies[settings.SESSION_COOKIE_NAME].value,
                    "queries": len(queries),
                }
            )
    return told
