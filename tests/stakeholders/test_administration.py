"""Looking people and organisations up in the administration, and saying who may log in."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.admin.models import LogEntry
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from carportal.core.actor import Actor, Role
from carportal.core.errors import InvalidInput, NotAllowed
from stakeholders import services
from stakeholders.models import Invitation, Membership, Organisation, User
from tests.factories import make_customer, make_member, make_relationship, make_site, make_supplier, make_user
from tests.personas import Persona, Personas
from tests.stakeholders.invited import expire
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db

LISTS = ["user", "organisation", "site", "tradingrelationship", "membership", "invitation"]


def page_of(user: User) -> str:
    return reverse("admin:stakeholders_user_change", args=[user.pk])


def save(admin: Persona, user: User, **fields: str) -> HttpResponse:
    """The form of a person's page, as a browser sends it: what is not ticked is not sent."""
    count = str(user.memberships.count())
    own = {"memberships-TOTAL_FORMS": count, "memberships-INITIAL_FORMS": count}
    memberships = {f"memberships-{n}-id": str(each.pk) for n, each in enumerate(user.memberships.all())}
    owner = {f"memberships-{n}-user": str(user.pk) for n in range(int(count))}
    response = admin.client.post(page_of(user), own | memberships | owner | fields)
    assert isinstance(response, HttpResponse)
    return response


# --- Who may log in -------------------------------------------------------------------------------


def test_person_who_is_locked_out_is_out_with_the_next_click(personas: Personas) -> None:
    client = personas.site.client
    assert client.get("/cars/").status_code == HTTPStatus.OK
    assert save(personas.admin, personas.site.user).status_code == HTTPStatus.FOUND
    assert client.get("/cars/").headers["Location"].startswith(reverse("account_login"))
    assert Membership.objects.filter(user=personas.site.user).exists(), "it is to come back as who it was"

    assert save(personas.admin, personas.site.user, is_active="on").status_code == HTTPStatus.FOUND
    client.force_login(personas.site.user)
    assert client.get("/cars/").status_code == HTTPStatus.OK


def test_it_is_in_the_record_of_each_organisation_and_of_the_operator(personas: Personas) -> None:
    person, other = personas.site.user, make_supplier()
    make_member(other, user=person)
    save(personas.admin, person)
    save(personas.admin, person, is_active="on")
    for organisation in (personas.site.organisation, other, personas.admin.organisation):
        assert sentences(organisation) == [
            f"{person.name} can no longer log in",
            f"{person.name} can log in again",
        ]
    assert not LogEntry.objects.exists(), "there is one record, and the admin keeps none beside it"


def test_saving_without_a_change_is_no_event(personas: Personas) -> None:
    save(personas.admin, personas.site.user, is_active="on")
    assert sentences(personas.site.organisation) == []


def test_nobody_locks_themselves_out(personas: Personas) -> None:
    response = save(personas.admin, personas.admin.user)
    assert response.status_code == HTTPStatus.OK
    assert "You cannot lock yourself out. Ask another manager." in response.content.decode()
    assert User.objects.get(pk=personas.admin.user.pk).is_active


def test_nothing_else_of_a_person_is_changed_here(personas: Personas) -> None:
    before = User.objects.get(pk=personas.site.user.pk)
    save(personas.admin, before, is_active="on", name="Other", email="other@example.org", is_superuser="on")
    after = User.objects.get(pk=before.pk)
    assert (after.name, after.email, after.is_superuser) == (before.name, before.email, False)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.COMPLIANCE])
def test_only_managers_of_the_operator_say_who_may_log_in(personas: Personas, role: Role) -> None:
    admin, person = personas.admin.actor, make_user()
    staff = Actor(admin.kind, admin.user_id, admin.organisation_id, admin.organisation_kind, role)
    for actor in (staff, personas.site_manager.actor, personas.nobody.actor, personas.anonymous.actor):
        with pytest.raises(NotAllowed):
            services.set_may_log_in(actor=actor, user_id=person.pk, may_log_in=False)
    with pytest.raises(InvalidInput):
        services.set_may_log_in(actor=admin, user_id=personas.admin.user.pk, may_log_in=False)
    services.set_may_log_in(actor=admin, user_id=person.pk, may_log_in=False)
    assert not User.objects.get(pk=person.pk).is_active


# --- Looking up -----------------------------------------------------------------------------------


def make_rows() -> None:
    """One more of everything that is listed."""
    supplier = make_supplier()
    make_relationship(make_site(supplier), make_customer())
    member = make_member(supplier)
    Invitation.objects.create(
        organisation=supplier,
        email=f"new{member.pk}@example.org",
        role=Role.VIEWER,
        invited_by=member.user,
        expires_at=timezone.now() + timedelta(days=7),
    )


@pytest.mark.parametrize("name", LISTS)
def test_longer_lists_take_no_more_queries(
    personas: Personas, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    url, client = reverse(f"admin:stakeholders_{name}_changelist"), personas.admin.client
    for _ in range(2):
        for _ in range(4):
            make_rows()
        with django_assert_num_queries(
            5
        ):  # session, person, memberships, and of the list: its count and its rows
            assert client.get(url).status_code == HTTPStatus.OK


def test_person_with_more_memberships_takes_no_more_queries(
    personas: Personas, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person, client = make_user(), personas.admin.client
    for _ in range(2):
        for _ in range(3):
            make_member(make_supplier(), user=person)
        client.get(page_of(person))  # the kind of the page is asked for once in a process
        with django_assert_num_queries(5):  # as above, and the person with its memberships
            client.get(page_of(person))


def test_pages_lead_to_where_the_portal_changes_what_they_show(personas: Personas) -> None:
    organisation, site = personas.site.organisation, make_site()
    client = personas.admin.client
    shown = client.get(reverse("admin:stakeholders_organisation_change", args=[organisation.pk]))
    assert f'href="{reverse("organisation_detail", args=[organisation.pk])}"' in shown.content.decode()
    shown = client.get(reverse("admin:stakeholders_site_change", args=[site.pk]))
    assert f'href="{reverse("site", args=[site.pk])}"' in shown.content.decode()
    assert 'name="_save"' not in shown.content.decode()


def test_invitations_are_found_by_what_has_become_of_them(
    personas: Personas, supplier: Organisation, manager: Actor
) -> None:
    def invite(name: str) -> Invitation:
        email = f"{name}@example.org"
        return services.invite(actor=manager, organisation_id=supplier.pk, email=email, role=Role.VIEWER)

    invite("pending")
    expire(invite("expired"))
    services.revoke_invitation(actor=manager, invitation_id=invite("revoked").pk)
    services.accept_invitation_with_new_account(
        invitation_id=invite("accepted").pk, name="Ada", password="a-long-enough-phrase"
    )
    states = ["pending", "expired", "revoked", "accepted"]
    for state in states:
        page = personas.admin.client.get(
            reverse("admin:stakeholders_invitation_changelist"), {"state": state}
        ).content.decode()
        assert [name for name in states if f"{name}@example.org" in page] == [state]


def test_relationships_are_found_by_whether_they_go_on(personas: Personas) -> None:
    goes_on, over = make_relationship(), make_relationship()
    type(over).objects.filter(pk=over.pk).update(ended_at=timezone.now())
    for state, (there, absent) in {"current": (goes_on, over), "ended": (over, goes_on)}.items():
        page = personas.admin.client.get(
            reverse("admin:stakeholders_tradingrelationship_changelist"), {"state": state}
        ).content.decode()
        assert there.site.name in page
        assert absent.site.name not in page
