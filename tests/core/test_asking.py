"""Questions that come again are prepared once for each connection; of each later time only the values are sent."""

import re
from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DataError, connection, transaction
from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Length
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from carportal.core import asking
from carportal.core.models import Delivery
from carportal.core.prepared import prepared
from carportal.core.together import fetch_together
from stakeholders.models import Organisation, Site
from tests.factories import make_site, make_supplier

pytestmark = pytest.mark.django_db


@prepared
def called(name: str) -> QuerySet[Organisation]:
    return Organisation.objects.filter(name=name)


@prepared
def known(pk: UUID) -> QuerySet[Organisation]:
    return Organisation.objects.filter(pk=pk)


@prepared
def added_since(day: date, name: str) -> QuerySet[Site]:
    return Site.objects.filter(Q(created_at__date__gte=day) & (Q(name=name) | Q(reference=name)))


@pytest.fixture(autouse=True)
def _nothing_prepared() -> None:
    """Whatever other tests asked over this connection."""
    asking._prepared.pop(connection.connection, None)


def sent(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries.captured_queries]


def test_the_first_time_prepares_and_each_later_one_sends_values_alone() -> None:
    supplier, other = make_supplier(), make_supplier()
    with CaptureQueriesContext(connection) as queries:
        assert list(known(supplier.pk)) == [supplier]
        assert list(known(other.pk)) == [other]
        assert list(known(uuid4())) == []
    first, *later = sent(queries)
    assert first.startswith("PREPARE")
    assert "EXECUTE" in first
    assert all("EXECUTE" in each and "PREPARE" not in each and "SELECT" not in each for each in later), later


def test_several_in_one_statement_are_prepared_together_each_with_its_own_values() -> None:
    supplier, other = make_supplier(), make_supplier()
    site = make_site(other)
    with CaptureQueriesContext(connection) as queries:
        for day, found in ((date(2020, 1, 1), [site]), (date(4000, 1, 1), [])):
            wanted = known(supplier.pk), added_since(day, site.name), called(other.name), known(other.pk)
            fetch_together(wanted)
            assert [list(each) for each in wanted] == [[supplier], found, [other], [other]]
    assert ["PREPARE" in each for each in sent(queries)] == [True, False]


def test_beside_a_question_of_this_once_nothing_is_prepared() -> None:
    supplier = make_supplier()
    once, again = Organisation.objects.filter(name=supplier.name), known(supplier.pk)
    with CaptureQueriesContext(connection) as queries:
        fetch_together([once, again])
    assert list(once) == list(again) == [supplier]
    assert [each.split()[0] for each in sent(queries)] == ["SELECT"]


@pytest.mark.parametrize("name", ["100 % cotton; %s", "O'Neill", "a\\b", "x'); DROP TABLE y; --", "$1", ""])
def test_any_word_is_found_as_it_is(name: str) -> None:
    @prepared
    def noted(name: str) -> QuerySet[Organisation, tuple[str, str]]:
        said = Value("5 % of it's \\ $1", CharField())
        return Organisation.objects.filter(name=name).annotate(said=said).values_list("name", "said")

    Organisation.objects.filter(pk=make_supplier().pk).update(name=name)
    for _time in range(2):
        assert list(noted(name)) == [(name, "5 % of it's \\ $1")]


def test_it_is_planned_once_and_without_the_values() -> None:
    for _time in range(3):
        list(known(uuid4()))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT generic_plans, custom_plans FROM pg_prepared_statements ORDER BY prepare_time DESC LIMIT 1"
        )
        assert cursor.fetchone() == (3, 0)


def test_what_is_always_asked_stands_in_it_so_that_an_index_of_some_rows_serves() -> None:
    @prepared
    def pending(pk: UUID) -> QuerySet[Delivery]:
        return Delivery.objects.filter(state=Delivery.State.PENDING, notification=pk)

    with CaptureQueriesContext(connection) as queries:
        list(pending(uuid4()))
    preparing, _, _ = sent(queries)[0].partition("EXECUTE")
    assert "'pending'" in preparing
    assert set(re.findall(r"\$\d+", preparing)) == {"$1"}


def test_one_that_failed_the_first_time_can_be_asked_again() -> None:
    @prepared
    def parted(name: str) -> QuerySet[Organisation, int]:
        part = Value(100) / Length(Cast(Value(name), CharField()))
        return Organisation.objects.values_list(part, flat=True)

    make_supplier()
    with pytest.raises(DataError), transaction.atomic():
        list(parted(""))
    assert [set(parted(name)) for name in ("x", "xx")] == [{100}, {50}]


def test_a_connection_keeps_so_many_and_then_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "MOST_PREPARED", 2)
    supplier = make_supplier()
    for kept in (1, 2):
        assert list(known(supplier.pk)) == list(called(supplier.name)) == [supplier]
        assert list(added_since(date(2020, 1, 1), supplier.name)) == []
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_prepared_statements")
            assert cursor.fetchone() == (kept,)


def test_before_a_pooler_that_changes_connections_nothing_is_prepared(settings: Settings) -> None:
    settings.DATABASE_POOLED = True
    supplier = make_supplier()
    with CaptureQueriesContext(connection) as queries:
        for _time in range(2):
            assert list(known(supplier.pk)) == [supplier]
    assert all(each.startswith("SELECT") for each in sent(queries))
