"""From a machine with nothing but Python to `.venv` with everything in it; the standard library alone is here yet.

`python3 -m carportal.local.bootstrap run|test` hands over to `carportal.local.run` or `carportal.local.checks`.
"""

import os
import signal
import sys

from carportal.local import environment, parts
from carportal.local.errors import CannotStart
from carportal.local.screen import say

NEEDED = {"run": (parts.VENV, parts.PANGO), "test": (parts.VENV, parts.PANGO, parts.CHROMIUM)}
NEXT = {"run": "carportal.local.run", "test": "carportal.local.checks"}


def main(goal: str) -> None:
    """Bring what `goal` needs, then become it; CannotStart when it cannot be brought."""
    for part in NEEDED[goal]:
        parts.bring(part)
    environment.bring()
    if goal == "test":
        environment.bring_chromium()
    python = str(environment.PYTHON)
    os.execv(python, [python, "-m", NEXT[goal]])  # noqa: S606 - the same process goes on, so signals reach it


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        main(sys.argv[1])
    except CannotStart as error:
        say(str(error))
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
