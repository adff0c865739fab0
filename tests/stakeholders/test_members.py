"""Roles and removals."""

import pytest
from django.test import Client
from django.urls import reverse

from carportal.core.actor import Actor, Role
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from stakeholders import services
from stakeholders.acting import actor_of
from stakeholders.models import Membership
from tests.factories import make_actor, make_member, make_operator, make_supplier
from tests.personas import Personas
from tests.stakeholders.record import sentences

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager() -> Membership:
    return make_member(make_supplier(), Role.MANAGER)


@pytest.fixture
def actor(manager: Membership) -> Actor:
    return actor_of(manager.user, manager)


def test_manager_changes_a_role(manager: Membership, actor: Actor) -> None:
    colleague = make_member(manager.organisation, Role.VIEWER)
    services.change_role(actor=actor, membership_id=colleague.pk, role=Role.EDITOR)
    colleague.refresh_from_db()
    assert colleague.role == Role.EDITOR
    assert sentences(manager.organisation) == [
        f"Changed the role of {colleague.user.name} from viewer to editor"
    ]


def test_same_role_again_leaves_no_trace(manager: Membership, actor: Actor) -> None:
    services.change_role(actor=actor, membership_id=manager.pk, role=Role.MANAGER)
    assert sentences(manager.organisation) == []


def test_manager_removes_a_colleague_and_the_account_stays(manager: Membership, actor: Actor) -> None:
    colleague = make_member(manager.organisation)
    services.remove_member(actor=actor, membership_id=colleague.pk)
    assert not Membership.objects.filter(pk=colleague.pk).exists()
    colleague.user.refresh_from_db()
    assert sentences(manager.organisation) == [f"Removed {colleague.user.name}, who was editor"]


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_last_manager_stays_manager(manager: Membership, actor: Actor, role: Role) -> None:
    make_member(manager.organisation)
    with pytest.raises(InvalidInput, match=f"{manager.user.name} is the only manager"):
        services.change_role(actor=actor, membership_id=manager.pk, role=role)
    with pytest.raises(InvalidInput, match="Make somebody else a manager first"):
        services.remove_member(actor=actor, membership_id=manager.pk)


def test_one_of_two_managers_can_leave(manager: Membership, actor: Actor) -> None:
    make_member(manager.organisation, Role.MANAGER)
    services.remove_member(actor=actor, membership_id=manager.pk)
    assert not Membership.objects.filter(pk=manager.pk).exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR])
def test_others_than_managers_change_nobody(manager: Membership, role: Role) -> None:
    colleague = make_actor(manager.organisation, role)
    with pytest.raises(NotAllowed):
        services.change_role(actor=colleague, membership_id=manager.pk, role=Role.VIEWER)
    with pytest.raises(NotAllowed):
        services.remove_member(actor=colleague, membership_id=manager.pk)


def test_manager_of_another_supplier_changes_nobody(manager: Membership) -> None:
    outsider = make_actor(make_supplier(), Role.MANAGER)
    with pytest.raises(NotAllowed):
        services.remove_member(actor=outsider, membership_id=manager.pk)


def test_role_of_the_operator_is_not_given_elsewhere(manager: Membership, actor: Actor) -> None:
    colleague = make_member(manager.organisation)
    with pytest.raises(InvalidInput, match="does not have that role"):
        services.change_role(actor=actor, membership_id=colleague.pk, role=Role.COMPLIANCE)


def test_operators_manager_helps_an_organisation_out(manager: Membership) -> None:
    operator = make_actor(make_operator(), Role.MANAGER)
    make_member(manager.organisation, Role.MANAGER)
    services.remove_member(actor=operator, membership_id=manager.pk)
    assert not Membership.objects.filter(pk=manager.pk).exists()


def test_second_removal_is_told_that_it_was_done(manager: Membership, actor: Actor) -> None:
    colleague = make_member(manager.organisation)
    services.remove_member(actor=actor, membership_id=colleague.pk)
    with pytest.raises(Conflict, match="already"):
        services.remove_member(actor=actor, membership_id=colleague.pk)


# --- Pages ----------------------------------------------------------------------------------------


def test_everybody_sees_their_colleagues_and_only_managers_can_change_them(personas: Personas) -> None:
    for name, links in (("site_viewer", 0), ("site", 0), ("site_manager", 3)):
        content = personas[name].client.get(reverse("organisation")).content.decode()
        assert "Site Manager Person" in content
        assert content.count("Change role") == links, name


def test_page_of_an_organisation_names_nobody_of_another(personas: Personas) -> None:
    content = personas.site2.client.get(reverse("organisation")).content.decode()
    assert "Site2 Person" in content
    assert "Site Manager Person" not in content


def test_manager_changes_a_role_on_its_page(personas: Personas) -> None:
    membership = personas.site.user.memberships.get()
    url = reverse("member_role", args=[membership.pk])
    client = personas.site_manager.client
    assert "Change the role of Site Person" in client.get(url).content.decode()
    response = client.post(url, {"role": "viewer"}, follow=True)
    assert "The role of Site Person has been changed." in response.content.decode()
    membership.refresh_from_db()
    assert membership.role == Role.VIEWER


def test_removal_asks_first_and_then_removes(personas: Personas) -> None:
    membership = personas.site.user.memberships.get()
    url = reverse("member_remove", args=[membership.pk])
    client = personas.site_manager.client
    assert "Remove Site Person from Green Valley Foods?" in client.get(url).content.decode()
    assert Membership.objects.filter(pk=membership.pk).exists()
    client.post(url)
    assert not Membership.objects.filter(pk=membership.pk).exists()


def test_refusal_to_remove_the_last_manager_is_shown_on_the_page(personas: Personas) -> None:
    membership = personas.site_manager.user.memberships.get()
    response = personas.site_manager.client.post(reverse("member_remove", args=[membership.pk]))
    content = response.content.decode()
    assert "There is a problem" in content
    assert "Site Manager Person is the only manager of Green Valley Foods" in content


def test_manager_who_leaves_lands_on_the_home_page(personas: Personas) -> None:
    make_member(personas.site.organisation, Role.MANAGER)
    membership = personas.site_manager.user.memberships.get()
    response = personas.site_manager.client.post(reverse("member_remove", args=[membership.pk]))
    assert response.headers["Location"] == reverse("home")


@pytest.mark.parametrize("route", ["member_role", "member_remove"])
@pytest.mark.parametrize(
    ("persona", "status"),
    [
        ("site_manager", 200),
        ("admin", 200),
        ("site", 403),
        ("site_viewer", 403),
        ("compliance", 403),
        ("site2", 404),
        ("customer", 404),
        ("auditor", 404),
        ("ngo", 404),
        ("nobody", 404),
        ("anonymous", 302),
    ],
)
def test_who_reaches_the_pages_of_a_member(personas: Personas, route: str, persona: str, status: int) -> None:
    url = reverse(route, args=[personas.site.user.memberships.get().pk])
    client: Client = personas[persona].client
    assert client.get(url).status_code == status
    if status >= 400:
        assert client.post(url, {"role": "viewer"}).status_code == status
