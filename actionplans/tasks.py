"""What workers run for plans; each is a shell over one function."""

from celery import shared_task

from actionplans.updates.sweeping import sweep


# The next one is an hour off and finds all that this one left.
@shared_task(expires=3600)
def send_reminders() -> None:
    sweep()
