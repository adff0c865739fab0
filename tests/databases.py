"""Each process of a test run gets a copy of a database that one of them has migrated."""

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import django_fsm
import pytest
from django.db import connection
from django.dispatch import Signal
from pytest_django import DjangoDbBlocker

from tests.engines import WORKER

NAME = "test_migrated"


@pytest.fixture(scope="session")
def _no_transitions_of_migrations() -> Iterator[None]:
    """Those of the thousands of model classes that migrations make: there are none.

    Each field of a state machine would look for its own in every class that is made after it, which took a third
    of the time of migrating.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_fsm, "class_prepared", Signal())
        yield


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    _no_transitions_of_migrations: None,
    django_db_blocker: DjangoDbBlocker,
) -> None:
    """A server of somebody else's keeps nothing for the next run, so there each process migrates its own."""
    folder = Path(os.environ["TEST_DATA_DIR"])
    if WORKER is None or not (folder / "postgres").exists():
        return
    done = folder / "migrated"
    with (folder / "migrating.lock").open("a") as one_at_a_time:
        fcntl.flock(one_at_a_time, fcntl.LOCK_EX)
        if not done.exists():
            with django_db_blocker.unblock():
                _migrate()
            done.touch()
    connection.settings_dict["TEST"] |= {"TEMPLATE": NAME, "MIGRATE": False}


def _migrate() -> None:
    before = connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"]
    connection.settings_dict["TEST"]["NAME"] = NAME
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    connection.close()  # nobody copies a database that somebody is in
    connection.settings_dict["NAME"], connection.settings_dict["TEST"]["NAME"] = before
