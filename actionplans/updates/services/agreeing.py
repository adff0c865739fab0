"""Proposing how often updates are due, and what the other side says to it."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from actionplans.plans.drafts import today_at
from actionplans.plans.services import record_on
from actionplans.sharing.models import PlanShare, Side
from actionplans.sharing.policy import side_of
from actionplans.sharing.services import lock_share
from actionplans.updates import events, policy
from actionplans.updates.dates import add_months
from actionplans.updates.models import Frequency, UpdateAgreement, UpdateProposal
from carportal.core.actor import Actor
from carportal.core.audit import EventKind
from carportal.core.errors import Conflict, InvalidInput, NotAllowed
from carportal.core.notifications import notify
from stakeholders.reminding import first_look

FARTHEST = 24  # months ahead for a first date; one farther off is a slip of the keyboard


class Terms(NamedTuple):
    """An update every so many months, the first of them on a day."""

    months: int
    first_due: date


@transaction.atomic
def propose_updates(
    *, share_ids: Collection[UUID], actor: Actor, terms: Terms, seen: UUID | None = None
) -> list[UpdateProposal]:
    """Propose these terms on each share, to all of the other sides or to none.

    What one's own side had proposed is withdrawn by it; what the other side had, and the actor has `seen`, is
    declined. InvalidInput by field for terms that cannot be; Conflict when a proposal came or was answered
    meanwhile.
    """
    if not share_ids:
        raise InvalidInput(
            _("Choose at least one party."), fields={"party": [_("Choose whom you propose it to.")]}
        )
    return [_propose(lock_share(share_id), actor, terms, seen) for share_id in _in_order(share_ids)]


@transaction.atomic
def accept_proposal(*, proposal_id: UUID, actor: Actor) -> UpdateAgreement:
    """Agree to what the other side proposed; it takes the place of what was agreed before."""
    proposal = _lock_open(proposal_id, actor)
    _check_other_side(actor, proposal)
    share = proposal.share
    today = today_at(share.plan.finding.site, timezone.now())
    if proposal.first_due <= today:
        raise Conflict(
            _("The first date of this proposal, %(day)s, has passed meanwhile. Propose another one.")
            % {"day": date_format(proposal.first_due, "j F Y")}
        )
    proposal.accept(at=timezone.now())
    proposal.save(update_fields=["status", "answered_at"])
    agreement, _made = UpdateAgreement.objects.update_or_create(
        share=share,
        defaults={
            "months": proposal.months,
            "first_due": proposal.first_due,
            "next_due": proposal.first_due,
            "remind_on": first_look(today),
            "agreed_at": timezone.now(),
            "ended_at": None,
            "ended_by": "",
        },
    )
    _record(proposal, events.UPDATES_AGREED, actor)
    notify(kind="updates_answered", object_id=proposal.pk)
    return agreement


@transaction.atomic
def decline_proposal(*, proposal_id: UUID, actor: Actor) -> None:
    """Say no to what the other side proposed; what was agreed before stays."""
    proposal = _lock_open(proposal_id, actor)
    _check_other_side(actor, proposal)
    proposal.decline(at=timezone.now())
    proposal.save(update_fields=["status", "answered_at"])
    _record(proposal, events.UPDATES_DECLINED, actor)
    notify(kind="updates_answered", object_id=proposal.pk)


@transaction.atomic
def withdraw_proposal(*, proposal_id: UUID, actor: Actor) -> None:
    """Take back what one's own side proposed."""
    proposal = _lock_open(proposal_id, actor)
    if side_of(actor, proposal.share) != proposal.by_side:
        raise NotAllowed(_("Only the side that made a proposal withdraws it. You can decline it."))
    proposal.withdraw(at=timezone.now())
    proposal.save(update_fields=["status", "answered_at"])
    _record(proposal, events.UPDATES_WITHDRAWN, actor)


