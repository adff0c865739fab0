"""What the environment says, read with care: each mistake is one sentence that names the variable."""

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from carportal.core.bounces.providers import SIGNS, MailService

YES, NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}
LOOPBACK = {"127.0.0.1", "localhost"}
# Pages ask much that is small: to start processes beside one's own for it would take longer, and from other pages.
ONE_PROCESS = "-c max_parallel_workers_per_gather=0"
# As long and as mixed as Django's own check of a deployment asks for; a word in its place falls short.
SECRET_LENGTH, SECRET_CHARACTERS = 50, 5
HOW_TO_MAKE_ONE = "python3 -c 'import secrets; print(secrets.token_urlsafe(50))'"
# It stands in an address, before the name of the portal.
REPORTS_SECRET = re.compile(r"[A-Za-z0-9_-]{32,}")
# What to do about a variable without which nothing starts.
ADVICE = {
    "SECRET_KEY": f"set it to what this prints: {HOW_TO_MAKE_ONE}",
    "ALLOWED_HOSTS": "set it to the names that people reach the portal by, as in portal.example.org",
    "DATABASE_URL": "set it to a PostgreSQL database, as in postgres://user:password@host:5432/name",
    "REDIS_URL": "set it to a Redis server, as in redis://:password@host:6379/0",
    "SITE_URL": "set it to where people find the portal, as in https://portal.example.org",
}


@dataclass(frozen=True, slots=True)
class FileStore:
    """Where files that people add are kept: in folders, or in an object store that `options` lead to."""

    options: dict[str, Any]
    prefix: str = ""

    def storage(self, name: str, *, folder: str) -> dict[str, Any]:
        """For one kind of file, as STORAGES has it: in the folder, or in a part of the object store named so."""
        if self.options:
            location = "/".join(filter(None, [self.prefix, name]))
            return {
                "BACKEND": "carportal.core.object_store.ObjectStore",
                "OPTIONS": self.options | {"location": location},
            }
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {
                "location": folder,
                "file_permissions_mode": 0o600,
                "directory_permissions_mode": 0o700,
            },
        }


