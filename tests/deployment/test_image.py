"""What the Dockerfile does is held against the code, and what it runs while it is built is run here."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import get_commands

from carportal.core.fonts import prepare_all
from carportal.local.parts import PANGO
from tests.deployment.files import ROOT, SERVICES, dockerfile, image_environment, instructions

IGNORED = (ROOT / ".dockerignore").read_text().split("\n")
TAKEN = [line.removeprefix("!") for line in IGNORED if line.startswith("!")]
ENVIRONMENT = image_environment()


def test_image_is_slim_pinned_and_of_the_python_that_the_lock_is_for() -> None:
    (base,) = instructions("FROM")
    version = re.fullmatch(r"python:(\d\.\d+)-slim-\w+", base)
    assert version
    assert f"--python-version {version[1]} " in (ROOT / "requirements.txt").read_text()
    assert sys.version_info[:2] == tuple(map(int, version[1].split(".")))  # what the tests run on


def test_packages_are_those_of_the_lock_by_their_hashes() -> None:
    (pip,) = [text for text in instructions("RUN") if text.startswith("pip ")]
    assert "--require-hashes" in pip
    assert pip.endswith("--requirement requirements.txt")


def test_image_holds_all_that_is_ours_and_nothing_else() -> None:
    assert "*" in IGNORED, "everything stays outside unless it is named"
    assert all((ROOT / path).exists() for path in TAKEN)
    ours = {
        Path(config.path).relative_to(ROOT).parts[0]
        for config in apps.get_app_configs()
        if Path(config.path).is_relative_to(ROOT) and ".venv" not in config.path
    }
    assert ours | {"manage.py", "requirements.txt", "templates", "static"} == set(TAKEN)
    copied = instructions("COPY")
    assert copied == ["requirements.txt ./", ". ./"]


def test_pdfs_have_the_libraries_that_they_need() -> None:
    (apt,) = [text for text in instructions("RUN") if text.startswith("apt-get")]
    assert set(PANGO.packages) <= set(apt.split())


def test_backup_programs_are_as_new_as_the_server() -> None:
    (apt,) = [text for text in instructions("RUN") if text.startswith("apt-get")]
    (version,) = re.findall(r"postgresql-client-(\d+)", apt)
    assert SERVICES["db"]["image"] == f"postgres:{version}"


def test_nobody_is_root_and_only_one_folder_can_be_written() -> None:
    names = [each.name for each in dockerfile()]
    user = names.index("USER")
    assert not any(name in {"COPY", "ADD"} for name in names[user:]), "the code belongs to root"
    (account,) = instructions("USER")
    made = next(text for text in instructions("RUN") if text.startswith("useradd"))
    assert re.search(rf"--uid \d{{5}} .* {account} ", made)
    written = {ENVIRONMENT[name] for name in ("HOME", "DATA_DIR", "STATIC_ROOT")}
    assert all(path.startswith(ENVIRONMENT["DATA_DIR"]) for path in written)
    assert f"--owner={account} --group={account} {ENVIRONMENT['DATA_DIR']}" in made


def test_no_secret_stays_in_the_image() -> None:
    assert not any(word in name for name in ENVIRONMENT for word in ("SECRET", "PASSWORD", "URL"))
    assert not instructions("ARG")


@pytest.mark.parametrize("name", ["CMD", "HEALTHCHECK"])
def test_programs_are_started_without_a_shell(name: str) -> None:
    (text,) = instructions(name)
    command = json.loads(text[text.index("[") :])
    assert shutil.which(command[0], path=f"{Path(sys.executable).parent}:{os.environ['PATH']}")
    if "manage.py" in command:
        assert command[command.index("manage.py") + 1] in get_commands()


def test_port_is_the_same_everywhere() -> None:
    (port,) = instructions("EXPOSE")
    (health,) = instructions("HEALTHCHECK")
    assert ENVIRONMENT["BIND"] == f"0.0.0.0:{port}"
    assert f"--port={port}" in health
    assert [each.rpartition(":")[2] for each in SERVICES["web"]["ports"]] == [port]


def test_what_runs_while_it_is_built_needs_no_engine(tmp_path: Path) -> None:
    """The very commands, with the image's folders moved into one of ours."""
    build = instructions("RUN")[-1]
    assert build.count("python manage.py") == 2
    here = {
        name: value.replace(ENVIRONMENT["DATA_DIR"], str(tmp_path))
        for name, value in ENVIRONMENT.items()
        if not name.startswith("PIP_")
    }
    (tmp_path / "fonts").symlink_to(Path(os.environ["DATA_DIR"]) / "fonts")  # made once for all tests
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    done = subprocess.run(
        ["sh", "-c", build], cwd=ROOT, env=here | {"PATH": path}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    fonts = [Path(line) for line in done.stdout.splitlines() if line.endswith(".ttf")]
    assert [font.name for font in fonts] == [font.name for font in prepare_all()]
    assert all(font.is_file() and font.is_relative_to(tmp_path) for font in fonts)
    collected = json.loads((tmp_path / "static" / "staticfiles.json").read_text())["paths"]
    assert "css/app.css" in collected
    assert (tmp_path / "static" / f"{collected['css/app.css']}.gz").is_file()
