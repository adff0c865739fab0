"""Mail through real workers while all that it depends on fails at random: none is lost, none is sent anew unasked."""

import random
from pathlib import Path

import pytest

from tests.core.faults import Play, play
from tests.core.kinds import POISON

pytestmark = pytest.mark.soak

DELIVERIES = 1000
AT_ONCE = 40  # owed between two faults
FAULTS = [Play.kill_workers, Play.restart_broker, Play.empty_broker, Play.restart_database]


@pytest.mark.usefixtures("no_worker")
def soak_no_mail_is_lost_whatever_fails(tmp_path: Path) -> None:
    dice = random.Random()  # noqa: S311 - of the test's own
    with play(tmp_path, dice) as it:
        it.owe(1, period=POISON)
        for _ in range(DELIVERIES // AT_ONCE):
            it.owe(AT_ONCE)
            it.wait_for_mail()
            dice.choice(FAULTS)(it)
        it.let_all_be_sent()
        it.check()
