"""Plays all that was chosen round after round, never twice the same, for SOAK_MINUTES; a failure ends it."""

import os
import time

import pytest

MINUTES = float(os.environ.get("SOAK_MINUTES") or "30")


class Rounds:
    def __init__(self) -> None:
        self.played = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool | None:
        """What is being played when the time is over is played to its end."""
        if session.config.option.collectonly:
            return None
        if session.testsfailed:  # something could not be collected
            raise session.Interrupted(f"{session.testsfailed} errors during collection")
        items, end = session.items, time.monotonic() + MINUTES * 60
        while items and time.monotonic() < end:
            place = self.played % len(items)
            upcoming = items[(place + 1) % len(items)]  # so that what all of them share is kept
            items[place].ihook.pytest_runtest_protocol(item=items[place], nextitem=upcoming)
            self.played += 1
            if session.shouldfail:
                raise session.Failed(session.shouldfail)
            if session.shouldstop:
                raise session.Interrupted(session.shouldstop)
        return True

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_line(f"{self.played} plays in a box of {MINUTES:g} minutes")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(Rounds())
