"""The site and two customers act in any order: each of the two gets the same, byte for byte, in a world without what
the other one did and what the site did with that one alone."""

import json
from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.models import ActionPlan, PlanText
from actionplans.pdf import making
from actionplans.searching.texts import of_plan
from carportal.core.actor import Role
from carportal.core.delivery import deliver_due
from carportal.core.errors import DomainError
from carportal.core.printing import Printable
from stakeholders.acting import actor_of
from stakeholders.models import User
from tests.actionplans.making import make_plan, undone
from tests.factories import make_actor, make_customer, make_member, make_site, make_supplier, make_user
from tests.findings.making import Auditing
from tests.plays import USUAL_STEPS
from tests.walls.acts import Alone, CustomerWith, Side, SiteWith
from tests.walls.crawling import got
from tests.walls.transcripts import Transcript, read

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "pdf_folder")]

START = datetime(2026, 6, 1, 9, tzinfo=UTC)
# Each customer by the word that stands in all that it says, and in all that the site says to it alone.
CUSTOMERS = {"Amber": "Northmarket Ltd", "Indigo": "Bellweather Retail plc"}
OTHER = {"Amber": "Indigo", "Indigo": "Amber"}

# Followed by no crawl: one's own account, and the blank action plan.
OF_NO_PLAN = ("/accounts/", "/profile/", "/annex/")

Act = tuple[str, str]  # who, and what
SITE = "site"


def site_with(word: str) -> str:
    return f"site with {word}"


def acts_of(who: str, kind: type) -> list[Act]:
    names = [name for each in kind.__mro__ for name, what in vars(each).items() if callable(what)]
    return [(who, name) for name in names if not name.startswith("_")]


# So that there is something to do it with from the first drawn act on.
OPENING = [(site_with(word), what) for what in ("trade", "give_action", "share") for word in CUSTOMERS]
# Last: whether somebody can be told once the site has recorded that depends on all who were told before.
ENDING = [(SITE, "record_taken_over")]
WHO: dict[str, type] = {SITE: Alone}
WHO |= {site_with(word): SiteWith for word in CUSTOMERS} | dict.fromkeys(CUSTOMERS, CustomerWith)
ACTS = [act for who, kind in WHO.items() for act in acts_of(who, kind) if act not in ENDING]

# Every act that there is, in an order in which none is refused.
MUCH = """
    site: rest write add_an_action publish note_upload note set_reminder show_file_to_all keep_file
    site with party: remind_of_reply
    party: acknowledge accept_action report
    site with party: take_report let_see_what_is_published say
    party: answer resolve say note set_reminder
    site with party: answer resolve propose_call
    party: pick_a_time
    site: rest rest rest rest
    party: hold_call propose_call offer_other_times
    site with party: take_agreed_action decline_call pick_a_time
    party: cancel_call decline_call pick_a_time
    site with party: cancel_call pick_a_time offer_other_times
    party: pick_a_time
    site: rest rest rest rest
    site with party: hold_call propose_updates
    party: agree_on_updates
    site: remind rest remind
    party: end_updates
    site with party: agree_on_updates end_updates decline_updates
    party: decline_updates propose_updates
    site: escalate
    site with party: tell_of_escalation
    party: acknowledge_escalation record_taken_over
    site: call_off_escalation
    site with party: share_text_of_its_own
    party: confirm
    site with party: ask_for_call
    party: want_changes decline_action remove_reminder
    site with party: inform show_file update
    site: update_all
    site with party: redact let_see_cars let_see_shares_only withdraw share part
"""


def much_with(word: str) -> list[Act]:
    lines = [line.strip().partition(": ") for line in MUCH.strip().splitlines()]
    return [(who.replace("party", word), what) for who, _colon, whats in lines for what in whats.split()]


