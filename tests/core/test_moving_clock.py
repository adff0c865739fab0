"""A clock that is set back, in any order with claims, deaths and refusals: nobody is told twice, and nothing is lost."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from unittest.mock import patch

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from carportal.core.claiming import claim
from carportal.core.delivery import LEASE
from carportal.core.models import Delivery
from carportal.core.notifications import Message, Recipient
from carportal.core.outcomes import LONGEST_RETRY, fail, record_sent
from tests.actionplans.making import undone
from tests.core.kinds import owe

MAILS = 3
STEPS = ["claim", "claim", "take", "refuse", "die", "pass", "pass", "set back"]
NEWS = Message("News", "Some news.", "")


class Machine:
    """A clock that can be set back, beside the time that really passes; and workers with a row each in hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 3, 2, 12, tzinfo=UTC)
        self.passed = timedelta()
        self.in_hand: dict[Delivery, timedelta] = {}  # and when it was claimed, in time that really passes
        self.told: list[str] = []

    def claim(self, _: timedelta) -> None:
        row = claim(LEASE)
        if row is None:
            return
        before = self.in_hand.pop(row, None)
        assert before is None or self.passed - before >= LEASE, "taken from somebody who may still be at it"
        self.in_hand[row] = self.passed

    def take(self, _: timedelta) -> None:
        """The server has the mail of one that is in hand; who is too late for that leaves it to others."""
        for row in self._in_time():
            self.told.append(row.message_id)
            assert record_sent([(row, NEWS)], NEWS)

    def refuse(self, _: timedelta) -> None:
        for row in self._in_time():
            fail(row, OSError("not now"))

    def die(self, _: timedelta) -> None:
        if self.in_hand:
            self.in_hand.popitem()

    def let_pass(self, time: timedelta) -> None:
        self.now += time
        self.passed += time

    def set_back(self, time: timedelta) -> None:
        self.now -= time

    def _in_time(self) -> list[Delivery]:
        if not self.in_hand:
            return []
        row, since = self.in_hand.popitem()
        return [row] if self.passed - since < LEASE else []


@pytest.mark.django_db
@settings(max_examples=settings().max_examples // 4)
@given(
    steps=st.lists(
        st.tuples(st.sampled_from(STEPS), st.timedeltas(min_value=timedelta(0), max_value=3 * LEASE)),
        max_size=30,
    )
)
def test_clock_that_is_set_back_has_nothing_told_twice_or_lost(steps: list[tuple[str, timedelta]]) -> None:
    machine = Machine()
    does: dict[str, Callable[[timedelta], None]] = {
        "claim": machine.claim,
        "take": machine.take,
        "refuse": machine.refuse,
        "die": machine.die,
        "pass": machine.let_pass,
        "set back": machine.set_back,
    }
    with undone(), patch.object(timezone, "now", lambda: machine.now):
        owe(*[Recipient(None, f"person{number}@example.org", "") for number in range(MAILS)])
        for what, time in steps:
            does[what](time)
        machine.in_hand.clear()  # all die
        behind = max(timedelta(), *(each.next_attempt_at - machine.now for each in Delivery.objects.all()))
        machine.let_pass(behind + LEASE + LONGEST_RETRY)
        for _ in range(MAILS):
            machine.claim(timedelta())
            machine.take(timedelta())
        assert len(machine.told) == len(set(machine.told)) == MAILS
        assert not Delivery.objects.exclude(state="sent").exists()