class Environment(environ.Env):
    """An empty variable counts as one that is not set, as in a compose file; no value refers to another one."""

    def get_value(
        self, var: str, cast: Any = None, default: Any = environ.Env.NOTSET, *, parse_default: bool = False
    ) -> Any:
        value = self.ENVIRON.get(var, "").strip()
        if cast is list:
            value = ",".join(part.strip() for part in value.split(",") if part.strip())
        if not value:
            if default is self.NOTSET:
                advice = f": {ADVICE[var]}" if var in ADVICE else ""
                raise ImproperlyConfigured(f"The environment variable {var} is missing{advice}.")
            return self.parse_value(default, cast) if parse_default else default
        if cast is bool and value.lower() not in YES | NO:
            raise ImproperlyConfigured(f"The environment variable {var} is {value!r}, and must be yes or no.")
        if cast is int and not value.isdecimal():
            raise ImproperlyConfigured(
                f"The environment variable {var} is {value!r}, and must be a whole number."
            )
        return self.parse_value(value, cast)

    def secret_key(self, var: str, *, local: bool) -> str:
        """What signs sessions and links; a deployment's must be one that nobody guesses."""
        secret: str = self.get_value(var)
        if not local and (len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_CHARACTERS):
            raise ImproperlyConfigured(
                f"The environment variable {var} is too easy to guess: it needs {SECRET_LENGTH} characters, "
                f"so {ADVICE['SECRET_KEY']}."
            )
        return secret

    def postgres_url(self, var: str) -> dict[str, Any]:
        """A PostgreSQL database as Django wants it; the sentence never shows the value, for the password in it."""
        url = self.get_value(var)
        config: dict[str, Any] = {}
        if urlsplit(url).scheme in {"postgres", "postgresql"}:
            config = self.db_url_config(url)
        if not config.get("NAME"):
            raise ImproperlyConfigured(
                f"The environment variable {var} must name a PostgreSQL database, "
                "as in postgres://user:password@host:5432/name."
            )
        return config | {"OPTIONS": {"options": ONE_PROCESS, **config.get("OPTIONS", {})}}

    def redis_url(self, var: str) -> str:
        url: str = self.get_value(var)
        if urlsplit(url).scheme not in {"redis", "rediss"} or not urlsplit(url).netloc:
            raise ImproperlyConfigured(
                f"The environment variable {var} must name a Redis server, as in redis://:password@host:6379/0."
            )
        return url

    def smtp_url(self, var: str) -> dict[str, Any]:
        """How mail leaves, as Django's EMAIL_… settings."""
        try:
            config: dict[str, Any] = self.email_url_config(self.get_value(var, default="smtp://127.0.0.1:25"))
        except (ImproperlyConfigured, ValueError) as error:
            raise ImproperlyConfigured(
                f"The environment variable {var} must say how mail leaves, "
                "as in smtp+tls://user:password@host:587."
            ) from error
        return config

    def mail_service(self, var: str, *, secret: str, signing_key: str) -> MailService | None:
        """Whose reports on bounced mail are taken; nobody's without it."""
        name: str = self.get_value(var, default="")
        if not name:
            return None
        if name not in SIGNS:
            raise ImproperlyConfigured(
                f"The environment variable {var} is {name!r}, and must be one of {', '.join(SIGNS)}."
            )
        if not REPORTS_SECRET.fullmatch(secret) or len(set(secret)) < SECRET_CHARACTERS:
            raise ImproperlyConfigured(
                f"The environment variable {var}_SECRET is too easy to guess, or cannot stand in an address: "
                f"set it to what this prints: {HOW_TO_MAKE_ONE}"
            )
        if SIGNS[name] and not (signing_key and signing_key.isascii()):
            raise ImproperlyConfigured(
                f"The environment variable {var}_SIGNING_KEY is missing: set it to the key by which {name} "
                "signs its webhooks."
            )
        return MailService(name, secret, signing_key)

    def clamd_url(self, var: str) -> str:
        """Where clamd listens, over TCP or a socket of this machine; empty where files are not scanned."""
        url: str = self.get_value(var, default="")
        parts = urlsplit(url)
        if url and not (
            (parts.scheme == "tcp" and parts.hostname) or (parts.scheme == "unix" and parts.path)
        ):
            raise ImproperlyConfigured(
                f"The environment variable {var} must say where clamd listens, "
                "as in tcp://host:3310 or unix:///run/clamav/clamd.ctl."
            )
        return url

    def file_store(self, var: str, *, endpoint: str, region: str, key: str, secret: str) -> FileStore:
        """Folders, unless the variable names a bucket; of the rest only what is given is said to the store."""
        url: str = self.get_value(var, default="")
        if not url:
            return FileStore({})
        parts = urlsplit(url)
        if parts.scheme != "s3" or not parts.netloc or parts.netloc != parts.hostname or parts.query:
            raise ImproperlyConfigured(
                f"The environment variable {var} must name a bucket of an object store, "
                "as in s3://bucket or s3://bucket/folder."
            )
        if bool(key) != bool(secret):
            raise ImproperlyConfigured(
                f"The object store that {var} names is entered by AWS_ACCESS_KEY_ID and "
                "AWS_SECRET_ACCESS_KEY together: set both, or neither where the machine has a role."
            )
        said = {"endpoint_url": endpoint, "region_name": region, "access_key": key, "secret_key": secret}
        options = {"bucket_name": parts.netloc} | {name: value for name, value in said.items() if value}
        return FileStore(options, parts.path.strip("/"))

    def web_address(self, var: str) -> str:
        """An address of a server, or nothing."""
        url: str = self.get_value(var, default="")
        if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
            raise ImproperlyConfigured(
                f"The environment variable {var} must be a web address, as in https://s3.example.org."
            )
        return url

    def local_run(self, var: str, hosts: list[str]) -> bool:
        """Whether this is the local run, whose accounts everybody knows; nobody else must reach it."""
        local = bool(self.bool(var, default=False))
        if local and not set(hosts) <= LOOPBACK:
            raise ImproperlyConfigured(
                f"The environment variable {var} is for a run that this machine alone can reach, "
                f"and ALLOWED_HOSTS names others: {', '.join(hosts)}."
            )
        return local

    def site_url(self, var: str, host: str, *, local: bool) -> str:
        """Where people find the portal; told from `host` unless that stands for many."""
        if local:
            return str(self.str(var, default="http://127.0.0.1:8000"))
        if host.startswith((".", "*")):
            return str(self.str(var))
        return str(self.str(var, default=f"https://{host}"))
