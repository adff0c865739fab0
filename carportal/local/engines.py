"""The engines that a run or the tests bring up themselves, unless the environment names real servers."""

import os
from pathlib import Path

from carportal.local.postgres import Postgres
from carportal.local.supervisor import Supervisor
from carportal.local.valkey import Valkey


def start_engines(
    supervisor: Supervisor,
    folder: Path,
    *,
    log: Path,
    throwaway: bool = False,
) -> dict[str, str]:
    """Bring up what the environment does not name; DATABASE_URL and REDIS_URL are what comes back."""
    for engine in _engines(folder, throwaway=throwaway).values():
        engine.prepare()
        supervisor.start(engine.service(log))
    return engine_urls(folder)


def engine_urls(folder: Path) -> dict[str, str]:
    """DATABASE_URL and REDIS_URL: the environment's, or where the engines of `folder` are."""
    own = {variable: engine.url for variable, engine in _engines(folder).items()}
    return {variable: own.get(variable) or os.environ[variable] for variable in ("DATABASE_URL", "REDIS_URL")}


def engines_answer(folder: Path) -> bool:
    """Whether those of `folder` that the environment does not replace are up."""
    return all(engine.answers() for engine in _engines(folder).values())


def _engines(folder: Path, *, throwaway: bool = False) -> dict[str, Postgres | Valkey]:
    own: dict[str, Postgres | Valkey] = {
        "DATABASE_URL": Postgres(folder / "postgres", throwaway=throwaway),
        "REDIS_URL": Valkey(folder / "valkey", throwaway=throwaway),
    }
    return {variable: engine for variable, engine in own.items() if not os.environ.get(variable)}
