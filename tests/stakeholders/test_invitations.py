"""Inviting people: who may, what goes out, and what the link does."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.delivery import deliver_due
from carportal.core.errors import InvalidInput, NotAllowed
from carportal.core.models import Delivery, Notification
from stakeholders import services
from stakeholders.models import Invitation, Organisation
from stakeholders.tokens import invitation_token
from tests.factories import make_actor, make_member, make_operator, make_supplier
from tests.personas import Personas
from tests.stakeholders.invited import NEWCOMER, expire, link_of

pytestmark = pytest.mark.django_db


# --- Inviting -------------------------------------------------------------------------------------


def test_invitation_is_good_for_seven_days(invitation: Invitation) -> None:
    assert invitation.expires_at is not None
    left = invitation.expires_at - timezone.now()
    assert timedelta(days=7) - timedelta(minutes=1) < left <= timedelta(days=7)


def test_address_is_kept_in_small_letters(supplier: Organisation, manager: Actor) -> None:
    invitation = services.invite(
        actor=manager, organisation_id=supplier.pk, email="  Someone@Example.ORG ", role=Role.VIEWER
    )
    assert invitation.email == "someone@example.org"


@pytest.mark.parametrize("email", ["", "no address", "two@a.example,b@b.example", "x@y"])
def test_what_is_no_address_is_not_invited(supplier: Organisation, manager: Actor, email: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        services.invite(actor=manager, organisation_id=supplier.pk, email=email, role=Role.VIEWER)
    assert "email" in refused.value.fields


def test_member_is_not_invited_again(supplier: Organisation, manager: Actor) -> None:
    member = make_member(supplier)
    with pytest.raises(InvalidInput, match="acts for the organisation already"):
        services.invite(
            actor=manager, organisation_id=supplier.pk, email=member.user.email.upper(), role=Role.VIEWER
        )


def test_second_invitation_while_one_waits_is_refused(invitation: Invitation, manager: Actor) -> None:
    with pytest.raises(InvalidInput, match="invited already"):
        services.invite(
            actor=manager, organisation_id=invitation.organisation_id, email=NEWCOMER, role=Role.VIEWER
        )


def test_expired_invitation_gives_way_to_a_new_one(invitation: Invitation, manager: Actor) -> None:
    expire(invitation)
    services.invite(
        actor=manager, organisation_id=invitation.organisation_id, email=NEWCOMER, role=Role.VIEWER
    )
    invitation.refresh_from_db()
    assert invitation.revoked_at is not None


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_than_managers_do_not_invite(supplier: Organisation, role: Role) -> None:
    actor = make_actor(supplier, role)
    with pytest.raises(NotAllowed):
        services.invite(actor=actor, organisation_id=supplier.pk, email=NEWCOMER, role=Role.VIEWER)


def test_manager_does_not_invite_to_another_organisation(manager: Actor) -> None:
    with pytest.raises(NotAllowed):
        services.invite(actor=manager, organisation_id=make_supplier().pk, email=NEWCOMER, role=Role.VIEWER)


def test_compliance_staff_start_an_organisation_with_its_first_manager(supplier: Organisation) -> None:
    compliance = make_actor(make_operator(), Role.COMPLIANCE)
    invitation = services.invite(
        actor=compliance, organisation_id=supplier.pk, email=NEWCOMER, role=Role.MANAGER
    )
    assert invitation.role == Role.MANAGER


def test_compliance_staff_do_not_invite_to_the_operator_itself() -> None:
    operator = make_operator()
    compliance = make_actor(operator, Role.COMPLIANCE)
    with pytest.raises(NotAllowed):
        services.invite(actor=compliance, organisation_id=operator.pk, email=NEWCOMER, role=Role.MANAGER)


def test_supplier_has_no_compliance_staff(supplier: Organisation, manager: Actor) -> None:
    with pytest.raises(InvalidInput, match="does not have that role"):
        services.invite(actor=manager, organisation_id=supplier.pk, email=NEWCOMER, role=Role.COMPLIANCE)


# --- The mail -------------------------------------------------------------------------------------


def test_mail_carries_the_link_in_text_and_html_and_is_not_kept(
    invitation: Invitation, mailoutbox: list[EmailMultiAlternatives], settings: Settings
) -> None:
    assert deliver_due() == 1
    (mail,) = mailoutbox
    link = settings.SITE_URL + link_of(invitation)
    html, kind = mail.alternatives[0]
    assert mail.to == [NEWCOMER]
    assert mail.subject == "You are invited to act for Green Valley Foods"
    assert link in mail.body
    assert (link in str(html), kind) == (True, "text/html")
    assert "works once" in mail.body
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.subject, delivery.text, delivery.html) == ("sent", "", "", "")


def test_nothing_that_opens_the_link_is_stored(invitation: Invitation) -> None:
    secret = invitation_token(invitation).partition(".")[2]
    for model in (Invitation, Notification, Delivery):
        assert secret not in str(list(model.objects.values()))


def test_sending_again_sends_one_more_and_extends_it(
    invitation: Invitation, manager: Actor, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    deliver_due()
    expire(invitation)
    services.resend_invitation(actor=manager, invitation_id=invitation.pk)
    deliver_due()
    invitation.refresh_from_db()
    assert invitation.expires_at is not None
    assert invitation.expires_at > timezone.now() + timedelta(days=6)
    assert [mail.to for mail in mailoutbox] == [[NEWCOMER], [NEWCOMER]]


def test_withdrawn_before_it_was_sent_it_is_not_sent(
    invitation: Invitation, manager: Actor, mailoutbox: list[EmailMultiAlternatives]
) -> None:
    services.revoke_invitation(actor=manager, invitation_id=invitation.pk)
    assert deliver_due() == 0
    assert mailoutbox == []


# --- Pages of the organisation --------------------------------------------------------------------


def test_manager_invites_sends_again_and_withdraws_on_the_page(personas: Personas) -> None:
    client = personas.site_manager.client
    form = client.get(reverse("invite"), follow=True)
    url = form.redirect_chain[-1][0]
    assert "Invite a person to Green Valley Foods" in form.content.decode()
    page = client.post(url, {"email": NEWCOMER, "role": "viewer"}, follow=True).content.decode()
    assert f"The invitation to {NEWCOMER} is on its way." in page
    assert "Send again" in page
    invitation = Invitation.objects.get()
    page = client.post(reverse("invitation_resend", args=[invitation.pk]), follow=True).content.decode()
    assert "is on its way again" in page
    page = client.post(reverse("invitation_revoke", args=[invitation.pk]), follow=True).content.decode()
    assert "has been withdrawn" in page
    assert "Send again" not in page


def test_form_goes_to_the_organisation_that_it_names_whatever_one_acts_for_by_then(
    personas: Personas,
) -> None:
    manager = personas.site_manager
    second = make_member(make_supplier("Another"), Role.MANAGER, user=manager.user)
    url = reverse("organisation_invite", args=[manager.organisation.pk])
    assert manager.client.get(url).status_code == 200
    manager.client.post(reverse("organisation_switch"), {"organisation": second.organisation_id})
    assert manager.client.post(url, {"email": NEWCOMER, "role": "viewer"}).status_code == 404
    assert not Invitation.objects.exists()


def test_only_managers_see_who_is_invited(personas: Personas) -> None:
    services.invite(
        actor=personas.site_manager.actor,
        organisation_id=personas.site.organisation.pk,
        email=NEWCOMER,
        role=Role.VIEWER,
    )
    for name in ("site", "site_viewer"):
        assert NEWCOMER not in personas[name].client.get(reverse("organisation")).content.decode()
    assert NEWCOMER in personas.site_manager.client.get(reverse("organisation")).content.decode()


def test_form_offers_compliance_staff_at_the_operator_only(personas: Personas) -> None:
    for persona, organisation, offered in (
        ("admin", personas.admin.organisation, True),
        ("admin", personas.site.organisation, False),
        ("site_manager", personas.site.organisation, False),
    ):
        url = reverse("organisation_invite", args=[organisation.pk])
        assert ('value="compliance"' in personas[persona].client.get(url).content.decode()) == offered


@pytest.mark.parametrize("route", ["invitation_resend", "invitation_revoke"])
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("site_manager", 302),
        ("admin", 302),
        ("compliance", 302),
        ("site", 403),
        ("site_viewer", 403),
        ("site2", 404),
        ("customer", 404),
        ("auditor", 404),
        ("ngo", 404),
        ("nobody", 404),
    ],
)
def test_who_sends_again_and_withdraws(personas: Personas, route: str, persona: str, status: int) -> None:
    invitation = services.invite(
        actor=personas.site_manager.actor,
        organisation_id=personas.site.organisation.pk,
        email=NEWCOMER,
        role=Role.VIEWER,
    )
    url = reverse(route, args=[invitation.pk])
    assert personas[persona].client.post(url).status_code == status
    assert personas[persona].client.get(url).status_code == 405


def test_every_kind_of_organisation_can_be_given_people() -> None:
    compliance = make_actor(make_operator(), Role.COMPLIANCE)
    for kind in OrganisationKind:
        if kind != OrganisationKind.OPERATOR:
            organisation = services.create_organisation(
                actor=compliance,
                kind=kind,
                name=kind.value,
                reference=f"ZC77{list(OrganisationKind).index(kind):04}",
            )
            services.invite(
                actor=compliance, organisation_id=organisation.pk, email=NEWCOMER, role=Role.MANAGER
            )
    assert Invitation.objects.filter(email=NEWCOMER).count() == len(OrganisationKind) - 1
