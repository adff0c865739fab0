"""Sites, and what belongs to them, batch by batch: through two connections, since writing keeps a processor busy.

What is in a batch is known beforehand, so that the rows are the same whoever writes it, and when.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from importlib import resources
from queue import Empty, SimpleQueue
from threading import Lock
from typing import Any

from django.db import connection, transaction

WRITERS = 2
STEPS = ("2_sites", "3_audits", "4_plans", "5_agreements", "6_work")

Values = dict[str, Any]
Progress = Callable[[int], None]


class _Written:
    """How many CARs are there, told as each writer comes to the end of a batch."""

    def __init__(self, progress: Progress) -> None:
        self._progress, self._lock, self._cars = progress, Lock(), 0

    def add(self, cars: int) -> None:
        with self._lock:
            self._cars += cars
            self._progress(self._cars)


def write_batches(batches: Sequence[Values], values: Values, progress: Progress) -> None:
    """All of them, each in a transaction; the first through the caller's connection, which has the tools already."""
    written = _Written(progress)
    first, *others = batches
    _write(values | first, written, *STEPS[:-1], "analyse", STEPS[-1])
    waiting: SimpleQueue[Values] = SimpleQueue()
    for batch in others:
        waiting.put(batch)
    with ThreadPoolExecutor(WRITERS) as pool:
        writers = [pool.submit(_write_in_turn, waiting, values, written) for _number in range(WRITERS)]
        try:
            for writer in as_completed(writers):
                writer.result()
        finally:
            _empty(waiting)  # where one has failed, or was interrupted, the other has no more to do


def statements_of(name: str) -> str:
    return resources.files(__package__).joinpath("sql", f"{name}.sql").read_text()


def _write_in_turn(waiting: "SimpleQueue[Values]", values: Values, written: _Written) -> None:
    """Through a connection of the thread's own, until none is waiting."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(statements_of("0_tools"), values)
        while True:
            _write(values | waiting.get_nowait(), written, *STEPS)
    except Empty:
        return
    finally:
        connection.close()


def _write(values: Values, written: _Written, *steps: str) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for step in steps:
            cursor.execute(statements_of(step), values)
        cursor.execute("SELECT count(*) FROM scale_car")
        (cars,) = cursor.fetchone()
    written.add(cars)


def _empty(waiting: "SimpleQueue[Values]") -> None:
    try:
        while True:
            waiting.get_nowait()
    except Empty:
        return
