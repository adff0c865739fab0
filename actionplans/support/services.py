"""Every write about support: grant it, end it, note who read along, and that its time is over."""

import logging
from datetime import UTC, timedelta
from uuid import UUID

from django.conf import settings
from django.db import DatabaseError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from actionplans.annex import Field, FieldKind, clean_value
from actionplans.plans import policy as plan_policy
from actionplans.plans.services import lock_plan, record_on
from actionplans.support import events, policy
from actionplans.support.models import SupportGrant, SupportReading
from carportal.core.actor import SYSTEM, Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict, InvalidInput
from carportal.core.notifications import notify

logger = logging.getLogger(__name__)

PURPOSE = Field("purpose", gettext_lazy("Purpose"), FieldKind.TEXT, "", "", max_length=1000)


@transaction.atomic
def grant_support(*, plan_id: UUID, actor: Actor, purpose: str) -> SupportGrant:
    """Let the operator's compliance staff read the draft and its threads for `SUPPORT_DAYS` days, from now on.

    InvalidInput without a purpose, Conflict while they may already or once the CAR has ended.
    """
    plan = lock_plan(plan_id)
    plan_policy.check_writes(actor, plan.finding)
    plan_policy.check_under_way(plan.finding)
    purpose = clean_value(PURPOSE, purpose)
    if not purpose:
        sentence = _("Say what you would like help with.")
        raise InvalidInput(sentence, fields={"purpose": [sentence]})
    at = timezone.now()
    for grant in plan.support_grants.select_for_update().run_out(at):
        _end(grant, SYSTEM, events.RAN_OUT)
    if plan.support_grants.live(at).exists():
        raise Conflict(_("The operator’s compliance staff read along already. End that first."))
    grant = SupportGrant.objects.create(
        plan=plan,
        purpose=purpose,
        granted_at=at,
        granted_by_id=actor.user_id,
        expires_at=at + timedelta(days=settings.SUPPORT_DAYS),
    )
    record_on(plan, events.GRANTED, actor, day=timezone.localdate(grant.expires_at).isoformat())
    notify(kind="support_granted", object_id=grant.pk)
    return grant


@transaction.atomic
def end_support(*, grant_id: UUID, actor: Actor) -> SupportGrant:
    """Take it back at once; where it has ended already, nothing is done."""
    grant = _lock(grant_id)
    plan_policy.check_writes(actor, grant.plan.finding)
    if grant.ended_at is None:
        has_run_out = grant.expires_at <= timezone.now()
        _end(grant, SYSTEM if has_run_out else actor, events.RAN_OUT if has_run_out else events.ENDED)
    return grant


@transaction.atomic
def note_reading(*, grant_id: UUID, actor: Actor) -> None:
    """Keep that this person reads along, before anything is shown; once a day is enough.

    Conflict where the site has taken it back, or its time is over, while the page was being opened.
    """
    person_id = policy.check_reads_along(actor)
    at = timezone.now()
    today = at.astimezone(UTC).date()
    noted = SupportReading.objects.filter(grant=grant_id, person=person_id, day=today)
    if noted.exists() and SupportGrant.objects.live(at).filter(pk=grant_id).exists():
        return
    grant = _lock(grant_id)
    if grant.ended_at is not None or grant.expires_at <= timezone.now():
        raise Conflict(_("The site no longer lets you read its draft and threads."))
    if not noted.exists():
        SupportReading.objects.create(grant=grant, person_id=person_id, day=today, read_at=at)
        record_on(grant.plan, events.READ, actor)


def end_what_ran_out() -> int:
    """Note and tell what is over; one that fails is left for the next sweep, and the count is of the others."""
    ended = 0
    for grant_id in list(SupportGrant.objects.run_out(timezone.now()).values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                grant = _lock(grant_id)
                if grant.ended_at is None:
                    _end(grant, SYSTEM, events.RAN_OUT)
                    ended += 1
        except DatabaseError:
            logger.exception("support grant %s could not be ended", grant_id)
    return ended


def _lock(grant_id: UUID) -> SupportGrant:
    """The grant's row after its plan's, which orders its record."""
    plan_id = SupportGrant.objects.values_list("plan_id", flat=True).get(pk=grant_id)
    plan = lock_plan(plan_id)
    grant = SupportGrant.objects.select_for_update(no_key=True, of=("self",)).get(pk=grant_id)
    grant.plan = plan
    return grant


def _end(grant: SupportGrant, actor: Actor, kind: EventKind) -> None:
    grant.ended_at, grant.ended_by_id = timezone.now(), actor.user_id
    grant.save(update_fields=["ended_at", "ended_by"])
    record_on(grant.plan, kind, actor)
    notify(kind="support_over", object_id=grant.pk)
