"""Whatever fails while mail is owed, none is lost, and what comes twice can be told by its Message-ID."""

import random
from pathlib import Path

import pytest

from tests.core.faults import play
from tests.core.kinds import POISON


@pytest.mark.usefixtures("no_worker")
def test_no_mail_is_lost_whatever_fails(tmp_path: Path) -> None:
    """Servers that refuse, hang, drop or go; a row that cannot be rendered; killed workers; engines that restart."""
    with play(tmp_path, random.Random(6)) as it:  # noqa: S311 - the same play each time
        it.owe(1, period=POISON)
        it.owe(20)
        it.wait_for_mail(5)
        it.kill_workers()
        it.owe(10)
        it.wait_for_mail(3)
        it.restart_broker()
        it.owe(10)
        it.wait_for_mail()
        it.empty_broker()
        it.restart_database()
        it.owe(10)
        it.let_all_be_sent()
        it.check()
