"""What the publication of a plan does to its CAR."""

from datetime import date

import pytest

from carportal.core.actor import Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.errors import Conflict, NotAllowed
from findings.models import Finding
from findings.services import mark_plan_published
from tests.factories import make_actor, make_customer, make_supplier
from tests.findings.making import Auditing, states

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2024, 3, 1), date(2025, 3, 1)


@pytest.fixture
def site(db: None) -> Auditing:
    return Auditing()


@pytest.fixture
def car(site: Auditing) -> Finding:
    return site.car(site.hold(FIRST, "5A.B"))


def test_published_plan_puts_the_car_in_progress_once(site: Auditing, car: Finding):
    actor = make_actor(site.site.supplier)
    first = mark_plan_published(finding_id=car.pk, actor=actor).in_progress_at
    assert first is not None
    assert mark_plan_published(finding_id=car.pk, actor=actor).in_progress_at == first
    assert states(car) == ["in_progress"]
    events = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=Reader.SITE)
    assert [each.kind for each in events] == ["car_raised", "car_in_progress"]


def test_auditor_does_not_read_of_the_plan(site: Auditing, car: Finding):
    mark_plan_published(finding_id=car.pk, actor=make_actor(site.site.supplier))
    events = timeline(aggregate=Aggregate.FINDING, aggregate_id=car.pk, reader=Reader.AUDITOR)
    assert [each.kind for each in events] == ["car_raised"]


def test_only_editors_of_the_site_publish(site: Auditing, car: Finding):
    for actor in (
        make_actor(site.site.supplier, Role.VIEWER),
        make_actor(make_supplier(), Role.MANAGER),
        make_actor(make_customer(), Role.MANAGER),
        site.auditor,
    ):
        with pytest.raises(NotAllowed):
            mark_plan_published(finding_id=car.pk, actor=actor)
    assert states(car) == ["open"]


@pytest.mark.parametrize(
    ("again", "sentence"), [(["5A.B"], "raised this CAR again"), ([], "closed this CAR")]
)
def test_plan_of_an_ended_car_is_refused_with_a_sentence(
    site: Auditing, car: Finding, again: list[str], sentence: str
):
    site.hold(SECOND, *again)
    with pytest.raises(Conflict, match=sentence):
        mark_plan_published(finding_id=car.pk, actor=make_actor(site.site.supplier))


@pytest.mark.parametrize("again", [["5A.B"], []])
def test_car_in_progress_ends_as_an_open_one_does(site: Auditing, car: Finding, again: list[str]):
    mark_plan_published(finding_id=car.pk, actor=make_actor(site.site.supplier))
    site.hold(SECOND, *again)
    assert states(car) == ["superseded" if again else "closed"]
