"""A wrong or missing environment variable is named in one sentence, by whatever reads it first."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from carportal.core.bounces.providers import MailService
from carportal.environment import HOW_TO_MAKE_ONE, SECRET_LENGTH, Environment, FileStore

DEPLOYMENT = {
    "SECRET_KEY": "only-for-this-test-and-for-no-other-purpose-whatever",
    "ALLOWED_HOSTS": "portal.example",
    "DATABASE_URL": "postgres://carportal@127.0.0.1:1/carportal",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
PROGRAMS = {
    "manage.py": [sys.executable, "manage.py", "check"],
    "gunicorn": [sys.executable, "-m", "gunicorn", "--config", "python:carportal.gunicorn"],
    "worker": [sys.executable, "-m", "celery", "--app", "carportal.celery", "worker"],
    "beat": [sys.executable, "-m", "celery", "--app", "carportal.celery", "beat"],
}
SERVICE_SECRET = "Zt3-qvX9_aLwE5mKc7RbN2yHd8Ju4PsG"
env = Environment()


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """`given("value")` sets the variable X."""
    return lambda value: monkeypatch.setenv("X", value)


def refusal(read: Callable[[], object]) -> str:
    with pytest.raises(ImproperlyConfigured) as refused:
        read()
    return str(refused.value)


def test_what_is_missing_is_named() -> None:
    assert refusal(lambda: env.str("X")) == "The environment variable X is missing."


def test_an_empty_variable_is_one_that_is_not_set(given: Callable[[str], None]) -> None:
    given("")
    assert env.str("X", default="usual") == "usual"
    assert env.int("X", default=7) == 7
    assert "X is missing" in refusal(lambda: env.str("X"))
    given(" , ")
    assert "X is missing" in refusal(lambda: env.list("X"))


def test_names_in_a_list_may_stand_apart(given: Callable[[str], None]) -> None:
    given("portal.example, www.portal.example")
    assert env.list("X") == ["portal.example", "www.portal.example"]


def test_a_value_with_a_dollar_refers_to_nothing_else(given: Callable[[str], None]) -> None:
    given("$HOME")
    assert env.str("X") == "$HOME"


@pytest.mark.parametrize("value", ["abc", "-1", "1.5"])
def test_what_is_no_whole_number_is_shown(value: str, given: Callable[[str], None]) -> None:
    given(value)
    said = refusal(lambda: env.int("X"))
    assert said == f"The environment variable X is {value!r}, and must be a whole number."


@pytest.mark.parametrize(("value", "meaning"), [("1", True), ("Yes", True), ("0", False), ("off", False)])
def test_yes_and_no_have_several_spellings(value: str, meaning: bool, given: Callable[[str], None]) -> None:
    given(value)
    assert env.bool("X") is meaning


def test_what_is_neither_yes_nor_no_is_no_quiet_no(given: Callable[[str], None]) -> None:
    given("maybe")
    assert "X is 'maybe', and must be yes or no" in refusal(lambda: env.bool("X"))


@pytest.mark.parametrize(
    "value", ["mysql://me:secret@host/portal", "sqlite:///portal.db", "postgres://me:secret@host", "secret"]
)
def test_only_a_postgresql_database_will_do_and_its_password_is_kept(
    value: str, given: Callable[[str], None]
) -> None:
    given(value)
    said = refusal(lambda: env.postgres_url("X"))
    assert said.startswith("The environment variable X must name a PostgreSQL database")
    assert "secret" not in said


@pytest.mark.parametrize("value", ["6379", "redis:", "http://:secret@host"])
def test_only_a_redis_server_will_do_and_its_password_is_kept(
    value: str, given: Callable[[str], None]
) -> None:
    given(value)
    said = refusal(lambda: env.redis_url("X"))
    assert said.startswith("The environment variable X must name a Redis server")
    assert "secret" not in said


@pytest.mark.parametrize(
    "value", ["127.0.0.1:3310", "tcp://", "tcp:3310", "unix://", "http://clamd:3310", "/run/clamd.ctl"]
)
def test_where_files_are_scanned_is_asked_for_by_example(value: str, given: Callable[[str], None]) -> None:
    given(value)
    assert "as in tcp://host:3310 or unix:///run/clamav/clamd.ctl." in refusal(lambda: env.clamd_url("X"))


@pytest.mark.parametrize("value", ["", "tcp://clamd", "tcp://clamd:3310", "unix:///run/clamav/clamd.ctl"])
def test_files_are_scanned_over_a_port_or_a_socket_file_or_not(
    value: str, given: Callable[[str], None]
) -> None:
    given(value)
    assert env.clamd_url("X") == value


def store_of(url: str, given: Callable[[str], None], **said: str) -> FileStore:
    given(url)
    nothing = dict.fromkeys(("endpoint", "region", "key", "secret"), "")
    return env.file_store("X", **nothing | said)


def test_files_lie_in_a_folder_unless_a_bucket_is_named(given: Callable[[str], None]) -> None:
    kept = store_of("", given).storage("evidence", folder="/srv/evidence")
    assert kept["BACKEND"] == "django.core.files.storage.FileSystemStorage"
    assert (kept["OPTIONS"]["location"], kept["OPTIONS"]["file_permissions_mode"]) == ("/srv/evidence", 0o600)


@pytest.mark.parametrize(
    ("url", "location"),
    [
        ("s3://files", "evidence"),
        ("s3://files/", "evidence"),
        ("s3://files/portal/one/", "portal/one/evidence"),
    ],
)
def test_each_kind_of_file_has_its_own_part_of_a_bucket(
    url: str, location: str, given: Callable[[str], None]
) -> None:
    store = store_of(url, given, endpoint="https://s3.example", key="me", secret="secret")
    assert store.storage("evidence", folder="/srv/evidence") == {
        "BACKEND": "carportal.core.object_store.ObjectStore",
        "OPTIONS": {
            "bucket_name": "files",
            "location": location,
            "endpoint_url": "https://s3.example",
            "access_key": "me",
            "secret_key": "secret",
        },
    }


@pytest.mark.parametrize(
    "value", ["files", "s3:files", "s3://", "s3:///files", "https://s3.example/files", "s3://me:secret@files"]
)
def test_only_a_bucket_will_do_and_no_secret_in_its_address(value: str, given: Callable[[str], None]) -> None:
    said = refusal(lambda: store_of(value, given))
    assert said.endswith("must name a bucket of an object store, as in s3://bucket or s3://bucket/folder.")
    assert "secret" not in said


@pytest.mark.parametrize("said", [{"key": "me"}, {"secret": "hidden"}])
def test_an_object_store_is_entered_by_both_halves_of_a_key(
    said: dict[str, str], given: Callable[[str], None]
) -> None:
    told = refusal(lambda: store_of("s3://files", given, **said))
    assert "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY together" in told
    assert "hidden" not in told


@pytest.mark.parametrize("value", ["s3.example.org", "s3://files", "https://", "//s3.example.org"])
def test_an_address_is_asked_for_by_example(value: str, given: Callable[[str], None]) -> None:
    given(value)
    assert "must be a web address, as in https://s3.example.org." in refusal(lambda: env.web_address("X"))


@pytest.mark.parametrize("value", ["mail.example:25", "gopher://mail.example"])
def test_how_mail_leaves_is_asked_for_by_example(value: str, given: Callable[[str], None]) -> None:
    given(value)
    assert "smtp+tls://" in refusal(lambda: env.smtp_url("X"))


def test_mail_leaves_as_its_address_says(given: Callable[[str], None]) -> None:
    given("smtp+tls://me:secret@mail.example:587")
    config = env.smtp_url("X")
    assert (config["EMAIL_HOST"], config["EMAIL_PORT"], config["EMAIL_USE_TLS"]) == (
        "mail.example",
        587,
        True,
    )


def service_of(
    name: str,
    given: Callable[[str], None],
    *,
    secret: str = SERVICE_SECRET,
    key: str = "",
) -> MailService | None:
    given(name)
    return env.mail_service("X", secret=secret, signing_key=key)


def test_without_a_mail_service_no_reports_are_taken(given: Callable[[str], None]) -> None:
    assert service_of("", given) is None


def test_a_mail_service_is_known_by_its_secret_and_what_it_signs(given: Callable[[str], None]) -> None:
    assert service_of("postmark", given) == MailService("postmark", SERVICE_SECRET)
    assert service_of("mailgun", given, key="key-1") == MailService("mailgun", SERVICE_SECRET, "key-1")
    assert SERVICE_SECRET not in repr(service_of("postmark", given))


def test_only_a_service_that_the_portal_can_read_will_do(given: Callable[[str], None]) -> None:
    said = refusal(lambda: service_of("pigeon", given))
    assert said == "The environment variable X is 'pigeon', and must be one of mailgun, postmark."


@pytest.mark.parametrize(
    "secret", ["", "short", "x" * 32, "has a blank, and a comma, in its middle", "ü" * 40]
)
def test_its_secret_cannot_be_guessed_and_can_stand_in_an_address(
    secret: str, given: Callable[[str], None]
) -> None:
    said = refusal(lambda: service_of("postmark", given, secret=secret))
    assert said.startswith("The environment variable X_SECRET is too easy to guess")
    assert not secret or secret not in said


def test_a_service_that_signs_needs_its_key(given: Callable[[str], None]) -> None:
    said = refusal(lambda: service_of("mailgun", given))
    assert "X_SIGNING_KEY is missing: set it to the key by which mailgun signs its webhooks." in said


def test_a_local_run_is_refused_where_others_can_reach_it(given: Callable[[str], None]) -> None:
    given("1")
    assert env.local_run("X", ["127.0.0.1", "localhost"])
    said = refusal(lambda: env.local_run("X", ["localhost", "portal.example"]))
    assert said.endswith("ALLOWED_HOSTS names others: localhost, portal.example.")


@pytest.mark.parametrize("host", ["*", ".portal.example"])
def test_the_portals_address_is_asked_for_where_no_host_tells_it(host: str) -> None:
    assert env.site_url("X", "portal.example", local=False) == "https://portal.example"
    assert "X is missing" in refusal(lambda: env.site_url("X", host, local=False))


@pytest.mark.parametrize(
    "secret",
    ["changeme", "x" * (SECRET_LENGTH - 1), "ab" * SECRET_LENGTH],
    ids=["a word", "too short", "two characters"],
)
def test_a_deployment_is_refused_with_a_secret_that_can_be_guessed(
    secret: str, given: Callable[[str], None]
) -> None:
    given(secret)
    said = refusal(lambda: env.secret_key("X", local=False))
    assert said.startswith("The environment variable X is too easy to guess")
    assert secret not in said
    assert env.secret_key("X", local=True) == secret


def test_the_command_that_is_advised_prints_a_secret_that_will_do(given: Callable[[str], None]) -> None:
    done = subprocess.run(["sh", "-c", HOW_TO_MAKE_ONE], capture_output=True, text=True, check=True)
    given(done.stdout)
    assert env.secret_key("X", local=False) == done.stdout.strip()


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_program_starts_without_a_secret(program: str, tmp_path: Path) -> None:
    said = ends_with_one_sentence(program, tmp_path, SECRET_KEY="")
    assert "The environment variable SECRET_KEY is missing: set it to " in said


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("ALLOWED_HOSTS", "", "ALLOWED_HOSTS is missing: set it to the names"),
        ("SECRET_KEY", "changeme", "SECRET_KEY is too easy to guess"),
        ("REDIS_URL", "nowhere", "REDIS_URL must name a Redis server"),
        ("OBJECT_STORE_URL", "nowhere", "OBJECT_STORE_URL must name a bucket"),
    ],
)
def test_a_wrong_variable_is_named_before_anything_starts(
    variable: str, value: str, says: str, tmp_path: Path
) -> None:
    said = ends_with_one_sentence("manage.py", tmp_path, **{variable: value})
    assert f"The environment variable {says}" in said


def ends_with_one_sentence(program: str, folder: Path, **changed: str) -> str:
    environ = DEPLOYMENT | {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)} | changed
    done = subprocess.run(PROGRAMS[program], env=environ, capture_output=True, text=True)
    assert done.returncode != 0
    (said,) = (done.stdout + done.stderr).strip().splitlines()
    return said
