"""The parts that come from the system and not from wheels: brought where the machine allows, else named."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from carportal.local.chromium import chromium_or_none
from carportal.local.errors import CannotStart
from carportal.local.screen import ask, say

ROOT = Path(__file__).resolve().parent.parent.parent
LOG = ROOT / ".cache" / "bootstrap.log"
PANGO_LIBRARIES = ("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0")
APT_GET = ("apt-get", "-o", "DPkg::Lock::Timeout=120", "-y", "--no-install-recommends", "install")


@dataclass(frozen=True)
class Part:
    """Something of the system's: its Debian packages, how to see that it is there, what goes without it."""

    name: str
    packages: tuple[str, ...]
    is_there: Callable[[], bool]
    without_it: str
    required: bool = True


def bring(part: Part) -> None:
    """See that `part` is there: install it without a question as root or in CI, or after asking.

    CannotStart when a required part stays missing; one that is not required is only named.
    """
    if part.is_there():
        return
    command = _allowed_command(part)
    if command:
        say(f"Installing {part.name} …")
        if _install(command) and part.is_there():
            return
    sentence = f"{part.name} is missing: {part.without_it}. {_advice(part)}"
    if part.required:
        raise CannotStart(sentence)
    say(sentence)


def _allowed_command(part: Part) -> tuple[str, ...] | None:
    """The command that installs `part`, if there is one and nobody objects to it."""
    if shutil.which("apt-get") is None or not part.packages:
        return None
    install = (*APT_GET, *part.packages)
    if os.geteuid() == 0:
        return install
    if shutil.which("sudo") is None:
        return None
    if os.environ.get("CI"):
        return ("sudo", "-n", *install)
    if ask(f"{part.name} is missing ({part.without_it}). Install it with sudo apt-get?"):
        return ("sudo", *install)
    return None


def _install(command: tuple[str, ...]) -> bool:
    """Run apt-get; with fresh package lists if those at hand do not do."""
    update = (*command[: command.index("apt-get") + 1], "update")
    return _succeeds(command) or (_succeeds(update) and _succeeds(command))


def _succeeds(command: tuple[str, ...]) -> bool:
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("ab") as log:
        environ = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        return subprocess.run(command, stdout=log, stderr=log, env=environ, check=False).returncode == 0


def _advice(part: Part) -> str:
    if shutil.which("apt-get") is None or not part.packages:
        return "Install it with your system's package manager."
    return f"Install it with: {'' if os.geteuid() == 0 else 'sudo '}apt-get install {' '.join(part.packages)}"


def _can_load_pango() -> bool:
    try:
        for library in PANGO_LIBRARIES:
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _can_make_environments() -> bool:
    importlib.invalidate_caches()
    ensurepip = importlib.util.find_spec("ensurepip")
    return (ROOT / ".venv" / "bin" / "pip").exists() or bool(ensurepip and ensurepip.origin)


def _is_debian() -> bool:
    """Debian itself: Ubuntu's package of Chromium is a stand-in for a snap that tests cannot start."""
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text().splitlines()


VENV = Part(
    name="Python's venv module",
    packages=(f"python3.{sys.version_info.minor}-venv",),
    is_there=_can_make_environments,
    without_it="the portal's packages have no place to go",
)
PANGO = Part(
    name="Pango",
    packages=("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    is_there=_can_load_pango,
    without_it="everything but PDF files works without it",
    required=False,
)
CHROMIUM = Part(
    name="Chromium",
    packages=("chromium",) if _is_debian() else (),
    is_there=lambda: chromium_or_none() is not None or not _is_debian(),
    without_it="the browser tests need it",
)
