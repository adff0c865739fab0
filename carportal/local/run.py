"""`make run`: the whole portal on this machine, from its engines to the line that says where it is."""

import http.client
import json
import os
import sys
import time
from typing import NoReturn

from carportal.local import processes, stopping
from carportal.local.datadir import DataDir, Lock
from carportal.local.engines import start_engines
from carportal.local.errors import CannotStart
from carportal.local.kept import is_free
from carportal.local.proc import is_alive
from carportal.local.screen import say
from carportal.local.supervisor import Service, Supervisor

LOCK_PATIENCE = 60.0  # seconds that a command of manage.py may still need the database
HEALTH_PATIENCE = 60.0
WATCH = 0.5  # seconds between two looks at the processes
ENGINES = {"DATABASE_URL": "PostgreSQL", "REDIS_URL": "Valkey"}
DEMO_PASSWORD = "car-portal-demo"  # noqa: S105 - of the demo accounts, which exist in the local run alone
DEMO_ACCOUNTS = {
    "site": "a supplier's site",
    "site2": "another supplier",
    "customer": "a customer",
    "customer2": "another customer",
    "compliance": "the operator's compliance staff",
    "auditor": "an audit company",
    "ngo": "a non-governmental organisation",
    "admin": "the operator's administrator",
}


def main() -> int:
    stopping.listen()
    try:
        data, port = DataDir.from_environ(), _port()
        _run(Supervisor(keep_open=(_take(data, port).descriptor,)), data, port)
    except stopping.Stop:
        say("Stopped; the data stays.")
        return 0
    except CannotStart as error:
        say(str(error))
    except PermissionError as error:
        say(
            f"{error.filename} belongs to another user: run as that user, or name another folder in DATA_DIR."
        )
    finally:
        stopping.listen_no_more()
    return 1


def _run(supervisor: Supervisor, data: DataDir, port: int) -> NoReturn:
    try:
        _start(supervisor, data, port)
        while True:
            time.sleep(WATCH)
            for name in supervisor.restart_dead():
                say(f"Started again, after it had stopped by itself: {name}.")
    finally:
        stopping.listen_no_more()
        supervisor.stop()


def _start(supervisor: Supervisor, data: DataDir, port: int) -> None:
    if not is_free(port):
        raise CannotStart(
            f"Port {port} is in use by another program: stop it, or choose another with `make run PORT={port + 1}`."
        )
    if own := [name for variable, name in ENGINES.items() if not os.environ.get(variable)]:
        say(f"Starting {' and '.join(own)} …")
    urls = start_engines(supervisor, data.path, log=data.log("engines"))
    environ, marker = data.portal_environ(urls, port), data.marker(os.environ.get("DATABASE_URL"))
    supervisor.run_to_end(
        Service(
            name="preparation",
            command=[sys.executable, "-m", "carportal.local.prepare", str(marker)],
            env=environ,
            log=data.log("prepare"),
        )
    )
    say("Starting the web server, the worker and the clock …")
    supervisor.start(processes.worker(environ, data.log("worker")))
    supervisor.start(processes.beat(environ, data.log("clock")))
    supervisor.start(processes.web(environ, data.log("web")))
    _wait_until_well(supervisor, port)
    _welcome(data, f"http://127.0.0.1:{port}", demo=marker.exists())


def _welcome(data: DataDir, url: str, *, demo: bool) -> None:
    lines = [f"ready: {url}", ""]
    if demo:
        lines += [f"Demo accounts, password {DEMO_PASSWORD}:"]
        lines += [f"  {f'{name}@demo.example':<24}{who}" for name, who in DEMO_ACCOUNTS.items()]
    lines += [f"Mail is kept at {url}/local/mail/, data and logs in {data.path}. Ctrl-C stops everything."]
    say("\n".join(lines))


def _wait_until_well(supervisor: Supervisor, port: int) -> None:
    """Wait for /healthz; CannotStart with what it says when it does not get well."""
    deadline = time.monotonic() + HEALTH_PATIENCE
    while (unwell := _unwell(port)) and time.monotonic() < deadline:
        supervisor.restart_dead()
        time.sleep(0.1)
    if unwell:
        raise CannotStart(f"The portal does not get well: {unwell}")


def _unwell(port: int) -> str:
    """What /healthz says is not well; '' when all is."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        body = response.read().decode(errors="replace")
        if response.status == http.HTTPStatus.OK:
            return ""
        parts = json.loads(body) if response.status == http.HTTPStatus.SERVICE_UNAVAILABLE else {}
    except (OSError, http.client.HTTPException, ValueError) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    states = {part: state for part, state in parts.items() if part != "status" and isinstance(state, str)}
    named = [f"{part} {state}" for part, state in states.items() if state != "ok"]
    return ", ".join(named) or f"/healthz answers {response.status}"


def _take(data: DataDir, port: int) -> Lock:
    """The lock of the data folder: two runs on the same files would ruin them."""
    try:
        lock = Lock(data.path / "run.lock")
    except OSError as error:
        raise CannotStart(
            f"The data folder {data.path} cannot be used ({error.strerror}): name another in DATA_DIR."
        ) from error
    told = False

    def unless_run_is_up() -> None:
        nonlocal told
        pid, word = lock.holder()
        if word.startswith("make run") and is_alive(pid):
            raise CannotStart(f"The portal is running already ({word}, process {pid}).")
        if not told:
            say(f"Waiting for {'a command of manage.py' if is_alive(pid) else 'the last run'} to end …")
            told = True

    lock.take_within(LOCK_PATIENCE, f"make run at http://127.0.0.1:{port}", unless=unless_run_is_up)
    return lock


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isdecimal() and 0 < int(text) < 65536):
        raise CannotStart(f"PORT is {text!r}, and must be a number from 1 to 65535.")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
