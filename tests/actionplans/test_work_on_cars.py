"""What is kept of the work on CARs is what plans, shares, replies, duties, calls and agreements say, whatever happens to them."""

from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.models import ActionPlan, PlanShare, Side, UpdateAgreement, WorkOnCar
from actionplans.waiting import KINDS
from carportal.core.actor import Actor, Role
from carportal.web.overview import BREAKDOWNS, breakdown_of, count_by, figures_of, statuses_of
from findings.filters import Filters, Viewpoint
from findings.models import Finding
from findings.tally.checking import differences
from findings.tally.folding import fold
from stakeholders.models import Site
from tests.actionplans.making import undone
from tests.factories import make_actor, make_operator
from tests.walls.test_random_worlds import ACTS, ENDING, OPENING, SITE, Act, Days, World, much_with

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "pdf_folder")]

COUNTED_BY = ["supplier_id", "status", "area", "country", "sector", "times_raised", "raised_on"]
FACTS = [
    "is_published",
    "waits_for_site",
    "waits_for_parties",
    "reply_awaited",
    "changes_requested",
    "update_due",
]


def kept() -> dict[UUID, dict[str, Any]]:
    return {row.pop("pk"): row for row in WorkOnCar.objects.values("pk", *COUNTED_BY, *FACTS)}


def from_scratch(operator: Actor, today: date) -> dict[UUID, dict[str, Any]]:
    """By what each room says of its own rows, without anything that is kept; what is late has a day of its own."""
    waiting = {
        side: {
            pk
            for kind in KINDS
            if kind.side == side
            # Late updates are told by their day.
            for pk in kind.rows(operator, date.min).values_list(kind.finding, flat=True)
        }
        for side in Side
    }
    shares = PlanShare.objects.all()
    awaited = set(shares.waiting_for_reply().values_list("plan__finding", flat=True))
    changes = set(shares.filter(status="changes_requested").values_list("plan__finding", flat=True))
    published = set(ActionPlan.objects.exclude(published=None).values_list("finding", flat=True))
    due: dict[UUID, date] = {}
    for agreement in UpdateAgreement.objects.in_force().order_by("-next_due"):
        due[agreement.share.plan.finding_id] = agreement.next_due
    return {
        row["pk"]: {
            **{name: row[name] for name in COUNTED_BY},
            "is_published": row["pk"] in published,
            "waits_for_site": row["pk"] in waiting[Side.SITE],
            "waits_for_parties": row["pk"] in waiting[Side.PARTY],
            "reply_awaited": row["pk"] in awaited,
            "changes_requested": row["pk"] in changes,
            "update_due": due.get(row["pk"]),
        }
        for row in Finding.objects.under_way().values("pk", *COUNTED_BY)
    }


class Played:
    """The acts of a site and its two customers, after each of which everything that is kept is looked at."""

    def __init__(self) -> None:
        self.world = World()
        self.operator = make_actor(make_operator(), Role.COMPLIANCE)
        self.site = self.world.actors[SITE].site
        self.met: set[tuple[str, Any]] = set()

    @property
    def readers(self) -> list[Actor]:
        customers = [
            make_actor(each.customer) for each in self.world.actors.values() if hasattr(each, "customer")
        ]
        return [self.operator, self.site, *customers]

    def play(self, history: list[Act]) -> None:
        with undone(), pytest.MonkeyPatch.context() as patch:
            days = Days()
            patch.setattr(timezone, "now", days)
            for number, act in enumerate(history):
                days.come_to(number)
                if self.world._do(*act):
                    self.look(act)
            fold()
            Site.objects.update(country="VN")
            self.look(("the site", "moves"))
            self.look_at_figures()

    def look(self, act: Act) -> None:
        there = kept()
        assert there == from_scratch(self.operator, timezone.localdate()), act
        assert differences() == [], act
        self.met |= {(name, row[name]) for row in there.values() for name in FACTS if name != "update_due"}
        self.met |= {("update_due", True) for row in there.values() if row["update_due"]}

    def look_at_figures(self) -> None:
        for reader in self.readers:
            filters = Filters(Viewpoint(reader, timezone.localdate()), {})
            counts = count_by(filters, ("status", "area", "age"), ("country", "sector"))
            bars = [*statuses_of(filters, counts), *figures_of(filters)]
            for breakdown in (breakdown_of(filters, counts, name) for name in BREAKDOWNS):
                bars += breakdown.bars
            for bar in bars:
                assert bar.count == _behind(bar.url, filters), (reader, bar)


def _behind(url: str, filters: Filters) -> int:
    return Filters(filters.view, dict(parse_qsl(urlsplit(url).query))).findings.count()


@pytest.fixture
def played(db: None) -> Played:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", Days())
        return Played()


def test_everything_that_can_happen_is_followed(played: Played) -> None:
    played.play([*OPENING, *much_with("Indigo"), *ENDING])
    assert {(name, value) for name in FACTS[:-1] for value in (False, True)} | {
        ("update_due", True)
    } == played.met


histories = st.lists(st.sampled_from([act for act in ACTS if act[1] != "rest"]), min_size=25, max_size=25)


@settings(
    max_examples=settings().max_examples // 50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories)
def test_it_is_followed_in_any_order(played: Played, history: list[Act]) -> None:
    played.play([*OPENING, *history])
