"""An escalation as its reader gets it: for the site all of it, for the operator without people, else one's own part."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from carportal.core.actor import Actor
from carportal.core.marks import readable
from carportal.core.prepared import prepared
from carportal.core.together import Reads, alone, listed
from findings.escalation import policy
from findings.models import Escalation, EscalationParty, Finding, PartySide, Telling

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Said:
    """That something was told or recorded: when, and where its reader may know by or to whom."""

    at: datetime
    who: str = ""
    how: Text = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A party's line; `taken_over` None where it has yet to record it, `is_asked` False where it never does."""

    party: EscalationParty
    told: list[Said]
    acknowledged: Said | None
    taken_over: Said | None
    is_asked: bool
    may_record: bool


@dataclass(frozen=True, slots=True)
class Pin:
    """What stands on top of a reader's pages."""

    escalation: Escalation
    title: Text
    text: Text


def parts_of(escalation: Escalation, actor: Actor) -> list[Part]:
    """The parties that the actor sees, the site first; the operator gets states, no people, as of shares."""
    parties = (
        EscalationParty.objects.visible_to(actor)
        .filter(escalation=escalation)
        .select_related("organisation", "acknowledged_by", "taken_over_by")
        .prefetch_related("tellings")
    )
    order = list(PartySide)
    parts = [_part(party, escalation, actor) for party in parties]
    return sorted(parts, key=lambda part: order.index(PartySide(part.party.side)))


def own_part(parts: Iterable[Part], actor: Actor) -> Part | None:
    return next((part for part in parts if part.party.organisation_id == actor.organisation_id), None)


def site_took_over_at(escalation: Escalation) -> datetime | None:
    """For a customer, which sees of the site's part this alone."""
    site = escalation.parties.filter(side=PartySide.SITE).first()
    return site.taken_over_at if site is not None else None


def pins_of(actor: Actor) -> Reads[list[Pin]]:
    """The latest first."""
    escalations = Escalation.objects.pinned_for(actor).select_related("finding__site__supplier")
    yield [escalations]
    return [_pin(each, actor) for each in escalations]


pins_for = alone(pins_of)


def pins_on(finding: Finding, actor: Actor) -> Reads[list[Pin]]:
    """Those of one CAR."""
    escalations = yield from listed(_pinned(actor, finding.pk))
    for each in escalations:
        each.finding = finding
    return [_pin(each, actor) for each in escalations]


@prepared
def _pinned(actor: Actor, finding_id: UUID) -> QuerySet[Escalation]:
    return Escalation.objects.pinned_for(actor).filter(finding=finding_id)


def _part(party: EscalationParty, escalation: Escalation, actor: Actor) -> Part:
    party.escalation = escalation
    names_people = not actor.is_operator or party.side != PartySide.CUSTOMER
    recorder = party.taken_over_name or party.taken_over_by
    return Part(
        party=party,
        told=[_said(telling, names_people=names_people) for telling in party.tellings.all()],
        acknowledged=Said(party.acknowledged_at, _name(party.acknowledged_by, show=names_people))
        if party.acknowledged_at
        else None,
        taken_over=Said(party.taken_over_at, _name(recorder, show=names_people))
        if party.taken_over_at
        else None,
        is_asked=party.side != PartySide.OPERATOR,
        may_record=policy.may_record_taken_over_now(actor, party),
    )


def _said(telling: Telling, *, names_people: bool) -> Said:
    return Said(telling.told_at, _name(telling.whom, show=names_people), telling.get_route_display())


def _name(person: object, *, show: bool) -> str:
    return readable(str(person)) if person and show else ""


def _pin(escalation: Escalation, actor: Actor) -> Pin:
    if policy.is_site(actor, escalation.finding):
        return Pin(
            escalation,
            _("Urgent: others have been told"),
            _("This stands here until your site has recorded that the protocol has taken over."),
        )
    if actor.is_operator:
        return Pin(
            escalation,
            _("Urgent: the site has told you and others"),
            _("This stands here until all who were told have recorded that the protocol has taken over."),
        )
    return Pin(
        escalation,
        _("Urgent: the site tells you about this CAR"),
        _("This stands here until your organisation has recorded that the protocol has taken over."),
    )
