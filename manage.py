#!/usr/bin/env python
"""Django's commands: on what the environment names, else on the data of `make run`."""

import importlib.util
import os
import sys
from pathlib import Path

OWN_PYTHON = Path(__file__).resolve().parent / ".venv" / "bin" / "python"


def main() -> None:
    if importlib.util.find_spec("django") is None and Path(sys.prefix) != OWN_PYTHON.parent.parent:
        if not OWN_PYTHON.exists():
            sys.exit("The portal's packages are not installed here: `make run` installs them.")
        os.execv(OWN_PYTHON, [str(OWN_PYTHON), *sys.argv])  # noqa: S606 - what `make run` has installed
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "carportal.settings")
    from carportal.local.commands import execute

    execute(sys.argv)


if __name__ == "__main__":
    main()
