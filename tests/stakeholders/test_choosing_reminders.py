"""An organisation's own days of reminders: who chooses them, what is refused, what its record tells."""

from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from actionplans.updates.reminders import REPLY_AWAITED, UPDATE_DUE, UPDATE_MISSING
from carportal.core import audit
from carportal.core.actor import Actor, Role
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import AuditEvent
from stakeholders.models import Organisation, ReminderSteps, User
from stakeholders.reminding import ReminderKind, steps_for, steps_of
from stakeholders.reminding.words import in_words
from stakeholders.services import choose_reminders, put_back_reminders
from tests.factories import make_actor, make_customer, make_operator, make_supplier

pytestmark = pytest.mark.django_db


@pytest.fixture
def supplier() -> Organisation:
    return make_supplier()


@pytest.fixture
def manager(supplier: Organisation) -> Actor:
    return make_actor(supplier, Role.MANAGER)


def choose(actor: Actor, *days: int, kind: ReminderKind = UPDATE_DUE, of: UUID | None = None) -> None:
    choose_reminders(
        organisation_id=of or UUID(str(actor.organisation_id)), actor=actor, kind=kind, days=days
    )


def days_of(organisation: Organisation, kind: ReminderKind = UPDATE_DUE) -> list[int]:
    return [step.days for step in steps_for(kind, [organisation.pk])[organisation.pk]]


def told(organisation: Organisation) -> list[str]:
    entries = audit.timeline(
        aggregate=audit.Aggregate.ORGANISATION, aggregate_id=organisation.pk, reader=audit.Reader.SITE
    )
    return [entry.sentence for entry in entries]


class TestChoosing:
    def test_days_hold_in_order_each_once(self, supplier: Organisation, manager: Actor):
        choose(manager, 7, -3, 0, 7)
        assert days_of(supplier) == [-3, 0, 7]
        assert days_of(make_supplier()) == list(UPDATE_DUE.days)

    def test_none_is_a_choice_as_well(self, supplier: Organisation, manager: Actor):
        choose(manager)
        assert days_of(supplier) == []

    def test_usual_days_can_be_put_back(self, supplier: Organisation, manager: Actor):
        choose(manager, 5)
        for _ in range(2):
            put_back_reminders(organisation_id=supplier.pk, actor=manager, kind=UPDATE_DUE)
        assert days_of(supplier) == list(UPDATE_DUE.days)
        assert not ReminderSteps.objects.exists()

    def test_record_tells_it_once(self, supplier: Organisation, manager: Actor):
        for _ in range(2):
            choose(manager, -7, 0)
        put_back_reminders(organisation_id=supplier.pk, actor=manager, kind=UPDATE_DUE)
        assert told(supplier) == [
            "Updates that are due: chose other days of reminders "
            "(days before: 7; on the day itself: yes; days after: –)",
            "Updates that are due: put back the usual days of reminders",
        ]

    def test_choosing_what_holds_already_writes_nothing(self, manager: Actor):
        choose(manager, *UPDATE_DUE.days)
        assert not ReminderSteps.objects.exists()
        assert not AuditEvent.objects.exists()


class TestRefusals:
    @pytest.mark.parametrize("days", [[-29], [91], [-14, 400]])
    def test_days_that_are_not_offered(self, manager: Actor, days: list[int]):
        with pytest.raises(InvalidInput, match="not offered"):
            choose(manager, *days)

    def test_more_reminders_than_eight(self, supplier: Organisation, manager: Actor):
        choose(manager, *range(1, 9))
        with pytest.raises(InvalidInput, match="at most 8 reminders"):
            choose(manager, *range(1, 10))
        assert days_of(supplier) == list(range(1, 9))

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
    def test_who_is_no_manager(self, supplier: Organisation, role: Role):
        with pytest.raises(NotAllowed, match="Only the managers"):
            choose(make_actor(supplier, role), 1)

    def test_nobody_chooses_for_another_organisation(self, supplier: Organisation):
        for actor in (
            make_actor(make_supplier(), Role.MANAGER),
            make_actor(make_operator(), Role.MANAGER),
        ):
            with pytest.raises(NotAllowed, match="Only the managers"):
                choose(actor, 1, of=supplier.pk)

    @pytest.mark.parametrize("kind", [REPLY_AWAITED, UPDATE_MISSING])
    def test_kinds_that_do_not_concern_the_organisation(self, manager: Actor, kind: ReminderKind):
        with pytest.raises(NotAllowed, match="no reminders of this kind"):
            choose(manager, 14, kind=kind)


