"""Calls in transactions of their own, at once or one while the other holds its locks; for `transaction=True` tests."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event

from django.db import connection, transaction

from carportal.core.errors import DomainError

Call = Callable[[], object]
LONGEST_WAIT = 30.0  # seconds, on a machine that is busy


def at_once(*calls: Call) -> list[object]:
    """What each call returned, or the DomainError it raised; all start together."""
    together = Barrier(len(calls))

    def run(call: Call) -> object:
        together.wait(timeout=LONGEST_WAIT)
        return outcome(call)

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def in_turn(first: Call, second: Call) -> tuple[object, object]:
    """The same, where `second` comes upon the locks of `first` and waits until that has committed."""
    holding, over = Event(), Event()

    def lead() -> object:
        try:
            with transaction.atomic():
                result = first()
                holding.set()
                assert is_waited_for(over), "the second call waited for no lock of the first"
        finally:
            holding.set()
        return result

    def follow() -> object:
        holding.wait(timeout=LONGEST_WAIT)
        try:
            return outcome(second)
        finally:
            over.set()

    with ThreadPoolExecutor(2) as pool:
        leader, follower = pool.submit(outcome, lead), pool.submit(follow)
        return leader.result(), follower.result()


def outcome(call: Call) -> object:
    try:
        return call()
    except DomainError as error:
        return error
    finally:
        connection.close()


def errors(results: list[object]) -> list[DomainError]:
    return [each for each in results if isinstance(each, DomainError)]


def is_waited_for(over: Event) -> bool:
    """Whether another transaction waits for this one, before that is over without having waited."""
    with connection.cursor() as cursor:
        while not over.wait(timeout=0.02):
            cursor.execute(
                "SELECT EXISTS (SELECT FROM pg_locks"
                " WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
            )
            if cursor.fetchone() == (True,):
                return True
    return False
