"""`.venv` holds exactly what the lock says: made once, brought up to date when the lock changes, made anew when broken."""

import hashlib
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
BRING = """
import sys
from carportal.local import environment
from carportal.local.errors import CannotStart
try:
    environment.bring()
except CannotStart as error:
    sys.exit(str(error))
"""


class Project:
    """A copy of the rooms that bootstrapping needs, with a lock of one package of our own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.wheels = folder / "wheels"
        self.wheels.mkdir(parents=True)
        (folder / "carportal").mkdir()
        shutil.copy(ROOT / "carportal" / "__init__.py", folder / "carportal")
        ours = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "carportal" / "local", folder / "carportal" / "local", ignore=ours)
        self.python = folder / ".venv" / "bin" / "python"

    def lock(self, version: str, digest: str = "") -> None:
        """Lock the package at `version`; `digest`: another one than its wheel has."""
        wheel = self._wheel(version)
        digest = digest or hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines = ["--no-index", f"--find-links '{self.wheels}'", f"probe=={version} --hash=sha256:{digest}"]
        (self.folder / "requirements-dev.txt").write_text("\n".join(lines) + "\n")

    def bring(self) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-c", BRING], cwd=self.folder, capture_output=True, text=True)

    def installed(self) -> str:
        """The version that `.venv` has."""
        show = "from importlib.metadata import version; print(version('probe'))"
        done = subprocess.run([self.python, "-c", show], capture_output=True, text=True, check=True)
        return done.stdout.strip()

    def _wheel(self, version: str) -> Path:
        path = self.wheels / f"probe-{version}-py3-none-any.whl"
        about = f"probe-{version}.dist-info"
        with zipfile.ZipFile(path, "w") as wheel:
            wheel.writestr("probe.py", "")
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: probe\nVersion: {version}\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", f"probe.py,,\n{about}/METADATA,,\n{about}/WHEEL,,\n")
        return path


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """One that has been brought up to date from an environment that lost its Python."""
    project = Project(tmp_path_factory.mktemp("made") / "project with a blank")
    project.lock("1.0")
    project.python.parent.mkdir(parents=True)
    project.python.symlink_to("/usr/bin/python-that-was-removed")
    done = project.bring()
    assert done.returncode == 0, done.stderr
    assert [line.partition(" in ")[0] for line in done.stdout.splitlines()] == [
        "Creating .venv …",
        "Installing packages …",
        "Installed 1 package",
    ]
    return project


def test_what_is_locked_is_installed_and_then_left_alone(project: Project) -> None:
    project.lock("1.1")
    assert project.bring().returncode == 0
    assert project.installed() == "1.1"
    done = project.bring()
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_changed_lock_is_installed_into_the_same_environment(project: Project) -> None:
    project.lock("2.0")
    done = project.bring()
    assert done.returncode == 0, done.stderr
    assert "Creating .venv" not in done.stdout
    assert project.installed() == "2.0"


def test_what_does_not_have_the_hash_is_refused_until_it_has(project: Project) -> None:
    before = project.installed()
    project.lock("3.0", digest="0" * 64)
    for _again in range(2):
        done = project.bring()
        assert done.returncode == 1
        assert done.stderr.startswith("The packages could not be installed (see ")
        assert "Traceback" not in done.stderr
    assert project.installed() == before
