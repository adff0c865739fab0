"""Publishing an audit: a preview of what it will do, then exactly that, once and as a whole."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from carportal.core.actor import Actor
from carportal.core.errors import Conflict, InvalidInput
from findings import policy
from findings.models import Audit, Finding, LeftDecision, LeftFinding
from findings.publishing import Plan, WrongOrder, plan_publication
from findings.services.applying import Applying, new_car_reference
from findings.services.left import decide_locked
from findings.services.situations import Loaded, load_situation
from findings.services.steps import lock_audit, lock_site
from stakeholders.policy import require


class Decision(NamedTuple):
    """What the operator decides, already in the preview, about a CAR that an edition leaves."""

    car: UUID
    edition: UUID
    decision: LeftDecision
    note: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What publishing the audit now would do; `digest` stands for all of it."""

    audit: Audit
    loaded: Loaded
    plan: Plan
    digest: str


def preview_publication(*, audit_id: UUID, actor: Actor) -> Preview:
    """What publishing would do, without doing it; Conflict for an audit that cannot be published."""
    audit = Audit.objects.select_related("site", "audit_company", "corrects").get(pk=audit_id)
    _require_publishable(audit, actor)
    loaded = load_situation(audit)
    plan = _plan(loaded, {})
    return Preview(audit, loaded, plan, _digest(audit, loaded, plan))


@transaction.atomic
def publish_audit(
    *,
    audit_id: UUID,
    actor: Actor,
    digest: str,
    choices: Mapping[UUID, UUID] | None = None,
    decisions: Sequence[Decision] = (),
    new_reference: Callable[[], str] = new_car_reference,
) -> Audit:
    """Publish the audit and do all that its preview with this `digest` said; once, however often asked.

    `choices` say as which CAR another goes on, where the preview asked. Conflict when something that
    matters has changed since the preview; InvalidInput when a choice is missing. `new_reference` numbers the
    CARs that are raised; a rehearsal takes no numbers that it gives back.
    """
    site_id = Audit.objects.filter(pk=audit_id).values_list("site_id", flat=True).first()
    if site_id is None:
        raise Conflict(_("This audit has been discarded."))
    lock_site(site_id)
    audit = lock_audit(audit_id)
    if not audit.is_draft:
        return audit
    if audit.site_id != site_id:
        raise _changed_since()
    _require_publishable(audit, actor)
    # Whoever publishes a plan holds only its CAR's row: with all of them locked, nothing changes under us.
    list(Finding.objects.select_for_update(no_key=True).filter(site=site_id).order_by("pk").values_list("pk"))
    loaded = load_situation(audit)
    if _digest(audit, loaded, _plan(loaded, {})) != digest:
        raise _changed_since()
    plan = _plan(loaded, choices or {})
    if plan.lacks_choices:
        raise InvalidInput(_("Choose as which CAR each of those listed goes on."))
    newest = Audit.objects.filter(site=site_id).aggregate(at=Max("published_at"))["at"]
    at = timezone.now()
    if newest is not None:
        # Clocks of two machines differ; the order of publication must not.
        at = max(at, newest + timedelta(microseconds=1))
    decided_now = {(each.car, each.edition) for each in decisions}
    Applying(audit, loaded, plan, actor, at, decided_now, new_reference).apply()
    _decide(plan, decisions, actor)
    return audit


def _require_publishable(audit: Audit, actor: Actor) -> None:
    if not audit.is_draft:
        raise Conflict(_("This audit has been published."))
    require(
        policy.may_publish_audit(actor, audit),
        _("Only those who recorded the audit and the operator publish it."),
    )


def _changed_since() -> Conflict:
    return Conflict(_("Something has changed since you looked. Look at what publishing will do now."))


def _plan(loaded: Loaded, choices: Mapping[UUID, UUID]) -> Plan:
    try:
        return plan_publication(loaded.situation, choices)
    except WrongOrder as wrong:
        sentence = _(
            "With the date %(date)s this edition changes places with audit %(audit)s, and %(car)s has ended by"
            " their order. What has ended stays ended, so choose a date that keeps the order of the two."
        )
        raise Conflict(
            sentence
            % {
                "date": date_format(loaded.situation.audit.place.date),
                "audit": wrong.reference,
                "car": loaded.findings[wrong.car].reference,
            }
        ) from wrong


def _digest(audit: Audit, loaded: Loaded, plan: Plan) -> str:
    """SHA-256 of what the audit says and of what publishing it does, without the choices yet to be made."""
    entries = loaded.situation.audit.entries
    content = {
        "audit": [audit.reference, audit.edition, audit.type, audit.date, audit.scope, audit.site_id],
        "texts": [
            [row.pk, row.type, row.raw_code, row.issue_title, row.details]
            for row in (loaded.entries[entry.id] for entry in entries)
        ],
        "plan": asdict(plan),
        "decided": [loaded.decided_before(left) is not None for left in plan.left],
    }
    return hashlib.sha256(json.dumps(content, default=str, sort_keys=True).encode()).hexdigest()


def _decide(plan: Plan, decisions: Sequence[Decision], actor: Actor) -> None:
    """Decide at once what the plan has just left; a decision about anything else is not taken."""
    left = {(each.car, each.edition) for each in plan.left}
    for car, edition, decision, note in decisions:
        if (car, edition) in left:
            row = LeftFinding.objects.select_related("audit", "finding__site").get(finding=car, audit=edition)
            if row.decision == LeftDecision.UNDECIDED and row.finding.is_under_way:
                decide_locked(row, actor=actor, decision=decision, note=note)
