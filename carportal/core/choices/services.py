"""What people choose about their own mail. It concerns nobody else, and so is on no organisation's record."""

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, ActorKind
from carportal.core.choices.groups import MailGroup, Pace, Weekday
from carportal.core.choices.planning import lock_clock, plan_anew
from carportal.core.choices.wishes import Wishes, choices_of
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import Delivery, DigestClock, MailChoice, Notification, Snooze
from carportal.core.notifications import is_known, notification_kind

HOURS = range(24)


@transaction.atomic
def choose_mails(
    *, actor: Actor, paces: Mapping[MailGroup, Pace], hour: int, weekday: Weekday
) -> DigestClock:
    """How the mails of these groups come to oneself, and when on one's own clock those that come together do.

    Whoever chooses another hour or day gets the next digest then, also where that is soon after the last one.
    """
    clock = lock_clock(person_of(actor))
    if hour not in HOURS or weekday not in Weekday or not all(group.is_chosen for group in paces):
        raise InvalidInput(_("Choose again how your mails are to come."))
    for group, pace in paces.items():
        _set_pace(clock.person_id, "", group, pace)
    if (clock.hour, clock.weekday) != (hour, weekday):
        clock.hour, clock.weekday, clock.last_daily, clock.last_weekly = hour, weekday, None, None
        clock.save(update_fields=["hour", "weekday", "last_daily", "last_weekly"])
    plan_anew(clock)
    return clock


@transaction.atomic
def keep_quiet(*, actor: Actor, finding_id: UUID, until: date) -> None:
    """No mail to oneself about this CAR before that day; whether one sees the CAR is the caller's to ask."""
    clock = lock_clock(person_of(actor))
    Snooze.objects.update_or_create(
        person_id=clock.person_id, finding_id=finding_id, defaults={"until": until}
    )
    plan_anew(clock)


@transaction.atomic
def end_snooze(*, actor: Actor, finding_id: UUID) -> None:
    """What waits still comes, as one mail; of a CAR that is not quiet nothing changes."""
    clock = lock_clock(person_of(actor))
    Snooze.objects.filter(person=clock.person_id, finding_id=finding_id).delete()
    plan_anew(clock)


@transaction.atomic
def follow_time_zone(*, person_id: UUID) -> None:
    """What waits comes at the same hour in the zone that the person has now."""
    plan_anew(lock_clock(person_id))


@transaction.atomic
def stop_mails(*, delivery_id: UUID) -> None:
    """Turn off the groups of what this mail tells, for whom it went to; again changes nothing."""
    mail = _mail(delivery_id)
    clock = _locked_clock_of(mail)
    wishes = Wishes(mail.recipient_id, mail.address)
    for group in groups_of(delivery_id):
        pace = wishes.pace_of(group)
        if pace != Pace.NONE:
            _set_pace(mail.recipient_id, mail.address, group, Pace.NONE, before=pace)
    if clock is not None:
        plan_anew(clock)


@transaction.atomic
def let_mails_come(*, delivery_id: UUID) -> None:
    """The way back from `stop_mails`: the groups that are off come as they did before, or else at once."""
    mail = _mail(delivery_id)
    clock = _locked_clock_of(mail)
    off = choices_of(mail.recipient_id, mail.address).filter(pace=Pace.NONE, group__in=groups_of(delivery_id))
    for choice in off.order_by(
        "-person_id"
    ):  # PostgreSQL has those of nobody first, so that a person's own counts
        before = Pace(choice.pace_before or Pace.AT_ONCE)
        _set_pace(mail.recipient_id, mail.address, MailGroup(choice.group), before)
    if clock is not None:
        plan_anew(clock)


def groups_of(delivery_id: UUID) -> list[MailGroup]:
    """What one mail is about, as far as its reader has a choice: of a digest all that it tells."""
    told = Notification.objects.filter(Q(deliveries=delivery_id) | Q(deliveries__told_in=delivery_id))
    kinds = told.values_list("kind", flat=True).distinct()
    groups = {notification_kind(name).group for name in kinds if is_known(name)}
    return [group for group in MailGroup if group in groups and group.is_chosen]


def are_off(delivery_id: UUID, groups: Iterable[MailGroup]) -> bool:
    """Whether its reader gets mails of none of these groups."""
    mail = _mail(delivery_id)
    wishes = Wishes(mail.recipient_id, mail.address)
    return all(wishes.pace_of(group) == Pace.NONE for group in groups)


def person_of(actor: Actor) -> UUID:
    """Whose mail it is; a guest says by its mails' own links which of them come."""
    if actor.kind != ActorKind.USER or actor.user_id is None:
        raise NotAllowed(_("Log in to choose which mails you get."))
    return actor.user_id


def _mail(delivery_id: UUID) -> Notification:
    return Delivery.objects.select_related("notification").get(pk=delivery_id).notification


def _locked_clock_of(mail: Notification) -> DigestClock | None:
    """Of an address without an account nothing waits."""
    return None if mail.recipient_id is None else lock_clock(mail.recipient_id)


def _set_pace(
    person_id: UUID | None, address: str, group: MailGroup, pace: Pace, *, before: Pace | None = None
) -> None:
    key = {"person_id": person_id} if person_id else {"person": None, "address": address.lower()}
    MailChoice.objects.update_or_create(
        **key, group=group, defaults={"pace": pace, "pace_before": before or ""}
    )
