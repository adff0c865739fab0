"""The portal's pages over many CARs, set against the same over few, and against the bare limit's over as many."""

import http.client
import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from http import HTTPStatus
from itertools import repeat
from typing import NamedTuple

from tests.bench.serving import LONGEST, MANY, Portal, filled_portal, limit, told_by

FEW = 10_000
WARM_UP, TIMES = 10, 25  # each connection of a server plans a page's questions the first time
AT_ONCE, EACH = 4, 5  # who ask for one page together, and how often
GOALS = "goals: 1.3 times itself at 10,000, 2.5 times the limit, 8 queries (home 15)"


class Page(NamedTuple):
    """As `tests.bench.pages` tells of it."""

    reader: str
    name: str
    url: str
    like: str
    cookie: str
    queries: int


class Took(NamedTuple):
    times: list[float]  # seconds
    size: int  # bytes, as they were sent

    @property
    def median(self) -> float:
        return statistics.median(self.times) * 1000

    @property
    def late(self) -> float:
        """The 95th percentile."""
        return sorted(self.times)[int(0.95 * len(self.times))] * 1000


class Address(NamedTuple):
    """Of one page, and with what it is opened."""

    port: int
    url: str
    session: str


def bench_pages(django_db_setup: None) -> None:
    with ExitStack() as stack:
        few = stack.enter_context(filled_portal(FEW, 8451))
        many = stack.enter_context(filled_portal(MANY, 8452))
        least = stack.enter_context(limit(MANY, 8453))
        print(f"\n{MANY:,} CARs; {GOALS}")
        print(
            f"{'reader':<10}{'page':<24}{'median ms':>10}{'95 %':>8}{'a second':>10}{'queries':>9}{'KB':>7}"
            f"{'x few':>8}{'x limit':>9}"
        )
        for page, at_few in zip(_pages(many), _pages(few), strict=True):
            asked = Address(many.port, page.url, page.cookie)
            here, there, bare = _open_by_turns(
                asked,
                Address(few.port, at_few.url, at_few.cookie),
                Address(least.port, page.like, least.environ["COOKIE"]),
            )
            print(
                f"{page.reader:<10}{page.name:<24}{here.median:>10.1f}{here.late:>8.1f}{_a_second(asked):>10.1f}"
                f"{page.queries:>9}{here.size / 1024:>7.1f}{here.median / there.median:>8.2f}"
                f"{here.median / bare.median:>9.2f}"
            )


def _pages(portal: Portal) -> list[Page]:
    return [Page(**each) for each in told_by("pages", portal)]


def _open_by_turns(*addresses: Address) -> list[Took]:
    """So that what slows one slows all."""
    times: list[list[float]] = [[] for _address in addresses]
    sizes = [0 for _address in addresses]
    for _turn in range(WARM_UP + TIMES):
        for number, address in enumerate(addresses):
            began = time.perf_counter()
            sizes[number] = _open(address)
            times[number].append(time.perf_counter() - began)
    return [Took(each[WARM_UP:], size) for each, size in zip(times, sizes, strict=True)]


def _a_second(address: Address) -> float:
    """How many come, asked for by several at once."""
    began = time.perf_counter()
    with ThreadPoolExecutor(AT_ONCE) as readers:
        list(readers.map(_open, repeat(address, AT_ONCE * EACH)))
    return AT_ONCE * EACH / (time.perf_counter() - began)


def _open(address: Address) -> int:
    """Its bytes, as they were sent."""
    with closing(http.client.HTTPConnection("127.0.0.1", address.port, timeout=LONGEST)) as server:
        headers = {"Cookie": f"sessionid={address.session}", "Accept-Encoding": "gzip"}
        server.request("GET", address.url, headers=headers)
        response = server.getresponse()
        size = len(response.read())
    assert response.status == HTTPStatus.OK, f"{address.url} answers {response.status}"
    return size
