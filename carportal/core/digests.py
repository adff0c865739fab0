"""Several pieces of news in one mail: who sends it, what it says, and which CARs its headings name."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from carportal.core.choices.clock import is_same_period
from carportal.core.choices.groups import Pace
from carportal.core.choices.planning import lock_clock, wait
from carportal.core.choices.wishes import Wishes
from carportal.core.models import Delivery, DigestClock
from carportal.core.notifications import Message, is_known, notification_kind, render_mail

CarNames = Callable[[Collection[UUID]], Mapping[UUID, str]]
_car_names: list[CarNames] = []


def register_car_names(names: CarNames) -> None:
    """Say how CARs are called in headings, by their ids; the room that has CARs registers once."""
    _car_names[:] = [names]


Told = tuple[Delivery, Message]


class Parcel(NamedTuple):
    """Rows that one mail tells, under the Message-ID of the first; or that are told in the portal alone."""

    rows: list[Delivery]
    by_mail: bool = True


NOTHING = Parcel([])

MOST_LISTED = 30  # pieces of news in one mail, which nobody reads further down; all of them are in the inbox


@transaction.atomic
def gather(delivery: Delivery, *, lease: timedelta) -> Parcel:
    """Claim, with a claimed row that waited for a digest, all that its reader is to be told along with it.

    Of two workers that come at once the second finds its row taken. A mail that was tried before is tried again
    with the same rows, and those alone: had it arrived, a server would know it by its Message-ID and drop it with
    whatever were new in it.
    """
    clock = lock_clock(delivery.notification.recipient_id)
    pending = Delivery.objects.filter(
        notification__recipient=clock.person_id, state=Delivery.State.PENDING, in_digest=True
    )
    locked = pending.select_for_update(of=("self",)).select_related("notification__recipient").order_by("pk")
    mine = locked.filter(pk=delivery.pk, attempts=delivery.attempts).first()
    if mine is None:
        return NOTHING
    if mine.told_in_id is not None:
        rows = list(locked.filter(told_in=mine.told_in_id))
    else:
        due = list(locked.filter(told_in=None, next_attempt_at__lte=timezone.now()))
        rows = _due_by_now(mine, due, clock)
    leading_id = mine.told_in_id or mine.pk
    for row in rows:
        row.attempts += row.pk != mine.pk
        row.leased_until, row.told_in_id = timezone.now() + lease, leading_id
    Delivery.objects.bulk_update(rows, ["attempts", "leased_until", "told_in"], batch_size=1000)
    return Parcel(sorted(rows, key=lambda row: row.pk != leading_id))


def without_others(parcel: Parcel, told: Sequence[Delivery]) -> Parcel:
    """The parcel of those that are told; the others go their own ways again.

    A leading row among them hands its Message-ID on, under which the mail may have arrived already.
    """
    left = [row for row in parcel.rows if row.told_in_id is not None and row not in told]
    if left:
        _leave(left, parcel.rows[0], told)
        return parcel._replace(rows=list(told))
    return parcel


@transaction.atomic
def _leave(left: Sequence[Delivery], leading: Delivery, told: Sequence[Delivery]) -> None:
    pending = Delivery.objects.filter(state=Delivery.State.PENDING)
    pending.filter(pk__in=[row.pk for row in left]).update(told_in=None)
    if leading in left and told:
        heir = told[0]
        pending.filter(pk__in=[row.pk for row in told]).update(told_in=heir.pk)
        Delivery.objects.filter(pk=leading.pk).update(message_id=heir.message_id)
        pending.filter(pk=heir.pk).update(message_id=leading.message_id)
        heir.message_id, leading.message_id = leading.message_id, heir.message_id


def _due_by_now(mine: Delivery, rows: Sequence[Delivery], clock: DigestClock) -> list[Delivery]:
    """Those that are told now; none, where the claimed one is to wait on. Notes the digest on its reader's clock."""
    wishes = Wishes(clock.person_id, clock.person.email, clock)
    told = [row for row in rows if is_known(row.notification.kind) and _is_told_now(row, wishes)]
    if mine not in told:
        wait(mine, wishes, notification_kind(mine.notification.kind), mine.about)
        return []
    for pace, field in ((Pace.DAILY, "last_daily"), (Pace.WEEKLY, "last_weekly")):
        planned = [row.next_attempt_at for row in told if _pace_of(row, wishes) == pace]
        if planned:
            setattr(clock, field, max(planned))
    clock.save(update_fields=["last_daily", "last_weekly"])
    return told


def _is_told_now(row: Delivery, wishes: Wishes) -> bool:
    """Not while its CAR is quiet, nor as a second digest of one period; what is not wanted by mail goes its own way."""
    pace = _pace_of(row, wishes)
    if pace == Pace.NONE or wishes.quiet_until(row.about, now=timezone.now()):
        return False
    return pace == Pace.AT_ONCE or not is_same_period(pace, row.next_attempt_at, wishes.last(pace))


def _pace_of(row: Delivery, wishes: Wishes) -> Pace:
    return wishes.pace_of(notification_kind(row.notification.kind).group)


@dataclass(frozen=True, slots=True)
class AboutCar:
    """What is told of one CAR, under its name; without one, of none."""

    heading: str
    news: list[Message]


def compose(told: Sequence[Told]) -> Message:
    """One mail that tells it by subjects and buttons alone, by CAR, the CAR that waited longest first.

    Of very much, what waited longest is listed, and the inbox has the rest.
    """
    names = _names_of({row.about for row, _message in told if row.about is not None})
    by_car: dict[str, list[Message]] = {}
    in_order = sorted(told, key=lambda each: each[0].notification.created_at)
    for row, message in in_order[:MOST_LISTED]:
        by_car.setdefault(names.get(row.about, "") if row.about else "", []).append(message)
    parts = [AboutCar(heading, news) for heading, news in by_car.items()]
    context = {
        "subject": _subject(told, names),
        "parts": parts,
        "count": len(told),
        "more": max(len(told) - MOST_LISTED, 0),
        "action_url": settings.SITE_URL.rstrip("/") + reverse("inbox"),
        "action_label": _("Open your inbox"),
    }
    return render_mail("digest", context)


def _names_of(finding_ids: Collection[UUID]) -> dict[UUID, str]:
    return {pk: name for names in _car_names for pk, name in names(finding_ids).items()}


def _subject(told: Sequence[Told], names: Mapping[UUID, str]) -> str:
    """Of a single piece of news its own; else how many, and of which CAR where it is one."""
    count = len(told)
    if count == 1:
        return told[0][1].subject
    about = {names.get(row.about, "") if row.about else "" for row, _message in told}
    named = about - {""}
    if len(about) == len(named) == 1:
        return _("%(n)s news items about %(car)s") % {"n": count, "car": named.pop()}
    if len(named) > 1:
        return _("%(n)s news items about %(cars)s CARs") % {"n": count, "cars": len(named)}
    return _("%(n)s news items from the CAR portal") % {"n": count}
