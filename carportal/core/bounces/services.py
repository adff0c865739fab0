"""What is heard of an address, and what follows from it once mail does not arrive there or does again.

An address's row is locked before any other: organisations, whose records tell of it, come after.
"""

import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from carportal.core.actor import SYSTEM, Actor
from carportal.core.administration import may_administer
from carportal.core.audit import Aggregate, EventKind, Reader, record, register_event_kinds
from carportal.core.bounces import hooks
from carportal.core.bounces.judging import Good, Heard, is_over, judge
from carportal.core.bounces.models import MailAddress, MailReport, Source, Trouble
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Delivery
from carportal.core.wake import wake_worker

logger = logging.getLogger(__name__)

WHY_MOST = 500  # characters
SAID_TO_WORK = EventKind(
    "mail_said_to_work",
    gettext_lazy("Said that mail to %(email)s arrives again"),
    frozenset({Reader.OPERATOR}),
)
register_event_kinds(SAID_TO_WORK)


@transaction.atomic
def note_trouble(
    *, address: str, trouble: Trouble, at: datetime, source: Source, why: str = ""
) -> MailAddress:
    """Take down what one mail met; told twice, or after something better that came later, it changes nothing."""
    row = _lock_or_make(address)
    said = " ".join(why.replace("\0", "").split())[:WHY_MOST]
    report = MailReport(address=row, trouble=trouble, at=at, source=source, why=said)
    MailReport.objects.bulk_create([report], ignore_conflicts=True)
    return _settle(row, SYSTEM)


@transaction.atomic
def note_delivery(*, address: str, at: datetime) -> MailAddress:
    """Take down that the mail service has brought a mail there."""
    row = _lock_or_make(address)
    if row.delivered_at is None or row.delivered_at < at:
        row.delivered_at = at
        row.save(update_fields=["delivered_at"])
    return _settle(row, SYSTEM)


@transaction.atomic
def note_taken(*, address: str, at: datetime) -> None:
    """Take down that our mail server took a mail for an address that was in trouble."""
    row = lock_address(address)
    if row is not None:
        row.taken_at = max(at, row.taken_at or at)
        row.save(update_fields=["taken_at"])
        _settle(row, SYSTEM)


def lock_address(address: str) -> MailAddress | None:
    """None for one of which nothing was ever heard."""
    rows = MailAddress.objects.select_for_update(no_key=True)
    return rows.filter(address=address.strip().lower()).first()


def let_through(row: MailAddress, actor: Actor) -> None:
    """Believe the person that mail arrives again; the caller holds the row's lock and has asked who may say so."""
    row.said_to_work_at = timezone.now()
    row.save(update_fields=["said_to_work_at"])
    _settle(row, actor)


@transaction.atomic
def say_address_works(*, actor: Actor, address_id: UUID) -> MailAddress:
    """As the operator's manager, of any address; its own record tells so."""
    row = MailAddress.objects.select_for_update(no_key=True).filter(pk=address_id).first()
    if not may_administer(actor) or actor.organisation_id is None:
        raise NotAllowed(_("Only the operator’s managers say of any address that mail arrives there again."))
    if row is None:
        raise Conflict(_("This address is no longer there."))
    if row.trouble:
        let_through(row, actor)
        record(
            aggregate=Aggregate.ORGANISATION,
            aggregate_id=actor.organisation_id,
            kind=SAID_TO_WORK.name,
            actor=actor,
            redactable={"email": row.address},
        )
    return row


def _lock_or_make(address: str) -> MailAddress:
    address = address.strip().lower()
    MailAddress.objects.bulk_create([MailAddress(address=address)], ignore_conflicts=True)
    return MailAddress.objects.select_for_update(no_key=True).get(address=address)


def _settle(row: MailAddress, actor: Actor) -> MailAddress:
    """Judge the address anew, under its lock, and let follow what follows."""
    good = Good(row.delivered_at, row.taken_at, row.said_to_work_at)
    reports = {
        report.pk: Heard(report.trouble, report.at, report.source)
        for report in row.reports.order_by("at", "pk")
    }
    over = [pk for pk, heard in reports.items() if is_over(heard, good)]
    if over:
        MailReport.objects.filter(pk__in=over).delete()
    before, (trouble, since) = row.trouble, judge(reports.values(), good) or ("", None)
    if (trouble, since) == (before, row.since):
        return row
    row.trouble, row.since = trouble, since
    row.times += not before
    row.save(update_fields=["trouble", "since", "times"])
    if not before:
        logger.warning("mail to address %s does not arrive: %s", row.pk, trouble)
        _hurry_what_waits(row)
        hooks.mail_stopped(row, actor)
    elif not trouble:
        logger.info("mail to address %s arrives again", row.pk)
        hooks.mail_resumed(row, actor)
    return row


def _hurry_what_waits(row: MailAddress) -> None:
    """What was tried before and waits for its next attempt gets to know at once that there is none."""
    waiting = Delivery.objects.annotate(address=Lower("notification__address")).filter(
        address=row.address, state=Delivery.State.PENDING, attempts__gt=0, leased_until=None
    )
    ids = list(waiting.values_list("pk", flat=True))
    if ids:
        Delivery.objects.filter(pk__in=ids, state=Delivery.State.PENDING, leased_until=None).update(
            next_attempt_at=timezone.now()
        )
        transaction.on_commit(wake_worker, robust=True)
