"""Who sends and ends links for guests, and which of them still opens something; denied unless said here."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from actionplans.guests.models import GuestLink
from actionplans.plans import policy as plan_policy
from actionplans.sharing.models import PlanShare, ShareStatus
from carportal.core.actor import Actor
from carportal.core.errors import Conflict
from stakeholders.models import Membership


def with_people(organisation_ids: Iterable[UUID]) -> set[UUID]:
    """Those of the organisations that somebody with an account acts for: they read by logging in."""
    members = Membership.objects.filter(organisation__in=organisation_ids, user__is_active=True)
    return set(members.values_list("organisation_id", flat=True))


def may_send_link(actor: Actor, share: PlanShare) -> bool:
    """The site, while it shares the plan."""
    return plan_policy.may_write(actor, share.plan.finding) and share.status != ShareStatus.WITHDRAWN


def may_revoke_link(actor: Actor, link: GuestLink) -> bool:
    return plan_policy.may_write(actor, link.share.plan.finding) and link.ended_at is None


def check_can_get_link(share: PlanShare) -> None:
    """Conflict where nobody is to get one: no share any more, or people who log in."""
    if share.status == ShareStatus.WITHDRAWN:
        raise Conflict(
            _("The plan is not shared with %(party)s any more.") % {"party": share.organisation.name}
        )
    if with_people([share.organisation_id]):
        raise Conflict(
            _("Somebody of %(party)s has an account here, and invites the others: no link is needed.")
            % {"party": share.organisation.name}
        )


def is_open(link: GuestLink, at: datetime) -> bool:
    """Of a locked link with its person and share."""
    locked_out = link.person is not None and not link.person.is_active
    lasts = link.ended_at is None and link.share.status != ShareStatus.WITHDRAWN
    return lasts and link.expires_at > at and not locked_out
