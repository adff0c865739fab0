"""Who can log in to look at a portal that was filled."""

from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password

from carportal.core.actor import Role
from carportal.web.demo.people import PASSWORD
from stakeholders.models import Membership, Organisation, User


class Account(NamedTuple):
    address: str
    organisation: dict[str, str]  # what finds it
    role: Role
    about: str


ACCOUNTS = (
    Account("scale-compliance", {"kind": "operator"}, Role.COMPLIANCE, "the operator"),
    Account(
        "scale-customer", {"reference": "ZC900000001"}, Role.MANAGER, "a customer of every twentieth site"
    ),
    Account("scale-supplier", {"reference": "ZC800000002"}, Role.MANAGER, "a supplier of a few sites"),
    Account("scale-group", {"reference": "ZC800000001"}, Role.MANAGER, "the supplier of the most sites"),
    Account("scale-auditor", {"reference": "ZC700000001"}, Role.EDITOR, "an audit company"),
)


def add_accounts() -> list[Account]:
    for account in ACCOUNTS:
        user = User.objects.create(
            email=f"{account.address}@demo.example",
            name=account.about.capitalize(),
            password=make_password(PASSWORD),
        )
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        organisation = Organisation.objects.get(**account.organisation)
        Membership.objects.create(user=user, organisation=organisation, role=account.role)
    return list(ACCOUNTS)
