"""Parts of the system: installed where nobody need be asked, after asking at a terminal, else named with the command."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from carportal.local import parts
from carportal.local.errors import CannotStart
from carportal.local.parts import Part, bring
from tests.local.programs import words

# Stands for Debian's: installing puts the part there, unless the package lists are old or it is broken.
APT_GET = """#!/bin/sh
echo "$*" >> "$MACHINE/calls"
case "$*" in
*update) touch "$MACHINE/lists" ;;
*) test -e "$MACHINE/lists" && ! test -e "$MACHINE/broken" && touch "$MACHINE/part" ;;
esac
"""
SUDO = """#!/bin/sh
echo "sudo $*" >> "$MACHINE/calls"
test "$1" = -n && shift
exec "$@"
"""
INSTALL = "-o DPkg::Lock::Timeout=120 -y --no-install-recommends install libpart"
AT_A_TERMINAL = """
import os, sys
from pathlib import Path
os.geteuid = lambda: 1000
from carportal.local import parts
parts.LOG = Path(sys.argv[1]) / "log"
there = Path(sys.argv[1]) / "part"
parts.bring(parts.Part("Part", ("libpart",), there.exists, "nothing works", required=False))
"""


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with its own apt-get and sudo; `machine / "calls"` is what they were asked."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in {"apt-get": APT_GET, "sudo": SUDO}.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    (tmp_path / "lists").touch()
    monkeypatch.setenv("PATH", f"{programs}:/usr/bin:/bin")
    monkeypatch.setenv("MACHINE", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(parts, "LOG", tmp_path / "log")
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    return tmp_path


@pytest.fixture
def part(machine: Path) -> Part:
    return Part(
        name="Part", packages=("libpart",), is_there=(machine / "part").exists, without_it="nothing works"
    )


@pytest.fixture
def by_an_ordinary_user(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)


def refusal(part: Part) -> str:
    with pytest.raises(CannotStart) as refused:
        bring(part)
    return str(refused.value)


def test_what_is_there_is_left_alone(part: Part, machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (machine / "part").touch()
    bring(part)
    assert words(machine / "calls") == []
    assert capsys.readouterr().out == ""


def test_root_gets_it_without_a_question(
    part: Part, machine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bring(part)
    assert words(machine / "calls") == [INSTALL]
    assert capsys.readouterr().out == "Installing Part …\n"


def test_old_package_lists_are_brought_up_to_date(part: Part, machine: Path) -> None:
    (machine / "lists").unlink()
    bring(part)
    assert [call.split()[-1] for call in words(machine / "calls")] == ["libpart", "update", "libpart"]


def test_a_required_part_that_stays_missing_is_named_with_its_command(part: Part, machine: Path) -> None:
    (machine / "broken").touch()
    assert refusal(part) == "Part is missing: nothing works. Install it with: apt-get install libpart"


@pytest.mark.usefixtures("by_an_ordinary_user")
class TestOrdinaryUser:
    def test_without_a_terminal_it_is_named_and_nothing_is_done(self, part: Part, machine: Path) -> None:
        expected = "Part is missing: nothing works. Install it with: sudo apt-get install libpart"
        assert refusal(part) == expected
        assert words(machine / "calls") == []

    def test_what_is_not_required_is_only_named(self, part: Part, capsys: pytest.CaptureFixture[str]) -> None:
        bring(replace(part, required=False))
        expected = "Part is missing: nothing works. Install it with: sudo apt-get install libpart\n"
        assert capsys.readouterr().out == expected

    def test_in_ci_sudo_is_tried_without_a_question(
        self, part: Part, machine: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CI", "true")
        bring(part)
        assert words(machine / "calls") == [f"sudo -n apt-get {INSTALL}", INSTALL]

    def test_without_sudo_the_command_is_named(
        self, part: Part, machine: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (machine / "bin" / "sudo").unlink()
        monkeypatch.setenv("PATH", str(machine / "bin"))
        assert "Install it with: sudo apt-get install libpart" in refusal(part)

    def test_on_another_kind_of_system_its_own_package_manager_is_named(
        self, part: Part, machine: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (machine / "bin" / "apt-get").unlink()
        monkeypatch.setenv("PATH", str(machine / "bin"))
        assert refusal(part).endswith("Install it with your system's package manager.")


@pytest.mark.parametrize(
    ("answer", "installs"), [("\n", True), ("y\n", True), ("n\n", False), ("what?\n", False)]
)
def test_a_person_at_a_terminal_is_asked(answer: str, installs: bool, machine: Path) -> None:
    said = at_a_terminal(machine, answer)
    question = "Part is missing (nothing works). Install it with sudo apt-get? [Y/n] "
    assert said.startswith(question)
    assert (machine / "part").exists() is installs
    assert ("Install it with: sudo apt-get install libpart" in said) is not installs


def at_a_terminal(machine: Path, answer: str) -> str:
    """What is read on the terminal of somebody who answers the question."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-c", AT_A_TERMINAL, str(machine)]
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        said = read_until(ours, lambda said: "[Y/n] " in said)
        os.write(ours, answer.encode())
        said += read_until(ours, lambda _said: False)
    os.close(ours)
    return said


def read_until(terminal: int, enough: Callable[[str], bool]) -> str:
    """What comes, until it is enough or the other side has closed."""
    said = ""
    while not enough(said):
        try:
            said += os.read(terminal, 1024).decode()
        except OSError:  # Linux says so of a terminal that nobody has open any more
            break
    return said
