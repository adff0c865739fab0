"""Every write about reminders of one's own: set one, change it, remove it.

None leaves an event: a record is read by others, and even an entry that tells nothing would tell that there is one.
"""

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.nudges import policy
from actionplans.nudges.models import Nudge, Whom
from actionplans.plans.drafts import today_at
from actionplans.plans.services import lock_finding
from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.forgetting import forget_content
from findings.models import Finding
from stakeholders.models import Site

TEXT = Field("text", gettext_lazy("What of"), FieldKind.TEXT, "", "", max_length=500)
FARTHEST = timedelta(days=5 * 365)  # a day farther off is a slip of the keyboard
MOST = 20  # to come, of one person about one CAR


class Wish(NamedTuple):
    """To be reminded of this on a day at the site."""

    day: date
    text: str
    whom: str


@transaction.atomic
def set_nudge(*, finding_id: UUID, actor: Actor, wish: Wish) -> Nudge:
    """InvalidInput by field for what cannot be; the same once more is the one that is there."""
    setter, finding = _lock_seen(finding_id, actor)
    wish = _checked(wish, finding.site)
    own = Nudge.objects.to_come().filter(
        finding=finding, organisation=setter.organisation_id, set_by=setter.person_id
    )
    there = own.filter(**wish._asdict()).first()
    if there is not None:  # sent twice
        return there
    if own.count() >= MOST:
        raise Conflict(
            _("You have %(most)s reminders of this CAR already. Remove one before you set another.")
            % {"most": MOST}
        )
    return Nudge.objects.create(
        finding=finding,
        organisation_id=setter.organisation_id,
        set_by_id=setter.person_id,
        set_at=timezone.now(),
        remind_on=wish.day,
        **wish._asdict(),
    )


@transaction.atomic
def change_nudge(*, nudge_id: UUID, actor: Actor, seen: int, wish: Wish) -> Nudge:
    """It is then the actor's own, and comes on its day also where it has come before.

    `seen` is its turn as the actor saw it: Conflict when a colleague has changed or removed it since.
    """
    setter, nudge = _lock_nudge(nudge_id, actor)
    wish = _checked(wish, nudge.finding.site)
    if nudge.turn == seen + 1 and wish == (nudge.day, nudge.text, nudge.whom):
        return nudge  # sent twice
    if nudge.turn != seen:
        raise Conflict(
            _("A colleague has changed this reminder since you opened this page. Look at it as it is now.")
        )
    nudge.day, nudge.text, nudge.whom = wish
    nudge.set_by_id, nudge.set_at = setter.person_id, timezone.now()
    nudge.remind_on, nudge.turn = nudge.day, nudge.turn + 1
    nudge.save(update_fields=["day", "text", "whom", "set_by", "set_at", "remind_on", "turn"])
    return nudge


@transaction.atomic
def remove_nudge(*, nudge_id: UUID, actor: Actor) -> None:
    """For good, with what was kept of mails that told it; of one for all who write, by any of them."""
    _setter, nudge = _lock_nudge(nudge_id, actor)
    forget([nudge.pk])


def forget(nudge_ids: Collection[UUID]) -> None:
    """Rows that the caller has locked; nothing would lead to the kept copies of their mails any more."""
    forget_content(object_ids=nudge_ids, holds=bool)
    Nudge.objects.filter(pk__in=nudge_ids).delete()


def _lock_seen(finding_id: UUID, actor: Actor) -> tuple[policy.Setter, Finding]:
    """The CAR, whose lock orders this with a share that ends; NotAllowed once the actor sees it no more."""
    finding = lock_finding(finding_id)
    setter = policy.check_sets(actor)
    if not Finding.objects.visible_to(actor).filter(pk=finding_id).exists():
        raise NotAllowed(_("Your organisation does not see this CAR any more."))
    return setter, finding


def _lock_nudge(nudge_id: UUID, actor: Actor) -> tuple[policy.Setter, Nudge]:
    finding_id = Nudge.objects.values_list("finding_id", flat=True).filter(pk=nudge_id).first()
    if finding_id is None:
        raise _gone()
    setter, finding = _lock_seen(finding_id, actor)
    nudge = Nudge.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=nudge_id).first()
    if nudge is None:
        raise _gone()
    nudge.finding = finding
    return setter, nudge


def _gone() -> Conflict:
    return Conflict(
        _("This reminder is not there any more: a colleague has removed it, or nobody was left to be told.")
    )


def _checked(wish: Wish, site: Site) -> Wish:
    """As it is kept; InvalidInput by field."""
    text = clean_value(TEXT, wish.text)
    today = today_at(site, timezone.now())
    refused = {}
    if not text:
        refused["text"] = [_("Say what you want to be reminded of.")]
    if wish.whom not in Whom.values:
        refused["whom"] = [_("Choose who is reminded.")]
    if wish.day <= today:
        refused["day"] = [_("The reminder has to be on a day after today.")]
    elif wish.day > today + FARTHEST:
        refused["day"] = [_("The reminder has to be within five years.")]
    if refused:
        raise InvalidInput(_("This reminder is not complete."), fields=refused)
    return Wish(wish.day, text, wish.whom)
