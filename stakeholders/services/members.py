"""What becomes of people in an organisation: roles and removals; both take effect on their next request."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from carportal.core.actor import Actor, OrganisationKind, Role
from carportal.core.errors import Conflict, InvalidInput
from stakeholders import policy
from stakeholders.models import Membership
from stakeholders.roles import roles_of
from stakeholders.services.steps import lock_organisation, record


@transaction.atomic
def change_role(*, actor: Actor, membership_id: UUID, role: Role) -> Membership:
    """Give a person another role; the last manager stays one."""
    membership = _lock_membership(membership_id)
    policy.require(
        policy.may_change_member(actor, membership),
        _("Only a manager of the organisation changes people’s roles."),
    )
    if role not in roles_of(OrganisationKind(membership.organisation.kind)):
        sentence = _("This organisation does not have that role.")
        raise InvalidInput(sentence, {"role": [sentence]})
    before = Role(membership.role)
    if before == role:
        return membership
    _keep_a_manager(membership)
    membership.role = role
    membership.save(update_fields=["role"])
    record(
        membership.organisation,
        "role_changed",
        actor,
        {"before": before, "role": role},
        {"person": membership.user.name},
    )
    return membership


@transaction.atomic
def remove_member(*, actor: Actor, membership_id: UUID) -> None:
    """End that a person acts for the organisation; the account and what it wrote stay."""
    membership = _lock_membership(membership_id)
    policy.require(
        policy.may_change_member(actor, membership),
        _("Only a manager of the organisation removes people from it."),
    )
    _keep_a_manager(membership)
    membership.delete()
    record(
        membership.organisation,
        "person_removed",
        actor,
        {"role": membership.role},
        {"person": membership.user.name},
    )


def _lock_membership(membership_id: UUID) -> Membership:
    organisation_id = (
        Membership.objects.filter(pk=membership_id).values_list("organisation_id", flat=True).first()
    )
    organisation = lock_organisation(organisation_id) if organisation_id else None
    membership = (
        Membership.objects.select_for_update(of=("self",))
        .select_related("user")
        .filter(pk=membership_id)
        .first()
    )
    if organisation is None or membership is None:
        raise Conflict(_("This person has been removed from the organisation already."))
    membership.organisation = organisation
    return membership


def _keep_a_manager(membership: Membership) -> None:
    """Refuse to take away an organisation's last manager; the organisation's lock makes the count hold."""
    others = membership.organisation.memberships.managers().exclude(pk=membership.pk)
    if membership.role == Role.MANAGER and not others.exists():
        raise InvalidInput(
            _("%(person)s is the only manager of %(organisation)s. Make somebody else a manager first.")
            % {"person": membership.user.name, "organisation": membership.organisation.name}
        )
