"""Two people at once: one wins, the other gets a sentence; real transactions, in parallel."""

from collections.abc import Callable
from functools import partial

import pytest

from carportal.core.actor import SYSTEM, Role
from carportal.core.audit import verify
from carportal.core.errors import Conflict, InvalidInput
from stakeholders import services
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, Organisation, TradingRelationship, User
from tests.factories import (
    PASSWORD,
    make_actor,
    make_customer,
    make_member,
    make_site,
    make_supplier,
    make_user,
)
from tests.parallel import at_once, errors

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_people_accept_the_same_invitation_and_one_gets_in() -> None:
    supplier = make_supplier()
    invitation = services.invite(
        actor=make_actor(supplier, Role.MANAGER),
        organisation_id=supplier.pk,
        email="new@example.org",
        role=Role.EDITOR,
    )

    def accept(name: str) -> Callable[[], object]:
        return lambda: services.accept_invitation_with_new_account(
            invitation_id=invitation.pk, name=name, password=PASSWORD
        )

    results = at_once(*(accept(f"Person {number}") for number in range(4)))
    assert len(errors(results)) == 3
    assert all(isinstance(error, Conflict) for error in errors(results))
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.filter(organisation=supplier, role=Role.EDITOR).count() == 1
    assert verify().whole


def test_one_address_accepts_two_organisations_at_once_and_has_one_account() -> None:
    suppliers = [make_supplier(), make_supplier()]
    invitations = [
        services.invite(
            actor=make_actor(supplier, Role.MANAGER),
            organisation_id=supplier.pk,
            email="new@example.org",
            role=Role.EDITOR,
        )
        for supplier in suppliers
    ]

    def accept(invitation: Invitation) -> Callable[[], object]:
        return lambda: services.accept_invitation_with_new_account(
            invitation_id=invitation.pk, name="New Person", password=PASSWORD
        )

    results = at_once(*map(accept, invitations))
    (error,) = errors(results)
    assert "Log in to accept" in str(error.message)
    assert User.objects.filter(email="new@example.org").count() == 1
    assert Membership.objects.filter(user__email="new@example.org").count() == 1


def test_revoking_and_accepting_at_once_end_one_way() -> None:
    supplier = make_supplier()
    manager = make_actor(supplier, Role.MANAGER)
    user = make_user("new@example.org")
    for _ in range(5):
        invitation = services.invite(
            actor=manager, organisation_id=supplier.pk, email=user.email, role=Role.EDITOR
        )
        results = at_once(
            partial(services.accept_invitation, actor=actor_of(user), invitation_id=invitation.pk),
            partial(services.revoke_invitation, actor=manager, invitation_id=invitation.pk),
        )
        assert len(errors(results)) == 1
        invitation.refresh_from_db()
        is_in = Membership.objects.filter(user=user).exists()
        assert (invitation.accepted_at is not None, invitation.revoked_at is not None) == (is_in, not is_in)
        Membership.objects.filter(user=user).delete()


def test_two_managers_who_remove_each_other_leave_one() -> None:
    supplier = make_supplier()
    first, second = make_member(supplier, Role.MANAGER), make_member(supplier, Role.MANAGER)
    results = at_once(
        lambda: services.remove_member(actor=actor_of(first.user, first), membership_id=second.pk),
        lambda: services.remove_member(actor=actor_of(second.user, second), membership_id=first.pk),
    )
    (error,) = errors(results)
    assert isinstance(error, InvalidInput)
    assert supplier.memberships.managers().count() == 1


def test_same_address_invited_by_two_managers_at_once_is_invited_once() -> None:
    supplier = make_supplier()
    managers = [make_actor(supplier, Role.MANAGER) for _ in range(3)]
    results = at_once(
        *(
            lambda actor=actor: services.invite(
                actor=actor, organisation_id=supplier.pk, email="new@example.org", role=Role.VIEWER
            )
            for actor in managers
        )
    )
    assert len(errors(results)) == 2
    assert Invitation.objects.count() == 1


def test_same_customer_added_twice_at_once_is_a_customer_once() -> None:
    site, customer = make_site(), make_customer()
    managers = [make_actor(site.supplier, Role.MANAGER) for _ in range(3)]
    results = at_once(
        *(
            lambda actor=actor: services.add_relationship(
                actor=actor, site_id=site.pk, customer_reference=customer.reference
            )
            for actor in managers
        )
    )
    assert len(errors(results)) == 2
    assert TradingRelationship.objects.current().count() == 1


def test_operator_that_is_set_up_twice_at_once_is_one_with_one_invitation() -> None:
    def set_up(email: str) -> Callable[[], object]:
        return lambda: services.set_up_operator(
            actor=SYSTEM, name="Fair Portal", reference="ZC1000000", email=email
        )

    results = at_once(set_up("one@example.org"), set_up("two@example.org"))
    assert all(isinstance(error, Conflict | InvalidInput) for error in errors(results))
    assert Organisation.objects.count() == 1
    assert Invitation.objects.filter(revoked_at=None).count() == 1
    assert verify().whole
