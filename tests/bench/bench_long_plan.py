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
    plans = [_plan(*size) for size in (SMALL, LONG)]
    for page, path in PAGES.items():
        small, long = _opened(
            live_portal, [(user, f"/cars/{plan.finding_id}/plan/{path}") for user, plan in plans]
        )
        assert small.queries == long.queries, "the queries grow with the rows"
        print(
            f"\nA plan with {LONG} causes, actions and files is {page} in {long}, one with {SMALL} in {small}: "
            f"{long.milliseconds / small.milliseconds:.2f} times that (goal 2), {long.queries} queries each"
        )


class Opened(NamedTuple):
    milliseconds: float
    size: int  # bytes, before compression
    queries: int

    def __str__(self) -> str:
        return f"{self.milliseconds:.0f} ms ({self.size / 1024:.0f} KB)"


def _plan(causes: int, actions: int, files: int) -> tuple[User, ActionPlan]:
    """With somebody of its site."""
    story = make_story()
    plan = story.plan()
    _fill(plan, causes, actions)
    for number in range(files):
        add_file(plan, story.alice, name=f"receipts-{number}.txt", content=b"Receipt %d" % number)
    return person_of(story.alice), plan


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


def _opened(portal: LivePortal, pages: list[tuple[User, str]]) -> list[Opened]:
    """Each as the real web server gives it to that person: by turns, so that what slows one slows all."""
    cookies = [f"{settings.SESSION_COOKIE_NAME}={portal.session_cookie(user)}" for user, _url in pages]
    times: list[list[float]] = [[] for _page in pages]
    sizes = [0 for _page in pages]
    with closing(http.client.HTTPConnection(urlsplit(portal.url).netloc)) as server:
        for _ in range(WARM_UP + TIMES):
            for number, (_user, url) in enumerate(pages):
                began = time.perf_counter()
                server.request("GET", url, headers={"Cookie": cookies[number]})
                response = server.getresponse()
                sizes[number] = len(response.read())
                times[number].append(time.perf_counter() - began)
                assert response.status == HTTPStatus.OK
    return [
        Opened(statistics.median(each[WARM_UP:]) * 1000, size, _queries(*page))
        for each, size, page in zip(times, sizes, pages, strict=True)
    ]


def _queries(user: User, url: str) -> int:
    client = Client()
    client.force_login(user)
    client.get(url)
    with CaptureQueriesContext(connection) as queries:
        client.get(url)
    return len(queries)
