"""What every test gets; the engines are already up by then (`tests.engines`)."""

from collections.abc import Iterator, Sequence

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations

pytest_plugins = ["tests.personas", "tests.live", "tests.browsing", "tests.object_store"]

OF_MIGRATIONS = {"django_content_type", "auth_permission"}

# The same examples in every run, so that a test never fails by luck.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("portal")


@pytest.fixture(autouse=True, scope="session")
def _flush_by_deleting() -> Iterator[None]:
    """How a transactional test empties the tables after it: past the triggers that refuse to lose the audit trail.

    TRUNCATE, Django's own way, waits for whoever only reads a table (the live worker), and so the two could wait
    for each other; it also takes ten times as long on tables of a few rows. What migrations write stays, so it
    need not be written anew.
    """

    def deletes(
        operations: DatabaseOperations, _style: object, tables: Sequence[str], **_options: bool
    ) -> list[str]:
        names = (operations.quote_name(table) for table in tables if table not in OF_MIGRATIONS)
        deletions = (f"DELETE FROM {name}" for name in names)  # noqa: S608 - the portal's own tables
        return ["SET LOCAL session_replication_role = replica", *deletions]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", deletes)
        patch.setattr(flush, "emit_post_migrate_signal", lambda *_args, **_options: None)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of an earlier test (throttled logins) must not reach this one."""
    cache.clear()
