"""A query that is put together once finds each time what it would find if it were put together anew."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db.models import Q, QuerySet
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from actionplans import actions as plan_actions
from actionplans import nudging, sections, standing, updating, waiting
from actionplans.sharing import states
from actionplans.updates import querysets as updates
from carportal.core.actor import NOBODY, SYSTEM, Actor, ActorKind, OrganisationKind, Role
from carportal.core.audit import Aggregate
from carportal.core.audit.kinds import Reader, kinds_for
from carportal.core.audit.reading import _events
from carportal.core.choices import reading as choices
from carportal.core.prepared import Prepared, prepared
from carportal.core.together import fetch_together
from findings import chains, own_actions, reading, titles
from findings.escalation import reading as escalations
from findings.models import Finding
from findings.views import findings as pages
from stakeholders import acting
from stakeholders.models import Membership, Organisation, Site
from tests.actionplans.conftest import Story
from tests.actionplans.making import make_finding, make_plan, share_with
from tests.factories import make_site, make_supplier

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 2)
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
Build = Callable[..., QuerySet[Any, Any]]


def anew(query: Any, *args: Any) -> list[Any]:
    """What the query finds when it is put together for these values."""
    build: Build = query.__wrapped__
    return list(build(*args))


class TestOfEveryReader:
    @pytest.fixture
    def asked(self, story: Story) -> list[tuple[Any, tuple[Any, ...]]]:
        """Every prepared query there is, for two CARs and for all who may look."""
        plan = make_plan(story.finding, story.alice)
        share_with(plan, story.alice, story.customer)
        other = make_finding(make_site(make_supplier()))
        readers = [story.alice, *map(acting_for, Membership.objects.all()), SYSTEM, NOBODY]
        kinds = tuple(range(len(waiting.KINDS)))
        record = tuple(sorted(kinds_for(Reader.PARTY)))
        calls: list[tuple[Any, tuple[Any, ...]]] = []
        for finding in (story.finding, other):
            around = finding.site_id, finding.area, finding.letter
            calls += [
                (reading._triages, (finding.pk,)),
                (reading._escalations, (finding.pk,)),
                (chains._links, around),
                (updates._late, (finding.pk, TODAY)),
                (states._parties, (finding.pk,)),
                (_events, (Aggregate.FINDING, finding.pk, record, None, None)),
                (_events, (Aggregate.PLAN, plan.pk, record, (story.customer.pk,), 2)),
            ]
            for actor in readers:
                calls += [
                    (reading._visible, (actor, finding.pk)),
                    (titles._title, (actor, finding.scheme, finding.area, finding.letter)),
                    (chains._visible, (actor, *around)),
                    (own_actions._seen, (actor, finding.pk)),
                    (own_actions._to_decide, (actor, finding.pk)),
                    (escalations._pinned, (actor, finding.pk)),
                    (pages._open_audit, (actor, finding.audit_id)),
                    (pages._open_site, (actor, finding.site_id)),
                    (sections._plans, (actor, finding.pk)),
                    (sections._support, (actor, finding.pk, NOW)),
                    (plan_actions._readable, (actor, plan.pk)),
                    (nudging._seen, (actor, finding.pk)),
                    (waiting._rows, (actor, (finding.pk,), TODAY, kinds)),
                    (waiting._rows, (actor, (story.finding.pk, other.pk), TODAY, kinds[:2])),
                    *(
                        (each, (actor, plan.pk))
                        for each in (
                            standing._shares_of,
                            standing._proposals,
                            standing._calls,
                            standing._duties,
                            standing._reports,
                        )
                    ),
                ]
        calls += [(each, (plan.pk,)) for each in (standing._fields, standing._rows, updating._latest)]
        calls += [(standing._published, (plan.published_id,)), (standing._published, (uuid4(),))]
        calls += [(updating._sent_to, ((),)), (updating._sent_to, ((uuid4(), uuid4()),))]
        calls += [
            (query, args)
            for person in Membership.objects.values_list("user", flat=True)
            for query, args in (
                (acting.memberships_of, (person,)),
                (choices._quiet_about, (person, story.finding.pk, TODAY)),
            )
        ]
        return calls

    def test_each_finds_what_it_would_find_anew_alone_and_with_others(
        self, asked: list[tuple[Any, tuple[Any, ...]]]
    ) -> None:
        expected = [anew(query, *args) for query, args in asked]
        for _turn in range(2):  # the second with queries that are all prepared
            assert [list(query(*args)) for query, args in asked] == expected
            together: list[Prepared[Any]] = [query(*args) for query, args in asked]
            for first in range(0, len(together), 40):
                fetch_together(together[first : first + 40])
            assert list(map(list, together)) == expected
        assert sum(map(len, expected)) > len(asked) // 4, "most of them find something"


def acting_for(membership: Membership) -> Actor:
    return acting.actor_of(membership.user, membership)


def test_it_is_put_together_once_for_each_kind_of_reader(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    made: list[Actor] = []

    @prepared
    def sites(actor: Actor, reference: str) -> QuerySet[Site]:
        made.append(actor)
        return Site.objects.visible_to(actor).filter(reference=reference)

    suppliers = [make_supplier() for _ in range(3)]
    own = [make_site(supplier) for supplier in suppliers]
    kind = OrganisationKind.SUPPLIER
    actors = [Actor(ActorKind.USER, uuid4(), each.pk, kind, Role.EDITOR) for each in suppliers]
    with django_assert_num_queries(9):
        for actor in actors:
            for site in own:
                list(sites(actor, site.reference))
    assert len(made) == 2
    assert made[0].organisation_id not in {each.pk for each in suppliers}
    list(sites(NOBODY, own[0].reference))
    assert len(made) == 4


def test_what_was_read_is_not_read_again(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    @prepared
    def called(name: str) -> QuerySet[Organisation]:
        return Organisation.objects.filter(name=name)

    supplier = make_supplier()
    found = called(supplier.name)
    with django_assert_num_queries(1):
        fetch_together([found, called("nobody")])
        assert (found.first(), len(found), bool(found)) == (supplier, 1, True)
        fetch_together([found])
        assert list(found) == [supplier]


class TestRefused:
    """A query that would be another for other values is not kept."""

    @pytest.mark.parametrize(
        "build",
        [
            lambda pk, _day: Finding.objects.filter(pk=pk) if pk == UUID(int=1) else Finding.objects.all(),
            lambda _pk, day: Finding.objects.filter(raised_on__lt=day - timedelta(days=1)),
            lambda _pk, day: (
                Finding.objects.filter(raised_on=TODAY) if day > TODAY else Finding.objects.all()
            ),
            lambda _pk, _day: Finding.objects.filter(created_at__lt=timezone.now()),
            lambda _pk, _day: Finding.objects.filter(raised_on=timezone.localdate()),
            lambda pk, _day: Finding.objects.filter(reference=str(pk)),
        ],
        ids=[
            "compares ids",
            "counts days",
            "compares days",
            "the time",
            "today",
            "words of an id",
        ],
    )
    def test_one_that_looks_at_values_or_at_the_clock(self, build: Build) -> None:
        with pytest.raises(ValueError, match="prepared query"):
            list(prepared(build)(uuid4(), TODAY))

    def test_one_that_compares_moments_or_counts_on_from_one(self) -> None:
        @prepared
        def since(at: datetime) -> QuerySet[Finding]:
            return Finding.objects.filter(created_at__gt=max(NOW, at))

        @prepared
        def a_day_before(at: datetime) -> QuerySet[Finding]:
            return Finding.objects.filter(created_at__gt=at - timedelta(days=1))

        for query in (since, a_day_before):
            with pytest.raises(ValueError, match="does not look at it"):
                list(query(NOW))

    def test_one_that_compares_words(self) -> None:
        @prepared
        def kind_of(name: str) -> QuerySet[Organisation]:
            return Organisation.objects.filter(Q(name=name) if name == "all" else Q())

        with pytest.raises(ValueError, match="does not look at it"):
            list(kind_of("all"))

    def test_rows_and_lists_cannot_be_given(self) -> None:
        @prepared
        def sites(of: Any) -> QuerySet[Site]:
            return Site.objects.filter(supplier__in=of)

        for given in ([uuid4()], make_supplier(), timedelta(1), {uuid4()}):
            with pytest.raises(TypeError, match="cannot be given"):
                sites(given)
        with pytest.raises(TypeError, match="by position"):
            sites(of=(uuid4(),))
