"""What every test gets; the engines are already up by then (`tests.engines`)."""

import gc
from collections.abc import Iterator, Sequence

import hypothesis
import pytest
from django.core.cache import cache
from django.core.management.commands import flush
from django.db.backends.postgresql.operations import DatabaseOperations
from django.template import Context
from django.template.base import Template
from django.test.signals import template_rendered
from django.utils.safestring import SafeString

pytest_plugins = [
    "tests.databases",
    "tests.personas",
    "tests.live",
    "tests.browsing",
    "tests.object_store",
]

OF_MIGRATIONS = {"django_content_type", "auth_permission"}

# The same examples in every run, so that a test never fails by luck; a soak plays others, more and longer ones.
hypothesis.settings.register_profile("portal", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.register_profile(
    "soak", deadline=None, max_examples=400, stateful_step_count=100, print_blob=True
)
hypothesis.settings.load_profile("portal")


# Where tests take many seconds each: begun first, none of them is left to one process while the others rest.
LONG = ("tests/browser/", "tests/walls/", "tests/local/", "tests/deployment/")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_collection_finish() -> None:
    """Look for garbage in what tests leave, not again and again in all that has been imported."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


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


@pytest.fixture(autouse=True, scope="session")
def _note_pages_alone(django_test_environment: None) -> Iterator[None]:
    """Tell `response.context` of a page's own template alone: noting each part of it took a fifth of the time."""

    def render(template: Template, context: Context) -> SafeString:
        if context.template is template:
            template_rendered.send(sender=template, template=template, context=context)
        return template.nodelist.render(context)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Template, "_render", render)
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Counters of an earlier test (throttled logins) must not reach this one."""
    cache.clear()
