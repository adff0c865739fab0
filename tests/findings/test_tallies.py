"""How many CARs there are of each kind is kept as it is, whatever writes to the tables and in however many transactions."""

from collections.abc import Callable
from datetime import date
from io import StringIO
from uuid import uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from findings.models import Access, AccessLevel, AccessSource, Finding, Tally
from findings.services import grant_access, mark_plan_published, withdraw_access
from findings.tally.checking import count_anew, differences
from findings.tally.folding import fold, take_turn
from stakeholders.models import Organisation, Sector, Site
from tests.actionplans.making import make_audit, make_finding, undone
from tests.factories import make_actor, make_customer, make_site, make_supplier
from tests.parallel import at_once, in_turn

pytestmark = pytest.mark.django_db

DAYS = [date(2024, 3, 1), date(2024, 3, 2), date(2025, 7, 1)]


def sums(**kind: object) -> int:
    return sum(Tally.objects.filter(**kind).values_list("number", flat=True))


class World:
    """Two sites with CARs and two customers; each act is a statement such as no service would make."""

    def __init__(self) -> None:
        self.sites = [make_site(country="IN", sector=Sector.GARMENTS), make_site(country="GB")]
        self.audits = [make_audit(site) for site in self.sites]
        self.customers = [make_customer(), make_customer()]
        self.suppliers = [make_supplier(), *(site.supplier for site in self.sites)]

    def raise_some(self, pick: int) -> None:
        audit = self.audits[pick % 2]
        Finding.objects.bulk_create(
            Finding(
                reference=f"CAR-{uuid4().hex[:12]}",
                site=audit.site,
                audit=audit,
                area=area,
                letter="A",
                raw_code="A",
                issue_title="A title",
                raised_on=DAYS[(pick + number) % 3],
                times_raised=1 + (pick + number) % 6,
            )
            for number, area in enumerate(["5A", "8", "5A"])
        )

    def begin(self, pick: int) -> None:
        """Every CAR of an area, and of the sites of both."""
        cars = Finding.objects.filter(status="open", area=["5A", "8"][pick % 2])
        cars.update(status="in_progress", in_progress_at="2026-01-01T00:00Z")

    def close(self, pick: int) -> None:
        audit = self.audits[pick % 2]
        Finding.objects.under_way().filter(site=audit.site, raised_on__lt=DAYS[pick % 3]).update(
            status="closed", closed_by=audit, ended_at="2026-01-01T00:00Z", ended_on=DAYS[(pick + 1) % 3]
        )

    def move(self, pick: int) -> None:
        Site.objects.filter(pk=self.sites[pick % 2].pk).update(
            country=["VN", "IN", "GB"][pick % 3], supplier=self.suppliers[pick % 3]
        )

    def move_all(self, pick: int) -> None:
        Site.objects.update(sector=[Sector.FOOD, Sector.GARMENTS][pick % 2])

    def count_often(self, pick: int) -> None:
        Finding.objects.update(times_raised=1 + pick % 7)

    def show(self, pick: int) -> None:
        """By one more source; a second one lets nobody see more CARs."""
        cars = Finding.objects.filter(site=self.sites[pick % 2])
        source = [AccessSource.SHARE, AccessSource.RELATIONSHIP][pick % 3 % 2]
        Access.objects.bulk_create(
            [
                Access(
                    organisation=customer,
                    finding=car,
                    level=AccessLevel.CAR,
                    source=source,
                    source_id=uuid4(),
                )
                for car in cars
                for customer in self.customers[: 1 + pick % 2]
            ]
        )

    def show_again(self, pick: int) -> None:
        for row in Access.objects.order_by("id")[: 1 + pick % 4]:
            grant_access(
                organisation_id=row.organisation_id,
                finding_id=row.finding_id,
                level=AccessLevel.PLAN,
                source=AccessSource(row.source),
                source_id=row.source_id,
            )

    def hide(self, pick: int) -> None:
        Access.objects.filter(source=[AccessSource.SHARE, AccessSource.RELATIONSHIP][pick % 2]).delete()

    def hide_one(self, pick: int) -> None:
        Access.objects.filter(
            pk__in=Access.objects.order_by("id").values("pk")[pick % 3 : pick % 3 + 1]
        ).delete()

    def hand_over(self, pick: int) -> None:
        one, other = self.customers[pick % 2], self.customers[1 - pick % 2]
        Access.objects.filter(organisation=one).update(organisation=other)

    def fold(self, _pick: int) -> None:
        fold()

    def count_anew(self, _pick: int) -> None:
        count_anew()


ACTS = [name for name in vars(World) if not name.startswith("_")]
acts = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 11)), min_size=6, max_size=14)


