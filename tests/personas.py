"""The cast of the permission tests: one person of each kind, each with its Actor and its browser.

`personas.site.client.get(url)`, `personas.customer.actor`; `for name, persona in personas.items()`. The cast is
made once per test; a client logs in when it is first used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import pytest
from django.test import Client

from carportal.core.actor import NOBODY, Actor, OrganisationKind, Role
from stakeholders.acting import actor_of
from stakeholders.models import Membership, Organisation, User
from tests.factories import PASSWORD, make_operator, make_organisation


class Part(NamedTuple):
    organisation: str  # those of the same name are colleagues
    kind: OrganisationKind
    role: Role


CAST = {
    "site": Part("Green Valley Foods", OrganisationKind.SUPPLIER, Role.EDITOR),
    "site_viewer": Part("Green Valley Foods", OrganisationKind.SUPPLIER, Role.VIEWER),
    "site_manager": Part("Green Valley Foods", OrganisationKind.SUPPLIER, Role.MANAGER),
    "site2": Part("Harbour Textiles", OrganisationKind.SUPPLIER, Role.MANAGER),
    "customer": Part("Northmarket", OrganisationKind.CUSTOMER, Role.EDITOR),
    "customer_viewer": Part("Northmarket", OrganisationKind.CUSTOMER, Role.VIEWER),
    "customer2": Part("Fairprice Stores", OrganisationKind.CUSTOMER, Role.EDITOR),
    "compliance": Part("Portal Operations Ltd", OrganisationKind.OPERATOR, Role.COMPLIANCE),
    "admin": Part("Portal Operations Ltd", OrganisationKind.OPERATOR, Role.MANAGER),
    "auditor": Part("Clearsight Audits", OrganisationKind.AUDIT_COMPANY, Role.EDITOR),
    "auditor2": Part("Second Look Audits", OrganisationKind.AUDIT_COMPANY, Role.EDITOR),
    "ngo": Part("Fair Work Alliance", OrganisationKind.NGO, Role.EDITOR),
}


@dataclass
class Persona:
    """One of the cast; `anonymous` has no user, `nobody` no organisation."""

    name: str
    actor: Actor
    maybe_user: User | None = None
    maybe_organisation: Organisation | None = None

    @property
    def user(self) -> User:
        assert self.maybe_user is not None, f"{self.name} is not logged in"
        return self.maybe_user

    @property
    def organisation(self) -> Organisation:
        assert self.maybe_organisation is not None, f"{self.name} acts for nobody"
        return self.maybe_organisation

    @cached_property
    def client(self) -> Client:
        client = Client()
        if self.maybe_user is not None:
            client.force_login(self.maybe_user)
        return client


class Personas(Mapping[str, Persona]):
    site: Persona
    site_viewer: Persona
    site_manager: Persona
    site2: Persona
    customer: Persona
    customer_viewer: Persona
    customer2: Persona
    compliance: Persona
    admin: Persona
    auditor: Persona
    auditor2: Persona
    ngo: Persona
    nobody: Persona
    anonymous: Persona

    def __init__(self) -> None:
        organisations: dict[str, Organisation] = {}
        self._cast: dict[str, Persona] = {}
        users = {name: self._user(name) for name in (*CAST, "nobody")}
        User.objects.bulk_create(users.values())
        memberships = []
        for name, part in CAST.items():
            if part.organisation not in organisations:
                is_operator = part.kind == OrganisationKind.OPERATOR
                organisations[part.organisation] = (
                    make_operator() if is_operator else make_organisation(part.kind, name=part.organisation)
                )
            organisation = organisations[part.organisation]
            membership = Membership(user=users[name], organisation=organisation, role=part.role)
            memberships.append(membership)
            actor = actor_of(users[name], membership)
            self._cast[name] = Persona(name, actor, users[name], organisation)
        Membership.objects.bulk_create(memberships)
        self._cast["nobody"] = Persona("nobody", actor_of(users["nobody"]), users["nobody"])
        self._cast["anonymous"] = Persona("anonymous", NOBODY)
        vars(self).update(self._cast)

    @staticmethod
    def _user(name: str) -> User:
        title = name.replace("_", " ").title()
        user = User(email=f"{name}@example.org", name=f"{title} Person")
        user.set_password(PASSWORD)
        return user

    def __getitem__(self, name: str) -> Persona:
        return self._cast[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._cast)

    def __len__(self) -> int:
        return len(self._cast)


@pytest.fixture
def personas(db: None) -> Personas:
    return Personas()