class Days:
    """An act a day, at the same time whatever went before; what happens within it has an order."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> datetime:
        self.now += timedelta(milliseconds=1)
        return self.now

    def come_to(self, number: int) -> None:
        self.now = START + timedelta(days=number)


class World:
    """A site with a plan that nobody has read, and the two customers; each telling is taken back."""

    def __init__(self) -> None:
        supplier = make_supplier("Green Valley Foods")
        auditing = Auditing(make_site(supplier, name="Green Valley Packhouse"))
        finding = auditing.car(auditing.hold(date(2026, 3, 2), "1A.B"))
        site = make_actor(supplier, Role.MANAGER)
        plan = make_plan(finding, site)
        self.actors: dict[str, Alone | Side] = {SITE: Alone(plan, site)}
        self.people: dict[str, User] = {}
        for word, name in CUSTOMERS.items():
            customer, person = make_customer(name), make_user(f"{word}@people.example".lower(), name=word)
            member = make_member(customer, Role.MANAGER, user=person)
            theirs = CustomerWith(plan, actor_of(person, member), customer, word)
            sites = SiteWith(plan, site, customer, word)
            theirs.other, sites.other = sites, theirs
            self.actors |= {word: theirs, site_with(word): sites}
            self.people[word] = person

    def tell(
        self, history: Iterable[Act], *observers: str, without: str = ""
    ) -> tuple[set[int], dict[str, Transcript]]:
        """Which acts were done, leaving out those that concern the customer `without`; and what observers got."""
        mail.outbox.clear()
        with undone(), pytest.MonkeyPatch.context() as patch:
            days = Days()
            patch.setattr(timezone, "now", days)
            done = set()
            for number, (who, what) in enumerate(history):
                days.come_to(number)
                if not (without and without in who) and self._do(who, what):
                    done.add(number)
            self._check_searchable()
            return done, {word: self._got_by(self.people[word]) for word in observers}

    def _do(self, who: str, what: str) -> bool:
        """What cannot be done is refused, which must not show either."""
        try:
            getattr(self.actors[who], what)()
        except DomainError:
            return False
        finally:
            deliver_due()
        return True

    def _check_searchable(self) -> None:
        """What can be searched is what each reads now, whatever has happened."""
        plan = ActionPlan.objects.get(pk=self.actors[SITE].plan.pk)
        rows = PlanText.objects.values_list("kind", "wording__text", "revision_id", "reader_id")
        assert set(rows) == set(of_plan(plan))

    @staticmethod
    def _got_by(person: User) -> Transcript:
        transcript = Transcript()
        read(person, transcript, follows=lambda url: not url.startswith(OF_NO_PLAN))
        for sent in mail.outbox:
            if person.email in sent.to[0]:
                transcript.get_mail(sent)
        client = Client()
        client.force_login(person)
        for words in (person.name, "fees"):
            transcript.hear(f"search for {words}", got(client.get("/search/", {"q": words})))
        return transcript


def source_of(printable: Printable) -> bytes:
    return json.dumps(printable.to_json(), indent=0).encode()


@pytest.fixture
def world(db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """Where a PDF is all that it is made of: the same gives the same bytes, but takes a second."""
    monkeypatch.setattr(making, "print_pdf", source_of)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", Days())
        return World()


def compare(world: World, history: Sequence[Act], *observers: str) -> set[Act]:
    """What was done of the history, once each observer has got the same without the other customer."""
    done, got = world.tell(history, *observers)
    for observer in observers:
        other = OTHER[observer]
        _done, alone = world.tell(history, observer, without=other)
        difference = got[observer].differs_from(alone[observer])
        assert not difference, f"{observer} learns of {other}:\n{difference}\nin\n{written(history, done)}"
        assert [word for word in (other, CUSTOMERS[other]) if word in got[observer].text] == []
    return {history[number] for number in done}


def written(history: Sequence[Act], done: Collection[int]) -> str:
    """A line for each act; days on which nothing happens are left out."""
    return "\n".join(
        f"{number:4} {who}: {what}" + ("" if number in done else " (refused)")
        for number, (who, what) in enumerate(history)
        if what != "rest"
    )


steps = 40 * settings().stateful_step_count // USUAL_STEPS
histories = st.lists(st.sampled_from(ACTS), min_size=steps, max_size=steps)


@settings(
    max_examples=settings().max_examples // 32, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories)
def test_each_customer_gets_the_same_whatever_happens_with_the_other(world: World, history: list[Act]):
    compare(world, [*OPENING, *history, *ENDING], *CUSTOMERS)


def test_all_that_can_happen_with_one_customer_shows_nothing_to_the_other(world: World):
    """And each act is done once, so that none of those above is refused every time."""
    done = compare(world, [*OPENING, *much_with("Indigo"), *ENDING], "Amber")
    assert {act for act in ACTS if "Amber" not in act[0]} - done == set()