def _propose(share: PlanShare, actor: Actor, terms: Terms, seen: UUID | None) -> UpdateProposal:
    side = policy.check_agrees(actor, share)
    policy.check_goes_on(share)
    _check_terms(terms, today=today_at(share.plan.finding.site, timezone.now()))
    current = share.update_proposals.filter(status="proposed").first()
    _check_seen(share, current, seen, side)
    if current is not None:
        if current.by_side == side and (current.months, current.first_due) == terms:
            return current  # sent twice
        _make_way(current, side)
    proposal = UpdateProposal.objects.create(
        share=share,
        by_side=side,
        months=terms.months,
        first_due=terms.first_due,
        proposed_at=timezone.now(),
        proposed_by_id=actor.user_id,
    )
    _record(proposal, events.UPDATES_PROPOSED, actor)
    notify(kind="updates_proposed", object_id=proposal.pk)
    return proposal


def _check_terms(terms: Terms, *, today: date) -> None:
    if terms.months not in Frequency.values:
        sentence = _("Choose how often updates are to come.")
        raise InvalidInput(sentence, fields={"months": [sentence]})
    if terms.first_due <= today:
        raise _refused_day(_("The first update has to be on a day after today."))
    if terms.first_due > add_months(today, FARTHEST):
        raise _refused_day(_("The first update has to be within two years."))


def _refused_day(sentence: str) -> InvalidInput:
    return InvalidInput(sentence, fields={"first_due": [sentence]})


def _check_seen(share: PlanShare, current: UpdateProposal | None, seen: UUID | None, side: Side) -> None:
    """Nobody answers what they have not seen, nor what somebody else has answered since."""
    if seen is not None and (current is None or current.pk != seen):
        raise Conflict(
            _("The proposal was answered or replaced since you opened this page. Look at what holds now.")
        )
    if current is not None and current.by_side != side and current.pk != seen:
        raise Conflict(
            _("%(party)s has made a proposal meanwhile. Answer it, or propose something else then.")
            % {"party": _other(share, side)}
        )


def _other(share: PlanShare, side: Side) -> str:
    return share.organisation.name if side == Side.SITE else share.plan.finding.site.name


def _make_way(current: UpdateProposal, side: Side) -> None:
    """The proposal that a newer one takes the place of; the newer one is all that is told of it."""
    move = current.withdraw if current.by_side == side else current.decline
    move(at=timezone.now())
    current.save(update_fields=["status", "answered_at"])


def _lock_open(proposal_id: UUID, actor: Actor) -> UpdateProposal:
    """The open proposal on its locked share; NotAllowed and Conflict with the reason."""
    share_id = UpdateProposal.objects.values_list("share_id", flat=True).get(pk=proposal_id)
    share = lock_share(share_id)
    policy.check_agrees(actor, share)
    policy.check_goes_on(share)
    proposal = UpdateProposal.objects.get(pk=proposal_id)
    proposal.share = share
    if not proposal.is_open:
        raise Conflict(
            _("The proposal was answered or replaced since you opened this page. Look at what holds now.")
        )
    return proposal


def _check_other_side(actor: Actor, proposal: UpdateProposal) -> None:
    if side_of(actor, proposal.share) == proposal.by_side:
        raise NotAllowed(_("Your own side made this proposal; the other one answers it."))


def _in_order(share_ids: Collection[UUID]) -> list[UUID]:
    """As their CARs' and plans' rows are locked: each share of one plan after that plan's."""
    shares = PlanShare.objects.filter(pk__in=share_ids).order_by("plan__finding_id", "pk")
    return list(shares.values_list("pk", flat=True))


def _record(proposal: UpdateProposal, kind: EventKind, actor: Actor) -> None:
    share = proposal.share
    record_on(
        share.plan,
        kind,
        actor,
        party_id=share.organisation_id,
        party=share.organisation.name,
        every=proposal.months,
        day=proposal.first_due.isoformat(),
    )