def test_they_are_what_a_count_from_scratch_gives_whatever_is_written(db: None) -> None:
    world = World()
    met: set[str] = set()

    @settings(max_examples=settings().max_examples // 4)
    @given(acts)
    def check(acts: list[tuple[str, int]]) -> None:
        with undone():
            world.raise_some(0)
            for act, pick in [("show", 0), *acts]:
                getattr(world, act)(pick)
                assert differences() == [], act
                met.add(act)

    check()
    assert met == set(ACTS)


class TestFolding:
    def test_adds_up_all_changes_and_leaves_one_row_for_each_kind(self) -> None:
        for _number in range(3):
            make_finding()
        kept = sums(raised_on__isnull=False, area="1A")
        changes = Tally.objects.filter(change__gt=0).count()
        assert fold() == changes > Tally.objects.count()
        assert sums(raised_on__isnull=False, area="1A") == kept == 3
        assert not Tally.objects.filter(change__gt=0).exists()
        assert fold() == 0

    def test_leaves_no_row_of_what_there_is_no_more(self) -> None:
        finding = make_finding()
        fold()
        with transaction.atomic():
            mark_plan_published(finding_id=finding.pk, actor=make_actor(finding.site.supplier))
        fold()
        assert not Tally.objects.filter(number=0).exists()
        assert set(Tally.objects.values_list("status", flat=True)) == {"in_progress"}


class TestChecking:
    @pytest.fixture
    def wrong(self) -> Finding:
        finding = make_finding()
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("UPDATE findings_finding SET area = '8'")
            cursor.execute("SET LOCAL session_replication_role = origin")
        return finding

    def test_says_that_all_is_well(self) -> None:
        make_finding()
        out = StringIO()
        call_command("check_figures", stdout=out)
        assert out.getvalue() == "The figures are those of the CARs.\n"

    @pytest.mark.usefixtures("wrong")
    def test_says_what_differs_and_how_to_mend_it(self) -> None:
        out = StringIO()
        with pytest.raises(
            CommandError, match=r"figures were other than the CARs\. Count them anew with --rebuild"
        ):
            call_command("check_figures", stdout=out)
        assert "of all: open 8 1: 0 kept, 1 counted" in out.getvalue()

    @pytest.mark.usefixtures("wrong")
    def test_mends_it_when_told_so(self) -> None:
        call_command("check_figures", "--rebuild", stdout=StringIO())
        assert differences() == []
        assert sums(area="1A") == 0 < sums(area="8")


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture
    def car(self) -> Finding:
        return make_finding()

    @pytest.fixture
    def customer(self) -> Organisation:
        return make_customer()

    def showing(self, car: Finding, customer: Organisation, source: AccessSource) -> Callable[[], object]:
        return lambda: grant_access(
            organisation_id=customer.pk,
            finding_id=car.pk,
            level=AccessLevel.CAR,
            source=source,
            source_id=car.pk,
        )

    def hiding(self, car: Finding, customer: Organisation, source: AccessSource) -> Callable[[], object]:
        return lambda: withdraw_access(
            organisation_id=customer.pk, finding_id=car.pk, source=source, source_id=car.pk
        )

    def test_a_car_shown_by_two_sources_counts_once(self, car: Finding, customer: Organisation) -> None:
        ways = [self.showing(car, customer, source) for source in AccessSource]
        in_turn(ways[0], ways[1])
        at_once(*ways)
        assert sums(reader=customer.pk) == 1
        assert differences() == []

    def test_a_car_hidden_by_both_counts_no_more(self, car: Finding, customer: Organisation) -> None:
        for source in AccessSource:
            self.showing(car, customer, source)()
        ways = [self.hiding(car, customer, source) for source in AccessSource]
        in_turn(ways[0], ways[1])
        assert sums(reader=customer.pk) == 1
        ways[2]()
        assert sums(reader=customer.pk) == 0
        assert differences() == []

    @pytest.mark.parametrize("first", ["shown", "published"])
    def test_a_car_whose_status_moves_while_it_is_shown_counts_under_the_new_one(
        self, first: str, car: Finding, customer: Organisation
    ) -> None:
        show = self.showing(car, customer, AccessSource.SHARE)

        def publish() -> object:
            with transaction.atomic():
                return mark_plan_published(finding_id=car.pk, actor=make_actor(car.site.supplier))

        in_turn(*([show, publish] if first == "shown" else [publish, show]))
        assert sums(reader=customer.pk, status="in_progress") == 1
        assert sums(reader=customer.pk) == 1
        assert differences() == []

    def test_who_writes_waits_for_nobody_who_writes_or_adds_up(self) -> None:
        """Many raise CARs while others fold; nothing is lost, counted twice or locked."""
        results = at_once(make_finding, fold, make_finding, fold, make_finding)
        assert not [each for each in results if isinstance(each, Exception)]
        assert differences() == []
        assert sums(raised_on__isnull=False, area="1A") == 3

    @pytest.mark.usefixtures("car")
    def test_one_adds_up_at_a_time(self) -> None:
        with transaction.atomic():
            take_turn(wait=True)
            assert at_once(fold) == [0]
        assert fold() > 0

    def test_counting_anew_waits_for_who_is_writing(self, car: Finding, customer: Organisation) -> None:
        in_turn(self.showing(car, customer, AccessSource.SHARE), count_anew)
        assert differences() == []
        assert sums(reader=customer.pk) == 1
