"""`make test`: everything a change must pass; quiet about what is fine, and what failed is said once more at the end."""

import os
import secrets
import signal
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from carportal.local import stopping
from carportal.local.screen import say
from carportal.local.supervisor import POLL, Service, Supervisor

PYTHON = sys.executable
WORKERS = min(max(len(os.sched_getaffinity(0)), 2), 4)
# As a deployment sets it; nothing in these steps talks to the engines.
DEPLOYMENT = {
    "SECRET_KEY": secrets.token_urlsafe(64),
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://carportal@127.0.0.1:1/carportal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    # Without a database the files alone are compared, which makemigrations finds worth a warning.
    "PYTHONWARNINGS": "error,ignore:Got an error checking a consistent migration history:RuntimeWarning",
}
OUR_OWN = {"LOCAL_RUN", "DATA_DIR", "EMAIL_URL", "PORT", "SITE_URL", "STATIC_ROOT", "DJANGO_SETTINGS_MODULE"}


@dataclass(frozen=True)
class Check:
    """One step; `loud` ones say themselves how they are getting on."""

    name: str
    command: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    loud: bool = False

    def service(self, folder: Path) -> Service:
        kept = {key: value for key, value in os.environ.items() if key not in OUR_OWN}
        return Service(
            name=self.name,
            command=self.command,
            log=folder / f"{self.name}.log",
            env=kept | dict(self.environ),
            stop_signal=signal.SIGINT,
        )


@dataclass(frozen=True)
class Result:
    check: Check
    passed: bool
    seconds: float
    words: str

    def __str__(self) -> str:
        return f"{'ok    ' if self.passed else 'FAILED'} {self.check.name} ({self.seconds:.0f} s)"


# Two lanes that go on side by side, each one check at a time: the tests wait for their engines often enough.
LANES = (
    (
        Check("ruff check", [PYTHON, "-m", "ruff", "check", "--quiet", "."]),
        Check("ruff format", [PYTHON, "-m", "ruff", "format", "--check", "--quiet", "."]),
        Check("missing migrations", [PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], DEPLOYMENT),
        Check("deployment", [PYTHON, "manage.py", "check", "--deploy", "--fail-level=WARNING"], DEPLOYMENT),
        Check("mypy", [PYTHON, "-m", "mypy", "--no-error-summary", "."]),
    ),
    (
        Check(
            "pytest",
            [
                PYTHON, "-m", "pytest", "--quiet", f"--numprocesses={WORKERS}", "--dist=worksteal", "--durations=5",
            ],
            loud=True,
        ),
    ),
)  # fmt: skip


def main() -> int:
    """Run all checks, so that one round shows everything; the exit status says whether all passed."""
    stopping.listen()
    started = time.monotonic()
    supervisor = Supervisor()
    try:
        with tempfile.TemporaryDirectory() as folder:
            results = _run(supervisor, Path(folder))
    except stopping.Stop:
        return 130
    finally:
        stopping.listen_no_more()
        supervisor.stop()
    return _report(results, time.monotonic() - started)


def _run(supervisor: Supervisor, folder: Path) -> list[Result]:
    results: list[Result] = []
    waiting = [list(lane) for lane in LANES]
    at_work: dict[int, tuple[Check, float]] = {}
    while any(waiting) or at_work:
        for lane, checks in enumerate(waiting):
            if lane not in at_work and checks:
                at_work[lane] = (checks.pop(0), time.monotonic())
                check, _began = at_work[lane]
                supervisor.start(check.service(folder), on_screen=check.loud)
            elif lane in at_work and (result := _result(supervisor, *at_work[lane], folder)):
                results.append(result)
                del at_work[lane]
        time.sleep(POLL)
    return results


def _result(supervisor: Supervisor, check: Check, began: float, folder: Path) -> Result | None:
    """How `check` ended; None while it runs."""
    status = supervisor.exit_status(check.name)
    if status is None:
        return None
    supervisor.stop(check.name)
    words = check.service(folder).log.read_text(errors="replace").strip()
    result = Result(check, status == 0, time.monotonic() - began, words)
    if not result.passed and not check.loud:
        say(f"\n{result}: see the end")
    return result


def _report(results: Iterable[Result], seconds: float) -> int:
    failed = [result for result in results if not result.passed]
    for result in failed:
        if result.words:
            say(f"\n--- {result.check.name} ---\n{result.words}")
    say("")
    for result in results:
        say(str(result))
    names = ", ".join(result.check.name for result in failed)
    say(f"{f'Failed: {names}' if failed else 'All checks passed'}, after {seconds:.0f} s.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
