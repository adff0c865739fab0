"""What the database lets nobody do to a grant of support, and two at once over one; real transactions."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from actionplans.models import ActionPlan, SupportGrant, SupportReading
from actionplans.support.services import end_what_ran_out
from carportal.core.actor import Role
from carportal.core.audit import verify
from carportal.core.errors import Conflict
from carportal.core.models import AuditEvent
from tests.actionplans.conftest import Story
from tests.actionplans.supporting import end, grant, look
from tests.factories import make_actor, make_operator
from tests.parallel import at_once, errors, in_turn


def refuses(match: str, /, **values: Any) -> None:
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        SupportGrant.objects.update(**values)


def test_it_is_what_was_granted(story: Story, plan: ActionPlan) -> None:
    granted = grant(plan, story.alice)
    later = granted.expires_at + timedelta(days=1)
    refuses("Cannot update", expires_at=later)
    refuses("Cannot update", granted_at=timezone.now())
    refuses("only redact them", purpose="Something else")
    refuses("support_ended_after_it_began", ended_at=granted.granted_at - timedelta(days=1))
    end(granted, story.alice)
    refuses("Cannot update", ended_at=None)
    assert SupportGrant.objects.update(ended_by=None, granted_by=None) == 1


def test_there_is_one_at_a_time_with_a_purpose_and_an_end(story: Story, plan: ActionPlan) -> None:
    grant(plan, story.alice)
    later = timezone.now() + timedelta(days=1)
    for constraint, values in {
        "support_once_at_a_time": {"purpose": "Help", "expires_at": later},
        "support_has_a_purpose": {"purpose": "", "expires_at": later, "ended_at": later},
        "support_expires_later": {
            "purpose": "Help",
            "expires_at": later - timedelta(days=2),
            "ended_at": later,
        },
    }.items():
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SupportGrant.objects.create(plan=plan, **values)


def test_who_read_along_stays_on_the_record(story: Story, plan: ActionPlan) -> None:
    granted = grant(plan, story.alice)
    look(granted, make_actor(make_operator(), Role.COMPLIANCE))
    for act in (
        lambda: SupportReading.objects.all().delete(),
        lambda: SupportReading.objects.update(read_at=timezone.now()),
        lambda: SupportGrant.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError, match=r"Cannot|referenced"), transaction.atomic():
            act()


# --- Two at once --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_who_grant_at_once_grant_once(story: Story, plan: ActionPlan) -> None:
    (refused,) = errors(at_once(partial(grant, plan, story.alice), partial(grant, plan, story.bob)))
    assert isinstance(refused, Conflict)
    assert SupportGrant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_page_that_is_opened_as_it_is_taken_back_is_not_shown(story: Story, plan: ActionPlan) -> None:
    olga = make_actor(make_operator(), Role.COMPLIANCE)
    granted = grant(plan, story.alice)
    _, refused = in_turn(partial(end, granted, story.alice), partial(look, granted, olga))
    assert isinstance(refused, Conflict)
    assert not SupportReading.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_pages_that_one_person_opens_at_once_are_kept_once(story: Story, plan: ActionPlan) -> None:
    olga = make_actor(make_operator(), Role.COMPLIANCE)
    granted = grant(plan, story.alice)
    assert errors(at_once(partial(look, granted, olga), partial(look, granted, olga))) == []
    assert SupportReading.objects.count() == 1
    assert AuditEvent.objects.filter(kind="support_read").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_it_once(story: Story, plan: ActionPlan, settings) -> None:
    granted = grant(plan, story.alice)
    now = granted.expires_at + timedelta(hours=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(timezone, "now", lambda: now)
        assert sorted(map(int, map(str, at_once(end_what_ran_out, end_what_ran_out)))) == [0, 1]
    assert verify().whole
