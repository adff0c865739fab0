"""Two at once over one escalation: each comes out as if one had come after the other; real transactions."""

from functools import partial

import pytest

from carportal.core.actor import Actor, Role
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent, Notification
from findings.escalation.services import raise_escalation
from findings.models import Access, AccessSource, Escalation, Finding
from stakeholders.models import Organisation, TradingRelationship
from stakeholders.services import end_relationship
from tests.factories import make_actor, make_customer, make_operator, make_relationship
from tests.findings.escalating import acknowledge, call_off, escalate, make_urgent, now, take_over, tell
from tests.findings.making import Auditing
from tests.parallel import at_once, errors, in_turn

pytestmark = pytest.mark.django_db(transaction=True)


class Cast:
    def __init__(self) -> None:
        auditing = Auditing()
        self.car: Finding = auditing.car(auditing.hold(auditing.site.created_at.date(), "1A.B Fees"))
        make_operator()
        supplier = auditing.site.supplier
        self.alice, self.bob = make_actor(supplier, Role.MANAGER), make_actor(supplier)
        self.customer = make_customer("Northmarket")
        self.relationship: TradingRelationship = make_relationship(auditing.site, self.customer)
        self.dora, self.dan = make_actor(self.customer), make_actor(self.customer)

    def escalate(self, *customers: Organisation) -> Escalation:
        return escalate(self.car, self.alice, *customers)

    def leave(self) -> object:
        return end_relationship(actor=self.alice, relationship_id=self.relationship.pk)


@pytest.fixture
def cast(db: None) -> Cast:
    return Cast()


def count_of(kind: str) -> int:
    return AuditEvent.objects.filter(kind=kind).count()


def test_two_colleagues_who_tell_at_once_tell_once(cast: Cast):
    make_urgent(cast.car, cast.alice)

    def tell_customer(actor: Actor) -> Escalation:
        return raise_escalation(finding_id=cast.car.pk, actor=actor, customers=[cast.customer.pk])

    results = at_once(partial(tell_customer, cast.alice), partial(tell_customer, cast.bob))
    (refused,) = errors(results)
    assert isinstance(refused, Conflict)
    assert Escalation.objects.count() == 1
    assert Notification.objects.filter(kind="escalation_customer").count() == 2  # Dora and Dan, once each
    assert verify().whole


def test_two_who_record_at_once_that_it_has_taken_over_record_it_once(cast: Cast):
    told = cast.escalate(cast.customer)
    assert errors(at_once(partial(take_over, told, cast.dora), partial(take_over, told, cast.dan))) == []
    assert count_of("escalation_taken_over_at_customer") == 1


def test_last_two_who_record_it_at_once_end_it_once(cast: Cast):
    told = cast.escalate(cast.customer)
    assert errors(at_once(partial(take_over, told, cast.dora), partial(take_over, told, cast.alice))) == []
    assert now(told).status == "taken_over"
    assert count_of("escalation_over") == 1
    assert verify().whole


def test_answer_that_meets_the_calling_off_is_refused(cast: Cast):
    told = cast.escalate(cast.customer)
    _, refused = in_turn(partial(call_off, told, cast.bob), partial(acknowledge, told, cast.dora))
    assert isinstance(refused, Conflict)
    assert now(told).is_called_off


def test_customer_that_leaves_as_it_is_told_sees_nothing(cast: Cast):
    told = cast.escalate()
    in_turn(partial(tell, told, cast.bob, cast.customer), cast.leave)
    assert not Access.objects.filter(source=AccessSource.ESCALATION).exists()
    assert not Finding.objects.visible_to(cast.dora).exists()


def test_customer_that_has_just_left_is_not_told(cast: Cast):
    told = cast.escalate()
    _, refused = in_turn(cast.leave, partial(tell, told, cast.bob, cast.customer))
    assert "Choose again" in str(refused)
    assert not Access.objects.exists()
