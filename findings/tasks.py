"""What workers run; each is a shell over one function."""

from uuid import UUID

from celery import shared_task

from findings.exporting import writing
from findings.services import imports
from findings.tally import folding


@shared_task
def run_import(import_id: str) -> None:
    imports.run_import(import_id=UUID(import_id))


# The sweep of every minute; older than that it says nothing any more.
@shared_task(expires=60)
def run_imports() -> None:
    imports.run_imports()


@shared_task(expires=3600)
def remove_old_files() -> None:
    imports.remove_old_files()


@shared_task(expires=300)
def fold_tallies() -> None:
    folding.fold()


@shared_task
def write_files() -> None:
    writing.write_due()


@shared_task(expires=3600)
def sweep_files() -> None:
    writing.sweep()
