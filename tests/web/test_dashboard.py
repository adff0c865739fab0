"""The figures of the landing pages: each is the number of the list behind its link, whoever reads and whatever is set."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from actionplans.annex.versions import CURRENT
from actionplans.models import ActionPlan, PlanShare, Revision, ShareStatus, UpdateAgreement
from carportal.core.actor import Actor
from carportal.web.landing import landing_for
from carportal.web.overview import BREAKDOWNS, Bar, breakdown_of, count_by, figures_of, statuses_of
from carportal.web.quarterly import Cell, rows_of
from findings.filters import Filters, Viewpoint
from findings.models import Access, Finding, FindingStatus, LeftFinding, Triage, TriageOutcome
from stakeholders.models import Sector, Site
from tests.actionplans.making import make_audit, undone
from tests.factories import make_site
from tests.findings.scene import audits_of, text_of
from tests.personas import Persona, Personas
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db

AREAS = ["1A", "5A", "8"]
VALUES = ["all", "ended", "closed", "open", "5A", "GB", "BD", "garments", "1-2-years", "none"]
VALUES += ["published", "urgent", "again", "3", "awaited", "late", "agreed", "to_decide", "nonsense"]


@dataclass(frozen=True)
class Car:
    """A CAR as it may have come to be, and who knows of it."""

    site: int
    area: str
    days_old: int
    status: FindingStatus
    ended_after: int
    times: int
    outcome: TriageOutcome | None
    plan: str
    share: ShareStatus | None
    update_in_days: int | None
    shown: bool
    left: bool


cars = st.lists(
    st.builds(
        Car,
        site=st.integers(0, 2),
        area=st.sampled_from(AREAS),
        days_old=st.one_of(st.integers(0, 1500), st.sampled_from([181, 182, 183, 184, 365, 366, 730, 731])),
        status=st.sampled_from(FindingStatus),
        ended_after=st.integers(0, 400),
        times=st.integers(1, 5),
        outcome=st.sampled_from([None, *TriageOutcome]),
        plan=st.sampled_from(["", "draft", "published"]),
        share=st.sampled_from([None, *ShareStatus]),
        update_in_days=st.sampled_from([None, -90, -1, 0, 1, 90]),
        shown=st.booleans(),
        left=st.booleans(),
    ),
    min_size=6,
    max_size=12,
)
queries = st.dictionaries(
    st.sampled_from(
        ["status", "area", "country", "sector", "age", "plan", "step1", "times", "reply", "updates", "left"]
    ),
    st.sampled_from(VALUES),
    max_size=3,
)


class World:
    """Three sites of two suppliers, and rows of CARs written past the services, which could not make them all."""

    def __init__(self, personas: Personas) -> None:
        self.personas = personas
        own, other = personas.site.organisation, personas.site2.organisation
        self.sites: list[Site] = [
            make_site(own, country="GB", sector=Sector.FOOD),
            make_site(own, country="ES", sector=Sector.AGRICULTURE),
            make_site(other, country="BD", sector=Sector.GARMENTS),
        ]
        self.audits = [make_audit(site, personas.auditor.organisation) for site in self.sites]
        self.today = timezone.localdate()

    def add(self, car: Car, number: int) -> Finding:
        finding = self._row(car, number)
        finding.save(force_insert=True)
        if car.outcome:
            Triage.objects.create(
                finding=finding,
                definition="1",
                answers={},
                is_urgent=car.outcome == TriageOutcome.URGENT,
                outcome=car.outcome,
            )
        if car.left:
            LeftFinding.objects.create(finding=finding, audit=finding.audit, reason="other_finding")
        if car.plan:
            self._plan(car, finding)
        if car.shown:
            organisation = self.personas.customer.organisation
            Access.objects.create(
                organisation=organisation,
                finding=finding,
                level=2,
                source="relationship",
                source_id=finding.pk,
            )
        return finding

    def _row(self, car: Car, number: int) -> Finding:
        raised_on = self.today - timedelta(days=car.days_old)
        finding = Finding(
            reference=f"CAR-2026-{800_000 + number}",
            site=self.sites[car.site],
            audit=self.audits[car.site],
            area=car.area,
            letter="A",
            raw_code=f"{car.area}.A",
            issue_title="A title",
            raised_on=raised_on,
            times_raised=car.times,
            status=car.status,
            in_progress_at=timezone.now(),
        )
        if car.status == FindingStatus.CLOSED:
            finding.closed_by = finding.audit
        elif car.status == FindingStatus.SUPERSEDED:
            finding.superseded_by = self.successor(car.site)
        if not finding.is_under_way:
            finding.ended_at, finding.ended_on = timezone.now(), raised_on + timedelta(days=car.ended_after)
        return finding

    def successor(self, site: int) -> Finding:
        return Finding.objects.get_or_create(
            reference=f"CAR-2026-{810_000 + site}",
            defaults={
                "site": self.sites[site],
                "audit": self.audits[site],
                "area": "2",
                "letter": "A",
                "raw_code": "2.A",
                "issue_title": "What came after",
                "raised_on": self.today,
                "times_raised": 2,
            },
        )[0]

    def _plan(self, car: Car, finding: Finding) -> None:
        plan = ActionPlan.objects.create(finding=finding, template_version=CURRENT.version)
        revision = Revision.objects.create(
            plan=plan, number=1, template_version=CURRENT.version, document={}, sha256="0" * 64
        )
        if car.plan == "published":
            plan.published, plan.published_at = revision, timezone.now()
            plan.save()
        if car.share:
            share = PlanShare.objects.create(
                plan=plan,
                organisation=self.personas.customer.organisation,
                revision=revision,
                status=car.share,
            )
            if car.update_in_days is not None:
                due = self.today + timedelta(days=car.update_in_days)
                UpdateAgreement.objects.create(share=share, months=3, first_due=due, next_due=due)


@pytest.fixture
def world(personas: Personas) -> World:
    return World(personas)


def figures_in(value: Any) -> Iterator[tuple[int, str]]:
    """Every figure with its link, however deep it stands in what a page is made of."""
    if isinstance(value, Bar | Cell):
        yield value.count, value.url
    elif isinstance(value, dict):
        for each in value.values():
            yield from figures_in(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from figures_in(each)
    elif hasattr(value, "bars"):
        yield from figures_in(value.bars)
    elif hasattr(value, "cells"):
        yield from figures_in(value.cells)


def everything_counted(filters: Filters) -> list[Any]:
    """All that a dashboard can have, for whomever."""
    counts = count_by(filters, ("status", "area", "age"), ("country", "sector"))
    breakdowns = [breakdown_of(filters, counts, name) for name in BREAKDOWNS]
    return [*statuses_of(filters, counts), *figures_of(filters), *breakdowns, *rows_of(filters)]


def behind(url: str, actor: Actor, today: date) -> int:
    """How many CARs the list has that this link leads to."""
    return Filters(Viewpoint(actor, today), dict(parse_qsl(urlsplit(url).query))).findings.count()


@pytest.mark.parametrize("reader", ["compliance", "site", "customer", "auditor"])
def test_every_figure_is_the_number_of_the_list_behind_its_link(reader: str, world: World) -> None:
    actor = world.personas[reader].actor
    met = 0

    @settings(max_examples=8)
    @given(made=cars, query=queries)
    def check(made: list[Car], query: dict[str, str]) -> None:
        nonlocal met
        with undone():
            for number, car in enumerate(made):
                world.add(car, number)
            for count, url in figures_in(everything_counted(Filters(Viewpoint(actor, world.today), query))):
                assert count == behind(url, actor, world.today), (url, query)
                met += count > 0

    check()
    assert met > 20


def test_the_links_lead_to_pages_with_so_many_rows(world: World) -> None:
    """The same through the pages themselves, once."""
    for number, status in enumerate(FindingStatus):
        world.add(Car(number % 3, "5A", 400, status, 30, 2, None, "", None, False, False), number)
    client = world.personas.compliance.client
    figures = list(figures_in([*landing_for(world.personas.compliance.actor, {}).context.values()]))
    assert len([1 for count, _url in figures if count]) > 8
    for count, url in figures:
        assert client.get(url).context["count"] == count, url


class TestFilters:
    def page(self, persona: Persona, **query: str) -> Element:
        return read(persona.client.get("/", query).content.decode()).one("main")

    @pytest.fixture
    def two(self, world: World) -> list[Finding]:
        urgent = Car(0, "5A", 10, FindingStatus.OPEN, 0, 1, TriageOutcome.URGENT, "", None, False, True)
        alone = Car(2, "1A", 800, FindingStatus.OPEN, 0, 1, TriageOutcome.SEEK_SUPPORT, "", None, False, True)
        return [world.add(urgent, 1), world.add(alone, 2)]

    def test_hold_for_the_whole_page(self, world: World, two: list[Finding]) -> None:
        text = self.page(world.personas.compliance, area="1A").text
        assert two[1].reference in text
        assert two[0].reference not in text
        assert "Urgent by step 1" not in text
        assert "Support sought" in text

    @pytest.mark.usefixtures("two")
    def test_are_told_in_words_for_paper(self, world: World) -> None:
        paper = self.page(world.personas.compliance, area="1A", status="all").one("p", class_="on-paper")
        assert paper.text == (
            "Status: All, ended ones too · Area: 1A Responsible recruitment and entitlement to work"
        )

    @pytest.mark.usefixtures("two")
    def test_that_match_nothing_leave_a_page_that_says_so(self, world: World) -> None:
        page = self.page(world.personas.compliance, area="1A", country="GB")
        assert "No CAR matches these filters" in page.text
        assert not page.all("table", class_="bars")

    def test_what_they_make_of_step_1_does_not_contradict_them(
        self, world: World, two: list[Finding]
    ) -> None:
        text = self.page(world.personas.compliance, step1="seeks_support").text
        assert two[0].reference not in text

    def test_more_of_a_kind_than_are_shown_lead_to_their_list(self, world: World) -> None:
        for number in range(7):
            car = Car(0, "5A", number, FindingStatus.OPEN, 0, 1, TriageOutcome.URGENT, "", None, False, False)
            world.add(car, number)
        notice = self.page(world.personas.compliance).one("div", class_="notice")
        assert len(notice.all("li")) == 5
        assert notice.one("a", href="/cars/?step1=urgent").text == "All urgent CARs"

    @pytest.mark.usefixtures("two")
    def test_drafts_of_audits_are_told_of_only_where_nothing_is_narrowed(
        self, personas: Personas, world: World
    ) -> None:
        draft = audits_of(personas, world.sites[0]).record(date(2026, 3, 3))
        assert draft.reference in self.page(personas.compliance).text
        assert draft.reference not in self.page(personas.compliance, area="5A").text


class TestAtAGlance:
    def add(self, world: World, how_many: int) -> None:
        for number in range(how_many):
            area = AREAS[number % 2]
            car = Car(0, area, number, FindingStatus.OPEN, 0, 2, None, "published", None, True, False)
            world.add(car, number)

    @pytest.mark.parametrize("reader", ["site", "customer"])
    def test_a_few_cars_need_no_figures(self, reader: str, world: World) -> None:
        self.add(world, 4)
        assert "At a glance" not in text_of(world.personas[reader].client.get("/"))

    def test_a_site_with_more_sees_them_by_status_and_area(self, world: World) -> None:
        self.add(world, 5)
        text = text_of(world.personas.site.client.get("/"))
        assert "At a glance 5 Open no plan published yet 0 In progress" in text
        assert "5 Raised again" in text
        assert "CARs by area" in text

    def test_auditors_and_strangers_have_none(self, world: World) -> None:
        self.add(world, 9)
        for reader in ("auditor", "site2", "customer2", "nobody"):
            assert "At a glance" not in text_of(world.personas[reader].client.get("/"))


class TestChart:
    @pytest.fixture
    def page(self, world: World) -> Element:
        for number, status in enumerate([FindingStatus.OPEN, FindingStatus.CLOSED, FindingStatus.SUPERSEDED]):
            world.add(Car(0, "5A", 100 + number, status, 20, 2, None, "", None, False, False), number)
        return read(world.personas.compliance.client.get("/").content.decode()).one("section", class_="chart")

    def test_columns_are_links_that_say_what_they_lead_to(self, page: Element) -> None:
        drawing = page.one("svg", role="group")
        links = drawing.all("a")
        assert links
        for link in links:
            kind = dict(parse_qsl(urlsplit(link["href"]).query))
            word = {"all": "raised", "closed": "closed", "superseded": "superseded"}[kind["status"]]
            assert link["aria-label"].endswith(f" {word}")
            assert link.all("rect")[0]["fill"] == f"url(#pattern-{word})"

    def test_the_table_beside_it_has_every_figure(self, page: Element) -> None:
        drawn = {link["href"] for link in page.one("svg", role="group").all("a")}
        assert drawn == {link["href"] for link in page.one("table").all("a")}
        assert len(page.one("table").all("tr")) == 13

    def test_patterns_tell_apart_what_colours_may_not(self, page: Element) -> None:
        patterns = page.all("pattern")
        shapes = [
            pattern.all(tag)[0].attributes
            for pattern in patterns
            for tag in ("rect", "circle")
            if pattern.all(tag)
        ]
        assert len({str(shape) for shape in shapes}) == 3


def test_dashboard_takes_few_queries_however_many_cars(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = world.personas.compliance.client
    for number in range(12):
        status = list(FindingStatus)[number % 4]
        outcome = [TriageOutcome.URGENT, TriageOutcome.SEEK_SUPPORT][number % 2]
        world.add(Car(number % 3, "5A", 100, status, 9, 2, outcome, "draft", None, False, True), number)
        if number in {3, 11}:
            with django_assert_num_queries(14):
                client.get("/")
