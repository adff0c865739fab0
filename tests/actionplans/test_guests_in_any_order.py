"""Links followed, codes asked for and entered, links ended and renewed, time passing: nothing opens without a fresh,
right code for a link that is good, entered in the browser that asked for it."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import code_digits
from actionplans.guests.services import revoke_link, send_link_again
from actionplans.models import PlanShare
from actionplans.sharing.services import withdraw_share
from carportal.core.audit import verify
from tests.actionplans.conftest import make_story
from tests.actionplans.guesting import address, enter, make_party, share_with_party
from tests.plays import play

pytestmark = pytest.mark.django_db

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
GOOD, FRESH, TRIES = timedelta(days=30), timedelta(minutes=15), 5
browsers = st.sampled_from(["phone", "desk"])
passing = st.sampled_from(
    [
        timedelta(seconds=20),
        timedelta(minutes=9),
        timedelta(minutes=16),
        timedelta(days=11),
        timedelta(days=31),
    ]
)


@dataclass
class Browser:
    """What the design lets it do: the code that it has asked for, and the link that one has opened in it."""

    client: Client = field(default_factory=Client)
    code: UUID | None = None
    opened: UUID | None = None


@dataclass
class Code:
    link: UUID
    asked_at: datetime
    tries: int = 0
    is_used: bool = False


class Guests(RuleBasedStateMachine):
    """One party, two browsers; each run is one transaction that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        self.unthrottled = override_settings(GUEST_RATE_LIMITS={})
        self.unthrottled.enable()
        self.patch = pytest.MonkeyPatch()
        self.now = START
        self.patch.setattr(timezone, "now", lambda: self.now)

    @initialize()
    def set_the_scene(self) -> None:
        self.story = make_story()
        self.plan = self.story.plan()
        self.party = make_party(self.story.alice)
        self.browsers = {"phone": Browser(), "desk": Browser()}
        self.codes: dict[UUID, Code] = {}
        self.good_until: dict[UUID, datetime] = {}
        self.followed: dict[str, UUID] = {}
        self.sendings = 0
        self.share()

    def teardown(self) -> None:
        self.patch.undo()
        self.unthrottled.disable()
        assert verify().whole
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # --- What the design says -------------------------------------------------------------------------

    @property
    def link(self) -> UUID | None:
        """The one that is good now."""
        return next((pk for pk, until in self.good_until.items() if until > self.now), None)

    def is_good(self, link_id: UUID | None) -> bool:
        return link_id is not None and self.good_until[link_id] > self.now

    def note_sending(self) -> None:
        """The newest link is good for 30 days from now; one that had expired stays so."""
        row = GuestLink.objects.get(ended_at=None)
        assert self.link in {None, row.pk}
        self.good_until[row.pk] = self.now + GOOD

    def tick(self) -> None:
        self.now += timedelta(seconds=1)

    # --- What people do -------------------------------------------------------------------------------

    @rule()
    def share(self) -> None:
        self.tick()
        self.sendings += 1
        self.sent = share_with_party(
            self.plan, self.story.alice, self.party, note=f"Sending {self.sendings}."
        )
        self.note_sending()

    @rule()
    def send_again(self) -> None:
        self.tick()
        row = GuestLink.objects.filter(ended_at=None).first()
        if row is not None:
            send_link_again(link_id=row.pk, actor=self.story.alice)
            self.note_sending()

    @rule()
    def revoke(self) -> None:
        self.tick()
        row = GuestLink.objects.filter(ended_at=None).first()
        if row is not None:
            revoke_link(link_id=row.pk, actor=self.story.alice)
            self.good_until[row.pk] = self.now

    @rule()
    def withdraw(self) -> None:
        self.tick()
        if PlanShare.objects.live().exists():
            withdraw_share(share_id=self.sent.pk, actor=self.story.alice)
            self.good_until = dict.fromkeys(self.good_until, self.now)

    @rule(by=passing)
    def time_passes(self, by: timedelta) -> None:
        self.now += by

    @rule(name=browsers, which=st.integers(0, 5))
    def follow(self, name: str, which: int) -> None:
        """Any link that was ever sent."""
        links = list(GuestLink.objects.order_by("sent_at"))
        link = links[which % len(links)]
        browser = self.browsers[name]
        browser.client.get(address(link))
        browser.code = None
        self.followed[name] = link.pk

    @rule(name=browsers)
    def ask(self, name: str) -> None:
        browser, before = self.browsers[name], GuestCode.objects.count()
        status = browser.client.post(reverse("guest")).status_code
        made = GuestCode.objects.count() - before
        if not self.is_good(self.followed.get(name)):
            assert (made, status in {302, 410}) == (0, True)
        elif made:
            code = GuestCode.objects.order_by("-asked_at").first()
            assert code is not None
            self.codes[code.pk] = Code(code.link_id, self.now)
            browser.code = code.pk
        self.tick()

    @rule(name=browsers, which=st.integers(0, 3))
    def enter_a_code(self, name: str, which: int) -> None:
        """Mostly the one that this browser has asked for last; else any that was ever sent."""
        known = sorted(self.codes, key=lambda pk: self.codes[pk].asked_at)
        browser = self.browsers[name]
        wanted = browser.code if which < 3 or not known else known[0]
        if wanted is not None:
            self._enter(browser, name, wanted)

    @rule(name=browsers)
    def enter_nonsense(self, name: str) -> None:
        browser = self.browsers[name]
        enter(browser.client, "12345")
        if browser.code is not None and self._is_tried(name, browser):
            self.codes[browser.code].tries += 1

    def _is_tried(self, name: str, browser: Browser) -> bool:
        """Whether the page gets as far as comparing."""
        code = self.codes[browser.code] if browser.code else None
        usable = (
            code is not None and not code.is_used and self.now < code.asked_at + FRESH and code.tries < TRIES
        )
        return usable and self.is_good(self.followed.get(name)) and not self._is_in(browser)

    def _enter(self, browser: Browser, name: str, wanted: UUID) -> None:
        is_tried, own = self._is_tried(name, browser), browser.code
        enter(browser.client, code_digits(GuestCode.objects.get(pk=wanted)))
        if is_tried and own is not None:
            if own == wanted:
                self.codes[own].is_used = True
                browser.opened = self.codes[own].link
                assert self._is_in(browser), "a fresh, right code opens"
            else:
                self.codes[own].tries += 1
        self.tick()

    def _is_in(self, browser: Browser) -> bool:
        return any(
            browser.client.get(reverse("share", args=[share.pk])).status_code == 200
            for share in PlanShare.objects.all()
        )

    # --- What holds -----------------------------------------------------------------------------------

    @invariant()
    def nothing_is_open_without_a_good_link_that_a_code_has_opened(self) -> None:
        for browser in self.browsers.values():
            if self._is_in(browser):
                assert self.is_good(browser.opened)

    @invariant()
    def one_link_at_a_time_is_good(self) -> None:
        good = set(GuestLink.objects.open(self.now).values_list("pk", flat=True))
        assert good == {pk for pk, until in self.good_until.items() if until > self.now}


@pytest.mark.soak
def test_nothing_opens_without_a_fresh_right_code():
    play(Guests, fraction=16, steps=16)
