"""The orders of a list: every way through it meets each CAR once, whatever is equal or missing, and only who may know
is told when the last update came."""

from datetime import date, timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from findings.filters import Filters, Viewpoint
from findings.filters.sorting import SORTS, sort_for, sorts_for
from findings.models import Finding, FindingStatus
from findings.ordering import NEVER, STAGES
from findings.services import mark_updated
from findings.views import keyset
from tests.actionplans.making import make_finding, undone
from tests.factories import make_site
from tests.findings.scene import text_of
from tests.personas import Personas
from tests.web.counting import AREAS, Car, World
from tests.web.markup import read

pytestmark = pytest.mark.django_db

FIRST = date(2025, 1, 1)


@pytest.fixture
def world(personas: Personas) -> World:
    return World(personas)


ALIKE = st.lists(
    st.tuples(
        st.builds(
            Car,
            site=st.integers(0, 2),
            area=st.sampled_from(AREAS),
            days_old=st.integers(400, 402),
            status=st.sampled_from(FindingStatus),
            shown=st.booleans(),
        ),
        st.sampled_from([None, FIRST, FIRST + timedelta(days=1)]),
    ),
    min_size=1,
    max_size=14,
)
NARROWED = st.fixed_dictionaries(
    {"status": st.sampled_from(["", "all", "ended", "open"]), "area": st.sampled_from(["", *AREAS])}
)


def expected(findings: list[Finding], name: str) -> list[Finding]:
    """The same in Python."""
    by = {
        "raised": lambda car: (car.raised_on, car.reference),
        "reference": lambda car: (car.reference,),
        "status": lambda car: (STAGES[car.status], car.raised_on, car.reference),
        "update": lambda car: (car.last_update_on or NEVER, car.reference),
    }
    way, _, other = name.partition("-")
    return sorted(findings, key=by[way], reverse=not other)


@pytest.mark.parametrize("reader", ["compliance", "customer"])
def test_any_way_through_a_list_meets_each_car_once_in_its_order(
    reader: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keyset, "PAGE_SIZE", 3)
    persona = world.personas[reader]
    names = [sort.name for sort in sorts_for(persona.actor)]

    @settings(max_examples=settings().max_examples // 5)
    @given(made=ALIKE, query=NARROWED, name=st.sampled_from(names))
    def check(made: list[tuple[Car, date | None]], query: dict[str, str], name: str) -> None:
        with undone():
            for number, (car, updated) in enumerate(made):
                finding = world.add(car, number)
                if updated is not None and finding.is_under_way:
                    mark_updated(finding_id=finding.pk, on=updated)
            filters = Filters(Viewpoint(persona.actor, world.today), query | {"sort": name})
            wanted = expected(list(filters.findings), name)
            forwards, last = walked(filters, "next_url")
            assert forwards == wanted
            backwards, _first = walked(filters, "previous_url", last)
            assert backwards[: len(wanted) - len(last.rows)] == wanted[: -len(last.rows) or None][::-1]

    check()


def walked(filters: Filters, way: str, start: keyset.Page | None = None) -> tuple[list[Finding], keyset.Page]:
    """All rows from page to page, and the page at which it ends; backwards each page from its end."""
    page = start or keyset.page_of(filters.findings, _query(""), filters.sort.order)
    met = [] if start else list(page.rows)
    while url := getattr(page, way):
        page = keyset.page_of(filters.findings, _query(url), filters.sort.order)
        met += page.rows if way == "next_url" else page.rows[::-1]
    return met, page


def _query(url: str) -> QueryDict:
    return QueryDict(url.removeprefix("?"))


class TestOnThePage:
    @pytest.fixture
    def cars(self, world: World) -> list[Finding]:
        """An older one that was worked on since, a newer one that was not."""
        older = world.add(Car(days_old=50, status=FindingStatus.IN_PROGRESS, shown=True), 2)
        newer = world.add(Car(days_old=20, shown=True), 1)
        mark_updated(finding_id=older.pk, on=world.today)
        return [older, newer]

    @pytest.mark.parametrize(
        ("name", "first"),
        [
            ("raised", 1),
            ("raised-oldest", 0),
            ("reference", 0),
            ("reference-lowest", 1),
            ("status", 1),
            ("status-ended", 0),
            ("update", 0),
            ("update-oldest", 1),
        ],
    )
    def test_the_order_is_chosen_in_the_bar_and_told_in_the_head(
        self, name: str, first: int, personas: Personas, cars: list[Finding]
    ) -> None:
        answer = personas.site.client.get("/cars/", {"sort": name})
        assert answer.context["page"].rows == [cars[first], cars[1 - first]]
        page = read(answer.content.decode())
        assert page.one("select", name="sort").one("option", selected="")["value"] == name
        sorted_by = [head for head in page.all("th") if "aria-sort" in head.attributes]
        assert len(sorted_by) == 1
        assert sorted_by[0]["aria-sort"] == sort_for(personas.site.actor, name).aria

    @pytest.mark.usefixtures("cars")
    def test_the_day_of_the_last_update_stands_in_the_list_that_goes_by_it(self, personas: Personas) -> None:
        text = text_of(personas.compliance.client.get("/cars/", {"sort": "update"}))
        assert "Last update" in text
        assert "None yet" in text

    @pytest.mark.parametrize("reader", ["customer", "auditor"])
    def test_who_may_not_know_of_every_update_is_not_told_which_car_had_the_last(
        self, reader: str, personas: Personas, cars: list[Finding]
    ) -> None:
        client = personas[reader].client
        asked, usual = client.get("/cars/", {"sort": "update"}), client.get("/cars/")
        assert asked.context["page"].rows == usual.context["page"].rows == cars[::-1]
        assert "Last update" not in text_of(asked)
        Finding.objects.update(last_update_on=None)
        assert text_of(client.get("/cars/", {"sort": "update"})) == text_of(asked)

    def test_it_stays_when_filters_are_set_and_in_the_files(
        self, personas: Personas, cars: list[Finding]
    ) -> None:
        client = personas.site.client
        page = client.get("/cars/", {"sort": "raised-oldest", "area": "5A"})
        assert page.context["page"].rows == cars
        assert "sort=raised-oldest" in page.context["csv_url"]
        lines = b"".join(client.get(page.context["csv_url"])).decode().splitlines()
        assert [line.partition(",")[0] for line in lines[1:]] == [car.reference for car in cars]


def test_an_unknown_order_is_the_usual_one(personas: Personas) -> None:
    for name in ("", "nonsense", "\0", "-raised_on"):
        assert sort_for(personas.site.actor, name) == SORTS[0]


def test_the_day_of_the_newest_update_never_goes_back(personas: Personas) -> None:
    car = make_finding(make_site(personas.site.organisation))
    today = timezone.localdate()
    for day in (today - timedelta(days=3), today, today - timedelta(days=1)):
        mark_updated(finding_id=car.pk, on=day)
    car = Finding.objects.get(pk=car.pk)
    assert car.last_update_on == today
