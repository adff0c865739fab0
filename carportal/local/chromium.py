"""Where a Chromium is on this machine, for the tests that walk through pages."""

import os
import shutil
from pathlib import Path

from carportal.local.errors import CannotStart

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
# What `playwright install` brings where the system has no package of it.
OWN_COPIES = Path(__file__).resolve().parent.parent.parent / ".cache" / "browsers"
OWN_PROGRAMS = ("chromium*/chrome-*/chrome", "chromium*/chrome-*/*headless*shell")


def find_chromium() -> Path:
    """The program to start; CannotStart when there is none."""
    if (path := chromium_or_none()) is None:
        raise CannotStart("The browser tests need a Chromium: install one, or name one in CHROMIUM.")
    return path


def chromium_or_none() -> Path | None:
    """The one CHROMIUM names, the system's, or the project's own copy, in this order."""
    if named := os.environ.get("CHROMIUM"):
        return Path(named)
    for name in NAMES:
        if (path := shutil.which(name)) and not _is_snap(Path(path)):
            return Path(path)
    return next((path for pattern in OWN_PROGRAMS for path in sorted(OWN_COPIES.glob(pattern))), None)


def _is_snap(path: Path) -> bool:
    """Ubuntu's packages are stand-ins for a snap, which cannot be started in the way that tests need."""
    return "/snap/" in str(path.resolve()) or b"/snap/" in path.read_bytes()[:4096]
