"""What this room hands down to those below it; they know nothing of plans."""

from actionplans import actions, notifications, sections
from actionplans.plans import events as plan_events
from actionplans.plans import hooks as plan_hooks
from actionplans.plans.services import carry_over_plan
from actionplans.sharing import events as sharing_events
from actionplans.sharing.checks import check_names_before_publishing
from actionplans.sharing.disclosure import parties_with_share
from actionplans.sharing.services import carry_over_shares, follow_relationship
from carportal.core.audit import register_event_kinds
from findings.actions import register_actions
from findings.hooks import on_carry_over
from findings.sections import register_section
from stakeholders.hooks import on_relationship_changed


def register() -> None:
    """Called once the apps are loaded; called again it changes nothing."""
    register_event_kinds(*plan_events.KINDS, *sharing_events.KINDS)
    notifications.register_kinds()
    on_relationship_changed(follow_relationship)
    on_carry_over(carry_over_plan)
    on_carry_over(carry_over_shares)  # needs the plan that the hook before it has carried over
    if check_names_before_publishing not in plan_hooks.before_publishing:
        plan_hooks.before_publishing.append(check_names_before_publishing)
    if parties_with_share not in plan_hooks.known_parties:
        plan_hooks.known_parties.append(parties_with_share)
    register_actions(actions.plan_actions)
    register_section(sections.plan_section)
