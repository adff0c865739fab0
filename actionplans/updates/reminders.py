"""Which reminders there are of agreed updates and of replies, and whose they are."""

from uuid import UUID

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from actionplans.sharing.models import PlanShare
from actionplans.updates.dates import COUNTS_FROM
from actionplans.updates.models import UpdateAgreement
from actionplans.updates.querysets import AgreementQuerySet
from carportal.core.actor import PARTY_KINDS, OrganisationKind
from stakeholders.reminding import ReminderKind, Step, look_anew


def _follow_site(supplier_id: UUID, steps: tuple[Step, ...]) -> None:
    in_force = UpdateAgreement.objects.in_force()
    _look_anew(in_force.filter(share__plan__finding__supplier=supplier_id), steps)


def _follow_operator(_operator_id: UUID, steps: tuple[Step, ...]) -> None:
    _look_anew(UpdateAgreement.objects.in_force(), steps)


def _look_anew(agreements: AgreementQuerySet, steps: tuple[Step, ...]) -> None:
    site, order = "share__plan__finding__site", ("share__plan__finding", "share")
    look_anew(agreements, steps, about="next_due", site=site, order=order)


def _follow_party(party_id: UUID, steps: tuple[Step, ...]) -> None:
    shares = PlanShare.objects.waiting_for_reply().filter(organisation=party_id)
    look_anew(shares, steps, about="asked_on", site="plan__finding__site", order=("plan__finding", "pk"))


UPDATE_DUE = ReminderKind(
    name="update_due",
    label=_("Updates that are due"),
    about=_("the day for which an update was agreed"),
    told=format_lazy(
        _(
            "Everyone of your organisation who can write is reminded, unless the update has been posted. It counts for its date from {days} days before it on."
        ),
        days=COUNTS_FROM.days,
    ),
    days=(-14, -1, 0, 7, 14, 21, 28),
    lowest=-28,
    highest=90,
    concerns=frozenset({OrganisationKind.SUPPLIER}),
    follow=_follow_site,
)
UPDATE_MISSING = ReminderKind(
    name="update_missing",
    label=_("Updates that have not come"),
    about=_("the day for which a site and another party agreed an update"),
    told=_("Your compliance staff are told, if no update has been posted by then."),
    days=(35,),
    lowest=14,  # a site is to have had the time to post what is only a little late
    highest=90,
    concerns=frozenset({OrganisationKind.OPERATOR}),
    follow=_follow_operator,
)
REPLY_AWAITED = ReminderKind(
    name="reply_awaited",
    label=_("Replies that sites wait for"),
    about=_("the day on which a site sent you its plan"),
    told=_("Everyone of your organisation who can write is reminded, unless one of you has replied."),
    days=(14, 28),
    lowest=1,
    highest=55,
    concerns=PARTY_KINDS,
    follow=_follow_party,
)
REMINDERS = (UPDATE_DUE, UPDATE_MISSING, REPLY_AWAITED)
