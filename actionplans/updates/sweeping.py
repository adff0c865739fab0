"""Owing the reminders whose day has come: any number of sweeps, at once, late or twice, owe each of them once.

What is due is found by indexed dates that have come (`<=`), and claimed by the unique key of its notification.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from actionplans.guests.mails import guests_of
from actionplans.plans.drafts import today_at
from actionplans.sharing.models import SharedRevision, ShareStatus
from actionplans.updates.models import UpdateAgreement
from actionplans.updates.policy import goes_on
from actionplans.updates.recipients import compliance_staff, writers_by_organisation
from actionplans.updates.reminders import (
    REPLY_STEPS,
    Step,
    Told,
    later_than,
    look_after,
    period_of,
    step_on,
)
from carportal.core.models import Notification
from carportal.core.notifications import Owed, notify_each
from findings.models import UNDER_WAY
from stakeholders.models import Site

logger = logging.getLogger(__name__)

BATCH = 500
# A reply that has not come in so long is not asked for again by a sweep that was down until then, nor by
# the first one of a portal that has been without.
REPLY_FORGOTTEN = timedelta(days=56)
FARTHEST_EAST = timedelta(hours=14)  # no clock is further ahead of UTC
MARGIN = timedelta(days=3)  # more than the dates of two places are ever apart

Today = Callable[[Site], date]


@dataclass(frozen=True, slots=True)
class Swept:
    """How many people were newly owed a reminder, by what it is about; `failed` are rows left for the next sweep."""

    updates: int = 0
    missing: int = 0
    replies: int = 0
    failed: int = 0

    def __add__(self, other: "Swept") -> "Swept":
        return Swept(
            self.updates + other.updates,
            self.missing + other.missing,
            self.replies + other.replies,
            self.failed + other.failed,
        )


def sweep(on: date | None = None) -> Swept:
    """Owe what is due on a day; without one, on the date that it is at each site now."""
    now = timezone.now()
    if on is not None:
        return _updates_due(lambda _site: on, latest=on) + _replies_due(lambda _site: on, latest=on)
    latest = (now + FARTHEST_EAST).date()

    def today(site: Site) -> date:
        return today_at(site, now)

    return _updates_due(today, latest=latest) + _replies_due(today, latest=latest)


# --- Agreed updates -------------------------------------------------------------------------------------


def _updates_due(today: Today, *, latest: date) -> Swept:
    due = UpdateAgreement.objects.filter(remind_on__lte=latest).order_by("remind_on", "pk")
    ids = list(due.values_list("pk", flat=True))
    return _in_batches(ids, lambda batch: _remind_of_updates(batch, today))


@transaction.atomic
def _remind_of_updates(ids: Sequence[UUID], today: Today) -> Swept:
    """The newest step of each agreement; those that another sweep has locked are its own matter.

    An update that is posted meanwhile waits for this lock, and what was owed for the date it counts for is
    dropped when it is to be sent.
    """
    agreements = (
        UpdateAgreement.objects.filter(pk__in=ids)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("share__plan__finding__site")
        .order_by("pk")
    )
    told: list[tuple[Step, UpdateAgreement]] = []
    looked_at = []
    for agreement in agreements:
        on = today(agreement.share.plan.finding.site)
        if agreement.remind_on is None or agreement.remind_on > on:
            continue
        looked_at.append(agreement)
        step = step_on(agreement.next_due, on) if goes_on(agreement.share) else None
        agreement.remind_on = look_after(step, agreement.next_due) if step is not None else None
        if step is not None:
            told.append((step, agreement))
    UpdateAgreement.objects.bulk_update(looked_at, ["remind_on"])
    return Swept(updates=_owe_to_sites(told), missing=_owe_to_operator(told))


def _owe_to_sites(told: Iterable[tuple[Step, UpdateAgreement]]) -> int:
    """One for all parties of a plan with whom the same date was agreed."""
    due = [(step, agreement) for step, agreement in told if step.told == Told.SITE]
    writers = writers_by_organisation(
        agreement.share.plan.finding.site.supplier_id for _step, agreement in due
    )
    return notify_each(
        kind="update_due",
        owed=[
            Owed(
                agreement.share.plan_id,
                period_of(agreement.next_due, step),
                writers.get(agreement.share.plan.finding.site.supplier_id, []),
            )
            for step, agreement in due
        ],
    )


def _owe_to_operator(told: Iterable[tuple[Step, UpdateAgreement]]) -> int:
    due = [(step, agreement) for step, agreement in told if step.told == Told.OPERATOR]
    if not due:
        return 0
    staff = compliance_staff()
    return notify_each(
        kind="update_missing",
        owed=[
            Owed(agreement.share.plan_id, period_of(agreement.next_due, step), staff)
            for step, agreement in due
        ],
    )


# --- Replies --------------------------------------------------------------------------------------------


def _replies_due(today: Today, *, latest: date) -> Swept:
    ids = [pk for step in REPLY_STEPS for pk in _unanswered(step, latest=latest)]
    return _in_batches(ids, lambda batch: _remind_of_replies(batch, today))


def _unanswered(step: Step, *, latest: date) -> list[UUID]:
    """Sendings of which the step may hold somewhere, give or take some days; by those of its site it is looked at later."""
    later = later_than(step, REPLY_STEPS)
    over = timedelta(days=later[0].days) if later else REPLY_FORGOTTEN
    today = datetime.combine(latest, time(), tzinfo=UTC)
    newer = SharedRevision.objects.filter(share=OuterRef("share"), sent_at__gt=OuterRef("sent_at"))
    reminded = Notification.objects.filter(
        kind="reply_awaited",
        object_id=OuterRef("pk"),
        period__in=[each.name for each in (step, *later)],
    )
    sendings = SharedRevision.objects.filter(
        ~Exists(newer),
        ~Exists(reminded),
        sent_at__gt=today - over - MARGIN,
        sent_at__lt=today - timedelta(days=step.days) + MARGIN,
        share__status__in=[ShareStatus.AWAITING, ShareStatus.ACKNOWLEDGED],
        share__plan__finding__status__in=UNDER_WAY,
    )
    return list(sendings.order_by("sent_at", "pk").values_list("pk", flat=True))


@transaction.atomic
def _remind_of_replies(ids: Sequence[UUID], today: Today) -> Swept:
    sendings = SharedRevision.objects.filter(pk__in=ids).select_related("share__plan__finding__site")
    due: list[tuple[Step, SharedRevision]] = []
    for sent in sendings:
        site = sent.share.plan.finding.site
        sent_on, on = today_at(site, sent.sent_at), today(site)
        step = step_on(sent_on, on, REPLY_STEPS)
        if step is not None and on < sent_on + REPLY_FORGOTTEN:
            due.append((step, sent))
    writers = writers_by_organisation(sent.share.organisation_id for _step, sent in due)
    guests = guests_of(*(sent.share_id for _step, sent in due))
    owed = [
        Owed(sent.pk, step.name, [*writers.get(sent.share.organisation_id, []), *guests[sent.share_id]])
        for step, sent in due
    ]
    return Swept(replies=notify_each(kind="reply_awaited", owed=owed))


# --- Batches --------------------------------------------------------------------------------------------


def _in_batches(ids: Sequence[UUID], remind: Callable[[Sequence[UUID]], Swept]) -> Swept:
    """All of them, many in one transaction; where one fails, its batch is done one by one."""
    swept = Swept()
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        try:
            swept += remind(batch)
        except (OperationalError, InterfaceError):
            raise  # no row is at fault
        except Exception:  # noqa: BLE001 - the edge: one row that cannot be read must not stop the others
            logger.warning("a batch of reminders failed; its rows are gone through one by one")
            swept = sum((_alone(pk, remind) for pk in batch), swept)
    return swept


def _alone(pk: UUID, remind: Callable[[Sequence[UUID]], Swept]) -> Swept:
    try:
        return remind([pk])
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        logger.exception("no reminder could be made for %s; the next sweep tries again", pk)
        return Swept(failed=1)
