"""docs/deploy.md: every command, path and address in it is one that there is."""

import re

from django.core.management import get_commands, load_command_class
from django.urls import resolve

from tests.deployment.files import HANDBOOK, ROOT, SERVICES, commands_of_handbook, image_environment

COMPOSE = {"build", "up", "ps", "run", "stop", "exec", "logs"}


def commands_of_manage() -> list[list[str]]:
    run = ["docker", "compose", "run", "--rm", "manage"]
    return [command[5:] for command in commands_of_handbook() if command[:5] == run]


def test_every_command_of_the_portal_takes_its_arguments() -> None:
    assert {command[0] for command in commands_of_manage()} == {
        "create_operator",
        "back_up",
        "restore_backup",
        "verify_audit_trail",
    }
    for name, *arguments in commands_of_manage():
        parser = load_command_class(get_commands()[name], name).create_parser("manage.py", name)
        parser.parse_args(arguments)  # exits for an argument that it does not know


def test_every_command_of_docker_names_services_that_there_are() -> None:
    asked = [command[2:] for command in commands_of_handbook() if command[:2] == ["docker", "compose"]]
    assert {command[0] for command in asked} == COMPOSE
    for command, *rest in asked:
        words = [word for word in rest if not word.startswith("-")]
        if command == "exec":
            assert words[0] == "db"
        elif command in {"up", "stop", "logs"}:
            assert {word.partition("=")[0] for word in words} <= set(SERVICES)
    assert set(re.findall(r"`(db|redis|web|worker|beat|mailpit|migrate|manage)`", HANDBOOK)) == set(SERVICES)


def test_every_file_and_address_exists() -> None:
    files = re.findall(r"`([\w/.]+\.(?:md|yml|txt|example)|Dockerfile)`", HANDBOOK)
    assert files
    assert all((ROOT / path).exists() for path in files)
    addresses = re.findall(r"`(/[a-z]+)`", HANDBOOK)
    assert set(addresses) == {"/livez", "/healthz"}
    assert {resolve(address).url_name for address in addresses} == {"livez", "healthz"}
    ports = {port.rpartition(":")[0] for name in ("web", "mailpit") for port in SERVICES[name]["ports"]}
    assert set(re.findall(r"127\.0\.0\.1:\d+", HANDBOOK)) == ports


def test_folder_of_backups_is_given_to_the_images_user() -> None:
    made = next(command for command in commands_of_handbook() if command[0] == "install")
    (owner,) = [word.partition("=")[2] for word in made if word.startswith("--owner")]
    assert f"--uid {owner} " in (ROOT / "Dockerfile").read_text()
    assert f"./{made[-1]}:/backups" in SERVICES["manage"]["volumes"]
    assert {
        command[1].split("/")[1] for command in commands_of_manage() if len(command) > 1 and "/" in command[1]
    } == {"backups"}


def test_files_of_evidence_are_taken_from_where_the_image_keeps_them() -> None:
    """And nothing else of its data folder needs a backup."""
    folder = image_environment()["EVIDENCE_DIR"]
    assert f"evidence:{folder}" in SERVICES["manage"]["volumes"]
    tars = [command for command in commands_of_handbook() if "tar" in command]
    assert len(tars) == 2
    for command in tars:
        (inside,) = [word.partition("=")[2] for word in command if word.startswith("--directory=")]
        assert f"{inside}/evidence" == folder
    assert tars[0][-1] == "evidence"
    assert HANDBOOK.count(image_environment()["DATA_DIR"]) == len(tars)
