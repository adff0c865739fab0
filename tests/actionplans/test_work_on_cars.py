"""What is kept of the work on CARs is what plans, shares, replies, duties, calls and agreements say, whatever happens to them."""

from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from actionplans.filters import WAITING
from actionplans.models import ActionPlan, PlanShare, Side, UpdateAgreement, WorkOnCar
from actionplans.waiting import KINDS
from actionplans.work.checking import check_work
from carportal.core.actor import Actor, Role
from carportal.web.overview import BREAKDOWNS, breakdown_of, count_by, figures_of, statuses_of
from findings.filters import Filters, Viewpoint
from findings.filters.own import EVERY_STATUS
from findings.filters.sorting import sorts_for
from findings.listing import Listed
from findings.models import Finding, Triage
from findings.tally.checking import differences
from findings.tally.folding import fold
from stakeholders.models import Organisation, Site
from tests.actionplans.making import undone
from tests.factories import make_actor, make_operator
from tests.walls.acts import Alone, CustomerWith
from tests.walls.test_random_worlds import ACTS, CUSTOMERS, ENDING, OPENING, SITE, Act, Days, World, much_with

# No act has step 1 lead to this; tests/web/test_dashboard.py has it of rows written past the services.
NOT_PLAYED = {("all", "seeks_support")}

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("evidence_folder", "pdf_folder")]

OWN = [
    "supplier_id",
    "site_id",
    "reference",
    "status",
    "area",
    "country",
    "sector",
    "times_raised",
    "raised_on",
    "ended_on",
]
FACTS = [
    "is_triaged",
    "is_urgent",
    "seeks_support",
    "has_plan",
    "is_published",
    "waits_for_site",
    "waits_for_parties",
    "reply_awaited",
    "changes_requested",
]


def kept(reader: Actor) -> dict[UUID, dict[str, Any]]:
    rows = WorkOnCar.objects.visible_to(reader).values(
        "finding", *OWN, *FACTS, "update_due", "raised_again_as"
    )
    found = {row.pop("finding"): row for row in rows}
    assert len(found) == len(rows)
    return found


def from_scratch(reader: Actor) -> dict[UUID, dict[str, Any]]:
    """By what each room says of its own rows to this reader, without anything that is kept.

    Whether ended or not for a party; for the site and the operator, of CARs under way.
    """
    is_party = not (reader.is_operator or reader.is_supplier)
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
    awaited = set(shares.filter(status__in=WAITING).values_list("plan__finding", flat=True))
    changes = set(shares.filter(status="changes_requested").values_list("plan__finding", flat=True))
    readable = ActionPlan.objects.visible_to(reader)
    published = {plan.finding_id for plan in readable if plan.published_id}
    # That there is a plan, the operator learns by its being published; the row is the site's as well.
    plans = ActionPlan.objects.values_list("finding", flat=True)
    known = set(shares.values_list("plan__finding", flat=True) if is_party else plans)
    taken = Triage.objects.visible_to(reader).latest_of_each()
    triaged = set(taken.values_list("finding", flat=True))
    urgent = set(taken.filter(is_urgent=True).values_list("finding", flat=True))
    seeking = set(taken.filter(outcome="seek_support").values_list("finding", flat=True))
    seen = Finding.objects.visible_to(reader)
    cars = seen if is_party else seen.under_way()
    due: dict[UUID, date] = {}
    agreements = UpdateAgreement.objects.with_state_open_to(reader).in_force().order_by("-next_due")
    for agreement in agreements.select_related("share__plan"):
        due[agreement.share.plan.finding_id] = agreement.next_due
    return {
        row["pk"]: {
            **{name: row[name] for name in OWN},
            "is_triaged": row["pk"] in triaged,
            "is_urgent": row["pk"] in urgent,
            "seeks_support": row["pk"] in seeking,
            "has_plan": row["pk"] in known,
            "is_published": row["pk"] in published,
            "waits_for_site": row["pk"] in waiting[Side.SITE],
            "waits_for_parties": row["pk"] in waiting[Side.PARTY],
            "reply_awaited": row["pk"] in awaited,
            "changes_requested": row["pk"] in changes,
            "update_due": due.get(row["pk"]),
            "raised_again_as": None if row["raised_anew_as"] else row["superseded_by"],
        }
        for row in cars.values("pk", *OWN, "raised_anew_as", "superseded_by")
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

    def play(self, history: list[Act], *, with_lists: bool = False) -> None:
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
            if with_lists:
                self.look_at_lists()

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

    def look_at_lists(self) -> None:
        """Narrowed by each choice there is, of each status, in each order: from wherever it is read, a list is the same."""
        for reader in self.readers:
            view = Viewpoint(reader, timezone.localdate())
            for choices in _lists_of(Filters(view, {})):
                filters = Filters(view, choices)
                listed = Listed(filters, filters.view.visible)
                in_order = filters.findings.order_by(*filters.sort.order.expressions)
                assert listed.first(100, filters.sort.order) == list(in_order), (reader, choices)
                assert listed.number() == len(in_order), (reader, choices)


def _lists_of(filters: Filters) -> Iterator[dict[str, str]]:
    actor = filters.view.actor
    beside: list[dict[str, str]] = [{}]
    if actor.is_operator:
        beside.append({"customer": str(Organisation.objects.get(name=CUSTOMERS["Indigo"]).pk)})
    few = [(each.name, choices) for each in filters.offered if len(choices := filters.choices_of(each)) < 10]
    narrowed = [{"country": "VN"}, *({name: choice.value} for name, choices in few for choice in choices)]
    for status, others in product(("", EVERY_STATUS), beside):
        for one in [{}, *narrowed]:
            yield {"status": status, **others, **one}
        yield from ({"status": status, **others, "sort": sort.name} for sort in sorts_for(actor))


def _behind(url: str, filters: Filters) -> int:
    return Filters(filters.view, dict(parse_qsl(urlsplit(url).query))).findings.count()


@pytest.fixture
def played(db: None) -> Played:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", Days())
        return Played()


def test_everything_that_can_happen_is_followed(played: Played) -> None:
    played.play([*OPENING, *much_with("Indigo"), *ENDING], with_lists=True)
    of_all = {"is_triaged", "is_urgent", "seeks_support"}
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
