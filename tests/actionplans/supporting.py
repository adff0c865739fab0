"""Support, as far on as a test needs it; every step goes through the services."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from actionplans.models import ActionPlan, SupportGrant
from actionplans.support.services import end_support, grant_support, note_reading
from carportal.core.actor import Actor

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PURPOSE = "How do others repay such fees?"


def let_it_be(patch: pytest.MonkeyPatch, *, days: float = 0) -> None:
    """It is so many days after the story begins, for all that asks."""
    patch.setattr(timezone, "now", lambda: NOW + timedelta(days=days))


def grant(plan: ActionPlan, actor: Actor, purpose: str = PURPOSE) -> SupportGrant:
    return grant_support(plan_id=plan.pk, actor=actor, purpose=purpose)


def end(granted: SupportGrant, actor: Actor) -> SupportGrant:
    return end_support(grant_id=granted.pk, actor=actor)


def look(granted: SupportGrant, actor: Actor) -> None:
    note_reading(grant_id=granted.pk, actor=actor)
