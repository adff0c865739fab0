"""Two hundred people who work at the same time, on two processes of the web server; run by `make bench`.

They open lists and pages with a few seconds between them, and those of sites save a draft now and then, as the editor
does by itself.
"""

import http.client
import json
import random
import statistics
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlencode

from tests.bench.serving import LONGEST, MANY, filled_portal, told_by

SECONDS = 60.0
THINKS = (2.0, 8.0)  # seconds between two requests of one person
WRITES = 0.3  # of what a site does
TOKEN = "a" * 32  # against forged requests: the same in the cookie and beside it


class Answer(NamedTuple):
    what: str
    seconds: float
    error: str


class Visitor:
    """One person at one browser; `dice` of its own, so that each run asks the same."""

    def __init__(
        self, port: int, number: int, session: str, pages: list[str], draft: str, based_on: str
    ) -> None:
        self._port, self._pages, self._draft, self._based_on = port, pages, draft, based_on
        self._dice = random.Random(number)  # noqa: S311 - the same work each time
        self._headers = {"Cookie": f"sessionid={session}; csrftoken={TOKEN}", "Accept-Encoding": "gzip"}
        self._saved = 0

    def work(self, until: float) -> list[Answer]:
        answers = []
        time.sleep(self._dice.uniform(0, THINKS[1]))
        while time.monotonic() < until:
            began = time.perf_counter()
            what, error = self._write() if self._draft and self._dice.random() < WRITES else self._read()
            answers.append(Answer(what, time.perf_counter() - began, error))
            time.sleep(self._dice.uniform(*THINKS))
        return answers

    def _read(self) -> tuple[str, str]:
        url = self._dice.choice(self._pages)
        status, _body = self._ask("GET", url)
        return url.partition("?")[0], "" if status == HTTPStatus.OK else f"{url} answers {status}"

    def _write(self) -> tuple[str, str]:
        self._saved += 1
        sent = {"root_cause": f"Version {self._saved} of why.", "based_on_root_cause": self._based_on}
        form = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRFToken": TOKEN}
        status, body = self._ask("POST", self._draft, urlencode(sent), form | {"Accept": "application/json"})
        if status != HTTPStatus.OK or not (said := json.loads(body))["saved"]:
            return "save", f"{self._draft} answers {status}: {body[:200]!r}"
        self._based_on = said["digests"]["root_cause"]
        return "save", ""

    def _ask(
        self, method: str, url: str, body: str | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, bytes]:
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=LONGEST)) as server:
            asked = self._headers | (headers or {})
            if body is not None:
                asked.pop("Accept-Encoding")
            server.request(method, url, body, asked)
            response = server.getresponse()
            return response.status, response.read()


def bench_sessions(django_db_setup: None) -> None:
    with filled_portal(MANY, 8452) as portal:
        visitors = [
            Visitor(portal.port, number, **each) for number, each in enumerate(told_by("visits", portal))
        ]
        until = time.monotonic() + SECONDS
        with ThreadPoolExecutor(len(visitors)) as people:
            answers = [each for done in people.map(lambda each: each.work(until), visitors) for each in done]
        megabytes = [_megabytes(pid) for pid in _children(portal.pid)]
    print(f"\n{len(visitors)} sessions for {SECONDS:.0f} s over {MANY:,} CARs: {len(answers)} requests,")
    print(
        f"{len(answers) / SECONDS:.1f} a second, {sum(bool(each.error) for each in answers)} of them failed"
    )
    print(f"web processes afterwards: {', '.join(f'{each:.0f} MB' for each in megabytes)} (goal 150)")
    for error in sorted({each.error for each in answers if each.error})[:10]:
        print(f"  {error}")
    for name, seconds in _by_name(answers).items():
        print(
            f"{name:<12}{len(seconds):>6} times, median {statistics.median(seconds) * 1000:>7.0f} ms,"
            f" 95 % {sorted(seconds)[int(0.95 * len(seconds))] * 1000:>7.0f} ms,"
            f" slowest {max(seconds) * 1000:>7.0f} ms"
        )


def _by_name(answers: Iterable[Answer]) -> dict[str, list[float]]:
    """The pages of all CARs together."""
    found: dict[str, list[float]] = {}
    for each in answers:
        one_car = each.what.startswith("/cars/") and each.what != "/cars/"
        found.setdefault("a CAR" if one_car else each.what, []).append(each.seconds)
    return dict(sorted(found.items()))


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _megabytes(pid: int) -> float:
    """What is its own, and its part of what it shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    (kilobytes,) = (int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kilobytes / 1024
