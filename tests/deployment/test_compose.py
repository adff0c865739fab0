"""docker-compose.yml, held against the code: programs, commands, health checks, what waits for what."""

import re
import shutil
import sys
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class

from carportal.local import processes
from tests.deployment.files import COMPOSE, SERVICES, image_environment, instructions

OURS = {name: service for name, service in SERVICES.items() if service["image"] == "carportal"}
ONCE = {"migrate", "manage"}
LASTING = sorted(set(SERVICES) - ONCE)


def test_all_that_the_portal_needs_is_there() -> None:
    assert set(SERVICES) == {"db", "redis", "mailpit", "migrate", "web", "worker", "beat", "manage"}
    assert set(OURS) == {"migrate", "web", "worker", "beat", "manage"}


@pytest.mark.parametrize("name", LASTING)
def test_everything_that_lasts_has_a_health_check_and_comes_up_again(name: str) -> None:
    service = SERVICES[name]
    assert service["restart"] == "unless-stopped"
    check = service["healthcheck"]
    assert check["test"][0] == "CMD", "without a shell"
    assert {"interval", "timeout"} <= set(check)


@pytest.mark.parametrize("name", sorted(ONCE))
def test_what_runs_once_is_not_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "no"
    assert SERVICES[name]["healthcheck"] == {"disable": True}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - set(OURS)))
def test_images_of_others_are_pinned_to_a_version(name: str) -> None:
    assert re.fullmatch(r"[\w/]+:v?\d+(\.\d+)?", SERVICES[name]["image"])


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_is_one_that_the_portal_has(name: str) -> None:
    service = OURS[name]
    commands = [service.get("entrypoint", []) + service.get("command", [])]
    commands.append(service["healthcheck"].get("test", [])[1:])
    for command in filter(None, commands):
        program, *arguments = command
        assert shutil.which(program, path=str(Path(sys.executable).parent)), program
        if arguments[:1] == ["manage.py"] and len(arguments) > 1:
            _, name, *rest = arguments
            parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
            parser.parse_args(rest)  # exits for an argument that it does not know


def test_worker_and_clock_run_as_in_the_local_run(tmp_path: Path) -> None:
    environ = {"DATA_DIR": image_environment()["DATA_DIR"]}
    for name, make in {"worker": processes.worker, "beat": processes.beat}.items():
        local = make(environ, tmp_path / "log")
        here = SERVICES[name]["command"]
        assert here[0] == "celery"
        assert here[1:] == [part for part in local.command[3:] if part != "--quiet"]
        if name == "worker":
            assert local.env is not None
            assert SERVICES[name]["environment"]["REMAP_SIGTERM"] == local.env["REMAP_SIGTERM"]


def test_nothing_serves_before_the_database_is_up_to_date() -> None:
    assert SERVICES["migrate"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for name in ("web", "worker", "beat"):
        waits = SERVICES[name]["depends_on"]
        assert waits["migrate"] == {"condition": "service_completed_successfully"}
        assert waits["redis"] == waits["db"] == {"condition": "service_healthy"}


def test_what_is_kept_is_on_volumes_that_exist() -> None:
    # PostgreSQL 18's image keeps its data in a folder of its version below this one.
    assert SERVICES["db"]["volumes"] == ["db:/var/lib/postgresql"]
    named = {
        volume.partition(":")[0]
        for service in SERVICES.values()
        for volume in service.get("volumes", [])
        if not volume.startswith(".")
    }
    assert named == set(COMPOSE["volumes"])


def test_only_this_machine_reaches_web_server_and_kept_mail() -> None:
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert set(published) == {"web", "mailpit"}
    assert all(port.startswith("127.0.0.1:") for ports in published.values() for port in ports)


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_have_no_more_rights_than_they_need(name: str) -> None:
    assert OURS[name]["cap_drop"] == ["ALL"]
    assert OURS[name]["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in OURS[name], "the image says who: " + instructions("USER")[0]


@pytest.mark.parametrize("name", sorted(OURS))
def test_engines_are_those_of_the_same_file(name: str) -> None:
    environment = OURS[name]["environment"]
    database = re.fullmatch(
        r"postgres://(\w+):\S+@(\w+):5432/(\w+)", environment["DATABASE_URL"].replace(" ", "")
    )
    assert database
    made = SERVICES[database[2]]["environment"]
    assert (database[1], database[3]) == (made["POSTGRES_USER"], made["POSTGRES_DB"])
    assert environment["REDIS_URL"] == "redis://redis:6379/0"
    assert environment["EMAIL_URL"].endswith(":-smtp://mailpit:1025}")
    assert OURS[name]["env_file"] == ".env"
