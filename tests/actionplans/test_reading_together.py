"""Several reads in one statement give what each of them gives alone."""

from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Count, Exists, Model, OuterRef, QuerySet
from pytest_django import DjangoAssertNumQueries

from carportal.core.models import AuditEvent
from carportal.core.together import Reads, begun, fetch_together, fetched, keep_below, listed, side_by_side
from findings.models import Audit, Finding
from stakeholders.models import Membership, Organisation, User
from tests.actionplans.conftest import Story
from tests.actionplans.making import make_plan, share_with

pytestmark = pytest.mark.django_db

ROOMS = ("core", "stakeholders", "findings", "actionplans")


def told(rows: Iterable[Model]) -> list[dict[str, Any]]:
    """All that the rows hold, with the types that they hold it in; the driver's bytes are a view of some."""
    return [
        {
            name: (bytes, bytes(value)) if isinstance(value, memoryview) else (type(value), value)
            for name, value in vars(row).items()
            if name != "_state"
        }
        for row in rows
    ]


def test_every_kind_of_row_is_what_it_is_when_read_alone(story: Story):
    plan = make_plan(story.finding, story.alice)
    share_with(plan, story.alice, story.customer)
    kinds = [model for model in apps.get_models() if model._meta.app_label in ROOMS]
    for model in kinds:
        alone, together = (model._base_manager.order_by("pk") for _ in range(2))
        fetch_together([together, User.objects.all()])
        assert told(together) == told(alone), model
    assert AuditEvent.objects.exists()  # bytes, JSON and times were among them


def test_related_annotated_grouped_and_sliced_reads_take_one_statement(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
):
    def reads() -> list[QuerySet[Any, Any]]:
        audits = Audit.objects.filter(findings=OuterRef("pk"))
        people = Membership.objects.order_by("user__email")
        return [
            Finding.objects.select_related("site__supplier", "audit", "closed_by").annotate(
                is_raised=Exists(audits)
            ),
            people.values_list("user__email", "organisation__kind")[1:3],
            people.values_list("organisation", flat=True).distinct().order_by("organisation"),
            Organisation.objects.values("kind").annotate(n=Count("pk")).order_by("kind"),
            User.objects.filter(name="a").values_list("pk").union(User.objects.values_list("pk"), all=True),
            User.objects.filter(pk__in=[]),
            User.objects.none(),
        ]

    together = reads()
    with django_assert_num_queries(1):
        fetch_together(together)
        found = [list(each) for each in together]
        suppliers = [finding.site.supplier.name for finding in found[0]]
    assert suppliers
    assert [sorted(map(str, each)) for each in found] == [sorted(map(str, each)) for each in reads()]
    assert found[1] == list(reads()[1])


def test_parts_that_know_nothing_of_each_other_are_read_round_by_round(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
):
    def colleagues(user: User) -> Reads[list[str]]:
        (member,) = yield from listed(Membership.objects.filter(user=user))
        others = Membership.objects.filter(organisation=member.organisation_id).values_list(
            "user__name", flat=True
        )
        yield [others]
        return sorted(others)

    users = list(User.objects.filter(memberships__isnull=False).order_by("email")[:3])
    with django_assert_num_queries(2):
        found = fetched(side_by_side([colleagues(user) for user in users]))
    assert found == [fetched(colleagues(user)) for user in users]


def test_what_was_read_before_is_not_read_again(django_assert_num_queries: DjangoAssertNumQueries):
    users = User.objects.all()
    len(users)
    with django_assert_num_queries(0):
        fetch_together([users])
        assert fetched(side_by_side([begun("nothing to read"), listed(users)])) == ["nothing to read", []]


def test_rows_are_kept_where_prefetched_ones_are(
    story: Story, django_assert_num_queries: DjangoAssertNumQueries
):
    organisations = list(Organisation.objects.all())
    members = list(Membership.objects.order_by("pk"))
    keep_below(organisations, "memberships", members)
    with django_assert_num_queries(0):
        below = {each.pk: [member.pk for member in each.memberships.all()] for each in organisations}
        assert all(member.organisation in organisations for member in members)
    for each in Organisation.objects.prefetch_related("memberships"):
        assert sorted(below[each.pk]) == sorted(member.pk for member in each.memberships.all())


def test_a_kind_of_field_that_json_would_round_is_refused():
    rounded = Organisation.objects.values("kind").annotate(n=Count("pk") * 1.5)
    with pytest.raises(TypeError, match="FloatField"):
        fetch_together([rounded, User.objects.all()])
