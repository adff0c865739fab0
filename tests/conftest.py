"""What every test gets; the engines are already up by then (`tests.engines`)."""

from collections.abc import Iterator, Sequence

import hypothesis
import pytest
from django.core.cache import cache
from django.db.backends.postgresql.operations import DatabaseOperations

pytest_plugins = ["tests.personas", "tests.live", "tests.browsing"]

# The same examples in every run, so that a test never fails by luck.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("portal")


@pytest.fixture(autouse=True, scope="session")
def _flush_past_triggers() -> Iterator[None]:
    """Let the flush after a transactional test empty the tables that refuse to be emptied (the audit trail)."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_as_replica(self: DatabaseOperations, sql_list: Sequence[str]) -> None:
        flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_as_replica)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of an earlier test (throttled logins) must not reach this one."""
    cache.clear()
