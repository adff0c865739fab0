"""The project's own Python environment, `.venv`, holding exactly what `requirements-dev.txt` locks."""

import hashlib
import os
import shutil
import subprocess
import time
import venv
from pathlib import Path

from carportal.local.chromium import OWN_COPIES, chromium_or_none
from carportal.local.errors import CannotStart
from carportal.local.parts import LOG
from carportal.local.screen import end_progress, say, show_progress

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
LOCK = ROOT / "requirements-dev.txt"
STAMP = FOLDER / "installed-lock"
PIP = (
    str(PYTHON), "-m", "pip", "install",
    # Everything is in the lock, so there is nothing to work out; bytecode is made when it is first needed.
    "--require-hashes", "--no-deps", "--only-binary=:all:", "--no-compile",
    "--disable-pip-version-check", "--no-input", "--progress-bar=off", f"--requirement={LOCK}",
)  # fmt: skip


def bring() -> None:
    """Make `.venv` and install the lock, if that has not been done for this very lock."""
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    works = _works()
    if works and STAMP.exists() and STAMP.read_text() == wanted:
        return
    if not works:
        say("Creating .venv …")
        shutil.rmtree(FOLDER, ignore_errors=True)
        _create()
    _install()
    STAMP.write_text(wanted)


def bring_chromium() -> None:
    """Where the system has no usable package, let Playwright put one into the project's folder."""
    if chromium_or_none() is not None:
        return
    say("Fetching a Chromium for the browser tests …")
    command = [str(PYTHON), "-m", "playwright", "install", "--only-shell", "chromium"]
    if os.geteuid() == 0:
        command.insert(4, "--with-deps")
    with LOG.open("ab") as log:
        environ = os.environ | {"PLAYWRIGHT_BROWSERS_PATH": str(OWN_COPIES)}
        subprocess.run(command, stdout=log, stderr=log, env=environ, check=False)
    if chromium_or_none() is None:
        raise CannotStart(f"No Chromium could be fetched (see {LOG}): install one, or name one in CHROMIUM.")


def _works() -> bool:
    """Whether `.venv` is whole: one that was interrupted, moved, or lost its Python is made anew."""
    check = "import sys, pip; assert sys.version_info >= (3, 11)"
    try:
        return subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _create() -> None:
    try:
        venv.EnvBuilder(with_pip=True, symlinks=True).create(FOLDER)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotStart(f"{FOLDER} could not be created: {error}") from error


def _install() -> None:
    say("Installing packages …")
    started, count, lines = time.monotonic(), 0, list[str]()
    LOG.parent.mkdir(exist_ok=True)
    with (
        LOG.open("a") as log,
        subprocess.Popen(PIP, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=ROOT) as pip,
    ):
        for line in pip.stdout or ():
            log.write(line)
            lines = [*lines[-4:], line.strip()]
            count += line.startswith(("Collecting ", "Processing "))  # from an index, from a folder
            show_progress(f"  {count} packages, {time.monotonic() - started:.0f} s")
    end_progress()
    if pip.returncode != 0:
        raise CannotStart("\n    ".join([f"The packages could not be installed (see {LOG}):", *lines]))
    say(
        f"Installed {count or 'no new'} package{'' if count == 1 else 's'} in {time.monotonic() - started:.0f} s."
    )
