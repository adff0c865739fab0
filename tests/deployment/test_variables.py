""".env.example names every variable that the code reads, says what it is, and shows the code's own default."""

import re

import pytest
from django.core.exceptions import ImproperlyConfigured

from carportal.environment import Environment
from tests.deployment.files import (
    COMPOSE,
    HANDBOOK,
    ROOT,
    SERVICES,
    Example,
    examples,
    image_environment,
    read_by_code,
)

EXAMPLES = {each.name: each for each in examples()}
OF_COMPOSE_ALONE = {"POSTGRES_PASSWORD"}
NEEDED = {"SECRET_KEY", "ALLOWED_HOSTS", "POSTGRES_PASSWORD"}


def test_every_variable_that_is_read_is_named_and_no_other() -> None:
    assert len(EXAMPLES) == len(examples()), "one is named twice"
    assert set(EXAMPLES) == {read.name for read in read_by_code()} | OF_COMPOSE_ALONE


def test_reading_the_code_finds_what_it_reads() -> None:
    """Were it blind, the test above would pass with an empty file."""
    found = {read.name: read.default for read in read_by_code()}
    assert found["INVITATION_DAYS"] == 7
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL", "BIND", "WEB_WORKERS", "SECURE_HSTS_SECONDS"} <= set(
        found
    )


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_each_variable_is_explained(example: Example) -> None:
    assert example.said.endswith((".", example.said.rpartition("Example: ")[2]))
    assert len(example.said.split()) >= 5


@pytest.mark.parametrize("example", examples(), ids=lambda each: each.name)
def test_each_line_shows_the_default_of_the_code(example: Example) -> None:
    defaults = {read.default for read in read_by_code() if read.name == example.name} - {None, ""}
    shown = {True: "yes", False: "no"}
    if defaults:
        assert {shown.get(each, str(each)) if isinstance(each, bool) else str(each) for each in defaults} == {
            example.value
        }
    assert example.is_set == (example.name in NEEDED)


@pytest.mark.parametrize("name", sorted(NEEDED))
def test_what_is_needed_is_left_empty_and_stops_the_start(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert EXAMPLES[name].value == ""
    if name in OF_COMPOSE_ALONE:
        engines = COMPOSE["x-environment"]["DATABASE_URL"], SERVICES["db"]["environment"][name]
        assert all(f"${{{name}:?" in value for value in engines)
    else:
        monkeypatch.setenv(name, EXAMPLES[name].value)
        with pytest.raises(ImproperlyConfigured, match=f"{name} is missing: set it to"):
            Environment().get_value(name)


def test_every_variable_of_the_other_files_is_known() -> None:
    known = set(EXAMPLES)
    ours = {
        name for name in image_environment() if not name.startswith(("PIP_", "PYTHON")) and name != "HOME"
    }
    assert ours <= known
    assert set(COMPOSE["x-environment"]) <= known
    text = (ROOT / "docker-compose.yml").read_text()
    assert set(re.findall(r"\$\{([A-Z_]+)", text)) <= known
    assert set(re.findall(r"`([A-Z]+_[A-Z_]+)(?:=\d+)?`", HANDBOOK)) <= known
