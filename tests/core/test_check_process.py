"""What the health checks of a deployment ask of each process by itself; real ones, stopped for real."""

import time
from collections.abc import Iterator
from io import StringIO
from urllib.parse import urlsplit

import pytest
import redis
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from carportal.core.health import CLOCK_LIMIT
from carportal.core.signs import HEARD, TICK, UP
from tests.live import LONGEST_WAIT, LivePortal


@pytest.fixture
def broker() -> Iterator[redis.Redis]:
    with redis.Redis.from_url(django_settings.REDIS_URL) as broker:
        broker.delete(TICK, HEARD, UP)
        yield broker
        broker.delete(TICK, HEARD, UP)


def check(process: str, **options: int) -> str:
    """What the command says, whether it is well or not."""
    said = StringIO()
    try:
        call_command("check_process", process, stdout=said, **options)
    except CommandError as error:
        return str(error)
    return said.getvalue().strip()


def wait_until_well(process: str) -> None:
    deadline = time.monotonic() + LONGEST_WAIT
    while (said := check(process)) != "ok":
        assert time.monotonic() < deadline, said
        time.sleep(0.2)


def test_web_server_and_worker_answer_for_themselves(live_portal: LivePortal) -> None:
    port = urlsplit(live_portal.url).port or 0
    assert check("web", port=port) == "ok"
    wait_until_well("worker")
    live_portal.stop("web")
    live_portal.stop("worker")
    assert check("web", port=port) == f"web: does not answer on port {port}"
    assert check("worker").endswith("does not answer")


def test_web_server_that_serves_another_name_is_not_well(live_portal: LivePortal, settings: Settings) -> None:
    settings.SITE_URL = "https://elsewhere.example"
    port = urlsplit(live_portal.url).port or 0
    assert check("web", port=port) == f"web: answers 400 on port {port}"


def test_clock_is_heard_of_by_its_own_ticking(live_portal: LivePortal, broker: redis.Redis) -> None:
    live_portal.stop("worker")
    assert check("clock") == "clock: none has been heard of"
    live_portal.start("clock", DJANGO_SETTINGS_MODULE="tests.core.clock_settings")
    try:
        wait_until_well("clock")
    finally:
        live_portal.stop("clock")
    assert not broker.exists(HEARD), "no worker runs, and a worker alone says so"
    broker.set(TICK, int(time.time()) - CLOCK_LIMIT - 10)
    assert check("clock").startswith("clock: not heard of for 1")


def test_broker_that_is_down_is_said_to_be_the_reason(settings: Settings) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert check("clock") == "clock: unknown while the broker does not answer"
