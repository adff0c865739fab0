"""What the link of an invitation does, and for whom."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, NotAllowed
from stakeholders import services
from stakeholders.acting import actor_of
from stakeholders.models import Invitation, Membership, User
from stakeholders.tokens import invitation_id_of, invitation_token
from tests.factories import PASSWORD, make_member, make_user
from tests.personas import Personas
from tests.stakeholders.invited import NEWCOMER, expire, link_of

pytestmark = pytest.mark.django_db


# --- The token ------------------------------------------------------------------------------------


def test_token_leads_back_to_its_invitation_alone(invitation: Invitation) -> None:
    token = invitation_token(invitation)
    assert invitation_id_of(token) == invitation.pk
    for other in ("", "x", token[:-1], token[1:], invitation.pk.hex, f"{invitation.pk.hex}.", token.upper()):
        assert invitation_id_of(other) is None


def test_forged_link_does_not_exist(client: Client, invitation: Invitation) -> None:
    forged = reverse("invitation_accept", args=[f"{invitation.pk.hex}.forged"])
    assert client.get(forged).status_code == 404


# --- Accepting ------------------------------------------------------------------------------------


def test_newcomer_makes_an_account_and_is_in(client: Client, invitation: Invitation) -> None:
    page = client.get(link_of(invitation)).content.decode()
    assert "Join Green Valley Foods" in page
    assert NEWCOMER in page
    response = client.post(link_of(invitation), {"name": "New Person", "password": PASSWORD}, follow=True)
    assert "Welcome. You now act for Green Valley Foods." in response.content.decode()
    user = User.objects.get(email=NEWCOMER)
    assert (user.name, user.check_password(PASSWORD)) == ("New Person", True)
    assert EmailAddress.objects.get(user=user).verified
    assert Membership.objects.get(user=user).role == Role.EDITOR
    assert client.get(reverse("organisation")).context["organisation"] == invitation.organisation


@pytest.mark.parametrize(
    ("name", "password", "problem"),
    [
        ("", PASSWORD, "Enter your name."),
        ("New Person", "", "Choose a password."),
        ("New Person", "short", "at least 10 characters"),
        ("New Person", "1029384756102", "entirely numeric"),
        ("New Person", "new.person@example.org", "too similar"),
    ],
)
def test_newcomer_is_told_what_is_missing(
    client: Client, invitation: Invitation, name: str, password: str, problem: str
) -> None:
    response = client.post(link_of(invitation), {"name": name, "password": password})
    assert problem in response.content.decode()
    assert not User.objects.filter(email=NEWCOMER).exists()
    invitation.refresh_from_db()
    assert invitation.accepted_at is None


def test_person_with_an_account_logs_in_first(client: Client, invitation: Invitation) -> None:
    user = make_user(NEWCOMER, name="Old Hand")
    page = client.get(link_of(invitation)).content.decode()
    assert "Log in to accept" in page
    assert client.post(link_of(invitation), {"name": "X", "password": PASSWORD}).status_code == 200
    assert not Membership.objects.filter(user=user).exists()
    response = client.post(
        f"{reverse('account_login')}?next={link_of(invitation)}", {"login": NEWCOMER, "password": PASSWORD}
    )
    assert response.headers["Location"] == link_of(invitation)
    response = client.post(link_of(invitation), follow=True)
    assert "You now act for Green Valley Foods." in response.content.decode()
    assert Membership.objects.get(user=user).role == Role.EDITOR


def test_whoever_is_logged_in_as_somebody_else_cannot_accept(
    personas: Personas, invitation: Invitation
) -> None:
    for respond in (personas.ngo.client.get, personas.ngo.client.post):
        response = respond(link_of(invitation))
        assert response.status_code == 403
        assert f"It went to {NEWCOMER}" in response.content.decode()
    with pytest.raises(NotAllowed, match="another address"):
        services.accept_invitation(actor=personas.ngo.actor, invitation_id=invitation.pk)
    assert invitation.organisation.memberships.count() == 1


def test_invitation_is_good_once(client: Client, invitation: Invitation) -> None:
    client.post(link_of(invitation), {"name": "New Person", "password": PASSWORD})
    again = Client().get(link_of(invitation))
    assert again.status_code == 410
    assert "An invitation is good once" in again.content.decode()
    with pytest.raises(Conflict, match="good once"):
        services.accept_invitation_with_new_account(
            invitation_id=invitation.pk, name="Second", password=PASSWORD
        )


def test_expired_invitation_opens_nothing(client: Client, invitation: Invitation) -> None:
    expire(invitation)
    response = client.get(link_of(invitation))
    assert response.status_code == 410
    assert "send it again" in response.content.decode()
    assert client.post(link_of(invitation), {"name": "N", "password": PASSWORD}).status_code == 410
    with pytest.raises(Conflict, match="expired"):
        services.accept_invitation_with_new_account(
            invitation_id=invitation.pk, name="New", password=PASSWORD
        )


def test_withdrawn_invitation_opens_nothing(client: Client, invitation: Invitation, manager: Actor) -> None:
    services.revoke_invitation(actor=manager, invitation_id=invitation.pk)
    response = client.get(link_of(invitation))
    assert response.status_code == 410
    assert "withdrawn" in response.content.decode()
    with pytest.raises(Conflict):
        services.resend_invitation(actor=manager, invitation_id=invitation.pk)


def test_who_has_become_a_member_otherwise_keeps_the_role(invitation: Invitation) -> None:
    membership = make_member(invitation.organisation, Role.MANAGER, user=make_user(NEWCOMER))
    actor = actor_of(membership.user, membership)
    assert services.accept_invitation(actor=actor, invitation_id=invitation.pk).role == Role.MANAGER
