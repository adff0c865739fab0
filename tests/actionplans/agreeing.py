"""Updates agreed and posted, as far on as a test needs them; every step goes through the services."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from actionplans.evidence.services import NewFile
from actionplans.models import PlanShare, Update, UpdateAgreement, UpdateProposal
from actionplans.updates.services import (
    Terms,
    accept_proposal,
    end_agreement,
    post_update,
    propose_updates,
)
from carportal.core.actor import Actor

TODAY = date(2026, 3, 2)
IN_MAY = Terms(3, date(2026, 5, 31))


def stand_still(patch: pytest.MonkeyPatch, on: date) -> None:
    """It is noon of that day in Greenwich, for all that asks."""
    now = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    patch.setattr(timezone, "now", lambda: now)


def propose(share: PlanShare, actor: Actor, terms: Terms = IN_MAY) -> UpdateProposal:
    (proposal,) = propose_updates(share_ids=[share.pk], actor=actor, terms=terms)
    return proposal


def agree(share: PlanShare, asking: Actor, answering: Actor, terms: Terms = IN_MAY) -> UpdateAgreement:
    return accept_proposal(proposal_id=propose(share, asking, terms).pk, actor=answering)


def post(
    share: PlanShare,
    actor: Actor,
    *others: PlanShare,
    text: str = "Two thirds are repaid.",
    files: Mapping[str, bytes] | None = None,
) -> Update:
    ids = [each.pk for each in (share, *others)]
    new = [NewFile(io.BytesIO(content), name) for name, content in (files or {}).items()]
    return post_update(plan_id=share.plan_id, actor=actor, text=text, share_ids=ids, files=new)


def end(share: PlanShare, actor: Actor, seen: Terms = IN_MAY) -> UpdateAgreement:
    return end_agreement(share_id=share.pk, actor=actor, seen=seen)
