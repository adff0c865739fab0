"""Opening a plan that has grown for years, set against opening one that was just begun."""

import http.client
import statistics
import time
from contextlib import closing
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import urlsplit
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from actionplans.models import ActionPlan, DraftRow
from stakeholders.models import User
from tests.actionplans.conftest import make_story
from tests.actionplans.making import add_file, person_of
from tests.live import LivePortal

SMALL, LONG = (5, 5, 2), (60, 80, 40)  # causes, actions, files
WHYS = 2  # below each cause
PAGES = {"read": "", "written": "edit/"}
WARM_UP, TIMES = 5, 30


def bench_long_plan(live_portal: LivePortal) -> None:
    opened = {size: _opened(live_portal, *size) for size in (SMALL, LONG)}
    for page in PAGES:
        small, long = opened[SMALL][page], opened[LONG][page]
        assert small.queries == long.queries, "the queries grow with the rows"
        print(  # noqa: T201 - read by the person who runs it
            f"\nA plan with {LONG} causes, actions and files is {page} in {long}, one with {SMALL} in {small}: "
            f"{long.milliseconds / small.milliseconds:.2f} times that (goal 2), {long.queries} queries each"
        )


class Opened(NamedTuple):
    milliseconds: float
    size: int  # bytes, before compression
    queries: int

    def __str__(self) -> str:
        return f"{self.milliseconds:.0f} ms ({self.size / 1024:.0f} KB)"


def _opened(portal: LivePortal, causes: int, actions: int, files: int) -> dict[str, Opened]:
    """What opening each page takes, by the page."""
    story = make_story()
    plan = story.plan()
    _fill(plan, causes, actions)
    for number in range(files):
        add_file(plan, story.alice, name=f"receipts-{number}.txt", content=b"Receipt %d" % number)
    user = person_of(story.alice)
    urls = {page: f"/cars/{plan.finding_id}/plan/{path}" for page, path in PAGES.items()}
    return {page: Opened(*_measured(portal, user, url), _queries(user, url)) for page, url in urls.items()}


def _fill(plan: ActionPlan, causes: int, actions: int) -> None:
    rows = []
    for number in range(causes):
        cause = DraftRow(
            plan=plan, group="causes", position=number, cells={"what": f"Cause {number} of many"}
        )
        rows.append(cause)
        rows += [
            DraftRow(
                plan=plan,
                group="whys",
                parent_id=cause.row_id,
                position=WHYS * number + step,
                cells={"because": f"Because of reason {step}"},
            )
            for step in range(WHYS)
        ]
    rows += [
        DraftRow(
            plan=plan,
            row_id=uuid4(),
            group="actions",
            position=number,
            cells={
                "what": f"Do thing number {number} for the workers who paid",
                "type": "corrective",
                "owner": "site",
                "starts": "2027-01",
                "ends": f"202{7 + number % 3}-Q4",
                "state": "under_way",
                "support": "A share of the cost.",
                "progress": "Half of the workers were paid back.",
            },
        )
        for number in range(actions)
    ]
    DraftRow.objects.bulk_create(rows)


def _measured(portal: LivePortal, user: User, url: str) -> tuple[float, int]:
    """Milliseconds and bytes of the page as the real web server gives it."""
    headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={portal.session_cookie(user)}"}
    times = []
    with closing(http.client.HTTPConnection(urlsplit(portal.url).netloc)) as server:
        for _ in range(WARM_UP + TIMES):
            began = time.perf_counter()
            server.request("GET", url, headers=headers)
            response = server.getresponse()
            size = len(response.read())
            times.append(time.perf_counter() - began)
            assert response.status == HTTPStatus.OK
    return statistics.median(times[WARM_UP:]) * 1000, size


def _queries(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)
