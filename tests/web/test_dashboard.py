"""The figures of the landing pages: each is the number of the list behind its link, whoever reads and whatever is set."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor
from carportal.web.landing import landing_for
from carportal.web.outstanding import Outstanding, outstanding_with, parties_with
from carportal.web.overview import BREAKDOWNS, Bar, breakdown_of, count_by, figures_of, statuses_of
from carportal.web.quarterly import Cell, rows_of
from findings.filters import Filters, Viewpoint
from findings.filters.definition import supplier_and_operator
from findings.models import Finding, FindingStatus, TriageOutcome
from tests.actionplans.making import undone
from tests.findings.scene import audits_of, text_of
from tests.personas import Persona, Personas
from tests.web.counting import AREAS, Car, World, cars
from tests.web.markup import Element, read

pytestmark = pytest.mark.django_db

VALUES = ["all", "ended", "closed", "open", "5A", "GB", "BD", "garments", "1-2-years", "none"]
VALUES += ["published", "urgent", "again", "3", "awaited", "late", "agreed", "to_decide", "nonsense"]
VALUES += ["you", "site", "others"]
FILTERS = ["status", "area", "country", "sector", "age", "plan", "step1", "times", "reply", "updates", "left"]


queries = st.dictionaries(
    st.sampled_from([*FILTERS, "waiting"]),
    st.sampled_from(VALUES),
    max_size=3,
)


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
    elif isinstance(value, Outstanding):
        yield from figures_in([value.replies, value.actions])


def everything_counted(filters: Filters) -> list[Any]:
    """All that a dashboard can have, for whomever."""
    actor = filters.view.actor
    names = [name for name in BREAKDOWNS if name != "times" or supplier_and_operator(actor)]
    counts = count_by(
        filters, ("status", "area", "age"), [name for name in names if name not in {"area", "age"}]
    )
    breakdowns = [breakdown_of(filters, counts, name) for name in names]
    outstanding = outstanding_with(filters, list(parties_with(filters))) if actor.is_operator else []
    return [*statuses_of(filters, counts), *figures_of(filters), *breakdowns, *rows_of(filters), *outstanding]


def behind(url: str, actor: Actor, today: date) -> int:
    """How many CARs the list has that this link leads to."""
    return Filters(Viewpoint(actor, today), dict(parse_qsl(urlsplit(url).query))).findings.count()


@pytest.mark.parametrize("reader", ["compliance", "site", "customer", "auditor"])
def test_every_figure_is_the_number_of_the_list_behind_its_link(reader: str, world: World) -> None:
    actor = world.personas[reader].actor
    met = 0

    @settings(max_examples=settings().max_examples // 12)
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
        world.add(Car(site=number % 3, days_old=400, status=status, ended_after=30, times=2), number)
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
        urgent = Car(days_old=10, outcome=TriageOutcome.URGENT, left=True)
        alone = Car(site=2, area="1A", days_old=800, outcome=TriageOutcome.SEEK_SUPPORT, left=True)
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
            world.add(Car(days_old=number, outcome=TriageOutcome.URGENT), number)
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
            car = Car(area=AREAS[number % 2], times=2, plan="published", shown=True)
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
            world.add(Car(days_old=100, status=status, ended_after=20), number)
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
        drawn = [(pattern.all()[0].tag, pattern.attributes.get("patterntransform")) for pattern in patterns]
        assert len(set(drawn)) == 3


def test_dashboard_takes_few_queries_however_many_cars(
    world: World, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = world.personas.compliance.client
    for number in range(12):
        status = list(FindingStatus)[number % 4]
        outcome = [TriageOutcome.URGENT, TriageOutcome.SEEK_SUPPORT][number % 2]
        world.add(
            Car(site=number % 3, days_old=100, status=status, outcome=outcome, plan="draft", left=True),
            number,
        )
        if number in {3, 11}:
            with django_assert_num_queries(15):
                client.get("/")
