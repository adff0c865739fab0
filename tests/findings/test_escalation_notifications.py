"""The mails about escalations: who gets one, what it says of whom, and that none comes when it is no longer true."""

import pytest
from django.core import mail

from carportal.core.actor import Role
from carportal.core.delivery import deliver_due
from carportal.core.models import Notification
from carportal.core.notifications import notification_kind
from findings.models import Escalation, Finding
from stakeholders.models import Membership, TradingRelationship
from stakeholders.services import add_relationship, end_relationship
from tests.factories import make_member, make_site
from tests.findings.escalating import acknowledge, call_off, escalate, ring, take_over, tell
from tests.findings.scene import audits_of
from tests.personas import Personas


@pytest.fixture
def car(personas: Personas) -> Finding:
    site = make_site(personas.site.organisation, name="Green Valley Packhouse")
    for customer in (personas.customer, personas.customer2):
        add_relationship(
            actor=personas.site_manager.actor,
            site_id=site.pk,
            customer_reference=customer.organisation.reference,
        )
    auditing = audits_of(personas, site)
    return auditing.car(auditing.hold(site.created_at.date(), "1A.B Workers paid fees"))


@pytest.fixture
def told(personas: Personas, car: Finding) -> Escalation:
    Notification.objects.all().delete()
    return escalate(car, personas.site.actor, personas.customer.organisation)


def owed(kind: str) -> set[str]:
    """The addresses of those who are owed this kind of mail."""
    return set(Notification.objects.filter(kind=kind).values_list("address", flat=True))


def compliance_staff() -> set[str]:
    """The cast's, and whoever holds audits for it."""
    members = Membership.objects.filter(organisation__kind="operator", role=Role.COMPLIANCE)
    return set(members.values_list("user__email", flat=True))


def is_due(notification: Notification) -> bool:
    return notification_kind(notification.kind).still_due(notification)


def sent_to(persona_email: str) -> list[str]:
    """What that person was sent: subject and text."""
    return [f"{each.subject}\n{each.body}" for each in mail.outbox if persona_email in each.to[0]]


def test_compliance_staff_own_managers_and_everybody_at_a_told_customer_are_told(
    personas: Personas, told: Escalation
):
    assert owed("escalation_operator") == compliance_staff()
    assert owed("escalation_site") == {personas.site_manager.user.email}
    both = {personas.customer.user.email, personas.customer_viewer.user.email}
    assert owed("escalation_customer") == both
    assert told.is_open


def test_telephone_call_sends_nothing(personas: Personas, told: Escalation):
    before = Notification.objects.count()
    ring(told, personas.site.actor, personas.customer2.organisation)
    assert Notification.objects.count() == before


def test_site_hears_who_answers_and_no_customer_does(personas: Personas, told: Escalation):
    tell(told, personas.site.actor, personas.customer2.organisation)
    acknowledge(told, personas.customer.actor)
    acknowledge(told, personas.compliance.actor)
    take_over(told, personas.customer.actor)
    site = {personas.site.user.email, personas.site_manager.user.email}
    assert owed("escalation_answered") == site
    assert Notification.objects.filter(kind="escalation_answered").count() == 3 * len(site)


def test_end_is_told_to_site_and_operator_but_to_no_customer(personas: Personas, told: Escalation):
    take_over(told, personas.customer.actor)
    take_over(told, personas.site.actor)
    assert owed("escalation_over") == {personas.site_manager.user.email} | compliance_staff()


def test_everybody_who_was_told_here_is_told_that_it_is_called_off(personas: Personas, told: Escalation):
    ring(told, personas.site.actor, personas.customer2.organisation)
    call_off(told, personas.site.actor)
    assert owed("escalation_called_off") == {personas.site_manager.user.email} | compliance_staff()
    assert owed("escalation_called_off_customer") == owed("escalation_customer")


def test_mails_say_what_their_reader_may_know(personas: Personas, told: Escalation):
    tell(told, personas.site.actor, personas.customer2.organisation)
    acknowledge(told, personas.customer.actor)
    mail.outbox = []
    deliver_due()
    (first,) = sent_to(personas.customer.user.email)
    for words in (told.finding.reference, "Green Valley Packhouse", personas.site.user.email, "no ground"):
        assert words in first
    assert "Fairprice" not in first
    answers = " ".join(sent_to(personas.site.user.email))
    assert "Northmarket knows that" in answers
    assert "Customer Person" in answers
    (operators,) = sent_to(personas.compliance.user.email)
    assert "Customer Person" not in operators


def test_reason_is_in_the_mail_that_calls_it_off(personas: Personas, told: Escalation):
    call_off(told, personas.site.actor)
    mail.outbox = []
    deliver_due()
    (customers,) = sent_to(personas.customer.user.email)
    assert "It was sent by mistake" in customers
    assert f"/escalations/{told.pk}/" not in customers
    assert "tells you about" not in customers  # the mail that had not left by then is dropped


def test_mail_is_dropped_once_it_is_no_longer_true(personas: Personas, told: Escalation):
    by_kind = {each.kind: each for each in Notification.objects.all()}
    assert all(is_due(each) for each in by_kind.values())
    relationship = TradingRelationship.objects.get(customer=personas.customer.organisation)
    end_relationship(actor=personas.site_manager.actor, relationship_id=relationship.pk)
    assert not is_due(by_kind["escalation_customer"])
    assert is_due(by_kind["escalation_operator"])
    take_over(told, personas.site.actor)
    assert not is_due(by_kind["escalation_operator"])
    assert not is_due(by_kind["escalation_site"])


def test_nothing_goes_to_somebody_who_has_left(personas: Personas, told: Escalation):
    owed_to_customer = Notification.objects.get(recipient=personas.customer.user)
    Membership.objects.filter(user=personas.customer.user).delete()
    assert not is_due(owed_to_customer)
    assert told.is_open


def test_somebody_of_two_told_organisations_hears_once_of_each_news(personas: Personas, car: Finding):
    make_member(personas.compliance.organisation, Role.COMPLIANCE, user=personas.customer.user)
    told = escalate(car, personas.site.actor, personas.customer.organisation)
    kinds = Notification.objects.filter(recipient=personas.customer.user).values_list("kind", flat=True)
    assert sorted(kind for kind in kinds if kind.startswith("escalation")) == [
        "escalation_customer",
        "escalation_operator",
    ]
    assert told.is_open
