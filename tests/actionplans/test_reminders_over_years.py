"""Two years of sweeps at whatever times, outages, updates, withdrawals and other days of reminders between them.

Against a plain model: each obligation is there exactly once, and no other is.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from actionplans.models import ActionPlan, Frequency, PlanShare
from actionplans.sharing.services import reply, withdraw_share
from actionplans.updates.reminders import UPDATE_DUE
from actionplans.updates.services import Terms
from carportal.core.actor import Actor, Role
from carportal.core.models import Notification
from stakeholders.models import Organisation, Site
from stakeholders.reminding import sweep
from stakeholders.services import choose_reminders
from tests.actionplans.agreeing import agree, post
from tests.actionplans.making import end_by_next_audit, make_finding, make_ngo, make_plan, share_with
from tests.factories import make_actor, make_operator, make_site, make_supplier
from tests.plays import play

pytestmark = pytest.mark.django_db

START = datetime(2027, 11, 3, 9, tzinfo=UTC)  # a leap day lies ahead
ZONES = ["Pacific/Auckland", "Pacific/Honolulu"]
# As the organisations have not chosen others: 14 days and 1 before, on the day, weekly four times; the operator's.
USUAL = [-14, -1, 0, 7, 14, 21, 28]
OPERATORS = [35]
WRITERS = 2
Obligation = tuple[str, UUID, str]


def name_of(offset: int) -> str:
    if offset == 0:
        return "on-the-day"
    return f"{-offset}-before" if offset < 0 else f"{offset}-after"


picks = st.integers(0, 1000)
gaps = st.lists(st.integers(24, 200), min_size=3, max_size=8)  # hours


@dataclass
class Deal:
    """What one party and the site have agreed, as somebody with a calendar would keep it."""

    first: date
    months: int
    due: date
    since: date  # what lay before was said, or passed over

    def dates(self) -> list[date]:
        found = []
        for number in range(40):
            year, month = divmod(self.first.month - 1 + self.months * number, 12)
            day = self.first.day
            while True:
                try:
                    found.append(date(self.first.year + year, month + 1, day))
                    break
                except ValueError:
                    day -= 1
        return found

    def posted(self, on: date) -> None:
        if on + timedelta(days=14) >= self.due:
            self.due = next(each for each in self.dates() if each > on + timedelta(days=14))
            self.since = on + timedelta(days=1)

    def newest(self, offsets: Sequence[int], on: date) -> int | None:
        """Of the reminders whose day has come since; every earlier one is passed over."""
        come = [each for each in offsets if self.since <= self.due + timedelta(days=each) <= on]
        return max(come, default=None)


@dataclass
class Party:
    organisation: Organisation
    actor: Actor
    share: PlanShare
    sent: date
    answered: bool = False
    deal: Deal | None = None
    asked_again: int = 0  # days after the sending


@dataclass
class Side:
    """One plan of the site, with those it is shared with."""

    plan: ActionPlan
    zone: ZoneInfo
    parties: list[Party] = field(default_factory=list)
    is_over: bool = False


class Years(RuleBasedStateMachine):
    """Each run is one transaction that is rolled back; the clock is the test's."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.patch = pytest.MonkeyPatch()
        self.now = START
        self.patch.setattr(timezone, "now", lambda: self.now)
        make_actor(make_operator(), Role.COMPLIANCE)
        supplier = make_supplier()
        self.writer = make_actor(supplier)
        self.manager = make_actor(supplier, Role.MANAGER)
        self.offsets = USUAL
        self.expected: set[Obligation] = set()
        self.sides = [self._side(supplier, zone) for zone in ZONES]

    def _side(self, supplier: Organisation, zone: str) -> Side:
        site = make_site(supplier)
        Site.objects.filter(pk=site.pk).update(time_zone=zone)
        site.refresh_from_db()
        side = Side(make_plan(make_finding(site), self.writer), ZoneInfo(zone))
        for _ in range(2):
            organisation = make_ngo()
            side.parties.append(self._share(side, organisation, make_actor(organisation)))
        return side

    def _share(self, side: Side, organisation: Organisation, actor: Actor) -> Party:
        share = share_with(side.plan, self.writer, organisation)
        return Party(organisation, actor, share, self.today(side))

    def teardown(self) -> None:
        self.patch.undo()
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    def today(self, side: Side) -> date:
        return self.now.astimezone(side.zone).date()

    def running(self, pick: int) -> tuple[Side, Party] | None:
        """Somebody with whom something can be agreed."""
        there = [(side, party) for side in self.sides if not side.is_over for party in side.parties]
        return there[pick % len(there)] if there else None

    # --- What happens -------------------------------------------------------------------------------

    def time_passes(self, gaps: list[int]) -> None:
        """So many hours from sweep to sweep."""
        for hours in gaps:
            self.now += timedelta(hours=hours)
            self.sweeps()

    @rule(days=st.integers(10, 60))
    def nothing_runs_for_a_while(self, days: int) -> None:
        self.now += timedelta(days=days)

    @rule(hours=st.integers(1, 72))
    def clock_jumps_back(self, hours: int) -> None:
        self.now -= timedelta(hours=hours)
        for _ in range(2):
            self.sweeps()

    @rule(
        gaps=gaps,
        pick=st.integers(0, 1),
        zone=st.sampled_from([*ZONES, "Europe/London", "Africa/Casablanca"]),
    )
    def time_zone_is_corrected(self, gaps: list[int], pick: int, zone: str) -> None:
        """The agreed dates stay the dates that they are; today may be another one from now on."""
        self.time_passes(gaps)
        side = self.sides[pick]
        Site.objects.filter(pk=side.plan.finding.site_id).update(time_zone=zone)
        side.plan.finding.site.refresh_from_db()
        side.zone = ZoneInfo(zone)

    @rule(
        gaps=gaps,
        pick=picks,
        months=st.sampled_from(Frequency.values),
        days=st.integers(1, 70),
        by_site=st.booleans(),
    )
    def is_agreed(self, gaps: list[int], pick: int, months: int, days: int, by_site: bool) -> None:
        self.time_passes(gaps)
        if (found := self.running(pick)) is None:
            return
        side, party = found
        first = self.today(side) + timedelta(days=days)
        asking, answering = (self.writer, party.actor) if by_site else (party.actor, self.writer)
        agree(party.share, asking, answering, Terms(months, first))
        party.deal = Deal(first, months, first, since=self.today(side) + timedelta(days=1))

    @rule(gaps=gaps, offsets=st.lists(st.integers(-28, 60), max_size=8))
    def other_days_are_chosen(self, gaps: list[int], offsets: list[int]) -> None:
        """They hold from today on; what has come by now has been said."""
        self.time_passes(gaps)
        supplier_id = self.sides[0].plan.finding.site.supplier_id
        choose_reminders(organisation_id=supplier_id, actor=self.manager, kind=UPDATE_DUE, days=offsets)
        if set(offsets) != set(self.offsets):
            self.offsets = offsets
            for side in self.sides:
                for party in side.parties:
                    if party.deal is not None and offsets:
                        party.deal.since = min(party.deal.since, self.today(side))

    @rule(gaps=gaps, pick=picks, to_all=st.booleans())
    def is_posted(self, gaps: list[int], pick: int, to_all: bool) -> None:
        self.time_passes(gaps)
        if (found := self.running(pick)) is None:
            return
        side, chosen = found
        readers = side.parties if to_all else [chosen]
        first, *others = [party.share for party in readers]
        post(first, self.writer, *others, text=f"At {self.now}.")
        for party in readers:
            if party.deal is not None:
                party.deal.posted(self.today(side))

    @rule(gaps=gaps, pick=picks)
    def is_answered(self, gaps: list[int], pick: int) -> None:
        self.time_passes(gaps)
        found = self.running(pick)
        if found is not None and not found[1].answered:
            party = found[1]
            newest = party.share.sent.latest("sent_at")
            reply(share_id=party.share.pk, actor=party.actor, sent_id=newest.pk, kind="confirmed")
            party.answered = True

    @rule(gaps=gaps, pick=picks)
    def is_withdrawn_and_shared_anew(self, gaps: list[int], pick: int) -> None:
        self.time_passes(gaps)
        if (found := self.running(pick)) is None:
            return
        side, party = found
        withdraw_share(share_id=party.share.pk, actor=self.writer)
        side.parties.remove(party)
        side.parties.append(self._share(side, party.organisation, party.actor))

    @rule(pick=st.integers(0, 30))
    def car_ends(self, pick: int) -> None:
        """Now and then."""
        if pick < len(self.sides) and not self.sides[pick].is_over:
            end_by_next_audit(self.sides[pick].plan.finding)
            self.sides[pick].is_over = True

    def sweeps(self) -> None:
        assert not sweep().failed
        for side in self.sides:
            for party in side.parties if not side.is_over else []:
                self._owes(side, party)

    def _owes(self, side: Side, party: Party) -> None:
        today = self.today(side)
        if party.deal is not None:
            for kind, offsets in (("update_due", self.offsets), ("update_missing", OPERATORS)):
                newest = party.deal.newest(offsets, today)
                if newest is not None:
                    self.expected.add((kind, side.plan.pk, f"{party.deal.due} {name_of(newest)}"))
            party.deal.since = max(party.deal.since, today + timedelta(days=1))
        waited = (today - party.sent).days
        again = 28 if 28 <= waited < 56 else 14 if 14 <= waited < 28 else 0
        if not party.answered and again > party.asked_again:
            party.asked_again = again
            name = {14: "14-after", 28: "28-after"}[again]
            self.expected.add(("reply_awaited", party.share.sent.latest("sent_at").pk, name))

    # --- What must hold -----------------------------------------------------------------------------

    @invariant()
    def what_is_owed_is_what_the_calendar_says_each_once(self) -> None:
        kinds = {"update_due": WRITERS, "update_missing": 1, "reply_awaited": 1}
        owed = list(Notification.objects.filter(kind__in=kinds).values_list("kind", "object_id", "period"))
        assert set(owed) == self.expected
        assert len(owed) == sum(kinds[kind] for kind, _object, _period in self.expected)


@pytest.mark.soak
def test_reminders_keep_to_the_calendar_over_two_years():
    play(Years, fraction=16, steps=30)
