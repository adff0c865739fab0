"""Who has an escalation on top of its pages, and who sees the CAR by it: as a plain account of what was done says."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from carportal.core.actor import Actor, Role
from carportal.core.errors import DomainError
from findings.escalation.reading import parts_of, pins_for
from findings.models import Escalation, Finding
from stakeholders.models import Organisation, TradingRelationship
from stakeholders.services import add_relationship, end_relationship
from tests.factories import make_actor, make_customer, make_operator
from tests.findings.escalating import (
    acknowledge,
    call_off,
    escalate,
    now,
    ring,
    take_over,
    tell,
)
from tests.findings.making import Auditing
from tests.plays import play

pytestmark = pytest.mark.django_db

CUSTOMERS = st.sampled_from(range(3))


@dataclass
class Account:
    """What was done about one escalation, without a thought of how it is kept; customers by their number."""

    told_here: set[int] = field(default_factory=set)
    told_otherwise: set[int] = field(default_factory=set)
    took_over: set[int] = field(default_factory=set)
    site_took_over: bool = False
    called_off: bool = False

    @property
    def told(self) -> set[int]:
        return self.told_here | self.told_otherwise

    @property
    def is_open(self) -> bool:
        return not self.called_off and not (self.site_took_over and self.told <= self.took_over)

    def leave(self, customer: int) -> None:
        for each in (self.told_here, self.told_otherwise, self.took_over):
            each.discard(customer)


class Escalating(RuleBasedStateMachine):
    @initialize()
    def begin(self) -> None:
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        auditing = Auditing()
        self.car: Finding = auditing.car(auditing.hold(auditing.site.created_at.date(), "1A.B Fees"))
        supplier = auditing.site.supplier
        self.site, self.reader = make_actor(supplier, Role.MANAGER), make_actor(supplier, Role.VIEWER)
        self.operator = make_actor(make_operator(), Role.COMPLIANCE)
        self.customers: list[Organisation] = [make_customer() for _ in range(3)]
        self.people: list[Actor] = [make_actor(customer) for customer in self.customers]
        self.current: set[int] = set()
        self.account: Account | None = None
        self.over: list[Account] = []
        for number in range(3):
            self.join(number)

    def teardown(self) -> None:
        if hasattr(self, "transaction"):
            transaction.set_rollback(True)
            self.transaction.__exit__(None, None, None)

    # --- What is done -----------------------------------------------------------------------------

    @precondition(lambda self: self.account is None)
    @rule(chosen=st.sets(CUSTOMERS))
    def raise_one(self, chosen: set[int]) -> None:
        chosen &= self.current
        self.escalation: Escalation = escalate(
            self.car, self.site, *(self.customers[each] for each in chosen)
        )
        self.account = Account(told_here=set(chosen))

    @precondition(lambda self: self.account)
    @rule(customer=CUSTOMERS)
    def tell(self, customer: int) -> None:
        may = customer in self.current - self.account_now.told_here
        if self.done(lambda: tell(self.escalation, self.site, self.customers[customer]), may=may):
            self.account_now.told_here.add(customer)

    @precondition(lambda self: self.account)
    @rule(customer=CUSTOMERS)
    def ring(self, customer: int) -> None:
        may = customer in self.current
        if self.done(lambda: ring(self.escalation, self.site, self.customers[customer]), may=may):
            self.account_now.told_otherwise.add(customer)

    @precondition(lambda self: self.account)
    @rule(customer=CUSTOMERS)
    def acknowledge(self, customer: int) -> None:
        may = customer in self.account_now.told_here
        self.done(lambda: acknowledge(self.escalation, self.people[customer]), may=may)

    @precondition(lambda self: self.account)
    @rule(customer=CUSTOMERS)
    def customer_takes_over(self, customer: int) -> None:
        may = customer in self.account_now.told_here
        if self.done(lambda: take_over(self.escalation, self.people[customer]), may=may):
            self.account_now.took_over.add(customer)

    @precondition(lambda self: self.account)
    @rule(customer=CUSTOMERS)
    def site_records_for(self, customer: int) -> None:
        may = customer in self.account_now.told_otherwise - self.account_now.told_here
        of_customer = self.customers[customer]
        if self.done(lambda: take_over(self.escalation, self.site, of_customer, "Rita"), may=may):
            self.account_now.took_over.add(customer)

    @precondition(lambda self: self.account)
    @rule()
    def site_takes_over(self) -> None:
        self.done(lambda: take_over(self.escalation, self.site), may=True)
        self.account_now.site_took_over = True

    @precondition(lambda self: self.account)
    @rule()
    def call_off(self) -> None:
        self.done(lambda: call_off(self.escalation, self.site), may=True)
        self.account_now.called_off = True

    @rule(customer=CUSTOMERS)
    def leave(self, customer: int) -> None:
        if customer not in self.current:
            return
        relationship = TradingRelationship.objects.current().get(customer=self.customers[customer])
        end_relationship(actor=self.site, relationship_id=relationship.pk)
        self.current.discard(customer)
        for account in filter(None, [self.account, *self.over]):
            account.leave(customer)

    @rule(customer=CUSTOMERS)
    def join(self, customer: int) -> None:
        if customer in self.current:
            return
        reference = self.customers[customer].reference
        add_relationship(actor=self.site, site_id=self.car.site_id, customer_reference=reference)
        self.current.add(customer)

    @property
    def account_now(self) -> Account:
        assert self.account is not None
        return self.account

    def done(self, act: Callable[[], object], *, may: bool) -> bool:
        """Whether it was: what may be is done, and what may not is refused."""
        try:
            with transaction.atomic():
                act()
        except DomainError:
            assert not may
            return False
        assert may
        return True

    # --- What must be so --------------------------------------------------------------------------

    @invariant()
    def pins_and_sight_are_as_the_account_says(self) -> None:
        if not hasattr(self, "current"):
            return
        account = self.account or Account(called_off=True)
        for number, actor in enumerate(self.people):
            waits = number in account.told_here - account.took_over
            assert bool(pins_for(actor)) is (account.is_open and waits)
            live = [each for each in [account, *self.over] if not each.called_off]
            sees = any(number in each.told_here for each in live)
            assert Finding.objects.visible_to(actor).exists() is sees
        for actor in (self.site, self.reader):
            assert bool(pins_for(actor)) is (account.is_open and not account.site_took_over)
        assert bool(pins_for(self.operator)) is account.is_open
        if self.account is not None:
            assert now(self.escalation).is_open is account.is_open
            if not account.is_open:
                self.over.append(account)
                self.account = None

    @invariant()
    def nobody_reads_of_another_customer(self) -> None:
        if not hasattr(self, "escalation"):
            return
        for customer, actor in zip(self.customers, self.people, strict=True):
            assert {part.party.organisation for part in parts_of(self.escalation, actor)} <= {customer}


def test_pins_go_for_each_when_it_has_recorded_and_for_all_when_all_have():
    play(Escalating, fraction=20, steps=20)
