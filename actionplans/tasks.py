"""What workers run for action plans; each is a shell over one function."""

from celery import shared_task

from actionplans.evidence import scanning, storing


@shared_task
def scan_evidence() -> None:
    scanning.scan_due()


@shared_task
def sweep_evidence() -> None:
    storing.sweep()
