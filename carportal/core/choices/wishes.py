"""What one recipient wishes, read at one moment, and when by that a mail is to come."""

from datetime import date, datetime, timedelta
from functools import cached_property
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from carportal.core.choices.clock import Hours, at_hour, next_digest
from carportal.core.choices.groups import MailGroup, Pace
from carportal.core.choices.models import DigestClock, MailChoice, Snooze

A_MOMENT = timedelta.resolution


def choices_of(person_id: UUID | None, address: str) -> QuerySet[MailChoice]:
    """A person's own, and what was chosen for the address while nobody had an account with it."""
    of_address = Q(person=None, address=address.lower())
    return MailChoice.objects.filter(of_address if person_id is None else of_address | Q(person=person_id))


class Wishes:
    """Of a person, or of an address without an account; what costs a query is asked for once it is needed."""

    def __init__(self, person_id: UUID | None, address: str, clock: DigestClock | None = None) -> None:
        self._person_id, self._address = person_id, address
        if clock is not None:
            vars(self)["clock"] = clock  # locked by the caller, and so not read again

    @cached_property
    def paces(self) -> dict[str, Pace]:
        """By group; what a person chose counts before what was chosen for the address."""
        rows = choices_of(self._person_id, self._address).order_by("person_id")
        found: dict[str, Pace] = {}
        for row in rows:  # PostgreSQL has those of nobody last
            found.setdefault(row.group, Pace(row.pace))
        return found

    def pace_of(self, group: MailGroup) -> Pace:
        return self.paces.get(group, Pace.AT_ONCE)

    @cached_property
    def snoozes(self) -> dict[UUID, date]:
        """The days until which CARs are quiet, those of the past among them."""
        if self._person_id is None:
            return {}
        rows = Snooze.objects.filter(person=self._person_id)
        return dict(rows.values_list("finding_id", "until"))

    @cached_property
    def clock(self) -> DigestClock:
        """As the person has set it, or as it is for who has set none; LookupError for who is no person."""
        if self._person_id is None:
            raise LookupError("an address without an account has no clock")
        clock = DigestClock.objects.select_related("person").filter(person=self._person_id).first()
        return clock or DigestClock(person_id=self._person_id)

    @property
    def hours(self) -> Hours:
        return Hours(self.clock.hour, self.clock.weekday, ZoneInfo(self.clock.person.time_zone))

    def last(self, pace: Pace) -> datetime | None:
        """The digest of that pace before the next one."""
        return {Pace.DAILY: self.clock.last_daily, Pace.WEEKLY: self.clock.last_weekly}[pace]

    def quiet_until(self, finding_id: UUID | None, *, now: datetime) -> datetime | None:
        """The moment at which mails about the CAR come again; None when they come now."""
        until = self.snoozes.get(finding_id) if finding_id else None
        ends = at_hour(until, self.hours) if until else None
        return ends if ends is not None and ends > now else None

    def comes_at(self, group: MailGroup, finding_id: UUID | None, *, now: datetime) -> datetime | None:
        """When a mail of that group about that CAR is told in a digest; None when it comes now, or by no mail at all."""
        pace = self.pace_of(group)
        if pace == Pace.NONE:
            return None
        quiet_until = self.quiet_until(finding_id, now=now)
        if pace == Pace.AT_ONCE:
            return quiet_until
        after = quiet_until - A_MOMENT if quiet_until else now
        return next_digest(pace, self.hours, after=after, last=self.last(pace))
