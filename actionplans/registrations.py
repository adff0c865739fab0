"""What this room hands down to those below it; they know nothing of plans."""

from typing import TypeVar

from actionplans import (
    actions,
    call_actions,
    columns,
    duty_actions,
    filters,
    notifications,
    records,
    sections,
    update_actions,
)
from actionplans.calls import events as call_events
from actionplans.calls import notifications as call_notifications
from actionplans.calls.redacting import CALLS
from actionplans.calls.services import cancel_calls_of
from actionplans.duties import events as duty_events
from actionplans.duties import notifications as duty_notifications
from actionplans.duties.redacting import DUTIES
from actionplans.duties.reminding import ACTION_DUE, DUTIES_DUE
from actionplans.duties.services import ask_owner, carry_over_duties, end_duties_of
from actionplans.escalation_texts import NAMES_IN_ESCALATIONS
from actionplans.evidence import events as evidence_events
from actionplans.evidence.hooks import register_names, register_subject
from actionplans.evidence.words import NAMES_AND_DESCRIPTIONS
from actionplans.guests import events as guest_events
from actionplans.guests import notifications as guest_notifications
from actionplans.guests.acting import guest_in
from actionplans.guests.services import follow_end, follow_sending
from actionplans.models import SubjectKind
from actionplans.nudges import notifications as nudge_notifications
from actionplans.nudges.redacting import NUDGES
from actionplans.nudges.reminding import NUDGES_DUE
from actionplans.pdf.services import forget_renderings
from actionplans.plans import events as plan_events
from actionplans.plans import hooks as plan_hooks
from actionplans.plans.services import carry_over_plan
from actionplans.plans.verification import check_revisions
from actionplans.searching.finding import PLANS
from actionplans.searching.keeping import (
    keep_carried_over,
    keep_draft,
    keep_published,
    keep_sent,
    keep_shared,
    keep_texts,
    keep_version,
)
from actionplans.sharing import events as sharing_events
from actionplans.sharing import hooks as sharing_hooks
from actionplans.sharing.checks import check_names_before_publishing
from actionplans.sharing.disclosure import named_to, parties_with_share
from actionplans.sharing.redacting import NOTES_AND_REPLIES
from actionplans.sharing.services import carry_over_shares, follow_relationship, hand_over_shares
from actionplans.subjects import Actions, Reports, Updates
from actionplans.support import events as support_events
from actionplans.support import notifications as support_notifications
from actionplans.support.redacting import PURPOSES
from actionplans.threads import events as thread_events
from actionplans.threads import notifications as thread_notifications
from actionplans.threads.redacting import COMMENTS_AND_NOTES
from actionplans.updates import events as update_events
from actionplans.updates import notifications as update_notifications
from actionplans.updates.redacting import UPDATES
from actionplans.updates.reminders import REMINDERS
from actionplans.updates.services import carry_over_agreements
from actionplans.updates.sweeping import SWEEPS
from actionplans.views.reminding import remind_act
from actionplans.work.reading import work_for
from carportal.core.audit import register_check, register_event_kinds, register_records
from findings.actions import register_actions
from findings.exporting import register_columns
from findings.filters import register_filters
from findings.hooks import on_carry_over
from findings.searching import register_sources
from findings.sections import register_section
from findings.selecting import register_act
from findings.tally.reading import register_source
from stakeholders.acting import register_guests
from stakeholders.hooks import on_party_linked, on_relationship_changed
from stakeholders.reminding import register_reminders, register_sweeps

T = TypeVar("T")

# Where people write about a plan beside its own text.
TEXTS = (
    NOTES_AND_REPLIES,
    DUTIES,
    COMMENTS_AND_NOTES,
    CALLS,
    UPDATES,
    NAMES_AND_DESCRIPTIONS,
    NAMES_IN_ESCALATIONS,
    PURPOSES,
    NUDGES,
)


def register() -> None:
    """Called once the apps are loaded; called again it changes nothing."""
    register_event_kinds(
        *plan_events.KINDS,
        *evidence_events.KINDS,
        *sharing_events.KINDS,
        *guest_events.KINDS,
        *support_events.KINDS,
        *duty_events.KINDS,
        *thread_events.KINDS,
        *call_events.KINDS,
        *update_events.KINDS,
    )
    notifications.register_kinds()
    guest_notifications.register_kinds()
    duty_notifications.register_kinds()
    call_notifications.register_kinds()
    support_notifications.register_kinds()
    thread_notifications.register_kinds()
    update_notifications.register_kinds()
    register_reminders(*REMINDERS, ACTION_DUE)
    register_sweeps(*SWEEPS, DUTIES_DUE, NUDGES_DUE)
    nudge_notifications.register_kinds()
    on_relationship_changed(follow_relationship)
    on_party_linked(hand_over_shares)
    register_guests(guest_in)
    on_carry_over(carry_over_plan)
    on_carry_over(carry_over_shares)  # needs the plan that the hook before it has carried over
    on_carry_over(carry_over_duties)  # and these the shares
    on_carry_over(keep_carried_over)
    on_carry_over(carry_over_agreements)
    _follow(plan_hooks.before_publishing, check_names_before_publishing)
    _follow(plan_hooks.known_parties, parties_with_share)
    _follow(plan_hooks.after_redaction, forget_renderings, keep_texts)
    _follow(plan_hooks.after_writing, keep_draft)
    _follow(plan_hooks.after_freezing, keep_version)
    _follow(plan_hooks.after_publishing, keep_published)
    _follow(plan_hooks.texts_about_plans, *TEXTS)
    _follow(sharing_hooks.on_sent, ask_owner, follow_sending, keep_sent)
    _follow(sharing_hooks.on_share_ended, cancel_calls_of, end_duties_of, follow_end, keep_shared)
    _follow(sharing_hooks.on_party_known, follow_end, keep_shared)
    register_names(named_to)
    register_subject(SubjectKind.ACTION, Actions())
    register_subject(SubjectKind.UPDATE, Updates())
    register_subject(SubjectKind.REPORT, Reports())
    register_check(check_revisions)
    register_records(records.RECORD)
    register_actions(actions.plan_actions)
    register_actions(duty_actions.duty_actions)
    register_actions(call_actions.call_actions)
    register_actions(update_actions.update_actions)
    register_section(sections.waiting_section)
    register_section(sections.plan_section)
    register_source(work_for)
    register_sources(PLANS)
    register_filters(*filters.FILTERS)
    register_columns(*columns.COLUMNS)
    register_act(remind_act)
    register_section(sections.updates_section)
    register_section(sections.nudges_section)


def _follow(hooks: list[T], *followers: T) -> None:
    hooks += [each for each in followers if each not in hooks]
