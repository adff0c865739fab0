"""The locks hold what pyproject.toml asks for, all of it and nothing else; read offline, from what is installed."""

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
DIRECT = [Requirement(line) for line in PROJECT["dependencies"]]
LOCAL = [Requirement(line) for line in PROJECT["optional-dependencies"]["dev"]]
LOCKS = {"requirements.txt": DIRECT, "requirements-dev.txt": [*DIRECT, *LOCAL]}


def locked(name: str) -> dict[str, Requirement]:
    """The pinned packages of a lock by their names, those for other machines included."""
    pins = [line.rstrip(" \\") for line in (ROOT / name).read_text().splitlines() if re.match(r"\w", line)]
    return {canonicalize_name(pin.name): pin for pin in map(Requirement, pins)}


def pinned(requirement: Requirement) -> str:
    (specifier,) = requirement.specifier
    assert specifier.operator == "=="
    return specifier.version


def is_for_us(requirement: Requirement, extras: tuple[str, ...] = ("",)) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({"extra": extra}) for extra in extras)


def reached_from(requirements: list[Requirement]) -> set[str]:
    """The names of all packages that these need on this machine, as the installed ones say."""
    found: set[str] = set()
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = list(requirements)
    while todo:
        requirement = todo.pop()
        name = canonicalize_name(requirement.name)
        if (name, frozenset(requirement.extras)) in seen:
            continue
        seen.add((name, frozenset(requirement.extras)))
        found.add(name)
        todo.extend(_needed_by(name, ("", *requirement.extras)))
    return found


def _needed_by(name: str, extras: tuple[str, ...]) -> Iterator[Requirement]:
    for line in distribution(name).requires or ():
        requirement = Requirement(line)
        if is_for_us(requirement, extras):
            yield requirement


@pytest.mark.parametrize("lock", LOCKS)
def test_every_direct_dependency_is_locked_at_a_version_that_will_do(lock: str) -> None:
    pins = locked(lock)
    for requirement in LOCKS[lock]:
        pin = pins.get(canonicalize_name(requirement.name))
        assert pin is not None, f"{requirement} is not in {lock}: compile it again (its first lines say how)"
        assert requirement.specifier.contains(pinned(pin), prereleases=True), (
            f"{lock} has {pin}, and pyproject.toml asks for {requirement}: compile it again"
        )


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_holds_what_is_needed_and_nothing_else(lock: str) -> None:
    """So no tool of the tests or of the local run is in the production lock."""
    on_this_machine = {name for name, pin in locked(lock).items() if is_for_us(pin)}
    assert on_this_machine == reached_from(LOCKS[lock])


def test_both_locks_have_the_same_versions() -> None:
    production, development = locked("requirements.txt"), locked("requirements-dev.txt")
    assert {name: development.get(name) for name in production} == production


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_its_hashes(lock: str) -> None:
    text = (ROOT / lock).read_text()
    packages = re.split(r"^(?=\w)", text, flags=re.MULTILINE)[1:]
    assert len(packages) == len(locked(lock))
    for package in packages:
        assert re.search(r"--hash=sha256:[0-9a-f]{64}\b", package), package.splitlines()[0]


def test_what_is_installed_is_what_is_locked() -> None:
    for name, pin in locked("requirements-dev.txt").items():
        if is_for_us(pin):
            try:
                assert version(name) == pinned(pin)
            except PackageNotFoundError:
                pytest.fail(f"{pin} is not installed")