def test_days_in_words():
    assert in_words(steps_of([])) == "none"
    assert in_words(steps_of([-1, 1])) == "1 day before; 1 day after"
    assert (
        in_words(steps_of([-14, -1, 0, 7, 28]))
        == "14 and 1 days before; on the day itself; 7 and 28 days after"
    )


class TestPages:
    @staticmethod
    def client_of(actor: Actor) -> Client:
        client = Client()
        client.force_login(User.objects.get(pk=str(actor.user_id)))
        return client

    def test_what_holds_is_told_to_all_and_offered_to_managers(self, supplier: Organisation, manager: Actor):
        url = reverse("reminders_choose", args=["update_due"])
        for actor, offered in ((manager, True), (make_actor(supplier, Role.VIEWER), False)):
            client = self.client_of(actor)
            page = client.get(reverse("reminders")).content.decode()
            assert "14 and 1 days before; on the day itself; 7, 14, 21 and 28 days after" in page
            assert (url in page) is offered
            assert reverse("reminders") in client.get(reverse("organisation")).content.decode()

    def test_form_saves_and_puts_back(self, supplier: Organisation, manager: Actor):
        client = self.client_of(manager)
        url = reverse("reminders_choose", args=["update_due"])
        sent = {"before": "3, 10", "on_the_day": "on", "after": ""}
        page = client.post(url, sent, follow=True).content.decode()
        assert days_of(supplier) == [-10, -3, 0]
        assert "10 and 3 days before; on the day itself" in page
        assert 'value="10, 3"' in client.get(url).content.decode()
        client.post(reverse("reminders_put_back", args=["update_due"]))
        assert days_of(supplier) == list(UPDATE_DUE.days)

    @pytest.mark.parametrize(
        ("before", "after", "said"),
        [
            ("a week", "", "Enter whole numbers with commas between them"),
            ("-3", "", "Enter whole numbers with commas between them"),
            ("29", "", "Enter numbers from 1 to 28."),
            ("", "91", "Enter numbers from 1 to 90."),
            ("5, 4, 3, 2, 1", "1, 2, 3, 4", "These are 9 reminders. Choose at most 8"),
        ],
    )
    def test_what_cannot_be_is_said_and_stays_typed(
        self, supplier: Organisation, manager: Actor, before: str, after: str, said: str
    ):
        url = reverse("reminders_choose", args=["update_due"])
        page = self.client_of(manager).post(url, {"before": before, "after": after}).content.decode()
        assert said in page
        assert f'value="{before or after}"' in page
        assert days_of(supplier) == list(UPDATE_DUE.days)

    def test_party_and_operator_are_asked_for_days_after_alone(self):
        for organisation, name in ((make_customer(), "reply_awaited"), (make_operator(), "update_missing")):
            client = self.client_of(make_actor(organisation, Role.MANAGER))
            url = reverse("reminders_choose", args=[name])
            page = client.get(url).content.decode()
            assert "Days after" in page
            assert "Days before" not in page
            client.post(url, {"after": "20"})
            assert ReminderSteps.objects.get(organisation=organisation).days == [20]

    def test_pages_take_few_queries(self, manager: Actor, django_assert_num_queries: DjangoAssertNumQueries):
        client = self.client_of(manager)
        client.get(reverse("reminders"))
        with django_assert_num_queries(5):  # session, person, memberships, organisation, days
            client.get(reverse("reminders"))
