"""Guests as pages tell of them: the site's links, whom a sending would reach, and what a guest reads of itself."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.utils import timezone

from actionplans.guests import policy
from actionplans.guests.models import GuestLink
from actionplans.sharing.models import PlanShare
from carportal.core.actor import Actor
from carportal.core.bounces.models import MailAddress
from stakeholders.models import Organisation
from stakeholders.services import may_be_joined

SHOWN = 20


def links_on(share: PlanShare, actor: Actor) -> dict[str, Any]:
    """For the site's page of a share; no `links` where people of the party log in."""
    now = timezone.now()
    links = list(GuestLink.objects.visible_to(actor).filter(share=share).select_related("person")[:SHOWN])
    for link in links:
        link.share = share
    sent = {link.email: link.sent_at for link in reversed(links)}  # of several to one address the newest
    met = MailAddress.objects.met_since(sent) if links else {}
    return {
        "links": [
            {
                "link": link,
                "is_open": policy.is_open(link, now),
                "may_end": policy.may_revoke_link(actor, link),
                "trouble": met.get(link.email) if link.ended_at is None else None,
            }
            for link in links
        ],
        "has_people": share.organisation_id in policy.with_people([share.organisation_id]),
        "may_send": policy.may_send_link(actor, share),
    }


def reached(organisations: Collection[Organisation]) -> dict[str, Any]:
    """Which of them nobody acts for who could log in, for the page before a plan is shared."""
    with_people = policy.with_people([each.pk for each in organisations])
    return {
        "without_people": {each.pk for each in organisations if each.pk not in with_people},
        "days": settings.GUEST_LINK_DAYS,
    }


def told_of_itself(share: PlanShare, actor: Actor) -> dict[str, Any] | None:
    """What stands above a guest's page; None for everybody else."""
    if not actor.is_guest:
        return None
    return {"party": share.organisation, "may_join": may_be_joined(share.organisation)}
