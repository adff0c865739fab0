"""Parties that the site typed in, and their people on the way in: link, code, page."""

from django.test import Client
from django.urls import reverse

from actionplans.guests.acting import actor_of_guest
from actionplans.guests.models import GuestCode, GuestLink
from actionplans.guests.secrets import code_digits, link_token
from actionplans.guests.services import ask_for_code, enter_code
from actionplans.models import ActionPlan, PlanShare
from carportal.core.actor import Actor, OrganisationKind
from stakeholders.models import Organisation
from stakeholders.services import type_in_party
from tests.actionplans.making import CONFIRM, share_with

GRACE, ADDRESS = "Grace Guest", "grace@union.example"


def make_party(
    site: Actor,
    name: str = "Harvest Union",
    *,
    kind: OrganisationKind = OrganisationKind.TRADE_UNION,
    email: str = ADDRESS,
) -> Organisation:
    return type_in_party(actor=site, kind=kind, name=name, contact_name=GRACE, contact_email=email)


def share_with_party(
    plan: ActionPlan, site: Actor, party: Organisation | None = None, **how: object
) -> PlanShare:
    asks = how.pop("asks", CONFIRM)
    assert isinstance(asks, dict)
    return share_with(plan, site, party or make_party(site), asks=asks, note=str(how.pop("note", "")))


def link_of(share: PlanShare) -> GuestLink:
    return share.guest_links.select_related("share__organisation").get(ended_at=None)


def address(link: GuestLink) -> str:
    return reverse("guest_link", args=[link_token(link)])


def newest_code(link: GuestLink) -> GuestCode:
    return link.codes.latest("asked_at")


def open_link(link: GuestLink, name: str = GRACE) -> Actor:
    """The guest, let in by a code that was asked for just now."""
    code = ask_for_code(link_id=link.pk)
    return actor_of_guest(enter_code(code_id=code.pk, digits=code_digits(code), name=name))


def follow(link: GuestLink, client: Client | None = None) -> Client:
    """A browser in which the link was opened, and a code asked for."""
    client = client or Client()
    client.get(address(link))
    assert client.post(reverse("guest")).status_code == 302
    return client


def enter(client: Client, digits: str, name: str = GRACE) -> int:
    return client.post(reverse("guest_code"), {"digits": digits, "name": name}).status_code


def browser_of(link: GuestLink, name: str = GRACE) -> Client:
    """A browser that is in."""
    client = follow(link)
    assert enter(client, code_digits(newest_code(link)), name) == 302
    return client
