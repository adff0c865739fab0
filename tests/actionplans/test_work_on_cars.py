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
from actionplans.work.checking import check_work
from carportal.core.actor import Actor, Role
from carportal.web.overview import BREAKDOWNS, breakdown_of, count_by, figures_of, statuses_of
from findings.filters import Filters, Viewpoint
from findings.models import Finding, Triage
from findings.tally.checking import differences
from findings.tally.folding import fold
from stakeholders.models import Site
from tests.actionplans.making import undone
from tests.factories import make_actor, make_operator
from tests.walls.acts import Alone, CustomerWith
from tests.walls.test_random_worlds import ACTS, ENDING, OPENING, SITE, Act, Days, World, much_with

# No act has step 1 lead to this; tests/web/test_dashboard.py has it of rows written past the services.
NOT_PLAYED = {("all", "seeks_support")}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "pdf_folder")]

COUNTED_BY = ["supplier_id", "status", "area", "country", "sector", "times_raised", "raised_on"]
FACTS = [
    "is_urgent",
    "seeks_support",
    "is_published",
    "waits_for_site",
    "waits_for_parties",
    "reply_awaited",
    "changes_requested",
]


def kept(reader: Actor) -> dict[UUID, dict[str, Any]]:
    rows = WorkOnCar.objects.visible_to(reader).values("finding", *COUNTED_BY, *FACTS, "update_due")
    found = {row.pop("finding"): row for row in rows}
    assert len(found) == len(rows)
    return found


def from_scratch(reader: Actor) -> dict[UUID, dict[str, Any]]:
    """By what each room says of its own rows to this reader, without anything that is kept."""
    waiting = {
        side: {
            pk
            for kind in KINDS
            if kind.side == side
            # What is late is told by its day, and on this one nothing is.
            for pk in kind.rows(reader, date.min).values_list(kind.finding, flat=True)
        }
        for side in Side
    }
    shares = PlanShare.objects.with_state_open_to(reader)
    awaited = set(shares.waiting_for_reply().values_list("plan__finding", flat=True))
    changes = set(shares.filter(status="changes_requested").values_list("plan__finding", flat=True))
    plans = ActionPlan.objects.visible_to(reader) if reader.is_operator or reader.is_supplier else []
    published = {plan.finding_id for plan in plans if plan.published_id}
    taken = Triage.objects.visible_to(reader).latest_of_each()
    urgent = set(taken.filter(is_urgent=True).values_list("finding", flat=True))
    seeking = set(taken.filter(outcome="seek_support").values_list("finding", flat=True))
    due: dict[UUID, date] = {}
    agreements = UpdateAgreement.objects.with_state_open_to(reader).in_force().order_by("-next_due")
    for agreement in agreements.select_related("share__plan"):
        due[agreement.share.plan.finding_id] = agreement.next_due
    return {
        row["pk"]: {
            **{name: row[name] for name in COUNTED_BY},
            "is_urgent": row["pk"] in urgent,
            "seeks_support": row["pk"] in seeking,
            "is_published": row["pk"] in published,
            "waits_for_site": row["pk"] in waiting[Side.SITE],
            "waits_for_parties": row["pk"] in waiting[Side.PARTY],
            "reply_awaited": row["pk"] in awaited,
            "changes_requested": row["pk"] in changes,
            "update_due": due.get(row["pk"]),
        }
        for row in Finding.objects.visible_to(reader).under_way().values("pk", *COUNTED_BY)
    }


class Played:
    """The acts of a site and its two customers, after each of which everything that is kept is looked at."""

    def __init__(self) -> None:
        self.world = World()
        self.operator = make_actor(make_operator(), Role.COMPLIANCE)
        alone = self.world.actors[SITE]
        assert isinstance(alone, Alone)
        self.site = alone.site
        parties = [each for each in self.world.actors.values() if isinstance(each, CustomerWith)]
        self.readers = [self.operator, self.site, *(each.actor for each in parties)]
        self.met: set[tuple[str, str]] = set()

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
        for reader in self.readers:
            there = kept(reader)
            assert there == from_scratch(reader), (act, reader.organisation_kind)
            told = "party" if reader not in (self.operator, self.site) else "all"
            self.met |= {
                (told, name) for row in there.values() for name in [*FACTS, "update_due"] if row[name]
            }
        assert differences() == [], act

    def look_at_figures(self) -> None:
        for reader in self.readers:
            filters = Filters(Viewpoint(reader, timezone.localdate()), {})
            offered = {each.name for each in filters.offered}
            names = [name for name in BREAKDOWNS if name in offered]
            counts = count_by(filters, ("status", "area"), [name for name in names if name != "area"])
            bars = [*statuses_of(filters, counts), *figures_of(filters)]
            for breakdown in (breakdown_of(filters, counts, name) for name in names):
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
    of_all = {"is_urgent", "seeks_support", "is_published"}
    there = {("all", name) for name in [*FACTS, "update_due"]}
    assert (
        played.met == (there | {("party", name) for _all, name in there if name not in of_all}) - NOT_PLAYED
    )


histories = st.lists(st.sampled_from([act for act in ACTS if act[1] != "rest"]), min_size=25, max_size=25)


@settings(
    max_examples=settings().max_examples // 50, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(histories)
def test_it_is_followed_in_any_order(played: Played, history: list[Act]) -> None:
    played.play([*OPENING, *history])


def test_what_is_wrong_is_found_and_mended_on_demand(played: Played) -> None:
    right = kept(played.operator)
    WorkOnCar.objects.update(waits_for_parties=True)
    assert check_work(mend=False) == check_work(mend=True) == 2  # the row as it was, and as it is to be
    assert check_work(mend=False) == 0
    assert kept(played.operator) == right
