"""Invitations that an import prepared: nothing leaves before a person says so."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertRedirects

from carportal.core.actor import Actor, Role
from carportal.core.audit import Aggregate, Reader, timeline
from carportal.core.delivery import deliver_due
from carportal.core.errors import Conflict, NotAllowed
from carportal.core.models import Delivery, Notification
from stakeholders import services
from stakeholders.models import Invitation, Organisation
from stakeholders.tokens import invitation_token
from tests.factories import make_actor, make_operator, make_supplier
from tests.parallel import at_once, errors
from tests.personas import Personas

pytestmark = pytest.mark.django_db

NEWCOMER = "newcomer@example.org"
LIST = "/organisations/invitations/"


@pytest.fixture
def operator(db: None) -> Actor:
    return make_actor(make_operator(), Role.COMPLIANCE)


def prepared(operator: Actor, supplier: Organisation | None = None, email: str = NEWCOMER) -> Invitation:
    supplier = supplier or make_supplier()
    services.prepare_invitations(actor=operator, invitations=[services.ToInvite(supplier.reference, email)])
    return Invitation.objects.get(organisation=supplier, email=email)


class TestPrepared:
    def test_nothing_is_sent_and_its_link_does_not_work(self, personas: Personas) -> None:
        invitation = prepared(personas.compliance.actor)
        assert not Notification.objects.exists()
        assert not Invitation.objects.pending(timezone.now()).exists()
        response = personas.anonymous.client.get(f"/invitations/{invitation_token(invitation)}/")
        assert response.status_code == 410
        with pytest.raises(Conflict, match="has not been sent yet"):
            services.accept_invitation_with_new_account(
                invitation_id=invitation.pk, name="Somebody", password="a-long-enough-phrase"
            )

    def test_database_refuses_one_that_is_accepted_unsent(self, operator: Actor) -> None:
        invitation = prepared(operator)
        with pytest.raises(IntegrityError), transaction.atomic():
            Invitation.objects.filter(pk=invitation.pk).update(accepted_at=timezone.now())

    @pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
    def test_readers_of_the_operator_prepare_none(self, operator: Actor, role: Role) -> None:
        with pytest.raises(NotAllowed):
            prepared(make_actor(make_operator(), role))
        assert prepared(operator).is_prepared

    def test_inviting_the_same_address_takes_its_place(self, operator: Actor) -> None:
        invitation = prepared(operator)
        manager = make_actor(invitation.organisation, Role.MANAGER)
        services.invite(
            actor=manager, organisation_id=invitation.organisation_id, email=NEWCOMER, role=Role.VIEWER
        )
        invitation.refresh_from_db()
        assert invitation.revoked_at is not None


class TestSending:
    def test_it_is_then_like_any_other(self, operator: Actor) -> None:
        invitation = services.send_prepared_invitation(actor=operator, invitation_id=prepared(operator).pk)
        assert invitation.expires_at is not None
        assert invitation.expires_at - timezone.now() > timedelta(days=6)
        assert invitation.invited_by_id == operator.user_id
        deliver_due()
        assert Delivery.objects.get().state == "sent"
        services.accept_invitation_with_new_account(
            invitation_id=invitation.pk, name="Somebody", password="a-long-enough-phrase"
        )
        assert invitation.organisation.memberships.get().role == Role.MANAGER

    def test_record_tells_both(self, operator: Actor) -> None:
        invitation = prepared(operator)
        services.send_prepared_invitation(actor=operator, invitation_id=invitation.pk)
        told = timeline(
            aggregate=Aggregate.ORGANISATION, aggregate_id=invitation.organisation_id, reader=Reader.SITE
        )
        assert [each.sentence for each in told] == [
            f"Prepared an invitation of {NEWCOMER} as manager",
            f"Invited {NEWCOMER} as manager",
        ]

    def test_sent_twice_is_sent_once(self, operator: Actor) -> None:
        invitation = prepared(operator)
        for _ in range(2):
            services.send_prepared_invitation(actor=operator, invitation_id=invitation.pk)
        assert Notification.objects.count() == 1

    def test_withdrawn_is_not_sent(self, operator: Actor) -> None:
        invitation = prepared(operator)
        services.revoke_invitation(actor=operator, invitation_id=invitation.pk)
        with pytest.raises(Conflict, match="has been withdrawn"):
            services.send_prepared_invitation(actor=operator, invitation_id=invitation.pk)
        assert services.send_prepared_invitations(actor=operator, invitation_ids=[invitation.pk]) == 0

    def test_manager_of_another_supplier_sends_none(self, operator: Actor) -> None:
        invitation, stranger = prepared(operator), make_actor(make_supplier(), Role.MANAGER)
        with pytest.raises(NotAllowed):
            services.send_prepared_invitation(actor=stranger, invitation_id=invitation.pk)
        assert services.send_prepared_invitations(actor=stranger, invitation_ids=[invitation.pk]) == 0
        assert Invitation.objects.get().is_prepared


@pytest.mark.django_db(transaction=True)
def test_two_who_send_all_at_once_send_each_once(operator: Actor) -> None:
    ids = [prepared(operator, email=f"p{number}@example.org").pk for number in range(4)]
    results = at_once(
        *(
            lambda each=each: services.send_prepared_invitations(actor=operator, invitation_ids=each)
            for each in (ids, ids[::-1])
        )
    )
    assert not errors(results)
    assert Notification.objects.count() == 4


class TestPages:
    def test_all_of_them_are_sent_with_one_click(self, personas: Personas) -> None:
        actor, client = personas.compliance.actor, personas.compliance.client
        invitations = [prepared(actor, email=f"p{number}@example.org") for number in range(3)]
        assert "3 invitations are prepared and not sent yet" in client.get("/organisations/").content.decode()
        form = client.get(LIST).context["form"]
        assert set(form["invitations"].value()) == {str(each.pk) for each in invitations}
        response = client.post(LIST, {"invitations": form["invitations"].value()})
        assertRedirects(response, "/organisations/")
        assert Notification.objects.count() == 3
        assert "No invitation is prepared" in client.get(LIST).content.decode()

    def test_only_those_that_are_ticked_are_sent(self, personas: Personas) -> None:
        actor, client = personas.compliance.actor, personas.compliance.client
        first, second = (prepared(actor, email=f"p{number}@example.org") for number in range(2))
        assertRedirects(client.post(LIST, {"invitations": [first.pk]}), LIST)
        assert list(Invitation.objects.prepared()) == [second]
        assert "Choose again" in client.post(LIST, {"invitations": [first.pk]}).content.decode()

    def test_supplier_page_shows_and_sends_one(self, personas: Personas) -> None:
        supplier = personas.site.organisation
        invitation = prepared(personas.compliance.actor, supplier)
        client = personas.site_manager.client
        assert "Not sent yet" in client.get("/organisation/").content.decode()
        client.post(f"/organisation/invitations/{invitation.pk}/resend/")
        invitation.refresh_from_db()
        assert not invitation.is_prepared

    def test_takes_as_many_queries_for_ten_as_for_two(
        self, personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        client = personas.compliance.client
        for numbers in (range(2), range(2, 10)):
            for number in numbers:
                prepared(personas.compliance.actor, email=f"p{number}@example.org")
            with django_assert_num_queries(4):  # session, person, memberships; invitations
                client.get(LIST)
