"""What workers run for action plans; each is a shell over one function."""

from celery import shared_task
from django.utils import timezone

from actionplans.calls import reminding
from actionplans.evidence import scanning, storing
from actionplans.pdf import making
from actionplans.pdf import storing as pdf_storing
from actionplans.support import services as support_services
from stakeholders.reminding import sweep


# The next one is an hour off and finds all that this one left.
@shared_task(expires=3600)
def send_reminders() -> None:
    sweep()


@shared_task(expires=3600)
def remind_of_calls() -> None:
    reminding.remind_of_calls(timezone.now())


@shared_task
def scan_evidence() -> None:
    scanning.scan_due()


@shared_task
def sweep_evidence() -> None:
    storing.sweep()


@shared_task
def make_pdfs() -> None:
    making.make_due()


@shared_task
def sweep_pdfs() -> None:
    pdf_storing.sweep()


@shared_task
def end_support() -> None:
    support_services.end_what_ran_out()
